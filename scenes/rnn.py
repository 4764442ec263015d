"""The film of the RNN: one cell with a loop, the same cell unrolled, what its state carries along a series."""

from manim import UR, Group

from mathcore.rnn import Trace
from scenes._props.rnn import (
    COPIES,
    LAST,
    RULE,
    Answer,
    Series,
    Training,
    Unrolled,
    cell,
    colour_bar,
    copied,
    differences,
    names,
    shared,
    strip,
)
from scenes._stage.clock import follow
from scenes._stage.film import Film, beat
from scenes._stage.layout import MARGIN, Slot

SLOW, QUICK_STEPS = 2, 3  # the step that is computed in numbers; so many follow at once


class Rnn(Film):
    """A folded cell reads a series; its copies; a unit in numbers; training; states as colours, and what they carry."""

    trace: Trace

    def build(self) -> None:
        t, self.last = self.trace, len(self.trace.x)
        self.unit = int(t.telling_unit)
        self.rule = self.typeset(RULE).to_corner(UR, buff=MARGIN)
        self.cell = follow(Unrolled(self), "pulled", "time")
        self.names = names(self)
        self.read = Series(self, Slot(0.3, -2.0, 6.4, 3.6))
        self.bar = colour_bar(self, True).move_to([3.5, -2.75, 0])

    @beat
    def show_loop(self) -> None:
        self.add(self.rule, self.cell, self.names, self.read, self.bar)
        self.caption("loop")
        self.run(time=COPIES)

    @beat
    def pull_apart(self) -> None:
        self.caption("unroll")
        self.swap([self.names, self.read, self.bar])
        self.run(3, pulled=1)
        self.copied = copied(self, self.cell, self.unit)
        self.swap([], [self.copied])
        self.run(self.reading_time_left(0.5), pulled=1)

    @beat
    def share_weights(self) -> None:
        self.shared = shared(self, self.cell)
        self.caption("shared", weight=self.refs.w_h[self.unit, self.unit])
        self.swap([], [self.shared], seconds=1.2)
        self.run(pulled=1)

    @beat
    def compute_unit(self) -> None:
        self.numbers, self.series = cell(self, (1, self.last)), Series(self)
        self.jump(time=SLOW, flow=0)
        self.caption("unit", unit=self.refs.telling_unit.ordinal, units=self.refs.length("unit"))
        self.swap([self.cell, self.copied, self.shared], [self.numbers, self.series])
        self.run(3, flow=4)
        self.caption("squash")
        self.run(flow=5)

    @beat
    def go_on(self) -> None:
        self.caption("next")
        for step in range(SLOW + 1, SLOW + QUICK_STEPS + 1):
            self.run(0.7, flow=LAST)
            self.jump(time=step, flow=0)
            self.run(1.3, flow=5)

    @beat
    def learn(self) -> None:
        t, self.training = self.trace, Training(self)
        self.jump(epoch=0)
        self.caption("learn", epochs=self.refs.params.epochs, seed=self.refs.params.seed)
        self.swap([self.numbers, self.series], [self.training.drawn])
        self.run(4, epoch=len(t.loss) - 1)
        self.caption(
            f"trained_{t.outcome()}",
            accuracy=self.refs.accuracy[-1].percent, learned=self.refs.learned, runs=self.refs.length("run"),
        )  # fmt: skip
        self.swap([], [self.training.seeds])

    @beat
    def run_along(self) -> None:
        self.jump(time=0)
        self.strip, self.answer = strip(self, "h", 0, "time"), Answer(self, "probability", 0, "time")
        self.bar = colour_bar(self, False).move_to([-0.7, -2.4, 0])
        self.caption("wave")
        self.swap([self.training.drawn, self.training.seeds], [self.series, self.strip, self.answer, self.bar])
        self.run(6, time=self.last)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(0.6, time=0)
        self.run(4, time=self.last)

    @beat
    def straighten(self) -> None:
        t = self.trace
        self.caption("ask")
        self.grow(self.series.straight, seconds=1)
        self.run(2.5, time=self.last)
        self.other = strip(self, "h_straight", 1, "other"), Answer(self, "probability_straight", 1, "other")
        self.swap([self.bar], [*self.other])
        self.run(4, other=self.last)
        told = self.refs.told_straight.ordinal
        self.caption(f"memory_{t.memory()}", told=told, before=self.refs.told.ordinal, left=self.refs.difference[-1])

    @beat
    def compare(self) -> None:
        self.panel, self.ours, self.before = differences(self)
        self.caption("carried", left=self.refs.difference[-1], before=self.refs.difference_before[-1])
        self.swap([], [self.panel.drawn])
        self.add(self.ours, self.before)
        self.run(apart=self.last - 1)
        self.caption("flipped", flipped=self.refs.flipped, recognised=self.refs.recognised)
