"""Grids of cells: values as shades, and as numbers where the cells are wide enough for them."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from matplotlib.patches import Rectangle

from scenes._marks.colour_scale import INKS, Scale, inks
from scenes._page.letters import width_of
from scenes._page.sheet import CM, POINTS, Sheet, halo
from scenes._page.size import A4

DIGIT = 0.5  # width of a digit, in heights of the font
APART = 1  # point, at least, between the numbers of two cells
HALF = 0.08  # cm: of a digit's height
HAIR, FRAME = 0.3, 1.6  # points
BAR, BELOW, ABOVE, GAP = 0.18, 0.28, 0.15, 0.1  # cm: a bar's height; from a grid to it, to a name; to numbers
STEPS = 64  # shades that a bar shows


def mesh(panel: Any, x: np.ndarray, y: np.ndarray, values: np.ndarray, scale: Scale, edges: str) -> None:
    """Draw cells between `x` [col + 1] and `y` [row + 1]."""
    limits = {"cmap": scale.cmap, "vmin": scale.low, "vmax": scale.high}
    panel.pcolormesh(x, y, values, edgecolors=edges, linewidth=HAIR, **limits)


class Table:
    """A grid of `values` [row col], the first row on top.

    Args:
        page: where it stands.
        panel: where it stands, with a cm for its unit.
        values: of the cells.
        scale: their colours.
        place: of the upper left corner.
        side: height of the grid.
    """

    def __init__(
        self, page: Sheet, panel: Any, values: np.ndarray, scale: Scale, place: tuple[float, float], side: float
    ) -> None:
        self._page, self._panel, self._scale = page, panel, scale
        self.cell, self._place, (rows, cols) = side / len(values), np.array(place), values.shape
        self.width, self.height = cols * self.cell, side
        x, y = place[0] + self.cell * np.arange(cols + 1), place[1] + self.cell * np.arange(rows + 1)
        mesh(panel, x, y, values, scale, page.theme.faint)
        self._write(values)

    def _write(self, values: np.ndarray) -> None:
        """Write the numbers, all with as many places after the point as there is room for; whole ones with none.

        Where there is none for two, each has three significant digits.
        """
        room = self.cell * self._page.scale * CM / (DIGIT * self._page.digits / 72)  # in digits
        some = bool((values % 1).any())
        ways = [[self._page.number_to(float(value), most * some) for value in values.flat] for most in (3, 2)]
        ways.append([self._page.number(float(value)) for value in values.flat])
        written = next((way for way in ways if max(map(len, way)) <= room and self._fits(way)), None)
        if written is None:
            return
        chosen = inks(self._scale.paint(values))
        for (row, col), text in zip(np.ndindex(values.shape), written, strict=True):
            style = {"color": INKS[chosen[row, col]], "size": self._page.digits, "ha": "center", "va": "baseline"}
            self._panel.text(*self.at(row + 0.5, col + 0.5) + [0, HALF], text, **style)

    def _fits(self, written: Sequence[str]) -> bool:
        """Whether numbers fit, of which a sign is wider than a digit; on A4 their letters are counted alone."""
        wide = max(width_of(text, self._page.digits) for text in written) + APART
        return self._page.size == A4 or wide <= self.cell * self._page.scale * POINTS

    def at(self, row: float, col: float) -> np.ndarray:
        """The point of the panel where a cell begins."""
        return self._place + self.cell * np.array([col, row])

    def frame(self, row: int, col: int, size: int, colour: str, width: float = FRAME) -> Self:
        """Draw a frame around `size` x `size` cells, the first at `row` and `col`."""
        square = Rectangle(tuple(self.at(row, col)), size * self.cell, size * self.cell, fill=False, zorder=3)
        square.set(edgecolor=colour, linewidth=width, path_effects=halo(self._page, width))
        self._panel.add_patch(square)
        return self

    def name(self, text: str, colour: str) -> Self:
        """Write a name above."""
        x, y = self._place + [self.width / 2, -ABOVE]
        self._panel.text(x, y, text, color=colour, ha="center", va="baseline", path_effects=halo(self._page), zorder=3)
        return self

    def foot(self, text: str, colour: str) -> Self:
        """Write what comes of its values below."""
        x, y = self._place + [self.width / 2, self.height + ABOVE]
        self._panel.text(x, y, text, color=colour, ha="center", va="top")
        return self

    def bar(self) -> Self:
        """Draw the shades below, from the lowest value to the highest, with both numbers."""
        left, top = self._place + [0, self.height + BELOW / self._page.scale]
        ends = [self._page.number(value) for value in (self._scale.low, self._scale.high)]
        room = max(map(len, ends)) * DIGIT * self._page.small / 72 / CM / self._page.scale + GAP
        start, stop = left + room, left + self.width - room
        values = np.linspace(self._scale.low, self._scale.high, STEPS)[None]
        x, y = np.linspace(start, stop, STEPS + 1), np.array([top, top + BAR])
        mesh(self._panel, x, y, values, self._scale, "face")
        for at, text, side in ((start - GAP, ends[0], "right"), (stop + GAP, ends[1], "left")):
            self._panel.text(at, top + BAR / 2, text, size=self._page.small, ha=side, va="center_baseline")
        return self
