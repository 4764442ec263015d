"""What only the film of the mean squared error draws: rows of which one moves, and areas that are put together."""

from typing import Any, Self

import numpy as np
from manim import DL, DOWN, DR, LEFT, ORIGIN, RIGHT, UP, UR, Circle, VGroup, VMobject

from mathcore.mean_squared_error import PLACES
from scenes._marks.axes import TICK, Axes
from scenes._marks.frames import Frames
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Segments, closed, straight
from scenes._marks.number import Number
from scenes._marks.panel import TICKS, Panel
from scenes._marks.squares import Squares
from scenes._stage.clock import between, follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.rows import MOST_ROWS, drawn_rows, from_zero
from scenes._stage.theme import Theme
from scenes._stage.words import digits_to_tell

DRAWN = 16  # squares of other rows: more of them would hide each other
ROOM = 0.12  # of a panel's height, above the highest row
LEFT_OUT, RIGHT_OUT = 0.15, 0.5  # of the rows' width, that is free on the right of them: beside the square, for it
NARROW = 1 / 3  # of a panel's width, that a square can make do with
APART = 0.1  # from a square to the panel's edge
CLEAR = 10  # width of the edge that sets what was added off from the rows
BESIDE = 0.22  # from the outlier to what was added to it
LEFT_ALONE = PLACES // 2  # first places of the way, at which the number would stand among the rows
DIGITS = 4  # of an error and its square, so that one is seen to follow from the other
FEWER = 3  # of a square and its quarter, so that the one is four times the other, as it is read
MOST_DIGITS = 7  # of a weight
SPACE = 0.12  # between the parts of a line
STROKE = 4  # points of a tick
LEAST = 1.0  # side of a square that its number has room in
SNUG = 0.95  # of how far a line moves, that a lens shows at least on either side of its middle
GAP = 0.1  # between a pile and the area beside it
THINNEST = 1e-7  # of the whole area, that a tile is drawn for
TINY = 1e-100


class Scatter:
    """The rows and their line, squares on some gaps, and the outlier with its own square on its way.

    The panel has room for the way up to the knob; zoomed out, for all of it.

    Args:
        film: its trace has the rows and the way; it writes the outlier's numbers.
        slot: where the panel stands.
        names: what the two columns are called.
    """

    def __init__(self, film: Film, slot: Slot, names: list[Any]) -> None:
        t, theme, row = film.trace, film.theme, int(film.trace.row)
        self.heights = t.y[row] - t.params.outlier + t.displacement  # of the outlier
        self.turn, *room = room_for(t, slot, self.heights[: PLACES + 1], np.abs(t.dial_error[: PLACES + 1]).max())
        self.panel = Panel(film, slot, *room, *(film.label(name, room=slot.width) for name in names))
        _, across, up = room_for(t, slot, self.heights, np.abs(t.dial_error).max())
        self.zoom = Zoom(self.panel.axes, Panel(film, slot, across, up, ticks=(0, TICKS[1])).axes)
        rest = drawn_rows(t.x, t.y)
        self.rest = rest = rest[rest != row]
        chosen = {int(rest[np.argmin(np.abs(t.x[rest] - x))]) for x in np.linspace(t.x.min(), t.x.max(), DRAWN)}
        side, shown = -1 if t.w_star < 0 else 1, sorted(chosen, key=lambda k: -t.square[k])
        self.squares, self.own, self.part = (
            Squares(self.panel.axes, t.x[rows], t.y[rows], turn, theme, role)
            for rows, turn, role in ((shown, side, "loss"), ([row], self.turn, "loss"), ([row], self.turn, "text"))
        )
        self.own[0].set_fill(opacity=0.7)
        self.dots = self.panel.dots(t.x[rest], t.y[rest], "data", 0.035, 0.75)
        self.line = with_halo(Line(np.zeros((2, 3)), theme.weight, 5), theme)
        self.dot = with_halo(Circle(0.11, color=theme.text, fill_color=theme.data, fill_opacity=1), theme)
        self.square, self.quarter = (with_halo(film.number(size=34, anchor=ORIGIN), theme) for _ in range(2))
        self.added, self.sign = (
            one.set_stroke(theme.background, CLEAR, background=True)
            for one in (film.number(colour=theme.data, size=34), film.typeset("data(+)", size=34))
        )
        drawn = self.panel.drawn, self.zoom, self.squares, self.own, self.part, self.dots, self.line, self.dot
        parts = *drawn, self.square, self.quarter, self.added, self.sign
        axes = "opened", "dial", "zoom", "halved"
        self.marks = follow(VGroup(*parts), *axes, at=lambda *places: self.put(film, *places))

    def put(self, film: Film, opened: float, place: float, zoom: float, halved: float) -> None:
        """Show the outlier at a place of its way, so many squares of other rows, and that of half its error."""
        t, refs, told = film.trace, film.refs, round(place)
        self.zoom.put(zoom)
        self.dots.put(self.panel.at(t.x[self.rest], t.y[self.rest]))
        w, y = between(np.stack([t.dial_w, self.heights], axis=1), place)
        here, foot = self.panel.at(t.x[t.row], [y, w * t.x[t.row]])
        side, digits = abs(here - foot)[1], FEWER if halved else DIGITS
        roomy = side > (2 if halved else 1) * LEAST
        self.line.through(self.panel.axes.line(w, 0, 0))
        self.squares.put(w, opened)
        self.own.put(w, y=np.array([y]))
        self.part.put(w, np.ceil(halved), np.array([w * t.x[t.row] + halved / 2 * (y - w * t.x[t.row])]))
        self.dot.move_to(here)
        film.rewrite(self.added.centred_at(here), refs.displacement[told])
        if t.params.outlier < 0:
            self.added.next_to(here, LEFT if self.turn > 0 else DL, buff=BESIDE)
        else:
            self.sign.next_to(here, RIGHT if self.turn > 0 else UR, buff=BESIDE)
            self.added.next_to(self.sign, RIGHT, buff=0.05)
        self.square.write(film.words.number(refs.dial_square[told], digits=digits))
        self.square.centred_at(self.own[0].get_center() + halved / 4 * (here - foot))
        self.square.set_opacity(float(roomy))
        self.quarter.write(film.words.number(refs.dial_quarter[told], digits=digits))
        self.quarter.centred_at(self.part[0].get_center())
        self.quarter.set_opacity(float(halved == 1 and roomy))
        self.added.set_opacity(float(told > LEFT_ALONE))
        self.sign.set_opacity(float(told > LEFT_ALONE and t.params.outlier >= 0))


class Zoom(VGroup):
    """Axes of which the heights can be changed to those of others: their numbers move as marks do, and give way.

    Args:
        near: the axes, on which marks stand.
        far: others in the same place and of the same width; of these, only the ticks along the height are drawn.
    """

    def __init__(self, near: Axes, far: Axes) -> None:
        self._axes, self._rooms = (near, far), np.array([[axes.low, axes.span] for axes in (near, far)])
        self._labels = [axes[len(axes) - len(axes.y_ticks) :].submobjects for axes in (near, far)]
        frame = near[0].points
        self._frames = frame[: len(frame) - STROKE * len(near.y_ticks)], frame[:0]
        super().__init__(far)

    def put(self, place: float) -> Self:
        """Show the heights of the one at 0, those of the other at 1."""
        low, span = between(self._rooms, place)
        parts = zip(self._axes, self._frames, self._labels, (1 - place, place), strict=True)
        for axes, frame, labels, share in parts:
            ticks = np.array(axes.y_ticks)
            before = axes.at(axes.low[0], ticks)
            axes.low, axes.span = low, span
            after, shares = axes.at(low[0], ticks), share * axes.inside(low[0], ticks)
            axes.remove(*labels)
            for label, way, seen in zip(labels, after - before, shares, strict=True):
                label.shift(way).set_fill(opacity=seen)
                axes.add(*[label] * bool(seen))
            strokes = straight(after, after + TICK * np.outer(shares, LEFT)).reshape(-1, STROKE, 3)
            axes[0].points = np.concatenate([frame, *strokes[shares > 0]])
        return self


def room_for(t: Any, slot: Slot, heights: np.ndarray, side: float) -> tuple[int, Any, Any]:
    """The turn of the outlier's square, and ranges of a panel that holds all rows and the square, `side` high at most.

    The square opens to the side on which the line does not cross it, but to the right where there is no room at the
    left. The panel is so high that the square is no wider than what is free there.
    """
    (left, right), (low, high) = from_zero(t.x), from_zero(np.append(t.y, heights))
    above, turn, x = t.params.outlier >= 0, -1 if t.w_star < 0 else 1, t.x[t.row]
    if above == (turn > 0) and x - left < NARROW * (1 + LEFT_OUT) * (right - left):
        turn = -turn
    leftwards = above == (turn > 0)
    end = right + (LEFT_OUT if leftwards else RIGHT_OUT) * (right - left)
    free = (x - left if leftwards else end - x) / (end - left) * slot.width - APART
    low, high = low + ROOM * min(low, 0), high + ROOM * (high - low)
    more = max(side * slot.height / free - (high - low), 0)
    return turn, (left, end), (low, high + more) if above else (low - more, high)


class Squaring(VGroup):
    """The outlier's error and its square, in one line: (-40.44)² = 1,635."""

    def __init__(self, film: Film) -> None:
        self._error, self._square = (film.number(colour=film.theme.loss, size=30) for _ in range(2))
        self._open, self._close = (film.typeset(part) for part in ('loss("(")', 'loss(")"^2) ='))
        super().__init__(self._open, self._error, self._close, self._square)
        with_halo(self, film.theme)

    def put(self, film: Film, place: int, centre: np.ndarray) -> None:
        """Tell of a place on the way, around a point; at its start nothing is told."""
        told = film.refs.dial_error[place], film.refs.dial_square[place]
        for number, one in zip((self._error, self._square), told, strict=True):
            number.write(film.words.number(one, digits=DIGITS))
        pen = centre + sum(part.width + SPACE for part in self) / 2 * LEFT
        for part, space in zip(self, (0, 0, SPACE, 0), strict=True):
            if isinstance(part, Number):
                part.centred_at(pen)
            else:
                part.move_to(pen, LEFT).align_to(self._open, DOWN)
            pen = pen + (part.width + SPACE / 3 + space) * RIGHT
        self.set_opacity(float(place > 0))


def fourfold(film: Film, middle: np.ndarray) -> VGroup:
    """The outlier's square on its way is four times the square of half the error: what stands between is there."""
    whole = film.number(colour=film.theme.loss, size=34, anchor=RIGHT)
    quarter = film.number(colour=film.theme.loss, size=34)
    times = film.typeset("= 4 times", size=34).move_to(middle)

    def count(place: float) -> None:
        told = film.refs.dial_square[round(place)], film.refs.dial_quarter[round(place)]
        for number, one, way in zip((whole, quarter), told, (LEFT, RIGHT), strict=True):
            number.write(film.words.number(one, digits=FEWER)).centred_at(times.get_edge_center(way) + SPACE * way)

    return follow(VGroup(whole, times, quarter), "dial", at=count)


class Lens:
    """The line at the outlier, magnified alike both ways by a factor of one digit, and where it was without that.

    Args:
        film: its trace has the line; its sentence `without` names the dashed one.
        slot: where the lens stands.
        axes: of the panel that it magnifies.
    """

    def __init__(self, film: Film, slot: Slot, axes: Axes) -> None:
        t, theme, self._x = film.trace, film.theme, float(film.trace.x[film.trace.row])
        heights, unit = self._x * t.dial_w[: PLACES + 1], axes.size[:2] / axes.span
        most, middle = (
            slot.height / (2 * SNUG * (np.ptp(heights) or 1.0) * unit[1]),
            (heights.min() + heights.max()) / 2,
        )
        factor = max(int(np.searchsorted(t.magnification, most, "right")) - 1, 0)
        reach = slot.height / (2 * t.magnification[factor] * unit[1])
        wide = reach * slot.width / slot.height * unit[1] / unit[0]
        ends, self._quarter = np.array([self._x - wide, self._x + wide]), wide / 2
        self.panel = panel = Panel(film, slot, ends, [middle - reach, middle + reach], ticks=(0, 4))
        clean, self._side = panel.line(ends, t.w_star_clean * ends, "faint", dashed=True), np.sign(t.params.outlier)
        self._line, weight = with_halo(Line(np.zeros((2, 3)), theme.weight, 6), theme), "weight(w) = weight({w})"
        self._digits = digits_of_weights(t)
        told = film.words.markup(film.refs.w_star_clean, digits=self._digits)
        name = film.typeset(weight, size=34, w=told), film.say("without", size=28, colour=theme.faint)
        name = self._beside(VGroup(*name).arrange(RIGHT, aligned_edge=DOWN), t.w_star_clean, -self._side)
        self._now, self._number = film.typeset("weight(w) =", size=34), film.number(colour=theme.weight, size=34)
        there = axes.at(self._x, t.w_star_clean * self._x)
        frame = Frames(0.3, theme.text, theme.background).put([there])
        corners = panel.axes.corner + slot.height * np.array([UP, 0 * UP])
        rays = Segments(there + 0.15 * np.array([UR, DR]), corners, theme.faint)
        mark = VGroup(self._line, self._now, self._number)
        follow(mark, "dial", at=lambda place: self.put(film, place))
        times = film.typeset(
            "times {factor}", size=34, factor=film.words.markup(film.refs.magnification[factor], tidy=True)
        )
        times.move_to([slot.left, slot.foot + slot.height + BESIDE, 0], DL)
        self.drawn = VGroup(times, rays, frame, panel.drawn, clean, name, mark)

    def put(self, film: Film, place: float) -> None:
        """Show the line when the outlier is at a place of its way."""
        w = float(between(film.trace.dial_w, place))
        self._line.through(self.panel.axes.line(w, self._x, w * self._x))
        self._number.write(film.words.number(film.refs.dial_w[round(place)], digits=self._digits))
        self._number.anchored_at(self._now.get_corner(DR) + 0.12 * RIGHT)
        self._beside(VGroup(self._now, self._number), w, self._side)

    def _beside(self, name: VGroup, w: float, side: float) -> VGroup:
        """Put a name above a line, or below it, on the side on which the line leaves it room."""
        away = RIGHT if (w >= 0) == (side > 0) else LEFT
        x = self._x + away[0] * self._quarter
        return name.move_to(self.panel.axes.at(x, w * x) + 0.2 * side * UP, side * DOWN + away)


def digits_of_weights(t: Any) -> int:
    """So many digits that the difference of the weights with the outlier and without it is seen to two."""
    return min(digits_to_tell(float(t.w_star), float(t.w_star_clean)) + 1, MOST_DIGITS)


class Pile(VGroup):
    """Areas of all other rows put together, and at the same scale that of one row beside them.

    Args:
        corner: lower left corner, in units of the frame.
        side: of the others and, where that is smaller, of the one.
        room: for the one; both are smaller where it has more.
        areas: of the other rows [row].
        colour: of the one.
        theme: for the others.
    """

    def __init__(
        self, corner: np.ndarray, side: float, room: float, areas: np.ndarray, colour: str, theme: Theme
    ) -> None:
        self._corner, self._side, self._room = np.array(corner, dtype=float), side, room
        self._boxes = treemap(areas)
        self._tiles = VMobject(fill_color=theme.faint, fill_opacity=0.8, stroke_color=theme.background, stroke_width=1)
        self.own = VMobject(fill_color=colour, fill_opacity=1, stroke_width=0)
        super().__init__(self._tiles, self.own)

    def put(self, share: float, piled: float = np.inf) -> Self:
        """Let the one row have a share of the whole; so many tiles of the others are there."""
        sides = np.sqrt([1 - share, share])
        pile, own = sides * min(self._side / sides.max(), self._room / max(sides[1], TINY))
        boxes = pile * self._boxes[: int(min(piled, len(self._boxes)))]
        self._tiles.points = closed(self._corner + [self._side - pile, 0, 0] + corners(boxes))
        place = np.array([[self._side + GAP, 0, own, own]])
        self.own.points = closed(self._corner + corners(place))
        return self


def corners(boxes: np.ndarray) -> np.ndarray:
    """The corners [box corner 3] of boxes given by left, foot, width and height [box 4]."""
    left, foot, width, height = boxes.T
    x, y = np.stack([left, left + width, left + width, left]), np.stack([foot, foot, foot + height, foot + height])
    return np.stack([x, y, 0 * x], axis=-1).swapaxes(0, 1)


def treemap(areas: np.ndarray) -> np.ndarray:
    """A square, one unit wide, cut into tiles [tile 4] of these areas, as square as can be, the largest first.

    Strips are laid along the shorter side of what is left; a strip takes tiles as long as they become more square
    (Bruls, Huizing, van Wijk 2000). Where there are very many areas, a tile stands for several.
    """
    areas = np.sort(areas)[::-1] / (areas.sum() or 1)
    areas = np.array([part.sum() for part in np.array_split(areas, min(len(areas), MOST_ROWS))])
    areas = areas[areas > THINNEST]
    tiles, left, foot, width, height = [np.zeros((0, 4))], 0.0, 0.0, 1.0, 1.0
    while len(areas):
        short, sums = min(width, height), np.cumsum(areas)
        longest = np.maximum(short**2 * areas[0] / sums**2, sums**2 / (short**2 * areas))
        many = int(np.argmax(np.append(np.diff(longest), np.inf) > 0)) + 1
        thick = sums[many - 1] / short
        lengths = areas[:many] / thick
        starts, same = np.cumsum(lengths) - lengths, np.full(many, thick)
        if width >= height:
            tiles.append(np.stack([0 * same + left, foot + starts, same, lengths], axis=1))
            left, width = left + thick, width - thick
        else:
            tiles.append(np.stack([left + starts, 0 * same + foot, lengths, same], axis=1))
            foot, height = foot + thick, height - thick
        areas = areas[many:]
    return np.concatenate(tiles)
