"""The figure of standardisation for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.standardization import RAW, STANDARDIZED, Trace
from scenes._page.formula import Formula, formula, name_below, name_beside, quoted
from scenes._page.marks import optimum
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.standardization import RISES
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.standardization import MODEL


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Both maps with a descent on each, and the losses of the net."""
    with sheet(words, theme, size) as page:
        t, (*maps, chart) = trace, page.panels((1, 1, 1.25))[0]
        for panel, stage, name in zip(maps, (RAW, STANDARDIZED), ("raw", "standardized"), strict=True):
            surface, path = (getattr(t, f"{kind}_{name}") for kind in ("surface", "path"))
            land(page, panel, t.w_grid, surface, path)
            optimum(page, panel, *t.bowl(stage, 0).w_star)
            panel.set_title(page.say(name))
            formula(
                page, panel, "kappa = {k}", (1, 1), (1, 1), shift=(-3, -4), haloed=True, k=float(t.condition[stage])
            )
        curves(page, chart, t)
        units = dict(zip("abcde", map(int, t.units), strict=True))
        page.note(
            Formula(page, f"{MODEL} quad {quoted(page.say('model_note'))}", size=page.small, colour=theme.faint),
            page.say("one_net", seed=t.params.seed, **units),
        )
        return page.figure


def land(page: Sheet, panel: Any, w_grid: np.ndarray, surface: np.ndarray, path: np.ndarray) -> None:
    """Draw the lines of equal loss [y x] over both weights, and a descent [step weight]."""
    theme = page.theme
    panel.contour(*w_grid, surface, levels=surface.min() + RISES, colors=theme.faint, linewidths=0.6, alpha=0.8)
    panel.plot(*path.T, color=theme.weight, linewidth=0.4)
    panel.set(box_aspect=1)
    name_below(page, panel, "weight(w_1)")
    name_beside(page, panel, "weight(w_2)")
    page.ticks(panel, 5, 5)


def curves(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw the losses of the net, dashed where the inputs are raw."""
    for line, name in (("--", "raw"), ("-", "standardized")):
        for kind, role in (("loss", "loss"), ("val_loss", "validation")):
            label = f"{page.say(f'{role}_line')}, {page.say(name)}"
            panel.plot(
                getattr(trace, f"{kind}_{name}"), line, color=getattr(page.theme, role), linewidth=1, label=label
            )
    panel.set(
        xlabel=page.say("epoch"), ylabel=page.say("loss"), ylim=(0, None), xlim=(0, trace.params.epochs), box_aspect=0.8
    )
    panel.legend(frameon=False, fontsize=page.small)
    page.ticks(panel, 4, 4)
