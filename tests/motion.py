"""How much of a film stands still: its frames are drawn, small and few, and compared."""

from typing import NamedTuple

import numpy as np

from export.render import player
from export.render.frame import Frame
from export.render.settings import RenderSettings
from tests.converting import Converting

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

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Take a frame that stands for `repeat` frames."""
        if self._before is None or (frame.changed and not np.array_equal(frame.pixels, self._before)):
            self.lengths.append(0)
            self._before = frame.pixels.copy()
        self.lengths[-1] += repeat
        self.last[beat] = self.lengths[-1]


def motion(trace, language: str) -> Motion:
    """Draw the film of a trace, and see how much of it stands still; what a video would not show so is an error."""
    runs, look = Runs(), RenderSettings(language, height=HEIGHT, fps=RATE)
    player.render_frames(trace, look, [runs, Converting(look.width, HEIGHT)])
    return Motion(
        sum(runs.lengths) / RATE,
        sum(length for length in runs.lengths if length >= REST * RATE) / RATE,
        {beat: length / RATE for beat, length in runs.last.items() if beat},
    )
