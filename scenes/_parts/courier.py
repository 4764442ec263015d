"""A framed tile that carries a value from one block of cells to another."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from manim import Group, Mobject

from scenes._parts.cells import Cells
from scenes._parts.frames import Frames
from scenes._theme import Theme

if TYPE_CHECKING:
    from scenes._stage import Stage

FOLLOWED = 8  # places per second up to which each value is seen to travel


class Block(NamedTuple):
    """A square on the frame."""

    centre: np.ndarray
    side: float

    @classmethod
    def of(cls, cells: Cells, corner: np.ndarray, size: int = 1) -> Self:
        """The `size` x `size` cells whose upper left one is at `corner` (row, col)."""
        row, col = corner
        return cls(cells.middle(row, col, size), size * cells.cell)


def cell_of(cells: Cells, place: int) -> Block:
    """The cell of an output that belongs to a place of the window."""
    return Block.of(cells, np.array(np.unravel_index(place, cells.map.pixel_array.shape[:2])))


def centres(cells: Cells, corners: np.ndarray, size: int = 1) -> np.ndarray:
    """The centres [block 3] of the blocks whose upper left cells are at `corners` [block axis]."""
    return np.array([Block.of(cells, corner, size).centre for corner in corners])


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


def visit(
    stage: "Stage",
    stand: Callable[[int, float], None],
    start: int,
    stop: int,
    seconds: float,
    courier: Group | None,
    moving: list[Mobject],
) -> None:
    """Stand at each place from `start` to the last before `stop`; the courier is shown where it can be followed."""
    if stop <= start:
        return

    def move(share: float) -> None:
        position = start + share * (stop - start)
        place = min(int(position), stop - 1)
        stand(place, position - place)

    followed = [courier] if courier and stop - start <= FOLLOWED * seconds else []
    move(0)
    stage.add(*followed)
    stage.drive(move, *moving, *followed, seconds=seconds)
    stage.remove(*followed)
