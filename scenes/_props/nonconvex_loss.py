"""What only the film of the non-convex loss draws.

A loss over two weights as a shaded relief that turns and tilts until it is a map with contour lines; balls that roll on
it; the table of where they end; and the slices of a net's loss, all of them small, one large with the bowl below it.
"""

from typing import Any, Self

import matplotlib
import numpy as np
from manim import (
    DOWN,
    LEFT,
    RESAMPLING_ALGORITHMS,
    RIGHT,
    UL,
    UP,
    UR,
    Group,
    ImageMobject,
    ManimColor,
    Rectangle,
    VGroup,
    VMobject,
)

from mathcore.nonconvex_loss import FEATURES, SWEPT
from scenes._marks.axes import Axes
from scenes._marks.contour_map import Contours, resampled
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Lines, Segments
from scenes._marks.optimum import optimum_mark
from scenes._marks.panel import Panel
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme

PIXELS = 80  # per unit of the frame
LIGHT = np.array([-0.55, 0.35, 0.76])  # where it comes from
SHADE = 0.45  # brightness of what gets no light
OVERLAP = np.arange(5)  # pixels painted downwards per point, so that slopes have no holes
LEVELS = np.linspace(0, 1, 15)[1:-1]  # heights of the contour lines, as shares of the highest
RISE, MARGINS = 2.8, np.array([1.2, 0.9])  # height of the relief; room that every view needs around the map


class ShadedSurface(ImageMobject):
    """The surface `heights` [y x], 0 to 1, the first row in front, with lines at LEVELS.

    Args:
        heights: of the surface.
        size: width and depth of the plane, as it is seen from above.
        theme: its background is what `ink` below 1 mixes the colours with.
    """

    def __init__(self, heights: np.ndarray, size: np.ndarray, theme: Theme) -> None:
        self._size, room = size, size + MARGINS
        self._pixels = tuple(round(PIXELS * length) for length in room[::-1])  # rows, columns
        counts = [round(1.25 * PIXELS * length) for length in size[::-1]]
        fine = resampled(heights, *counts)
        self._colours = matplotlib.colormaps[theme.sizes](fine)[..., :3] * self._brightness(fine)[..., None]
        self._background = np.array(ManimColor(theme.background).to_rgb())
        ys, xs = (np.linspace(-length / 2, length / 2, count) for length, count in zip(size[::-1], counts, strict=True))
        self._x, self._y, self._z = xs[None, :], ys[:, None], RISE * fine
        self.view, self._ink = (0.0, np.pi / 2, 1.0), -1.0
        super().__init__(self._painted(1), resampling_algorithm=RESAMPLING_ALGORITHMS["bilinear"])
        self.height = room[1]

    def look(self, turn: float, tilt: float, zoom: float = 1, ink: float = 1) -> Self:
        """Look from another side: `turn` about the vertical in (-90°, 90°), `tilt` 90° from above; radians."""
        self.view = (turn, tilt, zoom)
        self.pixel_array = self._painted(ink)
        self.orig_alpha_pixel_array = self.pixel_array[:, :, 3].copy()
        return self

    def at(self, shares: np.ndarray, heights: np.ndarray) -> np.ndarray:
        """Where points of the surface are on the frame [point 3]; `shares` [point 2] of the plane run from 0 to 1."""
        x, y = ((shares - 0.5) * self._size).T
        across, up = self._projected(x, y, RISE * heights)
        return self.get_center() + np.stack([across, up, 0 * up], axis=-1)

    def _projected(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        turn, tilt, zoom = self.view
        across, away = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
        return zoom * across, zoom * (away * np.sin(tilt) + (z - 0.65 * RISE) * np.cos(tilt))

    def _painted(self, ink: float) -> np.ndarray:
        (rows, columns), rim = self._pixels, len(OVERLAP)  # what leaves the picture falls on the rim around it
        across, up = self._projected(self._x, self._y, self._z)
        column = np.rint(columns / 2 + PIXELS * across).clip(-rim, columns) + rim
        row = np.rint(rows / 2 - PIXELS * up).clip(-rim, rows) + rim
        width, inwards = columns + 2 * rim, -1 if self.view[0] > 0 else 1  # columns from far to near
        order = np.s_[::-1, ::inwards]
        place = (row * width + column)[order].astype(np.intp, order="C")
        canvas = np.zeros((rows + 2 * rim, width), dtype=np.uint32)
        canvas.ravel()[(place[..., None] + OVERLAP * width).ravel()] = self._inked(ink)[order].repeat(len(OVERLAP))
        return canvas[rim:-rim, rim:-rim].copy().view(np.uint8).reshape(rows, columns, 4)

    def _inked(self, ink: float) -> np.ndarray:
        """The colours of the surface [y x], each packed into one number; computed anew where `ink` is another."""
        if ink != self._ink:
            colours = np.full((*self._colours.shape[:2], 4), 255, dtype=np.uint8)
            colours[..., :3] = 255 * (ink * self._colours + (1 - ink) * self._background)
            self._ink, self._packed = ink, colours.view(np.uint32)[..., 0]
        return self._packed

    def _brightness(self, fine: np.ndarray) -> np.ndarray:
        """How light each point is: the cosine of the light's angle, less on the lines."""
        slopes = np.gradient(RISE * fine, *(self._size[::-1] / fine.shape))
        normal = np.stack([-slopes[1], -slopes[0], np.ones_like(fine)], axis=-1)
        lit = np.clip(normal @ LIGHT / np.linalg.norm(normal, axis=-1), 0, 1)
        band = np.digitize(fine, LEVELS)
        line = (band != np.roll(band, 1, axis=0)) | (band != np.roll(band, 1, axis=1))
        line[0] = line[:, 0] = False
        return (SHADE + (1 - SHADE) * lit) * np.where(line, 0.6, 1)


MAP = Slot(-6.2, -2.4, 6.4, 4.9)
TURNS, TILT = np.radians([-65, -15]), np.radians(42)  # from where it is seen
FAR, DIM = 0.84, 0.4  # zoom of the relief; share of the colours that stays under what moves on the map


class LossSurface(Group):
    """The loss over two weights; heights are its roots. Its parts `relief`, `pins` and `chart` may be shown apart.

    `at(turn, tilt)`: at turn 0 to 1 one walks around the relief; at tilt 0 to 1 one rises until it is a map.

    Args:
        film: where it stands.
    """

    def __init__(self, film: Film) -> None:
        t, theme, high, size = film.trace, film.theme, film.trace.surface.max(), np.array(MAP[2:])
        weights = t.v_grid[0]  # of the grid, the same in both directions
        self.axes = axes = Panel(film, MAP, weights, weights, ticks=(5, 5)).axes
        self.relief = ShadedSurface(np.sqrt(t.surface / high), size, theme)
        self.relief.move_to(axes.corner + axes.size / 2)
        losses = np.insert(t.valley_loss, 1, t.saddle_loss)
        self.pins, self._heights = VGroup(*marks(theme)), np.sqrt(losses / high)
        self._shares = (np.insert(t.valley, 1, 0, axis=0) - weights[0]) / (weights[-1] - weights[0])
        lines = Contours(axes, weights, weights, t.surface, LEVELS**2 * high, theme.faint, opacity=0.8)
        x_name = film.typeset("weight(v)").next_to(axes.corner + size[0] * RIGHT, RIGHT, buff=0.15)
        y_name = film.typeset("weight(w)").next_to(axes.corner + size[1] * UP, LEFT, buff=0.15)
        self.chart = VGroup(lines, axes, x_name, y_name)
        super().__init__(self.relief, self.pins)
        follow(self, "turn", "tilt")

    def at(self, turn: float, tilt: float) -> None:
        """Look at it from another side."""
        angle = (TURNS[0] + turn * (TURNS[1] - TURNS[0])) * (1 - tilt)
        self.relief.look(angle, TILT + tilt * (np.pi / 2 - TILT), FAR + tilt * (1 - FAR), 1 + tilt * (DIM - 1))
        for pin, place in zip(self.pins, self.relief.at(self._shares, self._heights), strict=True):
            pin.move_to(place)


MARK = 0.14  # radius of the mark of the saddle
FIRST = 2  # the key of the ball that matters
LARGE = 0.17, 5  # radius, and width of the trail, of the ball that matters


class Trajectories(VGroup):
    """The balls of one colour and shape, at a step; of trails and curves, what lies outside a panel is not drawn.

    Args:
        theme: for the curves, which have the colour of a loss.
        panels: the axes of the map, and those of losses over steps.
        paths: points of the map [start step 2].
        losses: there [start step].
        color: of balls and trails.
        corners: 3 for triangles, 4 for diamonds; 0 for balls.
        radius: of a ball.
        width: of a trail.
    """

    def __init__(
        self,
        theme: Theme,
        panels: tuple[Axes, Axes],
        paths: np.ndarray,
        losses: np.ndarray,
        color: str,
        corners: int = 0,
        radius: float = 0.1,
        width: float = 2.5,
    ) -> None:
        ground, slope = panels
        steps = np.broadcast_to(np.arange(losses.shape[1]), losses.shape)
        self.trails = Lines(ground.near(paths[..., 0], paths[..., 1]), color, width, 0.85, ground.box)
        self.curves = Lines(slope.near(steps, losses), theme.loss, width, 0.85, slope.box)
        self.balls = Dots(self.trails.point(0), color, radius, corners=corners)
        super().__init__(self.trails, self.curves, self.balls)

    def at(self, step: float) -> None:
        """Go where the balls are after so many steps."""
        for lines in (self.trails, self.curves):
            lines.at(step)
        self.balls.put(self.trails.point(step / (len(self.trails.corners) - 1)))


def marks(theme: Theme) -> tuple[VMobject, ...]:
    """The marks of the left valley's optimum, of the saddle, of the right valley's optimum, not yet in their places."""
    saddle = with_halo(Dots(np.zeros((1, 3)), theme.bad, MARK, corners=3), theme)
    return optimum_mark(theme), saddle, optimum_mark(theme)


OUTCOMES = np.array([1.35, -0.6, 0])  # the left end of the headings of the table of outcomes
ROW, HEAD, SMALLER = 0.6, 0.55, 0.75  # heights, in units of the frame; a mark's size in a row, as a share
LOSSES, NEXT = 3.25, 1.1  # from there to the right edge of the losses, and on to each column of counts
ENDS = ("left", "saddle", "right")  # the rows


def outcome_table(film: Film) -> VGroup:
    """Where balls can end: a mark, a name and a loss for each row; `column` makes a column of how many do."""
    losses = film.refs.valley_loss[0], film.refs.saddle_loss, film.refs.valley_loss[1]
    table = VGroup(film.typeset("loss(L)").move_to(_place(-1, LOSSES), RIGHT))
    for row, (mark, name, loss) in enumerate(zip(marks(film.theme), ENDS, losses, strict=True)):
        value = film.number(loss, film.theme.loss, size=28, anchor=RIGHT).centred_at(_place(row, LOSSES))
        word = film.say(name, size=28).move_to(_place(row, 0.6), LEFT)
        table.add(mark.scale(SMALLER).move_to(_place(row, 0.2)), word, value)
    return table


def column(film: Film, heading: str, index: int, counts: np.ndarray) -> VGroup:
    """A column of the table, below the sentence of its heading."""
    right = LOSSES + NEXT * (index + 1)
    head = film.say(heading, size=24).move_to(_place(-1, right), RIGHT)
    numbers = [film.number(count, size=32, anchor=RIGHT) for count in counts]
    return VGroup(head, *(number.centred_at(_place(row, right)) for row, number in enumerate(numbers)))


def _place(row: int, along: float) -> np.ndarray:
    """A point of a row of the table (-1 for the headings), so far from its left edge."""
    return OUTCOMES + np.array([along, -(HEAD + ROW * row) * (row >= 0), 0.0])


FILLED = 0.78  # share of a cell that its curve takes


def sparklines(curves: np.ndarray, cells: np.ndarray, colour: str) -> Segments:
    """Each of `curves` [curve point], stretched to fill its cell [curve 2], whose row and column are given."""
    low, high = curves.min(axis=1, keepdims=True), curves.max(axis=1, keepdims=True)
    across = cells[:, 1:] + (0.5 + FILLED * np.linspace(-0.5, 0.5, curves.shape[1]))
    down = cells[:, :1] + (0.5 - FILLED * ((curves - low) / np.maximum(high - low, 1e-300) - 0.5))
    places = TABLE + np.stack([across * CELL[0], -down * CELL[1], 0 * down], axis=-1)  # [curve point 3]
    return Segments(places[:, :-1].reshape(-1, 3), places[:, 1:].reshape(-1, 3), colour, 2, 1)


CELL = (0.285, 0.72)  # of the table of slices
TABLE = np.array([1.05, 2.3, 0.0])  # its upper left corner
LARGE_SLICE = Slot(-5.8, -2.4, 5.2, 4.9)


class NetSlices:
    """All slices small, in a table with a row per input and a column per unit, and one of them large with its bowl."""

    def __init__(self, film: Film) -> None:
        self._trace = t = film.trace
        chosen, notes = SWEPT[t.params.slice_data], t.params.slice_data == "notes"
        w, loss, bowl = t.slice_w, t.slices[chosen], t.convex_envelope
        panel = Panel(film, LARGE_SLICE, w, [bowl.min(), loss.max()], ticks=(5, 3))
        self.frame, self.curve = panel.drawn, panel.line(w, loss, "loss", width=5)
        self.bowl = panel.line(w, bowl, "good", dashed=True)  # where the loss is one, too, both are seen
        self.gap = Segments(self.bowl.corners, self.curve.corners, film.theme.faint, 2, 0.8)
        self.frame.add(film.typeset("loss(L)").next_to(panel.at(w[0], np.inf), UP, buff=0.12))
        self.frame.add(film.typeset("weight(w)").next_to(panel.at(w[-1], -np.inf), RIGHT, buff=0.15))
        left, right = panel.at(w[[0, -1]], -np.inf)  # the bowl is named at the higher one of its ends
        place = (right, UL) if bowl[-1] > bowl[0] else (left, UR)
        self.name = film.say("bowl", size=SMALL, colour=film.theme.good).next_to(*place, buff=0.2)
        inputs = (f"x{index}" for index in "₁₂₃₄₅₆") if notes else FEATURES
        rows = [film.label(name).move_to(_cell(row, -0.4), RIGHT) for row, name in enumerate(inputs)]
        heading = film.say("all_slices", size=SMALL, colour=film.theme.faint, **named(film.refs.layers))
        frame = Rectangle(film.theme.text, CELL[1], CELL[0], stroke_width=3)
        frame.move_to(_cell(chosen[0], chosen[1] + 0.5))
        self.margins = VGroup(*rows, heading.move_to(_cell(-0.85, 10)), frame)

    def small(self, flags: tuple[int, ...], colour: str) -> Segments:
        """Those slices that are bowls (0), no bowls (1), or both, each in its cell."""
        cells = np.argwhere(np.isin(self._trace.bumpy, flags))
        return sparklines(self._trace.slices[tuple(cells.T)], cells, colour)


def named(layers: np.ndarray) -> dict[str, Any]:
    """The units of a net's layers by the names that sentences give them."""
    return dict(zip(("inputs", "hidden", "outputs"), layers, strict=True))


def _cell(row: float, column: float) -> np.ndarray:
    """A point at the middle of a row, so many cells from the left."""
    return TABLE + column * CELL[0] * RIGHT + (row + 0.5) * CELL[1] * DOWN
