"""The figure of early stopping for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from mathcore.early_stopping import Trace
from scenes._page.formula import formula
from scenes._page.marks import optimum
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.early_stopping import COUNT, STOP


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """The losses up to the stop and after it, and below them the counter."""
    with sheet(words, theme, size) as page:
        ((losses,), (counter,)) = page.panels((1,), (2.4, 1), share=False)
        curves(page, losses, trace)
        count(page, counter, trace)
        units = dict(zip("abcde", map(int, trace.units), strict=True))
        page.note(page.say("setting", **units, split=int(trace.split_seed), seed=trace.params.seed))
        return page.figure


def curves(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw the losses, faint after the stop, with the best epoch and the stop."""
    theme, stop, best = page.theme, int(trace.stop_epoch), int(trace.best_epoch)
    for losses, role, name, width in (
        (trace.train_loss, "loss", "training_line", 0.9),
        (trace.val_loss, "validation", "validation_line", 1.4),
    ):
        panel.plot(losses[: stop + 1], color=getattr(theme, role), linewidth=width, label=page.say(name))
        panel.plot(np.arange(stop, len(losses)), losses[stop:], color=theme.faint, linewidth=0.8)
    panel.plot([best, stop], [trace.restored_loss] * 2, color=theme.bad, linewidth=1.4)
    panel.plot(best, trace.restored_loss, "o", color=theme.good, markersize=5)
    optimum(page, panel, int(trace.best_of_all_epoch), trace.val_loss.min())
    formula(
        page,
        panel,
        "validation(L^*) = {loss}",
        (best, float(trace.restored_loss)),
        (0.5, 1),
        "data",
        (0, -5),
        haloed=True,
        loss=float(trace.restored_loss),
    )
    panel.set(yscale="log", xlim=(0, trace.params.epochs), xticklabels=(), title=page.say("loss"))
    panel.yaxis.set_minor_formatter(NullFormatter())
    formula(page, panel, f"{COUNT} quad {STOP}", (1, 1), (1, 0), p=trace.params.patience)
    panel.legend(frameon=False, fontsize=page.small, loc="lower left")


def count(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw the epochs without a new best, up to patience."""
    epochs, patience = np.arange(int(trace.stop_epoch) + 1), trace.params.patience
    panel.bar(epochs, trace.waited[epochs], color=page.theme.text)
    panel.axhline(patience, color=page.theme.faint, linewidth=0.8)
    panel.set(
        xlim=(0, trace.params.epochs), ylim=(0, 1.15 * patience), xlabel=page.say("epoch"), title=page.say("waited")
    )
    page.ticks(panel, 10, 2, counts=True)
