"""The film of the one-dimensional convolution: a window slides over a series, then a network learns its weights."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, VGroup
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.convolution_1d import PAD, TAPS, Trace
from scenes._marks.panel import Panel
from scenes._props.convolution_1d import (
    Firing,
    SlidingWindow,
    Table,
    columns,
    filter_panel,
    gap,
    growing,
    series_on,
)
from scenes._stage.film import MARGIN, SMALL, Film, beat
from scenes._stage.layout import Slot

SERIES, MAP = Slot(-6.2, 0.65, 8.3, 2.0), Slot(-6.2, -2.4, 8.3, 2.0)
TIME, HEIGHT = (-2.6, 51.6), (0, 1.5)  # what has room on the panels
END = 38  # of the series: from here on it is compared
PADDINGS = "zero", "reflect", "valid"
RULE = "activation(y_t) = sum_a weight(w_a) thin data(x_(t + a{beyond}))"
NETWORK = "activation(max)_t thin \"ReLU\" (sum_a weight(w_a) thin data(x_(t + a)) + b)"


class Convolution1d(Film):
    """Left the series and below it its map, right the sum; then twins of padding; then learned filters."""

    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        self.valid = t.params.padding == "valid"
        self.times = np.arange(len(t.activation_map)) + (PAD if self.valid else 0)
        self.first, self.end = int(PAD - self.times[0]), len(self.times) - 1  # the first place within, and the last
        self.last = self.first + len(t.x) - TAPS  # the last place within
        self.above = Panel(self, SERIES, TIME, HEIGHT, "", self.say("name_series", size=28, colour=self.theme.data), (0, 3))
        name = self.say("name_map", size=28, colour=self.theme.activation)
        self.below = Panel(self, MAP, TIME, HEIGHT, "time", name, (6, 3))
        self.series = series_on(self.above, np.arange(len(t.x)), t.x, "data")
        self.map = growing(self.below, self.times, t.activation_map, "activation", "left", "right")
        self.window = SlidingWindow(self, self.above, self.below, self.times, t.product)
        seen_at = self.times[:, None] + np.arange(TAPS) - PAD  # [place tap]
        beyond = (seen_at < 0) | (seen_at >= len(t.x))
        self.table = Table(self, refs.window, refs.kernel, refs.product, refs.activation_map, beyond)
        outside = np.array([-2, -1, len(t.x), len(t.x) + 1])
        self.beyond = self.above.dots(outside, self.values_beyond(t), "bad", 0.09)
        self.jump(place=self.first, left=self.first, right=self.first - 1)

    def values_beyond(self, t: Trace) -> np.ndarray:
        """What the filter sees beyond both ends; nothing without padding."""
        return np.concatenate([t.window[0, :PAD], t.window[-1, -PAD:]])

    @beat
    def multiply(self) -> None:
        beyond = "" if self.valid else f" - {PAD}"
        self.rule = self.typeset(RULE.replace("{beyond}", beyond), size=36).to_corner(UR, buff=MARGIN)
        self.add(self.above.drawn, self.below.drawn, self.series, self.map, self.window.drawn, self.table, self.rule)
        self.caption("multiply", taps=self.refs.length("tap"))
        self.run(self.reading_time_left(4.5), term=TAPS)
        self.caption("add", sum=self.refs.activation_map[self.first])
        self.run(0.5, right=self.first)

    @beat
    def slide(self) -> None:
        self.caption("slide")
        for place, seconds in (self.first + 1, 1.8), (self.first + 2, 1.0):
            self.jump(term=0)
            self.run(0.5, place=place, rate=smooth)
            self.run(seconds, term=TAPS)
            self.jump(right=place)
        self.run(4, place=self.last, right=self.last)

    @beat(when=lambda t: t.params.padding != "valid")
    def reach_end(self) -> None:
        padding, end, refs = self.trace.params.padding, self.end, self.refs
        self.swap([], [self.beyond])
        self.jump(term=0)
        self.caption(f"ask_{padding}")
        self.run(0.9, place=end, rate=smooth)
        self.wait(2.2)
        self.run(1.6, term=TAPS)
        self.run(0.4, right=end)
        if padding == "zero":
            t = self.trace
            dip = gap(self, self.below, end, t.mean_seen[end], t.activation_map[end], refs.dip[end], end)
            self.swap([], [dip])
        share, mean = refs.seen[end], refs.mean_seen[end]
        self.caption(f"answer_{padding}", seen=share.percent, sum=refs.activation_map[end], mean=mean)
        self.run(0.6, left=0)

    @beat(when=lambda t: t.params.padding == "valid")
    def stop_inside(self) -> None:
        self.caption("ask_valid")
        self.wait(2.2)
        self.caption("answer_valid", out=self.refs.length("out"), times=self.refs.length("time"))

    @beat(loop=True)
    def sweep(self) -> None:
        self.caption(f"watch_{self.trace.params.padding}")
        self.run(0.9, place=0, right=-1, rate=smooth)
        self.run(5.5, place=self.end, right=self.end)

    @beat
    def compare(self) -> None:
        leaving = [one for one in self.mobjects if one not in (self.title, self._caption)]
        twins = [self.rerun(padding=padding) for padding in PADDINGS]
        panels = [VGroup(*self.twin(twin, slot)) for twin, slot in zip(twins, columns(-6.2, -2.0, (3.7, 3.9), 4.55, 3), strict=True)]
        self.jump(start=END)
        self.swap([*leaving], panels)
        self.rule = VGroup()
        self.caption("compare")
        self.run(2.5, stop=1)

    def twin(self, twin: Trace, slot: Slot) -> list[Any]:
        """The end of the series and of its map, with one kind of padding."""
        refs, valid = self.refs_of(twin), twin.params.padding == "valid"
        head = self.say(f"name_{twin.params.padding}", size=36)
        panel = Panel(self, slot, [END - 0.5, 52], HEIGHT, "time", head, (4, 3))
        times = np.arange(len(twin.activation_map)) + (PAD if valid else 0)
        shown = times >= END
        marks = [panel.drawn, series_on(panel, np.arange(END, 50), twin.x[END:], "data")]
        if not valid:
            marks.append(panel.dots([50, 51], twin.window[-1, -PAD:], "bad", 0.09))
        marks.append(series_on(panel, times[shown], twin.activation_map[shown], "activation", 5))
        last = self.typeset("activation({y})", size=38, y=refs.activation_map[-1])
        point = panel.at(times[-1], twin.activation_map[-1])
        marks.append(last.next_to(point, DOWN, buff=0.25).shift(0.2 * LEFT))
        count = self.say("points", size=32, colour=self.theme.activation, count=refs.length("out"))
        marks.append(count.move_to(panel.at(END + 3.5, 0.18)))
        return marks

    @beat
    def show_classes(self) -> None:
        t = self.trace
        slots = [s for foot in (0.2, -2.8) for s in columns(-6.5, foot, (6.0, 2.2), 6.9, 2)]
        self.classes = [VGroup(*self.one_class(k, slot)) for k, slot in enumerate(slots)]
        self.swap([m for m in self.mobjects if m not in (self.title, self._caption)], self.classes)
        self.caption("show_classes", held=self.refs.held_out, classes=self.refs.length("class"))
        self.wait(1)

    def one_class(self, k: int, slot: Slot) -> list[Any]:
        """A series of one class, with its name."""
        series = self.trace.series[k]
        panel = Panel(self, slot, [0, len(series) - 1], series, "", self.class_name(k, 32), (0, 0))
        return [panel.drawn, panel.line(np.arange(len(series)), series, "data", width=4)]

    def class_name(self, k: int, size: float) -> Any:
        """What a class is called."""
        return self.say("class", size=size, number=self.refs.places("class")[k].ordinal)

    @beat
    def learn(self) -> None:
        t, refs, last = self.trace, self.refs, self.trace.params.epochs
        slots = [s for foot in (0.2, -2.8) for s in columns(-6.5, foot, (3.7, 2.4), 4.1, 2)]
        filters = []
        for k, slot in enumerate(slots):
            name = self.say("filter", size=28, colour=self.theme.weight, number=refs.places("filter")[k].ordinal)
            name.move_to([slot.left, slot.foot + slot.height + 0.2, 0], LEFT)
            filters.append(VGroup(name, filter_panel(self, slot, t.learned_kernel, k)))
        panel = Panel(self, Slot(2.6, -2.3, 4.1, 3.4), [0, last], [0, 1.02], "epoch", self.say("accuracy", size=28, colour=self.theme.validation), (4, 4))
        line = panel.line(np.arange(last + 1), t.accuracy, "validation", "epoch", width=5)
        number = self.number(size=48, colour=self.theme.validation, anchor=RIGHT).centred_at(np.array([6.7, 2.0, 0]))
        self.swap(self.classes, [*filters, panel.drawn, line])
        self.caption("noise", seed=refs.params.seed)
        self.wait(1)
        self.caption("learn")
        self.run(5, epoch=last, rate=ease_in_out_sine)
        self.caption(f"trained_{t.outcome()}", accuracy=refs.accuracy[-1].percent, held=refs.held_out, learned=refs.learned, runs=refs.length("run"))
        self.leaving = [*filters, panel.drawn, line]

    @beat
    def fire(self) -> None:
        t, refs = self.trace, self.refs
        marks, heads = VGroup(), VGroup()
        for k in range(4):
            foot = 1.3 - 1.4 * k
            slot = Slot(-6.7, foot, 1.9, 1.15)
            marks.add(filter_panel(self, slot, t.learned_kernel, k))
            for c, place in enumerate(columns(-4.2, foot, (2.45, 1.15), 2.8, 4)):
                marks.add(Firing(self, place, t.series[c], t.response[c, k], refs.strongest[c, k], "visited", k))
        for c, place in enumerate(columns(-4.2, 2.6, (2.45, 1.15), 2.8, 4)):
            heads.add(self.class_name(c, 28).move_to([place.left, 2.75, 0], LEFT))
        self.swap(self.leaving, [marks, heads])
        self.caption("fire")
        for k in range(4):
            self.run(2.2 if k < 1 else 1.4, visited=k + 1)
        self.caption("summary")
