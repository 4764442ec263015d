"""What only the film of logistic loss draws: flowers that rise from their probability to their loss, and a card."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from manim import DOWN, DR, LEFT, ORIGIN, RIGHT, UL, UP, Circle, Rectangle, VGroup

from mathcore.logistic_loss import Trace
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Segments
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset
from scenes._stage.clock import between, follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme

P, LOSS = "activation(p)", "loss(-log) activation(p)"
MEAN = "loss(L)"
OBEYED = "loss(-log) activation({p}) = loss({L})"
RADIUS = 0.075  # of a flower
LARGE, COLUMNS = 0.125, 31  # of a flower that is stacked; columns of these
ROW, THICK, ABOVE = 0.82, 0.26, 0.36  # of a card: from one bar to the next, of a bar, from a bar to what is above it
PALE = 0.3  # opacity of the bars of species that are not the true one
WIDE = 4.1  # length of a bar whose probability is one


def arrived(checkpoint: float) -> float:
    """1 where marks stand at a checkpoint, 0 on their way between two: the opacity of the numbers that go along."""
    return float(abs(checkpoint - round(checkpoint)) < 1e-9)


def stairs(many: int) -> Callable[[float], float]:
    """The rate of a run that stands at its places, so many, and at nothing between them; it gets faster."""
    return lambda share: float(np.floor(many * share**1.3 + 1e-9)) / many


class Flowers(VGroup):
    """A point for each flower, a dot where its species has the largest probability, else a diamond; stems below."""

    def __init__(self, panel: Panel, theme: Theme) -> None:
        nowhere = np.zeros((0, 3))
        self._panel, self._stems = panel, Segments(nowhere, nowhere, theme.loss, 2.5, 0.7)
        self._right = with_halo(Dots(nowhere, theme.data, RADIUS), theme)
        self._mistaken = with_halo(Dots(nowhere, theme.bad, 1.25 * RADIUS, corners=4), theme)
        super().__init__(self._stems, self._right, self._mistaken)

    def put(self, p: np.ndarray, heights: np.ndarray, mistaken: np.ndarray, stems: Any, radius: float = RADIUS) -> Self:
        """Put them at probabilities and heights, above stems of other heights."""
        tall, places, wrong = stems > 0, self._panel.at(p, heights), mistaken.astype(bool)
        self._stems.join(self._panel.at(p[tall], 0), self._panel.at(p[tall], stems[tall]))
        self._right.put(places[~wrong], radius)
        self._mistaken.put(places[wrong], 1.25 * radius)
        return self


class Way:
    """Where the flowers are on their way: stacked over the axis, then on it, then on the curve, then in training.

    The costliest flower rises first, then the cheapest, then all others; `turns` are those by rank of the loss.
    """

    def __init__(self, t: Trace, top: float) -> None:
        self._t, ranks = t, np.argsort(np.argsort(-t.flower_loss[0], kind="stable"))
        self.turns = np.insert(np.arange(2.0, len(ranks)), [0, len(ranks) - 2], [0, 1])  # [rank]
        self._turns = self.turns[ranks]  # [flower]
        column = np.minimum((COLUMNS * t.before).astype(int), COLUMNS - 1)
        level = np.array([np.sum(column[:k] == column[k]) for k in range(len(column))]) + 1
        self._stacked = (column + 0.5) / COLUMNS, top * min(0.055, 0.95 / level.max()) * (level - 0.5)

    def at(self, laid: float, grown: float, checkpoint: float) -> tuple[Any, ...]:
        """Probabilities, heights, which are mistaken, heights of the stems, and how large they are."""
        losses = between(self._t.flower_loss, checkpoint)
        p = np.interp(losses, self._t.grid_loss, self._t.grid)  # read off the curve
        x, y = self._stacked
        stems = np.clip(grown - self._turns, 0, 1) * losses
        mistaken = self._t.mistaken[int(checkpoint + 1e-9)]
        return x + laid * (p - x), (1 - laid) * y + stems, mistaken, stems, LARGE + laid * (RADIUS - LARGE)


def costliest(film: Film, panel: Panel, way: Way) -> VGroup:
    """A ring around the followed flower, and its loss as a number beside it once it has risen."""
    theme, mine = film.theme, int(film.trace.followed)
    circle = with_halo(Circle(radius=0.17, color=theme.text, stroke_width=4), theme)
    number, refs = with_halo(film.number(colour=theme.loss, size=38), theme), film.refs.flower_loss[:, mine]
    right, clear = panel.axes.box[1, 0], panel.at(film.trace.asked[0], -np.inf) + 0.1 * RIGHT  # of a frame up to there
    highest = panel.at(np.inf, np.inf) - 0.2 * UP

    def show(laid: float, grown: float, checkpoint: float) -> None:
        p, heights, *_ = way.at(laid, grown, checkpoint)
        circle.move_to(panel.at(p[mine], heights[mine]))
        film.rewrite(number, refs[int(checkpoint + 1e-9)])
        beside = np.clip(circle.get_center() + [0.27, 0.22, 0], clear, highest)
        beyond = max(beside[0] + number.width - right, 0)
        number.centred_at(beside + [-beyond, min(beyond, 0.3), 0]).set_opacity(float(grown >= 1) * arrived(checkpoint))

    return follow(VGroup(circle, number), "laid", "grown", "checkpoint", at=show)


def card(film: Film, *corners: np.ndarray) -> VGroup:
    """The probabilities of the followed flower; along "moved" it goes from one corner to the other."""
    t, theme, mine = film.trace, film.theme, int(film.trace.followed)
    true, refs = int(t.species[mine]), film.refs.probability[:, mine]
    heights = -1.0 - ROW * np.arange(3)  # of the bars
    head = film.say(f"flower_{true}", size=32, row=film.refs.followed).move_to(ORIGIN, LEFT)
    names = [film.say(f"species_{k}", size=28, colour=theme.activation if k == true else theme.text) for k in range(3)]
    for name, y in zip(names, heights, strict=True):
        name.move_to([0, y + ABOVE, 0], LEFT)
    style = {"width": 1, "height": THICK, "color": theme.activation, "stroke_width": 3}
    bars = [with_halo(Rectangle(**style, fill_opacity=1 if k == true else PALE), theme) for k in range(3)]
    numbers = [film.number(size=34, colour=theme.activation, anchor=RIGHT) for _ in heights]
    rails = [Line(np.array([[0, y, 0], [WIDE, y, 0]]), theme.faint, 2) for y in heights - THICK / 2]
    fixed = VGroup(head, *rails, *names)
    middle = fixed.get_center()

    def show(moved: float, checkpoint: float) -> None:
        shares, corner = between(t.probability[:, mine], checkpoint), between(np.stack(corners), moved)
        fixed.move_to(corner + middle)
        for k, (bar, number, y) in enumerate(zip(bars, numbers, heights, strict=True)):
            bar.stretch_to_fit_width(max(shares[k] * WIDE, 0.02)).move_to(corner + [0, y, 0], LEFT)
            film.rewrite(number, refs[int(checkpoint + 1e-9), k])
            number.centred_at(corner + [WIDE, y + ABOVE, 0]).set_opacity(arrived(checkpoint))

    return follow(VGroup(fixed, *bars, *numbers), "moved", "checkpoint", at=show)


def legend(film: Film, corner: np.ndarray) -> VGroup:
    """What dots and diamonds are, to the left of a corner, and how many flowers are mistaken along "checkpoint"."""
    theme, flowers = film.theme, film.refs.length("sample")
    dot, diamond = Dots(np.zeros(3), theme.data, 0.1), Dots(np.zeros(3), theme.bad, 0.13, corners=4)
    correct, mistaken, of_all = (film.say(key, size=28, count=flowers) for key in ("correct", "mistaken", "of_all"))
    number = film.number(flowers, size=32, colour=theme.bad, anchor=RIGHT)
    row = VGroup(dot, correct, diamond, mistaken, number, of_all).arrange(RIGHT, buff=0.15, aligned_edge=DOWN)
    row[2:].shift(0.35 * RIGHT)
    for mark in (dot, diamond):
        mark.shift(0.05 * UP)
    row.move_to(corner, DR)

    def count(checkpoint: float) -> None:
        film.rewrite(number, film.refs.wrong[int(checkpoint + 1e-9)])
        number.set_opacity(arrived(checkpoint))

    follow(number, "checkpoint", at=count)
    return row


def name_of_p(film: Film) -> Typeset:
    """What the axis of the probabilities is called."""
    return film.say("p", size=SMALL + 2, colour=film.theme.activation)


def loss_panel(film: Film, slot: Slot, room: np.ndarray) -> Panel:
    """The axes of the curve."""
    return Panel(film, slot, [0, 1], room, name_of_p(film), film.typeset(LOSS, size=36), ticks=(5, 5))


def paid(film: Film, checkpoint: int) -> dict[str, Any]:
    """What the followed flower pays, to be filled into `OBEYED`; p has as many digits as make that true."""
    t, mine = film.trace, int(film.trace.followed)
    p = film.refs.probability[checkpoint, mine, int(t.species[mine])]
    loss = film.refs.flower_loss[checkpoint, mine]
    costs = {digits: -np.log(float(f"{p.value:.{digits - 1}e}")) for digits in range(3, 17)}
    enough = next((digits for digits, cost in costs.items() if f"{cost:.2e}" == f"{loss.value:.2e}"), max(costs))
    return {"p": film.words.markup(p, digits=enough, tidy=True), "L": film.words.markup(loss)}


def state(film: Film, slot: Slot, room: np.ndarray, checkpoint: int) -> tuple[VGroup, VGroup]:
    """All flowers on the curve at a checkpoint, the followed one ringed, and their mean; then what is written there."""
    t, refs, theme, mine = film.trace, film.refs, film.theme, int(film.trace.followed)
    losses, mean = t.flower_loss[checkpoint], t.mean_loss[checkpoint]
    p = np.interp(losses, t.grid_loss, t.grid)
    panel = loss_panel(film, slot, room)
    flowers = Flowers(panel, theme).put(p, losses, t.mistaken[checkpoint], losses)
    level = with_halo(panel.levels(mean, "text", 4), theme)
    name = film.typeset(f"{MEAN} = loss({{mean}})", size=36, mean=film.words.markup(refs.mean_loss[checkpoint]))
    name.move_to(panel.at(1, mean) + 0.4 * RIGHT, LEFT)
    rings = [with_halo(Circle(radius=0.17, color=theme.text, stroke_width=4), theme) for _ in range(2)]
    mistaken = {"wrong": refs.wrong[checkpoint], "share": refs.wrong_share[checkpoint].percent}
    below = {"p": refs.asked[0], "many": refs.confident[checkpoint]}
    when = {"epoch": refs.checkpoint_epoch[checkpoint]} if checkpoint else {}
    lines = VGroup(
        film.say("after" if checkpoint else "before", size=38, **when),
        film.say("below", size=30, **below),
        film.say("wrong", size=30, colour=theme.bad, **mistaken),
        VGroup(rings[1], film.typeset(OBEYED, size=36, **paid(film, checkpoint))).arrange(RIGHT, buff=0.2),
    )
    lines.arrange(DOWN, buff=0.25, aligned_edge=LEFT).move_to(panel.at(0.27, np.inf), UL)
    rings[0].move_to(panel.at(p[mine], losses[mine]))
    return VGroup(panel.drawn, panel.line(t.grid, t.grid_loss, "loss"), flowers, rings[0], level, name), lines
