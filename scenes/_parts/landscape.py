"""A loss over two weights: a relief that turns, then tilts until it is a map with contour lines."""

from typing import Any

import numpy as np
from manim import LEFT, RIGHT, UP, Group, VGroup

from scenes._parts.axes import Axes
from scenes._parts.contours import Contours
from scenes._parts.dots import Dots
from scenes._parts.relief import Relief

LEVELS = np.linspace(0, 1, 15)[1:-1]  # heights of the contour lines, as shares of the highest
RISE, MARGINS = 2.8, np.array([1.2, 0.9])  # height of the relief; room that it needs around the map
TURNS, TILT = np.radians([-65, -15]), np.radians(42)  # from where it is seen
FAR, DIM = 0.84, 0.4  # zoom of the relief; share of the colours that stays under what moves on the map


class Landscape(Group):
    """Its parts `relief`, `pins` and `chart` may be shown apart; heights are roots of the loss.

    Args:
        stage: where it stands.
        corner: lower left corner of the map.
        size: width and height of the map.
        axis: the weights of the grid, the same in both directions.
        surface: losses [y x].
        pins: one sign per point that shall be marked.
        points: the marked points [pin 2].
        losses: there [pin].
        names: of the weights, in Typst math.
    """

    def __init__(
        self,
        stage: Any,
        corner: np.ndarray,
        size: tuple[float, float],
        axis: np.ndarray,
        surface: np.ndarray,
        pins: list[Dots],
        points: np.ndarray,
        losses: np.ndarray,
        names: tuple[str, str],
    ) -> None:
        theme, high = stage.theme, surface.max()
        ends = axis[0], axis[-1]
        self.axes = Axes(corner, size, ends, ends, theme, stage.words, (5, 5))
        room = np.array(size) + MARGINS
        self.relief = Relief(np.sqrt(surface / high), size, tuple(room), RISE, theme.sizes, theme.background, LEVELS)
        self.relief.move_to(corner + self.axes.size / 2)
        self.pins = VGroup(*pins)
        self._shares, self._heights = (points - ends[0]) / (ends[1] - ends[0]), np.sqrt(losses / high)
        lines = Contours(self.axes, axis, axis, surface, LEVELS**2 * high, theme.faint, opacity=0.8)
        x_name = stage.typeset(names[0]).next_to(corner + size[0] * RIGHT, RIGHT, buff=0.15)
        y_name = stage.typeset(names[1]).next_to(corner + size[1] * UP, LEFT, buff=0.15)
        self.chart = VGroup(lines, self.axes, x_name, y_name)
        super().__init__(self.relief, self.chart, self.pins)
        self.turn(0)

    def turn(self, share: float) -> None:
        """Walk around the relief."""
        self._look(TURNS[0] + share * (TURNS[1] - TURNS[0]), TILT, FAR, 1)

    def tilt(self, share: float) -> None:
        """Rise from the end of the turn until the relief is seen from above."""
        self._look(
            (1 - share) * TURNS[1],
            TILT + share * (np.pi / 2 - TILT),
            FAR + share * (1 - FAR),
            1 + share * (DIM - 1),
        )

    def _look(self, *view: float) -> None:
        self.relief.look(*view)
        for pin, place in zip(self.pins, self.relief.at(self._shares, self._heights), strict=True):
            pin.put(place)
