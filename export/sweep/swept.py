"""A sweep whose settings are known: what every format makes its file of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import mathcore
from export.command.options import meaning
from export.course.traces import trace_of
from export.render.settings import RenderSettings
from export.sweep.asked import Setting, Turned
from export.sweep.work import Seen
from mathcore._catalog import hyphens, written
from scenes._stage.theme import Theme
from scenes._stage.words import DIGITS, MOST_DIGITS, NumberText, Words


@dataclass(frozen=True)
class Point:
    """One setting of the knobs that are turned."""

    places: tuple[int, ...]  # among the values of each
    knobs: Setting  # all that differ from the defaults
    seen: Seen | None = None  # of the film


@dataclass(frozen=True)
class Swept:
    """What was turned, and the settings at which there is a film, in the order of the values.

    `pictures` are files, one for each of the points, by the height that they have.
    """

    concept: str
    turned: Sequence[Turned]
    points: Sequence[Point]
    look: RenderSettings
    figure: bool
    folder: Path  # beside whose files traces are kept
    pictures: dict[int, list[Path]]

    @property
    def theme(self) -> Theme:
        """The colours that the pictures have."""
        return self.look.printed if self.figure else self.look.colours

    @property
    def first(self) -> Seen:
        """What is said at the first setting."""
        seen = self.points[0].seen
        assert seen
        return seen

    @cached_property
    def words(self) -> Words:
        """The concept's."""
        return Words(self.concept, self.look.language)

    def name(self, knob: int = 0) -> str:
        """A knob, as the command line writes it."""
        return hyphens(self.turned[knob].knob.name)

    def texts(self, knob: int = 0) -> list[str]:
        """The values of a knob as a reader sees them, each told from the others."""
        one = self.turned[knob]
        return texts(one.values, self.words) if one.numeric else self.address(knob)

    def told(self) -> list[str]:
        """What a reader sees of the one knob at each of the points."""
        texts = self.texts()
        return [texts[point.places[0]] for point in self.points]

    def address(self, knob: int = 0) -> list[str]:
        """The values of a knob as the command line takes them."""
        return [written(value) for value in self.turned[knob].values]

    def meaning(self, knob: int = 0) -> str:
        """What a knob means."""
        return meaning(self.concept, self.turned[knob].knob, self.look.language)

    def trace(self, point: Point) -> mathcore.Trace:
        """The numbers of a setting."""
        with trace_of(self.concept, dict(point.knobs), self.folder) as trace:
            return trace


def texts(values: Sequence[Any], words: Words) -> list[str]:
    """Numbers to as many digits as tell them apart."""
    told: list[NumberText] = []
    for digits in range(DIGITS, MOST_DIGITS):
        told = [words.number(value, digits=digits, tidy=True) for value in values]
        if len(set(told)) == len(values):
            break
    return [str(one) for one in told]
