"""Attention: a dictionary that answers with a mixture of its values, trained to recall the value of a key.

    qᵢ = xᵢ W_Q,  kⱼ = xⱼ W_K,  vⱼ = xⱼ W_V        sᵢⱼ = qᵢ · kⱼ / √d
    wᵢⱼ = exp(sᵢⱼ) / Σₗ exp(sᵢₗ)                     outputᵢ = Σⱼ wᵢⱼ vⱼ

An exact dictionary gives a share of 1 to the key that equals the query. Here the query is compared with every key, and
softmax makes shares of the scores, so that a gradient reaches all of them: training moves the shares onto the right
key. The components of q and k start with variance 1, so their dot product has variance d. Undivided, such scores put
nearly all of the share on one key, whichever it is, and the slope of softmax, w (1 - w), is nearly 0 there; divided by
√d, they are as soft in any dimension.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch.nn.functional import one_hot, scaled_dot_product_attention

import mathcore
from mathcore import Convention, Sweep, quantity
from mathcore._training import Adam, seeded

DICTIONARIES = 12  # new ones in a training step; each is asked for each of its keys
ADAM_RATE = 0.02
STARTS = 10  # heads that train, each from weights and on dictionaries of its own; the first one is shown
LEARNED, WINDOW = 0.95, 5  # accuracy from which on recall is learned; the steps that a start's is the mean over
CLEAR = 1.1  # times as many steps, from which on a head is said to learn later
HARDLY = 0.1  # share of a slope up to which hardly any is left
WIDTHS = 2 ** np.arange(9)  # dimensions in which random queries and keys are compared
QUERIES = 1000  # of these, in each
ONE_KEY = 0.9  # share from which on a query hears one key only
KEYS, VALUES = "ABCDEFGHIJKLMNOPQRSTUVWX", "αβγδεζηθικλμνξοπρστυφχψω"  # what the symbols are called

Arrays = dict[str, np.ndarray]
Heads = list[torch.Tensor]  # W_Q, W_K, W_V [head symbol dimension] and the readout [head dimension symbol]

FORMS = {
    "unscaled": "scores that are not divided by the root of the dimension",
    "dimension": "scores divided by the dimension instead of its root",
    "queries": "a softmax over the queries instead of the keys",
    "swapped": "queries and keys swapped, which transposes the scores",
    "keys": "keys in the place of the values",
    "sigmoid": "sigmoids of the scores divided by their sum, in the place of a softmax",
}


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    pairs: int = Field(6, ge=2, le=8, description="pairs of a key and its value in a dictionary")
    symbols: int = Field(12, ge=8, le=24, description="different keys, and as many different values")
    dimension: int = Field(16, ge=2, le=64, description="dimension d of queries, keys and values")
    steps: int = Field(200, ge=1, le=400, description="training steps (Adam)")
    seed: int = Field(61, ge=0, le=2**32 - 1, description="seed of the weights and the dictionaries")


SWEEP = Sweep("steps", (1, 400), log=True)


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """One new dictionary, asked for each of its keys in their order, by a head before training and after.

    An `_unscaled` head has the same start and dictionaries; its scores are not divided by the root of the dimension.
    """

    params: Params
    conventions: ClassVar = {
        "unscaled": Convention(
            "Keras (layers.Attention, its default)", "scores are not divided by the root of the dimension",
            "ours are, as in torch and the paper",
        ),
    }  # fmt: skip
    key: np.ndarray = quantity("key", "symbol of each key, from 0", dtype=int, tolerance=0)
    value: np.ndarray = quantity("key", "symbol of each value, from 0", dtype=int, tolerance=0)
    match: np.ndarray = quantity("query key", "exact dictionary: 1 where the key equals the query, else 0", dtype=int)
    asked: np.ndarray = quantity("", "the query that is followed: its key has the smallest share at first", dtype=int)
    q: np.ndarray = quantity("query dimension", "queries")
    k: np.ndarray = quantity("key dimension", "keys")
    v: np.ndarray = quantity("key dimension", "values")
    scores: np.ndarray = quantity("query key", "q k / sqrt(dimension)", tolerance=1e-6)
    weights: np.ndarray = quantity("query key", "softmax of the scores over the keys: shares", tolerance=1e-6)
    output: np.ndarray = quantity("query dimension", "sum of the values, each times its share")
    readout: np.ndarray = quantity("query symbol", "score of each value symbol: output times readout weights")
    answer: np.ndarray = quantity("query", "value symbol with the largest such score, from 0", dtype=int, tolerance=0)
    q_before: np.ndarray = quantity("query dimension", "queries before training", tolerance=1e-12)
    k_before: np.ndarray = quantity("key dimension", "keys before training", tolerance=1e-12)
    v_before: np.ndarray = quantity("key dimension", "values before training", tolerance=1e-12)
    scores_before: np.ndarray = quantity("query key", "scores before training", tolerance=1e-12)
    weights_before: np.ndarray = quantity("query key", "shares before training", tolerance=1e-12)
    output_before: np.ndarray = quantity("query dimension", "output before training", tolerance=1e-12)
    readout_before: np.ndarray = quantity("query symbol", "the same scores before training", tolerance=1e-12)
    answer_before: np.ndarray = quantity("query", "what is read out before training", dtype=int, tolerance=0)
    product: np.ndarray = quantity("key dimension", "the asked query times each key, before training", tolerance=1e-12)
    dot: np.ndarray = quantity("key", "sum of these products, undivided", tolerance=1e-12)
    dot_after: np.ndarray = quantity("key", "the asked query times each key, undivided, after training", tolerance=1e-6)
    difference: np.ndarray = quantity("", "largest distance of output from torch's scaled_dot_product_attention")
    weights_unscaled: np.ndarray = quantity("query key", "shares before training, unscaled", tolerance=1e-12)
    slope: np.ndarray = quantity("query", "w (1 - w) of each query's own key, before training", tolerance=1e-12)
    slope_unscaled: np.ndarray = quantity("query", "the same, unscaled", tolerance=1e-12)
    learned: np.ndarray = quantity("step query key", "shares, before each step and after the last")
    loss: np.ndarray = quantity("step", "mean cross-entropy on new dictionaries", tolerance=1e-6)
    weight_on_key: np.ndarray = quantity("step", "mean share of the right key on these", tolerance=1e-6)
    accuracy: np.ndarray = quantity("step", "share of right answers on these")
    recall: np.ndarray = quantity("step", f"mean accuracy of {STARTS} starts")
    recall_unscaled: np.ndarray = quantity("step", "the same, unscaled")
    reached: np.ndarray = quantity("", f"first step at which recall is at least {LEARNED}; -1 if never", dtype=int)
    reached_unscaled: np.ndarray = quantity("", "the same, unscaled", dtype=int)
    level: np.ndarray = quantity("", "accuracy from which on recall is learned", tolerance=0)
    solved: np.ndarray = quantity(
        "start", f"whether accuracy is at least {LEARNED} over the last {WINDOW} steps: 1 yes, 0 no", dtype=int
    )
    solved_unscaled: np.ndarray = quantity("start", "the same, unscaled", dtype=int)
    width: np.ndarray = quantity("width", "dimensions in which random queries meet random keys", dtype=int)
    gradient: np.ndarray = quantity("width", "mean w (1 - w) of the largest share there", tolerance=1e-9)
    gradient_unscaled: np.ndarray = quantity("width", "the same, unscaled", tolerance=1e-9)
    one_key: np.ndarray = quantity("width", f"queries of {QUERIES} that give one key more than {ONE_KEY}", dtype=int)
    one_key_unscaled: np.ndarray = quantity("width", "the same, unscaled", dtype=int)
    compared: np.ndarray = quantity("", "random queries in each width", dtype=int)
    threshold: np.ndarray = quantity("", "share over which one_key counts a query", tolerance=0)

    def by_convention(self, name: str) -> Arrays:
        """Scores, weights and output of the same queries, keys and values."""
        return self._formed(name)

    def mistakes(self) -> Iterator[tuple[str, Arrays]]:
        """Other forms of attention: of the same queries, keys and values; then of a head that trained with the form."""
        for form, name in FORMS.items():
            changed = self._formed(form)
            yield name, {one: array for one, array in changed.items() if not np.array_equal(array, getattr(self, one))}
        for form, name in FORMS.items():
            yield f"{name}, in training, too", _train(self.params, form, starts=1).shown

    def _formed(self, form: str) -> Arrays:
        """What a form of attention makes of the queries, keys and values, before training and after."""
        changed: Arrays = {}
        for when in ("", "_before"):
            q, k, v = (torch.tensor(getattr(self, f"{one}{when}")) for one in "qkv")
            parts = zip(("scores", "weights", "output"), attend(q, k, v, form=form), strict=True)
            changed |= {f"{part}{when}": array.numpy() for part, array in parts}
        return changed

    def recalls(self, when: str = "") -> str:
        """What becomes of the asked query, "" after training or "_before": right, or wrong."""
        return "right" if getattr(self, f"answer{when}")[self.asked] == self.value[self.asked] else "wrong"

    def finds(self) -> str:
        """Where the asked query's share is after training: its own key has most (mine), the largest (first), or not."""
        weights = self.weights[self.asked]
        if weights[self.asked] > 1 / 2:
            return "mine"
        return "first" if weights.argmax() == self.asked else "other"

    def steepness(self) -> str:
        """How much of the slope at the asked query's own key is left without the root: hardly any, less, or more."""
        left = self.slope_unscaled[self.asked] / self.slope[self.asked]
        return "hardly" if left <= HARDLY else "less" if left < 1 else "more"

    def scaling(self) -> str:
        """What dividing does to learning, over all starts: sooner, later, alike; or neither recalls in these steps."""
        with_root, without = int(self.reached), int(self.reached_unscaled)
        if with_root < 0 and without < 0:
            return "neither"
        if without < 0 or without > CLEAR * with_root >= 0:
            return "sooner"
        return "later" if with_root < 0 or with_root > CLEAR * without else "alike"

    def softens(self, divisors: np.ndarray) -> np.ndarray:
        """The asked query's shares [divisor key] before training, its dot products divided by each of these."""
        shares: np.ndarray = torch.softmax(torch.tensor(self.dot / divisors[:, None]), dim=-1).numpy()
        return shares

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and that it succeeds with the default knobs."""
        rows = np.concatenate([self.weights, self.weights_before, self.weights_unscaled, *self.learned])
        yield "shares of a query sum to 1 within 1e-12", bool(np.abs(rows.sum(axis=1) - 1).max() < 1e-12)
        mixed = np.allclose(self.output, self.weights @ self.v, rtol=0, atol=1e-12)
        yield "output = weights v to 1e-12", mixed
        yield "torch's scaled_dot_product_attention agrees to 1e-12", bool(self.difference < 1e-12)
        if self.params == Params():
            yield "at the default knobs, every start learns to recall", bool(self.solved.all())
            yield "at the default knobs, weight_on_key ends above 0.9", bool(self.weight_on_key[-1] > 0.9)


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, form: str = "") -> tuple[torch.Tensor, ...]:
    """Scores and weights [... query key] and output [... query dimension], in a form of attention; "" is the usual."""
    divisor = {"unscaled": 1.0, "dimension": q.shape[-1]}.get(form, q.shape[-1] ** 0.5)
    scores = (k @ q.mT if form == "swapped" else q @ k.mT) / divisor
    weights = torch.softmax(scores, dim=-2 if form == "queries" else -1)
    if form == "sigmoid":
        weights = scores.sigmoid() / scores.sigmoid().sum(dim=-1, keepdim=True)
    return scores, weights, weights @ (k if form == "keys" else v)


def slope(shares: np.ndarray) -> np.ndarray:
    """How fast shares grow with their own scores: the derivative of softmax."""
    slopes: np.ndarray = shares * (1 - shares)
    return slopes


def compute(params: Params = Params()) -> Trace:
    """Train all starts, with scaled scores and without; compare random queries with random keys in many widths."""
    usual, unscaled = _train(params), _train(params, "unscaled")
    own, share, share_unscaled = range(params.pairs), usual.shown["weights_before"], unscaled.shown["weights_before"]
    asked = int(share[own, own].argmin())
    product = usual.shown["q_before"][asked] * usual.shown["k_before"]
    mine, theirs = share[own, own], share_unscaled[own, own]
    recall, recall_unscaled = usual.accuracy.mean(axis=1), unscaled.accuracy.mean(axis=1)
    q, k, v = (torch.tensor(usual.shown[name]) for name in "qkv")
    difference = scaled_dot_product_attention(q, k, v) - torch.tensor(usual.shown["output"])
    return Trace(
        params=params, **usual.shown, match=np.eye(params.pairs), asked=np.array(asked),
        product=product, dot=product.sum(axis=1),
        dot_after=usual.shown["k"] @ usual.shown["q"][asked], difference=difference.abs().max().numpy(),
        weights_unscaled=share_unscaled, slope=slope(mine), slope_unscaled=slope(theirs),
        recall=recall, recall_unscaled=recall_unscaled,
        reached=_reached(recall), reached_unscaled=_reached(recall_unscaled),
        level=np.array(LEARNED),
        solved=_solved(usual.accuracy), solved_unscaled=_solved(unscaled.accuracy), **_widths(params),
    )  # fmt: skip


class Run(NamedTuple):
    """What training leaves behind."""

    shown: Arrays  # quantities of the first start
    accuracy: np.ndarray  # of all starts [step start]


def _train(params: Params, form: str = "", starts: int = STARTS) -> Run:
    """Train the first so many starts with a form of attention. In any form they see the same dictionaries."""
    with seeded(params.seed):
        own = _dictionaries(params, 1, 1)
        heads = [w[:starts].clone().requires_grad_() for w in _weights(params)]
        trained = heads[:2] + heads[3:] if form == "keys" else heads  # of which W_V is no part
        optimiser, before = Adam(trained, ADAM_RATE), _answers(heads, own, form)
        history, learned = [], []
        for step in range(params.steps + 1):
            learned.append(_answers(heads, own, form)["weights"])
            keys, values = (symbols[:starts] for symbols in _dictionaries(params, STARTS, DICTIONARIES))
            read = _read(heads, keys, values, form)
            losses = -read["readout"].log_softmax(dim=-1).gather(-1, values[..., None]).mean(dim=(1, 2, 3))  # [start]
            right = (read["readout"].argmax(dim=-1) == values).double().mean(dim=(1, 2))
            on_key = read["weights"].diagonal(dim1=-2, dim2=-1).mean(dim=(1, 2))
            history.append(torch.stack([losses, on_key, right]).numpy(force=True))
            if step < params.steps:
                optimiser.step(losses.sum())
        after = _answers(heads, own, form)
    loss, mean_share, accuracy = np.array(history).swapaxes(0, 1)  # each [step start]
    shown = after | {f"{name}_before": array for name, array in before.items()}
    shown |= {"key": own[0].numpy().ravel(), "value": own[1].numpy().ravel(), "learned": np.stack(learned)}
    shown |= {"loss": loss[:, 0], "weight_on_key": mean_share[:, 0], "accuracy": accuracy[:, 0]}
    return Run(shown, accuracy)


def _dictionaries(params: Params, starts: int, many: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Symbols of keys and of values [start dictionary pair]; in a dictionary no two keys are equal, nor two values."""
    keys, values = torch.rand(2, starts, many, params.symbols).argsort(dim=-1)[..., : params.pairs]
    return keys, values


def _weights(params: Params) -> Heads:
    """Those of all starts, such that each component of a query, of a key and of a value has variance 1."""
    symbols, dimension = params.symbols, params.dimension
    w_q = torch.randn(STARTS, symbols, dimension)
    w_k, w_v = (torch.randn(STARTS, 2 * symbols, dimension) / 2**0.5 for _ in range(2))  # a pair is two symbols
    return [w_q, w_k, w_v, torch.randn(STARTS, dimension, symbols) / dimension**0.5]


def _read(heads: Heads, keys: torch.Tensor, values: torch.Tensor, form: str) -> dict[str, torch.Tensor]:
    """Ask dictionaries for each of their keys [head dictionary query ...]."""
    symbols = heads[0].shape[1]
    asked = one_hot(keys, symbols).to(heads[0].dtype)
    pairs = torch.cat([asked, one_hot(values, symbols).to(heads[0].dtype)], dim=-1)  # x of a pair: its two symbols
    q, k, v = (
        torch.einsum("hdps,hsi->hdpi", x, w) for x, w in zip((asked, pairs, pairs), heads[:3], strict=True)
    )  # fmt: skip
    scores, weights, output = attend(q, k, v, form)
    logits = torch.einsum("hdpi,his->hdps", output, heads[3])
    return {"q": q, "k": k, "v": v, "scores": scores, "weights": weights, "output": output, "readout": logits}


def _answers(heads: Heads, own: tuple[torch.Tensor, torch.Tensor], form: str) -> Arrays:
    """What the first head makes of one dictionary."""
    read = _read([w[:1] for w in heads], *own, form)
    answer = read["readout"].argmax(dim=-1)
    return {name: tensor[0, 0].numpy(force=True) for name, tensor in {**read, "answer": answer}.items()}


def _reached(recall: np.ndarray) -> np.ndarray:
    """The first step at which recall is learned, -1 where it never is."""
    return np.array(int((recall >= LEARNED).argmax()) if recall.max() >= LEARNED else -1)


def _solved(accuracy: np.ndarray) -> np.ndarray:
    """Which starts [start] have learned, by their accuracy [step start]."""
    learned: np.ndarray = accuracy[-WINDOW:].mean(axis=0) >= LEARNED
    return learned.astype(int)


def _widths(params: Params) -> Arrays:
    """How soft the shares are of random queries over as many random keys as a dictionary has, width by width."""
    widths = np.union1d(WIDTHS, params.dimension)
    with seeded(params.seed):
        q, k = torch.randn(QUERIES, 1, widths[-1]), torch.randn(QUERIES, params.pairs, widths[-1])
        dots = (q * k).cumsum(dim=-1)[..., widths - 1]  # [query key width]
        found: Arrays = {"width": widths, "compared": np.array(QUERIES), "threshold": np.array(ONE_KEY)}
        for name, divisors in (("", torch.tensor(widths).sqrt()), ("_unscaled", torch.ones(len(widths)))):
            largest = torch.softmax(dots / divisors, dim=1).amax(dim=1)  # [query width]
            found[f"gradient{name}"] = slope(largest.numpy()).mean(axis=0)
            found[f"one_key{name}"] = (largest > ONE_KEY).sum(dim=0).numpy()
    return found
