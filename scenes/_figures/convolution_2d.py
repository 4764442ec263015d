"""The figure of convolution 2d for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.convolution_2d import BALANCED, Trace, balanced
from scenes._marks.colour_scale import Scale
from scenes._page.cells import Table
from scenes._page.formula import formula
from scenes._page.sheet import THIN, Sheet, sheet
from scenes._props.convolution_2d import rule, scales, telling_place
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """One window on the image, times the kernel, and where its sum stands in the output."""
    with sheet(words, theme) as page:
        paper, params, kind = page.whole(), trace.params, trace.kernel_name()
        corner = divmod(telling_place(trace.output), trace.output.shape[1])
        tables = weigh(page, paper, trace, corner)
        hues = {"kernel": theme.weight, "image": theme.data, "window": theme.data, "output": theme.activation}
        for key, table in tables.items():
            table.name(page.say(f"name_{kind if key == 'kernel' else key}"), hues.get(key, theme.text))
        tables["products"].foot(f"{page.say('name_sum')} {page.number(trace.output[corner])}", theme.activation)
        markup = rule(params.stride, int(trace.rings))
        formula(page, paper, markup, (0.5, 0.16), (0.5, 0.5), stride=params.stride, rings=trace.rings)
        file, rows, size = params.image, len(trace.picture), params.size
        source = Name(file.name) if file else words.sentence("source")
        effect = page.say(f"effect_{trace.effect()}", sum=trace.kernel_sum)
        page.note(page.say("show_picture", source=source, rows=rows, size=size), effect)
        return page.figure


TOP, SIDE, SMALL_SIDE, LARGEST_CELL = 0.7, 4.5, 1.95, 1.1  # cm
IMAGE, OUTPUT = 0.4, 11.1  # cm from the left
SMALL_TABLES = {
    "window": (6.6, 0.0),
    "kernel": (6.6, 2.7),
    "products": (9.2, 1.35),
}  # middle; below TOP
TIMES = 6.6, TOP + 2.12  # between window and kernel


def weigh(page: Sheet, panel: Any, trace: Trace, corner: tuple[int, int]) -> dict[str, Table]:
    """Draw, on the whole sheet, the tables of a convolution for the window that leaves the cell `corner` of the output.

    Returns:
        the tables by name, to be named.
    """
    theme, image, size, (row, col) = page.theme, trace.padded, len(trace.kernel), trace.params.stride * np.array(corner)
    view = image[row : row + size, col : col + size]
    seen = {"image": image, "window": view, "kernel": trace.kernel}
    values = seen | {"products": trace.product[corner], "output": trace.output}
    colours, side = _scales(theme, values), min(SMALL_SIDE, LARGEST_CELL * size)
    places = {"image": (IMAGE, TOP), "output": (OUTPUT, TOP)}
    places |= {name: (middle - side / 2, TOP + below) for name, (middle, below) in SMALL_TABLES.items()}
    tables = {
        name: Table(page, panel, each, colours[name], places[name], side if name in SMALL_TABLES else SIDE)
        for name, each in values.items()
    }
    tables["image"].frame(row, col, size, theme.weight).bar()
    tables["kernel"].frame(0, 0, size, theme.weight)
    tables["output"].frame(*corner, 1, theme.activation).bar()
    for there, here in ((row, 0), (row + size, size)):  # from the window on the image to what it sees
        ends = tables["image"].at(there, col + size), tables["window"].at(here, 0)
        panel.plot(*zip(*ends, strict=True), color=theme.weight, linewidth=THIN)
    panel.text(*TIMES, "\N{MULTIPLICATION SIGN}", ha="center", va="center")
    return tables


def _scales(theme: Theme, values: dict[str, np.ndarray]) -> dict[str, Scale]:
    """The colours of the film, but for those of the output, which has no numbers in its cells: they print in grey."""
    kernel, output, light = values["kernel"], values["output"], Scale.spanning("gray", values["image"])
    of_kernel, of_products, _ = scales(kernel, values["products"], output, light, theme.signed)
    if balanced(kernel):
        sums = Scale.around_zero("gray", output)
    else:  # the mean of some cells is no lighter than they are
        mean = kernel.min() >= 0 and abs(kernel.sum() - 1) < BALANCED
        sums = light if mean else Scale.spanning("gray", output)
    return {"image": light, "window": light, "kernel": of_kernel, "products": of_products, "output": sums}
