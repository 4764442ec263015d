"""A net drawn layer by layer, with a light that stands on one layer."""

import numpy as np
from manim import VGroup

from scenes._parts.dots import Dots
from scenes._parts.halo import haloed
from scenes._parts.trail import Segments
from scenes._theme import Theme

RADIUS, RADIUS_ALONE = 0.07, 0.14  # of a unit, and of one that is alone in its layer


class Layers(VGroup):
    """Columns of units, all edges between neighbours, the inputs first.

    Args:
        x: where each column stands, that of the inputs included.
        units: how many units are drawn in each.
        middle: the height of every column's middle.
        height: of a column with more than one unit.
        theme: for the colours.
    """

    def __init__(self, x: np.ndarray, units: list[int], middle: float, height: float, theme: Theme) -> None:
        self._columns = [_column(at, count, middle, height) for at, count in zip(x, units, strict=True)]
        pairs = [
            np.broadcast_arrays(a[:, None], b[None]) for a, b in zip(self._columns, self._columns[1:], strict=False)
        ]
        starts, ends = (np.concatenate([pair[side].reshape(-1, 3) for pair in pairs]) for side in (0, 1))
        alone = max(units) == 1
        edges = Segments(starts, ends, theme.weight, 4 if alone else 1, 1 if alone else 0.65)
        radius = RADIUS_ALONE if alone else RADIUS
        inputs, hidden = Dots(self._columns[0], theme.data, radius), np.concatenate(self._columns[1:])
        self.lit = Dots(np.zeros((0, 3)), theme.gradient, 1.25 * radius)
        super().__init__(edges, *(haloed(one, theme) for one in (inputs, Dots(hidden, theme.faint, radius), self.lit)))

    def light(self, layer: int) -> None:
        """Light one layer, counted from the first after the inputs."""
        self.lit.put(self._columns[layer + 1])


def _column(x: float, units: int, middle: float, height: float) -> np.ndarray:
    y = middle + height * (np.arange(units) - (units - 1) / 2) / max(units - 1, 1)
    return np.stack([np.full(units, x), y, np.zeros(units)], axis=-1)
