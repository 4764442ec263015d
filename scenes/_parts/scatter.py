"""The gradient that travels back from an output to the cells that its values came from."""

from typing import Any

import numpy as np
from manim import Group

from scenes._parts.cells import Scale
from scenes._parts.courier import Block, Courier, cell_of, centres, visit
from scenes._parts.frames import Frames
from scenes._parts.gather import HERE, LARGE, MEDIUM, THERE, Gather
from scenes._parts.panel import entitled, panel


class Scatter:
    """The way back: each output sends a gradient of 1 to the cells that its value came from.

    Args:
        gather: the way there.
        trace: of pooling.
    """

    def __init__(self, gather: Gather, trace: Any) -> None:
        stage = gather.stage
        self.gather, self.values, self.sums = gather, trace.output_gradient, trace.collected
        self.slopes = np.asarray(trace.jacobian).reshape(-1, *trace.image.shape)  # [place row col]
        scale = Scale(stage.theme.sizes, 0, max(1.0, self.sums.max()))
        self.gradient = panel(stage, self.sums[0], scale, LARGE, HERE)
        self.sent = panel(stage, self.values, scale, MEDIUM, THERE)
        tile = panel(stage, self.values[:1, :1], scale, self.gradient.cell, HERE)
        self.courier = Courier(tile, stage.theme.gradient, stage.theme)
        ink = stage.theme.gradient
        self.panels = Group(
            entitled(stage, self.gradient, "name_gradient", ink, bar=False),
            entitled(stage, self.sent, "name_sent", ink),
        )

    def stand(self, place: int, share: float = 0) -> None:
        """Let the outputs before `place` have sent their gradient; its own is at a share of its way."""
        gather = self.gather
        gather.lay_frame(place, self.gradient)
        self.gradient.paint(self.sums[place + (share >= 1)])
        corners, size = (gather.corners, gather.side) if gather.maxima is None else (gather.maxima, 1)
        target = Block.of(self.gradient, corners[place], size)
        sent, source, whole = self.values.flat[place : place + 1][None], cell_of(self.sent, place), size == 1
        spread = sent if whole else sent + share * (self.slopes[place].max() - sent)
        self.courier.carry(spread, source, target, share, written=whole)

    def call(self, corners: np.ndarray, seconds: float) -> None:
        """Frame some cells of the gradient, one after the other."""
        theme, places = self.gather.stage.theme, centres(self.gradient, corners)
        frames = Frames(self.gradient.cell, theme.text, theme.background)
        self.gather.stage.add(frames)
        self.gather.stage.drive(lambda share: frames.put(places[: round(share * len(places))]), frames, seconds=seconds)
        self.panels.add(frames)

    def run(self, start: int, stop: int, seconds: float) -> None:
        """Let the outputs from `start` to the last before `stop` send their gradients."""
        visit(self.gather.stage, self.stand, start, stop, seconds, self.courier, [self.gradient, self.gather.frame])
