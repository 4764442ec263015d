"""The figure of stochastic gradient descent for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from mathcore.sgd import Trace
from scenes._page.formula import Formula, formula, name_below, name_beside
from scenes._page.marks import RUNS, optimum
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.sgd import stairs, window
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.sgd import EVEN, LEVELS


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Both descents on maps of the loss, the optimum with the circle around it; right their losses over points seen."""
    t = trace
    with sheet(words, theme, size) as page:
        full, stochastic, costs = page.panels((1, 1, 1))[0]
        for panel, name, path in ((full, "gd", t.gd), (stochastic, "sgd", t.sgd)):
            descent(page, panel, t, path)
            panel.set_title(page.say(name))
        stochastic.add_patch(Circle((t.optimum[0], t.optimum[1]), float(t.ball), fill=False, color=theme.good))
        runs = ("gd", t.gd_seen, t.gd_cost), ("sgd", t.sgd_seen, t.sgd_cost)
        for (name, seen, cost), (style, _) in zip(runs, RUNS, strict=False):
            label = f"{page.say(name)}: {page.number(cost[-1])}"
            costs.plot(*stairs(seen, cost), style, color=theme.loss, linewidth=1, label=label)
        costs.axhline(float(t.optimum_cost), color=theme.good, linewidth=0.8)
        costs.set(xlabel=page.say("seen"), box_aspect=1)
        costs.legend(frameon=False, fontsize=page.small)
        formula(page, costs, "loss(L)")
        page.ticks(costs, 4, 4, counts=True)
        knobs: dict[str, Any] = {
            "penalty": t.params.penalty,
            "rate": t.params.learning_rate,
            "best": t.optimum_cost,
            "ball": t.ball,
        }
        told = "lambda = {penalty}, quad rho = {rate}, quad loss(L)(good(w^*)) = {best}"
        drawn = page.say("drawn", count=len(t.x), seed=t.params.seed, batch=t.params.batch_size)
        circle = page.say("circle", share=100 * t.ball_share, ball=t.ball)
        page.note(drawn, circle, Formula(page, told, size=page.small, colour=theme.faint, **knobs))
        return page.figure


def descent(page: Sheet, panel: Any, t: Trace, path: np.ndarray) -> None:
    """Draw the lines of equal loss, the steps of a descent [step axis] and the optimum."""
    theme, (x, y) = page.theme, window(t.gd, t.sgd, t.optimum + t.ball * EVEN)
    cost = t.problem.cost(np.stack(np.meshgrid(x, y), axis=-1))
    levels = cost.min() + np.ptp(cost) * np.linspace(0, 1, LEVELS) ** 2
    panel.contour(x, y, cost, levels=levels, colors=theme.faint, linewidths=0.5, alpha=0.7)
    panel.plot(*path.T, ".-", color=theme.weight, linewidth=0.8, markersize=2.5)
    optimum(page, panel, *t.optimum)
    panel.set(box_aspect=1)
    name_below(page, panel, "weight(w_0)")
    name_beside(page, panel, "weight(w_1)")
    page.ticks(panel, 4, 4)
