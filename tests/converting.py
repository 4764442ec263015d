"""A sink that holds every frame's planes, converted piece by piece, against those of the whole frame."""

from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from export.formats._planes import Planes, patch
from export.render.frame import Frame

BT709 = {"dst_colorspace": Colorspace.ITU709, "dst_color_range": ColorRange.MPEG}


class Converting:
    """Keeps the planes of a film as a video does, and raises where one differs from FFmpeg's of the whole frame."""

    def __init__(self, width: int, height: int, pixels: str = "yuv420p") -> None:
        self._kept, self._pixels, self._frames = Planes(width, height, pixels), pixels, 0

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Bring the planes to a frame."""
        for box in frame.changed:
            self._kept.paste(patch(frame.pixels, box))
        whole = av.VideoFrame.from_ndarray(frame.pixels, format="rgba")
        whole = whole.reformat(format=self._pixels, threads=1, **BT709)
        for kept, wanted in zip(self._kept.frame.planes, whole.planes, strict=True):
            size = 2 if "10le" in self._pixels else 1
            same = np.array_equal(samples(kept, size), samples(wanted, size))
            assert same, f"frame {self._frames}, in {beat}: the planes are not those of the whole frame"
        self._frames += 1


def samples(plane: Any, size: int) -> np.ndarray:
    """The bytes of a plane [row column], whose samples have a size, without what fills its rows."""
    rows = np.frombuffer(plane, np.uint8).reshape(plane.height, -1)
    return rows[:, : plane.width * size]
