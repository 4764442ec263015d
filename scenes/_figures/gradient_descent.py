"""The figure of gradient descent for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.gradient_descent import Trace
from scenes._page.formula import formula
from scenes._page.marks import RUNS, away, dashes_at, name_ends, walk
from scenes._page.sheet import SMALL, Sheet, sheet
from scenes._stage.rows import drawn_rows, from_zero
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """Left the steps down the loss; right the data, with the line of the first weight and that of the last."""
    with sheet(words, theme) as page:
        params, ((valley, data),) = trace.params, page.panels((1.1, 1))
        valley.set(xlim=trace.w_grid[[0, -1]], ylim=(0, trace.loss_grid.max()), xlabel="$w$")
        valley.plot(trace.w_grid, trace.loss_grid, color=theme.loss)
        formula(page, valley, r"loss[L](weight[w]) = \sum_i\,(weight[w]data[x_i]\ -\ data[y_i])^2")
        rule = r"weight[w] \leftarrow weight[w]\ -\ \rho\,gradient[\dfrac{dL}{dw}]"
        formula(page, valley, rule, (0.5, 1), "upper center")
        rate = rf"$\rho$ = {page.number(params.learning_rate)}"
        valley.text(0.5, 0.78, rate, transform=valley.transAxes, ha="center")
        dashes_at(page, valley, float(trace.w_star), 0.5, f"$w^*$ = {page.number(trace.w_star)}", theme.good)
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
