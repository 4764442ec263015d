"""How much of each pixel a path covers, kept so that it need not be stroked anew while it stands, fades or grows.

What cairo strokes and fills takes milliseconds where a path is long; laying a colour through what was kept takes a
fraction. A path that grows at its end covers what it covered and what its new curves cover: in each pixel the larger
share counts, so that nothing becomes bolder where a piece overlaps the one before.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import cairo
import numpy as np
from manim import Camera, VMobject
from manim.camera.camera import CAP_STYLE_MAP, LINE_JOIN_MAP

from export.render.frame import Box

BEHIND, FILL, UPON = "behind", "fill", "upon"  # the layers of a path: a stroke behind its fill, its fill, its stroke
Outline = Callable[[cairo.Context], None]  # makes a path, or a piece of it, that of a context


class Coverage:
    """The share of each pixel of a rectangle that one layer of a path covers: 0 for none of it, 255 for all."""

    def __init__(self, box: Box) -> None:
        self.box = left, top, right, bottom = box
        stride = cairo.Format.A8.stride_for_width(right - left)
        self._shares = np.zeros((bottom - top, stride), np.uint8)
        self._surface = cairo.ImageSurface.create_for_data(
            self._shares.data, cairo.FORMAT_A8, right - left, bottom - top, stride
        )
        self.curves = 0  # of the path, from the first on, that it covers for good
        self.shown = b""  # the points of the path as it covers it now
        self._under: tuple[Box, np.ndarray] | None = None  # what an end that may change has been laid upon

    def draw(self, camera: Camera, mobject: VMobject, layer: str, outline: Outline) -> None:
        """Cover what a layer of a path covers."""
        context = cairo.Context(self._surface)
        matrix = camera.get_cairo_context(camera.pixel_array).get_matrix()
        context.set_matrix(matrix.multiply(cairo.Matrix(x0=-self.box[0], y0=-self.box[1])))
        outline(context)
        if layer == FILL:
            context.fill()
            return
        width = mobject.get_stroke_width(layer == BEHIND)
        context.set_line_width(width * camera.cairo_line_width_multiple)
        context.set_line_join(LINE_JOIN_MAP[mobject.joint_type])
        context.set_line_cap(CAP_STYLE_MAP[mobject.cap_style])
        context.stroke()

    def within(self, box: Box) -> "Coverage":
        """The same over a rectangle that holds this one."""
        if box == self.box:
            return self
        larger = Coverage(box)
        larger.add(self)
        larger.curves = self.curves
        return larger

    def add(self, other: "Coverage", *, passing: bool = False) -> None:
        """Cover what another covers, which lies within; for good, or until `forget`."""
        rows, columns = self._place(other.box)
        mine, its = self._shares[rows, columns], other._shares[:, : other.box[2] - other.box[0]]
        if passing:
            self._under = other.box, mine.copy()
        np.maximum(mine, its, out=mine)
        self._surface.mark_dirty()

    def forget(self) -> None:
        """Uncover what was added in passing."""
        if self._under:
            box, before = self._under
            self._shares[self._place(box)] = before
            self._under = None

    def paint(self, context: cairo.Context, rgba: np.ndarray, boxes: Iterable[Box]) -> None:
        """Lay a colour where it covers, within some rectangles."""
        red, green, blue, alpha = rgba
        with pixelwise(context, boxes):
            context.set_source_rgba(blue, green, red, alpha)  # in whose order manim keeps the bytes
            context.mask_surface(self._surface, *self.box[:2])

    def _place(self, box: Box) -> tuple[slice, slice]:
        left, top = self.box[:2]
        return slice(box[1] - top, box[3] - top), slice(box[0] - left, box[2] - left)


@contextmanager
def pixelwise(context: cairo.Context, boxes: Iterable[Box]) -> Iterator[None]:
    """Inside the block the units are pixels, and only some rectangles are painted upon."""
    context.save()
    context.identity_matrix()
    context.new_path()
    for left, top, right, bottom in boxes:
        context.rectangle(left, top, right - left, bottom - top)
    context.clip()
    yield
    context.restore()
