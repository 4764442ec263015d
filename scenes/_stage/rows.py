"""Which rows of a large table are drawn: film and figure draw the same ones."""

import numpy as np

MOST_ROWS = 1000  # of a table that is drawn whole
GRID = 120, 50  # cells of a panel; of the rows in one, whose dots cover each other, one is drawn


def drawn_rows(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The indices, growing, of the rows that are drawn, those of the smallest and the largest x and y among them.

    A table of up to MOST_ROWS rows is drawn whole. Of a larger one every row is drawn that stands alone, one of
    those whose dots cover each other, and of the others as many as fill up MOST_ROWS.
    """
    if len(x) <= MOST_ROWS:
        return np.arange(len(x))
    cells = [np.floor(_shares(values) * count * (1 - 1e-9)) for values, count in zip((x, y), GRID, strict=True)]
    _, first = np.unique(np.stack(cells, axis=1), axis=0, return_index=True)
    kept = np.union1d(first, [end(values) for values in (x, y) for end in (np.argmin, np.argmax)])
    others = np.setdiff1d(np.arange(len(x)), kept)
    room = np.clip(MOST_ROWS - len(kept), 0, len(others))
    return np.union1d(kept, others[np.linspace(0, len(others) - 1, room).astype(int)])


def from_zero(values: np.ndarray) -> tuple[float, float]:
    """The range of an axis: from 0, where every line ŷ = w x starts, over all values."""
    low, high = min(0.0, values.min()), max(0.0, values.max())
    return (low, high) if low < high else (0.0, 1.0)


def _shares(values: np.ndarray) -> np.ndarray:
    """Where values lie along their axis, from 0 to 1."""
    low, high = from_zero(np.asarray(values))
    shares: np.ndarray = (np.asarray(values) - low) / (high - low)
    return shares
