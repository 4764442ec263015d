"""Runs that are right by a convention that is not ours.

Libraries differ in what no textbook settles: which of two equal cells a gradient goes to, where epsilon stands. A run
that follows another convention throughout is no mistake, and is told apart from one.
"""

from mathcore import _catalog
from mathcore._check.against import each
from mathcore._check.columns import Submission
from mathcore._check.hints import Hint, Tolerances, tightened
from mathcore._data import InputError
from mathcore._records import Arrays
from mathcore._trace import Trace


def known(concept: str, convention: str) -> None:
    """Refuse a convention that a concept has not.

    Raises:
        InputError: it has none of that name.
    """
    conventions, name = _catalog.load(concept).Trace.conventions, _catalog.hyphens(concept)
    if not conventions:
        raise InputError(f"{name} has no conventions.")
    if convention not in conventions:
        there = ", ".join(conventions)
        raise InputError(f"{name} has no convention {convention!r}; those that it has are {there}.")


def by(trace: Trace, convention: str) -> Arrays:
    """The quantities of a concept as one of its conventions has them."""
    return trace.arrays() | trace.by_convention(convention)


def recognised(trace: Trace, submission: Submission, tolerances: Tolerances) -> Hint | None:
    """The convention by which all of a run is right, in a sentence, and others that these knobs do not tell from it.

    Returns:
        None where there is none.
    """
    fitting = [name for name in trace.conventions if _fits(trace, name, submission, tolerances)]
    if not fitting:
        return None
    name, *others = fitting
    whose, meaning, ours = trace.conventions[name]
    alike = "".join(f", as does {other} of {trace.conventions[other].whose}" for other in others)
    told = f"agrees throughout with the convention of {whose}: {meaning}; {ours}"
    accepted = f"Where that is meant, --convention {name} (convention={name!r}) accepts it{alike}"
    return Hint(f"the convention of {whose}", f"{told}. {accepted}")


def _fits(trace: Trace, name: str, submission: Submission, tolerances: Tolerances) -> bool:
    theirs = {key: (array, tightened(array, *tolerances)) for key, array in by(trace, name).items()}
    return not any(held.fault for held in each(trace, submission, theirs).values())
