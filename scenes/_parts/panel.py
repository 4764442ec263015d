"""A grid of cells as a panel of a film: numbers in the language, a name above, a colour bar below."""

from typing import TYPE_CHECKING

import numpy as np
from manim import DOWN, UP, Group

from scenes._parts.cells import Cells, ColourBar, Scale
from scenes._words import Told

if TYPE_CHECKING:
    from scenes._stage import Stage

NAME_SIZE = 24


def panel(stage: "Stage", values: np.ndarray, scale: Scale, side: float, centre: np.ndarray) -> Cells:
    """Cells with numbers to as many digits as have room, `side` units high."""
    words = stage.words
    digits = 3 if side / len(values) >= 1 else 2

    def write(value: float) -> Told:  # no method: a drawing is copied with all that it refers to
        return words.number(value, digits=digits, decimals=digits, tidy=True)

    return Cells(values, scale, side, stage.theme, write).move_to(centre)


def entitled(stage: "Stage", cells: Cells, key: str, colour: str, *, bar: bool = True) -> Group:
    """A panel with what it is called above, and what its colours stand for below."""
    name = stage.say(key, size=NAME_SIZE, colour=colour).next_to(cells, UP, buff=0.18)
    if not bar:
        return Group(cells, name)
    return Group(
        cells, name, ColourBar(cells.colours, cells.height, stage.theme, stage.words).next_to(cells, DOWN, buff=0.3)
    )
