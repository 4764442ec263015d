"""Lines through points, each one path: a trail that grows, and segments apart from each other."""

from typing import Self

import numpy as np
from manim import LineJointType, VMobject

SHARES = np.linspace(0, 1, 4)[:, None]  # where a straight Bézier curve has its four points
EDGE = 1e-6  # units of the frame by which rounding may put what lies on a box's edge outside
EVERYWHERE = np.array([[-np.inf] * 3, [np.inf] * 3])
DASH = 0.2  # from one dash to the next, in units of the frame


class Line(VMobject):
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
        self._path = self.points = straight(self.corners[:-1], self.corners[1:])
        return self

    def point(self, share: float) -> np.ndarray:
        """The point [3] that the first `share`, 0 to 1, of the segments ends in."""
        whole, rest = divmod(share * (len(self.corners) - 1), 1)
        start, end = self.corners[[int(whole), min(int(whole) + 1, len(self.corners) - 1)]]
        return start + rest * (end - start)

    def at(self, place: float) -> Self:
        """Show the line up to the point of a place, counted from 0; beyond the last one all of it."""
        return self.show(min(place / (len(self.corners) - 1), 1))

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the segments; the last one may be partial."""
        whole = int(share * (len(self.corners) - 1))
        last = straight(self.corners[whole], self.point(share))
        self.points = np.concatenate([self._path[: 4 * whole], last])
        return self


class Clipped(Line):
    """A trail of which only what lies in a box of the frame is seen; its corners may lie far away.

    Args:
        points: its corners, in units of the frame.
        box: lower left and upper right corner of the box [2 3].
        color: the stroke's colour.
        width: the stroke's width.
        opacity: the stroke's opacity.
    """

    def __init__(self, points: np.ndarray, box: np.ndarray, color: str, width: float = 4, opacity: float = 1) -> None:
        self._box = box
        super().__init__(points, color, width, opacity)

    def through(self, points: np.ndarray) -> Self:
        """Lay the whole trail through other points."""
        self.corners = np.asarray(points, dtype=float)
        starts, ends, self._seen = clipped(self.corners[:-1], self.corners[1:], self._box)
        self._path = straight(starts, ends).reshape(*self._seen.shape, 12)
        return self.show(1)

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the segments; the last one may be partial."""
        whole = int(share * (len(self.corners) - 1))
        start, end, seen = clipped(self.corners[whole], self.point(share), self._box)
        before = self._path[:whole][self._seen[:whole]]
        self.points = np.concatenate([before.reshape(-1, 3), straight(start[seen], end[seen])])
        return self


class Lines(Clipped):
    """Many trails that grow at once, as one path; only what lies in a box of the frame is seen.

    Its corners are those of all trails at each step [step trail 3], and so is its `point` [trail 3].

    Args:
        paths: their corners [trail step 3], in units of the frame.
        color: the stroke's colour.
        width: the stroke's width.
        opacity: the stroke's opacity.
        box: lower left and upper right corner of the box [2 3].
    """

    def __init__(
        self,
        paths: np.ndarray,
        color: str,
        width: float = 2.5,
        opacity: float = 1,
        box: np.ndarray = EVERYWHERE,
    ) -> None:
        super().__init__(np.moveaxis(paths, 1, 0), box, color, width, opacity)
        self.joint_type = LineJointType.ROUND  # no spikes where noise turns back


class Segments(VMobject):
    """A straight segment from each of `starts` [segment 3] to its partner in `ends`."""

    def __init__(
        self, starts: np.ndarray, ends: np.ndarray, color: str, width: float = 1.5, opacity: float = 0.5
    ) -> None:
        super().__init__(stroke_color=color, stroke_width=width, stroke_opacity=opacity, fill_opacity=0)
        self.join(starts, ends)

    def join(self, starts: np.ndarray, ends: np.ndarray) -> Self:
        """Lay the segments elsewhere, more or fewer of them."""
        self._path = self.points = straight(starts, ends)
        return self

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the segments; each of them is whole."""
        self.points = self._path[: 4 * round(share * len(self._path) / 4)]
        return self


class Dashes(Line):
    """A trail of dashes, `dash` units long and as far apart; it grows like the trail through the same points."""

    def __init__(self, points: np.ndarray, color: str, width: float = 4, dash: float = 0.12) -> None:
        self._dash = dash
        super().__init__(points, color, width)

    def through(self, points: np.ndarray) -> Self:
        """Lay the whole trail through other points."""
        self.corners = np.asarray(points, dtype=float)
        longest = np.linalg.norm(np.diff(self.corners, axis=0), axis=1).max()
        pieces = int(np.ceil(6 * longest / self._dash)) + 1  # of each segment, so that a dash has several
        fine = np.linspace(0, len(points) - 1, pieces * (len(points) - 1) + 1)
        way = np.stack([np.interp(fine, np.arange(len(points)), axis) for axis in self.corners.T], axis=1)
        length = np.cumsum(np.linalg.norm(np.diff(way, axis=0), axis=1))
        self._drawn = length // self._dash % 2 == 0
        self._path = straight(way[:-1], way[1:])
        return self.show(1)

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the trail."""
        last = round(share * len(self._drawn))
        self.points = self._path.reshape(-1, 4, 3)[:last][self._drawn[:last]].reshape(-1, 3)
        return self


def clipped(starts: np.ndarray, ends: np.ndarray, box: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What lies in a box [2 3] of the segments from `starts` to `ends` [... 3], and which are seen at all [...]."""
    way = ends - starts
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = ((side - starts) / way for side in box + [[-EDGE], [EDGE]])  # the edge belongs to the box
        enter = np.fmax(0, np.fmin(one, other).max(axis=-1))[..., None]
        leave = np.fmin(1, np.fmax(one, other).min(axis=-1))[..., None]
        seen = enter <= leave
        first = np.where(seen & (enter > 0), starts + enter * way, starts)
        last = np.where(seen & (leave < 1), starts + leave * way, ends)
    return first, last, seen[..., 0]


def dashed(start: np.ndarray, end: np.ndarray, color: str, width: float = 2) -> Segments:
    """A straight line of dashes, one path."""
    dashes = max(1, round(float(np.linalg.norm(end - start)) / DASH))
    shares = np.linspace(0, 1, 2 * dashes)[:, None]
    places = start + shares * (end - start)
    return Segments(places[::2], places[1::2], color, width, opacity=1)


def straight(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Straight Bézier curves, four points each [point 3], from `starts` to `ends` [... 3]."""
    return (starts[..., None, :] + (ends - starts)[..., None, :] * SHARES).reshape(-1, 3)


def closed(corners: np.ndarray) -> np.ndarray:
    """The curves [point 3] around polygons whose corners are given [... corner 3]."""
    return straight(corners, np.roll(corners, -1, axis=-2))
