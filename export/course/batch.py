"""Makes many films at once, in processes of this machine.

Each process has one film at a time, because manim's settings are global to a process, and is started
afresh, never forked, because torch hangs in a process that was. One that dies takes no other film with
it: another process takes its place, and its film is tried once more.
"""

import signal
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from functools import cache
from multiprocessing import resource_tracker
from os import _exit, getpid, getppid
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from threading import RLock, Thread
from time import sleep
from typing import Any

import numpy as np
from loky import BrokenProcessPool, ProcessPoolExecutor, cpu_count
from tqdm import tqdm

from export.course.job import RenderError, Work, do, unwritten
from mathcore._files import abandoned, owner

Outcome = tuple[int, list[Path] | RenderError]  # number of a job, and its files or why there are none
Show = Callable[[float], Any]  # takes how many films are done, parts of films included

DRAFTS = ".deepreel-"
TRIES = 2
SECONDS = 0.2  # between two looks at how far the films are
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def in_processes(jobs: Sequence[Work], folder: Path, show: Show, count: int | None = None) -> Generator[Outcome]:
    """Make the films of `jobs`, `count` at a time; each is yielded when its files stand in `folder`.

    Without a count there are as many processes as processors that may be used. Whenever the caller leaves,
    at the end or before, the processes are gone and nothing half-made stays.
    """
    with workers(min(count or cpu_count(), len(jobs))) as idle:
        yield from shared_out(jobs, folder, show, idle, folder)


def shared_out(jobs: Sequence[Work], folder: Path, show: Show, idle: "Workers", kept: Path) -> Generator[Outcome]:
    """The same, by processes that are there; traces are kept beside the files of `kept`."""
    for left in abandoned(folder, DRAFTS):
        rmtree(left, ignore_errors=True)
    with (
        TemporaryDirectory(prefix="deepreel-") as scratch,
        TemporaryDirectory(prefix=f"{DRAFTS}{owner()}-", dir=folder) as drafts,  # beside the files: they are moved
    ):
        parts = np.memmap(f"{scratch}/parts", float, "w+", shape=len(jobs))  # of each film, the part that is done
        waiting = deque((number, 1) for number in range(len(jobs)))
        running: dict[Future[list[Path]], tuple[int, int, _Process]] = {}
        while waiting or running:
            while waiting and idle:
                (number, attempt), process = waiting.popleft(), idle.pop()
                draft = Path(drafts, f"{number}-{attempt}")
                future = process.submit(_work, jobs[number], draft, kept, parts.filename, number, getpid())
                running[future] = number, attempt, process
            for future in wait(running, SECONDS, FIRST_COMPLETED).done:
                number, attempt, process = running.pop(future)
                idle.append(process)
                if isinstance(future.exception(), BrokenProcessPool) and attempt < TRIES:
                    waiting.appendleft((number, attempt + 1))
                else:
                    parts[number] = 1
                    yield number, _moved(future, folder)
            show(float(parts.sum()))


def _work(job: Work, draft: Path, kept: Path, parts: str, number: int, parent: int) -> list[Path]:
    """What a process does for one film; how far it is, it writes to a file that both have mapped."""
    _end_with(parent)
    tqdm.set_lock(RLock())  # manim's bars would else take a semaphore, which a process that is killed leaves behind
    shared = np.memmap(parts, float, "r+")

    def show(done: int, total: int) -> None:
        shared[number] = min(done / total, 1)

    return do(job, draft, show, kept)


@cache
def _end_with(parent: int) -> None:
    """Have this process end when the one that started it has been killed, and cannot tell it to."""

    def watch() -> None:
        while getppid() == parent:
            sleep(SECONDS)
        _exit(1)

    Thread(target=watch, daemon=True).start()


def _moved(future: Future[list[Path]], folder: Path) -> list[Path] | RenderError:
    """The files of a film, where they belong."""
    try:
        return [draft.replace(folder / draft.name) for draft in future.result()]
    except BrokenProcessPool:
        return RenderError(f"its process died, {TRIES} times; perhaps memory ran out.")
    except RenderError as error:
        return error
    except OSError as error:
        return unwritten(error)


class _Process:
    """A process that starts with its first work, and anew after it died."""

    def __init__(self, scratch: str) -> None:
        self._settings = {"TMPDIR": scratch, **dict.fromkeys(THREADS, "1")}
        self._executor = self._new()

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Begin some work; the one before has ended."""
        with _deaf():
            try:
                future: Future[Any] = self._executor.submit(work, *arguments)
            except BrokenProcessPool:
                self._executor = self._new()
                future = self._executor.submit(work, *arguments)
        return future

    def kill(self) -> None:
        """End the process at once."""
        self._executor.shutdown(kill_workers=True)

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(max_workers=1, env=self._settings)


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C waits until the block ends; a process that starts inside never hears it, though a terminal tells all."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    resource_tracker.ensure_running()  # or it would start inside, which ends the deafness
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


Workers = list[_Process]  # those that have nothing to do


@contextmanager
def workers(count: int) -> Iterator[Workers]:
    """So many processes, none of which is left when the block ends."""
    warnings.filterwarnings("ignore", "A worker was restarted", UserWarning)  # loky does so as films need more memory
    with TemporaryDirectory(prefix="deepreel-") as scratch:
        processes = [_Process(scratch) for _ in range(count)]
        try:
            yield processes.copy()
        finally:
            with _deaf():
                for process in processes:
                    process.kill()
