"""Prints a hash of what every concept computes and of the frames of its loop: a program that test_same runs.

    bits.py FOLDER [backwards] [threads] [one]

Of gradient descent every file is made, too, in FOLDER. It takes the concepts in the opposite order if asked to, or
gradient descent alone, and lets torch have four threads.
"""

import hashlib
import locale
import sys
from pathlib import Path

import torch

from export import RenderSettings, make
from export.formats import formats
from export.render.frame import Frame
from export.render.player import render_frames
from mathcore import _catalog
from scenes._stage.beats import beats

SMALL = RenderSettings(height=96, fps=1, beat="loop")


class Frames:
    """Takes the frames of a film and keeps their hash."""

    def __init__(self) -> None:
        self.seen = hashlib.sha256()

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Take a frame."""
        self.seen.update(frame.pixels.tobytes() + f"{repeat} {beat}".encode())


def main(folder: Path, *how: str) -> None:
    if "threads" in how:
        torch.set_num_threads(4)
    concepts = ["gradient_descent"] if "one" in how else _catalog.concepts()
    for concept in reversed(concepts) if "backwards" in how else concepts:
        locale.setlocale(locale.LC_ALL, "")
        trace = _catalog.load(concept).compute()
        for name, array in trace.arrays().items():
            tell(f"{concept}.{name}", array.tobytes())
        frames, loops = Frames(), [beat.name.replace("-", "_") for beat in beats(concept) if beat.loop]
        render_frames(trace, SMALL.settled(), [frames], beats=loops)
        print(f"{concept}.frames", frames.seen.hexdigest())
    written = [extension for extension, one in formats().items() if one.save]
    drawn = [extension for extension in formats() if extension not in written]
    trace = _catalog.load("gradient_descent").compute()
    files = make(trace, SMALL, written, folder)
    locale.setlocale(locale.LC_NUMERIC, "C")  # x264 writes its settings into a film, with the comma of the process
    for file in files + make(trace, SMALL, drawn, folder):
        tell(file.name, file.read_bytes())


def tell(name: str, content: bytes) -> None:
    print(name, hashlib.sha256(content).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
