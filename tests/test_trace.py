"""Traces check themselves, cannot be written to, and come back from a file as they were."""

import csv
import json
import pickle
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import mathcore
from mathcore import _records, quantity

FORMATS = ("npz", "csv", "json")
HUGE = 2**62 + 1  # not a float64


class Params(BaseModel, frozen=True):
    seed: int = 3
    rate: float = 0.1
    data: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    params: Params
    w: np.ndarray = quantity("step", "weight", unit="m")
    x: np.ndarray = quantity("sample axis", "inputs")
    hidden: np.ndarray = quantity("axis step sample", "its axes stand in another order than in x")
    choice: np.ndarray = quantity("step", "which", dtype=int)
    total: np.ndarray = quantity("", "a single number")
    count: np.ndarray = quantity("", "a single whole number", dtype=int)


def a_trace(**other):
    values = {
        "params": Params(),
        "w": [0.1, np.inf, np.nan],
        "x": [[-0.0, -np.inf], [5e-324, 1.7976931348623157e308]],
        "hidden": np.arange(12.0).reshape(2, 3, 2) / 7,
        "choice": [0, -4, HUGE],
        "total": 1 / 3,
        "count": 61706,
    }
    return Trace(**(values | other))


def same(one, other):
    """Whether two traces have the same quantities, bit for bit."""

    def bits(trace):
        return [(name, array.dtype, array.shape, array.tobytes()) for name, array in trace.arrays().items()]

    return bits(one) == bits(other)


def reloaded(trace, path):
    trace.save(path)
    return Trace.load(path, trace.params)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"w": [[0.0, 1.0, 2.0]]}, "w has 2 axes"),
        ({"w": 0.0}, "w has 0 axes"),
        ({"total": [1.0]}, "total has 1 axes"),
        ({"x": [1.0, 2.0]}, "x has 1 axes"),
        ({"choice": [0, 1]}, "choice has length 2 along 'step', others have 3"),
        ({"hidden": np.zeros((2, 3, 5))}, "hidden has length 5 along 'sample', others have 2"),
        ({"w": [], "hidden": np.zeros((2, 0, 2)), "choice": []}, "w is empty"),
        ({"choice": [0, 1, 1.5]}, "choice is declared int"),
    ],
)
def test_a_trace_refuses_what_was_not_declared(values, complaint):
    with pytest.raises(ValueError, match=complaint):
        a_trace(**values)


@pytest.mark.parametrize("value", ["text", None, [1.0, [2.0, 3.0]]])
def test_a_trace_refuses_what_is_no_array_of_numbers(value):
    with pytest.raises((ValueError, TypeError)):
        a_trace(w=value)


def test_a_quantity_that_is_missing_is_refused():
    with pytest.raises(TypeError, match="count"):
        Trace(params=Params(), w=[0.0], x=[[0.0]], hidden=[[[0.0]]], choice=[0], total=0.0)


def test_an_axis_cannot_be_named_twice():
    with pytest.raises(ValueError, match="same name"):
        quantity("unit unit", "weights")


def test_a_trace_knows_what_was_declared():
    quantities = Trace.quantities()
    assert list(quantities) == ["w", "x", "hidden", "choice", "total", "count"]
    assert quantities["w"] == (("step",), "weight", "m", float, None)
    assert quantities["x"] == (("sample", "axis"), "inputs", "", float, None)
    assert quantities["hidden"].axes == ("axis", "step", "sample")
    assert quantities["total"].axes == ()


def test_a_trace_bears_the_name_of_its_module(monkeypatch):
    monkeypatch.setattr(Trace, "__module__", "mathcore.a_concept")
    assert a_trace().concept == a_trace().meta()["concept"] == "a_concept"


def test_samples_are_counted_along_their_axis_whatever_its_place():
    assert a_trace().samples() == 2

    @dataclass(frozen=True, kw_only=True)
    class Other(mathcore.Trace):
        w: np.ndarray = quantity("step", "weight")

    assert Other(params=Params(), w=[0.1]).samples() == 0
    assert Other(params=Params(), w=[0.1]).with_steps(2.0) == {}
    assert not [*a_trace().mistakes(), *a_trace().invariants()]


def test_quantities_are_float64_or_int64():
    assert {name: str(array.dtype) for name, array in a_trace().arrays().items()} == {
        "w": "float64", "x": "float64", "hidden": "float64", "choice": "int64", "total": "float64", "count": "int64",
    }  # fmt: skip


@pytest.mark.parametrize("name", list(Trace.quantities()))
def test_nobody_writes_to_a_quantity(name):
    array = getattr(a_trace(), name)
    with pytest.raises(ValueError, match="read-only"):
        array[...] = 0


@pytest.mark.parametrize("name", list(Trace.quantities()))
def test_no_flag_makes_a_quantity_writeable(name):
    array = getattr(a_trace(), name)
    for view in (array, array.view(), array.reshape(-1)):
        with pytest.raises(ValueError, match="WRITEABLE"):
            view.setflags(write=True)
        with pytest.raises(ValueError, match="WRITEABLE"):
            view.flags.writeable = True


def test_no_quantity_can_be_replaced():
    with pytest.raises(AttributeError):
        a_trace().w = np.zeros(3)


def test_a_trace_does_not_follow_the_array_that_it_was_made_from():
    w = np.zeros(3)
    trace = a_trace(w=w)
    w[0] = 1.0
    assert trace.w[0] == 0.0


@pytest.mark.parametrize("extension", FORMATS)
def test_a_trace_comes_back_exactly(tmp_path, extension):
    trace = a_trace()
    assert same(reloaded(trace, tmp_path / f"trace.{extension}"), trace)


@pytest.mark.parametrize("extension", FORMATS)
@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.floats(width=64), min_size=1, max_size=12), total=st.integers(-(2**63), 2**63 - 1))
def test_any_number_comes_back_exactly(extension, values, total):
    trace = a_trace(w=values, hidden=np.zeros((2, len(values), 2)), choice=[0] * len(values), count=total)
    with tempfile.TemporaryDirectory() as folder:
        copy = reloaded(trace, Path(folder) / f"trace.{extension}")
    np.testing.assert_array_equal(copy.w, trace.w)  # NaN equals NaN here, whatever its payload
    assert np.array_equal(np.signbit(copy.w[trace.w == 0]), np.signbit(trace.w[trace.w == 0]))
    assert copy.count == total


@pytest.mark.parametrize("extension", FORMATS)
def test_what_is_loaded_is_read_only_too(tmp_path, extension):
    with pytest.raises(ValueError, match="WRITEABLE"):
        reloaded(a_trace(), tmp_path / f"trace.{extension}").w.setflags(write=True)


@pytest.mark.parametrize("extension", ["npz", "json"])
def test_the_knobs_come_back_with_the_file(tmp_path, extension):
    params = Params(seed=7, rate=1e-5, data=Path("own.csv"))
    a_trace(params=params).save(tmp_path / f"trace.{extension}")
    assert Trace.load(tmp_path / f"trace.{extension}").params == params


def test_an_npz_opens_without_pickle_and_its_meta_is_json(tmp_path):
    a_trace().save(tmp_path / "trace.npz")
    with np.load(tmp_path / "trace.npz", allow_pickle=False) as archive:
        assert set(archive.files) == {*Trace.quantities(), "meta"}
        meta = json.loads(str(archive["meta"]))
    assert meta["concept"] == "test_trace"
    assert meta["params"] == {"seed": 3, "rate": 0.1, "data": None}
    assert meta["seed"] == 3
    assert meta["versions"]["deepreel"] == mathcore.__version__
    assert meta["versions"]["numpy"] == np.__version__
    assert "torch" in meta["versions"]


def test_json_is_strict(tmp_path):
    def refuse(token):
        raise AssertionError(f"{token} is no JSON")

    a_trace().save(tmp_path / "trace.json")
    record = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert record["w"] == [0.1, "Infinity", "NaN"]
    assert record["x"][0][1] == "-Infinity"
    assert record["count"] == 61706
    assert record["meta"]["concept"] == "test_trace"


def test_a_timeline_stands_in_a_json_alone_and_is_no_quantity(tmp_path):
    told = [{"time": 0.5, "text": "0.1"}]
    a_trace().save(tmp_path / "trace.json", timeline=told)
    assert json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))["timeline"] == told
    loaded = Trace.load(tmp_path / "trace.json").arrays()
    assert all(np.array_equal(loaded[name], array, equal_nan=True) for name, array in a_trace().arrays().items())
    for suffix in ("npz", "csv"):
        with pytest.raises(ValueError, match="no timeline"):
            a_trace().save(tmp_path / f"trace.{suffix}", timeline=told)


def test_csv_is_tidy(tmp_path):
    trace = a_trace()
    trace.save(tmp_path / "trace.csv")
    with (tmp_path / "trace.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["quantity", "step", "sample", "axis", "value"]
    assert len(rows) == sum(array.size for array in trace.arrays().values())
    assert rows[0] == ["w", "0", "", "", "0.1"]
    assert ["x", "", "1", "0", "5e-324"] in rows
    assert ["total", "", "", "", repr(1 / 3)] in rows
    assert [row for row in rows if row[0] == "hidden"][1] == ["hidden", "0", "1", "0", repr(1 / 7)]
    assert len({tuple(row[:-1]) for row in rows}) == len(rows)


@pytest.mark.parametrize("extension", FORMATS)
def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path, monkeypatch, extension):
    path = tmp_path / f"trace.{extension}"
    a_trace().save(path)
    before = path.read_bytes()
    writer = _records._WRITERS[path.suffix]

    def full_disk(draft, *given):
        writer(draft, *given)
        draft.write_bytes(draft.read_bytes()[:10])
        raise OSError("No space left on device")

    monkeypatch.setitem(_records._WRITERS, path.suffix, full_disk)
    with pytest.raises(OSError, match="No space left"):
        a_trace(total=2.0).save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("extension", ["npz", "json"])
def test_a_knob_that_json_cannot_hold_is_refused(tmp_path, extension):
    with pytest.raises(ValueError, match="JSON"):
        a_trace(params=Params(rate=float("nan"))).save(tmp_path / f"trace.{extension}")
    assert not list(tmp_path.iterdir())


class _Bait:
    """Creates a file when it is unpickled."""

    def __init__(self, trap):
        self.trap = trap

    def __reduce__(self):
        return Path.touch, (self.trap,)


def test_an_npz_that_holds_a_pickle_is_refused(tmp_path):
    trap = tmp_path / "sprung"
    np.savez(tmp_path / "trace.npz", **a_trace().arrays() | {"w": np.array([_Bait(trap)])}, meta=np.array("{}"))
    with pytest.raises(ValueError, match="allow_pickle"):
        Trace.load(tmp_path / "trace.npz", Params())
    assert not trap.exists()


def test_a_pickle_called_npz_is_refused(tmp_path):
    trap = tmp_path / "sprung"
    (tmp_path / "trace.npz").write_bytes(pickle.dumps(_Bait(trap)))
    with pytest.raises(ValueError, match="pickle"):
        Trace.load(tmp_path / "trace.npz", Params())
    assert not trap.exists()


def test_a_csv_that_lacks_a_value_is_refused(tmp_path):
    path = tmp_path / "trace.csv"
    a_trace().save(path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("hidden,1,1,0")))
    with pytest.raises(ValueError, match="11 values"):
        Trace.load(path, Params())
