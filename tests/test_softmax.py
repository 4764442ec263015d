"""Softmax: by hand and against torch, the training against a hand-written one, then its properties."""

import csv

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mathcore import _iris
from mathcore._data import DATA
from mathcore.softmax import Params, compute, softmax

SETTING = {"temperature": 4.0, "seed": 3}  # other sentences
NOTATION = (r"total (to|à) 1", r"float64")  # the length of a whole; a type

scores = st.lists(st.floats(-1000, 1000), min_size=2, max_size=6).map(np.array)


def test_by_hand():
    np.testing.assert_allclose(softmax(np.log([1.0, 2.0, 5.0])), [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)
    np.testing.assert_allclose(softmax(np.array([[3.0, 3.0], [0.0, np.log(3)]])), [[1 / 2, 1 / 2], [1 / 4, 3 / 4]])


@settings(deadline=None)
@given(scores)
def test_shares_are_those_of_torch_and_make_one_whole(o):
    p = softmax(o)
    np.testing.assert_allclose(p, torch.softmax(torch.from_numpy(o), 0).numpy(), rtol=1e-12, atol=1e-300)
    assert p.sum() == pytest.approx(1, abs=1e-14)
    assert np.all(np.diff(p[np.argsort(o)]) >= 0), "the order of the scores is kept"


@settings(deadline=None)
@given(scores, st.floats(-1e6, 1e6))
def test_a_constant_added_to_all_scores_changes_nothing(o, constant):
    np.testing.assert_allclose(softmax(o + constant), softmax(o), rtol=1e-6, atol=1e-12)


def trained(seed):
    """Scores of all flowers, row by row: gradient descent with numpy alone."""
    with (DATA / "iris.csv").open() as file:
        table = np.array(list(csv.reader(file))[1:], dtype=float)
    rows = _iris.split(seed).rows.numpy()[:105]
    x = (table[:, :4] - table[rows, :4].mean(0)) / table[rows, :4].std(0, ddof=1)
    target, w, b = np.eye(3)[table[:, 4].astype(int)], np.zeros((4, 3)), np.zeros(3)
    for _ in range(5):
        grown = np.exp(x[rows] @ w + b)
        delta = (grown / grown.sum(1, keepdims=True) - target[rows]) / 105
        w, b = w - 0.5 * x[rows].T @ delta, b - 0.5 * delta.sum(0)
    return x @ w + b


@pytest.mark.parametrize("seed", [0, 1, 7, 999])
def test_scores_are_those_of_gradient_descent_by_hand(seed):
    trace = compute(Params(seed=seed, samples=(3, 149, 75)))
    np.testing.assert_allclose(trace.logits, trained(seed)[[3, 149, 75]], rtol=1e-11)
    assert trace.species.tolist() == [0, 2, 1]
    assert (trace.trained, trace.steps) == (105, 5)


@pytest.mark.parametrize("seed", range(8))
def test_each_default_flower_gets_its_largest_share_where_it_belongs_and_scores_of_both_signs(seed):
    trace = compute(Params(seed=seed))
    assert trace.probability.argmax(axis=1).tolist() == trace.species.tolist() == [0, 1, 2]
    assert np.all((trace.logits.min(axis=1) < 0) & (trace.logits.max(axis=1) > 0))
    np.testing.assert_allclose(trace.logits.sum(axis=1), 0, atol=1e-13)  # which descent from zero leaves so


@pytest.mark.parametrize("temperature", [0.1, 0.5, 1, 3, 10])
def test_exponentials_and_shares_of_the_three_flowers(temperature):
    trace = compute(Params(temperature=temperature))
    grown = np.exp(trace.logits / temperature)
    np.testing.assert_allclose(trace.grown, grown, rtol=1e-13)
    np.testing.assert_allclose(trace.total, [sum(row) for row in grown], rtol=1e-13)
    np.testing.assert_allclose(trace.exponential, grown / grown.max(1, keepdims=True), rtol=1e-12)
    np.testing.assert_allclose(trace.probability, grown / trace.total[:, None], rtol=1e-12)
    assert trace.exponential.max(axis=1).tolist() == [1, 1, 1]
    assert trace.shown == 1


@pytest.mark.parametrize("temperature", [0.1, 1, 10])
@pytest.mark.parametrize("samples", [(0, 0, 0), (60, 60, 60), (120, 149, 133)])
def test_the_gap_of_two_scores_becomes_the_ratio_of_their_exponentials(samples, temperature):
    trace = compute(Params(samples=samples, temperature=temperature))
    best, other = trace.pair
    scores, grown = trace.logits[trace.shown], trace.grown[trace.shown]
    assert (scores[best], abs(best - other)) == (scores.max(), 1)
    np.testing.assert_allclose(trace.gap, scores[best] - scores[other], rtol=1e-14)
    np.testing.assert_allclose(trace.ratio, grown[best] / grown[other], rtol=1e-12)
    np.testing.assert_allclose(np.ptp(trace.shifted[:, trace.pair], axis=1), trace.gap, rtol=1e-12)


def test_the_gap_as_it_is_written_makes_the_ratio_as_it_is_written():
    trace = compute()
    assert f"{np.exp(round(trace.gap.item(), 3)):.2g}" == f"{trace.ratio:.2g}" == "4.2"


@pytest.mark.parametrize("seed", range(8))
def test_a_small_temperature_sharpens_and_a_large_one_flattens(seed):
    trace = compute(Params(seed=seed))
    largest, smallest = trace.dial_probability.max(axis=2), trace.dial_probability.min(axis=2)
    assert np.all(np.diff(trace.dial) > 0)
    assert np.all(np.diff(largest, axis=0) <= 0)
    assert np.all(np.diff(smallest, axis=0) >= 0)
    assert np.all(largest[0] > 0.999)
    np.testing.assert_allclose(trace.dial_probability[-1], 1 / 3, atol=0.08)


@pytest.mark.parametrize("temperature", [0.1, 1, 2.345, 10])
def test_the_dial_goes_through_the_temperature_of_the_knob(temperature):
    trace = compute(Params(temperature=temperature))
    (place,) = np.flatnonzero(trace.dial == temperature)
    np.testing.assert_allclose(trace.dial_probability[place], trace.probability, rtol=1e-14)
    np.testing.assert_allclose(trace.dial_score[place], trace.logits / temperature, rtol=1e-14)
    assert [trace.dial[0], trace.dial[-1]] == pytest.approx([0.1, 10])
    assert {0.5, 4.0} <= set(trace.dial)


@pytest.mark.parametrize("temperature", [0.1, 1, 10])
def test_while_scores_shift_their_exponentials_grow_by_one_factor_and_shares_stand_still(temperature):
    trace = compute(Params(temperature=temperature))
    mine = trace.shown
    assert 0 in trace.shift
    np.testing.assert_allclose(trace.shifted - trace.shift[:, None], trace.logits[[mine] * 31], rtol=1e-12, atol=1e-15)
    factor = np.exp(trace.shift / temperature)[:, None]
    np.testing.assert_allclose(trace.shifted_grown, factor * trace.grown[mine], rtol=1e-12)
    np.testing.assert_allclose(trace.shifted_probability, trace.probability[[mine] * 31], rtol=1e-12)


@pytest.mark.parametrize("temperature", [0.1, 1, 10])
def test_naive_exponentials_overflow_and_the_largest_score_subtracted_they_do_not(temperature):
    trace = compute(Params(temperature=temperature))
    assert trace.huge == 1000 * temperature
    np.testing.assert_allclose(trace.huge_logit, trace.logits[trace.shown] + trace.huge, rtol=1e-15)
    assert np.all(np.isinf(trace.naive_grown))
    assert np.all(np.isnan(trace.naive_probability))
    assert trace.safe_logit.max() == 0
    np.testing.assert_allclose(trace.safe_grown, trace.exponential[trace.shown], rtol=1e-9)
    np.testing.assert_allclose(trace.safe_probability, trace.probability[trace.shown], rtol=1e-9)


def test_the_flower_that_is_shown_has_the_smallest_largest_share():
    for samples in ((0, 1, 2), (83, 0, 0), (120, 60, 149)):
        trace = compute(Params(samples=samples))
        assert trace.shown == min(range(3), key=lambda k: max(trace.probability[k]))


@pytest.mark.parametrize(
    "knobs",
    [{"samples": (0, 1)}, {"samples": (0, 1, 150)}, {"samples": (-1, 0, 1)}, {"temperature": 0}, {"temperature": 11},
     {"temperature": float("nan")}, {"seed": -1}],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)
