"""Gradient descent against its closed form, against libraries, and against its lesson."""

import warnings

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mathcore import InputError
from mathcore._data import read_columns
from mathcore.gradient_descent import ARRIVED, SAME, Params, Trace, compute

SETTING = {"learning_rate": 4e-05, "start": 8.5, "steps": 30}  # other sentences

CRITICAL = float(compute().critical_learning_rate)

rates_below = st.floats(0.001, 0.999).map(lambda share: share * CRITICAL)
rates_above = st.floats(1.001, 100).map(lambda share: share * CRITICAL)
starts = st.floats(-1e6, 1e6)


def noisy_line(count=30):
    chance = np.random.RandomState(1)
    x = chance.randn(count)
    return x, -3 * x + chance.randn(count)


@settings(max_examples=30, deadline=None)
@given(rate=rates_below, start=starts, steps=st.integers(1, 200))
def test_iterates_follow_the_closed_form(rate, start, steps):
    trace = compute(Params(learning_rate=rate, start=start, steps=steps))
    x, y = read_columns(None, "RM", "PRICE")
    best = np.sum(x * y) / np.sum(x**2)
    expected = best + (start - best) * (1 - 2 * rate * np.sum(x**2)) ** np.arange(steps + 1)
    np.testing.assert_allclose(trace.w, expected, rtol=0, atol=1e-12 * max(abs(start), best))


@settings(max_examples=30, deadline=None)
@given(rate=rates_below | rates_above, start=starts)
def test_slopes_and_losses_are_those_of_calculus(rate, start):
    trace = compute(Params(learning_rate=rate, start=start, steps=5))
    x, y, w = trace.x, trace.y, trace.w[:, None]
    size = np.sum(np.abs(x) * (np.abs(w * x) + np.abs(y)), axis=1)
    assert np.all(np.abs(trace.gradient - 2 * np.sum(x * (w * x - y), axis=1)) <= 1e-13 * size)
    np.testing.assert_allclose(trace.loss, np.sum((w * x - y) ** 2, axis=1), rtol=1e-12)


@pytest.mark.parametrize("rate", [1e-6, 1e-5, 4.9e-5, 6e-5])
def test_the_optimiser_of_torch_takes_the_same_steps(rate):
    trace = compute(Params(learning_rate=rate, start=-1.5, steps=50))
    w = torch.tensor(-1.5, dtype=torch.float64, requires_grad=True)
    x, y = torch.tensor(trace.x), torch.tensor(trace.y)
    optimiser = torch.optim.SGD([w], lr=rate)
    walked = []
    for _ in range(51):
        walked.append(w.item())
        optimiser.zero_grad()
        torch.sum((w * x - y) ** 2).backward()
        optimiser.step()
    np.testing.assert_allclose(trace.w, walked, rtol=1e-12)


@pytest.mark.parametrize("solve", [np.linalg.lstsq, scipy.linalg.lstsq])
def test_the_best_weight_is_that_of_least_squares(own, solve):
    for params in (Params(), Params(feature="CRIM"), own(*noisy_line())):
        trace = compute(params)
        (best,), *_ = solve(trace.x[:, None], trace.y)
        np.testing.assert_allclose(trace.w_star, best, rtol=1e-12)
        np.testing.assert_allclose(trace.loss_star, np.sum((best * trace.x - trace.y) ** 2), rtol=1e-12)
        assert trace.loss_star <= trace.loss_grid.min()


@settings(max_examples=30, deadline=None)
@given(below=rates_below, above=rates_above, start=st.floats(-50, 50).filter(lambda start: abs(start - 3.65) > 0.1))
def test_the_critical_rate_divides_convergence_from_divergence(below, above, start):
    def distances(rate):
        trace = compute(Params(learning_rate=rate, start=start, steps=12))
        return np.abs(trace.w - trace.w_star)

    arriving, leaving = distances(below), distances(above)
    settled = 1e-13 * (abs(start) + 4)
    assert np.all((arriving[1:] < arriving[:-1]) | (arriving[1:] < settled))
    assert np.all(leaving[1:] > leaving[:-1])


def test_at_the_critical_rate_the_walk_neither_arrives_nor_leaves():
    trace = compute(Params(learning_rate=CRITICAL, steps=100))
    np.testing.assert_allclose(np.abs(trace.w - trace.w_star), trace.w_star, rtol=1e-10)
    assert trace.factor == pytest.approx(-1)


def test_one_step_at_half_the_critical_rate_arrives():
    trace = compute(Params(learning_rate=CRITICAL / 2, start=-100.0, steps=3))
    np.testing.assert_allclose(trace.w[1:], trace.w_star, rtol=1e-12)


def test_the_critical_rate_is_one_over_the_sum_of_squares():
    x, _ = read_columns(None, "RM", "PRICE")
    assert pytest.approx(1 / np.sum(x**2), rel=1e-14) == CRITICAL
    assert float(f"{CRITICAL:.2e}") == 4.94e-5
    assert 1.011 < 5e-5 / CRITICAL < 1.013  # the notes' rate is only 1.2 % above it


@settings(max_examples=30, deadline=None)
@given(rate=rates_below | rates_above, start=starts)
def test_each_step_adds_its_update(rate, start):
    trace = compute(Params(learning_rate=rate, start=start, steps=4))
    assert np.array_equal(trace.update, -rate * trace.gradient[:-1])
    assert np.array_equal(trace.w[:-1] + trace.update, trace.w[1:])
    assert trace.w[0] == start


@pytest.mark.parametrize("factor", [1.0, 2.0, 0.3, -1.0])
def test_with_longer_steps_it_is_the_descent_at_a_larger_rate(factor):
    told = compute(Params(start=-1.5)).with_steps(factor)
    w, x, y = -1.5, *read_columns(None, "RM", "PRICE")
    for step in range(11):
        slope = 2 * np.sum(x * (w * x - y))
        assert told["w"][step] == pytest.approx(w, rel=1e-9)
        assert told["loss"][step] == pytest.approx(np.sum((w * x - y) ** 2), rel=1e-9)
        assert told["gradient"][step] == pytest.approx(slope, rel=1e-9)
        w -= factor * 1e-5 * slope


@pytest.mark.parametrize("steps", [1, 10, 1000])
def test_there_is_one_iterate_more_than_steps(steps):
    trace = compute(Params(steps=steps))
    assert len(trace.w) == len(trace.loss) == len(trace.gradient) == steps + 1
    assert len(trace.update) == steps


@pytest.mark.parametrize("start", [-2.0, 0.0, 3.0, 10.0])
def test_the_notes_data_are_drawn_in_the_window_of_the_notes(start):
    assert np.array_equal(compute(Params(start=start, steps=1)).w_grid, np.linspace(-2, 10, 100))


def test_the_loss_on_the_grid_is_the_loss():
    trace = compute(Params(steps=1))
    expected = [np.sum((w * trace.x - trace.y) ** 2) for w in trace.w_grid]
    np.testing.assert_allclose(trace.loss_grid, expected, rtol=1e-13)


@settings(max_examples=30, deadline=None)
@given(start=starts | st.sampled_from([-2.0, 10.0, -2.0000001, 10.0000001]))
@pytest.mark.parametrize("feature", ["RM", "CRIM", "TAX"])
def test_the_grid_contains_the_start_and_the_best_weight(feature, start):
    trace = compute(Params(feature=feature, start=start, steps=1))
    assert trace.w_grid[0] <= min(start, trace.w_star)
    assert trace.w_grid[-1] >= max(start, trace.w_star)
    assert np.all(np.diff(trace.w_grid) > 0)


@pytest.mark.parametrize(
    ("y", "start"), [([2, 4], 2.0), ([0, 0], 0.0), ([0, 0], 1.0), ([2e-9, 4e-9], 0.0), ([1e12, 2e12 / 2], -1e6)]
)
def test_the_grid_has_a_width_whatever_the_data(own, y, start):
    trace = compute(own([1, 2], y, start=start, steps=1))
    assert trace.w_grid[0] < min(start, trace.w_star)
    assert trace.w_grid[-1] > max(start, trace.w_star)
    assert np.all(np.diff(trace.w_grid) > 0)


@pytest.mark.parametrize(
    ("y", "start", "ends"), [([2, 4], 6.0, [-3, 7]), ([2, 4], 2.0, [-0.5, 4.5]), ([0, 0], 0.0, [-1.25, 1.25])]
)
def test_the_grid_lies_around_the_best_weight_and_a_quarter_of_the_way_beyond_the_start(own, y, start, ends):
    trace = compute(own([1, 2], y, start=start, steps=1))
    np.testing.assert_allclose(trace.w_grid, np.linspace(*ends, 100), rtol=0, atol=1e-14)


def test_own_data_are_descended_on(own):
    x, y = noisy_line()
    trace = compute(own(x, y, learning_rate=0.01, steps=200))
    assert np.array_equal(trace.x, x)
    assert np.array_equal(trace.y, y)
    np.testing.assert_allclose(trace.w[-1], x @ y / (x @ x), rtol=1e-12)


def test_a_feature_that_is_zero_everywhere_gets_one_sentence(own):
    params = own([0, 0, 0], [1, 2, 3])
    with pytest.raises(InputError, match=rf"^column 'x' of {params.data} is zero in every row\.$"):
        compute(params)


def test_a_column_that_is_not_there_gets_one_sentence():
    with pytest.raises(InputError, match="no column 'ROOMS'; its columns are RM, CRIM"):
        compute(Params(feature="ROOMS"))


@pytest.mark.parametrize("rate", [1, 1e83])
def test_a_long_divergence_ends_beyond_all_numbers_without_a_warning(rate):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trace = compute(Params(learning_rate=rate, steps=1000))
        assert np.isinf(trace.with_steps(2.0)["loss"]).any()
    assert np.isinf(trace.loss).any()
    assert np.isnan(trace.w[-1])
    assert np.isfinite(trace.loss_grid).all()


def test_the_largest_numbers_that_can_be_read_have_a_finite_valley(own):
    trace = compute(own([1e12, -1e12], [1e12, 1e12], steps=1, start=1e6))
    for name in ("w_grid", "loss_grid", "w_star", "loss_star", "factor", "critical_learning_rate"):
        assert np.isfinite(getattr(trace, name)).all()


TABLES = {
    "incomes": ([2.2e6, 1.3e6], [514_405, 290_212]),
    "metres": ([2e-3, 1e-3, 3e-3], [4.1, 2.2, 5.9]),
    "largest": ([1e12] * 100_000, [-1e12] * 100_000),
    "smallest": ([1e-40, 0], [1e-40, 0]),
    "large over small": ([1e-17, 2e-17], [1e12, 1e12]),
    "small over large": ([1e12, 1e12], [1e-40, 2e-40]),
}


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_rates_from_crawling_to_diverging(own, table):
    x, y = (np.array(column, dtype=float) for column in TABLES[table])
    critical = 1 / np.sum(x**2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        crawling, arriving, diverging = (
            compute(own(x, y, learning_rate=part * critical, steps=20)) for part in (1e-3, 0.4, 30)
        )
    left = [np.abs(trace.w[-1] / trace.w_star - 1) for trace in (crawling, arriving, diverging)]
    assert 0.9 < left[0] < 1
    assert left[1] < 1e-12
    assert left[2] > 1e20
    for trace in (crawling, arriving, diverging):
        assert all(np.isfinite(array).all() for array in trace.arrays().values())


@pytest.mark.parametrize("table", TABLES)
def test_an_automatic_rate_is_a_third_of_the_critical_one(own, table):
    x, y = (np.array(column, dtype=float) for column in TABLES[table])
    trace = compute(own(x, y, learning_rate="auto"))
    np.testing.assert_allclose(trace.params.learning_rate, 1 / np.sum(x**2) / 3, rtol=5e-3)
    np.testing.assert_allclose(trace.factor, 1 / 3, atol=5e-3)
    assert np.all(np.abs(np.diff(trace.w)[1:]) < np.abs(np.diff(trace.w)[:-1]))


def test_an_automatic_rate_is_remembered_as_the_number_that_a_film_shows(tmp_path):
    trace = compute(Params(learning_rate="auto"))
    assert trace.params == Params(learning_rate=1.65e-5)
    assert trace.w.tobytes() == compute(trace.params).w.tobytes()
    trace.save(tmp_path / "auto.npz")
    assert Trace.load(tmp_path / "auto.npz").params.learning_rate == 1.65e-5


@pytest.mark.parametrize(("x", "y", "name"), [([1e-41, -9e-41], [1, 2], "x"), ([1, 2], [0, 1e-200], "y")])
def test_numbers_too_small_to_be_squared_get_one_sentence(own, x, y, name):
    params = own(x, y)
    with pytest.raises(InputError, match=rf"^column '{name}' of {params.data} has no number beyond 1e-40; use"):
        compute(params)


@pytest.mark.parametrize(("y", "start", "reach"), [([0.1, 0.2], 0.1 + 2e-17, 0.125), ([0, 0], 1e-200, 1.25)])
def test_a_start_that_cannot_be_told_from_the_best_weight_has_a_wide_grid(own, y, start, reach):
    trace = compute(own([1, 2], y, start=np.nextafter(start, 1), steps=1))
    np.testing.assert_allclose(np.ptp(trace.w_grid), 2 * reach, rtol=1e-9)
    assert trace.loss_grid.max() > 0


@pytest.mark.parametrize(("part", "told"), [(1.01, "above"), (500, "above"), (0.005, "far below"), (1e-9, "far below")])
def test_the_owner_of_a_table_is_told_of_a_rate_that_diverges_or_crawls(own, part, told):
    x, y = noisy_line()
    trace = compute(own(x, y, learning_rate=part / np.sum(x**2)))
    rate, critical = f"{trace.params.learning_rate:.3g}", f"{1 / np.sum(x**2):.3g}"
    about = f"the learning rate {rate} is {told} the critical rate of {trace.params.data}, {critical}, "
    assert trace.advice().startswith(about)
    assert trace.advice().endswith("; try --learning-rate auto.")


def test_nobody_is_told_of_a_rate_that_shows_something(own):
    x, y = noisy_line()
    for part in (0.05, 0.3, 0.99):
        assert compute(own(x, y, learning_rate=part / np.sum(x**2))).advice() == ""
    assert compute(own(x, y, learning_rate="auto")).advice() == ""
    assert compute(own(x, 2 * x, start=2, learning_rate=1e3)).advice() == ""  # it stays where it starts
    assert compute(Params(learning_rate=1)).advice() == ""  # on the course's own data


@pytest.mark.parametrize(
    "knobs",
    [
        {"learning_rate": 0.0}, {"learning_rate": -1e-5}, {"learning_rate": 1.1e83}, {"learning_rate": 9e-33},
        {"learning_rate": float("nan")}, {"learning_rate": "fast"}, {"steps": 0}, {"steps": 1001}, {"steps": 2.5},
        {"start": float("inf")}, {"start": 1.1e35}, {"start": -1.1e35}, {"feature": ""}, {"target": ""},
        {"rate": 1e-5},
    ],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def descended(factor, steps=1, **knobs):
    """A descent every step of which multiplies the error by this factor."""
    critical = float(compute(Params(steps=1)).critical_learning_rate)
    return compute(Params(learning_rate=(1 - factor) / 2 * critical, steps=steps, **knobs))


@pytest.mark.parametrize(
    ("factor", "outcome"),
    [
        (0.99 * ARRIVED, "arrived"), (-0.99 * ARRIVED, "arrived"), (1.01 * ARRIVED, "on_the_way"),
        (0.999, "on_the_way"), (-0.999, "on_the_way"), (-1.001, "diverged"), (-1.6, "diverged"), (-1.8, "off"),
    ],
)  # fmt: skip
def test_the_outcome_changes_at_its_thresholds(factor, outcome):
    assert descended(factor).outcome() == outcome


def test_a_descent_that_starts_at_the_best_weight_rests_and_one_that_leaves_the_numbers_is_overflown():
    best = float(compute(Params(steps=1)).w_star)
    assert compute(Params(start=best)).outcome() == "at_rest"
    assert compute(Params(start=np.nextafter(best, 9))).outcome() != "at_rest"
    assert descended(-1e30, steps=20).outcome() == "overflown"


@pytest.mark.parametrize(
    ("factor", "second"),
    [
        (1 - 1.1 * SAME, "shorter"), (1 - 0.9 * SAME, "same"), (-1 + 0.9 * SAME, "same"), (-1 + 1.1 * SAME, "back"),
        (-1 - 0.9 * SAME, "same"), (-1 - 1.1 * SAME, "longer"), (0.5, "shorter"), (-0.5, "back"), (-2, "longer"),
    ],
)  # fmt: skip
def test_the_second_step_is_compared_with_the_first(factor, second):
    assert descended(factor, steps=2).second_step() == second
