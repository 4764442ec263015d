"""A pytest plugin: the fixture `trajectory` holds the run of a test against a concept.

    def test_my_descent(trajectory):
        trajectory.check("gradient-descent", w=my_descent(1e-6), learning_rate=1e-6)

pytest imports this file whenever it starts; torch comes with the first concept.
"""

from pathlib import Path
from typing import Any

import pytest

from mathcore import _catalog, compare
from mathcore._check.verdict import Report


class Trajectory:
    """What the fixture `trajectory` gives."""

    def check(
        self,
        concept: str,
        /,
        *,
        rtol: float | None = None,
        atol: float | None = None,
        partial: bool = False,
        convention: str | None = None,
        **named: Any,
    ) -> Report:
        """Fail where one of the quantities departs from the concept's; the message is that of `render.py check`.

        Args:
            concept: its name, with hyphens or underscores.
            rtol, atol: how far each value may be, atol + rtol times the largest magnitude of its quantity so far;
                1e-5 and 0, and one alone makes the other 0.
            partial: whether a run may go less far than the concept's, or farther.
            convention: by which of the concept's conventions the run is to be right; by default deepreel's.
            named: quantities (arrays, tensors, nested lists) and knobs by name. Where a name is both, a number, a
                text or a path turns the knob. `step=[0, 10, 20]` says at which steps the values stand.

        Raises:
            mathcore.InputError: a name, an array or a knob cannot be used.
        """
        __tracebackhide__ = True
        module = _catalog.load(_catalog.find(concept))
        knobs = {name: value for name, value in named.items() if _turns(module, name, value)}
        given = {name: value for name, value in named.items() if name not in knobs}
        report = compare(concept, given, knobs, rtol, atol, partial, convention)
        if report.fault:
            pytest.fail(str(report), pytrace=False)
        return report


def _turns(module: Any, name: str, value: Any) -> bool:
    """Whether a keyword turns a knob, rather than hand in a quantity."""
    if name not in module.Params.model_fields:
        return False
    return name not in module.Trace.quantities() or isinstance(value, str | int | float | Path)


@pytest.fixture(scope="session")
def trajectory() -> Trajectory:
    """Holds somebody's own run against a concept of deepreel: `trajectory.check("gradient-descent", w=my_w)`."""
    return Trajectory()
