"""The film of pooling: a window keeps one number, the gradient comes back to it, a shift is felt here and there."""

import numpy as np
from manim import DOWN, UP, UR, Create, FadeIn, FadeOut

from mathcore.pooling import Trace
from scenes._props.pooling import ImageShift, PoolingBackward, PoolingForward
from scenes._stage.film import MARGIN, SMALL, Film
from scenes._stage.sources import count, length
from scenes._stage.words import Name

SLOPE = {  # of an output in the cells of its window
    "max": 'gradient((partial y) / (partial x)) = cases(1 &quad (r, c) = op("argmax"), 0 &quad (r, c) != op("argmax"))',
    "average": "gradient((partial y) / (partial x)) = 1 / {count}",
}


class Pooling(Film):
    """Left the image, later its gradient; in the middle the window; right the output."""

    trace: Trace

    def construct(self) -> None:
        self.show_image()
        self.pool_first()
        if self.count > 1:
            self.predict_next()
            self.fill_output()
        self.send_back()
        if self.shared.size:
            self.look_closer()
        self.shift_image()
        self.shift_again()

    def setup(self) -> None:
        super().setup()
        trace, params = self.trace, self.trace.params
        self.kind, self.count, self.cells = params.kind, trace.output.size, trace.cells[()]
        self.gather = PoolingForward(self, trace.image, trace.output, params.window, params.stride, maxima(trace))
        self.pooled = min(2, self.count)
        self.shared = np.argwhere(trace.input_gradient > trace.jacobian.max())  # by several windows

    def show_image(self) -> None:
        self.begin("show_image")
        gather, params = self.gather, self.trace.params
        self.add(gather.panels)
        source = Name(params.image.name) if params.image else self.words.sentence("source")
        self.caption("show_image", source=source, window=params.window)
        self.play(Create(gather.frame), run_time=0.5)
        gather.tour(self.reading_time_left(2))

    def pool_first(self) -> None:
        self.begin("pool_first")
        gather, params = self.gather, self.trace.params
        self.caption(f"keep_{self.kind}", count=self.cells, value=self.trace.output[0, 0])
        gather.call_window(f"name_{self.kind}")
        gather.deliver(0, 2.4)
        self.formula = self.typeset(self.rule(), stride=params.stride, count=self.cells).to_corner(UR, buff=MARGIN)
        self.play(FadeIn(self.formula), run_time=0.5)
        if self.count > 1:
            gather.go_to(1)
            gather.deliver(1, 1.8)

    def rule(self) -> str:
        """The formula of an output; the stride stands in it where it matters."""
        step = "{stride} " * (self.trace.params.stride > 1)
        kept = "max" if self.kind == "max" else "1/{count} sum"
        return f"activation(y_(i, j)) = {kept}_(a, b) thin data(x_({step} i + a, {step} j + b))"

    def predict_next(self) -> None:
        self.begin("predict_next")
        candidates = range(2, max(3, 2 * self.count // 3))
        asked = max(candidates, key=lambda place: self.gather.views[place].sum())  # there is much to choose from
        self.gather.run(2, asked, min(0.4 * (asked - 2), 2))
        self.caption(f"ask_{self.kind}", count=self.cells)
        self.gather.go_to(asked)
        self.gather.consider(self.reading_time_left())
        self.caption(f"answer_{self.kind}", value=self.trace.output.flat[asked])
        self.gather.deliver(asked, self.reading_time_left(2.2))
        self.pooled = asked + 1

    def fill_output(self) -> None:
        self.begin("fill_output")
        trace = self.trace
        rows, cols = (length(trace.output, axis) for axis in (0, 1))
        self.caption(f"fill_{self.kind}", kept=trace.reached, cells=count(trace.image), rows=rows, cols=cols)
        self.gather.run(self.pooled, self.count, self.reading_time_left(min(0.4 * (self.count - self.pooled), 4)))

    def send_back(self) -> None:
        self.begin("send_back")
        trace, gather = self.trace, self.gather
        self.scatter = scatter = PoolingBackward(gather, trace)
        self.play(FadeOut(gather.name, gather.middle, gather.right, self.formula, gather.frame), run_time=0.6)
        self.play(gather.shrink(trace.image), FadeIn(scatter.panels), run_time=0.8)
        sent = trace.output_gradient[0, 0]
        self.caption(f"back_{self.kind}", sent=sent, share=trace.jacobian.max(), count=self.cells)
        name = gather.name.next_to(gather.image, UP, buff=0.18)
        slope = self.typeset(SLOPE[self.kind], size=SMALL, count=self.cells).next_to(gather.image, DOWN, buff=0.6)
        scatter.panels.add(name, slope)
        scatter.stand(0)
        self.play(FadeIn(name, slope, gather.frame), run_time=0.6)
        slow = min(2, self.count)
        scatter.run(0, slow, self.reading_time_left(1.4 * slow))
        if self.count > slow:
            self.send_rest(slow)
        self.play(FadeOut(gather.frame), run_time=0.3)

    def send_rest(self, sent: int) -> None:
        """Let the other outputs send their gradients, and tell which cells receive them."""
        trace = self.trace
        reached, cells = trace.reached[()], count(trace.image)
        tied = np.stack([trace.argmax_row, trace.argmax_col], axis=2)[(trace.ties > 1) & (self.shared.size == 0)]
        amount = "all" if reached == cells else "single" if reached == 1 else "tie" if tied.size else self.kind
        self.caption(f"reached_{amount}", reached=reached, cells=cells)
        self.scatter.run(sent, self.count, self.reading_time_left(min(0.3 * (self.count - sent), 4)))
        if tied.size:
            self.scatter.call(tied, 1)

    def look_closer(self) -> None:
        self.begin("look_closer")
        self.caption("collect", most=self.trace.input_gradient.max())
        self.scatter.call(self.shared, self.reading_time_left())

    def shift_image(self) -> None:
        self.begin("shift_image")
        gather, shift = self.gather, self.trace.params.shift or 1
        still, moved = self.rerun(shift=0), self.rerun(shift=shift)
        asked = {"shift": moved.params.shift, "count": count(moved.output)}
        self.caption("ask_shift" if self.count > 1 else "ask_single", **asked)
        self.play(FadeOut(self.scatter.panels), run_time=0.5)
        self.play(gather.grow(), run_time=0.7)
        self.nudge = nudge = ImageShift(gather, still, moved, maxima(still))
        name = gather.name.next_to(gather.image, UP, buff=0.18)
        self.play(FadeIn(nudge.panels, nudge.windows, name), run_time=0.5)
        self.add(gather.marks, nudge.gone, nudge.changes)
        nudge.go(0, 1, 1.5)
        nudge.compare(self.reading_time_left(4))
        changed = moved.changes[()]
        self.caption(f"some_{self.kind}" if changed else f"none_{self.kind}", changed=changed)
        nudge.tell()

    def shift_again(self) -> None:
        self.begin("shift_again", loop=True)
        self.nudge.go(1, 0, 1.2)
        self.wait(0.5)
        self.nudge.go(0, 1, 1.8)
        self.nudge.tell()


def maxima(trace: Trace) -> np.ndarray | None:
    """The cell of each maximum [place axis], row by row; None for the average."""
    cells = np.stack([trace.argmax_row, trace.argmax_col], axis=2).reshape(-1, 2)
    return None if trace.params.kind == "average" else cells
