"""The figure of dropout for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.dropout import Trace
from scenes._page.formula import formula
from scenes._page.marks import name_ends
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.dropout import masks
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.dropout import MEASURES, RULE


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Left who stayed at each minibatch, and at evaluation; right the three losses over the epochs."""
    with sheet(words, theme, size) as page:
        params, ((table, panel),) = trace.params, page.panels((1, 1.1))
        roll(page, table, trace)
        formula(page, table, RULE, (0, 1.1 if page.size == A4 else 1), rate=params.rate)
        curves(page, panel, np.array([trace.train_loss_dropout, trace.train_loss_eval, trace.val_loss]))
        training, validation = 100 * trace.split_share
        split = {"training": training, "validation": validation, "split": params.split}
        page.note(page.say("source", **split, seed=params.seed))
        return page.figure


MARKERS = 8  # along the validation loss
ROOM = 1.1  # factor between the highest loss and the top of the panel, the lowest and the foot


def curves(page: Sheet, panel: Any, losses: np.ndarray) -> None:
    """Draw the two measures of the training loss, a line and dashes, then the validation loss [3 epoch], marked."""
    theme, epochs = page.theme, np.arange(losses.shape[1]) + 1
    hues, names = [theme.loss, theme.loss, theme.validation], (page.say(measure) for measure in MEASURES)
    marks = {"marker": "o", "markerfacecolor": theme.background, "markevery": -(-len(epochs) // MARKERS)}
    for values, hue, line, style in zip(losses, hues, ("-", "--", "-"), ({}, {}, marks), strict=True):
        panel.plot(epochs, values, line, color=hue, **style)
    panel.set(yscale="log", xlim=epochs[[0, -1]], ylim=(losses.min() / ROOM, losses.max() * ROOM))
    page.ticks(panel, 6, 0, counts=True)
    page.ratio_ticks(panel.yaxis)
    name_ends(page, panel, losses[:, -1], [name.replace(", ", ",\n") for name in names], hues, size=page.small)
    panel.set(xlabel=page.say("epoch"), title=page.say("loss"))


GROUP_GAP, LAST_GAP = 0.8, 0.6  # rows free between two groups, columns before the last
LARGEST, HEIGHT = 6.0, 100  # points: of a dot at most, and of all dots in a column together
FILLED = 0.75  # of the width of a column that a dot takes at most


def roll(page: Sheet, panel: Any, trace: Trace) -> None:
    """A numbered column for each minibatch, how many units stayed at its foot; evaluation stands apart at the end."""
    groups, kept = trace.params.hidden, masks(trace).T  # [unit step]
    rows, columns = kept.shape
    across = np.arange(columns) + LAST_GAP * (np.arange(columns) == columns - 1)
    down = np.arange(rows) + GROUP_GAP * np.repeat(np.arange(len(groups)), groups)
    foot = down[-1] + 1.4
    panel.set(xlim=(-0.6, across[-1] + 0.6), ylim=(foot + 0.6, -1.8), frame_on=False, xticks=(), yticks=())
    size = min(LARGEST, HEIGHT / foot, FILLED * page.width(panel) / columns)
    crowd = page.crowd(panel, columns, page.small)
    for there, style, colour in ((True, "o", page.theme.activation), (False, "x", page.theme.faint)):
        row, column = np.nonzero(kept == there)
        panel.plot(across[column], down[row], style, color=colour, markersize=size if there else 0.6 * size)
    middle = {"ha": "center", "va": "center", "size": page.small}
    for k, count in enumerate(kept.sum(axis=0)):
        if k % crowd == 0 or k == columns - 1:
            panel.text(across[k], foot, str(count), **middle)
        if k % crowd == 0 and k < columns - 1:
            panel.text(across[k], -1.2, str(k + 1), color=page.theme.faint, **middle)
    for layer, first in enumerate(np.cumsum((0, *groups[:-1])), start=1):
        formula(page, panel, f"activation(h_{layer})", (-0.8, down[first]), (1, 0.5), "data", (0, 0))
    panel.text(-0.8, foot, page.say("stay"), size=page.small, ha="right", va="center")
    panel.set_title(page.say("minibatch"), size=page.small)
