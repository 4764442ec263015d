"""The film of the learning rate: twins on one loss, the factor that rules them, and the rate where it turns."""

from itertools import pairwise

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Create, FadeIn, FadeOut, Group, Mobject, Rectangle, VGroup
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine

from mathcore.learning_rate import Trace
from scenes._parts import Axes, Descent, Record, Segments, Trail, Valley, dashed, marker
from scenes._stage import MARGIN, SMALL, Stage
from scenes._words import short

LEFT_END, RIGHT_END, GAP = -5.9, 6.35, 0.55  # of the row of panels
ARRIVED, CRAWLING, EQUAL = 0.01, 0.9, 0.005  # share of the error left, factor, change of a distance

SQUARES = "scripts(sum)_i data(x_i)^2"
FACTOR = f"1 - 2 rho {SQUARES}"


class Twin(VGroup):
    """One run: its sign and rate, the valley with its ball, and below it the record of its weights."""

    def __init__(self, stage: "LearningRate", run: int, left: float, width: float) -> None:
        trace, theme = stage.trace, stage.theme
        self.run, self.middle = run, left + width / 2
        corner = np.array([left, 0.62, 0.0])
        self.valley = Valley(stage, corner, (width, 1.75), trace.w_grid, trace.loss_grid, slim=True)
        self.descent = Descent(self.valley, trace.w[run], trace.loss[run], theme.weight, marker(run, theme.weight))
        self.record = Record(stage, self.valley.axes, -0.02, 1.95, trace.w[run], float(trace.w_star))
        rate = stage.typeset("rho = {rate}", size=28, rate=trace.learning_rate[run])
        self.head = VGroup(marker(run, theme.weight, 0.12), rate).arrange(RIGHT, buff=0.15).move_to([self.middle, 2.72, 0])
        self.best = stage.typeset("good(w^*)", size=SMALL).next_to(self.record.best, DOWN, buff=0.1)
        self.thread = Trail(np.zeros((2, 3)), theme.faint, 2)
        self.foot = np.array([self.middle, -2.52, 0.0])
        super().__init__(self.thread, self.valley.curve, self.record, self.descent)
        self.walk(0)

    def walk(self, step: float) -> None:
        """Put ball and pen where the run is after `step` steps."""
        self.descent.walk(step)
        self.thread.through(np.stack([self.descent.ball.get_center(), self.record.show(step)]))


class LearningRate(Stage):
    """Side by side the same descent with several rates; then the factor over the rate, and a lens on ρ_c."""

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
        self.drawn = Group(*self.twins)

    def show_twins(self) -> None:
        self.beat("show_twins")
        params, twins = self.trace.params, self.twins
        self.formula: Mobject = Group()
        self.write_formula("loss(L)(weight(w)) = scripts(sum)_i (weight(w) data(x_i) - data(y_i))^2")
        self.add(*(twin.valley for twin in twins))
        self.play(*(Create(twin.valley.curve) for twin in twins))
        source = short(params.data.name) if params.data else self.words.sentence("source")
        self.caption("show_loss", source=source, feature=short(params.feature), target=short(params.target))
        ends = [self.number(k, self.theme.faint, anchor=RIGHT) for k in (0, self.steps)]
        for number, k in zip(ends, (0, self.steps), strict=True):
            number.centred_at(twins[0].record.at(-np.inf, k) + 0.15 * LEFT)
        name = self.typeset("k", size=SMALL).move_to(twins[0].record.at(-np.inf, self.steps / 2) + 0.3 * LEFT)
        self.labels = Group(*ends, name, *(part for twin in twins for part in (twin.head, twin.best)))
        self.play(FadeIn(self.labels, self.drawn))

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
        answer = "nearer" if after < (1 - EQUAL) * before else "farther" if after > (1 + EQUAL) * before else "same"
        self.caption("ask_next", rate=trace.learning_rate[asked], before=before)
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
        trace, shown = self.trace, min(3, self.steps + 1)
        valleys = Group(*(p for t in self.twins for p in (t.valley, t.valley.curve, t.descent, t.thread)))
        self.caption("multiply")
        self.write_formula(f"weight(w_(k+1)) - good(w^*) = ({FACTOR}) (weight(w_k) - good(w^*))")
        self.play(FadeOut(valleys))
        chains = [self.chain(twin, shown) for twin in self.twins]
        bars = [twin.record.bars(shown, float(trace.w_star)) for twin in self.twins]
        for k in range(shown):
            rows = [row for chain in chains for row in chain[max(0, 2 * k - 1) : 2 * k + 1]]
            self.play(FadeIn(*rows, *(bar[k] for bar in bars)), run_time=0.8)
        self.caption("predict_all")
        reach = np.abs(trace.predicted_error)
        hues = [self.theme.bad if abs(factor) > 1 else self.theme.good for factor in trace.factor]
        funnels = [t.record.funnel(reach[t.run], float(trace.w_star), hue) for t, hue in zip(self.twins, hues, strict=True)]
        self.funnels = Group(*funnels)
        self.play(FadeIn(self.funnels), FadeOut(Group(*bars)))
        self.play(FadeOut(Group(*(Group(*chain) for chain in chains))), FadeIn(valleys))

    def replay(self) -> None:
        self.beat("replay", loop=True)
        self.walk(self.steps, 0, seconds=1)
        self.walk(0, self.steps, seconds=5, rate=ease_in_sine)

    def find_critical_rate(self) -> None:
        self.beat("find_critical_rate")
        trace, theme = self.trace, self.theme
        panels = Group(*(twin.valley for twin in self.twins), self.drawn, self.labels, self.verdicts, self.funnels)
        self.play(FadeOut(panels))
        self.write_formula(f"rho_c = 1 / ({SQUARES}) = {{critical}}", critical=trace.critical_learning_rate)
        low = trace.factor_grid[-1]
        ends = (0, trace.rate_grid[-1]), (low, 1.3)
        self.axes = axes = Axes(np.array([-5.9, -2.35, 0]), (6.9, 4.75), *ends, theme, self.words, (4, 4))
        name = self.typeset(FACTOR, size=26).next_to(axes.at(0, 1.3), UP, buff=0.1).align_to(axes.corner, LEFT)
        rho = self.typeset("rho").next_to(axes.at(trace.rate_grid[-1], low), UR, buff=0.08)
        zones = [self.zone(*zone) for zone in ((-1, 1, theme.good), (low, -1, theme.bad))]
        line = Trail(axes.at(trace.rate_grid, trace.factor_grid), theme.text, 4)
        self.turn = axes.at(trace.critical_learning_rate, np.array([low, -1]))
        critical = VGroup(dashed(*self.turn, theme.text, 3))
        tells = [
            self.say("shrinks", size=SMALL).move_to(axes.at(trace.rate_grid[-1], 0.6), RIGHT).shift(0.2 * LEFT),
            self.say("grows", size=SMALL).move_to(axes.at(0, (low - 1) / 2), LEFT).shift(0.2 * RIGHT),
        ]
        self.play(FadeIn(*zones, axes, name, rho))
        self.caption("sweep_rates")
        self.add(line.show(0))
        self.drive(line.show, line, seconds=2.5, rate=ease_in_out_sine)
        label = self.typeset("rho_c", size=SMALL).next_to(self.turn[1], UR, buff=0.12)
        self.play(FadeIn(critical, label))
        self.caption("place_runs")
        self.play(FadeIn(*tells))
        self.table()

    def measure_distance(self) -> None:
        self.beat("measure_distance")
        trace, theme = self.trace, self.theme
        nearest = int(np.argmin(np.abs(trace.excess)))
        excess, rate = trace.excess[nearest], trace.learning_rate[nearest]
        size = abs(excess)
        side = "above" if excess > 0 else "below"
        key = "at" if size < 1e-7 else f"just_{side}" if size < 10 else side
        reach = (4 if size < 20 else 1.25) * (size or 1.0)
        lens = Axes(np.array([2.1, -1.6, 0]), (4.3, 0.0), (max(-reach, -100), reach), (0, 1), theme, self.words, (4, 0))
        unit = self.say("from_critical", size=SMALL, colour=theme.faint).next_to(lens, DOWN, buff=0.12)
        zero, run = lens.at(np.array([0, excess]), 0)
        edges = Segments(np.tile(self.turn[1], (2, 1)), lens.at(lens.low[0] + np.array([0, lens.span[0]]), 0), theme.faint)
        critical = Trail(np.stack([zero + 0.35 * DOWN * 0, zero + 0.75 * UP]), theme.text, 3)
        name = self.typeset("rho_c", size=SMALL).next_to(critical, UP, buff=0.08)
        self.play(FadeIn(edges, lens, unit, critical, name))
        self.caption(key, rate=rate, excess=size)
        sign = marker(nearest, theme.weight).move_to(run + 0.25 * UP)
        gap = Trail(np.stack([zero, run]) + 0.5 * UP, theme.bad if excess > 0 else theme.good, 6)
        self.play(FadeIn(sign))
        self.play(Create(gap))

    def table(self) -> None:
        """Sign, rate and factor of every run; each sign on the line."""
        trace, theme = self.trace, self.theme
        axes, top = self.axes, 2.3
        for run in self.runs:
            y = top - 0.55 * run
            place = axes.clamped(trace.learning_rate[run], trace.factor[run])
            out = trace.learning_rate[run] > trace.rate_grid[-1]
            on_line = marker(run, theme.weight).move_to(place).set_fill(opacity=0.25 if out else 1)
            sign = marker(run, theme.weight, 0.12).move_to([2.2, y, 0])
            rate = self.typeset("rho = {rate}", size=26, rate=trace.learning_rate[run]).move_to([2.5, y, 0], LEFT)
            factor = self.factor(run, 26).move_to([6.5, y, 0], RIGHT)
            self.play(FadeIn(sign, rate, factor, on_line), run_time=0.6)

    def chain(self, twin: Twin, shown: int) -> list[Mobject]:
        """The first errors of a run, one below the other, and between them the factor."""
        errors = self.trace.error[twin.run, :shown]
        rows: list[Mobject] = []
        for k, error in enumerate(errors):
            rows += [self.factor(twin.run, 28)] if k else []
            rows.append(self.typeset(f"weight(w_{k}) - good(w^*) = {{error}}", size=28, error=error))
        for index, row in enumerate(rows):
            row.move_to([twin.middle, 2.2 - 0.44 * index, 0])
        return rows

    def factor(self, run: int, size: float) -> Mobject:
        return self.typeset("times {factor}", size=size, factor=self.trace.factor[run])

    def verdict(self, twin: Twin) -> Mobject:
        """What has become of a run, and how much of its error is left."""
        trace, run = self.trace, twin.run
        factor, left = trace.factor[run], trace.left[run, -1]
        if not trace.left[run, 0]:
            return self.say("verdict_rest", size=26).move_to(twin.foot)
        growing = abs(factor) > 1 + 1e-9
        key = (
            ("diverges" if twin.record.inside[-1] else "off") if growing
            else "forever" if factor < -1 + 1e-9
            else "arrived" if left < ARRIVED
            else "crawls" if factor > CRAWLING
            else "bounces" if factor < 0
            else "underway"
        )
        colour = self.theme.bad if growing else self.theme.good if key == "arrived" else self.theme.text
        word = self.say(f"verdict_{key}", size=26, colour=colour).move_to(twin.foot)
        return Group(word, self.say("left", size=SMALL, left=left, steps=self.steps).next_to(word, DOWN, buff=0.12))

    def zone(self, bottom: float, top: float, colour: str) -> Rectangle:
        low, high = self.axes.at(np.array([0, self.trace.rate_grid[-1]]), np.array([bottom, top]))
        zone = Rectangle(width=high[0] - low[0], height=high[1] - low[1], stroke_width=0)
        return zone.set_fill(colour, opacity=0.15).move_to((low + high) / 2)

    def write_formula(self, markup: str, **values: float) -> None:
        """Put a formula at the top right, in place of the one before."""
        formula = self.typeset(markup, **values).to_corner(UR, buff=MARGIN)
        self.play(FadeOut(self.formula), FadeIn(formula))
        self.formula = formula

    def walk(self, first: int, last: int, seconds: float, rate=ease_in_out_sine) -> None:
        """Let all runs walk at once from step `first` to step `last`."""

        def move(share: float) -> None:
            for twin in self.twins:
                twin.walk(first + share * (last - first))

        self.drive(move, self.drawn, seconds=seconds, rate=rate)
