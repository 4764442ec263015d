"""The film of universal approximation: steps are stacked until their sum is a curve; then sizes, then training."""

import numpy as np
from manim import LEFT, RIGHT, UL, UP, VGroup

from mathcore.universal_approximation import Trace
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Clipped, Line, Lines, Segments, dashed
from scenes._marks.panel import Panel
from scenes._marks.scales import LogScale
from scenes._props.universal_approximation import NAME, Area, around, counted
from scenes._stage.clock import between, follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import Slot

SUMS, STEPS, HEAD = Slot(-6.2, -2.3, 7.2, 4.6), Slot(2.1, -2.3, 4.3, 4.6), 2.62  # the last is a height above both
TICKS = 4, 7
REACH = 1.0  # heights of the target beyond which sums leave the panel
SLOW = 2  # steps, and nets, that are shown one by one
HIDDEN = 0.1  # length of a gap that the lines hide
TOLD = 0, 8, 64, 512, 2048  # steps of gradient descent
STEP = "weight(v_k) activation(sigma)(weight(w_k) data(x) + weight(b_k))"
UNIT = f"{STEP} = weight({{v}}) activation(sigma)(weight({{w}}) data(x) {{sign}} weight({{b}}))"
NET = f"hat(y) = weight(c) + scripts(sum)_(k=1)^K {STEP}"


class UniversalApproximation(Film):
    """Left the target and the output; right the steps of the units, later errors on a logarithmic scale."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        t = self.trace
        sizes, self.runs = t.sizes()
        self.many, self.ends = int(sizes[-1]), np.cumsum(sizes + 1) - 1
        self.starts = self.ends - sizes  # along "level"
        sums = np.concatenate([t.partial_sum[run, : t.units[run] + 1] for run in self.runs])  # [level x]
        self.build_sums(sums)
        self.build_steps(sums[self.starts[-1] :], np.concatenate([np.arange(size + 1) for size in sizes]))
        self.build_errors()
        self.build_descents()

    def build_sums(self, sums: np.ndarray) -> None:
        t, theme, span = self.trace, self.theme, np.ptp(self.trace.target)
        ends = t.target.min() - REACH * span, t.target.max() + REACH * span
        seen = np.clip([sums.min(), sums.max(), t.contribution.min(), t.contribution.max()], *ends)
        room = seen.min() - 0.05 * np.ptp(seen), seen.max() + 0.05 * np.ptp(seen)
        panels = (Panel(self, slot, t.x, room, self.typeset("data(x)"), ticks=TICKS) for slot in (SUMS, STEPS))
        self.panel, self.units = panels
        self.target = self.panel.line(t.x, t.target, "data", width=16)
        rows = self.panel.axes.near(t.x, sums)  # [level x 3]
        line = with_halo(Clipped(rows[0], self.panel.axes.box, theme.text, 5), theme)
        self.sum = follow(line, "level", at=lambda level: line.through(between(rows, level)))
        self.names = self.head(SUMS, ("target_line", "data"), ("output_line", "text"))

    def build_steps(self, sums: np.ndarray, added: np.ndarray) -> None:
        t, hue, start = self.trace, self.theme.weight, self.starts[-1]
        feet, tops = self.units.at(t.x, 0 * t.contribution), self.units.at(t.x, t.contribution)  # [unit x 3]
        before, after = self.panel.at(t.x, sums[:-1]), self.panel.at(t.x, sums[1:])
        own, stacked = around(feet, tops), around(before, after)
        self.steps = Segments(tops[:, :-1].reshape(-1, 3), tops[:, 1:].reshape(-1, 3), hue, 2.5, 0.9)
        ways = (own, stacked), (own, own), (around(before, before), stacked), (own, own)
        axes = ("lifted", 0), ("swept", 0), ("level", start), ("level", start)  # and where on it the first sets out
        self.lift, self.sweep, *self.gains = (
            follow(with_halo(Area(*way, hue, begin), self.theme), axis)
            for way, (axis, begin) in zip(ways, axes, strict=True)
        )
        self.added, told = self.reading("added", "weight"), np.array(self.refs.places("level"))[added]
        follow(self.added, "level", at=lambda level: self.rewrite(self.added[-1], told[int(level + 1e-9)]))

    def build_errors(self) -> None:
        t, theme, runs, last = self.trace, self.theme, self.runs, len(self.runs) - 1
        size, corner = (STEPS.width, STEPS.height), np.array([STEPS.left, STEPS.foot, 0])
        self.scale = LogScale(corner, size, np.append(t.error, t.descent_error), theme)
        shares = (np.arange(last + 1) + 0.5) / (last + 1)
        spots = self.on_scale(shares, t.error[runs])  # [size 3]
        trail, dots = with_halo(Line(spots, theme.loss, 3), theme), with_halo(Dots(spots, theme.loss, 0.13), theme)

        def count(size: float) -> None:
            trail.show(max(size - 1, 0) / max(last, 1))
            dots.put(spots[: int(size + 1e-9)])

        self.errors = follow(VGroup(trail, dots), "size", at=count)
        self.gap = with_halo(Segments(np.zeros((0, 3)), np.zeros((0, 3)), theme.loss, 8, 1), theme)
        self.sizes = counted(self, STEPS, shares, self.refs.units[runs], "units")
        self.told = self.reading("error", "loss")

    def build_descents(self) -> None:
        t, theme = self.trace, self.theme
        rows = np.moveaxis(self.panel.at(t.x, t.descent), 0, 2)  # [record x start 3]
        outputs = with_halo(Lines(np.moveaxis(rows[0], 1, 0), theme.faint, 2.5), theme)
        self.outputs = follow(outputs, "record", at=lambda record: outputs.through(between(rows, record)))
        shares = np.log2(1 + t.descent_step) / np.log2(1 + t.descent_step[-1])  # [record]
        misses = Lines(self.on_scale(shares, t.descent_error), theme.loss, 2.5)
        self.misses = follow(with_halo(misses, theme), "record")
        told = np.searchsorted(t.descent_step, TOLD)
        self.clock = counted(self, STEPS, shares[told], self.refs.descent_step[told], "descents")
        start, end = self.on_scale(np.array([0, 1]), t.error[-1])
        level, name = dashed(start, end, theme.text, 4), with_halo(self.say("fit", error=self.refs.error[-1]), theme)
        self.fit = VGroup(level, name.next_to(end + 0.25 * LEFT, UL, buff=0.1))
        missing = self.on_scale(np.ones(2), np.array([t.error[-1], t.best_descent]))
        self.missing = with_halo(Line(missing, theme.loss, 8), theme)
        named = {"rate": self.refs.learning_rate, "seed": self.refs.params.seed}
        setting = self.say("setting", size=SMALL, colour=theme.faint, **named)
        setting.move_to([SUMS.left + SUMS.width, SUMS.foot - NAME, 0], RIGHT)
        *heads, self.fitted = self.head(SUMS, ("target_line", "data"), ("descent", "faint"), ("fitted", "text"))
        self.trained = VGroup(*heads, setting)
        self.best, best = self.reading("best", "loss"), np.argmin(t.descent_error, axis=0)  # [record]
        least = self.refs.descent_error[best, np.arange(len(best))]
        follow(self.best, "record", at=lambda record: self.rewrite(self.best[-1], least[int(record + 1e-9)]))

    def head(self, slot: Slot, *names: tuple[str, str]) -> VGroup:
        """Sentences side by side above a panel, each in the colour of a role."""
        said = (self.say(key, size=SMALL + 2, colour=getattr(self.theme, role)) for key, role in names)
        row = VGroup(*said).arrange(RIGHT, buff=0.35, aligned_edge=UP)
        return row.move_to([slot.left, HEAD + 0.13, 0], UL)

    def reading(self, key: str, role: str) -> VGroup:
        """A sentence above the right panel, and a number that it names."""
        named, number = self.head(STEPS, (key, role)), self.number(size=38, colour=getattr(self.theme, role))
        return VGroup(named, number.centred_at(named.get_right() * RIGHT + [0.25, HEAD, 0]))

    def on_scale(self, shares: np.ndarray, errors: np.ndarray) -> np.ndarray:
        """Where errors [...] stand on the scale [... 3], by shares of its width."""
        ways = np.broadcast_arrays(STEPS.width * shares, self.scale.height(errors), 0)
        return self.scale.corner + np.stack(ways, axis=-1)

    @beat
    def show_steps(self) -> None:
        self.jump(level=self.starts[-1])
        self.add(self.panel.drawn, self.target, self.names, self.units.drawn, self.steps, self.added, self.sum)
        self.caption("show_steps", units=self.refs.units[-1])
        self.write_rule(STEP, seconds=0.5)
        self.add(self.sweep)
        self.run(swept=self.many)
        self.swap([self.sweep], seconds=0.3)

    @beat
    def add_steps(self) -> None:
        refs = self.refs
        self.caption("add_step")
        for unit in range(min(SLOW, self.many)):
            v, w, b = refs.v[-1, unit], refs.w[-1, unit], refs.b[-1, unit]
            told = {"v": v, "w": w, "b": b.magnitude, "sign": "+" if b.value >= 0 else "-"}
            self.write_rule(UNIT, seconds=0.5, **told)
            self.jump(lifted=unit + 1e-6)
            self.play(FadeIn(self.lift), run_time=0.3)
            self.run(1.2, lifted=unit + 1)
            self.run(0.9, level=self.starts[-1] + unit + 1)
            self.swap([self.lift], seconds=0.4)

    @beat
    def add_all(self) -> None:
        if self.many > SLOW:
            self.write_rule(STEP, seconds=0.5)
            self.caption("add_all", units=self.refs.units[-1])
            self.add(*self.gains, self.sum)
            self.run(self.reading_time_left(min(0.3 * self.many, 5)), level=self.ends[-1])
            self.remove(*self.gains)
        self.caption(f"sum_{self.trace.fit()}", error=self.refs.error[-1])
        self.write_rule(NET)
        self.caption("once_more")

    @beat(loop=True)
    def replay(self) -> None:
        self.run(0.8, level=self.starts[-1])
        self.add(*self.gains, self.sum)
        self.run(4, level=self.ends[-1])
        self.remove(*self.gains)

    def open_scale(self) -> None:
        """Let the steps go; the errors take their place, and the sum becomes that of the smallest net."""
        self.jump(level=self.starts[0])
        self.swap([self.units.drawn, self.steps, self.added], seconds=0.4)
        self.swap([], [self.scale, self.told, self.sizes], seconds=0.4)

    def measure(self, size: int, seconds: float, hold: float) -> None:
        """Build the net of a size from its steps, then mark its largest error here and on the scale."""
        self.remove(self.gap)
        self.rewrite(self.told[-1], np.nan)
        self.run(0.4, level=self.starts[size])
        self.run(seconds, level=self.ends[size])
        t, run = self.trace, self.runs[size]
        foot, top = (self.panel.at(t.x, y)[t.worst[run]] for y in (t.target, t.prediction[run]))
        seen = np.linalg.norm(top - foot) > HIDDEN
        self.gap.join(np.array([foot])[: int(seen)], np.array([top])[: int(seen)])
        self.rewrite(self.told[-1], self.refs.error[run])
        self.add(self.gap, self.errors)
        self.run(hold, size=size + 1)

    @beat(when=lambda trace: trace.outcome() != "one_size")
    def change_size(self) -> None:
        self.caption("fewer_units")
        self.open_scale()
        for size in range(len(self.runs) - 1):
            if size == SLOW:
                self.caption("next_sizes")
            self.measure(size, 1 if size < SLOW else 0.8, hold=1.5)

    @beat
    def predict_error(self) -> None:
        last = len(self.runs) - 1
        if not last:
            self.open_scale()
        self.caption("ask_error", units=self.refs.units[-1])
        asked = self.number(size=48, colour=self.theme.loss).move_to(self.sizes[-1]).shift(2.5 * UP)
        self.play(FadeIn(asked), run_time=0.5)
        self.blink(asked, 1)
        self.remove(asked)
        self.measure(last, 1.6, hold=0.8)
        self.caption(f"answer_{self.trace.outcome()}", error=self.refs.error[-1])

    @beat(summary=True)
    def descend(self) -> None:
        t, refs = self.trace, self.refs
        self.caption("descend", units=refs.units[-1], starts=refs.length("start"))
        self.swap([self.errors, self.gap, self.sum, self.sizes, self.names, self.told], [self.fit])
        self.swap([], [self.clock, self.trained, self.outputs, self.best])
        self.add(self.misses)
        self.run(self.reading_time_left(5), record=len(t.descent_step) - 1)
        named = {"starts": refs.length("start"), "found": refs.found, "best": refs.best_descent}
        named |= {"steps": refs.descent_step[-1], "times": refs.times}
        self.caption(f"trained_{t.training()}", **named)
        self.grow(self.missing)
        self.caption("existence")
        self.swap([], [self.fitted], seconds=0.3)
        self.grow(self.sum)
