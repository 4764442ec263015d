"""A line through the origin and its sum of squared errors.

    ŷ = w x        L(w) = Σ (w xᵢ − yᵢ)²        w* = Σ xᵢ yᵢ / Σ xᵢ²

One number w is one line and one total of squares. Some squares may grow towards w*: the total is smallest there.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, Field

import mathcore
from mathcore import Sweep, quantity
from mathcore._least_squares import FARTHEST_START, read_problem, window

DRAWN = 7  # squares: more of them would hide each other


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    w: float = Field(2.0, ge=-FARTHEST_START, le=FARTHEST_START, description="weight that the dial starts from")
    data: Path | None = Field(
        None, description="own table with a header, CSV, xlsx or parquet [default: Boston housing]"
    )
    feature: str = Field("RM", min_length=1, description="column of the input x")
    target: str = Field("PRICE", min_length=1, description="column of the value y to predict")


SWEEP = Sweep("w", (-2.0, 10.0))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """The rows, their squares at the first weight, and the total of squares at others."""

    params: Params
    x: np.ndarray = quantity("sample", "input of each row")
    y: np.ndarray = quantity("sample", "value to predict of each row")
    residual: np.ndarray = quantity("sample", "w x - y of each row, at the weight that the dial starts from")
    square: np.ndarray = quantity("sample", "square of each residual", unit="y^2")
    loss: np.ndarray = quantity("", "sum of all squares at the first weight", unit="y^2", tolerance=1e-12)
    w_grid: np.ndarray = quantity("grid", "weights at which the loss is drawn")
    loss_grid: np.ndarray = quantity("grid", "sum of squares at those weights", unit="y^2")
    w_star: np.ndarray = quantity("", "best weight, sum x y / sum x^2", tolerance=1e-12)
    loss_star: np.ndarray = quantity("", "sum of squares at the best weight", unit="y^2", tolerance=1e-12)
    grown: np.ndarray = quantity("", "how many squares are larger at the best weight than at first", dtype=int)
    drawn: np.ndarray = quantity("drawn", "rows whose squares are drawn, spread over x; the largest first", dtype=int)

    def outcome(self) -> str:
        """What the best weight does to the squares: mixed, all_shrink, or at_best where the dial starts there."""
        if not self.loss_star < self.loss:
            return "at_best"
        return "mixed" if self.grown else "all_shrink"


def compute(params: Params = Params()) -> Trace:
    """Square and add up what a line leaves: at the first weight, over a window of weights, at the best one."""
    problem = read_problem(params.data, params.feature, params.target)
    x, y, w_star = problem.x, problem.y, problem.w_star
    w_grid = window(params.data, params.feature, params.target, params.w, w_star)
    residual = params.w * x - y
    square = residual**2
    spread = {int(np.argmin(np.abs(x - place))) for place in np.linspace(x.min(), x.max(), DRAWN)}
    return Trace(
        params=params, x=x, y=y, residual=residual, square=square,
        loss=problem.loss(params.w), w_grid=w_grid, loss_grid=problem.loss(w_grid),
        w_star=np.array(w_star), loss_star=problem.loss(w_star),
        grown=np.array(np.sum((w_star * x - y) ** 2 > square)),
        drawn=np.array(sorted(spread, key=lambda row: (-square[row], row))),
    )  # fmt: skip
