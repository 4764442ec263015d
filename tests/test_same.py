"""The same numbers and the same files, bit for bit, whatever the surroundings are.

That one process computes the same twice stands in test_house.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import CONCEPTS

from export import RenderSettings
from export.formats import formats, mp4
from export.render.frame import Frame
from export.render.script import Script

ROOT = Path(__file__).parent.parent
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def told(cwd: Path, folder: Path, *how: str, **surroundings: str) -> dict[str, str]:
    """What bits.py prints, by name, in a process with these surroundings."""
    command = [sys.executable, str(ROOT / "tests" / "bits.py"), str(folder), *how]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **surroundings}
    run = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=1500)
    assert run.returncode == 0, run.stderr
    return dict(line.rsplit(" ", 1) for line in run.stdout.splitlines())


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    return told(ROOT, tmp_path_factory.mktemp("usual"), PYTHONHASHSEED="0")


@pytest.fixture
def decimal_comma(tmp_path):
    """The variables of a French locale; it is compiled here, since it is seldom installed."""
    made = shutil.which("localedef") and subprocess.run(
        ["localedef", "-i", "fr_FR", "-f", "UTF-8", tmp_path / "fr_FR.UTF-8"], capture_output=True
    )
    return {"LOCPATH": str(tmp_path), "LC_ALL": "fr_FR.UTF-8"} if made and not made.returncode else {}


def test_every_concept_and_every_format_is_compared(usual):
    assert set(CONCEPTS) <= {name.partition(".")[0] for name in usual}
    assert {f".{extension}" for extension in formats()} <= {Path(name).suffix for name in usual}
    assert len(set(usual.values())) > 100


def test_another_order_folder_and_hash_seed_four_threads_and_a_decimal_comma_change_no_bit(
    usual, tmp_path, decimal_comma
):
    threads = dict.fromkeys(THREADS, "4")
    how = "backwards", "threads"
    assert told(tmp_path, Path("out"), *how, PYTHONHASHSEED="random", **threads, **decimal_comma) == usual


def test_a_locale_without_accents_changes_no_bit_of_a_file(usual, tmp_path):
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    there = told(ROOT, tmp_path / "out", "one", PYTHONHASHSEED="4242", **plain)
    assert there == {name: usual[name] for name in there}
    assert {name for name in usual if "." not in name or name.startswith("gradient-descent")} <= set(there)


def encoded(path: Path) -> bytes:
    """Some frames of noise as an mp4, large enough for x264 to take several threads if it may."""
    look, film = RenderSettings(height=480, fps=10).settled(), Script((), (), 1.0, "title", "lesson", "en")
    noise = np.random.default_rng(0).integers(0, 255, (10, look.height, look.width, 4), np.uint8)
    with mp4.opened(path, look, film) as sink:
        for frame in noise:
            sink.add(Frame.whole(frame), 1, "beat")
    return path.read_bytes()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processors cannot be taken from a process here")
def test_the_number_of_processors_changes_no_bit_of_a_film(tmp_path):
    allowed = os.sched_getaffinity(0)
    many = encoded(tmp_path / "many.mp4")
    os.sched_setaffinity(0, list(allowed)[:1])
    try:
        assert encoded(tmp_path / "one.mp4") == many
    finally:
        os.sched_setaffinity(0, allowed)
