"""The pages: the front page, one for each film, and the style and the scripts that they share."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2

from export.command.options import limits, meaning
from export.gallery.files import TAKEN, Files, address
from export.gallery.words import ASSETS, said, words
from export.gallery.works import read, turned
from export.render.heed import heeded
from export.render.settings import RenderSettings, theme_of
from mathcore import _catalog
from mathcore._catalog import hyphens
from mathcore._files import written_whole
from scenes._stage.words import LANGUAGES, Words

FRONT = "index.html"
SHARED = ("gallery.css", "gallery.js", "front.js", "film.js")
MADE = {  # what the command may make: the format, and the option that asks for it
    "film": ("mp4", ""),
    "beat": ("mp4", "--beat"),
    "loop": ("gif", "-f gif"),
    "stills": ("png", "-f png"),
    "figure": ("pdf", "-f pdf"),
    "deck": ("html", "-f html"),
    "slides": ("pptx", "-f pptx"),
    "numbers": ("npz", "-f npz"),
}
SPOKEN = ("copied", "selected", "jump", "no_number", "out_of_range")  # by the script of a page
Text = dict[str, str]  # by language


@dataclass(frozen=True)
class Card:
    """A film as the pages tell of it."""

    concept: str
    files: Mapping[str, Files]  # by language

    @property
    def name(self) -> str:
        """As the command line writes it."""
        return hyphens(self.concept)

    @property
    def page(self) -> str:
        """The page of the film."""
        return f"{self.name}.html"

    @cached_property
    def told(self) -> dict[str, dict[str, Any]]:
        """What `Told` wrote, by language."""
        return {language: read(files.told) for language, files in self.files.items()}

    @property
    def title(self) -> Text:
        """What the film is called."""
        return self._sentence("title")

    @property
    def lesson(self) -> Text:
        """What it shows, in a sentence."""
        return self._sentence("lesson")

    @property
    def length(self) -> str:
        """How long it lasts, in minutes and seconds."""
        return clock(self.told["en"]["seconds"])

    @property
    def seen(self) -> Text:
        """What is to be seen in its loop, of which its picture is a still."""
        return {language: told["beats"][told["loop"]][-1] for language, told in self.told.items()}

    @property
    def knobs(self) -> list[_catalog.Knob]:
        """The knobs that it has."""
        return _catalog.knobs(_catalog.load(self.concept).Params)

    @property
    def sought(self) -> str:
        """Words by which it is found, besides those on its card."""
        titles = [title for told in self.told.values() for _, title, *_ in told["beats"]]
        return " ".join([self.name, *titles, *(hyphens(knob.name) for knob in self.knobs)])

    def _sentence(self, key: str) -> Text:
        return {language: str(Words(self.concept, language).sentence(key)) for language in LANGUAGES}


def write(films: Mapping[str, Mapping[str, Files]], look: RenderSettings, folder: Path) -> Iterator[Path]:
    """Write all pages of these films, in the order of the course; the front page is the last."""
    for name in SHARED:
        with written_whole(folder / name) as draft:
            draft.write_bytes((ASSETS / name).read_bytes())
    chapters = [
        (chapter, [Card(concept, films[concept]) for concept in chapter.concepts if concept in films])
        for chapter in _catalog.chapters()
    ]
    ordered = [(chapter, card) for chapter, cards in chapters for card in cards]
    for place, (chapter, card) in enumerate(ordered):
        beside = [ordered[k][1] if 0 <= k < len(ordered) else None for k in (place - 1, place + 1)]
        yield _written("film.html", folder / card.page, **_film(card, look), chapter=chapter, beside=beside)
    yield _written("index.html", folder / FRONT, chapters=[(one, cards) for one, cards in chapters if cards])


def _film(card: Card, look: RenderSettings) -> dict[str, Any]:
    """What the page of a film shows."""
    (turn,) = turned(card.concept)
    record = {
        "name": card.name,
        "files": {language: _addresses(files) for language, files in card.files.items()},
        "titles": card.title,
        "words": {one: {name: words()[name][one] for name in SPOKEN} for one in LANGUAGES},
        "options": {kind: option for kind, (_, option) in MADE.items()},
        "looks": {
            language: {kind: look_of(replace(look, language=language), one) for kind, (one, _) in MADE.items()}
            for language in LANGUAGES
        },
    }
    values = {one: said("turns", one, values=len(turn.values), knob=hyphens(turn.knob.name)) for one in LANGUAGES}
    return {
        "card": card,
        "record": jinja2.utils.htmlsafe_json_dumps(record, dumps=json.dumps),
        "kinds": [(kind, words()[f"make_{kind}"]) for kind in MADE],
        "knobs": [(knob, _meaning(card.concept, knob)) for knob in card.knobs],
        "taken": [(one, words()[f"file_{one}"], _taken(card, one)) for one in TAKEN],
        "turns": values if all(files.turn for files in card.files.values()) else None,
    }


def _addresses(files: Files) -> dict[str, str]:
    """What the script of the page loads."""
    loaded = {"film": files.taken[TAKEN[0]], "poster": files.poster, "told": files.told, "turn": files.turn}
    return {name: address(path) for name, path in loaded.items() if path}


def _taken(card: Card, extension: str) -> dict[str, tuple[str, str]]:
    """A file to take home in each language: its address and its size."""
    paths = {language: files.taken[extension] for language, files in card.files.items()}
    return {language: (address(path), size(path.stat().st_size, language)) for language, path in paths.items()}


def _meaning(concept: str, knob: _catalog.Knob) -> Text:
    """What a knob means, its range and its default."""
    return {one: meaning(concept, knob, one) + limits(knob, one) for one in LANGUAGES}


def look_of(look: RenderSettings, extension: str) -> str:
    """The options with which a file of this format has the look, after a space each."""
    theme, own = theme_of(look, extension)
    given = {
        "--lang": look.language if look.language != "en" else "",
        "--theme": theme if theme != own else "",
        "--look": shlex.quote(look.brand.name) if look.brand.name else "",
        "--quality": f"{look.height}p" if look.height else "",
        "--fps": str(look.fps or ""),
    }
    return "".join(f" {name} {value}" for name, value in given.items() if value and name in heeded(extension))


def size(count: int, language: str) -> str:
    """A number of bytes as a reader takes it."""
    kilobytes = count / 1000
    amount, unit = (kilobytes / 1000, "M") if kilobytes >= 1000 else (kilobytes, "k")
    told = Words("_knobs", language).number(amount, digits=2 if amount < 100 else 3, tidy=True)
    return f"{told}\N{NO-BREAK SPACE}{unit}{'B' if language == 'en' else 'o'}"


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _written(template: str, path: Path, **known: Any) -> Path:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, loader=jinja2.FileSystemLoader(ASSETS), trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    page = environment.get_template(template).render(
        languages=LANGUAGES, words=words(), address=address, clock=clock, hyphens=hyphens, written=_catalog.written,
        **known,
    )  # fmt: skip
    with written_whole(path) as draft:
        draft.write_text(page, encoding="utf-8")
    return path
