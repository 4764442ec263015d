"""Renders with `render.py` and prints where its CPU seconds went: _shares ARGUMENT...

What a piece costs is taken in the thread that draws; whatever the other threads take is the encoder's.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import render
from bench._table import PIECES
from export.formats import formats
from mathcore import _catalog

spent: dict[str, float] = dict.fromkeys(PIECES, 0.0)
_inner = [0.0]  # seconds of the pieces within the one that runs, which count by themselves


def timed(piece: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, whose CPU seconds count for a piece."""

    @wraps(function)
    def run(*arguments: Any, **options: Any) -> Any:
        start = time.thread_time()
        _inner.append(0.0)
        try:
            return function(*arguments, **options)
        finally:
            seconds = time.thread_time() - start
            spent[piece] += seconds - _inner.pop()
            _inner[-1] += seconds

    return run


def watch(concept: str) -> None:
    """Import all that a film needs, which counts as its start, and put a clock on the pieces."""
    _catalog.load(concept)
    from export.render import player
    from export.render.camera import Camera
    from export.render.images import PaintedImage
    from scenes._marks import typeset

    player.scene_class(concept)
    clocks: list[tuple[str, Any, str]] = [
        ("computing", _catalog.load(concept), "compute"),
        ("drawing paths", Camera, "draw"),
        ("compositing images", PaintedImage, "__init__"),
        ("compositing images", PaintedImage, "paint"),
        ("setting text", typeset, "drawing"),
        ("setting text", typeset, "formula_drawing"),
        ("setting text", typeset, "outlines"),
    ]
    for piece, owner, name in clocks:
        setattr(owner, name, timed(piece, getattr(owner, name)))
    formats()


def shares(arguments: list[str]) -> dict[str, float]:
    """CPU seconds of each piece of what the arguments ask `render.py` for; the first is the concept."""
    watch(_catalog.find(arguments[0]))
    spent["starting"] = time.process_time()
    before = time.thread_time()
    render.main(arguments)
    here = time.thread_time() - before
    total = time.process_time()
    spent["encoding"] = total - spent["starting"] - here
    spent["playing"] = total - sum(spent.values())
    return {piece: round(seconds, 3) for piece, seconds in spent.items()}


if __name__ == "__main__":
    print(json.dumps(shares(sys.argv[1:])))
