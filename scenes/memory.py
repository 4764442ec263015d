"""The film of three memories: an RNN, an LSTM and a GRU read the same letters; who still hears the first one?"""

import numpy as np
from manim import LEFT, UR, Create, Indicate, LaggedStart, VGroup

from mathcore._recall import LETTERS
from mathcore.memory import MODELS, Trace
from scenes._props.memory import (
    HEADS,
    LINES,
    TABLE,
    Answers,
    LetterStrip,
    Seeds,
    cards,
    counts_of_parameters,
    losses,
    name,
    names,
    questions,
    reader,
    shades,
)
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import MARGIN

NUMBERS = 1.55, 3.6  # where the losses and the accuracies are written, their left ends
ASKED, TURN = 2.4, 0.5  # seconds in which a question stands, and in which the eye is called to another first letter
ROUND, STOP = 6.2, 0.55  # seconds of the loop, and of its stop at each first letter
EARLY, EARLY_SECONDS = 1 / 6, 4.2  # share of the training that is shown slowly, and for how long


class Memory(Film):
    """Above a row of letters for each model, and their answers at the right; below their losses, and many seeds."""

    trace: Trace

    def build(self) -> None:
        t = self.trace
        self.other = 0 if t.first else 1  # another first letter
        self.strips = [follow(LetterStrip(self, model), "heard", "snapshot", "first") for model in range(len(MODELS))]
        self.cards, self.questions, self.table, self.seeds = cards(self), questions(self), Answers(self), Seeds(self)
        self.firsts = [strip.around_first(self.theme) for strip in self.strips]
        self.panels, self.losses = losses(self)
        self.rows = VGroup(*(name(self, model, [TABLE, y, 0], 30) for model, y in enumerate(LINES)))
        self.readings = self.numbers()

    def numbers(self) -> VGroup:
        """Loss and accuracy of each model at the latest step, below what they are called."""
        rows, refs = VGroup(), self.refs
        for x, key, role, values in (
            (NUMBERS[0], "loss", "loss", refs.loss),
            (NUMBERS[1], "right", "text", refs.recent),
        ):
            told = {} if key == "loss" else {"averaged": refs.averaged}
            rows.add(self.say(f"head_{key}", size=SMALL, colour=self.theme.faint, **told).move_to([x, HEADS, 0], LEFT))
            for y, row in zip(LINES, values, strict=True):
                number = self.number(colour=getattr(self.theme, role), size=36).centred_at(np.array([x, y, 0]))
                written = [
                    self.words.number(ref, tidy=True)
                    if key == "loss"
                    else self.words.number(ref.percent, decimals=0, tidy=True)
                    for ref in row
                ]
                follow(number, "step", at=lambda step, n=number, w=written: n.write(w[int(step + 1e-9)]))
                rows.add(number)
        return rows

    @beat
    def show_task(self) -> None:
        params = self.refs.params
        self.jump(first=self.trace.first)
        self.rule = self.say("setting", size=SMALL, seed=params.seed, steps=params.steps).to_corner(UR, buff=MARGIN)
        self.reader = reader(self)
        self.add(*self.strips, names(self), self.questions, self.cards, self.rule, self.reader)
        self.caption("task")
        self.run(self.reading_time_left(3.4) - 1.4, time=self.trace.params.length)
        self.swap([self.reader], seconds=0.3)
        self.play(*map(Create, self.firsts), run_time=1.1)

    @beat
    def listen(self) -> None:
        leaving, self.rule = self.rule, shades(self).to_corner(UR, buff=MARGIN)
        self.caption("heard")
        self.swap([leaving], seconds=0.3)
        self.swap([], [self.rule], seconds=0.3)
        length = self.trace.params.length
        self.run(2.4, self.strips[0], heard=length)
        self.run(heard=length)

    @beat
    def train(self) -> None:
        self.caption("train")
        self.swap([self.cards], [self.panels, self.rows, self.readings])
        self.add(*self.losses)
        t, refs, last = self.trace, self.refs, len(self.trace.snapshot) - 1
        self.run(EARLY_SECONDS, step=EARLY * t.params.steps, snapshot=EARLY * last)
        self.run(self.reading_time_left(4.6), step=t.params.steps, snapshot=last)
        peak = refs.influence_during[0, int(t.influence_during[0, :, 0].argmax()), 0]
        self.caption("trained", peak=peak, **dict(zip(MODELS, refs.influence[:, 0], strict=True)))
        seconds = self.reading_time_left(3) / len(MODELS)
        for frame in self.firsts:
            self.blink(frame, seconds)

    @beat
    def answer(self) -> None:
        first = self.trace.first
        self.caption("answer_sure" if self.table.sure else "answer", first=LETTERS[first])
        self.marker = self.table.marker()
        self.jump(self.marker, first=first)
        self.swap(
            [self.questions], [self.table.heads, self.table.asked[first], self.marker, counts_of_parameters(self)]
        )
        self.wait(0.5)
        self.swap([self.table.asked[first]], [self.table.columns[first]], seconds=self.reading_time_left(0.8))

    @beat
    def predict(self) -> None:
        other = self.other
        self.jump(first=other)
        self.swap([], [self.table.asked[other]], seconds=0.1)
        self.caption("ask", other=LETTERS[other])
        self.blink(self.marker, seconds=ASKED, times=4)
        self.swap([self.table.asked[other]], [self.table.columns[other]], seconds=0.8)
        self.caption("turn")
        for symbol in set(range(self.trace.params.symbols)) - {other, self.trace.first}:
            self.turn_to(symbol)
            self.swap([], [self.table.columns[symbol]], seconds=0.5)
        self.turn_to(self.trace.first)
        self.play(LaggedStart(*map(FadeIn, self.table.counts), lag_ratio=0.5), run_time=self.reading_time_left(1.5))

    def turn_to(self, symbol: int, seconds: float = TURN) -> None:
        """Have another first letter, whose answers are framed."""
        self.jump(first=symbol)
        self.blink(self.marker, seconds, times=1 + round(seconds / TURN))

    @beat(loop=True)
    def replay(self) -> None:
        symbols = self.trace.params.symbols
        answers = dict(zip(MODELS, self.refs.answers, strict=True))
        if self.trace.flips():
            self.caption("watch_flips", rnn=answers["rnn"])
        else:
            self.caption("watch", **answers)
        for turn in range(1, symbols + 1):
            self.turn_to((self.trace.first + turn) % symbols, ROUND / symbols - STOP)
            if turn < symbols:
                self.wait(STOP)

    @beat
    def count_seeds(self) -> None:
        t, refs = self.trace, self.refs
        self.caption("ask_seeds", seeds=refs.length("seed"))
        self.swap([self.readings], [self.seeds.head])
        for seed in self.seeds.dots:
            self.swap([], [seed], seconds=0.35)
        self.play(LaggedStart(*map(FadeIn, self.seeds.counts), lag_ratio=0.5), run_time=self.reading_time_left(1.5))
        solved = {model: refs.sum("solved", len(t.seeds), (k,)) for k, model in enumerate(MODELS)}
        verdict, told = t.verdict(), {**solved, "seeds": refs.length("seed")}
        told = {} if verdict == "all" else {"steps": refs.params.steps} if verdict == "none" else told
        self.caption(f"verdict_{verdict}", **told)
        calls = [Indicate(count, 1.15, self.theme.text) for count in self.seeds.counts]
        self.play(LaggedStart(*calls, lag_ratio=0.8), run_time=self.reading_time_left(2))
