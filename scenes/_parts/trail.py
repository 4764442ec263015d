"""Lines through points, each one path: a trail that grows, and segments apart from each other."""

from typing import Self

import numpy as np
from manim import VMobject

SHARES = np.linspace(0, 1, 4)[:, None]  # where a straight Bézier curve has its four points


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


class Trails(VMobject):
    """Many trails that grow at once, as one path.

    Args:
        paths: their corners [trail step 3], in units of the frame.
        color: the stroke's colour.
        width: the stroke's width.
        opacity: the stroke's opacity.
    """

    def __init__(self, paths: np.ndarray, color: str, width: float = 2.5, opacity: float = 1) -> None:
        super().__init__(stroke_color=color, stroke_width=width, stroke_opacity=opacity, fill_opacity=0)
        self.corners = np.moveaxis(paths, 1, 0)  # [step trail 3]: what is visible is a slice
        steps = [_straight(start, end) for start, end in zip(self.corners[:-1], self.corners[1:], strict=True)]
        self._path = self.points = np.concatenate(steps)

    def heads(self, share: float) -> np.ndarray:
        """Where the trails are [trail 3] after the first `share`, 0 to 1, of their steps."""
        whole, rest = divmod(share * (len(self.corners) - 1), 1)
        start, end = self.corners[[int(whole), min(int(whole) + 1, len(self.corners) - 1)]]
        return start + rest * (end - start)

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the steps; the last one may be partial."""
        whole, trails = int(share * (len(self.corners) - 1)), self.corners.shape[1]
        last = _straight(self.corners[whole], self.heads(share))
        self.points = np.concatenate([self._path[: 4 * trails * whole], last])
        return self


class Segments(VMobject):
    """A straight segment from each of `starts` [segment 3] to its partner in `ends`."""

    def __init__(
        self, starts: np.ndarray, ends: np.ndarray, color: str, width: float = 1.5, opacity: float = 0.5
    ) -> None:
        super().__init__(stroke_color=color, stroke_width=width, stroke_opacity=opacity, fill_opacity=0)
        self.points = _straight(starts, ends)


def _straight(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Straight Bézier curves, four points each, from `starts` to `ends`."""
    return (starts[:, None] + (ends - starts)[:, None] * SHARES).reshape(-1, 3)
