"""A training loss measured in two ways, and the validation loss: as curves, or as marks."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Polygon, VGroup, VMobject

from scenes._parts.axes import Axes
from scenes._parts.dots import Dots
from scenes._parts.trail import Dashes, Segments, Trail

SIZE = (7.7, 4.5)
SAMPLE = 0.7  # width of a sample in the key


class Losses(VGroup):
    """A panel over `x` with the three `losses` [3 x]: a line, dashes and a line; or a dot, a ring and a bar.

    Its parts `axes` and `drawn` may be animated apart.

    Args:
        stage: where it stands.
        corner: lower left corner of the panel.
        x: what they are drawn over.
        losses: the two measures of the training loss, then the validation loss.
        names: keys of the sentences that name x and the losses.
        curves: whether they are curves, else marks.
    """

    def __init__(
        self,
        stage: Any,
        corner: np.ndarray,
        x: np.ndarray,
        losses: np.ndarray,
        names: tuple[str, str],
        *,
        curves: bool = True,
    ) -> None:
        self._theme = stage.theme
        room, self.top = 0 if curves else 0.6, 1.08 * losses.max()
        self.panel = Axes(corner, SIZE, (x[0] - room, x[-1] + room), (0, self.top), stage.theme, stage.words)
        below, above = (stage.say(name, size=24, colour=stage.theme.faint) for name in names)
        below.move_to(corner + SIZE[0] / 2 * RIGHT + 0.68 * DOWN)
        above.next_to(corner + SIZE[1] * UP, UP, buff=0.12).align_to(corner, LEFT)
        self.axes = VGroup(self.panel, below, above)
        places = self.panel.at(x, losses)  # [3 x 3]
        each = (VGroup(*marks(stage.theme, at)) for at in np.split(places, len(x), axis=1))  # one group an x
        self.drawn = VGroup(*(lines(stage.theme, places) if curves else each))
        super().__init__(self.axes, self.drawn)

    def level(self, values: np.ndarray) -> VGroup:
        """A thin line across the panel at each of three values."""
        ends = self.panel.at(self.panel.low[0] + np.array([0, self.panel.span[0]]), np.reshape(values, (3, 1)))
        return VGroup(*(line.set_stroke(width=2) for line in lines(self._theme, ends)))

    def window(self, first: float, last: float, top: float) -> Polygon:
        """A frame around what lies between two values of x and below a loss."""
        return Polygon(
            *self.panel.at(np.array([first, last, last, first]), np.array([0, 0, top, top])), color=self._theme.text
        )

    def show(self, share: float) -> None:
        """Let the curves grow from the left."""
        for curve in self.drawn:
            curve.show(share)


class Key(VGroup):
    """The names of the three losses, with `samples` before them; `values` go below.

    Args:
        stage: where it stands.
        names: keys of their sentences.
        corner: where the first sample begins.
        pitch: from one name to the next.
    """

    def __init__(self, stage: Any, names: tuple[str, ...], corner: np.ndarray, pitch: float) -> None:
        self._starts = corner + np.arange(len(names))[:, None] * pitch * DOWN
        ends = self._starts[:, None] + SAMPLE * np.outer([0, 1], RIGHT)  # [name end 3]
        self.lines = VGroup(*lines(stage.theme, ends))
        self.marks = VGroup(*marks(stage.theme, ends.mean(axis=1, keepdims=True)))
        written = zip(names, self._starts, strict=True)
        super().__init__(*(stage.say(n, size=26).next_to(at + SAMPLE * RIGHT, RIGHT, buff=0.25) for n, at in written))

    def values(self, stage: Any, values: np.ndarray) -> VGroup:
        """A number below each name."""
        places = self._starts + np.array([SAMPLE + 0.25, -0.55, 0])
        numbers = [stage.number(value, size=40) for value in values]
        return VGroup(*(number.centred_at(place) for number, place in zip(numbers, places, strict=True)))


def lines(theme: Any, places: np.ndarray) -> list[VMobject]:
    """A line through each row of places [3 x 3]."""
    measured, evaluated, held_out = places
    return [Trail(measured, theme.loss, 4), Dashes(evaluated, theme.loss, 4), Trail(held_out, theme.validation, 5)]


def marks(theme: Any, places: np.ndarray) -> list[VMobject]:
    """A mark at each of the places [3 x 3]; the measures of the training loss are joined."""
    measured, evaluated, held_out = places
    joint = Segments(measured, evaluated, theme.loss, 3, 1)
    ring = Dots(evaluated, theme.background, 0.13).set_stroke(theme.loss, 4)
    bar = Segments(held_out + 0.3 * LEFT, held_out + 0.3 * RIGHT, theme.validation, 8, 1)
    return [joint, Dots(measured, theme.loss, 0.15), ring, bar]
