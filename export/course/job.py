"""A job: one film to make, in terms that can be sent to another process or machine."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from export.command.notes import notes_at_the_end
from export.course.traces import trace_of
from export.render.files import make
from export.render.script import check_beat
from export.render.settings import RenderSettings
from mathcore import InputError
from mathcore._error import reason

Progress = Callable[[int, int], Any]  # frames done, frames in all


class Work(Protocol):
    """What a process is given to do."""

    def make(self, folder: Path, progress: Progress | None, kept: Path) -> list[Path]:
        """Write files to `folder`, and return them; traces are kept beside the files of `kept`."""


@dataclass(frozen=True)
class Job:
    """What to compute, how to show it, and the formats of its files."""

    concept: str
    look: RenderSettings
    formats: tuple[str, ...]
    knobs: tuple[tuple[str, Any], ...] = ()  # those that are turned, with their values

    def make(self, folder: Path, progress: Progress | None, kept: Path) -> list[Path]:
        """Compute and write to `folder` what is asked for."""
        check_beat(self.concept, self.look.beat)
        with trace_of(self.concept, dict(self.knobs), kept) as trace:
            return make(trace, self.look, self.formats, folder, progress)


class RenderError(Exception):  # it is said of a film
    """A film could not be made; the message is one sentence for the user."""


class RefusedError(RenderError):
    """It could not, since the user's input is wrong."""


def do(job: Work, folder: Path, progress: Progress | None = None, kept: Path | None = None) -> list[Path]:
    """Compute and write to `folder` whatever the job asks for, and return the files.

    Args:
        job: what to do.
        folder: where to write.
        progress: called with the frames done and their number.
        kept: the folder beside whose files traces are kept; by default `folder`.

    Raises:
        RenderError: for whatever reason, so that it can be told in any process.
    """
    try:
        with notes_at_the_end():
            return job.make(folder, progress, kept or folder)
    except InputError as error:
        raise RefusedError(_sentence(error)) from None
    except Exception as error:
        raise RenderError(_sentence(error)) from None


def unwritten(error: OSError) -> RenderError:
    """A film whose files were made, but not written to where they belong."""
    place = error.filename2 or error.filename or "a file"  # the second is where something was to be moved to
    return RenderError(f"{place} cannot be written: {reason(error)}.")


def _sentence(error: Exception) -> str:
    """What went wrong; where, too, unless it is the user's input."""
    told = " ".join(str(error).split())
    if isinstance(error, InputError):
        return told
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {told.rstrip('.')} ({Path(place.filename).name}, line {place.lineno})."
