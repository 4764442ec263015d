"""A recurrent cell as a plan of pipes: one unit's numbers flow through operations and gates, letter by letter."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from manim import DOWN, UP, Circle, RoundedRectangle, VGroup, VMobject

from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, closed
from scenes._marks.number import Number
from scenes._marks.typeset import Typeset
from scenes._stage.clock import follow
from scenes._stage.film import SMALL, Film
from scenes._stage.refs import Ref
from scenes._stage.words import NumberText

FULL, THIN = 0.46, 0.1  # width of a pipe, and of one that brings the inputs
FILLED = 0.9  # of its pipe that flows through an open gate, within the walls
NOTHING = 1e-6  # a length by which rounding may differ
NODE, REACH = 0.3, 0.35  # radius of an operation; where pipes end before its middle
JOINT = 0.12  # radius of the dot where a pipe branches
BOX = (1.6, 0.9)  # size of the box of a gate, with its name
VALUE, RAISED = 32, 0.02  # font size of a value; its middle above that of its equals sign
LIFTED = 0.27  # how high a state passes over its own name on its way back
RISEN, PASSED, SUNK = 0.85, 0.65, 0.5  # places on that way, from 1 at the right to 0, at which it is up, past it, down
SMALL_NUMBER = 0.1  # a number below it loses the zeros at its end


class Pipe(NamedTuple):
    """A way through the cell."""

    step: str  # in which it is built
    role: str  # of what flows in it
    start: float  # place along "flow" at which it begins to fill
    stop: float  # place at which it is full
    corners: tuple[tuple[float, float], ...]  # of its middle line, with right angles [corner axis]
    gate: str = ""  # of which gate's opening it carries a share; the whole by default
    full: float = FULL  # its width
    side: int = 0  # the wall that a share flows along: 1 the left one, -1 the right one; 0 in the middle


class Joint(NamedTuple):
    """A dot where a pipe branches, there once the branch begins to fill."""

    step: str
    role: str  # of what flows there
    start: float  # place along "flow"
    place: tuple[float, float]


class Node(NamedTuple):
    """An operation on what two pipes bring, in a circle."""

    step: str
    sign: str  # markup
    place: tuple[float, float]


class Box(NamedTuple):
    """A function in a frame."""

    step: str
    role: str
    function: str  # markup
    place: tuple[float, float]
    size: tuple[float, float] = BOX
    name: str = ""  # key of the words above the function


class Value(NamedTuple):
    """A number of the cell, written after its symbol."""

    step: str
    role: str
    symbol: str  # markup
    quantity: str  # of the trace, [time unit]
    told: float  # place along "flow" from which it is known
    place: tuple[float, float]  # left end of its symbol, height of its equals sign
    before: int = 0  # of how many letters before


class Product(NamedTuple):
    """What a gate multiplies, in numbers, where it flows on."""

    step: str
    roles: tuple[str, str]  # of the gate and of the other factor
    quantities: tuple[str, str]
    told: float
    place: tuple[float, float]  # its middle
    before: int = 0  # of how many letters before the other factor is


class Plan(NamedTuple):
    """What a cell is made of."""

    steps: tuple[str, ...]  # in which it is built
    pipes: tuple[Pipe, ...]
    nodes: tuple[Node, ...]
    boxes: tuple[Box, ...]
    values: tuple[Value, ...]
    products: tuple[Product, ...]
    joints: tuple[Joint, ...] = ()


class Flow(VMobject):
    """What flows in a pipe, as wide as its gate is open, with a pointed end.

    Args:
        pipe: where it flows.
        shares: how much of the pipe's width it takes [time].
        color: of its fill.
    """

    def __init__(self, pipe: Pipe, shares: np.ndarray, color: str) -> None:
        super().__init__(fill_color=color, fill_opacity=1, stroke_width=0)
        self._pipe, self._shares = pipe, shares
        self._path = np.array([(*corner, 0) for corner in pipe.corners])  # [corner 3]
        lengths = np.linalg.norm(np.diff(self._path, axis=0), axis=1)
        self._reached = np.append(0, np.cumsum(lengths))  # of the way, at each corner

    def at(self, time: float, flow: float) -> None:
        """Fill the pipe as far as the computation of a letter has come."""
        done = np.clip((flow - self._pipe.start) / (self._pipe.stop - self._pipe.start), 0, 1)
        room = FILLED * self._pipe.full / 2
        half, length = room * self._shares[max(round(time), 1) - 1], done * self._reached[-1]
        if length < NOTHING or half == 0:
            self.points = np.zeros((0, 3))
            return
        way = self._up_to(length)
        self.points = band(sides(way, room - half)[0 if self._pipe.side > 0 else 1] if self._pipe.side else way, half)

    def _up_to(self, length: float) -> np.ndarray:
        """The first part of the way [corner 3]."""
        tip = [np.interp(length, self._reached, axis) for axis in self._path.T]
        return np.array([*self._path[self._reached < length - NOTHING / 2], tip])


def sides(path: np.ndarray, half: float) -> tuple[np.ndarray, np.ndarray]:
    """The lines [corner 3] that run beside a way with right angles, at either side."""
    along = np.diff(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.stack([-along[:, 1], along[:, 0], 0 * along[:, 0]], axis=1)
    shift = np.concatenate([across[:1], across[:-1] + across[1:], across[-1:]])
    return path + half * shift, path - half * shift


def band(path: np.ndarray, half: float) -> np.ndarray:
    """The points of a band along a way, with a pointed end."""
    tip, last = path[-1], path[-1] - path[-2]
    shoulder = tip - min(half / float(np.linalg.norm(last)), 0.99) * last
    left, right = sides(np.concatenate([path[:-1], [shoulder]]), half)
    return closed(np.concatenate([left, [tip], right[::-1]]))


def equation(film: Film, symbol: str, place: tuple[float, float]) -> Typeset:
    """A symbol and an equals sign: its left end and the height of the sign are at a place."""
    name, same = (film.typeset(f"{one} =", size=VALUE) for one in (symbol, f"faint({symbol})"))
    sign = next(part for part in same if part.fill_color.to_hex().lower() == film.theme.text)  # and the symbol is not
    shifted: Typeset = name.shift([place[0] - name.get_left()[0], place[1] - sign.get_y(), 0])
    return shifted


class Cell:
    """A cell as one of its units computes it; `steps` are its parts by the step in which they are built.

    Before a part is built, its walls are seen, faint. Everything follows "time", the latest letter, and "flow", how far
    the computation of that letter has come.

    Args:
        film: where it stands.
        plan: what it is made of.
        unit: whose numbers are told, from 0.
        letters: the first and the last letter that it computes, from 1.
        shares: of a pipe's width that flows through each gate [time], by the gate's name.
        write: how its numbers are written, by default `short`.

    `values` are its numbers by their symbols.
    """

    def __init__(
        self,
        film: Film,
        plan: Plan,
        unit: int,
        letters: tuple[int, int],
        shares: Mapping[str, np.ndarray],
        write: Callable[[Film, Ref], NumberText] | None = None,
    ) -> None:
        self._film, self._unit, self._letters, self._shares = film, unit, letters, shares
        self._write = write or short
        self.steps = {step: VGroup() for step in plan.steps}
        for pipe in plan.pipes:
            self.steps[pipe.step].add(self._flow(pipe))
        for joint in plan.joints:
            self.steps[joint.step].add(self._joint(joint))
        for node in plan.nodes:
            self.steps[node.step].add(self._node(node))
        for box in plan.boxes:
            self.steps[box.step].add(self._box(box))
        self.steps[plan.steps[0]].add_to_back(*self._walls(plan))
        self.values = {value.symbol: self._value(value) for value in plan.values}
        for product in plan.products:
            self._product(product)

    @property
    def drawn(self) -> VGroup:
        """All of it."""
        return VGroup(*self.steps.values())

    def hand_on(self, after: str, before: str) -> None:
        """Along "hand" the number of a state comes back from where it is left (1) to where it enters (0).

        There it passes above its name. Both are symbols of values.
        """
        right, home = self.values[after].place, self.values[before].place
        state = with_halo(self.values[before], self._film.theme)  # it crosses walls

        def at(away: float) -> None:
            above = LIFTED * np.interp(away, [SUNK, PASSED, RISEN, 1], [0, 1, 1, 0]) * UP
            state.anchored_at(home + min(away / RISEN, 1) * (right - home) + above)

        follow(state, "hand", at=at)

    def _refs(self, name: str) -> list[Ref]:
        return list(getattr(self._film.refs, name)[:, self._unit])

    def _flow(self, pipe: Pipe) -> Flow:
        shares = self._shares[pipe.gate] if pipe.gate else np.ones(self._film.trace.params.length)
        return follow(Flow(pipe, shares, getattr(self._film.theme, pipe.role)), "time", "flow")

    def _walls(self, plan: Plan) -> list[VMobject]:
        """The walls of all pipes, and where operations and gates will stand."""
        ways = [(np.array([(*at, 0) for at in pipe.corners]), pipe.full) for pipe in plan.pipes if pipe.full > THIN]
        walls = [Line(side, self._film.theme.faint, 2) for way, full in ways for side in sides(way, full / 2)]
        drawn = [part for step in self.steps.values() for part in step.get_family()]
        places = [part.copy() for part in drawn if isinstance(part, Circle | RoundedRectangle)]
        for place in places:
            place.set_stroke(self._film.theme.faint, 2).set_stroke(width=0, background=True)
        return [*walls, *places]

    def _value(self, value: Value) -> Number:
        """The number of a symbol at the latest letter; open until the computation has come so far."""
        written = [self._write(self._film, ref) for ref in self._refs(value.quantity)]
        written = [*written[:1] * value.before, *written]  # before the first letter there is none; no cell is there
        named, open_ = equation(self._film, value.symbol, value.place), self._film.words.number(np.nan)
        number = self._film.number(colour=getattr(self._film.theme, value.role), size=VALUE)
        number.centred_at(np.array([named.get_right()[0] + 0.13, value.place[1] + RAISED, 0]))

        def at(time: float, flow: float) -> None:
            number.write(written[max(round(time), 1) - 1] if flow >= value.told else open_)

        self.steps[value.step].add(follow(VGroup(named, number), "time", "flow", at=at))
        return number

    def _product(self, product: Product) -> None:
        """What a gate multiplies, letter by letter; seen once the gate has been passed."""
        (first, last), (gate, other) = self._letters, product.quantities
        written = VGroup()
        for k in range(first - 1, last):
            pair = self._refs(gate)[k], self._refs(other)[k - product.before]
            numbers = dict(zip(("gate", "other"), (quoted(self._write(self._film, ref)) for ref in pair), strict=True))
            second = "({other})" if pair[1].value < 0 else "{other}"
            markup = f"{product.roles[0]}({{gate}}) dot {product.roles[1]}({second})"
            written.add(self._film.typeset(markup, size=28, **numbers).move_to([*product.place, 0]))

        def at(time: float, flow: float) -> None:
            for letter, one in enumerate(written, start=first):
                one.set_opacity(float(letter == round(time) and flow >= product.told))

        self.steps[product.step].add(follow(written, "time", "flow", at=at))

    def _joint(self, joint: Joint) -> Dots:
        place = np.array([[*joint.place, 0]])
        dot = with_halo(Dots(place[:0], getattr(self._film.theme, joint.role), JOINT), self._film.theme)
        return follow(dot, "flow", at=lambda flow: dot.put(place[: int(flow > joint.start)]))

    def _node(self, node: Node) -> VGroup:
        circle = Circle(NODE, self._film.theme.text, stroke_width=3).move_to([*node.place, 0])
        return VGroup(with_halo(circle, self._film.theme), self._film.typeset(node.sign, size=36).move_to(circle))

    def _box(self, box: Box) -> VGroup:
        """A function in a frame, below its name."""
        film, middle, colour = self._film, np.array([*box.place, 0]), getattr(self._film.theme, box.role)
        width, height = box.size
        frame = RoundedRectangle(0.12, width=width, height=height, color=colour, stroke_width=4).move_to(middle)
        with_halo(frame, film.theme)  # it covers the walls
        if not box.name:
            return VGroup(frame, film.typeset(box.function, size=26).move_to(middle))
        word = film.say(box.name, size=SMALL)
        return VGroup(frame, VGroup(word, film.typeset(box.function)).arrange(DOWN, buff=0.14).move_to(middle))


def short(film: Film, ref: Ref) -> NumberText:
    """A number of three digits, three decimals at most."""
    return film.words.number(ref, decimals=3, tidy=abs(ref.value) < SMALL_NUMBER)


def quoted(number: NumberText) -> NumberText:
    """The same number as Typst's markup."""
    return NumberText(f'"{number}"', number.ref, number)
