"""Makes the site: renders what it shows, then writes its pages."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image

from export.course import cache, run
from export.course.job import Job
from export.gallery import pages, works
from export.gallery.files import MEDIA, STAYS, TAKEN, Files
from export.render.files import checked
from export.render.script import LOOP
from export.render.settings import RenderSettings
from mathcore._files import written_whole
from scenes._stage.words import LANGUAGES

POSTER = (640, 360)  # pixels


def build(
    concepts: Sequence[str], look: RenderSettings, folder: Path, backend: run.Backend, *, force: bool = False
) -> bool:
    """Render what the site shows, in every language, and write its pages.

    Args:
        concepts: the films.
        look: theme, size and rate; languages and parts are those that the pages need.
        folder: where the site is made.
        backend: what renders.
        force: render also what is there and unchanged.

    Returns:
        whether everything was made; the site shows the films that are there.

    Raises:
        mathcore.InputError: the folder cannot be written to, the cluster is not there, or a format lacks the look.
    """
    checked(look, TAKEN)
    keys = [(concept, language) for concept in concepts for language in LANGUAGES]
    jobs = {key: _jobs(key[0], replace(look, language=key[1])) for key in keys}
    whole = run.render([job for those in jobs.values() for job in those], folder / MEDIA, backend, force=force)
    found = {key: files for key in keys if (files := _files(jobs[key], folder / MEDIA))}
    shown = [concept for concept in concepts if all((concept, language) in found for language in LANGUAGES)]
    films = {concept: {language: found[concept, language] for language in LANGUAGES} for concept in shown}
    for both in films.values():
        for files in both.values():
            _draw_poster(files)
    for page in pages.write(films, look, folder):
        print(page)
    return whole


def _jobs(concept: str, look: RenderSettings) -> tuple[Job, ...]:
    """The film in all that is taken home, its loop, what is told of it, and its sweep."""
    return (
        Job(concept, look, TAKEN),
        Job(concept, replace(look, beat=LOOP), STAYS),
        works.telling(concept, look),
        works.turning(concept, look),
    )


def _files(jobs: tuple[Job, ...], media: Path) -> Files | None:
    """The files of a film in one language; None unless all are there that its page needs."""
    film, loop, told, turn = ([path for one in job.formats for path in cache.latest(job, one, media)] for job in jobs)
    if len(film) < len(TAKEN) or len(loop) < len(STAYS) or not told:
        return None
    still, moving = loop
    return Files(dict(zip(TAKEN, film, strict=True)), still, moving, told[0], turn[0] if turn else None)


def _draw_poster(files: Files) -> None:
    with Image.open(files.still) as drawn, written_whole(files.poster) as draft:
        poster = drawn.convert("RGB")
        poster.thumbnail(POSTER, Image.Resampling.LANCZOS)
        poster.save(draft, quality=80, method=6)
