"""Gradient descent on a loss with one weight.

    ŷ = w x        L(w) = Σ (w xᵢ − yᵢ)²        w ← w − ρ dL/dw

Each step walks against the slope. On this parabola the distance to the best weight w* is multiplied by
1 − 2ρ Σ xᵢ² at every step: below the critical rate 1 / Σ xᵢ² the walk arrives, above it flies apart.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from pydantic import BaseModel, Field

import mathcore
from mathcore import quantity
from mathcore._data import read_columns
from mathcore._training import seeded

NOTES_WINDOW = (-2.0, 10.0)  # where the course's notes draw this loss
GRID_POINTS = 100


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    learning_rate: float = Field(1e-5, ge=1e-12, le=1, description="step size rho")
    steps: int = Field(10, ge=1, le=1000, description="number of steps")
    start: float = Field(0.0, ge=-1e6, le=1e6, description="weight that the descent starts from")
    data: Path | None = Field(None, description="own CSV file with a header [default: Boston housing]")
    feature: str = Field("RM", min_length=1, description="column of the input x")
    target: str = Field("PRICE", min_length=1, description="column of the value y to predict")


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """What the descent leaves behind. A run that diverges for long overflows to infinity, then NaN."""

    params: Params
    x: np.ndarray = quantity("sample", "input of each row")
    y: np.ndarray = quantity("sample", "value to predict of each row")
    w: np.ndarray = quantity("step", "weight, the start included", tolerance=1e-12)
    loss: np.ndarray = quantity("step", "sum of squared errors at w", unit="y^2", tolerance=1e-12)
    gradient: np.ndarray = quantity("step", "slope dL/dw at w", unit="y^2 per unit of w", tolerance=1e-12)
    update: np.ndarray = quantity("update", "what each step adds to w, -rho dL/dw", tolerance=1e-12)
    w_grid: np.ndarray = quantity("grid", "weights at which the loss is drawn")
    loss_grid: np.ndarray = quantity("grid", "loss at those weights", unit="y^2")
    w_star: np.ndarray = quantity("", "best weight, sum x y / sum x^2", tolerance=1e-12)
    loss_star: np.ndarray = quantity("", "loss at the best weight", unit="y^2", tolerance=1e-12)
    factor: np.ndarray = quantity("", "error multiplier of one step, 1 - 2 rho sum x^2", tolerance=1e-12)
    critical_learning_rate: np.ndarray = quantity(
        "", "rate above which the descent diverges, 1 / sum x^2", tolerance=1e-12
    )


def compute(params: Params = Params()) -> Trace:
    """Descend `steps` times from `start`; the slopes come from automatic differentiation.

    Returns:
        a Trace with w, loss and gradient at steps + 1 weights.

    Raises:
        mathcore.InputError: the user's table cannot be read, or its feature is zero everywhere.
    """
    x, y = read_columns(params.data, params.feature, params.target)
    curvature = float(x @ x)
    if curvature == 0:
        raise mathcore.InputError(f"column {params.feature!r} of {params.data} is zero in every row.")
    w_star = float(x @ y) / curvature
    w_grid = np.linspace(*_window(params, w_star), GRID_POINTS)
    w, loss, gradient = _descend(x, y, params)
    return Trace(
        params=params, x=x, y=y, w=w, loss=loss, gradient=gradient,
        update=-params.learning_rate * gradient[:-1],
        w_grid=w_grid,
        loss_grid=np.sum((np.outer(w_grid, x) - y) ** 2, axis=1),
        w_star=np.array(w_star),
        loss_star=np.sum((w_star * x - y) ** 2),
        factor=np.array(1 - 2 * params.learning_rate * curvature),
        critical_learning_rate=np.array(1 / curvature),
    )  # fmt: skip


def _descend(x: np.ndarray, y: np.ndarray, params: Params) -> np.ndarray:
    """Weight, loss and slope at every iterate, [3 step]."""
    with seeded():
        inputs, targets = torch.from_numpy(x), torch.from_numpy(y)  # [sample]
        w = torch.tensor(params.start, requires_grad=True)  # []
        iterates = []
        for _ in range(params.steps + 1):
            loss = torch.sum((w * inputs - targets) ** 2)
            (slope,) = torch.autograd.grad(loss, w)
            iterates.append((w.item(), loss.item(), slope.item()))
            w = (w - params.learning_rate * slope).detach().requires_grad_()
    return np.array(iterates).T


def _window(params: Params, w_star: float) -> tuple[float, float]:
    """The weights to draw: those of the notes for their own data, else around w* and the start."""
    low, high = NOTES_WINDOW
    notes_data = params.data is None and (params.feature, params.target) == ("RM", "PRICE")
    if notes_data and low <= params.start <= high:
        return low, high
    reach = 1.25 * (abs(params.start - w_star) or abs(w_star) or 1.0)
    return w_star - reach, w_star + reach
