"""The numbers along an axis on paper."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import Formatter, MaxNLocator

from scenes._page.letters import width_of
from scenes._stage.words import digits_of_scale

APART = 5  # points, at least, between two numbers
HIGH = 1.1  # heights of the font, at least, from a number to the next one up


class Roomy(MaxNLocator):
    """As many ticks along x, or `up` along y, at most, as have room for their numbers."""

    def __init__(self, most: int, size: float, *, up: bool = False, **options: Any) -> None:
        super().__init__(most, **options)
        self._most, self._size, self._up = most, size, up  # the size of the numbers in points

    def __call__(self) -> Any:
        """The ticks; where not even two have room, one."""
        ticks = np.zeros(0)
        for count in range(self._most, 0, -1):
            self.set_params(nbins=count)
            shown = self._shown(np.asarray(super().__call__()))
            if self._apart(shown):
                return shown
            ticks = shown if len(shown) else ticks
        return ticks[-1:]

    def _shown(self, ticks: np.ndarray) -> np.ndarray:
        """Those within the panel."""
        axis: Any = self.axis
        low, high = sorted(axis.get_view_interval())
        noise = 1e-9 * (high - low)
        return ticks[(ticks >= low - noise) & (ticks <= high + noise)]

    def _apart(self, ticks: np.ndarray) -> bool:
        """Whether their numbers keep their distance, at least two of them."""
        axis: Any = self.axis
        places = axis.axes.transData.transform(np.stack([ticks, ticks], axis=1)) * 72 / axis.figure.dpi
        if self._up:
            return len(ticks) > 1 and bool(np.all(np.diff(places[:, 1]) >= HIGH * self._size))
        widths = np.array([width_of(text, self._size) for text in axis.major.formatter.format_ticks(ticks)])
        room = np.diff(places[:, 0]) - (widths[1:] + widths[:-1]) / 2
        return len(ticks) > 1 and bool(np.all(room >= APART))


class Numbers(Formatter):
    """Writes the numbers of an axis exactly, each as `write(value, digits=...)` does."""

    def __init__(self, write: Callable[..., str]) -> None:
        self._write = write

    def __call__(self, value: float, position: int | None = None) -> str:
        return self.format_ticks([value])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """The numbers at these values."""
        axis: Any = self.axis
        noise = 1e-9 * np.ptp(axis.get_view_interval())
        values = [0.0 if abs(value) < noise else float(value) for value in values]
        return [self._write(value, digits=digits_of_scale(values)) for value in values]
