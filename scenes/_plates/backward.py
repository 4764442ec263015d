"""What comes back to each layer of a net, as bars over decades, and below them the slopes that made it."""

import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter, NullLocator

from scenes._plates.decay import decades
from scenes._plates.sheet import Sheet

DEEPEST = 1e-80  # share of the highest value that still has a bar
WIDE = 0.7  # of a bar, in layers


def backward(page: Sheet, rows: np.ndarray, norms: np.ndarray, slopes: np.ndarray) -> None:
    """Draw a net per column: in the upper row of panels its `norms`, in the lower its `slopes` [net layer]."""
    theme, layers = page.theme, np.arange(norms.shape[1]) + 1
    low, high = decades(norms, (DEEPEST * norms.max(), np.inf))
    for upper, lower, norm, slope in zip(*rows, norms, slopes, strict=True):
        upper.set(yscale="log", ylim=(low / 2, high))
        upper.bar(layers, np.maximum(norm - low / 2, 0), WIDE, bottom=low / 2, color=theme.gradient)
        upper.yaxis.set_major_locator(LogLocator(numticks=8))
        upper.yaxis.set_minor_locator(NullLocator())
        upper.yaxis.set_minor_formatter(NullFormatter())
        upper.grid(axis="y", color=theme.faint, linewidth=0.3)
        upper.set_axisbelow(True)
        lower.set(ylim=(0, 1), yticks=(0, 1))
        lower.bar(layers, slope, WIDE, color=theme.activation)
        page.ticks(lower, 6, 1, counts=True)
    rows[0, 0].set_ylabel(r"$|\partial L\,/\,\partial W_\ell|$", color=theme.gradient)
    rows[1, 0].set_ylabel(r"rms $\varphi'(o)$", color=theme.activation)
