"""The figure of universal approximation for print."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from mathcore.universal_approximation import Trace
from scenes._page.decay import FARTHEST, decades
from scenes._page.formula import formula, name_below
from scenes._page.sheet import THIN, sheet
from scenes._page.size import A4, Size
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.universal_approximation import NET


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left the steps of the largest net and their sum on the target; right the errors of all sizes, and of descent."""
    t = trace
    with sheet(words, theme, size) as page:
        below = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.2), "frameon": False, "fontsize": page.small}
        ((sums, errors),) = page.panels((1.4, 1))
        sums.plot(t.x, t.target, color=theme.data, linewidth=4, label=page.say("target_line"))
        sums.plot(t.x, t.contribution.T, color=theme.weight, linewidth=THIN)
        sums.lines[1].set_label(page.say("steps"))
        sums.plot(t.x, t.prediction[-1], "--", color=theme.text, label=page.say("output_line"))
        sums.set_xlim(-1, 1)
        page.ticks(sums, 4, 5)
        name_below(page, sums, "data(x)")
        formula(page, sums, NET)
        sums.legend(ncols=3, **below)

        sizes, first = t.sizes()
        descended, places = t.descent_error[:, -1], np.arange(len(sizes))
        errors.plot(places, t.error[first], "o-", color=theme.loss, label=page.say("error"))
        at = np.full(len(descended), places[-1])
        errors.plot(at, descended, "x", color=theme.loss, label=page.say("descent"))
        ends = decades(np.append(t.error, descended), FARTHEST)
        errors.set(yscale="log", ylim=ends, xlim=(-0.5, len(sizes) - 0.5), xlabel=page.say("units"))
        errors.set_xticks(places, [page.number(int(size)) for size in sizes])
        errors.yaxis.set_minor_formatter(NullFormatter())
        errors.legend(ncols=2, **below)
        page.note(f"{page.say('descent')} ({page.say('setting', rate=float(t.learning_rate), seed=t.params.seed)})")
        return page.figure
