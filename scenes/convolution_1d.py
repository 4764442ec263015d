"""The film of the one-dimensional convolution: a window slides over a series, then a network learns its weights."""

from typing import Any

import numpy as np
from manim import LEFT, RIGHT, UR, Indicate, LaggedStart, Rectangle, VGroup
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine, ease_out_sine, smooth

from mathcore.convolution_1d import FILTERS, PAD, TAPS, Trace
from scenes._marks.accuracy import accuracy_panel
from scenes._marks.halo import with_halo
from scenes._marks.panel import Panel
from scenes._props.convolution_1d import (
    Firing,
    SlidingWindow,
    Table,
    columns,
    filter_panel,
    growing,
    missing,
    series_on,
)
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import MARGIN, Film, beat
from scenes._stage.layout import Slot

SERIES, MAP = Slot(-6.2, 0.95, 7.7, 1.7), Slot(-6.2, -2.45, 7.7, 2.45)
TIME, HEIGHT = (-2.6, 51.6), (0, 1.5)  # what has room on them
HALFWAY = 0.51  # from a place to where the one before is no longer the nearest
END, TWINS = 38, columns(-6.2, -2.35, (3.75, 4.4), 4.6, 3)  # of the series: from here on paddings are compared
CLASSES = [slot for foot in (0.25, -2.85) for slot in columns(-6.2, foot, (5.8, 2.25), 6.9, 2)]
KERNELS = [slot for foot in (0.25, -2.9) for slot in columns(-6.1, foot, (3.2, 2.35), 4.1, 2)]
ACCURACY, SMALL_KERNEL = Slot(2.8, -2.45, 3.9, 3.9), (1.9, 1)
FEET, CELL = (1.45, 0.25, -0.95, -2.15), (2.45, 1)  # of the rows of the ending, and the room of a series
RULE = f"activation(y_t) = scripts(sum)_(k = -{PAD})^{PAD} weight(w_k) thin data(x_(t + k))"
KEPT = 'activation(max_t "ReLU"(y_t + weight(b)))'


class Convolution1d(Film):
    """Left the series and below it its map, right the sum; then twins of padding; then learned filters."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        self.times = middles(t)
        self.first, self.end = int(PAD - self.times[0]), len(self.times) - 1  # the first place within, and the last
        self.last = self.first + len(t.x) - TAPS  # the last place within
        self.above = Panel(self, SERIES, TIME, HEIGHT, ticks=(0, 3))
        self.below = Panel(self, MAP, TIME, HEIGHT, "time", ticks=(6, 3))
        walk = self.say("name_data", size=30, colour=self.theme.data)
        self.map_name = self.say("name_activation", size=30, colour=self.theme.activation)
        names = walk, self.map_name
        for name, slot in zip(names, (SERIES, MAP), strict=True):
            name.move_to([slot.left + slot.width / 2, slot.foot + slot.height + 0.27, 0])
        self.series = series_on(self.above, np.arange(len(t.x)), t.x, "data")
        self.map = growing(self.below, self.times, t.activation_map, "left", "right")
        self.window = SlidingWindow(self, self.above, self.below, self.times, t.product)
        seen = self.times[:, None] + np.arange(TAPS) - PAD  # [place tap]
        sums = refs.window, refs.kernel, refs.product, refs.activation_map
        self.table = Table(self, *sums, (seen < 0) | (seen >= len(t.x)))
        self.drawn = [self.above.drawn, self.below.drawn, self.series, self.map, self.window.drawn]
        self.drawn += [*(with_halo(name, self.theme) for name in names), self.table]
        self.jump(place=self.first, left=self.first, right=self.first - 1)

    @beat
    def multiply(self) -> None:
        self.rule = self.typeset(RULE, size=40).to_corner(UR, buff=MARGIN)
        self.add(*self.drawn, self.rule)
        self.caption("multiply", seed=self.refs.walk_seed, taps=self.refs.length("tap"))
        self.run(self.reading_time_left(4.5), term=TAPS)
        self.caption("add", sum=self.words.number(self.refs.activation_map[self.first]))
        self.run(0.5, right=self.first)
        self.play(Indicate(self.table.total, 1.2, self.theme.activation), run_time=self.reading_time_left(1))

    @beat
    def slide(self) -> None:
        self.caption("slide")
        for place, seconds in (self.first + 1, 1.3), (self.first + 2, 0.7):
            self.step_to(place, 0.6)
            self.run(seconds, term=TAPS)
            self.jump(right=place)
        self.run(2.7, place=self.last, right=self.last)

    def step_to(self, place: int, seconds: float) -> None:
        """Move the window by one place: half-way, the sum of the place before gives way to an open one."""
        self.run(seconds / 2, place=place - HALFWAY, rate=ease_in_sine)
        self.jump(term=0)
        self.run(seconds / 2, place=place, rate=ease_out_sine)

    @beat
    def reach_end(self) -> None:
        if self.trace.params.padding == "valid":
            self.count_points()
        else:
            self.hang_over()

    def hang_over(self) -> None:
        """Let the window hang over the end: what lies there, and what it does to the map."""
        t, refs, padding, end = self.trace, self.refs, self.trace.params.padding, self.end
        outside = np.array([-2, -1, len(t.x), len(t.x) + 1])
        values = np.concatenate([t.window[0, :PAD], t.window[-1, -PAD:]])
        self.swap([], [self.above.dots(outside, values, "faint", 0.1)])
        self.caption(f"ask_{padding}")
        self.step_to(end - 1, 0.6)
        self.wonder(self.table.total)
        self.run(1.4, term=TAPS)
        self.jump(right=end - 1)
        self.step_to(end, 0.6)
        self.run(1.4, term=TAPS)
        self.run(0.4, right=end)
        share = self.say("seen", size=28, colour=self.theme.weight, share=refs.seen[end].percent)
        share.move_to([self.table.get_right()[0], -0.55, 0], RIGHT)
        follow(share, "place", at=lambda place: share.set_opacity(float(round(place) in (0, end))))
        marks = [share]
        if padding == "zero":
            marks += [missing(self, self.below, t, place) for place in (end, 0)]
        self.swap([], marks)
        told = {"dip": refs.dip[end], "mean": refs.mean_seen[end]} if padding == "zero" else {}
        self.caption(f"answer_{padding}", **told)
        self.play(Indicate(self.table.total, 1.2, self.theme.activation), run_time=1.5)
        self.run(left=0)

    def wonder(self, mark: Any) -> None:
        """Leave time for an answer, and show what it will be about."""
        for _ in range(2):
            self.play(Indicate(mark, 1.4, self.theme.activation), run_time=1.1)

    def count_points(self) -> None:
        """Let the window stop inside: how many points the map has."""
        refs = self.refs
        self.caption("ask_valid", times=refs.length("time"))
        self.wonder(self.map_name)
        counts = {"count": refs.length("out"), "times": refs.length("time")}
        points = self.say("points", size=36, colour=self.theme.activation, **counts).move_to(self.below.at(25, 0.3))
        follow(points, "right", at=lambda right: points.set_opacity(float(right >= self.end)))
        self.run(0.9, place=0, right=-1)
        self.run(1.5, place=self.end, right=self.end)
        self.swap([], [points])
        self.caption("answer_valid", out=refs.length("out"), times=refs.length("time"))
        self.play(Indicate(points, 1.2, self.theme.activation), run_time=1.5)

    @beat(loop=True)
    def sweep(self) -> None:
        self.caption(f"watch_{self.trace.params.padding}")
        self.run(0.8, place=0, right=-1, rate=smooth)
        self.run(3.8, place=self.end, right=self.end)

    @beat
    def compare(self) -> None:
        twins = [self.rerun(padding=padding) for padding in ("zero", "reflect", "valid")]
        self.new_page([part for pair in zip(twins, TWINS, strict=True) for part in self.twin(*pair)])
        self.caption("compare", start=self.refs.places("time")[END])
        self.run(self.reading_time_left(3), compared=len(self.trace.x) - END)

    def twin(self, twin: Trace, slot: Slot) -> list[Any]:
        """The end of the series and of its map, with one kind of padding."""
        refs, times, x = self.refs_of(twin), middles(twin), twin.x
        head = self.say(f"name_{twin.params.padding}", size=36)
        panel = Panel(self, slot, [END - 0.5, 52], HEIGHT, "time", head, (4, 3))
        shown = times >= END
        ends = np.flatnonzero(shown)[[0, -1]]
        beyond = [] if twin.params.padding == "valid" else [
            panel.dots([len(x), len(x) + 1], twin.window[-1, -PAD:], "faint", 0.1)
        ]  # fmt: skip
        last = {"t": refs.places("time")[times[-1]], "last": self.words.markup(refs.activation_map[-1])}
        number = self.typeset("activation(y_{t} = {last})", size=40, **last)
        counts = {"count": refs.length("out"), "times": refs.length("time")}
        points = self.say("points", size=36, colour=self.theme.activation, **counts)
        told = VGroup(number.move_to(panel.at(END, 0.36), LEFT), points.move_to(panel.at(END, 0.16), LEFT))
        follow(told, "compared", at=lambda place: told.set_opacity(float(place >= ends[1] - ends[0])))
        grown = growing(panel, times[shown], twin.activation_map[shown], "begun", "compared")
        return [panel.drawn, panel.dots(np.arange(END, len(x)), x[END:], "data", 0.05), *beyond, grown, told]

    @beat
    def show_classes(self) -> None:
        t, refs = self.trace, self.refs
        panels, positions = [], np.arange(t.series.shape[1])
        for k, slot in enumerate(CLASSES):
            name = self.say("class", size=34, number=refs.places("class")[k].ordinal)
            panel = Panel(self, slot, positions, t.series[k], "", name, (0, 3))
            panels.append(VGroup(panel.drawn, panel.levels(0, "faint"), panel.line(positions, t.series[k], "data")))
        self.new_page(panels[:1])
        self.caption("show_classes", classes=refs.length("class"))
        others = (FadeIn(one) for one in panels[1:])
        self.play(LaggedStart(*others, lag_ratio=1), run_time=self.reading_time_left(2.5))

    @beat(summary=True)
    def learn(self) -> None:
        t, refs, last = self.trace, self.refs, self.trace.params.epochs
        network = self.say("network", size=28, filters=refs.length("filter")).to_corner(UR, buff=MARGIN)
        kernels = [self.learned(k, slot) for k, slot in enumerate(KERNELS)]
        self.new_page([*kernels, network, accuracy_panel(self, ACCURACY, np.arange(last + 1), refs.accuracy, "epoch")])
        self.caption("learn", seed=refs.params.seed)
        self.wait(0.5)
        self.run(4.7, epoch=last, rate=ease_in_out_sine)
        runs = {"learned": refs.learned, "runs": refs.length("run")}
        self.caption(f"trained_{t.outcome()}", held=refs.held_out, accuracy=refs.accuracy[-1].percent, **runs)
        shown = (Indicate(one, 1.1, self.theme.weight) for one in kernels)
        self.play(LaggedStart(*shown, lag_ratio=0.6), run_time=self.reading_time_left(3))

    def learned(self, k: int, slot: Slot) -> VGroup:
        """A learned filter and its name."""
        name = self.say("filter", size=30, colour=self.theme.weight, number=self.refs.places("filter")[k].ordinal)
        name.move_to([slot.left, slot.foot + slot.height + 0.2, 0], LEFT)
        return VGroup(name, filter_panel(self, slot, self.trace.learned_kernel, k, ticks=3))

    @beat
    def fire(self) -> None:
        t, refs = self.trace, self.refs
        rows, heads = [], []
        for k, foot in enumerate(FEET):
            rows.append(filter_panel(self, Slot(-6.7, foot, *SMALL_KERNEL), t.learned_kernel, k))
            for c, slot in enumerate(columns(-4.1, foot, CELL, 2.75, FILTERS)):
                strongest = refs.strongest[c, k]
                most = t.strongest[:, k].max()
                rows.append(Firing(self, slot, t.series[c], t.response[c, k], strongest, most, k))
        for c, slot in enumerate(columns(-4.1, 2.75, CELL, 2.75, FILTERS)):
            name = self.say("class", size=30, number=refs.places("class")[c].ordinal)
            heads.append(name.move_to([slot.left, slot.foot, 0], LEFT))
        heads.append(self.say("filters", size=30, colour=self.theme.weight).move_to([-6.7, 2.75, 0], LEFT))
        self.new_page([*rows, *heads])
        self.caption("fire")
        self.write_rule(KEPT, size=40, seconds=0.5)
        self.run(1.6, visited=1)
        for k in range(1, FILTERS):
            self.run(1.1, visited=k + 1)
        self.caption("summary", filters=refs.length("filter"))
        answers = (FadeIn(self.answer(c, slot)) for c, slot in enumerate(columns(-4.1, FEET[-1], CELL, 2.75, FILTERS)))
        self.play(LaggedStart(*answers, lag_ratio=1), run_time=self.reading_time_left(3))

    def answer(self, c: int, foot: Slot) -> VGroup:
        """What the network tells of a series, below its responses, and a frame around them."""
        hue = self.theme.good if self.trace.told[c] == c else self.theme.bad
        said = self.say("told", size=30, colour=hue, told=self.refs.told[c].ordinal)
        middle, top, low = foot.left + foot.width / 2, FEET[0] + foot.height + 0.1, foot.foot - 0.7
        frame = Rectangle(color=self.theme.text, stroke_width=2, width=foot.width + 0.2, height=top - low)
        return VGroup(said.move_to([middle, foot.foot - 0.4, 0]), frame.move_to([middle, (top + low) / 2, 0]))


def middles(trace: Trace) -> np.ndarray:
    """The time in the middle of the window at each place [out]."""
    return np.arange(len(trace.activation_map)) + (PAD if trace.params.padding == "valid" else 0)
