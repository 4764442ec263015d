"""Whether a concept still computes what it did, and where somebody's own run departs from it.

`check` holds a concept against its reference in assets/golden/ and its invariants, `compare` a run against the concept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from itertools import tee
from math import inf, isfinite
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import BaseModel

from mathcore import _catalog
from mathcore._check import reader, references
from mathcore._check.against import Held, departure, each
from mathcore._check.columns import Submission
from mathcore._check.compare import Axes, sequence, tolerance
from mathcore._check.conventions import by, known, recognised
from mathcore._check.given import from_python
from mathcore._check.hints import Hint, hint
from mathcore._check.names import renamed, shown
from mathcore._check.verdict import Beyond, Broken, Departure, Ending, Misfit, Report
from mathcore._data import InputError
from mathcore._records import Arrays
from mathcore._trace import Quantity, Trace

RTOL = 1e-5  # of what others computed: single precision and six printed digits hold this much
Earliest = Departure | Misfit | Beyond
_WORSE = [type(None), Ending, Departure, Beyond, Misfit]  # each worse than the one before


class Expected(NamedTuple):
    """What runs are held against, once it is computed."""

    trace: Trace
    arrays: Arrays  # of the trace, by the convention that is asked for
    mistakes: Iterator[tuple[str, Arrays]]  # as the trace tells them, each computed when a copy first comes to it
    tolerances: tuple[float, float]
    partial: bool
    convention: str | None
    taken: tuple[str, ...]  # sentences on knobs that were "auto"


def check(concept: str, rtol: float | None = None, atol: float | None = None) -> Report:
    """Compute a concept with its default knobs and hold it against its reference and its invariants.

    Args:
        concept: its name, with hyphens or underscores.
        rtol, atol: instead of the tolerance that each quantity declares; one alone makes the other 0.

    Raises:
        mathcore.InputError: there is no such concept, or a tolerance is negative or not finite.
    """
    concept = _catalog.find(concept)
    trace, expected = _catalog.load(concept).compute(), references.read(concept)
    arrays, declared = trace.arrays(), trace.quantities()
    fault = _earliest(
        (
            _fault(name, declared[name].axes, arrays[name], values, _tolerances(rtol, atol, declared[name].tolerance))
            for name, values in expected.items()
            if name in declared
        ),
        declared,
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
    partial: bool = False,
    convention: str | None = None,
) -> Report:
    """Hold somebody's own run against a concept: where it first departs, and what the cause looks like.

    Args:
        concept: its name, with hyphens or underscores.
        given: arrays (numpy, torch, nested lists) by the names of quantities, each with its axes; more axes may have
            length 1. An array `step` (or `epoch`, ...) says at which steps the values stand.
        knobs: values of the concept's knobs, where they are not the default ones.
        rtol, atol: how far each value may be, atol + rtol times the largest magnitude of the quantity so far;
            1e-5 and 0, and one alone makes the other 0.
        partial: whether a run may go less far than ours, or farther.
        convention: by which of the concept's conventions the run is to be right; by default ours.

    Raises:
        mathcore.InputError: a name, an array, a knob, a convention or a tolerance cannot be used.
    """
    concept = _catalog.find(concept)
    submission = from_python(concept, given)
    return held(expected(concept, knobs or {}, rtol, atol, partial, convention), submission)


def compare_file(
    concept: str,
    path: Path,
    knobs: Mapping[str, Any],
    rtol: float | None = None,
    atol: float | None = None,
    partial: bool = False,
    convention: str | None = None,
    asked: Sequence[str] = (),
) -> Report:
    """The same of the quantities in a file; names in it that are no quantities are told.

    Args:
        concept, knobs, rtol, atol, partial, convention: as in `compare`.
        path: an npz, npy, csv or json file, or an event file of TensorBoard.
        asked: which of its names are which quantities, `loss=train/loss`, or `loss` for the only series.

    Raises:
        mathcore.InputError: as `compare`, or the file cannot be read or holds no quantity.
    """
    submission = reader.read(path, axes_of(concept), asked)
    return with_unused(held(expected(concept, knobs, rtol, atol, partial, convention), submission), submission)


def axes_of(concept: str) -> dict[str, Axes]:
    """The axes of every quantity of a concept."""
    return {name: declared.axes for name, declared in _catalog.load(concept).Trace.quantities().items()}


def with_unused(report: Report, submission: Submission) -> Report:
    """A report that tells, besides, which names of a file are no quantities."""
    unused = [f"not compared: {reader.listed(submission.unused)}"] if submission.unused else []
    missing = [name for name in axes_of(report.concept.replace("-", "_")) if name not in submission.arrays]
    return replace(report, notes=(*report.notes, *unused, *renamed(submission.unused, missing)))


def expected(
    concept: str,
    knobs: Mapping[str, Any],
    rtol: float | None,
    atol: float | None,
    partial: bool,
    convention: str | None,
) -> Expected:
    """Compute what runs are to be held against, as in `compare`.

    Raises:
        mathcore.InputError: a knob, a convention or a tolerance cannot be used.
    """
    tolerances, asked = _tolerances(rtol, atol, RTOL), _turned(concept, knobs)
    if convention is not None:
        known(concept, convention)
    trace = _catalog.load(concept).compute(asked)
    arrays = trace.arrays() if convention is None else by(trace, convention)
    taken = tuple(f"{knob} is {value}" for knob, value in trace.params if value != getattr(asked, knob))  # for "auto"
    (mistakes,) = tee(trace.mistakes(), 1)
    return Expected(trace, arrays, mistakes, tolerances, partial, convention, taken)


def held(expected: Expected, submission: Submission) -> Report:
    """A run against ours; steps that are counted from 1 may begin at the start or after it, whichever agrees.

    Raises:
        mathcore.InputError: the steps of the run contradict each other.
    """
    from_one = submission.from_one()
    steps = {name: places - int(name in from_one) for name, places in submission.steps.items()}
    report, reading = _held(expected, submission._replace(steps=steps)), "the start, 0"
    if from_one and report.fault:
        after = _held(expected, submission)
        if _badness(after, 1) < _badness(report, 0):
            report, reading = after, "1: the start is left out"
    begins = (
        f"{shown(counter)} begins at 1, which is read as {reading}" for counter in dict.fromkeys(from_one.values())
    )
    return replace(report, notes=(*submission.notes, *expected.taken, *begins, *report.notes))


def _badness(report: Report, begins: int) -> tuple[int, int, bool]:
    """Of two readings of a run that is not right the better one has less; `begins` is where its first row stands."""
    fault = report.fault
    agreeing = fault.step - begins if isinstance(fault, Departure) else 0  # rows
    return _WORSE.index(type(fault)), -agreeing, not report.hint


def _held(expected: Expected, submission: Submission) -> Report:
    """A run against ours: whether it agrees, or where it departs and what that looks like."""
    trace, ours = expected.trace, {name: (array, expected.tolerances) for name, array in expected.arrays.items()}
    compared = each(trace, submission, ours)
    departs = _earliest((one.fault for one in compared.values()), trace.quantities())
    endings = [ending for one in compared.values() for ending in one.endings]
    notes = [*map(str, endings), *(note for one in compared.values() for note in one.notes)]
    fault: Earliest | Ending | None = departs
    cause, told = "", ""
    if departs:
        cause, told = _explained(expected, departs, compared, submission) or ("", "")
    elif endings and not expected.partial:
        fault, *notes = endings[0], *notes[1:]
        told = "what there is agrees; with --partial (partial=True) that is enough"
    values, run = sum(one.values for one in compared.values()), compared[fault.quantity].run if fault else None
    return Report(_catalog.hyphens(trace.concept), values, fault, told, tuple(notes), cause, run)


def _explained(
    expected: Expected, fault: Earliest, compared: Mapping[str, Held], submission: Submission
) -> Hint | None:
    """What a run that departs looks like: ours where a convention was asked for, a convention, or a mistake."""
    trace, tolerances = expected.trace, expected.tolerances
    ours = {name: (array, tolerances) for name, array in trace.arrays().items()}
    if expected.convention and not any(one.fault for one in each(trace, submission, ours).values()):
        return Hint("no convention", "agrees throughout with ours: leave the convention out")
    return recognised(trace, submission, tolerances) or hint(
        trace, copy(expected.mistakes), fault.quantity, compared[fault.quantity].run, tolerances
    )


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
    step = sequence(axes)
    steps = np.arange(0 if step is None else expected.shape[step])
    return departure(name, axes, obtained, expected, tolerance(expected, axes, *tolerances), steps)


def _earliest(faults: Iterable[Earliest | None], quantities: Mapping[str, Quantity]) -> Earliest | None:
    """Of several at the same step the first; what has no steps comes last where something with steps is before it."""
    stepped = [name for name, declared in quantities.items() if sequence(declared.axes) is not None]
    names = list(quantities)
    results = set(names[names.index(stepped[0]) :]) - set(stepped) if stepped else set()
    return min(
        (fault for fault in faults if fault),
        key=lambda fault: inf if fault.quantity in results else fault.step,
        default=None,
    )


def _turned(concept: str, knobs: Mapping[str, Any]) -> BaseModel:
    """The knobs, each of which exists."""
    known = _catalog.load(concept).Params.model_fields
    for name in knobs:
        if name not in known:
            raise InputError(f"{_catalog.hyphens(concept)} has no knob {name!r}, but {', '.join(known)}.")
    return _catalog.turned(concept, dict(knobs))
