"""The linear fit: the closed form, then another library, then the lesson as a property."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mathcore import InputError
from mathcore._data import read_columns
from mathcore.linear_fit import DRAWN, Params, compute

SETTING = {"w": 8.5}  # other sentences


def test_by_hand(own):
    trace = compute(own([1, 2, 3], [1, 3, 2], w=2.0))
    assert trace.residual.tolist() == [1, 1, 4]
    assert trace.square.tolist() == [1, 1, 16]
    assert trace.loss == 18
    assert trace.w_star == pytest.approx(13 / 14, rel=1e-15)
    assert trace.loss_star == pytest.approx(14 - 13**2 / 14, rel=1e-14)
    assert trace.grown == 1  # of the row that lies above all lines between the two
    assert trace.outcome() == "mixed"


@pytest.mark.parametrize("feature", ["RM", "CRIM", "TAX"])
def test_the_best_weight_is_that_of_numpy(feature):
    trace = compute(Params(feature=feature))
    x, y = read_columns(None, feature, "PRICE")
    (best,), (left,), *_ = np.linalg.lstsq(x[:, None], y)
    np.testing.assert_allclose(trace.w_star, best, rtol=1e-12)
    np.testing.assert_allclose(trace.w_star, np.sum(x * y) / np.sum(x**2), rtol=1e-14)
    np.testing.assert_allclose(trace.loss_star, left, rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(w=st.floats(-1e6, 1e6))
def test_the_total_is_the_sum_over_all_rows_and_nowhere_below_that_of_the_best_weight(w):
    trace = compute(Params(w=w))
    x, y = read_columns(None, "RM", "PRICE")
    assert len(trace.square) == 506
    np.testing.assert_allclose(trace.residual, w * x - y, rtol=1e-14)
    np.testing.assert_allclose(trace.loss, sum((w * a - b) ** 2 for a, b in zip(x, y, strict=True)), rtol=1e-11)
    np.testing.assert_allclose(trace.loss, trace.loss_star + (w - trace.w_star) ** 2 * np.sum(x**2), rtol=1e-11)
    assert trace.loss_star <= min(trace.loss, trace.loss_grid.min())


@settings(max_examples=30, deadline=None)
@given(w=st.floats(-50, 50))
def test_squares_that_grow_towards_the_best_weight_are_counted(w):
    trace = compute(Params(w=w))
    after = (trace.w_star * trace.x - trace.y) ** 2
    assert trace.grown == sum(a > b for a, b in zip(after.tolist(), trace.square.tolist(), strict=True))


def test_the_notes_window_is_drawn_and_another_start_is_in_its_window():
    assert np.array_equal(compute().w_grid, np.linspace(-2, 10, 100))
    for w in (-1e35, -3.0, 11.0, 1e35):
        grid = compute(Params(w=w)).w_grid
        assert grid[0] < min(w, 3.65) < max(w, 3.66) < grid[-1]


def test_outcomes(own):
    assert compute().outcome() == "mixed"
    assert compute(own([1, 2], [2, 4], w=0)).outcome() == "all_shrink"
    assert compute(own([1, 2], [2, 4], w=2)).outcome() == "at_best"
    assert compute(Params(w=float(compute().w_star))).outcome() == "at_best"


def test_squares_are_drawn_of_rows_spread_over_x(own):
    trace = compute()
    assert len(trace.drawn) == DRAWN
    assert np.all(np.diff(trace.square[trace.drawn]) <= 0), "the largest first"
    places = np.sort(trace.x[trace.drawn])
    assert [places[0], places[-1]] == [trace.x.min(), trace.x.max()]
    assert np.all(np.diff(places) > 0.5 * np.ptp(trace.x) / DRAWN)
    assert compute(own([1, 1, 1], [1, 2, 3])).drawn.tolist() == [0]


@pytest.mark.parametrize(
    ("x", "message"),
    [([0, 0], r"is zero in every row\.$"), ([1e-41, 0], "has no number beyond 1e-40; use another unit")],
)
def test_a_table_without_a_best_weight_gets_one_sentence(own, x, message):
    with pytest.raises(InputError, match=message):
        compute(own(x, [1, 2]))


@pytest.mark.parametrize("knobs", [{"w": float("nan")}, {"w": 1.1e35}, {"w": "two"}, {"feature": ""}], ids=str)
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)
