"""What a seismograph would write under a walk: the weight at every step, time running down."""

from typing import Any, Self

import numpy as np
from manim import LEFT, RIGHT, VGroup, VMobject

from scenes._parts.axes import Axes
from scenes._parts.dots import Dots
from scenes._parts.halo import haloed
from scenes._parts.trail import Trail, dashed
from scenes._sources import places

FAR = 1e3  # widths of a panel beyond which a weight is as good as infinite
SMALLEST = 24  # font size


class Record(VGroup):
    """The trail of a walk over a panel that has the width of the valley above it.

    Where the walk has left the panel the trail runs along its edge, and no dot stands there.

    Args:
        stage: where it stands.
        axes: those of the valley.
        top: height of its first row.
        height: from there to its last.
        w: weights, the start included [step].
        w_star: best weight, a dashed line.
    """

    def __init__(self, stage: Any, axes: Axes, top: float, height: float, w: np.ndarray, w_star: float) -> None:
        self._axes, self._theme, self._top = axes, stage.theme, top
        self.steps = len(w) - 1
        self._pitch = height / self.steps
        low, high = axes.low[0], axes.low[0] + axes.span[0]
        self._w = np.clip(np.nan_to_num(w, nan=np.inf), low - FAR * axes.span[0], high + FAR * axes.span[0])
        self.inside = (low <= self._w) & (self._w <= high)
        self._times = np.sort(np.concatenate([np.arange(len(w)), *(self._crossings(edge) for edge in (low, high))]))
        self.best = haloed(dashed(self.at(w_star, 0), self.at(w_star, self.steps), stage.theme.good, 3), stage.theme)
        trail = Trail(self.at(self._weight(self._times), self._times), stage.theme.weight, 3)
        self.trail = haloed(trail, stage.theme)
        self.dots = Dots(self.trail.corners[:0], stage.theme.weight, np.clip(0.3 * self._pitch, 0.03, 0.06))
        super().__init__(self.best, self.trail, self.dots)
        self.show(0)

    def at(self, w: np.ndarray | float, step: np.ndarray | float) -> np.ndarray:
        """The points of the frame [..., 3] for weights at steps, those outside moved to the edge."""
        places = self._axes.clamped(np.broadcast_arrays(w, step)[0], 0)
        places[..., 1] = self._top - np.asarray(step) * self._pitch
        return places

    def show(self, step: float) -> np.ndarray:
        """Write as far as the walk is after `step` steps; where the pen is.

        The pen goes down while the weight changes, and waits while the ball above drops.
        """
        whole = int(step + 1e-9)
        time = min(whole + min(1.0, 2 * max(0.0, step - whole)), self.steps)
        self.trail.show(np.interp(time, self._times, np.arange(len(self._times))) / (len(self._times) - 1))
        visited = np.flatnonzero(self.inside[: whole + 1])
        self.dots.put(self.at(self._w[visited], visited))
        return self.at(self._weight(time), time)

    def labels(self, stage: Any) -> VGroup:
        """What stands left of the rows: the first and the last step, and their name."""
        rows = (0, self.steps / 2, self.steps)
        steps = places(stage.trace.w, 1)[:: self.steps]  # the first and the last
        ends = [stage.number(step, self._theme.faint, anchor=RIGHT) for step in steps]
        for number, row in zip(ends, rows[::2], strict=True):
            number.centred_at(self.at(-np.inf, row) + 0.15 * LEFT)
        return VGroup(*ends, stage.typeset("k", size=SMALLEST).move_to(self.at(-np.inf, rows[1]) + 0.3 * LEFT))

    def bars(self, steps: int, w_star: float) -> VGroup:
        """From the best weight to the weight at each of the first `steps` rows."""
        ends = [np.stack([self.at(w_star, k), self.at(self._w[k], k)]) for k in range(steps)]
        return VGroup(*(Trail(pair, self._theme.text, 6) for pair in ends))

    def _weight(self, time: np.ndarray | float) -> np.ndarray:
        return np.interp(time, np.arange(len(self._w)), self._w)

    def _crossings(self, edge: float) -> np.ndarray:
        """The times between steps at which the straight way from weight to weight crosses an edge."""
        before, after = self._w[:-1] - edge, self._w[1:] - edge
        steps = np.flatnonzero(before * after < 0)
        return steps + before[steps] / (before - after)[steps]


class Funnel(VMobject):
    """The region of a record within `reach` [step] of the best weight; it grows downwards."""

    def __init__(self, record: Record, reach: np.ndarray, w_star: float, colour: str) -> None:
        super().__init__(stroke_width=2, color=colour, fill_opacity=0.2)
        self._record, self._reach, self._w_star = record, reach, w_star
        self.show(1)

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the steps."""
        last = share * self._record.steps
        rows = np.append(np.arange(np.ceil(last)), last)
        reach = np.interp(rows, np.arange(len(self._reach)), self._reach)
        left, right = (self._record.at(self._w_star + side * reach, rows) for side in (-1, 1))
        self.set_points_as_corners([*left, *right[::-1], left[0]])
        return self
