"""What a camera sees of a path: how it looks, which pixels it may touch, and how to paint it again."""

from collections.abc import Sequence
from typing import Any

import cairo
import numpy as np
from manim import Camera, LineJointType, VMobject

from export.render.coverage import BEHIND, FILL, UPON, Coverage
from export.render.frame import NOTHING, Box, around, within

Looks = tuple[Any, ...]  # equal where two drawings are the same pixels

POINTED = LineJointType.AUTO, LineJointType.MITER
MITRE, SQUARE = 10, 1.5  # how far a pointed corner reaches, by cairo's limit, and an end: in half widths of the line
CURVE = 4 * 3 * 8  # bytes of a curve
OVERLAP = 256  # curves by which pieces overlap: a line needs one, but many that grow side by side take turns
FEW = 50  # curves that are drawn as quickly as what they cover is kept
GRAIN = 128  # pixels, to whose multiples what is kept of a path extends, so that it is seldom moved while it grows
CLOSE = 1e-5  # manim's: relative difference below which two points are one


class PaintedPath:
    """A path as it looks on the frame of a camera.

    A long one that is painted again, or grows, is painted through what it covers; see `coverage.py`.

    Args:
        mobject: what is drawn.
        camera: for which frame.
        looks: its `of_path`.
        before: the same mobject as it was seen last, or None.
    """

    def __init__(self, mobject: VMobject, camera: Camera, looks: Looks, before: Any) -> None:
        self.looks, self._mobject, self._layers = looks, mobject, _layers(mobject)
        self._curves = len(mobject.points) // 4
        self._long = self._curves > FEW and bool(np.isfinite(mobject.points).all())
        same = bool(before) and _shape(before.looks) == _shape(looks)
        alike = _alike(before.looks, looks) if before and not same and self._long else 0
        self._grows = before._grows if same else alike > 0 and FILL not in self._layers and not _closed(mobject).any()
        self._stable = before._stable if same else alike if self._grows else self._curves
        self._laid: cairo.Path | None = before._laid if same else None
        self._times: int = before._times if same else 0  # that its shape has been painted
        self._kept: dict[str, Coverage] = before._kept if same or self._grows else {}
        self.box = self._around(camera, mobject.points) if self._layers else NOTHING
        self.changed: tuple[Box, ...] = (before.box, self.box) if before else (self.box,)
        if self._grows and not same:
            ends = (np.frombuffer(points).reshape(-1, 3)[4 * (alike - 1) :] for points in (before.looks[0], looks[0]))
            self.changed = tuple(self._around(camera, end) for end in ends)

    def paint(self, camera: Camera, context: cairo.Context, boxes: Sequence[Box]) -> None:
        """Draw it, at least within some rectangles."""
        if self._long and (self._grows or self._times) and all(len(rgbas) == 1 for rgbas in self._layers.values()):
            for layer, (rgba,) in self._layers.items():
                self._cover(camera, layer).paint(context, rgba, boxes)
        else:
            self._outline(context)
            for layer in self._layers:
                if layer == FILL:
                    camera.apply_fill(context, self._mobject)
                else:
                    camera.apply_stroke(context, self._mobject, background=layer == BEHIND)
        self._times += 1

    def _cover(self, camera: Camera, layer: str) -> Coverage:
        """What a layer covers, brought to how the path looks now."""
        kept = self._kept.get(layer)
        if kept and kept.shown == self.looks[0]:
            return kept
        room = _roomy(camera, self.box)
        if kept and kept.curves <= self._stable:
            kept.forget()
            kept = kept.within(around(room, kept.box))
        else:
            kept = Coverage(room)
        kept.add(self._piece(camera, layer, kept.curves, self._stable))
        if self._stable < self._curves:
            kept.add(self._piece(camera, layer, self._stable, self._curves), passing=True)
        kept.curves, kept.shown = self._stable, self.looks[0]
        self._kept[layer] = kept
        return kept

    def _piece(self, camera: Camera, layer: str, start: int, stop: int) -> Coverage:
        """What some curves cover, with a little of those before, whose blunt end they are to cover."""
        start = max(start - OVERLAP, 0)
        piece = Coverage(self._around(camera, self._mobject.points[4 * start : 4 * stop]))
        whole = (start, stop) == (0, self._curves)
        outline = self._outline if whole else lambda context: _lay(context, self._mobject, start, stop)
        piece.draw(camera, self._mobject, layer, outline)
        return piece

    def _around(self, camera: Camera, points: np.ndarray) -> Box:
        """The pixels that a part of the path may touch."""
        strokes = [self._mobject.get_stroke_width(layer == BEHIND) for layer in self._layers if layer != FILL]
        widest = max(strokes, default=0) * camera.cairo_line_width_multiple
        reach = widest / 2 * (MITRE if self._mobject.joint_type in POINTED else SQUARE)
        corners = camera.points_to_subpixel_coords(self._mobject, points)
        margin = 1 + reach * camera.pixel_width / camera.frame_width
        return within(camera, corners.min(axis=0) - margin, corners.max(axis=0) + margin)

    def _outline(self, context: cairo.Context) -> None:
        """Make it the path of the context."""
        context.new_path()
        if self._laid:
            context.append_path(self._laid)
        elif np.isfinite(self._mobject.points).all():
            _lay(context, self._mobject, 0, self._curves)
            self._laid = context.copy_path()


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


def _roomy(camera: Camera, box: Box) -> Box:
    """A rectangle out to the next multiples of `GRAIN`, or to the edge of the frame."""
    left, top, right, bottom = (side // GRAIN * GRAIN for side in (*box[:2], *(side + GRAIN - 1 for side in box[2:])))
    return left, top, min(right, camera.pixel_width), min(bottom, camera.pixel_height)


def _layers(mobject: VMobject) -> dict[str, np.ndarray]:
    """The colours [stop rgba] of each layer that is seen, from the lowest up."""
    strokes = {BEHIND: True, UPON: False}
    colours = {
        BEHIND: mobject.get_stroke_rgbas(background=True),
        FILL: mobject.get_fill_rgbas(),
        UPON: mobject.get_stroke_rgbas(),
    }
    return {
        layer: rgbas
        for layer, rgbas in colours.items()
        if rgbas[:, 3].any() and (layer == FILL or mobject.get_stroke_width(strokes[layer]))
    }


def _shape(looks: Looks) -> Looks:
    """What a path covers depends on this: points, widths, corners and ends."""
    return looks[0], *looks[4:8]


def _alike(one: Looks, other: Looks) -> int:
    """How many curves two paths, otherwise the same, begin with alike; 0 where there are few.

    The one after them is alike, too, since it is from the next that a curve knows whether a part of the path ends.
    """
    if one[1:] != other[1:]:
        return 0
    size = min(len(one[0]), len(other[0])) // CURVE
    pairs = (np.frombuffer(looks[0], np.uint8, size * CURVE).reshape(size, CURVE) for looks in (one, other))
    differ = np.not_equal(*pairs).any(axis=1)
    alike = int(differ.argmax()) if differ.any() else size
    return alike - 1 if alike > FEW else 0


def _lay(context: cairo.Context, mobject: VMobject, start: int, stop: int) -> None:
    """Lay out some curves of a path as manim does: a new part where one does not begin where the one before ends."""
    if start == stop:
        return
    curves, first, closed = _parts(mobject)
    first[start] = True
    laid = (array[start:stop].tolist() for array in (curves.reshape(-1, 8), first, closed))
    for curve, begins, closes in zip(*laid, strict=True):
        if begins:
            context.move_to(*curve[:2])
        context.curve_to(*curve[2:])
        if closes:
            context.close_path()


def _closed(mobject: VMobject) -> np.ndarray:
    """At which curves a part of a path returns to where it began."""
    return _parts(mobject)[2]


def _parts(mobject: VMobject) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The curves of a path [curve point xy], at which ones a part begins, and at which ones a part closes."""
    points, near = mobject.points, mobject.tolerance_for_point_equality
    curves = points[: len(points) // 4 * 4, :2].reshape(-1, 4, 2)
    first = np.append(True, ~_close(curves[:-1, 3], curves[1:, 0], near))
    last = np.append(first[1:], True)
    closed = np.zeros(len(curves), dtype=bool)
    closed[last] = _close(curves[first, 0], curves[last, 3], near)
    return curves, first, closed


def _close(one: np.ndarray, other: np.ndarray, near: float) -> np.ndarray:
    """Which points [point 2] are so close to their partners that manim takes them for the same."""
    return np.asarray((np.abs(one - other) <= near + CLOSE * np.abs(other)).all(axis=1))
