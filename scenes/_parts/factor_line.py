"""The factor of an error over the learning rate: a falling line, and the depth from which errors grow."""

from typing import Any

import numpy as np
from manim import UP, Rectangle, VGroup

from scenes._parts.axes import Axes
from scenes._parts.trail import Trail, dashed

TURN = -1.0  # the factor below which an error grows


class FactorLine(VGroup):
    """The line through a panel that is shaded where an error shrinks and where it grows.

    Args:
        stage: where it stands.
        corner: lower left corner of the panel.
        size: width and height of the panel.
        x_range: first and last rate, in whatever unit.
        y_range: lowest and highest factor.
        rates: learning rates [rate].
        factors: factors there [rate]; a straight line.
        critical: the rate at which the factor is -1.
        ticks: at most so many along each axis.
    """

    def __init__(
        self,
        stage: Any,
        corner: np.ndarray,
        size: tuple[float, float],
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        rates: np.ndarray,
        factors: np.ndarray,
        critical: float,
        ticks: tuple[int, int],
    ) -> None:
        theme = stage.theme
        self.axes = Axes(corner, size, x_range, y_range, theme, stage.words, ticks)
        low, high = y_range
        shrinks = self._zone(x_range, (TURN, min(1.0, high)), theme.good)
        grows = self._zone(x_range, (low, TURN), theme.bad)
        slope = (factors[-1] - factors[0]) / (rates[-1] - rates[0])
        self.line = Trail(self.axes.line(slope, critical, TURN), theme.text, 4)
        self.foot, self.turn, top = self.axes.at(critical, np.array([low, TURN, high]))
        name = stage.typeset("rho_c").next_to(top, UP, buff=0.1)
        self.critical = VGroup(dashed(self.foot, top, theme.text, 3), name)
        super().__init__(shrinks, grows, self.axes)

    def _zone(self, across: tuple[float, float], between: tuple[float, float], colour: str) -> Rectangle:
        low, high = self.axes.at(np.array(across), np.array(between))
        zone = Rectangle(width=high[0] - low[0], height=high[1] - low[1], stroke_width=0)
        return zone.set_fill(colour, opacity=0.15).move_to((low + high) / 2)
