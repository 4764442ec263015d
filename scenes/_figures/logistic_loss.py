"""The figure of logistic loss for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.logistic_loss import Trace
from scenes._page.formula import formula, name_below
from scenes._page.letters import wrapped
from scenes._page.sheet import THIN, Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.logistic_loss import LOSS, P
from scenes._stage.theme import Theme
from scenes._stage.words import Words

ROOM = 0.8  # of the width of a panel that what is told takes, beside the curve


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """The flowers on the curve before and after training, the mean dashed, the followed flower ringed."""
    t = trace
    with sheet(words, theme, size) as page:
        (panels,) = page.panels((1, 1), share=True)
        for panel, k in zip(panels, (0, -1), strict=True):
            panel.plot(t.grid, t.grid_loss, color=theme.loss)
            flowers(page, panel, t, k)
            panel.axhline(t.mean_loss[k], linestyle="--", color=theme.text, linewidth=1)
            name_below(page, panel, P)
            formula(page, panel, LOSS)
            page.ticks(panel, 5, 5)
            mean = page.say("mean", mean=t.mean_loss[k])
            lines = (
                page.say("wrong", wrong=t.wrong[k], share=100 * t.wrong_share[k]),
                page.say("below", p=t.asked[0], many=t.confident[k]),
            )
            told = page.say(
                "followed", row=t.followed, p=(t.before, t.after)[k][t.followed], loss=t.flower_loss[k, t.followed]
            )
            when = page.say("after", epoch=t.params.epochs) if k else page.say("before")
            text, spacing = "\n".join([when, mean, *lines, told]), 1.5
            if page.size != A4:
                text, spacing = wrapped(text, page.body, ROOM * page.width(panel)), 1.2
            place = {"ha": "right", "va": "top", "transform": panel.transAxes}
            panel.text(0.98, 0.96, text, linespacing=spacing, **place)
        page.note(page.say("setting", seed=t.params.seed, rate=t.rate))
        return page.figure


def flowers(page: Sheet, panel: Any, t: Trace, k: int) -> None:
    """A dot for each flower whose species has the largest probability, a diamond for each other, on stems."""
    theme, losses, wrong = page.theme, t.flower_loss[k], t.mistaken[k] == 1
    p = np.exp(-losses)
    panel.vlines(p, 0, losses, color=theme.loss, linewidth=THIN)
    panel.plot(p[~wrong], losses[~wrong], "o", color=theme.data, markersize=3, clip_on=False)
    panel.plot(p[wrong], losses[wrong], "D", color=theme.bad, markersize=3)
    panel.plot(p[t.followed], losses[t.followed], "o", ms=8, mfc="none", mec=theme.text, clip_on=False)
    panel.set(xlim=(0, 1), ylim=(0, 1.04 * max(t.flower_loss.max(), t.asked_loss.max())))
