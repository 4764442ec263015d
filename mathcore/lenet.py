"""LeNet reads a handwritten digit: convolutions and poolings, then dense layers.

    32 × 32 → conv 5 × 5 → 6 × 28 × 28 → max pooling → 6 × 14 × 14
            → conv 5 × 5 → 16 × 10 × 10 → max pooling → 16 × 5 × 5 → 120 → 84 → 10 → softmax
    a[k, i, j] = max(0, b[k] + Σ꜀ₕᵥ w[k, c, h, v] · x[c, i + h, j + v])        of a convolution with ReLU

From layer to layer the maps get smaller and more numerous, until ten scores are left, one per class. A convolution has
few parameters, since a map has one small kernel for all places; most of the 61 706 stand in the first dense layer.

It differs from LeNet-5 (LeCun et al., 1998) as the course's notes do: ReLU instead of tanh; max pooling instead of
averages with a weight, since it keeps how strongly a kernel has answered anywhere in its window; all maps are joined to
all; softmax and cross-entropy at the end.

Data: 5000 MNIST digits, 500 per class; of each class the first 400 train, the last 100 are held out. Training: Adam
with a learning rate of 0.002 on minibatches of 32, in float32; what the net makes of digits afterwards is float64.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import torch
from PIL import Image
from pydantic import BaseModel, Field
from torch import Tensor, nn
from torch.nn import functional

import mathcore
from mathcore import InputError, Sweep, quantity
from mathcore._data import DATA, read_grey
from mathcore._training import Adam, seeded

CLASSES, OF_CLASS, TRAINING = 10, 500, 400  # digits of a class, and how many of them train
HELD = CLASSES * (OF_CLASS - TRAINING)
PADDING, FIELD, FIT = 2, 28, 20  # cells: zeros around a digit; its side; longer side of the ink in it
KERNEL, POOL, MAPS, UNITS = 5, 2, (6, 16), (120, 84, CLASSES)
LEARNING_RATE, MINIBATCH = 2e-3, 32
PER_EPOCH = 4  # checkpoints
CASES = 8  # held-out digits that are kept
EVEN = 0.1  # a picture whose grey values differ by less has no ink
PAPER, INK = 0.3, 0.7  # shares of the way from paper to the darkest ink: what is nearer to one counts as that
PLACES = 2  # after the point, of the terms of the sum that is shown and of what they add up to
NO_LABEL = -1  # of the user's own picture

Weights = tuple[Tensor, ...]  # of the five layers in turn: weight, then bias
Step = Callable[[Tensor], Tensor]


class Params(BaseModel, frozen=True, extra="forbid"):
    """The knobs."""

    digit: int = Field(0, ge=0, le=HELD - 1, description="held-out digit that is shown; its last figure is its class")
    image: Path | None = Field(None, description="own picture of a digit instead, read in its centre square")
    epochs: int = Field(5, ge=1, le=8, description="times that training goes through its 4000 digits")
    seed: int = Field(0, ge=0, le=999, description="seed of initial weights and minibatches")


SWEEP = Sweep("digit", (0, 19))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """The shown digit on its way through the trained net, the net's weights, and how it was trained.

    Held-out digit k is of class k % 10, and the k // 10-th of those; epoch 0 is the start.
    """

    params: Params
    picture: np.ndarray = quantity("prow pcol", "what was read: 0 black, 1 white")
    dark: np.ndarray = quantity("", "1 where the ink is darker than the paper", dtype=int, tolerance=0)
    box: np.ndarray = quantity("end axis", "first row and column of the ink, and the last", dtype=int, tolerance=0)
    fitted: np.ndarray = quantity("axis", "rows and columns of the ink in the image", dtype=int, tolerance=0)
    corner: np.ndarray = quantity("axis", "first row and column of the ink in the image", dtype=int, tolerance=0)
    image: np.ndarray = quantity("irow icol", "the digit: 0 paper, 1 ink")
    input: np.ndarray = quantity("row_0 col_0", "the same with two rings of zeros", tolerance=1e-6)
    label: np.ndarray = quantity("", "true class; -1 for an own picture", dtype=int, tolerance=0)
    maps_1: np.ndarray = quantity("channel_1 row_1 col_1", "after the first convolution and ReLU")
    maps_2: np.ndarray = quantity("channel_2 row_2 col_2", "the largest of each 2 x 2 cells of maps_1")
    maps_3: np.ndarray = quantity("channel_3 row_3 col_3", "after the second convolution and ReLU")
    maps_4: np.ndarray = quantity("channel_4 row_4 col_4", "the largest of each 2 x 2 cells of maps_3")
    hidden_1: np.ndarray = quantity("unit_1", "activations of the first dense layer")
    hidden_2: np.ndarray = quantity("unit_2", "activations of the second dense layer")
    score: np.ndarray = quantity("class", "scores before the softmax")
    probability: np.ndarray = quantity("class", "softmax of the scores")
    said: np.ndarray = quantity("", "most probable class", dtype=int)
    cell: np.ndarray = quantity(
        "place",
        "map, row and column of the largest value of maps_3 whose terms add up to it in hundredths, too",
        dtype=int,
    )
    partial: np.ndarray = quantity("channel_2", "weighted sum of the window over each map of maps_2 there")
    total: np.ndarray = quantity("", "sum of these and the bias, before ReLU")
    parameters: np.ndarray = quantity("layer", "weights and biases of each layer", dtype=int, tolerance=0)
    running: np.ndarray = quantity("layer", "the same up to each layer", dtype=int, tolerance=0)
    pool: np.ndarray = quantity("", "rows and columns of which pooling keeps the largest", dtype=int, tolerance=0)
    split: np.ndarray = quantity("part", "digits that train, and that are held out", dtype=int, tolerance=0)
    loss: np.ndarray = quantity("step", "cross-entropy of each minibatch before its step")
    accuracy: np.ndarray = quantity("epoch", "share of the held-out digits that are right")
    checkpoint_epoch: np.ndarray = quantity("checkpoint", "epochs, four checkpoints in each", tolerance=0)
    checkpoint_accuracy: np.ndarray = quantity("checkpoint", "share of the held-out digits that are right then")
    kernel: np.ndarray = quantity("checkpoint filter krow kcol", "the first kernels then")
    held_label: np.ndarray = quantity("held", "true class of each held-out digit", dtype=int, tolerance=0)
    held_said: np.ndarray = quantity("held", "most probable class of each", dtype=int)
    held_certainty: np.ndarray = quantity("held", "probability of that class")
    wrong: np.ndarray = quantity("", "how many held-out digits are wrong", dtype=int)
    case: np.ndarray = quantity(
        "case", "held-out digits that another class is most ahead of, that one first", dtype=int
    )
    case_image: np.ndarray = quantity("case irow icol", "these digits")
    case_probability: np.ndarray = quantity("case class", "what the net says of them")
    case_label: np.ndarray = quantity("case", "their true classes", dtype=int)
    case_said: np.ndarray = quantity("case", "their most probable classes", dtype=int)
    weight_1: np.ndarray = quantity("channel_1 krow kcol", "weights of the first convolution")
    bias_1: np.ndarray = quantity("channel_1", "its biases")
    weight_2: np.ndarray = quantity("channel_3 channel_2 krow kcol", "weights of the second convolution")
    bias_2: np.ndarray = quantity("channel_3", "its biases")
    weight_3: np.ndarray = quantity("unit_1 flat", "weights of the first dense layer; maps_4 is read map by map")
    bias_3: np.ndarray = quantity("unit_1", "its biases")
    weight_4: np.ndarray = quantity("unit_2 unit_1", "weights of the second dense layer")
    bias_4: np.ndarray = quantity("unit_2", "its biases")
    weight_5: np.ndarray = quantity("class unit_2", "weights of the last layer")
    bias_5: np.ndarray = quantity("class", "its biases")

    def verdict(self) -> Literal["right", "wrong", "own"]:
        """Whether the net is right about the shown digit; of an own picture nobody knows."""
        if self.label == NO_LABEL:
            return "own"
        return "right" if self.said == self.label else "wrong"

    def mistaken(self) -> Literal["none", "few", "many"]:
        """How many held-out digits are wrong: none, fewer than there are cases, or at least as many."""
        return "none" if not self.wrong else "few" if self.wrong < len(self.case) else "many"

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Other forms of the net, each run on the shown digit with the same weights."""
        with seeded():
            weights = tuple(
                torch.tensor(getattr(self, f"{kind}_{k}")) for k in range(1, 6) for kind in ("weight", "bias")
            )
            weights = weights[0][:, None], *weights[1:]
            digit, plain = torch.tensor(self.input), torch.tensor(self.image)
            first, second = weights[0].flip(-1, -2), weights[2].flip(-1, -2)
            scaled = functional.interpolate(plain[None, None], self.input.shape, mode="bilinear", antialias=True)[0, 0]
            forms: dict[str, Callable[[], list[Tensor]]] = {
                "average pooling instead of max pooling": lambda: forward(
                    weights, digit, pool=lambda x: functional.avg_pool2d(x, POOL)
                ),
                "tanh instead of ReLU": lambda: forward(weights, digit, activation=torch.tanh),
                "the sigmoid instead of ReLU": lambda: forward(weights, digit, activation=torch.sigmoid),
                "no ReLU after the convolutions and dense layers": lambda: forward(
                    weights, digit, activation=lambda x: x
                ),
                "flipped kernels, as in a true convolution": lambda: forward(
                    (first, weights[1], second, *weights[3:]), digit
                ),
                "maps flattened with the channel last instead of first": lambda: forward(
                    weights, digit, flatten=lambda x: x.movedim(1, -1).flatten(1)
                ),
                "pixels from 0 to 255 instead of 0 to 1": lambda: forward(weights, 255 * digit),
                "pixels from -1 to 1 instead of 0 to 1": lambda: forward(weights, 2 * digit - 1),
                "pixels standardised by MNIST's mean 0.1307 and deviation 0.3081": lambda: forward(
                    weights, (digit - 0.1307) / 0.3081
                ),
                "a digit that is dark on light": lambda: forward(weights, 1 - digit),
                "a transposed image": lambda: forward(weights, digit.T),
                "an image that was scaled to 32 x 32 instead of padded": lambda: forward(weights, scaled),
            }
            for name, form in forms.items():
                yield name, _named(form())
            yield "an image without padding, 28 x 28", _unpadded(weights, plain)
        yield "scores instead of probabilities, the softmax left out", {"probability": self.score}
        log_probability = np.log(self.probability)
        yield "logarithms of the probabilities, a log-softmax", {"probability": log_probability}
        yield "biases that are not counted", {"parameters": np.array([w.numel() for w in weights[::2]])}

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever training came to; and its lesson, which held for every seed that was tried."""
        yield "the probabilities add up to 1", bool(np.isclose(self.probability.sum(), 1, rtol=0, atol=1e-12))
        yield "the parameters add up to 61706", self.running[-1] == 61706
        for small, large in (self.maps_2, self.maps_1), (self.maps_4, self.maps_3):
            channels, rows, cols = small.shape
            blocks = large.reshape(channels, rows, POOL, cols, POOL)
            yield "pooling keeps the largest of each 2 x 2 cells", bool(np.array_equal(small, blocks.max(axis=(2, 4))))
        summed = np.isclose(self.total, self.partial.sum() + self.bias_2[self.cell[0]], rtol=0, atol=1e-12)
        yield (
            "the partial sums and the bias make the cell",
            bool(summed and self.total == self.maps_3[tuple(self.cell)]),
        )
        right = 1 - self.wrong / HELD
        yield "the last accuracy is that of the digits that are not wrong", bool(np.isclose(self.accuracy[-1], right))
        yield "the untrained net is right on less than a quarter", bool(self.accuracy[0] < 0.25)
        yield "one epoch makes more than 80 % of the held-out digits right", bool(self.accuracy[1] > 0.8)
        yield "the kernels have changed", bool((self.kernel[0] != self.kernel[-1]).all())


class Digits(NamedTuple):
    """The data: pixels from 0 to 1 without padding, and classes."""

    train: Tensor  # [digit row col]
    train_label: Tensor  # [digit]
    held: Tensor  # [held row col]
    held_label: Tensor  # [held]


class Training(NamedTuple):
    """What training leaves."""

    weights: Weights  # float64
    loss: np.ndarray  # [step]
    accuracy: np.ndarray  # [checkpoint]
    kernel: np.ndarray  # [checkpoint filter krow kcol]
    probability: np.ndarray  # [held class], float64


class Prepared(NamedTuple):
    """A picture, and the digit in it as those of MNIST are: see `prepare`."""

    picture: np.ndarray  # [prow pcol]
    dark: bool
    box: np.ndarray  # [end axis]
    fitted: np.ndarray  # [axis]
    corner: np.ndarray  # [axis]
    image: np.ndarray  # [irow icol]


def compute(params: Params = Params()) -> Trace:
    """Train LeNet, and show it a held-out digit or the user's own.

    Raises:
        mathcore.InputError: the user's picture cannot be read, or has no ink.
    """
    digits, trained = _digits(), _train(params.epochs, params.seed)
    shown = _own(params.image) if params.image else _as_it_is(digits.held[params.digit].numpy())
    label = NO_LABEL if params.image else digits.held_label[params.digit].item()
    with seeded():
        padded = functional.pad(torch.from_numpy(shown.image), [PADDING] * 4)
        named = _named(forward(trained.weights, padded))
    counts = np.array(_counts(trained.weights))
    return Trace(
        params=params, picture=shown.picture, dark=np.array(shown.dark), box=shown.box, fitted=shown.fitted,
        corner=shown.corner, image=shown.image, input=padded.numpy(), label=np.array(label), **named,
        said=np.array(named["probability"].argmax()), **_one_cell(named, trained.weights),
        parameters=counts, running=counts.cumsum(), pool=np.array(POOL), split=np.array([len(digits.train), HELD]),
        loss=trained.loss, accuracy=trained.accuracy[::PER_EPOCH], checkpoint_accuracy=trained.accuracy,
        checkpoint_epoch=np.arange(len(trained.accuracy)) / PER_EPOCH, kernel=trained.kernel,
        **_of_held(digits, trained.probability), **_of_layers(trained.weights),
    )  # fmt: skip


def forward(
    weights: Weights,
    images: Tensor,
    activation: Step = functional.relu,
    pool: Step = lambda x: functional.max_pool2d(x, POOL),
    flatten: Step = lambda x: x.flatten(1),
) -> list[Tensor]:
    """What each layer makes of images [row col] or [digit row col].

    Returns:
        maps_1 to maps_4, hidden_1, hidden_2 and the scores; [digit ...] where there are several digits.
    """
    x, layers = images.reshape(-1, 1, *images.shape[-2:]), []
    for weight, bias in zip(weights[:4:2], weights[1:4:2], strict=True):
        layers.append(activation(functional.conv2d(x, weight, bias)))
        x = pool(layers[-1])
        layers.append(x)
    x = flatten(x)
    for weight, bias in zip(weights[4:8:2], weights[5:8:2], strict=True):
        x = activation(functional.linear(x, weight, bias))
        layers.append(x)
    layers.append(functional.linear(x, *weights[8:]))
    return layers if images.ndim == 3 else [layer[0] for layer in layers]


def prepare(picture: np.ndarray) -> Prepared:
    """The digit in a picture [prow pcol] as those of MNIST are.

    Ink is what differs from the paper, which has the median grey of the picture's edge. It is cropped, scaled to 20
    cells along its longer side, and laid so that its centre of mass is the middle of 28 x 28 cells.

    Raises:
        ValueError: the picture has no ink.
    """
    low, high = picture.min(), picture.max()
    if high - low < EVEN:
        raise ValueError("no ink")
    edge = np.concatenate([picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]])
    paper = np.median(edge)
    dark = bool(paper > (low + high) / 2)
    contrast = np.abs(picture - paper) / (paper - low if dark else high - paper) * ((picture < paper) == dark)
    ink = np.clip((contrast - PAPER) / (INK - PAPER), 0, 1)
    rows, cols = (np.flatnonzero(ink.max(axis)) for axis in (1, 0))
    box = np.array([[rows[0], cols[0]], [rows[-1], cols[-1]]])
    cropped = ink[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1].astype(np.float32)
    fitted = np.maximum(np.rint(FIT * np.array(cropped.shape) / max(cropped.shape)), 1).astype(int)
    scaled = Image.fromarray(cropped).resize((fitted[1], fitted[0]), Image.Resampling.BILINEAR)
    digit = np.asarray(scaled, dtype=float).clip(0, 1)
    centre = [np.average(np.arange(n) + 0.5, weights=digit.sum(1 - axis)) for axis, n in enumerate(digit.shape)]
    corner = np.clip(np.rint(FIELD / 2 - np.array(centre)), 0, FIELD - fitted).astype(int)
    image = np.zeros((FIELD, FIELD))
    image[corner[0] : corner[0] + fitted[0], corner[1] : corner[1] + fitted[1]] = digit
    return Prepared(picture, dark, box, fitted, corner, image)


def _own(path: Path) -> Prepared:
    grey = read_grey(path)
    try:
        return prepare(grey)
    except ValueError:
        raise InputError(f"{path} shows no digit: it is of one and the same grey.") from None


def _as_it_is(image: np.ndarray) -> Prepared:
    """A digit of MNIST, which is prepared already."""
    rows, cols = (np.flatnonzero(image.max(axis)) for axis in (1, 0))
    box = np.array([[rows[0], cols[0]], [rows[-1], cols[-1]]])
    return Prepared(image, False, box, box[1] - box[0] + 1, box[0], image)


@lru_cache(maxsize=1)
def _digits() -> Digits:
    """The split: of each class the first 400 train, the others are held out, of each class in turn one."""
    with np.load(DATA / "digits.npz") as data:
        images, labels = data["images"] / 255, data["labels"].astype(int)
    rows = np.arange(CLASSES * OF_CLASS).reshape(CLASSES, OF_CLASS)  # sorted by class
    parts = rows[:, :TRAINING].ravel(), rows[:, TRAINING:].T.ravel()
    return Digits(*(torch.from_numpy(values[part]) for part in parts for values in (images, labels)))


@lru_cache(maxsize=8)
def _train(epochs: int, seed: int) -> Training:
    """Train a net in float32; what is shown to it afterwards does not matter, so that it is trained once."""
    digits = _digits()
    train, held = (functional.pad(images.float(), [PADDING] * 4) for images in (digits.train, digits.held))
    with seeded(seed):
        weights = _new_weights(torch.float32)
        adam, losses, kernels, accuracy = Adam(weights, LEARNING_RATE), list[float](), list[Tensor](), list[float]()
        every = len(train) // MINIBATCH / PER_EPOCH

        def keep() -> None:
            kernels.append(weights[0].detach()[:, 0].clone())
            with torch.no_grad():
                said = forward(tuple(weights), held)[-1].argmax(1)
            accuracy.append((said == digits.held_label).double().mean().item())

        keep()
        for _ in range(epochs):
            for rows in torch.split(torch.randperm(len(train)), MINIBATCH):
                loss = functional.cross_entropy(forward(tuple(weights), train[rows])[-1], digits.train_label[rows])
                losses.append(loss.item())
                adam.step(loss)
                if len(losses) == round(len(kernels) * every):
                    keep()
        trained = tuple(w.detach().double() for w in weights)
        scores = forward(trained, functional.pad(digits.held, [PADDING] * 4))[-1]
        accuracy[-1] = (scores.argmax(1) == digits.held_label).double().mean().item()
        probability = functional.softmax(scores, dim=1).numpy()
    return Training(trained, np.array(losses), np.array(accuracy), torch.stack(kernels).numpy(), probability)


def _new_weights(dtype: torch.dtype, flat: int = MAPS[1] * KERNEL**2) -> list[Tensor]:
    """torch's initial weights of the five layers; `flat` is how many cells maps_4 has."""
    convolutions = [nn.Conv2d(a, b, KERNEL, dtype=dtype) for a, b in ((1, MAPS[0]), MAPS)]
    dense = [nn.Linear(a, b, dtype=dtype) for a, b in pairwise((flat, *UNITS))]
    return [w for layer in (*convolutions, *dense) for w in layer.parameters()]


def _named(layers: list[Tensor]) -> dict[str, np.ndarray]:
    """What the layers make of one digit, by the names of quantities."""
    names = "maps_1", "maps_2", "maps_3", "maps_4", "hidden_1", "hidden_2", "score", "probability"
    values = *layers, functional.softmax(layers[-1], dim=0)
    return {name: value.numpy() for name, value in zip(names, values, strict=True)}


def _one_cell(named: dict[str, np.ndarray], weights: Weights) -> dict[str, np.ndarray]:
    """How a value of maps_3 comes from the windows over maps_2: the largest one whose rounded terms add up to it."""
    kernel, bias = weights[2].numpy(), weights[3].numpy()
    windows = np.lib.stride_tricks.sliding_window_view(named["maps_2"], (KERNEL, KERNEL), axis=(1, 2))
    partial = np.einsum("crshv,kchv->ckrs", windows, kernel)
    terms = np.concatenate([partial, np.broadcast_to(bias[:, None, None], named["maps_3"].shape)[None]])
    exact = np.isclose(terms.round(PLACES).sum(axis=0), named["maps_3"].round(PLACES), rtol=0, atol=1e-9)
    k, row, col = np.unravel_index(np.where(exact, named["maps_3"], -1).argmax(), exact.shape)
    return {"cell": np.array([k, row, col]), "partial": partial[:, k, row, col], "total": named["maps_3"][k, row, col]}


def _of_layers(weights: Weights) -> dict[str, np.ndarray]:
    """The weights by the names of quantities; the single channel of the first convolution's is left out."""
    named = {f"{kind}_{k // 2 + 1}": w.numpy() for k, w in enumerate(weights) for kind in [("weight", "bias")[k % 2]]}
    return named | {"weight_1": named["weight_1"][:, 0]}


def _of_held(digits: Digits, probability: np.ndarray) -> dict[str, np.ndarray]:
    """What the net says of the held-out digits, by probability [held class], and of those that it errs on most."""
    y, said = digits.held_label.numpy(), probability.argmax(axis=1)
    case = np.argsort(-_lead_of_another(probability, y), kind="stable")[:CASES]
    return {
        "held_label": y, "held_said": said, "held_certainty": probability.max(axis=1), "wrong": np.sum(said != y),
        "case": case, "case_image": digits.held[case].numpy(), "case_probability": probability[case],
        "case_label": y[case], "case_said": said[case],
    }  # fmt: skip


def _lead_of_another(probability: np.ndarray, label: np.ndarray) -> np.ndarray:
    """How far the most probable of the other classes is ahead of the true one, by probability [digit class]."""
    digits, others = np.arange(len(label)), probability.copy()
    others[digits, label] = 0
    lead: np.ndarray = others.max(axis=1) - probability[digits, label]
    return lead


def _counts(weights: Sequence[Tensor]) -> list[int]:
    """The parameters of each layer."""
    return [w.numel() + b.numel() for w, b in zip(weights[::2], weights[1::2], strict=True)]


def _unpadded(weights: Weights, image: Tensor) -> dict[str, np.ndarray]:
    """What the convolutions make of an image [row col] without padding, and the parameters of the net that fits it."""
    layers, x = dict[str, np.ndarray](), image[None, None]
    for k in range(2):
        convolved = functional.relu(functional.conv2d(x, weights[2 * k], weights[2 * k + 1]))
        x = functional.max_pool2d(convolved, POOL)
        layers |= {f"maps_{2 * k + 1}": convolved[0].numpy(), f"maps_{2 * k + 2}": x[0].numpy()}
    return layers | {"parameters": np.array(_counts(_new_weights(torch.float64, x.numel())))}
