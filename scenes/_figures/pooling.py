"""The figure of pooling for print."""

from typing import Any, NamedTuple

from matplotlib.figure import Figure

from mathcore.pooling import Trace
from scenes._marks.colour_scale import Scale
from scenes._page.cells import Table
from scenes._page.formula import formula
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.pooling import maxima, rule
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Image, output and gradient, one window framed in all; framed in the image, too, what has been kept of it."""
    with sheet(words, theme, size) as page:
        params, kind = trace.params, trace.params.kind
        page.note(*told(page, trace))
        paper = page.whole(WIDE.sheet, NARROW.sheet)
        tables = gather(page, paper, trace)
        hues = {"image": theme.data, "output": theme.activation, "gradient": theme.gradient}
        for table, (name, hue) in zip(tables, hues.items(), strict=True):
            table.name(page.say(f"name_{name}"), hue)
        rule_of_output = rule(kind, params.stride)
        place = (NARROW if page.narrow else WIDE).rule
        style: dict[str, Any] = {"stride": params.stride, "count": trace.cells}
        formula(page, paper, rule_of_output, page.low(place), (0.5, 0.5), "data", **style)
        return page.figure


class Layout(NamedTuple):
    """Where things stand, in cm: the corner and the side of each table, the middle of the rule."""

    sheet: tuple[float, float]  # width and height
    tables: tuple[tuple[float, float, float], ...]
    rule: tuple[float, float]


WIDE = Layout((16, 6.65), ((0.5, 0.6, 4.5), (5.75, 0.6, 4.5), (11.0, 0.6, 4.5)), (8, 6.24))
NARROW = Layout((8.25, 11.2), ((0.2, 0.6, 4.9), (0.2, 6.9, 3.6), (4.45, 6.9, 3.6)), (6.65, 3.05))
FINE = 0.8  # points: frames of single cells


def told(page: Sheet, trace: Trace) -> tuple[str, ...]:
    """What the note says."""
    params, (rows, cols) = trace.params, trace.output.shape
    source = Name(params.image.name) if params.image else page.words.sentence("source")
    amounts = {"kept": trace.reached, "cells": trace.image.size, "rows": rows, "cols": cols}
    gradients = {"sent": trace.output_gradient[0, 0], "share": trace.jacobian.max(), "count": trace.cells}
    return (
        page.say("show_image", source=source, window=params.window),
        page.say(f"fill_{params.kind}" if rows > 1 else "fill_single", **amounts),
        page.say(f"back_{params.kind}", **gradients),
    )


def gather(page: Sheet, panel: Any, trace: Trace) -> list[Table]:
    """Draw image, output and gradient on the whole sheet, the window whose value is the largest framed in each.

    The cells of the image that have given a value are framed, too.

    Returns:
        the tables, to be named.
    """
    theme, params, kept, layout = page.theme, trace.params, maxima(trace), NARROW if page.narrow else WIDE
    values = trace.image, trace.output, trace.input_gradient
    scales = Scale(), Scale(), Scale(theme.sizes, 0, max(1.0, trace.input_gradient.max()))
    tables = [
        Table(page, panel, each, scale, (left, top), side).bar()
        for each, scale, (left, top, side) in zip(values, scales, layout.tables, strict=True)
    ]
    for row, col in [] if kept is None else kept.tolist():
        tables[0].frame(row, col, 1, theme.activation, FINE)
    row, col = divmod(int(trace.output.argmax()), trace.output.shape[1])
    tables[1].frame(row, col, 1, theme.text)
    for table in (tables[0], tables[2]):
        table.frame(row * params.stride, col * params.stride, params.window, theme.text)
    return tables
