"""Plays a film without drawing it, and stops it wherever a test wants to look."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from manim import Mobject, VMobject

from scenes._stage.film import Beat, Film

WITHIN = 5  # moments in each beat, besides its end
NOISE = 1e-9


class Opacities(dict[int, tuple[float, float]]):
    """How opaque every path on a stage was at some moment."""

    def __init__(self, scene: Film) -> None:
        family = (member for mobject in scene.mobjects for member in mobject.get_family())
        super().__init__({id(member): _opacity(member) for member in family if isinstance(member, VMobject)})

    def changed(self, drawing: Mobject) -> bool:
        """Whether a drawing is more or less opaque now, or was not there."""
        return self.get(id(drawing)) != _opacity(drawing)


def _opacity(path: VMobject) -> tuple[float, float]:
    return path.get_fill_opacity(), path.get_stroke_opacity()


class Played(Protocol):
    """A film that was played."""

    beats: tuple[Beat, ...]


def moments(film: Played) -> list[float]:
    """The end of every beat, and equally spaced moments WITHIN it, in seconds."""
    shares = [(k + 1) / (WITHIN + 1) for k in range(WITHIN + 1)]
    return [beat.start + share * beat.seconds for beat in film.beats for share in shares]


def stop_at(scene: Film, times: Sequence[float], look: Callable[[float, Opacities | None], None]) -> None:
    """Have a film that is about to be played stop at these times and call `look`.

    It is told the time and, within an animation, how opaque all was when that began.
    """
    to_come, play = deque(sorted(times)), scene.play

    def progression(seconds: float, *_, **__) -> Iterator[float]:
        stop, before = scene.time, Opacities(scene)  # a skipped animation has been counted already
        while to_come and to_come[0] < stop - NOISE:
            yield to_come[0] - (stop - seconds)
            look(to_come.popleft(), before)
        yield seconds

    def play_and_look(*animations, **options) -> None:
        play(*animations, **options)
        while to_come and to_come[0] < scene.time + NOISE:
            look(to_come.popleft(), None)

    scene.get_time_progression, scene.play = progression, play_and_look
