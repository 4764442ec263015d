"""The letters of a sequence, read one after the other, and a frame at its end for what is answered."""

import numpy as np
from manim import Rectangle, VGroup

from mathcore._recall import LETTERS
from scenes._marks.dots import Dots
from scenes._marks.typeset import sentence
from scenes._stage.film import Film

ROW, START, WIDTH, ANSWER = 2.6, -4.9, 10.4, 6.2  # of the letters: height, left end, width; where the answer stands


class LetterRow(VGroup):
    """The letters of the sequence, and a frame at its end for the answer.

    `at(time, told)`: the cursor is below the letter that is being read; the frame holds a question mark, and after the
    last letter the answer, if it is told, coloured as a verdict.
    """

    def __init__(self, film: Film) -> None:
        theme, t = film.theme, film.trace
        self.length, answer = t.params.length, LETTERS[t.named]
        self.x = START + WIDTH * (np.arange(self.length) + 0.5) / self.length  # [time]
        written = [sentence(LETTERS[symbol], theme.data, 34) for symbol in t.x.argmax(axis=1)]
        self.letters = VGroup(*(one.move_to([x, ROW, 0]) for one, x in zip(written, self.x, strict=True)))
        end = np.array([ANSWER, ROW, 0])
        self.frame = Rectangle(theme.text, 0.68, 0.62, stroke_width=4).move_to(end)
        told = ("?", theme.text), (answer, theme.good if t.recalled else theme.bad)
        self.question, self.answer = (sentence(text, hue, 34).move_to(end) for text, hue in told)
        self.cursor = Dots(np.zeros((0, 3)), theme.text, 0.11, corners=3)
        super().__init__(self.letters, self.frame, self.question, self.answer, self.cursor)

    def around(self, place: int) -> Rectangle:
        """A frame around a letter."""
        width = min(0.52, WIDTH / self.length + 0.04)
        return Rectangle(self.cursor.color, 0.62, width, stroke_width=4).move_to(self.letters[place])

    def at(self, time: float, told: float) -> None:
        """Point at the latest of so many letters, or answer."""
        known = told > 0 and time >= self.length
        below = [self.x[max(int(np.ceil(time)) - 1, 0)], ROW - 0.4, 0]
        self.cursor.put(np.array([below] * (not known)))
        self.question.set_opacity(float(not known))
        self.answer.set_opacity(float(known))
