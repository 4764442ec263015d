"""The command line of deepreel: `python render.py`, or `deepreel` once installed."""

import sys

INTERRUPTED = "render.py: interrupted; files that were finished are kept."

try:  # what is loaded here takes half a second, in which Ctrl-C may come
    import json as _json
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import contextmanager
    from dataclasses import replace
    from functools import partial
    from pathlib import Path
    from typing import Annotated, Any

    from cyclopts import App, CycloptsError, Parameter
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    import mathcore
    from export.command import checking, mistakes, report, target
    from export.command.new import new
    from export.command.notes import notes_at_the_end
    from export.command.options import Chapter, Output, Picture, Turning, Work, apart_each, signature
    from export.command.terminal import spell_letters_that_lack, tell
    from export.course.job import Job
    from export.course.traces import trace_of
    from export.render.files import make
    from export.render.heed import listed
    from export.voice.voice import of_each
    from mathcore import InputError, _catalog
    from mathcore._error import reason
except KeyboardInterrupt:
    print(INTERRUPTED, file=sys.stderr)
    sys.exit(130)
except ModuleNotFoundError as error:
    print(
        f"render.py: this Python has no {error.name}; start with `.venv/bin/python render.py`, once `make demo` has "
        "set that up.",
        file=sys.stderr,
    )
    sys.exit(2)

USAGE = """\
Films that explain deep learning, made of numbers that were really computed.

  python render.py                  the course, and which films exist
  python render.py describe NAME    the knobs, beats and quantities of NAME
  python render.py NAME             render the film of NAME into renders/
  python render.py NAME --help      its knobs and options
  python render.py course           render all films, or those of a --chapter
  python render.py gallery          make a static site of them
  python render.py check            compare all numbers with their references
  python render.py check NAME --against FILE    compare your own run with NAME
  python render.py check NAME --against FOLDER  compare those of a class
  python render.py new NAME         write the skeleton of a missing concept
"""


def list_course(*, json: bool = False) -> None:
    """Show the course: chapters, concepts, which of them exist.

    Parameters
    ----------
    json
        print it for programs
    """
    print(_pretty(report.course_record()) if json else report.course())


def describe(name: str, /, *, json: bool = False) -> None:
    """Show the knobs of a concept, the beats of its film and the quantities that it computes.

    Parameters
    ----------
    name
        a concept
    json
        print it for programs
    """
    concept = _catalog.find(name)
    print(_pretty(report.concept_record(concept)) if json else report.concept(concept))


def render_course(*names: str, chapter: Chapter = None, output: Output = Output(), work: Work = Work()) -> int:
    """Render the films of the course, or those named and those of a chapter.

    A film that is there and unchanged is not rendered again; one that fails does not stop the others.
    A deck (html, pptx) is one file of all films, made of the pieces (zip) of each.

    Parameters
    ----------
    names
        concepts; all that exist where neither one nor a chapter is named
    """
    from export.course import binding, run  # here, because no other command needs what they bring

    asked, concepts = target.of_many(output.asked, output.place), _chosen(names, chapter)
    target.check(concepts, output, asked)
    if work.cluster and output.heard:
        raise InputError("--voice is heard on this machine, not on a --cluster; leave one of the two out.")
    voices = of_each(output.heard, concepts)
    target.check_voices(voices, output, asked)
    backend, complete = run.backend(work.processes, work.cluster), True
    for look, formats in target.apart(output.looks(), asked):  # one by one: the numbers are kept from the first on
        unbound = binding.unbound(formats, look)
        jobs = [Job(one, replace(look, voice=look.voice and voices[one]), unbound) for one in concepts]
        complete = run.render(jobs, output.place, backend, force=work.force) and complete
        binding.bind(jobs, formats, output.place, None if names else chapter)
    return 0 if complete else 1


def render_gallery(
    *names: str,
    chapter: Chapter = None,
    folder: Annotated[Path, Parameter(name=["--output", "-o"])] = Path("site"),
    picture: Picture = Picture(),
    work: Work = Work(),
) -> int:
    """Make a static site of the films, in English and French: a front page, and a page for each film.

    It opens from the disk. What is there and unchanged is not rendered again.

    Parameters
    ----------
    names
        concepts; all that exist where neither one nor a chapter is named
    folder
        folder for the site
    """
    from export.course import run
    from export.gallery import site

    backend = run.backend(work.processes, work.cluster)
    return 0 if site.build(_chosen(names, chapter), picture.look(), folder, backend, force=work.force) else 1


def _chosen(names: Sequence[str], chapter: int | None) -> list[str]:
    """The concepts that are named and those of a chapter, each once; all where neither is given."""
    numbers = [entry.number for entry in _catalog.chapters()]
    if chapter not in (None, *numbers):
        raise InputError(f"there is no chapter {chapter}; they are numbered 1 to {numbers[-1]}.")
    found = [_catalog.find(name) for name in names]
    of_chapter = _catalog.concepts_of(chapter) if chapter or not names else []
    if chapter and not of_chapter:
        raise InputError(f"chapter {chapter} has no film yet.")
    return list(dict.fromkeys([*found, *of_chapter]))


def render_film(concept: str, output: Output, knobs: dict[str, Any]) -> None:
    """Compute a concept and write the files asked for; their names are printed."""
    wanted, folder, name = target.of_one(output, output.beat)
    target.check([concept], output, wanted)
    target.check_voices({concept: output.heard}, output, wanted)
    with trace_of(concept, knobs, folder) as trace:
        if advice := trace.advice():
            tell(advice)
        for look, formats in target.apart(output.looks(), wanted):
            with _progress(_catalog.hyphens(concept)) as show:
                files = make(trace, look, formats, folder, show, name)
            print(*files, sep="\n", flush=True)


def sweep_film(concept: str, turning: Turning, output: Output, knobs: dict[str, Any]) -> int:
    """Make the files of a sweep; the exit code."""
    from export.render.script import LOOP
    from export.sweep import asked, run  # here, because no other command needs what they bring

    wanted, folder, name = target.of_one(output, output.beat or LOOP, default="html")
    if output.heard:
        raise InputError("a sweep has no sound; leave --voice out.")
    if output.figure_size and not turning.figure:
        raise InputError("--figure-size belongs to the figure; add --figure or leave it out.")
    turned = asked.asked(concept, turning.sweep or (), turning.values, knobs, log=turning.log)
    _catalog.turned(concept, knobs)
    make = partial(run.make, figure=turning.figure, processes=turning.processes, force=turning.force)
    looks = target.apart(output.looks(), wanted)
    whole = [make(concept, turned, knobs, look, formats, folder, name) for look, formats in looks]
    return 0 if all(whole) else 1


def film_command(concept: str) -> Callable[..., int]:
    """The command that renders a concept, with an option for each of its knobs."""

    def command(*, turning: Turning = Turning(), output: Output = Output(), **knobs: Any) -> int:
        if turning.sweep is not None:
            return sweep_film(concept, turning, output, knobs)
        if idle := turning.idle():
            raise InputError(f"{listed(idle)} belong{'s' * (len(idle) == 1)} to --sweep; add one or leave that out.")
        render_film(concept, output, knobs)
        return 0

    command.__signature__ = signature(concept)  # type: ignore[attr-defined]
    command.__doc__ = report.help_of(concept)
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code is 0, 1 if one of several films failed or a number departs, or 2."""
    try:
        tokens = apart_each(sys.argv[1:] if arguments is None else arguments)
        spell_letters_that_lack()
        app = _app(tokens)
        with notes_at_the_end():
            return app(tokens, exit_on_error=False, print_error=False, result_action="return_value") or 0
    except (CycloptsError, InputError) as error:
        tell(mistakes.sentence(error))
    except OSError as error:
        tell(f"{error.filename or 'a file'} cannot be written: {reason(error)}.")
    except KeyboardInterrupt:
        print(INTERRUPTED, file=sys.stderr)
        return 130
    return 2


def _app(tokens: list[str]) -> App:
    """The commands, and that of the concept that the first token names, which is spelled as they are."""
    app = App(
        name="render.py",
        help=USAGE,
        help_format="plaintext",
        version=mathcore.__version__,
        default_command=list_course,
        suppress_keyboard_interrupt=False,
    )
    app.command(list_course, name="list")
    app.command(describe)
    app.command(render_course, name="course")
    app.command(render_gallery, name="gallery")
    app.command(new)
    app.command(checking.command(tokens), name="check")
    if tokens and not tokens[0].startswith("-") and tokens[0] not in app:
        concept = _catalog.find(tokens[0], [name for name in app if not name.startswith("-")])
        tokens[0] = _catalog.hyphens(concept)
        app.command(film_command(concept), name=tokens[0])
    return app


def _pretty(value: Any) -> str:
    return _json.dumps(value, indent=2, ensure_ascii=False, default=str)


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with the time left, on a terminal; elsewhere nothing."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


if __name__ == "__main__":
    sys.exit(main())
