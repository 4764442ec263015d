"""How a film waits for a voice: what it plays keeps its pace, and its pictures stand for longer.

A beat lasts as long as what is heard in it and a breath, and never less than without a voice. The picture is held
before each caption of the beat, and at its end.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import ceil, inf
from typing import TYPE_CHECKING

import numpy as np

from export.render.script import Script
from export.voice.sound import LEAD, RATE

if TYPE_CHECKING:
    from scenes._stage.film import Beat

BREATH = 0.4  # seconds from the last word of a beat to its end
ROUNDING = 1e-6  # frames, which the arithmetic of floats may add

Held = tuple[tuple[str, tuple[float, ...]], ...]  # by beat, seconds before each of its captions, and at its end


def held(film: Script, sounds: Mapping[str, np.ndarray], fps: int, spoken: Mapping[str, Sequence[float]] = {}) -> Held:
    """For how long the pictures of a film stand, for what is heard in it.

    Args:
        film: as it is without a voice.
        sounds: by beat, what is heard [sample channel].
        fps: frames per second.
        spoken: by beat, when each of its captions is spoken, where that is known.
    """
    beats = [beat for beat in film.beats if beat.name in sounds]
    lengths = [len(sounds[beat.name]) / RATE for beat in beats]
    return tuple(
        (beat.name, _of_beat(film, beat, length, fps, spoken.get(beat.name)))
        for beat, length in zip(beats, lengths, strict=True)
    )


def _of_beat(film: Script, beat: "Beat", length: float, fps: int, spoken: Sequence[float] | None) -> tuple[float, ...]:
    starts = [caption.start - beat.start for caption in film.begun(beat)]
    end = LEAD + length + BREATH
    if spoken is not None:
        return holds(starts, beat.seconds, spoken, end, fps)
    letters = [len(caption.text) for caption in film.begun(beat)]
    shares = [before / sum(letters) for before in accumulate(letters[:-1], initial=0)] if letters else []
    guessed = [starts[0] + share * (end - starts[0]) for share in shares]
    return holds(starts, beat.seconds, guessed, end, fps, most=max(0, ceil((end - beat.seconds) * fps - ROUNDING)))


def holds(
    starts: Sequence[float], seconds: float, spoken: Sequence[float], end: float, fps: int, most: float = inf
) -> tuple[float, ...]:
    """Holds of a beat.

    Args:
        starts: when its captions begin, in seconds from its own start.
        seconds: how long it lasts by itself.
        spoken: when each of the captions may begin, for the voice.
        end: when the beat may end.
        fps: frames per second.
        most: frames to hold in all, at most.
    """
    late, found = 0, list[int]()
    for start, wanted in zip([*starts, seconds], [*spoken, end], strict=True):
        frames = ceil((wanted - start) * fps - late - ROUNDING)
        found.append(int(max(0, min(frames, most - late))))
        late += found[-1]
    return tuple(_seconds(frames, fps) for frames in found)


def _seconds(frames: int, fps: int) -> float:
    """A time in which manim plays so many frames: it drops what is no whole one."""
    return (frames + 0.5) / fps if frames else 0.0
