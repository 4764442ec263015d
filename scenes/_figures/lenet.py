"""The figure of LeNet for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mathcore.lenet import Trace
from scenes._marks.colour_scale import Scale
from scenes._page.cells import mesh
from scenes._page.formula import formula
from scenes._page.sheet import SMALL, THIN, WIDTH, Sheet, sheet
from scenes._props.lenet import montage, strip
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words
from scenes.lenet import CELL

MIDDLE, NAMES, SHAPES, COUNTS = 3.55, 1.05, 6.25, 6.7  # cm from the top
LAYERS = {  # middle and side of a cell, in cm; maps side by side
    "input": (1.2, 0.062, 1), "maps_1": (3.95, 0.0505, 2), "maps_2": (6.55, 0.064, 2), "maps_3": (9.05, 0.063, 4),
    "maps_4": (11.5, 0.073, 4), "hidden_1": (12.95, 0.112, 1), "hidden_2": (14.0, 0.112, 1),
}  # fmt: skip
FOOT, LONGEST, PITCH = 14.85, 0.95, 0.42  # cm: of the bars, of the longest, from bar to bar


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """The digit on its way through the net: all maps, their shapes, the parameters, the ten probabilities."""
    with sheet(words, theme) as page:
        paper = page.whole()
        draw_layers(page, paper, trace)
        draw_bars(page, paper, trace.probability)
        label_layers(page, paper, trace)
        formula(page, paper, CELL, (0.01, 0.955), (0, 0.5), shift=(0, 0))
        params, verdict = trace.params, trace.verdict()
        source = [Name(params.image.name)] if params.image else []
        told = {"label": trace.label} if verdict == "wrong" else {}
        share = page.number(100 * trace.probability[trace.said], decimals=1)
        page.note(
            " ".join([*source, page.say(f"verdict_{verdict}", said=trace.said, p=share, **told)]),
            page.say("trained", train=trace.split[0], held=trace.split[1], seed=params.seed),
        )
        return page.figure


def draw_layers(page: Sheet, paper: Any, trace: Trace) -> None:
    """Draw the maps of each layer; the last colour is that of the layer's largest value."""
    values = {name: getattr(trace, name) for name in LAYERS}
    values |= {"input": trace.input[None], "hidden_1": strip(trace.hidden_1, 3), "hidden_2": strip(trace.hidden_2, 3)}
    for name, (middle, cell, across) in LAYERS.items():
        (_, rows, cols), (cells, _, corners) = values[name].shape, montage(values[name], across)
        left, top = middle - cell * cells.shape[1] / 2, MIDDLE - cell * cells.shape[0] / 2
        x, y = (start + cell * np.arange(n + 1) for start, n in ((left, cells.shape[1]), (top, cells.shape[0])))
        colours = "gray" if name == "input" else page.theme.sizes
        mesh(paper, x, y, np.ma.masked_invalid(cells), Scale(colours, 0, values[name].max() or 1), "face")
        for row, col in corners:
            frame = Rectangle((x[col], y[row]), cell * cols, cell * rows, fill=False, linewidth=THIN)
            paper.add_patch(frame).set_edgecolor(page.theme.faint)


def draw_bars(page: Sheet, paper: Any, probability: np.ndarray) -> None:
    """Draw a lying bar for each class."""
    y = MIDDLE + PITCH * (np.arange(len(probability)) - (len(probability) - 1) / 2)
    paper.barh(y, LONGEST * probability, 0.7 * PITCH, FOOT, color=page.theme.activation)
    for k, height in enumerate(y):
        paper.text(FOOT - 0.1, height, page.number(k), size=SMALL, ha="right", va="center_baseline")


def label_layers(page: Sheet, paper: Any, trace: Trace) -> None:
    """Write what each layer is called, its shape and its parameters."""
    middles = [*(middle for middle, *_ in LAYERS.values()), FOOT + LONGEST / 2]
    keys = "input", "convolution", "pooling", "convolution", "pooling", "dense"
    style = {"size": SMALL, "ha": "center"}
    for x, key in zip([*middles[:5], sum(middles[5:7]) / 2], keys, strict=True):
        paper.text(x, NAMES, page.say(f"name_{key}"), color=page.theme.faint, **style)
    shapes = [trace.input.shape, *(getattr(trace, f"maps_{k}").shape for k in range(1, 5))]
    shapes += [trace.hidden_1.shape, trace.hidden_2.shape, trace.probability.shape]
    for x, shape in zip(middles, shapes, strict=True):
        paper.text(x, SHAPES, " × ".join(map(page.number, shape)), **style)
    for k, count in zip((1, 3, 5, 6, 7), trace.parameters, strict=True):
        paper.text(middles[k], COUNTS, page.number(count), color=page.theme.weight, **style)
    total = f"{page.say('name_parameters')}: {page.number(trace.running[-1])}"
    paper.text(WIDTH - 0.15, NAMES - 0.6, total, color=page.theme.weight, size=SMALL, ha="right")
