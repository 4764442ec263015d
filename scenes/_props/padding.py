"""What only the film of padding draws: an image in its rings, a window whose lines lead to its output, the formula."""

from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Group, VGroup, VMobject

from mathcore.padding import WHITE, Trace
from scenes._marks.cells import ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.frames import TURN, Frames
from scenes._marks.grid import Grid
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments
from scenes._marks.typeset import Typeset
from scenes._marks.window import flying_tile, slid
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.refs import Refs

GREY = Scale("gray", 0, WHITE)
KNOBS = {"n": "size", "p": "padding", "k": "kernel_size", "d": "dilation", "s": "stride"}
ROLES = {"n": "data", "p": "validation", "k": "weight", "d": "loss", "s": "good", "o": "activation"}  # their colours
SIZE = "floor((data({n}) + 2 {times_p} validation({p}) - loss({d}) {times_d} (weight({k}) - 1) - 1) / good({s})) + 1"
FACING = {"right": ([1, 2], [0, 3]), "left": ([0, 3], [1, 2]), "up": ([0, 1], [3, 2])}  # of the corners TURN
TICK, APART, LABEL = 0.09, 0.17, 28  # of a measure: half of what ends it; how far its label is; size of that
NEAR, FAR = 0.16, 0.7  # of measures from the image
SIDE, LARGEST = 4.65, 0.8  # of an image with its rings; of a cell
WIDTH, SMALL_CELL = 13.4, 0.4  # of images that count, side by side; of a cell of their outputs
COLUMNS, HEIGHT, FOOT, BETWEEN = (-5.25, -1.75, 1.75, 5.25), 4.5, -2.5, 0.4  # of images below their outputs


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
        self.grid = Grid(film, (centre, side), self.ringed(refs.image), scale, digits=(3, 3))
        self.frame = self.grid.frames([[self.rings] * 2], "data", len(refs.image), width=4)
        self.zeros = VGroup()
        if self.grid.cells.written:
            ring = np.argwhere(np.isnan(self.ringed(np.zeros(refs.image.shape))))
            for place, middle in zip(ring, self.grid.blocks(ring)[0], strict=True):
                zero = film.number(refs.padded[tuple(place)], film.theme.validation, anchor=0 * UP)
                self.zeros.add(zero.centred_at(middle))
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
        self._from, self.cells = picture.grid.blocks(params.stride * places, params.span), every * places
        self._to = output.blocks(self.cells)
        (spots, whole), (targets, small), dilated = self._from, self._to, params.dilation > 1
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
        """Have the values travel to the output, and fill it."""
        values, scale = self._output.values[tuple(self.cells.T)].reshape(-1, 1, 1), self._output.cells.colours
        flying_tile(self._film, lambda place, _: values[place], scale, "activation", self._from, self._to, self.axis)
        self._output.fill(self.axis)
        return self

    def marks(self, opacity: float = 0.0) -> Frames:
        """Frames around the cells of the output to which it has come."""
        frames = self._output.frames([], "activation").set_fill(self._film.theme.activation, opacity)
        return follow(frames, self.axis, at=lambda place: frames.put(self._to[0][: int(place + 1e-9)]))


def name_of(film: Film, name: str, trace: Trace, refs: Refs) -> Typeset:
    """What a run is called, and its knob."""
    knobs = {knob: getattr(refs.params, knob) for knob in ("padding", "stride", "dilation")}
    return film.say(f"name_{name if name in knobs else trace.form()}", **knobs)


def counters(
    film: Film, runs: Mapping[str, Trace], named: Mapping[str, Refs], middle: float
) -> list[tuple[Walk, Group, Frames]]:
    """Images side by side that count, while their windows walk, how many outputs feel each cell.

    Returns:
        for each its window, all that is drawn, and a frame around a corner of the image.
    """
    cell = min(SIDE / len(named["padded"].padded), LARGEST)
    scale = Scale(film.theme.sizes, 0, max(int(run.reached.max()) for run in runs.values()))
    wide = {name: cell * len(run.padded) for name, run in runs.items()}
    small = {name: min(SMALL_CELL * len(run.output), 2.0) for name, run in runs.items()}
    free = (WIDTH - sum(wide.values()) - sum(small.values())) / (3 * len(runs) - 1)  # gaps of 1 within, of 2 between
    left, made = -WIDTH / 2, []
    for name, run in runs.items():
        refs, axis = named[name], f"count_{name}"
        picture = Picture(film, (left, middle + wide[name] / 2), cell, refs, scale)
        picture.grid.follow(_counts(picture, refs, run), axis)
        slot = [left + wide[name] + free + small[name] / 2, middle, 0], small[name]
        output = Grid(film, slot, np.full(run.output.shape, np.nan), scale)
        walk = Walk(film, axis, picture, output, run)
        title = name_of(film, name, run, refs).next_to(picture.grid.cells, UP, buff=0.2)
        size = film.typeset("activation({o} times {o})", size=34, o=refs.output_size).next_to(
            output.cells, DOWN, buff=0.2
        )
        drawn = Group(picture.grid.cells, picture.frame, output.cells, walk.marks(0.7), title, size, walk.drawn)
        made.append((walk, drawn, picture.grid.frames([[picture.rings] * 2], "text")))
        left += wide[name] + small[name] + 3 * free
    made[0][1].add(ColourBar(scale, 3.3, film.theme, film.words).next_to(made[0][1][0], DOWN, buff=0.3))
    return made


def _counts(picture: Picture, refs: Refs, run: Trace) -> Callable[[float], np.ndarray]:
    """How many of the first so many outputs feel each cell."""
    counts = np.empty((run.output.size + 1, *run.image.shape), dtype=object)
    for many, *cell in np.ndindex(counts.shape):
        counts[(many, *cell)] = refs.sum("felt", many, tuple(cell))
    return lambda place: picture.ringed(counts[int(place + 1e-9)])


def columns(film: Film, runs: Mapping[str, Trace], named: Mapping[str, Refs], light: Scale) -> list[tuple[Walk, Group]]:
    """All runs side by side, each output above its image, with what it is called and the two sizes."""
    cell = HEIGHT / max(len(run.padded) + len(run.output) for run in runs.values())
    made = []
    for (name, run), x in zip(runs.items(), COLUMNS, strict=False):
        refs, axis, (wide, small) = named[name], f"column_{name}", (cell * len(run.padded), cell * len(run.output))
        picture = Picture(film, (x - wide / 2, FOOT + wide), cell, refs)
        output = Grid(film, ([x, FOOT + wide + BETWEEN + small / 2, 0], small), run.output, light)
        output.fill(axis)
        walk = Walk(film, axis, picture, output, run, towards="up")
        title = name_of(film, name, run, refs).move_to([x, FOOT + HEIGHT + BETWEEN + 0.3, 0])
        sizes = film.typeset("data({n}) -> activation({o})", size=40, n=refs.params.size, o=refs.output_size)
        sizes.next_to(picture.grid.cells, DOWN, buff=0.2)
        made.append((walk, Group(picture.grid.cells, picture.frame, output.cells, title, sizes, walk.drawn)))
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
    return {
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


def size_rule(film: Film, refs: Refs, known: str = "npkds", answer: str = "") -> Typeset:
    """The size of the output, with numbers for the symbols that are known, and what it comes to."""
    values = {symbol: getattr(refs.params, KNOBS[symbol]) if symbol in known else symbol for symbol in KNOBS}
    dots = {f"times_{symbol}": "dot" * (symbol in known) for symbol in "pd"}
    markup = f"activation(o) = {SIZE}" + f" = activation({answer})" * bool(answer)
    return film.typeset(markup, size=36, **values, **dots, result=refs.output_size)


def part(rule: Typeset, colour: str) -> VMobject:
    """What of a formula has a colour."""
    return next(one for one in rule if one.get_fill_color().to_hex().lower() == colour)
