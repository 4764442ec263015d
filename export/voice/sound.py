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
from mathcore._error import reason

RATE = 48_000  # samples per second
LEAD = 0.01  # seconds of silence before anything is heard: browsers mute the first 448 samples of a film
LAYOUT = "stereo"
PIECE = RATE // 10  # samples that are handed on at once
LONGEST = 1800  # seconds of one recording
ONE_SIDED = 0.01  # how much softer a channel is that a microphone was not connected to
HEAD = 2**20  # bytes in which a file says what it is; an mp3 may have a picture before
STREAMED = 2**31 - 2**16  # bytes from which on that size stands for none that is known
MISSING = 0.1  # seconds that may be missing of what a file declares


def read(path: Path) -> np.ndarray:
    """The sound in a file, of whatever rate and however many channels; one silent side is filled from the other.

    Raises:
        mathcore.InputError: there is none, it is damaged, or too long.
    """
    try:
        told = _told(path)
        with av.open(path, metadata_errors="replace") as container:
            if not container.streams.audio:
                raise InputError(f"{path} has no sound.")
            track = container.streams.audio[0]
            declared = float(track.duration * track.time_base) if told and track.duration and track.time_base else 0.0
            if declared > LONGEST:
                raise _too_long(path)
            sound = _decoded(container, path)
    except av.FFmpegError as error:
        raise InputError(f"{path} cannot be read as sound: {reason(error)}.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {reason(error)}.") from None
    if declared - len(sound) / RATE > MISSING or not np.isfinite(sound).all():
        raise _damaged(path)
    if not len(sound):
        raise InputError(f"{path} has no sound.")
    return _on_both_sides(sound)


def _told(path: Path) -> bool:
    """Whether a file tells how long it is; of an mp3 that does not FFmpeg guesses it from the first of it.

    Raises:
        mathcore.InputError: it is empty, or a wav that is shorter than it says, of which FFmpeg tells nothing.
    """
    with path.open("rb") as file:
        head, size = file.read(HEAD), path.stat().st_size
    if not head:
        raise InputError(f"{path} is empty.")
    wanted = int.from_bytes(head[4:8], "little")
    if head[:4] == b"RIFF" and size < wanted < STREAMED:  # 8 bytes less are right, but some count those as well
        raise _damaged(path)
    return path.suffix.lower() != ".mp3" or any(mark in head for mark in (b"Xing", b"Info", b"VBRI"))


def _decoded(container: Any, path: Path) -> np.ndarray:
    pieces, samples = [np.empty((0, 2), np.float32)], 0
    for piece in _resampled(container.decode(audio=0)):
        pieces.append(piece)
        samples += len(piece)
        if samples > LONGEST * RATE:
            raise _too_long(path)
    return np.concatenate(pieces)


def placed(sounds: Iterable[tuple[float, np.ndarray]], samples: int) -> np.ndarray:
    """Sounds that begin at times, in seconds, with silence between, so many samples in all [sample channel]."""
    whole = np.zeros((samples, 2), np.float32)
    for seconds, sound in sounds:
        start = round(seconds * RATE)
        whole[start : start + len(sound)] = sound
    return whole


def from_samples(samples: np.ndarray, rate: int) -> np.ndarray:
    """The sound of one channel [sample], of whole numbers of 16 bits, so many a second."""
    frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
    frame.sample_rate = rate
    return np.concatenate([*_resampled([frame])])


def _resampled(found: Iterable[Any]) -> Iterator[np.ndarray]:
    resampler = av.AudioResampler("fltp", LAYOUT, RATE)
    for frame in chain(found, [None]):
        for one in resampler.resample(frame):
            yield one.to_ndarray().T.astype(np.float32, copy=False)


def _damaged(path: Path) -> InputError:
    return InputError(f"{path} is damaged: it ends before its time, or holds what is no sound.")


def _too_long(path: Path) -> InputError:
    return InputError(f"{path} lasts for longer than {LONGEST // 60} minutes, and no recording may.")


def _on_both_sides(sound: np.ndarray) -> np.ndarray:
    loudest = np.abs(sound).max(axis=0)
    return sound[:, [loudest.argmax()] * 2] if loudest.min() < ONE_SIDED * loudest.max() else sound


def frames(sound: np.ndarray, size: int = PIECE, gain: float = 1.0) -> Iterator[av.AudioFrame]:
    """The same as FFmpeg takes it, in pieces of a size, each with its time: without that encoders count wrong."""
    for start in range(0, len(sound), size):
        piece = np.ascontiguousarray(np.float32(gain) * sound[start : start + size].T)
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=LAYOUT)
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame


def filtered(sound: Iterable[av.AudioFrame], name: str, options: str) -> Iterator[Any]:
    """What a filter of FFmpeg makes of the frames of a sound."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="fltp", layout=LAYOUT)
    one, sink = graph.add(name, options), graph.add("abuffersink")
    source.link_to(one)
    one.link_to(sink)
    graph.configure()
    for frame in chain(sound, [None]):
        source.push(frame)
        with suppress(BlockingIOError, EOFError):
            while True:
                yield sink.pull()
