"""The figure of gradient descent for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.gradient_descent import Trace
from scenes._page.fit import dots, total
from scenes._page.formula import Formula, formula
from scenes._page.marks import RUNS, away, name_ends, walk
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._stage.rows import from_zero
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words
from scenes.gradient_descent import RULE


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left the data, with the line of the first weight and that of the last; right the steps down the loss."""
    with sheet(words, theme, size) as page:
        params, ((data, valley),) = trace.params, page.panels((1, 1.1))
        total(page, valley, trace)
        formula(page, valley, RULE, (0.5, 0.98), (0.5, 1), rate=params.learning_rate)
        walk(page, valley, trace.w, trace.loss, float(trace.w_star))
        columns = words.column(params.feature, params.data), words.column(params.target, params.data)
        fit(page, data, trace.x, trace.y, columns, {k: float(trace.w[k]) for k in (0, params.steps)})
        for panel in (valley, data):
            page.ticks(panel, 6, 5)
        return page.figure


def fit(
    page: Sheet, panel: Any, x: np.ndarray, y: np.ndarray, columns: tuple[Name, Name], weights: dict[int, float]
) -> None:
    """Draw the rows and the line of each weight, by the step at which it was reached; the last line is solid."""
    rows, theme = dots(page, panel, x, y), page.theme
    panel.set(xlim=from_zero(x), ylim=from_zero(y))
    page.name_axes(panel, *columns)
    reach = max(panel.get_xlim(), key=abs)
    for (style, _), w in zip(reversed(RUNS[: len(weights)]), weights.values(), strict=True):
        if np.isfinite(w):
            panel.axline((0, 0), slope=w, color=theme.weight, linestyle=style)
    named = "& k = {k} \\ & w = {w}"
    names = [Formula(page, named, colour=theme.weight, k=k, w=w) for k, w in weights.items()]
    if rows < len(x):
        amount = page.say("rows_drawn", drawn=rows, count=len(x))
        panel.set_title(amount, loc="right", size=page.small, color=theme.faint)
    ends = {k: w * reach for k, w in weights.items()}
    away(page, panel, np.full(len(ends), reach), np.array([*ends.values()]), theme.weight)
    name_ends(page, panel, ends.values(), names, [theme.weight] * len(names))
