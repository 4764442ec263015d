"""Scales of bars: how far above the foot of a panel a value stands, with lines across at round values."""

import numpy as np
from manim import LEFT, RIGHT, UP, VGroup

from scenes._marks.line import Segments
from scenes._marks.number import TickLabel
from scenes._stage.theme import Theme
from scenes._stage.words import SUPERSCRIPT

MOST_TICKS = 9
MOST_DECADES = 80  # a scale shows no more below its highest value
SLIVER = 0.05  # height of the lowest bar, so that it can be seen
BESIDE = 0.15 * LEFT  # from a line to its value


class LogScale(VGroup):
    """A logarithmic scale: a line across the panel at powers of ten, with the power at its left.

    Where a value is zero, or further down than the scale goes, one decade more is added at the foot; it is
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
            TickLabel(name, theme.faint, 24, RIGHT).centred_at(start + BESIDE)
            for name, start in zip(names, starts, strict=True)
        ]
        super().__init__(Segments(starts, starts + size[0] * RIGHT, theme.faint, 1.5, 0.45), *labels)

    def height(self, values: np.ndarray) -> np.ndarray:
        """How far above the foot the values stand."""
        exponents = np.log10(np.maximum(values, 10.0**self.low))
        shown: np.ndarray = np.maximum((exponents - self.low) * self.unit, SLIVER)
        return shown


class ShareScale(VGroup):
    """A scale from 0 to 1: a line across the panel at either, with its number at the left.

    Args:
        corner: lower left corner of the panel.
        size: width and height of the panel.
        theme: for the colours.
    """

    def __init__(self, corner: np.ndarray, size: tuple[float, float], theme: Theme) -> None:
        self.corner, self.unit, feet = corner, size[1], corner + np.outer([0, size[1]], UP)
        lines = Segments(feet, feet + size[0] * RIGHT, theme.faint, 1.5, 0.6)
        ends = [TickLabel(str(k), theme.faint, 24, RIGHT).centred_at(foot + BESIDE) for k, foot in enumerate(feet)]
        super().__init__(lines, *ends)

    def height(self, values: np.ndarray) -> np.ndarray:
        """How far above the foot the values stand."""
        return self.unit * np.asarray(values)
