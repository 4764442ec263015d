"""The film of stochastic gradient descent: which points make a step, how it differs from the full one, at what cost."""

from typing import Any, NamedTuple

import numpy as np
from manim import DOWN, LEFT, RIGHT, UL, UP, UR, Circle, Create, Dot, Group, LineJointType, VGroup
from manim import ReplacementTransform as Become
from manim.utils.rate_functions import ease_in_cubic, ease_in_out_sine, ease_in_sine

from mathcore.sgd import ROWS, Trace
from scenes._marks.contour_map import ContourMap, bowl_levels
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.optimum import optimum_mark
from scenes._marks.panel import Panel
from scenes._marks.scales import LogScale
from scenes._marks.walk import STOP, Walk
from scenes._props.sgd import (
    Arrows,
    Pulls,
    Readout,
    Rings,
    Sample,
    above,
    angle,
    mean_step,
    named,
    order_of,
    stairs,
    turning,
    updates,
    window,
)
from scenes._stage.clock import between, follow
from scenes._stage.film import FADE, HOLD, QUICK, Film, beat
from scenes._stage.layout import Slot

LARGE = Slot(-5.7, -2.35, 5.0, 5.0), Slot(1.75, -2.35, 5.0, 5.0)  # the map and the points of the first beat
MAPS = Slot(-5.7, -2.35, 3.9, 3.9), Slot(-1.5, -2.35, 3.9, 3.9)
BESIDE, INSET, CHART = Slot(3.3, -0.75, 3.1, 3.1), Slot(4.0, 1.45, 2.2, 2.2), Slot(3.4, -2.35, 3.0, 3.0)
KEY, BELOW = np.array([3.2, -1.85, 0]), 0.42 * DOWN
LEVELS = 14  # lines of a map
SLOW = 3, 10  # pulls that are added one by one, and steps from the optimum that are made so, before they speed up
GONE = 0.6  # of the circle's radius, from where on SGD is seen to have left the optimum
ARRIVED = 0.99  # of the way to the optimum, from where on the loss is the lowest one to three digits
STILL = "gradient(nabla loss(L))(good(w^*)) = 0"
EVEN = np.array([[-1, -1], [1, 1]])
COST = (
    "loss(L)(weight(w)) = scripts(sum)_i log(1 + e^(-data(y_i) data(x_i) dot weight(w)))"
    " + lambda / 2 abs(weight(w))^2 quad lambda = {penalty}"
)
STEP = "weight(w) <- weight(w) - rho thin (gradient(scripts(sum)_%s nabla ell_i) + %s weight(w)) quad rho = {rate}"
FULL, BATCH = STEP % ("(i=1)^{count}", "lambda"), STEP % ("(i in B)", "lambda / {batches}")


class Twin(NamedTuple):
    """One of both descents: its map, the walk on it, what it has come to."""

    panel: ContourMap
    walk: Walk
    readout: Readout

    @property
    def drawn(self) -> list[Any]:
        """All of it."""
        return [self.panel.drawn, self.walk, self.readout]


class Sgd(Film):
    """Twin maps of the loss, near the start, as a whole, near the optimum; beside them the points, later the loss."""

    trace: Trace

    def build(self) -> None:
        t = self.trace
        self.size, self.rate = t.params.batch_size, t.params.learning_rate
        self.wide = window(t.gd, t.sgd, t.optimum + t.ball * EVEN)
        self.all, batches = (np.arange(ROWS), 1), [(rows, int(t.batches)) for rows in t.batch[:2]]
        slow = zip((t.gd[0], *t.sgd[:2]), (self.all, *batches), strict=False)  # the steps that are shown slowly
        sums = [w + np.cumsum(turning(t.pulls(w, *parts)), axis=0) for w, parts in slow]
        self.near = window(t.gd[:2], t.sgd[:3], *sums)
        self.full, self.stochastic = self.twins(self.near)
        names = zip(("gd", "sgd"), MAPS, strict=True)
        self.headings = [self.say(name, size=28).move_to(above(slot, 0, 1.15), LEFT) for name, slot in names]
        self.rows = self.sample(BESIDE, t.gd, t.sgd)
        self.names = [named(self, name, self.theme.weight).move_to(KEY, LEFT) for name in ("gd", "sgd")]
        self.build_problem()

    def map(self, slot: Slot, ends: tuple[np.ndarray, np.ndarray], ticks: tuple[int, int] = (4, 4)) -> ContourMap:
        """A map of the loss over a window."""
        heights = self.trace.problem.cost(np.stack(np.meshgrid(*ends), axis=-1))
        names = self.typeset("weight(w_0)", size=26), self.typeset("weight(w_1)", size=26)
        return ContourMap(self, slot, *ends, heights, bowl_levels(heights, LEVELS), *names, ticks=ticks)

    def twins(self, ends: tuple[np.ndarray, np.ndarray], **style: Any) -> list[Twin]:
        """Both descents, on maps of one window."""
        t, refs = self.trace, self.refs
        told = (refs.gd_seen, refs.gd_cost, refs.places("epoch")), (refs.sgd_seen, refs.sgd_cost, refs.places("step"))
        twins = []
        for slot, high, points, size, run in zip(MAPS, (4, 0), (t.gd, t.sgd), (ROWS, self.size), told, strict=True):
            panel = self.map(slot, ends, (4, high))
            walk = self.walk(panel, points, size, "seen", **style)
            twins.append(Twin(panel, walk, follow(Readout(self, slot, *run), "seen")))
        return twins

    def walk(self, panel: ContourMap, points: np.ndarray, size: int, axis: str, **style: Any) -> Walk:
        """A ball that goes from point to point as points are seen, so many a step."""
        walk = with_halo(panel.walk(points, "weight", **style), self.theme)
        return follow(walk, axis, at=lambda seen: Walk.at(walk, updates(seen, size)))

    def sample(self, slot: Slot, gd: np.ndarray, sgd: np.ndarray, axis: str = "seen", ticks: int = 3) -> Sample:
        """The points, with the line of each descent's weights."""
        sample = Sample(self, slot, ticks)
        follow(sample.full, axis, at=lambda seen: sample.full.turn(between(gd, updates(seen, ROWS))))
        follow(sample.stochastic, axis, at=lambda seen: sample.stochastic.turn(between(sgd, updates(seen, self.size))))
        sample.insert(1, sample.stochastic)
        return sample

    def lights(self, batches: np.ndarray, axis: str = "seen") -> Rings:
        """Rings around the batch whose step is being made; between two steps there is none."""
        rings, places = self.rings([]), self.rows.places

        def light(seen: float) -> None:
            update, part = divmod(seen / self.size + 1e-9, 1)
            lit = part > 1e-6 and update < len(batches)
            rings.put(places[batches[int(update)]] if lit else [])

        return follow(rings, axis, at=light)

    def build_problem(self) -> None:
        t, refs = self.trace, self.refs
        big, sample = self.map(LARGE[0], self.wide), Sample(self, LARGE[1])
        scout = with_halo(Dot(radius=0.13, color=self.theme.weight), self.theme)

        def look(share: float) -> None:
            w = t.gd[0] + share * (t.optimum - t.gd[0])
            scout.move_to(big.at(*w))
            sample.full.turn(w)

        follow(sample.full, "way", at=look)
        written = VGroup(with_halo(Dots(big.at(*t.gd[:1].T), self.theme.weight, STOP), self.theme))
        lowest = self.typeset("loss(L)(good(w^*)) = {cost}", cost=refs.optimum_cost)
        written.add(lowest.move_to(big.at(np.inf, t.optimum[1]) + 0.15 * RIGHT, LEFT))
        written.add(self.scouted(big.at(np.inf, t.gd[0, 1]) + 0.15 * RIGHT))
        self.problem = [big.drawn, sample, self.optimum(big), written, scout]
        self.zoom = [panel.frame(*((one[0], one[-1]) for one in self.near)) for panel in (big, self.full.panel)]

    def scouted(self, place: np.ndarray) -> VGroup:
        """The loss where the scout is, known at both ends of its way and open between them."""
        name, number = self.typeset("loss(L) ="), self.number(size=30)
        number.centred_at(name.move_to(place, LEFT).get_right() + 0.15 * RIGHT)
        start, lowest = self.refs.gd_cost[0], self.refs.optimum_cost

        def tell(way: float) -> None:
            self.rewrite(number, start if way == 0 else lowest if way > ARRIVED else np.nan)

        follow(number, "way", at=tell)
        return VGroup(name, number)

    def optimum(self, panel: ContourMap) -> VGroup:
        """The mark of the lowest loss, and its name."""
        mark = optimum_mark(self.theme, panel.at(*self.trace.optimum))
        return with_halo(VGroup(mark, self.typeset("good(w^*)", size=30).next_to(mark, UP, buff=0.1)), self.theme)

    def key(self, row: int, word: str, colour: str, width: float, **values: Any) -> VGroup:
        """What an arrow below the points is."""
        place = KEY + row * BELOW
        said = self.say(word, size=26, **values)
        arrow = Arrows(colour, width).put(place[None], np.array([[0.6, 0, 0]]))
        return VGroup(arrow, said.move_to(place + 0.85 * RIGHT + 0.16 * UP, UL))

    @beat
    def show_problem(self) -> None:
        self.add(*self.problem)
        self.write_rule(COST, seconds=QUICK, penalty=self.refs.params.penalty)
        self.caption("show_problem", count=self.refs.length("sample"), seed=self.refs.params.seed)
        self.run(self.reading_time_left() / 2, rate=ease_in_out_sine, way=1)
        self.run(rate=ease_in_out_sine, way=0)

    @beat
    def take_full_step(self) -> None:
        count = self.refs.length("sample")
        rows = [self.rows.panel.drawn, self.rows.full, self.rows.dots, self.names[0]]
        self.swap(self.problem, [*self.full.drawn, self.headings[0], *rows], Become(*self.zoom), seconds=HOLD)
        self.remove(self.zoom[1])
        self.write_rule(FULL, seconds=QUICK, count=count, rate=self.refs.params.learning_rate)
        self.caption("full_step", count=count)
        rings, told = self.rings(self.rows.places), [self.vector(row, *line) for row, line in enumerate(self.sums())]
        self.keys = [self.key(1, "pull", self.theme.gradient, 4)]
        self.swap(entering=[rings, *self.keys, told[0]])
        pulls = self.fly(self.full.panel, self.trace.gd[0], *self.all, 1.3)
        self.swap(entering=[told[1]], seconds=FADE)
        self.run(1.3, *self.full.drawn, self.rows.full, seen=ROWS)
        self.swap(entering=[told[2]], seconds=FADE)
        self.step = [rings, pulls, *told]

    def sums(self) -> list[tuple[str, Any]]:
        """The first full step in numbers: where it starts, what it adds, where it ends."""
        start, end = self.refs.gd[:2]
        step = "rho thin gradient(nabla loss(L))"
        return [("weight(w)", start), (f"- {step}", self.refs.full_step), (f"weight(w) - {step}", end)]

    def vector(self, row: int, name: str, values: Any) -> VGroup:
        """A row of these numbers, where SGD's map will be."""
        place = above(MAPS[1], 2.1, -0.65 - 1.25 * row)
        column = self.typeset("= vec({first}, {second})", size=34, first=values[0], second=values[1])
        return VGroup(self.typeset(name, size=34).move_to(place, RIGHT), column.move_to(place + 0.2 * RIGHT, LEFT))

    def fly(self, panel: ContourMap, w: np.ndarray, rows: np.ndarray, parts: float, seconds: float) -> Pulls:
        """Have the pulls of rows grow, fly to a map and be added up at weights there, in the order of their angles."""
        pulled = self.trace.pulls(w, rows, parts)
        vectors = panel.axes.size[0] / panel.axes.span[0] * np.pad(turning(pulled), ((0, 0), (0, 1)))
        homes = self.rows.places[rows[order_of(pulled)]]
        pulls = Pulls(self.theme.gradient, homes, vectors, panel.axes.at(*w))
        self.jump(pull=0)
        self.add(follow(with_halo(pulls, self.theme), "pull"))
        self.run(0.7, pull=1)
        one_by_one = min(SLOW[0], len(rows))
        self.run(0.45 * one_by_one, pull=1 + one_by_one)
        self.run(seconds, rate=ease_in_sine, pull=pulls.last)
        return pulls

    def rings(self, places: np.ndarray | list[np.ndarray]) -> Rings:
        """Rings around the points of a step."""
        return with_halo(Rings(self.theme.gradient, places), self.theme)

    def twice(self, batch: np.ndarray) -> VGroup:
        """The word beside the point that a batch has drawn twice, towards the middle."""
        row = np.bincount(batch).argmax()
        side = (RIGHT if self.trace.x[row, 0] < 0.6 else LEFT) / 2 + (DOWN if self.trace.x[row, 1] > 0 else UP)
        return with_halo(self.say("twice", size=24).next_to(self.rows.places[row], side, buff=0.27), self.theme)

    @beat
    def take_batch_step(self) -> None:
        t, refs, sgd = self.trace, self.refs, self.stochastic
        leaving = [*self.step, self.rows.full, self.names[0]]
        self.swap(leaving, [*sgd.drawn, self.headings[1], self.rows.stochastic, self.names[1]])
        self.add(self.rows.dots)
        self.write_rule(BATCH, seconds=QUICK, batches=refs.batches, rate=refs.params.learning_rate)
        self.caption(f"draw_{t.draws(0)}", batch=refs.params.batch_size, count=refs.length("sample"))
        rings = self.rings(self.rows.places[t.batch[0]])
        self.grow(rings, seconds=1)
        twice = [self.twice(t.batch[0])] if t.draws(0) == "twice" else []
        self.add(*twice)
        pulls = self.fly(sgd.panel, t.sgd[0], t.batch[0], int(t.batches), 0.7)
        mean, average = mean_step(self, sgd.panel, 0), t.average()
        shares = {"batches": refs.batches} if average == "share" else {}
        self.keys.append(self.key(2, average, self.theme.faint, 10, **shares))
        self.swap(entering=[mean, self.keys[1]])
        self.add(pulls)
        self.run(self.reading_time_left(2), *sgd.drawn, self.rows.stochastic, seen=self.size)
        self.step = [rings, pulls, mean, *twice]

    @beat(when=lambda t: len(t.batch) > 1)
    def predict_next_step(self) -> None:
        t, sgd = self.trace, self.stochastic
        rings, mean = self.rings(self.rows.places[t.batch[1]]), mean_step(self, sgd.panel, 1)
        self.swap(self.step, [mean])
        self.caption("ask")
        self.grow(rings, seconds=1.5 * HOLD)
        self.wait(0.5 * HOLD)
        pulls = self.fly(sgd.panel, t.sgd[1], t.batch[1], int(t.batches), 0.7)
        self.run(1.3, *sgd.drawn, self.rows.stochastic, seen=2 * self.size)
        apart = angle(self, sgd.panel, 1)
        self.swap(entering=[apart], seconds=FADE)
        self.caption(f"answer_{t.direction(1)}", angle=self.refs.angle[1])
        self.blink(apart[0])
        self.step = [rings, pulls, mean, apart]

    @beat
    def finish_epoch(self) -> None:
        t, done, bargain = self.trace, min(len(self.trace.batch), 2), self.trace.bargain()
        paid = {"many": {"batches": self.refs.batches}, "one": {"batch": self.refs.params.batch_size}}[bargain]
        self.epoch = max(done, int(t.batches)) * self.size
        self.lit = self.lights(t.batch[: max(done, int(t.batches))])
        self.swap([*self.step, *self.keys], seconds=FADE)
        self.swap([], [self.rows.full, self.names[0]], self.names[1].animate.shift(BELOW), seconds=FADE)
        self.caption(f"buy_{bargain}", count=self.refs.length("sample"), **paid)
        self.jump(self.lit, seen=done * self.size)
        self.add(self.rows.dots, self.lit)
        self.run(self.reading_time_left(3), *self.stochastic.drawn, self.rows.stochastic, self.lit, seen=self.epoch)

    @beat(loop=True)
    def replay_epoch(self) -> None:
        full = [*self.full.drawn, self.rows.full]
        stochastic = [*self.stochastic.drawn, self.rows.stochastic, self.lit]
        self.run(0.7, *full, *stochastic, seen=0)
        self.run(2.4, *stochastic, seen=self.epoch)
        every = self.rings(self.rows.places)  # only once all are seen is there a full step
        self.add(every)
        self.run(1, *full, seen=ROWS)
        self.remove(every)

    @beat(summary=True)
    def run_both(self) -> None:
        t, refs = self.trace, self.refs
        maps = [*self.full.drawn, *self.stochastic.drawn]
        leaving = [*maps, self.rows, *self.names, self.lit, self.rule]
        self.build_race()
        sizes = {"count": refs.length("sample"), "batch": refs.params.batch_size}
        self.caption("race", gd=refs.params.epochs, sgd=refs.count("angle"), **sizes)
        self.swap(leaving, [*self.race, *self.costs])
        self.rule = Group()
        self.run(self.reading_time_left(5), seen=t.gd_seen[-1])
        self.caption(t.lower())

    def build_race(self) -> None:
        """The wide maps with both walks, the points, and the loss."""
        twins = self.twins(self.wide, stop=0.035)
        self.rows = self.sample(INSET, self.trace.gd, self.trace.sgd, ticks=0)
        maps, runs = [one.panel.drawn for one in twins], [part for one in twins for part in (one.walk, one.readout)]
        stars = [self.optimum(one.panel) for one in twins]
        self.race = [*maps, self.rows, self.lights(self.trace.batch), *stars, *runs, *self.chart()]

    def chart(self) -> list[Any]:
        """How far the loss is above the lowest one, over points seen: gradient descent whole, SGD dashed."""
        t, names = self.trace, VGroup()
        self.costs = []
        runs = (t.gd_seen, t.gd_cost, ROWS, "gd"), (t.sgd_seen, t.sgd_cost, self.size, "sgd")
        gaps = np.concatenate([cost for _, cost, *_ in runs]) - t.optimum_cost
        scale = LogScale(np.array([CHART.left, CHART.foot, 0]), (CHART.width, CHART.height), gaps, self.theme)
        above_lowest = self.typeset("loss(L)(weight(w)) - loss(L)(good(w^*))", size=26)
        panel = Panel(self, CHART, t.gd_seen, [0, CHART.height], "seen", above_lowest, ticks=(4, 0))
        for seen, cost, size, name in runs:
            dashed = name == "sgd"
            line = panel.line(*stairs(seen, scale.height(cost - t.optimum_cost)), "loss", dashed=dashed)
            follow(line, "seen", at=lambda at, w=line, size=size: Line.at(w, 2 * (at // size) + at / size % 1))
            self.costs.append(line)
            names.add(named(self, name, self.theme.loss))
        names.arrange(DOWN, buff=0.15, aligned_edge=LEFT).move_to(above(CHART, CHART.width, -0.08), UR)
        return [scale, panel.drawn, names]

    @beat
    def wander(self) -> None:
        t, refs, theme, ends = self.trace, self.refs, self.theme, window(self.trace.wandering)
        gd, sgd = self.map(MAPS[0], ends), self.map(MAPS[1], ends, (4, 0))
        self.rows = self.sample(BESIDE, t.optimum[None], t.wandering, "later")
        stand = with_halo(Dot(gd.at(*t.optimum), 0.1, color=theme.weight), theme)
        stroll = self.walk(sgd, t.wandering, self.size, "later", stop=0.03)
        stroll[0].joint_type = LineJointType.ROUND  # no spikes where noise turns back
        marks, lowest = [self.optimum(panel) for panel in (gd, sgd)], self.cost(0, refs.optimum_cost)
        self.caption("stand", count=refs.length("sample"))
        beside = [self.rows, *self.names, self.keys[0].shift(BELOW)]
        self.swap([*self.race, *self.costs], [gd.drawn, sgd.drawn, *marks, stand, stroll, lowest, *beside])
        self.write_rule(STILL, seconds=QUICK)
        self.fly(gd, t.optimum, *self.all, 1.3)
        lights = self.lights(t.wandering_batch[: SLOW[1]], "later")
        self.add(lights)
        self.run(0.8, later=SLOW[1] * self.size)
        self.swap([marks[1][1]], seconds=FADE)
        gone = int(np.argmax(np.linalg.norm(t.wandering - t.optimum, axis=1) > GONE * t.ball))
        self.run(0.6, later=max(gone, SLOW[1]) * self.size)
        self.caption("wander")
        self.run(self.reading_time_left(1.8), rate=ease_in_cubic, later=(len(t.wandering) - 1) * self.size)
        self.caption("settle", share=refs.ball_share.percent)
        self.play(Create(self.ball(sgd)))
        self.add(marks[1][0])
        self.swap(entering=[self.cost(1, refs.ball_cost, "hovering")])

    def cost(self, which: int, cost: Any, word: str = "") -> VGroup:
        """A loss above a map, after what it is."""
        told = [self.say(word, size=28)] if word else []
        told.append(self.typeset("loss(L) = {cost}", size=34, cost=cost))
        return VGroup(*told).arrange(RIGHT, buff=0.2).move_to(above(MAPS[which], 0, 0.7), LEFT)

    def ball(self, panel: ContourMap) -> Circle:
        """The circle around the optimum in which SGD wanders."""
        radius = self.trace.ball * panel.axes.size[0] / panel.axes.span[0]
        ring = Circle(radius=radius, color=self.theme.good, stroke_width=5).move_to(panel.at(*self.trace.optimum))
        return with_halo(ring, self.theme)
