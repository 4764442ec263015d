"""What only the film of momentum draws.

A valley seen from above, its two directions over time, the sums that velocities are, the map of rate and momentum.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Arrow, Dot, Polygon, RegularPolygon, VGroup, VMobject, linear

from mathcore._quadratic import ANGLE, AXES
from mathcore.momentum import Trace, loss_at
from scenes._marks.away import Away, lasting, sides
from scenes._marks.axes import Axes
from scenes._marks.contour_map import ContourMap
from scenes._marks.halo import with_halo
from scenes._marks.line import Clipped, Line, closed
from scenes._marks.optimum import optimum_mark
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset
from scenes._marks.walk import HOLLOW
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref, Refs, values_of
from scenes._stage.words import DIGITS, NumberText, digits_to_tell

ALONG, ACROSS = 0, 1  # places on the trace's `axis`, of what is in eigen-directions
RUNS = ("plain_", "", "longer_")  # of a trace: without memory, with it, with more of it
REACH = np.array([3.45, 2.7])  # of the map of the valley, on either side of the lowest point
WHOLE = np.stack([-REACH, REACH])  # its lower left and upper right corner
POINTS, FINE = 60, 241  # of the grids of the valley and of the map of rates, along each axis
INNERMOST, GROWTH, LEVELS = 0.5, 1.5, 11  # contour lines: how far along the first goes, each next one so many times
BEYOND = 0.02  # by which a radius may be larger than 1 on the map of rates
SHADES = np.array([0.97, 0.85, 0.7, 0.55, 0.4, 0.27, 0.16, 0.08, 0.03])  # its lines: share of the most that is taken
COMPASS, NEEDLE = (0.67, 0.07), (1.1, 0.8)  # where it stands, in shares of the map; how long along, across
NEAR, CORNER = 1.3, (0.2, 0.08)  # room around what a map of a part shows; where its compass stands
ALONG_WAY = np.array([*AXES[:, 0], 0])  # the direction along the valley on the frame


def ball(film: Film, run: str, size: float = 0.14) -> VMobject:
    """The sign of a run: a ball with memory, a diamond without, a triangle with more of it."""
    colour, corners = film.theme.weight if run != "plain_" else film.theme.text, {"plain_": 4, "longer_": 3}.get(run)
    shape = RegularPolygon(corners, start_angle=np.pi / 2, radius=1.3 * size) if corners else Dot(radius=size)
    return shape.set_fill(colour, 1).set_stroke(colour, 3)


def role_of(run: str) -> str:
    """The colour's role of a run."""
    return "text" if run == "plain_" else "weight"


def losses(trace: Trace, window: np.ndarray = WHOLE) -> tuple[np.ndarray, ...]:
    """The loss in a window: columns, rows, heights [y x], and those of the contour lines."""
    x, y = np.linspace(window[0], window[1], POINTS).T
    loss = loss_at(np.stack(np.meshgrid(x, y), axis=-1), trace.params.condition)
    highest = loss_at(REACH * [-1, 1], trace.params.condition)  # of the whole map
    levels = (INNERMOST * GROWTH ** np.arange(LEVELS)) ** 2 / 2
    return x, y, loss, levels[levels < highest]


def window_on(places: np.ndarray) -> np.ndarray:
    """The part of the whole map that shows places [place axis], in its proportions."""
    low, high = (np.clip(end, *WHOLE) for end in (places.min(axis=0), places.max(axis=0)))
    reach = REACH * min(1, NEAR * float(np.max((high - low) / 2 / REACH)))
    middle = np.clip((low + high) / 2, reach - REACH, REACH - reach)
    return np.stack([middle - reach, middle + reach])


def radii(trace: Trace) -> tuple[np.ndarray, ...]:
    """What a step leaves: learning rates, momenta, radii [momentum rate], those of the contour lines; the last is 1."""
    rates, momenta = np.linspace(0, 4 / trace.params.condition, FINE), np.linspace(0, 1, FINE)
    radius = np.minimum(trace.radii_on_map(rates, momenta), 1 + BEYOND)
    return rates, momenta, radius, np.append(1 - (1 - radius.min()) * SHADES, 1 + BEYOND / 2)


def valley(film: Film, slot: Slot, window: np.ndarray = WHOLE) -> ContourMap:
    """The map of the loss, or of a part of it; the slot has the proportions of REACH."""
    first, second = (film.typeset(f"weight(theta_{k})") for k in range(2))
    x, y, loss, levels = losses(film.trace, window)
    land = ContourMap(film, slot, x, y, loss, levels, first, second)
    if land.axes.inside(0, 0):
        land.drawn.add(optimum_mark(film.theme, land.at(0, 0)))
    share = COMPASS if window is WHOLE else CORNER
    land.drawn.add(compass(film, land, window[0] + share * (window[1] - window[0]), np.ptp(window) / np.ptp(WHOLE)))
    return land


def small_valley(film: Film, slot: Slot) -> ContourMap:
    """A map without names, as much higher than the whole one as its slot is."""
    reach = REACH[0] * np.array([1, slot.height / slot.width])
    x, y, loss, levels = losses(film.trace, np.stack([-reach, reach]))
    land = ContourMap(film, slot, x, y, loss, levels, ticks=(0, 0))
    land.drawn.add(optimum_mark(film.theme, land.at(0, 0)))
    return land


def compass(film: Film, land: ContourMap, foot: np.ndarray, scale: float) -> VGroup:
    """Which way is along the valley, and which is across it."""
    drawn = VGroup()
    for name, turn, length, side in zip(("along", "across"), (0, np.pi / 2), NEEDLE, (RIGHT, UP), strict=True):
        angle = ANGLE + turn
        tip = foot + scale * length * np.array([np.cos(angle), np.sin(angle)])
        way = Arrow(land.at(*foot), land.at(*tip), buff=0, color=film.theme.text, stroke_width=4, tip_length=0.18)
        drawn.add(way, film.say(name, size=26).next_to(way.get_end(), side, buff=0.1))
    return with_halo(drawn, film.theme)


def hops(many: int, rate: Callable[[float], float] = linear) -> Callable[[float], float]:
    """A rate that goes in so many hops: a ball is only ever seen at the places of its steps."""
    return lambda share: float(np.floor(rate(share) * many + WHOLE_STEP) / many)


def loss_reading(film: Film, refs: Refs, run: str, axis: str, place: np.ndarray, size: float) -> VGroup:
    """The loss of a run along an axis, open between two steps; its name ends at a place."""
    losses, name = getattr(refs, f"{run}loss"), film.typeset("loss(L) =", size=size - 4).move_to(place, RIGHT)
    number = film.number(losses[0], film.theme.loss, size=size)
    row = VGroup(name, number.centred_at(place + 0.2 * RIGHT))

    def tell(place: float) -> None:
        step = round(place)
        film.rewrite(number, losses[step] if abs(place - step) < WHOLE_STEP else np.nan)

    return follow(row, axis, at=tell)


WHOLE_STEP = 1e-6  # by which a place may be beside a whole step
HIGH = 1.6  # along the valley, beyond which there is no room for a number above


class Unrolled:
    """A panel for what happens across the valley, and one below it for along, over the steps of a trace."""

    def __init__(self, film: Film, trace: Trace) -> None:
        self._film, self._steps = film, np.arange(trace.params.steps + 1)
        self.across = self._panel("across_valley", Slot(1.65, 0.5, 5.15, 1.9), 1.2, "")
        self.along = self._panel("along_valley", Slot(1.65, -2.3, 5.15, 1.9), 2.8, "step")
        parts = ((panel.drawn, panel.levels(0, "faint")) for panel in (self.across, self.along))
        self.drawn = VGroup(*(one for pair in parts for one in pair))

    def _panel(self, name: str, slot: Slot, reach: float, below: str) -> Panel:
        above, ticks = self._film.say(name, size=28), (6 if below else 0, 3)
        under = self._film.say(below, size=26) if below else ""
        return Panel(self._film, slot, self._steps, [-reach, reach], under, above, ticks)

    def run(self, along: np.ndarray, run: str, axis: str) -> VGroup:
        """A run [step axis] in both panels, along an axis."""
        return VGroup(
            *(self._strip(*pair, run, axis) for pair in ((self.across, along[:, 1]), (self.along, along[:, 0])))
        )

    def gap(self, step: int, place: float, ref: Ref) -> tuple[Line, Typeset]:
        """How far a place along the valley is from its lowest point, with the number beside it."""
        line = Line(self.along.at(step, np.array([0, place])), self._film.theme.text, 6)
        side = RIGHT if 2 * step >= self._steps[-1] else LEFT
        way = UP if place < HIGH else DOWN
        number = self._film.typeset("{far}", size=34, far=ref).next_to(line, way, buff=0.15, aligned_edge=side)
        return with_halo(line, self._film.theme), with_halo(number, self._film.theme)

    def gap_from(self, step: int, place: float, ref: Ref) -> VGroup:
        """The same, seen as soon as the step is taken."""
        gap = VGroup(*self.gap(step, place, ref))
        return follow(gap, "step", at=lambda now: gap.set_opacity(float(now > step - WHOLE_STEP)))

    def _strip(self, panel: Panel, values: np.ndarray, run: str, axis: str) -> VGroup:
        theme, axes, colour = self._film.theme, panel.axes, getattr(self._film.theme, role_of(run))
        line = Clipped(axes.near(self._steps, lasting(values)), axes.box, colour, 2.5 if run == "plain_" else 4)
        head, sign = with_halo(ball(self._film, run, 0.1), theme), with_halo(Away(axes.box, colour), theme)

        def go(step: float) -> None:
            there = line.point(min(step / self._steps[-1], 1))
            line.show(min(step / self._steps[-1], 1))
            head.move_to(np.clip(there, *axes.box)).set_fill(opacity=HOLLOW if sides(there, axes.box).any() else 1)
            sign.put(there)

        return follow(VGroup(with_halo(line, theme), head, sign), axis, at=go)


LABELS, ZERO, HALF, NUMBERS = 0.55, 4.3, 1.25, 6.8  # left ends of names; where bars begin, the longest; right ends
ROW, BAR = 0.64, 0.4  # heights
BOX = np.array([[0, -BAR / 2, 0], [0, BAR / 2, 0], [1, BAR / 2, 0], [1, -BAR / 2, 0]])  # of a bar one unit long
PULL, CARRY = "-{rate}thin g", "-{rate} dot {momentum}thin v"  # what moves a ball
PIECES = (PULL, "gradient"), (CARRY, "activation"), ("= -{rate}thin v", "activation")


class Sum(VGroup):
    """What the new gradient moves in a direction, end to end with it what the kept velocity moves, and both together.

    Along "summed", whole numbers are the rows of the first step, then those of the next.

    Args:
        film: it writes names and numbers.
        knobs: references to learning rate and momentum.
        top: height of the first row.
        name: the key of the direction's name.
        rows: references to the three moves [row step].
    """

    def __init__(self, film: Film, knobs: Any, top: float, name: str, rows: list[np.ndarray]) -> None:
        ends = values_of(np.array(rows))  # [row step]
        starts, self._unit = np.zeros_like(ends), HALF / np.abs(ends).max()
        starts[1], ends[1] = ends[0], ends[2]
        super().__init__(film.say(name, size=28).move_to([LABELS, top + ROW, 0], LEFT))
        self.add(Line(np.array([[ZERO, top + 0.3, 0], [ZERO, top - 2 * ROW - 0.3, 0]]), film.theme.faint, 2))
        told = {"rate": knobs.learning_rate, "momentum": knobs.momentum}
        for k, (markup, role) in enumerate(PIECES):
            height, colour = top - k * ROW, getattr(film.theme, role)
            label = film.typeset(f"{role}({markup})", size=32, **told).move_to([LABELS, height, 0], LEFT)
            bar = VMobject(fill_color=colour, fill_opacity=0.9, stroke_width=0)
            number = film.number(rows[k][0], colour, size=36, anchor=RIGHT)
            number.centred_at(np.array([NUMBERS, height, 0]))
            self.add(label, self._row(film, k, bar, number, starts[k], ends[k], rows[k]))

    def scaled(self, film: Film, factor: Ref) -> "Sum":
        """Tell how many times longer its bars are than those of the other direction."""
        scale = film.say("magnified", size=28, factor=factor)
        self.add(scale.move_to([NUMBERS, self[0].get_center()[1], 0], RIGHT))
        return self

    def _row(self, film: Film, k: int, bar: VMobject, number: Any, starts: Any, ends: Any, refs: Any) -> VGroup:
        height = number.get_center()[1]

        def grow(summed: float) -> None:
            step = int(max(np.ceil(summed) - 1, 0)) // 3
            share = float(np.clip(summed - 3 * step - k, 0, 1))
            way = share * self._unit * (ends[step] - starts[step])
            bar.points = closed((BOX * [way, 1, 0] + [ZERO + self._unit * starts[step], height, 0])[None])
            film.rewrite(number, refs[step])
            number.set_opacity(float(share == 1))

        return follow(VGroup(bar, number), "summed", at=grow)


TOP, ROWS, COLUMNS = 2.6, (1.95, 1.3, 0.65), (1.7, 2.4, 6.8)  # of a table: heights; sign, name, end of the number
CUT, MARGIN = Slot(2.3, -2.3, 4.5, 2.0), 0.15  # the panel of the cut; room on it beyond what is seen


class RateMap(ContourMap):
    """What a step leaves of an error in the long run, over learning rate and momentum; beyond `edge` it is more."""

    def __init__(self, film: Film, slot: Slot) -> None:
        condition = film.trace.params.condition
        rates, momenta, radius, levels = radii(film.trace)
        below, above = film.say("rate_axis", size=28), film.say("memory_axis", size=28)
        super().__init__(film, slot, rates, momenta, radius, levels, below, above)
        corners = self.at(np.array([2, 4, 4]) / condition, np.array([0, 1, 0]))
        beyond = Polygon(*corners, fill_color=film.theme.background, fill_opacity=1, color=film.theme.faint)
        edge = self.line([2 / condition, 4 / condition], [0, 1], "bad", width=6)
        word = film.say("unstable", size=34).move_to(self.at(3.3 / condition, 0.3))
        self.edge = VGroup(beyond, edge, with_halo(word, film.theme))


class Rates:
    """Some runs of a trace on a map, one after the other with more memory: a table, and what a step leaves over it.

    A run goes along an axis of its own, `axes[k]`, from the run before: `spots[k]` on the map, `marks[k]` on the curve;
    `rows[k]` tells what a step leaves.

    Args:
        film: where they stand.
        land: the map.
        trace: it has the runs, and the learning rate.
        refs: to it.
        runs: which.
    """

    def __init__(self, film: Film, land: RateMap, trace: Trace, refs: Refs, runs: tuple[str, ...]) -> None:
        self._film, self._momenta, rate = film, np.linspace(0, 1, FINE), trace.params.learning_rate
        self._radius = trace.radii_on_map(np.array([rate]), self._momenta)[:, 0]
        low, high = self._radius.min(), max(1, self._radius.max())
        room = MARGIN * (high - low) * np.array([-1, 1]) + [low, high]
        title = film.say("leaves", size=28)
        self._panel = Panel(film, CUT, [0, 1], room, film.typeset("beta"), title, ticks=(5, 3))
        head = film.typeset("rho = {rate}", size=34, rate=refs.params.learning_rate).move_to([COLUMNS[0], TOP, 0], LEFT)
        leaves = film.say("leaves", size=28).move_to([COLUMNS[-1], TOP, 0], RIGHT)
        self.drawn = VGroup(self._panel.drawn, head, leaves)
        self.lines = land.line([rate, rate], [0, 1], "text"), self._panel.line(self._momenta, self._radius, "text")
        best = float(trace.best_momentum)
        places = land.at(rate, best), self._panel.at(best, np.interp(best, self._momenta, self._radius))
        self.best = [optimum_mark(film.theme, place) for place in places]
        name = film.typeset("good(beta) = {best}", size=34, best=refs.best_momentum)
        self.best_name = with_halo(name.next_to(self.best[1], LEFT, buff=0.15), film.theme)
        stops = 0, 0, trace.params.momentum, float(trace.longer_momentum)
        self.axes = [f"memory_{run}_{rate}" for run in runs]
        ways = [*zip(runs, stops, stops[1:], self.axes, strict=False)]
        self.spots = [self._spot(land.axes, rate, *way) for way in ways]
        self.marks = [self._spot(self._panel.axes, None, *way) for way in ways]
        self.rows = [self._row(run, refs, y) for run, y in zip(runs, ROWS, strict=False)]

    def _spot(self, axes: Axes, rate: float | None, run: str, start: float, stop: float, axis: str) -> VGroup:
        """A run on the map or, without a rate, on the curve; at the map's edge it is hollow if it lies beyond."""
        theme = self._film.theme
        sign, away = with_halo(ball(self._film, run), theme), with_halo(Away(axes.box, theme.text), theme)

        def go(share: float) -> None:
            momentum = start + share * (stop - start)
            there = (rate, momentum) if rate else (momentum, np.interp(momentum, self._momenta, self._radius))
            away.put(axes.near(*there))
            sign.move_to(axes.clamped(*there)).set_fill(opacity=1 if axes.inside(*there) else HOLLOW)

        return follow(VGroup(sign, away), axis, at=go)

    def _row(self, run: str, refs: Refs, height: float) -> VGroup:
        """What a step of a run leaves of an error."""
        left, name, right = COLUMNS
        sign = ball(self._film, run, 0.16).move_to([left + 0.15, height, 0])
        number = self._film.number(size=40, anchor=RIGHT)
        number.write(near_one(self._film, refs.largest(f"{run}radius")))
        word = named(self._film, run).move_to([name, height, 0], LEFT)
        return VGroup(sign, word, number.centred_at(np.array([right, height, 0])))


def named(film: Film, run: str) -> Typeset:
    """How much memory a run has."""
    refs = film.refs_of(film.rerun(momentum=0)) if run == "plain_" else film.refs
    momentum = refs.longer_momentum if run == "longer_" else refs.params.momentum
    return film.say("memory", size=32, momentum=near_one(film, momentum, tidy=True))


def near_one(film: Film, ref: Ref, *, tidy: bool = False) -> NumberText:
    """A number; one that three digits cannot tell from 1 has more."""
    digits = digits_to_tell(ref.value, 1) if f"{ref.value:.{DIGITS}g}" == "1" else DIGITS
    return film.words.number(ref, digits=digits, tidy=tidy)
