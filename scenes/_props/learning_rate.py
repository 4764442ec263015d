"""What only the film of the learning rate draws: a panel per run, the line of the factor, and a table of rates."""

from typing import Self

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Circle, Rectangle, RegularPolygon, Square, Triangle, VGroup, VMobject

from scenes._marks.away import Away, lasting
from scenes._marks.axes import Axes
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Clipped, Line, dashed
from scenes._marks.valley import Descent, Valley
from scenes._stage.film import Film
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


class FactorLine(VGroup):
    """The line in a panel with two shaded boxes: it runs through one while errors shrink, then through the other.

    Args:
        film: where it stands.
        corner: lower left corner of the panel.
        size: width and height of the panel.
        x_range: first and last rate, in whatever unit.
        y_range: lowest and highest factor.
        rates: learning rates [rate].
        factors: factors there [rate]; a straight line.
        critical: the rate at which the factor is -1.
        ticks: at most so many along each axis.
    """

    def __init__(
        self,
        film: Film,
        corner: np.ndarray,
        size: tuple[float, float],
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        rates: np.ndarray,
        factors: np.ndarray,
        critical: float,
        ticks: tuple[int, int],
    ) -> None:
        self._theme = theme = film.theme
        self.axes = Axes(corner, size, x_range, y_range, theme, film.words, ticks)
        low, high = y_range
        shrinks = self._box((x_range[0], critical), (TURN, min(1.0, high)), theme.good)
        grows = self._box((critical, x_range[1]), (low, TURN), theme.bad)
        slope = (factors[-1] - factors[0]) / (rates[-1] - rates[0])
        self.line = Line(self.axes.line(slope, critical, TURN), theme.text, 4)
        self.foot, self.turn, top = self.axes.at(critical, np.array([low, TURN, high]))
        self.side = self.axes.at(x_range[0], np.array([low, high]))
        name = film.typeset("rho_c").next_to(top, UP, buff=0.1)
        self.critical = VGroup(with_halo(dashed(self.foot, top, theme.text, 3), theme), name)
        super().__init__(shrinks, grows, self.axes)

    def sign(self, run: int, rate: float, factor: float) -> VMobject:
        """The sign of a run on the line; hollow at the panel's edge, and pointing on, where its rate lies beyond."""
        inside, place = self.axes.inside(rate, factor), self.axes.near(rate, factor)
        sign = marker(run, self._theme.weight).move_to(np.clip(place, *self.axes.box))
        away = Away(self.axes.box, self._theme.weight).put(place)
        return with_halo(sign.set_fill(opacity=1 if inside else 0.25).add(away), self._theme)

    def signs(self, rates: np.ndarray, factors: np.ndarray) -> "Signs":
        """The signs of all runs on the line [run]."""
        each = enumerate(zip(rates, factors, strict=True))
        return Signs([self.sign(run, *place) for run, place in each], self.line.corners[0])

    def _box(self, across: tuple[float, float], between: tuple[float, float], colour: str) -> Rectangle:
        low, high = self.axes.at(np.array(across), np.array(between))
        box = Rectangle(width=high[0] - low[0], height=high[1] - low[1], color=colour, stroke_width=2)
        return box.set_fill(colour, opacity=0.2).move_to((low + high) / 2)


class Signs(VGroup):
    """Signs of runs that slide from the `start` [3] of a line to where they belong."""

    def __init__(self, signs: list[VMobject], start: np.ndarray) -> None:
        super().__init__(*signs)
        self._start, self._ends = start, [sign.get_center() for sign in signs]

    def slide(self, share: float) -> None:
        """Go a share, 0 to 1, of the way."""
        for sign, end in zip(self, self._ends, strict=True):
            sign.move_to(self._start + share * (end - self._start))


def overview(film: Film, corner: np.ndarray, size: tuple[float, float]) -> FactorLine:
    """The line over the learning rates of the trace, with the names of its axes."""
    trace = film.trace
    last, low = trace.rate_grid[-1], trace.factor_grid[-1]
    ranges, grids = ((0, last), (low, 1.3)), (trace.rate_grid, trace.factor_grid)
    ticks = (4, int(2.3 - low))  # one for each whole factor
    plot = FactorLine(film, corner, size, *ranges, *grids, float(trace.critical_learning_rate), ticks)
    factor = film.typeset(FACTOR, size=26)
    factor.next_to(plot.axes.at(0, 1.3), UP, buff=0.1).align_to(corner, LEFT)
    return plot.add(factor, film.typeset("rho").next_to(plot.axes.at(last, low), UR, buff=0.08))


def lens(film: Film, corner: np.ndarray, size: tuple[float, float], distance: float) -> FactorLine:
    """The same line over the distance to the critical rate, in per cent of it.

    It is so magnified that a run at `distance` can be told from the critical rate.
    """
    trace = film.trace
    reach = (4 if distance < NEAR else 1.25) * (distance or 1.0)
    across = max(-reach, -100.0), reach
    depths = TURN - 4 * reach / 100, TURN + 2 * reach / 100  # within `reach` the line falls by half of it
    grids = trace.excess_grid, trace.factor_grid
    return FactorLine(film, corner, size, across, depths, *grids, critical=0.0, ticks=(4, 0))


class Rates(VGroup):
    """A row for each run: its sign, its learning rate, its factor.

    Args:
        film: where it stands; its trace holds the runs.
        left: where the signs stand.
        top: height of the first row.
    """

    def __init__(self, film: Film, left: float, top: float) -> None:
        self._right = left + 5.7
        self._heights = [top - 0.52 * run for run in range(len(film.trace.factor))]
        super().__init__()
        for run, height in enumerate(self._heights):
            place = np.array([left, height, 0.0])
            rate = film.typeset("rho = {rate}", size=26, rate=film.refs.learning_rate[run])
            factor = multiplier(film, film.refs.factor[run], 26)
            self.add(marker(run, film.theme.weight, 0.12).move_to(place))
            self.add(rate.move_to(place + 0.25 * RIGHT, LEFT), factor.move_to(place + 3.8 * RIGHT, RIGHT))

    def percents(self, film: Film) -> VGroup:
        """One column more: how far each rate lies above the critical one."""
        return VGroup(
            *(
                percent(film, excess, 26).move_to([self._right, height, 0], RIGHT)
                for excess, height in zip(film.refs.excess, self._heights, strict=True)
            )
        )


def multiplier(film: Film, factor: Ref, size: float) -> VMobject:
    """A factor with its sign of multiplication; one close to 1 has the digits to tell it from 1."""
    digits = digits_to_tell(factor.value, np.sign(factor.value))
    told = film.words.markup(factor, digits=digits, tidy=True)
    return film.typeset("times {factor}", size=size, factor=told)


def percent(film: Film, ref: Ref, size: float) -> VMobject:
    """A percentage with its sign."""
    return film.typeset(("+" if ref.value > 0 else "") + '{value} thin "%"', size=size, value=ref)


SMALLEST = 24  # font size


class WeightHistory(VGroup):
    """The trail of a walk over a panel that has the width of the valley above it.

    Where the walk has left the panel there is no trail, and no dot.

    Args:
        film: where it stands.
        axes: those of the valley.
        top: height of its first row.
        height: from there to its last.
        w: weights, the start included [step].
        w_star: best weight, a dashed line.
    """

    def __init__(self, film: Film, axes: Axes, top: float, height: float, w: np.ndarray, w_star: float) -> None:
        self._axes, self._theme, self._top = axes, film.theme, top
        self.steps = len(w) - 1
        self._pitch = height / self.steps
        self._w, self.inside = lasting(w), axes.inside(w, axes.low[1])
        self.best = with_halo(
            dashed(self.place(w_star, 0), self.place(w_star, self.steps), film.theme.good, 3), film.theme
        )
        self._stops, box = self._rows(axes.near(self._w, axes.low[1]), np.arange(len(w))), axes.box.copy()
        box[:, 1] = top - height, top
        self.trail = with_halo(Clipped(self._stops, box, film.theme.weight, 3), film.theme)
        self.dots = Dots(self._stops[:0], film.theme.weight, np.clip(0.3 * self._pitch, 0.03, 0.06))
        super().__init__(self.best, self.trail, self.dots)
        self.at(0)

    def place(self, w: np.ndarray | float, step: np.ndarray | float) -> np.ndarray:
        """The points of the frame [..., 3] for weights at steps, those outside moved to the edge."""
        return self._rows(self._axes.clamped(np.broadcast_arrays(w, step)[0], 0), step)

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

    def bars(self, steps: int, w_star: float) -> VGroup:
        """From the best weight to the weight at each of the first `steps` rows."""
        ends = [np.stack([self.place(w_star, k), self.place(self._w[k], k)]) for k in range(steps)]
        return VGroup(*(Line(pair, self._theme.text, 6) for pair in ends))

    def _rows(self, places: np.ndarray, step: np.ndarray | float) -> np.ndarray:
        """The same points [..., 3] at the heights of steps."""
        places[..., 1] = self._top - np.asarray(step) * self._pitch
        return places


class Funnel(VMobject):
    """The region of a record within `reach` [step] of the best weight; it grows downwards."""

    def __init__(self, record: WeightHistory, reach: np.ndarray, w_star: float, colour: str) -> None:
        super().__init__(stroke_width=2, color=colour, fill_opacity=0.2)
        self._record, self._reach, self._w_star = record, reach, w_star
        self.show(1)

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the steps."""
        last = share * self._record.steps
        rows = np.append(np.arange(np.ceil(last)), last)
        reach = np.interp(rows, np.arange(len(self._reach)), self._reach)
        left, right = (self._record.place(self._w_star + side * reach, rows) for side in (-1, 1))
        self.set_points_as_corners([*left, *right[::-1], left[0]])
        return self


SLANT = 0.03  # of the thread, beyond which ball and pen are apart: one has left the panel


class RunPanel(VGroup):
    """A valley with its ball, and below it the record of its weights.

    Its axes, its sign and rate (`head`) and the name of the best weight (`best`) may be animated apart; a
    verdict has room at `foot`.

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
        self.record = WeightHistory(film, self.valley.axes, -0.02, 1.95, trace.w[run], float(trace.w_star))
        rate = film.typeset("rho = {rate}", size=28, rate=film.refs.learning_rate[run])
        self.head = VGroup(marker(run, theme.weight, 0.12), rate).arrange(RIGHT, buff=0.15)
        self.head.move_to([self.middle, 2.72, 0])
        self.best = film.typeset("good(w^*)", size=24).next_to(self.record.best, DOWN, buff=0.1)
        self.thread = Line(np.zeros((2, 3)), theme.faint, 2)
        self.foot = np.array([self.middle, -2.52, 0.0])
        super().__init__(self.thread, self.valley.curve, self.record, self.descent)
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
        return Funnel(self.record, np.abs(trace.predicted_error[self.run]), float(trace.w_star), hue)

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
