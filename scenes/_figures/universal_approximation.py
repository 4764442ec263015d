"""The figure of universal approximation for print."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from mathcore.universal_approximation import Trace
from scenes._page.decay import decades
from scenes._page.sheet import SMALL, THIN, sheet
from scenes._stage.theme import Theme
from scenes._stage.words import Words


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """Left the steps of the largest net and their sum on the target; right the errors of all sizes, and of descent."""
    t, row = trace, {"loc": "lower center", "bbox_to_anchor": (0.5, 1), "frameon": False, "fontsize": SMALL}
    with sheet(words, theme) as page:
        ((sums, errors),) = page.panels((1.4, 1))
        sums.plot(t.x, t.target, color=theme.data, linewidth=4, label=page.say("target_line"))
        sums.plot(t.x, t.contribution.T, color=theme.weight, linewidth=THIN)
        sums.lines[1].set_label(page.say("steps"))
        sums.plot(t.x, t.prediction[-1], "--", color=theme.text, label=page.say("output_line"))
        sums.set(xlim=t.x[[0, -1]], xlabel="$x$")
        page.ticks(sums, 4, 5)
        sums.legend(ncols=3, **row)

        sizes, first = np.unique(t.units, return_index=True)
        descended = t.descent_error[:, -1]
        errors.plot(np.arange(len(sizes)), t.error[first], "o-", color=theme.loss, label=page.say("error"))
        at = np.full(len(descended), len(sizes) - 1)
        errors.plot(at, descended, "x", color=theme.gradient, label=page.say("descent"))
        ends = decades(np.append(t.error, descended), (1e-12, 1e6))
        errors.set(yscale="log", ylim=ends, xlim=(-0.5, len(sizes) - 0.5), xlabel=page.say("units"))
        errors.set_xticks(np.arange(len(sizes)), [page.number(int(size)) for size in sizes])
        errors.yaxis.set_minor_formatter(NullFormatter())
        errors.legend(ncols=2, **row)
        setting = {"rate": float(t.learning_rate), "seed": t.params.seed}
        page.note(f"{page.say('descent')}: {page.say('setting', **setting)}")
        return page.figure
