"""Renders the same films by this build and by that of another commit, in turns: then, now, then, now."""

import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, TemporaryFile
from typing import NamedTuple

from bench._cost import PYTHON, ROOT, Broken, Cost, run
from bench._shot import Shot
from bench._table import lined
from mathcore import _catalog
from mathcore._files import written_whole

HEADINGS = ["film", "then", "now", "now/then", "size", "memory then", "memory now"]
NOTE = """\
The same by the build of commit {commit} and by this one, in turns. CPU seconds of all processes and threads; size of
the files, now over then; memory in megabytes. Each ratio is the median of the ratios within the pairs.
"""


class Made(NamedTuple):
    """What a build has made: what it cost, and how many bytes came of it."""

    cost: Cost
    size: int


@contextmanager
def build_of(commit: str) -> Iterator[Path]:
    """The tree of a commit in a folder of its own, which goes with the block.

    Raises:
        Broken: there is no such commit.
    """
    with TemporaryDirectory(prefix="deepreel-build-") as folder, TemporaryFile() as packed:
        done = subprocess.run(  # noqa: S603
            ["git", "archive", "--end-of-options", commit],  # noqa: S607
            cwd=ROOT,
            stdout=packed,
            stderr=subprocess.PIPE,
        )
        if done.returncode:
            raise Broken(f"no build of {commit}: {done.stderr.decode().strip()}")
        packed.seek(0)
        with tarfile.open(fileobj=packed) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder)


def films_of(build: Path) -> list[str]:
    """The films that a build and this one have, in the order of the course."""
    return [film for film in _catalog.concepts_of(None) if (build / "scenes" / f"{film}.py").is_file()]


def made(shot: Shot, build: Path) -> Made:
    """Render a shot by a build, with this Python and its libraries."""
    with TemporaryDirectory(prefix="deepreel-bench-") as folder:
        cost = run([PYTHON, "render.py", *shot.options(Path(folder))], folder=build)
        return Made(cost, sum(file.stat().st_size for file in Path(folder).glob("*.mp4")))


def compare(commit: str, films: Sequence[str], sizes: Sequence[tuple[int, int, int]], beat: str, file: Path) -> str:
    """Render films by both builds, and leave the table, which is returned, in a file after each film.

    Args:
        commit: of the other build.
        films: concepts; all that both builds have where none is named.
        sizes: height, frames per second, and how often.
        beat: which part, of each film.
        file: where to.
    """
    rows: list[list[str]] = []
    with build_of(commit) as build:
        for height, fps, pairs in sizes:
            ratios = []
            for film in films or films_of(build):
                shot = Shot(film, height, fps, beat)
                rounds = [(made(shot, build), made(shot, ROOT)) for _ in range(pairs)]
                ratios.append(ratio(rounds))
                rows.append(row(shot, rounds))
                print(*rows[-1], sep="  ", flush=True)
                write(rows, commit, file)
            rows.append([f"median at {height}p{fps}", "", "", f"{median(ratios):.2f}", "", "", ""])
    return write(rows, commit, file)


def write(rows: Sequence[list[str]], commit: str, file: Path) -> str:
    """Leave the rows as a table in a file, and return it."""
    told = f"{NOTE.format(commit=commit)}\n{lined([HEADINGS, ['---', *['---:'] * (len(HEADINGS) - 1)], *rows])}"
    with written_whole(file) as draft:
        draft.write_text(told, encoding="utf-8")
    return told


def row(shot: Shot, rounds: Sequence[tuple[Made, Made]]) -> list[str]:
    """The medians of a shot, then and now, as cells of a table."""
    then, now = zip(*rounds, strict=True)
    return [
        f"{_catalog.hyphens(shot.film)} {shot.height}p{shot.fps}",
        *(f"{median(one.cost.cpu for one in build):.1f}" for build in (then, now)),
        f"{ratio(rounds):.2f}",
        f"{median(b.size / a.size for a, b in rounds):.2f}",
        *(f"{median(one.cost.peak for one in build):.0f}" for build in (then, now)),
    ]


def ratio(rounds: Sequence[tuple[Made, Made]]) -> float:
    """CPU now over CPU then, the median over the pairs."""
    return median(now.cost.cpu / then.cost.cpu for then, now in rounds)
