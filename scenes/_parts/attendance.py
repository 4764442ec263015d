"""Who was there, and when: a dot where someone was, a small cross where not."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, Mobject, Rectangle, VGroup

from scenes._parts.dots import Dots
from scenes._parts.trail import Segments

DOT, ARM = 0.36, 0.22  # radius of a dot and half the width of a cross, as shares of a cell
GROUP_GAP, LAST_GAP = 0.8, 0.35  # between two groups of rows; before the last column; in cells
HEAD = 0.5  # height of the columns' numbers and of their counts


class Attendance(VGroup):
    """A roll with a numbered column for each time, how many came at its foot, and a cursor around a column.

    Args:
        stage: where it stands.
        present: whether they came [row column]; the last column stands apart and has no number.
        groups: how many rows belong together, from the top.
        written: the numbers of the columns but the last, and how many came in each.
        corner: the upper left corner.
        size: width, and the largest height.
    """

    def __init__(
        self,
        stage: Any,
        present: np.ndarray,
        groups: tuple[int, ...],
        written: tuple[Sequence[Any], Sequence[Any]],
        corner: np.ndarray,
        size: tuple[float, float],
    ) -> None:
        self._present = np.asarray(present, dtype=bool)
        rows, columns = present.shape
        width = size[0] / (columns + LAST_GAP)
        places = rows + GROUP_GAP * (len(groups) - 1)
        height = min(width, (size[1] - 2 * HEAD) / places)
        across = (np.arange(columns) + 0.5 + LAST_GAP * (np.arange(columns) == columns - 1)) * width
        down = (np.arange(rows) + 0.5 + GROUP_GAP * np.repeat(np.arange(len(groups)), groups)) * height
        self._groups, self._rows = groups, [corner + (y + HEAD) * DOWN for y in down]
        self._columns = corner + across[:, None] * RIGHT
        self._places = self._columns - [0, HEAD, 0] + (-down[:, None, None] * [0.0, 1.0, 0.0])  # [row column 3]
        none = np.zeros((0, 3))
        self._dots = Dots(none, stage.theme.activation, DOT * height)
        self._crosses, self._arm = Segments(none, none, stage.theme.faint, 2, 1), ARM * height
        whole = places * height + 2 * HEAD
        self._foot = corner + (whole - HEAD / 2) * DOWN
        numbers, counts = written
        heads = [self._number(stage, n, stage.theme.faint, HEAD / 2, k) for k, n in enumerate(numbers)]
        self._counts = [self._number(stage, n, stage.theme.text, whole - HEAD / 2, k) for k, n in enumerate(counts)]
        self.cursor = Rectangle(width=width, height=whole, color=stage.theme.text, stroke_width=2.5)
        self.cursor.move_to(self._columns[0] + whole / 2 * DOWN)
        super().__init__(self._dots, self._crosses, *heads, *self._counts, self.cursor)
        self.show(0)

    def show(self, columns: int) -> Self:
        """Show the first `columns` of the roll."""
        present, places = self._present[:, :columns], self._places[:, :columns]
        self._dots.put(places[present])
        absent, corners = places[~present][:, None], self._arm * np.array([[-1.0, -1, 0], [-1, 1, 0]])
        self._crosses.join((absent + corners).reshape(-1, 3), (absent - corners).reshape(-1, 3))
        for column, count in enumerate(self._counts):
            count.set_opacity(column < columns)
        return self

    def label(self, groups: Sequence[Mobject], head: Mobject, foot: Mobject) -> Self:
        """Put names before the first row of each group, above the columns, and before the counts."""
        firsts = np.cumsum((0, *self._groups[:-1]))
        for name, row in zip(groups, firsts, strict=True):
            name.next_to(self._rows[row], LEFT)
        self.add(*groups, head.next_to(self, UP, buff=0.12), foot.next_to(self._foot, LEFT))
        return self

    def point(self, column: int) -> Self:
        """Put the cursor around a column."""
        self.cursor.set_x(self._columns[column][0])
        return self

    def _number(self, stage: Any, value: Any, colour: str, depth: float, column: int) -> Any:
        number = stage.number(value, colour, anchor=ORIGIN)
        return number.centred_at(self._columns[column] + depth * DOWN)
