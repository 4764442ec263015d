"""A line through points that grows: its visible part is a slice of one path."""

from typing import Self

import numpy as np
from manim import VMobject


class Trail(VMobject):
    """The open polygon through `points` [point 3], or as much of it as `show` says.

    Args:
        points: its corners, in units of the frame.
        color: the stroke's colour.
        width: the stroke's width.
        opacity: the stroke's opacity.
    """

    def __init__(self, points: np.ndarray, color: str, width: float = 4, opacity: float = 1) -> None:
        super().__init__(stroke_color=color, stroke_width=width, stroke_opacity=opacity, fill_opacity=0)
        self.through(points)

    def through(self, points: np.ndarray) -> Self:
        """Lay the whole trail through other points."""
        self.corners = np.asarray(points, dtype=float)
        starts, ends = self.corners[:-1, None], self.corners[1:, None]
        quarters = np.linspace(0, 1, 4)[None, :, None]
        self._path = (starts + (ends - starts) * quarters).reshape(-1, 3)  # [4 per segment, 3]
        self.points = self._path
        return self

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the segments; the last one may be partial."""
        whole, rest = divmod(share * (len(self.corners) - 1), 1)
        end = 4 * int(whole)
        path = self._path[:end]
        if rest > 0 and end < len(self._path):
            start, stop = self._path[end], self._path[end + 3]
            path = np.concatenate([path, start + (stop - start) * rest * np.linspace(0, 1, 4)[:, None]])
        self.points = path
        return self
