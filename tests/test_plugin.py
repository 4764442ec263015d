"""The fixture `trajectory`, in a pytest of its own and by hand."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

import render
from mathcore import InputError, _catalog
from mathcore._pytest import Trajectory

ROOT = Path(__file__).parent.parent
EXAMPLE = """
def descend(rate, sign=1):
    from mathcore._data import read_columns

    x, y = read_columns(None, "RM", "PRICE")
    w = [0.0]
    for _ in range(10):
        w.append(w[-1] - sign * rate * float(sum(2 * (w[-1] * x - y) * x)))
    return w

def test_right(trajectory):
    trajectory.check("gradient-descent", w=descend(1e-6), learning_rate=1e-6)

def test_wrong(trajectory):
    trajectory.check("gradient-descent", w=descend(1e-6, sign=-1), learning_rate=1e-6)
"""


@pytest.fixture
def trajectory():
    return Trajectory()


@pytest.fixture
def installed(tmp_path):
    """The environment of a process for which the entry points of pyproject.toml are installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    record = tmp_path / "site" / "deepreel-0.dist-info"
    record.mkdir(parents=True)
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: deepreel\nVersion: 0\n")
    (name, module), *_ = project["entry-points"]["pytest11"].items()
    (record / "entry_points.txt").write_text(f"[pytest11]\n{name} = {module}\n")
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(record.parent), str(ROOT)])}


def test_a_test_of_somebody_else_finds_the_plugin_and_is_told_what_the_command_says(tmp_path, installed, capsys):
    (tmp_path / "test_descent.py").write_text(EXAMPLE)
    alone = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_descent.py"]
    told = subprocess.run(alone, cwd=tmp_path, env=installed, capture_output=True, text=True).stdout
    assert "1 failed, 1 passed" in told
    scope = {}
    exec(EXAMPLE, scope)
    mine = tmp_path / "mine.npz"
    np.savez(mine, w=scope["descend"](1e-6, sign=-1))
    assert render.main(["check", "gradient-descent", "--against", str(mine), "--learning-rate", "1e-6"]) == 1
    message = capsys.readouterr().out
    assert "looks like the sign of the gradient" in message
    assert message in told


def test_the_plugin_starts_neither_torch_nor_manim():
    code = "import sys, mathcore._pytest; sys.exit(bool({'torch', 'manim'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


def test_a_right_run_comes_back_as_a_report(trajectory):
    trace = _catalog.load("gradient_descent").compute()
    report = trajectory.check("gradient_descent", w=trace.w, w_star=float(trace.w_star))
    assert (report.fault, report.values) == (None, 12)


def test_tolerances_are_keywords(trajectory):
    w = _catalog.load("gradient_descent").compute().w + 1e-3
    with pytest.raises(pytest.fail.Exception, match="tolerance"):
        trajectory.check("gradient-descent", w=w)
    trajectory.check("gradient-descent", w=w, atol=1e-2)
    with pytest.raises(pytest.fail.Exception, match=r"tolerance 3\.65e-06"):
        trajectory.check("gradient-descent", loss=[299626.34 + 1.0], rtol=0, atol=3.65e-6)


def test_a_run_that_ends_early_fails_unless_a_part_is_enough(trajectory):
    with pytest.raises(pytest.fail.Exception, match="w ends after step 0 of 10"):
        trajectory.check("gradient-descent", w=[0.0])
    assert trajectory.check("gradient-descent", w=[0.0], partial=True).values == 1


def test_a_name_that_is_spelled_otherwise_is_compared_and_steps_place_the_values(trajectory):
    w = _catalog.load("gradient_descent").compute().w
    report = trajectory.check("gradient-descent", W=w[::5], step=[0, 5, 10])
    assert report.notes == ("W is read as w", "w is compared at 3 of 11 steps")


def test_a_name_that_is_a_knob_and_a_quantity_is_told_apart_by_its_value(trajectory):
    trace = _catalog.load("convolution_2d").compute(_catalog.turned("convolution_2d", {"kernel": "sobel_x"}))
    assert trajectory.check("convolution-2d", output=trace.output, kernel="sobel_x").values == trace.output.size
    with pytest.raises(pytest.fail.Exception, match=r"kernel\[krow=0, kcol=0\]"):
        trajectory.check("convolution-2d", kernel=trace.kernel)
    with pytest.raises(pytest.fail.Exception, match=r"kernel\[krow=0, kcol=0\]"):
        trajectory.check("convolution-2d", kernel=trace.kernel.tolist())
    cat = ROOT / "assets" / "data" / "cat.png"
    trajectory.check("convolution-2d", output=trace.output, kernel="sobel_x", image=cat)


@pytest.mark.parametrize(
    ("concept", "named", "complaint"),
    [
        ("gradient-decent", {}, "did you mean 'gradient-descent'"),
        ("gradient-descent", {"weight": [0.0]}, "neither a quantity nor a knob 'weight'; quantities are x, y, w, loss"),
        ("gradient-descent", {"w": [0.0], "lr": 1e-6}, r"knob 'lr' \(did you mean learning_rate\?\); quantities are x"),
        ("gradient-descent", {"w": [0.0], "learning_rte": 1e-6}, r"did you mean learning_rate\?"),
        ("gradient-descent", {"w": [0.0], "Steps": 3}, r"did you mean steps\?"),
        ("gradient-descent", {"w": None}, r"^w is None; does the function that computes it return it\?$"),
        ("gradient-descent", {"w": [0.0], "W": [0.0]}, "'w' and 'W', which both mean w; keep one"),
        ("gradient-descent", {"w": [0.0], "steps": 0}, "--steps must be"),
        ("gradient-descent", {"learning_rate": 1e-6}, "no quantity is given"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(trajectory, concept, named, complaint):
    with pytest.raises(InputError, match=complaint):
        trajectory.check(concept, **named)
