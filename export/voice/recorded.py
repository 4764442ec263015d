"""The sound of recordings: of each beat, at one loudness."""

import warnings
from functools import lru_cache
from pathlib import Path

import numpy as np

from export.render.heed import listed
from export.voice import loudness, marks, recordings, sound
from export.voice.named import names
from export.voice.sound import RATE
from export.voice.voice import Voice
from mathcore import InputError, InputNote
from mathcore._catalog import hyphens

RAMP = RATE // 200  # samples in which a recording comes and goes, so that it does not click
FAINTEST = 0.001  # the largest number of a recording in which nothing can be heard: -60 dB
BEYOND = 0.1  # seconds by which a mark may end after its recording


@lru_cache(maxsize=2)
def recorded(voice: Voice, concept: str) -> dict[str, np.ndarray]:
    """By beat, what is heard in it [sample channel], at the target of loudness.

    Raises:
        mathcore.InputError: a recording or a mark is of no beat or cannot be read, or a mark is outside of it.
    """
    assert voice.source
    if voice.marks:
        cut = _cut(voice.source, marks.read(voice.marks, concept))
        return loudness.levelled_together({beat: _eased(piece) for beat, piece in cut.items()})
    files = recordings.found(voice.source, concept)
    return loudness.levelled({beat: _eased(_heard(sound.read(path), path)) for beat, path in files.items()})


def check(voice: Voice, concept: str) -> None:
    """Read all of it; beats that it lacks are noted.

    Raises:
        mathcore.InputError: as of `recorded`.
    """
    there = recorded(voice, concept)
    if lacking := [name for name in names(concept) if name.replace("-", "_") not in there]:
        told = f"{voice.source} has nothing for {listed(lacking)} of {hyphens(concept)}, which will be silent."
        warnings.warn(told, InputNote, stacklevel=2)


def _cut(path: Path, marks: marks.Marks) -> dict[str, np.ndarray]:
    """The parts of a recording that are marked."""
    whole = sound.read(path)
    seconds = len(whole) / RATE
    pieces = {}
    for beat, (start, stop) in marks.items():
        end = min(stop, seconds)
        if start >= end or end < min(stop, seconds + 1) - BEYOND:
            raise InputError(f"the mark of {hyphens(beat)} ends after {path}, which lasts for {seconds:.1f} seconds.")
        pieces[beat] = _heard(whole[round(start * RATE) : round(end * RATE)], f"the part of {path} for {hyphens(beat)}")
    return pieces


def _heard(recording: np.ndarray, place: object) -> np.ndarray:
    """The same recording.

    Raises:
        mathcore.InputError: it is silent.
    """
    if np.abs(recording).max(initial=0) < FAINTEST:
        raise InputError(f"nothing can be heard in {place}.")
    return recording


def _eased(recording: np.ndarray) -> np.ndarray:
    """A recording that begins and ends in silence."""
    ramp = np.minimum(1, np.arange(len(recording), dtype=np.float32) / RAMP)[:, None]
    return np.asarray(recording * ramp * ramp[::-1])
