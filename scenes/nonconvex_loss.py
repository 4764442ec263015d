"""The film of a loss that is no bowl: two valleys, a saddle, balls that roll, and noise that frees one of them."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Create, FadeIn, FadeOut, Rectangle, VGroup
from manim.utils.rate_functions import ease_in_out_sine, ease_in_quad

from mathcore.nonconvex_loss import FEATURES, SWEPT, Trace
from scenes._parts import Axes, Contours, Dots, Relief, Rollers, Segments, Sparklines, Trail
from scenes._stage import MARGIN, Stage

CORNER, SIZE = np.array([-6.2, -2.4, 0.0]), (6.4, 4.9)  # of the map
SIDE, SIDE_SIZE = np.array([1.75, 0.65, 0.0]), (5.0, 1.9)  # of the panel beside it
LEVELS = np.linspace(0, 1, 15)[1:-1]  # heights of the contour lines, as shares of the highest
SHAPES = {-1: 4, 0: 3, 1: 0}  # corners of what ends left, on the saddle, right
CELL = (0.285, 0.72)  # of the table of slices
TABLE = np.array([1.05, 2.3, 0.0])  # its upper left corner
LARGE = 0.17, 5  # radius and width of the trail of the ball that matters
DIM = 0.4  # share of the map's colours that stays under the balls


class NonconvexLoss(Stage):
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
        reach = trace.v_grid.max()
        self.map = Axes(CORNER, SIZE, (-reach, reach), (-reach, reach), theme, self.words, (5, 5))
        panel = (0, trace.params.steps), (0, 2 * float(trace.saddle_loss))
        self.losses = Axes(SIDE, SIDE_SIZE, *panel, theme, self.words, (6, 4))
        self.colours = {-1: theme.weight, 0: theme.loss, 1: theme.good}
        self.stations = np.stack([trace.valley[0], [0, 0], trace.valley[1]])
        self.station_loss = np.array([trace.valley_loss[0], trace.saddle_loss, trace.valley_loss[1]])
        self.gd = trace.path, trace.loss, trace.basin
        self.sgd = trace.sgd_path, trace.sgd_loss, trace.sgd_basin

    def show_model(self) -> None:
        self.beat("show_model")
        trace = self.trace
        axes, dots, curve = big = self.data_panel(np.array([-5.9, -2.4, 0]), (12.2, 4.9), 0.08)
        self.add(axes, dots)
        model = self.typeset("activation(hat(y)) = weight(v) tanh(weight(w) thin data(x))", size=36)
        self.caption("show_model", count=len(trace.x), seed=trace.params.seed)
        self.play(FadeIn(model.to_corner(UR, buff=MARGIN)), Create(curve))
        numbers = [self.number(value, self.theme.weight, size=36) for value in trace.valley[1]]
        for name, number, height in zip("vw", numbers, (1.9, 1.2), strict=True):
            word = self.typeset(f"weight({name}) =", size=36).move_to([-4.4, height, 0], RIGHT)
            number.centred_at(np.array([-4.3, height, 0]))
            self.add(word, number)
            big.add(word, number)
        self.caption("mirror")
        for flips in (([1, 1], [-1, 1]), ([-1, 1], [-1, -1])):

            def flip(share: float, flips: tuple = flips) -> None:
                v, w = trace.valley[1] * (1 - share) * flips[0] + trace.valley[1] * share * flips[1]
                curve.through(self.graph(axes, v, w))
                self.rewrite(numbers[0], v)
                self.rewrite(numbers[1], w)

            self.drive(flip, curve, *numbers, seconds=1.6, rate=ease_in_out_sine)
        self.leaving = big

    def show_relief(self) -> None:
        self.beat("show_relief")
        heights = np.sqrt(self.trace.surface / self.trace.surface.max())
        look = self.theme.sizes, self.theme.background, LEVELS
        self.relief = Relief(heights, SIZE, (7.6, 5.8), 2.8, *look).move_to(self.map.corner + self.map.size / 2)
        self.data = self.data_panel(SIDE, SIDE_SIZE, 0.04)
        self.pins = VGroup(*(self.mark(side, np.zeros((1, 3)), 0.13) for side in SHAPES))
        self.turn_relief(0)
        height = self.say("height", size=24).move_to([-6.8, 2.75, 0], LEFT)
        self.play(FadeOut(self.leaving), FadeIn(self.data, self.relief, self.pins, self.table(), height))
        self.caption("relief")
        self.drive(self.turn_relief, self.relief, self.pins, seconds=4, rate=ease_in_out_sine)
        self.remove(height)
        self.drive(self.tilt_relief, self.relief, self.pins, seconds=2, rate=ease_in_out_sine)
        names = self.typeset("weight(v)"), self.typeset("weight(w)")
        names[0].next_to(CORNER + SIZE[0] * RIGHT, RIGHT, buff=0.15)
        names[1].next_to(CORNER + SIZE[1] * UP, LEFT, buff=0.15)
        axis = self.trace.v_grid[0]
        lines = Contours(
            self.map, axis, axis, self.trace.surface, LEVELS**2 * self.trace.surface.max(), self.theme.text
        )
        self.play(FadeIn(lines.set_stroke(opacity=0.35), self.map, *names), FadeOut(self.pins))

    def roll_down(self) -> None:
        self.beat("roll_down")
        balls = self.rollers(self.gd, self.theme.text)
        names = self.typeset("loss(L)"), self.say("step", size=24)
        names[0].next_to(SIDE + SIDE_SIZE[1] * UP, LEFT, buff=0.15)
        names[1].move_to(SIDE + [SIDE_SIZE[0], SIDE_SIZE[1] + 0.1, 0], RIGHT)
        self.play(FadeOut(self.data), FadeIn(balls.balls, self.losses, *names), run_time=0.6)
        self.caption("ask_ends", starts=self.trace.params.starts)
        self.add(balls)
        self.drive(balls.walk, balls, seconds=5, rate=ease_in_quad)
        self.reveal(balls, self.gd, 0)
        left, saddle, right = self.counts(self.gd)
        ends = dict(left=left, right=right, saddle=saddle, steps=self.trace.params.steps)
        self.caption("ends_early" if saddle > 1 else "ends", **ends)

    def find_divide(self) -> None:
        self.beat("find_divide")
        back = [group.walk for group in self.sorted]
        self.drive(lambda share: [walk(1 - share) for walk in back], *self.sorted, seconds=1.5, rate=ease_in_out_sine)
        half = self.trace.divide
        divide = Trail(self.map.at(*np.concatenate([half[::-1], -half]).T), self.theme.loss, 4)
        self.play(Create(divide))
        self.caption("divide" if self.trace.basin[0] == 0 else "divide_left")
        first = self.rollers(self.gd, self.theme.loss, 3, np.arange(1), *LARGE)
        self.add(first)
        self.drive(first.walk, first, seconds=3, rate=ease_in_quad)
        self.leaving = first

    def add_noise(self) -> None:
        self.beat("add_noise")
        params = self.trace.params
        balls = self.rollers(self.sgd, self.theme.text, chosen=np.arange(1, params.starts))
        first = self.rollers(self.sgd, self.theme.loss, 3, np.arange(1), *LARGE)
        self.play(FadeOut(*self.sorted, self.leaving), FadeIn(balls.balls, first.balls), run_time=0.6)
        self.caption("ask_noise", batch=params.batch_size, count=len(self.trace.x))
        self.add(balls, first)
        self.drive(lambda share: (balls.walk(share), first.walk(share)), balls, first, seconds=5, rate=ease_in_quad)
        self.reveal(balls, self.sgd, 1)
        self.remove(first)
        key = {-1: "freed_left", 0: "not_freed", 1: "freed_right"}[int(self.trace.sgd_basin[0])]
        self.caption(key, steps=params.steps)

    def replay_noise(self) -> None:
        self.beat("replay_noise", loop=True)
        for ends, seconds, rate in (((1, 0), 1, ease_in_out_sine), ((0, 1), 4.5, ease_in_quad)):

            def walk(share: float, ends: tuple = ends) -> None:
                for group in self.sorted:
                    group.walk(ends[0] + share * (ends[1] - ends[0]))

            self.drive(walk, *self.sorted, seconds=seconds, rate=rate)

    def cut_net(self) -> None:
        self.beat("cut_net")
        trace, theme, name = self.trace, self.theme, self.trace.params.slice_data
        self.play(FadeOut(*(m for m in self.mobjects if m not in (self.title, self._caption))), run_time=0.6)
        ends = (trace.bowl.min(), trace.slice_loss.max())
        axes = Axes(np.array([-5.8, -2.4, 0]), (5.2, 4.9), (-5, 5), ends, theme, self.words)
        curve = Trail(axes.at(trace.slice_w, trace.slice_loss), theme.loss, 5)
        marks = self.typeset("loss(L)").next_to(axes.at(-5, ends[1]), UP, buff=0.12), self.typeset("weight(w)")
        table = self.slices((0, 1), theme.faint)
        self.play(FadeIn(axes, marks[0], marks[1].next_to(axes.at(5, ends[0]), RIGHT, buff=0.15), table, self.names()))
        self.caption(f"slice_{name}", seed=trace.params.seed)
        self.play(Create(curve), run_time=2)
        floor = axes.at(trace.slice_w, trace.bowl)
        bowl = self.say("bowl", size=24, colour=theme.good).next_to(floor[35], LEFT, buff=0.3).shift(0.3 * DOWN)
        gap = Segments(floor, curve.corners, theme.faint, 2, 0.8)
        self.play(FadeIn(gap, bowl), Create(Trail(floor, theme.good, 4)))
        coloured = [self.slices(flag, hue) for flag, hue in ((1, theme.loss), (0, theme.good))]
        self.play(FadeOut(table), FadeIn(*coloured), run_time=0.6)
        key = "gap" if trace.bumpy[SWEPT[name]] else "no_gap"
        self.caption(key, count=int(trace.bumpy.sum()), total=trace.bumpy.size)

    def slices(self, flags: int | tuple[int, ...], colour: str) -> Sparklines:
        """Those slices that are bowls (0), or that are not (1), each in its cell."""
        cells = np.argwhere(np.isin(self.trace.bumpy, flags))
        return Sparklines(self.trace.slices[tuple(cells.T)], cells, TABLE, CELL, colour)

    def names(self) -> VGroup:
        """What stands around the table of slices, and the frame of the one that is shown large."""
        name = self.trace.params.slice_data
        inputs = FEATURES if name == "boston" else ("x₁", "x₂", "x₃", "x₄", "x₅", "x₆")
        rows = [
            self.label(text).move_to(TABLE - [0.12, (row + 0.5) * CELL[1], 0], RIGHT) for row, text in enumerate(inputs)
        ]
        head = self.say("all_slices", size=24, colour=self.theme.faint).move_to(TABLE + [10 * CELL[0], 0.25, 0])
        frame = Rectangle(self.theme.text, CELL[1], CELL[0], stroke_width=3)
        row, column = SWEPT[name]
        return VGroup(*rows, head, frame.move_to(TABLE + [(column + 0.5) * CELL[0], -(row + 0.5) * CELL[1], 0]))

    def data_panel(self, corner: np.ndarray, size: tuple[float, float], radius: float) -> VGroup:
        """The data, and the curve of the right valley."""
        x, y = self.trace.x, self.trace.y
        high = 1.05 * max(np.abs(y).max(), abs(self.trace.valley[1, 0]))
        axes = Axes(corner, size, (x.min(), x.max()), (-high, high), self.theme, self.words)
        curve = Trail(self.graph(axes, *self.trace.valley[1]), self.theme.activation, 5)
        return VGroup(axes, Dots(axes.at(x, y), self.theme.data, radius), curve)

    def graph(self, axes: Axes, v: float, w: float) -> np.ndarray:
        """Points of the model's curve."""
        x = np.linspace(*self.trace.x[[0, -1]], 80)
        return axes.at(x, v * np.tanh(w * x))

    def mark(self, side: int, places: np.ndarray, radius: float = 0.1) -> Dots:
        """The sign of a valley (-1, 1) or of the saddle (0)."""
        dots = Dots(places, self.colours[side], radius, corners=SHAPES[side])
        return dots.set_stroke(self.theme.background, 3, background=True)

    def turn_relief(self, share: float) -> None:
        self.look(np.radians(-65 + 50 * share), np.radians(42), 0.84, 1)

    def tilt_relief(self, share: float) -> None:
        self.look(
            np.radians(-15 * (1 - share)), np.radians(42 + 48 * share), 0.84 + 0.16 * share, 1 + share * (DIM - 1)
        )

    def look(self, *view: float) -> None:
        """See the relief, and the pins on it, from another side."""
        self.relief.look(*view)
        reach = self.trace.v_grid.max()
        heights = np.sqrt(self.station_loss / self.trace.surface.max())
        for pin, place in zip(self.pins, self.relief.at((self.stations / reach + 1) / 2, heights), strict=True):
            pin.put(place)

    def table(self) -> VGroup:
        """What lies where: signs, names, losses; later the counts of balls."""
        rows = VGroup(self.typeset("loss(L)").move_to([4.6, -0.6, 0], RIGHT))
        for row, (side, loss) in enumerate(zip(SHAPES, self.station_loss, strict=True)):
            height = -1.15 - 0.6 * row
            name = self.say(("left", "saddle", "right")[row], size=28).move_to([1.95, height, 0], LEFT)
            value = self.number(loss, self.theme.loss, size=28, anchor=RIGHT).centred_at(np.array([4.6, height, 0]))
            rows.add(self.mark(side, np.array([1.55, height, 0]), 0.14), name, value)
        return rows

    def rollers(
        self, run: tuple, colour: str, corners: int = 0, chosen: np.ndarray | None = None, *look: float
    ) -> Rollers:
        """Balls of a run, all or those chosen."""
        chosen = np.arange(self.trace.params.starts) if chosen is None else chosen
        return Rollers((self.map, self.losses), run[0][chosen], run[1][chosen], colour, corners, *look)

    def counts(self, run: tuple) -> list[int]:
        """How many balls of a run end left, on the saddle, right."""
        return [int(np.sum(run[2] == side)) for side in SHAPES]

    def reveal(self, balls: Rollers, run: tuple, column: int) -> None:
        """Give every ball the sign of where it has ended, and write how many there are of each."""
        found = [(side, np.flatnonzero(run[2] == side)) for side in SHAPES if side in run[2]]
        found.append((run[2][0], np.arange(1)))  # the ball of the divide, larger, on top
        large = [()] * (len(found) - 1) + [LARGE]
        self.sorted = [
            self.rollers(run, self.colours[side], SHAPES[side], chosen, *look)
            for (side, chosen), look in zip(found, large, strict=True)
        ]
        right = 5.7 + 1.1 * column
        head = self.say(("descent", "noisy")[column], size=24).move_to([right, -0.6, 0], RIGHT)
        counts = VGroup(
            self.number(count, self.theme.text, size=32, anchor=RIGHT).centred_at(
                np.array([right, -1.15 - 0.6 * row, 0])
            )
            for row, count in enumerate(self.counts(run))
        )
        self.play(FadeIn(*(group.walk(1) for group in self.sorted), head, counts), run_time=0.6)
        self.remove(balls)
