"""The figure of convolution 1d for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.convolution_1d import CLASSES, FILTERS, TAPS, Trace
from scenes._page.formula import formula
from scenes._page.sheet import THIN, Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.convolution_1d import responds
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.convolution_1d import KEPT, RULE, middles

HIGH = 6.5  # cm: on a sheet that is as high as it needs


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """The series and its map; below them the learned filters, and where each responds most in one series per class."""
    with sheet(words, theme, size) as page:
        t, layout = trace, page.grid(1 + CLASSES, (3, *[1] * FILTERS), HIGH)
        page.rows = [[walk(page, page.figure.add_subplot(layout[0, :]), t)]]
        for k in range(FILTERS):
            weights = page.figure.add_subplot(layout[1 + k, 0])
            bare(weights).bar(np.arange(TAPS), t.learned_kernel[-1, k], color=theme.weight)
            weights.axhline(0, color=theme.faint, linewidth=THIN)
            weights.set_ylim(np.array([-1.05, 1.05]) * np.abs(t.learned_kernel[-1]).max())
            for c in range(CLASSES):
                respond(page, bare(page.figure.add_subplot(layout[1 + k, 1 + c])), t, c, k)
        runs = {"learned": int(t.learned), "runs": len(t.final_accuracy)}
        result = {"accuracy": 100 * t.accuracy[-1], "held": int(t.held_out)}
        page.note(
            page.say("multiply", seed=int(t.walk_seed), taps=TAPS),
            page.say("fire"),
            page.say(f"trained_{t.outcome()}", **result, **runs),
        )
        return page.figure


def walk(page: Sheet, panel: Any, trace: Trace) -> Any:
    """Draw the series and its map; the panel."""
    theme, times, name = page.theme, middles(trace), page.say("name_data")
    panel.plot(trace.x, "o-", color=theme.data, linewidth=THIN, markersize=2, label=name)
    panel.plot(times, trace.activation_map, color=theme.activation, label=page.say("name_activation"))
    panel.legend(frameon=False, fontsize=page.small, loc="lower center")
    panel.set(ylim=(0, None), xlabel=page.say("time"))
    page.ticks(panel, 6, 3)
    formula(page, panel, RULE)
    formula(page, panel, KEPT, (1, 1), (1, 0))
    return panel


def respond(page: Sheet, panel: Any, trace: Trace, c: int, k: int) -> None:
    """Draw a series of class `c`, and on it the window in which filter `k` responds most, if it does."""
    theme, series = page.theme, trace.series[c]
    panel.plot(series, color=theme.data, linewidth=THIN)
    window = trace.where[c, k] + np.arange(TAPS)
    if responds(trace.strongest[c, k]):
        panel.plot(window, series[window], color=theme.weight, linewidth=3)
    if not k:
        panel.set_title(page.say("class", number=c + 1), fontsize=page.small)
    high = np.mean(series[-len(series) // 3 :]) < np.ptp(series) / 2 + series.min()
    place = {"transform": panel.transAxes, "ha": "right", "va": "top" if high else "bottom", "fontsize": page.small}
    panel.text(1, float(high), page.number(trace.strongest[c, k], decimals=1), color=theme.activation, **place)


def bare(panel: Any) -> Any:
    """A panel without axes."""
    panel.set_axis_off()
    return panel
