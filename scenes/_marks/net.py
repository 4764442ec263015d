"""A net as columns of units, with an edge from every unit to every one of the next column."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np


def column(x: float, middle: float, count: int, pitch: float) -> np.ndarray:
    """Where units of a column are [unit 3], the first on top."""
    up = ((count - 1) / 2 - np.arange(count)) * pitch
    return np.stack([np.full(count, x), middle + up, 0 * up], axis=1)


def edges(counts: Sequence[int]) -> np.ndarray:
    """Which units start an edge and which end it [2 edge], counted through all columns of so many units."""
    columns = [range(*ends) for ends in pairwise(np.cumsum((0, *counts)).tolist())]
    return np.array([(a, b) for left, right in pairwise(columns) for a in left for b in right]).T
