"""Gradient descent and stochastic gradient descent on one logistic problem with two weights.

    L(w) = Σᵢ log(1 + exp(−yᵢ xᵢ·w)) + λ/2 |w|²

    gradient descent       w ← w − ρ (Σ ∇ℓᵢ(w) + λ w)                   over all 20 rows
    stochastic             w ← w − ρ (Σ ∇ℓᵢ(w) + λ / (20 // b) w)       over a batch B of b rows

A batch costs b / 20 of a full gradient, so that it allows 20 // b updates for each of gradient descent's. Its mean over
all batches is b / 20 of the full gradient; a single one may point elsewhere, even against it. At the optimum the full
gradient is zero and that of a batch is not: with a constant rate the weights keep wandering around it.

The problem, the start and the order of the draws are those of the notes: rows from rand of numpy's legacy generator,
batches from randint of the same one, with replacement. The wandering from the optimum goes on with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

import numpy as np
from pydantic import BaseModel, Field

import mathcore
from mathcore import Sweep, quantity
from mathcore._training import seeded

ROWS, START = 20, (1.0, -3.0)
WANDERING, NEAREST = 200, 0.9  # epochs of wandering from the optimum; share of its points in the ball
ALIKE = 0.1  # share of the larger distance to the lowest cost, up to which two costs are much the same
CLOSE, SQUARE = 10, 90  # degrees from the full gradient: up to which a batch points along it, and beyond which against


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    learning_rate: float = Field(0.2, ge=0.01, le=1, description="step size rho")
    epochs: int = Field(10, ge=1, le=100, description="passes over as many points as there are")
    batch_size: int = Field(4, ge=1, le=ROWS, description="points, drawn with replacement, of a stochastic step")
    penalty: float = Field(0.1, ge=0.02, le=1, description="L2 penalty lambda")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="seed of data and batches")


SWEEP = Sweep("batch_size", (1, 20))


class Problem(NamedTuple):
    """Rows x [sample axis] with labels y [sample], -1 or +1, and an L2 penalty; losses are sums over rows."""

    x: np.ndarray
    y: np.ndarray
    penalty: float

    def part(self, rows: np.ndarray, parts: float) -> Self:
        """Some rows, in which one may be there several times, with one of so many parts of the penalty."""
        return self._replace(x=self.x[rows], y=self.y[rows], penalty=self.penalty / parts)

    def cost(self, w: np.ndarray) -> np.ndarray:
        """The loss at weights [... axis]."""
        fit = np.logaddexp(0, -self.y * (w @ self.x.T)).sum(axis=-1)
        return np.asarray(fit + self.penalty / 2 * (w**2).sum(axis=-1))

    def pulls(self, w: np.ndarray) -> np.ndarray:
        """What each row's own loss adds to the downward direction at weights [axis]: [sample axis]."""
        odds = np.exp(-self.y * self.x.dot(w))
        return np.asarray(self.x * (odds * self.y / (1 + odds))[:, None])

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """The gradient [axis] at weights [axis], in the order of operations of the notes."""
        odds = np.exp(-self.y * self.x.dot(w))
        return np.asarray(-self.x.T.dot(odds * self.y / (1 + odds)) + self.penalty * w)

    def optimum(self) -> np.ndarray:
        """The weights [axis] of the lowest cost, by Newton's method from 0."""
        w = np.zeros(len(START))
        for _ in range(30):
            share = 1 / (1 + np.exp(self.y * self.x.dot(w)))
            curvature = self.x.T @ (self.x * (share * (1 - share))[:, None]) + self.penalty * np.eye(len(w))
            w = w - np.linalg.solve(curvature, self.gradient(w))
        return w


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """What both descents leave behind; points are (w0, w1), costs are those of all rows."""

    params: Params
    x: np.ndarray = quantity("sample axis", "inputs of each row", tolerance=1e-12)
    y: np.ndarray = quantity("sample", "label, the sign of x0: -1 or +1", dtype=int, tolerance=0)
    gd: np.ndarray = quantity("epoch axis", "weights of gradient descent, the start included", tolerance=1e-9)
    full_step: np.ndarray = quantity("axis", "what the first step of gradient descent adds to the weights")
    sgd: np.ndarray = quantity("step axis", "weights of stochastic descent, the start included", tolerance=1e-9)
    batch: np.ndarray = quantity("update index", "rows that each batch draws, from 0", dtype=int, tolerance=0)
    optimum: np.ndarray = quantity("axis", "weights of the lowest cost", tolerance=1e-9)
    gd_cost: np.ndarray = quantity("epoch", "cost of gradient descent", tolerance=1e-9)
    sgd_cost: np.ndarray = quantity("step", "cost of stochastic descent", tolerance=1e-9)
    optimum_cost: np.ndarray = quantity("", "lowest cost", tolerance=1e-9)
    gd_seen: np.ndarray = quantity("epoch", "samples seen by gradient descent", dtype=int, tolerance=0)
    sgd_seen: np.ndarray = quantity("step", "samples seen by stochastic descent", dtype=int, tolerance=0)
    batches: np.ndarray = quantity("", "batches of an epoch, which share the penalty", dtype=int, tolerance=0)
    gradient: np.ndarray = quantity("update axis", "gradient of each batch", tolerance=1e-9)
    mean_gradient: np.ndarray = quantity("update axis", "its mean over all batches, at these weights", tolerance=1e-9)
    angle: np.ndarray = quantity("update", "between these two", unit="degrees", tolerance=1e-6)
    against: np.ndarray = quantity("", "batches that point more than 90 degrees off", dtype=int)
    wandering: np.ndarray = quantity("later axis", "weights of stochastic descent from the optimum")
    wandering_batch: np.ndarray = quantity("stroll draw", "rows that each batch draws on that way, from 0", dtype=int)
    ball: np.ndarray = quantity("", "distance from the optimum within which 9 of 10 of these lie", tolerance=1e-6)
    ball_share: np.ndarray = quantity("", "share of them within it")
    ball_cost: np.ndarray = quantity("", "mean of their costs", tolerance=1e-6)

    @property
    def problem(self) -> Problem:
        """Rows, labels and penalty."""
        return Problem(self.x, self.y, self.params.penalty)

    def pulls(self, w: np.ndarray, rows: np.ndarray, parts: float) -> np.ndarray:
        """What each of some rows adds to a step at weights, and last what one of `parts` of the penalty adds.

        Args:
            w: the weights [axis].
            rows: from 0, one perhaps several times [row].
            parts: 1 for a full step, `batches` for a stochastic one.

        Returns:
            the addends [row + 1 axis], whose sum is the step.
        """
        penalty = -self.params.penalty / parts * w
        return self.params.learning_rate * np.concatenate([self.problem.pulls(w)[rows], penalty[None]])

    def lower(self) -> Literal["gd_lower", "sgd_lower", "alike"]:
        """Which descent has come closer to the lowest cost, or that both are much the same."""
        gd, sgd = self.gd_cost[-1] - self.optimum_cost, self.sgd_cost[-1] - self.optimum_cost
        if abs(gd - sgd) <= ALIKE * max(gd, sgd):
            return "alike"
        return "gd_lower" if gd < sgd else "sgd_lower"

    def direction(self, update: int) -> Literal["along", "aslant", "against"]:
        """Where a batch points, compared with the full gradient."""
        angle = self.angle[update]
        return "along" if angle <= CLOSE else "aslant" if angle <= SQUARE else "against"

    def draws(self, update: int) -> Literal["distinct", "twice", "repeated"]:
        """Whether a batch has drawn each of its rows once, a single one of them twice, or more than that again."""
        again = self.params.batch_size - len(set(self.batch[update]))
        return "distinct" if not again else "twice" if again == 1 else "repeated"

    def average(self) -> Literal["share", "mean"]:
        """Whether the mean of all batches is a share of the full gradient that is written 1/n, or only their mean."""
        return "share" if self.batches > 1 and ROWS % self.params.batch_size == 0 else "mean"

    def bargain(self) -> Literal["many", "one"]:
        """How many stochastic steps the samples of a full one make."""
        return "many" if self.batches > 1 else "one"

    def with_steps(self, factor: float) -> dict[str, np.ndarray]:
        """Both descents, had every step been `factor` times as long; a negative one climbs."""
        return _runs(self.problem, self.batch, factor * self.params.learning_rate, self.params.epochs)

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Other ways to draw the batches, to share the penalty, to add up the cost and to write the labels."""
        yield from _other_draws(self)
        yield from _other_costs(self)


def compute(params: Params = Params()) -> Trace:
    """Draw the problem and the batches; descend both ways from the notes' start, then wander from the optimum."""
    with seeded(params.seed) as chance:
        problem = _draw_problem(chance, params)
        updates = params.epochs * (ROWS // params.batch_size)
        batch = chance.randint(ROWS, size=(updates, params.batch_size))
        later = chance.randint(ROWS, size=(WANDERING * (ROWS // params.batch_size), params.batch_size))
    runs = _runs(problem, batch, params.learning_rate, params.epochs)
    optimum = problem.optimum()
    wandering = _stochastic(problem, optimum, later, params.learning_rate)
    gradients = _gradients(problem, batch, runs["sgd"][:-1])
    return Trace(
        params=params, x=problem.x, y=problem.y, batch=batch, **runs, **gradients,
        optimum=optimum, optimum_cost=problem.cost(optimum),
        gd_seen=ROWS * np.arange(params.epochs + 1), sgd_seen=params.batch_size * np.arange(updates + 1),
        batches=np.array(ROWS // params.batch_size),
        full_step=-params.learning_rate * problem.gradient(runs["gd"][0]),
        against=np.array(np.sum(gradients["angle"] > SQUARE)),
        wandering=wandering, wandering_batch=later,
        ball=np.quantile(np.linalg.norm(wandering - optimum, axis=1), NEAREST),
        ball_share=np.array(NEAREST),
        ball_cost=problem.cost(wandering).mean(),
    )  # fmt: skip


def _draw_problem(chance: np.random.RandomState, params: Params) -> Problem:
    return _labelled(chance.rand(ROWS, len(START)) * 3 - 1.5, params)


def _labelled(x: np.ndarray, params: Params) -> Problem:
    return Problem(x, np.where(x[:, 0] > 0, 1, -1), params.penalty)


def _runs(problem: Problem, batch: np.ndarray, rate: float, epochs: int) -> dict[str, np.ndarray]:
    """Both descents from the start, and their costs."""
    gd, sgd = _full(problem, rate, epochs), _stochastic(problem, np.array(START), batch, rate)
    return {"gd": gd, "sgd": sgd, "gd_cost": problem.cost(gd), "sgd_cost": problem.cost(sgd)}


def _full(problem: Problem, rate: float, epochs: int) -> np.ndarray:
    """Weights [epoch axis] of one step per epoch, from all rows."""
    ws = [np.array(START)]
    for _ in range(epochs):
        ws.append(ws[-1] - rate * problem.gradient(ws[-1]))
    return np.array(ws)


def _stochastic(problem: Problem, start: np.ndarray, batch: np.ndarray, rate: float, parts: float = 0) -> np.ndarray:
    """Weights [step axis] of one step per batch [update index]; the penalty has `parts`, by default one per batch."""
    parts = parts or ROWS // batch.shape[1]
    ws = [start]
    for rows in batch:
        ws.append(ws[-1] - rate * problem.part(rows, parts).gradient(ws[-1]))
    return np.array(ws)


def _gradients(problem: Problem, batch: np.ndarray, ws: np.ndarray) -> dict[str, np.ndarray]:
    """The gradient of each batch [update index] at its weights [update axis], its mean over batches, and the angle."""
    size, parts = batch.shape[1], ROWS // batch.shape[1]
    gradient = np.array([problem.part(rows, parts).gradient(w) for rows, w in zip(batch, ws, strict=True)])
    mean = np.array([problem._replace(penalty=0).gradient(w) * size / ROWS for w in ws])
    mean += problem.penalty / parts * ws
    across, along = np.cross(mean, gradient), np.sum(mean * gradient, axis=1)
    return {"gradient": gradient, "mean_gradient": mean, "angle": np.degrees(np.abs(np.arctan2(across, along)))}


def _other_draws(t: Trace) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """The stochastic descent with batches that were drawn in other ways; with another generator, all else, too."""
    params, (updates, size) = t.params, t.batch.shape

    def run(batch: np.ndarray) -> dict[str, np.ndarray]:
        sgd = _stochastic(t.problem, np.array(START), batch, params.learning_rate)
        return {"batch": batch, "sgd": sgd, "sgd_cost": t.problem.cost(sgd)}

    def after_data() -> np.random.RandomState:
        chance = np.random.RandomState(params.seed)
        _draw_problem(chance, params)
        return chance

    chance, whole = after_data(), ROWS - ROWS % size
    orders = [chance.permutation(ROWS)[:whole].reshape(-1, size) for _ in range(params.epochs)]
    yield "drawing without replacement, one permutation per epoch", run(np.concatenate(orders))
    chance = after_data()
    drawn = np.array([chance.choice(ROWS, size, replace=False) for _ in range(updates)])
    yield "drawing without replacement within each batch", run(drawn)
    again = np.random.RandomState(params.seed).randint(ROWS, size=t.batch.shape)
    yield "a generator that was seeded again before the batches", run(again)
    other = np.random.default_rng(params.seed)
    x = other.random((ROWS, len(START))) * 3 - 1.5
    problem = _labelled(x, params)
    batch = other.integers(ROWS, size=t.batch.shape)
    runs = _runs(problem, batch, params.learning_rate, params.epochs)
    yield "numpy's default_rng instead of its legacy generator", {"x": x, "y": problem.y, "batch": batch, **runs}


def _other_costs(t: Trace) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """Both descents on other costs of the same rows and batches."""
    rate, epochs, size, start = t.params.learning_rate, t.params.epochs, t.params.batch_size, np.array(START)
    if t.batches > 1:
        sgd = _stochastic(t.problem, start, t.batch, rate, parts=1)
        yield "a penalty that is not divided by the batches of an epoch", {"sgd": sgd, "sgd_cost": t.problem.cost(sgd)}
    mean = t.problem._replace(penalty=ROWS * t.problem.penalty)  # ROWS times the mean
    gd = _full(mean, rate / ROWS, epochs)
    for penalty, parts in (("with the penalty divided by the batches", ROWS // size), ("with the whole penalty", 1)):
        sgd = _stochastic(t.problem, start, t.batch, rate / size, parts=parts / size)
        costs = {"gd_cost": mean.cost(gd) / ROWS, "sgd_cost": mean.cost(sgd) / ROWS}
        yield f"a mean over rows instead of a sum, {penalty}", {"gd": gd, "sgd": sgd, **costs}
    labels = np.maximum(t.y, 0)
    yield (
        "labels 0 and 1 instead of -1 and 1",
        {"y": labels, **_runs(t.problem._replace(y=labels), t.batch, rate, epochs)},
    )
