"""What only the film of the multilayer perceptron draws: the plane on its way through the hidden layer."""

from itertools import combinations, product
from typing import Any

import contourpy
import numpy as np
from manim import Polygon, VGroup
from scipy.spatial.transform import Rotation

from mathcore.mlp import directions, hidden_layer
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.line import Line, Lines, Segments, closed
from scenes._marks.panel import Panel
from scenes._stage.clock import follow
from scenes._stage.layout import Slot
from scenes._stage.theme import Theme

CORNERS = Rotation.from_euler("yx", [*product((-35, 35, 145, -145), (22, -22))], degrees=True).as_matrix()
PLANE, LINEAR, BENT, TURNED = range(4)  # stages
REACH = 1.8  # of the cut beyond its middle
SPARSE = 5  # cells of the boundary's grid between two lines that are drawn


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
        self.t, self.units, self._panel, last = trace, trace.params.hidden, panel, trace.params.epochs
        self._room = np.array([slot.width, slot.height])
        self._centre = np.array([slot.left, slot.foot]) + self._room / 2
        self._main = directions(trace.hidden[-1], trace.output_weight[-1])[1:]
        if self.units in (2, 3) and np.linalg.det(self._axes(last)) < 0:
            self._main[-1] *= -1  # so that it is a turn, and no mirror
        plane = np.stack(np.meshgrid(trace.x1_grid, trace.x2_grid), axis=-1)[::8, ::8].reshape(-1, 2)
        tall = abs(self._states(plane, 0, last)[:, -1]).max() if self.units == 1 else 1
        self._box = np.array([*product(*((-1, 1), (-tall, tall), (-1, 1))[: max(self.units, 2)])])
        self._cut = np.array([[0, 1, 1], [0, 1, -1], [0, -1, -1], [0, -1, 1]]) * (tall if self.units == 1 else REACH)
        self._corner = self._from_corner(last).as_rotvec()
        self._middles, self._scales = np.zeros((3, 2)), np.ones((3, 2))
        for stage, epochs in ((LINEAR, [last]), (BENT, [last]), (TURNED, np.linspace(0, last, 9))):
            shown = [self._seen(self._states(plane, stage - 1, epoch), epoch) for epoch in epochs]
            if stage > LINEAR and self.units <= 3:
                shown += [self._seen(self._box, last), self._cut * [1, 0, 0]]
            self._fit(stage, self._turned(np.concatenate(shown), stage))

    def at(self, x: np.ndarray, stage: float, epoch: float) -> np.ndarray:
        """The points of the frame [... 3] for points of the plane [... axis]."""
        there = self._framed(self._seen(self._states(x, stage - 1, epoch), epoch), stage)
        here = self._panel.axes.at(*np.moveaxis(x, -1, 0))
        return here + min(stage, 1) * (there - here)

    def edges(self, stage: float, epoch: float) -> np.ndarray:
        """Both ends of the edges of the units' cube [end edge 3], which grows from its middle when the plane leaves."""
        pairs = [pair for pair in combinations(self._box, 2) if np.sum(pair[0] != pair[1]) == 1]
        return self._framed(self._seen(min(stage, 1) * np.swapaxes(pairs, 0, 1), epoch), stage)

    def cut(self, stage: float) -> np.ndarray:
        """The corners of the output's cut [corner 3]; it opens when tanh bends the plane."""
        return self._framed(np.clip(stage - 1, 0, 1) * self._cut, stage)

    def _from_corner(self, epoch: int) -> Rotation:
        """The view from the corner of the cube from which the plane after W x + b is seen widest and not mirrored."""
        axes, corners = self._axes(epoch), CORNERS if self.units >= 3 else np.eye(3)[None]
        upright = np.eye(3)  # the units' own axes, where there are so few that their cube is drawn
        upright[: len(axes), : len(axes)] = axes.T if self.units in (2, 3) else np.eye(len(axes))
        views = corners @ upright  # [corner 3 3]
        areas = np.linalg.det(views[:, :2, : len(axes)] @ axes @ self.t.weight[epoch]) if self.units > 1 else [1]
        return Rotation.from_matrix(views[np.argmax(areas)])

    def _axes(self, epoch: float) -> np.ndarray:
        """The output's direction and, orthogonal to it and each other, the main ones at the end [direction state]."""
        v = self.t.output_weight[round(epoch)]
        if self.units == 1:
            return np.diag([np.sign(v[0]), 1])
        axes = [v / np.linalg.norm(v)]
        for main in self._main:
            across = main - np.array(axes).T @ (np.array(axes) @ main)
            axes.append(across / np.linalg.norm(across))
        return np.array(axes)

    def _states(self, x: np.ndarray, bent: float, epoch: float) -> np.ndarray:
        """W x + b, which `bent` from 0 to 1 makes tanh of it [... unit]; of one unit also what it ignores [... 2]."""
        w, b = self.t.weight[round(epoch)], self.t.bias[round(epoch)]
        linear = x @ w.T + b
        states = linear + np.clip(bent, 0, 1) * (hidden_layer(w, b, x) - linear)
        ignored = x @ [[-w[0, 1]], [w[0, 0]]] / np.linalg.norm(w)
        return np.concatenate([states, ignored], axis=-1) if self.units == 1 else states

    def _seen(self, states: np.ndarray, epoch: float) -> np.ndarray:
        """States along the axes, the first counted from the output's cut [... 3]."""
        v, c, axes = self.t.output_weight[round(epoch)], self.t.output_bias[round(epoch)], self._axes(epoch)
        seen = np.zeros((*states.shape[:-1], 3))
        seen[..., : len(axes)] = states @ axes.T
        return seen + [c / np.linalg.norm(v), 0, 0]

    def _turned(self, seen: np.ndarray, stage: float) -> np.ndarray:
        """What is seen [... 2] of them from the corner, or, towards the last stage, along the cut."""
        turn = Rotation.from_rotvec(np.clip(TURNED - stage, 0, 1) * self._corner).as_matrix()
        return (seen @ turn.T)[..., :2]

    def _fit(self, stage: int, seen: np.ndarray) -> None:
        """Have room for all that is seen at a stage [point 2]."""
        low, high = seen.min(axis=0), seen.max(axis=0)
        scales = (high - low) / self._room
        self._middles[stage - 1] = (low + high) / 2
        self._scales[stage - 1] = scales if self.units == 1 and stage == TURNED else scales.max()

    def _framed(self, seen: np.ndarray, stage: float) -> np.ndarray:
        """The points of the frame [... 3] for what is seen; the view widens or narrows from stage to stage."""
        middle, scale = (
            np.array([np.interp(stage, (LINEAR, BENT, TURNED), ends) for ends in values.T])
            for values in (self._middles, self._scales)
        )
        flat = self._centre + (self._turned(seen, stage) - middle) / scale
        return np.concatenate([flat, np.zeros_like(flat[..., :1])], axis=-1)


def grid(space: HiddenSpace, theme: Theme) -> VGroup:
    """The grid of the plane, a path for each of its two families, and the edges of the cube."""
    x = np.stack(np.meshgrid(space.t.x1_grid, space.t.x2_grid), axis=-1)  # [y x axis]
    families = x[::SPARSE, ::2], x[::2, ::SPARSE].swapaxes(0, 1)  # [line point axis]
    lines = [Lines(np.zeros((1, 2, 3)), theme.faint, 1.5, 0.8) for _ in families]
    edges = Segments(np.zeros((0, 3)), np.zeros((0, 3)), theme.activation, 3, 1)

    def carry(stage: float, epoch: float) -> None:
        for mark, family in zip(lines, families, strict=True):
            mark.through(space.at(family, stage, epoch).swapaxes(0, 1))
        edges.join(*space.edges(stage, epoch))

    return follow(VGroup(edges, *lines), "stage", "epoch", at=carry)


def points(space: HiddenSpace, theme: Theme) -> VGroup:
    """The points of both classes: discs and triangles."""
    classes, nowhere = [space.t.x[space.t.y == k] for k in (0, 1)], np.zeros((0, 3))
    marks = [Dots(nowhere, theme.data, 0.075), Dots(nowhere, theme.text, 0.095, corners=3)]

    def carry(stage: float, epoch: float) -> None:
        for mark, x in zip(marks, classes, strict=True):
            mark.put(space.at(x, stage, epoch))

    return follow(VGroup(*(with_halo(mark, theme) for mark in marks)), "stage", "epoch", at=carry)


def rings(space: HiddenSpace, theme: Theme) -> Dots:
    """A ring around each point that is on the wrong side after training."""
    x, last = space.t.x[space.t.wrong == 1], space.t.params.epochs
    ring = Dots(np.zeros((0, 3)), theme.bad, 0.14, 0).set_stroke(theme.bad, 3)
    return follow(ring, "stage", at=lambda stage: ring.put(space.at(x, stage, last)))


def boundary(space: HiddenSpace, theme: Theme) -> VGroup:
    """The curve in the plane on which both classes are equally probable, carried along."""
    contour = contourpy.contour_generator(space.t.x1_grid, space.t.x2_grid, space.t.boundary)
    curves, last = [np.asarray(curve) for curve in contour.lines(0.5)], space.t.params.epochs
    lines = [with_halo(Line(np.zeros((2, 3)), theme.weight, 6), theme) for _ in curves]

    def carry(stage: float) -> None:
        for line, curve in zip(lines, curves, strict=True):
            line.through(space.at(curve, stage, last))

    return follow(VGroup(*lines), "stage", at=carry)


def cut(space: HiddenSpace, theme: Theme) -> Polygon:
    """The output's cut through the space of the units: a plane that is seen edge-on at the end."""
    plane = Polygon(*np.zeros((4, 3)), color=theme.weight, stroke_width=5, fill_opacity=0.12)

    def open_(stage: float) -> None:
        plane.points = closed(space.cut(stage))

    return follow(with_halo(plane, theme), "stage", at=open_)
