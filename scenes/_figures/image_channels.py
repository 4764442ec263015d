"""The figure of the image channels for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.image_channels import Trace
from scenes._marks.colour_scale import Scale
from scenes._page.cells import Table
from scenes._page.formula import formula
from scenes._page.sheet import THIN, Sheet, sheet
from scenes._props.image_channels import CHANNELS, LIGHTS, RULE, map_scale, weight_scale
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words

TOP, SIDE, APART, LARGE = 0.7, 1.6, 1.72, 3.4  # cm: of three tables one below the other; side of a single one
PICTURE, PLANES, SLICES, PARTIALS, OUTPUT = 0.5, 4.9, 7.2, 9.5, 12.2  # from the left
MIDDLE = TOP + APART + SIDE / 2


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """The picture, its three channels, a slice of the kernel and a partial map for each, and the one map."""
    with sheet(words, theme) as page:
        paper, params, greys = page.whole(), trace.params, map_scale(trace, theme.signed)
        left, top = PICTURE, MIDDLE - LARGE / 2
        edges = np.linspace(0, LARGE, params.size + 1)
        paper.pcolormesh(left + edges, top + edges, trace.image)
        paper.text(left + LARGE / 2, top - 0.15, page.say("name_picture"), ha="center", va="baseline")
        for channel, name in enumerate(CHANNELS):
            draw_row(page, paper, trace, channel, greys)
            paper.text(PLANES - 0.15, height(channel) + SIDE / 2, page.say(f"letter_{name}"), ha="right", va="center")
        output = Table(page, paper, trace.output, greys, (OUTPUT, top), LARGE)
        output.name(page.say("name_output"), theme.activation)
        output.bar()
        formula(page, paper, RULE, (0.5, 0.2), (0.5, 0.5))
        source = Name(params.image.name) if params.image else words.sentence("source")
        told = {"rows": len(trace.picture), "size": params.size}
        page.note(page.say("show_picture", source=source, **told), page.say("sum_up"))
        return page.figure


def height(channel: int) -> float:
    """Where the tables of a channel begin, in cm from the top."""
    return TOP + APART * channel


def draw_row(page: Sheet, paper: Any, trace: Trace, channel: int, greys: Scale) -> None:
    """A channel in its own light, its slice of the kernel, and its partial map, with a line to the sum."""
    theme, weights = page.theme, weight_scale(trace, page.theme.signed)
    tables = {
        PLANES: (trace.image[..., channel], Scale(LIGHTS[channel])),
        SLICES: (trace.kernel[..., channel], weights),
        PARTIALS: (trace.partial[channel], greys),
    }
    made = [
        Table(page, paper, values, scale, (left, height(channel)), SIDE) for left, (values, scale) in tables.items()
    ]
    made[1].frame(0, 0, len(trace.kernel), theme.weight)
    if channel == 0:
        made[1].name(page.say("name_kernel"), theme.weight)
    ends = np.array([[PARTIALS + SIDE + 0.1, height(channel) + SIDE / 2], [OUTPUT - 0.15, MIDDLE]])
    paper.plot(*ends.T, color=theme.text, linewidth=THIN)
