"""A ball that goes from place to place in a panel, and the way that it has come."""

import numpy as np
from manim import Dot, VGroup, VMobject

from scenes._marks.away import Away, lasting, sides
from scenes._marks.axes import Axes
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Clipped
from scenes._stage.theme import Theme

BALL, STOP = 0.13, 0.06  # radius of the ball, and of the dots where it was
HOLLOW = 0.25  # opacity of a ball that has left its panel


class Walk(VGroup):
    """The ball at a place of its run, with the trail behind it and a dot at each place where it has been.

    A ball that has left the panel stays at its edge and turns hollow, and a sign points to where it is; what lies
    outside of trail and dots is not drawn. Where numbers have overflown it waits.

    Args:
        axes: of the panel.
        theme: for the edges that set it off.
        x: of the places, the start first [place].
        y: of the places [place].
        colour: of ball and dots.
        trail: colour of the trail; that of the ball where none is given.
        corners: x and y of the trail, one corner or more per place, where it is not straight from place to place.
        ball: what walks, where it is not a round one.
        width: the trail's stroke.
        stop: radius of the dots where the ball was, smaller where there are many.
    """

    def __init__(
        self,
        axes: Axes,
        theme: Theme,
        x: np.ndarray,
        y: np.ndarray,
        colour: str,
        *,
        trail: str = "",
        corners: tuple[np.ndarray, np.ndarray] | None = None,
        ball: VMobject | None = None,
        width: float = 3,
        stop: float = STOP,
    ) -> None:
        self._last, self._box = len(x) - 1, axes.box
        across, up = corners or (lasting(x), lasting(y))
        self._trail = Clipped(axes.near(across, up), axes.box, trail or colour, width)
        self._stops, self._inside = axes.near(x, y), axes.inside(x, y)
        self._visited = with_halo(Dots(self._stops[:0], colour, stop), theme)
        self.ball = with_halo(ball or Dot(radius=BALL, color=colour, stroke_width=3), theme)
        self._sign = with_halo(Away(axes.box, colour), theme)
        super().__init__(self._trail, self._visited, self.ball, self._sign)
        self.at(0)

    def at(self, place: float) -> None:
        """Go where the ball is at a place of its run, perhaps on its way to the next one."""
        share, seen = min(place / self._last, 1), int(place + 1e-9) + 1
        there = self._trail.show(share).point(share)
        self.away = bool(sides(there, self._box).any())
        self.ball.move_to(np.clip(there, *self._box)).set_fill(opacity=HOLLOW if self.away else 1)
        self._sign.put(there)
        self._visited.put(self._stops[:seen][self._inside[:seen]])
