"""Loudness, as EBU R 128 measures it: one gain for a recording, and a limiter for its peaks.

FFmpeg's own `loudnorm` changes the gain within speech, and lands anywhere with what is shorter than three seconds.
"""

from collections.abc import Mapping

import numpy as np

from export.voice.sound import RATE, filtered, frames

TARGET = -16.0  # LUFS, as podcasts and lecture videos have it
PEAK = 0.708  # -3 dB: what is encoded goes a little beyond
CLOSE = 0.1  # LU from the target
MOST_TURNS = 12  # of measuring; a limiter takes some of what a gain gives
SHORTEST = 3  # seconds from which on a recording is measured by itself
BLOCK = RATE * 4 // 10  # samples that a measurement needs at least
SILENCE = -70.0  # LUFS, the least that is told
LIMITER = f"limit={PEAK}:level=0:latency=1"  # no gain of its own, and no delay


def levelled(sounds: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Recordings at the target; those that are too short to be measured share one gain."""
    short = {name: sound for name, sound in sounds.items() if len(sound) < SHORTEST * RATE}
    groups = [short] * bool(short) + [{name: sound} for name, sound in sounds.items() if name not in short]
    return {name: sound for group in groups for name, sound in levelled_together(group).items()}


def levelled_together(sounds: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Recordings that are one at the target together; they are measured again, since the limiter takes from them."""
    gain = 1.0
    for _ in range(MOST_TURNS):
        found = {name: _limited(sound, gain) for name, sound in sounds.items()}
        lacking = TARGET - loudness(*found.values())
        if abs(lacking) < CLOSE:
            break
        gain *= 10 ** (lacking / 20)
    return found


def loudness(*sounds: np.ndarray) -> float:
    """Integrated loudness in LUFS of sounds one after the other, -70 of silence."""
    whole = sounds[0] if len(sounds) == 1 else np.concatenate(sounds)
    whole = np.pad(whole, ((0, BLOCK - len(whole)), (0, 0))) if len(whole) < BLOCK else whole
    told = [frame.metadata for frame in filtered(frames(whole), "ebur128", "metadata=1")]
    return max([float(one["lavfi.r128.I"]) for one in told if "lavfi.r128.I" in one][-1], SILENCE)


def _limited(sound: np.ndarray, gain: float) -> np.ndarray:
    """A sound with a gain, its peaks held."""
    louder, samples = np.empty_like(sound), 0
    for frame in filtered(frames(sound, gain=gain), "alimiter", LIMITER):
        louder[samples : samples + frame.samples] = frame.to_ndarray().reshape(-1, 2)  # left and right alternate
        samples += frame.samples
    return louder
