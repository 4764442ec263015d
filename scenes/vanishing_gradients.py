"""The film of vanishing gradients: bars light up from right to left, and die out, arrive or explode."""

from functools import partial

import numpy as np
from manim import UL, UR, FadeIn, FadeOut, Indicate, LaggedStart, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.vanishing_gradients import FEATURES, Trace
from scenes._marks.log_bars import Decades
from scenes._props.vanishing_gradients import (
    END,
    FOOT,
    START,
    TALLEST,
    ActivationPanels,
    GradientBars,
    Layers,
    LayerSweep,
    layer_numbers,
    names,
    ruler,
)
from scenes._stage.film import MARGIN, Film, UpdateFromAlpha

NET, INPUTS, MOST_UNITS = 2.3, -6.6, 6  # height of the drawn net, where its inputs are, and units drawn per layer
CHAIN = "gradient((partial a^((D))) / (partial w^((0)))) = data(x) thin product_(l=1)^D activation(phi'(o_l))"
BACK = "gradient(delta_l) = activation(phi'(o_l)) dot.o weight(W_(l+1)^top) gradient(delta_(l+1))"
CHAIN_NAMES = "gradient(partial a^((D)) slash partial w^((0)))", "activation(phi'(o))"
NET_NAMES = "gradient(norm(partial L slash partial W_l))", '"rms" \\ activation(phi\'(o))'
ACTIVATIONS = ("sigmoid", "tanh", "relu")  # in the order of the trace
SIGMOID, TANH, RELU = range(3)


class VanishingGradients(Film):
    """One wide panel for the chain and for the sigmoid net, then three panels, one per activation."""

    trace: Trace

    def construct(self) -> None:
        self.lengthen_chain()
        self.send_back()
        self.change_activation()
        self.change_initialisation()
        self.cycle_initialisations()

    def setup(self) -> None:
        super().setup()
        trace, theme, self.depth = self.trace, self.theme, self.trace.params.depth
        others = [name for name in ("normal", "he", "xavier") if name != trace.params.init]
        self.slow = min(2, self.depth - 1)  # layers that are passed one by one
        self.twins = [trace, *(self.rerun(init=name) for name in others)]
        self.near = self.axis(trace.gradient_norm, trace.chain_gradient[SIGMOID])
        self.far = self.axis(*(twin.gradient_norm for twin in self.twins))
        fates = {0: ("arrives", theme.good), 1: ("explodes", theme.bad), -1: ("dies_out", theme.bad)}
        self.nets = ActivationPanels(self, self.twins, ACTIVATIONS, ("first_layer", "per_layer"), fates)
        self.own = layer_numbers(trace)
        self.wide = GradientBars(theme, (START, END), self.depth)
        self.layers, self.ruler = self.wide.layer_numbers(self, self.own), ruler(self)
        self.chain_names, self.net_names = names(self, *CHAIN_NAMES), names(self, *NET_NAMES)

    def axis(self, *values: np.ndarray) -> Decades:
        corner = np.array([START, FOOT, 0])
        return Decades(corner, (END - START, TALLEST), np.concatenate([v.ravel() for v in values]), self.theme)

    def lengthen_chain(self) -> None:
        self.beat("lengthen_chain")
        trace = self.trace
        slopes, chain = trace.chain_factor[SIGMOID], trace.chain_gradient[SIGMOID]
        self.ones = self.typeset(
            "data(x) = {x} quad weight(w) = {w}", size=26, x=trace.chain_input, w=trace.chain_weight
        ).move_to([-6.8, 2.95, 0], UL)
        self.add(self.near, self.ruler, self.layers, self.chain_names)
        self.add(self.ones, *self.draw([1] * (self.depth + 1), CHAIN))
        self.caption("show_chain", weight=trace.chain_weight)
        self.begin_pass(chain, slopes, 1)
        for layer in range(self.slow):
            self.walk_on(layer, layer + 1, self.reading_time_left(2 * (self.slow - layer)) / (self.slow - layer))
        self.caption("end_of_chain", depth=self.depth, left=chain[-1])
        self.walk_on(self.slow, self.depth, self.reading_time_left(min(0.5 * self.depth, 4)))

    def send_back(self) -> None:
        self.beat("send_back")
        trace, params, units = self.trace, self.trace.params, min(self.trace.params.width, MOST_UNITS)
        init = self.words.sentence(f"init_{params.init}")
        self.caption("show_net", depth=self.depth, width=params.width, init=init, seed=params.seed)
        self.play(FadeOut(self.ones, self.net, self.formula, self.walk, self.chain_names), run_time=0.5)
        self.play(FadeIn(self.net_names, *self.draw([len(FEATURES)] + [units] * self.depth, BACK)), run_time=0.7)
        self.net.lit.set_fill(self.theme.activation)  # on its way forwards
        self.drive(lambda share: self.net.light(round(share * (self.depth - 1))), self.net, seconds=1.5)
        self.net.lit.set_fill(self.theme.gradient)
        self.begin_pass(trace.gradient_norm[SIGMOID], trace.rms_slope[SIGMOID], -1)
        self.walk_on(0, 1, self.reading_time_left(1.8))
        self.caption("come_back")
        self.walk_on(1, self.slow, 1.8)
        self.walk_on(self.slow, self.depth, self.reading_time_left(min(0.5 * self.depth, 4)))

    def draw(self, units: list[int], formula: str) -> tuple[Layers, VGroup]:
        """A net above its bars, and its formula."""
        self.net = Layers(np.array([INPUTS, *self.wide.x]), units, NET, 0.9, self.theme)
        self.formula = self.typeset(formula, size=26).to_corner(UR, buff=MARGIN)
        return self.net, self.formula

    def begin_pass(self, values: np.ndarray, slopes: np.ndarray, way: int) -> None:
        """Stand before a pass through the wide panel."""
        self.walk = LayerSweep(self, self.wide, values, self.near, slopes, way)
        self.add(self.walk)

    def walk_on(self, first: int, last: int, seconds: float) -> None:
        """Go on with it, if there are layers to go."""
        if last > first:
            self.drive(partial(self.light, first, last), self.walk, self.net, seconds=seconds)

    def light(self, start: int, stop: int, share: float) -> None:
        self.net.light(self.walk.go(start + share * (stop - start)))

    def change_activation(self) -> None:
        self.beat("change_activation")
        nets, wide = self.nets, self.wide
        self.caption("ask_activation", layer=self.own[0])
        heights, slopes = (values[SIGMOID] for values in nets.state(0, self.near))
        self.play(FadeOut(self.net, self.formula, self.walk.numbers, self.layers), run_time=0.5)

        def shrink(share: float) -> None:
            wide.stand((START, END + share * (nets.spans[0][1] - END))).show(heights, slopes)

        self.drive(shrink, wide, seconds=1.2, rate=ease_in_out_sine)
        self.remove(wide)
        self.add(*nets.panels)
        nets.show(0, self.near, panels=(SIGMOID,))
        nets.tell(0, (SIGMOID,))
        self.play(FadeIn(nets.heads, nets.products[0][0]))
        self.pass_back(0, self.near, (TANH, RELU))
        self.conclude(0)

    def change_initialisation(self) -> None:
        self.beat("change_initialisation")
        nets, (old, new, _) = self.nets, self.twins
        self.caption("ask_init", stretch=new.stretch, before=old.stretch)
        nets.ask()
        fall = UpdateFromAlpha(partial(nets.blend, (0, self.near), (0, self.far)), *nets.panels)
        self.play(FadeOut(self.near, nets.products[0]), FadeIn(self.far), fall)
        self.add(nets.marks(0, self.far))
        self.play(FadeIn(nets.products[1][0]))
        self.pass_back(1, self.far, (SIGMOID, TANH, RELU))
        self.conclude(1)
        self.caption("conclude")
        calls = [Indicate(line, 1.08, self.theme.text) for line in nets.products[1][2:]]
        self.play(LaggedStart(*calls, lag_ratio=0.8), run_time=self.reading_time_left(2))

    def cycle_initialisations(self) -> None:
        self.beat("cycle_initialisations", loop=True)
        self.nets.explain(1)  # the products of the others are hidden when they enter
        self.add(*self.nets.products)
        for old, new in ((1, 2), (2, 0), (0, 1)):
            self.wait(0.5)
            self.nets.tell(new)
            self.nets.explain(new)
            turn = partial(self.nets.blend, (old, self.far), (new, self.far))
            self.drive(turn, *self.nets.panels, seconds=1.5, rate=ease_in_out_sine)

    def pass_back(self, twin: int, axis: Decades, panels: tuple[int, ...]) -> None:
        """Go back through several nets at once."""
        self.nets.show(twin, axis, 0, panels)
        self.wait(0.7)
        self.drive(lambda share: self.nets.show(twin, axis, share * self.depth, panels), *self.nets.panels, seconds=4)

    def conclude(self, twin: int) -> None:
        """Say what a twin's first layers receive in a sentence that holds for these values; panel by panel, why."""
        trace, (_, heading, *lines) = self.twins[twin], self.nets.products[twin]
        key = {(-1, 0): "tanh_keeps", (0, 1): "turned"}.get(tuple(trace.fate[:2]), "mixed")
        self.caption(key, layer=self.own[0], **dict(zip(ACTIVATIONS, trace.gradient_norm[:, 0], strict=True)))
        self.add(heading)
        seconds = self.reading_time_left(3) / len(lines)
        for panel, line in enumerate(lines):
            self.nets.tell(twin, (panel,))
            call = Indicate(self.nets.numbers[panel], 1.15, self.theme.text)
            self.play(call, FadeIn(line), run_time=seconds)
