"""The film of convolution: a window walks over an image, a weighted sum at each of its places."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Arrow, Create, FadeIn, FadeOut, Group, Square, VGroup, rate_functions

from mathcore.convolution_2d import Trace
from scenes._parts.cells import Cells, ColourBar, Scale, guides
from scenes._stage import BODY, MARGIN, SMALL, Stage

GREY = Scale("gray")
PANEL, WIDE = 4.2, 5.0  # sides of the grids beside each other, and of the whole pictures
LEFT_PANEL, RIGHT_PANEL = 4.71 * LEFT, 4.71 * RIGHT
LONGEST_NAME = 20  # characters of a user's file that are shown
FASTEST = 6  # positions per second at which numbers in cells can still be followed


class Convolution2d(Stage):
    """Left the image, in the middle window, kernel and products, right the output."""

    trace: Trace

    def construct(self) -> None:
        self.show_picture()
        self.show_kernel()
        self.compute_first()
        if self.count > 2:
            self.move_on()
        if self.count > 1:
            self.predict_next()
        self.fill_output()
        self.sweep()
        self.filter_picture()
        self.look_closer()

    def setup(self) -> None:
        super().setup()
        trace, params, theme = self.trace, self.trace.params, self.theme
        self.rings = params.kernel_size // 2 if params.padding == "same" else 0
        self.padded = np.pad(trace.image, self.rings)
        windows = np.lib.stride_tricks.sliding_window_view(self.padded, trace.kernel.shape)
        self.windows = windows[:: params.stride, :: params.stride].reshape(-1, *trace.kernel.shape)
        self.products = self.windows * trace.kernel
        self.count = len(self.windows)
        self.asked = self.telling_position()
        signed = trace.kernel.min() < 0
        self.weights = Scale.around_zero(theme.signed, trace.kernel)
        parts = Scale.around_zero(theme.signed, self.products) if signed else Scale("gray", 0, trace.kernel.max())
        self.sums = Scale.around_zero(theme.signed, trace.output) if signed else GREY
        side = min(2.1, 1.2 * params.kernel_size)
        self.input = self.grid(self.padded, GREY, PANEL, LEFT_PANEL)
        self.window = self.grid(self.windows[0], GREY, side, [-1.25, 1.0, 0])
        self.kernel = self.grid(trace.kernel, self.weights, side, [1.25, 1.0, 0])
        self.terms = self.grid(self.products[0], parts, side, [0, -1.4, 0])
        self.output = self.grid(trace.output, self.sums, PANEL, RIGHT_PANEL)
        self.frame = self.input.frame(0, 0, params.kernel_size, theme.weight)
        self.sum = self.number(trace.output.flat[0], theme.activation, size=BODY + 4)

    def show_picture(self) -> None:
        self.beat("show_picture")
        trace, theme, size = self.trace, self.theme, self.trace.params.size
        rows = len(trace.picture)
        picture = GREY.map(trace.picture, PANEL)
        cells = Cells(np.full_like(trace.image, np.nan), GREY, PANEL, theme.faint)
        self.play(FadeIn(picture))
        self.caption("show_picture", source=self.source(), rows=rows, size=size)
        self.play(picture.animate.move_to(2.35 * LEFT), FadeIn(cells.move_to(2.35 * RIGHT)))
        block = Square(PANEL / size, color=theme.data, stroke_width=5)
        corner = picture.get_corner([-1, 1, 0])

        def average(share: float) -> None:
            done = round(share * size**2)
            row, col = divmod(max(done - 1, 0), size)
            block.move_to(corner + PANEL / size * np.array([col + 0.5, -row - 0.5, 0]))
            cells.paint(_first(trace.image, done))

        self.add(block)
        self.drive(average, block, cells, seconds=3)
        self.play(FadeOut(block), run_time=0.3)
        self.read_cells(picture, cells)

    def read_cells(self, picture: Any, cells: Cells) -> None:
        """Enlarge a patch of the image, so that its numbers can be read."""
        trace, theme = self.trace, self.theme
        side = min(4, trace.params.size)
        views = np.lib.stride_tricks.sliding_window_view(trace.image, (side, side))
        place = np.unravel_index(np.ptp(views, axis=(2, 3)).argmax(), views.shape[:2])
        self.play(picture.animate.move_to(LEFT_PANEL), cells.animate.move_to([0, 0, 0]))
        patch = self.grid(views[place], GREY, PANEL, RIGHT_PANEL)
        block = cells.frame(*place, side, theme.data)
        lines = guides(block, patch, theme.data)
        bar = ColourBar(GREY, PANEL, theme, self.words).next_to(patch, DOWN, buff=0.25)
        self.play(Create(block))
        self.caption("read_cells")
        self.play(FadeIn(lines, patch, bar))
        self.wait(1)
        self.leaving = Group(picture, patch, block, lines, bar)
        self.cells = cells

    def show_kernel(self) -> None:
        self.beat("show_kernel")
        trace, theme, size = self.trace, self.theme, self.trace.params.size
        share = size / len(self.padded)
        self.play(FadeOut(self.leaving), self.cells.animate.scale(share).move_to(LEFT_PANEL))
        self.play(FadeIn(self.input), run_time=0.4)
        self.remove(self.cells)
        bar = ColourBar(GREY, PANEL, theme, self.words).next_to(self.input, DOWN, buff=0.25)
        names = [self.name("image", "data(x)", self.input), self.name(self.kernel_key(), "weight(w)", self.kernel)]
        large = self.grid(trace.kernel, self.weights, self.kernel.height * 12 / 7, [2.1, 0, 0])
        legend = ColourBar(self.weights, 3.6, theme, self.words).next_to(large, DOWN, buff=0.25)
        if self.rings:
            edge = Square(PANEL * share, color=theme.data, stroke_width=4).move_to(LEFT_PANEL)
            self.caption("pad_one" if self.rings == 1 else "pad_many", rings=self.rings)
            self.play(Create(edge))
        title = names[1].copy().next_to(large, UP, buff=0.2)
        self.play(FadeIn(large, title, legend, bar, names[0]))
        self.caption(f"kernel_{self.kernel_key()}", size=trace.params.kernel_size)
        self.wait(1)
        self.leaving, self.large = Group(title, legend), large
        self.names = names

    def compute_first(self) -> None:
        self.beat("compute_first")
        theme = self.theme
        times = self.typeset("times", size=BODY + 4).move_to([0, 1.0, 0])
        self.large.paint(self.trace.kernel, written=self.kernel.cell >= 0.64)
        self.play(FadeOut(self.leaving), self.large.animate.scale(7 / 12).move_to(self.kernel), FadeIn(self.names[1]))
        self.remove(self.large)
        self.add(self.kernel)
        self.caption("lay_kernel")
        self.play(Create(self.frame))
        flying = GREY.map(self.windows[0], self.frame.height).move_to(self.frame)
        self.play(flying.animate.set(height=self.window.height).move_to(self.window), run_time=1.2)
        self.window.paint(self.windows[0])
        self.add(self.window)
        self.remove(flying)
        self.play(FadeIn(times, self.name("window", "", self.window)), run_time=0.5)
        equals = VGroup(self.say("sum"), self.sum.centred_at(np.zeros(3)))
        self.play(FadeIn(self.terms.paint(_first(self.products[0], 0))))
        self.multiply(0, min(0.6 * self.trace.kernel.size, 5.5))
