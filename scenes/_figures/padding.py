"""The figure of padding for print."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mathcore.padding import Params, Trace, compute
from scenes._marks.colour_scale import Scale
from scenes._page.cells import FRAME, HAIR, Table, mesh
from scenes._page.formula import formula
from scenes._page.sheet import THIN, Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.padding import KNOBS, SIZES, name_key, size_markup
from scenes._stage.theme import Theme
from scenes._stage.words import Words


class Layout(NamedTuple):
    """Where things stand, in cm: the left and the foot of each run, the middle of the rule."""

    sheet: tuple[float, float]  # width and height
    places: tuple[tuple[float, float], ...]
    rule: tuple[float, float]


ROOM, TOP, FOOT = 3.3, 0.75, 5.45  # cm: width of a run, from where to where those of the first row go
BETWEEN, BELOW = 0.35, 0.12  # cm: from output to image, from this to the sizes
WIDE = Layout((16, 7), ((0.4, FOOT), (4.35, FOOT), (8.3, FOOT), (12.25, FOOT)), (8, 6.48))
NARROW = Layout((8.25, 13.6), ((0.3, FOOT), (4.65, FOOT), (0.3, 11.4), (4.65, 11.4)), (4.125, 12.75))
LEGIBLE = 0.3  # cm: side of a cell from which on there is a number in it


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """How many outputs use each cell without padding and with it, with a stride and with a dilation."""
    with sheet(words, theme, size) as page:
        page.note(page.say("count_reached"), page.say("compare"))
        paper, layout = page.whole(WIDE.sheet, NARROW.sheet), NARROW if page.narrow else WIDE
        runs = {name: compute(Params(**{**dict(trace.params), **knobs})) for name, knobs in trace.variants().items()}
        widest = max(len(run.padded) for run in runs.values())
        cell = min(
            (FOOT - TOP - BETWEEN) / max(len(run.padded) + len(run.output) for run in runs.values()), ROOM / widest
        )
        scale = Scale(theme.sizes, 0, max(int(run.reached.max()) for run in runs.values()))
        for (name, run), (left, foot) in zip(runs.items(), layout.places, strict=False):
            middle = left + ROOM / 2
            draw_run(page, paper, run, (middle, foot), cell, scale)
            knobs = {knob: getattr(run.params, knob) for knob in ("padding", "stride", "dilation")}
            paper.text(
                middle, foot - FOOT + TOP - 0.25, page.say(name_key(name, run), **knobs), ha="center", va="baseline"
            )
            sizes = {"n": run.params.size, "m": run.output_size}
            formula(page, paper, SIZES, (middle, foot + BELOW), (0.5, 1), "data", (0, 0), **sizes)
        values = {symbol: getattr(trace.params, knob) for symbol, knob in KNOBS.items()}
        letters = size_markup().format(**dict(zip(KNOBS, KNOBS, strict=True)))
        numbers = size_markup("npkds", "{result}").removeprefix("activation(m) ")
        values |= {"result": trace.output_size}
        formula(page, paper, f"{letters} {numbers}", page.low(layout.rule), (0.5, 0.5), "data", **values)
        return page.figure


def draw_run(page: Sheet, panel: Any, run: Trace, place: tuple[float, float], cell: float, scale: Scale) -> None:
    """Draw, above a place, an image whose cells tell how many outputs use them, its first window, and the output."""
    params, theme, (middle, foot) = run.params, page.theme, place
    wide, small = cell * len(run.padded), cell * len(run.output)
    image = np.array([middle - wide / 2, foot - wide])
    output = np.array([middle - small / 2, foot - wide - BETWEEN - small])
    for corner, side in ((image, wide), (output, small)):
        at = np.linspace(0, side, round(side / cell) + 1)
        style = {"color": theme.faint, "linewidth": HAIR}
        panel.hlines(corner[1] + at, corner[0], corner[0] + side, **style)
        panel.vlines(corner[0] + at, corner[1], corner[1] + side, **style)
    inner = image + params.padding * cell
    if cell * page.scale >= LEGIBLE:
        Table(page, panel, run.reached, scale, tuple(inner), cell * params.size)
    else:
        edges = inner[:, None] + cell * np.arange(params.size + 1)
        mesh(panel, edges[0], edges[1], run.reached, scale, theme.faint)
    window, taps = cell * params.span, params.dilation * cell * np.argwhere(run.kernel)
    squares = [(image, window, theme.weight), (output, cell, theme.activation)]
    if params.dilation > 1:
        squares += [(image + tap, cell, theme.weight) for tap in taps]
    for (x, y), side, hue in squares:
        panel.add_patch(Rectangle((x, y), side, side, fill=False, edgecolor=hue, linewidth=FRAME, zorder=3))
    for here, there in ((0, 0), (window, cell)):  # from its upper corners to the lower corners of what it gives
        ends = image + [here, 0], output + [there, cell]
        panel.plot(*zip(*ends, strict=True), color=theme.weight, linewidth=THIN)
