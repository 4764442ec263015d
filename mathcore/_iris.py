"""Fisher's iris, split into flowers that train and flowers that validate: 35 and 15 of each species."""

from typing import NamedTuple

import torch

from mathcore._data import DATA, read_columns

LENGTHS = ("sepal_length", "sepal_width", "petal_length", "petal_width")
SPECIES, PER_SPECIES, TRAINED = 3, 50, 35  # the last are the flowers of each species that train
FLOWERS, TRAINING = SPECIES * PER_SPECIES, SPECIES * TRAINED


class Iris(NamedTuple):
    """One split; the flowers that train come first, 105 of 150."""

    rows: torch.Tensor  # [flower] of the table, from 0
    x: torch.Tensor  # [flower length] in standard deviations of the flowers that train, from their mean
    y: torch.Tensor  # [flower] species 0, 1, 2


def read() -> tuple[torch.Tensor, torch.Tensor]:
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
