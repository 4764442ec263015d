"""What only the film of Adam draws: gauges of a parameter with their bias-corrected ghosts, and runs side by side."""

from typing import Any, NamedTuple

import numpy as np
from manim import DL, DOWN, DR, LEFT, RIGHT, UL, UP, UR, Dot, Group, Rectangle, VGroup

from mathcore._quadratic import AXES
from scenes._marks.away import Away
from scenes._marks.bars import OUTLINE
from scenes._marks.contour_map import ContourMap, bowl_levels
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Segments, closed
from scenes._marks.number import Number
from scenes._marks.optimum import optimum_mark
from scenes._marks.typeset import Typeset
from scenes._stage.clock import follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.refs import values_of

NAME, EDGE, WIDTH = 0.65, 1.0, 2.0  # right edge of the names; left edge and length of the gauges
VALUE, HAT, CORRECTED = 4.8, 4.98, 6.6  # right edge of a number; left edge of the name of its corrected one, right edge
PITCH, HIGH = 0.45, 0.26  # from gauge to gauge; height of a bar
SIZE, NUMBER = 28, 32  # of names and of numbers
TOPS, ROWS = (2.25, -0.42), 5  # of the first gauge of each parameter; how many it has
ROOM = np.array([[-0.6, 0.3], [6.81, -0.5]])  # from the first gauge and the last one to the frame around them
FAR = 9  # scales beyond which a value is as good as infinite
BALL, SMALL_BALL = 0.13, 0.1  # radii
LINES = 12  # of equal loss
SIDE, FOOT = 2.45, -1.25  # width of the maps side by side, and where they begin
REACH, TOLD = 1000, 1e9  # across the valley: as good as infinitely far away; so far that rounding matters along it
FIRST = "weight(Delta theta_0) &= weight({one}) \\ weight(Delta theta_1) &= weight({two})"
NARROW = slice(8, 101)  # columns of the whole map that they show


class Row(NamedTuple):
    """A gauge of both parameters: its name, # for their number; its colour, values, end of the scale, and place."""

    name: str
    role: str
    refs: np.ndarray  # [place axis]
    reach: float
    place: int  # from the top
    signed: bool = True

    @property
    def values(self) -> np.ndarray:
        """Its numbers, 0 where they are open."""
        return np.nan_to_num(values_of(self.refs))

    def box(self, axis: int) -> np.ndarray:
        """The corners of its scale [2 3]."""
        y = TOPS[axis] - PITCH * self.place
        return np.array([[EDGE, y - HIGH / 2, 0], [EDGE + WIDTH, y + HIGH / 2, 0]])

    def ends(self, axis: int, value: float) -> tuple[float, float]:
        """Where a bar begins and where it ends, perhaps outside the scale."""
        whole, zero = (WIDTH / 2, EDGE + WIDTH / 2) if self.signed else (WIDTH, EDGE)
        return zero, zero + float(np.sign(value)) * whole * min(abs(value) / self.reach, FAR)


def under_way(place: float) -> int:
    """The step that is made at a place; where the ball rests, the one that it has made."""
    return int(np.ceil(place - 1e-9))


def frames(film: Film) -> VGroup:
    """A frame around the gauges of each parameter."""
    around = VGroup()
    for top in TOPS:
        (left, high), (right, low) = ROOM + [[0, top], [0, top - PITCH * (ROWS - 1)]]
        around.add(Rectangle(color=film.theme.faint, stroke_width=1.5, width=right - left, height=high - low))
        around[-1].move_to([(left + right) / 2, (high + low) / 2, 0])
    return around


def gauges(film: Film, row: Row, along: str) -> VGroup:
    """The bars of both parameters with their name; what leaves the scale is cut, and a sign points to it."""
    return VGroup(*(_gauge(film, row, axis, along) for axis in range(len(TOPS))))


def _gauge(film: Film, row: Row, axis: int, along: str) -> VGroup:
    colour, box = getattr(film.theme, row.role), row.box(axis)
    middle, zero = box.mean(axis=0) * UP, row.ends(axis, 0)[0] * RIGHT
    name = film.typeset(row.name.replace("#", str(axis)), size=SIZE)
    name.move_to(NAME * RIGHT + middle, RIGHT)
    feet = zero + middle + HIGH * np.array([[0.55 * UP, 0.55 * DOWN], [0.85 * UP, 0.85 * DOWN]])  # [end segment 3]
    foot = Segments(feet[0], feet[1], film.theme.faint, 2, 1)  # above the bar and below, never behind it
    bar = Rectangle(color=colour, fill_opacity=1, stroke_width=0)
    away = Away(box, colour, gap=0.08)
    values = row.values[:, axis]

    def go(place: float) -> None:
        start, end = row.ends(axis, float(values[under_way(place)]))
        bar.points = _bar(start, float(np.clip(end, *box[:, 0])), middle)
        away.put(end * RIGHT + middle)

    return follow(VGroup(name, foot, bar, away), along, at=go)


def numbers(film: Film, row: Row, along: str, right: float = VALUE) -> VGroup:
    """The numbers of the gauges of both parameters."""
    return VGroup(*(_number(film, row, row.refs, axis, along, right) for axis in range(len(TOPS))))


def corrected(film: Film, row: Row, called: str, refs: np.ndarray) -> VGroup:
    """Names and numbers of the corrected averages of a row, which come once "corrected" is at its end."""
    told = VGroup()
    for axis in range(len(TOPS)):
        name = film.typeset(called.replace("#", str(axis)), size=SIZE)
        name.move_to(HAT * RIGHT + row.box(axis).mean(axis=0) * UP, LEFT)
        told.add(name, _number(film, row, refs, axis, "step", CORRECTED))
    return told


def _number(film: Film, row: Row, refs: np.ndarray, axis: int, along: str, right: float) -> Number:
    number = film.number(colour=getattr(film.theme, row.role), size=NUMBER, anchor=RIGHT)
    number.centred_at(right * RIGHT + row.box(axis).mean(axis=0) * UP)
    return follow(number, along, at=lambda place: film.rewrite(number, refs[under_way(place), axis]))


def ghosts(film: Film, row: Row, hats: np.ndarray) -> VGroup:
    """The outlines of the corrected averages [step axis], which grow out of the bars along "corrected"."""
    return VGroup(*(_ghost(film, row, hats, axis) for axis in range(len(TOPS))))


def _ghost(film: Film, row: Row, hats: np.ndarray, axis: int) -> VGroup:
    middle = row.box(axis).mean(axis=0) * UP
    outline = Rectangle(color=getattr(film.theme, row.role), stroke_width=3)
    columns = [table[:, axis] for table in (row.values, np.nan_to_num(values_of(hats)))]

    def go(place: float, share: float) -> None:
        value, hat = (float(column[under_way(place)]) for column in columns)
        outline.points = _bar(*row.ends(axis, value + share * (hat - value)), middle)

    return follow(VGroup(outline), "step", "corrected", at=go)


def _bar(start: float, end: float, middle: np.ndarray) -> np.ndarray:
    centre = (start + end) / 2 * RIGHT + middle + HIGH / 2 * DOWN
    return closed(OUTLINE * [abs(end - start), HIGH, 0] + centre)


def around(film: Film, first: Row, last: Row) -> VGroup:
    """A frame around some gauges of each parameter, from one row to another, to call the eye to them."""
    boxes = VGroup()
    for axis in range(len(TOPS)):
        high, low = first.box(axis)[1, 1] + 0.07, last.box(axis)[0, 1] - 0.07
        boxes.add(Rectangle(color=film.theme.text, stroke_width=3, width=CORRECTED + 0.45, height=high - low))
        boxes[-1].move_to([(CORRECTED - 0.25) / 2, (high + low) / 2, 0])
    return boxes


def wrong(film: Film, *keys: str) -> VGroup:
    """A cross, and beside it one sentence below the other."""
    told = VGroup(*(film.say(key, size=28, colour=film.theme.bad) for key in keys))
    told.arrange(DOWN, buff=0.12, aligned_edge=LEFT)
    ends = 0.18 * np.array([UP + RIGHT, UP + LEFT])  # [stroke 3]
    return VGroup(Segments(-ends, ends, film.theme.bad, 7, 1), told).arrange(RIGHT, buff=0.2)


def ball_of(film: Film, radius: float) -> Dot:
    """What walks."""
    return Dot(radius=radius, color=film.theme.weight, stroke_width=3)


def there_and_back(film: Film, chart: ContourMap, along: str, radius: float = BALL) -> VGroup:
    """Adam's walk; once the ball turns, the way back lies on the way out."""
    theta, turn = film.trace.theta, int(film.trace.turn_step)
    if turn == film.trace.params.steps:
        return chart.walk(theta, "weight", along, ball=ball_of(film, radius))
    ways = theta[: turn + 1], theta[turn:]
    out, back = (chart.walk(way, "weight", ball=ball_of(film, radius)) for way in ways)
    with_halo(back, film.theme)
    gone = chart.walk(ways[0], "weight")
    gone.at(turn)
    gone.remove(gone.ball)
    walk = VGroup()

    def go(place: float) -> None:
        walk.submobjects = [out] if place <= turn else [gone, back]
        out.at(min(place, turn))
        back.at(max(place - turn, 0))

    return follow(walk, along, at=go)


def marks_at(film: Film, row: Row, value: float, name: str) -> VGroup:
    """Dashes across the gauges of a row at a value and at minus that value, named below those of the first."""
    places = [(row.ends(axis, sign * value)[1], row.box(axis)) for axis in range(len(TOPS)) for sign in (-1, 1)]
    starts, ends = (np.array([[x, box[end, 1] + way * 0.05, 0] for x, box in places]) for end, way in ((0, -1), (1, 1)))
    named = film.typeset(name, size=24).move_to(starts[1] + 0.2 * DOWN)
    return VGroup(Segments(starts, ends, film.theme.text, 3, 1), named)


def opened(refs: np.ndarray) -> np.ndarray:
    """What each step made [step axis], after an open start."""
    return np.concatenate([np.full((1, 2), np.nan, dtype=object), refs])


def map_of(film: Film, slot: Slot, x: np.ndarray, y: np.ndarray, surface: np.ndarray, **names: Any) -> ContourMap:
    """The map of a loss [y x] over x and y, with the mark of the optimum where it is 0."""
    chart = ContourMap(film, slot, x, y, surface, bowl_levels(surface, LINES), **names)
    if chart.axes.inside(0, 0):
        chart.drawn.add(optimum_mark(film.theme, chart.at(0, 0)))
    return chart


def in_reach(places: np.ndarray) -> np.ndarray:
    """The places [place 2] of a run that diverges across the valley, brought back as near as REACH in that direction.

    Where it is along the valley can be told only as long as rounding is small beside that; then it stays.
    """
    way = AXES[:, 1]
    with np.errstate(invalid="ignore", over="ignore"):  # a run that has overflown
        across = places @ way
        along = places - across[:, None] * way
    told = np.maximum.accumulate(np.where(np.abs(across) < TOLD, np.arange(len(places)), 0))
    return along[told] + np.clip(across, -REACH, REACH)[:, None] * way


class SmallRun:
    """A small map with a run, what it is called above, below its loss; ball and loss go along "all".

    Below that is room for what its `first` step was.

    Args:
        film: where it stands.
        place: of the map's middle.
        name: the key of a sentence.
        rate: what its learning rate is called.
        theta: the places of the ball [step axis].
        losses: references [step].
        update: those of its first step [axis].
    """

    def __init__(
        self, film: Film, place: float, name: str, rate: Typeset, theta: np.ndarray, losses: Any, update: Any
    ) -> None:
        t, left, middle = film.trace, place - SIDE / 2, place * RIGHT
        x, y, surface = t.theta_0_grid[NARROW], t.theta_1_grid, t.surface[:, NARROW]
        slot = Slot(left, FOOT, SIDE, SIDE * np.ptp(y) / np.ptp(x))
        chart, top = map_of(film, slot, x, y, surface, ticks=(0, 0)), slot.foot + slot.height
        said = wrong(film, name) if name == "printed" else film.say(name, size=28)
        said.move_to(middle + (top + 0.9) * UP, UP)
        told = film.typeset("loss(L) =", size=40).move_to(middle + [-0.45, FOOT - 0.45, 0], RIGHT)
        number = film.number(colour=film.theme.loss, size=40).centred_at(middle + [-0.3, FOOT - 0.45, 0])
        follow(number, "all", at=lambda place: film.rewrite(number, losses[int(place + 1e-9)]))
        name = film.say("first_step", colour=film.theme.faint, size=24).move_to(middle + (FOOT - 1.0) * UP)
        one, two = map(film.words.markup, update)
        step = film.typeset(FIRST, size=26, one=one, two=two).next_to(name, DOWN, buff=0.12)
        self.first = VGroup(name, step)
        self.drawn = Group(chart.drawn, said, rate.move_to(middle + (top + 0.2) * UP, DOWN), told)
        self.loss = VGroup(told, number)
        if theta is t.theta:
            walk = there_and_back(film, chart, "all", SMALL_BALL)
        else:
            walk = chart.walk(in_reach(theta), "weight", "all", ball=ball_of(film, SMALL_BALL))
        self.moving = VGroup(walk, number)

    def frame(self, colour: str) -> Line:
        """A frame around its loss."""
        corners = [self.loss.get_corner(way) + 0.15 * way for way in (UL, UR, DR, DL, UL)]
        return Line(np.array(corners), colour)
