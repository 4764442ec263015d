"""Loss and accuracy over the steps of a training, side by side."""

from typing import Any

import numpy as np
from manim import VGroup

from scenes._marks.panel import Panel
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot

LOSS, ACCURACY = Slot(-6.0, -2.1, 5.4, 3.6), Slot(0.9, -2.1, 5.4, 3.6)


class Training:
    """Loss and accuracy of a run and of its twins; `drawn` has the run's curves, `twins` are those of the others.

    A run that is alone has its curves in the colours of their names; among twins, in that of the good one.
    """

    def __init__(self, film: Film, *twins: Any) -> None:
        self.drawn, self.twins, run = VGroup(), [], film.trace
        steps, theme = np.arange(len(run.loss)), film.theme
        for slot, name, role, least in ((LOSS, "loss", "loss", 0.0), (ACCURACY, "accuracy", "text", 1.0)):
            ours, *theirs = (getattr(one, name) for one in (run, *twins))
            above = film.say(f"name_{name}", size=SMALL, colour=getattr(theme, role))
            panel = Panel(film, slot, steps, [0, 1.05 * max(least, np.max([ours, *theirs]))], "name_step", above)
            self.drawn.add(panel.drawn, panel.line(steps, ours, "good" if twins else role))
            self.twins += [panel.line(steps, curve, "bad", dashed=True) for curve in theirs]
