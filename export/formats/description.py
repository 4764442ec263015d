"""TXT: a film in words, for who cannot see it: title, lesson, then beat by beat what is said and what is to be seen."""

from math import ceil
from pathlib import Path

from export.formats._format import Format
from export.render.script import Script, milliseconds
from mathcore._files import written_whole


def write(film: Script, path: Path) -> None:
    """Write the description of a film."""
    with written_whole(path) as draft:
        draft.write_text(described(film), encoding="utf-8")


def described(film: Script) -> str:
    """Title, lesson, and of each beat a line with its time and title, what is said or still stands, what is to be seen.

    The sentences come first, since they may ask what the picture answers. A time is that of the first whole second of
    the beat.
    """
    paragraphs = [film.title, film.lesson]
    for beat in film.beats:
        minutes, seconds = divmod(ceil(milliseconds(beat.start) / 1000), 60)
        told = [f"{minutes}:{seconds:02} {beat.title}", " ".join(film.said(beat)), beat.seen]
        paragraphs.append("\n".join(filter(None, told)))
    return "\n\n".join(paragraphs) + "\n"


FORMAT = Format(extensions=("txt",), write=write)
