"""Renders with `render.py` up to the first frame, then ends the process: _first ARGUMENT..."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import render
from export.formats import mp4


class Bell:
    """A sink that ends the process when it is given a frame."""

    def add(self, *_: Any) -> NoReturn:
        """There it is."""
        os._exit(0)


@contextmanager
def opened(path: Path, *_: Any) -> Iterator[Bell]:
    """Where the encoder would be."""
    yield Bell()


if __name__ == "__main__":
    mp4.FORMAT = replace(mp4.FORMAT, opened=opened)
    sys.exit(render.main(sys.argv[1:]))
