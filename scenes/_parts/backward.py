"""What comes back to each layer of a net: a bar, and below it the factor that made it."""

from typing import Self

import numpy as np
from manim import ORIGIN, RIGHT, UP, VGroup

from scenes._parts.log_bars import Bars
from scenes._parts.number import Number
from scenes._parts.trail import Segments
from scenes._theme import Theme

LABEL_ROOM = 0.7  # width of a number below a bar


class Backward(VGroup):
    """For each layer a bar on the upper foot, and on the lower foot a bar for its factor, 0 to 1.

    Args:
        theme: for the colours.
        feet: the heights that both kinds of bars stand on.
        one: how tall a factor of 1 is.
        span: where the layers stand, from the left end to the right.
        layers: how many there are.
    """

    def __init__(
        self, theme: Theme, feet: tuple[float, float], one: float, span: tuple[float, float], layers: int
    ) -> None:
        self.bars, self.factors = Bars(theme.gradient, feet[0]), Bars(theme.activation, feet[1])
        self._shares, self._one = (np.arange(layers) + 0.5) / layers, one
        super().__init__(self.bars, self.factors)
        self.stand(span)

    def stand(self, span: tuple[float, float]) -> Self:
        """Stand elsewhere from the next `show` on."""
        self.span = span
        self.x = span[0] + (span[1] - span[0]) * self._shares  # [layer]
        self.width = 0.7 * (span[1] - span[0]) / len(self.x)
        return self

    def show(self, heights: np.ndarray, factors: np.ndarray, grown: np.ndarray | float = 1) -> Self:
        """Show bars and factors [layer], grown from 0 to 1; a factor stands before its bar has grown."""
        self.bars.put(self.x, heights * grown, self.width)
        self.factors.put(self.x, self._one * factors * np.clip(4 * np.asarray(grown), 0, 1), self.width)
        return self

    def numbers(self, colour: str, height: float) -> dict[int, Number]:
        """A number to be written at this height below each layer, or as many as have room, counted from the last."""
        every = int(np.ceil(LABEL_ROOM * len(self.x) / (self.span[1] - self.span[0])))
        last = len(self.x) - 1
        places = {layer: np.array([self.x[layer], height, 0.0]) for layer in range(last, -1, -every)}
        return {layer: Number("0", colour, 24, ORIGIN).centred_at(place) for layer, place in places.items()}


class Ruler(VGroup):
    """Two lines across the panel, at a factor of 0 and of 1, with their numbers at the left."""

    def __init__(self, left: np.ndarray, width: float, one: float, theme: Theme) -> None:
        feet = np.stack([left, left + one * UP])
        numbers = [
            Number(str(k), theme.faint, 24, RIGHT).centred_at(foot - 0.15 * RIGHT) for k, foot in enumerate(feet)
        ]
        super().__init__(Segments(feet, feet + width * RIGHT, theme.faint, 1.5, 0.6), *numbers)


def reached(layers: float, of: int) -> np.ndarray:
    """How far each layer has grown, 0 to 1, when a pass from the first to the last has done so many."""
    return np.clip(layers - np.arange(of), 0, 1)
