"""What only the film of the three memories draws: letters shaded by what is heard of them, answers, seeds."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, Circle, Group, Rectangle, VGroup

from mathcore._recall import LETTERS
from mathcore.memory import MODELS
from scenes._marks.cells import Figures
from scenes._marks.colour_scale import INKS, Scale, inks
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.heat_map import HeatMap
from scenes._marks.line import Line
from scenes._marks.panel import Panel
from scenes._marks.typeset import sentence
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme

NAMES = tuple(model.upper() for model in MODELS)
FORMULAS = (
    "activation(h_t) = tanh(weight(W_h) activation(h_(t-1)) + weight(W_x) data(x_t) + weight(b))",
    "activation(c_t) = good(f_t) activation(c_(t-1)) + data(i_t) activation(tilde(c)_t) quad "
    "activation(h_t) = o_t tanh activation(c_t)",
    "activation(h_t) = good((1 - z_t)) activation(h_(t-1)) + data(z_t) activation(tilde(h)_t)",
)
HEARD = "gradient(overline(norm(partial h_T slash partial x_t)))"

EDGE, START, WIDTH, HEIGHT = -6.81, -4.6, 6.7, 0.5  # left end of names; of the letters, their width and height
ROWS = (2.3, 1.24, 0.18)  # heights of the three rows of letters
ANSWERS, PITCH, BELOW = 2.55, 0.78, 0.47  # left end of the table of answers; of its columns; from letter to number
WHOLE, ROOM = 4.2, 0.7  # its width, with the count at its end; columns narrower than that have no numbers
DECADES = (-4, 0)  # of the influence, from 10⁻⁴ to 1, that the shades tell apart
DOT, SEEDS = 0.18, (2.1, 0.46)  # radius of a seed's dot; where the first one is, and from one to the next
TABLE, HEADS, LINES = 0.1, -0.72, (-1.22, -1.86, -2.5)  # left end of the table below; heights of its heads and rows
LOSSES, LOSS = (-5.9, -3.95, -2.0), (-2.45, 1.5, 1.5)  # of their panels: left ends; foot, width and height
ASKED = 2.95  # where a question mark stands at the end of a row
CARDS = (-1.0, -1.85, -2.7)  # heights of the formulas


class LetterStrip(Group):
    """A sequence as one model hears it: the lighter a letter's tile, the larger its influence on the end.

    `at(heard, snapshot, first)`: so many cells are shaded, from the last one back, as they were at a snapshot of the
    training; the first letter is the symbol of that number.

    Args:
        film: where it stands.
        model: whose influence it shows.
    """

    def __init__(self, film: Film, model: int) -> None:
        t, theme = film.trace, film.theme
        self._influence, self._tail = t.influence_during[model], t.x.argmax(axis=1)[1:]
        self._scale, length = Scale(theme.sizes, *DECADES), t.params.length
        self._x = places(length)
        middle = np.array([START + WIDTH / 2, ROWS[model], 0])
        self.map = HeatMap(np.full((1, length), np.nan), HEIGHT, *self._scale)
        self.map.stretch_to_fit_width(WIDTH).move_to(middle)
        self.frame = Rectangle(theme.faint, HEIGHT + 0.05, WIDTH + 0.05, stroke_width=4).move_to(middle)
        size = 34 if length <= 16 else SMALL
        self._glyphs = [sentence(letter, theme.text, size)[0].points for letter in LETTERS[: t.params.symbols]]
        self._inks = [Figures(fill_color=ink, fill_opacity=1, stroke_width=0) for ink in (*INKS, theme.data)]
        self._refs = film.refs.influence_during[model, :, 0]
        self._number = film.number(colour=theme.gradient, size=28).centred_at(np.array([START, ROWS[model] - BELOW, 0]))
        self._written = [film.words.number(ref, tidy=True) for ref in self._refs]
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
    said = (film.say("parameters_short", size=SMALL, parameters=ref) for ref in film.refs.parameters)
    return VGroup(*(one.move_to([EDGE, y - BELOW, 0], LEFT) for one, y in zip(said, ROWS, strict=True)))


def questions(film: Film) -> VGroup:
    """At the end of each row the question, and what the model is made of."""
    rows = VGroup()
    for units, parameters, y in zip(film.refs.units, film.refs.parameters, ROWS, strict=True):
        frame = Rectangle(film.theme.text, HEIGHT, HEIGHT, stroke_width=4).move_to([ASKED, y, 0])
        size = film.say("size", size=28, units=units, parameters=parameters)
        arrow = Dots(np.array([[ASKED - 0.55, y, 0]]), film.theme.text, 0.12, corners=3).rotate(-np.pi / 2)
        rows.add(arrow, frame, sentence("?", film.theme.text, 40).move_to(frame), size.move_to([-EDGE, y, 0], RIGHT))
    return rows


def cards(film: Film) -> VGroup:
    """What each model hands on from letter to letter, and its gates."""
    rows = VGroup()
    for model, (formula, y) in enumerate(zip(FORMULAS, CARDS, strict=True)):
        gates = film.say(f"gates_{MODELS[model]}", size=30).move_to([-EDGE, y, 0], RIGHT)
        rows.add(
            name(film, model, [EDGE, y, 0], 40), film.typeset(formula, size=40).move_to([START, y, 0], LEFT), gates
        )
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
        self._pitch = min(PITCH, (WHOLE - 1.05) / symbols)
        self.sure = self._pitch > ROOM
        self.x = ANSWERS + self._pitch * (np.arange(symbols) + 0.5)
        top = ROWS[0] + 0.6
        self.heads = VGroup(
            *(sentence(LETTERS[k], film.theme.data, 36).move_to([x, top, 0]) for k, x in enumerate(self.x)),
            film.say("first_letter", size=SMALL, colour=film.theme.faint).move_to([ANSWERS - 0.15, top, 0], RIGHT),
        )
        self.columns = [VGroup(*(self._answer(model, k) for model in range(len(MODELS)))) for k in range(symbols)]
        self.asked = [VGroup(*(sentence("?", film.theme.text, 40).move_to([x, y, 0]) for y in ROWS)) for x in self.x]
        self.counts = VGroup(*(self._count(model) for model in range(len(MODELS))))

    def _answer(self, model: int, first: int) -> VGroup:
        film, named = self._film, int(self._film.trace.answer[model, first])
        colour, place = film.theme.good if named == first else film.theme.bad, np.array([self.x[first], ROWS[model], 0])
        written = VGroup(sentence(LETTERS[named], colour, 40).move_to(place))
        if self.sure:
            belief = film.say("percent", size=SMALL, value=film.refs.belief[model, first].percent)
            written.add(belief.move_to(place + BELOW * DOWN))
        return written

    def _count(self, model: int) -> Any:
        refs, place = self._film.refs, [6.81, ROWS[model], 0]
        return self._film.say("count", size=34, count=refs.followed[model], of=refs.params.symbols).move_to(
            place, RIGHT
        )

    def marker(self) -> Rectangle:
        """A frame around a column, that of the first letter, along "first"."""
        top, foot = ROWS[0] + 0.85, ROWS[-1] - 0.7
        frame = Rectangle(self._film.theme.text, top - foot, self._pitch, stroke_width=4)
        frame.move_to([0, (top + foot) / 2, 0])
        symbols = np.arange(len(self.x))
        return follow(frame, "first", at=lambda first: frame.set_x(np.interp(first, symbols, self.x)))


def losses(film: Film) -> tuple[VGroup, list[Line]]:
    """A panel for the loss of each model, all of one scale, and the curves in them, along "step"."""
    t, panels, curves = film.trace, VGroup(), []
    steps, top = np.arange(t.params.steps + 1), 1.05 * t.loss.max()
    for model, (left, loss) in enumerate(zip(LOSSES, t.loss, strict=True)):
        above = film.say("name_loss", size=SMALL, colour=film.theme.loss) if model == 0 else ""
        below = "name_step" if model == 1 else ""
        panel = Panel(film, Slot(left, *LOSS), steps, [0, top], below, above, ticks=(2, 3 * (model == 0)))
        called = name(film, model, [0, 0, 0], 28).next_to(panel.axes.box[1], UP, buff=0.12)
        panels.add(panel.drawn, called.align_to(panel.axes.box[1], RIGHT))
        curves.append(panel.line(steps, loss, "loss", "step", width=3))
    return panels, curves


class Seeds:
    """A dot for each seed of each model: full where it is solved, else a ring with its accuracy in percent."""

    def __init__(self, film: Film) -> None:
        refs, self._film = film.refs, film
        x = SEEDS[0] + SEEDS[1] * np.arange(len(film.trace.seeds))
        told = {"first": refs.seeds[0], "last": refs.seeds[-1], "threshold": refs.threshold.percent}
        told["averaged"] = refs.averaged
        self.head = film.say("seeds", size=SMALL, colour=film.theme.faint, **told).move_to([TABLE, HEADS, 0], LEFT)
        self.dots = [VGroup(*(self._dot(m, k, x[k]) for m in range(len(MODELS)))) for k in range(len(x))]
        self.counts = VGroup()
        for model, y in enumerate(LINES):
            solved = refs.sum("solved", len(x), (model,))
            count = film.say("count", size=36, count=solved, of=refs.length("seed"))
            self.counts.add(count.move_to([6.81, y, 0], RIGHT))

    def _dot(self, model: int, seed: int, x: float) -> VGroup:
        film, place = self._film, np.array([x, LINES[model], 0])
        if film.trace.solved[model, seed]:
            return VGroup(Circle(DOT, film.theme.good, fill_opacity=1, stroke_width=0).move_to(place))
        ring, number = Circle(DOT + 0.03, film.theme.bad, stroke_width=4), film.number(anchor=ORIGIN)
        number.write(film.words.number(film.refs.recalled[model, seed].percent, decimals=0, tidy=True))
        return VGroup(ring.move_to(place), number.centred_at(place))
