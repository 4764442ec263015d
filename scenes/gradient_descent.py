"""The film of gradient descent: a point walks down the true loss curve, its line follows on the data."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Arrow, Create, Dot, FadeIn, FadeOut, VGroup, rate_functions

from mathcore.gradient_descent import Trace
from scenes._parts import Axes, Dots, Number, Trail
from scenes._stage import BODY, MARGIN, SMALL, Stage

LONGEST_NAME = 14  # characters of a user's column or file that are shown
MOST_DOTS = 1000
TABLE_ROWS = 5
COLUMNS = {"k": 2.0, "w": 3.35, "gradient": 5.1, "loss": 6.75}  # right edges in the frame


class GradientDescent(Stage):
    """Left the loss over w, right the data with the line and the table of iterates."""

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
        trace, theme = self.trace, self.theme
        self.plane = Axes([1.75, 0.35, 0], (5.0, 2.2), _range(trace.x), _range(trace.y), theme, self.words, (6, 4))
        self.bowl = Axes(
            [-5.7, -2.3, 0],
            (6.0, 4.85),
            (trace.w_grid[0], trace.w_grid[-1]),
            (0, trace.loss_grid.max()),
            theme,
            self.words,
        )
        every = -(-len(trace.x) // MOST_DOTS)
        self.dots = Dots(self.plane.at(trace.x, trace.y)[::every], theme.data, 0.035, 0.6)
        self.line = Trail(self.plane.line(trace.w[0], 0, 0), theme.weight, 5)
        self.curve = Trail(self.bowl.at(trace.w_grid, trace.loss_grid), theme.loss, 4)
        # A step first changes w at the same height, then drops to the curve: two corners per step.
        self.stairs_w = np.repeat(trace.w, 2)[1:]
        self.stairs = Trail(self.bowl.clamped(self.stairs_w, np.repeat(trace.loss, 2)[:-1]), theme.faint, 2.5)
        self.ball = Dot(self.stairs.corners[0], radius=0.12, color=theme.weight)
        self.visited = Dots(self.stairs.corners[:1], theme.weight, 0.06)
        self.rows: list[dict[str, Number]] = []

    def show_data(self) -> None:
        self.beat("show_data")
        params = self.trace.params
        names = {"feature": _short(params.feature), "target": _short(params.target)}
        source = _short(params.data.name) if params.data else self.words.sentence("source")
        labels = VGroup(
            self.label(names["feature"]).next_to(self.plane, RIGHT, buff=0.1).align_to(self.plane, DOWN),
            self.label(names["target"]).next_to(self.plane.corner + 2.2 * UP, UP, buff=0.15),
        )
        labels[0].next_to(self.plane.corner + 5.0 * RIGHT, UP, buff=0.1).shift(0.35 * LEFT)
        self.play(FadeIn(self.plane, labels), FadeIn(self.dots))
        self.caption("show_data", count=len(self.trace.x), source=source, **names)
        self.play(Create(self.line))

    def draw_loss(self) -> None:
        self.beat("draw_loss")
        trace, bowl = self.trace, self.bowl
        name = self.typeset("loss(L)(weight(w)) = sum (weight(w) data(x) - data(y))^2", size=BODY)
        name.next_to(bowl.corner + bowl.size[1] * UP, UP, buff=0.15).align_to(bowl.corner, LEFT)
        axis = self.typeset("weight(w)", size=BODY).next_to(bowl.corner + 6.0 * RIGHT, UR, buff=0.08)
        self.caption("draw_loss")
        self.play(FadeIn(bowl, name, axis))
        self.add(self.curve.show(0), self.ball)

        def sweep(share: float) -> None:
            place = share * (len(trace.w_grid) - 1)
            self.ball.move_to(self.curve.show(share).points[-1] if share else self.curve.corners[0])
            self.line.through(self.plane.line(np.interp(place, np.arange(len(trace.w_grid)), trace.w_grid), 0, 0))

        self.drive(sweep, self.curve, self.ball, self.line, seconds=4, rate=rate_functions.ease_in_out_sine)

    def take_first_step(self) -> None:
        self.beat("take_first_step")
        rule = self.typeset(
            "weight(w) <- weight(w) - rho thin gradient((d L) / (d w)) quad quad rho = {rho}",
            rho=self.trace.params.learning_rate,
        )
        rule.to_corner(UR, buff=MARGIN)
        self.walk(0, 0)
        self.caption("feel_slope", start=self.trace.params.start)
        header = {"k": "k", "w": "weight(w_k)", "gradient": "gradient((d L) \\/ (d w))", "loss": "loss(L)(w_k)"}
        heads = [self.typeset(m, size=SMALL + 2).move_to([COLUMNS[c], -1.0, 0], RIGHT) for c, m in header.items()]
        self.play(FadeIn(rule, *heads, self.visited))
        self.list_iterates(0)
        self.step_slowly(0, "take_step")

    def predict_second_step(self) -> None:
        self.beat("predict_second_step")
        slope = self.trace.gradient[1]
        self.caption("ask_next", slope=slope)
        before, update = self.trace.update[:2]
        change = abs(update) / (abs(before) or 1)
        key = "answer_shorter" if change < 0.99 else "answer_longer" if change > 1.01 else "answer_same"
        self.step_slowly(1, key, update=update, before=before)

    def walk_on(self) -> None:
        self.beat("walk_on")
        steps = self.trace.params.steps
        self.caption("walk_on", steps=steps)
        seconds = min(0.7 * (steps - 2), 8)
        self.descend(2, steps, seconds)
        self.list_iterates(steps)

    def read_result(self) -> None:
        self.beat("read_result")
        trace = self.trace
        far, left = abs(trace.w[0] - trace.w_star), abs(trace.w[-1] - trace.w_star)
        key = "at_rest" if far == 0 else "arrived" if left < 0.01 * far else "on_the_way" if left <= far else "diverged"
        goal = self.bowl.at(trace.w_star, [0, trace.loss_star])
        mark = VGroup(Trail(goal, self.theme.good, 4), self.typeset("good(w^*)").next_to(goal[1], UP, buff=0.2))
        self.play(FadeIn(mark))
        self.caption(key, steps=trace.params.steps, w=trace.w[-1], w_star=trace.w_star)

    def replay(self) -> None:
        self.beat("replay", loop=True)
        self.walk(0, 0)
        self.caption("replay")
        self.descend(0, self.trace.params.steps, 4.5)

    def step_slowly(self, k: int, caption: str, **values: float) -> None:
        """One step with all its numbers: tangent, slope, arrow along the axis, drop."""
        trace, bowl = self.trace, self.bowl
        tangent = Trail(bowl.line(trace.gradient[k], trace.w[k], trace.loss[k], 1.4), self.theme.gradient, 5)
        slope = self.typeset("gradient((d L) / (d w)) = {slope}", slope=trace.gradient[k], size=BODY)
        slope.move_to(bowl.corner + [3.0, 4.2, 0])
        self.play(Create(tangent), FadeIn(slope))
        self.caption(caption, **values)
        update = self.typeset("- rho thin gradient((d L) / (d w)) = {update}", update=trace.update[k], size=BODY)
        update.next_to(slope, DOWN, buff=0.25)
        ends = bowl.clamped(trace.w[k : k + 2], 0)
        arrow = Arrow(*ends, buff=0, color=self.theme.gradient, stroke_width=6, max_tip_length_to_length_ratio=0.3)
        self.play(FadeIn(update), FadeIn(arrow))
        self.descend(k, k + 1, 2)
        self.list_iterates(k + 1)
        self.wait(0.5)
        self.play(FadeOut(tangent, slope, update, arrow))

    def descend(self, first: int, last: int, seconds: float) -> None:
        """Walk from iterate `first` to iterate `last` along the stairs."""
        self.add(self.stairs, self.visited, self.ball)
        self.drive(
            lambda share: self.walk(first, first + share * (last - first)),
            self.stairs, self.visited, self.ball, self.line, *(n for row in self.rows for n in row.values()),
            seconds=seconds,
        )  # fmt: skip

    def walk(self, first: int, step: float) -> None:
        """Put ball, stairs and line where the descent is after `step` steps."""
        steps, trace = self.trace.params.steps, self.trace
        self.stairs.show(step / steps)
        self.ball.move_to(self.stairs.points[-1] if step else self.stairs.corners[0])
        self.visited.put(self.stairs.corners[: 2 * int(step) + 1 : 2])
        weight = np.interp(2 * step, np.arange(2 * steps + 1), self.stairs_w)
        self.line.through(self.plane.line(weight, 0, 0))
        if self.rows and step >= 1:
            self.list_iterates(int(step))

    def list_iterates(self, last: int) -> None:
        """Show the table down to iterate `last`; old rows leave at the top."""
        first = max(0, last - TABLE_ROWS + 1)
        for row, k in enumerate(range(first, last + 1)):
            values = {"k": k, "w": self.trace.w[k], "gradient": self.trace.gradient[k], "loss": self.trace.loss[k]}
            if row == len(self.rows):
                self.rows.append({c: self.cell(c, row, v) for c, v in values.items()})
            for column, value in values.items():
                self.rewrite(self.rows[row][column], value)

    def cell(self, column: str, row: int, value: float) -> Number:
        colour = getattr(self.theme, {"k": "text", "w": "weight"}.get(column, column))
        number = self.number(value, colour, anchor=RIGHT).at([COLUMNS[column], -1.5 - 0.37 * row, 0])
        self.add(number)
        return number


def _range(values: np.ndarray) -> tuple[float, float]:
    """From 0, where every line ŷ = w x starts, over all values."""
    return min(0.0, values.min()), max(0.0, values.max()) or 1.0


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
