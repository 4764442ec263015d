"""Sound for tests: something like speech, files of it, and where it is found again in a film."""

from pathlib import Path

import av
import numpy as np
from scipy.signal import butter, fftconvolve, sosfilt

from export.voice.sound import RATE

CODECS = {"wav": "pcm_s16le", "mp3": "libmp3lame", "m4a": "aac", "flac": "flac", "ogg": "libopus"}


def babble(seconds: float, seed: int, level: float = 0.3) -> np.ndarray:
    """Noise in the range of a voice that swells four times a second [sample channel], no two seeds alike."""
    noise = np.random.default_rng(seed).standard_normal(round(seconds * RATE))
    voice = sosfilt(butter(2, [200, 3000], "bandpass", fs=RATE, output="sos"), noise)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * np.arange(len(voice)) / RATE + seed)
    one = level * voice * swell / np.abs(voice).max()
    return np.stack([one, one], axis=1).astype(np.float32)


def write(
    path: Path, sound: np.ndarray, rate: int = RATE, codec: str = "", channels: int = 2, **options: dict[str, str]
) -> Path:
    """A file of a sound; its suffix says which kind; options are the encoder's, and the container's."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[channels]
    kind = "ipod" if path.suffix == ".m4a" else None
    with av.open(path, "w", format=kind, container_options=options.pop("container_options", {})) as container:
        codec = codec or CODECS[path.suffix[1:].lower()]
        stream = container.add_stream(codec, rate=rate, layout=layout, **options)
        resampler = av.AudioResampler(stream.format, layout, rate, frame_size=stream.frame_size or 1024)
        for start in range(0, len(sound), 4800):
            piece = np.ascontiguousarray(sound[start : start + 4800].T)
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = RATE, start
            for one in resampler.resample(frame):
                container.mux(stream.encode(one))
        for one in resampler.resample(None):
            container.mux(stream.encode(one))
        container.mux(stream.encode(None))
    return path


def heard(path: Path) -> np.ndarray:
    """What a player plays from its first moment [sample channel]."""
    resampler, pieces = av.AudioResampler("fltp", "stereo", RATE), []
    with av.open(path) as container:
        for frame in (*container.decode(audio=0), None):
            if frame and not pieces:
                assert frame.pts * frame.time_base == 0
            pieces += [one.to_ndarray().T for one in resampler.resample(frame)]
    return np.concatenate(pieces)


def place(whole: np.ndarray, part: np.ndarray) -> float:
    """Seconds from the start of a sound at which a part is most like it."""
    like = fftconvolve(whole[:, 0], part[::-1, 0], mode="valid")
    return int(like.argmax()) / RATE
