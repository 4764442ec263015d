"""The figure of gru for print."""

import numpy as np
from matplotlib.figure import Figure

from mathcore.gru import Trace
from scenes._page.formula import formula
from scenes._page.sheet import sheet
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.gru import RULE


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """What stands where."""
    with sheet(words, theme) as page:
        ((panel,),) = page.panels((1,))
        panel.plot(np.arange(trace.params.steps + 1), trace.value, color=theme.data)
        panel.set(xlabel=page.say("step"), ylim=(0, 1.1))
        formula(page, panel, RULE)
        page.ticks(panel, 6, 5)
        return page.figure
