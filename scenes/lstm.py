"""The film of the LSTM: a cell at one letter, its gates over a whole sequence, what they keep of a gradient."""

import numpy as np
from manim import LEFT, UP, UR, Create, FadeIn, VGroup

from mathcore._recall import LETTERS
from mathcore.lstm import Trace
from scenes._marks.backward_product import BETWEEN, DECAY, cursor, decay, legend, upright
from scenes._marks.band_panel import BandPanel
from scenes._marks.letter_row import LetterRow
from scenes._marks.recurrent_cell import RISEN, short
from scenes._marks.training_curves import Training
from scenes._marks.unit_strip import GROWN, gate_bar, state_bar
from scenes._props.lstm import AFTER, BEFORE, FORMULAS, LAST, LETTER, SHOWN_BEFORE, SYMBOLS, cell, scale, strip
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import MARGIN

SLOW, QUICK_LETTERS = 2, 3  # the letter that is read operation by operation; so many follow at once
HANDED = 0.8  # seconds in which the states come back, and the next letter in


class Lstm(Film):
    """Above the letters, with the answer at their end; below the training, the cell, strips, products."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t, self.unit = self.trace, int(self.trace.telling_unit)
        self.last = t.params.length
        self.twin = self.rerun(forget_bias=0.0 if t.params.forget_bias else 1.0)
        self.their_refs = self.refs_of(self.twin)
        self.biases = self.refs.params.forget_bias, self.their_refs.params.forget_bias
        self.row = follow(LetterRow(self), "time", "told")
        self.first = self.row.around(0)
        self.quick = range(SLOW + 1, min(SLOW + QUICK_LETTERS, self.last) + 1)
        self.cell = cell(self, (SLOW, self.quick[-1]))
        self.gates = [follow(strip(self, name, row), "time") for row, name in enumerate("fio")]
        self.memory = follow(strip(self, "c", height=GROWN), "time")
        self.training = Training(self, self.twin)

    @beat
    def show_task(self) -> None:
        params = self.refs.params
        self.rule = self.say("setting", size=SMALL, seed=params.seed, bias=params.forget_bias, steps=params.steps)
        self.add(self.row, self.rule.to_corner(UR, buff=MARGIN), self.training.drawn)
        self.caption("task", steps=params.steps, last=self.refs.accuracy[-1].percent)
        self.run(self.reading_time_left(3.4) - 1.4, time=self.last - 0.5)
        self.blink(self.row.frame)
        self.play(Create(self.first), run_time=0.5)

    @beat
    def open_cell(self) -> None:
        refs, letter = self.refs, self.refs.places("time")[SLOW - 1].ordinal
        before, unit = short(self, refs.c[SLOW - 2, self.unit]), refs.telling_unit.ordinal
        self.jump(time=SLOW, flow=0)
        self.caption("enter", unit=unit, units=refs.length("unit"), time=letter, before=before)
        self.swap([self.training.drawn, self.rule], [self.cell.steps["enter"]])
        self.letter = self.row.letters[SLOW - 1].copy()
        self.play(self.letter.animate.move_to(LETTER), run_time=0.7)
        self.run(flow=1)
        self.caption("forget")
        self.build_step("f")
        self.run(1.2, flow=2)
        self.run(flow=3)
        self.caption("write")
        self.build_step("i")
        self.run(0.8, flow=4)
        self.build_step("candidate")
        self.run(0.8, flow=4.6)
        self.run(self.reading_time_left(1.2), flow=5)

    @beat
    def predict_cell(self) -> None:
        self.caption("ask_cell")
        self.build_step("c")
        self.blink(self.cell.values[AFTER])
        self.caption("sum_cell", after=short(self, self.refs.c[SLOW - 1, self.unit]))
        self.run(1.5, flow=6)

    @beat
    def show_hidden(self) -> None:
        self.caption("show")
        self.build_step("o")
        self.run(flow=LAST)

    @beat
    def run_cell(self) -> None:
        self.caption("next")
        pace = self.reading_time_left(1.5 * len(self.quick)) / len(self.quick)
        for letter in self.quick:
            self.hand_on(letter)
            self.run(pace - HANDED, flow=LAST)

    def hand_on(self, letter: int) -> None:
        """Clear the cell for the next letter, then bring both states back to the left and the letter in."""
        leaving, self.letter = self.letter, self.row.letters[letter - 1].copy().move_to(LETTER)
        states = [self.cell.values[symbol] for symbol in (BEFORE, SHOWN_BEFORE)]
        self.remove(leaving)
        self.jump(time=letter, flow=0)
        self.jump(*states, hand=RISEN)
        self.play(FadeIn(self.letter), self.going(*states, hand=0), run_time=HANDED)

    def build_step(self, step: str) -> None:
        """Draw the part of the cell that a step needs, and write its formula."""
        before, self.rule = self.rule, self.typeset(FORMULAS[step]).to_corner(UR, buff=MARGIN)
        self.swap([before], [self.rule, self.cell.steps[step]])

    @beat
    def read_gates(self) -> None:
        self.caption("gates")
        self.bar = gate_bar(self)
        self.swap([self.cell.drawn, self.letter, self.rule], seconds=0.4)
        self.jump(time=0)
        self.swap([], [*self.gates, self.bar])
        self.run(self.reading_time_left(2.8), time=self.last)

    @beat
    def read_on(self) -> None:
        t, home = self.trace, self.row.letters[0].get_center()
        self.caption("memory")
        self.swap([*self.gates, self.bar], seconds=0.4)
        self.jump(time=0)
        self.bar = state_bar(self, SYMBOLS["c"], scale(self, "c"), t.c)
        self.swap([], [self.memory, self.bar])
        self.run(self.reading_time_left(2.8), time=self.last)
        key = "named_right" if t.recalled else "named_wrong"
        self.jump(told=1)
        first, named = LETTERS[t.x[0].argmax()], LETTERS[t.named]
        self.caption(key, named=named, first=first, belief=self.refs.probability[t.named].percent)
        self.blink(self.row.frame)
        sent, sign = self.row.answer.copy(), self.typeset("=" if t.recalled else "!=", size=34)
        self.play(FadeIn(sent.shift(0.5 * UP), shift=0.5 * UP), run_time=0.3)
        self.play(sent.animate.move_to(home + 0.95 * LEFT), run_time=1)
        compared = VGroup(sent.copy(), sign.move_to(home + 0.55 * LEFT))
        follow(compared, "time", at=lambda time: compared.set_opacity(float(time >= self.last)))
        self.swap([sent], [compared], seconds=0.3)
        self.leaving = [self.memory, self.bar, compared]

    @beat(loop=True)
    def replay(self) -> None:
        self.run(0.6, time=0)
        self.run(3, time=self.last)

    @beat
    def follow_gradient(self) -> None:
        t, kept = self.trace, self.refs.forget_product[0, self.unit]
        self.gate = self.gates[0][:-1]  # without the number, which is that of the last letter
        self.caption("share_kept" if t.gradient_kept else "share_lost", share=kept)
        self.bar = gate_bar(self).set_y(BETWEEN)
        products = np.concatenate([run.forget_product for run in (t, self.twin)])
        self.products = BandPanel(self, DECAY, self.last, products)
        self.rule = self.typeset(FORMULAS["product"]).to_corner(UR, buff=MARGIN)
        name = self.say("name_product", size=28, colour=self.theme.gradient)
        self.axis = VGroup(self.products.scale, upright(name))
        self.swap(self.leaving, [self.gate, self.bar, self.axis, self.rule], seconds=0.8)
        self.ours = decay(self, self.products, t.forget_product, self.unit, "back")
        self.add(self.ours, cursor(self, self.products, self.gates[0]))
        self.run(back=self.last - 1)

    @beat
    def meet_twin(self) -> None:
        product = self.twin.forget_product
        unit = int(product[0].argmax())
        self.caption("twin", bias=self.biases[1], share=self.their_refs.forget_product[0, unit])
        self.theirs = decay(self, self.products, product, unit, "twin", dashed=True)
        ours, theirs = (self.say("bias", size=SMALL, bias=bias) for bias in self.biases)
        self.key = legend(self, (ours, theirs)).move_to([3.8, -2.2, 0])
        self.swap([], [self.key])
        self.add(self.theirs)
        self.run(twin=self.last - 1)

    @beat(summary=True)
    def count_cost(self) -> None:
        ours, theirs = (refs.accuracy[-1].percent for refs in (self.refs, self.their_refs))
        self.caption("cost", ours=ours, theirs=theirs, bias=self.biases[0], other=self.biases[1])
        leaving = [self.row, self.first, self.gate, self.bar, self.axis, self.ours, self.theirs, self.key, self.rule]
        key = self.key.copy().move_to([0, 2.55, 0]).set_color(self.theme.text)
        self.swap(leaving, [key, self.training.drawn])
        self.grow(*self.training.twins)
