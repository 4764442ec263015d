"""A window that visits an image row by row, and leaves a value in an output at each of its places.

Along "place" the window slides from place to place; along "kept" a value becomes known, then travels to the output. At
3 the window stands where the third value came from, and three are in the output. While the window is ahead, its value
is open, a question mark.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from manim import ORIGIN, Group
from manim.utils.rate_functions import smooth

from scenes._marks.cells import NARROWEST
from scenes._marks.frames import Frames
from scenes._marks.grid import Blocks, Grid, cells, written
from scenes._stage.clock import follow, turn
from scenes._stage.film import Film
from scenes._stage.refs import first

FOLLOWED = 8.0  # places a second up to which the eye follows what travels
SLID = 0.25  # share of a place's time in which a window slides to it; in the rest its value travels


class Visit(NamedTuple):
    """The place whose turn it is, and the share of its time that is over: after 3 places the third's, and all."""

    place: int
    share: float

    @classmethod
    def at(cls, position: float) -> "Visit":
        """Where a window is that has visited so many places."""
        return cls(*turn(position))

    @property
    def reached(self) -> int:
        """The latest place that was reached: the window slides there first."""
        return self.place - (self.place > 0 and self.share < SLID)

    @property
    def sent(self) -> float:
        """How far the value of the place has travelled, 0 to 1."""
        return max(self.share - SLID, 0) / (1 - SLID)


def slid(spots: np.ndarray, position: float) -> np.ndarray:
    """Where a window is [3] that slides from spot to spot [place 3], and rests at each."""
    place, share = Visit.at(position)
    before = spots[max(place - 1, 0)]
    where: np.ndarray = before + smooth(min(share / SLID, 1)) * (spots[place] - before)
    return where


def windows(image: np.ndarray, side: int, stride: int) -> np.ndarray:
    """What a window of `side` x `side` cells sees [place wrow wcol] at each of its places, row by row."""
    views = np.lib.stride_tricks.sliding_window_view(image, (side, side))[::stride, ::stride]
    return views.reshape(-1, side, side)


def flying_tile(
    film: Film,
    values: Callable[[int, float], np.ndarray],
    like: Grid,
    role: str,
    start: Blocks,
    stop: Blocks,
    axis: str,
    **style: Any,
) -> Group:
    """A framed tile that travels from block to block, one way per place; it is seen where it can be followed.

    Args:
        film: it writes the numbers.
        values: what it shows [row col], by place and by the share of the way.
        like: the grid whose colours and places after the point it has.
        role: of its frame's colour.
        start: where it comes from, by place.
        stop: where it goes.
        axis: along which it travels.
        style: as for `Cells.paint`.
    """
    (froms, old), (tos, new) = start, stop
    narrowest = NARROWEST if like.fits else np.inf
    tile = cells(film, values(0, 0), like.cells.colours, max(old, new), ORIGIN, like.places, narrowest)
    frame = Frames(1, getattr(film.theme, role), film.theme.background)

    def at(position: float) -> None:
        visit = Visit.at(position)
        place, sliding = visit.reached, visit.reached < visit.place  # while the window slides nothing is on its way
        share = 1 if sliding else visit.sent
        centre, frame.side = froms[place] + share * (tos[place] - froms[place]), old + share * (new - old)
        shown = values(place, share)
        tile.set(height=frame.side).move_to(centre).paint(np.full_like(shown, np.nan) if sliding else shown, **style)
        tile.rule(not sliding)
        frame.put([] if sliding else centre)

    courier: Group = film.passing(follow(Group(tile, frame), axis, at=at), FOLLOWED)
    return courier


class Window:
    """The window, what it sees in a grid of its own, and the value that it leaves.

    A value comes from one cell of the image, from all that the window sees, or from a block of its own, as a sum does
    from where it is written.

    Args:
        film: where it stands.
        image: what it visits.
        seen: the grid that shows what the window sees.
        output: the grid that it fills.
        side: cells a side.
        stride: cells from one place to the next.
        role: of its frame's colour.
        source: the cell of the image that each value comes from [place axis]; by default all that the window sees.
        start: the block that each value starts from instead.
    """

    def __init__(
        self,
        film: Film,
        image: Grid,
        seen: Grid,
        output: Grid,
        side: int,
        stride: int,
        role: str = "text",
        source: np.ndarray | None = None,
        start: Blocks | None = None,
    ) -> None:
        self._film, self.image, self.seen, self.output, self.side = film, image, seen, output, side
        self.views = windows(image.values, side, stride)  # [place wrow wcol]
        self.values = output.values.ravel()  # [place]
        self.places = np.argwhere(np.ones(output.values.shape))  # in the output [place axis]
        self.corners = stride * self.places  # in the image [place axis]
        self._spots = image.blocks(self.corners, side)[0]
        self.frame = self.sliding(role, "place")
        self.written = True  # whether what it sees and its products are given in numbers, too
        follow(seen.cells, "place", at=self._see)
        output.fill("kept")
        inside = 0 * self.corners if source is None else source - self.corners
        self.origin = start or seen.blocks(inside, side if source is None else 1)
        single = start is not None or source is not None
        sent = output.values.reshape(-1, 1, 1) if single else self.views
        targets = output.blocks(self.places)
        flying_tile(film, lambda place, _: sent[place], output, "activation", self.origin, targets, "kept")

    def sliding(self, role: str, axis: str) -> Frames:
        """A frame around the window, which slides from place to place along an axis."""
        frame = self.image.frames(self.corners[:1], role, self.side)

        return follow(frame, axis, at=lambda position: frame.put(slid(self._spots, position)))

    def mark(self) -> Frames:
        """A frame around what its value comes from, once the value is known."""
        mark = Frames(self.origin[1], self._film.theme.activation, self._film.theme.background, 7)

        def at(place: float, kept: float) -> None:
            mark.put(self.origin[0][Visit.at(place).reached] if self._known(place, kept) else [])

        return follow(mark, "place", "kept", at=at)

    def value(self, centre: Any = ORIGIN, **style: Any) -> Any:
        """Its value as a number, open until it is known."""
        number = self._film.number(colour=self._film.theme.activation, **style).centred_at(centre)

        def at(place: float, kept: float) -> None:
            value = self.values[Visit.at(place).reached]
            known = self._known(place, kept)
            number.write(written(self._film, value, self.seen.places) if known else self._film.words.number(np.nan))

        return follow(number, "place", "kept", at=at)

    def multiply(self, kernel: Grid, products: Grid, values: np.ndarray) -> None:
        """What it sees times a kernel: products [place wrow wcol], cell by cell along "term"."""

        def at(place: float, term: float) -> None:
            shown = first(values[Visit.at(place).reached], int(term + 1e-9))
            products.cells.paint(shown, written=self.written)

        follow(products.cells, "place", "term", at=at)
        cells = np.argwhere(np.ones((self.side, self.side)))
        for grid in (self.seen, kernel, products):
            grid.cursor(cells, "text", "term")

    def _see(self, position: float) -> None:
        self.seen.cells.paint(self.views[Visit.at(position).reached], written=self.written)

    def _known(self, place: float, kept: float) -> bool:
        return Visit.at(kept).reached >= Visit.at(place).reached
