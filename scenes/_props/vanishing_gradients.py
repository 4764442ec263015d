"""What only the film of vanishing gradients draws: a net as columns of units, and what stands around its panels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import DL, DOWN, DR, LEFT, PI, RIGHT, UP, UR, VGroup

from scenes._marks.band_panel import BandPanel
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Segments
from scenes._marks.net import column, edges
from scenes._marks.typeset import Typeset
from scenes._stage.film import Film
from scenes._stage.layout import MARGIN
from scenes._stage.theme import Theme

MIDDLE, TALL = 2.3, 0.9  # of the drawn net: height of its middle, and from its first unit to its last
TOP, SECOND = 2.6, 1.95  # heights of lines
NAMES, UPRIGHT = -6.4, -6.6  # middles of the names at the left, and of the upright one
SLOPES, PRODUCTS, POWERS = -2.15, -2.64, -3.0  # heights of names and lines
FIRST, INDENT = -6.8, 0.6  # where names of lines begin; how far in a panel its lines do
AXIS = np.array([-6.8, -1.57, 0])  # where the name of the layers begins
WORDS = "neuron", "layer", "out", "slope", "weights"  # in the names of axes and of factors
LEGEND = 1.5  # right end of what the lines of the verdict are called
DESCENT, HANGING = 0.0027, "gjpqy"  # how far these letters hang below the line, for font size 1
FATES = {0: ("arrives", "good"), 1: ("explodes", "bad"), -1: ("vanishes", "bad")}
WEIGHTS = "weight(sigma) = {scale}"
FACTORS = 'activation("{slope}") dot weight("{weights}")'
PRODUCT = "activation({slope}) dot weight({stretch}) = gradient({product})"
POWER = "gradient({product})^{depth} approx gradient({share})"


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


def names(film: Film, bars: str, slopes: str, layers: str) -> VGroup:
    """At the left of the panels what the bars, the bars of the slopes and the places along the axis are."""
    words = {key: film.words.sentence(key) for key in WORDS}
    left, middle, below = (film.typeset(markup, size=24, **words) for markup in (bars, slopes, layers))
    left.rotate(PI / 2).move_to([UPRIGHT, 0.1, 0])
    return VGroup(left, middle.move_to([NAMES, SLOPES, 0]), below.move_to(AXIS, LEFT))


def answer(film: Film, panel: BandPanel, share: Any = np.nan, fate: int | None = None) -> VGroup:
    """Above a panel what reaches its first layer, still open at first, and the word for it."""
    left, right = panel.left, panel.left + panel.width
    label = said(film, "first_layer", (left, SECOND), DL, size=26)
    number = film.number(share, film.theme.gradient, size=32)
    shown = VGroup(label, number.anchored_at(np.array([label.get_right()[0] + 0.15, SECOND, 0])))
    if fate is not None:
        key, role = FATES[fate]
        shown.add(said(film, key, (right, TOP), DR, size=32, colour=getattr(film.theme, role)))
    return shown


def product(film: Film, panels: Sequence[BandPanel], twin: Any) -> VGroup:
    """The initialisation; what a layer multiplies the gradient by, and all do: names at the left, lines per panel."""
    refs, name = film.refs_of(twin), film.say(f"init_{twin.params.init}", colour=film.theme.weight)
    scale = film.typeset(WEIGHTS, scale=refs.scale)
    shown = VGroup(VGroup(name, scale).arrange(RIGHT, buff=0.4).to_corner(UR, buff=MARGIN))
    words = {key: film.words.sentence(key) for key in WORDS}
    factors, layers = film.typeset(FACTORS, size=24, **words), film.say("layers", size=24, depth=refs.params.depth)
    shown.add(VGroup(factors.move_to([FIRST, PRODUCTS, 0], LEFT), layers.move_to([FIRST, POWERS, 0], LEFT)))
    names = "slope", "stretch", "product", "share"
    quantities = refs.mean_slope, refs.mean_stretch, refs.per_layer, refs.reached[:, 0]
    for panel, *parts in zip(panels, *quantities, strict=True):
        values = dict(zip(names, map(film.words.markup, parts), strict=True))
        shown.add(multiplied(film, panel, depth=refs.params.depth, **values))
    return shown


def multiplied(film: Film, panel: BandPanel, **values: Any) -> VGroup:
    """Below a panel what a layer multiplies by, and all do, both within the margin."""
    one, lines = f'{PRODUCT} med "{film.words.sentence("per_layer")}"', VGroup()
    for markup, height in (one, PRODUCTS), (POWER, POWERS):
        lines.add(film.typeset(markup, size=24, **values).move_to([panel.left + INDENT, height, 0], LEFT))
    return lines.shift(min(-FIRST - lines.get_right()[0], 0) * RIGHT)


def limits(film: Film, panels: Sequence[BandPanel]) -> VGroup:
    """Dashes across the panels, between which a gradient arrives; at the top which shares these are."""
    colour, drawn = film.theme.good, VGroup()
    for panel in panels:
        for height in panel.scale.height(film.trace.limits):
            start = np.array([panel.left, panel.foot + height, 0])
            drawn.add(Dashes(np.array([start, start + panel.width * RIGHT]), colour, 3))
    low, high = film.refs.limits
    sample = Dashes(np.array([[0, 0, 0], [0.6, 0, 0]]), colour, 3)
    name = VGroup(sample, film.say("limits", size=24, colour=colour, low=low, high=high)).arrange(RIGHT, buff=0.15)
    return with_halo(drawn, film.theme).add(name.set_x(LEGEND, RIGHT).to_edge(UP, buff=MARGIN + 0.1))


def levels_name(film: Film, init: str, products: Sequence[VGroup]) -> VGroup:
    """Which initialisation the short lines across the bars are, at the left of the names of all."""
    sample = Segments(np.zeros((1, 3)), np.array([[0.4, 0, 0]]), film.theme.text, 2.5, 0.8)
    name = VGroup(sample, film.say(f"init_{init}")).arrange(RIGHT, buff=0.15)
    left = min(headline.get_left()[0] for headline, *_ in products)
    return name.match_y(products[0][0]).set_x(left - 0.5, RIGHT)


def said(film: Film, key: str, place: tuple[float, float], corner: np.ndarray, **style: Any) -> Typeset:
    """A sentence whose line begins (corner DL) or ends (DR) at a place, whatever hangs below the line."""
    written = film.say(key, **style).move_to([*place, 0], corner)
    return written.shift(DESCENT * written.font_size * any(letter in HANGING for letter in written.source) * DOWN)
