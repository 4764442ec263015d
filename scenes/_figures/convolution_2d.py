"""The figure of convolution 2d for print."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from mathcore.convolution_2d import BALANCED, Trace, balanced
from scenes._marks.colour_scale import Scale
from scenes._page.cells import Table
from scenes._page.formula import formula
from scenes._page.sheet import THIN, Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.convolution_2d import rule, scales, telling_place
from scenes._stage.theme import Theme
from scenes._stage.words import Name, Words


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """One window on the image, times the kernel, and where its sum stands in the output."""
    with sheet(words, theme, size) as page:
        params, kind = trace.params, trace.kernel_name()
        source = Name(params.image.name) if params.image else words.sentence("source")
        shown = page.say("show_picture", source=source, rows=len(trace.picture), size=params.size)
        page.note(shown, page.say(f"effect_{trace.effect()}", sum=trace.kernel_sum))
        paper = page.whole(WIDE.sheet, NARROW.sheet)
        corner = divmod(telling_place(trace.output), trace.output.shape[1])
        tables = weigh(page, paper, trace, corner)
        hues = {"kernel": theme.weight, "image": theme.data, "window": theme.data, "output": theme.activation}
        for key, table in tables.items():
            table.name(page.say(f"name_{kind if key == 'kernel' else key}"), hues.get(key, theme.text))
        tables["products"].foot(f"{page.say('name_sum')} {page.number(trace.output[corner])}", theme.activation)
        markup = rule(params.stride, int(trace.rings))
        place = (NARROW if page.narrow else WIDE).rule
        formula(page, paper, markup, page.low(place), (0.5, 0.5), "data", stride=params.stride, rings=trace.rings)
        return page.figure


class Layout(NamedTuple):
    """Where the tables stand, in cm: corners of the two large ones, middle and top of the small ones."""

    sheet: tuple[float, float]  # width and height
    image: tuple[float, float]
    output: tuple[float, float]
    side: float  # of these two
    window: tuple[float, float]
    kernel: tuple[float, float]
    products: tuple[float, float]
    small_side: float
    times: tuple[float, float]  # between window and kernel
    rule: tuple[float, float]


LARGEST_CELL = 1.1  # cm
WIDE = Layout((16, 7), (0.4, 0.7), (11.1, 0.7), 4.5, (6.6, 0.7), (6.6, 3.4), (9.2, 2.05), 1.95, (6.6, 2.82), (8, 6.72))
NARROW = Layout(
    (8.25, 10.6), (0.2, 0.7), (4.3, 6.2), 3.7, (5.2, 0.7), (5.2, 3.4), (7.15, 0.7), 1.85, (5.2, 2.72), (2.1, 8)
)


def weigh(page: Sheet, panel: Any, trace: Trace, corner: tuple[int, int]) -> dict[str, Table]:
    """Draw, on the whole sheet, the tables of a convolution for the window that leaves the cell `corner` of the output.

    Returns:
        the tables by name, to be named.
    """
    theme, layout, image, size = page.theme, NARROW if page.narrow else WIDE, trace.padded, len(trace.kernel)
    row, col = trace.params.stride * np.array(corner)
    view = image[row : row + size, col : col + size]
    seen = {"image": image, "window": view, "kernel": trace.kernel}
    values = seen | {"products": trace.product[corner], "output": trace.output}
    colours, small, tables = _scales(theme, values), min(layout.small_side, LARGEST_CELL * size), {}
    for name, each in values.items():
        (left, top), large = getattr(layout, name), name in ("image", "output")
        place = (left, top) if large else (left - small / 2, top)
        tables[name] = Table(page, panel, each, colours[name], place, layout.side if large else small)
    tables["image"].frame(row, col, size, theme.weight).bar()
    tables["kernel"].frame(0, 0, size, theme.weight)
    tables["output"].frame(*corner, 1, theme.activation).bar()
    for there, here in ((row, 0), (row + size, size)):  # from the window on the image to what it sees
        ends = tables["image"].at(there, col + size), tables["window"].at(here, 0)
        panel.plot(*zip(*ends, strict=True), color=theme.weight, linewidth=THIN)
    left, top = layout.kernel
    beside = left - small / 2 - 0.35, top + small / 2  # where there is no room between the two
    panel.text(*(layout.times if page.scale >= 1 else beside), "\N{MULTIPLICATION SIGN}", ha="center", va="center")
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
