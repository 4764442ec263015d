"""What only the film of the learning rate draws: a panel per run, the line of the factor, and a table of rates."""

from typing import Self

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Circle, RegularPolygon, Square, Triangle, VGroup, VMobject

from scenes._marks.away import Away, lasting
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Clipped, Line, dashed
from scenes._marks.optimum import optimum_mark
from scenes._marks.panel import Panel
from scenes._marks.valley import Descent, Valley
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref
from scenes._stage.words import digits_to_tell

SHAPES = (
    lambda: Circle(1),
    lambda: Square(1.8),
    lambda: Triangle().scale(1.2),
    lambda: RegularPolygon(4).scale(1.25).stretch(0.8, 0),
)


def marker(index: int, colour: str, radius: float = 0.14) -> VMobject:
    """The sign of run `index`: a disc, a square, a triangle, a diamond, and then again."""
    shape = SHAPES[index % len(SHAPES)]().scale(radius)
    return shape.set_fill(colour, opacity=1).set_stroke(colour, width=3)


SQUARES = "scripts(sum)_i data(x_i)^2"
FACTOR = f"1 - 2 rho {SQUARES}"
TURN = -1.0  # the factor below which an error grows
NEAR = 20.0  # per cent of the critical rate
OVERVIEW, LENS = Slot(-5.9, -2.35, 6.2, 4.65), Slot(2.2, -2.1, 4.4, 2.1)


class FactorLine(VGroup):
    """The line in a panel with two shaded boxes: it runs through one while errors shrink, then through the other.

    Args:
        film: where it stands.
        slot: of the panel.
        across: first and last rate, in whatever unit.
        up: lowest and highest factor.
        rates: those of the trace's factors [rate].
        critical: the rate at which the factor is -1.
        ticks: at most so many along each axis.
    """

    def __init__(
        self,
        film: Film,
        slot: Slot,
        across: tuple[float, float],
        up: tuple[float, float],
        rates: np.ndarray,
        critical: float,
        ticks: tuple[int, int],
    ) -> None:
        self._theme, panel, factors = film.theme, Panel(film, slot, across, up, ticks=ticks), film.trace.factor_grid
        self.axes, hues = panel.axes, film.theme
        shrinks = panel.frame((across[0], critical), (TURN, min(1.0, up[1]))).set_color(hues.good)
        grows = panel.frame((critical, across[1]), (up[0], TURN)).set_color(hues.bad)
        for box in (shrinks, grows):
            box.set_stroke(width=2).set_fill(opacity=0.2)
        slope = (factors[-1] - factors[0]) / (rates[-1] - rates[0])
        self.line = Line(self.axes.line(slope, critical, TURN), hues.text, 4)
        self.foot, self.turn, top = self.axes.at(critical, np.array([up[0], TURN, up[1]]))
        self.side = self.axes.at(across[0], np.array(up))
        name = film.typeset("rho_c").next_to(top, UP, buff=0.1)
        self.critical = VGroup(with_halo(dashed(self.foot, top, hues.text, 3), hues), name)
        super().__init__(shrinks, grows, self.axes)

    def sign(self, run: int, rate: float, factor: float) -> VMobject:
        """The sign of a run on the line; hollow at the panel's edge, and pointing on, where its rate lies beyond."""
        inside, place = self.axes.inside(rate, factor), self.axes.near(rate, factor)
        sign = marker(run, self._theme.weight).move_to(np.clip(place, *self.axes.box))
        away = Away(self.axes.box, self._theme.weight).put(place)
        return with_halo(sign.set_fill(opacity=1 if inside else 0.25).add(away), self._theme)


def overview(film: Film) -> FactorLine:
    """The line over the learning rates of the trace, with the names of its axes."""
    t = film.trace
    last, low, critical = t.rate_grid[-1], t.factor_grid[-1], float(t.critical_learning_rate)
    ticks = (4, int(2.3 - low))  # one for each whole factor
    plot = FactorLine(film, OVERVIEW, (0, last), (low, 1.3), t.rate_grid, critical, ticks)
    factor, corner = film.typeset(FACTOR, size=26), plot.axes.at(0, 1.3)
    factor.next_to(corner, UP, buff=0.1).align_to(corner, LEFT)
    return plot.add(factor, film.typeset("rho").next_to(plot.axes.at(last, low), UR, buff=0.08))


def lens(film: Film, distance: float) -> FactorLine:
    """The same line over the distance to the critical rate, in per cent of it.

    It is so magnified that a run at `distance` can be told from the critical rate.
    """
    reach = (4 if distance < NEAR else 1.25) * (distance or 1.0)
    across = max(-reach, -100.0), reach
    depths = TURN - 4 * reach / 100, TURN + 2 * reach / 100  # within `reach` the line falls by half of it
    return FactorLine(film, LENS, across, depths, film.trace.excess_grid, critical=0.0, ticks=(4, 3))


def rate_table(film: Film) -> VGroup:
    """A row for each run: its sign, its learning rate, its factor."""
    table = VGroup()
    for run, (rate, factor) in enumerate(zip(film.refs.learning_rate, film.refs.factor, strict=True)):
        table.add(marker(run, film.theme.weight, 0.12).move_to(_cell(run, 0)))
        table.add(film.typeset("rho = {rate}", size=26, rate=rate).move_to(_cell(run, 0.25), LEFT))
        table.add(multiplier(film, factor, 26).move_to(_cell(run, 3.8), RIGHT))
    return table


def percents(film: Film) -> VGroup:
    """One column more, under its name: how far each rate lies above the critical one."""
    column = (percent(film, excess, 26) for excess in film.refs.excess)
    rows = [film.typeset("(rho - rho_c) slash rho_c", size=26), *column]
    return VGroup(*(written.move_to(_cell(row, 5.7), RIGHT) for row, written in enumerate(rows, start=-1)))


def _cell(run: int, along: float) -> np.ndarray:
    """A point of a row of the table, so far from its left edge."""
    return np.array([1.05 + along, 2.1 - 0.48 * run, 0.0])


def multiplier(film: Film, factor: Ref, size: float) -> VMobject:
    """A factor with its sign of multiplication."""
    return film.typeset("times {factor}", size=size, factor=told(film, factor))


def told(film: Film, factor: Ref) -> str:
    """A factor in Typst math; one close to 1 has the digits to tell it from 1."""
    return film.words.markup(factor, digits=digits_to_tell(factor.value, np.sign(factor.value)))


def percent(film: Film, ref: Ref, size: float) -> VMobject:
    """A percentage with its sign."""
    return film.typeset(("+" if ref.value > 0 else "") + '{value} thin "%"', size=size, value=film.words.markup(ref))


SMALLEST = 24  # font size
BOWL = 2.1  # height of what is written in a valley
TOP, TALL = -0.02, 1.95  # height of the first row of a record; from there to its last


class WeightHistory(VGroup):
    """The trail of a walk over a panel that has the width of the valley above it, and the best weight, dashed.

    Where the walk has left the panel there is no trail, and no dot.

    Args:
        film: where it stands; its trace holds the runs.
        run: which of them.
        left: left end of the panel.
        width: of the panel.
    """

    def __init__(self, film: Film, run: int, left: float, width: float) -> None:
        t, self._theme, self._w = film.trace, film.theme, lasting(film.trace.w[run])
        self.steps, self.w_star = len(self._w) - 1, float(t.w_star)
        slot, rows = Slot(left, TOP - TALL, width, TALL), -np.arange(len(self._w))
        self._axes = Panel(film, slot, t.w_grid, rows, ticks=(0, 0)).axes
        first, last = self.place(self.w_star, np.array([0, self.steps]))
        self.best = with_halo(dashed(first, last, film.theme.good, 3), film.theme)
        self._stops, self.inside = self._axes.near(self._w, rows), self._axes.inside(t.w[run], rows)
        self.trail = with_halo(Clipped(self._stops, self._axes.box, film.theme.weight, 3), film.theme)
        self.dots = Dots(self._stops[:0], film.theme.weight, np.clip(0.3 * TALL / self.steps, 0.03, 0.06))
        super().__init__(self.best, self.trail, self.dots)
        self.at(0)

    def place(self, w: np.ndarray | float, step: np.ndarray | float) -> np.ndarray:
        """The points of the frame [..., 3] for weights at steps, those outside moved to the edge."""
        return self._axes.clamped(w, -np.asarray(step))

    def at(self, step: float) -> np.ndarray:
        """Write as far as the walk is after `step` steps; where the pen is, which may be outside.

        The pen goes down while the weight changes, and waits while the ball above drops.
        """
        whole = int(step + 1e-9)
        time = min(whole + min(1.0, 2 * max(0.0, step - whole)), self.steps)
        seen = self.inside[: whole + 1]
        self.dots.put(self._stops[: whole + 1][seen])
        return self.trail.show(time / self.steps).point(time / self.steps)

    def labels(self, film: Film) -> VGroup:
        """What stands left of the rows: the first and the last step, and their name."""
        rows = (0, self.steps / 2, self.steps)
        steps = film.refs.places("step")[:: self.steps]  # the first and the last
        ends = [film.number(step, self._theme.faint, anchor=RIGHT) for step in steps]
        for number, row in zip(ends, rows[::2], strict=True):
            number.centred_at(self.place(-np.inf, row) + 0.15 * LEFT)
        return VGroup(*ends, film.typeset("k", size=SMALLEST).move_to(self.place(-np.inf, rows[1]) + 0.3 * LEFT))

    def bars(self, steps: int) -> VGroup:
        """From the best weight to the weight at each of the first `steps` rows."""
        ends = [self.place(np.array([self.w_star, self._w[k]]), k) for k in range(steps)]
        return VGroup(*(Line(pair, self._theme.text, 6) for pair in ends))


class Funnel(VMobject):
    """The region of a record within `reach` [step] of the best weight; it grows downwards."""

    def __init__(self, record: WeightHistory, reach: np.ndarray, colour: str) -> None:
        super().__init__(stroke_width=2, color=colour, fill_opacity=0.2)
        self._record, self._reach = record, reach
        self.show(1)

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the steps."""
        last = share * self._record.steps
        rows = np.append(np.arange(np.ceil(last)), last)
        reach = np.interp(rows, np.arange(len(self._reach)), self._reach)
        left, right = (self._record.place(self._record.w_star + side * reach, rows) for side in (-1, 1))
        self.set_points_as_corners([*left, *right[::-1], left[0]])
        return self


SLANT = 0.03  # of the thread, beyond which ball and pen are apart: one has left the panel


class RunPanel(VGroup):
    """A valley with its ball, and below it the record of its weights.

    Its axes, its sign and rate (`head`), its lowest point and the name of the best weight (`best`) may be animated
    apart; a verdict has room at `foot`.

    Args:
        film: where it stands; its trace holds the runs.
        run: which of them.
        left: left end of the panel.
        width: of the panel.
    """

    def __init__(self, film: Film, run: int, left: float, width: float) -> None:
        trace, theme = film.trace, film.theme
        self.run, self.middle = run, left + width / 2
        corner = np.array([left, 0.62, 0.0])
        self.valley = Valley(film, corner, (width, 1.75), trace.w_grid, trace.loss_grid, slim=True)
        self.descent = Descent(self.valley, trace.w[run], trace.loss[run], theme.weight, marker(run, theme.weight))
        self.lowest = optimum_mark(theme, self.valley.axes.at(trace.w_star, trace.loss_star))
        self.record = WeightHistory(film, run, left, width)
        rate = film.typeset("rho = {rate}", size=28, rate=film.refs.learning_rate[run])
        self.head = VGroup(marker(run, theme.weight, 0.12), rate).arrange(RIGHT, buff=0.15)
        self.head.move_to([self.middle, 2.72, 0])
        self.best = film.typeset("good(w^*)", size=24).next_to(self.record.best, DOWN, buff=0.1)
        self.thread = Line(np.zeros((2, 3)), theme.faint, 2)
        self.foot = np.array([self.middle, -2.52, 0.0])
        super().__init__(self.thread, self.valley.curve, self.lowest, self.record, self.descent)
        self.at(0)

    def at(self, step: float) -> None:
        """Put ball and pen, and the thread between them, where the run is after `step` steps."""
        self.descent.at(step)
        ends = np.stack([self.descent.ball.get_center(), self.record.at(step)])
        apart = self.descent.away or abs(ends[0, 0] - ends[1, 0]) > SLANT
        self.thread.through(ends[:0] if apart else ends)

    def chain(self, film: Film, count: int) -> list[VMobject]:
        """The first errors, one below the other in the valley's place, and between them the factor."""
        factor = film.refs.factor[self.run]
        rows = []
        for k, error in enumerate(film.refs.error[self.run, :count]):
            rows += [multiplier(film, factor, 28)] if k else []
            rows.append(film.typeset(f"weight(w_{k}) - good(w^*) = {{error}}", size=28, error=error))
        for index, row in enumerate(rows):
            row.move_to([self.middle, 2.2 - 0.44 * index, 0])
        return rows

    def funnel(self, film: Film) -> Funnel:
        """What the powers of its factor predict for the run."""
        trace, theme = film.trace, film.theme
        hue = theme.bad if abs(trace.factor[self.run]) > 1 else theme.good
        return Funnel(self.record, np.abs(trace.predicted_error[self.run]), hue)

    def per_step(self, film: Film) -> VMobject:
        """What each step multiplies the error by, in the valley."""
        markup = f'times {{factor}} med "{film.words.sentence("every_step")}"'
        factor = told(film, film.refs.factor[self.run])
        written = film.typeset(markup, size=28, factor=factor)
        return with_halo(written.move_to([self.middle, BOWL, 0]), film.theme)

    def verdict(self, film: Film) -> VGroup:
        """What has become of the run, and how much of its error is left."""
        theme, steps, left = film.theme, film.refs.params.steps, film.refs.left[self.run, -1]
        key = film.trace.outcome(self.run)
        hue = {"diverges": theme.bad, "off": theme.bad, "arrived": theme.good}.get(key)
        word = film.say(f"verdict_{key}", size=26, colour=hue).move_to(self.foot)
        overflown, digits = np.isnan(left.value), digits_to_tell(left.value, 1)
        written = film.words.tick(np.inf) if overflown else film.words.number(left, digits=digits, tidy=True)
        rest = film.say("left" if steps.value > 1 else "left_one", size=24, left=written, steps=steps)
        return VGroup(word, rest.move_to(self.foot + 0.4 * DOWN))
