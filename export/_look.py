"""How a film is rendered, whatever it shows, and what its files are called."""

import re
from dataclasses import dataclass
from pathlib import Path

import mathcore
from mathcore._catalog import hyphens

PRINTED = ("svg", "pdf")  # figures, which have a theme of their own


@dataclass(frozen=True)
class Look:
    """Language, theme, size and rate of a film."""

    language: str = "en"
    theme: str = "dark"
    height: int = 720  # pixels
    fps: int = 30
    beat: str | None = None  # only this one
    paper: str = "light"  # theme of what is printed

    @property
    def width(self) -> int:
        """Pixels of a 16:9 frame, even as H.264 needs it."""
        return round(self.height * 16 / 9 / 2) * 2


def file_name(trace: mathcore.Trace, look: Look, extension: str) -> str:
    """NAME.EXT, in which whatever is not the default shows: `name+knob=value.language.theme.ext`."""
    plain = type(trace.params)()
    turned = {k: v for k, v in trace.params if v != getattr(plain, k)}
    knobs = "".join(f"+{name}={_tidy(value)}" for name, value in turned.items())
    theme = (look.paper, "light") if extension in PRINTED else (look.theme, "dark")
    look_parts = [part for part, default in ((look.language, "en"), theme) if part != default]
    return ".".join([hyphens(trace.concept) + knobs, *look_parts, extension])


def of_beat(path: Path, beat: str | None) -> Path:
    """The file of one beat: its name stands before the extension."""
    return path.with_suffix(f".{hyphens(beat)}{path.suffix}") if beat else path


def _tidy(value: object) -> str:
    """A value as part of a file name: of a path its stem, and no character that a file system minds."""
    if isinstance(value, tuple):
        return "_".join(_tidy(one) for one in value)
    text = value.stem if isinstance(value, Path) else str(value)
    return re.sub(r"[^\w.+-]+", "-", text)[:40]
