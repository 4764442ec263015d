"""Logistic loss: a classifier pays −log p for the probability p that it gave to the true class.

    L = 1/150 Σᵢ −log pᵢ        pᵢ = softmax(W xᵢ + b) at the true species of flower i

A p near 1 costs next to nothing; a ten times smaller p costs log 10 = 2.30 more, without end. So a confident mistake,
where other classes have nearly all of the probability, costs most: much more than one made hesitantly.

The model: softmax regression on the four lengths of all 150 iris flowers, in standard deviations from their mean.
Weights start from a standard normal draw, the bias from 0; gradient descent on L takes all flowers at every epoch.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, ClassVar

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor
from torch.nn import functional

import mathcore
from mathcore import Convention, Sweep, _iris, quantity
from mathcore._training import checkpoints, descend, seeded

LEARNING_RATE = 0.5
CHECKPOINTS = 40  # epochs at which all probabilities are kept, at most; the closer together the earlier
CONFIDENT = 0.1  # a mistake is confident where the true species gets a smaller probability
ASKED = (CONFIDENT, CONFIDENT / 10)
GRID = 301
KERAS_EPSILON = 1e-7  # that its losses keep probabilities away from 0 and 1

Loss = Callable[[Tensor, Tensor], Tensor]  # of scores [flower class] and species [flower]


def _brier(scores: Tensor, y: Tensor) -> Tensor:
    errors = functional.softmax(scores, dim=1) - functional.one_hot(y, _iris.SPECIES)
    return (errors**2).sum(dim=1).mean()


def _clipped(scores: Tensor, y: Tensor) -> Tensor:
    p = functional.softmax(scores, dim=1).gather(1, y[:, None])
    return -p.clamp(KERAS_EPSILON, 1 - KERAS_EPSILON).log().mean()


TRAINED: dict[str, Loss] = {  # other forms
    "logarithms to base 2": lambda scores, y: functional.cross_entropy(scores, y) / np.log(2),
    "logarithms to base 10": lambda scores, y: functional.cross_entropy(scores, y) / np.log(10),
    "a sum over the flowers instead of a mean": partial(functional.cross_entropy, reduction="sum"),
    "the Brier score, squared errors that are summed over the species": _brier,
    "MSELoss of the probabilities against one-hot targets": lambda scores, y: _brier(scores, y) / _iris.SPECIES,
    "CrossEntropyLoss of probabilities, a softmax applied twice": lambda scores, y: functional.cross_entropy(
        functional.softmax(scores, dim=1), y
    ),
}


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    epochs: int = Field(500, ge=1, le=2000, description="number of training steps, each on all flowers")
    seed: int = Field(34, ge=0, le=999, description="seed of the initial weights")


SWEEP = Sweep("epochs", (1, 2000), log=True)


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """The curve, and what all flowers pay before training, after it and at checkpoints on the way."""

    params: Params
    conventions: ClassVar = {
        "clipped": Convention(
            "Keras", "probabilities are kept between 1e-7 and 1 - 1e-7, so that no loss exceeds 16.118",
            "ours has no bound, as in torch",
        ),
    }  # fmt: skip
    p: np.ndarray = quantity("p", "probability of the true class", tolerance=1e-12)
    loss: np.ndarray = quantity("p", "what it costs, -log p", tolerance=1e-12)
    before: np.ndarray = quantity("sample", "probability of the true species before training", tolerance=1e-12)
    after: np.ndarray = quantity("sample", "probability of the true species after training", tolerance=1e-9)
    loss_before: np.ndarray = quantity("", "mean of -log before", tolerance=1e-12)
    loss_after: np.ndarray = quantity("", "mean of -log after", tolerance=1e-9)
    species: np.ndarray = quantity("sample", "true species", dtype=int, tolerance=0)
    checkpoint_epoch: np.ndarray = quantity("checkpoint", "epoch of each checkpoint, the first 0", dtype=int)
    probability: np.ndarray = quantity("checkpoint sample class", "probability of each species")
    flower_loss: np.ndarray = quantity("checkpoint sample", "-log p of each flower")
    mean_loss: np.ndarray = quantity("checkpoint", "mean of these", tolerance=1e-9)
    mistaken: np.ndarray = quantity(
        "checkpoint sample", "1 where another species has the largest probability", dtype=int
    )
    wrong: np.ndarray = quantity("checkpoint", "how many flowers are mistaken", dtype=int, tolerance=0)
    wrong_share: np.ndarray = quantity("checkpoint", "share of the total loss that these pay", tolerance=1e-9)
    confident: np.ndarray = quantity(
        "checkpoint", "how many flowers have a p below the first of `asked`", dtype=int, tolerance=0
    )
    confident_share: np.ndarray = quantity("checkpoint", "share of the total loss that these pay", tolerance=1e-9)
    followed: np.ndarray = quantity("", "flower with the smallest p before training: row of iris.csv", dtype=int)
    surest: np.ndarray = quantity("", "flower with the largest p before training", dtype=int)
    times: np.ndarray = quantity("", "loss of the followed flower over that of the surest one", tolerance=1e-9)
    asked: np.ndarray = quantity("asked", "two probabilities, the second ten times smaller", tolerance=0)
    asked_loss: np.ndarray = quantity("asked", "-log of them", tolerance=1e-12)
    tenfold: np.ndarray = quantity("", "what a ten times smaller p costs more, log 10", tolerance=1e-12)
    rate: np.ndarray = quantity("", "learning rate", tolerance=0)
    grid: np.ndarray = quantity("grid", "probabilities at which the curve is drawn, from 1 down to the smallest of all")
    grid_loss: np.ndarray = quantity("grid", "-log of them")
    w_before: np.ndarray = quantity("feature class", "weights before training; the bias is 0", tolerance=1e-12)

    def mistake(self) -> str:
        """How the model is mistaken about the followed flower before training: confident or hesitant."""
        return "confident" if self.before[self.followed] < CONFIDENT else "hesitant"

    def remains(self) -> str:
        """What training left of the confident mistakes: some, none, or there never was one."""
        if self.confident[-1]:
            return "some"
        return "none" if self.confident[0] else "never"

    def with_steps(self, factor: float) -> dict[str, np.ndarray]:
        """What training comes to, had every step been `factor` times as long."""
        return _trained(self.params, rate=factor * LEARNING_RATE)

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """What training on a loss with a bound comes to."""
        return _trained(self.params, _clipped)

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Other losses, measured; then those that change what training comes to, trained."""
        measured = {"loss_before": self.before, "loss_after": self.after}
        forms: dict[str, Callable[[np.ndarray], np.ndarray]] = {
            "logarithms to base 2": lambda p: -np.log2(p),
            "logarithms to base 10": lambda p: -np.log10(p),
            "the squared error (1 - p)^2 instead of -log p": lambda p: (1 - p) ** 2,
        }
        for name, form in forms.items():
            yield name, {"loss": form(self.p), **{key: np.mean(form(p)) for key, p in measured.items()}}
        yield "a sum over the flowers instead of a mean", {key: -np.sum(np.log(p)) for key, p in measured.items()}
        before, after = self.probability[[0, -1]].max(axis=2)
        means = {"loss_before": -np.mean(np.log(before)), "loss_after": -np.mean(np.log(after))}
        predicted = {"before": before, "after": after, **means}
        yield "the probability of the predicted species instead of the true one", predicted
        for name, loss in TRAINED.items():
            yield f"training on {name}", _trained(self.params, loss)
        yield "weights that start from 0", _trained(self.params, scale=0)
        yield "lengths that were not standardised", _trained(self.params, standardize=False)

    def invariants(self) -> Iterable[tuple[str, bool]]:
        """What holds whatever the knobs."""
        yield "every flower's probabilities make one whole", bool(np.allclose(self.probability.sum(axis=2), 1))
        means = [self.mean_loss[0] == self.loss_before, self.mean_loss[-1] == self.loss_after]
        yield "the means are those of the first and the last checkpoint", all(means)
        yield "the mean loss falls from checkpoint to checkpoint", bool(np.all(np.diff(self.mean_loss) < 0))
        yield "the followed flower is mistaken before training", bool(self.mistaken[0, self.followed])


def compute(params: Params = Params()) -> Trace:
    """Train the model, and keep every flower's probabilities at some epochs."""
    _, species = _iris.read()
    log_p = _train(params)  # [checkpoint sample class]
    probability, y, rows = np.exp(log_p), species.numpy(), np.arange(_iris.FLOWERS)
    p_true, flower_loss = probability[:, rows, y], -log_p[:, rows, y]
    mean_loss = flower_loss.mean(axis=1)
    mistaken = probability.argmax(axis=2) != y
    confident = p_true < CONFIDENT
    followed, surest = p_true[0].argmin(), p_true[0].argmax()
    p, asked = np.linspace(0.01, 1, 50), np.array(ASKED)
    grid = np.geomspace(1, min(p_true.min(), asked.min()), GRID)
    return Trace(
        params=params, p=p, loss=-np.log(p), before=p_true[0], after=p_true[-1],
        loss_before=mean_loss[0], loss_after=mean_loss[-1], species=y,
        checkpoint_epoch=checkpoints(params.epochs, CHECKPOINTS), probability=probability, flower_loss=flower_loss,
        mean_loss=mean_loss, mistaken=mistaken.astype(int), wrong=mistaken.sum(axis=1),
        wrong_share=_share(flower_loss, mistaken), confident=confident.sum(axis=1),
        confident_share=_share(flower_loss, confident), followed=followed,
        surest=surest, times=flower_loss[0, followed] / flower_loss[0, surest], asked=asked,
        asked_loss=-np.log(asked), tenfold=np.log(10), rate=np.array(LEARNING_RATE), grid=grid, grid_loss=-np.log(grid),
        w_before=_start(params.seed)[0].numpy(),
    )  # fmt: skip


def _share(losses: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """What the chosen flowers pay of all losses [checkpoint]."""
    shares: np.ndarray = (losses * chosen).sum(axis=1) / losses.sum(axis=1)
    return shares


def _train(
    params: Params,
    loss: Loss = functional.cross_entropy,
    rate: float = LEARNING_RATE,
    scale: float = 1,
    standardize: bool = True,
) -> np.ndarray:
    """Logarithms of the probabilities [checkpoint flower class] of a model that descends on a loss."""
    lengths, y = _iris.read()
    x = (lengths - lengths.mean(0)) / lengths.std(0) if standardize else lengths
    kept = checkpoints(params.epochs, CHECKPOINTS)
    w, b = _start(params.seed)
    with seeded():
        path = islice(descend(lambda w, b: loss(x @ w + b, y), (scale * w, b), rate), params.epochs + 1)
        scores = torch.stack([x @ w + b for epoch, (w, b) in enumerate(path) if epoch in kept])
    return functional.log_softmax(scores, dim=2).numpy()


def _start(seed: int) -> tuple[Tensor, Tensor]:
    """Weights [feature class] and biases [class] before training."""
    with seeded(seed):
        return torch.randn(len(_iris.LENGTHS), _iris.SPECIES), torch.zeros(_iris.SPECIES)


def _trained(params: Params, loss: Loss = functional.cross_entropy, **other: Any) -> dict[str, np.ndarray]:
    """What another way to train comes to, its own loss included."""
    log_p, (_, y) = torch.from_numpy(_train(params, loss, **other)), _iris.read()
    p_true = log_p.exp()[:, torch.arange(len(y)), y].numpy()
    measured = {"before": log_p[0], "after": log_p[-1]}  # a softmax of logarithms of probabilities gives these
    return {
        "before": p_true[0],
        "after": p_true[-1],
        **{f"loss_{when}": loss(scores, y).numpy() for when, scores in measured.items()},
    }
