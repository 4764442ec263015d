"""What only the film of the one-dimensional convolution draws: a window on a series, its products, learned filters."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, VGroup, VMobject

from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Segments, closed
from scenes._marks.panel import Panel
from scenes._stage.clock import between, follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.refs import values_of

HALF = 2.5  # from the middle of a window to its sides, in steps of time
SLIVER = 0.015  # a product that can be seen
STACK = 0.7  # width of the stack of products, in steps of time
COLUMNS, NAMES = 2.95 + 0.87 * np.arange(5), 2.1  # of the table; where its names begin
ROWS, SUM = {"seen": 2.0, "kernel": -0.1, "products": -1.4}, -2.35  # heights of its numbers
LIFTS = {"seen": 0.45, "kernel": 1.45, "products": 0.5}  # from them to what they are called
SIGNS = {"times": "kernel", "=": "products"}
FOOT, WEIGHT = 0.15, 2.3  # of the bars; height of a weight of 1
CURSOR = np.array([[-0.42, -0.22, 0], [0.42, -0.22, 0], [0.42, 0.22, 0], [-0.42, 0.22, 0]])  # around a number
THIN, THICK, TINY = 4, 11, 1e-12  # width of a window that is lit, by how much
LOWEST = 0.2  # value at which a number is clear of the foot of the map
HOLLOW = 0.25  # opacity of a weight that lies beyond the series


def series_on(panel: Panel, times: np.ndarray, values: np.ndarray, role: str, width: float = 3) -> VGroup:
    """A series as dots on a line."""
    return VGroup(panel.line(times, values, role, width=width), panel.dots(times, values, role, 0.05))


def growing(panel: Panel, times: np.ndarray, values: np.ndarray, *axes: str) -> VGroup:
    """A map as dots on a line, from one of its places to another: along two axes, the first and the last place."""
    points, theme = panel.at(times, values), panel._theme
    line, dots = Line(points, theme.activation), Dots(points, theme.activation, 0.06)

    def at(first: float, last: float) -> None:
        start, stop = round(first), int(np.floor(last + 1e-9)) + 1
        dots.put(points[start:stop])
        line.points = Line(points[start:stop], theme.text).points if stop - start > 1 else points[:0]

    return follow(VGroup(with_halo(line, theme), with_halo(dots, theme)), *axes, at=at)


class SlidingWindow:
    """A window on a series, and below it the point of the map that it leaves.

    Along "place" it slides from place to place; along "term" its products pile up to the point, one on the other.

    Args:
        film: where it stands.
        above: the panel of the series.
        below: the panel of the map, on the same scale of time.
        times: of the window's middle at each place.
        products: [place tap].
    """

    def __init__(self, film: Film, above: Panel, below: Panel, times: np.ndarray, products: np.ndarray) -> None:
        theme, (foot, top) = film.theme, above.axes.box[:, 1]
        self.frame = VMobject(stroke_color=theme.weight, stroke_width=5, fill_color=theme.weight, fill_opacity=0.12)
        self.lines = Segments(np.zeros((0, 3)), np.zeros((0, 3)), theme.weight, 2.5, 0.9)
        self.stack = VMobject(fill_color=theme.activation, fill_opacity=1, stroke_width=1)
        self.stack.set_stroke(theme.background)
        head = Dots(np.zeros((0, 3)), theme.activation, 0.11)

        def slide(place: float, term: float) -> None:
            time, values = between(times, place), between(products, place)
            left, right = above.axes.at(time - HALF, 0)[0], above.axes.at(time + HALF, 0)[0]
            corners = np.array([[left, foot, 0], [right, foot, 0], [right, top, 0], [left, top, 0]])
            self.frame.points = closed(corners)
            tops = np.concatenate([[0], np.cumsum(values * np.clip(term - np.arange(len(values)), 0, 1))])
            ends, feet, heads = below.axes.at(time, tops), tops[:-1], tops[1:]
            y = np.stack([feet, feet, heads, heads], axis=1)[heads > feet + SLIVER]  # [product corner]
            self.stack.points = closed(below.axes.at(time + STACK * np.array([-1, 1, 1, -1]), y))
            self.lines.join(corners[:2], np.stack([ends[-1], ends[-1]]))
            head.put(ends[-1:] if term else ends[:0])

        self.drawn = VGroup(self.frame, self.lines, self.stack, with_halo(head, theme))
        follow(self.drawn, "place", "term", at=slide)


class Table(VGroup):
    """What a window sees, the weights as bars, their products and the sum: along "place" and "term".

    Args:
        film: where it stands.
        window: references to what it sees [place tap].
        kernel: to the weights [tap].
        products: [place tap].
        sums: [place].
        beyond: whether a weight lies beyond the series [place tap].
    """

    def __init__(self, film: Film, window: Any, kernel: Any, products: Any, sums: Any, beyond: np.ndarray) -> None:
        theme, words, weights = film.theme, film.words, values_of(kernel)
        hues = {"seen": theme.data, "kernel": theme.weight, "products": theme.text}
        names = (
            film.say(f"name_{key}", size=28, colour=hue).move_to([NAMES, ROWS[key] + LIFTS[key], 0], LEFT)
            for key, hue in hues.items()
        )
        rows = {
            key: [
                film.number(colour=hue, size=28, anchor=ORIGIN).centred_at(np.array([x, ROWS[key], 0])) for x in COLUMNS
            ]
            for key, hue in hues.items()
        }
        signs = [film.typeset(sign, size=34).move_to([NAMES + 0.1, ROWS[key], 0]) for sign, key in SIGNS.items()]
        bars = [_bar(film, x, weight) for x, weight in zip(COLUMNS, weights, strict=True)]
        equals = film.say("name_sum", size=40).move_to([4.6, SUM, 0], RIGHT)
        self.total = film.number(colour=theme.activation, size=48).centred_at(np.array([4.75, SUM, 0]))
        equals.align_to(self.total, DOWN)  # neither reaches below the line
        cursor = VMobject(stroke_color=theme.text, stroke_width=3)
        heights = np.array([[0, height, 0] for height in ROWS.values()])[:, None]

        def tell(place: float, term: float) -> None:
            here, done = round(place), int(term + 1e-9)
            for a in range(len(weights)):
                rows["seen"][a].write(words.number_to(window[here, a], 3))
                rows["kernel"][a].write(words.number_to(kernel[a], 4))
                rows["products"][a].write(words.number_to(products[here, a], 4))
                rows["products"][a].set_opacity(float(a < done))
                bars[a].set_fill(opacity=HOLLOW if beyond[here, a] else 0.9)
            self.total.write(words.number(sums[here] if done == len(weights) else np.nan))
            boxes = CURSOR + heights + [COLUMNS[min(done, len(weights) - 1)], 0, 0]  # [row corner 3]
            cursor.points = closed(boxes) if 0 < term < len(weights) else cursor.points[:0]

        super().__init__(
            *names, *(number for row in rows.values() for number in row), *signs, *bars, equals, self.total, cursor
        )
        follow(self, "place", "term", at=tell)


def _bar(film: Film, x: float, weight: float) -> VMobject:
    """A weight, upright above its number."""
    bar, foot = VMobject(fill_color=film.theme.weight, stroke_color=film.theme.weight, stroke_width=2), FOOT
    across, up = x + 0.25 * np.array([-1, 1, 1, -1]), foot + WEIGHT * weight * np.array([0, 0, 1, 1])
    bar.points = closed(np.stack([across, up, 0 * up], axis=1)[None])
    return bar


def missing(film: Film, panel: Panel, trace: Any, place: int) -> VGroup:
    """What the first or the last sum lacks of the mean of the values that the window sees, once the map reaches it."""
    bar, inwards = VMobject(stroke_color=film.theme.bad, stroke_width=5), LEFT if place else RIGHT
    value, mean, end = trace.activation_map[place], trace.mean_seen[place], len(trace.activation_map) - 1
    x, y = place + STACK * np.array([-1, 1, 1, -1]), np.array([value, value, mean, mean])
    bar.points = closed(panel.at(x, y)[None])
    number = film.typeset("bad(-{dip})", size=44, dip=film.refs.dip[place])
    number.next_to(panel.at(place + 1.2 * inwards[0], max(value / 2, LOWEST)), inwards, buff=0.1)
    point = Dots(panel.at(place, value), film.theme.activation, 0.11)  # which the bar would cover

    def show(first: float, last: float) -> None:
        there = float(first <= place and last >= end)
        for halo in (False, True):
            bar.set_stroke(opacity=there, background=halo)
        VGroup(number, point).set_opacity(there)

    return follow(with_halo(VGroup(bar, number, point), film.theme), "left", "right", at=show)


class Weights(VMobject):
    """The weights of a filter as bars up and down from zero, along "epoch"."""

    def __init__(self, panel: Panel, values: np.ndarray) -> None:
        super().__init__(fill_color=panel._theme.weight, fill_opacity=0.9, stroke_width=0)
        self._panel, self._values = panel, values  # [epoch tap]
        follow(self, "epoch")

    def at(self, epoch: float) -> None:
        """Show them at an epoch."""
        values = between(self._values, epoch)
        taps = np.arange(len(values))
        x = np.stack([taps - 0.36, taps + 0.36, taps + 0.36, taps - 0.36], axis=1)
        y = np.stack([0 * values, 0 * values, values, values], axis=1)
        self.points = closed(self._panel.at(x, y))


def filter_panel(film: Film, slot: Slot, kernels: np.ndarray, k: int, ticks: int = 0) -> VGroup:
    """The weights of one of several filters [epoch filter tap], along "epoch"; all on one scale, which ticks tell."""
    reach = 1.05 * np.abs(kernels).max()
    panel = Panel(film, slot, [-0.6, kernels.shape[2] - 0.4], [-reach, reach], ticks=(0, ticks))
    return VGroup(*[panel.drawn] * (ticks > 0), panel.levels(0, "faint"), Weights(panel, kernels[:, k]))


class Firing(VGroup):
    """A series that a filter visits; along "visited" the window of its largest response so far is lit.

    Args:
        film: where it stands.
        slot: its room.
        series: [position].
        response: of the filter at each place [place].
        strongest: a reference to the largest, 0 if none is positive.
        most: the largest of the filter in any series: what is lit most.
        turn: when it begins.
    """

    def __init__(
        self, film: Film, slot: Slot, series: np.ndarray, response: np.ndarray, strongest: Any, most: float, turn: int
    ) -> None:
        theme, taps = film.theme, len(series) - len(response) + 1
        room = 0.1 * np.ptp(series)
        panel = Panel(film, slot, [0, len(series) - 1], [series.min() - room, series.max() + room], ticks=(0, 0))
        line = panel.line(np.arange(len(series)), series, "data", width=2.5)
        lit = Line(panel.at([0, 0], [0, 0]), theme.weight, 8)
        frame = with_halo(VMobject(stroke_color=theme.weight, stroke_width=4), theme)
        high = np.mean(series[-len(series) // 3 :]) < (series.min() + series.max()) / 2
        corner = np.array([slot.left + slot.width, slot.foot + (slot.height - 0.2 if high else 0.2), 0])
        number = film.number(colour=theme.activation, size=30, anchor=RIGHT).centred_at(corner)
        number.write(film.words.number(strongest, decimals=1, tidy=True))
        super().__init__(panel.levels(0, "faint", 1.5), line, with_halo(lit, theme), frame, with_halo(number, theme))

        def visit(place: float) -> None:
            share = float(np.clip(place - turn, 0, 1))
            here = round(share * (len(response) - 1))
            best = int(response[: here + 1].argmax())
            fires = share > 0 and responds(response[best])
            window = np.arange(best, best + taps)
            lit.set_stroke(width=THIN + (THICK - THIN) * max(response[best], 0) / max(most, TINY))
            lit.points = lit.through(panel.at(window, series[window])).points if fires else lit.points[:0]
            ends = np.array([here, here + taps - 1, here + taps - 1, here], dtype=float)
            low, top = panel.axes.low[1], panel.axes.low[1] + panel.axes.span[1]
            frame.points = closed(panel.at(ends, np.array([low, low, top, top]))) if 0 < share < 1 else frame.points[:0]
            number.set_opacity(float(share == 1))

        follow(self, "visited", at=visit)


def responds(response: float) -> bool:
    """Whether a response is more than the 0 that is written of it, to one decimal."""
    return round(float(response), 1) > 0


def columns(left: float, foot: float, size: tuple[float, float], pitch: float, count: int) -> Sequence[Slot]:
    """So many slots side by side."""
    return [Slot(left + k * pitch, foot, *size) for k in range(count)]
