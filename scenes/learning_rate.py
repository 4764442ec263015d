"""The film of the learning rate: twins on one loss, the factor that rules them, and the rate where it turns."""

import numpy as np
from manim import DL, DOWN, UL, UR, Create, Group, Indicate, LaggedStart, VGroup
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine

from mathcore.learning_rate import Trace
from scenes._marks.line import Line, Segments
from scenes._props.learning_rate import FACTOR, SQUARES, RunPanel, lens, overview, percent, percents, rate_table
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn, FadeOut
from scenes._stage.film import HOLD, SMALL, Film, beat
from scenes._stage.formulas import SUM_OF_SQUARES

LEFT_END, RIGHT_END, GAP = -5.9, 6.35, 0.55  # of the row of panels


class LearningRate(Film):
    """Side by side the same descent with several rates; then the factor over the rate, and a lens on its turn."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        self.steps, self.runs = self.trace.params.steps, range(len(self.trace.learning_rate))
        pitch = (RIGHT_END - LEFT_END + GAP) / len(self.runs)
        panels = (RunPanel(self, run, LEFT_END + run * pitch, pitch - GAP) for run in self.runs)
        self.twins = [follow(panel, "step") for panel in panels]
        self.drawn, self.distances = Group(*self.twins), Group()

    @beat
    def show_twins(self) -> None:
        params, twins = self.trace.params, self.twins
        heads = [part for twin in twins for part in (twin.head, twin.best)]
        self.panels = Group(*(twin.valley for twin in twins), twins[0].record.labels(self), *heads)
        self.add(self.panels, self.drawn)
        feature, target = (self.words.column(name, params.data) for name in (params.feature, params.target))
        self.caption("show_loss", source=self.source(params.data), feature=feature, target=target)
        self.write_rule(SUM_OF_SQUARES)
        calls = (Indicate(twin.lowest, 1.6, self.theme.good) for twin in twins)
        self.play(LaggedStart(*calls, lag_ratio=0.5), run_time=self.reading_time_left(2))
        self.add(self.drawn)  # whole again: manim takes a group apart of which a part moves

    @beat
    def take_first_step(self) -> None:
        self.caption("take_first_step" if len(self.runs) > 1 else "take_single_step", start=self.refs.params.start)
        self.write_rule("weight(w_(k+1)) = weight(w_k) - rho thin gradient((d L) / (d w))")
        self.play(*(Indicate(twin.head, 1.1, self.theme.weight) for twin in self.twins))
        self.run(self.reading_time_left(2), rate=ease_in_out_sine, step=1)

    @beat(when=lambda t: t.params.steps > 1)
    def predict_second_step(self) -> None:
        trace = self.trace
        asked = int(np.argmax(trace.learning_rate))
        before, after = (error.magnitude for error in self.refs.error[asked, 1:3])
        _, distance, next_distance = self.twins[asked].record.bars(3)
        self.caption("ask_next", rate=self.refs.learning_rate[asked], before=before)
        self.play(Indicate(self.twins[asked].head, 1.1, self.theme.weight))
        self.play(Create(distance), run_time=1.5)
        self.wait(HOLD)
        self.run(2, rate=ease_in_out_sine, step=2)
        self.caption(f"answer_{trace.second_step(asked)}", before=before, after=after)
        self.play(Create(next_distance), run_time=self.reading_time_left(2))
        self.distances = Group(distance, next_distance)

    @beat
    def walk_on(self) -> None:
        self.caption("walk_on" if self.steps > 1 else "walk_one", steps=self.refs.params.steps)
        self.play(FadeOut(self.distances), run_time=0.5)
        if self.steps > 2:
            self.run(4, rate=ease_in_sine, step=self.steps)
        self.verdicts = Group(*(twin.verdict(self) for twin in self.twins))
        self.play(LaggedStart(*map(FadeIn, self.verdicts), lag_ratio=0.5), run_time=self.reading_time_left(1.5))

    @beat
    def multiply_errors(self) -> None:
        twins, count = self.twins, min(3, self.steps + 1)
        valleys = Group(*(p for t in twins for p in (t.valley, t.valley.curve, t.lowest, t.descent, t.thread)))
        self.caption("multiply")
        self.write_rule(f"weight(w_(k+1)) - good(w^*) = ({FACTOR}) (weight(w_k) - good(w^*))")
        self.play(FadeOut(valleys))
        chains = [twin.chain(self, count) for twin in twins]
        bars = [twin.record.bars(count) for twin in twins]
        for k in range(count):
            rows = [row for chain in chains for row in chain[max(0, 2 * k - 1) : 2 * k + 1]]
            self.play(FadeIn(*rows, *(bar[k] for bar in bars)))
        self.caption("predict_all")
        self.play(FadeOut(*(row for chain in chains for row in chain), *bars), FadeIn(valleys))
        self.add(self.drawn)  # whole again
        self.funnels = Group(*(twin.funnel(self).show(0) for twin in twins))
        self.bring_to_back(self.funnels)
        self.grow(*self.funnels, seconds=self.reading_time_left(2))

    @beat(loop=True)
    def replay(self) -> None:
        self.run(1, rate=ease_in_out_sine, step=0)
        self.run(4.5, rate=ease_in_sine, step=self.steps)

    @beat(summary=True)
    def find_critical_rate(self) -> None:
        trace = self.trace
        self.play(FadeOut(self.panels, self.drawn, self.verdicts, self.funnels), run_time=0.6)
        self.plot = plot = overview(self)
        self.play(FadeIn(plot, rate_table(self)), run_time=0.6)
        self.caption("sweep_rates")
        self.grow(plot.line, seconds=2.5, rate=ease_in_out_sine)
        self.play(Create(plot.critical), run_time=0.8)
        solution = f"1 - 2 rho_c {SQUARES} = -1 \\ rho_c = 1 / ({SQUARES}) = {{rate}}"
        self.solution = self.typeset(solution, rate=self.refs.critical_learning_rate).move_to([3.9, -1.1, 0])
        self.play(FadeIn(self.solution), run_time=self.reading_time_left())
        self.caption("place_runs")
        places = enumerate(zip(trace.learning_rate, trace.factor, strict=True))
        signs = [FadeIn(plot.sign(run, *place)) for run, place in places]
        shrinks = self.say("shrinks", size=SMALL).next_to(plot.axes.at(0, -1), UR, buff=0.15)
        grows = self.say("grows", size=SMALL).next_to(plot.axes.at(trace.rate_grid[-1], -1), DL, buff=0.15)
        self.play(FadeIn(shrinks), FadeIn(grows))
        self.play(LaggedStart(*signs, lag_ratio=0.6), run_time=self.reading_time_left(2))

    @beat
    def measure_distance(self) -> None:
        trace, refs, theme = self.trace, self.refs, self.theme
        nearest = int(np.argmin(np.abs(trace.excess)))
        excess, factor = trace.excess[nearest], trace.factor[nearest]
        near = lens(self, abs(excess))
        beams = Segments(np.tile(self.plot.turn, (2, 1)), near.side, theme.faint)
        unit = self.say("from_critical", size=SMALL, colour=theme.faint).next_to(near.axes, DOWN, buff=0.15)
        self.caption(trace.nearness(nearest), rate=refs.learning_rate[nearest], excess=refs.excess[nearest].magnitude)
        self.play(FadeOut(self.solution), Create(beams))
        self.play(FadeIn(near, near.line, near.critical, unit), run_time=0.8)
        gap = Line(near.axes.at(np.array([0, excess]), factor), theme.text, 6)
        self.play(Create(gap), FadeIn(near.sign(nearest, excess, factor)))
        written = percent(self, refs.excess[nearest], 30).next_to(near.foot, UR if excess > 0 else UL, buff=0.15)
        self.play(FadeIn(written, percents(self)), run_time=self.reading_time_left())

    @beat
    def summarize(self) -> None:
        self.jump(step=0)
        self.new_page([self.funnels, self.panels, self.drawn], self.rule)
        self.add(self.drawn)  # whole again
        self.caption("summarize")
        self.run(self.reading_time_left(3.5) - 1.2, rate=ease_in_sine, step=self.steps)
        told = [VGroup(twin.per_step(self), *verdict) for twin, verdict in zip(self.twins, self.verdicts, strict=True)]
        self.play(LaggedStart(*map(FadeIn, told), lag_ratio=0.5), run_time=1.2)
