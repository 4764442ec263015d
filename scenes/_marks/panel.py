"""A panel: two linear axes in a slot, with what they are called; it makes marks in data units, coloured by role."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Polygon, VGroup

from scenes._marks.axes import Axes
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Lines, Segments
from scenes._marks.typeset import Typeset
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot

BELOW, ABOVE = 0.68 * DOWN, 0.12  # from the foot to the middle of the name below; from the top to the name above
TICKS = (7, 5)  # at most so many along each axis


class Panel:
    """The axes, and marks on them; a mark keeps within the panel.

    Side by side with the films of other knobs, it has the same axes as they.

    Args:
        film: it writes names and numbers.
        slot: where the panel stands.
        x: what shall have room along the width.
        y: what shall have room along the height.
        below: what x is called: the key of a sentence, or a drawing.
        above: what y is called.
        ticks: at most so many along each axis; none where it is 0.
    """

    shares = True  # axes with films of other knobs

    def __init__(
        self,
        film: Film,
        slot: Slot,
        x: Any,
        y: Any,
        below: str | Typeset = "",
        above: str | Typeset = "",
        ticks: tuple[int, int] = TICKS,
    ) -> None:
        self._theme, corner = film.theme, np.array([slot.left, slot.foot, 0.0])
        across, up = ((float(np.min(values)), float(np.max(values))) for values in (x, y))
        if self.shares:
            across, up = film.axes_in(slot, across, up)
        self.axes = Axes(corner, (slot.width, slot.height), across, up, film.theme, film.words, ticks)
        self.drawn = VGroup(self.axes)
        if below:
            name = film.say(below, size=SMALL, colour=film.theme.faint) if isinstance(below, str) else below
            self.drawn.add(name.move_to(corner + slot.width / 2 * RIGHT + BELOW))
        if above:
            name = film.say(above, size=SMALL, colour=film.theme.faint) if isinstance(above, str) else above
            self.drawn.add(name.next_to(corner + slot.height * UP, UP, buff=ABOVE).align_to(corner, LEFT))

    def at(self, x: Any, y: Any) -> np.ndarray:
        """The points of the frame [..., 3] for data x and y; what lies outside is moved to the edge."""
        return self.axes.clamped(x, y)

    def line(self, x: Any, y: Any, role: str, *axis: str, width: float = 4, dashed: bool = False) -> Line:
        """A line through points, whole, or along an axis up to the point of a place."""
        places, colour = self.at(x, y), getattr(self._theme, role)
        line = Dashes(places, colour, width) if dashed else Line(places, colour, width)
        return follow(with_halo(line, self._theme), *axis) if axis else with_halo(line, self._theme)

    def lines(self, x: Any, ys: Any, role: str, *axis: str, width: float = 2) -> Lines:
        """A line for each row of ys, all at once."""
        paths = np.stack([self.at(x, y) for y in ys])  # [row x 3]
        lines = Lines(paths, getattr(self._theme, role), width, 0.8)
        return follow(lines, *axis) if axis else lines

    def dots(self, x: Any, y: Any, role: str, radius: float, opacity: float = 1) -> Dots:
        """A dot for each row."""
        return with_halo(Dots(self.at(x, y), getattr(self._theme, role), radius, opacity), self._theme)

    def levels(self, y: Any, role: str, width: float = 2) -> Segments:
        """A line across the panel at each height."""
        starts, ends = (self.at(end, np.atleast_1d(y)) for end in (-np.inf, np.inf))
        return Segments(starts, ends, getattr(self._theme, role), width, 1)

    def rules(self, x: Any, start: Any, stop: Any, role: str, opacity: float = 0.75) -> Segments:
        """An upright segment at each x, from one height to the other."""
        return Segments(self.at(x, start), self.at(x, stop), getattr(self._theme, role), opacity=opacity)

    def frame(self, x: tuple[float, float], y: tuple[float, float]) -> Polygon:
        """A frame around what lies between two values of x and two of y."""
        corners = self.at(np.array([x[0], x[1], x[1], x[0]]), np.array([y[0], y[0], y[1], y[1]]))
        return Polygon(*corners, color=self._theme.text)
