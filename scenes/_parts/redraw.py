"""A picture that is redrawn in fewer cells, each the mean of what it covers."""

from typing import TYPE_CHECKING

import numpy as np
from manim import FadeOut

from scenes._parts.cells import Cells
from scenes._parts.sliding import PANEL
from scenes._sources import first

if TYPE_CHECKING:
    from scenes._stage import Stage


def redraw(stage: "Stage", cells: Cells, image: np.ndarray, picture: Cells) -> None:
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
