"""One hash of all that a film, or its numbers, are made from: code, texts, data, knobs, versions."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import mathcore
from mathcore import _catalog

NUMBERS = ("mathcore", "assets/data")  # what bears another film's name is left out
FILM = (*NUMBERS, "scenes", "assets/text", "export/render", "export/formats", "export/voice", "assets/voice")
LIBRARIES = ("av", "manim", "matplotlib", "num2words", "numpy", "pillow", "torch", "typst")


def of_film(concept: str, knobs: Iterable[tuple[str, Any]]) -> str:
    """A hash of all that a film is made from."""
    return hashed([code(concept), _values(knobs)])


def of_numbers(concept: str, knobs: Iterable[tuple[str, Any]]) -> str:
    """A hash of all that the numbers of a film are computed from; `knobs` are all that the concept has."""
    return hashed([code(concept, NUMBERS), _values(knobs)])


def code(concept: str, rooms: Sequence[str] = FILM) -> str:
    """A hash of the code, the texts and the data that something of the concept is made from, and of the versions."""
    root, others = _catalog.ROOT, set(_catalog.concepts()) - {concept}
    files = [path for room in rooms for path in (root / room).rglob("*.*") if path.parent.name != "__pycache__"]
    read = sorted(path for path in files if path.stem not in others)
    versions = [mathcore.__version__, *(_version(library) for library in LIBRARIES)]
    return hashed([versions, [[path.relative_to(root).as_posix(), digest(path)] for path in read]])


def digest(path: Path) -> str:
    """A hash of what is in a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashed(told: Any) -> str:
    """A hash of what json can tell."""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _values(knobs: Iterable[tuple[str, Any]]) -> list[list[str]]:
    return [[name, repr(value), _content(value)] for name, value in knobs]  # a film may show the name of a file


def _content(value: Any) -> str:
    """The value of a knob; of a user's file its content, unless it cannot be read, which whoever needs it will tell."""
    with suppress(OSError):
        if isinstance(value, Path) and value.is_file():
            return digest(value)
    return repr(value)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"
