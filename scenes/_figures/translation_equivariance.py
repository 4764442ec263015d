"""The figure of translation equivariance for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.translation_equivariance import LENGTH, Params, Trace, compute
from scenes._page.formula import Formula, formula
from scenes._page.sheet import THIN, Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.translation_equivariance import ends_of, rule_of
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.translation_equivariance import CASES, RULE

NAMES = "name_input_shifted", "name_output_shifted", "name_difference"  # of the rows


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """Input, output and difference of the cases: inside, over the border, and with a stride."""
    cases = trace.cases()
    with sheet(words, theme, size) as page:
        panels, runs = page.panels((1, 1, 1), (1, 1, 0.7)), [compute(Params(**cases[name])) for name in CASES]
        for name, t, column in zip(CASES, runs, panels.T, strict=True):
            places, params = t.params.stride * np.arange(len(t.y)), t.params
            bars(page, column[0], np.arange(LENGTH), t.x_shifted, t.x, theme.data)
            bars(page, column[1], places, t.y_shifted, t.y_moved, theme.activation)
            bars(page, column[2], places, t.difference, 0 * t.y, theme.bad)
            told = {"shift": params.shift, "stride": params.stride}
            column[0].set_title(f"{page.say(f'case_{name}', **told)} ({page.say('setting', **told)})")
            first, last = ends_of(t)
            values: dict[str, Any] = {
                "cells": t.cells,
                "by": params.shift,
                "stride": params.stride,
                "first": first,
                "last": last,
            }
            formula(page, column[1], rule_of(t), **values)
            counted = page.say("tally", differing=t.differing, responding=t.responding)
            column[2].set_xlabel(counted)
            page.ticks(column[2], 4, 0)
        for row, name in zip(panels, NAMES, strict=True):
            if page.size == A4:
                row[0].set_ylabel(page.say(name))
            else:
                style = {"transform": row[0].transAxes, "va": "top", "size": page.small}
                row[0].text(0.01, 1, page.say(name), **style)
            reach = max(np.abs(panel.get_ylim()).max() for panel in (row if name == NAMES[0] else panels[1:].flat))
            for panel in row:
                panel.set_ylim(0 if name == NAMES[0] else -reach, reach)
        page.note(Formula(page, RULE.format(step="s "), size=page.small), page.say("outlines"))
        return page.figure


def bars(page: Sheet, panel: Any, places: np.ndarray, values: np.ndarray, outline: np.ndarray, colour: str) -> None:
    """Bars at places, and the outline of others."""
    stride = places[1] - places[0]
    panel.bar(places, values, 0.72 * stride, color=colour)
    edges = np.append(places - stride / 2, places[-1] + stride / 2)
    panel.stairs(outline, edges, baseline=None, color=page.theme.text, linewidth=THIN)
    panel.axhline(0, color=page.theme.faint, linewidth=THIN)
    panel.set(xlim=(-0.5, LENGTH - 0.5), xticks=(), yticks=())
