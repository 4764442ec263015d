"""A net with one hidden layer of tanh units, trained on two classes of points that no straight line separates.

    h = tanh(W x + b)     p = σ(v · h + c)     L = −1/n Σ yᵢ log pᵢ + (1 − yᵢ) log(1 − pᵢ)
    δ = (p − y) / n     dL/dv = Σ δᵢ hᵢ     dL/dW = Σ (δᵢ v ⊙ (1 − hᵢ²)) xᵢᵀ

The output unit can only cut space with a straight cut, v · h + c = 0. W x + b leaves the plane flat, tanh bends it:
with enough units until one cut has each class on its own side. A single unit leaves every cut straight in the plane.
Two units deform it without folding it (a homeomorphism), so that none separate a circle from what it surrounds.

Weights start from Xavier's normal draws, biases from 0; an epoch is gradient descent through minibatches of 50, the
same for every start. The net is trained from 100 starts: the first is shown, all tell how often training succeeds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import pi, sqrt
from typing import Literal

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor
from torch.nn import functional

import mathcore
from mathcore import Sweep, quantity
from mathcore._training import seeded

SAMPLES, NOISE = 200, {"moons": 0.1, "circles": 0.1, "xor": 0.25}  # points; standard deviation around their shape
RADIUS, INNER, CORNER = 1.5, 0.5, 1.0  # of both moons and the outer circle; of the inner circle; of the xor clusters
MINIBATCH, STARTS, CHECKPOINTS = 50, 100, 9
MARGIN, CELLS = 0.3, 80  # of the drawn plane around the points; cells of the boundary's grid along each axis
NEARLY = 0.95  # accuracy from which a few points are said to be left


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    dataset: Literal["moons", "circles", "xor"] = Field("moons", description="shape of the two classes")
    hidden: int = Field(3, ge=1, le=8, description="units of the hidden layer")
    epochs: int = Field(200, ge=10, le=400, description="how often training goes through all points")
    learning_rate: float = Field(1.0, ge=0.01, le=4, description="step size rho")
    seed: int = Field(1, ge=0, le=999, description="seed of the first weights; 99 more follow it")


SWEEP = Sweep("hidden", (1, 8))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """The points, and a training from its start, which is epoch 0, to its end."""

    params: Params
    x: np.ndarray = quantity("sample axis", "the points", tolerance=1e-12)
    y: np.ndarray = quantity("sample", "class of each, 0 or 1", dtype=int, tolerance=0)
    noise: np.ndarray = quantity("", "standard deviation of the points around their shape", tolerance=1e-12)
    weight: np.ndarray = quantity("epoch unit axis", "W after each epoch")
    bias: np.ndarray = quantity("epoch unit", "b after each epoch")
    output_weight: np.ndarray = quantity("epoch unit", "v after each epoch")
    output_bias: np.ndarray = quantity("epoch", "c after each epoch")
    loss: np.ndarray = quantity("epoch", "mean cross-entropy after each epoch", tolerance=1e-6)
    errors: np.ndarray = quantity("epoch", "points on the wrong side after each epoch", dtype=int)
    wrong: np.ndarray = quantity("sample", "1 where a point is on the wrong side after training", dtype=int)
    accuracy: np.ndarray = quantity("epoch", "share of the points on the right side after each epoch")
    checkpoint_epoch: np.ndarray = quantity("checkpoint", "epochs whose hidden layer is kept", dtype=int, tolerance=0)
    hidden: np.ndarray = quantity("checkpoint sample unit", "h of every point at those epochs")
    x1_grid: np.ndarray = quantity("x", "first coordinate of the boundary's grid", tolerance=1e-12)
    x2_grid: np.ndarray = quantity("y", "second coordinate of the boundary's grid", tolerance=1e-12)
    boundary: np.ndarray = quantity("y x", "probability of class 1 over the plane, after training")
    start_errors: np.ndarray = quantity("start", "points on the wrong side after training from each start", dtype=int)
    separated: np.ndarray = quantity("", "starts after which no point is on the wrong side", dtype=int)

    def outcome(self) -> str:
        """What training came to: it `separates` the classes, has `nearly` done so, or `fails`."""
        if not self.errors[-1]:
            return "separates"
        return "nearly" if self.accuracy[-1] >= NEARLY else "fails"

    def settled(self) -> int:
        """The epoch from which no point is on the wrong side for good; the last where training ends before that."""
        return min(int(np.flatnonzero(self.errors)[-1]) + 1, self.params.epochs) if self.errors.any() else 0

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and its lesson, with the default knobs."""
        last = np.tanh(self.x @ self.weight[-1].T + self.bias[-1])
        side = last @ self.output_weight[-1] + self.output_bias[-1] > 0
        yield "hidden at the last checkpoint is tanh(W x + b)", np.allclose(self.hidden[-1], last, rtol=0, atol=1e-12)
        yield "hidden lies between -1 and 1", bool((abs(self.hidden) <= 1).all())
        yield "errors counts the points beyond v h + c = 0", self.errors[-1] == np.sum(side != self.y)
        yield "wrong marks them", np.array_equal(self.wrong, side != self.y)
        yield "accuracy = 1 - errors / points", np.allclose(self.accuracy, 1 - self.errors / len(self.y))
        yield "boundary is a probability", bool(((self.boundary >= 0) & (self.boundary <= 1)).all())
        yield "the first start is the one shown", self.start_errors[0] == self.errors[-1]
        if self.params.hidden == 1:
            yield "one unit separates the classes from no start", self.separated == 0
        if self.params == Params():
            yield "at the default knobs, no point is on the wrong side", self.outcome() == "separates"


def compute(params: Params = Params()) -> Trace:
    """Train from 100 starts at once; keep the first training epoch by epoch."""
    with seeded() as chance:
        x, y = _points(params.dataset, chance)
        weights, history = _train(params, x, y)
        middle, reach = (x.amax(0) + x.amin(0)) / 2, (x.amax(0) - x.amin(0)) / 2 + MARGIN
        x1, x2 = (torch.linspace(-1, 1, CELLS + 1) * r + m for m, r in zip(middle, reach, strict=True))
        plane = torch.cartesian_prod(x2, x1).flip(1)
        _, logits = _forward([w[:1] for w in weights], plane)
    wrong = _wrong(_forward(weights, x)[1], y).numpy()  # [start sample]
    of_starts = wrong.sum(axis=1)
    w, b, v, c, loss, errors = (torch.stack(values).numpy() for values in zip(*history, strict=True))
    kept = np.unique(np.geomspace(1, params.epochs + 1, CHECKPOINTS).round().astype(int)) - 1
    points = x.numpy()
    return Trace(
        params=params, x=points, y=y.numpy(), noise=np.array(NOISE[params.dataset]),
        weight=w, bias=b, output_weight=v, output_bias=c, loss=loss, errors=errors, wrong=wrong[0],
        accuracy=1 - errors / SAMPLES, checkpoint_epoch=kept,
        hidden=np.stack([np.tanh(points @ w[k].T + b[k]) for k in kept]),
        x1_grid=x1.numpy(), x2_grid=x2.numpy(), boundary=torch.sigmoid(logits).view(len(x2), len(x1)).numpy(),
        start_errors=of_starts, separated=np.sum(of_starts == 0),
    )  # fmt: skip


def states(trace: Trace, x: np.ndarray, bent: float = 1, epoch: int = -1) -> np.ndarray:
    """W x + b of points [... axis] after an epoch, which `bent`, from 0 to 1, makes tanh of it: [... unit].

    A single unit has a second number beside it, the place of the points along the direction that W ignores: [... 2].
    """
    w, b = np.asarray(trace.weight[epoch]), np.asarray(trace.bias[epoch])
    linear = x @ w.T + b
    values: np.ndarray = linear + bent * (np.tanh(linear) - linear)
    if len(w) > 1:
        return values
    ignored = x @ [[-w[0, 1]], [w[0, 0]]] / np.linalg.norm(w)
    return np.concatenate([values, ignored], axis=-1)


def directions(trace: Trace, epoch: int = -1) -> np.ndarray:
    """At most three orthonormal directions along which states are seen: [direction state].

    The first is that of the output, v / |v|, after an epoch; the others are the main directions of the hidden points
    across it at the end, made orthogonal to it. Up to three units they lose nothing, and are a turn without a mirror.
    """
    if trace.params.hidden == 1:
        return np.diag([np.sign(trace.output_weight[epoch, 0]), 1])
    *_, out = ends = [v / np.linalg.norm(v) for v in (trace.output_weight[epoch], trace.output_weight[-1])]
    across = trace.hidden[-1] - np.outer(trace.hidden[-1] @ out, out)
    main = np.linalg.svd(across - across.mean(axis=0), full_matrices=False)[2][: min(len(out), 3) - 1]
    if len(out) <= 3 and np.linalg.det([out, *main]) < 0:
        main[-1] *= -1
    axes = np.linalg.qr(np.array([ends[0], *main]).T)[0].T
    return np.array(axes * np.sign(np.sum(axes * [ends[0], *main], axis=1, keepdims=True)))


def seen(trace: Trace, values: np.ndarray, epoch: int = -1) -> np.ndarray:
    """States along these directions, the first counted from the output's cut v · h + c = 0: [... direction]."""
    distance = trace.output_bias[epoch] / np.linalg.norm(trace.output_weight[epoch])
    along: np.ndarray = values @ directions(trace, epoch).T
    along[..., 0] += distance
    return along


def _points(dataset: str, chance: np.random.RandomState) -> tuple[Tensor, Tensor]:
    """The points [sample axis] and their classes [sample], the same whatever the seed of the weights."""
    half = SAMPLES // 2
    turn = np.linspace(0, pi, half) if dataset == "moons" else 2 * pi * np.arange(half) / half
    arc = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    shapes = {
        "moons": RADIUS * np.concatenate([arc - [0.5, 0.25], [0.5, 0.25] - arc]),
        "circles": np.concatenate([RADIUS * arc, INNER * arc]),
        "xor": CORNER * np.repeat([[1, 1], [-1, -1], [1, -1], [-1, 1]], half // 2, axis=0),
    }
    x = shapes[dataset] + NOISE[dataset] * chance.randn(SAMPLES, 2)
    return torch.tensor(x), torch.tensor([0.0, 1.0]).repeat_interleave(half)


def _train(params: Params, x: Tensor, y: Tensor) -> tuple[list[Tensor], list[tuple[Tensor, ...]]]:
    """The last W, b, v, c of every start; those of the first start after each epoch, with its loss and errors."""
    seeds = range(params.seed, params.seed + STARTS)
    weights = [torch.stack(parts) for parts in zip(*(_start(params.hidden, seed) for seed in seeds), strict=True)]
    history = []
    for epoch in range(params.epochs + 1):
        for rows in torch.randperm(SAMPLES).view(-1, MINIBATCH) if epoch else ():
            gradients = _gradients(weights, x[rows], y[rows])
            weights = [w - params.learning_rate * g for w, g in zip(weights, gradients, strict=True)]
        _, logits = _forward([w[:1] for w in weights], x)
        loss = functional.binary_cross_entropy_with_logits(logits[0], y)
        history.append((*(w[0] for w in weights), loss, _wrong(logits[0], y).sum()))
    return weights, history


def _start(hidden: int, seed: int) -> tuple[Tensor, ...]:
    """Xavier's draws of W, b, v, c."""
    chance = torch.Generator().manual_seed(seed)
    w, v = (torch.randn(hidden, n, generator=chance) * sqrt(2 / (hidden + n)) for n in (2, 1))
    return w, torch.zeros(hidden), v[:, 0], torch.zeros(())


def _forward(weights: list[Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
    """h [start sample unit] and the logits v · h + c [start sample]."""
    w, b, v, c = weights
    h = torch.tanh(torch.baddbmm(b[:, None], x.expand(len(w), -1, -1), w.mT))
    return h, torch.bmm(h, v[:, :, None])[:, :, 0] + c[:, None]


def _gradients(weights: list[Tensor], x: Tensor, y: Tensor) -> tuple[Tensor, ...]:
    """dL/dW, dL/db, dL/dv, dL/dc of every start, on some points."""
    h, logits = _forward(weights, x)
    delta = (torch.sigmoid(logits) - y) / len(y)  # [start sample]
    back = delta[:, :, None] * weights[2][:, None] * (1 - h * h)  # [start sample unit]
    return back.mT @ x, back.sum(1), torch.bmm(h.mT, delta[:, :, None])[:, :, 0], delta.sum(1)


def _wrong(logits: Tensor, y: Tensor) -> Tensor:
    """Whether points lie on the wrong side, of the shape of the logits."""
    return ((logits > 0) != (y > 0)).long()
