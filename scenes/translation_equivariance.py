"""The film of translation equivariance: input and output move together, but not at the border nor within a stride."""

from typing import Any

import numpy as np
from manim import LEFT, RIGHT, UP, UR, Group, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.translation_equivariance import BLACK, LENGTH, REACH, WIDTH, Trace
from scenes._marks.line import Line, dashed
from scenes._marks.panel import Panel
from scenes._props.translation_equivariance import (
    Layout,
    Rows,
    ends_of,
    marked,
    rule_of,
    stand,
    table,
    telling,
    window,
    zero,
)
from scenes._stage.clock import follow
from scenes._stage.film import MARGIN, Film, beat
from scenes._stage.layout import Slot

INPUT = Slot(-4.9, 1.5, 10.8, 1.25)
ZEROS, LOW = (INPUT.foot, -1.1, -2.5), (INPUT.foot, -2.2, 0.0)  # of input, output and difference; without a difference
HIGH, NAMES = 0.66, -5.15  # of the largest output; right ends of the names
COUNT = np.array([NAMES, -2.98, 0])  # right end of the number of outputs that differ
STRIP, WAYS = 0.36, (0.72, -0.02)  # between input and output: the middle of the room, heights of the arrows
COLUMN, CASES = 4.0, {"inside": -6.2, "border": -1.75, "stray": 2.7}  # width and left ends of the cases in the end
PAUSE, STEP, ASKED = 0.5, 0.5, 2.3  # seconds: of a rest, of a step by one place, for which a question stands
RULE = f"activation(y_i) = scripts(sum)_(k = -{REACH})^{REACH} weight(w_k) thin data(x_({{step}}i + k))"
MAXIMUM = "max_i activation(y'_i) = max_i activation(y_i)"


class TranslationEquivariance(Film):
    """Above the input, in the middle its output, below the difference of two outputs, all over the same places."""

    elastic = True
    trace: Trace

    def build(self) -> None:
        knobs, self.cases = dict(self.trace.params), self.trace.cases()
        runs = [self.trace, *(self.rerun(**case) for case in self.cases.values())]
        most = max(np.abs([*run.y, *run.y_shifted, *run.difference]).max() for run in runs)
        units, peak = (INPUT.height / BLACK, HIGH / most), 1.06 * max(run.y.max() for run in runs)
        self.layout = Layout(INPUT.left, INPUT.width, ZEROS, units, peak)
        self.low = self.layout._replace(zeros=LOW)
        self.main = Rows(self, self.layout, **knobs)
        axes = Panel(self, INPUT, self.layout.edges, [0, BLACK], ticks=(5, 0)).drawn
        self.input = VGroup(axes, self.names("input", "data", INPUT.foot + INPUT.height / 2))
        self.output = VGroup(zero(self, self.layout, 1), self.names("output", "activation", ZEROS[1]))
        self.moved = self.key("name_moved", ZEROS[1] - 0.45)
        counted = self.say("nonzero_differ", size=26).move_to(COUNT + 0.15 * RIGHT, LEFT)
        self.difference = VGroup(zero(self, self.layout, 2), self.name("name_difference", "text", ZEROS[2]), counted)
        self.shown: list[Any] = []

    def names(self, key: str, role: str, height: float) -> Any:
        """What a row is called before the shift and after it."""
        before, after = (self.name(f"name_{key}{shifted}", role, height) for shifted in ("", "_shifted"))

        def at(shift: float) -> None:
            before.set_opacity(float(shift <= 0))
            after.set_opacity(float(shift > 0))

        return follow(VGroup(before, after), "shift", at=at)

    def name(self, key: str, role: str, height: float) -> Any:
        """What stands at the left of a row."""
        return self.say(key, size=26, colour=getattr(self.theme, role)).move_to([NAMES, height, 0], RIGHT)

    def key(self, key: str, height: float) -> VGroup:
        """What an outline is called, at the left of its row."""
        name = self.name(key, "text", height)
        swatch = name.get_left() + np.array([[-0.5, 0, 0], [-0.12, 0, 0]])
        return VGroup(Line(swatch, self.theme.text, 3), name)

    @beat
    def weigh(self) -> None:
        refs, stride, place, last = self.refs, self.trace.params.stride, telling(self.trace), len(self.trace.y)
        rows = Rows(self, self.low, **{**dict(self.trace.params), "shift": 1})
        frame, down = window(self, self.low, stride), (LOW[1] - ZEROS[1]) * UP
        centre = np.array([-2.6 if stride * place > LENGTH / 3 else 2.0, -0.3, 0])  # beside the lines from the window
        sums = table(self, (refs.x, refs.product, refs.y), "place", centre, 36, self.typeset("=", size=42))
        self.jump(place=place - 1, term=5, seen=place, shift=0)
        rule = RULE.replace("{step}", "{stride} " * (stride > 1))
        self.rule = self.typeset(rule, size=40, stride=refs.params.stride).to_corner(UR, buff=MARGIN)
        self.add(self.rule, self.input, self.output.shift(down), rows.x, rows.y, frame, sums)
        self.caption("weigh", taps=refs.length("tap"))
        self.jump(term=0)
        self.run(0.6, rate=ease_in_out_sine, place=place)
        self.run(2, term=5)
        self.jump(seen=place + 1)
        self.wait(0.5)
        self.swap([sums], seconds=0.3)
        self.run(0.5, place=0, seen=0, rate=ease_in_out_sine)
        self.run(1.8, place=last - 1, seen=last)
        self.swap([frame], [], Group(rows.y, self.output).animate.shift(-down))
        self.remove(rows.x, rows.y)
        self.add(self.main.x, self.main.y)

    @beat
    def predict_output(self) -> None:
        self.ask(self.main, "ask")
        self.answer(self.main)

    def ask(self, rows: Rows, key: str) -> None:
        """Move the input, and leave the output open."""
        params, outputs = rows.refs.params, len(rows.run.y)
        self.caption(key, shift=params.shift, stride=params.stride)
        self.wait(PAUSE)
        self.add(rows.before)
        self.jump(seen=0, ghost=0)
        self.run(1.3, rate=ease_in_out_sine, shift=rows.shift)
        where = rows.run.params.position + (WIDTH - 1) / 2 + rows.shift
        question = self.number(size=60).centred_at(self.layout.at(1, min(where, LENGTH - 2), 0) + 0.1 * UP)
        self.swap([], [question], seconds=0.3)
        self.wait(ASKED)
        self.remove(question)
        frame = window(self, self.layout, rows.stride)
        self.jump(place=0)
        self.add(frame)
        self.run(1.2, place=outputs - 1, seen=outputs)
        self.remove(frame)

    def answer(self, rows: Rows) -> None:
        """Lay the output before on the one after, and tell where they differ."""
        ways = rows.ways(WAYS)
        self.add(rows.ghost, ways, self.moved)
        self.tell(rows, f"answer_{rows.run.outcome()}")
        self.run(self.reading_time_left(2.5) - 1.1, rate=ease_in_out_sine, ghost=1)
        self.write_moved(rows)
        tally = rows.tally(COUNT)
        self.swap([], [self.difference, rows.valid, rows.d, tally])
        self.shown = [rows.before, rows.x, rows.y, rows.ghost, rows.valid, rows.d, tally, ways]

    def tell(self, rows: Rows, key: str) -> None:
        """Say whether the output is the one before, moved."""
        refs = rows.refs
        knobs = {"shift": refs.params.shift, "stride": refs.params.stride}
        self.caption(key, differing=refs.differing, cells=refs.cells, **knobs)

    def write_moved(self, rows: Rows) -> None:
        """Write as a formula whether the output is the one before, moved."""
        outs, params = rows.refs.places("out"), rows.refs.params
        first, last = (outs[k] for k in ends_of(rows.run))
        told = {"by": params.shift, "stride": params.stride, "cells": rows.refs.cells, "first": first, "last": last}
        self.write_rule(rule_of(rows.run), size=40, seconds=0.5, **told)

    @beat(loop=True)
    def move_together(self) -> None:
        rails = self.trace.outcome() == "exact" and self.trace.params.stride == 1  # else it differs on the way
        self.caption("replay_exact" if rails else "replay_other")
        self.run(2.2, rate=ease_in_out_sine, shift=1)
        self.run(2.4, rate=ease_in_out_sine, shift=self.main.shift)

    @beat(summary=True)
    def compare_products(self) -> None:
        rows = self.inside = Rows(self, self.layout, **self.cases["inside"])
        if rows.run.params != self.trace.params:
            self.show(rows)
        refs, place, outs = rows.refs, telling(rows.run), rows.refs.places("out")
        there = place + rows.shift
        names = (
            self.typeset(f"activation({y}_{{out}}) =", size=34, out=outs[k]) for y, k in (("y", place), ("y'", there))
        )
        sources = (refs.x, refs.product, refs.y), (refs.x_shifted, refs.product_shifted, refs.y_shifted)
        tables = [
            table(self, source, axis, np.array([x, STRIP, 0]), 28, name)
            for x, axis, source, name in zip((-4.6, 1.9), ("place", "there"), sources, names, strict=True)
        ]
        frame = window(self, self.layout, 1, "there", pointing=False)
        self.swap([self.shown[-1]], seconds=0.3)
        self.write_rule(RULE.format(step=""), seconds=0.5, size=40)
        self.run(0.8, rate=ease_in_out_sine, shift=0)
        self.jump(place=place, there=place, term=0)
        self.add(frame, tables[0])
        self.run(1.5, term=5)
        self.caption("products", shift=refs.params.shift)
        self.run(1.3, rate=ease_in_out_sine, shift=rows.shift, there=there)
        self.add(tables[1])
        self.jump(tables[1], term=0)
        self.run(self.reading_time_left(1.5), tables[1], term=5)
        self.leaving = [frame, *tables]

    def clear(self, leaving: list[Any]) -> None:
        """Let drawings leave, and with them the caption and the formula that have told of them."""
        self.swap([*leaving, self._caption, self.rule], seconds=0.4)
        self.rule = Group()

    def show(self, rows: Rows, shift: int | None = None) -> None:
        """Show other rows instead, compared, at a shift."""
        self.remove(*self.shown)
        tally, ways = rows.tally(COUNT), rows.ways(WAYS)
        self.shown = [*rows.drawn, tally, ways]
        self.jump(seen=len(rows.run.y), ghost=1, shift=rows.shift if shift is None else shift)
        self.add(*self.shown)

    @beat
    def keep_maximum(self) -> None:
        rows = self.inside
        start, end = self.layout.at(1, [rows.run.y.argmax(), rows.run.y_shifted.argmax()], rows.run.y.max())
        before, after = (
            self.number(self.refs_of(rows.run).largest(name), self.theme.activation, size=38, anchor=-side)
            for name, side in (("y", LEFT), ("y_shifted", RIGHT))
        )
        self.swap(self.leaving, self.shown[-1:], seconds=0.4)
        self.caption("maximum", top=rows.refs.largest("y"))
        self.write_rule(MAXIMUM, size=40, seconds=0.5)
        self.swap([], [before.centred_at(start + 0.55 * LEFT)], seconds=0.4)  # left of the output beside it
        self.grow(line := dashed(start, end, self.theme.text, 3), seconds=self.reading_time_left(1) - 0.4)
        self.swap([], [after.centred_at(end + 0.2 * RIGHT)], seconds=0.4)
        self.leaving = [line, before, after]

    @beat
    def push_to_border(self) -> None:
        rows = Rows(self, self.layout, **self.cases["border"])
        self.clear(self.leaving)
        self.show(rows, self.inside.shift)
        self.run(2.5, rate=ease_in_out_sine, shift=rows.shift)
        self.tell(rows, "border")
        self.write_moved(rows)
        outputs, differs = len(rows.run.y), int(rows.run.difference.nonzero()[0][0])
        self.jump(place=differs - 2)
        self.swap([], [frame := window(self, self.layout, 1, pointing=False)], seconds=0.3)
        self.run(self.reading_time_left(2) - 0.6, place=outputs - 1)
        self.leaving = [frame, *marked(self, rows)]
        self.swap([], self.leaving[1:])

    @beat
    def predict_stride(self) -> None:
        rows = Rows(self, self.layout, **self.cases["stray"])
        self.clear(self.leaving)
        self.run(1, rate=ease_in_out_sine, shift=0)
        self.jump(seen=LENGTH)
        self.swap([*self.shown, self.moved, self.difference], [rows.x, rows.y], seconds=0.4)
        self.ask(rows, "ask_stride")
        self.answer(rows)
        self.leaving = marked(self, rows)
        self.swap([], self.leaving)

    @beat
    def divide_shift(self) -> None:
        rows, shift = Rows(self, self.layout, **self.cases["even"]), self.cases["stray"]["shift"]
        self.swap(self.leaving, seconds=0.3)
        self.show(rows, shift)
        self.clear([])
        self.run(STEP, shift=rows.shift)
        self.caption("even", stride=rows.refs.params.stride)
        for place in (shift, rows.shift) * 2:  # a step is quick: between whole shifts nothing is computed
            self.run(STEP, shift=place)
            self.wait(PAUSE)
        self.write_moved(rows)

    @beat
    def summarize(self) -> None:
        self.clear([*self.shown, self.input, self.output, self.moved, self.difference])
        self.jump(shift=0, seen=LENGTH, ghost=1)
        columns = [self.column(name, left) for name, left in CASES.items()]
        names = [
            self.typeset(name, size=34).move_to([CASES["inside"] - 0.12, height, 0], RIGHT)
            for name, height in (("data(x')", 1.2), ("activation(y')", -0.55))
        ]
        self.swap([], [*names, *(mark for marks, _ in columns for mark in marks)])
        self.caption("summary")
        self.run(2.2, rate=ease_in_out_sine, shift=max(case["shift"] for case in self.cases.values()))
        for _, told in columns:
            self.swap([], told)

    def column(self, name: str, left: float) -> tuple[list[Any], list[Any]]:
        """A case in small; what it is called, and how many outputs differ."""
        case, (of_x, of_y) = self.cases[name], self.layout.units
        zeros, first = (0.8, -0.55, -1.65), max(case["position"] - 4, 0)
        rows = Rows(self, Layout(left, COLUMN, zeros, (0.8 * of_x, 0.8 * of_y), 0, first, "valid_short"), **case)
        told = {"shift": rows.refs.params.shift, "stride": rows.refs.params.stride}
        heading = stand(self.say(f"case_{name}", size=36, **told), left, 2.65)
        setting = stand(self.say("setting", size=28, **told), left, 2.15)
        lines = [zero(self, rows.layout, row) for row in range(3)]
        counted = self.say("nonzero_differ", size=28).move_to([left, -3, 0], LEFT)
        tally = [rows.tally(np.array([left + 1.55, -2.5, 0]), 52), counted]
        return [*lines, *rows.drawn], [heading, setting, *tally]
