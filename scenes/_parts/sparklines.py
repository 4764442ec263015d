"""A table of small curves without axes, all of one colour as one path."""

import numpy as np

from scenes._parts.trail import Segments

FILLED = 0.78  # share of a cell that its curve takes


class Sparklines(Segments):
    """Each of `curves` [curve point], stretched to fill its cell.

    Args:
        curves: the values.
        cells: row and column of each curve's cell [curve 2].
        corner: upper left corner of the table.
        size: width and height of a cell.
        color: the strokes' colour.
        width: the strokes' width.
    """

    def __init__(
        self,
        curves: np.ndarray,
        cells: np.ndarray,
        corner: np.ndarray,
        size: tuple[float, float],
        color: str,
        width: float = 2,
    ) -> None:
        low, high = curves.min(axis=1, keepdims=True), curves.max(axis=1, keepdims=True)
        across = 0.5 + FILLED * np.linspace(-0.5, 0.5, curves.shape[1])
        up = 0.5 - FILLED * ((curves - low) / np.maximum(high - low, 1e-300) - 0.5)
        places = np.zeros((*curves.shape, 3))
        places[..., 0] = (cells[:, 1:] + across) * size[0]
        places[..., 1] = -(cells[:, :1] + up) * size[1]
        places += corner
        super().__init__(places[:, :-1].reshape(-1, 3), places[:, 1:].reshape(-1, 3), color, width, 1)
