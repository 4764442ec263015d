"""A contact sheet: all pictures of a sweep on one page; of two knobs one goes across and the other down."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from typst import Compiler

from export.sweep.swept import Point, Swept
from mathcore._files import written_whole
from scenes._marks.typeset import PREAMBLE, quoted

WIDTH, HEIGHT = 320, 180  # points that a picture takes
LOGO = '#h(12pt)#box(image("logo.png", height: 18pt))'
CELL = 360  # pixels of its height
ACROSS = 4  # pictures side by side, of one knob
DENSITY = 144  # pixels per inch of a png: two for each point
SOURCE = """\
#set page(width: auto, height: auto, margin: 12pt, fill: rgb("{ground}"))
#set text(size: 15pt, fill: rgb("{text}"))
{preamble}
#text(size: 22pt, {title}){logo}
#v(-4pt)
#grid(columns: {columns}, gutter: 8pt, align: center + horizon,
{cells}
)
"""


def write(swept: Swept, path: Path) -> None:
    """Write the sheet as a png or as a pdf, whichever the name of the file says."""
    with TemporaryDirectory(prefix="deepreel-") as folder:
        pictures = {point.places: f"{number}.png" for number, point in enumerate(swept.points)}
        for name, picture in zip(pictures.values(), swept.pictures[CELL], strict=True):
            Path(folder, name).write_bytes(picture.read_bytes())
        logo = None if swept.figure else swept.look.logo
        if logo:
            Path(folder, "logo.png").write_bytes(logo.image)
        two = len(swept.turned) > 1
        cells = list(_table(swept, pictures) if two else _row(swept, pictures))
        source = SOURCE.format(
            ground=swept.theme.background, text=swept.theme.text, preamble=PREAMBLE, title=quoted(swept.first.title),
            logo=LOGO if logo else "",
            columns=1 + len(swept.turned[1].values) if two else min(ACROSS, len(swept.points)), cells=",\n".join(cells),
        )  # fmt: skip
        Path(folder, "sheet.typ").write_text(source, encoding="utf-8")
        compiler: Any = Compiler(Path(folder, "sheet.typ"), root=folder, ignore_system_fonts=True)
        with written_whole(path) as draft:
            draft.write_bytes(compiler.compile(format=path.suffix[1:], ppi=DENSITY))


def _row(swept: Swept, pictures: dict[tuple[int, ...], str]) -> Iterator[str]:
    """A picture for each value, which is told below it."""
    for point, value in zip(swept.points, swept.told(), strict=True):
        yield f"stack(spacing: 6pt, {_image(point, pictures)}, text({quoted(f'{swept.name()} {value}')}))"


def _table(swept: Swept, pictures: dict[tuple[int, ...], str]) -> Iterator[str]:
    """The values of the second knob above, those of the first at the left; what could not be made stays empty."""
    points = {point.places: point for point in swept.points}
    yield "[]"
    for value in swept.texts(1):
        yield f"text({quoted(f'{swept.name(1)} {value}')})"
    for row, value in enumerate(swept.texts(0)):
        yield f"stack(spacing: 6pt, text({quoted(swept.name(0))}), text({quoted(value)}))"
        for column in range(len(swept.turned[1].values)):
            point = points.get((row, column))
            yield _image(point, pictures) if point else "[]"


def _image(point: Point, pictures: dict[tuple[int, ...], str]) -> str:
    return f'image({quoted(pictures[point.places])}, width: {WIDTH}pt, height: {HEIGHT}pt, fit: "contain")'
