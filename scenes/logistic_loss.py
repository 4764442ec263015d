"""The film of logistic loss: flowers rise from their probability to their loss, and slide down in training."""

import numpy as np
from manim import LEFT, RIGHT, UP, Polygon, VGroup
from manim.utils.rate_functions import ease_in_out_sine, smooth

from mathcore.logistic_loss import Trace
from scenes._marks.bars import Bars
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.panel import Panel
from scenes._props.logistic_loss import LOSS, MEAN, OBEYED, Flowers, Way, card, costliest, legend, state
from scenes._stage.clock import between, follow
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import Slot

CURVE, SORTED = Slot(-6.2, -2.4, 8.1, 4.75), Slot(2.8, -2.4, 4.0, 4.75)
BEFORE, AFTER = Slot(-6.3, -2.4, 4.2, 5.5), Slot(0.5, -2.4, 4.2, 5.5)
HEAD = 2.62  # middle of what stands above the right panel
RULE = f"loss(ell) = {LOSS}"
WHOLE = f"{MEAN} = 1 / {{count}} scripts(sum)_i loss(ell_i)"


class LogisticLoss(Film):
    """Left the flowers below the curve, right their losses from the largest on; then both ends of the training."""

    trace: Trace

    def build(self) -> None:
        t, self.mine = self.trace, int(self.trace.followed)
        self.last, self.all = len(t.checkpoint_epoch) - 1, len(t.species)
        self.room = np.array([0, 1.04 * max(t.flower_loss.max(), t.asked_loss.max())])
        below = self.say("p", size=SMALL + 2, colour=self.theme.activation)
        self.panel = Panel(self, CURVE, [0, 1], self.room, below, self.typeset(LOSS, size=36), ticks=(5, 5))
        self.ground = Panel(self, CURVE._replace(height=1e-3), [0, 1], [0, 1], below.copy(), ticks=(5, 0)).drawn
        self.curve = self.panel.line(t.grid, t.grid_loss, "loss", "grid")
        way, flowers = Way(t, self.room[1]), Flowers(self.panel, self.theme)
        self.flowers = follow(flowers, "laid", "grown", "checkpoint", at=lambda *places: flowers.put(*way.at(*places)))
        self.costliest = costliest(self, self.panel, way)
        start, end = t.flower_loss[[0, -1], self.mine]
        fall = np.linspace(start, end, len(t.grid))
        self.trail = self.panel.line(np.interp(fall, t.grid_loss, t.grid), fall, "text", width=7, dashed=True)
        self.legend = legend(self, self.panel.at(1, np.inf) + 0.2 * UP)
        self.large, self.small = card(self, 2.7, 1.45), card(self, -2.4, 2.0)
        self.build_asked()
        self.build_sorted(way.turns)

    def build_asked(self) -> None:
        """The probabilities of the question on the curve, what they cost, and what the second costs more."""
        t, refs, theme = self.trace, self.refs, self.theme
        self.places = np.interp(t.asked_loss, t.grid_loss, np.arange(len(t.grid)))  # along "grid"
        tops = self.panel.at(t.asked, t.asked_loss)
        feet = self.panel.at(t.asked, [0, t.asked_loss[0]])
        self.stems = [with_halo(Line(np.stack(ends), theme.text, 5), theme) for ends in zip(feet, tops, strict=True)]
        self.level = self.panel.line([0, t.asked[0]], t.asked_loss[[0, 0]], "text", width=3, dashed=True)
        told = [{"p": p, "L": self.words.markup(loss)} for p, loss in zip(refs.asked, refs.asked_loss, strict=True)]
        self.asked = [
            with_halo(self.typeset(OBEYED, size=40, **one).move_to(top + 0.3 * RIGHT, LEFT), theme)
            for one, top in zip(told, tops, strict=True)
        ]
        more = self.typeset("+ loss({more})", size=34, more=self.words.markup(refs.tenfold))
        self.more = with_halo(more.move_to(self.stems[1].get_center() + 0.35 * RIGHT, LEFT), theme)
        self.question = self.typeset(OBEYED, size=52, p=refs.asked[1], L=np.nan)
        self.question.move_to(self.panel.at(0.55, 0.7 * self.room[1]))

    def build_sorted(self, turns: np.ndarray) -> None:
        """The losses as bars, the largest first, and their mean."""
        t, refs, theme = self.trace, self.refs, self.theme
        below = self.say("sorted", size=SMALL + 2, colour=theme.faint, count=refs.length("sample"))
        panel = Panel(self, SORTED, [-2, self.all + 1], self.room, below, ticks=(0, 0))
        heights = np.sort(t.flower_loss)[:, ::-1] * SORTED.height / self.room[1]  # [checkpoint rank]
        x = panel.at(np.arange(self.all) + 0.5, 0)[:, 0]
        bars = Bars(x, SORTED.foot, heights, 2 * SORTED.width / self.all, theme.loss, turns)
        self.sorted = VGroup(panel.drawn, follow(bars, "grown", "checkpoint"))
        line, name = with_halo(Line(np.zeros((2, 3)), theme.text, 4), theme), self.typeset(f"{MEAN} =", size=40)
        number = self.number(size=40, colour=theme.loss)

        def stand(checkpoint: float) -> None:
            start, end = panel.at(np.array([-np.inf, np.inf]), between(t.mean_loss, checkpoint))
            line.through(np.stack([start, end]))
            name.move_to(end + [-1.3, 0.3, 0], RIGHT)
            self.rewrite(number, refs.mean_loss[int(checkpoint + 1e-9)])
            number.centred_at(end + [-1.15, 0.3, 0])

        self.mean = follow(VGroup(line, with_halo(VGroup(name, number), theme)), "checkpoint", at=stand)
        frames = self.panel.frame((0, t.asked[0]), (0, np.inf)), panel.frame((0, t.confident[0]), (0, np.inf))
        self.build_heads(*frames)

    def build_heads(self, *frames: Polygon) -> None:
        """What stands above the right panel: how much the framed flowers pay, later the epoch."""
        refs = self.refs
        share = refs.confident_share[0].percent
        label = self.say("pay", size=36, many=refs.confident[0], share=share)
        label.move_to([SORTED.left, HEAD, 0], LEFT)
        self.confident = VGroup(*frames, label)
        word, epoch = self.say("epoch", size=36).move_to([SORTED.left, HEAD, 0], LEFT), self.number(size=40)
        epoch.centred_at(word.get_right() + [0.2, 0.03, 0])
        at = refs.checkpoint_epoch
        follow(epoch, "checkpoint", at=lambda checkpoint: self.rewrite(epoch, at[int(checkpoint + 1e-9)]))
        self.epoch = VGroup(word, epoch)

    @beat
    def show_mistake(self) -> None:
        t, refs = self.trace, self.refs
        self.add(self.ground, self.flowers, self.costliest, self.legend, self.large)
        self.caption("show_flower", seed=refs.params.seed, row=refs.followed, p=refs.before[self.mine])
        self.run(1.5, rate=smooth, told=1)
        self.blink(self.costliest[0], self.reading_time_left())
        self.caption(f"show_{t.mistake()}")
        self.run(rate=smooth, told=2)

    @beat
    def draw_curve(self) -> None:
        self.run(1.2, rate=smooth, laid=1)
        self.write_rule(RULE, size=44, seconds=0.5)
        self.caption("draw", whole=self.refs.p[-1])
        self.swap([self.ground], [self.panel.drawn], seconds=0.4)
        self.add(self.curve, self.flowers, self.costliest)
        self.run(rate=smooth, grid=self.places[0])
        self.swap([], [self.stems[0], self.asked[0]])

    @beat
    def predict_cost(self) -> None:
        refs, number = self.refs, self.words.number
        self.caption("ask", p=refs.asked[1])
        self.swap([], [self.question])
        self.blink(self.question[-1], 1)
        self.wait(self.reading_time_left(2))
        self.swap([self.question])
        self.run(1.5, rate=smooth, grid=self.places[1])
        self.swap([], [self.asked[1], self.level])
        self.caption("answer", more=number(refs.tenfold))
        self.grow(self.stems[1], seconds=1.5)
        self.swap([], [self.more])
        self.run(grid=len(self.trace.grid) - 1)

    @beat
    def read_losses(self) -> None:
        t, refs, sure = self.trace, self.refs, int(self.trace.surest)
        self.swap([*self.stems, *self.asked, self.more, self.level, self.large], [self.small, self.sorted])
        self.caption("pay_two")
        told = {"p": refs.before[self.mine], "L": self.words.markup(refs.flower_loss[0, self.mine])}
        self.write_rule(OBEYED, size=44, seconds=0.5, **told)
        self.run(1.5, rate=smooth, grown=1)
        least = self.number(refs.flower_loss[0, sure], size=38, colour=self.theme.loss)
        least.anchored_at(self.panel.at(t.before[sure], t.flower_loss[0, sure]) + [0, 0.3, 0])
        least = with_halo(least.shift(min(0, 1.9 - least.get_right()[0]) * RIGHT), self.theme)
        self.run(1, rate=smooth, grown=2)
        self.swap([], [least])
        self.caption("all", times=refs.times)
        self.write_rule(WHOLE, size=36, seconds=0.5, count=refs.length("sample"))
        self.swap([least])
        self.run(self.reading_time_left(2.5), grown=self.all)
        self.swap([], [self.mean])
        self.add(self.costliest)

    @beat(when=lambda trace: trace.confident[0] > 0)
    def weigh_mistakes(self) -> None:
        refs = self.refs
        self.swap([], [self.confident])
        self.add(self.costliest)
        share = refs.confident_share[0].percent
        self.caption("weigh", many=refs.confident[0], p=refs.asked[0], share=share)
        for frame in self.confident[:2]:
            self.blink(frame, 1.5)

    @beat
    def train(self) -> None:
        refs, losses = self.refs, self.refs.flower_loss[[0, -1], self.mine]
        self.remove(self.confident)
        self.swap([], [self.epoch])
        self.caption("train", epochs=refs.params.epochs)
        self.run(self.reading_time_left(6.5), checkpoint=self.last)
        self.caption(f"result_{self.trace.result()}", row=refs.followed, before=losses[0], after=losses[1])
        self.grow(self.trail)
        self.add(self.flowers, self.costliest)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(1, rate=ease_in_out_sine, checkpoint=0)
        self.run(3.5, checkpoint=self.last)

    @beat
    def compare_ends(self) -> None:
        t, refs = self.trace, self.refs
        leaving = [
            self.panel.drawn,
            self.curve,
            self.flowers,
            self.costliest,
            self.trail,
            self.legend,
            self.small,
            self.sorted,
        ]
        self.swap([*leaving, self.mean, self.epoch, self.rule], seconds=0.5)
        before, after = state(self, BEFORE, self.room, 0), state(self, AFTER, self.room, self.last)
        self.swap([], [before[0], after[0], before[1][:2], after[1][:2]])
        share = refs.wrong_share[-1].percent
        self.caption(f"remains_{t.remains()}", **{"many": refs.wrong[-1], "share": share} if t.wrong[-1] else {})
        for many, line in zip((2, 1), zip(before[1][2:], after[1][2:], strict=True), strict=True):
            self.swap([], line, seconds=self.reading_time_left() / many)
