"""The figure of the multilayer perceptron for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.mlp import Trace, directions, hidden_layer
from scenes._page.sheet import Sheet, sheet
from scenes._stage.theme import Theme
from scenes._stage.words import Words


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """Left the plane and its boundary; right the plane as the hidden layer bends it, and the straight cut."""
    t = trace
    with sheet(words, theme) as page:
        ((plane, bent),) = page.panels((1, 1))
        return page.figure
