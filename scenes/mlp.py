"""The film of the multilayer perceptron: tanh bends the plane until a straight cut separates two classes."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, VGroup
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine

from mathcore.mlp import Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.panel import Panel
from scenes._props.mlp import (
    BENT,
    LINEAR,
    PLANE,
    TURNED,
    HiddenSpace,
    boundary,
    cut,
    grid,
    one_point,
    points,
    wrong_points,
)
from scenes._stage.clock import follow
from scenes._stage.film import Film, beat
from scenes._stage.layout import Slot

ROOM, CHART = Slot(-6.7, -2.6, 8.4, 5.3), Slot(3.3, -2.1, 3.3, 2.5)
LAYER = "activation(h) = tanh(weight(W) data(x) + weight(b))"
WEIGHTS, POINT, HIDDEN = "weight(W = [W]) quad weight(b = [b])", "data(x = [x])", " arrow.r.long activation(h = [h])"
CUT = "weight(v) dot activation(h) + weight(c) = 0"
SHOWN = 10  # the point whose numbers are written
KINDS = {1: "one", 2: "two", 3: "three"}  # of hidden layers, by what is seen of them; else "many"


class Mlp(Film):
    """Left the plane on its way through the hidden layer; right the layer's formula, its weights, its training."""

    trace: Trace

    def build(self) -> None:
        t = self.trace
        self.kind = KINDS.get(t.params.hidden, "many")
        self.size, self.gap = (32, 0.4) if t.params.hidden < 5 else (24, 0.2)  # of formulas with matrices, and below
        self.plane = self.panel(t, Slot(-6.0, -2.3, 7.5, 4.8), (7, 5))
        self.space = HiddenSpace(t, self.plane, ROOM)
        self.grid, self.points, self.cut, self.wrong, self.boundary = (
            make(self.space, self.theme) for make in (grid, points, cut, wrong_points, boundary)
        )

    def panel(self, trace: Trace, slot: Slot, ticks: tuple[int, int] = (0, 0)) -> Panel:
        """The plane in the middle of a slot, its units of the same length across and up."""
        wide, high = np.ptp(trace.x1_grid), np.ptp(trace.x2_grid)
        unit = min(slot.width / wide, slot.height / high)
        left, foot = slot.left + (slot.width - unit * wide) / 2, slot.foot + (slot.height - unit * high) / 2
        below, above = (self.typeset(f"data(x_{k})") if any(ticks) else "" for k in (1, 2))
        there = Slot(left, foot, unit * wide, unit * high)
        return Panel(self, there, trace.x1_grid, trace.x2_grid, below, above, ticks)

    def carry(self, stage: float, seconds: float = 0) -> None:
        """Go to a stage of the hidden layer, by default for as long as the caption needs."""
        self.run(seconds or self.reading_time_left(2.5), rate=ease_in_out_sine, stage=stage)

    def write_weights(self, trace: Trace) -> VGroup:
        """The trained weights of a hidden layer, below its formula."""
        refs = self.refs_of(trace)
        return self.write_below(self.rule, WEIGHTS, W=refs.weight[-1], b=refs.bias[-1, :, None])

    def verdict(self, errors: Any) -> str:
        """The colour of how many points are on the wrong side."""
        return self.theme.bad if errors.value else self.theme.good

    def say_errors(self, errors: Any, size: float) -> VGroup:
        """How many points are on the wrong side."""
        return self.say("left", size=size, colour=self.verdict(errors), errors=errors)

    def below(self, above: VGroup, written: VGroup) -> VGroup:
        """A line at the right, below another."""
        return written.next_to(above, DOWN, buff=self.gap).align_to(self.rule, RIGHT)

    def write_below(self, above: VGroup, markup: str, **matrices: Any) -> VGroup:
        """A formula below another, in which letters in brackets stand for matrices of references [row column].

        Numbers of a column keep the zeros that end them.
        """
        values: dict[str, Any] = {}
        for name, refs in matrices.items():
            keys = [[f"{name}{row}_{column}" for column in range(refs.shape[1])] for row in range(len(refs))]
            values |= dict(zip(np.ravel(keys).tolist(), map(self.words.markup, refs.ravel()), strict=True))
            rows = "; ".join(", ".join(f"{{{key}}}" for key in row) for row in keys)
            markup = markup.replace(f"[{name}]", f'mat(delim: "[", {rows})')
        return self.below(above, self.typeset(markup, size=self.size, **values))

    @beat
    def show_points(self) -> None:
        t, axes = self.trace, self.plane.axes
        middle = axes.low + axes.span / 2
        line = with_halo(Line(np.zeros((2, 3)), self.theme.weight, 5), self.theme)
        follow(line, "angle", at=lambda angle: line.through(axes.line(np.tan(angle), *middle)))
        self.jump(epoch=t.params.epochs)
        self.add(self.plane.drawn, self.grid, line, self.points)
        shape, count = self.words.sentence(t.params.dataset), self.refs.length("sample")
        self.caption("show_points", count=count, shape=shape, noise=self.refs.noise)
        self.run(self.reading_time_left(3), angle=0.9 * np.pi)
        self.swap([line, self.plane.drawn])
        self.write_rule(LAYER, size=48)

    @beat(when=lambda trace: trace.params.hidden > 1)
    def try_one_unit(self) -> None:
        twin = self.rerun(hidden=1)
        space = HiddenSpace(twin, self.plane, ROOM)
        plane, dots, line, wrong = (make(space, self.theme) for make in (grid, points, cut, wrong_points))
        self.remove(self.grid, self.points)
        self.add(plane, dots)
        self.caption("one_unit")
        weights = self.write_weights(twin)
        self.swap([], [weights])
        self.carry(BENT)
        self.carry(TURNED, 1)
        self.caption("one_line", errors=self.refs_of(twin).errors[-1], count=self.refs.length("sample"))
        ways = self.name_ways(plane)
        self.swap([], [line, ways])
        self.add(dots)
        errors = self.below(weights, self.say_errors(self.refs_of(twin).errors[-1], 40))
        self.swap([], [wrong, errors])
        self.alone = [line, wrong, weights, errors, ways], [plane, dots]

    def name_ways(self, plane: VGroup) -> VGroup:
        """The names of both directions of a single unit's picture, below its ends."""
        unit, ignored = self.typeset("activation(h) arrow.r", size=36), self.say("ignored", size=28)
        for name, side in ((ignored, LEFT), (unit, RIGHT)):
            name.next_to(plane, DOWN, buff=0.15).align_to(plane, side)
        return VGroup(ignored, unit)

    def leave_one_unit(self) -> None:
        """Carry the plane back from its single unit."""
        leaving, plane = self.alone
        self.swap(leaving)
        self.carry(PLANE, 1.5)
        self.remove(*plane)
        self.add(self.grid, self.points)

    @beat
    def carry_plane(self) -> None:
        if self.kind != "one":
            self.leave_one_unit()
        self.caption(f"carry_{self.kind}", hidden=self.refs.params.hidden)
        self.weights, self.point = self.write_weights(self.trace), one_point(self.space, self.theme, SHOWN)
        self.example = self.write_example(POINT)
        self.swap([], [self.weights, self.example, self.point])
        self.carry(LINEAR)

    def write_example(self, markup: str) -> VGroup:
        """One of the points, and what the hidden layer makes of it."""
        x, h = self.refs.x[SHOWN, :, None], self.refs.hidden[-1, SHOWN, :, None]
        return self.write_below(self.weights, markup, x=x, h=h)

    @beat
    def bend_plane(self) -> None:
        self.caption(f"bend_{self.kind}", hidden=self.refs.params.hidden)
        self.carry(BENT)
        self.names = [
            self.typeset(f"activation(h_{k})").move_to(place) for k, place in enumerate(self.space.names(), start=1)
        ]
        before, self.example = self.example, self.write_example(POINT + HIDDEN * (self.trace.params.hidden < 5))
        self.swap([before], [self.example, *self.names])

    @beat
    def predict_cut(self) -> None:
        self.caption(f"ask_{self.kind}")
        self.cut_rule = self.below(self.example, self.typeset(CUT, size=44))
        self.swap(self.names, [self.cut, self.cut_rule])
        self.add(self.points)
        self.wait(1)
        self.carry(TURNED)
        self.caption(self.trace.outcome(), errors=self.refs.errors[-1], count=self.refs.length("sample"))
        self.left = self.below(self.cut_rule, self.say_errors(self.refs.errors[-1], 40))
        self.swap([], [self.wrong, self.left])
        half = self.reading_time_left(3) / 2
        self.carry(0.3 * BENT + 0.7 * TURNED, half)  # to and fro, so that it is seen that the line is a plane
        self.carry(TURNED, half)

    @beat(summary=True)
    def train(self) -> None:
        t, last = self.trace, self.trace.params.epochs
        self.caption("train", epochs=self.refs.params.epochs, seed=self.refs.params.seed)
        chart = Panel(self, CHART, [0, last], [0, t.loss.max()], "epoch", self.typeset("loss(L)"), ticks=(4, 4))
        curve = chart.line(np.arange(last + 1), t.loss, "loss", "epoch")
        readings = self.readings()
        told = self.weights, self.rule, self.example, self.cut_rule, self.left, self.point, self.wrong
        space = self.grid, self.cut, self.points
        self.swap([*told, *space], [chart.drawn])  # not run back: that would look like learning in reverse
        self.jump(epoch=0)
        self.swap([], [*space, readings])
        self.add(curve)
        self.wait(0.4)
        self.run(5.5, rate=ease_in_sine, epoch=t.settled())
        if t.settled() < last:
            self.run(1, epoch=last)
        self.leaving = [chart.drawn, curve, readings, self.cut]

    def readings(self) -> VGroup:
        """After so many epochs: the accuracy, and how many points are on the wrong side."""
        refs, epochs, written = self.refs, self.refs.places("epoch"), VGroup()
        for row, key in enumerate(("epoch", "accuracy", "errors")):
            height = (2.5 - 0.65 * row) * UP
            written.add(self.say(key).move_to(height + 2.9 * RIGHT, LEFT))
            written.add(self.number(size=40).centred_at(height + 5.3 * RIGHT))

        def write(epoch: float) -> None:
            k = round(epoch)
            for number, value in zip(written[1::2], (epochs[k], refs.accuracy[k].percent, refs.errors[k]), strict=True):
                self.rewrite(number, value)
            written[-1].set_fill(self.verdict(refs.errors[k]))

        return follow(written, "epoch", at=write)

    @beat
    def carry_back(self) -> None:
        self.caption("back_one" if self.kind == "one" else "back")  # true of the loop, too
        self.add(self.boundary, self.cut, self.points)
        self.carry(PLANE, 3)
        self.wait(1.2)

    @beat(loop=True)
    def return_and_back(self) -> None:
        self.carry(TURNED, 2.8)
        self.wait(0.3)
        self.carry(PLANE, 2.8)

    @beat
    def count_starts(self) -> None:
        t = self.trace
        twins = [self.rerun(hidden=1), self.rerun(hidden=2), self.rerun(hidden=max(3, t.params.hidden))]
        refs = [self.refs_of(twin) for twin in twins]
        told = {f"separated_{k}": one.separated for k, one in enumerate(refs)}
        told |= {f"hidden_{k}": one.params.hidden for k, one in enumerate(refs)}
        self.caption("count_starts", starts=self.refs.length("start"), **told)
        leaving = [*self.leaving, self.grid, self.points, self.boundary]
        for twin, left in zip(twins, (-6.8, -2.2, 2.4), strict=True):
            self.swap(leaving, self.column(twin, left), seconds=1.4)
            leaving = []

    def column(self, twin: Trace, left: float) -> list[VGroup]:
        """What a training came to: its boundary in the plane, and how many starts separate the classes."""
        panel = self.panel(twin, Slot(left, -0.5, 4.4, 3.0))
        space, refs = HiddenSpace(twin, panel, ROOM), self.refs_of(twin)
        marks = [make(space, self.theme) for make in (points, boundary, wrong_points)]
        lines = VGroup(
            self.say("units", size=36, hidden=refs.params.hidden),
            self.say_errors(refs.errors[-1], 32),
            self.say("separated", size=32, separated=refs.separated, starts=refs.length("start")),
        )
        return [panel.drawn, *marks, lines.arrange(DOWN, buff=0.25).move_to([left + 2.2, -0.85, 0], UP)]
