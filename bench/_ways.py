"""The ways to make the same film, each in processes of its own.

a  python render.py
b  the same scene through python -m manim: its camera, its writer, its encoder
c  the scene as manim's users write it, through python -m manim
d  the frames of a, made beforehand: what it costs to encode them alone
"""

import json
import tempfile
from functools import cache
from pathlib import Path

from bench._cost import PYTHON, ROOT, Cost, run
from bench._shot import WHOLE, Shot

OURS, USUAL = "scenes", "bench"  # folders of the scenes
WAYS = "abcd"


def measure(way: str, shot: Shot, frames: Path, uncached: bool = False) -> Cost:
    """What a shot costs that is made in one of the `WAYS`.

    Args:
        way: which.
        shot: what to make.
        frames: where `prepare` has left the frames, which d encodes.
        uncached: whether manim shall not look for animations that it has drawn before.
    """
    with tempfile.TemporaryDirectory(prefix="deepreel-bench-") as folder:
        if way == "a":
            return run([PYTHON, "render.py", *shot.options(Path(folder))])
        if way == "d":
            cost = run([PYTHON, "-m", "bench._encode", frames, Path(folder, "alone.mp4")])
            return cost._replace(cpu=json.loads(cost.said)["cpu"])
        return run(_manim(OURS if way == "b" else USUAL, shot, Path(folder), uncached))


def prepare(shot: Shot, frames: Path) -> dict[str, int]:
    """Leave the frames of a shot in a folder, without loss; how many there are."""
    counts: dict[str, int] = json.loads(
        run([PYTHON, "-m", "bench._record", shot.film, shot.beat, str(shot.height), str(shot.fps), frames]).said
    )
    return counts


@cache
def spans(folder: str, film: str) -> dict[str, tuple[int, int, float]]:
    """By the name of a beat, the first and last animation of it and its seconds; "loop" is one of them."""
    found: dict[str, tuple[int, int, float]] = json.loads(run([PYTHON, "-m", "bench._plays", folder, film]).said)
    return found


def _manim(folder: str, shot: Shot, media: Path, uncached: bool) -> list[str | Path]:
    """The command that renders a scene with manim as it is; a beat is a range of its animations."""
    width, height = shot.size
    command = [PYTHON, "-m", "manim", "--media_dir", media, "-r", f"{width},{height}", "--fps", str(shot.fps)]
    if uncached:
        command += ["--disable_caching"]
    if shot.beat != WHOLE:
        first, last, _ = spans(folder, shot.film)[shot.beat]
        command += ["-n", f"{first},{last}"]
    return [*command, ROOT / folder / f"{shot.film}.py", shot.title]
