"""What a format offers. Each module of this folder whose name has no underscore before it declares one, `FORMAT`."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mathcore
from export.render.relay import FrameSink
from export.render.script import WHOLE, Script
from export.render.settings import RenderSettings


def accept(look: RenderSettings) -> None:
    """Refuse no look."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """How files of some extensions are made: from the trace, from what is said in a film, or from its frames.

    One of the three is given.
    """

    extensions: tuple[str, ...]
    save: Callable[[mathcore.Trace, Path, RenderSettings], None] | None = None  # from the trace alone
    write: Callable[[Script, Path], None] | None = None  # from what is said
    opened: Callable[[Path, RenderSettings, Script], AbstractContextManager[FrameSink]] | None = None  # from frames
    part: str = WHOLE  # what it holds where no beat is asked for
    stills: bool = False  # whether it takes of each beat only how it ends
    size: tuple[int, ...] = ()  # height and rate of its own, where the default ones are too fine for it
    check: Callable[[RenderSettings], None] = accept  # raises InputError on a look that it cannot have
    bind: Callable[[Sequence[Any], str, Path], None] | None = None  # makes one file of the pieces of several films
