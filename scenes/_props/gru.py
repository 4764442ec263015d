"""What only the film of the GRU draws: the plan of its cell, its strips, the terms of a candidate in two forms."""

import numpy as np
from manim import DOWN, ORIGIN, UP, VGroup, VMobject

from scenes._marks.backward_product import DECAY
from scenes._marks.band_panel import BandPanel
from scenes._marks.bars import OUTLINE
from scenes._marks.colour_scale import Scale
from scenes._marks.halo import with_halo
from scenes._marks.letter_row import START, WIDTH
from scenes._marks.line import Line, closed
from scenes._marks.panel import Panel
from scenes._marks.recurrent_cell import (
    BOX,
    FULL,
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
    quoted,
    short,
)
from scenes._marks.unit_strip import STRIP, UnitStrip, stacked
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot

ROLES = {
    "z": "data", "kept": "good", "r": "validation", "candidate": "data", "h": "activation",
}  # fmt: skip
SYMBOLS = {
    "z": "data(z_t)", "kept": "good(1 - z_t)", "r": "validation(r_t)", "candidate": "data(tilde(h)_t)",
    "h": "activation(h_t)",
}  # fmt: skip
INPUTS = "[activation(h_(t-1)), data(x_t)]"
FORMULAS = {
    "r": f"validation(r_t) = sigma(W_r {INPUTS} + b_r)",
    "candidate": "data(tilde(h)_t) = tanh(W [validation(r_t) activation(h_(t-1)), data(x_t)] + b)",
    "z": f"data(z_t) = sigma(W_z {INPUTS} + b_z)",
    "h": "activation(h_t) = good((1 - z_t)) activation(h_(t-1)) + data(z_t) data(tilde(h)_t)",
    "product": "scripts(product)_(k=t+1)^T good((1 - z_k))",
}
FORMS = {"h": "W [validation(r) activation(h)]", "h_after": "validation(r) [W activation(h)]"}

CELL, SPLIT, BOXES, STATE, LETTERS = 1.3, 0.15, -1.1, -2.42, -3.0  # heights of what the cell is made of
X = {"tap": -6.2, "kept": -4.4, "z": -2.5, "r": 0.6, "candidate": 4.1}  # where it stands, from left to right
BEGIN, END, ABOVE, BELOW = -6.75, 6.75, BOXES + BOX[1] / 2, BOXES - BOX[1] / 2  # ends of pipes; edges of boxes
LETTER = np.array([BEGIN + 1.1, LETTERS + 0.02, 0])  # where the letter comes in
LAST = 7  # places along "flow": 0 the letter has come, 7 the hidden state goes out
BEFORE, AFTER = "activation(h_(t-1))", SYMBOLS["h"]
UNDER, OVER = (
    STATE - FULL / 2 - 0.05,
    STATE + FULL / 2 + 0.05,
)  # where the letter joins the state, and both go on to a gate
SIDE, BESIDE = X["r"] - BOX[0] / 2, X["candidate"] + 0.55  # left edge of the reset gate; beside what the candidate sees
PLAN = Plan(
    steps=("enter", "r", "candidate", "z", "h"),
    pipes=(
        Pipe("enter", "activation", 0, 0.6, ((BEGIN, CELL), (X["kept"] - REACH, CELL))),
        Pipe("enter", "activation", 0.2, 1, ((X["tap"], CELL - FULL / 2), (X["tap"], STATE), (X["r"] - REACH, STATE))),
        Pipe("enter", "data", 0.3, 1, ((-5.35, LETTERS), (BESIDE, LETTERS)), full=THIN),
        Pipe("r", "data", 1, 1.1, ((SIDE - 0.4, LETTERS), (SIDE - 0.4, UNDER)), full=THIN),
        Pipe("r", "data", 1.1, 1.3, ((SIDE - 0.4, OVER), (SIDE - 0.4, BOXES), (SIDE, BOXES)), full=THIN),
        Pipe("r", "validation", 1.3, 2, ((X["r"], BELOW), (X["r"], STATE + REACH)), "r"),
        Pipe("r", "activation", 2, 3, ((X["r"] + REACH, STATE), (X["candidate"], STATE), (X["candidate"], BELOW)), "r"),
        Pipe("candidate", "data", 3, 3.3, ((BESIDE, LETTERS), (BESIDE, BELOW)), full=THIN),
        Pipe("candidate", "data", 3.5, 4, ((X["candidate"], ABOVE + 0.04), (X["candidate"], SPLIT - REACH))),
        Pipe("z", "data", 4, 4.1, ((X["z"], LETTERS), (X["z"], UNDER)), full=THIN),
        Pipe("z", "data", 4.1, 4.3, ((X["z"], OVER), (X["z"], BELOW)), full=THIN),
        Pipe(
            "z", "good", 4.3, 5,
            ((X["z"], ABOVE), (X["z"], SPLIT), (X["kept"], SPLIT), (X["kept"], CELL - REACH)), "kept", side=1,
        ),
        Pipe("z", "data", 4.3, 5, ((X["z"], ABOVE), (X["z"], SPLIT), (X["candidate"] - REACH, SPLIT)), "z", side=-1),
        Pipe("z", "activation", 5, 6, ((X["kept"] + REACH, CELL), (X["candidate"] - REACH, CELL)), "kept", side=1),
        Pipe("z", "data", 5, 6, ((X["candidate"], SPLIT + REACH), (X["candidate"], CELL - REACH)), "z"),
        Pipe("h", "activation", 6, LAST, ((X["candidate"] + REACH, CELL), (END, CELL)), "kept", side=1),
        Pipe("h", "data", 6, LAST, ((X["candidate"] + REACH, CELL), (END, CELL)), "z", side=-1),
    ),
    nodes=(
        Node("r", "times", (X["r"], STATE)),
        Node("z", "times", (X["kept"], CELL)),
        Node("z", "times", (X["candidate"], SPLIT)),
        Node("h", "+", (X["candidate"], CELL)),
    ),
    boxes=(
        *(Box(name, ROLES[name], "sigma", (X[name], BOXES), name=f"name_{name}") for name in "rz"),
        Box("candidate", "data", "tanh", (X["candidate"], BOXES), name="name_candidate"),
    ),
    values=(
        Value("enter", "activation", BEFORE, "h", -np.inf, (BEGIN, 1.92), before=1),
        Value("r", "validation", SYMBOLS["r"], "r", 2, (X["r"] + 0.95, BOXES)),
        Value("candidate", "data", SYMBOLS["candidate"], "candidate", 4, (X["candidate"] + 0.4, -0.38)),
        Value("z", "good", SYMBOLS["kept"], "kept", 5, (-5.8, -0.42)),
        Value("z", "data", SYMBOLS["z"], "z", 5, (-2.1, -0.42)),
        Value("h", "activation", AFTER, "h", LAST, (X["candidate"] + 0.4, 1.92)),
    ),
    products=(
        Product("r", ("validation", "activation"), ("r", "h"), 3, (2.35, STATE + 0.5), before=1),
        Product("z", ("good", "activation"), ("kept", "h"), 6, (-0.6, 1.92), before=1),
        Product("z", ("data", "data"), ("z", "candidate"), 6, (X["candidate"] + 1.55, 0.62)),
    ),
)  # fmt: skip


def cell(film: Film, letters: tuple[int, int]) -> Cell:
    """The cell of the shown unit, from the first to the last of some letters; its state comes back along "hand"."""
    trace, unit = film.trace, int(film.trace.shown_unit)
    drawn = Cell(film, PLAN, unit, letters, {gate: getattr(trace, gate)[:, unit] for gate in ("z", "kept", "r")})
    drawn.hand_on(AFTER, BEFORE)
    drawn.steps["enter"].add(equation(film, "data(x_t)", (BEGIN, LETTERS)))
    return drawn


def strip(film: Film, name: str, unit: int, height: float = STRIP) -> UnitStrip:
    """A quantity's colours over time, below the letters, with the number of a unit."""
    return UnitStrip(film, name, SYMBOLS[name], ROLES[name], scale(film, name), stacked(0, height), unit)


def decades(film: Film, *products: np.ndarray) -> BandPanel:
    """A logarithmic panel below a strip; smaller products stand at its foot, which says so."""
    every = np.concatenate(products)
    panel = BandPanel(DECAY, film.trace.params.length, np.maximum(every, FARTHEST), film.theme, film.words)
    if every.min() < 10.0**panel.scale.low:
        foot = panel.scale[1]
        foot.write(f"≤ {foot.text}")
    return panel


def scale(film: Film, name: str) -> Scale:
    """The colours of a quantity: gates lie between 0 and 1, states between -1 and 1."""
    return Scale(film.theme.signed, -1, 1) if name.startswith("h") else Scale(film.theme.sizes)


FARTHEST = 1e-4  # products that are smaller by more than a decade are told apart no more

TERM, GAUGE = 1.35, 0.8  # height of the largest term; of an open reset gate
ZERO, FOOT = 0.3, -1.85  # where terms begin, upwards and downwards; the foot of the gauges


class Terms(VGroup):
    """What each unit's old state adds to the candidate of one of them, and below it the reset gate that dims it.

    `at(dimmed)`: terms as W h gives them and gates wide open at 0; at 1 both are as they are, and leave outlines.

    Args:
        film: where it stands.
        gates: the reset gate that each term is multiplied by [from].
        time: of the candidate, from 0.
        left: where they begin.
        width: of all of them.
    """

    def __init__(self, film: Film, gates: np.ndarray, time: int, left: float, width: float) -> None:
        theme, pull = film.theme, film.trace.pull[time, int(film.trace.shown_unit)]
        self._gates, self._terms, pitch = gates, TERM * pull / np.abs(film.trace.pull[time]).max(), width / len(gates)
        self._x, self._thickness = left + pitch * (np.arange(len(gates)) + 0.5), 0.62 * pitch
        self._bars, self._open = (
            with_halo(VMobject(fill_color=colour, fill_opacity=1, stroke_width=0), theme)
            for colour in (theme.activation, theme.validation)
        )
        terms, gauges = (VMobject(stroke_color=theme.faint, stroke_width=2) for _ in range(2))
        terms.points, gauges.points = self._columns(ZERO, self._terms), self._columns(FOOT, np.full(len(gates), GAUGE))
        ends = np.array([[left, ZERO, 0], [left + width, ZERO, 0]])
        super().__init__(terms, gauges, self._bars, self._open, with_halo(Line(ends, theme.text, 2), theme))

    def at(self, dimmed: float) -> None:
        """Show terms that are dimmed by so much of what the gates take away."""
        self._bars.points = self._columns(ZERO, self._terms * (1 - dimmed * (1 - self._gates)))
        self._open.points = self._columns(FOOT, GAUGE * (1 - dimmed * (1 - self._gates)))

    def _columns(self, foot: float, heights: np.ndarray) -> np.ndarray:
        corners = OUTLINE * np.stack([0 * heights + self._thickness, heights, 0 * heights], axis=-1)[:, None]
        return closed(corners + np.stack([self._x, 0 * heights + foot, 0 * heights], axis=-1)[:, None])


def form(film: Film, name: str, left: float, time: int) -> tuple[VGroup, Terms, VGroup]:
    """A form of the candidate: its name and formula, its terms, its value."""
    trace, unit, middle = film.trace, int(film.trace.shown_unit), left + FORM / 2
    gates = trace.r[time] if name == "h" else np.full_like(trace.r[time], trace.r[time, unit])
    terms = follow(Terms(film, gates, time, left, FORM), "dimmed")
    called = film.say(f"head_{name}").move_to([middle, 0, 0]).align_to([0, NAMES, 0], UP)
    rule = film.typeset(f"data(tilde(h)) = tanh({FORMS[name]} + dots.c)", size=34).move_to([middle, RULES, 0])
    signs = VGroup(film.typeset("activation(W h)", size=28).move_to([left - 0.45, ZERO, 0]))
    signs.add(film.typeset("validation(r)", size=32).move_to([left - 0.45, FOOT + GAUGE / 2, 0]))
    quantity = "candidate" if name == "h" else "candidate_after"
    value = short(film, getattr(film.refs, quantity)[time, unit])
    result = film.typeset("data(tilde(h)) = data({value})", size=44, value=quoted(value)).move_to([middle, -2.5, 0])
    told = follow(VGroup(result), "dimmed", at=lambda dimmed: result.set_opacity(float(dimmed == 1)))
    return VGroup(called, rule, signs), terms, told


FORM, LEFTS = 5.2, (-6.0, 1.3)  # width of a form's terms; where they begin
NAMES, RULES = 2.75, 2.0  # upper edge of the names; middle of the formulas


HEIGHT, BAR, DISTANCE = 1.1, -1.0, Slot(START, -2.95, WIDTH, 1.25)  # of the strips of both forms; below them
RIGHT_OF = (START + WIDTH + END + 0.2) / 2  # the middle of what stands at the right of strips


def form_strip(film: Film, row: int) -> UnitStrip:
    """The states of a form over time, without the number of one of them."""
    name, symbol = list(FORMS.items())[row]
    slot, colours = stacked(row, HEIGHT), scale(film, name)
    drawn = UnitStrip(film, name, symbol, "activation", colours, slot, 0, label=f"form_{name}")
    drawn.remove(*drawn[-2:])
    return follow(drawn, "time")


def share(film: Film, row: int) -> VGroup:
    """The share of new sequences that a form recalls, at the right of its strip."""
    slot = stacked(row, HEIGHT)
    number = film.say("share", size=36, share=film.refs.share_recalled[row].percent)
    word = film.say("name_share", size=SMALL)
    return VGroup(number, word).arrange(DOWN, buff=0.15).move_to([RIGHT_OF, slot.foot + HEIGHT / 2, 0])


class Distance:
    """How far the states of both forms are apart: a panel, its line along "time", its last number."""

    def __init__(self, film: Film) -> None:
        values, refs, length = film.trace.distance, film.refs.distance, film.trace.params.length
        above = film.say("name_distance", size=SMALL, colour=film.theme.bad)
        self.panel = Panel(film, DISTANCE, [0, length], [0, np.ceil(values.max())], "", above, (0, 2))
        places = np.append(0, np.arange(length) + 0.5)
        self.line = self.panel.line(places, np.append(0, values), "bad", "time")
        self.number = film.number(refs[-1], film.theme.bad, size=36, anchor=ORIGIN)
        self.number.centred_at(np.array([RIGHT_OF, self.panel.at(length, values[-1])[1], 0]))
