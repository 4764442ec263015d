"""PNG: the still that each beat ends in, one file per beat."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from export._look import Look, of_beat
from mathcore._files import written_whole

EXTENSIONS = ("png",)


class Stills:
    """A sink that keeps the latest frame and writes it when its beat is over."""

    def __init__(self, path: Path) -> None:
        self.files: list[Path] = []
        self._path = path
        self._latest: np.ndarray | None = None
        self._beat = ""

    def add(self, pixels: np.ndarray, repeat: int, beat: str) -> None:
        """Take a frame."""
        if beat != self._beat:
            self.finish()
        self._latest, self._beat = pixels, beat

    def finish(self) -> None:
        """Write the still of the beat that is over."""
        if self._latest is not None:
            self.files.append(of_beat(self._path, self._beat))
            with written_whole(self.files[-1]) as draft:
                Image.fromarray(self._latest).save(draft, optimize=True)


@contextmanager
def opened(path: Path, look: Look) -> Iterator[Stills]:
    """A sink that writes beside `path`, a beat's name before the extension."""
    sink = Stills(path)
    yield sink
    sink.finish()
