"""Many equal square frames as one path."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from manim import DL, DR, UL, UR, VMobject
from manim.utils.rate_functions import smooth

from scenes._marks.line import closed

TURN = np.array([UL, UR, DR, DL]) / 2  # the corners of a square, one unit wide
REST = 0.3  # of the time from one place to the next that a frame stays where it is


class Frames(VMobject):
    """A square frame around each of some places; put none, and nothing is seen.

    Args:
        side: of a frame, in units of the frame.
        color: the stroke's colour.
        halo: the colour that sets the frames off from what they lie on.
        width: the stroke's width.
    """

    def __init__(self, side: float, color: str, halo: str, width: float = 5) -> None:
        super().__init__(stroke_color=color, stroke_width=width, fill_opacity=0)
        self.set_stroke(halo, width + 4, background=True)
        self.side = side

    def put(self, places: np.ndarray | Sequence[np.ndarray]) -> Self:
        """Frame other places [frame 3], more or fewer of them."""
        self._centres = np.asarray(places, dtype=float).reshape(-1, 3)
        return self._draw(self._centres)

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the frames."""
        return self._draw(self._centres[: round(share * len(self._centres))])

    def _draw(self, places: np.ndarray) -> Self:
        self.points = closed(places[:, None] + self.side * TURN)  # [frame corner 3]
        return self


def glide(places: np.ndarray, position: float) -> np.ndarray:
    """Where a frame is [3] that visits `places` [place 3] in turn: at each it rests, then it slides on to the next."""
    here = int(np.clip(position, 0, len(places) - 1))
    share = float(np.clip((position - here - REST) / (1 - REST), 0, 1))
    return np.asarray(places[here] + smooth(share) * (places[min(here + 1, len(places) - 1)] - places[here]))
