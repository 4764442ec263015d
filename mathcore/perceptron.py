"""One neuron, trained to tell the iris species 0 (setosa) from the two others.

    oᵢ = w · xᵢ + b     a = φ(o)     L = 1/150 Σ log(1 + exp(oᵢ)) − yᵢ oᵢ     w ← w − ρ dL/dw     b ← b − ρ dL/db

A weighted sum is a sum of contributions w x, one for each input, and the bias. Every flower goes through the same
weights, and the activation φ reads nothing but the total o. The inputs are lengths in cm, never negative: the sign of a
contribution is that of its weight. Training starts at w = 0, b = 0, takes all flowers at every step, and always reads
totals by the sigmoid, whatever φ the knob `activation` chooses for the two flowers. A flower is classified as setosa
where o > 0, that is where the sigmoid exceeds 1/2.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch.nn.functional import binary_cross_entropy_with_logits

import mathcore
from mathcore import Sweep, quantity
from mathcore._data import DATA, read_columns
from mathcore._training import checkpoints, seeded

FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")  # and keys of what they are called
SETOSA = 0  # species
ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "identity": lambda o: o, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu,
}  # fmt: skip
CHECKPOINTS = 30  # steps at which all totals are kept, at most; the closer together the earlier
NARROWEST = 4.0  # the grid reaches from -4 to 4 at least, where the curves bend
MARGIN = 0.15  # of the grid, beyond what it must hold


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    sample: int = Field(0, ge=0, le=149, description="row of the first flower in iris.csv, from 0")
    other: int = Field(75, ge=0, le=149, description="row of the other flower, from 0")
    activation: Literal["identity", "sigmoid", "tanh", "relu"] = Field(
        "sigmoid", description="function phi that reads the total; training always uses the sigmoid"
    )
    learning_rate: float = Field(0.5, ge=0.01, le=1, description="step size rho")
    steps: int = Field(200, ge=0, le=1000, description="number of training steps")


SWEEP = Sweep("other", (0, 149))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """Two flowers on their way through the trained neuron, and how it was trained on all 150."""

    params: Params
    x: np.ndarray = quantity("feature", "lengths of the first flower", unit="cm", tolerance=0)
    w: np.ndarray = quantity("feature", "weights after training", unit="1/cm", tolerance=1e-9)
    b: np.ndarray = quantity("", "bias after training", tolerance=1e-9)
    contribution: np.ndarray = quantity("feature", "w x of each input", tolerance=1e-9)
    o: np.ndarray = quantity("", "total: pre-activation w . x + b", tolerance=1e-9)
    a: np.ndarray = quantity("", "activation phi(o)", tolerance=1e-9)
    species: np.ndarray = quantity("", "species of the first flower: 0, 1 or 2", dtype=int, tolerance=0)
    x_other: np.ndarray = quantity("feature", "lengths of the other flower", unit="cm", tolerance=0)
    contribution_other: np.ndarray = quantity("feature", "w x of each of its inputs", tolerance=1e-9)
    o_other: np.ndarray = quantity("", "its total", tolerance=1e-9)
    a_other: np.ndarray = quantity("", "its activation", tolerance=1e-9)
    species_other: np.ndarray = quantity("", "its species", dtype=int, tolerance=0)
    o_mixed: np.ndarray = quantity("exchanged", "total with the first so many inputs exchanged", tolerance=1e-9)
    a_mixed: np.ndarray = quantity("exchanged", "activation of that total", tolerance=1e-9)
    loss: np.ndarray = quantity("step", "mean logistic loss, the start included", tolerance=1e-9)
    rises: np.ndarray = quantity("", "how many steps raised the loss", dtype=int)
    accuracy: np.ndarray = quantity("", "share of the flowers classified correctly after training", tolerance=0)
    is_setosa: np.ndarray = quantity("sample", "1 for setosa, 0 for the other species", dtype=int)
    checkpoint_step: np.ndarray = quantity("checkpoint", "step of each checkpoint, first and last included", dtype=int)
    w_then: np.ndarray = quantity("checkpoint feature", "weights at each checkpoint", unit="1/cm")
    b_then: np.ndarray = quantity("checkpoint", "bias at each checkpoint")
    total: np.ndarray = quantity("checkpoint sample", "total o of every flower at each checkpoint")
    correct: np.ndarray = quantity("checkpoint", "how many flowers are classified correctly", dtype=int)
    grid: np.ndarray = quantity("grid", "totals at which the activation is drawn")
    phi: np.ndarray = quantity("grid", "activation of those totals")

    def training(self) -> str:
        """How the loss went: untrained, falls at every step, uneven (falls, not at every step), or risen in the end."""
        if not self.params.steps:
            return "untrained"
        if self.loss[-1] >= self.loss[0]:
            return "risen"
        return "uneven" if self.rises else "falls"

    def answer(self) -> str:
        """Where the other total lands: same_flower, same_total, same_side of 0 as the first one, or apart."""
        if self.params.sample == self.params.other:
            return "same_flower"
        if self.o == self.o_other:
            return "same_total"
        return "same_side" if (self.o > 0) == (self.o_other > 0) else "apart"

    def invariants(self) -> Iterable[tuple[str, bool]]:
        """What holds whatever the knobs."""
        total, last = np.sum(self.contribution) + self.b, self.total[-1]
        rows = [self.params.sample, self.params.other]
        yield "o is the sum of the contributions and the bias", bool(np.isclose(self.o, total, rtol=1e-9, atol=1e-9))
        mixed = [self.o_mixed[0] == self.o, self.o_mixed[-1] == self.o_other]
        yield "with no and with all inputs exchanged the total is that of a flower", all(mixed)
        yield "the two flowers are among all", bool(np.allclose([self.o, self.o_other], last[rows], rtol=1e-9))
        yield "the accuracy counts the totals above 0", bool(self.accuracy == np.mean((last > 0) == self.is_setosa))


def compute(params: Params = Params()) -> Trace:
    """Train the neuron, then send both flowers through it."""
    *lengths, species = read_columns(DATA / "iris.csv", *FEATURES, "species")
    flowers, is_setosa = np.stack(lengths, axis=1), species == SETOSA  # [sample feature], [sample]
    with seeded():
        weights, loss = _train(torch.from_numpy(flowers), torch.from_numpy(is_setosa).double(), params)
        w, b = weights[-1, :-1], weights[-1, -1]
        x, x_other = flowers[[params.sample, params.other]]
        mixed = np.array([np.cumsum([*(w * np.append(x_other[:k], x[k:])), b]) for k in range(len(w) + 1)])
        o_mixed, grid = mixed[:, -1], _grid(x, x_other, *mixed)
        phi, a_mixed = (_activate(params, at) for at in (grid, o_mixed))
    checkpoint_step = checkpoints(params.steps, CHECKPOINTS)
    w_then, b_then = weights[checkpoint_step, :-1], weights[checkpoint_step, -1]
    total = w_then @ flowers.T + b_then[:, None]
    correct = np.sum((total > 0) == is_setosa, axis=1)
    return Trace(
        params=params, x=x, w=w, b=b, contribution=w * x, o=o_mixed[0], a=a_mixed[0], species=species[params.sample],
        x_other=x_other, contribution_other=w * x_other, o_other=o_mixed[-1], a_other=a_mixed[-1],
        species_other=species[params.other], o_mixed=o_mixed, a_mixed=a_mixed, loss=loss,
        rises=np.array(np.sum(np.diff(loss) > 0)), accuracy=correct[-1] / len(flowers), is_setosa=is_setosa.astype(int),
        checkpoint_step=checkpoint_step, w_then=w_then, b_then=b_then, total=total, correct=correct, grid=grid, phi=phi,
    )  # fmt: skip


def _train(x: torch.Tensor, y: torch.Tensor, params: Params) -> tuple[np.ndarray, np.ndarray]:
    """The weights, the bias behind them [step feature+1], and the losses [step] of gradient descent on all flowers."""
    inputs = torch.cat([x, torch.ones(len(x), 1)], dim=1)
    weights, path, losses = torch.zeros(inputs.shape[1], requires_grad=True), [], []
    for _ in range(params.steps + 1):
        loss = binary_cross_entropy_with_logits(inputs @ weights, y)
        (gradient,) = torch.autograd.grad(loss, weights)
        path.append(weights.detach().numpy())
        losses.append(loss.item())
        weights = (weights - params.learning_rate * gradient).detach().requires_grad_()
    return np.stack(path), np.array(losses)


def _activate(params: Params, o: np.ndarray) -> np.ndarray:
    return ACTIVATIONS[params.activation](torch.as_tensor(o)).numpy()


def _grid(*held: np.ndarray) -> np.ndarray:
    """Values around those that are held, with a margin."""
    values = np.concatenate([*held, [-NARROWEST, NARROWEST]])
    margin = MARGIN * np.ptp(values)
    return np.linspace(values.min() - margin, values.max() + margin, 201)
