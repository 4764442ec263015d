"""The film of Adam: a ball on a long valley, gauges of what each parameter remembers, and the notes' recursion."""

from typing import Any

import numpy as np
from manim import LEFT, RIGHT, UP, Arrow, Circle, FadeIn, Transform, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.adam import Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Segments, clipped
from scenes._props.adam import (
    CORRECTED,
    TOPS,
    Row,
    SmallRun,
    around,
    corrected,
    frames,
    gauges,
    ghosts,
    map_of,
    marks_at,
    numbers,
    opened,
    there_and_back,
    under_way,
    wrong,
)
from scenes._stage.clock import follow
from scenes._stage.film import HOLD, QUICK, Film, beat
from scenes._stage.layout import Slot

MAP = Slot(-6.2, -2.2, 5.4, 4.5)
NEAR = Slot(-5.95, -2.2, 5.1, 4.25)  # the map near the start, whose ticks may be long
PART = slice(48, 119), slice(10, 95)  # rows and columns of the whole map from which Adam's usual way is seen
HEAD, FOOT = 2.65, -3.05  # heights of what is told above the map, and below the gauges
SLOPE = 1.5  # length of the longer arrow
SLOW = 3  # steps that are shown one by one
FED = 3  # steps of the printed recursion that are, where it does not freeze
MIDDLES = -5.05, -1.68, 1.69, 5.06  # of the maps side by side
LOSS = "loss(L) = (weight(theta)^top H weight(theta)) / 2"
PARTS = [f"gradient(g_{k}) = (partial loss(L)) / (partial weight(theta_{k}))" for k in (0, 1)]
AVERAGES = (
    "activation(m) arrow.l beta_1 activation(m) + (1 - beta_1) gradient(g) quad quad "
    "v arrow.l beta_2 v + (1 - beta_2) gradient(g)^2"
)
SHARES = " quad quad beta_1 = {beta1} quad beta_2 = {beta2}"
SLOPES = "gradient(g_0) = gradient({one}) quad gradient(g_1) = gradient({two})"
CORRECTION = "activation(hat(m)) = activation(m) / (1 - beta_1^t) quad quad hat(v) = v / (1 - beta_2^t)"
STEP = (
    "weight(theta) arrow.l weight(theta) weight(+ thin Delta theta) quad "
    "weight(Delta theta) = - rho / (sqrt(hat(v)) + epsilon) activation(hat(m))"
)
SMALL = " quad epsilon = {eps}"
CORRECTED_FIRST = (
    "activation({m}) / activation({m_weight}) approx activation({m_hat}) quad quad {v} / {v_weight} approx {v_hat}"
)
STEPPED = (
    "weight({first}) approx - {one} dot activation(({m_1})) quad quad "
    "weight({second}) approx - {two} dot activation({m_2})"
)
PRINTED = (
    "activation(m) arrow.l (beta_1 activation(m) + (1 - beta_1) gradient(g)) / (1 - beta_1^t) quad "
    "v arrow.l (beta_2 v + (1 - beta_2) gradient(g)^2) / (1 - beta_2^t)"
)


class Adam(Film):
    """Left the map of the loss with the ball; right the gauges of both parameters; at last four runs side by side."""

    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        self.steps = t.params.steps
        names = [{"below": self.typeset("weight(theta_0)"), "above": self.typeset("weight(theta_1)")} for _ in range(2)]
        seen = t.theta_0_grid[PART[1]], t.theta_1_grid[PART[0]], t.surface[PART]
        self.map = map_of(self, MAP, *seen, ticks=(4, 4), **names[0])
        self.close = map_of(self, NEAR, t.close_0_grid, t.close_1_grid, t.close_surface, ticks=(7, 6), **names[1])
        self.walk = there_and_back(self, self.map, "step")
        self.first = with_halo(self.close.walk(t.theta[:2], "weight", "step", width=5), self.theme)
        self.build_gauges()
        losses = (("step", refs.loss), ("printed", refs.printed_loss))
        self.losses = {axis: self.reading("loss(L)", "loss", loss, axis, -2.6, HEAD) for axis, loss in losses}
        self.counter = self.reading("t", "text", np.array(refs.places("step")), "step", 0.75, FOOT)
        self.weights = VGroup(
            self.reading("activation(1 - beta_1^t)", "activation", refs.m_weight, "step", 2.1, FOOT),
            self.reading("1 - beta_2^t", "text", refs.v_weight, "step", 4.5, FOOT),
        )

    def build_gauges(self) -> None:
        t, refs, rate = self.trace, self.refs, self.trace.params.learning_rate
        slope, longest = np.abs(t.gradient).max(), max(rate, np.abs(t.update).max())
        before = [0, *range(self.steps)]  # at the slope there, each step was made
        self.rows = {
            "g": Row("gradient(g_#)", "gradient", refs.gradient[before], slope, 0),
            "m": Row("activation(m_#)", "activation", refs.m, slope, 1),
            "v": Row("v_#", "text", refs.v, t.v_hat.max(), 2, signed=False),
            "rate": Row(
                "rho slash sqrt(hat(v)_#)", "text", opened(refs.own_rate[1:]), t.own_rate.max(), 3, signed=False
            ),
            "step": Row("weight(Delta theta_#)", "weight", opened(refs.update), longest, 4),
        }
        self.gauges = {name: gauges(self, row, "step") for name, row in self.rows.items()}
        self.numbers = {name: numbers(self, row, "step") for name, row in self.rows.items()}
        hats = {"m": opened(refs.m_hat[1:]), "v": opened(refs.v_hat[1:])}
        self.ghosts = VGroup(*(ghosts(self, self.rows[name], values) for name, values in hats.items()))
        names = {"m": "activation(hat(m)_#)", "v": "hat(v)_#"}
        self.hats = {name: corrected(self, self.rows[name], names[name], values) for name, values in hats.items()}
        self.limits = marks_at(self, self.rows["step"], rate, "rho")
        printed = {"g": refs.printed_gradient[before], "m": refs.printed_m, "v": refs.printed_v}
        printed |= {"rate": opened(refs.printed_own_rate[1:]), "step": opened(refs.printed_update)}
        rows = {name: self.rows[name]._replace(refs=values) for name, values in printed.items()}
        rows["rate"] = rows["rate"]._replace(name="rho slash sqrt(v_#)")
        self.printed = VGroup(
            *(gauges(self, row, "printed") for row in rows.values()),
            *(numbers(self, rows[name], "printed", CORRECTED) for name in ("v", "rate", "step")),  # what is spoken of
        )

    def reading(self, name: str, role: str, refs: Any, axis: str, left: float, height: float) -> VGroup:
        """What a number is called, and the number along an axis: a loss where the ball has been, else of its step."""
        said, number = self.typeset(f"{name} =", size=30), self.number(colour=getattr(self.theme, role), size=30)
        right = said.move_to([left, height, 0], LEFT).get_right()[0]
        number.centred_at(np.array([right + 0.15, height, 0]))

        def count(place: float) -> None:
            if role == "loss":
                self.rewrite(number, refs[int(place + 1e-9)])
            else:
                number.write(self.words.number(refs[under_way(place)], tidy=True))

        return VGroup(said, follow(number, axis, at=count))

    def downhill(self, ball: np.ndarray) -> VGroup:
        """An arrow from the ball along each axis, against the first slope, and its name."""
        slopes = self.trace.gradient[0]
        ways = -SLOPE * np.diag([*slopes, 0])[:2] / np.abs(slopes).max()  # [arrow 3]
        style = {"buff": 0, "color": self.theme.gradient, "stroke_width": 6, "max_tip_length_to_length_ratio": 0.25}
        arrows = VGroup()
        for axis, way in enumerate(ways):
            name = self.typeset(f"gradient(-g_{axis})", size=34).next_to(ball + way, np.sign(way), buff=0.12)
            arrows.add(VGroup(Arrow(ball, ball + way, **style), with_halo(name, self.theme)))
        return arrows

    @beat
    def show_slopes(self) -> None:
        ball = self.map.at(*self.trace.theta[0])
        self.arrows = self.downhill(ball)
        self.frames = frames(self)
        middles = [[3.1, top - 0.95, 0] for top in TOPS]
        self.parts = VGroup(*(self.typeset(part, size=36).move_to(at) for part, at in zip(PARTS, middles, strict=True)))
        self.add(self.map.drawn, self.arrows, self.walk, self.losses["step"], self.frames, self.parts)
        self.add(self.gauges["g"], self.numbers["g"])
        self.write_rule(LOSS, seconds=0.3)
        self.caption("show_slopes", condition=self.refs.params.condition)
        for left, arrow in zip((2, 1), self.arrows, strict=True):
            self.play(FadeIn(arrow, scale=0.1, target_position=ball), run_time=self.reading_time_left(left) / left)

    @beat
    def predict_first_step(self) -> None:
        t, refs = self.trace, self.refs
        arrows = self.downhill(self.first.ball.get_center())
        ends = [(grid[0], grid[-1]) for grid in (t.close_0_grid, t.close_1_grid)]
        frame = self.map.frame(*ends)
        self.caption("ask_first", rate=refs.params.learning_rate)
        self.play(FadeIn(frame), run_time=0.3)
        leaving = [self.map.drawn, self.walk, self.arrows]
        entering = [self.close.drawn, arrows, self.first, self.gauges["step"], self.numbers["step"]]
        self.swap(leaving, entering, Transform(frame, self.close.frame(*ends)), seconds=0.7)
        self.remove(frame)
        self.wait(1.5)
        self.swap([arrows], [self.limits, self.counter])
        self.run(1.5, self.first, rate=ease_in_out_sine, step=1)
        self.jump(step=1)  # the numbers of a step are told once it is made
        corners = self.close.at(*np.array([t.theta[0], [t.theta[1, 0], t.theta[0, 1]], t.theta[1]]).T)
        self.legs = with_halo(Line(corners, self.theme.weight, 7), self.theme)
        places = corners[:2].mean(axis=0) + [0, 0.3, 0], corners[1:].mean(axis=0) + [0.65, 0, 0]
        for of, place in zip(refs.update[0], places, strict=True):
            step = self.typeset("weight({step})", step=self.words.markup(of), size=32)  # to the digits of its gauge
            self.legs.add(with_halo(step.move_to(place), self.theme))
        self.caption(f"first_{t.first_step()}", rate=refs.params.learning_rate)
        self.grow(self.legs)

    @beat
    def average_slopes(self) -> None:
        refs = self.refs
        self.caption("average")
        self.write_rule(AVERAGES + SHARES, seconds=QUICK, beta1=refs.params.beta1, beta2=refs.params.beta2)
        self.swap([self.parts], seconds=0.3)
        for left, name in zip((2, 1), ("m", "v"), strict=True):
            self.swap([], [self.gauges[name], self.numbers[name]], seconds=self.reading_time_left(left) / left)
        self.caption("start_small", start=refs.m[0, 0], m=refs.m_weight[1], v=refs.v_weight[1])
        self.swap([], [self.weights])
        ball = Circle(0.13, self.theme.weight, fill_color=self.theme.background, stroke_width=4)
        ends = np.array([self.trace.theta[0], self.trace.theta[0] + self.trace.uncorrected_update])
        walk = self.close.walk(ends, "weight", "uncorrected", ball=ball)
        self.add(walk)
        self.run(1.2, rate=ease_in_out_sine, uncorrected=1)
        told = self.say("uncorrected", size=28, colour=self.theme.weight, step=refs.uncorrected_update[0].magnitude)
        told.next_to(ball, UP)
        if ball.get_y() > NEAR.foot + 1:  # else the edge of the map is near
            told.set_y(min(ball.get_y(), self.first.ball.get_y()) - 0.35)
        middle, reach = NEAR.left + NEAR.width / 2, NEAR.width / 2 - told.width / 2 - 0.15  # clear of the map's edges
        told.set_x(np.clip(told.get_x(), middle - reach, middle + reach))
        self.uncorrected = [walk, self.uncorrected_legs(), with_halo(told, self.theme)]
        self.swap([], self.uncorrected[1:])

    def uncorrected_legs(self) -> Any:
        """What the uncorrected step is along each axis, as far as the map shows it: down first, then across."""
        (x, y), (across, up) = self.trace.theta[0], self.trace.uncorrected_update
        corners = self.close.axes.near(np.array([x, x, x + across]), np.array([y, y + up, y + up]))
        starts, ends, seen = clipped(corners[:-1], corners[1:], self.close.axes.box)
        return with_halo(Segments(starts[seen], ends[seen], self.theme.weight, 3, 1), self.theme)

    @beat
    def correct_bias(self) -> None:
        refs = self.refs
        self.write_rule(CORRECTION, seconds=QUICK)
        self.swap([self.numbers["step"]], [self.ghosts], seconds=0.3)
        self.run(1.2, rate=ease_in_out_sine, corrected=1)
        self.caption("correct", step=refs.places("step")[1])
        for hat in self.hats.values():
            self.swap([], [hat], seconds=0.7)
        first = {name: getattr(refs, name)[1, 0] for name in ("m", "m_hat", "v", "v_hat")}
        self.write_rule(CORRECTED_FIRST, **first, m_weight=refs.m_weight[1], v_weight=refs.v_weight[1])
        self.wait(self.reading_time_left() + HOLD)
        leaving = self.numbers["m"], self.numbers["v"], self.hats["v"], self.weights, self._caption
        self.swap([*self.uncorrected, *leaving], [self.gauges["rate"], self.numbers["rate"], self.numbers["step"]])
        self.caption("own_rate")
        self.write_rule(STEP + SMALL, seconds=QUICK, eps=refs.params.eps)
        self.blink(self.legs, self.reading_time_left(1.5) / 2)
        rates, slopes, (first, second) = refs.own_rate[1], refs.m_hat[1], refs.update[0]
        named = {"one": rates[0], "m_1": slopes[0], "first": first, "two": rates[1], "m_2": slopes[1], "second": second}
        self.write_rule(STEPPED, seconds=QUICK, **named)

    @beat
    def walk_on(self) -> None:
        self.caption("walk_on")
        self.write_rule(STEP, seconds=QUICK)
        leaving = self.legs, self.first, self.close.drawn, self.numbers["rate"]
        self.swap(leaving, [self.map.drawn, self.walk])
        for step in range(2, SLOW + 1):
            self.run(0.9, rate=ease_in_out_sine, step=step)
            self.wait(0.25)
        passed = int(self.trace.passed_step)
        if SLOW < passed < self.steps:
            self.run(self.reading_time_left(1), step=passed)
            signs = around(self, self.rows["g"], self.rows["m"])
            self.caption("overshoot")
            self.swap([], [signs], seconds=0.4)
            self.wait(1.5)
            self.swap([signs], seconds=0.2)
        self.run(self.reading_time_left(2), step=self.steps)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(0.9, rate=ease_in_out_sine, step=0)
        self.run(2.9, step=self.steps)

    @beat
    def feed_back(self) -> None:
        t, refs = self.trace, self.refs
        told = self.numbers["g"], self.hats["m"], self.numbers["step"], self.counter, self.losses["step"]
        leaving = [*self.gauges.values(), self.ghosts, *told, self.walk]
        self.write_rule(PRINTED, seconds=QUICK)
        self.mark = wrong(self, "as_printed", "not_adam").next_to(self.rule, LEFT, buff=0.4)
        self.caption("feed_back")
        counter = self.reading("t", "text", np.array(refs.places("step")), "printed", 0.75, FOOT)
        walk = with_halo(self.map.walk(t.printed_theta, "weight", "printed", width=5), self.theme)
        adam = self.map.walk(t.theta, "faint")  # whose way stays in sight
        adam.at(self.steps)
        beside = LEFT if adam.ball.get_x() > MAP.left + MAP.width / 2 else RIGHT
        name = with_halo(self.say("adam", size=26).next_to(adam.ball, beside), self.theme)
        entering = [adam, name, walk, counter, self.printed, self.losses["printed"], self.mark]
        self.leaving = [*entering, self.limits, self.frames, self.map.drawn]
        self.swap(leaving, entering)
        shown = int(t.frozen_step) + 1 if t.printed() == "freezes" else FED
        for step in range(1, shown + 1):
            self.run(0.8, rate=ease_in_out_sine, printed=step)
        self.caption(f"printed_{t.printed()}", step=refs.frozen_step, part=refs.frozen_part, loss=refs.printed_loss[-1])
        self.run(self.reading_time_left(2), printed=self.steps)

    @beat(summary=True)
    def compare(self) -> None:
        t, refs, rate = self.trace, self.refs, self.refs.params.learning_rate
        best = self.say("best_rate", rate=refs.tuned_rate)
        runs = (
            ("descent", self.say("rate", rate=rate), t.gd_theta, refs.gd_loss, refs.gd_update),
            ("descent", best, t.tuned_theta, refs.tuned_loss, refs.tuned_update),
            ("adam", self.say("rate", rate=rate), t.theta, refs.loss, refs.update[0]),
            ("printed", self.say("rate", rate=rate), t.printed_theta, refs.printed_loss, refs.printed_update[0]),
        )
        small = [SmallRun(self, middle, *run) for middle, run in zip(MIDDLES, runs, strict=True)]
        counter = self.reading("t", "text", np.array(refs.places("step")), "all", 5.5, 3.5)
        slopes = self.typeset(SLOPES, size=32, one=refs.gradient[0, 0], two=refs.gradient[0, 1])
        start = VGroup(self.say("at_start"), slopes).arrange(RIGHT, buff=0.3).move_to([0.3, 3.5, 0])
        entering = [counter, *(part for run in small for part in (run.drawn, run.moving))]
        self.swap([*self.leaving, self.rule, self._caption], entering)
        self.caption(f"steps_{t.first_step()}")
        self.swap([], [start, *(run.first for run in small)])
        self.run(self.reading_time_left(3), all=self.steps)
        self.caption(t.compared())
        lower = small[1] if t.compared().endswith("lower") else small[2]
        self.grow(lower.frame(self.theme.good))
