"""A filter slides over a series: weights that are given, then weights that are learned.

    y(t) = Σₖ w(k) · x(t + k)     k = −2 ... 2: the window lies around t, as in the notes

What lies beyond the series is its padding; without any, t goes from 2 to n − 3. Arrays count from 0: w(k) is
`kernel[k + 2]`, and y(t) is `activation_map[t]`, or `activation_map[t − 2]` without padding.

Deep-learning libraries call this convolution; mathematics calls it cross-correlation (the filter is not flipped). Five
weights of a Gaussian that sum to 1 smooth a random walk. Where the window hangs over an end and sees zeros, the weights
on the series no longer sum to 1, and the map dips towards zero.

In a network the weights are learned. Four filters of five weights, ReLU, the maximum over time and a linear layer tell
the four classes of the series of Trace, each averaged over five values; Adam, minibatches of 25, torch's initial
weights. Filters grow out of noise into shapes that tell classes apart: a fall, a rise, a peak.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor, nn
from torch.nn.functional import conv1d, cross_entropy, relu

import mathcore
from mathcore import Sweep, quantity
from mathcore._data import read_series
from mathcore._training import Adam, seeded

TIMES, STEP, WALK = 50, 0.1, 0  # of the random walk: values, the deviation of a step, and the seed
TAPS, REACH = 5, 2.0  # weights of a filter; the Gaussian's are at -REACH to REACH deviations
PAD = TAPS // 2
MODES = {"zero": "constant", "reflect": "reflect"}  # np.pad's names
FILTERS, CLASSES = 4, 4
POSITIONS = 55  # of a series of Trace, each the mean of five neighbouring values
MINIBATCH, LEARNING_RATE = 25, 0.03
RUNS = 5  # seeds on which the network is trained
LEARNED, PARTLY = 0.95, 0.5  # accuracies from which a network has learned to tell classes, or some of them


class Params(BaseModel, frozen=True, extra="forbid"):
    """The knobs."""

    padding: Literal["zero", "valid", "reflect"] = Field(
        "zero", description="what lies beyond the random walk: zeros, nothing, its mirror image"
    )
    epochs: int = Field(60, ge=1, le=100, description="epochs of training")
    seed: int = Field(2, ge=0, le=999, description="seed of initial weights and minibatches; four more follow it")


SWEEP = Sweep("epochs", (1, 100), log=True)


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """The random walk and its map; the training; and where each filter responds most in one series of each class.

    Epoch 0 is the start. Responses are those after training, without padding, the bias included, before ReLU.
    """

    params: Params
    x: np.ndarray = quantity("time", "random walk", tolerance=1e-12)
    walk_seed: np.ndarray = quantity("", "seed of the random walk", dtype=int)
    kernel: np.ndarray = quantity("tap", "weights of the Gaussian filter, which sum to 1", tolerance=1e-12)
    window: np.ndarray = quantity("out tap", "what the filter sees at each place", tolerance=1e-12)
    product: np.ndarray = quantity("out tap", "each weight times the value under it", tolerance=1e-12)
    activation_map: np.ndarray = quantity("out", "their sum at each place", tolerance=1e-12)
    seen: np.ndarray = quantity("out", "sum of the weights that lie on the series", tolerance=1e-12)
    mean_seen: np.ndarray = quantity("out", "weighted mean of the values of the series that it sees", tolerance=1e-12)
    dip: np.ndarray = quantity("out", "how far the map lies below that mean", tolerance=1e-12)
    learned_kernel: np.ndarray = quantity("epoch filter tap", "weights of the learned filters")
    loss: np.ndarray = quantity("epoch", "cross-entropy on the series that train")
    accuracy: np.ndarray = quantity("epoch", "share of the test series whose class is told")
    held_out: np.ndarray = quantity("", "test series", dtype=int, tolerance=0)
    shown: np.ndarray = quantity("class", "first test series of each class, from 0", dtype=int, tolerance=0)
    series: np.ndarray = quantity("class position", "these series, averaged over five values", tolerance=1e-12)
    response: np.ndarray = quantity("class filter place", "what each filter makes of them")
    strongest: np.ndarray = quantity("class filter", "largest response, 0 where none is positive: what ReLU leaves")
    where: np.ndarray = quantity("class filter", "place of the largest response", dtype=int)
    told: np.ndarray = quantity("class", "class that the network tells, from 0", dtype=int)
    final_accuracy: np.ndarray = quantity("run", "accuracy after training, for each of five seeds")
    learned: np.ndarray = quantity("", f"seeds whose accuracy is at least {LEARNED}", dtype=int)

    def outcome(self) -> Literal["learned", "partly", "hardly"]:
        """Whether the network with the first seed has learned to tell the classes, some of them, or hardly any."""
        last = self.accuracy[-1]
        return "learned" if last >= LEARNED else "partly" if last >= PARTLY else "hardly"

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Other weights, other values beyond the series, other filters; a flipped Gaussian is the same Gaussian."""
        yield "a kernel that is not normalised", _slide(self.x, _gaussian(), self.params.padding)
        forms = {
            "zeros beyond the series": ((PAD, PAD), "constant"),
            "a map without padding ('valid')": ((0, 0), "constant"),
            "a mirrored series, its ends not repeated ('reflect')": ((PAD, PAD), "reflect"),
            "a mirrored series, its ends repeated ('symmetric')": ((PAD, PAD), "symmetric"),
            "ends that are repeated ('edge')": ((PAD, PAD), "edge"),
            "zeros before the series only (causal)": ((2 * PAD, 0), "constant"),
        }
        for name, (beyond, mode) in forms.items():
            windows = _windows(np.pad(self.x, beyond, mode=mode))  # type: ignore[call-overload]
            yield name, {"window": windows, "product": windows * self.kernel, "activation_map": windows @ self.kernel}
        renormalised = "weights at the ends that are divided by the sum of those on the series"
        yield renormalised, {"activation_map": _slide(self.x, self.kernel, "zero")["mean_seen"]}
        yield from self._flipped()

    def _flipped(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Learned filters that are turned around before they slide: a convolution in the sense of mathematics."""
        net = _trained(self.params.seed, self.params.epochs).net
        turned = net._replace(kernel=net.kernel.flip(-1))
        yield "flipped filters", {"learned_kernel": self.learned_kernel[..., ::-1], **_respond(turned, self.series)}

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and, after as many epochs as by default, its lesson."""
        yield "the kernel sums to 1 within 1e-12", abs(self.kernel.sum() - 1) < 1e-12
        yield "each value of the map is the sum of its products", _close(self.product.sum(1), self.activation_map)
        yield (
            "seen times mean_seen is the map under zeros",
            (self.params.padding == "reflect" or _close(self.seen * self.mean_seen, self.activation_map)),
        )
        yield (
            "strongest is the response at its place after ReLU",
            _close(
                np.take_along_axis(self.response, self.where[..., None], axis=2)[..., 0].clip(min=0), self.strongest
            ),
        )
        if self.params.epochs >= Params().epochs:
            yield f"the accuracy is at least {LEARNED} for 3 of 5 seeds", bool(self.learned >= 3)
            grown = np.abs(self.learned_kernel[-1]).max() > 2 * np.abs(self.learned_kernel[0]).max()
            yield "the largest weight of the filters has more than doubled", bool(grown)


class Net(NamedTuple):
    """A network: a convolution, ReLU, the maximum over time, a linear layer."""

    kernel: Tensor  # [filter 1 tap]
    bias: Tensor  # [filter]
    weight: Tensor  # [class filter]
    offset: Tensor  # [class]

    def scores(self, x: Tensor) -> Tensor:
        """The scores [series class] of series [series 1 position]."""
        return relu(conv1d(x, self.kernel, self.bias)).amax(dim=2) @ self.weight.T + self.offset


class Training(NamedTuple):
    """The network after training, and what was noted before the first epoch and after each."""

    net: Net
    kernels: np.ndarray  # [epoch filter tap]
    loss: np.ndarray  # [epoch]
    accuracy: np.ndarray  # [epoch]


def compute(params: Params = Params()) -> Trace:
    """Slide the Gaussian over the random walk; train the network, and lay its filters on four series."""
    x = np.cumsum(np.random.RandomState(WALK).randn(TIMES) * STEP)
    kernel = _gaussian() / _gaussian().sum()
    runs = [_trained(params.seed + k, params.epochs) for k in range(RUNS)]
    final = np.array([run.accuracy[-1] for run in runs])
    series, classes = read("test")
    shown = np.array([np.argmax(classes == k) for k in range(CLASSES)])
    return Trace(
        params=params, x=x, walk_seed=np.array(WALK), kernel=kernel, **_slide(x, kernel, params.padding),
        learned_kernel=runs[0].kernels, loss=runs[0].loss, accuracy=runs[0].accuracy, held_out=np.array(len(series)),
        shown=shown, series=series[shown], **_respond(runs[0].net, series[shown]),
        final_accuracy=final, learned=np.array(np.sum(final >= LEARNED)),
    )  # fmt: skip


def read(part: Literal["train", "test"]) -> tuple[np.ndarray, np.ndarray]:
    """The series of Trace [series position], averaged over five values, and their classes [series], from 0."""
    return read_series(part, POSITIONS)


def _gaussian() -> np.ndarray:
    """The weights of a Gaussian [tap], as the notes have them before they are divided by their sum."""
    return np.asarray(np.exp(-(np.linspace(-REACH, REACH, TAPS) ** 2) / 2))


def _windows(x: np.ndarray) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(x, TAPS)


def _slide(x: np.ndarray, kernel: np.ndarray, padding: str) -> dict[str, np.ndarray]:
    """What the filter sees, makes of it, and how much of the filter lies on the series, at each place."""
    beyond = 0 if padding == "valid" else PAD
    window = _windows(np.pad(x, beyond, mode=MODES.get(padding, "constant")))  # type: ignore[call-overload]
    on_series = _windows(np.pad(np.ones_like(x), beyond))
    values = _windows(np.pad(x, beyond))
    seen, activation_map = on_series @ kernel, window @ kernel
    mean_seen = values @ kernel / seen
    return {
        "window": window, "product": window * kernel, "activation_map": activation_map,
        "seen": seen, "mean_seen": mean_seen, "dip": mean_seen - activation_map,
    }  # fmt: skip


def _respond(net: Net, series: np.ndarray) -> dict[str, np.ndarray]:
    """What each filter makes of series [class position], and what the network tells of them."""
    with seeded(), torch.no_grad():
        x = torch.from_numpy(series.copy())[:, None]
        response, told = conv1d(x, net.kernel, net.bias).numpy(), net.scores(x).argmax(dim=1).numpy()
    strongest, where = relu(torch.from_numpy(response.max(axis=2))).numpy(), response.argmax(axis=2)
    return {"response": response, "strongest": strongest, "where": where, "told": told}


@lru_cache(maxsize=16)
def _trained(seed: int, epochs: int) -> Training:
    """Train the network with one seed."""
    (x, y), (x_test, y_test) = _tensors("train"), _tensors("test")
    with seeded(seed):
        conv, linear = nn.Conv1d(1, FILTERS, TAPS), nn.Linear(FILTERS, CLASSES)
        net = Net(*(weights.detach().requires_grad_() for layer in (conv, linear) for weights in layer.parameters()))
        adam, noted = Adam(net, LEARNING_RATE), []
        for epoch in range(epochs + 1):
            if epoch:
                for rows in torch.split(torch.randperm(len(x)), MINIBATCH):
                    adam.step(cross_entropy(net.scores(x[rows]), y[rows]))
            with torch.no_grad():
                right = (net.scores(x_test).argmax(dim=1) == y_test).double().mean()
                noted.append((net.kernel[:, 0].numpy().copy(), cross_entropy(net.scores(x), y).item(), right.item()))
    kernels, loss, accuracy = (np.array(values) for values in zip(*noted, strict=True))
    return Training(Net(*(weights.detach() for weights in net)), kernels, loss, accuracy)


def _tensors(part: Literal["train", "test"]) -> tuple[Tensor, Tensor]:
    series, classes = read(part)
    return torch.from_numpy(series)[:, None], torch.from_numpy(classes)


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    return np.allclose(one, other, rtol=0, atol=1e-12)
