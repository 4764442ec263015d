"""What only the film of LeNet draws: layers as maps that fill, lying bars, the windows of a cell, digits in rows."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UL, UP, Group, VGroup, VMobject

from mathcore.lenet import PLACES
from scenes._marks.cells import Cells, ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.halo import with_halo
from scenes._marks.heat_map import HeatMap
from scenes._marks.line import Segments, closed
from scenes._marks.typeset import descent
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.refs import first, values_of
from scenes._stage.words import DIGITS, digits_to_tell

GREY = Scale("gray")  # 0 paper, 1 ink
CORNERS = np.array([[0, 0, 0], [0, -1, 0], [1, -1, 0], [1, 0, 0]])  # of a block whose upper left corner is given
BAND, LEAST = 0.72, 0.0005  # of its row that a bar takes; a share that is less has no number beside its bar
WINDOWS, PITCH, ROWS = -5.0, 1.5, (1.95, 0.5, -0.85, -1.9)  # where windows begin; heights of maps, ..., sums
MAP, TILE, LARGE, RIGHTMOST = 1.4, 1.2, 2.8, 5.4  # sides; middle of the cell's own map
LEDGER, ROW = np.array([-6.8, 2.3, 0]), 0.58  # upper left corner of the table of parameters, height of its rows
SHAPE, START, LONGEST = 2.75, 3.75, 1.9  # in it: middle of the shapes, foot of the bars, length of the longest


def blocks(corners: np.ndarray, width: float, height: float) -> np.ndarray:
    """The curves around blocks whose upper left corners are given [block 3]."""
    return closed(np.reshape(corners, (-1, 1, 3)) + np.array([width, height, 0]) * CORNERS)


def on_line(film: Film, key: str, place: Any, align: Any = ORIGIN) -> Any:
    """A name whose letters stand on the same line as those of others, whether or not some reach below it."""
    name = film.say(key, size=SMALL, colour=film.theme.faint)
    return name.move_to(place, align).align_to([0, place[1] - 0.1 - descent(name), 0], DOWN)


def montage(maps: np.ndarray, across: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Maps [channel row col] as one sheet of cells, `across` side by side, one empty cell apart.

    Returns:
        the sheet [row col], the share of its map's rows that are filled with each cell, and the maps' corners.
    """
    channels, rows, cols = maps.shape
    sheet, order = np.full((2, -(-channels // across) * (rows + 1) - 1, across * (cols + 1) - 1), np.nan)
    corners = np.array([divmod(k, across) for k in range(channels)]) * [rows + 1, cols + 1]
    for (row, col), values in zip(corners, maps, strict=True):
        sheet[row : row + rows, col : col + cols] = values
        order[row : row + rows, col : col + cols] = np.arange(1, rows + 1)[:, None] / rows
    return sheet, order, corners


class Layer(Group):
    """The maps [channel row col] of a layer, `across` side by side, one cell apart; along "lit" they fill row by row.

    Args:
        film: where they stand.
        maps: their values, from 0 up; the largest has the last colour.
        colours: theirs.
        place: of their middle.
        cell: side of a cell.
        across: maps side by side.
        turn: when their turn comes.
    """

    def __init__(
        self, film: Film, maps: np.ndarray, colours: str, place: Any, cell: float, across: int, turn: float
    ) -> None:
        (_, rows, cols), (sheet, order, places) = maps.shape, montage(maps, across)
        self.cell, self.shape = cell, (rows, cols)
        self.map = HeatMap(sheet, cell * len(sheet), colours, 0, maps.max() or 1).move_to(place)
        self.corners = self.map.get_corner(UL) + cell * np.pad(places[:, ::-1], ((0, 0), (0, 1))) * [1, -1, 0]
        edges = VMobject(stroke_color=film.theme.faint, stroke_width=1.5)
        edges.points = blocks(self.corners, cell * cols, cell * rows)
        super().__init__(self.map, edges)
        follow(self, "lit", at=lambda lit: self.map.paint(np.where(order <= lit - turn + 1e-9, sheet, np.nan)))

    def inner(self, side: int, colour: str) -> VMobject:
        """A frame around the middle of its first map, so many cells a side."""
        rings = (self.shape[0] - side) / 2
        frame = VMobject(stroke_color=colour, stroke_width=5)
        frame.points = blocks(self.corners[0] + rings * self.cell * (RIGHT + DOWN), side * self.cell, side * self.cell)
        return frame


def strip(values: np.ndarray, across: int) -> np.ndarray:
    """The activations of units as one map [1 row col], column by column."""
    return values.reshape(1, across, -1).swapaxes(1, 2)


def band(film: Film, source: Layer, maps: Layer) -> Any:
    """A frame around a row of each map, and around the rows of the source that it comes from; it goes down with it."""
    frame = with_halo(VMobject(stroke_color=film.theme.weight, stroke_width=4), film.theme)
    (high, wide), (rows, cols) = source.shape, maps.shape

    def at(lit: float) -> None:
        row = np.floor(lit * rows)
        here, there = (layer.corners + row * layer.cell * DOWN for layer in (source, maps))
        window = blocks(here, wide * source.cell, (high - rows + 1) * source.cell)
        frames = np.concatenate([window, blocks(there, cols * maps.cell, maps.cell)])
        frame.points = frames if 0 <= row < rows else frames[:0]

    return follow(frame, "lit", at=at)


def digit(film: Film, image: np.ndarray, side: float, place: Any) -> Cells:
    """A picture of a digit, or of what is read from it."""
    return Cells(image, GREY, side, film.theme, lines=False).move_to(place)


def share(film: Film, ref: Any) -> Any:
    """A share as it is written, in hundredths; one that is nearly all has as many digits as tell it from all."""
    digits = max(DIGITS, digits_to_tell(ref.percent.shown, 100) - 1)
    return film.words.number(ref.percent, digits=digits, decimals=digits - 2, tidy=True)


def written(ref: Any) -> bool:
    """Whether a share is written, since it is not next to nothing."""
    return bool(ref.value >= LEAST)


class Shares(VGroup):
    """Ten lying bars, one per class, below each other; along an axis they grow.

    Args:
        film: it writes the numbers.
        slot: of the bars.
        probability: references [class].
        axis: along which they grow.
        turn: when they begin to.
        size: of the names of the classes; where they are larger than usual, the shares stand behind the bars.
    """

    def __init__(
        self, film: Film, slot: Slot, probability: Any, axis: str, turn: float = 0, size: float = SMALL
    ) -> None:
        values, pitch = values_of(probability), slot.height / len(probability)
        self.middles = slot.foot + slot.height - pitch * (np.arange(len(values)) + 0.5)
        starts = np.stack([0 * values + slot.left, self.middles + BAND * pitch / 2, 0 * values], axis=1)
        bars = VMobject(fill_color=film.theme.activation, fill_opacity=1, stroke_width=0)
        foot = VMobject(stroke_color=film.theme.faint, stroke_width=2)
        foot.points = blocks(np.array([slot.left, slot.foot + slot.height, 0]), 0, slot.height)
        names, shares = VGroup(), VGroup()
        for y, name in zip(self.middles, film.refs.places("class"), strict=True):
            names.add(film.number(name, size=size, anchor=RIGHT).centred_at(np.array([slot.left - 0.14, y, 0])))
            shares.add(*[film.number(size=size)] * (size > SMALL))
        self.bars = bars
        super().__init__(foot, bars, names, shares)

        def at(place: float) -> None:
            grown = float(np.clip(place - turn, 0, 1))
            lengths = slot.width * grown * values
            sizes = np.stack([lengths, 0 * lengths + BAND * pitch, 0 * lengths], axis=1)
            bars.points = closed(starts[:, None] + sizes[:, None] * CORNERS)
            for number, ref, length, y in zip(shares, probability, lengths, self.middles, strict=False):
                number.write(share(film, ref)).set_opacity(float(grown == 1 and written(ref)))
                number.centred_at(np.array([slot.left + length + 0.15, y, 0]))

        follow(self, axis, at=at)


class CellWindows(Group):
    """How one cell of maps_3 comes from a window over each of maps_2: along "term" map after map, then bias and cell.

    Below each other a map with the window on it, what the window sees, the kernel, and the sum of their products. At
    the right the cell's own map, on a scale of its own, whose other cells fill along "filled".
    """

    def __init__(self, film: Film) -> None:
        t, refs, theme = film.trace, film.refs, film.theme
        (k, row, col), side, self.terms = t.cell, t.kernel.shape[-1], len(t.maps_2) + 2
        sizes, signed = Scale(theme.sizes, 0, t.maps_2.max()), Scale.around_zero(theme.signed, t.weight_2[k])
        middles = WINDOWS + PITCH * np.arange(self.terms - 1)
        super().__init__()
        self.maps = []
        for c, (x, maps) in enumerate(zip(middles, t.maps_2, strict=False)):
            drawn = Cells(maps, sizes, MAP, theme, lines=False).move_to([x, ROWS[0], 0])
            window = Cells(maps[row : row + side, col : col + side], sizes, TILE, theme).move_to([x, ROWS[1], 0])
            kernel = Cells(t.weight_2[k, c], signed, TILE, theme).framed(theme.weight).move_to([x, ROWS[2], 0])
            self.maps.append(drawn)
            self.add(drawn, drawn.frame(row, col, side, theme.weight), hatching(window, theme.faint), window, kernel)
            _seen(window, maps[row : row + side, col : col + side], c)
        terms = [*((ref, theme.text) for ref in refs.partial), (refs.bias_2[k], theme.weight)]
        for c, (x, (ref, colour)) in enumerate(zip(middles, terms, strict=True)):
            self.add(_term(film, x, film.words.number_to(ref, PLACES), colour, c))
        result = _result(film)
        self.add(follow(result, "term", at=lambda term: result.set_opacity(float(term > self.terms - 1))))
        for y, key in zip(ROWS, ("maps", "window", "kernel", "sum"), strict=True):
            self.add(on_line(film, f"row_{key}", [-6.8, y, 0], LEFT))
        self.add(on_line(film, "row_bias", [middles[-1], ROWS[3] + 0.45, 0]))
        most = refs.weight_2[(k, *np.unravel_index(abs(t.weight_2[k]).argmax(), t.weight_2[k].shape))].magnitude
        self.add(film.say("row_range", size=SMALL, most=most).move_to([-6.8, ROWS[2] - 0.4, 0], LEFT))
        self.add(ColourBar(sizes, 4.2, theme, film.words).move_to([middles[:-1].mean(), -2.75, 0]))
        self.large = self._own_map(film, t.maps_3[k], (row, col))
        name = film.say("name_map", colour=theme.activation, k=refs.cell[0].ordinal, maps=refs.length("channel_3"))
        bar = ColourBar(self.large.colours, LARGE, theme, film.words).next_to(self.large, DOWN, buff=0.2)
        self.frame = self.large.frame(row, col, 1, theme.activation)
        self.add(hatching(self.large, theme.faint), self.large, name.next_to(self.large, UP, buff=0.2), bar)

    def _own_map(self, film: Film, values: np.ndarray, cell: tuple[int, int]) -> Cells:
        large = Cells(values, Scale(film.theme.sizes, 0, values.max()), LARGE, film.theme).move_to([RIGHTMOST, 0.8, 0])

        def fill(filled: float, term: float) -> None:
            shown = first(values, int(filled + 1e-9))
            if term > self.terms - 1:
                shown[cell] = values[cell]
            large.paint(shown)

        return follow(large, "filled", "term", at=fill)


def _seen(window: Cells, values: np.ndarray, turn: int) -> None:
    """Have a window empty until its turn comes."""
    follow(window, "term", at=lambda term: window.paint(values if term > turn else first(values, 0)))


def hatching(cells: Cells, colour: str) -> Segments:
    """Slanting lines behind cells, seen through those that are empty."""
    count = len(cells.map.pixel_array)
    far = np.minimum(np.arange(1, 2 * count), count)
    near = np.arange(1, 2 * count) - far
    starts, ends = np.stack([near, -far, 0 * far], axis=1), np.stack([far, -near, 0 * far], axis=1)
    corner = cells.map.get_corner(UL)
    return Segments(corner + cells.cell * starts, corner + cells.cell * ends, colour, 1.5, 0.8)


def _result(film: Film) -> VGroup:
    """What terms add up to."""
    sign = film.typeset("=", size=40).move_to([RIGHTMOST - 0.6, ROWS[3], 0])
    number = film.number(colour=film.theme.activation, size=40).write(film.words.number_to(film.refs.total, PLACES))
    return VGroup(sign, number.centred_at(np.array([RIGHTMOST - 0.3, ROWS[3], 0])))


def _term(film: Film, x: float, text: Any, colour: str, turn: int) -> VGroup:
    """A term of a sum, and the sign before it; it is there once its turn has come."""
    number = film.number(colour=colour, size=30, anchor=ORIGIN).write(text).centred_at(np.array([x, ROWS[3], 0]))
    term = VGroup(number, *[film.typeset("+", size=30).move_to([x - PITCH / 2, ROWS[3], 0])] * bool(turn))
    return follow(term, "term", at=lambda place: term.set_opacity(float(place > turn)))


def gallery(film: Film, images: np.ndarray, labels: Any, place: Any, side: float) -> Group:
    """Digits [case row col] in rows of four, each above its label; `place` is the middle of the first."""
    drawn = Group()
    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        down, right = divmod(k, 4)
        middle = np.array(place) + [right * (side + 0.2), -down * (side + 0.7), 0]
        picture = digit(film, image, side, middle)
        drawn.add(Group(picture, label.next_to(picture, DOWN, buff=0.12)))
    return drawn


def ledger(film: Film, names: list[str], shapes: list[Any], parameters: Any) -> VGroup:
    """Layer below layer: its name, its shape, a bar as long as it has parameters, their count; at the foot the sum.

    Args:
        film: it writes.
        names: keys of sentences.
        shapes: drawings.
        parameters: a reference for each layer, None where it has no parameters.
    """
    table, bars = VGroup(), VMobject(fill_color=film.theme.weight, fill_opacity=0.9, stroke_width=0)
    most, corners = max(ref.value for ref in parameters if ref), []
    for k, (name, shape, ref) in enumerate(zip(names, shapes, parameters, strict=True)):
        line = LEDGER + k * ROW * DOWN
        table.add(on_line(film, name, line, LEFT), shape.copy().move_to(line + SHAPE * RIGHT))
        if ref:
            length = LONGEST * ref.value / most
            corners.append(blocks(line + START * RIGHT + 0.17 * UP, length, 0.34))
            count = film.number(ref, film.theme.weight, size=28)
            table.add(count.centred_at(line + (START + length + 0.15) * RIGHT))
    bars.points = np.concatenate(corners)
    foot = LEDGER + (len(names) * ROW + 0.1) * DOWN
    total = film.number(film.refs.running[-1], film.theme.weight, size=40)
    total.centred_at(foot + (START + 0.15) * RIGHT)
    return VGroup(bars, table, total, on_line(film, "name_parameters", foot, LEFT).set_color(film.theme.weight))
