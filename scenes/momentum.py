"""The film of momentum: a ball with memory and one without, in a long valley; then the map of rate and memory."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Arrow, GrowArrow, Mobject, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.momentum import Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import clipped
from scenes._marks.typeset import Typeset
from scenes._props.momentum import (
    ACROSS,
    ALONG,
    ALONG_WAY,
    CARRY,
    PULL,
    RUNS,
    RateMap,
    Rates,
    Sum,
    Unrolled,
    ball,
    hops,
    loss_reading,
    named,
    role_of,
    small_valley,
    valley,
    window_on,
)
from scenes._stage.fade import FadeIn
from scenes._stage.film import HOLD, MARGIN, Film, beat
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
        first_steps = np.concatenate([self.twin.theta[:3], self.twin.plain_theta[:3]])
        self.near = valley(self, MAP, window_on(first_steps))
        self.first, self.strips = Unrolled(self, t), Unrolled(self, self.twin)
        self.crawling = self.run_of(t, self.refs, "plain_", "first", self.first)
        self.plain = self.run_of(self.twin, self.twin_refs, "plain_", "step", self.strips)
        self.left: list[Any] = []  # what the first run has not covered
        self.memory = self.run_of(self.twin, self.twin_refs, "", "step", self.strips)

    def run_of(self, trace: Trace, refs: Refs, run: str, axis: str, strips: Unrolled) -> dict[str, Any]:
        """The marks of a run: its ball on the map, its strips, and its loss above the map."""
        theta, along = getattr(trace, f"{run}theta"), getattr(trace, f"{run}along")
        walk, near = (
            with_halo(land.walk(theta, role_of(run), axis, ball=ball(self, run)), self.theme)
            for land in (self.map, self.near)
        )
        place = np.array([-3.6 + 3.3 * (run == ""), HEAD, 0])
        loss = loss_reading(self, refs, run, axis, place, 36).add(ball(self, run).move_to(place + LEFT))
        return {"walk": walk, "near": near, "strips": strips.run(along, run, axis), "loss": loss}

    def on_map(self, marks: dict[str, Any]) -> list[Any]:
        """What is seen of a run, but for its first steps from near."""
        return [marks[part] for part in ("walk", "strips", "loss")]

    def turn_page(self, leaving: list[Any], entering: list[Any], markup: str, **values: Any) -> None:
        """Change picture and formula at once; the caption leaves with what it has told of."""
        before, self.rule = self.rule, self.typeset(markup, size=36, **values).to_corner(UR, buff=MARGIN)
        self.swap([*leaving, before, self._caption], [*entering, self.rule])

    @beat
    def crawl(self) -> None:
        refs, steps = self.refs, self.trace.params.steps
        self.jump(first=steps)
        self.add(self.map.drawn, self.first.drawn, *self.on_map(self.crawling))
        self.caption("show_valley", rate=refs.params.learning_rate)
        self.run(0.6, rate=hops(steps, ease_in_out_sine), first=0)
        self.run(max(self.reading_time_left(), 2.5), rate=hops(steps), first=steps)
        left, first = (refs.plain_along[step, ALONG].magnitude for step in (-1, 0))
        self.caption(f"plain_{self.trace.fate('plain_')}", left=left, first=first)
        self.write_rule(PLAIN, size=36, seconds=0.6, rate=refs.params.learning_rate)
        if self.trace.fate("plain_") != "diverges":
            line, number = self.first.gap(steps, self.trace.plain_along[-1, ALONG], left)
            self.grow(line, seconds=0.7)
            self.swap([], [number])
            self.left = [line, number]

    @beat(when=lambda t: t.zigzag_rate != t.params.learning_rate)
    def raise_rate(self) -> None:
        rate = self.twin_refs.params.learning_rate
        self.turn_page(*self.open_twin(), PLAIN, rate=rate)
        self.caption("raise_rate", rate=rate)
        self.run(self.reading_time_left(3), rate=hops(STEPS), step=STEPS)

    def open_twin(self) -> tuple[list[Any], list[Any]]:
        """What leaves and what enters where the run of fewer steps takes the place of the first one."""
        leaving = [self.first.drawn, *self.left, *self.on_map(self.crawling)]
        return leaving, [self.strips.drawn, *self.on_map(self.plain)]

    @beat
    def remember(self) -> None:
        twin, knobs = self.twin_refs, self.twin_refs.params
        if self.rate == self.trace.params.learning_rate:
            self.swap(*self.open_twin())
        else:
            self.run(0.6, rate=hops(STEPS, ease_in_out_sine), step=0)
        rows = [moves[1:3] for moves in (twin.pulled, twin.carried, twin.moved)]
        directions = (1.55, "across_valley", ACROSS), (-1.15, "along_valley", ALONG)
        sums = [Sum(self, knobs, top, name, [row[:, k] for row in rows]) for top, name, k in directions]
        sums[1].scaled(self, twin.magnified)
        gone = [self.map.drawn, self.strips.drawn, self.plain["walk"], self.plain["strips"]]
        self.close = [self.near.drawn, self.plain["near"], self.memory["near"], *sums]
        told = {"momentum": knobs.momentum, "rate": knobs.learning_rate}
        self.turn_page(gone, [*self.close, self.memory["loss"]], RULE, **told)
        self.caption("remember", momentum=knobs.momentum)
        self.add_up(0)
        self.caption(f"second_{self.twin.second_step()}", momentum=knobs.momentum)
        self.add_up(1)

    def add_up(self, step: int) -> None:
        """A step of the ball with memory: what gradient and kept velocity move, as bars and arrows; then balls go."""
        ways, t = [], self.twin
        new, kept = -self.rate * t.gradient[step], -self.rate * t.params.momentum * t.velocity[step]
        places = self.near.axes.near(*np.cumsum([t.theta[step], new, kept], axis=0).T)
        starts, ends, seen = clipped(places[:-1], places[1:], self.near.axes.box)
        pieces = (PULL, "gradient", -ALONG_WAY), (CARRY, "activation", ALONG_WAY)
        for row, (start, end, piece) in enumerate(zip(starts, ends, pieces, strict=True)):
            going: list[Any] = [self.going(summed=3 * step + row + 1)]
            if seen[row] and np.linalg.norm(end - start) > SHORTEST:
                way, name = self.named_way(start, end, *piece)
                ways += [way, name]
                going += [GrowArrow(way), FadeIn(name)]
            self.play(*going, run_time=1.3 - 0.3 * step)
        self.run(0.8, summed=3 * step + 3)
        self.run(1, rate=ease_in_out_sine, step=step + 1)
        if ways:
            self.swap(ways, seconds=0.3)

    def named_way(
        self, start: np.ndarray, end: np.ndarray, markup: str, role: str, side: np.ndarray
    ) -> tuple[Arrow, Mobject]:
        """An arrow on the map, and at its side what it is called."""
        knobs, box = self.twin_refs.params, self.near.axes.box
        way = Arrow(start, end, buff=0, color=getattr(self.theme, role), stroke_width=8, tip_length=0.25)
        name = self.typeset(markup, rate=knobs.learning_rate, momentum=knobs.momentum)
        low, high = sorted((start, end), key=lambda point: float(point[1]))
        name.next_to(high + 0.38 * (low - high), side, buff=0.25)  # above the compass
        room = np.array([name.width, name.height, 0]) / 2 + 0.1
        name.move_to(np.clip(name.get_center(), box[0] + room, box[1] - room))
        return with_halo(way, self.theme), with_halo(name, self.theme)

    @beat
    def pass_bottom(self) -> None:
        t, refs, bottom = self.twin, self.twin_refs, int(self.twin.bottom)
        whole = [self.map.drawn, self.strips.drawn, self.plain["walk"], self.plain["strips"]]
        self.swap([*self.close, self._caption], [*whole, self.memory["walk"], self.memory["strips"]])
        if bottom > 2 and t.fate() != "diverges":
            self.caption(t.way_down())
            self.run(self.reading_time_left() + HOLD, rate=hops(bottom - 2), step=bottom)
            self.ask(bottom)
            farthest = int(np.argmax(t.along[:, ALONG] * -np.sign(t.along[0, ALONG])))
            self.add(self.strips.gap_from(farthest, t.along[farthest, ALONG], refs.overshoot))
            self.run(1.6, rate=hops(farthest - bottom), step=farthest)
            self.caption("too_far", overshoot=refs.overshoot)
        now = int(self.plain["loss"].places["step"])
        self.run(2.3, rate=hops(STEPS - now), step=STEPS)
        ends = {"steps": refs.params.steps, "loss": refs.loss[-1], "plain": refs.plain_loss[-1]}
        self.caption("both_diverge" if t.fate() == "diverges" else "compare_losses", **ends)
        for run in (self.memory, self.plain):
            self.blink(run["loss"][1], seconds=1.4)
        self.caption("once_more")

    def ask(self, bottom: int) -> None:
        """Does the ball stop at the lowest point? Its slope speaks for it, its velocity against it."""
        slope, velocity = self.read_bottom(bottom)
        self.caption("ask_bottom", step=self.twin_refs.places("step")[bottom])
        self.swap([], [slope], seconds=1.8)
        self.wait(1.2 * HOLD)
        self.caption("answer_bottom")
        self.swap([], [velocity], seconds=1.2)
        self.wait(0.4 * HOLD)
        self.swap([slope, velocity], seconds=0.4)

    def read_bottom(self, bottom: int) -> VGroup:
        """Along the valley, when its lowest point is passed: the slope, and what the velocity moves the ball."""
        refs = self.twin_refs
        told = {
            "rate": refs.params.learning_rate,
            "slope": refs.slope[bottom, ALONG],
            "moved": refs.moved[bottom, ALONG],
        }
        markup = "gradient(g) = {slope}", "-{rate}thin activation(v) = {moved}"
        read = VGroup(*(self.typeset(text, size=32, **told) for text in markup))
        read.arrange(DOWN, buff=0.12, aligned_edge=LEFT)
        return with_halo(read.next_to(self.strips.along.at(bottom, 0), UR, buff=0.15), self.theme)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(0.6, rate=hops(STEPS, ease_in_out_sine), step=0)
        self.run(2.7, rate=hops(STEPS), step=STEPS)

    @beat
    def find_place(self) -> None:
        t, refs = self.trace, self.refs
        land = RateMap(self, Slot(-6.0, -2.3, 6.0, 4.85))
        rates = Rates(self, land, t, refs, RUNS)
        leaving = [one for one in self.mobjects if one not in (self.title, self.rule, self._caption)]
        self.turn_page(leaving, [land.drawn, land.edge, rates.drawn], RULE, momentum="beta", rate="rho")
        self.caption("show_map")
        self.grow(*rates.lines, seconds=self.reading_time_left() + HOLD)
        self.caption("stand", rate=refs.params.learning_rate)
        for spot, mark, row, axis in zip(rates.spots, rates.marks, rates.rows, rates.axes, strict=True):
            self.add(spot, mark)
            self.run(1, **{axis: 1})
            self.swap([], [row], seconds=0.4)
        if t.best_momentum < 1:
            self.caption("best", best=refs.best_momentum)
            self.play(FadeIn(*rates.best, rates.best_name), run_time=3)

    @beat(summary=True)
    def compare_runs(self) -> None:
        t, refs = self.trace, self.refs
        leaving = [one for one in self.mobjects if one not in (self.title, self.rule)]
        trio = [self.card(run, -6.75 + 4.6 * k) for k, run in enumerate(RUNS)]
        self.swap(leaving, [part for card in trio for part in card])
        self.caption("compare_runs", steps=refs.params.steps, rate=refs.params.learning_rate)
        self.run(2.5, rate=hops(t.params.steps), last=t.params.steps)
        self.swap([], [self.fate(run, -4.6 + 4.6 * k) for k, run in enumerate(RUNS)])
        self.wait(2 * HOLD)

    def fate(self, run: str, middle: float) -> Typeset:
        """What becomes of a run, in a word."""
        fate = self.trace.fate(run)
        roles = {"arrives": "good", "diverges": "bad"}
        colour = getattr(self.theme, roles.get(fate, "text"))
        return self.say(f"fate_{fate}", size=38, colour=colour).move_to([middle, -2.6, 0], UP)

    def card(self, run: str, left: float) -> list[Any]:
        """A run on a map of its own, its momentum above, its loss below."""
        slot = Slot(left, -1.65, 4.3, 4.1)
        land = small_valley(self, slot)
        walk = land.walk(getattr(self.trace, f"{run}theta"), role_of(run), "last", ball=ball(self, run))
        head = VGroup(ball(self, run, 0.16), named(self, run)).arrange(RIGHT, buff=0.25)
        head.move_to([left + 2.15, slot.foot + slot.height + 0.35, 0])
        loss = loss_reading(self, self.refs, run, "last", np.array([left + 1.95, -2.1, 0]), 44)
        loss.at(self.trace.params.steps)  # of which it shall stand in the middle
        loss.shift((left + 2.15 - loss.get_center()[0]) * RIGHT).at(0)
        return [land.drawn, walk, head, loss]
