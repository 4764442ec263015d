"""A table of two columns, and the loss of the lines through the origin that shall fit it."""

from typing import Any

import numpy as np

from scenes._page.formula import formula, name_below
from scenes._page.marks import optimum
from scenes._page.sheet import Sheet
from scenes._stage.formulas import SUM_OF_SQUARES
from scenes._stage.rows import drawn_rows

ABOVE = 24  # points from the best weight to its name, which has room between the arms of the loss there


def dots(page: Sheet, panel: Any, x: np.ndarray, y: np.ndarray) -> int:
    """Draw the rows of a table that the film draws, too; how many they are."""
    rows = drawn_rows(x, y)
    panel.plot(x[rows], y[rows], "o", color=page.theme.data, markersize=1.8, markeredgewidth=0, clip_on=False)
    return len(rows)


def total(page: Sheet, panel: Any, trace: Any) -> None:
    """Draw the sum of squares over w with its formula, and the best weight with its name.

    Args:
        page: where it stands.
        panel: of it.
        trace: `w_grid`, `loss_grid` [grid], `w_star` and `loss_star`.
    """
    panel.set(xlim=trace.w_grid[[0, -1]], ylim=(0, trace.loss_grid.max()))
    panel.plot(trace.w_grid, trace.loss_grid, color=page.theme.loss)
    name_below(page, panel, "weight(w)")
    formula(page, panel, SUM_OF_SQUARES)
    place = float(trace.w_star), float(trace.loss_star)
    optimum(page, panel, *place)
    formula(page, panel, "good(w^* = {x})", place, (0.5, 0), "data", (0, ABOVE), haloed=True, x=trace.w_star)
