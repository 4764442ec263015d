"""SVG and PDF: the figure of a concept as it stands in printed notes, in vectors, its fonts within."""

import logging
import warnings
from bisect import bisect_left
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import mathcore
from export.formats._format import Format
from export.render.settings import PRINTED, RenderSettings
from mathcore import _catalog
from mathcore._catalog import hyphens
from mathcore._files import written_whole
from scenes._page.size import A4, MOST, Size, size_of
from scenes._stage.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEP = 0.5  # cm, from a width that is tried to the next
CM = 2.54  # in an inch
SETTINGS = {"svg.fonttype": "path", "svg.hashsalt": "deepreel", "pdf.fonttype": 42}  # 42: whole outlines, as text
UNDATED = {"svg": "Date", "pdf": "CreationDate"}  # so that the same figure is the same file
ABOUT = {"svg": "Description", "pdf": "Subject"}
logging.getLogger("fontTools.subset").setLevel(logging.WARNING)  # manim lets every library's chatter through


def save(trace: mathcore.Trace, path: Path, look: RenderSettings) -> None:
    """Draw the figure of a trace on white paper, or on the dark ground if that theme was asked for."""
    import matplotlib  # here, because every command asks this module which formats it has

    words, kind = Words(trace.concept, look.language), path.suffix.removeprefix(".")
    figure = figure_of(trace, look)
    told = {"Title": words.sentence("title"), ABOUT[kind]: words.sentence("lesson"), UNDATED[kind]: None}
    drawn = BytesIO()  # since matplotlib hides why a file cannot be written
    with matplotlib.rc_context(SETTINGS):
        figure.savefig(drawn, format=kind, metadata=told, transparent=look.transparent)
    with written_whole(path) as draft:
        draft.write_bytes(drawn.getvalue())


def figure_of(trace: mathcore.Trace, look: RenderSettings) -> "Figure":
    """The figure of a trace, in the language, the colours and the size of a look.

    Raises:
        mathcore.InputError: it cannot be read at that size.
    """
    from export.formats._legible import legible

    size, words, theme = size_of(look.figure_size), Words(trace.concept, look.language), look.printed
    draw = _catalog.part("scenes._figures", trace.concept).figure

    def drawn(size: Size) -> "Figure":
        figure: Figure = draw(trace, words, theme, size)
        return figure

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "constrained_layout not applied")  # then there is no room, which is told
        figure = drawn(size)
        if size == A4 or legible(figure):
            return figure
        enough = smallest(lambda one: legible(drawn(one)), *figure.get_size_inches() * CM)
    told = f"the texts of the figure of {hyphens(trace.concept)} have no room at {size.name}"
    hint = f"; {enough.name} is the smallest of this shape." if enough else ", nor at any size of this shape."
    raise mathcore.InputError(told + hint)


def smallest(fits: Callable[[Size], bool], wide: float, high: float) -> Size | None:
    """The smallest size of a shape that fits, in steps of half a cm across; None where there is none."""
    widths = np.arange(STEP * np.floor(wide / STEP) + STEP, MOST + STEP, STEP)
    sizes = [Size(float(width), float(np.ceil(10 * width * high / wide) / 10)) for width in widths]
    sizes = [size for size in sizes if max(size.width, size.height or 0) <= MOST]
    found = bisect_left(sizes, True, key=fits)
    return sizes[found] if found < len(sizes) else None


FORMAT = Format(extensions=PRINTED, save=save)
