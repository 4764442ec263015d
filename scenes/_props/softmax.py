"""What only the film of softmax draws: a lying bar for each species, alone, on an axis or as one whole; and a dial."""

from math import inf, isclose
from typing import Any, Self

import numpy as np
from manim import LEFT, ORIGIN, RIGHT, UP, Line, Triangle, VGroup, VMobject

from scenes._marks.away import Away
from scenes._marks.bars import OUTLINE
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments, clipped, closed
from scenes._marks.panel import Panel
from scenes._stage.clock import between
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.refs import values_of
from scenes._stage.theme import Theme

FILLS = (0.9, 0.3, 0.03)  # of the bar of each species; the last is hatched
HATCH = 0.18  # from one line of it to the next; what is narrower has none
ROWS, HIGH = np.array([1.75, 0.85, -0.05]), 0.6  # middles and height of bars in rows
THINNEST = 1e-3  # of a bar that is drawn
BEYOND = 0.4  # how far beyond the edge a bar that leaves its panel is followed
FAR = 1e3  # units of the frame
APART = 3.2  # from either end of a whole bar to the middle of its second number


class Bars(VGroup):
    """A lying bar for each species, all of one hue: one is solid, one half-opaque, one hatched.

    What would reach beyond `right` ends there, and a sign points to where its end is.
    """

    def __init__(self, theme: Theme, role: str, right: float = FAR) -> None:
        colour, self._right = getattr(theme, role), right
        self._away = Away(np.array([[-FAR, -FAR, 0], [right, FAR, 0]]), colour, gap=0.08)
        bars = (VMobject(color=colour, fill_opacity=fill, stroke_width=3) for fill in FILLS)
        self._hatch = Segments(np.zeros((0, 3)), np.zeros((0, 3)), colour, 3, opacity=1)
        super().__init__(*(with_halo(bar, theme) for bar in bars), self._hatch, self._away)

    def put(self, left: Any, foot: Any, width: Any, height: Any) -> Self:
        """Put them elsewhere [species]; what is no number is not drawn."""
        left, foot, width, height = np.broadcast_arrays(left, foot, width, height)
        ends, middle = left + width, foot + height / 2
        widths = np.minimum(ends, self._right) - left
        for bar, x, y, wide, high in zip(self, left, foot, widths, height, strict=False):
            corners = OUTLINE * [wide, high, 0] + [x + wide / 2, y, 0]
            bar.points = closed(corners) if abs(wide) > THINNEST else np.zeros((0, 3))
        self._hatch.join(*hatching(self[len(FILLS) - 1].points, left[-1]))
        self._away.put(np.stack([ends, middle, 0 * ends], axis=-1))
        return self


def hatching(outline: np.ndarray, start: float) -> tuple[np.ndarray, np.ndarray]:
    """Where lines start and end [line 3] that rise through a bar; one meets its foot at `start`."""
    if not len(outline) or np.ptp(outline[:, 0]) < HATCH:
        return outline[:0], outline[:0]
    box = np.stack([outline.min(axis=0), outline.max(axis=0)])
    (left, foot, _), (right, top, _) = box
    feet = start + HATCH * np.arange(np.floor((left - top + foot - start) / HATCH), (right - start) / HATCH)
    starts = np.stack([feet, np.full_like(feet, foot), 0 * feet], axis=-1)
    first, last, seen = clipped(starts, starts + (top - foot) * (RIGHT + UP), box)
    return first[seen], last[seen]


class Scores(VGroup):
    """The scores of one flower as bars on an axis, and as numbers at their right.

    `at(place)` shows a row of a table [place species], or what lies between two.

    Args:
        film: it writes the numbers.
        slot: where the axis stands.
        room: values that shall have room along it.
        table: references; NaN leaves a row open.
        leap: as for `written`.
    """

    def __init__(self, film: Film, slot: Slot, room: list[Any], table: np.ndarray, leap: float = inf) -> None:
        panel, self._words = Panel(film, slot, room, [0, 1], ticks=(3, 0)), film.words
        self._table, self._leap = table, leap
        self.zero, right = panel.at(0, 0)[0], slot.left + slot.width
        widths = slot.width / panel.axes.span[0] * np.nan_to_num(values_of(table))
        self.widths = np.minimum(widths, right - self.zero + BEYOND)  # [place species]
        self._bars = Bars(film.theme, "data", right)
        numbers = (film.number(colour=film.theme.data, size=32, anchor=RIGHT) for _ in ROWS)
        self._numbers = [with_halo(number, film.theme) for number in numbers]
        for number, y in zip(self._numbers, ROWS, strict=True):
            number.centred_at(np.array([right + 1.35, y, 0]))
        super().__init__(panel.drawn, self._bars, panel.rules(np.zeros(1), 0, 1, "faint"), *self._numbers)

    def at(self, place: float) -> None:
        """Show what is at a place."""
        self._bars.put(self.zero, ROWS - HIGH / 2, between(self.widths, place), HIGH)
        for number, value in zip(self._numbers, written(self._table, place, self._leap), strict=True):
            number.write(self._words.number(value, digits=8, decimals=2, tidy=True))


class Shares(VGroup):
    """The numbers above a whole bar: at its left end, over its second part as far as the others allow, at its right."""

    def __init__(self, film: Film, whole: Slot) -> None:
        self._words, self._whole, anchors = film.words, whole, (LEFT, ORIGIN, RIGHT)
        super().__init__(*(film.number(colour=film.theme.activation, size=34, anchor=one) for one in anchors))

    def put(self, shares: np.ndarray, refs: np.ndarray) -> Self:
        """Stand above parts of these lengths [species], and write what `refs` name."""
        left, foot, width, height = self._whole
        middle = left + np.clip(width * np.nan_to_num(shares[0] + shares[1] / 2, nan=0.5), APART, width - APART)
        for number, x, ref in zip(self, (left, middle, left + width), refs, strict=True):
            number.anchored_at(np.array([x, foot + height + 0.2, 0])).write(self._words.number(ref))
        return self


class Dial(VGroup):
    """A logarithmic dial: a line whose ends are written above it, and a hand that stands at a value."""

    def __init__(self, film: Film, place: np.ndarray, width: float, ends: tuple[Any, Any]) -> None:
        self._place, self._width, self._ends = place, width, [end.value for end in ends]
        line = Line(place, place + width * RIGHT, color=film.theme.faint, stroke_width=4)
        self._hand = with_halo(Triangle(color=film.theme.text, fill_opacity=1).scale(0.16), film.theme)
        numbers = [film.number(colour=film.theme.faint, anchor=ORIGIN) for _ in ends]
        for number, end in zip(numbers, ends, strict=True):
            number.centred_at(self._at(end.value) + 0.3 * UP).write(film.words.number(end, tidy=True))
        super().__init__(line, *numbers, self._hand)

    def turn(self, value: float) -> Self:
        """Have the hand stand at a value."""
        self._hand.move_to(self._at(value), UP)
        return self

    def _at(self, value: float) -> np.ndarray:
        share = np.log(value / self._ends[0]) / np.log(self._ends[1] / self._ends[0])
        return np.asarray(self._place + share * self._width * RIGHT)


def written(table: np.ndarray, place: float, leap: float = inf) -> np.ndarray:
    """The row that is being reached at a place; beyond `leap`, where rows are far apart, it is open until then."""
    row: np.ndarray = table[int(np.ceil(place - 1e-9))]
    return row if place <= leap or isclose(place, round(place)) else np.full(row.shape, np.nan)


def ends_of(left: float, widths: np.ndarray) -> np.ndarray:
    """Where bars of these widths begin that lie end to end."""
    return left + np.cumsum(widths) - widths
