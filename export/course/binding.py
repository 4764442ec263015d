"""One deck of several films: each film's job makes its pieces, and when all are there they are bound together."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import mathcore
from export.course import cache
from export.course.job import Job
from export.formats import formats
from export.formats import zip as pieces
from export.render.script import EACH, WHOLE
from export.render.settings import RenderSettings, named, of_part
from mathcore import _catalog

(PIECES,) = pieces.FORMAT.extensions
TITLES = {"en": "Introduction to Deep Learning", "fr": "Introduction à l'apprentissage profond"}


def unbound(extensions: Sequence[str], look: RenderSettings) -> tuple[str, ...]:
    """The formats that each film's job makes: the pieces in place of decks.

    Raises:
        mathcore.InputError: a file for each beat is asked for.
    """
    decks = _decks(extensions)
    if decks and look.beat == EACH:
        raise mathcore.InputError("a deck has a slide for each beat by itself; leave `--beat all` out.")
    return tuple(dict.fromkeys(PIECES if extension in decks else extension for extension in extensions))


def bind(jobs: Sequence[Job], extensions: Sequence[str], folder: Path, chapter: int | None) -> None:
    """Write one deck of the films of `jobs` in each of the formats that are decks; their names are printed.

    A film whose pieces are not there is left out, which is told on standard error.

    Args:
        jobs: what was made in `folder`, in the order of the deck; they share a look, but that some may be silent.
        extensions: names of formats.
        folder: where the pieces are, and where the decks are written.
        chapter: what the films are of; None for the course, of which these may be some.
    """
    decks = _decks(extensions)
    found = {job.concept: cache.made(job, PIECES, folder) for job in jobs if decks}
    shows = [pieces.read(file) for files in found.values() for file in files]
    lacking = ", ".join(_catalog.hyphens(concept) for concept, files in found.items() if not files)
    for extension, bind_films in decks.items() if shows else ():
        stem, title = _called(list(found), chapter, jobs[0].look.language)
        look = next((job.look for job in jobs if job.look.voice), jobs[0].look)
        path = _path(folder, stem, look, extension)
        bind_films(shows, title, path)
        print(path, flush=True)
        if lacking:
            print(f"render.py: {path} lacks {lacking}.", file=sys.stderr)


def _path(folder: Path, stem: str, look: RenderSettings, extension: str) -> Path:
    path = folder / named(stem, look, extension)
    return path if look.beat in (None, WHOLE) else of_part(path, look.beat)


def _decks(extensions: Sequence[str]) -> dict[str, Callable[[Sequence[Any], str, Path], None]]:
    return {extension: bind for extension in extensions if (bind := formats()[extension].bind)}


def _called(concepts: list[str], chapter: int | None, language: str) -> tuple[str, str]:
    """How the file and the deck are called; a deck of some films of the course names them."""
    if concepts != _catalog.concepts_of(chapter):
        return "+".join(["course", *map(_catalog.hyphens, concepts)]), TITLES[language]
    for entry in _catalog.chapters():
        if entry.number == chapter:
            return f"chapter-{chapter}", f"{chapter}. {entry.title[language]}"
    return "course", TITLES[language]
