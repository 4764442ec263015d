"""Rows of a table as dots, and lines ŷ = w x through them."""

from typing import Any

import numpy as np

from scenes._plates.marks import RUNS, name_ends
from scenes._plates.sheet import Sheet
from scenes._words import Name

MOST_DOTS = 1000


def fit(
    page: Sheet, panel: Any, x: np.ndarray, y: np.ndarray, columns: tuple[Name, Name], weights: dict[int, float]
) -> None:
    """Draw the rows and the line of each weight, by the step at which it was reached; the last line is solid."""
    every, theme = -(-len(x) // MOST_DOTS), page.theme
    panel.plot(x[::every], y[::every], "o", color=theme.data, markersize=1.8, markeredgewidth=0, clip_on=False)
    panel.set(xlim=_from_zero(x), ylim=_from_zero(y))
    page.name_axes(panel, *columns)
    reach = max(panel.get_xlim(), key=abs)
    for (style, _), w in zip(reversed(RUNS[: len(weights)]), weights.values(), strict=True):
        if np.isfinite(w):
            panel.axline((0, 0), slope=w, color=theme.weight, linestyle=style)
    names = [f"$k$ = {page.number(k)}\n$w$ = {page.number(w)}" for k, w in weights.items()]
    name_ends(panel, [w * reach for w in weights.values()], names, [theme.weight] * len(names))


def _from_zero(values: np.ndarray) -> tuple[float, float]:
    """From 0, where every line starts, over all values."""
    return min(0.0, values.min()), max(0.0, values.max()) or 1.0
