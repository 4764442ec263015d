"""The mark of an optimum, one for the whole course: a star, as in w*."""

import numpy as np
from manim import ORIGIN, Star

from scenes._marks.halo import with_halo
from scenes._stage.theme import Theme

TIPS = 0.34  # from the middle to each


def optimum_mark(theme: Theme, place: np.ndarray = ORIGIN) -> Star:
    """The star at the lowest point of a loss; its tips are seen around a ball that has arrived."""
    star = Star(outer_radius=TIPS, color=theme.good, fill_opacity=1, stroke_width=0)
    return with_halo(star.shift(place), theme)
