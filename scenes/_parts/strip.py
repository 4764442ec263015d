"""A heat strip: one row per unit, one column per time, which fills from the left."""

from typing import Any

import numpy as np
from manim import Group, Rectangle

from scenes._parts.cells import Scale
from scenes._parts.dots import Dots

FRAME = 0.04  # width of a strip's frame


class Strip(Group):
    """`values` [time unit] in a frame of a given size, empty at first.

    Args:
        values: what to show.
        size: width and height.
        centre: where its middle is.
        scale: the colours.
        edge: colour of the frame.
        unit: the row that an arrowhead points at.
        theme: for the colour of the mark.
    """

    def __init__(
        self, values: np.ndarray, size: tuple[float, float], centre: Any, scale: Scale, edge: str, unit: int, theme: Any
    ) -> None:
        self._rows = values.T
        self.map = scale.map(self._rows, size[1]).stretch_to_fit_width(size[0]).move_to(centre)
        row = size[1] / len(self._rows)
        beside = self.map.get_center() + np.array([size[0] / 2 + 0.12, size[1] / 2 - (unit + 0.5) * row, 0])
        mark = Dots(beside, theme.text, 0.09, corners=3).rotate(np.pi / 2)
        width, height = np.array(size) + FRAME  # outside the image, where its colour is seen
        super().__init__(self.map, mark, Rectangle(edge, height, width, stroke_width=100 * FRAME).move_to(centre))
        self.show(0)

    def show(self, count: float) -> None:
        """Show the first `count` columns; the last one may be partial, and fills from above."""
        units, times = self._rows.shape
        order = np.arange(units * times).reshape(times, units).T
        self.map.paint(np.where(order < round(count * units), self._rows, np.nan))
