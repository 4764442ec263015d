"""A job: one film to make, in terms that can be sent to another process or machine."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from export.render.files import make
from export.render.script import check_beat
from export.render.settings import RenderSettings
from mathcore import InputError, _catalog


@dataclass(frozen=True)
class Job:
    """What to compute, how to show it, and the formats of its files."""

    concept: str
    look: RenderSettings
    formats: tuple[str, ...]
    knobs: tuple[tuple[str, Any], ...] = ()  # those that are turned, with their values


class RenderError(Exception):  # it is said of a film
    """A film could not be made; the message is one sentence for the user."""


def do(job: Job, folder: Path, progress: Callable[[int, int], Any] | None = None) -> list[Path]:
    """Compute and write to `folder` whatever the job asks for, and return the files.

    Raises:
        RenderError: for whatever reason, so that it can be told in any process.
    """
    try:
        check_beat(job.concept, job.look.beat)
        trace = _catalog.load(job.concept).compute(_catalog.turned(job.concept, dict(job.knobs)))
        return make(trace, job.look, job.formats, folder, progress)
    except Exception as error:
        raise RenderError(_sentence(error)) from None


def unwritten(error: OSError) -> RenderError:
    """A film whose files were made, but not written to where they belong."""
    place = error.filename2 or error.filename or "a file"  # the second is where something was to be moved to
    return RenderError(f"{place} cannot be written: {(error.strerror or 'unknown reason').lower()}.")


def _sentence(error: Exception) -> str:
    """What went wrong; where, too, unless it is the user's input."""
    told = " ".join(str(error).split())
    if isinstance(error, InputError):
        return told
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {told.rstrip('.')} ({Path(place.filename).name}, line {place.lineno})."
