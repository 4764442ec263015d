"""The film of the L2 penalty: what is minimised is a sum, and each penalised weight hangs on a spring."""

from typing import Any

import numpy as np
from manim import DOWN, DR, LEFT, UP, Create, LaggedStart, Mobject, Transform, VGroup
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine, smooth

from mathcore.l2_penalty import Trace
from scenes._marks.number import digit_height
from scenes._marks.optimum import optimum_mark
from scenes._marks.panel import TICKS, Panel
from scenes._marks.typeset import Typeset
from scenes._props.l2_penalty import (
    DECIMALS,
    ROLES,
    WHOLE,
    KernelPanel,
    Norms,
    Springs,
    Sum,
    Table,
    boxes,
    lines,
    visitor,
)
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import Slot

LAYERS, SLOW = 4, 3  # kernels; how many sums are shown one by one
STOPS = 2, 6  # epochs at which the springs are held
QUARTERS = [Slot(left, foot, 6.35, 2.1) for foot in (0.35, -2.75) for left in (-6.75, 0.4)]
CHART, ASIDE = Slot(-6.2, -2.35, 6.7, 4.9), np.array([1.0, 1.0, 0])
SPRINGS, BARS = Slot(-6.7, -2.35, 13.4, 5.1), Slot(-6.7, -2.1, 7.2, 4.6)
SUM = "L = loss(D) + weight(lambda sum w^2_{hidden})"
PULLS = (
    "- (partial L) / (partial weight(w)) = gradient(- (partial loss(D)) / (partial weight(w)) - 2 lambda weight(w)) "
    "med (weight(w) thin {hidden})"
)
STEP = "weight(w) arrow.l weight(w) - rho (activation(m_D) + activation(m_(2 lambda w))) / sqrt(v)"
TERMS = "loss(D)", "+ thin weight(lambda sum w^2_{hidden})", "= thin L"


class L2Penalty(Film):
    """The histograms of four kernels; the sum over the epochs; two weights on springs; again the kernels; losses."""

    trace: Trace

    def build(self) -> None:
        panels = [KernelPanel(self, QUARTERS[k], k) for k in range(LAYERS)]
        self.kernels = VGroup(*(panel.drawn for panel in panels))
        self.visits = [panel.corners() for panel in panels]  # below, where the penalised net is
        self.kernels.add(self.epoch())
        self.setting = VGroup(
            self.say("data_term", size=28, count=self.refs.flowers[0]),
            self.say("net", size=28, **dict(zip("abcde", self.refs.units, strict=True))),
            self.say("run", size=28, split=self.refs.split_seed, seed=self.refs.params.seed),
        )
        self.setting.arrange(DOWN, buff=0.15, aligned_edge=LEFT).move_to(ASIDE + 3.25 * DOWN, LEFT)
        self.epochs, self.last = self.epoch(), self.trace.params.epochs
        self.hidden = f'"{self.words.sentence("index")}"'  # which weights are penalised, in formulas

    def epoch(self) -> VGroup:
        """The epoch, above the picture."""
        refs = self.refs.places("epoch")
        name, number = self.say("epoch", size=34).move_to([-1.2, 3.45, 0], LEFT), self.number(refs[0], size=36)
        number.anchored_at(name.get_corner(DR) + np.array([0.2, 0.36 * digit_height(34), 0]))  # on its baseline
        follow(number, "epoch", at=lambda at: self.rewrite(number, refs[int(at + 1e-9)]))
        return VGroup(name, number)

    def terms(self) -> list[Typeset]:
        """Both terms of the sum, and the sum."""
        return [self.typeset(name, size=36, hidden=self.hidden) for name in TERMS]

    @beat
    def show_kernels(self) -> None:
        self.add(self.kernels)
        self.write_rule(SUM, seconds=0.6, size=44, hidden=self.hidden)
        self.caption("show_kernels")
        self.visit(self.visits[:-1])  # the last one is not penalised

    def leave(self, *drawings: Mobject) -> None:
        """Have some drawings leave, and the formula with them, before anything else comes."""
        self.swap([*drawings, self.rule], seconds=0.3)
        self.rule = VGroup()

    def visit(self, rooms: list[Any]) -> None:
        """Have a frame visit some rooms in turn, for as long as the caption needs."""
        self.jump(visited=0)
        frame = visitor(self, rooms)
        self.add(frame)
        self.run(self.reading_time_left(2.5), visited=len(rooms))
        self.remove(frame)

    @beat
    def minimize_sum(self) -> None:
        t, refs = self.trace, self.refs
        whole, end = Sum(self, CHART, 0), Sum(self, CHART, t.late)
        values = refs.data_loss, refs.penalty_term, refs.loss
        table = Table(self, ASIDE, lines(self.theme.text), list(zip(self.terms(), ROLES, values, strict=True)))
        first, *others = t.adding_up(DECIMALS)[:SLOW]
        self.swap([self.kernels, self._caption], seconds=0.3)
        self.jump(epoch=first)
        self.swap([], [whole.axes, *whole.marks, table, self.epochs, self.setting], seconds=0.3)
        self.caption("minimize_sum")
        for epoch in others:
            self.wait(0.5)
            self.run(0.2, epoch=epoch)
        self.leave()
        self.write_rule(PULLS, seconds=0.3, size=40, hidden=self.hidden)
        self.run(2, epoch=self.last, rate=ease_in_sine)
        frame = whole.frame(t.late, end.top)
        self.play(Create(frame), run_time=0.5)
        self.caption(f"price_{t.price()}", epoch=refs.places("epoch")[t.late])
        self.swap([whole.axes, *whole.marks], [], Transform(frame, end.frame(t.late, end.top)), seconds=0.5)
        self.swap([frame], [end.axes, *end.marks], seconds=0.3)
        self.visit([table.room(0)])
        self.leaving = [end.axes, table, *end.marks, self.setting]

    @beat
    def pull_weights(self) -> None:
        springs = Springs(self, SPRINGS)
        self.leave(*self.leaving, self.epochs, self._caption)
        self.jump(epoch=0)
        self.swap([], [springs.drawn, self.epochs], seconds=0.3)
        self.write_rule(STEP, seconds=0.3, size=34)
        self.caption("pull_weights")
        for epoch in STOPS:
            self.run(1.6, epoch=epoch, rate=smooth)
            self.wait(0.6)
        self.caption("ask_places", epoch=self.refs.params.epochs)
        self.visit(springs.rooms)
        self.caption("moves_add_up")
        self.run(2.2, epoch=self.last, rate=ease_in_out_sine)
        self.caption(f"moves_{self.trace.holding()}")
        self.visit(springs.rooms)
        self.leaving = [springs.drawn, self.epochs]

    @beat
    def predict_growth(self) -> None:
        self.leave(*self.leaving, self._caption)
        self.jump(epoch=0)
        self.swap([], [self.kernels], seconds=0.3)
        self.write_rule(SUM, seconds=0.3, size=44, hidden=self.hidden)
        self.caption("ask_growth")
        self.visit(self.visits)
        self.caption("both_train")
        self.run(2.6, epoch=self.last, rate=ease_in_out_sine)
        end = {"start": self.refs.norms[0, 1, -1], "end": self.refs.norm[1, -1]}
        self.caption(f"growth_{self.trace.growth()}", **end)
        self.visit(self.visits[-1 if self.trace.growth() == "output" else 0 :])

    @beat(loop=True)
    def replay(self) -> None:
        self.swap([self.kernels], seconds=0.25)
        self.jump(epoch=0)
        self.swap([], [self.kernels], seconds=0.25)
        self.run(2.4, epoch=self.last, rate=ease_in_out_sine)

    @beat
    def validate(self) -> None:
        t, refs, last = self.trace, self.refs, self.last
        above = self.say("validation_loss", size=SMALL, colour=self.theme.faint, held=refs.flowers[1])
        panel = Panel(self, CHART, [0, last], [0, 1.05 * t.val_loss.max()], "epoch", above, ticks=(WHOLE, TICKS[1]))
        curves = [
            panel.line(np.arange(last + 1), loss, "validation", "epoch", width=5, dashed=not run)
            for run, loss in enumerate(t.val_loss)
        ]
        names = self.say("lowest", size=28), self.say("at_the_end", size=28, epoch=refs.params.epochs)
        values = zip(names, (refs.lowest, refs.val_loss[:, -1]), strict=True)
        table = Table(self, ASIDE, lines(self.theme.validation), [(name, "validation", of) for name, of in values])
        self.swap([self.kernels, self._caption], seconds=0.3)
        self.jump(epoch=1)  # a line needs some length to be seen
        self.swap([], [panel.drawn, *curves, table.heads, self.epochs, *self.setting[1:]], seconds=0.3)
        self.caption("ask_validation", held=refs.flowers[1])
        self.run(self.reading_time_left(2.8), epoch=last)
        lowest = VGroup(*(optimum_mark(self.theme, at) for at in panel.at(t.val_loss.argmin(1), t.lowest)))
        ends = panel.dots([last] * 2, t.val_loss[:, -1], "validation", 0.12)
        self.play(LaggedStart(*map(FadeIn, (lowest, table.rows[0], ends, table.rows[1])), lag_ratio=0.8), run_time=1.2)
        self.caption(f"validation_{t.validation()}")
        self.visit([table.room(0), table.room(1)])
        self.leaving = [panel.drawn, *curves, lowest, ends, table]

    @beat
    def summarize(self) -> None:
        refs = self.refs
        values = refs.data_loss[:, -1], refs.penalty_term[:, -1], refs.loss[:, -1]
        apart = VGroup(self.say("validation", size=28), self.say("at_the_end", size=28, epoch=refs.params.epochs))
        last = apart.arrange(DOWN, buff=0.12, aligned_edge=LEFT), "validation", refs.val_loss[:, -1]
        heights = 0, 0.75, 1.5, 2.5  # the last row is no term of the sum
        rows = *zip(self.terms(), ROLES, values, strict=True), last
        table = Table(self, ASIDE + 0.45 * UP, boxes(self.theme.weight), rows, heights)
        self.swap([*self.leaving, self.epochs, self._caption], seconds=0.3)
        self.jump(epoch=0)
        self.swap([], [Norms(self, BARS), table.heads, self.epochs], seconds=0.3)
        self.caption("norms_move")
        self.run(self.reading_time_left(2.4), epoch=self.last, rate=ease_in_out_sine)
        self.caption(f"summary_{self.trace.contrast()}")
        told = [FadeIn(part) for part in (*table.rows, self.setting[0])]
        self.play(LaggedStart(*told, lag_ratio=0.8), run_time=self.reading_time_left(2.5))
