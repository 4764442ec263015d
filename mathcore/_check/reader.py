"""A trajectory that somebody else computed: npz, csv or json, read with care, to be compared with ours.

npz     arrays by name; never unpickled
npy     one array, whose quantity must be said
json    {"w": [0.0, 1.5], ...}, nested lists for several axes; or a table as pandas writes it, see `pandas_json`
csv     see `columns`; so are xlsx, xlsm and parquet
events  what TensorBoard reads, see `events`

In the first two an array such as `step` says where the values of a quantity stand along its steps.

Numbers may be infinite or NaN, since a run that diverges is worth comparing. Whatever is wrong with the file
raises InputError with one sentence that names it.
"""

import io
import json
import math
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mathcore._check.columns import LAST_PLACE, MOST_VALUES, OTHERWISE, Axes, Submission, no_place, read_table
from mathcore._check.compare import sequence
from mathcore._check.events import EVENTS, read_events
from mathcore._check.names import counters, is_axis, meant, renamed, respelled, shown
from mathcore._check.pandas_json import columns
from mathcore._check.series import example, named, series_of, told
from mathcore._data import MOST_BYTES, InputError, regular
from mathcore._error import reason

_HEADERS: dict[tuple[int, int], Callable[..., Any]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read(path: Path, axes: Axes, asked: Sequence[str] = ()) -> Submission:
    """The quantities that a file holds, of those in `axes`.

    Args:
        path: the file.
        axes: of every quantity of the concept.
        asked: which of its names are which quantities, where they are called otherwise; see `series`.

    Raises:
        InputError: the file cannot be read, is damaged or too large, or none of its names is a quantity.
    """
    reader = read_events if EVENTS in path.name else _READERS.get(path.suffix.lower())
    if reader is None:
        if not path.exists():
            raise InputError(f"{path} cannot be opened: no such file or directory.")
        raise InputError(
            f"{path} is not called .npz, .npy, .csv, .json, .xlsx or .parquet, nor is it an event file of TensorBoard."
        )
    submission = reader(path, axes, asked)
    if not submission.arrays:
        there, hints = listed(submission.unused), renamed(submission.unused, axes)
        if submission.unused and not hints:
            hints = (f"say which one is which, as in --as {example(axes)}={series_of(submission.unused, axes)}",)
        rest = "; ".join([f"quantities are {', '.join(axes)}", *submission.notes, *hints])
        held = f"no quantity to compare, but {there}" if submission.unused else "nothing"
        raise InputError(f"{path} holds {held}; {rest}.")
    for name, array in submission.arrays.items():
        if not 0 < array.size <= MOST_VALUES:
            raise InputError(f"{path}: {name} has {f'more than {MOST_VALUES}' if array.size else 'no'} values.")
    return submission


def could_be(path: Path) -> bool:
    """Whether a file has a name of one that is read."""
    return EVENTS in path.name or path.suffix.lower() in _READERS


def listed(names: tuple[str, ...]) -> str:
    """Names of a user's making in a sentence, as far as there is room."""
    return ", ".join(map(shown, names[:20])) + (", ..." if len(names) > 20 else "")


def _bytes(path: Path) -> bytes:
    try:
        return regular(path, "an npz, npy, csv or json file", MOST_BYTES).read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {reason(error)}.") from None


def _read_npz(path: Path, axes: Axes, asked: Sequence[str]) -> Submission:
    content = io.BytesIO(_bytes(path))
    try:
        with zipfile.ZipFile(content) as archive:
            entries = [(entry.filename.removesuffix(".npy"), entry) for entry in archive.infolist()]
            return _arranged(path, entries, axes, asked, lambda name, entry: _array(archive, entry))
    except InputError:
        raise
    except Exception:  # zipfile, zlib and numpy raise almost anything on damaged files
        raise InputError(f"{path} is not an npz file of plain numbers, or it is damaged or too large.") from None


def _read_npy(path: Path, axes: Axes, asked: Sequence[str]) -> Submission:
    if len(asked) != 1:
        said = f"one array, and --as names {len(asked)} quantities; name one" if asked else ""
        raise InputError(
            f"{path} holds {said or f'an array without a name; say which quantity it is, as in --as {example(axes)}'}."
        )
    content = _bytes(path)
    try:
        array = _unpacked(content)
    except Exception:  # numpy raises almost anything on damaged files
        raise InputError(f"{path} is not an npy file of plain numbers, or it is damaged or too large.") from None
    return _arranged(path, [(path.stem, array)], axes, asked, lambda name, values: values)


def _arranged(
    path: Path,
    given: Iterable[tuple[str, Any]],
    axes: Axes,
    asked: Sequence[str],
    array: Callable[[str, Any], np.ndarray],
) -> Submission:
    """What is of use among named arrays, some of which are said to be other quantities."""
    given = list(given)
    renamed = named(path, [name for name, _ in given], asked, axes)
    submission = arranged(path, [(renamed.get(name, name), one) for name, one in given], axes, array)
    return submission._replace(notes=(*told(renamed), *submission.notes))


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> np.ndarray:
    """The array of an entry [...], in float64; no memory is given for more than it may hold."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("packed by a method that unpacks more than it is asked for")
    with archive.open(entry) as packed:
        return _unpacked(packed.read(16 * MOST_VALUES))  # what is longer is cut, and then lacks values


def _unpacked(content: bytes) -> np.ndarray:
    """The array [...] of an npy file, in float64."""
    stream = io.BytesIO(content)
    shape, _, dtype = _HEADERS[np.lib.format.read_magic(stream)](stream)
    if dtype.kind not in "biuf" or math.prod(shape) > MOST_VALUES:
        raise ValueError("no numbers, or too many")
    stream.seek(0)
    array: np.ndarray = np.lib.format.read_array(stream, allow_pickle=False)
    return array.astype(float)


def _read_json(path: Path, axes: Axes, asked: Sequence[str]) -> Submission:
    content = _bytes(path)
    try:
        record = columns(_lines(content) if _has_lines(content) else _parsed(content))
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except (ValueError, RecursionError):  # no UTF-8, no JSON, a number of thousands of digits, or nested too deep
        raise InputError(f"{path} is not JSON that can be read.") from None
    if not isinstance(record, dict):
        raise InputError(f'{path} must hold quantities by name, as in {{"w": [0.0, 1.5]}}.')
    return _arranged(path, record.items(), axes, asked, lambda name, one: numbers(f"{path}: {shown(name)}", one))


def _parsed(content: bytes) -> Any:
    return json.loads(content, object_pairs_hook=_once)


def _lines(content: bytes) -> list[Any]:
    """The records of a file that has one to a line."""
    return [_parsed(line) for line in content.splitlines() if line.strip()]


def _has_lines(content: bytes) -> bool:
    """Whether a file has an object on each of its first two lines."""
    first, _, second = content.strip().partition(b"\n")
    return first.startswith(b"{") and first.rstrip().endswith(b"}") and second.startswith(b"{")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, of whose names none stands twice."""
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = next(name for k, (name, _) in enumerate(pairs) if name in dict(pairs[:k]))
        raise InputError(f"two values are called {listed((twice,))!r}; keep one.")
    return record


def arranged(
    source: object, given: Iterable[tuple[str, Any]], axes: Axes, array: Callable[[str, Any], np.ndarray]
) -> Submission:
    """What is of use among named arrays.

    Args:
        source: the file.
        given: names, and what `array` makes an array of.
        axes: of every quantity of the concept.
        array: makes an array of float64; it is asked only for what is used.

    Raises:
        InputError: two names mean the same, or what counts the steps does not.
    """
    given = list(given)
    names, values = [name for name, _ in given], dict(given)
    found = meant(source, names, axes)
    counting = counters(source, [name for name in names if name not in found.values()], axes, found)
    arrays = {name: array(one, values[one]) for name, one in found.items()}
    along = {name: axes[name][step] for name in found if (step := sequence(axes[name])) is not None}
    columns = {name: counting[axis] for name, axis in along.items() if axis in counting}
    places = {column: _places(source, column, array(column, values[column])) for column in set(columns.values())}
    steps = {name: one for name, column in columns.items() if (one := places[column]) is not None}
    for name, there in steps.items():
        if not {len(there), len(there) - 1} & set(arrays[name].shape):
            counted = f"{shown(columns[name])!r} counts {len(there)} steps"
            raise InputError(f"{source}: {counted}, {name} has {_lengths(arrays[name])} values; {OTHERWISE}.")
    columns = {name: columns[name] for name in steps}
    counting = {along[name]: counter for name, counter in columns.items()}
    used = {*found.values(), *columns.values(), "meta", "timeline"}
    unused = tuple(name for name in names if name not in used and not (steps and is_axis(name, axes)))
    return Submission(arrays, unused, steps, columns, respelled(found, counting))


def _lengths(array: np.ndarray) -> str:
    return " x ".join(map(str, array.shape)) or "1"


def _places(source: object, name: str, array: np.ndarray) -> np.ndarray | None:
    """The places that an array holds along an axis; None of a number alone, which may be that of a knob."""
    if not array.ndim or array.size != max(array.shape):
        return None
    for place in array.ravel().tolist():
        if not (0 <= place <= LAST_PLACE and place == int(place)):
            raise InputError(f"{source}, {no_place(name, f'{place:.10g}')}")
    return array.ravel().astype(np.int64)


def numbers(where: str, values: Any) -> np.ndarray:
    """Nested lists as an array; "NaN" and "Infinity" are numbers here, as in what deepreel writes.

    Raises:
        InputError: they are no numbers in lists of equal length, or one is None.
    """
    try:
        array = np.array(values, dtype=float)
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InputError(f"{where} is not numbers in lists of equal length.") from None
    if np.isnan(array).any() and _lacks(values):
        raise InputError(
            f"{where} holds None (null), which may stand for NaN or for nothing; write NaN, or an empty cell of a csv."
        )
    return array


def _lacks(values: Any) -> bool:
    return values is None or (isinstance(values, list | tuple) and any(map(_lacks, values)))


_READERS: dict[str, Callable[[Path, Axes, Sequence[str]], Submission]] = {
    ".npz": _read_npz, ".npy": _read_npy, ".csv": read_table, ".json": _read_json, ".jsonl": _read_json,
    ".xlsx": read_table, ".xlsm": read_table, ".parquet": read_table,
}  # fmt: skip
