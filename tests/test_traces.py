"""The traces that are kept beside the files: when one serves again, and when it is computed anew."""

import importlib

import numpy as np
import pytest

import render
from export.course import source, traces
from mathcore import InputError, linear_fit


def trace_of(*arguments):
    """The trace, once it is kept."""
    with traces.trace_of(*arguments) as trace:
        return trace


@pytest.fixture
def computed(monkeypatch) -> list[str]:
    """The concepts that were computed, as they are."""
    names = []
    for name in ("gradient_descent", "linear_fit", "pooling"):
        module = importlib.import_module(f"mathcore.{name}")

        def counted(params, name=name, compute=module.compute):
            names.append(name)
            return compute(params)

        monkeypatch.setattr(module, "compute", counted)
    return names


def test_what_was_computed_serves_again(tmp_path, computed):
    one, two = (trace_of("gradient_descent", {"steps": 30}, tmp_path) for _ in range(2))
    assert computed == ["gradient_descent"]
    assert type(one) is type(two)
    assert one.params == two.params
    for name, values in one.arrays().items():
        assert two.arrays()[name].tobytes() == values.tobytes()
        assert two.arrays()[name].dtype == values.dtype


def test_other_knobs_other_data_and_other_code_are_computed_anew(tmp_path, computed, monkeypatch):
    data = tmp_path / "data.csv"
    data.write_text("RM,PRICE\n1,2\n2,3\n3,5\n")
    trace_of("linear_fit", {"data": data}, tmp_path)
    trace_of("linear_fit", {}, tmp_path)
    data.write_text("RM,PRICE\n1,2\n2,3\n3,4\n")
    changed = trace_of("linear_fit", {"data": data}, tmp_path)
    assert len(computed) == 3
    assert changed.params == linear_fit.Params(data=data)
    monkeypatch.setattr(source, "code", lambda *_: "of another version")
    trace_of("linear_fit", {}, tmp_path)
    assert len(computed) == 4


def test_a_kept_trace_has_the_knobs_that_were_taken(tmp_path, computed):
    one, two = (trace_of("gradient_descent", {"learning_rate": "auto"}, tmp_path) for _ in range(2))
    assert computed == ["gradient_descent"]
    assert isinstance(one.params.learning_rate, float)
    assert two.params == one.params


def test_a_file_of_another_name_is_not_taken_for_one_of_the_same_content(tmp_path, computed):
    for name in ("mine.csv", "yours.csv"):
        (tmp_path / name).write_text("RM,PRICE\n1,2\n2,3\n3,5\n")
        assert trace_of("linear_fit", {"data": tmp_path / name}, tmp_path).params.data == tmp_path / name


def test_numbers_rest_on_the_maths_alone(monkeypatch):
    before = source.of_numbers("pooling", []), source.of_film("pooling", [])
    true = source.digest
    monkeypatch.setattr(source, "digest", lambda path: true(path) + ("changed" if path.parent.name == "scenes" else ""))
    after = source.of_numbers("pooling", []), source.of_film("pooling", [])
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False]


@pytest.mark.parametrize("left", [b"", b"PK\3\4 of something else", slice(0, 3000), "of another concept"])
def test_half_a_trace_and_what_is_none_are_made_anew(left, tmp_path, computed):
    whole = trace_of("gradient_descent", {}, tmp_path)
    (kept,) = (tmp_path / ".deepreel").iterdir()
    if left == "of another concept":
        trace_of("pooling", {}, tmp_path).save(kept)
    else:
        kept.write_bytes(left if isinstance(left, bytes) else kept.read_bytes()[left])
    again = trace_of("gradient_descent", {}, tmp_path)
    assert computed.count("gradient_descent") == 2
    assert np.array_equal(again.loss, whole.loss)
    trace_of("gradient_descent", {}, tmp_path)
    assert computed.count("gradient_descent") == 2


def test_where_nothing_can_be_kept_it_is_computed_all_the_same(tmp_path, computed):
    (tmp_path / ".deepreel").write_text("a file where the folder would be")
    trace_of("pooling", {}, tmp_path)
    trace_of("pooling", {}, tmp_path)
    assert computed == ["pooling"] * 2


def test_the_last_few_are_kept_of_each_concept(tmp_path, computed):
    trace_of("pooling", {}, tmp_path)
    for steps in range(1, traces.KEPT + 3):
        trace_of("gradient_descent", {"steps": steps}, tmp_path)
        trace_of("gradient_descent", {"steps": 1}, tmp_path)  # which is asked for again and again
    assert len(list((tmp_path / ".deepreel").glob("gradient-descent.*.npz"))) == traces.KEPT
    assert computed.count("gradient_descent") == traces.KEPT + 2
    assert len(list((tmp_path / ".deepreel").glob("pooling.*.npz"))) == 1


def test_what_cannot_be_computed_leaves_nothing(tmp_path):
    with pytest.raises(InputError):
        trace_of("linear_fit", {"data": tmp_path / "missing.csv"}, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_nothing_is_kept_of_what_could_not_be_made(tmp_path, computed):
    with pytest.raises(InputError), traces.trace_of("pooling", {}, tmp_path / "new"):
        raise InputError("the film lacks something")
    assert computed == ["pooling"]
    assert not (tmp_path / "new").exists()


def test_what_is_made_is_the_same_by_a_trace_that_was_kept(tmp_path, computed):
    command = ["linear-fit", "-f", "srt", "-f", "json", "-o", str(tmp_path)]
    made = []
    for _ in range(2):
        assert render.main(command) == 0
        made.append([path.read_bytes() for path in sorted(tmp_path.glob("linear-fit.*"))])
    assert made[0] == made[1]
    assert len(made[0]) == 2
    assert computed == ["linear_fit"]
