"""What only the film of the multilayer perceptron draws: the plane on its way through the hidden layer."""

from itertools import combinations, product
from typing import Any

import contourpy
import numpy as np
from manim import DEGREES, OUT, RIGHT, UP, Polygon, VGroup
from manim.utils.space_ops import rotation_matrix

from mathcore.mlp import directions, seen, states
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Lines, Segments, closed
from scenes._marks.panel import Panel
from scenes._stage.clock import follow
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme

CORNERS = np.array([  # views of a cube from near its corners [corner 3 3]
    rotation_matrix(tilt * DEGREES, RIGHT) @ rotation_matrix(turn * DEGREES, UP)
    for turn, tilt in product((-35, 35, 145, -145), (22, -22))
])  # fmt: skip
PLANE, LINEAR, BENT, TURNED = range(4)  # stages
FITTED = LINEAR, BENT, 2.25, 2.5, 2.75, TURNED  # stages at which all that is seen fills the slot
NAME = 0.4  # from the edge of the cube to the name of its unit
SPARSE = 4  # cells of the boundary's grid between two lines that are drawn


class HiddenSpace:
    """Where points of the plane stand on the frame on their way through the hidden layer.

    At stage 0 they lie in the plane, at 1 they are W x + b, at 2 tanh of it, both seen from a corner of the cube of the
    units; towards 3 that turns until the output's cut is seen edge-on, an upright line. Up to three units nothing is
    lost. Of more, the output's direction and the two main directions of the hidden points are seen. A single unit runs
    across the frame; up the frame is the direction of the plane that it ignores.

    Args:
        trace: a training.
        panel: the plane.
        slot: the room of the other stages.
    """

    def __init__(self, trace: Any, panel: Panel, slot: Slot) -> None:
        self.t, self.units, self._panel = trace, trace.params.hidden, panel
        self._room = np.array([slot.width, slot.height])
        self._centre = np.array([slot.left, slot.foot]) + self._room / 2
        plane = np.stack(np.meshgrid(trace.x1_grid, trace.x2_grid), axis=-1)[::8, ::8].reshape(-1, 2)
        tall = abs(states(trace, plane)[:, 1]).max() if self.units == 1 else 1
        box = np.array([*product(*((-1, 1), (-tall, tall), (-1, 1))[: max(self.units, 2)])])
        edges = [pair for pair in combinations(box, 2) if np.sum(pair[0] != pair[1]) == 1]
        self._edges = np.array(edges) if self.units <= 3 else np.zeros((0, 2, self.units))  # [edge end state]
        _, up, away = abs(self._seen(states(trace, plane), -1)).max(axis=0)
        away /= 2  # narrow: there is room to turn
        self._cut = np.array([[0, up, away], [0, up, -away], [0, -up, -away], [0, -up, away]])
        self._corner = _axis_and_angle(self._from_corner())
        self._views = []  # middle and scale at each of these stages
        for stage in FITTED:
            epochs = np.linspace(0, trace.params.epochs, 9) if stage == TURNED else [-1]
            shown = [self._seen(states(trace, plane, min(stage - 1, 1), int(epoch)), int(epoch)) for epoch in epochs]
            if stage > LINEAR:
                shown += [*self._seen(self._edges, -1), self._cut]
            self._views.append(self._fit(stage, self._turned(np.concatenate(shown), stage)))

    def at(self, x: np.ndarray, stage: float, epoch: float = -1) -> np.ndarray:
        """The points of the frame [... 3] for points of the plane [... axis]."""
        bent, after = np.clip(stage - 1, 0, 1), round(epoch)
        there = self._framed(self._seen(states(self.t, x, bent, after), after), stage)
        here = self._panel.axes.at(*np.moveaxis(x, -1, 0))
        return here + min(stage, 1) * (there - here)

    def edges(self, stage: float, epoch: float) -> np.ndarray:
        """The edges [edge end 3] of the units' cube, which grows from its middle when the plane leaves."""
        return self._framed(self._seen(min(stage, 1) * self._edges, round(epoch)), stage)

    def names(self) -> np.ndarray:
        """Where the names of the units stand when tanh has bent the plane: at outer edges [unit 3], the lower ones."""
        middles = self.edges(BENT, -1).mean(axis=1)
        if not len(middles):
            return middles
        ways = middles - middles.mean(axis=0)
        far = np.linalg.norm(ways, axis=1)
        places = middles + NAME * ways / far[:, None]
        along = np.argmax(self._edges[:, 0] != self._edges[:, 1], axis=1)
        outer = np.lexsort((-ways[:, 1], far.round(6)))  # the last are the farthest and, of these, the lowest
        return np.array([places[outer[along[outer] == unit][-1]] for unit in range(self.units)])

    def cut(self, stage: float) -> np.ndarray:
        """The corners of the output's cut [corner 3]; it opens when tanh bends the plane."""
        return self._framed(np.clip(stage - 1, 0, 1) * self._cut, stage)

    def _from_corner(self) -> np.ndarray:
        """The view from the corner of the cube from which the plane after W x + b is seen widest, and not mirrored."""
        axes, upright = directions(self.t), np.eye(3)
        if self.units == 1:
            return upright
        if self.units <= 3:
            upright[: self.units, : self.units] = axes.T  # the cube stands on its foot
        views = (CORNERS if self.units > 2 else np.eye(3)[None]) @ upright  # [corner 3 3]
        areas = np.linalg.det(views[:, :2, : len(axes)] @ axes @ self.t.weight[-1])
        widest: np.ndarray = views[np.argmax(areas)]
        return widest

    def _seen(self, values: np.ndarray, epoch: int) -> np.ndarray:
        """States along the three directions [... 3]; where there are fewer, the last is 0."""
        along = seen(self.t, values, epoch)
        return np.concatenate([along, np.zeros((*along.shape[:-1], 3 - along.shape[-1]))], axis=-1)

    def _turned(self, along: np.ndarray, stage: float) -> np.ndarray:
        """What the frame shows of them [... 2]: seen from the corner, at the last stage along the cut."""
        axis, angle = self._corner
        return (along @ rotation_matrix(np.clip(TURNED - stage, 0, 1) * angle, axis).T)[..., :2]

    def _fit(self, stage: float, flat: np.ndarray) -> np.ndarray:
        """The middle of what the frame shows at a stage [point 2], and its size in the units of the slot: 4 numbers."""
        low, high = flat.min(axis=0), flat.max(axis=0)
        scales = (high - low) / self._room
        return np.concatenate([(low + high) / 2, scales if self.units == 1 and stage == TURNED else [scales.max()] * 2])

    def _framed(self, along: np.ndarray, stage: float) -> np.ndarray:
        """The points of the frame [... 3] for states along the directions; the scale changes from stage to stage."""
        view = np.array([np.interp(stage, FITTED, numbers) for numbers in zip(*self._views, strict=True)])
        flat = self._centre + (self._turned(along, stage) - view[:2]) / view[2:]
        return np.concatenate([flat, np.zeros_like(flat[..., :1])], axis=-1)


def _axis_and_angle(turn: np.ndarray) -> tuple[np.ndarray, float]:
    """The axis of a turn [3 3], and its angle in radians."""
    axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    sine, cosine = np.linalg.norm(axis) / 2, (np.trace(turn) - 1) / 2
    return axis if sine else OUT, float(np.arctan2(sine, cosine))


def grid(space: HiddenSpace, theme: Theme) -> VGroup:
    """The grid of the plane, a path for each of its two families, and the edges of the cube."""
    x = np.stack(np.meshgrid(space.t.x1_grid, space.t.x2_grid), axis=-1)  # [y x axis]
    families = x[::SPARSE, ::2], x[::2, ::SPARSE].swapaxes(0, 1)  # [line point axis]
    lines = [Lines(np.zeros((1, 2, 3)), theme.faint, 1.5, 0.8) for _ in families]
    edges = Segments(np.zeros((0, 3)), np.zeros((0, 3)), theme.activation, 3, 1)

    def carry(stage: float, epoch: float) -> None:
        for mark, family in zip(lines, families, strict=True):
            mark.through(space.at(family, stage, epoch).swapaxes(0, 1))
        edges.join(*space.edges(stage, epoch).swapaxes(0, 1))

    return follow(VGroup(edges, *lines), "stage", "epoch", at=carry)


def points(space: HiddenSpace, theme: Theme) -> VGroup:
    """The points of both classes: discs and triangles."""
    classes, nowhere = [space.t.x[space.t.y == k] for k in (0, 1)], np.zeros((0, 3))
    marks = [Dots(nowhere, theme.data, 0.075), Dots(nowhere, theme.text, 0.095, corners=3)]

    def carry(stage: float, epoch: float) -> None:
        for mark, x in zip(marks, classes, strict=True):
            mark.put(space.at(x, stage, epoch))

    return follow(VGroup(*(with_halo(mark, theme) for mark in marks)), "stage", "epoch", at=carry)


def wrong_points(space: HiddenSpace, theme: Theme) -> Dots:
    """A ring around each point that is on the wrong side after training."""
    return _rings(space, space.t.x[space.t.wrong == 1], theme.bad, theme)


def one_point(space: HiddenSpace, theme: Theme, sample: int) -> Dots:
    """A ring around one of the points."""
    return _rings(space, space.t.x[[sample]], theme.weight, theme)


def _rings(space: HiddenSpace, x: np.ndarray, color: str, theme: Theme) -> Dots:
    rings = with_halo(Dots(np.zeros((0, 3)), color, 0.16, 0).set_stroke(color, 4), theme)
    return follow(rings, "stage", at=lambda stage: rings.put(space.at(x, stage)))


def boundary(space: HiddenSpace, theme: Theme) -> VGroup:
    """The curve in the plane on which both classes are equally probable, carried along."""
    contour = contourpy.contour_generator(space.t.x1_grid, space.t.x2_grid, space.t.boundary)
    curves = [np.asarray(curve) for curve in contour.lines(0.5)]
    lines = [with_halo(Line(np.zeros((2, 3)), theme.weight, 6), theme) for _ in curves]

    def carry(stage: float) -> None:
        for line, curve in zip(lines, curves, strict=True):
            line.through(space.at(curve, stage))

    return follow(VGroup(*lines), "stage", at=carry)


def cut(space: HiddenSpace, theme: Theme) -> Polygon:
    """The output's cut through the space of the units: a plane that is seen edge-on at the end."""
    plane = Polygon(*np.zeros((4, 3)), color=theme.weight, stroke_width=5, fill_opacity=0.12)

    def open_(stage: float) -> None:
        plane.points = closed(space.cut(stage))

    return follow(with_halo(plane, theme), "stage", at=open_)
