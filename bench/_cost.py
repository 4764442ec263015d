"""Runs a command and tells what it cost: all its processes and threads together."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
MEGABYTE = 1024 if sys.platform == "linux" else 1024**2  # what ru_maxrss counts in: kilobytes, or bytes


class Cost(NamedTuple):
    """What a command cost, and what it printed."""

    cpu: float  # seconds, user and system, of the process, its threads and its children
    wall: float  # seconds
    peak: float  # megabytes, of the process or of the largest of its children
    said: str


class Broken(Exception):  # noqa: N818  # it is said of a command
    """A command that is measured has failed."""


def run(command: Sequence[str | Path], folder: Path = ROOT) -> Cost:
    """Run a command in a folder, by default the root of the project, to its end.

    Raises:
        Broken: it has not ended well; the message has its last lines.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603  # our own commands
            [str(part) for part in command], cwd=folder, stdout=out, stderr=err
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        said, complained = (_content(stream) for stream in (out, err))
    if process.returncode:
        raise Broken(f"{' '.join(map(str, command))} failed:\n{(said + complained)[-2000:]}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / MEGABYTE, said)


def _content(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace")
