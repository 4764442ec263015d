"""Makes the files of a film: all that need pictures from one rendering, the others from the trace alone."""

import importlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import mathcore
from export._look import Look, file_name

Progress = Callable[[int, int], Any]  # frames done, frames in all


def formats() -> dict[str, ModuleType]:
    """Every format by its extension: a module of this folder that does not begin with an underscore."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    modules = [importlib.import_module(f"export.{name}") for name in names]
    return {extension: module for module in modules for extension in module.EXTENSIONS}


def make(
    trace: mathcore.Trace, look: Look, extensions: Sequence[str], folder: Path, progress: Progress | None = None
) -> list[Path]:
    """Write the film of a trace, or the trace itself, to `folder` in each of the formats.

    Args:
        trace: what to show or to save.
        look: how to show it.
        extensions: names of formats.
        folder: where to write; it is made if it is missing.
        progress: called with the frames done and their number, as frames are rendered.

    Returns:
        the files written.

    Raises:
        mathcore.InputError: the folder cannot be written to, or the film lacks the beat asked for.
    """
    _writeable(folder)
    known = formats()
    paths = {extension: folder / file_name(trace, look, extension) for extension in dict.fromkeys(extensions)}
    of_trace = {path: known[extension].save for extension, path in paths.items() if hasattr(known[extension], "save")}
    of_film = {path: known[extension].opened for extension, path in paths.items() if path not in of_trace}
    for path, save in of_trace.items():
        save(trace, path, look)
    return [*of_trace, *(_render(trace, look, of_film, progress) if of_film else [])]


def _render(
    trace: mathcore.Trace, look: Look, openers: dict[Path, Callable[..., Any]], progress: Progress | None
) -> list[Path]:
    from export import _film  # here, because it starts manim, which the data formats do without

    film = _film.rehearse(trace, look)
    total = round(look.fps * (film.beat(look.beat).seconds if look.beat else film.seconds))
    done = 0

    def count(frames: int) -> None:
        nonlocal done
        done += frames
        if progress:
            progress(done, total)

    with ExitStack() as stack:
        sinks = [stack.enter_context(opened(path, look)) for path, opened in openers.items()]
        _film.shoot(trace, look, sinks, count)
    return [path for sink in sinks for path in sink.files]


def _writeable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".deepreel-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise mathcore.InputError(f"the output folder {folder} cannot be written to: {reason}.") from None
