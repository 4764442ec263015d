"""GIF: the loop of a film for a slide, with one palette for all its frames, shown for ever.

The palette is made from the frames themselves. Since every frame must have been seen before the first can be
written, they wait in a lossless file, so that memory does not grow with the length of the film.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
from av import VideoFormat
from av.filter import Graph

import mathcore
from export._look import Look
from export._script import LOOP, Film
from mathcore._files import written_whole

EXTENSIONS = ("gif",)
PART = LOOP
SIZE = 360, 15  # height, frames per second
FASTEST = 50  # browsers show frames of less than 2/100 s for 10/100 s
RGBA = VideoFormat("rgba")
HUNDREDTH = Fraction(1, 100)  # of a second, in which the delays are counted


def check(look: Look) -> None:
    """Refuse a rate that no browser shows.

    Raises:
        mathcore.InputError: the rate is above `FASTEST`.
    """
    if look.fps > FASTEST:
        raise mathcore.InputError(f"a gif shows at most {FASTEST} frames per second, not {look.fps}.")


class Waiting:
    """A sink that keeps the frames which differ from the one before in a lossless file, and when each begins."""

    def __init__(self, path: Path, look: Look) -> None:
        self.path, self.starts = path, list[int]()  # starts in frames
        self._container: Any = av.open(path, "w")
        self._stream = self._container.add_stream("qtrle", rate=look.fps)
        self._stream.width, self._stream.height, self._stream.pix_fmt = look.width, look.height, "argb"
        self._latest, self._count = np.empty(0), 0

    def add(self, pixels: np.ndarray, repeat: int, beat: str) -> None:
        """Keep a frame, unless it is the one before again."""
        if not np.array_equal(pixels, self._latest):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgba")
            frame.pts = self._count
            self._container.mux(self._stream.encode(frame))
            self.starts.append(self._count)
            self._latest = pixels
        self._count += repeat

    def close(self) -> None:
        """End the file."""
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def frames(self) -> Iterator[av.VideoFrame]:
        """What was kept, from the first."""
        with av.open(self.path) as container:
            for frame in container.decode(video=0):
                yield frame.reformat(format="rgba")


@contextmanager
def opened(path: Path, look: Look, film: Film) -> Iterator[Waiting]:
    """A sink whose file stands at `path` once the block has ended well."""
    with tempfile.TemporaryDirectory(prefix="deepreel-") as folder:
        sink = Waiting(Path(folder, "frames.mov"), look)
        try:
            yield sink
        finally:
            sink.close()
        starts = [round(start / look.fps / HUNDREDTH) for start in sink.starts]
        with written_whole(path) as draft:
            _write(draft, look, sink, [*starts, round(film.seconds / HUNDREDTH)])


def _write(path: Path, look: Look, sink: Waiting, times: list[int]) -> None:
    """Write the frames with the one palette of them all; `times` are when each begins and when the last ends."""
    size = {"width": look.width, "height": look.height, "time_base": HUNDREDTH}
    (palette,) = _filtered("palettegen", "", sink.frames(), size)
    options = {"loop": "0", "final_delay": str(times[-1] - times[-2])}  # 0 is for ever
    with av.open(path, "w", options=options) as container:
        stream: Any = container.add_stream("gif", rate=100)
        stream.width, stream.height, stream.pix_fmt = look.width, look.height, "pal8"
        painted = _filtered("paletteuse", "dither=none", sink.frames(), size, palette)
        for frame, (start, _) in zip(painted, pairwise(times), strict=True):
            frame.pts, frame.time_base = start, HUNDREDTH
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _filtered(
    name: str, options: str, frames: Iterator[av.VideoFrame], size: dict[str, Any], *palette: av.VideoFrame
) -> Iterator[av.VideoFrame]:
    """What a filter makes of `frames`, and of a palette if it takes one; as few are in memory as it needs."""
    graph = Graph()
    source, filtering, sink = graph.add_buffer(format=RGBA, **size), graph.add(name, options), graph.add("buffersink")
    source.link_to(filtering)
    filtering.link_to(sink)
    colours = [graph.add_buffer(width=16, height=16, format=one.format, time_base=HUNDREDTH) for one in palette]
    for buffer in colours:
        buffer.link_to(filtering, 0, 1)
    graph.configure()
    for buffer, one in zip(colours, palette, strict=True):
        one.pts = 0
        buffer.push(one)
        buffer.push(None)
    for number, frame in enumerate(frames):
        frame.pts, frame.time_base = number, HUNDREDTH
        source.push(frame)
        yield from _ready(sink)
    source.push(None)
    yield from _ready(sink)


def _ready(sink: Any) -> Iterator[av.VideoFrame]:
    with suppress(BlockingIOError, EOFError):
        while True:
            yield sink.pull()
