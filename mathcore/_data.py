"""The data sets: the course's own, and the user's table or picture, read with care.

Whatever is wrong with a user's file raises InputError with one sentence that names the file and, where
it has them, the line and the column.
"""

import csv
import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from PIL import Image, ImageOps

from mathcore import _parquet, _workbook
from mathcore._cells import NumberCells
from mathcore._encoding import decoded
from mathcore._error import InputError as InputError
from mathcore._error import reason

DATA = Path(__file__).parent.parent / "assets" / "data"
MOST_BYTES = 16 * 2**20  # of a table; a cell takes up to ten times its size while it is read
MOST_IMAGE_BYTES, MOST_PIXELS = 64 * 2**20, 40_000_000  # a pixel takes up to 16 bytes
READABLE = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF")  # others unpack without limit, or run programs
MOST_ROWS = 100_000
LARGEST_NUMBER = 1e12  # sums of products of such numbers stay finite
LONGEST_SIDE = 512  # cells; a larger picture is averaged down to it
Rows = Iterator[tuple[int, list[str]]]  # those that are not blank, each with the line that it begins on


class Sheet(NamedTuple):
    """A table with a header, whose rows are read whenever they are asked for."""

    name: str  # of a sheet of a workbook, else ""
    separator: str  # between the cells of a text; a tab stands for none
    rows: Callable[[], Rows]


def read_columns(path: Path | None, *names: str) -> list[np.ndarray]:
    """The named columns of a table with a header, each as float64 [row].

    The file is CSV, an xlsx workbook or a parquet file. In a CSV file commas, semicolons and tabs separate cells;
    decimals follow a point or, in the whole table, a comma. In a workbook the columns stand in one sheet.

    Args:
        path: the file, text in one of the encodings of `decoded`; None stands for the Boston housing data.
        names: the columns wanted, as the header spells them.

    Raises:
        InputError: the file is missing, a folder, empty, binary, too large, has rows of unequal length,
            lacks a column, has anything but a finite number where one belongs, or has cells that may be
            decimals or thousands; or what reads it is not installed.
    """
    path = path or DATA / "boston.csv"
    sheet = _only(path, sheets_of(path, MOST_ROWS), names)
    header, rows = aligned(path, sheet.rows())
    cells = NumberCells(path, sheet.separator, LARGEST_NUMBER)
    places = {name: _position(path, header, name) for name in names}
    values = [
        [cells.number(line, name, row[place]) for name, place in places.items()]
        for line, row in islice(rows, MOST_ROWS + 1)
    ]
    cells.check()
    if not 2 <= len(values) <= MOST_ROWS:
        amount = "fewer than 2" if len(values) < 2 else f"more than {MOST_ROWS}"
        raise InputError(f"{path} has {amount} rows of data.")
    columns = dict(zip(places, np.array(values).T, strict=True))
    return [columns[name] for name in names]


def sheets_of(path: Path, most: int) -> list[Sheet]:
    """The tables in a file: one, or those of a workbook that are not empty; of rows at least `most` and one are read.

    Raises:
        InputError: the file is missing, a folder, empty, damaged or too large, or what reads it is not installed.
    """
    kind = path.suffix.lower()
    if kind == ".parquet":
        table = regular(path, "a parquet file", MOST_BYTES)
        return [Sheet("", "\t", partial(_parquet.rows, table, most))]
    if kind in (".xlsx", ".xlsm"):
        book = _workbook.sheets(regular(path, "an xlsx workbook", MOST_BYTES))
        filled = [Sheet(name, "\t", rows) for name, rows in book.items() if next(rows(), None)]
        if not filled:
            raise InputError(f"{path} is empty.")
        return filled
    text = read_text(path)
    separator = separator_of(text)
    return [Sheet("", separator, lambda: rows_of(path, text, separator))]


def _only(path: Path, sheets: Sequence[Sheet], names: Sequence[str]) -> Sheet:
    """The only sheet, or the only one that has these columns."""
    if len(sheets) == 1:
        return sheets[0]
    having = [sheet for sheet in sheets if set(names) <= set(aligned(path, sheet.rows())[0])]
    if len(having) == 1:
        return having[0]
    columns = " and ".join(map(repr, dict.fromkeys(names)))
    told = ", ".join(sheet.name for sheet in (having or sheets)[:20])
    which = f"several sheets with {columns}: {told}; keep one" if having else f"no sheet with {columns}, but {told}"
    raise InputError(f"{path} has {which}.")


def read_series(part: Literal["train", "test"], length: int) -> tuple[np.ndarray, np.ndarray]:
    """The series of Trace [series time], thinned to so many means of neighbours; their classes [series], from 0."""
    with np.load(DATA / "trace.npz") as file:
        series, classes = file[f"x_{part}"].astype(float), file[f"y_{part}"].astype(int)
    blocks = np.array_split(series, length, axis=1)
    return np.stack([block.mean(axis=1) for block in blocks], axis=1), classes - 1


def read_grey(path: Path | None) -> np.ndarray:
    """The centre square of a picture in grey, float64 [row col] in 0 (black) .. 1 (white).

    Colours become grey by Rec. 601 luma, transparency becomes white, and a square of more than 512
    cells a side is averaged down to 512.

    Args:
        path: a PNG, JPEG, GIF, WebP, BMP, TIFF, PPM or AVIF file; None stands for the course's cat.

    Raises:
        InputError: the file is missing, a folder, empty, no image, damaged, or too large.
    """
    square = _read_square(path, "L")
    return shrink(square, min(len(square), LONGEST_SIDE))


def read_colours(path: Path | None) -> np.ndarray:
    """The same square in colour [row col channel]: red, green and blue, each 0 .. 1; grey has three equal channels."""
    square = _read_square(path, "RGB")
    side = min(len(square), LONGEST_SIDE)
    return np.stack([shrink(square[..., channel], side) for channel in range(square.shape[2])], axis=2)


def _read_square(path: Path | None, mode: str) -> np.ndarray:
    """The centre square of a picture, converted to one of Pillow's modes, its values 0 .. 1 [row col ...]."""
    path = path or DATA / "cat.png"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, on what is odd and yet readable
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(regular(path, "an image", MOST_IMAGE_BYTES), formats=READABLE) as image:
                converted = _convert(path, image, mode)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise InputError(f"{path} is too large: an image may have {MOST_PIXELS} pixels.") from None
        except InputError:
            raise
        except Exception:  # Pillow's readers raise almost anything on damaged files
            raise InputError(f"{path} is not an image that can be read.") from None
    side = min(converted.size)
    square = ImageOps.fit(converted, (side, side), Image.Resampling.BOX)
    return np.asarray(square, np.float32) / 255


def shrink(picture: np.ndarray, side: int) -> np.ndarray:
    """A square picture [row col] averaged to `side` cells a side (area average; enlarging repeats cells)."""
    resized = Image.fromarray(picture.astype(np.float32, copy=False)).resize((side, side), Image.Resampling.BOX)
    shrunk: np.ndarray = np.asarray(resized, dtype=float).clip(0.0, 1.0)
    return shrunk


def _convert(path: Path, image: Image.Image, mode: str) -> Image.Image:
    if image.width * image.height > MOST_PIXELS:
        raise Image.DecompressionBombError
    if image.mode.startswith(("I", "F")):
        raise InputError(f"{path} has more than 8 bits per channel; save it with 8.")
    ImageOps.exif_transpose(image, in_place=True)
    if image.has_transparency_data:
        coloured = image if image.mode == "RGBA" else image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured)
    return image.convert(mode)


def regular(path: Path, kind: str, most: int) -> Path:
    """The same path, once it is sure that a file of 1 to `most` bytes is there; `kind` says what is needed."""
    if path.is_dir():
        raise InputError(f"{path} is a folder; {kind} is needed.")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"{path} cannot be opened: {reason(error)}.") from None
    if not path.is_file():
        raise InputError(f"{path} is not a regular file; {kind} is needed.")
    if not 0 < size <= most:
        raise InputError(f"{path} is empty." if not size else f"{path} is larger than {most >> 20} MiB.")
    return path


def content(path: Path, kind: str, most: int) -> bytes:
    """What is in a file of 1 to `most` bytes; `kind` says what is needed."""
    try:
        return regular(path, kind, most).read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {reason(error)}.") from None


def read_text(path: Path) -> str:
    """The text of a CSV file."""
    text = decoded(path, content(path, "a CSV file", MOST_BYTES))
    if "\0" in text:
        raise InputError(f"{path} is not a text; a CSV file is needed.")
    if not text.strip():
        raise InputError(f"{path} is empty.")
    return text


def separator_of(text: str) -> str:
    """The separator that is most frequent in the header, outside quotes; names have commas in them at times."""
    header = re.sub(r'"[^"]*"', "", text.lstrip(" \r\n")[:10_000]).splitlines()
    found = max("\t;,", key=header[0].count) if header else ","
    return found if header and found in header[0] else ","


def rows_of(path: Path, text: str, separator: str) -> Rows:
    """The rows that are not blank, each with the line that it begins on; separators alone are blank, too."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    line = 1
    try:
        for row in rows:
            if any(map(str.strip, row)):
                yield line, row
            line = rows.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}, line {line}: not a CSV table ({error}).") from None


def _position(path: Path, header: list[str], name: str) -> int:
    if header.count(name) == 1:
        return header.index(name)
    if name in header:
        raise InputError(f"{path} has {header.count(name)} columns named {name!r}.")
    named = [column for column in header if column]
    there = ", ".join(" ".join(column.split())[:40] for column in named[:20]) + (", ..." if len(named) > 20 else "")
    others = f"its columns are {there}" if there else "none of its columns has a name"
    raise InputError(f"{path} has no column {name!r}; {others}.")


def aligned(path: Path, rows: Rows) -> tuple[list[str], Rows]:
    """The header up to its last name, and the rows below it, each as long; what stands in nameless columns is cut off.

    Raises:
        InputError: while the rows are read, one lacks a cell, or has more cells than the header, blank ones aside.
    """
    header = [cell.strip() for cell in next(rows, (1, []))[1]]
    named = max((place for place, name in enumerate(header, start=1) if name), default=0)
    return header[:named], _cut(path, rows, named, len(header))


def _cut(path: Path, rows: Rows, named: int, width: int) -> Rows:
    for line, row in rows:
        if len(row) < named or any(map(str.strip, row[width:])):
            raise InputError(f"{path}, line {line}: the header has {width} cells, this line {len(row)}.")
        yield line, row[:named]
