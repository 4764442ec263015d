"""What only the film of the RNN draws: the cell unrolled, the plan of one unit, the series, answers, differences."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UL, UP, Group, VGroup, VMobject

from mathcore.rnn import LEARNED
from scenes._marks.cells import ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.heat_map import HeatMap
from scenes._marks.letter_row import START
from scenes._marks.line import Line, Segments, closed
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
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref
from scenes._stage.theme import Theme
from scenes._stage.words import NumberText

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
MOVED, LOWERED = 0.2, 0.35  # share of the time to go to the left end; of a copy's way, in which its W_h comes down


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
        laid = COPIES * max(pulled - MOVED, 0) / (1 - MOVED)  # so many copies have been left behind
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


def copied(film: Film, drawn: Unrolled, weights: tuple[Ref, Ref]) -> VGroup:
    """What each copy reads and makes, and one weight of W_h and one of W_x, the same at every copy."""
    written, texts = VGroup(), [quoted(short(film, ref)) for ref in weights]
    for k, (column, inputs) in enumerate(zip(drawn.columns, drawn.inputs, strict=True), start=drawn.first):
        step = film.refs.places("time")[k].ordinal
        told = film.typeset("data(x_{t} = {x})", size=28, t=step, x=quoted(short(film, film.refs.x[k])))
        name = film.typeset("activation(h_{t})", size=32, t=step)
        name.move_to(column.get_center() + 0.82 * UP)
        number = film.typeset("weight({w})", size=28, w=texts[1]).next_to(inputs, RIGHT, buff=0.12)
        written.add(told.move_to(inputs.get_center() + 1.02 * DOWN), name, number)
    for tile in drawn.tiles:
        written.add(film.typeset("weight({w})", size=28, w=texts[0]).next_to(tile, DOWN, buff=0.12))
    return written


def shared(film: Film, drawn: Unrolled, entry: tuple[int, int], weights: tuple[Ref, Ref]) -> tuple[Group, Segments]:
    """The one W_h and the one W_x, an entry of each framed, its number beside it; lines from W_h to all copies."""
    theme, scale, images = film.theme, colours(film.theme), []
    for values, x, width in ((film.trace.w_h, -0.4, 1.7), (film.trace.w_x[:, None], 4.4, 0.34)):
        images.append(HeatMap(values, 1, *scale))
        place(images[-1], np.array([x, 1.9, 0]), 1.7, width)
    edges = VMobject(stroke_color=theme.weight, stroke_width=4)
    edges.points = closed(np.array([rectangle(one) for one in images]))
    tops, stem = np.array([tile.get_top() + 0.06 * UP for tile in drawn.tiles]), images[0].get_bottom() + 0.06 * DOWN
    level = np.array([*tops[:, 0], stem[0]])[:, None] * RIGHT + 0.8 * UP
    starts, ends = [stem, level[0]], [level[-1], level[len(tops) - 1]]
    fan = Segments(np.array([*starts, *level[:-1]]), np.array([*ends, *tops]), theme.weight, 3, 1)
    units, texts, marks = film.refs.length("unit"), VGroup(), VGroup()
    tiles = [(tile, entry) for tile in (*drawn.tiles, images[0])] + [
        (tile, (entry[0], 0)) for tile in (*drawn.inputs, images[1])
    ]
    for tile, place_ in tiles:
        marks.add(framed(tile, *place_, theme))
    for name, image, ref in zip(("weight(W_h) : {n} times {n}", "weight(W_x) : {n}"), images, weights, strict=True):
        size = film.typeset(name, size=34, n=units)
        number = film.typeset("weight({w})", size=34, w=quoted(short(film, ref)))
        texts.add(VGroup(size, number).arrange(DOWN, buff=0.25, aligned_edge=RIGHT).next_to(image, LEFT, buff=0.3))
    return Group(*images, with_halo(edges, theme), marks, texts), with_halo(fan, theme)


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


WIDTH, STRIP, GROWN = 8.4, 1.1, 3.5  # of the strips: width, height, height of one that is alone
UPPER, LOWER = 1.15, -0.15  # upper edges of the two strips
SERIES = Slot(START, 1.4, WIDTH, 1.35)  # above them
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
        Pipe("cell", "activation", 3.4, 4, ((SUM + REACH, TOP), (SQUASH - 0.55, TOP))),
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
        Value("cell", "activation", f"(o_t)_{unit}", "o", 4, (0.55, TOP + 0.56)),
        Value("cell", "activation", f"(activation(h_t))_{unit}", "h", 5, (4.0, TOP + 0.56)),
    )


def hundredths(film: Film, ref: Ref) -> NumberText:
    """A number of two decimals at most, so that sums of what is written are right as far as they are written."""
    return film.words.number(ref, decimals=2, tidy=True)


def cell(film: Film) -> Group:
    """One unit of the cell, in numbers, between the states of all units, along "time" and "flow"."""
    unit, refs, last = int(film.trace.telling_unit), film.refs, film.trace.params.length
    index = film.words.number(refs.telling_unit.ordinal)
    drawn = Cell(film, PLAN._replace(values=values(index)), unit, (1, last), {}, hundredths).drawn
    bias = film.typeset(f"{BIAS}_{{k}} = {{b}}", size=VALUE, k=index, b=quoted(hundredths(film, refs.b[unit])))
    named, number = equation(film, "data(x_t)", (BEGIN, LOW + 0.56)), film.number(colour=film.theme.data, size=VALUE)
    number.centred_at(np.array([named.get_right()[0] + 0.13, LOW + 0.58, 0]))
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
    edge.points = closed((np.array([GAIN, LOW, 0]) + CORNERS * [2.1, 0.85, 0])[None])
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
        steps, reach = np.arange(len(trace.x)) + 0.5, 0.1 * np.ptp(trace.x)
        label = film.say(name, size=SMALL, colour=theme.data, number=film.refs.params.series.ordinal)
        span = trace.x.min() - reach, trace.x.max() + reach
        self.panel = Panel(film, slot, [0, len(steps)], span, above=label, ticks=(0, 0))
        self.line = self.panel.line(steps, trace.x, "data", width=4)
        dot = with_halo(Dots(np.zeros((0, 3)), theme.text, 0.11), theme)
        ends = self.panel.at(steps, trace.x)
        first, last = int(trace.joined), len(steps)
        changed = slice(max(int(trace.bend) - (first - int(trace.bend)), 0), first + 1)
        self.straight = self.panel.line(steps[changed], trace.x_straight[changed], "text", width=6, dashed=True)
        sample = self.straight.copy().through(np.array([[START + WIDTH + 0.3, 1.9, 0], [START + WIDTH + 1.0, 1.9, 0]]))
        times = VGroup()
        for x, side, markup, step in ((0, LEFT, "t = {t}", 0), (len(steps), RIGHT, "{t}", -1)):
            told = film.typeset(markup, size=28, t=film.refs.places("time")[step].ordinal)
            times.add(told.next_to(self.panel.at(x, span[0]), side, buff=0.12))
        self.key = VGroup(sample, film.say("straight", size=SMALL).next_to(sample, RIGHT, buff=0.2))
        super().__init__(self.panel.drawn, self.line, times, dot)
        follow(
            dot, "time", at=lambda time: dot.put(ends[round(time) - 1 : round(time)] if 0 < time < last else ends[:0])
        )


def same_from_here(film: Film) -> Segments:
    """A line down all pictures at the first step from which both series are the same."""
    x = START + WIDTH * int(film.trace.joined) / len(film.trace.x)
    heights = np.array(
        [[SERIES.foot + 0.1, LOWER - STRIP - 0.1], [DIFFERENCE.foot + DIFFERENCE.height, DIFFERENCE.foot]]
    )
    tops, feet = (np.array([[x, y, 0] for y in ends]) for ends in heights.T)
    return with_halo(Segments(tops, feet, film.theme.text, 3, 1), film.theme)


def strip(film: Film, name: str, axis: str, top: float, height: float = STRIP) -> UnitStrip:
    """The hidden states on one of the two series, along an axis."""
    slot, unit = Slot(START, top - height, WIDTH, height), int(film.trace.telling_unit)
    drawn = UnitStrip(film, name, "activation(h)", "activation", colours(film.theme), slot, unit)
    told = film.typeset("(activation(h_t))_{k}", size=28, k=film.refs.telling_unit.ordinal)
    down = (unit + 0.5) / len(film.trace.b)  # the name is above the number unless the time's end is there
    shift = 0.36 if down > 0.37 else -0.36
    return follow(drawn.add(told.move_to([START + WIDTH + 0.65, top - down * height + shift, 0])), axis)


class Answer(VGroup):
    """The probability of each class right of a strip, the largest in per cent, once an axis is at the last step."""

    def __init__(self, film: Film, name: str, axis: str, top: float, height: float = STRIP) -> None:
        refs, theme, trace = getattr(film.refs, name), film.theme, film.trace
        shares, last, pitch = getattr(trace, name), len(trace.x), height / refs.size
        left = np.array([[5.3, top - (k + 0.5) * pitch, 0] for k in range(len(shares))])
        classes, told = film.refs.places("class"), VGroup()
        labels = [film.number(one.ordinal).centred_at(at + 0.35 * LEFT) for one, at in zip(classes, left, strict=True)]
        for k, ref in enumerate(refs):
            end = left[k] + max(shares[k], 0.01) * 0.75 * RIGHT
            told.add(Segments(left[k][None], end[None], theme.activation, 60 * pitch, 1))
            if k == shares.argmax():
                number = film.number(colour=theme.text).centred_at(left[k] + 0.85 * RIGHT)
                told.add(number.write(film.words.number(ref.percent, decimals=0, tidy=True)))
        heads = [film.say(key, size=SMALL, colour=theme.faint) for key in ("class", "percent")]
        for head, x in zip(heads, (5.0, 6.35), strict=True):
            head.move_to([x, SERIES.foot + 0.1, 0])
        super().__init__(*labels, told, *(heads if top == UPPER else ()))
        follow(self, axis, at=lambda time: told.set_opacity(float(time >= last)))


DIFFERENCE = Slot(START, -2.85, WIDTH, 0.95)


class Differences:
    """How far the states on both series are apart: after training along "after", before it along "before"."""

    def __init__(self, film: Film) -> None:
        trace, steps = film.trace, np.arange(len(film.trace.x)) + 0.5
        runs = {"difference": ("after", "good", "after"), "difference_before": ("before", "faint", "before")}
        most = 1.05 * max(getattr(trace, name).max() for name in runs) or 1
        name = film.say("apart", size=SMALL, colour=film.theme.faint)
        self.drawn = Panel(film, DIFFERENCE, [0, len(steps)], [0, most], above=name, ticks=(0, 3))
        self.lines, self.names, self.ends = [], [], []
        for row, (quantity, (key, role, axis)) in enumerate(runs.items()):
            values, colour = getattr(trace, quantity), getattr(film.theme, role)
            self.lines.append(self.drawn.line(steps, values, role, axis, width=(6, 4)[row]))
            place = np.array([START + WIDTH + 0.2, DIFFERENCE.foot + (0.95, 0.25)[row], 0])
            self.names.append(film.say(key, size=SMALL, colour=colour).move_to(place, LEFT))
            last = {"left": short(film, getattr(film.refs, quantity)[-1]), "time": film.refs.length("time")}
            self.ends.append(film.say("at_end", size=SMALL, colour=colour, **last).move_to(place + 0.32 * DOWN, LEFT))


class Flips(VGroup):
    """A dot for each recognised series of the class; along "flips" those that change class without their bend."""

    def __init__(self, film: Film) -> None:
        theme, refs, recognised, last = film.theme, film.refs, int(film.trace.recognised), int(film.trace.flipped)
        place = np.arange(recognised)
        centres = np.array([5.3, 2.82, 0]) + 0.19 * np.stack([place % 15 - 7, -(place // 15), 0 * place], axis=1)
        rest, flipped = Dots(centres, theme.faint, 0.075), Dots(centres[:0], theme.activation, 0.085)
        told = film.say("flips", size=SMALL, flipped=refs.flipped, recognised=refs.recognised).move_to([5.3, 2.36, 0])
        super().__init__(rest, flipped, told)

        def at(many: float) -> None:
            flipped.put(centres[: round(many)])
            rest.put(centres[round(many) :])
            told.set_opacity(float(many >= last))

        follow(self, "flips", at=at)


LOSS, ACCURACY, SEEDS = Slot(-6.1, -2.1, 4.4, 4.2), Slot(-0.5, -2.1, 4.4, 4.2), 5.6  # and the middle of a column


class Training:
    """Loss and accuracy of the first seed, along "epoch"; `seeds` has the final accuracy of each, along "run"."""

    def __init__(self, film: Film) -> None:
        trace, theme, epochs = film.trace, film.theme, np.arange(len(film.trace.loss))
        self.drawn = VGroup()
        for slot, name, role, most in ((LOSS, "loss", "loss", trace.loss.max()), (ACCURACY, "accuracy", "text", 1)):
            above = film.say(f"name_{name}", size=SMALL, colour=getattr(theme, role))
            panel = Panel(film, slot, epochs, [0, 1.05 * most], "epoch", above)
            self.drawn.add(panel.drawn, panel.line(epochs, getattr(trace, name), role, "epoch"))
        rows = []
        for seed, ref in zip(film.refs.seeds, film.refs.final_accuracy, strict=True):
            role = "good" if ref.value >= LEARNED else "bad"
            share = film.say("share", size=36, colour=getattr(film.theme, role), share=ref.percent)
            rows.append(VGroup(film.say("seed", size=SMALL, seed=seed), share).arrange(RIGHT, buff=0.25))
        self.seeds = VGroup(*rows).arrange(DOWN, buff=0.3, aligned_edge=RIGHT).move_to([SEEDS, 0, 0])
        follow(self.seeds, "run", at=lambda told: [row.set_opacity(float(k < told)) for k, row in enumerate(rows)])
