"""Shares that shrink or grow by a factor at every step, and the factor that decides which."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullFormatter

from scenes._page.formula import Formula, name_below
from scenes._page.letters import wrapped
from scenes._page.marks import RUNS, away, clamped, dashes_at, name_ends
from scenes._page.sheet import Sheet, halo
from scenes._page.size import A4

FARTHEST = 1e-12, 1e6  # shares that a panel shows
MARKERS = 10  # along a line
MARGIN = 0.02  # left free before the first step and after the last, as a share of them all
ROOM = 0.8  # of the width of a region that its text takes
TINT = 0.15  # opacity of a region


def decay(page: Sheet, panel: Any, shares: np.ndarray, names: Sequence[Formula]) -> None:
    """Draw `shares` [run step] on an axis of decades, each run with its name at its end."""
    last = shares.shape[1] - 1
    panel.set(yscale="log", ylim=decades(shares, FARTHEST), xlim=(-MARGIN * last, (1 + MARGIN) * last))
    panel.yaxis.set_minor_formatter(NullFormatter())
    every, colour = -(-last // MARKERS), page.theme.weight
    for values, (line, mark) in zip(shares, RUNS, strict=False):
        panel.plot(np.where(np.isfinite(values), values, np.nan), line, marker=mark, markevery=every, color=colour)
    away(page, panel, np.full(len(shares), last), np.nan_to_num(shares[:, -1], nan=np.inf), colour)
    name_ends(page, panel, clamped(shares[:, -1], panel.get_ylim()), names, [colour] * len(names))


def decades(values: np.ndarray, farthest: tuple[float, float]) -> tuple[float, float]:
    """The powers of ten below and above the positive values, at least one decade apart."""
    shown = values[(values >= farthest[0]) & (values <= farthest[1])]
    shown = shown if shown.size else np.ones(1)
    low, high = np.floor(np.log10(shown.min())), np.ceil(np.log10(shown.max()))
    return float(10.0 ** (low - (low == high))), float(10.0**high)


def factor_line(
    page: Sheet,
    panel: Any,
    line: tuple[np.ndarray, np.ndarray],
    runs: tuple[np.ndarray, np.ndarray],
    critical: Any,
    texts: Sequence[str],
) -> None:
    """Draw the factor over the rate, the runs on it, and where it turns.

    Args:
        page: where it stands.
        panel: where it stands.
        line: rates and factors along the line.
        runs: rate and factor of each run; one that lies outside is hollow, at the edge.
        critical: rate at which the factor is -1.
        texts: what becomes of an error below that rate, and above.
    """
    theme, last, low = page.theme, line[0][-1], line[1][-1]
    panel.set(xlim=(0, last), ylim=(low, 1.3))
    name_below(page, panel, "rho")
    for start, width, foot, height, colour, hatch in (
        (0, critical, -1, 2, theme.good, None),
        (critical, last - critical, low, -1 - low, theme.bad, "////"),
    ):
        panel.add_patch(Rectangle((start, foot), width, height, facecolor=colour, alpha=TINT, linewidth=0))
        panel.add_patch(Rectangle((start, foot), width, height, fill=False, hatch=hatch, linewidth=0, alpha=0.5))
    text = {"size": page.small, "va": "bottom", "path_effects": halo(page)}
    if page.size != A4:
        shares = critical / last, 1 - critical / last
        rooms = (ROOM * share * page.width(panel) for share in shares)
        texts = [wrapped(one, page.small, room) for one, room in zip(texts, rooms, strict=True)]
    panel.text(0.02 * last, -1, texts[0], **text)
    panel.text(last, -1, texts[1], ha="right", **text)
    dashes_at(page, panel, critical, 0.9 if page.size == A4 else 0.75, "rho_c = {x}", theme.text)
    panel.plot(*line, color=theme.text)
    places = clamped(runs[0], (0, last)), clamped(runs[1], (low, 1.3))
    for x, y, rate, (_, mark) in zip(*places, runs[0], RUNS, strict=False):
        fill = theme.weight if x == rate else theme.background
        panel.plot(x, y, mark, color=theme.weight, markerfacecolor=fill, markersize=6, clip_on=False, zorder=3)
    away(page, panel, *runs, theme.weight)
