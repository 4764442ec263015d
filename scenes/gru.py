"""The film of the GRU: a cell at one letter, what it keeps over a sequence, and the form of it that PyTorch has."""

from manim import DL, DOWN, LEFT, RIGHT, UL, UP, UR, Create, FadeIn, VGroup

from mathcore._recall import LETTERS
from mathcore.gru import Trace
from scenes._marks.backward_product import BETWEEN, cursor, decay, legend, upright
from scenes._marks.halo import with_halo
from scenes._marks.letter_row import LetterRow
from scenes._marks.recurrent_cell import RISEN
from scenes._marks.training_curves import Training
from scenes._marks.unit_strip import GROWN, gate_bar, state_bar
from scenes._props.gru import (
    AFTER,
    BEFORE,
    FORMS,
    FORMULAS,
    LAST,
    LEFTS,
    LETTER,
    RESULTS,
    SIDES,
    SYMBOLS,
    Form,
    cell,
    decades,
    ends,
    scale,
    share,
    strip,
    told,
)
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import MARGIN

SLOW, PACES = 2, (2.0, 1.0)  # the letter that is read operation by operation; seconds for each that follows
HANDED = 0.6  # seconds in which the state comes back, and the next letter in
BEGUN, HALF = 0.1, 0.5  # of the training, what is seen at first; a share above which there is room below its curve


class Gru(Film):
    """Above the letters, with the answer at their end; below the training, the cell, strips, products, two forms."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t, self.unit = self.trace, int(self.trace.telling_unit)
        self.last = t.params.length
        self.row = follow(LetterRow(self), "time", "told")
        self.first = self.row.around(0)
        self.quick = range(SLOW + 1, min(SLOW + len(PACES), self.last) + 1)
        self.cell = cell(self, (SLOW, self.quick[-1]))
        self.gate = follow(strip(self, "kept"), "time")
        self.memory = follow(strip(self, "h", height=GROWN), "time")
        self.training = Training(self).drawn
        for curve in self.training[1::2]:
            follow(curve, "trained", at=curve.show)

    @beat
    def show_task(self) -> None:
        params = self.refs.params
        self.rule = self.say("setting", size=SMALL, seed=params.seed, bias=params.update_bias, steps=params.steps)
        self.right = self.say("right", size=SMALL, last=self.refs.accuracy[-1].percent)
        end = self.training[3].point(1)
        self.right.next_to(end, UL if self.trace.accuracy[-1] < HALF else DL, buff=0.2)
        self.add(self.row, self.rule.to_corner(UR, buff=MARGIN), self.training)
        self.jump(trained=BEGUN)
        self.caption("task", steps=params.steps)
        self.run(2.2, time=self.last - 0.5, trained=1)
        self.swap([], [self.right], seconds=0.3)
        self.blink(self.row.frame)
        self.play(Create(self.first), run_time=0.5)

    @beat
    def dim_state(self) -> None:
        refs, letter = self.refs, self.refs.places("time")[SLOW - 1].ordinal
        before, unit = told(self, refs.h[SLOW - 2, self.unit]), refs.telling_unit.ordinal
        self.jump(time=SLOW, flow=0)
        self.caption("enter", unit=unit, units=refs.length("unit"), time=letter, before=before)
        self.swap([self.training, self.right, self.rule], [self.cell.steps["enter"]])
        self.rule = VGroup()
        self.letter = self.row.letters[SLOW - 1].copy()
        self.play(self.letter.animate.move_to(LETTER), run_time=0.7)
        self.run(flow=1)
        self.caption("dim")
        self.build_step("r")
        self.run(1.2, flow=2)
        self.run(self.reading_time_left(0.8), flow=3)
        self.caption("candidate")
        self.build_step("candidate")
        self.run(flow=4)

    @beat
    def fade_state(self) -> None:
        self.caption("fade")
        self.build_step("z")
        self.run(1.5, flow=5)
        self.run(self.reading_time_left(1.2), flow=6)

    @beat
    def predict_state(self) -> None:
        self.caption("ask_state")
        self.build_step("h")
        self.blink(self.cell.values[AFTER])
        self.run(self.reading_time_left(1.5), flow=LAST)
        self.caption("sum_state", after=told(self, self.refs.h[SLOW - 1, self.unit]))
        self.blink(self.cell.values[AFTER])

    @beat
    def run_cell(self) -> None:
        self.caption("next")
        for letter, seconds in zip(self.quick, PACES, strict=False):
            self.hand_on(letter)
            self.run(seconds, flow=LAST)

    def hand_on(self, letter: int) -> None:
        """Clear the cell for the next letter, then bring the state back to the left and the letter in."""
        leaving, self.letter = self.letter, with_halo(self.row.letters[letter - 1].copy(), self.theme).move_to(LETTER)
        self.remove(leaving)
        self.jump(time=letter, flow=0)
        self.jump(self.cell.values[BEFORE], hand=RISEN)
        self.play(FadeIn(self.letter), self.going(self.cell.values[BEFORE], hand=0), run_time=HANDED)

    def build_step(self, step: str) -> None:
        """Draw the part of the cell that a step needs, and write its formula in place of the one before."""
        before, self.rule = self.rule, self.typeset(FORMULAS[step]).to_corner(UR, buff=MARGIN)
        self.swap([before], seconds=0.25)
        self.swap([], [self.rule, self.cell.steps[step]], seconds=0.45)

    @beat
    def read_on(self) -> None:
        t = self.trace
        self.caption("memory")
        self.swap([self.cell.drawn, self.letter, self.rule], seconds=0.4)
        self.jump(time=0)
        self.bar = state_bar(self, SYMBOLS["h"], scale(self, "h"), t.h).scale(SIDES / SMALL)
        self.swap([], [self.memory, self.bar])
        self.run(self.reading_time_left(2.8), time=self.last)
        key = "named_right" if t.recalled else "named_wrong"
        self.jump(told=1)
        first, named = LETTERS[t.x[0].argmax()], LETTERS[t.named]
        self.caption(key, named=named, first=first)
        self.blink(self.row.frame)
        self.send_answer()

    def send_answer(self) -> None:
        """Bring the answer to the first letter, above all others, and compare."""
        first, frame, sent = self.row.letters[0].get_center(), self.row.frame.copy(), self.row.answer.copy()
        sign = self.typeset("=" if self.trace.recalled else "!=", size=34).move_to(first + 0.64 * LEFT)
        self.play(FadeIn(sent.shift(0.48 * UP), shift=0.48 * UP), run_time=0.3)
        self.play(sent.animate.shift((first[0] - 1.3 - sent.get_x()) * RIGHT), run_time=self.reading_time_left(1))
        self.play(sent.animate.shift(0.48 * DOWN), run_time=0.25)
        compared = VGroup(frame.move_to(sent), sign)
        self.swap([], [compared], seconds=0.3)
        self.leaving = [self.memory, self.bar, sent, compared]

    @beat
    def follow_gradient(self) -> None:
        t, unit = self.trace, int(self.trace.telling_unit)
        self.jump(self.gate, time=self.last)
        gate, self.bar = (
            self.gate[:-1],
            gate_bar(self).scale(SIDES / SMALL).set_y(BETWEEN),
        )  # without the number, that of the last letter
        panel = decades(self, t.kept_product, t.kept_product_before)
        self.rule = self.typeset(FORMULAS["product"]).to_corner(UR, buff=MARGIN)
        axis = VGroup(panel.scale, upright(self.say("name_product", size=SIDES, colour=self.theme.gradient)))
        self.swap(self.leaving, [gate, self.bar, axis, self.rule])
        self.caption("share_left")
        ours = decay(self, panel, t.kept_product, unit, "back")
        self.add(ours, cursor(self, panel, self.gate))
        self.run(self.reading_time_left(2.5), back=self.last - 1)
        best = int(t.kept_product_before[0].argmax())
        after, before = self.refs.kept_product[0, unit], self.refs.kept_product_before[0, best]
        shares = (("left_after", after), ("left_before", before))
        ours_named, theirs_named = (self.say(key, size=SIDES, share=self.words.number(share)) for key, share in shares)
        key = legend(self, (ours_named, theirs_named)).move_to([1.6, 3.32, 0])
        self.swap([], [key[0]], seconds=0.4)
        theirs = decay(self, panel, t.kept_product_before, best, "untrained", dashed=True)
        with_halo(theirs, self.theme)  # they cross ours
        self.add(theirs)
        self.run(self.reading_time_left(1.4), untrained=self.last - 1)
        self.swap([], [key[1]], seconds=0.4)
        self.found = ends(self, panel)
        self.leaving = [self.row, self.first, gate, self.bar, axis, self.rule, ours, theirs, key, self.found]

    @beat
    def count_keepers(self) -> None:
        refs, units = self.refs, self.refs.length("unit")
        self.add(self.found)
        self.caption(f"keepers_{self.trace.told()}", keepers=refs.keepers, units=units)
        self.run(counted=units.value)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(0.3, back=0, untrained=0)
        self.run(1.7, back=self.last - 1, untrained=self.last - 1)

    @beat
    def compare_candidates(self) -> None:
        refs, letter = self.refs, self.refs.places("time")[SLOW - 1].ordinal
        self.rule = self.say("place", unit=refs.telling_unit.ordinal, time=letter).to_corner(UR, buff=MARGIN)
        forms = [Form(self, name, left, SLOW - 1) for name, left in zip(FORMS, LEFTS, strict=True)]
        self.swap(self.leaving, [self.rule, *(form.drawn for form in forms), *(form.terms for form in forms)])
        self.caption("two_forms")
        for name, form in zip(FORMS, forms, strict=True):
            self.run(1.4, **{name: self.trace.params.hidden})
            self.swap([], [form.result], seconds=0.3)
        apart = self.say("apart", size=36, apart=told(self, refs.apart[SLOW - 1, self.unit]))
        between = (forms[0].result.get_right()[0] + forms[1].result.get_left()[0]) / 2
        self.swap([], [apart.move_to([between, RESULTS, 0])], seconds=0.3)

    @beat(summary=True)
    def count_recalled(self) -> None:
        self.caption("recalled")
        for row in range(len(FORMS)):
            self.swap([], [share(self, row)], seconds=0.5)
        note = self.say("their_z", size=SMALL).next_to(self.rule, DOWN, buff=0.16, aligned_edge=RIGHT)
        self.swap([], [note], seconds=0.5)
