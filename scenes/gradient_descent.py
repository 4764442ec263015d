"""The film of gradient descent: a ball walks down the true loss curve, and its line follows on the data."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Arrow, Create, Dot, FadeIn, FadeOut, VGroup
from manim import ReplacementTransform as Become
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine

from mathcore.gradient_descent import Trace
from scenes._parts import Axes, Column, Dots, Segments, Table, Trail
from scenes._stage import MARGIN, Stage
from scenes._words import short

WIDE = np.array([-5.7, -2.3, 0.0])  # lower left corner of the panel at the left, or over the whole frame
MOST_DOTS = 1000


class GradientDescent(Stage):
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
        self.names = {"feature": short(params.feature), "target": short(params.target)}
        ends = (trace.w_grid[0], trace.w_grid[-1]), (0, trace.loss_grid.max())
        self.bowl = Axes(WIDE, (6.0, 4.6), *ends, theme, self.words)
        self.curve = Trail(self.bowl.at(trace.w_grid, trace.loss_grid), theme.loss, 4)
        self.plane, self.dots, self.line = self.data_panel(np.array([1.75, 0.35, 0]), (5.0, 1.95), 0.035)
        # A step first changes w at the same height, then drops to the curve: two corners per step.
        self.stairs_w, heights = np.repeat(trace.w, 2)[1:], np.repeat(trace.loss, 2)[:-1]
        self.stairs = Trail(self.bowl.clamped(self.stairs_w, heights), theme.faint, 3)
        self.outside = np.any(self.stairs.corners != self.bowl.at(self.stairs_w, heights), axis=1)
        self.ball = Dot(self.stairs.corners[0], radius=0.13, color=theme.weight, stroke_width=3)
        self.visited = Dots(self.stairs.corners[:1], theme.weight, 0.06)
        columns = [
            Column("k", np.arange(self.steps + 1), theme.text, 2.0),
            Column("weight(w_k)", trace.w, theme.weight, 3.3),
            Column("gradient(d L slash d w)", trace.gradient, theme.gradient, 5.1),
            Column("loss(L)(weight(w_k))", trace.loss, theme.loss, 6.75),
        ]
        self.table = Table(self, columns, top=-0.8, rows=5)

    def data_panel(self, corner: np.ndarray, size: tuple[float, float], radius: float) -> tuple[VGroup, Dots, Trail]:
        """The axes with their names, the rows of the table as dots, the line of the first weight."""
        trace, theme = self.trace, self.theme
        axes = Axes(corner, size, _from_zero(trace.x), _from_zero(trace.y), theme, self.words)
        x_name = self.label(self.names["feature"]).move_to(corner + size[0] / 2 * RIGHT + 0.68 * DOWN)
        y_name = self.label(self.names["target"]).next_to(corner + size[1] * UP, UP, buff=0.15)
        panel = VGroup(axes, x_name, y_name)
        panel.axes = axes
        every = -(-len(trace.x) // MOST_DOTS)
        dots = Dots(axes.at(trace.x, trace.y)[::every], theme.data, radius, 0.75)
        return panel, dots, Trail(axes.line(trace.w[0], 0, 0), theme.weight, 5)

    def show_data(self) -> None:
        self.beat("show_data")
        trace, params = self.trace, self.trace.params
        panel, dots, line = self.data_panel(WIDE, (12.0, 4.6), 0.06)
        self.add(panel)
        self.play(FadeIn(dots))
        source = short(params.data.name) if params.data else self.words.sentence("source")
        self.caption("show_data", count=len(trace.x), source=source, **self.names)
        self.play(Create(line))
        gaps = Segments(panel.axes.clamped(trace.x, trace.y), panel.axes.clamped(trace.x, trace.w[0] * trace.x), self.theme.loss)
        self.caption("define_loss", w=params.start)
        self.bring_to_front(dots)
        self.play(FadeIn(gaps))
        self.leaving = VGroup(panel, gaps), dots, line

    def draw_loss(self) -> None:
        self.beat("draw_loss")
        trace, bowl = self.trace, self.bowl
        name = self.typeset("loss(L)(weight(w)) = sum_i (weight(w) data(x_i) - data(y_i))^2")
        name.next_to(bowl.corner + bowl.size[1] * UP, UP, buff=0.1).align_to(bowl.corner, LEFT).shift(0.1 * RIGHT)
        axis = self.typeset("weight(w)").next_to(bowl.corner + bowl.size[0] * RIGHT, UR, buff=0.08)
        rest, dots, line = self.leaving
        self.play(FadeOut(rest), Become(dots, self.dots), Become(line, self.line), FadeIn(self.plane, bowl, name, axis))
        self.caption("draw_loss")
        self.add(self.curve.show(0), self.ball)
        weights = np.linspace(trace.w_grid[0], trace.w_grid[-1], len(trace.w_grid))

        def sweep(share: float) -> None:
            self.ball.move_to(self.curve.point(share))
            self.line.through(self.plane.axes.line(np.interp(share, np.linspace(0, 1, len(weights)), weights), 0, 0))

        drawn = (self.curve, self.ball, self.line)
        self.drive(lambda share: (sweep(share), self.curve.show(share)), *drawn, seconds=4, rate=ease_in_out_sine)
        home = (trace.w[0] - weights[0]) / (weights[-1] - weights[0])
        self.drive(lambda share: sweep(1 + share * (home - 1)), *drawn, seconds=1.5, rate=ease_in_out_sine)

    def take_first_step(self) -> None:
        self.beat("take_first_step")
        rule = self.typeset(
            "weight(w) <- weight(w) - rho thin gradient((d L) / (d w)) quad quad rho = {rho}",
            rho=self.trace.params.learning_rate,
        )
        self.add(self.table, self.visited, self.ball)
        self.walk(0)
        self.caption("feel_slope", start=self.trace.params.start)
        self.play(FadeIn(rule.to_corner(UR, buff=MARGIN)))
        self.step_slowly(0, "take_step")

    def predict_second_step(self) -> None:
        self.beat("predict_second_step")
        before, update = self.trace.update[:2]
        ratio = abs(update) / (abs(before) or np.inf)
        closer = "answer_back" if before * update < 0 else "answer_shorter"
        answer = closer if ratio < 0.99 else "answer_longer" if ratio > 1.01 else "answer_same"
        self.caption("ask_next", slope=self.trace.gradient[1])
        self.step_slowly(1, answer, update=update, before=before)

    def walk_on(self) -> None:
        self.beat("walk_on")
        self.caption("walk_on", steps=self.steps)
        self.descend(2, self.steps, seconds=np.clip(0.9 * (self.steps - 2), 1, 8))

    def read_result(self) -> None:
        self.beat("read_result")
        trace = self.trace
        far, left = abs(trace.w[0] - trace.w_star), abs(trace.w[-1] - trace.w_star)
        key = "at_rest" if far == 0 else "arrived" if left < 0.01 * far else "on_the_way" if left <= far else "diverged"
        foot, top = self.bowl.at(trace.w_star, [0, trace.loss_star])
        name = self.typeset("good(w^*)").next_to(top, UP, buff=0.3)
        self.play(FadeIn(Trail([foot, top], self.theme.good, 5), name))
        self.caption(key, steps=self.steps, w=trace.w[-1], w_star=trace.w_star)

    def replay(self) -> None:
        self.beat("replay", loop=True)
        self.descend(self.steps, 0, seconds=1)
        self.descend(0, self.steps, seconds=4.5)

    def step_slowly(self, k: int, caption: str, **values: float) -> None:
        """One step with all its numbers: tangent, slope, arrow along the axis, drop."""
        trace, bowl = self.trace, self.bowl
        tangent = Trail(bowl.line(trace.gradient[k], trace.w[k], trace.loss[k], 1.6), self.theme.gradient, 5)
        slope = self.typeset("gradient((d L) / (d w)) = {slope}", slope=trace.gradient[k])
        slope.move_to(bowl.corner + np.array([3.0, 4.05, 0]))
        self.play(Create(tangent), FadeIn(slope))
        self.caption(caption, **values)
        update = self.typeset("- rho thin gradient((d L) / (d w)) = {update}", update=trace.update[k])
        update.next_to(slope, DOWN, buff=0.25)
        start, end = bowl.clamped(trace.w[k : k + 2], 0)
        arrow = Arrow(start, end, buff=0, color=self.theme.gradient, stroke_width=8, max_tip_length_to_length_ratio=0.3)
        self.play(FadeIn(update), FadeIn(arrow, scale=0.1, target_position=start))
        self.descend(k, k + 1, seconds=2)
        self.play(FadeOut(tangent, slope, update, arrow))

    def descend(self, first: int, last: int, seconds: float) -> None:
        """Walk from iterate `first` to iterate `last` along the stairs."""
        self.add(self.stairs, self.visited, self.ball)
        drawn = (self.stairs, self.visited, self.ball, self.line, self.table)
        rate = ease_in_sine if last - first > 1 else ease_in_out_sine
        self.drive(lambda share: self.walk(first + share * (last - first)), *drawn, seconds=seconds, rate=rate)

    def walk(self, step: float) -> None:
        """Put ball, stairs, line and table where the descent is after `step` steps."""
        done = int(step + 1e-9)
        self.ball.set_fill(opacity=0.25 if self.outside[round(2 * step)] else 1)
        self.stairs.show(step / self.steps)
        self.ball.move_to(self.stairs.point(step / self.steps))
        self.visited.put(self.stairs.corners[: 2 * done + 1 : 2])
        self.line.through(self.plane.axes.line(np.interp(2 * step, np.arange(len(self.stairs_w)), self.stairs_w), 0, 0))
        self.table.show(done)


def _from_zero(values: np.ndarray) -> tuple[float, float]:
    """From 0, where every line ŷ = w x starts, over all values."""
    return min(0.0, values.min()), max(0.0, values.max()) or 1.0
