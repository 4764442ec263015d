"""The film of convolution: a window slides over an image, and at each of its places gives one weighted sum."""

from pathlib import Path
from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Create, Group
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.convolution_2d import Trace
from scenes._marks.cells import Cells, ColourBar, guides
from scenes._marks.colour_scale import Scale
from scenes._marks.grid import Grid
from scenes._marks.heat_map import HeatMap
from scenes._marks.window import SLID, Visit, Window, windows
from scenes._props.convolution_2d import GREY, ZoomPair, rule, scales, telling_place
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn, FadeOut
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.refs import first, values_of

SIDE, SMALL_SIDE = 4.2, 2.1  # of the grids
OUTER, INNER, UPPER, LOWER = 4.71, 1.25, 1.05, -1.3  # distances of the grids from the middle of the frame
PATCH = 4  # cells a side of the enlarged patch
FOLLOWED = 6  # places a second up to which numbers in cells are read


class Convolution2d(Film):
    """Left the image, in the middle window times kernel, right the output; then the whole picture."""

    trace: Trace

    def build(self) -> None:
        t, refs, params, size = self.trace, self.refs, self.trace.params, len(self.trace.kernel)
        self.rings, self.kind = int(t.rings), t.kernel_name()
        self.light = Scale.spanning("gray", t.padded)
        self.terms, self.count, self.asked = t.kernel.size, t.output.size, telling_place(t.output)
        side, grey = min(SMALL_SIDE, 1.2 * size), windows(refs.padded, size, params.stride)
        products = refs.product.reshape(-1, size, size)  # [place krow kcol]
        of_kernel, of_products, of_output = scales(t.kernel, t.product, t.output, self.light, self.theme.signed)
        slots = [([x, y, 0], s) for x, y, s in ((-OUTER, 0, SIDE), (-INNER, UPPER, side), (INNER, UPPER, side))]
        self.image = Grid(self, slots[0], refs.padded, self.light, "name_image", "data", bar=0.26)
        self.seen = Grid(self, slots[1], grey[0], self.light, "name_window", "data", places=2)
        self.kernel = Grid(
            self, slots[2], refs.kernel, of_kernel, f"name_{self.kind}", "weight", places=3, fit=refs.kernel
        )
        self.kernel.cells.framed(self.theme.weight)
        self.products = Grid(self, ([0, LOWER, 0], side), products[0], of_products, places=3, fit=products)
        slot = [OUTER, 0, 0], SIDE
        self.output = Grid(self, slot, refs.output, of_output, "name_output", "activation", bar=0.26, fit=refs.output)
        self.sum, named = self.make_sum(), self.say("name_products", size=SMALL)
        start = np.tile(self.sum.get_right() + 0.5 * RIGHT, (self.count, 1)), 0.45
        self.window = Window(self, self.image, self.seen, self.output, size, params.stride, role="weight", start=start)
        self.window.multiply(self.kernel, self.products, products)
        times = self.typeset("times", size=34).move_to([0, UPPER, 0])
        self.middle = [self.seen.name, times, named.next_to(self.products.cells, LEFT, buff=0.15), self.named_sum]

    def make_sum(self) -> Any:
        """The sum of the first products at the window's place, open before the first."""
        self.named_sum = self.say("name_sum").move_to([-0.08, LOWER - SMALL_SIDE / 2 - 0.4, 0], RIGHT)
        number = self.number(self.refs.output[0, 0], self.theme.activation, size=34)
        number.centred_at(self.named_sum.get_right() + 0.16 * RIGHT)

        def at(place: float, term: float) -> None:
            added = int(term + 1e-9)
            where = divmod(Visit.at(place).reached, self.trace.output.shape[1])
            self.rewrite(number, self.refs.sum("product", added, where) if added else np.nan)

        return follow(number, "place", "term", at=at)

    @beat
    def show_picture(self) -> None:
        t, refs, params = self.trace, self.refs, self.trace.params
        self.picture = Cells(t.picture, GREY, SIDE, self.theme, lines=False)
        small = Grid(self, (2.35 * LEFT, SIDE), t.image, GREY)  # where its cells lie in the picture
        self.cells = Cells(first(t.image, 0), self.light, SIDE, self.theme).move_to(2.35 * RIGHT)
        follow(self.cells, "cell", at=lambda cell: self.cells.paint(first(t.image, round(cell))))
        small.cursor(np.argwhere(np.ones_like(t.image)), "data", "cell")
        self.add(self.picture)
        self.caption("show_picture", source=self.source(params.image), rows=refs.length("prow"), size=refs.params.size)
        self.play(self.picture.animate.move_to(2.35 * LEFT), FadeIn(self.cells), run_time=0.8)
        self.run(2.5, cell=t.image.size)

    @beat
    def read_cells(self) -> None:
        image, side = self.trace.image, min(PATCH, self.trace.params.size)
        views = windows(self.refs.image, side, 1)
        place = int(np.ptp(values_of(views), axis=(1, 2)).argmax())
        row, col = divmod(place, len(image) - side + 1)
        self.caption("read_cells")
        self.play(self.picture.animate.move_to(OUTER * LEFT), self.cells.animate.move_to([0, 0, 0]), run_time=0.6)
        patch = Grid(self, ([OUTER, 0, 0], SIDE), views[place], self.light, bar=0.26, empty=True, places=2)
        block = self.cells.frame(row, col, side, self.theme.data)
        lines = guides(block, patch.cells, self.theme.data)
        self.play(Create(block), run_time=0.5)
        self.play(FadeIn(lines, patch.fill("value"), patch.bar), run_time=0.4)
        self.run(value=views[place].size)
        self.leaving = Group(self.picture, patch.cells, block, lines, patch.bar)

    @beat
    def show_kernel(self) -> None:
        refs, params, image, kernel = self.refs, self.trace.params, self.image, self.kernel
        size = params.size
        image.cells.add(image.cells.frame(self.rings, self.rings, size, self.theme.data))
        self.growth = 1 if self.kind == "single" else 12 / 7 if len(refs.kernel) < 7 else 2.5  # when it is first shown
        slot = [2.1, 0, 0], kernel.cells.height * self.growth
        room = kernel.side if kernel.cells.written else None  # what is written in both is the same
        self.large = Grid(
            self,
            slot,
            refs.kernel,
            kernel.cells.colours,
            empty=True,
            places=3,
            fit=refs.kernel,
            room=room,
            narrowest=0.5,
        )
        self.large.cells.framed(self.theme.weight)
        name = kernel.name.copy().next_to(self.large.cells, UP, buff=0.2)
        bar = ColourBar(kernel.cells.colours, 3.6, self.theme, self.words).next_to(self.large.cells, DOWN, buff=0.26)
        self.entering = Group(name, bar)
        shrink = self.cells.animate.scale(size / (size + 2 * self.rings)).move_to(image.cells)
        entering = [image.name, image.bar, self.large.fill("weight"), self.entering]
        self.swap([self.leaving], entering, shrink, seconds=0.8)
        if self.rings:
            self.caption("pad_one" if self.rings == 1 else "pad_many", rings=refs.rings)
        self.play(FadeIn(image.cells), run_time=self.reading_time_left(0.4))
        self.remove(self.cells)
        file = self.source(params.kernel if isinstance(params.kernel, Path) else None)
        self.caption(f"kernel_{self.kind}", sum=refs.kernel_sum, file=file)
        self.run(weight=self.terms)

    @beat
    def compute_first(self) -> None:
        refs, window, output = self.refs, self.window, self.output
        self.large.cells.paint(refs.kernel, written=self.kernel.cells.written)
        home = self.large.cells.animate.scale(1 / self.growth).move_to(self.kernel.cells)
        self.swap([self.entering], [output.drawn], home, seconds=0.8)
        self.remove(self.large.cells)
        self.add(self.kernel.cells, self.kernel.name)
        self.play(Create(window.frame), run_time=0.6)
        self.caption("lay_kernel")
        tile = HeatMap(window.views[0], window.frame.height, *self.light).move_to(window.frame)
        self.play(tile.animate.set(height=self.seen.cells.height).move_to(self.seen.cells), run_time=1.2)
        self.remove(tile)
        self.add(self.seen.cells)
        self.swap([], [*self.middle, self.products.cells, self.sum])
        self.multiply(self.reading_time_left(min(0.6 * self.terms, 3.6)))
        self.caption("add_up")
        markup = rule(self.trace.params.stride, self.rings)
        self.write_rule(markup, seconds=0.6, stride=refs.params.stride, rings=refs.rings)
        self.visit(1, self.reading_time_left(1.5))

    @beat(when=lambda t: t.output.size > 1)
    def move_on(self) -> None:
        stride = self.trace.params.stride
        self.caption("move_one" if stride == 1 else "move_many", stride=self.refs.params.stride)
        self.go_to(1)
        self.multiply(1)
        self.visit(2, 0.9)
        if self.asked > 2:
            self.visit(self.asked, min(0.4 * (self.asked - 2), 2))

    @beat(when=lambda t: t.output.size > 1)
    def predict_next(self) -> None:
        place = self.asked
        before, value = self.refs.output.flat[place - 1 : place + 1]
        target = self.output.frames(self.window.places[place], "activation")
        self.caption("ask_next", before=before)
        self.go_to(place)
        self.play(Create(target), run_time=0.5)
        self.wait(0.4)
        self.multiply(self.reading_time_left(2))
        for position in (place, place + SLID):  # the place before, then this one, to be compared
            self.jump(place=position)
            self.wait(0.7)
        self.caption(f"answer_{self.trace.answer(place)}", value=value)
        self.visit(place + 1, self.reading_time_left(1.3))
        self.remove(target)

    @beat(when=lambda t: t.output.size > 1)
    def fill_output(self) -> None:
        place = self.asked + 1
        self.caption("fill_output", rows=self.refs.length("orow"), cols=self.refs.length("ocol"))
        if self.count - place > 1:
            self.visit(self.count, self.reading_time_left(3))
        else:
            self.go_to(place)
            self.multiply(1.5)
            self.visit(place + 1, self.reading_time_left())

    @beat(loop=True)
    def sweep(self) -> None:
        self.run(0.6, self.output.cells, kept=0)
        self.jump(place=0, kept=0)
        if self.count == 1:
            self.multiply(3)
        self.visit(self.count, min(0.8 * self.count, 4))

    @beat(summary=True)
    def filter_picture(self) -> None:
        refs, kernel = self.refs, Group(self.kernel.cells, self.kernel.name)
        staying = [self.title, self._caption, *kernel]
        leaving = [mobject for mobject in self.mobjects if mobject not in staying]
        self.play(FadeOut(*leaving), kernel.animate.move_to(0.8 * UP), run_time=0.8)
        told = {"rows": refs.length("prow"), "less": refs.length("frow")}
        sizes = self.typeset("{rows} times {rows} --> {less} times {less}", size=SMALL, **told)
        self.lens = ZoomPair(self)
        self.swap([], [self.lens.before, self.lens.bars, sizes.next_to(kernel, DOWN, buff=0.4)])
        self.caption("filter_picture", places=refs.count("filtered"))
        self.add(self.lens.after)
        self.run(self.reading_time_left(2), row=self.lens.rows)

    @beat
    def look_closer(self) -> None:
        self.caption(f"effect_{self.trace.effect()}", sum=self.refs.kernel_sum)
        self.play(Create(self.lens.block), run_time=0.5)
        self.play(FadeOut(self.lens.block), run_time=0.3)
        self.run(self.reading_time_left(2.5), rate=ease_in_out_sine, zoom=1)

    def go_to(self, place: int) -> None:
        """Slide to a place; none of its products is computed."""
        self.jump(term=0)
        self.run(0.6, rate=smooth, place=place + SLID)

    def multiply(self, seconds: float) -> None:
        """Compute the products one after the other, and add them up."""
        self.jump(term=0)
        self.run(seconds, term=self.terms)

    def visit(self, places: int, seconds: float) -> None:
        """Go on until so many sums are in the output; numbers in cells are written where they can be followed."""
        self.jump(term=self.terms)
        before = Visit.at(self.window.frame.places["place"]).place
        self.window.written = (places - before) / seconds <= FOLLOWED
        self.run(seconds, place=places, kept=places)
        self.window.written = True
        self.jump(place=places)
