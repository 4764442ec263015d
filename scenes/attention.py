"""The film of attention: a dictionary whose answer is a mixture of values, before training and after."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UR, Indicate, VGroup, VMobject
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.attention import Trace
from scenes._marks.cells import ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.typeset import Typeset, sentence
from scenes._props.attention import (
    ANSWER,
    DOT,
    KEY,
    LETTER,
    OUTPUT,
    QUERY,
    SCORE,
    SHARE,
    VALUE,
    WHOLE,
    Readout,
    Shares,
    Slopes,
    Table,
    compared,
    framed,
    key_name,
    learning_curve,
    letters,
    look_up,
    marked,
    matrix,
    recall_curves,
    shades,
    value_name,
    width_curves,
)
from scenes._stage.clock import follow
from scenes._stage.film import BODY, MARGIN, SMALL, Film, beat

THINK = 0.5  # seconds that a question stands still
LARGE, APART = 40, (3.4, -2.9)  # size of a formula; how much nearer keys and values stand before there are strips
WORDS = {"name_query": (KEY, 2.98), "name_keys": (KEY, 2.06), "name_values": (ANSWER - 0.15, 2.06)}
SCORED = "s_j = (data(q) dot data(k_j)) / sqrt({d})"
SHARED = "activation(w_j) = e^(s_j) / (scripts(sum)_l e^(s_l))"
MIXED = "activation(o) = scripts(sum)_j thin activation(w_j) thin data(v_j)"
ALL = 'activation(o) = activation("softmax")((data(q) dot data(k)) / sqrt({d})) thin data(v)'
SLOPE = "activation((partial w_j) / (partial s_j)) = activation(w_j) (1 - activation(w_j))"


class Attention(Film):
    """Keys at the left, their shares in the middle, values at the right; then learning, and what the root is for."""

    trace: Trace

    def build(self) -> None:
        t, refs, self.mine = self.trace, self.refs, int(self.trace.asked)
        self.pairs, self.d, self.rule = t.params.pairs, {"d": refs.params.dimension}, VGroup()
        vectors = [getattr(t, name) for name in ("q_before", "k_before", "v_before", "product", "q", "k", "v")]
        reach = float(np.ceil(np.quantile(np.abs(np.concatenate(vectors)), 0.97)))
        self.scale = Scale(self.theme.signed, -reach, reach)
        self.bar = ColourBar(self.scale, 3.0, self.theme, self.words, clipped=True).move_to([KEY, OUTPUT, 0])
        self.before, self.after = (Table(self, when, self.scale) for when in ("_before", ""))
        self.feet = self.before.feet
        self.keys = letters(self, map(key_name, t.key), "data", LETTER, self.feet)
        self.values = letters(self, map(value_name, t.value), "data", ANSWER, self.feet)
        self.query = letters(self, [key_name(t.key[self.mine])], "data", LETTER, [QUERY])
        self.marks = VGroup(*(marked(self, x) for x in (LETTER, ANSWER)))
        self.soft = Shares(self, refs.weights_before[[self.mine]], SHARE, self.feet)
        self.shares = follow(Shares(self, refs.learned[:, self.mine], SHARE, self.feet), "step")
        self.asked = key_name(t.key[self.mine])
        self.frames = framed(self, self.feet)
        self.sum = self.head("activation(o) =", SHARE + WHOLE + 0.65).set_y(OUTPUT)

    def head(self, markup: str, place: float) -> Typeset:
        """What stands above a column."""
        return self.typeset(markup, size=32).move_to([place, QUERY, 0])

    def word(self, key: str, place: tuple[float, float]) -> Typeset:
        """What a thing is called, in small letters."""
        return self.say(key, size=SMALL, colour=self.theme.faint).move_to([*place, 0])

    def tag(self, key: str, size: float = BODY, **values: Any) -> Typeset:
        """At which time the head is shown, beside the title."""
        told = self.say(key, size=size, colour=self.theme.faint, **values)
        return told.next_to(self.title, RIGHT, buff=0.6).align_to(self.title, DOWN)

    def counter(self) -> VGroup:
        """How many training steps have been taken, beside the title."""
        steps, number, name = self.refs.places("step"), self.number(size=30), self.tag("name_step")
        number.centred_at(name.get_right() + 0.15 * RIGHT)
        return VGroup(name, follow(number, "step", at=lambda step: self.rewrite(number, steps[int(step + 1e-9)])))

    def state(self, markup: str, leaving: Any = (), entering: Any = (), **values: Any) -> None:
        """Write a formula at the top right in place of the one before, while what else leaves goes and others enter."""
        gone = [*leaving, *[self.rule] * bool(len(self.rule))]
        self.rule = self.typeset(markup, size=LARGE, **values).to_corner(UR, buff=MARGIN)
        self.swap(gone, [self.rule, *entering])

    def swell(self, *marks: VMobject, seconds: float | None = None, by: float = 1.25) -> None:
        """Call the eye to marks, which stay to be read, by default for as long as the caption needs."""
        seconds = seconds or self.reading_time_left(0.8)
        inks = (mark.family_members_with_points()[0].get_fill_color() for mark in marks)
        self.play(*(Indicate(mark, by, ink) for mark, ink in zip(marks, inks, strict=True)), run_time=seconds)

    @beat
    def show_dictionary(self) -> None:
        self.rule = sentence(look_up(self.trace), self.theme.text, 34).to_corner(UR, buff=MARGIN)
        exact = Shares(self, self.refs.match[[self.mine]], SHARE, self.feet)
        signs = VGroup(*(self.typeset("=" if j == self.mine else "!=", size=36) for j in range(self.pairs)))
        for sign, y in zip(signs, self.feet, strict=True):
            sign.move_to([-1.45, y, 0])

        def look(many: float) -> None:
            exact.reveal(many)
            for j, sign in enumerate(signs):
                sign.set_opacity(float(many > j))

        left, right = APART
        self.nearer = (self.keys, left), (self.query, left), (self.values, right), *zip(self.marks, APART, strict=True)
        for drawing, way in self.nearer:
            drawing.shift(way * RIGHT)
        first, aside = self.feet[0], LETTER + left - 1.1
        places = {
            "query": (aside, QUERY),
            "share": (SHARE + WHOLE / 2, QUERY),
            "keys": (aside, first),
            "values": (ANSWER - 1.6, first),
        }
        words = (
            self.word(f"name_{one}", place) for one, place in (places | {"answer": (ANSWER - 1.6, OUTPUT)}).items()
        )
        self.first = VGroup(exact, signs, *words, self.typeset("?", size=48).move_to([ANSWER + right, OUTPUT, 0]))
        follow(self.first, "looked", at=look)
        self.add(self.keys, self.values, self.query, self.rule, self.first)
        self.caption("exact")
        self.run(self.reading_time_left(2.4) - 0.9, looked=self.pairs)
        self.found = self.values[self.mine].copy()
        self.swap([self.first[-1]], [*self.marks], self.found.animate.move_to(self.first[-1]), seconds=0.9)

    @beat
    def compare_keys(self) -> None:
        self.caption("soften")
        self.swap([*self.first[:-1], self.found, self.rule], seconds=0.4)
        self.rule, self.comparison = VGroup(), self.before.compare(self)
        self.play(*(drawing.animate.shift(way * LEFT) for drawing, way in self.nearer), run_time=0.6)
        self.words_beside = VGroup(*(self.word(*where) for where in WORDS.items()))
        strips = [self.before.query, self.comparison, self.before.values, self.bar]
        self.swap([], [*strips, self.words_beside, self.tag("initial", SMALL, seed=self.refs.params.seed)])
        self.heads = VGroup(self.head("data(q) dot data(k_j)", DOT - 0.35), self.head("s_j", SCORE - 0.35))
        self.state(SCORED, [], self.heads, **self.d)
        self.run(2, compared=1)
        self.run(1.2, compared=2)
        self.run(max(0.2 * (self.pairs - 2), 0.1), compared=self.pairs)

    @beat
    def share_out(self) -> None:
        self.caption("share")
        self.heads.add(self.head("activation(w_j)", SHARE + WHOLE / 2))
        one = self.words.markup(self.refs.sum("weights_before", self.pairs, (self.mine,)))
        self.total = self.typeset("inline(sum)_j thin activation(w_j) = {one}", size=30, one=one)
        self.total.move_to([SHARE + WHOLE / 2, OUTPUT, 0])
        self.state(SHARED, [], [self.heads[2], self.soft, self.total])
        seconds = self.reading_time_left(1.8) / self.pairs
        for number in self.soft.numbers:
            self.swell(number, seconds=seconds)

    @beat
    def mix_values(self) -> None:
        self.caption("mix")
        self.heads.add(self.head("data(v_j)", VALUE))
        self.state(MIXED, [self.total], [self.heads[3], self.frames, self.sum])
        self.mix(self.before, 0.8)
        self.read_out("_before", self.before.query, self.comparison)

    @beat
    def predict_share(self) -> None:
        self.matrix, self.curve = matrix(self, self.refs.learned), learning_curve(self)
        shown = [self.matrix, self.curve, self.keys, self.marks[0], self.counter(), shades(self, self.matrix[0])]
        self.new_page(shown, self.soft, self.heads[2])
        self.remove(self.soft)
        self.add(self.shares)
        self.caption("ask", asked=self.asked, steps=self.refs.params.steps)
        self.swell(self.shares.numbers[self.mine], seconds=0.9)
        self.wait(THINK)
        self.run(2.2, rate=ease_in_out_sine, step=self.trace.params.steps)
        share = self.words.number_to(self.refs.weights[self.mine, self.mine], 2)
        self.caption(f"trained_{self.trace.finds()}", asked=self.asked, share=share)
        self.swell(self.shares.numbers[self.mine])

    @beat(loop=True)
    def replay(self) -> None:
        self.caption("replay")
        self.run(0.5, rate=smooth, step=0)
        self.run(2, rate=ease_in_out_sine, step=self.trace.params.steps)

    @beat(summary=True)
    def look_up_again(self) -> None:
        table = self.after
        self.jump(mixed=0, added=0, read=0)
        strips = [
            self.tag("after", SMALL),
            self.query,
            self.words_beside,
            table.query,
            table.keys,
            table.dots,
            table.scores,
            table.values,
            self.frames,
            self.sum,
            self.values,
            self.marks[1],
            self.bar,
        ]
        staying = self.keys, self.marks[0], self.shares, self.heads[2]
        self.new_page([*strips, *self.heads[:2], self.heads[3]], *staying)
        self.state(MIXED)
        self.caption("again")
        same = self.say("torch", size=SMALL, colour=self.theme.faint, difference=self.refs.difference)
        self.mix(table, 0.6, [same.next_to(self.rule, LEFT, buff=0.5)])
        self.read_out("", table.query, table.keys, table.dots, table.scores)

    @beat
    def drop_root(self) -> None:
        slopes = Slopes(self)
        self.new_page([self.keys, self.marks[0], slopes.soft, slopes.hard, slopes.panel, self.tag("before")])
        self.caption("ask_root")
        self.swell(slopes.hard[-1], seconds=0.9)
        self.wait(THINK)
        self.run(1.4, rate=ease_in_out_sine, released=1)
        self.caption(f"slope_{self.trace.steepness()}", asked=self.asked)
        self.state(SLOPE, [], slopes.numbers)
        self.swell(*slopes.numbers, by=1.1)
        self.leaving = slopes.panel

    @beat
    def widen(self) -> None:
        refs, place = self.refs, int(np.flatnonzero(self.trace.width == self.trace.params.dimension)[0])
        panel, lines, read = width_curves(self, place)
        self.swap([self.leaving, self._caption], [panel])
        self.grow(*lines, seconds=1.2)
        self.swap([], read, seconds=0.4)
        counts = {"count": refs.compared, "many": refs.one_key_unscaled[place], "few": refs.one_key[place]}
        self.caption("widen", d=refs.params.dimension, **counts)
        self.swell(read[1], read[4])

    @beat
    def compare_learning(self) -> None:
        t, refs = self.trace, self.refs
        solved = refs.sum("solved", t.solved.size), refs.sum("solved_unscaled", t.solved.size)
        panel, lines, read = recall_curves(self)
        self.new_page([*compared(self), panel], self.keys)
        self.state(ALL, **self.d)
        self.grow(*lines, seconds=1.3)
        self.swap([], read, seconds=0.4)
        self.caption(f"root_{t.scaling()}", solved=solved[0], other=solved[1], starts=refs.length("start"))
        self.swell(*read[1:], by=1.1)

    def mix(self, table: Table, pace: float, entering: Any = ()) -> None:
        """Fade the values to their shares, and add them up."""
        factor = self.typeset("activation(w_j)", size=32).next_to(self.heads[3], LEFT, buff=0.08)
        self.swap(
            [], [factor.align_to(self.heads[3], DOWN), *entering], self.going(rate=smooth, mixed=1), seconds=1.2 * pace
        )
        self.add(table.output, self.frames, table.falling)
        self.run(2 * pace, added=self.pairs)
        self.remove(table.falling)

    def read_out(self, when: str, *strips: Any) -> None:
        """Show the scores of all value symbols in place of the keys: the largest is the answer, right or wrong."""
        t, told = self.trace, self.trace.recalls(when)
        answer, right = value_name(getattr(t, f"answer{when}")[self.mine]), value_name(t.value[self.mine])
        readout = Readout(self, when)
        reading = letters(self, [answer], {"right": "good", "wrong": "bad"}[told], ANSWER, [OUTPUT], 48)
        leaving = [self.keys, self.query, self.marks[0], self.words_beside, *self.heads[:2], *strips]
        self.swap(leaving, [readout.drawn])
        self.run(0.6, rate=smooth, read=1)
        self.swap([], [readout.largest, reading])
        key = f"untrained_{told}" if when else f"answer_{told}"
        self.caption(key, answer=answer, right=right, asked=self.asked)
        self.swell(reading, self.values[self.mine])
