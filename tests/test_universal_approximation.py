"""Universal approximation: nets by hand, then torch and scipy, then the lesson as a property."""

import dataclasses

import numpy as np
import pytest
import torch
from conftest import computed
from pydantic import ValidationError
from scipy.optimize import least_squares

from mathcore import universal_approximation
from mathcore.universal_approximation import Params

SETTING = {"hidden": (1, 2)}  # other sentences
SEEDS = 1, 2, 3


def fitted(**knobs):
    return computed("universal_approximation", **knobs)


@pytest.fixture
def trace():
    return fitted()


def logistic(o):
    return 1 / (1 + np.exp(-o))


def edited(trace, **arrays):
    return dataclasses.replace(trace, **arrays)


def weights(trace, run):
    """A net's w, b, v and c as one vector."""
    units = trace.units[run]
    return np.concatenate([trace.w[run, :units], trace.b[run, :units], trace.v[run, :units], trace.c[run : run + 1]])


def remnants(theta, x, y):
    """The numbers whose squares add up to the loss: misses, and weights times the roots of their penalties."""
    w, b, v = theta[:-1].reshape(3, -1)
    miss = logistic(np.outer(x, w) + b) @ v + theta[-1] - y
    return np.concatenate([miss / len(x) ** 0.5, 1e-3 * v, 1e-9**0.5 * w])


def test_the_targets_are_those_that_their_names_say():
    x = np.arange(-50, 51) / 50
    for target, y in {
        "sine": np.sin(2 * np.pi * x), "step": np.where(x < 0, -1, 1), "bump": np.exp(-16 * x**2)
    }.items():  # fmt: skip
        trace = fitted(target=target, hidden=(1,))
        np.testing.assert_allclose(trace.x, x, atol=1e-15)
        np.testing.assert_allclose(trace.target, y, atol=1e-14)


def test_nets_by_hand(trace):
    for run, units in enumerate([1, 2, 4, 8, 16]):
        assert trace.units[run] == units
        steps = [trace.v[run, k] * logistic(trace.w[run, k] * trace.x + trace.b[run, k]) for k in range(units)]
        output = trace.c[run] + sum(steps)
        np.testing.assert_allclose(trace.prediction[run], output, rtol=0, atol=1e-12)
        distance = np.abs(output - trace.target)
        assert trace.error[run] == pytest.approx(distance.max(), rel=1e-9)
        assert distance[trace.worst[run]] == pytest.approx(distance.max(), rel=1e-9)
        assert trace.rms[run] == pytest.approx(np.sqrt(np.mean(distance**2)), rel=1e-9)
        for level in range(units + 1):
            partial = trace.c[run] + sum(steps[:level], np.zeros(101))
            np.testing.assert_allclose(trace.partial_sum[run, level], partial, rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.contribution, steps, rtol=0, atol=1e-12)


@pytest.mark.parametrize("target", ["sine", "step", "bump"])
@pytest.mark.parametrize("hidden", [(1,), (3, 5)], ids=str)
def test_contributions_and_the_output_bias_add_up_to_the_prediction(target, hidden):
    trace = fitted(hidden=hidden, target=target)
    total = trace.c[-1] + trace.contribution.sum(axis=0)
    np.testing.assert_allclose(total, trace.prediction[-1], rtol=0, atol=1e-12)
    assert len(trace.contribution) == hidden[-1]


def test_every_step_rises_with_its_weight_and_they_stand_from_left_to_right(trace):
    for run, units in enumerate(trace.units):
        places = -trace.b[run, :units] / trace.w[run, :units]
        assert np.all(trace.w[run, :units] > 0)
        assert np.all(np.diff(places) >= 0)
        for lacking in (trace.w, trace.b, trace.v):
            assert not lacking[run, units:].any()
        assert np.array_equal(trace.partial_sum[run, units:], np.tile(trace.prediction[run], (17 - units, 1)))


def test_a_step_that_is_turned_round_leaves_the_output_as_it_was():
    theta, x = torch.randn(13, dtype=torch.float64, generator=torch.Generator().manual_seed(0)), np.linspace(-1, 1, 9)
    w, b, v = theta[:-1].reshape(3, 4).numpy()
    before = theta[-1].item() + logistic(np.outer(x, w) + b) @ v
    turned = universal_approximation._in_order(theta)
    after_w, after_b, after_v, after_c = (part.numpy() for part in turned)
    assert (w < 0).any()
    assert (after_w > 0).all()
    np.testing.assert_allclose(after_c + logistic(np.outer(x, after_w) + after_b) @ after_v, before, atol=1e-14)


def test_flat_units_come_last():
    trace = fitted(target="step")
    rises = np.abs(trace.contribution[:, -1] - trace.contribution[:, 0])
    steep = np.sum(rises >= 0.01)
    assert 2 <= steep < 16
    assert np.all(rises[:steep] >= 0.01)
    assert np.all(np.diff(-trace.b[-1, :steep] / trace.w[-1, :steep]) >= 0)


@pytest.mark.parametrize("target", ["sine", "bump"])
def test_scipy_finds_no_better_net_nearby(target):
    trace = fitted(target=target)
    for run in range(4):
        start = weights(trace, run)
        before = np.sum(remnants(start, trace.x, trace.target) ** 2)
        found = least_squares(remnants, start, args=(trace.x, trace.target), method="lm", max_nfev=4000)
        assert before < 1.05 * 2 * found.cost + 2e-6


@pytest.mark.parametrize("target", ["sine", "step", "bump"])
def test_descent_is_that_of_torch(target):
    trace = fitted(target=target, hidden=(5,), seed=3)
    torch.manual_seed(3)
    x, y = (torch.from_numpy(np.array(part)) for part in (trace.x, trace.target))
    draw = {"dtype": torch.float64}
    w = 4 + 16 * torch.rand(8, 5, **draw)
    b = -w * (2 * torch.rand(8, 5, **draw) - 1)
    v = (2 * torch.rand(8, 5, **draw) - 1) / 5**0.5
    net = [part.requires_grad_() for part in (w, b, v, torch.zeros(8, 1, **draw))]
    descent = torch.optim.SGD(net, lr=0.1)
    records = dict(zip(trace.descent_step.tolist(), range(len(trace.descent_step)), strict=True))
    for step in range(257):
        h = torch.sigmoid(net[0][:, None] * x[:, None] + net[1][:, None])
        output = (h * net[2][:, None]).sum(dim=2) + net[3]
        if step in records:
            np.testing.assert_allclose(trace.descent[:, records[step]], output.detach(), rtol=0, atol=1e-9)
        loss = ((output - y) ** 2).mean(dim=1).sum() + 1e-6 * (net[2] ** 2).sum() + 1e-9 * (net[0] ** 2).sum()
        descent.zero_grad()
        loss.backward()
        descent.step()
    misses = np.abs(trace.descent - trace.target).max(axis=2)
    np.testing.assert_array_equal(trace.descent_error, misses)
    assert trace.best_descent == misses[:, -1].min()
    assert trace.times == pytest.approx(misses[:, -1].min() / trace.error[-1], rel=1e-12)
    assert trace.found == np.sum(misses[:, -1] <= 2 * trace.error[-1])


def test_descent_is_looked_at_from_the_start_to_its_last_step(trace):
    assert trace.descent_step[[0, 1, 2, -1]].tolist() == [0, 1, 2, 2048]
    assert np.all(np.diff(trace.descent_step) > 0)
    assert trace.learning_rate == 0.1
    assert fitted(hidden=(32,)).learning_rate == 0.05


def test_the_fit_of_a_size_depends_on_no_other_size_and_not_on_their_order(trace):
    alone, turned, twice = (fitted(hidden=hidden) for hidden in ((4,), (8, 1), (4, 4)))
    assert np.array_equal(alone.prediction[0], trace.prediction[2])
    assert turned.units.tolist() == [1, 8]
    assert np.array_equal(turned.prediction, trace.prediction[[0, 3]])
    assert np.array_equal(twice.prediction, alone.prediction[[0, 0]])


@pytest.mark.parametrize("seed", SEEDS)
def test_more_units_miss_a_smooth_curve_less(seed):
    sine, bump = (fitted(seed=seed, target=target) for target in ("sine", "bump"))
    assert sine.outcome() == "falls"
    assert sine.error[0] > 1
    assert sine.error[-1] < 0.005
    assert bump.error[0] > 0.5
    assert bump.error[-1] < 0.002
    assert sine.fit() == bump.fit() == "is_curve"


@pytest.mark.parametrize("seed", SEEDS)
def test_descent_misses_by_far_what_the_net_can_do(seed):
    trace = fitted(seed=seed)
    assert trace.training() == "none"
    assert trace.times > 20
    assert np.all(trace.descent_error[:, -1] < trace.descent_error[:, 0]), "it does learn"
    assert fitted(seed=seed, hidden=(1,)).training() == "all"


def test_one_unit_makes_a_step_as_steep_as_the_penalty_lets_it_and_two_make_a_bump():
    step, bump = fitted(target="step", hidden=(1,)), fitted(target="bump", hidden=(2,))
    assert step.v[0, 0] == pytest.approx(2, rel=1e-2)
    assert step.c[0] == pytest.approx(-1, rel=1e-2)
    assert -step.b[0, 0] / step.w[0, 0] == pytest.approx(-0.01, abs=1e-3)  # half-way between two points
    assert step.w[0, 0] > 100
    assert bump.v[0, 0] == pytest.approx(-bump.v[0, 1], rel=1e-3)
    assert bump.error[0] < 0.01


def test_outcomes(trace):
    assert trace.outcome() == "falls"
    error = trace.error.copy()
    error[3] = 0.985 * error[2]
    assert edited(trace, error=error).outcome() == "falls"
    error[3] = 0.995 * error[2]
    assert edited(trace, error=error).outcome() == "uneven"
    error[4] = 0.995 * error[0]
    assert edited(trace, error=error).outcome() == "stays"
    for hidden in ((2,), (2, 2, 2)):
        assert fitted(hidden=hidden).outcome() == "one_size"
    assert fitted(hidden=(1, 1, 8)).outcome() == "falls"


def test_whether_the_eye_can_tell_the_sum_from_the_curve(trace):
    span = np.ptp(trace.target)
    assert edited(trace, error=np.full(5, 0.0199 * span)).fit() == "is_curve"
    assert edited(trace, error=np.full(5, 0.0201 * span)).fit() == "misses"


def test_how_many_descents_are_close(trace):
    outcomes = [edited(trace, found=np.array(found)).training() for found in (0, 1, 7, 8)]
    assert outcomes == ["none", "some", "some", "all"]


def test_slopes_are_those_of_torch():
    torch.manual_seed(0)
    theta, x = torch.randn(2, 10, dtype=torch.float64), torch.linspace(-1, 1, 7, dtype=torch.float64)
    h, _ = universal_approximation._misses(theta, x, 0 * x)
    jacobian = torch.func.jacrev(lambda theta: universal_approximation._misses(theta, x, 0 * x)[1])(theta)
    expected = torch.stack([jacobian[k, :, k] for k in range(2)])
    np.testing.assert_allclose(universal_approximation._slopes(theta, h, x), expected, atol=1e-12)


@pytest.mark.parametrize(
    "knobs",
    [{"hidden": ()}, {"hidden": (0,)}, {"hidden": (33,)}, {"hidden": (1,) * 7}, {"hidden": (1.5,)},
     {"target": "line"}, {"seed": -1}, {"seed": 2**32}, {"epochs": 3}],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)
