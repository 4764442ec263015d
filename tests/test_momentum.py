"""Momentum against the closed form of its recursion, against torch, and against its lesson."""

import warnings

import numpy as np
import pytest
import torch
from conftest import computed
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mathcore._check.checking import compare
from mathcore.momentum import ARRIVED, FORMS, START, SWING, ZIGZAG, Params, compute, loss_at, spectral_radius

SETTING = {"learning_rate": 0.03, "momentum": 0.5, "condition": 50}  # other sentences
NOTATION = (r"theta_[01]",)

COS, SIN = np.sqrt(3) / 2, 0.5
TURN = np.array([[COS, -SIN], [SIN, COS]])  # the valley's directions as columns

knobs = st.builds(
    Params,
    learning_rate=st.floats(1e-4, 0.03),
    momentum=st.floats(0, 0.999),
    condition=st.floats(1, 100),
    steps=st.integers(1, 60),
)


@pytest.fixture
def trace():
    return computed("momentum")


def ran(**turned):
    return computed("momentum", **turned)


def recursion(rate, momentum, curvature, start, steps):
    """The place in one eigen-direction after each step, from the eigenvalues of the 2 x 2 matrix of a step."""
    middle, product = (1 + momentum - rate * curvature) / 2, momentum
    root = np.sqrt(complex(middle**2 - product))
    one, other, k = middle + root, middle - root, np.arange(steps + 1)
    first = (1 - rate * curvature) * start
    if abs(root) < 1e-6:
        return None
    a = (first - other * start) / (one - other)
    return (a * one**k + (start - a) * other**k).real


@given(params=knobs)
def test_along_follows_the_closed_form_of_the_recursion(params):
    trace = compute(params)
    for axis, curvature in enumerate((1, params.condition)):
        start = np.dot(START, TURN[:, axis])
        expected = recursion(params.learning_rate, params.momentum, curvature, start, params.steps)
        if expected is not None:
            size = max(np.abs(expected).max(), np.linalg.norm(START))
            np.testing.assert_allclose(trace.along[:, axis], expected, rtol=0, atol=1e-9 * size)


def test_a_run_by_hand(trace):
    hessian = np.array([[COS**2 + 100 * SIN**2, -99 * SIN * COS], [-99 * SIN * COS, SIN**2 + 100 * COS**2]])
    theta, v = np.array([-2.5, -0.5]), np.zeros(2)
    for step in range(101):
        np.testing.assert_allclose(trace.theta[step], theta, rtol=0, atol=1e-12)
        np.testing.assert_allclose(trace.velocity[step], v, rtol=0, atol=1e-10)
        np.testing.assert_allclose(trace.gradient[step], hessian @ theta, rtol=0, atol=1e-10)
        a, b = COS * theta[0] + SIN * theta[1], -SIN * theta[0] + COS * theta[1]
        np.testing.assert_allclose(trace.along[step], [a, b], rtol=0, atol=1e-12)
        assert trace.loss[step] == pytest.approx((a**2 + 100 * b**2) / 2, rel=1e-9, abs=1e-20)
        v = 0.9 * v + hessian @ theta
        theta = theta - 0.01 * v


def torch_run(params, momentum, **options):
    """What torch.optim.SGD does on the same loss: parameters [step axis] and momentum buffers."""
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    turn, curvature = torch.tensor(TURN), torch.tensor([1, params.condition], dtype=torch.float64)
    optimiser = torch.optim.SGD([theta], lr=params.learning_rate, momentum=momentum, **options)
    places, buffers = [], []
    for _ in range(params.steps + 1):
        places.append(theta.detach().clone().numpy())
        buffer = optimiser.state[theta].get("momentum_buffer") if momentum else None
        buffers.append(np.zeros(2) if buffer is None else buffer.clone().numpy())
        optimiser.zero_grad()
        (((theta @ turn) ** 2 * curvature).sum() / 2).backward()
        optimiser.step()
    return np.array(places), np.array(buffers)


def near(obtained, expected):
    """Equal to 1e-12 of the largest value."""
    np.testing.assert_allclose(obtained, expected, rtol=0, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize(
    "turned",
    [{}, {"momentum": 0.99}, {"learning_rate": 0.0331, "momentum": 0.669}, {"condition": 7, "steps": 300},
     {"learning_rate": 0.05}],
    ids=str,
)  # fmt: skip
def test_the_optimiser_of_torch_takes_the_same_steps_with_the_same_buffer(turned):
    trace = ran(**turned)
    theta, buffer = torch_run(trace.params, trace.params.momentum, nesterov=False)
    near(trace.theta, theta)
    near(trace.velocity, buffer)
    near(trace.plain_theta, torch_run(trace.params, 0)[0])
    near(trace.longer_theta, torch_run(trace.params, float(trace.longer_momentum))[0])


@given(rate=st.floats(1e-4, 10), momentum=st.floats(0, 0.999), curvature=st.floats(1, 1000))
def test_the_spectral_radius_is_that_of_the_matrix_of_a_step(rate, momentum, curvature):
    matrix = np.array([[momentum, curvature], [-rate * momentum, 1 - rate * curvature]])
    expected = np.abs(np.linalg.eigvals(matrix)).max()  # of a double eigenvalue it has half the digits
    assert spectral_radius(rate, momentum, curvature) == pytest.approx(expected, rel=2e-6 * max(1, rate * curvature))


def test_the_radii_of_the_trace_are_those_of_its_runs(trace):
    np.testing.assert_allclose(trace.radius, np.sqrt(0.9), rtol=1e-15)
    np.testing.assert_allclose(trace.plain_radius, [0.99, 0], atol=1e-15)
    np.testing.assert_allclose(trace.longer_radius, np.sqrt(0.99), rtol=1e-15)
    fast = ran(learning_rate=0.02)
    np.testing.assert_allclose(fast.plain_radius, [0.98, 1], atol=1e-15)


def test_the_map_is_lowest_at_the_learning_rate_and_momentum_that_theory_gives(trace):
    rates, momenta = np.linspace(0, 0.04, 401), np.linspace(0, 0.999, 1000)
    radii = trace.radii_on_map(rates, momenta)
    row, column = np.unravel_index(radii.argmin(), radii.shape)
    assert rates[column] == pytest.approx((2 / 11) ** 2, abs=2e-4)
    assert momenta[row] == pytest.approx((9 / 11) ** 2, abs=2e-3)
    assert radii.min() == pytest.approx(9 / 11, abs=2e-3)
    assert radii[0, 100] == pytest.approx(0.99)
    assert np.all((radii > 1 + 1e-9) == (rates * 100 > 2 * (1 + momenta[:, None]) + 1e-9))


@given(params=knobs)
def test_what_is_kept_and_the_slope_before_make_the_velocity(params):
    trace = compute(params)
    size = 1e-12 * max(1, np.abs(trace.total).max())
    np.testing.assert_allclose(trace.total[1:], trace.kept[1:] + trace.slope[:-1], rtol=0, atol=size)
    np.testing.assert_allclose(trace.total @ TURN.T, trace.velocity, rtol=0, atol=size)
    np.testing.assert_allclose(trace.slope, trace.along * [1, params.condition], rtol=0, atol=size)
    assert not trace.kept[:2].any()


def test_where_plain_descent_bounces_memory_cancels_across_and_adds_up_along():
    trace = ran(learning_rate=0.02, steps=60)
    across, along = np.abs(trace.along[:, 1]), np.abs(trace.along[:, 0])
    np.testing.assert_allclose(np.abs(trace.plain_along[:, 1]), across[0], rtol=1e-12)
    assert np.all(trace.plain_along[1:, 1] * trace.plain_along[:-1, 1] < 0)
    assert across[-10:].max() < 0.1 * across[0]
    assert along[-1] < 0.1 * np.abs(trace.plain_along[-1, 0])
    kept, new = trace.kept[2], trace.slope[1]
    assert np.sign(kept).tolist() == [-1, 1]
    assert np.sign(new).tolist() == [-1, -1]
    assert np.abs(trace.total[2]) == pytest.approx(np.abs([kept[0] + new[0], 0.1 * new[1]]))
    assert trace.second_step() == "cancelled"
    assert ran(learning_rate=0.017).second_step() == "added_along"


@given(params=knobs)
def test_what_pulls_and_what_carries_make_the_step(params):
    trace = compute(params)
    size = 1e-9 * max(1, np.abs(trace.along).max())
    np.testing.assert_allclose(trace.moved, trace.pulled + trace.carried, rtol=0, atol=size)
    np.testing.assert_allclose(trace.moved[1:], np.diff(trace.along, axis=0), rtol=0, atol=size)
    np.testing.assert_allclose(trace.pulled[1:], -params.learning_rate * trace.slope[:-1], rtol=0, atol=size)


def test_the_pieces_of_the_first_two_steps_are_so_many_times_larger_across():
    trace = ran(learning_rate=0.02)
    across, along = (2 * abs(trace.along[0, 1]), 0.02 * (0.9 + 0.98) * abs(trace.along[0, 0]))
    assert trace.magnified == pytest.approx(across / along)


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.02, 0.033, 0.039, 0.05])
def test_the_best_momentum_leaves_less_error_than_any_other(trace, rate):
    momenta = np.linspace(0, 0.9999, 10_000)
    radii = trace.radii_on_map(np.array([rate]), momenta)[:, 0]
    best = ran(learning_rate=rate).best_momentum
    if rate * 100 >= 4:
        assert best == 1
    else:
        assert momenta[radii.argmin()] == pytest.approx(best, abs=1e-4)
        assert radii.min() == pytest.approx(np.sqrt(best), abs=1e-2)


def test_the_way_down_settles_or_goes_on():
    assert ran(learning_rate=0.02).way_down() == "settles"
    assert ran(learning_rate=0.001).way_down() == "goes_on", "no zigzag"
    assert ran(learning_rate=0.03, momentum=0).way_down() == "goes_on", "it never passes"


@given(momentum=st.floats(0.9, 0.998))
def test_beyond_the_best_memory_more_of_it_is_slower(momentum):
    less, more = (spectral_radius(0.01, value, np.array([1, 100])).max() for value in (momentum, momentum + 0.001))
    assert less < more


def test_too_much_memory_overshoots(trace):
    more = ran(momentum=0.99)
    assert trace.overshoot == pytest.approx(trace.along[:, 0].max())
    assert trace.overshoot < 0.4 < 2 < more.overshoot
    assert trace.loss[-1] < 1e-3 * trace.plain_loss[-1] < more.loss[-1]
    np.testing.assert_array_equal(more.theta, trace.longer_theta)
    np.testing.assert_array_equal(more.loss, trace.longer_loss)
    np.testing.assert_array_equal(more.radius, trace.longer_radius)


def test_the_bottom_is_passed_at_the_first_step_on_the_other_side():
    trace = ran(learning_rate=0.02)
    assert trace.bottom == 14
    assert np.all(trace.along[:14, 0] < 0)
    assert trace.along[14, 0] > 0
    still = ran(momentum=0)
    assert still.bottom == still.overshoot == 0


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9, 0.999])
def test_the_longer_memory_is_ten_times_as_long(momentum):
    trace = ran(momentum=momentum)
    assert 1 / (1 - trace.longer_momentum) == pytest.approx(10 / (1 - momentum), rel=1e-6)


def test_with_momentum_0_both_runs_are_plain_descent():
    trace = ran(momentum=0)
    np.testing.assert_array_equal(trace.theta, trace.plain_theta)
    np.testing.assert_array_equal(trace.radius, trace.plain_radius)
    assert trace.second_step() == "none"


def test_the_loss_of_the_map_is_that_of_the_run(trace):
    np.testing.assert_allclose(loss_at(trace.theta, 100), trace.loss, rtol=1e-12)
    assert loss_at(np.array([[COS, SIN], [-SIN, COS]]), 7) == pytest.approx([0.5, 3.5])


@pytest.mark.parametrize(
    ("share", "rate"), [(1.001 * (1 - ZIGZAG), None), (0.999 * (1 - ZIGZAG), 0.02), (1.0, 0.02), (2.5, None)]
)
def test_the_rate_at_which_plain_descent_zigzags_is_the_knob_or_the_critical_one(share, rate):
    trace = ran(learning_rate=share / 100)
    assert trace.zigzag_rate == pytest.approx(rate or share / 100, rel=1e-12)


@pytest.mark.parametrize(
    ("turned", "run", "fate"),
    [
        ({}, "plain_", "crawls"), ({}, "", "arrives"), ({}, "longer_", "swings"),
        ({"learning_rate": 0.02}, "plain_", "swings"), ({"learning_rate": 0.0201}, "plain_", "diverges"),
        ({"learning_rate": 0.0379}, "", "arrives"), ({"learning_rate": 0.0381}, "", "diverges"),
        ({"learning_rate": 10, "condition": 1000, "steps": 1000}, "longer_", "diverges"),
    ],
)  # fmt: skip
def test_the_fate_of_a_run(turned, run, fate):
    assert ran(**turned).fate(run) == fate


def test_the_fate_changes_at_its_thresholds(trace):
    first = np.linalg.norm(START)

    def told(*rows):
        object.__setattr__(moved, "along", np.array(rows) * first)
        return moved.fate()

    moved = compute(Params(steps=3))
    assert told([1, 0], [1, 0], [1, 0], [0.99 * ARRIVED, 0]) == "arrives"
    assert told([1, 0], [1, 0], [1, 0], [1.01 * ARRIVED, 0]) == "crawls"
    assert told([1, 0], [1, 0], [0.5, 1.01 * SWING], [0.5, -1.01 * SWING]) == "swings"
    assert told([1, 0], [1, 0], [0.5, 0.99 * SWING], [0.5, -1.01 * SWING]) == "crawls"
    assert told([1, 0], [1, 1], [0.5, -1], [0.5, -1]) == "crawls", "what swung in the first half is over"


def test_in_a_round_valley_old_and_new_are_opposed_in_both_directions_and_with_small_steps_they_add_up():
    assert ran(condition=1, learning_rate=2).second_step() == "opposed"
    assert ran(learning_rate=0.001).second_step() == "added"


FORM_NAMES = [*FORMS.values(), "momentum 0"]


def students_run(form, beta=0.9, rate=0.01, steps=100):
    """The recursion as it is written in this form, by hand: theta, velocity, gradient."""
    hessian = TURN @ np.diag([1, 100]) @ TURN.T
    theta, v, told = np.array(START), np.zeros(2), []
    for step in range(steps + 1):
        g = hessian @ theta
        told.append((theta, v, g))
        if form == "held_rate":
            v = beta * v - rate * g
            theta = theta + v
        elif form == "nesterov":
            v = beta * v + g
            theta = theta - rate * (g + beta * v)
        elif form == "ahead":
            v = beta * v + hessian @ (theta - rate * beta * v)
            theta = theta - rate * v
        else:
            whole = form == "momentum 0" or (form == "dampened_later" and step == 0)
            v = (0 if form == "momentum 0" else beta) * v + (1 if whole else 1 - beta) * g
            theta = theta - rate * v
    return dict(zip(("theta", "velocity", "gradient"), map(np.array, zip(*told, strict=True)), strict=True))


@pytest.mark.parametrize("form", [*FORMS, "momentum 0"])
def test_the_check_names_the_form_of_a_student_s_run(form, trace):
    run = students_run(form)
    name = FORMS.get(form, form)
    report = compare("momentum", run)
    whose = {
        "held_rate": "Keras and scikit-learn: the velocity holds",
        "nesterov": "PyTorch (nesterov=True): Nesterov's step",
    }
    told = f"agrees throughout with the convention of {whose[form]}" if form in whose else f"looks like {name}: "
    assert report.hint.startswith(told), report.hint
    for other, told in trace.mistakes():
        if other == name:
            for quantity, values in run.items():
                near(told[quantity], values)


def test_a_velocity_that_holds_the_rate_has_the_same_parameters(trace):
    told = dict(trace.mistakes())[FORMS["held_rate"]]
    near(told["theta"], trace.theta)
    near(told["velocity"], -0.01 * trace.velocity)


def test_torch_s_own_other_forms_are_among_them(trace):
    told = dict(trace.mistakes())
    for form, options in ("nesterov", {"nesterov": True}), ("dampened_later", {"dampening": 0.9}):
        theta, buffer = torch_run(trace.params, 0.9, **options)
        near(told[FORMS[form]]["theta"], theta)
        near(told[FORMS[form]]["velocity"], buffer)


def test_no_two_forms_tell_the_same_run(trace):
    runs = [np.hstack([told["theta"], told["velocity"]]) for told in (trace.arrays(), *dict(trace.mistakes()).values())]
    for k, one in enumerate(runs):
        assert all(np.abs(one - other).max() > 1e-2 for other in runs[:k])


@pytest.mark.parametrize("form", ["nesterov", "ahead"])
def test_both_of_nesterov_s_forms_have_the_same_velocity_which_is_named_after_him(form):
    report = compare("momentum", {"velocity": students_run(form)["velocity"]})
    assert "Nesterov" in report.hint


def test_a_long_divergence_ends_beyond_all_numbers_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trace = compute(Params(learning_rate=10, condition=1000, steps=1000))
        assert len(list(trace.mistakes())) == len(FORM_NAMES)
    assert np.isnan(trace.theta[-1]).all()
    assert np.isinf(trace.loss).any()


@pytest.mark.parametrize(
    "wrong",
    [{"learning_rate": 0}, {"learning_rate": 11}, {"momentum": -0.1}, {"momentum": 1}, {"condition": 0.9},
     {"condition": 1001}, {"steps": 0}, {"steps": 1001}, {"nesterov": True}],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Params(**wrong)
