"""Adam against torch and by hand, the printed recursion and its freezing, and the other forms that `check` names."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy.optimize import minimize_scalar

from mathcore._check import checking
from mathcore.adam import EXACT, FROZEN, START, Params, compute

SETTING = {"learning_rate": 0.01, "beta1": 0.5, "beta2": 0.3, "steps": 20}  # other sentences
NOTATION = (r"(1 - )?(beta|theta|[gmv]\)?)_[012]", "/ 2")

KNOBS = [
    {}, {"beta1": 0.0}, {"beta1": 0.99, "beta2": 0.5}, {"beta2": 0.0}, {"beta2": 0.9999}, {"eps": 1.0},
    {"eps": 1e-3, "condition": 1000.0}, {"condition": 1.0}, {"learning_rate": 2.0, "steps": 200},
]  # fmt: skip


def curvature(condition):
    """H, from the angle of 30 degrees in closed form."""
    along, across = np.array([3**0.5, 1]) / 2, np.array([-1, 3**0.5]) / 2
    return np.outer(along, along) + condition * np.outer(across, across)


def by_torch(optimiser, condition, steps):
    """theta, the state of torch's optimiser, and the loss before each step and after the last."""
    hessian = torch.from_numpy(curvature(condition))
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    chosen, rows = optimiser([theta]), [(np.array(START), *np.zeros((2, 2)))]
    losses = []
    for _ in range(steps):
        loss = theta @ hessian @ theta / 2
        chosen.zero_grad()
        loss.backward()
        chosen.step()
        losses.append(loss.item())
        state = chosen.state[theta]
        rows.append((theta.detach().numpy().copy(), *(_copy(state, name) for name in ("exp_avg", "exp_avg_sq"))))
    return *map(np.array, zip(*rows, strict=True)), np.array(losses)


def _copy(state, name):
    return state[name].numpy().copy() if name in state else np.zeros(2)


@pytest.mark.parametrize("knobs", KNOBS, ids=str)
def test_theta_and_both_averages_are_those_of_torch(knobs):
    p, trace = Params(**knobs), compute(Params(**knobs))
    options = {"lr": p.learning_rate, "betas": (p.beta1, p.beta2), "eps": p.eps}
    theta, m, v, loss = by_torch(lambda w: torch.optim.Adam(w, **options), p.condition, p.steps)
    for ours, theirs in ((trace.theta, theta), (trace.m, m), (trace.v, v), (trace.loss[:-1], loss)):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12 * np.abs(theirs).max())


def test_the_first_steps_of_descent_go_with_the_slopes_and_those_of_adam_do_not():
    for trace in (compute(), compute(Params(condition=1000)), compute(Params(learning_rate=0.01))):
        rate, slope = trace.params.learning_rate, trace.gradient[0]
        assert abs(slope[1] / slope[0]) > 1.5
        np.testing.assert_allclose(trace.gd_update, -rate * slope, rtol=1e-12)
        np.testing.assert_allclose(trace.tuned_update, -trace.tuned_rate * slope, rtol=1e-12)
        np.testing.assert_allclose(np.abs([trace.update[0], trace.printed_update[0]]), rate, rtol=1e-6)


def test_the_first_step_by_hand():
    trace, slope = compute(), curvature(100) @ START
    np.testing.assert_allclose(trace.gradient[0], slope, rtol=1e-14)
    np.testing.assert_allclose(trace.m[1], 0.1 * slope, rtol=1e-14)
    np.testing.assert_allclose(trace.v[1], 0.001 * slope**2, rtol=1e-12)
    np.testing.assert_allclose(trace.m_hat[1], slope, rtol=1e-12)
    np.testing.assert_allclose(trace.v_hat[1], slope**2, rtol=1e-12)
    np.testing.assert_allclose(trace.update[0], [0.1, -0.1], rtol=1e-9)
    np.testing.assert_allclose(trace.uncorrected_update, [0.1 * 10**0.5, -0.1 * 10**0.5], rtol=1e-6)
    np.testing.assert_allclose(trace.own_rate[1], 0.1 / np.abs(slope), rtol=1e-9)
    assert [trace.m_weight[1], trace.v_weight[1]] == pytest.approx([0.1, 0.001], rel=1e-12)


@pytest.mark.parametrize("condition", [1.0, 7.0, 100.0, 1000.0])
@pytest.mark.parametrize("rate", [1e-4, 0.1, 2.0])
def test_the_first_step_is_the_learning_rate_on_both_axes_whatever_the_slopes(condition, rate):
    trace = compute(Params(condition=condition, learning_rate=rate))
    np.testing.assert_allclose(np.abs(trace.update[0]), rate, rtol=1e-7)
    assert trace.first_step() == "exact"
    assert np.all(np.sign(trace.update[0]) == -np.sign(trace.gradient[0]))


@pytest.mark.parametrize("knobs", KNOBS, ids=str)
def test_a_step_is_the_corrected_average_times_a_rate_of_each_parameters_own(knobs):
    trace = compute(Params(**knobs))
    np.testing.assert_allclose(trace.update, -(trace.own_rate * trace.m_hat)[1:], rtol=1e-7, atol=1e-13)
    np.testing.assert_allclose(trace.m_hat[1:] * trace.m_weight[1:, None], trace.m[1:], rtol=1e-12)
    np.testing.assert_allclose(trace.v_hat[1:] * trace.v_weight[1:, None], trace.v[1:], rtol=1e-12)
    np.testing.assert_allclose(trace.gradient, trace.theta @ curvature(trace.params.condition), rtol=1e-9, atol=1e-12)
    assert not np.any([trace.m[0], trace.v[0], trace.m_hat[0], trace.v_hat[0], trace.own_rate[0]])


def printed(p):
    """The recursion exactly as the notes print it, one parameter after the other."""
    hessian, theta, m, s = curvature(p.condition), list(START), [0.0, 0.0], [0.0, 0.0]
    rows = [(START, (0, 0), (0, 0))]
    for t in range(1, p.steps + 1):
        slope = hessian @ theta
        for k in range(2):
            m[k] = (p.beta1 * m[k] + (1 - p.beta1) * slope[k]) / (1 - p.beta1**t)
            s[k] = (p.beta2 * s[k] + (1 - p.beta2) * slope[k] ** 2) / (1 - p.beta2**t)
            theta[k] = theta[k] - p.learning_rate / np.sqrt(s[k] + p.eps) * m[k]
        rows.append((tuple(theta), tuple(m), tuple(s)))
    return map(np.array, zip(*rows, strict=True))


@pytest.mark.parametrize("knobs", [{}, {"beta1": 0.0}, {"eps": 1.0}, {"beta2": 0.5, "steps": 30}], ids=str)
def test_the_printed_recursion_is_run_as_printed(knobs):
    trace = compute(Params(**knobs))
    theta, m, s = printed(trace.params)
    for ours, theirs in ((trace.printed_theta, theta), (trace.printed_m, m), (trace.printed_v, s)):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    np.testing.assert_allclose(np.diff(theta, axis=0), trace.printed_update, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("condition", [1.0, 10.0, 100.0, 1000.0])
@pytest.mark.parametrize("rate", [1e-3, 0.01, 0.1])
def test_the_printed_recursion_freezes_and_adam_goes_on(condition, rate):
    trace = compute(Params(condition=condition, learning_rate=rate))
    assert trace.printed() == "freezes"
    assert trace.frozen_step == 3
    assert np.abs(trace.printed_update[3:]).max() <= rate / FROZEN < np.abs(trace.printed_update[2]).max()
    assert np.abs(trace.printed_update).sum(axis=0).max() < 1.35 * rate, "from step 4 on it does not get anywhere"
    assert np.abs(trace.update[3:]).sum(axis=0).min() > 10 * rate


def test_the_printed_recursion_does_not_freeze_where_v_has_no_memory():
    assert compute(Params(beta2=0)).printed() == "goes_on"
    assert [compute(Params(beta1=beta1)).printed() for beta1 in (0, 0.9, 0.99)] == ["freezes", "freezes", "goes_on"]


def test_a_recursion_that_stops_since_it_has_arrived_is_not_said_to_freeze():
    trace = compute(Params(learning_rate=0.3, beta1=0.5, beta2=0, eps=0.2, condition=5, steps=190))
    assert trace.frozen_step < 95
    assert trace.printed_loss[-1] < 1e-6
    assert trace.printed() == "goes_on"


def test_the_valley_floor_is_passed_before_m_hat_has_changed_its_sign_and_then_the_ball_turns():
    trace = compute()
    passed, turn, first = int(trace.passed_step), int(trace.turn_step), np.sign(trace.gradient[0])
    assert np.all(trace.gradient[passed - 1] * first < 0)
    assert not np.any(np.all(trace.gradient[: passed - 1] * first < 0, axis=1))
    across = trace.theta @ [-0.5, 3**0.5 / 2]
    assert across[0] > 0 > across[passed - 1]
    assert np.all(trace.m_hat[passed] * first > 0)
    assert passed < turn < trace.params.steps
    assert np.all(trace.update[turn] * trace.update[0] < 0)
    assert np.all(np.any(trace.update[:turn] * trace.update[0] > 0, axis=1))


def test_without_memory_nothing_is_overshot_and_a_short_walk_does_not_turn():
    assert compute(Params(beta1=0)).passed_step == 0
    assert compute(Params(steps=10)).turn_step == 10


def test_what_the_printed_recursion_adds_is_told_where_it_is_lost_in_theta():
    trace = compute()
    assert np.all(trace.printed_theta[-1] == trace.printed_theta[-2])
    by_hand = 0.1 * np.abs(trace.printed_m[-1]) / np.sqrt(trace.printed_v[-1])
    np.testing.assert_allclose(np.abs(trace.printed_update[-1]), by_hand, rtol=1e-12)
    np.testing.assert_allclose(trace.printed_own_rate[1], trace.own_rate[1], rtol=1e-9)


def test_gradient_descent_follows_its_closed_form():
    trace = compute()
    values, ways = np.linalg.eigh(curvature(100))
    for path, rate in ((trace.gd_theta, 0.1), (trace.tuned_theta, trace.tuned_rate)):
        factors = (1 - rate * values) ** np.arange(51)[:, None]
        np.testing.assert_allclose(path, factors * (START @ ways) @ ways.T, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(trace.gd_loss, [x @ curvature(100) @ x / 2 for x in trace.gd_theta], rtol=1e-12)


@pytest.mark.parametrize("condition", [1.0, 3.0, 100.0, 1000.0])
@pytest.mark.parametrize("steps", [10, 50, 200])
def test_the_tuned_rate_ends_gradient_descent_at_the_lowest_loss(condition, steps):
    trace, (values, ways) = compute(Params(condition=condition, steps=steps)), np.linalg.eigh(curvature(condition))
    start = START @ ways

    def ending(rate):
        return np.sum(values * start**2 * (1 - rate * values) ** (2 * steps)) / 2

    found = minimize_scalar(ending, (0.5 / condition, 1 / condition), tol=1e-12)
    assert trace.tuned_loss[-1] == pytest.approx(ending(float(trace.tuned_rate)), abs=1e-12)
    assert trace.tuned_loss[-1] <= found.fun + 1e-12


def test_the_drawn_loss_is_that_of_the_walks():
    trace = compute()
    at = np.argmin(np.abs(trace.theta_1_grid - 1)), np.argmin(np.abs(trace.theta_0_grid + 1.5))
    assert trace.surface[at] == pytest.approx(trace.loss[0], rel=1e-9)
    assert trace.loss[0] == pytest.approx(130.896136)
    start, rates = (4 * 10 + 4, 7), 10  # 0.7 rates from the left, 4.4 from below, ten grid lines each
    assert trace.close_surface[start] == pytest.approx(trace.loss[0], rel=1e-9)
    assert trace.close_surface[start[0] - rates, start[1] + rates] == pytest.approx(trace.loss[1], rel=1e-6)


def test_the_first_step_is_no_longer_exact_once_eps_is_seen_in_three_digits():
    slope = np.abs(compute().gradient[0]).min()
    for share, told in ((0.9, "exact"), (1.1, "shorter")):
        assert compute(Params(eps=min(share * EXACT * slope, 1))).first_step() == told


def test_gradient_descent_is_compared_on_both_sides_of_its_thresholds():
    assert compute().compared() == "diverges_lower"
    assert compute(Params(learning_rate=0.3, beta1=0.5)).compared() == "diverges_higher"
    assert compute(Params(learning_rate=0.0199)).compared().startswith("ends")
    assert compute(Params(learning_rate=0.0201)).compared().startswith("diverges")


def of_torch(optimiser):
    """theta of one of torch's optimisers with the default knobs."""
    return lambda p: by_torch(lambda w: optimiser(w, p), p.condition, p.steps)[0]


def by_hand(step, t=lambda t: t, decay=lambda p: (p.beta1, p.beta2)):
    """theta of a step that is written here: step(p, m, v, 1 - beta1^t, 1 - beta2^t)."""

    def run(p):
        theta, m, v, (b1, b2) = np.array(START), 0, 0, decay(p)
        rows = [theta]
        for k in range(1, p.steps + 1):
            slope = curvature(p.condition) @ theta
            m, v = b1 * m + (1 - b1) * slope, b2 * v + (1 - b2) * slope * slope
            with np.errstate(all="ignore"):
                theta = theta - p.learning_rate * step(p, m, v, 1 - b1 ** t(k), 1 - b2 ** t(k))
            rows.append(theta)
        return np.array(rows)

    return run


def adam(p, m, v, c1, c2):
    return np.divide(m, c1) / (np.sqrt(np.divide(v, c2)) + p.eps)


FORMS = {
    "epsilon inside the root": by_hand(lambda p, m, v, c1, c2: m / c1 / np.sqrt(v / c2 + p.eps)),
    "epsilon-hat": by_hand(lambda p, m, v, c1, c2: np.sqrt(c2) / c1 * m / (np.sqrt(v) + p.eps)),
    "m and v are not corrected": by_hand(lambda p, m, v, c1, c2: m / (np.sqrt(v) + p.eps)),
    "printed in the notes": lambda p: next(iter(printed(p))),
    "AMSGrad": of_torch(lambda w, p: torch.optim.Adam(w, lr=p.learning_rate, eps=p.eps, amsgrad=True)),
    "beta1 and beta2 exchanged": of_torch(
        lambda w, p: torch.optim.Adam(w, lr=p.learning_rate, betas=(p.beta2, p.beta1), eps=p.eps)
    ),
    "t counted from 0": by_hand(adam, t=lambda t: t - 1),
    "t one late": by_hand(adam, t=lambda t: t + 1),
    "RMSProp with bias correction": by_hand(adam, decay=lambda p: (0, p.beta2)),
    "no bias correction": of_torch(
        lambda w, p: torch.optim.RMSprop(w, lr=p.learning_rate, alpha=p.beta2, eps=p.eps)
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("knobs", [{"eps": 0.1}, {"eps": 0.1, "condition": 20.0, "steps": 80}], ids=str)
def test_a_run_of_another_form_is_named(form, knobs):
    report = checking.compare("adam", {"theta": FORMS[form](Params(**knobs)).tolist()}, knobs)
    assert report.fault
    assert form in report.hint


@pytest.mark.parametrize("name", ["m", "v", "m_hat", "v_hat", "loss"])
def test_the_averages_and_the_loss_of_another_form_are_recognised_too(name):
    _, computed = next(form for form in compute().mistakes() if "printed" in form[0])
    report = checking.compare("adam", {name: computed[name].tolist()}, {})
    assert "printed in the notes" in report.hint


def test_right_runs_have_no_fault_and_forms_that_cannot_be_told_apart_are_not_named():
    assert checking.compare("adam", {"theta": by_hand(adam)(Params()).tolist()}, {}).fault is None
    assert checking.compare("adam", {"theta": FORMS["epsilon inside the root"](Params()).tolist()}, {}).fault is None
    named = [form for form, _ in compute(Params(beta1=0.0, eps=1e-12, steps=10)).mistakes()]
    assert not any(form.startswith(("epsilon inside", "AMSGrad", "beta1 = 0")) for form in named)


@pytest.mark.parametrize(
    "knobs",
    [{"learning_rate": 0.0}, {"learning_rate": 3}, {"beta1": -0.1}, {"beta1": 1}, {"beta2": 1}, {"eps": 0}, {"eps": 2},
     {"condition": 0.5}, {"condition": float("nan")}, {"steps": 9}, {"steps": 201}, {"rate": 0.1}],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)
