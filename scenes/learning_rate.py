"""The film of the learning rate: twins on one loss, the factor that rules them, and the rate where it turns."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UL, UP, UR, Create, FadeIn, FadeOut, Group, Indicate, Mobject
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine

from mathcore.learning_rate import Trace
from scenes._parts import FactorLine, Segments, Trail, Twin, marker
from scenes._stage import MARGIN, SMALL, Stage
from scenes._words import short

LEFT_END, RIGHT_END, GAP = -5.9, 6.35, 0.55  # of the row of panels
ARRIVED, CRAWLING, SAME = 0.01, 0.9, 0.005  # share of the error left, factor, change of a distance
SQUARES = "scripts(sum)_i data(x_i)^2"
FACTOR = f"1 - 2 rho {SQUARES}"


class LearningRate(Stage):
    """Side by side the same descent with several rates; then the factor over the rate, and a lens on its turn."""

    trace: Trace

    def construct(self) -> None:
        self.show_twins()
        self.take_first_step()
        if self.steps > 1:
            self.predict_second_step()
        self.walk_on()
        self.multiply_errors()
        self.replay()
        self.find_critical_rate()
        self.measure_distance()

    def setup(self) -> None:
        super().setup()
        self.steps, self.runs = self.trace.params.steps, range(len(self.trace.learning_rate))
        pitch = (RIGHT_END - LEFT_END + GAP) / len(self.runs)
        self.twins = [Twin(self, run, LEFT_END + run * pitch, pitch - GAP) for run in self.runs]
        self.drawn, self.formula = Group(*self.twins), Group()

    def show_twins(self) -> None:
        self.beat("show_twins")
        params, twins = self.trace.params, self.twins
        heads = [part for twin in twins for part in (twin.head, twin.best)]
        self.panels = Group(*(twin.valley for twin in twins), twins[0].record.labels(self), *heads)
        self.add(self.panels)
        self.play(*(Create(twin.valley.curve) for twin in twins))
        self.write_formula("loss(L)(weight(w)) = scripts(sum)_i (weight(w) data(x_i) - data(y_i))^2")
        source = short(params.data.name) if params.data else self.words.sentence("source")
        self.caption("show_loss", source=source, feature=short(params.feature), target=short(params.target))
        self.play(FadeIn(self.drawn))

    def take_first_step(self) -> None:
        self.beat("take_first_step")
        self.write_formula("weight(w_(k+1)) = weight(w_k) - rho thin gradient((d L) / (d w))")
        self.caption("take_first_step" if len(self.runs) > 1 else "take_single_step", start=self.trace.params.start)
        self.walk(0, 1, seconds=2.5)

    def predict_second_step(self) -> None:
        self.beat("predict_second_step")
        trace = self.trace
        asked = int(np.argmax(trace.learning_rate))
        before, after = np.abs(trace.error[asked, 1:3])
        answer = "nearer" if after < (1 - SAME) * before else "farther" if after > (1 + SAME) * before else "same"
        self.caption("ask_next", rate=trace.learning_rate[asked], before=before)
        self.play(Indicate(self.twins[asked].head, color=self.theme.weight))
        self.walk(1, 2, seconds=2.5)
        self.caption(f"answer_{answer}", before=before, after=after)

    def walk_on(self) -> None:
        self.beat("walk_on")
        self.caption("walk_on", steps=self.steps)
        if self.steps > 2:
            self.walk(2, self.steps, seconds=4, rate=ease_in_sine)
        self.verdicts = Group(*(self.verdict(twin) for twin in self.twins))
        self.play(FadeIn(self.verdicts))

    def multiply_errors(self) -> None:
        self.beat("multiply_errors")
        trace, twins, count = self.trace, self.twins, min(3, self.steps + 1)
        valleys = Group(*(p for t in twins for p in (t.valley, t.valley.curve, t.descent, t.thread)))
        self.caption("multiply")
        self.write_formula(f"weight(w_(k+1)) - good(w^*) = ({FACTOR}) (weight(w_k) - good(w^*))")
        self.play(FadeOut(valleys))
        chains = [twin.chain(self, self.times(twin.run), count) for twin in twins]
        bars = [twin.record.bars(count, float(trace.w_star)) for twin in twins]
        for k in range(count):
            rows = [row for chain in chains for row in chain[max(0, 2 * k - 1) : 2 * k + 1]]
            self.play(FadeIn(*rows, *(bar[k] for bar in bars)), run_time=0.8)
        self.caption("predict_all")
        self.funnels = Group(*(self.funnel(twin) for twin in twins))
        self.play(FadeIn(self.funnels), FadeOut(*bars))
        self.play(FadeOut(*(row for chain in chains for row in chain)), FadeIn(valleys))

    def replay(self) -> None:
        self.beat("replay", loop=True)
        self.walk(self.steps, 0, seconds=1)
        self.walk(0, self.steps, seconds=5, rate=ease_in_sine)

    def find_critical_rate(self) -> None:
        self.beat("find_critical_rate")
        trace = self.trace
        self.play(FadeOut(self.panels, self.drawn, self.verdicts, self.funnels))
        last, low = trace.rate_grid[-1], trace.factor_grid[-1]
        corner, size, grids = np.array([-5.9, -2.35, 0]), (6.6, 4.65), (trace.rate_grid, trace.factor_grid)
        critical = float(trace.critical_learning_rate)
        self.plot = plot = FactorLine(self, corner, size, (0, last), (low, 1.3), *grids, critical, ticks=(4, 4))
        factor = self.typeset(FACTOR, size=26).next_to(plot.axes.at(0, 1.3), UP, buff=0.1).align_to(corner, LEFT)
        rho = self.typeset("rho").next_to(plot.axes.at(last, low), UR, buff=0.08)
        self.play(FadeIn(plot, factor, rho, *(part for run in self.runs for part in self.row(run))))
        self.caption("sweep_rates")
        self.add(plot.line.show(0))
        self.drive(plot.line.show, plot.line, seconds=2.5, rate=ease_in_out_sine)
        solve = self.typeset(f"1 - 2 rho_c {SQUARES} = -1").move_to([4.2, -0.6, 0])
        value = self.typeset(f"rho_c = 1 / ({SQUARES}) = {{rate}}", rate=critical).next_to(solve, DOWN, buff=0.35)
        self.solution = Group(solve, value)
        self.play(FadeIn(plot.critical, self.solution))
        self.caption("place_runs")
        shrinks = self.say("shrinks", size=SMALL).move_to(plot.axes.at(last, 0.6), RIGHT).shift(0.2 * LEFT)
        grows = self.say("grows", size=SMALL).move_to(plot.axes.at(0, (low - 1) / 2), LEFT).shift(0.2 * RIGHT)
        self.play(FadeIn(shrinks, grows, *(self.sign_on_line(run) for run in self.runs)))

    def measure_distance(self) -> None:
        self.beat("measure_distance")
        trace, theme = self.trace, self.theme
        nearest = int(np.argmin(np.abs(trace.excess)))
        excess, factor = float(trace.excess[nearest]), trace.factor[nearest]
        lens = self.lens(abs(excess))
        corners = lens.axes.corner + np.outer([0, 1], lens.axes.size * UP)
        beams = Segments(np.tile(self.plot.turn, (2, 1)), corners, theme.faint, 2, 1)
        self.play(FadeOut(self.solution), FadeIn(beams, lens, lens.line, lens.critical))
        side = "above" if excess > 0 else "below"
        key = "at" if abs(excess) < 1e-7 else f"just_{side}" if abs(excess) < 10 else side
        self.caption(key, rate=trace.learning_rate[nearest], excess=abs(excess))
        place, rule = lens.axes.at(np.array([excess, 0]), factor)
        gap = Trail(np.stack([rule, place]), theme.text, 6)
        self.play(Create(gap), FadeIn(marker(nearest, theme.weight).move_to(place)))
        percent = self.percent(excess, 30).next_to(lens.foot, UR if excess > 0 else UL, buff=0.15)
        self.play(FadeIn(percent, *(self.percent(trace.excess[run], 26).move_to(self.cell(run, 6.78), RIGHT) for run in self.runs)))

    def lens(self, size: float) -> FactorLine:
        """The plot magnified around the critical rate, so that a run `size` per cent from it can be told apart."""
        trace = self.trace
        reach = (4 if size < 20 else 1.25) * (size or 1.0)
        depths = -1 - 4 * reach / 100, -1 + 2 * reach / 100
        across = max(-reach, -100.0), reach
        corner, grids = np.array([2.2, -2.1, 0]), (trace.excess_grid, trace.factor_grid)
        lens = FactorLine(self, corner, (4.4, 2.1), across, depths, *grids, critical=0.0, ticks=(4, 0))
        name = self.say("from_critical", size=SMALL, colour=self.theme.faint)
        return lens.add(name.next_to(lens.axes, DOWN, buff=0.15))

    def row(self, run: int) -> list[Mobject]:
        """Sign, rate and factor of a run."""
        sign = marker(run, self.theme.weight, 0.12).move_to(self.cell(run, 1.65))
        rate = self.typeset("rho = {rate}", size=26, rate=self.trace.learning_rate[run])
        factor = self.typeset(self.times(run), size=26)
        return [sign, rate.move_to(self.cell(run, 1.9), LEFT), factor.move_to(self.cell(run, 5.1), RIGHT)]

    def cell(self, run: int, x: float) -> np.ndarray:
        return np.array([x, 2.35 - 0.55 * run, 0])

    def percent(self, excess: float, size: float) -> Mobject:
        return self.typeset(("+" if excess > 0 else "") + '{excess} thin "%"', size=size, excess=excess)

    def times(self, run: int) -> str:
        """The factor of a run as markup."""
        return f"times {self.words.markup(self.trace.factor[run])}"

    def sign_on_line(self, run: int) -> Mobject:
        """The sign of a run on the line, hollow at the edge where its rate lies beyond."""
        rate, axes = self.trace.learning_rate[run], self.plot.axes
        sign = marker(run, self.theme.weight).move_to(axes.clamped(rate, self.trace.factor[run]))
        return sign.set_fill(opacity=0.25 if rate > self.trace.rate_grid[-1] else 1)

    def funnel(self, twin: Twin) -> Mobject:
        """What the powers of its factor predict for a run."""
        hue = self.theme.bad if abs(self.trace.factor[twin.run]) > 1 else self.theme.good
        return twin.record.funnel(np.abs(self.trace.predicted_error[twin.run]), float(self.trace.w_star), hue)

    def verdict(self, twin: Twin) -> Group:
        """What has become of a run, and how much of its error is left."""
        trace, run = self.trace, twin.run
        key = self.outcome(trace.factor[run], trace.left[run], bool(twin.record.inside[-1]))
        hue = {"diverges": self.theme.bad, "off": self.theme.bad, "arrived": self.theme.good}.get(key)
        word = self.say(f"verdict_{key}", size=26, colour=hue).move_to(twin.foot)
        left = self.say("left", size=SMALL, left=trace.left[run, -1], steps=self.steps)
        return Group(word, left.next_to(word, DOWN, buff=0.12))

    @staticmethod
    def outcome(factor: float, left: np.ndarray, inside: bool) -> str:
        if left[0] == 0:
            return "rest"
        if abs(abs(factor) - 1) < 1e-9 and factor < 0:
            return "forever"
        if abs(factor) > 1:
            return "diverges" if inside else "off"
        if left[-1] < ARRIVED:
            return "arrived"
        return "crawls" if factor > CRAWLING else "bounces" if factor < 0 else "underway"

    def write_formula(self, markup: str) -> None:
        """Put a formula at the top right, in place of the one before."""
        formula = self.typeset(markup).to_corner(UR, buff=MARGIN)
        self.play(FadeOut(self.formula), FadeIn(formula))
        self.formula = formula

    def walk(self, first: int, last: int, seconds: float, rate=ease_in_out_sine) -> None:
        """Let all runs walk at once from step `first` to step `last`."""

        def move(share: float) -> None:
            for twin in self.twins:
                twin.walk(first + share * (last - first))

        self.drive(move, self.drawn, seconds=seconds, rate=rate)
