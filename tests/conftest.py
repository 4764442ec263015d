"""What several test files need: the concepts, and their knobs at the ends of their ranges."""

import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import mathcore
from mathcore import _catalog

CONCEPTS = _catalog.concepts()
# The tests of these files share what is dear.
TOGETHER = ("captions", "cluster", "decks", "formats", "gif", "presenter", "same", "speaking", "survival")

hypothesis.settings.register_profile("deepreel", deadline=None)  # no test asks how fast the machine is
hypothesis.settings.load_profile("deepreel")


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


def computed(concept: str, **knobs: Any) -> mathcore.Trace:
    """The trace of a concept with these knobs, computed once in a process: traces are frozen and read-only."""
    return _computed(concept, _catalog.turned(concept, knobs))


@cache
def _computed(concept: str, params: Any) -> mathcore.Trace:
    with without_warnings():
        return _catalog.load(concept).compute(params)


@contextmanager
def without_warnings() -> Iterator[None]:
    """Have numpy's warnings, which users would read, fail."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        yield


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


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command line in an empty folder; its exit code, standard output and standard error."""
    import render  # here, since few tests want the command

    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        return render.main(words), *capsys.readouterr()

    return call


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for the tests of a file."""
    from browser import chromium  # here, since few tests want one

    with chromium() as opened:
        yield opened


@pytest.fixture
def deck(browser: Any, path: Path) -> Iterator[Any]:
    """The deck at the `path` of a test file, in a window of its own."""
    from presenting import alone

    with alone(browser, path) as opened:
        yield opened


@pytest.fixture
def two(deck: Any) -> Any:
    """That deck and its presenter's window."""
    from presenting import Two

    return Two(deck)


@pytest.fixture
def espeak_installed() -> None:
    """Fails or skips a test where the program that speaks drafts is not installed."""
    from browser import do_without  # here, since few tests want it

    if not shutil.which("espeak-ng"):
        do_without("espeak-ng is")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Have one process run all tests of a film, so that its traces are computed and its pictures played once.

    Marks of xdist 3.8 would say the same, but pytest 9.2 does not read the names that it gives to marked tests.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFilm(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return ByFilm(config, log) if config.option.dist == "load" else None


def group(test: str) -> str:
    """The film that a test is about, else its file where its tests share much; any other test is alone."""
    path, _, case = test.partition("::")
    file = Path(path).stem.removeprefix("test_")
    film = next((name for name in (file, *re.split(r"[\[\]-]", case)) if name in CONCEPTS), None)
    return film or (file if file in TOGETHER else test)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What `make abuse` has tried."""
    abuse = sys.modules.get("abuse")
    for kind, count in sorted(abuse.tried.items()) if abuse and abuse.TIMES > 1 else []:
        terminalreporter.write_line(f"{count:7} {kind}")
