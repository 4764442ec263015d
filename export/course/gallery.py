"""A static site of the course: one page with a card per film, and beside it the files that it links to."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jinja2

from export.command.options import limits
from export.course import cache, run
from export.course.job import Job
from export.render.files import checked
from export.render.script import LOOP
from export.render.settings import RenderSettings
from mathcore import _catalog
from mathcore._files import written_whole
from scenes._stage.words import LANGUAGES, Words

TEMPLATE = _catalog.ROOT / "assets" / "gallery.html"
PAGE, MEDIA = "index.html", "media"
LINKS = {  # what a card offers
    "mp4": {"en": "film", "fr": "film"},
    "gif": {"en": "loop", "fr": "boucle"},
    "pdf": {"en": "figure", "fr": "figure"},
    "npz": {"en": "numbers", "fr": "nombres"},
}
SEARCH = {"en": "Search the films", "fr": "Chercher un film"}
STAYS = ("png", "mp4")  # of the loop: what is seen before it plays, and the loop


def build(
    concepts: Sequence[str], look: RenderSettings, folder: Path, backend: run.Backend, *, force: bool = False
) -> bool:
    """Render what the site shows, in every language, and write its page.

    Args:
        concepts: the films.
        look: theme, size and rate; languages and parts are those that the page needs.
        folder: where the site is made.
        backend: what renders.
        force: render also what is there and unchanged.

    Returns:
        whether every film was made; the page shows those that are there.

    Raises:
        mathcore.InputError: the folder cannot be written to, the cluster is not there, or a format lacks the look.
    """
    checked(look, (*LINKS, *STAYS))
    jobs = {
        (concept, language): _jobs(concept, replace(look, language=language))
        for concept in concepts
        for language in LANGUAGES
    }
    whole = run.render([job for both in jobs.values() for job in both], folder / MEDIA, backend, force=force)
    files = {key: _files(both, folder) for key, both in jobs.items()}
    shown = [concept for concept in concepts if all(files[concept, language] for language in LANGUAGES)]
    with written_whole(folder / PAGE) as draft:
        draft.write_text(_page(shown, files), encoding="utf-8")
    print(folder / PAGE)
    return whole


def _jobs(concept: str, look: RenderSettings) -> tuple[Job, Job]:
    """The film in all that a card links to, and its loop."""
    return Job(concept, look, tuple(LINKS)), Job(concept, replace(look, beat=LOOP), STAYS)


def _files(jobs: tuple[Job, Job], folder: Path) -> dict[str, Any]:
    """Addresses, relative to the page, of the files of a film in one language; empty unless all are there."""
    media = folder / MEDIA
    film, loop = (
        {format_: path for format_ in job.formats for path in cache.latest(job, format_, media)} for job in jobs
    )
    if len(film) < len(LINKS) or len(loop) < len(STAYS):
        return {}
    addresses = {format_: path.relative_to(folder).as_posix() for format_, path in film.items()}
    still, moving = (loop[format_].relative_to(folder).as_posix() for format_ in STAYS)
    return {"links": addresses, "poster": still, "loop": moving}


def _page(concepts: Sequence[str], files: dict[tuple[str, str], dict[str, Any]]) -> str:
    """The page that shows these films, in the order of the course."""
    chapters = [
        {
            "number": chapter.number,
            "title": chapter.title,
            "cards": [
                _card(name, {language: files[name, language] for language in LANGUAGES})
                for name in chapter.concepts
                if name in concepts
            ],
        }
        for chapter in _catalog.chapters()
        if set(chapter.concepts) & set(concepts)
    ]
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(chapters=chapters, languages=LANGUAGES, names=LINKS, search=SEARCH)


def _card(concept: str, files: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a card says and links to."""
    words = {language: Words(concept, language) for language in LANGUAGES}
    knobs = _catalog.knobs(_catalog.load(concept).Params)
    return {
        "name": _catalog.hyphens(concept),
        "title": {language: told.sentence("title") for language, told in words.items()},
        "lesson": {language: told.sentence("lesson") for language, told in words.items()},
        "knobs": [
            {"name": _catalog.hyphens(knob.name), "meaning": {told: _meaning(knob, words[told]) for told in LANGUAGES}}
            for knob in knobs
        ],
        "files": files,
    }


def _meaning(knob: _catalog.Knob, words: Words) -> str:
    """What a knob means, its range and its default; in English as it is declared."""
    meaning = knob.meaning if words.language == "en" else words.sentence(f"knob_{knob.name}")
    return meaning + limits(knob, words.language)
