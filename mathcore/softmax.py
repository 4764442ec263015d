"""Softmax: scores of any sign become shares of one whole.

    pₖ = exp(oₖ / T) / Σⱼ exp(oⱼ / T) = exp((oₖ − max o) / T) / Σⱼ exp((oⱼ − max o) / T)

Only differences of scores count: a constant added to all of them multiplies every exponential by the same factor,
which the division takes out again. So the largest score may be subtracted first, and nothing overflows. A small
temperature T sharpens the shares, a large one flattens them.

The scores: a linear model of the four lengths of iris, after a few steps of gradient descent on the mean
cross-entropy of the 105 flowers that train, from weights of zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch.nn import functional

import mathcore
from mathcore import Sweep, _iris, quantity
from mathcore._training import descend, seeded

STEPS, LEARNING_RATE = 5, 0.5  # few, so that all shares can be seen
DIAL = np.unique([*np.geomspace(0.1, 10, 61), 0.5, 4])
SHIFTS = np.linspace(-1, 0.5, 31)  # times the temperature: it divides the constant, too
HUGE = 1000.0  # likewise; exp overflows beyond 709.8

Row = Annotated[int, Field(ge=0, le=_iris.FLOWERS - 1)]


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    samples: tuple[Row, ...] = Field(
        (0, 60, 120), min_length=3, max_length=3, description="three flowers: rows of iris.csv, from 0"
    )
    temperature: float = Field(1.0, ge=DIAL[0], le=DIAL[-1], description="temperature T that divides the scores")
    seed: int = Field(0, ge=0, le=999, description="seed of the 70/30 split of iris")


SWEEP = Sweep("temperature", (0.1, 10.0), log=True)


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """Three flowers, of which one is `shown` in detail; its naive exponentials reach infinity, its naive shares NaN."""

    params: Params
    logits: np.ndarray = quantity("sample class", "score o of each species", tolerance=1e-9)
    exponential: np.ndarray = quantity("sample class", "exp((o - largest o) / T)", tolerance=1e-9)
    probability: np.ndarray = quantity("sample class", "share of each species", tolerance=1e-9)
    grown: np.ndarray = quantity("sample class", "exp(o / T), nothing subtracted", tolerance=1e-9)
    total: np.ndarray = quantity("sample", "sum of exp(o / T) over the species", tolerance=1e-9)
    species: np.ndarray = quantity("sample", "true species", dtype=int)
    shown: np.ndarray = quantity("", "the flower whose largest share is smallest", dtype=int)
    pair: np.ndarray = quantity("end", "species of its largest score, and one in a row beside that", dtype=int)
    gap: np.ndarray = quantity("", "how far apart the scores of these two are", tolerance=1e-9)
    ratio: np.ndarray = quantity("", "exp(o / T) of the one over that of the other", tolerance=1e-9)
    trained: np.ndarray = quantity("", "flowers that train", dtype=int)
    steps: np.ndarray = quantity("", "steps of gradient descent", dtype=int)
    dial: np.ndarray = quantity("dial", "temperatures, that of the knob included")
    dial_score: np.ndarray = quantity("dial sample class", "scores over these temperatures")
    dial_probability: np.ndarray = quantity("dial sample class", "shares at these temperatures")
    shift: np.ndarray = quantity("shift", "constants that are added to all scores of the shown flower")
    shifted: np.ndarray = quantity("shift class", "its scores then")
    shifted_grown: np.ndarray = quantity("shift class", "their exponentials")
    shifted_probability: np.ndarray = quantity("shift class", "its shares then")
    huge: np.ndarray = quantity("", "a constant whose exponential overflows")
    huge_logit: np.ndarray = quantity("class", "scores of the shown flower, that constant added")
    naive_grown: np.ndarray = quantity("class", "exp(o / T) of these")
    naive_probability: np.ndarray = quantity("class", "naive_grown over its sum")
    safe_logit: np.ndarray = quantity("class", "the largest of these scores subtracted", tolerance=1e-9)
    safe_grown: np.ndarray = quantity("class", "exp(o / T) of those", tolerance=1e-9)
    safe_probability: np.ndarray = quantity("class", "safe_grown over its sum", tolerance=1e-9)

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Other ways to make shares of scores."""
        yield "scores that were multiplied by T", {"probability": softmax(self.logits * self.params.temperature)}
        yield "a softmax over the samples instead of the classes", {"probability": softmax(self.logits.T).T}


def compute(params: Params = Params()) -> Trace:
    """Train the model; turn the scores of three flowers into shares, at temperatures and with constants added."""
    iris, t = _iris.split(params.seed), params.temperature
    order = torch.argsort(iris.rows)
    with seeded(params.seed):
        logits = _logits(iris)[order][list(params.samples)].numpy()
    probability, dial = softmax(logits / t), np.unique([*DIAL, t])
    shown = int(np.argmin(probability.max(axis=1)))
    scores, shift, huge = logits[shown], t * SHIFTS, t * HUGE
    best = int(scores.argmax())
    pair = np.array([best, 0 if best == 1 else 1])
    gap = scores[pair[0]] - scores[pair[1]]
    shifted, large = scores + shift[:, None], scores + huge
    with np.errstate(over="ignore", invalid="ignore"):  # that is what is shown
        naive = np.exp(large / t)
        naive_probability = naive / naive.sum()
    safe = large - large.max()
    return Trace(
        params=params, logits=logits, exponential=_exponential(logits / t), probability=probability,
        grown=np.exp(logits / t), total=np.exp(logits / t).sum(axis=1),
        species=iris.y[order].numpy()[list(params.samples)], shown=np.array(shown),
        pair=pair, gap=np.array(gap), ratio=np.exp(np.array(gap) / t),
        trained=np.array(_iris.TRAINING), steps=np.array(STEPS),
        dial=dial, dial_score=logits / dial[:, None, None], dial_probability=softmax(logits / dial[:, None, None]),
        shift=shift, shifted=shifted, shifted_grown=np.exp(shifted / t), shifted_probability=softmax(shifted / t),
        huge=np.array(huge), huge_logit=large, naive_grown=naive, naive_probability=naive_probability,
        safe_logit=safe, safe_grown=np.exp(safe / t), safe_probability=softmax(safe / t),
    )  # fmt: skip


def softmax(scores: np.ndarray) -> np.ndarray:
    """The shares of scores [... class], however large these are."""
    grown = _exponential(scores)
    shares: np.ndarray = grown / grown.sum(axis=-1, keepdims=True)
    return shares


def _exponential(scores: np.ndarray) -> np.ndarray:
    """exp of how far scores [... class] are below their largest: 0 to 1."""
    grown: np.ndarray = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return grown


def _logits(iris: _iris.Iris) -> torch.Tensor:
    """The scores [flower class] of a linear model that was trained for a few steps."""
    x, y = iris.x[: _iris.TRAINING], iris.y[: _iris.TRAINING]
    start = torch.zeros(len(_iris.LENGTHS), _iris.SPECIES), torch.zeros(_iris.SPECIES)
    path = descend(lambda w, b: functional.cross_entropy(x @ w + b, y), start, LEARNING_RATE)
    w, b = next(islice(path, STEPS, None))
    return iris.x @ w + b
