"""What only the film of softmax draws: a lying bar for each species, alone, on an axis or as one whole."""

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from manim import LEFT, ORIGIN, RIGHT, UP, Rectangle, VGroup, VMobject, interpolate_color
from manim.utils.color import ManimColor

from scenes._marks.away import Away
from scenes._marks.bars import OUTLINE
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments, clipped, closed
from scenes._marks.number import digit_height
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset
from scenes._stage.clock import between, follow
from scenes._stage.film import BODY, Film
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref, values_of
from scenes._stage.theme import Theme

FILLS = (0.3, 0.9, 0.03)  # of the bar of each species; the last is hatched
HATCH = 0.18  # from one line of it to the next; what is narrower has none
ROWS, HIGH = np.array([1.5, 0.55, -0.4]), 0.62  # middles and height of bars in rows
WIDE, TALL = np.array([1.2, -0.2, -1.6]), 0.9  # likewise, while there is nothing below them
THINNEST = 0.01  # of a bar that is drawn
BEYOND = 0.4  # how far beyond the edge a bar that leaves its panel is followed
ROUND = {"digits": 2}  # how a share and a ratio are, so that they are the quotients of what is written
FAR = 1e3  # units of the frame
TIE, APART = 0.22, 1.15  # from a part up to its number; from the middle of a number to that of the next
NEAR, CLEAR = 1.05, 0.45  # from a panel to the ends of its numbers; to where the longest begins, at least
NAMED = 0.25  # from the end of what names a bar to the bar
TURNS = 3  # of a bar on its way: to the right, down, to the left


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

    def tint(self, colours: list[ManimColor]) -> None:
        """Give them other colours [species]."""
        for bar, fill, colour in zip(self, FILLS, colours, strict=False):
            bar.set_fill(colour, fill).set_stroke(colour, background=False)
        self._hatch.set_stroke(colours[-1])


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

    `at(place, spread)` shows a row of a table [place species], or what lies between two. Beyond `near` rows lie
    far apart: what is on its way there has no numbers.

    Args:
        film: it writes the numbers.
        slot: where the axis stands.
        room: values that shall have room along it.
        table: references.
        near: a place in it.
    """

    def __init__(self, film: Film, slot: Slot, room: Any, table: np.ndarray, near: int = 0) -> None:
        panel, self._words = Panel(film, slot, room, [0, 1], ticks=(3, 0)), film.words
        self._table, self._near = table, near
        self._zero, self._right = panel.at(0, 0)[0], slot.left + slot.width
        widths = slot.width / panel.axes.span[0] * values_of(table)
        self._widths = np.minimum(widths, self._right - self._zero + BEYOND)  # [place species]
        self._bars = Bars(film.theme, "text", self._right)
        self.numbers = VGroup(*(film.number(size=32, anchor=RIGHT) for _ in ROWS))
        zero = panel.rules(np.zeros(1), 0, 1, "faint")
        self._upright = [(line, line.points.copy()) for line in (*panel.axes, zero)]
        self._ends = np.array([slot.foot - 1, slot.foot, slot.foot + slot.height])
        super().__init__(panel.drawn, self._bars, zero, self.numbers)

    def at(self, place: float, spread: float) -> None:
        """Show what is at a place; spread, the axis and what is below it stand lower."""
        middles, high = spread_rows(spread)
        self._bars.put(self._zero, middles - high / 2, between(self._widths, place), high)
        ends = self._ends + (middles - high / 2 - ROWS + HIGH / 2)[-1] * np.array([1, 1, 0])
        for line, points in self._upright:
            line.points = np.column_stack([points[:, 0], np.interp(points[:, 1], self._ends, ends), points[:, 2]])
        for number, value in zip(self.numbers, written(self._table, place), strict=True):
            number.write(self._words.number_to(value, 2))
            number.set_opacity(float(place <= self._near or place == round(place)))
        end = self._right + max(NEAR, CLEAR + max(number.width for number in self.numbers))
        for number, y in zip(self.numbers, middles, strict=True):
            number.centred_at(np.array([end, y, 0]))


class Exponentials(VGroup):
    """Bars that grow one after the other, each in its row, and their exponentials as numbers at their left.

    `at(grown, place, spread, laid)`: so many have grown; they are as long as a row of a table [place species] says. Of
    so many a copy has been laid elsewhere; that which is just on its way leaves a faint one.

    Args:
        film: it writes the numbers.
        room: from where to where there is room; beyond it a bar ends.
        unit: the length of an exponential of 1.
        table: references to exponentials.
    """

    def __init__(self, film: Film, room: tuple[float, float], unit: float, table: np.ndarray) -> None:
        self._words, (self._left, width), self._table = film.words, room, table
        self.lengths = np.minimum(unit * values_of(table), width + BEYOND)  # [place species]
        self._colours = ManimColor(film.theme.text), ManimColor(film.theme.faint)
        self._bars = Bars(film.theme, "text", self._left + width)
        self.numbers = VGroup(*(film.number(size=34, anchor=RIGHT) for _ in ROWS))
        super().__init__(self._bars, self.numbers)

    def at(self, grown: float, place: float, spread: float, laid: float) -> None:
        """A number is there when its bar has grown."""
        gone = np.clip(laid - np.arange(3), 0, 1)
        self._bars.tint([interpolate_color(*self._colours, away) for away in np.clip(8 * gone * (1 - gone), 0, 1)])
        share, (middles, high) = np.clip(grown - np.arange(3), 0, 1), spread_rows(spread)
        self._bars.put(self._left, middles - high / 2, share * between(self.lengths, place), high)
        rows = zip(self.numbers, written(self._table, place), share == 1, middles, strict=True)
        for number, value, there, y in rows:
            number.centred_at(np.array([self._left - 0.2, y, 0]))
            number.write(self._words.number(value)).set_opacity(float(there))


class Shares(VGroup):
    """The number of each part of a whole bar, above it and tied to its middle; a bar that has no parts has a "?"."""

    def __init__(self, film: Film, whole: Slot) -> None:
        self._words, self.slot, colour = film.words, whole, film.theme.activation
        self._ties = Segments(np.zeros((0, 3)), np.zeros((0, 3)), colour, 2.5, opacity=1)
        self._numbers = [film.number(colour=colour, size=34, anchor=ORIGIN) for _ in ROWS]
        self.question = self._numbers[1]
        super().__init__(self._ties, *self._numbers)

    def put(self, refs: np.ndarray, shares: np.ndarray) -> Self:
        """Write what `refs` name at parts of such a share [species]; what is too thin to be drawn has no number."""
        middles, top = self.middles(shares), self.slot.foot + self.slot.height
        seen, places = self.slot.width * shares > THINNEST, self.places(shares)
        starts = np.stack([middles, np.full(3, top), np.zeros(3)], axis=-1)
        ends = np.stack([places, np.full(3, top + TIE), np.zeros(3)], axis=-1)
        self._ties.join(starts[seen], ends[seen])
        for number, end, ref, shown in zip(self._numbers, ends, refs, seen, strict=True):
            number.anchored_at(end + 0.07 * UP).write(self._words.number(ref, **ROUND)).set_opacity(float(shown))
        return self

    def middles(self, shares: np.ndarray) -> np.ndarray:
        """Of the parts [species]."""
        return ends_of(self.slot.left, self.slot.width * shares) + self.slot.width * shares / 2

    def places(self, shares: np.ndarray) -> np.ndarray:
        """Of what is written of the parts: at their middles, or as near as the others allow [species]."""
        return apart(self.middles(shares), self.slot.left, self.slot.left + self.slot.width)

    def open(self, asked: bool) -> Self:
        """Write no share, but perhaps a question mark in the bar's room."""
        left, foot, width, height = self.slot
        self._ties.join(np.zeros((0, 3)), np.zeros((0, 3)))
        for number in self._numbers:
            number.set_opacity(0)
        question = self.question.centred_at(np.array([left + width / 2, foot + height / 2, 0]))
        question.write(self._words.number(np.nan)).set_opacity(float(asked))
        return self


class Whole(VGroup):
    """Exponentials that are laid end to end and brought to one length: they are shares then.

    `at(laid, place)`: so many have come from their rows, past all others; from 3 to 4 they take the length of a row of
    a table [place species], from 4 to 5 the colour of shares, whose numbers then stand above them.

    Args:
        film: it writes the numbers.
        slot: of the whole bar.
        left: where the bars come from.
        lengths: of the bars [species].
        table: references to shares.
    """

    def __init__(self, film: Film, slot: Slot, left: float, lengths: np.ndarray, table: np.ndarray) -> None:
        self._slot, self._left, self._lengths, self._table = slot, left, lengths, table
        self._colours = ManimColor(film.theme.text), ManimColor(film.theme.activation)
        self._bars, self._numbers = Bars(film.theme, "text"), Shares(film, slot)
        super().__init__(self._bars, self._numbers)

    @property
    def question(self) -> VMobject:
        """What stands where the shares are not known."""
        return self._numbers.question

    def move(self, slot: Slot) -> None:
        """Stand elsewhere, as shares; its own `at` may be another."""
        self._slot = self._numbers.slot = slot
        Whole.at(self, 5)

    def at(self, laid: float, place: float = 0) -> None:
        """Where no shares are known there is a question mark."""
        slot, cut, named = self._slot, float(np.clip(laid - 3, 0, 1)), float(np.clip(laid - 4, 0, 1))
        refs = written(self._table, place)
        share, down = values_of(refs), np.clip(laid - np.arange(3), 0, 1)
        widths = self._lengths + cut * (slot.width * share - self._lengths)
        turn = np.clip(TURNS * down - np.arange(TURNS)[:, None], 0, 1)  # [turn species]
        past = self._left + self._lengths.max() + CLEAR
        left, foot = self._left + turn[0] * (past - self._left), ROWS - HIGH / 2
        left, foot = left + turn[2] * (ends_of(slot.left, widths) - left), foot + turn[1] * (slot.foot - foot)
        self._bars.put(left, foot, np.where(down > 0, widths, np.nan), slot.height)
        self._bars.tint([interpolate_color(*self._colours, named)] * len(FILLS))
        if named == 1 and not np.isnan(share).any():
            self._numbers.put(refs, share)
        else:
            self._numbers.open(asked=named == 1)


def level(film: Film, slot: Slot, length: float, total: Typeset) -> VGroup:
    """A line over bars that are laid end to end, with their total; with them it becomes as long as the whole."""
    line = Segments(np.zeros((0, 3)), np.zeros((0, 3)), film.theme.text, 3, opacity=1)

    def at(laid: float) -> None:
        width, top = length + np.clip(laid - 3, 0, 1) * (slot.width - length), slot.foot + slot.height + TIE
        (one, other), tick = np.array([[slot.left, top, 0], [slot.left + width, top, 0]]), 0.1 * UP
        line.join(np.array([one, one - tick, other - tick]), np.array([other, one + tick, other + tick]))
        total.move_to([slot.left + max(width, total.width) / 2, top + 0.36, 0])

    return follow(VGroup(line, total), "laid", at=at)


def row(film: Film, slot: Slot, left: float, axis: str, tables: tuple[np.ndarray, ...]) -> VGroup:
    """The number of a temperature, the names of it and of the shares, these, and below each the score over it.

    Along an axis it goes from 0 to 1 through tables of references: shares and scores [place species], temperatures.
    """
    (refs, scores, temperatures), words = tables, film.words
    shares, bars, numbers = values_of(refs), Bars(film.theme, "activation"), Shares(film, slot)
    low, middle = slot.foot - 0.28, slot.foot + slot.height / 2
    divided, name = film.typeset("o slash T", size=BODY), stand(film.typeset("T =", size=38), left, middle)
    share_name = film.typeset("activation(p)", size=38).move_to([slot.left - NAMED, middle, 0], RIGHT)
    number = film.number(size=38).centred_at(np.array([name.get_right()[0] + 0.15, middle, 0]))
    below = [film.number(size=BODY, anchor=ORIGIN) for _ in ROWS]

    def at(share: float) -> None:
        place = share * (len(refs) - 1)
        widths, there = between(shares, place), round(place)
        bars.put(ends_of(slot.left, slot.width * widths), slot.foot, slot.width * widths, slot.height)
        numbers.put(refs[there], widths)
        number.write(words.number(temperatures[there], tidy=True))
        for one, x, score in zip(below, numbers.places(widths), scores[there], strict=True):
            one.centred_at(np.array([x, low, 0])).write(words.number_to(score, 2))

    divided = stand(divided, slot.left - NAMED - divided.width, low)
    return follow(VGroup(number, name, bars, numbers, share_name, divided, *below), axis, at=at)


def legend(film: Film, slot: Slot) -> Iterator[VMobject]:
    """How the bar of each species looks."""
    for k, left in enumerate(thirds(slot)):
        swatch = Bars(film.theme, "activation")
        yield swatch.put(left, slot.foot - 0.15, np.where(np.arange(3) == k, 0.4, np.nan), 0.3)
        yield stand(film.say(f"species_{k}"), left + 0.55, slot.foot)


def bracket(film: Film, places: np.ndarray, rows: Any, word: Typeset) -> VGroup:
    """A bracket at the right of two rows, where `places` says for each score, and what it tells of them."""
    line = Segments(np.zeros((0, 3)), np.zeros((0, 3)), film.theme.text, 3, opacity=1)

    def at(spread: float, score: float) -> None:
        x, (one, other) = float(between(places, score)), spread_rows(spread)[0][rows]
        corners = np.array([[x - 0.12, one, 0], [x, one, 0], [x, other, 0], [x - 0.12, other, 0]])
        line.join(corners[:-1], corners[1:])
        word.move_to([x + 0.15, (one + other) / 2, 0], LEFT)

    return follow(VGroup(line, word), "spread", "score", at=at)


def names_of(film: Film, left: float) -> VGroup:
    """The species, beside their rows."""
    names = VGroup(*(film.say(f"species_{k}") for k in range(len(ROWS))))
    return follow(names, "spread", at=lambda spread: [*map(stand, names, [left] * len(ROWS), spread_rows(spread)[0])])


def spread_rows(spread: float) -> tuple[np.ndarray, float]:
    """The middles of the rows and the height of their bars, on the way from where they leave room below them."""
    return ROWS + spread * (WIDE - ROWS), HIGH + spread * (TALL - HIGH)


def room(film: Film, slot: Slot, left: float) -> tuple[VMobject, VGroup]:
    """A frame around the room of a whole bar, and, for shares, an axis from 0 to 1 below it and its name."""
    axis = Panel(film, slot._replace(foot=slot.foot - 0.07, height=1e-3), [0, 1], [0, 1], ticks=(1, 0))
    frame = Rectangle(width=slot.width + 0.14, height=slot.height + 0.14, color=film.theme.faint, stroke_width=2)
    frame.move_to([slot.left + slot.width / 2, slot.foot + slot.height / 2, 0])
    name = film.typeset("activation(p)", size=40)
    return frame, VGroup(axis.drawn, name.move_to([left, frame.get_y(), 0], LEFT))


def written(table: np.ndarray, place: float) -> np.ndarray:
    """The row that is being reached at a place."""
    row: np.ndarray = table[int(np.ceil(place - 1e-9))]
    return row


def digits_of(score: Ref) -> int:
    """So many significant digits that a score has two decimals."""
    return len(f"{abs(score.value):.2f}".replace(".", "").lstrip("0")) or 3


def apart(places: np.ndarray, left: float, right: float) -> np.ndarray:
    """Places in their order between two ends, each as near to where it was as the others allow that keep apart."""
    steps = APART * np.arange(len(places))
    rising, falling = np.maximum.accumulate(places - steps), np.minimum.accumulate((places - steps)[::-1])[::-1]
    return np.asarray(np.clip((rising + falling) / 2, left, right - steps[-1]) + steps)


def stand(word: Typeset, left: float, height: float) -> Typeset:
    """Put a word whose first letter stands on the line so that digits of its size have their middle at a height."""
    foot = word.move_to([left, height, 0], LEFT)[0].get_subpaths()[0][:, 1].min()
    return word.shift((height - digit_height(word.font_size) / 2 - foot) * UP)


def thirds(slot: Slot) -> np.ndarray:
    """Where three columns of a slot begin."""
    return slot.left + slot.width / 3 * np.arange(3)


def ends_of(left: float, widths: np.ndarray) -> np.ndarray:
    """Where bars of these widths begin that lie end to end."""
    return left + np.cumsum(widths) - widths
