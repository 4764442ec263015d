"""The mean squared error, and how much of it one outlier takes.

    e = w x − y        mse(w) = 1/n Σ eᵢ²        d mse / dw = 2/n Σ eᵢ xᵢ        w* = Σ xᵢ yᵢ / Σ xᵢ²

An error counts by its square: an outlier takes a share of the loss, and of the gradient, far above its one row in n.
Its pull on the line grows with its distance, without a limit. The mean of |e| has a limit: on either side of the line
a row pulls as hard from near as from far.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, Field

import mathcore
from mathcore import Convention, Sweep, quantity
from mathcore._data import LARGEST_NUMBER
from mathcore._least_squares import LeastSquares, read_problem

HEAVY, LIGHT = (
    2.0,
    0.5,
)  # times its part of the rows, from which and up to which a row's share of the loss is worth a word
STEADIER = 0.5  # of the shift under squares, up to which that under |e| is smaller by far
PLACES = 40  # along the way of the outlier to where it stands, and from there on
GRID_POINTS = 101  # odd: an error of 0 is among them
ROOM = 1.1  # times the largest error that the grid reaches
FACTORS = np.outer(10.0 ** np.arange(-1, 16), np.arange(1, 10)).ravel()  # of one digit each


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    outlier: float = Field(
        40.0,
        ge=-LARGEST_NUMBER,
        le=LARGEST_NUMBER,
        description="what is added to the target of the point of median feature",
    )
    data: Path | None = Field(
        None, description="own table with a header, CSV, xlsx or parquet [default: Boston housing]"
    )
    feature: str = Field("RM", min_length=1, description="column of the input x")
    target: str = Field("PRICE", min_length=1, description="column of the value y to predict")


SWEEP = Sweep("outlier", (-40.0, 120.0))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """Shares of the loss and of the gradient at the best weight, and that weight while the outlier moves.

    The outlier goes from where the table has it to where the knob puts it, then on: to where its square is half of the
    loss or, where that is not ahead, as far again. The line is fitted again at each place. A share of 0 is 0.
    """

    params: Params
    conventions: ClassVar = {
        "half": Convention(
            "scikit-learn's MLPRegressor", "the loss is half of the mean", "ours is the mean, as torch's"
        ),
    }
    x: np.ndarray = quantity("sample", "input of each row")
    y: np.ndarray = quantity("sample", "value to predict of each row, the outlier included")
    residual: np.ndarray = quantity("sample", "e = w x - y of each row at the best weight")
    square: np.ndarray = quantity("sample", "square of each residual", unit="y^2")
    share: np.ndarray = quantity("sample", "share of each row in the sum of squares", tolerance=1e-12)
    gradient: np.ndarray = quantity("sample", "what each row adds to d mse/dw, 2 e x / n", unit="y^2 per unit of w")
    gradient_share: np.ndarray = quantity("sample", "share of each row in the sum of |dL/dw|", tolerance=1e-12)
    w_star: np.ndarray = quantity("", "weight of the smallest mse, sum x y / sum x^2", tolerance=1e-12)
    w_star_clean: np.ndarray = quantity("", "the same without the outlier", tolerance=1e-12)
    shift: np.ndarray = quantity("", "w_star - w_star_clean", tolerance=1e-9)
    mse: np.ndarray = quantity("", "mean of the squares", unit="y^2", tolerance=1e-12)
    mse_clean: np.ndarray = quantity("", "the same without the outlier", unit="y^2", tolerance=1e-12)
    row: np.ndarray = quantity("", "the outlier: the row of median feature, the upper of two", dtype=int)
    others: np.ndarray = quantity("", "how many other rows there are", dtype=int)
    part: np.ndarray = quantity("", "share of one row in the rows, 1/n")
    times: np.ndarray = quantity("", "share of the outlier in the sum of squares over its part", tolerance=1e-12)
    gradient_times: np.ndarray = quantity("", "its share in the sum of |dL/dw| over its part", tolerance=1e-12)
    w_absolute: np.ndarray = quantity("", "smallest weight of the smallest sum of |e|", tolerance=1e-12)
    w_absolute_clean: np.ndarray = quantity("", "the same without the outlier", tolerance=1e-12)
    absolute_times: np.ndarray = quantity("", "share of the outlier in the sum of |e| over its part", tolerance=1e-12)
    error_grid: np.ndarray = quantity("grid", "errors at which e^2 and |e| are drawn")
    squared: np.ndarray = quantity("grid", "their squares", unit="y^2")
    absolute: np.ndarray = quantity("grid", "their sizes")
    displacement: np.ndarray = quantity("dial", "what is added to the target on the way")
    dial_error: np.ndarray = quantity("dial", "the outlier's residual there")
    dial_square: np.ndarray = quantity("dial", "its square", unit="y^2")
    dial_quarter: np.ndarray = quantity("dial", "square of half that residual", unit="y^2")
    dial_mse: np.ndarray = quantity("dial", "mean of the squares of all rows", unit="y^2", tolerance=1e-12)
    dial_share: np.ndarray = quantity("dial", "its share in the sum of squares", tolerance=1e-9)
    dial_times: np.ndarray = quantity("dial", "that share over its part, 1/n")
    dial_gradient_share: np.ndarray = quantity("dial", "its share in the sum of |dL/dw|", tolerance=1e-9)
    dial_w: np.ndarray = quantity("dial", "weight of the smallest mse", tolerance=1e-12)
    dial_w_absolute: np.ndarray = quantity("dial", "smallest weight of the smallest sum of |e|", tolerance=1e-12)

    magnification: np.ndarray = quantity("lens", "factors of one digit, of which the lens takes one")
    way_shift: np.ndarray = quantity("", "how far dial_w goes", tolerance=1e-9)
    way_absolute_shift: np.ndarray = quantity("", "how far dial_w_absolute goes")

    def weight(self) -> str:
        """What the outlier's share of the loss is beside its part of the rows: heavy, ordinary, light or exact."""
        if not self.mse:
            return "exact"
        return "heavy" if self.times >= HEAVY else "light" if self.times <= LIGHT else "ordinary"

    def reach(self) -> str:
        """Where its way ends: at half of the loss (half) or less (never); beyond, if it has more at the knob."""
        if self.dial_share[PLACES] > 1 / 2:
            return "beyond"
        return "half" if np.isclose(self.dial_share[-1], 1 / 2, rtol=1e-6) else "never"

    def pull(self) -> str:
        """What has become of the best weight: follows, or stays."""
        return "follows" if self.shift else "stays"

    def steadiness(self) -> str:
        """What the line of |e| does on the way, beside that of squares: stays, less, as_well; both_stay at x = 0."""
        if not self.x[self.row]:
            return "both_stay"
        if not self.way_absolute_shift:
            return "stays"
        return "less" if abs(self.way_absolute_shift) <= STEADIER * abs(self.way_shift) else "as_well"

    def advice(self) -> str:
        """What to tell the owner of a table whose own errors hide the outlier."""
        if self.params.data is None or self.weight() == "heavy" or self.reach() != "half":
            return ""
        seen = f"with {self.displacement[-1]:.3g} it has half of the loss"
        return f"--outlier {self.params.outlier:g} hardly shows in {self.params.data}; {seen}."

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """Half of the loss and of its slopes."""
        return {key: getattr(self, key) / 2 for key in ("mse", "mse_clean", "gradient")}

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Other forms of the loss, of the residual and of the shares."""
        n, losses = len(self.x), {"mse": self.mse, "mse_clean": self.mse_clean}
        forms = {
            f"the sum of {n} squares instead of their mean": n,
            "half of the mean, 1/(2n)": 0.5,
            "a division by n - 1 instead of n": n / (n - 1),
        }
        for form, factor in forms.items():
            changed = {name: factor * loss for name, loss in losses.items()}
            yield form, {**changed, "gradient": factor * self.gradient}
        yield "the root of the mean (RMSE)", {name: np.sqrt(loss) for name, loss in losses.items()}
        yield "the residual y - w x instead of w x - y", {"residual": self.y - self.w_star * self.x}
        yield "2 e x with e = y - w x, whose inner derivative -x is forgotten", {"gradient": -self.gradient}
        yield "shares of |e| instead of e^2", {"share": shares(self.residual)}
        yield "shares of |e| instead of |e x|", {"gradient_share": shares(self.residual)}
        old = self.w_star_clean * self.x - self.y
        still = {"residual": old, "square": old**2, "share": shares(old**2), "gradient": 2 * old * self.x / n}
        still |= {"gradient_share": shares(old * self.x), "mse": np.mean(old**2)}
        yield "the line without the outlier, not fitted again", still


def compute(params: Params = Params()) -> Trace:
    """Move one row, fit the line again, and share out the loss and the gradient among the rows.

    Raises:
        mathcore.InputError: the user's table cannot be read, or its feature is zero everywhere.
    """
    clean = read_problem(params.data, params.feature, params.target)
    n, row = len(clean.x), int(np.argsort(clean.x, kind="stable")[len(clean.x) // 2])
    low, high = bounds(clean, row)
    problem = moved(clean, row, params.outlier)
    x, y, w = problem.x, problem.y, problem.w_star
    residual = w * x - y
    w_absolute, w_absolute_clean = (absolute_fit(one, row, low, high) for one in (problem, clean))
    gradient_share, share = shares(residual * x), shares(residual**2)
    reach = ROOM * (np.abs(residual).max() or 1.0)
    error_grid = np.linspace(-reach, reach, GRID_POINTS)
    return Trace(
        params=params, x=x, y=y, residual=residual, square=residual**2, share=share,
        gradient=2 * residual * x / n, gradient_share=gradient_share,
        w_star=np.array(w), w_star_clean=np.array(clean.w_star), shift=np.array(w - clean.w_star),
        mse=np.mean(residual**2), mse_clean=clean.loss(clean.w_star) / n,
        row=np.array(row), others=np.array(n - 1), part=np.array(1 / n),
        times=share[row] * n, gradient_times=gradient_share[row] * n,
        w_absolute=np.array(w_absolute), w_absolute_clean=np.array(w_absolute_clean),
        absolute_times=shares(residual)[row] * n,
        magnification=FACTORS, error_grid=error_grid, squared=error_grid**2, absolute=np.abs(error_grid),
        **dial(clean, row, params.outlier),
    )  # fmt: skip


def dial(clean: LeastSquares, row: int, outlier: float) -> dict[str, np.ndarray]:
    """What becomes of the outlier, of its shares and of both lines on its way."""
    way = [np.linspace(0, outlier, PLACES + 1), np.linspace(outlier, end(clean, row, outlier), PLACES + 1)[1:]]
    displacement = np.concatenate(way)
    problems, (low, high) = [moved(clean, row, one) for one in displacement], bounds(clean, row)
    errors = [one.w_star * one.x - one.y for one in problems]
    own = np.array([error[row] for error in errors])
    share = np.array([shares(error**2)[row] for error in errors])
    w = np.array([one.w_star for one in problems])
    w_absolute = np.array([absolute_fit(one, row, low, high) for one in problems])
    return {
        "displacement": displacement, "dial_error": own, "dial_square": own**2, "dial_quarter": (own / 2) ** 2,
        "dial_mse": np.array([np.mean(error**2) for error in errors]),
        "dial_share": share, "dial_times": share * len(clean.x),
        "dial_gradient_share": np.array([shares(error * clean.x)[row] for error in errors]),
        "dial_w": w, "dial_w_absolute": w_absolute,
        "way_shift": w[-1] - w[0], "way_absolute_shift": w_absolute[-1] - w_absolute[0],
    }  # fmt: skip


def end(clean: LeastSquares, row: int, outlier: float) -> float:
    """Where the way of the outlier ends, on the side of the knob: at half of the loss if that is ahead.

    With h = x_row² / Σ x² and the line of the other rows, which leaves them with S and misses the row by E, the line
    of all rows misses the row by (1 − h) E and leaves the others with S + h (1 − h) E².
    """
    others = np.arange(len(clean.x)) != row
    x, y, h = clean.x[others], clean.y[others], clean.x[row] ** 2 / clean.curvature
    side = -1 if outlier < 0 else 1
    if h < 1 / 2:
        w = x @ y / (x @ x)
        half = w * clean.x[row] - clean.y[row] + side * np.sqrt(np.sum((w * x - y) ** 2) / ((1 - h) * (1 - 2 * h)))
        if side * half > abs(outlier):
            return float(half)
    return 2 * outlier or float(np.abs(clean.y).max()) or 1.0


def moved(problem: LeastSquares, row: int, displacement: float) -> LeastSquares:
    """The same rows, but for one target to which something is added."""
    y = problem.y.copy()
    y[row] += displacement
    return LeastSquares(problem.x, y, problem.curvature, float(problem.x @ y) / problem.curvature)


def shares(values: np.ndarray) -> np.ndarray:
    """The share of each value in the sum of their sizes; all 0 where that is 0."""
    sizes = np.abs(values)
    return np.asarray(sizes / (sizes.sum() or 1.0))


def bounds(problem: LeastSquares, row: int) -> tuple[float, float]:
    """The weights of the smallest sum of |e| when the target of a row is as small as can be, and as large.

    The sum is smallest at the median of all y / x, each weighted by |x|: one row moves it within these bounds only.
    """
    others = (np.arange(len(problem.x)) != row) & (problem.x != 0)
    weights, own = np.abs(problem.x[others]), abs(problem.x[row])
    with np.errstate(over="ignore"):  # of a tiny x, which hardly weighs
        ratios = problem.y[others] / problem.x[others]
    order = np.argsort(ratios, kind="stable")
    sums, half = np.cumsum(weights[order]), (weights.sum() + own) / 2
    below, above = np.searchsorted(sums + own, half), np.searchsorted(sums, half)
    low = -np.inf if own >= half else ratios[order][below]
    return float(low), float(np.inf if above == len(sums) else ratios[order][above])


def absolute_fit(problem: LeastSquares, row: int, low: float, high: float) -> float:
    """The smallest weight of the smallest sum of |e|, between the bounds that the other rows set."""
    if not problem.x[row]:
        return low
    return float(np.clip(problem.y[row] / problem.x[row], low, high))
