"""PNG: the still that each beat ends in, one file per beat."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from export.formats._format import Format
from export.render.frame import Frame
from export.render.script import EACH, Script
from export.render.settings import RenderSettings
from mathcore._files import written_whole


class Still:
    """A sink that keeps the latest frame."""

    def __init__(self, look: RenderSettings) -> None:
        self.latest = np.empty((look.height, look.width, 4), np.uint8)

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Take a frame."""
        frame.bring(self.latest)


@contextmanager
def opened(path: Path, look: RenderSettings, film: Script) -> Iterator[Still]:
    """A sink whose last frame stands at `path` once the block has ended well."""
    sink = Still(look)
    yield sink
    with written_whole(path) as draft:
        Image.fromarray(sink.latest).save(draft, optimize=True)


FORMAT = Format(extensions=("png",), opened=opened, part=EACH, stills=True)
