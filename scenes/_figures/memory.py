"""The figure of memory for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from mathcore._recall import LETTERS
from mathcore.memory import Trace
from scenes._page.decay import decades
from scenes._page.formula import formula
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.memory import HEARD, NAMES
from scenes._stage.theme import Theme
from scenes._stage.words import Words

LINES, MARKS = ("-", "--", ":"), ("o", "s", "^")  # of the RNN, the LSTM, the GRU
FARTHEST, MARKED = (1e-15, 1e3), 8  # influences that a panel shows; marks along a loss


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left what the end hears of each letter; in the middle the losses; right which seeds learn."""
    with sheet(words, theme, size) as page:
        t, (heard, losses, seeds) = trace, page.panels((1.25, 1, 1))[0]
        time = np.arange(t.params.length)
        heard.set(yscale="log", ylim=decades(t.usual, FARTHEST))
        heard.yaxis.set_minor_formatter(NullFormatter())
        every = page.crowd(heard, len(time), page.small)
        heard.set_xticks(time[::every], [LETTERS[symbol] for symbol in t.x.argmax(axis=1)[::every]])
        for model, (name, line, mark) in enumerate(zip(NAMES, LINES, MARKS, strict=True)):
            style = {"linestyle": line, "marker": mark}
            shown = np.where(t.usual[model] < FARTHEST[0], np.nan, t.usual[model])
            label = page.say("size_of", name=name, parameters=int(t.parameters[model]))
            heard.plot(time, shown, color=theme.gradient, label=label, **style)
            every = max(t.params.steps // MARKED, 1)
            losses.plot(t.loss[model], color=theme.loss, linewidth=0.8, markevery=(model * every // 3, every), **style)
        formula(page, heard, HEARD)
        losses.set(xlim=(0, t.params.steps), ylim=(0, None), xlabel=page.say("name_step"), title=page.say("name_loss"))
        page.ticks(losses, 3, 4)
        count(page, seeds, t)
        first, last = int(t.seeds[0]), int(t.seeds[-1])
        heard.legend(frameon=False, fontsize=page.small, loc="lower center", bbox_to_anchor=(0.5, 1.1), ncols=1)
        page.note(
            page.say("mean", averaged=int(t.averaged)),
            page.say("full", threshold=100 * float(t.threshold), first=first, last=last),
            page.say("setting", seed=t.params.seed, steps=t.params.steps),
        )
        return page.figure


def count(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw a mark for each seed of each model, full where it is solved, and how many are."""
    for model, mark in enumerate(MARKS):
        for seed, solved in enumerate(trace.solved[model]):
            colour = page.theme.good if solved else page.theme.bad
            panel.plot(
                seed,
                -model,
                mark,
                color=colour,
                markersize=7 if page.size == A4 else 5,
                markerfacecolor=colour if solved else "none",
            )
        number = {"count": int(trace.solved[model].sum()), "of": len(trace.seeds)}
        panel.text(len(trace.seeds) - 0.2, -model, page.say("count", **number), va="center", size=page.small)
    panel.set(xlim=(-0.6, len(trace.seeds) + 1.6), ylim=(-2.6, 0.6), xticks=())
    panel.set_yticks(range(0, -3, -1), NAMES)
    panel.spines[:].set_visible(False)
    panel.tick_params(length=0)
    panel.set_xlabel(page.say("seeds_short"))
