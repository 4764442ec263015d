"""The loss with two valleys as manim's users write it: a Surface that is turned, always_redraw for paths and balls.

The relief is a Surface in a plain scene, turned by its updater. A ThreeDScene would turn a camera around it instead,
and then project every other drawing of the film, too, at every frame.
"""

import contourpy
import numpy as np
from manim import (
    LEFT,
    OUT,
    RIGHT,
    UL,
    UP,
    UR,
    Axes,
    Create,
    Dot,
    FadeIn,
    FadeOut,
    Indicate,
    Line,
    ManimColor,
    Mobject,
    Rectangle,
    RegularPolygon,
    ShowIncreasingSubsets,
    Surface,
    ValueTracker,
    VGroup,
    VMobject,
    always_redraw,
    linear,
)
from manim.utils.rate_functions import ease_in_cubic, ease_in_out_sine
from matplotlib import colormaps

from bench._grid import number
from bench._lecture import THEME, Lecture
from bench._panel import panel
from mathcore.nonconvex_loss import FEATURES, SWEPT
from scenes.nonconvex_loss import named

CORNER, SIZE = np.array([-6.2, -2.4, 0.0]), (6.4, 4.9)  # of the map
SIDE, SIDE_SIZE = np.array([1.75, 0.65, 0.0]), (4.8, 1.9)  # of the panel beside it
LEVELS = np.linspace(0, 1, 15)[1:-1]
SIGNS = {-1: (THEME.weight, 4), 0: (THEME.loss, 3), 1: (THEME.good, 0)}  # diamonds, triangles, balls
RESOLUTION, RISE = 32, 2.8  # faces a side of the relief; its height
TURNS, TILT, DIM = np.radians([-65, -15]), np.radians(42), 0.4
PALETTE = [ManimColor(colormaps[THEME.sizes](share)[:3]) for share in np.linspace(0, 1, 64)]
ROW, HEAD, FIRST, NEXT = 0.6, 0.55, 3.25, 1.1  # of the table
CELL, TABLE = (0.285, 0.72), np.array([1.05, 2.3, 0.0])  # of the small slices


class NonconvexLoss(Lecture):
    """Left the surface, as a relief, then as a map; right the data, then the losses, above the table of ends."""

    def construct(self) -> None:
        trace = self.trace
        self.v, self.w = trace.valley[1]
        self.share, self.first = ValueTracker(0), ValueTracker(0)
        reach = trace.v_grid[0, -1]
        self.map = panel([-reach, reach, 1], [-reach, reach, 1], SIZE, CORNER)
        self.losses = panel([0, trace.params.steps, 50], [0, 2 * float(trace.saddle_loss), 0.5], SIDE_SIZE, SIDE, 1)
        self.show_model()
        self.show_relief()
        self.roll_down()
        self.find_divide()
        self.add_noise()
        self.replay_noise()
        self.cut_net()

    def show_model(self) -> None:
        self.section("show_model")
        trace = self.trace
        flip = [ValueTracker(self.v), ValueTracker(self.w)]
        axes = self.data_axes(np.array([-5.9, -2.4, 0]), (12.2, 4.9))
        dots = self.dots(axes, 0.08)
        self.add(axes, dots)
        rule = self.formula("activation(hat(y)) = weight(v) tanh(weight(w) thin data(x))", 36).to_corner(UR, buff=0.3)
        self.caption("show_model", count=len(trace.x), seed=trace.params.seed)
        curve = always_redraw(
            lambda: axes.plot(
                lambda x: flip[0].get_value() * np.tanh(flip[1].get_value() * x), color=THEME.activation, stroke_width=5
            )
        )
        self.play(FadeIn(rule), run_time=0.8)
        numbers = VGroup()
        for name, height, tracker in zip("vw", (1.9, 1.2), flip, strict=True):
            word = self.formula(f"weight({name}) =", 36).move_to([-4.4, height, 0], RIGHT)
            value = number(tracker.get_value(), 36, edge_to_fix=LEFT).set_color(THEME.weight)
            value.add_updater(lambda shown, tracker=tracker: shown.set_value(tracker.get_value()))
            numbers.add(word, value.next_to(word, RIGHT, buff=0.1))
        self.add(numbers)
        self.play(Create(curve), run_time=self.reading_time_left(1.5))
        self.caption("mirror")
        half = self.reading_time_left(3.2) / 2
        for tracker, value in zip(flip, (self.v, self.w), strict=True):
            self.play(tracker.animate.set_value(-value), run_time=half, rate_func=linear)
        self.data, self.rule = VGroup(axes, dots, curve, numbers), rule

    def show_relief(self) -> None:
        self.section("show_relief")
        axes = self.data_axes(SIDE, SIDE_SIZE)
        curve = axes.plot(lambda x: self.v * np.tanh(self.w * x), color=THEME.activation, stroke_width=5)
        small = VGroup(axes, self.dots(axes, 0.04), curve)
        self.turn, self.tilt = ValueTracker(TURNS[0]), ValueTracker(0)
        relief, pins = self.relief(), self.pins()
        height = self.say("height").move_to([-6.8, 2.75, 0], LEFT)
        self.table()
        self.remove(*self.data)
        self.play(FadeOut(self.data.clear_updaters()), FadeIn(small, relief, pins, self.tally, height), run_time=0.8)
        self.data = small
        self.caption("relief")
        relief.add_updater(lambda faces: faces.become(self.seen()))
        pins.add_updater(lambda marks: marks.become(self.pins()))
        self.play(self.turn.animate.set_value(TURNS[1]), run_time=3.5, rate_func=ease_in_out_sine)
        self.remove(height)
        above = self.turn.animate.set_value(0), self.tilt.animate.set_value(1)
        self.play(*above, run_time=1.6, rate_func=ease_in_out_sine)
        relief.clear_updaters()
        pins.clear_updaters()
        self.play(FadeIn(self.contours(), self.map, self.weights()), FadeOut(pins), run_time=0.6)

    def roll_down(self) -> None:
        self.section("roll_down")
        trace = self.trace
        self.curve_names = VGroup(
            self.formula("loss(L)").next_to(SIDE + SIDE_SIZE[1] * UP, UP, buff=0.1),
            self.say("step").move_to(SIDE + [SIDE_SIZE[0], SIDE_SIZE[1] + 0.1, 0], RIGHT),
        )
        balls = self.balls(trace.path, trace.loss, None)
        self.play(FadeOut(self.data), FadeIn(balls, self.losses, self.curve_names), run_time=0.6)
        self.caption("ask_ends", starts=trace.params.starts)
        self.wait(1)
        self.roll(4.5)
        left, saddle, right = counts = self.count(trace.basin)
        self.caption("ends", left=left, right=right, saddle=saddle, steps=trace.params.steps)
        self.rolling = self.balls(trace.path, trace.loss, trace.basin)
        self.reveal(balls, trace.basin, counts, 0, self.reading_time_left(2))

    def find_divide(self) -> None:
        self.section("find_divide")
        half = self.trace.separatrix
        back = self.share.animate.set_value(0), self.first.animate.set_value(0)
        self.play(*back, run_time=1.5, rate_func=ease_in_out_sine)
        line = VMobject(stroke_color=THEME.loss, stroke_width=4)
        line.set_points_as_corners([self.map.c2p(*point) for point in np.concatenate([half[::-1], -half])])
        self.caption("divide")
        self.play(Create(line), run_time=1.5)
        self.play(self.first.animate.set_value(1), run_time=self.reading_time_left(2.5), rate_func=ease_in_cubic)

    def add_noise(self) -> None:
        self.section("add_noise")
        trace = self.trace
        self.remove(self.rolling)
        gone = self.rolling.copy().clear_updaters()
        self.share.set_value(0)
        self.first.set_value(0)
        balls = self.balls(trace.sgd_path, trace.sgd_loss, None, marked=True)
        self.play(FadeOut(gone), FadeIn(balls), run_time=0.6)
        self.caption("ask_noise", batch=trace.params.batch_size, count=len(trace.x))
        self.wait(1)
        self.roll(4.5)
        self.caption(("freed_left", "not_freed", "freed_right")[trace.sgd_basin[0] + 1], steps=trace.params.steps)
        self.rolling = self.balls(trace.sgd_path, trace.sgd_loss, trace.sgd_basin)
        self.reveal(balls, trace.sgd_basin, self.count(trace.sgd_basin), 1, 1.2)
        self.first.set_value(0)
        self.play(self.first.animate.set_value(1), run_time=self.reading_time_left(2.5), rate_func=ease_in_cubic)

    def replay_noise(self) -> None:
        self.section("replay_noise")
        back = self.share.animate.set_value(0), self.first.animate.set_value(0)
        self.play(*back, run_time=1, rate_func=ease_in_out_sine)
        self.roll(4.5)

    def cut_net(self) -> None:
        self.section("cut_net")
        trace, name = self.trace, self.trace.params.slice_data
        self.rolling.clear_updaters()
        self.play(FadeOut(*(m for m in self.mobjects if m not in (self.heading, self.spoken))), run_time=0.6)
        loss, w = trace.slices[SWEPT[name]], trace.slice_w
        ends = trace.convex_envelope.min(), loss.max()
        axes = panel([w[0], w[-1], 2], [*ends, (ends[1] - ends[0]) / 3], (5.2, 4.9), [-5.8, -2.4, 0], 2)
        names = VGroup(
            self.formula("loss(L)").next_to(axes.c2p(w[0], ends[1]), UP, buff=0.12),
            self.formula("weight(w)").next_to(axes.c2p(w[-1], ends[0]), RIGHT, buff=0.15),
        )
        small = self.small_slices(THEME.faint, THEME.faint)
        margins = self.margins(SWEPT[name])
        self.play(FadeIn(axes, names, small, margins), run_time=0.6)
        self.caption(f"slice_{name}", seed=trace.params.seed, **named(trace.layers))
        curve = axes.plot(lambda at: np.interp(at, w, loss), color=THEME.loss, stroke_width=5)
        self.play(Indicate(margins[-1], color=THEME.text))
        self.play(Create(curve), run_time=self.reading_time_left(2))
        self.caption("gap", count=int(trace.bumpy.sum()), total=trace.bumpy.size)
        bowl = axes.plot(lambda at: np.interp(at, w, trace.convex_envelope), color=THEME.good)
        gaps = VGroup(
            *(
                Line(axes.c2p(at, low), axes.c2p(at, high), color=THEME.faint, stroke_width=2)
                for at, low, high in zip(w, trace.convex_envelope, loss, strict=True)
            )
        )
        word = self.say("bowl", color=THEME.good).next_to(axes.c2p(w[-1], trace.convex_envelope[-1]), UL, buff=0.2)
        self.play(Create(bowl), FadeIn(word))
        self.add(gaps, curve, bowl)
        self.play(ShowIncreasingSubsets(gaps), run_time=1.2, rate_func=linear)
        self.play(FadeOut(small), FadeIn(self.small_slices(THEME.good, THEME.loss)), run_time=self.reading_time_left())

    def roll(self, seconds: float) -> None:
        ends = self.share.animate.set_value(1), self.first.animate.set_value(1)
        self.play(*ends, run_time=seconds, rate_func=ease_in_cubic)

    def balls(self, path: np.ndarray, loss: np.ndarray, basin: np.ndarray | None, *, marked: bool = False) -> VGroup:
        """A path, a curve of losses and a ball for every start; those revealed have the sign of where they end."""
        signs = [SIGNS[end] if basin is not None else (THEME.text, 0) for end in (basin if basin is not None else path)]
        if marked:
            signs[0] = SIGNS[0]

        def drawn(start: int) -> VGroup:
            tracker = self.share if start else self.first
            color, corners = signs[start]
            large = start == 0 and (marked or basin is not None)
            step = round(tracker.get_value() * (len(loss[start]) - 1))
            style = {"stroke_color": color, "stroke_width": 5 if large else 2.5, "stroke_opacity": 0.85}
            low, high = self.losses.y_range[:2]
            trail, curve = VMobject(**style), VMobject(**style)
            trail.set_points_as_corners([self.map.c2p(*point) for point in path[start, : step + 1]])
            curve.set_points_as_corners(
                [self.losses.c2p(k, np.clip(value, low, high)) for k, value in enumerate(loss[start, : step + 1])]
            )
            ball = sign(color, corners, 0.17 if large else 0.1)
            return VGroup(trail, curve, ball.move_to(self.map.c2p(*path[start, step])))

        starts = [*range(1, len(path)), 0]
        return VGroup(*(always_redraw(lambda start=start: drawn(start)) for start in starts))

    def count(self, basin: np.ndarray) -> list[int]:
        """How many balls end left, on the saddle, right."""
        return [int(np.sum(basin == side)) for side in SIGNS]

    def reveal(self, balls: VGroup, basin: np.ndarray, counts: list[int], index: int, seconds: float) -> None:
        """Give the balls the signs of where they have ended, and write how many: left, right, saddle."""
        right = FIRST + NEXT * (index + 1)
        self.add(self.say(("descent", "noisy")[index]).move_to(spot(-1, right), RIGHT))
        ends = [*basin[1:], basin[0]]  # the first ball is drawn last
        for side, row in ((-1, 0), (1, 2), (0, 1)):
            told = number(counts[row], 32, 0).move_to(spot(row, right), RIGHT)
            group = VGroup(*(ball for ball, end in zip(self.rolling, ends, strict=True) if end == side))
            self.play(FadeIn(group, told), run_time=seconds / 3)
        self.remove(balls)

    def relief(self) -> Mobject:
        """The surface over the plane of the map, each face in the colour of its height."""
        surface = self.trace.surface
        heights = np.sqrt(surface / surface.max())

        def point(u: float, v: float) -> np.ndarray:
            row, col = (min(int(share * (len(heights) - 1)), len(heights) - 1) for share in (1 - v, u))
            return np.array([(u - 0.5) * SIZE[0], (0.5 - v) * SIZE[1], RISE * heights[row, col]])

        relief = Surface(point, u_range=[0, 1], v_range=[0, 1], resolution=(RESOLUTION, RESOLUTION), stroke_width=0.5)
        for face in relief:
            colour = PALETTE[int(np.clip(face.get_center()[2] / RISE, 0, 1) * 63)]
            face.set_fill(colour, 1).set_stroke(colour)
        relief.submobjects.sort(key=lambda face: -face.get_center()[1])  # the far ones first
        self.untouched = relief
        return self.seen()

    def seen(self) -> Mobject:
        """The relief from where the viewer is."""
        turned = self.untouched.copy()
        self.look(turned)
        tilt = self.tilt.get_value()
        if tilt > 0:
            turned.set_opacity(1 - (1 - DIM) * tilt)
        return turned

    def look(self, mobject: Mobject) -> Mobject:
        """Turn, tilt and place what stands on the plane."""
        tilt, ground = self.tilt.get_value(), np.zeros(3)
        zoom = 0.84 + 0.16 * tilt
        mobject.rotate(self.turn.get_value(), axis=OUT, about_point=ground)
        mobject.rotate((1 - tilt) * (TILT - np.pi / 2), axis=RIGHT, about_point=ground)
        return mobject.scale(zoom, about_point=ground).shift(CORNER + np.array([*SIZE, 0]) / 2)

    def pins(self) -> VGroup:
        """The marks of the valleys and the saddle, on the surface."""
        trace, reach, marks = self.trace, self.trace.v_grid[0, -1], VGroup()
        points, losses = np.insert(trace.valley, 1, 0, axis=0), np.insert(trace.valley_loss, 1, trace.saddle_loss)
        for (color, corners), place, loss in zip(SIGNS.values(), points, losses, strict=True):
            spot = Dot([*(place / (2 * reach) * SIZE), RISE * np.sqrt(loss / trace.surface.max())])
            marks.add(sign(color, corners, 0.14).move_to(self.look(spot)))
        return marks

    def contours(self) -> VGroup:
        """One path per line of equal loss."""
        trace, lines = self.trace, VGroup()
        generator = contourpy.contour_generator(trace.v_grid, trace.w_grid, trace.surface)
        for level in LEVELS**2 * trace.surface.max():
            for line in map(np.asarray, generator.lines(level)):
                path = VMobject(stroke_color=THEME.text, stroke_width=1.5, stroke_opacity=0.35)
                lines.add(path.set_points_as_corners([self.map.c2p(*point) for point in line]))
        return lines

    def weights(self) -> VGroup:
        right, top = CORNER + SIZE[0] * RIGHT, CORNER + SIZE[1] * UP
        names = self.formula("weight(v)"), self.formula("weight(w)")
        return VGroup(names[0].next_to(right, RIGHT, buff=0.15), names[1].next_to(top, LEFT, buff=0.15))

    def table(self) -> None:
        """The places where balls end, with their losses."""
        trace = self.trace
        losses = np.insert(trace.valley_loss, 1, trace.saddle_loss)
        self.tally = VGroup(self.formula("loss(L)").move_to(spot(-1, FIRST), RIGHT))
        rows = zip(SIGNS.values(), ("left", "saddle", "right"), losses, strict=True)
        for row, ((color, corners), name, loss) in enumerate(rows):
            word = self.say(name, 28).move_to(spot(row, 0.6), LEFT)
            value = number(loss, 28, 3).set_color(THEME.loss).move_to(spot(row, FIRST), RIGHT)
            self.tally.add(sign(color, corners, 0.14).move_to(spot(row, 0.2)), word, value)

    def small_slices(self, bowls: str, bumpy: str) -> VGroup:
        """A small curve per weight."""
        drawn = VGroup()
        for row, col in np.ndindex(self.trace.bumpy.shape):
            values = self.trace.slices[row, col]
            shares = (values - values.min()) / (np.ptp(values) or 1)
            across = np.linspace(0.11, 0.89, len(values))
            points = [
                TABLE + [(col + x) * CELL[0], -(row + 0.89 - 0.78 * y) * CELL[1], 0]
                for x, y in zip(across, shares, strict=True)
            ]
            color = bumpy if self.trace.bumpy[row, col] else bowls
            drawn.add(VMobject(stroke_color=color, stroke_width=2).set_points_as_corners(points))
        return drawn

    def margins(self, chosen: tuple[int, int]) -> VGroup:
        """The names of the inputs, the heading, and a frame around the slice that is drawn large."""
        rows = [
            self.write(name, 24, THEME.faint).move_to(TABLE + [-0.4 * CELL[0], -(row + 0.5) * CELL[1], 0], RIGHT)
            for row, name in enumerate(FEATURES)
        ]
        head = self.say("all_slices", color=THEME.faint, **named(self.trace.layers)).move_to(
            TABLE + [10 * CELL[0], 0.35 * CELL[1], 0]
        )
        frame = Rectangle(color=THEME.text, height=CELL[1], width=CELL[0], stroke_width=3)
        place = TABLE + [(chosen[1] + 0.5) * CELL[0], -(chosen[0] + 0.5) * CELL[1], 0]
        return VGroup(*rows, head, frame.move_to(place))

    def data_axes(self, corner: np.ndarray, size: tuple[float, float]) -> Axes:
        x, high = self.trace.x, 1.05 * np.abs(self.trace.y).max()
        return panel([x[0], x[-1], 1], [-high, high, 1], size, corner)

    def dots(self, axes: Axes, radius: float) -> VGroup:
        rows = zip(self.trace.x, self.trace.y, strict=True)
        return VGroup(*(Dot(axes.c2p(x, y), radius=radius, color=THEME.data) for x, y in rows))


def sign(color: str, corners: int, radius: float) -> VMobject:
    """A ball, a triangle or a diamond."""
    if not corners:
        return Dot(radius=radius, color=color)
    return RegularPolygon(corners, radius=radius, color=color, fill_opacity=1, stroke_width=0)


def spot(row: int, along: float) -> np.ndarray:
    """A place in the table of ends; -1 is the row of headings."""
    return np.array([1.35 + along, -0.6 - (HEAD + ROW * row) * (row >= 0), 0])
