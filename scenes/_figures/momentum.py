"""The figure of momentum for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.momentum import Trace
from scenes._marks.away import lasting
from scenes._page.formula import formula, name_below, name_beside
from scenes._page.marks import away, clamped, near, optimum
from scenes._page.sheet import Sheet, halo, sheet
from scenes._page.size import A4, Size
from scenes._page.wrap import key
from scenes._props.momentum import ALONG, REACH, RUNS, losses, radii, role_of
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.momentum import RULE

STYLES = dict(zip(RUNS, (("-", "D"), ("-", "o"), (":", "^")), strict=True))  # line and mark of each run


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """The paths in the valley, the way along it over the steps, and the runs on the map of rate and momentum."""
    t, steps = trace, np.arange(trace.params.steps + 1)
    with sheet(words, theme, size) as page:
        ((land, way, rates),) = page.panels((1.2, 1, 1))
        map_of(page, land, losses(t), ("weight(theta_0)", "weight(theta_1)"))
        edge = map_of(page, rates, radii(t), ("rho", "beta"))[-1] / 2
        rates.plot([edge, 2 * edge], [0, 1], color=theme.bad)
        rates.text(1.65 * edge, 0.3, page.say("unstable"), ha="center", size=page.small, path_effects=halo(page))
        way.set(
            xlabel=page.say("step"), title=page.say("along_valley"), xlim=steps[[0, -1]], ylim=(-REACH[1], REACH[1])
        )
        momenta = dict(zip(RUNS, (0.0, t.params.momentum, float(t.longer_momentum)), strict=True))
        for run, momentum in momenta.items():
            name = page.say("memory", momentum=momentum)
            theta, along = (getattr(t, f"{run}{what}") for what in ("theta", "along"))
            if run != RUNS[-1]:  # with more memory it covers the valley
                path(page, land, theta[:, 0], theta[:, 1], run, linewidth=0.8)
            path(page, way, steps, along[:, ALONG], run, label=name)
            path(page, rates, np.array([t.params.learning_rate]), np.array([momentum]), run)
        handles, labels = way.get_legend_handles_labels()
        key(page.figure, handles, labels, page.body)
        optimum(page, land, 0, 0)
        land.set_aspect("equal")
        formula(page, land, RULE, momentum="beta", rate="rho")
        for panel in (land, way, rates):
            page.ticks(panel, 4, 5)
        page.note(page.say("compare_runs", steps=t.params.steps, rate=t.params.learning_rate))
        return page.figure


def map_of(page: Sheet, panel: Any, surface: tuple[np.ndarray, ...], names: tuple[str, str]) -> np.ndarray:
    """Draw lines of equal height with the names of both axes; the values along x."""
    x, y, heights, levels = surface
    panel.contour(x, y, heights, levels=levels, colors=page.theme.faint, linewidths=0.5, alpha=0.7)
    name_below(page, panel, names[0])
    name_beside(page, panel, names[1])
    return x


def path(page: Sheet, panel: Any, x: np.ndarray, y: np.ndarray, run: str, **style: Any) -> None:
    """Draw a run, and its mark where it ends; beyond the panel's edge the mark is hollow, with an arrowhead."""
    (line, mark), colour = STYLES[run], getattr(page.theme, role_of(run))
    x, y, ends = lasting(x), lasting(y), (panel.get_xlim(), panel.get_ylim())
    panel.plot(near(x, ends[0]), near(y, ends[1]), line, color=colour, marker=mark, markevery=[], **style)
    stop = clamped(x[-1:], ends[0]), clamped(y[-1:], ends[1])
    within = stop == (x[-1:], y[-1:])
    fill = colour if within else page.theme.background
    panel.plot(*stop, mark, color=colour, markerfacecolor=fill, clip_on=False, zorder=3)
    panel.set(xlim=ends[0], ylim=ends[1])
    away(page, panel, x[-1:], y[-1:], colour)
