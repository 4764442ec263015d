"""A trajectory that somebody else computed: npz, csv or json, read with care, to be compared with ours.

npz   arrays by name; never unpickled
json  {"w": [0.0, 1.5], ...}, nested lists for several axes
csv   see `_columns`

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

from mathcore._columns import MOST_VALUES, Arrays, Axes, Submission, read_table
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
        raise InputError(f"{path} holds no quantity to compare, but {there}; quantities are {', '.join(axes)}.")
    for name, array in submission.arrays.items():
        if not 0 < array.size <= MOST_VALUES:
            raise InputError(f"{path}: {name} has {f'more than {MOST_VALUES}' if array.size else 'no'} values.")
    return submission


def listed(names: tuple[str, ...]) -> str:
    """Names of a user's making in a sentence, as far as there is room."""
    return ", ".join(" ".join(name.split())[:40] for name in names[:20]) + (", ..." if len(names) > 20 else "")


def _bytes(path: Path) -> bytes:
    try:
        return regular(path, "an npz, csv or json file", MOST_BYTES).read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from None


def _read_npz(path: Path, axes: Axes) -> Submission:
    content = io.BytesIO(_bytes(path))
    try:
        with zipfile.ZipFile(content) as archive:
            entries = {entry.filename.removesuffix(".npy"): entry for entry in archive.infolist()}
            arrays = {name: _array(archive, entries[name]) for name in axes if name in entries}
    except Exception:  # zipfile, zlib and numpy raise almost anything on damaged files
        raise InputError(f"{path} is not an npz file of plain numbers, or it is damaged or too large.") from None
    return Submission(arrays, _unused(entries, arrays))


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
        record = json.loads(content)
    except (ValueError, RecursionError):  # no UTF-8, no JSON, a number of thousands of digits, or nested too deep
        raise InputError(f"{path} is not JSON that can be read.") from None
    if not isinstance(record, dict):
        raise InputError(f'{path} must hold quantities by name, as in {{"w": [0.0, 1.5]}}.')
    arrays = {name: _nested(path, name, record[name]) for name in axes if name in record}
    return Submission(arrays, _unused(record, arrays))


def _nested(path: Path, name: str, values: Any) -> np.ndarray:
    """Nested lists as an array; "NaN" and "Infinity" are numbers here, as in what deepreel writes."""
    try:
        return np.array(values, dtype=float)
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InputError(f"{path}: {name} is not numbers in lists of equal length.") from None


def _unused(names: Iterable[str], arrays: Arrays) -> tuple[str, ...]:
    return tuple(name for name in names if name not in arrays and name not in ("meta", "timeline"))


_READERS: dict[str, Callable[[Path, Axes], Submission]] = {".npz": _read_npz, ".csv": read_table, ".json": _read_json}
