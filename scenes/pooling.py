"""The film of pooling: a window keeps one number, the gradient comes back to it, a shift is felt here and there."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UR, Create, FadeIn, FadeOut, Group

from mathcore.pooling import Trace
from scenes._parts.gather import HERE, LARGE, LITTLE, MIDDLE, Gather, Scatter, cell_of, visit
from scenes._parts.nudge import Nudge
from scenes._parts.panel import colour_bar, name
from scenes._stage import MARGIN, Stage
from scenes._words import short


class Pooling(Stage):
    """Left the image, later its gradient; in the middle the window; right the output."""

    trace: Trace

    def construct(self) -> None:
        self.show_image()
        self.pool_first()
        if self.count > 2:
            self.predict_next()
        self.fill_output()
        self.send_back()
        self.read_gradient()
        self.shift_image()
        self.shift_again()

    def setup(self) -> None:
        super().setup()
        trace, params = self.trace, self.trace.params
        self.kind, self.count, self.cells = params.kind, trace.output.size, params.window**2
        self.gather = Gather(self, trace.image, trace.output, params.window, params.stride, maxima(trace))
        self.pooled = min(2, self.count)

    def show_image(self) -> None:
        self.beat("show_image")
        gather, params, theme = self.gather, self.trace.params, self.theme
        self.names = {
            "image": name(self, "name_image", gather.image, theme.data),
            "output": name(self, "name_output", gather.output, theme.activation),
        }
        self.right = Group(gather.output, self.names["output"], colour_bar(self, gather.output))
        self.add(gather.image, self.names["image"], self.right)
        source = short(params.image.name) if params.image else self.words.sentence("source")
        self.caption("show_image", source=source, size=params.size)
        target = gather.output.frame(0, 0, 1, theme.activation)
        self.play(Create(gather.frame), Create(target), run_time=0.6)
        self.caption("plan", window=params.window)

        def walk(place: int, _: float) -> None:
            gather.lay_frame(place)
            target.move_to(cell_of(gather.output, place)[0])

        visit(self, walk, 0, self.count, 3, None, [gather.frame, target])
        walk(0, 0)
        self.remove(target)

    def pool_first(self) -> None:
        self.beat("pool_first")
        gather, params = self.gather, self.trace.params
        gather.call_window()
        equals = self.say(f"name_{self.kind}").move_to(MIDDLE + [0, -1.75, 0], RIGHT)
        gather.value.centred_at(equals.get_right() + 0.16 * RIGHT)
        self.middle = Group(equals, gather.value, name(self, "name_window", gather.window, self.theme.text))
        self.add(self.middle, gather.marks, gather.mark)
        gather.stand(0)
        self.caption(f"keep_{self.kind}", count=self.cells, value=self.trace.output[0, 0])
        gather.deliver(0, 2)
        self.formula = self.typeset(self.rule(), stride=params.stride, count=self.cells).to_corner(UR, buff=MARGIN)
        self.play(FadeIn(self.formula))
        if self.count > 1:
            gather.go_to(1)
            gather.deliver(1, 1.5)

    def rule(self) -> str:
        """The formula of an output; the stride stands in it where it matters."""
        step = "{stride} " * (self.trace.params.stride > 1)
        kept = "max" if self.kind == "max" else "1/{count} sum"
        return f"activation(y_(i, j)) = {kept}_(a, b) thin data(x_({step} i + a, {step} j + b))"

    def predict_next(self) -> None:
        self.beat("predict_next")
        candidates = range(2, max(3, 2 * self.count // 3))
        asked = max(candidates, key=lambda place: self.gather.views[place].sum())  # there is much to choose from
        self.gather.run(2, asked, min(0.5 * (asked - 2), 2))
        self.gather.go_to(asked)
        self.caption(f"ask_{self.kind}", count=self.cells)
        self.wait(1)
        self.caption(f"answer_{self.kind}", value=self.trace.output.flat[asked])
        self.gather.deliver(asked, 2)
        self.pooled = asked + 1

    def fill_output(self) -> None:
        self.beat("fill_output")
        trace, (rows, cols) = self.trace, self.trace.output.shape
        kept = np.count_nonzero(trace.input_gradient)
        self.caption(f"fill_{self.kind}", kept=kept, cells=trace.image.size, rows=rows, cols=cols)
        self.gather.run(self.pooled, self.count, min(0.4 * (self.count - self.pooled), 5))

    def send_back(self) -> None:
        self.beat("send_back")
        trace, theme, gather = self.trace, self.theme, self.gather
        scatter = Scatter(gather, trace.jacobian.reshape(-1, *trace.image.shape))
        leaving = gather.window, gather.mark, gather.frame, self.middle, self.right, self.formula, self.names["image"]
        self.play(FadeOut(*leaving), run_time=0.6)
        gather.image.paint(trace.image, written=False)
        little = Group(gather.image, gather.marks).animate.scale(LITTLE / LARGE, about_point=HERE).shift(MIDDLE - HERE)
        self.back = Group(
            scatter.sent, colour_bar(self, scatter.sent), name(self, "name_sent", scatter.sent, theme.gradient)
        )
        self.back.add(scatter.gradient, name(self, "name_gradient", scatter.gradient, theme.gradient))
        self.play(little, FadeIn(self.back))
        slope = self.typeset(self.slope(), count=self.cells).next_to(gather.image, DOWN, buff=0.6)
        entering = Group(slope, name(self, "name_image", gather.image, theme.data))
        self.back.add(entering)
        scatter.stand(0)
        self.play(FadeIn(entering, gather.frame))
        self.caption(f"back_{self.kind}", share=trace.jacobian.max(), count=self.cells)
        slow = min(2, self.count)
        scatter.run(0, slow, 1.7 * slow)
        scatter.run(slow, self.count, min(0.3 * (self.count - slow), 4))

    def slope(self) -> str:
        """The slope of an output in a cell of its window."""
        if self.kind == "average":
            return "gradient((partial y) / (partial x)) = 1 / {count}"
        return "gradient((partial y) / (partial x)) = cases(1 quad x = x_max, 0)"

    def read_gradient(self) -> None:
        self.beat("read_gradient")
        trace = self.trace
        self.play(FadeOut(self.gather.frame), run_time=0.3)
        reached, cells = np.count_nonzero(trace.input_gradient), trace.image.size
        self.caption("reached_all" if reached == cells else "reached", reached=reached, cells=cells)
        if trace.input_gradient.max() > trace.jacobian.max():
            self.caption("collect", most=trace.input_gradient.max())
        elif trace.ties.max() > 1:
            self.caption("tie")

    def shift_image(self) -> None:
        self.beat("shift_image")
        gather, theme, shift = self.gather, self.theme, self.trace.params.shift or 1
        still, moved = self.trace_with(shift=0), self.trace_with(shift=shift)
        outputs = np.stack([still.output, moved.output])
        self.play(FadeOut(self.back), run_time=0.6)
        large = Group(gather.image, gather.marks).animate.shift(HERE - MIDDLE).scale(LARGE / LITTLE, about_point=HERE)
        self.play(large)
        self.nudge = nudge = Nudge(gather, still.image, maxima(still), outputs, moved.changed, shift)
        nudge.slide(0)
        nudge.count.next_to(nudge.after, DOWN, buff=0.5).align_to(nudge.after, LEFT)
        told = self.say("name_changed", count=self.count).next_to(nudge.count, RIGHT)
        before, after = (
            name(self, f"name_{key}", panel, theme.activation)
            for key, panel in (("before", nudge.before), ("after", nudge.after))
        )
        self.play(FadeIn(nudge.before, before, colour_bar(self, nudge.before), nudge.after, after, nudge.count, told))
        self.add(nudge.changes)
        self.caption("ask_shift", shift=shift, count=self.count)
        self.wait(1)
        nudge.go(0, 1, 2)
        nudge.tell()
        changed = int(moved.changed.sum())
        self.caption(f"some_{self.kind}" if changed else f"none_{self.kind}", changed=changed)

    def shift_again(self) -> None:
        self.beat("shift_again", loop=True)
        self.nudge.go(1, 0, 1.2)
        self.wait(0.8)
        self.nudge.go(0, 1, 1.8)
        self.nudge.tell()


def maxima(trace: Trace) -> np.ndarray | None:
    """The cell of each maximum [place axis], row by row; None for the average."""
    if trace.params.kind == "average":
        return None
    return np.stack([trace.argmax_row, trace.argmax_col], axis=2).reshape(-1, 2)
