"""The numbers in the cells of a table, with a point or a comma before the decimals.

    62.5  62,5             decimals
    1.250  1,250           decimals or thousands: the cell itself does not say
    1 083,75  1.083,75     thousands separators, which are refused

A table has one decimal mark. A cell like 1.250 is refused where it is likely to be a thousand: all marked cells of its
column are like that, and others have no mark, or the mark is not the usual one of tables with this separator.
"""

import re
from datetime import datetime, time
from decimal import Decimal
from math import isfinite, nan
from pathlib import Path
from typing import Any, NamedTuple

from mathcore._error import InputError

SPACES = "[ \u00a0\u202f\u2009]"  # plain, no-break, narrow no-break, thin
GROUPED = re.compile(rf"[+-]?\d{{1,3}}({SPACES}|['’.,_])(\d{{2,3}}\1)*\d{{3}}((?!\1)[.,]\d*)?")  # India: 1,00,000
UNSURE = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
USUAL_MARK = {",": ".", ";": ","}  # by separator; beside tabs both are usual


class Exact(str):
    """A cell that held a number, not a text that spells one: its mark says nothing of those of texts."""

    __slots__ = ()


def as_cell(value: Any) -> str:
    """A value of a workbook or of a table of columns as a cell: numbers are exact, nothing is blank."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Exact(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return "" if value is None else str(value)


class Cell(NamedTuple):
    """A cell that holds a number."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"{self.text[:40]!r} ({_place(self.line, self.column)})"


class NumberCells:
    """Reads the cells of one table; what is wrong with them waits for `check`, when all are known."""

    def __init__(self, path: Path, separator: str, largest: float | None = None) -> None:
        """With a `largest` magnitude, infinities and NaN are no numbers either."""
        self._path, self._separator, self._largest = path, separator, largest
        self._faults: dict[str, tuple[str, int]] = {}  # by kind: the first, and how many
        self._marked: dict[str, Cell] = {}  # by decimal mark: the first cell with it
        self._unsure: dict[str, tuple[Cell, int]] = {}  # by column: the first, and how many
        self._round: set[str] = set()  # columns with unsure cells that end in 0
        self._decimal: set[str] = set()  # columns with cells that are surely decimals
        self._whole: dict[str, str] = {}  # by column: the first cell without a mark
        self._zero: set[str] = set()  # columns with a 0 that has no mark

    def number(self, line: int, column: str, cell: str) -> float:
        """The number in a cell; NaN where it has none, so that the other cells can be read and counted."""
        text = cell.strip().replace("−", "-")
        value = _value(text)
        if value is None or not (self._largest is None or abs(value) <= self._largest):  # so written, NaN is refused
            kind, what = _fault(text, value, self._largest)
            first, amount = self._faults.get(kind, (f"{_place(line, column)}: {what}", 0))
            self._faults[kind] = first, amount + 1
            return nan
        if isinstance(cell, Exact):
            self._whole.setdefault(column, text)  # beside it a text like 1.250 may be thousands
        elif isfinite(value):
            self._remember(line, column, text)
        return value

    def _remember(self, line: int, column: str, text: str) -> None:
        mark = _mark(text)
        if mark and mark not in self._marked:
            self._marked[mark] = Cell(line, column, text)
        if mark and UNSURE.fullmatch(text):
            first, amount = self._unsure.get(column, (Cell(line, column, text), 0))
            self._unsure[column] = first, amount + 1
            if text.endswith("0"):
                self._round.add(column)
        elif mark or "e" in text or "E" in text:
            self._decimal.add(column)
        elif text == "0":
            self._zero.add(column)
        elif column not in self._whole:
            self._whole[column] = text

    def check(self) -> None:
        """Judge all the cells that were read.

        Raises:
            InputError: one of them is no number, or it is not sure which number it means.
        """
        if self._faults:
            fault, amount = next(iter(self._faults.values()))
            raise InputError(f"{self._path}, {fault}{_more(amount)}.")
        if len(self._marked) > 1:
            raise InputError(
                f"{self._path} has a comma in {self._marked[',']} and a point in {self._marked['.']}; "
                "write all decimals with the same mark, and thousands without one."
            )
        for column, (cell, amount) in self._unsure.items():
            reason = self._reason(column)
            if reason:
                bare, longer = cell.text.replace(_mark(cell.text), ""), f"{cell.text}0"
                what = f"{cell.text!r} {reason} may be thousands; write {bare}, or {longer} for decimals"
                raise InputError(f"{self._path}, {_place(cell.line, column)}: {what}{_more(amount)}.")

    def _reason(self, column: str) -> str:
        """Why the unsure cells of a column may be thousands; "" where they are decimals."""
        if column in self._decimal:
            return ""
        if column in self._whole:
            return f"beside {self._whole[column][:40]!r}"
        if column in self._zero & self._round:  # decimals are written as 0 and 1.25, or 0.000 and 1.250
            return "beside '0'"
        usual = USUAL_MARK.get(self._separator)
        if self._decimal or usual is None or usual in self._marked:
            return ""
        return f"in a table with {'semicolons' if self._separator == ';' else 'commas'}"


def _place(line: int, column: str) -> str:
    return f"line {line}, column {' '.join(column.split())[:40]!r}"


def _value(text: str) -> float | None:
    """The number that a text spells, infinities and NaN included."""
    try:
        return None if "_" in text else float(text.replace(",", "."))  # 1_000 is a number in Python only
    except ValueError:
        return None


def _mark(text: str) -> str:
    return next((mark for mark in ".," if mark in text), "")


def _fault(text: str, value: float | None, largest: float | None) -> tuple[str, str]:
    """The kind of a fault, and what is wrong."""
    shown = repr(re.sub(SPACES, " ", text)[:40])
    if not text:
        return "empty", "the cell is empty"
    if value is not None:
        return "large", f"{shown} is not a number up to {largest:g}"
    grouped = GROUPED.fullmatch(text)
    if grouped:
        return "grouped", f"{shown} must go without thousands separators, as {text.replace(grouped[1], '')[:40]}"
    return "word", f"{shown} is not a number"


def _more(amount: int) -> str:
    others = amount - 1
    return f"; {others} more such cell{'s follow' if others > 1 else ' follows'}" if others else ""
