"""One quantity of somebody's run against ours: what it has in common with ours, and where that departs."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from mathcore._check.columns import Submission
from mathcore._check.compare import Axes, Run, first, fitting, mismatches, overlap, placed, sequence, tolerance
from mathcore._check.verdict import Beyond, Departure, Ending, Misfit
from mathcore._trace import Trace


class Held(NamedTuple):
    """What came of the comparison of a quantity."""

    run: Run
    values: int  # how many were compared
    fault: Departure | Misfit | Beyond | None
    endings: tuple[Ending, ...]  # where it goes less far than ours, or farther
    notes: tuple[str, ...]


def hold(
    name: str,
    axes: Axes,
    obtained: np.ndarray,
    steps: np.ndarray | None,
    expected: np.ndarray,
    tolerances: tuple[float, float],
) -> Held:
    """Compare an array with ours.

    Args:
        name: of the quantity.
        axes: the names of its axes.
        obtained: the array; axes of length 1 may be too many.
        steps: [row] at which steps its rows stand, in any order; None where they follow the start.
        expected: ours.
        tolerances: relative, absolute.

    Raises:
        InputError: the steps contradict each other.
    """
    values, step = fitting(obtained, expected.shape, axes), sequence(axes)
    if values is None:
        rows = obtained.shape[step] if step is not None and step < obtained.ndim else 0
        misfit = Misfit(name, axes, obtained.shape, expected.shape)
        return Held(Run(obtained, np.arange(rows)), 0, misfit, (), ())
    run = placed(name, values, axes, steps)
    common = overlap(run, expected.shape, axes)
    if common is None or not expected[common[1]].size:
        beyond = Beyond(name, axes[step or 0], int(run.steps[0]), expected.shape[step or 0] - 1)
        return Held(run, 0, beyond, (), ())
    theirs, ours = run.values[common[0]], expected[common[1]]
    fault = departure(name, axes, theirs, ours, tolerance(expected, axes, *tolerances)[common[1]], run.steps)
    notes = (*_dropped(name, obtained, values), *_sparse(name, axes, run, expected))
    return Held(run, ours.size, fault, _endings(name, axes, run, expected), notes)


def each(
    trace: Trace, submission: Submission, expected: Mapping[str, tuple[np.ndarray, tuple[float, float]]]
) -> dict[str, Held]:
    """Compare every quantity of a run with what is expected of it, by its name, and how far it may be off."""
    return {
        name: hold(name, declared.axes, submission.arrays[name], submission.steps.get(name), *expected[name])
        for name, declared in trace.quantities().items()
        if name in submission.arrays
    }


def departure(
    name: str, axes: Axes, obtained: np.ndarray, expected: np.ndarray, allowed: np.ndarray, steps: np.ndarray
) -> Departure | None:
    """The first value that is farther from ours than is allowed; the arrays have one shape and stand at `steps`."""
    departing = mismatches(obtained, expected, allowed)
    index = first(departing, axes)
    if index is None:
        return None
    place = tuple(int(steps[k]) if axis == sequence(axes) else k for axis, k in enumerate(index))
    values = obtained[index].item(), expected[index].item(), allowed[index].item()
    return Departure(name, axes, place, *values, int(departing.sum()), departing.size)


def _endings(name: str, axes: Axes, run: Run, expected: np.ndarray) -> tuple[Ending, ...]:
    step = sequence(axes)
    last = [int(run.steps[-1]) if k == step else length - 1 for k, length in enumerate(run.values.shape)]
    return tuple(
        Ending(name, axis, there, length - 1)
        for axis, there, length in zip(axes, last, expected.shape, strict=True)
        if there != length - 1
    )


def _dropped(name: str, obtained: np.ndarray, values: np.ndarray) -> list[str]:
    shape = " x ".join(map(str, obtained.shape))
    return [f"{name}: axes of length 1 are dropped ({shape})"] if obtained.ndim > values.ndim else []


def _sparse(name: str, axes: Axes, run: Run, expected: np.ndarray) -> list[str]:
    step = sequence(axes)
    if step is None:
        return []
    reached = min(int(run.steps[-1]) + 1, expected.shape[step])
    there = int((run.steps < reached).sum())
    return [f"{name} is compared at {there} of {reached} {axes[step]}s"] if there < reached else []
