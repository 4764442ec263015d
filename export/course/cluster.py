"""Makes many films at once on a Dask cluster, whose workers share no disk with this machine.

What a film needs is sent, the user's files included, and its files come back as bytes. Dask itself gives
a film to another worker when the one that had it dies.
"""

import logging
import sys
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from threading import Lock

from distributed import CancelledError, Client, Future, KilledWorker, as_completed, get_worker
from distributed.versions import VersionMismatchWarning

from export.course import source
from export.course.batch import Outcome, Show
from export.course.job import Job, RenderError, do, unwritten
from mathcore import InputError
from mathcore._files import written_whole

PATIENCE = 5  # seconds until a scheduler has to answer
SECONDS = 1  # between two reports of a worker

_one_at_a_time = Lock()  # manim's settings are global to a process, and a worker may have several threads


def on_cluster(jobs: Sequence[Job], folder: Path, show: Show, address: str) -> Generator[Outcome]:
    """Make the films of `jobs` on the cluster at `address`; each is yielded when its files stand in `folder`.

    A caller who leaves before the end calls off what has not begun; what a worker has begun it ends in vain.

    Raises:
        InputError: no scheduler answers, or the cluster has not the code and the libraries that are here.
    """
    with _connected(address) as client:
        _check_code(client, jobs)
        parts, topic = [0.0] * len(jobs), f"deepreel-{token_hex(8)}"

        def heard(event: tuple[float, tuple[int, float]]) -> None:
            number, part = event[1]
            parts[number] = max(parts[number], part)
            show(sum(parts))

        client.subscribe_topic(topic, heard)
        running = {
            client.submit(_work, job, _files_of(job), topic, number, pure=False): number
            for number, job in enumerate(jobs)
        }
        for future in as_completed(list(running)):
            number = running.pop(future)
            parts[number] = 1
            yield number, _written(future, folder)
            show(sum(parts))


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what is lost is told once, by whoever asked
    warnings.simplefilter("ignore", VersionMismatchWarning)  # `_check_code` tells which worker, in a sentence
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError):
        raise InputError(f"no Dask scheduler answers at {address}.") from None
    with client:
        yield client


def _check_code(client: Client, jobs: Sequence[Job]) -> None:
    """Films of other code, or by other libraries, would be other films."""
    concepts = sorted({job.concept for job in jobs})
    ours = _codes(concepts)
    try:
        client.run_on_scheduler(_codes, [])
    except Exception as error:
        raise InputError(f"the scheduler cannot import deepreel, which it needs, too ({error}).") from None
    answers = client.run(_codes, concepts, on_error="return")
    if not answers:
        print("render.py: the cluster has no workers yet; waiting for some.", file=sys.stderr)
    for worker, theirs in answers.items():
        if isinstance(theirs, Exception) and not isinstance(theirs, OSError):  # which a worker gives that has just died
            raise InputError(f"the worker {worker} cannot import deepreel, which it needs, too ({theirs}).")
        if isinstance(theirs, list) and theirs != ours:
            raise InputError(f"the worker {worker} has another deepreel or other libraries; install the same as here.")


def _codes(concepts: list[str]) -> list[str]:
    return [source.code(concept) for concept in concepts]


def _files_of(job: Job) -> dict[str, bytes]:
    """The content of the user's files, by the knobs that name them."""
    return {name: path.read_bytes() for name, path in job.knobs if isinstance(path, Path) and path.is_file()}


def _work(job: Job, files: dict[str, bytes], topic: str, number: int) -> dict[str, bytes]:
    """What a worker does for one film: the contents of its files, by name."""
    with _one_at_a_time, TemporaryDirectory(prefix="deepreel-") as scratch:
        knobs = dict(job.knobs) | {name: _laid(content, name, job, scratch) for name, content in files.items()}
        made = do(replace(job, knobs=tuple(knobs.items())), Path(scratch, "made"), _reporter(topic, number))
        return {path.name: path.read_bytes() for path in made}


def _laid(content: bytes, knob: str, job: Job, scratch: str) -> Path:
    """A user's file here, by the name that it has there, since films show it."""
    here = Path(scratch, knob, dict(job.knobs)[knob].name)
    here.parent.mkdir()
    here.write_bytes(content)
    return here


def _reporter(topic: str, number: int) -> Callable[[int, int], None]:
    """Tells the client how far a film is, now and then."""
    worker, latest = get_worker(), 0.0

    def report(done: int, total: int) -> None:
        nonlocal latest
        if time.monotonic() > latest + SECONDS:
            latest = time.monotonic()
            worker.log_event(topic, (number, min(done / total, 1)))

    return report


def _written(future: Future, folder: Path) -> list[Path] | RenderError:
    """The files of a film, written to where they belong."""
    try:
        contents: dict[str, bytes] = future.result()
    except RenderError as error:
        return error
    except KilledWorker:
        return RenderError("every worker that had it died; perhaps memory ran out.")
    except CancelledError:
        return RenderError("the connection to the cluster was lost.")
    except Exception as error:  # of a worker that came later and lacks something, for one
        return RenderError(f"{type(error).__name__}: {' '.join(str(error).split())}")
    try:
        for name, content in contents.items():
            with written_whole(folder / name) as draft:
                draft.write_bytes(content)
    except OSError as error:
        return unwritten(error)
    return [folder / name for name in contents]
