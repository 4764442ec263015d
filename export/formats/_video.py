"""What the video formats share: every frame into one stream, true colours, sound, a title, a chapter per beat."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from export.formats._planes import Patch, Planes, patch
from export.formats._sound import Sound, SoundCodec
from export.render.frame import Frame
from export.render.script import Script, milliseconds
from export.render.settings import RenderSettings

if TYPE_CHECKING:
    from av.container.core import Chapter

    from scenes._stage.film import Beat

ISO_639 = {"en": "eng", "fr": "fra"}
MILLISECOND = Fraction(1, 1000)
AHEAD = 4  # frames that may wait for the encoder


@dataclass(frozen=True)
class Codec:
    """An encoder, its settings, and how it stores a pixel."""

    name: str
    pixels: str
    options: dict[str, str]


class Video:
    """A sink that encodes every frame, in a thread of its own, while the next ones are drawn.

    The standard colours of high definition are used and declared: without that, players guess and err.
    """

    def __init__(self, container: Any, look: RenderSettings, codec: Codec) -> None:
        self.sound: Sound | None = None
        self._container, self._planes = container, Planes(look.width, look.height, codec.pixels)
        self._stream = container.add_stream(codec.name, rate=look.fps, options=codec.options)
        self._stream.width, self._stream.height, self._stream.pix_fmt = look.width, look.height, codec.pixels
        context = self._stream.codec_context
        context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        self._frames, self._tick, self._failed = 0, Fraction(1, look.fps), False
        self._thread, self._waiting = ThreadPoolExecutor(1, "encoder"), deque[Future[None]]()

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Have a frame encoded `repeat` times."""
        patches = [patch(frame.pixels, box) for box in frame.changed]
        self._waiting.append(self._thread.submit(self._encode, patches, repeat))
        if len(self._waiting) > AHEAD:
            self._waiting.popleft().result()

    def finish(self) -> None:
        """Encode what waits and what the encoder has kept back."""
        for frame in self._waiting:
            frame.result()
        self._container.mux(self._stream.encode(None))
        if self.sound:
            self.sound.finish()

    def stop(self) -> None:
        """End the thread; what still waits is not encoded."""
        self._thread.shutdown(cancel_futures=True)

    def _encode(self, patches: list[Patch], repeat: int) -> None:
        if self._failed:  # FFmpeg crashes if it is given more after the disk was full
            return
        self._failed = True
        for one in patches:
            self._planes.paste(one)
        frame = self._planes.frame
        for _ in range(repeat):
            frame.pts, frame.time_base = self._frames, self._tick
            self._container.mux(self._stream.encode(frame))
            self._frames += 1
            if self.sound:
                self.sound.encode(self._frames * self._tick)
        self._failed = False


@contextmanager
def video(
    path: Path, look: RenderSettings, film: Script, codec: Codec, sound: SoundCodec, **container_options: str
) -> Iterator[tuple[Video, Any]]:
    """A sink and its container, to which streams may be added; the file at `path` is whole once the block has ended."""
    with av.open(path, "w", container_options=container_options) as container:
        container.metadata["title"] = film.title
        container.set_chapters([_chapter(number, beat) for number, beat in enumerate(film.beats)])
        sink = Video(container, look, codec)
        if film.speaks:
            sink.sound = Sound(container, film, sound, ISO_639[film.language])
        try:
            yield sink, container
            sink.finish()
        finally:
            sink.stop()


def _chapter(number: int, beat: "Beat") -> "Chapter":
    start, stop = milliseconds(beat.start), milliseconds(beat.stop)
    return {"id": number, "start": start, "end": stop, "time_base": MILLISECOND, "metadata": {"title": beat.title}}
