"""The film of dropout: masks fall on a net, survivors swell, everybody is back for evaluation; then the losses."""

from functools import partial

import numpy as np
from manim import RIGHT, UR, FadeIn, FadeOut, LaggedStart
from manim import ReplacementTransform as Become

from mathcore.dropout import Trace
from scenes._props.dropout import Dropping, Key, Losses, MaskTable
from scenes._stage.film import MARGIN, SMALL, Film
from scenes._stage.sources import chosen, length, ordinal, percent, places

PANEL = np.array([-5.9, -2.3, 0.0])  # lower left corner of the losses
MEASURES = ("with_dropout", "without_dropout", "validation")


class Dropout(Film):
    """First a net, then beside it the roll of its neurons; at last a panel of losses with its key."""

    trace: Trace

    def construct(self) -> None:
        self.show_net()
        self.drop_neurons()
        self.predict_survivors()
        self.replay()
        self.evaluate()
        self.train()
        self.compare_late()
        self.compare_splits()

    def setup(self) -> None:
        super().setup()
        trace, params = self.trace, self.trace.params
        self.steps, self.units = length(trace.survivors), trace.units[()]
        self.losses = np.array([trace.train_loss_dropout, trace.train_loss_eval, trace.val_loss])
        named = {**shares(trace), "split": params.split, "seed": params.seed}
        self.source = self.say("source", size=SMALL, colour=self.theme.faint, **named).to_corner(UR, buff=MARGIN)
        rule = "activation(tilde(h)) = m / (1 - p) thin activation(h) quad m tilde.op cal(B)(1 - p) quad p = {rate}"
        self.rule = self.typeset(rule, rate=params.rate).to_corner(UR, buff=MARGIN)
        states = (  # of every step; evaluation comes last and keeps everybody
            np.concatenate([trace.h, trace.h_eval[None]]),
            np.concatenate([trace.h_dropped, trace.h_eval[None]]),
            np.concatenate([trace.mask, trace.h_eval[None] > 0]),
        )
        net = partial(Dropping, self, (4, *params.hidden, 3), *states, ("inputs", "outputs"))
        self.big, self.net = net(x=0, width=11.2), net(x=-3.1, width=6.2)
        present = np.column_stack([np.concatenate(self.net.hidden(kept)) for kept in states[2]])
        written = [ordinal(k) for k in places(trace.survivors)], [*trace.survivors, trace.units]
        self.roll = MaskTable(self, present, params.hidden, written, np.array([2.2, 2.2, 0]), (4.6, 4.9)).show(1)
        layers = [self.typeset(f"activation(h_{layer})") for layer in range(1, len(params.hidden) + 1)]
        self.roll.label(layers, self.say("minibatch", size=SMALL), self.say("stay", size=SMALL))

    def show_net(self) -> None:
        self.begin("show_net")
        self.big.write(self.trace.h[0])
        self.big.flow(0)
        self.add(self.big, self.source)
        self.caption("show_net", flower=ordinal(self.trace.flower[0]))
        self.drive(self.big.flow, self.big.net, seconds=2.4)
        self.play(FadeIn(self.big.numbers), run_time=self.reading_time_left(0.6))

    def drop_neurons(self) -> None:
        self.begin("drop_neurons")
        trace, rate, big = self.trace, self.trace.params.rate, self.big
        self.play(FadeOut(self.source), FadeIn(self.rule), run_time=0.6)
        self.caption("draw_mask", dropped=trace.dropped[0], units=self.units)
        big.draw(self, 0, self.reading_time_left())
        key = "swell_none" if rate == 0 else "swell" if trace.survivors[0] else "swell_nobody"
        self.caption(key, rate=rate, scale=trace.scale)

        def swell(share: float) -> None:
            layers = np.arange(trace.h.shape[1])
            grown = np.clip(share * len(layers) - layers, 0, 1)[:, None]  # one layer after the other
            big.pose(0, fade=1, swell=grown)
            big.write(chosen(grown < 1, trace.h_kept[0], trace.h_dropped[0]))

        self.drive(swell, big.net, big.numbers, seconds=self.reading_time_left())

    def predict_survivors(self) -> None:
        self.begin("predict_survivors")
        survivors, net = self.trace.survivors, self.net
        net.pose(0, fade=1, swell=1)
        self.caption("ask_survivors", units=self.units)
        self.play(FadeOut(self.big.numbers), Become(self.big, net), FadeIn(self.roll), run_time=0.8)
        self.drive(lambda share: net.pose(1, arrive=share), net, seconds=1.2)
        self.wait(0.8)
        net.draw(self, 1, 2)
        self.roll.show(2).point(1)
        low, high, mean = survivors.min(), survivors.max(), self.trace.expected
        key = "answer_varies" if low < high else "answer_same"
        self.caption(key, count=survivors[1], low=low, high=high, mean=mean, steps=self.steps)
        self.drive(lambda share: net.pose(1, fade=1, swell=share), net, seconds=0.8)
        rest = self.steps - 2
        self.drive(
            lambda share: self.roll.show(self.cycle(2 + share * rest)),
            net,
            self.roll,
            seconds=self.reading_time_left(4),
        )

    def replay(self) -> None:
        self.begin("replay", loop=True)
        self.drive(lambda share: self.cycle(share * self.steps), self.net, self.roll.cursor, seconds=5.5)

    def evaluate(self) -> None:
        self.begin("evaluate")
        plain = self.typeset("activation(tilde(h)) = activation(h)").to_edge(RIGHT, buff=MARGIN).match_y(self.rule)
        self.caption("evaluate")
        self.play(FadeOut(self.rule), FadeIn(plain), run_time=0.6)
        self.rule = plain
        self.drive(lambda share: self.net.pose(self.steps, arrive=share), self.net, seconds=self.reading_time_left(2))
        self.roll.show(self.steps + 1).point(self.steps)

    def train(self) -> None:
        self.begin("train")
        self.play(FadeOut(self.net, self.roll, self.rule), FadeIn(self.source), run_time=0.6)
        self.key = Key(self, MEASURES, np.array([2.6, 1.9, 0]), 1.5)
        self.chart = chart = self.curves(self.losses)
        self.play(FadeIn(chart.axes, self.key, self.key.lines), run_time=0.6)
        self.caption("train", units=self.trace.trained_units, rate=self.trace.params.rate)
        self.add(chart.drawn)
        self.drive(chart.show, chart.drawn, seconds=self.reading_time_left(4))

    def compare_late(self) -> None:
        self.begin("compare_late")
        with_dropout, without, validation = means = self.trace.late_loss[:, 0]
        last, old = self.trace.params.epochs, self.chart
        losses = self.losses[:, -max(last // 3, 2) :]
        first = last - losses.shape[1] + 1
        self.chart = chart = self.curves(losses)
        window, panel = old.window(first, last, losses.max()), chart.window(first, last, chart.top)
        below = validation < with_dropout, validation < without
        self.caption("late_below" if all(below) else "late_between" if below[0] else "late_above")
        self.play(FadeIn(window), run_time=0.5)
        self.play(FadeOut(old), Become(window, panel), run_time=0.8)
        self.play(FadeOut(panel), FadeIn(chart), run_time=0.5)
        levels, self.values = chart.level(means), self.key.values(self, means)
        pace = self.reading_time_left() / len(levels)
        for k in (0, 2, 1):  # what is compared stands in neighbouring turns
            chart.drawn.add(levels[k].show(0))
            self.add(self.values[k])
            self.drive(levels[k].show, levels[k], seconds=pace)

    def compare_splits(self) -> None:
        self.begin("compare_splits")
        late, split = self.trace.late_loss, self.trace.params.split
        splits = np.arange(split, split + late.shape[1])
        chart = Losses(self, PANEL, splits, late, ("split", "loss"), curves=False)
        leaving = [self.chart, self.values, self.key.lines]
        self.play(FadeOut(*leaving), FadeIn(chart.axes, self.key.marks), run_time=0.8)
        self.caption("compare_splits", splits=length(late, 1), higher=self.trace.higher, below=self.trace.below)
        pace = self.reading_time_left() / 2
        for part in (slice(-1), slice(-1, None)):  # the training losses, then validation
            self.play(LaggedStart(*(FadeIn(split[part]) for split in chart.drawn), lag_ratio=0.5), run_time=pace)

    def cycle(self, time: float) -> int:
        """Put net and cursor where they are after `time` steps; how many masks have been drawn by then."""
        step = min(int(time), self.steps - 1)
        arrive, drop = np.clip([(time - step) / 0.3, (time - step - 0.3) / 0.3], 0, 1)
        self.net.pose(step, arrive=arrive, fade=drop, swell=drop)
        drawn = step + int(drop > 0)
        self.roll.point((drawn - 1) % self.steps)
        return drawn

    def curves(self, losses: np.ndarray) -> Losses:
        """The three losses [3 epoch] of the last epochs."""
        last = self.trace.params.epochs
        return Losses(self, PANEL, np.arange(last - losses.shape[1], last) + 1, losses, ("epoch", "loss"))


def shares(trace: Trace) -> dict[str, float]:
    """How the flowers are split, in per cent."""
    training, validation = map(percent, trace.split_share)
    return {"training": training, "validation": validation}
