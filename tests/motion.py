"""How much of a film stands still: its frames are drawn, small and few, and compared."""

from typing import NamedTuple

import numpy as np

from export.render import player
from export.render.settings import RenderSettings

RATE, HEIGHT = 5, 120  # frames per second, pixels
REST = 0.6  # seconds: what changes more often, if only in jumps, moves


class Motion(NamedTuple):
    """A film, in seconds."""

    length: float
    still: float  # in which nothing moves, for REST seconds at least
    rests: dict[str, float]  # how long the picture has stood at the end of each beat

    @property
    def share(self) -> float:
        """How much of the film nothing moves in."""
        return self.still / self.length


class Runs:
    """Takes the frames of a film and keeps for how long each picture stands, beat by beat."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self.last: dict[str, int] = {}  # of each beat
        self._before: np.ndarray | None = None

    def add(self, pixels: np.ndarray, repeat: int, beat: str) -> None:
        """Take `repeat` equal frames."""
        if self._before is None or not (pixels is self._before or np.array_equal(pixels, self._before)):
            self.lengths.append(0)
        self.lengths[-1] += repeat
        self._before, self.last[beat] = pixels, self.lengths[-1]


def motion(trace, language: str) -> Motion:
    """Draw the film of a trace, and see how much of it stands still."""
    runs = Runs()
    player.render_frames(trace, RenderSettings(language, height=HEIGHT, fps=RATE), [runs])
    return Motion(
        sum(runs.lengths) / RATE,
        sum(length for length in runs.lengths if length >= REST * RATE) / RATE,
        {beat: length / RATE for beat, length in runs.last.items() if beat},
    )
