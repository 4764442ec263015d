"""Fisher's iris, split into flowers that train and flowers that validate: 35 and 15 of each species.

And the net that is trained on it in several films: 4-256-256-256-3, ReLU, Adam, minibatches of 30. Several nets may be
trained at once, all from the same initial weights and on the same minibatches.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, relu

from mathcore._data import DATA, read_columns
from mathcore._training import Adam

LENGTHS = ("sepal_length", "sepal_width", "petal_length", "petal_width")
SPECIES, PER_SPECIES, TRAINED = 3, 50, 35  # the last are the flowers of each species that train
FLOWERS, TRAINING = SPECIES * PER_SPECIES, SPECIES * TRAINED
PARTS = slice(TRAINING), slice(TRAINING, None)  # of a split: the flowers that train, those that validate
WIDTHS, MINIBATCH, LEARNING_RATE = (4, 256, 256, 256, SPECIES), 30, 0.001


class Iris(NamedTuple):
    """One split; the flowers that train come first, 105 of 150."""

    rows: Tensor  # [flower] of the table, from 0
    x: Tensor  # [flower length] in standard deviations of the flowers that train, from their mean
    y: Tensor  # [flower] species 0, 1, 2


def read() -> tuple[Tensor, Tensor]:
    """All flowers, in the order of the table: their lengths in cm [flower length], their species [flower]."""
    *lengths, species = (torch.tensor(column) for column in read_columns(DATA / "iris.csv", *LENGTHS, "species"))
    return torch.stack(lengths, dim=1), species.long()


def split(seed: int) -> Iris:
    """The split that `seed` draws, the same whatever else has been drawn before."""
    lengths, species = read()
    chance = torch.Generator().manual_seed(seed)
    drawn = torch.stack([PER_SPECIES * k + torch.randperm(PER_SPECIES, generator=chance) for k in range(SPECIES)])
    rows = torch.cat([drawn[:, :TRAINED].flatten(), drawn[:, TRAINED:].flatten()])
    x = lengths[rows]
    train = x[:TRAINING]
    return Iris(rows, (x - train.mean(0)) / train.std(0), species[rows])


def initial_weights(nets: int = 1) -> list[Tensor]:
    """The weights [net in out] and biases [net 1 out] of each layer, as torch draws them, the same for every net."""
    layers = [nn.Linear(a, b) for a, b in pairwise(WIDTHS)]
    drawn = [w for layer in layers for w in (layer.weight.detach().T, layer.bias.detach()[None])]
    return [w.repeat(nets, 1, 1).requires_grad_() for w in drawn]


def cross_entropies(weights: list[Tensor], x: Tensor, y: Tensor) -> Tensor:
    """The mean cross-entropy of each net [net] on rows of its inputs [net row length], whose species are y [row]."""
    for layer in range(0, len(weights), 2):
        x = torch.baddbmm(weights[layer + 1], relu(x) if layer else x, weights[layer])
    return torch.stack([cross_entropy(logits, y) for logits in x])


def train(weights: list[Tensor], loss: Callable[[Tensor], Tensor], epochs: int) -> Iterator[int]:
    """Change the weights in place to lower `loss(rows)` on minibatches of the rows that train.

    Yields:
        0 before the first epoch, then the number of each epoch after it.
    """
    adam = Adam(weights, LEARNING_RATE)
    yield 0
    for epoch in range(1, epochs + 1):
        for rows in torch.split(torch.randperm(TRAINING), MINIBATCH):
            adam.step(loss(rows))
        yield epoch
