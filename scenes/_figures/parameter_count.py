"""The figure of parameter counts for print."""

from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mathcore.parameter_count import Trace
from scenes._page.formula import formula
from scenes._page.sheet import Sheet, sheet
from scenes._stage.theme import Theme
from scenes._stage.words import Words

NET, LARGEST = (0.8, 7.4, 0.7, 6.1), 3.4  # cm: left, right, top and foot of the net; side of the largest square


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """Left the net with the edges that are drawn, and its count; right the three counts as areas."""
    t = trace
    with sheet(words, theme) as page:
        panel = page.whole()
        draw_net(page, panel, t)
        terms = (f"(data({{n{k}}}) + {{one}}) dot activation({{n{k + 1}}})" for k in range(len(t.weights)))
        values = {"one": t.bias_input, "total": t.total, **{f"n{k}": n for k, n in enumerate(t.params.layers)}}
        markup = f"{' + '.join(terms)} = weight({{total}})"
        formula(page, panel, markup, (NET[0], 6.75), (0, 0.5), "data", (0, 0), **values)
        counts = {"dense": t.dense_first, "lenet": t.lenet_total, "convolution": t.conv_first}
        for middle, (key, count) in zip((2.0, 4.8, 6.0), counts.items(), strict=True):
            side = LARGEST * np.sqrt(count / t.dense_first)
            panel.add_patch(Rectangle((10.3 - side / 2, middle - side / 2), side, side, color=theme.weight))
            panel.text(12.4, middle, f"{page.say(key)}\n{page.number(count)}", va="center")
        sides = {"side": t.image_side, "cells": t.map_side, "maps": t.maps, "kernel": t.kernel_side}
        page.note(page.say("neurons"), page.say("areas", **sides))
        return page.figure


def draw_net(page: Sheet, panel: Any, t: Trace) -> None:
    """Neurons in columns, an extra one at the foot of each but the last, and the edges between them."""
    left, right, top, foot = NET
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
