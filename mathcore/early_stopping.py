"""Early stopping: training ends once the validation loss has had no new best for so many epochs, the patience.

    n ← 0, w* ← w   where L < L*      n ← n + 1   where L ≥ L*      at n = p training stops, and w ← w*

L is the validation loss after an epoch, L* the lowest so far, w* the weights that had it. A net 4-256-256-256-3 (ReLU,
Adam, minibatches of 30) trains on 105 iris flowers, and 45 validate it. It goes on to the last epoch here, which shows
what stopping missed. Frameworks differ: Keras counts like this and keeps the last weights unless `restore_best_weights`
is set; Lightning counts like this and restores nothing by itself; scikit-learn's MLPs stop when n exceeds p.

The named splits were found by a search over the seeds 0 to 199, with all knobs at their defaults: on 29 of these splits
an epoch after the stop has a loss lower by more than a twentieth, and 4 do not stop within 100 epochs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import Tensor

import mathcore
from mathcore import Convention, Sweep, _iris, quantity
from mathcore._training import seeded

SPLITS = {"textbook": 197, "impatient": 9, "never": 131}  # seeds of the splits of iris
CLEARLY = 0.05  # share by which a loss is clearly lower than another
SHOWN = 24  # weights that are recorded after each epoch


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    split: Literal["textbook", "impatient", "never"] = Field("textbook", description="which flowers train")
    patience: int = Field(10, ge=1, le=50, description="epochs without a new best after which training stops")
    epochs: int = Field(100, ge=10, le=150, description="epochs at most")
    seed: int = Field(0, ge=0, le=999, description="seed of initial weights and minibatches")


SWEEP = Sweep("patience", (1, 50))


class Counting(NamedTuple):
    """What the counter of patience says of the losses after each epoch."""

    waited: np.ndarray  # [epoch]
    best: int  # epoch of the lowest loss up to the stop
    stop: int  # epoch after which training stops, or the last one


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """Losses of all epochs, also those after the stop, and what early stopping makes of them. Epoch 0 is the start."""

    params: Params
    conventions: ClassVar = {
        "last-weights": Convention(
            "Keras and TensorFlow.js (their default)", "the last weights stay", "ours restores the best"
        ),
        "patience-exceeded": Convention(
            "scikit-learn", "training stops when patience is exceeded", "ours stops when it is reached, as Keras does"
        ),
    }
    train_loss: np.ndarray = quantity("epoch", "cross-entropy of the flowers that train, after each epoch")
    val_loss: np.ndarray = quantity("epoch", "the same of the flowers that validate")
    waited: np.ndarray = quantity(
        "epoch", "epochs without a new best; it stays as it is once training has stopped", dtype=int, tolerance=0
    )
    best_epoch: np.ndarray = quantity("", "epoch whose weights are restored", dtype=int, tolerance=0)
    stop_epoch: np.ndarray = quantity("", "epoch after which training stops, or the last one", dtype=int, tolerance=0)
    restored_loss: np.ndarray = quantity("", "validation loss with the restored weights")
    best_of_all_epoch: np.ndarray = quantity(
        "", "epoch of the lowest validation loss, had training gone on", dtype=int, tolerance=0
    )
    enough: np.ndarray = quantity("", "least patience that would have reached that epoch", dtype=int, tolerance=0)
    w: np.ndarray = quantity("epoch unit", "weights of some hidden units in the output of the first species")
    distance: np.ndarray = quantity("epoch", "from all weights to the best so far; from the stop on, to those restored")
    parameters: np.ndarray = quantity("", "weights and biases of the net", dtype=int, tolerance=0)
    units: np.ndarray = quantity("layer", "units of the net", dtype=int, tolerance=0)
    flowers: np.ndarray = quantity("part", "flowers that train, and that validate", dtype=int, tolerance=0)
    split_seed: np.ndarray = quantity("", "seed of the split", dtype=int, tolerance=0)

    def stops(self) -> bool:
        """Whether patience ran out before the epochs did."""
        return bool(self.waited[-1] == self.params.patience)

    def held(self) -> np.ndarray:
        """The epoch whose weights are in the safe after each epoch [epoch]; it stays as it is after the stop."""
        return np.asarray(np.minimum(np.arange(len(self.waited)), self.stop_epoch) - self.waited)

    def restoring(self) -> Literal["lower", "hardly", "same"]:
        """What restoring does to the loss: it gets clearly lower, hardly so, or the last epoch is the best itself."""
        if self.best_epoch == self.stop_epoch:
            return "same"
        return "lower" if self.restored_loss < (1 - CLEARLY) * self.val_loss[self.stop_epoch] else "hardly"

    def missed(self) -> Literal["nothing", "little", "much"]:
        """Whether an epoch after the stop has a lower loss, and a clearly lower one."""
        lowest = self.val_loss[self.best_of_all_epoch]
        if lowest < (1 - CLEARLY) * self.restored_loss:
            return "much"
        return "little" if lowest < self.restored_loss else "nothing"

    def longest_wait(self) -> tuple[int, int]:
        """The two bests that lie furthest apart, up to the lowest loss of all; patience must last between them."""
        bests = _bests(self.val_loss)
        longest = int(np.diff(bests).argmax())
        return int(bests[longest]), int(bests[longest + 1])

    def ending(self) -> Literal["textbook", "impatient", "never", "vain"]:
        """It never stops; or too early, a clearly better epoch coming later; or restoring helps; or it does not."""
        if not self.stops():
            return "never"
        if self.missed() == "much":
            return "impatient"
        return "textbook" if self.restoring() == "lower" else "vain"

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """What comes of the same losses where training ends otherwise."""
        if name == "last-weights":
            return {"restored_loss": self.val_loss[self.stop_epoch]}
        return self._counted(count(self.val_loss, self.params.patience + 1))

    def _counted(self, counted: Counting) -> dict[str, np.ndarray]:
        """What another way to count comes to."""
        waited, best, stop = counted
        scalars = {"best_epoch": best, "stop_epoch": stop, "restored_loss": self.val_loss[best]}
        return {"waited": waited} | {quantity: np.array(value) for quantity, value in scalars.items()}

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Other ways to count, to stop, and to end."""
        val_loss, patience = self.val_loss, self.params.patience
        forms = {
            "a loss compared with that of the epoch before instead of the best": count(
                val_loss, patience, lambda losses, epoch, best: losses[epoch] < losses[epoch - 1]
            ),
            "a counter that no new best resets": _never_reset(val_loss, patience),
            "a stop when patience is exceeded instead of reached": count(val_loss, patience + 1),
            "a counter that watches the training loss instead of the validation loss": count(self.train_loss, patience),
            "a loss equal to the best counted as a new best": count(
                val_loss, patience, lambda losses, epoch, best: losses[epoch] <= losses[best]
            ),
        }
        for name, counted in forms.items():
            yield name, self._counted(counted)
        yield "the last weights kept instead of the best restored", {"restored_loss": val_loss[self.stop_epoch]}

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and what each split is there for, with the default knobs."""
        before = self.val_loss[: self.stop_epoch + 1]
        yield "best_epoch has the lowest val_loss up to stop_epoch", bool(self.best_epoch == before.argmin())
        yield (
            "training stops patience epochs after the best, or with the last epoch",
            bool(self.stop_epoch == min(self.best_epoch + self.params.patience, self.params.epochs)),
        )
        yield (
            "restored_loss is the loss of best_epoch",
            np.allclose(self.restored_loss, self.val_loss[self.best_epoch], rtol=1e-9, atol=0),
        )
        yield "waited is 0 at every new best", bool(np.all(self.waited[self.held()] == 0))
        if self.params == Params(split=self.params.split):
            yield f"with the default knobs, the split is {self.params.split}", self.ending() == self.params.split


def compute(params: Params = Params()) -> Trace:
    """Train the net to the last epoch, count as it goes, and restore the best weights.

    Returns:
        a Trace with epochs + 1 losses, the first of them before training.
    """
    iris = _iris.split(SPLITS[params.split])
    losses: list[list[float]] = []  # [epoch part]
    shown, distance, counting = [], [], count([np.inf], params.patience)
    with seeded(params.seed):
        weights, safe = _iris.initial_weights(), []
        for epoch in _iris.train(weights, lambda rows: _loss(weights, iris, rows), params.epochs):
            losses.append([_loss(weights, iris, rows).item() for rows in _iris.PARTS])
            counting = count([val_loss for _, val_loss in losses], params.patience)
            if counting.best == epoch:
                safe = [w.detach().clone() for w in weights]
            shown.append(weights[-2][0, :SHOWN, 0].tolist())
            distance.append(
                torch.cat([(w - best).flatten() for w, best in zip(weights, safe, strict=True)]).norm().item()
            )
    restored_loss = _loss(safe, iris, _iris.PARTS[1]).item()
    train_loss, val_loss = np.array(losses).T
    return Trace(
        params=params, train_loss=train_loss, val_loss=val_loss,
        waited=counting.waited, best_epoch=np.array(counting.best), stop_epoch=np.array(counting.stop),
        restored_loss=np.array(restored_loss), best_of_all_epoch=val_loss.argmin(), enough=np.array(_enough(val_loss)),
        w=np.array(shown), distance=np.array(distance),
        parameters=np.array(sum(w.numel() for w in weights)), units=np.array(_iris.WIDTHS),
        flowers=np.array([_iris.TRAINING, _iris.FLOWERS - _iris.TRAINING]),
        split_seed=np.array(SPLITS[params.split]),
    )  # fmt: skip


def _loss(weights: list[Tensor], iris: _iris.Iris, rows: Tensor | slice) -> Tensor:
    """The cross-entropy of the net on some flowers."""
    return _iris.cross_entropies(weights, iris.x[None, rows], iris.y[rows])[0]


Losses = Sequence[float] | np.ndarray
Improves = Callable[[Losses, int, int], bool]  # of the losses, an epoch, the epoch of the best before it


def count(
    losses: Losses,
    patience: int,
    improves: Improves = lambda losses, epoch, best: losses[epoch] < losses[best],
) -> Counting:
    """Count the epochs without a new best from the first loss on, until so many are reached; an equal one is none."""
    waited, best, stop = [0], 0, len(losses) - 1
    for epoch in range(1, len(losses)):
        if waited[-1] == patience:
            stop = min(stop, epoch - 1)
            waited.append(patience)
        elif improves(losses, epoch, best):
            best = epoch
            waited.append(0)
        else:
            waited.append(waited[-1] + 1)
    return Counting(np.array(waited), best, stop)


def _never_reset(losses: np.ndarray, patience: int) -> Counting:
    """The same with a counter that goes on from where it was at every new best."""
    in_vain = losses > np.minimum.accumulate(losses)
    waited = np.minimum(in_vain.cumsum(), patience)
    stop = int(np.argmax(waited == patience)) if waited[-1] == patience else len(losses) - 1
    return Counting(waited, int(losses[: stop + 1].argmin()), stop)


def _enough(losses: np.ndarray) -> int:
    """The least patience with which the lowest of all losses is reached."""
    return int(np.diff(_bests(losses)).max(initial=1))


def _bests(losses: np.ndarray) -> np.ndarray:
    """The epochs of all new bests, up to the lowest of all losses."""
    lowest = np.minimum.accumulate(losses[: losses.argmin() + 1])
    return np.flatnonzero(np.diff(lowest, prepend=np.inf))
