"""What a recurrent network holds of a sequence, and what is left of a gradient on its way back, on paper."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullFormatter

from mathcore._recall import LETTERS
from scenes._marks.colour_scale import Scale
from scenes._page.cells import mesh
from scenes._page.decay import decades
from scenes._page.formula import formula, name_below
from scenes._page.marks import clamped, name_ends
from scenes._page.sheet import THIN, Sheet

FILLED = 0.85  # of the height that a strip has
FARTHEST = 1e-12, 1.0  # shares that a panel shows


def strips(page: Sheet, panel: Any, trace: Any, symbols: Mapping[str, str]) -> None:
    """Draw each quantity as a strip of greys, the larger the lighter, its range at the right; mark the telling unit.

    Those that are nowhere negative go from 0 to 1. Above them is what was read at each time.
    """
    length, unit = len(trace.x), int(trace.telling_unit)
    time = np.arange(length + 1) + 0.5
    panel.set(xlim=time[[0, -1]], ylim=(len(symbols), -0.6), yticks=())
    name_below(page, panel, "t")
    panel.spines[:].set_visible(False)
    for k, (name, symbol) in enumerate(symbols.items()):
        values = getattr(trace, name)
        scale = Scale() if values.min() >= 0 else Scale.around_zero("gray", values)
        mesh(panel, time, np.linspace(k, k + FILLED, values.shape[1] + 1), values.T, scale, "face")
        frame = Rectangle((0.5, k), length, FILLED, fill=False, edgecolor=page.theme.faint, linewidth=THIN)
        panel.add_patch(frame)
        place = {"transform": panel.get_yaxis_transform(), "clip_on": False}
        marked = k + (unit + 0.5) * FILLED / values.shape[1]
        panel.plot(-0.02, marked, ">", color=page.theme.text, markersize=2.5, **place)
        formula(page, panel, symbol, (-0.05, k + FILLED / 2), (1, 0.5), panel.get_yaxis_transform(), (0, 0))
        span = "0…1" if scale.low == 0 else f"±{page.number(scale.high)}"
        panel.text(1.02, k + FILLED / 2, span, va="center", size=page.small, **place)
    crowd = page.crowd(panel, length, page.digits)
    for t, symbol in list(enumerate(trace.x.argmax(axis=1), start=1))[::crowd]:
        panel.text(t, -0.3, LETTERS[symbol], color=page.theme.data, ha="center", va="center", size=page.digits)
    page.ticks(panel, 6, 0, counts=True)


def products_back(page: Sheet, panel: Any, runs: tuple[np.ndarray, np.ndarray], unit: int) -> None:
    """Draw what is left of a gradient back to each time [time unit], after training and, dashed, before.

    One unit is drawn thick, and its share at the first time is given with the names of the two.
    """
    time, colour = np.arange(len(runs[0])) + 1, page.theme.gradient
    panel.set(yscale="log", ylim=decades(np.stack(runs), FARTHEST), xlim=time[[0, -1]])
    name_below(page, panel, "t")
    for shares, line in zip(runs, ("-", "--"), strict=True):
        panel.plot(time, shares, line, color=colour, linewidth=0.4)
        panel.plot(time, shares[:, unit], line, color=colour, linewidth=2)
    panel.yaxis.tick_right()
    panel.yaxis.set_minor_formatter(NullFormatter())
    panel.spines["left"].set_visible(False)
    panel.spines["right"].set_visible(True)
    names = zip(("after", "before"), runs, strict=True)
    told = [f"{page.say(name)}\n{page.number(shares[0, unit])}" for name, shares in names]
    name_ends(
        page,
        panel,
        clamped(np.array([shares[0, unit] for shares in runs]), panel.get_ylim()),
        told,
        [colour] * len(runs),
        left=True,
        size=page.small,
    )
    page.ticks(panel, 6, 0, counts=True)
