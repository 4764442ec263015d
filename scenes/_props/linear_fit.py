"""What only the film of the linear fit draws: the squares on the gaps between rows and their line."""

from typing import Self

import numpy as np
from manim import VGroup, VMobject

from scenes._marks.away import Away
from scenes._marks.axes import Axes
from scenes._marks.line import SHARES, Segments, clipped


class Squares(VGroup):
    """True squares on the frame: one side is the gap of a row, and the square lies where the line does not cross it.

    What leaves the panel is cut there: the square stays open, and a sign points to where the line is.

    Args:
        axes: of the rows.
        x: inputs [row].
        y: values to predict [row].
        turn: 1 where the best line rises, -1 where it falls.
        color: of their edges and, by so much `opacity`, of their areas.
    """

    def __init__(self, axes: Axes, x: np.ndarray, y: np.ndarray, turn: int, color: str, opacity: float = 0.1) -> None:
        self._axes, self._x, self._y, self._turn = axes, x, y, turn
        self._areas = VGroup(*(VMobject(fill_color=color, fill_opacity=opacity, stroke_width=0) for _ in x))
        self._edges = Segments(*np.zeros((2, 0, 3)), color, 3, 1)
        self._away = Away(axes.box, color, gap=0.06)
        super().__init__(self._areas, self._edges, self._away)

    def put(self, w: float, opened: float = np.inf) -> Self:
        """Put them on the gaps of a line; so many have opened, the latest perhaps in part: its gap, then its width."""
        rows, line = self._axes.near(self._x, self._y), self._axes.near(self._x, w * self._x)
        shares = np.clip(opened - np.arange(len(rows)), 0, 1)[:, None]
        gaps = (line - rows) * np.clip(2 * shares, 0, 1)
        widths = self._turn * (line - rows)[:, [1, 0, 2]] * np.clip(2 * shares - 1, 0, 1)
        corners = np.stack([rows, rows + gaps, rows + gaps + widths, rows + widths], axis=1)  # [row corner 3]
        starts, ends, seen = clipped(corners, np.roll(corners, -1, axis=1), self._axes.box)
        self._edges.join(starts[seen], ends[seen])
        inner = np.clip(corners, *self._axes.box)
        for area, corner, following in zip(self._areas, inner, np.roll(inner, -1, axis=1), strict=True):
            area.points = (corner[:, None] + (following - corner)[:, None] * SHARES).reshape(-1, 3)
        self._away.put(line[shares[:, 0] > 0])
        return self
