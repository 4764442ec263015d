"""What only the film of stochastic descent draws: rows that are lit, and their pulls that are added up on a map."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from manim import DL, DOWN, RIGHT, TAU, Arc, Circle, VGroup, VMobject
from manim.utils.rate_functions import smooth

from scenes._marks.axes import Axes
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Segments
from scenes._marks.panel import Panel
from scenes._marks.typeset import DESCENT
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme

REACH = 1.6  # of the panel of the rows, from 0
DOT, RING, WIDER = 0.075, 0.15, 0.09  # radius of a row and of its ring; by how much a ring is wider that comes again
HEAD, OPEN = 0.17, 0.45  # length of an arrowhead's strokes; sine of the angle between one and the shaft
MARGIN = 0.1  # of a window around what it shows
REST = 0.4  # of the time of a step in which its batch is seen before the weights move


class Sample(VGroup):
    """The panel of the rows: full dots for the label +1, hollow ones for -1."""

    def __init__(self, film: Film, slot: Slot, ticks: int = 3) -> None:
        x, y, ends, theme = film.trace.x, film.trace.y, [-REACH, REACH], film.theme
        below, above = (film.typeset(name, size=26) if ticks else "" for name in ("data(x_0)", "data(x_1)"))
        self.panel = Panel(film, slot, ends, ends, below, above, ticks=(ticks, ticks))
        self.places = self.panel.at(*x.T)  # [sample 3]
        full, hollow = (Dots(self.places[y == label], theme.data, DOT) for label in (1, -1))
        hollow.set_fill(theme.background).set_stroke(theme.data, 3)
        self.dots = VGroup(with_halo(full, theme), hollow)
        self.full, self.stochastic = (Boundary(self.panel.axes, theme, dashed) for dashed in (False, True))
        super().__init__(self.panel.drawn, self.full, self.dots)


class Boundary(VGroup):
    """The line between the classes, dashed for SGD's weights, with an arrow to the side that is taken for +1."""

    def __init__(self, axes: Axes, theme: Theme, dashed: bool) -> None:
        self._axes = axes
        self._line = (Dashes if dashed else Line)(np.zeros((2, 3)), theme.weight, 5)
        self._arrow = Arrows(theme.weight)
        super().__init__(self._line, self._arrow)
        with_halo(self, theme)

    def turn(self, w: np.ndarray) -> None:
        """Turn to weights [axis]."""
        with np.errstate(divide="ignore"):
            self._line.through(self._axes.line(-w[0] / w[1], 0, 0))
        ends = self._axes.at(*np.array([0 * w, 0.5 * w / np.linalg.norm(w)]).T)
        self._arrow.put(ends[:1], ends[1:] - ends[:1])


class Rings(VMobject):
    """A ring around each of some places; around one that comes again there is a wider one, too."""

    def __init__(self, color: str, places: np.ndarray | Sequence[np.ndarray] = ()) -> None:
        super().__init__(stroke_color=color, stroke_width=4, fill_opacity=0)
        self._outline = Circle(radius=1, num_components=5).points
        self.put(places)

    def put(self, places: np.ndarray | Sequence[np.ndarray]) -> Self:
        """Go around other places [ring 3], more or fewer of them."""
        centres = np.reshape(places, (-1, 1, 3))
        again = [np.sum(np.all(centres[:k] == one, axis=2)) for k, one in enumerate(centres)]
        radius = RING + WIDER * np.reshape(again, (-1, 1, 1))
        self._path = (centres + radius * self._outline).reshape(-1, 3)
        return self.show(1)

    def show(self, share: float) -> Self:
        """Show the first `share`, 0 to 1, of the rings; each of them is whole."""
        size = len(self._outline)
        self.points = self._path[: size * int(share * len(self._path) / size + 1e-9)]
        return self


class Arrows(Segments):
    """Arrows with open heads as one path."""

    def __init__(self, color: str, width: float = 4) -> None:
        super().__init__(np.zeros((0, 3)), np.zeros((0, 3)), color, width, opacity=1)

    def put(self, starts: np.ndarray, vectors: np.ndarray) -> Self:
        """Go from other places [arrow 3] by other ways [arrow 3], more or fewer of them."""
        ends, length = starts + vectors, np.linalg.norm(vectors, axis=1, keepdims=True)
        along = vectors / np.maximum(length, 1e-9) * np.minimum(HEAD, length / 2)
        across = OPEN * along[:, [1, 0, 2]] * [-1, 1, 0]
        backs = ends - np.sqrt(1 - OPEN**2) * along
        self.join(np.concatenate([starts, ends, ends]), np.concatenate([ends, backs + across, backs - across]))
        return self


class Pulls(Arrows):
    """The pulls of some rows, and that of the penalty, which add up to a step.

    `at(place)`: up to 1, the pulls grow out of their rows; from then on they fly one by one to the map, where they are
    laid end to end; the penalty's grows there. Those of a row that comes again begin where the one before ends, and
    move up as it leaves.

    Args:
        color: of the strokes.
        rows: where the rows are [pull 3].
        pulls: of the rows and, last, of the penalty, on the map [pull + 1 3].
        start: where the step starts.
    """

    def __init__(self, color: str, rows: np.ndarray, pulls: np.ndarray, start: np.ndarray) -> None:
        self._pulls, self._chain = pulls, start + np.cumsum(pulls, axis=0) - pulls
        again = np.tril(np.all(rows[:, None] == rows, axis=2), -1)  # [pull pull]: an earlier one of the same row
        self._rows, self._again = np.concatenate([rows, self._chain[-1:]]), np.pad(again, (0, 1))
        self.last = 1 + len(pulls)
        super().__init__(color)
        self.at(0)

    def at(self, place: float) -> None:
        """Show them at a place of their way."""
        flown = np.clip(place - 1 - np.arange(len(self._pulls)), 0, 1)[:, None]
        flown = flown**2 * (3 - 2 * flown)  # slow at both ends
        grown = np.minimum(place, 1) * np.ones_like(flown)
        grown[-1] = flown[-1]
        waiting = self._rows + (self._again @ (1 - flown)) * self._pulls
        self.put(waiting + flown * (self._chain - waiting), grown * self._pulls)


class Readout(VGroup):
    """What a descent has come to, above its map: its loss, the points that it has seen, its steps.

    Args:
        film: it writes.
        slot: of the map.
        seen: references to the points seen after each step.
        cost: references to the loss after each step.
        steps: references to the numbers of the steps.
    """

    def __init__(self, film: Film, slot: Slot, seen: np.ndarray, cost: np.ndarray, steps: list[Any]) -> None:
        self._words, self._size, self._refs = film.words, seen[1].value, list(zip(cost, seen, steps, strict=True))
        points, steps_made = (film.say(word, size=24, colour=film.theme.faint) for word in ("points", "steps"))
        lines = (
            (film.typeset("loss(L) =", size=34), above(slot, 2.35, 1.05), 34, film.theme.loss, 0),
            (points, above(slot, 0, 0.57), 28, film.theme.text, DESCENT),
            (steps_made, above(slot, 2.35, 0.57), 28, film.theme.text, DESCENT),
        )
        self._numbers = []
        super().__init__()
        for word, foot, size, colour, depth in lines:
            word.move_to(foot + depth * DOWN, DL)
            number = film.number(colour=colour, size=size).anchored_at(foot + (word.width + 0.15) * RIGHT)
            self._numbers.append(number)
            self.add(word, number)

    def at(self, seen: float) -> None:
        """Write what holds once so many points are seen."""
        row = self._refs[min(int(seen / self._size + 1e-9), len(self._refs) - 1)]
        for number, value in zip(self._numbers, row, strict=True):
            number.write(self._words.number(value))


def named(film: Film, name: str, colour: str) -> VGroup:
    """Whose a line is: gradient descent's is whole, SGD's dashed."""
    stroke = (Dashes if name == "sgd" else Line)(np.array([[0, 0, 0], [0.6, 0, 0]]), colour)
    return VGroup(stroke, film.say(name, size=24)).arrange(RIGHT, buff=0.25)


def on_map(film: Film, panel: Panel, gradients: Sequence[np.ndarray]) -> np.ndarray:
    """The steps [gradient 3] on a map that gradients [axis] make."""
    axes = panel.axes
    return -film.trace.params.learning_rate * axes.size[0] / axes.span[0] * np.pad(gradients, ((0, 0), (0, 1)))


def mean_step(film: Film, panel: Panel, update: int) -> Arrows:
    """The mean step of all batches from the weights of an update."""
    start, step = film.trace.sgd[[update]], on_map(film, panel, film.trace.mean_gradient[[update]])
    return with_halo(Arrows(film.theme.faint, 10).put(panel.axes.at(*start.T), step), film.theme)


def angle(film: Film, panel: Panel, update: int) -> VGroup:
    """The angle between the mean step of all batches and that of an update, at an arc between them."""
    t = film.trace
    ways = on_map(film, panel, [t.mean_gradient[update], t.gradient[update]])
    first, second = np.arctan2(ways[:, 1], ways[:, 0])
    between_them = (second - first + np.pi) % (2 * np.pi) - np.pi
    start, reach = panel.axes.at(*t.sgd[update]), np.linalg.norm(ways, axis=1).max()
    arc = Arc(0.6 * reach, first, between_them, arc_center=start, color=film.theme.text, stroke_width=4)
    middle = first + between_them / 2
    told = film.say("apart", angle=film.refs.angle[update])
    told.move_to(start + (reach + 0.5) * np.array([np.cos(middle), np.sin(middle), 0]))
    return with_halo(VGroup(arc, told), film.theme)


def above(slot: Slot, across: float, up: float) -> np.ndarray:
    """A point above a panel, from its upper left corner."""
    return np.array([slot.left + across, slot.foot + slot.height + up, 0])


def order_of(pulls: np.ndarray) -> np.ndarray:
    """The order [pull] by their angles of the pulls of rows, the last of [pull + 1 axis] being the penalty's."""
    angles = np.arctan2(pulls[:, 1], pulls[:, 0])
    return np.argsort((angles[:-1] - angles[-1]) % TAU)


def turning(pulls: np.ndarray) -> np.ndarray:
    """The pulls in that order: laid end to end, those that cancel make a convex round."""
    return np.concatenate([pulls[order_of(pulls)], pulls[-1:]])


def window(*points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two ranges of one length, 121 values each, in which points [... 2] have room."""
    every = np.concatenate([np.reshape(one, (-1, 2)) for one in points])
    low, high = every.min(axis=0), every.max(axis=0)
    reach = (0.5 + MARGIN) * (high - low).max()
    x, y = (middle + reach * np.linspace(-1, 1, 121) for middle in (low + high) / 2)
    return x, y


def updates(seen: float, size: int) -> float:
    """How many steps have been made once so many points are seen; each rests first, then goes on to the next."""
    whole, part = divmod(seen / size + 1e-9, 1)
    return float(whole + smooth(np.clip((part - REST) / (1 - REST), 0, 1)))


def stairs(seen: np.ndarray, cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The corners of a loss that stays until the points of a step have been seen."""
    return np.repeat(seen, 2)[1:], np.repeat(cost, 2)[:-1]
