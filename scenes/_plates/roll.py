"""Who was there, and when: a dot where someone was, a small cross where not."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenes._plates.sheet import SMALL, Sheet

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
        names: of the groups.
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
    before = {"ha": "right", "va": "center"}
    for name, first in zip(names, np.cumsum((0, *groups[:-1])), strict=True):
        panel.text(-0.8, down[first], name, color=page.theme.activation, **before)
    panel.text(-0.8, foot, texts[1], size=SMALL, **before)
    panel.set_title(texts[0], size=SMALL)
