"""Brings the frames of one rendering to a format: cut into its parts, at its own size and rate."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Protocol

import numpy as np
from PIL import Image

from export.render.frame import Box, Frame, merged
from export.render.script import WHOLE, Script
from export.render.settings import RenderSettings


class FrameSink(Protocol):
    """What a format opens: it takes frames."""

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Take a frame of a beat that stands for `repeat` frames; the first counts as changed everywhere."""


Opened = Callable[[Path, RenderSettings, Script], AbstractContextManager[FrameSink]]


class Relay:
    """A sink that opens the file of a part when its first frame comes and closes it when another part begins.

    Args:
        opened: the format.
        files: by the name of the part, where it is written and what is known of it.
        drawn: size and rate of the frames that come.
        wanted: size and rate of the format's; the rate divides that of `drawn`.
    """

    def __init__(
        self, opened: Opened, files: dict[str, tuple[Path, Script]], drawn: RenderSettings, wanted: RenderSettings
    ) -> None:
        self._opened, self._files, self._drawn, self._wanted = opened, files, drawn, wanted
        self._open = ExitStack()
        self._part, self._changed = "", list[Box]()  # since the frame that was passed on last

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Pass frames on, if they belong to a part."""
        part = WHOLE if WHOLE in self._files else beat
        if part not in self._files:
            return
        if part != self._part:
            self._open.close()
            path, film = self._files[part]
            self._sink = self._open.enter_context(self._opened(path, self._wanted, film))
            self._part, self._count = part, 0
            frame = Frame.whole(frame.pixels)
        self._changed += frame.changed
        step = self._drawn.fps // self._wanted.fps
        before, self._count = self._count, self._count + repeat
        if kept := -(-self._count // step) - -(-before // step):  # of the frames 0, step, 2 step...
            self._sink.add(self._scaled(frame.pixels), kept, beat)
            self._changed = []

    def _scaled(self, pixels: np.ndarray) -> Frame:
        size = self._wanted.width, self._wanted.height
        if pixels.shape[1::-1] == size:
            return Frame(pixels, merged(self._changed))
        smaller = np.array(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
        smaller.flags.writeable = False
        return Frame.whole(smaller) if self._changed else Frame(smaller, ())

    def __enter__(self) -> "Relay":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return self._open.__exit__(kind, error, trace)
