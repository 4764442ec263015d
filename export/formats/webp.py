"""WebP: the loop of a film for a web page or a slide, lossless, shown for ever."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from export.formats._format import Format
from export.render.frame import Frame
from export.render.script import LOOP, Script
from export.render.settings import RenderSettings
from mathcore._files import written_whole

OPTIONS = {"lossless": "1", "compression_level": "3"}
ANMF_DURATION = slice(12, 15)  # of a frame's chunk: its duration in milliseconds, little-endian


class Animation:
    """A sink that encodes each frame once, however long it stands."""

    def __init__(self, container: Any, look: RenderSettings) -> None:
        self._container, self._tick = container, Fraction(1, look.fps)
        self._stream = container.add_stream("libwebp_anim", rate=look.fps, options=OPTIONS)
        self._stream.width, self._stream.height, self._stream.pix_fmt = look.width, look.height, "bgra"
        self._frames = 0

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Encode a frame."""
        picture = av.VideoFrame.from_ndarray(frame.pixels, format="rgba")
        picture.pts, picture.time_base = self._frames, self._tick
        self._container.mux(self._stream.encode(picture))
        self._frames += repeat

    def finish(self) -> None:
        """Encode what the encoder has kept back."""
        self._container.mux(self._stream.encode(None))


@contextmanager
def opened(path: Path, look: RenderSettings, film: Script) -> Iterator[Animation]:
    """A sink whose file stands at `path` once the block has ended well."""
    with written_whole(path) as draft:
        with av.open(draft, "w", options={"loop": "0"}) as container:  # 0 is for ever
            sink = Animation(container, look)
            yield sink
            sink.finish()
        draft.write_bytes(lasting(draft.read_bytes(), round(film.seconds * 1000)))


def lasting(content: bytes, milliseconds: int) -> bytes:
    """A WebP file whose last frame stands until the end; the encoder, which is not told, makes its duration up."""
    frames, at = [], 12  # after RIFF, the size, WEBP
    while at < len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        if content[at : at + 4] == b"ANMF":
            frames.append(at + 8)
        at += 8 + size + size % 2
    changed = bytearray(content)
    if frames:  # a film that never changes is a plain picture
        places = [slice(frame + ANMF_DURATION.start, frame + ANMF_DURATION.stop) for frame in frames]
        before = sum(int.from_bytes(content[place], "little") for place in places[:-1])
        changed[places[-1]] = (milliseconds - before).to_bytes(3, "little")
    return bytes(changed)


FORMAT = Format(extensions=("webp",), opened=opened, part=LOOP)
