"""Which knob of a concept is worth turning, and through which values."""

from typing import Any, NamedTuple


class Sweep(NamedTuple):
    """Two ends, or the values themselves."""

    knob: str
    values: tuple[Any, ...]
    log: bool = False  # whether values between the ends are spaced by equal factors
