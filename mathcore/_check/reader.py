"""A trajectory that somebody else computed: npz, csv or json, read with care, to be compared with ours.

npz   arrays by name; never unpickled
json  {"w": [0.0, 1.5], ...}, nested lists for several axes
csv   see `_columns`

In the first two an array such as `step` says where the values of a quantity stand along its steps.

Numbers may be infinite or NaN, since a run that diverges is worth comparing. Whatever is wrong with the file
raises InputError with one sentence that names it.
"""

import io
import json
import math
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from mathcore._check.columns import LAST_PLACE, MOST_VALUES, OTHERWISE, Axes, Submission, no_place, read_table
from mathcore._check.compare import sequence
from mathcore._check.names import bare, counters, is_axis, meant, renamed, respelled, shown
from mathcore._data import MOST_BYTES, InputError, regular

_HEADERS: dict[tuple[int, int], Callable[..., Any]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read(path: Path, axes: Axes) -> Submission:
    """The quantities that a file holds, of those in `axes`.

    Raises:
        InputError: the file cannot be read, is damaged or too large, or none of its names is a quantity.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path} is not called .npz, .csv or .json.")
    submission = reader(path, axes)
    if not submission.arrays:
        there = listed(submission.unused) or "nothing"
        rename = ["name Value after the quantity that it holds"] if "value" in map(bare, submission.unused) else []
        told = "; ".join(
            [f"quantities are {', '.join(axes)}", *rename, *submission.notes, *renamed(submission.unused, axes)]
        )
        raise InputError(f"{path} holds no quantity to compare, but {there}; {told}.")
    for name, array in submission.arrays.items():
        if not 0 < array.size <= MOST_VALUES:
            raise InputError(f"{path}: {name} has {f'more than {MOST_VALUES}' if array.size else 'no'} values.")
    return submission


def listed(names: tuple[str, ...]) -> str:
    """Names of a user's making in a sentence, as far as there is room."""
    return ", ".join(map(shown, names[:20])) + (", ..." if len(names) > 20 else "")


def _bytes(path: Path) -> bytes:
    try:
        return regular(path, "an npz, csv or json file", MOST_BYTES).read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from None


def _read_npz(path: Path, axes: Axes) -> Submission:
    content = io.BytesIO(_bytes(path))
    try:
        with zipfile.ZipFile(content) as archive:
            entries = [(entry.filename.removesuffix(".npy"), entry) for entry in archive.infolist()]
            return arranged(path, entries, axes, lambda name, entry: _array(archive, entry))
    except InputError:
        raise
    except Exception:  # zipfile, zlib and numpy raise almost anything on damaged files
        raise InputError(f"{path} is not an npz file of plain numbers, or it is damaged or too large.") from None


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> np.ndarray:
    """The array of an entry [...], in float64; no memory is given for more than it may hold."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("packed by a method that unpacks more than it is asked for")
    with archive.open(entry) as packed:
        stream = io.BytesIO(packed.read(16 * MOST_VALUES))  # what is longer is cut, and then lacks values
    shape, _, dtype = _HEADERS[np.lib.format.read_magic(stream)](stream)
    if dtype.kind not in "biuf" or math.prod(shape) > MOST_VALUES:
        raise ValueError("no numbers, or too many")
    stream.seek(0)
    array: np.ndarray = np.lib.format.read_array(stream, allow_pickle=False)
    return array.astype(float)


def _read_json(path: Path, axes: Axes) -> Submission:
    content = _bytes(path)
    try:
        record = json.loads(content, object_pairs_hook=_once)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except (ValueError, RecursionError):  # no UTF-8, no JSON, a number of thousands of digits, or nested too deep
        raise InputError(f"{path} is not JSON that can be read.") from None
    if not isinstance(record, dict):
        raise InputError(f'{path} must hold quantities by name, as in {{"w": [0.0, 1.5]}}.')
    return arranged(path, record.items(), axes, lambda name, values: numbers(f"{path}: {shown(name)}", values))


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
        raise InputError(f"{where} holds None (null), which is no number; write NaN for one that is not a number.")
    return array


def _lacks(values: Any) -> bool:
    return values is None or (isinstance(values, list | tuple) and any(map(_lacks, values)))


_READERS: dict[str, Callable[[Path, Axes], Submission]] = {".npz": _read_npz, ".csv": read_table, ".json": _read_json}
