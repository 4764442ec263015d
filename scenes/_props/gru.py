"""What only the film of the GRU draws: the plan of its cell, its strips, a candidate in two forms."""

import numpy as np
from manim import DOWN, ORIGIN, RIGHT, UP, Rectangle, VGroup, VMobject

from scenes._marks.backward_product import DECAY
from scenes._marks.band_panel import BandPanel
from scenes._marks.bars import OUTLINE
from scenes._marks.colour_scale import Scale
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, closed
from scenes._marks.number import Number, digit_height
from scenes._marks.recurrent_cell import (
    BOX,
    FULL,
    REACH,
    THIN,
    Box,
    Cell,
    Joint,
    Node,
    Pipe,
    Plan,
    Product,
    Value,
    equation,
    quoted,
)
from scenes._marks.typeset import descent
from scenes._marks.unit_strip import STRIP, UnitStrip, stacked
from scenes._stage.clock import between, follow, turn
from scenes._stage.film import SMALL, Film
from scenes._stage.refs import Ref
from scenes._stage.words import NumberText

ROLES = {"z": "data", "kept": "good", "r": "text", "candidate": "activation", "h": "activation"}
SYMBOLS = {
    "z": "data(z_t)", "kept": "good(1 - z_t)", "r": "r_t", "candidate": "activation(tilde(h)_t)",
    "h": "activation(h_t)",
}  # fmt: skip
INPUTS = "[activation(h_(t-1)), data(x_t)]"
FORMULAS = {
    "r": f"r_t = sigma(weight(W_r) {INPUTS} + weight(b_r))",
    "candidate": "activation(tilde(h)_t) = tanh(weight(W) [r_t activation(h_(t-1)), data(x_t)] + weight(b))",
    "z": f"data(z_t) = sigma(weight(W_z) {INPUTS} + weight(b_z))",
    "h": "activation(h_t) = good((1 - z_t)) activation(h_(t-1)) + data(z_t) activation(tilde(h)_t)",
    "product": "scripts(product)_(k=t+1)^T good((1 - z_k))",
}
FORMS = {"h": "weight(W) [r_t activation(h_(t-1))]", "h_after": "r_t [weight(W) activation(h_(t-1))]"}

CELL, SPLIT, BOXES, STATE, LETTERS = 1.3, 0.15, -1.1, -2.42, -3.0  # heights of what the cell is made of
X = {"tap": -6.2, "kept": -4.4, "z": -2.5, "r": 0.6, "candidate": 4.1}  # where it stands, from left to right
BEGIN, END, ABOVE, BELOW = -6.75, 6.75, BOXES + BOX[1] / 2, BOXES - BOX[1] / 2  # ends of pipes; edges of boxes
LETTER = np.array([BEGIN + 1.1, LETTERS + 0.02, 0])  # where the letter comes in
WIDTHS = np.array([-4.4, -1.8, 0])  # where it says what widths mean
LAST = 7  # places along "flow": 0 the letter has come, 7 the hidden state goes out
BEFORE, AFTER = "activation(h_(t-1))", SYMBOLS["h"]
UNDER, OVER = (
    STATE - FULL / 2 - 0.05,
    STATE + FULL / 2 + 0.05,
)  # where the letter joins the state, and both go on to a gate
SIDE, BESIDE = X["r"] - BOX[0] / 2, X["candidate"] + 0.55  # left edge of the reset gate; beside what the candidate sees
TAPS = {"r": SIDE - 0.8, "z": X["z"] - 0.35}  # where gates branch off the old state
PLAN = Plan(
    steps=("enter", "r", "candidate", "z", "h"),
    pipes=(
        Pipe("enter", "activation", 0, 0.6, ((BEGIN, CELL), (X["kept"] - REACH, CELL))),
        Pipe("enter", "activation", 0.2, 1, ((X["tap"], CELL - FULL / 2), (X["tap"], STATE), (X["r"] - REACH, STATE))),
        Pipe("enter", "data", 0.3, 1, ((-5.35, LETTERS), (BESIDE, LETTERS)), full=THIN),
        Pipe("r", "activation", 1, 1.3, ((TAPS["r"], OVER), (TAPS["r"], BOXES + 0.2), (SIDE, BOXES + 0.2)), full=THIN),
        Pipe("r", "data", 1, 1.1, ((SIDE - 0.4, LETTERS), (SIDE - 0.4, UNDER)), full=THIN),
        Pipe("r", "data", 1.1, 1.3, ((SIDE - 0.4, OVER), (SIDE - 0.4, BOXES - 0.2), (SIDE, BOXES - 0.2)), full=THIN),
        Pipe("r", "text", 1.3, 2, ((X["r"], BELOW), (X["r"], STATE + REACH)), "r"),
        Pipe("r", "activation", 2, 3, ((X["r"] + REACH, STATE), (X["candidate"], STATE), (X["candidate"], BELOW)), "r"),
        Pipe("candidate", "data", 3, 3.3, ((BESIDE, LETTERS), (BESIDE, BELOW)), full=THIN),
        Pipe("candidate", "activation", 3.5, 4, ((X["candidate"], ABOVE + 0.04), (X["candidate"], SPLIT - REACH))),
        Pipe("z", "activation", 4, 4.3, ((TAPS["z"], OVER), (TAPS["z"], BELOW)), full=THIN),
        Pipe("z", "data", 4, 4.1, ((X["z"] + 0.35, LETTERS), (X["z"] + 0.35, UNDER)), full=THIN),
        Pipe("z", "data", 4.1, 4.3, ((X["z"] + 0.35, OVER), (X["z"] + 0.35, BELOW)), full=THIN),
        Pipe(
            "z", "good", 4.3, 5,
            ((X["z"], ABOVE), (X["z"], SPLIT), (X["kept"], SPLIT), (X["kept"], CELL - REACH)), "kept", side=1,
        ),
        Pipe(
            "z", "data", 4.3, 5, ((X["z"], ABOVE), (X["z"], SPLIT), (X["candidate"] - REACH, SPLIT)), "z",
            side=-1,
        ),
        Pipe("z", "activation", 5, 6, ((X["kept"] + REACH, CELL), (X["candidate"] - REACH, CELL)), "kept", side=1),
        Pipe("z", "activation", 5, 6, ((X["candidate"], SPLIT + REACH), (X["candidate"], CELL - REACH)), "z"),
        Pipe("h", "activation", 6, LAST, ((X["candidate"] + REACH, CELL), (END, CELL))),
    ),
    nodes=(
        Node("r", "times", (X["r"], STATE)),
        Node("z", "times", (X["kept"], CELL)),
        Node("z", "times", (X["candidate"], SPLIT)),
        Node("h", "+", (X["candidate"], CELL)),
    ),
    boxes=(
        *(Box(name, ROLES[name], "sigma", (X[name], BOXES), name=f"name_{name}") for name in "rz"),
        Box("candidate", "activation", "tanh", (X["candidate"], BOXES), name="name_candidate"),
    ),
    values=(
        Value("enter", "activation", BEFORE, "h", -np.inf, (BEGIN, 1.92), before=1),
        Value("r", "text", SYMBOLS["r"], "r", 1.3, (X["r"] + 0.95, BOXES)),
        Value("candidate", "activation", SYMBOLS["candidate"], "candidate", 4, (X["candidate"] + 0.4, -0.38)),
        Value("z", "good", SYMBOLS["kept"], "kept", 4.3, (-5.8, -0.42)),
        Value("z", "data", SYMBOLS["z"], "z", 4.3, (-2.1, -0.42)),
        Value("h", "activation", AFTER, "h", LAST, (X["candidate"] + 0.4, 1.92)),
    ),
    products=(
        Product("r", ("text", "activation"), ("r", "h"), 2, (2.35, STATE + 0.5), before=1),
        Product("z", ("good", "activation"), ("kept", "h"), 6, (-0.6, 1.92), before=1),
        Product("z", ("data", "activation"), ("z", "candidate"), 6, (X["candidate"] + 1.55, 0.62)),
    ),
    joints=tuple(
        Joint(gate, "activation", start, (TAPS[gate], STATE + FULL / 2)) for gate, start in (("r", 1), ("z", 4))
    ),
)  # fmt: skip


def cell(film: Film, letters: tuple[int, int]) -> Cell:
    """The cell of the telling unit, from the first to the last of some letters; its state comes back along "hand"."""
    trace, unit = film.trace, int(film.trace.telling_unit)
    shares = {gate: getattr(trace, gate)[:, unit] for gate in ("z", "kept", "r")}
    drawn = Cell(film, PLAN, unit, letters, shares, told)
    drawn.hand_on(AFTER, BEFORE)
    drawn.steps["enter"].add(equation(film, "data(x_t)", (BEGIN, LETTERS)))
    drawn.steps["r"].add(film.say("widths", size=SMALL).move_to(WIDTHS))
    return drawn


def told(film: Film, ref: Ref) -> NumberText:
    """A number of three digits; of one that is smaller than 0.001, five decimals at most."""
    return film.words.number(ref, decimals=5, tidy=abs(ref.value) < TINY)


def strip(film: Film, name: str, height: float = STRIP) -> UnitStrip:
    """A quantity's colours over time, below the letters, with the number of the telling unit."""
    slot, unit = stacked(0, height), int(film.trace.telling_unit)
    drawn = UnitStrip(film, name, SYMBOLS[name], ROLES[name], scale(film, name), slot, unit)
    middle = drawn.map.get_top()[1] - (unit + 0.5) * height / film.trace.params.hidden
    drawn[-1].enlarge(KEY).centred_at(np.array([drawn[-1].place[0], middle, 0]))
    return drawn


def decades(film: Film, *products: np.ndarray) -> BandPanel:
    """A logarithmic panel below a strip; smaller products stand at its foot, which says so."""
    every = np.concatenate(products)
    panel = BandPanel(film, DECAY, film.trace.params.length, np.maximum(every, FARTHEST))
    if every.min() < 10.0**panel.scale.low:
        foot = panel.scale[1]
        foot.write(f"≤ {foot.text}")
    for label in panel.scale[1:]:
        middle = label.place + digit_height(label.font_size) / 2 * UP
        label.set_fill(film.theme.text).enlarge(TICK).centred_at(middle)
    return panel


def scale(film: Film, name: str) -> Scale:
    """The colours of a quantity: gates lie between 0 and 1, states between -1 and 1."""
    return Scale(film.theme.signed, -1, 1) if name == "h" else Scale(film.theme.sizes)


def ends(film: Film, panel: BandPanel) -> Dots:
    """Dots that go back along the units' products, one after the other along "counted", to where "back" has come."""
    paths = panel.places(film.trace.kept_product.T)[:, ::-1]  # [unit time 3]
    dots = with_halo(Dots(paths[:0, 0], film.theme.gradient, 0.11), film.theme)

    def at(counted: float, back: float) -> None:
        unit, share = turn(counted)
        gone = [back] * unit + [min(share * (paths.shape[1] - 1), back)]
        ways = [between(path, steps) for path, steps in zip(paths, gone, strict=False)]
        dots.put(np.array(ways[: int(np.ceil(counted))]))

    return follow(dots, "counted", "back", at=at)


TICK, SIDES, KEY = 34, 28, 34  # font sizes: of the powers of ten, of what stands beside, of a number that is the point
TINY = 1e-3  # a number below it loses the zeros at its end
FARTHEST = 1e-4  # products that are smaller by more than a decade are told apart no more

FORM, LEFTS, ASIDE = 4.7, (-5.05, 2.05), 0.9  # width of a form's terms; where they begin; to a symbol's middle
NAMES, RULES, WORDS, GAUGES = 2.78, 2.08, -0.72, -1.0  # heights of a form's name, rule, and words; top of its gauges
TERMS, GAUGE, TOLD, RESULTS, SHARES = (1.65, -0.4), 0.7, -1.95, -2.48, -3.02  # of its terms, numbers, and results
NARROW = 0.9  # room of a number of three decimals


class Terms(VGroup):
    """What each unit's old state adds to the candidate of one of them, dimmed by a reset gate.

    `at(grown)`: so many terms have grown to where their gates let them; outlines show what they are undimmed.

    Args:
        film: where it stands.
        gates: the reset gate that each term is multiplied by [from].
        time: of the candidate, from 0.
        left: where they begin.
    """

    def __init__(self, film: Film, gates: np.ndarray, time: int, left: float) -> None:
        theme, pull = film.theme, film.trace.pull[time, int(film.trace.telling_unit)]
        high, low = max(pull.max(), 0), min(pull.min(), 0)
        unit = (TERMS[0] - TERMS[1]) / (high - low)
        self._terms, self._gates, self._zero = unit * pull, gates, TERMS[1] - unit * low
        self.x = left + FORM * (np.arange(len(gates)) + 0.5) / len(gates)
        self._bars, whole = (VMobject(fill_color=theme.activation, stroke_width=0) for _ in range(2))
        whole.set_fill(opacity=0).set_stroke(theme.faint, 2).points = self._columns(self._zero, self._terms)
        with_halo(self._bars.set_fill(opacity=1), theme)
        edge = np.array([[left, self._zero, 0], [left + FORM, self._zero, 0]])
        open_, gauges = (VMobject(stroke_color=theme.faint, stroke_width=2) for _ in range(2))
        open_.points = self._columns(GAUGES - GAUGE, np.full(len(gates), GAUGE))
        gauges.set_fill(theme.text, 1).set_stroke(width=0).points = self._columns(GAUGES - GAUGE, GAUGE * gates)
        with_halo(gauges, theme)
        super().__init__(whole, open_, gauges, self._bars, with_halo(Line(edge, theme.text, 2), theme))

    def at(self, grown: float) -> None:
        """Show so many terms, dimmed, the last one perhaps on its way."""
        shown = np.clip(grown - np.arange(len(self._gates)), 0, 1)
        self._bars.points = self._columns(self._zero, self._terms * self._gates * shown)

    def _columns(self, foot: float, heights: np.ndarray) -> np.ndarray:
        thickness = 0.62 * FORM / len(heights)
        corners = OUTLINE * np.stack([0 * heights + thickness, heights, 0 * heights], axis=-1)[:, None]
        return closed(corners + np.stack([self.x, 0 * heights + foot, 0 * heights], axis=-1)[:, None])


class Form:
    """A form of the candidate at a letter: `drawn` its name, rule and gates, `terms` along an axis, `result`.

    Args:
        film: where it stands.
        name: of its states in the trace.
        left: where its terms begin.
        time: of the candidate, from 0.
    """

    def __init__(self, film: Film, name: str, left: float, time: int) -> None:
        unit, middle = int(film.trace.telling_unit), left + FORM / 2
        own = name == "h"
        gates = list(film.refs.r[time]) if own else [film.refs.r[time, unit]] * film.trace.params.hidden
        self.terms = follow(Terms(film, np.array([gate.value for gate in gates]), time, left), name)
        called = film.say(f"head_{name}").move_to([middle, 0, 0]).align_to([0, NAMES, 0], UP)
        rule = film.typeset(f"activation(tilde(h)_t) = tanh({FORMS[name]} + dots.c)", size=34)
        of = film.say(f"gates_{name}", size=SMALL, unit=film.refs.telling_unit.ordinal)
        signs = [film.typeset(sign, size=size) for sign, size in ((FORMS[name], SIDES), (SYMBOLS["r"], 32))]
        for sign, y in zip(signs, (sum(TERMS) / 2, GAUGES - GAUGE / 2), strict=True):
            sign.move_to([left - ASIDE, y, 0])
        self.drawn = VGroup(called, rule.move_to([middle, RULES, 0]), of.move_to([middle, WORDS, 0]), *signs)
        self.drawn.add(*(self._numbers(film, gates) if own else [self._number(film, gates[0], middle, KEY)]))
        value = told(film, getattr(film.refs, "candidate" if own else "candidate_after")[time, unit])
        self.result = film.typeset("activation(tilde(h)_t) = activation({value})", size=44, value=quoted(value))
        self.result.move_to([middle, RESULTS, 0])

    def _numbers(self, film: Film, gates: list[Ref]) -> list[Number]:
        """Below the gauges, as many as have room, that of the telling unit among them."""
        every = int(np.ceil(NARROW * len(gates) / FORM))
        shown = list(zip(self.terms.x, gates, strict=True))[int(film.trace.telling_unit) % every :: every]
        return [self._number(film, gate, x, SIDES) for x, gate in shown]

    def _number(self, film: Film, gate: Ref, x: float, size: float) -> Number:
        number = film.number(size=size, anchor=ORIGIN)
        return number.centred_at(np.array([x, TOLD, 0])).write(told(film, gate))


def share(film: Film, row: int) -> VGroup:
    """The share of new sequences that a form recalls, as a bar in its frame and in numbers."""
    left, whole = LEFTS[row], 0.5 * FORM
    frame = Rectangle(film.theme.faint, BAR, whole, stroke_width=2).move_to([left + whole / 2, SHARES, 0])
    number = film.say("share", size=SIDES, share=film.refs.share_recalled[row].percent)
    number.next_to(frame, RIGHT, buff=0.25).shift(descent(number) * DOWN)
    ends = np.array([[left, SHARES, 0], [left + whole * film.trace.share_recalled[row], SHARES, 0]])
    return VGroup(frame, Line(ends, film.theme.text, 100 * BAR - 2), number)


BAR = 0.24  # height of a share
