"""What comes back to each layer of a net: a bar, and below it the factor that made it."""

from typing import TYPE_CHECKING, Self

import numpy as np
from manim import ORIGIN, RIGHT, UP, VGroup

from scenes._parts.log_bars import Bars
from scenes._parts.number import Number
from scenes._parts.trail import Segments
from scenes._theme import Theme

if TYPE_CHECKING:
    from scenes._stage import Stage

LABEL_ROOM = 0.7  # width of a number below a bar
VALUE_ROOM = 0.6  # half the width of a number above a bar


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
        self.feet, self._one, self._shares = feet, one, (np.arange(layers) + 0.5) / layers
        super().__init__(self.bars, self.factors)
        self.stand(span)

    def stand(self, span: tuple[float, float]) -> Self:
        """Stand elsewhere from the next `show` on."""
        self.span = span
        self.x = span[0] + (span[1] - span[0]) * self._shares  # [layer]
        self.thickness = 0.7 * (span[1] - span[0]) / len(self.x)
        return self

    def show(self, heights: np.ndarray, factors: np.ndarray, grown: np.ndarray | float = 1) -> Self:
        """Show bars and factors [layer], grown from 0 to 1; a factor stands before its bar has grown."""
        self.bars.put(self.x, heights * grown, self.thickness)
        self.factors.put(self.x, self._one * factors * np.clip(4 * np.asarray(grown), 0, 1), self.thickness)
        return self

    def numbers(self, colour: str, height: float) -> dict[int, Number]:
        """A number to be written at this height below each layer, or as many as have room, counted from the last."""
        every = int(np.ceil(LABEL_ROOM * len(self.x) / (self.span[1] - self.span[0])))
        last = len(self.x) - 1
        places = {layer: np.array([self.x[layer], height, 0.0]) for layer in range(last, -1, -every)}
        return {layer: Number("0", colour, 24, ORIGIN).centred_at(place) for layer, place in places.items()}


class Pass(VGroup):
    """A pass through the layers of one panel, with its numbers: values above the bars, factors below.

    Args:
        stage: where it stands; it writes the numbers.
        panel: whose bars grow.
        values: of the layers, in numbers [layer].
        heights: of their bars [layer].
        factors: of the layers [layer].
        way: 1 from the first layer to the last, -1 back.
    """

    def __init__(
        self, stage: "Stage", panel: Backward, values: np.ndarray, heights: np.ndarray, factors: np.ndarray, way: int
    ) -> None:
        self._words, self._panel, self._way = stage.words, panel, way
        self._values, self._heights, self._factors = values, heights, factors
        self._below = panel.numbers(stage.theme.activation, panel.feet[1] - 0.27)
        for layer, number in self._below.items():
            stage.rewrite(number, factors[layer])
        self._start, self._latest = (stage.number(0, stage.theme.gradient, anchor=ORIGIN) for _ in range(2))
        super().__init__(panel, *self._below.values(), self._start, self._latest)
        self.go(0)

    def go(self, done: float) -> int:
        """Show as much as there is after so many layers; the layer that the pass is at."""
        layers = len(self._values)
        grown = reached(done, layers)[:: self._way]
        layer = range(layers)[:: self._way][max(int(np.ceil(done)) - 1, 0)]
        self._panel.show(self._heights, self._factors, grown)
        self._write(self._latest, layer, grown)
        self._write(self._start, range(layers)[:: self._way][0], grown)
        self._latest.set_opacity(float(done > 0))
        self._start.set_opacity(float(done == layers))  # before, the latest may need its place
        for below, number in self._below.items():
            number.set_opacity(float(grown[below] > 0))
        return layer

    def _write(self, number: Number, layer: int, grown: np.ndarray) -> None:
        """Write a layer's value above its bar, and above the bars beside it that it would hide."""
        x = np.clip(self._panel.x[layer], self._panel.span[0] + VALUE_ROOM, self._panel.span[1] - VALUE_ROOM)
        beside = np.abs(self._panel.x - x) < VALUE_ROOM + self._panel.thickness / 2
        height = self._panel.feet[0] + np.max((self._heights * grown)[beside]) + 0.12
        number.at(np.array([x, height, 0])).write(self._words.number(self._values[layer]))


class Ruler(VGroup):
    """Two lines across the panel, at a factor of 0 and of 1, with their numbers at the left."""

    def __init__(self, left: np.ndarray, width: float, one: float, theme: Theme) -> None:
        feet = np.stack([left, left + one * UP])
        numbers = [
            Number(str(k), theme.faint, 24, RIGHT).centred_at(foot - 0.15 * RIGHT) for k, foot in enumerate(feet)
        ]
        super().__init__(Segments(feet, feet + width * RIGHT, theme.faint, 1.5, 0.6), *numbers)


def reached(done: float, layers: int) -> np.ndarray:
    """How far each layer has grown, 0 to 1, when a pass from the first to the last has done so many."""
    return np.clip(done - np.arange(layers), 0, 1)
