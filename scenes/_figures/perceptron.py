"""The figure of the perceptron for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.perceptron import FEATURES, Trace
from scenes._page.formula import Formula, formula, name_below
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._stage.theme import Theme
from scenes._stage.words import Words

BAR = 0.7  # thickness of a bar, as a share of its row
BESIDE = 3  # points from a bar to its number
FOUR = " quad ".join(f"{{{name}}}" for name in FEATURES)


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """A flower per column: its contributions end to end, and below the activation that reads where they end."""
    t = trace
    with sheet(words, theme, size) as page:
        rows = page.panels((1, 1), (1.5, 1), share=True)
        flowers = (
            (t.species, t.params.sample, t.x, t.contribution, t.a),
            (t.species_other, t.params.other, t.x_other, t.contribution_other, t.a_other),
        )
        for (bars, curve), (species, row, x, contribution, a) in zip(rows.T, flowers, strict=True):
            bars.set_title(page.say(f"flower_{species}", row=row))
            formula(page, bars, f"data(x = {FOUR})", (1, 1), (1, 0), **named(x))
            o = waterfall(page, bars, np.append(contribution, t.b))
            bars.plot([o, o], [len(x) + BAR / 2, len(x) + 1], color=theme.text, linewidth=0.8)
            curve.set_ylim(np.floor(t.phi.min()), np.ceil(t.phi.max()))
            curve.plot(t.grid, t.phi, color=theme.activation, clip_on=False)
            curve.plot([o, o, t.grid[-1]], [t.phi.max(), a, a], "--", color=theme.text, linewidth=0.8)
            curve.plot(o, a, "o", color=theme.activation, clip_on=False)
            name_below(page, curve, "o = {o} quad activation(a = {a})", o=o, a=a)
            page.ticks(curve, 7, 2)
        rows[0, 0].set(yticks=range(len(t.x) + 1), ylim=(len(t.x) + 0.5, -0.5))
        rows[0, 0].set_yticklabels([page.say(name) for name in (*FEATURES, "bias")])
        rows[1, 0].set_ylabel(page.say(t.params.activation), color=theme.activation)
        page.note(Formula(page, f"weight(w = {FOUR} quad b = {{b}})", size=page.small, b=t.b, **named(t.w)))
        return page.figure


def named(values: np.ndarray) -> dict[str, Any]:
    """Four values by their names in a formula."""
    return dict(zip(FEATURES, values, strict=True))


def waterfall(page: Sheet, panel: Any, terms: np.ndarray) -> float:
    """Draw each term as a bar that starts where the one before ends, and its number beside its end; where all end."""
    theme, ends = page.theme, np.cumsum(terms)
    panel.axvline(0, color=theme.faint, linewidth=0.8, zorder=0)
    panel.barh(range(len(terms)), terms, BAR, left=ends - terms, color=theme.weight)
    panel.tick_params(axis="x", length=0, labelbottom=False)
    for row, (term, end) in enumerate(zip(terms, ends, strict=True)):
        way, side = (1, "left") if term >= 0 else (-1, "right")
        place = {"textcoords": "offset points", "ha": side, "va": "center", "size": page.small, "color": theme.weight}
        panel.annotate(page.number(term), (end, row), (way * BESIDE, 0), **place)
        if row:
            joint = end - term
            panel.plot([joint, joint], [row - 1 + BAR / 2, row - BAR / 2], color=theme.text, linewidth=0.8)
    return float(ends[-1])
