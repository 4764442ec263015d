"""Notes on what a user gave: collected while a command runs, and shown when it has succeeded."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mathcore import InputNote


@contextmanager
def notes_at_the_end() -> Iterator[None]:
    """Print each InputNote of the block once, on standard error; none where the block fails and says why itself."""
    notes: dict[str, None] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("always", InputNote)
        show_others = warnings.showwarning

        def collect(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
            if issubclass(category, InputNote):
                notes[str(message)] = None
            else:
                show_others(message, category, *place, **more)

        warnings.showwarning = collect
        yield
    for note in notes:
        print(f"render.py: {note}", file=sys.stderr)
