"""The film of the gradient through time: it walks back over the steps, each adds a term, and a product decides."""

from typing import Any

import numpy as np
from manim import LEFT, ORIGIN, RIGHT, UR, Indicate, VGroup
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.vanishing_through_time import Trace
from scenes._marks.band_panel import BandPanel
from scenes._props.vanishing_through_time import (
    Chain,
    Head,
    Running,
    level,
    named,
    row,
    signed_bars,
    signed_panel,
    terms,
)
from scenes._stage.clock import follow
from scenes._stage.film import HOLD, MARGIN, Film, beat
from scenes._stage.layout import Slot

BARS, SLOPES, SUMS = Slot(-5.1, -0.5, 11.9, 1.8), Slot(-5.1, -1.8, 11.9, 0.6), Slot(-5.1, -2.6, 11.9, 1.55)
GAP, LOW = 0.5, -2.75  # between two panels; height of the lowest row of numbers
NETWORK = "activation(h_t) = tanh(o_t) wide o_t = weight(w_h) activation(h_(t-1)) + weight(w_x) data(x_t) + b"
SLOPE, DIRECT = "activation(tanh'(o_t))", "activation(tanh'(o_t) h_(t-1))"
PASSED = "gradient((partial h_T) slash (partial h_t))"
BACK = f"{PASSED} = inline(product)_(k=t+1)^T weight(w_h) activation(tanh'(o_k))"
SUM = f"gradient((partial h_T) slash (partial w_h)) = inline(sum)_(t=1)^T {PASSED} dot {DIRECT}"
HIGH = "gradient(abs((partial h_T) slash (partial h_t)))"


class VanishingThroughTime(Film):
    """A column for each step: what has come back to it, by which it is multiplied, what it adds; then three runs."""

    trace: Trace

    def build(self) -> None:
        t = self.trace
        self.steps = t.params.length
        self.twins = [t, self.rerun(w_h=t.other_weight()), self.rerun(**t.small_inputs())]
        reach = np.abs([twin.passed for twin in self.twins])
        self.wide = BandPanel(BARS, self.steps, reach, self.theme, self.words)
        self.slopes = BandPanel(SLOPES, self.steps, None, self.theme, self.words)
        self.one = level(self, self.wide)
        self.panels, self.feet = self.wide.columns(3, GAP), self.slopes.columns(3, GAP)
        self.bars = [self.bars_of(*parts) for parts in zip(self.panels, self.feet, self.twins, strict=True)]
        self.heads = [Head(self, panel, twin) for panel, twin in zip(self.panels, self.twins, strict=True)]
        self.chain = follow(Chain(self, self.wide), "way")

    def bars_of(self, panel: BandPanel, foot: BandPanel, trace: Trace) -> VGroup:
        """What has come back to each step, above the slopes that it meets there, along "back"."""
        high, low = panel.scale.height(np.abs(trace.passed)), foot.scale.height(trace.slope)
        bars = panel.bars(high, "gradient", "back", back=True)
        return VGroup(bars, foot.bars(low, "activation", "back", back=True, lead=4))

    def state(self, markup: str) -> None:
        """Write a formula at the top right, when the one before has gone."""
        if len(self.rule):
            self.swap([self.rule], seconds=0.3)
        self.rule = self.typeset(markup, size=34).to_corner(UR, buff=MARGIN)
        self.swap([], [self.rule])

    @beat
    def show_network(self) -> None:
        t, refs = self.trace, self.refs
        panel = signed_panel(self, BARS, [-1, 1], 2)
        heights = signed_bars(self.wide, panel, (0 * t.h, t.h), self.theme.activation, "time", back=False)
        foot = self.slopes.bars(self.slopes.scale.height(t.slope), "activation", "time")
        inputs = row(self, self.wide, refs.x, "data", 1.6, "time", back=False)
        states = row(self, self.wide, refs.h, "activation", BARS.foot - 0.27, "time", back=False)
        told = row(self, self.wide, refs.slope, "activation", SLOPES.foot - 0.27, "time", back=False)
        self.forward = [panel.drawn, heights, states, inputs, named(self, "activation(h_t)", 0.4)]
        self.forward.append(named(self, "data(x_t)", 1.6))
        self.below = [self.slopes.scale, foot, told, named(self, SLOPE, SLOPES.foot - 0.27)]
        self.rule = self.typeset(NETWORK, size=34).to_corner(UR, buff=MARGIN)
        self.jump(time=self.steps)
        self.add(self.chain, *self.forward, *self.below, self.rule)
        self.caption("show_network", length=refs.params.length, seed=refs.params.seed, w_h=refs.params.w_h)
        self.run(0.6, rate=ease_in_out_sine, time=0)
        self.run(self.reading_time_left(4), time=self.steps)
        self.caption("flat")
        self.blink(foot, seconds=self.reading_time_left(1.5))

    @beat
    def send_back(self) -> None:
        refs, slow = self.refs, min(3, self.steps - 1)
        self.caption("send_back")
        self.swap([*self.forward, self.rule], seconds=0.5)
        self.rule = VGroup()
        factors = row(self, self.wide, refs.factor, "gradient", LOW, "back", first=1)
        reach = np.array([ref.magnitude for ref in refs.passed])
        bars = self.wide.bars(self.wide.scale.height(np.abs(self.trace.passed)), "gradient", "back", back=True)
        names = named(self, HIGH, BARS.foot + BARS.height / 2, upright=True), named(self, "dot weight(w_h)", LOW)
        self.swap([], [self.wide.scale, self.one, *names])
        self.state(BACK)
        readings = self.wide.readings(reach, "gradient", "back", back=True)
        self.add(bars, factors, readings)
        for k in range(slow):
            self.run(self.reading_time_left(1.6 * (slow - k)) / (slow - k), back=k + 1, way=k + 1)
        question = self.number(colour=self.theme.gradient, size=48, anchor=ORIGIN)
        question.centred_at(np.array([self.wide.x[0], BARS.foot + 0.5, 0]))
        self.caption("ask_left", left=refs.places("time")[self.steps - slow])
        self.add(question)
        self.play(Indicate(question, 1.3, self.theme.gradient), run_time=1)
        self.wait(1.2 * HOLD)
        self.swap([question], seconds=0.3)
        self.run(min(0.4 * self.steps, 4), back=self.steps, way=self.steps)
        self.caption(f"left_{self.trace.outcome()}", passed=refs.passed[0].magnitude, length=refs.params.length)
        self.high = [self.wide.scale, self.one, bars, readings, names[0]]
        self.below += [factors, names[1]]

    @beat
    def add_terms(self) -> None:
        t, refs = self.trace, self.refs
        self.caption("add_terms")
        self.swap(self.below, seconds=0.5)
        self.jump(self.chain, way=0)
        panel = signed_panel(self, SUMS, t.running, 4)
        direct = row(self, self.wide, refs.direct, "activation", BARS.foot - 0.27, "summed")
        added = row(self, self.wide, refs.term, "gradient", SUMS.foot - 0.22, "summed")
        running = follow(Running(self, self.wide, panel), "summed")
        names = named(self, f"dot {DIRECT}", BARS.foot - 0.27), named(self, "= gradient(\"term\")", SUMS.foot - 0.22)
        self.swap([], [panel.drawn, *names])
        self.state(SUM)
        self.add(terms(self, self.wide, panel, t), direct, added, running)
        for k in range(2):
            self.run(self.reading_time_left(1.8 * (2 - k)) / (2 - k), summed=k + 1, way=k + 1)
        self.caption("rest")
        self.run(self.reading_time_left(min(0.4 * self.steps, 4)), summed=self.steps, way=self.steps)
        self.swap(self.high + [direct, names[0]], seconds=0.5)
        digits = {"digits": int(t.agreeing)}
        for key, ref, y in ("sum", refs.gradient, 0.7), ("autograd", refs.gradient_autograd, -0.05):
            name = self.say(key, size=34)
            value = self.typeset("gradient({value})", size=40, value=self.words.markup(ref, **digits))
            name.move_to([-1.2, y, 0], RIGHT)
            value.move_to([-0.8, y, 0], LEFT)
            self.swap([], [name, value])
        self.caption("enough", enough=refs.enough, length=refs.params.length, within=refs.within.percent)

    @beat
    def change_weight(self) -> None:
        own, other = self.refs, self.refs_of(self.twins[1])
        self.caption("ask_weight", new=other.params.w_h, old=own.params.w_h)
        self.swap([one for one in self.mobjects if one not in (self.title, self._caption)], seconds=0.5)
        self.rule = VGroup()
        first = [self.heads[0].open, self.heads[0].answer, *self.bars[0]]
        names = named(self, HIGH, BARS.foot + BARS.height / 2, upright=True), named(self, SLOPE, SLOPES.foot)
        self.swap([], [self.wide.scale, self.slopes.scale, self.one, *names, *first, self.heads[1].open])
        self.state(BACK)
        self.wait(1.5 * HOLD)
        self.reveal(1)
        key = self.twins[1].beside(self.trace)
        self.caption(f"weight_{key}", passed=other.passed[0].magnitude)

    @beat
    def shrink_inputs(self) -> None:
        small = self.refs_of(self.twins[2])
        self.caption("ask_inputs", w_h=small.params.w_h, w_x=small.params.w_x)
        self.swap([], [self.heads[2].open])
        self.wait(HOLD)
        self.reveal(2)
        self.caption(f"inputs_{self.twins[2].outcome()}", passed=small.passed[0].magnitude)

    def reveal(self, run: int) -> None:
        """Send the gradient of a run back."""
        self.add(self.bars[run])
        self.jump(*self.bars[run], back=0)
        self.run(3, *self.bars[run], back=self.steps)
        self.swap([], [self.heads[run].answer])

    @beat
    def compare_sums(self) -> None:
        self.wait(1)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(0.6, rate=ease_in_out_sine, back=0)
        self.run(5, back=self.steps)
