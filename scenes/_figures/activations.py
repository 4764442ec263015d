"""The figure of activations for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.activations import ACTIVATIONS, Trace
from scenes._page.formula import name_below, name_beside
from scenes._page.marks import away
from scenes._page.sheet import THIN, Sheet, sheet
from scenes._page.size import A4, Size
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.activations import INPUT, SLOPE, VALUE

TICK = 0.09  # length of a tick of the rug, in units of the slope


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """A column per activation: its values, below them its slopes, those at the layer's inputs as stems, its rug."""
    t = trace
    with sheet(words, theme, size) as page:
        rows = page.panels((1, 1, 1), (1.2, 1), share=True)
        for k, (name, upper, lower) in enumerate(zip(ACTIVATIONS, *rows, strict=True)):
            upper.plot(t.x, t.value[k], color=theme.activation)
            upper.set_title(page.say(name))
            lower.set(xlim=t.x[[0, -1]], ylim=(-3 * TICK, 1.05))
            inputs(page, lower, t, k)
            for part in (t.x <= 0, t.x > 0) if name == "relu" else (slice(None),):
                lower.plot(t.x[part], t.derivative[k, part], color=theme.activation)
            lower.axhline(t.mean_slope[k], linestyle="--", color=theme.text, linewidth=1)
            below = page.say("below", threshold=t.threshold, share=100 * t.saturated[k])
            lower.set_title(f"{page.say('mean', slope=t.mean_slope[k])}\n{below}")
            page.ticks(lower, 4, 3)
            name_below(page, lower, INPUT)
        for slope, fill in (t.at_zero[-1], theme.activation), (t.derivative[-1, -1], theme.background):
            rows[1, -1].plot(0, slope, "o", color=theme.activation, markerfacecolor=fill)  # the kink of ReLU
        page.ticks(rows[0, 0], 4, 6)
        for panel, name in zip(rows[:, 0], (VALUE, SLOPE), strict=True):
            name_beside(page, panel, name, upright=True)
        counts = {"count": len(t.preactivation), "flowers": t.flowers, "units": t.units}
        page.note(page.say("show_inputs", **counts), page.say("source", seed=t.params.seed))
        return page.figure


def inputs(page: Sheet, panel: Any, t: Trace, k: int) -> None:
    """The layer's inputs as ticks below 0, saturated ones lower, and the slopes at them as stems."""
    theme, o, shut = page.theme, t.preactivation, t.slope[k] < t.threshold
    panel.vlines(o, 0, t.slope[k], color=theme.activation, linewidth=THIN)
    for chosen, low, hue in (~shut, -1.5 * TICK, theme.text), (shut, -3 * TICK, theme.bad):
        panel.vlines(o[chosen], low, low + TICK, color=hue, linewidth=THIN)
        away(page, panel, o[chosen], np.full(chosen.sum(), low + TICK / 2), hue)
