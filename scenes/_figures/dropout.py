"""The figure of dropout for print."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.dropout import Trace
from scenes._page.formula import formula
from scenes._page.marks import name_ends
from scenes._page.sheet import SMALL, Sheet, sheet
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.dropout import MEASURES, RULE


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """Left who stayed at each minibatch, and at evaluation; right the three losses over the epochs."""
    with sheet(words, theme) as page:
        params, ((masks, panel),) = trace.params, page.panels((1, 1.1))
        layers = [f"activation(h_{layer + 1})" for layer in range(len(params.hidden))]
        kept = np.concatenate([trace.mask, trace.h_eval[None] > 0])  # [step layer unit]
        present = np.concatenate([kept[:, layer, :units] for layer, units in enumerate(params.hidden)], axis=1)
        roll(page, masks, present.T, params.hidden, layers, (page.say("minibatch"), page.say("stay")))
        formula(page, masks, RULE, (0, 1.1), rate=params.rate)
        losses = np.array([trace.train_loss_dropout, trace.train_loss_eval, trace.val_loss])
        names = [page.say(measure).replace(", ", ",\n") for measure in MEASURES]
        curves(page, panel, losses, names)
        panel.set(xlabel=page.say("epoch"), title=page.say("loss"))
        training, validation = 100 * trace.split_share
        split = {"training": training, "validation": validation, "split": params.split}
        page.note(page.say("source", **split, seed=params.seed))
        return page.figure


MARKERS = 8  # along the validation loss
ROOM = 1.1  # factor between the highest loss and the top of the panel, the lowest and the foot


def curves(page: Sheet, panel: Any, losses: np.ndarray, names: Sequence[str]) -> None:
    """Draw the two measures of the training loss, a line and dashes, then the validation loss [3 epoch], marked."""
    theme, epochs = page.theme, np.arange(losses.shape[1]) + 1
    hues = [theme.loss, theme.loss, theme.validation]
    marks = {"marker": "o", "markerfacecolor": theme.background, "markevery": -(-len(epochs) // MARKERS)}
    for values, hue, line, style in zip(losses, hues, ("-", "--", "-"), ({}, {}, marks), strict=True):
        panel.plot(epochs, values, line, color=hue, **style)
    panel.set(yscale="log", xlim=epochs[[0, -1]], ylim=(losses.min() / ROOM, losses.max() * ROOM))
    page.ticks(panel, 6, 0, counts=True)
    page.ratio_ticks(panel.yaxis)
    name_ends(panel, losses[:, -1], names, hues, size=SMALL)


GROUP_GAP, LAST_GAP = 0.8, 0.6  # rows free between two groups, columns before the last
LARGEST, HEIGHT = 6.0, 100  # points: of a dot at most, and of all dots in a column together


def roll(
    page: Sheet, panel: Any, present: np.ndarray, groups: Sequence[int], names: Sequence[str], texts: tuple[str, str]
) -> None:
    """A numbered column for each time, how many came at its foot; the last stands apart and has no number.

    Args:
        page: where it stands.
        panel: where it stands; its axes are taken away.
        present: whether they came [row column].
        groups: how many rows belong together, from the top.
        names: of the groups, formulas.
        texts: what stands above the columns, and before the counts.
    """
    rows, columns = present.shape
    across = np.arange(columns) + LAST_GAP * (np.arange(columns) == columns - 1)
    down = np.arange(rows) + GROUP_GAP * np.repeat(np.arange(len(groups)), groups)
    foot = down[-1] + 1.4
    panel.set(xlim=(-0.6, across[-1] + 0.6), ylim=(foot + 0.6, -1.8), frame_on=False, xticks=(), yticks=())
    size = min(LARGEST, HEIGHT / foot)
    for there, style, colour in ((True, "o", page.theme.activation), (False, "x", page.theme.faint)):
        row, column = np.nonzero(present == there)
        panel.plot(across[column], down[row], style, color=colour, markersize=size if there else 0.6 * size)
    middle = {"ha": "center", "va": "center", "size": SMALL}
    for k, count in enumerate(present.sum(axis=0)):
        panel.text(across[k], foot, str(count), **middle)
        if k < columns - 1:
            panel.text(across[k], -1.2, str(k + 1), color=page.theme.faint, **middle)
    for name, first in zip(names, np.cumsum((0, *groups[:-1])), strict=True):
        formula(page, panel, name, (-0.8, down[first]), (1, 0.5), "data", (0, 0))
    panel.text(-0.8, foot, texts[1], size=SMALL, ha="right", va="center")
    panel.set_title(texts[0], size=SMALL)
