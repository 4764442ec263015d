"""A camera that draws what has changed since the frame before, and leaves the rest as it stands.

Where a drawing looks other than before, or is new, or gone, a rectangle is cleared, all that shows in it is drawn,
whole because cairo rounds what is clipped otherwise, and the rectangle alone goes into the frame. So a frame is the
same as if all of it had been drawn.

What lies below all that changes is kept as a ground, ready to draw upon, once it has been drawn anew as often as
the whole ground costs.
"""

import sys
from collections.abc import Iterable
from typing import Any

import manim
import numpy as np
from manim import Mobject, VMobject
from manim.mobject.types.image_mobject import AbstractImageMobject

from export.render.frame import NOTHING, Box, Frame, merged
from export.render.images import PaintedImage, of_image
from export.render.painted import PaintedPath, of_path
from export.render.stamp import stamp
from scenes._stage.brand import Logo

Painted = PaintedPath | PaintedImage


class Camera(manim.Camera):  # type: ignore[misc]  # manim is not typed here
    """Keeps the frame, and of each drawing in it how it looks; `pixel_array` is the sheet that it draws on.

    Args:
        logo: what stands on the background, if anything does.
        frame: manim's own words for what is seen, `frame_center`, `frame_width` and `frame_height`.
    """

    def __init__(self, logo: Logo | None = None, **frame: Any) -> None:
        self._logo = logo
        super().__init__(**frame)

    def init_background(self) -> None:
        """Make the background, on which nothing stands yet but a logo."""
        super().init_background()
        self._press_logo()
        self._seen: dict[int, Painted] | None = None
        self._frame: np.ndarray = self.background.copy()
        self.picture = self._frame.view()  # what stands, for those who may not change it
        self.picture.flags.writeable = False
        self._whole: Box = (0, 0, self.pixel_width, self.pixel_height)
        self._changed: list[Box] = []  # since a frame was taken last
        self.clear()

    def _press_logo(self) -> None:
        if self._logo:
            frame = self.frame_width, self.frame_height
            stamp(self._logo, (self.pixel_width, self.pixel_height), frame).press(self.background)

    def forget(self) -> None:
        """Draw all of the next frame, as if it were the first."""
        self._seen = None
        self.clear()

    def clear(self) -> None:
        """Let the ground be the background alone."""
        self._ground, self._laid = self.background, 0  # pixels, and how many drawings are in them
        self._start_counting()

    def _start_counting(self) -> None:
        self._lowest = sys.maxsize  # which drawing is the lowest that changes
        self._repeated = 0  # how many of those between it and the ground were drawn anew

    def draw(self, mobjects: Iterable[Mobject]) -> None:
        """Bring the frame to what these mobjects look like now."""
        shown = self.get_mobjects_to_display(mobjects)
        if not all(map(_known, shown)):  # a kind of drawing that manim alone can draw
            self.reset()
            self.capture_mobjects(mobjects)
            self._seen, self._frame[:] = None, self.pixel_array
            self._changed = [self._whole]
            return
        before, self._seen = self._seen, {id(one): _look(self, one, (self._seen or {}).get(id(one))) for one in shown}
        changed = [self._whole] if before is None else _changed(before, self._seen, self._whole)
        still = _still(before or {}, self._seen)
        if self._laid > still:
            self.clear()
        if changed:
            self._redraw(changed, list(self._seen.values()), still)

    def frame(self) -> Frame:
        """What stands now, and where it differs from the frame that was taken before."""
        changed, self._changed = merged(self._changed), []
        return Frame(self.picture, changed)

    def _redraw(self, boxes: list[Box], painted: list[Painted], still: int) -> None:
        """Draw all that shows in some rectangles; the first `still` drawings are as they were."""
        for left, top, right, bottom in boxes:
            self.pixel_array[top:bottom, left:right] = self._ground[top:bottom, left:right]
        shown = [k for k in range(self._laid, len(painted)) if any(_overlap(painted[k].box, box) for box in boxes)]
        context = self.get_cairo_context(self.pixel_array)
        for k in shown:
            painted[k].paint(self, context, boxes)
        for left, top, right, bottom in boxes:
            self._frame[top:bottom, left:right] = self.pixel_array[top:bottom, left:right]
        self._changed += boxes
        self._lowest = min(self._lowest, still)
        self._repeated += sum(k < self._lowest for k in shown)
        if self._repeated >= self._lowest - self._laid:
            self._lay(painted[self._laid : self._lowest])

    def _lay(self, painted: list[Painted]) -> None:
        """Draw more on the ground, which lies below all that has changed of late."""
        if painted:
            self.pixel_array[:] = self._ground
            context = self.get_cairo_context(self.pixel_array)
            for one in painted:
                one.paint(self, context, [self._whole])
            self._ground = self.pixel_array.copy()
        self._laid += len(painted)
        self._start_counting()


def _known(mobject: Mobject) -> bool:
    return isinstance(mobject, AbstractImageMobject) or (
        isinstance(mobject, VMobject) and not mobject.get_background_image()
    )


def _look(camera: Camera, mobject: Mobject, before: Painted | None) -> Painted:
    """What is seen of a mobject; the same object as before where it looks the same."""
    is_path = isinstance(mobject, VMobject)
    looks = of_path(mobject) if is_path else of_image(mobject)
    if before and before.looks == looks:
        return before
    return (PaintedPath if is_path else PaintedImage)(mobject, camera, looks, before)


def _changed(before: dict[int, Painted], now: dict[int, Painted], whole: Box) -> list[Box]:
    """Where something looks other than before; everywhere, if what stayed lies above and below each other otherwise."""
    kept = {key for key, painted in now.items() if before.get(key) is painted}
    if [key for key in before if key in kept] != [key for key in now if key in kept]:
        return [whole]
    gone = [painted.box for key, painted in before.items() if key not in now]
    boxes = [*gone, *(box for key, painted in now.items() if key not in kept for box in painted.changed)]
    return [box for box in dict.fromkeys(boxes) if box != NOTHING]


def _still(before: dict[int, Painted], now: dict[int, Painted]) -> int:
    """How many drawings from the lowest up are as they were."""
    pairs = zip(before.values(), now.values(), strict=False)
    return next((k for k, (one, other) in enumerate(pairs) if one is not other), min(len(before), len(now)))


def _overlap(one: Box, other: Box) -> bool:
    """Whether two rectangles share a pixel."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
