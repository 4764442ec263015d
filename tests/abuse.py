"""What the tests of abuse share: how much of it there is, values for any knob, and what an attempt may end in.

The suite tries little, and always the same. `make abuse` tries DEEPREEL_ABUSE times as much, by chance, and prints
how many inputs of each kind there were.
"""

import io
import math
import os
import re
import signal
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import render
from mathcore._catalog import Knob, knobs, load

TIMES = int(os.environ.get("DEEPREEL_ABUSE", "1"))
PATIENCE = 120  # seconds until something counts as hung; it is no measure of speed
tried: Counter[str] = Counter()


def tries(count: int) -> settings:
    """So many inputs for a test of hypothesis, the same in every run of the suite."""
    return settings(
        max_examples=count * TIMES,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def knob_settings(concept: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the knobs of a concept, each anywhere in its range; names and files stay as they are."""
    turned = {knob.name: values(knob) for knob in knobs(load(concept).Params) if knob.choices or knob.low is not None}
    return st.fixed_dictionaries({}, optional=turned)


def values(knob: Knob) -> st.SearchStrategy[Any]:
    """The whole range of a knob, its ends more often than chance would have it."""
    if knob.length:
        few, many = knob.length
        return st.lists(_one(knob), min_size=few, max_size=many).map(tuple)
    return _one(knob)


def _one(knob: Knob) -> st.SearchStrategy[Any]:
    if knob.low is None:
        return st.sampled_from(knob.choices)
    marked = st.sampled_from([knob.low, knob.high, *knob.choices])
    if knob.kind == "int":
        return marked | st.integers(knob.low, knob.high)
    return marked | st.floats(knob.low, knob.high) | _decades(knob.low, knob.high)


def _decades(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers whose powers of ten are spread evenly: of the number itself, or of the way from `low`."""
    if low > 0:
        return st.floats(math.log10(low), math.log10(high)).map(lambda power: min(max(10**power, low), high))
    return st.floats(-12, 0).map(lambda power: low + (high - low) * 10**power)


@contextmanager
def watched() -> Iterator[None]:
    """What hangs inside the block is interrupted; what warns inside it fails, since users would read that."""

    def interrupt(*_: Any) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.alarm(PATIENCE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def told(kind: str, *words: str) -> tuple[int, str, str]:
    """Run a command here: its exit code, what it printed, and its complaint, advice or notes, each one sentence."""
    tried[kind] += 1
    out, error = io.StringIO(), io.StringIO()
    with watched(), redirect_stdout(out), redirect_stderr(error):
        code = render.main(words)
    if code == 2:
        assert out.getvalue() == ""
        assert is_a_sentence(error.getvalue()), error.getvalue()
    else:
        assert all(map(is_a_sentence, error.getvalue().splitlines(keepends=True))), error.getvalue()
    return code, out.getvalue(), error.getvalue()


def attempt(kind: str, folder: Path, *words: str) -> int:
    """Run a command that writes to an empty `folder`; it does so, or refuses and writes nothing."""
    code, out, _ = told(kind, *words, "-o", str(folder))
    written = sorted(folder.glob("[!.]*")) if folder.exists() else []
    assert code in (0, 2)
    assert sorted(out.splitlines()) == [str(path) for path in written]
    for path in written:
        path.unlink()
    return code


def is_a_sentence(complaint: str) -> bool:
    """Whether a user is told one thing, on one line."""
    return bool(re.fullmatch(r"render\.py: [^\n]{5,700}\n", complaint)) and "Traceback" not in complaint
