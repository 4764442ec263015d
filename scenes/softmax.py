"""The film of softmax: scores grow by exp, are laid end to end, and become shares of one whole."""

from typing import Any

import numpy as np
from manim import RIGHT, UR, Indicate, VGroup, VMobject
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.softmax import Trace
from scenes._marks.typeset import Typeset
from scenes._props.softmax import (
    Exponentials,
    Scores,
    Whole,
    bracket,
    digits_of,
    legend,
    level,
    names_of,
    room,
    row,
    stand,
    written,
)
from scenes._stage.clock import between, follow
from scenes._stage.film import HOLD, MARGIN, SMALL, Film, beat
from scenes._stage.layout import Slot

SCORES, NEXT = Slot(-5.2, -0.85, 2.0, 2.75), 4.3  # of the shown flower, and how far it is to the next
NAMES, GROWN, ROOM, HEAD = -6.8, 0.8, 3.5, 2.2  # where names and exponentials begin, whose room; height of the heads
GAP, RATIO = -1.15, 0.35  # where the bracket of two scores stands; how far from the longest bar that of exponentials
BEYOND = 1.08  # so many times as far as scores reaches their panel
WHOLE, BESIDE = Slot(-5.8, -2.7, 12.2, 0.62), Slot(-3.9, 0, 10.3, 0.55)  # of the shown flower; beside a name
LEGEND, FEET, LONGEST = 2.05, (0.62, -1.04, -2.7), 6.4  # heights of what explains bars, and of these; a total
SHOWN = 2.8  # height of the name of the flower whose shares change with the temperature
TEMPERATURES = {"low": 0.5, "kept": 1.0, "high": 4.0}  # and the axis along which a bar comes there
LARGE = 46  # size of the formula
DIVIDED = " slash T"
POWERS = "e^(o_k{T})", "scripts(sum)_j e^(o_j{T})"
SHARE = "activation(p_k) = {} / ({})".format(*POWERS)
GROWS = "o_k arrow.r.bar e^(o_k{T})"
GAPS = "e^(o_k{T}) / e^(o_j{T}) = e^({gap})"
OBEYED = "activation(p) = {grown} / {total} approx activation({share})"
SHIFTED = "activation(p_k) = (e^(c{{T}}) dot {}) / (e^(c{{T}}) dot {})".format(*POWERS)
SAFE = "activation(p_k) = e^({power_k}) / (scripts(sum)_j e^({power_j}))"
LARGEST = "o + c - m, quad m = max(o + c) = {m}"


class Softmax(Film):
    """Scores at the left, their exponentials at the right, the whole below; then shares, flower by flower and by T."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t, refs, self.mine = self.trace, self.refs, int(self.trace.shown)
        self.order = sorted(range(3), key=lambda k: k != self.mine)  # of the flowers: the shown one is the first
        self.still, self.huge = int(np.argmin(np.abs(t.shift))), len(t.shift)  # places along "score"
        self.most = self.huge - 1  # up to there scores stay in their panel
        self.jump(score=self.still, spread=1)
        self.divided = "" if t.params.temperature == 1 else DIVIDED
        knob = self.typeset("T = {T}", size=34, T=refs.params.temperature).next_to(self.title, RIGHT, buff=0.6)
        self.temperature = VGroup(*[knob] * bool(self.divided))
        self.build_scores()
        self.build_shares()
        self.wholes = VGroup(*map(self.whole_of, self.order, FEET))
        heights = np.array(FEET) + BESIDE.height / 2
        self.flowers = VGroup(*map(stand, map(self.flower, self.order), [NAMES] * 3, heights))
        self.rows = VGroup(*map(self.row, TEMPERATURES.values(), FEET, TEMPERATURES))
        self.legend = VGroup(*legend(self, BESIDE._replace(foot=LEGEND)))

    def build_scores(self) -> None:
        t, refs = self.trace, self.refs
        room = BEYOND * np.array([*t.logits.flat, *t.shifted.flat, *t.safe_logit])
        table = np.array([*refs.shifted, refs.huge_logit, refs.safe_logit])
        self.main = follow(Scores(self, SCORES, room, table, self.most), "score", "spread")
        self.others, self.named = VGroup(), VGroup(stand(self.flower(self.mine), SCORES.left, HEAD))
        for n, k in enumerate(self.order[1:], start=1):
            slot = SCORES._replace(left=SCORES.left + n * NEXT)
            self.others.add(follow(Scores(self, slot, room, refs.logits[[k]]), "other", "spread"))
            self.named.add(stand(self.flower(k), slot.left, HEAD))
        self.species = names_of(self, NAMES)
        gap = self.words.number(refs.gap, digits=4, decimals=3, tidy=True)  # its exponential is the ratio, as written
        self.gap = bracket(self, np.array([GAP]), t.pair, self.say("gap", size=28, gap=gap))

    def build_shares(self) -> None:
        """The exponentials of the shown flower, and the whole that they become."""
        refs, unit = self.refs, ROOM / self.trace.shifted_grown.max()
        grown = np.array([*refs.shifted_grown, refs.naive_grown, refs.safe_grown])
        shares = np.array([*refs.shifted_probability, refs.naive_probability, refs.safe_probability])
        self.exponentials = follow(Exponentials(self, (GROWN, ROOM), unit, grown), "grown", "score", "spread", "laid")
        lengths = self.exponentials.lengths[self.still]
        self.whole = follow(Whole(self, WHOLE, GROWN, lengths, shares), "laid", "score")
        total = self.typeset("inline(sum) = {total}", size=34, total=refs.total[self.mine])
        self.level = level(self, WHOLE, lengths.sum(), total)
        (self.tray, self.axis), self.heads = room(self, WHOLE, NAMES), VGroup(self.head("o"), self.named[0])
        ratio = self.typeset("times {ratio}", size=30, ratio=self.words.markup(refs.ratio, digits=2))
        ends = GROWN + self.exponentials.lengths.max(axis=1)
        self.ratio = bracket(self, ends + RATIO, self.trace.pair, ratio)

    def flower(self, sample: int) -> Typeset:
        species = self.words.sentence(f"species_{self.trace.species[sample]}")
        return self.say("flower", number=self.refs.params.samples[sample], species=species)

    def whole_of(self, sample: int, foot: float) -> Whole:
        """The exponentials of a flower end to end, which become shares; those that are shares come from below."""
        t, slot = self.trace, BESIDE._replace(foot=foot)
        lengths = LONGEST / t.total.max() * t.grown[sample]
        whole, way = Whole(self, slot, slot.left, lengths, self.refs.probability[[sample]]), np.array([WHOLE, slot])
        if sample != self.mine:
            return follow(whole, "again")
        return follow(whole, "up", at=lambda up: Whole.move(whole, Slot(*between(way, up))))

    def row(self, temperature: float, foot: float, axis: str) -> VGroup:
        """The shares of the shown flower at a temperature of 1, from which they go to those at another one."""
        refs = self.refs
        start, end = (int(np.argmin(np.abs(self.trace.dial - one))) for one in (1, temperature))
        way = np.linspace(start, end, abs(end - start) + 1, dtype=int)
        tables = refs.dial_probability[way, self.mine], refs.dial_score[way, self.mine], refs.dial[way]
        return row(self, BESIDE._replace(foot=foot), NAMES, axis, tables)

    def head(self, scores: str) -> Typeset:
        """What stands above the exponentials."""
        return stand(self.typeset(f"e^({self.power(scores)})", size=36), GROWN, HEAD)

    def power(self, scores: str) -> str:
        """Scores, which a temperature divides unless it is 1."""
        return f"({scores}){DIVIDED}" if self.divided and " " in scores else scores + self.divided

    def swell(self, *marks: VMobject, seconds: float = 0.9) -> None:
        """Call the eye to marks, which stay to be read."""
        self.play(*(Indicate(mark, 1.2, mark.color) for mark in marks), run_time=seconds)

    def ask(self, mark: VMobject) -> None:
        """Leave time for an answer, and show what it will be about."""
        for _ in range(2):
            self.swell(mark, seconds=0.75)
        self.wait(HOLD / 2)

    def state(self, markup: str, leaving: Any = (), entering: Any = (), **values: Any) -> None:
        """Write a formula at the top right, and what else enters, when the one before and what else leaves has gone."""
        if gone := [*leaving, *[self.rule] * bool(len(self.rule))]:
            self.swap(gone, seconds=0.4)
        self.rule = self.typeset(markup, size=LARGE, **{"T": self.divided, **values}).to_corner(UR, buff=MARGIN)
        self.swap([], [self.rule, *entering])

    def way(self) -> list[VMobject]:
        """What leads to the whole of the shown flower."""
        return [self.main, self.species, self.exponentials]

    def constant(self) -> VGroup:
        """The name of scores to which a constant has been added, and what it is now."""
        refs = self.refs
        constants = np.array([*refs.shift, refs.huge, refs.huge])[:, None]
        name, number = stand(self.typeset("o + c, quad c =", size=34), NAMES, HEAD), self.number(size=34)
        number.centred_at(np.array([name.get_right()[0] + 0.15, HEAD, 0]))

        def count(place: float) -> None:
            self.rewrite(number, *written(constants, place))

        return VGroup(name, follow(number, "score", at=count))

    def carry(self, *entering: VMobject) -> None:
        """Let all go but the shares of the shown flower, which rise to where others come below them."""
        self.remove(self.whole)
        self.add(self.wholes[0])
        self.swap([*self.way(), *self.heads, self.tray, self.rule], seconds=0.4)
        self.rule = VGroup()
        self.swap([self.axis], entering, self.going(rate=smooth, up=1), seconds=0.7)

    def subtract(self) -> None:
        """Take the largest of the large scores from all; until their exponentials are there, the shares stay open."""
        name, score = "o + c - m", self.huge + 1
        self.swap([self.exponentials, *self.heads, self.rule], seconds=0.4)
        largest = self.refs.largest("huge_logit")
        told = self.typeset(LARGEST, size=34, m=self.words.markup(largest, digits=digits_of(largest)))
        self.rule, self.heads = VGroup(), VGroup(self.head(name), stand(told, NAMES, HEAD))
        self.caption("rescue")
        self.swap([], [self.heads[1]], self.going(self.main, rate=smooth, score=score), seconds=0.8)
        self.jump(grown=0, score=score)
        self.jump(self.whole, score=self.huge)
        powers = {f"power_{k}": self.power(f"o_{k} + c - m") for k in "kj"}
        self.state(SAFE, (), [self.heads[0]], **powers)
        self.add(self.exponentials)
        self.run(0.9, grown=3)

    @beat
    def show_scores(self) -> None:
        refs = self.refs
        values = {"seed": refs.params.seed, "trained": refs.trained, "steps": refs.steps}
        self.rule = self.say("trained", size=SMALL, colour=self.theme.faint, **values).to_corner(UR, buff=MARGIN)
        self.add(self.main, self.others, self.named, self.species, self.temperature, self.rule)
        self.caption("show_scores")
        for name in self.named:
            self.play(Indicate(name, 1.1, self.theme.data), run_time=1.15)

    @beat
    def take_exponentials(self) -> None:
        self.state(GROWS, [self.others, *self.named[1:]], [self.heads[0]])
        self.caption("grow")
        self.add(self.exponentials)
        for k in range(3):
            self.run(self.reading_time_left(3 - k) / (3 - k), rate=smooth, grown=k + 1)
        self.caption("ratios")
        self.swap([], [self.gap])
        self.swap([], [self.ratio])
        self.state(GAPS, gap=self.power("o_k - o_j"))

    @beat
    def cut_to_one(self) -> None:
        refs, best = self.refs, (self.mine, int(self.trace.pair[0]))
        self.swap([self.gap, self.ratio, self.rule], [self.tray], self.going(rate=smooth, spread=0))
        self.rule = VGroup()
        self.caption("lay")
        self.add(self.whole)
        self.run(2.4, laid=3)
        self.swap([], [self.level])
        self.caption("cut")
        self.state(SHARE)
        self.run(1.8, rate=smooth, laid=4)
        share = self.words.markup(refs.probability[best], digits=2)
        self.state(OBEYED, grown=refs.grown[best], total=refs.total[self.mine], share=share)
        self.wait(HOLD / 2)
        self.swap([self.level], [self.axis], self.going(laid=5))

    @beat(summary=True)
    def do_the_others(self) -> None:
        self.caption("again")
        self.jump(again=3)
        self.carry(self.legend, self.flowers[0])
        self.state(SHARE, (), [*self.flowers[1:], *self.wholes[1:]])
        self.run(1.5, rate=smooth, again=4)
        self.run(0.6, again=5)

    @beat
    def predict_shift(self) -> None:
        self.heads = VGroup(self.head("o + c"), self.constant())
        self.caption("ask_shift")
        self.swap([self.legend, *self.flowers[1:], *self.wholes[1:]], seconds=0.4)
        self.swap([self.flowers[0]], [self.tray, self.axis], self.going(rate=smooth, up=0), seconds=0.7)
        self.remove(self.wholes[0])
        self.add(self.whole)
        self.swap([], [*self.way(), *self.heads, self.gap, self.ratio])
        self.ask(self.heads[1][1])
        self.run(1.7, rate=smooth, score=self.most)
        self.caption("answer_shift")
        self.state(SHIFTED)
        self.run(1.3, rate=ease_in_out_sine, score=0)
        self.run(1.3, rate=ease_in_out_sine, score=self.most)

    @beat
    def overflow(self) -> None:
        self.caption("ask_huge", huge=self.refs.huge)
        self.swap([self.ratio, self.exponentials])
        self.jump(grown=0)
        self.run(0.8, rate=smooth, score=self.huge)
        self.ask(self.whole.question)
        self.add(self.exponentials)
        self.run(1.2, grown=3)
        self.caption("overflow")
        self.swell(*self.exponentials.numbers, self.whole.question, seconds=1.1)
        self.swell(self.main.numbers[int(self.trace.pair[0])])
        self.subtract()
        self.swap([self.whole], seconds=0.3)
        self.swap([], [self.whole])
        self.caption("same")

    @beat
    def turn_temperature(self) -> None:
        self.heads.add(self.gap)
        labels, bar, below = self.rows[0][:2], self.rows[0][2:4], self.rows[0][4:]
        flower = stand(self.flowers[0], NAMES, SHOWN)
        if self.divided:  # the shares are others
            self.carry(self.legend, flower)
            self.swap([self.wholes[0], self.temperature], [*labels, *bar])
        else:
            self.carry(self.legend, flower, *labels)
            self.remove(self.wholes[0])
            self.add(*bar)
        self.state(SHARE, (), [*below, *self.rows[1:]], T=DIVIDED)
        self.add(self.rows)
        self.caption("ask_low")
        self.ask(self.rows[0][0])
        self.run(1.5, rate=ease_in_out_sine, low=1)
        self.caption("low")
        self.ask(self.rows[2][0])
        self.run(1.5, rate=ease_in_out_sine, high=1)
        self.caption("turn")
        for number, *_ in self.rows:
            self.swell(number)

    @beat(loop=True)
    def replay(self) -> None:
        for seconds, place in (1.3, 0), (2.2, 1):
            self.run(seconds, rate=ease_in_out_sine, low=place, high=place)
