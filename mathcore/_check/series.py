"""Which series of a file is which quantity, where its own name does not say so.

A pair `loss=train/loss` says it of one; `loss` alone means the only series that the file holds beside what counts its
steps: `Value` of a curve that TensorBoard exported, the run of a panel of Weights & Biases, a single array.
"""

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from shlex import quote

from mathcore._check.compare import sequence
from mathcore._check.names import bare, counts, is_axis, shown
from mathcore._data import InputError

LOGGED = {"walltime", "timestamp", "runtime"}  # columns of loggers that are never a quantity
BOUNDS = "__MIN", "__MAX"  # of several runs, beside the column of each

Axes = Mapping[str, tuple[str, ...]]


class NameLackingError(InputError):
    """A file lacks a name that is said to be a quantity; `asked` is what says so."""

    def __init__(self, asked: str, sentence: str) -> None:
        super().__init__(sentence)
        self.asked = asked


def named(source: object, names: Sequence[str], asked: Sequence[str], axes: Axes) -> dict[str, str]:
    """The names of a file that are to be read as quantities.

    Args:
        source: the file.
        names: all that are in it.
        asked: what is said of them, `loss` or `loss=train/loss`.
        axes: of every quantity of the concept.

    Raises:
        InputError: there is no such quantity or no such name, or the only series is not the only one.
    """
    found: dict[str, str] = {}
    for one in asked:
        given, _, name = one.partition("=")
        quantity = _spelled(given, axes)
        if quantity is None:
            raise InputError(_unknown(given, name, axes))
        name = (_spelled(name, names) or name) if name else _only(source, names, quantity, axes)
        if name not in names:
            raise NameLackingError(one, f"{source} has no {shown(name)!r}; it has {_listed(names)}.")
        if found.setdefault(name, quantity) != quantity:
            raise InputError(f"--as: {shown(name)!r} is said to be {found[name]} and {quantity}.")
        twice = [other for other, meaning in found.items() if meaning == quantity and other != name]
        if twice:
            raise InputError(f"--as: {shown(twice[0])!r} and {shown(name)!r} are both said to be {quantity}.")
        others = [other for other in names if bare(other) == bare(quantity) and other != name]
        if others:
            raise InputError(
                f"{source} has {shown(others[0])!r} as well as {shown(name)!r}, which is to be {quantity}."
            )
    return found


def known(asked: Sequence[str], axes: Axes) -> None:
    """Refuse what is said of a quantity that there is not.

    Raises:
        InputError: one of them is none.
    """
    for one in asked:
        given, _, name = one.partition("=")
        if _spelled(given, axes) is None:
            raise InputError(_unknown(given, name, axes))


def _spelled(name: str, known: Collection[str]) -> str | None:
    """One of the names, where a single one differs from it by case, spaces and marks at most."""
    alike = [one for one in known if bare(one) == bare(name)]
    return name if name in known else alike[0] if len(alike) == 1 else None


def _unknown(given: str, name: str, axes: Axes) -> str:
    if name in axes:
        return f"--as: {shown(given)!r} is no quantity, and {name} is one: the other way round, --as {name}={given}."
    near = difflib.get_close_matches(given, axes, n=1)
    meant = f"did you mean {near[0]}? Quantities" if near else "quantities"
    return f"--as: {shown(given)!r} is no quantity; {meant} are {', '.join(axes)}."


def told(renamed: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each name that is read as another."""
    return tuple(f"{shown(name)} is read as {quantity}" for name, quantity in renamed.items() if name != quantity)


def example(axes: Axes) -> str:
    """A quantity that a file of one series is likely to hold."""
    stepped = [name for name, one in axes.items() if len(one) == 1 and sequence(one) is not None]
    return "loss" if "loss" in axes else next(iter([*stepped, *axes]))


def series_of(names: Collection[str], axes: Axes) -> str:
    """A name of a file that may be that of a series, as the command line takes it."""
    return next(map(quote, _series(names, axes)), "NAME")


def _only(source: object, names: Collection[str], quantity: str, axes: Axes) -> str:
    """The only name that may be that of a series; that of the quantity itself comes first."""
    if quantity in names:
        return quantity
    series = list(_series(names, axes))
    if len(series) == 1:
        return series[0]
    if not series:
        raise InputError(f"{source} has no series that could be {quantity}; it has {_listed(names)}.")
    raise InputError(f"{source} has several series, {_listed(series)}; say which one, as in --as {quantity}=NAME.")


def _series(names: Collection[str], axes: Axes) -> Iterator[str]:
    """The names that may be those of series."""
    return (name for name in names if name and not _beside(name, axes))


def _beside(name: str, axes: Axes) -> bool:
    """Whether a name counts steps, or is one that loggers write beside a series."""
    return counts(name) or is_axis(name, axes) or bare(name) in LOGGED or name.endswith(BOUNDS)


def _listed(names: Collection[str]) -> str:
    there = [repr(shown(name)) for name in names if name]
    return ", ".join(there[:10]) + (", ..." if len(there) > 10 else "") or "nothing"
