"""The film of the channels: a colour picture falls apart and comes back; a kernel over all channels gives one map."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, Create, Group
from manim.utils.rate_functions import ease_in_out_sine

from mathcore.image_channels import Trace
from scenes._marks.cells import ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.frames import glide
from scenes._marks.grid import Grid
from scenes._marks.window import flying_tile
from scenes._props.image_channels import (
    CHANNELS,
    LIGHTS,
    ROW_Y,
    RULE,
    ChannelRow,
    ColourImage,
    Lights,
    digits_to_thousandths,
    equation,
    gather,
    map_scale,
    middle_of_slide,
    most_coloured,
    names_of_lights,
    scale_of,
    stack,
    sum_text,
    weight_scale,
)
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film, beat
from scenes._stage.refs import first

LARGE, APART, LARGE_Y = 3.9, 4.6, 0.1  # of the planes of light
SIDE = 2.85  # of what stands in an equation, in four columns
COLUMNS = (APART * SIDE / LARGE * (np.arange(4) - 1.5)).tolist()
TABLES_Y, NUMBERS_Y = 0.75, -2.0  # of an equation: tables, and numbers below
TILES_Y, SHARES_Y = -1.5, -2.4  # of an equation of lights: a cell of each, and below it how much there is
OUTPUT_AT, OUTPUT_SIDE, TOTAL_AT = np.array([5.1, -0.5, 0]), 3.4, np.array([2.2, ROW_Y, 0])
BARS_Y, SIZES_Y = -2.63, -3.02  # of the colour bars and sizes below the last page's columns
FAST = 3  # seconds in which the window visits all places that are left


class ImageChannels(Film):
    """First the lights, in one row; then a row per channel, and at the right the one map."""

    trace: Trace

    def build(self) -> None:
        t, refs = self.trace, self.refs
        self.count, self.other = t.output.size, self.rerun(kernel=t.other_kernel())
        self.greys = map_scale(t, self.theme.signed)
        self.picture, self.small = ColourImage(t.picture, 5.4), ColourImage(t.image, LARGE)
        follow(self.small, "cell")
        self.lights = follow(Lights(t.image, LARGE, APART), "apart").move_to(LARGE_Y * UP)
        self.names = names_of_lights(self, APART, LARGE_Y + LARGE / 2 + 0.5)
        self.rows = [ChannelRow(self, channel) for channel in range(len(CHANNELS))]
        named = "name_output", "activation"
        self.output = Grid(self, (OUTPUT_AT, OUTPUT_SIDE), refs.output, self.greys, *named, bar=0.26, empty=True)
        self.output.fill("kept")
        self.total = self.make_total()
        places = np.argwhere(np.ones(t.output.shape))
        start = np.tile(TOTAL_AT + 1.06 * RIGHT, (self.count, 1)), 0.26  # beside the number
        sent, target = refs.output.reshape(-1, 1, 1), self.output.blocks(places)
        flying_tile(self, lambda place, _: sent[place], self.output, "activation", start, target, "kept")
        self.aim = self.output.frames(places[:1], "activation")  # the cell that the sum is for
        follow(self.aim, "place", at=lambda place: self.aim.put(glide(target[0], place)[None]))

    def make_total(self) -> Any:
        """The sum over the channels at the window's place, open until it is added up."""
        number = self.number(colour=self.theme.activation, size=38).centred_at(TOTAL_AT)

        def at(place: float, added: float) -> None:
            where = divmod(middle_of_slide(place), self.trace.output.shape[1])
            number.write(sum_text(self, self.refs.output[where] if added >= 1 else None))

        return follow(number, "place", "added", at=at)

    @beat
    def show_picture(self) -> None:
        t, refs = self.trace, self.refs
        self.add(self.picture)
        told = {"rows": refs.length("prow"), "size": refs.params.size}
        self.caption("show_picture", source=self.source(t.params.image), **told)
        self.play(self.picture.animate.set(height=5).move_to([-3.2, LARGE_Y, 0]), run_time=0.7)
        self.small.set(height=5).move_to([3.2, LARGE_Y, 0])
        self.add(self.small)
        self.run(self.reading_time_left(2.2), cell=len(t.image) ** 2)

    @beat
    def fall_apart(self) -> None:
        self.swap([self.picture], [], self.small.animate.set(height=LARGE).move_to(LARGE_Y * UP))
        self.remove(self.small)
        self.add(self.lights, self.names)
        self.caption(f"fall_{self.trace.colours()}")
        self.run(self.reading_time_left(2.6), rate=ease_in_out_sine, apart=1)

    @beat(loop=True)
    def add_lights(self) -> None:
        self.run(1.5, rate=ease_in_out_sine, apart=0)
        self.wait(0.4)
        self.run(1.5, rate=ease_in_out_sine, apart=1)

    @beat
    def read_channels(self) -> None:
        t, refs, foot = self.trace, self.refs, LARGE_Y - LARGE / 2 - 0.45
        self.caption("read_channels")
        xs = APART * np.arange(-1, 2)
        planes = zip(xs, np.moveaxis(t.image, 2, 0), strict=True)
        self.greys_of_lights = Group(
            *(Grid(self, ([x, LARGE_Y, 0], LARGE), plane, Scale()).cells for x, plane in planes)
        )
        self.swap([], [self.greys_of_lights], seconds=1.2)
        self.means = Group(
            *(
                self.say("mean", size=36, mean=self.words.number(mean)).move_to([x, foot, 0])
                for x, mean in zip(xs, refs.channel_mean, strict=True)
            )
        )
        for mean in self.means:
            self.swap([], [mean], seconds=0.7)

    @beat
    def take_cell(self) -> None:
        t = self.trace
        row, col = most_coloured(t.image)
        self.caption(f"cell_{t.colours()}")
        self.swap([self.greys_of_lights, self.means])
        above, middle = TABLES_Y + SIDE / 2 + 0.45, np.array([COLUMNS[1], TABLES_Y, 0])
        moved = [name.animate.move_to([x, above, 0], UP) for name, x in zip(self.names, COLUMNS, strict=False)]
        self.play(self.lights.animate.scale(SIDE / LARGE).move_to(middle), *moved, run_time=0.7)
        self.small = ColourImage(t.image, SIDE).move_to([COLUMNS[3], TABLES_Y, 0])
        whole = self.say("name_picture").move_to([COLUMNS[3], above, 0], UP)
        self.swap([], [self.small, whole, equation(self, COLUMNS, TABLES_Y)])
        slots = [([x, TABLES_Y, 0], SIDE) for x in COLUMNS]
        frames = [Grid(self, slot, t.image[..., 0], Scale()).frames([[row, col]], "text") for slot in slots]
        self.play(Create(frames[3]), run_time=0.4)
        tile = ColourImage(t.image[row : row + 1, col : col + 1], frames[3].side).move_to(frames[3])
        self.play(tile.animate.set(height=0.8).move_to([COLUMNS[3], TILES_Y, 0]), run_time=0.7)
        parts = [self.part(k, row, col) for k in range(len(CHANNELS))]
        signs = equation(self, COLUMNS, TILES_Y)
        for frame, part in zip(frames, parts, strict=False):
            self.swap([], [part], Create(frame), seconds=0.5)
        shares = [self.words.number(share) for share in self.refs.image[row, col]]
        triple = self.say("triple", size=36, **dict(zip(CHANNELS, shares, strict=True)))
        self.swap([], [signs, triple.move_to([COLUMNS[3], SHARES_Y, 0])], seconds=0.4)

    def part(self, channel: int, row: int, col: int) -> Group:
        """A cell of a channel, in its own light, and below it as a number."""
        only = np.zeros((1, 1, len(CHANNELS)))
        only[..., channel] = self.trace.image[row, col, channel]
        number = self.number(self.refs.image[row, col, channel], size=40, anchor=ORIGIN)
        below = number.centred_at(np.array([COLUMNS[channel], SHARES_Y, 0]))
        return Group(ColourImage(only, 0.8).move_to([COLUMNS[channel], TILES_Y, 0]), below)

    @beat
    def lay_kernel(self) -> None:
        rows = self.rows
        picture = ColourImage(self.trace.image, OUTPUT_SIDE).move_to(OUTPUT_AT)
        frame = Grid(self, (OUTPUT_AT, OUTPUT_SIDE), self.trace.image[..., 0], Scale()).frames([[0, 0]], "weight", 3)
        self.whole = [picture, self.size_of(picture, "image"), frame]
        self.new_page([part for row in rows for part in (row.plane.cells, row.letter)] + self.whole[:2])
        self.caption(f"lay_{self.trace.slices()}")
        self.play(*(Create(one) for one in (frame, *(row.frame for row in rows))), run_time=0.6)
        self.swap([], [part for row in rows for part in (row.seen.cells, row.lines)])
        name = self.say("name_kernel", size=SMALL, colour=self.theme.weight)
        name.next_to(rows[0].kernel.cells, UP, buff=0.16)
        for row in rows:
            self.swap([], [row.kernel.cells, row.times, *[name] * (row is rows[0])], seconds=0.5)
        self.swap([], [part for row in rows for part in (row.equals, row.sum)], seconds=0.4)

    @beat
    def sum_slices(self) -> None:
        terms = self.trace.kernel[..., 0].size
        self.caption("sum_slices")
        self.run(4.2, term_0=terms)
        self.run(0.8, term_1=terms)
        self.run(0.8, term_2=terms)

    @beat
    def ask_maps(self) -> None:
        self.open = self.say("ask_maps_here", size=60, colour=self.theme.activation).move_to(OUTPUT_AT)
        self.swap(self.whole, [self.open])
        self.caption("ask_maps")
        for row in self.rows:
            self.blink(row.frame, seconds=0.6, times=2)
        starts = [[1.7, row.plane.cells.get_y(), 0] for row in self.rows]
        self.gather = gather(self, starts, TOTAL_AT + 0.22 * LEFT)
        self.wait(self.reading_time_left(0.2))
        self.grow(self.gather, seconds=0.6)
        self.add(self.total)
        self.jump(added=1)
        self.swap([self.open], [self.output.drawn, self.aim])
        self.caption("answer_maps", sum=self.refs.output[0, 0])
        self.blink(self.total)
        self.write_rule(RULE, seconds=0.6)
        self.run(1.2, kept=1)

    @beat
    def fill_map(self) -> None:
        terms = self.trace.kernel[..., 0].size
        every = {row.axis: terms for row in self.rows}
        self.caption("fill_map", rows=self.refs.length("orow"), cols=self.refs.length("ocol"))
        none = dict.fromkeys(every, 0)
        self.jump(added=0, **none)
        self.jump(*(cursor for row in self.rows for cursor in row.cursors), **none)
        self.run(0.5, place=1)
        self.run(1.8, **every)
        self.jump(added=1)
        self.run(0.8, kept=2)
        for row in self.rows:
            row.written = False
        self.run(self.reading_time_left(FAST), place=self.count - 1, kept=self.count)

    @beat
    def add_maps(self) -> None:
        t, refs = self.trace, self.refs
        maps = [
            Grid(self, ([COLUMNS[k], TABLES_Y, 0], SIDE), t.partial[k], self.greys, f"partial_{name}")
            for k, name in enumerate(CHANNELS)
        ]
        slot = [COLUMNS[3], TABLES_Y, 0], SIDE
        whole = Grid(self, slot, t.output, self.greys, "name_output", "activation", bar=0.3, empty=True)
        whole.fill("summed")
        above, below = (equation(self, COLUMNS, y) for y in (TABLES_Y, NUMBERS_Y))
        sums = *((ref, "{value}") for ref in refs.partial[:, 0, 0]), (refs.output[0, 0], "activation({value})")
        written = [self.sum_at(x, *told) for x, told in zip(COLUMNS, sums, strict=True)]
        frames = [one.frames([[0, 0]], "text", width=4) for one in (*maps, whole)]
        self.new_page([*(one.drawn for one in maps), *above[:2]])
        self.caption("add_maps")
        for k in range(len(maps)):
            self.swap([], [frames[k], written[k], *below[:2][k - 1 : k]], seconds=0.5)
        self.jump(summed=1)
        self.swap([], [whole.cells, frames[3], below[2], written[3]], seconds=0.5)
        self.run(1.5, summed=self.count)
        self.swap([], [above[2], whole.name, whole.bar], seconds=0.4)

    def sum_at(self, x: float, ref: Any, markup: str) -> Any:
        """A sum in the equation of numbers."""
        value = self.words.markup(ref, digits=digits_to_thousandths(ref.value))
        return self.typeset(markup, size=44, value=value).move_to([x, NUMBERS_Y, 0])

    @beat
    def two_kernels(self) -> None:
        picture = ColourImage(self.trace.image, SIDE).move_to([-5.1, 0, 0])
        self.jump(first=1)
        self.new_page([picture, self.size_of(picture, "image"), *self.row_of(self.trace, 1.5, "first")])
        self.caption(f"two_{self.other.slices()}")
        self.swap([], self.row_of(self.other, -1.5, "second"))
        self.run(2, second=1)

    def row_of(self, run: Trace, y: float, axis: str) -> list[Any]:
        """A kernel and the map that it gives, each with its colours; the map fills along an axis."""
        weights, values = weight_scale(run, self.theme.signed), scale_of(run.output, self.theme.signed)
        slices = Group(
            *(
                Grid(self, ([x, y, 0], 1.3), run.kernel[..., k], weights).cells.framed(self.theme.weight)
                for k, x in enumerate((-2.3, -0.4, 1.5))
            )
        )
        letters = [
            self.say(f"letter_{name}", size=34).next_to(one, LEFT, buff=0.12)
            for name, one in zip(CHANNELS, slices, strict=True)
        ]
        bar = ColourBar(weights, 3, self.theme, self.words).next_to(slices, DOWN, buff=0.2)
        name = self.say(f"name_{run.params.kernel}", colour=self.theme.weight).next_to(slices, UP, buff=0.2)
        arrow = self.typeset("arrow.r.long", size=44).move_to([2.9, y, 0])
        made = Grid(self, ([4.9, y, 0], 2.2), run.output, values, bar=0.2, empty=True)
        made.follow(lambda share: first(run.output, int(share * run.output.size + 1e-9)), axis)
        return [slices, *letters, bar, name, arrow, made.drawn]

    def size_of(self, drawing: Any, name: str) -> Any:
        """How large a thing is, below it."""
        refs = self.refs
        sides = {"image": "row", "kernel": "krow", "partial": "orow", "output": "orow"}
        markup = "{side} times {side}" + " times {channels}" * (name != "output")
        told = {"side": refs.length(sides[name]), "channels": refs.length("channel")}
        return self.typeset(markup, size=34, **told).next_to(drawing, DOWN, buff=0.25)

    @beat(summary=True)
    def sum_up(self) -> None:
        t = self.trace
        y, apart, side = 0.25, 1.8, 1.65
        picture = ColourImage(t.image, 2.9).move_to([-5.3, y, 0])
        lights = [Scale(light) for light in LIGHTS]
        weights = weight_scale(t, self.theme.signed)
        channels = stack(self, np.moveaxis(t.image, 2, 0), lights, -2.5, side, apart, y)
        slices = stack(self, np.moveaxis(t.kernel, 2, 0), [weights] * 3, -0.3, 1.1, apart, y)
        partials = stack(self, t.partial, [self.greys] * 3, 1.9, side, apart, y)
        output = Grid(self, ([5.3, y, 0], 2.9), t.output, self.greys, "name_output", "activation", bar=0.2)
        columns = {"image": channels, "kernel": slices, "partial": partials}
        for one in slices:
            one.cells.framed(self.theme.weight)
        lines = gather(self, [one.cells.get_right() + 0.05 * RIGHT for one in partials], np.array([3.55, y, 0]))
        self.new_page([picture, self.size_of(picture, "image")])
        self.caption("sum_up")
        for name, column in columns.items():
            drawn: list[Any] = [one.cells for one in column]
            if name == "image":
                drawn += [row.letter.next_to(one, LEFT, buff=0.12) for row, one in zip(self.rows, drawn, strict=True)]
            else:
                bar = ColourBar(column[0].cells.colours, 2, self.theme, self.words)
                drawn += [bar.move_to([drawn[2].get_x(), BARS_Y, 0]), self.size_of(drawn[2], name).set_y(SIZES_Y)]
            self.swap([], drawn, seconds=0.6)
        self.grow(lines, seconds=0.5)
        self.swap([], [output.drawn, self.size_of(output.drawn, "output")], seconds=0.6)
