"""MP4: H.264 in yuv420p, which every player and slide program shows, its index in front."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from export._film import Look
from mathcore._files import written_whole

OPTIONS = {"preset": "veryfast", "crf": "18"}


class Mp4:
    """A sink that encodes every frame."""

    def __init__(self, container: av.container.OutputContainer, look: Look) -> None:
        self.container = container
        self.stream = container.add_stream("libx264", rate=look.fps, options=OPTIONS)
        self.stream.width, self.stream.height, self.stream.pix_fmt = look.width, look.height, "yuv420p"
        self.frames, self.tick = 0, Fraction(1, look.fps)

    def add(self, pixels: np.ndarray, repeat: int, beat: str) -> None:
        for _ in range(repeat):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgba")
            frame.pts = self.frames
            frame.time_base = self.tick
            self.frames += 1
            self.container.mux(self.stream.encode(frame))

    def finish(self) -> None:
        """Encode what is left."""
        self.container.mux(self.stream.encode(None))


@contextmanager
def opened(path: Path, look: Look) -> Iterator[Mp4]:
    """A sink whose file stands at `path` once the block has ended well."""
    with written_whole(path) as draft:
        with av.open(draft, "w", container_options={"movflags": "+faststart"}) as container:
            sink = Mp4(container, look)
            yield sink
            sink.finish()
