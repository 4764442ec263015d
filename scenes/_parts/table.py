"""A table whose rows are the latest steps of a walk."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from manim import RIGHT, VGroup

from scenes._parts.number import Number

if TYPE_CHECKING:
    from scenes._stage import Stage

ROW, HEAD = 0.37, 0.5  # heights, in units of the frame


class Column(NamedTuple):
    """A heading in Typst math, the values below it, their colour, and the right edge on the frame."""

    heading: str
    values: Sequence[Any] | np.ndarray
    colour: str
    right: float


class Table(VGroup):
    """Headings at height `top`, and below them as many of the latest rows as there is room for.

    Args:
        stage: where it stands; it writes the numbers.
        columns: from left to right.
        top: height of the headings' middle.
        rows: how many rows fit.
    """

    def __init__(self, stage: "Stage", columns: list[Column], top: float, rows: int) -> None:
        self._stage, self._columns = stage, columns
        heads = [stage.typeset(column.heading, size=26).move_to([column.right, top, 0], RIGHT) for column in columns]
        self._cells = [[self._cell(column, top - HEAD - row * ROW) for column in columns] for row in range(rows)]
        self._last = -1  # index of the row that was shown last
        super().__init__(*heads, *(cell for row in self._cells for cell in row))

    def show(self, last: int) -> None:
        """Show the rows up to index `last`; the oldest leave at the top, those to come are empty."""
        if last == self._last:
            return
        self._last, first = last, max(0, last - len(self._cells) + 1)
        for index, row in enumerate(self._cells, start=first):
            for column, cell in zip(self._columns, row, strict=True):
                cell.set_opacity(index <= last)
                if index <= last:
                    self._stage.rewrite(cell, column.values[index])

    def _cell(self, column: Column, height: float) -> Number:
        cell = self._stage.number(column.values[0], column.colour, anchor=RIGHT)
        return cell.centred_at(np.array([column.right, height, 0.0])).set_opacity(0)
