"""TXT: the script of a film in plain words, to read aloud, and for who cannot see the film."""

from pathlib import Path

from export.formats import _script
from export.formats._format import Format
from export.formats._script import Row
from export.render.script import Script
from mathcore._files import written_whole
from scenes._stage.words import Words


def write(film: Script, path: Path) -> None:
    """Write the script of a film."""
    with written_whole(path) as draft:
        draft.write_text(described(film), encoding="utf-8")


def described(film: Script) -> str:
    """Title, lesson and what the script belongs to; then each beat, below two empty lines.

    The captions come before what is to be seen, since they may ask what the picture answers.
    """
    words = _script.words(film)
    head = [f"{film.title}\n{film.lesson}", "\n".join(_script.head(film)), _script.recording(film)]
    parts = ["\n\n".join(head), *(_told(row, words) for row in _script.rows(film))]
    return "\n\n\n".join(parts) + "\n"


def _told(row: Row, words: Words) -> str:
    """A beat: its name and title, when it starts and how long it lasts; the captions, a line each; what is seen."""
    say = words.sentence
    name = say("beat", name=row.name, title=row.title)
    paragraphs = [f"{name}\n{say('lasts', start=row.start, length=row.length)}"]
    if row.captions:
        paragraphs.append("\n".join([say("captions"), *(f"[{time}] {text}" for time, text in row.captions)]))
    if row.seen:
        paragraphs.append(f"{say('seen')}\n{row.seen}")
    return "\n\n".join(paragraphs)


FORMAT = Format(extensions=("txt",), write=write)
