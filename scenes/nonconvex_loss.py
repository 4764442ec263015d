"""The film of a loss that is no bowl: two valleys, a saddle, balls that roll, and noise that frees one of them."""

from collections.abc import Callable

import numpy as np
from manim import LEFT, RIGHT, UP, UR, Create, FadeIn, FadeOut, Indicate, VGroup
from manim.utils.rate_functions import ease_in_cubic, ease_in_out_sine

from mathcore.nonconvex_loss import FEATURES, SWEPT, Trace
from scenes._marks.axes import Axes
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._props.nonconvex_loss import (
    LARGE,
    Fitted,
    LossSurface,
    NetSlices,
    OutcomeTable,
    OutcomeTrajectories,
    Trajectories,
    marks,
)
from scenes._stage.film import HOLD, MARGIN, Film
from scenes._stage.sources import count, length

CORNER, SIZE = np.array([-6.2, -2.4, 0.0]), (6.4, 4.9)  # of the map
SIDE, SIDE_SIZE = np.array([1.75, 0.65, 0.0]), (4.8, 1.9)  # of the panel beside it


class NonconvexLoss(Film):
    """Left the surface, as a relief, then as a map; right the data, then the losses, above the table of ends."""

    trace: Trace

    def construct(self) -> None:
        self.show_model()
        self.show_relief()
        self.roll_down()
        self.find_divide()
        self.add_noise()
        self.replay_noise()
        self.cut_net()

    def setup(self) -> None:
        super().setup()
        trace, theme = self.trace, self.theme
        high = 2 * float(trace.saddle_loss)
        self.losses = Axes(SIDE, SIDE_SIZE, (0, trace.params.steps), (0, high), theme, self.words, (6, 4))
        self.signs = {-1: (theme.weight, 4), 0: (theme.loss, 3), 1: (theme.good, 0)}  # diamonds, triangles, balls
        places = np.insert(trace.valley, 1, 0, axis=0), np.insert(trace.valley_loss, 1, trace.saddle_loss)
        pins, rows = (marks(self.signs, theme) for _ in range(2))
        losses = trace.valley_loss[0], trace.saddle_loss, trace.valley_loss[1]
        names = ("weight(v)", "weight(w)"), ["left", "saddle", "right"]
        self.land = LossSurface(self, CORNER, SIZE, trace.v_grid[0], trace.surface, pins, *places, names[0])
        self.tally = OutcomeTable(self, np.array([1.35, -0.6, 0]), rows, names[1], losses)
        self.panels = self.land.axes, self.losses

    def show_model(self) -> None:
        self.begin("show_model")
        trace = self.trace
        self.data = self.fitted(np.array([-5.9, -2.4, 0]), (12.2, 4.9), 0.08)
        self.add(self.data.axes, self.data.dots)
        formula = self.typeset("activation(hat(y)) = weight(v) tanh(weight(w) thin data(x))", size=36)
        self.caption("show_model", count=length(trace.x), seed=trace.params.seed)
        self.play(FadeIn(formula.to_corner(UR, buff=MARGIN)), run_time=0.8)
        numbers = [self.number(weight, self.theme.weight, size=36) for weight in trace.valley[1]]
        for name, number, height in zip("vw", numbers, (1.9, 1.2), strict=True):
            word = self.typeset(f"weight({name}) =", size=36).move_to([-4.4, height, 0], RIGHT)
            self.add(word, number.centred_at(np.array([-4.3, height, 0])))
            self.data.add(word, number)
        self.play(Create(self.data.curve), run_time=self.reading_time_left(1.5))
        self.caption("mirror")

        def flip(share: float) -> None:
            weights = trace.mirror[round(share * (len(trace.mirror) - 1))]
            self.data.bend(model(*weights))
            for number, weight in zip(numbers, weights, strict=True):
                self.rewrite(number, weight)

        self.drive(flip, self.data.curve, *numbers, seconds=self.reading_time_left(3.2))

    def show_relief(self) -> None:
        self.begin("show_relief")
        land, small = self.land, self.fitted(SIDE, SIDE_SIZE, 0.04)
        height = self.say("height", size=24).move_to([-6.8, 2.75, 0], LEFT)
        self.play(FadeOut(self.data), FadeIn(small, land.relief, land.pins, self.tally, height), run_time=0.8)
        self.data = small
        self.caption("relief")
        self.drive(land.turn, land.relief, land.pins, seconds=3.5, rate=ease_in_out_sine)
        self.remove(height)
        self.drive(land.tilt, land.relief, land.pins, seconds=1.6, rate=ease_in_out_sine)
        self.play(FadeIn(land.chart), FadeOut(land.pins), run_time=0.6)

    def roll_down(self) -> None:
        self.begin("roll_down")
        trace = self.trace
        balls = with_halo(Trajectories(self.panels, trace.path, trace.loss, self.theme.text), self.theme)
        loss = self.typeset("loss(L)").next_to(SIDE + SIDE_SIZE[1] * UP, UP, buff=0.1)
        step = self.say("step", size=24).move_to(SIDE + [SIDE_SIZE[0], SIDE_SIZE[1] + 0.1, 0], RIGHT)
        self.play(FadeOut(self.data), FadeIn(balls.balls, self.losses, loss, step), run_time=0.6)
        self.caption("ask_ends", starts=trace.params.starts)
        self.wait(HOLD)
        self.add(balls)
        self.drive(balls.walk, balls, seconds=4.5, rate=ease_in_cubic)
        left, saddle, right = trace.ends
        key = "ends_early" if saddle > 1 else "ends"
        self.caption(key, left=left, right=right, saddle=saddle, steps=trace.params.steps)
        self.pack = self.packed(trace.path, trace.loss, trace.basin)
        self.reveal(balls, "descent", trace.ends, seconds=self.reading_time_left(2))

    def find_divide(self) -> None:
        self.begin("find_divide")
        half, pack = self.trace.divide, self.pack
        self.drive(lambda share: pack.walk(1 - share), pack, seconds=1.5, rate=ease_in_out_sine)
        line = self.land.axes.at(*np.concatenate([half[::-1], -half]).T)
        self.caption("divide" if self.trace.basin[0] == 0 else "divide_left")
        self.play(Create(with_halo(Line(line, self.theme.loss, 4), self.theme)), run_time=1.5)
        self.drive(pack.first.walk, pack.first, seconds=self.reading_time_left(2.5), rate=ease_in_cubic)

    def add_noise(self) -> None:
        self.begin("add_noise")
        trace, path, loss = self.trace, self.trace.sgd_path, self.trace.sgd_loss
        others = Trajectories(self.panels, path[1:], loss[1:], self.theme.text)
        first = Trajectories(self.panels, path[:1], loss[:1], *self.signs[0], *LARGE)
        balls = with_halo(VGroup(others, first), self.theme)
        self.play(FadeOut(self.pack), FadeIn(others.balls, first.balls), run_time=0.6)
        self.caption("ask_noise", batch=trace.params.batch_size, count=length(trace.x))
        self.wait(HOLD)
        self.add(balls)
        self.drive(lambda share: [group.walk(share) for group in balls], balls, seconds=4.5, rate=ease_in_cubic)
        self.caption(("freed_left", "not_freed", "freed_right")[trace.sgd_basin[0] + 1], steps=trace.params.steps)
        self.pack = self.packed(path, loss, trace.sgd_basin)
        self.reveal(balls, "noisy", trace.sgd_ends, seconds=1.2)
        self.drive(self.pack.first.walk, self.pack.first, seconds=self.reading_time_left(2.5), rate=ease_in_cubic)

    def replay_noise(self) -> None:
        self.begin("replay_noise", loop=True)
        self.drive(lambda share: self.pack.walk(1 - share), self.pack, seconds=1, rate=ease_in_out_sine)
        self.drive(self.pack.walk, self.pack, seconds=4.5, rate=ease_in_cubic)

    def cut_net(self) -> None:
        self.begin("cut_net")
        trace, theme, name = self.trace, self.theme, self.trace.params.slice_data
        before = [m for m in self.mobjects if m not in (self.title, self._caption)]
        inputs = FEATURES if name == "boston" else tuple(f"x{index}" for index in "₁₂₃₄₅₆")
        layers = named(trace.layers)
        heading = self.say("all_slices", size=24, colour=theme.faint, **layers)
        cut = NetSlices(self, trace.slice_w, trace.slices, trace.bumpy, trace.bowl, SWEPT[name], inputs, heading)
        small = cut.small((0, 1), theme.faint)
        self.play(FadeOut(*before), FadeIn(cut.frame, small, cut.margins), run_time=1.2)
        self.caption(f"slice_{name}", seed=trace.params.seed, **layers)
        self.play(Indicate(cut.margins[-1], color=theme.text))
        self.play(Create(cut.curve), run_time=self.reading_time_left(2))
        key = "gap" if trace.bumpy[SWEPT[name]] else "no_gap"
        self.caption(key, count=trace.bumps, total=count(trace.bumpy))
        self.play(Create(cut.bowl), FadeIn(cut.name_bowl(self.say("bowl", size=24, colour=theme.good))))
        self.add(cut.gap, cut.curve, cut.bowl)
        self.drive(cut.gap.show, cut.gap, seconds=1.2)
        told = cut.small((1,), theme.loss), cut.small((0,), theme.good)
        self.play(FadeOut(small), FadeIn(*told), run_time=self.reading_time_left())

    def fitted(self, corner: np.ndarray, size: tuple[float, float], radius: float) -> Fitted:
        """The data, and the curve of the right valley."""
        return Fitted(self, corner, size, self.trace.x, self.trace.y, model(*self.trace.valley[1]), radius)

    def packed(self, path: np.ndarray, loss: np.ndarray, basin: np.ndarray) -> OutcomeTrajectories:
        """The balls of a run, where they have ended, with the signs of these places."""
        return with_halo(OutcomeTrajectories(self.panels, path, loss, basin, self.signs), self.theme).walk(1)

    def reveal(self, balls: VGroup, column: str, counts: np.ndarray, seconds: float) -> None:
        """Give the balls the signs of where they have ended, and write how many: left, right, saddle."""
        head, *numbers = self.tally.column(self, ("descent", "noisy").index(column), column, counts)
        self.add(head)
        for side in (-1, 1, 0):
            self.play(FadeIn(self.pack.that_end(side), numbers[side + 1]), run_time=seconds / 3)
        self.remove(*balls)


def named(layers: np.ndarray) -> dict[str, int]:
    """The units of a net's layers by the names that sentences give them."""
    return dict(zip(("inputs", "hidden", "outputs"), layers, strict=True))


def model(v: float, w: float) -> Callable[[np.ndarray], np.ndarray]:
    """The curve of the neuron with these weights."""
    return lambda x: v * np.tanh(w * x)
