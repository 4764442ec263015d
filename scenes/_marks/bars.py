"""Upright bars on a common foot, as one path; they grow in turn, or change from one state into the next."""

from typing import Self

import numpy as np
from manim import VMobject

from scenes._marks.line import closed

OUTLINE = np.array([[-0.5, 0, 0], [-0.5, 1, 0], [0.5, 1, 0], [0.5, 0, 0]])  # of a bar, one unit wide and high


class Bars(VMobject):
    """Bars at `x` [band], which grow in turn.

    `at(grown, state)`: so many have grown, the latest perhaps in part, by default all; between two states, counted from
    0, the heights change from one to the next.

    Args:
        x: the middle of each band.
        foot: height of their lower ends on the frame.
        heights: of each bar above the foot [band], or in each state [state band]; where one is 0 there is no bar.
        thickness: of a bar.
        color: of all bars.
        turns: when its turn comes, for each band; by default from left to right.
        lead: how much faster than its turn a bar grows.
    """

    def __init__(
        self,
        x: np.ndarray,
        foot: float,
        heights: np.ndarray,
        thickness: float,
        color: str,
        turns: np.ndarray | None = None,
        lead: float = 1,
    ) -> None:
        super().__init__(fill_color=color, fill_opacity=0.9, stroke_width=0)
        self._x, self._foot, self._thickness, self._lead = x, foot, thickness, lead
        self._states = np.atleast_2d(np.asarray(heights, dtype=float))
        self._turns = np.arange(len(x)) if turns is None else turns
        self.at()

    def at(self, grown: float = np.inf, state: float = 0) -> Self:
        """Show the bars of which so many have grown, in a state."""
        now, after = int(state), min(int(state) + 1, len(self._states) - 1)
        heights = self._states[now] + (state - now) * (self._states[after] - self._states[now])
        return self._put(heights * np.clip(self._lead * np.clip(grown - self._turns, 0, 1), 0, 1))

    def _put(self, heights: np.ndarray) -> Self:
        x, heights = self._x[heights > 0], heights[heights > 0]
        corners = OUTLINE * np.stack([np.full_like(x, self._thickness), heights, 0 * x], axis=-1)[:, None]
        corners += np.stack([x, np.full_like(x, self._foot), 0 * x], axis=-1)[:, None]  # [bar corner 3]
        self.points = closed(corners)
        return self
