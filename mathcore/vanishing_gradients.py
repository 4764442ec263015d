"""The gradient on its way back through a deep net, for three activations and three initialisations.

    oₗ = Wₗ aₗ₋₁     aₗ = φ(oₗ)     δₗ = φ'(oₗ) ⊙ Wₗ₊₁ᵀ δₗ₊₁     dL/dWₗ = δₗ aₗ₋₁ᵀ
    one neuron per layer, every weight 1, x = 1:     da⁽ᴰ⁾/dw⁽⁰⁾ = x Π φ'(oₗ)

The gradient δₗ = dL/doₗ starts at the outputs, and every layer multiplies it twice: by its weights, |Wᵀδₗ₊₁| /
|δₗ₊₁|, and by its slope, |δₗ| / |Wᵀδₗ₊₁|. Under Xavier the weights keep its length, on average: sigmoid, whose
slope is at most 1/4, loses its gradient, tanh keeps it. With σ = 1 sigmoid's arrives and tanh's explodes: the name
alone decides nothing. |dL/dWₗ| has the activations aₗ₋₁ as a further factor, and so does not obey this product alone.

The net: the 150 iris flowers, standardised, `depth` hidden layers of `width` units, three logits, mean
cross-entropy, biases zero, before any training. Every net has the same standard normal draws, times
gain · √(2 / (n_in + n_out)) for xavier, gain · √(2 / n_in) for he, gain for normal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Literal

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor
from torch.autograd import grad

import mathcore
from mathcore import Sweep, _iris, quantity
from mathcore._data import DATA, read_columns
from mathcore._training import seeded

Activation = Callable[[Tensor], Tensor]
ACTIVATIONS: dict[str, Activation] = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}
FEATURES = _iris.LENGTHS
CHAIN_INPUT, CHAIN_WEIGHT = 1.0, 1.0
VANISHED, EXPLODED = 1e-3, 10.0  # shares of the outputs' gradient


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    depth: int = Field(10, ge=2, le=30, description="number of hidden layers, and of neurons in the chain")
    width: int = Field(32, ge=2, le=128, description="units per hidden layer")
    init: Literal["xavier", "he", "normal"] = Field("xavier", description="rule that scales the weights' draws")
    gain: float = Field(1.0, ge=0.01, le=10, description="factor on every weight of the net")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="seed of the weights' draws")


SWEEP = Sweep("gain", (0.1, 10.0), log=True)


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """One net per activation, in the order sigmoid, tanh, relu; layers from the first to the last."""

    params: Params
    gradient_norm: np.ndarray = quantity(
        "activation layer", "|dL/dW| of each hidden layer; sigmoid, tanh, relu", tolerance=1e-9
    )
    factor: np.ndarray = quantity("activation layer", "mean slope |phi'(o)| over units and flowers", tolerance=1e-9)
    reached: np.ndarray = quantity(
        "activation layer", "|dL/do| of each hidden layer as a share of that of the outputs", tolerance=1e-9
    )
    slope: np.ndarray = quantity(
        "activation layer", "what slopes multiply the gradient by: |dL/do| / |dL/da|", tolerance=1e-9
    )
    stretch: np.ndarray = quantity(
        "activation layer", "what weights multiply it by: |dL/da| / |dL/do of the next layer|", tolerance=1e-9
    )
    mean_slope: np.ndarray = quantity("activation", "geometric mean of slope over the layers", tolerance=1e-9)
    mean_stretch: np.ndarray = quantity("activation", "geometric mean of stretch over the layers", tolerance=1e-9)
    per_layer: np.ndarray = quantity(
        "activation", "mean slope times mean stretch; to the power of the depth what reaches layer 1", tolerance=1e-9
    )
    scale: np.ndarray = quantity(
        "", "standard deviation sigma of the weights between two hidden layers", tolerance=1e-12
    )
    fate: np.ndarray = quantity(
        "activation", "of the first layer's gradient: -1 vanished, 0 alive, 1 exploded", dtype=int, tolerance=0
    )
    limits: np.ndarray = quantity("limit", "shares below which a gradient has vanished, above which it has exploded")
    chain_input: np.ndarray = quantity("", "input x of the chain")
    chain_weight: np.ndarray = quantity("", "every weight of the chain")
    chain_factor: np.ndarray = quantity("activation depth", "slope phi'(o) of the chain's neuron D", tolerance=1e-12)
    chain_gradient: np.ndarray = quantity("activation depth", "da^(D)/dw^(0) of a chain of D neurons", tolerance=1e-12)
    w_first: np.ndarray = quantity("unit feature", "weights of the net, to the first hidden layer from the inputs")
    w_between: np.ndarray = quantity("between unit unit_before", "to each later hidden layer from the one before it")
    w_last: np.ndarray = quantity("species unit", "to the logits from the last hidden layer")


def compute(params: Params = Params()) -> Trace:
    """Send one gradient back through each net, and through each chain of 1 to `depth` neurons."""
    *columns, species = read_columns(DATA / "iris.csv", *FEATURES, "species")
    x = np.stack(columns, axis=1)  # [flower feature]
    inputs, labels = torch.from_numpy((x - x.mean(axis=0)) / x.std(axis=0)), torch.from_numpy(species).long()
    sizes = [len(FEATURES), *[params.width] * params.depth, _iris.SPECIES]
    with seeded(params.seed):
        weights = [scale(params, m, n) * torch.randn(n, m) for m, n in pairwise(sizes)]
        nets = [_send_back(phi, weights, inputs, labels) for phi in ACTIVATIONS.values()]
        chains = [_chain(phi, params.depth) for phi in ACTIVATIONS.values()]
    norms, factors, slope, stretch = (np.array(part) for part in zip(*nets, strict=True))  # [activation layer]
    reached = np.cumprod((slope * stretch)[:, ::-1], axis=1)[:, ::-1]
    mean_slope, mean_stretch = (np.prod(part, axis=1) ** (1 / params.depth) for part in (slope, stretch))
    return Trace(
        params=params, gradient_norm=norms, factor=factors, reached=reached, slope=slope, stretch=stretch,
        mean_slope=mean_slope, mean_stretch=mean_stretch, per_layer=mean_slope * mean_stretch,
        scale=np.array(scale(params, params.width, params.width)),
        fate=(reached[:, 0] > EXPLODED).astype(int) - (reached[:, 0] < VANISHED),
        limits=np.array([VANISHED, EXPLODED]), chain_input=np.array(CHAIN_INPUT), chain_weight=np.array(CHAIN_WEIGHT),
        chain_factor=np.array(chains)[:, 0], chain_gradient=np.array(chains)[:, 1],
        w_first=weights[0].numpy(), w_between=torch.stack(weights[1:-1]).numpy(), w_last=weights[-1].numpy(),
    )  # fmt: skip


def scale(params: Params, inputs: int, outputs: int) -> float:
    """The standard deviation of the weights of a layer with so many inputs and outputs."""
    rules = {"xavier": sqrt(2 / (inputs + outputs)), "he": sqrt(2 / inputs), "normal": 1.0}
    return params.gain * rules[params.init]


def _send_back(phi: Activation, weights: list[Tensor], a: Tensor, labels: Tensor) -> list[list[float]]:
    """Per hidden layer |dL/dW|, the mean of |φ'(o)|, and what slopes and weights multiply the gradient by."""
    *hidden, last = leaves = [w.clone().requires_grad_() for w in weights]
    sums, activations = [], []
    for w in hidden:
        sums.append(a @ w.T)  # [flower unit]
        a = phi(sums[-1])
        activations.append(a)
    sums.append(a @ last.T)
    loss = torch.nn.functional.cross_entropy(sums[-1], labels)
    by_weights, by_sums, by_activations = (_norms(loss, leaves) for leaves in (leaves, sums, activations))
    return [
        by_weights[:-1],
        [_slope(phi, o).abs().mean().item() for o in sums[:-1]],
        [_share(*pair) for pair in zip(by_sums[:-1], by_activations, strict=True)],
        [_share(*pair) for pair in zip(by_activations, by_sums[1:], strict=True)],
    ]


def _norms(loss: Tensor, places: list[Tensor]) -> list[float]:
    """The lengths of the gradients of a loss at some places."""
    return [g.norm().item() for g in grad(loss, places, retain_graph=True)]


def _share(part: float, whole: float) -> float:
    """One length as a share of another; of nothing there is none."""
    return part / whole if whole else 0.0


def _chain(phi: Activation, depth: int) -> tuple[list[float], list[float]]:
    """Per neuron of the chain its slope, and da/dw⁽⁰⁾ of the chain that ends there."""
    w = torch.tensor(CHAIN_WEIGHT, requires_grad=True)
    o, factors, gradients = w * CHAIN_INPUT, [], []
    for _ in range(depth):
        a = phi(o)
        factors.append(_slope(phi, o).item())
        gradients.append(grad(a, w, retain_graph=True)[0].item())
        o = CHAIN_WEIGHT * a  # the next neuron's
    return factors, gradients


def _slope(phi: Activation, o: Tensor) -> Tensor:
    """φ'(o), by automatic differentiation."""
    o = o.detach().requires_grad_()
    return grad(phi(o).sum(), o)[0]
