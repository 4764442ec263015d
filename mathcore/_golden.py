"""Reference trajectories: what every concept computed when it was last looked at with care.

`make golden` writes them anew into assets/golden/: per concept a small npz of the quantities that declare a
tolerance, and the same as a table, which shows in review what changed. Values are rounded to a tenth of what
their tolerance allows, so that the noise of another machine changes neither. What long training leaves behind
has no tolerance: there only invariants hold everywhere (see `Trace.invariants`).
"""

import sys
from decimal import Decimal
from math import floor, isfinite, log10
from typing import Any

import numpy as np

from mathcore import _catalog
from mathcore._check.compare import place, tolerance
from mathcore._check.references import path_of
from mathcore._trace import Trace

Arrays = dict[str, np.ndarray]


def reference(trace: Trace) -> Arrays:
    """The quantities of a trace that declare a tolerance, rounded to what it makes sense to keep."""
    return {
        name: _rounded(trace.arrays()[name], tolerance(trace.arrays()[name], declared.axes, declared.tolerance))
        for name, declared in trace.quantities().items()
        if declared.tolerance is not None
    }


def table(trace: type[Trace], arrays: Arrays) -> str:
    """The values of a reference, one per line, each with its name."""
    return "".join(
        f"{place(name, trace.quantities()[name].axes, index):<32} {array[index].item()!r}\n"
        for name, array in arrays.items()
        for index in np.ndindex(array.shape)
    )


def write(concept: str) -> None:
    """Compute a concept with its default knobs and keep that as its reference."""
    module = _catalog.load(concept)
    arrays: dict[str, Any] = reference(module.compute())
    np.savez(path_of(concept), allow_pickle=False, **arrays)  # not compressed: zlibs differ in the bytes they make
    path_of(concept).with_suffix(".txt").write_text(table(module.Trace, arrays), encoding="utf-8")


def _rounded(array: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    digits = [_digits(*pair) for pair in zip(array.ravel().tolist(), allowed.ravel().tolist(), strict=True)]
    return np.array(digits, array.dtype).reshape(array.shape)


def _digits(value: float, allowed: float) -> float:
    if not allowed or not isfinite(value):
        return value
    return float(Decimal(value).quantize(Decimal(1).scaleb(floor(log10(allowed)) - 1))) + 0.0  # no negative zero


if __name__ == "__main__":
    for name in sys.argv[1:] or _catalog.concepts():
        write(name)
        print(path_of(name).relative_to(_catalog.ROOT))
