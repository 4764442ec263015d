"""Text, set by Typst in a font that Typst brings along, so that a frame is the same on every machine.

A text is drawn as one path per colour, not one per letter: letters never move on their own here, and
copying and painting sixty of them is what makes text slow. What was set once is not set again.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache

from manim import ORIGIN, VGroup, VMobject
from manim.constants import SCALE_FACTOR_PER_FONT_POINT

from scenes._marks.outlines import drawing, formula_drawing, outlines
from scenes._stage.theme import Theme
from scenes._stage.words import Filled, Name, NumberText, cut_to_fit, refuse_letters

PREAMBLE = '#set text(font: "Libertinus Serif", fallback: false)\n'
STROKE = 100  # widths of a stroke in manim's units, per unit of the frame
NO_LETTER = "\uffff"  # in no font
DESCENT, HANGING = 0.055, "gjpqyç"  # how far these letters of a small name reach below its baseline


class Typeset(VGroup):
    """What Typst set, at a font size that tests can ask for.

    Args:
        source: the markup.
        svg: what Typst made of it.
        font_size: as for every text.

    `numbers` are those that were filled in.
    """

    def __init__(self, source: str, svg: str, font_size: float) -> None:
        super().__init__()
        self.source, self.font_size = source, font_size
        self.numbers: tuple[NumberText, ...] = ()
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


def sentence(text: str, colour: str, font_size: float) -> Typeset:
    """A plain sentence: no character of it is taken for markup.

    Raises:
        mathcore.InputError: the font lacks a letter of it.
    """
    return _remembering(_sentence(str(text), colour, font_size), text)


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
    copied.numbers = text.numbers if isinstance(text, Filled) else ()
    return copied


@cache
def _sentence(text: str, colour: str, font_size: float) -> Typeset:
    if _glyphs(text, colour) & _glyphs(NO_LETTER, colour):  # Typst sets a box, without a warning
        refuse_letters((letter for letter in text if _glyphs(letter, colour) & _glyphs(NO_LETTER, colour)), text)
    return Typeset(f"#{quoted(text)}", drawing(f"#{quoted(text)}", PREAMBLE, colour), font_size)


def _glyphs(text: str, colour: str) -> set[str]:
    """The glyphs that a text is set in; Typst names each by its outline."""
    return set(re.findall(r'<symbol id="(\w+)"', drawing(f"#{quoted(text)}", PREAMBLE, colour)))


def quoted(text: str) -> str:
    """A text as Typst's code takes one."""
    return json.dumps(text, ensure_ascii=False)


@cache
def _formula(markup: str, theme: Theme, font_size: float) -> Typeset:
    return Typeset(f"$ {markup} $", formula_drawing(markup, theme), font_size)
