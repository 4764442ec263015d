"""The film of the gradient through time: it walks back over the steps, each adds a term, and a product decides."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from manim import LEFT, RIGHT, UR, Indicate, LaggedStart, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.vanishing_through_time import Trace
from scenes._marks.band_panel import BandPanel
from scenes._marks.number import Number
from scenes._marks.panel import Panel
from scenes._props.vanishing_through_time import (
    WEIGHTS,
    Chain,
    Head,
    Passing,
    Reading,
    Running,
    bracket,
    level,
    mean_name,
    named,
    question,
    row,
    signed_bars,
    signed_panel,
    terms,
)
from scenes._stage.clock import follow
from scenes._stage.film import MARGIN, Film, beat
from scenes._stage.layout import Slot

STATES, BARS = Slot(-5.1, -0.5, 11.9, 1.7), Slot(-5.1, -0.45, 11.9, 2.1)
SLOPES, SUMS = Slot(-5.1, -1.9, 11.9, 0.7), Slot(-5.1, -2.6, 11.9, 1.5)
FEET = Slot(-5.1, -2.7, 11.9, 1.3)  # of the slopes of three runs
HIGH_MIDDLE = BARS.foot + BARS.height / 2
GAP, BELOW, LOW = 0.5, 0.27, -2.8  # between two panels; from a foot to a row of numbers; height of the lowest one
TOLD = (0.75, -0.05)  # heights of the two gradients
NETWORK = "activation(h_t) = tanh(o_t) quad o_t = weight(w_h) activation(h_(t-1)) + weight(w_x) data(x_t) + weight(b)"
SLOPE, DIRECT = "activation(tanh'(o_t))", "activation(tanh'(o_t) h_(t-1))"
PASSED = "gradient((partial h_T) / (partial h_t))"
BACK = f"{PASSED} = scripts(product)_(k=t+1)^T weight(w_h) activation(tanh'(o_k))"
SUM = f"gradient((partial h_T) / (partial w_h)) = scripts(sum)_(t=1)^T {PASSED} dot {DIRECT}"
HIGH = "gradient(abs(partial h_T slash partial h_t))"
SAME = 'gradient(inline(sum) = {sum}) = "autograd"'


class VanishingThroughTime(Film):
    """A column for each step: what has come back to it, by which it is multiplied, what it adds; then three runs."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t = self.trace
        self.steps = t.params.length
        self.twins = [self.rerun(**knobs) for knobs in t.variants()]
        reach = np.abs([twin.passed for twin in self.twins])
        self.wide = BandPanel(self, BARS, self.steps, reach)
        self.slopes = BandPanel(self, SLOPES, self.steps, None)
        self.one = level(self, self.wide)
        self.panels = self.wide.columns(3, GAP)
        self.feet = BandPanel(self, FEET, self.steps, None)
        runs = zip(self.panels, self.feet.columns(3, GAP), self.twins, strict=True)
        self.bars = [self.bars_of(*run) for run in runs]
        self.heads = [Head(self, panel, twin) for panel, twin in zip(self.panels, self.twins, strict=True)]
        self.chain = follow(Chain(self, self.wide), "way")

    def bars_of(self, panel: BandPanel, foot: BandPanel, trace: Trace) -> VGroup:
        """What has come back to each step, above the slopes that it meets there, along "back"."""
        bars = panel.bars(panel.scale.height(np.abs(trace.passed)), "gradient", "back", back=True)
        slopes = foot.bars(foot.scale.height(trace.slope), "activation", "back", back=True, lead=4)
        return VGroup(bars, slopes)

    def turn_page(self, leaving: Iterable[Any], entering: Iterable[Any], markup: str) -> None:
        """Some marks and the formula go while others come, with another formula."""
        before, self.rule = self.rule, self.typeset(markup, size=34).to_corner(UR, buff=MARGIN)
        self.swap([*leaving, *[before] * bool(len(before))], [*entering, self.rule])

    @beat
    def show_network(self) -> None:
        t, refs = self.trace, self.refs
        panel = signed_panel(self, STATES, [-1, 1], 2)
        heights = signed_bars(self, self.wide, panel, (0 * t.h, t.h), "activation", "time", back=False)
        foot = self.slopes.bars(self.slopes.scale.height(t.slope), "activation", "time")
        inputs = row(self, self.wide, refs.x, "data", 1.6, "time", back=False)
        states = row(self, self.wide, refs.h, "activation", STATES.foot - BELOW, "time", back=False)
        told = row(self, self.wide, refs.slope, "activation", SLOPES.foot - BELOW, "time", back=False)
        self.forward = [panel.drawn, heights, states, inputs, named(self, "activation(h_t)", 0.4)]
        self.forward.append(named(self, "data(x_t)", 1.6))
        weights = {name: getattr(refs.params, name) for name in ("w_h", "w_x", "b")}
        self.forward.append(self.typeset(f"{WEIGHTS} quad weight(b) = {{b}}", **weights).move_to([0, LOW, 0]))
        start = self.typeset("activation(h_0 = {h})", size=28, h=refs.h_0)
        self.forward.append(start.move_to([-5.8, STATES.foot - BELOW, 0]))
        self.below = [self.slopes.scale, foot, told, named(self, SLOPE, SLOPES.foot - BELOW)]
        self.rule = self.typeset(NETWORK, size=34).to_corner(UR, buff=MARGIN)
        self.jump(time=self.steps)
        self.add(self.chain, *self.forward, *self.below, self.rule)
        self.caption("show_network", length=refs.params.length, seed=refs.params.seed, w_h=refs.params.w_h)
        self.run(0.6, rate=ease_in_out_sine, time=0)
        self.run(self.reading_time_left(3), time=self.steps)
        self.caption("flat")
        self.blink(foot, seconds=self.reading_time_left(1.5))

    @beat
    def send_back(self) -> None:
        refs, slow = self.refs, min(3, self.steps - 2)
        self.caption("send_back")
        factors = row(self, self.wide, refs.factor, "gradient", LOW, "back", first=1)
        bars = follow(Passing(self.wide, np.abs(self.trace.passed), self.theme.gradient), "back")
        names = named(self, HIGH, HIGH_MIDDLE, upright=True), named(self, f"weight(w_h) {SLOPE}", LOW)
        self.turn_page(self.forward, [self.wide.scale, self.one, *names], BACK)
        readings = follow(Reading(self, self.wide, bars.heights, slow), "back")
        self.add(bars, factors, readings)
        for k in range(slow):
            self.run(self.reading_time_left(1.4 * (slow - k)) / (slow - k), back=k + 1, way=k + 1)
        mark = question(self, self.wide.x[0], self.wide.foot + 0.5)
        self.caption("ask_left", left=refs.places("time")[self.steps - slow])
        self.wonder(mark)
        self.run(min(0.22 * self.steps, 2.6), back=self.steps, way=self.steps)
        self.caption(f"left_{self.trace.outcome()}", passed=refs.passed[0].magnitude, length=refs.params.length)
        self.call(readings[1], readings[0])
        self.high, self.readings = [self.wide.scale, self.one, bars, names[0]], readings
        self.below += [factors, names[1]]

    @beat(summary=True)
    def add_terms(self) -> None:
        t, refs = self.trace, self.refs
        panel = signed_panel(self, SUMS, t.running, 4)
        direct = row(self, self.wide, refs.direct, "activation", BARS.foot - BELOW, "summed")
        added = row(self, self.wide, refs.term, "gradient", SUMS.foot - BELOW, "summed")
        running = follow(Running(self, self.wide, panel), "summed")
        term = self.words.sentence("term")
        tops = self.wide.scale.height(np.abs(t.passed))
        readings = Reading(self, self.wide, lambda grown: tops)
        follow(readings, "summed", at=lambda added: Reading.at(readings, np.ceil(added)))
        names = (
            named(self, f"dot {DIRECT}", BARS.foot - BELOW, size=24),
            named(self, f'= gradient("{term}")', SUMS.foot - BELOW),
        )
        self.turn_page([*self.below, self.readings], [panel.drawn, *names], SUM)
        self.caption("add_terms")
        self.jump(self.chain, way=0)
        bars = terms(self, self.wide, panel, t, "summed")
        self.add(bars, direct, added, running, readings)
        for k in range(2):
            self.run(self.reading_time_left(1.6 * (2 - k)) / (2 - k), summed=k + 1, way=k + 1)
        self.caption("stacked")
        self.run(self.reading_time_left(min(0.2 * self.steps, 2.4)), summed=self.steps, way=self.steps)
        self.swap([*self.high, direct, names[0], running, readings], seconds=0.5)
        self.tell_equality(panel, bars)

    def tell_equality(self, panel: Panel, bars: Any) -> None:
        """Write the sum and, below it, what automatic differentiation gives; mark the terms that suffice."""
        t, refs = self.trace, self.refs
        entering: list[Any] = [panel.levels(t.gradient_autograd, "text")]
        told = ("sum", "gradient({value})", refs.gradient), ("autograd", "{value}", refs.gradient_autograd)
        for (key, markup, ref), y in zip(told, TOLD, strict=True):
            value = self.words.markup(ref, digits=int(t.agreeing))
            entering.append(self.say(key, size=38).move_to([-0.6, y, 0], RIGHT))
            entering.append(self.typeset(markup, size=48, value=value).move_to([-0.2, y, 0], LEFT))
        self.swap([], entering)
        self.add(bars)  # in front of the line
        self.caption("enough", enough=refs.enough, length=refs.params.length, within=refs.within.percent)
        self.grow(bracket(self, self.wide, int(t.enough), SUMS.foot + SUMS.height + 0.1))

    @beat
    def change_weight(self) -> None:
        own, other = self.refs, self.refs_of(self.twins[1])
        (first, *others), weights = self.heads, [head.weights for head in self.heads]
        names = named(self, HIGH, HIGH_MIDDLE, upright=True), named(self, SLOPE, FEET.foot + FEET.height / 2)
        scales = self.wide.scale, self.feet.scale, self.one, mean_name(self)
        asked = [head.open for head in others]
        self.lower = [self.feet.scale, names[1]]
        leaving = [one for one in self.mobjects if one not in (self.title, self.rule)]
        self.turn_page(leaving, [*scales, *names, *weights, first.answer, *self.bars[0], *asked], BACK)
        self.caption("ask_weight", new=other.params.w_h, old=own.params.w_h)
        self.ask(1)
        self.caption(f"weight_{self.twins[1].beside(self.trace)}", passed=other.passed[0].magnitude)
        self.call(first.answer[1], *others[0].answer)

    @beat
    def shrink_inputs(self) -> None:
        small = self.refs_of(self.twins[2])
        self.caption("ask_inputs", w_h=small.params.w_h, w_x=small.params.w_x)
        self.ask(2)
        key = f"inputs_{self.twins[2].outcome()}"
        self.caption(key, passed=small.passed[0].magnitude, mean=small.per_step)
        self.call(*self.heads[2].answer)

    def wonder(self, mark: Number) -> None:
        """Leave time for an answer, at a question mark, which goes then."""
        for _ in range(2):
            self.play(Indicate(mark, 1.3, self.theme.gradient), run_time=1)
        self.swap([mark], seconds=0.3)

    def call(self, *marks: Any) -> None:
        """Call the eye to some marks, one after the other, while the caption is read."""
        calls = [Indicate(mark, 1.15, self.theme.text) for mark in marks]
        self.play(LaggedStart(*calls, lag_ratio=0.8), run_time=self.reading_time_left(1.5))

    def ask(self, run: int) -> None:
        """Leave time for an answer; then send the gradient of a run back."""
        head = self.heads[run]
        self.wonder(head.open[1])
        self.add(self.bars[run])
        self.jump(*self.bars[run], back=0)
        self.run(1.9, *self.bars[run], back=self.steps)
        self.remove(*head.open)
        self.swap([], [head.answer])

    @beat
    def compare_sums(self) -> None:
        values = np.concatenate([twin.running for twin in self.twins])
        self.caption("compare_sums")
        slot, axes, told, bars = SUMS._replace(width=self.panels[0].width), [], [], VGroup()
        for panel, twin in zip(self.panels, self.twins, strict=True):
            ticks = 3 * (panel is self.panels[0])
            signed = signed_panel(self, slot._replace(left=panel.left), values, ticks)
            same = self.typeset(SAME, size=28, sum=self.refs_of(twin).gradient)
            axes.append(signed.drawn)
            bars.add(terms(self, panel, signed, twin, "back"))
            told.append(same.move_to([panel.left + panel.width / 2, SUMS.foot - BELOW, 0]))
            told.append(signed.levels(twin.gradient_autograd, "text"))
        self.turn_page([*self.lower, *(slopes for _, slopes in self.bars)], axes, SUM)
        self.add(*bars)
        self.jump(*bars, back=0)
        self.run(self.reading_time_left(2), *bars, back=self.steps)
        self.told, self.added = told, bars
        self.tell(self.told)

    def tell(self, told: Iterable[Any]) -> None:
        """Tell what has come of the three runs, in front of whose lines their terms stand."""
        self.swap([], told)
        self.add(*self.added)

    @beat(loop=True)
    def replay(self) -> None:
        told = [*(head.answer for head in self.heads), *self.told]
        self.swap(told, [], self.going(rate=ease_in_out_sine, back=0), seconds=0.5)
        self.run(3.2, back=self.steps)
        self.tell(told)
