"""Plays a scene without drawing and prints which animations each of its beats spans, as json."""

import importlib
import json
import sys
from tempfile import TemporaryDirectory

from manim import Scene, tempconfig

from bench._shot import Shot
from bench._ways import OURS, USUAL


def spans(folder: str, film: str) -> dict[str, tuple[int, int, float]]:
    """By the name of a beat, its first and last animation and its seconds; the usual way loops where we do."""
    begun: list[tuple[str, int, float]] = []
    settings = {"dry_run": True, "disable_caching": True, "verbosity": "ERROR", "progress_bar": "none"}
    with TemporaryDirectory() as media, tempconfig({**settings, "media_dir": media}):
        scene = scene_class(folder, film)(skip_animations=True)
        scene.next_section = lambda name="", *_, **__: begun.append((name, scene.renderer.num_plays, scene.time))
        scene.render()
    ends = [*begun[1:], ("", scene.renderer.num_plays, scene.time)]
    beats = {
        name: (first, last - 1, stop - start) for (name, first, start), (_, last, stop) in zip(begun, ends, strict=True)
    }
    return beats | {"loop": beats[loop_of(film)]}


def loop_of(film: str) -> str:
    """The name of the beat that loops."""
    from export import _film
    from export._look import Look
    from mathcore import _catalog

    return _film.rehearse(_catalog.load(film).compute(), Look()).beat("loop").name


def scene_class(folder: str, film: str) -> type[Scene]:
    """The scene of a film, ours or that of the usual way."""
    found: type[Scene] = getattr(importlib.import_module(f"{folder}.{film}"), Shot(film, 480, 15).title)
    return found


if __name__ == "__main__":
    assert sys.argv[1] in (OURS, USUAL)
    print(json.dumps(spans(*sys.argv[1:])))
