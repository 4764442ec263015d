"""`python -m bench`: measures, prints and writes down what our films cost."""

import os
import platform
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from bench._against import compare
from bench._cost import Broken
from bench._others import others, shares
from bench._pairs import measured
from bench._shot import FILMS, WHOLE, Shot
from bench._table import write
from bench._ways import WAYS

USUAL = (("480p", 15, 3), ("1080p", 60, 1))  # quality, rate, pairs: what is measured where nothing is asked for
app = App(name="bench", help="Measure what films cost, in CPU seconds.", version_flags=[])


@app.default
def bench(
    *,
    films: Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative="")] = (),
    quality: Annotated[Literal["480p", "720p", "1080p"] | None, Parameter(name=["--quality", "-q"])] = None,
    fps: int | None = None,
    pairs: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    beat: str = "loop",
    ways: str = WAYS,
    uncached: Annotated[bool, Parameter(negative="")] = False,
    rest: bool = True,
    against: str | None = None,
    folder: Annotated[Path, Parameter(name=["--output", "-o"])] = Path("bench"),
) -> None:
    """Measure what films cost, in CPU seconds.

    Parameters
    ----------
    films
        concepts, of those that bench/ has a scene of [default: these]; any, or all, against another build
    quality
        height of the picture [default: 480p15, then 1080p60]
    fps
        frames per second
    pairs
        how often everything is measured
    beat
        a beat by name, "loop", or "film" for the whole film
    ways
        which of a (render.py), b (manim), c (the usual way) and d (the encoder alone)
    uncached
        have manim draw without looking for what it has drawn before
    rest
        measure as well how soon a film starts, its memory, and a course of two processes
    against
        measure nothing but whole films, or the beat that is named, against the build of this commit
    folder
        where results.md and results.json go, or against.md
    """
    folder.mkdir(parents=True, exist_ok=True)
    sizes = ((quality or "480p", fps or 15, pairs or 3),) if quality or fps else USUAL
    if against:
        heights = [(int(size[:-1]), rate, pairs or 1) for size, rate, _ in sizes]
        print(compare(against, films, heights, WHOLE if beat == "loop" else beat, folder / "against.md"))
        return
    shots = [(Shot(film, int(size[:-1]), rate, beat), count) for size, rate, count in sizes for film in films or FILMS]
    results: dict[str, Any] = {"machine": machine(), "shots": [], "others": {}}
    for shot, count in shots:
        results["shots"].append(measured(shot, ways, pairs or count, uncached))
        write(folder, results)
    if rest:
        results["shares"] = {film: shares(film) for film in films or FILMS}
        results["others"] = others(pairs or 3)
    print(write(folder, results))


def machine() -> str:
    """Where it was measured, and what else the machine was doing."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"Python {platform.python_version()}, {os.cpu_count()} processors, load {load} at the start."


if __name__ == "__main__":
    try:
        sys.exit(app())
    except Broken as error:
        sys.exit(f"bench: {error}")
