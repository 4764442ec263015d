"""A folder of recordings: a file for each beat, of its name."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path

from export.render.heed import listed
from export.voice.named import beat_of, names, those
from export.voice.voice import KINDS
from mathcore import InputError
from mathcore._catalog import hyphens


def found(folder: Path, concept: str) -> dict[str, Path]:
    """The recording of each beat of a film that has one; a folder may hold other things than sound, too.

    Raises:
        mathcore.InputError: one is of no beat, or of no known kind; there are two of a beat, or none at all.
    """
    recordings: dict[str, Path] = {}
    for path in _sounds(folder):
        beat = beat_of(path.stem, concept, str(path))
        if path.suffix[1:].lower() not in KINDS:
            raise InputError(f"{path} cannot be taken; a recording is {listed(KINDS, 'or')}.")
        if other := recordings.get(beat):
            raise InputError(f"{folder} has two recordings of {hyphens(beat)}: {other.name} and {path.name}.")
        recordings[beat] = path
    if not recordings:
        raise InputError(
            f"{folder} has no recording: a file of the name of a beat, such as {names(concept)[0]}.wav; "
            f"{those(concept)}."
        )
    return recordings


def _sounds(folder: Path) -> Iterator[Path]:
    """The files of a folder that are sound or films by their names, in their order."""
    for path in sorted(folder.iterdir()):
        kind = (mimetypes.guess_type(path.name)[0] or "").partition("/")[0]
        known = kind in ("audio", "video") or path.suffix[1:].lower() in KINDS
        if known and path.is_file() and not path.name.startswith("."):
            yield path
