"""Bars, however many, as one path; and an axis of decades for those that span many of them."""

from typing import Self

import numpy as np
from manim import LEFT, RIGHT, VGroup, VMobject

from scenes._marks.line import SHARES, Segments
from scenes._marks.number import TickLabel
from scenes._stage.theme import Theme
from scenes._stage.words import SUPERSCRIPT

MOST_TICKS = 9
MOST_DECADES = 80  # an axis shows no more below its highest value
SLIVER = 0.05  # height of the lowest bar, so that it can be seen


class Decades(VGroup):
    """A logarithmic axis: a line across the panel at powers of ten, with the power at its left.

    Where a value is zero, or further down than the axis goes, one decade more is added at the foot; it is
    marked 0, and bars of such values end there.

    Args:
        corner: lower left corner of the panel.
        size: width and height of the panel.
        values: what shall have room on it.
        theme: for the colours.
    """

    def __init__(self, corner: np.ndarray, size: tuple[float, float], values: np.ndarray, theme: Theme) -> None:
        exponents = np.log10(values[values > 0]) if np.any(values > 0) else np.zeros(1)
        high = int(np.ceil(exponents.max()))
        lowest = max(int(np.floor(exponents.min() - 0.2)), high - MOST_DECADES)
        reaches_zero = bool(np.any(values < 10.0**lowest))
        self.corner, self.low = corner, lowest - reaches_zero
        self.unit = size[1] / (high - self.low)
        step = next(step for step in (1, 2, 5, 10, 20) if (high - lowest) / step <= MOST_TICKS)
        ticks = [*([self.low] if reaches_zero else []), *range(-(-lowest // step) * step, high + 1, step)]
        names = ["0" if k < lowest else f"10{str(k).translate(SUPERSCRIPT)}" for k in ticks]
        starts = corner + np.outer((np.array(ticks) - self.low) * self.unit, [0, 1, 0])
        labels = [
            TickLabel(name, theme.faint, 24, RIGHT).centred_at(start + 0.15 * LEFT)
            for name, start in zip(names, starts, strict=True)
        ]
        super().__init__(Segments(starts, starts + size[0] * RIGHT, theme.faint, 1.5, 0.45), *labels)

    def height(self, values: np.ndarray) -> np.ndarray:
        """How far above the foot the values stand."""
        exponents = np.log10(np.maximum(values, 10.0**self.low))
        shown: np.ndarray = np.maximum((exponents - self.low) * self.unit, SLIVER)
        return shown


class Bars(VMobject):
    """Upright bars on a common foot.

    Args:
        color: of all bars.
        foot: height of their lower ends on the frame.
    """

    def __init__(self, color: str, foot: float) -> None:
        super().__init__(fill_color=color, fill_opacity=0.9, stroke_width=0)
        self._foot = foot

    def put(self, x: np.ndarray, heights: np.ndarray, thickness: float) -> Self:
        """Stand bars of these heights at `x`; where a height is 0 there is none."""
        x, heights = x[heights > 0], heights[heights > 0]
        corners = np.array([[-0.5, 0, 0], [-0.5, 1, 0], [0.5, 1, 0], [0.5, 0, 0]])
        outlines = corners * np.stack([np.full_like(x, thickness), heights, 0 * x], axis=-1)[:, None]  # [bar corner 3]
        outlines += np.stack([x, np.full_like(x, self._foot), 0 * x], axis=-1)[:, None]
        sides = np.roll(outlines, -1, axis=1) - outlines
        self.points = (outlines[:, :, None] + sides[:, :, None] * SHARES).reshape(-1, 3)
        return self
