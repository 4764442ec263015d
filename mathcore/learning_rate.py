"""One loss, one start, several learning rates.

    w ← w − ρ dL/dw,  L(w) = Σ (w xᵢ − yᵢ)²        ⇒        w_k − w* = (1 − 2ρ Σ xᵢ²)ᵏ (w₀ − w*)

Every step multiplies the error w − w* by the same factor, 1 − 2ρ Σ xᵢ². A small ρ leaves it just below 1
and the error hardly shrinks; above the critical rate 1 / Σ xᵢ² it passes −1 and the error grows, each time
on the other side.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, Field

import mathcore
from mathcore import Sweep, quantity
from mathcore._least_squares import (
    FARTHEST_START,
    GRID_POINTS,
    Rate,
    advice,
    descent_with_steps,
    read_problem,
    window,
)

SHARES = 0.02, 1 / 3, 1.01  # of the critical rate, at which a run crawls, arrives and diverges
LEAST_REACH, MOST_REACH = 1.5, 3.0  # multiples of the critical rate up to which the factor is drawn


ARRIVED = 0.01  # share of the first error that is left of it at most
CRAWLING = 0.9  # factor beyond which a run hardly moves
EXACT = 1e-9  # difference of a factor from -1 that is rounding
SAME = 0.005  # change of a distance that is not worth a word
CLOSE = 10  # per cent of the critical rate


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    learning_rates: tuple[Rate, ...] = Field(
        (1e-6, 1e-5, 5e-5), min_length=1, max_length=4, description="step sizes rho, one run each"
    )
    steps: int = Field(10, ge=1, le=1000, description="number of steps of every run")
    start: float = Field(0.0, ge=-FARTHEST_START, le=FARTHEST_START, description="weight that every run starts from")
    data: Path | None = Field(
        None, description="own table with a header, CSV, xlsx or parquet [default: Boston housing]"
    )
    feature: str = Field("RM", min_length=1, description="column of the input x")
    target: str = Field("PRICE", min_length=1, description="column of the value y to predict")


SWEEP = Sweep("learning_rates", (1e-6, 6e-5))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """What the runs leave behind. A run that diverges for long overflows to infinity, then NaN."""

    params: Params
    learning_rate: np.ndarray = quantity("run", "step size rho of each run", tolerance=1e-12)
    w: np.ndarray = quantity("run step", "weight, the start included", tolerance=1e-12)
    loss: np.ndarray = quantity("run step", "sum of squared errors at w", unit="y^2", tolerance=1e-12)
    error: np.ndarray = quantity("run step", "distance to the best weight with its sign, w - w*", tolerance=1e-12)
    left: np.ndarray = quantity(
        "run step", "share of the first error that is left, 0 where there was none", tolerance=1e-12
    )
    factor: np.ndarray = quantity("run", "error multiplier of one step, 1 - 2 rho sum x^2", tolerance=1e-12)
    predicted_error: np.ndarray = quantity(
        "run step", "error that the factor alone predicts, factor^k (w_0 - w*)", tolerance=1e-12
    )
    critical_learning_rate: np.ndarray = quantity("", "rate above which a run diverges, 1 / sum x^2", tolerance=1e-12)
    excess: np.ndarray = quantity(
        "run", "how far rho lies above the critical rate, in parts of it", unit="%", tolerance=1e-12
    )
    rate_grid: np.ndarray = quantity("rate", "learning rates at which the factor is drawn")
    excess_grid: np.ndarray = quantity("rate", "how far those lie above the critical rate, in parts of it", unit="%")
    factor_grid: np.ndarray = quantity("rate", "factor at those learning rates")
    w_grid: np.ndarray = quantity("grid", "weights at which the loss is drawn")
    loss_grid: np.ndarray = quantity("grid", "loss at those weights", unit="y^2")
    w_star: np.ndarray = quantity("", "best weight, sum x y / sum x^2", tolerance=1e-12)
    loss_star: np.ndarray = quantity("", "loss at the best weight", unit="y^2", tolerance=1e-12)

    def outcome(self, run: int) -> str:
        """What has become of a run: rest, forever, diverges, off (the panel), arrived, crawls, bounces or underway."""
        factor, left = self.factor[run], self.left[run]
        if left[0] == 0:
            return "rest"
        if factor < 0 and abs(factor + 1) < EXACT:
            return "forever"
        if abs(factor) > 1:
            return "diverges" if self.w_grid[0] <= self.w[run, -1] <= self.w_grid[-1] else "off"
        if left[-1] < ARRIVED:
            return "arrived"
        return "crawls" if factor > CRAWLING else "bounces" if factor < 0 else "underway"

    def second_step(self, run: int) -> str:
        """Whether the second step brings a run nearer to the best weight or farther from it, or leaves it the same."""
        before, after = np.abs(self.error[run, 1:3])
        return "nearer" if after < (1 - SAME) * before else "farther" if after > (1 + SAME) * before else "same"

    def nearness(self, run: int) -> str:
        """Where a rate lies with respect to the critical one: at, just_above, just_below, above or below."""
        excess = self.excess[run]
        side = "above" if excess > 0 else "below"
        return "at" if abs(excess) < EXACT * 100 else f"just_{side}" if abs(excess) < CLOSE else side

    def with_steps(self, factor: float) -> dict[str, np.ndarray]:
        """The runs, had every step been `factor` times as long; a negative one climbs."""
        return descent_with_steps(self, factor, self.params.start, self.params.steps)

    def advice(self) -> str:
        """What to tell the owner of a table whose runs all diverge or hardly move."""
        remedy = " ".join(f"{share * self.critical_learning_rate:.2e}" for share in SHARES)
        return advice(self, self.params.learning_rates, f"--learning-rates {remedy}")

    def samples(self) -> int:
        """How many rows the table has; they are no quantity here."""
        return len(read_problem(self.params.data, self.params.feature, self.params.target).x)


def compute(params: Params = Params()) -> Trace:
    """Descend from the same start once per learning rate.

    Raises:
        mathcore.InputError: the user's table cannot be read, or its feature is zero everywhere.
    """
    problem = read_problem(params.data, params.feature, params.target)
    rates = np.array(params.learning_rates)  # [run]
    runs = np.array([problem.descend(rate, params.start, params.steps) for rate in rates])  # [run 3 step]
    w_grid = window(params.data, params.feature, params.target, params.start, problem.w_star)
    w, factor = runs[:, 0], 1 - 2 * rates * problem.curvature
    reach = np.clip(1.2 * rates.max() * problem.curvature, LEAST_REACH, MOST_REACH)
    rate_grid = np.linspace(0, reach / problem.curvature, GRID_POINTS)
    first = params.start - problem.w_star
    with np.errstate(over="ignore", invalid="ignore"):
        error = w - problem.w_star
        left = np.abs(error / first) if first else np.zeros_like(w)
        predicted = factor[:, None] ** np.arange(params.steps + 1) * first if first else np.zeros_like(w)  # [run step]
    return Trace(
        params=params, learning_rate=rates, w=w, loss=runs[:, 1], error=error,
        left=left,
        factor=factor,
        predicted_error=predicted,
        critical_learning_rate=np.array(1 / problem.curvature),
        excess=100 * (rates * problem.curvature - 1),
        rate_grid=rate_grid,
        excess_grid=100 * (rate_grid * problem.curvature - 1),
        factor_grid=1 - 2 * rate_grid * problem.curvature,
        w_grid=w_grid,
        loss_grid=problem.loss(w_grid),
        w_star=np.array(problem.w_star),
        loss_star=problem.loss(problem.w_star),
    )  # fmt: skip
