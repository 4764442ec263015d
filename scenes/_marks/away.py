"""What has left a panel: a sign at the panel's edge points to where it is."""

from typing import Self

import numpy as np
from manim import VMobject

from scenes._marks.line import EDGE, straight

WING, TIP, HALF = 0.2, 0.28, 0.1  # from the edge to the sign's ends and to its tip; half its width


class Away(VMobject):
    """For each place outside of a box an open arrowhead beside the nearest point of its edge.

    Args:
        box: lower left and upper right corner [2 3].
        color: the stroke's colour.
        gap: from the edge to the sign, less than usual where no mark stands between them.
    """

    def __init__(self, box: np.ndarray, color: str, gap: float = WING) -> None:
        super().__init__(stroke_color=color, stroke_width=4, fill_opacity=0)
        self._box, self._gap = box, gap

    def put(self, places: np.ndarray) -> Self:
        """Point to other places [... 3]; to those within, and to none that is no number, there is no sign."""
        places = np.asarray(places, dtype=float).reshape(-1, 3)
        ways = sides(places, self._box)
        out = ways.any(axis=1)
        ways = ways[out] / np.linalg.norm(ways[out], axis=1, keepdims=True)
        edge, across = np.clip(places[out], *self._box), ways[:, [1, 0, 2]] * [-HALF, HALF, 0]
        tip, wings = edge + (self._gap + TIP - WING) * ways, edge + self._gap * ways
        strokes = np.stack([[wings + across, tip], [tip, wings - across]])  # [stroke end place 3]
        starts, ends = strokes.transpose(2, 0, 1, 3).reshape(-1, 2, 3).swapaxes(0, 1)
        self.points = straight(starts, ends)
        return self


def sides(places: np.ndarray, box: np.ndarray) -> np.ndarray:
    """On which side of a box places lie [... 3]: -1 left or below, 1 right or above, 0 within."""
    ways: np.ndarray = np.where(places > box[1] + EDGE, 1, 0) - np.where(places < box[0] - EDGE, 1, 0)
    return ways


def lasting(values: np.ndarray) -> np.ndarray:
    """The values of a run, those that are no numbers replaced by the last one that is."""
    numbers = np.where(np.isnan(values), 0, np.arange(len(values)))
    return np.asarray(values)[np.maximum.accumulate(numbers)]
