"""Lines through points, each one path: a trail that grows, and segments apart from each other."""

from typing import Self

import numpy as np
from manim import VMobject

SHARES = np.linspace(0, 1, 4)[:, None]  # where a straight Bézier curve has its four points
DASH = 0.2  # from one dash to the next, in units of the frame


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
        self._path = self.points = _straight(self.corners[:-1], self.corners[1:])
        return self

    def point(self, share: float) -> np.ndarray:
        """The point [3] that the first `share`, 0 to 1, of the segments ends in."""
        whole, rest = divmod(share * (len(self.corners) - 1), 1)
        start, end = self.corners[[int(whole), min(int(whole) + 1, len(self.corners) - 1)]]
        return start + rest * (end - start)

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the segments; the last one may be partial."""
        whole = int(share * (len(self.corners) - 1))
        last = _straight(self.corners[whole : whole + 1], self.point(share)[None])
        self.points = np.concatenate([self._path[: 4 * whole], last])
        return self


class Segments(VMobject):
    """A straight segment from each of `starts` [segment 3] to its partner in `ends`."""

    def __init__(
        self, starts: np.ndarray, ends: np.ndarray, color: str, width: float = 1.5, opacity: float = 0.5
    ) -> None:
        super().__init__(stroke_color=color, stroke_width=width, stroke_opacity=opacity, fill_opacity=0)
        self.points = _straight(starts, ends)


def dashed(start: np.ndarray, end: np.ndarray, color: str, width: float = 2) -> Segments:
    """A straight line of dashes, one path."""
    dashes = max(1, round(float(np.linalg.norm(end - start)) / DASH))
    shares = np.linspace(0, 1, 2 * dashes)[:, None]
    places = start + shares * (end - start)
    return Segments(places[::2], places[1::2], color, width, opacity=1)


def _straight(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Straight Bézier curves, four points each, from `starts` to `ends`."""
    return (starts[:, None] + (ends - starts)[:, None] * SHARES).reshape(-1, 3)
