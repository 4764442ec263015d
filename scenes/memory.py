"""The film of three memories: an RNN, an LSTM and a GRU read the same letters; who still hears the first one?"""

from manim import UR, Create, Indicate, LaggedStart, VMobject

from mathcore._recall import LETTERS
from mathcore.memory import MODELS, Trace
from scenes._props.memory import (
    BETWEEN,
    LETTERS_AT,
    Answers,
    LetterStrip,
    Seeds,
    Twins,
    Unit,
    accuracies,
    counts_of_parameters,
    letters,
    losses,
    names,
    questions,
    reader,
    shades,
)
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import MARGIN

RNN, LSTM = (MODELS.index(model) for model in ("rnn", "lstm"))
ASKED, REVEALED, TURN = 2.4, 0.8, 0.5  # seconds of a question, of its answer, of a call to another first letter
EARLY, EARLY_SECONDS = 1 / 6, 2.6  # share of the training that is shown slowly, and for how long
SLOW, SLOW_SECONDS, QUICK = 2, 1.6, 3.0  # letters at which a unit's numbers can be read; seconds of each, of the others
BACK, AGAIN = 0.6, 3.6  # seconds of the loop: to the first letter, and to the last one


class Memory(Film):
    """A row for each model: letters, then losses or answers beside them; then units; last, many seeds."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        self.strips = [follow(LetterStrip(self, model), "heard", "snapshot", "first") for model in range(len(MODELS))]
        self.questions, self.table, self.seeds = questions(self), Answers(self), Seeds(self)
        self.firsts = [strip.around_first(self.theme) for strip in self.strips]
        (self.panels, self.losses), self.recent = losses(self), accuracies(self)
        self.units = [Unit(self, model) for model in (RNN, LSTM)]
        self.twins = [Twins(self, model) for model in range(len(MODELS))]

    @beat
    def show_task(self) -> None:
        params = self.refs.params
        self.jump(first=self.trace.first)
        self.rule = self.say("setting", size=SMALL, seed=params.seed, steps=params.steps).to_corner(UR, buff=MARGIN)
        self.reader = reader(self)
        self.add(*self.strips, names(self), self.questions, self.rule, self.reader)
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
        self.swap([self.questions], [self.panels, self.recent])
        self.add(*self.losses)
        t, last = self.trace, len(self.trace.snapshot) - 1
        self.run(EARLY_SECONDS, step=EARLY * t.params.steps, snapshot=EARLY * last)
        self.run(self.reading_time_left(2.6), step=t.params.steps, snapshot=last)
        self.jump(snapshot=last + 1)
        told = {model: self.words.number(self.refs.usual[k, 0], tidy=True) for k, model in enumerate(MODELS)}
        self.caption("trained", averaged=self.refs.averaged, **told)
        seconds = self.reading_time_left(2.4) / len(MODELS)
        for frame in self.firsts:
            self.blink(frame, seconds)

    @beat
    def predict(self) -> None:
        t, table, first = self.trace, self.table, self.trace.first
        marker = table.marker()
        self.jump(marker, first=first)
        leaving = [self.panels, self.recent, *self.losses]
        self.swap(leaving, [table.heads, table.asked[first], marker, counts_of_parameters(self)])
        self.caption("ask_sure" if table.sure else "ask", first=LETTERS[first])
        self.blink(marker, seconds=max(ASKED, self.reading_time_left() - REVEALED), times=4)
        self.swap([table.asked[first]], [table.columns[first]], seconds=REVEALED)
        self.caption("turn")
        for symbol in range(t.params.symbols):
            if symbol != first:
                self.turn_to(marker, symbol)
                self.swap([], [table.columns[symbol]], seconds=0.5)
        self.turn_to(marker, first)
        self.play(LaggedStart(*map(FadeIn, table.counts), lag_ratio=0.5), run_time=self.reading_time_left(1.2))

    def turn_to(self, marker: VMobject, symbol: int) -> None:
        """Have another first letter, whose answers are framed."""
        self.jump(first=symbol)
        self.blink(marker, TURN, times=2)

    @beat
    def follow_unit(self) -> None:
        t, (rnn, lstm) = self.trace, self.units
        self.pair = {"first": LETTERS[t.first], "twin": LETTERS[int(t.twin)]}
        rule = self.say("unit_told", size=28, **self.pair).to_corner(UR, buff=MARGIN)
        row = letters(self, rnn.panel, BETWEEN, self.pair["first"])
        self.new_page([rule, row, *(one for unit in self.units for one in (unit.told, unit.drawn))])
        self.rule = rule
        self.caption("anew")
        self.read(rnn)
        self.caption("keep")
        self.swap([rnn.frame], seconds=0.3)
        self.read(lstm)

    def read(self, unit: Unit) -> None:
        """Have a unit read all letters, the first ones slowly."""
        self.add(unit.bars, unit.path, unit.numbers, unit.frame)
        for letter in range(1, SLOW + 1):
            self.run(SLOW_SECONDS, **{unit.axis: letter})
        self.run(self.reading_time_left(QUICK), **{unit.axis: self.trace.params.length})

    @beat
    def meet_twin(self) -> None:
        twins, rule = self.twins, self.rule
        head = letters(self, twins[0].panel, LETTERS_AT, "/".join(self.pair.values()))
        self.new_page([head, *(one for twin in twins for one in (twin.told, twin.drawn, twin.distance))], rule)
        self.caption("ask_twin", **self.pair)
        self.add(*(one for twin in twins for one in (twin.paths, twin.ends)))
        self.run(self.reading_time_left(AGAIN), pair=self.trace.params.length)

    @beat(loop=True)
    def replay(self) -> None:
        self.caption("watch")
        self.run(BACK, pair=0)
        self.run(AGAIN, pair=self.trace.params.length)

    @beat(summary=True)
    def count_seeds(self) -> None:
        t, refs = self.trace, self.refs
        self.new_page([self.seeds.drawn])
        self.caption("ask_seeds", seeds=refs.length("seed"))
        for seed in self.seeds.dots:
            self.swap([], [seed], seconds=0.25)
        self.play(LaggedStart(*map(FadeIn, self.seeds.counts), lag_ratio=0.5), run_time=self.reading_time_left(1.5))
        solved = {model: refs.sum("solved", len(t.seeds), (k,)) for k, model in enumerate(MODELS)}
        verdict, told = t.verdict(), {**solved, "seeds": refs.length("seed")}
        told = {} if verdict == "all" else {"steps": refs.params.steps} if verdict == "none" else told
        self.caption(f"verdict_{verdict}", **told)
        calls = [Indicate(count, 1.1, self.theme.text) for count in self.seeds.counts]
        self.play(LaggedStart(*calls, lag_ratio=0.8), run_time=self.reading_time_left(1.8))
