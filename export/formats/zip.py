"""ZIP: the pieces of a deck, for Keynote, Beamer and the like: of each beat a video and a still, and the notes."""

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from export.formats import _slides
from export.formats._format import Format
from export.formats._slides import Show, Slide
from export.render.script import Script
from export.render.settings import RenderSettings
from mathcore._catalog import hyphens
from mathcore._files import written_whole

RECORD, NOTES = "deck.json", "notes.txt"


def opened(path: Path, look: RenderSettings, film: Script) -> AbstractContextManager[Any]:
    """A sink whose file stands at `path` once the block has ended well."""
    return _slides.shown(look, film, lambda show: write(show, path))


def write(show: Show, path: Path) -> None:
    """Write the pieces of a film; what `read` needs besides videos and stills stands in deck.json."""
    slides = []
    with written_whole(path) as draft, ZipFile(draft, "w") as archive:
        for number, slide in enumerate(show.slides, start=1):
            told = vars(slide).copy()
            name = f"{number:02}-{hyphens(slide.beat)}"
            archive.writestr(ZipInfo(f"{name}.mp4"), told.pop("video"))  # a ZipInfo, since it holds no time of writing
            archive.writestr(ZipInfo(f"{name}.png"), told.pop("still"))
            slides.append({"name": name, **told})
        archive.writestr(ZipInfo(NOTES), _notes(show))
        archive.writestr(ZipInfo(RECORD), json.dumps({**vars(show), "slides": slides}, ensure_ascii=False, indent=1))


def _notes(show: Show) -> str:
    """Title, lesson, and of each slide a line with its number and title, what is noted for who speaks, what is said."""
    paragraphs = [show.title, show.lesson]
    for number, slide in enumerate(show.slides, start=1):
        told = [f"{number:02} {slide.title}", slide.notes, " ".join(slide.said)]
        paragraphs.append("\n".join(filter(None, told)))
    return "\n\n".join(paragraphs) + "\n"


def read(path: Path) -> Show:
    """The slides that `write` wrote."""
    with ZipFile(path) as archive:
        record = json.loads(archive.read(RECORD))
        return Show(**{**record, "slides": tuple(_slide(archive, **told) for told in record["slides"])})


def _slide(archive: ZipFile, name: str, said: list[str], **told: Any) -> Slide:
    return Slide(**told, said=tuple(said), video=archive.read(f"{name}.mp4"), still=archive.read(f"{name}.png"))


FORMAT = Format(extensions=("zip",), opened=opened, check=_slides.check)
