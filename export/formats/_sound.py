"""The sound of a video: one track from the first picture to the last, silent where nobody speaks."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from export.render.script import Script
from export.voice.sound import LAYOUT, LEAD, RATE, frames, placed


@dataclass(frozen=True)
class SoundCodec:
    """An encoder of sound, its settings, and how many samples it takes at once."""

    name: str
    size: int
    options: dict[str, str]


class Sound:
    """Encodes a track beside the pictures of a video, so that a player finds what belongs together in one place."""

    def __init__(self, container: Any, film: Script, codec: SoundCodec, language: str) -> None:
        self._container, self._frames = container, frames(track(film), codec.size)
        self._stream = container.add_stream(codec.name, rate=RATE, options=codec.options, layout=LAYOUT)
        self._stream.metadata["language"] = language
        self._samples = 0  # encoded so far

    def encode(self, until: Fraction) -> None:
        """Encode what is heard until a time, in seconds."""
        while self._samples < until * RATE and (frame := next(self._frames, None)):
            self._container.mux(self._stream.encode(frame))
            self._samples += frame.samples

    def finish(self) -> None:
        """Encode the rest, and what the encoder has kept back."""
        for frame in (*self._frames, None):
            self._container.mux(self._stream.encode(frame))


def track(film: Script) -> np.ndarray:
    """What is heard in a film or a part of one [sample channel], as long as its pictures."""
    sounds = [(beat.start + LEAD, film.sounds[beat.name]) for beat in film.beats if beat.name in film.sounds]
    return placed(sounds, round(film.seconds * RATE))
