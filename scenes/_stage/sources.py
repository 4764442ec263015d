"""Where a number comes from: a film's trace and knobs, whose numbers know their place.

A film is handed `sourced(trace)`. A value taken out of one of its arrays, through whatever slices, is a
number that knows its quantity and index; a knob knows its name. Arithmetic forgets it: what a scene has
computed has no source, and a test of the films refuses it on screen.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
from pydantic import BaseModel

import mathcore

AnyTrace = TypeVar("AnyTrace", bound=mathcore.Trace)
Knobs = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What a number is: a value, a knob, how many there are, or which one it is."""

    kind: str  # "quantity", "knob", "length" of an axis, "count" of a quantity's values, "place" along an axis,
    # how many of a quantity's values are "drawn"
    name: str  # of the quantity, the knob or the axis
    index: tuple[int, ...]
    value: Any  # there
    shown_as: str = "itself"  # or "percent", "magnitude", "ordinal" (counted from 1)
    knobs: Knobs = ()  # that are turned, where the trace is a twin of the film's


class Real(np.float64):
    """A float with a source."""

    source: Source


class Whole(int):
    """An integer with a source."""

    source: Source


class Origin(NamedTuple):
    """The quantity that values belong to."""

    name: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    knobs: Knobs

    @property
    def size(self) -> int:
        """How many values it has."""
        return int(np.prod(self.shape))

    def number(self, value: Any, place: int) -> Real | Whole:
        """A value that stands at a place of the flattened quantity."""
        index = tuple(int(k) for k in np.unravel_index(place, self.shape))
        return _number(value, Source("quantity", self.name, index, value.item(), knobs=self.knobs))


class Either(NamedTuple):
    """Two origins; the places of the second go on where those of the first end."""

    one: Origin
    other: Origin

    def number(self, value: Any, place: int) -> Real | Whole:
        """A value that stands at a place of either."""
        rest = place - self.one.size
        return self.one.number(value, place) if rest < 0 else self.other.number(value, rest)


class Sourced(np.ndarray):
    """Values that remember their `places` in the flattened quantity; None where they are no longer known."""

    origin: Origin | Either
    places: np.ndarray | None

    def __array_finalize__(self, _: Any) -> None:
        self.places = None

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        return getattr(ufunc, method)(*(np.asarray(i) if isinstance(i, Sourced) else i for i in inputs), **options)

    def __getitem__(self, key: Any) -> Any:
        taken = self.view(np.ndarray)[key]
        if self.places is None:
            return taken
        places = self.places[key]
        single = not isinstance(taken, np.ndarray)
        return self.origin.number(taken, places) if single else _placed(taken, self.origin, places)

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(len(self)))

    def __deepcopy__(self, _: Any) -> "Sourced":  # drawings are copied with what they show, which nobody writes to
        return self

    @property
    def flat(self) -> Any:
        """The same values in one row."""
        return self.view(np.ndarray).flat if self.places is None else rearranged(self, np.ravel)

    def min(self, *arguments: Any, **options: Any) -> Any:
        """The smallest value."""
        plain = self.view(np.ndarray)
        return plain.min(*arguments, **options) if arguments or options else self.flat[plain.argmin()]

    def max(self, *arguments: Any, **options: Any) -> Any:
        """The largest value."""
        plain = self.view(np.ndarray)
        return plain.max(*arguments, **options) if arguments or options else self.flat[plain.argmax()]


def sourced(trace: AnyTrace, turned: dict[str, Any] | None = None) -> AnyTrace:
    """The same trace, whose numbers know their source; `turned` are the knobs that make it a twin."""
    told, knobs = copy.copy(trace), tuple((turned or {}).items())
    for name, declared in trace.quantities().items():
        array = getattr(trace, name)
        places = np.arange(array.size).reshape(array.shape)
        object.__setattr__(told, name, _placed(array, Origin(name, declared.axes, array.shape, knobs), places))
    object.__setattr__(told, "params", _sourced_knobs(trace.params, knobs))
    return told


def source_of(value: Any) -> Source | None:
    """The source of a number; None where it has none."""
    return getattr(value, "source", None)


def length(values: Any, axis: int = 0) -> int:
    """How many there are along an axis of a quantity, given whole."""
    name, many = values.origin.axes[axis], values.origin.shape[axis]
    return _number(many, Source("length", name, (), many, knobs=values.origin.knobs))


def count(values: Any, drawn: int | None = None) -> int:
    """How many values a quantity has, or how many of them are `drawn`."""
    kind, many = ("count", values.origin.size) if drawn is None else ("drawn", drawn)
    return _number(many, Source(kind, values.origin.name, (), many, knobs=values.origin.knobs))


def places(values: Any, axis: int = 0) -> list[int]:
    """The places along an axis of a quantity, given whole, from 0."""
    name, many = values.origin.axes[axis], values.origin.shape[axis]
    return [_number(k, Source("place", name, (k,), k, knobs=values.origin.knobs)) for k in range(many)]


def percent(value: Any) -> Any:
    """A share as a number of hundredths."""
    return _shown(100 * value, value, "percent")


def magnitude(value: Any) -> Any:
    """A number without its sign."""
    return _shown(abs(value), value, "magnitude")


def ordinal(value: Any) -> Any:
    """A place, counted from 1 instead of 0."""
    return _shown(value + 1, value, "ordinal")


def rearranged(values: np.ndarray, how: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Values in another order or shape, each as often as `how` takes it; they keep their sources."""
    if not isinstance(values, Sourced) or values.places is None:
        return how(np.asarray(values))
    return _placed(how(values.view(np.ndarray)), values.origin, how(values.places))


def first(values: np.ndarray, many: int | None) -> np.ndarray:
    """The first so many values, row by row, and nothing (NaN) in place of the others; all by default."""
    shown = np.array(values, dtype=float)
    if many is not None:
        shown.flat[many:] = np.nan
    if isinstance(values, Sourced) and values.places is not None:
        return _placed(shown, values.origin, values.places)
    return shown


def chosen(mask: np.ndarray, values: Any, others: Any) -> np.ndarray:
    """The values of one quantity where the mask holds, those of another one elsewhere."""
    places = np.where(mask, values.places, values.origin.size + others.places)
    return _placed(np.where(mask, values, others), Either(values.origin, others.origin), places)


def _shown(number: Any, value: Any, how: str) -> Any:
    """A number that shows another one in some way."""
    source = source_of(value)
    return _number(number, replace(source, shown_as=how)) if source else number


def _number(value: Any, source: Source) -> Any:
    number = Whole(value) if isinstance(value, int | np.integer) else Real(value)
    number.source = source
    return number


def _placed(values: np.ndarray, origin: Origin | Either, places: np.ndarray) -> Sourced:
    known = values.view(Sourced)
    known.origin, known.places = origin, places
    return known


def _sourced_knobs(params: BaseModel, turned: Knobs) -> BaseModel:
    """The same knobs, of which numbers know their names."""

    def told(value: Any, name: str, index: tuple[int, ...] = ()) -> Any:
        if isinstance(value, tuple):
            return tuple(told(one, name, (k,)) for k, one in enumerate(value))
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        return _number(value, Source("knob", name, index, value, knobs=turned)) if numeric else value

    return params.model_construct(**{name: told(value, name) for name, value in params})
