"""A panel of bands: one for each layer, letter or class, with a bar in each."""

from copy import copy
from typing import Any

import numpy as np
from manim import ORIGIN, RIGHT, VGroup

from scenes._marks.bars import Bars
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments
from scenes._marks.number import Number
from scenes._marks.scales import LogScale, ShareScale
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.refs import values_of

FILLED = 0.7  # of its band that a bar takes
ROOM, HALF = 0.7, 0.6  # width of a number below a bar; half the width of one above
BELOW, ABOVE = 0.27, 0.12  # from a foot to a number's middle below it; from a bar to a number's foot above it


class BandPanel:
    """A panel of so many bands; it makes bars and their numbers, coloured by role.

    Side by side with the films of other knobs, it has the same scale as they.

    Args:
        film: its theme, and the language of the numbers.
        slot: where it stands.
        bands: how many there are.
        values: what shall have room on its logarithmic scale; without them the scale goes from 0 to 1.
    """

    def __init__(self, film: Film, slot: Slot, bands: int, values: np.ndarray | None) -> None:
        self.left, self.foot, self.width, height = slot
        self.bands, self._theme, self._words = bands, film.theme, film.words
        theme = film.theme
        if values is not None and np.any(values > 0):
            least, most = float(values[values > 0].min()), float(values.max())
            values = np.concatenate(film.axes_in(slot, (least, most), (float(values.min()), most)))
        corner, size = np.array([self.left, self.foot, 0.0]), (self.width, height)
        scale = ShareScale(corner, size, theme) if values is None else LogScale(corner, size, values, theme)
        self.scale: LogScale | ShareScale = scale

    @property
    def x(self) -> np.ndarray:
        """The middle of each band."""
        return self.left + self.width * (np.arange(self.bands) + 0.5) / self.bands

    @property
    def thickness(self) -> float:
        """Of a bar."""
        return FILLED * self.width / self.bands

    def places(self, values: np.ndarray) -> np.ndarray:
        """The points of the frame [... band 3] where values [... band] stand."""
        return np.stack(np.broadcast_arrays(self.x, self.foot + self.scale.height(values), 0.0), axis=-1)

    def columns(self, count: int, gap: float) -> list["BandPanel"]:
        """So many panels side by side in its place, on the same scale."""
        parts = [copy(self) for _ in range(count)]
        for k, part in enumerate(parts):
            part.width = (self.width - (count - 1) * gap) / count
            part.left = self.left + k * (part.width + gap)
        return parts

    def turns(self, *, back: bool) -> np.ndarray:
        """When the turn of each band comes [band]: from the first on, or `back` from the last."""
        order = np.arange(self.bands)
        return order[::-1] if back else order

    def bars(self, heights: np.ndarray, role: str, *axes: str, back: bool = False, lead: float = 1) -> Bars:
        """A bar of a height in each band, or in each state of each band [state band].

        Along an axis they grow in turn; along a second one they change from state to state.
        """
        turns = self.turns(back=back)
        bars = Bars(self.x, self.foot, heights, self.thickness, getattr(self._theme, role), turns, lead)
        return follow(bars, *axes) if axes else bars

    def levels(self, heights: np.ndarray, role: str) -> Segments:
        """A short line across each band, to compare bars with."""
        middle = np.stack([self.x, self.foot + heights, np.zeros(self.bands)], axis=-1)
        reach = self.thickness / 2 * RIGHT
        lines = Segments(middle - reach, middle + reach, getattr(self._theme, role), 2.5, 0.8)
        return with_halo(lines, self._theme)

    def numbers(self, refs: Any, role: str, *axes: str, back: bool = False, bands: range | None = None) -> VGroup:
        """A number below each of some bands, by default of as many as have room, the last included.

        Along an axis each comes with its bar.
        """
        every = int(np.ceil(ROOM * self.bands / self.width))
        chosen = range(self.bands - 1, -1, -every) if bands is None else bands
        numbers, turns = VGroup(*(self._number(refs[k], role) for k in chosen)), self.turns(back=back)
        for k, number in zip(chosen, numbers, strict=True):
            number.centred_at(np.array([self.x[k], self.foot - BELOW, 0]))

        def show(grown: float) -> None:
            for k, number in zip(chosen, numbers, strict=True):
                number.set_opacity(float(grown > turns[k]))

        return follow(numbers, *axes, at=show) if axes else numbers

    def readings(self, refs: Any, role: str, axis: str, *, back: bool = False) -> "Readings":
        """The value of the latest bar that is complete, above it; in the end also the first."""
        latest, first = (self._number(np.nan, role) for _ in range(2))
        return follow(Readings(self, refs, self.turns(back=back), latest, first), axis)

    def _number(self, ref: Any, role: str) -> Number:
        return Number(self._words.number(ref), getattr(self._theme, role), anchor=ORIGIN, font_size=24)


class Readings(VGroup):
    """The value of the latest bar that is complete, above it, while bars grow in turn; in the end also the first.

    A number stands above all the bars that it would hide.

    Args:
        panel: where the bars grow.
        refs: to the values of the bands [band].
        turns: when the turn of each band comes [band].
        latest: the number that moves.
        first: the number that stays above the first bar.
    """

    def __init__(self, panel: BandPanel, refs: Any, turns: np.ndarray, latest: Number, first: Number) -> None:
        self._x, self._turns, self._heights = panel.x, turns, panel.scale.height(values_of(refs))
        self._ends = panel.left + HALF, panel.left + panel.width - HALF
        self._reach, self._foot = HALF + panel.thickness / 2, panel.foot + ABOVE
        self._written = [panel._words.number(ref) for ref in refs]
        self._latest, self._first = latest, first
        super().__init__(latest, first)
        self.set_stroke(panel._theme.background, 6, background=True)  # they stand on the lines of the scale

    def at(self, grown: float) -> None:
        """Show them when so many bars have grown."""
        tops = self._heights * np.clip(grown - self._turns, 0, 1)
        order, done = np.argsort(self._turns), int(grown + 1e-9)
        self._put(self._latest, order[max(done - 1, 0)], tops)
        self._put(self._first, order[0], tops)
        self._latest.set_opacity(float(done > 0))
        self._first.set_opacity(float(grown == len(order)))  # before, the latest may need its place

    def _put(self, number: Number, band: int, tops: np.ndarray) -> None:
        place = np.clip(self._x[band], *self._ends)
        beside = np.abs(self._x - place) < self._reach  # the bars that it would hide
        number.anchored_at(np.array([place, self._foot + tops[beside].max(), 0])).write(self._written[band])
