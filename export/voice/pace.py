"""When the pictures of a film may change, for a voice: what it plays keeps its pace, what stands is stretched.

A beat lasts as long as what is heard in it and a breath, and never less than without a voice.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from export.render.script import Script
from export.voice.sound import LEAD, RATE

if TYPE_CHECKING:
    from scenes._stage.film import Beat

BREATH = 0.4  # seconds from the last word of a beat to its end

Earliest = tuple[tuple[str, tuple[float, ...]], ...]


def earliest(film: Script, sounds: Mapping[str, np.ndarray], spoken: Mapping[str, Sequence[float]] = {}) -> Earliest:
    """Of each beat with a voice the earliest start of each caption, then of its end, in seconds from its start.

    Args:
        film: as it is without a voice.
        sounds: by beat, what is heard [sample channel].
        spoken: by beat, when each of its captions is spoken, where that is known.
    """
    found = []
    for beat in film.beats:
        if beat.name in sounds:
            end = LEAD + len(sounds[beat.name]) / RATE + BREATH
            found.append((beat.name, (*(spoken.get(beat.name) or _guessed(film, beat, end)), end)))
    return tuple(found)


def _guessed(film: Script, beat: "Beat", end: float) -> list[float]:
    """When captions may begin for a recording: when those before have had their share of it, by letters, if at all."""
    captions = film.begun(beat)
    starts, letters = [caption.start - beat.start for caption in captions], [len(caption.text) for caption in captions]
    shares = [before / sum(letters) for before in accumulate(letters[:-1], initial=0)] if captions else []
    late = max(0.0, end - beat.seconds)
    wanted = [starts[0] + share * (end - starts[0]) for share in shares]
    return [min(time, start + late) for time, start in zip(wanted, starts, strict=True)]
