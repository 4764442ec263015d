"""Opens films and pictures again, with the alpha that they have."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageSequence

PICTURES = (".gif", ".webp", ".png")


def frames_of(path: Path) -> list[np.ndarray]:
    """Every frame of a file [row column rgba], each once however long it stands."""
    if path.suffix in PICTURES:
        with Image.open(path) as animation:
            return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(animation)]
    with av.open(path) as container:
        return [frame.to_ndarray(format="rgba") for frame in _decoded(container)]


def _decoded(container: av.container.InputContainer) -> Iterator[av.VideoFrame]:
    (stream,) = container.streams.video
    if stream.codec_context.name != "vp9":
        yield from container.decode(stream)
        return
    decoder = av.CodecContext.create("libvpx-vp9", "r")  # the usual one leaves the alpha out
    for packet in container.demux(stream):
        yield from decoder.decode(packet if packet.size else None)


def delays(path: Path) -> list[int]:
    """How many milliseconds each frame of an animation stands."""
    with Image.open(path) as animation:
        found = []
        for frame in ImageSequence.Iterator(animation):
            frame.load()  # only then it is known
            found.append(frame.info["duration"])
        return found


def seconds(path: Path) -> float:
    """How long a file says that it lasts."""
    if path.suffix in PICTURES:
        return sum(delays(path)) / 1000
    with av.open(path) as container:
        return round(container.duration / 1e6, 3)
