"""The figure of nonconvex loss for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.nonconvex_loss import Trace
from scenes._page.formula import Formula, formula, name_below, name_beside, quoted
from scenes._page.marks import optimum
from scenes._page.sheet import Sheet, halo, sheet
from scenes._page.size import A4, Size
from scenes._props.nonconvex_loss import ENDS, named
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.nonconvex_loss import MODEL


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """The paths of gradient descent on a map of the loss, the same with noisy batches, and one slice of a net's."""
    with sheet(words, theme, size) as page:
        params, (*maps, cut) = trace.params, page.panels((1, 1, 0.85 if page.size == A4 else 1))[0]
        signs = {-1: ("D", theme.good), 0: ("^", theme.bad), 1: ("o", theme.good)}
        places = np.insert(trace.valley, 1, 0, axis=0)
        runs = ("descent", trace.path, trace.basin), ("noisy", trace.sgd_path, trace.sgd_basin)
        for panel, (name, path, basin) in zip(maps, runs, strict=True):
            land(page, panel, trace)
            panel.set_title(page.say(name))
            paths(page, panel, path, basin, signs)
            counts = [np.sum(basin == side) for side in signs]
            names = [f"{page.say(key)} ({n})" for key, n in zip(ENDS, counts, strict=True)]
            pins(page, panel, places, signs, names)
            optimum(page, panel, *trace.valley.T)
        formula(page, maps[-1], MODEL, (1, 1), (1, 0))
        slice_and_bowl(page, cut, trace)
        losses = dict(zip(ENDS, np.insert(trace.valley_loss, 1, trace.saddle_loss), strict=True))
        told = ", thin ".join(f"{{{key}}} med {quoted(f'({words.sentence(key)})')}" for key in ENDS)
        page.note(
            page.say("show_model", count=len(trace.x), seed=params.seed),
            Formula(page, f"loss(L) = {told}", size=page.small, colour=theme.faint, **losses),
            page.say(f"slice_{params.slice_data}", seed=params.seed, **named(trace.layers)),
        )
        return page.figure


LEVELS = np.linspace(0, 1, 15)[1:-1] ** 2  # of the lines, as shares of the highest loss; dense where it is flat
AWAY = 16  # points between a mark and its name
Signs = dict[int, tuple[str, str]]  # marker and colour for each end of a path


def land(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw the lines of equal loss over both weights, and half the divide twice."""
    theme, divide, levels = page.theme, trace.separatrix, LEVELS * trace.surface.max()
    lines = {"levels": levels, "colors": theme.faint, "linewidths": 0.5, "alpha": 0.7}
    panel.contour(trace.v_grid, trace.w_grid, trace.surface, **lines)
    panel.plot(*np.concatenate([divide[::-1], -divide]).T, "--", color=theme.text, linewidth=1)
    panel.set(box_aspect=1)
    name_below(page, panel, "weight(v)")
    name_beside(page, panel, "weight(w)")
    page.ticks(panel, 5, 5)


def paths(page: Sheet, panel: Any, points: np.ndarray, ends: np.ndarray, signs: Signs) -> None:
    """Draw where each start [start step axis] went; it bears the sign of the end that it came nearest to."""
    low, high = panel.get_xlim()
    for path, end in zip(np.clip(points, low, high), ends, strict=True):
        mark, colour = signs[end]
        panel.plot(*path.T, color=colour, linewidth=0.8)
        panel.plot(*path[0], ".", color=colour, markersize=3.5)
        panel.plot(*path[-1], mark, color=colour, markersize=4, markeredgecolor=page.theme.background, zorder=3)


def pins(page: Sheet, panel: Any, places: np.ndarray, signs: Signs, names: list[str]) -> None:
    """Name each place [end axis], the first ones below their marks, the last above."""
    ways, plain = np.linspace(-1, 1, len(places)), page.size == A4
    for place, way, (_, colour), name in zip(places, ways, signs.values(), names, strict=True):
        style = {"color": colour, "size": page.small, "va": "center", "path_effects": halo(page)}
        shift = (0, (AWAY if plain else page.small) * (way or -0.7))
        # a small map has no room for the names of its valleys but from one edge to the other
        spot = {"xy": place, "ha": "center"}
        if way and not plain:
            spot = {"xy": ((1 + 0.96 * way) / 2, place[1]), "ha": "left" if way < 0 else "right"}
            style["xycoords"] = ("axes fraction", "data")
        panel.annotate(name, xytext=shift, textcoords="offset points", zorder=4, **spot, **style)


def slice_and_bowl(page: Sheet, panel: Any, trace: Trace) -> None:
    """Draw a loss over one weight and the best bowl below it, with its name."""
    theme, w, loss, bowl = page.theme, trace.slice_w, trace.slice_loss, trace.convex_envelope
    panel.fill_between(w, bowl, loss, facecolor="none", edgecolor=theme.faint, hatch="||||", linewidth=0)
    panel.plot(w, loss, color=theme.loss)
    panel.plot(w, bowl, "--", color=theme.good)
    panel.set(xlim=w[[0, -1]], box_aspect=1)
    name_below(page, panel, "weight(w)")
    formula(page, panel, "loss(L)")
    side = ("left", 0.04) if bowl[0] > bowl[-1] else ("right", 0.96)  # below its higher end there is room
    panel.text(
        side[1], 0.04, page.say("bowl"), color=theme.good, size=page.small, ha=side[0], transform=panel.transAxes
    )
    page.ticks(panel, 4, 4)
