"""Prints a hash of what every concept computes and of every file that is made of it: a program that test_same runs.

    bits.py FOLDER [backwards] [threads]

It writes to FOLDER, takes the concepts in the opposite order if asked to, and lets torch have four threads.
"""

import hashlib
import locale
import sys
from pathlib import Path

import torch

from export import RenderSettings, make
from export.formats import formats
from mathcore import _catalog

SMALL = RenderSettings(height=96, fps=1, beat="loop")


def main(folder: Path, *how: str) -> None:
    if "threads" in how:
        torch.set_num_threads(4)
    concepts = _catalog.concepts()
    for concept in reversed(concepts) if "backwards" in how else concepts:
        locale.setlocale(locale.LC_ALL, "")
        trace = _catalog.load(concept).compute()
        for name, array in trace.arrays().items():
            tell(f"{concept}.{name}", array.tobytes())
        every = concept == "gradient_descent"
        drawn = [extension for extension, one in formats().items() if not one.save]
        others = [extension for extension in formats() if extension not in drawn]
        files = make(trace, SMALL, others if every else [], folder)
        locale.setlocale(locale.LC_NUMERIC, "C")  # x264 writes its settings into a film, with the comma of the process
        if every or "threads" not in how:
            files += make(trace, SMALL, drawn if every else ["mp4"], folder)
        for file in files:
            tell(file.name, file.read_bytes())


def tell(name: str, content: bytes) -> None:
    print(name, hashlib.sha256(content).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
