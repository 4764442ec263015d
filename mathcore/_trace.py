"""A trace: the named, read-only arrays that one computation leaves behind.

A concept declares what it computes as fields of a frozen dataclass:

    @dataclass(frozen=True, kw_only=True)
    class Trace(mathcore.Trace):
        params: Params
        w: np.ndarray = quantity("step", "weight, the start included")

and the instance checks itself: every array has the axes that were declared for it, two quantities that
share an axis have the same length along it, and nobody can write to any of them.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from pydantic import BaseModel

from mathcore import _records, _summary


class Quantity(NamedTuple):
    """What is known of a quantity before it is computed."""

    axes: tuple[str, ...]
    meaning: str
    unit: str
    dtype: type
    tolerance: float | None


class Convention(NamedTuple):
    """What others do otherwise and no less rightly."""

    whose: str  # who does, such as "MLX and tinygrad"
    meaning: str  # what they do
    ours: str  # what deepreel does instead, and who with it


def quantity(axes: str, meaning: str, *, unit: str = "", dtype: type = float, tolerance: float | None = None) -> Any:
    """Declare a field of a trace.

    Args:
        axes: the names of its axes, separated by spaces; "" for a single number.
        meaning: what it is, in a few words.
        unit: its unit, or "" for a pure number.
        dtype: float (stored as float64) or int (stored as int64).
        tolerance: how far, relative to its largest magnitude so far (see `_compare.margin`), it may be from the
            reference in assets/golden/: 1e-12 for a closed form, 1e-9 for a short run, 0 for what is counted; None
            where no reference is kept, as of what long training makes.

    Raises:
        ValueError: two axes have the same name, which leaves a value without a place in a csv file.
    """
    names = tuple(axes.split())
    if len(set(names)) < len(names):
        raise ValueError(f"two axes of {axes!r} have the same name")
    return dataclasses.field(metadata={"quantity": Quantity(names, meaning, unit, dtype, tolerance)})


def _read_only(values: Any, dtype: type) -> np.ndarray:
    """A copy of `values` that rests on immutable bytes, so that no flag can make it writeable again."""
    array = np.array(values, dtype=np.dtype(dtype))
    return np.frombuffer(array.tobytes(), array.dtype).reshape(array.shape)


@dataclass(frozen=True, kw_only=True, eq=False)
class Trace:
    """Base of every concept's trace; `params` are the knobs that it was computed with.

    Raises:
        ValueError: a quantity has other axes than declared, is empty, is declared int and is not whole, or
            disagrees with another one on the length of an axis that both have.
    """

    params: BaseModel
    conventions: ClassVar[Mapping[str, Convention]] = {}  # by the name that the command line knows

    def __post_init__(self) -> None:
        lengths: dict[str, int] = {}
        for name, declared in self.quantities().items():
            given = getattr(self, name)
            array = _read_only(given, declared.dtype)
            if declared.dtype is int and not np.array_equal(array, given):
                raise ValueError(f"{name} is declared int, yet holds numbers that are not whole")
            if array.ndim != len(declared.axes):
                raise ValueError(f"{name} has {array.ndim} axes, declared are {declared.axes}")
            if not array.size:
                raise ValueError(f"{name} is empty")
            for axis, length in zip(declared.axes, array.shape, strict=True):
                if lengths.setdefault(axis, length) != length:
                    raise ValueError(f"{name} has length {length} along {axis!r}, others have {lengths[axis]}")
            object.__setattr__(self, name, array)

    @classmethod
    def quantities(cls) -> dict[str, Quantity]:
        """Every declared quantity by name, in the order of declaration."""
        declared = {field.name: field.metadata.get("quantity") for field in dataclasses.fields(cls)}
        return {name: quantity for name, quantity in declared.items() if quantity}

    def arrays(self) -> dict[str, np.ndarray]:
        """Every quantity's values by name."""
        return {name: getattr(self, name) for name in self.quantities()}

    def invariants(self) -> Iterable[tuple[str, bool]]:
        """What holds whatever the knobs, and whatever long training came to: a sentence, and whether it does hold."""
        return ()

    def mistakes(self) -> Iterable[tuple[str, dict[str, np.ndarray]]]:
        """What common mistakes would have computed: the mistake, and the quantities that it changes."""
        return ()

    def by_convention(self, name: str) -> dict[str, np.ndarray]:
        """The quantities that one of the `conventions` changes, as it has them."""
        raise KeyError(name)

    def with_steps(self, factor: float) -> dict[str, np.ndarray]:
        """Quantities as they would be, had every step of training been `factor` times as long, where that is cheap."""
        return {}

    def advice(self) -> str:
        """A sentence for a user whose own data show nothing with these knobs; "" where there is none to tell."""
        return ""

    def samples(self) -> int:
        """How many samples the loss is a sum or a mean of, 0 where there are none."""
        shapes = (zip(one.axes, getattr(self, name).shape, strict=True) for name, one in self.quantities().items())
        return next((length for shape in shapes for axis, length in shape if axis == "sample"), 0)

    @property
    def concept(self) -> str:
        """The concept that computed this trace, such as `gradient_descent`."""
        return type(self).__module__.rpartition(".")[2]

    def meta(self) -> dict[str, Any]:
        """What a reader needs to compute the trace again: concept, params, seed, versions."""
        from mathcore import __version__  # here, since the package imports this module first

        params = self.params.model_dump(mode="json")
        libraries = {name: version(name) for name in ("numpy", "torch")}
        return {
            "concept": self.concept,
            "params": params,
            "seed": params.get("seed"),
            "versions": {"deepreel": __version__, **libraries},
        }

    def _repr_html_(self) -> str:
        """What a notebook shows of it: a row for each quantity; a film or a figure is drawn where it is asked for."""
        return _summary.table(self._told(), self.quantities(), self.arrays())

    def __repr__(self) -> str:
        return f"Trace of {self._told()}; {', '.join(self.quantities())}"

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__repr__ = Trace.__repr__  # type: ignore[method-assign]  # else a dataclass shows every number

    def _told(self) -> str:
        plain = type(self.params)()
        turned = [f"{name}={value}" for name, value in self.params if value != getattr(plain, name)]
        return f"{self.concept.replace('_', '-')}, {', '.join(turned) or 'all knobs at their defaults'}"

    def save(self, path: str | Path, timeline: _records.Timeline | None = None) -> None:
        """Write the trace as npz, csv, json, xlsx or parquet, whichever the suffix of `path` says (see `_records`).

        Args:
            path: where to.
            timeline: the numbers on screen in a film of the trace; a json has room for them.

        Raises:
            ValueError: another format was given a timeline.
        """
        axes = {name: declared.axes for name, declared in self.quantities().items()}
        meanings = {name: declared.meaning for name, declared in self.quantities().items()}
        _records.write(Path(path), self.meta(), self.arrays(), axes, timeline, meanings)

    @classmethod
    def load(cls, path: str | Path, params: BaseModel | None = None) -> Self:
        """Read a trace of this concept back, without unpickling anything.

        Args:
            path: an npz, csv or json that `save` wrote.
            params: the knobs; a csv file holds none, the other formats bring their own.
        """
        meta, arrays = _records.read(Path(path), {name: declared.axes for name, declared in cls.quantities().items()})
        if params is None:
            knobs = cls.__dataclass_fields__["params"].type
            params = knobs.model_validate(meta["params"])  # type: ignore[union-attr]
        return cls(params=params, **{name: arrays[name] for name in cls.quantities()})
