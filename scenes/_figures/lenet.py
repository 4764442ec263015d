"""The figure of LeNet for print."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mathcore.lenet import Trace
from scenes._marks.colour_scale import Scale
from scenes._page.cells import mesh
from scenes._page.formula import formula
from scenes._page.sheet import POINTS, THIN, Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.lenet import montage, strip
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words
from scenes.lenet import CELL

NAMES, SHAPES, COUNTS, LOWER = -2.5, 2.7, 3.15, 0.4  # cm from the middle of a row; from a number to one below
LONGEST, PITCH, LINE = 0.95, 0.42, 1.2  # cm: the longest bar, from bar to bar; this in heights of the font, at least
ACROSS = {"maps_1": 2, "maps_2": 2, "maps_3": 4, "maps_4": 4}  # maps side by side; of others there is one
FIRST, SECOND = 3.55, 9.75  # cm from the top: middles of the rows


class Layout(NamedTuple):
    """Where things stand, in cm."""

    sheet: tuple[float, float]  # width and height
    layers: dict[str, tuple[float, float, float]]  # middle, across and down, and side of a cell
    bars: tuple[float, float]  # their foot and their middle


WIDE = Layout((16, 7), {
    "input": (1.2, FIRST, 0.062), "maps_1": (3.95, FIRST, 0.0505), "maps_2": (6.55, FIRST, 0.064),
    "maps_3": (9.05, FIRST, 0.063), "maps_4": (11.5, FIRST, 0.073), "hidden_1": (12.95, FIRST, 0.112),
    "hidden_2": (14.0, FIRST, 0.112),
}, (14.85, FIRST))  # fmt: skip
NARROW = Layout((8.25, 13.5), {
    "input": (1.1, FIRST, 0.055), "maps_1": (3.7, FIRST, 0.05), "maps_2": (6.8, FIRST, 0.064),
    "maps_3": (1.5, SECOND, 0.058), "maps_4": (4.05, SECOND, 0.068), "hidden_1": (5.55, SECOND, 0.112),
    "hidden_2": (6.35, SECOND, 0.112),
}, (7.15, SECOND))  # fmt: skip


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """The digit on its way through the net: all maps, their shapes, the parameters, the ten probabilities."""
    with sheet(words, theme, size) as page:
        params, verdict = trace.params, trace.verdict()
        source = [Name(params.image.name)] if params.image else []
        told = {"label": trace.label} if verdict == "wrong" else {}
        share = page.number(100 * trace.probability[trace.said], decimals=1)
        page.note(
            " ".join([*source, page.say(f"verdict_{verdict}", said=trace.said, p=share, **told)]),
            page.say("trained", train=trace.split[0], held=trace.split[1], seed=params.seed),
        )
        paper, layout = page.whole(WIDE.sheet, NARROW.sheet), NARROW if page.narrow else WIDE
        draw_layers(page, paper, trace, layout)
        draw_bars(page, paper, trace.probability, layout.bars)
        label_layers(page, paper, trace, layout)
        formula(page, paper, CELL, (0.16, 0.36), (0, 0.5), "data", (0, 0))
        return page.figure


def draw_layers(page: Sheet, paper: Any, trace: Trace, layout: Layout) -> None:
    """Draw the maps of each layer; the last colour is that of the layer's largest value."""
    values = {name: getattr(trace, name) for name in layout.layers}
    values |= {"input": trace.input[None], "hidden_1": strip(trace.hidden_1, 3), "hidden_2": strip(trace.hidden_2, 3)}
    for name, (middle, height, cell) in layout.layers.items():
        (_, rows, cols), (cells, _, corners) = values[name].shape, montage(values[name], ACROSS.get(name, 1))
        left, top = middle - cell * cells.shape[1] / 2, height - cell * cells.shape[0] / 2
        x, y = (start + cell * np.arange(n + 1) for start, n in ((left, cells.shape[1]), (top, cells.shape[0])))
        colours = "gray" if name == "input" else page.theme.sizes
        mesh(paper, x, y, np.ma.masked_invalid(cells), Scale(colours, 0, values[name].max() or 1), "face")
        for row, col in corners:
            frame = Rectangle((x[col], y[row]), cell * cols, cell * rows, fill=False, linewidth=THIN)
            paper.add_patch(frame).set_edgecolor(page.theme.faint)


def draw_bars(page: Sheet, paper: Any, probability: np.ndarray, place: tuple[float, float]) -> None:
    """Draw a lying bar for each class."""
    foot, middle = place
    pitch = max(PITCH, LINE * page.small / POINTS / page.scale)
    y = middle + pitch * (np.arange(len(probability)) - (len(probability) - 1) / 2)
    paper.barh(y, LONGEST * probability, 0.7 * pitch, foot, color=page.theme.activation)
    for k, height in enumerate(y):
        paper.text(foot - 0.1, height, page.number(k), size=page.small, ha="right", va="center_baseline")


def label_layers(page: Sheet, paper: Any, trace: Trace, layout: Layout) -> None:
    """Write what each layer is called, its shape and its parameters."""
    spots = [*(place[:2] for place in layout.layers.values()), (layout.bars[0] + LONGEST / 2, layout.bars[1])]
    keys = "input", "convolution", "pooling", "convolution", "pooling", "dense"
    style = {"size": page.small, "ha": "center"}
    dense = (spots[5][0] + spots[6][0]) / 2, spots[5][1]
    for (x, y), key in zip([*spots[:5], dense], keys, strict=True):
        paper.text(x, y + NAMES, page.say(f"name_{key}"), color=page.theme.faint, **style)
    shapes = [trace.input.shape, *(getattr(trace, f"maps_{k}").shape for k in range(1, 5))]
    shapes += [trace.hidden_1.shape, trace.hidden_2.shape, trace.probability.shape]
    tight = page.narrow or page.scale < 1
    for (x, y), shape in zip(spots, shapes, strict=True):
        paper.text(x, y + SHAPES, ("×" if tight else " × ").join(map(page.number, shape)), **style)
    for k, count in zip((1, 3, 5, 6, 7), trace.parameters, strict=True):
        (x, y), lower = spots[k], LOWER / page.scale * (tight and k == 6)
        paper.text(x, y + COUNTS + lower, page.number(count), color=page.theme.weight, **style)
    total = f"{page.say('name_parameters')}: {page.number(trace.running[-1])}"
    right, top = layout.sheet[0] - 0.15, FIRST + NAMES - 0.6
    paper.text(right, top, total, color=page.theme.weight, size=page.small, ha="right")
