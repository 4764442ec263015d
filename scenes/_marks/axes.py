"""Two axes with ticks, and the map from data to the frame."""

from collections.abc import Callable

import numpy as np
from manim import DL, DOWN, LEFT, ORIGIN, RIGHT, UP, UR, VGroup, VMobject
from matplotlib.ticker import MaxNLocator

from scenes._marks.line import EDGE
from scenes._marks.number import TickLabel
from scenes._stage.theme import Theme
from scenes._stage.words import Words, digits_of_scale

TICK = 0.08  # length of a tick, in units of the frame
GAP = 0.12  # from a tick to its label
LABEL_SIZE = 24
SHORTEST = 1e-3  # length of the lines that are seen
FAR = 1e3  # widths and heights of a panel beyond which data are as good as infinite
WIDEST = 0.91  # label left of a panel
OVERHANG = 0.25  # of a label below a panel, beyond its ends
FRAME = 64 / 9 - 0.3  # its right edge, the margin left free
APART = 0.15, 0.05  # between labels, at least: side by side, one above the other


class Axes(VGroup):
    """A panel whose lower left corner stands at `corner`.

    Args:
        corner: a point of the frame.
        size: width and height of the panel, without the labels.
        x_range: first and last value along the width.
        y_range: first and last value along the height.
        theme: for the colours.
        words: for the language of the numbers.
        ticks: at most so many along each axis, fewer where their numbers have no room; none where it is 0.
    """

    def __init__(
        self,
        corner: np.ndarray,
        size: tuple[float, float],
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        theme: Theme,
        words: Words,
        ticks: tuple[int, int] = (7, 5),
    ) -> None:
        super().__init__()
        self.corner = np.array(corner, dtype=float)
        self.size = np.array([*size, 0.0])
        self.box = np.stack([self.corner, self.corner + self.size])  # its corners on the frame
        self.low = np.array([x_range[0], y_range[0]])
        self.span = np.array([x_range[1], y_range[1]]) - self.low

        def below(x: float, text: str) -> TickLabel:
            place = self.at(x, self.low[1]) + (TICK + 2 * GAP) * DOWN
            return TickLabel(text, theme.faint, LABEL_SIZE, ORIGIN).centred_at(place)

        def beside(y: float, text: str) -> TickLabel:
            place = self.at(self.low[0], y) + (TICK + GAP) * LEFT
            return TickLabel(text, theme.faint, LABEL_SIZE, RIGHT).centred_at(place)

        low, high = max(corner[0] - OVERHANG, -FRAME), min(corner[0] + size[0] + OVERHANG, FRAME)
        x_labels = _labels(ticks[0], x_range, words, below, (low, high))
        y_labels = _labels(ticks[1], y_range, words, beside, (corner[0] - TICK - GAP - WIDEST, corner[0]))
        self.x_ticks, self.y_ticks = list(x_labels), list(y_labels)
        self.add(self._frame(theme), *x_labels.values(), *y_labels.values())

    def at(self, x: np.ndarray | float, y: np.ndarray | float) -> np.ndarray:
        """The points of the frame [..., 3] for data x and y, which may lie outside the panel."""
        with np.errstate(over="ignore", invalid="ignore"):  # far outside
            shares = (np.stack(np.broadcast_arrays(x, y), axis=-1) - self.low) / self.span
        return self.corner + np.concatenate([shares, np.zeros_like(shares[..., :1])], axis=-1) * self.size

    def clamped(self, x: np.ndarray | float, y: np.ndarray | float) -> np.ndarray:
        """As `at`, with what lies outside the panel, or is not a number, moved to its edge."""
        high = self.low + self.span
        x, y = np.nan_to_num(x, nan=high[0]), np.nan_to_num(y, nan=high[1])
        return self.at(np.clip(x, self.low[0], high[0]), np.clip(y, self.low[1], high[1]))

    def near(self, x: np.ndarray | float, y: np.ndarray | float) -> np.ndarray:
        """As `at`, with what lies further than FAR panels away, or is infinite, moved to that distance."""
        low, high = self.low - FAR * self.span, self.low + FAR * self.span
        return self.at(np.clip(x, low[0], high[0]), np.clip(y, low[1], high[1]))

    def inside(self, x: np.ndarray | float, y: np.ndarray | float) -> np.ndarray:
        """Whether data [...] lie in the panel, its edge included; what is no number does not."""
        values, noise = np.stack(np.broadcast_arrays(x, y), axis=-1), 1e-9 * self.span
        within: np.ndarray = np.all((self.low - noise <= values) & (values <= self.low + self.span + noise), axis=-1)
        return within

    def line(self, slope: float, x: float, y: float, reach: float = np.inf) -> np.ndarray:
        """The two ends [2 3] of a line through (x, y), cut at the panel's edge and at `reach` from (x, y).

        There are none [0 3] where the line misses the panel, or where x, y or the slope is no number; a line
        along the edge is seen, and one of infinite slope is upright. A steep one is cut exactly at the sides: one that
        falls through the lower left corner is outside, however close it runs.
        """
        if not np.isfinite(x + y) or np.isnan(slope):
            return np.zeros((0, 3))
        noise = np.array([EDGE if np.isinf(slope) else 0, EDGE])
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            across, up = np.array([1.0, slope]) / self.span * self.size[:2]
            angle, centre = np.arctan2(up, across), self.at(x, y)
            heading = np.array([np.cos(angle), np.sin(angle)])
            crossings = (self.box[:, :2] + np.outer([-1, 1], noise) - centre[:2]) / heading
        nearest = max(-reach, np.nanmax(crossings.min(axis=0)))
        farthest = min(reach, np.nanmin(crossings.max(axis=0)))
        if farthest - nearest < SHORTEST:
            return np.zeros((0, 3))
        return centre + np.outer([nearest, farthest], [*heading, 0.0])

    def _frame(self, theme: Theme) -> VMobject:
        frame = VMobject(stroke_color=theme.faint, stroke_width=2)
        origin, (width, height, _) = self.corner, self.size
        strokes = [(origin + height * UP, origin), (origin, origin + width * RIGHT)]
        strokes += [(self.at(x, self.low[1]), self.at(x, self.low[1]) + TICK * DOWN) for x in self.x_ticks]
        strokes += [(self.at(self.low[0], y), self.at(self.low[0], y) + TICK * LEFT) for y in self.y_ticks]
        for start, end in strokes:
            frame.start_new_path(start)
            frame.add_line_to(end)
        return frame


def _ticks(count: int, low: float, high: float) -> list[float]:
    """Round values from `low` to `high`, at most `count` steps apart; none where it is 0."""
    values = MaxNLocator(count).tick_values(low, high) if count else []
    noise = 1e-9 * (high - low)
    return [0.0 if abs(value) < noise else value for value in values if low <= value <= high]


def _labels(
    count: int,
    ends: tuple[float, float],
    words: Words,
    place: Callable[[float, str], TickLabel],
    room: tuple[float, float],
) -> dict[float, TickLabel]:
    """The labels by their ticks, written exactly: at most `count` steps, and so few that the labels keep apart.

    A label that would leave the room, from left to right, is left out; where not even two keep apart, the narrowest
    stands alone.
    """
    narrowest: dict[float, TickLabel] = {}
    for fewer in range(count, 0, -1):
        ticks = _ticks(fewer, *ends)
        written = [words.tick(tick, digits_of_scale(ticks)) for tick in ticks]
        labels = {tick: place(tick, text) for tick, text in zip(ticks, written, strict=True)}
        labels = {t: one for t, one in labels.items() if room[0] <= one.get_left()[0] and one.get_right()[0] <= room[1]}
        if len(labels) > 1 and _apart(list(labels.values())):
            return labels
        narrowest = dict(sorted({**labels, **narrowest}.items(), key=lambda item: item[1].width)[:1])
    return narrowest


def _apart(labels: list[TickLabel]) -> bool:
    """Whether each keeps its distance from the one before, at its side or below it."""
    low, high = (np.array([one.get_corner(corner)[:2] for one in labels]) for corner in (DL, UR))
    return bool(np.all(np.any(low[1:] - high[:-1] >= APART, axis=1)))
