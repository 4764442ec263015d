"""How drawings come and go: only their opacity changes, so that nothing is copied and no outline is interpolated."""

from typing import Any

import numpy as np
from manim import Animation, Group, ImageMobject, Mobject, Scene, VMobject

INKS = "fill_rgbas", "stroke_rgbas", "background_stroke_rgbas"  # of a path
CLEAR = np.array([1, 1, 1, 0])  # what an ink is multiplied by where it cannot be seen
SHOWN = 1 - CLEAR


def without(kept: set[int], drawing: Mobject) -> list[Mobject]:
    """The largest parts of a drawing that have nothing in common with what is kept."""
    if id(drawing) in kept:
        return []
    if all(id(part) not in kept for part in drawing.get_family()):
        return [drawing]
    return [part for one in drawing.submobjects for part in without(kept, one)]


class _Fade(Animation):
    """Draws everything with a share of its own opacity."""

    def __init__(self, *drawings: Mobject, **options: Any) -> None:
        super().__init__(drawings[0] if len(drawings) == 1 else Group(*drawings), **options)

    def begin(self) -> None:
        family = self.mobject.get_family()
        paths = [part for part in family if isinstance(part, VMobject) and len(part.points)]
        self._inks = [(path, name, getattr(path, name)) for path in paths for name in INKS]
        self._images = [(one, one.pixel_array[..., 3].copy()) for one in family if isinstance(one, ImageMobject)]
        self.interpolate(0)

    def finish(self) -> None:
        self.interpolate(1)

    def show(self, share: float) -> None:
        """Draw it with so much of its own opacity."""
        for path, name, rgbas in self._inks:
            setattr(path, name, rgbas * (CLEAR + share * SHOWN))
        for image, alpha in self._images:
            image.pixel_array[..., 3] = share * alpha


class FadeIn(_Fade):
    """What enters the stage, from unseen to as opaque as it is."""

    def __init__(self, *drawings: Mobject, **options: Any) -> None:
        super().__init__(*drawings, introducer=True, **options)

    def interpolate(self, alpha: float) -> None:
        self.show(self.rate_func(alpha))


class FadeOut(_Fade):
    """What leaves the stage; gone, it is as opaque as it was, to enter again."""

    def __init__(self, *drawings: Mobject, **options: Any) -> None:
        super().__init__(*drawings, remover=True, **options)

    def interpolate(self, alpha: float) -> None:
        self.show(1 - self.rate_func(alpha))

    def clean_up_from_scene(self, scene: Scene) -> None:
        super().clean_up_from_scene(scene)
        self.show(1)
