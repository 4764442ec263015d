"""The figure of the image channels for print."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from mathcore.image_channels import Trace
from scenes._marks.colour_scale import Scale
from scenes._page.cells import Table
from scenes._page.formula import formula
from scenes._page.sheet import THIN, Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.image_channels import CHANNELS, LIGHTS, RULE, map_scale, weight_scale
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words

Point = tuple[float, float]


class Layout(NamedTuple):
    """Where things stand, in cm: upper left corners and sides; each channel is a step further than the one before."""

    sheet: Point  # width and height
    picture: Point
    pictured: float  # its side
    plane: Point
    slice: Point
    partial: Point
    side: float  # of these three
    step: Point
    letter: Point  # from the corner of a plane
    output: Point
    large: float  # its side
    rule: Point


WIDE = Layout(
    (16, 6.85), (0.5, 1.52), 3.4, (4.9, 0.7), (7.2, 0.7), (9.5, 0.7), 1.6, (0, 1.72), (-0.15, 0.8), (12.2, 1.52), 3.4,
    (8, 6.4),
)  # fmt: skip
NARROW = Layout(
    (8.25, 13.4), (3.125, 0.6), 2, (0.9, 3.2), (0.9, 5.2), (0.9, 6.9), 1.5, (2.475, 0), (-0.15, 0.75), (2.925, 9.3),
    2.4, (4.125, 12.9),
)  # fmt: skip


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """The picture, its three channels, a slice of the kernel and a partial map for each, and the one map."""
    with sheet(words, theme, size) as page:
        params, greys = trace.params, map_scale(trace, theme.signed)
        source = Name(params.image.name) if params.image else words.sentence("source")
        told = {"rows": len(trace.picture), "size": params.size}
        page.note(page.say("show_picture", source=source, **told), page.say("sum_up"))
        paper, layout = page.whole(WIDE.sheet, NARROW.sheet), NARROW if page.narrow else WIDE
        left, top = layout.picture
        edges = np.linspace(0, layout.pictured, params.size + 1)
        paper.pcolormesh(left + edges, top + edges, trace.image)
        paper.text(left + layout.pictured / 2, top - 0.15, page.say("name_picture"), ha="center", va="baseline")
        for channel, name in enumerate(CHANNELS):
            draw_channel(page, paper, trace, channel, greys)
            x, y = np.array(layout.plane) + channel * np.array(layout.step) + layout.letter
            paper.text(x, y, page.say(f"letter_{name}"), ha="right", va="center")
        output = Table(page, paper, trace.output, greys, layout.output, layout.large)
        output.name(page.say("name_output"), theme.activation)
        output.bar()
        formula(page, paper, RULE, page.low(layout.rule), (0.5, 0.5), "data")
        return page.figure


def draw_channel(page: Sheet, paper: Any, trace: Trace, channel: int, greys: Scale) -> None:
    """A channel in its own light, its slice of the kernel, and its partial map, with a line to the sum."""
    theme, weights, layout = page.theme, weight_scale(trace, page.theme.signed), NARROW if page.narrow else WIDE
    shift, side = channel * np.array(layout.step), layout.side
    _, kernel, _ = (
        Table(page, paper, values, scale, tuple(corner + shift), side)
        for values, scale, corner in (
            (trace.image[..., channel], Scale(LIGHTS[channel]), layout.plane),
            (trace.kernel[..., channel], weights, layout.slice),
            (trace.partial[channel], greys, layout.partial),
        )
    )
    kernel.frame(0, 0, len(trace.kernel), theme.weight)
    if channel == page.narrow:
        kernel.name(page.say("name_kernel"), theme.weight)
    start, end = layout.partial + shift, np.array(layout.output)
    if page.narrow:  # from the foot of a partial map to above the name of the sum
        ends = np.array([start + [side / 2, side + 0.1], end + [layout.large / 2, -0.6]])
    else:
        ends = np.array([start + [side + 0.1, side / 2], end + [-0.15, layout.large / 2]])
    paper.plot(*ends.T, color=theme.text, linewidth=THIN)
