"""What gates leave of a gradient on its way back through time: products on a logarithmic axis, below the gates."""

import numpy as np
from manim import DOWN, LEFT, PI, RIGHT, Rectangle, VGroup, VMobject

from scenes._marks.band_panel import BandPanel
from scenes._marks.halo import with_halo
from scenes._marks.letter_row import START, WIDTH
from scenes._marks.line import Dashes, Line
from scenes._marks.typeset import Typeset
from scenes._marks.unit_strip import UnitStrip
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot

DECAY, BETWEEN = Slot(START, -2.7, WIDTH, 2.6), 0.36  # below a strip; height of the colour bar between them
NAME = -6.5  # middle of the name of the axis


def upright(name: Typeset) -> Typeset:
    """What the products are called, upright at the left of their axis."""
    return name.rotate(PI / 2).move_to([NAME, DECAY.foot + DECAY.height / 2, 0])


def decay(film: Film, panel: BandPanel, products: np.ndarray, unit: int, axis: str, *, dashed: bool = False) -> VGroup:
    """Products [time unit] along an axis, from the end back, each unit thin and one thick; a twin's are dashed."""
    paths, colour = panel.places(products.T)[:, ::-1], film.theme.gradient  # [unit time 3]
    draw = Dashes if dashed else Line
    thick, lines = with_halo(draw(paths[unit], colour, 6), film.theme), [draw(path, colour) for path in paths]
    thin = VMobject(stroke_color=colour, stroke_width=2)  # one path, for they run on each other

    def at(back: float) -> None:
        thin.points = np.concatenate([line.at(back).points for line in lines])

    return VGroup(follow(thin, axis, at=at), follow(thick, axis))


def cursor(film: Film, panel: BandPanel, strip: UnitStrip) -> Rectangle:
    """A frame that goes back over the columns of a strip, along "back"."""
    frame = Rectangle(film.theme.text, strip.frame.height + 0.1, WIDTH / panel.bands, stroke_width=3)
    x, frame = panel.x[::-1], with_halo(frame.match_y(strip.frame), film.theme)
    passing: Rectangle = film.passing(follow(frame, "back", at=lambda steps: frame.set_x(x[int(steps)])))
    return passing


def legend(film: Film, names: tuple[Typeset, Typeset]) -> VGroup:
    """Whose each kind of line is: the full one, the dashed one."""
    samples = (draw(np.outer([0, 0.8], RIGHT), film.theme.gradient, 6) for draw in (Line, Dashes))
    rows = (VGroup(sample, name).arrange(RIGHT, buff=0.25) for sample, name in zip(samples, names, strict=True))
    return VGroup(*rows).arrange(DOWN, aligned_edge=LEFT, buff=0.2)
