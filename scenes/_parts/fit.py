"""Rows of a table as dots, and the line ŷ = w x that shall fit them."""

from typing import Any, Self

import numpy as np
from manim import DOWN, RIGHT, UP, VGroup

from scenes._parts.axes import Axes
from scenes._parts.dots import Dots
from scenes._parts.halo import haloed
from scenes._parts.trail import Segments, Trail

MOST_DOTS = 1000
OVERHANG = 0.9  # of the name of y to the left of the panel


class Fit(VGroup):
    """The panel; its parts `frame`, `dots` and `line` may be animated apart.

    Args:
        stage: where it stands.
        corner: lower left corner of the panel.
        size: width and height of the panel.
        x: inputs [sample].
        y: values to predict [sample].
        names: what the two columns are called.
        radius: of a dot.
    """

    def __init__(
        self,
        stage: Any,
        corner: np.ndarray,
        size: tuple[float, float],
        x: np.ndarray,
        y: np.ndarray,
        names: tuple[str, str],
        radius: float,
    ) -> None:
        order = np.argsort(x, kind="stable")  # dots and gaps come from left to right
        self._x, self._y, self._theme = x[order], y[order], stage.theme
        self.axes = Axes(corner, size, _from_zero(x), _from_zero(y), stage.theme, stage.words)
        x_name = stage.label(names[0], room=size[0]).move_to(corner + size[0] / 2 * RIGHT + 0.68 * DOWN)
        y_name = stage.label(names[1], room=size[0]).next_to(corner + size[1] * UP, UP, buff=0.22)
        y_name.shift(max(0.0, corner[0] - OVERHANG - y_name.get_left()[0]) * RIGHT)
        self.frame = VGroup(self.axes, x_name, y_name)
        every = -(-len(x) // MOST_DOTS)
        self._rows = self.axes.at(self._x, self._y)[::every]
        self.dots = haloed(Dots(self._rows, stage.theme.data, radius, 0.75), stage.theme)
        self.line = haloed(Trail(np.zeros((2, 3)), stage.theme.weight, 5), stage.theme)
        super().__init__(self.frame, self.dots, self.line)

    def fill(self, share: float) -> None:
        """Show the first `share`, 0 to 1, of the rows."""
        self.dots.put(self._rows[: round(share * len(self._rows))])

    def turn(self, w: float) -> Self:
        """Turn the line to another weight."""
        self.line.through(self.axes.line(w, 0, 0))
        return self

    def gaps(self, w: float) -> Segments:
        """From every row to the line, from left to right."""
        rows, line = (self.axes.clamped(self._x, y) for y in (self._y, w * self._x))
        return Segments(rows, line, self._theme.loss, opacity=0.75)


def _from_zero(values: np.ndarray) -> tuple[float, float]:
    """From 0, where every line ŷ = w x starts, over all values."""
    return min(0.0, values.min()), max(0.0, values.max()) or 1.0
