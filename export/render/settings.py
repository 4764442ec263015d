"""How a film is rendered, whatever it shows, and what its files are called."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from PIL import ImageColor

import mathcore
from export.render.heed import heeded
from export.voice.voice import Voice
from mathcore._catalog import hyphens, off_default
from scenes._stage.brand import HOUSE, Brand, Logo
from scenes._stage.layout import ASPECTS, Ranges
from scenes._stage.theme import Theme

PRINTED = ("svg", "pdf")  # figures, which have a theme of their own
TOLD_CAPTIONS = {"burnt": (), "track": ("captions-aside",), "none": ("no-captions",)}
LONGEST_VALUE, LONGEST_STEM = 40, 120  # characters, bytes; a file system takes 255 bytes


@dataclass(frozen=True)
class RenderSettings:
    """Language, theme, size and rate of a film."""

    language: str = "en"
    theme: str = "dark"
    height: int = 0  # pixels; 0 leaves it to the format
    fps: int = 0  # frames per second; 0 leaves it to the format
    beat: str | None = None  # a beat, or "loop", "all", "film"; None leaves it to the format
    transparent: bool = False
    matte: str = ""  # the colour under a transparent gif; where it is empty, the theme's ground
    paper: str = "light"  # theme of what is printed
    figure_size: str = ""  # of what is printed: a word or WxH in cm, as `size_of` takes it
    ranges: Ranges = ()  # of panels whose axes are those of other films, too
    captions: str = "burnt"  # into the picture and as a track, as a "track" alone, or "none"
    titled: bool = True  # whether the title stands in the picture
    text_scale: float = 1.0  # how much larger texts are, as far as they have room
    aspect: str = "16:9"
    brand: Brand = HOUSE  # whose colours the themes have, and whose logo
    voice: Voice | None = None  # who is heard
    earliest: tuple[tuple[str, tuple[float, ...]], ...] = ()  # starts of captions, for the voice, as a film takes them

    def settled(self, height: int = 720, fps: int = 30) -> "RenderSettings":
        """The same look, with this size and rate where none was asked for."""
        return replace(self, height=self.height or height, fps=self.fps or fps)

    @property
    def width(self) -> int:
        """Pixels of a frame of the aspect, even as H.264 needs it."""
        across, up = ASPECTS[self.aspect]
        return round(self.height * across / up / 2) * 2

    @property
    def fitted(self) -> bool:
        """Whether it takes a look at the film to know how it is drawn."""
        return self.text_scale > 1 or self.close or self.aspect != "16:9"

    @property
    def close(self) -> bool:
        """Whether something is left out whose room the picture may use."""
        return not self.titled or self.captions != "burnt"

    @property
    def colours(self) -> Theme:
        """The theme of the film."""
        return self.brand.light if self.theme == "light" else self.brand.dark

    @property
    def printed(self) -> Theme:
        """The theme of a figure: on white paper, or on the dark ground if that was asked for."""
        return self.brand.paper if self.paper == "light" else self.brand.dark

    @property
    def logo(self) -> Logo | None:
        """What stands in a corner of the film."""
        return self.brand.light_logo if self.theme == "light" else self.brand.dark_logo

    def ground(self) -> tuple[int, int, int]:
        """Red, green and blue of what a transparent film lies on, as far as it is known.

        Raises:
            mathcore.InputError: the matte is no colour.
        """
        with suppress(ValueError):
            colour = ImageColor.getrgb(self.matte or self.colours.background)
            if len(colour) == 3:  # else it has an alpha of its own
                return colour
        raise mathcore.InputError(f"{self.matte!r} is no colour; write a name, such as white, or #rrggbb.")


def refuse_transparency(look: RenderSettings, what: str) -> None:
    """Refuse a look that a format cannot have.

    Raises:
        mathcore.InputError: transparency is asked for.
    """
    if look.transparent:
        raise mathcore.InputError(f"{what} has no transparency; webm, mov, gif, webp and png have.")


def file_name(trace: mathcore.Trace, look: RenderSettings, extension: str, size: tuple[int, ...] = ()) -> str:
    """NAME.EXT, in which whatever is not the default shows: `name+knob=value.language.theme.1080p.60fps.ext`.

    Args:
        trace: what is shown; its knobs are told.
        look: how.
        extension: the format.
        size: height and rate of the format's own.
    """
    return named(stem_of(trace.concept, off_default(trace.params)), look, extension, size)


def stem_of(concept: str, knobs: Mapping[str, Any]) -> str:
    """NAME+knob=value, with the knobs that are turned."""
    return "+".join([hyphens(concept), *(f"{name}={tidy(value)}" for name, value in knobs.items())])


def named(stem: str, look: RenderSettings, extension: str, size: tuple[int, ...] = ()) -> str:
    """STEM.EXT, in which a look other than the format's own shows; a stem that is too long ends in a hash of itself."""
    own, options = RenderSettings().settled(*size), heeded(extension)
    parts = [part for part, default in ((look.language, "en"), theme_of(look, extension)) if part != default]
    if "--look" in options and look.brand != HOUSE:
        parts.append(_marked(look.brand))
    if "--quality" in options and look.height not in (0, own.height):
        parts.append(f"{look.height}p")
    if "--fps" in options and look.fps not in (0, own.fps):
        parts.append(f"{look.fps}fps")
    if "--captions" in options:
        parts += [*TOLD_CAPTIONS[look.captions], *["untitled"] * (not look.titled)]
    if "--text-scale" in options and look.text_scale != 1:
        parts.append(f"text-{look.text_scale:g}")
    if "--aspect" in options and look.aspect != own.aspect:
        parts.append(look.aspect.replace(":", "x"))
    if "--transparent" in options and look.transparent:
        parts.append("transparent")
    if "--matte" in options and look.matte:
        parts.append(f"on-{tidy(look.matte.removeprefix('#'))}")
    if "--voice" in options and look.voice:
        parts.append(_after("voice", look.voice.name))
    if "--figure-size" in options and look.figure_size:
        parts.append(look.figure_size)
    if len(stem.encode()) > LONGEST_STEM:
        stem = f"{stem.encode()[:LONGEST_STEM].decode(errors='ignore')}-{_mark(stem)}"
    return ".".join([stem, *parts, extension])


def _marked(brand: Brand) -> str:
    """A look of one's own as part of a file name: `look-` and the stem of its file, and digits of what is in it."""
    return f"{_after('look', brand.name.removesuffix('.toml'))}-{brand.digest[:6]}"


def _after(kind: str, name: str) -> str:
    """A part of a file name that is called after a thing of some kind: `look-uni`; `look` itself is plain `look`."""
    return stem if (stem := tidy(name)).startswith(kind) else f"{kind}-{stem}"


def theme_of(look: RenderSettings, extension: str) -> tuple[str, str]:
    """The theme of a format, and that which it has by default."""
    return (look.paper, "light") if extension in PRINTED else (look.theme, "dark")


def of_part(path: Path, part: str) -> Path:
    """The file of a part of the film: its name stands before the extension."""
    return path.with_suffix(f".{hyphens(part)}{path.suffix}")


def tidy(value: object) -> str:
    """A value as part of a file name, of a file its stem; a mark tells apart what would else have the same name."""
    if isinstance(value, tuple):
        return "_".join(tidy(one) for one in value)
    if isinstance(value, (int, float)):
        return str(value)
    text = value.stem if isinstance(value, Path) else str(value)
    clean = re.sub(r"[^\w+-]+", "-", text)[:LONGEST_VALUE]
    return clean if clean == value else f"{clean.strip('-')}-{_mark(value)}"


def _mark(value: object) -> str:
    """Six digits that differ wherever a value differs, or the content of a file."""
    content = value.read_bytes() if isinstance(value, Path) and value.is_file() else str(value).encode()
    return sha256(content).hexdigest()[:6]
