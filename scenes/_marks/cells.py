"""A grid of cells: values as colours, and as numbers where the cells are wide enough to read them."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from manim import DL, DOWN, LEFT, ORIGIN, RIGHT, UL, Group, Square, VMobject

from scenes._marks.colour_scale import INKS, Scale, inks
from scenes._marks.heat_map import HeatMap
from scenes._marks.line import Segments
from scenes._marks.number import TickLabel, digit_height, outline
from scenes._stage.refs import Ref
from scenes._stage.theme import Theme
from scenes._stage.words import NumberText, Words

NARROWEST, FOR_A_DIGIT = 0.66, 0.36  # of a cell with a number in it, with a single digit, in units of the frame
SMALLEST, FITTING, LARGEST = 24, 33, 44  # font sizes: at least, per unit of a cell's width, at most
FILLED = 0.92  # share of a cell's width that a number may take
LINES = 0.8  # opacity of the lines between cells


class Figures(VMobject):
    """The numbers that stand in cells, all of one ink."""


class Cells(Group):
    """A heat map of `values` [row col] with lines between its cells and numbers in them.

    Args:
        values: numbers, or references, which are written where there is room; NaN leaves a cell empty.
        scale: the colours.
        side: the height on the frame.
        theme: for the colours of lines and frames.
        write: how a reference is written; without it there are no numbers.
        lines: whether cells are parted by lines.
        narrowest: cells from this side on have numbers in them.

    `numbers` are those in its cells.
    """

    def __init__(
        self,
        values: np.ndarray,
        scale: Scale,
        side: float,
        theme: Theme,
        write: Callable[[Any], NumberText] | None = None,
        *,
        lines: bool = True,
        narrowest: float = NARROWEST,
    ) -> None:
        self.colours, self._halo = scale, theme.background
        self.map = HeatMap(values, side, *scale)
        self._write = write if self.cell >= narrowest else None
        self.inks = [Figures(fill_color=ink, fill_opacity=1, stroke_width=0) for ink in INKS]
        self._lines = [self._grid(values.shape, theme.faint)] if lines else []
        super().__init__(self.map, *self._lines, *self.inks)
        self.paint(values)

    @property
    def cell(self) -> float:
        """The side of a cell."""
        return self.map.height / len(self.map.pixel_array)

    @property
    def written(self) -> bool:
        """Whether its cells are wide enough for numbers."""
        return self._write is not None

    def paint(self, values: np.ndarray, *, written: bool = True) -> Self:
        """Show other values of the same shape; references are written, or not."""
        self.map.paint(values)
        self.numbers: list[NumberText] = []
        figures: list[list[np.ndarray]] = [[], []]
        if written and self._write:
            chosen, corner, cell = inks(self.map.pixel_array), self.map.get_corner(UL), self.cell
            for place in np.argwhere(np.vectorize(lambda value: isinstance(value, Ref), otypes=[bool])(values)):
                self.numbers.append(self._write(values[tuple(place)]))
                figures[chosen[tuple(place)]].append(_figure(self.numbers[-1], place, cell) + corner)
        for path, outlines in zip(self.inks, figures, strict=True):
            path.points = np.concatenate([np.zeros((0, 3)), *outlines])
        return self

    def rule(self, shown: bool) -> Self:
        """Show the lines between the cells, or not."""
        for lines in self._lines:
            lines.set_stroke(opacity=LINES * shown)
        return self

    def middle(self, row: float, col: float, size: float = 1) -> np.ndarray:
        """The centre of the block of `size` x `size` cells whose upper left cell is (row, col)."""
        return self.map.get_corner(UL) + self.cell * np.array([col + size / 2, -row - size / 2, 0.0])

    def frame(self, row: float, col: float, size: float, color: str) -> Square:
        """A frame around that block."""
        square = Square(size * self.cell, color=color, stroke_width=5).move_to(self.middle(row, col, size))
        return square.set_stroke(self._halo, 9, background=True)

    def framed(self, color: str) -> Self:
        """The same in a frame that goes with them."""
        self.add(self.frame(0, 0, len(self.map.pixel_array), color))
        return self

    def _grid(self, shape: tuple[int, ...], color: str) -> Segments:
        rows, cols = shape
        across = [[(0, row, 0), (cols, row, 0)] for row in range(rows + 1)]
        down = [[(col, 0, 0), (col, rows, 0)] for col in range(cols + 1)]
        ends = np.array(across + down, dtype=float) * self.cell
        grid = Segments(ends[:, 0], ends[:, 1], color, min(1.5, 3 * self.cell), LINES)
        return grid.move_to(ORIGIN)


def _figure(text: str, place: np.ndarray, cell: float) -> np.ndarray:
    """The outline [point 3] of a number in a cell, from the upper left corner of the map."""
    (row, col), size = place, _font_size(cell)
    return outline(text, size) + cell * np.array([col + 0.5, -row - 0.5, 0.0]) + DOWN * digit_height(size) / 2


def has_room(text: str, cell: float) -> bool:
    """Whether a number can be written in a cell of that side."""
    return bool(np.ptp(outline(text, _font_size(cell))[:, 0]) <= FILLED * cell)


def _font_size(cell: float) -> float:
    """That of the numbers in cells of that side."""
    return min(max(SMALLEST, FITTING * cell), LARGEST)


class ColourBar(Group):
    """The colours of a scale from its lowest value to its highest, `width` units wide with the numbers.

    Where values lie beyond them, the scale is `clipped`, and its ends say so.
    """

    def __init__(self, scale: Scale, width: float, theme: Theme, words: Words, *, clipped: bool = False) -> None:
        self.scale = scale
        low, high = (words.tick(value) for value in scale[1:])
        below, above = ("≤ ", "≥ ") if clipped else ("", "")
        ends = [TickLabel(below + low, theme.text, 24, RIGHT), TickLabel(above + high, theme.text, 24, LEFT)]
        room = max(end.width for end in ends) + 0.12
        bar = HeatMap(np.tile(np.linspace(scale.low, scale.high, 128), (2, 1)), 0.2, *scale)
        bar.stretch_to_fit_width(width - 2 * room)
        ends[0].centred_at(bar.get_left() + 0.12 * LEFT)
        ends[1].centred_at(bar.get_right() + 0.12 * RIGHT)
        super().__init__(bar, *ends)


def guides(block: Square, panel: Cells, color: str) -> Segments:
    """Two lines from the right corners of a block to the left corners of its enlargement."""
    starts = np.array([block.get_corner(corner) for corner in (RIGHT - DOWN, RIGHT + DOWN)])
    ends = np.array([panel.map.get_corner(corner) for corner in (UL, DL)])
    return Segments(starts, ends, color, 2, 1)
