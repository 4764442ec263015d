"""SGD: the notes' recursion by hand, torch's optimiser and scipy's optimum, then the lesson, counted over seeds."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy.optimize import minimize

from mathcore._check.checking import compare
from mathcore.sgd import ROWS, START, Params, Trace, compute

SETTING = {"batch_size": 3, "seed": 4, "learning_rate": 0.5}  # other sentences
NOTATION = (r"_0", r"_1", r"= 0", r"slash 2|/ 2", r"log\(1", r"i=1")

SETTINGS = [
    {}, {"batch_size": 1}, {"batch_size": 3}, {"batch_size": 20, "seed": 3}, {"learning_rate": 1.0, "penalty": 1.0},
    {"learning_rate": 0.01, "penalty": 0.02, "seed": 5}, {"epochs": 40, "seed": 11},
]  # fmt: skip


def rows_of(seed):
    chance = np.random.RandomState(seed)
    x = chance.rand(20, 2) * 3 - 1.5
    return x, np.where(x[:, 0] > 0, 1, -1), chance


def gradient(x, y, w, penalty):
    odds = np.exp(-y * np.dot(x, w))
    return -np.dot(x.T, odds * y / (1 + odds)) + penalty * w


def by_hand(params):
    """Both descents, and the batches, as the notes compute them: the data first, then the batches, one generator."""
    x, y, chance = rows_of(params.seed)
    many = 20 // params.batch_size
    gd, sgd, batches = [np.array([1.0, -3.0])], [np.array([1.0, -3.0])], []
    for _ in range(params.epochs):
        gd.append(gd[-1] + params.learning_rate * -gradient(x, y, gd[-1], params.penalty))
    for _ in range(params.epochs):
        for _ in range(many):
            rows = chance.randint(20, size=params.batch_size)
            batches.append(rows)
            sgd.append(sgd[-1] + params.learning_rate * -gradient(x[rows], y[rows], sgd[-1], params.penalty / many))
    return np.array(gd), np.array(sgd), np.array(batches)


@pytest.mark.parametrize("knobs", SETTINGS, ids=str)
def test_iterates_and_batches_are_those_of_the_notes_to_the_last_bit(knobs):
    trace = compute(Params(**knobs))
    gd, sgd, batches = by_hand(trace.params)
    np.testing.assert_array_equal(trace.batch, batches)
    np.testing.assert_array_equal(trace.gd, gd)
    np.testing.assert_array_equal(trace.sgd, sgd)
    x, y, _ = rows_of(trace.params.seed)
    np.testing.assert_array_equal(trace.x, x)
    np.testing.assert_array_equal(trace.y, y)


def test_the_default_run_by_its_numbers():
    trace = compute()
    np.testing.assert_array_equal(trace.batch[:2], [[1, 1, 7, 9], [3, 6, 11, 14]])
    assert trace.gd[-1] == pytest.approx([3.6685, -0.3192], abs=1e-4)
    assert trace.sgd[-1] == pytest.approx([3.4760, -0.9310], abs=1e-4)
    assert (trace.gd_cost[0], trace.gd_cost[-1]) == pytest.approx((17.1812, 4.5806), abs=1e-4)
    assert (trace.batches, trace.against) == (5, 18)


def loss(w, x, y, penalty):
    return torch.log1p(torch.exp(-y * (x @ w))).sum() + penalty / 2 * (w**2).sum()


def with_torch(trace, batches, penalty):
    """The weights of torch's SGD on these batches."""
    x, y = torch.tensor(trace.x), torch.tensor(trace.y)
    w = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimiser, ws = torch.optim.SGD([w], lr=trace.params.learning_rate), [START]
    for rows in batches:
        optimiser.zero_grad()
        loss(w, x[rows], y[rows], penalty).backward()
        optimiser.step()
        ws.append(w.detach().numpy().copy())
    return np.array(ws)


@pytest.mark.parametrize("knobs", SETTINGS, ids=str)
def test_iterates_are_those_of_torch_to_1e_12(knobs):
    trace = compute(Params(**knobs))
    every, penalty = [list(range(ROWS))] * trace.params.epochs, trace.params.penalty
    np.testing.assert_allclose(with_torch(trace, every, penalty), trace.gd, rtol=0, atol=1e-12)
    sgd = with_torch(trace, trace.batch.tolist(), penalty / trace.batches)
    np.testing.assert_allclose(sgd, trace.sgd, rtol=0, atol=1e-12)


@pytest.mark.parametrize("knobs", [*SETTINGS, {"penalty": 0.02}], ids=str)
def test_the_optimum_is_that_of_scipy_and_no_cost_is_lower(knobs):
    t = compute(Params(**knobs))
    found = minimize(t.problem.cost, START, jac=t.problem.gradient, tol=1e-12)
    np.testing.assert_allclose(t.optimum, found.x, atol=1e-6)
    assert np.abs(t.problem.gradient(t.optimum)).max() < 1e-13
    assert t.optimum_cost < min(t.gd_cost.min(), t.sgd_cost.min(), t.problem.cost(t.wandering[1:]).min())


@pytest.mark.parametrize("seed", range(5))
def test_costs_are_those_of_all_rows(seed):
    t = compute(Params(seed=seed))
    for cost, weights in ((t.gd_cost, t.gd), (t.sgd_cost, t.sgd)):
        w = np.array([loss(torch.tensor(w), torch.tensor(t.x), torch.tensor(t.y), 0.1).item() for w in weights])
        np.testing.assert_allclose(cost, w, rtol=1e-14)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_mean_gradient_is_that_of_all_batches_that_can_be_drawn(size):
    t = compute(Params(batch_size=size, epochs=1))
    x, y, _ = rows_of(0)
    for k in (0, 3):
        share = 0.1 / (20 // size)
        drawn = product(range(20), repeat=size)
        mean = np.mean([gradient(x[list(rows)], y[list(rows)], t.sgd[k], share) for rows in drawn], axis=0)
        np.testing.assert_allclose(t.mean_gradient[k], mean, rtol=1e-10)


def test_gradients_make_the_steps_and_angles_are_between_them():
    t = compute()
    np.testing.assert_allclose(np.diff(t.sgd, axis=0), -0.2 * t.gradient, atol=1e-14)
    np.testing.assert_allclose(np.diff(t.gd, axis=0)[0], t.full_step, rtol=1e-14)
    lengths = np.linalg.norm(t.gradient, axis=1) * np.linalg.norm(t.mean_gradient, axis=1)
    cosines = np.sum(t.gradient * t.mean_gradient, axis=1) / lengths
    np.testing.assert_allclose(t.angle, np.degrees(np.arccos(cosines)), atol=1e-6)
    assert t.against == np.sum(cosines < 0)


@pytest.mark.parametrize("size", [1, 4, 5, 20])
def test_the_mean_gradient_is_the_batch_s_share_of_the_full_one_where_batches_divide_the_rows(size):
    t = compute(Params(batch_size=size))
    full = [t.problem.gradient(w) for w in t.sgd[:-1]]
    np.testing.assert_allclose(t.mean_gradient, size / ROWS * np.array(full), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("size", [1, 3, 4, 20])
def test_pulls_of_the_rows_and_of_the_penalty_make_a_step(size):
    t = compute(Params(batch_size=size))
    stochastic, full = t.pulls(t.sgd[0], t.batch[0], 20 // size), t.pulls(t.gd[0], np.arange(20), 1)
    np.testing.assert_allclose(t.sgd[0] + stochastic.sum(axis=0), t.sgd[1], rtol=1e-14)
    np.testing.assert_allclose(t.gd[0] + full.sum(axis=0), t.gd[1], rtol=1e-14)
    np.testing.assert_allclose(t.pulls(t.optimum, np.arange(20), 1).sum(axis=0), 0, atol=1e-14)
    across = full[:-1, 0] * t.x[:, 1] - full[:-1, 1] * t.x[:, 0]
    np.testing.assert_allclose(across, 0, atol=1e-15)  # each row pulls along its own x


@pytest.mark.parametrize(("size", "batches"), [(1, 20), (3, 6), (4, 5), (11, 1), (20, 1)])
def test_so_many_batches_make_an_epoch_and_see_so_many_samples(size, batches):
    t = compute(Params(batch_size=size, epochs=3))
    assert (t.batches, len(t.sgd)) == (batches, 3 * batches + 1)
    assert (t.gd_seen[-1], t.sgd_seen[-1]) == (60, 3 * batches * size)


def test_stochastic_descent_is_rarely_the_better_one_here_counted_over_seeds():
    found = [compute(Params(seed=seed)).lower() for seed in range(100)]
    assert found.count("gd_lower") >= 70
    assert found.count("sgd_lower") <= 10


def test_at_the_optimum_the_full_gradient_is_zero_and_batches_wander_in_a_ball_that_grows_with_the_rate():
    for seed in range(10):
        balls = [compute(Params(seed=seed, learning_rate=rate)) for rate in (0.05, 0.2, 0.8)]
        assert balls[0].ball < balls[1].ball < balls[2].ball
        assert balls[0].ball_cost < balls[1].ball_cost < balls[2].ball_cost
        for t in balls:
            far = np.linalg.norm(t.wandering - t.optimum, axis=1)
            assert far[0] == 0 < far[1]
            assert np.mean(far <= t.ball) == pytest.approx(0.9, abs=2e-3)
            assert t.ball_cost > t.optimum_cost


@pytest.mark.parametrize("seed", range(10))
def test_after_many_epochs_gradient_descent_stands_at_the_optimum_and_stochastic_descent_is_near_the_ball(seed):
    t = compute(Params(seed=seed, epochs=100, penalty=0.5))
    assert np.linalg.norm(t.gd[-1] - t.optimum) < 1e-4 < np.linalg.norm(t.sgd[-1] - t.optimum) < 4 * t.ball


def turned(trace: Trace, **changed) -> Trace:
    return replace(trace, **{name: np.asarray(value) for name, value in changed.items()})


@pytest.mark.parametrize(
    ("gd", "sgd", "lower"),
    [(1.0, 2.0, "gd_lower"), (2.0, 1.0, "sgd_lower"), (1.0, 1.09, "alike"), (1.0, 1.12, "gd_lower"),
     (1.09, 1.0, "alike"), (1.12, 1.0, "sgd_lower"), (0.0, 0.0, "alike")],
)  # fmt: skip
def test_which_descent_is_lower_is_told_by_what_is_left_above_the_optimum(gd, sgd, lower):
    t = compute(Params(epochs=1))
    cost = t.optimum_cost + np.array([gd, sgd])
    assert turned(t, gd_cost=[9.0, cost[0]], sgd_cost=[9.0] * 5 + [cost[1]]).lower() == lower


@pytest.mark.parametrize(
    ("angle", "said"), [(0, "along"), (9.9, "along"), (10.1, "aslant"), (89, "aslant"), (91, "against")]
)
def test_where_a_batch_points_is_told_by_its_angle(angle, said):
    t = compute(Params(epochs=1))
    assert turned(t, angle=np.full(5, float(angle))).direction(1) == said


def test_a_row_that_is_drawn_twice_is_told():
    t = compute()
    assert [t.draws(k) for k in (0, 1)] == ["twice", "distinct"]
    for batch in ([1, 1, 1, 9], [1, 1, 9, 9]):
        assert turned(t, batch=[batch] * len(t.batch)).draws(0) == "repeated"


@pytest.mark.parametrize(
    ("size", "average", "bargain"),
    [(1, "share", "many"), (3, "mean", "many"), (10, "share", "many"), (20, "mean", "one")],
)
def test_what_a_batch_is_of_a_full_step_and_how_many_there_are_of_them(size, average, bargain):
    t = compute(Params(batch_size=size, epochs=1))
    assert (t.average(), t.bargain()) == (average, bargain)


@pytest.mark.parametrize("size", [1, 3, 4])
def test_batches_from_the_optimum_on_go_on_with_the_generator_and_make_the_wandering(size):
    t = compute(Params(batch_size=size, epochs=2))
    x, y, chance = rows_of(0)
    chance.randint(20, size=t.batch.shape)
    np.testing.assert_array_equal(t.wandering_batch, chance.randint(20, size=t.wandering_batch.shape))
    for w, rows, after in zip(t.wandering[:20], t.wandering_batch, t.wandering[1:], strict=False):
        np.testing.assert_allclose(w - 0.2 * gradient(x[rows], y[rows], w, 0.1 / (20 // size)), after, rtol=1e-12)


NAMES = {
    "permutation": "drawing without replacement, one permutation per epoch",
    "choice": "drawing without replacement within each batch",
    "reseeded": "a generator that was seeded again before the batches",
    "default_rng": "numpy's default_rng instead of its legacy generator",
    "penalty": "a penalty that is not divided by the batches of an epoch",
    "mean": "a mean over rows instead of a sum, with the penalty divided by the batches",
    "mean_whole": "a mean over rows instead of a sum, with the whole penalty",
    "labels": "labels 0 and 1 instead of -1 and 1",
}


def another(form, seed=0):
    """What a student computes who takes another form, written by hand."""
    x, y, chance = rows_of(seed)
    if form == "default_rng":
        chance = np.random.default_rng(seed)
        x = chance.random((20, 2)) * 3 - 1.5
        y = np.where(x[:, 0] > 0, 1, -1)
    if form == "labels":
        y = (x[:, 0] > 0).astype(int)
    if form == "reseeded":
        chance = np.random.RandomState(seed)
    n = {"mean": (20, 4), "mean_whole": (20, 4)}.get(form, (1, 1))
    penalty = 0.1 if form in ("penalty", "mean_whole") else 0.1 / 5
    gd, sgd, batches = [np.array([1.0, -3.0])], [np.array([1.0, -3.0])], []
    for _ in range(10):
        gd.append(gd[-1] - 0.2 * (gradient(x, y, gd[-1], 0) / n[0] + 0.1 * gd[-1]))
        order = chance.permutation(20) if form == "permutation" else None
        for k in range(5):
            if form == "permutation":
                rows = order[4 * k : 4 * k + 4]
            elif form == "choice":
                rows = chance.choice(20, 4, replace=False)
            else:
                rows = (chance.integers if form == "default_rng" else chance.randint)(20, size=4)
            batches.append(rows)
            sgd.append(sgd[-1] - 0.2 * (gradient(x[rows], y[rows], sgd[-1], 0) / n[1] + penalty * sgd[-1]))
    costs = {
        f"{name}_cost": [np.log1p(np.exp(-y * (x @ w))).sum() / n[0] + 0.05 * (w @ w) for w in ws]
        for name, ws in (("gd", gd), ("sgd", sgd))
    }
    return {"batch": batches, "gd": gd, "sgd": sgd, **costs}


@pytest.mark.parametrize("form", NAMES)
def test_the_usual_other_forms_are_known_by_name_whatever_is_handed_in(form):
    ours, theirs = compute().arrays(), another(form)
    changed = {name: np.array(values) for name, values in theirs.items() if not np.allclose(values, ours[name])}
    assert "sgd" in changed
    for given in ({name: values} for name, values in changed.items()):
        hint = compare("sgd", given).hint
        alike = form.startswith("mean") and not any("sgd" in name for name in given)  # both have one gradient descent
        assert NAMES["mean" if alike else form] in hint
    assert NAMES[form] in compare("sgd", {"sgd": changed["sgd"], "sgd_cost": changed["sgd_cost"]}).hint


def test_our_own_form_written_by_hand_is_accepted():
    assert compare("sgd", another("ours")).fault is None


def test_a_batch_of_all_rows_leaves_the_penalty_whole():
    names = [name for name, _ in compute(Params(batch_size=20)).mistakes()]
    assert NAMES["penalty"] not in names
    assert NAMES["permutation"] in names


@pytest.mark.parametrize(
    "knobs",
    [{"learning_rate": 0}, {"learning_rate": 1.1}, {"epochs": 0}, {"batch_size": 21}, {"batch_size": 0},
     {"penalty": 0}, {"seed": -1}, {"seed": 2**32}],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)
