"""Lines and marks that can be told apart without colour, and names that stand by what they name."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.offsetbox import TextArea
from matplotlib.transforms import ScaledTranslation

from scenes._page.formula import Formula, formula, stand
from scenes._page.sheet import THIN, Sheet

RUNS = (("-", "o"), ("--", "s"), ("-.", "^"), (":", "D"))  # line and marker of each run
LINE = 0.075  # height of a line of text, as a share of a panel as high as A4 allows
NAMED = 1.1  # heights from a name to the next
RAISED = 0.4  # of a line, that an exponent takes
FAR = 1e3  # widths or heights of a panel beyond which a value is as good as infinite
BESIDE = 6  # points from the edge to an arrowhead
APART = 0.07  # between two marks that both have a number, as a share of the panel


def name_ends(
    page: Sheet,
    panel: Any,
    heights: Iterable[float],
    names: Sequence[str | Formula],
    colours: Sequence[str],
    *,
    left: bool = False,
    size: float = 0,
) -> None:
    """Write each name at the right of a panel, or left, as near to its height on the axis as the others allow.

    None reaches below the panel, where the numbers of the other axis are.
    """
    ends = [_share(panel, height) for height in heights]
    lines = [
        name.lines if isinstance(name, Formula) else name.count("\n") + 1 + RAISED * ("^" in name) for name in names
    ]
    room = LINE * max(lines) + LINE / 3
    wanted = np.maximum(ends, room / 2)
    edge, place, side, near = (0.0, -0.06, "right", 1) if left else (1.0, 1.06, "left", 0)
    boxes = []
    for end, height, name, colour in zip(ends, spread(wanted, room), names, colours, strict=True):
        text = {"color": colour, "size": size or page.body, "multialignment": side}
        box = name if isinstance(name, Formula) else TextArea(name, textprops=text)
        line = {"arrowstyle": "-", "color": colour, "linewidth": THIN, "relpos": (near, 0.5), "shrinkB": 1}
        coords = {"xycoords": "axes fraction", "boxcoords": "axes fraction"}
        boxes.append(stand(panel, box, (edge, end), (place, height), (near, 0.5), arrowprops=line, **coords))
    page.later.append(partial(respread, panel, boxes))
    page.named += [] if left else [panel]


def respread(panel: Any, boxes: Sequence[Any]) -> None:
    """Keep names apart in a panel whose height the layout has said, within that height."""
    high = panel.get_window_extent().height
    room = max(box.offsetbox.get_window_extent(None).height for box in boxes) / high * NAMED
    ends = np.clip([box.xy[1] for box in boxes], room / 2, max(1 - room / 2, room / 2))
    for box, height in zip(boxes, spread(ends, room, 1 - room / 2), strict=True):
        box.xyann = box.xyann[0], height


def spread(wanted: Sequence[float] | np.ndarray, room: float, top: float = 1) -> np.ndarray:
    """Places from 0 to `top`, near those wanted and in their order, at least `room` apart where that can be."""
    order, steps = np.argsort(wanted, kind="stable"), room * np.arange(len(wanted))
    lifted = np.maximum.accumulate(np.array(wanted)[order] - steps) + steps
    lowered = np.minimum(lifted, top - steps[::-1])
    places = np.empty(len(wanted))
    places[order] = lowered
    return places


def clamped(values: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """The values, those outside the panel or no numbers at all moved to its edge."""
    inside: np.ndarray = np.clip(np.nan_to_num(values, nan=ends[1], posinf=ends[1], neginf=ends[0]), *ends)
    return inside


def away(page: Sheet, panel: Any, x: np.ndarray, y: np.ndarray, colour: str) -> None:
    """Draw an arrowhead beside the edge of a panel for each side on which points lie beyond it."""
    edges = clamped(x, panel.get_xlim()), clamped(y, panel.get_ylim())
    ways = np.nan_to_num(np.stack([np.sign(x - edges[0]), np.sign(y - edges[1])], axis=1))
    for way, *place in {(tuple(way), *place) for way, *place in zip(ways.tolist(), *edges, strict=True) if any(way)}:
        angle = np.degrees(np.arctan2(-way[0], way[1]))  # from upwards, against the clock
        right, up = BESIDE / 72 * np.array(way) / np.linalg.norm(way)
        shift = ScaledTranslation(right, up, page.figure.dpi_scale_trans)
        style = {"markersize": 4, "color": colour, "clip_on": False, "transform": panel.transData + shift}
        panel.plot(*([value] for value in place), marker=(3, 0, angle), **style)


def near(values: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """The values, those further than FAR panels away, or infinite, moved to that distance."""
    reach = FAR * (ends[1] - ends[0])
    shown: np.ndarray = np.clip(values, ends[0] - reach, ends[1] + reach)
    return shown


def walk(page: Sheet, panel: Any, w: np.ndarray, loss: np.ndarray, best: float) -> None:
    """Stairs down to `best`: every step changes w at one height, then drops to the curve; steps have their numbers.

    A mark that has left the panel stays at its edge and is hollow, with an arrowhead; stairs are drawn within only.
    """
    theme = page.theme
    x, y = clamped(w, panel.get_xlim()), clamped(loss, panel.get_ylim())
    stairs = near(np.repeat(w, 2)[1:], panel.get_xlim()), near(np.repeat(loss, 2)[:-1], panel.get_ylim())
    panel.plot(*stairs, color=theme.faint, linewidth=0.8)
    away(page, panel, w, loss, theme.weight)
    inside = (x == w) & (y == loss)
    panel.plot(x, y, "o", color=theme.weight, markerfacecolor=theme.background, clip_on=False, zorder=3)
    panel.plot(x[inside], y[inside], "o", color=theme.weight, zorder=3)
    shares = panel.transLimits.transform(np.stack([x, y], axis=1))
    numbered: list[int] = []
    for k in np.flatnonzero(inside & (shares[:, 1] > APART)).tolist():
        if all(np.linalg.norm(shares[k] - shares[other]) > APART for other in numbered):
            numbered.append(k)
            side, turn = ("right", -1) if x[k] < best else ("left", 1)
            place = {"textcoords": "offset points", "ha": side, "va": "top"}
            panel.annotate(str(k), (x[k], y[k]), (4 * turn, -3), size=page.small, **place)


def optimum(page: Sheet, panel: Any, x: Any, y: Any) -> None:
    """Draw the mark of an optimum: a star, as in a film."""
    edge = {"markeredgecolor": page.theme.background, "markeredgewidth": 0.5}
    panel.plot(x, y, "*", color=page.theme.good, markersize=9, clip_on=False, zorder=4, **edge)


def dashes_at(page: Sheet, panel: Any, x: Any, height: float, name: str, colour: str) -> None:
    """A dashed line from the foot of a panel at `x` up to a share of its height, with its name, a formula, on top."""
    panel.plot([x, x], [0, height], "--", color=colour, transform=panel.get_xaxis_transform(), linewidth=1)
    place, coords = (float(x), height), panel.get_xaxis_transform()
    formula(page, panel, name, place, (0.5, 0), coords, colour=colour, haloed=True, x=x)


def _share(panel: Any, height: float) -> float:
    """Where a height on the axis lies between the foot of a panel, 0, and its top, 1."""
    scaled = panel.transScale.transform((panel.get_xlim()[1], height))
    return float(np.clip(np.nan_to_num(panel.transLimits.transform(scaled)[1], nan=1.0), 0, 1))
