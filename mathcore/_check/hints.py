"""What the cause of a departure looks like, where the numbers themselves show it.

A hint is no guess: the mistake that it names would have given the values that were obtained, within their tolerance -
all of them, or those of the first step that departs.
"""

from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple, Self

import numpy as np

from mathcore._check.compare import Axes, Run, first, fitting, mismatches, overlap, sequence, tolerance
from mathcore._trace import Trace

Tolerances = tuple[float, float]  # relative, absolute
TRAINING = ("step", "update", "epoch")
LOOSEST_RTOL, LOOSEST_PART = 1e-2, 1e-4  # beyond them several mistakes would explain the same numbers
ROUNDED = 1e-2  # of a value, what a short computation in half precision loses
CLEAR = 10  # times what it may be off, a value must be for its ratio to mean something


Mistakes = Iterable[tuple[str, dict[str, np.ndarray]]]  # as a trace tells them


class Hint(NamedTuple):
    """What a departure looks like: the cause in a few words, and a sentence with what shows it."""

    cause: str
    sentence: str

    @classmethod
    def of(cls, cause: str, shown: str) -> Self:
        """The hint at a cause, by what shows it."""
        return cls(cause, f"looks like {cause}: {shown}")


def hint(trace: Trace, mistakes: Mistakes, name: str, run: Run, tolerances: Tolerances) -> Hint | None:
    """What a quantity that departs looks like; None where nothing is recognised."""
    tolerances = tightened(trace.arrays()[name], *tolerances)
    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges may be compared
        known = _mistake(trace, mistakes, name, run, tolerances)
        finders = (_longer_steps, _swapped_axes, _shift, _ratio, _precision)
        return known or next((found for find in finders if (found := find(trace, name, run, tolerances))), None)


def tightened(expected: np.ndarray, rtol: float, atol: float) -> Tolerances:
    """The tolerances, no looser than tells one cause from another."""
    largest = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
    return min(rtol, LOOSEST_RTOL), min(atol, LOOSEST_PART * largest)


def _mistake(trace: Trace, mistakes: Mistakes, name: str, run: Run, tolerances: Tolerances) -> Hint | None:
    """A mistake that the concept itself knows."""
    axes = trace.quantities()[name].axes
    for mistake, quantities in mistakes:
        if name in quantities and _has_form(run, quantities[name], axes, tolerances):
            return Hint.of(mistake, f"all of {name} agrees with that")
    return None


def _longer_steps(trace: Trace, name: str, run: Run, tolerances: Tolerances) -> Hint | None:
    """Steps that are too long by the same factor throughout."""
    axes = trace.quantities()[name].axes
    for factor, cause in _causes(trace, gradient=True).items():
        quantities = trace.with_steps(factor)
        if name in quantities and _agree(run, quantities[name], axes, tolerances):
            return Hint.of(cause, f"all of {name} agrees with steps {factor:.6g} times as long")
    return None


def _has_form(run: Run, form: np.ndarray, axes: Axes, tolerances: Tolerances) -> bool:
    """Whether a run is what a mistake computes, which may have other axes than ours, such as one more."""
    if form.ndim == len(axes):
        values = fitting(run.values, form.shape, axes)
        return values is not None and _agree(Run(values, run.steps), form, axes, tolerances)
    return _agree(Run(run.values.squeeze(), np.arange(0)), form, ("",) * form.ndim, tolerances)


def _swapped_axes(trace: Trace, name: str, run: Run, tolerances: Tolerances) -> Hint | None:
    axes = trace.quantities()[name].axes
    if run.values.ndim != 2 or len(axes) != 2:
        return None
    turned = run.values.T
    rows = 0 if (step := sequence(axes)) is None else turned.shape[step]
    if _agree(Run(turned, np.arange(rows)), trace.arrays()[name], axes, tolerances):
        return Hint.of("swapped axes", f"{name} transposed agrees")
    return None


def _shift(trace: Trace, name: str, run: Run, tolerances: Tolerances) -> Hint | None:
    expected, axes = trace.arrays()[name], trace.quantities()[name].axes
    step = sequence(axes)
    if step is None:
        return None
    if _agree(Run(run.values, run.steps + 1), expected, axes, tolerances, moving=True):
        told = f"{name} is what the {axes[step]} after should be"
        return Hint.of("off by one", f"{told}; is the start left out, or was it noted after the update?")
    if _agree(Run(run.values, run.steps - 1), expected, axes, tolerances, moving=True):
        told = f"{name} is what the {axes[step]} before should be"
        return Hint.of("off by one", f"{told}; is the start there twice?")
    return None


def _ratio(trace: Trace, name: str, run: Run, tolerances: Tolerances) -> Hint | None:
    """A factor between what is obtained and expected: at the start, or from the last step that agrees to the next."""
    expected, axes = trace.arrays()[name], trace.quantities()[name].axes
    common, step = overlap(run, expected.shape, axes), sequence(axes)
    if common is None or not expected[common[1]].size:
        return None
    theirs, ours = run.values[common[0]], expected[common[1]]
    index = first(mismatches(theirs, ours, tolerance(expected, axes, *tolerances)[common[1]]), axes)
    k = index[step] if index and step is not None else 0
    if k and run.steps[k] != run.steps[k - 1] + 1:
        return None  # the step that departs has no step before it
    parts = (theirs, ours, tolerance(theirs, axes, *tolerances))
    theirs, ours, off = (part[None] if step is None else np.moveaxis(part, step, 0) for part in parts)
    theirs, ours, off = (
        (theirs[k] - theirs[k - 1], ours[k] - ours[k - 1], 2 * off[k]) if k else (theirs[0], ours[0], off[0])
    )
    gradient = step is not None and axes[step] in TRAINING and (k > 0 or name in ("gradient", "update"))
    for factor, cause in _causes(trace, gradient).items():
        clear = np.abs(factor * ours) > CLEAR * off
        if clear.any() and (np.abs(theirs - factor * ours) <= off).all():
            change = f"{name} is"
            if k and step is not None:
                change = f"from {axes[step]} {run.steps[k - 1]} to {run.steps[k]}, {name} changes by"
            return Hint.of(cause, f"{change} {factor:.6g} times what is expected")
    return None


def _precision(trace: Trace, name: str, run: Run, tolerances: Tolerances) -> Hint | None:
    """Numbers that agree as long as a lower precision holds them, and beyond that are infinite, no numbers or 0."""
    expected, axes = trace.arrays()[name], trace.quantities()[name].axes
    common = overlap(run, expected.shape, axes)
    if common is None:
        return None
    theirs, ours = run.values[common[0]], expected[common[1]]
    departs = mismatches(theirs, ours, tolerance(expected, axes, *tolerances)[common[1]])
    if not departs.any():
        return None
    if (np.abs(theirs - ours) <= ROUNDED * np.abs(ours))[departs].all() and (theirs == theirs.astype(np.float16)).all():
        return Hint.of("half precision", f"its numbers have no more digits, and are near (--rtol {ROUNDED:g})")
    reached, lost, size = np.abs(theirs[np.isfinite(theirs)]).max(initial=0.0), theirs[departs], np.abs(ours[departs])
    for precision, kind in (("single", np.float32), ("half", np.float16)):
        largest, smallest, least = (
            float(getattr(np.finfo(kind), name)) for name in ("max", "tiny", "smallest_subnormal")
        )
        if (size > largest).all() and not np.isfinite(lost).any() and reached <= largest:
            return Hint.of(f"{precision} precision", f"what departs is beyond its largest number, {largest:.2g}")
        fallen = lost == 0
        if fallen.any() and (size[fallen] <= least).all() and (np.maximum(size, np.abs(lost)) < smallest).all():
            return Hint.of(f"{precision} precision", f"what departs is below its smallest number, {smallest:.2g}")
    return None


def _causes(trace: Trace, gradient: bool) -> dict[float, str]:
    """Causes by the factor that they put on a value or, where `gradient` says so, on a step of training."""
    single = [
        (-1.0, "the sign of the gradient" if gradient else "a sign"),
        (0.5, "a factor 2 forgotten"),
        (2.0, "a factor 2 too many"),
    ]
    if (n := trace.samples()) > 1:
        single += [
            (1 / n, f"a mean over {n} samples instead of a sum"),
            (n, f"a sum over {n} samples instead of a mean"),
        ]
    rates = [(10.0, "a learning rate ten times too large"), (0.1, "a learning rate ten times too small")]
    causes: dict[float, str] = {}
    for factor, cause in single + rates * gradient:
        causes[factor] = f"{causes[factor]} or {cause}" if factor in causes else cause
    for (one, cause), (other, second) in combinations(single, 2):
        causes.setdefault(one * other, f"{cause} and {second}")
    return {factor: cause for factor, cause in causes.items() if abs(factor - 1) > 1e-6}


def _agree(run: Run, expected: np.ndarray, axes: Axes, tolerances: Tolerances, moving: bool = False) -> bool:
    """Whether two arrays agree wherever both have values and, if `moving`, these differ from step to step."""
    common, step = overlap(run, expected.shape, axes), sequence(axes)
    if common is None or not expected[common[1]].size:
        return False
    theirs, ours = run.values[common[0]], expected[common[1]]
    allowed = tolerance(expected, axes, *tolerances)[common[1]]
    if mismatches(theirs, ours, allowed).any():
        return False
    if step is None:
        return True
    before, after = (np.moveaxis(ours, step, 0)[part] for part in (slice(-1), slice(1, None)))
    return not moving or bool(mismatches(after, before, np.moveaxis(allowed, step, 0)[1:]).any())
