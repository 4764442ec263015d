"""What a seismograph would write under a walk: the weight at every step, time running down."""

from typing import Any, Self

import numpy as np
from manim import LEFT, RIGHT, VGroup, VMobject

from scenes._parts.away import lasting
from scenes._parts.axes import Axes
from scenes._parts.dots import Dots
from scenes._parts.halo import haloed
from scenes._parts.trail import Clipped, Trail, dashed
from scenes._sources import places

SMALLEST = 24  # font size


class Record(VGroup):
    """The trail of a walk over a panel that has the width of the valley above it.

    Where the walk has left the panel there is no trail, and no dot.

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
        self._w, self.inside = lasting(w), axes.inside(w, axes.low[1])
        self.best = haloed(dashed(self.at(w_star, 0), self.at(w_star, self.steps), stage.theme.good, 3), stage.theme)
        self._stops, box = self._rows(axes.near(self._w, axes.low[1]), np.arange(len(w))), axes.box.copy()
        box[:, 1] = top - height, top
        self.trail = haloed(Clipped(self._stops, box, stage.theme.weight, 3), stage.theme)
        self.dots = Dots(self._stops[:0], stage.theme.weight, np.clip(0.3 * self._pitch, 0.03, 0.06))
        super().__init__(self.best, self.trail, self.dots)
        self.show(0)

    def at(self, w: np.ndarray | float, step: np.ndarray | float) -> np.ndarray:
        """The points of the frame [..., 3] for weights at steps, those outside moved to the edge."""
        return self._rows(self._axes.clamped(np.broadcast_arrays(w, step)[0], 0), step)

    def show(self, step: float) -> np.ndarray:
        """Write as far as the walk is after `step` steps; where the pen is, which may be outside.

        The pen goes down while the weight changes, and waits while the ball above drops.
        """
        whole = int(step + 1e-9)
        time = min(whole + min(1.0, 2 * max(0.0, step - whole)), self.steps)
        seen = self.inside[: whole + 1]
        self.dots.put(self._stops[: whole + 1][seen])
        return self.trail.show(time / self.steps).point(time / self.steps)

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

    def _rows(self, places: np.ndarray, step: np.ndarray | float) -> np.ndarray:
        """The same points [..., 3] at the heights of steps."""
        places[..., 1] = self._top - np.asarray(step) * self._pitch
        return places


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
