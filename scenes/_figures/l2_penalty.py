"""The figure of the L2 penalty for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.l2_penalty import Trace
from scenes._page.formula import formula, name_below, quoted
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.l2_penalty import FILLED, HOLLOW, SHARES, WIDE
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.l2_penalty import SUM


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """The sum that is minimised, the norms of the kernels, and the validation losses."""
    with sheet(words, theme, size) as page:
        stacked, norms, validated = page.panels((1, 1.3 if page.size == A4 else 2.4, 1))[0]
        terms(page, stacked, trace)
        kernels(page, norms, trace)
        for run, line in enumerate(("--", "-")):
            validated.plot(trace.val_loss[run], line, color=theme.validation, linewidth=1)
        validated.set(xlabel=page.say("epoch"), title=page.say("validation"), xlim=(0, trace.params.epochs))
        validated.set(ylim=(0, None))
        page.ticks(validated, 4, 4)
        units = dict(zip("abcde", map(int, trace.units), strict=True))
        page.note(
            page.say("data_term", count=int(trace.flowers[0])),
            page.say("net", **units),
            page.say("run", split=int(trace.split_seed), seed=trace.params.seed),
            page.say("both_runs", penalty=trace.params.penalty),
        )
        return page.figure


def terms(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw both terms of the penalised net, one on the other; dashed the loss of the other net."""
    theme, epochs = page.theme, np.arange(trace.params.epochs + 1)
    parts = panel.stackplot(epochs, trace.data_loss[1], trace.penalty_term[1], colors=2 * [theme.loss])
    for part, share in zip(parts, SHARES, strict=True):
        part.set_alpha(share)
    panel.plot(epochs, trace.loss[1], color=theme.loss, linewidth=1)
    panel.plot(epochs, trace.loss[0], "--", color=theme.text, linewidth=0.8)
    panel.set(xlabel=page.say("epoch"), xlim=(0, epochs[-1]), ylim=(0, None))
    formula(page, panel, SUM, (1, 1), (1, 1), shift=(-3, -4), hidden=quoted(page.say("index")))
    page.ticks(panel, 4, 4)


def kernels(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw the norm of each kernel at the end of both runs, and where both began."""
    theme, x = page.theme, np.arange(len(trace.weights))
    for run, (shift, opacity) in enumerate(((-WIDE / 2, HOLLOW), (WIDE / 2, FILLED))):
        bars = panel.bar(x + shift, trace.norm[run], 0.95 * WIDE, color=theme.weight, alpha=opacity)
        panel.bar(x + shift, trace.norm[run], 0.95 * WIDE, color="none", edgecolor=theme.weight, linewidth=0.8)
        panel.bar_label(bars, [page.words.number(norm) for norm in trace.norm[run]], padding=1, fontsize=page.small)
    panel.hlines(trace.norms[0, 0], x - WIDE, x + WIDE, color=theme.text, linewidth=1)
    names = [page.say("hidden_short", layer=k) for k in x[1:]] + [page.say("output_short")]
    panel.set_xticks(x, names, fontsize=page.small)
    panel.set_yticks([])
    name_below(page, panel, "norm(weight(W))")
