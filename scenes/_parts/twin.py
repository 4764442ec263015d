"""One of several runs side by side on the same loss."""

from typing import Any

import numpy as np
from manim import DOWN, RIGHT, VGroup, VMobject

from scenes._parts.factor_line import multiplier
from scenes._parts.markers import marker
from scenes._parts.record import Funnel, Record
from scenes._parts.trail import Trail
from scenes._parts.valley import Descent, Valley
from scenes._words import digits_to_tell

ARRIVED = 0.01  # share of the first error
CRAWLING = 0.9  # factor
EXACT = 1e-9
SLANT = 0.03  # of the thread, beyond which ball and pen are apart: one has left the panel


class Twin(VGroup):
    """A valley with its ball, and below it the record of its weights.

    Its axes, its sign and rate (`head`) and the name of the best weight (`best`) may be animated apart; a
    verdict has room at `foot`.

    Args:
        stage: where it stands; its trace holds the runs.
        run: which of them.
        left: left end of the panel.
        width: of the panel.
    """

    def __init__(self, stage: Any, run: int, left: float, width: float) -> None:
        trace, theme = stage.trace, stage.theme
        self.run, self.middle = run, left + width / 2
        corner = np.array([left, 0.62, 0.0])
        self.valley = Valley(stage, corner, (width, 1.75), trace.w_grid, trace.loss_grid, slim=True)
        self.descent = Descent(self.valley, trace.w[run], trace.loss[run], theme.weight, marker(run, theme.weight))
        self.record = Record(stage, self.valley.axes, -0.02, 1.95, trace.w[run], float(trace.w_star))
        rate = stage.typeset("rho = {rate}", size=28, rate=trace.learning_rate[run])
        self.head = VGroup(marker(run, theme.weight, 0.12), rate).arrange(RIGHT, buff=0.15)
        self.head.move_to([self.middle, 2.72, 0])
        self.best = stage.typeset("good(w^*)", size=24).next_to(self.record.best, DOWN, buff=0.1)
        self.thread = Trail(np.zeros((2, 3)), theme.faint, 2)
        self.foot = np.array([self.middle, -2.52, 0.0])
        super().__init__(self.thread, self.valley.curve, self.record, self.descent)
        self.walk(0)

    def walk(self, step: float) -> None:
        """Put ball and pen, and the thread between them, where the run is after `step` steps."""
        self.descent.walk(step)
        ends = np.stack([self.descent.ball.get_center(), self.record.show(step)])
        apart = self.descent.away or abs(ends[0, 0] - ends[1, 0]) > SLANT
        self.thread.through(ends[:0] if apart else ends)

    def chain(self, stage: Any, count: int) -> list[VMobject]:
        """The first errors, one below the other in the valley's place, and between them the factor."""
        factor = stage.trace.factor[self.run]
        rows = []
        for k, error in enumerate(stage.trace.error[self.run, :count]):
            rows += [multiplier(stage, factor, 28)] if k else []
            rows.append(stage.typeset(f"weight(w_{k}) - good(w^*) = {{error}}", size=28, error=error))
        for index, row in enumerate(rows):
            row.move_to([self.middle, 2.2 - 0.44 * index, 0])
        return rows

    def funnel(self, stage: Any) -> Funnel:
        """What the powers of its factor predict for the run."""
        trace, theme = stage.trace, stage.theme
        hue = theme.bad if abs(trace.factor[self.run]) > 1 else theme.good
        return Funnel(self.record, np.abs(trace.predicted_error[self.run]), float(trace.w_star), hue)

    def verdict(self, stage: Any) -> VGroup:
        """What has become of the run, and how much of its error is left."""
        theme, steps, left = stage.theme, stage.trace.params.steps, stage.trace.left[self.run, -1]
        key = self.outcome(stage)
        hue = {"diverges": theme.bad, "off": theme.bad, "arrived": theme.good}.get(key)
        word = stage.say(f"verdict_{key}", size=26, colour=hue).move_to(self.foot)
        share = np.inf if np.isnan(left) else left  # it has overflown
        told = stage.words.number(share, digits=digits_to_tell(share, 1), tidy=True)
        rest = stage.say("left" if steps > 1 else "left_one", size=24, left=told, steps=steps)
        return VGroup(word, rest.move_to(self.foot + 0.4 * DOWN))

    def outcome(self, stage: Any) -> str:
        """The key of a word for what has become of the run."""
        factor, left = stage.trace.factor[self.run], stage.trace.left[self.run]
        if left[0] == 0:
            return "rest"
        if factor < 0 and abs(factor + 1) < EXACT:
            return "forever"
        if abs(factor) > 1:
            return "diverges" if self.record.inside[-1] else "off"
        if left[-1] < ARRIVED:
            return "arrived"
        return "crawls" if factor > CRAWLING else "bounces" if factor < 0 else "underway"
