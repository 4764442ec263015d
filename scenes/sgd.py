"""The film of sgd: one line of what is seen."""

import numpy as np

from mathcore.sgd import Trace
from scenes._marks.panel import Panel
from scenes._stage.film import Film, beat
from scenes._stage.layout import Slot

RULE = "data(v_(k+1)) = data(v_k) / 2"


class Sgd(Film):
    """What stands where."""

    trace: Trace

    def build(self) -> None:
        t, steps = self.trace, np.arange(self.trace.params.steps + 1)
        self.panel = Panel(self, Slot(-5.7, -2.2, 11.8, 4.4), steps, [0, 1.1], "step", "value")
        self.line = self.panel.line(steps, t.value, "data", "step")

    @beat
    def show_start(self) -> None:
        self.add(self.panel.drawn, self.line)
        self.write_rule(RULE, seconds=1)
        self.caption("show_start", value=self.refs.value[0])
        self.run(step=1)

    @beat
    def walk_on(self) -> None:
        self.caption("walk_on", steps=self.refs.params.steps, value=self.refs.value[-1])
        self.run(self.reading_time_left(3), step=self.trace.params.steps)

    @beat(loop=True)
    def replay(self) -> None:
        self.run(1, step=0)
        self.run(4, step=self.trace.params.steps)
