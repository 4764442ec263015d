"""A line through the origin, fitted to two columns of a table: the loss that several films walk on.

ŷ = w x        L(w) = Σ (w xᵢ − yᵢ)²        w* = Σ xᵢ yᵢ / Σ xᵢ²
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import torch
from pydantic import Field

from mathcore._data import InputError, read_columns
from mathcore._training import seeded

NOTES_COLUMNS = (None, "RM", "PRICE")
NOTES_WINDOW = (-2.0, 10.0)  # where the course's notes draw the loss of those columns
GRID_POINTS = 100
SMALLEST_COLUMN = 1e-40  # a column has a larger number, or zeros only; squares of far smaller ones would vanish
LOWEST_RATE, HIGHEST_RATE = 1e-32, 1e83  # a thousandth of the least critical rate of a table, and so beyond the largest
FARTHEST_START = 1e35  # beyond the best weight of any table but one of huge numbers over tiny ones
AUTOMATIC = 1 / 3  # of the critical rate: every step leaves a third of the error, and none overshoots
CRAWLS = 0.9  # share of the error that is left where nothing of a descent can be seen

Rate = Annotated[float, Field(ge=LOWEST_RATE, le=HIGHEST_RATE)]


class LeastSquares(NamedTuple):
    """Inputs and values to predict, each [sample], with what calculus says of their loss."""

    x: np.ndarray
    y: np.ndarray
    curvature: float  # sum x^2, half the second derivative of the loss
    w_star: float

    def rate(self, asked: float | Literal["auto"]) -> float:
        """The learning rate asked for; "auto" is a third of the critical one, to the three digits that a film shows."""
        return float(f"{AUTOMATIC / self.curvature:.2e}") if asked == "auto" else asked

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
        mathcore.InputError: the table cannot be read, its feature is zero everywhere, or all numbers of a column
            are too small to be squared.
    """
    x, y = read_columns(data, feature, target)
    if not x.any():
        raise InputError(f"column {feature!r} of {data} is zero in every row.")
    for name, values in ((feature, x), (target, y)):
        if 0 < np.abs(values).max() < SMALLEST_COLUMN:
            raise InputError(f"column {name!r} of {data} has no number beyond {SMALLEST_COLUMN:g}; use another unit.")
    curvature = float(x @ x)
    return LeastSquares(x, y, curvature, float(x @ y) / curvature)


def window(data: Path | None, feature: str, target: str, start: float, w_star: float) -> np.ndarray:
    """The weights to draw [grid]: those of the notes for their own columns, else around w* and the start."""
    low, high = NOTES_WINDOW
    if (data, feature, target) != NOTES_COLUMNS or not low <= start <= high:
        least = max(1e-9 * abs(w_star), 1e-100)  # a start that is nearer cannot be told from w*
        reach = 1.25 * next(way for way in (abs(start - w_star), abs(w_star), 1.0) if way >= least)
        low, high = w_star - reach, w_star + reach
    return np.linspace(low, high, GRID_POINTS)


def advice(trace: Any, rates: Sequence[float], remedy: str) -> str:
    """What to tell the owner of a table all of whose descents diverge or all of which hardly move; "" elsewhere.

    Args:
        trace: what the descents left behind: params, factor [...], w [... step], w_star, critical_learning_rate.
        rates: the learning rate of each.
        remedy: the option that would set better ones.
    """
    data, steps, factors = trace.params.data, trace.params.steps, np.ravel(trace.factor)
    if data is None or trace.params.start == trace.w_star:
        return ""
    if (np.abs(factors) > 1).all():
        side, end = "above", "every step makes the error larger"
    elif (factors > CRAWLS ** (1 / steps)).all():
        side, end = "far below", f"{steps} steps hardly change the weight"
    else:
        return ""
    told, critical = ", ".join(f"{rate:.3g}" for rate in rates), f"{trace.critical_learning_rate:.3g}"
    subject = f"the learning rates {told} are" if len(rates) > 1 else f"the learning rate {told} is"
    return f"{subject} {side} the critical rate of {data}, {critical}, so {end}; try {remedy}."


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
