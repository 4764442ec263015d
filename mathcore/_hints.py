"""What the cause of a departure looks like, where the numbers themselves show it.

A hint is no guess: the mistake that it names would have given the values that were obtained, within their tolerance -
all of them, or those of the first step that departs.
"""

from itertools import combinations

import numpy as np

from mathcore._compare import Axes, departing, first, margin, overlap, sequence
from mathcore._trace import Trace

Tolerances = tuple[float, float]  # relative, absolute
TRAINING = ("step", "update", "epoch")
LOOSEST_RTOL, LOOSEST_PART = 1e-2, 1e-4  # beyond them several mistakes would explain the same numbers
CLEAR = 10  # times what it may be off, a value must be for its ratio to mean something


def hint(trace: Trace, name: str, obtained: np.ndarray, rtol: float, atol: float) -> str:
    """What a quantity that departs looks like; "" where nothing is recognised."""
    finders = (_mistake, _swapped_axes, _shift, _ratio)
    expected = trace.arrays()[name]
    largest = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
    tolerances = min(rtol, LOOSEST_RTOL), min(atol, LOOSEST_PART * largest)
    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges may be compared
        return next((told for find in finders if (told := find(trace, name, obtained, tolerances))), "")


def _mistake(trace: Trace, name: str, obtained: np.ndarray, tolerances: Tolerances) -> str:
    """A mistake that the concept itself knows, or steps that are too long by the same factor throughout."""
    axes = trace.quantities()[name].axes
    for mistake, quantities in trace.mistakes():
        if name in quantities and _agree(obtained, quantities[name], axes, tolerances):
            return f"looks like {mistake}: all of {name} agrees with that"
    for factor, cause in _causes(trace, gradient=True).items():
        quantities = trace.with_steps(factor)
        if name in quantities and _agree(obtained, quantities[name], axes, tolerances):
            return f"looks like {cause}: all of {name} agrees with steps {factor:.6g} times as long"
    return ""


def _swapped_axes(trace: Trace, name: str, obtained: np.ndarray, tolerances: Tolerances) -> str:
    axes = trace.quantities()[name].axes
    if len(axes) == 2 and _agree(obtained.T, trace.arrays()[name], axes, tolerances):
        return f"looks like swapped axes: {name} transposed agrees"
    return ""


def _shift(trace: Trace, name: str, obtained: np.ndarray, tolerances: Tolerances) -> str:
    expected, axes = trace.arrays()[name], trace.quantities()[name].axes
    step = sequence(axes)
    if step is None or obtained.ndim != expected.ndim:
        return ""
    later = (slice(None),) * step + (slice(1, None),)
    if _agree(obtained, expected[later], axes, tolerances, moving=True):
        return f"looks like off by one: {name} is what the {axes[step]} after should be; is the start left out?"
    if _agree(obtained[later], expected, axes, tolerances, moving=True):
        return f"looks like off by one: {name} is what the {axes[step]} before should be; is the start there twice?"
    return ""


def _ratio(trace: Trace, name: str, obtained: np.ndarray, tolerances: Tolerances) -> str:
    """A factor between what is obtained and expected: at the start, or from the last step that agrees to the next."""
    expected, axes = trace.arrays()[name], trace.quantities()[name].axes
    common, step = overlap(obtained.shape, expected.shape, axes), sequence(axes)
    if common is None:
        return ""
    theirs, ours = obtained[common], expected[common]
    index = first(departing(theirs, ours, margin(ours, axes, *tolerances)), axes)
    k = index[step] if index and step is not None else 0
    parts = (theirs, ours, margin(theirs, axes, *tolerances))
    theirs, ours, off = (part[None] if step is None else np.moveaxis(part, step, 0) for part in parts)
    theirs, ours, off = (
        (theirs[k] - theirs[k - 1], ours[k] - ours[k - 1], 2 * off[k]) if k else (theirs[0], ours[0], off[0])
    )
    gradient = step is not None and axes[step] in TRAINING and (k > 0 or name in ("gradient", "update"))
    for factor, cause in _causes(trace, gradient).items():
        clear = np.abs(factor * ours) > CLEAR * off
        if clear.any() and (np.abs(theirs - factor * ours) <= off).all():
            change = f"from {axes[step]} {k - 1} to {k}, {name} changes by" if k and step is not None else f"{name} is"
            return f"looks like {cause}: {change} {factor:.6g} times what is expected"
    return ""


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


def _agree(
    obtained: np.ndarray, expected: np.ndarray, axes: Axes, tolerances: Tolerances, moving: bool = False
) -> bool:
    """Whether two arrays agree wherever both have values and, if `moving`, these differ from step to step."""
    common, step = overlap(obtained.shape, expected.shape, axes), sequence(axes)
    if common is None:
        return False
    theirs, ours = obtained[common], expected[common]
    allowed = margin(ours, axes, *tolerances)
    if departing(theirs, ours, allowed).any():
        return False
    if step is None:
        return True
    before, after = (np.moveaxis(ours, step, 0)[part] for part in (slice(-1), slice(1, None)))
    return not moving or bool(departing(after, before, np.moveaxis(allowed, step, 0)[1:]).any())
