"""What the names in somebody else's file mean: quantities, and what counts the steps.

A name may differ from a quantity's by case, spaces and marks: `# w`, `Val Loss`, `val-loss`. Signs of arithmetic
make another name: `w*` and `|w|` are not w.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from shlex import quote

from mathcore._data import InputError

COUNTS = (  # what programs call the steps of training and of time, the surest first
    *("step", "steps", "globalstep", "trainerglobalstep", "iteration", "iterations", "iter", "update", "updates"),
    *("epoch", "epochs", "batch", "minibatch", "timestep", "timesteps", "time", "t", "index", "unnamed0"),
)
BESIDE = {  # words that may stand beside one of these in a name: `training_step`, `epoch_num`, `Step no.`
    *("training", "train", "trainer", "fit", "global", "total", "my", "the", "current", "cur"),
    *("num", "number", "nr", "no", "n", "i", "idx", "index", "count", "counter"),
}
_PARTS = re.compile(r"[^\W\d_]+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")  # between the words of `trainingStep`
_UPDATES = {"update": "step", "step": "update"}  # an update belongs to the step that it starts from
COUNTED = ("step", "update", "epoch", "time")  # the axes that these words can mean


def bare(name: str) -> str:
    """A name without case, spaces and marks."""
    return re.sub(r"[^\w*|+√]|_", "", unicodedata.normalize("NFKC", name).casefold())


def shown(name: str) -> str:
    """A name of a user's making in a sentence, as far as there is room."""
    return " ".join(name.split())[:40]


def meant(source: object, names: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """The names in a file by what they mean, of the names in `known`.

    Raises:
        InputError: two of them mean the same.
    """
    by_bare = {bare(one): one for one in known}
    found: dict[str, str] = {}
    for name in names:
        meaning = by_bare.get(bare(name))
        if meaning in found:
            raise InputError(_both(source, found[meaning], name, meaning))
        if meaning is not None:
            found[meaning] = name
    return found


def counters(
    source: object, names: Iterable[str], axes: Mapping[str, tuple[str, ...]], found: Iterable[str]
) -> dict[str, str]:
    """The names of what counts along the axes of the quantities in a file; an axis along which nothing does has none.

    Args:
        source: the file.
        names: those in it that may count, such as `step`.
        axes: of every quantity that there is.
        found: the quantities that are there.

    Raises:
        InputError: two names mean the same.
    """
    taken, others = list(dict.fromkeys(axis for name in found for axis in axes[name])), list(names)
    counting = {axis: _counter(source, others, axis, taken) for axis in taken}
    return {axis: name for axis, name in counting.items() if name is not None}


def is_axis(name: str, axes: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a name is that of an axis of the concept."""
    return bare(name) in {bare(axis) for one in axes.values() for axis in one}


def counts(name: str) -> bool:
    """Whether a name is that of what counts the steps of training or of time."""
    return any(_is_called(name, word) or _is_about(name, word) for word in COUNTS)


def _counter(source: object, names: Collection[str], axis: str, taken: Collection[str]) -> str | None:
    """The name of what says where along an axis a row stands; None where there is none.

    A column that counts along the axis of another quantity counts along this one only where it says at which step an
    update begins.
    """
    words = [word for word in COUNTS if word not in taken or word == _UPDATES.get(axis)]
    for called in (_is_called, _is_about):
        for word in (axis, *(words if axis in COUNTED else ())):
            candidates = [name for name in names if called(name, word)]
            if candidates.count(word) == 1 or len(candidates) == 1:
                return word if word in candidates else candidates[0]
            if candidates:
                raise InputError(_both(source, candidates[0], candidates[1], word))
    return None


def _is_called(name: str, word: str) -> bool:
    return bare(name) == bare(word)


def _is_about(name: str, word: str) -> bool:
    parts = {part.casefold() for part in _PARTS.findall(_HUMPS.sub(" ", name))}
    return word in parts - BESIDE and parts - {word} <= BESIDE


def _both(source: object, one: str, other: str, meaning: str) -> str:
    return f"{source} has {shown(one)!r} and {shown(other)!r}, which both mean {meaning}; keep one."


def respelled(found: Mapping[str, str], counting: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each name that is spelled otherwise than its quantity, or is another word than its axis.

    Args:
        found: the names of the quantities.
        counting: by axis, the names of what counts along them.
    """
    others = {axis: name for axis, name in counting.items() if bare(name) not in (bare(axis), _UPDATES.get(axis))}
    told = [(one, shown(name)) for one, name in [*found.items(), *others.items()]]
    return tuple(f"{name} is read as {one}" for one, name in told if name != one)


def renamed(unused: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """A sentence for each name that ends in the name of a quantity, as `train/loss` and `run 1 - loss` do."""
    ends = ((name, meant("", re.split(r"[/.:]| - ", name)[-1:], known)) for name in unused)
    told = [
        f"to compare {shown(name)}, call it {one} or add --as {quote(f'{one}={name}')}"
        for name, end in ends
        for one in end
    ]
    return tuple(told[:3])
