"""The film of the LSTM: its gates at each letter of a real sequence, and what they let a gradient keep."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UR, Create, FadeIn, FadeOut, Rectangle, VGroup

from mathcore.lstm import Trace
from scenes._marks.line import Segments, dashed
from scenes._props.lstm import ROWS, SIZE, START, Gates, Products, Training
from scenes._stage.film import BODY, MARGIN, SMALL, Film
from scenes._stage.sources import ordinal, percent, places

FOOT, HEIGHT = -2.75, 3.9  # of the panel of products
KEPT = 0.1  # a share of the gradient below this counts as lost


class Lstm(Film):
    """Left the formulas, right a strip for each: units by time; later the products of the forget gates."""

    trace: Trace

    def construct(self) -> None:
        self.show_task()
        self.open_gates()
        self.predict_cell()
        self.read_on()
        self.replay()
        self.follow_gradient()
        self.meet_twin()
        self.count_cost()

    def setup(self) -> None:
        super().setup()
        trace, params = self.trace, self.trace.params
        self.length = params.length
        self.twin = self.rerun(forget_bias=0.0 if params.forget_bias else 1.0)
        self.other = self.twin.params.forget_bias
        self.unit = telling_unit(trace)
        self.gates = Gates(self, trace, self.unit)
        runs = trace, self.twin
        self.training = Training(self, *(np.stack([getattr(r, k) for r in runs]) for k in ("loss", "accuracy")))
        products = np.concatenate([r.forget_product for r in runs])
        corner = np.array([START, FOOT, 0.0])
        self.products = Products(self, corner, (SIZE[0], HEIGHT), self.gates.columns, products)

    def show_task(self) -> None:
        self.begin("show_task")
        params, letters = self.trace.params, self.gates.letters
        setting = self.say("setting", size=SMALL, seed=params.seed, bias=params.forget_bias, steps=params.steps)
        self.home = letters.get_center()
        letters.set_x(0).scale(1.4 if self.length < 25 else 1)
        self.box = Rectangle(color=self.theme.text, width=0.46, height=0.56).move_to(letters[0])
        self.add(setting.to_corner(UR, buff=MARGIN), letters, self.training)
        self.caption("task", steps=params.steps, last=percent(self.trace.accuracy[-1]))
        self.play(Create(self.box), run_time=0.5)
        last = self.length - 1
        self.drive(lambda share: self.box.match_x(letters[round(share * last)]), self.box, seconds=1.4)
        self.play(self.box.animate.match_x(letters[0]), run_time=0.6)
        self.grow(self.training.ours, self.reading_time_left(2.2))

    def open_gates(self) -> None:
        self.begin("open_gates")
        gates, factor = self.gates, 1 / 1.4 if self.length < 25 else 1
        self.play(
            FadeOut(self.training, self.training.ours),
            gates.letters.animate.scale(factor).move_to(self.home),
            self.box.animate.scale(0.72).move_to([gates.columns[0], self.home[1], 0]),
            run_time=0.6,
        )
        self.play(FadeIn(*gates.strips.values(), gates.cursor, gates.bars), run_time=0.6)
        for names in (("f",), ("i", "candidate"), ("c",), ("o", "h")):
            self.caption(f"row_{names[0]}")
            for name in names:
                self.play(FadeIn(gates.formulas[name], *[gates.belt] * (name == "c")), run_time=0.5)
                gates.compute(name, 1, 0.7 if name != names[-1] else self.reading_time_left(0.7))

    def predict_cell(self) -> None:
        self.begin("predict_cell")
        gates, (before, after) = self.gates, self.trace.c[:2, self.unit]
        self.caption("ask_cell", before=before)
        self.drive(lambda share: gates.point(1 + round(share)), gates.cursor, seconds=0.4)
        pace = self.reading_time_left() / 3
        for name in ("f", "i", "candidate"):
            gates.compute(name, 2, pace)
        self.rewrite(gates.numbers["c"], np.nan)
        key = "kept" if abs(after - before) < 0.1 * abs(before) else "changed"
        self.caption(f"cell_{key}", before=before, after=after)
        gates.compute("c", 2, 1.2)
        for name in ("o", "h"):
            gates.compute(name, 2, 0.5)

    def read_on(self) -> None:
        self.begin("read_on")
        self.gates.sweep(2, self.length, 3)
        key, answer = verdict(self.trace)
        self.caption(key, **answer)
        self.answer = self.label(str(answer["named"]), size=BODY).set_color(self.theme.activation)
        self.play(FadeIn(self.answer.move_to([6.1, self.home[1], 0])), run_time=0.5)
        beside = self.box.get_left() + 0.35 * LEFT
        self.play(self.answer.animate(path_arc=0.2).move_to(beside), run_time=self.reading_time_left())

    def replay(self) -> None:
        self.begin("replay", loop=True)
        self.gates.sweep(self.length, 1, 1)
        self.gates.sweep(1, self.length, 3)

    def follow_gradient(self) -> None:
        self.begin("follow_gradient")
        gates = self.gates
        leaving = [*(gates.row(name) for name in ROWS if name != "f"), gates.belt, gates.bars, self.answer]
        narrow = gates.cursor.animate.stretch_to_fit_height(SIZE[1] + 0.1).match_y(gates.strips["f"])
        self.play(FadeOut(*leaving), narrow, run_time=0.8)
        self.rule = self.typeset("(partial c_T) / (partial c_t) = product_(k=t+1)^T good(f_k)", size=34)
        self.play(FadeIn(self.products, self.rule.move_to([-5.2, 0.6, 0])), run_time=0.6)
        self.caption("product")
        kept = self.trace.forget_product[0, self.unit]
        self.ours = self.products.lines(self.trace.forget_product, self.unit, self.theme.good)
        self.grow(self.ours[:1], self.reading_time_left(), gates.cursor)
        first = ordinal(places(self.trace.forget_product)[0])
        self.caption("share_kept" if kept > KEPT else "share_lost", share=kept, time=first)
        self.grow(self.ours[1:], self.reading_time_left())

    def meet_twin(self) -> None:
        self.begin("meet_twin")
        self.caption("twin", bias=self.other, share=self.twin.forget_product[0].max())
        best = int(self.twin.forget_product[0].argmax())
        self.theirs = self.products.lines(self.twin.forget_product, best, self.theme.bad, dashed=True)
        self.key = self.legend().move_to([-5.2, -1.6, 0])
        self.play(FadeIn(self.key), FadeOut(self.gates.cursor), run_time=0.6)
        self.grow(self.theirs, self.reading_time_left())

    def count_cost(self) -> None:
        self.begin("count_cost")
        gates, training = self.gates, self.training
        leaving = [gates.letters, self.box, gates.row("f"), self.products, self.ours, self.theirs]
        self.play(FadeOut(*leaving, self.rule), self.key.animate.move_to([0, 2.35, 0]), run_time=0.6)
        self.play(FadeIn(training, training.ours), run_time=0.6)
        last = [percent(run.accuracy[-1]) for run in (self.trace, self.twin)]
        self.caption("cost", ours=last[0], theirs=last[1], bias=self.trace.params.forget_bias, other=self.other)
        self.grow(training.theirs, self.reading_time_left())

    def grow(self, lines: VGroup, seconds: float, *cursor: Rectangle) -> None:
        """Draw lines from their beginning; a cursor walks with them, back over the letters."""

        def draw(share: float) -> None:
            for line in lines:
                line.show(share)
            for mark in cursor:
                mark.set_x(self.gates.columns[round((1 - share) * (self.length - 1))])

        draw(0)
        self.add(lines)
        self.drive(draw, lines, *cursor, seconds=seconds)

    def legend(self) -> VGroup:
        """Which forget bias each kind of line stands for."""
        lines = (
            Segments(np.zeros((1, 3)), 0.8 * RIGHT[None], self.theme.good, 6, 1),
            dashed(np.zeros(3), 0.8 * RIGHT, self.theme.bad, 6),
        )
        names = (self.say("bias", size=SMALL, bias=bias) for bias in (self.trace.params.forget_bias, self.other))
        rows = (VGroup(line, name).arrange(RIGHT, buff=0.25) for line, name in zip(lines, names, strict=True))
        return VGroup(*rows).arrange(DOWN, aligned_edge=LEFT, buff=0.25)


def telling_unit(trace: Trace) -> int:
    """The unit in whose cell most of the first letter is left at the end."""
    return int(np.abs(trace.c[0] * trace.forget_product[0]).argmax())


def verdict(trace: Trace) -> tuple[str, dict[str, str | float]]:
    """The sentence for what has been recalled, and its values."""
    first, named = (chr(ord("A") + int(k)) for k in (trace.x[0].argmax(), trace.probability.argmax()))
    belief = percent(trace.probability.max())
    return f"named_{'right' if first == named else 'wrong'}", {"named": named, "first": first, "belief": belief}
