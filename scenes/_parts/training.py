"""Loss and accuracy of two training runs, side by side: one run as a line, its twin as dashes."""

from typing import Any

import numpy as np
from manim import DOWN, LEFT, UP, VGroup

from scenes._parts.axes import Axes
from scenes._parts.halo import haloed
from scenes._parts.trail import Dashes, Trail

SIZE, CORNERS = (5.4, 3.6), ((-6.0, -2.0), (0.9, -2.0))


class Training(VGroup):
    """Two panels, the loss at the left; `ours` and `theirs` are the curves of the two runs.

    Args:
        stage: where it stands; its sentences `name_loss`, `name_accuracy` and `name_step` name the axes.
        losses: of both runs [2 step].
        accuracies: of both runs [2 step].
    """

    def __init__(self, stage: Any, losses: np.ndarray, accuracies: np.ndarray) -> None:
        super().__init__()
        self.ours, self.theirs = VGroup(), VGroup()
        steps, theme = np.arange(losses.shape[1]), stage.theme
        panels = zip(CORNERS, (losses, accuracies), (1.05 * losses.max(), 1.05), ("loss", "accuracy"), strict=True)
        for corner, values, top, name in panels:
            place = np.array([*corner, 0.0])
            axes = Axes(place, SIZE, (0, steps[-1]), (0, top), theme, stage.words)
            title = stage.say(f"name_{name}", size=24, colour=theme.loss if name == "loss" else theme.text)
            step = stage.say("name_step", size=24, colour=theme.faint).next_to(axes, DOWN, buff=0.12)
            self.add(axes, step.set_x(place[0] + SIZE[0] / 2))
            self.add(title.next_to(place + SIZE[1] * UP, UP, buff=0.12).align_to(place, LEFT))
            ours, theirs = (axes.at(steps, run) for run in values)
            self.ours.add(Trail(ours, theme.good, 4))
            self.theirs.add(haloed(Dashes(theirs, theme.bad, 4), theme))
