"""The film of translation equivariance: input and output move together; at the border and under a stride they do not."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Group, VGroup
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.translation_equivariance import BLACK, LENGTH, WIDTH, Trace
from scenes._marks.line import Segments, dashed
from scenes._marks.panel import Panel
from scenes._props.translation_equivariance import EDGES, Layout, Rows, marked, table, telling, window
from scenes._stage.film import Film, beat
from scenes._stage.layout import Slot

INPUT = Slot(-4.9, 1.5, 11.2, 1.25)
ZEROS, LOW = (INPUT.foot, -1.2, -2.5), (INPUT.foot, -2.2, 0.0)  # of input, output and difference; without a difference
HIGH, NAMES = 0.72, -5.15  # of the largest output; right ends of the names
STRIP, WAYS = 0.36, (0.72, -0.02)  # between input and output: the middle of the room, heights of the arrows
COLUMN, CASES = 4.1, {"inside": -6.4, "border": -1.75, "stray": 2.9}  # width and left ends of the cases in the end
ASKED = 2.5  # seconds for which a question stands
RULE = "activation(y_i) = scripts(sum)_k weight(w_k) thin data(x_({step}i + k))"
MOVED = "activation(y'_i) {sign} activation(y_(i - {{shift}}{step}))"


class TranslationEquivariance(Film):
    """Above the input, in the middle its output, below the difference of two outputs, all over the same places."""

    trace: Trace

    def build(self) -> None:
        knobs, self.cases = dict(self.trace.params), self.trace.cases()
        runs = [self.trace, *(self.rerun(**case) for case in self.cases.values())]
        most = max(np.abs([*run.y, *run.y_shifted, *run.difference]).max() for run in runs)
        units, peak = (INPUT.height / BLACK, HIGH / most), 1.06 * max(run.y.max() for run in runs)
        self.layout = Layout(INPUT.left, INPUT.width, ZEROS, units, peak)
        self.low = self.layout._replace(zeros=LOW)
        self.main = Rows(self, self.layout, **knobs)
        axes = Panel(self, INPUT, EDGES, [0, BLACK], ticks=(5, 0)).drawn
        self.input = VGroup(axes, self.name("name_input", "data", INPUT.foot + INPUT.height / 2))
        self.output = VGroup(self.zero(1), self.name("name_output", "activation", ZEROS[1]))
        self.difference = VGroup(self.zero(2), self.name("name_difference", "text", ZEROS[2] + 0.25))
        self.shown: list[Any] = []

    def name(self, key: str, role: str, height: float) -> Any:
        """What a row is called, at its left."""
        return self.say(key, size=28, colour=getattr(self.theme, role)).move_to([NAMES, height, 0], RIGHT)

    def zero(self, row: int) -> Segments:
        """The 0 of a row."""
        points = self.layout.at(row, EDGES, 0)
        return Segments(points[:1], points[1:], self.theme.faint, 2, 1)

    @beat
    def weigh(self) -> None:
        refs, stride, place, last = self.refs, self.trace.params.stride, telling(self.trace), len(self.trace.y)
        rows = Rows(self, self.low, **{**dict(self.trace.params), "shift": 1})
        frame, down = window(self, self.low, stride), (LOW[1] - ZEROS[1]) * UP
        centre = np.array([-2.6 if stride * place > LENGTH / 3 else 2.0, -0.3, 0])  # beside the lines from the window
        sums = table(self, (refs.x, refs.product, refs.y), "place", centre, 36, self.typeset("=", size=42))
        self.jump(place=place - 1, term=5, seen=place, shift=0)
        self.add(self.input, self.output.shift(down), rows.x, rows.y, frame, sums)
        self.caption("weigh", taps=refs.length("tap"))
        self.write_rule(RULE.replace("{step}", "{stride} " * (stride > 1)), size=40, stride=refs.params.stride)
        self.jump(term=0)
        self.run(0.6, rate=ease_in_out_sine, place=place)
        self.run(2.5, term=5)
        self.jump(seen=place + 1)
        self.wait(0.6)
        self.caption("fill", count=refs.length("out"))
        self.swap([sums], seconds=0.3)
        self.run(0.6, place=0, seen=0, rate=ease_in_out_sine)
        self.run(3, place=last - 1, seen=last)
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
        self.add(rows.before)
        self.jump(seen=0, ghost=0)
        self.run(1.5, rate=ease_in_out_sine, shift=rows.shift)
        where = rows.run.params.position + (WIDTH - 1) / 2 + rows.shift
        question = self.number(size=60).centred_at(self.layout.at(1, min(where, LENGTH - 2), 0) + 0.1 * UP)
        self.swap([], [question], seconds=0.3)
        self.wait(ASKED)
        self.remove(question)
        frame = window(self, self.layout, rows.stride)
        self.jump(place=0)
        self.add(frame)
        self.run(2, place=outputs - 1, seen=outputs)
        self.remove(frame)

    def answer(self, rows: Rows) -> None:
        """Lay the output before on the one after, and tell where they differ."""
        ways = rows.ways(WAYS)
        self.add(rows.ghost, ways)
        self.run(1.5, rate=ease_in_out_sine, ghost=1)
        self.tell(rows, f"answer_{rows.run.outcome()}")
        tally = rows.tally(np.array([NAMES, ZEROS[2] - 0.3, 0]))
        self.swap([], [self.difference, rows.valid, rows.d, tally])
        self.shown = [rows.before, rows.x, rows.y, rows.ghost, rows.valid, rows.d, tally, ways]

    def tell(self, rows: Rows, key: str) -> None:
        """Say whether the output is the one before, moved, and write it as a formula."""
        refs, params, outcome = rows.refs, rows.refs.params, rows.run.outcome()
        told = {"differing": refs.differing, "responding": refs.responding, "cells": refs.cells}
        self.caption(key, shift=params.shift, stride=params.stride, **told)
        sign, step = "=" if outcome in ("exact", "gone") else "!=", " slash {stride}" * (rows.stride > 1)
        rule = MOVED.format(sign=sign, step=step)
        self.write_rule(rule, size=40, seconds=0.5, shift=params.shift, stride=params.stride)

    @beat(loop=True)
    def move_together(self) -> None:
        self.caption("replay")
        self.run(2.5, rate=ease_in_out_sine, shift=1)
        self.run(3, rate=ease_in_out_sine, shift=self.main.shift)

    @beat
    def compare_products(self) -> None:
        rows = Rows(self, self.layout, **self.cases["inside"])
        if rows.run.params != self.trace.params:
            self.show(rows)
        refs, place, outs = rows.refs, telling(rows.run), rows.refs.places("out")
        there = place + rows.shift
        names = (self.typeset(f"activation({y}_{{out}}) =", size=34, out=outs[k]) for y, k in (("y", place), ("y'", there)))
        sources = (refs.x, refs.product, refs.y), (refs.x_shifted, refs.product_shifted, refs.y_shifted)
        tables = [
            table(self, source, axis, np.array([x, STRIP, 0]), 28, name)
            for x, axis, source, name in zip((-5.0, 1.2), ("place", "there"), sources, names, strict=True)
        ]
        frame = window(self, self.layout, 1, "there", pointing=False)
        self.swap([self.shown.pop()], seconds=0.3)
        self.write_rule(RULE.format(step=""), seconds=0.5, size=40)
        self.run(1, rate=ease_in_out_sine, shift=0)
        self.jump(place=place, there=place, term=0)
        self.add(frame, tables[0])
        self.run(2, term=5)
        self.caption("products", shift=refs.params.shift)
        self.run(1.5, rate=ease_in_out_sine, shift=rows.shift, there=there)
        self.add(tables[1])
        self.jump(tables[1], term=0)
        self.run(2, tables[1], term=5)
        self.leaving = [frame, *tables]

    def show(self, rows: Rows, shift: int | None = None) -> None:
        """Show other rows instead, compared, at a shift."""
        self.remove(*self.shown)
        tally, ways = rows.tally(np.array([NAMES, ZEROS[2] - 0.3, 0])), rows.ways(WAYS)
        self.shown = [*rows.drawn, tally, ways]
        self.jump(seen=len(rows.run.y), ghost=1, shift=rows.shift if shift is None else shift)
        self.add(*self.shown)

    @beat
    def keep_maximum(self) -> None:
        rows = self.inside = Rows(self, self.layout, **self.cases["inside"])
        before, after = (int(y.argmax()) for y in (rows.run.y, rows.run.y_shifted))
        ends = self.layout.at(1, [before, after], rows.run.y.max())
        line = dashed(*ends, self.theme.text, 3)
        numbers = [
            self.number(self.refs_of(rows.run).largest(name), self.theme.activation, size=38, anchor=-side)
            for name, side in (("y", LEFT), ("y_shifted", RIGHT))
        ]
        self.swap(self.leaving, seconds=0.3)
        self.caption("maximum", top=rows.refs.largest("y"))
        for number, end in zip(numbers, ends, strict=True):
            number.move_to(end + 0.35 * UP)
        self.swap([], numbers[:1])
        self.grow(line, seconds=1.2)
        self.swap([], numbers[1:])
        self.leaving = [line, *numbers]

    @beat
    def push_to_border(self) -> None:
        rows = Rows(self, self.layout, **self.cases["border"])
        self.swap(self.leaving, seconds=0.3)
        self.caption("push")
        self.show(rows, self.inside.shift)
        self.run(self.reading_time_left(3), rate=ease_in_out_sine, shift=rows.shift)
        self.tell(rows, "border")
        self.leaving = marked(self, rows)
        self.swap([], self.leaving)

    @beat
    def predict_stride(self) -> None:
        rows = Rows(self, self.layout, **self.cases["stray"])
        self.swap([*self.leaving, *self.shown, self.difference, self.rule], seconds=0.4)
        self.jump(shift=0, seen=len(rows.run.y), ghost=0)
        self.caption("stride", stride=rows.refs.params.stride, count=rows.refs.length("out"))
        self.swap([], [rows.x, rows.y])
        self.ask(rows, "ask_stride")
        self.answer(rows)
        self.leaving = marked(self, rows)
        self.swap([], self.leaving)

    @beat
    def divide_shift(self) -> None:
        rows, shift = Rows(self, self.layout, **self.cases["even"]), self.cases["stray"]["shift"]
        self.swap(self.leaving, seconds=0.3)
        self.show(rows, shift)
        self.run(1.5, shift=rows.shift)
        self.tell(rows, "even")

    @beat
    def summarize(self) -> None:
        self.swap([*self.shown, self.input, self.output, self.difference, self.rule], seconds=0.5)
        self.jump(shift=0, seen=LENGTH, ghost=1)
        columns = [self.column(name, left) for name, left in CASES.items()]
        self.swap([], [mark for marks, _ in columns for mark in marks])
        self.run(3, rate=ease_in_out_sine, shift=max(case["shift"] for case in self.cases.values()))
        self.caption("summary")
        for _, tally in columns:
            self.swap([], tally)

    def column(self, name: str, left: float) -> tuple[list[Any], list[Any]]:
        """A case in small, and how many outputs differ."""
        units = 0.75 * self.layout.units[0], 0.75 * self.layout.units[1]
        rows = Rows(self, Layout(left, COLUMN, (0.8, -0.55, -1.65), units, 0), **self.cases[name])
        told = {"shift": rows.refs.params.shift, "stride": rows.refs.params.stride}
        heading, setting = self.say(f"case_{name}", size=36, **told), self.say("setting", size=28, **told)
        heading.move_to([left, 2.75, 0], LEFT)
        setting.move_to([left, 2.25, 0], LEFT)
        zeros = [Segments(*rows.layout.at(row, EDGES, 0)[:, None], self.theme.faint, 2, 1) for row in range(3)]
        foot = np.array([left + 1.55, -2.75, 0])
        tally = [rows.tally(foot, 52), self.say("differ").move_to(foot + 0.2 * RIGHT, LEFT)]
        return [heading, setting, *zeros, *rows.drawn], tally
