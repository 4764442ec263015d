"""The film of the linear fit: one dial turns a line, the squares on its gaps, and a point on the total's curve."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Create, Dot, FadeIn, Triangle, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.linear_fit import Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.panel import Panel
from scenes._props.linear_fit import Squares
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import Slot
from scenes._stage.rows import drawn_rows, from_zero
from scenes._stage.sources import count, length, magnitude

HERE, THERE = Slot(-6.0, -2.3, 6.1, 4.7), Slot(1.6, -2.3, 5.0, 4.7)
MIDDLE, READ = np.array([4.1, 0.6, 0]), np.array([1.6, 2.75, 0])
GAP = "weight(w) data(x) - data(y) = weight({w}) dot data({x}) {sign} data({y}) = {gap}"
SQUARE = "({gap})^2 = loss({square})"
TOTAL = "loss(L)(weight(w)) = scripts(sum)_i (weight(w) data(x_i) - data(y_i))^2"
BEST = "good(w^*) = scripts(sum)_i data(x_i) data(y_i) slash scripts(sum)_i data(x_i)^2 = {w}"
PIECES = 100  # of the curve that a turn of the dial leaves behind


class LinearFit(Film):
    """Left the rows, the line and squares on its gaps; right the dial, and over it the total of all squares."""

    trace: Trace

    def build(self) -> None:
        t = self.trace
        self.places = np.arange(len(t.w_grid))
        self.start, self.best = (float(np.interp(w, t.w_grid, self.places)) for w in (t.params.w, t.w_star))
        self.ends = self.places[[0, -1] if self.start <= self.best else [-1, 0]].tolist()  # from the start's side
        self.told = {self.start: (t.params.w, t.loss[()]), self.best: (t.w_star[()], t.loss_star[()])}
        self.build_fit()
        self.build_total()

    def build_fit(self) -> None:
        t, theme, rows = self.trace, self.theme, drawn_rows(self.trace.x, self.trace.y)
        (left, right), (low, high) = from_zero(t.x), from_zero(t.y)
        room = (left, right + 0.1 * (right - left)), (low - 0.2 * (high - low), high + 0.1 * (high - low))
        self.names = [self.words.column(name, t.params.data) for name in (t.params.feature, t.params.target)]
        self.fit = fit = Panel(self, HERE, *room, *(self.label(name, room=HERE.width / 2) for name in self.names))
        key = "squares_drawn" if len(rows) == len(t.x) else "squares_and_rows_drawn"
        amounts = {"squares": length(t.drawn), "rows": count(t.x, len(rows)), "count": length(t.x)}
        self.amount = self.say(key, size=SMALL, colour=theme.faint, **amounts)
        self.amount.next_to(fit.axes.box[1], UP, buff=0.25).align_to(fit.axes.box[1], RIGHT)
        self.dots = fit.dots(t.x[rows], t.y[rows], "data", 0.035, 0.75)
        gaps = fit.rules(t.x[rows], t.y[rows], t.params.w * t.x[rows], "loss")
        line = with_halo(Line(np.zeros((2, 3)), theme.weight, 5), theme)
        shown = fit.axes, t.x[t.drawn], t.y[t.drawn], -1 if t.w_star < 0 else 1
        squares, self.before = Squares(*shown, theme.loss), Squares(*shown, theme.faint, 0).put(t.params.w)
        self.gaps = follow(gaps, "counted", at=lambda counted: gaps.show(counted / len(t.x)))
        self.line = follow(line, "grid", at=lambda place: line.through(fit.axes.line(self.weight(place), 0, 0)))
        self.squares = follow(squares, "grid", "opened", at=lambda at, opened: squares.put(self.weight(at), opened))

    def build_total(self) -> None:
        t, theme, ends = self.trace, self.theme, [0, self.trace.loss_grid.max()]
        self.panel = panel = Panel(self, THERE, t.w_grid, ends, self.typeset("weight(w)"))
        self.axis = Panel(self, THERE._replace(height=1e-3), t.w_grid, ends, self.typeset("weight(w)"), ticks=(7, 0))
        dial, ball = Triangle(color=theme.weight, fill_opacity=1).scale(0.13), Dot(radius=0.12, color=theme.loss)
        pile = Line(np.zeros((2, 3)), theme.loss, 12)
        names = [self.typeset("weight(w) ="), self.typeset("loss(L)(weight(w)) =").shift(2.2 * RIGHT)]
        w, loss = (self.number(colour=hue, size=30) for hue in (theme.weight, theme.loss))
        for name, shift, number in zip(names, (0, 2.2), (w, loss), strict=True):
            number.centred_at(name.move_to(READ + shift * RIGHT, LEFT).get_right() + 0.15 * RIGHT)

        def turn(place: float) -> None:
            dial.move_to(panel.at(self.weight(place), 0), UP)
            self.rewrite(w, self.nearest(place)[0])

        def add_up(place: float, counted: float) -> None:
            whole, some = counted >= len(t.x), max(int(counted), 1) - 1
            height = np.interp(place, self.places, t.loss_grid) if whole else t.subtotal[some]
            pile.through(panel.at(self.weight(place), np.array([0, height])))
            ball.move_to(pile.corners[1])
            self.rewrite(loss, self.nearest(place)[1] if whole else t.subtotal[some])

        self.dial = follow(VGroup(names[0], w, dial), "grid", at=turn)
        self.total = follow(VGroup(names[1], loss, pile, with_halo(ball, theme)), "grid", "counted", at=add_up)

    def nearest(self, place: float) -> Any:
        """The weight and the total that are told at a place of the dial: those of the grid, the first and the best."""
        return self.told.get(place) or (self.trace.w_grid[round(place)], self.trace.loss_grid[round(place)])

    def weight(self, place: float) -> float:
        """The weight at a place of the dial, between those that are told, too."""
        return float(self.told[place][0] if place in self.told else np.interp(place, self.places, self.trace.w_grid))

    @beat
    def show_line(self) -> None:
        t = self.trace
        self.jump(grid=self.start)
        self.model = self.typeset("hat(y) = weight(w) data(x)", size=64).move_to(MIDDLE)
        self.add(self.fit.drawn, self.axis.drawn, self.dots, self.line, self.dial, self.model)
        names = {"feature": self.names[0], "target": self.names[1]}
        self.caption("show_line", count=length(t.x), source=self.source(t.params.data), **names)
        self.turn(self.reading_time_left(), sum(self.ends) / 2)
        self.caption("turn_line")
        self.turn(self.reading_time_left(), self.start)

    @beat
    def open_squares(self) -> None:
        t = self.trace
        self.caption("open_square")
        self.swap([self.model])
        self.add(self.squares)
        for k, row in enumerate(t.drawn[:2]):
            y, told = t.y[row], {"w": t.params.w, "x": t.x[row], "gap": t.residual[row], "square": t.square[row]}
            told |= {"sign": "-" if y >= 0 else "+", "y": magnitude(y)}
            sums = VGroup(*(self.typeset(rule, size=36, **told) for rule in (GAP, SQUARE)))
            for part, rule in enumerate(sums.arrange(DOWN, buff=0.4).move_to(MIDDLE), start=1):
                self.play(FadeIn(rule), self.going(opened=k + part / 2), run_time=1.3)
            self.wait(0.5)
            self.swap([sums], seconds=0.3)
        self.caption("open_squares")
        self.play(FadeIn(self.amount), self.going(opened=length(t.drawn)), run_time=self.reading_time_left())

    @beat
    def add_up(self) -> None:
        self.caption("add_up", count=length(self.trace.x))
        self.write_rule(TOTAL)
        self.swap([self.axis.drawn], [self.panel.drawn])
        self.add(self.total, self.dial, self.gaps)
        self.run(self.reading_time_left(3.5), counted=length(self.trace.x))
        self.swap([self.gaps])

    @beat
    def turn_away(self) -> None:
        self.caption("turn_away")
        self.draw(self.ends[0], "away")

    @beat
    def predict_smallest(self) -> None:
        t, top = self.trace, self.trace.loss_grid.max()
        self.caption("ask_smallest")
        self.turn(self.reading_time_left(2), self.start)
        self.wait(1)
        self.draw(self.ends[1], "back")
        self.caption("answer_smallest", w=t.w_star, loss=t.loss_star)
        self.turn(2, self.best)
        best = self.panel.line([t.w_star] * 2, [0, top], "good", dashed=True)
        name = self.typeset("good(w^*)").next_to(self.panel.at(t.w_star, top), UR, buff=0).shift([0.1, -0.5, 0])
        self.play(Create(best), FadeIn(name))
        self.write_rule(BEST, w=t.w_star)

    @beat(loop=True)
    def replay(self) -> None:
        for seconds, place in (2, self.ends[0]), (3, self.ends[1]), (2, self.best):
            self.turn(seconds, place)

    @beat(when=lambda trace: trace.outcome() != "at_best")
    def compare_squares(self) -> None:
        t = self.trace
        self.caption(f"compare_{t.outcome()}", w=t.params.w, grown=t.grown, count=length(t.x))
        self.turn(1.2, self.start)
        self.add(self.before, self.line, self.squares)
        self.turn(self.reading_time_left(3), self.best)

    def turn(self, seconds: float, place: float, **others: float) -> None:
        """Turn the dial."""
        self.run(seconds, rate=ease_in_out_sine, grid=place, **others)

    def draw(self, place: float, axis: str) -> None:
        """Turn the dial to a place; its point leaves the curve behind."""
        way = np.linspace(self.start, place, PIECES + 1)
        curve = (np.interp(way, self.places, values) for values in (self.trace.w_grid, self.trace.loss_grid))
        self.add(self.panel.line(*curve, "loss", axis), self.total, self.dial)
        self.turn(4, place, **{axis: PIECES})
