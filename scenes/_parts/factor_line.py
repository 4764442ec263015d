"""The factor of an error over the learning rate: a falling line, and the depth from which errors grow."""

from typing import Any

import numpy as np
from manim import LEFT, RIGHT, UP, UR, Rectangle, VGroup, VMobject

from scenes._parts.away import Away
from scenes._parts.axes import Axes
from scenes._parts.halo import haloed
from scenes._parts.markers import marker
from scenes._parts.trail import Trail, dashed
from scenes._words import digits_to_tell

TURN = -1.0  # the factor below which an error grows
NEAR = 20.0  # per cent of the critical rate


class FactorLine(VGroup):
    """The line in a panel with two shaded boxes: it runs through one while errors shrink, then through the other.

    Args:
        stage: where it stands.
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
        stage: Any,
        corner: np.ndarray,
        size: tuple[float, float],
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        rates: np.ndarray,
        factors: np.ndarray,
        critical: float,
        ticks: tuple[int, int],
    ) -> None:
        self._theme = theme = stage.theme
        self.axes = Axes(corner, size, x_range, y_range, theme, stage.words, ticks)
        low, high = y_range
        shrinks = self._box((x_range[0], critical), (TURN, min(1.0, high)), theme.good)
        grows = self._box((critical, x_range[1]), (low, TURN), theme.bad)
        slope = (factors[-1] - factors[0]) / (rates[-1] - rates[0])
        self.line = Trail(self.axes.line(slope, critical, TURN), theme.text, 4)
        self.foot, self.turn, top = self.axes.at(critical, np.array([low, TURN, high]))
        self.side = self.axes.at(x_range[0], np.array([low, high]))
        name = stage.typeset("rho_c").next_to(top, UP, buff=0.1)
        self.critical = VGroup(haloed(dashed(self.foot, top, theme.text, 3), theme), name)
        super().__init__(shrinks, grows, self.axes)

    def sign(self, run: int, rate: float, factor: float) -> VMobject:
        """The sign of a run on the line; hollow at the panel's edge, and pointing on, where its rate lies beyond."""
        inside, place = self.axes.inside(rate, factor), self.axes.near(rate, factor)
        sign = marker(run, self._theme.weight).move_to(np.clip(place, *self.axes.box))
        away = Away(self.axes.box, self._theme.weight).put(place)
        return haloed(sign.set_fill(opacity=1 if inside else 0.25).add(away), self._theme)

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


def overview(stage: Any, corner: np.ndarray, size: tuple[float, float]) -> FactorLine:
    """The line over the learning rates of the trace, with the names of its axes."""
    trace = stage.trace
    last, low = trace.rate_grid[-1], trace.factor_grid[-1]
    ranges, grids = ((0, last), (low, 1.3)), (trace.rate_grid, trace.factor_grid)
    ticks = (4, int(2.3 - low))  # one for each whole factor
    plot = FactorLine(stage, corner, size, *ranges, *grids, float(trace.critical_learning_rate), ticks)
    factor = stage.typeset("1 - 2 rho scripts(sum)_i data(x_i)^2", size=26)
    factor.next_to(plot.axes.at(0, 1.3), UP, buff=0.1).align_to(corner, LEFT)
    return plot.add(factor, stage.typeset("rho").next_to(plot.axes.at(last, low), UR, buff=0.08))


def lens(stage: Any, corner: np.ndarray, size: tuple[float, float], distance: float) -> FactorLine:
    """The same line over the distance to the critical rate, in per cent of it.

    It is so magnified that a run at `distance` can be told from the critical rate.
    """
    trace = stage.trace
    reach = (4 if distance < NEAR else 1.25) * (distance or 1.0)
    across = max(-reach, -100.0), reach
    depths = TURN - 4 * reach / 100, TURN + 2 * reach / 100  # within `reach` the line falls by half of it
    grids = trace.excess_grid, trace.factor_grid
    return FactorLine(stage, corner, size, across, depths, *grids, critical=0.0, ticks=(4, 0))


class Rates(VGroup):
    """A row for each run: its sign, its learning rate, its factor.

    Args:
        stage: where it stands; its trace holds the runs.
        left: where the signs stand.
        top: height of the first row.
    """

    def __init__(self, stage: Any, left: float, top: float) -> None:
        self._right = left + 5.7
        self._heights = [top - 0.52 * run for run in range(len(stage.trace.factor))]
        super().__init__()
        for run, height in enumerate(self._heights):
            place = np.array([left, height, 0.0])
            rate = stage.typeset("rho = {rate}", size=26, rate=stage.trace.learning_rate[run])
            factor = multiplier(stage, stage.trace.factor[run], 26)
            self.add(marker(run, stage.theme.weight, 0.12).move_to(place))
            self.add(rate.move_to(place + 0.25 * RIGHT, LEFT), factor.move_to(place + 3.8 * RIGHT, RIGHT))

    def percents(self, stage: Any) -> VGroup:
        """One column more: how far each rate lies above the critical one."""
        return VGroup(
            *(
                percent(stage, excess, 26).move_to([self._right, height, 0], RIGHT)
                for excess, height in zip(stage.trace.excess, self._heights, strict=True)
            )
        )


def multiplier(stage: Any, factor: float, size: float) -> VMobject:
    """A factor with its sign of multiplication; one close to 1 has the digits to tell it from 1."""
    digits = digits_to_tell(factor, np.sign(factor))
    told = stage.words.markup(factor, digits=digits, tidy=True)
    return stage.typeset("times {factor}", size=size, factor=told)


def percent(stage: Any, value: float, size: float) -> VMobject:
    """A percentage with its sign."""
    return stage.typeset(("+" if value > 0 else "") + '{value} thin "%"', size=size, value=value)
