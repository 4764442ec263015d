"""What can be seen of a film that is being played: its drawings, its words, and where they stand."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from manim import Mobject, Scene, VMobject

from scenes._marks.number import Number
from scenes._marks.typeset import Typeset

SEEN = 0.02  # opacity from which something can be seen


def parts(mobjects: Iterable[Mobject]) -> Iterator[Mobject]:
    """Some drawings and all that they are made of."""
    for mobject in mobjects:
        yield mobject
        yield from parts(mobject.submobjects)


def drawn(scene: Scene) -> list[Mobject]:
    """All that can be seen: it has points and is not transparent."""
    return [one for one in parts(scene.mobjects) if len(one.points) and not (isinstance(one, VMobject) and _clear(one))]


def _clear(mobject: VMobject) -> bool:
    stroke = mobject.get_stroke_opacity() if mobject.get_stroke_width() > 0 else 0
    return bool(max(mobject.get_fill_opacity(), stroke) < SEEN)


def words(scene: Scene, seen: Iterable[Mobject]) -> Iterator[Typeset | Number]:
    """All text of which something is among what is seen."""
    there = {id(one) for one in seen}
    for member in parts(scene.mobjects):
        if isinstance(member, Typeset | Number) and any(id(one) in there for one in parts([member])):
            yield member


def points_of(mobject: Mobject) -> np.ndarray:
    """The points of a drawing and of all that it is made of [point xyz]."""
    return np.concatenate([one.points for one in parts([mobject]) if len(one.points)])


def boxes(outlines: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Lower left and upper right corners [outline xy] of outlines that have points."""
    starts = np.cumsum([0, *map(len, outlines)])[:-1]
    points = np.concatenate([np.empty((0, 3)), *outlines])[:, :2]
    return np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)
