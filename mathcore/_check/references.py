"""Where reference trajectories are kept; `_golden` writes them."""

from pathlib import Path

import numpy as np

from mathcore import _catalog

GOLDEN = _catalog.ROOT / "assets" / "golden"


def path_of(concept: str) -> Path:
    """The npz of a concept; the table beside it has the suffix .txt."""
    return GOLDEN / f"{concept}.npz"


def read(concept: str) -> dict[str, np.ndarray]:
    """The reference of a concept, by quantity; of one that has none yet, nothing."""
    if not path_of(concept).exists():
        return {}
    with np.load(path_of(concept), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
