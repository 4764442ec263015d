"""Places on the frame, which is 16 units wide and 9 high in proportion: 14.2 by 8, its middle at the origin."""

from typing import NamedTuple

Span = tuple[float, float]  # the ends of an axis
Place = tuple[float, float, float, float, int]  # the slot of a panel, and how many panels stood there before it
Ranges = tuple[tuple[Place, Span, Span], ...]  # of panels, along the width and along the height
MARGIN = 0.3  # kept free along the edges
WIDTH = 128 / 9  # of the frame, whatever its aspect: a taller one has room above and below the picture
ASPECTS = {"16:9": (16, 9), "4:3": (4, 3), "1:1": (1, 1)}


class View(NamedTuple):
    """The part of the frame that is seen: its middle, its width and its height."""

    x: float
    y: float
    width: float
    height: float


def height_of(aspect: str) -> float:
    """The height of a frame, in its units."""
    across, up = ASPECTS[aspect]
    return WIDTH * up / across


def tallness(aspect: str) -> float:
    """How many times as tall a frame is as one of 16:9."""
    return height_of(aspect) / height_of("16:9")


class Slot(NamedTuple):
    """A rectangle on the frame, in units of the frame: the room of a panel, without its labels."""

    left: float
    foot: float
    width: float
    height: float
