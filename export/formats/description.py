"""TXT: a film in words, for who cannot see it: title, lesson, then beat by beat what is to be seen and what is said."""

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
    """Title, lesson, and of each beat a line with its time and title, what is to be seen, and what is said or stands.

    A time is that of the first whole second of the beat.
    """
    paragraphs = [film.title, film.lesson]
    for beat in film.beats:
        minutes, seconds = divmod(ceil(milliseconds(beat.start) / 1000), 60)
        told = [f"{minutes}:{seconds:02} {beat.title}", beat.seen, " ".join(film.said(beat))]
        paragraphs.append("\n".join(filter(None, told)))
    return "\n\n".join(paragraphs) + "\n"


FORMAT = Format(extensions=("txt",), write=write)
