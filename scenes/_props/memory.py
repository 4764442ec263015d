"""What only the film of the three memories draws: letters shaded by what is heard, one unit, answers, seeds."""

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, Circle, Group, Rectangle, VGroup, VMobject

from mathcore._recall import LETTERS
from mathcore.memory import MODELS
from scenes._marks.cells import Figures
from scenes._marks.colour_scale import INKS, Scale, inks
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.heat_map import HeatMap
from scenes._marks.line import Line, closed
from scenes._marks.number import Number
from scenes._marks.panel import Panel
from scenes._marks.typeset import sentence
from scenes._stage.clock import follow, turn
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme
from scenes._stage.words import NumberText

NAMES = tuple(model.upper() for model in MODELS)
FORMULAS = (
    "activation(h_t) = tanh(weight(W_h) activation(h_(t-1)) + weight(W_x) data(x_t) + weight(b))",
    "activation(c_t) = good(f_t) activation(c_(t-1)) + data(i_t) activation(tilde(c)_t)",
    "activation(h_t) = good((1 - z_t)) activation(h_(t-1)) + data(z_t) activation(tilde(h)_t)",
)
MEANINGS = ("kept", "added", "state")  # of the lines of numbers
STATE = (("approx", "state", "activation"),)
GATED = (
    (("", "keep", "good"), (r"dot \(", "before", "activation"), (r"\)", "", "")),
    (("+", "write", "data"), (r"dot \(", "candidate", "activation"), (r"\)", "", "")),
    STATE,
)
OBEYED = (
    ((("", "keep", "good"),), ((r"+ tanh\(", "total", "text"), (r"\)", "", "")), STATE),
    GATED,
)  # of the RNN and the LSTM: signs, the quantity that follows, its role
HEARD = "gradient(overline(norm(partial h_T slash partial x_t)))"

EDGE, START, WIDTH, HEIGHT = -6.81, -5.0, 7.0, 0.72  # left end of names; of the letters, their width and height
ROWS = (1.85, 0.02, -1.81)  # heights of the three models
ANSWERS, PITCH, BELOW = 2.4, 0.8, 0.68  # left end of the table of answers; of its columns; from letter to number
WHOLE, ROOM = 4.4, 0.7  # its width, with the count at its end; columns narrower than that have no numbers
DECADES = (-4, 0)  # of the influence, from 10⁻⁴ to 1, that the shades tell apart
LOSS, RECENT = Slot(2.9, -0.58, 2.6, 1.2), 6.15  # a panel, its foot from its row on; where accuracies stand
ASKED = 2.95  # where a question mark stands at the end of a row
UNITS, BETWEEN = (Slot(0.1, 0.55, 6.6, 2.35), Slot(0.1, -2.85, 6.6, 2.5)), 0.08  # panels of units; letters' height
OBEYING, FACTORS = (2.3, 1.66, 1.04, 0.52, 0.0), -4.6  # heights of what stands at the left of one; where numbers begin
ARRIVED = 0.6  # share of a letter's turn after which bars and line are there
PATH = Slot(-0.45, -0.75, 6.65, 1.5)  # the panel of two paths, its foot from its row on
LINES = (0.55, 0.0, -0.58)  # heights of what stands at its left
LETTERS_AT, THICK, TOLD = 2.9, 0.5, 0.42  # height of its letters; share of a step that a bar takes; between two labels
DOT, SEEDS = 0.36, (-3.9, 1.08)  # radius of a seed's dot; where the first one is, and from one to the next


class LetterStrip(Group):
    """A sequence as one model hears it: the lighter a letter's tile, the larger its influence on the end.

    `at(heard, snapshot, first)`: so many cells are shaded, from the last one back, as they were at a snapshot of the
    training, or, one further, as they are usually at its end; the first letter is the symbol of that number.

    Args:
        film: where it stands.
        model: whose influence it shows.
    """

    def __init__(self, film: Film, model: int) -> None:
        t, theme = film.trace, film.theme
        self._influence, self._tail = np.vstack([t.influence_during[model], t.usual[model]]), t.x.argmax(axis=1)[1:]
        self._scale, length = Scale(theme.sizes, *DECADES), t.params.length
        self._x = places(length)
        middle = np.array([START + WIDTH / 2, ROWS[model], 0])
        self.map = HeatMap(np.full((1, length), np.nan), HEIGHT, *self._scale)
        self.map.stretch_to_fit_width(WIDTH).move_to(middle)
        self.frame = Rectangle(theme.faint, HEIGHT + 0.05, WIDTH + 0.05, stroke_width=4).move_to(middle)
        size = 44 if length <= 12 else 34 if length <= 16 else SMALL
        self._glyphs = [sentence(letter, theme.text, size)[0].points for letter in LETTERS[: t.params.symbols]]
        self._inks = [Figures(fill_color=ink, fill_opacity=1, stroke_width=0) for ink in (*INKS, theme.data)]
        refs = [*film.refs.influence_during[model, :, 0], film.refs.usual[model, 0]]
        self._number = film.number(colour=theme.gradient, size=36).centred_at(np.array([START, ROWS[model] - BELOW, 0]))
        self._written = [film.words.number(ref, tidy=True) for ref in refs]
        self._open = film.words.number(np.nan)
        super().__init__(self.map, self.frame, *self._inks, self._number)

    def at(self, heard: float, snapshot: float, first: float) -> None:
        """Shade so many cells, and write what stands in all of them."""
        influence = np.maximum(self._influence[int(snapshot + 1e-9)], 10.0 ** (DECADES[0] - 1))
        unheard = np.arange(len(influence)) < len(influence) - round(heard)
        self.map.paint(np.where(unheard, np.nan, np.log10(influence))[None])
        chosen = np.where(unheard, len(INKS), inks(self.map.pixel_array[0]))
        symbols = [round(first), *self._tail]
        for ink, path in enumerate(self._inks):
            places = [self._glyphs[symbols[k]] + self._middle(k) for k in np.flatnonzero(chosen == ink)]
            path.points = np.concatenate([np.zeros((0, 3)), *places])
        self._number.write(self._open if unheard[0] else self._written[int(snapshot + 1e-9)])
        self._number.set_opacity(float(not unheard[0]))

    def _middle(self, cell: Any) -> np.ndarray:
        return np.array([self._x[cell], self.map.get_y(), 0])

    def around_first(self, theme: Theme) -> Rectangle:
        """A frame around the first letter."""
        width = WIDTH / len(self._x)
        frame = Rectangle(theme.text, HEIGHT + 0.12, max(width, 0.36), stroke_width=5).move_to(self._middle(0))
        return with_halo(frame, theme)


def places(length: int) -> np.ndarray:
    """Where the letters of a row stand [time]."""
    return np.asarray(START + WIDTH * (np.arange(length) + 0.5) / length)


def reader(film: Film) -> Dots:
    """Below each row a sign at the letter that is being read, along "time"."""
    x, y = places(film.trace.params.length), np.array(ROWS) - HEIGHT / 2 - 0.17
    sign = Dots(np.zeros((0, 3)), film.theme.text, 0.11, corners=3)

    def at(time: float) -> None:
        sign.put(np.stack(np.broadcast_arrays(x[max(int(np.ceil(time)) - 1, 0)], y, 0.0), axis=-1))

    return follow(sign, "time", at=at)


def names(film: Film) -> VGroup:
    """At the left of each row the name of its model."""
    return VGroup(*(name(film, model, [EDGE, y, 0], 40) for model, y in enumerate(ROWS)))


def name(film: Film, model: int, place: Any, size: float) -> Any:
    """The name of a model; `place` is its left end."""
    return sentence(NAMES[model], film.theme.text, size).move_to(place, LEFT)


def counts_of_parameters(film: Film) -> VGroup:
    """Below each name, how many parameters the model has."""
    said = (film.say("parameters_short", size=28, parameters=ref) for ref in film.refs.parameters)
    return VGroup(*(one.move_to([EDGE, y - BELOW, 0], LEFT) for one, y in zip(said, ROWS, strict=True)))


def questions(film: Film) -> VGroup:
    """At the end of each row the question, the letters that may answer it, and what the model is made of."""
    rows = VGroup()
    for units, parameters, y in zip(film.refs.units, film.refs.parameters, ROWS, strict=True):
        frame = Rectangle(film.theme.text, HEIGHT, HEIGHT, stroke_width=4).move_to([ASKED, y, 0])
        arrow = Dots(np.array([[ASKED - 0.55, y, 0]]), film.theme.text, 0.12, corners=3).rotate(-np.pi / 2)
        places = np.linspace(ASKED + 0.95, -EDGE - 0.2, film.trace.params.symbols)
        choices = VGroup(*(sentence(LETTERS[k], film.theme.data, 44).move_to([x, y, 0]) for k, x in enumerate(places)))
        size = film.say("size", size=34, units=units, parameters=parameters)
        rows.add(arrow, frame, sentence("?", film.theme.text, 40).move_to(frame), choices)
        rows.add(size.move_to([-EDGE, y - BELOW, 0], RIGHT))
    return rows


def shades(film: Film) -> Group:
    """What the shades stand for, and of what it is the mean: powers of ten, both ends open."""
    bar = HeatMap(np.linspace(0, 1, 128)[None], 0.26, film.theme.sizes).stretch_to_fit_width(1.2)
    low, high = (film.typeset(markup, size=28) for markup in (f"<= 10^({DECADES[0]})", ">= 1"))
    mean = film.say("mean_short", size=SMALL, colour=film.theme.faint)
    return Group(mean, film.typeset(HEARD, size=32), low, bar, high).arrange(RIGHT, buff=0.17)


class Answers:
    """A table of what each model names at the end, a column for each first letter.

    `heads` are the first letters, `columns` the answers, `asked` question marks in their place, `counts` how many are
    right. Where there is room, each is `sure` to a percentage.
    """

    def __init__(self, film: Film) -> None:
        symbols, self._film = film.trace.params.symbols, film
        self._pitch = min(PITCH, (WHOLE - 1.2) / symbols)
        self.sure = self._pitch > ROOM
        self.x = ANSWERS + self._pitch * (np.arange(symbols) + 0.5)
        top = ROWS[0] + 0.8
        self.heads = VGroup(
            *(sentence(LETTERS[k], film.theme.data, 40).move_to([x, top, 0]) for k, x in enumerate(self.x)),
            film.say("first_letter", size=SMALL, colour=film.theme.faint).move_to([ANSWERS - 0.15, top, 0], RIGHT),
            *(film.say("sure", size=28).move_to([ANSWERS - 0.15, y - BELOW, 0], RIGHT) for y in ROWS * self.sure),
        )
        self.columns = [VGroup(*(self._answer(model, k) for model in range(len(MODELS)))) for k in range(symbols)]
        self.asked = [VGroup(*(sentence("?", film.theme.text, 52).move_to([x, y, 0]) for y in ROWS)) for x in self.x]
        self.counts = VGroup(*(self._count(model) for model in range(len(MODELS))))

    def _answer(self, model: int, first: int) -> VGroup:
        film, named = self._film, int(self._film.trace.answer[model, first])
        colour, place = film.theme.good if named == first else film.theme.bad, np.array([self.x[first], ROWS[model], 0])
        written = VGroup(sentence(LETTERS[named], colour, 52).move_to(place))
        if self.sure:
            belief = film.number(size=30, anchor=ORIGIN).centred_at(place + BELOW * DOWN)
            share = film.words.number(film.refs.belief[model, first].percent, decimals=0, tidy=True)
            written.add(belief.write(share))
        return written

    def _count(self, model: int) -> Any:
        refs, place = self._film.refs, [6.81, ROWS[model], 0]
        return self._film.say("count", size=38, count=refs.followed[model], of=refs.params.symbols).move_to(
            place, RIGHT
        )

    def marker(self) -> Rectangle:
        """A frame around a column, that of the first letter, along "first"."""
        top, foot = ROWS[0] + 1.1, ROWS[-1] - 0.95
        frame = Rectangle(self._film.theme.text, top - foot, self._pitch, stroke_width=4)
        frame.move_to([0, (top + foot) / 2, 0])
        symbols = np.arange(len(self.x))
        return follow(frame, "first", at=lambda first: frame.set_x(np.interp(first, symbols, self.x)))


def losses(film: Film) -> tuple[VGroup, list[Line]]:
    """Beside each row a panel for the loss, all of one scale, and the curves in them, along "step"."""
    t, panels, curves = film.trace, VGroup(), []
    steps, top = np.arange(t.params.steps + 1), 1.05 * t.loss.max()
    for y, loss in zip(ROWS, t.loss, strict=True):
        above = film.say("name_loss", size=SMALL, colour=film.theme.loss) if y == ROWS[0] else ""
        below = "name_step" if y == ROWS[-1] else ""
        panel = Panel(film, LOSS._replace(foot=y + LOSS.foot), steps, [0, top], below, above, (2 * bool(below), 3))
        panels.add(panel.drawn)
        curves.append(panel.line(steps, loss, "loss", "step", width=3))
    return panels, curves


def accuracies(film: Film) -> VGroup:
    """The accuracy of each model over the latest steps, along "step", below what it is called."""
    head = film.say("head_right", size=SMALL, colour=film.theme.faint, averaged=film.refs.averaged)
    rows = VGroup(head.move_to([-EDGE, ROWS[0] + 1, 0], RIGHT))
    for y, row in zip(ROWS, film.refs.recent, strict=True):
        number = film.number(size=48, anchor=ORIGIN).centred_at(np.array([RECENT, y, 0]))
        written = [film.words.number(ref.percent, decimals=0, tidy=True) for ref in row]
        rows.add(follow(number, "step", at=lambda step, n=number, w=written: n.write(w[int(step + 1e-9)])))
    return rows


class Bars(VGroup):
    """At each letter what a unit keeps of its state, from 0, and what it adds to that, which is hollow.

    `at(time)`: those of so many letters; at the latest, what is kept grows first.

    Args:
        panel: where they stand.
        kept: of the state before [time].
        state: after each letter [time].
        width: of a bar.
        theme: for the colours.
    """

    def __init__(self, panel: Panel, kept: np.ndarray, state: np.ndarray, width: float, theme: Theme) -> None:
        super().__init__(*(with_halo(VMobject(**style), theme) for style in styles(theme)))
        time = np.arange(1, len(state) + 1)
        levels = [panel.at(time, values) for values in (0 * state, kept, state)]  # [3][time xyz]
        self._steps, self._width = list(pairwise(levels)), width

    def at(self, time: float) -> None:
        """Show the bars of so many letters."""
        for part, (bars, (start, end)) in enumerate(zip(self, self._steps, strict=True)):
            share = np.clip(2 * (arrived(time) - np.arange(len(start))) - part, 0, 1)[:, None]
            tops, half = start + share * (end - start), self._width / 2 * RIGHT
            seen = np.abs(tops - start)[:, 1] > 0
            corners = np.stack([start - half, tops - half, tops + half, start + half], axis=1)
            bars.points = closed(corners[seen])


def styles(theme: Theme) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of a bar of what is kept, and of one of what is new."""
    kept = {"fill_color": theme.good, "fill_opacity": 0.9, "stroke_width": 0}
    return kept, {"fill_opacity": 0, "stroke_color": theme.text, "stroke_width": 3}


def arrived(time: float) -> float:
    """Where bars and line are: at a letter before its turn is over, for its result is read then."""
    letter, share = turn(time)
    return letter + min(share / ARRIVED, 1)


class Unit:
    """One unit of a model, letter by letter along an axis of its own: how its state obeys its formula.

    `drawn` is the panel, `told` the formula; `path` the state, `bars` what is kept and what is new, `numbers` the same
    in numbers, `frame` around the letter whose turn it is.

    Args:
        film: where it stands.
        model: whose unit it is.
    """

    def __init__(self, film: Film, model: int) -> None:
        t, self._film, self._model, self.axis = film.trace, film, model, MODELS[model]
        state, kept = t.state[model, 0], t.keep[model, 0] * t.state[model, 0, :-1]
        self.panel = Panel(film, UNITS[model], *room(t.params.length, kept, state), ticks=(0, 2))
        self.drawn = VGroup(self.panel.drawn, self.panel.levels(0, "faint"))
        path = self.panel.line(np.arange(len(state)), state, "activation", width=5)
        self.path = follow(path, self.axis, at=lambda time: Line.at(path, arrived(time)))
        width = THICK * UNITS[model].width / len(state)
        self.bars = follow(Bars(self.panel, kept, state[1:], width, film.theme), self.axis)
        self.numbers, self.frame = VGroup(*map(self._numbers, range(len(OBEYED[model])))), self._around()
        self.told = VGroup(
            name(film, model, self._left(0), 40), film.typeset(FORMULAS[model], size=36).move_to(self._left(1), LEFT),
            *map(self._meaning, range(len(MEANINGS))),
        )  # fmt: skip

    def _left(self, line: int, x: float = EDGE) -> np.ndarray:
        return np.array([x, UNITS[self._model].foot + OBEYING[line], 0])

    def _meaning(self, line: int) -> VGroup:
        """What a line of numbers tells, and the mark that shows it."""
        theme, place = self._film.theme, self._left(2 + line)
        marks: list[VMobject] = [Rectangle(height=0.36, width=0.28, **style) for style in styles(theme)]
        marks.append(Line(np.array([[-0.2, 0, 0], [0.2, 0, 0]]), theme.activation, 5))
        said = self._film.say(MEANINGS[line], size=32).move_to(place + 0.55 * RIGHT, LEFT)
        return VGroup(marks[line].move_to(place + 0.2 * RIGHT), said)

    def _numbers(self, line: int) -> VGroup:
        """A line of the formula in numbers, of the letter whose turn it is; the state is open until it is there."""
        film, pen, row = self._film, self._left(2 + line, FACTORS), VGroup()
        for sign, quantity, role in OBEYED[self._model][line]:
            if sign:
                row.add(film.typeset(sign, size=38).move_to(pen, LEFT))
                pen = pen + (row[-1].width + 0.1) * RIGHT
            if not quantity:
                continue
            places, late = (2, ARRIVED) if quantity == "state" else (3, 0)
            written = [film.words.number(np.nan), *(film.words.number_to(ref, places) for ref in self._refs(quantity))]
            number = film.number(colour=getattr(film.theme, role), size=38, anchor=ORIGIN)
            wide = max(number.write(text).width for text in written)
            number.centred_at(pen + wide / 2 * RIGHT)
            row.add(follow(number, self.axis, at=partial(_write, number, written, late)))
            pen = pen + (wide + 0.1) * RIGHT
        return row

    def _refs(self, quantity: str) -> Any:
        """A quantity of the path at each letter; "before" is the state before that."""
        refs, model = self._film.refs, self._model
        states = {"before": refs.state[model, 0, :-1], "state": refs.state[model, 0, 1:]}
        return states[quantity] if quantity in states else getattr(refs, quantity)[model, 0]

    def _around(self) -> Rectangle:
        frame, panel = Rectangle(self._film.theme.text, 0.5, 0.44, stroke_width=4), self.panel

        def at(time: float) -> None:
            frame.move_to([panel.at(turn(time)[0] + 1, 0)[0], BETWEEN, 0])

        return follow(frame, self.axis, at=at)


class Twins:
    """A unit of a model after two first letters: its formula and both `paths`, along "pair".

    With them go the `distance` of the states of the whole network, and the letters at the `ends` of the paths.

    Args:
        film: where it stands.
        model: whose unit it is.
    """

    def __init__(self, film: Film, model: int) -> None:
        t, self._film, self._model = film.trace, film, model
        slot, states = PATH._replace(foot=ROWS[model] + PATH.foot), t.state[model]
        self.panel = Panel(film, slot, *room(t.params.length, *states), ticks=(0, 2))
        self.drawn = VGroup(self.panel.drawn, self.panel.levels(0, "faint"))
        read = np.arange(t.params.length + 1)
        self.paths = VGroup(
            *(
                self.panel.line(read, state, "activation", "pair", width=5, dashed=bool(k))
                for k, state in enumerate(states)
            )
        )
        rule = film.typeset(FORMULAS[model], size=32).move_to(self._left(1), LEFT)
        self.told = VGroup(name(film, model, self._left(0), 40), rule)
        self.ends, self.distance = self._ends(states[:, -1]), self._distance()

    def _left(self, line: int) -> np.ndarray:
        return np.array([EDGE, ROWS[self._model] + LINES[line], 0])

    def _ends(self, states: np.ndarray) -> VGroup:
        """The letters where both paths end, apart from each other; along "pair", only there."""
        t, theme = self._film.trace, self._film.theme
        places = self.panel.at(t.params.length + 0.5, states) + 0.3 * RIGHT
        order = np.argsort(-places[:, 1])
        places[order, 1] += np.array([0.5, -0.5]) * max(TOLD - abs(places[0, 1] - places[1, 1]), 0)
        letters = (sentence(LETTERS[k], theme.data, 36) for k in (t.first, int(t.twin)))
        ends = VGroup(*(letter.move_to(place) for letter, place in zip(letters, places, strict=True)))
        return follow(ends, "pair", at=lambda place: ends.set_opacity(float(place >= t.params.length)))

    def _distance(self) -> VGroup:
        film = self._film
        written = [film.words.number(np.nan), *map(film.words.number, film.refs.distance[self._model])]
        said = film.say("distance", size=28).move_to(self._left(2), LEFT)
        number = film.number(size=44).centred_at(said.get_right() + 0.25 * RIGHT)
        return VGroup(said, follow(number, "pair", at=partial(_write, number, written, 0)))


def room(length: int, *values: np.ndarray) -> tuple[Any, Any]:
    """The ranges of a panel in which some values have room, over so many letters."""
    return [0, length + 0.5], 1.1 * np.concatenate(values)


def _write(number: Number, written: list[NumberText], late: float, place: float) -> None:
    """Write what belongs to the letter whose turn it is, once so much of that is over; before, it is open."""
    letter, share = turn(place)
    number.write(written[letter + 1 if share > 0 and share >= late - 1e-9 else 0])


def letters(film: Film, panel: Panel, height: float, first: str) -> VGroup:
    """The sequence at a height, each letter where a panel has it; the first one is perhaps more than one."""
    t, size = film.trace, 36 if film.trace.params.length <= 16 else SMALL
    x = [panel.at(time, 0)[0] for time in range(1, t.params.length + 1)]
    tail = (
        sentence(LETTERS[k], film.theme.data, size).move_to([at, height, 0])
        for k, at in zip(t.x.argmax(axis=1)[1:], x[1:], strict=True)
    )
    head = sentence(first, film.theme.data, size)
    return VGroup(head.move_to([x[0] - (len(first) > 1) * (head.width / 2 - 0.15), height, 0]), *tail)


class Seeds:
    """A dot for each seed of each model: full where it is solved, else a ring with its accuracy in percent."""

    def __init__(self, film: Film) -> None:
        refs, self._film = film.refs, film
        x = SEEDS[0] + SEEDS[1] * np.arange(len(film.trace.seeds))
        told = {"first": refs.seeds[0], "last": refs.seeds[-1], "threshold": refs.threshold.percent}
        told["averaged"] = refs.averaged
        head = film.say("seeds", size=28, colour=film.theme.faint, **told).move_to([0, ROWS[0] + 0.95, 0])
        models = (name(film, model, [EDGE, y, 0], 48) for model, y in enumerate(ROWS))
        self.drawn = VGroup(head, *models, counts_of_parameters(film))
        self.dots = [VGroup(*(self._dot(m, k, x[k]) for m in range(len(MODELS)))) for k in range(len(x))]
        self.counts = VGroup()
        for model, y in enumerate(ROWS):
            solved = refs.sum("solved", len(x), (model,))
            count = film.say("count", size=60, count=solved, of=refs.length("seed"))
            self.counts.add(count.move_to([-EDGE, y, 0], RIGHT))

    def _dot(self, model: int, seed: int, x: float) -> VGroup:
        film, place = self._film, np.array([x, ROWS[model], 0])
        if film.trace.solved[model, seed]:
            return VGroup(Circle(DOT, film.theme.good, fill_opacity=1, stroke_width=0).move_to(place))
        ring, number = Circle(DOT + 0.03, film.theme.bad, stroke_width=5), film.number(size=36, anchor=ORIGIN)
        number.write(film.words.number(film.refs.recalled[model, seed].percent, decimals=0, tidy=True))
        return VGroup(ring.move_to(place), number.centred_at(place))
