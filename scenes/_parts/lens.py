"""Two pictures beside each other, the second computed from the first, looked at whole or in the same detail."""

import numpy as np

from scenes._parts.cells import Cells

DETAIL = 40  # cells a side of the detail


class Lens:
    """Brings the place of the first picture where its values vary most closer, in both.

    Args:
        panels: the cells that show the pictures.
        pictures: their values, both square.
        stride: cells of the first picture from one value of the second to the next.
        start: the row and column of the first picture in the middle of the window of the second's first value.
    """

    def __init__(
        self, panels: tuple[Cells, Cells], pictures: tuple[np.ndarray, np.ndarray], stride: int, start: int
    ) -> None:
        self._panels, self._pictures, self._stride, self._start = panels, pictures, stride, start
        picture = pictures[0]
        many = len(picture) // DETAIL
        self.useful = many > 1  # a small picture is close enough
        blocks = picture[: many * DETAIL, : many * DETAIL].reshape(many, DETAIL, many, DETAIL)
        place = divmod(int(blocks.std(axis=(1, 3)).argmax()), many) if self.useful else (0, 0)
        self.corner = (place[0] * DETAIL, place[1] * DETAIL)

    def look(self, share: float) -> None:
        """Show the whole pictures at share 0, the detail alone at 1."""
        size = len(self._pictures[0])
        side = size * (DETAIL / size) ** share
        low = np.array(self.corner) * (size - side) / (size - DETAIL)
        for panel, picture, start, stride in zip(
            self._panels, self._pictures, (0, self._start), (1, self._stride), strict=True
        ):
            panel.map.paint(_cut(picture, (low - start) / stride, (low + side - start) / stride))


def _cut(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The part of a grid between two corners, rounded to cells that exist; never empty."""
    first = np.clip(np.rint(low).astype(int), 0, len(values) - 1)
    last = np.clip(np.rint(high).astype(int), first + 1, len(values))
    return values[first[0] : last[0], first[1] : last[1]]
