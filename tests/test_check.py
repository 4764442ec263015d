"""Somebody's own run against a concept: where it departs, and what the cause looks like."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import render
from mathcore import InputError, _catalog, _check
from mathcore._data import read_columns

ROOT = Path(__file__).parent.parent


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Runs `check` in an empty folder; its exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        code = render.main(["check", *words])
        return code, *capsys.readouterr()

    return call


def a_students_run(rate=1e-5, start=0.0, steps=10, sign=1, factor=2, mean=False, dtype=np.float64):
    """Gradient descent as it is written in a first exercise, with the usual mistakes on demand."""
    x, y = (column.astype(dtype) for column in read_columns(None, "RM", "PRICE"))
    w, told = dtype(start), {"w": [], "loss": [], "gradient": []}
    for _ in range(steps + 1):
        add = np.mean if mean else np.sum
        slope = add(factor * (w * x - y) * x)
        for name, value in zip(told, (w, add((w * x - y) ** 2), slope), strict=True):
            told[name].append(float(value))
        w = dtype(w - sign * dtype(rate) * slope)
    return told


def table(columns, path="mine.csv"):
    """Writes columns as a student would."""
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(["step", *columns]), *(",".join(map(repr, (k, *row))) for k, row in enumerate(rows))]
    Path(path).write_text("\n".join(lines))


def compared(given, concept="gradient_descent", **knobs):
    return _check.compare(concept, given, knobs)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_right_run_is_right_in_single_and_in_double_precision(dtype):
    assert compared(a_students_run(dtype=dtype)).fault is None
    assert compared(a_students_run(rate=4.9e-5, dtype=dtype, steps=40), learning_rate=4.9e-5, steps=40).fault is None


def test_a_run_that_flies_apart_is_right_to_infinity_and_beyond():
    with np.errstate(all="ignore"):
        wild = a_students_run(rate=0.1, steps=100)
    assert np.isnan(wild["w"]).any()
    assert compared(wild, learning_rate=0.1, steps=100).fault is None


@pytest.mark.parametrize("handed_in", [("w",), ("loss",), ("gradient",), ("w", "loss", "gradient")], ids="+".join)
@pytest.mark.parametrize(
    ("mistake", "hint"),
    [
        ({"sign": -1}, "sign of the gradient"),
        ({"factor": 1}, "a factor 2 forgotten"),
        ({"rate": 1e-6}, "a learning rate ten times too small"),
        ({"mean": True}, "a mean over 506 samples instead of a sum"),
    ],
    ids=str,
)
def test_the_usual_mistakes_are_recognised_whatever_is_handed_in(mistake, hint, handed_in):
    told = a_students_run(**mistake)
    report = compared({name: told[name] for name in handed_in})
    assert report.fault
    assert hint in report.hint


def test_two_mistakes_at_once_are_recognised():
    hint = compared({"w": a_students_run(mean=True, factor=1)["w"]}).hint
    assert "a factor 2 forgotten and a mean over 506 samples instead of a sum" in hint
    assert "all of w agrees with steps 0.000988142 times as long" in hint


@pytest.mark.parametrize("shift", [1, -1])
@pytest.mark.parametrize("name", ["w", "loss", "gradient"])
def test_a_run_that_is_off_by_one_step_is_recognised(shift, name):
    values = a_students_run()[name]
    report = compared({name: values[1:] if shift == 1 else [values[0], *values]})
    assert f"off by one: {name} is what the step {'after' if shift == 1 else 'before'} should be" in report.hint


def test_steps_that_are_all_right_but_the_last_have_no_hint():
    told = a_students_run()
    told["w"][7] += 0.01
    report = compared(told)
    assert (report.fault.quantity, report.fault.index, report.hint) == ("w", (7,), "")


@pytest.mark.parametrize(
    "values", [[0.0] * 11, [np.nan] * 11, list(np.linspace(0, 5, 11)), [0.0, 1.5], [3.0, 9.1, -4.0]]
)
def test_nothing_is_guessed(values):
    report = compared({"w": values})
    assert report.fault
    assert report.hint == ""


def test_a_run_that_stands_still_is_not_taken_for_one_that_is_off_by_one_or_goes_the_other_way():
    trace = _catalog.load("gradient_descent").compute()
    knobs = {"learning_rate": float(trace.critical_learning_rate) / 2}  # there at the first step
    still = np.full(8, trace.w_star)
    assert compared({"w": still}, **knobs).fault.index == (0,)
    assert compared({"w": still}, **knobs).hint == ""
    nudged = np.array([0.0, *still])
    nudged[5] *= 1 + 1.5e-5
    assert compared({"w": nudged}, **knobs).fault.index == (5,)
    assert compared({"w": nudged}, **knobs).hint == ""


def test_a_start_ten_times_too_far_is_no_learning_rate():
    assert compared({"w": [15.0, 14.0]}, start=1.5).hint == ""
    update = _catalog.load("gradient_descent").compute().update
    assert "a learning rate ten times too large" in compared({"update": 10 * update[:1]}).hint


@pytest.mark.parametrize(
    ("w", "tolerance"), [([0.0, 0.3, 0.4, 0.2, 0.3], {"atol": 0.5}), ([0.0, -0.5, -1.5], {"rtol": 0.7})]
)
def test_a_loose_tolerance_makes_no_hint_of_a_guess(w, tolerance):
    report = _check.compare("gradient_descent", {"w": w}, **tolerance)
    assert report.fault
    assert report.hint == ""


def test_the_earliest_step_is_told_then_the_order_of_declaration():
    told = a_students_run()
    told["loss"][4] += 1e4
    told["gradient"][4] += 1e4
    told["w"][5] += 1
    fault = compared({name: told[name] for name in ("gradient", "w", "loss")}).fault
    assert (fault.quantity, fault.index) == ("loss", (4,))


def test_runs_of_several_rates_are_recognised_as_one_run_is():
    rates = (1e-6, 2e-5)
    honest = np.array([a_students_run(rate)["w"] for rate in rates])
    climbing = np.array([a_students_run(rate, sign=-1)["w"] for rate in rates])
    averaged = np.array([a_students_run(rate, mean=True)["loss"] for rate in rates])
    knobs = {"concept": "learning_rate", "learning_rates": rates}
    assert compared({"w": honest}, **knobs).fault is None
    assert "sign of the gradient" in compared({"w": climbing}, **knobs).hint
    assert "mean over 506 samples" in compared({"loss": averaged}, **knobs).hint
    assert "swapped axes" in compared({"w": honest.T}, **knobs).hint


def test_a_kernel_that_was_flipped_or_transposed_is_recognised():
    trace = _catalog.load("convolution_2d").compute(_catalog.turned("convolution_2d", {"kernel": "sobel_x"}))
    windows = np.lib.stride_tricks.sliding_window_view(trace.image, (3, 3))
    for kernel, mistake in ((trace.kernel[::-1, ::-1], ""), (trace.kernel.T, "a transposed kernel")):
        given = {"output": np.einsum("ijab,ab->ij", windows, kernel)}
        assert mistake in compared(given, "convolution_2d", kernel="sobel_x").hint
    assert not compared({"output": trace.output}, "convolution_2d", kernel="sobel_x").fault


def test_survivors_that_were_not_scaled_are_recognised():
    trace = _catalog.load("dropout").compute(_catalog.turned("dropout", {"epochs": 3}))
    unscaled = compared({"h_dropped": trace.h * trace.mask}, "dropout", epochs=3)
    assert "survivors that were not divided by 1 - rate" in unscaled.hint


def test_steps_of_a_whole_cloud_that_climb_are_recognised():
    trace = _catalog.load("nonconvex_loss").compute()
    climbing = trace.path.copy()
    climbing[:, 1:3] = 2 * trace.path[:, :1] - trace.path[:, 1:3]
    report = compared({"path": climbing[:, :2]}, "nonconvex_loss")
    assert "the sign of the gradient: from step 0 to 1, path changes by -1 times" in report.hint


def test_what_was_handed_in_too_short_or_too_long_is_compared_as_far_as_it_goes():
    told = a_students_run(steps=20)
    report = compared({"w": told["w"], "loss": told["loss"][:4]})
    assert report.fault is None
    assert report.values == 11 + 4
    assert report.notes == (
        "w has 21 values along step, expected 11: the first 11 are compared",
        "loss has 4 values along step, expected 11: the first 4 are compared",
    )


def test_another_shape_is_told():
    assert "w: obtained 11 x 1, expected 11 (step)" in str(compared({"w": np.zeros((11, 1))}))
    assert "x: obtained 3, expected 506 (sample)" in str(compared({"x": [1, 2, 3]}))


def test_tensors_that_ask_for_a_gradient_are_taken():
    assert compared({"w": torch.tensor(a_students_run()["w"], requires_grad=True)}).fault is None


def test_tensors_of_any_kind_are_taken_alone_or_in_a_list():
    w = torch.tensor(a_students_run(steps=2)["w"], requires_grad=True)
    assert compared({"w": [*w]}, steps=2).fault is None
    assert _check.compare("gradient_descent", {"w": w.bfloat16()}, {"steps": 2}, rtol=1e-2).fault is None
    with pytest.raises(InputError, match="w is not an array of numbers"):
        compared({"w": [10**400]})


@pytest.mark.parametrize("given", [{"v": [1.0]}, {"w": "text"}, {"w": [[1.0], [1.0, 2.0]]}, {"w": []}])
def test_what_is_no_quantity_or_no_array_is_refused(given):
    with pytest.raises(InputError):
        compared(given)


def test_a_knob_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match="gradient-descent has no knob 'rate', but learning_rate, steps"):
        compared({"w": [0.0]}, rate=1e-6)


def test_the_command_says_where_by_how_much_and_why(run):
    table(a_students_run(sign=-1))
    code, out, error = run("gradient-descent", "--against", "mine.csv")
    assert (code, error) == (1, "")
    assert "w[step=1]: obtained -1.478481552" in out
    assert ", expected 1.47848155" in out
    assert "difference 2.96, tolerance 1.48e-05" in out
    assert "looks like the sign of the gradient" in out


@pytest.mark.parametrize(
    "words",
    [
        "gradient-descent --against mine.csv --learning-rate 1e-6 --steps 3",
        "--learning-rate 1e-6 --against=mine.csv gradient_descent --steps=3",
        "--against mine.csv --rtol 1e-9 GRADIENT-DESCENT --steps 3 --learning-rate 1e-6",
    ],
)
def test_knobs_are_options_in_any_place(run, words):
    table(a_students_run(rate=1e-6, steps=3))
    assert run(*words.split())[:2] == (0, f"{'gradient-descent':<22} ok, 12 values\n")


def test_tolerances_of_the_command_replace_its_own(run):
    table({"w": [round(w, 2) for w in a_students_run()["w"]]})
    assert run("gradient-descent", "--against", "mine.csv")[0] == 1
    assert run("gradient-descent", "--against", "mine.csv", "--atol", "0.01")[0] == 0
    assert run("gradient-descent", "--against", "mine.csv", "--rtol", "0.01")[0] == 0


def test_columns_that_are_no_quantities_are_told(run):
    table(a_students_run() | {"weights": range(11)})
    code, out, _ = run("gradient-descent", "--against", "mine.csv")
    assert code == 0
    assert out.endswith("\n  not compared: weights\n")


def test_concepts_are_checked_a_line_each_and_any_that_departs_makes_1(run, monkeypatch):
    code, out, _ = run("pooling", "gradient-descent", "pooling")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [["pooling", "ok,"], ["gradient-descent", "ok,"]]
    code, out, _ = run("convolution-2d", "gradient-descent", "--rtol", "0", "--atol", "0")
    assert code == 1
    assert "tolerance 0\n" in out


def test_without_a_name_every_concept_is_checked(run, monkeypatch):
    monkeypatch.setattr(_check, "check", lambda name, rtol, atol: _check.Report(name, 1, None))
    assert {line.split()[0] for line in run()[1].splitlines()} == set(_catalog.concepts())


REFUSED = {
    "gradint-descent": "did you mean 'gradient-descent'",
    "gradint-descent --against mine.csv --learning-rate 1": "did you mean 'gradient-descent'",
    "--against mine.csv": "none is named",
    "gradient-descent lstm --against mine.csv": "2 is named",
    "gradient-descent --against gone.csv": "cannot be opened",
    "gradient-descent --against mine.csv": "mine.csv holds no quantity to compare, but v; quantities are x, y, w",
    "gradient-descent --against w.csv --learning-rate 1e84": "--learning-rate must be 1e-32 to 1e+83, or auto",
    "gradient-descent --against mine.csv --rate 2": "--rate",
    "gradient-descent --learning-rate 1e-6": "--learning-rate",
    "gradient-descent --rtol -1": "must be a number from 0, not -1",
    "gradient-descent --rtol few": "few",
}


@pytest.mark.parametrize("words", REFUSED)
def test_wrong_input_gets_one_sentence_and_exit_code_2(run, words):
    Path("mine.csv").write_text("step,v\n0,1\n")
    Path("w.csv").write_text("w\n0\n")
    code, out, error = run(*words.split())
    assert (code, out) == (2, "")
    assert len(error.strip().splitlines()) == 1
    assert REFUSED[words] in error


def test_the_help_shows_the_knobs_of_a_concept(run):
    code, out, _ = run("gradient-descent", "--help")
    assert code == 0
    for option in ("--against", "--rtol", "--atol", "--learning-rate"):
        assert option in out
    assert "--learning-rate" not in run("--help")[1]


def test_the_help_of_the_command_starts_no_torch():
    code = "import sys, render; render.main(['check', '--help']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0
