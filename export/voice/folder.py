"""A folder of recordings: a file for each beat, of its name."""

from collections.abc import Iterator
from pathlib import Path

from export.render.heed import listed
from export.voice.named import beat_of, names, those
from mathcore import InputError
from mathcore._catalog import hyphens

KINDS = ("wav", "mp3", "m4a", "flac", "ogg")  # of recordings
OTHERS = (  # kinds of sound and film that are not taken
    *("3gp", "aac", "aif", "aifc", "aiff", "amr", "ape", "au", "avi", "caf", "m4b", "m4v", "mka", "mkv", "mov", "mp2"),
    *("mp4", "mpeg", "mpg", "oga", "opus", "snd", "spx", "weba", "webm", "wma", "wmv"),
)


def found(folder: Path, concept: str) -> dict[str, Path]:
    """The recording of each beat of a film that has one; a folder may hold other things than sound, too.

    Raises:
        mathcore.InputError: one is of no beat, or of no known kind; there are two of a beat, or none at all.
    """
    recordings: dict[str, Path] = {}
    for path in sounds(folder):
        beat = beat_of(path.stem, concept, str(path))
        if path.suffix[1:].lower() not in KINDS:
            raise InputError(
                f"{path} cannot be taken; a recording is {listed(KINDS, 'or')}, which "
                f"`ffmpeg -i {path.name} {path.stem}.wav` makes of it."
            )
        if other := recordings.get(beat):
            raise InputError(f"{folder} has two recordings of {hyphens(beat)}: {other.name} and {path.name}.")
        recordings[beat] = path
    if not recordings and (own := folder / hyphens(concept)).is_dir():
        raise InputError(f"{folder} has no recording; did you mean {own}?")
    if not recordings:
        raise InputError(
            f"{folder} has no recording: a file of the name of a beat, such as {names(concept)[0]}.wav; "
            f"{those(concept)}."
        )
    return recordings


def sounds(folder: Path) -> Iterator[Path]:
    """The files of a folder that are sound or films by their names, in their order."""
    for path in sorted(folder.iterdir()):
        if path.suffix[1:].lower() in (*KINDS, *OTHERS) and path.is_file() and not path.name.startswith("."):
            yield path
