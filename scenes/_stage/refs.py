"""References: which number of a trace a film writes, and how it is shown.

Pictures read plain arrays, `trace.w[3]`; what is written takes references, `refs.w[3]`. A reference knows its quantity
and index, and has no arithmetic: a film can show a number of its trace, and cannot make one up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, Self

import numpy as np

import mathcore

Knobs = tuple[tuple[str, Any], ...]
SHOWN_AS: dict[str, Callable[[Any], Any]] = {
    "itself": lambda value: value,
    "percent": lambda value: 100 * value,
    "magnitude": abs,
    "ordinal": lambda value: value + 1,
}


@dataclass(frozen=True, slots=True)
class Ref:
    """A number of a trace or of its knobs."""

    kind: str  # "quantity", "knob", "length" of an axis, "count" of a quantity's values, "place" along an axis,
    # "sum" of a quantity's first values, how many of them are "drawn"
    name: str  # of the quantity, the knob or the axis
    index: tuple[int, ...]
    value: Any  # there
    shown_as: str = "itself"  # a key of SHOWN_AS
    knobs: Knobs = ()  # that are turned, where the trace is a twin of the film's

    @property
    def shown(self) -> Any:
        """The number to be written."""
        return SHOWN_AS[self.shown_as](self.value)

    @property
    def percent(self) -> "Ref":
        """A share, shown in hundredths."""
        return replace(self, shown_as="percent")

    @property
    def magnitude(self) -> "Ref":
        """The number, shown without its sign."""
        return replace(self, shown_as="magnitude")

    @property
    def ordinal(self) -> "Ref":
        """A place, counted from 1 instead of 0."""
        return replace(self, shown_as="ordinal")

    def __deepcopy__(self, _: Any) -> Self:
        return self


class Refs:
    """The references to a trace: `refs.NAME` are those of a quantity, an array of its shape or a single one.

    Those of `refs.params` are the knobs; a knob that is no number is itself.

    Args:
        trace: whose numbers they name.
        turned: the knobs that make it a twin of the film's.
    """

    def __init__(self, trace: mathcore.Trace, turned: Mapping[str, Any] | None = None) -> None:
        self._trace, self._knobs = trace, tuple((turned or {}).items())
        self.params = SimpleNamespace(**{name: self._knob(name, value) for name, value in trace.params})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._trace.quantities():
            raise AttributeError(f"the trace has no quantity {name!r}")
        values = getattr(self._trace, name)
        refs = np.empty(values.shape, dtype=object)
        for index in np.ndindex(values.shape):
            refs[index] = self._ref("quantity", name, values[index].item(), index)
        setattr(self, name, refs if values.ndim else refs[()])
        return getattr(self, name)

    def length(self, axis: str) -> Ref:
        """How many places an axis has."""
        for name, declared in self._trace.quantities().items():
            if axis in declared.axes:
                return self._ref("length", axis, getattr(self._trace, name).shape[declared.axes.index(axis)])
        raise KeyError(axis)

    def places(self, axis: str) -> list[Ref]:
        """The places along an axis, from 0."""
        return [self._ref("place", axis, place, (place,)) for place in range(self.length(axis).value)]

    def count(self, name: str) -> Ref:
        """How many values a quantity has."""
        return self._ref("count", name, getattr(self._trace, name).size)

    def sum(self, name: str, many: int, place: tuple[int, ...] = ()) -> Ref:
        """The sum of the first so many values, row by row, of a quantity or of a part of it, `quantity[place]`."""
        values = np.ravel(getattr(self._trace, name)[place])
        return self._ref("sum", name, values[:many].sum().item(), (*place, many))

    def largest(self, name: str) -> Ref:
        """The largest value of a quantity."""
        values = getattr(self._trace, name)
        index = np.unravel_index(values.argmax(), values.shape)
        return self._ref("quantity", name, values[index].item(), index)

    def drawn_of(self, name: str, many: int) -> Ref:
        """How many of a quantity's values are drawn."""
        return self._ref("drawn", name, many)

    def _ref(self, kind: str, name: str, value: Any, index: tuple[int, ...] = ()) -> Ref:
        return Ref(kind, name, tuple(map(int, index)), value, knobs=self._knobs)

    def _knob(self, name: str, value: Any, index: tuple[int, ...] = ()) -> Any:
        if isinstance(value, tuple):
            return tuple(self._knob(name, one, (k,)) for k, one in enumerate(value))
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        return self._ref("knob", name, value, index) if numeric else value


def values_of(refs: np.ndarray) -> np.ndarray:
    """The numbers that references name, in their shape; plain numbers, such as NaN for an open place, stay."""
    if refs.dtype != object:
        return refs
    plain = (one.value if isinstance(one, Ref) else one for one in refs.flat)
    return np.fromiter(plain, float, refs.size).reshape(refs.shape)


def first(values: np.ndarray, many: int) -> np.ndarray:
    """The first so many values or references, row by row, and NaN in place of the others."""
    shown = values.copy() if values.dtype == object else values.astype(float)
    shown.flat[many:] = np.nan
    return shown
