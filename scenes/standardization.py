"""The film of standardisation: a cloud is centred and scaled, and the valley of the loss becomes a bowl."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Create, LaggedStart, VGroup
from manim.utils.rate_functions import ease_in_out_sine, ease_in_quad, smooth

from mathcore.standardization import CENTRED, EARLY, RAW, STANDARDIZED, Bowl, Trace
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Segments
from scenes._marks.optimum import optimum_mark
from scenes._marks.panel import ABOVE, BELOW, Panel
from scenes._props.standardization import (
    BowlMap,
    Comparison,
    at_stages,
    cloud,
    line_of,
    seen_from,
    stacked,
)
from scenes._stage.clock import follow
from scenes._stage.fade import FadeIn
from scenes._stage.film import QUICK, SMALL, Film, beat
from scenes._stage.layout import MARGIN, Slot

CLOUD, SPAN = Slot(-6.3, -2.4, 6.05, 4.4), ((-2.8, 8.2), (-3.0, 5.0))  # one unit as long across as up
MAP, PAIR = Slot(1.95, -2.4, 4.4, 4.4), (Slot(-6.3, -2.4, 4.1, 4.1), Slot(0.5, -2.4, 4.1, 4.1))
NET, TABLE, WIDE = Slot(-6.0, -2.4, 8.5, 4.6), np.array([2.9, 2.4, 0]), 3.9
HEAD, BESIDE = 0.35, 0.2  # from a panel to what stands above it, and to what stands at its right
SLOW, SEEN = 3, 20  # steps of a descent that are shown one by one, and at a pace that the eye follows
EVERYWHERE = -np.inf, np.inf  # from one edge of a panel to the other
BRACKETS, GAP = (0.35, 1.75), 0.1  # how far right of a panel they stand, and how near to it they begin
THICK, CORNERS = (3, 6), 11  # a bracket's stroke, and its points
LABELS = 0.84, 0.68  # how high, as shares of a panel, the lowest losses are told, the earlier one above
GOING, COMING = 0.2, 0.3  # seconds in which a picture leaves and the next one enters, hardly any empty between them
ASKED = 1.0  # seconds in which a question stands and nothing answers it
MOVED = 1e-6  # the stage from which on inputs are no longer raw
STAGES, INPUTS, ROLES = (RAW, STANDARDIZED), ("raw", "standardized"), ("loss", "validation")
MODEL = "hat(y) = weight(w_1) data(x_1) + weight(w_2) data(x_2) + weight(b^*)"
MOMENTS = "mu_1 = {a} quad sigma_1 &= {c} \\ mu_2 = {b} quad sigma_2 &= {d}"
CENTRE, CENTRE_BOTH = "data(z) = data(x) - mu", "data(z_1) &= data(x_1) - {a} \\ data(z_2) &= data(x_2) - {b}"
AS_IS = "data(z) = data(x)"
SCALE = "data(z) = (data(x) - mu) / sigma"
SCALE_BOTH = "data(z_1) &= (data(x_1) - {a})slash{c} \\ data(z_2) &= (data(x_2) - {b})slash{d}"  # no gap before a comma
DESCENT = "weight(w) arrow.l weight(w) - rho thin gradient(nabla L)"
BEST = f"{DESCENT} quad rho = 2 / (lambda_min + lambda_max)"
UNIT = 'data(x_1): "cm" arrow.r.long "mm"'
KAPPA = "kappa = lambda_max slash lambda_min ="


class Standardization(Film):
    """Left the cloud of both inputs, right the loss over their weights; then both maps; then the losses of the net."""

    shares_axes = False  # what is written beside its curves needs the room of their own

    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        panel = Panel(self, CLOUD, *SPAN, ticks=(6, 5))
        zero = VGroup(panel.levels([0.0], "faint"), panel.rules([0.0], -np.inf, np.inf, "faint"))
        units = self.unit("centimetres", RAW, CENTRED), self.unit("deviations", STANDARDIZED, STANDARDIZED)
        self.cloud = VGroup(panel.drawn, zero, cloud(panel, t.inputs, self.theme), *units, *self.axis_names())
        self.map = BowlMap(self, MAP, t.w_grid, t.bowl)
        self.kappa = self.condition([MAP.left, MAP.foot + MAP.height + HEAD, 0], KAPPA, refs.condition, "stage", 36)
        self.losses = [(getattr(t, f"loss_{name}"), getattr(t, f"val_loss_{name}")) for name in INPUTS]
        self.pair = [BowlMap(self, slot, t.w_grid, self.at(k)) for k, slot in enumerate(PAIR)]

    def at(self, k: int) -> Callable[[float, float], Bowl]:
        """The loss for raw inputs (0) or for standardised ones (1), whatever their unit."""
        return lambda _, unit: self.trace.bowl(STAGES[k], unit)

    def unit(self, key: str, first: int, last: int) -> Any:
        """The unit of the cloud from one stage to another."""
        unit = self.say(key, size=SMALL, colour=self.theme.faint)
        unit.next_to([CLOUD.left + CLOUD.width, CLOUD.foot + CLOUD.height, 0], UP, buff=0.12)
        return at_stages(unit.align_to([CLOUD.left + CLOUD.width, 0, 0], RIGHT), first, last)

    def axis_names(self) -> list[Any]:
        """What the axes of the cloud are called: the lengths as long as they are raw, z from then on."""
        names, corner = [], np.array([CLOUD.left, CLOUD.foot, 0])
        for k, key in enumerate(("sepal_length", "sepal_width"), 1):
            said = VGroup(self.say(key, size=SMALL, colour=self.theme.faint), self.typeset(f"data(x_{k})"))
            stages = (said.arrange(RIGHT, buff=0.15), RAW, RAW), (self.typeset(f"data(z_{k})"), MOVED, STANDARDIZED)
            for name, first, last in stages:
                if k == 1:
                    name.move_to(corner + CLOUD.width / 2 * RIGHT + BELOW)
                else:
                    name.next_to(corner + CLOUD.height * UP, UP, buff=ABOVE).align_to(corner, LEFT)
                names.append(at_stages(name, first, last))
        return names

    def condition(self, place: Any, markup: str, refs: Any, axis: str, size: float = 44) -> VGroup:
        """A condition number for each whole place of an axis, open between them, or one; `place` is its left end."""
        name, number = self.typeset(markup, size=size - 8).move_to(place, LEFT), self.number(size=size)
        number.centred_at(np.array([name.get_right()[0] + 0.15, place[1], 0]))
        last = len(refs) - 1
        follow(
            number, axis, at=lambda at: self.rewrite(number, np.nan if last and at % 1 else refs[min(int(at), last)])
        )
        return VGroup(name, number)

    def of_both(self, markup: str) -> Any:
        """A formula for each input, in the corner that the cloud leaves free."""
        values = dict(zip("abcd", [*self.refs.mean[:2], *self.refs.deviation[:2]], strict=True))
        named = {name: value for name, value in values.items() if f"{{{name}}}" in markup}
        return self.typeset(markup, size=32, **named).move_to([-2.9, -1.6, 0], LEFT)

    def step_by_step(self, seconds: float) -> None:
        """Walk the first steps of a descent one by one, so many seconds each."""
        for step in range(1, SLOW + 1):
            self.run(seconds, step=step, rate=smooth)

    @beat
    def show_valley(self) -> None:
        model = self.typeset(MODEL, size=36)
        note = self.say("model_note", size=SMALL, colour=self.theme.faint)
        self.rule = VGroup(model, note).arrange(DOWN, buff=0.15, aligned_edge=RIGHT).to_corner(UR, buff=MARGIN)
        self.numbers = self.of_both(MOMENTS)
        self.add(self.map.drawn, self.cloud, self.kappa, self.rule, self.numbers)
        self.caption("show_valley", count=self.refs.length("sample"))
        self.walk = VGroup(self.map.walk(self.trace.path_raw, "step"), self.counter())
        self.write_rule(f"{BEST} = {{rate}}", seconds=0.4, size=32, rate=self.refs.rate_raw)
        self.swap([], [self.walk], seconds=0.3)
        self.step_by_step(0.9)
        self.run(1.3, step=2 * SLOW)
        self.caption("leap")
        self.run(self.reading_time_left(), step=SEEN)

    def counter(self) -> VGroup:
        """How many steps have been taken on the map, at the right end above it."""
        steps, number = self.refs.places("step"), self.number(size=36)
        name = self.say("step", size=28).move_to([MAP.left + 3.65, MAP.foot + MAP.height + HEAD, 0], LEFT)
        number.centred_at(name.get_right() + 0.15 * RIGHT)
        return VGroup(name, follow(number, "step", at=lambda step: self.rewrite(number, steps[int(step + 1e-9)])))

    def written(self, rule: str, of_both: str) -> FadeIn:
        """What the inputs are now, in place of a formula that has left."""
        self.numbers, self.rule = self.of_both(of_both), self.typeset(rule, size=44).to_corner(UR, buff=MARGIN)
        return FadeIn(VGroup(self.numbers, self.rule), run_time=0.4)

    def transform(self, rule: str, of_both: str, stage: int, seconds: float) -> None:
        """Do something to the inputs, and write it as it begins."""
        self.swap([self.numbers, self.rule], seconds=0.2)
        written = self.written(rule, of_both)
        self.play(written, self.going(stage=stage, seconds=seconds, rate=ease_in_out_sine))

    @beat
    def centre(self) -> None:
        self.swap([self.walk], seconds=0.3)
        self.caption("centre", count=self.refs.length("sample"))
        self.transform(CENTRE, CENTRE_BOTH, CENTRED, self.reading_time_left(2.2))

    @beat
    def scale(self) -> None:
        self.caption("scale", ddof=self.refs.params.ddof)
        self.transform(SCALE, SCALE_BOTH, STANDARDIZED, self.reading_time_left(2.2))

    @beat(loop=True)
    def replay(self) -> None:
        raw, centred, scaled = self.refs.condition
        self.caption("watch", raw=raw, centred=centred, scaled=scaled)
        self.swap([self.numbers, self.rule], seconds=0.2)
        self.run(0.7, stage=RAW, rate=ease_in_out_sine)
        self.play(self.written(AS_IS, MOMENTS))  # not before they are raw again
        self.wait(0.3)
        self.transform(CENTRE, CENTRE_BOTH, CENTRED, 1.3)
        self.transform(SCALE, SCALE_BOTH, STANDARDIZED, 1.3)

    def change(self, leaving: Iterable[Any], entering: Iterable[Any], rule: Any, key: str, **values: Any) -> None:
        """Another picture, before its caption; that of the one before leaves with it."""
        before, self.rule = self.rule, rule.to_corner(UR, buff=MARGIN)
        self.swap([*leaving, before, self._caption], seconds=GOING)
        self.swap([], [*entering, self.rule], seconds=COMING)
        self.caption(key, **values)

    @beat
    def descend_bowl(self) -> None:
        refs = self.refs
        numbers = [refs.condition[RAW], refs.condition_mm], [refs.condition[STANDARDIZED]]
        heads = VGroup()
        for k, (key, slot) in enumerate(zip(INPUTS, PAIR, strict=True)):
            heads.add(self.say(key, size=34).move_to([slot.left, slot.foot + slot.height + HEAD, 0], LEFT))
            heads.add(self.condition(self.beside(k, -0.6), "kappa =", numbers[k], "unit"))
        self.both = [*(one.drawn for one in self.pair), heads]
        columns = [self.column(k) for k in range(2)]
        walks = [one.walk(getattr(self.trace, f"path_{n}"), "step") for one, n in zip(self.pair, INPUTS, strict=True)]
        self.jump(step=0)
        leaving = self.cloud, self.map.drawn, self.kappa, self.numbers
        self.change(leaving, [*self.both, *columns, *walks], self.typeset(BEST, size=32), "descend_bowl")
        self.step_by_step(0.7)
        self.run(0.9, step=SEEN)
        self.run(1.8, step=int(self.trace.steps_raw), rate=ease_in_quad)
        self.leaving = [*columns, *walks]

    def needed(self, k: int, axis: str, place: np.ndarray, size: float) -> VGroup:
        """After how many steps a descent counts as arrived, seen from there on; `place` is the left end."""
        name = f"steps_{INPUTS[k]}"
        share = self.say("arrived", size=size, share=self.refs.arrival.percent)
        steps = self.say("needed", size=size, steps=getattr(self.refs, name)).move_to(size / 70 * DOWN)
        told = VGroup(share, steps.align_to(share, LEFT)).move_to(place, LEFT)
        return seen_from(int(getattr(self.trace, name)), axis, told)

    def beside(self, k: int, row: float) -> np.ndarray:
        """Where a row of numbers beside a map of the pair begins."""
        slot = PAIR[k]
        return np.array([slot.left + slot.width + BESIDE, slot.foot + slot.height - 0.95 - 1.2 * row, 0])

    def column(self, k: int) -> VGroup:
        """Beside a map: how many steps were taken until it counts as arrived, and how much of the way is left."""
        steps, left = self.refs.places("step"), getattr(self.refs, f"left_{INPUTS[k]}")
        last = int(getattr(self.trace, f"steps_{INPUTS[k]}"))
        rows = [stacked(self, self.beside(k, row), key, np.nan) for row, key in enumerate(("step", "way_left"))]

        def tell(step: float) -> None:
            taken = min(int(step + 1e-9), last)
            self.rewrite(rows[0][1], steps[taken])
            self.rewrite(rows[1][1], left[taken].percent)

        return VGroup(follow(VGroup(*rows), "step", at=tell), self.needed(k, "step", self.beside(k, 2.15), SMALL))

    @beat
    def change_unit(self) -> None:
        self.swap(self.leaving, seconds=0.3)
        self.caption("ask_unit")
        self.write_rule(UNIT, seconds=0.5, size=44)
        frames = [one.frame(EVERYWHERE, EVERYWHERE) for one in self.pair]
        self.play(*map(Create, frames), run_time=1.2)
        self.wait(ASKED)
        self.run(1.8, unit=1, rate=ease_in_out_sine)
        self.caption("answer_unit")
        self.swap([frames[1]], seconds=self.reading_time_left(0.8))
        self.both.append(frames[0])

    @beat
    def train(self) -> None:
        t, refs, runs = self.trace, self.refs, self.refs.length("run")
        early, seeds = (t.early_raw, t.early_standardized), range(len(t.seeds))
        panel, self.table = self.panel(NET, EARLY, early), Comparison(self, TABLE, WIDE)
        lines = [
            self.curve(panel, k, early[k][run], "loss", "early", 2 if run else 6) for k in range(2) for run in seeds
        ]
        setting = self.setting("net", first=refs.seeds[0], last=refs.seeds[-1])
        self.change(self.both, [panel.drawn, self.table], setting, "train")
        self.add(*lines)
        self.run(self.reading_time_left(3), early=EARLY)
        self.caption(f"training_{t.training()}", epochs=refs.places("early")[-1])
        dots = [panel.dots(EARLY, [raw[-1], other[-1]], "loss", 0.1) for raw, other in zip(*early, strict=True)]
        values = refs.loss_raw[EARLY], refs.loss_standardized[EARLY]
        told = {"epochs": refs.places("early")[-1], "seed": refs.params.seed}
        row = self.table.row(self, 0, "training", values, "loss", **told)
        count = VGroup(self.say("ahead", size=34), self.say("ahead_of", size=34, faster=refs.faster, seeds=runs))
        count.arrange(DOWN, buff=0.15, aligned_edge=LEFT).move_to(TABLE + 2.45 * DOWN, LEFT)
        self.swap([], [row])
        self.swap([], [count])
        self.play(LaggedStart(*map(FadeIn, dots[::-1]), lag_ratio=0.6), run_time=self.reading_time_left())
        self.leaving = [panel.drawn, *lines, *dots, row, count]

    def setting(self, key: str, **values: Any) -> Any:
        """What the net is."""
        return self.say(key, size=SMALL, **dict(zip("abcde", self.refs.units, strict=True)), **values)

    def panel(self, slot: Slot, epochs: int, losses: Any, ticks: tuple[int, int] = (5, 5)) -> Panel:
        """The room of some losses, from epoch 0 on."""
        return Panel(self, slot, [0, epochs], [0, 1.05 * np.max(losses)], "epoch", "loss", ticks)

    def curve(self, panel: Panel, k: int, losses: np.ndarray, role: str, axis: str, width: float = 4) -> Any:
        """Losses from epoch 0 on, drawn as those of raw inputs (0) or of standardised ones (1)."""
        points = panel.at(np.arange(len(losses)), losses)
        return follow(with_halo(line_of(INPUTS[k], points, getattr(self.theme, role), width), self.theme), axis)

    @beat(summary=True)
    def validate(self) -> None:
        t, last = self.trace, self.trace.params.epochs
        panel = self.panel(NET, last, self.losses)
        training, validation = (
            [self.curve(panel, k, both[part], role, role) for k, both in enumerate(self.losses)]
            for part, role in enumerate(ROLES)
        )
        setting = self.setting("one_net", seed=self.refs.params.seed)
        self.change(self.leaving, [panel.drawn], setting, "ask_validation", held=self.refs.flowers[1])
        self.add(*training)
        self.run(1, loss=last)
        rows = self.rows()
        self.swap([], rows[:1], seconds=COMING)
        self.wait(ASKED)
        self.add(*validation)
        self.run(1.5, validation=last)
        lowest = self.lowest(panel)
        self.swap([], [*lowest, rows[1]], seconds=COMING)
        rises, told = [self.rise(panel, k) for k in range(2)], self.risen(panel)
        self.add(*rises)
        self.run(QUICK, risen=CORNERS - 1)
        self.swap([], [told])
        self.caption(f"validation_{t.validation()}", seed=self.refs.params.seed)
        self.blink(rises[1])
        self.leaving = [panel.drawn, *training, *validation, *lowest, *rises, told, *rows, self.table]

    def rows(self) -> list[VGroup]:
        """The last training losses, and below them the lowest validation losses."""
        refs, epochs = self.refs, self.refs.params.epochs
        trained = refs.loss_raw[-1], refs.loss_standardized[-1]
        return [
            self.table.row(self, 0, "loss_at", trained, "loss", epochs=epochs),
            self.table.row(self, 1, "lowest", (refs.lowest_raw, refs.lowest_standardized), "validation"),
        ]

    def lowest(self, panel: Panel) -> list[Any]:
        """Where both validation losses are lowest: a level from there to the end, its mark, and above it what it is."""
        last, colour, drawn = self.trace.params.epochs, self.theme.validation, []
        lowest = [(int(loss.argmin()), loss.min()) for _, loss in self.losses]
        for k, top in zip(sorted(range(2), key=lambda k: lowest[k][0]), LABELS, strict=True):
            (epoch, loss), name = lowest[k], INPUTS[k]
            foot, late = panel.at(epoch, loss), epoch > last / 2
            head = np.array([foot[0], NET.foot + top * NET.height, 0])
            told = VGroup(self.say(name, size=28, colour=colour))
            number = self.number(getattr(self.refs, f"lowest_{name}"), colour, size=32)
            told.add(number.centred_at(told.get_right() + 0.15 * RIGHT))
            told.move_to(head + 0.12 * (LEFT if late else RIGHT), RIGHT if late else LEFT)
            drawn += [
                panel.line([epoch, last], loss, "faint", width=2),
                Segments(foot[None], head[None] + 0.15 * UP, colour, 1.5, 1),
                optimum_mark(self.theme, foot),
                with_halo(told, self.theme),
            ]
        return drawn

    def rise(self, panel: Panel, k: int) -> Any:
        """A bracket right of the validation losses of one kind of inputs, from the lowest one up to the last."""
        loss = self.losses[k][1]
        shaft = panel.at(self.trace.params.epochs, np.linspace(loss.min(), loss[-1], CORNERS - 2))
        corners = np.array([shaft[0] + GAP * RIGHT, *(shaft + BRACKETS[k] * RIGHT), shaft[-1] + GAP * RIGHT])
        return follow(with_halo(Line(corners, self.theme.validation, THICK[k]), self.theme), "risen")

    def risen(self, panel: Panel) -> VGroup:
        """How far both rise, right of each bracket whose it is and the number, and below them what they are."""
        refs, told, colour = self.refs, VGroup(), self.theme.validation
        for k, (_, loss) in enumerate(self.losses):
            middle = panel.at(self.trace.params.epochs, (loss.min() + loss[-1]) / 2) + (BRACKETS[k] + 0.15) * RIGHT
            told.add(self.say(INPUTS[k], size=28, colour=colour).move_to(middle + 0.45 * UP, LEFT))
            rise = getattr(refs, f"rise_{INPUTS[k]}")
            told.add(self.number(rise, colour, size=36).centred_at(middle))
        name = self.say("rise", size=28, colour=colour, epochs=refs.params.epochs)
        foot = panel.at(self.trace.params.epochs, min(loss.min() for _, loss in self.losses))
        told.add(name.move_to(foot + [BRACKETS[0], -0.62, 0], LEFT))
        return with_halo(told, self.theme)

    @beat
    def summarize(self) -> None:
        self.jump(unit=0)  # centimetres again
        self.swap([*self.leaving, self.rule, self._caption], seconds=GOING)
        self.swap([], [part for k in range(2) for part in self.summary(k)], seconds=COMING)
        self.run(1.6, walked=int(self.trace.steps_raw))
        self.caption("summary", few=self.refs.steps_standardized, many=self.refs.steps_raw)
        frame = self.pair[1].frame(EVERYWHERE, EVERYWHERE)
        self.play(Create(frame), run_time=self.reading_time_left(1.2))

    def summary(self, k: int) -> list[Any]:
        """What is kept of one kind of inputs: its map, its condition number, the steps that are enough."""
        refs, name, slot = self.refs, INPUTS[k], PAIR[k]
        steps, last = refs.places("step"), int(getattr(self.trace, f"steps_{name}"))
        place = self.beside(k, 0.75) + 0.3 * DOWN
        number = self.number(size=80).centred_at(place + 0.85 * DOWN)
        follow(number, "walked", at=lambda step: self.rewrite(number, steps[min(int(step + 1e-9), last)]))
        return [
            self.pair[k].drawn, self.pair[k].walk(getattr(self.trace, f"path_{name}"), "walked"),
            self.say(name, size=44).move_to([slot.left, slot.foot + slot.height + 0.45, 0], LEFT),
            self.condition(self.beside(k, -0.25), "kappa =", [refs.condition[STAGES[k]]], "unit", 52),
            self.say("steps", size=36).move_to(place, LEFT), number,
            self.say("enough", size=26, share=refs.arrival.percent).move_to(place + 1.75 * DOWN, LEFT),
        ]  # fmt: skip
