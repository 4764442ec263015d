"""What processes do for a sweep: look at a film, or its figure, at one setting, then draw how it ends there.

First every setting is looked at and drawn: what is said there, and from where to where each panel goes. Then those are
drawn again whose panels do not go from the lowest end of all to the highest: nothing jumps as the knob is turned.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import numpy as np
from PIL import Image

import mathcore
from export.course.job import Progress
from export.course.traces import trace_of
from export.formats.figure import figure_of
from export.render.settings import RenderSettings
from export.sweep.asked import Setting
from mathcore._loading import loading
from scenes._stage.layout import Place, Ranges, Span

Limits = tuple[tuple[Span, Span], ...]  # of the panels of a figure


@dataclass(frozen=True)
class Seen:
    """What is known of a film at one setting before it is drawn."""

    said: tuple[str, ...]  # the sentences of its beat
    keys: tuple[str, ...]  # of these sentences, whatever the numbers in them
    title: str
    lesson: str
    ranges: Ranges = ()
    limits: Limits = ()

    def fits(self, ranges: Ranges, limits: Limits) -> bool:
        """Whether its panels go from and to where these do by themselves."""
        return set(self.ranges) <= set(ranges) and limits in ((), self.limits)

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `Look` wrote."""
        told = json.loads(path.read_text(encoding="utf-8"))
        ranges = tuple((tuple(place), tuple(across), tuple(up)) for place, across, up in told["ranges"])
        limits = tuple((tuple(across), tuple(up)) for across, up in told["limits"])
        return cls(tuple(told["said"]), tuple(told["keys"]), told["title"], told["lesson"], ranges, limits)


@dataclass(frozen=True)
class Look:
    """Compute the numbers of a setting, and have the film played; `look.beat` is the one that is wanted.

    It is drawn at once, as it is by itself: often all panels of a sweep have the same ends anyway.
    """

    name: str
    concept: str
    knobs: Setting
    look: RenderSettings  # with a height
    film: bool  # whether it is to be played, too
    figure: bool = False

    def make(self, folder: Path, progress: Progress | None, kept: Path) -> list[Path]:
        """Write what was seen, and the picture; nothing where the film is not to be played."""
        with trace_of(self.concept, dict(self.knobs), kept) as trace:
            if not self.film:
                return []
            seen, picture = still(trace, self.look)
            if self.figure:
                figure = figure_of(trace, self.look)
                seen, picture = replace(seen, limits=_limits(figure)), _printed(figure, self.look)
        folder.mkdir()
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps(asdict(seen)), encoding="utf-8")
        return [path, _saved(picture, folder / f"{self.name}.png", self.look)]


@dataclass(frozen=True)
class Draw:
    """Draw how a beat ends at a setting, or the figure, with the panels that a look has, or `limits`."""

    name: str
    concept: str
    knobs: Setting
    look: RenderSettings
    limits: Limits | None = None  # of the figure, where that is to be drawn

    def make(self, folder: Path, progress: Progress | None, kept: Path) -> list[Path]:
        """Write the picture."""
        with trace_of(self.concept, dict(self.knobs), kept) as trace:
            picture = still(trace, self.look)[1] if self.limits is None else printed(trace, self.look, self.limits)
        folder.mkdir()
        return [_saved(picture, folder / f"{self.name}.png", self.look)]


def _saved(picture: Image.Image, path: Path, look: RenderSettings) -> Path:
    (picture if look.transparent else picture.convert("RGB")).save(path, compress_level=1)  # it is soon read again
    return path


def still(trace: mathcore.Trace, look: RenderSettings) -> tuple[Seen, Image.Image]:
    """What is known of a film, and the picture in which the beat of a look ends."""
    with loading():
        from export.formats.png import Still  # here, because it starts manim, which data formats do without
        from export.render import player

    sink = Still(look)
    film = player.render_frames(trace, look, (), stills=[sink], ends={str(look.beat).replace("-", "_")})
    captions = film.spoken(film.beat(str(look.beat)))
    said, keys = tuple(str(one.text) for one in captions), tuple(one.key for one in captions)
    return Seen(said, keys, str(film.title), str(film.lesson), film.ranges), Image.fromarray(sink.latest)


def printed(trace: mathcore.Trace, look: RenderSettings, limits: Limits) -> Image.Image:
    """The figure, as large as the frame of a look allows; its panels go from and to where others do."""
    figure = figure_of(trace, look)
    if len(figure.axes) == len(limits):
        for panel, (across, up) in zip(figure.axes, limits, strict=True):
            panel.set(xlim=across, ylim=up)
    return _printed(figure, look)


def _printed(figure: Any, look: RenderSettings) -> Image.Image:
    drawn, (wide, high) = BytesIO(), figure.get_size_inches()
    dpi = min(look.width / wide, look.height / high)
    figure.savefig(drawn, format="png", dpi=dpi, transparent=look.transparent)
    picture = Image.open(drawn)
    if not look.figure_size:
        return picture
    ground = (0, 0, 0, 0) if look.transparent else look.printed.background
    frame = Image.new("RGBA", (look.width, look.height), ground)  # for at other values it may be as high as they need
    frame.paste(picture, ((look.width - picture.width) // 2, (look.height - picture.height) // 2))
    return frame


def _limits(figure: Any) -> Limits:
    return tuple((panel.get_xlim(), panel.get_ylim()) for panel in figure.axes)


def shared_ranges(films: Iterable[Seen]) -> Ranges:
    """From where to where each panel of some films goes, in any of them."""
    found: dict[Place, tuple[list[Span], list[Span]]] = {}
    for film in films:
        for place, across, up in film.ranges:
            spans = found.setdefault(place, ([], []))
            spans[0].append(across)
            spans[1].append(up)
    return tuple((place, _union(across), _union(up)) for place, (across, up) in found.items())


def shared_limits(films: Iterable[Seen]) -> Limits:
    """The same of figures; of those that differ in their number of panels none."""
    limits = [film.limits for film in films]
    if len({len(one) for one in limits}) > 1:
        return ()
    return tuple(
        (_union([across for across, _ in panel]), _union([up for _, up in panel]))
        for panel in zip(*limits, strict=True)
    )


def _union(spans: list[Span]) -> Span:
    """The smallest span that holds all that are finite; one that goes down goes down."""
    ends = [end for span in spans for end in span if np.isfinite(end)]
    low, high = min(ends), max(ends)
    return (low, high) if spans[0][0] <= spans[0][1] else (high, low)
