"""Encodes recorded frames as `render.py` does, and prints what the encoding alone cost: _encode FOLDER FILE."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from bench._record import COUNTS, FRAMES
from export.formats import mp4
from export.render.frame import Frame
from export.render.script import Script
from export.render.settings import RenderSettings


class Reader:
    """Reads frames back, and counts its own CPU seconds; it decodes in the calling thread and in no other."""

    def __init__(self, path: Path) -> None:
        self._path, self.cpu = path, 0.0

    def frames(self) -> Iterator[np.ndarray]:
        """Pixels [row column rgba], from the first frame."""
        with av.open(self._path) as container:
            stream = container.streams.video[0]
            stream.thread_count = 1
            decoded = container.decode(stream)
            while True:
                start = time.thread_time()
                frame = next(decoded, None)
                pixels = None if frame is None else frame.to_ndarray(format="rgba")
                self.cpu += time.thread_time() - start
                if pixels is None:
                    return
                yield pixels


def encode(folder: Path, path: Path) -> float:
    """CPU seconds of all the encoder's threads, without those that reading the frames takes."""
    known = json.loads((folder / COUNTS).read_text())
    look = RenderSettings(height=known["height"], fps=known["fps"])
    film = Script((), (), sum(known["repeats"]) / look.fps, "", "", "en")
    reader, start = Reader(folder / FRAMES), time.process_time()
    with mp4.opened(path, look, film) as sink:
        for pixels, repeat in zip(reader.frames(), known["repeats"], strict=True):
            sink.add(Frame.whole(pixels), repeat, "")
    return time.process_time() - start - reader.cpu


if __name__ == "__main__":
    print(json.dumps({"cpu": encode(*map(Path, sys.argv[1:]))}))
