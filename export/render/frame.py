"""A frame on its way from the camera to the files: its pixels, and where they differ from those of the frame before."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from manim import Camera

Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels; the last two are outside

NOTHING: Box = (0, 0, 0, 0)
NEAR = 20_000  # pixels: what one more rectangle costs, so that two are taken as one where that adds less


@dataclass(frozen=True)
class Frame:
    """A picture that stands until the next one is drawn over it: whoever needs it for longer copies it.

    Args:
        pixels: [row column rgba], read-only.
        changed: rectangles outside of which the frame before was the same; none if it is the same everywhere.
    """

    pixels: np.ndarray
    changed: tuple[Box, ...]

    @classmethod
    def whole(cls, pixels: np.ndarray) -> "Frame":
        """A frame of which nothing is known to be as before."""
        height, width = pixels.shape[:2]
        return cls(pixels, ((0, 0, width, height),))

    def bring(self, picture: np.ndarray) -> None:
        """Bring a copy of the frame before to this one."""
        for left, top, right, bottom in self.changed:
            picture[top:bottom, left:right] = self.pixels[top:bottom, left:right]


def merged(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """Rectangles that cover all of these, fewer where that adds little."""
    left, found = list(dict.fromkeys(boxes)), []
    while left:
        one = left.pop()
        for k, other in enumerate(left):
            both = around(one, other)
            if _area(both) <= _area(one) + _area(other) + NEAR:
                left[k] = both
                break
        else:
            found.append(one)
    return tuple(found)


def within(camera: "Camera", low: np.ndarray, high: np.ndarray) -> Box:
    """The whole pixels of the frame between two corners."""
    edge = np.array([camera.pixel_width, camera.pixel_height])
    (left, top), (right, bottom) = np.clip(np.floor(low), 0, edge), np.clip(np.ceil(high), 0, edge)
    return (int(left), int(top), int(right), int(bottom)) if left < right and top < bottom else NOTHING


def around(one: Box, other: Box) -> Box:
    """The smallest rectangle that holds two."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])
