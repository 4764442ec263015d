"""A draft: the captions of a film, spoken by a program, each as it appears."""

import numpy as np

from export.render.script import Script
from export.voice import espeak, loudness
from export.voice.sound import RATE, placed

PAUSE = 0.4  # seconds between two sentences


def drafted(film: Script) -> tuple[dict[str, np.ndarray], dict[str, list[float]]]:
    """By beat, what is heard in it [sample channel], and when each of its captions is spoken, from its own start.

    Raises:
        mathcore.InputError: there is nothing that speaks.
    """
    captions = [(beat, found) for beat in film.beats if (found := film.begun(beat))]
    texts = [caption.text for _, found in captions for caption in found]
    sentences = iter(espeak.speak(texts, film.language))
    sounds, spoken = {}, {}
    for beat, found in captions:
        pieces = [next(sentences) for _ in found]
        starts = _starts([caption.start - beat.start for caption in found], [len(one) / RATE for one in pieces])
        if any(map(len, pieces)):
            samples = round(starts[-1] * RATE) + len(pieces[-1])
            sounds[beat.name], spoken[beat.name] = placed(zip(starts, pieces, strict=True), samples), starts
    return loudness.levelled(sounds), spoken


def _starts(shown: list[float], lengths: list[float]) -> list[float]:
    """When sentences are spoken: none before its caption is shown, or before the one before is over."""
    starts = shown[:1]
    for before, after, length in zip(shown, shown[1:], lengths, strict=False):
        starts.append(starts[-1] + max(after - before, length + PAUSE))
    return starts
