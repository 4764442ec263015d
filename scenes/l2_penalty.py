"""The film of the L2 penalty: what is minimised is a sum, and each penalised weight hangs on a spring."""

from functools import partial

import numpy as np
from manim import DL, DOWN, DR, LEFT, RIGHT, LaggedStart, VGroup
from manim.utils.rate_functions import ease_in_out_sine, ease_out_sine

from mathcore.l2_penalty import SPLITS, Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments
from scenes._marks.number import digit_height
from scenes._marks.optimum import optimum_mark
from scenes._marks.panel import TICKS, Panel
from scenes._marks.typeset import Typeset, descent
from scenes._props.l2_penalty import (
    DECIMALS,
    WIDE,
    Kernel,
    Pairs,
    Pulled,
    Stack,
    Table,
    boxes,
    fixed,
    heads,
    units,
    visitor,
)
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref

SHOWN = 1  # the kernel that is shown alone
SLOW = 3  # sums that are shown one by one
ALONE, COLUMNS = Slot(-6.3, -0.5, 12.4, 2.9), [Slot(-5.35 + 2.25 * k, 0, 2.1, 0) for k in range(4)]
FEET, HEIGHTS = (0.95, -2.15), (1.05, 2.05)  # of what is drawn of both nets
CHART, ASIDE = Slot(-6.15, -2.35, 7.55, 4.9), np.array([1.75, 0.7, 0])
NORMS, VALIDATED = Slot(-6.5, -2.0, 7.4, 3.9), Slot(1.5, -2.0, 5.2, 3.9)
WHOLE = 5  # ticks, at most, along all epochs, of which the last is one then
SUM = "loss(L) = loss(D) + lambda weight(sum w^2_{hidden})"
PULLS = (
    "- (partial loss(L)) / (partial weight(w)) = "
    "gradient(- (partial loss(D)) / (partial weight(w)) - 2) lambda weight(w) med (weight(w) thin {hidden})"
)


class L2Penalty(Film):
    """A kernel whose weights are on springs; four kernels of two nets and what each minimises; losses; norms."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        self.hidden, self.last = f'"{self.words.sentence("index")}"', self.trace.params.epochs
        self.alone = Kernel(self, ALONE, SHOWN, 1, ticks=8)
        self.alone.drawn.add(self.typeset("weight(w)", size=36).move_to(self.alone.at(np.inf, 0) + 0.25 * RIGHT, LEFT))
        counted = self.say("counted", size=26, layer=self.refs.places("layer")[SHOWN].ordinal)
        self.alone.drawn.add(counted.move_to([ALONE.left, ALONE.foot + ALONE.height + 0.1, 0], DL))
        self.pulled = Pulled(self, self.alone, self.trace.bound[SHOWN])
        self.epochs, self.tied = self.epoch(), "some" if self.trace.params.penalty else "none"

    def epoch(self) -> VGroup:
        """The epoch, above the picture."""
        refs = self.refs.places("epoch")
        name, number = self.say("epoch", size=34).move_to([-1.6, 3.45, 0], LEFT), self.number(refs[0], size=36)
        number.anchored_at(name.get_corner(DR) + np.array([0.2, 0.36 * digit_height(34), 0]))  # on its baseline
        follow(number, "epoch", at=lambda at: self.rewrite(number, refs[int(at + 1e-9)]))
        return VGroup(name, number)

    def show_nets(self) -> VGroup:
        """The kernels of both nets, a net in each row, and at its end what it minimises; what each column is."""
        names = VGroup()
        for layer, column in enumerate(COLUMNS):
            names.add(self.kernel_name(layer, 28, np.array([column.left + column.width / 2, 2.75, 0])))
        self.stacks = [Stack(self, foot, run) for run, foot in enumerate(FEET)]
        scales = units(self, HEIGHTS)
        self.kernels = [
            [
                Kernel(self, column._replace(foot=foot, height=height), layer, run, scales[layer])
                for layer, column in enumerate(COLUMNS)
            ]
            for run, (foot, height) in enumerate(zip(FEET, HEIGHTS, strict=True))
        ]
        return VGroup(names, self.setting(), *self.stacks, *(self.net(run) for run in range(len(FEET))))

    def setting(self) -> VGroup:
        """Below both nets: what D is, and what they are."""
        units = dict(zip("abcde", self.refs.units, strict=True))
        said = self.say("data_term", size=SMALL, count=self.refs.flowers[0]), self.say("net", size=SMALL, **units)
        setting = VGroup(*said).set_color(self.theme.faint).arrange(RIGHT, buff=0.6)
        return setting.move_to([-5.35, -2.95, 0], LEFT)

    def paid(self, layer: int) -> bool:
        """Whether a kernel is penalised."""
        return layer < len(COLUMNS) - 1

    def net(self, run: int) -> VGroup:
        """The kernels of a net with their norms, on springs where there are any; left what it is called."""
        strength = self.typeset("lambda = {x}", size=34, x=self.refs.strength[run])
        top = FEET[run] + HEIGHTS[run]
        name = self.typeset("norm(weight(W))", size=32).move_to([-6.75, top + 0.3, 0], LEFT)
        row = VGroup(strength.move_to([-6.75, top - 0.5, 0], LEFT), name)
        for layer, kernel in enumerate(self.kernels[run]):
            row.add(kernel.drawn, kernel.norm(self, layer, run))
            if run and self.trace.params.penalty and self.paid(layer):
                row.add(kernel.spring(self, layer))
        return row

    def visit(self, *rooms: np.ndarray, seconds: float = 0) -> None:
        """Have a frame visit some rooms in turn, by default for as long as the caption needs."""
        self.jump(visited=0)
        frame = visitor(self, rooms)
        self.add(frame)
        self.run(seconds or self.reading_time_left(2.5), visited=len(rooms))
        self.remove(frame)

    @beat
    def hang_weights(self) -> None:
        self.jump(w=0.3)
        self.add(self.alone.drawn, self.pulled)
        self.caption(f"hang_{self.tied}", count=self.refs.weights[SHOWN], seed=self.refs.params.seed)
        self.write_rule(SUM, seconds=0.8, size=44, hidden=self.hidden)
        self.run(self.reading_time_left(3), w=1, rate=ease_in_out_sine)
        self.write_rule(PULLS, seconds=0.5, size=40, hidden=self.hidden)
        self.swap([], [self.pulled.pull], seconds=0.3)

    @beat(loop=True)
    def pull(self) -> None:
        self.caption(f"pull_{self.tied}")
        self.run(1.2, w=0.5, rate=ease_in_out_sine)
        self.wait(0.6)
        self.run(1.6, w=-1, rate=ease_in_out_sine)
        self.run(1.6, w=1, rate=ease_in_out_sine)

    @beat
    def minimize_sum(self) -> None:
        self.new_page([self.show_nets(), self.epochs])
        self.write_rule(SUM, seconds=0.3, size=38, hidden=self.hidden)
        self.caption(f"two_nets_{self.tied}", split=self.refs.split_seed, seed=self.refs.params.seed)
        self.visit(self.kernels[1][0].room(), self.kernels[1][1].room(), self.kernels[1][2].room())
        self.caption("sum")
        self.visit(self.stacks[1].whole())

    @beat
    def predict_growth(self) -> None:
        self.caption("ask_growth")
        self.visit(*(kernel.room() for kernel in self.kernels[1]))
        for epoch in self.trace.adding_up(DECIMALS)[:SLOW]:
            self.run(0.4, epoch=epoch)
            self.wait(0.5)
        self.run(3, epoch=self.last, rate=ease_out_sine)
        end = {"start": self.refs.norms[0, 1, -1], "end": self.refs.norm[1, -1]}
        self.caption(f"growth_{self.trace.growth()}", **end)
        free = self.say("not_penalised", size=SMALL, colour=self.theme.faint)
        self.swap([], [free.move_to(self.kernels[1][-1].at(0, 0) + 0.3 * DOWN)], seconds=0.3)
        self.visit(*(kernel.room() for kernel in self.kernels[1][-1 if self.trace.growth() == "output" else 0 :]))

    @beat
    def pay_price(self) -> None:
        self.caption(f"price_{self.trace.price()}")
        self.visit(*(stack.room(0) for stack in self.stacks))

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
        table = Table(self, ASIDE, self.theme.validation, list(values))
        self.jump(epoch=1)  # a line needs some length to be seen
        self.new_page([panel.drawn, *curves, table.heads], self.epochs)
        self.caption("ask_validation", held=refs.flowers[1])
        self.run(self.reading_time_left(2.8), epoch=last)
        lowest = VGroup(*(optimum_mark(self.theme, at) for at in panel.at(t.val_loss.argmin(1), t.lowest)))
        ends = panel.dots([last] * 2, t.val_loss[:, -1], "validation", 0.12)
        self.play(LaggedStart(*map(FadeIn, (lowest, table.rows[0], ends, table.rows[1])), lag_ratio=0.8), run_time=1.2)
        self.caption(f"validation_{t.validation()}", split=refs.split_seed, seed=refs.params.seed)

    @beat(summary=True)
    def summarize(self) -> None:
        t, refs, layers = self.trace, self.refs, len(COLUMNS)
        twin = self.rerun(split=next(name for name in SPLITS if name != t.params.split))
        runs = (t, refs), (twin, self.refs_of(twin))
        above = VGroup(self.typeset("norm(weight(W))", size=34), self.say("norm", size=26)).arrange(RIGHT, 0.2)
        norms = Panel(self, NORMS, [0, layers], [0, 1.18 * t.norm.max()], above=above, ticks=(0, 0))
        ending, most = (
            self.say("validation_end", size=26, epoch=refs.params.epochs),
            max(run.val_loss[:, -1].max() for run, _ in runs),
        )
        losses = Panel(self, VALIDATED, [0, len(runs)], [0, 1.18 * most], above=ending, ticks=(0, 0))
        x = np.arange(layers) + 0.5
        left, right = (norms.at(x + side * 1.1 * WIDE, t.norms[0, 0]) for side in (-1, 1))
        start = with_halo(Segments(left, right, self.theme.text, 4, 1), self.theme)
        ends = np.stack([ref.val_loss[:, -1] for _, ref in runs], axis=1)
        last = Pairs(self, losses, ends, "validation", layers, partial(fixed, self))
        splits = [self.split_name(losses, k, ref.split_seed) for k, (_, ref) in enumerate(runs)]
        self.jump(grown=0)
        bars, legend = Pairs(self, norms, refs.norm, "weight"), heads(self, 3.4, boxes(self.theme.text))
        self.new_page([norms.drawn, losses.drawn, *self.kernel_names(norms), *splits, legend, bars, last, start])
        self.run(3.5, grown=layers + len(runs))
        self.caption(f"summary_{t.contrast()}")
        self.visit(*map(bars.room, range(layers)))
        better, worse = sorted(runs, key=lambda run: not run[0].helps())
        told = {"first": better[1].split_seed, "second": worse[1].split_seed, "seed": refs.params.seed}
        self.caption(f"splits_{('none', 'one', 'both')[sum(run.helps() for run, _ in runs)]}", **told)
        self.visit(*map(last.room, range(len(runs))))

    def kernel_name(self, layer: int, size: float, place: np.ndarray) -> Typeset:
        """What a kernel is called; `place` is the middle of its baseline."""
        key = "hidden_short" if self.paid(layer) else "output_short"
        name = self.say(key, size=size, layer=self.refs.places("layer")[layer].ordinal)
        return name.move_to(place, DOWN).shift(descent(name) * DOWN)

    def kernel_names(self, panel: Panel) -> list[VGroup]:
        """What the kernels are called, below their bars, and whether they are penalised."""
        names = []
        for layer, foot in enumerate(panel.at(np.arange(len(COLUMNS)) + 0.5, 0)):
            paying = self.say("penalised" if self.paid(layer) else "not_penalised", size=26, colour=self.theme.faint)
            names.append(VGroup(self.kernel_name(layer, 30, foot + 0.47 * DOWN), paying))
            paying.move_to(foot + 0.8 * DOWN)
        return names

    def split_name(self, panel: Panel, group: int, split: Ref) -> Typeset:
        """What a split is called, below its bars."""
        return self.say("split", size=30, split=split).move_to(panel.at(group + 0.5, 0) + 0.47 * DOWN)
