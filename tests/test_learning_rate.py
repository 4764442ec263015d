"""Several learning rates against closed forms, against torch, and against their lesson."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mathcore import InputError, gradient_descent
from mathcore._data import read_columns
from mathcore.learning_rate import ARRIVED, CLOSE, CRAWLING, EXACT, SAME, Params, Trace, compute

SETTING = {"learning_rates": (4.94e-05, 0.001), "steps": 60}  # other sentences
NOTATION = (  # numerals that tell no value
    r"1 [-−] 2 rho",  # what is kept of an error
    r"= -1 ",  # the critical rate by its definition
    r"passes? −1|Between 1 and −1|below −1|Entre 1 et −1|sous −1",  # where the factor of an error turns
)

DEFAULT = compute()
CRITICAL = float(DEFAULT.critical_learning_rate)

shares = st.floats(0.001, 0.999) | st.floats(1.001, 100)  # of the critical rate
several = st.lists(shares.map(lambda share: share * CRITICAL), min_size=1, max_size=4).map(tuple)
starts = st.floats(-1e6, 1e6)


@settings(max_examples=30, deadline=None)
@given(rates=several, start=starts, steps=st.integers(1, 30))
def test_every_run_follows_the_closed_form(rates, start, steps):
    trace = compute(Params(learning_rates=rates, start=start, steps=steps))
    x, y = read_columns(None, "RM", "PRICE")
    best = np.sum(x * y) / np.sum(x**2)
    for run, rate in enumerate(rates):
        growth = (1 - 2 * rate * np.sum(x**2)) ** np.arange(steps + 1)
        noise = 1e-12 * (abs(start) + abs(best)) * np.maximum.accumulate(np.abs(growth))
        assert np.all(np.abs(trace.w[run] - best - growth * (start - best)) <= 10 * noise)


@settings(max_examples=30, deadline=None)
@given(rates=several, start=starts)
def test_the_factor_alone_predicts_every_run(rates, start):
    trace = compute(Params(learning_rates=rates, start=start, steps=12))
    size = 1e-11 * (abs(start) + 4) * np.maximum(1, np.abs(trace.factor[:, None])) ** np.arange(13)
    assert np.all(np.abs(trace.predicted_error - trace.error) <= size)


@pytest.mark.parametrize("rate", [1e-6, 1e-5, 4.9e-5, 5e-5, 6e-5])
def test_the_optimiser_of_torch_takes_the_same_steps(rate):
    trace = compute(Params(learning_rates=(1e-7, rate), start=-1.5, steps=30))
    x, y = (torch.tensor(column) for column in read_columns(None, "RM", "PRICE"))
    w = torch.tensor(-1.5, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([w], lr=rate)
    walked, losses = [], []
    for _ in range(31):
        optimiser.zero_grad()
        loss = torch.sum((w * x - y) ** 2)
        loss.backward()
        walked.append(w.item())
        losses.append(loss.item())
        optimiser.step()
    np.testing.assert_allclose(trace.w[1], walked, rtol=1e-12)
    np.testing.assert_allclose(trace.loss[1], losses, rtol=1e-12)


@settings(max_examples=20, deadline=None)
@given(rates=several, start=starts)
def test_a_run_is_the_gradient_descent_of_the_film_before(rates, start):
    trace = compute(Params(learning_rates=rates, start=start, steps=7))
    for run, rate in enumerate(rates):
        alone = gradient_descent.compute(gradient_descent.Params(learning_rate=rate, start=start, steps=7))
        for mine, other in [
            (trace.w[run], alone.w),
            (trace.loss[run], alone.loss),
            (trace.factor[run], alone.factor),
            (trace.w_grid, alone.w_grid),
            (trace.loss_grid, alone.loss_grid),
            (trace.w_star, alone.w_star),
            (trace.loss_star, alone.loss_star),
            (trace.critical_learning_rate, alone.critical_learning_rate),
        ]:
            assert mine.tobytes() == other.tobytes()


def test_with_longer_steps_the_runs_are_those_of_larger_rates():
    told = DEFAULT.with_steps(2.0)
    longer = compute(Params(learning_rates=tuple(2 * DEFAULT.learning_rate)))
    np.testing.assert_allclose(told["w"], longer.w, rtol=1e-9)
    np.testing.assert_allclose(told["loss"], longer.loss, rtol=1e-9)
    assert DEFAULT.samples() == len(read_columns(None, "RM")[0])


def test_the_neighbours_of_a_run_do_not_change_it():
    together, alone = DEFAULT, [compute(Params(learning_rates=(rate,))) for rate in DEFAULT.learning_rate]
    for run, trace in enumerate(alone):
        for name in ("w", "loss", "error", "left", "factor", "predicted_error", "excess"):
            assert getattr(together, name)[run].tobytes() == getattr(trace, name)[0].tobytes()


def test_the_critical_rate_is_one_over_the_sum_of_squares():
    x, _ = read_columns(None, "RM", "PRICE")
    assert pytest.approx(1 / np.sum(x**2), rel=1e-14) == CRITICAL


def test_the_rate_of_the_notes_is_1_2_per_cent_too_large():
    np.testing.assert_allclose(DEFAULT.excess, 100 * (np.array([1e-6, 1e-5, 5e-5]) / CRITICAL - 1), rtol=1e-11)
    assert round(float(DEFAULT.excess[2]), 1) == 1.2


def test_too_small_crawls_right_converges_too_large_diverges():
    crawling, right, large = DEFAULT.left
    assert np.all(np.diff(crawling) < 0)
    assert crawling[-1] > 0.5
    assert right[-1] < 0.01
    assert np.all(np.diff(large) > 0)


@settings(max_examples=30, deadline=None)
@given(below=st.floats(0.001, 0.999), above=st.floats(1.001, 100), start=st.floats(-50, 3) | st.floats(4, 50))
def test_the_critical_rate_divides_shrinking_from_growing_errors(below, above, start):
    trace = compute(Params(learning_rates=(below * CRITICAL, above * CRITICAL), start=start, steps=12))
    shrinking, growing = trace.left
    assert abs(trace.factor[0]) < 1 < abs(trace.factor[1])
    assert trace.excess[0] < 0 < trace.excess[1]
    assert np.all((np.diff(shrinking) < 0) | (shrinking[1:] < 1e-10))
    assert np.all(np.diff(growing) > 0)


@settings(max_examples=30, deadline=None)
@given(share=st.floats(0.55, 3), start=st.floats(-50, 3) | st.floats(4, 50))
def test_from_half_the_critical_rate_on_every_step_changes_sides(share, start):
    trace = compute(Params(learning_rates=(share * CRITICAL,), start=start, steps=5))
    assert np.all(trace.error[0, 1:] * trace.error[0, :-1] < 0)


def test_at_the_critical_rate_the_error_keeps_its_size():
    trace = compute(Params(learning_rates=(CRITICAL,), steps=100))
    np.testing.assert_allclose(trace.left[0], 1, rtol=1e-10)
    assert abs(trace.excess[0]) < 1e-10


def test_what_is_left_is_a_share_of_the_first_error():
    best = float(DEFAULT.w_star)
    np.testing.assert_allclose(DEFAULT.left, np.abs((DEFAULT.w - best) / (0 - best)), rtol=1e-12)
    np.testing.assert_allclose(DEFAULT.error, DEFAULT.w - best, rtol=0, atol=1e-14)


def test_where_there_is_no_error_none_is_left(own):
    trace = compute(own([1, 2, 3], [2, 4, 6], start=2.0, steps=1000, learning_rates=(0.01, 1)))
    for name in ("left", "error", "predicted_error", "loss"):
        assert not getattr(trace, name).any()


@pytest.mark.parametrize("rates", [(1e-12,), (1e-6, 1e-5, 5e-5), (1e-4,), (1.0, 1e-12), (1e83, 1e-32)])
def test_the_line_of_factors_runs_from_one_through_minus_one(rates):
    trace = compute(Params(learning_rates=rates, steps=1))
    assert trace.rate_grid[0] == 0
    assert trace.factor_grid[0] == 1
    assert trace.factor_grid[-1] < -1
    np.testing.assert_allclose(np.interp(CRITICAL, trace.rate_grid, trace.factor_grid), -1, rtol=1e-12)
    np.testing.assert_allclose(trace.factor_grid, -1 - trace.excess_grid / 50, rtol=0, atol=1e-12)
    inside = trace.learning_rate <= trace.rate_grid[-1]
    on_line = np.interp(trace.learning_rate[inside], trace.rate_grid, trace.factor_grid)
    np.testing.assert_allclose(trace.factor[inside], on_line, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("fastest", "reach"), [(1e-3, 1.5), (1.3, 1.56), (2.0, 2.4), (100.0, 3.0)])
def test_the_line_goes_a_fifth_beyond_the_largest_rate_and_from_1_5_to_3_times_the_critical_one(fastest, reach):
    trace = compute(Params(learning_rates=(1e-12, fastest * CRITICAL), steps=1))
    np.testing.assert_allclose(trace.rate_grid, np.linspace(0, reach * CRITICAL, 100), rtol=1e-12)


def test_the_loss_on_the_grid_is_the_loss():
    x, y = read_columns(None, "RM", "PRICE")
    np.testing.assert_allclose(DEFAULT.loss_grid, [np.sum((w * x - y) ** 2) for w in DEFAULT.w_grid], rtol=1e-13)
    assert DEFAULT.loss_star <= DEFAULT.loss_grid.min()


def test_a_long_divergence_ends_beyond_all_numbers_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trace = compute(Params(learning_rates=(1, 1e83, 1e-32, 1e9), steps=1000))
    assert np.isinf(trace.loss).any()
    assert np.isfinite(trace.factor_grid).all()


@pytest.mark.parametrize("extension", ["npz", "json"])
def test_a_saved_trace_remembers_its_rates(tmp_path, extension):
    DEFAULT.save(tmp_path / f"trace.{extension}")
    assert Trace.load(tmp_path / f"trace.{extension}").params == DEFAULT.params


def test_a_feature_that_is_zero_everywhere_gets_one_sentence(own):
    params = own([0, 0, 0], [1, 2, 3])
    with pytest.raises(InputError, match=rf"^column 'x' of {params.data} is zero in every row\.$"):
        compute(params)


@pytest.mark.parametrize(("x", "told"), [([2.2e6, 1.3e6], "above"), ([2e-3, 1e-3], "far below")])
def test_the_owner_of_a_table_is_told_of_rates_that_all_diverge_or_crawl_and_which_do_not(own, x, told):
    trace = compute(own(x, [514_405, 290_212]))
    assert f"the learning rates 1e-06, 1e-05, 5e-05 are {told} the critical rate of " in trace.advice()
    rates = tuple(float(word) for word in trace.advice().rstrip(".").split()[-3:])
    better = compute(own(x, [514_405, 290_212], learning_rates=rates))
    assert better.advice() == ""
    crawling, arrived, diverged = better.left[:, -1]
    assert diverged > 1 > crawling > 0.5
    assert arrived < 1e-4


def test_nobody_is_told_of_rates_of_which_one_shows_something(own):
    parts = (1e-9, 0.3, 40)
    assert compute(own([2.0, 1.0], [4.0, 3.0], learning_rates=tuple(part / 5 for part in parts))).advice() == ""
    assert DEFAULT.advice() == compute(Params(learning_rates=(1.0,))).advice() == ""


@pytest.mark.parametrize(
    "rates", [(), (1e-5,) * 5, (0.0,), (1e-5, -1e-5), (1.1e83,), (9e-33,), (1e-5, float("nan")), "abc", 1e-5]
)
def test_rates_out_of_their_range_are_refused(rates):
    with pytest.raises(ValidationError, match="learning_rates"):
        Params(learning_rates=rates)


@pytest.mark.parametrize(
    "knobs",
    [
        {"steps": 0}, {"steps": 1001}, {"start": 1.1e35}, {"start": -1.1e35}, {"start": float("nan")},
        {"feature": ""}, {"target": ""}, {"learning_rate": 1e-5},
    ],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def ran(factor, steps=1):
    """The runs of a single rate, every step of which multiplies the error by this factor."""
    critical = float(compute(Params(steps=2)).critical_learning_rate)
    return compute(Params(learning_rates=((1 - factor) / 2 * critical,), steps=steps))


@pytest.mark.parametrize(
    ("factor", "outcome"),
    [
        (0.99 * ARRIVED, "arrived"), (-0.99 * ARRIVED, "arrived"), (1.01 * ARRIVED, "underway"),
        (-1.01 * ARRIVED, "bounces"), (0.999 * CRAWLING, "underway"), (1.001 * CRAWLING, "crawls"),
        (-0.999, "bounces"), (-1, "forever"), (-1.001, "diverges"), (-1.6, "diverges"), (-3, "off"),
    ],
)  # fmt: skip
def test_the_outcome_of_a_run_changes_at_its_thresholds(factor, outcome):
    assert ran(factor).outcome(0) == outcome


@pytest.mark.parametrize(
    ("excess", "side"),
    [
        (0, "at"), (1.1 * EXACT * 100, "just_above"), (-1.1 * EXACT * 100, "just_below"), (0.99 * CLOSE, "just_above"),
        (-0.99 * CLOSE, "just_below"), (1.01 * CLOSE, "above"), (-1.01 * CLOSE, "below"),
    ],
)  # fmt: skip
def test_a_rate_is_near_the_critical_one_or_not(excess, side):
    assert ran(1 - 2 * (1 + excess / 100)).nearness(0) == side


@pytest.mark.parametrize(
    ("factor", "second"),
    [
        (1 - 1.1 * SAME, "nearer"), (1 - 0.9 * SAME, "same"), (-1 + 1.1 * SAME, "nearer"), (-1, "same"),
        (-1 - 0.9 * SAME, "same"), (-1 - 1.1 * SAME, "farther"),
    ],
)  # fmt: skip
def test_the_second_step_brings_a_run_nearer_or_farther(factor, second):
    assert ran(factor, steps=2).second_step(0) == second
