"""The film of a loss that is no bowl: two valleys, a saddle, balls that roll, and noise that frees one of them."""

from typing import Any

import numpy as np
from manim import LEFT, RIGHT, UP, Create, Indicate, VGroup
from manim.utils.rate_functions import ease_in_cubic, ease_in_out_sine

from mathcore.nonconvex_loss import Trace
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.panel import Panel
from scenes._props.nonconvex_loss import (
    ENDS,
    FIRST,
    LARGE,
    LossSurface,
    NetSlices,
    Trajectories,
    column,
    named,
    outcome_table,
)
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import HOLD, SMALL, Film, beat
from scenes._stage.layout import Slot

SIDE, WHOLE = Slot(1.75, 0.65, 4.8, 1.9), Slot(-5.9, -2.4, 12.2, 4.9)
MODEL = "activation(hat(y)) = weight(v) tanh(weight(w) thin data(x))"
CURVE = 80  # points of the model's curve


class NonconvexLoss(Film):
    """Left the surface, as a relief, then as a map; right the data, then the losses, above the table of ends."""

    trace: Trace

    def build(self) -> None:
        t, theme = self.trace, self.theme
        self.losses = Panel(self, SIDE, [0, t.params.steps], [0, 2 * float(t.saddle_loss)], ticks=(6, 4))
        self.signs = {-1: (theme.good, 4), 0: (theme.bad, 3), 1: (theme.good, 0)}  # diamonds, triangles, balls
        self.land, self.tally = LossSurface(self), outcome_table(self)

    @beat
    def show_model(self) -> None:
        t, refs = self.trace, self.refs
        panel, dots, curve = self.fit(WHOLE, 0.08)
        self.add(panel.drawn, dots)
        self.caption("show_model", count=refs.length("sample"), seed=refs.params.seed)
        self.write_rule(MODEL, seconds=0.8, size=36)
        numbers = [self.number(weight, self.theme.weight, size=36) for weight in refs.valley[1]]
        words = VGroup()
        for name, number, left in zip("vw", numbers, (-4.4, -1.9), strict=True):  # above all that the curve sweeps
            words.add(self.typeset(f"weight({name}) =", size=36).move_to([left, 2.25, 0], RIGHT))
            number.centred_at(np.array([left + 0.1, 2.25, 0]))
        self.add(words, *numbers)
        self.play(Create(curve), run_time=self.reading_time_left(1.5))
        self.caption("ask_mirror")

        def write(place: float) -> None:
            for number, weight in zip(numbers, refs.mirror[round(place)], strict=True):
                self.rewrite(number, weight)

        self.add(follow(VGroup(*numbers), "mirror", at=write))
        follow(curve, "mirror", at=lambda place: curve.through(self.bent(panel, *t.mirror[round(place)])))
        self.run(self.reading_time_left(3.2), mirror=len(t.mirror) - 1)
        self.caption("mirror")
        self.blink(curve, 1.6)
        self.leaving = [panel.drawn, dots, curve, words, *numbers]

    def fit(self, slot: Slot, radius: float) -> tuple[Panel, Dots, Line]:
        """The data, and the curve of the right valley."""
        t = self.trace
        high = 1.05 * max(np.abs(t.y).max(), np.abs(model(t.x, *t.valley[1])).max())
        panel = Panel(self, slot, t.x, [-high, high], ticks=(5, 4))
        curve = with_halo(Line(self.bent(panel, *t.valley[1]), self.theme.activation, 5), self.theme)
        return panel, Dots(panel.at(t.x, t.y), self.theme.data, radius), curve

    def bent(self, panel: Panel, v: float, w: float) -> np.ndarray:
        """The curve of a model on a panel [point 3]."""
        x = np.linspace(self.trace.x[0], self.trace.x[-1], CURVE)
        return panel.at(x, model(x, v, w))

    @beat
    def show_relief(self) -> None:
        land, (panel, dots, curve) = self.land, self.fit(SIDE, 0.04)
        height = self.say("height", size=SMALL).move_to([-6.8, 2.75, 0], LEFT)
        self.swap(self.leaving, [panel.drawn, dots, curve, land, self.tally, height], seconds=0.8)
        self.leaving = [panel.drawn, dots, curve]
        self.caption("relief")
        self.run(3.5, rate=ease_in_out_sine, turn=1)
        self.remove(height)
        self.run(1.6, rate=ease_in_out_sine, tilt=1)
        self.swap([], [land.chart, land.pins])

    @beat(summary=True)
    def roll_down(self) -> None:
        t = self.trace
        balls = self.balls(t.path, t.loss, "step", self.theme.weight)
        loss = self.typeset("loss(L)").next_to(self.losses.at(0, np.inf), UP, buff=0.1)
        step = self.say("step", size=SMALL).move_to([SIDE.left + SIDE.width, SIDE.foot + SIDE.height + 0.1, 0], RIGHT)
        self.swap(self.leaving, [balls.balls, self.losses.drawn, loss, step])
        self.caption("ask_ends", starts=self.refs.params.starts)
        self.wait(HOLD)
        self.add(balls)
        self.run(4.5, rate=ease_in_cubic, step=t.params.steps)
        told = dict(zip(ENDS, self.refs.ends, strict=True))
        self.caption(t.ending(), steps=self.refs.params.steps, **told)
        self.rolled = self.sorted(t.path, t.loss, t.basin, "step")
        self.reveal([balls], t.basin[0], column(self, "descent", 0, self.refs.ends), self.reading_time_left(2))

    @beat
    def find_divide(self) -> None:
        half, first, steps = self.trace.separatrix, self.rolled[FIRST], self.trace.params.steps
        self.run(1.5, rate=ease_in_out_sine, step=0)
        line = Line(self.land.axes.at(*np.concatenate([half[::-1], -half]).T), self.theme.text, 4)
        self.caption(self.trace.first_ending())
        self.play(Create(with_halo(line, self.theme)), run_time=1.5)
        self.run(self.reading_time_left(2.5), first, rate=ease_in_cubic, step=steps)

    @beat
    def add_noise(self) -> None:
        t, refs, steps = self.trace, self.refs, self.trace.params.steps
        balls = [
            self.balls(t.sgd_path[1:], t.sgd_loss[1:], "noisy", self.theme.weight),
            self.balls(t.sgd_path[:1], t.sgd_loss[:1], "noisy", self.theme.weight, 3, *LARGE),
        ]
        self.swap(self.rolled.values(), [group.balls for group in balls])
        self.caption("ask_noise", batch=refs.params.batch_size, count=refs.length("sample"))
        self.wait(HOLD)
        self.add(*balls)
        self.run(4.5, rate=ease_in_cubic, noisy=steps)
        self.caption(t.noise_effect(), steps=refs.params.steps)
        self.rolled = self.sorted(t.sgd_path, t.sgd_loss, t.sgd_basin, "noisy")
        self.reveal(balls, t.sgd_basin[0], column(self, "noisy", 1, refs.sgd_ends), 1.2)
        self.jump(self.rolled[FIRST], noisy=0)
        self.run(self.reading_time_left(2.5), self.rolled[FIRST], rate=ease_in_cubic, noisy=steps)

    @beat(loop=True)
    def replay_noise(self) -> None:
        self.run(1, rate=ease_in_out_sine, noisy=0)
        self.run(4.5, rate=ease_in_cubic, noisy=self.trace.params.steps)

    @beat
    def cut_net(self) -> None:
        t, refs, theme = self.trace, self.refs, self.theme
        before = [m for m in self.mobjects if m not in (self.title, self._caption)]
        cut = NetSlices(self)
        small = cut.small((0, 1), theme.faint)
        self.swap(before, [cut.frame, small, cut.margins], seconds=1.2)
        self.caption(f"slice_{t.params.slice_data}", seed=refs.params.seed, **named(refs.layers))
        self.play(Indicate(cut.margins[-1], color=theme.text))
        self.play(Create(cut.curve), run_time=self.reading_time_left(2))
        self.caption(t.slice_shape(), count=refs.bumps, total=refs.count("bumpy"))
        self.play(Create(cut.bowl), FadeIn(cut.name))
        self.add(cut.gap, cut.curve, cut.bowl)
        self.drive(cut.gap.show, cut.gap, seconds=1.2)
        told = cut.small((1,), theme.loss), cut.small((0,), theme.good)
        self.swap([small], told, seconds=self.reading_time_left())

    def balls(self, path: np.ndarray, loss: np.ndarray, axis: str, *style: Any) -> Trajectories:
        """Balls that roll on the map along an axis, and their losses."""
        rolling = follow(Trajectories(self.theme, (self.land.axes, self.losses.axes), path, loss, *style), axis)
        return with_halo(rolling, self.theme)

    def sorted(self, path: np.ndarray, loss: np.ndarray, basin: np.ndarray, axis: str) -> dict[int, Trajectories]:
        """The balls by where they end [start], with its sign; the first stands apart, is larger, and comes last."""
        groups = {end: 1 + np.flatnonzero(basin[1:] == end) for end in self.signs if end in basin[1:]}
        balls = {end: self.balls(path[group], loss[group], axis, *self.signs[end]) for end, group in groups.items()}
        return balls | {FIRST: self.balls(path[:1], loss[:1], axis, *self.signs[basin[0]], *LARGE)}

    def reveal(self, balls: list[Any], first: int, counts: VGroup, seconds: float) -> None:
        """Give the balls the signs of where they have ended, and write how many: left, right, saddle."""
        head, *numbers = counts
        self.add(head)
        for side in (-1, 1, 0):
            groups = [self.rolled[end] for end in (side, *[FIRST] * int(first == side)) if end in self.rolled]
            self.play(FadeIn(*groups, numbers[side + 1]), run_time=seconds / 3)
        self.remove(*balls)


def model(x: np.ndarray, v: float, w: float) -> np.ndarray:
    """What the neuron with these weights predicts."""
    return np.asarray(v * np.tanh(w * x))
