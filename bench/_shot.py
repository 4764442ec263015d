"""What is measured: a film, whole or one beat of it, at a size and a rate."""

from dataclasses import dataclass
from pathlib import Path

from mathcore._catalog import hyphens

WHOLE = "film"
FILMS = ("gradient_descent", "convolution_2d")  # that are written in the usual way, too


@dataclass(frozen=True)
class Shot:
    """A part of a film, and how it is drawn."""

    film: str
    height: int
    fps: int
    beat: str = WHOLE  # a beat by name, or the "loop"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a frame, in pixels."""
        return round(self.height * 16 / 9 / 2) * 2, self.height

    @property
    def title(self) -> str:
        """The scene's class, in our file and in that of the usual way."""
        return "".join(part.capitalize() for part in self.film.split("_"))

    def options(self, folder: Path) -> list[str | Path]:
        """The options of render.py."""
        options: list[str | Path] = [
            "-q",
            f"{self.height}p",
            "--fps",
            str(self.fps),
            "--beat",
            hyphens(self.beat),
            "-o",
            folder,
        ]
        return [hyphens(self.film), *options]
