"""The outlines of what Typst sets, for film and paper: every glyph is read once, and a text is one path per ink.

Typst's SVG has groups, glyphs that are defined once and used many times, and strokes such as the bar of a fraction.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from xml.etree import ElementTree

import numpy as np
from svgelements import Close, CubicBezier, Line, Matrix, Move
from svgelements import Path as SvgPath
from typst import Compiler

from scenes._stage.theme import Theme

SIZE = 10  # points, of what is set
PAGE = f"#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#set text(size: {SIZE}pt)\n"
SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"


class Ink(NamedTuple):
    """How an outline is painted: filled with a colour, or stroked with one."""

    fill: str  # "none" where it is stroked
    stroke: str = "none"
    width: float = 0.0  # of the stroke


@cache
def drawing(source: str, preamble: str, colour: str = "") -> str:
    """The SVG of a Typst markup; what the markup gives no colour has this one, or Typst's own."""
    fill = f'#set text(fill: rgb("{colour}"))\n' if colour else ""
    svg: Any = compiler().compile(f"{PAGE}{fill}{preamble}\n{source}\n".encode(), format="svg")
    return str(svg, "utf-8")


def formula_drawing(markup: str, theme: Theme, colour: str = "", room: float = 0) -> str:
    """The SVG of a formula in Typst math: `weight(w)`, `loss(L)` and so on give a symbol the colour of what it names.

    All else has the colour of text, or another one. It stands on one line unless there is `room` for so many points.
    """
    hues = theme.colours().items()
    inks = (f'#let {name}(it) = text(fill: rgb("{hue}"), it)\n' for name, hue in hues if name != "text")
    return drawing(_within(markup, room) if room else f"$ {markup} $", "".join(inks), colour or theme.text)


def _within(markup: str, room: float) -> str:
    """A formula that Typst breaks where it finds no room, not within a number; several lines stand in the middle."""
    markup = markup.replace('" times 10^', '" thin class("normal", times) thin 10^')  # Typst breaks behind a sign
    lines = [" #h(1em) ".join(f"#box[$display({part})$]" for part in _parts(line)) for line in markup.split("\\")]
    align = "center" if len(lines) > 1 else "left"
    whole = '#set par(leading: 0pt)\n#set text(top-edge: "ascender", bottom-edge: "descender")'  # tall lines keep apart
    return f"{whole}\n#set align({align})\n#block(width: {room}pt)[{' #linebreak() '.join(lines)}]"


def _parts(line: str) -> list[str]:
    """What stands between the wide spaces of a formula, but for those in brackets."""
    parts = [""]
    for word in re.split(r"\s(?=quad\s|wide\s)", line):
        whole = parts[-1].count("(") == parts[-1].count(")")
        bare = re.sub(r"^(quad|wide)\s", "", word)
        parts += [bare] if whole and bare != word else []
        parts[-1] += "" if whole and bare != word else f" {word}"
    return [part.strip() for part in parts if part.strip()]


@cache
def compiler() -> Compiler:
    """Typst, which reads its own fonts once."""
    return Compiler(ignore_system_fonts=True)


def outlines(svg: str) -> dict[Ink, np.ndarray]:
    """For each ink of a drawing its cubic Bézier curves, four points each [4 * curve 3], in points, y upwards."""
    inks: dict[Ink, list[np.ndarray]] = {}
    for ink, points in pieces(svg):
        inks.setdefault(ink, []).append(points)
    return {ink: np.concatenate(points) for ink, points in inks.items()}


def pieces(svg: str) -> Iterator[tuple[Ink, np.ndarray]]:
    """The same, glyph by glyph and stroke by stroke."""
    root = ElementTree.fromstring(svg)  # noqa: S314  # Typst wrote it
    glyphs = {f"#{symbol.get('id')}": symbol[0].get("d", "") for symbol in root.iter(f"{SVG}symbol")}
    for ink, points in _drawn(root, Matrix(), glyphs):
        yield ink, points * [1, -1, 1]


def _drawn(element: ElementTree.Element, frame: Matrix, glyphs: dict[str, str]) -> Iterator[tuple[Ink, np.ndarray]]:
    """What an element and those within it draw; `frame` leads from its coordinates to the drawing's."""
    frame = Matrix(element.get("transform", "")) * frame
    if element.tag == f"{SVG}use":
        place = Matrix.translate(float(element.get("x", 0)), float(element.get("y", 0)))
        yield Ink(element.attrib["fill"]), _moved(glyphs[element.get(LINK, "")], place * frame)
    elif element.tag == f"{SVG}path":
        ink = Ink(element.get("fill", "none"), element.get("stroke", "none"), float(element.get("stroke-width", 0)))
        yield ink, _moved(element.get("d", ""), frame)
    elif element.tag != f"{SVG}defs":
        for child in element:
            yield from _drawn(child, frame, glyphs)


def _moved(path: str, frame: Matrix) -> np.ndarray:
    """The curves of a path [4 * curve 3] in another frame."""
    linear = np.array([[frame.a, frame.b, 0], [frame.c, frame.d, 0], [0, 0, 1]])
    moved: np.ndarray = _curves(path) @ linear + [frame.e, frame.f, 0]
    return moved


@cache
def _curves(path: str) -> np.ndarray:
    """The curves of a path [4 * curve 3]; a straight line is one, too."""
    curves = []
    for segment in SvgPath(path):
        if isinstance(segment, CubicBezier):
            curves.append([segment.start, segment.control1, segment.control2, segment.end])
        elif isinstance(segment, Line | Close):
            if segment.start != segment.end:
                shares = (segment.start + (segment.end - segment.start) * share for share in (1 / 3, 2 / 3))
                curves.append([segment.start, *shares, segment.end])
        elif not isinstance(segment, Move):
            raise NotImplementedError(f"Typst does not draw {type(segment).__name__}")
    points = np.array([[(point.x, point.y, 0.0) for point in curve] for curve in curves])
    return points.reshape(-1, 3)
