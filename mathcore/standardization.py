"""Standardisation: inputs are centred and scaled, and the valley of the loss becomes a bowl.

    z = (x − μ) / σ     L(w₁, w₂, b) = 1/n Σ (w₁ z₁ + w₂ z₂ + b − y)²     κ = λ_max / λ_min of the Hessian

Gradient descent with the best constant rate, ρ = 2 / (λ_min + λ_max), multiplies the error along the steepest and along
the flattest direction by −(κ − 1)/(κ + 1) and (κ − 1)/(κ + 1): κ alone decides how fast it can be. Inputs far from 0
tie the weights together, inputs of different spread or unit make one of them matter more; centring undoes the one,
scaling the other. μ and σ are those of the rows that train; rows held out are standardised by them, too.

The linear model predicts the petal length of 105 iris flowers from two sepal lengths. Its loss is drawn over w₁ and w₂,
b held at its best value: then the Hessian is 2/n Σ z zᵀ, and a descent stays on the map. The classifier is a net
4-256-256-256-3 (ReLU, Adam, minibatches of 30), trained twice with the same initial weights and the same minibatches.
Its training loss falls faster on standardised inputs, which is counted over five seeds; the lowest loss on the rows
held out does not get lower by that, and then rises more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal, NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor

import mathcore
from mathcore import Convention, Sweep, _iris, quantity
from mathcore._training import seeded

SPLIT = 2  # of iris, 105 flowers that train and 45 that validate
SHOWN, TARGET = (0, 1), 2  # columns of the linear model's inputs, sepal length and width, and of the petal length
WINDOW = (-1.0, 4.0), (-3.5, 1.5)  # of the two weights
GRID_POINTS = 101
STEPS, LEFT = 300, 0.01  # of the descents, enough for raw inputs; share of the distance at which one counts as arrived
MILLIMETRES = 10.0  # in a centimetre
EARLY, RUNS = 10, 5  # epochs after which training losses are compared, over so many seeds

RAW, CENTRED, STANDARDIZED = range(3)  # stages of the inputs


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    epochs: int = Field(100, ge=EARLY, le=150, description="epochs of the nets")
    ddof: int = Field(1, ge=0, le=1, description="the deviation divides by n - ddof")
    seed: int = Field(0, ge=0, le=999, description="seed of initial weights and minibatches; four more follow it")


SWEEP = Sweep("epochs", (10, 150))


class Bowl(NamedTuple):
    """The loss of the linear model over its two weights, b at its best: lowest + ½ (w − w*)ᵀ H (w − w*)."""

    hessian: np.ndarray  # [weight weight]
    w_star: np.ndarray  # [weight]
    b_star: float
    lowest: float

    @property
    def curvatures(self) -> np.ndarray:
        """The eigenvalues of the Hessian, the smaller one first."""
        return np.linalg.eigvalsh(self.hessian)

    @property
    def condition(self) -> float:
        """The largest curvature over the smallest."""
        return float(self.curvatures[1] / self.curvatures[0])

    @property
    def rate(self) -> float:
        """The constant learning rate with which the slowest direction is fastest."""
        return float(2 / self.curvatures.sum())

    def loss(self, w: np.ndarray) -> np.ndarray:
        """At weights [... weight]."""
        way = w - self.w_star
        return np.asarray(self.lowest + np.sum((way @ self.hessian) * way, axis=-1) / 2)

    def descend(self) -> np.ndarray:
        """Gradient descent from w = 0 with the best constant rate [step weight]."""
        path = [np.zeros(2)]
        for _ in range(STEPS):
            path.append(path[-1] - self.rate * self.hessian @ (path[-1] - self.w_star))
        return np.array(path)

    def steps(self) -> int:
        """After how many steps of that rate at most LEFT of the distance to w* is left."""
        return int(np.ceil(np.log(LEFT) / np.log((self.condition - 1) / (self.condition + 1))))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """The rows that train, the loss of the linear model before and after, and two trainings of the net.

    Stages are raw, centred, standardised; weights are those of sepal length and sepal width. Epoch 0 is the start.
    """

    params: Params
    conventions: ClassVar = {
        "other-ddof": Convention(
            "pandas and torch (n - 1), or NumPy and scikit-learn (n)",
            "the deviation divides by the other one of n - 1 and n", "ours divides by n - ddof, a knob",
        ),
    }  # fmt: skip
    mean: np.ndarray = quantity("feature", "mean over the rows that train", unit="cm", tolerance=1e-12)
    deviation: np.ndarray = quantity("feature", "standard deviation of the same rows", unit="cm", tolerance=1e-12)
    rows: np.ndarray = quantity("sample", "rows of iris.csv that train, from 0", dtype=int, tolerance=0)
    x: np.ndarray = quantity("sample weight", "sepal length and width of the rows that train", unit="cm", tolerance=0)
    y: np.ndarray = quantity("sample", "petal length, which the linear model predicts", unit="cm", tolerance=0)
    w_star: np.ndarray = quantity("stage weight", "best weights at each stage", tolerance=1e-9)
    b_star: np.ndarray = quantity("stage", "best bias, at which b is held", tolerance=1e-9)
    condition: np.ndarray = quantity("stage", "condition number of the Hessian of w_1 and w_2", tolerance=1e-9)
    condition_mm: np.ndarray = quantity("", "of raw inputs, the sepal length in mm", tolerance=1e-9)
    condition_raw: np.ndarray = quantity("", "of raw inputs, the Hessian of w_1, w_2 and b", tolerance=1e-9)
    condition_standardized: np.ndarray = quantity("", "the same of standardised inputs", tolerance=1e-9)
    w_grid: np.ndarray = quantity("weight grid", "weights at which the loss is drawn")
    surface_raw: np.ndarray = quantity("y x", "loss of the linear model at weights y and x", unit="cm^2")
    surface_standardized: np.ndarray = quantity("y x", "the same for standardised inputs", unit="cm^2")
    rate_raw: np.ndarray = quantity("", "best learning rate, 2 / (least + largest curvature)", tolerance=1e-9)
    rate_standardized: np.ndarray = quantity("", "the same for standardised inputs", tolerance=1e-9)
    path_raw: np.ndarray = quantity("step weight", "descent with that rate from w = 0", tolerance=1e-9)
    path_standardized: np.ndarray = quantity("step weight", "the same for standardised inputs", tolerance=1e-9)
    left_raw: np.ndarray = quantity("step", "share of the distance to w* that is left", tolerance=1e-9)
    left_standardized: np.ndarray = quantity("step", "the same for standardised inputs", tolerance=1e-9)
    arrival: np.ndarray = quantity("", "share of the distance at which a descent counts as arrived", tolerance=0)
    steps_raw: np.ndarray = quantity("", "steps until at most that share is left", dtype=int, tolerance=0)
    steps_standardized: np.ndarray = quantity("", "the same for standardised inputs", dtype=int, tolerance=0)
    flowers: np.ndarray = quantity("part", "flowers that train, and that validate", dtype=int, tolerance=0)
    units: np.ndarray = quantity("layer", "inputs, hidden units and outputs of the net", dtype=int, tolerance=0)
    loss_raw: np.ndarray = quantity("epoch", "cross-entropy of the net on the rows that train")
    loss_standardized: np.ndarray = quantity("epoch", "the same for standardised inputs")
    val_loss_raw: np.ndarray = quantity("epoch", "cross-entropy on the rows held out")
    val_loss_standardized: np.ndarray = quantity("epoch", "the same for standardised inputs")
    seeds: np.ndarray = quantity("run", "of initial weights and minibatches", dtype=int, tolerance=0)
    early_raw: np.ndarray = quantity("run early", "loss_raw of the first epochs for each of five seeds")
    early_standardized: np.ndarray = quantity("run early", "the same for standardised inputs")
    faster: np.ndarray = quantity("", "seeds whose loss after 10 epochs is lower if standardised", dtype=int)
    lowest_raw: np.ndarray = quantity("", "lowest validation loss")
    lowest_standardized: np.ndarray = quantity("", "the same for standardised inputs")
    rise_raw: np.ndarray = quantity("", "from there to the last validation loss")
    rise_standardized: np.ndarray = quantity("", "the same for standardised inputs")

    def bowl(self, stage: float, unit: float = 0) -> Bowl:
        """The loss of the linear model for inputs on their way: see `inputs`."""
        return fit(self.inputs(stage, unit), self.y)

    def inputs(self, stage: float, unit: float = 0) -> np.ndarray:
        """Both lengths [sample weight] on their way from raw to standardised, as `unit` goes from cm to mm.

        Args:
            stage: 0 raw, 1 centred, 2 standardised; between them a part of the mean is taken off, or of the scaling.
            unit: 0 where the sepal length is in cm, 1 where it is in mm; mean and deviation are in the same unit.
        """
        millimetres = np.array([MILLIMETRES**unit, 1.0])
        mean, deviation = (values[: len(SHOWN)] * millimetres for values in (self.mean, self.deviation))
        return np.asarray((self.x * millimetres - min(stage, 1) * mean) / deviation ** max(stage - 1, 0))

    def training(self) -> Literal["all", "most", "few"]:
        """On how many seeds the training loss falls faster: on all, on more than half of them, or on no more."""
        runs = len(self.early_raw)
        return "all" if self.faster == runs else "most" if self.faster > runs / 2 else "few"

    def validation(self) -> Literal["worse", "lower", "mixed"]:
        """What standardised inputs do to the validation loss: its lowest value is lower; or not, and it rises more."""
        if self.lowest_standardized < self.lowest_raw:
            return "lower"
        return "worse" if self.rise_standardized > self.rise_raw else "mixed"

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """What comes of a deviation that divides by the other number."""
        train = _flowers().train
        mean, deviation = _statistics(train, 1 - self.params.ddof)
        return self._standardized_by(train, mean, deviation) | self._trained_with(mean, deviation)

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """What standardised inputs are at times confused with: first what is computed at once, then trainings."""
        flowers, ddof = _flowers(), self.params.ddof
        train = flowers.train
        mean, deviation = _statistics(train, ddof)
        forms = {
            "statistics of all 150 rows, those held out among them": _statistics(flowers.x, ddof),
            f"a deviation with ddof {1 - ddof}": _statistics(train, 1 - ddof),
            "min-max scaling": (train.min(0), np.ptp(train, axis=0)),
            "inputs that were centred and not scaled": (mean, np.ones(4)),
            "inputs that were scaled and not centred": (np.zeros(4), deviation),
        }
        for name, (shift, scale) in forms.items():
            yield name, self._standardized_by(train, shift, scale)
        for name, (shift, scale) in forms.items():
            yield name, self._trained_with(shift, scale)

    def _standardized_by(self, train: np.ndarray, shift: np.ndarray, scale: np.ndarray) -> dict[str, np.ndarray]:
        """What the linear model makes of inputs that were shifted and scaled in another way."""
        linear = _linear("standardized", (train - shift) / scale, self.y)
        return {"mean": shift, "deviation": scale, **linear}

    def _trained_with(self, shift: np.ndarray, scale: np.ndarray) -> dict[str, np.ndarray]:
        """What the net makes of them."""
        loss, val_loss = _trained_by(tuple(shift), tuple(scale), self.params.seed, self.params.epochs)
        return {"loss_standardized": loss, "val_loss_standardized": val_loss}

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and its lesson, which held for every seed that was tried."""
        for name, stage in ("raw", RAW), ("standardized", STANDARDIZED):
            factor, left = (self.condition[stage] - 1) / (self.condition[stage] + 1), getattr(self, f"left_{name}")
            yield (
                f"each step multiplies left_{name} by (condition - 1) / (condition + 1)",
                np.allclose(left, factor ** np.arange(STEPS + 1), rtol=0, atol=1e-9),
            )
            losses, early = getattr(self, f"loss_{name}"), getattr(self, f"early_{name}")
            yield f"early_{name} begins with loss_{name}", np.array_equal(early[0], losses[: EARLY + 1])
        yield "standardised inputs have the lower loss after 10 epochs, for all seeds", bool(self.faster == RUNS)
        lower = self.loss_standardized[-1] < self.loss_raw[-1]
        yield "standardised inputs have the lower loss at the end", bool(lower)


class Flowers(NamedTuple):
    """The split of iris; the rows that train come first."""

    rows: np.ndarray  # [flower] of iris.csv, from 0
    x: np.ndarray  # [flower feature] in cm
    species: Tensor  # [flower]

    @property
    def train(self) -> np.ndarray:
        """The rows that train [flower feature]."""
        return self.x[: _iris.TRAINING]


def compute(params: Params = Params()) -> Trace:
    """Fit the linear model to raw, centred and standardised lengths; train the net on raw and on standardised ones.

    Returns:
        a Trace with 301 iterates of each descent, epochs + 1 losses of the first seed, and the first 11 of five seeds.
    """
    flowers = _flowers()
    train, y = flowers.train, flowers.train[:, TARGET]
    mean, deviation = _statistics(train, params.ddof)
    z = (flowers.x - mean) / deviation
    stages = [fit(x[:, SHOWN], y) for x in (train, train - mean, z[: _iris.TRAINING])]
    seeds, inputs = params.seed + np.arange(RUNS), np.stack([flowers.x, z])
    loss, val_loss = _train(inputs, flowers.species, params.seed, params.epochs).swapaxes(0, 1)  # [input epoch]
    others = [_train(inputs, flowers.species, int(seed), EARLY)[:, 0] for seed in seeds[1:]]
    early, lowest = np.stack([loss[:, : EARLY + 1], *others], axis=1), val_loss.min(axis=1)  # [input run early]
    return Trace(
        params=params, mean=mean, deviation=deviation, x=train[:, SHOWN], y=y, rows=flowers.rows[: _iris.TRAINING],
        w_star=np.array([bowl.w_star for bowl in stages]), b_star=np.array([bowl.b_star for bowl in stages]),
        condition=np.array([bowl.condition for bowl in stages]),
        condition_mm=np.array(fit(train[:, SHOWN] * [MILLIMETRES, 1], y).condition),
        w_grid=_grid(), **_linear("raw", train, y), **_linear("standardized", z[: _iris.TRAINING], y),
        arrival=np.array(LEFT), units=np.array(_iris.WIDTHS),
        flowers=np.array([len(train), len(flowers.x) - len(train)]),
        seeds=seeds,
        **_of_both("loss", loss), **_of_both("val_loss", val_loss), **_of_both("early", early),
        **_of_both("lowest", lowest), **_of_both("rise", val_loss[:, -1] - lowest),
        faster=np.array(np.sum(early[1, :, -1] < early[0, :, -1])),
    )  # fmt: skip


def fit(x: np.ndarray, y: np.ndarray) -> Bowl:
    """The loss of the linear model over both weights for inputs [sample weight], b held at its best value."""
    *w_star, b_star = np.linalg.lstsq(_with_ones(x), y)[0]
    miss = x @ w_star + b_star - y
    return Bowl(2 * x.T @ x / len(x), np.array(w_star), float(b_star), float(np.mean(miss**2)))


def _linear(name: str, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """What the linear model makes of inputs [sample feature], as quantities whose names end in `name`."""
    x = x[:, SHOWN]
    bowl = fit(x, y)
    path = bowl.descend()
    distance = np.linalg.norm(path - bowl.w_star, axis=1)
    quantities = {
        "condition": np.linalg.cond(_with_ones(x)) ** 2,
        "surface": bowl.loss(np.stack(np.meshgrid(*_grid()), axis=-1)),
        "rate": bowl.rate, "path": path, "left": distance / distance[0], "steps": bowl.steps(),
    }  # fmt: skip
    return {f"{quantity}_{name}": np.asarray(values) for quantity, values in quantities.items()}


def _of_both(name: str, values: np.ndarray) -> dict[str, np.ndarray]:
    """Values [input ...] as quantities, those of raw inputs and those of standardised ones."""
    return {f"{name}_raw": values[0], f"{name}_standardized": values[1]}


def _with_ones(x: np.ndarray) -> np.ndarray:
    """Inputs [sample weight], and 1 as that of the bias."""
    return np.column_stack([x, np.ones(len(x))])


def _grid() -> np.ndarray:
    """The values of both weights [weight grid]."""
    return np.array([np.linspace(*ends, GRID_POINTS) for ends in WINDOW])


def _flowers() -> Flowers:
    """The split, in cm."""
    iris, (lengths, _) = _iris.split(SPLIT), _iris.read()
    return Flowers(iris.rows.numpy(), lengths[iris.rows].numpy(), iris.y)


def _statistics(x: np.ndarray, ddof: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of rows [row feature]."""
    return x.mean(0), x.std(0, ddof=ddof)


def _train(x: np.ndarray, species: Tensor, seed: int, epochs: int) -> np.ndarray:
    """Train a net on each kind of inputs [input row feature], all from the same weights and on the same minibatches.

    Returns:
        their cross-entropy on the rows that train and on the others [input part epoch]; epoch 0 is the start.
    """
    with seeded(seed):
        inputs, weights, losses = torch.from_numpy(x), _iris.initial_weights(len(x)), []

        def losses_on(rows: Tensor | slice) -> Tensor:
            return _iris.cross_entropies(weights, inputs[:, rows], species[rows])

        for _ in _iris.train(weights, lambda rows: losses_on(rows).sum(), epochs):
            with torch.no_grad():
                losses.append(torch.stack([losses_on(rows) for rows in _iris.PARTS]))
    return np.asarray(torch.stack(losses).numpy().T)


@lru_cache(maxsize=16)
def _trained_by(shift: tuple[float, ...], scale: tuple[float, ...], seed: int, epochs: int) -> np.ndarray:
    """The losses [part epoch] of a net whose inputs were shifted and scaled: several quantities may ask for them."""
    flowers = _flowers()
    return np.asarray(_train(((flowers.x - shift) / np.array(scale))[None], flowers.species, seed, epochs)[0])
