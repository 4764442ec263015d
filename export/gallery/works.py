"""What the pages need besides films: what is said and written in a film and when, and a knob that the reader turns."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mathcore
from export.command import options
from export.course import source
from export.course.job import Job, Progress
from export.course.traces import trace_of
from export.formats.data import timeline
from export.gallery.words import ASSETS, said, words
from export.render.script import milliseconds
from export.render.settings import RenderSettings
from export.sweep import run
from export.sweep.asked import Turned, asked
from mathcore import _catalog
from mathcore._catalog import hyphens
from mathcore._files import written_whole
from mathcore._loading import loading

TALLEST = 480  # of the pictures of a sweep
CALL, END = "told(", ");\n"  # around the record: a page from the disk may run a script, and may not read a file


@dataclass(frozen=True)
class Told(Job):
    """Make NAME.LANGUAGE.js, which hands the page of a film its beats, its captions and the numbers on screen."""

    def make(self, folder: Path, progress: Progress | None, kept: Path) -> list[Path]:
        """Compute, play without drawing, and write."""
        with trace_of(self.concept, {}, kept) as trace:
            record = json.dumps(told(trace, self.look), ensure_ascii=False, separators=(",", ":"))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{hyphens(self.concept)}.{self.look.language}.js"
        with written_whole(path) as draft:
            draft.write_text(f"{CALL}{record}{END}", encoding="utf-8")
        return [path]


@dataclass(frozen=True)
class Turn(Job):
    """Make the page on which a reader turns the knob that is worth it."""

    def make(self, folder: Path, progress: Progress | None, kept: Path) -> list[Path]:
        """Compute and draw the film at each value."""

        def show(part: float) -> None:
            if progress:
                progress(round(1000 * part), 1000)

        (page,) = self.formats
        return run.make_here(self.concept, turned(self.concept), self.look, page, folder, show, kept)


def telling(concept: str, look: RenderSettings) -> Told:
    """The work that tells of a film."""
    code = [source.digest(path) for path in (Path(__file__), ASSETS / "words.toml")]
    return Told(concept, look, ("js",), (("told", source.hashed(code)),))


def turning(concept: str, look: RenderSettings) -> Turn:
    """The work that lets a knob be turned."""
    small = replace(look, height=min(look.height or TALLEST, TALLEST), fps=0)
    return Turn(concept, small, ("html",), (run.asked_for(turned(concept)),))


def turned(concept: str) -> list[Turned]:
    """The knob that a concept says is worth turning, through its values."""
    return asked(concept, [[_catalog.load(concept).SWEEP.knob]], (), {}, log=False)


def read(path: Path) -> dict[str, Any]:
    """The record in a file that `Told` wrote."""
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8").removeprefix(CALL).removesuffix(END))
    return record


def told(trace: mathcore.Trace, look: RenderSettings) -> dict[str, Any]:
    """What the page of a film needs to know; times are in seconds.

    Returns:
        `seconds`; `beats`: name, title, start, stop, what is to be seen; `loop`: number of the one that loops;
        `captions`: start, stop, text; `subjects`: what numbers are of; `numbers`: start, stop, number of the beat and
        of the subject, index, text on screen.
    """
    with loading():
        from export.render import player  # here, because it starts manim

    film = player.dry_run(trace, look)
    places = {beat.name: place for place, beat in enumerate(film.beats)}
    subjects: dict[str, tuple[int, dict[str, Any]]] = {}
    numbers = []
    for one in timeline(trace, look):
        subject = _subject(trace, one, look.language)
        key = json.dumps(subject, sort_keys=True)
        place, _ = subjects.setdefault(key, (len(subjects), subject))
        numbers.append([one["time"], one["until"], places[one["beat"]], place, _index(one), _text(one, look.language)])
    return {
        "seconds": _seconds(film.seconds),
        "beats": [
            [hyphens(one.name), one.title, _seconds(one.start), _seconds(one.stop), one.seen] for one in film.beats
        ],
        "loop": next(place for place, one in enumerate(film.beats) if one.loop),
        "captions": [[_seconds(one.start), _seconds(one.stop), one.text] for one in film.captions],
        "subjects": [subject for _, subject in subjects.values()],
        "numbers": numbers,
    }


def _seconds(time: float) -> float:
    return milliseconds(time) / 1000


def _index(number: dict[str, Any]) -> list[int]:
    """The index, but that of a place along an axis, which is the number itself."""
    return [] if number["kind"] == "place" else number["index"]


def _text(number: dict[str, Any], language: str) -> str:
    """The text on screen; of a share in hundredths the sign follows."""
    return said("percent", language, text=number["text"]) if number["as"] == "percent" else str(number["text"])


def _subject(trace: mathcore.Trace, number: dict[str, Any], language: str) -> dict[str, Any]:
    """What a number is of: how it is called, the names of its axes, what it means, and how it is told."""
    name, kind = number["quantity"], number["kind"]
    known, axes = trace.quantities().get(name), list[str]()
    if known:
        axes = list(known.axes[: len(number["index"]) - (kind == "sum")])
    if kind == "sum":
        axes.append(words()["first"][language])
    if kind == "knob":
        axes = [said("value", language)] * len(number["index"])
    label = f"--{hyphens(name)}" if kind == "knob" else name
    meaning = {"meaning": known.meaning, "unit": known.unit} if known else {}
    if kind == "knob":
        (knob,) = (one for one in _catalog.knobs(type(trace.params)) if one.name == name)
        meaning = {"meaning": options.meaning(trace.concept, knob, language), "unit": ""}
    notes = [*_kind(kind, language), *_style(number["as"], language), *_twin(number["knobs"], language)]
    return {"name": label, "axes": axes, "notes": notes, **meaning}


def _kind(kind: str, language: str) -> Iterator[str]:
    if kind not in ("quantity", "knob"):
        yield said(kind, language)


def _style(shown_as: str, language: str) -> Iterator[str]:
    if shown_as in ("magnitude", "ordinal"):
        yield said(shown_as, language)


def _twin(knobs: dict[str, Any], language: str) -> Iterator[str]:
    if knobs:  # of another run than the film's
        told = " ".join(f"--{hyphens(name)} {_catalog.written(value)}" for name, value in knobs.items())
        yield said("twin", language, knobs=told)
