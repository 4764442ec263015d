"""The figure of the linear fit for print."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mathcore.linear_fit import Trace
from scenes._page.fit import dots, total
from scenes._page.sheet import sheet
from scenes._page.size import A4, Size
from scenes._stage.rows import from_zero
from scenes._stage.theme import Theme
from scenes._stage.words import Words

SHAPE = 0.75  # height of the left panel over its width, so that squares are square


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left the rows, the best line and its squares; right the total over w, with the first weight and the best."""
    t = trace
    with sheet(words, theme, size) as page:
        ((fit, curve),) = page.panels((1.1, 1))
        (left, right), y_range = from_zero(t.x), from_zero(t.y)
        fit.set(xlim=(left, right + 0.15 * (right - left)), ylim=y_range, box_aspect=SHAPE)
        rows = dots(page, fit, t.x, t.y)
        fit.axline((0, 0), slope=float(t.w_star), color=theme.weight)
        wide = SHAPE * np.ptp(fit.get_xlim()) / np.ptp(y_range) * (-1 if t.w_star < 0 else 1)
        for x, gap in zip(t.x[t.drawn], (t.w_star * t.x - t.y)[t.drawn], strict=True):
            fit.add_patch(Rectangle((x, t.w_star * x), wide * gap, -gap, fc=theme.loss + "30", ec=theme.loss))
        page.name_axes(fit, *(words.column(name, t.params.data) for name in (t.params.feature, t.params.target)))
        total(page, curve, t)
        curve.plot(t.params.w, t.loss, "o", color=theme.weight)
        said = page.say("drawn", squares=len(t.drawn), dots=rows, count=len(t.x))
        page.note(said + ("" if t.params.data else f" ({page.say('source')})"))
        for panel in (fit, curve):
            page.ticks(panel, 6, 5)
        return page.figure
