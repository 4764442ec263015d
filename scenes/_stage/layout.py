"""Places on the frame, which is 16 units wide and 9 high in proportion: 14.2 by 8, its middle at the origin."""

from typing import NamedTuple

MARGIN = 0.3  # kept free along the edges


class Slot(NamedTuple):
    """A rectangle on the frame, in units of the frame: the room of a panel, without its labels."""

    left: float
    foot: float
    width: float
    height: float
