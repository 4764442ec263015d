"""What only the film of the L2 penalty draws: mirrored histograms, stacked areas, weights on springs, a table."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, Dot, Polygon, Rectangle, VGroup, VMobject

from mathcore.l2_penalty import WATCHED
from scenes._marks.bars import Bars
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Segments, closed
from scenes._marks.panel import TICKS, Panel
from scenes._stage.clock import between, follow
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref
from scenes._stage.words import NumberText

SEEN = 0.004  # share of a kernel's weights below which a bin is too low to be seen
FLOOR = 1.1  # depth of what is below zero, as a share of the deepest bar
LEAST_REACH = 4.6  # of its axis to either side, in initial bounds: numbers stand beside the initial weights
HOLLOW, FILLED = 0.2, 0.9  # opacity of what is drawn of the run without penalty, and of the other
DRAWN = 0.85  # share of its visit in which a frame is drawn
WIDE = 0.42  # of a bar, as a share of its kernel's room
UPPER = 0.4  # least height of what is above zero, as a share of what is below it
MEANS = 2.45 * RIGHT  # left of the formula, where it is told what its letters mean
BALL = 0.16  # radius of a weight
COILS, SWING = 24, 0.17  # corners of a spring, and half its width
TAUT, LOOSE = 0.6, 2.4  # lengths of a spring: up to which it is a plain line, from which it has its whole width
TIP, HEAD, DOT = 0.2, 0.7, 0.05  # of an arrow: length of its head, at most, or a share; below which none is drawn
ROOM = 0.3  # for numbers beside the moves, as a share of what these span
HEIGHTS = 0.68, 0.15  # of the weights in their panel
ROWS = np.array([0.92 * UP, 0.46 * UP])  # from a weight to what data and penalty moved it by
BAR, ABOVE = 0.15 * UP, 1.42  # half of a bar where a weight started; from it to the middle of what it is called
CLEAR = 14  # width of the edge that sets a number off from a line that it passes
DECIMALS = 3  # of numbers that are added up
ROOM_OF_ROW = np.array([[0.0, -0.4, 0], [0, -0.4, 0], [0, 1.65, 0], [0, 1.65, 0]])  # its corners around a weight
COLUMNS = 4.5, 6.75  # right ends of the numbers of both runs
LINES = 0, 1.05, 2.1  # how far each row of a table is below the first one
AROUND = np.array([[-0.15, -0.4, 0], [0.15, -0.4, 0], [0.15, 0.4, 0], [-0.15, 0.4, 0]])  # a row
WHOLE = 5  # ticks, at most, along all epochs, of which the last is one then
ROLES = "loss", "weight", "text"


class KernelPanel(Panel):
    """The weights of one kernel: upwards the histogram of the run without penalty, downwards that of the other.

    Args:
        film: it writes names and numbers.
        slot: where it stands.
        layer: which kernel.
    """

    def __init__(self, film: Film, slot: Slot, layer: int) -> None:
        t, refs = film.trace, film.refs
        shares = t.histograms / t.weights[:, None]  # [epoch run layer bin]
        seen = np.abs(t.edge[:-1] + t.edge[1:])[(shares[:, :, layer] > SEEN).any((0, 1))]
        bound = t.bound[layer]
        reach = bound * max(LEAST_REACH, seen.max() / 2 + 0.5)
        up, down = shares[:, 0].max(), shares[:, 1].max()
        super().__init__(film, slot, [-reach, reach], [-FLOOR * down, max(1.1 * up, UPPER * down)], ticks=(4, 0))
        title = "hidden" if layer < len(t.weights) - 1 else "output"
        name = film.say(title, size=26, layer=refs.places("layer")[layer].ordinal, count=refs.weights[layer])
        name.next_to(self.at(-reach, np.inf), UP, buff=0.1).align_to([slot.left, 0, 0], LEFT)
        bounds = film.say("bounds", size=SMALL, colour=film.theme.faint, bound=refs.bound[layer])
        bounds.move_to(self.at(np.inf, -np.inf) + [-0.1, 0.25, 0], RIGHT)
        self.drawn.add(self.rules([-bound, bound], -np.inf, np.inf, "faint"), name, bounds)
        for run, side in enumerate((1, -1)):
            self.drawn.add(self._half(bound * t.edge, side * shares[:, run, layer], run))
            left = self.at(-reach, 0) + (0.42 * DOWN if run else 0.36 * UP)
            strength = film.typeset("lambda = {x}", size=32, x=refs.strength[run])
            self.drawn.add(strength.move_to(left + 0.15 * RIGHT, LEFT))
            self.drawn.add(self._norm(film, left + (slot.width - 2.2) * RIGHT, refs.norms[:, run, layer]))

    def corners(self) -> np.ndarray:
        """The corners [corner 3] of the half of the penalised net."""
        return self.at(np.array([-1, 1, 1, -1]) * np.inf, np.array([-np.inf, -np.inf, 0, 0]))

    def _half(self, edge: np.ndarray, heights: np.ndarray, run: int) -> VMobject:
        """The histogram of one run [epoch bin], as one outline."""
        outline = VMobject(stroke_color=self._theme.weight, stroke_width=2)
        outline.set_fill(self._theme.weight, (HOLLOW, FILLED)[run])

        def at(place: float) -> None:
            tops = np.pad(np.repeat(between(heights, place), 2), 1)
            outline.points = closed(self.at(np.repeat(edge, 2), tops))

        return follow(outline, "epoch", at=at)

    def _norm(self, film: Film, place: np.ndarray, refs: Any) -> VGroup:
        """The norm [epoch]; `place` is its left end."""
        name = film.typeset("norm(weight(W)) =", size=34).move_to(place, LEFT)
        number = film.number(refs[0], film.theme.weight, size=44).centred_at(name.get_right() + 0.15 * RIGHT)
        follow(number, "epoch", at=lambda at: film.rewrite(number, refs[int(at + 1e-9)]))
        return with_halo(VGroup(name, number), film.theme)


def visitor(film: Film, rooms: Sequence[np.ndarray]) -> Line:
    """A frame that is drawn around rooms, given by their corners [corner 3], in turn."""
    frame = with_halo(Line(np.zeros((2, 3)), film.theme.text, 4), film.theme)

    def at(visited: float) -> None:
        room = min(int(visited), len(rooms) - 1)
        frame.through(np.concatenate([rooms[room], rooms[room][:1]])).show(min((visited - room) / DRAWN, 1))

    return follow(frame, "visited", at=at)


class Sum:
    """A panel of both terms of the penalised net, stacked, from an epoch on; dashed the other net's loss.

    Args:
        film: it writes names and numbers.
        slot: where it stands.
        first: the epoch; the panel is as high as what comes from there on.
    """

    def __init__(self, film: Film, slot: Slot, first: int) -> None:
        t, theme, epochs = film.trace, film.theme, np.arange(first, film.trace.params.epochs + 1)
        data, (other, both) = t.data_loss[1, first:], t.loss[:, first:]
        ticks = TICKS[0] if first else WHOLE, TICKS[1]
        self.top = 1.05 * max(both.max(), other.max())
        panel = Panel(film, slot, epochs[[0, -1]], [0, self.top], "epoch", "loss", ticks)
        floor = 0 * data
        self.marks = [area(panel, epochs, floor, data, theme.loss), area(panel, epochs, data, both, theme.weight)]
        for y, width, dashed in ((both, 5, False), (other, 3, True)):
            self.marks.append(drawn_from(first, panel.line(epochs, y, "text", width=width, dashed=dashed)))
        self.axes, self._panel, self._last, self._theme = panel.drawn, panel, epochs[-1], theme

    def frame(self, first: int, top: float) -> Polygon:
        """A frame around what lies between an epoch and the last one, up to a height."""
        return with_halo(self._panel.frame((first, self._last), (0, top)), self._theme)


def drawn_from(first: int, line: Line) -> Line:
    """A line that begins at an epoch and is drawn up to where the epochs stand."""
    last = len(line.corners) - 1
    return follow(line, "epoch", at=lambda epoch: line.show(min(max(epoch - first, 0) / last, 1)))


def area(panel: Panel, epochs: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str) -> VMobject:
    """What lies between two curves [epoch], up to a place along the epochs."""
    filled = VMobject(stroke_width=0).set_fill(colour, 1)

    def at(epoch: float) -> None:
        place = max(epoch - epochs[0], 0)
        x = np.append(epochs[: int(place) + 1], epochs[0] + place)
        lower, upper = (np.append(y[: int(place) + 1], between(y, place)) for y in (low, high))
        corners = np.concatenate([panel.at(x, lower), panel.at(x, upper)[::-1]])
        filled.points = closed(corners if place else corners[:0])

    return follow(filled, "epoch", at=at)


class Springs(Panel):
    """Two weights on springs to 0: as far as the data have moved each from its start, and from there the penalty."""

    def __init__(self, film: Film, slot: Slot) -> None:
        t = film.trace
        stops = np.stack([t.w[0] + 0 * t.w, t.w[0] + t.moved[:, 0], t.w], axis=1)  # [epoch stop weight]
        least, most = min(stops.min(), 0), max(stops.max(), 0)
        room = ROOM * (most - least)
        across = least - 0.2 * room, most + room
        shared = film.say("shared", size=28)
        super().__init__(film, slot, across, [0, 1], film.typeset("weight(w)"), shared, ticks=(7, 0))
        self.drawn.add(film.say("means", size=28).match_y(shared).align_to(MEANS, RIGHT))
        self.drawn.add(self.rules([0], -np.inf, np.inf, "text"))
        for weight, height in enumerate(HEIGHTS):
            self.drawn.add(self._row(film, weight, self.at(stops[..., weight], height)))
        self.rooms = [self.at([-np.inf, np.inf, np.inf, -np.inf], height) + ROOM_OF_ROW for height in HEIGHTS]

    def _row(self, film: Film, weight: int, stops: np.ndarray) -> VGroup:
        """One weight; `stops` [epoch stop 3] are its start, where the moves of the data end, and where it is."""
        refs, theme, wall = film.refs, film.theme, self.at(0, HEIGHTS[weight])
        spring = Line(np.zeros((2, 3)), theme.weight, 3, float(film.trace.params.penalty > 0))
        ball, links = Dot(radius=BALL, color=theme.weight), Segments(stops[0], stops[0], theme.faint, 2, 1)
        name, own = film.typeset("weight(w) =", size=36), film.number(colour=theme.weight, size=40)
        moves = (self._move(film, term, weight, stops[:, term : term + 2]) for term in range(len(ROWS)))
        first, second = (end.ordinal for end in refs.ends[weight])
        values = {"layer": refs.places("layer")[WATCHED // 2].ordinal, "a": first, "b": second}
        ends = film.say("joins", size=26, colour=theme.faint, **values, start=fixed(film, refs.w[0, weight]))
        ends.move_to([self.at(np.inf, 0)[0] - 0.1, wall[1] + ABOVE, 0], RIGHT)

        def at(epoch: float) -> None:
            start, pushed, place = between(stops, epoch)
            spring.through(coil(wall, place)).show(float(abs(place - wall)[0] > BALL))  # else the ball hides it
            ball.move_to(place)
            name.move_to(place + 0.3 * RIGHT, LEFT)
            own.centred_at(name.get_right() + 0.15 * RIGHT).write(fixed(film, refs.w[int(epoch + 1e-9), weight]))
            upper, lower = start + ROWS[0], place + ROWS[1]
            corners = [upper + BAR, upper - BAR], [pushed + ROWS[0], pushed + ROWS[1]], [lower, place]
            links.join(*np.swapaxes(corners, 0, 1))

        return follow(VGroup(spring, links, ball, *moves, name, own, ends), "epoch", at=at)

    def _move(self, film: Film, term: int, weight: int, ways: np.ndarray) -> VGroup:
        """What one term has moved a weight by: from where to where [epoch end 3]."""
        refs, colour = film.refs.moved[:, term, weight], getattr(film.theme, ROLES[term])
        arrow = Segments(np.zeros((0, 3)), np.zeros((0, 3)), colour, 6, 1)
        name = film.say(("by_data", "by_penalty")[term], size=30, colour=colour)
        number = film.number(colour=colour, size=36)

        def at(epoch: float) -> None:
            start, end = between(ways, epoch) + ROWS[term]
            arrow.join(*arrow_to(start, end))
            name.move_to(np.maximum(start, end) + 0.2 * RIGHT, LEFT)
            number.centred_at(name.get_right() + 0.15 * RIGHT).write(fixed(film, refs[int(epoch + 1e-9)]))

        return follow(VGroup(arrow, name, number), "epoch", at=at)


def coil(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The corners [corner 3] of a spring from one place to another at its right or left."""
    shares = np.linspace(0, 1, COILS)[:, None]
    swing = SWING * np.clip((np.linalg.norm(end - start) - TAUT) / (LOOSE - TAUT), 0, 1)
    swings = np.where(np.arange(COILS) % 2, swing, -swing)
    swings[[0, 1, -2, -1]] = 0
    return np.asarray(start + shares * (end - start) + swings[:, None] * UP)


def arrow_to(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The starts and the ends [stroke 3] of an arrow, with a smaller head where it is short; no mere dots."""
    way = end - start
    length = float(np.linalg.norm(way))
    if length < DOT:
        return np.array([start] * 3), np.array([start] * 3)
    head = min(TIP, HEAD * length) * way / length
    across = 0.6 * head[[1, 0, 2]] * [-1, 1, 1]
    return np.array([start, end, end]), np.array([end, end - head + across, end - head - across])


class Table(VGroup):
    """Rows of two numbers, one of each run, below the lambda of each; `rows` are its parts but for the heads.

    Args:
        film: where it stands.
        corner: where the name of the first row begins.
        samples: how each run is drawn.
        rows: what a row is called, the role of its colour, and its values [run epoch], or [run], which stay.
        below: how far below the corner each row is.
    """

    def __init__(
        self, film: Film, corner: np.ndarray, samples: Any, rows: Sequence[tuple[Any, str, Any]], below: Any = LINES
    ) -> None:
        self.heads, self.rows = VGroup(), VGroup()
        for x, strength, sample in zip(COLUMNS, film.refs.strength, samples, strict=True):
            head = film.typeset("lambda = {x}", size=36, x=strength).move_to([x, 0, 0], RIGHT)
            sample.move_to([x - 0.55, corner[1] + 0.83, 0])
            self.heads.add(head.align_to([0, corner[1] + 1.35, 0], UP), sample)
        for (name, role, refs), depth in zip(rows, below, strict=False):
            place = corner + depth * DOWN
            row = VGroup(name.move_to(place, LEFT))
            for x, ref in zip(COLUMNS, refs, strict=True):
                number = film.number(colour=getattr(film.theme, role), size=36, anchor=RIGHT)
                row.add(told(film, number.centred_at(np.array([x, place[1], 0])), np.atleast_1d(ref)))
            self.rows.add(row)
        super().__init__(self.heads, self.rows)

    def room(self, row: int) -> np.ndarray:
        """The corners [corner 3] of a frame around a row."""
        left, right, y = self.rows[row].get_left()[0], COLUMNS[-1], self.rows[row].get_center()[1]
        return np.array([[left, y, 0], [right, y, 0], [right, y, 0], [left, y, 0]]) + AROUND


def lines(colour: str) -> list[Line]:
    """How curves of both runs are drawn."""
    ends = np.array([ORIGIN, 1.1 * RIGHT])
    return [Dashes(ends, colour, 3), Line(ends, colour, 5)]


def boxes(colour: str) -> list[Rectangle]:
    """How bars of both runs are drawn."""
    return [
        Rectangle(color=colour, width=1.1, height=0.22, stroke_width=3, fill_opacity=opacity)
        for opacity in (HOLLOW, FILLED)
    ]


def told(film: Film, number: Any, refs: Any) -> Any:
    """A number that tells values [epoch], or a single one."""

    def at(epoch: float) -> None:
        number.write(fixed(film, refs[min(int(epoch + 1e-9), len(refs) - 1)]))

    return follow(number, "epoch", at=at)


def fixed(film: Film, ref: Ref) -> NumberText:
    """A number to as many places as all of them have; one that these would make 0 is written whole."""
    return film.words.number(ref) if 0 < abs(ref.value) < 0.5 / 10**DECIMALS else film.words.number_to(ref, DECIMALS)


class Norms(VGroup):
    """The norm of each kernel of both runs as bars with their numbers, from the lines where both began."""

    def __init__(self, film: Film, slot: Slot) -> None:
        t, layers = film.trace, len(film.trace.weights)
        name = VGroup(film.typeset("norm(weight(W))", size=34), film.say("norm", size=SMALL, colour=film.theme.faint))
        panel = Panel(film, slot, [0, layers], [0, 1.12 * t.norms.max()], above=name.arrange(RIGHT, 0.15), ticks=(0, 0))
        x, wide = np.arange(layers) + 0.5, WIDE * slot.width / layers
        runs = [
            self._run(film, panel.at(x + shift, t.norms[:, run]), slot.foot, 0.95 * wide, run)
            for run, shift in enumerate((-WIDE / 2, WIDE / 2))
        ]
        starts = panel.at(x - 1.1 * WIDE, t.norms[0, 0]), panel.at(x + 1.1 * WIDE, t.norms[0, 0])
        start = with_halo(Segments(*starts, film.theme.text, 4, 1), film.theme)
        names = (self._name(film, layer, layers, foot) for layer, foot in enumerate(panel.at(x, 0)))
        super().__init__(panel.drawn, *runs, start, *names)

    def _run(self, film: Film, tops: np.ndarray, foot: float, wide: float, run: int) -> VGroup:
        """The bars of one run and their numbers, which stand on them; `tops` [epoch bar 3] are those of the bars."""
        refs, colour = film.refs.norms[:, run], film.theme.weight
        bars = Bars(tops[0, :, 0], foot, tops[..., 1] - foot, wide, colour)
        bars.set_fill(opacity=(HOLLOW, FILLED)[run]).set_stroke(colour, 3)
        numbers = VGroup(*(film.number(ref, colour, size=28, anchor=ORIGIN) for ref in refs[0]))
        for number in numbers:  # a shrinking bar takes it past the line of the start
            number.set_stroke(film.theme.background, CLEAR, background=True)

        def tell(epoch: float) -> None:
            for number, top, ref in zip(numbers, between(tops, epoch), refs[int(epoch + 1e-9)], strict=True):
                film.rewrite(number.centred_at(top + 0.3 * UP), ref)

        grown = len(tops[0])
        return VGroup(
            follow(bars, "epoch", at=lambda epoch: Bars.at(bars, grown, epoch)), follow(numbers, "epoch", at=tell)
        )

    def _name(self, film: Film, layer: int, layers: int, foot: np.ndarray) -> VGroup:
        """What a kernel is called, and whether it is penalised."""
        paid = layer < layers - 1
        name = film.say(
            "hidden_short" if paid else "output_short", size=28, layer=film.refs.places("layer")[layer].ordinal
        )
        paying = film.say("penalised" if paid else "not_penalised", size=SMALL, colour=film.theme.faint)
        return VGroup(name.move_to(foot + 0.35 * DOWN), paying.move_to(foot + 0.75 * DOWN))
