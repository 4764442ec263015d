"""The trace itself, as npz, csv or json."""

from pathlib import Path

import mathcore

EXTENSIONS = ("npz", "csv", "json")


def save(trace: mathcore.Trace, path: Path) -> None:
    """Write every quantity to `path`, in the format that its suffix names."""
    trace.save(path)
