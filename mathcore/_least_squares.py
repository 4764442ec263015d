"""A line through the origin, fitted to two columns of a table: the loss that several films walk on.

ŷ = w x        L(w) = Σ (w xᵢ − yᵢ)²        w* = Σ xᵢ yᵢ / Σ xᵢ²
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from mathcore._data import InputError, read_columns
from mathcore._training import seeded

NOTES_COLUMNS = (None, "RM", "PRICE")
NOTES_WINDOW = (-2.0, 10.0)  # where the course's notes draw the loss of those columns
GRID_POINTS = 100


class LeastSquares(NamedTuple):
    """Inputs and values to predict, each [sample], with what calculus says of their loss."""

    x: np.ndarray
    y: np.ndarray
    curvature: float  # sum x^2, half the second derivative of the loss
    w_star: float

    def loss(self, w: np.ndarray | float) -> np.ndarray:
        """Sum of squared errors at each weight [...]."""
        loss: np.ndarray = np.sum((np.multiply.outer(w, self.x) - self.y) ** 2, axis=-1)
        return loss

    def descend(self, learning_rate: float, start: float, steps: int) -> np.ndarray:
        """Weight, loss and slope at every iterate, [3 step]; the slopes come from automatic differentiation."""
        with seeded():
            inputs, targets = torch.from_numpy(self.x), torch.from_numpy(self.y)  # [sample]
            w = torch.tensor(start, requires_grad=True)  # []
            iterates = []
            for _ in range(steps + 1):
                loss = torch.sum((w * inputs - targets) ** 2)
                (slope,) = torch.autograd.grad(loss, w)
                iterates.append((w.item(), loss.item(), slope.item()))
                w = (w - learning_rate * slope).detach().requires_grad_()
        return np.array(iterates).T


def read_problem(data: Path | None, feature: str, target: str) -> LeastSquares:
    """The problem that two columns of a table pose.

    Raises:
        mathcore.InputError: the table cannot be read, or its feature is zero everywhere.
    """
    x, y = read_columns(data, feature, target)
    curvature = float(x @ x)
    if curvature == 0:
        raise InputError(f"column {feature!r} of {data} is zero in every row.")
    return LeastSquares(x, y, curvature, float(x @ y) / curvature)


def window(data: Path | None, feature: str, target: str, start: float, w_star: float) -> np.ndarray:
    """The weights to draw [grid]: those of the notes for their own columns, else around w* and the start."""
    low, high = NOTES_WINDOW
    if (data, feature, target) != NOTES_COLUMNS or not low <= start <= high:
        reach = 1.25 * (abs(start - w_star) or abs(w_star) or 1.0)
        low, high = w_star - reach, w_star + reach
    return np.linspace(low, high, GRID_POINTS)


def descent_with_steps(trace: Any, factor: float, start: float, steps: int) -> dict[str, np.ndarray]:
    """Weight, loss and slope [... step] of a descent whose steps are `factor` times as long, by the closed form.

    Args:
        trace: what the true descent left behind: factor [...], w_star, loss_star, critical_learning_rate.
        factor: a negative one climbs.
        start: weight that the descent starts from.
        steps: number of steps.
    """
    multiplier = 1 - factor * (1 - trace.factor[..., None])
    with np.errstate(over="ignore", invalid="ignore"):
        error = multiplier ** np.arange(steps + 1) * (start - trace.w_star)
        loss, gradient = (
            trace.loss_star + error**2 / trace.critical_learning_rate,
            2 * error / trace.critical_learning_rate,
        )
    return {"w": trace.w_star + error, "loss": loss, "gradient": gradient}
