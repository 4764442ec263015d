"""Which files are there already, made by the same code from the same texts, knobs and versions.

A record of each format of each film lies in the hidden folder `.deepreel` beside the files: what it was
made from, as one hash, and the hash of every file. Each record is a file of its own that is written
whole, so that several programs may write to one folder.
"""

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import mathcore
from export.course.job import Job
from mathcore import _catalog
from mathcore._files import written_whole

MADE_OF = ("mathcore", "scenes", "export/render", "export/formats")  # what bears another film's name is left out
LIBRARIES = ("av", "manim", "matplotlib", "numpy", "pillow", "torch", "typst")  # what a picture or a number rests on


def made(job: Job, extension: str, folder: Path) -> list[Path]:
    """The files of one format of a job; none unless all are in `folder`, unaltered, made from what is there now."""
    record = _read(job, extension, folder)
    files = {folder / name: digest for name, digest in record["files"].items()}
    try:
        whole = bool(files) and all(_digest(file) == digest for file, digest in files.items())
    except OSError:
        return []
    return list(files) if whole and record["source"] == source_of(job) else []  # the last, since it reads most


def latest(job: Job, extension: str, folder: Path) -> list[Path]:
    """The files of one format of a job as they were last made, of whatever; none unless all are in `folder`."""
    files = [folder / name for name in _read(job, extension, folder)["files"]]
    return files if all(file.is_file() for file in files) else []


def record(job: Job, files: Sequence[Path], folder: Path, source: str) -> None:
    """Record that a job made `files` in `folder` from `source`, the hash as it was before the job began.

    A file that has the name of no format belongs to each of them.
    """
    for extension in job.formats:
        others = tuple(f".{other}" for other in job.formats if other != extension)
        own = [file for file in files if not file.name.endswith(others)]
        record = {"source": source, "files": {str(file.relative_to(folder)): _digest(file) for file in own}}
        path = _record(job, extension, folder)
        path.parent.mkdir(exist_ok=True)
        with written_whole(path) as draft:
            draft.write_text(json.dumps(record, indent=1), encoding="utf-8")


def source_of(job: Job) -> str:
    """One hash of all that a film is made from: code, texts, data, versions."""
    return _hash([code(job.concept), [_content(value) for _, value in job.knobs]])


def code(concept: str) -> str:
    """A hash of the code, the texts and the data that a film of the concept is made from, and of the versions."""
    root, others = _catalog.ROOT, set(_catalog.concepts()) - {concept}
    modules = [path for folder in MADE_OF for path in (root / folder).rglob("*.py")]
    assets = [root / "assets" / "text" / f"{concept}.toml", *(root / "assets" / "data").iterdir()]
    read = sorted(path for path in [*modules, *assets] if path.stem not in others)
    versions = [mathcore.__version__, *(_version(library) for library in LIBRARIES)]
    return _hash([versions, [[path.relative_to(root).as_posix(), _digest(path)] for path in read]])


def _record(job: Job, extension: str, folder: Path) -> Path:
    """Where the record of one format lies: a name that differs for all that is asked for otherwise."""
    asked = _hash([job.concept, repr(job.look), repr(job.knobs), extension])
    return folder / ".deepreel" / f"{_catalog.hyphens(job.concept)}.{extension}.{asked[:16]}.json"


def _read(job: Job, extension: str, folder: Path) -> dict[str, Any]:
    """The record of one format; an empty one if there is none, or one that something else wrote."""
    try:
        record = json.loads(_record(job, extension, folder).read_text(encoding="utf-8"))
        return {"source": record["source"], "files": dict(record["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"source": "", "files": {}}


def _content(value: Any) -> str:
    """The value of a knob; of a user's file its content."""
    return _digest(value) if isinstance(value, Path) and value.is_file() else repr(value)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hash(told: Any) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"
