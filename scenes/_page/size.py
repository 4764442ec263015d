"""What a figure is for: how wide and high its sheet is, and how large its text."""

import difflib
import re
from dataclasses import dataclass

from mathcore import InputError

LEAST, MOST = 3.0, 60.0  # cm: below the one nothing is legible, above the other text is lost
WORDS = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(?:x|×|\*)\s*(\d+(?:\.\d+)?|\.\d+)(?:\s*cm)?")


@dataclass(frozen=True)
class Size:
    """The size of a sheet in cm, and that of its text in points.

    `height` is None where it is as high as what stands on it needs.
    """

    width: float
    height: float | None
    body: float = 9  # formulas, titles, names
    small: float = 8  # numbers of axes, notes
    digits: float = 7  # numbers in cells; nothing is smaller

    @property
    def name(self) -> str:
        """As the command line takes it."""
        return next((name for name, size in NAMED.items() if size == self), f"{self.width:g}x{self.height or 0:g}")


A4 = Size(16, 8)
NAMED = {
    "a4": A4,
    "column": Size(8.25, None, 8, 7.5, 7),  # that of CVPR and ICML; ACM's is 8.47, IEEE's 8.89
    "beamer": Size(10.8, 7.2, 9, 9, 9),  # between the margins of a 4:3 slide; footnotes there have 9 points
}


def size_of(text: str) -> Size:
    """The size that a word or WxH in cm asks for; that of a block of text on A4 where nothing does.

    Raises:
        InputError: it is none.
    """
    word = text.strip().lower()
    if word in ("", *NAMED):
        return NAMED[word or "a4"]
    sides = WORDS.fullmatch(word)
    if not sides:
        raise InputError(f"{text!r} is no size of a figure; {_meant(word)}")
    width, height = map(float, sides.groups())
    if not (LEAST <= width <= MOST and LEAST <= height <= MOST):
        raise InputError(f"a figure has {LEAST:g} to {MOST:g} cm on each side, not {width:g} x {height:g}.")
    return Size(width, height)


def _meant(word: str) -> str:
    """What may have been meant by a word that is no size."""
    if re.fullmatch(r"\d+,\d+x\d+(,\d+)?|\d+x\d+,\d+", word):
        return f"decimals stand behind a point: {word.replace(',', '.')}."
    near = difflib.get_close_matches(word, NAMED, n=1, cutoff=0.6)
    those = f"take {', '.join(NAMED)}, or width x height in cm, as 12x7."
    return f"did you mean {near[0]!r}? {those.capitalize()}" if near else those
