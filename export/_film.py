"""Renders a film once and hands every frame to all who want it."""

import importlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any, Protocol

import numpy as np
from manim import Camera, tempconfig
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.section import Section

import mathcore
from export._look import Look
from scenes._stage import Beat, Caption, Stage

Progress = Callable[[int], Any]  # frames just rendered; `int` itself does nothing with them


@dataclass(frozen=True)
class Film:
    """What is known of a film besides its frames."""

    beats: tuple[Beat, ...]
    captions: tuple[Caption, ...]
    seconds: float

    def beat(self, name: str) -> Beat:
        """A beat by name, with hyphens or underscores.

        Raises:
            mathcore.InputError: there is none of that name.
        """
        for beat in self.beats:
            if beat.name == name.replace("-", "_"):
                return beat
        there = ", ".join(beat.name for beat in self.beats)
        raise mathcore.InputError(f"there is no beat {name!r}; this film's beats are {there}.")


class Sink(Protocol):
    """Something that frames are poured into."""

    def add(self, pixels: np.ndarray, repeat: int, beat: str) -> None:
        """Take `repeat` equal frames [row column rgba] of a beat."""


def rehearse(trace: mathcore.Trace, look: Look) -> Film:
    """Play a film without drawing a frame: its beats, captions and length."""
    return _play(trace, look, (), int, draw=False)


def shoot(trace: mathcore.Trace, look: Look, sinks: Sequence[Sink], progress: Progress = int) -> Film:
    """Render a film, or the one beat that `look` names, into all `sinks` at once.

    Args:
        trace: what the film shows; its concept says which film.
        look: language, theme, size, rate.
        sinks: each gets every frame, in order.
        progress: called with the number of frames just rendered.
    """
    return _play(trace, look, sinks, progress, draw=True)


class _Tap:
    """Stands where manim has its file writer: passes frames on and keeps no file."""

    def __init__(self, sinks: Sequence[Sink], beat: str | None, progress: Progress) -> None:
        self._sinks, self._beat, self._progress = sinks, beat, progress
        self.output_spec = SimpleNamespace(
            is_still=False, is_video=False, is_image_sequence=False, fallback_to_still=False
        )
        self.next_section("", "", skip_animations=False)

    def next_section(self, name: str, type_: str, skip_animations: bool) -> None:
        skip = skip_animations or self._beat not in (None, name)
        self.sections = [Section(type_, None, name, skip)]

    def write_frame(self, pixels: np.ndarray, *, repeat: int = 1) -> None:
        for sink in self._sinks:
            sink.add(pixels, repeat, self.sections[-1].name)
        self._progress(repeat)

    def add_partial_movie_file(self, *_: Any) -> None: ...
    def begin_animation(self, *_: Any, **__: Any) -> None: ...
    def end_animation(self, *_: Any) -> None: ...
    def abort_encode_jobs(self, **_: Any) -> None: ...


class _BlindCamera(Camera):  # type: ignore[misc]  # manim is not typed here
    """Sees nothing, in no time."""

    def capture_mobjects(self, *_: Any, **__: Any) -> None: ...


def _play(trace: mathcore.Trace, look: Look, sinks: Sequence[Sink], progress: Progress, *, draw: bool) -> Film:
    with staged(trace, look, sinks, progress, draw=draw) as scene:
        scene.render()
        return Film(tuple(scene.beats), tuple(scene.captions), scene.time)


@contextmanager
def staged(
    trace: mathcore.Trace, look: Look, sinks: Sequence[Sink] = (), progress: Progress = int, *, draw: bool = False
) -> Iterator[Stage]:
    """The film of a trace, ready to be rendered inside the block: manim's settings hold for one film at a time."""
    with _configured(look):
        renderer = CairoRenderer(
            file_writer_class=lambda settings: _Tap(sinks, look.beat if draw else None, progress),
            camera_class=Camera if draw else _BlindCamera,
            skip_animations=not draw,
        )
        yield scene_class(trace.concept)(trace, look.language, look.theme, renderer=renderer)


def scene_class(concept: str) -> type[Stage]:
    """The film of a concept: the class in scenes/NAME.py whose name is NAME in CamelCase."""
    name = "".join(part.capitalize() for part in concept.split("_"))
    found: type[Stage] = getattr(importlib.import_module(f"scenes.{concept}"), name)
    return found


@contextmanager
def _configured(look: Look) -> Iterator[None]:
    """manim's global settings for one film."""
    settings = {
        "pixel_height": look.height,
        "pixel_width": look.width,
        "frame_rate": look.fps,
        "media_dir": _media_folder().name,
        "dry_run": True,  # the tap writes, manim does not
        "disable_caching": True,
        "progress_bar": "none",
        "verbosity": "ERROR",
    }
    with tempconfig(settings):
        yield


@cache
def _media_folder() -> tempfile.TemporaryDirectory[str]:
    """This process's own folder for typeset text: films that shared one would read each other's half files."""
    return tempfile.TemporaryDirectory(prefix="deepreel-")
