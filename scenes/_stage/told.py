"""What is told of a beat beside the picture: what is to be seen in it, and notes for who speaks over it.

A film does not say these texts, so they name their numbers themselves: {w[-1]} is the last value of a quantity,
{accuracy[0].percent} its first in hundredths, {params.steps} a knob, {length.sample} how long an axis is.
"""

import re

from scenes._stage.refs import Ref, Refs
from scenes._stage.words import Name, Words

PLACEHOLDER = re.compile(
    r"{(?:(?P<group>params|length)\.)?(?P<name>\w+)(?:\[(?P<index>[-\d, ]+)\])?"
    r"(?:\.(?P<shown>percent|magnitude|ordinal))?}"
)


def told(words: Words, key: str, refs: Refs) -> str:
    """A text whose placeholders name numbers of a trace, filled in; "" where the concept has none of this name.

    Raises:
        AttributeError, KeyError, IndexError: the trace has no such number.
    """
    if not words.has(key):
        return ""
    return PLACEHOLDER.sub(lambda found: _written(words, named(refs, found)), words.pattern(key))


def named(refs: Refs, found: re.Match[str]) -> Ref | str:
    """The number that a placeholder names; a knob that is no number is itself."""
    group, name, index, shown = found.group("group", "name", "index", "shown")
    if group == "length":
        return refs.length(name)
    ref = getattr(refs.params if group else refs, name)
    for place in index.split(",") if index else ():
        ref = ref[int(place)]
    return getattr(ref, shown) if shown else ref


def _written(words: Words, value: Ref | str) -> str:
    return words.number(value, tidy=True) if isinstance(value, Ref) else Name(str(value))
