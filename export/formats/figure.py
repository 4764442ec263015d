"""SVG and PDF: the figure of a concept as it stands in printed notes, in vectors, its fonts within."""

import logging
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import mathcore
from export.formats._format import Format
from export.render.settings import PRINTED, RenderSettings
from mathcore import _catalog
from mathcore._files import written_whole
from scenes._stage.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
    """The figure of a trace, in the language and the colours of a look."""
    words = Words(trace.concept, look.language)
    figure: Figure = _catalog.part("scenes._figures", trace.concept).figure(trace, words, look.printed)
    return figure


FORMAT = Format(extensions=PRINTED, save=save)
