"""The figure of the gradient through time for print."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mathcore.vanishing_through_time import Params, Trace, compute
from scenes._page.decay import decades
from scenes._page.formula import Formula, formula, name_below, name_beside
from scenes._page.sheet import Sheet, sheet
from scenes._page.size import A4, Size
from scenes._props.vanishing_through_time import DERIVATIVE, PADDING, WEIGHTS
from scenes._stage.theme import Theme
from scenes._stage.words import Words
from scenes.vanishing_through_time import DIRECT, HIGH, SAME

CHANGE = "gradient(partial h_T slash partial {})"
RULE = f"{CHANGE.format('w_h')} = scripts(inline(sum))_(t=1)^T {CHANGE.format('h_t')} dot {DIRECT}"
WIDE, DEEPEST = 0.7, 1e-80  # of a bar, in steps; the lowest one that is drawn


def figure(trace: Trace, words: Words, theme: Theme, size: Size = A4) -> Figure:
    """What comes back to each step, below it the sum of the terms: this run, another weight, small inputs."""
    runs = [compute(Params(**{**dict(trace.params), **knobs})) for knobs in trace.variants()]
    with sheet(words, theme, size) as page:
        rows = page.panels((1, 1, 1), (2, 1), share=True)
        passed = np.abs([run.passed for run in runs])
        low, high = decades(passed, (DEEPEST * passed.max(), np.inf))
        sums = np.append([run.running for run in runs], 0)
        room = PADDING * (np.ptp(sums) or 1)
        rows[1, 0].set_ylim(sums.min() - room, sums.max() + room)
        for upper, lower, run in zip(*rows, runs, strict=True):
            come_back(page, upper, run, (low / 2, 2 * high))
            add_up(page, lower, run)
        name_beside(page, rows[0, 0], HIGH, upright=True)
        state = page.say("show_network", w_h=trace.params.w_h, length=trace.params.length, seed=trace.params.seed)
        page.note(state, Formula(page, RULE, size=page.small))
        return page.figure


def come_back(page: Sheet, panel: Any, run: Trace, ends: tuple[float, float]) -> None:
    """Draw what has come back to each step as bars on an axis of decades, between its `ends`."""
    times, reach = np.arange(run.params.length) + 1, np.abs(run.passed)
    panel.set(yscale="log", ylim=ends)
    panel.bar(times, np.maximum(reach - ends[0], 0), WIDE, bottom=ends[0], color=page.theme.gradient)
    panel.axhline(1, color=page.theme.text, linestyle="--", linewidth=1)
    page.decades(panel.yaxis, 6)
    panel.grid(axis="y", color=page.theme.faint, linewidth=0.3)
    panel.set_axisbelow(True)
    colour = page.theme.good if run.outcome() == "kept" else page.theme.bad
    panel.set_title(f"{page.say(run.outcome())}\n", loc="right", color=colour)
    formula(page, panel, WEIGHTS, w_h=run.params.w_h, w_x=run.params.w_x)


def add_up(page: Sheet, panel: Any, run: Trace) -> None:
    """Draw each term as a bar on the sum of the later ones, and a line at the gradient that autograd gives."""
    times = np.arange(run.params.length) + 1
    panel.bar(times, run.term, WIDE, bottom=run.running - run.term, color=page.theme.gradient)
    panel.plot(times, run.running, "_", color=page.theme.gradient)
    panel.axhline(0, color=page.theme.faint, linewidth=0.6)
    panel.axhline(run.gradient_autograd, color=page.theme.text, linewidth=0.8)
    page.ticks(panel, 6, 3, counts=True)
    reach = f"{DERIVATIVE} = gradient({{passed}})"
    name_below(page, panel, f"t \\ {reach} \\ {SAME}", passed=run.passed[0], sum=run.gradient)
