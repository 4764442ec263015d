"""What a PowerPoint package says of itself: python-pptx leaves much of its template's in it, some of it wrong.

Its template is a presentation of format 4:3 with eleven layouts, a thumbnail and the settings of a printer, and
notes get a master that `presentation.xml` does not name: Keynote refuses such a deck.
"""

from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from export.formats import _office
from mathcore._catalog import ROOT

if TYPE_CHECKING:
    from pptx.presentation import Presentation

HEIGHT = 6_858_000  # of PowerPoint's slides, in English metric units
NARROW = 9_144_000  # the width of the template's, which are 4:3
PROPERTIES = ROOT / "assets" / "deck" / "app.xml"
PREVIEW = 256  # pixels, the width


def size(deck: "Presentation", ratio: tuple[int, int]) -> None:
    """Give a new presentation, of python-pptx's template, slides whose width and height have a ratio."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    width = HEIGHT * ratio[0] // ratio[1]
    if width == NARROW:
        return
    deck.slide_width, deck.slide_height = width, HEIGHT
    del deck.element.sldSz.attrib["type"]  # 4:3
    for page in (deck.slide_master, *deck.slide_layouts):
        for length in page.element.xpath(".//a:xfrm/a:off/@x | .//a:xfrm/a:ext/@cx"):
            length.getparent().set(length.attrname, str(int(length) * width // NARROW))
    view = deck.part.part_related_by(RELATIONSHIP_TYPE.VIEW_PROPS)
    middle = 2880  # of the template's slides, in eighths of a point
    before, after = (f'<p:guide pos="{place}"/>'.encode() for place in (middle, middle * width // NARROW))
    view.blob = view.blob.replace(before, after)


def describe(deck: "Presentation", title: str, subject: str, language: str) -> None:
    """Say title, subject and language, of which the language is also that of texts yet to be written."""
    _office.describe(deck.core_properties, title, subject, language)
    for element in (deck.element, deck.slide_master.element):
        for text in element.xpath(".//a:defRPr[@lang]"):
            text.set("lang", language)


def finish(deck: "Presentation", still: bytes) -> None:
    """Bring the package in line with its slides; a png is the picture that file managers show of it."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    for layout in [layout for layout in deck.slide_layouts if not layout.used_by_slides]:
        deck.slide_layouts.remove(layout)
    _name_notes_master(deck)
    part, package = deck.part, deck.part.package
    printer = part.part_related_by(RELATIONSHIP_TYPE.PRINTER_SETTINGS)
    part.drop_rel(part.relate_to(printer, RELATIONSHIP_TYPE.PRINTER_SETTINGS))
    package.part_related_by(RELATIONSHIP_TYPE.THUMBNAIL).blob = _preview(still)
    package.part_related_by(RELATIONSHIP_TYPE.EXTENDED_PROPERTIES).blob = _properties(deck).encode()


def _name_notes_master(deck: "Presentation") -> None:
    """Name the master of the notes; the picture of the slide on it gets the slide's format."""
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    name = deck.part.relate_to(deck.part.notes_master_part, RELATIONSHIP_TYPE.NOTES_MASTER)
    masters = f'<p:notesMasterIdLst {nsdecls("p", "r")}><p:notesMasterId r:id="{name}"/></p:notesMasterIdLst>'
    deck.element.sldMasterIdLst.addnext(parse_xml(masters))
    (picture,) = [shape for shape in deck.notes_master.placeholders if shape.element.ph.get("type") == "sldImg"]
    middle, height = picture.top + picture.height // 2, picture.width * deck.slide_height // deck.slide_width
    picture.top, picture.height = middle - height // 2, height


def _preview(still: bytes) -> bytes:
    small = BytesIO()
    with Image.open(BytesIO(still)) as picture:
        picture.convert("RGB").resize((PREVIEW, PREVIEW * picture.height // picture.width)).save(small, "JPEG")
    return small.getvalue()


def _properties(deck: "Presentation") -> str:
    slides = list(deck.slides)
    return PROPERTIES.read_text(encoding="utf-8").format(
        slides=len(slides),
        notes=sum(slide.has_notes_slide for slide in slides),
        titles="".join(f"<vt:lpstr>{escape(slide.shapes.title.text_frame.text)}</vt:lpstr>" for slide in slides),
    )
