"""Gradient descent on a loss with one weight.

    ŷ = w x        L(w) = Σ (w xᵢ − yᵢ)²        w ← w − ρ dL/dw

Each step walks against the slope. On this parabola the distance to the best weight w* is multiplied by
1 − 2ρ Σ xᵢ² at every step: below the critical rate 1 / Σ xᵢ² the walk arrives, above it flies apart.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, Field

import mathcore
from mathcore import Sweep, quantity
from mathcore._least_squares import FARTHEST_START, Rate, advice, descent_with_steps, read_problem, window

ARRIVED = 0.01  # share of the first error that is left of it at most
SAME = 0.01  # change of a step's length that is not worth a word


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    learning_rate: Rate | Literal["auto"] = Field(
        1e-5, description="step size rho; auto takes a third of the critical rate"
    )
    steps: int = Field(10, ge=1, le=1000, description="number of steps")
    start: float = Field(0.0, ge=-FARTHEST_START, le=FARTHEST_START, description="weight that the descent starts from")
    data: Path | None = Field(
        None, description="own table with a header, CSV, xlsx or parquet [default: Boston housing]"
    )
    feature: str = Field("RM", min_length=1, description="column of the input x")
    target: str = Field("PRICE", min_length=1, description="column of the value y to predict")


SWEEP = Sweep("learning_rate", (1e-6, 6e-5))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """What the descent leaves behind; of a rate "auto", `params` hold the number that it became.

    A run that diverges for long overflows to infinity, then NaN.
    """

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

    def outcome(self) -> str:
        """What has become of the descent: at_rest, arrived, on_the_way, diverged, off (the drawn loss) or overflown."""
        before, after = abs(self.w[0] - self.w_star), abs(self.w[-1] - self.w_star)
        if before == 0:
            return "at_rest"
        if after <= before:
            return "arrived" if after < ARRIVED * before else "on_the_way"
        seen = self.w_grid[0] <= self.w[-1] <= self.w_grid[-1] and self.loss[-1] <= self.loss_grid.max()
        return "diverged" if seen else "overflown" if np.isnan(self.w[-1]) else "off"

    def second_step(self) -> str:
        """How the second step compares with the first: back, shorter, longer or same; it takes two steps."""
        first, second = self.update[:2]
        ratio = abs(second) / (abs(first) or np.inf)
        if ratio < 1 - SAME:
            return "back" if first * second < 0 else "shorter"
        return "longer" if ratio > 1 + SAME else "same"

    def with_steps(self, factor: float) -> dict[str, np.ndarray]:
        """The descent, had every step been `factor` times as long; a negative one climbs."""
        return descent_with_steps(self, factor, self.params.start, self.params.steps)

    def advice(self) -> str:
        """What to tell the owner of a table whose descent diverges or hardly moves."""
        return advice(self, [float(self.params.learning_rate)], "--learning-rate auto")


def compute(params: Params = Params()) -> Trace:
    """Descend `steps` times from `start`; the slopes come from automatic differentiation.

    Returns:
        a Trace with w, loss and gradient at steps + 1 weights.

    Raises:
        mathcore.InputError: the user's table cannot be read, or its feature is zero everywhere.
    """
    problem = read_problem(params.data, params.feature, params.target)
    w_grid = window(params.data, params.feature, params.target, params.start, problem.w_star)
    rate = problem.rate(params.learning_rate)
    w, loss, gradient = problem.descend(rate, params.start, params.steps)
    with np.errstate(over="ignore"):
        update = -rate * gradient[:-1]
    return Trace(
        params=params.model_copy(update={"learning_rate": rate}),
        x=problem.x, y=problem.y, w=w, loss=loss, gradient=gradient, update=update,
        w_grid=w_grid,
        loss_grid=problem.loss(w_grid),
        w_star=np.array(problem.w_star),
        loss_star=problem.loss(problem.w_star),
        factor=np.array(1 - 2 * rate * problem.curvature),
        critical_learning_rate=np.array(1 / problem.curvature),
    )  # fmt: skip
