"""What is written around panels, broken and stacked where there is no room for it on one line."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation

from scenes._page.letters import width_of, wrapped

BETWEEN, EDGE = 6, 4  # points that stay free between what belongs to two panels, and beside the edge
LIFT, LINE = 3, 1.2  # points from what stands above a panel to the next; heights of the font from line to line
HANDLE, APART = 3.0, 1.5  # heights of the font: a line of a legend with the space behind it; between its columns
SURE = 0.96  # of the room for a title that one takes, since letters are measured by their ink
HIGHEST = 0.3  # of the height of a panel that a legend in it takes
SIDES = {"left": 0.0, "center": 0.5, "right": 1.0}
Span = tuple[float, float, float]  # of what stands above a panel: from where to where it goes, how high it reaches
Formulas = Sequence[tuple[Any, Any, float]]  # panel, box, and which share of it lies left of its place


def wrap(figure: Figure, rows: Sequence[Sequence[Any]], formulas: Formulas, named: Sequence[Any]) -> None:
    """Break titles, names of axes and formulas so that panels are not squeezed by them; those that meet are stacked.

    Args:
        figure: where they stand.
        rows: the panels, as they stand.
        formulas: by the panels.
        named: panels at whose right there are names.
    """
    panels = [panel for row in rows for panel in row]
    titles = {panel: [text for text in _titles(panel) if text.get_text()] for panel in panels}
    legends = [legend for panel in panels if (legend := panel.get_legend())]
    written = [*(text for texts in titles.values() for text in texts), *(box for _, box, _ in formulas), *legends]
    _set_in_layout(written, False)
    figure.draw_without_rendering()
    points = 72 / figure.dpi
    for row in rows:
        lefts = [panel.get_tightbbox(for_layout_only=True).x0 * points for panel in row]
        rights = [left - BETWEEN for left in lefts[1:]] + [figure.bbox.width * points - EDGE]
        for panel, left, right in zip(row, [EDGE, *lefts[1:]], rights, strict=True):
            box = panel.get_window_extent().get_points() * points
            numbers = panel.yaxis.get_ticks_position() == "right"  # the uppermost reaches above the panel
            above: list[Span] = [(box[1, 0] - 12, np.inf, LIFT + 4)] if numbers else []
            for owner, stands, share in formulas:
                if owner is panel:
                    _wrap_formula(stands, share, box, (left, box[1, 0] if panel in named else right), above)
            for text in titles[panel]:
                _wrap_title(text, box, (left, right))
            _stack([text for text in titles[panel] if text not in _axis_names(panel)], box, above)
    _move_legends(figure, panels)
    _set_in_layout(written, True)


def _set_in_layout(written: Sequence[Any], counts: bool) -> None:
    for one in written:
        one.set_in_layout(counts)


def _axis_names(panel: Any) -> tuple[Text, Text]:
    return panel.xaxis.label, panel.yaxis.label


def _titles(panel: Any) -> list[Text]:
    """What is written above a panel, and the names of its axes."""
    within = {id(text) for text in panel.texts}
    above = [one for one in panel.get_children() if isinstance(one, Text) and id(one) not in within]
    return [*above, *_axis_names(panel)]


def _wrap_title(text: Text, box: np.ndarray, ends: tuple[float, float]) -> None:
    if text.get_rotation():
        room = 1.2 * (box[1, 1] - box[0, 1])
    else:
        share = SIDES[str(text.get_horizontalalignment())]
        room = SURE * _room(_along(box, share), share, ends)
    text.set_text(wrapped(text.get_text(), float(text.get_fontsize()), room))


def _wrap_formula(stands: Any, share: float, box: np.ndarray, ends: tuple[float, float], above: list[Span]) -> None:
    """Break a formula, and lift it above those that stand above its panel already."""
    drawn, (low, high) = stands.offsetbox, stands.get_window_extent().get_points() * 72 / stands.figure.dpi
    if drawn.upright:
        drawn.wrap(box[1, 1] - box[0, 1])
        return
    place = low[0] + share * (high[0] - low[0])
    within = low[1] < box[1, 1] and high[1] > box[0, 1]
    drawn.wrap(_room(place, share, (max(ends[0], box[0, 0]), min(ends[1], box[1, 0])) if within else ends))
    if low[1] >= box[1, 1]:
        start, foot = place - share * drawn.width, low[1] - box[1, 1]
        lifted = _top(above, start, start + drawn.width, foot)
        stands.xyann = stands.xyann[0], stands.xyann[1] + lifted - foot
        above.append((start, start + drawn.width, lifted + drawn.height + LIFT))


def _top(above: Sequence[Span], start: float, stop: float, foot: float) -> float:
    """How far above a panel there is room between two places."""
    return max([foot, *(top for left, right, top in above if left < stop + BETWEEN and right > start - BETWEEN)])


def _stack(titles: Sequence[Text], box: np.ndarray, above: list[Span]) -> None:
    """Lift titles above what else stands there."""
    for text in titles:
        text.set_text(text.get_text().rstrip("\n"))
        size, lines = float(text.get_fontsize()), text.get_text().split("\n")
        wide, share = max(width_of(line, size) for line in lines), SIDES[str(text.get_horizontalalignment())]
        start, figure = _along(box, share) - share * wide, text.figure
        lifted = _top(above, start, start + wide, 0)
        if figure:
            text.set_transform(text.get_transform() + ScaledTranslation(0, lifted / 72, figure.dpi_scale_trans))
        above.append((start, start + wide, lifted + LINE * size * len(lines) + LIFT))


def _along(box: np.ndarray, share: float) -> float:
    """A place along the width of a panel."""
    return float(box[0, 0] + share * (box[1, 0] - box[0, 0]))


def _room(place: float, share: float, ends: tuple[float, float]) -> float:
    """How wide something may be of which a share lies left of its place."""
    left = [(place - ends[0]) / share] if share else []
    return min(left + ([(ends[1] - place) / (1 - share)] if share < 1 else []))


def _move_legends(figure: Figure, panels: Sequence[Any]) -> None:
    """Have legends that stand beside their panels, or have no room within, above all."""
    handles, labels, size = [], [], 0.0
    for panel in panels:
        legend = panel.get_legend()
        if legend and not _room_for(legend.get_window_extent(), panel.get_window_extent()):
            handles += legend.legend_handles
            labels += [text.get_text() for text in legend.get_texts()]
            size = float(legend.get_texts()[0].get_fontsize())
            legend.remove()
    if labels:
        key(figure, handles, labels, size)


def _room_for(legend: Any, panel: Any) -> bool:
    """Whether a legend lies within its panel and leaves most of its height free."""
    within = np.all(legend.min >= panel.min - 1) and np.all(legend.max <= panel.max + 1)
    return bool(within and legend.height < HIGHEST * panel.height)


def key(figure: Figure, handles: Sequence[Any], labels: Sequence[str], size: float) -> None:
    """A legend above all panels, in as many columns as there is room for."""
    room = figure.get_size_inches()[0] * 72 - 2 * EDGE
    labels = [wrapped(label, size, room - HANDLE * size) for label in labels]
    widest = max(width_of(line, size) for label in labels for line in label.split("\n")) + HANDLE * size
    across = max(1, min(len(labels), int((room + APART * size) / (widest + APART * size))))
    across = ceil(len(labels) / ceil(len(labels) / across))  # as many below each as below the others
    style = {"frameon": False, "fontsize": size, "columnspacing": APART, "borderpad": 0, "borderaxespad": 0.2}
    figure.legend(handles, labels, loc="outside upper center", ncols=across, **style)
