"""Loss and accuracy over the steps of a training, side by side."""

from typing import Any

import numpy as np
from manim import VGroup

from scenes._marks.panel import Panel
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot

LOSS, ACCURACY = Slot(-6.0, -2.1, 5.4, 3.6), Slot(0.9, -2.1, 5.4, 3.6)


class Training:
    """Loss and accuracy of a run and of its twins; `drawn` has the run's curves, `twins` are those of the others."""

    def __init__(self, film: Film, *twins: Any) -> None:
        self.drawn, self.twins, runs = VGroup(), [], (film.trace, *twins)
        losses, accuracies = np.array([run.loss for run in runs]), 100 * np.array([run.accuracy for run in runs])
        steps, theme = np.arange(len(film.trace.loss)), film.theme
        for slot, name, role, curves, top in (
            (LOSS, "loss", "loss", losses, 1.05 * losses.max()),
            (ACCURACY, "accuracy", "text", accuracies, 100),
        ):
            above = film.say(f"name_{name}", size=SMALL, colour=getattr(theme, role))
            panel = Panel(film, slot, steps, [0, top], "name_step", above)
            self.drawn.add(panel.drawn, panel.line(steps, curves[0], role))
            self.twins += [panel.line(steps, curve, role, dashed=True) for curve in curves[1:]]
