"""The film of the mean squared error: one row moves away, and takes the loss, the gradient and the line along."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UL, UP, UR, Dot, FadeIn, FadeOut, VGroup
from manim import ReplacementTransform as Become
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.mean_squared_error import PLACES, Trace
from scenes._marks.dots import Dots
from scenes._marks.frames import Frames
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Segments
from scenes._marks.panel import Panel
from scenes._props.mean_squared_error import GAP, Pile, Scatter
from scenes._stage.clock import between, follow
from scenes._stage.film import Film, beat
from scenes._stage.layout import Slot
from scenes._stage.rows import drawn_rows

HERE, THERE = Slot(-6.1, -2.3, 6.0, 4.9), Slot(1.5, -2.3, 5.1, 4.6)
LENS = Slot(2.3, -2.3, 4.3, 4.3)
ROWS, GRADIENT, LOSS = (np.array([x, y, 0]) for x, y in ((0.5, 0.4), (3.7, 0.4), (0.5, -2.45)))
SIDE, OPENED = 1.8, 6  # of a pile; squares that are open from the start
LEFT_HALF, RIGHT_HALF = Slot(-6.0, -2.3, 5.4, 4.4), Slot(1.5, -2.3, 5.0, 4.4)
MEAN = 'loss(L)(weight(w)) = 1/n scripts(sum)_i (weight(w) data(x_i) - data(y_i))^2'
PULLS = 'gradient((d L) / (d w)) = 1/n scripts(sum)_i 2 (weight(w) data(x_i) - data(y_i)) data(x_i)'
ERROR = "weight(w) data(x) - data(y)"


class MeanSquaredError(Film):
    """Left the rows with their line; right what their squares add up to, and how much of it one row has."""

    trace: Trace

    def build(self) -> None:
        t, last = self.trace, len(self.trace.displacement)
        self.half = t.reach() == "half"
        self.here = last - 1 if self.half else PLACES  # where the way of the loop ends
        self.jump(dial=0, opened=OPENED)
        self.names = [self.words.column(name, t.params.data) for name in (t.params.feature, t.params.target)]
        self.near, self.far = (Scatter(self, HERE, places, self.names) for places in (PLACES + 1, last))
        self.build_parabola()
        self.build_piles()
        self.build_lens()

    def build_parabola(self) -> None:
        t, theme, refs = self.trace, self.theme, self.refs
        above = self.typeset(f"loss(({ERROR})^2)")
        panel = Panel(self, THERE, t.error_grid, t.squared, self.typeset(ERROR), above)
        rest = drawn_rows(t.x, t.y)
        rest = rest[rest != t.row]
        errors = t.w_star * t.x[rest] - t.y[rest]
        ball = with_halo(Dot(radius=0.11, color=theme.loss, stroke_color=theme.text, stroke_width=4), theme)
        number = with_halo(self.number(colour=theme.loss, size=34), theme)

        def ride(place: float) -> None:
            error = float(between(t.dial_error, place))
            there = panel.at(error, error**2)
            ball.move_to(there)
            self.rewrite(number.centred_at(there + 0.3 * RIGHT), refs.dial_square[round(place)])
            number.set_opacity(float(place >= 1))

        curve = panel.line(t.error_grid, t.squared, "faint", width=3)
        self.rider = follow(VGroup(ball, number), "dial", at=ride)
        self.parabola = VGroup(panel.drawn, curve, panel.dots(errors, errors**2, "loss", 0.05, 0.75))

    def build_piles(self) -> None:
        t, refs, other = self.trace, self.refs, np.arange(len(self.trace.x)) != self.trace.row
        part = np.full(len(t.displacement), t.part), [refs.part] * len(t.displacement)
        self.rows = self.pile("rows", "data", ROWS, np.ones(t.others), *part)
        pulls = t.dial_gradient_share, refs.dial_gradient_share
        self.gradients = self.pile("gradient", "gradient", GRADIENT, np.abs(t.gradient[other]), *pulls)
        self.losses = self.pile("loss", "loss", LOSS, t.square[other], t.dial_share, refs.dial_share)
        corners = LOSS + (SIDE + GAP) * RIGHT + SIDE * np.array([[0, 0, 0], [0, 1, 0], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
        self.outline = Dashes(corners, self.theme.text, 3)
        self.compared = self.say("compared", times=refs.times).move_to(LOSS + [SIDE + 1.3, 0.23, 0], LEFT)

    def pile(self, name: str, role: str, corner: np.ndarray, areas: np.ndarray, shares: np.ndarray, told: Any) -> VGroup:
        """The areas that a sum is made of, that of the outlier beside the others with its share."""
        colour = getattr(self.theme, role)
        pile, number = Pile(corner, SIDE, areas, colour, self.theme.background), self.number(colour=colour, size=34)
        head = self.say(name, size=28, colour=colour).move_to(corner + [0, SIDE + 0.28, 0], LEFT)
        percent = self.say("percent", size=34, colour=colour)

        def put(place: float, piled: float) -> None:
            own = pile.put(float(between(shares, place)), piled).own.get_corner(UL)
            number.centred_at(own + 0.3 * UP).write(self.words.number(told[round(place)].percent, decimals=3, tidy=True))
            percent.move_to([number.get_right()[0] + 0.1, own[1] + 0.3, 0], LEFT)

        return follow(VGroup(pile, head, number, percent), "dial", f"{name}_piled", at=put)

    def build_lens(self) -> None:
        t, theme, refs, seen = self.trace, self.theme, self.refs, self.far if self.half else self.near
        x, axes, side = float(t.x[t.row]), seen.panel.axes, -1 if t.params.outlier < 0 else 1
        lines = x * t.dial_w[: self.here + 1]
        reach = 1.4 * (np.ptp(lines) / 2 or 1.0)
        middle = (lines.min() + lines.max()) / 2
        scale = axes.size[:2] / axes.span  # units of the frame per unit of data
        wide = LENS.width / LENS.height * reach * scale[1] / scale[0]  # the lens magnifies both ways alike
        lens = Panel(self, LENS, [x - wide, x + wide], [middle - reach, middle + reach], ticks=(0, 4))
        at = np.array([lens.axes.low[0], lens.axes.low[0] + lens.axes.span[0]])
        clean, line = lens.line(at, t.w_star_clean * at, "faint", dashed=True), with_halo(Line(np.zeros((2, 3)), theme.weight, 6), theme)
        names = [self.typeset("weight(w) =", size=34) for _ in range(2)]
        number = self.number(colour=theme.weight, size=34)
        
        def turn(place: float) -> None:
            w = float(between(t.dial_w, place))
            line.through(lens.axes.line(w, 0, 0))

        self.lens = VGroup(lens.drawn, clean, follow(line, "dial", at=turn))

    @beat
    def show_rows(self) -> None:
        t, refs, near = self.trace, self.refs, self.near
        self.add(near.panel.drawn, near.marks, self.parabola, self.rider)
        self.write_rule(MEAN, seconds=0.3)
        named = {"feature": self.names[0], "target": self.names[1], "source": self.source(t.params.data)}
        self.caption("show_rows", count=refs.length("sample"), **named)
        self.run(opened=len(near.squares[0]))

    @beat(when=lambda trace: trace.params.outlier != 0)
    def move_row(self) -> None:
        refs = self.refs
        told = {"added": refs.params.outlier.magnitude, "before": refs.dial_error[0], "after": refs.dial_error[PLACES]}
        self.caption(f"move_{'up' if self.trace.params.outlier > 0 else 'down'}", **told)
        self.run(self.reading_time_left(4), rate=ease_in_out_sine, dial=PLACES)

    @beat
    def share_out(self) -> None:
        t, refs, near = self.trace, self.refs, self.near
        self.jump(dial=PLACES)
        self.caption(f"share_{t.weight()}", count=refs.length("sample"), share=refs.share[t.row].percent, times=refs.times)
        self.swap([self.parabola, self.rider], [self.rows[1:]])
        self.add(self.rows)
        self.run(1.5, rows_piled=t.others + 1)
        self.add(self.losses)
        own, there = near.own[0].copy(), self.losses[0].own
        self.play(own.animate.replace(there, stretch=True), self.going(loss_piled=t.others + 1), run_time=2)
        self.swap([own], [self.compared])
        self.caption("share_gradient", share=refs.gradient_share[t.row].percent, times=refs.gradient_times)
        self.write_rule(PULLS)
        self.add(self.gradients)
        self.run(2, gradient_piled=t.others + 1)

    @beat(when=lambda trace: trace.reach() == "half")
    def predict_half(self) -> None:
        near, far, others = self.near, self.far, self.refs.others
        self.caption("ask_half", others=others)
        self.jump(far.marks, dial=PLACES, opened=len(near.squares[0]))
        self.swap([self.compared], [self.outline], seconds=0.5)
        self.wait(1.5)
        pairs = zip((near.dots, near.line, near.dot), (far.dots, far.line, far.dot), strict=True)
        gone = near.panel.drawn, near.squares, near.own, near.square, near.added
        come = far.panel.drawn, far.squares, far.own, far.square, far.added
        self.swap(gone, come, *(Become(*pair) for pair in pairs), seconds=1)
        self.add(far.marks)
        self.run(4, rate=smooth, dial=self.here)
        self.caption("answer_half", displacement=self.refs.displacement[-1], others=others)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(2.5, rate=ease_in_out_sine, dial=0)
        self.run(3.5, rate=ease_in_out_sine, dial=self.here)

    @beat(when=lambda trace: trace.pull() == "follows")
    def follow_line(self) -> None:
        refs = self.refs
        self.caption("follow", shift=refs.shift)
        self.swap([self.rows, self.gradients, self.losses, self.outline], [self.lens])
        self.run(1.5, rate=ease_in_out_sine, dial=0)
        self.run(self.reading_time_left(2), rate=ease_in_out_sine, dial=PLACES)
