"""The film of the multilayer perceptron: tanh bends the plane until a straight cut separates two classes."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, FadeIn, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.mlp import Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.panel import Panel
from scenes._props.mlp import BENT, LINEAR, PLANE, TURNED, HiddenSpace, boundary, cut, grid, points, rings
from scenes._stage.clock import follow
from scenes._stage.film import Film, beat
from scenes._stage.layout import Slot
from scenes._stage.sources import length, percent, places

ROOM, CHART = Slot(-6.7, -2.6, 8.8, 5.3), Slot(3.3, -2.1, 3.3, 2.5)
LAYER = "activation(h) = tanh(weight(W) data(x) + weight(b))"
WEIGHTS = 'weight(W = mat(delim: "[", ROWS_W)) quad weight(b = mat(delim: "[", ROWS_B))'
CUT = "weight(v) dot activation(h) + weight(c) = 0"
KINDS = {1: "one", 2: "two", 3: "three"}  # of hidden layers, by what is seen of them; else "many"


class Mlp(Film):
    """Left the plane on its way through the hidden layer; right the layer's formula, its weights, its training."""

    trace: Trace

    def build(self) -> None:
        t = self.trace
        self.kind = KINDS.get(t.params.hidden, "many")
        self.plane = self.panel(t, Slot(-6.0, -2.3, 7.9, 4.8), (7, 5))
        self.space = HiddenSpace(t, self.plane, ROOM)
        self.grid, self.points, self.cut, self.rings, self.boundary = (
            make(self.space, self.theme) for make in (grid, points, cut, rings, boundary)
        )

    def panel(self, trace: Trace, slot: Slot, ticks: tuple[int, int] = (0, 0)) -> Panel:
        """The plane in the middle of a slot, its units of the same length across and up."""
        wide, high = np.ptp(trace.x1_grid), np.ptp(trace.x2_grid)
        unit = min(slot.width / wide, slot.height / high)
        left, foot = slot.left + (slot.width - unit * wide) / 2, slot.foot + (slot.height - unit * high) / 2
        names = [self.typeset(f"data(x_{k})") if any(ticks) else "" for k in (1, 2)]
        return Panel(self, Slot(left, foot, unit * wide, unit * high), trace.x1_grid, trace.x2_grid, *names, ticks)

    def carry(self, stage: float, seconds: float = 0) -> None:
        """Go to a stage of the hidden layer, by default for as long as the caption needs."""
        self.run(seconds or self.reading_time_left(2.5), rate=ease_in_out_sine, stage=stage)

    def write_weights(self, trace: Trace) -> VGroup:
        """The trained weights of a hidden layer, below its formula."""
        units = range(trace.params.hidden)
        values = {f"w{u}{k}": trace.weight[-1, u, k] for u in units for k in (0, 1)}
        values |= {f"b{u}": trace.bias[-1, u] for u in units}
        rows = "; ".join(f"{{w{u}0}}, {{w{u}1}}" for u in units), "; ".join(f"{{b{u}}}" for u in units)
        markup = WEIGHTS.replace("ROWS_W", rows[0]).replace("ROWS_B", rows[1])
        written = self.typeset(markup, size=32 if len(units) < 5 else 24, **values)
        return written.next_to(self.rule, DOWN, buff=0.5).align_to(self.rule, RIGHT)

    @beat
    def show_points(self) -> None:
        t, axes = self.trace, self.plane.axes
        middle = axes.low + axes.span / 2
        line = with_halo(Line(np.zeros((2, 3)), self.theme.weight, 5), self.theme)
        follow(line, "angle", at=lambda angle: line.through(axes.line(np.tan(angle), *middle)))
        self.jump(epoch=t.params.epochs)
        self.add(self.plane.drawn, self.grid, line, self.points)
        shape = self.words.sentence(t.params.dataset)
        self.caption("show_points", count=length(t.y), shape=shape, noise=t.noise[()])
        self.run(self.reading_time_left(3), angle=0.9 * np.pi)
        self.swap([line, self.plane.drawn])
        self.write_rule(LAYER, size=48)

    @beat(when=lambda trace: trace.params.hidden > 1)
    def try_one_unit(self) -> None:
        twin = self.rerun(hidden=1)
        space = HiddenSpace(twin, self.plane, ROOM)
        plane, dots, line, wrong = (make(space, self.theme) for make in (grid, points, cut, rings))
        self.remove(self.grid, self.points)
        self.add(plane, dots)
        self.caption("one_unit")
        weights = self.write_weights(twin)
        self.swap([], [weights])
        self.carry(BENT)
        self.carry(TURNED, 1)
        self.caption("one_line", errors=twin.errors[-1], count=length(twin.y))
        self.swap([], [line])
        self.add(dots)
        self.swap([], [wrong])
        self.alone = [line, wrong, weights], [plane, dots]

    def leave_one_unit(self) -> None:
        """Carry the plane back from its single unit."""
        (line, wrong, weights), plane = self.alone
        self.swap([line, wrong, weights])
        self.carry(PLANE, 1.5)
        self.remove(*plane)
        self.add(self.grid, self.points)

    @beat
    def carry_plane(self) -> None:
        if self.kind != "one":
            self.leave_one_unit()
        self.caption(f"carry_{self.kind}", hidden=self.trace.params.hidden)
        self.weights = self.write_weights(self.trace)
        self.swap([], [self.weights])
        self.carry(LINEAR)

    @beat
    def bend_plane(self) -> None:
        self.caption(f"bend_{self.kind}", hidden=self.trace.params.hidden)
        self.carry(BENT)
        names = zip(range(1, 9), self.space.names(), strict=False)
        self.names = [self.typeset(f"activation(h_{unit})").move_to(place) for unit, place in names]
        self.swap([], self.names)

    @beat
    def predict_cut(self) -> None:
        t = self.trace
        self.caption(f"ask_{self.kind}")
        self.cut_rule = self.typeset(CUT, size=48).next_to(self.weights, DOWN, buff=0.6).align_to(self.rule, RIGHT)
        self.swap([], [self.cut, self.cut_rule])
        self.add(self.points)
        self.wait(1)
        self.swap(self.names)
        self.carry(TURNED)
        self.caption(t.outcome(), errors=t.errors[-1], count=length(t.y))
        self.play(FadeIn(self.rings))

    @beat
    def train(self) -> None:
        t, last = self.trace, self.trace.params.epochs
        self.caption("train", epochs=t.params.epochs, seed=t.params.seed)
        chart = Panel(self, CHART, [0, last], [0, t.loss.max()], "epoch", self.typeset("loss(L)"), ticks=(4, 4))
        curve = chart.line(np.arange(last + 1), t.loss, "loss", "epoch")
        readings = self.readings()
        self.swap([self.weights, self.rule, self.cut_rule, self.rings], [chart.drawn, readings])
        self.run(1, rate=ease_in_out_sine, epoch=0)
        self.add(curve)
        self.run(self.reading_time_left(6), epoch=last)
        self.leaving = [chart.drawn, curve, readings, self.cut]

    def readings(self) -> VGroup:
        """After so many epochs: the accuracy, and how many points are on the wrong side."""
        t, epochs, written = self.trace, places(self.trace.loss), VGroup()
        colours = {"epoch": self.theme.text, "accuracy": self.theme.good, "errors": self.theme.bad}
        for row, (key, colour) in enumerate(colours.items()):
            height = (2.5 - 0.65 * row) * UP
            written.add(self.say(key).move_to(height + 2.9 * RIGHT, LEFT))
            written.add(self.number(colour=colour, size=40).centred_at(height + 5.3 * RIGHT))

        def write(epoch: float) -> None:
            k = round(epoch)
            for number, value in zip(written[1::2], (epochs[k], percent(t.accuracy[k]), t.errors[k]), strict=True):
                self.rewrite(number, value)

        return follow(written, "epoch", at=write)

    @beat(loop=True)
    def carry_back(self) -> None:
        self.caption("back_one" if self.kind == "one" else "back")
        self.add(self.boundary, self.cut, self.points)
        self.carry(PLANE, 2.7)
        self.wait(0.8)
        self.carry(TURNED, 2.7)

    @beat
    def count_starts(self) -> None:
        t = self.trace
        twins = [self.rerun(hidden=1), self.rerun(hidden=2), self.rerun(hidden=max(3, t.params.hidden))]
        told = {f"separated_{k}": twin.separated[()] for k, twin in enumerate(twins)}
        self.swap([*self.leaving, self.grid, self.points, self.boundary])
        self.jump(stage=PLANE)
        self.caption("count_starts", starts=length(t.start_errors), **told)
        for twin, left in zip(twins, (-6.8, -2.2, 2.4), strict=True):
            self.swap([], self.column(twin, left), seconds=1.2)

    def column(self, twin: Trace, left: float) -> list[VGroup]:
        """What a training came to: its boundary in the plane, and how many starts separate the classes."""
        panel = self.panel(twin, Slot(left, -0.5, 4.4, 3.0))
        space, middle = HiddenSpace(twin, panel, ROOM), left + 2.2
        marks = [make(space, self.theme) for make in (points, boundary, rings)]
        lines = VGroup(
            self.say("units", hidden=twin.params.hidden),
            self.say("left", errors=twin.errors[-1]),
            self.say("separated", separated=twin.separated[()], starts=length(twin.start_errors)),
        )
        return [panel.drawn, *marks, lines.arrange(DOWN, buff=0.25).move_to([middle, -0.85, 0], UP)]
