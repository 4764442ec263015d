"""Small drawings of a submission over the reference, the first departure marked."""

import re
from collections.abc import Iterable
from io import StringIO
from typing import Any

import matplotlib
import numpy as np

from export.class_report.sentences import pair
from export.class_report.words import said
from mathcore._check.checking import Expected
from mathcore._check.compare import Axes, Run, overlap, place, sequence
from mathcore._check.verdict import Departure, Ending, Report
from scenes._marks.colour_scale import Scale
from scenes._page.letters import typed
from scenes._page.marks import clamped, near
from scenes._page.sheet import CM, THICK, THIN, Sheet, halo, sheet
from scenes._page.size import A4
from scenes._stage.theme import PAPER
from scenes._stage.words import Words

WIDE, HIGH = 9.0, 5.6  # cm, so that a telephone shows text as large as it is here
SETTINGS = {"svg.fonttype": "path", "svg.hashsalt": "deepreel"}
MARKED = 24  # steps up to which each has a dot
SEEN = 0.03  # of the range of ours, by which two drawings must differ to be told apart
FARTHEST = 0.5  # times the range of what is whole, above and below, in which theirs is drawn
OURS, THEIRS = 3.2, 1.1  # points, of the two lines
RING = 9  # points
LONG = 4  # times as long as wide, from where on cells are no squares


class Cut:
    """What is drawn of a quantity: theirs and ours along one axis or two, the others held at the first departure.

    Args:
        fault: where it departs or ends.
        axes: of the quantity.
        run: theirs.
        ours: the reference.
    """

    def __init__(self, fault: Departure | Ending, axes: Axes, run: Run, ours: np.ndarray) -> None:
        step, index = sequence(axes), list(getattr(fault, "index", [0] * len(axes)))
        wide = [k for k, length in enumerate(ours.shape) if k != step and length > 1]
        stepped = step is not None and (len(wide) < 2 or isinstance(fault, Ending))
        self.along: list[int] = [step] if stepped and step is not None else wide[-2:]
        row = index.copy()
        if step is not None and not stepped:
            row[step] = int(np.flatnonzero(run.steps == index[step])[0])
        self.theirs, self.ours = (
            array[tuple(slice(None) if k in self.along else at for k, at in enumerate(where))]
            for array, where in ((run.values, row), (ours, index))
        )
        self.steps = run.steps if stepped else np.arange(len(self.theirs))
        self.at = [index[k] for k in self.along]
        self.names = [axes[k] for k in self.along]
        held = {axis: k for j, (axis, k) in enumerate(zip(axes, index, strict=True)) if j not in self.along}
        self.name = place(fault.quantity, tuple(held), tuple(held.values()))

    def difference(self) -> np.ndarray:
        """Theirs less ours, where both are."""
        if len(self.along) == 2:
            return np.asarray(self.theirs - self.ours)
        common = self.steps < len(self.ours)
        return np.asarray(self.theirs[common] - self.ours[self.steps[common]])

    def alike(self) -> bool:
        """Whether drawings of theirs and ours look the same."""
        return bool(np.nanmax(np.abs(self.difference())) < SEEN * np.ptp(_finite(self.ours)))


def drawing(expected: Expected, report: Report, language: str) -> str:
    """The drawing of what departs or ends too early, as an SVG; "" where there is nothing to draw."""
    fault, run = report.fault, report.run
    if not isinstance(fault, Departure | Ending) or run is None:
        return ""
    ours, axes = expected.arrays[fault.quantity], expected.trace.quantities()[fault.quantity].axes
    cut = Cut(fault, axes, run, ours) if axes and overlap(run, ours.shape, axes) else None
    if cut is None or not cut.along:
        return ""
    with sheet(Words(expected.trace.concept, language), PAPER) as page, np.errstate(all="ignore"):
        page.figure.set_size_inches(WIDE * CM, HIGH * CM)
        if len(cut.along) == 2 and isinstance(fault, Departure):
            _maps(page, cut, fault)
        else:
            _curves(page, cut, fault)
        return _svg(page)


def _labels(page: Sheet, fault: Departure | Ending) -> tuple[str, str]:
    """What theirs and ours are called, with the numbers of the first departure."""
    theirs, ours = (said(name, page.words.language) for name in ("theirs", "ours"))
    if isinstance(fault, Ending):
        return theirs, ours
    obtained, expected = map(typed, pair(fault, page.words))
    return f"{theirs} {obtained}", f"{ours} {expected}"


def _curves(page: Sheet, cut: Cut, fault: Departure | Ending) -> None:
    """Both along an axis; where they look the same, their difference."""
    ((panel,),) = page.panels((1,))
    theme, (theirs_called, ours_called) = page.theme, _labels(page, fault)
    theirs, ours, steps = cut.theirs, cut.ours, cut.steps
    at = cut.at[0] if isinstance(fault, Departure) else min(fault.last, fault.expected)
    if isinstance(fault, Departure) and cut.alike():
        steps = steps[steps < len(ours)]
        theirs, ours = cut.difference(), np.zeros(len(ours))
        panel.set_ylabel(said("difference", page.words.language))
    pair_at = np.concatenate([theirs[steps == at], ours[at : at + 1]])
    panel.set(xlim=_padded(0, max(len(ours) - 1, steps[-1])), ylim=_heights(theirs, ours, pair_at))
    panel.axvline(at, color=theme.faint, linewidth=THIN, linestyle=(0, (2, 2)))
    panel.plot(np.arange(len(ours)), ours, color=theme.good, linewidth=OURS, alpha=0.55, label=ours_called)
    _theirs(page, panel, steps, theirs, at, theirs_called)
    ring = {"marker": "o", "markersize": RING, "fillstyle": "none", "clip_on": False, "zorder": 4}
    for height, colour in zip(clamped(pair_at, panel.get_ylim()), (theme.bad, theme.good), strict=False):
        panel.plot(at, height, color=colour, **ring)
    panel.set_title(_title(page, cut.name, [(cut.names[0], at)], fault), pad=18)
    panel.set_xlabel(cut.names[0], size=A4.small, labelpad=1)
    _key(panel)
    page.ticks(panel, 6, 4, counts=True)


def _theirs(page: Sheet, panel: Any, steps: np.ndarray, theirs: np.ndarray, at: int, called: str) -> None:
    """Their curve, which ends with an arrowhead where it leaves the panel after the first departure."""
    ends = panel.get_ylim()
    x, y = steps.astype(float), near(theirs, ends)
    beyond = np.flatnonzero((steps > at) & ((y < ends[0]) | (y > ends[1])))
    if beyond.size:
        last = int(beyond[0])
        x, y = x[: last + 1], y[: last + 1]
        edge = clamped(y[-1:], ends)[0]
        x[-1] -= (x[-1] - x[-2]) * (y[-1] - edge) / (y[-1] - y[-2])
        panel.plot(
            x[-1], edge, "v" if y[-1] < edge else "^", color=page.theme.bad, markersize=6, clip_on=False, zorder=4
        )
        y[-1] = edge
    style = {"marker": "o", "markersize": 3} if len(steps) <= MARKED else {}
    panel.plot(x, y, color=page.theme.bad, linewidth=THEIRS, label=called, zorder=3, **style)


def _maps(page: Sheet, cut: Cut, fault: Departure) -> None:
    """Theirs beside ours as shades; where they look the same, their difference."""
    labels, title = _labels(page, fault), _title(page, cut.name, zip(cut.names, cut.at, strict=True), fault)
    if cut.alike():
        values, names = [cut.difference()], [said("difference", page.words.language)]
        title += "\n" + ", ".join(labels)
    else:
        values, names = [cut.theirs, cut.ours], [*labels]
    scale = _scale(page, values)
    page.figure.suptitle(title, x=0.02, ha="left", size=A4.body, linespacing=1.4)
    (panels,) = page.panels([1] * len(values))
    page.figure.set_layout_engine("compressed", w_pad=0.05, h_pad=0.04)  # cells are squares: no room around them
    rows, columns = cut.ours.shape
    aspect = "equal" if max(rows, columns) <= LONG * min(rows, columns) else "auto"
    limits = {"cmap": scale.cmap, "vmin": scale.low, "vmax": scale.high}
    for panel, array, name in zip(panels, values, names, strict=True):
        image = panel.imshow(array, aspect=aspect, interpolation="none", **limits)
        panel.spines[:].set_visible(False)
        panel.set_title(name, size=A4.body)
        panel.set(xlabel=cut.names[1], ylabel=cut.names[0] if panel is panels[0] else "")
        page.ticks(panel, 4, 4, counts=True)
        ring = {"marker": "s", "markersize": RING, "fillstyle": "none", "markeredgewidth": THICK}
        panel.plot(*reversed(cut.at), color=page.theme.text, path_effects=halo(page, THICK), clip_on=False, **ring)
    bar = page.figure.colorbar(image, ax=list(panels), orientation="vertical", shrink=0.8, aspect=18, pad=0.02)
    bar.outline.set_visible(False)
    page.ticks(bar.ax, 0, 4)


def _title(page: Sheet, name: str, places: Iterable[tuple[str, int]], fault: Departure | Ending) -> str:
    """What is drawn, and what is marked in it."""
    what = said("last" if isinstance(fault, Ending) else "first", page.words.language)
    return said(
        "marked", page.words.language, name=name, place=", ".join(f"{axis} {k}" for axis, k in places), what=what
    )


def _key(panel: Any) -> None:
    """Which line is which, in a row above the panel."""
    handles, labels = panel.get_legend_handles_labels()
    style = {"frameon": False, "borderaxespad": 0, "handlelength": 1.4, "columnspacing": 1.2, "fontsize": A4.small}
    panel.legend(handles[::-1], labels[::-1], loc="lower left", bbox_to_anchor=(0, 1.02), ncols=2, **style)


def _finite(values: np.ndarray) -> np.ndarray:
    """The finite ones; at least one number."""
    found = values[np.isfinite(values)]
    return found if found.size else np.zeros(1)


def _padded(low: float, high: float) -> tuple[float, float]:
    room = 0.05 * (high - low) or 0.5
    return low - room, high + room


def _heights(theirs: np.ndarray, ours: np.ndarray, marked: np.ndarray) -> tuple[float, float]:
    """The ends of an axis on which ours and what is marked are whole, and theirs as far as it is not much farther."""
    whole = _finite(np.concatenate([ours, marked]))
    low, high = whole.min(), whole.max()
    room = FARTHEST * (high - low) or np.inf
    close = np.clip(_finite(theirs), low - room, high + room)
    return _padded(min(low, close.min()), max(high, close.max()))


def _scale(page: Sheet, values: list[np.ndarray]) -> Scale:
    """Colours for arrays of which the last one is whole; around zero where values are below it, or are a difference."""
    every, last = _finite(np.concatenate([one.ravel() for one in values])), _finite(values[-1])
    if every.min() < 0 or len(values) == 1:
        reach = min(np.abs(every).max(), 2 * np.abs(last).max() or np.inf) or 1.0
        return Scale(page.theme.signed, -reach, reach)
    return Scale(page.theme.sizes, 0.0, min(every.max(), 2 * last.max() or np.inf) or 1.0)


def _svg(page: Sheet) -> str:
    """The figure without what stands before the element, and without a size of its own."""
    text = StringIO()
    with matplotlib.rc_context(SETTINGS):
        page.figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    return re.sub(r'(<svg[^>]*?) width="[^"]*"|(<svg[^>]*?) height="[^"]*"', r"\1\2", svg)
