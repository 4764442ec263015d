"""The trace itself, as npz, csv or json."""

from pathlib import Path

import mathcore
from export._look import Look

EXTENSIONS = ("npz", "csv", "json")


def save(trace: mathcore.Trace, path: Path, look: Look) -> None:
    """Write every quantity to `path`, in the format that its suffix names; numbers have no look."""
    trace.save(path)
