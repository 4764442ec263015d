"""A table of places: their signs, their names, their losses, and how many balls end there."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import LEFT, RIGHT, VGroup

from scenes._parts.dots import Dots

ROW, HEAD = 0.6, 0.55  # heights, in units of the frame
FIRST, NEXT = 3.25, 1.1  # from the left edge to the losses' right edge, and on from there to each column of counts


class Tally(VGroup):
    """The first columns; `column` makes one more.

    Args:
        stage: where it stands.
        corner: the left end of the headings.
        signs: one per row.
        names: keys of the rows' names.
        losses: one per row.
    """

    def __init__(
        self, stage: Any, corner: np.ndarray, signs: list[Dots], names: list[str], losses: Sequence[Any]
    ) -> None:
        self._corner = corner
        super().__init__(stage.typeset("loss(L)").move_to(self._place(-1, FIRST), RIGHT))
        for row, (sign, name, loss) in enumerate(zip(signs, names, losses, strict=True)):
            value = stage.number(loss, stage.theme.loss, size=28, anchor=RIGHT).centred_at(self._place(row, FIRST))
            word = stage.say(name, size=28).move_to(self._place(row, 0.6), LEFT)
            self.add(sign.put(self._place(row, 0.2)), word, value)

    def column(self, stage: Any, index: int, heading: str, counts: Sequence[Any] | np.ndarray) -> VGroup:
        """A column of counts; `heading` is the key of its name."""
        right = FIRST + NEXT * (index + 1)
        head = stage.say(heading, size=24).move_to(self._place(-1, right), RIGHT)
        numbers = [stage.number(count, size=32, anchor=RIGHT) for count in counts]
        return VGroup(head, *(number.centred_at(self._place(row, right)) for row, number in enumerate(numbers)))

    def _place(self, row: int, along: float) -> np.ndarray:
        """A point of a row (-1 for the headings), so far from the left edge."""
        return self._corner + np.array([along, -(HEAD + ROW * row) * (row >= 0), 0.0])
