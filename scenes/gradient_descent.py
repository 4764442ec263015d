"""The film of gradient descent: a ball walks down the true loss curve, and its line follows on the data."""

import numpy as np
from manim import DOWN, RIGHT, UL, UP, UR, Arrow, Create, FadeIn, FadeOut, GrowFromPoint
from manim import ReplacementTransform as Become
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine

from mathcore.gradient_descent import Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, clipped
from scenes._marks.typeset import Typeset
from scenes._marks.valley import Descent, Valley
from scenes._props.gradient_descent import Column, Fit, Table
from scenes._stage.film import MARGIN, SMALL, Film
from scenes._stage.sources import length, places
from scenes._stage.words import Name

CORNER = np.array([-5.7, -2.3, 0.0])  # lower left of the panel at the left, or over the whole frame


class GradientDescent(Film):
    """Left the loss over w; right the data with the line, and the table of iterates."""

    trace: Trace

    def construct(self) -> None:
        self.show_data()
        self.draw_loss()
        self.take_first_step()
        if self.trace.params.steps > 1:
            self.predict_second_step()
        if self.trace.params.steps > 2:
            self.walk_on()
        self.read_result()
        self.replay()

    def setup(self) -> None:
        super().setup()
        trace, theme, params = self.trace, self.theme, self.trace.params
        self.steps = params.steps
        self.names = self.words.column(params.feature, params.data), self.words.column(params.target, params.data)
        self.fit = Fit(self, np.array([1.75, 0.35, 0]), (5.0, 1.95), trace.x, trace.y, self.names, 0.035)
        self.valley = Valley(self, CORNER, (6.0, 4.6), trace.w_grid, trace.loss_grid)
        self.descent = Descent(self.valley, trace.w, trace.loss, theme.weight)
        columns = [
            Column("k", places(trace.w), theme.text, 2.0),
            Column("weight(w_k)", trace.w, theme.weight, 3.3),
            Column("gradient(d L slash d w)", trace.gradient, theme.gradient, 5.1),
            Column("loss(L)(weight(w_k))", trace.loss, theme.loss, 6.75),
        ]
        self.off = self.say("off_panel", size=SMALL).next_to(CORNER + [6.0, 4.6, 0], UL, buff=0.15).set_opacity(0)
        self.table = Table(self, columns, top=-0.9, rows=5)

    def show_data(self) -> None:
        self.begin("show_data")
        trace, params = self.trace, self.trace.params
        self.big = big = Fit(self, CORNER, (12.0, 4.6), trace.x, trace.y, self.names, 0.06).turn(params.start)
        self.add(big.frame)
        source = Name(params.data.name) if params.data else self.words.sentence("source")
        self.caption("show_data", count=length(trace.x), source=source, feature=self.names[0], target=self.names[1])
        self.add(big.dots)
        self.drive(big.fill, big.dots, seconds=2.5)
        self.play(Create(big.line), run_time=self.reading_time_left())
        self.caption("define_loss" if big.whole else "define_loss_all", w=params.start, count=length(trace.x))
        self.gaps = big.gaps(params.start)
        self.add(self.gaps, big)
        self.drive(self.gaps.show, self.gaps, seconds=self.reading_time_left())

    def draw_loss(self) -> None:
        self.begin("draw_loss")
        self.caption("draw_loss")
        big, fit, valley, ball = self.big, self.fit.turn(self.trace.params.start), self.valley, self.descent.ball
        shrink = Become(big.dots, fit.dots), Become(big.line, fit.line)
        self.play(FadeOut(self.gaps, big.frame), *shrink, FadeIn(fit.frame, valley))
        self.add(valley.curve.show(0), ball)

        def sweep(share: float) -> None:
            ball.move_to(valley.curve.point(share))
            fit.turn(np.interp(share, [0, 1], valley.w_grid[[0, -1]]))

        def draw(share: float) -> None:
            sweep(share)
            valley.curve.show(share)

        home = valley.place(self.trace.w[0])
        self.drive(draw, valley.curve, ball, fit.line, seconds=4, rate=ease_in_out_sine)
        self.drive(lambda share: sweep(1 + share * (home - 1)), ball, fit.line, seconds=1.5, rate=ease_in_out_sine)

    def take_first_step(self) -> None:
        self.begin("take_first_step")
        rule = "weight(w) <- weight(w) - rho thin gradient((d L) / (d w)) quad quad rho = {rate}"
        self.add(self.table, self.descent, self.off)
        self.walk(0)
        self.caption("feel_slope", start=self.trace.params.start)
        slope = self.feel_slope(0)
        self.caption("take_step")
        self.play(FadeIn(self.typeset(rule, rate=self.trace.params.learning_rate).to_corner(UR, buff=MARGIN)))
        self.step_slowly(0, *slope)

    def predict_second_step(self) -> None:
        self.begin("predict_second_step")
        before, update = self.trace.update[:2]
        ratio = abs(update) / (abs(before) or np.inf)
        closer = "answer_back" if before * update < 0 else "answer_shorter"
        answer = closer if ratio < 0.99 else "answer_longer" if ratio > 1.01 else "answer_same"
        self.caption("ask_next", slope=self.trace.gradient[1])
        slope = self.feel_slope(1)
        self.caption(answer, update=update, before=before)
        self.step_slowly(1, *slope)

    def walk_on(self) -> None:
        self.begin("walk_on")
        self.caption("walk_on", steps=self.steps)
        self.descend(2, self.steps, seconds=np.clip(0.8 * (self.steps - 2), self.reading_time_left(), 7))

    def read_result(self) -> None:
        self.begin("read_result")
        trace = self.trace
        far, left = abs(trace.w[0] - trace.w_star), abs(trace.w[-1] - trace.w_star)
        key = "at_rest" if far == 0 else "arrived" if left < 0.01 * far else "on_the_way" if left <= far else "diverged"
        if key == "diverged" and self.descent.away:
            key = "overflown" if np.isnan(trace.w[-1]) else "off"
        self.caption(key, steps=self.steps, w=trace.w[-1], w_star=trace.w_star)
        foot_and_top, theme = self.valley.axes.at(trace.w_star, np.array([0, trace.loss_star])), self.theme
        side = UP if trace.loss_star < 0.85 * trace.loss_grid.max() else RIGHT  # below the formula
        name = self.typeset("good(w^*)").next_to(foot_and_top[1], side, buff=0.3)
        self.play(Create(with_halo(Line(foot_and_top, theme.good, 5), theme)), FadeIn(name))
        best = with_halo(Dashes(self.fit.axes.line(float(trace.w_star), 0, 0), theme.good, 5), theme)
        self.add(best.show(0))
        self.drive(best.show, best, seconds=self.reading_time_left(), rate=ease_in_out_sine)

    def replay(self) -> None:
        self.begin("replay", loop=True)
        self.descend(self.steps, 0, seconds=1)
        self.descend(0, self.steps, seconds=4.5)

    def feel_slope(self, k: int) -> tuple[Line, Typeset]:
        """Lay the tangent on the curve, then tell its slope."""
        trace = self.trace
        tangent = self.valley.tangent(trace.w[k], trace.loss[k], trace.gradient[k])
        slope = self.typeset("gradient((d L) / (d w)) = {slope}", slope=trace.gradient[k])
        slope.move_to(CORNER + np.array([3.0, 4.05, 0]))
        self.play(GrowFromPoint(tangent, self.descent.ball.get_center()), run_time=1.6)
        self.play(FadeIn(slope), run_time=self.reading_time_left())
        return tangent, slope

    def step_slowly(self, k: int, tangent: Line, slope: Typeset) -> None:
        """The rest of a step with all its numbers: arrow along the axis, drop."""
        trace, axes = self.trace, self.valley.axes
        update = self.typeset("- rho thin gradient((d L) / (d w)) = {update}", update=trace.update[k])
        update.next_to(slope, DOWN, buff=0.25)
        before, after = axes.near(trace.w[k : k + 2], 0)
        start, end = (place + 0.12 * UP for place in clipped(before, after, axes.box)[:2])
        arrow = Arrow(start, end, buff=0, color=self.theme.gradient, stroke_width=8, max_tip_length_to_length_ratio=0.3)
        if not axes.inside(trace.w[k + 1], 0):  # it goes on beyond the panel
            arrow.tip.set_fill(opacity=0.25).set_stroke(self.theme.gradient, 3)
        self.play(FadeIn(update), FadeIn(arrow, scale=0.1, target_position=start))
        self.descend(k, k + 1, seconds=2)
        self.play(FadeOut(tangent, slope, update, arrow))

    def descend(self, first: int, last: int, seconds: float) -> None:
        """Walk from iterate `first` to iterate `last`; slowly at the start where there are many."""
        rate = ease_in_sine if last - first > 1 else ease_in_out_sine
        drawn = (self.descent, self.off, self.fit.line, self.table)
        self.drive(lambda share: self.walk(first + share * (last - first)), *drawn, seconds=seconds, rate=rate)

    def walk(self, step: float) -> None:
        """Put ball, line and table where the descent is after `step` steps."""
        self.fit.turn(self.descent.walk(step))
        self.off.set_opacity(float(self.descent.away))
        self.table.show(int(step + 1e-9))
