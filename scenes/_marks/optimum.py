"""The mark of an optimum, one for the whole course: a star, as in w*."""

import numpy as np
from manim import ORIGIN, Star

from scenes._marks.halo import with_halo
from scenes._stage.theme import Theme


def optimum_mark(theme: Theme, place: np.ndarray = ORIGIN, radius: float = 0.2) -> Star:
    """The star at the lowest point of a loss; the radius is that of its tips."""
    star = Star(outer_radius=radius, color=theme.good, fill_opacity=1, stroke_width=0)
    return with_halo(star.shift(place), theme)
