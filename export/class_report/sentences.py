"""What the page says of a departure."""

from math import isfinite, isnan

from export.class_report.words import said
from mathcore._check.compare import place
from mathcore._check.verdict import Beyond, Broken, Departure, Ending, Misfit
from scenes._stage.words import TIMES, Words, digits_to_tell

Fault = Departure | Misfit | Beyond | Ending | Broken | None


def sentences(fault: Fault, words: Words) -> list[str]:
    """Where a run departs, and how far."""
    language = words.language
    if isinstance(fault, Departure):
        return _departure(fault, words)
    if isinstance(fault, Misfit):
        (theirs, ours), axes = _shapes(fault, words), " ".join(fault.axes)
        return [said("misfit", language, quantity=fault.quantity, theirs=theirs, ours=ours, axes=axes)]
    if isinstance(fault, Beyond):
        return [said("beyond", language, **vars(fault))]
    if isinstance(fault, Ending):
        return [said("early" if fault.last < fault.expected else "late", language, **vars(fault))]
    return [] if fault is None else [str(fault)]


def brief(fault: Fault, words: Words) -> tuple[str, str, str]:
    """A departure in a row of the table: where, what was handed in, what is expected."""
    if isinstance(fault, Departure):
        return place(fault.quantity, fault.axes, fault.index), *pair(fault, words)
    if isinstance(fault, Misfit):
        return fault.quantity, *_shapes(fault, words)
    if isinstance(fault, Ending):
        return f"{fault.quantity}[{fault.axis}={min(fault.last, fault.expected) + 1}]", "", ""
    return getattr(fault, "quantity", ""), "", ""


def tolerance(tolerances: tuple[float, float], words: Words) -> str:
    """How far a value may be."""
    rtol, atol = (words.number(float(value), tidy=True) for value in tolerances)
    name = "both_tolerances" if all(tolerances) else "relative" if tolerances[0] else "absolute"
    return said(name, words.language, rtol=rtol, atol=atol)


def pair(fault: Departure, words: Words) -> tuple[str, str]:
    """The number that was handed in and that of the reference, with so many digits that they differ."""
    values = fault.obtained, fault.expected
    digits = digits_to_tell(*values) if all(map(isfinite, values)) else 3
    theirs, ours = (
        "NaN" if isnan(value) else str(words.number(float(value), digits=digits, tidy=True)) for value in values
    )
    return theirs, ours


def _departure(fault: Departure, words: Words) -> list[str]:
    theirs, ours = pair(fault, words)
    named = {"place": place(fault.quantity, fault.axes, fault.index), "theirs": theirs, "ours": ours}
    difference = abs(fault.obtained - fault.expected)
    if isfinite(difference):
        size, allowed = (words.number(value, tidy=True) for value in (difference, fault.tolerance))
        sizes = {"difference": size, "tolerance": allowed}
        told = [said("departure", words.language, **named, **sizes)]
    else:
        told = [said("departure_without_size", words.language, **named)]
    if fault.compared > 1:
        name = {1: "amount_of_one", fault.compared: "amount_of_all"}.get(fault.departing, "amount")
        amounts = {"departing": words.number(fault.departing), "compared": words.number(fault.compared)}
        told.append(said(name, words.language, **amounts, quantity=fault.quantity))
    return told


def _shapes(fault: Misfit, words: Words) -> tuple[str, str]:
    """The shape that was handed in and that of the reference."""
    shapes = (f" {TIMES} ".join(map(str, shape)) for shape in (fault.obtained, fault.expected))
    theirs, ours = (shape or said("single", words.language) for shape in shapes)
    return theirs, ours
