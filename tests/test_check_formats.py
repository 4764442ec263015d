"""Files that training tools write, as they write them; and which name in them is which quantity."""

import json
import sys

import numpy as np
import pytest
from conftest import computed

import render
from mathcore import compare

KNOBS = {"steps": 3, "learning_rate": 1e-6}
OPTIONS = ["--steps", "3", "--learning-rate", "1e-6"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run of gradient descent, written where the command looks for it."""
    monkeypatch.chdir(tmp_path)
    trace = computed("gradient_descent", **KNOBS)
    return {"w": trace.w.tolist(), "loss": trace.loss.tolist()}


def check(capsys, *words):
    code = render.main(["check", "gradient-descent", *OPTIONS, "--against", *words])
    out, err = capsys.readouterr()
    return code, out or err


def by_index(values, index=range(4)):
    return {str(k): value for k, value in zip(index, values, strict=True)}


PANDAS = {
    "columns": lambda run: {name: by_index(values) for name, values in run.items()},
    "records": lambda run: [dict(zip(run, row, strict=True)) for row in zip(*run.values(), strict=True)],
    "split": lambda run: {
        "columns": [*run], "index": [0, 1, 2, 3], "data": [list(row) for row in zip(*run.values(), strict=True)]
    },
    "index": lambda run: by_index([dict(zip(run, row, strict=True)) for row in zip(*run.values(), strict=True)]),
    "table": lambda run: {
        "schema": {}, "data": [{"index": k, "w": w, "loss": run["loss"][k]} for k, w in enumerate(run["w"])]
    },
    "columns, every other row": lambda run: {
        name: by_index(values[::2], (0, 2)) for name, values in run.items()
    },
}  # fmt: skip


@pytest.mark.parametrize("orient", PANDAS)
def test_a_table_of_pandas_is_read_in_each_form_that_names_its_columns(run, capsys, tmp_path, orient):
    (tmp_path / "mine.json").write_text(json.dumps(PANDAS[orient](run)))
    code, told = check(capsys, "mine.json", *["--partial"] * ("other" in orient))
    assert code == 0, told
    run["w"][2] += 1
    (tmp_path / "mine.json").write_text(json.dumps(PANDAS[orient](run)))
    code, told = check(capsys, "mine.json", *["--partial"] * ("other" in orient))
    assert code == 1
    assert "w[step=2]: obtained" in told


def test_records_may_stand_one_to_a_line(run, capsys, tmp_path):
    records = [json.dumps(dict(zip(run, row, strict=True))) for row in zip(*run.values(), strict=True)]
    for name in ("mine.json", "mine.jsonl"):
        (tmp_path / name).write_text("\n".join(records))
        assert check(capsys, name)[0] == 0


def test_a_series_of_pandas_needs_a_name(run, capsys, tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps(by_index(run["w"])))
    code, told = check(capsys, "mine.json", "--as", "w")
    assert (code, "value is read as w" in told) == (0, True)


def test_a_row_of_pandas_that_lacks_a_value_is_refused(run, capsys, tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps([{"w": 0.0}, {"loss": 1.0}]))
    code, told = check(capsys, "mine.json")
    assert code == 2
    assert "mine.json: w holds None (null)" in told


EXPORTS = {
    "TensorBoard": ("Wall time,Step,Value", "1795952972.1,{k},{v}", "Value is read as loss"),
    "Weights & Biases": (
        '"Step","run-1 - loss","run-1 - loss__MIN","run-1 - loss__MAX"', '"{k}","{v}","{v}","{v}"',
        "run-1 - loss is read as loss",
    ),
    "Lightning": ("epoch,step,train_loss", "0,{k},{v}", "train_loss is read as loss"),
}  # fmt: skip


@pytest.mark.parametrize("tool", EXPORTS)
def test_the_only_series_of_an_export_is_what_it_is_said_to_be(run, capsys, tmp_path, tool):
    header, row, note = EXPORTS[tool]
    rows = [row.format(k=k, v=v) for k, v in enumerate(run["loss"])]
    (tmp_path / "export.csv").write_text("\n".join([header, *rows]))
    code, told = check(capsys, "export.csv")
    assert code == 2
    assert "--as " in told
    code, told = check(capsys, "export.csv", "--as", "loss")
    assert (code, note in told) == (0, True)


def test_a_name_may_be_said_to_be_a_quantity_in_every_format(run, capsys, tmp_path):
    series = {"weight": run["w"], "train/loss": run["loss"]}
    (tmp_path / "mine.json").write_text(json.dumps(series))
    np.savez(tmp_path / "mine.npz", **{name.replace("/", "_"): values for name, values in series.items()})
    rows = [f"{w},{loss}" for w, loss in zip(*series.values(), strict=True)]
    (tmp_path / "mine.csv").write_text("\n".join(["weight,train/loss", *rows]))
    for name, loss in (("mine.json", "train/loss"), ("mine.csv", "train/loss"), ("mine.npz", "train_loss")):
        code, told = check(capsys, name, "--as", "w=weight", f"loss={loss}")
        assert code == 0, told
        assert told.splitlines()[0].endswith("ok, 8 values")
        assert "weight is read as w" in told


def test_an_array_alone_needs_a_name(run, capsys, tmp_path):
    np.save(tmp_path / "w.npy", run["w"])
    code, told = check(capsys, "w.npy", "--as", "w")
    assert (code, told.splitlines()[0].endswith("ok, 4 values")) == (0, True)
    code, told = check(capsys, "w.npy")
    assert (code, "holds an array without a name; say which quantity it is, as in --as loss" in told) == (2, True)
    (tmp_path / "bad.npy").write_bytes(b"no array")
    code, told = check(capsys, "bad.npy", "--as", "w")
    assert (code, "bad.npy is not an npy file of plain numbers" in told) == (2, True)
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    code, told = check(capsys, "objects.npy", "--as", "w")
    assert (code, "is not an npy file of plain numbers" in told) == (2, True)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("los",), "--as: 'los' is no quantity; did you mean loss? Quantities are x, y, w, loss,"),
        (("loss=Val",), "mine.csv has no 'Val'; it has 'step', 'a', 'b'."),
        (("loss",), "mine.csv has several series, 'a', 'b'; say which one, as in --as loss=NAME."),
        (("loss=a", "w=a"), "--as: 'a' is said to be loss and w."),
    ],
)
def test_what_is_said_of_a_name_must_be_of_use(run, capsys, tmp_path, asked, told):
    (tmp_path / "mine.csv").write_text("step,a,b\n0,1,2\n1,2,3\n")
    assert check(capsys, "mine.csv", "--as", *asked) == (2, f"render.py: {told}\n") or told.endswith(",")
    assert told in check(capsys, "mine.csv", "--as", *asked)[1]


def test_a_quantity_that_is_there_is_not_given_a_second_name(run, capsys, tmp_path):
    (tmp_path / "mine.csv").write_text("step,loss,b\n0,1,2\n1,2,3\n")
    code, told = check(capsys, "mine.csv", "--as", "loss=b")
    assert (code, told) == (2, "render.py: mine.csv has 'loss' as well as 'b', which is to be loss.\n")


def test_a_file_without_series_has_none_to_name(run, capsys, tmp_path):
    (tmp_path / "mine.csv").write_text("Wall time,Step\n1,0\n2,1\n")
    code, told = check(capsys, "mine.csv", "--as", "loss")
    assert (code, "mine.csv has no series that could be loss; it has 'Wall time', 'Step'." in told) == (2, True)


def test_names_are_said_of_a_file(capsys):
    assert render.main(["check", "gradient-descent", "--as", "loss"]) == 2
    assert capsys.readouterr().err == "render.py: --as goes with --against.\n"


@pytest.fixture
def events(run, tmp_path):
    """An event file as torch's SummaryWriter writes it, with two tags."""
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path)) as writer:
        for step in (0, 1, 3):
            writer.add_scalar("train/loss", run["loss"][step], step)
            writer.add_scalar("weight", run["w"][step], step)
        writer.add_text("note", "no number")
    (path,) = tmp_path.glob("events.out.tfevents.*")
    return path.name


def test_an_event_file_is_read_at_the_steps_at_which_it_was_written(events, capsys):
    code, told = check(capsys, events, "--as", "loss=train/loss", "w=weight", "--partial")
    assert code == 0, told
    assert "loss is compared at 3 of 4 steps" in told
    code, told = check(capsys, events, "--as", "loss=weight", "--partial")
    assert (code, "loss[step=0]: obtained 0.0" in told) == (1, True)
    code, told = check(capsys, events)
    assert (code, "to compare train/loss, call it loss or add --as loss=train/loss" in told) == (2, True)


def test_an_event_file_that_cannot_be_read_is_said_to_be_so(events, capsys, tmp_path, monkeypatch):
    for name, content, fault in (
        ("cut.tfevents.1", (tmp_path / events).read_bytes()[:60], "holds no scalars, or it is damaged"),
        ("empty.tfevents.1", b"", "is empty"),
    ):
        (tmp_path / name).write_bytes(content)
        code, told = check(capsys, name, "--as", "loss")
        assert (code, fault in told) == (2, True)
    monkeypatch.setitem(sys.modules, "tensorboard.backend.event_processing.event_file_loader", None)
    code, told = check(capsys, events, "--as", "loss")
    assert (code, "needs tensorboard to be read: pip install 'deepreel[tensorboard]'" in told) == (2, True)


def test_a_run_of_ours_that_is_held_against_a_convention_is_told_so(run, capsys, tmp_path):
    np.savez(tmp_path / "mine.npz", input_gradient=computed("pooling").input_gradient)
    assert render.main(["check", "pooling", "--against", "mine.npz", "--convention", "shared-ties"]) == 1
    assert capsys.readouterr().out.endswith("\n  agrees throughout with ours: leave the convention out\n")


def test_numbers_with_the_digits_of_half_precision_are_recognised(run, capsys, tmp_path):
    half = np.array(run["w"]).astype(np.float16)
    np.savez(tmp_path / "mine.npz", w=half)
    code, told = check(capsys, "mine.npz")
    assert (code, "looks like half precision: its numbers have no more digits" in told) == (1, True)
    np.savez(tmp_path / "mine.npz", w=1.001 * np.array(run["w"]))
    assert "half" not in check(capsys, "mine.npz")[1]


def test_a_result_that_departs_is_told_after_the_steps_that_lead_to_it(tmp_path):
    trace = computed("gru", length=9, hidden=5, symbols=3, steps=12)
    h, probability = trace.h.copy(), trace.probability.copy()
    h[3:] += 0.1
    probability += 0.1
    knobs = {"length": 9, "hidden": 5, "symbols": 3, "steps": 12}
    assert compare("gru", {"h": h, "probability": probability}, knobs).fault.quantity == "h"
    assert compare("gru", {"x": 2 * trace.x, "h": h}, knobs).fault.quantity == "x"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("Value=loss",), "'Value' is no quantity, and loss is one: the other way round, --as loss=Value."),
        (("loss=a", "loss=b"), "--as: 'a' and 'b' are both said to be loss."),
    ],
)
def test_what_is_said_the_wrong_way_is_put_right(run, capsys, tmp_path, asked, told):
    (tmp_path / "mine.csv").write_text("step,a,b,Value\n0,1,2,3\n1,2,3,4\n")
    code, out = check(capsys, "mine.csv", "--as", *asked)
    assert (code, told in out) == (2, True)


def test_case_and_marks_of_names_that_are_said_do_not_matter(run, capsys, tmp_path):
    rows = "\n".join(f"{k},{v}" for k, v in enumerate(run["loss"]))
    (tmp_path / "mine.csv").write_text(f"Step,Value\n{rows}\n")
    assert check(capsys, "mine.csv", "--as", "Loss=value")[0] == 0


def test_a_folder_of_event_files_is_compared_as_that_of_a_class(events, capsys, tmp_path):
    code, told = check(capsys, str(tmp_path))
    assert (code, told.startswith(f"{events}"[:40])) == (1, True)
    assert "cannot be read" in told
    code, told = check(capsys, str(tmp_path), "--as", "loss=train/loss")
    assert (code, "1 of 1 ok" in told) == (0, True)


def test_columns_that_are_parts_of_a_quantity_are_told_where_that_belongs(run, capsys, tmp_path):
    trace = computed("momentum")
    rows = "\n".join(f"{k},{a},{loss}" for k, (a, loss) in enumerate(zip(trace.theta[:, 0], trace.loss, strict=True)))
    (tmp_path / "mine.csv").write_text(f"step,theta_0,loss\n{rows}\n")
    assert render.main(["check", "momentum", "--against", "mine.csv"]) == 0
    assert "theta_0 may be a part of theta, whose 2 axes ask for npz" in capsys.readouterr().out


def test_a_record_of_a_line_has_no_name_twice(run, capsys, tmp_path):
    (tmp_path / "mine.jsonl").write_text('{"w": 0.0, "w": 1.0}\n{"w": 1.0}\n')
    assert check(capsys, "mine.jsonl") == (2, "render.py: mine.jsonl: two values are called 'w'; keep one.\n")
