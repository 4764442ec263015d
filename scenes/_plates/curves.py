"""A training loss measured in two ways, and the validation loss, over the epochs: on an axis of ratios, so that late
losses can be told apart."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenes._plates.marks import name_ends
from scenes._plates.sheet import SMALL, Sheet

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
