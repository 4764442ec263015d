"""DOCX: the script of a film as a table, for Word and LibreOffice: to print, to change, to read aloud."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mathcore
from export.formats import _office, _script
from export.formats._format import Format
from export.formats._script import COLUMNS, Row
from export.render.script import Script
from export.render.settings import RenderSettings
from mathcore._files import written_whole

if TYPE_CHECKING:
    from docx.document import Document

PAGE, MARGIN = (297, 210), 15  # millimetres, of A4 that lies on its side
WIDTHS = (37, 20, 86, 65, 59)  # of the columns; together the page between its margins
FONT = "Arial"  # is everywhere, or another of the same widths
READ_ALOUD, TEXT, TITLE = 12, 10, 20  # points
INDENT = 14  # millimetres, from the time of a caption to its text
LINES, ROOM = "A6A6A6", 57  # of the table: their colour, and the room above and below a text in twentieths of a point
BETWEEN = " · "
FOREIGN = ("thumbnail", "extended-properties", "stylesWithEffects")  # parts of the template that speak of itself


def check(look: RenderSettings) -> None:
    """Refuse what cannot be done.

    Raises:
        mathcore.InputError: python-docx is not installed.
    """
    try:
        import docx  # noqa: F401
    except ImportError:
        raise mathcore.InputError(
            "a docx needs python-docx; install it with `pip install 'deepreel[script]'`."
        ) from None


def write(film: Script, path: Path) -> None:
    """Write the script of a film."""
    import docx

    document = docx.Document()
    locale, head = _office.LOCALES[film.language], _script.head(film)
    _office.describe(document.core_properties, film.title, film.lesson, locale)
    _prepare(document, locale)
    _turn(document)
    document.add_heading(film.title, 1)
    for line in (film.lesson, BETWEEN.join(head), _script.recording(film)):
        document.add_paragraph(line)
    _add_table(document, film)
    _add_footer(document, BETWEEN.join(head[:3]))
    with written_whole(path) as draft:
        _office.save(document, draft)


def _prepare(document: "Document", locale: str) -> None:
    """Give python-docx's template a language, a font and grey lines, and take out what is not of this script."""
    from docx.oxml.ns import qn

    styles = document.styles
    for element in (styles.element, document.settings.element):
        for language in element.xpath(".//w:lang | .//w:themeFontLang"):
            language.set(qn("w:val"), locale)
    for name, points in (("Normal", TEXT), ("Heading 1", TITLE), ("Footer", TEXT)):
        _letter(styles[name], points)
    styles["Heading 1"].paragraph_format.space_before = 0
    for line in styles["Table Grid"].element.xpath(".//w:tblBorders/*"):
        line.set(qn("w:color"), LINES)
    for side in styles["Table Grid"].element.xpath(".//w:tblCellMar/w:top | .//w:tblCellMar/w:bottom"):
        side.set(qn("w:w"), str(ROOM))
    for relations in (document.part.package.rels, document.part.rels):
        for name in [name for name, one in relations.items() if one.reltype.endswith(FOREIGN)]:
            del relations[name]


def _letter(style: Any, points: int) -> None:
    """Give a style our font in black, in place of those of a theme."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.size, style.font.color.rgb = Pt(points), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)


def _turn(document: "Document") -> None:
    """Have the page lie on its side."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = map(Mm, PAGE)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(MARGIN)
    page.footer_distance = Mm(MARGIN / 2)


def _add_table(document: "Document", film: Script) -> None:
    """A row for each beat, under a header that stands on every page; a row is on one page if it has room there."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    say = _script.words(film).sentence
    table = document.add_table(1, len(COLUMNS), "Table Grid")
    table.autofit = False
    for cell, column in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.paragraphs[0].add_run(say(column)).bold = True
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in _script.rows(film):
        _fill(table.add_row().cells, row)
    for row in table.rows:
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, WIDTHS, strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Mm(width)


def _fill(cells: Sequence[Any], row: Row) -> None:
    """Tell a beat: the cells are those of `COLUMNS`."""
    from docx.shared import Mm, Pt

    name, time, captions, seen, notes = (cell.paragraphs[0] for cell in cells)
    name.add_run(row.name).bold = True
    cells[0].add_paragraph(row.title)
    time.add_run(row.start).bold = True
    cells[1].add_paragraph(row.length)
    seen.text, notes.text = row.seen, row.notes
    for number, (start, text) in enumerate(row.captions):
        line = cells[2].add_paragraph() if number else captions
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(INDENT), Mm(-INDENT)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(INDENT))
        line.paragraph_format.space_after = Pt(TEXT / 3)
        line.add_run(f"{start}\t")
        line.add_run(text).font.size = Pt(READ_ALOUD)


def _add_footer(document: "Document", text: str) -> None:
    """On every page what it belongs to, and its number."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Mm

    line = document.sections[0].footer.paragraphs[0]
    document.styles["Footer"].paragraph_format.tab_stops.clear_all()
    line.paragraph_format.tab_stops.add_tab_stop(Mm(sum(WIDTHS)), WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(f"{text}\t")
    for between, field in (("", "PAGE"), (" / ", "NUMPAGES")):
        line.add_run(between)
        counted = f'<w:fldSimple {nsdecls("w")} w:instr="{field}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        line._p.append(parse_xml(counted))


FORMAT = Format(extensions=("docx",), write=write, check=check)
