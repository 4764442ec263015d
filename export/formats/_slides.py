"""What decks are made of: of each beat a video, the still that it ends in, and what is said in it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from export.formats import mp4, png
from export.render.frame import Frame
from export.render.relay import Relay
from export.render.script import EACH, Script
from export.render.settings import RenderSettings, refuse_transparency
from scenes._stage.layout import ASPECTS


@dataclass(frozen=True)
class Slide:
    """A beat: an mp4 file, which may be missing, and a png file; what is said, to be seen, and noted for who speaks."""

    beat: str
    title: str
    loop: bool
    seconds: float
    said: tuple[str, ...]
    video: bytes
    still: bytes
    seen: str = ""
    notes: str = ""
    speaks: bool = False  # whether its video has sound

    def described(self) -> str:
        """What a screen reader tells of its picture: what is to be seen, else what is said."""
        return self.seen or " ".join(self.said)


@dataclass(frozen=True)
class Show:
    """The slides of one film; several shows make a deck."""

    title: str
    lesson: str
    language: str
    colours: dict[str, str]  # by role
    slides: tuple[Slide, ...]
    aspect: str = "16:9"

    @property
    def ratio(self) -> tuple[int, int]:
        """Width and height of its slides, in proportion."""
        return ASPECTS[self.aspect]

    def labelled(self) -> list[tuple[str, Slide]]:
        """The slides, each with a name that tells it from every other, those of other films included."""
        return [(f"{self.title} – {slide.title}", slide) for slide in self.slides]


def check(look: RenderSettings) -> None:
    """Refuse what no deck can do."""
    refuse_transparency(look, "a deck")


@contextmanager
def shown(look: RenderSettings, film: Script, finish: Callable[[Show], None]) -> Iterator["_Both"]:
    """A sink that cuts a film into slides; `finish` gets them once the block has ended well."""
    with TemporaryDirectory(prefix="deepreel-") as folder:
        parts = film.parts(EACH)
        videos = {name: (Path(folder, f"{name}.mp4"), replace(part, captions=())) for name, part in parts.items()}
        stills = {name: (Path(folder, f"{name}.png"), part) for name, part in parts.items()}
        with ExitStack() as stack:
            relays = Relay(mp4.opened, videos, look, look), Relay(png.opened, stills, look, look)
            yield _Both([stack.enter_context(relay) for relay in relays])
        slides = [
            Slide(
                beat.name,
                beat.title,
                beat.loop,
                beat.seconds,
                tuple(film.said(beat)),
                videos[beat.name][0].read_bytes(),
                stills[beat.name][0].read_bytes(),
                beat.seen,
                beat.notes,
                beat.name in film.sounds,
            )
            for beat in film.beats
        ]
        finish(Show(film.title, film.lesson, film.language, look.colours.colours(), tuple(slides), look.aspect))


class _Both:
    """Pours into several sinks what is poured into it."""

    def __init__(self, sinks: Sequence[Relay]) -> None:
        self._sinks = sinks

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Take frames."""
        for sink in self._sinks:
            sink.add(frame, repeat, beat)
