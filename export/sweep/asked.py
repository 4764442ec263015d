"""Which knobs are turned, and through which values: what the command line says, and what it cannot mean."""

import difflib
from collections.abc import Mapping, Sequence
from itertools import product
from math import floor, log10
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mathcore import InputError, _catalog
from mathcore._catalog import Knob, hyphens

USUAL, FEWEST, MOST = {1: 20, 2: 4}, 2, 100  # values of a knob, the first where so many are turned
KNOBS = 2  # that may be turned at once
DIGITS = 3  # that tell a value from the next one

Setting = tuple[tuple[str, Any], ...]  # knobs and their values


class Turned(NamedTuple):
    """A knob and the values that it is turned through, in their order."""

    knob: Knob
    values: tuple[Any, ...]
    log: bool = False

    @property
    def numeric(self) -> bool:
        """Whether every value is one number."""
        return all(isinstance(value, (int, float)) for value in self.values)

    def setting(self, place: int) -> tuple[str, Any]:
        """The knob at one of the values, as the concept takes it."""
        return self.knob.name, _taken(self.knob, self.values[place])


def asked(
    concept: str, sweeps: Sequence[Sequence[str]], counts: Sequence[int], given: Mapping[str, Any], *, log: bool
) -> list[Turned]:
    """What is turned.

    Args:
        concept: whose knobs.
        sweeps: for each knob its name, then two ends, or the values themselves; where there is none, what the concept
            proposes.
        counts: how many values there are between two ends: one number for all knobs, or one for each.
        given: knobs that are set to one value.
        log: whether values are spaced by equal factors.

    Raises:
        InputError: it cannot be done; one sentence says why.
    """
    sweeps = sweeps or [[_catalog.load(concept).SWEEP.knob]]
    if len(sweeps) > KNOBS:
        raise InputError(f"at most two knobs can be swept at once, not {len(sweeps)}.")
    if counts and len(counts) not in (1, len(sweeps)):
        raise InputError(f"--values takes one number for each swept knob, not {len(counts)}.")
    usual = counts or [USUAL[len(sweeps)]]
    wanted = [*usual] * len(sweeps) if len(usual) == 1 else [*usual]
    for count in counts:
        if not FEWEST <= count <= MOST:
            raise InputError(f"--values must be {FEWEST} to {MOST}, not {count}.")
    turned = [
        _turned(concept, sweep, count, log=log, counted=bool(counts))
        for sweep, count in zip(sweeps, wanted, strict=True)
    ]
    names = [one.knob.name for one in turned]
    for name in names:
        if name in given or names.count(name) > 1:
            raise InputError(f"--{hyphens(name)} is swept; it cannot be set as well.")
    if len(settings(turned)) > MOST:
        raise InputError(f"that makes {len(settings(turned))} pictures; at most {MOST} can be made.")
    return turned


def settings(turned: Sequence[Turned]) -> list[tuple[int, ...]]:
    """The places of all settings, the last knob's varying first."""
    return list(product(*(range(len(one.values)) for one in turned)))


def _turned(concept: str, sweep: Sequence[str], count: int, *, log: bool, counted: bool) -> Turned:
    """One knob, and its values, so many between two ends; `counted` where the user said how many."""
    knob, words = _knob(concept, sweep[0]), sweep[1:]
    own = _catalog.load(concept).SWEEP
    if not words and own.knob == knob.name:
        words, log = [str(value) for value in own.values], log or own.log
    elif not words:
        words = knob.choices if knob.kind == "choice" else ()
    values = [_value(knob, word) for word in words]
    for value in values:
        _catalog.turned(concept, {knob.name: _taken(knob, value)})  # InputError tells its range
    if len(set(values)) < FEWEST:
        raise InputError(f"a sweep needs two different values at least: --sweep {hyphens(knob.name)} LOW HIGH.")
    low, high = values[0], values[-1]
    if len(values) == FEWEST and isinstance(low, (int, float)) and isinstance(high, (int, float)):
        return Turned(knob, between(low, high, count, log=log), log)
    if counted or log:
        raise InputError(f"the values of --sweep {hyphens(knob.name)} are listed; leave --values and --log out.")
    return Turned(knob, tuple(dict.fromkeys(values)))


def _knob(concept: str, name: str) -> Knob:
    """A knob that can be turned."""
    knobs = {knob.name: knob for knob in _catalog.knobs(_catalog.load(concept).Params)}
    wanted = name.lstrip("-").replace("-", "_").lower()
    if wanted not in knobs:
        near = difflib.get_close_matches(wanted, knobs, n=1, cutoff=0.5)
        those = f"its knobs are {', '.join(map(hyphens, knobs))}."
        hint = f"did you mean {hyphens(near[0])!r}? {those.capitalize()}" if near else those
        raise InputError(f"{hyphens(concept)} has no knob {name!r}; {hint}")
    knob = knobs[wanted]
    if knob.kind == "path" and not knob.choices:
        raise InputError(f"--{hyphens(knob.name)} takes a file and cannot be swept.")
    return knob


def _taken(knob: Knob, value: Any) -> Any:
    """A value as the concept takes it: of a knob of several values, one is a list of one."""
    return (value,) if knob.length and not isinstance(value, tuple) else value


def _value(knob: Knob, word: str) -> Any:
    """A value as it is written; of a knob of several values they stand with commas between them."""
    if knob.length and "," in word:
        return tuple(_value(knob, part) for part in word.split(","))
    if knob.kind == "path" and word not in knob.choices:
        return Path(word)
    if knob.kind not in ("int", "float") or word in knob.choices:
        return word
    try:
        number = float(word)
    except ValueError:
        raise InputError(f"--sweep {hyphens(knob.name)} takes numbers, not {word!r}.") from None
    if knob.kind == "int" and not number.is_integer():
        raise InputError(f"--sweep {hyphens(knob.name)} takes whole numbers, not {word!r}.")
    return int(number) if knob.kind == "int" else number


def between(low: float, high: float, count: int, *, log: bool) -> tuple[Any, ...]:
    """So many values from one end to the other, short where that leaves them apart; of whole numbers each once.

    Raises:
        InputError: factors are to be equal, and lead across 0.
    """
    if log and low * high <= 0:
        raise InputError(f"--log needs two ends above 0 or two below, not {low:g} and {high:g}.")
    places = (np.geomspace if log else np.linspace)(low, high, count)
    if isinstance(low, int) and isinstance(high, int):
        return tuple(dict.fromkeys(round(place) for place in places))
    steps = np.abs(np.diff(places))
    inner = [
        round(place, DIGITS - 1 - floor(log10(step))) for place, step in zip(places[1:-1].tolist(), steps, strict=False)
    ]
    return (float(low), *inner, float(high))
