"""What the scripts of a film tell, whatever their format: whose they are, and of each beat what is said and seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from export.render.script import Script, milliseconds
from mathcore._catalog import hyphens, written
from scenes._stage.words import HOLDING_SPACE, Name, Words

DECIMAL_MARKS = {"en": ".", "fr": ","}
COLUMNS = ("name", "time", "captions", "seen", "notes")  # of a script that is a table


@dataclass(frozen=True)
class Row:
    """A beat, by the name that the command line takes; captions have the time from which each is on screen."""

    name: str
    title: str
    start: str
    length: str
    captions: tuple[tuple[str, str], ...]
    seen: str
    notes: str


def words(film: Script) -> Words:
    """What scripts say besides the film's own texts, in its language."""
    return Words("_script", film.language)


def head(film: Script) -> list[str]:
    """A line each on the film by its name, its language, the knobs that are turned, its length."""
    say = words(film).sentence
    knobs = ", ".join(f"{hyphens(knob)} {_set_to(value)}" for knob, value in film.turned.items())
    told = {
        "film": hyphens(film.concept),
        "language": say("own_language"),
        "knobs": knobs or say("defaults"),
        "whole_length": _length(0, film.seconds, film.language),
    }
    return [say("labelled", label=say(key), value=value) for key, value in told.items()]


def recording(film: Script) -> str:
    """How the recording of a voice is called, and what the times are."""
    return words(film).sentence("recording", name=hyphens(film.beats[0].name))


def rows(film: Script) -> Iterator[Row]:
    """The beats of a film."""
    say = words(film).sentence
    for beat in film.beats:
        captions = [
            (max(one.start, beat.start), say("still", text=one.text) if one.stood else one.text)
            for one in film.spoken(beat)
        ]
        yield Row(
            hyphens(beat.name),
            beat.title,
            _clock(beat.start, film.language),
            _length(beat.start, beat.stop, film.language),
            tuple((_clock(start, film.language), text) for start, text in captions),
            beat.seen,
            beat.notes,
        )


def _set_to(value: Any) -> str:
    """The value of a knob on one line; of a file its name, since where it lies is nobody's business."""
    return Name(value.name if isinstance(value, Path) else written(value))


def _tenths(seconds: float) -> int:
    """A time in tenths of a second, up to the next whole one: who goes there sees what begins then."""
    return ceil(milliseconds(seconds) / 100)


def _clock(seconds: float, language: str) -> str:
    """Minutes, seconds and a tenth."""
    whole, tenth = divmod(_tenths(seconds), 10)
    return f"{whole // 60}:{whole % 60:02}{DECIMAL_MARKS[language]}{tenth}"


def _length(start: float, stop: float, language: str) -> str:
    """Seconds between two times as they are told, so that what is told adds up."""
    whole, tenth = divmod(_tenths(stop) - _tenths(start), 10)
    return f"{whole}{DECIMAL_MARKS[language]}{tenth}{HOLDING_SPACE}s"
