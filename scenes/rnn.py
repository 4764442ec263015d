"""The film of the RNN: one cell with a loop, the same cell unrolled, what its state carries along a series."""

import numpy as np
from manim import UR

from mathcore.rnn import Trace
from scenes._props.rnn import (
    COPIES,
    GROWN,
    LAST,
    LOWER,
    RULE,
    UPPER,
    Answer,
    Differences,
    Flips,
    Series,
    Training,
    Unrolled,
    cell,
    colour_bar,
    copied,
    names,
    same_from_here,
    shared,
    strip,
)
from scenes._stage.clock import follow
from scenes._stage.film import Film, beat
from scenes._stage.layout import MARGIN, Slot

QUICK_STEPS = 2  # after a step that is computed slowly, so many follow at once


class Rnn(Film):
    """A folded cell reads a series; its copies; a unit in numbers; training; states as colours, and what they carry."""

    trace: Trace

    def build(self) -> None:
        t, self.last = self.trace, len(self.trace.x)
        self.first = min(max(int(np.abs(np.diff(t.x)).argmax()) - 2, 0), self.last - COPIES)  # step of the first copy
        unit = int(t.telling_unit)
        self.entry = unit, int(np.abs(t.w_h[unit]).argmax())  # of W_h, the strongest weight of that unit
        self.weights = self.refs.w_h[self.entry], self.refs.w_x[unit]
        self.rule = self.typeset(RULE).to_corner(UR, buff=MARGIN)
        self.cell = follow(Unrolled(self, self.first), "pulled", "time")
        self.names = names(self)
        self.read = Series(self, Slot(0.3, -2.0, 5.9, 3.6))
        self.bar = colour_bar(self, True).move_to([3.3, -3.05, 0])

    @beat
    def show_loop(self) -> None:
        self.jump(time=1)
        self.add(self.rule, self.cell, self.names, self.read, self.bar)
        self.caption("loop")
        self.run(4, time=self.first + COPIES)

    @beat
    def pull_apart(self) -> None:
        self.caption("unroll")
        self.series = Series(self)
        self.swap([self.names, self.read])
        self.run(2.8, pulled=1)
        self.copied = copied(self, self.cell, self.weights)
        self.swap([], [self.copied, self.series])

    @beat
    def share_weights(self) -> None:
        self.shared, self.fan = shared(self, self.cell, self.entry, self.weights)
        self.caption("shared")
        self.swap([self.series], [self.shared])
        self.grow(self.fan)

    @beat
    def compute_unit(self) -> None:
        self.numbers, self.slow = cell(self), min(self.first + COPIES - 1, self.last - QUICK_STEPS)
        self.jump(time=self.slow, flow=0)
        self.caption("unit", unit=self.refs.telling_unit.ordinal, units=self.refs.length("unit"))
        self.swap([self.cell, self.copied, self.shared, self.fan], [self.numbers, self.series])
        self.run(3.4, flow=4)
        self.caption("squash")
        self.run(flow=5)

    @beat
    def go_on(self) -> None:
        self.caption("next")
        for step in range(self.slow + 1, self.slow + QUICK_STEPS + 1):
            self.run(0.6, flow=LAST)
            self.jump(time=step, flow=0)
            self.run(1.1, flow=5)

    @beat
    def learn(self) -> None:
        t, self.training = self.trace, Training(self)
        self.jump(epoch=0)
        runs = self.refs.length("run")
        self.swap([self.numbers, self.series, self.bar], [self.training.drawn])
        self.caption("learn", epochs=self.refs.params.epochs, seed=self.refs.params.seed, runs=runs)
        self.run(3.2, epoch=len(t.loss) - 1)
        self.add(self.training.seeds)
        self.run(run=runs.value)
        self.caption(f"trained_{t.outcome()}", enough=self.refs.enough.percent, learned=self.refs.learned, runs=runs)

    @beat
    def run_along(self) -> None:
        self.jump(time=0)
        self.wave = [strip(self, "h", "time", UPPER, GROWN), Answer(self, "probability", "time", UPPER, GROWN)]
        self.swap(
            [self.training.drawn, self.training.seeds, self.rule],
            [self.series, *self.wave, colour_bar(self, False).move_to([-0.7, -3.05, 0])],
        )
        self.caption("wave", true=self.refs.true_class.ordinal)
        self.run(4.2, time=self.last)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(0.6, time=0)
        self.run(2.6, time=self.last)

    @beat
    def straighten(self) -> None:
        t = self.trace
        self.upper = [strip(self, "h", "time", UPPER), Answer(self, "probability", "time", UPPER)]
        self.lower = [strip(self, "h_straight", "other", LOWER), Answer(self, "probability_straight", "other", LOWER)]
        self.swap(self.wave, self.upper)
        self.caption("ask")
        self.grow(self.series.straight, seconds=1)
        self.add(self.series.key)
        self.swap([], self.lower)
        self.run(1.7, time=self.last)
        self.run(2.6, other=self.last)
        told = self.refs.told_straight.ordinal
        self.caption(f"memory_{t.memory()}", told=told, before=self.refs.told.ordinal, left=self.refs.difference[-1])
        self.apart = Differences(self)
        self.swap([], [self.apart.drawn.drawn])
        self.add(self.apart.lines[0], self.apart.names[0])
        self.run(after=self.last)
        self.add(self.apart.ends[0])

    @beat
    def compare(self) -> None:
        t = self.trace
        self.caption("carried")
        self.swap([], [same_from_here(self)])
        self.add(self.apart.lines[1], self.apart.names[1])
        self.run(before=self.last)
        self.add(self.apart.ends[1])
        if t.recognised:
            self.caption("counted", true=self.refs.true_class.ordinal)
            self.add(Flips(self))
            self.run(flips=int(t.flipped))
