"""The figure of rnn for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.rnn import Trace
from scenes._marks.colour_scale import Scale
from scenes._page.cells import mesh
from scenes._page.formula import formula, name_below
from scenes._page.marks import name_ends
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.rnn import RULE
from scenes._stage.theme import Theme
from scenes._stage.words import Words


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left a series, as it is and with its bend straightened, and the states on both; right how far they are apart."""
    with sheet(words, theme, size) as page:
        states, apart = page.panels((1.3, 1))[0]
        series(page, states, trace)
        formula(page, states, RULE)
        differences(page, apart, trace)
        counted = page.say("flipped", flipped=trace.flipped, recognised=trace.recognised, true=trace.true_class + 1)
        page.note(counted, page.say("shades"))
        return page.figure


def series(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw the series over greys for each unit at each step, from -1 to 1, first as it is, then straightened."""
    length, time = len(trace.x), np.arange(len(trace.x) + 1) + 0.5
    panel.set(xlim=time[[0, -1]], ylim=(3.3, -0.2), yticks=())
    panel.spines[:].set_visible(False)
    name_below(page, panel, "t")
    heights = (
        0.85 * (1 - (trace.x - trace.x.min()) / np.ptp(trace.x)),
        0.85 * (1 - (trace.x_straight - trace.x.min()) / np.ptp(trace.x)),
    )
    panel.plot(np.arange(length) + 1, heights[1], "--", color=page.theme.text, linewidth=1)
    panel.plot(np.arange(length) + 1, heights[0], color=page.theme.data, linewidth=1.5)
    for top, name, key in ((1.05, "h", "name_h"), (2.2, "h_straight", "name_h_straight")):
        values = getattr(trace, name).T
        mesh(panel, time, np.linspace(top, top + 1, len(values) + 1), values, Scale("gray", -1, 1), "face")
        place = {"transform": panel.get_yaxis_transform(), "clip_on": False}
        panel.text(-0.02, top + 0.5, page.say(key), ha="right", va="center", size=page.small, **place)
    page.ticks(panel, 6, 0, counts=True)


def differences(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw how far the states on both series are apart, after training and, dashed, before."""
    theme, time = page.theme, np.arange(len(trace.x)) + 1
    runs = trace.difference, trace.difference_before
    panel.set(xlim=time[[0, -1]], ylim=(0, 1.05 * max(run.max() for run in runs) or 1))
    name_below(page, panel, "t")
    for run, style in zip(runs, ("-", "--"), strict=True):
        panel.plot(time, run, style, color=theme.activation, linewidth=1.8)
    panel.axvline(trace.joined + 1, color=theme.text, linewidth=0.8)
    panel.set_title(page.say("apart"), size=page.small, loc="left")
    told = [page.say(key, left=run[-1]) for key, run in zip(("after", "before"), runs, strict=True)]
    name_ends(page, panel, [run[-1] for run in runs], told, [theme.activation] * len(runs), size=page.small)
    page.ticks(panel, 6, 4, counts=True)
