"""The ways to make the same film, each in processes of its own.

a  python render.py
b  the same scene through python -m manim: its camera, its writer, its encoder
c  the scene as manim's users write it, through python -m manim
d  the frames of a, made beforehand: what it costs to encode them alone
"""

import json
import tempfile
from pathlib import Path

from bench._cost import PYTHON, ROOT, Cost, run
from bench._shot import WHOLE, Shot

OURS, USUAL = "scenes", "bench"  # folders of the scenes
WAYS = "abcd"
PART = """\
from {folder}.{film} import {title} as Whole


class {title}(Whole):
    def next_section(self, name="", *arguments, **options):
        super().next_section(name, *arguments, **{{**options, "skip_animations": name != {beat!r}}})
"""


def measure(way: str, shot: Shot, frames: Path, uncached: bool = False) -> Cost:
    """What a shot costs that is made in one of the `WAYS`.

    Args:
        way: which.
        shot: what to make; the beat is called by its name.
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


def prepare(shot: Shot, frames: Path) -> tuple[int, str]:
    """Leave the frames of a shot in a folder, without loss; how many there are, and the name of its beat."""
    recorded = run([PYTHON, "-m", "bench._record", shot.film, shot.beat, str(shot.height), str(shot.fps), frames])
    known = json.loads(recorded.said)
    return known["frames"], known["beat"]


def _manim(folder: str, shot: Shot, media: Path, uncached: bool) -> list[str | Path]:
    """The command that renders a scene with manim as it is; of a beat, the other sections are skipped."""
    width, height = shot.size
    command: list[str | Path] = [PYTHON, "-m", "manim", "--media_dir", media]
    command += ["-r", f"{width},{height}", "--fps", str(shot.fps)]
    if uncached:
        command += ["--disable_caching"]
    scene = ROOT / folder / f"{shot.film}.py"
    if shot.beat != WHOLE:
        scene = media / scene.name
        scene.write_text(PART.format(folder=folder, film=shot.film, title=shot.title, beat=shot.beat))
    return [*command, scene, shot.title]
