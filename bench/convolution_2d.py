"""Convolution as manim's users write it: a Square and a DecimalNumber per cell, always_redraw for what moves."""

import numpy as np
from manim import (
    DL,
    DOWN,
    LEFT,
    ORIGIN,
    RIGHT,
    UL,
    UP,
    UR,
    Create,
    DecimalNumber,
    FadeIn,
    FadeOut,
    Group,
    ImageMobject,
    Line,
    Mobject,
    Square,
    UpdateFromAlphaFunc,
    ValueTracker,
    VGroup,
    always_redraw,
    linear,
)
from manim.constants import RESAMPLING_ALGORITHMS
from manim.utils.rate_functions import ease_in_out_sine

from bench._grid import below, block, colour_bar, grid, number
from bench._lecture import THEME, Lecture
from scenes._marks.frames import glide

PANEL, SMALL_PANEL, WIDE, PATCH = 4.2, 2.1, 4.8, 4
OUTER, INNER, UPPER, LOWER = 4.71, 1.25, 1.05, -1.3
FRAME, DETAIL = 14.22, 40
ASKED = 45  # place whose output is predicted
RULE = "activation(y_(i, j)) = sum_(a, b) weight(w_(a, b)) thin data(x_(i + a, j + b))"
MOST_FOLLOWED = 6  # places a second up to which numbers in cells are written


class Convolution2d(Lecture):
    """Left the image, in the middle window times kernel, right the output; then the whole picture."""

    def construct(self) -> None:
        trace = self.trace
        self.size, self.side, self.columns = len(trace.image), len(trace.kernel), trace.output.shape[1]
        views = np.lib.stride_tricks.sliding_window_view(trace.image, trace.kernel.shape)
        self.views = views.reshape(-1, *trace.kernel.shape)
        self.low, self.high = np.floor(trace.image.min() * 10) / 10, np.ceil(trace.image.max() * 10) / 10
        self.asked = ASKED
        self.place, self.terms, self.filled = ValueTracker(0), ValueTracker(0), ValueTracker(0)
        self.written = True
        self.show_picture()
        self.read_cells()
        self.show_kernel()
        self.compute_first()
        self.move_on()
        self.predict_next()
        self.fill_output()
        self.sweep()
        self.filter_picture()
        self.look_closer()

    def show_picture(self) -> None:
        self.section("show_picture")
        trace = self.trace
        self.picture = image(trace.picture, PANEL)
        self.cells = self.grey_grid(trace.image, PANEL).move_to(2.35 * RIGHT)
        edges = self.cells.copy().set_fill(opacity=0)
        self.add(self.picture)
        source = self.words.sentence("source")
        self.caption("show_picture", source=source, rows=len(trace.picture), size=self.size)
        self.play(self.picture.animate.move_to(2.35 * LEFT), FadeIn(edges), run_time=0.8)
        self.remove(edges)
        done = ValueTracker(0)
        self.add(self.cells.add_updater(lambda cells: show_first(cells, int(done.get_value()))))
        places = grid(trace.image, PANEL).move_to(self.picture)
        mark = always_redraw(
            lambda: Square(PANEL / self.size, color=THEME.data, stroke_width=5).move_to(
                places[max(int(done.get_value()) - 1, 0)]
            )
        )
        self.add(mark)
        self.play(done.animate.set_value(self.size**2), run_time=2.5, rate_func=linear)
        self.cells.clear_updaters()
        self.play(FadeOut(mark), run_time=0.3)

    def read_cells(self) -> None:
        self.section("read_cells")
        picture = np.lib.stride_tricks.sliding_window_view(self.trace.image, (PATCH, PATCH))
        row, col = np.unravel_index(np.ptp(picture, axis=(2, 3)).argmax(), picture.shape[:2])
        self.caption("read_cells")
        self.play(self.picture.animate.move_to(OUTER * LEFT), self.cells.animate.move_to(ORIGIN), run_time=0.6)
        patch = self.grey_grid(picture[row, col], PANEL, written=True).move_to(OUTER * RIGHT)
        seen = block(self.cells, row, col, PATCH, self.size, THEME.data)
        lines = VGroup(
            *(
                Line(seen.get_corner(start), patch[0].get_corner(end), color=THEME.data, stroke_width=2)
                for start, end in ((UR, UL), (RIGHT + DOWN, DL))
            )
        )
        bar = self.bar(patch, PANEL)
        self.play(Create(seen), run_time=0.5)
        edges = patch[0].copy().set_fill(opacity=0)
        self.play(FadeIn(lines, edges, bar), run_time=0.4)
        self.fill(patch, self.reading_time_left())
        self.remove(edges)
        self.leaving = Group(self.picture, patch, seen, lines, bar)

    def show_kernel(self) -> None:
        self.section("show_kernel")
        kernel = self.trace.kernel
        outline = Square(PANEL, color=THEME.data, stroke_width=5).move_to(OUTER * LEFT)
        self.large = grid(kernel, 12 / 7 * SMALL_PANEL, -kernel.max(), kernel.max(), written=True).move_to([2.1, 0, 0])
        name = self.say("name_gaussian", color=THEME.weight).next_to(self.large, UP, buff=0.2)
        self.entering = Group(name, below(colour_bar(-kernel.max(), kernel.max(), 3.6), self.large))
        self.image_name = self.say("name_image", color=THEME.data).move_to([-OUTER, PANEL / 2 + 0.35, 0])
        self.play(
            FadeOut(self.leaving), self.cells.animate.move_to(OUTER * LEFT), FadeIn(self.image_name), run_time=0.8
        )
        edges = self.large[0].copy().set_fill(opacity=0)
        self.play(FadeIn(outline, self.bar(outline, PANEL), edges, self.entering), run_time=0.4)
        self.caption("kernel_gaussian", sum=self.trace.kernel_sum)
        self.fill(self.large, self.reading_time_left())
        self.remove(edges)

    def compute_first(self) -> None:
        self.section("compute_first")
        output = self.trace.output
        self.output = self.grey_grid(output, PANEL).move_to(OUTER * RIGHT)
        empty = self.output.copy().set_fill(opacity=0)
        name = self.say("name_output", color=THEME.activation).next_to(self.output, UP, buff=0.2)
        small = self.large.animate.scale(7 / 12).move_to([INNER, UPPER, 0])
        self.play(FadeOut(self.entering), small, FadeIn(empty, name, self.bar(self.output, PANEL)), run_time=0.8)
        self.remove(empty)
        self.add(self.output.add_updater(lambda cells: show_first(cells, int(self.filled.get_value()))))
        self.kernel_name = self.say("name_gaussian", color=THEME.weight).next_to(self.large, UP, buff=0.2)
        self.add(self.kernel_name)
        frame = always_redraw(self.window_on_image)
        self.play(Create(frame), run_time=0.6)
        self.caption("lay_kernel")
        seen = self.grey_grid(self.views[0], frame.height).move_to(frame)
        self.play(seen.animate.set(height=SMALL_PANEL).move_to([-INNER, UPPER, 0]), run_time=1.2)
        self.remove(seen)
        self.add(always_redraw(self.window), always_redraw(self.products))
        self.play(FadeIn(self.names()), run_time=0.6)
        self.multiply(self.reading_time_left(3.6))
        self.caption("add_up")
        self.play(FadeIn(self.formula(RULE).to_corner(UR, buff=0.3)), run_time=0.6)
        self.deliver(self.reading_time_left(1.5))

    def move_on(self) -> None:
        self.section("move_on")
        self.caption("move_one", stride=1)
        self.go_to(1)
        self.multiply(1)
        self.deliver(0.6)
        if self.asked > 2:
            self.run(2, self.asked, min(0.4 * (self.asked - 2), 2))

    def predict_next(self) -> None:
        self.section("predict_next")
        before, value = self.trace.output.flat[self.asked - 1 : self.asked + 1]
        self.caption("ask_next", before=before)
        self.go_to(self.asked)
        question = self.write("?", 34, THEME.activation).move_to(self.sum, LEFT)
        self.remove(self.sum)
        self.add(question)
        row, col = divmod(self.asked, self.columns)
        target = block(self.output, row, col, 1, self.columns, THEME.activation)
        self.play(Create(target), run_time=0.5)
        self.wait(0.8)
        self.remove(question)
        self.add(self.sum)
        self.multiply(self.reading_time_left(2))
        self.caption("answer_larger_mean" if value > before else "answer_smaller_mean", value=value)
        turn = UpdateFromAlphaFunc(self.place, lambda place, share: place.set_value(self.asked - (share < 0.5)))
        self.play(turn, run_time=1.6, rate_func=linear)
        self.deliver(self.reading_time_left(1))
        self.remove(target)

    def fill_output(self) -> None:
        self.section("fill_output")
        rows, cols = self.trace.output.shape
        self.caption("fill_output", rows=rows, cols=cols)
        self.run(self.asked + 1, rows * cols, self.reading_time_left(3))

    def sweep(self) -> None:
        self.section("sweep")
        self.play(self.filled.animate.set_value(0), run_time=0.6, rate_func=linear)
        self.run(0, self.trace.output.size, 4)

    def filter_picture(self) -> None:
        self.section("filter_picture")
        trace = self.trace
        staying = (self.heading, self.spoken, self.large, self.kernel_name)
        leaving = [mobject for mobject in self.mobjects if mobject not in staying]
        for mobject in leaving:
            mobject.clear_updaters()
        kernel = Group(self.large, self.kernel_name)
        self.play(FadeOut(*leaving), kernel.animate.move_to(0.8 * UP), run_time=0.8)
        rows, less = len(trace.picture), len(trace.filtered)
        sizes = self.formula(f"{rows} times {rows} --> {less} times {less}", 24).next_to(kernel, DOWN, buff=0.4)
        self.centre = np.array([(FRAME - WIDE) / 2 - 0.3, 0.25, 0])
        self.before = image(trace.picture, WIDE).move_to(self.centre * [-1, 1, 1])
        bars = [below(colour_bar(0, 1, WIDE), Square(WIDE).move_to(self.centre * [end, 1, 1])) for end in (-1, 1)]
        self.play(FadeIn(self.before, *bars, sizes), run_time=0.6)
        self.caption("filter_picture", places=less**2)
        done = ValueTracker(0)

        def filtered() -> ImageMobject:
            shown = np.zeros_like(trace.filtered)
            rows_done = round(done.get_value())
            shown[:rows_done] = trace.filtered[:rows_done]
            return image(shown, WIDE).move_to(self.centre)

        self.after = always_redraw(filtered)
        self.add(self.after)
        self.play(done.animate.set_value(less), run_time=self.reading_time_left(2), rate_func=linear)
        self.after.clear_updaters()

    def look_closer(self) -> None:
        self.section("look_closer")
        picture, filtered = self.trace.picture, self.trace.filtered
        many = len(picture) // DETAIL
        blocks = picture[: many * DETAIL, : many * DETAIL].reshape(many, DETAIL, many, DETAIL)
        row, col = DETAIL * np.array(divmod(int(blocks.std(axis=(1, 3)).argmax()), many))
        cell = WIDE / len(picture)
        seen = Square(DETAIL * cell, color=THEME.data, stroke_width=5)
        seen.move_to(self.before.get_corner(UL) + cell * np.array([col, -row, 0]), UL)
        self.caption("effect_gaussian")
        self.play(Create(seen), run_time=0.5)
        self.play(FadeOut(seen), run_time=0.3)
        zoom = ValueTracker(0)

        def closer(values: np.ndarray, place: np.ndarray) -> ImageMobject:
            size = len(values)
            side = size * (DETAIL / size) ** zoom.get_value()
            start = np.minimum([row, col], size - DETAIL) * (size - side) / (size - DETAIL)
            rows, cols = (np.linspace(low, low + side - 1, size).round().astype(int) for low in start)
            return image(values[np.ix_(rows, cols)], WIDE).move_to(place)

        self.remove(self.before, self.after)
        self.add(always_redraw(lambda: closer(picture, self.centre * [-1, 1, 1])))
        self.add(always_redraw(lambda: closer(filtered, self.centre)))
        self.play(zoom.animate.set_value(1), run_time=self.reading_time_left(2.5), rate_func=ease_in_out_sine)

    def fill(self, panel: VGroup, seconds: float) -> None:
        """Let cells and their numbers appear, one after the other."""
        done = ValueTracker(0)

        def show(panel: VGroup) -> None:
            for group in panel:
                show_first(group, round(done.get_value()))

        self.add(panel.add_updater(show))
        self.play(done.animate.set_value(len(panel[0])), run_time=seconds, rate_func=linear)
        panel.clear_updaters()

    def multiply(self, seconds: float) -> None:
        """Compute the products one after the other."""
        panels = self.window()[0], self.large[0], self.products()[0]
        corners = [panel.get_corner(UL) for panel in panels]
        cell = SMALL_PANEL / self.side

        offsets = cell * np.array([[col + 0.5, -row - 0.5, 0] for row, col in np.ndindex(self.side, self.side)])

        def cursors() -> VGroup:
            offset = glide(offsets, self.terms.get_value() - 1)
            return VGroup(*(Square(cell, color=THEME.text, stroke_width=5).move_to(at + offset) for at in corners))

        moving = always_redraw(cursors)
        self.add(moving)
        self.terms.set_value(0)
        self.play(self.terms.animate.set_value(self.side**2), run_time=seconds, rate_func=linear)
        self.remove(moving)

    def deliver(self, seconds: float) -> None:
        """Carry the sum to its cell of the output."""
        place = int(self.place.get_value())
        tile = self.grey_grid(self.trace.output.flat[place : place + 1][None], 0.45).next_to(self.sum, RIGHT, buff=0.25)
        self.play(FadeIn(tile), run_time=0.3)
        target = self.output[place]
        self.play(tile.animate.set(height=target.height).move_to(target), run_time=seconds)
        self.filled.set_value(place + 1)
        self.remove(tile)

    def go_to(self, place: int) -> None:
        """Move the window on."""
        self.terms.set_value(0)
        self.play(self.place.animate.set_value(place), run_time=0.6)

    def run(self, start: int, stop: int, seconds: float) -> None:
        """Let the window slide from place to place, its sums filling the output."""
        self.written = (stop - start) / seconds <= MOST_FOLLOWED
        self.place.set_value(start)
        self.filled.set_value(start + 1)
        self.terms.set_value(self.side**2)
        moves = self.place.animate.set_value(stop - 1), self.filled.animate.set_value(stop)
        self.play(*moves, run_time=seconds, rate_func=linear)
        self.written = True

    def window_on_image(self) -> Square:
        row, col = divmod(int(self.place.get_value()), self.columns)
        return block(self.cells, row, col, self.side, self.size, THEME.weight)

    def window(self) -> VGroup:
        values = self.views[int(self.place.get_value())]
        panel = self.grey_grid(values, SMALL_PANEL, written=self.written)
        return (panel if self.written else VGroup(panel)).move_to([-INNER, UPPER, 0])

    def products(self) -> VGroup:
        """Those that have been computed."""
        values, kernel = self.views[int(self.place.get_value())] * self.trace.kernel, self.trace.kernel
        panel = grid(values, SMALL_PANEL, 0, kernel.max(), written=self.written)
        panel = (panel if self.written else VGroup(panel)).move_to([0, LOWER, 0])
        for group in panel:
            show_first(group, int(self.terms.get_value()))
        return panel

    def names(self) -> VGroup:
        """What the panels are called, and the sum."""
        upper = UPPER + SMALL_PANEL / 2 + 0.3
        window = self.say("name_window", color=THEME.data).move_to([-INNER, upper, 0])
        products = self.say("name_products").next_to([-SMALL_PANEL / 2, LOWER, 0], LEFT, buff=0.15)
        word = self.say("name_sum", 30).move_to([-0.08, LOWER - SMALL_PANEL / 2 - 0.4, 0], RIGHT)
        self.sum = number(0, 34, 3, edge_to_fix=LEFT).set_color(THEME.activation).next_to(word, RIGHT, buff=0.16)
        self.sum.add_updater(lambda shown: self.add_up(shown))  # a method would be copied with its scene
        return VGroup(window, products, word, self.sum, self.formula("times", 34).move_to([0, UPPER, 0]))

    def add_up(self, shown: DecimalNumber) -> None:
        values = self.views[int(self.place.get_value())] * self.trace.kernel
        shown.set_value(values.flat[: int(self.terms.get_value())].sum())

    def grey_grid(self, values: np.ndarray, side: float, *, written: bool = False) -> VGroup:
        return grid(values, side, self.low, self.high, written=written)

    def bar(self, panel: Mobject, width: float) -> VGroup:
        return below(colour_bar(self.low, self.high, width), panel)


def image(values: np.ndarray, side: float) -> ImageMobject:
    """A picture whose cells are seen as they are."""
    picture = ImageMobject(np.uint8(255 * np.clip(values, 0, 1)))
    picture.set_resampling_algorithm(RESAMPLING_ALGORITHMS["nearest"])
    return picture.set(height=side)


def show_first(cells: VGroup, count: int) -> None:
    """Fill the first cells only."""
    for index, cell in enumerate(cells):
        cell.set_fill(opacity=float(index < count))
