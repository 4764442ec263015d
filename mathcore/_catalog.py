"""What there is: the concepts, their chapters, their knobs. The folders are the registry."""

import difflib
import importlib
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from mathcore._data import InputError
from mathcore._loading import loading

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Chapter:
    """A chapter of the course; its concepts are named in the order of the lectures."""

    number: int
    title: dict[str, str]  # by language
    concepts: tuple[str, ...]


@dataclass(frozen=True)
class Knob:
    """A knob as it is declared: what a user may turn it to, and what it means.

    A number or a path may have `choices`, too: words that stand for one. A knob that holds several values has a
    `length`, the fewest and the most of them; `low`, `high` and `choices` then hold for each.
    """

    name: str
    kind: str
    default: Any
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    meaning: str
    length: tuple[int, int] | None = None

    def range(self) -> str:
        """What the knob may be set to, in words; "" where anything of its kind will do."""
        file = "a file" * bool(self.kind == "path" and self.choices)
        between = file if self.low is None else f"{self.low:.12g} to {self.high:.12g}"
        each = ", or ".join(part for part in (between, ", ".join(self.choices)) if part)
        if self.length is None:
            return each
        amount = " to ".join(str(count) for count in dict.fromkeys(self.length))
        return f"{amount} values, each {each}"


def concepts() -> tuple[str, ...]:
    """Every concept that exists, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in (ROOT / "mathcore").glob("[!_]*.py")))


@cache
def chapters() -> tuple[Chapter, ...]:
    """The course."""
    with (ROOT / "assets" / "course.toml").open("rb") as file:
        entries = tomllib.load(file)["chapter"]
    return tuple(
        Chapter(number, {"en": entry["en"], "fr": entry["fr"]}, tuple(entry["concepts"]))
        for number, entry in enumerate(entries, start=1)
    )


def concepts_of(chapter: int | None) -> list[str]:
    """The concepts that exist, of one chapter or of all, in the order of the lectures."""
    existing = concepts()
    return [n for c in chapters() if chapter in (None, c.number) for n in c.concepts if n in existing]


def find(name: str, commands: Collection[str] = ()) -> str:
    """The concept that a user means by `name`, written with hyphens or underscores.

    Raises:
        InputError: there is none, or not yet; the nearest one is suggested, or one of the `commands`.
    """
    wanted = name.lower().replace("-", "_")
    if wanted in concepts():
        return wanted
    if any(wanted in chapter.concepts for chapter in chapters()):
        raise InputError(
            f"there is no film of {hyphens(wanted)!r} yet; `python render.py list` shows those that exist."
        )
    near = difflib.get_close_matches(wanted, [*commands, *concepts()], n=1, cutoff=0.4)
    hint = f"did you mean {hyphens(near[0])!r}?" if near else "`python render.py list` shows those that exist."
    raise InputError(f"there is no concept {name!r}; {hint}")


def load(concept: str) -> ModuleType:
    """The module of a concept, with its Params, Trace and compute."""
    with loading():
        return importlib.import_module(f"mathcore.{concept}")


def part(room: str, concept: str) -> ModuleType:
    """The module of a concept in another room, such as "scenes" or "scenes._figures".

    Raises:
        InputError: there is none, which its author should know.
    """
    path = ROOT.joinpath(*room.split("."), f"{concept}.py")
    if not path.is_file():
        raise InputError(f"{path} is missing; docs/adding-a-concept.md tells the files of a concept.")
    return importlib.import_module(f"{room}.{concept}")


def hyphens(name: str) -> str:
    """A name as the command line writes it."""
    return name.replace("_", "-")


def knobs(params: type[BaseModel]) -> list[Knob]:
    """The knobs that a concept declares, in the order of declaration."""
    return [_knob(name, field) for name, field in params.model_fields.items()]


def _knob(name: str, field: FieldInfo) -> Knob:
    length, one = None, field
    if get_origin(field.annotation) is tuple:  # tuple[Annotated[float, Field(ge=..., le=...)], ...]
        length = _bound(field, "min_length"), _bound(field, "max_length")
        one = FieldInfo.from_annotation(get_args(field.annotation)[0])
    words = next((part for part in get_args(one.annotation) if get_origin(part) is Literal), one.annotation)
    choices = get_args(words) if get_origin(words) is Literal else ()
    if words is not one.annotation:  # Annotated[float, Field(ge=..., le=...)] | Literal[...]
        one = FieldInfo.from_annotation(get_args(one.annotation)[0])
    chosen = words is one.annotation and bool(choices)
    kind = "choice" if chosen else getattr(one.annotation, "__name__", "path").lower()
    kind = "path" if kind in ("optional", "union", "uniontype") else kind
    meaning = field.description or ""
    return Knob(name, kind, field.default, _bound(one, "ge"), _bound(one, "le"), choices, meaning, length)


def _bound(field: FieldInfo, name: str) -> Any:
    """The bound of a field that pydantic calls ge, le, min_length or max_length; None where there is none."""
    return next((getattr(bound, name) for bound in field.metadata if hasattr(bound, name)), None)


def written(value: Any) -> str:
    """The value of a knob as the command line writes it: several with spaces between them."""
    return (" ".join(map(str, value)) or "nothing") if isinstance(value, tuple) else str(value)


def off_default(params: BaseModel) -> dict[str, Any]:
    """The knobs that are not at their defaults, with their values."""
    plain = type(params)()
    return {name: value for name, value in params if value != getattr(plain, name)}


def turned(concept: str, values: dict[str, Any]) -> BaseModel:
    """The knobs of a concept, set to `values`.

    Raises:
        InputError: there is no such knob, a value is out of range, or two knobs contradict each other.
    """
    params = load(concept).Params
    for name in values:
        if name not in params.model_fields:
            near = difflib.get_close_matches(name.lower().replace("-", "_"), params.model_fields, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"its knobs are {', '.join(params.model_fields)}."
            raise InputError(f"{hyphens(concept)} has no knob {name!r}; {hint}")
    try:
        return params(**values)  # type: ignore[no-any-return]
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise InputError(f"{first['ctx']['error']}.") from None
        knob = next(knob for knob in knobs(params) if knob.name == first["loc"][0])
        wanted = f"must be {knob.range()}" if knob.range() else f"is not right ({first['msg'].lower()})"
        raise InputError(f"--{hyphens(knob.name)} {wanted}, not {written(first['input']) or 'empty'}.") from None
