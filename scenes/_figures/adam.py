"""The figure of Adam for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.adam import Trace
from scenes._marks.contour_map import bowl_levels
from scenes._page.decay import decay
from scenes._page.formula import Formula, formula, name_below, name_beside, quoted
from scenes._page.marks import RUNS, near, optimum
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.adam import LINES
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.adam import CORRECTION, STEP


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left the ways of Adam and of the printed recursion; right their losses, and those of gradient descent."""
    with sheet(words, theme, size) as page:
        t, rate, ((land, losses),) = trace, trace.params.learning_rate, page.panels((1, 1.1))
        runs = (
            ("descent", rate, t.gd_loss),
            ("descent", t.tuned_rate, t.tuned_loss),
            ("adam", rate, t.loss),
            ("printed", rate, t.printed_loss),
        )
        way(page, land, t)
        formula(page, land, CORRECTION)
        names = [Formula(page, f"{quoted(words.sentence(key))} \\ rho = {{r}}", r=r) for key, r, _ in runs]
        decay(page, losses, np.array([loss for _, _, loss in runs]), names)
        formula(page, losses, STEP)
        name_below(page, losses, "t")
        name_beside(page, losses, "loss(L)")
        told = {"step": t.frozen_step, "part": t.frozen_part, "loss": t.printed_loss[-1]}
        page.note(page.say("show_slopes", condition=t.params.condition), page.say(f"printed_{t.printed()}", **told))
        return page.figure


def way(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw the lines of equal loss, and the ways of Adam and of the printed recursion as far as they are on the map."""
    theme, x, y = page.theme, trace.theta_0_grid, trace.theta_1_grid
    panel.contour(x, y, trace.surface, levels=bowl_levels(trace.surface, LINES), colors=theme.faint, linewidths=0.5)
    for theta, (line, mark) in zip((trace.theta, trace.printed_theta), RUNS[2:], strict=True):
        places = near(theta[:, 0], (x[0], x[-1])), near(theta[:, 1], (y[0], y[-1]))
        panel.plot(*places, line, marker=mark, color=theme.weight, linewidth=0.8)
    optimum(page, panel, 0, 0)
    panel.set(xlim=x[[0, -1]], ylim=y[[0, -1]], box_aspect=1)
    name_below(page, panel, "weight(theta_0)")
    name_beside(page, panel, "weight(theta_1)")
    page.ticks(panel, 5, 5)
