"""TXT: what a film shows, in words, for screen readers: title, lesson, then beat by beat what is said."""

from pathlib import Path

from export._script import Film
from mathcore._files import written_whole

EXTENSIONS = ("txt",)


def write(film: Film, path: Path) -> None:
    """Write the description of a film."""
    with written_whole(path) as draft:
        draft.write_text(described(film), encoding="utf-8")


def described(film: Film) -> str:
    """Title, lesson, and a paragraph per beat that begins with its time; where nothing new is said, what stands."""
    paragraphs = [film.title, film.lesson]
    for beat in film.beats:
        minutes, seconds = divmod(int(beat.start), 60)
        paragraphs.append(f"{minutes}:{seconds:02} {' '.join(film.said(beat))}")
    return "\n\n".join(paragraphs) + "\n"
