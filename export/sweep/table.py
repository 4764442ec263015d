"""The numbers of a sweep in one file: every quantity with the knobs as its first axes.

Where a quantity is longer at one setting than at another, what is missing is NaN, as are settings that were left out.
The values of a knob are `knob_NAME`; words, which arrays of numbers lack, are counted there, and `meta` tells them.
"""

from pathlib import Path
from typing import Any

import numpy as np

from export.sweep.asked import Turned
from export.sweep.swept import Swept
from mathcore import _records


def write(swept: Swept, path: Path) -> None:
    """Write the numbers in the format that the suffix of `path` names."""
    names = [one.knob.name for one in swept.turned]
    traces = [(point, swept.trace(point)) for point in swept.points]
    declared = traces[0][1].quantities()
    taken = {axis for one in declared.values() for axis in one.axes}
    knobs = [f"knob_{name}" if name in taken else name for name in names]
    shape = tuple(len(one.values) for one in swept.turned)
    arrays = {f"knob_{name}": _numbers(one) for name, one in zip(names, swept.turned, strict=True)}
    axes: dict[str, tuple[str, ...]] = {f"knob_{name}": (knob,) for name, knob in zip(names, knobs, strict=True)}
    for quantity, known in declared.items():
        arrays[quantity] = stacked(shape, {point.places: getattr(trace, quantity) for point, trace in traces})
        axes[quantity] = (*knobs, *known.axes)
    meta = traces[0][1].meta()
    for name in names:
        del meta["params"][name]
    meta["sweep"] = {name: [*map(_plain, one.values)] for name, one in zip(names, swept.turned, strict=True)}
    _records.write(path, meta, arrays, axes, meanings={name: known.meaning for name, known in declared.items()})


def stacked(shape: tuple[int, ...], values: dict[tuple[int, ...], np.ndarray]) -> np.ndarray:
    """Arrays of one number of axes, each at its place in a grid of this shape; what is missing is NaN."""
    longest = tuple(np.max([one.shape for one in values.values()], axis=0).astype(int))
    whole = len(values) == np.prod(shape) and all(one.shape == longest for one in values.values())
    kind = next(iter(values.values())).dtype if whole else float
    stack = np.full((*shape, *longest), np.nan if kind is float else 0, kind)
    for place, one in values.items():
        where: tuple[Any, ...] = (*place, *map(slice, one.shape))
        stack[where] = one
    return stack


def _plain(value: Any) -> Any:
    """A value as json has it."""
    return str(value) if isinstance(value, Path) else value


def _numbers(one: Turned) -> np.ndarray:
    """The values of a knob, or, of words or of several numbers each, their places."""
    return np.array(one.values if one.numeric else range(len(one.values)))
