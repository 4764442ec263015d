"""Somebody's own run against a concept: where it departs, and what the cause looks like."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import computed

import render
from mathcore import InputError, _catalog
from mathcore._check import checking
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
    return checking.compare(concept, given, knobs)


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
    report = checking.compare("gradient_descent", {"w": w}, **tolerance)
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
    assert "convention of Srivastava et al. (2014): survivors keep their size" in unscaled.hint


def test_steps_of_a_whole_cloud_that_climb_are_recognised():
    trace = _catalog.load("nonconvex_loss").compute()
    climbing = trace.path.copy()
    climbing[:, 1:3] = 2 * trace.path[:, :1] - trace.path[:, 1:3]
    report = compared({"path": climbing[:, :2]}, "nonconvex_loss")
    assert "the sign of the gradient: from step 0 to 1, path changes by -1 times" in report.hint


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({"w": 1}, "w ends after step 0 of 10"),
        ({"w": 11, "loss": 4}, "loss ends after step 3 of 10"),
        ({"w": 11, "update": 9}, "update ends after update 8 of 9"),
        ({"w": 21}, "w goes on to step 20, ours ends after step 10"),
    ],
    ids=str,
)
def test_a_run_that_ends_early_or_late_is_right_only_in_part(given, verdict):
    told = a_students_run(steps=20)
    told["update"] = list(np.diff(told["w"]))
    whole = {name: told[name][:length] for name, length in given.items()}
    report = compared(whole)
    assert str(report.fault) == verdict
    in_part = checking.compare("gradient_descent", whole, partial=True)
    assert in_part.fault is None
    assert verdict in in_part.notes
    assert in_part.values == sum(min(length, 11 - (name == "update")) for name, length in given.items())


def test_layers_and_times_that_are_missing_are_told_as_steps_are():
    trace = _catalog.load("vanishing_gradients").compute()
    short = {"gradient_norm": trace.gradient_norm[:, :4]}
    assert str(compared(short, "vanishing_gradients").fault) == "gradient_norm ends after layer 3 of 9"
    trace = _catalog.load("dropout").compute(_catalog.turned("dropout", {"epochs": 3}))
    first_layer = compared({"mask": trace.mask[:, :1]}, "dropout", epochs=3)
    assert str(first_layer.fault) == "mask ends after layer 0 of 1"


def test_a_value_that_departs_is_told_before_an_early_end():
    told = a_students_run(sign=-1)
    report = compared({"w": told["w"], "loss": told["loss"][:1]})
    assert (report.fault.quantity, report.fault.index) == ("w", (1,))
    assert "loss ends after step 0 of 10" in report.notes


def test_axes_of_length_1_are_dropped_and_that_is_said():
    told = a_students_run()
    for shape, named in (((11, 1), "11 x 1"), ((1, 11), "1 x 11"), ((11, 1, 1), "11 x 1 x 1")):
        report = compared({"w": np.reshape(told["w"], shape)})
        assert (report.fault, report.notes) == (None, (f"w: axes of length 1 are dropped ({named})",))
    trace = _catalog.load("gradient_descent").compute()
    assert compared({"w_star": [float(trace.w_star)]}).fault is None
    output = _catalog.load("convolution_2d").compute().output
    assert compared({"output": output[None, None]}, "convolution_2d").fault is None
    assert compared({"output": output[:, None, :, None]}, "convolution_2d").fault is None


def test_axes_of_length_1_that_ours_has_stay():
    knobs = {"image": None, "size": 3, "kernel": "box"}
    trace = _catalog.load("convolution_2d").compute(_catalog.turned("convolution_2d", knobs))
    assert trace.output.shape == (1, 1)
    for values in (trace.output, trace.output[None], trace.output[None, None]):
        assert compared({"output": values}, "convolution_2d", **knobs).fault is None
    one_rate = {"learning_rates": (1e-6,)}
    w = np.array([a_students_run(1e-6)["w"]])
    for values in (w, w[None], w[:, :, None]):
        assert compared({"w": values}, "learning_rate", **one_rate).fault is None
    assert "obtained 11 x 1, expected 1 x 11" in str(compared({"w": w.T}, "learning_rate", **one_rate))


def test_another_shape_is_told():
    assert "w: obtained 11 x 2, expected 11 (step)" in str(compared({"w": np.zeros((11, 2))}))
    assert "x: obtained 3, expected 506 (sample)" in str(compared({"x": [1, 2, 3]}))
    assert "x: obtained 3 x 1, expected 506 (sample)" in str(compared({"x": [[1], [2], [3]]}))


def test_single_precision_that_overflows_is_recognised():
    with np.errstate(all="ignore"):
        single = a_students_run(rate=1e-3, steps=60, dtype=np.float32)
        double = a_students_run(rate=1e-3, steps=60)
    report = compared({"loss": single["loss"]}, learning_rate=1e-3, steps=60)
    assert report.fault.index == (11,)
    assert report.hint == "looks like single precision: what departs is beyond its largest number, 3.4e+38"
    half = np.where(np.abs(double["w"]) > 65504, np.inf, double["w"])
    assert "half precision" in compared({"w": half}, learning_rate=1e-3, steps=60).hint
    late = np.where(np.arange(61) > 30, np.nan, double["loss"])  # its numbers before are too large for single precision
    assert compared({"loss": late}, learning_rate=1e-3, steps=60).hint == ""


@pytest.mark.parametrize(
    ("precision", "dtype", "smallest"), [("single", np.float32, "1.2e-38"), ("half", np.float16, "6.1e-05")]
)
def test_products_that_fall_to_nothing_in_a_lower_precision_are_recognised(precision, dtype, smallest):
    knobs = {"w_h": 0.005, "length": 24}
    trace = computed("vanishing_through_time", **knobs)
    passed = np.cumprod(np.append(trace.factor[1:], 1).astype(dtype)[::-1], dtype=dtype)[::-1]
    report = checking.compare("vanishing_through_time", {"passed": passed}, knobs, rtol=1e-2)
    assert report.hint == f"looks like {precision} precision: what departs is below its smallest number, {smallest}"
    nothing = np.where(trace.passed < 1e-3, 0, trace.passed)
    assert compared({"passed": nothing}, "vanishing_through_time", **knobs).hint == ""


def test_tensors_that_ask_for_a_gradient_are_taken():
    assert compared({"w": torch.tensor(a_students_run()["w"], requires_grad=True)}).fault is None


def test_tensors_of_any_kind_are_taken_alone_or_in_a_list():
    w = torch.tensor(a_students_run(steps=2)["w"], requires_grad=True)
    assert compared({"w": [*w]}, steps=2).fault is None
    assert checking.compare("gradient_descent", {"w": w.bfloat16()}, {"steps": 2}, rtol=1e-2).fault is None
    with pytest.raises(InputError, match="w is not numbers in lists of equal length"):
        compared({"w": [10**400]})


@pytest.mark.parametrize(
    "given", [{"v": [1.0]}, {"w": "text"}, {"w": [[1.0], [1.0, 2.0]]}, {"w": []}, {"w": None}, {"w": [0.0, None]}]
)
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


def test_a_name_that_is_spelled_otherwise_is_compared_and_told(run):
    told = a_students_run()
    wrong = [w + 1 for w in told["w"]]
    np.savetxt("header.csv", np.transpose([wrong, told["loss"]]), delimiter=",", header="w,loss", fmt="%.17g")
    np.savez("large.npz", W=wrong, loss=told["loss"])
    Path("spaces.json").write_text(json.dumps({" W ": wrong, "loss": told["loss"]}))
    for path in ("header.csv", "large.npz", "spaces.json"):
        code, out, _ = run("gradient-descent", "--against", path)
        assert (code, "w[step=0]: obtained 1.0, expected 0.0" in out) == (1, True)
        assert "is read as w\n" in out
    np.savez("val.npz", **{"Val-Loss": np.zeros(60)})
    assert "Val-Loss is read as val_loss" in run("dropout", "--against", "val.npz")[1]


def test_a_nested_name_beside_the_quantity_itself_is_not_compared(run):
    table(a_students_run() | {"train/loss": range(11), "run 1 - w": range(11)})
    out = run("gradient-descent", "--against", "mine.csv")[1]
    assert out.endswith("\n  not compared: train/loss, run 1 - w\n"), "no advice that would name two series alike"


def test_an_end_too_early_makes_1_unless_a_part_is_enough(run):
    table({"w": [0.0]})
    code, out, _ = run("gradient-descent", "--against", "mine.csv")
    assert code == 1
    assert out.startswith(f"{'gradient-descent':<22} w ends after step 0 of 10\n")
    assert "--partial" in out
    code, out, _ = run("gradient-descent", "--against", "mine.csv", "--partial")
    assert (code, out) == (0, f"{'gradient-descent':<22} ok, 1 value\n  w ends after step 0 of 10\n")


def written(kind, steps, values, name="step"):
    """Writes w at its steps, in one of the kinds of file that there are."""
    path = f"mine.{kind.removeprefix('tidy ')}"
    if kind == "csv":
        Path(path).write_text("\n".join([f"{name},w", *(f"{k},{w!r}" for k, w in zip(steps, values, strict=True))]))
    elif kind == "tidy csv":
        rows = (f"w,{k},{w!r}" for k, w in zip(steps, values, strict=True))
        Path(path).write_text("\n".join([f"quantity,{name},value", *rows]))
    elif kind == "json":
        Path(path).write_text(json.dumps({name: list(steps), "w": list(values)}))
    else:
        np.savez(path, **{name: np.array(steps), "w": np.array(values)})
    return path


KINDS = ["csv", "tidy csv", "json", "npz"]
W = a_students_run()["w"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [
    "step", "Step", "_step", "epoch", "iteration", "global_step", "trainer/global_step",
    "training_step", "trainStep", "train/global_step", "Step no.", "my step", "epoch_num", "n_iter", "timestep",
    "minibatch",
])  # fmt: skip
def test_a_column_that_counts_places_the_rows(run, kind, name):
    for steps in (range(11), range(10, -1, -1), [0, 5, 10], [10], [3, 10, 3, 7.0], ["0", "1e1"][kind == "csv" :]):
        steps = [float(k) if isinstance(k, str) and kind != "csv" else k for k in steps]
        path = written(kind, steps, [W[int(float(k))] for k in steps], name)
        code, out, error = run("gradient-descent", "--against", path)
        assert (code, error) == (0, ""), (steps, out)
        count = len({float(k) for k in steps})
        assert out.startswith(f"{'gradient-descent':<22} ok, {count} value{'s' * (count > 1)}\n")
        assert (f"w is compared at {count} of 11 steps" in out) == (count < 11)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_value_is_told_at_its_own_step_and_its_cause_with_it(run, kind):
    def told(steps, values):
        return run("gradient-descent", "--against", written(kind, steps, values))[:2]

    steps = [0, 4, 10]
    assert "w[step=4]: obtained 9.0" in told(steps, [W[0], 9.0, W[10]])[1]
    climbing = a_students_run(sign=-1)["w"]
    code, out = told(steps, [climbing[k] for k in steps])
    assert (code, "the sign of the gradient: all of w agrees" in out) == (1, True)
    assert "ten times" not in told([0, 10], [0.0, 1.4784815520])[1]
    code, out = told([0, 4, 8], [W[0], W[4], W[8]])
    assert (code, "w ends after step 8 of 10" in out, "3 of 9 steps" in out) == (1, True, True)
    code, out = told([20, 30], [1.0, 2.0])
    assert (code, "w begins at step 20, ours ends after step 10" in out) == (1, True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("steps", "values", "complaint"),
    [
        ([0, 1, 1], [0.0, 1.0, 2.0], "w "),
        ([0, 0.5, 1], [0.0, 1.0, 2.0], "0.5 is no whole number from 0"),
        ([-1, 0, 1], [0.0, 1.0, 2.0], "-1 is no whole number from 0"),
        ([0, 1, 1e300], [0.0, 1.0, 2.0], "1e+300 is no whole number from 0"),
    ],
)
def test_steps_that_place_nothing_are_refused(run, kind, steps, values, complaint):
    code, out, error = run("gradient-descent", "--against", written(kind, steps, values))
    assert (code, out, len(error.strip().splitlines())) == (2, "", 1)
    assert complaint in error


@pytest.mark.parametrize("kind", KINDS)
def test_steps_that_are_counted_from_1_are_read_as_they_agree_and_that_is_said(run, kind):
    def told(steps, values):
        return run("gradient-descent", "--against", written(kind, steps, values))[:2]

    code, out = told(range(1, 12), W)
    assert (code, "step begins at 1, which is read as the start, 0\n" in out) == (0, True)
    code, out = told(range(10, 0, -1), W[:0:-1])
    assert (code, "step begins at 1, which is read as 1: the start is left out\n" in out) == (0, True)
    code, out = told(range(1, 11), W[:10])
    assert (code, "w ends after step 9 of 10" in out) == (1, True)
    climbing = a_students_run(sign=-1)["w"]
    for values in (climbing, climbing[1:]):
        code, out = told(range(1, 1 + len(values)), values)
        assert (code, "w[step=1]: obtained -1.478" in out) == (1, True)
        assert "the sign of the gradient: all of w agrees" in out
    odd = [*W[1:6], 9.0, *W[7:]]
    assert "w[step=6]: obtained 9.0" in told(range(1, 11), odd)[1]


@pytest.mark.parametrize("seed", [0, 1, 2, 10, 11, 12, 13, 14])
def test_every_kind_of_file_gets_the_same_verdict(run, seed):
    chance = random.Random(seed)
    first = seed % 3
    steps = chance.choices(range(first, 11 + seed % 2), k=12) if seed < 10 else [*range(first, chance.randint(4, 12))]
    w = a_students_run(steps=11)["w"]
    values = [w[k] for k in steps]
    values[chance.randrange(len(values))] += chance.choice([0.0, 1.0])
    told = [run("gradient-descent", "--against", written(kind, steps, values))[:2] for kind in KINDS]
    assert told == told[:1] * len(KINDS)


def test_arrays_from_python_may_be_placed_as_well():
    report = compared({"w": W[::5], "step": [0, 5, 10]})
    assert (report.fault, report.values, report.notes) == (None, 3, ("w is compared at 3 of 11 steps",))


def test_an_update_stands_at_the_step_that_it_starts_from(run):
    told = a_students_run()
    steps = [0, 5, 10]
    updates = [told["w"][k + 1] - told["w"][k] for k in steps[:-1]]
    rows = zip(steps, [told["w"][k] for k in steps], [*updates, ""], strict=True)
    Path("mine.csv").write_text("\n".join(["step,w,update", *(",".join(map(str, row)) for row in rows)]))
    code, out, _ = run("gradient-descent", "--against", "mine.csv", "--partial")
    assert (code, "ok, 5 values" in out, "update is compared at 2 of 6 updates" in out) == (0, True, True)


def test_logs_whose_quantities_stand_in_rows_of_their_own_are_read(run):
    trace = _catalog.load("dropout").compute(_catalog.turned("dropout", {"epochs": 3}))
    lines = ["epoch,step,train_loss_eval,val_loss"]
    for epoch in range(3):
        lines += [f"{epoch},{49 + 50 * epoch},{trace.train_loss_eval[epoch]},"]
        lines += [f"{epoch},{49 + 50 * epoch},,{trace.val_loss[epoch]}"]
    Path("metrics.csv").write_text("\n".join(lines))
    code, out, _ = run("dropout", "--epochs", "3", "--against", "metrics.csv")
    assert (code, out) == (0, f"{'dropout':<22} ok, 6 values\n")


def test_concepts_are_checked_a_line_each_and_any_that_departs_makes_1(run, monkeypatch):
    code, out, _ = run("pooling", "gradient-descent", "pooling")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [["pooling", "ok,"], ["gradient-descent", "ok,"]]
    code, out, _ = run("convolution-2d", "gradient-descent", "--rtol", "0", "--atol", "0")
    assert code == 1
    assert "tolerance 0\n" in out


def test_without_a_name_every_concept_is_checked(run, monkeypatch):
    monkeypatch.setattr(checking, "check", lambda name, rtol, atol: checking.Report(name, 1, None))
    assert {line.split()[0] for line in run()[1].splitlines()} == set(_catalog.concepts())


REFUSED = {
    "gradint-descent": "did you mean 'gradient-descent'",
    "gradint-descent --against mine.csv --learning-rate 1": "did you mean 'gradient-descent'",
    "--against mine.csv": "none is named",
    "gradient-descent lstm --against mine.csv": "2 are named",
    "gradient-descent --against gone.csv": "cannot be opened",
    "gradient-descent --against mine.csv": "mine.csv holds no quantity to compare, but v; quantities are x, y, w",
    "gradient-descent --against w.csv --learning-rate 1e84": "--learning-rate must be 1e-32 to 1e+83, or auto",
    "gradient-descent --against mine.csv --rate 2": "--rate",
    "gradient-descent --learning-rate 1e-6": "--learning-rate",
    "gradient-descent --partial": "--partial goes with --against",
    "gradient-descent --against twice.csv": "twice.csv has 'loss' and 'Loss', which both mean loss; keep one",
    "gradient-descent --against board.csv": "say which one is which, as in --as loss=Value",
    "gradient-descent --against bias.csv": "to compare run 1 - loss, call it loss or add --as 'loss=run 1 - loss'.",
    "gradient-descent --rtol -1": "must be a number from 0, not -1",
    "gradient-descent --rtol few": "few",
}


@pytest.mark.parametrize("words", REFUSED)
def test_wrong_input_gets_one_sentence_and_exit_code_2(run, words):
    Path("mine.csv").write_text("step,v\n0,1\n")
    Path("w.csv").write_text("w\n0\n")
    Path("twice.csv").write_text("loss,Loss,w\n1,2,0\n")
    Path("board.csv").write_text("Wall time,Step,Value\n1700000000.5,0,0\n")
    Path("bias.csv").write_text('"Step","run 1 - loss","run 1 - loss__MIN"\n0,1,1\n')
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
