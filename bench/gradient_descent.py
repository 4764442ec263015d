"""Gradient descent as manim's users write it: always_redraw, a Dot per row, a Line per step, a number per cell."""

import itertools
from typing import Any

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    UR,
    Arrow,
    Axes,
    Create,
    DashedVMobject,
    DecimalNumber,
    Dot,
    FadeIn,
    FadeOut,
    GrowFromPoint,
    Line,
    MathTypst,
    ReplacementTransform,
    ShowIncreasingSubsets,
    ValueTracker,
    VGroup,
    VMobject,
    always_redraw,
    linear,
)
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine

from bench._lecture import THEME, Lecture
from bench._panel import panel

ROWS = 5
COLUMNS = {  # heading: right edge, decimals
    "k": (2.0, 0),
    "weight(w_k)": (3.3, 2),
    "gradient(d L slash d w)": (5.1, 0),
    "loss(L)(weight(w_k))": (6.75, 0),
}


class GradientDescent(Lecture):
    """Left the loss over w; right the data with the line, and the table of iterates."""

    def construct(self) -> None:
        self.w, self.k = ValueTracker(self.trace.params.start), ValueTracker(0)
        self.show_data()
        self.draw_loss()
        self.take_first_step()
        self.predict_second_step()
        self.walk_on()
        self.read_result()
        self.replay()

    def show_data(self) -> None:
        self.section("show_data")
        trace = self.trace
        self.big, self.big_names = self.data_axes([-5.7, -2.3, 0], 12.0, 4.6)
        self.add(self.big, self.big_names)
        params = trace.params
        names = {role: self.words.column(getattr(params, role), params.data) for role in ("feature", "target")}
        self.caption("show_data", count=len(trace.x), source=self.words.sentence("source"), **names)
        self.big_dots = self.dots(self.big, 0.06)
        self.play(ShowIncreasingSubsets(self.big_dots), run_time=2.5, rate_func=linear)
        self.big_line = self.fit_line(self.big)
        self.play(Create(self.big_line), run_time=self.unread())
        self.gaps = VGroup(
            *(
                Line(self.big.c2p(x, y), self.big.c2p(x, 0), color=THEME.loss, stroke_width=2, stroke_opacity=0.5)
                for x, y in self.rows()
            )
        )
        self.caption("define_loss", w=trace.params.start)
        self.add(self.gaps, self.big_dots, self.big_line)
        self.play(ShowIncreasingSubsets(self.gaps), run_time=self.unread(), rate_func=linear)

    def draw_loss(self) -> None:
        self.section("draw_loss")
        self.caption("draw_loss")
        self.small, names = self.data_axes([1.75, 0.35, 0], 5.0, 1.95)
        dots, line = self.dots(self.small, 0.035), self.fit_line(self.small)
        self.valley = self.loss_axes()
        shrink = ReplacementTransform(self.big_dots, dots), ReplacementTransform(self.big_line, line)
        self.play(FadeOut(self.gaps, self.big, self.big_names), *shrink, FadeIn(self.small, names, self.valley))
        self.remove(line)
        self.add(always_redraw(lambda: self.fit_line(self.small)))
        low, high = self.trace.w_grid[[0, -1]]
        self.w.set_value(low)
        curve = always_redraw(lambda: self.curve([low, max(self.w.get_value(), low + 1e-3)]))
        ball = always_redraw(lambda: Dot(self.on_curve(self.w.get_value()), radius=0.13, color=THEME.weight))
        self.add(curve, ball)
        self.play(self.w.animate.set_value(high), run_time=4, rate_func=ease_in_out_sine)
        curve.clear_updaters()
        self.play(self.w.animate.set_value(self.trace.w[0]), run_time=1.5, rate_func=ease_in_out_sine)
        self.remove(ball)

    def take_first_step(self) -> None:
        self.section("take_first_step")
        self.w.add_updater(lambda tracker: tracker.set_value(self.weight_at(self.k.get_value())))
        self.add(self.w, always_redraw(self.stairs), always_redraw(self.visited))
        self.add(always_redraw(lambda: Dot(self.stand(self.k.get_value()), radius=0.13, color=THEME.weight)))
        self.add(self.table())
        self.caption("feel_slope", start=self.trace.params.start)
        slope = self.feel_slope(0)
        self.caption("take_step")
        rate = self.words.markup(self.trace.params.learning_rate, tidy=True)
        rule = f"weight(w) <- weight(w) - rho thin gradient((d L) / (d w)) quad quad rho = {rate}"
        self.play(FadeIn(self.formula(rule).to_corner(UR, buff=0.3)))
        self.step_slowly(0, *slope)

    def predict_second_step(self) -> None:
        self.section("predict_second_step")
        before, update = self.trace.update[:2]
        self.caption("ask_next", slope=self.trace.gradient[1])
        slope = self.feel_slope(1)
        self.caption("answer_shorter", update=update, before=before)
        self.step_slowly(1, *slope)

    def walk_on(self) -> None:
        self.section("walk_on")
        steps = self.trace.params.steps
        self.caption("walk_on", steps=steps)
        self.play(self.k.animate.set_value(steps), run_time=0.8 * (steps - 2), rate_func=ease_in_sine)

    def read_result(self) -> None:
        self.section("read_result")
        trace = self.trace
        self.caption("arrived", steps=trace.params.steps, w=trace.w[-1], w_star=trace.w_star)
        best = Line(
            self.valley[0].c2p(trace.w_star, 0),
            self.valley[0].c2p(trace.w_star, trace.loss_star),
            color=THEME.good,
            stroke_width=5,
        )
        self.play(Create(best), FadeIn(self.formula("good(w^*)").next_to(best, UP, buff=0.3)))
        end = trace.y.max() / trace.w_star
        line = Line(self.small.c2p(0, 0), self.small.c2p(end, trace.w_star * end), color=THEME.good, stroke_width=5)
        dashes = DashedVMobject(line, num_dashes=15)
        self.play(Create(dashes), run_time=self.unread(), rate_func=ease_in_out_sine)

    def replay(self) -> None:
        self.section("replay")
        self.play(self.k.animate.set_value(0), run_time=1, rate_func=ease_in_out_sine)
        self.play(self.k.animate.set_value(self.trace.params.steps), run_time=4.5, rate_func=ease_in_sine)

    def feel_slope(self, k: int) -> tuple[VMobject, VMobject]:
        """The tangent, then its slope."""
        trace, axes = self.trace, self.valley[0]
        w, loss, slope = trace.w[k], trace.loss[k], trace.gradient[k]
        span = [max(w - 1.5, trace.w_grid[0]), w + 1.5]
        tangent = axes.plot(lambda at: loss + slope * (at - w), x_range=span, color=THEME.gradient, stroke_width=5)
        told = self.formula(f"gradient((d L) / (d w)) = {self.words.markup(slope)}").move_to([-2.7, 1.75, 0])
        self.play(GrowFromPoint(tangent, axes.c2p(w, loss)), run_time=1.6)
        self.play(FadeIn(told), run_time=self.unread())
        return tangent, told

    def step_slowly(self, k: int, tangent: VMobject, told: VMobject) -> None:
        """The rest of a step: its arrow, its drop."""
        w, axes = self.trace.w[k], self.valley[0]
        update = self.formula(f"- rho thin gradient((d L) / (d w)) = {self.words.markup(self.trace.update[k])}")
        update.next_to(told, DOWN, buff=0.25)
        arrow = Arrow(axes.c2p(w, 0), axes.c2p(self.trace.w[k + 1], 0), buff=0, color=THEME.gradient, stroke_width=8)
        self.play(FadeIn(update), FadeIn(arrow, scale=0.1, target_position=axes.c2p(w, 0)))
        self.play(self.k.animate.set_value(k + 1), run_time=2, rate_func=ease_in_out_sine)
        self.play(FadeOut(tangent, told, update, arrow))

    def data_axes(self, corner: Any, width: float, height: float) -> tuple[Axes, VGroup]:
        """Axes over the two columns, and their names."""
        trace = self.trace
        axes = panel([0, trace.x.max(), 2], [0, trace.y.max(), 10], (width, height), corner)
        x_name = self.write(trace.params.feature, 24, THEME.faint).next_to(axes, DOWN, buff=0.1)
        y_name = self.write(trace.params.target, 24, THEME.faint).next_to(axes.c2p(0, trace.y.max()), UP, buff=0.22)
        return axes, VGroup(x_name, y_name)

    def dots(self, axes: Axes, radius: float) -> VGroup:
        dots = (Dot(axes.c2p(x, y), radius=radius, color=THEME.data, fill_opacity=0.75) for x, y in self.rows())
        return VGroup(*dots)

    def rows(self) -> list[tuple[float, float]]:
        """The two columns, from left to right."""
        return sorted(zip(self.trace.x, self.trace.y, strict=True))

    def fit_line(self, axes: Axes) -> VMobject:
        w, end = self.w.get_value(), self.trace.x.max()
        if w > 0:
            end = min(end, self.trace.y.max() / w)
        return Line(axes.c2p(0, 0), axes.c2p(end, max(w * end, 0)), color=THEME.weight, stroke_width=5)

    def loss_axes(self) -> VGroup:
        """Axes over the weights, and their names."""
        w_grid, top = self.trace.w_grid, self.trace.loss_grid.max()
        axes = panel([w_grid[0], w_grid[-1], 2], [0, top, 2e5], (6.0, 4.6), [-5.7, -2.3, 0])
        weight = self.formula("weight(w)").next_to(axes.c2p(w_grid[-1], 0), UR, buff=0.08)
        loss = self.formula("loss(L)(weight(w)) = sum_i (weight(w) data(x_i) - data(y_i))^2")
        return VGroup(axes, weight, loss.next_to(axes.c2p(w_grid[0], top), UP, buff=0.1, aligned_edge=LEFT))

    def curve(self, span: list[float]) -> VMobject:
        """The loss over a part of the weights."""
        return self.valley[0].plot(self.loss, x_range=span, color=THEME.loss)

    def loss(self, w: float) -> float:
        return float(np.interp(w, self.trace.w_grid, self.trace.loss_grid))

    def on_curve(self, w: float) -> np.ndarray:
        return self.valley[0].c2p(w, self.loss(w))

    def weight_at(self, k: float) -> float:
        """The weight changes in the first half of a step, the height in the second."""
        return float(np.interp(2 * k, np.arange(2 * len(self.trace.w) - 1), np.repeat(self.trace.w, 2)[1:]))

    def stand(self, k: float) -> np.ndarray:
        height = np.interp(2 * k, np.arange(2 * len(self.trace.w) - 1), np.repeat(self.trace.loss, 2)[:-1])
        return self.valley[0].c2p(self.weight_at(k), height)

    def stairs(self) -> VGroup:
        """A line for each half of a step so far."""
        k = self.k.get_value()
        stops = [*np.arange(0, k, 0.5), k]
        return VGroup(
            *(
                Line(self.stand(start), self.stand(stop), color=THEME.faint, stroke_width=3)
                for start, stop in itertools.pairwise(stops)
            )
        )

    def visited(self) -> VGroup:
        ks = range(int(self.k.get_value() + 1e-9) + 1)
        return VGroup(*(Dot(self.stand(k), radius=0.06, color=THEME.weight) for k in ks))

    def table(self) -> VGroup:
        """Headings, and a number per cell that follows the steps."""
        trace, table = self.trace, VGroup()
        values = np.arange(len(trace.w)), trace.w, trace.gradient, trace.loss
        colours = THEME.text, THEME.weight, THEME.gradient, THEME.loss
        for (heading, (right, decimals)), column, colour in zip(COLUMNS.items(), values, colours, strict=True):
            table.add(self.formula(heading, 26).move_to([right, -0.9, 0], RIGHT))
            for row in range(ROWS):
                place = np.array([right, -1.4 - 0.37 * row, 0])
                table.add(self.cell(column, row, decimals).set_color(colour).move_to(place, RIGHT))
        return table

    def cell(self, column: np.ndarray, row: int, decimals: int) -> DecimalNumber:
        number = DecimalNumber(
            column[0], num_decimal_places=decimals, mob_class=MathTypst, font_size=24, edge_to_fix=RIGHT
        )

        def follow(number: DecimalNumber) -> None:
            last = int(self.k.get_value() + 1e-9)
            k = max(0, last - ROWS + 1) + row
            number.set_value(column[min(k, last)]).set_opacity(float(k <= last))

        return number.add_updater(follow)
