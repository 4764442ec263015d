"""True squares on the gaps between the rows of a table and their line."""

from typing import Self

import numpy as np
from manim import VGroup, VMobject

from scenes._marks.away import Away
from scenes._marks.axes import Axes
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments, clipped, closed
from scenes._stage.theme import Theme


class Squares(VGroup):
    """True squares on the frame, each on the gap of a row (x, y), on the side where the best line does not cross it.

    That is the left of rows above a line that rises (`turn` 1), their right where it falls (-1). What leaves the panel
    is cut there: the square stays open, and a sign points to where the line is. Those of a `role` faint have no area.
    """

    def __init__(self, axes: Axes, x: np.ndarray, y: np.ndarray, turn: int, theme: Theme, role: str) -> None:
        self._axes, self._x, self._y, self._turn, color = axes, x, y, turn, getattr(theme, role)
        self._areas = VGroup(*(VMobject(stroke_width=0) for _ in x)).set_fill(color, 0 if role == "faint" else 0.1)
        self._edges = Segments(np.zeros((0, 3)), np.zeros((0, 3)), color, 3, 1)
        self._away = Away(axes.box, color, gap=0.06)
        super().__init__(self._areas, with_halo(self._edges, theme), self._away)

    def put(self, w: float, opened: float = np.inf, y: np.ndarray | None = None) -> Self:
        """Put them on the gaps of a line; so many have opened, the latest perhaps in part: its gap, then its width.

        Where it is given, `y` is where the rows stand now.
        """
        rows = self._axes.near(self._x, self._y if y is None else y)
        line = self._axes.near(self._x, w * self._x)
        shares = np.clip(opened - np.arange(len(rows)), 0, 1)[:, None]
        gaps = (line - rows) * np.clip(2 * shares, 0, 1)
        widths = self._turn * (line - rows)[:, [1, 0, 2]] * np.clip(2 * shares - 1, 0, 1)
        corners = np.stack([rows, rows + gaps, rows + gaps + widths, rows + widths], axis=1)  # [row corner 3]
        starts, ends, seen = clipped(corners, np.roll(corners, -1, axis=1), self._axes.box)
        self._edges.join(starts[seen], ends[seen])
        for area, inner in zip(self._areas, np.clip(corners, *self._axes.box), strict=True):
            area.points = closed(inner)
        self._away.put(line[shares[:, 0] > 0])
        return self
