"""Makes the files of a film: all that need pictures from one rendering, the others from the trace alone."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import mathcore
from export.formats import formats
from export.formats._format import Format
from export.look.logo import refuse_unseen
from export.render.heed import heeded
from export.render.settings import PRINTED, RenderSettings, file_name
from mathcore._error import reason
from mathcore._loading import loading

Progress = Callable[[int, int], Any]  # frames done, frames in all


def make(
    trace: mathcore.Trace,
    look: RenderSettings,
    extensions: Sequence[str],
    folder: Path,
    progress: Progress | None = None,
    name: str = "",
) -> list[Path]:
    """Write the film of a trace, or the trace itself, to `folder` in each of the formats.

    Args:
        trace: what to show or to save.
        look: how to show it; a size, rate or part that it leaves open is the format's own.
        extensions: names of formats.
        folder: where to write; it is made if it is missing.
        progress: called with the frames done and their number, as frames are rendered.
        name: of the file, where one format of one part is asked for; by default files name themselves.

    Returns:
        the files written.

    Raises:
        mathcore.InputError: the folder cannot be written to, the film lacks the beat asked for, or a format
            cannot have the look asked for.
    """
    wanted = checked(look, extensions)
    writeable(folder)
    files = {folder / (name or file_name(trace, look, extension, one.size)): one for extension, one in wanted.items()}
    sounds: Mapping[str, np.ndarray] = {}
    if look.voice:
        look, sounds = _voiced(trace, look)
    of_trace = {path: one.save for path, one in files.items() if one.save}
    of_film = {path: one for path, one in files.items() if path not in of_trace}
    write = _planned(trace, look, of_film, progress, sounds, given=bool(name)) if of_film else list
    for path, save in of_trace.items():
        save(trace, path, look)
    return [*of_trace, *write()]


def checked(look: RenderSettings, extensions: Sequence[str]) -> dict[str, Format]:
    """The formats that are asked for, by their extensions.

    Raises:
        mathcore.InputError: one of them cannot have the look asked for, it does nothing in them, or its logo is lost.
    """
    if look.matte and not (look.transparent and "gif" in extensions):
        raise mathcore.InputError("a matte is the ground under a transparent gif; add `--transparent -f gif`.")
    if look.logo and any("--look" in heeded(one) and one not in PRINTED for one in extensions):
        refuse_unseen(look.logo, look.colours.background)
    known = formats()
    wanted = {extension: known[extension] for extension in dict.fromkeys(extensions)}
    for one in wanted.values():
        one.check(look)
    return wanted


def _voiced(trace: mathcore.Trace, look: RenderSettings) -> tuple[RenderSettings, Mapping[str, np.ndarray]]:
    """The look of a film whose pictures wait for its voice, and by beat what is heard."""
    from export.voice.fit import fitted  # here, because it brings what reads sound

    with loading():
        from export.render import player

    return fitted(player.played(trace, look), look)


def _planned(
    trace: mathcore.Trace,
    look: RenderSettings,
    wanted: dict[Path, Format],
    progress: Progress | None,
    sounds: Mapping[str, np.ndarray],
    *,
    given: bool,
) -> Callable[[], list[Path]]:
    """What writes the files of a film; that the film has what they need is known before anything is written."""
    with loading():
        from export.render.rendering import Rendering  # here: it starts manim, which the data formats do without

    rendering, done = Rendering(trace, look, wanted, sounds, given=given), 0
    total = rendering.frames()

    def count(frames: int) -> None:
        nonlocal done
        done += frames
        if progress:
            progress(done, total)

    return lambda: rendering.write(count)


def writeable(folder: Path) -> None:
    """Make a folder if it is missing.

    Raises:
        mathcore.InputError: it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".deepreel-probe"
        probe.touch()
        probe.unlink(missing_ok=True)  # another process may probe, too
    except OSError as error:
        raise mathcore.InputError(f"the output folder {folder} cannot be written to: {reason(error)}.") from None
