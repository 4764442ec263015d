"""Loading large libraries. What they bring stays to the end, so nobody need look for garbage among it.

Importing torch makes half a million objects. Python looks through them again and again while they come, and once
more at the end of the process: two fifths of what the numbers of a film cost.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Inside the block no garbage is collected; all that is alive at its end is never looked at again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
