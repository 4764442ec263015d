"""The loss of a net along each of its first-layer weights: all slices small, one of them large with its bowl."""

from typing import Any

import numpy as np
from manim import DOWN, RIGHT, UL, UP, UR, Rectangle, VGroup

from scenes._parts.axes import Axes
from scenes._parts.halo import haloed
from scenes._parts.sparklines import Sparklines
from scenes._parts.trail import Dashes, Segments, Trail
from scenes._parts.typeset import Written

CELL = (0.285, 0.72)  # of the table
TABLE = np.array([1.05, 2.3, 0.0])  # its upper left corner
PANEL, PANEL_SIZE = np.array([-5.8, -2.4, 0.0]), (5.2, 4.9)  # of the large one


class NetSlices(VGroup):
    """Its parts: the large panel `frame` with `curve`, `bowl` and `gap`, and `margins` around the small ones.

    Args:
        stage: where it stands.
        w: values of the swept weight [slice].
        slices: losses [input unit slice].
        bumpy: which of them are no bowls [input unit].
        bowl: largest convex curve below the large one [slice].
        chosen: input and unit of the large one.
        inputs: names of the inputs.
        heading: what stands above the small ones.
    """

    def __init__(
        self,
        stage: Any,
        w: np.ndarray,
        slices: np.ndarray,
        bumpy: np.ndarray,
        bowl: np.ndarray,
        chosen: tuple[int, int],
        inputs: tuple[str, ...],
        heading: Written,
    ) -> None:
        self._slices, self._bumpy = slices, bumpy
        theme, loss = stage.theme, slices[chosen]
        ends = bowl.min(), loss.max()
        axes = Axes(PANEL, PANEL_SIZE, (w[0], w[-1]), ends, theme, stage.words, (5, 3))
        height = stage.typeset("loss(L)").next_to(axes.at(w[0], ends[1]), UP, buff=0.12)
        self.frame = VGroup(axes, height, stage.typeset("weight(w)").next_to(axes.at(w[-1], ends[0]), RIGHT, buff=0.15))
        self.curve = Trail(axes.at(w, loss), theme.loss, 5)
        self.bowl = haloed(Dashes(axes.at(w, bowl), theme.good, 4), theme)  # where the loss is one, too, both are seen
        self.gap = Segments(self.bowl.corners, self.curve.corners, theme.faint, 2, 0.8)
        self.margins = self._margins(stage, chosen, inputs, heading)
        super().__init__(self.frame, self.gap, self.curve, self.bowl, self.margins)

    def small(self, flags: tuple[int, ...], colour: str) -> Sparklines:
        """Those slices that are bowls (0), no bowls (1), or both, each in its cell."""
        cells = np.argwhere(np.isin(self._bumpy, flags))
        return Sparklines(self._slices[tuple(cells.T)], cells, TABLE, CELL, colour)

    def name_bowl(self, name: Written) -> Written:
        """Put its name below the bowl, at the higher one of its ends."""
        left, right = self.bowl.corners[[0, -1], 1]
        return name.next_to(PANEL + (right > left) * PANEL_SIZE[0] * RIGHT, UL if right > left else UR, buff=0.2)

    @staticmethod
    def _margins(stage: Any, chosen: tuple[int, int], inputs: tuple[str, ...], heading: Written) -> VGroup:
        rows = [stage.label(name).move_to(_cell(row, -0.4), RIGHT) for row, name in enumerate(inputs)]
        head = heading.move_to(_cell(-0.85, 10))
        frame = Rectangle(stage.theme.text, CELL[1], CELL[0], stroke_width=3)
        return VGroup(*rows, head, frame.move_to(_cell(chosen[0], chosen[1] + 0.5)))


def _cell(row: float, column: float) -> np.ndarray:
    """A point at the middle of a row, so many cells from the left."""
    return TABLE + column * CELL[0] * RIGHT + (row + 0.5) * CELL[1] * DOWN
