"""How a film is rendered, whatever it shows, and what its files are called."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import ImageColor

import mathcore
from mathcore._catalog import hyphens
from scenes._theme import THEMES

PRINTED = ("svg", "pdf")  # figures, which have a theme of their own


@dataclass(frozen=True)
class Look:
    """Language, theme, size and rate of a film."""

    language: str = "en"
    theme: str = "dark"
    height: int = 0  # pixels; 0 leaves it to the format
    fps: int = 0  # frames per second; 0 leaves it to the format
    beat: str | None = None  # a beat, or "loop", "all", "film"; None leaves it to the format
    transparent: bool = False
    matte: str = ""  # the colour under a transparent gif; where it is empty, the theme's ground
    paper: str = "light"  # theme of what is printed

    def settled(self, height: int = 720, fps: int = 30) -> "Look":
        """The same look, with this size and rate where none was asked for."""
        return replace(self, height=self.height or height, fps=self.fps or fps)

    @property
    def width(self) -> int:
        """Pixels of a 16:9 frame, even as H.264 needs it."""
        return round(self.height * 16 / 9 / 2) * 2

    def ground(self) -> tuple[int, int, int]:
        """Red, green and blue of what a transparent film lies on, as far as it is known.

        Raises:
            mathcore.InputError: the matte is no colour.
        """
        with suppress(ValueError):
            colour = ImageColor.getrgb(self.matte or THEMES[self.theme].background)
            if len(colour) == 3:  # else it has an alpha of its own
                return colour
        raise mathcore.InputError(f"{self.matte!r} is no colour; write a name, such as white, or #rrggbb.")


def refuse_transparency(look: Look, what: str) -> None:
    """Refuse a look that a format cannot have.

    Raises:
        mathcore.InputError: transparency is asked for.
    """
    if look.transparent:
        raise mathcore.InputError(f"{what} has no transparency; webm, mov, gif, webp and png have.")


def file_name(trace: mathcore.Trace, look: Look, extension: str) -> str:
    """NAME.EXT, in which whatever is not the default shows: `name+knob=value.language.theme.ext`."""
    plain = type(trace.params)()
    turned = {k: v for k, v in trace.params if v != getattr(plain, k)}
    knobs = "".join(f"+{name}={_tidy(value)}" for name, value in turned.items())
    return named(hyphens(trace.concept) + knobs, look, extension)


def named(stem: str, look: Look, extension: str) -> str:
    """STEM.EXT, in which a language and a theme other than the default show."""
    theme = (look.paper, "light") if extension in PRINTED else (look.theme, "dark")
    look_parts = [part for part, default in ((look.language, "en"), theme) if part != default]
    return ".".join([stem, *look_parts, extension])


def of_part(path: Path, part: str) -> Path:
    """The file of a part of the film: its name stands before the extension."""
    return path.with_suffix(f".{hyphens(part)}{path.suffix}")


def _tidy(value: object) -> str:
    """A value as part of a file name: of a path its stem, and no character that a file system minds."""
    if isinstance(value, tuple):
        return "_".join(_tidy(one) for one in value)
    text = value.stem if isinstance(value, Path) else str(value)
    return re.sub(r"[^\w.+-]+", "-", text)[:40]
