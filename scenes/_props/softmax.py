"""What only the film of softmax draws: a lying bar for each species, alone, on an axis or as one whole."""

from collections.abc import Iterator
from math import inf, isclose
from typing import Any, Self

import numpy as np
from manim import LEFT, ORIGIN, RIGHT, UP, Rectangle, VGroup, VMobject

from scenes._marks.away import Away
from scenes._marks.bars import OUTLINE
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments, clipped, closed
from scenes._marks.number import digit_height
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset
from scenes._stage.clock import between
from scenes._stage.film import BODY, Film
from scenes._stage.layout import Slot
from scenes._stage.refs import values_of
from scenes._stage.theme import Theme

FILLS = (0.9, 0.3, 0.03)  # of the bar of each species; the last is hatched
HATCH = 0.18  # from one line of it to the next; what is narrower has none
ROWS, HIGH = np.array([1.75, 0.85, -0.05]), 0.6  # middles and height of bars in rows
THINNEST = 0.01  # of a bar that is drawn
BEYOND = 0.4  # how far beyond the edge a bar that leaves its panel is followed
SCORE = {"digits": 8, "decimals": 2, "tidy": True}  # how a score is written
FAR = 1e3  # units of the frame
TIE, APART = 0.22, 1.35  # from a part up to its number; from the middle of a number to that of the next


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
            number.write(self._words.number(value, **SCORE))


class Exponentials(VGroup):
    """Bars that leave their scores one after the other for a room of their own, and their exponentials as numbers.

    `at(done, place)`: so many have left; they are as long as a row of a table [place species] says.

    Args:
        film: it writes the numbers.
        scores: where the bars come from.
        room: where they go; beyond it a bar ends.
        unit: the length of an exponential of 1.
        table: references to exponentials.
        leap: as for `written`.
    """

    def __init__(
        self, film: Film, scores: Scores, room: tuple[float, float], unit: float, table: np.ndarray, leap: float
    ) -> None:
        self._words, self._zero, self._widths, (self._left, width) = film.words, scores.zero, scores.widths, room
        self._table, self._leap = table, leap
        self.lengths = np.minimum(unit * values_of(table), width + BEYOND)  # [place species]
        self._bars = Bars(film.theme, "activation", self._left + width)
        numbers = (film.number(colour=film.theme.activation, size=34) for _ in ROWS)
        self.numbers = VGroup(*(with_halo(number, film.theme) for number in numbers))
        super().__init__(self._bars, self.numbers)

    def at(self, done: float, place: float) -> None:
        """Bars take the length of their exponentials on the way; a number is there when its bar has arrived."""
        share, start = np.clip(done - np.arange(3), 0, 1), between(self._widths, place)
        length = between(self.lengths, place)
        width = np.where(share > 0, start + share * (length - start), np.nan)
        self._bars.put(self._zero + share * (self._left - self._zero), ROWS - HIGH / 2, width, HIGH)
        values, ends = written(self._table, place, self._leap), self._left + length + 0.2
        for number, value, x, y, there in zip(self.numbers, values, ends, ROWS, share == 1, strict=True):
            number.centred_at(np.array([x, y, 0])).write(self._words.number(value)).set_opacity(float(there))


class Shares(VGroup):
    """The number of each part of a whole bar, above it and tied to its middle; a bar that has no parts has a "?"."""

    def __init__(self, film: Film, whole: Slot) -> None:
        self._words, self._whole, colour = film.words, whole, film.theme.activation
        self._ties = Segments(np.zeros((0, 3)), np.zeros((0, 3)), colour, 2.5, opacity=1)
        self._numbers = [film.number(colour=colour, size=34, anchor=ORIGIN) for _ in ROWS]
        super().__init__(self._ties, *self._numbers)

    def put(self, refs: np.ndarray, shares: np.ndarray) -> Self:
        """Write what `refs` name at parts of such a share [species]; what is too thin to be drawn has no number."""
        left, foot, width, height = self._whole
        middles, top = left + width * (np.cumsum(shares) - shares / 2), foot + height
        seen, places = width * shares > THINNEST, apart(middles, left, left + width)
        starts = np.stack([middles, np.full(3, top), np.zeros(3)], axis=-1)
        ends = np.stack([places, np.full(3, top + TIE), np.zeros(3)], axis=-1)
        self._ties.join(starts[seen], ends[seen])
        for number, end, ref, shown in zip(self._numbers, ends, refs, seen, strict=True):
            number.anchored_at(end + 0.07 * UP).write(self._words.number(ref)).set_opacity(float(shown))
        return self

    def open(self, asked: bool) -> Self:
        """Write no share, but perhaps a question mark in the bar's room."""
        left, foot, width, height = self._whole
        self._ties.join(np.zeros((0, 3)), np.zeros((0, 3)))
        for number in self._numbers:
            number.set_opacity(0)
        question = self._numbers[1].centred_at(np.array([left + width / 2, foot + height / 2, 0]))
        question.write(self._words.number(np.nan)).set_opacity(float(asked))
        return self


class Whole(VGroup):
    """Bars that come down one after the other, to lie end to end, and are brought to one length: they are shares then.

    `at(laid, place)`: so many have come down; from 3 to 4 they take the length of a row of a table [place species].

    Args:
        film: it writes the numbers.
        slot: of the whole bar.
        left: where the bars come from.
        lengths: of the bars [species].
        table: references to shares.
        leap: as for `written`.
    """

    def __init__(
        self, film: Film, slot: Slot, left: float, lengths: np.ndarray, table: np.ndarray, leap: float
    ) -> None:
        self._slot, self._left, self._lengths, self._table, self._leap = slot, left, lengths, table, leap
        self._bars, self._numbers = Bars(film.theme, "activation"), Shares(film, slot)
        super().__init__(self._bars, self._numbers)

    def at(self, laid: float, place: float) -> None:
        """What is open, before bars come down or where no shares are known, has a question mark."""
        slot, down, cut = self._slot, np.clip(laid - np.arange(3), 0, 1), float(np.clip(laid - 3, 0, 1))
        refs = written(self._table, place, self._leap)
        share = values_of(refs)
        widths = self._lengths + cut * (slot.width * share - self._lengths)
        fallen, slid = np.minimum(2 * down, 1), np.maximum(2 * down - 1, 0)  # clear of the scores
        left, foot = self._left + slid * (ends_of(slot.left, widths) - self._left), ROWS - HIGH / 2
        foot, high = foot + fallen * (slot.foot - foot), HIGH + fallen * (slot.height - HIGH)
        self._bars.put(left, foot, np.where(down > 0, widths, np.nan), high)
        if cut == 1 and not np.isnan(share).any():
            self._numbers.put(refs, share)
        else:
            self._numbers.open(asked=laid in (0, 4))


class Row(VGroup):
    """Shares as one bar, and at its left the temperature that they are at.

    `at(share)`: so much of the way is done through the rows of a table of references [place species].

    Args:
        film: it writes.
        slot: of the bar.
        left: where the name of the temperature stands.
        table: references to shares.
        temperatures: references to the temperature of each.
    """

    def __init__(self, film: Film, slot: Slot, left: float, table: np.ndarray, temperatures: list[Any]) -> None:
        self._words, self._slot, self._refs, self._temperatures = film.words, slot, table, temperatures
        self._shares, height = values_of(table), slot.foot + slot.height / 2
        self._bars, self._numbers, self._number = (
            Bars(film.theme, "activation"),
            Shares(film, slot),
            film.number(size=38),
        )
        name = stand(film.typeset("T =", size=38), left, height)
        self._number.centred_at(np.array([name.get_right()[0] + 0.15, height, 0]))
        self.reading = VGroup(name, self._number)
        super().__init__(self._bars, self._numbers, self.reading)

    def at(self, share: float) -> None:
        """Show what is there, or between two."""
        place, (left, foot, width, height) = share * (len(self._refs) - 1), self._slot
        widths = width * between(self._shares, place)
        self._bars.put(ends_of(left, widths), foot, widths, height)
        self._numbers.put(self._refs[round(place)], widths / width)
        self._number.write(self._words.number(self._temperatures[round(place)]))


def legend(film: Film, slot: Slot, scores: np.ndarray) -> Iterator[VMobject]:
    """How the bar of each species looks, and the score that it has."""
    for k, score in enumerate(scores):
        left, swatch = slot.left + k * slot.width / 3, Bars(film.theme, "activation")
        yield swatch.put(left, slot.foot - 0.15, np.where(np.arange(3) == k, 0.4, np.nan), 0.3)
        yield (word := stand(film.say(f"species_{k}"), left + 0.55, slot.foot))
        yield (name := stand(film.typeset("data(o) ="), word.get_right()[0] + 0.25, slot.foot))
        number = film.number(colour=film.theme.data, size=BODY)
        number.centred_at(np.array([name.get_right()[0] + 0.12, slot.foot, 0]))
        yield number.write(film.words.number(score, **SCORE))


def room(film: Film, slot: Slot, left: float) -> VGroup:
    """An axis from 0 to 1 below the room of a whole bar, a frame around it, and its name."""
    axis = Panel(film, slot._replace(foot=slot.foot - 0.07, height=1e-3), [0, 1], [0, 1], ticks=(1, 0))
    frame = Rectangle(width=slot.width + 0.14, height=slot.height + 0.14, color=film.theme.faint, stroke_width=2)
    frame.move_to([slot.left + slot.width / 2, slot.foot + slot.height / 2, 0])
    name = film.typeset("activation(p)", size=40)
    return VGroup(axis.drawn, frame, name.move_to([left, frame.get_y(), 0], LEFT))


def written(table: np.ndarray, place: float, leap: float = inf) -> np.ndarray:
    """The row that is being reached at a place; beyond `leap`, where rows are far apart, it is open until then."""
    row: np.ndarray = table[int(np.ceil(place - 1e-9))]
    return row if place <= leap or isclose(place, round(place)) else np.full(row.shape, np.nan)


def apart(places: np.ndarray, left: float, right: float) -> np.ndarray:
    """Places in their order between two ends, each as near to where it was as the others allow that keep apart."""
    steps = APART * np.arange(len(places))
    rising, falling = np.maximum.accumulate(places - steps), np.minimum.accumulate((places - steps)[::-1])[::-1]
    return np.asarray(np.clip((rising + falling) / 2, left, right - steps[-1]) + steps)


def stand(word: Typeset, left: float, height: float) -> Typeset:
    """Put a word whose first letter stands on the line so that digits of its size have their middle at a height."""
    foot = word.move_to([left, height, 0], LEFT)[0].get_subpaths()[0][:, 1].min()
    return word.shift((height - digit_height(word.font_size) / 2 - foot) * UP)


def ends_of(left: float, widths: np.ndarray) -> np.ndarray:
    """Where bars of these widths begin that lie end to end."""
    return left + np.cumsum(widths) - widths
