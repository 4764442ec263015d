"""What can be seen of a film that is being played: its drawings, its words, and where they stand."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from manim import Mobject, VMobject

from export.render.settings import RenderSettings
from scenes._marks.number import Number
from scenes._marks.typeset import Typeset
from scenes._stage.film import Film

LOOKS = [RenderSettings(*look) for look in (("en", "dark"), ("fr", "light"), ("en", "light"), ("fr", "dark"))]


def parts(mobjects: Iterable[Mobject]) -> Iterator[Mobject]:
    """Some drawings and all that they are made of."""
    for mobject in mobjects:
        yield mobject
        yield from parts(mobject.submobjects)


def drawn(scene: Film) -> list[Mobject]:
    """All that can be seen: it has points and is not transparent."""
    return [m for m in parts(scene.mobjects) if len(m.points) and not (isinstance(m, VMobject) and _transparent(m))]


def _transparent(mobject: VMobject) -> bool:
    stroke = mobject.get_stroke_opacity() if mobject.get_stroke_width() > 0 else 0
    return max(mobject.get_fill_opacity(), stroke) < 0.02


def words(scene: Film, seen: Iterable[Mobject]) -> Iterator[Typeset | Number]:
    """All text of which something is among what is seen."""
    seen = {id(m) for m in seen}
    for member in parts(scene.mobjects):
        if isinstance(member, Typeset | Number) and any(id(m) in seen for m in parts([member])):
            yield member


def box(mobject: Mobject) -> tuple[np.ndarray, np.ndarray]:
    """Lower left and upper right corner."""
    points = outline(mobject)
    return points.min(axis=0)[:2], points.max(axis=0)[:2]


def outline(mobject: Mobject) -> np.ndarray:
    """The points of a drawing and of all that it is made of [point xyz]."""
    return np.concatenate([m.points for m in parts([mobject]) if len(m.points)])


def boxes(outlines: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Lower left and upper right corners [outline xy] of outlines that have points."""
    starts = np.cumsum([0, *map(len, outlines)])[:-1]
    points = np.concatenate([np.empty((0, 3)), *outlines])[:, :2]
    return np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)


def name(mobject: Mobject) -> str:
    """What it says, or else its kind."""
    return getattr(mobject, "source", getattr(mobject, "text", type(mobject).__name__))
