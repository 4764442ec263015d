"""The accuracy of a training on data that it has not seen, in percent: its curve, and the number at the right."""

from typing import Any

import numpy as np
from manim import LEFT, RIGHT, UP, VGroup

from scenes._marks.panel import Panel
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.refs import values_of

SIZE, ABOVE = 46, 0.95  # of the number; how far above the panel it stands


def accuracy_panel(film: Film, slot: Slot, epochs: np.ndarray, shares: Any, axis: str) -> VGroup:
    """A panel whose curve grows along an axis, from a dot at its first place on.

    Args:
        film: it writes the numbers, and says what `accuracy` and `epoch` are called.
        slot: of the panel.
        epochs: after which the accuracy was taken [place].
        shares: references to it [place].
        axis: the places.
    """
    hue, percents = film.theme.validation, 100 * values_of(shares)
    name = film.say("accuracy", size=SMALL, colour=hue)
    panel = Panel(film, slot, epochs, [0, 100], "epoch", name, (5, 5))
    line = panel.line(epochs, percents, "validation", axis, width=5)
    corner = np.array([slot.left + slot.width, slot.foot + slot.height, 0]) + ABOVE * UP
    percent = film.typeset('validation("%")', size=SIZE).move_to(corner, RIGHT)
    number = film.number(colour=hue, size=SIZE, anchor=RIGHT).centred_at(percent.get_left() + 0.12 * LEFT)
    follow(number, axis, at=lambda place: film.rewrite(number, shares[int(place + 1e-9)].percent))
    return VGroup(panel.drawn, line, panel.dots(epochs[:1], percents[:1], "validation", 0.09), number, percent)
