"""The LSTM as manim's users write it: a Rectangle for each cell of the strips, updaters, always_redraw."""

import numpy as np
from manim import (
    DOWN,
    LEFT,
    PI,
    RIGHT,
    UP,
    UR,
    Animation,
    Axes,
    Create,
    DashedVMobject,
    Dot,
    FadeIn,
    FadeOut,
    Line,
    ManimColor,
    Rectangle,
    Triangle,
    UpdateFromAlphaFunc,
    ValueTracker,
    VGroup,
    VMobject,
    always_redraw,
    linear,
)
from matplotlib import colormaps

from bench._grid import number
from bench._lecture import THEME, Lecture
from bench._panel import panel
from mathcore.lstm import Params, Trace, compute
from scenes._props.lstm import PITCH, ROWS, SATURATION, SIZE, START, TOP
from scenes.lstm import FOOT, HEIGHT, KEPT, telling_unit, verdict

SIGNED = "candidate", "c", "h"
STYLES = {"ours": THEME.good, "theirs": THEME.bad}


class Lstm(Lecture):
    """Left the formulas, right a strip for each: units by time; later the products of the forget gates."""

    def construct(self) -> None:
        trace = self.trace
        self.length, self.unit = trace.params.length, telling_unit(trace)
        self.twin = compute(Params(forget_bias=0.0))
        self.columns = START + SIZE[0] * (np.arange(self.length) + 0.5) / self.length
        self.counts = {name: ValueTracker(0) for name in ROWS}
        self.belt_at, self.cursor_at = ValueTracker(0), ValueTracker(1)
        self.show_task()
        self.open_gates()
        self.predict_cell()
        self.read_on()
        self.replay()
        self.follow_gradient()
        self.meet_twin()
        self.count_cost()

    def show_task(self) -> None:
        self.section("show_task")
        params = self.trace.params
        setting = self.say("setting", seed=params.seed, bias=params.forget_bias, steps=params.steps)
        symbols = (self.write(chr(ord("A") + k), 30, THEME.data) for k in self.trace.x.argmax(axis=1))
        places = zip(symbols, self.columns, strict=True)
        self.letters = VGroup(*(symbol.move_to([x, TOP + 0.62, 0]) for symbol, x in places))
        self.home = self.letters.get_center()
        self.letters.set_x(0).scale(1.4)
        self.box = Rectangle(color=THEME.text, width=0.46, height=0.56).move_to(self.letters[0])
        self.training = self.panels()
        self.add(setting.to_corner(UR, buff=0.3), self.letters, self.training)
        self.caption("task", steps=params.steps, last=100 * self.trace.accuracy[-1])
        self.play(Create(self.box), run_time=0.5)
        read = UpdateFromAlphaFunc(
            self.box, lambda box, share: box.match_x(self.letters[round(share * (self.length - 1))])
        )
        self.play(read, run_time=1.4, rate_func=linear)
        self.play(self.box.animate.match_x(self.letters[0]), run_time=0.6)
        self.ours = self.learning(self.trace, "ours")
        self.grow(self.ours, self.reading_time_left(2.2))

    def open_gates(self) -> None:
        self.section("open_gates")
        self.play(
            FadeOut(self.training, *self.ours),
            self.letters.animate.scale(1 / 1.4).move_to(self.home),
            self.box.animate.scale(0.72).move_to([self.columns[0], self.home[1], 0]),
            run_time=0.6,
        )
        self.strips = {name: self.strip(name, row) for row, name in enumerate(ROWS)}
        self.formulas = {
            name: self.formula(markup, 26).next_to(self.strips[name], LEFT, buff=0.2)
            for name, (_, markup) in ROWS.items()
        }
        self.numbers = {name: self.value(name) for name in ROWS}
        self.marker, self.scales = always_redraw(self.cursor), self.bars()
        self.play(FadeIn(*self.strips.values(), self.marker, self.scales), run_time=0.6)
        for names in (("f",), ("i", "candidate"), ("c",), ("o", "h")):
            self.caption(f"row_{names[0]}")
            for name in names:
                entering = [self.formulas[name]]
                if name == "c":
                    self.belt = always_redraw(self.links)
                    entering.append(self.belt)
                self.play(FadeIn(*entering), run_time=0.5)
                self.compute(name, 1, 0.7 if name != names[-1] else self.reading_time_left(0.7))

    def predict_cell(self) -> None:
        self.section("predict_cell")
        trace, unit = self.trace, self.unit
        before, after = trace.c[:2, unit]
        self.caption("ask_cell", before=before)
        self.play(self.cursor_at.animate.set_value(2), run_time=0.4)
        pace = self.reading_time_left() / 3
        for name in ("f", "i", "candidate"):
            self.compute(name, 2, pace)
        question = self.write("?", 24, THEME.activation).move_to(self.numbers["c"], LEFT)
        self.remove(self.numbers["c"])
        self.add(question)
        key = "kept" if abs(after - before) < 0.1 * abs(before) else "changed"
        self.caption(f"cell_{key}", before=before, after=after)
        self.compute("c", 2, 1.2)
        self.remove(question)
        for name in ("o", "h"):
            self.compute(name, 2, 0.5)

    def read_on(self) -> None:
        self.section("read_on")
        self.belt_at.set_value(2)
        self.sweep(self.length, 3)
        key, answer = verdict(self.trace)
        self.caption(key, **answer)
        self.answer = self.write(str(answer["named"]), 30, THEME.activation).move_to([6.1, self.home[1], 0])
        self.play(FadeIn(self.answer), run_time=0.5)
        beside = self.box.get_left() + 0.35 * LEFT
        self.play(self.answer.animate(path_arc=0.2).move_to(beside), run_time=self.reading_time_left())

    def replay(self) -> None:
        self.section("replay")
        self.sweep(1, 1)
        self.sweep(self.length, 3)

    def follow_gradient(self) -> None:
        self.section("follow_gradient")
        leaving = [part[name] for name in ROWS if name != "f" for part in (self.strips, self.formulas, self.numbers)]
        for mobject in (*self.strips.values(), *self.numbers.values(), self.belt, self.marker):
            mobject.clear_updaters()
        narrow = self.marker.animate.stretch_to_fit_height(SIZE[1] + 0.1).match_y(self.strips["f"])
        self.play(FadeOut(*leaving, self.belt, self.scales, self.answer), narrow, run_time=0.8)
        self.rule = self.formula("(partial c_T) / (partial c_t) = product_(k=t+1)^T good(f_k)", 34)
        self.decades = self.logarithmic()
        self.play(FadeIn(self.decades, self.rule.move_to([-5.2, 0.6, 0])), run_time=0.6)
        self.caption("product")
        kept = self.trace.forget_product[0, self.unit]
        self.lines = self.products(self.trace.forget_product, self.unit, "ours")
        back = UpdateFromAlphaFunc(
            self.marker, lambda cursor, share: cursor.set_x(self.columns[round((1 - share) * (self.length - 1))])
        )
        self.grow(self.lines[:-1], self.reading_time_left(), back)
        self.caption("share_kept" if kept > KEPT else "share_lost", share=kept, time=1)
        self.grow(self.lines[-1:], self.reading_time_left())

    def meet_twin(self) -> None:
        self.section("meet_twin")
        product = self.twin.forget_product
        self.caption("twin", bias=0.0, share=product[0].max())
        self.others = self.products(product, int(product[0].argmax()), "theirs")
        self.key = self.legend().move_to([-5.2, -1.6, 0])
        self.play(FadeIn(self.key), FadeOut(self.marker), run_time=0.6)
        self.grow(self.others, self.reading_time_left())

    def count_cost(self) -> None:
        self.section("count_cost")
        row = self.formulas["f"], self.strips["f"], self.numbers["f"]
        leaving = [self.letters, self.box, *row, self.decades, *self.lines, *self.others, self.rule]
        self.play(FadeOut(*leaving), self.key.animate.move_to([0, 2.35, 0]), run_time=0.6)
        self.play(FadeIn(self.training, *self.ours), run_time=0.6)
        last = [100 * run.accuracy[-1] for run in (self.trace, self.twin)]
        self.caption("cost", ours=last[0], theirs=last[1], bias=self.trace.params.forget_bias, other=0.0)
        self.grow(self.learning(self.twin, "theirs"), self.reading_time_left())

    def compute(self, name: str, count: int, seconds: float) -> None:
        """Fill the column of one letter of a row, unit by unit; then write the marked unit's value."""
        self.play(self.counts[name].animate.set_value(count), run_time=seconds, rate_func=linear)
        self.add(self.numbers[name])

    def grow(self, lines: list[VMobject], seconds: float, *beside: Animation) -> None:
        """Draw lines from their beginning."""
        self.play(*(Create(line) for line in lines), *beside, run_time=seconds, rate_func=linear)

    def sweep(self, last: int, seconds: float) -> None:
        """Read the letters on to `last`, or take them back."""
        trackers = [*self.counts.values(), self.belt_at, self.cursor_at]
        moves = [tracker.animate.set_value(last) for tracker in trackers]
        self.play(*moves, run_time=seconds, rate_func=linear)

    def strip(self, name: str, row: int) -> VGroup:
        """A rectangle per value, shown column by column; an arrowhead at the marked unit."""
        values, (width, height) = getattr(self.trace, name), SIZE
        low, high = self.ends(name)
        colours = colormaps[THEME.signed if name in SIGNED else THEME.sizes]
        cells = VGroup()
        for place in np.ndindex(values.shape):
            colour = ManimColor(colours((values[place] - low) / (high - low))[:3])
            cell = Rectangle(width=width / self.length, height=height / values.shape[1], stroke_width=0)
            cells.add(cell.set_fill(colour, 0))
        centre = np.array([START + width / 2, TOP - row * PITCH, 0])
        for (time, unit), cell in zip(np.ndindex(values.shape), cells, strict=True):
            down = (unit + 0.5) / values.shape[1] - 0.5
            cell.move_to([self.columns[time], centre[1] - height * down, 0])
        units, count = values.shape[1], self.counts[name]

        def show(cells: VGroup) -> None:
            shown = round(count.get_value() * units)
            for index, cell in enumerate(cells):
                cell.set_fill(opacity=float(index < shown))

        cells.add_updater(show)
        frame = Rectangle(width=width, height=height, color=getattr(THEME, ROWS[name][0])).move_to(centre)
        mark = Triangle(color=THEME.text, fill_opacity=1, stroke_width=0).scale(0.09).rotate(PI / 2)
        mark.move_to(centre + [width / 2 + 0.12, height / 2 - (self.unit + 0.5) * height / units, 0])
        return VGroup(cells, frame, mark)

    def value(self, name: str) -> VMobject:
        """The marked unit's latest value."""
        values, count = getattr(self.trace, name)[:, self.unit], self.counts[name]
        shown = number(values[0], edge_to_fix=LEFT).set_color(getattr(THEME, ROWS[name][0]))
        shown.add_updater(lambda number: number.set_value(values[max(int(count.get_value()), 1) - 1]))
        return shown.next_to(self.strips[name], RIGHT, buff=0.12)

    def cursor(self) -> Rectangle:
        column = self.columns[round(self.cursor_at.get_value()) - 1]
        size = {"width": SIZE[0] / self.length, "height": 5 * PITCH + SIZE[1] + 0.1}
        return Rectangle(color=THEME.text, stroke_width=3, **size).move_to([column, TOP - 2.5 * PITCH, 0])

    def links(self) -> VGroup:
        """The dots of the belt that carries the cell."""
        x = self.columns + (self.belt_at.get_value() % 1) * (self.columns[1] - self.columns[0])
        height = TOP - 3 * PITCH - SIZE[1] / 2 - 0.12
        links = [Dot([at, height, 0], radius=0.055, color=THEME.activation) for at in x if at < START + SIZE[0]]
        return VGroup(*links)

    def ends(self, name: str) -> tuple[float, float]:
        """The values of a row's first and last colour."""
        reach = min(float(np.abs(self.trace.c).max()), SATURATION) if name == "c" else 1.0
        return (-reach, reach) if name in SIGNED else (0.0, 1.0)

    def bars(self) -> VGroup:
        """What the colours stand for."""
        bars = VGroup()
        for name, rows in (("f", "f_t, i_t, o_t"), ("h", "tilde(c)_t, h_t"), ("c", "c_t")):
            colours = colormaps[THEME.signed if name in SIGNED else THEME.sizes]
            bar = Rectangle(width=1.2, height=0.2, stroke_width=0, fill_opacity=1).set_sheen_direction(RIGHT)
            bar.set_fill(color=[ManimColor(colours(share)[:3]) for share in np.linspace(0, 1, 9)])
            low, high = (number(end, places=1) for end in self.ends(name))
            bars.add(VGroup(self.formula(rows, 24), low, bar, high).arrange(RIGHT, buff=0.12))
        return bars.arrange(RIGHT, buff=0.45).move_to([1.6, TOP - 5 * PITCH - 0.62, 0])

    def panels(self) -> VGroup:
        """Axes for the loss and for the accuracy of a training, with their names."""
        steps, top = self.trace.params.steps, 1.05 * max(self.trace.loss.max(), self.twin.loss.max())
        self.axes = [
            panel([0, steps, 50], [0, high, 0.5], (5.4, 3.6), [x, -2.0, 0], 1) for x, high in ((-6.0, top), (0.9, 1.05))
        ]
        names = VGroup()
        for axes, name, colour in zip(self.axes, ("loss", "accuracy"), (THEME.loss, THEME.text), strict=True):
            names.add(self.say("name_step", color=THEME.faint).next_to(axes, DOWN, buff=0.12))
            names.add(self.say(f"name_{name}", color=colour).next_to(axes, UP, buff=0.12).align_to(axes, LEFT))
        return VGroup(*self.axes, names)

    def learning(self, run: Trace, which: str) -> list[VMobject]:
        """The loss and the accuracy of a training run."""
        return [
            styled(curve_through(axes, np.arange(len(values)), values), which, 4)
            for axes, values in zip(self.axes, (run.loss, run.accuracy), strict=True)
        ]

    def logarithmic(self) -> VGroup:
        """A line and a number at every power of ten."""
        every = np.concatenate([self.trace.forget_product, self.twin.forget_product])
        self.lowest = int(np.floor(np.log10(every.min())))
        step = max(1, -self.lowest // 7)
        lines = VGroup()
        for power in range(0, self.lowest - 1, -step):
            start = np.array([START, self.height(10.0**power), 0])
            line = Line(start, start + SIZE[0] * RIGHT, color=THEME.faint, stroke_width=1.5, stroke_opacity=0.45)
            lines.add(line, self.formula(f"10^({power})", 24).set_color(THEME.faint).next_to(line, LEFT, buff=0.15))
        return lines

    def height(self, value: np.ndarray | float) -> np.ndarray:
        return FOOT + HEIGHT * (1 - np.log10(value) / self.lowest)

    def products(self, products: np.ndarray, unit: int, which: str) -> list[VMobject]:
        """A line per unit, from the end to the beginning; that of `unit` is thick as well."""
        lines = []
        for values in products.T:
            points = np.stack([self.columns, self.height(values), 0 * values], axis=1)[::-1]
            line = VMobject(stroke_color=STYLES[which], stroke_width=2, stroke_opacity=0.45)
            lines.append(line.set_points_as_corners(points))
        return [*lines, styled(lines[unit].copy().set_stroke(opacity=1), which, 6)]

    def legend(self) -> VGroup:
        """Which forget bias each kind of line stands for."""
        rows = []
        for which, bias in (("ours", self.trace.params.forget_bias), ("theirs", 0.0)):
            line = styled(VMobject().set_points_as_corners([[0, 0, 0], [0.8, 0, 0]]), which, 6)
            rows.append(VGroup(line, self.say("bias", bias=bias)).arrange(RIGHT, buff=0.25))
        return VGroup(*rows).arrange(DOWN, aligned_edge=LEFT, buff=0.25)


def curve_through(axes: Axes, x: np.ndarray, y: np.ndarray) -> VMobject:
    return VMobject().set_points_as_corners([axes.c2p(*point) for point in zip(x, y, strict=True)])


def styled(line: VMobject, which: str, width: float) -> VMobject:
    """A line of ours, or a dashed one of the twin."""
    line.set_stroke(STYLES[which], width)
    return line if which == "ours" else DashedVMobject(line, num_dashes=40)
