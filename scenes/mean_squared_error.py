"""The film of the mean squared error: one row moves away, takes a share of the loss, and the line follows it."""

from typing import Any

import numpy as np
from manim import DOWN, DR, LEFT, RIGHT, UL, UP, UR, Circle, Dot, VGroup
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.mean_squared_error import PLACES, Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset
from scenes._props.mean_squared_error import GAP, Lens, Pile, Scatter, Squaring, digits_of_weights, fourfold
from scenes._stage.clock import between, follow
from scenes._stage.film import MARGIN, Film, beat
from scenes._stage.layout import Slot
from scenes._stage.rows import drawn_rows
from scenes._stage.words import NumberText

HERE, THERE, LENS = Slot(-5.7, -2.3, 5.6, 4.9), Slot(1.5, -2.3, 5.1, 4.6), Slot(2.0, -2.3, 4.6, 4.6)
COSTS, LINES = Slot(-5.7, -2.3, 5.2, 4.4), Slot(1.6, -2.3, 5.0, 4.4)
ROWS, GRADIENT, LOSS = (np.array([x, y, 0]) for x, y in ((0.3, 0.5), (3.7, 0.5), (0.3, -2.75)))  # corners of piles
SIDE, LARGE, ROOM = 1.85, 2.25, 1.1  # of a pile; of that of the loss; for the one beside the others
INSIDE = 1.35  # side of a square that its share has room in
WIDE = 1.75  # above the lowest point of the parabola, from where on a line of text has room in it
OPENED = 6  # squares that are open in the first picture
INWARDS = 0.8  # from a ball on the curve of an error to the middle of its number
ERROR = "weight(w) data(x) - data(y)"
MEAN = "loss(L)(weight(w)) = 1/n scripts(sum)_i (weight(w) data(x_i) - data(y_i))^2"
PULLS = (
    "scripts(sum)_i gradient(abs((d e_i^2) / (d w)))"
    " = scripts(sum)_i abs(2 (weight(w) data(x_i) - data(y_i)) data(x_i))"
)
SLOPES = "gradient((d e^2) / (d w)) = 2 e data(x) quad quad gradient((d abs(e)) / (d w)) = plus.minus data(x)"
DOUBLE = "loss((2 e)^2) = 4 thin loss(e^2)"
FIT = "weight(w) = scripts(sum)_i data(x_i y_i) thick slash thick scripts(sum)_i data(x_i)^2"
LOSSES = "e^2", "abs(e)"
RULED, COUNTED, HEIGHT = 2.6, 4.7, 3.4  # right end of the rule of the loop; where what it tells is counted
ARRIVING = 6  # places before its end in which a curve gets its name


class MeanSquaredError(Film):
    """Left the rows with their line; right what their squares add up to, and how much of it one row has."""

    trace: Trace

    def build(self) -> None:
        t, last = self.trace, len(self.trace.displacement) - 1
        self.half = t.reach() == "half"
        self.end = last if self.half else PLACES  # of the way that the loop takes
        self.jump(dial=0, opened=OPENED)
        names = [self.words.column(name, t.params.data) for name in (t.params.feature, t.params.target)]
        self.scatter = Scatter(self, HERE, names)
        self.lens = Lens(self, LENS, self.scatter.panel.axes).drawn
        rows = drawn_rows(t.x, t.y)
        self.rest = rows[rows != t.row]
        self.build_parabola()
        self.build_piles()
        self.build_costs()
        self.build_lines()
        double = self.typeset(DOUBLE, size=34).move_to([RULED, HEIGHT, 0], RIGHT)
        self.doubled = VGroup(double, fourfold(self, np.array([COUNTED, HEIGHT, 0])))

    def build_parabola(self) -> None:
        t, refs, ball = self.trace, self.refs, self.ball("data")
        panel = Panel(self, THERE, t.error_grid, t.squared, self.typeset(f"e = {ERROR}"), self.typeset("loss(e^2)"))
        squaring = Squaring(self)
        mean = self.typeset("loss(L) =", size=36).move_to([THERE.left + 3.3, 2.62, 0], RIGHT)
        total = self.number(colour=self.theme.loss, size=36).anchored_at(mean.get_corner(DR) + 0.15 * RIGHT)

        def ride(place: float) -> None:
            self.rewrite(total, refs.dial_mse[round(place)])
            error = float(between(t.dial_error, place))
            there = ball.move_to(panel.at(error, error**2)).get_center()
            above = max(there[1] + 0.45, THERE.foot + WIDE)
            squaring.put(self, round(place), np.array([THERE.left + THERE.width / 2, above, 0]))

        curve = panel.line(t.error_grid, t.squared, "faint", width=3)
        self.rider = follow(VGroup(ball, squaring, mean, total), "dial", at=ride)
        self.parabola = VGroup(panel.drawn, curve, panel.dots(t.residual[self.rest], t.square[self.rest], "data", 0.05))

    def build_piles(self) -> None:
        t, refs, other = self.trace, self.refs, np.arange(len(self.trace.x)) != self.trace.row
        part = np.full(len(t.displacement), t.part), [refs.part] * len(t.displacement)
        self.rows = self.pile("rows", "data", ROWS, np.ones(t.others), *part)
        speck = ROWS + (SIDE + GAP) * RIGHT + SIDE * np.sqrt(t.part) / 2 * UR
        self.rows.add(with_halo(Circle(0.15, color=self.theme.text, stroke_width=3).move_to(speck), self.theme))
        pulls = np.abs(t.gradient[other]), t.dial_gradient_share, refs.dial_gradient_share
        self.gradients = self.pile("gradient", "gradient", GRADIENT, *pulls)
        self.losses = self.pile("loss", "loss", LOSS, t.square[other], t.dial_share, refs.dial_share)
        edges = LOSS + LARGE * np.array([0 * UP, UP, UP + RIGHT, RIGHT, 0 * UP])
        own = edges + (LARGE + GAP) * RIGHT
        self.target = with_halo(Dashes(own, self.theme.text, 3), self.theme)
        self.equal = [with_halo(Line(one, self.theme.text, 5), self.theme) for one in (edges, own)]
        times = self.number(colour=self.theme.loss, size=48)
        name = VGroup(*(self.say(key, size=24, colour=self.theme.loss) for key in ("compared", "compared_with")))
        name.arrange(DOWN, buff=0.12, aligned_edge=LEFT)
        corner = LOSS + [2 * LARGE + GAP + 0.3, 0.8, 0]

        def count(place: float) -> None:
            times.write(self.running(refs.dial_times[round(place)])).anchored_at(corner)
            name.move_to(corner + 0.15 * DOWN, UL)

        self.compared = follow(VGroup(times, name), "dial", at=count)

    def pile(self, name: str, role: str, corner: np.ndarray, areas: np.ndarray, shares: Any, told: Any) -> VGroup:
        """The areas that a sum is made of, that of the outlier beside the others with its share."""
        colour, side = getattr(self.theme, role), LARGE if name == "loss" else SIDE
        pile = Pile(corner, side, LARGE if name == "loss" else ROOM, areas, colour, self.theme)
        head = self.say(name, size=28, colour=colour).move_to(corner + [0, side + 0.28, 0], LEFT)
        number, percent = self.number(colour=colour, size=34), self.say("percent", size=34, colour=colour)

        def put(place: float, piled: float) -> None:
            own = pile.put(float(between(shares, place)), piled).own
            number.write(self.running(told[round(place)].percent))
            inside, width = own.width > INSIDE, number.width + 0.1 + percent.width
            start = own.get_center() + width / 2 * LEFT if inside else own.get_corner(UL) + [0.15, 0.3, 0]
            number.centred_at(start)
            percent.move_to([number.get_right()[0] + 0.1, start[1], 0], LEFT)
            VGroup(number, percent).set_fill(self.theme.background if inside else colour)

        return follow(VGroup(pile, head, number, percent), "dial", f"{name}_piled", at=put)

    def running(self, value: Any) -> NumberText:
        """A number that runs, of as many digits all the way; a small one has few decimals."""
        small = value.shown < 1
        return self.words.number(value, decimals=3 if small else None, tidy=small)

    def build_costs(self) -> None:
        """What an error costs, over the mean: its square, and its size; and what that makes of one row."""
        t, refs, e = self.trace, self.refs, self.trace.residual
        sizes = np.abs(e)
        means = t.mse or 1.0, sizes.mean() or 1.0
        named = self.typeset(f"e = {ERROR}"), "times_mean"
        panel = Panel(self, COSTS, t.error_grid, [0, *t.squared / means[0]], *named)
        costs, curves = (t.square / means[0], sizes / means[1]), (t.squared / means[0], t.absolute / means[1])
        told = {"count": refs.length("sample"), "share": refs.share[t.row].percent}
        lesson = self.say("lesson_row", colour=self.theme.loss, **told).move_to([HERE.left, 2.82, 0], LEFT)
        self.costs = VGroup(panel.drawn, lesson)
        for k, told in enumerate((refs.times, refs.absolute_times)):
            end = panel.at(t.error_grid[-1], curves[k][-1])
            name = self.typeset(f"loss({LOSSES[k]})", size=38).next_to(end, (LEFT, UP)[k], buff=0.3)
            here = panel.at(e[t.row], costs[k][t.row])
            number = self.typeset(f"loss({LOSSES[k]} : {{times}})", size=30, times=told)
            beside = inwards(e[t.row])
            if k:  # off the other curve
                beside = 0.5 * beside + (0.66 * DOWN if here[1] > COSTS.foot + 0.8 else 0.5 * UP)
            number.move_to(here + beside)
            line = panel.line(t.error_grid, curves[k], "loss", "grid", dashed=bool(k))
            dots = panel.dots(e[self.rest], costs[k][self.rest], "data", 0.035)
            name = arriving(name, "grid", len(t.error_grid) - 1)
            self.costs.add(line, dots, name, self.ball("data").move_to(here), with_halo(number, self.theme))

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
            name = self.typeset(f"weight({LOSSES[k]})", size=38).next_to(end, above[0] + beside, buff=0.2)
            number = self.words.markup(told, digits=digits_of_weights(t))
            number = self.typeset("weight(w = {w})", size=30, w=number)
            inside = np.clip(here[0], LINES.left + number.width / 2, LINES.left + LINES.width - number.width / 2)
            number.move_to(np.array([inside, here[1], 0]) + 0.4 * above[1])
            line = panel.line(t.displacement, ways[k], "weight", "way", dashed=bool(k))
            self.ways.add(line)
            name = arriving(name, "way", free % len(t.displacement))
            self.lines.add(name, self.ball("weight").move_to(here), with_halo(number, self.theme))

    def ball(self, role: str) -> Dot:
        """What stands for the outlier on a curve."""
        colours = {"color": getattr(self.theme, role), "stroke_color": self.theme.text, "stroke_width": 4}
        return with_halo(Dot(radius=0.11, **colours), self.theme)

    @beat
    def show_rows(self) -> None:
        self.add(self.scatter.marks, self.parabola, self.rider)
        self.write_rule(MEAN, seconds=0.3)
        self.caption("show_rows", count=self.refs.length("sample"), source=self.source(self.trace.params.data))
        self.run(opened=len(self.scatter.squares[0]))

    @beat(when=lambda trace: trace.params.outlier != 0)
    def move_row(self) -> None:
        way = "up" if self.trace.params.outlier > 0 else "down"
        self.caption(f"move_{way}", added=self.refs.params.outlier.magnitude)
        self.run(self.reading_time_left(4), rate=ease_in_out_sine, dial=PLACES)

    @beat
    def share_out(self) -> None:
        t, refs = self.trace, self.refs
        self.jump(dial=PLACES)
        self.caption("put_together")
        self.swap([self.parabola, self.rider], seconds=0.3)
        self.swap([], [self.rows[1:]], seconds=0.4)
        self.add(self.rows)
        self.run(1.5, rows_piled=len(t.x))
        self.jump(self.losses, dial=PLACES)
        (others, there), head = self.losses[0], self.losses[1]
        self.add(others, head)
        own = with_halo(self.scatter.own[0].copy().set_fill(opacity=1).set_stroke(self.theme.text, 3), self.theme)
        piling = self.going(self.losses, loss_piled=len(t.x))
        self.play(own.animate.replace(there, stretch=True), piling, run_time=2)
        self.add(self.losses)
        self.remove(own)
        told = {"share": refs.share[t.row].percent, "times": refs.times}
        self.caption(f"share_{t.weight()}", count=refs.length("sample"), **told)
        self.swap([], [self.compared])
        self.blink(self.losses[0].own, seconds=1.2)
        self.caption("share_gradient", share=refs.gradient_share[t.row].percent)
        self.change_rule(self.typeset(PULLS).to_corner(UR, buff=MARGIN))
        self.add(self.gradients)
        self.run(gradient_piled=len(t.x))
        if not self.half:
            self.announce_replay()

    @beat(when=lambda trace: trace.reach() == "half")
    def predict_half(self) -> None:
        others = self.refs.others
        self.caption("ask_half", others=others)
        self.swap([self.rule], [self.target])
        self.rule = VGroup()
        self.blink(self.target, seconds=1.2)
        self.wait(0.5)
        self.run(1.5, rate=smooth, zoom=1)
        self.run(3, rate=smooth, dial=self.end)
        self.caption("answer_half", displacement=self.refs.displacement[-1], others=others)
        each = self.reading_time_left(2) / 2
        for edges in self.equal:
            self.grow(edges, seconds=each)
        self.announce_replay(*self.equal)

    def announce_replay(self, *leaving: Any) -> None:
        """Say what the loop shows, all the time, and draw half of the error with its square."""
        self.caption("again")
        self.change_rule(self.doubled, *leaving)
        self.run(1.2, rate=smooth, halved=1)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(2.3, rate=ease_in_out_sine, dial=0)
        self.run(3.2, rate=ease_in_out_sine, dial=self.end)

    @beat(when=lambda trace: trace.pull() == "follows")
    def follow_line(self) -> None:
        self.new_page([], self.scatter.marks)
        self.caption("follow")
        self.run(0.8, rate=ease_in_out_sine, dial=0, halved=0)
        self.run(0.8, rate=smooth, zoom=0)
        self.swap([], [self.lens])
        self.write_rule(FIT, seconds=0.5)
        self.run(self.reading_time_left(2), rate=ease_in_out_sine, dial=PLACES)

    @beat(summary=True)
    def compare_losses(self) -> None:
        t, refs = self.trace, self.refs
        self.new_page([self.costs])
        self.caption("costs", times=refs.times, absolute=refs.absolute_times)
        self.write_rule(SLOPES, seconds=0.5)
        self.run(grid=len(t.error_grid) - 1)
        self.caption(f"lines_{t.steadiness()}", shift=refs.way_shift, absolute=refs.way_absolute_shift)
        self.swap([], [self.lines], seconds=0.5)
        self.add(*self.ways, self.lines)
        self.run(way=len(t.displacement) - 1)

    def change_rule(self, rule: Any, *leaving: Any) -> None:
        """Write a formula at the top right when what leaves has gone, the one before included."""
        self.swap([*leaving, *[self.rule] * bool(len(self.rule))], seconds=0.4)
        self.rule = rule
        self.swap([], [rule], seconds=0.5)


def arriving(name: Typeset, axis: str, end: int) -> Typeset:
    """The name of a curve that is drawn along an axis: it is there when the end has been reached at which it stands."""
    start = max(end - ARRIVING, 0)

    def arrive(place: float) -> None:
        name.set_fill(opacity=float(np.clip((place - start) / ARRIVING, 0, 1)))

    return follow(name, axis, at=arrive)


def inwards(error: float) -> np.ndarray:
    """From a ball on the curve of an error to the middle of its number."""
    return (INWARDS if error < 0 else -INWARDS) * RIGHT
