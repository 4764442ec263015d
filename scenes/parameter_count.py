"""The film of parameter counts: edges are counted as they are drawn, then a dense layer against a convolution."""

from collections.abc import Callable
from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, Circle, Indicate, LaggedStart, Square, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.parameter_count import Trace
from scenes._marks.line import Segments
from scenes._marks.typeset import Typeset
from scenes._props.parameter_count import IMAGE, CountedNet, Sight, extra_pixel, image_and_maps
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn, FadeOut
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import Slot

NET = Slot(-6.1, -2.2, 7.2, 4.9)
COUNT, LINES, PITCH = np.array([2.2, 2.35, 0]), np.array([2.2, 0.15, 0]), 0.65  # of the counter; of the formulas
RULE = 0.32  # from the last formula to the rule below it
DENSE, CONV, FOOT = np.array([4.25, 1.9, 0]), np.array([4.25, 0.2, 0]), -2.82  # of two counters; of their formulas
LAYER = "(activation({n}) + {one}) dot activation({m}) = weight({count})"  # of the first, the inputs are data
TWO_LAYERS = (
    "data({a}) arrow activation({b}) arrow activation({c})",
    "(data({a}) + {one}) dot activation({b}) + (activation({b}) + {one}) dot activation({c}) = weight({total})",
)
DENSE_COUNT = "(data({side} dot {side}) + {one}) dot activation({maps} dot {out} dot {out}) = weight({count})"
CONV_COUNT = "(data({side} dot {side}) + {one}) dot activation({maps}) = weight({count})"
LARGEST, SQUARES, RING = 5.2, (-4.0, 0.4), 0.35  # side of the largest square; middle of it, of the others; radius
KERNEL_SIZE = np.array([0.325, 0.3, 0])  # from the corner of the image to what tells the size of the kernel


class ParameterCount(Film):
    """Left a net whose edges are drawn, right what they add up to; then an image and its maps, counted twice."""

    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        self.one = refs.bias_input
        self.net = follow(CountedNet(self, t, NET), "edges")
        ones = (self.typeset("{one}", size=26, one=self.one).move_to(p + 0.35 * LEFT) for p in self.net.feet[:-1])
        self.sizes = VGroup(*(self.size(k) for k in range(len(t.drawn))))
        self.extra = VGroup(self.net.extra, *ones, *self.more())
        self.extra_pixel = extra_pixel(self)
        self.counter = self.counting("parameters", COUNT, "edges", lambda edges: refs.counted[int(edges + 1e-9)], 84)
        self.lines, self.written = self.layer_lines(), VGroup()
        last = np.flatnonzero(np.diff(np.asarray(t.edge)[:, 0], append=len(t.drawn)))
        self.stops = [int(k) + 1 for k in last]  # edges when each layer is complete
        self.cells, whole, kernel = len(t.dense_counted) - 1, int(t.image_side), int(t.kernel_side)
        self.dense, self.conv = follow(Sight(self, t, whole), "dense"), follow(Sight(self, t, kernel), "conv")
        self.again = follow(Sight(self, t, kernel, self.cells), "again")

    def size(self, layer: int) -> Typeset:
        """How many neurons a layer has, and how many of them are drawn."""
        drawn, count = self.refs.drawn[layer], self.refs.params.layers[layer]
        place = self.net.feet[layer] * [1, 0, 0] + [0, NET.foot - 0.6, 0]
        if drawn.value < count.value:
            return self.say("thinned", size=SMALL, drawn=drawn, count=count).move_to(place)
        return self.typeset("{n}", n=count).move_to(place)

    def more(self) -> list[Typeset]:
        """That there is one more input than neurons, beside how many these are, where all are drawn."""
        drawn, layers = self.trace.drawn, self.trace.params.layers
        whole = [size for size, n, m in zip(self.sizes[:-1], drawn[:-1], layers[:-1], strict=True) if n == m]
        return [self.typeset("+ med {one}", one=self.one).next_to(size, RIGHT, buff=0.12) for size in whole]

    def counting(self, key: str, place: np.ndarray, axis: str, count: Callable[[float], Any], size: float) -> VGroup:
        """A count with its name; which it is at a place of an axis is told by `count`."""
        number = self.number(colour=self.theme.weight, size=size).anchored_at(place + (0.3 + 0.01 * size) * DOWN)
        follow(number, axis, at=lambda place: self.rewrite(number, count(place)))
        return VGroup(self.say(key).move_to(place, LEFT), number)

    def counting_cells(self, key: str, place: np.ndarray, axis: str, lines: Any, counts: Any) -> VGroup:
        """A count that runs with the `lines` of the first cell, then with cells, some of which may share theirs."""
        most, shared = len(lines) - 1, self.cells // (len(counts) - 1)

        def count(cells: float) -> Any:
            return lines[int(cells * most + 1e-6)] if cells < 1 else counts[-(-int(cells + 1e-9) // shared)]

        return self.counting(key, place, axis, count, size=54)

    def layer_lines(self) -> VGroup:
        """The formula of each layer below those before it, the counts below each other as one adds them."""
        sizes, lines = self.refs.params.layers, VGroup()
        for layer, count in enumerate(self.refs.parameters):
            n, m = sizes[layer : layer + 2]
            markup = LAYER if layer else LAYER.replace("activation", "data", 1)
            lines.add(self.typeset(markup, size=32, n=n, m=m, one=self.one, count=count))
            lines[-1].move_to(layer * PITCH * DOWN, RIGHT)
        return lines.shift(LINES + lines.width * RIGHT)

    def count_layer(self, layer: int) -> None:
        """Write the formula of a layer."""
        self.written.add(self.lines[layer])
        self.swap([], [self.lines[layer]])

    def add_lines(self) -> None:
        """Call the counts of the layers, then write their sum below a rule."""
        last = LINES + (len(self.lines) - 1) * PITCH * DOWN
        left, right = last + 0.35 * LEFT, last + self.lines.width * RIGHT
        plus = self.typeset("+", size=32).move_to(left, LEFT)
        rule = Segments(left + RULE * DOWN, right + RULE * DOWN, self.theme.text, 2, 1)
        total = self.typeset("weight({total})", size=32, total=self.refs.total).move_to(right + PITCH * DOWN, RIGHT)
        calls = (Indicate(line[-1], 1.3, self.theme.weight) for line in self.lines)
        self.play(LaggedStart(*calls, lag_ratio=0.6, run_time=1.5))
        self.swap([], [plus, rule, total])
        self.written.add(plus, rule, total)

    @beat
    def count_weights(self) -> None:
        self.add(self.net, self.sizes, self.counter)
        self.caption("count_weights")
        self.run(self.reading_time_left(4), edges=int(self.trace.drawn[0]))

    @beat
    def count_bias(self) -> None:
        self.caption("count_bias", one=self.one)
        self.play(FadeIn(self.extra))
        self.blink(self.net.extra)
        self.run(self.reading_time_left(1.5), edges=int(self.trace.drawn[0]) + 1)

    @beat
    def predict_layer(self) -> None:
        refs = self.refs
        self.caption("ask_layer", first=refs.first_neuron, neurons=refs.params.layers[1])
        self.wait(1.5)
        self.run(4, rate=ease_in_out_sine, edges=self.stops[0])
        self.caption("answer_layer", count=refs.parameters[0], one=self.one)
        self.count_layer(0)

    @beat(when=lambda trace: len(trace.params.layers) > 2)
    def count_rest(self) -> None:
        self.caption("count_rest")
        for layer, stop in enumerate(self.stops[1:], start=1):
            self.run(max(self.reading_time_left(3) / (len(self.stops) - 1) - 0.6, 0.8), edges=stop)
            self.count_layer(layer)

    @beat(summary=True)
    def sum_up(self) -> None:
        self.caption("sum_up", total=self.refs.total, memory=self.refs.memory)
        if len(self.lines) > 1:
            self.add_lines()
        memory = self.say("memory", each=self.refs.bytes_each, memory=self.refs.memory)
        memory.next_to(self.written, DOWN, buff=0.3).align_to(LINES, LEFT)
        self.written.add(memory)
        self.swap([], [memory])

    @beat
    def know_nets(self) -> None:
        self.table = VGroup()
        for y, (a, b, c), total in zip((1.7, 0.1, -1.5), self.refs.notes, self.refs.notes_total, strict=True):
            sizes = {"a": a, "b": b, "c": c, "one": self.one, "total": total}
            texts = (self.typeset(markup, size=44, **sizes) for markup in TWO_LAYERS)
            places = zip(texts, (-6.6, -2.4), strict=True)
            self.table.add(VGroup(*(text.move_to([x, y, 0], LEFT) for text, x in places)))
        self.caption("know_nets")
        self.swap([self.net, self.extra, self.sizes, self.counter, self.written], self.table[:1], seconds=1)
        for row in self.table[1:]:
            self.swap([], [row], seconds=1)

    @beat
    def fill_dense(self) -> None:
        refs = self.refs
        counter = self.counting_cells("dense", DENSE, "dense", refs.dense_lines, refs.dense_counted)
        self.picture = VGroup(image_and_maps(self, self.trace), self.extra_pixel, counter)
        self.swap([self.table], seconds=0.4)
        self.swap([], [self.picture], seconds=0.4)
        self.caption("ask_image", maps=refs.maps)
        self.add(self.dense)
        weights = len(refs.dense_lines) - 2
        self.run(max(self.reading_time_left(2.5) - 1.5, 2.5), dense=weights / (weights + 1))
        self.blink(self.extra_pixel)
        self.run(0.6, dense=1)
        self.caption("fill_dense")
        self.run(self.reading_time_left(4), rate=ease_in_out_sine, dense=self.cells)
        self.write_count(DENSE_COUNT, -6.8, side=refs.image_side, out=refs.map_side, count=refs.dense_first)

    def write_count(self, markup: str, left: float, **values: Any) -> None:
        """Write the formula of a layer below image and maps."""
        formula = self.typeset(markup, size=34, one=self.one, maps=self.refs.maps, **values)
        self.picture.add(formula.move_to([left, FOOT, 0], LEFT))
        self.swap([], [formula])

    @beat
    def fill_conv(self) -> None:
        refs = self.refs
        self.caption("share_kernel")
        counter = self.counting_cells("convolution", CONV, "conv", refs.conv_lines, refs.conv_counted)
        size = self.typeset("{n} times {n}", size=26, n=refs.kernel_side).move_to(IMAGE + KERNEL_SIZE)
        self.swap([self.dense], [counter, size])
        self.conv_counter = counter
        self.add(self.conv)
        weights = len(refs.conv_lines) - 2
        self.run(1.6, conv=weights / (weights + 1))
        self.blink(self.extra_pixel)
        self.run(0.6, conv=1)
        self.play(FadeOut(size), self.going(seconds=self.reading_time_left(1), conv=3 * int(self.trace.map_side)))
        self.caption("fill_conv")
        self.run(self.reading_time_left(4), conv=self.cells)
        self.write_count(CONV_COUNT, 2.2, side=refs.kernel_side, count=refs.conv_first)
        self.caption("again")

    @beat(loop=True)
    def replay(self) -> None:
        self.remove(self.conv)
        self.jump(again=self.cells)
        self.add(self.again)
        self.run(0.5, rate=ease_in_out_sine, again=self.cells - int(self.trace.map_side) ** 2 + 1)
        self.run(2.2, again=self.cells)

    @beat
    def compare_areas(self) -> None:
        refs, y = self.refs, (1.7, 0.0, -2.1)
        self.swap([self.picture, self.conv_counter, self.again])
        self.caption("compare_areas")
        counts = refs.dense_first, refs.lenet_total, refs.conv_first
        for k, (key, count) in enumerate(zip(("dense", "lenet", "convolution"), counts, strict=True)):
            side = LARGEST * np.sqrt(count.value / counts[0].value)
            square = Square(side, color=self.theme.weight, fill_opacity=0.9, stroke_width=0)
            square.move_to([SQUARES[k > 0], y[k] if k else -0.25, 0])
            name = self.say(key).move_to([1.2, y[k] + 0.3, 0], LEFT)
            number = self.number(count, self.theme.weight, size=48).centred_at(np.array([1.2, y[k] - 0.3, 0]))
            ring = [Circle(RING, color=self.theme.text, stroke_width=3).move_to(square)] * bool(side < RING)
            self.swap([], [square, *ring, name, number], seconds=1)
        terms = {f"n{k}": count for k, count in enumerate(refs.lenet)}
        sum_of = " + ".join(f"{{{name}}}" for name in terms)
        self.swap([], [self.typeset(f"= {sum_of}", size=28, **terms).move_to([1.2, y[1] - 0.85, 0], LEFT)])
