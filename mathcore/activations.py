"""Tanh, sigmoid and ReLU: value and slope, and the slopes that the real inputs of a trained layer meet.

    φ(o) = tanh o          φ'(o) = 1 − φ(o)²
    φ(o) = 1/(1 + e⁻ᵒ)     φ'(o) = φ(o) (1 − φ(o))
    φ(o) = max(0, o)       φ'(o) = 1 for o > 0, 0 for o < 0; at 0 there is none, and torch takes 0

tanh' and σ' are positive everywhere, yet they fall off on both sides: at most 1 and 1/4 in the middle, nearly nothing
far out. ReLU' is 1 however large o > 0 is, and 0 below. What a layer passes back is decided where its inputs lie.

The layer: hidden tanh units of a net that was trained on iris flowers; its inputs are those of one minibatch. All three
activations are asked for their slopes at these same inputs, whatever the net was trained with.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor, nn
from torch.nn import functional

import mathcore
from mathcore import Sweep, _iris, quantity
from mathcore._training import Adam, seeded

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu}
HIDDEN, MINIBATCH, EPOCHS, LEARNING_RATE = 8, 15, 50, 0.01  # of the net
SATURATED = 0.05  # a slope below it passes next to nothing back


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    half_width: float = Field(4.0, ge=1, le=10, description="inputs o are drawn from minus this to this")
    points: int = Field(201, ge=21, le=2001, description="points at which each curve is computed")
    seed: int = Field(0, ge=0, le=999, description="seed of the 70/30 split of iris, initial weights and minibatches")


SWEEP = Sweep("half_width", (1.0, 10.0))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """Everything per activation in the order tanh, sigmoid, relu."""

    params: Params
    x: np.ndarray = quantity("x", "inputs o, spread evenly around 0", tolerance=1e-12)
    value: np.ndarray = quantity("activation x", "phi(o)", tolerance=1e-12)
    derivative: np.ndarray = quantity("activation x", "slope phi'(o), by automatic differentiation", tolerance=1e-12)
    at_zero: np.ndarray = quantity("activation", "slope that torch takes at exactly 0", tolerance=1e-12)
    preactivation: np.ndarray = quantity("sample", "input o of each unit of the trained layer, flower after flower")
    slope: np.ndarray = quantity("activation sample", "phi'(o) at each of them")
    mean_slope: np.ndarray = quantity("activation", "mean of these slopes")
    saturated: np.ndarray = quantity("activation", "share of these slopes that lie below the threshold")
    threshold: np.ndarray = quantity("", "slope below which an input counts as saturated")
    units: np.ndarray = quantity("", "units of the trained layer", dtype=int)
    flowers: np.ndarray = quantity("", "flowers of the minibatch", dtype=int)

    def least(self) -> str:
        """The activation that leaves the least slope, on average."""
        return list(ACTIVATIONS)[int(self.mean_slope.argmin())]

    def most_saturated(self) -> str:
        """The activation with the largest share of saturated inputs; of several the first."""
        return list(ACTIVATIONS)[int(self.saturated.argmax())]

    def outcome(self) -> str:
        """Whether one activation has the largest share of saturated inputs, or several tie."""
        return "tie" if sum(self.saturated == self.saturated.max()) > 1 else "one"

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """The formulas in terms of phi(o), given o."""
        given_o = np.stack([1 - self.x**2, self.x * (1 - self.x), self.x > 0])
        yield "1 - o^2 and o (1 - o) instead of 1 - phi(o)^2 and phi(o) (1 - phi(o))", {"derivative": given_o}

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and its lesson, with the default knobs."""
        tanh, sigmoid, relu = self.slope
        yield "slope of tanh is 1 - tanh^2", np.allclose(tanh, 1 - np.tanh(self.preactivation) ** 2, atol=1e-12)
        logistic = 1 / (1 + np.exp(-self.preactivation))
        yield "slope of sigmoid is sigma (1 - sigma)", np.allclose(sigmoid, logistic * (1 - logistic), atol=1e-12)
        yield "slope of relu is 1 where o > 0, else 0", np.array_equal(relu, self.preactivation > 0)
        yield "mean_slope is the mean of slope", np.allclose(self.mean_slope, self.slope.mean(1), atol=1e-12)
        shares = (self.slope < self.threshold).mean(1)
        yield "saturated is the share of slopes below the threshold", np.allclose(self.saturated, shares, atol=1e-12)
        if self.params == Params():
            yield "at the default knobs, sigmoid leaves the least slope", self.least() == "sigmoid"


def compute(params: Params = Params()) -> Trace:
    """Evaluate each activation and its slope on a grid, then at the inputs of a layer after its training."""
    x = params.half_width * np.arange(1 - params.points, params.points, 2) / (params.points - 1)
    with seeded(params.seed):
        preactivation = _train(_iris.split(params.seed))
        value, derivative = _apply(torch.from_numpy(x))
        _, slope = _apply(preactivation)
        _, at_zero = _apply(torch.zeros(1))
    return Trace(
        params=params, x=x, value=value, derivative=derivative, at_zero=at_zero[:, 0],
        preactivation=preactivation.numpy(), slope=slope, mean_slope=slope.mean(axis=1),
        saturated=(slope < SATURATED).mean(axis=1), threshold=np.array(SATURATED),
        units=np.array(HIDDEN), flowers=np.array(MINIBATCH),
    )  # fmt: skip


def _train(iris: _iris.Iris) -> Tensor:
    """Train a net; what its hidden units are fed by the last minibatch afterwards [sample]."""
    hidden, output = nn.Linear(len(_iris.LENGTHS), HIDDEN), nn.Linear(HIDDEN, _iris.SPECIES)
    adam = Adam([*hidden.parameters(), *output.parameters()], LEARNING_RATE)
    for _ in range(EPOCHS):
        for flowers in torch.randperm(_iris.TRAINING).view(-1, MINIBATCH):
            logits = output(torch.tanh(hidden(iris.x[flowers])))
            adam.step(functional.cross_entropy(logits, iris.y[flowers]))
    inputs: Tensor = hidden(iris.x[flowers])
    return inputs.detach().flatten()


def _apply(o: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Value and slope of each activation at some inputs [activation input]."""
    o = o.clone().requires_grad_()
    values = [phi(o) for phi in ACTIVATIONS.values()]
    slopes = [torch.autograd.grad(value.sum(), o)[0] for value in values]
    return torch.stack(values).detach().numpy(), torch.stack(slopes).numpy()
