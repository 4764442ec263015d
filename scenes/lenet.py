"""The film of LeNet: a digit flows through real maps, ten numbers are left; how the net was trained, where it errs."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, Create, Group, Indicate, LaggedStart, Polygon, VGroup
from manim.utils.rate_functions import ease_in_sine

from mathcore.lenet import Trace
from scenes._marks.accuracy import accuracy_panel
from scenes._marks.cells import Cells, ColourBar
from scenes._marks.colour_scale import Scale
from scenes._props.lenet import CellWindows, Layer, Shares, band, digit, gallery, ledger, on_line, share, strip, written
from scenes._stage.clock import between, follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import Slot

NET = {  # of each layer: its middle, the side of a cell, maps side by side
    "input": (-5.93, 0.0547, 1), "maps_1": (-3.61, 0.0429, 2), "maps_2": (-1.385, 0.0543, 2),
    "maps_3": (0.78, 0.054, 4), "maps_4": (2.9, 0.064, 4), "hidden_1": (4.13, 0.098, 1), "hidden_2": (5.17, 0.098, 1),
}  # fmt: skip
LAYERS = "input", "convolution", "pooling", "convolution", "pooling", "dense", "dense", "dense"  # what each is called
HEADS = *LAYERS[:6], "output"  # the same above the net, where one name is for both hidden layers
MIDDLE, NAMES, SHAPES, COUNTS = 0.3, 2.5, -2.05, -2.65  # heights: of the net, and of what is written about it
OUTPUT, TOP = Slot(5.95, -1.57, 0.85, 3.74), 3.42
COUNTED = 1, 3, 5, 6, 7  # places along "counted" at which the parameters of one more layer are known
CONVOLUTION = "{maps} dot ({source} dot {side} dot {side} + 1) = weight({n})"
FIRST = "{maps} dot ({side} dot {side} + 1) = weight({n})"
FLAT = "{source} = {maps} dot {side} dot {side} quad quad "  # values, before the first dense layer
DENSE = "{units} dot ({source} + 1) = weight({n})"
CELL = "activation(a) = max(0, inline(sum) thin weight(w) thin activation(x) + weight(b))"
ACCURACY = Slot(1.3, -1.9, 5.3, 3.7)
DIGIT, BARS = (4.9, [-4.0, 0.15, 0]), Slot(0.2, -2.3, 3.6, 4.6)  # a digit from near, and what the net says of it
FAR, ASKED = 1.6, 1.0  # side of the digit as it comes; seconds in which it is near and nothing answers yet


class Lenet(Film):
    """The net from left to right; one of its cells from near; its kernels; a digit that it gets wrong; what is kept."""

    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        values = {name: getattr(t, name) for name in NET}
        values |= {"input": t.input[None], "hidden_1": strip(t.hidden_1, 3), "hidden_2": strip(t.hidden_2, 3)}
        layers = [
            Layer(self, values[name], self.theme.sizes if turn else "gray", [x, MIDDLE, 0], cell, across, turn - 1)
            for turn, (name, (x, cell, across)) in enumerate(NET.items())
        ]
        self.input, self.output = layers[0], Shares(self, OUTPUT, refs.probability, "lit", len(NET) - 1)
        self.band = band(self, layers[0], layers[1])
        self.x = [*(middle for middle, *_ in NET.values()), OUTPUT.left + OUTPUT.width / 2]
        x, heads = self.x, [*self.x[:5], (self.x[5] + self.x[6]) / 2, self.x[7]]
        names = [on_line(self, f"name_{key}", [at, NAMES, 0]) for key, at in zip(HEADS, heads, strict=True)]
        self.head = names[-1]
        self.shapes = self.name_shapes()
        shapes = [shape.copy().move_to([at, SHAPES, 0]) for shape, at in zip(self.shapes, x, strict=True)]
        self.net, self.counts, self.formula = [*layers, self.output, *names, *shapes], self.write_counts(), VGroup()
        self.lit = [*(layer.map for layer in layers[1:]), self.output.bars]
        self.jump(lit=len(NET) - 1)

    def name_shapes(self) -> list[Any]:
        """The shape of each layer."""
        refs, shapes = self.refs, []
        for k in range(5):
            side = {"side": refs.length(f"row_{k}")}
            maps = {"maps": refs.length(f"channel_{k}")} if k else {}
            shapes.append(self.typeset("{maps} times " * bool(k) + "{side} times {side}", size=27, **side, **maps))
        return [*shapes, *(self.typeset("{n}", size=27, n=refs.length(axis)) for axis in ("unit_1", "unit_2", "class"))]

    def write_counts(self) -> VGroup:
        """The parameters of each layer below it, and their sum at the top right, as far as they are known."""
        name = on_line(self, "name_parameters", [-6.8, COUNTS, 0], LEFT).set_color(self.theme.weight)
        counts = [self.number(ref, self.theme.weight, size=27, anchor=ORIGIN) for ref in self.refs.parameters]
        for count, k in zip(counts, (1, 3, 5, 6, 7), strict=True):
            count.centred_at(np.array([self.x[k], COUNTS, 0]))
        total = self.number(size=40, colour=self.theme.weight, anchor=RIGHT).centred_at(np.array([6.8, TOP, 0]))

        of_total = on_line(self, "name_total", [5.3, TOP, 0], RIGHT).set_color(self.theme.weight)

        def tell(counted: float) -> None:
            known = sum(counted >= place for place in COUNTED)
            for k, count in enumerate(counts):
                count.set_opacity(float(k < known))
            self.rewrite(total, self.refs.running[max(known, 1) - 1])
            VGroup(of_total, total).set_opacity(float(known > 0))

        return VGroup(name, follow(VGroup(*counts, of_total, total), "counted", at=tell))

    def derive(self, markup: str, k: int, **values: Any) -> None:
        """Count the parameters of a layer, the k-th that has some, in place of those of the layer before."""
        n, before = self.refs.parameters[k], self.formula
        self.formula = self.typeset(markup, size=36, n=n, **values).move_to([0.6, TOP, 0])
        self.swap([before] * bool(len(before)), [self.formula], seconds=0.4)
        self.jump(counted=COUNTED[k])

    @beat(when=lambda t: t.params.image is not None)
    def prepare_image(self) -> None:
        t, refs, side = self.trace, self.refs, 4.6
        read = digit(self, t.picture, side, [-3.4, 0.2, 0])
        ready = digit(self, t.image, side, [3.4, 0.2, 0])
        ink = self.block(read, t.box[0], t.box[1] - t.box[0] + 1), self.block(ready, t.corner, t.fitted)
        field = digit(self, 0 * t.image, side, [3.4, 0.2, 0])
        note = self.say("read", size=SMALL, colour=self.theme.faint).next_to(read, UP, buff=0.2)
        size = self.typeset("{side} times {side}", size=SMALL, side=refs.length("irow")).next_to(field, UP, buff=0.2)
        self.add(read, field, note, size)
        self.caption("ink_dark" if t.dark else "ink_light", source=self.source(t.params.image))
        self.play(Create(ink[0]), run_time=self.reading_time_left(1))
        self.caption("fit", rows=refs.fitted[0], cols=refs.fitted[1])
        self.swap([], [ready])
        self.play(Create(ink[1]), run_time=self.reading_time_left(1))
        self.new_page(self.net)

    def block(self, cells: Any, corner: Any, size: Any) -> Polygon:
        """A frame around some rows and columns."""
        (row, col), (rows, cols) = corner, size
        ends = (row, col), (row, col + cols), (row + rows, col + cols), (row + rows, col)
        return Polygon(*(cells.middle(r - 0.5, c - 0.5) for r, c in ends), color=self.theme.data, stroke_width=5)

    @beat
    def show_net(self) -> None:
        refs = self.refs
        self.add(*self.net)
        sizes = {"size": refs.length("irow"), "padded": refs.length("row_0")}
        self.caption("show_own" if self.trace.params.image else "show_held", **sizes)
        inner = self.input.inner(len(self.trace.image), self.theme.data)
        self.play(Create(inner), run_time=1)
        self.wait(0.4)
        self.swap(self.lit, seconds=self.reading_time_left(1))
        self.jump(lit=0)
        self.remove(inner)
        self.add(*self.net)

    @beat
    def convolve(self) -> None:
        refs = self.refs
        maps, side = refs.length("channel_1"), refs.length("krow")
        self.caption("convolve", maps=maps, side=side)
        self.add(self.band, self.counts)
        self.derive(FIRST, 0, maps=maps, side=side)
        self.run(self.reading_time_left(3), lit=1)
        self.caption("pool", window=refs.pool)
        self.run(self.reading_time_left(2), lit=2)

    @beat
    def look_closer(self) -> None:
        refs, windows = self.refs, CellWindows(self)
        self.enlarge(self.net[2], windows)
        self.caption("look_closer", maps=refs.length("channel_2"), side=refs.length("krow"))
        self.write_rule(CELL, seconds=0.4, size=36)
        self.play(Create(windows.frame), run_time=0.4)
        self.run(self.reading_time_left(4), term=windows.terms)
        self.caption("same_weights", places=refs.length("row_3"))
        self.run(self.reading_time_left(2), filled=self.trace.maps_3[0].size)

    def enlarge(self, layer: Layer, windows: CellWindows) -> None:
        """From the net to the windows: the maps of a layer grow to where they are seen there, and never leave."""
        side, scale = layer.cell * layer.shape[0], Scale(self.theme.sizes, 0, self.trace.maps_2.max())
        starts = layer.corners + side / 2 * np.array([1, -1, 0])
        maps = [Cells(one, scale, side, self.theme, lines=False) for one in self.trace.maps_2]
        self.add(*(one.move_to(start) for one, start in zip(maps, starts, strict=True)))
        grown = (one.animate.match_height(end).move_to(end) for one, end in zip(maps, windows.maps, strict=True))
        self.swap([*self.net, self.band, self.counts, self.formula, self._caption], [], *grown)
        self.play(FadeIn(windows), run_time=0.3)
        self.remove(*maps)

    @beat
    def go_on(self) -> None:
        refs = self.refs
        self.new_page([*self.net, self.counts])
        self.caption("go_on", maps=refs.length("channel_3"))
        self.formula = VGroup()
        counted = {"maps": refs.length("channel_3"), "side": refs.length("krow"), "source": refs.length("channel_2")}
        self.derive(CONVOLUTION, 1, **counted)
        self.run(1.6, lit=3)
        self.run(self.reading_time_left(1.2), lit=4)
        self.caption("dense")
        flat = {"source": refs.length("flat"), "maps": refs.length("channel_4"), "side": refs.length("row_4")}
        self.derive(FLAT + DENSE, 2, units=refs.length("unit_1"), **flat)
        self.run(1.6, lit=5)
        self.derive(DENSE, 3, units=refs.length("unit_2"), source=refs.length("unit_1"))
        self.run(self.reading_time_left(1.2), lit=6)

    @beat(summary=True)
    def predict(self) -> None:
        refs, verdict = self.refs, self.trace.verdict()
        self.caption("ask_digit")
        self.derive(DENSE, 4, units=refs.length("class"), source=refs.length("unit_2"))
        self.play(Indicate(self.output, 1.05, self.theme.activation), run_time=0.9)
        self.wait(self.reading_time_left(1.6))
        self.run(1.2, lit=7)
        percent = share(self, refs.probability[int(self.trace.said)])
        told = {"label": refs.label} if verdict == "wrong" else {}
        self.caption(f"verdict_{verdict}", said=refs.said, p=percent, **told)
        self.said = self.typeset('activation({said} ": {p} %")', size=30, said=refs.said, p=percent)
        self.swap([self.head], [self.said.move_to([6.8, NAMES + 0.3, 0], RIGHT)])
        self.play(Indicate(self.said, 1.1, self.theme.activation), run_time=self.reading_time_left(0.8))

    @beat(loop=True)
    def flow_again(self) -> None:
        self.caption("replay")
        self.remove(self.said, self.formula)
        self.add(self.head)
        self.jump(lit=0, counted=0)
        self.run(4.8, lit=7, counted=7)
        self.remove(self.head)
        self.add(self.said)

    @beat
    def train(self) -> None:
        t, refs = self.trace, self.refs
        scale, kernels = Scale.around_zero(self.theme.signed, t.kernel), Group()
        for k, path in enumerate(t.kernel.swapaxes(0, 1)):
            place = [-5.75 + 2.05 * (k % 3), 1.45 - 2.05 * (k // 3), 0]
            cells = Cells(path[0], scale, 1.85, self.theme).framed(self.theme.weight).move_to(place)
            kernels.add(self.changing(cells, path))
        name = on_line(self, "name_kernels", [-6.67, 2.65, 0], LEFT)
        bar = ColourBar(scale, 4.5, self.theme, self.words).next_to(kernels, DOWN, buff=0.3)
        accuracy = accuracy_panel(self, ACCURACY, t.checkpoint_epoch, refs.checkpoint_accuracy, "checkpoint")
        self.new_page([kernels, name, bar, accuracy])
        self.caption("train", train=refs.split[0], steps=refs.length("step"), seed=refs.params.seed)
        self.run(self.reading_time_left(3.8), checkpoint=len(t.kernel) - 1, rate=ease_in_sine)

    def changing(self, cells: Cells, path: np.ndarray) -> Cells:
        """Cells whose values change along "checkpoint" as `path` [checkpoint row col] says."""
        return follow(cells, "checkpoint", at=lambda place: cells.paint(between(path, place)))

    @beat(when=lambda t: t.params.image is None)
    def ask_hardest(self) -> None:
        t, refs = self.trace, self.refs
        said, label, probability = int(t.case_said[0]), int(t.case_label[0]), refs.case_probability[0]
        image = digit(self, t.case_image[0], FAR, DIGIT[1])
        bars = Shares(self, BARS, probability, "asked", size=32)
        head = on_line(self, "name_shares", [BARS.left, BARS.foot + BARS.height + 0.25, 0], LEFT)
        self.new_page([image, bars, head])
        self.caption("ask_hardest")
        self.play(image.animate.scale(DIGIT[0] / FAR), run_time=self.reading_time_left(2.5) - ASKED)
        self.wait(ASKED)
        self.run(1, asked=1)
        right = BARS.left + BARS.width * probability[label].value + (1.1 if written(probability[label]) else 0.2)
        truth = self.say("truth", size=32, colour=self.theme.good).move_to([right, bars.middles[label], 0], LEFT)
        told = {"said": refs.case_said[0], "p": share(self, probability[said])}
        key, told = ("right", told) if said == label else ("wrong", told | {"label": refs.case_label[0]})
        self.add(truth)
        self.caption(f"hardest_{key}", **told)
        self.play(Indicate(truth, 1.15, self.theme.good), run_time=self.reading_time_left(0.8))

    @beat
    def summarize(self) -> None:
        t, refs = self.trace, self.refs
        counts = [None, *(refs.parameters[k] if k is not None else None for k in (0, None, 1, None, 2, 3, 4))]
        table = ledger(self, [f"name_{key}" for key in LAYERS], self.shapes, counts)
        labels = [
            self.typeset("{label} arrow.r {said}", size=28, label=label, said=said)
            for label, said in zip(refs.case_label, refs.case_said, strict=True)
        ]
        head = self.say("right_share", size=34, colour=self.theme.validation, p=refs.accuracy[-1].percent)
        meaning = self.say("truth_and_said", size=SMALL, colour=self.theme.faint)
        heads = VGroup(head, meaning).arrange(DOWN, buff=0.15).move_to([3.65, 2.3, 0])
        errors = gallery(self, t.case_image, labels, [1.25, 0.7, 0], 1.4)
        told = {"wrong": refs.wrong} if t.wrong else {}
        self.new_page([table, heads])
        self.caption(f"summary_{t.mistaken()}", held=refs.length("held"), **told)
        self.play(LaggedStart(*map(FadeIn, errors), lag_ratio=0.5), run_time=self.reading_time_left(2.5))
