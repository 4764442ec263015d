"""The numbers of a film, computed once for all its languages, looks and formats.

The last few traces of each concept lie in the hidden folder `.deepreel` beside the files that were made of them, under
names that tell what they were computed from.
"""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import mathcore
from export.course import source
from mathcore import _catalog

KEPT = 128  # traces of a concept, of which the largest take 0.4 MB


@contextmanager
def trace_of(concept: str, knobs: dict[str, Any], folder: Path) -> Iterator[mathcore.Trace]:
    """The trace of a concept whose knobs are turned so: that which is kept in `folder`, or else computed.

    Args:
        concept: whose.
        knobs: those that are turned, with their values.
        folder: where the files go that are made of it in the block; once that has ended well, the trace is kept there,
            unless nothing can be written, or the user had to be told something of what they gave.

    Raises:
        mathcore.InputError: what the knobs say cannot be computed.
    """
    module, params = _catalog.load(concept), _catalog.turned(concept, knobs)
    place = folder / ".deepreel" / f"{_catalog.hyphens(concept)}.{source.of_numbers(concept, params)[:16]}.npz"
    if kept := _read(place, module.Trace):
        yield kept
        return
    with warnings.catch_warnings(record=True) as raised:
        trace = module.compute(params)
    for one in raised:
        warnings.showwarning(one.message, one.category, one.filename, one.lineno)
    yield trace
    if not any(issubclass(one.category, mathcore.InputNote) for one in raised):  # what is noted is told every time
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            trace.save(place)
            _forget(place)


def _read(place: Path, kind: type[mathcore.Trace]) -> mathcore.Trace | None:
    """The trace that is kept at a place, now the latest that was asked for; None where there is no whole one."""
    try:
        trace = kind.load(place)  # with its own knobs, where "auto" has become a number
        place.touch()
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    return trace


def _forget(latest: Path) -> None:
    """Remove all traces of a concept but the last few."""
    concept = latest.name.partition(".")[0]
    kept = sorted(latest.parent.glob(f"{concept}.*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT:]:
        path.unlink(missing_ok=True)
