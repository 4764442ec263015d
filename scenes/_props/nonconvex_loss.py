"""What only the film of nonconvex loss draws.

Lines of equal height of a surface, one path per level.
A surface over a plane as one shaded image, seen from a camera that turns and tilts; from above it is a map.
A loss over two weights: a relief that turns, then tilts until it is a map with contour lines.
Rows of a table as dots, and the curve of a model through them.
Balls that roll over a map from many starts at once, their losses beside it.
A table of places: their signs, their names, their losses, and how many balls end there.
A table of small curves without axes, all of one colour as one path.
The loss of a net along each of its first-layer weights: all slices small, one of them large with its bowl.
"""

from collections.abc import Callable, Sequence
from typing import Any, Self

import contourpy
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
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Lines, Segments
from scenes._marks.typeset import Typeset
from scenes._stage.theme import Theme


class Contours(VGroup):
    """The contour lines of `heights` [y x] at each of `levels`.

    Args:
        axes: the panel that they lie in.
        x: of the columns [x], in data units.
        y: of the rows [y], in data units.
        heights: of the surface [y x].
        levels: heights of the lines.
        color: the strokes' colour.
        width: the strokes' width.
        opacity: the strokes' opacity.
    """

    def __init__(
        self,
        axes: Axes,
        x: np.ndarray,
        y: np.ndarray,
        heights: np.ndarray,
        levels: np.ndarray,
        color: str,
        width: float = 1.5,
        opacity: float = 0.7,
    ) -> None:
        super().__init__()
        generator = contourpy.contour_generator(x, y, heights)
        for level in levels:
            lines = [axes.at(*np.asarray(line).T) for line in generator.lines(level)]
            if lines:
                starts, ends = (np.concatenate([line[part] for line in lines]) for part in (slice(-1), slice(1, None)))
                self.add(Segments(starts, ends, color, width, opacity))


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
        fine = _resampled(heights, *counts)
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


def _resampled(values: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """A finer grid over the same plane, straight between the given values."""
    for axis, count in enumerate((rows, columns)):
        old, new = np.linspace(0, 1, values.shape[axis]), np.linspace(0, 1, count)
        values = np.apply_along_axis(lambda line: np.interp(new, old, line), axis, values)  # noqa: B023
    return values


LEVELS = np.linspace(0, 1, 15)[1:-1]  # heights of the contour lines, as shares of the highest
RISE, MARGINS = 2.8, np.array([1.2, 0.9])  # height of the relief; room that it needs around the map
TURNS, TILT = np.radians([-65, -15]), np.radians(42)  # from where it is seen
FAR, DIM = 0.84, 0.4  # zoom of the relief; share of the colours that stays under what moves on the map


class LossSurface(Group):
    """Its parts `relief`, `pins` and `chart` may be shown apart; heights are roots of the loss.

    Args:
        stage: where it stands.
        corner: lower left corner of the map.
        size: width and height of the map.
        axis: the weights of the grid, the same in both directions.
        surface: losses [y x].
        pins: one sign per point that shall be marked.
        points: the marked points [pin 2].
        losses: there [pin].
        names: of the weights, in Typst math.
    """

    def __init__(
        self,
        stage: Any,
        corner: np.ndarray,
        size: tuple[float, float],
        axis: np.ndarray,
        surface: np.ndarray,
        pins: list[Dots],
        points: np.ndarray,
        losses: np.ndarray,
        names: tuple[str, str],
    ) -> None:
        theme, high = stage.theme, surface.max()
        ends = axis[0], axis[-1]
        self.axes = Axes(corner, size, ends, ends, theme, stage.words, (5, 5))
        room = np.array(size) + MARGINS
        self.relief = ShadedSurface(
            np.sqrt(surface / high), size, tuple(room), RISE, theme.sizes, theme.background, LEVELS
        )
        self.relief.move_to(corner + self.axes.size / 2)
        self.pins = VGroup(*pins)
        self._shares, self._heights = (points - ends[0]) / (ends[1] - ends[0]), np.sqrt(losses / high)
        lines = Contours(self.axes, axis, axis, surface, LEVELS**2 * high, theme.faint, opacity=0.8)
        x_name = stage.typeset(names[0]).next_to(corner + size[0] * RIGHT, RIGHT, buff=0.15)
        y_name = stage.typeset(names[1]).next_to(corner + size[1] * UP, LEFT, buff=0.15)
        self.chart = VGroup(lines, self.axes, x_name, y_name)
        super().__init__(self.relief, self.chart, self.pins)
        self.turn(0)

    def turn(self, share: float) -> None:
        """Walk around the relief."""
        self._look(TURNS[0] + share * (TURNS[1] - TURNS[0]), TILT, FAR, 1)

    def tilt(self, share: float) -> None:
        """Rise from the end of the turn until the relief is seen from above."""
        self._look(
            (1 - share) * TURNS[1],
            TILT + share * (np.pi / 2 - TILT),
            FAR + share * (1 - FAR),
            1 + share * (DIM - 1),
        )

    def _look(self, *view: float) -> None:
        self.relief.look(*view)
        for pin, place in zip(self.pins, self.relief.at(self._shares, self._heights), strict=True):
            pin.put(place)


class Fitted(VGroup):
    """The panel; its parts `axes`, `dots` and `curve` may be animated apart.

    Args:
        stage: where it stands.
        corner: lower left corner of the panel.
        size: width and height of the panel.
        x: inputs, from the smallest to the largest [sample].
        y: values to predict [sample].
        model: its curve.
        radius: of a dot.
    """

    def __init__(
        self,
        stage: Any,
        corner: np.ndarray,
        size: tuple[float, float],
        x: np.ndarray,
        y: np.ndarray,
        model: Callable[[np.ndarray], np.ndarray],
        radius: float,
    ) -> None:
        self._x = np.linspace(x[0], x[-1], 80)
        high = 1.05 * max(np.abs(y).max(), np.abs(model(x)).max())
        self.axes = Axes(corner, size, (x[0], x[-1]), (-high, high), stage.theme, stage.words, (5, 4))
        self.dots = Dots(self.axes.at(x, y), stage.theme.data, radius)
        curve = Line(self.axes.at(self._x, model(self._x)), stage.theme.activation, 5)
        self.curve = with_halo(curve, stage.theme)
        super().__init__(self.axes, self.dots, self.curve)

    def bend(self, model: Callable[[np.ndarray], np.ndarray]) -> Self:
        """Show the curve of another model."""
        self.curve.through(self.axes.at(self._x, model(self._x)))
        return self


MARK = 0.14  # radius of a mark
LARGE = 0.17, 5  # radius, and width of the trail, of the ball that matters


class Trajectories(VGroup):
    """The balls of one colour and shape; of their trails and curves, what lies outside a panel is not drawn.

    Args:
        panels: the map, and a panel of losses over steps.
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
        self.balls = Dots(self.trails.tips(0), color, radius, corners=corners)
        super().__init__(self.trails, self.curves, self.balls)

    def walk(self, share: float) -> Self:
        """Go where the balls are after a share, 0 to 1, of their steps."""
        self.trails.show(share)
        self.curves.show(share)
        self.balls.put(self.trails.tips(share))
        return self


class OutcomeTrajectories(VGroup):
    """All balls of a run, each with the sign of where it ends; the first one is larger and on top.

    Args:
        panels: the map, and a panel of losses over steps.
        paths: points of the map [start step 2].
        losses: there [start step].
        ends: where each ball ends [start].
        signs: colour and corners for each of `ends`.
    """

    def __init__(
        self,
        panels: tuple[Axes, Axes],
        paths: np.ndarray,
        losses: np.ndarray,
        ends: np.ndarray,
        signs: dict[int, tuple[str, int]],
    ) -> None:
        groups = {end: 1 + np.flatnonzero(ends[1:] == end) for end in signs if end in ends[1:]}
        small = {end: Trajectories(panels, paths[balls], losses[balls], *signs[end]) for end, balls in groups.items()}
        self.first = Trajectories(panels, paths[:1], losses[:1], *signs[ends[0]], *LARGE)
        super().__init__(*small.values(), self.first)
        self._ends = [*small, ends[0]]

    def walk(self, share: float) -> Self:
        """Go where the balls are after a share, 0 to 1, of their steps."""
        for group in self:
            group.walk(share)
        return self

    def that_end(self, end: int) -> VGroup:
        """The balls that end there."""
        return VGroup(*(group for group, place in zip(self, self._ends, strict=True) if place == end))


def marks(signs: dict[int, tuple[str, int]], theme: Theme) -> list[Dots]:
    """One mark for each sign, not yet in its place, with an edge that parts it from what is behind."""
    dots = [Dots(np.zeros((1, 3)), color, MARK, corners=corners) for color, corners in signs.values()]
    return [with_halo(dot, theme) for dot in dots]


ROW, HEAD = 0.6, 0.55  # heights, in units of the frame
FIRST, NEXT = 3.25, 1.1  # from the left edge to the losses' right edge, and on from there to each column of counts


class OutcomeTable(VGroup):
    """The first columns; `column` makes one more.

    Args:
        stage: where it stands.
        corner: the left end of the headings.
        signs: one per row.
        names: keys of the rows' names.
        losses: one per row.
    """

    def __init__(
        self, stage: Any, corner: np.ndarray, signs: list[Dots], names: list[str], losses: Sequence[Any]
    ) -> None:
        self._corner = corner
        super().__init__(stage.typeset("loss(L)").move_to(self._place(-1, FIRST), RIGHT))
        for row, (sign, name, loss) in enumerate(zip(signs, names, losses, strict=True)):
            value = stage.number(loss, stage.theme.loss, size=28, anchor=RIGHT).centred_at(self._place(row, FIRST))
            word = stage.say(name, size=28).move_to(self._place(row, 0.6), LEFT)
            self.add(sign.put(self._place(row, 0.2)), word, value)

    def column(self, stage: Any, index: int, heading: str, counts: Sequence[Any] | np.ndarray) -> VGroup:
        """A column of counts; `heading` is the key of its name."""
        right = FIRST + NEXT * (index + 1)
        head = stage.say(heading, size=24).move_to(self._place(-1, right), RIGHT)
        numbers = [stage.number(count, size=32, anchor=RIGHT) for count in counts]
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
PANEL, PANEL_SIZE = np.array([-5.8, -2.4, 0.0]), (5.2, 4.9)  # of the large one


class NetSlices(VGroup):
    """Its parts: the large panel `frame` with `curve`, `bowl` and `gap`, and `margins` around the small ones.

    Args:
        stage: where it stands.
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
        stage: Any,
        w: np.ndarray,
        slices: np.ndarray,
        bumpy: np.ndarray,
        bowl: np.ndarray,
        chosen: tuple[int, int],
        inputs: tuple[str, ...],
        heading: Typeset,
    ) -> None:
        self._slices, self._bumpy = slices, bumpy
        theme, loss = stage.theme, slices[chosen]
        ends = bowl.min(), loss.max()
        axes = Axes(PANEL, PANEL_SIZE, (w[0], w[-1]), ends, theme, stage.words, (5, 3))
        height = stage.typeset("loss(L)").next_to(axes.at(w[0], ends[1]), UP, buff=0.12)
        self.frame = VGroup(axes, height, stage.typeset("weight(w)").next_to(axes.at(w[-1], ends[0]), RIGHT, buff=0.15))
        self.curve = Line(axes.at(w, loss), theme.loss, 5)
        self.bowl = with_halo(
            Dashes(axes.at(w, bowl), theme.good, 4), theme
        )  # where the loss is one, too, both are seen
        self.gap = Segments(self.bowl.corners, self.curve.corners, theme.faint, 2, 0.8)
        self.margins = self._margins(stage, chosen, inputs, heading)
        super().__init__(self.frame, self.gap, self.curve, self.bowl, self.margins)

    def small(self, flags: tuple[int, ...], colour: str) -> Sparklines:
        """Those slices that are bowls (0), no bowls (1), or both, each in its cell."""
        cells = np.argwhere(np.isin(self._bumpy, flags))
        return Sparklines(self._slices[tuple(cells.T)], cells, TABLE, CELL, colour)

    def name_bowl(self, name: Typeset) -> Typeset:
        """Put its name below the bowl, at the higher one of its ends."""
        left, right = self.bowl.corners[[0, -1], 1]
        return name.next_to(PANEL + (right > left) * PANEL_SIZE[0] * RIGHT, UL if right > left else UR, buff=0.2)

    @staticmethod
    def _margins(stage: Any, chosen: tuple[int, int], inputs: tuple[str, ...], heading: Typeset) -> VGroup:
        rows = [stage.label(name).move_to(_cell(row, -0.4), RIGHT) for row, name in enumerate(inputs)]
        head = heading.move_to(_cell(-0.85, 10))
        frame = Rectangle(stage.theme.text, CELL[1], CELL[0], stroke_width=3)
        return VGroup(*rows, head, frame.move_to(_cell(chosen[0], chosen[1] + 0.5)))


def _cell(row: float, column: float) -> np.ndarray:
    """A point at the middle of a row, so many cells from the left."""
    return TABLE + column * CELL[0] * RIGHT + (row + 0.5) * CELL[1] * DOWN
