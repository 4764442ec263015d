"""Renders a film once and hands every frame to all who want it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any, Protocol

import numpy as np
from manim import tempconfig
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.section import Section
from manim.utils.iterables import list_update
from PIL import Image

import mathcore
from export.render.camera import Camera
from export.render.frame import Frame
from export.render.script import Script
from export.render.settings import RenderSettings
from mathcore import _catalog
from scenes._marks.typeset import count_texts
from scenes._stage.film import Film
from scenes._stage.growth import Fit, Growth, Room, grown
from scenes._stage.layout import WIDTH, height_of, tallness
from scenes._stage.stretch import Stretch, stretch_to, stretched
from scenes._stage.timeline import NumberOnScreen, Timeline

Watch = Callable[[Film], Any]
Progress = Callable[[int], Any]  # frames just rendered; `int` itself does nothing with them


class FrameSink(Protocol):
    """Something that frames are poured into."""

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Take a frame of a beat that stands for `repeat` frames."""


def dry_run(trace: mathcore.Trace, look: RenderSettings) -> Script:
    """Play a film without drawing a frame: its beats, captions and length, exact to the frame."""
    if not look.fitted:
        return played(trace, look)
    elastic = scene_class(trace.concept).elastic
    stretch = stretch_to(look.aspect, captions=look.captions == "burnt") if elastic else Stretch()
    if elastic and look.close:
        spare = _looked(trace, look, 1, stretch)[1].spare()
        stretch = stretch._replace(times=stretch.times * spare)
    film, room = _looked(trace, look, look.text_scale * tallness(look.aspect), stretch)
    return replace(film, fit=room.fit())


def played(trace: mathcore.Trace, look: RenderSettings) -> Script:
    """The same, without looking how it is drawn."""
    with staged(trace, look) as scene:
        scene.render()
        return _script(scene)


def _looked(trace: mathcore.Trace, look: RenderSettings, most: float, stretch: Stretch) -> tuple[Script, Room]:
    """Play a film that is to be drawn so much taller, its texts up to so much larger, and look at it."""
    with staged(trace, look) as scene:
        corner = look.logo.corner if look.logo else ""
        room = Room(most, height_of(look.aspect), stretch, close=look.close, corner=corner)
        scene.renderer.after = room.look
        scene.render()
        return _script(scene), room


def _script(scene: Film) -> Script:
    """What is known of a film that was played."""
    say = scene.words.sentence
    beats, captions, language = tuple(scene.beats), tuple(scene.captions), scene.words.language
    ranges = tuple((place, *spans) for place, spans in scene.ranges.items())
    concept, turned = scene.trace.concept, _catalog.off_default(scene.trace.params)
    texts = say("title"), say("lesson"), language
    return Script(beats, captions, scene.time, *texts, ranges, concept=concept, turned=turned)


def render_frames(
    trace: mathcore.Trace,
    look: RenderSettings,
    sinks: Sequence[FrameSink],
    progress: Progress = int,
    beats: Collection[str] | None = None,
    stills: Sequence[FrameSink] = (),
    ends: Collection[str] = (),
    fit: Fit | None = None,
) -> Script:
    """Render a film once, into all `sinks` and `stills`; its record.

    Args:
        trace: what the film shows; its concept says which film.
        look: language, theme, size, rate.
        sinks: each gets every frame, in order.
        progress: called with the number of frames just rendered.
        beats: those to draw; the others are played without drawing. All where none are given.
        stills: each gets, of the beats that are `ends`, the one frame that the beat ends in.
        ends: the beats whose end is drawn in any case.
        fit: what a dry run told, where there was one.
    """
    fit = fit or (dry_run(trace, look).fit if look.fitted else None)
    tap = _FrameWriter(sinks, beats if sinks else (), progress, stills, ends, transparent=look.transparent)
    with staged(trace, look, tap, fit=fit) as scene:
        scene.render()
        tap.end_beat()
        return _script(scene)


def numbers(trace: mathcore.Trace, look: RenderSettings) -> list[NumberOnScreen]:
    """Play a film frame by frame without drawing: the numbers on screen, their times, and where they come from."""
    timeline = Timeline()
    with staged(trace, look, watch=timeline.look) as scene:
        scene.render()
        return timeline.end(scene.time)


class _FrameWriter:
    """Stands where manim has its file writer: passes frames on and keeps no file."""

    def __init__(
        self,
        sinks: Sequence[FrameSink],
        beats: Collection[str] | None,
        progress: Progress,
        stills: Sequence[FrameSink] = (),
        ends: Collection[str] = (),
        *,
        transparent: bool,
    ) -> None:
        self._sinks, self._beats, self._progress = sinks, beats, progress
        self._stills, self._ends, self._transparent = stills, ends, transparent
        self.sections: list[Section] = []
        self.still: Callable[[], Frame]  # draws what stands on the stage
        self.forget: Callable[[], Any] = lambda: None  # has a beat look the same whatever was drawn before it
        self.output_spec = SimpleNamespace(
            is_still=False, is_video=False, is_image_sequence=False, fallback_to_still=False
        )
        self.next_section("", "", skip_animations=False)

    def next_section(self, name: str, type_: str, skip_animations: bool) -> None:
        self.end_beat()
        skip = skip_animations or not (self._beats is None or name in self._beats)
        self.sections = [Section(type_, None, name, skip)]

    def end_beat(self) -> None:
        """Hand on the still of the beat that is over."""
        self.forget()
        if self.sections and self.sections[-1].name in self._ends:
            self._pour(self._stills, self.still(), 1)
            self.forget()

    def write_frame(self, frame: Frame, *, repeat: int = 1) -> None:
        self._pour(self._sinks, frame, repeat)

    def _pour(self, sinks: Sequence[FrameSink], frame: Frame, repeat: int) -> None:
        if self._transparent:
            frame = Frame(_straight(frame.pixels), frame.changed)
        for sink in sinks:
            sink.add(frame, repeat, self.sections[-1].name)
        self._progress(repeat)

    def add_partial_movie_file(self, *_: Any) -> None: ...
    def begin_animation(self, *_: Any, **__: Any) -> None: ...
    def end_animation(self, *_: Any) -> None: ...
    def abort_encode_jobs(self, **_: Any) -> None: ...


def _straight(pixels: np.ndarray) -> np.ndarray:
    """Pixels whose colours cairo has multiplied by their alpha, as every format wants them: not multiplied."""
    height, width, _ = pixels.shape
    straight = np.array(Image.frombuffer("RGBa", (width, height), pixels).convert("RGBA"))
    straight.flags.writeable = False
    return straight


class _Glass(Camera):
    """Draws on nothing instead of on a background."""

    def init_background(self) -> None:
        super().init_background()
        self.background = np.zeros((self.pixel_height, self.pixel_width, 4), np.uint8)
        self._press_logo()
        self.clear()


class _Renderer(CairoRenderer):  # type: ignore[misc]
    """Counts time in whole frames whether they are drawn or not, and draws none that nobody sees.

    Where somebody wants to `watch` the stage itself at every frame, nothing is drawn.
    """

    camera: Camera
    time: float
    watch: Watch | None = None
    after: Watch = staticmethod(lambda _: None)  # is called with the stage at the end of every animation
    growth: Growth = {}  # noqa: RUF012  # of texts that are drawn larger
    stretch = Stretch()  # of the picture

    def play(self, scene: Film, *animations: Any, **options: Any) -> None:
        rate, before = self.camera.frame_rate, self.time
        super().play(scene, *animations, **options)
        frames = _frames(scene, rate) if self.skip_animations else round((self.time - before) * rate)
        self.time = (round(before * rate) + frames) / rate
        self.after(scene)

    def update_frame(self, scene: Film, *_: Any, **__: Any) -> None:
        if self.watch:
            self.watch(scene)
        elif not self.skip_animations:
            self.draw(scene)

    def draw(self, scene: Film) -> np.ndarray:
        """Draw what stands on the stage; the picture of the camera."""
        shown = list_update(scene.mobjects, scene.foreground_mobjects)
        with stretched(shown, self.stretch), grown(shown, self.growth):
            self.camera.draw(shown)
        picture: np.ndarray = self.camera.picture
        return picture

    def save_static_frame_data(self, *_: Any) -> None:
        """The camera itself knows what does not move."""

    def get_frame(self) -> Frame:
        """What stands; while nobody sees it, whatever stood."""
        return self.camera.frame()


def _frames(scene: Film, rate: float) -> int:
    """How many frames manim would draw of the animation that it has just skipped."""
    still = scene.is_current_animation_frozen_frame()
    return int(scene.duration / (1 / rate)) if still else len(np.arange(0, scene.duration, 1 / rate))


@contextmanager
def staged(
    trace: mathcore.Trace,
    look: RenderSettings,
    tap: _FrameWriter | None = None,
    watch: Watch | None = None,
    fit: Fit | None = None,
) -> Iterator[Film]:
    """The film of a trace, ready to be rendered inside the block: manim's settings hold for one film at a time.

    Without a tap to draw into it is played only; `watch` is then called with the stage at every frame, if given.
    """
    film = scene_class(trace.concept)
    with _configured(look, height_of("16:9" if film.elastic else look.aspect)):
        logo = look.logo if tap else None  # what is not drawn needs none, and may be of another height
        renderer = _Renderer(
            file_writer_class=lambda settings: tap or _FrameWriter((), None, int, transparent=False),
            camera_class=partial(_Glass if look.transparent else Camera, logo, **_seen(fit)),
            skip_animations=tap is None and watch is None,
        )
        renderer.watch = watch
        if fit:
            renderer.growth, renderer.stretch = fit.growth, fit.stretch
        count_texts()
        scene = film(
            trace,
            look.language,
            look.colours,
            look.ranges,
            burnt=look.captions == "burnt",
            titled=look.titled,
            tall=tallness(look.aspect),
            earliest=dict(look.earliest),
            renderer=renderer,
        )
        if tap:
            tap.still, tap.forget = (lambda: Frame.whole(renderer.draw(scene))), renderer.camera.forget
        scene.get_moving_and_static_mobjects = lambda animations: ([], [])  # the camera sees at every frame what moves
        yield scene


def _seen(fit: Fit | None) -> dict[str, Any]:
    """What a camera is told of the part of the frame that is seen: nothing where it is all of it."""
    if not fit:
        return {}
    x, y, width, height = fit.view
    return {"frame_center": np.array([x, y, 0.0]), "frame_width": width, "frame_height": height}


def scene_class(concept: str) -> type[Film]:
    """The film of a concept: the class in scenes/NAME.py whose name is NAME in CamelCase."""
    name = "".join(part.capitalize() for part in concept.split("_"))
    found: type[Film] = getattr(_catalog.part("scenes", concept), name)
    return found


@contextmanager
def _configured(look: RenderSettings, height: float) -> Iterator[None]:
    """manim's global settings for one film, which is laid out in a frame of this height."""
    look = look.settled()
    settings = {
        "pixel_height": look.height,
        "pixel_width": look.width,
        "frame_rate": look.fps,
        "frame_width": WIDTH,
        "frame_height": height,
        "dry_run": True,  # the tap writes, manim does not
        "disable_caching": True,
        "progress_bar": "none",
        "verbosity": "ERROR",
    }
    with tempconfig(settings):
        yield
