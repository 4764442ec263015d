"""Sound as it is worked with here: float32 [sample channel], left and right, 48 000 samples a second."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.filter import Graph

from mathcore import InputError

RATE = 48_000  # samples per second
LEAD = 0.01  # seconds of silence before anything is heard: browsers mute the first 448 samples of a film
LAYOUT = "stereo"
PIECE = RATE // 10  # samples that are handed on at once
LONGEST = 1800  # seconds of one recording
ONE_SIDED = 0.01  # how much softer a channel is that a microphone was not connected to
STREAMED = 2**31 - 2**16  # bytes from which on the size in a wav file stands for none that is known
MISSING = 0.1  # seconds that may be missing of what a file declares


def read(path: Path) -> np.ndarray:
    """The sound in a file, of whatever rate and however many channels; of a lone side it is on both.

    Raises:
        mathcore.InputError: there is none, it is damaged, or too long.
    """
    if not path.stat().st_size:
        raise InputError(f"{path} is empty.")
    if _cut_off(path):
        raise _damaged(path)
    try:
        with av.open(path) as container:
            if not container.streams.audio:
                raise InputError(f"{path} has no sound.")
            if (container.duration or 0) > LONGEST * av.time_base:
                raise _too_long(path)
            sound = _decoded(container, path)
            track = container.streams.audio[0]
            declared = float(track.duration * track.time_base) if track.duration and track.time_base else 0.0
    except av.FFmpegError as error:
        raise InputError(f"{path} cannot be read as sound: {(error.strerror or 'unknown reason').lower()}.") from None
    if declared - len(sound) / RATE > MISSING or not np.isfinite(sound).all():
        raise _damaged(path)
    if not len(sound):
        raise InputError(f"{path} has no sound.")
    return _on_both_sides(sound)


def _decoded(container: Any, path: Path) -> np.ndarray:
    resampler, many = av.AudioResampler("fltp", LAYOUT, RATE), 0
    pieces: list[np.ndarray] = [np.empty((0, 2), np.float32)]
    for frame in chain(container.decode(audio=0), [None]):
        pieces += [one.to_ndarray().T for one in resampler.resample(frame)]
        many += len(pieces[-1])
        if many > LONGEST * RATE:
            raise _too_long(path)
    return np.concatenate(pieces)


def _cut_off(path: Path) -> bool:
    """Whether a wav file is shorter than it says, of which FFmpeg tells nothing; one that was streamed does not say."""
    with path.open("rb") as file:
        name, size = file.read(4), int.from_bytes(file.read(4), "little") + 8
    return name == b"RIFF" and path.stat().st_size < size < STREAMED


def _damaged(path: Path) -> InputError:
    return InputError(f"{path} is damaged: it ends before its time, or holds what is no sound.")


def _too_long(path: Path) -> InputError:
    return InputError(f"{path} lasts for longer than {LONGEST // 60} minutes, and no recording may.")


def _on_both_sides(sound: np.ndarray) -> np.ndarray:
    loudest = np.abs(sound).max(axis=0)
    return sound[:, [loudest.argmax()] * 2] if loudest.min() < ONE_SIDED * loudest.max() else sound


def frames(sound: np.ndarray, size: int = PIECE) -> Iterator[av.AudioFrame]:
    """The same as FFmpeg takes it, in pieces of a size, each with its time: without that encoders count wrong."""
    for start in range(0, len(sound), size):
        piece = np.ascontiguousarray(sound[start : start + size].T)
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=LAYOUT)
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame


def filtered(sound: np.ndarray, name: str, options: str) -> Iterator[Any]:
    """What a filter of FFmpeg makes of a sound."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="fltp", layout=LAYOUT)
    one, sink = graph.add(name, options), graph.add("abuffersink")
    source.link_to(one)
    one.link_to(sink)
    graph.configure()
    for frame in (*frames(sound), None):
        source.push(frame)
        with suppress(BlockingIOError, EOFError):
            while True:
                yield sink.pull()


def joined(found: Iterable[Any]) -> np.ndarray:
    """The sound of some frames of FFmpeg's, in which left and right alternate."""
    pieces = [frame.to_ndarray().reshape(-1, 2).astype(np.float32) for frame in found]
    return np.concatenate([np.empty((0, 2), np.float32), *pieces])
