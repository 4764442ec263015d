"""Lines of equal height of a surface, one path per level."""

import contourpy
import numpy as np
from manim import VGroup

from scenes._parts.axes import Axes
from scenes._parts.trail import Segments


class Contours(VGroup):
    """The contour lines of `heights` [y x] at each of `levels`.

    Args:
        axes: the panel that they lie in.
        x: of the columns [x], in data units.
        y: of the rows [y], in data units.
        heights: of the surface [y x].
        levels: heights of the lines.
        color: the strokes' colour.
        width: the strokes' width.
        opacity: the strokes' opacity.
    """

    def __init__(
        self,
        axes: Axes,
        x: np.ndarray,
        y: np.ndarray,
        heights: np.ndarray,
        levels: np.ndarray,
        color: str,
        width: float = 1.5,
        opacity: float = 0.7,
    ) -> None:
        super().__init__()
        generator = contourpy.contour_generator(x, y, heights)
        for level in levels:
            lines = [axes.at(*np.asarray(line).T) for line in generator.lines(level)]
            if lines:
                starts, ends = (np.concatenate([line[part] for line in lines]) for part in (slice(-1), slice(1, None)))
                self.add(Segments(starts, ends, color, width, opacity))
