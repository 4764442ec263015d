"""What only the film of the non-convex loss draws.

A loss over two weights as a shaded relief that turns and tilts until it is a map with contour lines; balls that roll on
it; the table of where they end; and the slices of a net's loss, all of them small, one large with the bowl below it.
"""

from collections.abc import Sequence
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
)

from scenes._marks.axes import Axes
from scenes._marks.contour_map import Contours, resampled
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Lines, Segments
from scenes._marks.panel import Panel
from scenes._marks.typeset import Typeset
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme

PIXELS = 80  # per unit of the frame
LIGHT = np.array([-0.55, 0.35, 0.76])  # where it comes from
SHADE = 0.45  # brightness of what gets no light
OVERLAP = np.arange(5)  # pixels painted downwards per point, so that slopes have no holes


class ShadedSurface(ImageMobject):
    """The surface `heights` [y x], the first row in front.

    Args:
        heights: of the surface, 0 to 1.
        size: width and depth of the plane, as it is seen from above.
        room: width and height of the image, in which every view must fit.
        rise: how far height 1 stands above the plane.
        cmap: the colour map of the heights.
        background: what `ink` below 1 mixes the colours with.
        levels: heights at which lines are drawn on the surface.
    """

    def __init__(
        self,
        heights: np.ndarray,
        size: tuple[float, float],
        room: tuple[float, float],
        rise: float,
        cmap: str,
        background: str,
        levels: np.ndarray,
    ) -> None:
        self._size, self._rise = np.array(size), rise
        self._pixels = tuple(round(PIXELS * length) for length in room[::-1])  # rows, columns
        counts = [round(1.25 * PIXELS * length) for length in size[::-1]]
        fine = resampled(heights, *counts)
        self._colours = matplotlib.colormaps[cmap](fine)[..., :3] * self._brightness(fine, levels)[..., None]
        self._background = np.array(ManimColor(background).to_rgb())
        ys, xs = (np.linspace(-length / 2, length / 2, count) for length, count in zip(size[::-1], counts, strict=True))
        self._x, self._y, self._z = xs[None, :], ys[:, None], rise * fine
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
        across, up = self._projected(x, y, self._rise * heights)
        return self.get_center() + np.stack([across, up, 0 * up], axis=-1)

    def _projected(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        turn, tilt, zoom = self.view
        across, away = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
        return zoom * across, zoom * (away * np.sin(tilt) + (z - 0.65 * self._rise) * np.cos(tilt))

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

    def _brightness(self, fine: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """How light each point is: the cosine of the light's angle, less on the lines."""
        slopes = np.gradient(self._rise * fine, *(self._size[::-1] / fine.shape))
        normal = np.stack([-slopes[1], -slopes[0], np.ones_like(fine)], axis=-1)
        lit = np.clip(normal @ LIGHT / np.linalg.norm(normal, axis=-1), 0, 1)
        band = np.digitize(fine, levels)
        line = (band != np.roll(band, 1, axis=0)) | (band != np.roll(band, 1, axis=1))
        line[0] = line[:, 0] = False
        return (SHADE + (1 - SHADE) * lit) * np.where(line, 0.6, 1)


LEVELS = np.linspace(0, 1, 15)[1:-1]  # heights of the contour lines, as shares of the highest
RISE, MARGINS = 2.8, np.array([1.2, 0.9])  # height of the relief; room that it needs around the map
TURNS, TILT = np.radians([-65, -15]), np.radians(42)  # from where it is seen
FAR, DIM = 0.84, 0.4  # zoom of the relief; share of the colours that stays under what moves on the map


class LossSurface(Group):
    """Its parts `relief`, `pins` and `chart` may be shown apart; heights are roots of the loss.

    `at(turn, tilt)`: at turn 0 to 1 one walks around the relief; at tilt 0 to 1 one rises until it is a map.

    Args:
        film: where it stands.
        slot: of the map.
        axis: the weights of the grid, the same in both directions.
        surface: losses [y x].
        pins: one sign per point that shall be marked.
        points: the marked points [pin 2].
        losses: there [pin].
        names: of the weights, in Typst math.
    """

    def __init__(
        self,
        film: Film,
        slot: Slot,
        axis: np.ndarray,
        surface: np.ndarray,
        pins: list[Dots],
        points: np.ndarray,
        losses: np.ndarray,
        names: tuple[str, str],
    ) -> None:
        theme, high, size = film.theme, surface.max(), np.array([slot.width, slot.height])
        self.axes = axes = Panel(film, slot, axis, axis, ticks=(5, 5)).axes
        self.relief = ShadedSurface(
            np.sqrt(surface / high), tuple(size), tuple(size + MARGINS), RISE, theme.sizes, theme.background, LEVELS
        )
        self.relief.move_to(axes.corner + axes.size / 2)
        self.pins, self._heights = VGroup(*pins), np.sqrt(losses / high)
        self._shares = (points - axis[0]) / (axis[-1] - axis[0])
        lines = Contours(axes, axis, axis, surface, LEVELS**2 * high, theme.faint, opacity=0.8)
        x_name = film.typeset(names[0]).next_to(axes.corner + size[0] * RIGHT, RIGHT, buff=0.15)
        y_name = film.typeset(names[1]).next_to(axes.corner + size[1] * UP, LEFT, buff=0.15)
        self.chart = VGroup(lines, axes, x_name, y_name)
        super().__init__(self.relief, self.pins)
        follow(self, "turn", "tilt")

    def at(self, turn: float, tilt: float) -> None:
        """Look at it from another side."""
        angle = (TURNS[0] + turn * (TURNS[1] - TURNS[0])) * (1 - tilt)
        self.relief.look(angle, TILT + tilt * (np.pi / 2 - TILT), FAR + tilt * (1 - FAR), 1 + tilt * (DIM - 1))
        for pin, place in zip(self.pins, self.relief.at(self._shares, self._heights), strict=True):
            pin.put(place)


MARK = 0.14  # radius of a mark
Signs = dict[int, tuple[str, int]]  # colour and corners for each outcome: -1 left, 0 saddle, 1 right
FIRST = 2  # the key of the ball that matters
LARGE = 0.17, 5  # radius, and width of the trail, of the ball that matters


class Trajectories(VGroup):
    """The balls of one colour and shape, at a step; of trails and curves, what lies outside a panel is not drawn.

    Args:
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
        self.curves = Lines(slope.near(steps, losses), color, width, 0.85, slope.box)
        self.balls = Dots(self.trails.point(0), color, radius, corners=corners)
        super().__init__(self.trails, self.curves, self.balls)

    def at(self, step: float) -> None:
        """Go where the balls are after so many steps."""
        for lines in (self.trails, self.curves):
            lines.at(step)
        self.balls.put(self.trails.point(step / (len(self.trails.corners) - 1)))


def by_outcome(
    panels: tuple[Axes, Axes], paths: np.ndarray, losses: np.ndarray, ends: np.ndarray, signs: Signs, theme: Theme
) -> dict[int, Trajectories]:
    """The balls of each outcome with its sign; the first ball stands apart, is larger, and comes last, as FIRST.

    Args:
        panels: the axes of the map, and those of losses over steps.
        paths: points of the map [start step 2].
        losses: there [start step].
        ends: where each ball ends [start].
        signs: colour and corners for each of `ends`.
        theme: for the edges around them.
    """
    groups = {end: 1 + np.flatnonzero(ends[1:] == end) for end in signs if end in ends[1:]}
    balls = {end: Trajectories(panels, paths[group], losses[group], *signs[end]) for end, group in groups.items()}
    balls[FIRST] = Trajectories(panels, paths[:1], losses[:1], *signs[ends[0]], *LARGE)
    return {end: with_halo(group, theme) for end, group in balls.items()}


def marks(signs: Signs, theme: Theme) -> list[Dots]:
    """One mark for each sign, not yet in its place, with an edge that parts it from what is behind."""
    dots = [Dots(np.zeros((1, 3)), color, MARK, corners=corners) for color, corners in signs.values()]
    return [with_halo(dot, theme) for dot in dots]


ROW, HEAD = 0.6, 0.55  # heights, in units of the frame
LOSSES, NEXT = 3.25, 1.1  # from the left edge to the losses' right edge, and on from there to each column of counts


class OutcomeTable(VGroup):
    """The first columns; `column` makes one more.

    Args:
        film: where it stands.
        corner: the left end of the headings.
        signs: one per row.
        names: keys of the rows' names.
        losses: one per row.
    """

    def __init__(
        self, film: Film, corner: np.ndarray, signs: list[Dots], names: list[str], losses: Sequence[Any]
    ) -> None:
        self._corner = corner
        super().__init__(film.typeset("loss(L)").move_to(self._place(-1, LOSSES), RIGHT))
        for row, (sign, name, loss) in enumerate(zip(signs, names, losses, strict=True)):
            value = film.number(loss, film.theme.loss, size=28, anchor=RIGHT).centred_at(self._place(row, LOSSES))
            word = film.say(name, size=28).move_to(self._place(row, 0.6), LEFT)
            self.add(sign.put(self._place(row, 0.2)), word, value)

    def column(self, film: Film, index: int, heading: str, counts: Sequence[Any] | np.ndarray) -> VGroup:
        """A column of counts; `heading` is the key of its name."""
        right = LOSSES + NEXT * (index + 1)
        head = film.say(heading, size=24).move_to(self._place(-1, right), RIGHT)
        numbers = [film.number(count, size=32, anchor=RIGHT) for count in counts]
        return VGroup(head, *(number.centred_at(self._place(row, right)) for row, number in enumerate(numbers)))

    def _place(self, row: int, along: float) -> np.ndarray:
        """A point of a row (-1 for the headings), so far from the left edge."""
        return self._corner + np.array([along, -(HEAD + ROW * row) * (row >= 0), 0.0])


FILLED = 0.78  # share of a cell that its curve takes


class Sparklines(Segments):
    """Each of `curves` [curve point], stretched to fill its cell.

    Args:
        curves: the values.
        cells: row and column of each curve's cell [curve 2].
        corner: upper left corner of the table.
        size: width and height of a cell.
        color: the strokes' colour.
        width: the strokes' width.
    """

    def __init__(
        self,
        curves: np.ndarray,
        cells: np.ndarray,
        corner: np.ndarray,
        size: tuple[float, float],
        color: str,
        width: float = 2,
    ) -> None:
        low, high = curves.min(axis=1, keepdims=True), curves.max(axis=1, keepdims=True)
        across = 0.5 + FILLED * np.linspace(-0.5, 0.5, curves.shape[1])
        up = 0.5 - FILLED * ((curves - low) / np.maximum(high - low, 1e-300) - 0.5)
        places = np.zeros((*curves.shape, 3))
        places[..., 0] = (cells[:, 1:] + across) * size[0]
        places[..., 1] = -(cells[:, :1] + up) * size[1]
        places += corner
        super().__init__(places[:, :-1].reshape(-1, 3), places[:, 1:].reshape(-1, 3), color, width, 1)


CELL = (0.285, 0.72)  # of the table
TABLE = np.array([1.05, 2.3, 0.0])  # its upper left corner
LARGE_SLICE = Slot(-5.8, -2.4, 5.2, 4.9)


class NetSlices:
    """All slices small, in a table with a row per input and a column per unit, and one of them large with its bowl.

    Args:
        film: where they stand.
        w: values of the swept weight [slice].
        slices: losses [input unit slice].
        bumpy: which of them are no bowls [input unit].
        bowl: largest convex curve below the large one [slice].
        chosen: input and unit of the large one.
        inputs: names of the inputs.
        heading: what stands above the small ones.
    """

    def __init__(
        self,
        film: Film,
        w: np.ndarray,
        slices: np.ndarray,
        bumpy: np.ndarray,
        bowl: np.ndarray,
        chosen: tuple[int, int],
        inputs: tuple[str, ...],
        heading: Typeset,
    ) -> None:
        self._slices, self._bumpy, loss = slices, bumpy, slices[chosen]
        panel = Panel(film, LARGE_SLICE, w, [bowl.min(), loss.max()], ticks=(5, 3))
        self.frame, self.curve = panel.drawn, panel.line(w, loss, "loss", width=5)
        self.bowl = panel.line(w, bowl, "good", dashed=True)  # where the loss is one, too, both are seen
        self.gap = Segments(self.bowl.corners, self.curve.corners, film.theme.faint, 2, 0.8)
        self.frame.add(film.typeset("loss(L)").next_to(panel.at(w[0], np.inf), UP, buff=0.12))
        self.frame.add(film.typeset("weight(w)").next_to(panel.at(w[-1], -np.inf), RIGHT, buff=0.15))
        rows = [film.label(name).move_to(_cell(row, -0.4), RIGHT) for row, name in enumerate(inputs)]
        frame = Rectangle(film.theme.text, CELL[1], CELL[0], stroke_width=3)
        frame.move_to(_cell(chosen[0], chosen[1] + 0.5))
        self.margins = VGroup(*rows, heading.move_to(_cell(-0.85, 10)), frame)

    def small(self, flags: tuple[int, ...], colour: str) -> Sparklines:
        """Those slices that are bowls (0), no bowls (1), or both, each in its cell."""
        cells = np.argwhere(np.isin(self._bumpy, flags))
        return Sparklines(self._slices[tuple(cells.T)], cells, TABLE, CELL, colour)

    def name_bowl(self, name: Typeset) -> Typeset:
        """Put its name below the bowl, at the higher one of its ends."""
        left, right = self.bowl.corners[[0, -1], 1]
        corner = np.array([LARGE_SLICE.left, LARGE_SLICE.foot, 0])
        return name.next_to(corner + (right > left) * LARGE_SLICE.width * RIGHT, UL if right > left else UR, buff=0.2)


def _cell(row: float, column: float) -> np.ndarray:
    """A point at the middle of a row, so many cells from the left."""
    return TABLE + column * CELL[0] * RIGHT + (row + 0.5) * CELL[1] * DOWN
