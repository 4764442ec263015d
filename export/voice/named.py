"""The beats of a film as recordings and marks are called after them."""

from export.render.script import lacking
from mathcore import InputError
from mathcore._catalog import hyphens
from scenes._stage.beats import beats


def beat_of(label: str, concept: str, place: str) -> str:
    """The beat that a label means, in capitals or small letters, with hyphens or underscores.

    Raises:
        mathcore.InputError: it is none of the film's; `place` tells what has the label.
    """
    name = hyphens("-".join(label.lower().split()))
    if name not in names(concept):
        raise InputError(f"{place}: {lacking(label[:60], names(concept), f'those of {hyphens(concept)} are')}")
    return name.replace("-", "_")


def names(concept: str) -> list[str]:
    """The beats of a film, as users write them."""
    return [beat.name for beat in beats(concept)]


def those(concept: str) -> str:
    """Which there are, as part of a sentence."""
    return f"those of {hyphens(concept)} are {', '.join(names(concept))}"
