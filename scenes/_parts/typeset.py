"""Text, set by Typst in a font that Typst brings along, so that a frame is the same on every machine.

A text is drawn as one path per colour, not one per letter: letters never move on their own here, and
copying and painting sixty of them is what makes text slow. What was set once is not set again.
"""

import json
from functools import cache

import numpy as np
from manim import MathTypst, Typst, VGroup, VMobject

from scenes._theme import Theme

ONCE = {"use_svg_cache": False}  # manim's cache copies every letter twice, for texts that are kept here
PREAMBLE = '#set text(font: "Libertinus Serif", fallback: false)\n'


class Written(VGroup):
    """What Typst set, at a font size that tests can ask for."""

    def __init__(self, typeset: Typst, font_size: float) -> None:
        super().__init__()
        self.source = typeset.typst_code
        self.font_size = font_size
        inks: dict[tuple[object, ...], list[VMobject]] = {}
        for letter in typeset.family_members_with_points():
            style = (letter.fill_color.to_hex(), letter.fill_opacity, letter.stroke_color.to_hex(), letter.stroke_width)
            inks.setdefault(style, []).append(letter)
        for letters in inks.values():
            path = VMobject().match_style(letters[0])
            path.points = np.concatenate([letter.points for letter in letters])
            self.add(path)


def sentence(text: str, colour: str, font_size: float) -> Written:
    """A plain sentence: no character of it is taken for markup."""
    return _sentence(text, colour, font_size).copy()


def formula(markup: str, theme: Theme, font_size: float) -> Written:
    """A formula; `weight(w)`, `loss(L)` and so on give a symbol the colour of what it names."""
    return _formula(markup, theme, font_size).copy()


@cache
def _sentence(text: str, colour: str, font_size: float) -> Written:
    markup = f"#{json.dumps(text, ensure_ascii=False)}"
    return Written(Typst(markup, color=colour, font_size=font_size, typst_preamble=PREAMBLE, **ONCE), font_size)


@cache
def _formula(markup: str, theme: Theme, font_size: float) -> Written:
    inks = (
        f'#let {name}(it) = text(fill: rgb("{hue}"), it)\n' for name, hue in theme.colours().items() if name != "text"
    )
    return Written(
        MathTypst(markup, color=theme.text, font_size=font_size, typst_preamble="".join(inks), **ONCE), font_size
    )
