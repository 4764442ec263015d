"""The figure of vanishing gradients for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.vanishing_gradients import Trace
from scenes._page.decay import decades
from scenes._page.formula import Formula, name_below, name_beside, quoted
from scenes._page.letters import wrapped
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.vanishing_gradients import PRODUCT, WEIGHTS, WORDS
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.vanishing_gradients import ACTIVATIONS, MEANT, NET_NAMES


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """A net per activation: what reaches each layer, below it the slope there, and what a layer multiplies by."""
    with sheet(words, theme, size) as page:
        params, per_layer = trace.params, quoted(words.sentence("per_layer"))
        rows = page.panels((1, 1, 1), (3, 1), share=True)
        said: dict[str, Any] = {key: words.sentence(key) for key in WORDS}
        backward(page, rows, trace.reached, trace.slope)
        for net, (panel, name) in enumerate(zip(rows[0], ACTIVATIONS, strict=True)):
            fate = {0: "arrives", 1: "explodes", -1: "vanishes"}[int(trace.fate[net])]
            reached = f"{page.say('first_layer')} {page.number(trace.reached[net, 0])}"
            if page.size != A4:
                reached = wrapped(reached, page.body, page.width(panel) + PAD)
            pad = PAD + LINE * page.body * reached.count("\n")
            panel.set_title(page.say(name), pad=pad)
            panel.annotate(reached, (0, 1), (0, 5), xycoords="axes fraction", textcoords="offset points")
            panel.set_title(page.say(fate), pad=pad, loc="right", color=theme.good if fate == "arrives" else theme.bad)
            means = trace.mean_slope[net], trace.mean_stretch[net], trace.per_layer[net]
            named = f"{quoted(words.sentence('layer'))} l \\ {PRODUCT} med {per_layer}"
            values = dict(zip(("slope", "stretch", "product"), means, strict=True))
            name_below(page, rows[1, net], named, **values)
        factors = f"{MEANT.replace(' / ', ' slash ')} quad {WEIGHTS}"
        init = page.say(f"init_{params.init}")
        page.note(
            page.say("show_net", depth=params.depth, width=params.width, init=init, seed=params.seed),
            Formula(page, factors, size=page.small, scale=trace.scale, **said),
        )
        return page.figure


DEEPEST = 1e-80  # share of the highest value that still has a bar
PAD = 19  # points from a panel to its name, above what reaches its first layer
LINE = 1.4  # heights of the font from line to line
WIDE = 0.7  # of a bar, in layers


def backward(page: Sheet, rows: np.ndarray, shares: np.ndarray, slopes: np.ndarray) -> None:
    """Draw a net per column: in the upper row of panels its `shares`, in the lower its `slopes` [net layer]."""
    theme, layers = page.theme, np.arange(shares.shape[1]) + 1
    low, high = decades(shares, (DEEPEST * shares.max(), np.inf))
    for upper, lower, share, slope in zip(*rows, shares, slopes, strict=True):
        upper.set(yscale="log", ylim=(low / 2, high))
        upper.bar(layers, np.maximum(share - low / 2, 0), WIDE, bottom=low / 2, color=theme.gradient)
        page.decades(upper.yaxis, 8)
        upper.grid(axis="y", color=theme.faint, linewidth=0.3)
        upper.set_axisbelow(True)
        lower.set(ylim=(0, 1), yticks=(0, 1))
        lower.bar(layers, slope, WIDE, color=theme.activation)
        page.ticks(lower, 6, 1, counts=True)
    said = {key: page.words.sentence(key) for key in WORDS}
    for panel, name in zip(rows[:, 0], NET_NAMES, strict=False):
        name_beside(page, panel, name, upright=True, **said)
