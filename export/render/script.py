"""What is known of a film besides its frames: what is said in it and when, and the parts that it can be cut into."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

import mathcore
from mathcore._catalog import hyphens
from scenes._stage.beats import beats
from scenes._stage.layout import Ranges

if TYPE_CHECKING:  # the stage starts manim, which captions and names do without
    from scenes._stage.film import Beat, Caption
    from scenes._stage.growth import Fit

    Span = TypeVar("Span", Beat, Caption)

WHOLE, LOOP, EACH = "film", "loop", "all"  # what may be asked for besides the name of a beat


@dataclass(frozen=True)
class Script:
    """The record of a film, or of a part of one; times are in seconds from its start."""

    beats: "tuple[Beat, ...]"
    captions: "tuple[Caption, ...]"
    seconds: float
    title: str
    lesson: str
    language: str
    ranges: Ranges = ()  # what each panel of it has by itself
    fit: "Fit | None" = None  # how it is drawn, where that takes a look at it
    sounds: Mapping[str, np.ndarray] = field(default_factory=dict, compare=False)  # by beat, what is heard in it
    concept: str = ""  # whose film it is
    turned: Mapping[str, Any] = field(default_factory=dict)  # the knobs that are not at their defaults

    def beat(self, name: str) -> "Beat":
        """A beat by name, with hyphens or underscores; "loop" is the one that loops.

        Raises:
            mathcore.InputError: there is none of that name.
        """
        for beat in self.beats:
            if beat.name == name.replace("-", "_") or (beat.loop and name == LOOP):
                return beat
        raise mathcore.InputError(lacking(name, [hyphens(beat.name) for beat in self.beats], "this film's beats are"))

    def cut(self, beat: "Beat") -> "Script":
        """One beat as a film of its own, with the captions that stand while it lasts."""

        def moved(span: "Span") -> "Span":
            start, stop = max(span.start, beat.start), min(span.stop, beat.stop)
            return replace(span, start=start - beat.start, stop=stop - beat.start)

        standing = [
            replace(moved(caption), stood=caption.start < beat.start)
            for caption in self.captions
            if caption.start < beat.stop and caption.stop > beat.start
        ]
        return replace(self, beats=(moved(beat),), captions=tuple(standing), seconds=beat.seconds)

    def said(self, beat: "Beat") -> list[str]:
        """The sentences of a beat: those that begin in it, else the one that stands."""
        return [caption.text for caption in self.spoken(beat)]

    def spoken(self, beat: "Beat") -> "list[Caption]":
        """The captions of a beat: those that begin in it, else the one that stands."""
        return self.begun(beat) or [*self.cut(beat).captions]

    def begun(self, beat: "Beat") -> "list[Caption]":
        """The captions that begin in a beat."""
        return [caption for caption in self.captions if beat.start <= caption.start < beat.stop]

    @property
    def speaks(self) -> bool:
        """Whether anything is heard in it."""
        return any(beat.name in self.sounds for beat in self.beats)

    def parts(self, wanted: str) -> "dict[str, Script]":
        """The parts that are asked for, by name: the whole "film", the "loop", "all" the beats, or one of them."""
        if wanted == WHOLE:
            return {WHOLE: self}
        beats = self.beats if wanted == EACH else (self.beat(wanted),)
        return {beat.name: self.cut(beat) for beat in beats}


def check_beat(concept: str, wanted: str | None) -> None:
    """Refuse a part that the film of a concept has with no knobs, before anything is computed.

    Raises:
        mathcore.InputError: there is no beat of that name; the nearest one is suggested.
    """
    names = [beat.name for beat in beats(concept)]
    if wanted not in (None, WHOLE, LOOP, EACH) and hyphens(str(wanted)) not in names:
        raise mathcore.InputError(lacking(str(wanted), names, f"those of {hyphens(concept)} are"))


def lacking(name: str, there: list[str], introduction: str) -> str:
    """What is told of a beat that is not there, with the one that may be meant."""
    near = difflib.get_close_matches(hyphens(name.lower()), there, n=1, cutoff=0.6)
    those = f"{introduction} {', '.join(there)}."
    return f"there is no beat {name!r}; " + (f"did you mean {near[0]!r}? {those.capitalize()}" if near else those)


def milliseconds(seconds: float) -> int:
    """A time in milliseconds, up to the next whole one: who goes there sees what begins then, not the frame before."""
    return ceil(round(seconds * 1000, 6))  # which leaves out what the arithmetic of floats has added
