"""Dropout: masks that torch really drew, and what they do to the losses that training reports.

    training     h̃ = m h / (1 − p)     m ~ Bernoulli(1 − p)
    evaluation   h̃ = h

Every unit is drawn by itself, anew for every sample, so the number of survivors varies; dividing by 1 − p keeps
E[h̃] = h, which is why evaluation scales nothing. Training reports its loss under those masks, hence higher than
the same net's loss in evaluation mode: a validation loss below the former need not lie below the latter.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor, nn
from torch.nn import functional

import mathcore
from mathcore import Convention, Sweep, _iris, quantity
from mathcore._training import Adam, seeded

TRAINING = _iris.TRAINING  # flowers; the others validate
MINIBATCH, LEARNING_RATE = 35, 0.001  # of both nets; 35 divide 105
SHOWN = 12  # minibatches of the drawn net
WIDTHS, SPLITS = (128, 128), 6  # hidden layers of the net whose losses are measured, on so many splits


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    rate: float = Field(0.4, ge=0, le=0.9, description="probability p that a unit is dropped")
    epochs: int = Field(60, ge=3, le=80, description="epochs of the net whose losses are measured")
    hidden: tuple[Annotated[int, Field(ge=1, le=8)], ...] = Field(
        (5, 5), min_length=1, max_length=3, description="units of each hidden layer of the drawn net"
    )
    split: int = Field(14, ge=0, le=999, description="seed of the 70/30 split of iris; five more follow it")
    seed: int = Field(0, ge=0, le=999, description="seed of initial weights, minibatches and masks")


SWEEP = Sweep("rate", (0.0, 0.9))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """What both nets leave behind. Where layers differ in width, the units that a layer lacks are 0."""

    params: Params
    conventions: ClassVar = {
        "off": Convention(
            "Keras without training=True, and MindSpore before set_train()", "nothing is dropped, h_dropped = h",
            "ours trains, so that units are dropped",
        ),
        "unscaled": Convention(
            "Srivastava et al. (2014)", "survivors keep their size, and activations are multiplied by 1 - p afterwards",
            "ours divides survivors by 1 - p, as libraries do",
        ),
    }  # fmt: skip
    mask: np.ndarray = quantity(
        "step layer unit", "1 where torch kept the unit, 0 where it dropped it", dtype=int, tolerance=0
    )
    h: np.ndarray = quantity(
        "step layer unit", "sigmoid activation of one flower per minibatch, before dropout", tolerance=1e-9
    )
    h_dropped: np.ndarray = quantity("step layer unit", "after it: mask * h / (1 - rate)", tolerance=1e-9)
    flower: np.ndarray = quantity("step", "that flower's row of iris.csv, from 0", dtype=int, tolerance=0)
    survivors: np.ndarray = quantity("step", "units kept, all layers together", dtype=int, tolerance=0)
    units: np.ndarray = quantity("", "hidden units of the drawn net", dtype=int)
    dropped: np.ndarray = quantity("step", "units dropped, all layers together", dtype=int)
    expected: np.ndarray = quantity("", "units kept on average, (1 - rate) * units")
    scale: np.ndarray = quantity("", "what a survivor is multiplied by, 1 / (1 - rate)")
    h_kept: np.ndarray = quantity("step layer unit", "mask * h")
    h_eval: np.ndarray = quantity(
        "layer unit", "activation of the last flower after the last step, dropout off", tolerance=1e-9
    )
    train_loss_dropout: np.ndarray = quantity("epoch", "cross-entropy met in training, masked: mean over the epoch")
    train_loss_eval: np.ndarray = quantity("epoch", "of the same flowers after the epoch, dropout off")
    val_loss: np.ndarray = quantity("epoch", "of the flowers held out, dropout off")
    late_loss: np.ndarray = quantity("measure split", "these three on every split, mean of the last third of epochs")
    higher: np.ndarray = quantity("", "splits on which the loss is higher with dropout than without", dtype=int)
    below: np.ndarray = quantity("", "splits on which the validation loss lies below that with dropout", dtype=int)
    trained_units: np.ndarray = quantity("", "hidden units of the net whose losses are measured", dtype=int)
    split_share: np.ndarray = quantity("part", "share of the flowers that train, and that validate")
    minibatch: np.ndarray = quantity(
        "step sample", "flowers of each step of the drawn net, rows of iris.csv", dtype=int
    )
    masks: np.ndarray = quantity("step sample layer unit", "mask of each of them, as `mask` is of the first", dtype=int)
    x: np.ndarray = quantity("flower feature", "lengths of all flowers, rows of iris.csv, as that net reads them")
    w_before: np.ndarray = quantity("dense to from", "its weights before training, of the hidden layers and the output")
    b_before: np.ndarray = quantity("dense to", "its biases before training")

    def swelling(self) -> Literal["swell", "swell_none", "swell_nobody"]:
        """What the first mask leaves to be multiplied by the scale: survivors, at rate 0 no need to, or no unit."""
        if self.params.rate == 0:
            return "swell_none"
        return "swell" if self.survivors[0] else "swell_nobody"

    def survivor_counts(self) -> Literal["varies", "same"]:
        """Whether the number of survivors differs between two minibatches, or is the same in all."""
        return "varies" if self.survivors.min() < self.survivors.max() else "same"

    def late_validation(self) -> Literal["below", "between", "above"]:
        """Where the late validation loss of split `split` lies: below both training losses, only the first, or neither.

        The first is that with dropout. A loss that equals another is not below it.
        """
        with_dropout, without, validation = self.late_loss[:, 0]
        if validation < min(with_dropout, without):
            return "below"
        return "between" if validation < with_dropout else "above"

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """The same activations after another dropout, or none."""
        if name == "unscaled":
            return {"h_dropped": self.mask * self.h, "h_eval": (1 - self.params.rate) * self.h_eval}
        return {"h_dropped": self.h, "mask": np.ones_like(self.mask) * (self.h != 0)}

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Other scales of the survivors than 1 / (1 - rate)."""
        yield "survivors that were not divided by 1 - rate", {"h_dropped": self.mask * self.h}
        if self.params.rate:
            yield "survivors divided by rate instead of 1 - rate", {"h_dropped": self.mask * self.h / self.params.rate}

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and its lesson, with the default knobs."""
        scaled = self.mask * self.h / (1 - self.params.rate)
        yield "h_dropped = mask h / (1 - rate) to 1e-12", np.allclose(self.h_dropped, scaled, rtol=0, atol=1e-12)
        yield "survivors are those of mask", np.array_equal(self.survivors, self.mask.sum((1, 2)))
        curves = np.array([self.train_loss_dropout, self.train_loss_eval, self.val_loss])
        late = curves[:, -(self.params.epochs // 3) :].mean(1)
        yield (
            "late_loss on the first split is the mean of the curves' last third",
            np.allclose(self.late_loss[:, 0], late),
        )
        if self.params == Params():
            dropped, evaluated, _ = self.late_loss
            yield (
                "at the default knobs, late_loss reads higher with dropout on every split",
                bool((dropped > evaluated).all()),
            )


def compute(params: Params = Params()) -> Trace:
    """Train a small net on split `split` of iris and watch its masks; train one of 256 units on six splits.

    Returns:
        a Trace with 12 shown steps, and losses at `epochs` epochs; the curves are those of split `split`.
    """
    splits = [_iris.split(params.split + k) for k in range(SPLITS)]
    with seeded(params.seed):
        watched = _watch(splits[0], params)
    with seeded(params.seed):
        losses = _train(torch.stack([s.x for s in splits]), torch.stack([s.y for s in splits]), params)
    survivors, units = watched["mask"].sum((1, 2)), sum(params.hidden)
    late = losses[..., -(params.epochs // 3) :].mean(-1)  # [measure split]
    return Trace(
        params=params, **watched,
        survivors=survivors, units=np.array(units), dropped=units - survivors,
        expected=np.array((1 - params.rate) * units), scale=np.array(1 / (1 - params.rate)),
        h_kept=watched["mask"] * watched["h"],
        train_loss_dropout=losses[0, 0], train_loss_eval=losses[1, 0], val_loss=losses[2, 0],
        late_loss=late, higher=np.sum(late[0] > late[1]), below=np.sum(late[2] < late[0]),
        trained_units=np.array(sum(WIDTHS)),
        split_share=np.array([TRAINING, len(splits[0].x) - TRAINING]) / len(splits[0].x),
    )  # fmt: skip


def _watch(iris: _iris.Iris, params: Params) -> dict[str, np.ndarray]:
    """Train the drawn net for the shown minibatches; look at the first flower of each."""
    widths = (iris.x.shape[1], *params.hidden)
    blocks = [(nn.Linear(a, b), nn.Sigmoid(), nn.Dropout(params.rate)) for a, b in pairwise(widths)]
    net = nn.Sequential(*(part for block in blocks for part in block), nn.Linear(widths[-1], _iris.SPECIES))
    w, b = (_padded(w.detach() for w in net.parameters() if w.dim() == axes) for axes in (2, 1))  # of each dense layer
    seen: list[tuple[Tensor, Tensor]] = []  # of each layer, before and after its dropout [unit sample]
    for *_, dropout in blocks:
        dropout.register_forward_hook(lambda _, before, after: seen.append((before[0].T, after.T)))
    adam = Adam(net.parameters(), LEARNING_RATE)
    epochs = [torch.randperm(TRAINING) for _ in range(SHOWN * MINIBATCH // TRAINING)]
    minibatches = torch.cat(epochs).view(SHOWN, MINIBATCH)
    for flowers in minibatches:
        adam.step(functional.cross_entropy(net(iris.x[flowers]), iris.y[flowers]))
    net.eval()(iris.x[minibatches[-1]])
    shape = SHOWN + 1, len(params.hidden), max(params.hidden), MINIBATCH
    h, h_dropped = (
        _padded(one.detach() for one in states).reshape(shape).movedim(3, 1) for states in zip(*seen, strict=True)
    )  # [step sample layer unit]
    masks, rows = (h_dropped[:-1] != 0).long(), iris.rows[minibatches]  # a sigmoid is never 0
    watched = {
        "mask": masks[:, 0], "h": h[:-1, 0], "h_dropped": h_dropped[:-1, 0], "h_eval": h[-1, 0], "flower": rows[:, 0],
        "minibatch": rows, "masks": masks, "x": iris.x[iris.rows.argsort()], "w_before": w, "b_before": b,
    }  # fmt: skip
    return {name: values.numpy() for name, values in watched.items()}


def _padded(ragged: Iterable[Tensor]) -> Tensor:
    """A copy of tensors of different sizes as one, 0 where some have nothing."""
    tensors = list(ragged)
    largest = torch.tensor([one.shape for one in tensors]).amax(dim=0).tolist()
    padded = torch.zeros(len(tensors), *largest)
    for whole, one in zip(padded, tensors, strict=True):
        whole[tuple(map(slice, one.shape))] = one
    return padded


def _train(x: Tensor, y: Tensor, params: Params) -> np.ndarray:
    """Train a ReLU net per split, all in step; the three losses [measure split epoch]."""
    widths = (x.shape[2], *WIDTHS, _iris.SPECIES)
    weights = [
        torch.empty(SPLITS, *shape).uniform_(-(fan_in**-0.5), fan_in**-0.5).requires_grad_()  # as nn.Linear begins
        for fan_in, fan_out in pairwise(widths)
        for shape in ((fan_in, fan_out), (1, fan_out))
    ]

    def loss(x: Tensor, y: Tensor, training: bool = False) -> Tensor:
        for w, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            x = functional.dropout(torch.baddbmm(b, x, w).relu(), params.rate, training)  # [split flower unit]
        logits = torch.baddbmm(weights[-1], x, weights[-2])
        return functional.cross_entropy(logits.mT, y, reduction="none").mean(1)  # [split]

    adam, losses, split = Adam(weights, LEARNING_RATE), [], torch.arange(SPLITS)[:, None]
    for _ in range(params.epochs):
        met = []
        for flowers in torch.rand(SPLITS, TRAINING).argsort().view(SPLITS, -1, MINIBATCH).unbind(1):
            met.append(loss(x[split, flowers], y[split, flowers], training=True))
            adam.step(met[-1].sum())
        with torch.no_grad():
            after = (loss(x[:, part], y[:, part]) for part in (slice(TRAINING), slice(TRAINING, None)))
            losses.append(torch.stack([torch.stack(met).mean(0), *after]))
    return torch.stack(losses, dim=-1).numpy()
