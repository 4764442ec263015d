"""The figure of pooling for print."""

from typing import Any

from matplotlib.figure import Figure

from mathcore.pooling import Trace
from scenes._marks.colour_scale import Scale
from scenes._page.cells import Table
from scenes._page.formula import formula
from scenes._page.sheet import Sheet, sheet
from scenes._props.pooling import maxima, rule
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """Image, output and gradient, one window framed in all; framed in the image, too, what has been kept of it."""
    with sheet(words, theme) as page:
        paper, params, kind = page.whole(), trace.params, trace.params.kind
        tables = gather(page, paper, trace)
        hues = {"image": theme.data, "output": theme.activation, "gradient": theme.gradient}
        for table, (name, hue) in zip(tables, hues.items(), strict=True):
            table.name(page.say(f"name_{name}"), hue)
        rule_of_output = rule(kind, params.stride)
        formula(page, paper, rule_of_output, (0.5, 0.22), (0.5, 0.5), stride=params.stride, count=trace.cells)
        source = Name(params.image.name) if params.image else words.sentence("source")
        rows, cols = trace.output.shape
        amounts = {"kept": trace.reached, "cells": trace.image.size, "rows": rows, "cols": cols}
        gradients = {"sent": trace.output_gradient[0, 0], "share": trace.jacobian.max(), "count": trace.cells}
        page.note(
            page.say("show_image", source=source, window=params.window),
            page.say(f"fill_{kind}" if rows > 1 else "fill_single", **amounts),
            page.say(f"back_{kind}", **gradients),
        )
        return page.figure


TOP, SIDE, LEFTS = 0.6, 4.5, (0.5, 5.75, 11.0)  # cm: of the three tables
FINE = 0.8  # points: frames of single cells


def gather(page: Sheet, panel: Any, trace: Trace) -> list[Table]:
    """Draw image, output and gradient on the whole sheet, the window whose value is the largest framed in each.

    The cells of the image that have given a value are framed, too.

    Returns:
        the tables, to be named.
    """
    theme, params, kept = page.theme, trace.params, maxima(trace)
    values = trace.image, trace.output, trace.input_gradient
    scales = Scale(), Scale(), Scale(theme.sizes, 0, max(1.0, trace.input_gradient.max()))
    tables = [
        Table(page, panel, each, scale, (left, TOP), SIDE).bar()
        for each, scale, left in zip(values, scales, LEFTS, strict=True)
    ]
    for row, col in [] if kept is None else kept.tolist():
        tables[0].frame(row, col, 1, theme.activation, FINE)
    row, col = divmod(int(trace.output.argmax()), trace.output.shape[1])
    tables[1].frame(row, col, 1, theme.text)
    for table in (tables[0], tables[2]):
        table.frame(row * params.stride, col * params.stride, params.window, theme.text)
    return tables
