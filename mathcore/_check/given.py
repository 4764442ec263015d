"""Arrays of somebody else's making that come from Python: numpy, torch, nested lists."""

import difflib
from collections.abc import Mapping
from typing import Any

import numpy as np

from mathcore import _catalog
from mathcore._check.columns import Submission
from mathcore._check.names import bare, shown
from mathcore._check.reader import arranged, numbers
from mathcore._data import InputError


def from_python(concept: str, given: Mapping[str, Any]) -> Submission:
    """The quantities among named arrays, in float64.

    Raises:
        InputError: a name is no quantity, or an array holds anything but numbers.
    """
    quantities = _catalog.load(concept).Trace.quantities()
    axes = {name: declared.axes for name, declared in quantities.items()}
    submission = arranged("what is given", given.items(), axes, _array)
    if submission.unused:
        raise InputError(_unknown(concept, submission.unused[0], list(quantities)))
    if not submission.arrays:
        raise InputError("no quantity is given that could be compared.")
    return submission


def _array(name: str, values: Any) -> np.ndarray:
    if values is None:
        raise InputError(f"{name} is None; does the function that computes it return it?")
    array = numbers(name, _plain(values))
    if not array.size:
        raise InputError(f"{name} has no values.")
    return array


def _plain(values: Any) -> Any:
    """Nested lists of numbers; a tensor leaves its gradient, device and precision behind."""
    if hasattr(values, "tolist"):
        return values.tolist()
    return [_plain(one) for one in values] if isinstance(values, list | tuple) else values


def _unknown(concept: str, name: str, quantities: list[str]) -> str:
    knobs = list(_catalog.load(concept).Params.model_fields)
    if name in knobs:
        return f"{name} is a knob of {_catalog.hyphens(concept)}, no quantity."
    known = {bare(one): one for one in (*quantities, *knobs)}
    initials = {"".join(word[0] for word in one.split("_")): one for one in knobs if "_" in one}
    near = difflib.get_close_matches(bare(name), known, n=1)
    guess = initials.get(bare(name)) or (known[near[0]] if near else None)
    meant = f" (did you mean {guess}?)" if guess else ""
    return (
        f"{_catalog.hyphens(concept)} has neither a quantity nor a knob {shown(name)!r}{meant}; "
        f"quantities are {', '.join(quantities)}; knobs are {', '.join(knobs)}."
    )
