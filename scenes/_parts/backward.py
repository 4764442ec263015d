"""What comes back to each layer of a net: a bar, and below it the slope that made it."""

from typing import TYPE_CHECKING, Self

import numpy as np
from manim import ORIGIN, PI, RIGHT, VGroup

from scenes._parts.log_bars import Bars, Decades
from scenes._parts.number import Mark, Number
from scenes._parts.trail import Segments
from scenes._theme import Theme

if TYPE_CHECKING:
    from scenes._stage import Stage

START, END = -5.7, 6.7  # left and right end of all that is shown of the layers
FOOT, TALLEST = -1.3, 2.8  # of the bars
SLOPE_FOOT, ONE = -2.4, 0.5  # of the slopes' bars below them; how tall a slope of 1 is
NAMES = -6.47  # where the names of bars and slopes are
BELOW = 0.27  # from a foot to the numbers below it
LABEL_ROOM = 0.7  # width of a number below a bar
VALUE_ROOM = 0.6  # half the width of a number above a bar


class Backward(VGroup):
    """For each layer a bar for what reaches it, and below it a bar for its slope, 0 to 1.

    Args:
        theme: for the colours.
        span: where the layers stand, from the left end to the right.
        layers: how many there are.
    """

    def __init__(self, theme: Theme, span: tuple[float, float], layers: int) -> None:
        self.bars, self.slopes = Bars(theme.gradient, FOOT), Bars(theme.activation, SLOPE_FOOT)
        self._shares = (np.arange(layers) + 0.5) / layers
        super().__init__(self.bars, self.slopes)
        self.stand(span)

    def stand(self, span: tuple[float, float]) -> Self:
        """Stand elsewhere from the next `show` on."""
        self.span = span
        self.x = span[0] + (span[1] - span[0]) * self._shares  # [layer]
        self.thickness = 0.7 * (span[1] - span[0]) / len(self.x)
        return self

    def show(self, heights: np.ndarray, slopes: np.ndarray, grown: np.ndarray | float = 1) -> Self:
        """Show bars and slopes [layer], grown from 0 to 1; a slope stands before its bar has grown."""
        self.bars.put(self.x, heights * grown, self.thickness)
        self.slopes.put(self.x, ONE * slopes * np.clip(4 * np.asarray(grown), 0, 1), self.thickness)
        return self

    def numbers(self, stage: "Stage", colour: str, foot: float, layers: range | None = None) -> dict[int, Number]:
        """A number to be written below these layers, by default below as many as have room, the last included."""
        every = int(np.ceil(LABEL_ROOM * len(self.x) / (self.span[1] - self.span[0])))
        layers = layers or range(len(self.x) - 1, -1, -every)
        places = {layer: np.array([self.x[layer], foot - BELOW, 0.0]) for layer in layers}
        return {layer: stage.number(colour=colour, anchor=ORIGIN).centred_at(place) for layer, place in places.items()}

    def layer_numbers(self, stage: "Stage", own: list[int], layers: range | None = None) -> VGroup:
        """Of the layers' `own` numbers, by default, as many as have room."""
        numbers = self.numbers(stage, stage.theme.faint, FOOT, layers)
        for layer, number in numbers.items():
            stage.rewrite(number, own[layer])
        return VGroup(*numbers.values())


class Pass(VGroup):
    """A pass through the layers of one panel, with its numbers: values above the bars, slopes below.

    Args:
        stage: where it stands.
        panel: whose bars grow.
        values: of the layers, in numbers [layer].
        axis: on which their bars stand.
        slopes: of the layers [layer].
        way: 1 from the first layer to the last, -1 back.
    """

    def __init__(
        self, stage: "Stage", panel: Backward, values: np.ndarray, axis: Decades, slopes: np.ndarray, way: int
    ) -> None:
        self._words, self._panel, self._way = stage.words, panel, way
        self._values, self._heights, self._slopes = values, axis.height(values), slopes
        self._below = panel.numbers(stage, stage.theme.activation, SLOPE_FOOT)
        for layer, number in self._below.items():
            number.write(self._words.number(slopes[layer]))
        self._start, self._latest = (stage.number(colour=stage.theme.gradient, anchor=ORIGIN) for _ in range(2))
        for number in (self._start, self._latest):
            number.set_stroke(stage.theme.background, 6, background=True)  # they stand on the axis' lines
        self.numbers = VGroup(*self._below.values(), self._start, self._latest)
        super().__init__(panel, self.numbers)
        self.go(0)

    def go(self, done: float) -> int:
        """Show as much as there is after so many layers; the layer that the pass is at."""
        order = range(len(self._values))[:: self._way]
        grown, layer = reached(done, len(order))[:: self._way], order[max(int(np.ceil(done)) - 1, 0)]
        self._panel.show(self._heights, self._slopes, grown)
        self._write(self._latest, layer, grown)
        self._write(self._start, order[0], grown)
        self._latest.set_opacity(float(done > 0))
        self._start.set_opacity(float(done == len(order)))  # before, the latest may need its place
        for below, number in self._below.items():
            number.set_opacity(float(grown[below] > 0))
        return layer

    def _write(self, number: Number, layer: int, grown: np.ndarray) -> None:
        """Write a layer's value above its bar, and above the bars beside it that it would hide."""
        panel = self._panel
        x = np.clip(panel.x[layer], panel.span[0] + VALUE_ROOM, panel.span[1] - VALUE_ROOM)
        beside = np.abs(panel.x - x) < VALUE_ROOM + panel.thickness / 2
        height = FOOT + np.max((self._heights * grown)[beside]) + 0.12
        number.at(np.array([x, height, 0])).write(self._words.number(self._values[layer]))


def ruler(stage: "Stage") -> VGroup:
    """Two lines across all panels, at a slope of 0 and of 1, with their numbers at the left."""
    feet = np.array([[START, SLOPE_FOOT, 0], [START, SLOPE_FOOT + ONE, 0]])
    lines = Segments(feet, feet + (END - START) * RIGHT, stage.theme.faint, 1.5, 0.6)
    ends = [Mark(str(k), stage.theme.faint, 24, RIGHT).centred_at(foot - 0.15 * RIGHT) for k, foot in enumerate(feet)]
    return VGroup(lines, *ends)


def names(stage: "Stage", bars: str, slopes: str) -> VGroup:
    """At the left of the panels, what the bars and what the slopes' bars are, in Typst math."""
    upright = stage.typeset(bars, size=26).rotate(PI / 2).move_to([NAMES, FOOT + TALLEST / 2, 0])
    return VGroup(upright, stage.typeset(slopes, size=26).move_to([NAMES, SLOPE_FOOT + ONE / 2, 0]))


def reached(done: float, layers: int) -> np.ndarray:
    """How far each layer has grown, 0 to 1, when a pass from the first to the last has done so many."""
    return np.clip(done - np.arange(layers), 0, 1)
