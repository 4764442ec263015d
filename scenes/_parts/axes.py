"""Two axes with ticks, and the map from data to the frame."""

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, VGroup, VMobject
from matplotlib.ticker import MaxNLocator

from scenes._parts.number import Mark
from scenes._parts.trail import EDGE
from scenes._theme import Theme
from scenes._words import Words, digits_of_scale

TICK = 0.08  # length of a tick, in units of the frame
GAP = 0.12  # from a tick to its label
LABEL_SIZE = 24
SHORTEST = 1e-3  # length of the lines that are seen
FAR = 1e3  # widths and heights of a panel beyond which data are as good as infinite


class Axes(VGroup):
    """A panel whose lower left corner stands at `corner`.

    Args:
        corner: a point of the frame.
        size: width and height of the panel, without the labels.
        x_range: first and last value along the width.
        y_range: first and last value along the height.
        theme: for the colours.
        words: for the language of the numbers.
        ticks: at most so many along each axis; none where it is 0.
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
        self.x_ticks, self.y_ticks = _ticks(ticks[0], *x_range), _ticks(ticks[1], *y_range)
        self.add(self._frame(theme))
        for x, label in zip(self.x_ticks, _labels(self.x_ticks, theme, words, ORIGIN), strict=True):
            self.add(label.centred_at(self.at(x, self.low[1]) + (TICK + 2 * GAP) * DOWN))
        for y, label in zip(self.y_ticks, _labels(self.y_ticks, theme, words, RIGHT), strict=True):
            self.add(label.centred_at(self.at(self.low[0], y) + (TICK + GAP) * LEFT))

    def at(self, x: np.ndarray | float, y: np.ndarray | float) -> np.ndarray:
        """The points of the frame [..., 3] for data x and y, which may lie outside the panel."""
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
        along the edge is seen, and one of infinite slope is upright.
        """
        if not np.isfinite(x + y) or np.isnan(slope):
            return np.zeros((0, 3))
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            across, up = np.array([1.0, slope]) / self.span * self.size[:2]
            angle, centre = np.arctan2(up, across), self.at(x, y)
            heading = np.array([np.cos(angle), np.sin(angle)])
            crossings = ((self.box + [[-EDGE], [EDGE]])[:, :2] - centre[:2]) / heading
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


def _labels(ticks: list[float], theme: Theme, words: Words, anchor: np.ndarray) -> list[Mark]:
    """The values of ticks, written exactly."""
    written = [words.number(tick, digits=digits_of_scale(ticks), tidy=True) for tick in ticks]
    return [Mark(text, theme.faint, LABEL_SIZE, anchor) for text in written]
