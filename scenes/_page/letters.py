"""Text on paper: what the fonts have, how wide it is."""

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import TextPath

from scenes._stage.words import HOLDING_SPACE, SUPERSCRIPT, THIN_SPACE, Name, cut_to_fit, refuse_letters

FONTS = ["STIXGeneral", "DejaVu Serif"]  # both come with matplotlib; the second has what the first lacks
RAISED = {chr(raised): plain for raised, plain in ((high, chr(low)) for low, high in SUPERSCRIPT.items())}


def typed(text: str) -> str:
    """The text in characters that the font has: powers as matplotlib's own, thin spaces as spaces that hold.

    Raises:
        mathcore.InputError: the fonts lack a letter of it.
    """
    raised = re.compile(f"[{''.join(RAISED)}]+")
    powers = raised.sub(lambda run: f"$^{{{''.join(map(RAISED.__getitem__, run[0]))}}}$", text)
    return typed_name(powers)


def typed_name(text: str) -> str:
    """As `typed`, of a name that is no markup: its powers stay as they are."""
    text = text.replace(THIN_SPACE, HOLDING_SPACE)
    refuse_letters((letter for letter in text if letter != "\n" and ord(letter) not in _letters()), text)
    return text


@cache
def _letters() -> frozenset[int]:
    """The code points of all that the fonts have."""
    return frozenset(code for font in FONTS for code in FT2Font(findfont(font)).get_charmap())


@cache
def width_of(text: str, size: float, *, math: bool = True) -> float:
    """How wide a text is, in points."""
    if not text.strip():
        return 0.0
    path = TextPath((0, 0), text if math else text.replace("$", r"\$"), prop=FontProperties(FONTS, size=size))
    return float(path.get_extents().width)


def wrapped(text: str, size: float, room: float) -> str:
    """A text on as many lines as it takes to be no wider than so many points, about as long; words are not broken."""
    return "\n".join(line for part in text.split("\n") for line in _balanced(part, size, room))


def _balanced(text: str, size: float, room: float) -> list[str]:
    """The lines of a text, none much shorter than the others."""
    fewest = list(_lines(text, size, room))
    narrower = (list(_lines(text, size, share * room)) for share in np.arange(0.5, 1, 0.05))
    return next((lines for lines in narrower if len(lines) == len(fewest) > 1), fewest)


def _lines(text: str, size: float, room: float) -> Iterator[str]:
    """The lines of one that is too long."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, size) > room:
            yield line
            longer = word
        line = longer
    yield line


def cut_to_width(name: Name, size: float, room: float) -> str:
    """A name, cut where it is wider than so many points."""
    (cut,) = cut_to_fit([name], lambda cut: width_of(cut[0], size, math=False) <= room)
    return cut
