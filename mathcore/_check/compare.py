"""Where two arrays of the same quantity first depart from each other."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from mathcore._data import InputError

SEQUENCES = ("step", "update", "epoch", "time", "layer", "depth")
Axes = tuple[str, ...]
Index = tuple[int, ...]
Part = tuple[slice | np.ndarray, ...]  # of an array: the indices along each axis


class Run(NamedTuple):
    """Values of a quantity that somebody computed, and at which of our steps each stands.

    `steps` [step] grows; a quantity without steps has none.
    """

    values: np.ndarray
    steps: np.ndarray


def sequence(axes: Axes) -> int | None:
    """Which of the axes tells what comes after what; None where there is none."""
    return next((k for k, axis in enumerate(axes) if axis in SEQUENCES), None)


def tolerance(expected: np.ndarray, axes: Axes, rtol: float, atol: float = 0.0) -> np.ndarray:
    """How far from `expected` each value may be: atol + rtol times the largest magnitude of the quantity so far.

    So far means at this step or before it, in the same run: axes before that of the steps tell runs apart, those
    after it are parts of one state. A quantity without steps is one state. What is not finite has no magnitude.
    """
    step = sequence(axes)
    magnitude: np.ndarray = np.where(np.isfinite(expected), np.abs(expected), 0.0)
    magnitude = magnitude.max(axis=tuple(range(0 if step is None else step + 1, expected.ndim)), keepdims=True)
    if step is not None:
        magnitude = np.maximum.accumulate(magnitude, axis=step)
    return np.broadcast_to(atol + rtol * magnitude, expected.shape)


def mismatches(obtained: np.ndarray, expected: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Where two arrays of one shape differ by more than is allowed; NaN equals NaN, an infinity itself."""
    same = (obtained == expected) | (np.isnan(obtained) & np.isnan(expected))
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(np.subtract(obtained, expected, dtype=float)) <= allowed
    departs: np.ndarray = ~(same | near)
    return departs


def first(where: np.ndarray, axes: Axes) -> Index | None:
    """The index of the first true value, by its step, then in the order of the axes; None where there is none."""
    step = sequence(axes)
    indices = np.argwhere(where)
    if not len(indices):
        return None
    if step is not None:
        indices = indices[indices[:, step] == indices[:, step].min()]
    return tuple(indices[0].tolist())


def place(name: str, axes: Axes, index: Index) -> str:
    """A value's name: `w[run=1, step=3]`, or `w_star` where there are no axes."""
    inside = ", ".join(f"{axis}={k}" for axis, k in zip(axes, index, strict=True))
    return f"{name}[{inside}]" if inside else name


def overlap(run: Run, expected: tuple[int, ...], axes: Axes) -> tuple[Part, Part] | None:
    """The indices of what a run and an array of ours have in common, in the run and in ours.

    None where the shapes differ in anything but the number of steps.
    """
    if not _fits(run.values.shape, expected, axes):
        return None
    shortest: list[slice | np.ndarray] = [slice(min(pair)) for pair in zip(run.values.shape, expected, strict=True)]
    step = sequence(axes)
    if step is None:
        return tuple(shortest), tuple(shortest)
    (there,) = np.nonzero((run.steps >= 0) & (run.steps < expected[step]))
    theirs, ours = ((*shortest[:step], part, *shortest[step + 1 :]) for part in (there, run.steps[there]))
    return theirs, ours


def fitting(values: np.ndarray, expected: tuple[int, ...], axes: Axes) -> np.ndarray | None:
    """The values without those axes of length 1 that ours lack; None where the rest has another shape than ours.

    As many axes are dropped as there are too many, and steps may be fewer or more. Of several ways the one is taken
    that leaves most lengths equal to ours.
    """
    longer = {k for k, length in enumerate(values.shape) if length != 1}
    kept = (set(some) for some in combinations(range(values.ndim), len(expected)))
    shapes = {tuple(values.shape[k] for k in sorted(some)) for some in kept if longer <= some}
    fits = [shape for shape in shapes if _fits(shape, expected, axes)]
    if not fits:
        return None
    return values.reshape(max(fits, key=lambda shape: (sum(map(int.__eq__, shape, expected)), shape)))


def _fits(obtained: tuple[int, ...], expected: tuple[int, ...], axes: Axes) -> bool:
    return len(obtained) == len(expected) and all(
        a == b or axis in SEQUENCES for a, b, axis in zip(obtained, expected, axes, strict=True)
    )


def placed(name: str, values: np.ndarray, axes: Axes, steps: np.ndarray | None = None) -> Run:
    """A run in the order of its steps, each of which it has once.

    Args:
        name: of the quantity.
        values: with our axes.
        axes: their names.
        steps: [row] where each row along the steps stands, in any order, of which the last may be too many, as there
            is an update less than steps; None where they follow the start.

    Raises:
        InputError: the steps are not as many as the rows, or two rows of one step differ.
    """
    step = sequence(axes)
    if step is None:
        return Run(values, np.arange(0))
    length = values.shape[step]
    if steps is None:
        return Run(values, np.arange(length))
    if len(steps) - length not in (0, 1):
        raise InputError(f"{name} has {length} values along {axes[step]}, and {len(steps)} are counted.")
    order = np.argsort(steps[:length], kind="stable")
    steps, values = steps[order], values.take(order, axis=step)
    again = np.flatnonzero(steps[1:] == steps[:-1])
    one, other = values.take(again, axis=step), values.take(again + 1, axis=step)
    if differ := first(mismatches(other, one, np.zeros(one.shape)), axes):
        raise InputError(f"{name} has two different values at {axes[step]} {steps[again][differ[step]]}.")
    return Run(np.delete(values, again, axis=step), np.delete(steps, again))
