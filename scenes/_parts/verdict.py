"""What heads a panel: its name, a verdict in a word, and the number that it is read off."""

from typing import TYPE_CHECKING

import numpy as np
from manim import LEFT, RIGHT, UL, UR, VGroup

if TYPE_CHECKING:
    from scenes._stage import Stage


class Verdict(VGroup):
    """Two lines above a panel.

    Args:
        stage: where it stands; it says the words.
        span: left and right end of the panel.
        top: height that the upper line hangs from.
        name: of the panel, in Typst math.
        label: key of the sentence before the number.
        words: key and colour of each verdict, by its number.
    """

    def __init__(
        self,
        stage: "Stage",
        span: tuple[float, float],
        top: float,
        name: str,
        label: str,
        words: dict[int, tuple[str, str]],
    ) -> None:
        self._numbers, (left, right) = stage.words, span
        written = stage.typeset(name, size=34).move_to([left, top, 0], UL)
        before = stage.say(label, size=24).move_to([left, top - 0.75, 0], LEFT)
        self._number = stage.number(np.nan, stage.theme.gradient, size=30)
        self._number.centred_at(before.get_right() + 0.15 * RIGHT)
        self._verdicts = {
            key: stage.say(sentence, colour=hue).move_to([right, top, 0], UR) for key, (sentence, hue) in words.items()
        }
        super().__init__(written, before, self._number, *self._verdicts.values())
        self.ask()

    def ask(self) -> None:
        """Leave number and verdict open."""
        self.tell(np.nan, None)

    def tell(self, value: float, verdict: int | None) -> None:
        """Write the number, and show the word for it."""
        self._number.write(self._numbers.number(value))
        for key, word in self._verdicts.items():
            word.set_opacity(float(key == verdict))
