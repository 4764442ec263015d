"""Who was there, and when: a dot where someone was, a small cross where not."""

from typing import Self

import numpy as np
from manim import VGroup

from scenes._parts.dots import Dots
from scenes._parts.trail import Segments

DOT, ARM = 0.36, 0.24  # radius of a dot and half the width of a cross, as shares of a row's height


class Attendance(VGroup):
    """A roll with a row for each of those who may come, and a column for each time.

    Args:
        present: whether they came [row column].
        xs: where the columns stand on the frame [column].
        ys: where the rows stand [row].
        pitch: the height of a row.
        colours: of the dots and of the crosses.
    """

    def __init__(
        self, present: np.ndarray, xs: np.ndarray, ys: np.ndarray, pitch: float, colours: tuple[str, str]
    ) -> None:
        self._present, self._arm = np.asarray(present, dtype=bool), ARM * pitch
        self._places = np.stack([*np.meshgrid(xs, ys), np.zeros((len(ys), len(xs)))], axis=-1)  # [row column 3]
        none = np.zeros((0, 3))
        self._dots, self._crosses = Dots(none, colours[0], DOT * pitch), Segments(none, none, colours[1], 2.5, 1)
        super().__init__(self._dots, self._crosses)

    def show(self, columns: int) -> Self:
        """Show the first `columns` of the roll."""
        present, places = self._present[:, :columns], self._places[:, :columns]
        self._dots.put(places[present])
        corners = self._arm * np.array([[-1.0, -1.0, 0.0], [-1.0, 1.0, 0.0]])
        absent = places[~present][:, None]
        self._crosses.join((absent + corners).reshape(-1, 3), (absent - corners).reshape(-1, 3))
        return self
