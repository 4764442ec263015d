"""Formulas on paper: the outlines that Typst gives, as in a film."""

import json
from functools import partial
from typing import Any

import numpy as np
from matplotlib.offsetbox import AnnotationBbox, DrawingArea, OffsetBox
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from scenes._marks.outlines import SIZE, formula_drawing, outlines
from scenes._page.sheet import Sheet, halo

LIFT = 3  # points between a panel and the formula above it
APART = 4  # points between the numbers of an axis and its name
UPRIGHT = np.array([[0, 1], [-1, 0]])  # turns what is read from left to right by a quarter, to be read upwards
STRAIGHT = np.eye(2, dtype=int)


class Formula(DrawingArea):
    """A formula in Typst math, as large as its ink; matplotlib places it as it places a box of text.

    Args:
        page: for the language of numbers and the colours.
        markup: as for `Film.typeset`: `{name}` stands for a value, `weight(w)` colours w as a weight.
        size: of the font, in points; by default that of the body.
        colour: of all that the markup gives none.
        upright: whether it is read upwards.
        haloed: whether it stands on other marks.
        values: numbers for the markup.
    """

    def __init__(
        self,
        page: Sheet,
        markup: str,
        *,
        size: float = 0,
        colour: str = "",
        upright: bool = False,
        haloed: bool = False,
        **values: Any,
    ) -> None:
        self.markup, self.size, self.upright = page.words.formula(markup, **values), size or page.body, upright
        self.lines = self.markup.count("\\") + 1
        self._page, self._colour, self._effects = page, colour, halo(page) if haloed else []
        super().__init__(0, 0)
        self._draw()

    def wrap(self, room: float) -> None:
        """Break it where it is longer than so many points; lines with a common edge stay."""
        if "&" not in self.markup and (self.height if self.upright else self.width) > room:
            self.get_children().clear()
            self._draw(room * SIZE / self.size)

    def _draw(self, room: float = 0) -> None:
        """Draw it, on one line or as many as there is room for."""
        scale = self.size / SIZE
        turn = (UPRIGHT if self.upright else STRAIGHT) * self.size / SIZE
        drawn = outlines(formula_drawing(self.markup, self._page.theme, self._colour, room))
        inks = {ink: points[:, :2] @ turn for ink, points in drawn.items()}
        corners = np.concatenate([*inks.values()])
        low, high = corners.min(axis=0), corners.max(axis=0)
        self.width, self.height = high - low
        for ink, points in inks.items():
            style = {"facecolor": ink.fill, "edgecolor": ink.stroke, "linewidth": ink.width * scale}
            self.add_artist(PathPatch(_path(points - low), path_effects=self._effects, **style))


def formula(
    page: Sheet,
    panel: Any,
    markup: str,
    place: tuple[float, float] = (0, 1),
    align: tuple[float, float] = (0, 0),
    coords: Any = "axes fraction",
    shift: tuple[float, float] = (0, LIFT),
    **style: Any,
) -> None:
    """Write a formula by a panel, by default above its left end.

    Args:
        page: where it stands.
        panel: by which it stands.
        markup: as for `Formula`.
        place: where it stands.
        align: which point of the formula stands there, from (0, 0), lower left, to (1, 1).
        coords: of the place, as matplotlib's `xycoords`; by default shares of the panel.
        shift: from the place, in points.
        style: as for `Formula`.
    """
    drawn = Formula(page, markup, **style)
    box = stand(panel, drawn, place, shift, align, xycoords=coords, boxcoords="offset points")
    page.formulas.append((panel, box, align[0]))


def stand(
    panel: Any, box: OffsetBox, place: Any, at: tuple[float, float], align: tuple[float, float], **options: Any
) -> AnnotationBbox:
    """Put a box by a panel, which makes room for it."""
    options |= {"box_alignment": align, "frameon": False, "pad": 0, "annotation_clip": False}
    stands = AnnotationBbox(box, place, at, **options)
    panel.add_artist(stands)
    return stands


def name_below(page: Sheet, panel: Any, markup: str, **values: Any) -> None:
    """Write a formula below the numbers of a panel as the name of x."""
    numbers = partial(_numbers, panel.xaxis)
    formula(page, panel, markup, (0.5, 0), (0.5, 1), ("axes fraction", numbers), (0, -APART), **values)


def name_beside(page: Sheet, panel: Any, markup: str, **style: Any) -> None:
    """Write a formula at the left of the numbers of a panel as the name of y."""
    numbers = partial(_numbers, panel.yaxis)
    formula(page, panel, markup, (0, 0.5), (1, 0.5), (numbers, "axes fraction"), (-APART, 0), **style)


def _numbers(axis: Any, renderer: Any) -> Any:
    """The box of the numbers of an axis; of an axis without any, its panel's."""
    return axis.get_tightbbox(renderer) or axis.axes.bbox


def quoted(sentence: str) -> str:
    """A sentence as a part of a formula."""
    return json.dumps(sentence, ensure_ascii=False)


def _path(points: np.ndarray) -> Path:
    """The curves [4 * curve 2] as one path; the pen is lifted where a curve does not begin at the end of another."""
    lifted = np.any(points[4::4] != points[3:-1:4], axis=1)
    kept = np.ones(len(points), dtype=bool)
    kept[4::4] = lifted
    codes = np.full(len(points), Path.CURVE4)
    codes[::4] = Path.MOVETO
    return Path(points[kept], codes[kept])
