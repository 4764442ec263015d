"""Whose voice a film has: as the command line asks for it."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from export.course import source
from export.render.heed import listed
from export.voice.folder import KINDS, sounds
from mathcore import InputError, InputNote
from mathcore._catalog import hyphens
from mathcore._error import reason

DRAFT = "espeak"  # the word that asks for a draft by espeak-ng


@dataclass(frozen=True)
class Voice:
    """A folder of recordings, a file for each beat; one recording with its marks; or neither, a draft.

    Args:
        name: what files are called after.
        source: the folder or the recording; None for a draft.
        marks: a file that tells where in the recording the words for each beat are.
        digest: what is in the files, as a hash.
    """

    name: str = DRAFT
    source: Path | None = field(default=None, repr=False)  # where it lies does not make it another
    marks: Path | None = field(default=None, repr=False)
    digest: str = ""


def voice_of(place: str | Path, marks: Path | None) -> Voice:
    """The voice that the command line tells of.

    Raises:
        mathcore.InputError: it is not there, or one recording has no marks, or something else has some.
    """
    if place == DRAFT and marks:
        raise InputError("--marks belongs to one recording of the whole film; leave it out of a draft.")
    if place == DRAFT:
        from export.voice.espeak import version  # here, because it brings what writes numbers out

        return Voice(digest=version())
    path = Path(place)
    if not place or not (path.is_file() or path.is_dir()):
        raise InputError(
            f"{place or 'nothing'} is neither folder nor file; --voice takes a folder of recordings, a recording, or "
            f"{DRAFT}."
        )
    if marks and not marks.is_file():
        raise InputError(f"{marks} is no file; --marks takes a file of labels, as Audacity exports them.")
    if path.is_file() and path.suffix[1:].lower() not in KINDS:
        raise InputError(f"{path} cannot be taken; a recording is {listed(KINDS, 'or')}.")
    if path.is_file() and not marks:
        raise InputError(
            f"{path} is one recording: add --marks FILE.txt, which tells where in it each beat is, or give a folder."
        )
    if path.is_dir() and marks:
        raise InputError(f"--marks belongs to one recording, and {path} is a folder; leave it out.")
    name = path.resolve().stem if path.is_file() else path.resolve().name
    return Voice(name, path, marks, digest(path, marks))


def of_each(voice: Voice | None, concepts: Sequence[str]) -> dict[str, Voice | None]:
    """The voice of each of several films, whose recordings are in a folder of its name; a draft is of all.

    Raises:
        mathcore.InputError: it is one recording, or there is a folder of none of the films.
    """
    if not voice or not voice.source:
        return dict.fromkeys(concepts, voice)
    if voice.marks:
        raise InputError(
            f"{voice.source} is the recording of one film; for several give a folder with a folder of each."
        )
    folders = {hyphens(place.name.lower()): place for place in sorted(voice.source.iterdir()) if place.is_dir()}
    there = {concept: folders[hyphens(concept)] for concept in concepts if hyphens(concept) in folders}
    if not there:
        raise InputError(f"{voice.source} has no folder of a film, such as {voice.source / hyphens(concepts[0])}.")
    if silent := [hyphens(concept) for concept in concepts if concept not in there]:
        warnings.warn(f"{voice.source} has no folder of {listed(silent)}: silent.", InputNote, stacklevel=2)
    return {
        concept: replace(voice, source=there[concept], digest=digest(there[concept])) if concept in there else None
        for concept in concepts
    }


def digest(*places: Path | None) -> str:
    """A hash of what is in files, and in the recordings of folders.

    Raises:
        mathcore.InputError: one cannot be read.
    """
    try:
        files = [file for place in places if place for file in (sounds(place) if place.is_dir() else [place])]
        return source.hashed([[file.name, source.digest(file)] for file in files])
    except OSError as error:
        raise InputError(f"{error.filename or places[0]} cannot be read: {reason(error)}.") from None
