"""Products that run back from the end of a sequence, on a logarithmic axis."""

from typing import Any

import numpy as np
from manim import VGroup

from scenes._parts.halo import haloed
from scenes._parts.log_bars import Decades
from scenes._parts.trail import Dashes, Trail, Trails


class Products(VGroup):
    """The axis; `lines` draws on it.

    Args:
        stage: where it stands.
        corner: lower left corner of the panel.
        size: width and height of the panel.
        x: where each time stands on the frame [time].
        values: what shall have room on it.
    """

    def __init__(
        self, stage: Any, corner: np.ndarray, size: tuple[float, float], x: np.ndarray, values: np.ndarray
    ) -> None:
        self._theme, self._foot, self._x = stage.theme, corner[1], x
        self._decades = Decades(corner, size, values, stage.theme)
        super().__init__(self._decades)

    def lines(self, products: np.ndarray, unit: int, colour: str, *, dashed: bool = False) -> VGroup:
        """Products [time unit], each unit thin and `unit` thick as well; they begin at the end."""
        heights = self._foot + self._decades.height(products)
        paths = np.stack(np.broadcast_arrays(self._x[:, None], heights, 0.0), axis=-1)[::-1]  # [time unit 3]
        marked = paths[:, unit]
        thick = Dashes(marked, colour, 6) if dashed else Trail(marked, colour, 6)
        return VGroup(Trails(np.moveaxis(paths, 1, 0), colour, 2, 0.8), haloed(thick, self._theme))
