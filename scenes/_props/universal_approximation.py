"""What only the film of universal approximation draws: areas that are stacked, and numbers below a scale."""

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from manim import ORIGIN, VGroup, VMobject

from scenes._marks.line import closed
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot

FOOT, NAME = 0.3, 0.72  # from the foot of a slot to the numbers below it, and to what they are called


def around(feet: np.ndarray, tops: np.ndarray) -> np.ndarray:
    """The corners [unit corner 3] of the areas between two lines for each unit [unit x 3]."""
    return np.concatenate([feet, tops[:, ::-1]], axis=1)


class Area(VMobject):
    """An area for each of some units, one at a time, that goes from one place and shape to another.

    Args:
        start: the corners there [unit corner 3].
        stop: the corners here.
        color: of the area and its edge.
        begin: the place on its axis at which the first one sets out.
    """

    def __init__(self, start: np.ndarray, stop: np.ndarray, color: str, begin: int = 0) -> None:
        super().__init__(fill_color=color, fill_opacity=0.45, stroke_color=color, stroke_width=3)
        self._start, self._stop, self._begin = start, stop, begin

    def at(self, place: float) -> Self:
        """So many have arrived, the latest perhaps in part; before the first has set out there is none."""
        arrived = max(place - self._begin, 0)
        unit = min(int(np.ceil(arrived - 1e-9)), len(self._start)) - 1
        corners = self._start[unit] + (arrived - unit) * (self._stop[unit] - self._start[unit])
        self.points = closed(corners) if unit >= 0 else np.zeros((0, 3))
        return self


def counted(film: Film, slot: Slot, shares: Iterable[float], values: Iterable[Any], name: str) -> VGroup:
    """Numbers below a slot, by shares of its width, and what they are called."""
    called = film.say(name, size=SMALL, colour=film.theme.faint)
    called.move_to([slot.left + slot.width / 2, slot.foot - NAME, 0])
    places = [np.array([slot.left + share * slot.width, slot.foot - FOOT, 0]) for share in shares]
    pairs = zip(values, places, strict=True)
    return VGroup(called, *(film.number(value, size=26, anchor=ORIGIN).centred_at(at) for value, at in pairs))
