"""The film of dropout: masks fall on a net, survivors swell, all are back for evaluation; then the losses."""

from typing import Any

import numpy as np
from manim import RIGHT, UR, Indicate, LaggedStart, VGroup, VMobject
from manim import ReplacementTransform as Become

from mathcore.dropout import Trace
from scenes._marks.panel import Panel
from scenes._props.dropout import ARRIVED, DRAWN, SWOLLEN, Key, MaskedNet, MaskTable, marks
from scenes._stage.fade import FadeIn, FadeOut
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import MARGIN, Slot

PANEL = Slot(-5.9, -2.3, 7.7, 4.5)  # of the losses
MEASURES = ("with_dropout", "without_dropout", "validation")
ROLES = ("loss", "loss", "validation")
RULE = "activation(tilde(h)) = m / (1 - p) thin activation(h) quad m tilde.op cal(B)(1 - p) quad p = {rate}"


class Dropout(Film):
    """First a net, then beside it the table of its masks; at last a panel of losses with its key."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        self.steps = len(t.survivors)
        self.losses = np.array([t.train_loss_dropout, t.train_loss_eval, t.val_loss])
        training, validation = (share.percent for share in refs.split_share)
        shared = {"training": training, "validation": validation, "seed": refs.params.seed}
        self.setting = self.named("source", split=refs.params.split, **shared)
        self.settings = self.named("sources", splits=refs.length("split"), **shared)
        self.big, self.net = MaskedNet(self, "first", 0, 11.2, written=True), MaskedNet(self, "time", -3.1, 6.2)
        self.masks = MaskTable(self)  # it fills once, its cursor goes round

    def named(self, key: str, **values: Any) -> VMobject:
        """Data, split and seed, at the top right."""
        return self.say(key, size=SMALL, colour=self.theme.faint, **values).to_corner(UR, buff=MARGIN)

    @beat
    def show_net(self) -> None:
        self.rule = self.setting
        self.add(self.big, self.rule)
        self.caption("show_net", flower=self.refs.flower[0].ordinal)
        self.run(2.4, first=ARRIVED)
        self.play(FadeIn(self.big.numbers), run_time=self.reading_time_left(0.6))

    @beat
    def drop_neurons(self) -> None:
        t, refs = self.trace, self.refs
        self.write_rule(RULE, seconds=0.6, rate=refs.params.rate)
        self.caption("draw_mask", dropped=refs.dropped[0], units=refs.units)
        self.run(first=DRAWN)
        self.caption(t.swelling(), rate=refs.params.rate, scale=refs.scale)
        self.run(first=SWOLLEN)

    @beat
    def predict_survivors(self) -> None:
        survivors, refs, net = self.trace.survivors, self.refs, self.net
        self.jump(time=1, drawn=1)
        self.jump(net, time=1)
        self.caption("ask_survivors", units=refs.units)
        self.play(FadeOut(self.big.numbers), Become(self.big, net), run_time=0.8)
        self.swap([], [self.masks], seconds=0.4)
        self.run(1.2, time=1 + ARRIVED)
        self.wait(0.8)
        self.run(2, time=1 + DRAWN)
        self.jump(drawn=1 + DRAWN)
        told = {"low": refs.survivors[survivors.argmin()], "high": refs.survivors[survivors.argmax()]}
        told |= {"count": refs.survivors[1], "mean": refs.expected, "steps": refs.length("step")}
        self.caption(f"answer_{self.trace.survivor_counts()}", **told)
        self.run(0.8, time=2)
        self.run(self.reading_time_left(4), time=self.steps, drawn=self.steps)

    @beat(loop=True)
    def replay(self) -> None:
        self.jump(time=0)
        self.run(5.5, time=self.steps)

    @beat
    def evaluate(self) -> None:
        plain = self.typeset("activation(tilde(h)) = activation(h)").to_edge(RIGHT, buff=MARGIN).match_y(self.rule)
        self.caption("evaluate")
        self.swap([self.rule], [plain])
        self.jump(self.masks, time=self.steps + 1, drawn=self.steps + 1)
        self.run(self.reading_time_left(2), self.net, time=self.steps + ARRIVED)
        self.jump(time=self.steps + 1, drawn=self.steps + 1)
        self.rule = plain

    @beat
    def train(self) -> None:
        self.swap([self.net, self.masks, self.rule], [self.setting])
        self.key = Key(self, MEASURES)
        self.chart, self.curves = self.draw(self.losses, "epoch")
        self.swap([], [self.chart.drawn, self.key, self.key.lines])
        self.caption("train", units=self.refs.trained_units, rate=self.refs.params.rate)
        self.add(self.curves)
        self.run(self.reading_time_left(4), epoch=self.trace.params.epochs - 1)

    @beat
    def compare_late(self) -> None:
        means = self.trace.late_loss[:, 0]
        last, old = self.trace.params.epochs, [self.chart.drawn, self.curves]
        losses = self.losses[:, -max(last // 3, 2) :]
        first, top = last - losses.shape[1] + 1, losses.max()
        window = self.chart.frame((first, last), (0, top))
        self.chart, self.curves = self.draw(losses)
        whole = self.chart.frame((first, last), (0, 1.08 * top))
        self.play(FadeIn(window), run_time=0.5)
        self.play(FadeOut(*old), Become(window, whole), run_time=0.8)
        self.play(FadeOut(whole), FadeIn(self.chart.drawn, self.curves), run_time=0.5)
        self.caption(f"late_{self.trace.late_validation()}")
        self.levels, values = [], self.key.values(self, self.refs.late_loss[:, 0])
        pace = self.reading_time_left() / len(means)
        for k in (0, 2, 1):  # what is compared stands in neighbouring turns
            across = [float(first), float(last)]
            level = self.chart.line(across, np.repeat(means[k], 2), ROLES[k], width=2, dashed=k == 1)
            self.levels.append(level)
            self.add(values[k])
            self.grow(level, seconds=pace)
        self.values = values

    @beat(summary=True)
    def compare_splits(self) -> None:
        late, refs, split = self.trace.late_loss, self.refs, self.trace.params.split
        splits = np.arange(split, split + late.shape[1])
        ends = [splits[0] - 0.6, splits[-1] + 0.6]
        chart = Panel(self, PANEL, ends, [0, 1.08 * late.max()], "split", "loss")
        drawn = [marks(self.theme, chart.at(k, late[:, k - split][:, None])) for k in splits]
        leaving = [self.chart.drawn, self.curves, *self.levels, self.values, self.key.lines, self.setting]
        self.swap(leaving, [chart.drawn, self.key.marks, self.settings], seconds=0.8)
        self.caption("ask_splits", splits=refs.length("split"))
        pace = self.reading_time_left() / 2
        for part in (slice(-1), slice(-1, None)):  # the training losses, then validation
            self.play(LaggedStart(*(FadeIn(VGroup(*one[part])) for one in drawn), lag_ratio=0.5), run_time=pace)
        self.caption("compare_splits", splits=refs.length("split"), higher=refs.higher, below=refs.below)
        lower = [one[-1] for one, (on, _, validation) in zip(drawn, late.T, strict=True) if validation < on]
        if lower:
            calls = (Indicate(bar, 1.4, self.theme.validation) for bar in lower)
            self.play(LaggedStart(*calls, lag_ratio=0.5), run_time=self.reading_time_left(1.5))

    def draw(self, losses: np.ndarray, *axis: str) -> tuple[Panel, VGroup]:
        """A panel of the three losses [3 epoch] of the last epochs, which may grow along an axis."""
        last = self.trace.params.epochs
        epochs = np.arange(last - losses.shape[1], last) + 1
        panel = Panel(self, PANEL, epochs, [0, 1.08 * losses.max()], "epoch", "loss")
        styles = zip(losses, ROLES, (4, 4, 5), (False, True, False), strict=True)
        lines = (panel.line(epochs, y, role, *axis, width=w, dashed=dashed) for y, role, w, dashed in styles)
        return panel, VGroup(*lines)
