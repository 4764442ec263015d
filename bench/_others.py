"""What else is measured: how soon something happens, memory, what a second process is worth, where time goes."""

import json
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench._cost import PYTHON, Cost, run
from bench._shot import FILMS, WHOLE, Shot
from bench._ways import measure
from mathcore._catalog import hyphens

FILM = "gradient_descent"  # whose numbers take no time to compute
COURSE = ["--beat", "loop", "-q", "480p", "--fps", "15", "--force"]
HERE = Path()


def others(pairs: int) -> dict[str, str]:
    """By what was measured, the result as a reader wants it."""
    return {**starts(pairs), **memory(), **course(pairs)}


def shares(film: str) -> dict[str, float]:
    """CPU seconds of each piece of making a whole film at 480p15."""
    with TemporaryDirectory() as folder:
        said = run([PYTHON, "-m", "bench._shares", hyphens(film), "-q", "480p", "--fps", "15", "-o", folder]).said
    found: dict[str, float] = json.loads(said.splitlines()[-1])  # the lines before name the files
    return found


def starts(pairs: int) -> dict[str, str]:
    """How long it takes until the first frame, a list, and a file of numbers are there."""
    with TemporaryDirectory() as folder:
        size = ["-q", "1080p", "--fps", "60", "-o", folder]
        first = [run([PYTHON, "-m", "bench._first", hyphens(FILM), *size]) for _ in range(pairs)]
        listed = [run([PYTHON, "render.py", "list"]) for _ in range(pairs)]
        saved = [run([PYTHON, "render.py", hyphens(FILM), "-f", "npz", "-o", folder]) for _ in range(pairs)]
    return {
        f"first frame of {hyphens(FILM)}": _median(first),
        "`list`": _median(listed),
        f"`{hyphens(FILM)} -f npz`": _median(saved),
    }


def memory() -> dict[str, str]:
    """What a beat and the whole film need at most; the rate is low, since memory does not depend on it."""
    peaks = [measure("a", Shot(FILM, 1080, 4, part), HERE).peak for part in ("loop", WHOLE)]
    return {f"memory of {hyphens(FILM)} at 1080p": f"{peaks[0]:.0f} MB for the loop, {peaks[1]:.0f} MB for the film"}


def course(pairs: int) -> dict[str, str]:
    """How much of its wall time a course takes that is made two films at once."""
    shares, names = [], [hyphens(film) for film in FILMS]
    for _ in range(pairs):
        with TemporaryDirectory() as folder:
            made = [run([PYTHON, "render.py", "course", *names, *COURSE, "-j", jobs, "-o", folder]) for jobs in "12"]
        shares.append(made[1].wall / made[0].wall)
    return {"`course -j 2` against `-j 1`": f"{median(shares):.2f} of the wall time, loops at 480p15"}


def _median(costs: list[Cost]) -> str:
    return f"{median(c.cpu for c in costs):.2f} s of CPU, {median(c.wall for c in costs):.2f} s"
