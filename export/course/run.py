"""Renders a course: what is not there yet, many films at once; what fails is told at the end."""

import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from export.command.terminal import tell
from export.course import cache, source
from export.course.batch import Outcome, Show, in_processes
from export.course.job import Job, RenderError, unwritten
from export.render.files import writeable
from mathcore import InputError, _catalog

Backend = Callable[[Sequence[Job], Path, Show], Generator[Outcome]]  # what makes the films


def backend(processes: int | None, cluster: str | None) -> Backend:
    """Processes of this machine, or a cluster if the address of one is given.

    Raises:
        mathcore.InputError: Dask is not installed, or a number of processes is asked of a cluster.
    """
    if cluster is None:
        return partial(in_processes, count=processes)
    if processes:
        raise InputError("--jobs has no effect on --cluster, whose workers have a film each; leave it out.")
    try:
        from export.course.cluster import on_cluster
    except ModuleNotFoundError:
        raise InputError("--cluster needs Dask; install it with `pip install 'dask[distributed]'`.") from None
    return partial(on_cluster, address=cluster)


def render(jobs: Sequence[Job], folder: Path, backend: Backend, *, force: bool = False) -> bool:
    """Make the films of `jobs`; the names of the files are printed, those that are there already first.

    Args:
        jobs: what to make.
        folder: where to; it is made if it is missing.
        backend: what makes the films.
        force: make also what is there and unchanged.

    Returns:
        whether every film was made; one that was not is told on standard error.

    Raises:
        mathcore.InputError: the folder cannot be written to, or the cluster is not there.
    """
    writeable(folder)
    missing = list(jobs) if force else [job for job in (_rest(job, folder) for job in jobs) if job.formats]
    if len(missing) < len(jobs):
        tell(f"{len(jobs) - len(missing)} of {len(jobs)} films are there and unchanged; --force renders them anyway.")
    failures = _make(missing, folder, backend) if missing else []
    for sentence in failures:
        tell(sentence)
    return not failures


def _rest(job: Job, folder: Path) -> Job:
    """A job without the formats whose files are there; these are printed."""
    there = {extension: cache.made(job, extension, folder) for extension in job.formats}
    print_names(path for paths in there.values() for path in paths)
    return replace(job, formats=tuple(extension for extension, paths in there.items() if not paths))


def _make(jobs: Sequence[Job], folder: Path, backend: Backend) -> list[str]:
    """Make films and record them; what went wrong is returned, a sentence for each film that did."""
    sources = [source.of_film(job.concept, job.knobs) for job in jobs]  # as they are before any film is begun
    failures = []
    with bar(len(jobs), f"{len(jobs)} films") as show, closing(backend(jobs, folder, show)) as results:
        for number, result in results:
            if not isinstance(result, RenderError):
                result = _recorded(jobs[number], result, folder, sources[number])
            if isinstance(result, RenderError):
                failures.append(f"{_catalog.hyphens(jobs[number].concept)} could not be made: {result}")
            else:
                print_names(result)
    return failures


def _recorded(job: Job, files: list[Path], folder: Path, source: str) -> list[Path] | RenderError:
    """The same files, once it is recorded what they were made from."""
    try:
        cache.record(job, files, folder, source)
    except OSError as error:  # a full disk, of which the other films are told, too
        return unwritten(error)
    return files


def print_names(paths: Iterable[Path]) -> None:
    """Name files that are there, each as soon as it is."""
    for path in paths:
        print(path, flush=True)


@contextmanager
def bar(many: int, name: str) -> Iterator[Show]:
    """One bar for so many things of a name, with the time left, on a terminal; elsewhere nothing."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(
        *columns,
        console=console,
        disable=not console.is_terminal,
        transient=True,
        redirect_stdout=sys.stdout.isatty(),  # names go above the bar, but to a file where one wants them
        speed_estimate_period=300,  # seconds; films differ, and so does what they do at a time
    ) as progress:
        task = progress.add_task(name, total=many)
        yield lambda done: progress.update(task, completed=done)
