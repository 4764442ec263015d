"""What only the film of activations draws: a column for each of them, and what goes along its curves."""

import numpy as np
from manim import Circle, Dot, VGroup

from scenes._marks.away import Away
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Segments
from scenes._marks.panel import Panel
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot

LEFT, WIDTH, GAP = -6.1, 3.9, 0.5  # of the columns
VALUES, SLOPES, INPUTS = (0.82, 2.26), (-2.0, 1.5), (-2.44, 0.34)  # foot and height of the panels of a column
RAISED = (-2.0, 3.1)  # of the slopes, once the values are gone
REACH, RADIUS, BOLD = 0.9, 0.1, 7  # of a tangent, on either side; of the dots; width of what shows the slope
RISE = 0.1  # of the way along all inputs, in which a stem grows
NOWHERE = np.zeros((2, 3))


class Column:
    """The values of an activation, below them its slopes, at the foot the inputs of the trained layer.

    Its marks: `ball` and `tangent` go along "x"; `bend`, the curve of the slopes, along "drawn" and "raised", from
    the panel `slopes` to the panel `tall`; `rug`, the inputs, along "seen" and "judged"; `stems`, the slopes at them,
    along "swept".

    Args:
        film: it has the trace.
        k: which activation.
        kinked: whether its slope jumps at 0.
    """

    def __init__(self, film: Film, k: int, *, kinked: bool) -> None:
        t, self._theme = film.trace, film.theme
        self._x, self._value, self._slope = t.x, t.value[k], t.derivative[k]
        self._o, self._left = t.preactivation, t.slope[k]
        self._shut = self._left < t.threshold
        self.slots = [Slot(LEFT + k * (WIDTH + GAP), foot, WIDTH, up) for foot, up in (VALUES, SLOPES, INPUTS)]
        ticks = (0, 0) if k else (6, 2)  # heights are numbered once: they are the same in all columns
        self.values = Panel(film, self.slots[0], t.x, [-1, max(t.params.half_width, 2)], ticks=(0, ticks[0]))
        self.slopes = Panel(film, self.slots[1], t.x, [0, 1], ticks=(0, ticks[1]))
        room = Slot(self.slots[1].left, RAISED[0], WIDTH, RAISED[1])
        self.tall = Panel(film, room, t.x, [0, 1], ticks=(0, 2 * ticks[1]))
        self.inputs = Panel(film, self.slots[2], t.x, [0, 1], film.typeset("o"), ticks=(5, 0))
        self.line = self.values.line(t.x, t.value[k], "activation", width=5)
        self.ball, self.tangent, self.bend = self._ball(), self._tangent(), self._bend(kinked)
        self.rug, self.stems = self._rug(), self._stems()
        self.mean, self.bar = (
            self.tall.line(t.x[[0, -1]], [height] * 2, role, width=5, dashed=True)
            for height, role in ((t.mean_slope[k], "text"), (t.threshold, "bad"))
        )
        self.top = self.tall.line(t.x[[0, -1]], [t.at_zero[k]] * 2, "text", width=3)

    def _ball(self) -> VGroup:
        """What stands on the values, and its height."""
        theme = self._theme
        drop, ball = Line(NOWHERE, theme.text, 2), with_halo(Dot(radius=RADIUS, color=theme.activation), theme)

        def go(place: float) -> None:
            j = round(place)
            drop.through(self.values.at(self._x[j], np.array([-1, self._value[j]])))
            ball.move_to(drop.corners[1])

        return follow(VGroup(drop, ball), "x", at=go)

    def _tangent(self) -> VGroup:
        """What touches the values there; below, its slope as a height: both stand out from the curves."""
        hue, theme = self._theme.text, self._theme
        self.touching, height = (with_halo(Line(NOWHERE, hue, BOLD), theme) for _ in range(2))
        head = with_halo(Dot(radius=RADIUS, color=hue), theme)

        def go(place: float) -> None:
            j = round(place)
            self.touch(self._x[j], self._value[j], self._slope[j])
            foot, top = self.slopes.at(self._x[j], np.array([0, self._slope[j]]))
            height.through(np.stack([foot, np.maximum(foot, top - [0, RADIUS, 0])]))  # what the head would cover
            head.move_to(top)

        return follow(VGroup(self.touching, height, head), "x", at=go)

    def touch(self, x: float, value: float, slope: float) -> None:
        """Lay a line of a slope through a point of the values."""
        self.touching.through(self.values.axes.line(slope, x, value, REACH))

    def _place(self, x: np.ndarray | float, slope: np.ndarray | float, raised: float) -> np.ndarray:
        """Where slopes stand on the way from the low panel to the tall one."""
        low, high = (panel.at(x, slope) for panel in (self.slopes, self.tall))
        return low + raised * (high - low)

    def _bend(self, kinked: bool) -> Segments:
        x, slope = self._x[:-1].copy(), self._slope[:-1].copy()  # where the segments start
        if kinked:
            last = np.flatnonzero(self._x <= 0)[-1]  # before the jump
            x[last], slope[last] = max(self._x[last], 0), self._slope[last + 1]
        bend = with_halo(Segments(NOWHERE, NOWHERE, self._theme.activation, 5, 1), self._theme)

        def go(drawn: float, raised: float) -> None:
            starts, ends = self._place(x, slope, raised), self._place(self._x[1:], self._slope[1:], raised)
            bend.join(starts, ends).show(drawn / len(x))

        return follow(bend, "drawn", "raised", at=go)

    def kink(self, taken: float, other: float) -> VGroup:
        """The slope that is taken at 0, and the one that might have been: a full dot and a hollow one."""
        hue, ground = self._theme.activation, self._theme.background
        full, hollow = Dot(radius=RADIUS, color=hue), Circle(RADIUS, hue, stroke_width=4)
        hollow.set_fill(ground, 1)

        def go(raised: float) -> None:
            full.move_to(self._place(0, taken, raised))
            hollow.move_to(self._place(0, other, raised))

        return follow(with_halo(VGroup(full, hollow), self._theme), "raised", at=go)

    def _rug(self) -> VGroup:
        """A tick for each input; once they are judged, those of saturated ones reach down, the others up."""
        within, theme, box = np.abs(self._o) <= self._x[-1], self._theme, self.inputs.axes.box
        kept, shut = (
            VGroup(Segments(NOWHERE, NOWHERE, theme.text, 2, 1), Away(box, theme.text, gap=0.06)) for _ in range(2)
        )

        def go(seen: float, judged: float) -> None:
            there = np.arange(len(self._o)) < seen
            for (ticks, beyond), chosen, low, high in (
                (kept, ~self._shut, judged / 2, 1),
                (shut, self._shut, 0, 1 - judged / 2),
            ):
                inside, outside = (self._o[there & chosen & where] for where in (within, ~within))
                ticks.join(self.inputs.at(inside, low), self.inputs.at(inside, high))
                beyond.put(self.inputs.axes.near(outside, (low + high) / 2))
            shut.set_stroke(theme.bad if judged else theme.text)

        return follow(VGroup(kept, shut), "seen", "judged", at=go)

    def _stems(self) -> Segments:
        """What rises from each input up to the slope there."""
        o, left = (values[np.abs(self._o) <= self._x[-1]] for values in (self._o, self._left))
        stems, ways = Segments(NOWHERE, NOWHERE, self._theme.activation, 2, 0.9), 0.5 + o / (2 * self._x[-1])

        def go(swept: float) -> None:
            shares = np.clip((swept * (1 + RISE) - ways) / RISE, 0, 1)
            stems.join(self.tall.at(o, 0), self.tall.at(o, shares * left))

        return follow(stems, "swept", at=go)
