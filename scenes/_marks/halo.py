"""An edge in the colour of the background, which sets a mark off from whatever it lies on."""

from typing import TypeVar

from manim import VMobject

from scenes._stage.theme import Theme

EDGE = 2  # widths of a stroke, on either side

Mark = TypeVar("Mark", bound=VMobject)


def with_halo(mark: Mark, theme: Theme) -> Mark:
    """The mark with such an edge around each of its parts."""
    for part in mark.get_family():
        part.set_stroke(theme.background, part.get_stroke_width() + 2 * EDGE, background=True, family=False)
    return mark
