"""What only the film of convolution 2d draws.

A picture that is redrawn in fewer cells, each the mean of what it covers.
Two pictures beside each other, the second computed from the first, looked at whole or in the same detail.
"""

from typing import TYPE_CHECKING

import numpy as np
from manim import FadeOut

from scenes._marks.cells import Cells
from scenes._marks.sliding import PANEL
from scenes._stage.sources import first

if TYPE_CHECKING:
    from scenes._stage.film import Film
from typing import Any

from manim import DOWN, Group

from scenes._marks.cells import ColourBar, Scale


def redraw(stage: "Film", cells: Cells, image: np.ndarray, picture: Cells) -> None:
    """Fill cells one by one with the values [row col] of an image, while a frame shows the place in the picture."""
    size = len(image)
    blocks = Cells(image, cells.colours, PANEL, stage.theme).move_to(picture)
    block = blocks.frame(0, 0, 1, stage.theme.data)

    def average(share: float) -> None:
        done = round(share * size**2)
        block.move_to(blocks.middle(*divmod(max(done - 1, 0), size)))
        cells.paint(first(image, done))

    stage.drive(average, block, cells, seconds=2.5)
    stage.play(FadeOut(block), run_time=0.3)


DETAIL = 40  # cells a side of the detail, or half of a small picture; at least one
WIDE, CENTRE = 4.8, np.array([4.41, 0.25, 0])  # side of a picture; the middle of the second


class ZoomPair:
    """Brings the place of the first picture where its values vary most closer, in both.

    Args:
        stage: where they stand.
        pictures: their values, both square.
        scales: their colours.
        stride: cells of the first picture from one value of the second to the next.
        start: the row and column of the first picture in the middle of the window of the second's first value.
    """

    def __init__(
        self, stage: Any, pictures: tuple[np.ndarray, np.ndarray], scales: tuple[Scale, Scale], stride: int, start: int
    ) -> None:
        self._pictures, self._stride, self._start = pictures, stride, start
        self.before, self.after = (
            Cells(picture, scale, WIDE, stage.theme, lines=False).move_to(CENTRE * [side, 1, 1])
            for picture, scale, side in zip(pictures, scales, (-1, 1), strict=True)
        )
        self.legends = Group(
            *(
                ColourBar(panel.colours, WIDE, stage.theme, stage.words).next_to(panel, DOWN, buff=0.26)
                for panel in (self.before, self.after)
            )
        )
        picture = pictures[0]
        self.detail = max(min(DETAIL, len(picture) // 2), 1)
        many = len(picture) // self.detail
        used = picture[: many * self.detail, : many * self.detail]
        blocks = used.reshape(many, self.detail, many, self.detail)
        self.corner = self.detail * np.array(divmod(int(blocks.std(axis=(1, 3)).argmax()), many))
        self.block = self.before.frame(*self.corner, self.detail, stage.theme.data)

    def develop(self, share: float) -> None:
        """Show a share of the second picture, row by row."""
        values = self._pictures[1]
        self.after.paint(first(values, round(share * len(values)) * len(values)))

    def look(self, share: float) -> None:
        """Show the whole pictures at share 0, the detail alone at 1."""
        size = len(self._pictures[0])
        side = size * (self.detail / size) ** share
        low = self.corner * (size - side) / max(size - self.detail, 1)
        for panel, picture, start, stride in zip(
            (self.before, self.after), self._pictures, (0, self._start), (1, self._stride), strict=True
        ):
            panel.map.paint(_cut(picture, (low - start) / stride, (low + side - start) / stride))


def _cut(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The part of a grid between two corners, rounded to cells that exist; never empty."""
    first = np.clip(np.rint(low).astype(int), 0, len(values) - 1)
    last = np.clip(np.rint(high).astype(int), first + 1, len(values))
    return values[first[0] : last[0], first[1] : last[1]]
