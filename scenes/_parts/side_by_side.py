"""Nets side by side, one panel each: what their gradient becomes on its way back, and the verdict."""

from typing import TYPE_CHECKING, Any

import numpy as np
from manim import DL, DOWN, DR, RIGHT, UR, VGroup

from scenes._parts.backward import BELOW, END, FOOT, NAMES, SLOPE_FOOT, START, Backward, reached
from scenes._parts.halo import haloed
from scenes._parts.log_bars import Decades
from scenes._parts.trail import Segments
from scenes._parts.typeset import Written
from scenes._sources import ordinal, places

if TYPE_CHECKING:
    from scenes._stage import Stage

GAP = 0.4  # between two panels
TOP, SECOND_LINE, MARGIN = 2.6, 2.0, 0.3  # lines that are written on above the panels
DESCENT, HANGING = 0.0027, "gjpqy"  # how far these letters hang below the line, for font size 1
WEIGHTS = "weight(sigma) = {scale} quad weight(sigma sqrt(n)) = {stretch}"
PRODUCT = "activation({slope}) dot weight({stretch}) = gradient({product})"


class SideBySide:
    """A panel per activation; all of them show one of several twins, whose weights were initialised apart.

    Args:
        stage: where it stands.
        twins: traces of vanishing gradients.
        names: keys of the activations' names.
        labels: keys of what stands before the first layer's number, and behind what a layer multiplies by.
        words: key and colour of each fate's word.
    """

    def __init__(
        self,
        stage: "Stage",
        twins: list[Any],
        names: tuple[str, ...],
        labels: tuple[str, str],
        words: dict[int, tuple[str, str]],
    ) -> None:
        self._stage, self._twins, self._layers = stage, twins, twins[0].params.depth
        width = (END - START - (len(names) - 1) * GAP) / len(names)
        self.spans = [(left, left + width) for left in START + np.arange(len(names)) * (width + GAP)]
        self.panels = [Backward(stage.theme, span, self._layers) for span in self.spans]
        self.products = [self._product(twin, labels[1]) for twin in twins]
        ends, layers = range(0, self._layers, self._layers - 1), layer_numbers(twins[0])
        self.heads = VGroup(*(panel.layer_numbers(stage, layers, ends) for panel in self.panels))
        self.numbers, self._words = [], []
        for (left, right), name in zip(self.spans, names, strict=True):
            label = self._said(labels[0], (left, SECOND_LINE), DL, size=24, layer=layers[0])
            number = stage.number(colour=stage.theme.gradient, size=30)
            self.numbers.append(number.at(np.array([label.get_right()[0] + 0.15, SECOND_LINE, 0])))
            self._words.append(
                {fate: self._said(key, (right, TOP), DR, colour=hue) for fate, (key, hue) in words.items()}
            )
            self.heads.add(self._said(name, (left, TOP), DL, size=34), label, number, *self._words[-1].values())
        self.ask()

    def show(self, twin: int, axis: Decades, done: float = np.inf, panels: tuple[int, ...] = (0, 1, 2)) -> None:
        """Show a twin in these panels, once a pass from the last layer has done so many."""
        heights, slopes = self.state(twin, axis)
        for index in panels:
            self.panels[index].show(heights[index], slopes[index], reached(done, self._layers)[::-1])

    def blend(self, old: tuple[int, Decades], new: tuple[int, Decades], share: float) -> None:
        """Show one twin on its axis turning into another on another axis."""
        before, after = np.stack(self.state(*old)), np.stack(self.state(*new))
        for panel, heights, slopes in zip(self.panels, *before + share * (after - before), strict=True):
            panel.show(heights, slopes)

    def marks(self, twin: int, axis: Decades) -> Segments:
        """A line at the upper end of every bar, to be compared with."""
        x = np.concatenate([panel.x for panel in self.panels])
        tops = np.stack([x, FOOT + self.state(twin, axis)[0].ravel(), np.zeros_like(x)], axis=-1)
        reach = self.panels[0].thickness / 2 * RIGHT
        return haloed(Segments(tops - reach, tops + reach, self._stage.theme.text, 2.5, 0.8), self._stage.theme)

    def ask(self) -> None:
        """Leave numbers and verdicts open."""
        for number, words in zip(self.numbers, self._words, strict=True):
            self._stage.rewrite(number, np.nan)
            VGroup(*words.values()).set_opacity(0)

    def tell(self, twin: int, panels: tuple[int, ...] = (0, 1, 2)) -> None:
        """Write what the first layers of a twin's nets receive, and the word for it."""
        for index in panels:
            self._stage.rewrite(self.numbers[index], self._twins[twin].gradient_norm[index, 0])
            for fate, word in self._words[index].items():
                word.set_opacity(float(fate == self._twins[twin].fate[index]))

    def explain(self, twin: int) -> None:
        """Show a twin's initialisation and its products, and hide those of the others."""
        for index, product in enumerate(self.products):
            product.set_opacity(float(index == twin))

    def state(self, twin: int, axis: Decades) -> tuple[np.ndarray, np.ndarray]:
        """Heights of the bars, and slopes [activation layer]."""
        return axis.height(self._twins[twin].gradient_norm), self._twins[twin].rms_slope

    def _product(self, twin: Any, label: str) -> VGroup:
        """The initialisation, and for each activation what a layer multiplies the gradient by."""
        stage = self._stage
        name = stage.say(f"init_{twin.params.init}", colour=stage.theme.weight)
        scale = stage.typeset(WEIGHTS, scale=twin.scale, stretch=twin.stretch)
        shown = VGroup(VGroup(name, scale).arrange(RIGHT, buff=0.4).to_corner(UR, buff=MARGIN))
        height, markup = SLOPE_FOOT - BELOW - 0.05, f'{PRODUCT} med "{stage.words.sentence(label)}"'
        shown.add(stage.typeset("dot weight(sigma sqrt(n))", size=26).move_to([NAMES, height, 0]))
        for span, slope, product in zip(self.spans, twin.slope, twin.per_layer, strict=True):
            line = stage.typeset(markup, size=24, slope=slope, stretch=twin.stretch, product=product)
            shown.add(line.move_to([np.mean(span), height, 0]))
        return shown

    def _said(self, key: str, place: tuple[float, float], corner: np.ndarray, **style: Any) -> Written:
        """A sentence whose line begins (corner DL) or ends (DR) at a place, whatever hangs below the line."""
        written = self._stage.say(key, **style).move_to([*place, 0], corner)
        hangs = any(letter in HANGING for letter in written.source)
        return written.shift(DESCENT * written.font_size * hangs * DOWN)


def layer_numbers(trace: Any) -> list[int]:
    """The numbers of the layers, from 1."""
    return [ordinal(place) for place in places(trace.gradient_norm, 1)]
