"""A framed tile that carries a value from one block of cells to another."""

from typing import NamedTuple, Self

import numpy as np
from manim import Group

from scenes._parts.cells import Cells
from scenes._parts.frames import Frames
from scenes._theme import Theme


class Block(NamedTuple):
    """A square on the frame."""

    centre: np.ndarray
    side: float

    @classmethod
    def of(cls, cells: Cells, corner: np.ndarray, size: int = 1) -> Self:
        """The `size` x `size` cells whose upper left one is at `corner` (row, col)."""
        row, col = corner
        return cls(cells.middle(row, col, size), size * cells.cell)


class Courier(Group):
    """A tile that grows or shrinks on its way from block to block.

    Args:
        tile: shows what is carried.
        color: of the frame around it.
        theme: for the frame's halo.
    """

    def __init__(self, tile: Cells, color: str, theme: Theme) -> None:
        self._tile = tile
        self._frame = Frames(tile.map.height, color, theme.background)
        super().__init__(self._tile, self._frame)

    def carry(self, values: np.ndarray, source: Block, target: Block, share: float, *, written: bool = True) -> Self:
        """Show values [row col] at a share, 0 to 1, of the way from one block to another."""
        centre = source.centre + share * (target.centre - source.centre)
        side = source.side + share * (target.side - source.side)
        self._tile.set(height=side).move_to(centre)
        self._tile.paint(values, written=written)
        self._frame.side = side
        self._frame.put(centre)
        return self
