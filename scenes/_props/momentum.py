"""What only the film of momentum draws.

A valley seen from above, its two directions over time, the sums that velocities are, the map of rate and momentum.
"""

from typing import Any

import numpy as np
from manim import LEFT, RIGHT, Dot, RegularPolygon, VGroup, VMobject

from mathcore.momentum import Trace, loss_at, spectral_radius
from scenes._marks.away import Away, lasting, sides
from scenes._marks.contour_map import ContourMap
from scenes._marks.halo import with_halo
from scenes._marks.line import Clipped, closed
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot

REACH = np.array([3.45, 2.7])  # of the map, on either side of the lowest point
POINTS = 60  # of the grid of the map, along each axis
INNERMOST, GROWTH, LEVELS = 0.5, 1.5, 11  # contour lines: how far the first goes along, and each next one times that
STRIPS = Slot(1.6, 0.42, 5.2, 1.75), Slot(1.6, -2.3, 5.2, 1.75)  # across, along
ACROSS, ALONG = 1, 0  # places on the trace's axis
RUNS = ("plain_", "", "longer_")  # of a trace


def valley(film: Film, slot: Slot, *, named: bool = True) -> ContourMap:
    """The loss around its lowest point; the slot has the proportions of REACH."""
    x, y = (np.linspace(-reach, reach, POINTS) for reach in REACH)
    loss = loss_at(np.stack(np.meshgrid(x, y), axis=-1), film.trace.params.condition)
    levels = (INNERMOST * GROWTH ** np.arange(LEVELS)) ** 2 / 2
    names = [film.typeset(f"weight(theta_{k})") for k in range(2)] if named else ["", ""]
    return ContourMap(film, slot, x, y, loss, levels[levels < loss.max()], *names, ticks=(5, 5) if named else (0, 0))


def ball(film: Film, run: str, size: float = 0.14) -> VMobject:
    """The sign of a run: a ball with memory, a diamond without, a triangle with more of it."""
    colour = film.theme.text if run == "plain_" else film.theme.weight
    corners = {"plain_": 4, "longer_": 3}.get(run)
    shape = RegularPolygon(corners, start_angle=np.pi / 2, radius=1.3 * size) if corners else Dot(radius=size)
    return shape.set_fill(colour, 1).set_stroke(colour, 3)


class Unrolled:
    """A panel for what happens across the valley, and one below it for along, over the steps of a trace."""

    def __init__(self, film: Film, trace: Trace) -> None:
        self._film, self._steps = film, np.arange(trace.params.steps + 1)
        self.panels = [
            self._panel(name, slot, reach)
            for name, slot, reach in zip(("across", "along"), STRIPS, (1.2, 2.8), strict=True)
        ]
        self.drawn = VGroup(*(part for panel in self.panels for part in (panel.drawn, panel.levels(0, "faint"))))

    def _panel(self, name: str, slot: Slot, reach: float) -> Panel:
        below = "step" if name == "along" else ""
        return Panel(self._film, slot, self._steps, [-reach, reach], below, name, ticks=(6 if below else 0, 3))

    def trail(self, along: np.ndarray, run: str, axis: str) -> VGroup:
        """A run [step axis] in both panels."""
        pair = zip(self.panels, (ACROSS, ALONG), strict=True)
        return VGroup(*(self._strip(panel, along[:, k], run, axis) for panel, k in pair))

    def _strip(self, panel: Panel, values: np.ndarray, run: str, axis: str) -> VGroup:
        theme, axes = self._film.theme, panel.axes
        colour = theme.text if run == "plain_" else theme.weight
        line = Clipped(axes.near(self._steps, lasting(values)), axes.box, colour, 3)
        head, sign = with_halo(ball(self._film, run, 0.09), theme), with_halo(Away(axes.box, colour), theme)

        def go(step: float) -> None:
            share = min(step / self._steps[-1], 1)
            there = line.show(share).point(share)
            head.move_to(np.clip(there, *axes.box)).set_fill(opacity=0.25 if sides(there, axes.box).any() else 1)
            sign.put(there)

        return follow(VGroup(line, head, sign), axis, at=go)


ROW, ZERO, HALF = 0.62, 4.0, 1.45  # height of a row of a sum; where its bars begin; how long the longest is
NAMES, NUMBERS = 1.6, 6.8  # where names begin, and where numbers end
BAR = 0.34


class Sum(VGroup):
    """In one direction: what is kept of the velocity, the new gradient laid on to it, and the velocity that they make.

    It goes along `axis`: at 1 the first row is there, at 2 the second, at 3 the third; then those of the next step.

    Args:
        film: it writes names and numbers.
        top: height of the first row.
        rows: references to kept, gradient and velocity [row step].
        axis: along which it is built.
    """

    def __init__(self, film: Film, top: float, name: str, rows: list[Any], axis: str) -> None:
        markup = "beta thin activation(v)", "+ gradient(g)", "= activation(v)"
        roles, theme = ("activation", "gradient", "activation"), film.theme
        ends = np.array([[ref.value for ref in row] for row in rows])  # [row step]
        starts = np.stack([0 * ends[0], ends[0], 0 * ends[0]])
        ends[1] += ends[0]
        unit = HALF / np.abs(ends).max()
        heights = [top - ROW * k for k in range(3)]
        names = [
            film.typeset(text, size=32).move_to([NAMES, y, 0], LEFT) for text, y in zip(markup, heights, strict=True)
        ]
        bars = [VMobject(fill_color=getattr(theme, role), fill_opacity=0.9, stroke_width=0) for role in roles]
        numbers = [
            film.number(row[0], getattr(theme, role), size=32, anchor=RIGHT)
            for row, role in zip(rows, roles, strict=True)
        ]
        zero = VMobject(stroke_color=theme.faint, stroke_width=2).set_points_as_corners(
            [[ZERO, top + 0.35, 0], [ZERO, heights[-1] - 0.35, 0]]
        )
        title = film.say(name, size=SMALL + 2).move_to([NAMES, top + ROW, 0], LEFT)
        for number, y in zip(numbers, heights, strict=True):
            number.centred_at(np.array([NUMBERS, y, 0]))

        def at(place: float) -> None:
            step = min(int(max(place - 1e-6, 0) / 3), ends.shape[1] - 1)
            for k, (bar, number) in enumerate(zip(bars, numbers, strict=True)):
                grown = np.clip(place - 3 * step - k, 0, 1)
                start, end = (ZERO + unit * values[k, step] for values in (starts, ends))
                left, right = start, start + grown * (end - start)
                y = heights[k]
                corners = np.array(
                    [[left, y - BAR / 2, 0], [left, y + BAR / 2, 0], [right, y + BAR / 2, 0], [right, y - BAR / 2, 0]]
                )
                bar.points = closed(corners[None])
                film.rewrite(number, rows[k][step] if grown == 1 else np.nan)
                number.set_opacity(float(grown == 1))

        super().__init__(title, zero, *names, *bars, *numbers)
        follow(self, axis, at=at)


UNSEEN = 0.02  # by which a radius may be larger than 1 on the map
SHADES = np.array([0.97, 0.85, 0.7, 0.55, 0.4, 0.27, 0.16, 0.08, 0.03])  # of the map: share of the most that is taken
MARGIN = 0.15  # of the cut, beyond what is seen on it
ROWS, COLUMNS = (2.3, 1.65, 1.0), (1.9, 2.4, 6.8)  # of the table: heights; sign, name, right end of the number
CUT = Slot(2.0, -2.2, 4.8, 2.1)


class RateMap:
    """What a step leaves of an error, over learning rate and momentum; a cut at the trace's rate; its three runs.

    `marks[k]` of a run go along "memory_k" from the run before; `rows[k]` tell what a step leaves.

    Args:
        film: its trace has the runs.
        slot: of the map.
    """

    def __init__(self, film: Film, slot: Slot) -> None:
        t, condition = film.trace, film.trace.params.condition
        rates, self._momenta = np.linspace(0, 4 / condition, POINTS), np.linspace(0, 1, 4 * POINTS + 1)
        radii = np.minimum(t.radii_on_map(rates, self._momenta), 1 + UNSEEN)
        levels = np.append(1 - (1 - radii.min()) * SHADES, 1 + UNSEEN / 2)
        self._film, self._rate = film, t.params.learning_rate
        self._map = ContourMap(film, slot, rates, self._momenta, radii, levels, *map(film.typeset, ("rho", "beta")))
        edge = self._map.line([2 / condition, 4 / condition], [0, 1], "bad", width=5)
        word = film.say("unstable", size=32, colour=film.theme.bad).move_to(self._map.at(3.3 / condition, 0.3))
        self.drawn, self.edge, self.cut = self._map.drawn, VGroup(edge, with_halo(word, film.theme)), self._cut()
        momenta = 0, 0, t.params.momentum, float(t.longer_momentum)
        self.marks = [self._mark(k, run, momenta[k : k + 2]) for k, run in enumerate(RUNS)]
        self.rows = [self._row(run, y) for run, y in zip(RUNS, ROWS, strict=True)]

    def _cut(self) -> VGroup:
        """The radius in both directions over the momentum."""
        film, t, x = self._film, self._film.trace, self._momenta
        self._radius = t.radii_on_map(np.array([self._rate]), x)[:, 0]
        low, high = self._radius.min(), max(1, min(self._radius.max(), 2))
        room = np.array([low - MARGIN * (high - low), high + MARGIN * (high - low)])
        self._panel = Panel(film, CUT, [0, 1], room, film.typeset("beta"), ticks=(5, 3))
        lines = VGroup()
        for curvature, kind in ((1, Clipped), (t.params.condition, Clipped)):
            places = self._panel.axes.near(x, spectral_radius(self._rate, x, curvature))
            lines.add(kind(places, self._panel.axes.box, film.theme.faint, 4))
        return VGroup(self._panel.drawn, lines)

    def _mark(self, k: int, run: str, momenta: Any) -> VGroup:
        """A run on the map and on the cut."""
        film, axis = self._film, f"memory_{k}"
        places = np.stack([np.full(2, self._rate), momenta], axis=1)
        walk = self._map.walk(places, "text", axis, ball=ball(film, run))
        sign = with_halo(ball(film, run), film.theme)

        def go(share: float) -> None:
            momentum = momenta[0] + share * (momenta[1] - momenta[0])
            sign.move_to(self._panel.at(momentum, np.interp(momentum, self._momenta, self._radius)))

        return VGroup(walk, follow(sign, axis, at=go))

    def _row(self, run: str, height: float) -> VGroup:
        """What a step of a run leaves of an error."""
        film, (left, name, right) = self._film, COLUMNS
        number = film.number(film.refs.largest(f"{run}radius"), size=40, anchor=RIGHT)
        return VGroup(
            ball(film, run, 0.16).move_to([left, height, 0]),
            named(film, run).move_to([name, height, 0], LEFT),
            number.centred_at(np.array([right, height, 0])),
        )


def named(film: Film, run: str) -> Typeset:
    """How much memory a run has."""
    if run == "plain_":
        return film.say("no_memory", size=32)
    return film.say("memory", size=32, momentum=film.refs.longer_momentum if run else film.refs.params.momentum)
