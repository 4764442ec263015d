"""What only the film of the LSTM draws: the row of letters, the cell as pipes and gates, strips of units over time."""

from typing import Any, NamedTuple

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Circle, Group, Rectangle, RoundedRectangle, VGroup, VMobject

from mathcore.lstm import LETTERS
from scenes._marks.band_panel import BandPanel
from scenes._marks.cells import ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.heat_map import HeatMap
from scenes._marks.line import Dashes, Line, Lines, Segments, closed, dashed
from scenes._marks.number import Number
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset, descent, sentence
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref, values_of
from scenes._stage.words import NumberText

ROLES = {"f": "good", "i": "data", "candidate": "data", "c": "activation", "o": "validation", "h": "activation"}
SYMBOLS = {name: f"{role}({name}_t)" for name, role in ROLES.items()} | {"candidate": "data(tilde(c)_t)"}
FORMULAS = {
    "f": "good(f_t) = sigma(W_f [activation(h_(t-1)), data(x_t)] + b_f)",
    "i": "data(i_t) = sigma(W_i [activation(h_(t-1)), data(x_t)] + b_i)",
    "candidate": "data(tilde(c)_t) = tanh(W_c [activation(h_(t-1)), data(x_t)] + b_c)",
    "c": "activation(c_t) = good(f_t) activation(c_(t-1)) + data(i_t) data(tilde(c)_t)",
    "o": "activation(h_t) = validation(o_t) tanh activation(c_t)",
    "product": "partial c_T slash partial c_t = scripts(product)_(k=t+1)^T good(f_k)",
}
ROW, START, WIDTH, ANSWER = 2.6, -4.9, 10.4, 6.2  # of the letters: height, left end, width; where the answer stands


class LetterRow(VGroup):
    """The letters of the sequence, and a frame at its end for the answer.

    `at(time, told)`: the cursor is below the letter that is being read; the frame holds a question mark, and after the
    last letter the answer, if it is told.
    """

    def __init__(self, film: Film) -> None:
        theme, t = film.theme, film.trace
        self.length, answer = t.params.length, LETTERS[t.named]
        self.x = START + WIDTH * (np.arange(self.length) + 0.5) / self.length  # [time]
        written = [sentence(LETTERS[symbol], theme.data, 34) for symbol in t.x.argmax(axis=1)]
        self.letters = VGroup(*(one.move_to([x, ROW, 0]) for one, x in zip(written, self.x, strict=True)))
        end = np.array([ANSWER, ROW, 0])
        self.frame = Rectangle(theme.text, 0.68, 0.62, stroke_width=4).move_to(end)
        self.question, self.answer = (sentence(text, theme.text, 34).move_to(end) for text in ("?", answer))
        self.cursor = Dots(np.zeros((0, 3)), theme.text, 0.11, corners=3)
        super().__init__(self.letters, self.frame, self.question, self.answer, self.cursor)

    def around(self, place: int) -> Rectangle:
        """A frame around a letter."""
        width = min(0.52, WIDTH / self.length + 0.04)
        return Rectangle(self.cursor.color, 0.62, width, stroke_width=4).move_to(self.letters[place])

    def at(self, time: float, told: float) -> None:
        """Point at the latest of so many letters, or answer."""
        known = told > 0 and time >= self.length
        below = [self.x[max(int(np.ceil(time)) - 1, 0)], ROW - 0.4, 0]
        self.cursor.put(np.array([below] * (not known)))
        self.question.set_opacity(float(not known))
        self.answer.set_opacity(float(known))


FULL, THIN = 0.46, 0.1  # width of a pipe, and of one that brings the inputs
FILLED = 0.9  # of its pipe that flows through an open gate, within the walls
CELL, GATED, SHOWN, BOXES, INPUTS = 1.3, -0.3, -0.8, -2.05, -2.85  # heights of what the cell is made of
GATES = {"f": -4.2, "i": -2.3, "candidate": -0.3, "o": 2.3}  # where they stand, from left to right
TAP, BEGIN, END = 4.3, -6.75, 6.75  # where the cell state is read; the ends of the pipes
NODE, REACH, BOX = 0.3, 0.35, (1.6, 0.9)  # radius of an operation; where pipes end before it; size of a gate's box
VALUE, RAISED = 32, 0.02  # font size of a value; its middle above that of its equals sign
LETTER = np.array([BEGIN + 1.1, INPUTS + RAISED, 0])  # where the letter comes in
LIFTED = 0.27  # how high the cell state passes over its own name on its way back
RISEN, PASSED, SUNK = 0.85, 0.65, 0.5  # places on that way, from 1 at the right to 0, at which it is up, past it, down
SMALL_NUMBER = 0.1  # a number below it loses the zeros at its end
LAST = 8  # places along "flow": 0 the letter has come, 8 the hidden state goes out


class Pipe(NamedTuple):
    """A way through the cell."""

    step: str  # in which it is built
    role: str  # of what flows in it
    start: float  # place along "flow" at which it begins to fill
    stop: float  # place at which it is full
    corners: tuple[tuple[float, float], ...]  # of its middle line, with right angles [corner axis]
    gate: str = ""  # of which gate's opening it carries a share; the whole by default
    full: float = FULL  # its width


X, ABOVE = GATES, BOXES + BOX[1] / 2  # upper edge of the boxes
MIDDLE = X["candidate"]  # where what is kept and what is written meet
PIPES = (
    Pipe("enter", "activation", 0, 0.6, ((BEGIN, CELL), (X["f"] - REACH, CELL))),
    Pipe("enter", "data", 0.3, 1, ((-5.35, INPUTS), (X["o"], INPUTS)), full=THIN),
    *(
        Pipe(name, "data", start, start + 0.2, ((X[name], INPUTS), (X[name], BOXES - BOX[1] / 2)), full=THIN)
        for name, start in (("f", 1), ("i", 3), ("candidate", 4), ("o", 6))
    ),
    Pipe("f", "good", 1.2, 2, ((X["f"], ABOVE), (X["f"], CELL - REACH)), "f"),
    Pipe("f", "activation", 2, 3, ((X["f"] + REACH, CELL), (MIDDLE - REACH, CELL)), "f"),
    Pipe("i", "data", 3.2, 4, ((X["i"], ABOVE), (X["i"], GATED), (MIDDLE - REACH, GATED)), "i"),
    Pipe("candidate", "data", 4.2, 4.6, ((MIDDLE, ABOVE), (MIDDLE, GATED - REACH))),
    Pipe("candidate", "data", 4.6, 5, ((MIDDLE, GATED + REACH), (MIDDLE, CELL - REACH)), "i"),
    Pipe("c", "activation", 5, 6, ((MIDDLE + REACH, CELL), (END, CELL))),
    Pipe("o", "activation", 6, 6.2, ((TAP, CELL - FULL / 2), (TAP, 0.8))),
    Pipe("o", "activation", 6.2, 6.5, ((TAP, 0.2), (TAP, SHOWN + REACH))),
    Pipe("o", "validation", 6.2, 7, ((X["o"], ABOVE), (X["o"], SHOWN), (TAP - REACH, SHOWN)), "o"),
    Pipe("o", "activation", 7, LAST, ((TAP + REACH, SHOWN), (END, SHOWN)), "o"),
)
NODES = {  # step: sign, place
    "f": ("times", (X["f"], CELL)),
    "candidate": ("times", (MIDDLE, GATED)),
    "c": ("+", (MIDDLE, CELL)),
    "o": ("times", (TAP, SHOWN)),
}
VALUES = {  # symbol: step, quantity, place along "flow" from which it is known, where it is written
    "activation(c_(t-1))": ("enter", "c", -np.inf, (BEGIN, 1.92)),
    SYMBOLS["f"]: ("f", "f", 2, (-6.4, -0.3)),
    SYMBOLS["i"]: ("i", "i", 4, (-2.15, 0.25)),
    SYMBOLS["candidate"]: ("candidate", "candidate", 4.6, (0.1, -1.0)),
    SYMBOLS["c"]: ("c", "c", 6, (3.0, 1.92)),
    SYMBOLS["o"]: ("o", "o", 7, (2.1, -0.27)),
    SYMBOLS["h"]: ("o", "h", LAST, (4.8, -1.35)),
}
PRODUCTS = {  # step: gate, what it multiplies, how many letters before; known from; where its middle is
    "f": ("f", "c", 1, 3, (-2.25, 1.92)),
    "candidate": ("i", "candidate", 0, 5, (1.5, 0.5)),
}


class Flow(VMobject):
    """What flows in a pipe, as wide as its gate is open, with a pointed end.

    Args:
        pipe: where it flows.
        shares: how much of the pipe's width it takes [time].
        color: of its fill.
    """

    def __init__(self, pipe: Pipe, shares: np.ndarray, color: str) -> None:
        super().__init__(fill_color=color, fill_opacity=1, stroke_width=0)
        self._pipe, self._shares = pipe, shares
        self._path = np.array([(*corner, 0) for corner in pipe.corners])  # [corner 3]
        lengths = np.linalg.norm(np.diff(self._path, axis=0), axis=1)
        self._reached = np.append(0, np.cumsum(lengths))  # of the way, at each corner

    def at(self, time: float, flow: float) -> None:
        """Fill the pipe as far as the computation of a letter has come."""
        done = np.clip((flow - self._pipe.start) / (self._pipe.stop - self._pipe.start), 0, 1)
        half = FILLED * self._pipe.full * self._shares[max(round(time), 1) - 1] / 2
        self.points = band(self._up_to(done * self._reached[-1]), half) if done * half > 0 else np.zeros((0, 3))

    def _up_to(self, length: float) -> np.ndarray:
        """The first part of the way [corner 3]."""
        tip = [np.interp(length, self._reached, axis) for axis in self._path.T]
        return np.array([*self._path[self._reached < length], tip])


def sides(path: np.ndarray, half: float) -> tuple[np.ndarray, np.ndarray]:
    """The lines [corner 3] that run beside a way with right angles, at either side."""
    along = np.diff(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.stack([-along[:, 1], along[:, 0], 0 * along[:, 0]], axis=1)
    shift = np.concatenate([across[:1], across[:-1] + across[1:], across[-1:]])
    return path + half * shift, path - half * shift


def band(path: np.ndarray, half: float) -> np.ndarray:
    """The points of a band along a way, with a pointed end."""
    tip, last = path[-1], path[-1] - path[-2]
    shoulder = tip - min(half / float(np.linalg.norm(last)), 0.99) * last
    left, right = sides(np.concatenate([path[:-1], [shoulder]]), half)
    return closed(np.concatenate([left, [tip], right[::-1]]))


def equation(film: Film, symbol: str, place: tuple[float, float]) -> Typeset:
    """A symbol and an equals sign: its left end and the height of the sign are at a place."""
    name = film.typeset(f"{symbol} =", size=VALUE)
    sign = next(part for part in name if part.fill_color.to_hex().lower() == film.theme.text)
    shifted: Typeset = name.shift([place[0] - name.get_left()[0], place[1] - sign.get_y(), 0])
    return shifted


class Cell:
    """The unit whose numbers are told; `steps` are its parts by the step in which they are built.

    Args:
        film: where it stands.
        letters: the first and the last letter that it computes, from 1.

    `before` and `after` are the numbers of the cell state: that which comes in, and that which goes out.
    """

    def __init__(self, film: Film, letters: tuple[int, int]) -> None:
        self._film, self._unit, self._letters = film, int(film.trace.telling_unit), letters
        self.steps = {step: VGroup() for step in ("enter", "f", "i", "candidate", "c", "o")}
        for pipe in PIPES:
            self.steps[pipe.step].add(self._flow(pipe))
        for step, node in NODES.items():
            self.steps[step].add(self._node(*node))
        for name, x in GATES.items():
            self.steps[name].add(self._box("tanh" if name == "candidate" else "sigma", (x, BOXES), BOX, name))
        self.steps["o"].add(self._box("tanh", (TAP, 0.5), (1.1, 0.6)))
        self.steps["enter"].add_to_back(*self._plan())
        values = {symbol: self._value(symbol, *value) for symbol, value in VALUES.items()}
        self.before, self.after = values["activation(c_(t-1))"], values[SYMBOLS["c"]]
        self._hand_on(self.before.place, self.after.place)
        for product in PRODUCTS.items():
            self._product(*product)
        inputs = film.typeset("[activation(h_(t-1)), data(x_t)]").move_to([BEGIN, INPUTS + 0.5, 0], LEFT)
        self.steps["enter"].add(inputs, equation(film, "data(x_t)", (BEGIN, INPUTS)))

    @property
    def drawn(self) -> VGroup:
        """All of it."""
        return VGroup(*self.steps.values())

    def _hand_on(self, home: np.ndarray, right: np.ndarray) -> None:
        """Along "hand" the cell state comes back from the right (1) to the left (0).

        There it passes above its name, below the letters.
        """

        def at(away: float) -> None:
            above = LIFTED * np.interp(away, [SUNK, PASSED, RISEN, 1], [0, 1, 1, 0]) * UP
            self.before.anchored_at(home + min(away / RISEN, 1) * (right - home) + above)

        follow(self.before, "hand", at=at)

    def _refs(self, name: str) -> Any:
        return getattr(self._film.refs, name)[:, self._unit]

    def _flow(self, pipe: Pipe) -> Flow:
        shares = values_of(self._refs(pipe.gate)) if pipe.gate else np.ones(self._film.trace.params.length)
        return follow(Flow(pipe, shares, getattr(self._film.theme, pipe.role)), "time", "flow")

    def _plan(self) -> list[VMobject]:
        """The walls of all pipes, and where operations and gates will stand."""
        ways = [(np.array([(*at, 0) for at in pipe.corners]), pipe.full) for pipe in PIPES if pipe.full > THIN]
        walls = [Line(side, self._film.theme.faint, 2) for way, full in ways for side in sides(way, full / 2)]
        drawn = [part for step in self.steps.values() for part in step.get_family()]
        places = [part.copy() for part in drawn if isinstance(part, Circle | RoundedRectangle)]
        for place in places:
            place.set_stroke(self._film.theme.faint, 2).set_stroke(width=0, background=True)
        return [*walls, *places]

    def _value(self, symbol: str, step: str, name: str, told: float, place: tuple[float, float]) -> Number:
        """The number of a symbol at the latest letter; open until the computation has come so far."""
        written = [short(self._film, ref) for ref in self._refs(name)]
        if "t-1" in symbol:  # before the first letter there is none; that letter is not computed here
            written = [written[0], *written[:-1]]
        named, open_ = equation(self._film, symbol, place), self._film.words.number(np.nan)
        number = self._film.number(colour=getattr(self._film.theme, ROLES[name]), size=VALUE)
        number.centred_at(np.array([named.get_right()[0] + 0.13, place[1] + RAISED, 0]))

        def at(time: float, flow: float) -> None:
            number.write(written[max(round(time), 1) - 1] if flow >= told else open_)

        self.steps[step].add(follow(VGroup(named, number), "time", "flow", at=at))
        return number

    def _product(self, step: str, factors: tuple[str, str, int, float, tuple[float, float]]) -> None:
        """What a gate multiplies, letter by letter, where it flows on; seen once the gate has been passed."""
        (gate, other, before, told, place), (first, last) = factors, self._letters
        written = VGroup()
        for k in range(first - 1, last):
            pair = self._refs(gate)[k], self._refs(other)[k - before]
            numbers = dict(zip(("gate", "other"), (quoted(short(self._film, ref)) for ref in pair), strict=True))
            second = "({other})" if pair[1].value < 0 else "{other}"
            markup = f"{ROLES[gate]}({{gate}}) dot {ROLES[other]}({second})"
            written.add(self._film.typeset(markup, size=28, **numbers).move_to([*place, 0]))

        def at(time: float, flow: float) -> None:
            for letter, one in enumerate(written, start=first):
                one.set_opacity(float(letter == round(time) and flow >= told))

        self.steps[step].add(follow(written, "time", "flow", at=at))

    def _node(self, sign: str, place: tuple[float, float]) -> VGroup:
        circle = Circle(NODE, self._film.theme.text, stroke_width=3).move_to([*place, 0])
        return VGroup(with_halo(circle, self._film.theme), self._film.typeset(sign, size=36).move_to(circle))

    def _box(self, function: str, centre: tuple[float, float], size: tuple[float, float], name: str = "") -> VGroup:
        """A function in a frame, below the name of its gate."""
        film, middle = self._film, np.array([*centre, 0])
        colour = getattr(film.theme, ROLES[name or "c"])
        frame = RoundedRectangle(0.12, width=size[0], height=size[1], color=colour, stroke_width=4).move_to(middle)
        with_halo(frame, film.theme)  # it covers the plan's
        if not name:
            return VGroup(frame, film.typeset(function, size=26).move_to(middle))
        word = film.say(f"name_{name}", size=SMALL)
        return VGroup(frame, VGroup(word, film.typeset(function)).arrange(DOWN, buff=0.14).move_to(middle))


def short(film: Film, ref: Ref) -> NumberText:
    """A number of three digits, three decimals at most."""
    return film.words.number(ref, decimals=3, tidy=abs(ref.value) < SMALL_NUMBER)


def quoted(number: NumberText) -> NumberText:
    """The same number as Typst's markup."""
    return NumberText(f'"{number}"', number.ref, number)


EDGE = 0.04  # width of a strip's frame
STRIP, PITCH, TOP = 1.3, 1.55, 2.02  # of the strips: height, from one to the next, upper edge of the first
GROWN, BAR = 4.4, -2.85  # height of a strip that is alone; height at which the colour bars stand
SATURATION = 3.0  # beyond it tanh c is within 0.005 of ±1: the cell's colours go no further


class Strip(Group):
    """All units over time as colours: a row for each, a column for each letter, with its name at the left.

    `at(time)`: so many columns are shown; the last one may be partial, and fills from above. At the right there is the
    latest number of the telling unit, its last part.

    Args:
        film: where it stands.
        name: of the quantity.
        row: how many strips stand above it.
        height: of the colours.
    """

    def __init__(self, film: Film, name: str, row: int = 0, height: float = STRIP) -> None:
        self._unit, self._rows = int(film.trace.telling_unit), getattr(film.trace, name).T
        colour, middle = (
            getattr(film.theme, ROLES[name]),
            np.array([START + WIDTH / 2, TOP - row * PITCH - height / 2, 0]),
        )
        self.map = HeatMap(self._rows, height, *scale(film, name)).stretch_to_fit_width(WIDTH).move_to(middle)
        # the frame is outside the image, where its colour is seen
        self.frame = Rectangle(colour, height + EDGE, WIDTH + EDGE, stroke_width=100 * EDGE).move_to(middle)
        words = VGroup(film.say(f"name_{name}", size=SMALL), film.typeset(SYMBOLS[name], size=36))
        words.arrange(DOWN, buff=0.15).move_to([(START - 7.11) / 2, middle[1], 0])
        end = self.map.get_corner(UR) + (self._unit + 0.5) * height / len(self._rows) * DOWN
        arrow = Dots(end[None] + 0.16 * RIGHT, film.theme.text, 0.1, corners=3).rotate(np.pi / 2)
        self._number = film.number(colour=colour).centred_at(end + 0.34 * RIGHT)
        refs = getattr(film.refs, name)[:, self._unit]
        self._written = [film.words.number(np.nan), *(short(film, ref) for ref in refs)]
        super().__init__(self.map, self.frame, words, arrow, self._number)

    def at(self, time: float) -> None:
        """Show so many columns."""
        units, shown = len(self._rows), round(time * len(self._rows))
        order = np.arange(self._rows.size).reshape(self._rows.T.shape).T
        self.map.paint(np.where(order < shown, self._rows, np.nan))
        self._number.write(self._written[(shown + units - 1 - self._unit) // units])


def scale(film: Film, name: str) -> Scale:
    """The colours of a quantity: gates lie between 0 and 1, the cell state on both sides of 0."""
    reach = min(float(np.abs(film.trace.c).max()), SATURATION)
    return Scale(film.theme.signed, -reach, reach) if name == "c" else Scale(film.theme.sizes)


def colour_bar(film: Film, name: str) -> Group:
    """What the colours stand for, below the strips; where the cell state goes further, it says so."""
    colours = scale(film, name)
    clipped = float(np.abs(getattr(film.trace, name)).max()) > colours.high
    bar = ColourBar(colours, 4, film.theme, film.words, clipped=clipped)
    if name == "c":
        row = Group(film.typeset(SYMBOLS[name]), bar).arrange(RIGHT, buff=0.3)
    else:
        row = Group(bar, *(film.say(key, size=SMALL, colour=film.theme.faint) for key in ("closed", "open")))
        for word, side in zip(row[1:], (LEFT, RIGHT), strict=True):
            word.next_to(bar, side, buff=0.3).shift(descent(word) * DOWN)
    return row.move_to([START + WIDTH / 2, BAR, 0])


DECAY, BETWEEN = Slot(START, -2.7, WIDTH, 2.6), 0.36  # below a strip; height of the colour bar between them


def decay(film: Film, panel: BandPanel, products: np.ndarray, unit: int, axis: str, role: str) -> VGroup:
    """Products [time unit] along an axis, from the end back, each unit thin and one thick; bad ones are dashed."""
    paths, colour = panel.places(products.T)[:, ::-1], getattr(film.theme, role)  # [unit time 3]
    thick = Dashes(paths[unit], colour, 6) if role == "bad" else Line(paths[unit], colour, 6)
    lines = Lines(paths, colour, 2, 0.8), with_halo(thick, film.theme)
    return VGroup(*(follow(line, axis) for line in lines))


def cursor(film: Film, panel: BandPanel, strip: Strip) -> Rectangle:
    """A frame that goes back over the columns of a strip, along "back"."""
    frame = Rectangle(film.theme.text, strip.frame.height + 0.1, WIDTH / panel.bands, stroke_width=3)
    x, frame = panel.x[::-1], with_halo(frame.match_y(strip.frame), film.theme)
    passing: Rectangle = film.passing(follow(frame, "back", at=lambda steps: frame.set_x(x[int(steps)])))
    return passing


def legend(film: Film, biases: tuple[Ref, Ref]) -> VGroup:
    """Which forget bias each kind of line stands for."""
    samples = (
        Segments(np.zeros((1, 3)), 0.8 * RIGHT[None], film.theme.good, 6, 1),
        dashed(np.zeros(3), 0.8 * RIGHT, film.theme.bad, 6),
    )
    names = (film.say("bias", size=SMALL, bias=bias) for bias in biases)
    rows = (VGroup(sample, name).arrange(RIGHT, buff=0.25) for sample, name in zip(samples, names, strict=True))
    return VGroup(*rows).arrange(DOWN, aligned_edge=LEFT, buff=0.2)


LOSS, ACCURACY = Slot(-6.0, -2.1, 5.4, 3.6), Slot(0.9, -2.1, 5.4, 3.6)


class Training:
    """Loss and accuracy of a run and of its twin; `drawn` has the run's curves, `twin` are the other one's."""

    def __init__(self, film: Film, twin: Any) -> None:
        self.drawn, self.twin, run = VGroup(), [], film.trace
        steps, theme = np.arange(len(run.loss)), film.theme
        for slot, name, role, least in ((LOSS, "loss", "loss", 0.0), (ACCURACY, "accuracy", "text", 1.0)):
            ours, theirs = (getattr(one, name) for one in (run, twin))
            above = film.say(f"name_{name}", size=SMALL, colour=getattr(theme, role))
            panel = Panel(film, slot, steps, [0, 1.05 * max(least, ours.max(), theirs.max())], "name_step", above)
            self.drawn.add(panel.drawn, panel.line(steps, ours, "good"))
            self.twin.append(panel.line(steps, theirs, "bad", dashed=True))
