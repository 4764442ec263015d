"""The figure of the multilayer perceptron for print."""

from collections.abc import Callable
from typing import Any

import contourpy
import numpy as np
from matplotlib.figure import Figure

from mathcore.mlp import Trace, seen, states
from scenes._page.formula import formula, name_below
from scenes._page.sheet import sheet
from scenes._page.size import A4, Size
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.mlp import LAYER


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left the plane and the net's boundary; right the same bent by the hidden layer, seen along the straight cut."""
    t = trace
    with sheet(words, theme, size) as page:
        ((plane, bent),) = page.panels((1.25, 1))
        fine = np.stack(np.meshgrid(t.x1_grid, t.x2_grid), axis=-1)
        places: list[tuple[Any, Callable[[np.ndarray], np.ndarray]]]
        places = [(plane, np.asarray), (bent, lambda x: seen(t, states(t, x)))]
        for panel, place in places:
            for family in (fine[::5].swapaxes(0, 1), fine[:, ::5]):  # [point line axis]
                panel.plot(*np.moveaxis(place(family), -1, 0)[:2], color=theme.faint, linewidth=0.4)
            for k, (marker, colour) in enumerate((("o", theme.data), ("^", theme.text))):
                panel.plot(*place(t.x[t.y == k]).T[:2], marker, color=colour, markersize=2.5)
            panel.set_aspect("auto" if t.params.hidden == 1 else "equal")
            page.ticks(panel, 5, 5)
        for line in contourpy.contour_generator(t.x1_grid, t.x2_grid, t.boundary).lines(0.5):
            plane.plot(*np.asarray(line).T, color=theme.weight)
        bent.axvline(0, color=theme.weight)
        formula(page, plane, "data(x_2)")
        formula(page, bent, LAYER)
        name_below(page, plane, "data(x_1)")
        name_below(page, bent, "(weight(v) dot activation(h) + weight(c)) slash norm(weight(v))")
        params = t.params
        page.note(
            page.say("show_points", count=len(t.y), shape=page.say(params.dataset), noise=t.noise),
            page.say("train", epochs=params.epochs, seed=params.seed),
            page.say("units", hidden=params.hidden) + ", " + page.say("left", errors=t.errors[-1]) + ", "
            + page.say("separated", separated=t.separated, starts=len(t.start_errors)),
        )  # fmt: skip
        return page.figure
