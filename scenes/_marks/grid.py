"""A grid of cells with its name and the bar of its colours; it makes frames around blocks of its cells."""

from collections.abc import Callable
from typing import Any

import numpy as np
from manim import DOWN, UP, Group

from scenes._marks.cells import FOR_A_DIGIT, NARROWEST, Cells, ColourBar, has_room
from scenes._marks.colour_scale import Scale
from scenes._marks.frames import Frames, glide
from scenes._marks.typeset import descent
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.refs import first, values_of
from scenes._stage.words import NumberText

Blocks = tuple[np.ndarray, float]  # centres [block 3] and side of square blocks of cells, in units of the frame


def cells(
    film: Film,
    values: np.ndarray,
    scale: Scale,
    side: float,
    centre: Any,
    places: int | None,
    narrowest: float = NARROWEST,
) -> Cells:
    """Cells, `side` units high, with numbers in the language of a film, see `written`."""

    def write(ref: Any) -> NumberText:
        return written(film, ref, places)

    return Cells(values, scale, side, film.theme, write, narrowest=narrowest).move_to(centre)


def written(film: Film, ref: Any, places: int | None) -> NumberText:
    """A number in the language of a film, with so many places after the point, or to three significant digits."""
    return film.words.number(ref, tidy=True) if places is None else film.words.number_to(ref, places)


def places_of(values: np.ndarray, most: int) -> int:
    """So many places after the point for all of some values: none where all are whole, else as many as there may be."""
    return most * bool((np.nan_to_num(values_of(values)) % 1).any())


def room_for(film: Film, refs: np.ndarray, side: float, most: int) -> tuple[int | None, bool]:
    """How all of some references are `written` in cells of a side, and whether they have room there at all.

    They have as many places after the point as have room, `most` at most; where fractions have room for none, each has
    three significant digits, since 0.4 beside 1250 is not to be read as 0.
    """
    values = values_of(refs)
    wanted = places_of(values, most)
    widest = [refs.flat[int(place)] for place in (values.argmin(), values.argmax())]
    for places in range(wanted, min(wanted, 1) - 1, -1):
        if all(has_room(written(film, ref, places), side) for ref in widest):
            return places, True
    return None, all(has_room(written(film, ref, None), side) for ref in refs.flat)


def narrowest_for(values: np.ndarray) -> float:
    """The side of a cell from which on there is room for such values: for single digits there is sooner."""
    return FOR_A_DIGIT if np.isin(np.nan_to_num(values_of(values)), range(10)).all() else NARROWEST


class Grid:
    """Cells in a slot. Their geometry stays that of the slot, wherever the film moves the drawn cells.

    Args:
        film: it writes the numbers and the name.
        slot: the centre, and the height in units of the frame.
        values: [row col].
        scale: the colours.
        name: key of the sentence that names it, if it is named.
        role: of the name's colour.
        places: that all its numbers have after the point; by default none where all are whole, else as have room.
        fit: references that shall have room, see `room_for`; where they have none it shows colours alone.
        room: side of the cells in which they shall have it; by default its own.
        narrowest: cells from this side on have numbers in them; by default as `narrowest_for` its values.
        bar: how far below the cells their colour bar stands; none by default.
        empty: whether it shows no value at first.
    """

    def __init__(
        self,
        film: Film,
        slot: tuple[Any, float],
        values: np.ndarray,
        scale: Scale,
        name: str = "",
        role: str = "text",
        *,
        places: int | None = None,
        fit: np.ndarray | None = None,
        room: float | None = None,
        narrowest: float | None = None,
        bar: float | None = None,
        empty: bool = False,
    ) -> None:
        self.film, self.values, (centre, side) = film, values, slot
        most = places_of(values, 3 if side / len(values) >= 1 else 2) if places is None else places
        shown = first(values, 0) if empty else values
        narrowest = narrowest_for(values) if narrowest is None else narrowest
        fitting = (most, True) if fit is None else room_for(film, fit, room or side / len(values), most)
        self.places, self.fits = fitting
        self.cells = cells(film, shown, scale, side, centre, self.places, narrowest if self.fits else np.inf)
        self.side, self._corner = self.cells.cell, self.cells.middle(-0.5, -0.5)
        self.name, self.bar = Group(), Group()
        if name:
            self.name = film.say(name, size=SMALL, colour=getattr(film.theme, role)).next_to(self.cells, UP, buff=0.2)
            self.name.shift(descent(self.name) * DOWN)
        if bar is not None:
            self.bar = ColourBar(scale, side, film.theme, film.words, clipped=scale.clips(values))
            self.bar.next_to(self.cells, DOWN, buff=bar)
        self.drawn = Group(self.cells, self.name, self.bar)

    def blocks(self, corners: Any, size: int = 1) -> Blocks:
        """The blocks of `size` x `size` cells whose upper left cells are at `corners` [block axis]."""
        rows, cols = np.reshape(corners, (-1, 2)).T + size / 2
        return self._corner + self.side * np.stack([cols, -rows, 0 * rows], axis=-1), size * self.side

    def follow(self, values: Callable[..., np.ndarray], *axes: str, **style: Any) -> Cells:
        """Show, at a place along axes, these values [row col]."""
        return follow(self.cells, *axes, at=lambda *place: self.cells.paint(values(*place), **style))

    def fill(self, axis: str) -> Cells:
        """Show, along an axis, the first so many values, row by row."""
        return self.follow(lambda k: first(self.values, int(k + 1e-9)), axis)

    def frames(self, corners: Any, role: str, size: int = 1, width: float = 5) -> Frames:
        """A frame around each of some blocks of cells."""
        centres, side = self.blocks(corners, size)
        return Frames(side, getattr(self.film.theme, role), self.film.theme.background, width).put(centres)

    def cursor(self, corners: Any, role: str, axis: str, size: int = 1, width: float = 5) -> Frames:
        """A frame that visits blocks of cells in turn along an axis; it is on stage only while it does."""
        centres, side = self.blocks(corners, size)
        frame = Frames(side, getattr(self.film.theme, role), self.film.theme.background, width)
        follow(frame, axis, at=lambda k: frame.put(glide(centres, k)[None]))
        passing: Frames = self.film.passing(frame)
        return passing
