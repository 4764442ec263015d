"""When each number is on screen, and where it comes from: what a viewer could read, frame by frame."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from manim import Mobject, VMobject

from scenes._marks.cells import Cells
from scenes._marks.number import Number
from scenes._marks.typeset import Typeset
from scenes._stage.refs import Ref
from scenes._stage.seen import SEEN
from scenes._stage.words import NumberText

if TYPE_CHECKING:
    from scenes._stage.film import Film


@dataclass
class NumberOnScreen:
    """A number while it is on screen, in seconds from the start of the film."""

    text: str
    ref: Ref
    beat: str
    start: float
    stop: float = 0.0


@dataclass
class Timeline:
    """The numbers of a film in the order in which they appear; one that stands twice is told once."""

    shown: list[NumberOnScreen] = field(default_factory=list)
    _standing: dict[tuple[str, Ref], NumberOnScreen] = field(default_factory=dict)

    def look(self, stage: "Film") -> None:
        """See what stands on the stage now."""
        beat, now = stage.beats[-1].name if stage.beats else "", stage.time
        seen = {(number.read, number.ref): None for number in numbers(stage.mobjects) if number.ref}
        for key in [key for key in self._standing if key not in seen]:
            self._standing.pop(key).stop = now
        for key in seen:
            if key not in self._standing:
                self._standing[key] = NumberOnScreen(*key, beat, now)
                self.shown.append(self._standing[key])

    def end(self, seconds: float) -> list[NumberOnScreen]:
        """All numbers, once the film has ended."""
        for shown in self._standing.values():
            shown.stop = seconds
        return self.shown


def numbers(mobjects: list[Mobject]) -> Iterator[NumberText]:
    """Every written number that can be seen; those that are left open refer to nothing."""
    for mobject in mobjects:
        if isinstance(mobject, Number):
            if _visible(mobject) and isinstance(mobject.text, NumberText):
                yield mobject.text
        elif isinstance(mobject, Typeset):
            if mobject.numbers and any(map(_visible, mobject)):
                yield from mobject.numbers
        elif isinstance(mobject, Cells):
            if any(map(_visible, mobject.inks)):
                yield from mobject.numbers
        else:
            yield from numbers(mobject.submobjects)


def _visible(mobject: VMobject) -> bool:
    return max(mobject.get_fill_opacity(), mobject.get_stroke_opacity()) >= SEEN
