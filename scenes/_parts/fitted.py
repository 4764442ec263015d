"""Rows of a table as dots, and the curve of a model through them."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from manim import VGroup

from scenes._parts.axes import Axes
from scenes._parts.dots import Dots
from scenes._parts.halo import haloed
from scenes._parts.trail import Trail


class Fitted(VGroup):
    """The panel; its parts `axes`, `dots` and `curve` may be animated apart.

    Args:
        stage: where it stands.
        corner: lower left corner of the panel.
        size: width and height of the panel.
        x: inputs, from the smallest to the largest [sample].
        y: values to predict [sample].
        model: its curve.
        radius: of a dot.
    """

    def __init__(
        self,
        stage: Any,
        corner: np.ndarray,
        size: tuple[float, float],
        x: np.ndarray,
        y: np.ndarray,
        model: Callable[[np.ndarray], np.ndarray],
        radius: float,
    ) -> None:
        self._x = np.linspace(x[0], x[-1], 80)
        high = 1.05 * max(np.abs(y).max(), np.abs(model(x)).max())
        self.axes = Axes(corner, size, (x[0], x[-1]), (-high, high), stage.theme, stage.words, (5, 4))
        self.dots = Dots(self.axes.at(x, y), stage.theme.data, radius)
        curve = Trail(self.axes.at(self._x, model(self._x)), stage.theme.activation, 5)
        self.curve = haloed(curve, stage.theme)
        super().__init__(self.axes, self.dots, self.curve)

    def bend(self, model: Callable[[np.ndarray], np.ndarray]) -> Self:
        """Show the curve of another model."""
        self.curve.through(self.axes.at(self._x, model(self._x)))
        return self
