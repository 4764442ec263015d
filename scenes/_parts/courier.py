"""A framed tile that carries a value from one block of cells to another."""

from typing import Self

import numpy as np
from manim import Group

from scenes._parts.cells import Scale
from scenes._parts.frames import Frames
from scenes._theme import Theme

Block = tuple[np.ndarray, float]  # centre and side of a square, in units of the frame


class Courier(Group):
    """A tile in the colours of a scale; it grows or shrinks on its way from block to block."""

    def __init__(self, scale: Scale, color: str, theme: Theme) -> None:
        self._tile = scale.map(np.zeros((1, 1)), 1)
        self._frame = Frames(1, color, theme.background)
        super().__init__(self._tile, self._frame)

    def carry(self, values: np.ndarray, source: Block, target: Block, share: float) -> Self:
        """Show values [row col] at a share, 0 to 1, of the way from one block to another."""
        centre, side = (start + share * (end - start) for start, end in zip(source, target, strict=True))
        self._tile.paint(values).set(height=side).move_to(centre)
        self._frame.side = side
        self._frame.put(centre)
        return self
