"""The film of vanishing gradients: bars light up from right to left, and die out, arrive or explode."""

from functools import partial

import numpy as np
from manim import RIGHT, UR, FadeIn, FadeOut, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.vanishing_gradients import Trace
from scenes._parts import Backward, Decades, Layers, Pass, Ruler, Segments, Verdict, reached
from scenes._stage import MARGIN, Drive, Stage

START, END, GAP = -5.75, 6.8, 0.45  # where the bars stand, and the space between two panels
FOOT, TALLEST = -1.3, 2.6  # of the bars
SLOPE_FOOT, ONE = -2.4, 0.5  # of the slopes below them; how tall a slope of 1 is
INPUTS, FEATURES, MOST_UNITS = -6.6, 4, 6  # where the inputs are drawn, how many, and units drawn per layer
CHAIN = "(partial a^((D))) / (partial weight(w)^((0))) = data(x) thin product_(l=1)^D activation(phi'(o_l))"
BACK = "gradient(delta_l) = activation(phi'(o_l)) dot.o weight(W_(l+1)^top) gradient(delta_(l+1))"
PER_LAYER = (
    '"rms" activation(phi\'(o)) dot weight(sigma sqrt(n)) = activation({slope}) dot weight({stretch}) = {per_layer}'
)
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
        self.panels = [Backward(theme, (FOOT, SLOPE_FOOT), ONE, span, self.depth) for span in spans]
        self.layers = self.panels[0].numbers(theme.faint, FOOT - 0.27)
        for layer, number in self.layers.items():
            self.rewrite(number, layer + 1)
        self.ruler = Ruler(np.array([START, SLOPE_FOOT, 0]), END - START, ONE, theme)
        self.ruler.add(self.typeset("activation(phi'(o))", size=26).move_to([-6.6, SLOPE_FOOT + ONE / 2, 0]))
        fates = {0: ("arrives", theme.good), 1: ("explodes", theme.bad), -1: ("dies_out", theme.bad)}
        heads = zip(self.thirds, NAMES, strict=True)
        self.verdicts = [Verdict(self, span, 2.8, f'"{name}"', "first_layer", fates) for span, name in heads]
        self.products = [self.product(twin) for twin in self.twins]

    def axis(self, *values: np.ndarray) -> Decades:
        corner = np.array([START, FOOT, 0])
        return Decades(corner, (END - START, TALLEST), np.concatenate([v.ravel() for v in values]), self.theme)

    def product(self, twin: Trace) -> VGroup:
        """The initialisation, and for each activation what a layer multiplies the gradient by."""
        name = self.say(f"init_{twin.params.init}", colour=self.theme.weight)
        scale = self.typeset(
            "weight(sigma) = {scale} quad weight(sigma sqrt(n)) = {stretch}", scale=twin.scale, stretch=twin.stretch
        )
        shown = VGroup(VGroup(name, scale).arrange(RIGHT, buff=0.4).to_corner(UR, buff=MARGIN))
        for span, slope, per_layer in zip(self.thirds, twin.slope, twin.per_layer, strict=True):
            line = self.typeset(PER_LAYER, size=24, slope=slope, stretch=twin.stretch, per_layer=per_layer)
            shown.add(line.move_to([np.mean(span), SLOPE_FOOT - 0.35, 0]))
        return shown

    def lengthen_chain(self) -> None:
        self.beat("lengthen_chain")
        slopes, chain = self.trace.chain_factor[SIGMOID], self.trace.chain_gradient[SIGMOID]
        self.draw_net([1] * (self.depth + 1), self.typeset(CHAIN, size=26))
        self.add(self.near, self.ruler, *self.layers.values())
        self.caption("show_chain")
        self.pass_slowly(chain, slopes, 1)
        self.caption("end_of_chain", depth=self.depth, left=chain[-1])

    def send_back(self) -> None:
        self.beat("send_back")
        trace, params = self.trace, self.trace.params
        self.play(FadeOut(self.net, self.formula, self.walk), run_time=0.5)
        self.draw_net([FEATURES] + [min(params.width, MOST_UNITS)] * self.depth, self.typeset(BACK))
        init = self.words.sentence(f"init_{params.init}")
        self.caption("show_net", depth=self.depth, width=params.width, init=init, seed=params.seed)
        self.caption("come_back")
        norms = trace.gradient_norm[SIGMOID]
        self.pass_slowly(norms, trace.rms_slope[SIGMOID], -1)
        self.caption("end_of_pass", first=norms[0], last=norms[-1])

    def draw_net(self, units: list[int], formula: VGroup) -> None:
        self.net = Layers(np.array([INPUTS, *self.panels[0].x]), units, 2.1, 0.9, self.theme)
        self.formula = formula.to_corner(UR, buff=MARGIN)
        self.play(FadeIn(self.net, self.formula), run_time=0.5)

    def pass_slowly(self, values: np.ndarray, slopes: np.ndarray, way: int) -> None:
        """Go through the layers of the wide panel, the first two slowly, then faster."""
        self.walk = Pass(self, self.panels[0], values, self.near.height(values), slopes, way)
        self.add(self.walk)
        for first, last, seconds in ((0, 1, 1.8), (1, 2, 1.8), (2, self.depth, min(0.5 * self.depth, 4))):
            if last > first:
                self.drive(partial(self.go, first, last), self.walk, self.net, seconds=seconds)
                self.wait(0.5)

    def go(self, first: int, last: int, share: float) -> None:
        """Show the walk on its way from so many layers to so many."""
        self.net.light(self.walk.go(first + share * (last - first)))

    def change_activation(self) -> None:
        self.beat("change_activation")
        wide, (sigmoid, *_), (slopes, *_), end = self.panels[0], *self.state(0, self.near), self.thirds[0][1]
        self.play(FadeOut(self.net, self.formula, *self.walk[1:], *self.layers.values()), run_time=0.5)
        self.drive(
            lambda share: wide.stand((START, END + share * (end - END))).show(sigmoid, slopes),
            wide,
            seconds=1.2,
            rate=ease_in_out_sine,
        )
        self.verdicts[SIGMOID].tell(self.trace.gradient_norm[SIGMOID, 0], self.trace.fate[SIGMOID])
        self.play(FadeIn(*self.verdicts))
        self.caption("ask_activation")
        self.pass_back(0, self.near, (TANH, RELU))
        self.conclude(0)
        if not self.far.has_room_for(np.stack([twin.gradient_norm for twin in self.twins])):
            self.add(self.say("sliver", size=24).move_to([0, FOOT - 0.27, 0]))

    def change_initialisation(self) -> None:
        self.beat("change_initialisation")
        old, new = self.twins[:2]
        (before, slopes), (after, _) = self.state(0, self.near), self.state(0, self.far)
        fall = Drive(lambda share: self.show(before + share * (after - before), slopes), *self.panels)
        self.play(FadeOut(self.near), FadeIn(self.far), fall)
        x = np.concatenate([panel.x for panel in self.panels])
        tops = np.stack([x, FOOT + after.ravel(), np.zeros_like(x)], axis=-1)
        reach = self.panels[0].thickness / 2 * RIGHT
        self.play(FadeIn(Segments(tops - reach, tops + reach, self.theme.text, 2.5, 0.8)), FadeOut(self.products[0]))
        for verdict in self.verdicts:
            verdict.ask()
        self.caption("ask_init", stretch=new.stretch, before=old.stretch)
        self.pass_back(1, self.far, (SIGMOID, TANH, RELU))
        self.conclude(1)
        self.caption("conclude")

    def cycle_initialisations(self) -> None:
        self.beat("cycle_initialisations", loop=True)
        self.add(*self.products)
        for old, new in ((1, 2), (2, 0), (0, 1)):
            self.tell(new)
            self.drive(partial(self.blend, old, new), *self.panels, seconds=1.2, rate=ease_in_out_sine)
            self.wait(1 if new != 1 else 0.1)

    def blend(self, old: int, new: int, share: float) -> None:
        """Show the nets of two twins, one turning into the other."""
        before, after = (np.stack(self.state(twin, self.far)) for twin in (old, new))
        self.show(*before + share * (after - before))

    def state(self, twin: int, axis: Decades) -> tuple[np.ndarray, np.ndarray]:
        """Heights of the bars and slopes [activation layer] of a twin's nets."""
        return axis.height(self.twins[twin].gradient_norm), self.twins[twin].rms_slope

    def show(
        self, heights: np.ndarray, slopes: np.ndarray, done: float = np.inf, shown: tuple[int, ...] = (0, 1, 2)
    ) -> None:
        """Show the panels named in `shown` once a pass from the last layer has done so many."""
        for index in shown:
            self.panels[index].show(heights[index], slopes[index], reached(done, self.depth)[::-1])

    def pass_back(self, twin: int, axis: Decades, shown: tuple[int, ...]) -> None:
        """Go back through several nets at once."""
        self.show(*self.state(twin, axis), 0, shown)
        self.add(*self.panels)
        self.wait(1)
        self.drive(lambda share: self.show(*self.state(twin, axis), share * self.depth, shown), *self.panels, seconds=4)

    def tell(self, twin: int) -> None:
        """Write what the first layers of a twin's nets receive, and the products that made it."""
        trace = self.twins[twin]
        for verdict, norm, fate in zip(self.verdicts, trace.gradient_norm[:, 0], trace.fate, strict=True):
            verdict.tell(norm, fate)
        for index, product in enumerate(self.products):
            product.set_opacity(float(index == twin))

    def conclude(self, twin: int) -> None:
        """Tell it, and say it in a sentence that holds for these values."""
        self.tell(twin)
        self.play(FadeIn(self.products[twin]))
        trace = self.twins[twin]
        key = {(-1, 0): "tanh_keeps", (0, 1): "turned"}.get(tuple(trace.fate[:2]), "mixed")
        first = dict(zip(("sigmoid", "tanh", "relu"), trace.gradient_norm[:, 0], strict=True))
        self.caption(key, **first)
