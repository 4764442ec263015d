"""What only the film of parameter counts draws: a net whose edges are counted, an image and the maps made of it."""

import numpy as np
from manim import VGroup, VMobject

from mathcore.parameter_count import Trace
from scenes._marks.dots import Dots
from scenes._marks.frames import Frames
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments, closed
from scenes._marks.panel import Panel
from scenes._stage.film import Film
from scenes._stage.layout import Slot

APART, EXTRA = 0.5, 1.7  # from a neuron to the next, at most; from the last to the extra input, in such distances
NONE = np.zeros((0, 3))
EDGE = 0.07  # from a map to its frame
OUTWARD = EDGE * np.array([1, -1, 0])
CORNERS = np.array([[0.0, 0, 0], [1, 0, 0], [1, -1, 0], [0, -1, 0]])  # of what hangs from its upper left one
PIXEL, CELL, GAP = 0.13, 0.062, 0.35  # sides of a pixel and of a cell; from map to map
IMAGE, MAPS, COLUMNS = np.array([-6.8, 2.2, 0]), np.array([-2.0, 2.1, 0]), 3  # upper left corners; maps in a row
EXTRA_PIXEL = np.array([-2.26, -2.1, 0])  # the input that is always 1


class CountedNet(VGroup):
    """The neurons of a net, below those of each layer but the last an extra one, and edges between them.

    `at(edges)`: so many are drawn, the latest perhaps in part; those of the neuron whose turn it is stand out.
    """

    def __init__(self, film: Film, trace: Trace, slot: Slot) -> None:
        theme, last = film.theme, len(trace.drawn) - 1
        across = np.linspace(slot.left, slot.left + slot.width, last + 1)
        pitch = [min(APART, slot.height / (n + EXTRA - 1)) for n in trace.drawn]
        radius, places = min(0.13, 0.38 * min(pitch)), []
        for x, n, step in zip(across, trace.drawn, pitch, strict=True):
            down = step * np.append(np.arange(n), n - 1 + EXTRA)  # the extra one is the last
            places.append(
                np.stack([0 * down + x, slot.foot + slot.height / 2 + down[-1] / 2 - down, 0 * down], axis=-1)
            )
        layers, rows, columns = trace.edge.T
        self._starts = np.array([places[layer][row] for layer, row in zip(layers, rows, strict=True)])
        self._ends = np.array([places[layer + 1][column] for layer, column in zip(layers, columns, strict=True)])
        new = np.append(True, np.any(np.diff(trace.edge[:, [0, 2]], axis=0) != 0, axis=1))
        self._first = np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))  # of the same neuron [edge]
        self._last = np.append(np.flatnonzero(new)[1:], len(new))  # edges when each neuron has all of its own
        self._neurons = self._ends[self._last - 1]
        self._old, self._fresh = Segments(NONE, NONE, theme.weight, 1.5, 0.6), Segments(NONE, NONE, theme.weight, 4, 1)
        self.extra = with_halo(Dots(np.array([p[-1] for p in places[:-1]]), theme.text, 1.5 * radius, corners=4), theme)
        inputs, waiting = Dots(places[0][:-1], theme.data, radius), Dots(self._neurons, theme.faint, radius)
        self._done = Dots(NONE, theme.activation, radius)
        self.feet = [p[-1] for p in places]
        super().__init__(self._old, self._fresh, *(with_halo(dots, theme) for dots in (inputs, waiting, self._done)))
        self.at(0)

    def at(self, edges: float) -> None:
        """Show what has been counted after so many edges."""
        whole = min(int(edges + 1e-9), len(self._ends))
        first = self._first[min(max(int(np.ceil(edges)) - 1, 0), len(self._first) - 1)]
        starts, ends = self._starts[first : whole + 1], self._ends[first : whole + 1].copy()
        if whole < len(self._ends):
            ends[-1] = starts[-1] + (edges - whole) * (ends[-1] - starts[-1])
        self._old.join(self._starts[:first], self._ends[:first])
        self._fresh.join(starts, ends)
        self._done.put(self._neurons[self._last <= whole])


class Sight(VGroup):
    """What the cells of maps see of an image: a block of pixels, from each of which a line goes to the cell.

    One more line comes from the extra input, which is always 1. `at(cells)`: so many cells are filled, map by map and
    row by row; the latest is the one that sees. The lines of the first one come one by one.

    Args:
        film: for the colours.
        trace: of the sides of image and maps.
        side: pixels along the side of the block, which moves with the cell unless it is all of the image.
        filled: so many cells are filled from the beginning.
    """

    def __init__(self, film: Film, trace: Trace, side: int, filled: int = 0) -> None:
        self._filled_before, theme, self._side, self._cells = filled, film.theme, side, int(trace.map_side)
        self._maps, self._moves = map_corners(trace), side < trace.image_side
        self._filled = VMobject(color=theme.activation, fill_opacity=0.3, stroke_width=3)
        self._lines = Segments(NONE, NONE, theme.weight, 2 if self._moves else 1, 0.9)
        self._extra = Segments(NONE, NONE, theme.weight, 3, 1)
        self._block = Frames(side * PIXEL, theme.weight, theme.background)
        pixels = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2) + 0.5
        self._pixels = PIXEL * np.concatenate([pixels * [1, -1], np.zeros((len(pixels), 1))], axis=1)
        super().__init__(self._filled, self._block, self._lines, self._extra)

    def at(self, cells: float) -> None:
        """Show what the latest of so many cells sees."""
        done = max(int(cells + 1e-9), int(cells > 0))
        one, rest = divmod(max(done - 1, 0), self._cells**2)
        row, col = divmod(rest, self._cells)
        rows = np.clip(
            max(done, self._filled_before) / self._cells - self._cells * np.arange(len(self._maps)), 0, self._cells
        )
        sizes = CELL * np.stack([np.full_like(rows, self._cells), np.floor(rows), 0 * rows], axis=-1)[rows >= 1]
        self._filled.points = closed(self._maps[rows >= 1, None] + CORNERS * sizes[:, None])
        corner = IMAGE + PIXEL * np.array([col, -row, 0]) * self._moves
        self._block.put([] if not done else corner + self._side * PIXEL / 2 * np.array([1, -1, 0]))
        cell = self._maps[one] + CELL * np.array([col + 0.5, -row - 0.5, 0])
        starts = np.concatenate([corner + self._pixels, EXTRA_PIXEL[None]])
        drawn = np.clip(min(cells, 1) * len(starts) - np.arange(len(starts)), 0, 1)[:, None]  # shares [line 1]
        ends, seen = starts + drawn * (cell - starts), np.count_nonzero(drawn)
        self._lines.join(starts[:-1][:seen], ends[:-1][:seen])
        self._extra.join(starts[-1:], ends[-1:])


def image_and_maps(film: Film, trace: Trace) -> VGroup:
    """The pixels of an image, counted along its foot, and the frames of the maps made of it, with their sizes."""
    side = int(trace.image_side)
    slot = Slot(IMAGE[0], IMAGE[1] - PIXEL * side, PIXEL * side, PIXEL * side)
    panel, lines = Panel(film, slot, [0, side], [0, side], ticks=(4, 0)), np.arange(1, side + 1)
    across, down = panel.levels(lines, "data", 1), panel.rules(lines, 0, side, "data")
    frames = VMobject(stroke_color=film.theme.faint, stroke_width=2)
    frames.points = closed(map_corners(trace)[:, None] + (CELL * trace.map_side + 2 * EDGE) * CORNERS - OUTWARD)
    sizes = VGroup()
    for length, corner, pitch in ((film.refs.image_side, IMAGE, PIXEL), (film.refs.map_side, MAPS, CELL)):
        size = film.typeset("{n} times {n}", size=26, n=length)
        sizes.add(size.move_to([corner[0] + pitch * length.value / 2, IMAGE[1] + 0.3, 0]))
    one = film.typeset("{one}", size=26, one=film.refs.bias_input).move_to(EXTRA_PIXEL + [0.28, -0.2, 0])
    return VGroup(panel.drawn, across, down, frames, sizes, one)


def extra_pixel(film: Film) -> Dots:
    """The input that is always 1, beside the foot of the image."""
    return with_halo(Dots(EXTRA_PIXEL[None], film.theme.text, 0.16, corners=4), film.theme)


def map_corners(trace: Trace) -> np.ndarray:
    """The upper left corner of each map [map 3]."""
    maps, pitch = np.arange(int(trace.maps)), CELL * trace.map_side + GAP
    return np.asarray(MAPS + pitch * np.stack([maps % COLUMNS, -(maps // COLUMNS), 0 * maps], axis=-1))
