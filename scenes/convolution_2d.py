"""The film of convolution: a window slides over an image, and at each of its places gives one weighted sum."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Create, FadeIn, FadeOut, Group
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.convolution_2d import Trace
from scenes._marks.cells import Cells, Scale, guides
from scenes._marks.sliding import GREY, OUTER, PANEL, ConvolutionPanels, rule, telling_place, windows
from scenes._props.convolution_2d import ZoomPair, redraw
from scenes._stage.film import MARGIN, SMALL, Film
from scenes._stage.sources import count, first, length
from scenes._stage.words import Name

PATCH = 4  # cells a side of the enlarged patch


class Convolution2d(Film):
    """Left the image, in the middle window times kernel, right the output; then the whole picture."""

    trace: Trace

    def construct(self) -> None:
        self.show_picture()
        self.read_cells()
        self.show_kernel()
        self.compute_first()
        if self.sliding.count > 1:
            self.move_on()
            self.predict_next()
            self.fill_output()
        self.sweep()
        self.filter_picture()
        self.look_closer()

    def setup(self) -> None:
        super().setup()
        trace, params = self.trace, self.trace.params
        self.rings: Any = trace.rings[()]
        self.kind = "single" if trace.kernel.size == 1 else params.kernel
        self.growth = 1 if self.kind == "single" else 12 / 7  # of the kernel when it is first shown
        self.sliding = ConvolutionPanels(self, f"name_{self.kind}")
        self.asked = telling_place(trace.output)

    def show_picture(self) -> None:
        self.begin("show_picture")
        trace = self.trace
        self.picture = Cells(trace.picture, GREY, PANEL, self.theme, lines=False)
        self.cells = Cells(first(trace.image, 0), self.sliding.light, PANEL, self.theme)
        self.add(self.picture)
        file = trace.params.image
        source = Name(file.name) if file else self.words.sentence("source")
        self.caption("show_picture", source=source, rows=length(trace.picture), size=trace.params.size)
        self.play(self.picture.animate.move_to(2.35 * LEFT), FadeIn(self.cells.move_to(2.35 * RIGHT)), run_time=0.8)
        redraw(self, self.cells, trace.image, self.picture)

    def read_cells(self) -> None:
        self.begin("read_cells")
        image, side = self.trace.image, min(PATCH, self.trace.params.size)
        views = windows(image, side, 1)
        place = int(np.ptp(views, axis=(1, 2)).argmax())
        row, col = divmod(place, len(image) - side + 1)
        self.caption("read_cells")
        self.play(self.picture.animate.move_to(OUTER * LEFT), self.cells.animate.move_to([0, 0, 0]), run_time=0.6)
        patch = self.sliding.grid(first(views[place], 0), self.sliding.light, PANEL, [OUTER, 0, 0])
        block = self.cells.frame(row, col, side, self.theme.data)
        lines, bar = guides(block, patch, self.theme.data), self.sliding.legend(patch)
        self.play(Create(block), run_time=0.5)
        self.play(FadeIn(lines, patch, bar), run_time=0.4)
        self.sliding.fill(patch, views[place], self.reading_time_left())
        self.leaving = Group(self.picture, patch, block, lines, bar)

    def show_kernel(self) -> None:
        self.begin("show_kernel")
        sliding, size, kernel = self.sliding, self.trace.params.size, self.trace.kernel
        share = size / (size + 2 * self.rings)
        sliding.image.add(sliding.image.frame(self.rings, self.rings, size, self.theme.data))
        self.large = sliding.grid(
            first(kernel, 0), sliding.kernel.colours, sliding.kernel.height * self.growth, [2.1, 0, 0]
        )
        name = sliding.names["kernel"].copy().next_to(self.large, UP, buff=0.2)
        self.entering = Group(name, sliding.legend(self.large, 3.6))
        self.play(
            FadeOut(self.leaving),
            self.cells.animate.scale(share).move_to(sliding.image),
            FadeIn(sliding.names["image"], sliding.legend(sliding.image), self.large, self.entering),
            run_time=0.8,
        )
        if self.rings:
            self.caption("pad_one" if self.rings == 1 else "pad_many", rings=self.rings)
        self.play(FadeIn(sliding.image), run_time=self.reading_time_left(0.4))
        self.remove(self.cells)
        self.caption(f"kernel_{self.kind}", sum=self.trace.kernel_sum)
        sliding.fill(self.large, kernel, self.reading_time_left())

    def compute_first(self) -> None:
        self.begin("compute_first")
        sliding, names, stride = self.sliding, self.sliding.names, self.trace.params.stride
        self.large.paint(self.trace.kernel, written=sliding.kernel.written)
        self.play(
            FadeOut(self.entering),
            self.large.animate.scale(1 / self.growth).move_to(sliding.kernel),
            FadeIn(sliding.output.paint(first(self.trace.output, 0)), names["output"], sliding.legend(sliding.output)),
            run_time=0.8,
        )
        self.remove(self.large)
        self.add(sliding.kernel, names["kernel"])
        self.play(Create(sliding.frame), run_time=0.6)
        self.caption("lay_kernel")
        sliding.call_window()
        entering = [names[key] for key in ("window", "times", "products", "sum")]
        self.play(FadeIn(*entering, sliding.terms, sliding.sum), run_time=0.6)
        sliding.multiply(0, self.reading_time_left(min(0.6 * self.trace.kernel.size, 3.6)))
        self.caption("add_up")
        formula = self.typeset(rule(stride, self.rings), stride=stride, rings=self.rings)
        self.play(FadeIn(formula.to_corner(UR, buff=MARGIN)), run_time=0.6)
        sliding.deliver(0, self.reading_time_left(1.5))

    def move_on(self) -> None:
        self.begin("move_on")
        stride = self.trace.params.stride
        self.caption("move_one" if stride == 1 else "move_many", stride=stride)
        self.sliding.go_to(1)
        self.sliding.multiply(1, 1)
        self.sliding.deliver(1, 0.6)
        if self.asked > 2:
            self.sliding.run(2, self.asked, min(0.4 * (self.asked - 2), 2))

    def predict_next(self) -> None:
        self.begin("predict_next")
        sliding, place = self.sliding, self.asked
        before, value = self.trace.output.flat[place - 1 : place + 1]
        target = sliding.target(place)
        self.caption("ask_next", before=before)
        sliding.go_to(place)
        self.rewrite(sliding.sum, np.nan)
        self.play(Create(target), run_time=0.5)
        self.wait(0.8)
        sliding.multiply(place, self.reading_time_left(2))
        kind = "signed" if self.trace.kernel.min() < 0 else "mean"
        same = self.words.number(value) == self.words.number(before)
        turn = "larger" if value > before else "smaller"
        self.caption("answer_same" if same else f"answer_{turn}_{kind}", value=value)
        sliding.look_back(place, 1.6)
        sliding.deliver(place, self.reading_time_left(1))
        self.remove(target)

    def fill_output(self) -> None:
        self.begin("fill_output")
        sliding, place = self.sliding, self.asked + 1
        rows, cols = (length(self.trace.output, axis) for axis in (0, 1))
        self.caption("fill_output", rows=rows, cols=cols)
        if sliding.count - place > 1:
            sliding.run(place, sliding.count, self.reading_time_left(3))
        else:
            sliding.go_to(place)
            sliding.multiply(place, 1.5)
            sliding.deliver(place, self.reading_time_left())

    def sweep(self) -> None:
        self.begin("sweep", loop=True)
        sliding, count = self.sliding, self.sliding.count
        self.drive(
            lambda share: sliding.stand(count - 1, filled=round((1 - share) * count)), *sliding.moving(), seconds=0.6
        )
        if count == 1:
            sliding.multiply(0, 3)
        sliding.run(0, count, min(0.8 * count, 4))

    def filter_picture(self) -> None:
        self.begin("filter_picture")
        trace, sliding = self.trace, self.sliding
        kernel = Group(sliding.kernel, sliding.names["kernel"])
        staying = [self.title, self._caption, *kernel]
        leaving = [mobject for mobject in self.mobjects if mobject not in staying]
        self.play(FadeOut(*leaving), kernel.animate.move_to(0.8 * UP), run_time=0.8)
        rows, less = length(trace.picture), length(trace.filtered)
        sizes = self.typeset("{rows} times {rows} --> {less} times {less}", size=SMALL, rows=rows, less=less)
        signed = Scale.around_zero(self.theme.signed, trace.filtered, share=0.99)
        colours = GREY, signed if sliding.around_zero else GREY
        start = trace.params.kernel_size // 2 - self.rings
        self.lens = lens = ZoomPair(self, (trace.picture, trace.filtered), colours, trace.params.stride, start)
        self.play(FadeIn(lens.before, lens.legends, sizes.next_to(kernel, DOWN, buff=0.4)), run_time=0.6)
        self.caption("filter_picture", places=count(trace.filtered))
        self.add(lens.after)
        self.drive(lens.develop, lens.after, seconds=self.reading_time_left(2))

    def look_closer(self) -> None:
        self.begin("look_closer")
        lens = self.lens
        self.caption(f"effect_{self.kind}")
        self.play(Create(lens.block), run_time=0.5)
        self.play(FadeOut(lens.block), run_time=0.3)
        self.drive(lens.look, lens.before, lens.after, seconds=self.reading_time_left(2.5), rate=ease_in_out_sine)
