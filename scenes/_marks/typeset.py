"""Text, set by Typst in a font that Typst brings along, so that a frame is the same on every machine.

A text is drawn as one path per colour, not one per letter: letters never move on their own here, and
copying and painting sixty of them is what makes text slow. What was set once is not set again.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count
from math import ceil, inf
from textwrap import wrap

from manim import ORIGIN, VGroup, VMobject
from manim.constants import SCALE_FACTOR_PER_FONT_POINT

from scenes._marks.outlines import drawing, formula_drawing, outlines
from scenes._stage.theme import Theme
from scenes._stage.words import Filled, Name, NumberText, cut_to_fit, refuse_letters

PREAMBLE = '#set text(font: "Libertinus Serif", fallback: false)\n'
STROKE = 100  # widths of a stroke in manim's units, per unit of the frame
CENTRED = "#set align(center)\n"
NO_LETTER = "\uffff"  # in no font
DESCENT, HANGING = 0.055, "gjpqyç"  # how far these letters of a small name reach below its baseline


_texts = count()


def next_text() -> int:
    """The number of a text: the how manieth it is since the film began."""
    return next(_texts)


def count_texts() -> None:
    """Let a film begin; one at a time is played in a process."""
    global _texts
    _texts = count()


class Typeset(VGroup):
    """What Typst set, at a font size that tests can ask for.

    Args:
        source: the markup.
        svg: what Typst made of it.
        font_size: as for every text.

    `numbers` are those that were filled in, `made` tells texts apart: which of the film's it is, copies included.
    """

    def __init__(self, source: str, svg: str, font_size: float) -> None:
        super().__init__()
        self.source, self.font_size = source, font_size
        self.numbers: tuple[NumberText, ...] = ()
        self.made = -1
        scale = SCALE_FACTOR_PER_FONT_POINT * font_size
        for ink, points in outlines(svg).items():
            path = VMobject(
                fill_color=ink.fill if ink.fill != "none" else None,
                fill_opacity=float(ink.fill != "none"),
                stroke_color=ink.stroke if ink.stroke != "none" else None,
                stroke_width=ink.width * scale * STROKE,
            )
            path.points = points * scale
            self.add(path)
        self.move_to(ORIGIN)


def sentence(text: str, colour: str, font_size: float, most: float = inf) -> Typeset:
    """A plain sentence: no character of it is taken for markup.

    Where it would be wider than `most`, it stands on several lines of about the same length.

    Raises:
        mathcore.InputError: the font lacks a letter of it.
    """
    written, words = _sentence(str(text), colour, font_size), len(text.split(" "))
    for lines in range(2, words + 1):
        if written.width <= most:
            break
        written = _sentence(_on_lines(str(text), lines), colour, font_size)
    return _remembering(written, text)


def _on_lines(text: str, many: int) -> str:
    """A text on so many lines at most, the longest of which is as short as can be."""
    widths = range(ceil(len(text) / many), len(text) + 1)
    broken = (wrap(text, width, break_long_words=False, break_on_hyphens=False) for width in widths)
    return "\n".join(next(lines for lines in broken if len(lines) <= many))


def formula(markup: str, theme: Theme, font_size: float) -> Typeset:
    """A formula; `weight(w)`, `loss(L)` and so on give a symbol the colour of what it names."""
    return _remembering(_formula(str(markup), theme, font_size), markup)


def cut_to(room: float, names: Sequence[Name], write: Callable[[Sequence[str]], Typeset]) -> Typeset:
    """What `write` makes of the names, which are cut where it would be wider than there is room."""
    return write(cut_to_fit(names, lambda cut: write(cut).width <= room))


def descent(name: Typeset) -> float:
    """How far a small name reaches below its baseline, which is where names beside each other stand."""
    return DESCENT * any(letter in HANGING for letter in name.source)


def _remembering(written: Typeset, text: str) -> Typeset:
    """A copy that knows the numbers in it."""
    copied: Typeset = written.copy()
    copied.made = next_text()
    copied.numbers = text.numbers if isinstance(text, Filled) else ()
    return copied


@cache
def _sentence(text: str, colour: str, font_size: float) -> Typeset:
    lines = text.split("\n")
    if any(_glyphs(line, colour) & _glyphs(NO_LETTER, colour) for line in lines):  # Typst sets a box, without a warning
        refuse_letters((letter for letter in text if _glyphs(letter, colour) & _glyphs(NO_LETTER, colour)), text)
    markup = " \\ ".join(f"#{quoted(line)}" for line in lines)
    return Typeset(markup, drawing(markup, PREAMBLE + CENTRED * (len(lines) > 1), colour), font_size)


def _glyphs(text: str, colour: str) -> set[str]:
    """The glyphs that a text is set in; Typst names each by its outline."""
    return set(re.findall(r'<symbol id="(\w+)"', drawing(f"#{quoted(text)}", PREAMBLE, colour)))


def quoted(text: str) -> str:
    """A text as Typst's code takes one."""
    return json.dumps(text, ensure_ascii=False)


@cache
def _formula(markup: str, theme: Theme, font_size: float) -> Typeset:
    return Typeset(f"$ {markup} $", formula_drawing(markup, theme), font_size)
