"""What only the film of translation equivariance draws: input, output and difference over the same places."""

from collections.abc import Callable
from typing import Any, NamedTuple, Self

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, VGroup, VMobject

from mathcore.translation_equivariance import BLACK, LENGTH, REACH, WIDTH, Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Segments, closed
from scenes._marks.number import Number
from scenes._marks.typeset import Typeset
from scenes._stage.clock import follow
from scenes._stage.film import Film

FILLED = 0.72  # of its room that a bar takes
PITCH, ROW = 0.026, 0.0145  # columns and rows of a table, per point of its font size
BESIDE = 1.8  # room for numbers at either side of a name
NOWHERE = np.zeros((0, 3))


class Layout(NamedTuple):
    """Where three rows stand: from the left, the height of each one's 0, and what a unit of x and of y measures."""

    left: float
    width: float
    zeros: tuple[float, float, float]  # of input, output and difference
    units: tuple[float, float]  # of x; of y and of differences

    peak: float  # above all outputs
    first: int = 0  # place that is seen
    band: str = "valid"  # what is said of the outputs whose difference must be 0

    @property
    def edges(self) -> np.ndarray:
        """Of the room of the first place and of the last one."""
        return np.array([self.first - 0.5, LENGTH - 0.5])

    def at(self, row: int, place: Any, value: Any) -> np.ndarray:
        """The points of the frame [... 3] for places, each in the middle of its room, and values of a row."""
        x = self.left + self.width * (np.asarray(place) - self.edges[0]) / np.ptp(self.edges)
        height = self.zeros[row] + self.units[row > 0] * np.asarray(value)
        return np.stack(np.broadcast_arrays(x, height, 0.0), axis=-1)


class SignedBars(VMobject):
    """Bars up or down from the 0 of a row; those beyond the last place are not seen."""

    def __init__(self, layout: Layout, row: int, color: str) -> None:
        self._layout, self._row = layout, row
        super().__init__(fill_color=color, fill_opacity=1, stroke_width=0)

    def put(self, values: np.ndarray, stride: int, offset: float) -> Self:
        """Show values that stand `stride` places apart, moved by an offset."""
        places, half = stride * np.arange(len(values)) + offset, FILLED * stride / 2
        seen = (values != 0) & (places < self._layout.edges[1])
        sides = (places[seen, None] + half * np.array([-1, -1, 1, 1])).clip(*self._layout.edges)
        self.points = closed(self._layout.at(self._row, sides, values[seen, None] * np.array([0, 1, 1, 0])))
        return self


class Outline(Line):
    """The outline of such bars, without room between them."""

    def __init__(self, layout: Layout, row: int, color: str, width: float = 3) -> None:
        self._layout, self._row = layout, row
        super().__init__(np.zeros((2, 3)), color, width)

    def put(self, values: np.ndarray, stride: int, offset: float = 0) -> Self:
        """Go around values that stand `stride` places apart, moved by an offset."""
        sides = stride * (np.arange(len(values) + 1) - 0.5) + offset
        shown = np.flatnonzero((values != 0) & (sides[:-1] < self._layout.edges[1]))
        if not len(shown):
            self.points = NOWHERE
            return self
        first, stop = shown[0], shown[-1] + 1
        heights = np.concatenate([[0], np.repeat(values[first:stop], 2), [0]])
        ends = np.repeat(sides[first : stop + 1], 2).clip(*self._layout.edges)
        return self.through(self._layout.at(self._row, ends, heights))


class Rows:
    """Input, output and difference for a position and a stride, along "shift": so many places moved.

    Along "seen" so many outputs are computed; along "ghost", 0 to 1, the outline of the output before the shift moves
    after it. Between whole shifts all slide where the stride is 1; a longer one leaves the outputs where they are.

    Args:
        film: where they stand.
        layout: of the rows.
        shift: the longest.
        knobs: position and stride.
    """

    def __init__(self, film: Film, layout: Layout, shift: int, **knobs: int) -> None:
        self._film, self.layout, self.shift, self.stride, theme = film, layout, shift, knobs["stride"], film.theme
        runs: list[Trace] = [film.rerun(shift=by, **knobs) for by in range(1, shift + 1)]
        self._runs, self._refs = [runs[0], *runs], [film.refs_of(run) for run in (runs[0], *runs)]  # [shift]
        self.run, self.refs, first = runs[-1], self._refs[-1], runs[0]
        self._values = (
            [first.x, *(run.x_shifted for run in runs)],
            [first.y, *(run.y_shifted for run in runs)],
            [0 * first.y, *(run.difference for run in runs)],
        )
        colours = theme.data, theme.activation, theme.bad
        self.x, self.y, self.d = (SignedBars(layout, row, colour) for row, colour in enumerate(colours))
        old = [Outline(layout, row, theme.faint, 2) for row in range(2)]
        self.before = VGroup(old[0].put(first.x, 1), old[1].put(first.y, self.stride))
        self.ghost = with_halo(Outline(layout, 1, theme.text), theme)
        self.valid = VGroup(
            with_halo(Segments(NOWHERE, NOWHERE, theme.good, 6, 1), theme),
            film.say(layout.band, colour=theme.good, size=26),
        )
        self._follow(self.x, lambda shift: self._put(self.x, 0, shift))
        self._follow(self.y, lambda shift, seen: self._put(self.y, 1, shift, seen), "seen")
        self._follow(self.d, lambda shift: self._put(self.d, 2, shift))
        self._follow(self.ghost, self._put_ghost, "ghost")
        self._follow(self.valid, self._put_valid)

    @property
    def drawn(self) -> list[Any]:
        """All of it."""
        return [self.before, self.x, self.y, self.ghost, self.valid, self.d]

    def _follow(self, mark: Any, at: Callable[..., None], *axes: str) -> Any:
        """Have a mark go along "shift", up to the longest one, and other axes."""
        return follow(mark, "shift", *axes, at=lambda shift, *places: at(min(shift, self.shift), *places))

    def _put(self, bars: SignedBars, row: int, shift: float, seen: float = np.inf) -> None:
        whole = int(shift + 1e-9)
        values = self._values[row][whole]
        there = np.arange(len(values)) < round(min(seen, LENGTH))
        bars.put(values * there, 1 if row == 0 else self.stride, self._part(shift, row))

    def _part(self, shift: float, row: int) -> float:
        """How far a row is on its way from a whole shift to the next."""
        return (shift - int(shift + 1e-9)) * (row == 0 or self.stride == 1)

    def _moved(self, shift: float) -> float:
        """How many places the output moves."""
        return shift if self.stride == 1 else self.stride * (int(shift + 1e-9) // self.stride)

    def _put_ghost(self, shift: float, ghost: float) -> None:
        self.ghost.put(self.run.y, self.stride, ghost * self._moved(shift))

    def _put_valid(self, shift: float) -> None:
        (line, name), whole = self.valid, int(shift + 1e-9)
        places = self.stride * np.flatnonzero(self._runs[whole].valid * (shift >= 1))
        if not len(places):
            line.join(NOWHERE, NOWHERE)
            name.set_opacity(0)
            return
        ends = (places[[0, -1]] + np.array([-0.5, 0.5]) * self.stride + self._part(shift, 1)).clip(*self.layout.edges)
        start, end = self.layout.at(2, ends, 0)
        line.join(start[None], end[None])
        name.move_to((start + end) / 2 + 0.3 * DOWN).set_opacity(float(end[0] - start[0] > name.width + BESIDE))

    def ways(self, heights: tuple[float, float]) -> VGroup:
        """Arrows as long as input and output have moved, with the numbers of places at their tips: outputs x stride."""
        colours, start = (
            (self._film.theme.data, self._film.theme.activation),
            self.run.params.position + (WIDTH - 1) / 2,
        )
        arrows = [Segments(NOWHERE, NOWHERE, colour, 5, 1) for colour in colours]
        numbers = [self._film.number(colour=colour, size=36) for colour in colours]
        step = self._film.typeset("times {stride}", size=36, stride=self.refs.params.stride)

        def at(shift: float) -> None:
            refs, ways = self._refs[int(shift + 1e-9)], (shift, self._moved(shift))
            for arrow, number, height, way, ref in zip(
                arrows, numbers, heights, ways, (refs.params.shift, refs.cells), strict=True
            ):
                ends = self.layout.at(0, np.minimum([start, start + way], self.layout.edges[1]), 0)
                tail, tip = ends * [1, 0, 0] + height * UP
                wings = tip + 0.16 * LEFT + 0.11 * np.array([UP, DOWN])
                arrow.join(np.array([tail, *wings]), np.array([tip, tip, tip]))
                self._film.rewrite(number.centred_at(tip + 0.18 * RIGHT), ref)
            step.next_to(numbers[1], RIGHT, buff=0.14)

        return self._follow(VGroup(*arrows, *numbers, *[step] * (self.stride > 1)), at)

    def tally(self, right: np.ndarray, size: float = 40) -> VGroup:
        """How many outputs differ, of those that are not 0 in both; `right` is its right end."""
        theme, word = self._film.theme, self._film.say("of", size=26)
        many, of = (self._film.number(size=size, anchor=RIGHT) for _ in range(2))

        def at(shift: float) -> None:
            refs = self._refs[int(shift + 1e-9)]
            self._film.rewrite(of.centred_at(right), refs.responding)
            word.next_to(of, LEFT, buff=0.14)
            self._film.rewrite(many.centred_at(right + (word.get_left()[0] - right[0] - 0.14) * RIGHT), refs.differing)
            many.set_color(theme.bad if refs.differing.value else theme.good)

        return self._follow(VGroup(many, word, of), at)


def table(film: Film, sources: tuple[Any, Any, Any], axis: str, centre: Any, size: float, equals: Typeset) -> VGroup:
    """Window, weights, products and their sum at an output, along an axis; so many products are there, along "term".

    Args:
        film: it writes the numbers.
        sources: references to a series [time], its products [out tap] and their sums [out].
        axis: the outputs.
        centre: of the columns.
        size: of the font.
        equals: what stands in front of the sum.
    """
    theme, (series, products, sums), taps = film.theme, sources, len(film.refs.kernel)
    stride = -(-len(series) // len(sums))
    pitch, row_pitch = PITCH * size, ROW * size
    columns = centre + pitch * np.outer(np.arange(taps) - (taps - 1) / 2, RIGHT)

    def row(colour: str, height: float) -> list[Number]:
        return [film.number(colour=colour, size=size, anchor=ORIGIN).centred_at(c + height * UP) for c in columns]

    seen, weights, terms = row(theme.data, row_pitch), row(theme.weight, 0), row(theme.text, -row_pitch)
    for number, weight in zip(weights, film.refs.kernel, strict=True):
        film.rewrite(number, weight)
    ends = columns[[0, -1]] + np.outer([-1, 1], pitch / 2 * RIGHT) + row_pitch / 2 * DOWN
    line = Segments(ends[:1], ends[1:], theme.faint, 2, 1)
    foot = ends[1] + row_pitch / 2 * DOWN
    times = film.typeset("times", size=size).move_to(columns[0] + 0.8 * pitch * LEFT)
    equals.move_to(foot + 0.12 * RIGHT, LEFT)
    total = film.number(colour=theme.activation, size=size + 10)
    total.centred_at(foot * [0, 1, 0] + (equals.get_right() + 0.16 * RIGHT) * [1, 0, 0])

    def at(place: float, term: float) -> None:
        out = int(place + 0.5)
        for k, (value, product) in enumerate(zip(seen, terms, strict=True)):
            film.rewrite(value, series[stride * out + k - REACH])
            film.rewrite(product.set_opacity(float(k < term)), products[out, k])
        film.rewrite(total.set_opacity(float(term >= taps)), sums[out])

    return VGroup(*seen, *weights, *terms, times, line, equals, follow(total, axis, "term", at=at))


def window(film: Film, layout: Layout, stride: int, axis: str = "place", *, pointing: bool = True) -> Line:
    """A frame around the places of the input that an output is made of, perhaps pointing to it."""
    frame = Line(np.zeros((2, 3)), film.theme.weight, 5)

    def at(place: float) -> None:
        left, right = np.maximum(stride * place + (REACH + 0.5) * np.array([-1, 1]), layout.edges[0])
        box = layout.at(0, [left, left, right, right], BLACK * np.array([0, 1.04, 1.04, 0]))
        tip = layout.at(1, stride * place, layout.peak)
        frame.through(np.array([*box, *[tip] * pointing, box[0], box[3]]))

    return follow(with_halo(frame, film.theme), axis, at=at)


def zero(film: Film, layout: Layout, row: int) -> Segments:
    """The 0 of a row."""
    start, end = layout.at(row, layout.edges, 0)[:, None]
    return Segments(start, end, film.theme.faint, 2, 1)


def marked(film: Film, rows: Rows) -> list[Number]:
    """The number of the largest difference, or of both where there are two, at the freer side of its bar."""
    values, numbers = rows.run.difference, []
    (outs,), beside = np.nonzero(values), np.pad(values, 1)
    for out in outs if len(outs) <= 2 else [np.abs(values).argmax()]:
        before, after = np.sign(values[out]) * beside[[out, out + 2]]
        side = LEFT if before < after else RIGHT
        number = film.number(rows.refs.difference[out], film.theme.bad, size=32, anchor=-side)
        end = rows.layout.at(2, rows.stride * (out + side[0] / 2), 0.8 * values[out])
        numbers.append(number.centred_at(end + 0.1 * side))
    return numbers


def telling(trace: Trace) -> int:
    """The largest output whose window meets no zero."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(trace.x, REACH), 2 * REACH + 1)
    inside = np.flatnonzero((windows[:: trace.params.stride] != 0).all(axis=1))
    return int(inside[trace.y[inside].argmax()])


def rule_of(run: Trace) -> str:
    """Whether the output after a shift is the one before, moved by `cells`; if not, why; if not all, which must be."""
    if run.outcome() == "gone":
        return "activation(y'_i) = 0"
    stray = " quad {by} slash {stride} in.not ZZ" * (run.outcome() == "stray")
    where = " quad {first} <= i <= {last}" * (run.outcome() == "border")
    return f"activation(y'_i) {'!=' if stray else '='} activation(y_(i - {{cells}})){stray}{where}"


def ends_of(run: Trace) -> tuple[int, int]:
    """The first and the last output whose difference must be 0; all of them where there is none."""
    return int(run.valid.argmax()), len(run.valid) - 1 - int(run.valid[::-1].argmax())


def stand(word: Typeset, left: float, height: float) -> Typeset:
    """Put a word with the foot of its first letter at a height."""
    foot = word.move_to([left, height, 0], LEFT)[0].get_subpaths()[0][:, 1].min()
    return word.shift((height - foot) * UP)
