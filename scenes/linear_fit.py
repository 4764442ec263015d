"""The film of the linear fit: one dial turns a line, the squares on its gaps, and a point on the total's curve."""

import numpy as np
from manim import LEFT, RIGHT, UP, Dot, Triangle, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.linear_fit import Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.optimum import optimum_mark
from scenes._marks.panel import Panel
from scenes._marks.squares import Squares
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.formulas import SUM_OF_SQUARES
from scenes._stage.layout import Slot
from scenes._stage.rows import drawn_rows, from_zero

HERE, THERE = Slot(-6.0, -2.3, 6.1, 4.5), Slot(1.4, -2.3, 5.0, 4.5)
MIDDLE, READ = np.array([3.9, 0.6, 0]), np.array([1.4, 2.65, 0])
SQUARE = """weight(w) data(x) - data(y) &= weight({w}) dot data({x}) {sign} data({y}) \\ &= {gap}
\\ (weight(w) data(x) - data(y))^2 &= loss({square})"""
ASIDE = 0.4  # share of the way from the best weight to an end that the dial turns aside, to compare
BEST = "good(w^*) = scripts(sum)_i data(x_i) data(y_i) slash scripts(sum)_i data(x_i)^2 = {w}"


class LinearFit(Film):
    """Left the rows, the line and squares on its gaps; right the dial, and over it the total of all squares."""

    trace: Trace

    def build(self) -> None:
        refs = self.refs
        first, best = (refs.params.w, refs.loss), (refs.w_star, refs.loss_star)
        told = [first, best, *zip(refs.w_grid, refs.loss_grid, strict=True)]
        self.told = sorted(told, key=lambda pair: (pair[0].value, pair[1].value))  # at each place of the dial
        self.dialled = np.array([[ref.value for ref in pair] for pair in self.told])  # [place, weight or total]
        self.start, self.best, last = self.told.index(first), self.told.index(best), len(self.told) - 1
        self.ends = (0, last) if self.start <= self.best else (last, 0)
        self.build_fit()
        self.build_total()

    def build_fit(self) -> None:
        t, refs, theme, rows = self.trace, self.refs, self.theme, drawn_rows(self.trace.x, self.trace.y)
        (left, right), (low, high) = from_zero(t.x), from_zero(t.y)
        room = (left, right + 0.15 * (right - left)), (low - 0.2 * (high - low), high + 0.1 * (high - low))
        self.names = [self.words.column(name, t.params.data) for name in (t.params.feature, t.params.target)]
        amounts = {"squares": refs.count("drawn"), "dots": refs.drawn_of("x", len(rows)), "count": refs.count("x")}
        self.amount = self.say("drawn", size=SMALL, colour=theme.faint, **amounts)
        rooms = HERE.width, HERE.width - self.amount.width - 0.3
        below, above = (self.label(name, room=width) for name, width in zip(self.names, rooms, strict=True))
        fit = Panel(self, HERE, *room, below, above, ticks=(7, 7))
        self.amount.next_to(fit.axes.box[1], UP, buff=0.25).align_to(fit.axes.box[1], RIGHT)
        self.dots = fit.dots(t.x[rows], t.y[rows], "data", 0.035, 0.75)
        gaps = fit.rules(t.x[rows], t.y[rows], t.params.w * t.x[rows], "loss")
        line, sides = with_halo(Line(np.zeros((2, 3)), theme.weight, 5), theme), -1 if t.w_star < 0 else 1
        shown = fit.axes, t.x[t.drawn], t.y[t.drawn], sides, theme
        squares, self.before = Squares(*shown, "loss"), Squares(*shown, "faint").put(t.params.w)
        self.gaps = follow(gaps, "counted", at=lambda counted: gaps.show(counted / len(t.x)))
        self.line = follow(line, "grid", at=lambda place: line.through(fit.axes.line(self.at(place)[0], 0, 0)))
        self.squares = follow(squares, "grid", "opened", at=lambda at, opened: squares.put(self.at(at)[0], opened))
        self.fit = fit.drawn

    def build_total(self) -> None:
        t, theme, top = self.trace, self.theme, self.trace.loss_grid.max()
        panel, self.axis = (
            Panel(self, THERE._replace(height=height), t.w_grid, [0, top], self.typeset("weight(w)"), ticks=(7, up))
            for height, up in ((THERE.height, 5), (1e-3, 0))
        )
        dial, ball = Triangle(color=theme.weight, fill_opacity=1).scale(0.13), Dot(radius=0.12, color=theme.loss)
        pile = with_halo(Line(np.zeros((2, 3)), theme.loss, 12), theme)
        names = self.typeset("weight(w) =").move_to(READ, LEFT), self.typeset("loss(L)(weight(w)) =")
        names[1].move_to(READ + 2.4 * RIGHT, LEFT)
        so_far = self.say("so_far").move_to(names[1], RIGHT)
        self.panel, told = panel, [self.number(colour=hue, size=30) for hue in (theme.weight, theme.loss)]
        for name, number in zip(names, told, strict=True):
            number.centred_at(name.get_right() * [1, 0, 0] + [0.15, READ[1] + 0.04, 0])

        def turn(place: float) -> None:
            dial.move_to(panel.at(self.at(place)[0], 0), UP)
            self.rewrite(told[0], self.told[round(place)][0])

        def add_up(place: float, counted: float) -> None:
            (w, total), written, whole = self.at(place), self.told[round(place)][1], counted == len(t.x)
            if not whole:
                written = self.refs.sum("square", max(int(counted), 1))
                total = written.value
            for part, seen in (so_far, not whole), (names[1], whole), (ball, whole):  # a part is no point of the curve
                part.set_opacity(float(seen))
            pile.through(panel.at(w, np.array([0, total])))
            ball.move_to(pile.corners[1])
            self.rewrite(told[1], written)

        self.dial = follow(VGroup(names[0], told[0], dial), "grid", at=turn)
        self.total = follow(
            VGroup(so_far, names[1], told[1], pile, with_halo(ball, theme)), "grid", "counted", at=add_up
        )

    def at(self, place: float | np.ndarray) -> np.ndarray:
        """The weight and the total at a place of the dial, between those that are told, too."""
        return np.array([np.interp(place, range(len(self.told)), values) for values in self.dialled.T])

    def turn(self, place: float, seconds: float = 0, **others: float) -> None:
        """Turn the dial, by default for as long as the caption needs."""
        self.run(seconds or self.reading_time_left(2), rate=ease_in_out_sine, grid=place, **others)

    def draw(self, place: float, axis: str) -> None:
        """Turn the dial from the start to a place; its point leaves the curve behind."""
        curve = self.panel.line(*self.at(np.linspace(self.start, place, 101)), "loss", axis)
        self.add(curve, self.total, self.dial)
        self.turn(place, 4, **{axis: 100})

    @beat
    def show_line(self) -> None:
        t = self.trace
        self.jump(grid=self.start)
        self.sums = self.typeset("hat(y) = weight(w) data(x)", size=64).move_to(MIDDLE)
        self.add(self.fit, self.axis.drawn, self.dots, self.line, self.dial, self.sums)
        named = {"feature": self.names[0], "target": self.names[1], "source": self.source(t.params.data)}
        self.caption("show_line", count=self.refs.length("sample"), **named)
        self.turn(sum(self.ends) / 2)
        self.caption("turn_line")
        self.turn(self.start)

    @beat
    def open_squares(self) -> None:
        t, refs = self.trace, self.refs
        self.caption("open_square")
        self.add(self.squares, self.dots, self.line)
        for k, row in enumerate(t.drawn[:2], start=1):
            told = {"w": refs.params.w, "x": refs.x[row], "gap": refs.residual[row], "square": refs.square[row]}
            told |= {"sign": "-" if t.y[row] >= 0 else "+", "y": refs.y[row].magnitude}
            before, self.sums = self.sums, self.typeset(SQUARE, size=32, **told).move_to(MIDDLE)
            self.run(1.2, opened=k - 0.5)
            self.swap([before], [self.sums])
            self.run(1.2, opened=k)
        self.caption("open_squares")
        self.play(FadeIn(self.amount), self.going(opened=len(t.drawn)), run_time=self.reading_time_left())

    @beat(summary=True)
    def add_up(self) -> None:
        self.caption("add_up", count=self.refs.length("sample"))
        self.write_rule(SUM_OF_SQUARES)
        self.swap([self.axis.drawn, self.sums], [self.panel.drawn])
        self.add(self.total, self.dial, self.gaps, self.squares, self.dots, self.line)
        self.run(self.reading_time_left(3.5), counted=len(self.trace.x))
        self.swap([self.gaps])

    @beat
    def turn_away(self) -> None:
        self.caption("turn_away")
        self.draw(self.ends[0], "away")

    @beat
    def predict_smallest(self) -> None:
        t, refs = self.trace, self.refs
        self.caption("ask_smallest")
        self.turn(self.start)
        self.wait(1)
        self.draw(self.ends[1], "back")
        self.turn(self.best)
        lowest = optimum_mark(self.theme, self.panel.at(t.w_star, t.loss_star))
        self.swap([], [lowest, self.typeset("good(w^*)").next_to(lowest, UP, buff=0.15)])
        self.add(self.total, self.dial)
        self.caption("answer_smallest", w=refs.w_star, loss=refs.loss_star)
        self.write_rule(BEST, w=refs.w_star)
        for end in (*self.ends, self.best):
            self.turn(self.best + ASIDE * (end - self.best), 1.1)

    @beat(loop=True)
    def replay(self) -> None:
        for seconds, place in (2, self.ends[0]), (3, self.ends[1]), (2, self.best):
            self.turn(place, seconds)

    @beat(when=lambda trace: trace.outcome() != "at_best")
    def compare_squares(self) -> None:
        refs = self.refs
        told = {"w": refs.params.w, "grown": refs.grown, "count": refs.length("sample")}
        self.caption(f"compare_{self.trace.outcome()}", **told)
        self.turn(self.start, 1.2)
        self.add(self.before, self.squares, self.dots, self.line)
        self.turn(self.best)
