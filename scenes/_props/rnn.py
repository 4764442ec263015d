"""What only the film of the RNN draws: the cell unrolled, the plan of one unit, the series, answers, differences."""

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UL, UP, Group, VGroup, VMobject
from matplotlib.ticker import MaxNLocator

from scenes._marks.cells import ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.heat_map import HeatMap
from scenes._marks.letter_row import START
from scenes._marks.line import Line, Segments, closed
from scenes._marks.number import TickLabel
from scenes._marks.panel import Panel
from scenes._marks.recurrent_cell import (
    REACH,
    THIN,
    VALUE,
    Box,
    Cell,
    Node,
    Pipe,
    Plan,
    Value,
    equation,
    quoted,
    short,
)
from scenes._marks.unit_strip import UnitStrip
from scenes._stage.clock import follow
from scenes._stage.film import BODY, SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref
from scenes._stage.theme import Theme
from scenes._stage.words import NumberText

STATE, INPUT, BIAS = "weight(W_h) activation(h_(t-1))", "weight(W_x) data(x_t)", "weight(b)"
RULE = f"activation(h_t) = tanh({STATE} + {INPUT} + {BIAS})"
CORNERS = np.array([[-1, -1, 0], [-1, 1, 0], [1, 1, 0], [1, -1, 0]]) / 2  # of a rectangle, one unit wide and high
NAMED = "weight(W_h) : {n} times {n}", "weight(W_x) : {n}"  # the two matrices
FOOT = -2.25  # height of the line that W_x is handed on along
TIP = np.array([[-1, 0.55, 0], [0, 0, 0], [-1, -0.55, 0]])  # of an arrow that points to the right


def colours(theme: Theme) -> Scale:
    """Of states, which lie between -1 and 1, and of weights, which may go further."""
    return Scale(theme.signed, -1, 1)


def colour_bar(film: Film) -> Group:
    """What the colours of weights and states stand for."""
    return Group(ColourBar(colours(film.theme), 3, film.theme, film.words, clipped=True)).scale(1.2)


COPIES, PITCH, FIRST = 5, 2.45, -5.2  # of the unrolled cell: copies, from one to the next, middle of the first
FOLDED, UNROLLED = np.array([-3.9, 0.0, 0.0]), np.array([0.0, -0.35, 0.0])  # where the cell stands; the row's height
EDGE, LARGE, TALL, WIDE, TILE, ROD = -6.85, 1.8, 1.1, 0.7, 0.8, 1.25  # of the frame; sizes of a cell and its parts
MOVED, LOWERED = 0.2, 0.85  # share of the time to go to the left end; of a copy's way, in which its W_h comes down
LEAVING = 3  # power by which a copy leaves the pile faster than it arrives


class Unrolled(Group):
    """A cell with its loop, pulled apart into copies: all of them are drawn alike, with the same weights.

    `at(pulled, time)`: at 0 the copies lie on each other, and show the state after so many steps; at 1 they stand side
    by side, each after a step of its own, the first of them `first`, from 0. Between, they go to the left end and are
    laid down one after the other.
    """

    def __init__(self, film: Film, first: int) -> None:
        theme, trace, scale = film.theme, film.trace, colours(film.theme)
        self.first = first
        self._h = np.concatenate([np.zeros_like(trace.h[:1]), trace.h])[:, :, None]  # [time unit 1]
        self.links = [Line(np.zeros((2, 3)), theme.activation, 9) for _ in range(COPIES + 1)]
        self.rods = Segments(np.zeros((COPIES, 3)), np.zeros((COPIES, 3)), theme.data, 9, 1)
        self._heads = [VMobject(fill_color=hue, fill_opacity=1) for hue in (theme.activation, theme.data)]
        roles = theme.text, theme.weight, theme.activation
        self._boxes, self._edges, self._states = (VMobject(stroke_color=hue, stroke_width=4) for hue in roles)
        self._boxes.set_fill(theme.background, 1)
        self.tiles = [HeatMap(trace.w_h, 1, *scale) for _ in self.links]
        self.columns = [HeatMap(self._h[0], 1, *scale) for _ in range(COPIES)]
        self.inputs = [HeatMap(trace.w_x[:, None], 1, *scale) for _ in range(COPIES)]
        for edges in (self._edges, self._states):
            with_halo(edges, theme)
        lines = [*self.links, self.rods, *self._heads, self._boxes]
        super().__init__(*lines, *self.tiles, *self.columns, *self.inputs, self._edges, self._states)

    def at(self, pulled: float, time: float) -> None:
        """Fold or pull apart."""
        shrunk = min(pulled / MOVED, 1)
        copies, share = divmod(COPIES * max(pulled - MOVED, 0) / (1 - MOVED), 1)
        laid = copies + 1 - (1 - share) ** LEAVING  # so many copies have been left behind
        size = LARGE + shrunk * (1 - LARGE)
        start = FOLDED + shrunk * (FIRST * RIGHT + UNROLLED - FOLDED)
        steps = np.append(-min(laid, 1), np.minimum(np.arange(COPIES + 1), laid))  # one more at either end
        centres = start + PITCH * steps[:, None] * RIGHT  # [copy 3]
        half, lead = WIDE * size / 2, 0.35 * size / LARGE * RIGHT
        for k, (link, tile) in enumerate(zip(self.links, self.tiles, strict=True)):
            out, back = centres[k] + half * RIGHT, centres[k + 1] + half * LEFT
            out[0] = max(out[0], EDGE)
            apart = np.clip((laid - max(k, 1)) / LOWERED + 1, 0, 1)
            up, ahead = 1.95 * size / LARGE * (1 - apart) * UP, lead * (1 - apart)
            link.through(np.array([out, out + ahead, out + ahead + up, back - ahead + up, back - ahead, back]))
            place(tile, (out + back) / 2 + up, TILE * size, TILE * size)
        foot = centres[1:-1] + TALL * size / 2 * DOWN
        self.rods.join(foot + ROD * size * DOWN, foot)
        for k, (column, weights) in enumerate(zip(self.columns, self.inputs, strict=True)):
            column.paint(self._h[round(self.first + k + 1 if pulled else time)])
            place(column, centres[k + 1], TILE * size, 0.3 * size)
            place(weights, foot[k] + ROD * size / 2 * DOWN, TILE * size, 0.16 * size)
        self._heads[0].points = closed(centres[1:, None] + half * LEFT + 0.25 * TIP)
        self._heads[1].points = closed(foot[:, None] + 0.25 * TIP[:, [1, 0, 2]])
        self._boxes.points = closed(centres[1:-1, None] + size * CORNERS * [WIDE, TALL, 0])
        self._edges.points = closed(np.array([rectangle(one) for one in self.tiles + self.inputs]))
        self._states.points = closed(np.array([rectangle(one) for one in self.columns]))


def place(image: HeatMap, centre: np.ndarray, height: float, width: float) -> None:
    """Put an image somewhere, in another size."""
    image.stretch_to_fit_height(height).stretch_to_fit_width(width).move_to(centre)


def names(film: Film) -> VGroup:
    """What the parts of the folded cell are called."""
    places = {
        "weight(W_h)": (1.5, 1.95), "activation(h_t)": (1.45, 0),
        "weight(W_x)": (0.65, -2.1), "data(x_t)": (0.5, -2.95),
    }  # fmt: skip
    return VGroup(*(film.typeset(one, size=40).move_to(FOLDED + [*at, 0]) for one, at in places.items()))


def copied(film: Film, drawn: Unrolled) -> VGroup:
    """What each copy reads and makes."""
    written = VGroup()
    for k, (column, inputs) in enumerate(zip(drawn.columns, drawn.inputs, strict=True), start=drawn.first):
        step = film.refs.places("time")[k].ordinal
        told = film.typeset("data(x_{t} = {x})", size=28, t=step, x=quoted(short(film, film.refs.x[k])))
        name = film.typeset("activation(h_{t})", size=32, t=step)
        written.add(told.move_to(inputs.get_center() + 1.12 * DOWN), name.move_to(column.get_center() + 0.82 * UP))
    return written


class Shared:
    """The one W_h and the one W_x, an entry of each framed, and the same entry of every copy.

    `drawn` are both matrices with what they are called, `fan` the lines from them to all copies, `entries` the frames
    and numbers at the copies.
    """

    def __init__(self, film: Film, copies: Unrolled, entry: tuple[int, int], weights: tuple[Ref, Ref]) -> None:
        theme, scale, units = film.theme, colours(film.theme), film.refs.length("unit")
        images, texts, marks, self.entries = [], VGroup(), VGroup(), VGroup()
        rows = (film.trace.w_h, -0.4, 1.7, entry), (film.trace.w_x[:, None], 5.6, 0.34, (entry[0], 0))
        for (values, x, width, cell_), name, ref in zip(rows, NAMED, weights, strict=True):
            image = HeatMap(values, 1, *scale)
            place(image, np.array([x, 1.9, 0]), 1.7, width)
            images.append(image)
            marks.add(framed(image, *cell_, theme))
            size = film.typeset(name, size=34, n=units)
            number = film.typeset("weight({w})", size=34, w=quoted(short(film, ref)))
            texts.add(VGroup(size, number).arrange(DOWN, buff=0.25, aligned_edge=RIGHT).next_to(image, LEFT, buff=0.3))
        edges = VMobject(stroke_color=theme.weight, stroke_width=4)
        edges.points = closed(np.array([rectangle(one) for one in images]))
        self.drawn = Group(*images, with_halo(edges, theme), marks, texts)
        self.fan = with_halo(fan(theme, images, copies), theme)
        below = [(tile, entry, DOWN, weights[0]) for tile in copies.tiles]
        for tile, cell_, side, ref in below + [(one, (entry[0], 0), RIGHT, weights[1]) for one in copies.inputs]:
            number = film.typeset("weight({w})", size=28, w=quoted(short(film, ref))).next_to(tile, side, buff=0.12)
            self.entries.add(framed(tile, *cell_, theme), number)


def fan(theme: Theme, images: list[HeatMap], copies: Unrolled) -> Segments:
    """Lines from W_h to its copies, from above, and from W_x, around the right end, to its own, from below."""
    w_h, w_x = images
    tops, stem = np.array([tile.get_top() + 0.06 * UP for tile in copies.tiles]), w_h.get_bottom() + 0.06 * DOWN
    level = np.array([*tops[:, 0], stem[0]])[:, None] * RIGHT + 0.8 * UP
    sides = np.array([tile.get_left() + 0.08 * LEFT for tile in copies.inputs])
    out, under = w_x.get_right() + 0.08 * RIGHT, FOOT * UP
    drops = sides + 0.2 * LEFT
    low = drops * [1, 0, 0] + under
    turns = [out, np.array([-EDGE, out[1], 0]), -EDGE * RIGHT + under, low[0]]
    starts = [stem, level[0], *level[:-1], *turns[:-1], *low, *drops]
    ends = [level[-1], level[len(tops) - 1], *tops, *turns[1:], *drops, *sides]
    return Segments(np.array(starts), np.array(ends), theme.weight, 3, 1)


def rectangle(image: HeatMap) -> np.ndarray:
    """The corners [corner 3] of a frame around an image, where its colour is seen."""
    return np.asarray(image.get_center() + CORNERS * [image.width + 0.05, image.height + 0.05, 0])


def framed(image: HeatMap, row: int, col: int, theme: Theme) -> VMobject:
    """A frame around a cell of an image."""
    rows, cols = image.pixel_array.shape[:2]
    size = np.array([image.width / cols, image.height / rows, 0])
    corner = image.get_corner(UL) + size * [col + 0.5, -row - 0.5, 0]
    frame = VMobject(stroke_color=theme.text, stroke_width=3)
    frame.points = closed((corner + CORNERS * size)[None])
    return with_halo(frame, theme)


WIDTH, STRIP, LARGER, GROWN = 8.4, 1.12, 2.0, 3.9  # of strips: width, height above a panel, of two, of one alone
UPPER, BETWEEN = 1.2, 0.14  # upper edge of the upper strip; between two
SERIES, BESIDE_STRIPS = Slot(START, 1.45, WIDTH, 1.3), START + WIDTH  # above them; their right end
TOP, LOW, BEGIN, END, LOOP = -0.95, -2.55, -6.45, 6.45, 0.8  # heights of the two rows and of the loop; its ends
SUM, SQUASH, FACTOR, GAIN = 0.1, 3.2, -3.9, -4.3  # where the sum, tanh and the weights of h and of x stand
STATE_SIZE, ROW_SIZE, BESIDE = (1.3, 0.34), (0.3, 1.4), 0.25  # height and width; from a state to its pipe
LAST = 6  # places along "flow": at 5 the new state is known, at 6 it is back
SMALL_BOX = (1.1, 0.85)

PLAN = Plan(
    steps=("cell",),
    pipes=(
        Pipe("cell", "activation", 0, 1, ((BEGIN + BESIDE, TOP), (FACTOR - 0.75, TOP))),
        Pipe("cell", "data", 0, 1, ((BEGIN - 0.3, LOW), (GAIN - 1.05, LOW))),
        Pipe("cell", "activation", 1, 2, ((FACTOR + 0.75, TOP), (SUM - REACH, TOP))),
        Pipe("cell", "data", 2, 3, ((GAIN + 1.05, LOW), (SUM, LOW), (SUM, TOP - REACH))),
        Pipe("cell", "weight", 3, 3.4, ((SUM, 0.05), (SUM, TOP + REACH)), full=2 * THIN),
        Pipe("cell", "text", 3.4, 4, ((SUM + REACH, TOP), (SQUASH - 0.55, TOP))),
        Pipe("cell", "activation", 4, 5, ((SQUASH + 0.55, TOP), (END - BESIDE, TOP))),
        Pipe("cell", "activation", 5, LAST, ((END, TOP + 0.72), (END, LOOP), (BEGIN, LOOP), (BEGIN, TOP + 0.72))),
    ),
    nodes=(Node("cell", "+", (SUM, TOP)),),
    boxes=(Box("cell", "activation", "tanh", (SQUASH, TOP), SMALL_BOX),),
    values=(),
    products=(),
)


def values(unit: str) -> tuple[Value, ...]:
    """The numbers of a unit, whose index in a vector is written `unit`."""
    return (
        Value("cell", "activation", f"({STATE})_{unit}", "from_state", 2, (-3.0, TOP + 0.56)),
        Value("cell", "data", f"({INPUT})_{unit}", "from_input", 3, (-3.0, LOW + 0.56)),
        Value("cell", "text", f"(o_t)_{unit}", "o", 4, (0.55, TOP + 0.56)),
        Value("cell", "activation", f"(activation(h_t))_{unit}", "h", 5, (4.0, TOP + 0.56)),
    )


def hundredths(film: Film, ref: Ref) -> NumberText:
    """A number of two decimals, so that sums of what is written are right as far as they are written."""
    return film.words.number_to(ref, 2)


def cell(film: Film) -> Group:
    """One unit of the cell, in numbers, between the states of all units, along "time" and "flow"."""
    unit, refs, last = int(film.trace.telling_unit), film.refs, film.trace.params.length
    index = film.words.number(refs.telling_unit.ordinal)
    drawn = Cell(film, PLAN._replace(values=values(index)), unit, (1, last), {}, hundredths).drawn
    bias = film.typeset(f"{BIAS}_{{k}} = {{b}}", size=VALUE, k=index, b=quoted(hundredths(film, refs.b[unit])))
    named, number = equation(film, "data(x_t)", (BEGIN, LOW + 0.66)), film.number(colour=film.theme.data, size=VALUE)
    number.centred_at(np.array([named.get_right()[0] + 0.13, LOW + 0.68, 0]))
    written = [short(film, ref) for ref in refs.x]
    follow(number, "time", at=lambda time: number.write(written[max(round(time), 1) - 1]))
    numbers = VGroup(drawn, bias.next_to([SUM, 0.2, 0], RIGHT, buff=0.25), named, number)
    weights = Group(row_of_weights(film, unit), weight_of_input(film, unit))
    return Group(numbers, weights, whole_state(film, unit, before=1), whole_state(film, unit))


def row_of_weights(film: Film, unit: int) -> Group:
    """The weights of a unit, from all units of the step before, and which row of W_h they are."""
    weights = HeatMap(film.trace.w_h[unit][None], 1, *colours(film.theme))
    place(weights, np.array([FACTOR, TOP, 0]), *ROW_SIZE)
    edge = VMobject(stroke_color=film.theme.weight, stroke_width=4)
    edge.points = closed(rectangle(weights)[None])
    row = film.say("row", size=SMALL, unit=film.refs.telling_unit.ordinal)
    told = VGroup(row, film.typeset("weight(W_h)", size=28)).arrange(RIGHT, buff=0.12)
    return Group(weights, with_halo(edge, film.theme), told.next_to(edge, DOWN, buff=0.15))


def weight_of_input(film: Film, unit: int) -> VGroup:
    """The weight of a unit that the input is multiplied by, in a frame."""
    edge = VMobject(stroke_color=film.theme.weight, stroke_width=4)
    edge.points = closed((np.array([GAIN, LOW, 0]) + CORNERS * [2.1, 0.64, 0])[None])
    told = {"k": film.words.number(film.refs.telling_unit.ordinal), "w": quoted(short(film, film.refs.w_x[unit]))}
    return VGroup(with_halo(edge, film.theme), film.typeset("weight((W_x)_{k} = {w})", size=28, **told).move_to(edge))


def whole_state(film: Film, unit: int, before: int = 0) -> Group:
    """The state of all units, that unit framed: the one that is read, or the new one, once it is known."""
    theme, states = film.theme, film.trace.h
    column = HeatMap(states[:1].T, 1, *colours(theme))
    place(column, np.array([BEGIN if before else END, TOP, 0]), *STATE_SIZE)
    edge = VMobject(stroke_color=theme.activation, stroke_width=4)
    edge.points = closed(rectangle(column)[None])
    name = film.typeset("activation(h_(t-1))" if before else "activation(h_t)", size=VALUE)
    name.next_to([BEGIN + BESIDE if before else END - BESIDE, TOP - 0.5, 0], RIGHT if before else LEFT, buff=0.05)
    known = np.concatenate([np.zeros_like(states[:1]), states])

    def at(time: float, flow: float) -> None:
        shown = known[max(round(time), 1) - before]
        column.paint((shown if before or flow >= LAST - 1 else np.nan * shown)[:, None])

    return follow(Group(column, with_halo(edge, theme), framed(column, unit, 0, theme), name), "time", "flow", at=at)


class Series(VGroup):
    """The series, step by step above the strips, and a point on the latest value, along "time".

    Args:
        film: where it stands.
        slot: its room.
        name: key of its name above.
    """

    def __init__(self, film: Film, slot: Slot = SERIES, name: str = "name_x") -> None:
        trace, theme = film.trace, film.theme
        steps, reach = np.arange(len(trace.x)) + 1, 0.1 * np.ptp(trace.x)
        label = film.say(name, size=SMALL, colour=theme.data, number=film.refs.params.series.ordinal)
        span = trace.x.min() - reach, trace.x.max() + reach
        self.panel = Panel(film, slot, columns(len(steps)), span, above=label, ticks=(0, 0))
        self.line = self.panel.line(steps, trace.x, "data", width=4)
        dot = with_halo(Dots(np.zeros((0, 3)), theme.text, 0.11), theme)
        ends = self.panel.at(steps, trace.x)
        first, last = int(trace.joined), len(steps)
        changed = slice(max(int(trace.bend) - (first - int(trace.bend)), 0), first + 1)
        self.straight = self.panel.line(steps[changed], trace.x_straight[changed], "text", width=6, dashed=True)
        sample = self.straight.copy().through(np.array([[3.9, 2.2, 0], [4.6, 2.2, 0]]))
        times = VGroup()
        for x, side, markup, step in ((-np.inf, LEFT, "t = {t}", 0), (np.inf, RIGHT, "{t}", -1)):
            told = film.typeset(markup, size=28, t=film.refs.places("time")[step].ordinal)
            times.add(told.next_to(self.panel.at(x, span[0]), side, buff=0.12))
        self.key = VGroup(sample, film.say("name_h_straight", size=SMALL).next_to(sample, RIGHT, buff=0.2))
        super().__init__(self.panel.drawn, self.line, times, dot)
        follow(
            dot, "time", at=lambda time: dot.put(ends[round(time) - 1 : round(time)] if 0 < time < last else ends[:0])
        )


def columns(steps: int) -> tuple[float, float]:
    """What steps, from 1, take of an axis on which each has a column of the strips."""
    return 0.5, steps + 0.5


def same_from_here(film: Film) -> Segments:
    """A line down all pictures at the first step from which both series are the same."""
    x = START + WIDTH * (int(film.trace.joined) + 0.5) / len(film.trace.x)
    heights = np.array(
        [
            [SERIES.foot + SERIES.height, SERIES.foot],
            [UPPER + 0.1, UPPER - 2 * STRIP - BETWEEN - 0.1],
            [DIFFERENCE.foot + DIFFERENCE.height, DIFFERENCE.foot],
        ]
    )
    tops, feet = (np.array([[x, y, 0] for y in ends]) for ends in heights.T)
    return with_halo(Segments(tops, feet, film.theme.text, 3, 1), film.theme)


def strip(film: Film, name: str, axis: str, top: float, height: float = STRIP) -> UnitStrip:
    """The hidden states on one of the two series, along an axis."""
    slot = Slot(START, top - height, WIDTH, height)
    drawn = UnitStrip(film, name, "activation(h)", "activation", colours(film.theme), slot, 0)
    drawn.remove(*drawn[-2:])  # the number of a unit
    return follow(drawn, axis)


def read_out(film: Film) -> VGroup:
    """How the classes' probabilities come from the last state."""
    markup = 'op("softmax")(weight(W_o) activation(h_{t}) + weight(b_o))'
    rule = film.typeset(markup, size=28, t=film.refs.length("time")).move_to([ANSWERS + 0.15, FORMULA, 0], LEFT)
    return VGroup(link(film.theme, UPPER - GROWN, UPPER, FORMULA), rule)


def link(theme: Theme, foot: float, top: float, height: float) -> VGroup:
    """A bracket beside the last column of a strip, and an arrow from it at a height."""
    x = BESIDE_STRIPS + 0.13
    starts, ends = [[x, foot, 0], [x, height, 0]], [[x, top, 0], [ANSWERS - 0.1, height, 0]]
    head = VMobject(fill_color=theme.text, fill_opacity=1, stroke_width=0)
    head.points = closed(np.array([[ANSWERS + 0.05, height, 0] + 0.2 * TIP]))
    return VGroup(Segments(np.array(starts), np.array(ends), theme.text, 3, 1), head)


FORMULA, ANSWERS = 0.85, 4.05  # height of the formula of the probabilities; where arrows to them end
ROWS = Slot(4.0, -2.7, 2.75, 2.75)  # the room of the probabilities, where one strip is alone


class Answer(VGroup):
    """The probability of each class in per cent, once an axis is at the last step.

    Args:
        film: where it stands.
        name: of the quantity.
        axis: along which the series is read.
        slot: its room.
        size: of its numbers.
        headed: whether the columns are named.
    """

    def __init__(self, film: Film, name: str, axis: str, slot: Slot, size: float, *, headed: bool = True) -> None:
        refs, last, pitch = getattr(film.refs, name), len(film.trace.x), slot.height / film.refs.length("class").value
        labels, told, right = VGroup(), VGroup(), slot.left + slot.width
        for k, (place, ref) in enumerate(zip(film.refs.places("class"), refs, strict=True)):
            left = np.array([slot.left + 0.75, slot.foot + slot.height - (k + 0.5) * pitch, 0])
            labels.add(film.number(place.ordinal, size=size, anchor=RIGHT).centred_at(left + 0.2 * LEFT))
            end = left + max(ref.value, 0.01) * BAR * RIGHT
            told.add(Segments(left[None], end[None], film.theme.activation, 50 * pitch, 1))
            number = film.number(colour=film.theme.activation, size=size, anchor=RIGHT)
            told.add(number.centred_at(np.array([right, left[1], 0])).write(percent(film, ref)))
        heads = VGroup(*(film.say(key, size=SMALL) for key in ("class", "percent")))
        for head, x in zip(heads, (slot.left + 0.35, right - 0.1), strict=True):
            head.move_to([x, slot.foot + slot.height + 0.22, 0])
        super().__init__(labels, told, *heads[: 2 * headed])
        follow(self, axis, at=lambda time: told.set_opacity(float(time >= last)))


BAR = 1.15  # length of the bar of a probability of 1


def percent(film: Film, ref: Ref) -> NumberText:
    """A share in hundredths, with one decimal at most."""
    return film.words.number(ref.percent, decimals=1, tidy=True)


def answer(film: Film, name: str, axis: str, top: float, height: float) -> VGroup:
    """The probabilities beside one of two strips, and an arrow to them from its last column."""
    slot, size = Slot(ROWS.left, top - height, ROWS.width, height), min(36, 28 * height / STRIP)
    arrow = link(film.theme, top - height, top, top - height / 2)
    return VGroup(arrow, Answer(film, name, axis, slot, size, headed=top == UPPER))


def alone(film: Film) -> Group:
    """The states on the series, in one large strip."""
    bar = side_bar(film, UPPER - GROWN / 2 - 0.85)
    return Group(strip(film, "h", "time", UPPER, GROWN), bar)


def pair(film: Film, height: float = STRIP) -> tuple[Group, Group]:
    """The states and what they tell, on the series and below on that without its wiggle."""
    lower = UPPER - height - BETWEEN
    above = Group(strip(film, "h", "time", UPPER, height), answer(film, "probability", "time", UPPER, height))
    below = Group(
        strip(film, "h_straight", "other", lower, height),
        answer(film, "probability_straight", "other", lower, height),
    )
    return Group(*above, side_bar(film, lower + BETWEEN / 2)), below


def side_bar(film: Film, height: float) -> ColourBar:
    """What the colours of states stand for, left of the strips."""
    return ColourBar(colours(film.theme), 1.65, film.theme, film.words).move_to([-5.98, height, 0])


DIFFERENCE = Slot(START, -2.6, WIDTH, 0.9)
LEVELS = 3  # steps between the ticks of its height, at most


class Differences:
    """How far the states on both series are apart: after training along "after", before it along "before"."""

    def __init__(self, film: Film) -> None:
        trace, steps = film.trace, np.arange(len(film.trace.x)) + 1
        runs = {"after": "difference", "before": "difference_before"}
        most = max(getattr(trace, quantity).max() for quantity in runs.values()) or 1
        top = MaxNLocator(LEVELS).tick_values(0, most)[-1]
        name = film.say("apart", size=SMALL)
        panel = Panel(film, DIFFERENCE, columns(len(steps)), [0, top], above=name, ticks=(6, LEVELS))
        time = film.typeset("t", size=28).move_to([START - 0.25, DIFFERENCE.foot - 0.34, 0])
        self.drawn = VGroup(in_full(panel.drawn, film.theme), time)
        self.lines, self.names, self.ends = [], [], []
        for row, (axis, quantity) in enumerate(runs.items()):
            line = panel.line(steps, getattr(trace, quantity), "activation", axis, width=6, dashed=row == 1)
            place = np.array([BESIDE_STRIPS + 0.25, DIFFERENCE.foot + (1.1, 0.3)[row], 0])
            sample, name = line.copy().through(np.stack([place, place + 0.5 * RIGHT])), film.say(axis, size=26)
            self.lines.append(line)
            self.names.append(VGroup(sample, name.next_to(sample, RIGHT, buff=0.15)))
            last = {"left": short(film, getattr(film.refs, quantity)[-1]), "time": film.refs.length("time")}
            end = film.say("at_end", size=26, colour=film.theme.activation, **last)
            self.ends.append(end.move_to(place + 0.36 * DOWN, LEFT))


def in_full(panel: VGroup, theme: Theme) -> VGroup:
    """A panel whose ticks are as clear as text."""
    for part in panel.get_family():
        if isinstance(part, TickLabel):
            part.set_fill(theme.text)
    return panel


ACROSS, APART, TILED, SIDE = 13, 0.82, (0, 0.1), 0.66  # tiles in a row; from one to the next; the first row; a side


class Count(VGroup):
    """A tile for each recognised series of the class, along "counted": what is told of it without its wiggle.

    A tile that is counted is filled where that is another class, else framed; below is how many changed so far.
    """

    def __init__(self, film: Film) -> None:
        theme, refs, which = film.theme, film.refs, np.flatnonzero(film.trace.own_recognised)
        flips, place = film.trace.own_flipped[which] == 1, np.arange(len(which))
        columns = min(ACROSS, len(which))
        x, y = APART * (place % ACROSS - (columns - 1) / 2), TILED[1] - APART * (place // ACROSS)
        centres = np.stack([x, y, 0 * x], axis=1)
        tiles = centres[:, None] + SIDE * CORNERS  # [tile corner 3]
        waiting, kept = (VMobject(stroke_color=hue, stroke_width=w) for hue, w in ((theme.faint, 2), (theme.text, 5)))
        filled, told = VMobject(fill_color=theme.text, fill_opacity=1, stroke_width=0), VGroup()
        for one, centre, flip in zip(which, centres, flips, strict=True):
            number = film.number(refs.own_told_straight[one].ordinal, size=32, anchor=ORIGIN).centred_at(centre)
            told.add(number.set_fill(theme.background if flip else theme.text))
        sums = [[refs.sum(name, int(one) + 1) for name in ("own_flipped", "own_recognised")] for one in which]
        count = VGroup(*(film.say("flips", size=44, flipped=n, counted=m).move_to([0, SUMMED, 0]) for n, m in sums))
        head = film.say("without", size=BODY, true=refs.true_class.ordinal).move_to([0, TILED[1] + 0.75, 0])
        super().__init__(waiting, filled, kept, told, count, head)
        self.kept = kept

        def at(counted: float) -> None:
            many = round(counted)
            waiting.points, filled.points = closed(tiles[many:]), closed(tiles[:many][flips[:many]])
            kept.points = closed(tiles[:many][~flips[:many]])
            for k, (number, summed) in enumerate(zip(told, count, strict=True), start=1):
                number.set_opacity(float(k <= many))
                summed.set_opacity(float(k == many))

        follow(self, "counted", at=at)


SUMMED = -2.3  # height of the count


LOSS, ACCURACY, SEEDS = Slot(-6.1, -2.1, 4.4, 4.2), Slot(-0.5, -2.1, 4.4, 4.2), 5.6  # and the middle of a column


class Training:
    """Loss and accuracy of the first seed, along "epoch"; `seeds` has the final accuracy of each, along "run".

    `chosen` frames that of the first.
    """

    def __init__(self, film: Film) -> None:
        trace, theme, epochs = film.trace, film.theme, np.arange(len(film.trace.loss))
        self.drawn = VGroup()
        for slot, name, role, values, top in (
            (LOSS, "loss", "loss", trace.loss, 1.05 * trace.loss.max()),
            (ACCURACY, "accuracy", "validation", 100 * trace.accuracy, 100),
        ):
            above = film.say(f"name_{name}", size=SMALL, colour=getattr(theme, role))
            panel = Panel(film, slot, epochs, [0, top], film.say("epoch", size=SMALL), above)
            self.drawn.add(in_full(panel.drawn, theme), panel.line(epochs, values, role, "epoch"))
        rows = VGroup()
        for seed, ref in zip(film.refs.seeds, film.refs.final_accuracy, strict=True):
            share = film.say("share", size=36, colour=theme.validation, share=ref.percent)
            rows.add(VGroup(film.say("seed", size=SMALL, seed=seed), share).arrange(RIGHT, buff=0.25))
        rows.arrange(DOWN, buff=0.3, aligned_edge=RIGHT).move_to([SEEDS, -0.1, 0])
        head = film.say("final", size=SMALL).move_to([SEEDS, rows.get_top()[1] + 0.5, 0])
        corners = rows[0].get_center() + CORNERS * [rows[0].width + 0.3, rows[0].height + 0.24, 0]
        self.chosen = Line(np.concatenate([corners, corners[:1]]), theme.text, 4)
        self.seeds = VGroup(head, rows)
        follow(self.seeds, "run", at=lambda told: [row.set_opacity(float(k < told)) for k, row in enumerate(rows)])
