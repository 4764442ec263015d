"""The figure of momentum for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.momentum import Trace
from scenes._page.formula import formula, name_below, name_beside
from scenes._page.marks import clamped
from scenes._page.sheet import SMALL, Sheet, halo, sheet
from scenes._props.momentum import ALONG, RUNS, losses, radii, role_of
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.momentum import RULE

STYLES = dict(zip(RUNS, (("-", "D"), ("-", "o"), (":", "^")), strict=True))


def figure(trace: Trace, words: Words, theme: Theme) -> Figure:
    """The paths in the valley, the way along it over the steps, and the runs on the map of rate and momentum."""
    t, edge = trace, trace.params.condition
    with sheet(words, theme) as page:
        ((land, way, rates),) = page.panels((1.2, 1, 1))
        momenta = dict(zip(RUNS, (0.0, t.params.momentum, float(t.longer_momentum)), strict=True))
        contours(page, land, *losses(t))
        contours(page, rates, *radii(t))
        rates.plot([2 / edge, 4 / edge], [0, 1], color=theme.bad)
        rates.text(3.3 / edge, 0.3, page.say("unstable"), ha="center", size=SMALL, path_effects=halo(page))
        for run, (line, mark) in STYLES.items():
            style = {"color": getattr(theme, role_of(run)), "markersize": 4, "markeredgecolor": theme.background}
            theta, along = getattr(t, f"{run}theta"), getattr(t, f"{run}along")[:, ALONG]
            places = np.stack([clamped(theta[:, k], ends()) for k, ends in enumerate((land.get_xlim, land.get_ylim))])
            if run != RUNS[-1]:
                land.plot(*places, line, linewidth=0.8, color=style["color"])
                land.plot(*places[:, -1], mark, zorder=3, **style)
            way.plot(
                clamped(along, way_ends(t)),
                line,
                color=style["color"],
                marker=mark,
                markersize=3,
                markevery=[-1],
                label=page.say("memory", momentum=momenta[run]),
            )
            rate = clamped(np.array(t.params.learning_rate), rates.get_xlim())
            rates.plot(rate, momenta[run], mark, clip_on=False, zorder=3, **style)
        way.set(xlabel=page.say("step"), title=page.say("along_valley"), ylim=way_ends(t))
        page.figure.legend(loc="outside upper center", ncols=3, frameon=False)
        land.set_aspect("equal")
        formula(page, land, RULE, momentum="beta", rate="rho")
        for panel, (x, y) in ((land, ("weight(theta_0)", "weight(theta_1)")), (rates, ("rho", "beta"))):
            name_below(page, panel, x)
            name_beside(page, panel, y)
        for panel in (land, way, rates):
            page.ticks(panel, 4, 5)
        page.note(page.say("compare_runs", steps=t.params.steps, rate=t.params.learning_rate))
        return page.figure


def way_ends(t: Trace) -> tuple[float, float]:
    """What of the way along the valley is shown."""
    reach = 1.1 * abs(float(t.along[0, ALONG]))
    return -reach, reach


def contours(page: Sheet, panel: Any, x: np.ndarray, y: np.ndarray, heights: np.ndarray, levels: np.ndarray) -> None:
    """Draw lines of equal height, thin and faint."""
    panel.contour(x, y, heights, levels=levels, colors=page.theme.faint, linewidths=0.5, alpha=0.7)
