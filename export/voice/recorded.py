"""The sound of recordings: of each beat, at one loudness."""

from functools import lru_cache
from math import inf
from pathlib import Path

import numpy as np

from export.voice import folder, loudness, marks, sound
from export.voice.sound import RATE
from export.voice.voice import Voice
from mathcore import InputError
from mathcore._catalog import hyphens

RAMP = RATE // 200  # samples in which a recording comes and goes, so that it does not click
FAINTEST = 0.001  # the largest number of a recording in which nothing can be heard: -60 dB
BEYOND = 0.1  # seconds by which a mark may end after its recording


def recorded(voice: Voice, concept: str) -> dict[str, np.ndarray]:
    """By beat, what is heard in it [sample channel], at the target of loudness.

    Raises:
        mathcore.InputError: as of `read`.
    """
    level = loudness.levelled_together if voice.marks else loudness.levelled
    return level({beat: _eased(recording) for beat, recording in read(voice, concept).items()})


@lru_cache(maxsize=1)  # once to be checked, then to be heard
def read(voice: Voice, concept: str) -> dict[str, np.ndarray]:
    """The same as it was recorded.

    Raises:
        mathcore.InputError: a recording or a mark is of no beat or cannot be read, or a mark is outside of it.
    """
    assert voice.source
    if voice.marks:
        return _cut(voice.source, marks.read(voice.marks, concept))
    return {beat: _heard(sound.read(path), path) for beat, path in folder.found(voice.source, concept).items()}


def _cut(path: Path, marks: marks.Marks) -> dict[str, np.ndarray]:
    """The parts of a recording that are marked."""
    whole = sound.read(path)
    seconds = len(whole) / RATE
    pieces = {}
    for beat, (start, stop) in marks.items():
        if start >= seconds or seconds + BEYOND < stop < inf:
            raise InputError(
                f"the mark of {hyphens(beat)} {'ends' if start < seconds else 'begins'} after {path}, which lasts for "
                f"{seconds:.1f} seconds."
            )
        piece = whole[round(start * RATE) : round(min(stop, seconds) * RATE)]
        pieces[beat] = _heard(piece, f"the part of {path} for {hyphens(beat)}")
    return pieces


def _heard(recording: np.ndarray, place: object) -> np.ndarray:
    """The same recording around zero, from which a cheap microphone may have moved it.

    Raises:
        mathcore.InputError: it is silent.
    """
    recording = recording - recording.mean(axis=0, dtype=np.float64).astype(np.float32)
    if np.abs(recording).max(initial=0) < FAINTEST:
        raise InputError(f"nothing can be heard in {place}.")
    return recording


def _eased(recording: np.ndarray) -> np.ndarray:
    """A recording that begins and ends in silence."""
    ramp = np.minimum(1, np.arange(len(recording), dtype=np.float32) / RAMP)[:, None]
    return np.asarray(recording * ramp * ramp[::-1])
