"""What gates leave of a gradient on its way back through time: products on a logarithmic axis, below the gates."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, Rectangle, VGroup

from scenes._marks.band_panel import BandPanel
from scenes._marks.halo import with_halo
from scenes._marks.letter_row import START, WIDTH
from scenes._marks.line import Dashes, Line, Lines, Segments, dashed
from scenes._marks.typeset import Typeset
from scenes._marks.unit_strip import UnitStrip
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot

DECAY, BETWEEN = Slot(START, -2.7, WIDTH, 2.6), 0.36  # below a strip; height of the colour bar between them


def decay(film: Film, panel: BandPanel, products: np.ndarray, unit: int, axis: str, role: str) -> VGroup:
    """Products [time unit] along an axis, from the end back, each unit thin and one thick; bad ones are dashed."""
    paths, colour = panel.places(products.T)[:, ::-1], getattr(film.theme, role)  # [unit time 3]
    thick = Dashes(paths[unit], colour, 6) if role == "bad" else Line(paths[unit], colour, 6)
    lines = Lines(paths, colour, 2, 0.8), with_halo(thick, film.theme)
    return VGroup(*(follow(line, axis) for line in lines))


def cursor(film: Film, panel: BandPanel, strip: UnitStrip) -> Rectangle:
    """A frame that goes back over the columns of a strip, along "back"."""
    frame = Rectangle(film.theme.text, strip.frame.height + 0.1, WIDTH / panel.bands, stroke_width=3)
    x, frame = panel.x[::-1], with_halo(frame.match_y(strip.frame), film.theme)
    passing: Rectangle = film.passing(follow(frame, "back", at=lambda steps: frame.set_x(x[int(steps)])))
    return passing


def legend(film: Film, names: tuple[Typeset, Typeset]) -> VGroup:
    """What each kind of line stands for: the full one that is good, the dashed one that is bad."""
    samples = (
        Segments(np.zeros((1, 3)), 0.8 * RIGHT[None], film.theme.good, 6, 1),
        dashed(np.zeros(3), 0.8 * RIGHT, film.theme.bad, 6),
    )
    rows = (VGroup(sample, name).arrange(RIGHT, buff=0.25) for sample, name in zip(samples, names, strict=True))
    return VGroup(*rows).arrange(DOWN, aligned_edge=LEFT, buff=0.2)
