"""Colours that stand for values, in films and on paper."""

from functools import cache
from typing import Any, NamedTuple, Self

import matplotlib
import numpy as np

from scenes._stage.refs import values_of

INKS = [matplotlib.colors.to_hex(matplotlib.colormaps["gray"](end)) for end in (1.0, 0.0)]  # white, black
MIDDLE_GREY = 0.179  # luminance on which black and white are equally legible


class Scale(NamedTuple):
    """Which values the colours of one of matplotlib's maps stand for."""

    cmap: str = "gray"
    low: float = 0.0
    high: float = 1.0

    @classmethod
    def around_zero(cls, cmap: str, values: np.ndarray, share: float = 1) -> Self:
        """As far below zero as above, so that a `share` of the values has colours of its own."""
        reach = float(np.quantile(np.abs(values), share)) or 1.0
        return cls(cmap, -reach, reach)

    @classmethod
    def spanning(cls, cmap: str, values: np.ndarray) -> Self:
        """From the lowest value to the highest, both rounded outwards to tenths."""
        low, high = np.floor(values.min() * 10) / 10, np.ceil(values.max() * 10) / 10
        return cls(cmap, float(low), float(high)) if low < high else cls(cmap)

    def clips(self, values: Any) -> bool:
        """Whether values or references lie beyond the colours, by more than rounding."""
        known, noise = values_of(np.asarray(values)), 1e-9 * (self.high - self.low)
        return bool((known < self.low - noise).any() or (known > self.high + noise).any())

    def paint(self, values: Any) -> np.ndarray:
        """The colours [... rgba] of values or references, 0 to 255; NaN has none."""
        shares = (values_of(np.asarray(values)) - self.low) / ((self.high - self.low) or 1.0)
        return np.asarray(_colours(self.cmap)(shares, bytes=True))


def inks(colours: np.ndarray) -> np.ndarray:
    """Which of INKS is more legible on each of these colours [... rgba], 0 to 255."""
    shares = colours[..., :3] / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ [0.2126, 0.7152, 0.0722] > MIDDLE_GREY, dtype=int)


@cache
def _colours(cmap: str) -> Any:
    return matplotlib.colormaps[cmap].with_extremes(bad=(0, 0, 0, 0))
