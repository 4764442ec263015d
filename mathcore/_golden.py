"""Reference trajectories: what every concept computed when it was last looked at with care.

`make golden` writes them anew into assets/golden/, one small npz per concept with the quantities that
declare a tolerance. What long training leaves behind has none: there only invariants hold everywhere.
"""

from pathlib import Path

import numpy as np

import mathcore
from mathcore import _catalog

GOLDEN = _catalog.ROOT / "assets" / "golden"


def golden_path(concept: str) -> Path:
    """Where the reference of a concept is kept."""
    return GOLDEN / f"{concept}.npz"


def carried(trace: mathcore.Trace) -> dict[str, np.ndarray]:
    """The quantities of a trace that carry a tolerance."""
    return {name: array for name, array in trace.arrays().items() if trace.quantities()[name].tolerance is not None}


def difference(trace: mathcore.Trace, name: str, reference: np.ndarray) -> float:
    """How far a quantity is from its reference, relative to the reference's largest magnitude."""
    obtained = trace.arrays()[name]
    if obtained.shape != reference.shape:
        return np.inf
    return float(np.abs(obtained - reference).max() / (np.abs(reference).max() or 1.0))


if __name__ == "__main__":
    for concept in _catalog.concepts():
        if arrays := carried(_catalog.load(concept).compute()):
            np.savez_compressed(golden_path(concept), **arrays, allow_pickle=False)
            print(golden_path(concept).relative_to(_catalog.ROOT))
