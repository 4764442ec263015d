"""What only the film of the perceptron draws: a neuron that opens, and contributions laid end to end inside it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import DR, LEFT, RIGHT, UP, Arrow, Circle, Dot, RoundedRectangle, VGroup, VMobject

from mathcore.perceptron import FEATURES, Trace
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Segments, closed
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset
from scenes._stage.clock import between, follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme
from scenes._stage.words import NumberText

TOP, PITCH, FAR_PITCH = 2.72, 0.62, 1.2  # height of the first row; from row to row in the open neuron, and outside
NAMES, INPUTS, RADIUS, WEIGHTS = -6.75, -4.1, 0.28, -3.18  # where names, inputs and weights are
CLOSED, BODY = np.array([2.2, TOP - 2 * FAR_PITCH, 0]), 1.3  # centre and radius of the closed neuron
OPEN = np.array([[-2.5, -3.1, 0], [6.75, 3.2, 0]])  # corners of the open one
HALF, TIP = 0.2, 0.15  # half the thickness of a bar, the length of its tip
PHASES = np.arange(3)[:, None]  # of the turn of a bar: its input grows, is stretched by the weight, slides
DECIMALS = 3  # of what is added up
TOTAL, LEAST = -0.2, 0.2  # height of the total's number, between the bars and the curve; the shortest line to it
STILL = 1e-6  # of the way to its place, before which a bar has not left
LOSS, TOTALS = Slot(-5.9, -0.15, 4.3, 2.35), Slot(0.8, -2.3, 5.8, 4.5)
ROWS = -1.2 - 0.42 * np.arange(len(FEATURES) + 1)  # heights of the weights and the bias that are being learnt
VALUES, ZERO, LONGEST = -4.0, -2.7, 1.15  # right ends of their numbers, foot and length of their bars
KINDS, SPREAD = (0.73, 0.27), 0.18  # heights of setosa and the others, and how far dots are from them


class Neuron(VGroup):
    """Rows of inputs, whose weighted edges lead into a neuron; below them the name of the flower.

    `at(opened, flower, sent)`: the neuron is a disc at 0, at 1 a frame with an edge for each row of what happens
    inside; so many inputs are those of the other flower; pulses have gone that share of the edges.
    """

    def __init__(self, film: Film) -> None:
        t, refs, theme = film.trace, film.refs, film.theme
        names = [film.say(name, size=27, colour=theme.faint).move_to([NAMES, 0, 0], LEFT) for name in FEATURES]
        discs = [Circle(RADIUS, color=theme.data, stroke_width=3).move_to([INPUTS, 0, 0]) for _ in names]
        self._inputs = [[film.typeset("data({x})", x=x) for x in xs] for xs in (refs.x, refs.x_other)]
        for text in (*self._inputs[0], *self._inputs[1]):
            text.move_to([INPUTS, 0, 0])
        bias = film.say("bias", size=27, colour=theme.faint).move_to([INPUTS + RADIUS - 0.1, 0, 0], RIGHT)
        self._rows = [VGroup(*row) for row in zip(names, discs, *self._inputs, strict=True)] + [VGroup(bias)]
        self._y: np.ndarray = np.zeros(len(self._rows))
        flowers = (t.species, refs.params.sample), (t.species_other, refs.params.other)
        self._flowers = [film.say(f"flower_{species}", row=row) for species, row in flowers]
        self._mixture = film.say("mixture")
        sizes, none = np.abs([*t.w, t.b]), np.zeros((0, 3))
        self._edges = [Segments(none, none, theme.weight, 2 + 8 * size, 1) for size in sizes / (sizes.max() or 1)]
        self.weights = [film.typeset("weight({w})", w=film.words.markup(w)) for w in (*refs.w, refs.b)]
        disc = RoundedRectangle(BODY - 1e-3, width=2 * BODY, height=2 * BODY).move_to(CLOSED)
        box = RoundedRectangle(0.3, width=np.ptp(OPEN[:, 0]), height=np.ptp(OPEN[:, 1])).move_to(OPEN.mean(axis=0))
        self._shapes = disc.points, box.points
        self._body = VMobject(stroke_color=theme.faint, fill_color=theme.background, fill_opacity=1, stroke_width=3)
        self._pulses = with_halo(Dots(none, theme.data, 0.11), theme)
        out = Arrow(CLOSED + BODY * RIGHT, CLOSED + 3.2 * RIGHT, buff=0.1, color=theme.activation)
        symbols = film.typeset("scripts(sum) thick activation(phi)", size=72).move_to(CLOSED)
        self._closed = VGroup(symbols, out, film.typeset("activation(a)", size=60).next_to(out, RIGHT))
        inside = self._pulses, self._body, self._closed
        super().__init__(*self._edges, *self.weights, *self._rows, *self._flowers, self._mixture, *inside)

    def at(self, opened: float, flower: float, sent: float) -> None:
        """Open it, exchange inputs, send pulses."""
        heights = TOP - np.arange(len(self._rows)) * (FAR_PITCH + opened * (PITCH - FAR_PITCH))
        starts, doors = (np.array([[x, y, 0] for y in heights]) for x in (INPUTS + RADIUS, OPEN[0, 0]))
        ways = CLOSED + opened * (doors - CLOSED) - starts
        for edge, weight, start, way in zip(self._edges, self.weights, starts, ways, strict=True):
            middle, half = WEIGHTS - start[0], weight.width / 2 + 0.1  # of the gap in which the weight stands
            before, at, after = (start + (middle + turn * half) / way[0] * way for turn in (-1, 0, 1))
            edge.join(np.stack([start, after]), np.stack([before, start + way]))
            weight.move_to(at)
        for row, change in zip(self._rows, heights - self._y, strict=True):
            row.shift(change * UP)
        self._y = heights
        self._body.points = self._shapes[0] + opened * (self._shapes[1] - self._shapes[0])
        self._closed.set_opacity(max(1 - 4 * opened, 0))
        self._pulses.put((starts + sent * ways)[:-1] if 0 < sent < 1 else starts[:0])
        for other, texts in enumerate(self._inputs):
            for k, text in enumerate(texts):
                text.set_opacity(float(other == (flower >= k + 0.5)))
        whole = flower == 0, flower == len(self._inputs[0]), 0 < flower < len(self._inputs[0])
        for name, shown in zip((*self._flowers, self._mixture), whole, strict=True):
            name.move_to([NAMES, heights[-1] - 0.75, 0], LEFT).set_opacity(float(shown))


class Waterfall(VGroup):
    """Contributions as bars, each of which starts where the one before ends; the bias is the last.

    `at(added, flower)`: so many have been added. A bar grows to its input x, is stretched to w x, slides to the sum so
    far. So many inputs are those of the other flower; a bar on its way from one to the other has no number.

    Args:
        panel: on whose axis the bars are; they stand above it.
        inputs: of each flower, and 0 for the bias [flower term].
        terms: what they contribute [flower term].
        written: the same, written.
        theme: for the colours.
    """

    def __init__(
        self, panel: Panel, inputs: np.ndarray, terms: np.ndarray, written: Sequence[Sequence[Typeset]], theme: Theme
    ) -> None:
        self._panel, self._inputs, self._terms = panel, inputs, terms
        self._y = TOP - PITCH * np.arange(terms.shape[1])
        self._written = [with_halo(VGroup(*texts), theme) for texts in written]
        self._raw, self._bars = (
            with_halo(VMobject(fill_color=hue, fill_opacity=1, stroke_width=0), theme)
            for hue in (theme.data, theme.weight)
        )
        self._joints = Segments(np.zeros((0, 3)), np.zeros((0, 3)), theme.text, 2, 1)
        super().__init__(self._raw, self._bars, self._joints, *self._written)

    def at(self, added: float, flower: float) -> None:
        """Lay so many bars."""
        changed, inputs, terms, (grown, stretched, slid) = self._state(added, flower)
        ends = np.cumsum(terms)
        starts, lengths = slid * (ends - terms), inputs + stretched * (terms - inputs)
        self._raw.points = self._outlines(0 * starts, grown * inputs * (stretched < 1), 0)
        self._bars.points = self._outlines(starts, lengths * (stretched > 0), TIP)
        joints = np.flatnonzero(slid[1:] == 1)
        feet, heads = (self._places(ends[joints], self._y[joints + k] + turn) for k, turn in ((0, -HALF), (1, HALF)))
        self._joints.join(feet, heads)
        for other, texts in enumerate(self._written):
            for k, text in enumerate(texts):
                way = RIGHT if terms[k] >= 0 else LEFT
                text.move_to(self._places(starts[k] + terms[k], self._y[k]) + 0.1 * way, -way)
                text.set_opacity(float(stretched[k] == 1 and changed[k] == other))

    def end(self, added: float, flower: float) -> tuple[float, float, bool]:
        """Where bars that have slid end, on the axis, the height below the last bar, and whether all of them rest."""
        _, _, terms, (_, _, slid) = self._state(added, flower)
        rest = np.all((slid < STILL) | (slid > 1 - STILL))
        return float(slid @ terms), self._y[max(int(np.ceil(added)) - 1, 0)] - HALF, bool(rest)

    def _state(self, added: float, flower: float) -> tuple[np.ndarray, ...]:
        """How far each input is exchanged; the inputs; the terms; how far each is in its turn [phase term]."""
        order = np.arange(len(self._y))
        changed = np.clip(flower - order, 0, 1)
        changed[-1] = flower > 0  # the bias, which is the same
        inputs, terms = ((1 - changed) * both[0] + changed * both[1] for both in (self._inputs, self._terms))
        return changed, inputs, terms, np.clip(len(PHASES) * np.clip(added - order, 0, 1) - PHASES, 0, 1)

    def _places(self, values: Any, heights: Any) -> np.ndarray:
        """Points of the frame [... 3] above values of the axis."""
        places = self._panel.at(values, 0)
        places[..., 1] = heights
        return places

    def _outlines(self, starts: np.ndarray, lengths: np.ndarray, tip: float) -> np.ndarray:
        """The curves around bars, pointed where they end; one without a length is not drawn."""
        drawn = lengths != 0
        start, end = (self._places(values[drawn], self._y[drawn]) for values in (starts, starts + lengths))
        neck, up = end - np.clip(end - start, -tip, tip) * RIGHT, HALF * UP
        return closed(np.stack([start - up, start + up, neck + up, end, neck - up], axis=1))


def digits(ref: Any) -> int:
    """So many that a term or a total has three decimals, and what is seen adds up as far as rounding can."""
    size = abs(getattr(ref, "value", 0))
    return DECIMALS + (len(str(int(size))) if size >= 1 else 0)


def added(film: Film, ref: Any) -> NumberText:
    """A term of the total, in a formula."""
    return film.words.markup(ref, digits=digits(ref))


def readout(film: Film, panel: Panel, waterfall: Waterfall, t: Trace) -> Any:
    """The total below the bars; along "read" it drops to the curve in a panel, then goes to the right.

    While an input is being exchanged, the numbers are open, and so is the total while a bar slides.
    """
    theme, (left, foot, _), (right, top, _) = film.theme, *panel.axes.box
    stem, way = Line(np.zeros((2, 3)), theme.text, 3), with_halo(Dashes(np.zeros((3, 3)), theme.text, 3), theme)
    dot = with_halo(Dot(radius=0.11, color=theme.activation), theme)
    total, out = film.number(size=34), film.number(colour=theme.activation, size=38)
    names = film.typeset("o =", size=34), film.typeset("activation(a) =", size=38)
    refs = film.refs_of(t)
    partial = [[refs.sum(f"contribution{of}", k) for k in range(1, len(t.x) + 1)] for of in ("", "_other")]

    def show(added: float, flower: float, read: float) -> None:
        value, height, rests = waterfall.end(added, flower)
        end = TOTAL + 0.17
        x, y, _ = place = panel.at(value, np.interp(value, t.grid, t.phi))
        stem.through(np.array([[x, height, 0], [x, end, 0]])).show(float(added > 0 and height - end > LEAST))
        way.through(np.array([[x, top, 0], place, [right, y, 0]])).at(read)
        dot.move_to(place).set_opacity(float(read >= 1))
        whole, exchanged = int(added + 1e-9), round(flower)
        sums = [np.nan, *partial[int(flower > 0)], refs.o_mixed[exchanged]]
        seen = sums[whole] if flower == exchanged and rests else np.nan
        total.write(film.words.number(seen, digits=digits(seen)))
        film.rewrite(out, refs.a_mixed[exchanged] if flower == exchanged else np.nan)
        names[0].move_to([np.clip(x - 0.6, left, right - 1.4), TOTAL, 0], LEFT)
        beside = 0.27 if y < (foot + top) / 2 else -0.27
        names[1].move_to([right - out.width - names[1].width - 0.12, y + beside, 0], LEFT)
        for name, number in zip(names, (total, out), strict=True):
            number.centred_at(name.get_right() + [0.12, 0.03, 0])
        VGroup(out, names[1]).set_opacity(float(read == 2))

    named = with_halo(VGroup(names[1], out), theme)
    return follow(VGroup(stem, way, dot, names[0], total, *named), "added", "flower", "read", at=show)


def learnt(film: Film, t: Trace) -> tuple[VGroup, Any]:
    """Names and the zero of the weights and the bias, and, along "checkpoint", their numbers and bars."""
    theme = film.theme
    path, refs = np.column_stack([t.w_then, t.b_then]), np.column_stack([film.refs.w_then, film.refs.b_then])
    unit = LONGEST / (np.abs(path).max() or 1)
    names = [
        film.say(name, size=SMALL, colour=theme.faint).move_to([NAMES, y, 0], LEFT)
        for name, y in zip((*FEATURES, "bias"), ROWS, strict=True)
    ]
    numbers = [film.number(colour=theme.weight, anchor=RIGHT) for _ in ROWS]
    feet = np.stack([np.full(len(ROWS), ZERO), ROWS, 0 * ROWS], axis=1)
    bars, room = Segments(feet, feet, theme.weight, 20, 1), 0.2 * UP

    def show(checkpoint: float) -> None:
        bars.join(feet, feet + unit * between(path, checkpoint)[:, None] * RIGHT)
        for number, ref, y in zip(numbers, refs[int(checkpoint + 1e-9)], ROWS, strict=True):
            film.rewrite(number, ref)
            number.centred_at(np.array([VALUES, y, 0]))

    zero = Line(np.stack([feet[0] + room, feet[-1] - room]), theme.faint, 2)
    return VGroup(*names, zero), follow(VGroup(bars, *numbers), "checkpoint", at=show)


def training(film: Film, t: Trace) -> tuple[VGroup, Any]:
    """What stands while the neuron is trained, and what goes along "checkpoint": left the loss, right the totals.

    A total on the side of 0 where its kind belongs is a dot, one that is not a diamond. Heights within a kind only keep
    the dots apart.
    """
    theme, flowers = film.theme, len(t.is_setosa)
    loss = Panel(film, LOSS, [0, t.params.steps], [0, t.loss.max()], "step", ticks=(6, 3))
    room = np.array([-0.05, 0.05]) * np.ptp(t.total)
    totals = Panel(film, TOTALS, [t.total.min(), t.total.max()] + room, [0, 1], film.typeset("o"), ticks=(7, 0))
    line = loss.line(range(len(t.loss)), t.loss, "loss")
    right, wrong = (
        with_halo(Dots(np.zeros((0, 3)), hue, 0.07, corners=corners), theme)
        for hue, corners in ((theme.data, 0), (theme.bad, 4))
    )
    heights = np.where(t.is_setosa, *KINDS) + SPREAD * np.linspace(-1, 1, 11)[np.arange(flowers) * 7 % 11]
    named = film.typeset("loss(L) =", size=34), film.say("correct", size=34, count=film.refs.length("sample"))
    numbers = film.number(colour=theme.loss, size=34), film.number(size=34)
    for name, number, corner in zip(named, numbers, (loss.at(0, np.inf), totals.at(-np.inf, 1)), strict=True):
        name.next_to(corner, UP, buff=0.2).align_to(corner, LEFT)
        number.anchored_at(name.get_corner(DR) + 0.15 * RIGHT)
    kinds = [
        film.say(key, size=28).move_to(totals.at(-np.inf, height) + 0.2 * LEFT, RIGHT)
        for key, height in zip(("setosa", "others"), KINDS, strict=True)
    ]

    def show(checkpoint: float) -> None:
        line.at(float(between(t.checkpoint_step, checkpoint)))
        now = between(t.total, checkpoint)
        correct = (now > 0) == t.is_setosa
        for dots, these in ((right, correct), (wrong, ~correct)):
            dots.put(totals.at(now[these], heights[these]))
        last = int(checkpoint + 1e-9)
        film.rewrite(numbers[0], film.refs.loss[t.checkpoint_step[last]])
        film.rewrite(numbers[1], film.refs.correct[last])

    zero = totals.line([0, 0], [0, 1], "faint", dashed=True)
    marks = follow(VGroup(line, right, wrong, *numbers), "checkpoint", at=show)
    return VGroup(loss.drawn, totals.drawn, zero, *named, *kinds), marks
