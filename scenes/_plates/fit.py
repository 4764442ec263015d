"""Rows of a table as dots, and lines ŷ = w x through them."""

from typing import Any

import numpy as np

from scenes._plates.marks import RUNS, away, name_ends
from scenes._plates.sheet import SMALL, Sheet
from scenes._rows import drawn_rows, from_zero
from scenes._words import Name


def fit(
    page: Sheet, panel: Any, x: np.ndarray, y: np.ndarray, columns: tuple[Name, Name], weights: dict[int, float]
) -> None:
    """Draw the rows and the line of each weight, by the step at which it was reached; the last line is solid."""
    rows, theme = drawn_rows(x, y), page.theme
    panel.plot(x[rows], y[rows], "o", color=theme.data, markersize=1.8, markeredgewidth=0, clip_on=False)
    panel.set(xlim=from_zero(x), ylim=from_zero(y))
    page.name_axes(panel, *columns)
    reach = max(panel.get_xlim(), key=abs)
    for (style, _), w in zip(reversed(RUNS[: len(weights)]), weights.values(), strict=True):
        if np.isfinite(w):
            panel.axline((0, 0), slope=w, color=theme.weight, linestyle=style)
    names = [f"$k$ = {page.number(k)}\n$w$ = {page.number(w)}" for k, w in weights.items()]
    if len(rows) < len(x):
        amount = page.say("rows_drawn", drawn=len(rows), count=len(x))
        panel.set_title(amount, loc="right", size=SMALL, color=theme.faint)
    ends = {k: w * reach for k, w in weights.items()}
    away(page, panel, np.full(len(ends), reach), np.array([*ends.values()]), theme.weight)
    name_ends(panel, ends.values(), names, [theme.weight] * len(names))
