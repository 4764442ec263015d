"""The film of momentum: a ball with memory and one without, in a long valley; then the map of rate and memory."""

from typing import Any

import numpy as np
from manim import LEFT, RIGHT, UP, UR, Arrow, GrowArrow, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.momentum import Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import clipped
from scenes._marks.typeset import Typeset
from scenes._props.momentum import (
    ACROSS,
    ALONG,
    RUNS,
    RateMap,
    Rates,
    Sum,
    Unrolled,
    ball,
    loss_reading,
    named,
    role_of,
    valley,
)
from scenes._stage.film import HOLD, Film, beat
from scenes._stage.layout import Slot
from scenes._stage.refs import Refs

MAP, HEAD = Slot(-6.15, -2.3, 6.2, 4.85), 2.85  # height of what is written above the map
STEPS = 60  # of the two runs that are shown step by step
SHORTEST = 0.05  # arrow that is drawn
PLAIN = "weight(theta) <- weight(theta) - {rate} thin gradient(g)"
RULE = "activation(v) <- gradient(g) + {momentum} thin activation(v) quad quad "
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
        self.left: list[Any] = []  # what the first run has not covered
        self.memory = self.run_of(self.twin, self.twin_refs, "", "step", self.strips)

    def run_of(self, trace: Trace, refs: Refs, run: str, axis: str, strips: Unrolled) -> dict[str, Any]:
        """The marks of a run: its ball on the map, its strips, and its loss above the map."""
        theta, along = getattr(trace, f"{run}theta"), getattr(trace, f"{run}along")
        walk = with_halo(self.map.walk(theta, role_of(run), axis, ball=ball(self, run)), self.theme)
        place = np.array([-3.9 + 3.3 * (run == ""), HEAD, 0])
        loss = loss_reading(self, refs, run, axis, place, 36).add(ball(self, run).move_to(place + 1.2 * LEFT))
        return {"walk": walk, "strips": strips.run(along, run, axis), "loss": loss}

    @beat
    def crawl(self) -> None:
        refs, steps = self.refs, self.trace.params.steps
        self.jump(first=steps)
        self.add(self.map.drawn, self.first.drawn, *self.crawling.values())
        self.caption("show_valley", rate=refs.params.learning_rate, steps=refs.params.steps)
        self.run(0.6, rate=ease_in_out_sine, first=0)
        self.run(max(self.reading_time_left(), 3), first=steps)
        left, first = (refs.plain_along[step, ALONG].magnitude for step in (-1, 0))
        self.caption(f"plain_{self.trace.fate('plain_')}", left=left, first=first)
        self.write_rule(PLAIN, size=36, rate=refs.params.learning_rate)
        if self.trace.fate("plain_") != "diverges":
            line, number = self.first.gap(steps, self.trace.plain_along[-1, ALONG], left)
            self.grow(line)
            self.swap([], [number])
            self.left = [line, number]

    @beat(when=lambda t: t.zigzag_rate != t.params.learning_rate)
    def raise_rate(self) -> None:
        self.open_twin()
        self.caption("raise_rate", rate=self.twin_refs.params.learning_rate)
        self.write_rule(PLAIN, size=36, seconds=0.5, rate=self.twin_refs.params.learning_rate)
        self.run(self.reading_time_left(3), step=STEPS)

    def open_twin(self) -> None:
        """Put the run of fewer steps in the place of the first one."""
        self.swap([self.first.drawn, *self.left, *self.crawling.values()], [self.strips.drawn, *self.plain.values()])

    @beat
    def remember(self) -> None:
        twin, gone = self.twin_refs, [self.plain["strips"], self.strips.drawn]
        if self.rate == self.trace.params.learning_rate:
            self.open_twin()
        else:
            self.run(0.8, rate=ease_in_out_sine, step=0)
        self.swap(gone, [self.memory["walk"], self.memory["loss"]])
        self.caption("remember", momentum=twin.params.momentum)
        self.write_rule(RULE, size=36, momentum=twin.params.momentum, rate=twin.params.learning_rate)
        rows = twin.slope[:2], twin.kept[1:3], twin.total[1:3]
        directions = (1.55, "across_valley", ACROSS), (-1.15, "along_valley", ALONG)
        sums = [Sum(self, top, name, [row[:, k] for row in rows]) for top, name, k in directions]
        self.swap([], sums)
        self.add_up(0)
        self.caption(f"second_{self.twin.second_step()}", momentum=twin.params.momentum)
        self.add_up(1)
        self.sums = sums

    def add_up(self, step: int) -> None:
        """A step of the ball with memory: gradient and kept velocity as bars and as arrows, then both balls go."""
        ways, t = [], self.twin
        new, kept = -self.rate * t.gradient[step], -self.rate * t.params.momentum * t.velocity[step]
        places = self.map.axes.near(*np.cumsum([t.theta[step], new, kept], axis=0).T)
        starts, ends, seen = clipped(places[:-1], places[1:], self.map.axes.box)
        for row, (start, end, role) in enumerate(zip(starts, ends, ("gradient", "activation"), strict=True)):
            going = [self.going(summed=3 * step + row + 1)]
            if seen[row] and np.linalg.norm(end - start) > SHORTEST:
                way = Arrow(start, end, buff=0, color=getattr(self.theme, role), stroke_width=8, tip_length=0.25)
                ways.append(with_halo(way, self.theme))
                going.append(GrowArrow(way))
            self.play(*going, run_time=0.8 + 0.4 * step)
        self.run(0.6, summed=3 * step + 3)
        self.run(1, rate=ease_in_out_sine, step=step + 1)
        if ways:
            self.swap(ways, seconds=0.3)

    @beat
    def pass_bottom(self) -> None:
        t, refs, bottom = self.twin, self.twin_refs, int(self.twin.bottom)
        self.swap(self.sums, seconds=0.35)
        self.swap([], [self.strips.drawn, self.plain["strips"], self.memory["strips"]], seconds=0.35)
        if bottom > 2 and t.fate() != "diverges":
            self.caption("run_on")
            self.run(2, step=bottom)
            slope, velocity = self.read_bottom(bottom)
            self.caption("ask_bottom", step=refs.places("step")[bottom])
            self.swap([], [slope])
            self.wait(3 * HOLD)
            self.caption("answer_bottom", overshoot=refs.overshoot)
            self.swap([], [velocity])
            farthest = int(np.argmax(t.along[:, ALONG] * -np.sign(t.along[0, ALONG])))
            self.run(self.reading_time_left(2), step=farthest)
            gap = self.strips.gap(farthest, t.along[farthest, ALONG], refs.overshoot)
            self.swap([slope, velocity], gap)
        ends = {"steps": refs.params.steps, "loss": refs.loss[-1], "plain": refs.plain_loss[-1]}
        self.caption("both_diverge" if t.fate() == "diverges" else "compare_losses", **ends)
        self.run(max(self.reading_time_left(), 2.5), step=STEPS)

    def read_bottom(self, bottom: int) -> VGroup:
        """Slope and velocity along the valley when its lowest point is passed."""
        told = {"slope": self.twin_refs.slope[bottom, ALONG], "velocity": self.twin_refs.total[bottom, ALONG]}
        markup = "gradient(g) = {slope}", "activation(v) = {velocity}"
        read = VGroup(*(self.typeset(text, size=32, **told) for text in markup)).arrange(RIGHT, buff=0.5)
        return with_halo(read.next_to(self.strips.along.at(bottom, 0), UR, buff=0.3).shift(0.2 * UP), self.theme)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(1, rate=ease_in_out_sine, step=0)
        self.run(4, step=STEPS)

    @beat
    def find_place(self) -> None:
        land = RateMap(self, Slot(-6.0, -2.3, 6.0, 4.85))
        seen = Rates(self, land, self.twin, self.twin_refs, RUNS[:2])
        ours = Rates(self, land, self.trace, self.refs, RUNS)
        leaving = [one for one in self.mobjects if one not in (self.title, self._caption)]
        self.swap(leaving, [land.drawn, land.edge])
        self.caption("show_map")
        self.write_rule(RULE, size=36, momentum="beta", rate="rho")
        if self.rate != self.trace.params.learning_rate:
            self.stand(seen, 1)
            self.swap([seen.drawn, *seen.rows, *seen.marks])
        self.caption("stand", rate=self.refs.params.learning_rate)
        self.stand(ours, 1.2)

    def stand(self, rates: Rates, seconds: float) -> None:
        """Go to each run's place on the map, and read what a step leaves."""
        self.swap([], [rates.drawn], seconds=0.4)
        for spot, mark, row, axis in zip(rates.spots, rates.marks, rates.rows, rates.axes, strict=True):
            self.add(spot, mark)
            self.run(seconds, **{axis: 1})
            self.swap([], [row], seconds=0.4)

    @beat
    def compare_runs(self) -> None:
        t, refs = self.trace, self.refs
        leaving = [one for one in self.mobjects if one not in (self.title, self.rule, self._caption)]
        trio = [self.card(run, -6.7 + 4.6 * k) for k, run in enumerate(RUNS)]
        self.swap(leaving, [part for card in trio for part in card])
        self.caption("compare_runs", steps=refs.params.steps, rate=refs.params.learning_rate)
        self.run(4, last=t.params.steps)
        self.swap([], [self.fate(run, -4.6 + 4.6 * k) for k, run in enumerate(RUNS)])

    def fate(self, run: str, middle: float) -> Typeset:
        """What becomes of a run, in a word."""
        fate = self.trace.fate(run)
        roles = {"arrives": "good", "diverges": "bad"}
        colour = getattr(self.theme, roles.get(fate, "text"))
        return self.say(f"fate_{fate}", size=38, colour=colour).move_to([middle, -2.15, 0], UP)

    def card(self, run: str, left: float) -> list[Any]:
        """A run on a map of its own, its momentum above, its loss below."""
        slot = Slot(left, -1.05, 4.2, 4.2 * 5.4 / 6.9)
        land = valley(self, slot, small=True)
        walk = land.walk(getattr(self.trace, f"{run}theta"), role_of(run), "last", ball=ball(self, run))
        head = VGroup(ball(self, run, 0.16), named(self, run)).arrange(RIGHT, buff=0.25)
        head.move_to([left + 2.1, slot.foot + slot.height + 0.35, 0])
        loss = loss_reading(self, self.refs, run, "last", np.array([left + 1.75, -1.6, 0]), 44)
        return [land.drawn, walk, head, loss]
