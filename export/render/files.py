"""Makes the files of a film: all that need pictures from one rendering, the others from the trace alone."""

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import mathcore
from export import formats as _formats
from export.render.settings import RenderSettings, file_name
from mathcore._loading import loading

Progress = Callable[[int, int], Any]  # frames done, frames in all


def formats() -> dict[str, ModuleType]:
    """Every format by its extension: a module of export/formats that does not begin with an underscore."""
    names = sorted(path.stem for path in Path(_formats.__file__).parent.glob("[!_]*.py"))
    modules = [importlib.import_module(f"export.formats.{name}") for name in names]
    return {extension: module for module in modules for extension in module.EXTENSIONS}


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
    modules = checked(look, extensions)
    writeable(folder)
    files = {
        folder / (name or file_name(trace, look, extension, getattr(module, "SIZE", ()))): module
        for extension, module in modules.items()
    }
    of_trace = {path: module for path, module in files.items() if hasattr(module, "save")}
    of_film = {path: module for path, module in files.items() if path not in of_trace}
    write = _planned(trace, look, of_film, progress, given=bool(name)) if of_film else list
    for path, module in of_trace.items():
        module.save(trace, path, look)
    return [*of_trace, *write()]


def checked(look: RenderSettings, extensions: Sequence[str]) -> dict[str, ModuleType]:
    """The modules of formats, by their extensions.

    Raises:
        mathcore.InputError: one of them cannot have the look asked for, or it does nothing in them.
    """
    if look.matte and not (look.transparent and "gif" in extensions):
        raise mathcore.InputError("a matte is the ground under a transparent gif; add `--transparent -f gif`.")
    known = formats()
    modules = {extension: known[extension] for extension in dict.fromkeys(extensions)}
    for module in modules.values():
        if hasattr(module, "check"):
            module.check(look)
    return modules


def _planned(
    trace: mathcore.Trace,
    look: RenderSettings,
    formats: dict[Path, ModuleType],
    progress: Progress | None,
    *,
    given: bool,
) -> Callable[[], list[Path]]:
    """What writes the files of a film; that the film has what they need is known before anything is written."""
    with loading():
        from export.render.rendering import (
            Rendering,  # here, because it starts manim, which the data formats do without
        )

    rendering, done = Rendering(trace, look, formats, given=given), 0
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
        reason = (error.strerror or "unknown reason").lower()
        raise mathcore.InputError(f"the output folder {folder} cannot be written to: {reason}.") from None
