"""Named arrays and what is known of them, as npz, csv, json, xlsx or parquet. Reading never unpickles.

npz   one entry per quantity, and `meta`, a JSON text
csv   tidy: quantity, one column per axis (empty where a quantity has not that axis), value
json  one key per quantity holding nested lists, `meta`, and `timeline` where there is one (see docs/formats.md);
      numbers that JSON lacks are the strings "NaN", "Infinity" and "-Infinity"
xlsx, parquet  see `_workbook` and `_parquet`; they are written, and read by `check` alone
"""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mathcore import _parquet, _workbook
from mathcore._error import InputError
from mathcore._files import written_whole

Arrays = dict[str, np.ndarray]
Axes = Mapping[str, tuple[str, ...]]
Timeline = Sequence[dict[str, Any]]  # the numbers of a film, one entry each


def write(
    path: Path,
    meta: dict[str, Any],
    arrays: Arrays,
    axes: Axes,
    timeline: Timeline | None = None,
    meanings: Mapping[str, str] | None = None,
) -> None:
    """Write `arrays` and `meta` to `path`, in the format that its suffix names.

    Json alone holds a `timeline`, and xlsx alone the `meanings` of the quantities.
    """
    if timeline is not None and path.suffix != ".json":
        raise ValueError(f"{path.suffix} holds no timeline")
    writer = _WRITERS[path.suffix]
    known = {"meta": meta} | ({} if timeline is None else {"timeline": timeline})
    with written_whole(path) as draft:
        writer(draft, known | ({"meanings": meanings or {}} if path.suffix == ".xlsx" else {}), arrays, axes)


def read(path: Path, axes: Axes) -> tuple[dict[str, Any], Arrays]:
    """The meta (empty for csv) and the arrays of an npz, csv or json that `write` wrote with the same `axes`.

    Raises:
        InputError: it is of another kind.
    """
    if path.suffix not in _READERS:
        raise InputError(f"{path} cannot be loaded; a trace is read back from {', '.join(_READERS)}.")
    return _READERS[path.suffix](path, axes)


def _write_npz(path: Path, known: dict[str, Any], arrays: Arrays, axes: Axes) -> None:
    np.savez_compressed(path, allow_pickle=False, **arrays, meta=np.array(json.dumps(known["meta"], allow_nan=False)))


def _read_npz(path: Path, axes: Axes) -> tuple[dict[str, Any], Arrays]:
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return json.loads(str(arrays.pop("meta"))), arrays


def _write_csv(path: Path, known: dict[str, Any], arrays: Arrays, axes: Axes) -> None:
    columns = list(dict.fromkeys(axis for names in axes.values() for axis in names))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["quantity", *columns, "value"])
        for name, array in arrays.items():
            for index in np.ndindex(array.shape):
                place = dict(zip(axes[name], index, strict=True))
                writer.writerow([name, *(place.get(column, "") for column in columns), repr(array[index].item())])


def _read_csv(path: Path, axes: Axes) -> tuple[dict[str, Any], Arrays]:
    entries: dict[str, dict[tuple[int, ...], str]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        columns = next(rows)[1:-1]
        for name, *index, value in rows:
            place = dict(zip(columns, index, strict=True))
            if name in axes:
                entries.setdefault(name, {})[tuple(int(place[axis]) for axis in axes[name])] = value
    return {}, {name: _assemble(values) for name, values in entries.items()}


def _assemble(values: dict[tuple[int, ...], str]) -> np.ndarray:
    shape = np.max(list(values), axis=0).astype(int) + 1
    if len(values) != np.prod(shape):
        raise ValueError(f"{len(values)} values where the indices ask for {np.prod(shape):g}")
    kind = int if all(value.lstrip("-").isdigit() for value in values.values()) else float
    array = np.empty(shape, kind)
    for index, value in values.items():
        array[index] = kind(value)
    return array


def _write_json(path: Path, known: dict[str, Any], arrays: Arrays, axes: Axes) -> None:
    record = known | {name: spelled(array.tolist()) for name, array in arrays.items()}
    path.write_text(json.dumps(record, allow_nan=False), encoding="utf-8")


def _write_xlsx(path: Path, known: dict[str, Any], arrays: Arrays, axes: Axes) -> None:
    _workbook.write(path, known["meta"], known["meanings"], arrays, axes)


def _write_parquet(path: Path, known: dict[str, Any], arrays: Arrays, axes: Axes) -> None:
    _parquet.write(path, known["meta"], arrays, axes)


def _read_json(path: Path, axes: Axes) -> tuple[dict[str, Any], Arrays]:
    record = json.loads(path.read_text(encoding="utf-8"))
    return record["meta"], {name: _numbers(values) for name, values in record.items() if name in axes}


def _numbers(values: Any) -> np.ndarray:
    array = np.array(values)
    return array if array.dtype.kind == "i" else np.array(values, dtype=float)


def spelled(values: Any) -> Any:
    """A number, or nested lists of numbers, with every one that JSON lacks spelled out."""
    if isinstance(values, list):
        return [spelled(value) for value in values]
    if np.isfinite(values):
        return values
    return "NaN" if np.isnan(values) else "Infinity" if values > 0 else "-Infinity"


_WRITERS: dict[str, Callable[[Path, dict[str, Any], Arrays, Axes], None]] = {
    ".npz": _write_npz,
    ".csv": _write_csv,
    ".json": _write_json,
    ".xlsx": _write_xlsx,
    ".parquet": _write_parquet,
}
_READERS: dict[str, Callable[[Path, Axes], tuple[dict[str, Any], Arrays]]] = {
    ".npz": _read_npz,
    ".csv": _read_csv,
    ".json": _read_json,
}
