"""What can be seen of a film that is being played: its drawings, its words, and where they stand."""

from collections.abc import Iterator

import numpy as np
from manim import Mobject, VMobject

from export.render.settings import RenderSettings
from scenes._marks.number import Number
from scenes._marks.typeset import Typeset
from scenes._stage.film import Film

LOOKS = [RenderSettings(*look) for look in (("en", "dark"), ("fr", "light"), ("en", "light"), ("fr", "dark"))]


def drawn(scene: Film) -> list[Mobject]:
    """All that can be seen: it has points and is not transparent."""
    family = [member for mobject in scene.mobjects for member in mobject.get_family()]
    return [m for m in family if len(m.points) and not (isinstance(m, VMobject) and _transparent(m))]


def _transparent(mobject: VMobject) -> bool:
    stroke = mobject.get_stroke_opacity() if mobject.get_stroke_width() > 0 else 0
    return max(mobject.get_fill_opacity(), stroke) < 0.02


def words(scene: Film) -> Iterator[Typeset | Number]:
    """All text that can be seen."""
    seen = {id(m) for m in drawn(scene)}
    for mobject in scene.mobjects:
        for member in mobject.get_family():
            if isinstance(member, Typeset | Number) and seen & {id(m) for m in member.get_family()}:
                yield member


def box(mobject: Mobject) -> tuple[np.ndarray, np.ndarray]:
    """Lower left and upper right corner."""
    points = np.concatenate([m.points for m in mobject.get_family() if len(m.points)])
    return points.min(axis=0)[:2], points.max(axis=0)[:2]


def name(mobject: Mobject) -> str:
    """What it says, or else its kind."""
    return getattr(mobject, "source", getattr(mobject, "text", type(mobject).__name__))
