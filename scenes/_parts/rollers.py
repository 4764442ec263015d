"""Balls that roll over a map from many starts at once, their losses beside it."""

from typing import Self

import numpy as np
from manim import VGroup

from scenes._parts.axes import Axes
from scenes._parts.dots import Dots
from scenes._parts.trail import Trails


class Rollers(VGroup):
    """The balls of one colour and shape; what lies outside a panel is drawn at its edge.

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
        self.trails = Trails(ground.clamped(paths[..., 0], paths[..., 1]), color, width, 0.85)
        self.curves = Trails(slope.clamped(steps, losses), color, width, 0.85)
        self.balls = Dots(self.trails.heads(0), color, radius, corners=corners)
        super().__init__(self.trails, self.curves, self.balls)

    def walk(self, share: float) -> Self:
        """Go where the balls are after a share, 0 to 1, of their steps."""
        self.trails.show(share)
        self.curves.show(share)
        self.balls.put(self.trails.heads(share))
        return self
