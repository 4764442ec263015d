"""How marks go along the axes that a trace declares, such as `step` or `layer`.

A mark is a drawing of a quantity. It is `along` one axis or several, and has one verb: `at(place, ...)` puts it where
the quantity is at a place on each of them; between two whole places it may be on its way. Marks do not play, wait or
enter: the film does that. A mark holds no reference to a film, since manim copies drawings with all that they refer to.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np
from manim import Animation, Group, Mobject, Scene

Mark = TypeVar("Mark", bound=Mobject)


class UpdateFromAlpha(Animation):
    """Calls `move(share)` with a share that grows from 0 to 1; it copies and interpolates nothing.

    Args:
        move: changes the drawings.
        drawings: all that `move` changes; they are on the stage already.
    """

    def __init__(self, move: Callable[[float], Any], *drawings: Mobject, **options: Any) -> None:
        self.move = move
        super().__init__(Group(*drawings), introducer=True, **options)

    def _setup_scene(self, scene: Scene) -> None: ...
    def begin(self) -> None: ...
    def finish(self) -> None:
        self.interpolate(1)

    def interpolate(self, alpha: float) -> None:
        self.move(self.rate_func(alpha))


def between(rows: np.ndarray, place: float) -> np.ndarray:
    """What stands at a place among rows [row ...], perhaps on its way from one to the next."""
    row, last = int(place), len(rows) - 1
    start: np.ndarray = rows[min(row, last)]
    return start + (place - row) * (rows[min(row + 1, last)] - start)


def turn(place: float) -> tuple[int, float]:
    """Whose turn it is where one comes after the other, and the share of it that is over: at 3 the third's, and all."""
    one = max(int(np.ceil(place - 1e-9)) - 1, 0)
    return one, place - one


def follow(mark: Mark, *axes: str, at: Callable[..., Any] | None = None) -> Mark:
    """Have a mark go along some axes, on which it begins at place 0.

    Args:
        mark: a drawing.
        axes: names, in the order in which its `at` takes the places.
        at: what puts it at a place on each; by default its own method of that name.
    """
    if at:
        mark.at = lambda *places: at(*places)  # manim copies a function by reference, a method with its owner
    mark.along, mark.places = axes, dict.fromkeys(axes, 0.0)
    mark.at(*mark.places.values())
    return mark


def go(mark: Any, **places: float) -> None:
    """Put a mark at a place on some of its axes; on the others it stays where it is."""
    mark.places |= {axis: place for axis, place in places.items() if axis in mark.places}
    mark.at(*mark.places.values())


def marks(drawings: Iterable[Any], axes: Iterable[str] | None = None) -> list[Any]:
    """The marks among some drawings and their parts, by default along whatever, each once."""
    family = {id(part): part for drawing in drawings for part in drawing.get_family() if getattr(part, "along", ())}
    return [mark for mark in family.values() if axes is None or set(axes) & set(mark.along)]


class Going(UpdateFromAlpha):
    """Marks on their way to a place on each of some axes, from wherever each of them is."""

    def __init__(self, moved: Iterable[Any], ends: dict[str, float], **options: Any) -> None:
        self._ways = [
            (mark, {axis: (mark.places[axis], end) for axis, end in ends.items() if axis in mark.places})
            for mark in moved
        ]
        super().__init__(self._move, *(mark for mark, _ in self._ways), **options)

    def _move(self, share: float) -> None:
        for mark, way in self._ways:
            go(mark, **{axis: start + share * (end - start) for axis, (start, end) in way.items()})

    def pace(self, mark: Any) -> float:
        """How many places a second a mark goes."""
        way = next(way for one, way in self._ways if one is mark)
        return max(abs(end - start) for start, end in way.values()) / float(self.run_time)
