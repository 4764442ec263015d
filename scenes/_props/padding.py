"""What only the film of padding draws: an image in its rings, a window whose lines lead to its output, the formula."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Group, VGroup

from mathcore.padding import WHITE, Trace
from scenes._marks.colour_scale import Scale
from scenes._marks.frames import TURN, Frames
from scenes._marks.grid import Grid, cells, narrowest_for
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments
from scenes._marks.typeset import descent
from scenes._marks.window import flying_tile, slid
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.refs import Refs

GREY = Scale("gray", 0, WHITE)
KNOBS = {"n": "size", "p": "padding", "k": "kernel_size", "d": "dilation", "s": "stride"}
ROLES = {"n": "data", "p": "text", "k": "weight", "d": "text", "s": "text", "m": "activation"}  # their colours
HANDLES = {"p": "validation", "d": "loss", "s": "good"}  # colours in which Typst tells knobs apart; none is seen
SIZES = "data({n}) -> activation({m})"
FACING = {"right": ([1, 2], [0, 3]), "left": ([0, 3], [1, 2]), "up": ([0, 1], [3, 2])}  # of the corners TURN
TICK, APART, LABEL = 0.09, 0.17, 28  # of a measure: half of what ends it; how far its label is; size of that
NEAR, FAR = 0.16, 0.7  # of measures from the image
SIDE, LARGEST = 4.65, 0.8  # of an image with its rings; of a cell
WIDTH, OUTPUT_CELL, WIDEST = 13.4, 0.4, 1.5  # of images side by side; of a cell of their outputs; of a gap
COLUMN, HEIGHT, FOOT, BETWEEN = 3.5, 4.5, -2.5, 0.4  # of images below their outputs


class Picture:
    """An image in its rings of zeros.

    Args:
        film: it writes the numbers.
        corner: where the upper left corner stands, x and y.
        cell: side of a cell.
        refs: of the run whose image it is.
        scale: the colours.
    """

    def __init__(self, film: Film, corner: Any, cell: float, refs: Refs, scale: Scale = GREY) -> None:
        self.rings, side = refs.params.padding.value, cell * len(refs.padded)
        centre = np.array([*corner, 0]) + side / 2 * (RIGHT + DOWN)
        self.grid = Grid(film, (centre, side), self.ringed(refs.image), scale)
        self.frame = self.grid.frames([[self.rings] * 2], "data", len(refs.image), width=4)
        self.zeros = Group()
        if self.rings:
            ring = np.isnan(self.ringed(np.zeros(refs.image.shape)))
            zeros = np.where(ring, refs.padded, np.nan)
            self.zeros.add(cells(film, zeros, GREY, side, centre, 0, narrowest_for(zeros)))
        self.drawn = Group(self.grid.cells, self.zeros, self.frame)

    def ringed(self, values: np.ndarray) -> np.ndarray:
        """Values of the image's cells, and empty cells around them."""
        return np.pad(values, self.rings, constant_values=np.nan)

    def at(self, row: float, col: float) -> np.ndarray:
        """The point of the frame where a cell begins, counted from the outermost ring."""
        point: np.ndarray = self.grid.blocks([[row, col]], 0)[0][0]
        return point


class CornerLines(Segments):
    """Lines from the corners of a square to those of another, at its right or left or above it."""

    def __init__(self, film: Film, role: str, towards: str = "right") -> None:
        super().__init__(np.zeros((0, 3)), np.zeros((0, 3)), getattr(film.theme, role), 2, opacity=1)
        self._here, self._there = FACING[towards]
        with_halo(self, film.theme)

    def lead(self, centre: np.ndarray, side: float, other: np.ndarray, its_side: float) -> Self:
        """From a square, its centre and side, to another one."""
        return self.join(centre + side * TURN[self._here], other + its_side * TURN[self._there])


class Walk:
    """A window that visits an image along an axis, and lines that lead to the cell of the output whose value it gives.

    Along "spread", 0 to 1, its taps move apart from a dilation of 1 to that of its run.

    Args:
        film: where it walks.
        axis: along which.
        picture: the image.
        output: the grid whose cells it fills.
        trace: of the run.
        every: so many cells of the output lie from one of its values to the next.
        towards: where the output is, "right" or "up".
    """

    def __init__(
        self,
        film: Film,
        axis: str,
        picture: Picture,
        output: Grid,
        trace: Trace,
        every: int = 1,
        towards: str = "right",
    ) -> None:
        params, cell, theme = trace.params, picture.grid.side, film.theme
        places, taps = (np.argwhere(np.ones(table.shape)) for table in (trace.output, trace.kernel))
        self.axis, self.count, self._film, self._output = axis, len(places), film, output
        blocks, self.cells = picture.grid.blocks(params.stride * places, params.span), every * places
        self._to = output.blocks(self.cells)
        (spots, whole), (targets, small), dilated = blocks, self._to, params.dilation > 1
        self._from, self._gap = blocks, (picture.grid.cells.get_right()[0] + output.cells.get_left()[0]) / 2
        frame, holes = (Frames(0, theme.weight, theme.background, width) for width in (2 if dilated else 5, 4))
        lines, holes.side = CornerLines(film, "weight", towards), cell

        def at(place: float, spread: float) -> None:
            apart = 1 + spread * (params.dilation - 1)
            frame.side = cell * (apart * (params.kernel_size - 1) + 1)
            here = slid(spots, place) + (whole - frame.side) / 2 * (UP + LEFT)
            first = here + (frame.side - cell) / 2 * (UP + LEFT)  # middle of the first tap
            frame.put(here)
            holes.put(first + cell * apart * taps @ [DOWN, RIGHT] if dilated else [])
            lines.lead(here, frame.side, slid(targets, place), small)

        self.drawn = follow(VGroup(lines, frame, holes), axis, "spread", at=at)

    def carry(self) -> Self:
        """Have the values travel to the output, from between its lines where they cover no cell, and fill it."""
        (spots, whole), (targets, side) = self._from, self._to
        starts, stops = spots[:, 0] + whole / 2, targets[:, 0] - side / 2  # of the lines
        middles = spots + ((self._gap - starts) / (stops - starts))[:, None] * (targets - spots)
        middles[:, 0] = self._gap
        values = self._output.values[tuple(self.cells.T)].reshape(-1, 1, 1)
        start = middles, side
        flying_tile(self._film, lambda place, _: values[place], self._output, "activation", start, self._to, self.axis)
        self._output.fill(self.axis)
        return self

    def marks(self, opacity: float = 0.0) -> Frames:
        """Frames around the cells of the output to which it has come."""
        frames = self._output.frames([], "activation").set_fill(self._film.theme.activation, opacity)
        return follow(frames, self.axis, at=lambda place: frames.put(self._to[0][: int(place + 1e-9)]))


def name_key(name: str, run: Trace) -> str:
    """The sentence that names a run: by the knob that is turned, or by what its padding does."""
    return f"name_{name if name in ('stride', 'dilation') else run.form()}"


class Counter:
    """An image that counts, while its window walks, how many outputs use each cell; what it is called, and the sizes.

    Args:
        film: where it stands.
        axis: along which the window walks.
        name: of the run.
        run: its trace.
        refs: to that.
        slot: upper left corner of the image, x and y, and side of a cell.
        output: middle of the output, x and y, and side of its cells.
        towards: where the output is, "right" or "up".
    """

    def __init__(
        self, film: Film, axis: str, name: str, run: Trace, refs: Refs, slot: Any, output: Any, towards: str = "right"
    ) -> None:
        (*corner, cell), (*middle, small) = slot, output
        self.picture = Picture(film, corner, cell, refs, film.counts)
        counted = np.empty((run.output.size + 1, *run.image.shape), dtype=object)
        for many, *place in np.ndindex(counted.shape):
            counted[(many, *place)] = refs.sum("felt", many, tuple(place))
        cells = self.picture.grid.follow(lambda place: self.picture.ringed(counted[int(place + 1e-9)]), axis)
        empty = Grid(film, ([*middle, 0], small * len(run.output)), np.full(run.output.shape, np.nan), film.counts)
        self.walk = Walk(film, axis, self.picture, empty, run, towards=towards)
        knobs = {knob: getattr(refs.params, knob) for knob in ("padding", "stride", "dilation")}
        self.title = film.say(name_key(name, run), **knobs).next_to(cells, UP, buff=0.2)
        sizes = film.typeset(SIZES, size=40, n=refs.params.size, m=refs.output_size).next_to(cells, DOWN, buff=0.2)
        marks = self.walk.marks(0.7)
        self.drawn = Group(cells, self.picture.frame, empty.cells, marks, self.title, sizes, self.walk.drawn)


def beside(film: Film, runs: Mapping[str, Trace], named: Mapping[str, Refs], middle: float) -> list[Counter]:
    """Images side by side, each with its output at its right."""
    cell = min(SIDE / len(named["padded"].padded), LARGEST)
    small = min(OUTPUT_CELL, 2 / max(len(run.output) for run in runs.values()))
    widths = {name: (cell * len(run.padded), small * len(run.output)) for name, run in runs.items()}
    whole, gaps = sum(map(sum, widths.values())), 3 * len(runs) - 1  # one to an output, two to the next image
    gap = min((WIDTH - whole) / gaps, WIDEST)
    left, made = -(whole + gaps * gap) / 2, []
    for name, run in runs.items():
        wide, side = widths[name]
        slot, output = (left, middle + wide / 2, cell), (left + wide + gap + side / 2, middle, small)
        made.append(Counter(film, f"beside_{name}", name, run, named[name], slot, output))
        left += wide + side + 3 * gap
    return made


def columns(film: Film, runs: Mapping[str, Trace], named: Mapping[str, Refs]) -> list[Counter]:
    """All runs side by side, each output above its image."""
    high = HEIGHT / max(len(run.padded) + len(run.output) for run in runs.values())
    cell, made = min(high, (COLUMN - 0.3) / max(len(run.padded) for run in runs.values())), []
    for place, (name, run) in enumerate(runs.items()):
        x = COLUMN * (place - (len(runs) - 1) / 2)
        wide, small = cell * len(run.padded), cell * len(run.output)
        slot, output = (x - wide / 2, FOOT + wide, cell), (x, FOOT + wide + BETWEEN + small / 2, cell)
        made.append(Counter(film, f"column_{name}", name, run, named[name], slot, output, "up"))
        title = made[-1].title
        title.move_to([x, FOOT + HEIGHT + BETWEEN + 0.3 - descent(title), 0])
    return made


def measure(film: Film, ends: Any, way: np.ndarray, role: str, markup: str, **values: Any) -> VGroup:
    """Bars from point to point [bar end 3] and, beside the first, what they measure."""
    starts, stops = np.moveaxis(np.array(ends, dtype=float), 1, 0)
    sides, tick = np.concatenate([starts, stops]), TICK * way
    bars = Segments(
        np.concatenate([starts, sides - tick]), np.concatenate([stops, sides + tick]), getattr(film.theme, role), 4, 1
    )
    label = film.typeset(f"{role}({markup})", size=LABEL, **values)
    return VGroup(bars, label.next_to((starts[0] + stops[0]) / 2, way, buff=APART))


def measures(film: Film, picture: Picture, refs: Refs) -> dict[str, VGroup]:
    """The knobs by their symbols, read off an image whose window is at its first place."""
    n, p, k, d, s = (getattr(refs.params, knob).value for knob in KNOBS.values())
    last = n + 2 * p
    bars = {  # from cell to cell, on which side of the image, how far from it
        "n": ([[(last, p), (last, p + n)]], DOWN, NEAR),
        "p": ([[(last, 0), (last, p)], [(last, p + n), (last, last)]], DOWN, NEAR),
        "k": ([[(0, d * tap), (0, d * tap + 1)] for tap in range(k)], UP, FAR),
        "d": ([[(0, 0.5), (0, 0.5 + d)]], UP, NEAR),
        "s": ([[(0, 0), (s, 0)]], LEFT, NEAR),
    }
    made = {
        symbol: measure(
            film,
            [[picture.at(*cell) + distance * way for cell in bar] for bar in ends],
            way,
            ROLES[symbol],
            f"{symbol} = {{value}}",
            value=getattr(refs.params, KNOBS[symbol]),
        )
        for symbol, (ends, way, distance) in bars.items()
    }
    made["k"][1].next_to(made["k"][0], LEFT, buff=APART)  # above it there is the title
    return made


class SizeRule(VGroup):
    """The size of the map, with numbers for the symbols that are known, and what it comes to.

    `parts` are its symbols by their letters.
    """

    def __init__(self, film: Film, refs: Refs, known: str = "npkds", answer: str = "") -> None:
        values = {symbol: getattr(refs.params, KNOBS[symbol]) if symbol in known else symbol for symbol in KNOBS}
        roles = ROLES | HANDLES
        rule = film.typeset(size_markup(known, answer, roles), size=36, **values, result=refs.output_size)
        paths = {path.get_fill_color().to_hex().lower(): path for path in rule}
        self.parts = {symbol: paths[getattr(film.theme, role)] for symbol, role in roles.items()}
        VGroup(*(self.parts[symbol] for symbol in HANDLES)).set_color(film.theme.text)
        super().__init__(rule)


def size_markup(known: str = "", answer: str = "", roles: Mapping[str, str] = ROLES) -> str:
    """The same in markup; a dot stands between what is multiplied where both are numbers."""
    dots = {symbol: "dot" * (symbol in known) for symbol in "pd"}
    p, d, s = (f"{roles[symbol]}({{{symbol}}})" for symbol in "pds")
    size = f"floor((data({{n}}) + 2 {dots['p']} {p} - {d} {dots['d']} (weight({{k}}) - 1) - 1) / {s}) + 1"
    return f"activation(m) = {size}" + f" = activation({answer})" * bool(answer)
