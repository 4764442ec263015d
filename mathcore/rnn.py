"""A recurrent network: one cell reads a series step by step, with the same weights at every step.

    o_t = W_h h_{t−1} + W_x x_t + b      h_t = tanh(o_t)      h_0 = 0

A linear layer and softmax tell the class of the series from the last h alone, so what an earlier value says must be
handed on from step to step. The series are those of Trace (four classes), standardised and thinned. Adam on all
training series at once, its rate falling to 0; W_h starts orthogonal, W_x four times as large as torch's.

What h carries is measured: the sharpest bend of the series is replaced by a straight line, and the network reads it
again. After the bend both series are the same; where h still differs, it remembers. Learning that is hard: of the
seeds 0 to 19 one reaches 90 % of the test series; the others confuse classes that differ by a short bend only. That
one, seed 0, is the default because its states have something to show. Since the test series themselves tell which one
it is, its accuracy on them says nothing of how well such a network does; how few learn is told beside it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

import mathcore
from mathcore import Convention, Sweep, quantity
from mathcore._data import read_series
from mathcore._training import Adam, seeded

CLASSES, RUNS = 4, 5  # of the series; seeds on which a network is trained
RATE, BETAS = 0.05, (0.9, 0.99)  # of Adam
LARGEST_GRADIENT = 0.3  # the norm that the gradient is clipped to
INPUT_SCALE = 4.0  # of W_x before training, in torch's initial weights
REACH = 3  # steps on either side of the sharpest bend between which a line is drawn
LEARNED = 0.9  # accuracy from which a network has learned to tell the classes


class Params(BaseModel, frozen=True, extra="forbid"):
    """The knobs."""

    series: int = Field(0, ge=0, le=99, description="test series that is read, from 0")
    hidden: int = Field(8, ge=2, le=16, description="hidden units")
    length: int = Field(30, ge=12, le=40, description="steps that a series is thinned to")
    epochs: int = Field(300, ge=1, le=400, description="epochs of training")
    seed: int = Field(0, ge=0, le=999, description="seed of the initial weights; four more follow it")


SWEEP = Sweep("epochs", (1, 400), log=True)


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """One test series, read after training; the same with its bend straightened; and the training.

    Epoch 0 is the start.
    """

    params: Params
    conventions: ClassVar = {
        "relu": Convention(
            "Haiku's VanillaRNN and brain.js", "h_t = relu(o_t)", "ours is tanh(o_t), as torch's and Keras'"
        ),
    }
    x: np.ndarray = quantity("time", "series that is read, standardised", tolerance=1e-12)
    w_x: np.ndarray = quantity("unit", "input weights")
    w_h: np.ndarray = quantity("unit unit_before", "recurrent weights, to a unit from a unit of the step before")
    b: np.ndarray = quantity("unit", "biases")
    from_state: np.ndarray = quantity("time unit", "W_h times the hidden state of the step before")
    from_input: np.ndarray = quantity("time unit", "W_x times the input")
    o: np.ndarray = quantity("time unit", "from_state + from_input + b")
    h: np.ndarray = quantity("time unit", "hidden state, tanh of o")
    w_out: np.ndarray = quantity("class unit", "weights of the linear layer that reads the last hidden state")
    b_out: np.ndarray = quantity("class", "its biases")
    probability: np.ndarray = quantity("class", "probability of each class at the end")
    told: np.ndarray = quantity("", "class that is told, from 0", dtype=int)
    true_class: np.ndarray = quantity("", "class of the series, from 0", dtype=int, tolerance=0)
    bend: np.ndarray = quantity("", "time of its sharpest bend, from 0", dtype=int, tolerance=0)
    joined: np.ndarray = quantity("", "first time after the straight line, from 0", dtype=int, tolerance=0)
    x_straight: np.ndarray = quantity("time", "the series with a straight line for its bend", tolerance=1e-12)
    h_straight: np.ndarray = quantity("time unit", "hidden state on that series")
    probability_straight: np.ndarray = quantity("class", "probability of each class at the end of that series")
    told_straight: np.ndarray = quantity("", "class that is told of that series, from 0", dtype=int)
    difference: np.ndarray = quantity("time", "largest difference between h and h_straight among the units")
    difference_before: np.ndarray = quantity("time", "the same before training", tolerance=1e-9)
    telling_unit: np.ndarray = quantity(
        "", "of the units whose h differs clearly at the end, the one that hears x most, from 0", dtype=int
    )
    loss: np.ndarray = quantity("epoch", "cross-entropy on the series that train")
    accuracy: np.ndarray = quantity("epoch", "share of the test series whose class is told")
    held_out: np.ndarray = quantity("", "test series", dtype=int, tolerance=0)
    seeds: np.ndarray = quantity("run", "seeds of the initial weights", dtype=int, tolerance=0)
    final_accuracy: np.ndarray = quantity("run", "accuracy after training, for each of five seeds")
    enough: np.ndarray = quantity("", "accuracy from which a seed counts as one that has learned", tolerance=0)
    learned: np.ndarray = quantity("", f"seeds whose accuracy is at least {LEARNED}", dtype=int)
    recognised: np.ndarray = quantity("", "test series of this class that are recognised", dtype=int)
    flipped: np.ndarray = quantity("", "of these, those told as another class once straightened", dtype=int)
    own_recognised: np.ndarray = quantity("own", "1 for a test series of this class that is recognised", dtype=int)
    own_flipped: np.ndarray = quantity("own", "1 for a recognised one told as another class straightened", dtype=int)
    own_told_straight: np.ndarray = quantity("own", "class that is told of it once straightened, from 0", dtype=int)
    w_x_before: np.ndarray = quantity("unit", "input weights before training")
    w_h_before: np.ndarray = quantity("unit unit_before", "recurrent weights before training")
    b_before: np.ndarray = quantity("unit", "biases before training")
    w_out_before: np.ndarray = quantity("class unit", "weights of the linear layer before training")
    b_out_before: np.ndarray = quantity("class", "its biases before training")

    def outcome(self) -> Literal["learned", "short"]:
        """Whether the first seed counts as one that has learned."""
        return "learned" if self.final_accuracy[0] >= self.enough else "short"

    def memory(self) -> Literal["flips", "stays"]:
        """Whether another class is told without the bend."""
        return "flips" if self.told != self.told_straight else "stays"

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """The states of a library whose cell has no tanh, with the same weights."""
        return self._states(self._cell(), function=_relu)

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Other recurrences than that of an RNN, on the same weights."""
        cell = self._cell()
        yield "an input that is added after tanh", self._states(cell, after=True)
        yield "no recurrent term", self._states(cell._replace(w_h=0 * self.w_h))
        yield "W_h transposed", self._states(cell._replace(w_h=self.w_h.T))
        yield "ReLU instead of tanh", self._states(cell, function=_relu)
        yield "an initial state of ones instead of zeros", self._states(cell, start=1.0)
        yield "a bias that is counted twice (b_ih and b_hh both b)", self._states(cell._replace(b=2 * self.b))
        before = np.concatenate([np.zeros_like(self.h[:1]), self.h[:-1]])
        yield "h before each step instead of after it", {"h": before, "probability": self._shares(before)}

    def _cell(self) -> "Cell":
        return Cell(self.w_x, self.w_h, self.b)

    def _states(self, cell: "Cell", **form: Any) -> dict[str, np.ndarray]:
        states = cell.read(self.x, **form)
        return states | {"probability": self._shares(states["h"])}

    def _shares(self, h: np.ndarray) -> np.ndarray:
        return softmax(self.w_out @ h[-1] + self.b_out)

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and its lesson, with the default knobs."""
        states = self._cell().read(self.x)
        for name in ("o", "h"):
            yield f"{name} obeys its formula to 1e-12", _close(getattr(self, name), states[name])
        straight = self._cell().read(self.x_straight)["h"]
        yield "h_straight obeys the formula of h to 1e-12", _close(self.h_straight, straight)
        yield "probability is the softmax of the linear layer to 1e-12", _close(self.probability, self._shares(self.h))
        gap = np.abs(self.h - self.h_straight).max(axis=1)
        yield "difference is the largest one between h and h_straight", _close(self.difference, gap)
        yield "learned counts final_accuracy", bool(self.learned == np.sum(self.final_accuracy >= LEARNED))
        yield "recognised counts own_recognised", bool(self.recognised == self.own_recognised.sum())
        yield "flipped counts own_flipped", bool(self.flipped == self.own_flipped.sum())
        if self.params == Params():
            yield f"at the default knobs, the accuracy is at least {LEARNED}", bool(self.accuracy[-1] >= LEARNED)
            most = bool(self.flipped > self.recognised / 2)
            yield "at the default knobs, most recognised series of the class flip once straightened", most
            carried = self.difference[-1] > 10 * self.difference_before[-1]
            yield "at the default knobs, difference[-1] is over 10 times difference_before[-1]", bool(carried)


class Cell(NamedTuple):
    """The weights that are the same at every step."""

    w_x: np.ndarray  # [unit]
    w_h: np.ndarray  # [unit unit_before]
    b: np.ndarray  # [unit]

    def read(
        self, x: np.ndarray, function: Callable[[np.ndarray], np.ndarray] = np.tanh, start: float = 0.0, *,
        after: bool = False,
    ) -> dict[str, np.ndarray]:  # fmt: skip
        """Its states [time unit] on a series [time]; in other forms, too: `after` adds the input to tanh's result."""
        h, kept = np.full(len(self.b), start), []
        for x_t in x:
            from_state, from_input = self.w_h @ h, self.w_x * x_t
            o = from_state + self.b + (0 if after else from_input)
            h = function(o) + (from_input if after else 0)
            kept.append((from_state, from_input, o, h))
        names = ("from_state", "from_input", "o", "h")
        return dict(zip(names, np.array(kept).transpose(1, 0, 2), strict=True))


def _relu(o: np.ndarray) -> np.ndarray:
    positive: np.ndarray = np.maximum(o, 0)
    return positive


class Networks(NamedTuple):
    """The weights of several networks at once."""

    w_h: Tensor  # [run unit unit_before]
    w_x: Tensor  # [run 1 unit]
    b: Tensor  # [run 1 unit]
    w_out: Tensor  # [run class unit]
    b_out: Tensor  # [run 1 class]

    def scores(self, x: Tensor) -> Tensor:
        """The scores [run series class] of series [time series], from the last hidden state."""
        h = torch.zeros(len(self.b), x.shape[1], self.b.shape[2])  # [run series unit]
        for x_t in x[..., None]:
            h = torch.baddbmm(x_t * self.w_x + self.b, h, self.w_h.mT).tanh()
        return torch.baddbmm(self.b_out, h, self.w_out.mT)

    def cell(self, run: int = 0) -> Cell:
        """The recurrent weights of one of them."""
        return Cell(*(w[run].numpy(force=True) for w in (self.w_x[:, 0], self.w_h, self.b[:, 0])))

    def arrays(self, ending: str = "") -> dict[str, np.ndarray]:
        """The weights of the first one, as quantities of a trace."""
        readout = {"w_out": self.w_out[0].numpy(force=True), "b_out": self.b_out[0, 0].numpy(force=True)}
        return {name + ending: w for name, w in (self.cell()._asdict() | readout).items()}


class Training(NamedTuple):
    """The networks before and after training, and what was noted before each epoch and after the last."""

    before: Networks
    after: Networks
    loss: np.ndarray  # [epoch run]
    accuracy: np.ndarray  # [epoch run]


def compute(params: Params = Params()) -> Trace:
    """Train five networks; the first reads a test series, as it is and with its bend straightened."""
    run = trained(params.seed, params.hidden, params.length, params.epochs)
    _, (series, classes) = standardised(params.length)
    x, true_class = series[params.series], classes[params.series]
    x_straight, bend, joined = straightened(x)
    states, straight = (run.after.cell().read(one) for one in (x, x_straight))
    untrained = [run.before.cell().read(one)["h"] for one in (x, x_straight)]
    weights = run.after.arrays()
    probability, otherwise = (softmax(weights["w_out"] @ one["h"][-1] + weights["b_out"]) for one in (states, straight))
    own = _flips(run.after, series[classes == true_class], int(true_class))
    counted = {
        "told": probability.argmax(), "true_class": true_class, "bend": bend, "joined": joined,
        "told_straight": otherwise.argmax(), "held_out": len(series), **own,
        "seeds": np.arange(params.seed, params.seed + RUNS), "enough": LEARNED,
        "learned": np.sum(run.accuracy[-1] >= LEARNED),
        "telling_unit": _telling(states["h"] - straight["h"], weights["w_x"]),
    }  # fmt: skip
    return Trace(
        params=params, x=x, x_straight=x_straight, **states, **weights, **run.before.arrays("_before"),
        h_straight=straight["h"], probability=probability, probability_straight=otherwise,
        difference=np.abs(states["h"] - straight["h"]).max(axis=1),
        difference_before=np.abs(untrained[0] - untrained[1]).max(axis=1), loss=run.loss[:, 0],
        accuracy=run.accuracy[:, 0], final_accuracy=run.accuracy[-1],
        **{name: np.array(value) for name, value in counted.items()},
    )  # fmt: skip


def standardised(length: int) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Series [series time] that train and that test, by the training series' mean and deviation; and their classes."""
    (train, classes), (test, test_classes) = read_series("train", length), read_series("test", length)
    mean, deviation = train.mean(), train.std()
    return ((train - mean) / deviation, classes), ((test - mean) / deviation, test_classes)


def straightened(x: np.ndarray) -> tuple[np.ndarray, int, int]:
    """A series with a straight line for its sharpest bend; the time of the bend, and the first time after the line."""
    bend = int(np.abs(np.diff(x, 2)).argmax()) + 1
    start, joined = max(bend - REACH, 0), min(bend + REACH, len(x) - 1)
    line = np.linspace(x[start], x[joined], joined - start + 1)
    return np.concatenate([x[:start], line, x[joined + 1 :]]), bend, joined


def softmax(scores: np.ndarray) -> np.ndarray:
    """The probability of each class [... class] from its score."""
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


@lru_cache(maxsize=4)
def trained(seed: int, hidden: int, length: int, epochs: int) -> Training:
    """Train five networks from as many seeds."""
    train, test = standardised(length)
    with seeded():
        (x, y), (x_test, y_test) = ((torch.tensor(s.T), torch.tensor(c)) for s, c in (train, test))
        before = initial(range(seed, seed + RUNS), hidden)
        networks = Networks(*(w.clone().requires_grad_() for w in before))
        adam, noted = Adam(networks, RATE, BETAS), []
        for epoch in range(epochs + 1):
            scores = networks.scores(x)
            losses = cross_entropy(scores.mT, y.expand(RUNS, -1), reduction="none").mean(dim=1)  # [run]
            with torch.no_grad():
                right = networks.scores(x_test).argmax(dim=2) == y_test
            noted.append((losses.tolist(), right.double().mean(dim=1).tolist()))
            if epoch < epochs:
                adam.follow(_clipped(torch.autograd.grad(losses.sum(), networks)), 1 - epoch / epochs)
    loss, accuracy = np.array(noted).transpose(1, 0, 2)
    return Training(before, networks, loss, accuracy)


def initial(seeds: Iterable[int], hidden: int) -> Networks:
    """Weights before training: torch's own, but for W_h, which is orthogonal, W_x, and a bias of 0."""
    networks = []
    for seed in seeds:
        torch.manual_seed(seed)
        w_x, w_h, *_ = (w.detach() for w in nn.RNN(1, hidden).parameters())
        w_out, b_out = (w.detach() for w in nn.Linear(hidden, CLASSES).parameters())
        nn.init.orthogonal_(w_h)
        networks.append((w_h, INPUT_SCALE * w_x.mT, torch.zeros(1, hidden), w_out, b_out[None]))
    return Networks(*map(torch.stack, zip(*networks, strict=True)))


def _clipped(gradients: Iterable[Tensor]) -> list[Tensor]:
    """Gradients [run ...] as long as LARGEST_GRADIENT at most, those of each run on their own."""
    gradients = list(gradients)
    norms = torch.cat([g.flatten(1) for g in gradients], dim=1).norm(dim=1)
    share = (LARGEST_GRADIENT / norms).clamp(max=1)[:, None, None]
    return [share * g for g in gradients]


def _flips(networks: Networks, series: np.ndarray, true_class: int) -> dict[str, np.ndarray]:
    """Which series [own time] of a class are recognised, and what is told of them once straightened; counts of both."""
    straight = np.array([straightened(x)[0] for x in series])
    with seeded(), torch.no_grad():
        told, otherwise = (networks.scores(torch.tensor(one.T))[0].argmax(dim=1).numpy() for one in (series, straight))
    recognised = told == true_class
    flipped = recognised & (otherwise != true_class)
    return {
        "recognised": recognised.sum(), "flipped": flipped.sum(), "own_recognised": recognised.astype(int),
        "own_flipped": flipped.astype(int), "own_told_straight": otherwise,
    }  # fmt: skip


def _telling(difference: np.ndarray, w_x: np.ndarray) -> int:
    """Of the units that differ [time unit] at the end by half of the largest difference, that of the largest w_x."""
    last = np.abs(difference[-1])
    return int(np.where(last >= last.max() / 2, np.abs(w_x), -1).argmax())


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    return np.allclose(one, other, rtol=0, atol=1e-12)
