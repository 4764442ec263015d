"""The film of gradient descent: a ball walks down the true loss curve, and its line follows on the data."""

import numpy as np
from manim import DOWN, RIGHT, UL, UP, Arrow, Dot, FadeIn, FadeOut, GrowFromPoint
from manim import ReplacementTransform as Become
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine

from mathcore.gradient_descent import Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, clipped
from scenes._marks.optimum import optimum_mark
from scenes._marks.typeset import Typeset
from scenes._marks.valley import Descent, Valley
from scenes._props.gradient_descent import Column, Fit, Table
from scenes._stage.clock import between, follow
from scenes._stage.film import SMALL, Film, beat

CORNER = np.array([-5.7, -2.3, 0.0])  # lower left of the data over the whole frame
LOSS, SIZE = np.array([1.4, -2.3, 0.0]), (5.0, 4.5)  # of its panel: lower left, width and height
RULE = "weight(w) <- weight(w) - rho thin gradient((d L) / (d w)) quad quad rho = {rate}"


class GradientDescent(Film):
    """Left the data with the line, and the table of iterates; right the loss over w."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t, refs, theme, params = self.trace, self.refs, self.theme, self.trace.params
        self.steps = params.steps
        self.names = self.words.column(params.feature, params.data), self.words.column(params.target, params.data)
        self.valley = Valley(self, LOSS, SIZE, t.w_grid, t.loss_grid)
        self.descent = follow(Descent(self.valley, t.w, t.loss, theme.weight), "step")
        self.fit, self.scan = (Fit(self, np.array([-5.7, 0.3, 0]), (5.0, 1.9), self.names, 0.035) for _ in range(2))
        self.fit.scan(self.descent.weight, "step")
        columns = [
            Column("k", refs.places("step"), theme.text, -5.45),
            Column("weight(w_k)", refs.w, theme.weight, -4.15),
            Column("gradient(d L slash d w)", refs.gradient, theme.gradient, -2.35),
            Column("loss(L)(weight(w_k))", refs.loss, theme.loss, -0.7),
        ]
        self.table = follow(Table(self, columns, top=-0.9, rows=5), "step")
        self.off = self.say("off_panel", size=SMALL).next_to(LOSS + [*SIZE, 0], UL, buff=0.15)
        follow(self.off, "step", at=lambda step: self.off.set_opacity(float(self.descent.away)))

    @beat
    def show_data(self) -> None:
        params, rows = self.trace.params, self.refs.length("sample")
        big = self.big = Fit(self, CORNER, (12.0, 4.6), self.names, 0.06, params.start)
        ends = np.array([self.trace.w_star, params.start])
        big.scan(lambda place: float(between(ends, place)), "turned")
        self.add(big)
        names = {"feature": self.names[0], "target": self.names[1]}
        self.caption("show_data", count=rows, source=self.source(params.data), **names)
        self.run(self.reading_time_left(), rate=ease_in_out_sine, turned=1)
        self.caption("define_loss" if big.whole else "define_loss_all", w=self.refs.params.start, count=rows)
        self.gaps = big.gaps(params.start)
        self.add(self.gaps, big)
        self.drive(self.gaps.show, self.gaps, seconds=self.reading_time_left())

    @beat
    def draw_loss(self) -> None:
        t, valley, grid = self.trace, self.valley, np.arange(len(self.trace.w_grid))
        self.caption("draw_loss")
        line = self.scan.turn(t.params.start).line
        shrink = Become(self.big.dots, self.fit.dots), Become(self.big.line, line)
        self.play(FadeOut(self.gaps, self.big.frame), *shrink, FadeIn(self.fit.frame, valley))
        self.scan.scan(lambda place: float(np.interp(place, grid, t.w_grid)), "grid")
        scout = Dot(radius=0.13, color=self.theme.weight, stroke_width=3)
        follow(scout, "grid", at=lambda place: scout.move_to(valley.curve.point(place / grid[-1])))
        self.add(follow(valley.curve, "grid"), with_halo(scout, self.theme))
        self.run(4, rate=ease_in_out_sine, grid=grid[-1])
        home = float(np.interp(t.w[0], t.w_grid, grid))
        self.run(1.5, scout, line, rate=ease_in_out_sine, grid=home)
        self.scouts = [scout, line]

    @beat
    def take_first_step(self) -> None:
        self.remove(*self.scouts)
        self.add(self.fit.line, self.table, self.descent, self.off)
        self.caption("feel_slope", start=self.refs.params.start)
        slope = self.feel_slope(0)
        self.caption("take_step")
        self.write_rule(RULE, rate=self.refs.params.learning_rate)
        self.step_slowly(0, *slope)

    @beat(when=lambda t: t.params.steps > 1)
    def predict_second_step(self) -> None:
        before, update = self.refs.update[:2]
        self.caption("ask_next", slope=self.refs.gradient[1])
        slope = self.feel_slope(1)
        self.caption(f"answer_{self.trace.second_step()}", update=update, before=before)
        self.step_slowly(1, *slope)

    @beat(when=lambda t: t.params.steps > 2)
    def walk_on(self) -> None:
        self.caption("walk_on", steps=self.refs.params.steps)
        seconds = float(np.clip(0.8 * (self.steps - 2), self.reading_time_left(), 7))
        self.run(seconds, rate=ease_in_sine if self.steps > 3 else ease_in_out_sine, step=self.steps)

    @beat(summary=True)
    def read_result(self) -> None:
        t = self.trace
        refs = self.refs
        self.caption(t.outcome(), steps=refs.params.steps, w=refs.w[-1], w_star=refs.w_star)
        lowest = optimum_mark(self.theme, self.valley.axes.at(t.w_star, t.loss_star))
        side = UP if t.loss_star < 0.85 * t.loss_grid.max() else RIGHT  # below the formula
        name = self.typeset("good(w^*)").next_to(lowest, side, buff=0.15)
        self.swap([], [lowest, name])
        self.add(self.descent)
        self.grow(self.fit.best(float(t.w_star)), rate=ease_in_out_sine)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(1, rate=ease_in_out_sine, step=0)
        self.run(4.5, rate=ease_in_sine if self.steps > 1 else ease_in_out_sine, step=self.steps)

    def feel_slope(self, k: int) -> tuple[Line, Typeset]:
        """Lay the tangent on the curve, then tell its slope."""
        t = self.trace
        tangent = self.valley.tangent(t.w[k], t.loss[k], t.gradient[k])
        slope = self.typeset("gradient((d L) / (d w)) = gradient({slope})", slope=self.refs.gradient[k])
        slope.move_to(LOSS + np.array([2.5, 3.9, 0]))
        self.play(GrowFromPoint(tangent, self.descent.ball.get_center()), run_time=1.6)
        self.play(FadeIn(slope), run_time=self.reading_time_left())
        return tangent, slope

    def step_slowly(self, k: int, tangent: Line, slope: Typeset) -> None:
        """The rest of a step with all its numbers: arrow along the axis, drop."""
        t, axes = self.trace, self.valley.axes
        update = self.typeset("- rho thin gradient((d L) / (d w)) = gradient({update})", update=self.refs.update[k])
        update.next_to(slope, DOWN, buff=0.25)
        before, after = axes.near(t.w[k : k + 2], 0)
        start, end = (place + 0.12 * UP for place in clipped(before, after, axes.box)[:2])
        arrow = Arrow(start, end, buff=0, color=self.theme.gradient, stroke_width=8, max_tip_length_to_length_ratio=0.3)
        if not axes.inside(t.w[k + 1], 0):  # it goes on beyond the panel
            arrow.tip.set_fill(opacity=0.25).set_stroke(self.theme.gradient, 3)
        self.play(FadeIn(update), FadeIn(arrow, scale=0.1, target_position=start))
        self.run(2, rate=ease_in_out_sine, step=k + 1)
        self.play(FadeOut(tangent, slope, update, arrow))
