"""HTML: a deck in one file that any browser shows with no network: a slide per beat, notes, a window for who speaks.

The videos stand after all else: the presenter's window, which is the same file, stops reading before them.
"""

import re
import tomllib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from export.formats import _slides
from export.formats._format import Format
from export.formats._slides import Show, Slide
from export.render.script import Script
from export.render.settings import RenderSettings
from mathcore._catalog import ROOT
from mathcore._files import written_whole

TITLE = Template('<section class="title" aria-label="$title"><h1>$title</h1><p>$lesson</p></section>')
SLIDE = Template(
    '<section aria-label="$label"$loop$speaks><img src="data:image/png;base64,$still" alt="$described">'
    '<video muted playsinline aria-label="$described"></video><div class="notes">$notes</div></section>'
)
VIDEO = Template('<script type="text/plain">$video</script>')
PAPER = 9  # inches that a slide is high in print
VOICE = Template(' data-unheard="$unheard" data-unheard-there="$unheard_there"')
SCRIPTS = "slides.js", "voice.js", "timer.js", "keys.js", "windows.js", "deck.js"


def opened(path: Path, look: RenderSettings, film: Script) -> AbstractContextManager[Any]:
    """A sink whose file stands at `path` once the block has ended well."""
    return _slides.shown(look, film, lambda show: bind([show], show.title, path))


def bind(shows: Sequence[Show], title: str, path: Path) -> None:
    """Write one deck of one or several films, all of one language and one look.

    Where there are several, each begins with a slide of its title. They are written one by one: the films of a course
    are a quarter of a gigabyte, and as one text several times that.
    """
    speaks = any(slide.speaks for show in shows for slide in show.slides)
    head, middle, foot = _page(shows[0], title, speaks=speaks)
    with written_whole(path) as draft, draft.open("w", encoding="utf-8") as file:
        file.write(head)
        for show in shows:
            file.writelines(_sections(show, with_title=len(shows) > 1))
        file.write(middle)
        for slide in (slide for show in shows for slide in show.slides):
            file.write(VIDEO.substitute(video=b64encode(slide.video).decode()) + "\n")
        file.write(foot)


def _page(show: Show, title: str, *, speaks: bool) -> list[str]:
    """What stands before the slides of a deck, between them and their videos, and after those."""
    (across, up), texts = show.ratio, tomllib.loads(_asset("words.toml"))[show.language]
    words = {word: escape(text) for word, text in texts.items()}
    style = {
        **show.colours,
        "ratio": f"{across} / {up}",
        "paper": f"{PAPER * across / up:g}in {PAPER}in",
        "high": PAPER,
        "slim": f"{(across / up) / (16 / 9):g}",
    }
    known = {
        **words,
        "voice": VOICE.substitute(words) if speaks else "",
        "title": escape(title),
        "language": show.language,
        "style": Template(_asset("deck.css") + _asset("presenter.css")).substitute(style),
        "script": "\n".join(map(_asset, SCRIPTS)),
    }
    return [Template(part).substitute(known) for part in re.split(r"\$slides|\$videos", _asset("deck.html"))]


def _asset(name: str) -> str:
    return (ROOT / "assets" / "deck" / name).read_text(encoding="utf-8")


def _sections(show: Show, *, with_title: bool) -> Iterator[str]:
    if with_title:
        yield TITLE.substitute(title=escape(show.title), lesson=escape(show.lesson)) + "\n"
    for label, slide in show.labelled():
        yield _section(label, slide) + "\n"


def _section(label: str, slide: Slide) -> str:
    notes = f'<p class="note">{escape(slide.notes)}</p>' if slide.notes else ""
    return SLIDE.substitute(
        label=escape(label),
        described=escape(slide.described()),
        loop=" data-loop" if slide.loop else "",
        speaks=" data-speaks" if slide.speaks else "",
        still=b64encode(slide.still).decode(),
        notes=notes + "".join(f"<p>{escape(sentence)}</p>" for sentence in slide.said),
    )


FORMAT = Format(extensions=("html",), opened=opened, check=_slides.check, bind=bind)
