"""The film of vanishing gradients: bars light up from right to left, and die out, arrive or explode."""

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, UR, FadeIn, FadeOut, VGroup
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine

from mathcore.vanishing_gradients import Trace
from scenes._parts import Backward, Decades, Dots, Number, Ruler, Segments, reached
from scenes._stage import MARGIN, Drive, Stage

START, END, GAP = -5.75, 6.8, 0.45  # where the bars stand, and the space between two panels
FOOT, TALLEST = -1.3, 2.6  # of the bars
FACTOR_FOOT, ONE = -2.45, 0.5  # of the slopes below them; how tall a slope of 1 is
NET, NET_HEIGHT, MOST_UNITS = 2.1, 0.9, 6  # middle and height of the drawn net, and units drawn per layer
CHAIN = "(partial a^((D))) / (partial weight(w^((0)))) = data(x) thin product_(l=1)^D activation(phi'(o_l))"
BACK = "gradient(delta_l) = activation(phi'(o_l)) dot.o weight(W_(l+1)^top) gradient(delta_(l+1))"
NAMES = ("sigmoid", "tanh", "ReLU")  # in the order of the trace
SIGMOID, TANH, RELU = range(3)


class VanishingGradients(Stage):
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
        self.twins = [trace, *(self.trace_with(init=name) for name in others)]
        self.near = self.axis(trace.gradient_norm, trace.chain_gradient[SIGMOID])
        self.far = self.axis(*(twin.gradient_norm for twin in self.twins))
        third = (END - START - 2 * GAP) / 3
        self.thirds = [(left, left + third) for left in START + np.arange(3) * (third + GAP)]
        spans = [(START, END), *self.thirds[1:]]
        self.panels = [Backward(theme, (FOOT, FACTOR_FOOT), ONE, span, self.depth) for span in spans]
        self.wide = self.panels[0]
        self.layers = self.wide.numbers(theme.faint, FOOT - 0.27)
        self.factors = self.wide.numbers(theme.activation, FACTOR_FOOT - 0.27)
        for layer, number in self.layers.items():
            self.rewrite(number, layer + 1)
        self.value, self.first_value = (self.number(1.0, theme.gradient, anchor=ORIGIN) for _ in range(2))
        self.ruler = Ruler(np.array([START, FACTOR_FOOT, 0]), END - START, ONE, theme)
        self.ruler.add(self.typeset("activation(phi'(o))", size=26).move_to([-6.65, FACTOR_FOOT + ONE / 2, 0]))
        self.inits = [self.initialisation(twin) for twin in self.twins]
        self.heads = [self.head(index) for index in range(3)]

    def axis(self, *values: np.ndarray) -> Decades:
        corner = np.array([START, FOOT, 0])
        return Decades(corner, (END - START, TALLEST), np.concatenate([v.ravel() for v in values]), self.theme)

    def initialisation(self, twin: Trace) -> VGroup:
        """Its name, the weights' scale, and how far they stretch a gradient."""
        scale = "weight(sigma) = {scale} quad weight(sigma sqrt(n)) = {stretch}"
        formula = self.typeset(scale, scale=twin.scale, stretch=twin.stretch)
        name = self.say(f"init_{twin.params.init}", colour=self.theme.weight)
        return VGroup(name, formula).arrange(RIGHT, buff=0.4).to_corner(UR, buff=MARGIN)

    def head(self, index: int) -> VGroup:
        """Above a panel: the activation; what its first layer receives; and the three words for that."""
        left, right = self.thirds[index]
        name = self.typeset(f'"{NAMES[index]}"', size=34).move_to([left, 2.6, 0], LEFT)
        layer = self.say("first_layer", size=24).move_to([left, 2.0, 0], LEFT)
        number = self.number(np.nan, self.theme.gradient, size=30).centred_at(layer.get_right() + 0.15 * RIGHT)
        fates = ("arrives", self.theme.good), ("explodes", self.theme.bad), ("dies_out", self.theme.bad)
        words = [self.say(key, colour=hue).move_to([right, 2.6, 0], RIGHT) for key, hue in fates]
        return VGroup(name, layer, number, *words)

    def lengthen_chain(self) -> None:
        self.beat("lengthen_chain")
        chain, neurons = self.trace.chain_gradient[SIGMOID], self.nodes(1)
        start = np.array([[-6.6, NET, 0]])
        weights = Segments(np.concatenate([start, neurons[:-1, 0]]), neurons[:, 0], self.theme.weight, 4, 1)
        name = self.typeset("data(x = 1)", size=26).move_to(start[0] + 0.4 * UP)
        self.picture = VGroup(weights, Dots(neurons, self.theme.faint, 0.14), name)
        self.formula = self.typeset(CHAIN, size=26).to_corner(UR, buff=MARGIN)
        self.lit = Dots(neurons[0], self.theme.gradient, 0.14)
        self.add(self.near, self.ruler, *self.layers.values(), self.wide)
        self.play(FadeIn(self.picture, self.formula))
        self.caption("show_chain")
        self.add(self.lit)
        self.pass_slowly(self.trace.chain_factor[SIGMOID], chain, neurons, 1)
        self.caption("end_of_chain", depth=self.depth, left=chain[-1])

    def send_back(self) -> None:
        self.beat("send_back")
        trace, params, theme = self.trace, self.trace.params, self.theme
        nodes = self.nodes(min(params.width, MOST_UNITS))
        ends = np.broadcast_arrays(nodes[:-1, :, None], nodes[1:, None])
        edges = Segments(*(end.reshape(-1, 3) for end in ends), theme.weight, 1, 0.5)
        radius = 0.07
        net, formula = VGroup(edges, Dots(nodes, theme.faint, radius)), self.typeset(BACK, size=26)
        self.clear_wide()
        self.play(FadeOut(self.picture, self.formula), FadeIn(net, formula.to_corner(UR, buff=MARGIN)))
        self.picture, self.formula = net, formula
        init = self.words.sentence(f"init_{params.init}")
        self.caption("show_net", depth=self.depth, width=params.width, init=init, seed=params.seed)
        self.lit = Dots(nodes[-1], theme.gradient, radius)
        self.add(self.lit)
        self.caption("come_back")
        norms = trace.gradient_norm[SIGMOID]
        self.pass_slowly(trace.factor[SIGMOID], norms, nodes, -1)
        self.caption("end_of_pass", first=norms[0], last=norms[-1])

    def change_activation(self) -> None:
        self.beat("change_activation")
        wide, trace, first = self.wide, self.trace, self.thirds[0]
        self.play(
            FadeOut(self.picture, self.formula, self.lit, self.value, self.first_value),
            FadeOut(*self.layers.values(), *self.factors.values()),
        )
        sigmoid = self.near.height(trace.gradient_norm[SIGMOID]), trace.factor[SIGMOID]

        def shrink(share: float) -> None:
            wide.stand((START, END + share * (first[1] - END))).show(*sigmoid)

        self.drive(shrink, wide, seconds=1.2, rate=ease_in_out_sine)
        self.tell(None)
        self.play(FadeIn(*self.heads, self.inits[0]))
        self.rewrite(self.heads[0][2], trace.gradient_norm[SIGMOID, 0])
        self.caption("ask_activation")
        self.add(*self.panels[1:])
        self.pass_back(0, self.near, self.panels[1:])
        self.tell(0)
        self.caption(self.verdict(0), **self.received(0))

    def change_initialisation(self) -> None:
        self.beat("change_initialisation")
        old, new = self.twins[:2]
        before, after = (axis.height(old.gradient_norm) for axis in (self.near, self.far))
        self.play(
            FadeOut(self.near),
            FadeIn(self.far),
            Drive(lambda share: self.blend(before, after, old.factor, old.factor, share), *self.panels),
        )
        tops = [panel.x for panel in self.panels]
        centres = np.stack(
            [np.array([*np.broadcast_arrays(x, FOOT + h, 0.0)]).T for x, h in zip(tops, after, strict=True)]
        ).reshape(-1, 3)
        reach = np.array([self.panels[1].width / 2, 0, 0])
        self.play(
            FadeIn(Segments(centres - reach, centres + reach, self.theme.text, 2.5, 0.8)),
            FadeOut(self.inits[0]),
            FadeIn(self.inits[1]),
        )
        self.tell(None)
        self.caption("ask_init", stretch=new.stretch, before=old.stretch)
        self.pass_back(1, self.far, self.panels)
        self.tell(1)
        turned = [twin.fate[:2].tolist() for twin in (old, new)] == [[-1, 0], [0, 1]]
        self.caption("turned" if turned else self.verdict(1), **self.received(1))
        self.caption("conclude")

    def cycle_initialisations(self) -> None:
        self.beat("cycle_initialisations", loop=True)
        heights = [self.far.height(twin.gradient_norm) for twin in self.twins]
        self.add(*self.inits)
        for old, new in ((1, 2), (2, 0), (0, 1)):
            factors = self.twins[old].factor, self.twins[new].factor
            self.tell(new)
            self.drive(
                lambda share: self.blend(heights[old], heights[new], *factors, share),
                *self.panels,
                seconds=1.2,
                rate=ease_in_out_sine,
            )
            if new != 1:
                self.wait(1.2)

    def blend(
        self, old: np.ndarray, new: np.ndarray, old_factor: np.ndarray, new_factor: np.ndarray, share: float
    ) -> None:
        for i, panel in enumerate(self.panels):
            panel.show(old[i] + share * (new[i] - old[i]), old_factor[i] + share * (new_factor[i] - old_factor[i]))

    def pass_back(self, twin: int, axis: Decades, panels: list[Backward]) -> None:
        heights, factors = axis.height(self.twins[twin].gradient_norm), self.twins[twin].factor

        def go(share: float) -> None:
            for panel in panels:
                i = self.panels.index(panel)
                panel.show(heights[i], factors[i], reached(share * self.depth, self.depth)[::-1])

        self.drive(go, *panels, seconds=4)

    def tell(self, twin: int | None) -> None:
        for i, (_, _, number, *words) in enumerate(self.heads):
            self.rewrite(number, np.nan if twin is None else self.twins[twin].gradient_norm[i, 0])
            for fate, word in zip((0, 1, -1), words, strict=True):
                word.set_opacity(float(twin is not None and self.twins[twin].fate[i] == fate))
        if twin is not None:
            for i, init in enumerate(self.inits):
                init.set_opacity(float(i == twin))

    def received(self, twin: int) -> dict[str, float]:
        first = self.twins[twin].gradient_norm[:, 0]
        return {"sigmoid": first[SIGMOID], "tanh": first[TANH], "relu": first[RELU]}

    def verdict(self, twin: int) -> str:
        sigmoid, tanh, _ = self.twins[twin].fate
        return "tanh_keeps" if (sigmoid, tanh) == (-1, 0) else "mixed"

    def nodes(self, units: int) -> np.ndarray:
        """The places [layer unit 3] of the drawn units."""
        y = NET + NET_HEIGHT * (np.arange(units) - (units - 1) / 2) / max(units - 1, 1)
        x, y = np.broadcast_arrays(self.wide.x[:, None], y)
        return np.stack([x, y, np.zeros_like(x)], axis=-1)

    def clear_wide(self) -> None:
        """Take away the bars, the numbers and the light of the pass before."""
        self.wide.show(*np.zeros((2, self.depth)))
        self.remove(self.lit, self.value, self.first_value, *self.factors.values())

    def pass_slowly(self, factors: np.ndarray, values: np.ndarray, nodes: np.ndarray, way: int) -> None:
        """Go through the layers one by one, onwards (way 1) or back (-1): the first two slowly, then faster."""
        heights, order = self.near.height(values), np.arange(self.depth)[::way]
        for layer, number in self.factors.items():
            self.rewrite(number, factors[layer])
        self.add(*self.factors.values(), self.value)

        def go(done: float) -> None:
            grown, layer = reached(done, self.depth)[::way], order[max(int(np.ceil(done)) - 1, 0)]
            self.wide.show(heights, factors, grown)
            self.lit.put(nodes[layer])
            self.put_value(self.value, values, heights * grown, layer)
            for below, number in self.factors.items():
                number.set_opacity(float(grown[below] > 0))

        drawn = self.wide, self.lit, self.value, *self.factors.values()
        for first, last, seconds in ((0, 1, 2.2), (1, 2, 2.2), (2, self.depth, np.clip(0.6 * self.depth, 1, 5))):
            if last > first:
                self.drive(lambda share: go(first + share * (last - first)), *drawn, seconds=seconds)  # noqa: B023
        self.put_value(self.first_value, values, heights, order[0])
        self.play(FadeIn(self.first_value))

    def put_value(self, number: Number, values: np.ndarray, heights: np.ndarray, layer: int) -> None:
        """Write a layer's value above its bar, and above the bars that it would hide otherwise."""
        x = min(self.wide.x[layer], END - 0.5)
        near = np.abs(self.wide.x - x) < 0.8
        self.rewrite(number.at(np.array([x, FOOT + heights[near].max() + 0.12, 0])), values[layer])
