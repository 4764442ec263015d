"""References: they exist, they are small, they can be read in review, and every concept still computes them."""

import numpy as np
import pytest
from conftest import CONCEPTS, computed

import mathcore
from mathcore import _catalog, _golden
from mathcore._check import checking, compare, references

SMALL = 64 * 1024


def test_every_concept_has_a_reference_and_nothing_else_has():
    names = {path.name for path in references.GOLDEN.iterdir()}
    assert names == {f"{concept}.{suffix}" for concept in CONCEPTS for suffix in ("npz", "txt")}, "run `make golden`"


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_concept_computes_what_its_reference_says(concept, monkeypatch):
    trace = computed(concept)
    monkeypatch.setattr(_catalog.load(concept), "compute", lambda: trace)
    report = checking.check(concept)
    assert report.fault is None, str(report)
    assert report.values == sum(values.size for values in references.read(concept).values()) > 0


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_reference_is_small_and_its_table_says_the_same(concept):
    path = references.path_of(concept)
    assert path.stat().st_size < SMALL
    table = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert table == _golden.table(_catalog.load(concept).Trace, references.read(concept)), "run `make golden`"


@pytest.mark.parametrize("concept", ["gradient_descent", "pooling"])
def test_a_reference_is_written_twice_with_the_same_bytes(concept, tmp_path, monkeypatch):
    written = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(references, "GOLDEN", tmp_path / name)
        _golden.write(concept)
        written.append([path.read_bytes() for path in sorted((tmp_path / name).iterdir())])
    assert len(written[0]) == 2
    assert written[0] == written[1]


def test_the_noise_of_another_machine_changes_neither_file():
    trace = computed("gradient_descent")
    noisy = type(trace)(params=trace.params, **{name: array * (1 + 2e-16) for name, array in trace.arrays().items()})
    assert any((noisy.arrays()[name] != array).any() for name, array in trace.arrays().items())
    for name, array in _golden.reference(trace).items():
        np.testing.assert_array_equal(_golden.reference(noisy)[name], array)


def test_a_run_that_diverges_is_rounded_like_any_other():
    trace = computed("gradient_descent", learning_rate=1.0, steps=30)
    assert trace.loss[-1] > 1e200
    np.testing.assert_allclose(_golden.reference(trace)["loss"], trace.loss, rtol=1e-9)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_rounding_costs_a_reference_a_tenth_of_its_tolerance_at_most(concept):
    trace = computed(concept)
    for name, rounded in _golden.reference(trace).items():
        declared = trace.quantities()[name]
        allowed = compare.tolerance(trace.arrays()[name], declared.axes, declared.tolerance)
        assert (np.abs(rounded - trace.arrays()[name]) <= allowed / 10).all(), name


@pytest.mark.parametrize("concept", ["dropout", "lstm", "nonconvex_loss"])
def test_what_long_training_makes_has_invariants_instead_of_a_tolerance(concept):
    module = _catalog.load(concept)
    trained = {name for name, quantity in module.Trace.quantities().items() if quantity.tolerance is None}
    assert {"loss", "train_loss_eval"} & trained
    sentences = [sentence for sentence, _ in computed(concept).invariants()]
    assert any(sentence.startswith("at the default knobs, ") for sentence in sentences)
    for sentence in sentences:
        assert any(name in sentence for name in module.Trace.quantities()), "a sentence names its quantity"


@pytest.fixture
def tampered(monkeypatch):
    """Makes a concept compute something else: its quantities as they are changed."""

    def tamper(concept, **change):
        module = _catalog.load(concept)
        trace = computed(concept)
        arrays = trace.arrays() | {name: edit(trace.arrays()[name].copy()) for name, edit in change.items()}
        monkeypatch.setattr(module, "compute", lambda: type(trace)(params=trace.params, **arrays))

    return tamper


def edited(index, change):
    def edit(array):
        array[index] += change
        return array

    return edit


def test_the_first_step_that_departs_is_told_with_its_tolerance(tampered):
    tampered("gradient_descent", loss=edited(slice(3, None), 1e-3), w=edited(5, 1e-3))
    fault = checking.check("gradient_descent").fault
    assert (fault.quantity, fault.index) == ("loss", (3,))
    reference = references.read("gradient_descent")["loss"]
    assert fault.tolerance == 1e-12 * reference[:4].max()
    assert fault.obtained - fault.expected == pytest.approx(1e-3, rel=1e-3)


def test_runs_that_share_their_steps_depart_at_the_earliest_step_of_any_run(tampered):
    def edit(w):
        w[0, 6] += 1
        w[2, 4] += 1
        return w

    tampered("learning_rate", w=edit)
    assert checking.check("learning_rate").fault.index == (2, 4)


def test_declared_tolerances_can_be_overridden(tampered):
    tampered("gradient_descent", w=edited(2, 1e-6))
    assert checking.check("gradient_descent").fault
    assert not checking.check("gradient_descent", rtol=1e-5).fault
    assert not checking.check("gradient_descent", atol=1e-2).fault
    assert checking.check("gradient_descent", rtol=0, atol=1e-9).fault.tolerance == 1e-9


@pytest.mark.parametrize("tolerances", [{"rtol": -1}, {"atol": float("nan")}, {"rtol": float("inf")}])
def test_a_tolerance_is_a_number_from_0(tolerances):
    with pytest.raises(mathcore.InputError, match="must be a number from 0"):
        checking.check("gradient_descent", **tolerances)


def test_a_shape_that_differs_is_told(tampered, monkeypatch):
    reference = references.read("gradient_descent")
    monkeypatch.setattr(references, "read", lambda concept: reference | {"w": reference["w"][:-1]})
    assert "w: obtained 11, expected 10 (step)" in str(checking.check("gradient_descent"))


def test_a_quantity_without_its_reference_is_told(monkeypatch):
    monkeypatch.setattr(references, "read", lambda concept: {})
    assert "make golden" in str(checking.check("gradient_descent"))


def test_an_invariant_that_breaks_is_told_by_its_sentence(tampered):
    tampered("dropout", late_loss=edited((0, 3), -0.1))
    assert "does not hold: at the default knobs, late_loss reads higher" in str(checking.check("dropout"))
