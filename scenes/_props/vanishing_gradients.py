"""What only the film of vanishing gradients draws.

A net drawn layer by layer, with a light that stands on one layer.
What comes back to each layer of a net: a bar, and below it the slope that made it.
Nets side by side, one panel each: what their gradient becomes on its way back, and the verdict.
"""

from typing import TYPE_CHECKING, Self

import numpy as np
from manim import ORIGIN, PI, RIGHT, VGroup

from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments
from scenes._marks.log_bars import Bars, Decades
from scenes._marks.number import Number, TickLabel
from scenes._stage.theme import Theme

if TYPE_CHECKING:
    from scenes._stage.film import Film
from typing import TYPE_CHECKING, Any

from manim import DL, DOWN, DR, UR

from scenes._marks.typeset import Typeset
from scenes._stage.sources import ordinal, places

if TYPE_CHECKING:
    from scenes._stage.film import Film


RADIUS, RADIUS_ALONE = 0.07, 0.14  # of a unit, and of one that is alone in its layer


class Layers(VGroup):
    """Columns of units, all edges between neighbours, the inputs first.

    Args:
        x: where each column stands, that of the inputs included.
        units: how many units are drawn in each.
        middle: the height of every column's middle.
        height: of a column with more than one unit.
        theme: for the colours.
    """

    def __init__(self, x: np.ndarray, units: list[int], middle: float, height: float, theme: Theme) -> None:
        self._columns = [_column(at, count, middle, height) for at, count in zip(x, units, strict=True)]
        pairs = [
            np.broadcast_arrays(a[:, None], b[None]) for a, b in zip(self._columns, self._columns[1:], strict=False)
        ]
        starts, ends = (np.concatenate([pair[side].reshape(-1, 3) for pair in pairs]) for side in (0, 1))
        alone = max(units) == 1
        edges = Segments(starts, ends, theme.weight, 4 if alone else 1, 1 if alone else 0.65)
        radius = RADIUS_ALONE if alone else RADIUS
        inputs, hidden = Dots(self._columns[0], theme.data, radius), np.concatenate(self._columns[1:])
        self.lit = Dots(np.zeros((0, 3)), theme.gradient, 1.25 * radius)
        super().__init__(
            edges, *(with_halo(one, theme) for one in (inputs, Dots(hidden, theme.faint, radius), self.lit))
        )

    def light(self, layer: int) -> None:
        """Light one layer, counted from the first after the inputs."""
        self.lit.put(self._columns[layer + 1])


def _column(x: float, units: int, middle: float, height: float) -> np.ndarray:
    y = middle + height * (np.arange(units) - (units - 1) / 2) / max(units - 1, 1)
    return np.stack([np.full(units, x), y, np.zeros(units)], axis=-1)


START, END = -5.7, 6.7  # left and right end of all that is shown of the layers
FOOT, TALLEST = -1.3, 2.8  # of the bars
SLOPE_FOOT, ONE = -2.4, 0.5  # of the slopes' bars below them; how tall a slope of 1 is
NAMES = -6.47  # where the names of bars and slopes are
BELOW = 0.27  # from a foot to the numbers below it
LABEL_ROOM = 0.7  # width of a number below a bar
VALUE_ROOM = 0.6  # half the width of a number above a bar


class GradientBars(VGroup):
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

    def numbers(self, stage: "Film", colour: str, foot: float, layers: range | None = None) -> dict[int, Number]:
        """A number to be written below these layers, by default below as many as have room, the last included."""
        every = int(np.ceil(LABEL_ROOM * len(self.x) / (self.span[1] - self.span[0])))
        layers = layers or range(len(self.x) - 1, -1, -every)
        places = {layer: np.array([self.x[layer], foot - BELOW, 0.0]) for layer in layers}
        return {layer: stage.number(colour=colour, anchor=ORIGIN).centred_at(place) for layer, place in places.items()}

    def layer_numbers(self, stage: "Film", own: list[int], layers: range | None = None) -> VGroup:
        """Of the layers' `own` numbers, by default, as many as have room."""
        numbers = self.numbers(stage, stage.theme.faint, FOOT, layers)
        for layer, number in numbers.items():
            stage.rewrite(number, own[layer])
        return VGroup(*numbers.values())


class LayerSweep(VGroup):
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
        self, stage: "Film", panel: GradientBars, values: np.ndarray, axis: Decades, slopes: np.ndarray, way: int
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


def ruler(stage: "Film") -> VGroup:
    """Two lines across all panels, at a slope of 0 and of 1, with their numbers at the left."""
    feet = np.array([[START, SLOPE_FOOT, 0], [START, SLOPE_FOOT + ONE, 0]])
    lines = Segments(feet, feet + (END - START) * RIGHT, stage.theme.faint, 1.5, 0.6)
    ends = [
        TickLabel(str(k), stage.theme.faint, 24, RIGHT).centred_at(foot - 0.15 * RIGHT) for k, foot in enumerate(feet)
    ]
    return VGroup(lines, *ends)


def names(stage: "Film", bars: str, slopes: str) -> VGroup:
    """At the left of the panels, what the bars and what the slopes' bars are, in Typst math."""
    upright = stage.typeset(bars, size=26).rotate(PI / 2).move_to([NAMES, FOOT + TALLEST / 2, 0])
    return VGroup(upright, stage.typeset(slopes, size=26).move_to([NAMES, SLOPE_FOOT + ONE / 2, 0]))


def reached(done: float, layers: int) -> np.ndarray:
    """How far each layer has grown, 0 to 1, when a pass from the first to the last has done so many."""
    return np.clip(done - np.arange(layers), 0, 1)


GAP = 0.4  # between two panels
TOP, SECOND_LINE, MARGIN = 2.6, 2.0, 0.3  # lines that are written on above the panels
DESCENT, HANGING = 0.0027, "gjpqy"  # how far these letters hang below the line, for font size 1
WEIGHTS = "weight(sigma) = {scale} quad weight(sigma sqrt(n)) = {stretch}"
PRODUCT = "activation({slope}) dot weight({stretch}) = gradient({product})"


class ActivationPanels:
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
        stage: "Film",
        twins: list[Any],
        names: tuple[str, ...],
        labels: tuple[str, str],
        words: dict[int, tuple[str, str]],
    ) -> None:
        self._stage, self._twins, self._layers = stage, twins, twins[0].params.depth
        width = (END - START - (len(names) - 1) * GAP) / len(names)
        self.spans = [(left, left + width) for left in START + np.arange(len(names)) * (width + GAP)]
        self.panels = [GradientBars(stage.theme, span, self._layers) for span in self.spans]
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
        return with_halo(Segments(tops - reach, tops + reach, self._stage.theme.text, 2.5, 0.8), self._stage.theme)

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

    def _said(self, key: str, place: tuple[float, float], corner: np.ndarray, **style: Any) -> Typeset:
        """A sentence whose line begins (corner DL) or ends (DR) at a place, whatever hangs below the line."""
        written = self._stage.say(key, **style).move_to([*place, 0], corner)
        hangs = any(letter in HANGING for letter in written.source)
        return written.shift(DESCENT * written.font_size * hangs * DOWN)


def layer_numbers(trace: Any) -> list[int]:
    """The numbers of the layers, from 1."""
    return [ordinal(place) for place in places(trace.gradient_norm, 1)]
