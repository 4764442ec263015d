"""The film of softmax: scores grow by exp, are laid end to end, and become shares of one whole."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, Rectangle, VGroup
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.softmax import Trace
from scenes._marks.halo import with_halo
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset
from scenes._props.softmax import BEYOND, HIGH, ROWS, Bars, Dial, Scores, Shares, ends_of, written
from scenes._stage.clock import Going, between, follow
from scenes._stage.film import Film, beat
from scenes._stage.layout import Slot
from scenes._stage.refs import values_of

SCORES, NEXT = Slot(-4.75, -0.4, 2.2, 2.65), 4.0  # of the shown flower, and how far it is to the next
NAMES, GROWN, ROOM, HEAD = -6.8, -0.3, 4.9, 2.6  # where names and exponentials begin, whose room; height of the heads
WHOLE, BESIDE = Slot(-5.8, -2.5, 12.0, 0.7), Slot(-4.4, 0, 11.0, 0.7)  # of the shown flower; of each of three
FEET, DIAL, LONGEST = (1.15, -0.15, -1.45), -2.55, 0.68  # of the three; height of the dial; share of the longest total
DIVIDED = " slash T"
BEGUN = 0.01  # of the way to another row, on which what is written is open
SHARE = "activation(p_k) = activation(e^(data(o_k){T})) / (scripts(sum)_j activation(e^(data(o_j){T})))"
OBEYED = "activation(p) = activation({grown}) / activation({total}) approx activation({share})"
SHIFTED = "activation(e^({shifted})) = e^(c{T}) dot activation(e^(data(o_k){T}))"


class Softmax(Film):
    """Scores at the left, their exponentials at the right, the whole below; then the wholes of three flowers."""

    trace: Trace

    def build(self) -> None:
        t, refs, self.mine = self.trace, self.refs, int(self.trace.shown)
        # of the shown flower, at each place along "score"
        self.scores = np.array([*refs.shifted, refs.huge_logit, refs.safe_logit])
        self.grown = np.array([*refs.shifted_grown, refs.naive_grown, refs.safe_grown])
        self.shares = np.array([*refs.shifted_probability, refs.naive_probability, refs.safe_probability])
        self.constants = np.array([*refs.shift, refs.huge, refs.huge])[:, None]
        self.still, self.huge = int(np.argmin(np.abs(t.shift))), len(t.shift)
        self.leap = self.huge - 1  # from there on rows are far apart
        self.start = int(np.flatnonzero(t.dial == t.params.temperature)[0])
        self.jump(score=self.still, dial=self.start)
        self.divided = "" if t.params.temperature == 1 else DIVIDED
        written = self.typeset("T = {T}", size=34, T=refs.params.temperature).next_to(self.title, RIGHT, buff=1)
        self.temperature = VGroup(*[written] * bool(self.divided))
        self.build_scores()
        self.heads = VGroup(self.head("data(o)"), self.named[0])
        self.build_exponentials()
        self.build_whole()
        self.build_flowers()

    def build_scores(self) -> None:
        t, refs, unknown = self.trace, self.refs, np.full(3, np.nan)
        room = [*t.logits.flat, *t.shifted.flat, *t.safe_logit]
        self.main = follow(Scores(self, SCORES, room, self.scores, self.leap), "score")
        self.others, self.named = VGroup(), VGroup(self.name(self.mine, SCORES.left))
        for n, k in enumerate([k for k in range(3) if k != self.mine], start=1):
            slot = SCORES._replace(left=SCORES.left + n * NEXT)
            self.others.add(follow(Scores(self, slot, room, np.array([unknown, refs.logits[k]])), f"other_{n}"))
            self.named.add(self.name(k, slot.left))
        self.species = VGroup(*(self.say(f"species_{k}").move_to([NAMES, y, 0], LEFT) for k, y in enumerate(ROWS)))

    def name(self, sample: int, left: float, height: float = HEAD) -> VGroup:
        """The number of a flower."""
        word, number = self.say("flower").move_to([left, height, 0], LEFT), self.number(size=30)
        self.rewrite(number, self.refs.params.samples[sample])
        return VGroup(word, number.centred_at(word.get_right() * [1, 0, 0] + [0.15, height + 0.02, 0]))

    def build_exponentials(self) -> None:
        lengths = ROOM / self.trace.shifted_grown.max() * values_of(self.grown)
        lengths, widths, zero = np.minimum(lengths, ROOM + BEYOND), self.main.widths, self.main.zero
        bars = Bars(self.theme, "activation", GROWN + ROOM)
        numbers = [with_halo(self.number(colour=self.theme.activation, size=34), self.theme) for _ in ROWS]

        def grow(done: float, place: float) -> None:
            """Bars leave their scores one after the other and take the length of their exponentials on the way."""
            share, width, length = np.clip(done - np.arange(3), 0, 1), between(widths, place), between(lengths, place)
            width = np.where(share > 0, width + share * (length - width), np.nan)
            bars.put(zero + share * (GROWN - zero), ROWS - HIGH / 2, width, HIGH)
            values = written(self.grown, place, self.leap)
            for number, value, x, y in zip(numbers, values, GROWN + length, ROWS, strict=True):
                self.rewrite(number.centred_at(np.array([x + 0.2, y, 0])), value)
            for number, arrived in zip(numbers, share == 1, strict=True):
                number.set_opacity(float(arrived))

        self.lengths = lengths[self.still]
        self.exponentials = follow(VGroup(bars, *numbers), "grown", "score", at=grow)

    def build_whole(self) -> None:
        bars, numbers = Bars(self.theme, "activation"), Shares(self, WHOLE)

        def lay(laid: float, place: float) -> None:
            """Bars come down one after the other; then all are brought to the common length."""
            down, cut = np.clip(laid - np.arange(3), 0, 1), np.clip(laid - 3, 0, 1)
            refs = written(self.shares, place, self.leap)
            share = values_of(refs)
            widths = self.lengths + cut * (WHOLE.width * share - self.lengths)
            foot, left = ROWS - HIGH / 2, ends_of(WHOLE.left, widths)
            foot, high = foot + down * (WHOLE.foot - foot), HIGH + down * (WHOLE.height - HIGH)
            bars.put(GROWN + down * (left - GROWN), foot, np.where(down > 0, widths, np.nan), high)
            numbers.put(share, refs if cut == 1 else self.shares[self.huge])

        self.whole = follow(VGroup(bars, numbers), "laid", "score", at=lay)
        axis = Panel(self, WHOLE._replace(foot=WHOLE.foot - 0.07, height=1e-3), [0, 1], [0, 1], ticks=(1, 0))
        name = self.typeset("activation(p)", size=40).move_to([NAMES, WHOLE.foot + WHOLE.height / 2, 0], LEFT)
        self.axis, self.room = axis.drawn, VGroup(self.frame(WHOLE), name)

    def frame(self, slot: Slot) -> Rectangle:
        """What a whole fills."""
        frame = Rectangle(width=slot.width + 0.14, height=slot.height + 0.14, color=self.theme.faint, stroke_width=2)
        return frame.move_to([slot.left + slot.width / 2, slot.foot + slot.height / 2, 0])

    def build_flowers(self) -> None:
        legend = VGroup()
        for k in range(3):
            swatch, place = Bars(self.theme, "activation"), np.full(3, np.nan)
            place[k] = 0.5
            name = self.say(f"species_{k}", size=28)
            legend.add(VGroup(swatch.put(0, 0, place, 0.3), name).arrange(RIGHT, buff=0.2))
        legend.arrange(RIGHT, buff=0.8).move_to([BESIDE.left, 2.72, 0], LEFT)
        self.flowers = VGroup(legend, *(self.flower(k, foot) for k, foot in enumerate(FEET)), self.build_dial())

    def flower(self, sample: int, foot: float) -> VGroup:
        """A flower's name, and its exponentials end to end, which become a whole that the dial turns."""
        t, refs, whole, bars = self.trace, self.refs, BESIDE._replace(foot=foot), Bars(self.theme, "activation")
        raw, numbers = LONGEST * BESIDE.width / t.total.max() * t.grown[sample], Shares(self, whole)
        markup = "activation(scripts(sum)_k e^(data(o_k){T})) = activation({total})"
        total = self.typeset(markup, size=30, T=self.divided, total=refs.total[sample])
        total.move_to([BESIDE.left + raw.sum() + 0.2, foot + BESIDE.height / 2, 0], LEFT)

        def cut(share: float, place: float) -> None:
            shares = between(t.dial_probability[:, sample], place)
            widths = raw + share * (BESIDE.width * shares - raw)
            bars.put(ends_of(BESIDE.left, widths), foot, widths, BESIDE.height)
            numbers.put(shares, refs.dial_probability[round(place), sample]).set_opacity(float(share == 1))
            total.set_opacity(float(share == 0))

        species = self.say(f"species_{int(t.species[sample])}", size=26)
        name = self.name(sample, NAMES, foot + 0.6)
        species.next_to(name, DOWN, buff=0.15).align_to(name, LEFT)
        return VGroup(name, species, self.frame(whole), follow(VGroup(bars, numbers, total), "cut", "dial", at=cut))

    def build_dial(self) -> VGroup:
        t, dials, number = self.trace, self.refs.dial, self.number(size=36)
        dial = Dial(self, np.array([BESIDE.left, DIAL, 0]), BESIDE.width, (dials[0], dials[-1]))
        name = self.typeset("T =", size=36).move_to([NAMES, DIAL, 0], LEFT)
        number.centred_at(name.get_right() + [0.15, 0, 0])
        follow(number, "dial", at=lambda place: self.rewrite(number, dials[round(place)]))
        return VGroup(name, number, follow(dial, "dial", at=lambda place: dial.turn(float(between(t.dial, place)))))

    def head(self, scores: str) -> Typeset:
        """What stands above the exponentials."""
        return self.typeset(f"activation(e^({self.power(scores)}))", size=36).move_to([GROWN, HEAD, 0], LEFT)

    def power(self, scores: str) -> str:
        """Scores, which a temperature divides unless it is 1."""
        return f"({scores}){DIVIDED}" if self.divided and "+" in scores else scores + self.divided

    def rewrite_rule(self, markup: str, **values: Any) -> None:
        """Write a formula once the one before has gone."""
        self.swap([self.rule], seconds=0.4)
        self.rule = VGroup()
        self.write_rule(markup, seconds=0.6, **values)

    def head_shift(self, scores: str, *others: Going) -> None:
        """Write above the columns that a constant has been added, while all else that is given moves."""
        before = self.heads
        name, number = self.typeset(f"{scores}, quad c =", size=34), self.number(size=34)
        name.move_to([NAMES, HEAD, 0], LEFT)
        number.centred_at(name.get_right() * [1, 0, 0] + [0.15, HEAD + 0.05, 0])
        self.heads = VGroup(self.head(scores), name, number)

        def count(place: float) -> None:
            self.rewrite(number, *written(self.constants, min(place, self.huge), self.leap))

        follow(number, "score", at=count)
        self.swap([before], [self.heads], *others)

    @beat
    def show_scores(self) -> None:
        refs = self.refs
        self.add(self.main, self.others, self.named, self.species, self.room, self.whole, self.temperature)
        self.caption("show_scores", steps=refs.steps, seed=refs.params.seed)
        for n in (1, 2):
            self.run(self.reading_time_left(2) / (3 - n), **{f"other_{n}": 1})

    @beat
    def take_exponentials(self) -> None:
        self.swap([self.others, *self.named[1:]], [self.heads[0]])
        self.caption("grow")
        self.add(self.exponentials, self.main)
        for k in range(3):
            self.run(self.reading_time_left() / (3 - k), rate=smooth, grown=k + 1)

    @beat
    def cut_to_one(self) -> None:
        refs, mine = self.refs, self.mine
        best = mine, int(np.argmax(self.trace.probability[mine]))
        self.caption("lay", total=refs.total[mine])
        self.run(self.reading_time_left(3), laid=3)
        self.caption("cut")
        self.write_rule(SHARE, T=self.divided)
        self.run(2.6, rate=smooth, laid=4)
        self.swap([], [self.axis], seconds=0.4)
        share = self.words.markup(refs.probability[best])
        self.rewrite_rule(OBEYED, grown=refs.grown[best], total=refs.total[mine], share=share)

    @beat
    def predict_shift(self) -> None:
        self.caption("ask_shift")
        self.head_shift("data(o) + c")
        self.wait(1.5)
        self.run(2, rate=smooth, score=self.huge - 1)
        self.caption("answer_shift")
        self.rewrite_rule(SHIFTED, size=36, T=self.divided, shifted=self.power("data(o_k) + c"))
        self.run(self.reading_time_left(2), rate=ease_in_out_sine, score=0)

    @beat
    def overflow(self) -> None:
        self.caption("ask_huge", huge=self.refs.huge)
        self.run(1, rate=smooth, score=self.leap)
        self.run(1, rate=smooth, score=self.huge)
        self.caption("overflow")
        for infinity in self.exponentials[1:]:
            self.blink(infinity)
        self.caption("rescue")
        self.head_shift("data(o) + c - max", self.going(score=self.huge + BEGUN))
        self.run(self.reading_time_left(2) / 2, self.main, rate=smooth, score=self.huge + 1)
        self.run(self.reading_time_left(1.5), rate=smooth, score=self.huge + 1)

    @beat
    def compare_flowers(self) -> None:
        leaving = [self.main, self.species, self.exponentials, self.whole, self.room, self.axis]
        self.swap([*leaving, self.heads, self.temperature, self.rule], seconds=0.4)
        self.rule = VGroup()
        self.swap([], [self.flowers])
        self.caption("compare")
        self.wait(2)
        self.run(self.reading_time_left(2), rate=smooth, cut=1)

    @beat
    def turn_temperature(self) -> None:
        self.write_rule(SHARE, T=DIVIDED)
        legs = [("flatten", len(self.trace.dial) - 1), ("sharpen", 0)]
        for key, place in legs if self.trace.params.temperature <= 1 else legs[::-1]:
            self.caption(key)
            self.run(rate=ease_in_out_sine, dial=place)
        self.caption("turn")
        self.run(rate=ease_in_out_sine, dial=self.start)

    @beat(loop=True)
    def replay(self) -> None:
        for seconds, place in (2, 0), (2.5, len(self.trace.dial) - 1), (2, self.start):
            self.run(seconds, rate=ease_in_out_sine, dial=place)
