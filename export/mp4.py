"""MP4: H.264 in yuv420p, which every player and slide program shows, its index in front."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from export._look import Look, of_beat
from mathcore._files import written_whole

EXTENSIONS = ("mp4",)
OPTIONS = {"preset": "veryfast", "crf": "18"}


class Mp4:
    """A sink that encodes every frame."""

    def __init__(self, path: Path, container: av.container.OutputContainer, look: Look) -> None:
        self.files = [path]
        self._container = container
        self._stream = container.add_stream("libx264", rate=look.fps, options=OPTIONS)
        self._stream.width, self._stream.height, self._stream.pix_fmt = look.width, look.height, "yuv420p"
        self._frames, self._tick = 0, Fraction(1, look.fps)

    def add(self, pixels: np.ndarray, repeat: int, beat: str) -> None:
        """Encode a frame `repeat` times."""
        frame = av.VideoFrame.from_ndarray(pixels, format="rgba")
        for _ in range(repeat):
            frame.pts, frame.time_base = self._frames, self._tick
            self._container.mux(self._stream.encode(frame))
            self._frames += 1

    def finish(self) -> None:
        """Encode what the encoder has kept back."""
        self._container.mux(self._stream.encode(None))


@contextmanager
def opened(path: Path, look: Look) -> Iterator[Mp4]:
    """A sink whose file stands at `path` once the block has ended well."""
    path = of_beat(path, look.beat)
    with written_whole(path) as draft, av.open(draft, "w", container_options={"movflags": "+faststart"}) as container:
        sink = Mp4(path, container, look)
        yield sink
        sink.finish()
