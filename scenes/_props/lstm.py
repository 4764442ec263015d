"""What only the film of the LSTM draws: the plan of its cell, its strips and their colours, products, training."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, Group, Rectangle, VGroup

from scenes._marks.band_panel import BandPanel
from scenes._marks.cells import ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.halo import with_halo
from scenes._marks.letter_row import START, WIDTH
from scenes._marks.line import Dashes, Line, Lines, Segments, dashed
from scenes._marks.panel import Panel
from scenes._marks.recurrent_cell import (
    BOX,
    FULL,
    RAISED,
    REACH,
    THIN,
    Box,
    Cell,
    Node,
    Pipe,
    Plan,
    Product,
    Value,
    equation,
)
from scenes._marks.typeset import descent
from scenes._marks.unit_strip import UnitStrip
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref

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

CELL, GATED, SHOWN, BOXES, INPUTS = 1.3, -0.3, -0.8, -2.05, -2.85  # heights of what the cell is made of
GATES = {"f": -4.2, "i": -2.3, "candidate": -0.3, "o": 2.3}  # where they stand, from left to right
TAP, BEGIN, END = 4.3, -6.75, 6.75  # where the cell state is read; the ends of the pipes
LETTER = np.array([BEGIN + 1.1, INPUTS + RAISED, 0])  # where the letter comes in
LAST = 8  # places along "flow": 0 the letter has come, 8 the hidden state goes out
BEFORE, AFTER = "activation(c_(t-1))", SYMBOLS["c"]

X, ABOVE = GATES, BOXES + BOX[1] / 2  # upper edge of the boxes
MIDDLE = X["candidate"]  # where what is kept and what is written meet
PLAN = Plan(
    steps=("enter", "f", "i", "candidate", "c", "o"),
    pipes=(
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
    ),
    nodes=(
        Node("f", "times", (X["f"], CELL)),
        Node("candidate", "times", (MIDDLE, GATED)),
        Node("c", "+", (MIDDLE, CELL)),
        Node("o", "times", (TAP, SHOWN)),
    ),
    boxes=(
        *(Box(name, ROLES[name], "sigma", (X[name], BOXES), name=f"name_{name}") for name in "fi"),
        Box("candidate", "data", "tanh", (MIDDLE, BOXES), name="name_candidate"),
        Box("o", "validation", "sigma", (X["o"], BOXES), name="name_o"),
        Box("o", "activation", "tanh", (TAP, 0.5), (1.1, 0.6)),
    ),
    values=(
        Value("enter", "activation", BEFORE, "c", -np.inf, (BEGIN, 1.92), before=1),
        Value("f", "good", SYMBOLS["f"], "f", 2, (-6.4, -0.3)),
        Value("i", "data", SYMBOLS["i"], "i", 4, (-2.15, 0.25)),
        Value("candidate", "data", SYMBOLS["candidate"], "candidate", 4.6, (0.1, -1.0)),
        Value("c", "activation", AFTER, "c", 6, (3.0, 1.92)),
        Value("o", "validation", SYMBOLS["o"], "o", 7, (2.1, -0.27)),
        Value("o", "activation", SYMBOLS["h"], "h", LAST, (4.8, -1.35)),
    ),
    products=(
        Product("f", ("good", "activation"), ("f", "c"), 3, (-2.25, 1.92), before=1),
        Product("candidate", ("data", "data"), ("i", "candidate"), 5, (1.5, 0.5)),
    ),
)


def cell(film: Film, letters: tuple[int, int]) -> Cell:
    """The cell of the telling unit, from the first to the last of some letters; its state comes back along "hand"."""
    trace, unit = film.trace, int(film.trace.telling_unit)
    drawn = Cell(film, PLAN, unit, letters, {gate: getattr(trace, gate)[:, unit] for gate in "fio"})
    drawn.hand_on(AFTER, BEFORE)
    inputs = film.typeset("[activation(h_(t-1)), data(x_t)]").move_to([BEGIN, INPUTS + 0.5, 0], LEFT)
    drawn.steps["enter"].add(inputs, equation(film, "data(x_t)", (BEGIN, INPUTS)))
    return drawn


STRIP, PITCH, TOP = 1.3, 1.55, 2.02  # of the strips: height, from one to the next, upper edge of the first
GROWN, BAR = 4.4, -2.85  # height of a strip that is alone; height at which the colour bars stand
SATURATION = 3.0  # beyond it tanh c is within 0.005 of ±1: the cell's colours go no further


def strip(film: Film, name: str, row: int = 0, height: float = STRIP) -> UnitStrip:
    """A quantity's colours over time, below so many other strips."""
    slot = Slot(START, TOP - row * PITCH - height, WIDTH, height)
    return UnitStrip(film, name, SYMBOLS[name], ROLES[name], scale(film, name), slot, int(film.trace.telling_unit))


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


def cursor(film: Film, panel: BandPanel, strip: UnitStrip) -> Rectangle:
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
