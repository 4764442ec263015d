"""The film of pooling: a window keeps one number, the gradient comes back to it, a shift is felt here and there."""

import numpy as np
from manim import DOWN, RIGHT, UP, Create, Group
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.pooling import Trace
from scenes._marks.colour_scale import Scale
from scenes._marks.grid import Grid, places_of
from scenes._marks.heat_map import HeatMap
from scenes._marks.window import SLID, Visit, Window
from scenes._props.pooling import GREY, Comparison, carry, maxima, rule, send, slide
from scenes._stage.clock import follow
from scenes._stage.fade import FadeOut
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.refs import values_of

HERE, MIDDLE, THERE = np.array([[-4.1, -0.2, 0], [0.45, 0.6, 0], [4.55, 0.1, 0]])  # centres
LARGE, MEDIUM, LITTLE = 5.4, 4.4, 2.4  # sides
SIZES = "{size_in} times {size_in} -> {size_out} times {size_out}"
SLOPE = {  # of an output in the cells of its window
    "max": 'gradient((partial y) / (partial x)) = cases(1 &quad (r, c) = op("argmax"), 0 &quad (r, c) != op("argmax"))',
    "average": "gradient((partial y) / (partial x)) = 1 / {count}",
}


class Pooling(Film):
    """Left the image, later its gradient; in the middle the window; right the output."""

    trace: Trace

    def build(self) -> None:
        t, refs, params = self.trace, self.refs, self.trace.params
        self.kind, self.count, self.maxima = params.kind, t.output.size, maxima(t)
        self.image = Grid(self, (HERE, LARGE), refs.image, GREY, "name_image", "data")
        self.output = Grid(self, (THERE, MEDIUM), refs.output, GREY, "name_output", "activation", bar=0.3, empty=True)
        view = refs.image[: params.window, : params.window]
        self.seen = Grid(self, (MIDDLE, LITTLE), view, GREY, "name_window")
        self.window = Window(self, self.image, self.seen, self.output, params.window, params.stride, source=self.maxima)
        self.mark, self.value = self.window.mark(), self.window.value(size=36)
        self.kept = self.image.frames([], "activation", width=4)
        sources = self.image.blocks([] if self.maxima is None else self.maxima)[0]
        follow(self.kept, "kept", at=lambda kept: self.kept.put(sources[: Visit.at(kept).reached + 1]))
        self.image.cursor(self.window.corners, "text", "tour", params.window)
        self.output.cursor(self.window.places, "activation", "tour")
        self.seen.cursor(np.argwhere(np.ones(view.shape)), "text", "cell")
        sizes = {"size_in": refs.length("row"), "size_out": refs.length("orow")}
        self.sizes = self.typeset(SIZES, size=36, **sizes).move_to(MIDDLE)

    @beat
    def show_image(self) -> None:
        params, frame = self.trace.params, self.window.frame
        self.add(self.image.drawn, self.output.drawn, self.sizes)
        self.caption("show_image", source=self.source(params.image), window=self.refs.params.window)
        self.play(Create(frame), run_time=0.5)
        self.remove(frame)
        self.run(self.reading_time_left(2), tour=self.count)
        self.add(frame)

    @beat
    def pool_first(self) -> None:
        refs = self.refs
        self.caption(f"keep_{self.kind}", count=refs.cells, value=refs.output[0, 0])
        tile = HeatMap(self.window.views[0], self.window.frame.height, *GREY).move_to(self.window.frame)
        self.play(FadeOut(self.sizes), run_time=0.3)
        self.play(tile.animate.set(height=LITTLE).move_to(MIDDLE), run_time=1)
        self.remove(tile)
        name = self.say(f"name_{self.kind}").move_to(MIDDLE + 1.75 * DOWN, RIGHT)
        self.value.centred_at(name.get_right() + 0.16 * RIGHT)
        self.middle = Group(self.seen.drawn, name, self.value, self.mark)
        self.add(self.middle, self.kept)
        self.deliver(0, 2.4)
        markup = rule(self.kind, self.trace.params.stride)
        self.write_rule(markup, seconds=0.5, stride=refs.params.stride, count=refs.cells)
        if self.count > 1:
            self.go_to(1)
            self.deliver(1, 1.8)

    @beat(when=lambda t: t.output.size > 1)
    def predict_next(self) -> None:
        views = values_of(self.window.views)
        candidates = range(2, max(3, 2 * self.count // 3))
        asked = max(candidates, key=lambda place: views[place].sum())  # there is much to choose from
        if asked > 2:
            self.visit(asked, min(0.4 * (asked - 2), 2))
        self.caption(f"ask_{self.kind}", count=self.refs.cells)
        self.go_to(asked)
        self.run(cell=int(self.trace.cells))
        self.caption(f"answer_{self.kind}", value=self.refs.output.flat[asked])
        self.deliver(asked, self.reading_time_left(2.2))
        self.left = self.count - asked - 1

    @beat(when=lambda t: t.output.size > 1)
    def fill_output(self) -> None:
        refs = self.refs
        size = {"rows": refs.length("orow"), "cols": refs.length("ocol")}
        self.caption(f"fill_{self.kind}", kept=refs.reached, cells=refs.count("image"), **size)
        if self.left:
            self.visit(self.count, self.reading_time_left(min(0.4 * self.left, 4)))

    @beat
    def send_back(self) -> None:
        t, refs, image = self.trace, self.refs, self.image
        scale = Scale(self.theme.sizes, 0, max(1.0, t.collected.max()))
        places, named = places_of(t.collected, 2), ("name_gradient", "gradient")
        self.gradient = Grid(self, (HERE, LARGE), refs.collected[0], scale, *named, places=places)
        sent = Grid(self, (THERE, MEDIUM), refs.output_gradient, scale, "name_sent", "gradient", bar=0.3)
        self.gradient.follow(lambda sent: refs.collected[int(sent + 1e-9)], "sent")
        send(self, self.window, self.gradient, sent, self.maxima)
        frame = self.window.sliding("text", "sent")
        self.swap([image.name, self.middle, self.output.drawn, self.rule, self.window.frame])
        image.cells.paint(t.image, written=False)
        shrink = Group(image.cells, self.kept).animate.scale(LITTLE / LARGE, about_point=HERE).shift(MIDDLE - HERE)
        self.swap([], [self.gradient.drawn, sent.drawn], shrink, seconds=0.8)
        one, share = refs.output_gradient[0, 0], refs.largest("jacobian")
        self.caption(f"back_{self.kind}", sent=one, share=share, count=refs.cells)
        name = image.name.next_to(image.cells, UP, buff=0.18)
        slope = self.typeset(SLOPE[self.kind], size=SMALL, count=refs.cells).next_to(image.cells, DOWN, buff=0.6)
        self.leaving = [self.gradient.drawn, sent.drawn, name, slope]
        self.swap([], [name, slope, frame])
        slow = min(2, self.count)
        self.run(self.reading_time_left(1.4 * slow), sent=slow)
        if self.count > slow:
            self.send_rest(self.count - slow)
        self.play(FadeOut(frame), run_time=0.3)

    @beat(when=lambda t: len(t.shared_cells()) > 0)
    def look_closer(self) -> None:
        t = self.trace
        self.caption("collect", most=self.refs.largest("input_gradient"))
        self.call(t.shared_cells(), self.reading_time_left())

    @beat(summary=True)
    def shift_image(self) -> None:
        shift, image = self.trace.params.shift or 1, self.image
        still, moved = self.rerun(shift=0), self.rerun(shift=shift)
        refs = self.refs_of(moved)
        asked = {"shift": refs.params.shift, "count": refs.count("output")}
        self.caption("ask_shift" if self.count > 1 else "ask_single", **asked)
        self.play(FadeOut(*self.leaving), run_time=0.5)
        grow = Group(image.cells, self.kept).animate.shift(HERE - MIDDLE).scale(LARGE / LITTLE, about_point=HERE)
        self.play(grow, run_time=0.7)
        compared = Comparison(self, self.window, still, moved)
        slide(image.cells, self.refs_of(still).image, moved.params.shift)
        name = image.name.next_to(image.cells, UP, buff=0.18)
        self.swap([], [*compared.drawn, compared.windows, name], seconds=0.5)
        gone = [] if self.maxima is None else [carry(self.window, self.kept, maxima(still), moved.params.shift)]
        self.compared = compared
        self.add(compared.felt.show(0), self.kept, *gone, compared.changes)
        self.run(1.5, rate=ease_in_out_sine, shift=1)
        self.run(self.reading_time_left(4), seen=self.count)
        self.caption(f"shift_{moved.shift_effect()}_{self.kind}", changed=refs.changes)
        self.grow(compared.felt)

    @beat(loop=True)
    def shift_again(self) -> None:
        self.compared.felt.show(0)
        self.jump(seen=0)
        self.run(1.2, rate=ease_in_out_sine, shift=0)
        self.wait(0.5)
        self.run(1.8, rate=ease_in_out_sine, shift=1)
        self.jump(seen=self.count)
        self.grow(self.compared.felt, seconds=1.2)

    def go_to(self, place: int) -> None:
        """Slide to a place; its value is open."""
        self.run(0.5, rate=ease_in_out_sine, place=place + SLID)

    def deliver(self, place: int, seconds: float) -> None:
        """Let what is kept of the window blink, then carry it to the output; so many `seconds` in all."""
        self.jump(place=place + SLID, kept=place + SLID)
        self.blink(self.mark)
        self.visit(place + 1, seconds - 0.9)

    def visit(self, places: int, seconds: float) -> None:
        """Go on until so many values are in the output."""
        self.run(seconds, place=places, kept=places)

    def send_rest(self, left: int) -> None:
        """Let the other outputs send their gradients, and tell which cells receive them."""
        t, refs = self.trace, self.refs
        self.caption(f"reached_{t.receivers()}", reached=refs.reached, cells=refs.count("image"))
        self.run(self.reading_time_left(min(0.3 * left, 4)), sent=self.count)
        if len(t.tied_cells()):
            self.call(t.tied_cells(), 1)

    def call(self, cells: np.ndarray, seconds: float) -> None:
        """Frame some cells of the gradient, one after the other."""
        frames = self.gradient.frames(cells, "text")
        self.grow(frames, seconds=seconds)
        self.leaving.append(frames)
