"""A number that changes: one path, put together from glyphs that were typeset once."""

from functools import cache
from typing import NamedTuple, Self

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, VMobject
from manim.constants import SCALE_FACTOR_PER_FONT_POINT

from scenes._marks.outlines import drawing, pieces
from scenes._marks.typeset import PREAMBLE, next_text
from scenes._stage.words import THIN_SPACE

GLYPHS = "0123456789.,−∞?×=+()%≤≥⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
SPACES = {THIN_SPACE: 0.2, " ": 0.25}  # in ems
RULER = "H"


class Glyph(NamedTuple):
    """An outline with its origin on the baseline, and the way to the next glyph, for font size 1."""

    points: np.ndarray
    advance: float


@cache
def _glyphs() -> dict[str, Glyph]:
    """Every glyph, typeset in one line between rulers whose distances give the advances."""
    line = RULER * 2 + RULER.join(GLYPHS) + RULER
    apart = "#set text(kerning: false, ligatures: false)"
    drawn = pieces(drawing(f'#"{line}"', PREAMBLE + apart))
    letters = [points * SCALE_FACTOR_PER_FONT_POINT for _, points in drawn]
    assert len(letters) == len(line), "a glyph is missing from the font"
    left, foot = [points[::4, 0].min() for points in letters], letters[0][:, 1].min()
    ruler = left[1] - left[0]
    glyphs = {}
    for i, character in enumerate(GLYPHS, start=2):
        before, after = 2 * i - 3, 2 * i - 1
        origin = np.array([left[before] + ruler, foot, 0.0])
        glyphs[character] = Glyph(letters[before + 1] - origin, left[after] - left[before] - ruler)
    em = np.ptp(letters[0][:, 1]) / 0.658  # Libertinus' capitals are 0.658 em high
    return glyphs | {space: Glyph(np.zeros((0, 3)), width * em) for space, width in SPACES.items()}


def outline(text: str, font_size: float, anchor: np.ndarray = ORIGIN) -> np.ndarray:
    """The points of a written number whose anchor, on the baseline, is the origin."""
    glyphs = [_glyphs()[character] for character in text]
    pens = np.cumsum([0.0, *(glyph.advance for glyph in glyphs)])
    start = -pens[-1] * (1 + anchor[0]) / 2
    outlines = [glyph.points + (start + pen) * RIGHT for glyph, pen in zip(glyphs, pens, strict=False)]
    return np.concatenate(outlines) * font_size


def digit_height(font_size: float) -> float:
    """How tall a digit stands on its baseline."""
    return float(np.ptp(_glyphs()["0"].points[:, 1])) * font_size


class Number(VMobject):
    """A written number of which one point stays where it was when the number changes.

    Args:
        text: what to write, made of the characters of a number.
        color: its colour.
        font_size: as for every text.
        anchor: LEFT, RIGHT or ORIGIN: which end of the baseline, or its middle, stays in place.
    """

    def __init__(self, text: str, color: str, font_size: float = 28, anchor: np.ndarray = LEFT) -> None:
        super().__init__(fill_color=color, fill_opacity=1, stroke_width=0)
        self.text, self.font_size, self.anchor, self.made = text, font_size, anchor, next_text()
        self.points = self._outline = self._set(text)

    @property
    def place(self) -> np.ndarray:
        """Where the anchor is."""
        return self.points[0] - self._outline[0]

    def write(self, text: str) -> Self:
        """Change what is written; nothing is done where it is the same."""
        if text != self.text:
            place, self._outline = self.place, self._set(text)
            self.points = self._outline + place
        self.text = text  # which may be the same and tell of another number
        return self

    def anchored_at(self, place: np.ndarray) -> Self:
        """Put the anchor, which lies on the baseline, at a point of the frame."""
        self.points = self._outline + place
        return self

    def centred_at(self, place: np.ndarray) -> Self:
        """Put the anchor so that digits stand with their middle at the height of `place`."""
        return self.anchored_at(place + DOWN * digit_height(self.font_size) / 2)

    def enlarge(self, font_size: float) -> Self:
        """Write the same in another size; the anchor stays."""
        place, self.font_size = self.place, font_size
        self._outline = self._set(self.text)
        return self.anchored_at(place)

    def _set(self, text: str) -> np.ndarray:
        return outline(text, self.font_size, self.anchor)


class TickLabel(Number):
    """A number of a scale: it stands at its own value, to all its digits."""
