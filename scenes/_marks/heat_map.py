"""A grid of values as one image, each value a cell of flat colour."""

from typing import Self

import numpy as np
from manim import ImageMobject
from manim.constants import RESAMPLING_ALGORITHMS

from scenes._marks.colour_scale import Scale


class HeatMap(ImageMobject):
    """`values` [row col], the first row on top, coloured by one of matplotlib's maps.

    Args:
        values: what to colour, numbers or references to them; NaN leaves a cell empty.
        side: the height on the frame; the width follows from the number of columns.
        cmap: the colour map.
        low: the value of the map's first colour.
        high: the value of its last.
    """

    def __init__(self, values: np.ndarray, side: float, cmap: str, low: float = 0, high: float = 1) -> None:
        self._scale = Scale(cmap, low, high)
        super().__init__(self._scale.paint(values))
        self.set_resampling_algorithm(RESAMPLING_ALGORITHMS["nearest"])
        self.height = side

    def paint(self, values: np.ndarray) -> Self:
        """Show other values of the same shape."""
        self.pixel_array = self._scale.paint(values)
        self.orig_alpha_pixel_array = self.pixel_array[:, :, 3].copy()
        return self
