"""Where two arrays of the same quantity first depart from each other."""

import numpy as np

SEQUENCES = ("step", "update", "epoch", "time", "layer", "depth")
Axes = tuple[str, ...]
Index = tuple[int, ...]


def sequence(axes: Axes) -> int | None:
    """Which of the axes tells what comes after what; None where there is none."""
    return next((k for k, axis in enumerate(axes) if axis in SEQUENCES), None)


def margin(expected: np.ndarray, axes: Axes, rtol: float, atol: float = 0.0) -> np.ndarray:
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


def departing(obtained: np.ndarray, expected: np.ndarray, allowed: np.ndarray) -> np.ndarray:
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


def overlap(obtained: tuple[int, ...], expected: tuple[int, ...], axes: Axes) -> tuple[slice, ...] | None:
    """The part that two shapes have in common; None where they differ in anything but the number of steps."""
    if len(obtained) != len(expected):
        return None
    if any(a != b and axis not in SEQUENCES for a, b, axis in zip(obtained, expected, axes, strict=True)):
        return None
    return tuple(slice(min(pair)) for pair in zip(obtained, expected, strict=True))
