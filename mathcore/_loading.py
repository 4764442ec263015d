"""Loading torch and manim. What they bring stays to the end, so nobody need look for garbage among it.

Importing torch makes half a million objects. Python looks through them again and again while they come, and once
more at the end of the process: two fifths of what the numbers of a film cost.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LARGE = "torch", "manim"


@contextmanager
def loading() -> Iterator[None]:
    """Inside the block no garbage is collected; if it loads one of the two, all that is then alive is left alone."""
    enabled, before = gc.isenabled(), _loaded()
    gc.disable()
    try:
        yield
    finally:
        if _loaded() != before:  # otherwise the garbage of a film before would stay, too
            gc.freeze()
        if enabled:
            gc.enable()


def _loaded() -> list[str]:
    return [name for name in LARGE if name in sys.modules]
