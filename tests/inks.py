"""What every drawing puts on the frame, ink by ink from the lowest up, and how it stands out from what is behind it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from manim import Mobject, VMobject

from export.look.vision import contrast
from export.render.camera import Camera
from export.render.images import PaintedImage, of_image
from export.render.painted import PaintedPath, of_path

CORE = {"ink": 0.5, "image": 0.5, "halo": 0.9}  # share of the most that a pixel gets, from which it is under an outline
COVERING = 0.5  # opacity from which an ink hides what is behind it
WIDE = 3  # widths of a stroke by which a halo must be wider than the line that it sets off


class Layer:
    """One ink of a drawing: which pixels it touches, in which colour.

    Args:
        painted: draws it.
        camera: for which frame; its sheet is clear, and is left so.
        ink: red, green, blue and opacity, 0 to 1.
        role: "halo", "ink" or "image".
    """

    def __init__(self, painted: PaintedPath | PaintedImage, camera: Camera, ink: np.ndarray, role: str) -> None:
        left, top, right, bottom = painted.box
        self.place, self.ink, self.role = (slice(top, bottom), slice(left, right)), ink, role
        painted.paint(camera, camera.get_cairo_context(camera.pixel_array), [painted.box])
        sheet = camera.pixel_array[self.place]
        self.pixels = sheet.copy()
        sheet[:] = 0
        covered = self.pixels[..., 3]
        self.core = covered >= max(CORE[role] * covered.max(initial=0), 1)
        self.colour = int(np.rint(255 * ink[:3]) @ [1, 256, 65536]) + 1
        self._known = np.empty((0, 4), np.uint8), np.empty(0)

    def lay(self, frame: np.ndarray, top: np.ndarray) -> None:
        """Put it upon a frame [row column rgba], and its colour upon the colours that lie on top [row column]."""
        under, through = frame[self.place], 255 - self.pixels[..., 3:].astype(np.uint16)
        under[:] = self.pixels + ((under * through + 127) // 255).astype(np.uint8)
        if self.ink[3] >= COVERING:
            top[self.place][self.core] = self.colour

    def contrasts(self, ground: np.ndarray) -> np.ndarray:
        """With each of some pixels that are behind it [pixel rgba]; those that it was asked for last are known."""
        if not np.array_equal(ground, self._known[0]):
            seen = 255 * self.ink[3] * self.ink[:3] + (1 - self.ink[3]) * ground[:, :3]
            self._known = ground, contrast(np.rint(seen).astype(np.uint8), ground[:, :3])
        return self._known[1]


class Seen(NamedTuple):
    """An ink of a drawing, and how it stands out from the pixels behind it."""

    drawing: VMobject
    ink: np.ndarray  # red, green, blue, opacity
    contrasts: np.ndarray  # [pixel]
    alike: np.ndarray  # where the same colour lies there already [pixel]
    alone: float  # how it would stand out from the background


class Easel:
    """Lays drawings one upon the other, and looks at each before it covers what is behind it.

    Args:
        camera: gives the size and the background; its sheet is used up.
    """

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._known: dict[int, tuple[tuple, list[Layer]]] = {}
        self.frame = camera.background.copy()

    def look(self, mobjects: Sequence[Mobject]) -> Iterator[Seen]:
        """Every ink of a path, the lowest first; what has a halo is looked at before its halo."""
        known, self._known = self._known, {}
        background = self._camera.background
        self.frame, top, bare = background.copy(), np.zeros(background.shape[:2], dtype=np.int64), background[0, :1]
        self._camera.pixel_array[:] = 0
        for mobject in self._camera.get_mobjects_to_display(mobjects):
            halo = None
            for layer in self._layers(mobject, known.get(id(mobject))):
                if layer.role == "ink" and layer.core.any():
                    behind = halo or layer
                    contrasts = layer.contrasts(self.frame[behind.place][behind.core])
                    alike = top[behind.place][behind.core] == layer.colour
                    yield Seen(mobject, layer.ink, contrasts, alike, float(layer.contrasts(bare)[0]))
                halo = layer if layer.role == "halo" else halo
                layer.lay(self.frame, top)

    def _layers(self, mobject: Mobject, before: tuple[tuple, list[Layer]] | None) -> list[Layer]:
        """Its inks from the lowest to the highest; the same as before where it looks the same."""
        path = isinstance(mobject, VMobject)
        looks = of_path(mobject) if path else of_image(mobject)
        if not before or before[0] != looks:
            kind = PaintedPath if path else PaintedImage
            parts = _parts(mobject) if path else [(mobject, np.ones(4), "image")]
            before = looks, [Layer(kind(part, self._camera, looks, None), self._camera, *rest) for part, *rest in parts]
        self._known[id(mobject)] = before
        return before[1]


def _parts(path: VMobject) -> Iterator[tuple[VMobject, np.ndarray, str]]:
    """A path in each of its inks, halo, fill, stroke: the path with this ink alone, the ink, its role."""
    inks = {"fill": path.get_fill_rgbas()[0]}
    for part, halo in ("halo", True), ("stroke", False):
        if path.get_stroke_width(halo) > 0:
            inks[part] = path.get_stroke_rgbas(halo)[0]
    inks = {part: inks[part] for part in ("halo", "fill", "stroke") if part in inks and inks[part][3] > 0}
    line = path.get_stroke_width() if "stroke" in inks else 0
    wide = path.get_stroke_width(True) >= line + WIDE
    for part, ink in inks.items():
        role = "ink" if part != "halo" else "halo" if wide else "image"
        yield path if len(inks) == 1 else _only(path, part), ink, role


def _only(path: VMobject, part: str) -> VMobject:
    """A copy with one of its inks."""
    copy = path.copy()
    if part != "fill":
        copy.set_fill(opacity=0, family=False)
    for halo, name in ((True, "halo"), (False, "stroke")):
        if part != name:
            copy.set_stroke(opacity=0, background=halo, family=False)
    return copy
