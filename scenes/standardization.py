"""The film of standardization: a cloud is centred and scaled, and the valley of the loss becomes a bowl."""

from collections.abc import Callable
from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, FadeIn, LaggedStart, VGroup
from manim.utils.rate_functions import ease_in_out_sine, ease_in_sine, ease_out_sine, smooth

from mathcore.standardization import CENTRED, EARLY, RAW, STANDARDIZED, STEPS, Bowl, Trace
from scenes._marks.panel import Panel
from scenes._props.standardization import BowlMap, Comparison, cloud, listed, stacked
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.layout import MARGIN, Slot

CLOUD, SPAN = Slot(-6.3, -2.4, 6.05, 4.4), ((-2.8, 8.2), (-3.0, 5.0))  # one unit as long across as up
MAP, PAIR = Slot(1.95, -2.4, 4.4, 4.4), (Slot(-6.3, -2.4, 4.4, 4.4), Slot(0.6, -2.4, 4.4, 4.4))
EARLY_NET, NET, TABLE, WIDE = Slot(-6.0, -2.4, 9.2, 4.6), Slot(-6.0, -2.4, 7.8, 4.6), np.array([2.4, 2.4, 0]), 4.3
MAPS = Slot(-6.2, 0.15, 2.7, 2.7), Slot(0.6, 0.15, 2.7, 2.7)
NETS = Slot(-6.2, -2.7, 3.4, 2.0), Slot(0.6, -2.7, 3.4, 2.0)
HEAD, BESIDE = 0.35, 0.25  # from a panel to what stands above it, and to what stands at its right
SLOW = 4  # steps of a descent that are shown one by one
STAGES, INPUTS, ROLES = (RAW, STANDARDIZED), ("raw", "standardized"), ("loss", "validation")
MODEL = "hat(y) = weight(w_1) data(x_1) + weight(w_2) data(x_2) + weight(b^*)"
MOMENTS = "mu_1 = {a} quad sigma_1 &= {c} \\ mu_2 = {b} quad sigma_2 &= {d}"
CENTRE, CENTRE_BOTH = "data(z) = data(x) - mu", "data(z_1) &= data(x_1) - {a} \\ data(z_2) &= data(x_2) - {b}"
SCALE = "data(z) = (data(x) - mu) / sigma"
SCALE_BOTH = "data(z_1) &= (data(x_1) - {a}) slash {c} \\ data(z_2) &= (data(x_2) - {b}) slash {d}"
DESCENT = "weight(w) arrow.l weight(w) - rho thin gradient(nabla L) quad rho = 2 / (lambda_min + lambda_max)"
UNIT = 'data(x_1): "cm" arrow.r.long "mm"'
KAPPA = "kappa = lambda_max slash lambda_min ="


class Standardization(Film):
    """Left the cloud of both inputs, right the loss over their weights; then both maps; then the losses of the net."""

    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        panel = Panel(self, CLOUD, *SPAN, "sepal_length", "sepal_width", ticks=(6, 5))
        zero = VGroup(panel.levels([0.0], "faint"), panel.rules([0.0], -np.inf, np.inf, "faint"))
        units = self.unit("centimetres", RAW, CENTRED), self.unit("deviations", STANDARDIZED, STANDARDIZED)
        self.cloud = VGroup(panel.drawn, zero, cloud(panel, t.inputs, self.theme), *units)
        self.map = BowlMap(self, MAP, t.w_grid, t.bowl)
        self.kappa = self.condition([MAP.left, MAP.foot + MAP.height + HEAD, 0], KAPPA, refs.condition, "stage")
        self.losses = [(getattr(t, f"loss_{name}"), getattr(t, f"val_loss_{name}")) for name in INPUTS]
        self.pair = [BowlMap(self, slot, t.w_grid, self.at(k)) for k, slot in enumerate(PAIR)]

    def at(self, k: int) -> Callable[[float, float], Bowl]:
        """The loss for raw inputs (0) or for standardised ones (1), whatever their unit."""
        return lambda _, unit: self.trace.bowl(STAGES[k], unit)

    def unit(self, key: str, first: int, last: int) -> Any:
        """The unit of the cloud from one stage to another."""
        unit = self.say(key, size=SMALL, colour=self.theme.faint)
        unit.next_to([CLOUD.left + CLOUD.width, CLOUD.foot + CLOUD.height, 0], UP, buff=0.12)
        unit.align_to([CLOUD.left + CLOUD.width, 0, 0], RIGHT)
        return follow(unit, "stage", at=lambda stage: unit.set_opacity(float(first <= stage <= last)))

    def condition(self, place: Any, markup: str, refs: Any, axis: str) -> VGroup:
        """A condition number for each whole place of an axis, open between them; `place` is its left end."""
        name, number = self.typeset(markup, size=36).move_to(place, LEFT), self.number(size=44)
        number.centred_at(np.array([name.get_right()[0] + 0.15, place[1], 0]))
        follow(number, axis, at=lambda at: self.rewrite(number, refs[int(at)] if at % 1 == 0 else np.nan))
        return VGroup(name, number)

    def of_both(self, markup: str) -> Any:
        """A formula for each input, in the corner that the cloud leaves free."""
        values = dict(zip("abcd", [*self.refs.mean[:2], *self.refs.deviation[:2]], strict=True))
        named = {name: value for name, value in values.items() if f"{{{name}}}" in markup}
        return self.typeset(markup, size=32, **named).move_to([-2.9, -1.6, 0], LEFT)

    def step_by_step(self) -> None:
        """Walk the first steps of a descent one by one."""
        for step in range(1, SLOW + 1):
            self.run(0.5, step=step, rate=smooth)
            self.wait(0.15)

    @beat
    def show_valley(self) -> None:
        model = self.typeset(MODEL, size=36)
        note = self.say("model_note", size=SMALL, colour=self.theme.faint)
        self.rule = VGroup(model, note).arrange(DOWN, buff=0.15, aligned_edge=RIGHT).to_corner(UR, buff=MARGIN)
        self.numbers = self.of_both(MOMENTS)
        self.add(self.map.drawn, self.cloud, self.kappa, self.rule, self.numbers)
        self.caption("show_valley", count=self.refs.length("sample"))
        self.walk = self.map.walk(self.trace.path_raw, "step")
        self.swap([], [self.walk], seconds=0.3)
        self.step_by_step()
        self.caption("leap")
        self.run(self.reading_time_left(), step=STEPS // 2)

    def transform(self, rule: str, of_both: str, stage: int) -> None:
        """Write what is done to the inputs, and do it."""
        before, self.numbers = self.numbers, self.of_both(of_both)
        self.swap([before, self.rule], seconds=0.3)
        self.rule = VGroup()
        self.swap([], [self.numbers], seconds=0.3)
        self.write_rule(rule, seconds=0.3, size=44)
        self.run(self.reading_time_left(2.2), stage=stage, rate=ease_in_out_sine)

    @beat
    def centre(self) -> None:
        self.swap([self.walk], seconds=0.3)
        self.caption("centre", count=self.refs.length("sample"))
        self.transform(CENTRE, CENTRE_BOTH, CENTRED)

    @beat
    def scale(self) -> None:
        self.caption("scale", ddof=self.refs.params.ddof)
        self.transform(SCALE, SCALE_BOTH, STANDARDIZED)

    @beat(loop=True)
    def replay(self) -> None:
        self.caption("watch")
        for seconds, stage in (1, RAW), (1.8, CENTRED), (1.8, STANDARDIZED):
            self.run(seconds, stage=stage, rate=ease_in_out_sine)
            self.wait(0.2)

    @beat
    def descend_bowl(self) -> None:
        refs = self.refs
        self.swap([self.cloud, self.map.drawn, self.kappa, self.rule, self.numbers], seconds=0.4)
        self.rule = VGroup()
        self.jump(step=0)
        self.write_rule(DESCENT, seconds=0.3, size=32)
        numbers = [refs.condition[RAW], refs.condition_mm], [refs.condition[STANDARDIZED]] * 2
        heads = VGroup()
        for k, (key, slot) in enumerate(zip(INPUTS, PAIR, strict=True)):
            heads.add(self.say(key, size=34).move_to([slot.left, slot.foot + slot.height + HEAD, 0], LEFT))
            heads.add(self.condition(self.beside(k, -0.6), "kappa =", numbers[k], "unit"))
        self.both = [*(one.drawn for one in self.pair), heads]
        columns = [self.column(0, STEPS), self.column(1, int(self.trace.steps_standardized))]
        walks = [one.walk(getattr(self.trace, f"path_{n}"), "step") for one, n in zip(self.pair, INPUTS, strict=True)]
        self.swap([], [*self.both, *columns, *walks])
        self.caption("descend_bowl")
        self.step_by_step()
        self.run(self.reading_time_left(1.5), step=STEPS)
        share = refs.arrival.percent
        needed = [
            stacked(self, self.beside(k, 2), "steps_needed", getattr(refs, f"steps_{name}"), share=share)
            for k, name in enumerate(INPUTS)
        ]
        self.swap([], needed)
        self.leaving = [*columns, *walks, *needed]

    def beside(self, k: int, row: float) -> np.ndarray:
        """Where a row of numbers beside a map of the pair begins."""
        slot = PAIR[k]
        return np.array([slot.left + slot.width + BESIDE, slot.foot + slot.height - 1.15 - 1.25 * row, 0])

    def column(self, k: int, last: int) -> VGroup:
        """Beside a map: how many steps were taken, up to the last, and how much of the way is left."""
        steps, left = self.refs.places("step"), getattr(self.refs, f"left_{INPUTS[k]}")
        rows = [stacked(self, self.beside(k, row), key, np.nan) for row, key in enumerate(("step", "way_left"))]

        def tell(step: float) -> None:
            taken = min(int(step + 1e-9), last)
            self.rewrite(rows[0][1], steps[taken])
            self.rewrite(rows[1][1], left[taken].percent)

        return follow(VGroup(*rows), "step", at=tell)

    @beat
    def change_unit(self) -> None:
        self.swap(self.leaving, seconds=0.3)
        self.caption("ask_unit")
        self.write_rule(UNIT, seconds=0.5, size=44)
        self.wait(2.2)
        self.run(1, unit=0.5, rate=ease_in_sine)
        self.caption("answer_unit")
        self.run(self.reading_time_left(2), unit=1, rate=ease_out_sine)

    @beat
    def train(self) -> None:
        t, refs, runs = self.trace, self.refs, self.refs.length("run")
        epochs, early = np.arange(EARLY + 1), (t.early_raw, t.early_standardized)
        panel = self.panel(EARLY_NET, EARLY, early)
        lines = VGroup(
            *(
                panel.line(epochs, loss, "loss", "early", width=2 if run else 6, dashed=k == 0)
                for k, losses in enumerate(early)
                for run, loss in enumerate(losses)
            )
        )
        self.swap([*self.both, self.rule], seconds=0.3)
        self.rule = self.setting("net", seeds=runs)
        self.swap([], [panel.drawn, self.rule], seconds=0.4)
        self.caption("train")
        self.add(lines)
        self.run(self.reading_time_left(3), early=EARLY)
        self.caption(f"training_{t.training()}", epochs=refs.places("early")[-1])
        dots = [panel.dots(EARLY, [raw[-1], other[-1]], "loss", 0.1) for raw, other in zip(*early, strict=True)]
        self.play(LaggedStart(*map(FadeIn, dots[::-1]), lag_ratio=0.6), run_time=self.reading_time_left(2))
        ends = VGroup(self.ends(panel), self.say("ahead", size=40, faster=refs.faster, seeds=runs).move_to([2, 1.2, 0]))
        self.swap([], [ends])
        self.leaving = [panel.drawn, lines, *dots, ends]

    def setting(self, key: str, **values: Any) -> Any:
        """What the net is, at the top right."""
        units = dict(zip("abcde", self.refs.units, strict=True))
        said = self.say(key, size=SMALL, seed=self.refs.params.seed, **units, **values)
        return said.to_corner(UR, buff=MARGIN)

    def ends(self, panel: Panel) -> VGroup:
        """At the end of the first seed's lines, the lower one first, their values and what they are of."""
        named, foot = VGroup(), -np.inf
        losses = [getattr(self.refs, f"loss_{name}")[EARLY] for name in INPUTS]
        for loss, name in sorted(zip(losses, INPUTS, strict=True), key=lambda end: end[0].value):
            right, height, _ = panel.at(EARLY, loss.value)
            foot = max(height, foot + 0.5)
            number = self.number(loss, self.theme.loss, size=40).centred_at(np.array([right + 0.3, foot, 0]))
            named.add(number, self.say(name, size=30).move_to([number.get_right()[0] + 0.2, foot, 0], LEFT))
        return named

    def panel(self, slot: Slot, epochs: int, losses: Any, ticks: tuple[int, int] = (5, 5)) -> Panel:
        """The room of some losses, from epoch 0 on."""
        return Panel(self, slot, [0, epochs], [0, 1.05 * np.max(losses)], "epoch", "loss", ticks)

    @beat
    def validate(self) -> None:
        t, refs, last = self.trace, self.refs, self.trace.params.epochs
        panel, epochs = self.panel(NET, last, self.losses), np.arange(last + 1)
        training, validation = (
            VGroup(*(panel.line(epochs, both[part], role, role, dashed=k == 0) for k, both in enumerate(self.losses)))
            for part, role in enumerate(ROLES)
        )
        table = Comparison(self, TABLE, WIDE)
        early = refs.loss_raw[EARLY], refs.loss_standardized[EARLY]
        table.row(self, "training", early, "loss", epochs=refs.places("early")[-1])
        self.swap([*self.leaving, self.rule], seconds=0.3)
        self.rule = self.setting("one_net")
        self.swap([], [panel.drawn, table, self.rule], seconds=0.4)
        self.caption("ask_validation", held=refs.flowers[1])
        self.add(training)
        self.run(self.reading_time_left(2), loss=last)
        self.add(validation)
        self.run(2.2, validation=last)
        lowest = [int(both[1].argmin()) for both in self.losses]
        marks = panel.dots(lowest, [both[1].min() for both in self.losses], "validation", 0.12)
        told, many = [getattr(refs, f"val_loss_{name}") for name in INPUTS], len(table)
        table.row(self, "lowest", [one[k] for one, k in zip(told, lowest, strict=True)], "validation")
        table.row(self, "at_epoch", [refs.places("epoch")[k] for k in lowest], "validation")
        table.row(self, "last", [one[-1] for one in told], "validation", epochs=refs.params.epochs)
        self.swap([], [marks, *table[many:]])
        self.caption(f"validation_{t.validation()}")
        loss = self.losses[1][1]
        rise = panel.line([lowest[1], last, last], [loss.min(), loss.min(), loss[-1]], "text", width=3)
        self.grow(rise)
        self.leaving = [panel.drawn, training, validation, marks, rise, table, self.rule]

    @beat
    def summarize(self) -> None:
        self.swap(self.leaving, seconds=0.3)
        self.jump(unit=0)  # the maps are those of centimetres again
        self.swap([], [part for k in range(2) for part in self.summary(k)])
        self.caption("summary")
        self.run(walked=STEPS, drawn=self.trace.params.epochs)

    def summary(self, k: int) -> list[Any]:
        """What is kept of one kind of inputs: its map and its losses, with their numbers."""
        t, refs, name, top, foot = self.trace, self.refs, INPUTS[k], MAPS[k], NETS[k]
        bowl = BowlMap(self, top, t.w_grid, self.at(k), ticks=0)
        panel = Panel(self, foot, [0, t.params.epochs], [0, 1.05 * np.max(self.losses)], ticks=(3, 2))
        epochs, validation = np.arange(t.params.epochs + 1), self.losses[k][1]
        lines = [
            panel.line(epochs, loss, role, "drawn", width=3) for loss, role in zip(self.losses[k], ROLES, strict=True)
        ]
        loss, val_loss = getattr(refs, f"loss_{name}"), getattr(refs, f"val_loss_{name}")
        places = (np.array([slot.left + slot.width + 0.3, slot.foot + slot.height, 0]) for slot in (top, foot))
        numbers = [
            ("condition", refs.condition[STAGES[k]], "text", {}),
            ("condition_free", getattr(refs, f"condition_{name}"), "text", {}),
            ("needed", getattr(refs, f"steps_{name}"), "text", {"share": refs.arrival.percent}),
        ]
        losses = [
            ("at", loss[EARLY], "loss", {"epochs": refs.places("early")[-1]}),
            ("minimum", val_loss[int(validation.argmin())], "validation", {}),
            ("at", val_loss[-1], "validation", {"epochs": refs.params.epochs}),
        ]
        head = self.say(name, size=36).move_to(next(places) + 0.25 * DOWN, LEFT)
        names = VGroup(*(self.say(f"{role}_line", size=SMALL, colour=getattr(self.theme, role)) for role in ROLES))
        names.arrange(RIGHT, buff=0.4).next_to([foot.left, foot.foot + foot.height, 0], UP, buff=0.1)
        names.align_to([foot.left, 0, 0], LEFT)
        tables = listed(self, head.get_left() + 0.7 * DOWN, numbers), listed(self, next(places) + 0.25 * DOWN, losses)
        return [bowl.drawn, bowl.walk(getattr(t, f"path_{name}"), "walked"), panel.drawn, *lines, head, names, *tables]
