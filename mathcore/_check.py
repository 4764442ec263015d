"""Whether a concept still computes what it did, and where somebody's own run departs from it.

`check` holds a concept against its reference in assets/golden/ and its invariants, `compare` a run against the concept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from mathcore import _catalog, _reference, _submission
from mathcore._compare import Axes, departing, first, margin, overlap
from mathcore._data import InputError
from mathcore._hints import hint
from mathcore._verdict import Broken, Departure, Misfit, Report

RTOL = 1e-5  # of what others computed: single precision and six printed digits hold this much


def check(concept: str, rtol: float | None = None, atol: float | None = None) -> Report:
    """Compute a concept with its default knobs and hold it against its reference and its invariants.

    Args:
        concept: its name, with hyphens or underscores.
        rtol, atol: instead of the tolerance that each quantity declares; one alone makes the other 0.

    Raises:
        mathcore.InputError: there is no such concept, or a tolerance is negative or not finite.
    """
    concept = _catalog.find(concept)
    trace, expected = _catalog.load(concept).compute(), _reference.read(concept)
    arrays, declared = trace.arrays(), trace.quantities()
    fault = _earliest(
        _fault(name, declared[name].axes, arrays[name], values, _tolerances(rtol, atol, declared[name].tolerance))
        for name, values in expected.items()
        if name in declared
    )
    broken = [Broken(sentence) for sentence, holds in trace.invariants() if not holds]
    if set(expected) != {name for name, one in declared.items() if one.tolerance is not None}:
        broken.append(Broken("every quantity with a tolerance has a reference (`make golden`)"))
    values = sum(values.size for values in expected.values())
    return Report(_catalog.hyphens(concept), values, fault or next(iter(broken), None))


def compare(
    concept: str,
    given: Mapping[str, Any],
    knobs: Mapping[str, Any] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
) -> Report:
    """Hold somebody's own run against a concept: where it first departs, and what the cause looks like.

    Args:
        concept: its name, with hyphens or underscores.
        given: arrays (numpy, torch, nested lists) by the names of quantities, each with its axes; along steps they
            may be shorter or longer than ours, and what both have is compared.
        knobs: values of the concept's knobs, where they are not the default ones.
        rtol, atol: how far each value may be, atol + rtol times the largest magnitude of the quantity so far;
            1e-5 and 0, and one alone makes the other 0.

    Raises:
        mathcore.InputError: a name, an array, a knob or a tolerance cannot be used.
    """
    concept, tolerances = _catalog.find(concept), _tolerances(rtol, atol, RTOL)
    theirs = _numbers(concept, given)
    asked = _turned(concept, knobs or {})
    trace = _catalog.load(concept).compute(asked)
    ours = {name: array for name, array in trace.arrays().items() if name in theirs}
    axes = {name: trace.quantities()[name].axes for name in ours}
    parts = {name: overlap(theirs[name].shape, ours[name].shape, axes[name]) for name in ours}
    common = {name: part for name, part in parts.items() if part is not None}
    fault = _earliest(
        _fault(name, axes[name], theirs[name][parts[name] or ...], ours[name][parts[name] or ...], tolerances)
        for name in ours
    )
    told = hint(trace, fault.quantity, theirs[fault.quantity], *tolerances) if fault else ""
    notes = [note for name in common for note in _shorter(name, axes[name], theirs[name].shape, ours[name].shape)]
    notes += [f"{knob} is {value}" for knob, value in trace.params if value != getattr(asked, knob)]  # of "auto"
    values = sum(ours[name][part].size for name, part in common.items())
    return Report(_catalog.hyphens(concept), values, fault, told, tuple(notes))


def compare_file(
    concept: str, path: Path, knobs: Mapping[str, Any], rtol: float | None = None, atol: float | None = None
) -> Report:
    """The same of the quantities in an npz, csv or json file; names in it that are no quantities are told.

    Raises:
        mathcore.InputError: as `compare`, or the file cannot be read or holds no quantity.
    """
    quantities = _catalog.load(concept).Trace.quantities()
    submission = _submission.read(path, {name: declared.axes for name, declared in quantities.items()})
    report = compare(concept, submission.arrays, knobs, rtol, atol)
    unused = [f"not compared: {_submission.listed(submission.unused)}"] if submission.unused else []
    return replace(report, notes=(*report.notes, *unused))


def _tolerances(rtol: float | None, atol: float | None, otherwise: float | None) -> tuple[float, float]:
    for name, value in (("rtol", rtol), ("atol", atol)):
        if value is not None and not (value >= 0 and isfinite(value)):
            raise InputError(f"--{name} must be a number from 0, not {value}.")
    if rtol is None and atol is None:
        return otherwise or 0.0, 0.0
    return rtol or 0.0, atol or 0.0


def _fault(
    name: str, axes: Axes, obtained: np.ndarray, expected: np.ndarray, tolerances: tuple[float, float]
) -> Departure | Misfit | None:
    if obtained.shape != expected.shape:
        return Misfit(name, axes, obtained.shape, expected.shape)
    allowed = margin(expected, axes, *tolerances)
    index = first(departing(obtained, expected, allowed), axes)
    if index is None:
        return None
    return Departure(name, axes, index, obtained[index].item(), expected[index].item(), allowed[index].item())


def _earliest(faults: Iterable[Departure | Misfit | None]) -> Departure | Misfit | None:
    """Of several at the same step the first."""
    return min((fault for fault in faults if fault), key=lambda fault: fault.step, default=None)


def _numbers(concept: str, given: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Arrays of somebody else's making, in float64."""
    quantities, arrays = _catalog.load(concept).Trace.quantities(), {}
    for name, values in given.items():
        if name not in quantities:
            raise InputError(f"{_catalog.hyphens(concept)} has no quantity {name!r}, but {', '.join(quantities)}.")
        try:
            arrays[name] = np.array(_plain(values), dtype=float)
        except (TypeError, ValueError, OverflowError):
            raise InputError(f"{name} is not an array of numbers.") from None
        if not arrays[name].size:
            raise InputError(f"{name} has no values.")
    if not arrays:
        raise InputError("no quantity is given that could be compared.")
    return arrays


def _plain(values: Any) -> Any:
    """Nested lists of numbers; a tensor leaves its gradient, device and precision behind."""
    if hasattr(values, "tolist"):
        return values.tolist()
    return [_plain(one) for one in values] if isinstance(values, list | tuple) else values


def _turned(concept: str, knobs: Mapping[str, Any]) -> BaseModel:
    """The knobs, each of which exists."""
    known = _catalog.load(concept).Params.model_fields
    for name in knobs:
        if name not in known:
            raise InputError(f"{_catalog.hyphens(concept)} has no knob {name!r}, but {', '.join(known)}.")
    return _catalog.turned(concept, dict(knobs))


def _shorter(name: str, axes: Axes, obtained: tuple[int, ...], expected: tuple[int, ...]) -> list[str]:
    return [
        f"{name} has {a} values along {axis}, expected {b}: the first {min(a, b)} are compared"
        for axis, a, b in zip(axes, obtained, expected, strict=True)
        if a != b
    ]
