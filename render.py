"""The command line of deepreel: `python render.py`, or `deepreel` once installed."""

import inspect
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, CycloptsError, Group, Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

import mathcore
from export._look import Look
from export._make import formats, make
from mathcore import InputError, _catalog
from scenes._words import Words

USAGE = """\
Films that explain deep learning, made of numbers that were really computed.

  python render.py                      the course, and which films exist
  python render.py describe NAME        what NAME can be told, and what it computes
  python render.py NAME                 render the film of NAME into renders/
  python render.py NAME --help          its knobs and options
"""


@Parameter(name="*")
@dataclass(frozen=True)
class Output:
    """What is written, and how it looks."""

    formats: Annotated[tuple[str, ...], Parameter(name=["--format", "-f"], consume_multiple=False, negative="")] = (
        "mp4",
    )
    "mp4 (film), png (a still per beat), npz, csv or json (the numbers); may be given several times"
    beat: str | None = None
    "only this beat of the film"
    quality: Annotated[Literal["480p", "720p", "1080p", "2160p"], Parameter(name=["--quality", "-q"])] = "720p"
    "height of the picture"
    fps: Annotated[int, Parameter(validator=Number(gte=1, lte=120))] = 30
    "frames per second, 1 to 120"
    lang: Literal["en", "fr"] = "en"
    "language of the texts"
    theme: Literal["dark", "light"] = "dark"
    "colours"
    output: Annotated[Path, Parameter(name=["--output", "-o"])] = Path("renders")
    "folder for the files"

    def look(self) -> Look:
        """The same, as the exporters take it."""
        return Look(self.lang, self.theme, int(self.quality.removesuffix("p")), self.fps, self.beat)


def list_course(*, json: bool = False) -> None:
    """Show the course: chapters, concepts, which of them exist.

    Parameters
    ----------
    json
        print it for programs
    """
    existing = _catalog.concepts()
    if json:
        _print_json([
            {"number": chapter.number, "title": chapter.title,
             "concepts": [{"name": name, "exists": name in existing} for name in chapter.concepts]}
            for chapter in _catalog.chapters()
        ])  # fmt: skip
        return
    for chapter in _catalog.chapters():
        print(f"{chapter.number}. {chapter.title['en']}")
        for name in chapter.concepts:
            words = f"{Words(name, 'en').sentence('lesson')}" if name in existing else "(not yet)"
            print(f"   {_catalog.hyphens(name):26} {words}")
    print("\nRender one with `python render.py NAME`; `python render.py NAME --help` shows its knobs.")


def describe(name: str, *, json: bool = False) -> None:
    """Show the knobs of a concept and the quantities that it computes.

    Parameters
    ----------
    name
        a concept
    json
        print it for programs
    """
    concept = _catalog.load(_catalog.find(name))
    knobs, quantities = _catalog.knobs(concept.Params), concept.Trace.quantities()
    if json:
        _print_json({
            "concept": concept.__name__.rpartition(".")[2],
            "knobs": [{**vars(knob), "choices": list(knob.choices)} for knob in knobs],
            "quantities": [{"name": name, "axes": list(q.axes), "unit": q.unit, "meaning": q.meaning}
                           for name, q in quantities.items()],
        })  # fmt: skip
        return
    print(inspect.getdoc(concept), "\n\nknobs")
    for knob in knobs:
        print(f"  --{_catalog.hyphens(knob.name):16} {knob.meaning}{_limits(knob)}")
    print("\nquantities")
    for name, q in quantities.items():
        unit = f" ({q.unit})" if q.unit else ""
        print(f"  {name + ' [' + ' '.join(q.axes) + ']':28} {q.meaning}{unit}")


def render_course(*names: str, chapter: int | None = None, output: Output = Output()) -> int:
    """Render the films of the course, or those named, or those of a chapter.

    Parameters
    ----------
    names
        concepts; all that exist where none is named
    chapter
        number of a chapter
    """
    numbers = [entry.number for entry in _catalog.chapters()]
    if chapter not in (None, *numbers):
        raise InputError(f"there is no chapter {chapter}; they are numbered 1 to {numbers[-1]}.")
    wanted = [_catalog.find(name) for name in names] or [
        name
        for entry in _catalog.chapters()
        for name in entry.concepts
        if chapter in (None, entry.number) and name in _catalog.concepts()
    ]
    for name in wanted:
        render_film(name, output, {})
    return 0


def render_film(name: str, output: Output, knobs: dict[str, Any]) -> None:
    """Compute a concept and write the files asked for; their names are printed."""
    unknown = [extension for extension in output.formats if extension not in formats()]
    if unknown:
        raise InputError(f"there is no format {unknown[0]!r}; those that exist are {', '.join(sorted(formats()))}.")
    trace = _catalog.load(name).compute(_catalog.turned(name, knobs))
    with _progress(_catalog.hyphens(name)) as show:
        files = make(trace, output.look(), output.formats, output.output, show)
    for file in files:
        print(file)


def film_command(concept: str) -> Callable[..., None]:
    """The command that renders a concept, with an option for each of its knobs."""
    knobs = _catalog.knobs(_catalog.load(concept).Params)
    group = Group("Knobs", sort_key=0)

    def command(*, output: Output = Output(), **values: Any) -> None:
        render_film(concept, output, values)

    options = [
        inspect.Parameter(knob.name, inspect.Parameter.KEYWORD_ONLY, default=knob.default,
                          annotation=Annotated[_kind(knob), Parameter(help=knob.meaning + _limits(knob), group=group,
                                                                      show_default=False)])
        for knob in knobs
    ]  # fmt: skip
    given = inspect.Parameter("output", inspect.Parameter.KEYWORD_ONLY, default=Output(), annotation=Output)
    command.__signature__ = inspect.Signature([*options, given])  # type: ignore[attr-defined]
    command.__doc__ = Words(concept, "en").sentence("lesson")
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code is 0, or 2 after wrong input."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    app = App(name="render.py", help=USAGE, version=mathcore.__version__, default_command=list_course)
    app.command(list_course, name="list")
    app.command(describe)
    app.command(render_course, name="course")
    try:
        if tokens and not tokens[0].startswith("-") and tokens[0] not in app:
            concept = _catalog.find(tokens[0])
            app.command(film_command(concept), name=_catalog.hyphens(concept))
            tokens[0] = _catalog.hyphens(concept)
        return app(tokens, exit_on_error=False, print_error=False, result_action="return_value") or 0
    except (CycloptsError, InputError) as error:
        print(f"render.py: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("render.py: interrupted; what was finished is kept.", file=sys.stderr)
        return 130


def _limits(knob: _catalog.Knob) -> str:
    default = "" if knob.default is None else f"default: {knob.default}"
    limits = "; ".join(part for part in (knob.range(), default) if part)
    return f" [{limits}]" if limits else ""


def _kind(knob: _catalog.Knob) -> Any:
    return {
        "choice": Literal[*knob.choices] if knob.choices else str,
        "int": int,
        "float": float,
        "path": Path | None,
    }.get(knob.kind, str)


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str))


@contextmanager
def _progress(name: str) -> Any:
    """A bar with the time left, on a terminal; elsewhere nothing."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


if __name__ == "__main__":
    sys.exit(main())
