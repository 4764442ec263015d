"""The film of vanishing gradients: bars light up from right to left, and die out, arrive or explode."""

from typing import Any

import numpy as np
from manim import DL, LEFT, UL, UR, Indicate, LaggedStart, VGroup
from manim import ReplacementTransform as Become
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.vanishing_gradients import FEATURES, Trace
from scenes._marks.band_panel import BELOW, BandPanel
from scenes._props.vanishing_gradients import (
    FIRST,
    TOP,
    WORDS,
    Net,
    answer,
    levels_name,
    limits,
    names,
    product,
    said,
)
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import Film, beat
from scenes._stage.layout import MARGIN, Slot
from scenes._stage.refs import values_of

BARS, SLOPES, GAP = Slot(-5.7, -1.3, 12.4, 2.8), Slot(-5.7, -2.4, 12.4, 0.5), 0.4  # the last is between two panels
STRETCHES = Slot(-5.7, -2.75, 12.4, 0.5)  # below its foot are the factors of the weights
INPUTS, OUTPUTS, MOST_UNITS = -6.6, 6.7, 6  # where those of the drawn net are, and units drawn per layer
CHAIN = "gradient((partial a^((D))) / (partial w^((0)))) = data(x) thin product_(l=1)^D activation(phi'(o_l))"
BACK = (
    "gradient((partial L) / (partial o_l)) = gradient(delta_l) = "
    "activation(phi'(o_l)) dot.o weight(W_(l+1)^top) gradient(delta_(l+1))"
)
AFTER = "weight(W_(l+1)^top) gradient(delta_(l+1))"
MEANT = (  # what both factors are
    f'activation("{{slope}}") = gradient(norm(delta_l)) / norm({AFTER}) quad '
    f'weight("{{weights}}") = norm({AFTER}) / gradient(norm(delta_(l+1)))'
)
STRETCH = 'weight(times "{weights}")'
CHAIN_NAMES = "gradient(partial a^((D)) slash partial w^((0)))", "activation(phi'(o_D))", '"{neuron}" D'
NET_NAMES = 'gradient(norm(delta_l) slash norm(delta_"{out}"))', 'activation(times "{slope}")', '"{layer}" l'
ACTIVATIONS = ("sigmoid", "tanh", "relu")  # in the order of the trace
SIGMOID = 0


class VanishingGradients(Film):
    """One wide panel for the chain and for the sigmoid net, then three panels, one per activation."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t, depth = self.trace, self.trace.params.depth
        self.twins = [t, self.rerun(init="xavier" if t.params.init == "normal" else "normal")]
        self.depth, self.slow = depth, min(2, depth - 1)  # layers; those that are passed one by one
        shares = [twin.reached for twin in self.twins]
        near = np.concatenate([*shares[0], t.chain_gradient[SIGMOID], t.limits])
        far = np.concatenate([*shares, [t.limits]], axis=None)
        self.near, self.far = (BandPanel(self, BARS, depth, values) for values in (near, far))
        self.slopes, self.stretches = (BandPanel(self, slot, depth, None) for slot in (SLOPES, STRETCHES))
        self.own = [layer.ordinal for layer in self.refs.places("layer")]
        self.layers, self.panels = self.near.numbers(self.own, "faint"), self.near.columns(3, GAP)
        states = [(self.near, 0), *((self.far, twin) for twin in (0, 1, 0, 1))]  # along "init"
        heights = [panel.scale.height(shares[twin]) for panel, twin in states]
        self.heights = np.stack(heights, axis=1)  # [activation state layer]
        slopes = np.stack([self.slopes.scale.height(self.twins[twin].slope) for _, twin in states], axis=1)
        self.nets = [  # bars and slopes
            (
                panel.bars(high, "gradient", "layer", "init", back=True),
                foot.bars(low, "activation", "layer", "init", back=True, lead=4),
            )
            for panel, foot, high, low in zip(
                self.panels, self.slopes.columns(3, GAP), self.heights, slopes, strict=True
            )
        ]
        places = [(panel.left, TOP) for panel in self.panels]
        heads = [said(self, name, place, DL, size=34) for name, place in zip(ACTIVATIONS, places, strict=True)]
        ends = (panel.numbers(self.own, "faint", bands=range(0, depth, depth - 1)) for panel in self.panels)
        self.heads, self.ends = VGroup(*heads), VGroup(*ends)
        self.open = [answer(self, panel) for panel in self.panels]
        self.answers = [self.answers_of(twin) for twin in self.twins]  # [twin activation]
        self.products = [product(self, self.panels, twin) for twin in self.twins]
        self.limits = [limits(self, panel.columns(3, GAP)) for panel in (self.near, self.far)]

    def answers_of(self, twin: Trace) -> list[VGroup]:
        """Per activation what reaches the first layer of a twin, and the word for it."""
        shares, fates = self.refs_of(twin).reached[:, 0], map(int, twin.fate)
        return [answer(self, panel, *told) for panel, *told in zip(self.panels, shares, fates, strict=True)]

    @beat
    def lengthen_chain(self) -> None:
        refs = self.refs
        given = {"x": refs.chain_input, "w": refs.chain_weight}
        ones = self.typeset("data(x) = {x} quad weight(w) = {w}", size=26, **given)
        name = names(self, *CHAIN_NAMES)
        self.add(self.near.scale, self.slopes.scale, self.layers, name, ones.move_to([-6.8, 2.95, 0], UL))
        net = self.draw([1] * (self.depth + 1), CHAIN, "depth")
        self.add(*net)
        self.jump(depth=self.depth)
        chain = self.chart(refs.chain_gradient[SIGMOID], refs.chain_factor[SIGMOID], "depth", back=False)
        self.caption("show_chain", weight=refs.chain_weight)
        self.run(0.6, rate=ease_in_out_sine, depth=0)
        for layer in range(self.slow):
            self.run(1.6, depth=layer + 1)
        self.run(self.reading_time_left(min(0.4 * self.depth, 3.2)), depth=self.depth)
        self.caption("end_of_chain", depth=refs.params.depth, left=refs.chain_gradient[SIGMOID, -1])
        self.play(Indicate(chain[-1][0], 1.15, self.theme.text), run_time=self.reading_time_left(1.5))
        self.leaving = [ones, *net, *chain, name]

    @beat
    def send_back(self) -> None:
        refs, params, units = self.refs, self.refs.params, min(self.trace.params.width, MOST_UNITS)
        init = self.words.sentence(f"init_{params.init}")
        self.caption("show_net", depth=params.depth, width=params.width, init=init, seed=params.seed)
        self.swap(self.leaving, seconds=0.5)
        columns = [len(FEATURES), *[units] * params.depth.value, len(self.trace.w_last)]
        net, formula = self.draw(columns, BACK, "layer", back=True)
        name = self.typeset(STRETCH, size=24, weights=self.words.sentence("weights")).move_to(
            [FIRST, STRETCHES.foot - BELOW, 0], LEFT
        )
        self.swap([], [names(self, *NET_NAMES), name, net, formula], seconds=0.7)
        self.send_signal(net)
        stretches = self.stretches.numbers(refs.stretch[SIGMOID], "weight", "layer", back=True)
        self.add(stretches)
        self.bars, self.feet, *numbers = self.chart(refs.reached[SIGMOID], refs.slope[SIGMOID], "layer", back=True)
        self.run(self.reading_time_left(1.8), layer=1)
        self.caption("come_back")
        words = {key: self.words.sentence(key) for key in WORDS}
        meant = self.typeset(MEANT, size=26, **words).to_corner(UR, buff=MARGIN)
        self.swap([formula], [meant])
        if self.slow > 1:
            self.run(1.8, layer=self.slow)
        self.run(self.reading_time_left(min(0.5 * self.depth, 4)), layer=self.depth)
        self.leaving = [net, meant, name, stretches, *numbers]

    def send_signal(self, net: Net) -> None:
        """Light the layers of a net forwards."""
        net.lit.set_fill(self.theme.activation)
        self.drive(lambda share: net.at(self.depth - share * (self.depth - 1)), net, seconds=1.5)
        net.lit.set_fill(self.theme.gradient)

    @beat(summary=True)
    def change_activation(self) -> None:
        bars, feet = self.nets[SIGMOID]
        ends = self.near.numbers(self.own, "faint", bands=range(0, self.depth, self.depth - 1))
        self.caption("ask_activation")
        self.remove(self.layers)
        self.add(ends)
        self.swap(self.leaving, [self.heads[SIGMOID], self.answers[0][SIGMOID], self.products[0][0]], seconds=0.8)
        self.jump(bars, feet, layer=self.depth)
        pairs = (self.bars, bars), (self.feet, feet), (ends, self.ends[SIGMOID])
        self.play(*(Become(*pair) for pair in pairs), run_time=1.2, rate_func=ease_in_out_sine)
        self.jump(layer=0)
        self.jump(bars, feet, layer=self.depth)
        self.add(*(part for net in self.nets for part in net))
        others = [part for parts in (self.ends, self.heads, self.open) for part in parts[SIGMOID + 1 :]]
        self.play(FadeIn(*others, self.limits[0]))
        self.wait(0.7)
        self.run(4, layer=self.depth)
        self.conclude(0)

    @beat
    def change_initialisation(self) -> None:
        old, new = map(self.refs_of, self.twins)
        self.caption("ask_init", scale=new.scale, before=old.scale)
        self.swap([*self.answers[0], self.products[0]], self.open, seconds=0.5)
        moving = self.going(init=1, rate=smooth), Become(*self.limits)
        self.swap([self.near.scale], [self.far.scale], *moving, seconds=1)
        self.add(*(panel.levels(heights[1], "text") for panel, heights in zip(self.panels, self.heights, strict=True)))
        self.swap([], [levels_name(self, self.twins[0].params.init, self.products)])
        self.run(0.6, layer=0)
        self.jump(init=2)
        self.swap([], [self.products[1][0]], seconds=0.7)
        self.run(4, layer=self.depth)
        self.conclude(1)
        self.caption("conclude")
        calls = [Indicate(line, 1.03, self.theme.text) for line in self.products[1][2:]]
        self.play(LaggedStart(*calls, lag_ratio=0.8), run_time=self.reading_time_left(2))

    @beat(loop=True)
    def cycle_initialisations(self) -> None:
        for state, (old, new, seconds) in enumerate(((1, 0, 0.5), (0, 1, 2)), start=3):
            self.wait(seconds)
            name, *told = self.products[new]
            self.swap([*self.answers[old], self.products[old]], [name], seconds=0.5)  # no numbers on the way
            self.run(1, init=state, rate=ease_in_out_sine)
            self.swap([], [*self.answers[new], *told], seconds=0.3)

    def draw(self, units: list[int], formula: str, axis: str, *, back: bool = False) -> tuple[Net, Any]:
        """A net above its bars, lit where they grow, and its formula."""
        net = Net([INPUTS, *self.near.x, OUTPUTS][: len(units)], units, self.near.turns(back=back), self.theme)
        return follow(net, axis), self.typeset(formula, size=28).to_corner(UR, buff=MARGIN)

    def chart(self, values: np.ndarray, slopes: np.ndarray, axis: str, *, back: bool) -> tuple[Any, ...]:
        """Bars and their slopes in the wide panels, with the numbers they refer to; they grow along an axis."""
        high, low = self.near.scale.height(values_of(values)), self.slopes.scale.height(values_of(slopes))
        marks = (
            self.near.bars(high, "gradient", axis, back=back),
            self.slopes.bars(low, "activation", axis, back=back, lead=4),
            self.slopes.numbers(slopes, "activation", axis, back=back),
            self.near.readings(values, "gradient", axis, back=back),
        )
        self.add(*marks)
        return marks

    def conclude(self, twin: int) -> None:
        """Say what a twin's first layers receive in a sentence that holds for these values; panel by panel, why."""
        t, (_, heading, *lines) = self.twins[twin], self.products[twin]
        key = {(-1, 0): "tanh_keeps", (0, 1): "turned"}.get(tuple(t.fate[:2]), "mixed")
        received = dict(zip(ACTIVATIONS, self.refs_of(t).reached[:, 0], strict=True))
        for still_open, told in zip(self.open, self.answers[twin], strict=True):
            self.remove(still_open)
            self.add(told)
            self.play(Indicate(told[1], 1.15, self.theme.text), run_time=0.5)
        self.caption(key, **received)
        self.add(heading)
        seconds = self.reading_time_left(3) / len(lines)
        for line in lines:
            self.swap([], [line], seconds=seconds)
