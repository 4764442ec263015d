"""What a camera sees of one drawing: how it looks, which pixels it may touch, and how to paint it again.

A path is laid out anew only when its points have changed, and then from the first that has, since trails grow at
their end; an image is brought to the frame only when it has changed.
"""

from typing import Any

import cairo
import numpy as np
from manim import Camera, LineJointType, VMobject
from manim.mobject.types.image_mobject import AbstractImageMobject
from PIL import Image

from export.render.frame import Box

Looks = tuple[Any, ...]  # equal where two drawings are the same pixels
Trunk = tuple[int, cairo.Path | None]  # how many curves from the first on, and these laid out

NOTHING: Box = (0, 0, 0, 0)
POINTED = LineJointType.AUTO, LineJointType.MITER
MITRE, SQUARE = 10, 1.5  # how far a pointed corner reaches, by cairo's limit, and an end: in half widths of the line
OPAQUE = 255
CURVE, FEW = 4 * 3 * 8, 50  # bytes of a curve; so many are laid out as quickly as they are compared
CLOSE = 1e-5  # manim's: relative difference below which two points are one


class PaintedPath:
    """A path as it looks on the frame of a camera.

    Args:
        mobject: what is drawn.
        camera: for which frame.
        looks: its `of_path`.
        before: the same mobject as it was seen last, or None.
    """

    def __init__(self, mobject: VMobject, camera: Camera, looks: Looks, before: Any) -> None:
        self.looks, self._mobject = looks, mobject
        same = bool(before) and before.looks[0] == looks[0]
        self._laid: cairo.Path | None = before._laid if same else None
        self._common = _common(before.looks[0], looks[0]) if before and not same else 0
        self._trunk: Trunk = before._trunk if before and (same or before._trunk[0] <= self._common) else (0, None)
        self._filled = bool(mobject.get_fill_rgbas()[:, 3].any())
        widths = {back: mobject.get_stroke_width(back) for back in (True, False)}  # behind the fill, upon it
        self._strokes = {b: w for b, w in widths.items() if w and mobject.get_stroke_rgbas(b)[:, 3].any()}
        self.box = NOTHING
        if self._filled or self._strokes:
            widest = max(self._strokes.values(), default=0) * camera.cairo_line_width_multiple
            reach = widest / 2 * (MITRE if mobject.joint_type in POINTED else SQUARE)
            corners = camera.points_to_subpixel_coords(mobject, mobject.points)
            margin = 1 + reach * camera.pixel_width / camera.frame_width
            self.box = _within(camera, corners.min(axis=0) - margin, corners.max(axis=0) + margin)

    def paint(self, camera: Camera, context: cairo.Context) -> None:
        """Draw it."""
        self._outline(context)
        if True in self._strokes:
            camera.apply_stroke(context, self._mobject, background=True)
        if self._filled:
            camera.apply_fill(context, self._mobject)
        if False in self._strokes:
            camera.apply_stroke(context, self._mobject)

    def _outline(self, context: cairo.Context) -> None:
        """Make it the path of the context."""
        context.new_path()
        if self._laid:
            context.append_path(self._laid)
        if self._laid or not np.isfinite(self._mobject.points).all():
            return
        count, trunk = self._trunk
        if trunk:
            context.append_path(trunk)
        if self._common > count:
            _lay(context, self._mobject, count, self._common)
            self._trunk = count, _ = self._common, context.copy_path()
        _lay(context, self._mobject, count)
        self._laid = context.copy_path()


class PaintedImage:
    """An image as it looks on the frame of a camera; its arguments are those of `PaintedPath`."""

    def __init__(self, mobject: AbstractImageMobject, camera: Camera, looks: Looks, before: Any) -> None:
        self.looks, self.box = looks, NOTHING
        corners = camera.points_to_subpixel_coords(mobject, mobject.points)[:4]
        whole = corners.astype(np.int64)
        low, size = whole.min(axis=0), np.ptp(whole, axis=0)
        if size.all():
            placed = _transformed(mobject.get_pixel_array(), corners - low, size, mobject.resampling_algorithm)
            self.box = left, top, right, bottom = _within(camera, low, low + size)
            self._pixels = placed[top - low[1] : bottom - low[1], left - low[0] : right - low[0]]
            alpha = self._pixels[..., 3]
            self._opaque = alpha == OPAQUE
            self._mixes = bool((alpha[~self._opaque] > 0).any())

    def paint(self, camera: Camera, context: cairo.Context) -> None:
        """Draw it; only where it is neither opaque nor clear are colours mixed."""
        left, top, right, bottom = self.box
        under = camera.pixel_array[top:bottom, left:right]
        if self._mixes:
            under[:] = Image.alpha_composite(Image.fromarray(under), Image.fromarray(self._pixels))
        else:
            np.copyto(_packed(under), _packed(self._pixels), where=self._opaque)


def of_path(mobject: VMobject) -> Looks:
    """How a path looks; its points come first."""
    rgbas = mobject.get_fill_rgbas(), mobject.get_stroke_rgbas(), mobject.get_stroke_rgbas(background=True)
    return (
        mobject.points.tobytes(),
        *(array.tobytes() for array in rgbas),
        mobject.stroke_width,
        mobject.background_stroke_width,
        mobject.joint_type,
        mobject.cap_style,
        *mobject.sheen_direction,
    )


def of_image(mobject: AbstractImageMobject) -> Looks:
    """How an image looks."""
    pixels = mobject.get_pixel_array()
    return pixels.shape, mobject.points.tobytes(), pixels.tobytes(), mobject.resampling_algorithm


def _within(camera: Camera, low: np.ndarray, high: np.ndarray) -> Box:
    """The whole pixels of the frame between two corners."""
    edge = np.array([camera.pixel_width, camera.pixel_height])
    (left, top), (right, bottom) = np.clip(np.floor(low), 0, edge), np.clip(np.ceil(high), 0, edge)
    return (int(left), int(top), int(right), int(bottom)) if left < right and top < bottom else NOTHING


def _common(one: bytes, other: bytes) -> int:
    """How many curves two paths begin with alike; 0 where there are few.

    The one after them is alike, too, since it is from the next that a curve knows whether a part of the path ends.
    """
    size = min(len(one), len(other)) // CURVE
    pairs = (np.frombuffer(points, np.uint8, size * CURVE).reshape(size, CURVE) for points in (one, other))
    differ = np.not_equal(*pairs).any(axis=1)
    alike = int(differ.argmax()) if differ.any() else size
    return alike - 1 if alike > FEW else 0


def _lay(context: cairo.Context, mobject: VMobject, start: int = 0, stop: int | None = None) -> None:
    """Lay out some curves of a path as manim does: a new part where one does not begin where the one before ends."""
    points = mobject.points
    if len(points) < 4:
        return
    curves = points[: len(points) // 4 * 4, :2].reshape(-1, 4, 2)
    near = mobject.tolerance_for_point_equality
    first = np.append(True, ~_close(curves[:-1, 3], curves[1:, 0], near))
    last = np.append(first[1:], True)
    closed = np.zeros(len(curves), dtype=bool)
    closed[last] = _close(curves[first, 0], curves[last, 3], near)
    laid = (array[start:stop].tolist() for array in (curves.reshape(-1, 8), first, closed))
    for curve, begins, closes in zip(*laid, strict=True):
        if begins:
            context.move_to(*curve[:2])
        context.curve_to(*curve[2:])
        if closes:
            context.close_path()


def _close(one: np.ndarray, other: np.ndarray, near: float) -> np.ndarray:
    """Which points [point 2] are so close to their partners that manim takes them for the same."""
    return np.asarray((np.abs(one - other) <= near + CLOSE * np.abs(other)).all(axis=1))


def _transformed(pixels: np.ndarray, corners: np.ndarray, size: np.ndarray, resampling: int) -> np.ndarray:
    """Pixels brought to the parallelogram with these corners, in an image of a given size, as manim does it."""
    height, width = pixels.shape[:2]
    ends = np.array([[0, 0], [width, 0], [0, height], [width, height]], dtype=float)
    rows = [
        row
        for (x, y), (u, v) in zip(corners, ends, strict=True)
        for row in ([x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y])
    ]
    coefficients = np.linalg.solve(rows, ends.ravel())
    image = Image.fromarray(pixels)
    return np.asarray(image.transform(tuple(size), Image.Transform.PERSPECTIVE, list(coefficients), resampling))


def _packed(pixels: np.ndarray) -> np.ndarray:
    """The same pixels [row column rgba] as one number each [row column]."""
    return np.asarray(pixels.view(np.uint32)[..., 0])
