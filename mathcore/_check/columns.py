"""Trajectories in tables, in CSV files, workbooks and parquet files, in either of two layouts.

tidy    as deepreel writes it: quantity, one column per axis, value; a row per number
plain   a column per quantity and a row per step, for quantities with one axis, or with a column for each of theirs

A column such as `step` or `epoch` says where the rows of either layout stand, in any order and with gaps; where a
quantity was not written its cell is then empty. Without one the rows of a plain table follow the start, and where a
quantity has fewer steps than others its last cells are empty. The sheets of a workbook are read one by one.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isnan, nan, prod
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mathcore._cells import NumberCells
from mathcore._check.compare import sequence
from mathcore._check.names import bare, counters, is_axis, meant, respelled, shown
from mathcore._check.series import named, told
from mathcore._data import InputError, Sheet, aligned, sheets_of

MOST_VALUES = 1_000_000
OTHERWISE = "if it counts no steps, rename it"
LAST_PLACE = 2**53  # up to it every whole number is one in double precision
Arrays = dict[str, np.ndarray]
Axes = Mapping[str, tuple[str, ...]]  # of every quantity of the concept
Rows = Iterator[tuple[int, list[str]]]  # each with its line


Cells = dict[tuple[int, ...], float]  # the values of a quantity by their places


class Submission(NamedTuple):
    """The quantities that a file holds, in float64, and what is known of their names and places."""

    arrays: Arrays
    unused: tuple[str, ...]  # names that are of no use
    steps: Arrays  # of each quantity whose steps the file counts: where its rows stand, as whole numbers
    counters: dict[str, str]  # of each of these: the name of what counts its steps
    notes: tuple[str, ...]  # sentences on names that are spelled otherwise than ours

    def from_one(self) -> dict[str, str]:
        """The quantities whose steps are 1, 2, 3 ... in any order, and the names of what counts them.

        What counts the steps of several quantities does so together.
        """
        together: dict[str, set[int]] = {}
        for name, places in self.steps.items():
            together.setdefault(self.counters[name], set()).update(places.tolist())
        whole = {name for name, places in together.items() if places == set(range(1, len(places) + 1))}
        return {name: counter for name, counter in self.counters.items() if counter in whole}


class Table(NamedTuple):
    """A table, whose rows are read whenever they are asked for."""

    path: Path
    cells: NumberCells
    header: list[str]
    rows: Callable[[], Rows]

    def number(self, line: int, column: str, cell: str) -> float:
        """The number in a cell; infinities and NaN are numbers here."""
        return self.cells.number(line, column, cell)

    def place(self, line: int, column: str, cell: str) -> int:
        """The whole number in a cell."""
        number = self.number(line, column, cell) if cell.strip() else nan
        if not (0 <= number <= LAST_PLACE and number == int(number)):
            raise InputError(f"{self.path}, line {line}, {no_place(column, cell.strip())}")
        return int(number)


def read_table(path: Path, axes: Axes, asked: Sequence[str] = ()) -> Submission:
    """The quantities of a table in either layout, or of all sheets of a workbook.

    Args:
        path: the file.
        axes: of every quantity of the concept.
        asked: which columns are which quantities, see `series`.

    Raises:
        InputError: the file cannot be read, or it is no such table.
    """
    sheets = sheets_of(path, MOST_VALUES)
    headers = [aligned(path, sheet.rows())[0] for sheet in sheets]
    renamed = named(path, list(dict.fromkeys(name for header in headers for name in header)), asked, axes)
    read = [
        _sheet(path, sheet, [renamed.get(name, name) for name in header], axes)
        for sheet, header in zip(sheets, headers, strict=True)
    ]
    submission = _together(path, sheets, read)
    return submission._replace(notes=(*told(renamed), *submission.notes))


def _sheet(path: Path, sheet: Sheet, header: list[str], axes: Axes) -> Submission:
    table = Table(path, NumberCells(path, sheet.separator), header, lambda: _below(path, sheet))
    layout = meant(path, header, ("quantity", "value"))
    submission = _tidy(table, axes, **layout) if len(layout) == 2 else _plain(table, axes)
    table.cells.check()
    return submission


def _together(path: Path, sheets: Sequence[Sheet], read: Sequence[Submission]) -> Submission:
    """What the sheets of a file hold; those that hold no quantity are left aside where others do."""
    every = list(zip(sheets, read, strict=True))
    both = [(sheet, one) for sheet, one in every if one.arrays] or every
    whole = both[0][1]
    for k, (sheet, one) in enumerate(both[1:], start=1):
        for name in set(whole.arrays) & set(one.arrays):
            before = next(other.name for other, there in both[:k] if name in there.arrays)
            raise InputError(f"{path} has {name} in two sheets, {before} and {sheet.name}; keep one.")
        whole = Submission(
            whole.arrays | one.arrays,
            tuple(dict.fromkeys((*whole.unused, *one.unused))),
            whole.steps | one.steps,
            whole.counters | one.counters,
            tuple(dict.fromkeys((*whole.notes, *one.notes))),
        )
    return whole


def no_place(counter: str, value: object) -> str:
    """What to say of a value that is to say at which place along an axis others stand, and does not."""
    return f"{shown(counter)!r}: {shown(str(value)) or 'an empty cell'} is no whole number from 0 on; {OTHERWISE}."


def _below(path: Path, sheet: Sheet) -> Rows:
    """The rows below the header."""
    _, rows = aligned(path, sheet.rows())
    for count, row in enumerate(rows):
        if count == MOST_VALUES:
            raise InputError(f"{path} has more than {MOST_VALUES} rows.")
        yield row


def _plain(table: Table, axes: Axes) -> Submission:
    found = meant(table.path, table.header, [name for name in axes if _is_placed(table, name, axes)])
    others = [name for name in table.header if name and name not in found.values()]
    counting = counters(table.path, others, axes, found)
    cells: dict[str, Cells] = {name: {} for name in found}
    ended: dict[str, int] = {}  # the line of the first empty cell
    for line, row in table.rows():
        given = dict(zip(table.header, row, strict=True))
        for name, column in found.items():
            counted = [counting[axis] for axis in axes[name] if axis in counting]
            if not given[column].strip():
                ended.setdefault(name, line)
            elif not counted and name in ended:
                raise InputError(f"{table.path}, line {ended[name]}, column {shown(column)!r}: the cell is empty.")
            else:
                places = [table.place(line, counter, given[counter]) for counter in counted] or [len(cells[name])]
                _enter(table, line, name, cells[name], tuple(places), table.number(line, column, given[column]))
    unused = [name for name in others if name not in counting.values() and not is_axis(name, axes)]
    submission = _gathered(table.path, axes, found, counting, cells, unused)
    known = {bare(name): len(one) for name, one in axes.items()}
    wide = [
        f"{shown(name)} has {known[bare(name)] or 'no'} axes: a column holds one"
        for name in unused
        if bare(name) in known
    ]
    wide += [
        f"{shown(name)} may be a part of {one}, whose {len(axes[one])} axes ask for npz, json or the tidy layout"
        for name in unused
        for one in axes
        if len(axes[one]) > 1 and re.fullmatch(rf"{re.escape(bare(one))}\d+", bare(name))
    ]
    return submission._replace(notes=(*submission.notes, *wide))


def _is_placed(table: Table, name: str, axes: Axes) -> bool:
    """Whether a column can hold a quantity: it has one axis, or several, along each of which another column counts."""
    others = [one for one in table.header if bare(one) != bare(name)]
    if len(axes[name]) < 2 or len(others) == len(table.header):
        return len(axes[name]) == 1
    return set(axes[name]) <= set(counters(table.path, others, axes, [name]))


def _tidy(table: Table, axes: Axes, quantity: str, value: str) -> Submission:
    column, numbers = table.header.index(quantity), table.header.index(value)
    names = list(dict.fromkeys(row[column].strip() for _, row in table.rows()))
    found = meant(table.path, names, axes)
    counting = counters(table.path, table.header, axes, found)
    places = {axis: table.header.index(counter) for axis, counter in counting.items()}
    missing = [(name, axis) for name in found for axis in axes[name] if axis not in places]
    if missing:
        raise InputError(f"{table.path}: no column says at which {missing[0][1]} the values of {missing[0][0]} stand.")
    meanings = {given: name for name, given in found.items()}
    cells: dict[str, Cells] = {name: {} for name in found}
    for line, row in table.rows():
        name = meanings.get(row[column].strip())
        if name is not None:
            index = tuple(table.place(line, counting[axis], row[places[axis]]) for axis in axes[name])
            _enter(table, line, name, cells[name], index, table.number(line, value, row[numbers]))
    return _gathered(table.path, axes, found, counting, cells, [given for given in names if given not in meanings])


def _enter(table: Table, line: int, name: str, cells: Cells, index: tuple[int, ...], value: float) -> None:
    """Put a value in its place, where the same one may stand already."""
    there = cells.setdefault(index, value)
    if there != value and not (isnan(there) and isnan(value)):
        raise InputError(f"{table.path}, line {line}: {name} has another value above, in the same place.")


def _gathered(
    path: Path,
    axes: Axes,
    found: Mapping[str, str],
    counting: Mapping[str, str],
    cells: Mapping[str, Cells],
    unused: list[str],
) -> Submission:
    arrays, steps, columns = {}, {}, {}
    for name, values in cells.items():
        step = sequence(axes[name])
        arrays[name], places = _assembled(path, name, values, step)
        if step is not None and axes[name][step] in counting:
            steps[name], columns[name] = places, counting[axes[name][step]]
    return Submission(arrays, tuple(unused), steps, columns, respelled(found, counting))


def _assembled(path: Path, name: str, cells: Cells, step: int | None) -> tuple[np.ndarray, np.ndarray]:
    """The array that the values fill without a gap, and the steps at which its rows stand.

    Axes other than that of the steps count from 0 or 1. The values are counted before the array is made.
    """
    along = [sorted(set(places)) for places in zip(*cells, strict=True)]
    firsts = [min(places[0], 1) for places in along]
    lengths = [
        len(places) if k == step else places[-1] + 1 - begin
        for k, (places, begin) in enumerate(zip(along, firsts, strict=True))
    ]
    if cells and prod(lengths) != len(cells):
        raise InputError(f"{path}: {name} has {len(cells)} values, where their places ask for {prod(lengths)}.")
    array = np.empty(lengths if cells else 0)
    rows = {place: row for row, place in enumerate(along[step])} if cells and step is not None else {}
    for index, value in cells.items():
        array[tuple(rows[p] if k == step else p - firsts[k] for k, p in enumerate(index))] = value
    return array, np.array(along[step] if rows and step is not None else [], dtype=np.int64)
