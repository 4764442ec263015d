"""The film of stochastic gradient descent: which rows make a step, how it differs from the full one, at what cost."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UL, UP, Circle, Create, Dot, FadeOut, Group, LineJointType, VGroup
from manim import ReplacementTransform as Become
from manim.utils.rate_functions import ease_in_out_sine, ease_in_quint, ease_in_sine

from mathcore.sgd import ROWS, Trace
from scenes._marks.contour_map import ContourMap, bowl_levels
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Line
from scenes._marks.panel import Panel
from scenes._marks.walk import STOP, Walk
from scenes._props.sgd import Arrows, Pulls, Readout, Rings, Sample, above, order_of, stairs, turning, updates, window
from scenes._stage.clock import follow
from scenes._stage.film import HOLD, QUICK, Film, beat
from scenes._stage.layout import Slot

LARGE = Slot(-5.7, -2.35, 5.0, 5.0), Slot(1.75, -2.35, 5.0, 5.0)  # the map and the rows of the first beat
MAPS = Slot(-5.7, -2.35, 3.9, 3.9), Slot(-1.5, -2.35, 3.9, 3.9)
BESIDE, INSET, CHART = Slot(3.3, -0.75, 3.1, 3.1), Slot(3.9, 1.35, 2.2, 2.2), Slot(3.4, -2.35, 3.3, 2.5)
KEY = np.array([3.2, -1.95, 0])
LEVELS = 14  # lines of a map
STILL = "gradient(nabla loss(L))(weight(w^*)) = 0"
EVEN = np.array([[-1, -1], [1, 1]])
COST = (
    "loss(L)(weight(w)) = scripts(sum)_i log(1 + e^(-data(y_i) data(x_i) dot weight(w)))"
    " + lambda / 2 abs(weight(w))^2 quad lambda = {penalty}"
)
FULL = "weight(w) <- weight(w) - rho thin (gradient(scripts(sum)_(i=1)^{count} nabla ell_i) + lambda weight(w))"
BATCH = "weight(w) <- weight(w) - rho thin (gradient(scripts(sum)_(i in B) nabla ell_i) + lambda / {batches} weight(w))"


class Sgd(Film):
    """Twin maps of the cost, near the start, as a whole, near the optimum; beside them the rows, later the cost."""

    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        self.size, self.rate = t.params.batch_size, t.params.learning_rate
        self.wide = window(t.gd, t.sgd, t.optimum + t.ball * EVEN)
        self.all, batches = (np.arange(ROWS), 1), [(rows, int(t.batches)) for rows in t.batch[:2]]
        slow = zip((t.gd[0], *t.sgd[:2]), (self.all, *batches), strict=False)  # the steps that are shown slowly
        sums = [w + np.cumsum(turning(t.pulls(w, *parts)), axis=0) for w, parts in slow]
        self.near = window(t.gd[:2], t.sgd[:3], *sums)
        self.show_maps(self.near)
        runs = (refs.gd_seen, refs.gd_cost, refs.places("epoch")), (refs.sgd_seen, refs.sgd_cost, refs.places("step"))
        self.readouts = [follow(Readout(self, slot, *run), "seen") for slot, run in zip(MAPS, runs, strict=True)]
        names = zip(("gd", "sgd"), MAPS, strict=True)
        self.headings = [self.say(name, size=28).move_to(above(slot, 0, 1.15), LEFT) for name, slot in names]
        self.rows = self.sample(BESIDE)
        self.build_problem()

    def map(self, slot: Slot, ends: tuple[np.ndarray, np.ndarray], ticks: tuple[int, int] = (4, 4)) -> ContourMap:
        """A map of the cost over a window."""
        heights = self.trace.problem.cost(np.stack(np.meshgrid(*ends), axis=-1))
        names = self.typeset("weight(w_0)", size=26), self.typeset("weight(w_1)", size=26)
        return ContourMap(self, slot, *ends, heights, bowl_levels(heights, LEVELS), *names, ticks=ticks)

    def show_maps(self, ends: tuple[np.ndarray, np.ndarray], **style: Any) -> None:
        """Make the twin maps of a window, and the walks on them."""
        t = self.trace
        self.maps = [self.map(slot, ends, (4, high)) for slot, high in zip(MAPS, (4, 0), strict=True)]
        self.walks = []
        for panel, points, size in zip(self.maps, (t.gd, t.sgd), (ROWS, self.size), strict=True):
            walk = with_halo(panel.walk(points, "weight", **style), self.theme)
            self.walks.append(follow(walk, "seen", at=lambda seen, w=walk, size=size: Walk.at(w, updates(seen, size))))

    def sample(self, slot: Slot, ticks: int = 3) -> Sample:
        """The rows, with the line of SGD's weights."""
        sample, sgd, steps = Sample(self, slot, ticks), self.trace.sgd, np.arange(len(self.trace.sgd))

        def turn(seen: float) -> None:
            step = updates(seen, self.size)
            sample.turn(np.array([np.interp(step, steps, w) for w in sgd.T]))

        follow(sample.boundary, "seen", at=turn)
        return sample

    def build_problem(self) -> None:
        t, refs = self.trace, self.refs
        big, sample = self.map(LARGE[0], self.wide), Sample(self, LARGE[1])
        scout = with_halo(Dot(radius=0.13, color=self.theme.weight), self.theme)

        def look(share: float) -> None:
            w = t.gd[0] + share * (t.optimum - t.gd[0])
            scout.move_to(big.at(*w))
            sample.turn(w)

        follow(sample.boundary, "way", at=look)
        costs = [("loss(L)", t.gd[0], refs.gd_cost[0]), ("loss(L)(good(w^*))", t.optimum, refs.optimum_cost)]
        written = VGroup(with_halo(Dots(big.at(*t.gd[:1].T), self.theme.weight, STOP), self.theme))
        for name, place, cost in costs:
            number = self.typeset(f"{name} = {{cost}}", cost=cost)
            written.add(number.move_to(big.at(np.inf, place[1]) + 0.15 * RIGHT, LEFT))
        self.problem = Group(big.drawn, sample, self.optimum(big), written, scout)
        self.frames = [big.frame(*((one[0], one[-1]) for one in self.near)) for _ in MAPS]

    def optimum(self, panel: ContourMap, *ring: Circle) -> VGroup:
        """The mark of the lowest cost, and its name, above a ring that may be around it."""
        mark = Dots(panel.at(*self.trace.optimum)[None], self.theme.good, 0.15, corners=4)
        name = self.typeset("good(w^*)", size=30).next_to(VGroup(mark, *ring), UP, buff=0.1)
        return with_halo(VGroup(mark, name), self.theme)

    def key(self, row: int, word: str, colour: str, width: float) -> VGroup:
        """What an arrow below the rows is."""
        place = KEY + row * 0.48 * np.array([0, -1, 0])
        arrow = Arrows(colour, width).put(place[None], np.array([[0.6, 0, 0]]))
        return VGroup(arrow, self.say(word, size=26).move_to(place + 0.85 * RIGHT, LEFT))

    @beat
    def show_problem(self) -> None:
        self.add(self.problem)
        self.write_rule(COST, penalty=self.refs.params.penalty)
        self.caption("show_problem", count=self.refs.length("sample"), seed=self.refs.params.seed)
        self.run(self.reading_time_left() / 2, rate=ease_in_out_sine, way=1)
        self.run(rate=ease_in_out_sine, way=0)

    @beat
    def take_full_step(self) -> None:
        zoomed = [panel.frame(*((one[0], one[-1]) for one in self.near)) for panel in self.maps]
        self.play(FadeOut(self.problem), *map(Become, self.frames, zoomed))
        drawn = [panel.drawn for panel in self.maps]
        self.swap(zoomed, [*drawn, self.rows, *self.headings, *self.walks, *self.readouts])
        self.write_rule(FULL, seconds=QUICK, count=self.refs.length("sample"))
        self.caption("full_step", count=self.refs.length("sample"))
        rings = self.rings(self.rows.places)
        self.keys = [self.key(0, "pull", self.theme.gradient, 4)]
        self.swap(entering=[rings, *self.keys])
        pulls = self.fly(self.maps[0], self.trace.gd[0], *self.all, 2.7)
        self.run(1.5, self.walks[0], self.readouts[0], seen=ROWS)
        self.step = [rings, pulls]

    def fly(self, panel: ContourMap, w: np.ndarray, rows: np.ndarray, parts: float, seconds: float) -> Pulls:
        """Have the pulls of rows grow, fly to a map and be added up at weights there, in the order of their angles."""
        pulled = self.trace.pulls(w, rows, parts)
        vectors = panel.axes.size[0] / panel.axes.span[0] * np.pad(turning(pulled), ((0, 0), (0, 1)))
        homes = self.rows.places[rows[order_of(pulled)]]
        pulls = Pulls(self.theme.gradient, homes, vectors, panel.axes.at(*w))
        self.jump(pull=0)
        self.add(follow(with_halo(pulls, self.theme), "pull"))
        self.run(0.7, pull=1)
        self.run(seconds, rate=ease_in_sine, pull=pulls.last)
        return pulls

    def rings(self, places: np.ndarray | list[np.ndarray]) -> Rings:
        """Rings around the rows of a step."""
        return with_halo(Rings(self.theme.gradient, places), self.theme)

    def mean(self, update: int) -> Arrows:
        """The mean step of all batches from the weights of an update."""
        t, axes = self.trace, self.maps[1].axes
        vector = -self.rate * axes.size[0] / axes.span[0] * np.append(t.mean_gradient[update], 0)
        return with_halo(Arrows(self.theme.faint, 10).put(axes.at(*t.sgd[[update]].T), vector[None]), self.theme)

    @beat
    def take_batch_step(self) -> None:
        self.swap(self.step)
        self.write_rule(BATCH, seconds=QUICK, batches=self.refs.batches)
        self.caption(f"draw_{self.trace.draws(0)}", batch=self.refs.params.batch_size, count=self.refs.length("sample"))
        rings = self.rings(self.rows.places[self.trace.batch[0]])
        self.grow(rings, seconds=1.5)
        t = self.trace
        pulls = self.fly(self.maps[1], t.sgd[0], t.batch[0], int(t.batches), self.reading_time_left(2))
        self.caption("ghost")
        mean = self.mean(0)
        self.keys.append(self.key(1, "mean", self.theme.faint, 10))
        self.swap(entering=[mean, self.keys[1]])
        self.add(pulls)
        self.run(2.5, self.walks[1], self.readouts[1], self.rows, seen=self.size)
        self.step = [rings, pulls, mean]

    @beat(when=lambda t: len(t.batch) > 1)
    def predict_next_step(self) -> None:
        self.swap(self.step)
        rings, mean = self.rings(self.rows.places[self.trace.batch[1]]), self.mean(1)
        self.caption("ask")
        self.grow(rings, seconds=1)
        self.swap(entering=[mean])
        self.wait(2 * HOLD)
        t = self.trace
        pulls = self.fly(self.maps[1], t.sgd[1], t.batch[1], int(t.batches), 1.8)
        self.caption(f"answer_{self.trace.direction(1)}", angle=self.refs.angle[1])
        apart = self.say("apart", size=36, angle=self.refs.angle[1]).move_to(KEY + [0, -0.98, 0], LEFT)
        self.keys.append(apart)
        self.swap(entering=[apart])
        self.run(1.5, self.walks[1], self.readouts[1], self.rows, seen=2 * self.size)
        self.step = [rings, pulls, mean]

    @beat
    def run_both(self) -> None:
        t, refs = self.trace, self.refs
        self.jump(*self.readouts, seen=0)
        leaving = [*self.step, *(one.drawn for one in self.maps), self.rows, *self.walks, *self.keys, self.rule]
        self.build_race()
        self.swap(leaving, self.race)
        self.rule = Group()
        sizes = {"count": refs.length("sample"), "batch": refs.params.batch_size}
        self.caption("race", gd=refs.params.epochs, sgd=refs.count("angle"), **sizes)
        self.run(self.reading_time_left(6.5), seen=t.gd_seen[-1])

    def build_race(self) -> None:
        """The wide maps with both walks, the rows, and the cost."""
        self.show_maps(self.wide, stop=0.035)
        self.rows = self.sample(INSET, ticks=0)
        rings, places, size, batch = self.rings([]), self.rows.places, self.size, self.trace.batch

        def light(seen: float) -> None:
            """Light the batch whose step is being made; between two steps there is none."""
            update, part = divmod(seen / size + 1e-9, 1)
            lit = part > 1e-6 and update < len(batch)
            rings.put(places[batch[int(update)]] if lit else [])

        self.ring = self.ball(self.maps[1])
        stars = [self.optimum(self.maps[0]), self.optimum(self.maps[1], self.ring)]
        follow(rings, "seen", at=light)
        self.race = [*(one.drawn for one in self.maps), self.rows, rings, *stars, *self.walks, *self.chart()]

    def chart(self) -> list[Any]:
        """The cost over samples seen: a broad line for gradient descent, a thin one for SGD."""
        t, lines, loss = self.trace, [], self.theme.loss
        panel = Panel(
            self,
            CHART,
            [0, t.gd_seen[-1]],
            [t.optimum_cost, t.gd_cost[0]],
            "seen",
            self.typeset("loss(L)"),
            ticks=(4, 4),
        )
        names = VGroup()
        for seen, cost, size, width, name in (
            (t.gd_seen, t.gd_cost, ROWS, 8, "gd"),
            (t.sgd_seen, t.sgd_cost, self.size, 3, "sgd"),
        ):
            line = panel.line(*stairs(seen, cost), "loss", width=width)
            follow(line, "seen", at=lambda at, w=line, size=size: Line.at(w, 2 * (at // size) + at / size % 1))
            lines.append(line)
            stroke = Line(np.array([[0, 0, 0], [0.5, 0, 0]]), loss, width)
            names.add(VGroup(stroke, self.say(name, size=24)).arrange(RIGHT, buff=0.15))
        names.arrange(DOWN, buff=0.15, aligned_edge=LEFT).next_to(above(CHART, CHART.width, 0.3), UL, buff=0)
        return [panel.drawn, names, *lines]

    @beat
    def wander(self) -> None:
        t, refs, theme, ends = self.trace, self.refs, self.theme, window(self.trace.wandering)
        gd, sgd = self.map(MAPS[0], ends), self.map(MAPS[1], ends, (4, 0))
        self.rows = Sample(self, BESIDE)
        self.rows.turn(t.optimum)
        stand = with_halo(Dot(gd.at(*t.optimum), 0.1, color=theme.weight), theme)
        stroll, ring = with_halo(sgd.walk(t.wandering, "weight", "later", stop=0.03), theme), self.ball(sgd)
        stroll[0].joint_type = LineJointType.ROUND  # no spikes where noise turns back
        self.close = [gd.drawn, sgd.drawn, self.rows, self.keys[0], self.optimum(gd), stand, stroll]
        self.swap([*self.race, *self.readouts], self.close)
        self.write_rule(STILL, seconds=QUICK)
        self.caption("stand", count=refs.length("sample"))
        pulls = self.fly(gd, t.optimum, *self.all, self.reading_time_left(2.5))
        self.swap(entering=[ring])
        self.caption("wander", share=refs.ball_share.percent)
        self.run(self.reading_time_left(3.5), rate=ease_in_quint, later=len(t.wandering) - 1)
        costs = ("lowest", refs.optimum_cost), ("hovering", refs.ball_cost)
        numbers = [
            self.say(key, size=30, colour=theme.loss, cost=cost).move_to(above(slot, 0, 0.65), LEFT)
            for slot, (key, cost) in zip(MAPS, costs, strict=True)
        ]
        numbers.append(self.optimum(sgd)[0])
        self.swap(entering=numbers)
        self.close += [pulls, ring, *numbers, self.rule]

    def ball(self, panel: ContourMap) -> Circle:
        """The circle around the optimum in which SGD wanders."""
        radius = self.trace.ball * panel.axes.size[0] / panel.axes.span[0]
        ring = Circle(radius=radius, color=self.theme.good, stroke_width=5).move_to(panel.at(*self.trace.optimum))
        return with_halo(ring, self.theme)

    @beat
    def sum_up(self) -> None:
        self.swap(self.close, [*self.race, *self.readouts])
        self.caption(self.trace.lower(), against=self.refs.against, sgd=self.refs.count("angle"))
        self.play(Create(self.ring), run_time=1.5)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(1, seen=0)
        self.run(4, seen=self.trace.gd_seen[-1])
