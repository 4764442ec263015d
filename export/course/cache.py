"""Which files are there already, made by the same code from the same texts, knobs and versions.

A record of each format of each film lies in the hidden folder `.deepreel` beside the files: what it was
made from, as one hash, and the hash of every file. Each record is a file of its own that is written
whole, so that several programs may write to one folder.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from export.course import source
from export.course.job import Job
from export.render.heed import heeded
from mathcore import _catalog
from mathcore._files import written_whole


def made(job: Job, extension: str, folder: Path) -> list[Path]:
    """The files of one format of a job; none unless all are in `folder`, unaltered, made from what is there now."""
    record = _read(job, extension, folder)
    files = {folder / name: digest for name, digest in record["files"].items()}
    try:
        whole = bool(files) and all(source.digest(file) == digest for file, digest in files.items())
    except OSError:
        return []
    if not whole or record["source"] != source.of_film(job.concept, job.knobs):  # in this order: the second reads most
        return []
    return list(files)


def latest(job: Job, extension: str, folder: Path) -> list[Path]:
    """The files of one format of a job as they were last made, of whatever; none unless all are in `folder`."""
    files = [folder / name for name in _read(job, extension, folder)["files"]]
    return files if all(file.is_file() for file in files) else []


def record(job: Job, files: Sequence[Path], folder: Path, made_from: str) -> None:
    """Record that a job made `files` in `folder` from `made_from`, the hash as it was before the job began.

    A file that has the name of no format belongs to each of them.
    """
    for extension in job.formats:
        others = tuple(f".{other}" for other in job.formats if other != extension)
        own = [file for file in files if not file.name.endswith(others)]
        record = {"source": made_from, "files": {str(file.relative_to(folder)): source.digest(file) for file in own}}
        path = _record(job, extension, folder)
        path.parent.mkdir(exist_ok=True)
        with written_whole(path) as draft:
            draft.write_text(json.dumps(record, indent=1), encoding="utf-8")


def _record(job: Job, extension: str, folder: Path) -> Path:
    """Where the record of one format lies: a name that differs for all that is asked for otherwise."""
    look = job.look if "--figure-size" in heeded(extension) else replace(job.look, figure_size="")
    asked = source.hashed([job.concept, repr(look), repr(job.knobs), extension])
    return folder / ".deepreel" / f"{_catalog.hyphens(job.concept)}.{extension}.{asked[:16]}.json"


def _read(job: Job, extension: str, folder: Path) -> dict[str, Any]:
    """The record of one format; an empty one if there is none, or one that something else wrote."""
    try:
        record = json.loads(_record(job, extension, folder).read_text(encoding="utf-8"))
        return {"source": record["source"], "files": dict(record["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"source": "", "files": {}}
