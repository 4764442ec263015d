"""The figure of attention for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.attention import KEYS, Trace
from scenes._marks.colour_scale import INKS, Scale, inks
from scenes._page.cells import mesh
from scenes._page.formula import LIFT, formula
from scenes._page.sheet import THIN, Sheet, sheet
from scenes._page.size import A4, Size
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.attention import ALL

DIGITS = 1.8  # heights of the font that a share takes


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Shares of all queries, a column each, before training and after; recall with the root and, dashed, without."""
    t = trace
    with sheet(words, theme, size) as page:
        ((before, after, recall),) = page.panels((1, 1, 1.2))
        for panel, weights, when, step in ((before, t.weights_before, "before", 0), (after, t.weights, "after", -1)):
            shares(page, panel, t, weights)
            panel.set_xlabel(
                f"{page.say(when)}\n{page.say('on_new', share=page.number(t.weight_on_key[step], digits=2))}"
            )
        runs = (
            ("root", t.recall, t.reached, "-"),
            ("without", t.recall_unscaled, t.reached_unscaled, "--"),
        )
        for name, values, reached, line in runs:
            told = {"step": int(reached), "level": 100 * t.level} if reached >= 0 else {}
            label = page.say(f"reached_{name}" if told else f"missed_{name}", **told)
            recall.plot(100 * values, line, color=theme.text, label=label)
        above = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.06)}
        recall.legend(frameon=False, fontsize=page.small, **(above if len(page.rows) == 1 else {"loc": "lower right"}))
        recall.set(ylim=(0, 100), xlim=(0, t.params.steps), xlabel=page.say("name_step"), title=page.say("name_recall"))
        page.ticks(recall, 4, 5, counts=True)
        place, lift = ((0, 1.1), LIFT) if page.size == A4 else ((0, 1), 2 * page.small)  # above the names of the keys
        formula(page, before, ALL, place, shift=(0, lift), d=t.params.dimension)
        solved = {"solved": int(t.solved.sum()), "other": int(t.solved_unscaled.sum()), "starts": len(t.solved)}
        page.note(page.say(f"root_{t.scaling()}", **solved))
        return page.figure


def shares(page: Sheet, panel: Any, trace: Trace, weights: np.ndarray) -> None:
    """Draw shares [query key] with a row for each key, and their numbers where the cells are wide enough."""
    scale, edges, names = Scale(page.theme.sizes), np.arange(len(weights) + 1), [KEYS[k] for k in trace.key]
    mesh(panel, edges, edges, weights.T, scale, page.theme.faint)
    panel.set(aspect="equal", ylim=edges[[-1, 0]])
    chosen = inks(scale.paint(weights))
    legible = page.width(panel) / len(weights) > DIGITS * page.digits
    for query, key in np.ndindex(weights.shape) if legible else ():
        text = page.number(round(float(weights[query, key]), 2), digits=2)
        style = {"color": INKS[chosen[query, key]], "size": page.digits, "ha": "center", "va": "center"}
        panel.text(query + 0.5, key + 0.5, text, **style)
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_ticks(edges[:-1] + 0.5, names, color=page.theme.data)
        axis.set_tick_params(length=0)
    panel.xaxis.tick_top()
    panel.spines[:].set_visible(False)
    panel.axhline(0, color=page.theme.faint, linewidth=THIN)
