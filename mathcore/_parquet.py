"""Parquet files, read and written with pyarrow or, where that is missing, with polars."""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from mathcore._cells import as_cell
from mathcore._error import InputError

Rows = Iterator[tuple[int, list[str]]]
MOST_UNPACKED = 128 * 2**20  # bytes of all columns
BATCH = 4096  # rows that are read at a time


def check() -> None:
    """Make sure that parquet files can be read and written.

    Raises:
        InputError: neither pyarrow nor polars is installed.
    """
    if not (_there("pyarrow") or _there("polars")):
        raise InputError("a parquet file needs pyarrow or polars; install one with `pip install 'deepreel[tables]'`.")


def rows(path: Path, most: int) -> Rows:
    """The names of the columns, as line 1, and the rows below them: one more than `most`, where there are so many.

    Raises:
        InputError: nothing is installed that reads them, or the file is no parquet file, damaged or too large.
    """
    check()
    read = _with_pyarrow if _there("pyarrow") else _with_polars
    table = read(path, most)
    while True:
        try:
            line, values = next(table)
        except StopIteration:
            return
        except InputError:
            raise
        except BaseException as error:  # polars' panics are no Exceptions
            if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
                raise
            raise InputError(f"{path} is not a parquet file that can be read, or it is damaged.") from None
        yield line, [as_cell(value) for value in values]


def _with_pyarrow(path: Path, most: int) -> Iterator[tuple[int, Any]]:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        groups = (file.metadata.row_group(k) for k in range(file.metadata.num_row_groups))
        _refuse_large(path, sum(group.total_byte_size for group in groups))
        yield 1, file.schema_arrow.names
        line = 1
        for batch in file.iter_batches(batch_size=BATCH):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                line += 1
                yield line, row
                if line > most + 1:
                    return


def _with_polars(path: Path, most: int) -> Iterator[tuple[int, Any]]:
    import polars

    frame = polars.read_parquet(path, n_rows=most + 1)
    _refuse_large(path, int(frame.estimated_size()))
    yield 1, frame.columns
    yield from enumerate(frame.iter_rows(), start=2)


def _refuse_large(path: Path, size: int) -> None:
    if size > MOST_UNPACKED:
        raise InputError(f"{path} is larger than {MOST_UNPACKED >> 20} MiB once it is unpacked.")


def write(path: Path, meta: dict[str, Any], arrays: Any, axes: Any) -> None:
    """Write arrays into one tidy table: quantity, a column per axis (null where there is none), value; `meta` beside.

    Args:
        path: where to.
        meta: what json can hold; it is the entry `deepreel` of the file's metadata.
        arrays: by name.
        axes: of each the names of its axes.
    """
    names = list(dict.fromkeys(axis for one in axes.values() for axis in one))
    places = [dict(zip(axes[name], np.indices(array.shape), strict=True)) for name, array in arrays.items()]
    sizes = [array.size for array in arrays.values()]
    columns = {
        axis: np.concatenate([_flat(place.get(axis), size) for place, size in zip(places, sizes, strict=True)])
        for axis in names
    }
    quantity = np.repeat(list(arrays), sizes)
    value = np.concatenate([np.ravel(array).astype(float) for array in arrays.values()])
    save = _save_with_pyarrow if _there("pyarrow") else _save_with_polars
    save(path, json.dumps(meta, allow_nan=False), quantity, columns, value)


def _flat(places: np.ndarray | None, size: int) -> np.ndarray:
    """The places along an axis, -1 where a quantity has not that axis."""
    return np.full(size, -1) if places is None else places.ravel()


def _save_with_pyarrow(path: Path, meta: str, quantity: np.ndarray, places: Any, value: np.ndarray) -> None:
    import pyarrow
    from pyarrow import parquet

    columns = {"quantity": pyarrow.array(quantity.tolist()).dictionary_encode()}
    columns |= {axis: pyarrow.array(along, mask=along < 0) for axis, along in places.items()}
    table = pyarrow.table(columns | {"value": pyarrow.array(value)})
    parquet.write_table(table.replace_schema_metadata({"deepreel": meta}), path)


def _save_with_polars(path: Path, meta: str, quantity: np.ndarray, places: Any, value: np.ndarray) -> None:
    import polars

    columns: dict[str, Any] = {"quantity": polars.Series(quantity.tolist(), dtype=polars.Categorical)}
    for axis, along in places.items():
        series = polars.Series(along)
        columns[axis] = series.set(series < 0, None)
    polars.DataFrame(columns | {"value": value}).write_parquet(path, metadata={"deepreel": meta})


def _there(name: str) -> bool:
    """Whether a library is installed."""
    try:
        return find_spec(name) is not None
    except ValueError:  # of one that is kept from being loaded
        return False
