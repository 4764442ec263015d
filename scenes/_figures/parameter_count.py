"""The figure of parameter counts for print."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mathcore.parameter_count import Trace
from scenes._page.formula import formula
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._stage.theme import Theme
from scenes._stage.words import Words


class Layout(NamedTuple):
    """Where things stand, in cm."""

    sheet: tuple[float, float]  # width and height
    net: tuple[float, float, float, float]  # left, right, top and foot
    sum: tuple[float, float]  # where it begins
    largest: float  # side of the largest square
    squares: float  # their middle, across
    heights: tuple[float, ...]  # their middles, down
    names: float  # where they begin


WIDE = Layout((16, 7), (0.8, 7.4, 0.7, 6.1), (0.8, 6.75), 3.4, 10.3, (1.9, 4.4, 5.9), 12.4)
NARROW = Layout((8.25, 10.9), (0.9, 7.2, 0.7, 5.3), (0.4, 6.1), 2.6, 2.2, (7.9, 9.5, 10.4), 3.9)


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left the net with the edges that are drawn, and its count; right the three counts as areas."""
    t = trace
    with sheet(words, theme, size) as page:
        sides = {"side": t.image_side, "cells": t.map_side, "maps": t.maps, "kernel": t.kernel_side}
        page.note(page.say("neurons"), page.say("areas", **sides))
        panel, layout = page.whole(WIDE.sheet, NARROW.sheet), NARROW if page.narrow else WIDE
        draw_net(page, panel, t, layout.net)
        terms = (f"(data({{n{k}}}) + {{one}}) dot activation({{n{k + 1}}})" for k in range(len(t.weights)))
        values = {"one": t.bias_input, "total": t.total, **{f"n{k}": n for k, n in enumerate(t.params.layers)}}
        markup = f"{' + '.join(terms)} = weight({{total}})"
        formula(page, panel, markup, layout.sum, (0, 0.5), "data", (0, 0), **values)
        counts = {"dense": t.dense_first, "lenet": t.lenet_total, "convolution": t.conv_first}
        for middle, (key, count) in zip(layout.heights, counts.items(), strict=True):
            side = layout.largest * np.sqrt(count / t.dense_first)
            corner = layout.squares - side / 2, middle - side / 2
            panel.add_patch(Rectangle(corner, side, side, color=theme.weight))
            panel.text(layout.names, middle, f"{page.say(key)}\n{page.number(count)}", va="center")
        return page.figure


def draw_net(page: Sheet, panel: Any, t: Trace, net: tuple[float, float, float, float]) -> None:
    """Neurons in columns, an extra one at the foot of each but the last, and the edges between them."""
    left, right, top, foot = net
    columns, places = np.linspace(left, right, len(t.drawn)), []
    for layer, (x, drawn, size) in enumerate(zip(columns, t.drawn, t.params.layers, strict=True)):
        y = (top + foot) / 2 + min(0.6, (foot - top) / drawn) * (np.arange(drawn + 1) - drawn / 2)
        places.append(np.stack([0 * y + x, y], axis=1))
        neurons, last = places[-1][:-1], layer == len(t.drawn) - 1
        panel.plot(*neurons.T, "o", color=page.theme.activation if layer else page.theme.data, zorder=3)
        panel.plot(*places[-1][-1:].T, "" if last else "D", color=page.theme.text, zorder=3)
        thinned = drawn < size
        name = page.say("thinned", drawn=drawn, count=size) if thinned else page.number(size)
        panel.text(x, 0.35, name, ha="center", va="center")
    ends = [(places[layer][row], places[layer + 1][column]) for layer, row, column in t.edge.tolist()]
    panel.add_collection(LineCollection(ends, colors=page.theme.weight, linewidths=0.3))
