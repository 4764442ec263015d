"""Trajectories in CSV files, in either of two layouts.

tidy    as deepreel writes it: quantity, one column per axis, value; a row per number
plain   a column per quantity and a row per step, for quantities with one axis; a column that only counts the steps
        may stand beside them, and where a quantity has fewer steps than others its last cells are empty
"""

from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mathcore._cells import NumberCells
from mathcore._data import InputError, aligned, read_text, rows_of, separator_of

MOST_VALUES = 1_000_000
Arrays = dict[str, np.ndarray]
Axes = Mapping[str, tuple[str, ...]]  # of every quantity of the concept


class Submission(NamedTuple):
    """The quantities that a file holds, in float64, and the names in it that are of no use."""

    arrays: Arrays
    unused: tuple[str, ...]


class Table(NamedTuple):
    """A CSV file, whose rows are read as they are asked for."""

    path: Path
    cells: NumberCells
    header: list[str]
    rows: Iterator[tuple[int, list[str]]]  # each with its line

    def number(self, line: int, column: str, cell: str) -> float:
        """The number in a cell; infinities and NaN are numbers here."""
        return self.cells.number(line, column, cell)


def read_table(path: Path, axes: Axes) -> Submission:
    """The quantities of a CSV file in either layout; commas, semicolons and tabs separate.

    Raises:
        InputError: the file cannot be read, or it is no such table.
    """
    text = read_text(path)
    separator = separator_of(text)
    header, rows = aligned(path, rows_of(path, text, separator))
    names = [name for name in header if name]
    if len(set(names)) < len(names):
        raise InputError(f"{path} has two columns of the same name.")
    table = Table(path, NumberCells(path, separator), header, _counted(path, rows))
    submission = _tidy(table, axes) if {"quantity", "value"} <= set(header) else _plain(table, axes)
    table.cells.check()
    return submission


def _counted(path: Path, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for count, row in enumerate(rows):
        if count == MOST_VALUES:
            raise InputError(f"{path} has more than {MOST_VALUES} rows.")
        yield row


def _plain(table: Table, axes: Axes) -> Submission:
    names = [name for name in table.header if len(axes.get(name, ())) == 1]
    places = [table.header.index(name) for name in names]
    columns: list[list[float]] = [[] for _ in names]
    ended = [0] * len(names)  # the line of the first empty cell
    for line, row in table.rows:
        for k, place in enumerate(places):
            if not row[place].strip():
                ended[k] = ended[k] or line
            elif ended[k]:
                raise InputError(f"{table.path}, line {ended[k]}, column {names[k]!r}: the cell is empty.")
            else:
                columns[k].append(table.number(line, names[k], row[place]))
    counting = {"", *(axis for one in axes.values() for axis in one)}
    unused = tuple(name for name in table.header if name not in names and name not in counting)
    return Submission({name: np.array(column) for name, column in zip(names, columns, strict=True)}, unused)


def _tidy(table: Table, axes: Axes) -> Submission:
    found: dict[str, dict[tuple[int, ...], float]] = {}
    unused: dict[str, None] = {}
    for line, row in table.rows:
        cells = dict(zip(table.header, row, strict=True))
        name = cells["quantity"].strip()
        if name not in axes:
            unused[name] = None
            continue
        index = _index(table.path, line, name, [cells.get(axis, "") for axis in axes[name]])
        if index in found.setdefault(name, {}):
            raise InputError(f"{table.path}, line {line}: this value of {name} stands above already.")
        found[name][index] = table.number(line, "value", cells["value"])
    return Submission({name: _assembled(table.path, name, values) for name, values in found.items()}, tuple(unused))


def _index(path: Path, line: int, name: str, cells: list[str]) -> tuple[int, ...]:
    try:
        index = tuple(int(cell) for cell in cells)
    except ValueError:
        index = (-1,)
    if min(index, default=0) < 0:
        raise InputError(f"{path}, line {line}: the place of this value of {name} is not written in numbers from 0.")
    return index


def _assembled(path: Path, name: str, values: dict[tuple[int, ...], float]) -> np.ndarray:
    """The array that the values fill without a gap; they are counted before it is made."""
    shape = tuple(max(along) + 1 for along in zip(*values, strict=True))
    if prod(shape) != len(values):
        raise InputError(f"{path}: {name} has {len(values)} values, where their places ask for {prod(shape)}.")
    array = np.empty(shape)
    for index, value in values.items():
        array[index] = value
    return array
