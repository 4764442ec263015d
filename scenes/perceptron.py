"""The film of the perceptron: contributions slide onto a running total, and a curve reads the total."""

from typing import Any

import numpy as np
from manim import UR, Dot, Indicate, VGroup
from manim.utils.rate_functions import smooth

from mathcore.perceptron import ACTIVATIONS, FEATURES, Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.panel import Panel
from scenes._props.perceptron import HALF, TOP, Neuron, Waterfall, added, digits, learnt, readout, training
from scenes._stage.clock import follow
from scenes._stage.film import Film, beat
from scenes._stage.layout import MARGIN, Slot

CURVE, RULE = Slot(-1.85, -2.38, 8.1, 1.9), [-4.7, -1.75, 0]  # where the curve is, and the middle of the formulas
OTHER, ALL = len(FEATURES), len(FEATURES) + 1  # inputs that are exchanged, bars that are added
PRODUCT = "weight(w) data(x) &= weight({w}) dot data({x}) \\ &approx weight({c})"
SUM = "o = scripts(sum)_i weight(w_i) data(x_i) + weight(b)"
READ = {"identity": "o", "sigmoid": "1 / (1 + e^(-o))", "tanh": "tanh o", "relu": "max(0, o)"}
DESCENT = "weight(w) arrow.l weight(w) - rho gradient((partial L) / (partial w)) quad rho = {rate}"


class Perceptron(Film):
    """Left the inputs and their weights; in the neuron their bars, and below, on the same axis, the activation."""

    trace: Trace

    def build(self) -> None:
        t = self.trace
        self.neuron = follow(Neuron(self), "opened", "flower", "sent")
        terms = [[*contribution, t.b] for contribution in (t.contribution, t.contribution_other)]
        refs = [[*row, self.refs.b] for row in (self.refs.contribution, self.refs.contribution_other)]
        written = [[self.typeset("weight({c})", c=added(self, c)) for c in row] for row in refs]
        inputs, scale = np.array([[*t.x, 0], [*t.x_other, 0]]), Panel(self, CURVE, t.grid, [0, 1], ticks=(0, 0))
        self.waterfall = follow(Waterfall(scale, inputs, np.array(terms), written, self.theme), "added", "flower")
        self.curve, self.before, self.readout = self.read_by(t.params.activation)

    def read_by(self, name: str) -> tuple[VGroup, Any, Any]:
        """An activation's curve with its axes, where it reads the first flower, and how it reads a total."""
        t = self.rerun(activation=name)
        panel = Panel(self, CURVE, t.grid, [np.floor(t.phi.min()), np.ceil(t.phi.max())], ticks=(7, 2))
        right, foot, _ = panel.at(np.inf, -np.inf)
        zero = Line(panel.at(0, -np.inf) + np.array([[0, 0, 0], [0, TOP + HALF - foot, 0]]), self.theme.faint, 2)
        axis, curve = self.typeset("o").move_to([right + 0.2, foot, 0]), panel.line(t.grid, t.phi, "activation")
        first = with_halo(Dot(panel.at(t.o, t.a), radius=0.11, color=self.theme.faint), self.theme)
        return VGroup(panel.drawn, zero, axis, curve), first, readout(self, panel, self.waterfall, t)

    def formula(self, markup: str, size: float = 40, **values: Any) -> Any:
        """A formula below the inputs."""
        return self.typeset(markup, size=size, **values).move_to(RULE)

    def activation(self, name: str) -> Any:
        """An activation's name and formula."""
        called = self.words.sentence(name)
        return self.formula(f'activation("{called}") \\ activation(a) = activation(phi)(o) = {READ[name]}')

    def change_rule(self, rule: Any, leaving: Any = (), entering: Any = ()) -> None:
        """Show another formula, and whatever changes with it: what leaves is gone before the other comes."""
        if gone := [*leaving, *self.rule]:
            self.swap(gone, seconds=0.3)
        self.swap([], [rule, *entering], seconds=0.4)
        self.rule = rule

    @beat
    def show_neuron(self) -> None:
        self.add(self.neuron)
        self.caption("show_neuron")
        for _ in range(3):
            self.jump(sent=0)
            self.run(1.4, sent=1, rate=smooth)

    @beat
    def add_up(self) -> None:
        refs = self.refs
        self.caption("multiply")
        self.run(1.4, opened=1, rate=smooth)
        self.swap([], [self.curve], seconds=0.3)
        self.add(self.waterfall, self.readout)
        for k in range(2):
            self.change_rule(self.formula(PRODUCT, 44, w=refs.w[k], x=refs.x[k], c=added(self, refs.contribution[k])))
            self.run(0.7, added=k + 1 / 3)
            self.run(1.6, added=k + 2 / 3, rate=smooth)
            if k:
                self.caption("add_up")
            self.run(0.8 + k, added=k + 1, rate=smooth)
        self.change_rule(self.formula(SUM))
        self.run(2.2, added=OTHER - 1)
        self.run(1.2, added=OTHER)
        self.caption("end_sum")
        self.run(added=ALL)

    @beat
    def read_total(self) -> None:
        self.caption("read_total")
        self.change_rule(self.activation(self.trace.params.activation))
        self.run(2, read=1)
        self.run(read=2)

    @beat(summary=True)
    def judge_other(self) -> None:
        t = self.trace
        self.caption(f"ask_{'same_flower' if t.answer() == 'same_flower' else 'other'}")
        self.add(self.before, self.readout)
        calls = [Indicate(weight, color=self.theme.weight) for weight in self.neuron.weights]
        self.swap([self.waterfall, self.readout], [], *calls, seconds=1)
        self.jump(added=0, read=0)
        self.add(self.readout)
        self.run(1.4, flower=OTHER)
        self.wait(0.5)
        self.add(self.waterfall, self.readout)
        self.run(3.4, added=ALL)
        self.caption(f"answer_{t.answer()}", o=self.words.number(self.refs.o_other, digits=digits(self.refs.o_other)))
        self.run(2, read=1)
        self.run(read=2)

    @beat(loop=True, when=lambda trace: trace.answer() in ("apart", "same_side"))
    def exchange_inputs(self) -> None:
        self.caption("exchange")
        for exchanged in reversed(range(OTHER)):
            self.run(0.85, flower=exchanged, rate=smooth)
            self.wait(0.4)
        self.run(1.2, flower=OTHER)

    @beat
    def change_activation(self) -> None:
        self.caption("change_activation")
        others = [name for name in ACTIVATIONS if name != self.trace.params.activation]
        for name in others:
            leaving = self.curve, self.before, self.readout
            self.curve, self.before, self.readout = self.read_by(name)
            self.change_rule(self.activation(name), leaving, [self.curve, self.before])
            self.jump(read=0)
            self.add(self.readout)
            self.run(1, read=2)
            if name != others[-1]:
                self.wait(1.2)

    @beat(when=lambda trace: trace.params.steps > 0)
    def train(self) -> None:
        t = self.trace
        (panels, marks), (names, weights) = training(self, t), learnt(self, t)
        last = len(t.checkpoint_step) - 1
        rule = self.typeset(DESCENT, size=34, rate=self.refs.params.learning_rate).to_corner(UR, buff=MARGIN)
        self.caption("train")
        self.change_rule(rule, [self.neuron, self.curve, self.before, self.waterfall, self.readout], [panels, names])
        self.add(marks, weights)
        self.run(checkpoint=last / 2)
        self.caption(f"train_{t.training()}", rises=self.refs.rises, count=self.refs.params.steps)
        self.run(checkpoint=last)
