"""The film of softmax: scores grow by exp, are laid end to end, and become shares of one whole."""

import numpy as np
from manim import LEFT, RIGHT, UR, Indicate, VGroup
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.softmax import Trace
from scenes._marks.typeset import Typeset
from scenes._props.softmax import ROWS, Exponentials, Row, Scores, Whole, legend, room, stand, written
from scenes._stage.clock import Going, follow
from scenes._stage.film import HOLD, MARGIN, SMALL, Film, beat
from scenes._stage.layout import Slot

SCORES, NEXT = Slot(-4.75, -0.4, 2.2, 2.65), 4.0  # of the shown flower, and how far it is to the next
NAMES, GROWN, ROOM, HEAD = -6.8, -0.3, 4.9, 2.6  # where names and exponentials begin, whose room; height of the heads
WHOLE, BESIDE = Slot(-5.8, -2.5, 12.0, 0.7), Slot(-4.4, 0, 10.6, 0.8)  # of the shown flower; of it at a temperature
LEGEND, FEET = 2.6, (0.9, -0.8, -2.5)  # heights of what explains the bars, and of the bars at each temperature
TEMPERATURES = {"low": 0.5, "kept": 1.0, "high": 4.0}  # and the axis along which a bar comes there
DIVIDED = " slash T"
BEGUN = 0.01  # of the way to another row, on which what is written is open
TOTAL = "scripts(sum)_j activation(e)^(data(o_j){T})"
SHARE = f"activation(p_k) = activation(e)^(data(o_k){{T}}) / ({TOTAL})"
OBEYED = "activation(p) = activation({grown}) / activation({total}) approx activation({share})"
FACTOR = "e^(c{T})"
SHIFTED = f"activation(p_k) = ({FACTOR} dot activation(e)^(data(o_k){{T}})) / ({FACTOR} dot {TOTAL})"


class Softmax(Film):
    """Scores at the left, their exponentials at the right, the whole below; then its shares at three temperatures."""

    trace: Trace

    def build(self) -> None:
        t, refs, self.mine = self.trace, self.refs, int(self.trace.shown)
        self.still, self.huge = int(np.argmin(np.abs(t.shift))), len(t.shift)  # places along "score"
        self.leap = self.huge - 1  # from there on they are far apart
        self.jump(score=self.still)
        self.divided = "" if t.params.temperature == 1 else DIVIDED
        knob = self.typeset("T = {T}", size=34, T=refs.params.temperature).next_to(self.title, RIGHT, buff=0.6)
        self.temperature = VGroup(*[knob] * bool(self.divided))
        self.build_scores()
        self.build_shares()
        self.rows = VGroup(*map(self.row, TEMPERATURES.values(), FEET, TEMPERATURES))
        self.legend = VGroup(stand(self.flower(self.mine), NAMES, LEGEND))
        self.legend.add(*legend(self, BESIDE._replace(foot=LEGEND), refs.logits[self.mine]))

    def build_scores(self) -> None:
        t, refs = self.trace, self.refs
        room = [*t.logits.flat, *t.shifted.flat, *t.safe_logit]
        table = np.array([*refs.shifted, refs.huge_logit, refs.safe_logit])
        self.main = follow(Scores(self, SCORES, room, table, self.leap), "score")
        self.others, self.named = VGroup(), VGroup(stand(self.flower(self.mine), SCORES.left, HEAD))
        for n, k in enumerate([k for k in range(3) if k != self.mine], start=1):
            slot = SCORES._replace(left=SCORES.left + n * NEXT)
            self.others.add(follow(Scores(self, slot, room, refs.logits[[k]]), "other"))
            self.named.add(stand(self.flower(k), slot.left, HEAD))
        self.species = VGroup(*(stand(self.say(f"species_{k}"), NAMES, y) for k, y in enumerate(ROWS)))

    def build_shares(self) -> None:
        """The exponentials of the shown flower, and the whole that they become."""
        refs, unit = self.refs, ROOM / self.trace.shifted_grown.max()
        grown = np.array([*refs.shifted_grown, refs.naive_grown, refs.safe_grown])
        shares = np.array([*refs.shifted_probability, refs.naive_probability, refs.safe_probability])
        self.exponentials = Exponentials(self, self.main, (GROWN, ROOM), unit, grown, self.leap)
        lengths = self.exponentials.lengths[self.still]
        self.whole = follow(Whole(self, WHOLE, GROWN, lengths, shares, self.leap), "laid", "score")
        follow(self.exponentials, "grown", "score")
        self.total = self.typeset(f"{TOTAL} = activation({{total}})", T=self.divided, total=refs.total[self.mine])
        self.total.move_to([WHOLE.left + lengths.sum() + 0.2, WHOLE.foot + WHOLE.height / 2, 0], LEFT)
        self.room, self.heads = room(self, WHOLE, NAMES), VGroup(self.head("data(o)"), self.named[0])

    def flower(self, sample: int) -> Typeset:
        return self.say("flower", number=self.refs.params.samples[sample])

    def row(self, temperature: float, foot: float, axis: str) -> Row:
        """The shares of the shown flower at a temperature of 1, from which they go to those at another one."""
        t, refs, twin = self.trace, self.refs, self.refs_of(self.rerun(temperature=temperature))
        start, end = (int(np.argmin(np.abs(np.log(t.dial / one)))) for one in (1, temperature))
        way = range(start, end, 1 if end > start else -1)
        shares = [*(refs.dial_probability[k, self.mine] for k in way), twin.probability[self.mine]]
        temperatures = [*(refs.dial[k] for k in way), twin.params.temperature]
        return follow(Row(self, BESIDE._replace(foot=foot), NAMES, np.array(shares), temperatures), axis)

    def head(self, scores: str) -> Typeset:
        """What stands above the exponentials."""
        return self.typeset(f"activation(e)^({self.power(scores)})", size=36).move_to([GROWN, HEAD, 0], LEFT)

    def power(self, scores: str) -> str:
        """Scores, which a temperature divides unless it is 1."""
        return f"({scores}){DIVIDED}" if self.divided and "+" in scores else scores + self.divided

    def head_shift(self, scores: str, *others: Going) -> None:
        """Write above the columns that a constant has been added, while all else that is given moves."""
        before, refs = self.heads, self.refs
        constants = np.array([*refs.shift, refs.huge, refs.huge])[:, None]
        name, number = stand(self.typeset(f"{scores}, quad c =", size=34), NAMES, HEAD), self.number(size=34)
        number.centred_at(np.array([name.get_right()[0] + 0.15, HEAD, 0]))
        self.heads = VGroup(self.head(scores), name, number)

        def count(place: float) -> None:
            self.rewrite(number, *written(constants, min(place, self.huge), self.leap))

        follow(number, "score", at=count)
        self.swap([before], [self.heads], *others)

    @beat
    def show_scores(self) -> None:
        refs = self.refs
        values = {"seed": refs.params.seed, "trained": refs.trained, "steps": refs.steps}
        self.rule = self.say("trained", size=SMALL, colour=self.theme.faint, **values).to_corner(UR, buff=MARGIN)
        self.add(self.main, self.others, self.named, self.species, self.room, self.whole, self.temperature, self.rule)
        self.caption("show_scores")
        for name in self.named:
            self.play(Indicate(name, 1.2, self.theme.data), run_time=1.3)

    @beat
    def take_exponentials(self) -> None:
        self.swap([self.others, *self.named[1:]], [self.heads[0]])
        self.caption("grow")
        self.add(self.exponentials, self.main)
        for k in range(3):
            self.run(self.reading_time_left(3 - k) / (3 - k), rate=smooth, grown=k + 1)

    @beat
    def cut_to_one(self) -> None:
        refs, mine = self.refs, self.mine
        best = mine, int(np.argmax(self.trace.probability[mine]))
        self.caption("lay")
        self.run(2.7, laid=3)
        self.swap([], [self.total])
        self.wait(HOLD / 2)
        self.caption("cut")
        self.swap([self.total], seconds=0.4)
        self.run(2.2, rate=smooth, laid=4)
        self.write_rule(SHARE, T=self.divided)
        self.wait(HOLD)
        share = self.words.markup(refs.probability[best])
        self.write_rule(OBEYED, grown=refs.grown[best], total=refs.total[mine], share=share)

    @beat
    def predict_shift(self) -> None:
        self.caption("ask_shift")
        self.head_shift("data(o) + c")
        self.wait(3)
        self.run(2, rate=smooth, score=self.leap)
        self.caption("answer_shift")
        self.write_rule(SHIFTED, T=self.divided)
        self.run(1.7, rate=ease_in_out_sine, score=0)
        self.run(self.reading_time_left(1.5), rate=ease_in_out_sine, score=self.leap)

    @beat
    def overflow(self) -> None:
        self.caption("ask_huge", huge=self.refs.huge)
        self.wait(HOLD / 2)
        self.run(1.4, rate=smooth, score=self.huge)
        self.caption("overflow")
        for infinity in self.exponentials.numbers:
            self.blink(infinity)
        self.caption("rescue")
        self.head_shift("data(o) + c - max", self.going(score=self.huge + BEGUN))
        self.run(self.reading_time_left(2) / 2, self.main, rate=smooth, score=self.huge + 1)
        self.run(self.reading_time_left(1.5), rate=smooth, score=self.huge + 1)
        self.caption("same")
        self.write_rule(SHARE, T=self.divided, seconds=self.reading_time_left())

    @beat
    def turn_temperature(self) -> None:
        leaving = [self.main, self.species, self.exponentials, self.whole, self.room, self.heads, self.temperature]
        self.swap(leaving, [self.legend, self.rows])
        self.caption("low")
        self.write_rule(SHARE, T=DIVIDED)
        self.run(self.reading_time_left(2.5), rate=ease_in_out_sine, low=1)
        self.caption("high")
        self.run(self.reading_time_left(2.5), rate=ease_in_out_sine, high=1)
        self.caption("turn")
        for row in self.rows:
            self.play(Indicate(row.reading, 1.3, self.theme.text))

    @beat(loop=True)
    def replay(self) -> None:
        for seconds, place in (2, 0), (4, 1):
            self.run(seconds, rate=ease_in_out_sine, low=place, high=place)
