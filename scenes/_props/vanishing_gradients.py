"""What only the film of vanishing gradients draws: a net as columns of units, and what stands around its panels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import DL, DOWN, DR, PI, RIGHT, UR, VGroup

from scenes._marks.band_panel import BandPanel
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Segments
from scenes._marks.net import column, edges
from scenes._marks.number import Number
from scenes._marks.typeset import Typeset
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.layout import MARGIN
from scenes._stage.refs import Ref
from scenes._stage.theme import Theme

MIDDLE, TALL = 2.3, 0.9  # of the drawn net: height of its middle, and from its first unit to its last
TOP, SECOND, NAMES, PRODUCTS = 2.6, 2.0, -6.47, -2.72  # heights of lines; middle of the names at the left; a height
DESCENT, HANGING = 0.0027, "gjpqy"  # how far these letters hang below the line, for font size 1
FATES = {0: ("arrives", "good"), 1: ("explodes", "bad"), -1: ("vanishes", "bad")}
STRETCH = "weight(sigma sqrt(n))"
WEIGHTS = f"weight(sigma) = {{scale}} quad {STRETCH} = {{stretch}}"
PRODUCT = "activation({slope}) dot weight({stretch}) = gradient({product})"


class Net(VGroup):
    """Columns of units, the inputs first, with all edges between neighbours.

    `at(done)`: so many layers have been passed, in the order of `turns`; the one that was reached last is lit.

    Args:
        x: where each column stands [column], that of the inputs included.
        units: how many units are drawn in each.
        turns: when the turn of each layer comes [layer], the inputs left out.
        theme: for the colours.
    """

    def __init__(self, x: Sequence[float], units: list[int], turns: np.ndarray, theme: Theme) -> None:
        self._columns = [column(at, MIDDLE, n, TALL / max(n - 1, 1)) for at, n in zip(x, units, strict=True)]
        self._order, alone = np.argsort(turns), max(units) == 1
        starts, ends = np.concatenate(self._columns)[edges(units)]
        lines = Segments(starts, ends, theme.weight, 4 if alone else 1, 1 if alone else 0.65)
        radius, hidden = 0.14 if alone else 0.07, np.concatenate(self._columns[1:])
        inputs, self.lit = (
            Dots(self._columns[0], theme.data, radius),
            Dots(np.zeros((0, 3)), theme.gradient, 1.25 * radius),
        )
        units_drawn = with_halo(VGroup(inputs, Dots(hidden, theme.faint, radius), self.lit), theme)
        super().__init__(lines, *units_drawn)

    def at(self, done: float) -> None:
        """Light the layer that is being passed; before the first none."""
        self.lit.put(self._columns[self._order[int(np.ceil(done)) - 1] + 1] if done > 0 else [])


def names(film: Film, bars: str, slopes: str) -> VGroup:
    """At the left of the panels what the bars are, and what the bars of the slopes are, in Typst math."""
    upright = film.typeset(bars, size=26).rotate(PI / 2).move_to([NAMES, 0.1, 0])
    return VGroup(upright, film.typeset(slopes, size=26).move_to([NAMES, -2.15, 0]))


class Head(VGroup):
    """Above a panel: the activation, what its first layer receives, and the word for it.

    `at(told)`: nothing is told yet at 0, at 1 what the first of several twins receives...
    """

    def __init__(self, film: Film, panel: BandPanel, net: int, name: str, layer: Ref, twins: Sequence[Any]) -> None:
        left, right = panel.left, panel.left + panel.width
        label = _said(film, "first_layer", (left, SECOND), DL, size=24, layer=layer)
        self.number: Number = film.number(colour=film.theme.gradient, size=30)
        self.number.anchored_at(np.array([label.get_right()[0] + 0.15, SECOND, 0]))
        received = (film.refs_of(twin).gradient_norm[net, 0] for twin in twins)
        self._values = [film.words.number(number) for number in (np.nan, *received)]
        fates = (FATES[int(twin.fate[net])] for twin in twins)
        self._words = [_said(film, key, (right, TOP), DR, colour=getattr(film.theme, role)) for key, role in fates]
        super().__init__(_said(film, name, (left, TOP), DL, size=34), label, self.number, *self._words)

    def at(self, told: float) -> None:
        """Write what a twin receives, and the word for it."""
        self.number.write(self._values[round(told)])
        for twin, word in enumerate(self._words, start=1):
            word.set_opacity(float(twin == round(told)))


def product(film: Film, panels: Sequence[BandPanel], twin: Any) -> VGroup:
    """The initialisation; what a layer multiplies the gradient by, at the left its name and a line for each panel."""
    refs, name = film.refs_of(twin), film.say(f"init_{twin.params.init}", colour=film.theme.weight)
    scale = film.typeset(WEIGHTS, scale=refs.scale, stretch=refs.stretch)
    shown = VGroup(VGroup(name, scale).arrange(RIGHT, buff=0.4).to_corner(UR, buff=MARGIN))
    shown.add(film.typeset(f"dot {STRETCH}", size=26).move_to([NAMES, PRODUCTS, 0]))
    markup = f'{PRODUCT} med "{film.words.sentence("per_layer")}"'
    for panel, slope, per_layer in zip(panels, refs.slope, refs.per_layer, strict=True):
        line = film.typeset(markup, size=24, slope=slope, stretch=refs.stretch, product=per_layer)
        shown.add(line.move_to([panel.left + panel.width / 2, PRODUCTS, 0]))
    return shown


def levels_name(film: Film, init: str, products: Sequence[VGroup]) -> VGroup:
    """Which initialisation the short lines across the bars are, at the left of the names of all."""
    sample = Segments(np.zeros((1, 3)), np.array([[0.4, 0, 0]]), film.theme.text, 2.5, 0.8)
    name = VGroup(sample, film.say(f"init_{init}")).arrange(RIGHT, buff=0.15)
    left = min(headline.get_left()[0] for headline, *_ in products)
    return name.match_y(products[0][0]).set_x(left - 0.5, RIGHT)


def head(film: Film, panel: BandPanel, net: int, name: str, layer: Ref, twins: Sequence[Any]) -> Head:
    """The head of a panel, along "told"."""
    return follow(Head(film, panel, net, name, layer, twins), "told")


def _said(film: Film, key: str, place: tuple[float, float], corner: np.ndarray, **style: Any) -> Typeset:
    """A sentence whose line begins (corner DL) or ends (DR) at a place, whatever hangs below the line."""
    written = film.say(key, **style).move_to([*place, 0], corner)
    return written.shift(DESCENT * written.font_size * any(letter in HANGING for letter in written.source) * DOWN)
