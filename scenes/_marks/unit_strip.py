"""All units of a layer over time as colours, one row each, with the number of one of them at the right."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UR, Group, Rectangle, VGroup

from scenes._marks.cells import ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.dots import Dots
from scenes._marks.heat_map import HeatMap
from scenes._marks.letter_row import START, WIDTH
from scenes._marks.recurrent_cell import short
from scenes._marks.typeset import descent
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot

EDGE = 0.04  # width of a strip's frame
SIDE = -7.11  # left edge of the picture
STRIP, PITCH, TOP = (
    1.3,
    1.55,
    2.02,
)  # of strips below the letters: height, from one to the next, upper edge of the first
GROWN, BAR = 4.4, -2.85  # height of a strip that is alone; height at which colour bars stand


def stacked(row: int = 0, height: float = STRIP) -> Slot:
    """The room of a strip below the letters and so many other strips."""
    return Slot(START, TOP - row * PITCH - height, WIDTH, height)


def gate_bar(film: Film) -> Group:
    """What the colours of gates stand for, below the strips."""
    bar = ColourBar(Scale(film.theme.sizes), 4, film.theme, film.words)
    row = Group(bar, *(film.say(key, size=SMALL, colour=film.theme.faint) for key in ("closed", "open")))
    for word, side in zip(row[1:], (LEFT, RIGHT), strict=True):
        word.next_to(bar, side, buff=0.3).shift(descent(word) * DOWN)
    return row.move_to([START + WIDTH / 2, BAR, 0])


def state_bar(film: Film, symbol: str, colours: Scale, values: np.ndarray) -> Group:
    """What the colours of a state stand for, below the strips; where its values go further, it says so."""
    clipped = float(np.abs(values).max()) > colours.high
    bar = ColourBar(colours, 4, film.theme, film.words, clipped=clipped)
    return Group(film.typeset(symbol), bar).arrange(RIGHT, buff=0.3).move_to([START + WIDTH / 2, BAR, 0])


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
        label: key of what it is called, by default that of the quantity.
    """

    def __init__(
        self, film: Film, name: str, symbol: str, role: str, colours: Scale, slot: Slot, unit: int, label: str = ""
    ) -> None:
        self._unit, self._rows, colour = unit, getattr(film.trace, name).T, getattr(film.theme, role)
        middle = np.array([slot.left + slot.width / 2, slot.foot + slot.height / 2, 0])
        self.map = HeatMap(self._rows, slot.height, *colours).stretch_to_fit_width(slot.width).move_to(middle)
        # the frame is outside the image, where its colour is seen
        self.frame = Rectangle(colour, slot.height + EDGE, slot.width + EDGE, stroke_width=100 * EDGE).move_to(middle)
        words = VGroup(film.say(label or f"name_{name}", size=SMALL), film.typeset(symbol, size=36))
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
