"""What only the film of the LSTM draws: the plan of its cell, its strips and their colours."""

import numpy as np

from scenes._marks.colour_scale import Scale
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
from scenes._marks.unit_strip import STRIP, UnitStrip, stacked
from scenes._stage.film import Film

ROLES = {"f": "good", "i": "data", "candidate": "activation", "c": "activation", "o": "text", "h": "activation"}
SYMBOLS = {name: f"{role}({name}_t)" for name, role in ROLES.items()} | {"candidate": "activation(tilde(c)_t)"}
INPUTS = "[activation(h_(t-1)), data(x_t)]"
FORMULAS = {
    "f": f"good(f_t) = sigma(weight(W_f) {INPUTS} + weight(b_f))",
    "i": f"data(i_t) = sigma(weight(W_i) {INPUTS} + weight(b_i))",
    "candidate": f"activation(tilde(c)_t) = tanh(weight(W_c) {INPUTS} + weight(b_c))",
    "c": "activation(c_t) = good(f_t) activation(c_(t-1)) + data(i_t) activation(tilde(c)_t)",
    "o": "activation(h_t) = o_t tanh activation(c_t)",
    "product": "scripts(product)_(k=t+1)^T good(f_k)",
}

CELL, GATED, SHOWN, BOXES, LETTERS = 1.3, -0.3, -0.8, -2.05, -2.85  # heights of what the cell is made of
GATES = {"f": -4.1, "i": -2.3, "candidate": -0.3, "o": 2.3}  # where they stand, from left to right
TAP, BEGIN, END = 4.3, -6.75, 6.75  # where the cell state is read; the ends of the pipes
LETTER = np.array([BEGIN + 1.1, LETTERS + RAISED, 0])  # where the letter comes in
LAST = 8  # places along "flow": 0 the letter has come, 8 the hidden state goes out
BEFORE, AFTER = "activation(c_(t-1))", SYMBOLS["c"]
SHOWN_BEFORE, JOINED = "activation(h_(t-1))", -5.35  # what was shown last; where it joins the letter

X, ABOVE = GATES, BOXES + BOX[1] / 2  # upper edge of the boxes
MIDDLE = X["candidate"]  # where what is kept and what is written meet
PLAN = Plan(
    steps=("enter", "f", "i", "candidate", "c", "o"),
    pipes=(
        Pipe("enter", "activation", 0, 0.6, ((BEGIN, CELL), (X["f"] - REACH, CELL))),
        Pipe("enter", "activation", 0, 0.3, ((JOINED, -1.5), (JOINED, LETTERS + THIN / 2)), full=THIN),
        Pipe("enter", "data", 0.3, 1, ((JOINED, LETTERS), (X["o"], LETTERS)), full=THIN),
        *(
            Pipe(name, "data", start, start + 0.2, ((X[name], LETTERS), (X[name], BOXES - BOX[1] / 2)), full=THIN)
            for name, start in (("f", 1), ("i", 3), ("candidate", 4), ("o", 6))
        ),
        Pipe("f", "good", 1.2, 2, ((X["f"], ABOVE), (X["f"], CELL - REACH)), "f"),
        Pipe("f", "activation", 2, 3, ((X["f"] + REACH, CELL), (MIDDLE - REACH, CELL)), "f"),
        Pipe("i", "data", 3.2, 4, ((X["i"], ABOVE), (X["i"], GATED), (MIDDLE - REACH, GATED)), "i"),
        Pipe("candidate", "activation", 4.2, 4.6, ((MIDDLE, ABOVE), (MIDDLE, GATED - REACH))),
        Pipe("candidate", "activation", 4.6, 5, ((MIDDLE, GATED + REACH), (MIDDLE, CELL - REACH)), "i"),
        Pipe("c", "activation", 5, 6, ((MIDDLE + REACH, CELL), (END, CELL))),
        Pipe("o", "activation", 6, 6.2, ((TAP, CELL - FULL / 2), (TAP, 0.8))),
        Pipe("o", "activation", 6.2, 6.5, ((TAP, 0.2), (TAP, SHOWN + REACH))),
        Pipe("o", "text", 6.2, 7, ((X["o"], ABOVE), (X["o"], SHOWN), (TAP - REACH, SHOWN)), "o"),
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
        Box("candidate", "activation", "tanh", (MIDDLE, BOXES), name="name_candidate"),
        Box("o", "text", "sigma", (X["o"], BOXES), name="name_o"),
        Box("o", "activation", "tanh", (TAP, 0.5), (1.1, 0.6)),
    ),
    values=(
        Value("enter", "activation", BEFORE, "c", -np.inf, (BEGIN, 1.92), before=1),
        Value("enter", "activation", SHOWN_BEFORE, "h", -np.inf, (BEGIN, -1.2), before=1),
        Value("f", "good", SYMBOLS["f"], "f", 2, (-6.4, -0.3)),
        Value("i", "data", SYMBOLS["i"], "i", 4, (-2.15, 0.25)),
        Value("candidate", "activation", SYMBOLS["candidate"], "candidate", 4.6, (0.1, -1.0)),
        Value("c", "activation", AFTER, "c", 6, (3.0, 1.92)),
        Value("o", "text", SYMBOLS["o"], "o", 7, (2.1, -0.27)),
        Value("o", "activation", SYMBOLS["h"], "h", LAST, (4.8, -1.35)),
    ),
    products=(
        Product("f", ("good", "activation"), ("f", "c"), 3, (-2.25, 1.92), before=1),
        Product("candidate", ("data", "activation"), ("i", "candidate"), 5, (1.5, 0.5)),
    ),
)


def cell(film: Film, letters: tuple[int, int]) -> Cell:
    """The cell of the telling unit, from the first to the last of some letters; its states come back along "hand"."""
    trace, unit = film.trace, int(film.trace.telling_unit)
    drawn = Cell(film, PLAN, unit, letters, {gate: getattr(trace, gate)[:, unit] for gate in "fio"})
    drawn.hand_on(AFTER, BEFORE)
    drawn.hand_on(SYMBOLS["h"], SHOWN_BEFORE)
    drawn.steps["enter"].add(equation(film, "data(x_t)", (BEGIN, LETTERS)))
    return drawn


SATURATION = 3.0  # beyond it tanh c is within 0.005 of ±1: the cell's colours go no further


def strip(film: Film, name: str, row: int = 0, height: float = STRIP) -> UnitStrip:
    """A quantity's colours over time, below so many other strips."""
    slot, unit = stacked(row, height), int(film.trace.telling_unit)
    return UnitStrip(film, name, SYMBOLS[name], ROLES[name], scale(film, name), slot, unit)


def scale(film: Film, name: str) -> Scale:
    """The colours of a quantity: gates lie between 0 and 1, the cell state on both sides of 0."""
    reach = min(float(np.abs(film.trace.c).max()), SATURATION)
    return Scale(film.theme.signed, -reach, reach) if name == "c" else Scale(film.theme.sizes)
