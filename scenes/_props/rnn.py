"""What only the film of the RNN draws: the cell unrolled, the plan of one unit, the series, answers, differences."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Group, VGroup, VMobject

from scenes._marks.cells import ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.heat_map import HeatMap
from scenes._marks.letter_row import START
from scenes._marks.line import Line, Segments, closed
from scenes._marks.panel import Panel
from scenes._marks.recurrent_cell import FULL, REACH, THIN, VALUE, Box, Cell, Node, Pipe, Plan, Value, equation, quoted, short
from scenes._marks.unit_strip import UnitStrip
from scenes._stage.clock import between, follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme

STATE, INPUT, BIAS = "weight(W_h) activation(h_(t-1))", "weight(W_x) data(x_t)", "weight(b)"
RULE = f"activation(h_t) = tanh({STATE} + {INPUT} + {BIAS})"
CORNERS = np.array([[-1, -1, 0], [-1, 1, 0], [1, 1, 0], [1, -1, 0]]) / 2  # of a rectangle, one unit wide and high
TIP = np.array([[-1, 0.55, 0], [0, 0, 0], [-1, -0.55, 0]])  # of an arrow that points to the right


def colours(theme: Theme) -> Scale:
    """Of states, which lie between -1 and 1, and of weights, which may go further."""
    return Scale(theme.signed, -1, 1)


def colour_bar(film: Film, clipped: bool) -> ColourBar:
    """What the colours stand for."""
    return ColourBar(colours(film.theme), 3.4, film.theme, film.words, clipped=clipped)


COPIES, PITCH, FIRST = 5, 2.45, -5.2  # of the unrolled cell: copies, from one to the next, middle of the first
FOLDED, UNROLLED = np.array([-3.9, 0.0, 0.0]), np.array([0.0, -0.35, 0.0])  # where the cell stands; the row's height
EDGE, LARGE, TALL, WIDE, TILE, ROD = -6.85, 1.8, 1.1, 0.7, 0.8, 1.25  # of the frame; sizes of a cell and its parts


class Unrolled(Group):
    """A cell with its loop, pulled apart into copies: all of them are drawn alike, with the same weights.

    `at(pulled, time)`: at 0 the copies lie on each other, and show the state after so many steps; at 1 they stand side
    by side, each after a step of its own.
    """

    def __init__(self, film: Film) -> None:
        theme, trace, scale = film.theme, film.trace, colours(film.theme)
        self._h = np.concatenate([np.zeros_like(trace.h[:1]), trace.h])[:, :, None]  # [time unit 1]
        self.links = [Line(np.zeros((2, 3)), theme.activation, 9) for _ in range(COPIES + 1)]
        self.rods = Segments(np.zeros((COPIES, 3)), np.zeros((COPIES, 3)), theme.data, 9, 1)
        self._heads = [VMobject(fill_color=hue, fill_opacity=1) for hue in (theme.activation, theme.data)]
        self._boxes, self._edges = (VMobject(stroke_color=hue, stroke_width=4) for hue in (theme.text, theme.weight))
        self._boxes.set_fill(theme.background, 1)
        self.tiles = [HeatMap(trace.w_h, 1, *scale) for _ in self.links]
        self.columns = [HeatMap(self._h[0], 1, *scale) for _ in range(COPIES)]
        self.inputs = [HeatMap(trace.w_x[:, None], 1, *scale) for _ in range(COPIES)]
        lines = [*self.links, self.rods, *self._heads, self._boxes]
        super().__init__(*lines, *self.tiles, *self.columns, *self.inputs, self._edges)

    def at(self, pulled: float, time: float) -> None:
        """Fold or pull apart."""
        size = LARGE + pulled * (1 - LARGE)
        home, row = (np.arange(-1, COPIES + 1)[:, None] * PITCH * RIGHT + FIRST * RIGHT + UNROLLED for _ in range(2))
        centres = FOLDED + pulled * (row - FOLDED)  # [copy 3], one more at either end
        half, up = WIDE * size / 2, 1.95 * (1 - pulled) * UP
        for link, tile, one, other in zip(self.links, self.tiles, centres, centres[1:], strict=False):
            out, back = one + half * RIGHT, other + half * LEFT
            out[0] = max(out[0], EDGE)
            lead = 0.35 * (1 - pulled) * RIGHT
            link.through(np.array([out, out + lead, out + lead + up, back - lead + up, back - lead, back]))
            place(tile, (out + back) / 2 + up, TILE * size, TILE * size)
        foot = centres[1:-1] + TALL * size / 2 * DOWN
        self.rods.join(foot + ROD * size * DOWN, foot)
        for k, (column, weights) in enumerate(zip(self.columns, self.inputs, strict=True)):
            column.paint(self._h[min(round(k + 1 if pulled else time), len(self._h) - 1)])
            place(column, centres[k + 1], TILE * size, 0.3 * size)
            place(weights, foot[k] + ROD * size / 2 * DOWN, TILE * size, 0.16 * size)
        self._heads[0].points = closed(centres[1:, None] + half * LEFT + 0.25 * TIP)
        self._heads[1].points = closed(foot[:, None] + 0.25 * TIP[:, [1, 0, 2]])
        self._boxes.points = closed(centres[1:-1, None] + size * CORNERS * [WIDE, TALL, 0])
        edges = [np.array(one.get_center()) + CORNERS * [one.width, one.height, 0] for one in self.tiles + self.inputs]
        self._edges.points = closed(np.array(edges))


def place(image: HeatMap, centre: np.ndarray, height: float, width: float) -> None:
    """Put an image somewhere, in another size."""
    image.stretch_to_fit_height(height).stretch_to_fit_width(width).move_to(centre)


def names(film: Film) -> VGroup:
    """What the parts of the folded cell are called."""
    places = {
        "weight(W_h)": (1.05, 1.95), "activation(h_t)": (1.0, 0), "weight(W_x)": (0.5, -2.0), "data(x_t)": (-0.5, -2.9),
    }  # fmt: skip
    return VGroup(*(film.typeset(one, size=40).move_to(FOLDED + [*at, 0]) for one, at in places.items()))


def copied(film: Film, drawn: Unrolled, unit: int) -> VGroup:
    """What each copy reads and makes, and one weight of each matrix, which is the same at every copy."""
    refs, written = film.refs, VGroup()
    own, across = (short(film, ref) for ref in (refs.w_x[unit], refs.w_h[unit, unit]))
    for k, (column, weights) in enumerate(zip(drawn.columns, drawn.inputs, strict=True)):
        foot = weights.get_center() + 0.9 * DOWN
        told = film.typeset(f"data(x_{k + 1} = {{x}})", size=28, x=refs.x[k])
        name = film.typeset(f"activation(h_{k + 1})", size=32).move_to(column.get_center() + 0.8 * DOWN + 0.38 * LEFT)
        number = film.typeset("weight({w})", size=26, w=quoted(own)).next_to(weights, RIGHT, buff=0.12)
        written.add(told.move_to(foot + 0.12 * DOWN), name, number)
    for tile in drawn.tiles:
        written.add(film.typeset("weight({w})", size=26, w=quoted(across)).next_to(tile, DOWN, buff=0.12))
    return written


def shared(film: Film, drawn: Unrolled) -> Group:
    """The one W_h, with a line to each copy of it; and the one W_x beside it."""
    trace, theme, scale = film.trace, film.theme, colours(film.theme)
    whole, column = (HeatMap(one, 1, *scale) for one in (trace.w_h, trace.w_x[:, None]))
    place(whole, np.array([-0.4, 1.95, 0]), 1.7, 1.7)
    place(column, np.array([3.6, 1.95, 0]), 1.7, 0.32)
    edge = VMobject(stroke_color=theme.weight, stroke_width=4)
    edge.points = closed(
        np.array([one.get_center() + CORNERS * [one.width, one.height, 0] for one in (whole, column)])
    )
    ends = np.array([tile.get_top() for tile in drawn.tiles])
    fan = Segments(np.tile(whole.get_bottom(), (len(ends), 1)), ends, theme.weight, 3, 0.9)
    units = film.refs.length("unit")
    texts = (
        film.typeset("weight(W_h): {n} times {n}", size=34, n=units).next_to(whole, LEFT, buff=0.3),
        film.typeset("weight(W_x): {n} times 1", size=34, n=units).next_to(column, LEFT, buff=0.3),
    )
    return Group(fan, whole, column, edge, *texts)


SERIES, WIDTH, STRIP = Slot(START, 1.75, 8.4, 1.05), 8.4, 1.3  # of the series; width and height of a strip
STRIPS = (0.2, -1.45)  # lower edges of the strips
TOP, LOW, BEGIN, END, LOOP = -0.95, -2.55, -6.75, 6.75, 0.8  # heights of the two rows and of the loop; its ends
SUM, SQUASH, FACTOR = 0.1, 3.0, -3.9  # where the sum, tanh and the products with weights stand
LAST = 6  # places along "flow": at 5 the new state is known, at 6 it is back
SMALL_BOX = (1.1, 0.85)

PLAN = Plan(
    steps=("cell",),
    pipes=(
        Pipe("cell", "activation", 0, 1, ((BEGIN, TOP), (FACTOR - 0.55, TOP))),
        Pipe("cell", "data", 0, 1, ((BEGIN, LOW), (FACTOR - 0.55, LOW))),
        Pipe("cell", "activation", 1, 2, ((FACTOR + 0.55, TOP), (SUM - REACH, TOP))),
        Pipe("cell", "data", 2, 3, ((FACTOR + 0.55, LOW), (SUM, LOW), (SUM, TOP - REACH))),
        Pipe("cell", "weight", 3, 3.4, ((SUM, 0.05), (SUM, TOP + REACH)), full=2 * THIN),
        Pipe("cell", "activation", 3.4, 4, ((SUM + REACH, TOP), (SQUASH - 0.55, TOP))),
        Pipe("cell", "activation", 4, 5, ((SQUASH + 0.55, TOP), (END, TOP))),
        Pipe("cell", "activation", 5, LAST, ((6.3, TOP + FULL / 2), (6.3, LOOP), (-6.5, LOOP), (-6.5, TOP + FULL / 2))),
    ),
    nodes=(Node("cell", "+", (SUM, TOP)),),
    boxes=(
        Box("cell", "weight", "W_h", (FACTOR, TOP), SMALL_BOX),
        Box("cell", "weight", "W_x", (FACTOR, LOW), SMALL_BOX),
        Box("cell", "activation", "tanh", (SQUASH, TOP), SMALL_BOX),
    ),
    values=(
        Value("cell", "activation", "activation(h_(t-1))", "h", -np.inf, (-6.1, TOP + 0.68), before=1),
        Value("cell", "activation", STATE, "from_state", 2, (-3.15, TOP + 0.56)),
        Value("cell", "data", INPUT, "from_input", 3, (-3.15, LOW + 0.56)),
        Value("cell", "activation", "o_t", "o", 4, (0.6, TOP + 0.56)),
        Value("cell", "activation", "activation(h_t)", "h", 5, (3.8, TOP + 0.56)),
    ),
    products=(),
)


def cell(film: Film, steps: tuple[int, int]) -> VGroup:
    """One unit of the cell, in numbers, from the first to the last of some steps."""
    unit, refs = int(film.trace.telling_unit), film.refs
    drawn = Cell(film, PLAN, unit, steps, {}).drawn
    bias = film.typeset(f"{BIAS} = {{b}}", size=VALUE, b=quoted(short(film, refs.b[unit])))
    weight = film.typeset("weight({w}) dot", size=28, w=quoted(short(film, refs.w_x[unit])))
    named = equation(film, "data(x_t)", (-6.4, LOW + 0.56))
    number = film.number(colour=film.theme.data, size=VALUE)
    number.centred_at(np.array([named.get_right()[0] + 0.13, LOW + 0.58, 0]))
    written = [short(film, ref) for ref in refs.x]
    follow(number, "time", at=lambda time: number.write(written[max(round(time), 1) - 1]))
    return VGroup(drawn, bias.next_to([SUM, 0.2, 0], RIGHT, buff=0.25), named, number)


class Series(VGroup):
    """The series, step by step above the strips, and a point on the latest value, along "time".

    Args:
        film: where it stands.
        slot: its room.
        name: key of its name above.
    """

    def __init__(self, film: Film, slot: Slot = SERIES, name: str = "name_x") -> None:
        trace, theme = film.trace, film.theme
        steps, reach = np.arange(len(trace.x)) + 0.5, 0.1 * np.ptp(trace.x)
        label = film.say(name, size=SMALL, colour=theme.data, number=film.refs.params.series.ordinal)
        span = trace.x.min() - reach, trace.x.max() + reach
        self.panel = Panel(film, slot, [0, len(steps)], span, above=label, ticks=(0, 0))
        self.line = self.panel.line(steps, trace.x, "data", width=4)
        dot = with_halo(Dots(np.zeros((0, 3)), theme.text, 0.11), theme)
        ends = self.panel.at(steps, trace.x)
        first, last = int(trace.joined), len(steps)
        changed = slice(max(int(trace.bend) - (first - int(trace.bend)), 0), first + 1)
        self.straight = self.panel.line(steps[changed], trace.x_straight[changed], "bad", width=6, dashed=True)
        super().__init__(self.panel.drawn, self.line, dot)
        follow(dot, "time", at=lambda time: dot.put(ends[round(time) - 1 : round(time)] if 0 < time < last else ends[:0]))


def strip(film: Film, name: str, row: int, axis: str) -> UnitStrip:
    """The hidden states on one of the two series, along an axis."""
    slot = Slot(START, STRIPS[row], WIDTH, STRIP)
    symbol = "activation(h)"
    drawn = UnitStrip(film, name, symbol, "activation", colours(film.theme), slot, int(film.trace.telling_unit))
    return follow(drawn, axis)


class Answer(VGroup):
    """The probability of each class at the end, right of a strip, once an axis has come to the last step."""

    def __init__(self, film: Film, name: str, row: int, axis: str) -> None:
        refs, theme, trace = getattr(film.refs, name), film.theme, film.trace
        shares, last = getattr(trace, name), len(trace.x)
        y = STRIPS[row] + STRIP - (np.arange(len(shares)) + 0.5) * STRIP / len(shares)
        left = np.stack([np.full(len(y), 5.3), y, 0 * y], axis=1)
        hues = [theme.good if k == trace.true_class else theme.bad for k in range(len(y))]
        classes = film.refs.places("class")
        labels = [film.number(classes[k].ordinal).centred_at(left[k] + 0.35 * LEFT) for k in range(len(y))]
        bars, percents = VGroup(), VGroup()
        for k, hue in enumerate(hues):
            bars.add(Segments(left[k : k + 1], left[k : k + 1] + max(shares[k], 0.01) * 0.75 * RIGHT, hue, 20, 1))
            percent = film.number(colour=theme.text).centred_at(left[k] + 0.85 * RIGHT)
            percent.write(film.words.number(refs[k].percent, decimals=0, tidy=True) )
            percents.add(percent)
        super().__init__(*labels, bars, percents)
        follow(self, axis, at=lambda time: VGroup(bars, percents).set_opacity(float(time >= last)))


DIFFERENCE = Slot(START, -2.85, WIDTH, 1.1)


def differences(film: Film) -> tuple[Panel, Any, Any]:
    """How far the states on both series are apart, after training and before it, along "apart"."""
    trace, steps = film.trace, np.arange(len(film.trace.x)) + 0.5
    most = max(trace.difference.max(), trace.difference_before.max(), 0.1)
    panel = Panel(film, DIFFERENCE, [0, len(steps)], [0, 1.05 * most], above=film.say("apart", size=SMALL), ticks=(0, 3))
    ours = panel.line(steps, trace.difference, "good", "apart", width=6)
    before = panel.line(steps, trace.difference_before, "faint", "apart", width=5, dashed=True)
    return panel, ours, before


LOSS, ACCURACY = Slot(-6.0, -2.1, 5.0, 3.6), Slot(0.7, -2.1, 5.0, 3.6)


class Training:
    """Loss and accuracy of the first seed, along "epoch"; at the right the final accuracy of each seed."""

    def __init__(self, film: Film) -> None:
        trace, theme = film.trace, film.theme
        self.drawn, epochs = VGroup(), np.arange(len(trace.loss))
        for slot, name, role, most in ((LOSS, "loss", "loss", trace.loss.max()), (ACCURACY, "accuracy", "validation", 1)):
            above = film.say(f"name_{name}", size=SMALL, colour=getattr(theme, role))
            panel = Panel(film, slot, epochs, [0, 1.05 * most], "epoch", above)
            self.drawn.add(panel.drawn, panel.line(epochs, getattr(trace, name), role, "epoch"))
        ends = panel.at(np.full(len(trace.final_accuracy), epochs[-1]), trace.final_accuracy) + 0.3 * RIGHT
        dots = [Dots(ends[k : k + 1], theme.good if share >= 0.9 else theme.bad, 0.12, corners=0 if share >= 0.9 else 4)
                for k, share in enumerate(trace.final_accuracy)]
        self.seeds = VGroup(*dots)
