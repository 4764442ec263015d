"""The film of logistic loss: flowers rise from their probability to their loss, and slide down in training."""

import numpy as np
from manim import LEFT, RIGHT, UP, Polygon, TransformFromCopy, VGroup, VMobject
from manim import ReplacementTransform as Become
from manim.utils.rate_functions import smooth

from mathcore.logistic_loss import Trace
from scenes._marks.bars import Bars
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.panel import Panel
from scenes._props.logistic_loss import (
    LOSS,
    MEAN,
    OBEYED,
    Flowers,
    Way,
    arrived,
    card,
    costliest,
    legend,
    loss_panel,
    name_of_p,
    paid,
    stairs,
    state,
)
from scenes._stage.clock import between, follow
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import Slot

CURVE, SORTED = Slot(-6.2, -2.4, 8.1, 4.75), Slot(2.8, -2.4, 4.0, 4.75)
BEFORE, AFTER = (CURVE._replace(left=left, width=4.1) for left in (CURVE.left, 0.45))
HEAD = 2.62  # middle of what stands above the right panel
SLOW = 3  # so many steps of the training are shown one by one
RULE = f"loss(ell) = {LOSS}"
WHOLE = f"{MEAN} = 1 / {{count}} scripts(sum)_i loss(ell_i)"


class LogisticLoss(Film):
    """Left the flowers below the curve, right their losses from the largest on; then both ends of the training."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t, self.mine = self.trace, int(self.trace.followed)
        self.last, self.all = len(t.checkpoint_epoch) - 1, len(t.species)
        self.room = np.array([0, 1.04 * max(t.flower_loss.max(), t.asked_loss.max())])
        self.panel, below = loss_panel(self, CURVE, self.room), name_of_p(self)
        self.ground = Panel(self, CURVE._replace(height=1e-3), [0, 1], [0, 1], below, ticks=(5, 0)).drawn
        self.curve = self.panel.line(t.grid, t.grid_loss, "loss", "grid")
        way, flowers = Way(t, self.room[1]), Flowers(self.panel, self.theme)
        self.flowers = follow(flowers, "laid", "grown", "checkpoint", at=lambda *places: flowers.put(*way.at(*places)))
        self.costliest = costliest(self, self.panel, way)
        self.legend = legend(self, self.panel.at(1, np.inf) + 0.2 * UP)
        self.card = card(self, np.array([2.7, 1.45, 0]), np.array([-2.4, 2.0, 0]))
        self.numbers = self.card[4:]
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
        more = self.typeset('class("normal", +)loss({more})', size=34, more=self.words.markup(refs.tenfold))
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
            number.centred_at(end + [-1.15, 0.3, 0]).set_opacity(arrived(checkpoint))

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

        def count(checkpoint: float) -> None:
            self.rewrite(epoch, refs.checkpoint_epoch[int(checkpoint + 1e-9)])
            epoch.set_opacity(arrived(checkpoint))

        self.epoch = VGroup(word, follow(epoch, "checkpoint", at=count))

    @beat
    def show_mistake(self) -> None:
        t, refs = self.trace, self.refs
        self.add(self.ground, self.flowers, self.costliest, self.legend, self.card)
        self.caption("show_flower", seed=refs.params.seed, row=refs.followed, p=refs.before[self.mine])
        self.call(self.costliest[0], self.numbers[int(t.species[self.mine])], more=0.7)
        first = int(t.probability[0, self.mine].argmax())
        self.caption(
            f"show_{t.mistake()}",
            other=self.words.sentence(f"species_{first}"),
            p=refs.probability[0, self.mine, first],
        )
        self.call(self.numbers[first])

    def call(self, *marks: VMobject, more: float = 0) -> None:
        """Call the eye to some marks, one after the other, for as long as the caption needs, or `more`."""
        seconds = (self.reading_time_left() + more) / len(marks)
        for mark in marks:
            self.blink(mark, seconds, times=round(1.5 * seconds) + 1)

    @beat
    def draw_curve(self) -> None:
        self.run(1.2, rate=smooth, laid=1)
        self.write_rule(RULE, size=44, seconds=0.5)
        self.caption("draw", whole=self.refs.p[-1])
        self.swap([self.ground], [self.panel.drawn], seconds=0.4)
        self.add(self.curve, self.flowers, self.costliest)
        self.run(self.reading_time_left(1.6) - 0.6, rate=smooth, grid=self.places[0])
        self.swap([], [self.stems[0], self.asked[0]])

    @beat
    def predict_cost(self) -> None:
        refs, number = self.refs, self.words.number
        self.caption("ask", before=refs.asked[0], loss=number(refs.asked_loss[0]), p=refs.asked[1])
        self.swap([], [self.question])
        self.blink(self.question[-1], 1.4)
        self.wait(self.reading_time_left(1.6))
        self.swap([self.question])
        self.run(1.5, rate=smooth, grid=self.places[1])
        self.swap([], [self.asked[1], self.level])
        self.caption("answer", more=number(refs.tenfold))
        self.grow(self.stems[1], seconds=self.reading_time_left(2.1) - 0.6)
        self.swap([], [self.more])
        last = len(self.trace.grid) - 1
        if self.places[1] < last:
            self.run(0.6, grid=last)

    @beat
    def read_losses(self) -> None:
        t, refs, sure = self.trace, self.refs, int(self.trace.surest)
        self.swap([*self.stems, *self.asked, self.more, self.level], [self.sorted], self.going(moved=1, rate=smooth))
        self.caption("pay_two")
        self.run(1.5, rate=smooth, grown=1)
        self.write_rule(OBEYED, size=44, seconds=0.5, **paid(self, 0))
        least = self.number(refs.flower_loss[0, sure], size=38, colour=self.theme.loss)
        least.anchored_at(self.panel.at(t.before[sure], t.flower_loss[0, sure]) + [0, 0.3, 0])
        least = with_halo(least.shift(min(0, 1.9 - least.get_right()[0]) * RIGHT), self.theme)
        self.run(1, rate=smooth, grown=2)
        self.swap([], [least])
        self.caption("times", row=refs.followed, times=self.words.number(refs.times, digits=2, tidy=True))
        self.call(self.costliest[0], more=0.7)
        self.caption("all")
        self.swap([least], seconds=0.3)
        self.run(self.reading_time_left(3.6) - 1.1, grown=self.all)
        self.write_rule(WHOLE, size=36, seconds=0.5, count=refs.length("sample"))
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
        self.remove(self.confident)
        self.swap([], [self.epoch], seconds=0.4)
        self.caption("train", start=self.refs.checkpoint_epoch[0], epochs=self.refs.params.epochs)
        self.wait(0.3)
        self.walk(rest=0.7, seconds=3.5)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(0.6, rate=smooth, checkpoint=0)
        self.wait(0.5)
        self.walk(rest=0.5, seconds=2)

    def walk(self, rest: float, seconds: float) -> None:
        """Train: the first steps one by one with a rest after each, then from checkpoint to checkpoint."""
        slow = min(SLOW, self.last)
        for checkpoint in range(1, slow + 1):
            self.run(0.5, rate=smooth, checkpoint=checkpoint)
            self.wait(rest)
        if slow < self.last:
            self.run(seconds, rate=stairs(self.last - slow), checkpoint=self.last)

    @beat(summary=True)
    def compare_ends(self) -> None:
        t, refs = self.trace, self.refs
        self.swap([self.costliest[1], self.legend, self.card, self.sorted, self.mean, self.epoch], seconds=0.5)
        before, after = state(self, BEFORE, self.room, 0), state(self, AFTER, self.room, self.last)
        standing = VGroup(self.curve, self.flowers, self.costliest[0])
        moved = Become(standing, after[0][1:4]), TransformFromCopy(self.curve, before[0][1])
        self.swap([self.panel.drawn], [before[0][0], after[0][0]], *moved, seconds=1.2)
        self.swap([], [*before[0][2:], *after[0][4:], before[1][:2], after[1][:2]])
        fall = {when: self.words.number(refs.mean_loss[k]) for when, k in (("before", 0), ("after", -1))}
        below = {"some": {"p": refs.asked[0], "many": refs.confident[-1]}, "none": {"p": refs.asked[0]}, "never": {}}
        self.caption(f"remains_{t.remains()}", **below[t.remains()], **fall)
        for many, line in zip((2, 1), zip(before[1][2:], after[1][2:], strict=True), strict=True):
            self.swap([], line, seconds=self.reading_time_left() / many)
