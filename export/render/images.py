"""What a camera sees of an image: which pixels it may touch, and how to paint it again.

An image whose pixels are to be seen, or which has holes, is brought to the frame by Pillow, as manim does it, once
as long as it does not change; a smooth one is laid by cairo, which is many times quicker and differs by some 255ths.
"""

from collections.abc import Sequence
from typing import Any

import cairo
import numpy as np
from manim import Camera
from manim.mobject.types.image_mobject import AbstractImageMobject
from PIL import Image

from export.render.coverage import pixelwise
from export.render.frame import NOTHING, Box, within

OPAQUE = 255
Looks = tuple[Any, ...]  # equal where two drawings are the same pixels


def of_image(mobject: AbstractImageMobject) -> Looks:
    """How an image looks."""
    pixels = mobject.get_pixel_array()
    return pixels.shape, mobject.points.tobytes(), pixels.tobytes(), mobject.resampling_algorithm


class PaintedImage:
    """An image as it looks on the frame of a camera.

    Args:
        mobject: what is drawn.
        camera: for which frame.
        looks: its `of_image`.
        before: the same mobject as it was seen last, or None.
    """

    def __init__(self, mobject: AbstractImageMobject, camera: Camera, looks: Looks, before: Any) -> None:
        self.looks, self.box = looks, NOTHING
        corners = camera.points_to_subpixel_coords(mobject, mobject.points)[:4]
        whole = corners.astype(np.int64)
        low, size = whole.min(axis=0), np.ptp(whole, axis=0)
        self._corners = corners
        self._smooth: cairo.SurfacePattern | None = None
        if size.all():
            self.box = within(camera, low, low + size)
            if mobject.resampling_algorithm == Image.Resampling.BILINEAR:
                self._smooth = _pattern(mobject.get_pixel_array(), corners)
            else:
                self._place(_transformed(mobject, corners - low, size), low)
        self.changed: tuple[Box, ...] = (before.box, self.box) if before else (self.box,)

    def _place(self, placed: np.ndarray, low: np.ndarray) -> None:
        left, top, right, bottom = self.box
        self._pixels = placed[top - low[1] : bottom - low[1], left - low[0] : right - low[0]]
        alpha = self._pixels[..., 3]
        self._opaque = alpha == OPAQUE
        self._mixes = bool((alpha[~self._opaque] > 0).any())

    def paint(self, camera: Camera, context: cairo.Context, boxes: Sequence[Box]) -> None:
        """Draw it, at least within some rectangles; only where it is neither opaque nor clear are colours mixed."""
        left, top, right, bottom = self.box
        under = camera.pixel_array[top:bottom, left:right]
        if self._smooth:
            with pixelwise(context, boxes):
                self._outline(context)
                context.set_source(self._smooth)
                context.set_antialias(cairo.ANTIALIAS_NONE)
                context.fill()
        elif self._mixes:
            under[:] = Image.alpha_composite(Image.fromarray(under), Image.fromarray(self._pixels))
        else:
            np.copyto(_packed(under), _packed(self._pixels), where=self._opaque)

    def _outline(self, context: cairo.Context) -> None:
        """Make its edge the path of the context."""
        for corner in self._corners[[0, 1, 3, 2]]:
            context.line_to(*corner)
        context.close_path()


def _pattern(pixels: np.ndarray, corners: np.ndarray) -> cairo.SurfacePattern:
    """What cairo paints an image with whose first three corners are these points of the frame."""
    height, width = pixels.shape[:2]
    multiplied = np.array(Image.fromarray(pixels).convert("RGBa"))
    surface = cairo.ImageSurface.create_for_data(multiplied.data, cairo.FORMAT_ARGB32, width, height)
    (x, y), (across_x, across_y), (down_x, down_y) = corners[0], corners[1] - corners[0], corners[2] - corners[0]
    to_frame = cairo.Matrix(across_x / width, across_y / width, down_x / height, down_y / height, x, y)
    to_frame.invert()
    pattern = cairo.SurfacePattern(surface)
    pattern.set_matrix(to_frame)
    pattern.set_filter(cairo.FILTER_BILINEAR)
    pattern.set_extend(cairo.EXTEND_PAD)  # at its edge it does not fade
    return pattern


def _transformed(mobject: AbstractImageMobject, corners: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Pixels brought to the parallelogram with these corners, in an image of a given size, as manim does it."""
    pixels = mobject.get_pixel_array()
    height, width = pixels.shape[:2]
    ends = np.array([[0, 0], [width, 0], [0, height], [width, height]], dtype=float)
    rows = [
        row
        for (x, y), (u, v) in zip(corners, ends, strict=True)
        for row in ([x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y])
    ]
    coefficients = list(np.linalg.solve(rows, ends.ravel()))
    perspective, resampling = Image.Transform.PERSPECTIVE, mobject.resampling_algorithm
    return np.asarray(Image.fromarray(pixels).transform(tuple(size), perspective, coefficients, resampling))


def _packed(pixels: np.ndarray) -> np.ndarray:
    """The same pixels [row column rgba] as one number each [row column]."""
    return np.asarray(pixels.view(np.uint32)[..., 0])
