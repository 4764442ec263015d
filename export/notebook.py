"""For notebooks: the numbers, the film and the figure of a concept, each in one line.

    from export import notebook

    trace = notebook.trace("gradient-descent", learning_rate=4e-5)
    notebook.film(trace)
    notebook.figure(trace, language="fr")

A film or a figure is made only where it is asked for; a trace alone shows a table of its quantities.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import mathcore
from export.render.files import Progress, make
from export.render.script import check_beat
from export.render.settings import RenderSettings
from mathcore import InputError, _catalog
from scenes._stage.theme import THEMES
from scenes._stage.words import LANGUAGES, Words

if TYPE_CHECKING:
    from IPython.display import SVG, Video

HEIGHT, LOWEST, STEP = 480, 96, 5  # pixels of a film, the least of them; percent from which on the bar moves


def trace(concept: str, **knobs: Any) -> mathcore.Trace:
    """The numbers of a concept.

    Args:
        concept: its name, with hyphens or underscores.
        knobs: those that are turned.

    Raises:
        mathcore.InputError: there is no such concept or knob, or a value is out of its range.
    """
    name = _catalog.find(concept)
    computed: mathcore.Trace = _catalog.load(name).compute(_catalog.turned(name, knobs))
    return computed


def film(
    shown: str | mathcore.Trace,
    *,
    language: str = RenderSettings.language,
    theme: str = RenderSettings.theme,
    beat: str | None = None,
    height: int = HEIGHT,
    fps: int = 0,
    **knobs: Any,
) -> "Video":
    """The film of a trace or of a concept, within the notebook, to be played there.

    Args:
        shown: a trace, or the name of a concept.
        language: "en" or "fr".
        theme: "dark" or "light".
        beat: only this one, or "loop", the one that loops; by default the whole film.
        height: in pixels.
        fps: frames per second; by default 30.
        knobs: of the concept, those that are turned.

    Raises:
        mathcore.InputError: there is no such concept, knob or beat, or a value is out of its range.
    """
    from IPython.display import Video

    numbers = _trace_of(shown, knobs)
    check_beat(numbers.concept, beat)
    _whole("height", height, LOWEST, 2160, step=2)
    look = RenderSettings(_language(language), _theme(theme), height, fps and _whole("fps", fps, 1, 120), beat)
    title = Words(numbers.concept, language).sentence("title")
    with _bar() as progress, TemporaryDirectory(prefix="deepreel-") as folder:
        (file,) = make(numbers, look, ["mp4"], Path(folder), progress)
        content = file.read_bytes()
    told = f'controls{" loop" * (beat == "loop")} aria-label="{escape(title)}"'
    return Video(data=content, embed=True, mimetype="video/mp4", width=look.width, html_attributes=told)


def figure(shown: str | mathcore.Trace, *, language: str = "en", theme: str = "light", **knobs: Any) -> "SVG":
    """The figure of a trace or of a concept, as it is printed.

    Args:
        shown: a trace, or the name of a concept.
        language: "en" or "fr".
        theme: "light" or "dark".
        knobs: of the concept, those that are turned.

    Raises:
        mathcore.InputError: as of `film`.
    """
    from IPython.display import SVG

    look = RenderSettings(_language(language), paper=_theme(theme))
    with TemporaryDirectory(prefix="deepreel-") as folder:
        (file,) = make(_trace_of(shown, knobs), look, ["svg"], Path(folder))
        return SVG(data=file.read_text(encoding="utf-8"))


def _trace_of(shown: str | mathcore.Trace, knobs: dict[str, Any]) -> mathcore.Trace:
    if isinstance(shown, str):
        return trace(shown, **knobs)
    if knobs:
        raise InputError(
            f"a trace has its knobs; name the concept, as in film({shown.concept!r}, {next(iter(knobs))}=...)."
        )
    return shown


def _language(language: str) -> str:
    return _one_of("language", language, *LANGUAGES)


def _theme(theme: str) -> str:
    return _one_of("theme", theme, *THEMES)


def _whole(what: str, value: int, low: int, high: int, step: int = 1) -> int:
    if not (isinstance(value, int) and low <= value <= high and value % step == 0):
        raise InputError(
            f"{what} must be {'an even' if step == 2 else 'a whole'} number, {low} to {high}, not {value!r}."
        )
    return value


def _one_of(what: str, value: str, *choices: str) -> str:
    if value not in choices:
        raise InputError(f"{what} must be {' or '.join(map(repr, choices))}, not {value!r}.")
    return value


@contextmanager
def _bar() -> Iterator[Progress]:
    """A bar in the cell that moves every few percent, and is gone when the block ends."""
    from IPython.display import HTML, display

    handle, before = display(HTML("<progress></progress>"), display_id=True), 0

    def move(done: int, total: int) -> None:
        nonlocal before
        percent = 100 * done // total
        if handle and percent >= before + STEP:
            before = percent
            handle.update(HTML(f'<progress max="100" value="{percent}"></progress> {percent} %'))

    try:
        yield move
    finally:
        if handle:
            handle.update(HTML(""))
