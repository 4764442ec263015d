"""The film of activations: values, their slopes, and how much slope the inputs of a trained layer leave."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UL, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.activations import ACTIVATIONS, Trace
from scenes._props.activations import Column
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import SMALL, Film, beat

RELU = list(ACTIVATIONS).index("relu")
INPUT, VALUE, SLOPE = "o", "activation(phi(o))", "activation(phi'(o))"
FORMULAS = (  # of the values, and of the slopes
    ("activation(tanh o) = (e^o - e^(-o)) / (e^o + e^(-o))", f"{SLOPE} = 1 - {VALUE}^2"),
    ("activation(sigma(o)) = 1 / (1 + e^(-o))", f"{SLOPE} = {VALUE} (1 - {VALUE})"),
    ('activation("ReLU"(o)) = max(0, o)', f"{SLOPE} = cases(1 quad o > 0, 0 quad o < 0)"),
)
UPPER, LOWER = 0.38, -0.16  # lines between the panels
FIRST, SECOND = 2.1, 1.5  # lines above the tall panels
LARGE = 46  # numbers there
NOT_YET = [np.nan] * len(ACTIVATIONS)


class Activations(Film):
    """A column for each activation, one pointer under all three."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        self.last, self.middle = len(t.x) - 1, (len(t.x) - 1) / 2
        self.columns = [Column(self, k, kinked=k == RELU) for k in range(len(ACTIVATIONS))]
        self.input = self.reading(INPUT, [refs.x], [np.array([4.4, 3.42, 0])], "text", 40)
        tops = [np.array([column.slots[0].left + 0.2, 2.95, 0]) for column in self.columns]
        self.names = VGroup(
            *(self.say(name, size=36).move_to(top, UL) for name, top in zip(ACTIVATIONS, tops, strict=True))
        )
        self.heights = self.reading(VALUE, refs.value, [top + 0.72 * DOWN for top in tops], "activation", 32)
        foots = [np.array([column.slots[1].left, LOWER, 0]) for column in self.columns]
        self.bends = self.reading(SLOPE, refs.derivative, foots, "activation", 32)
        self.rules = self.placed([self.typeset(slope, size=26) for _, slope in FORMULAS], UPPER)

    def reading(self, name: str, values: Any, places: list[np.ndarray], role: str, size: float) -> VGroup:
        """What a number is called, and the number, for each row of values [row x]; it goes along "x"."""
        names = [self.typeset(f"{name} =", size=size).move_to(place, LEFT) for place in places]
        numbers = [self.number(colour=getattr(self.theme, role), size=size) for _ in places]
        for written, number, place in zip(names, numbers, places, strict=True):
            number.centred_at(np.array([written.get_right()[0] + 0.15, place[1], 0]))

        def go(place: float) -> None:
            for number, row in zip(numbers, values, strict=True):
                self.rewrite(number, row[round(place)])

        return follow(VGroup(*names, *numbers), "x", at=go)

    def placed(self, texts: list, height: float) -> VGroup:
        """A text for each column, between its panels."""
        pairs = zip(texts, self.columns, strict=True)
        return VGroup(*(text.move_to([column.slots[1].left, height, 0], LEFT) for text, column in pairs))

    def every(self, *names: str) -> list:
        """The marks of these names, of all columns."""
        return [getattr(column, name) for name in names for column in self.columns]

    def walk(self, place: float, seconds: float, **others: float) -> None:
        """Have the pointer go to a place."""
        self.run(seconds, rate=ease_in_out_sine, x=place, **others)

    @beat
    def show_values(self) -> None:
        middle = [np.array([c.slots[1].left + c.slots[1].width / 2, -1.2, 0]) for c in self.columns]
        formulas = [self.typeset(value, size=40).move_to(at) for (value, _), at in zip(FORMULAS, middle, strict=True)]
        self.add(*(panel.drawn for panel in self.every("values")), self.names, *formulas, self.input, self.heights)
        self.add(*self.every("line", "ball"))
        self.caption("show_values")
        self.walk(self.last, 5)
        lower = [panel.drawn for panel in self.every("slopes", "inputs")]
        self.swap(formulas, [*lower, self.rules], self.going(x=0), seconds=1.2)

    @beat(summary=True)
    def draw_slopes(self) -> None:
        self.caption("draw_slopes")
        self.add(*self.every("bend", "tangent", "ball"), self.bends)
        for place in (self.middle / 2, self.middle):
            self.walk(place, 3, drawn=place)
            self.wait(0.2)

    @beat(when=lambda trace: 0 in trace.x)
    def stop_at_zero(self) -> None:
        t, relu, zero = self.trace, self.columns[RELU], int(self.middle)
        self.caption("stop_at_zero", o=self.refs.x[zero], slope=self.refs.at_zero[RELU])
        taken, other = t.at_zero[RELU], t.derivative[RELU, -1]

        def swing(share: float) -> None:
            relu.touch(0, t.value[RELU, zero], taken + (other - taken) * np.sin(2 * np.pi * share) ** 2)
            self.rewrite(self.bends[-1], np.nan if 0 < share < 1 else self.refs.derivative[RELU, zero])

        self.drive(swing, relu.tangent, self.bends, seconds=self.reading_time_left(3))
        self.play(FadeIn(relu.kink(taken, other)))

    @beat
    def walk_on(self) -> None:
        self.caption("walk_on")
        self.walk(self.last, self.reading_time_left(4), drawn=self.last)
        self.caption("replay")

    @beat(loop=True)
    def replay(self) -> None:
        for place in (0, self.last):
            self.walk(place, 3.3)

    def raise_slopes(self) -> list:
        """Have the slopes take the room of the values; what their height is called, until there is more to say."""
        upper = [*(panel.drawn for panel in self.every("values")), *self.every("line", "ball", "tangent")]
        self.swap([*upper, self.input, self.heights, self.rules, self.bends])
        called = [self.placed([self.typeset(SLOPE, size=34) for _ in self.columns], FIRST)]
        low, tall = ([panel.drawn for panel in self.every(name)] for name in ("slopes", "tall"))
        self.swap(low, [*tall, *called], self.going(raised=1), seconds=1.2)
        return called

    def beside(self, names: VGroup, *rows: list) -> None:
        """Put a number to the right of what it is called, in each of some rows."""
        for row in rows:
            for name, number in zip(names, row, strict=True):
                number.move_to([name.get_right()[0] + 0.15, name.get_y(), 0], LEFT)

    @beat
    def predict_least(self) -> None:
        t, refs = self.trace, self.refs
        source = self.say("source", size=SMALL, colour=self.theme.faint, seed=refs.params.seed)
        called = self.raise_slopes()
        self.caption("show_inputs", count=refs.length("sample"), flowers=refs.flowers, units=refs.units)
        self.add(*self.every("rug"))
        coming = FadeIn(source.move_to([6.8, 3.42, 0], RIGHT)), self.going(seen=len(t.preactivation))
        self.play(*coming, run_time=self.reading_time_left(2))
        names = self.placed([self.say("mean_of", size=28) for _ in self.columns], FIRST)
        asked, means = ([self.number(of, size=LARGE) for of in values] for values in (NOT_YET, refs.mean_slope))
        self.beside(names, asked, means)
        self.caption("ask_least")
        self.swap(called, [names, *asked])
        self.add(*self.every("stems"))
        self.run(self.reading_time_left(4), swept=1)
        self.grow(*self.every("mean"), seconds=2)
        self.swap(asked, means)
        self.caption("answer_least", least=self.words.sentence(t.least()), slope=refs.mean_slope[t.mean_slope.argmin()])
        self.blink(self.columns[t.mean_slope.argmin()].mean, self.reading_time_left(2))

    @beat
    def count_saturated(self) -> None:
        t, refs = self.trace, self.refs
        least = int(t.mean_slope.argmin())
        most, name = (self.words.sentence(which) for which in (t.most_saturated(), t.least()))
        self.caption("set_threshold", threshold=refs.threshold)
        self.grow(*self.every("bar"), seconds=1.5)
        self.run(self.reading_time_left(2), judged=1)
        said = [self.say("below_of", size=28, colour=self.theme.bad, threshold=refs.threshold) for _ in self.columns]
        names = self.placed(said, SECOND)
        shares = [self.say("share", size=LARGE, colour=self.theme.bad, share=of.percent) for of in refs.saturated]
        self.beside(names, shares)
        self.swap([], [names, *shares])
        self.caption(f"compare_{t.outcome()}", most=most)
        self.caption("resolve", least=name, top=refs.at_zero[least])
        self.grow(self.columns[least].top, seconds=self.reading_time_left(2))
