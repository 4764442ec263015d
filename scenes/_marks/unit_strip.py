"""All units of a layer over time as colours, one row each, with the number of one of them at the right."""

import numpy as np
from manim import DOWN, RIGHT, UR, Group, Rectangle, VGroup

from scenes._marks.colour_scale import Scale
from scenes._marks.dots import Dots
from scenes._marks.heat_map import HeatMap
from scenes._marks.recurrent_cell import short
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot

EDGE = 0.04  # width of a strip's frame
SIDE = -7.11  # left edge of the picture


class UnitStrip(Group):
    """A row for each unit, a column for each time, with the name of the quantity at the left.

    `at(time)`: so many columns are shown; the last one may be partial, and fills from above. At the right there is the
    latest number of the unit that is told, its last part.

    Args:
        film: where it stands.
        name: of the quantity [time unit].
        symbol: its markup.
        role: of its colour.
        colours: their scale.
        slot: room of the colours.
        unit: whose number is told, from 0.
    """

    def __init__(self, film: Film, name: str, symbol: str, role: str, colours: Scale, slot: Slot, unit: int) -> None:
        self._unit, self._rows, colour = unit, getattr(film.trace, name).T, getattr(film.theme, role)
        middle = np.array([slot.left + slot.width / 2, slot.foot + slot.height / 2, 0])
        self.map = HeatMap(self._rows, slot.height, *colours).stretch_to_fit_width(slot.width).move_to(middle)
        # the frame is outside the image, where its colour is seen
        self.frame = Rectangle(colour, slot.height + EDGE, slot.width + EDGE, stroke_width=100 * EDGE).move_to(middle)
        words = VGroup(film.say(f"name_{name}", size=SMALL), film.typeset(symbol, size=36))
        words.arrange(DOWN, buff=0.15).move_to([(slot.left + SIDE) / 2, middle[1], 0])
        end = self.map.get_corner(UR) + (unit + 0.5) * slot.height / len(self._rows) * DOWN
        arrow = Dots(end[None] + 0.16 * RIGHT, film.theme.text, 0.1, corners=3).rotate(np.pi / 2)
        self._number = film.number(colour=colour).centred_at(end + 0.34 * RIGHT)
        refs = getattr(film.refs, name)[:, unit]
        self._written = [film.words.number(np.nan), *(short(film, ref) for ref in refs)]
        super().__init__(self.map, self.frame, words, arrow, self._number)

    def at(self, time: float) -> None:
        """Show so many columns."""
        units, shown = len(self._rows), round(time * len(self._rows))
        order = np.arange(self._rows.size).reshape(self._rows.T.shape).T
        self.map.paint(np.where(order < shown, self._rows, np.nan))
        self._number.write(self._written[(shown + units - 1 - self._unit) // units])
