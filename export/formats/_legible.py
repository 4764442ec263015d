"""Whether a figure can be read: its texts keep apart and stay on the sheet, its panels are no slivers."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from scenes._page.formula import Formula

TOUCH = 0.5  # points by which boxes of text may overlap
NARROWEST, LOWEST = 30, 10  # points: width and height that every panel has
SHARP = 288  # dots per inch, since letters are measured in whole ones


def legible(figure: Figure) -> bool:
    """Whether no text lies on another or off the sheet, and every panel has some width and height."""
    dpi = figure.get_dpi()
    figure.set_dpi(SHARP)
    try:
        for _ in range(2):  # what the first moves may change how many numbers an axis has
            figure.draw_without_rendering()
        boxes, points = list(_boxes(figure)), SHARP / 72
        panels = [panel.get_window_extent().frozen() for panel in figure.axes]
    finally:
        figure.set_dpi(dpi)
    wide, high = figure.get_size_inches() * SHARP
    inside = all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= wide and box.y1 <= high for box in boxes)
    roomy = all(panel.width >= NARROWEST * points and panel.height >= LOWEST * points for panel in panels)
    return inside and roomy and not any(_overlap(a, b, TOUCH * points) for a, b in combinations(boxes, 2))


def _overlap(a: Bbox, b: Bbox, touch: float) -> bool:
    return bool(min(a.x1, b.x1) - max(a.x0, b.x0) > touch and min(a.y1, b.y1) - max(a.y0, b.y0) > touch)


def _boxes(figure: Figure) -> Iterator[Bbox]:
    """The boxes of all texts and formulas that are drawn, in dots."""
    renderer, hidden = FigureCanvasAgg(figure).get_renderer(), set(_unseen(figure))
    for text in {id(one): one for one in figure.findobj(Text)}.values():
        if text.get_visible() and text.get_text().strip() and text not in hidden:
            yield Text.get_window_extent(text, renderer)  # without an annotation's arrow
    for formula in {id(one): one for one in figure.findobj(Formula)}.values():
        yield formula.get_window_extent(renderer)


def _unseen(figure: Figure) -> Iterator[Text]:
    """The numbers of axes that lie beyond their ends, and those of axes that are off."""
    for panel in figure.axes:
        for axis in (panel.xaxis, panel.yaxis):
            scaled = axis.get_transform().transform
            low, high = sorted(scaled(axis.get_view_interval()))
            noise = 1e-6 * (high - low)
            for tick in _ticks(axis):
                within = low - noise <= scaled(tick.get_loc()) <= high + noise
                shown = panel.axison and axis.get_visible() and within
                yield from () if shown else (tick.label1, tick.label2)
            if not (panel.axison and axis.get_visible()):
                yield axis.label
            yield axis.get_offset_text()


def _ticks(axis: Axis) -> list[Any]:
    return [*axis.get_major_ticks(), *axis.get_minor_ticks()]
