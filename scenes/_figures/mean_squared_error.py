"""The figure of the mean squared error for print."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mathcore.mean_squared_error import PLACES, Trace
from scenes._page.fit import dots
from scenes._page.formula import formula
from scenes._page.marks import dashes_at
from scenes._page.sheet import sheet
from scenes._page.size import A4, Size
from scenes._stage.rows import from_zero
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.mean_squared_error import MEAN

SHAPE = 0.75  # height of the left panel over its width, so that the square is square
SHARES = (("loss", "dial_share", "-"), ("gradient", "dial_gradient_share", "--"), ("rows", "part", ":"))


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left the rows, their line and the outlier's square; right its shares while it moves away."""
    t, row = trace, int(trace.row)
    with sheet(words, theme, size) as page:
        below = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.2), "frameon": False, "fontsize": page.small}
        ((fit, shares),) = page.panels((1, 1))
        (left, right), (low, high) = from_zero(t.x), from_zero(t.y)
        fit.set(xlim=(left, right + 0.15 * (right - left)), ylim=(low, high), box_aspect=SHAPE)
        dots(page, fit, t.x, t.y)
        fit.axline((0, 0), slope=float(t.w_star), color=theme.weight)
        wide = SHAPE * np.ptp(fit.get_xlim()) / (high - low) * (-1 if t.w_star < 0 else 1) * t.residual[row]
        fit.add_patch(Rectangle((t.x[row], t.y[row]), wide, t.residual[row], fc=theme.loss + "60", ec=theme.loss))
        fit.plot(t.x[row], t.y[row], "o", color=theme.data, markeredgecolor=theme.text, clip_on=False)
        page.name_axes(fit, *(words.column(name, t.params.data) for name in (t.params.feature, t.params.target)))
        formula(page, shares, MEAN)
        for name, quantity, style in SHARES:
            colour, share = getattr(theme, "data" if name == "rows" else name), 100 * getattr(t, quantity)
            heights = np.broadcast_to(share, t.displacement.shape)
            shares.plot(t.displacement, heights, style, color=colour, label=f"{page.say(name)} (%)")
        shares.set(xlim=sorted(t.displacement[[0, -1]]), xlabel=page.say("displacement"))
        shares.set_ylim(0, 105 * max(t.dial_share.max(), t.dial_gradient_share.max(), t.part))
        dashes_at(page, shares, t.displacement[PLACES], 0.7, "{x}", theme.text)
        shares.legend(ncols=3, **below)
        for panel in (fit, shares):
            page.ticks(panel, 6, 5)
        page.note(
            page.say("show_rows", count=len(t.x), source=t.params.data.name if t.params.data else page.say("source"))
        )
        return page.figure
