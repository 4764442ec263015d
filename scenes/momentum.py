"""The film of momentum: a ball with memory and one without, in a long valley; then the map of rate and memory."""

from typing import Any

import numpy as np
from manim import LEFT, RIGHT, Arrow, FadeIn, Group, GrowArrow, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.momentum import Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import clipped
from scenes._props.momentum import ACROSS, ALONG, RUNS, STRIPS, RateMap, Sum, Unrolled, ball, named, valley
from scenes._stage.clock import follow
from scenes._stage.film import HOLD, Film, beat
from scenes._stage.layout import Slot
from scenes._stage.refs import Refs

MAP, HEAD = Slot(-6.35, -2.3, 6.2, 4.85), 2.85  # height of what is written above the map
STEPS = 60  # of the two runs that are shown step by step
RULE = "activation(v) <- {momentum} thin activation(v) + gradient(g) quad quad "
RULE += "weight(theta) <- weight(theta) - {rate} thin activation(v)"


class Momentum(Film):
    """Left the valley from above; right what happens across it and along it, or the sum that a velocity is."""

    trace: Trace

    def build(self) -> None:
        t = self.trace
        self.rate = float(t.zigzag_rate)
        self.twin = self.rerun(learning_rate=self.rate, steps=STEPS)
        self.twin_refs = self.refs_of(self.twin)
        self.map = valley(self, MAP)
        self.first, self.strips = Unrolled(self, t), Unrolled(self, self.twin)
        self.crawling = self.run_of(t, self.refs, "plain_", "first", self.first)
        self.plain = self.run_of(self.twin, self.twin_refs, "plain_", "step", self.strips)
        self.memory = self.run_of(self.twin, self.twin_refs, "", "step", self.strips)

    def run_of(self, trace: Trace, refs: Refs, run: str, axis: str, strips: Unrolled) -> dict[str, Any]:
        """The marks of a run: its ball on the map, its strips, and its loss above the map."""
        theta, along = getattr(trace, f"{run}theta"), getattr(trace, f"{run}along")
        role = "text" if run == "plain_" else "weight"
        walk = self.map.walk(theta, role, axis, ball=ball(self, run))
        return {"walk": walk, "strips": strips.trail(along, run, axis), "loss": self.reading(refs, run, axis)}

    def reading(self, refs: Refs, run: str, axis: str) -> VGroup:
        """The sign of a run with its loss."""
        sign, word = ball(self, run), self.say("loss", colour=self.theme.loss)
        losses = getattr(refs, f"{run}loss")
        number = self.number(losses[0], self.theme.loss, size=34)
        row = VGroup(sign, word).arrange(RIGHT, buff=0.2).move_to([-5.2 + 2.9 * (run == ""), HEAD, 0], LEFT)
        number.centred_at(np.array([word.get_right()[0] + 0.2, HEAD, 0]))
        row.add(number)
        return follow(row, axis, at=lambda step: self.rewrite(number, losses[int(step + 1e-9)]))

    @beat
    def crawl(self) -> None:
        refs, steps = self.refs, self.trace.params.steps
        self.jump(first=steps)
        self.add(self.map.drawn, self.first.drawn, *self.crawling.values())
        self.caption("show_valley", rate=refs.params.learning_rate, steps=refs.params.steps)
        self.run(0.8, rate=ease_in_out_sine, first=0)
        self.run(max(self.reading_time_left(), 3), first=steps)
        left, first = (refs.plain_along[step, ALONG].magnitude for step in (-1, 0))
        self.caption(f"plain_{self.trace.fate('plain_')}", left=left, first=first)

    @beat(when=lambda t: t.zigzag_rate != t.params.learning_rate)
    def raise_rate(self) -> None:
        self.open_twin()
        self.caption("raise_rate", rate=self.twin_refs.params.learning_rate)
        self.run(3, step=STEPS)

    def open_twin(self) -> None:
        """Put the run of fewer steps in the place of the first one."""
        self.swap([self.first.drawn, *self.crawling.values()], [self.strips.drawn, *self.plain.values()])

    @beat
    def remember(self) -> None:
        t, twin = self.trace, self.twin_refs
        if self.rate == t.params.learning_rate:
            self.open_twin()
        else:
            self.run(0.8, rate=ease_in_out_sine, step=0)
        self.remove(self.plain["strips"])
        rows = [twin.kept[1:3], twin.slope[:2], twin.total[1:3]]
        tops = STRIPS[0].foot + 1.1, STRIPS[1].foot + 1.3
        names = ("across", ACROSS), ("along", ALONG)
        sums = [
            Sum(self, top, name, [row[:, k] for row in rows], "summed")
            for top, (name, k) in zip(tops, names, strict=True)
        ]
        self.swap([self.strips.drawn], [*sums, self.memory["walk"], self.memory["loss"]])
        self.caption("remember", momentum=twin.params.momentum)
        self.write_rule(RULE, momentum=twin.params.momentum, rate=twin.params.learning_rate)
        self.run(2, summed=3)
        self.run(1.2, rate=ease_in_out_sine, step=1)
        self.caption(f"second_{self.twin.second_step()}", momentum=twin.params.momentum)
        kept, new = self.arrows(1)
        self.play(GrowArrow(kept), self.going(summed=4), run_time=1)
        self.play(GrowArrow(new), self.going(summed=5), run_time=1.2)
        self.run(0.8, summed=6)
        self.run(1.5, rate=ease_in_out_sine, step=2)
        self.leaving = [*sums, kept, new]

    def arrows(self, step: int) -> list[Arrow]:
        """What the kept velocity and the new gradient add to theta, one after the other."""
        t, rate = self.twin, self.rate
        kept = -rate * t.params.momentum * t.velocity[step]
        corners = np.cumsum([t.theta[step], kept, -rate * t.gradient[step]], axis=0)
        places = self.map.axes.near(*corners.T)
        starts, ends, _ = clipped(places[:-1], places[1:], self.map.axes.box)
        hues = self.theme.activation, self.theme.gradient
        return [
            with_halo(Arrow(*way, buff=0, color=hue, stroke_width=7, max_tip_length_to_length_ratio=0.2), self.theme)
            for *way, hue in zip(starts, ends, hues, strict=True)
        ]

    @beat
    def pass_bottom(self) -> None:
        t, refs, bottom = self.twin, self.twin_refs, int(self.twin.bottom)
        self.swap(self.leaving, [self.strips.drawn, self.plain["strips"], self.memory["strips"]])
        if bottom > 2 and t.fate() != "diverges":
            self.caption("run_on")
            self.run(2.5, step=bottom)
            self.caption("ask_bottom", step=refs.places("step")[bottom], slope=refs.slope[bottom, ALONG].magnitude)
            self.wait(2 * HOLD)
            told = {"velocity": refs.total[bottom, ALONG].magnitude, "overshoot": refs.overshoot}
            self.caption("answer_bottom", **told)
            farthest = int(np.argmax(t.along[:, ALONG] * -np.sign(t.along[0, ALONG])))
            self.run(self.reading_time_left(2), step=farthest)
        self.caption("compare_losses", steps=refs.params.steps, loss=refs.loss[-1], plain=refs.plain_loss[-1])
        self.run(max(self.reading_time_left(), 2.5), step=STEPS)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(1, rate=ease_in_out_sine, step=0)
        self.run(5, step=STEPS)

    @beat
    def find_place(self) -> None:
        place = RateMap(self, Slot(-6.0, -2.3, 6.0, 4.85))
        leaving = [one for one in self.mobjects if one not in (self.title, self._caption)]
        self.swap(leaving, [place.drawn])
        self.caption("show_map")
        self.play(FadeIn(place.edge), run_time=self.reading_time_left())
        self.caption("stand", rate=self.refs.params.learning_rate)
        head = self.say("leaves", size=26).move_to([6.8, 2.85, 0], RIGHT)
        self.swap([], [place.cut, head])
        for k, (mark, row) in enumerate(zip(place.marks, place.rows, strict=True)):
            self.add(mark)
            self.run(1.2, **{f"memory_{k}": 1})
            self.swap([], [row], seconds=0.5)

    @beat
    def compare_runs(self) -> None:
        t, refs = self.trace, self.refs
        leaving = [one for one in self.mobjects if one not in (self.title, self._caption)]
        trio = [self.card(run, -6.7 + 4.6 * k) for k, run in enumerate(RUNS)]
        self.swap(leaving, [part for card in trio for part in card])
        self.caption("compare_runs", steps=refs.params.steps, rate=refs.params.learning_rate)
        self.run(4, last=t.params.steps)
        fates = [
            self.say(f"fate_{t.fate(run)}", size=36).move_to([-4.6 + 4.6 * k, -2.35, 0]) for k, run in enumerate(RUNS)
        ]
        self.swap([], fates)

    def card(self, run: str, left: float) -> Group:
        """A run on a map of its own, its momentum above, its loss below."""
        slot = Slot(left, -1.05, 4.2, 4.2 * 5.4 / 6.9)
        land = valley(self, slot, named=False)
        role = "text" if run == "plain_" else "weight"
        walk = land.walk(getattr(self.trace, f"{run}theta"), role, "last", ball=ball(self, run))
        head = VGroup(ball(self, run, 0.16), named(self, run)).arrange(RIGHT, buff=0.25)
        head.move_to([left + 2.1, slot.foot + slot.height + 0.35, 0])
        losses = getattr(self.refs, f"{run}loss")
        word = self.say("loss", colour=self.theme.loss, size=32).move_to([left + 0.6, -1.6, 0], LEFT)
        number = self.number(losses[0], self.theme.loss, size=44).centred_at(np.array([left + 1.7, -1.6, 0]))
        follow(number, "last", at=lambda step: self.rewrite(number, losses[int(step + 1e-9)]))
        return [land.drawn, walk, head, word, number]
