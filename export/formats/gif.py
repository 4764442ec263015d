"""GIF: the loop of a film for a slide, with one palette for all its frames, shown for ever.

The palette is made from the frames themselves. Since every frame must have been seen before the first can be
written, they wait in a lossless file, so that memory does not grow with the length of the film.

A pixel of a GIF is there or not. In a transparent one every pixel that can be seen at all is there, mixed with the
ground that the film will lie on, the matte: over it the GIF looks like the opaque one.
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
from PIL import GifImagePlugin, Image

import mathcore
from export.formats._format import Format
from export.formats._patches import SHORTEST, patches
from export.render.frame import Frame
from export.render.script import LOOP, Script
from export.render.settings import RenderSettings
from mathcore._files import written_whole

SIZE = 360, 15  # height, frames per second
RGBA = VideoFormat("rgba")
HUNDREDTH = Fraction(1, 100)  # of a second, in which the delays are counted
FASTEST = 100 // SHORTEST  # frames per second
FOR_EVER = 0
STAYS, CLEARS = 1, 2  # what becomes of a patch when its time is over


def check(look: RenderSettings) -> None:
    """Refuse a rate that no browser shows, and a matte that is no colour.

    Raises:
        mathcore.InputError: the rate is above `FASTEST`, or the matte cannot be read.
    """
    look.ground()
    if look.fps > FASTEST:
        raise mathcore.InputError(f"a gif shows at most {FASTEST} frames per second, not {look.fps}.")


class Waiting:
    """A sink that keeps the frames which differ from the one before in a lossless file, and when each begins."""

    def __init__(self, path: Path, look: RenderSettings) -> None:
        self.path, self.starts, self._look = path, list[int](), look  # starts in frames
        self._container: Any = av.open(path, "w")
        self._stream = self._container.add_stream("qtrle", rate=look.fps)
        self._stream.width, self._stream.height, self._stream.pix_fmt = look.width, look.height, "argb"
        self._latest, self._count = np.empty(0), 0

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Keep a frame, unless it is the one before again."""
        if frame.changed and not np.array_equal(frame.pixels, self._latest):
            shown = matted(frame.pixels, self._look.ground()) if self._look.transparent else frame.pixels
            picture = av.VideoFrame.from_ndarray(shown, format="rgba")
            picture.pts = self._count
            self._container.mux(self._stream.encode(picture))
            self.starts.append(self._count)
            self._latest = frame.pixels.copy()
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
def opened(path: Path, look: RenderSettings, film: Script) -> Iterator[Waiting]:
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


def matted(pixels: np.ndarray, ground: tuple[int, int, int]) -> np.ndarray:
    """Pixels [row column rgba] over a ground, opaque where anything is seen, transparent elsewhere."""
    picture = Image.fromarray(pixels)
    solid = Image.alpha_composite(Image.new("RGBA", picture.size, ground), picture)
    solid.putalpha(picture.getchannel("A").point([0, *[255] * 255]))
    return np.array(solid)


def _write(path: Path, look: RenderSettings, sink: Waiting, times: list[int]) -> None:
    """Write the frames with the one palette of them all; `times` are when each begins and when the last ends."""
    size = {"width": look.width, "height": look.height, "time_base": HUNDREDTH}
    (palette,) = _filtered("palettegen", "", sink.frames(), size)
    colours = palette.to_ndarray(format="rgba").reshape(-1, 4)
    hole = int(colours[:, 3].argmin())
    painted = _filtered("paletteuse", "dither=none", sink.frames(), size, palette)
    delays = (stop - start for start, stop in pairwise(times))
    pictures = ((frame.to_ndarray()[0], delay) for frame, delay in zip(painted, delays, strict=True))
    with path.open("wb") as file:
        file.writelines(_header(look, colours))
        for patch in patches(pictures, hole):
            told = {"duration": patch.delay * 10, "disposal": CLEARS if patch.clears else STAYS, "transparency": hole}
            file.writelines(GifImagePlugin.getdata(Image.fromarray(patch.pixels), patch.corner, **told))
        file.write(b";")


def _header(look: RenderSettings, colours: np.ndarray) -> list[bytes]:
    """The size, the palette [index rgba] and that it is shown for ever."""
    empty = Image.new("P", (look.width, look.height))
    empty.putpalette(colours[:, :3].tobytes())
    return GifImagePlugin.getheader(empty, info={"loop": FOR_EVER})[0]


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


FORMAT = Format(extensions=("gif",), opened=opened, part=LOOP, size=SIZE, check=check)
