"""The film of padding: a window walks over an image in its rings of zeros, and a formula counts its places."""

from typing import Any

import numpy as np
from manim import DL, DOWN, DR, LEFT, PI, RIGHT, UP, UR, Create, Group, Mobject, VGroup
from manim.utils.rate_functions import smooth

from mathcore.padding import WHITE, Trace
from scenes._marks.cells import ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.grid import Grid, cells
from scenes._marks.halo import with_halo
from scenes._marks.window import Visit
from scenes._props.padding import (
    FAR,
    LARGEST,
    NEAR,
    SIDE,
    CornerLines,
    Picture,
    SizeRule,
    Walk,
    beside,
    columns,
    measure,
    measures,
)
from scenes._stage.clock import follow
from scenes._stage.film import HOLD, MARGIN, SMALL, Film, beat
from scenes._stage.refs import Refs, first

LEFT_EDGE, RIGHT_EDGE, MIDDLE = -5.82, 4.55, -0.27  # of image and output, whose middles are at one height
ROOM, BROAD = 3.3, 1.0  # sides of an output, and of a cell of it, up to which it is drawn larger than the image
KERNEL_AT, KERNEL_SIDE = (5.8, MIDDLE + 1.4, 0), 2.0  # of the kernel, and of the products below it
PRODUCTS_AT = (5.8, MIDDLE - 1.25, 0)
DIGIT = np.array([3.6, MIDDLE, 0]), 4.8  # centre and side of the whole digit
INDEX = "{axis} s + {tap} d"
RULE = "activation(y_(i, j)) = scripts(sum)_(a, b) weight(w_(a, b)) thin data(x_({row}, thin {col}))".format(
    row=INDEX.format(axis="i", tap="a"), col=INDEX.format(axis="j", tap="b")
)
LONGEST = 3  # seconds of a walk
PACE = 6  # places a second of a walk that is no longer slow


class Padding(Film):
    """Left the image, right the output, lines between them; at the far right kernel and products, above the formula."""

    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        self.runs = {name: self.rerun(**knobs) for name, knobs in t.variants().items()}
        self.named = {name: self.refs_of(run) for name, run in self.runs.items()}
        self.light = Scale("gray", 0, WHITE * t.kernel.sum())  # as light as the mean of what is under the kernel
        self.counts = Scale(self.theme.sizes, 0, max(int(run.reached.max()) for run in self.runs.values()))
        bar = ColourBar(self.counts, 3.2, self.theme, self.words)
        self.bar = Group(bar, self.say("name_bar", size=SMALL).next_to(bar, LEFT, buff=0.3)).to_corner(UR, buff=MARGIN)
        self.picture, self.output = self.stage(refs)
        self.walk = Walk(self, "main", self.picture, self.output, t).carry()
        self.jump(spread=1)
        side, taps = min(KERNEL_SIDE, 0.66 * len(t.kernel)), np.argwhere(t.kernel)
        weights, terms = Scale.around_zero(self.theme.signed, t.kernel), Scale("gray", 0, WHITE * t.kernel.max())
        self.kernel = Grid(self, (KERNEL_AT, side), refs.kernel, weights, "name_kernel", "weight")
        self.kernel.cells.framed(self.theme.weight)
        self.products = Grid(self, (PRODUCTS_AT, side), refs.product[0, 0], terms, "name_products")
        self.products.follow(self.multiplied, "main", "term")
        for grid, every in ((self.kernel, 1), (self.products, 1), (self.picture.grid, t.params.dilation)):
            grid.cursor(every * taps, "text", "term")
        self.sum = self.make_sum()

    def stage(self, refs: Refs) -> tuple[Picture, Grid]:
        """An image at the left, and at the right the output of its size, empty."""
        cell = min(LARGEST, SIDE / len(refs.padded))
        picture = Picture(self, (LEFT_EDGE, MIDDLE + cell * len(refs.padded) / 2), cell, refs)
        many = len(refs.output)
        side = many * max(cell, min(BROAD, ROOM / many))
        slot = [RIGHT_EDGE - max(side, ROOM) / 2, MIDDLE, 0], side
        named = "name_output", "activation"
        return picture, Grid(self, slot, refs.output, self.light, *named, empty=True)

    def reached(self, place: float) -> tuple[int, int]:
        """The place in the output whose window stands there."""
        return divmod(Visit.at(place).reached, len(self.trace.output))

    def multiplied(self, place: float, term: float) -> np.ndarray:
        """The first so many products at the window's place."""
        return first(self.refs.product[self.reached(place)], int(term + 1e-9))

    def make_sum(self) -> VGroup:
        """The sum of the products, as far as they are there."""
        equals = self.typeset("sum =", size=34).next_to(self.products.cells, DOWN, buff=0.2).shift(0.3 * LEFT)
        number = self.number(colour=self.theme.activation, size=34).centred_at(equals.get_right() + 0.15 * RIGHT)

        def at(place: float, term: float) -> None:
            number.write(self.words.number(self.refs.sum("product", int(term + 1e-9), self.reached(place)), tidy=True))

        return VGroup(equals, follow(number, "main", "term", at=at))

    @beat
    def show_picture(self) -> None:
        t, refs, picture = self.trace, self.refs, self.picture
        digit = Grid(self, DIGIT, t.picture, Scale())
        (piece,), small = digit.blocks([t.corner], t.params.size)
        block, order = digit.frames([t.corner], "data", t.params.size), np.arange(t.image.size).reshape(t.image.shape)
        lines = CornerLines(self, "data", "left").lead(piece, small, picture.frame.get_center(), picture.frame.side)
        picture.grid.follow(
            lambda cell: picture.ringed(np.where(order + 1 <= cell + 1e-9, refs.image, t.image)), "cell"
        )
        picture.grid.cells.rule(False)
        digit.cursor(t.corner + np.argwhere(order + 1), "text", "cell", width=3)
        self.add(digit.cells, picture.grid.cells, picture.frame, block, lines)
        rings = ("none", "one")[t.params.padding] if t.params.padding < 2 else "many"
        told = {"size": refs.params.size, "rings": refs.params.padding, "white": refs.largest("image")}
        self.caption(f"show_{rings}", source=self.source(None), **told)
        self.run(2.4, cell=t.image.size)
        self.swap([lines])
        picture.grid.cells.rule(True)
        self.swap([], [picture.zeros, picture.frame])

    @beat
    def sum_first(self) -> None:
        lines, frame, _ = self.walk.drawn
        self.rule = self.typeset(RULE, size=34).to_corner(UR, buff=MARGIN)
        self.new_page(
            [self.output.drawn, self.kernel.drawn, self.products.drawn, self.sum, self.rule], self.picture.drawn
        )
        self.caption("sum_first")
        self.play(Create(frame), run_time=0.5)
        self.run(2.6, term=self.trace.kernel.size)
        self.grow(lines, seconds=0.5)
        self.add(self.walk.drawn)
        self.run(self.reading_time_left(1.2), main=1)

    @beat
    def fill_output(self) -> None:
        self.caption("fill_output", size=self.refs.output_size)
        self.run(1.6, main=min(2, self.walk.count))
        if self.walk.count > 2:
            self.run(self.reading_time_left(min(self.walk.count / PACE, LONGEST)), main=self.walk.count)

    @beat
    def measure_size(self) -> None:
        refs, picture, output = self.refs, self.picture, self.output
        widest = SizeRule(self, refs, answer="{result}").to_corner(UR, buff=MARGIN)
        upper = SizeRule(self, refs, "").move_to(widest, LEFT)
        self.run(0.6, rate=smooth, main=0)
        self.new_page([upper], picture.drawn, output.cells, self.walk.drawn[1])
        self.caption("measure_size")
        known, lower = "", VGroup()
        for symbol, mark in measures(self, picture, refs).items():
            known += symbol
            lower = self.fill_in(upper, lower, known, mark)
        self.swap([], [self.room_left()], seconds=0.4)
        told = {"room": refs.room, "steps": refs.steps, "stride": refs.params.stride, "left": refs.left_over}
        self.caption(f"count_{self.trace.walk()}", **told)
        self.add(self.walk.drawn)
        self.run(self.reading_time_left(2.5), main=len(self.trace.output))
        self.remove(lower)
        self.add(SizeRule(self, refs, answer="{result}").move_to(lower, LEFT))
        self.swap([], [self.measured(output, refs)])

    def room_left(self) -> VGroup:
        """The room of the window at its first place, and above it what is left over when no step fits any more."""
        t, refs, last, marks = self.trace, self.refs, len(self.trace.padded), VGroup()
        parts = (t.span, NEAR, "text", refs.room), (last - t.left_over, FAR, "bad", refs.left_over)
        for start, far, role, count in parts:
            ends = [self.picture.at(0, col) + far * UP for col in (int(start), last)]
            marks.add(*[measure(self, [ends], UP, role, "{count}", count=count)] * bool(count.value))
        return marks

    def fill_in(self, upper: Any, lower: Any, known: str, mark: VGroup) -> Any:
        """Show a measure, and bring its number to the formula."""
        rule = SizeRule(self, self.refs, known).next_to(upper, DOWN, buff=0.15).align_to(upper, LEFT)
        courier = with_halo(VGroup(*mark[1].copy()), self.theme)  # no text any more: it may cross others on its way
        self.swap([], [mark], seconds=0.3)
        self.play(courier.animate(path_arc=PI / 4).move_to(rule.parts[known[-1]]), run_time=0.45)
        self.remove(courier, lower)
        self.add(rule)
        return rule

    def measured(self, output: Grid, refs: Refs) -> VGroup:
        """The side of an output, below it."""
        corners = (output.cells.get_corner(corner) + NEAR * DOWN for corner in (DL, DR))
        return measure(self, [[*corners]], DOWN, "activation", "m = {side}", side=refs.output_size)

    @beat
    def count_reached(self) -> None:
        runs = {name: run for name, run in self.runs.items() if name in ("valid", "padded")}
        counters = beside(self, runs, self.named, MIDDLE)
        self.new_page([*(counter.drawn for counter in counters), self.bar])
        self.caption("count_reached")
        self.run(1.8, **{counter.walk.axis: min(2, counter.walk.count) for counter in counters})
        self.run(self.reading_time_left(3), **{counter.walk.axis: counter.walk.count for counter in counters})
        corners = [one.picture.grid.frames([[one.picture.rings] * 2], "text") for one in counters]
        values = {"corner": self.named["padded"].reached[0, 0], "most": self.named["padded"].largest("reached")}
        if "valid" in runs:
            values["bare"] = self.named["valid"].reached[0, 0]
        self.caption("corner_both" if "valid" in runs else "corner_padded", **values)
        self.grow(*corners, seconds=0.3)
        for corner in corners:
            self.blink(corner)

    @beat
    def predict_stride(self) -> None:
        fine, coarse = self.named["padded"], self.named["stride"]
        picture, output = self.stage(fine)
        output.cells.paint(fine.output)
        walk = Walk(self, "stride", picture, output, self.runs["stride"], every=self.runs["stride"].params.stride)
        self.new_page([picture.drawn, output.drawn, walk.drawn, measures(self, picture, coarse)["s"]])
        self.caption("ask_stride", stride=coarse.params.stride)
        answered = self.ask(coarse, "s")
        self.wait(HOLD)
        self.add(marks := walk.marks())
        self.run(min(0.4 * walk.count, LONGEST), stride=walk.count)
        self.remove(self.rule)
        self.add(answered)
        self.caption("answer_stride", kept=coarse.count("output"), count=fine.count("output"))
        _, left = self.stage(coarse)
        kept = zip(
            coarse.output.flat,
            output.blocks(walk.cells)[0],
            left.blocks(np.argwhere(np.ones(left.values.shape)))[0],
            strict=True,
        )
        tiles = [
            (cells(self, np.array([[ref]]), self.light, output.side, old, output.places), new) for ref, old, new in kept
        ]
        self.add(*(tile for tile, _ in tiles))
        self.swap([output.drawn, marks, walk.drawn])
        self.play(*(tile.animate.set(height=left.side).move_to(new) for tile, new in tiles), run_time=1)
        self.swap([], [left.name, self.measured(left, coarse)])

    def ask(self, refs: Refs, symbol: str, *beside: Mobject) -> Any:
        """Ask for the size of an output, the knob that has changed blinking; what answers is kept for later."""
        answered = SizeRule(self, refs, answer="{result}").to_corner(UR, buff=MARGIN)
        self.rule = asked = SizeRule(self, refs, answer='"?"').move_to(answered, LEFT)
        self.swap([], [*beside, self.rule])
        self.blink(asked.parts[symbol])
        return answered

    @beat(when=lambda t: "dilation" in t.variants())
    def spread_taps(self) -> None:
        refs = self.named["dilation"]
        picture, output = self.stage(refs)
        walk = Walk(self, "dilated", picture, output, self.runs["dilation"]).carry()
        self.jump(spread=0)
        self.new_page([picture.drawn, output.drawn, walk.drawn])
        self.caption("spread_taps", dilation=refs.params.dilation, span=refs.span)
        self.run(1.2, rate=smooth, spread=1)
        answered = self.ask(refs, "d", measures(self, picture, refs)["d"])
        self.run(self.reading_time_left(min(0.3 * walk.count, LONGEST)), dilated=walk.count)
        self.remove(self.rule)
        self.add(answered)
        self.swap([walk.drawn[0]], [self.measured(output, refs)])

    @beat(summary=True)
    def compare(self) -> None:
        self.columns = columns(self, self.runs, self.named)
        self.new_page([*(column.drawn for column in self.columns), self.bar])
        self.caption("compare")
        self.walk_together(3.8)

    @beat(loop=True)
    def replay(self) -> None:
        self.jump(**{column.walk.axis: 0 for column in self.columns})
        self.walk_together(3.8)

    def walk_together(self, seconds: float) -> None:
        """Let all windows walk, and go back to their first places, where their lines cross no number."""
        walks = [column.walk for column in self.columns]
        self.run(seconds, **{walk.axis: walk.count for walk in walks})
        self.run(0.5, *(walk.drawn for walk in walks), rate=smooth, **{walk.axis: 0 for walk in walks})
