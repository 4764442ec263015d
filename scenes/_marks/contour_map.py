"""A loss over two parameters, seen from above: a panel with lines of equal loss, on which balls walk."""

from typing import Any

import contourpy
import matplotlib
import numpy as np
from manim import RESAMPLING_ALGORITHMS, Group, ImageMobject, ManimColor, VGroup

from scenes._marks.axes import Axes
from scenes._marks.line import Segments
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset
from scenes._marks.walk import Walk
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme

PIXELS = 60  # per unit of the frame
INK = 0.4  # share of the colour map, the rest is background


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


class ContourMap(Panel):
    """The panel; what lies between two lines has one colour, darker the lower the loss.

    A slot with the proportions of the ranges shows right angles as such.

    Args:
        film: it writes names and numbers.
        slot: where the panel stands.
        x: of the columns, evenly spaced [x].
        y: of the rows, evenly spaced [y].
        heights: of the surface [y x].
        levels: heights of the lines, rising.
        below: what x is called: the key of a sentence, or a drawing.
        above: what y is called.
        ticks: at most so many along each axis; none where it is 0.
    """

    shares = False  # its surface ends where its grid does

    def __init__(
        self,
        film: Film,
        slot: Slot,
        x: np.ndarray,
        y: np.ndarray,
        heights: np.ndarray,
        levels: np.ndarray,
        below: str | Typeset = "",
        above: str | Typeset = "",
        ticks: tuple[int, int] = (5, 5),
    ) -> None:
        super().__init__(film, slot, x, y, below, above, ticks)
        fine = resampled(heights, *(round(PIXELS * length) for length in (slot.height, slot.width)))
        colours = pale_bands(fine, levels, film.theme)
        ground = ImageMobject(colours, resampling_algorithm=RESAMPLING_ALGORITHMS["bilinear"])
        ground.stretch_to_fit_width(slot.width).stretch_to_fit_height(slot.height)
        ground.move_to(self.axes.box.mean(axis=0))
        lines = Contours(self.axes, x, y, heights, levels, film.theme.faint)
        self.drawn: Any = Group(ground, lines, *self.drawn)

    def walk(self, points: np.ndarray, role: str, *axis: str, **options: Any) -> Walk:
        """A ball that goes from point to point [place 2] along an axis, with its trail; options as for `Walk`."""
        colour = getattr(self._theme, role)
        x, y = np.asarray(points).T
        walk = Walk(self.axes, self._theme, x, y, colour, **options)
        return follow(walk, *axis) if axis else walk


def pale_bands(heights: np.ndarray, levels: np.ndarray, theme: Theme) -> np.ndarray:
    """The colours [row col rgb], 0 to 255, of heights [y x] between levels; the first row is that of the largest y."""
    bands = np.digitize(heights, levels) / len(levels)
    colours = matplotlib.colormaps[theme.sizes](bands)[::-1, :, :3]
    mixed = INK * colours + (1 - INK) * np.array(ManimColor(theme.background).to_rgb())
    return np.rint(255 * mixed).astype(np.uint8)


def bowl_levels(heights: np.ndarray, count: int) -> np.ndarray:
    """Heights of so many lines, evenly spaced where the surface is a bowl."""
    low, high = heights.min(), heights.max()
    levels: np.ndarray = low + (high - low) * np.linspace(0, 1, count + 2)[1:-1] ** 2
    return levels


def resampled(values: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """A finer grid over the same plane, straight between the given values."""
    for axis, count in enumerate((rows, columns)):
        old, new = np.linspace(0, 1, values.shape[axis]), np.linspace(0, 1, count)
        values = np.apply_along_axis(lambda line: np.interp(new, old, line), axis, values)  # noqa: B023
    return values
