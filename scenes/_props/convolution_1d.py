"""What only the film of the one-dimensional convolution draws: a window on a series, its products, learned filters."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, VGroup, VMobject

from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Segments, closed
from scenes._marks.panel import Panel
from scenes._stage.clock import between, follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.refs import values_of

HALF = 2.5  # from the middle of a window to its sides, in steps of time
STACK = 0.7  # width of the stack of products, in steps of time
COLUMNS, WEIGHT = 2.88 + 0.87 * np.arange(5), 2.2  # of the table; height of a weight of 1
SEEN, KERNEL, PRODUCTS, SUM = 2.0, 0.15, -1.15, -2.1  # heights of its rows
HOLLOW = 0.25  # opacity of a weight that lies beyond the series


def series_on(panel: Panel, times: np.ndarray, values: np.ndarray, role: str, width: float = 3) -> VGroup:
    """A series as dots on a line."""
    return VGroup(panel.line(times, values, role, width=width), panel.dots(times, values, role, 0.05))


def growing(panel: Panel, times: np.ndarray, values: np.ndarray, role: str, *axes: str) -> VGroup:
    """A map as dots on a line, from one of its places to another: along two axes, the first and the last place."""
    points, theme = panel.at(times, values), panel._theme
    line, dots = Line(points, getattr(theme, role)), Dots(points, getattr(theme, role), 0.06)

    def at(first: float, last: float) -> None:
        start, stop = round(first), int(last + 1e-9) + 1
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
        self.stack = VMobject(fill_color=theme.activation, fill_opacity=0.9, stroke_width=2)
        self.stack.set_stroke(theme.background)
        head = Dots(np.zeros((0, 3)), theme.activation, 0.11)

        def slide(place: float, term: float) -> None:
            time, values = between(times, place), between(products, place)
            left, right = above.axes.at(time - HALF, 0)[0], above.axes.at(time + HALF, 0)[0]
            corners = np.array([[left, foot, 0], [right, foot, 0], [right, top, 0], [left, top, 0]])
            self.frame.points = closed(corners)
            tops = np.concatenate([[0], np.cumsum(values * np.clip(term - np.arange(len(values)), 0, 1))])
            ends, sides = below.axes.at(time, tops), [time - STACK, time + STACK]
            self.stack.points = closed(
                np.array(
                    [
                        below.axes.at(np.array([sides[0], sides[1], sides[1], sides[0]]), np.array([a, a, b, b]))
                        for a, b in zip(tops[:-1], tops[1:], strict=True)
                        if b > a
                    ]
                ).reshape(-1, 4, 3)
            )
            self.lines.join(corners[:2], np.stack([ends[-1], ends[-1]]))
            head.put(ends[-1:] if term else [])

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
        theme, words = film.theme, film.words
        names = [("name_seen", SEEN, 0.42, theme.data), ("name_kernel", KERNEL, 1.2, theme.weight)]
        names += [("name_products", PRODUCTS, 0.42, theme.text)]
        super().__init__(*(film.say(key, size=SMALL + 2, colour=hue).move_to([COLUMNS[0] - 0.35, height + lift, 0], LEFT)
                           for key, height, lift, hue in names))
        rows = [
            [film.number(colour=hue, size=26, anchor=ORIGIN).centred_at(np.array([x, height, 0])) for x in COLUMNS]
            for height, hue in ((SEEN, theme.data), (KERNEL, theme.weight), (PRODUCTS, theme.text))
        ]
        weights = values_of(kernel)
        bars = VGroup(*(self._bar(film, x, weight) for x, weight in zip(COLUMNS, weights, strict=True)))
        equals = film.say("name_sum", size=36).move_to([4.5, SUM, 0], RIGHT)
        total = film.number(colour=theme.activation, size=44).centred_at(np.array([4.65, SUM, 0]))

        def tell(place: float, term: float) -> None:
            here, done = round(place), int(term + 1e-9)
            for a in range(len(weights)):
                rows[0][a].write(words.number(window[here, a], decimals=3))
                rows[1][a].write(words.number(kernel[a]))
                rows[2][a].write(words.number(products[here, a], digits=4, decimals=4))
                rows[2][a].set_opacity(float(a < done))
                bars[a].set_fill(opacity=HOLLOW if beyond[here, a] else 0.9)
            total.write(words.number(sums[here] if done == len(weights) else np.nan))

        self.add(*rows[0], *rows[1], *rows[2], bars, equals, total)
        follow(self, "place", "term", at=tell)

    def _bar(self, film: Film, x: float, weight: float) -> VMobject:
        bar, foot = VMobject(fill_color=film.theme.weight, stroke_color=film.theme.weight, stroke_width=2), KERNEL + 0.25
        corners = [[x - 0.25, foot, 0], [x + 0.25, foot, 0], [x + 0.25, foot + WEIGHT * weight, 0]]
        bar.points = closed(np.array([*corners, [x - 0.25, foot + WEIGHT * weight, 0]])[None])
        return bar


def gap(film: Film, panel: Panel, time: float, mean: float, value: float, ref: Any, last: int) -> VGroup:
    """How far the last point of the map lies below the mean of what the window sees, once the point is there."""
    level = panel.line([time - 3.5, time + HALF], [mean, mean], "bad", width=4, dashed=True)
    fall = panel.line([time + 1.6] * 2, [mean, value], "bad", width=5)
    number = film.typeset("bad(-{dip})", size=40, dip=ref)
    number.next_to(panel.at(time - 3.2, value / 2), LEFT, buff=0.1)
    marks = VGroup(level, fall, with_halo(number, film.theme))
    return follow(marks, "right", at=lambda right: marks.set_opacity(float(right >= last - 1e-6)))


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


def filter_panel(film: Film, slot: Slot, kernels: np.ndarray, k: int) -> VGroup:
    """The weights of one of several filters [epoch filter tap], all on one scale, along "epoch"."""
    reach = 1.05 * np.abs(kernels).max()
    panel = Panel(film, slot, [-0.6, kernels.shape[2] - 0.4], [-reach, reach], ticks=(0, 0))
    return VGroup(panel.levels(0, "faint"), Weights(panel, kernels[:, k]))


class Firing(VGroup):
    """A series that a filter visits; along an axis, 0 to 1, the window of its largest response so far is lit.

    Args:
        film: where it stands.
        slot: its room.
        series: [position].
        response: of the filter at each place [place].
        strongest: a reference to the largest, 0 if none is positive.
        axis: along which it goes.
        turn: when it begins on that axis.
    """

    def __init__(
        self, film: Film, slot: Slot, series: np.ndarray, response: np.ndarray, strongest: Any, axis: str, turn: int
    ) -> None:
        theme, taps = film.theme, len(series) - len(response) + 1
        room = 0.1 * np.ptp(series)
        panel = Panel(film, slot, [0, len(series) - 1], [series.min() - room, series.max() + room], ticks=(0, 0))
        line = panel.line(np.arange(len(series)), series, "data", width=2.5)
        lit = Line(panel.at([0, 0], [0, 0]), theme.activation, 8)
        frame = VMobject(stroke_color=theme.weight, stroke_width=3)
        high = np.mean(series[-len(series) // 3 :]) < (series.min() + series.max()) / 2
        corner = np.array([slot.left + slot.width, slot.foot + (slot.height - 0.2 if high else 0.2), 0])
        number = film.number(strongest, theme.activation, size=30, anchor=RIGHT).centred_at(corner)
        super().__init__(line, with_halo(lit, theme), frame, with_halo(number, theme))

        def visit(place: float) -> None:
            share = float(np.clip(place - turn, 0, 1))
            here = round(share * (len(response) - 1))
            best = int(response[: here + 1].argmax())
            fires = 0 < share and response[best] > 0
            window = np.arange(best, best + taps)
            lit.points = lit.through(panel.at(window, series[window])).points if fires else lit.points[:0]
            ends = np.array([here, here + taps - 1, here + taps - 1, here], dtype=float)
            low, top = panel.axes.low[1], panel.axes.low[1] + panel.axes.span[1]
            frame.points = closed(panel.at(ends, np.array([low, low, top, top]))) if 0 < share < 1 else frame.points[:0]
            number.set_opacity(float(share == 1))

        follow(self, axis, at=visit)


def columns(left: float, foot: float, size: tuple[float, float], pitch: float, count: int) -> Sequence[Slot]:
    """So many slots side by side."""
    return [Slot(left + k * pitch, foot, *size) for k in range(count)]


Titled = Callable[..., Any]
UNDER, OVER = 0.3 * DOWN, 0.3 * UP
