"""PPTX: a PowerPoint deck: a slide per beat, its video plays as the slide appears, its captions are the notes.

A slide shows the video over its whole surface and has its title above the edge, where only screen readers and
outlines find it. Before the video plays, and wherever it cannot, the still that it ends in is seen.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mathcore
from export.formats import _office, _package, _slides
from export.formats._format import Format
from export.formats._office import LOCALES
from export.formats._package import HEIGHT
from export.formats._slides import Show, Slide
from export.render.script import Script
from export.render.settings import RenderSettings
from mathcore._catalog import ROOT
from mathcore._files import written_whole

if TYPE_CHECKING:
    from pptx.presentation import Presentation

TITLE_LAYOUT, SLIDE_LAYOUT = 0, 5  # of python-pptx's own template: a title and a line under it; a title only
ONCE = 1000  # thousandths of how often a video is played
NOTES = 12  # points, as PowerPoint has them; LibreOffice 7.4 takes 20, and long ones would leave the page
TIMING = ROOT / "assets" / "deck" / "timing.xml"


def check(look: RenderSettings) -> None:
    """Refuse what cannot be done.

    Raises:
        mathcore.InputError: transparency is asked for, or python-pptx is not installed.
    """
    _slides.check(look)
    try:
        import pptx  # noqa: F401
    except ImportError:
        raise mathcore.InputError(
            "a pptx needs python-pptx; install it with `pip install 'deepreel[slides]'`."
        ) from None


def opened(path: Path, look: RenderSettings, film: Script) -> AbstractContextManager[Any]:
    """A sink whose file stands at `path` once the block has ended well."""
    return _slides.shown(look, film, lambda show: bind([show], show.title, path))


def bind(shows: Sequence[Show], title: str, path: Path) -> None:
    """Write one deck of one or several films, all of one language and one look."""
    import pptx

    deck = pptx.Presentation()
    _package.size(deck, shows[0].ratio)
    _package.describe(deck, title, shows[0].lesson if len(shows) == 1 else "", LOCALES[shows[0].language])
    for show in shows:
        if len(shows) > 1:
            _add_title(deck, show)
        for label, slide in show.labelled():
            _add_slide(deck, label, slide, show)
    _package.finish(deck, shows[0].slides[0].still)
    with written_whole(path) as draft:
        _office.save(deck, draft)


def _add_title(deck: "Presentation", show: Show) -> None:
    """A slide with the title and the lesson of a film."""
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_LAYOUT])
    _paint(slide, show)
    texts = ((show.title, HEIGHT // 4, 54), (show.lesson, HEIGHT // 2, 28))
    for holder, (text, top, points) in zip(slide.placeholders, texts, strict=True):
        _place(holder, deck.slide_width // 12, top, deck.slide_width * 10 // 12, HEIGHT // 4)
        _write(holder.text_frame, text, show, points, show.colours["text"])


def _add_slide(deck: "Presentation", label: str, slide: Slide, show: Show) -> None:
    """A slide that is a video, or a still where there is none, with its notes."""
    from pptx.util import Emu

    page = deck.slides.add_slide(deck.slide_layouts[SLIDE_LAYOUT])
    _paint(page, show)
    title = page.shapes.title
    width = deck.slide_width
    _place(title, 0, -HEIGHT // 8, width, HEIGHT // 8)
    _write(title.text_frame, label, show, 24, show.colours["text"])
    whole, still = (Emu(0), Emu(0), Emu(width), Emu(HEIGHT)), BytesIO(slide.still)
    if slide.video:
        shape = page.shapes.add_movie(BytesIO(slide.video), *whole, still, "video/mp4")
        _time(page, shape, slide)
    else:
        shape = page.shapes.add_picture(still, *whole)
    shape.name = slide.beat
    shape.element.xpath(".//p:cNvPr")[0].set("descr", slide.described())
    spoken = [slide.notes, ""] if slide.notes else []
    _write(page.notes_slide.notes_text_frame, "\n".join([*spoken, *slide.said]), show, NOTES)


def _time(page: Any, movie: Any, slide: Slide) -> None:
    """Have a video play as its slide appears; a loop that speaks says it once."""
    from pptx.oxml import parse_xml

    repeat = "indefinite" if slide.loop and not slide.speaks else ONCE
    timing = TIMING.read_text().format(shape=movie.shape_id, milliseconds=round(slide.seconds * 1000), repeat=repeat)
    page.element.replace(page.element.timing, parse_xml(timing))


def _place(shape: Any, left: int, top: int, width: int, height: int) -> None:
    shape.left, shape.top, shape.width, shape.height = left, top, width, height


def _paint(page: Any, show: Show) -> None:
    from pptx.dml.color import RGBColor

    page.background.fill.solid()
    page.background.fill.fore_color.rgb = RGBColor(*bytes.fromhex(show.colours["background"][1:]))


def _write(frame: Any, text: str, show: Show, points: int, colour: str = "") -> None:
    """Write in the language of a film, at a size in points, in a colour where one is given."""
    from pptx.dml.color import RGBColor
    from pptx.enum.lang import MSO_LANGUAGE_ID
    from pptx.util import Pt

    frame.text = text
    for run in [run for paragraph in frame.paragraphs for run in paragraph.runs]:
        run.font.language_id = MSO_LANGUAGE_ID.from_xml(LOCALES[show.language])
        run.font.size = Pt(points)
        if colour:
            run.font.color.rgb = RGBColor(*bytes.fromhex(colour[1:]))


FORMAT = Format(extensions=("pptx",), opened=opened, check=check, bind=bind)
