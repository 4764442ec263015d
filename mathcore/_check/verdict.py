"""What a comparison found, and how it is told."""

from dataclasses import dataclass, field
from math import isfinite

from mathcore._check.compare import Axes, Index, Run, place, sequence


@dataclass(frozen=True)
class Departure:
    """The first value of a quantity that is farther from the expected one than its tolerance."""

    quantity: str
    axes: Axes
    index: Index
    obtained: float
    expected: float
    tolerance: float
    departing: int = 1  # values of the quantity that are too far from the expected ones
    compared: int = 1

    @property
    def step(self) -> int:
        """When it happens; 0 for a quantity without steps."""
        axis = sequence(self.axes)
        return 0 if axis is None else self.index[axis]

    def __str__(self) -> str:
        difference = abs(self.obtained - self.expected)
        told = f"{place(self.quantity, self.axes, self.index)}: obtained {self.obtained!r}, expected {self.expected!r}"
        return f"{told}, difference {difference:.3g}, tolerance {self.tolerance:.3g}" if isfinite(difference) else told


@dataclass(frozen=True)
class Misfit:
    """A quantity that has another shape than expected, and hence nothing to compare."""

    quantity: str
    axes: Axes
    obtained: tuple[int, ...]
    expected: tuple[int, ...]
    step = 0

    def __str__(self) -> str:
        obtained, expected = (
            " x ".join(map(str, shape)) or "a single number" for shape in (self.obtained, self.expected)
        )
        return f"{self.quantity}: obtained {obtained}, expected {expected} ({' '.join(self.axes) or 'no axes'})"


@dataclass(frozen=True)
class Beyond:
    """A quantity that begins after ours has ended, and hence nothing to compare."""

    quantity: str
    axis: str
    begins: int
    expected: int
    step = 0

    def __str__(self) -> str:
        return f"{self.quantity} begins at {self.axis} {self.begins}, ours ends after {self.axis} {self.expected}"


@dataclass(frozen=True)
class Ending:
    """A quantity that agrees as far as it goes, and goes less far than ours or farther."""

    quantity: str
    axis: str
    last: int
    expected: int

    def __str__(self) -> str:
        if self.last < self.expected:
            return f"{self.quantity} ends after {self.axis} {self.last} of {self.expected}"
        return f"{self.quantity} goes on to {self.axis} {self.last}, ours ends after {self.axis} {self.expected}"


@dataclass(frozen=True)
class Broken:
    """What should hold and does not."""

    sentence: str

    def __str__(self) -> str:
        return f"does not hold: {self.sentence}"


@dataclass(frozen=True)
class Report:
    """Nothing found, or what went wrong first; in print a line, then what explains it."""

    concept: str  # as the command line writes it
    values: int  # how many were compared
    fault: Departure | Misfit | Beyond | Ending | Broken | None
    hint: str = ""  # what the cause looks like, where it is recognised
    notes: tuple[str, ...] = ()  # what was left out, and how names and shapes were read
    cause: str = ""  # what the hint names, in a few words
    run: Run | None = field(default=None, compare=False, repr=False)  # the quantity at fault, as it was read

    def __str__(self) -> str:
        verdict = f"ok, {self.values} value{'s' * (self.values != 1)}" if self.fault is None else str(self.fault)
        told = (f"{self.concept:<22} {verdict}", self.hint, *self.notes)
        return "\n  ".join(line for line in told if line)
