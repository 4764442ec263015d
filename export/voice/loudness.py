"""Loudness, as EBU R 128 measures it: one gain for a recording, and a limiter for its peaks.

FFmpeg's own `loudnorm` changes the gain within speech, and lands anywhere with what is shorter than three seconds.
"""

from collections.abc import Mapping

import numpy as np

from export.voice.sound import RATE, filtered, joined

TARGET = -16.0  # LUFS, as podcasts and lecture videos have it
PEAK = 0.794  # -2 dB: what is encoded goes a little beyond
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
        found = {
            name: joined(filtered(sound * np.float32(gain), "alimiter", LIMITER)) for name, sound in sounds.items()
        }
        lacking = TARGET - loudness(np.concatenate(list(found.values())))
        if abs(lacking) < CLOSE:
            break
        gain *= 10 ** (lacking / 20)
    return found


def loudness(sound: np.ndarray) -> float:
    """Integrated loudness in LUFS, -70 of silence."""
    padded = np.pad(sound, ((0, max(0, BLOCK - len(sound))), (0, 0)))
    told = [frame.metadata for frame in filtered(padded, "ebur128", "metadata=1")]
    return max([float(one["lavfi.r128.I"]) for one in told if "lavfi.r128.I" in one][-1], SILENCE)
