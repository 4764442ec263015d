"""The planes of a video, kept from frame to frame: only where pixels have changed are their colours converted anew.

A sample of the halved colour planes is mixed from pixels above and below it, too. So what is laid over the planes is
a little larger than what has changed, and what is converted larger still; the planes are then the same as if the whole
frame had been converted.
"""

from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from export.render.frame import Box

STEP = 16  # pixels: what is converted begins and ends at multiples of it, as do FFmpeg's vectors
REACH = 2  # rows above and below a pixel whose colour it takes part in
ROWS = 4  # the same as the step of rows, and as many above and below are the margin
COLOURS = {"dst_colorspace": Colorspace.ITU709, "dst_color_range": ColorRange.MPEG}

Patch = tuple[np.ndarray, Box, Box]  # pixels [row column rgba], where they are from, and what is to be changed


def patch(pixels: np.ndarray, box: Box) -> Patch:
    """What is needed to bring a rectangle into the planes; a copy."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = box
    top, bottom = max(top - REACH, 0), bottom + REACH
    inner = left // STEP * STEP, top // ROWS * ROWS, min(_up(right, STEP), width), min(_up(bottom, ROWS), height)
    outer = inner[0], max(inner[1] - ROWS, 0), inner[2], min(inner[3] + ROWS, height)
    return pixels[outer[1] : outer[3], outer[0] : outer[2]].copy(), outer, inner


class Planes:
    """A frame [plane row column] in a format of FFmpeg's; `frame` is what an encoder takes."""

    def __init__(self, width: int, height: int, pixels: str) -> None:
        self.frame = av.VideoFrame(width, height, pixels)
        self.frame.colorspace, self.frame.color_range = Colorspace.ITU709, ColorRange.MPEG
        self._pixels, self._views = pixels, _views(self.frame)

    def paste(self, patch: Patch) -> None:
        """Convert a rectangle and lay it over what stands."""
        pixels, outer, inner = patch
        converted = av.VideoFrame.from_numpy_buffer(pixels, format="rgba")
        converted = converted.reformat(format=self._pixels, threads=1, **COLOURS)
        for into, part in zip(self._views, _views(converted), strict=True):
            shared = -(-self.frame.height // into.shape[0]), -(-self.frame.width // into.shape[1])  # pixels of a sample
            rows, columns = (slice(inner[k] // n, -(-inner[k + 2] // n)) for k, n in zip((1, 0), shared, strict=True))
            top, left = (outer[k] // n for k, n in zip((1, 0), shared, strict=True))
            into[rows, columns] = part[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]


def _views(frame: av.VideoFrame) -> list[np.ndarray]:
    """The samples of each plane [row column], which change with it."""
    kind = "<u2" if frame.format.components[0].bits > 8 else "u1"
    buffers: list[Any] = list(frame.planes)
    rows = (np.frombuffer(plane, kind).reshape(plane.height, -1) for plane in buffers)
    return [samples[:, : plane.width] for samples, plane in zip(rows, frame.planes, strict=True)]


def _up(length: int, step: int) -> int:
    return -(-length // step) * step
