"""Workbooks (xlsx): the rows of their sheets, read with openpyxl; numbers written into one, a sheet per set of axes.

A sheet that is hidden, or a chart, is not read. A formula has the value that the program that saved it last computed.
"""

import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from math import isfinite, isnan
from pathlib import Path
from typing import Any

import numpy as np

from mathcore._cells import as_cell
from mathcore._error import InputError

Arrays = Mapping[str, np.ndarray]
Axes = Mapping[str, tuple[str, ...]]
Rows = Iterator[tuple[int, list[str]]]  # each with the number that a spreadsheet shows beside it
MOST_UNPACKED, MOST_COLUMNS = 128 * 2**20, 1000  # bytes, of all parts of the zip that an xlsx is; cells of a row
DATES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
WIDEST_NAME = 31  # letters in the name of a sheet
MOST_ROWS = 2**20  # of a sheet


def check() -> None:
    """Make sure that workbooks can be read and written.

    Raises:
        InputError: openpyxl is not installed.
    """
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise InputError("an xlsx needs openpyxl; install it with `pip install 'deepreel[tables]'`.") from None


def sheets(path: Path) -> dict[str, Callable[[], Rows]]:
    """The sheets of a workbook by their names, each as what reads its rows that are not blank.

    Raises:
        InputError: openpyxl is not installed, or the file is no workbook, damaged, protected or too large.
    """
    check()
    try:
        _unpack(path)
    except InputError:
        raise
    except Exception:  # zipfile and zlib raise almost anything on damaged files
        raise InputError(_unreadable(path)) from None
    with _opened(path) as book:
        names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return {name: partial(_rows, path, name) for name in names}


def _unpack(path: Path) -> None:
    """Unpack all that is in a zip, as far as it may be large, whatever its directory says."""
    unpacked = 0
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise InputError(_unreadable(path))
            with archive.open(entry) as part:
                while piece := part.read(2**20):
                    unpacked += len(piece)
                    if unpacked > MOST_UNPACKED:
                        raise InputError(f"{path} is larger than {MOST_UNPACKED >> 20} MiB once it is unpacked.")


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A workbook, read row by row."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's, on what it does not keep
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        except Exception:  # it raises almost anything on damaged files
            raise InputError(_unreadable(path)) from None
        try:
            yield book
        finally:
            book.close()


def _rows(path: Path, name: str) -> Rows:
    with _opened(path) as book:
        sheet = book[name]
        sheet.reset_dimensions()  # which a file may overstate
        rows, width = enumerate(sheet.iter_rows(values_only=True), start=1), 0
        while True:
            try:
                line, values = next(rows)
            except StopIteration:
                return
            except Exception:
                raise InputError(_unreadable(path)) from None
            if len(values) > MOST_COLUMNS:
                raise InputError(f"{path}, line {line}: more than {MOST_COLUMNS} columns.")
            cells = [as_cell(value) for value in values]
            if any(map(str.strip, cells)):
                width = width or len(cells)
                yield line, cells + [""] * (width - len(cells))  # a row ends at its last filled cell


def _unreadable(path: Path) -> str:
    return f"{path} is not an xlsx workbook that can be read; is it damaged, or protected by a password?"


def write(path: Path, meta: dict[str, Any], meanings: Mapping[str, str], arrays: Arrays, axes: Axes) -> None:
    """Write arrays into a workbook: a sheet for all that have the same axes, then single numbers, knobs, meanings.

    Args:
        path: where to.
        meta: what is known of the numbers; the knobs are its `params`.
        meanings: of the quantities.
        arrays: by name.
        axes: of each the names of its axes.

    Raises:
        InputError: an array has more values than a sheet has rows.
    """
    import openpyxl

    for name, array in arrays.items():
        if array.size >= MOST_ROWS:
            raise InputError(
                f"{path}: {name} has {array.size} values, and an xlsx {MOST_ROWS} rows; use npz or parquet."
            )
    book = openpyxl.Workbook(write_only=True)
    for along in dict.fromkeys(axes[name] for name in arrays if axes[name]):
        those = {name: array for name, array in arrays.items() if axes[name] == along}
        places = [f"{axis} no." if axis in those else axis for axis in along]  # no two columns have one name
        _add(book, " ".join(along), [*places, *those], _along(those))
    single = ([name, _cell(array.item())] for name, array in arrays.items() if not axes[name])
    _add(book, "numbers", ["quantity", "value"], single)
    known = {**meta.pop("params"), **meta.pop("versions"), **meta}
    _add(book, "knobs", ["knob", "set to"], ([name, _cell(value)] for name, value in known.items()))
    told = ([name, " ".join(axes[name]), meaning] for name, meaning in meanings.items())
    _add(book, "quantities", ["quantity", "axes", "meaning"], told)
    content = BytesIO()
    book.save(content)
    _undated(content, path)


def _along(arrays: Arrays) -> Iterator[list[Any]]:
    """The rows of arrays of one shape: the place along each axis, then the values there."""
    for index in np.ndindex(next(iter(arrays.values())).shape):
        yield [*index, *(_cell(array[index].item()) for array in arrays.values())]


def _add(book: Any, name: str, header: list[str], rows: Iterable[list[Any]]) -> None:
    """Add a sheet whose header stays in sight."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name[:WIDEST_NAME])
    sheet.freeze_panes = "A2"
    titles = [WriteOnlyCell(sheet, title) for title in header]
    for place, title in enumerate(titles, start=1):
        title.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = max(12, len(title.value) + 3)
    sheet.append(titles)
    for row in rows:
        sheet.append(row)


def _cell(value: Any) -> Any:
    """A value as a cell holds it; what a cell has no number for is spelled, and no text is a formula."""
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value if isinstance(value, int | float) else "" if value is None else str(value).lstrip("=")


def _undated(content: BytesIO, path: Path) -> None:
    """Write a workbook without the dates that openpyxl puts into it, so that the same numbers are the same file."""
    with zipfile.ZipFile(content) as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts.infolist():
            archive.writestr(zipfile.ZipInfo(part.filename), DATES.sub(b"", parts.read(part)), zipfile.ZIP_DEFLATED)
