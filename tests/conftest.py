"""What several test files need: the concepts, and their knobs at the ends of their ranges."""

import atexit
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import pytest
from manim import config

from mathcore import _catalog

CONCEPTS = _catalog.concepts()

hypothesis.settings.register_profile("deepreel", deadline=None)  # no test asks how fast the machine is
hypothesis.settings.load_profile("deepreel")

_drafts = TemporaryDirectory()  # two processes that set the same formula in one folder remove each other's files
atexit.register(_drafts.cleanup)
config.media_dir = _drafts.name


def ends(concept: str) -> list[dict[str, Any]]:
    """The default knobs, then every knob at each end of its range, and at each of its choices.

    A knob that holds several values is tried with the fewest at the low end, the most at the high end, and
    the most at both ends in turn.
    """
    params = _catalog.load(concept).Params
    settings: list[dict[str, Any]] = [{}]
    for knob in _catalog.knobs(params):
        values: Any = [*knob.choices, *(end for end in (knob.low, knob.high) if end is not None)]
        if knob.length:
            few, many = knob.length
            values = [tuple(values[:1] * few), tuple(values[-1:] * many), tuple((values * many)[:many])]
        settings += [{knob.name: value} for value in values if value != knob.default]
    return settings


def title(setting: Any) -> str:
    """How pytest names a case."""
    return ",".join(f"{k}={v}" for k, v in setting.items()) or "default" if isinstance(setting, dict) else str(setting)


@pytest.fixture
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Knobs of the concept that a file tests, for a table of one's own."""

    def write(x: Any, y: Any, **knobs: Any) -> Any:
        path = tmp_path / "own.csv"
        path.write_text("\n".join(["x;y", *(f"{float(a)};{float(b)}" for a, b in zip(x, y, strict=True))]))
        return request.module.Params(data=path, feature="x", target="y", **knobs)

    return write


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What `make abuse` has tried."""
    abuse = sys.modules.get("abuse")
    for kind, count in sorted(abuse.tried.items()) if abuse and abuse.TIMES > 1 else []:
        terminalreporter.write_line(f"{count:7} {kind}")
