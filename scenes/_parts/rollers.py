"""Balls that roll over a map from many starts at once, their losses beside it."""

from typing import Self

import numpy as np
from manim import VGroup

from scenes._parts.axes import Axes
from scenes._parts.dots import Dots
from scenes._parts.halo import haloed
from scenes._parts.trail import Trails
from scenes._theme import Theme

MARK = 0.14  # radius of a mark
LARGE = 0.17, 5  # radius, and width of the trail, of the ball that matters


class Rollers(VGroup):
    """The balls of one colour and shape; of their trails and curves, what lies outside a panel is not drawn.

    Args:
        panels: the map, and a panel of losses over steps.
        paths: points of the map [start step 2].
        losses: there [start step].
        color: of balls and trails.
        corners: 3 for triangles, 4 for diamonds; 0 for balls.
        radius: of a ball.
        width: of a trail.
    """

    def __init__(
        self,
        panels: tuple[Axes, Axes],
        paths: np.ndarray,
        losses: np.ndarray,
        color: str,
        corners: int = 0,
        radius: float = 0.1,
        width: float = 2.5,
    ) -> None:
        ground, slope = panels
        steps = np.broadcast_to(np.arange(losses.shape[1]), losses.shape)
        self.trails = Trails(ground.near(paths[..., 0], paths[..., 1]), color, width, 0.85, ground.box)
        self.curves = Trails(slope.near(steps, losses), color, width, 0.85, slope.box)
        self.balls = Dots(self.trails.heads(0), color, radius, corners=corners)
        super().__init__(self.trails, self.curves, self.balls)

    def walk(self, share: float) -> Self:
        """Go where the balls are after a share, 0 to 1, of their steps."""
        self.trails.show(share)
        self.curves.show(share)
        self.balls.put(self.trails.heads(share))
        return self


class Pack(VGroup):
    """All balls of a run, each with the sign of where it ends; the first one is larger and on top.

    Args:
        panels: the map, and a panel of losses over steps.
        paths: points of the map [start step 2].
        losses: there [start step].
        ends: where each ball ends [start].
        signs: colour and corners for each of `ends`.
    """

    def __init__(
        self,
        panels: tuple[Axes, Axes],
        paths: np.ndarray,
        losses: np.ndarray,
        ends: np.ndarray,
        signs: dict[int, tuple[str, int]],
    ) -> None:
        groups = {end: 1 + np.flatnonzero(ends[1:] == end) for end in signs if end in ends[1:]}
        small = {end: Rollers(panels, paths[balls], losses[balls], *signs[end]) for end, balls in groups.items()}
        self.first = Rollers(panels, paths[:1], losses[:1], *signs[ends[0]], *LARGE)
        super().__init__(*small.values(), self.first)
        self._ends = [*small, ends[0]]

    def walk(self, share: float) -> Self:
        """Go where the balls are after a share, 0 to 1, of their steps."""
        for group in self:
            group.walk(share)
        return self

    def that_end(self, end: int) -> VGroup:
        """The balls that end there."""
        return VGroup(*(group for group, place in zip(self, self._ends, strict=True) if place == end))


def marks(signs: dict[int, tuple[str, int]], theme: Theme) -> list[Dots]:
    """One mark for each sign, not yet in its place, with an edge that parts it from what is behind."""
    dots = [Dots(np.zeros((1, 3)), color, MARK, corners=corners) for color, corners in signs.values()]
    return [haloed(dot, theme) for dot in dots]
