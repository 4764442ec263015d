"""The film of the mean squared error: one row moves away, takes a share of the loss, and the line follows it."""

from typing import Any

import numpy as np
from manim import DOWN, DR, LEFT, ORIGIN, RIGHT, UL, UP, Dot, VGroup
from manim import ReplacementTransform as Become
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.mean_squared_error import PLACES, Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line
from scenes._marks.panel import Panel
from scenes._props.mean_squared_error import GAP, Lens, Pile, Scatter
from scenes._stage.clock import between, follow
from scenes._stage.film import Film, beat
from scenes._stage.layout import Slot
from scenes._stage.rows import drawn_rows

HERE, THERE, LENS = Slot(-5.7, -2.3, 5.6, 4.9), Slot(1.5, -2.3, 5.1, 4.6), Slot(2.0, -2.3, 4.6, 4.6)
COSTS, LINES = Slot(-5.7, -2.3, 5.2, 4.6), Slot(1.6, -2.3, 5.0, 4.6)
ROWS, GRADIENT, LOSS = (np.array([x, y, 0]) for x, y in ((0.5, 0.4), (3.7, 0.4), (0.5, -2.45)))  # corners of piles
SIDE, ROOM, OPENED = 1.8, 1.1, 6  # of a pile; beside those on top; squares that are open in the first picture
INWARDS = 0.8  # from a ball on the curve of an error to the middle of its number
ERROR = "weight(w) data(x) - data(y)"
MEAN = "loss(L)(weight(w)) = 1/n scripts(sum)_i (weight(w) data(x_i) - data(y_i))^2"
PULLS = "gradient((d L) / (d w)) = 1/n scripts(sum)_i 2 (weight(w) data(x_i) - data(y_i)) data(x_i)"
SLOPES = "gradient((d e^2) / (d w)) = 2 e data(x) quad quad gradient((d abs(e)) / (d w)) = plus.minus data(x)"
LOSSES = "loss(e^2)", "loss(abs(e))"


class MeanSquaredError(Film):
    """Left the rows with their line; right what their squares add up to, and how much of it one row has."""

    trace: Trace

    def build(self) -> None:
        t, last = self.trace, len(self.trace.displacement) - 1
        self.half = t.reach() == "half"
        self.end = last if self.half else PLACES  # of the way that the loop takes
        self.jump(dial=0, opened=OPENED)
        names = [self.words.column(name, t.params.data) for name in (t.params.feature, t.params.target)]
        self.near, self.far = (Scatter(self, HERE, place + 1, names) for place in (PLACES, last))
        self.lens = Lens(self, LENS, self.near.panel.axes).drawn
        rows = drawn_rows(t.x, t.y)
        self.rest = rows[rows != t.row]
        self.build_parabola()
        self.build_piles()
        self.build_costs()
        self.build_lines()

    def build_parabola(self) -> None:
        t, refs, ball = self.trace, self.refs, self.ball("loss")
        panel = Panel(self, THERE, t.error_grid, t.squared, self.typeset(ERROR), self.typeset(f"loss(({ERROR})^2)"))
        number = with_halo(self.number(colour=self.theme.loss, size=34, anchor=ORIGIN), self.theme)

        mean = self.typeset("loss(L) =", size=40).move_to([THERE.left + THERE.width / 2 - 0.1, 1, 0], RIGHT)
        total = self.number(colour=self.theme.loss, size=40).anchored_at(mean.get_corner(DR) + 0.15 * RIGHT)

        def ride(place: float) -> None:
            self.rewrite(total, refs.dial_mse[round(place)])
            error = float(between(t.dial_error, place))
            there = ball.move_to(panel.at(error, error**2)).get_center()
            self.rewrite(number.centred_at(there + inwards(error)), refs.dial_square[round(place)])
            number.set_opacity(float(place >= 1))

        curve = panel.line(t.error_grid, t.squared, "faint", width=3)
        self.rider = follow(VGroup(ball, number, mean, total), "dial", at=ride)
        self.parabola = VGroup(panel.drawn, curve, panel.dots(t.residual[self.rest], t.square[self.rest], "loss", 0.05))

    def build_piles(self) -> None:
        t, refs, other = self.trace, self.refs, np.arange(len(self.trace.x)) != self.trace.row
        part = np.full(len(t.displacement), t.part), [refs.part] * len(t.displacement)
        self.rows = self.pile("rows", "data", ROWS, np.ones(t.others), *part)
        pulls = np.abs(t.gradient[other]), t.dial_gradient_share, refs.dial_gradient_share
        self.gradients = self.pile("gradient", "gradient", GRADIENT, *pulls)
        self.losses = self.pile("loss", "loss", LOSS, t.square[other], t.dial_share, refs.dial_share)
        edges = LOSS + SIDE * np.array([0 * UP, UP, UP + RIGHT, RIGHT, 0 * UP])
        own = edges + (SIDE + GAP) * RIGHT
        self.target = with_halo(Dashes(own, self.theme.text, 3), self.theme)
        self.equal = [with_halo(Line(one, self.theme.text, 5), self.theme) for one in (edges, own)]
        self.compared = self.say("compared", size=34, colour=self.theme.loss, times=refs.times)

    def pile(self, name: str, role: str, corner: np.ndarray, areas: np.ndarray, shares: Any, told: Any) -> VGroup:
        """The areas that a sum is made of, that of the outlier beside the others with its share."""
        colour = getattr(self.theme, role)
        number, room = self.number(colour=colour, size=34), SIDE if name == "loss" else ROOM
        pile = Pile(corner, SIDE, room, areas, colour, self.theme)
        head = self.say(name, size=28, colour=colour).move_to(corner + [0, SIDE + 0.28, 0], LEFT)
        percent = self.say("percent", size=34, colour=colour)

        def put(place: float, piled: float) -> None:
            own = pile.put(float(between(shares, place)), piled).own.get_corner(UL)
            number.write(self.words.number(told[round(place)].percent, decimals=3, tidy=True))
            number.centred_at(own + [0.08, 0.3, 0])
            percent.move_to([number.get_right()[0] + 0.1, own[1] + 0.3, 0], LEFT)

        return follow(VGroup(pile, head, number, percent), "dial", f"{name}_piled", at=put)

    def build_costs(self) -> None:
        """What an error costs, over the mean: its square, and its size."""
        t, refs = self.trace, self.refs
        sizes = np.abs(t.w_absolute * t.x - t.y)
        means = t.mse or 1.0, sizes.mean() or 1.0
        panel = Panel(self, COSTS, t.error_grid, [0, *t.squared / means[0]], self.typeset(ERROR), "times_mean")
        errors = t.residual, t.w_absolute * t.x - t.y
        costs, curves = (t.square / means[0], sizes / means[1]), (t.squared / means[0], t.absolute / means[1])
        self.costs = VGroup(panel.drawn)
        for k, told in enumerate((refs.times, refs.absolute_times)):
            end = panel.at(t.error_grid[-1], curves[k][-1])
            name = self.typeset(LOSSES[k], size=38).next_to(end, (LEFT, UP)[k], buff=0.3)
            here = panel.at(errors[k][t.row], costs[k][t.row])
            number = self.number(told, self.theme.loss, size=34, anchor=ORIGIN)
            beside = inwards(errors[k][t.row])
            if k:  # off the other curve
                beside = 0.4 * beside + 0.48 * (DOWN if here[1] > COSTS.foot + 0.8 else UP)
            number.centred_at(here + beside)
            line = panel.line(t.error_grid, curves[k], "loss", "grid", dashed=bool(k))
            dots = panel.dots(errors[k][self.rest], costs[k][self.rest], "data", 0.035)
            self.costs.add(line, dots, name, self.ball("loss").move_to(here), with_halo(number, self.theme))

    def build_lines(self) -> None:
        """Where the line of the smallest mean stands while the outlier moves: that of squares, that of sizes."""
        t, refs, ways = self.trace, self.refs, (self.trace.dial_w, self.trace.dial_w_absolute)
        low, high = np.min(ways), np.max(ways)
        room = 0.25 * (high - low or abs(low) or 1.0)
        named = "displacement", self.typeset("weight(w)")
        panel = Panel(self, LINES, t.displacement, [low - room, high + room], *named)
        self.lines, self.ways = VGroup(panel.drawn), VGroup()
        free = -1 if 2 * abs(t.params.outlier) <= abs(t.displacement[-1]) else 0  # the end far from the knob
        beside = LEFT if t.displacement[free] == t.displacement.max() else RIGHT
        for k, told in enumerate((refs.w_star, refs.w_absolute)):
            above = [UP if (k == 0) == (ways[0][place] >= ways[1][place]) else DOWN for place in (free, PLACES)]
            end, here = (panel.at(t.displacement[place], ways[k][place]) for place in (free, PLACES))
            name = self.typeset(LOSSES[k], size=38).next_to(end, above[0] + beside, buff=0.2)
            number = self.number(told, self.theme.weight, size=34, anchor=ORIGIN)
            inside = np.clip(here[0], LINES.left + 0.5, LINES.left + LINES.width - 0.5)
            number.centred_at(np.array([inside, here[1], 0]) + 0.4 * above[1])
            line = panel.line(t.displacement, ways[k], "weight", "way", dashed=bool(k))
            self.ways.add(line)
            self.lines.add(name, self.ball("weight").move_to(here), with_halo(number, self.theme))

    def ball(self, role: str) -> Dot:
        """What stands for the outlier on a curve."""
        colours = {"color": getattr(self.theme, role), "stroke_color": self.theme.text, "stroke_width": 4}
        return with_halo(Dot(radius=0.11, **colours), self.theme)

    @beat
    def show_rows(self) -> None:
        self.add(self.near.panel.drawn, self.near.marks, self.parabola, self.rider)
        self.write_rule(MEAN, seconds=0.3)
        self.caption("show_rows", count=self.refs.length("sample"), source=self.source(self.trace.params.data))
        self.run(opened=len(self.near.squares[0]))

    @beat(when=lambda trace: trace.params.outlier != 0)
    def move_row(self) -> None:
        refs, way = self.refs, "up" if self.trace.params.outlier > 0 else "down"
        errors = {"before": refs.dial_error[0], "after": refs.dial_error[PLACES]}
        self.caption(f"move_{way}", added=refs.params.outlier.magnitude, **errors)
        self.run(self.reading_time_left(4), rate=ease_in_out_sine, dial=PLACES)

    @beat
    def share_out(self) -> None:
        t, refs = self.trace, self.refs
        self.jump(dial=PLACES)
        told = {"share": refs.share[t.row].percent, "times": refs.times}
        self.caption(f"share_{t.weight()}", count=refs.length("sample"), **told)
        self.swap([self.parabola, self.rider], [self.rows[1:]])
        self.add(self.rows)
        self.run(1.5, rows_piled=len(t.x))
        self.jump(self.losses, dial=PLACES)
        (others, there), head = self.losses[0], self.losses[1]
        self.add(others, head)
        own = self.near.own[0].copy().set_fill(opacity=1).set_stroke(self.theme.background, 5)
        piling = self.going(self.losses, loss_piled=len(t.x))
        self.play(own.animate.replace(there, stretch=True), piling, run_time=2)
        self.add(self.losses)
        compared = [self.compared.next_to(self.losses[-1], RIGHT, buff=0.4).align_to(self.losses[-1], UP)] * (
            t.weight() in ("heavy", "ordinary")
        )
        self.swap([own], compared)
        self.caption("share_gradient", share=refs.gradient_share[t.row].percent)
        self.write_rule(PULLS)
        self.add(self.gradients)
        self.run(gradient_piled=len(t.x))
        if not self.half:
            self.announce_replay()

    @beat(when=lambda trace: trace.reach() == "half")
    def predict_half(self) -> None:
        others = self.refs.others
        self.caption("ask_half", others=others)
        self.swap([self.compared] * (self.compared in self.mobjects), [self.target])
        self.wait(2.2)
        self.zoom_out()
        self.run(4, rate=smooth, dial=self.end)
        self.caption("answer_half", displacement=self.refs.displacement[-1], others=others)
        each = self.reading_time_left(2) / 2
        for edges in self.equal:
            self.grow(edges, seconds=each)
        self.announce_replay(*self.equal)

    def zoom_out(self) -> None:
        """Make room in the panel for the whole way of the outlier."""
        near, far = self.near, self.far
        self.jump(far.marks, dial=PLACES, opened=len(near.squares[0]))
        before = [one.copy() for one in (near.dots, near.line, near.dot)]
        self.remove(near.marks)
        gone = near.panel.drawn, near.squares, near.own, near.square, near.added, near.sign
        come = far.panel.drawn, far.squares, far.own, far.square, far.added, far.sign
        become = (Become(*pair) for pair in zip(before, (far.dots, far.line, far.dot), strict=True))
        self.swap(gone, come, *become, seconds=1)
        self.add(far.marks)

    def announce_replay(self, *leaving: Any) -> None:
        """Say what the loop shows, all the time."""
        self.caption("again")
        if leaving:
            self.swap(leaving)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(2.5, rate=ease_in_out_sine, dial=0)
        self.run(3.5, rate=ease_in_out_sine, dial=self.end)

    @beat(when=lambda trace: trace.pull() == "follows")
    def follow_line(self) -> None:
        self.run(0.8, rate=ease_in_out_sine, dial=PLACES)
        self.change_to(self.near.panel.drawn, self.near.marks, self.lens)
        self.caption("follow", shift=self.refs.shift)
        self.run(1.5, rate=ease_in_out_sine, dial=0)
        self.run(self.reading_time_left(2), rate=ease_in_out_sine, dial=PLACES)

    @beat
    def compare_losses(self) -> None:
        t, refs = self.trace, self.refs
        self.change_to(self.costs, self.lines)
        self.caption("costs", times=refs.times, absolute=refs.absolute_times)
        self.write_rule(SLOPES, seconds=0.5)
        self.run(grid=len(t.error_grid) - 1)
        self.caption(f"lines_{t.steadiness()}", shift=refs.way_shift, absolute=refs.way_absolute_shift)
        self.add(*self.ways, self.lines)
        self.run(way=len(t.displacement) - 1)

    def change_to(self, *picture: Any) -> None:
        """Let all else leave but what is written along the edges of the frame."""
        staying = self.title, self.rule, self._caption, *picture
        leaving = [one for one in self.mobjects if one not in staying]
        self.swap(leaving, [one for one in picture if one not in self.mobjects], seconds=1)


def inwards(error: float) -> np.ndarray:
    """From a ball on the curve of an error to the middle of its number."""
    return (INWARDS if error < 0 else -INWARDS) * RIGHT
