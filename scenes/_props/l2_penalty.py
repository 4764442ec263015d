"""What only the film of the L2 penalty draws: histograms of kernels, springs, the sum as a stack, bars of norms."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, Dot, Rectangle, VGroup, VMobject

from scenes._marks.bars import Bars
from scenes._marks.halo import with_halo
from scenes._marks.line import Dashes, Line, Segments, closed
from scenes._marks.panel import Panel
from scenes._stage.clock import between, follow
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref
from scenes._stage.words import NumberText

SEEN = 0.004  # share of a kernel's weights below which a bin is too low to be seen
LEAST_REACH = 1.5  # of its axis to either side, in initial bounds
HEAD_ROOM = 1.08  # height of a panel, at least, as a share of its highest bar
HOLLOW, FILLED = 0.2, 0.9  # opacity of what is drawn of the run without penalty, and of the other
DRAWN = 0.85  # share of its visit in which a frame is drawn
COILS, SWING, END = 10, 0.12, 0.08  # corners of a spring from 0 to one side, half its width, and radius of its end
LOOSE = 0.5  # length of such a spring from which it has its whole width
BELOW = 0.32  # from the axis of a histogram to its spring
BALL, DEPTH = 0.2, 1.3  # radius of the one weight; how far below its axis
ARROW, TIP, PULL = 0.62, 0.28, 0.55  # of its pull: height above it, length of the head, length as a share of its own
DECIMALS = 3  # of numbers that are added up
STACK, TOLD = Slot(3.75, 0, 0.65, 2.1), 6.75  # the sum beside the kernels of a net; right end of its numbers
TERMS = np.array([0.27, 0.83, 1.39])  # how far above the foot of the stack each term and the sum are written
AROUND = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]])  # the corners of a room
COLUMNS, APART = (4.7, 6.75), 0.4  # right ends of the numbers of both runs; between their heads at least
WIDE = 0.42  # of a bar, as a share of its group's room
CLEAR = 14  # width of the edge that sets a number off from a line that it passes
SHARES = 1, 0.55  # opacity of the data term and of the penalty, both parts of the loss
POINTER = 0.5 * np.array(
    [[0, 0, 0], [0, -1, 0], [0.24, -0.78, 0], [0.42, -1.15, 0], [0.58, -1.07, 0], [0.4, -0.71, 0], [0.71, -0.71, 0]]
)


Writing = Callable[[Ref], NumberText]


class Kernel(Panel):
    """The histogram of one kernel of one net, and behind it, where training is to be seen, the initial one.

    Args:
        film: its trace is shown.
        slot: where it stands.
        layer: which kernel.
        run: of which net.
        unit: height of all weights in one bin; by default as much as there is room for at the start, which is all then.
        ticks: at most so many along w.
    """

    def __init__(self, film: Film, slot: Slot, layer: int, run: int, unit: float = 0, ticks: int = 0) -> None:
        t, shares = film.trace, shares_of(film, layer)
        seen = np.abs(t.edge[:-1] + t.edge[1:])[(shares > SEEN).any((0, 1))]
        reach = t.bound[layer] * max(LEAST_REACH, seen.max() / 2 + 0.5)
        top = slot.height / unit if unit else HEAD_ROOM * shares[0, run].max()
        super().__init__(film, slot, [-reach, reach], [0, top], ticks=(ticks, 0))
        edge, colour = np.repeat(t.bound[layer] * t.edge, 2), film.theme.weight
        outline = with_halo(VMobject(stroke_color=colour, stroke_width=3), film.theme)
        outline.set_fill(colour, (HOLLOW, FILLED)[run])
        start = VMobject(stroke_color=film.theme.text, stroke_width=2)
        start.points = self._around(edge, shares[0, run])
        follow(outline, "epoch", at=self._drawing(outline, edge, shares[:, run]))
        self.drawn.add(*[start] * bool(unit), outline)

    def norm(self, film: Film, layer: int, run: int) -> VMobject:
        """The norm of its weights, above it."""
        refs = film.refs.norms[:, run, layer]
        number = film.number(refs[0], film.theme.weight, size=36, anchor=ORIGIN)
        number.centred_at(self.at(0, np.inf) + 0.3 * UP)
        return follow(number, "epoch", at=lambda epoch: film.rewrite(number, refs[int(epoch + 1e-9)]))

    def spring(self, film: Film, layer: int) -> VMobject:
        """The spring that pulls its weights to 0: as wide as even bars would be whose weights have its norm."""
        t = film.trace
        size = t.norms[:, 1, layer] * np.sqrt(3 / t.weights[layer])  # [epoch]
        ends = self.at(np.stack([-size, size], -1), 0) + BELOW * DOWN  # [epoch end 3]
        spring, balls = Line(ends[0], film.theme.weight, 3), VGroup(*(Dot(radius=END) for _ in range(2)))
        balls.set_fill(film.theme.weight, 1)

        def at(epoch: float) -> None:
            left, right = between(ends, epoch)
            middle = (left + right) / 2
            spring.through(np.concatenate([coil(middle, left)[::-1], coil(middle, right)]))
            for ball, end in zip(balls, (left, right), strict=True):
                ball.move_to(end)

        return follow(VGroup(spring, balls), "epoch", at=at)

    def room(self) -> np.ndarray:
        """The corners [corner 3] of a frame around it, its norm and its spring."""
        low, high = self.at(-np.inf, 0), self.at(np.inf, np.inf)
        return (low + high) / 2 + AROUND * ((high - low) / 2 + [0.08, 0.58, 0])

    def _drawing(self, outline: VMobject, edge: np.ndarray, heights: np.ndarray) -> Callable[[float], None]:
        def at(epoch: float) -> None:
            outline.points = self._around(edge, between(heights, epoch))

        return at

    def _around(self, edge: np.ndarray, heights: np.ndarray) -> np.ndarray:
        """The outline of bars between edges, each of which is there twice."""
        return closed(self.at(edge, np.pad(np.repeat(heights, 2), 1)))


def shares_of(film: Film, layer: int) -> np.ndarray:
    """The share of a kernel's weights in each bin [epoch run bin]."""
    return np.asarray(film.trace.histograms[:, :, layer] / film.trace.weights[layer])


def units(film: Film, heights: tuple[float, float]) -> list[float]:
    """How high all weights of each kernel in one bin are, the same for both nets, where a net has so much height."""
    most = [shares_of(film, layer).max((0, 2)) for layer in range(len(film.trace.weights))]  # [run] of each
    return [float(np.min(np.array(heights) / (HEAD_ROOM * shares))) for shares in most]


class Pulled(VGroup):
    """One weight of a kernel, below its histogram, on a spring to 0, dragged; `pull` is the arrow of its pull.

    Args:
        film: its trace is shown.
        kernel: on whose axis it is.
        bound: of the initial weights.
    """

    def __init__(self, film: Film, kernel: Kernel, bound: float) -> None:
        theme, tied = film.theme, film.trace.params.penalty > 0
        wall, ball = kernel.at(0, 0) + DEPTH * DOWN, Dot(radius=BALL, color=theme.weight)
        spring, arrow = Line(np.zeros((2, 3)), theme.weight, 4), Line(np.zeros((2, 3)), theme.gradient, 7)
        name, hand = film.typeset("gradient(- 2) lambda weight(w)", size=38), VMobject(stroke_width=0)
        with_halo(hand.set_fill(theme.text, 1), theme)

        def drag(w: float) -> None:
            place = kernel.at(w * bound, 0) + DEPTH * DOWN
            spring.through(coil(wall, place, 2 * SWING)).show(float(tied and abs(place - wall)[0] > BALL))
            ball.move_to(place)
            hand.points = closed(place + POINTER)

        def point(w: float) -> None:
            place = kernel.at(w * bound, 0) + (DEPTH - ARROW) * DOWN
            arrow.through(pointing(place, place + PULL * (wall - place) * RIGHT)).show(float(tied))
            name.move_to(place - np.sign(w) * 1.0 * LEFT).set_opacity(float(tied))

        self.pull = follow(VGroup(arrow, name), "w", at=point)
        starts = np.array([kernel.at(0, np.inf), wall + 0.55 * UP])  # above and below the number of its tick
        ends = np.array([kernel.at(0, 0), wall + 0.5 * DOWN])
        super().__init__(with_halo(Segments(starts, ends, theme.text, 3, 1), theme))
        self.add(follow(VGroup(spring, ball, hand), "w", at=drag))


def coil(start: np.ndarray, end: np.ndarray, swing: float = SWING) -> np.ndarray:
    """The corners [corner 3] of a spring from one place to another at its right or left."""
    shares = np.linspace(0, 1, COILS)[:, None]
    width = swing * min(float(np.linalg.norm(end - start)) / LOOSE, 1)
    swings = np.where(np.arange(COILS) % 2, width, -width)
    swings[[0, 1, -2, -1]] = 0
    return np.asarray(start + shares * (end - start) + swings[:, None] * UP)


def pointing(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The corners [corner 3] of a level arrow, with a smaller head where it is short."""
    head = np.clip(end - start, -TIP, TIP)
    across = 0.6 * abs(head[0]) * UP
    return np.array([start, end, end - head + across, end, end - head - across])


class Stack(VGroup):
    """What a net minimises: the data term, on it the penalty; beside it both and their sum. `rows` are its numbers.

    Args:
        film: its trace is shown.
        foot: height of its lower end.
        run: of which net.
    """

    def __init__(self, film: Film, foot: float, run: int) -> None:
        t, theme, refs = film.trace, film.theme, film.refs
        left, _, width, height = STACK
        tops = height / t.loss.max() * np.stack([0 * t.loss[run], t.data_loss[run], t.loss[run]])  # [end epoch]
        blocks = [VMobject(stroke_color=theme.loss, stroke_width=3).set_fill(theme.loss, share) for share in SHARES]

        def at(epoch: float) -> None:
            ends = foot + between(tops.T, epoch)
            for block, low, high in zip(blocks, ends, ends[1:], strict=False):
                corners = [[left, low, 0], [left, high, 0], [left + width, high, 0], [left + width, low, 0]]
                block.points = closed(np.array(corners))

        ground = Line(np.array([[left - 0.15, foot, 0], [left + width + 0.15, foot, 0]]), theme.faint, 2)
        names = "loss(D)", "lambda weight(sum w^2)", "loss(L)"
        self.rows = VGroup()
        for name, values, above in zip(names, (refs.data_loss, refs.penalty_term, refs.loss), TERMS, strict=True):
            place = np.array([TOLD, foot + above, 0])
            number = film.number(colour=theme.loss, size=34, anchor=RIGHT).centred_at(place)
            term = film.typeset(name, size=30).move_to([left + width + 0.2, place[1], 0], LEFT)
            self.rows.add(VGroup(term, told(film, number, values[run])))
        super().__init__(follow(VGroup(*blocks), "epoch", at=at), ground, self.rows)

    def room(self, row: int) -> np.ndarray:
        """The corners [corner 3] of a frame around a number."""
        left, right, y = STACK.left + STACK.width + 0.1, TOLD + 0.05, self.rows[row].get_center()[1]
        return np.array([(left + right) / 2, y, 0]) + AROUND * [(right - left) / 2, 0.33, 0]

    def whole(self) -> np.ndarray:
        """The corners [corner 3] of a frame around the stack and its numbers."""
        left, right = STACK.left - 0.2, TOLD + 0.05
        foot = self[1].get_center()[1]
        return np.array([(left + right) / 2, foot + 1.0, 0]) + AROUND * [(right - left) / 2, 1.2, 0]


def visitor(film: Film, rooms: Sequence[np.ndarray]) -> Line:
    """A frame that is drawn around rooms, given by their corners [corner 3], in turn."""
    frame = with_halo(Line(np.zeros((2, 3)), film.theme.text, 4), film.theme)

    def at(visited: float) -> None:
        room = min(int(visited), len(rooms) - 1)
        frame.through(np.concatenate([rooms[room], rooms[room][:1]])).show(min((visited - room) / DRAWN, 1))

    return follow(frame, "visited", at=at)


class Table(VGroup):
    """Rows of two numbers, one of each run, below the lambda of each; `rows` are its parts but for the heads.

    Args:
        film: where it stands.
        corner: where the name of the first row begins.
        colour: of its numbers and of the curves.
        rows: what a row is called, and the values of both runs.
    """

    def __init__(self, film: Film, corner: np.ndarray, colour: str, rows: Sequence[tuple[VMobject, Any]]) -> None:
        self.heads, self.rows = heads(film, corner[1] + 1.3, lines(colour)), VGroup()
        for row, (name, refs) in enumerate(rows):
            place = corner + 1.25 * row * DOWN
            numbers = (
                film.number(ref, colour, size=40, anchor=RIGHT).centred_at(np.array([x, place[1], 0]))
                for x, ref in zip(COLUMNS, refs, strict=True)
            )
            self.rows.add(VGroup(name.move_to(place, LEFT), *numbers))
        super().__init__(self.heads, self.rows)


def heads(film: Film, height: float, samples: Sequence[VMobject]) -> VGroup:
    """The lambda of each run, and how it is drawn."""
    names = [film.typeset("lambda = {x}", size=36, x=strength) for strength in film.refs.strength]
    for x, name, sample in zip(COLUMNS, names, samples, strict=True):
        name.move_to([x, height, 0], RIGHT)
        sample.move_to([x - 0.55, height - 0.5, 0])
    without, penalised = names
    without.shift(min(penalised.get_left()[0] - APART - without.get_right()[0], 0) * RIGHT)
    return VGroup(*names, *samples)


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
    """A number that tells values [epoch]."""
    return follow(number, "epoch", at=lambda epoch: number.write(fixed(film, refs[int(epoch + 1e-9)])))


def fixed(film: Film, ref: Ref) -> NumberText:
    """A number to as many places as all of them have; one that these would make 0 is written whole."""
    return film.words.number(ref) if 0 < abs(ref.value) < 0.5 / 10**DECIMALS else film.words.number_to(ref, DECIMALS)


class Pairs(VGroup):
    """Bars of both nets side by side with their numbers, which grow group by group along `grown`.

    Args:
        film: it writes the numbers.
        panel: as wide as there are groups.
        refs: the values [run group].
        role: of their colour.
        turn: of the first group.
        write: how a value is written.
    """

    def __init__(
        self, film: Film, panel: Panel, refs: np.ndarray, role: str, turn: int = 0, write: Writing | None = None
    ) -> None:
        super().__init__()
        self._panel, self._write = panel, write or film.words.number
        groups, colour = len(refs[0]), getattr(film.theme, role)
        wide = WIDE * (panel.at(1, 0) - panel.at(0, 0))[0]
        for run, shift in enumerate((-WIDE / 2, WIDE / 2)):
            tops = panel.at(np.arange(groups) + 0.5 + shift, [ref.value for ref in refs[run]])
            foot = panel.at(0, 0)[1]
            bars = Bars(tops[:, 0], foot, tops[:, 1] - foot, 0.95 * wide, colour, turn + np.arange(groups))
            bars.set_fill(opacity=(HOLLOW, FILLED)[run]).set_stroke(colour, 4)
            self.add(follow(bars, "grown"), self._numbers(film, tops, refs[run], colour, turn))

    def room(self, group: int) -> np.ndarray:
        """The corners [corner 3] of a frame around both bars of a group."""
        low, high = self._panel.at(group, 0), self._panel.at(group + 1, np.inf)
        return (low + high) / 2 + AROUND * ((high - low) / 2 - [0.03, 0, 0])

    def _numbers(self, film: Film, tops: np.ndarray, refs: np.ndarray, colour: str, turn: int) -> VGroup:
        """The numbers on the bars, each there when its bar is."""
        numbers = VGroup(*(film.number(colour=colour, size=34, anchor=ORIGIN) for _ in refs))
        for number, ref, top in zip(numbers, refs, tops, strict=True):
            number.write(self._write(ref))
            number.centred_at(top + 0.32 * UP).set_stroke(film.theme.background, CLEAR, background=True)

        def at(grown: float) -> None:
            for k, number in enumerate(numbers):
                seen = float(grown > turn + k + DRAWN)
                number.set_fill(opacity=seen).set_stroke(opacity=seen, background=True)

        return follow(numbers, "grown", at=at)
