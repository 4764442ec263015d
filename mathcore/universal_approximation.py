"""One hidden layer of K sigmoid units, fitted to a curve: every unit is a step, and the steps add up.

    ŷ(x) = c + Σ vₖ σ(wₖ x + bₖ)

The fit minimises the mean squared error plus 10⁻⁶ Σ vₖ² + 10⁻⁹ Σ wₖ², which keeps steps from growing tall against each
other, or endlessly steep. A net grows unit by unit: a new one is tried at several places, all weights are trained again
by Levenberg's and Marquardt's method, and the best of the nets goes on. So the fit of K units does not depend on the
other sizes. Plain gradient descent then starts on the same loss with as many units as the largest net has, its steps
spread over the interval: that weights exist does not say that training finds them. Errors are those at the 101 inputs;
what a net does between the two at which the target `step` jumps is not measured.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor

import mathcore
from mathcore import Sweep, quantity
from mathcore._training import seeded

HALF, WIDTH = 50, 0.25  # points on either side of 0; of the bump
POINTS = 2 * HALF + 1
PENALTY_V, PENALTY_W = 1e-6, 1e-9  # on the squares of output weights, and of hidden weights
TRIALS, ITERATIONS = 12, 40  # places at which a new unit is tried; steps of Levenberg and Marquardt for each
SLOPES, NEW_STEP = (4.0, 20.0), 0.1  # between which the hidden weights of new units are drawn; their typical height
STARTS, DOUBLINGS = 8, 11  # of gradient descent, which takes 2^11 steps
LEARNING_RATE, WIDE = 0.1, 16  # up to so many units; the curvature of the loss grows with their number
GAIN, FOUND = 0.99, 2.0  # of an error that counts as smaller; multiple of the fit's error that counts as found
UNSEEN, FLAT = 0.02, 0.01  # share of the target's range that cannot be seen; rise of a step that hardly is one

TARGETS = {
    "sine": lambda x: torch.sin(2 * torch.pi * x),
    "step": lambda x: torch.where(x < 0, -1.0, 1.0),
    "bump": lambda x: torch.exp(-((x / WIDTH) ** 2)),
}


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    hidden: tuple[Annotated[int, Field(ge=1, le=32)], ...] = Field(
        (1, 2, 4, 8, 16), min_length=1, max_length=6, description="hidden units of each net"
    )
    target: Literal["sine", "step", "bump"] = Field("sine", description="curve that the nets are fitted to")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="seed of the places that new units, and descents, start from")


SWEEP = Sweep("hidden", (1, 32), log=True)


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """The fits, smallest net first, and the descents; steps stand from left to right, flat ones last.

    Units that a smaller net lacks are 0, and add nothing to its partial sums.
    """

    params: Params
    x: np.ndarray = quantity("x", "inputs, evenly spaced from -1 to 1", tolerance=1e-12)
    target: np.ndarray = quantity("x", "value to predict at each input", tolerance=1e-12)
    units: np.ndarray = quantity("run", "hidden units of each net, smallest first", dtype=int, tolerance=0)
    w: np.ndarray = quantity("run unit", "hidden weight: how steep the step is; every step goes up if v is positive")
    b: np.ndarray = quantity("run unit", "hidden bias: the step is at -b / w")
    v: np.ndarray = quantity("run unit", "output weight: height of the step")
    c: np.ndarray = quantity("run", "output bias")
    partial_sum: np.ndarray = quantity("run level x", "c plus the contributions of the first 0, 1, 2... units")
    prediction: np.ndarray = quantity("run x", "output of each net")
    contribution: np.ndarray = quantity("unit x", "v sigmoid(w x + b) of each unit of the last net")
    error: np.ndarray = quantity("run", "largest distance of prediction and target at the inputs")
    worst: np.ndarray = quantity("run", "place along x of the largest distance", dtype=int)
    rms: np.ndarray = quantity("run", "root of the mean squared distance")
    learning_rate: np.ndarray = quantity("", "step size rho of gradient descent, 0.1 up to 16 units", tolerance=1e-12)
    descent_step: np.ndarray = quantity("record", "steps of gradient descent at each record", dtype=int, tolerance=0)
    descent: np.ndarray = quantity("start record x", "output of a net as large as the last one, trained by descent")
    descent_error: np.ndarray = quantity("start record", "its largest distance from the target")
    best_descent: np.ndarray = quantity("", "smallest of these in the end")
    times: np.ndarray = quantity("", "how many times the error of the fit that is")
    found: np.ndarray = quantity("", "how many end within twice the error of the fit", dtype=int)

    def sizes(self) -> tuple[np.ndarray, np.ndarray]:
        """Every number of units once [size], and the first net that has it [size]."""
        sizes, first = np.unique(self.units, return_index=True)
        return sizes, first

    def outcome(self) -> str:
        """Whether more units make the error smaller: it falls, uneven, stays, or there is one size only."""
        sizes, first = self.sizes()
        error = self.error[first]
        if len(sizes) == 1:
            return "one_size"
        if np.all(error[1:] < GAIN * error[:-1]):
            return "falls"
        return "uneven" if error[-1] < GAIN * error[0] else "stays"

    def fit(self) -> str:
        """Whether the last net's output can be told from the target by eye: it is the curve, or misses it."""
        return "is_curve" if self.error[-1] <= UNSEEN * np.ptp(self.target) else "misses"

    def training(self) -> str:
        """How many of the descents come close to the fit: none, some, all."""
        return "none" if self.found == 0 else "all" if self.found == len(self.descent) else "some"

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and the lesson, with the default knobs."""
        total = self.c[-1] + self.contribution.sum(axis=0)
        yield (
            "contribution and the output bias add up to prediction to 1e-12",
            np.allclose(total, self.prediction[-1], rtol=0, atol=1e-12 * max(1, np.abs(self.v[-1]).sum())),
        )
        yield "prediction is the last partial_sum", np.array_equal(self.partial_sum[:, -1], self.prediction)
        yield (
            "error is the largest distance of prediction and target",
            np.array_equal(self.error, np.abs(self.prediction - self.target).max(axis=1)),
        )
        yield "rms is nowhere above error", bool((self.rms <= self.error).all())
        if self.params == Params():
            yield "at the default knobs, error falls with every net", self.outcome() == "falls"
            yield "at the default knobs, error of the last net is below 0.01", bool(self.error[-1] < 0.01)
            yield "at the default knobs, found = 0: descent misses the fit by far", self.training() == "none"


def compute(params: Params = Params()) -> Trace:
    """Grow a net up to the largest size and keep it at every size; then descend from random starts."""
    units = sorted(params.hidden)
    with seeded(params.seed):
        x = torch.arange(-HALF, HALF + 1) / HALF
        y = TARGETS[params.target](x)
        grown = _grow(x, y, units[-1])
        nets = [_in_order(grown[many]) for many in units]
    with seeded(params.seed):
        learning_rate = LEARNING_RATE * min(1, WIDE / units[-1])
        descent = _descend(x, y, units[-1], learning_rate)  # [start record x]
    w, b, v = map(_padded, zip(*(net[:3] for net in nets), strict=True))
    c = torch.stack([net[3] for net in nets])
    contribution = _contributions(w, b, v, x)  # [run unit x]
    partial_sum = torch.cat([c[:, None, None].expand(-1, 1, POINTS), contribution], dim=1).cumsum(dim=1)
    distance, descent_error = (partial_sum[:, -1] - y).abs(), (descent - y).abs().amax(dim=-1)
    error = distance.amax(dim=1)
    arrays = {
        "x": x, "target": y, "w": w, "b": b, "v": v, "c": c, "partial_sum": partial_sum,
        "prediction": partial_sum[:, -1], "contribution": contribution[-1], "error": error,
        "worst": distance.argmax(dim=1), "rms": distance.square().mean(dim=1).sqrt(),
        "descent": descent, "descent_error": descent_error, "best_descent": descent_error[:, -1].min(),
        "times": descent_error[:, -1].min() / error[-1],
        "found": (descent_error[:, -1] <= FOUND * error[-1]).sum(),
    }  # fmt: skip
    steps = {"learning_rate": np.array(learning_rate), "descent_step": _records()}
    return Trace(
        params=params, units=np.array(units), **steps, **{name: array.numpy() for name, array in arrays.items()}
    )


def _grow(x: Tensor, y: Tensor, most: int) -> dict[int, Tensor]:
    """The best net found of each size up to `most`: all its w, its b, its v, then c [weight]."""
    best, grown = y.mean()[None], {}
    for units in range(1, most + 1):
        new = torch.stack([*_spread(TRIALS, 1), NEW_STEP * torch.randn(TRIALS, 1)], dim=1)  # [trial part 1]
        old = best.expand(TRIALS, -1)
        parts = torch.cat([old[:, :-1].reshape(TRIALS, 3, -1), new], dim=2)
        theta, loss = _fit(torch.cat([parts.flatten(1), old[:, -1:]], dim=1), x, y)
        grown[units] = best = theta[loss.argmin()]
    return grown


def _spread(*shape: int) -> tuple[Tensor, Tensor]:
    """Weights w and biases b of units whose steps are at random places of the interval."""
    low, high = SLOPES
    w = low + (high - low) * torch.rand(*shape)
    return w, -w * (2 * torch.rand(*shape) - 1)


def _fit(theta: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Levenberg's and Marquardt's method on nets [net weight]; what it comes to, and the losses [net].

    Misses and penalised weights are the numbers whose squares add up to the loss. With their slopes J it solves
    (JᵀJ + damping) step = Jᵀ misses; a step that does not lower the loss is not taken, and the next one is shorter.
    """
    penalty, damping = _penalty(theta), torch.full((len(theta), 1), 1e-3)
    h, miss = _misses(theta, x, y)
    loss = _loss(miss, theta)
    for _ in range(ITERATIONS):
        slopes = _slopes(theta, h, x)
        curvature = slopes.mT @ slopes / POINTS + torch.diag(penalty)
        damped = torch.diag_embed(damping * (curvature.diagonal(dim1=1, dim2=2) + 1e-9))
        downhill = (slopes.mT @ miss[..., None])[..., 0] / POINTS + penalty * theta
        tried = theta - torch.linalg.solve(curvature + damped, downhill)
        new_h, new_miss = _misses(tried, x, y)
        new_loss = _loss(new_miss, tried)
        better = new_loss < loss
        h = torch.where(better[:, None, None], new_h, h)
        theta, miss = (torch.where(better[:, None], a, b) for a, b in ((tried, theta), (new_miss, miss)))
        loss = torch.where(better, new_loss, loss)
        damping = torch.where(better[:, None], damping / 4, damping * 3).clamp(1e-10, 1e10)
    return theta, loss


def _parts(theta: Tensor) -> list[Tensor]:
    """The w, b and v of nets [net weight], as rows [net 1 unit]."""
    return list(theta[:, :-1].reshape(len(theta), 3, 1, -1).unbind(1))


def _misses(theta: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Activations of each net [net x unit], and its prediction minus target [net x]."""
    w, b, v = _parts(theta)
    h = torch.sigmoid(x[:, None] * w + b)
    return h, (h @ v.mT)[..., 0] + theta[:, -1:] - y


def _slopes(theta: Tensor, h: Tensor, x: Tensor) -> Tensor:
    """How predictions change with each weight [net x weight]."""
    by_b = _parts(theta)[2] * h * (1 - h)
    return torch.cat([x[:, None] * by_b, by_b, h, torch.ones_like(h[..., :1])], dim=2)


def _penalty(theta: Tensor) -> Tensor:
    """What the square of each weight costs [weight]; biases are free."""
    units = theta.shape[1] // 3
    return torch.tensor([PENALTY_W] * units + [0] * units + [PENALTY_V] * units + [0])


def _loss(miss: Tensor, theta: Tensor) -> Tensor:
    """Mean squared error plus penalties of each net [net]."""
    return miss.square().mean(dim=1) + theta.square() @ _penalty(theta)


def _in_order(theta: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """A net's w, b, v [unit] and c: each w made positive, for v σ(z) = v − v σ(−z); then sorted by place.

    Units that hardly change over the interval, as those do that a fit has no use for, come last.
    """
    (w, b, v), c = theta[:-1].reshape(3, -1), theta[-1]
    c = c + v[w < 0].sum()
    sign = torch.where(w < 0, -1.0, 1.0)
    w, b, v = (sign * part for part in (w, b, v))
    rise = v * (torch.sigmoid(b + w) - torch.sigmoid(b - w))
    place = torch.where(rise.abs() < FLAT, torch.inf, -b / w)
    order = place.argsort(stable=True)
    return w[order], b[order], v[order], c


def _contributions(w: Tensor, b: Tensor, v: Tensor, x: Tensor) -> Tensor:
    """What each unit adds [... unit x]."""
    return v[..., None] * torch.sigmoid(w[..., None] * x + b[..., None])


def _padded(rows: Iterable[Tensor]) -> Tensor:
    """Rows of several lengths as one array, with zeros behind the shorter ones."""
    return torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True)


def _descend(x: Tensor, y: Tensor, units: int, learning_rate: float) -> Tensor:
    """Plain gradient descent on the loss from several starts; the outputs at each record [start record x]."""
    w, b = _spread(STARTS, units)
    v = (2 * torch.rand(STARTS, units) - 1) / units**0.5
    theta = torch.cat([w, b, v, torch.zeros(STARTS, 1)], dim=1)
    penalty, outputs, records = _penalty(theta), [], set(_records().tolist())
    for step in range(2**DOUBLINGS + 1):
        h, miss = _misses(theta, x, y)
        if step in records:
            outputs.append(miss + y)
        by_v = (miss[:, None] @ h)[:, 0]  # [start unit]
        by_sum = miss[..., None] * h * (1 - h)  # of each unit, still without its v [start x unit]
        by_w, by_b = (_parts(theta)[2][:, 0] * part for part in (x @ by_sum, by_sum.sum(dim=1)))
        by_all = torch.cat([by_w, by_b, by_v, miss.sum(dim=1, keepdim=True)], dim=1)
        theta = theta - 2 * learning_rate * (by_all / POINTS + penalty * theta)
    return torch.stack(outputs, dim=1)


def _records() -> np.ndarray:
    """Steps after which descents are looked at: 0, then two for every doubling."""
    return np.unique(np.append(0, np.round(2 ** (np.arange(2 * DOUBLINGS + 1) / 2)))).astype(int)
