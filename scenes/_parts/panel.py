"""A grid of cells as a panel of a film: numbers in the language, a name above, a colour bar below."""

from typing import TYPE_CHECKING

import numpy as np
from manim import DOWN, UP

from scenes._parts.cells import Cells, ColourBar, Scale
from scenes._parts.typeset import Written

if TYPE_CHECKING:
    from scenes._stage import Stage

NAME_SIZE = 24


def panel(stage: "Stage", values: np.ndarray, scale: Scale, side: float, centre: np.ndarray) -> Cells:
    """Cells with numbers to as many digits as have room, `side` units high."""
    words = stage.words
    digits = 3 if side / len(values) >= 1 else 2

    def write(value: float) -> str:  # no method: a drawing is copied with all that it refers to
        return words.number(round(value, digits), digits=digits, tidy=True)

    return Cells(values, scale, side, stage.theme, write).move_to(centre)


def name(stage: "Stage", key: str, cells: Cells, colour: str) -> Written:
    """What a panel is called, above it."""
    return stage.say(key, size=NAME_SIZE, colour=colour).next_to(cells, UP, buff=0.18)


def colour_bar(stage: "Stage", cells: Cells) -> ColourBar:
    """What a panel's colours stand for, below it."""
    return ColourBar(cells.colours, cells.height, stage.theme, stage.words).next_to(cells, DOWN, buff=0.3)
