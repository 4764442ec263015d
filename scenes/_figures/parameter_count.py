"""The figure of parameter count for print."""

import numpy as np
from matplotlib.figure import Figure

from mathcore.parameter_count import Trace
from scenes._page.formula import formula
from scenes._page.sheet import sheet
from scenes._stage.theme import Theme
from scenes._stage.words import Words


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """What stands where."""
    with sheet(words, theme) as page:
        ((panel,),) = page.panels((1,))
        panel.plot(np.arange(trace.params.steps + 1), trace.value, color=theme.data)
        panel.set(xlabel=page.say("step"), ylim=(0, 1.1))
        formula(page, panel, r"data[v_{k+1}] = data[v_k]\,/\,2")
        page.ticks(panel, 6, 5)
        return page.figure
