"""The film of the RNN: one cell with a loop, the same cell unrolled, what its state carries along a series."""

import numpy as np
from manim import UR

from mathcore.rnn import Trace
from scenes._props.rnn import (
    COPIES,
    LARGER,
    LAST,
    MOVED,
    ROWS,
    RULE,
    Answer,
    Count,
    Differences,
    Series,
    Shared,
    Training,
    Unrolled,
    alone,
    cell,
    colour_bar,
    copied,
    names,
    pair,
    percent,
    read_out,
    same_from_here,
)
from scenes._stage.clock import follow
from scenes._stage.film import Film, beat
from scenes._stage.layout import MARGIN, Slot

QUICKER = (0.7, 1.5), (0.5, 0.9)  # seconds of the steps after one that is computed slowly: the state comes back, flows
BLINK = 0.9  # seconds in which the eye is called to the series that keep their class


class Rnn(Film):
    """A folded cell reads a series; its copies; a unit in numbers; training; states as colours, and what they carry."""

    elastic = True
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
        self.bar = colour_bar(self).move_to([3.3, -3.05, 0])

    @beat
    def show_loop(self) -> None:
        self.jump(time=1)
        self.add(self.rule, self.cell, self.names, self.read, self.bar)
        self.caption("loop", seed=self.refs.params.seed)
        self.run(time=self.first + COPIES)

    @beat
    def pull_apart(self) -> None:
        self.caption("unroll")
        self.series = Series(self)
        self.swap([self.names], [], self.going(pulled=MOVED))
        self.swap([self.read], [], self.going(pulled=0.33), seconds=0.4)
        self.swap([], [self.series], self.going(pulled=0.46), seconds=0.4)
        self.run(1.8, pulled=1)
        self.copied = copied(self, self.cell)
        self.swap([], [self.copied])

    @beat
    def share_weights(self) -> None:
        self.shared = Shared(self, self.cell, self.entry, self.weights)
        self.caption("shared")
        self.swap([self.series], [self.shared.drawn], seconds=0.8)
        self.grow(self.shared.fan, seconds=1.2)
        self.swap([], [self.shared.entries])

    @beat
    def compute_unit(self) -> None:
        self.numbers, self.slow = cell(self), min(self.first + COPIES - 1, self.last - len(QUICKER))
        self.jump(time=self.slow, flow=0)
        self.caption("unit", unit=self.refs.telling_unit.ordinal, units=self.refs.length("unit"))
        leaving = [self.cell, self.copied, self.shared.drawn, self.shared.fan, self.shared.entries]
        self.swap(leaving, [self.numbers, self.series])
        self.run(3.4, flow=4)
        self.caption("squash")
        self.run(flow=5)

    @beat
    def go_on(self) -> None:
        self.caption("next")
        for step, (back, through) in enumerate(QUICKER, start=self.slow + 1):
            self.run(back, flow=LAST)
            self.jump(time=step, flow=0)
            self.run(through, flow=5)

    @beat
    def learn(self) -> None:
        t, refs, self.training = self.trace, self.refs, Training(self)
        self.swap([self.numbers, self.series, self.bar], [self.training.drawn])
        seed, runs = refs.params.seed, refs.length("run")
        self.caption("learn", epochs=refs.params.epochs, seed=seed)
        self.run(epoch=len(t.loss) - 1)
        self.add(self.training.seeds)
        self.run(1.2, run=runs.value)
        self.caption(f"chosen_{t.outcome()}", runs=runs, seed=seed, learned=refs.learned, enough=refs.enough.percent)
        self.grow(self.training.chosen)

    @beat
    def run_along(self) -> None:
        t, refs = self.trace, self.refs
        self.jump(time=0)
        states, link, told = alone(self), read_out(self), Answer(self, "probability", "time", ROWS, 36)
        leaving = [self.training.drawn, self.training.seeds, self.training.chosen, self.rule]
        self.swap(leaving, [self.series, states])
        self.caption("wave")
        self.run(self.reading_time_left(3), time=self.last)
        self.swap([], [link], seconds=0.5)
        self.swap([], [told], seconds=0.5)
        key = "right" if t.told == t.true_class else "wrong"
        share = percent(self, refs.probability[int(t.told)])
        self.caption(key, true=refs.true_class.ordinal, told=refs.told.ordinal, share=share)
        self.wave = [states, link, told]

    @beat
    def straighten(self) -> None:
        self.pair = pair(self, LARGER)
        self.swap(self.wave, [self.pair[0]])
        self.caption("ask")
        self.grow(self.series.straight, seconds=1)
        self.add(self.series.key)
        self.swap([], [self.pair[1]])
        self.run(self.reading_time_left(2.4), other=self.last)
        told, before = self.refs.told_straight.ordinal, self.refs.told.ordinal
        self.caption(f"memory_{self.trace.memory()}", told=told, before=before)
        self.caption("again")

    @beat(loop=True)
    def replay(self) -> None:
        self.run(0.4, time=0, other=0)
        self.run(2, time=self.last, other=self.last)

    @beat(summary=True)
    def compare(self) -> None:
        line, apart = same_from_here(self), Differences(self)
        self.compared = [*pair(self), apart.drawn, line, *apart.lines, *apart.names, *apart.ends]
        self.swap(self.pair, self.compared[:4])
        self.caption("carried", time=self.refs.joined.ordinal)
        for drawn, name, end, axis in zip(apart.lines, apart.names, apart.ends, ("after", "before"), strict=True):
            self.add(drawn, name)
            self.run(self.reading_time_left(2) / 2, **{axis: self.last})
            self.add(end)

    @beat(when=lambda trace: trace.recognised > 0)
    def count(self) -> None:
        refs, tiles = self.refs, Count(self)
        self.caption("others", true=refs.true_class.ordinal, recognised=refs.recognised)
        self.swap(self.compared, [tiles])
        self.run(self.reading_time_left(2.8 + BLINK) - BLINK, counted=refs.recognised.value)
        self.blink(tiles.kept, seconds=BLINK)
