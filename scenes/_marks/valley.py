"""A loss over one weight, and a descent on it."""

from typing import Any

import numpy as np
from manim import LEFT, RIGHT, UP, UR, VGroup, VMobject

from scenes._marks.away import lasting
from scenes._marks.axes import Axes
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.walk import Walk
from scenes._stage.formulas import SUM_OF_SQUARES
from scenes._stage.layout import Slot


class Valley(VGroup):
    """The curve of a loss over the weights of a grid, with its axes and their names.

    A slim one has no room for the formula of the loss and the numbers of its heights.

    Args:
        stage: where it stands.
        corner: lower left corner of the panel.
        size: width and height of the panel.
        w_grid: weights [grid].
        loss_grid: losses [grid].
        slim: whether it is.
    """

    def __init__(
        self,
        stage: Any,
        corner: np.ndarray,
        size: tuple[float, float],
        w_grid: np.ndarray,
        loss_grid: np.ndarray,
        slim: bool = False,
    ) -> None:
        self.w_grid, self.theme = w_grid, stage.theme
        across, up = (float(w_grid[0]), float(w_grid[-1])), (0.0, float(loss_grid.max()))
        across, up = stage.axes_in(Slot(corner[0], corner[1], *size), across, up)
        ticks = (int(np.clip(0.75 * size[0], 3, 7)), 0) if slim else (7, 5)
        self.axes = Axes(corner, size, across, up, stage.theme, stage.words, ticks)
        self.curve = Line(self.axes.at(w_grid, loss_grid), stage.theme.loss, 4)
        weight = stage.typeset("weight(w)").next_to(corner + size[0] * RIGHT, UR, buff=0.08)
        super().__init__(self.axes, weight)
        if not slim:
            loss = stage.typeset(SUM_OF_SQUARES)
            loss.next_to(corner + size[1] * UP, UP, buff=0.1).align_to(corner, LEFT).shift(0.1 * RIGHT)
            self.add(loss)

    def tangent(self, w: float, loss: float, slope: float) -> Line:
        """A short line that touches the curve."""
        return with_halo(Line(self.axes.line(slope, w, loss, reach=1.6), self.theme.gradient, 5), self.theme)

    def place(self, w: float) -> float:
        """Where a weight lies along the curve, from 0 to 1."""
        return float((w - self.w_grid[0]) / (self.w_grid[-1] - self.w_grid[0]))


class Descent(Walk):
    """A ball that goes down a valley in stairs: each step changes w at one height, then drops to the curve.

    Args:
        valley: where it walks.
        w: weights, the start included [step].
        loss: losses there [step].
        colour: of the ball.
        ball: what walks, where it is not a round one.
    """

    def __init__(
        self, valley: Valley, w: np.ndarray, loss: np.ndarray, colour: str, ball: VMobject | None = None
    ) -> None:
        self._w, heights = np.repeat(lasting(w), 2)[1:], np.repeat(lasting(loss), 2)[:-1]  # two corners per step
        hue, corners = valley.theme, (self._w, heights)
        super().__init__(valley.axes, hue, w, loss, colour, trail=hue.faint, corners=corners, ball=ball)

    def weight(self, step: float) -> float:
        """The weight after so many steps: it changes in the first half of one."""
        return float(np.interp(2 * step, np.arange(len(self._w)), self._w))
