"""Places on the frame, which is 16 units wide and 9 high in proportion: 14.2 by 8, its middle at the origin."""

from typing import NamedTuple

Span = tuple[float, float]  # the ends of an axis
Place = tuple[float, float, float, float, int]  # the slot of a panel, and how many panels stood there before it
Ranges = tuple[tuple[Place, Span, Span], ...]  # of panels, along the width and along the height
MARGIN = 0.3  # kept free along the edges


class Slot(NamedTuple):
    """A rectangle on the frame, in units of the frame: the room of a panel, without its labels."""

    left: float
    foot: float
    width: float
    height: float
