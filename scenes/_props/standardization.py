"""What only the film of standardisation draws: a cloud and a map that change with the inputs, and labelled numbers."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from manim import DL, DOWN, DR, LEFT, RESAMPLING_ALGORITHMS, RIGHT, Dot, Group, ImageMobject, VGroup

from mathcore.standardization import Bowl
from scenes._marks.contour_map import PIXELS, pale_bands
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Segments, clipped
from scenes._marks.optimum import optimum_mark
from scenes._marks.panel import Panel
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme

RISES = 0.1 * 3.0 ** np.arange(8)  # of the lines of equal loss above the lowest loss, on every map
CORNERS = 400  # of a line
MEASURED = 2  # of these lines: the one whose half axes are drawn
NAMED = 0.45  # from an axis to its name
HIDDEN, LEADER = 0.25, 0.24  # up to which length the optimum hides a half axis; of the line from there to its name
TIP = 0.2  # length of an arrow's head


class BowlMap(Panel):
    """The loss over two weights as lines of equal loss on pale colours; it changes with the inputs.

    Args:
        film: it writes names and numbers.
        slot: where the map stands.
        w_grid: the values of both weights [weight grid].
        bowl_at: the loss for inputs at a place on the axes "stage" and "unit".
    """

    def __init__(self, film: Film, slot: Slot, w_grid: np.ndarray, bowl_at: Callable[[float, float], Bowl]) -> None:
        super().__init__(film, slot, w_grid[0], w_grid[1], film.typeset("weight(w_1)"), ticks=(5, 5))
        name = film.typeset("weight(w_2)").next_to(self.axes.box[1] - [slot.width, 0, 0], LEFT, buff=0.15)
        columns, rows = (round(PIXELS * length) for length in (slot.width, slot.height))
        finer = (np.linspace(w[0], w[-1], count) for w, count in zip(w_grid, (columns, rows), strict=True))
        self._weights = np.stack(np.meshgrid(*finer), axis=-1)  # [row col weight]
        self._ground = ImageMobject(np.zeros((rows, columns, 3), np.uint8))
        self._ground.set_resampling_algorithm(RESAMPLING_ALGORITHMS["bilinear"])
        self._ground.stretch_to_fit_width(slot.width).stretch_to_fit_height(slot.height)
        self._ground.move_to(self.axes.box.mean(axis=0))
        self._lines = Segments(np.zeros((0, 3)), np.zeros((0, 3)), film.theme.faint, 1.5, 0.8)
        none = np.zeros((0, 3))
        self._halves = with_halo(Segments(none, none, film.theme.text, 3, 1), film.theme)
        self._optimum = optimum_mark(film.theme)
        self._leader = with_halo(Segments(none, none, film.theme.text, 1.5, 1), film.theme)
        self._names = [with_halo(film.typeset(f"lambda_{end}", size=28), film.theme) for end in ("min", "max")]
        shown = Group(self._ground, self._lines, self._optimum, self._halves, self._leader, *self._names)
        surface = follow(shown, "stage", "unit", at=lambda *at: self._draw(bowl_at(*at)))
        self.drawn: Any = Group(surface, *self.drawn, name)

    def _draw(self, bowl: Bowl) -> None:
        self._ground.pixel_array[..., :3] = pale_bands(bowl.loss(self._weights), bowl.lowest + RISES, self._theme)
        lines = self.axes.near(*np.moveaxis(ellipses(bowl, RISES), -1, 0))  # [line corner 3]
        starts, ends, seen = clipped(lines[:, :-1], lines[:, 1:], self.axes.box)
        self._lines.join(starts[seen], ends[seen])
        middle, ends = self.at(*bowl.w_star), self.at(*(bowl.w_star + half_axes(bowl, RISES[MEASURED])).T)
        self._halves.join(np.array([middle, middle]), ends)
        self._optimum.move_to(middle)
        arm = ends[1] - middle
        across = NAMED * arm / np.linalg.norm(arm)
        led = ends[1:] if np.linalg.norm(arm) < HIDDEN else ends[:0]
        self._leader.join(led, led + LEADER / NAMED * across)
        for name, share, end in zip(self._names, (0.7, 1), ends, strict=True):
            name.move_to(middle + share * (end - middle) + across)

    def walk(self, path: np.ndarray, axis: str) -> VGroup:
        """A ball that descends along a path [step weight], with its trail."""
        trail = with_halo(Line(self.at(*path.T), self._theme.weight, 1.5), self._theme)
        ball = with_halo(Dot(trail.corners[-1], radius=0.13, color=self._theme.weight, stroke_width=3), self._theme)

        def go(step: float) -> None:
            share = min(step / (len(path) - 1), 1)
            ball.move_to(trail.show(share).point(share))

        return follow(VGroup(trail, ball), axis, at=go)


def ellipses(bowl: Bowl, rises: np.ndarray) -> np.ndarray:
    """The weights [line corner weight] at which the loss is so far above its lowest value."""
    angles = np.linspace(0, 2 * np.pi, CORNERS + 1)
    curvatures, directions = np.linalg.eigh(bowl.hessian)
    reach = np.sqrt(2 * rises[:, None] / curvatures)  # [line direction]
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return np.asarray(bowl.w_star + (reach[:, None] * circle) @ directions.T)


def half_axes(bowl: Bowl, rise: float) -> np.ndarray:
    """From w* to the line of a rise, down along the least curvature and to the right along the largest [2 weight]."""
    curvatures, directions = np.linalg.eigh(bowl.hessian)
    (_, down), (right, _) = directions.T
    return np.asarray(np.sqrt(2 * rise / curvatures)[:, None] * directions.T * [[-np.sign(down)], [np.sign(right)]])


def cloud(panel: Panel, inputs: Callable[[float], np.ndarray], theme: Theme) -> VGroup:
    """The rows of both inputs, an arrow from zero to their mean, and a deviation to either side of it."""
    zero = panel.at(0, 0)
    dots = panel.dots([0], [0], "data", 0.06, 0.75)
    spread, arrow = (with_halo(Segments(zero[None], zero[None], theme.text, 5, 1), theme) for _ in range(2))

    def put(stage: float) -> None:
        x = inputs(stage)
        dots.put(panel.at(*x.T))
        mean, deviation = x.mean(0), np.diag(x.std(0))
        spread.join(panel.at(*(mean - deviation).T), panel.at(*(mean + deviation).T))
        arrow.join(*arrow_to(zero, panel.at(*mean)))

    return follow(VGroup(dots, spread, arrow), "stage", at=put)


def arrow_to(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The starts and the ends [stroke 3] of an arrow; a short one has a small head, one of no length none."""
    way = end - start
    length = float(np.linalg.norm(way))
    head = min(TIP, length) * way / (length or 1)
    across = 0.5 * head[[1, 0, 2]] * [-1, 1, 1]
    return np.array([start, end, end]), np.array([end, end - head + across, end - head - across])


def stacked(film: Film, place: np.ndarray, key: str, value: Any, **values: Any) -> VGroup:
    """A number below what it is called; `place` is the left end of the name."""
    name = film.say(key, size=28, **values).move_to(place, LEFT)
    return VGroup(name, film.number(value, size=44).centred_at(place + 0.55 * DOWN))


class Comparison(VGroup):
    """Rows of two numbers, one for raw inputs and one for standardised ones, under the lines that stand for them.

    Args:
        film: where it stands.
        corner: the left end of the heads.
        width: from there to the right edge.
    """

    def __init__(self, film: Film, corner: np.ndarray, width: float) -> None:
        self._corner, self._rights = corner, corner[0] + np.array([0.45, 1]) * width
        super().__init__()
        for key, right in zip(("raw", "standardized"), self._rights, strict=True):
            name = film.say(key, size=30).move_to([right, corner[1], 0], RIGHT)
            foot = name.get_corner(DL) + 0.2 * DOWN, name.get_corner(DR) + 0.2 * DOWN
            self.add(name, line_of(key, np.array(foot), film.theme.text))

    def row(self, film: Film, place: int, key: str, refs: Iterable[Any], role: str, **values: Any) -> VGroup:
        """A row: what the numbers are called, and below that the numbers."""
        colour, top = getattr(film.theme, role), self._corner[1] - 0.85 - 1.08 * place
        row = VGroup(film.say(key, size=28, colour=colour, **values).move_to([self._corner[0], top, 0], LEFT))
        for ref, right in zip(refs, self._rights, strict=True):
            row.add(film.number(ref, colour, size=38, anchor=RIGHT).centred_at(np.array([right, top - 0.52, 0])))
        return row


def line_of(key: str, points: np.ndarray, colour: str, width: float = 4) -> Line:
    """A line of raw inputs is dashed, one of standardised inputs is not."""
    return Dashes(points, colour, width) if key == "raw" else Line(points, colour, width)


def at_stages(drawing: Any, first: float, last: float) -> Any:
    """A drawing that is seen from one stage of the inputs to another."""
    return follow(drawing, "stage", at=lambda stage: drawing.set_opacity(float(first <= stage <= last)))


def seen_from(first: int, axis: str, drawing: VGroup) -> VGroup:
    """A drawing that is seen from a whole place of an axis on."""
    return follow(drawing, axis, at=lambda place: drawing.set_opacity(float(int(place + 1e-9) >= first)))
