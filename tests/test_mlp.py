"""The net of one hidden layer: a recursion by hand, then torch's layers and optimiser, then the lesson."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy.optimize import linprog

from mathcore.mlp import NEARLY, STARTS, Params, compute, directions, seen, states

SETTING = {"hidden": 8, "dataset": "xor", "learning_rate": 0.1, "epochs": 20}  # other sentences
NOTATION = (r"x_\d", "= 0 \\$")  # numerals that tell no value: names of coordinates, the equation of the cut
DATASETS = ["moons", "circles", "xor"]
SETTINGS = [{}, {"hidden": 1}, {"hidden": 2, "dataset": "xor"}, {"hidden": 8, "dataset": "circles", "epochs": 40}]


def minibatches(epochs):
    """The rows of each, as torch draws them: four an epoch, together all points."""
    torch.manual_seed(0)
    return [rows for _ in range(epochs) for rows in torch.randperm(200).split(50)]


def by_hand(trace, epochs):
    """W, b, v, c and the loss after so many epochs, with numpy alone."""
    rate = trace.params.learning_rate
    w, b, v, c = (each[0].copy() for each in (trace.weight, trace.bias, trace.output_weight, trace.output_bias))
    for rows in minibatches(epochs):
        x, y = trace.x[rows], trace.y[rows]
        h = np.tanh(x @ w.T + b)
        delta = (1 / (1 + np.exp(-(h @ v + c))) - y) / len(y)
        back = np.outer(delta, v) * (1 - h**2)
        w, b, v, c = w - rate * back.T @ x, b - rate * back.sum(0), v - rate * delta @ h, c - rate * delta.sum()
    p = 1 / (1 + np.exp(-(np.tanh(trace.x @ w.T + b) @ v + c)))
    return w, b, v, c, -np.mean(np.where(trace.y, np.log(p), np.log(1 - p)))


@pytest.mark.parametrize("knobs", SETTINGS, ids=str)
def test_training_is_the_recursion_by_hand(knobs):
    trace = compute(Params(**knobs))
    for epoch in (0, 1, 10, trace.params.epochs):
        named = (trace.weight, trace.bias, trace.output_weight, trace.output_bias, trace.loss)
        for values, expected in zip(named, by_hand(trace, epoch), strict=True):
            np.testing.assert_allclose(values[epoch], expected, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("knobs", SETTINGS, ids=str)
def test_training_is_that_of_torch_s_layers_loss_and_optimiser(knobs):
    trace = compute(Params(**knobs))
    x, y = torch.tensor(trace.x), torch.tensor(trace.y, dtype=torch.float64)
    first, last = torch.nn.Linear(2, trace.params.hidden).double(), torch.nn.Linear(trace.params.hidden, 1).double()
    for layer, w, b in ((first, trace.weight, trace.bias), (last, trace.output_weight[:, None], trace.output_bias)):
        layer.weight.data, layer.bias.data = torch.tensor(w[0]), torch.tensor(np.atleast_1d(b[0]))
    net = torch.nn.Sequential(first, torch.nn.Tanh(), last)
    descent, cross_entropy = torch.optim.SGD(net.parameters(), trace.params.learning_rate), torch.nn.BCEWithLogitsLoss()
    for step, rows in enumerate(minibatches(30)):
        if step % 4 == 0:
            logits = net(x)[:, 0]
            assert trace.loss[step // 4] == pytest.approx(cross_entropy(logits, y).item(), rel=1e-9)
            assert trace.errors[step // 4] == torch.sum((logits > 0) != (y > 0))
        descent.zero_grad()
        cross_entropy(net(x[rows])[:, 0], y[rows]).backward()
        descent.step()


def test_weights_start_from_torch_s_xavier_draws_and_biases_from_0():
    trace = compute(Params(seed=5, hidden=4))
    torch.manual_seed(5)
    w = torch.nn.init.xavier_normal_(torch.empty(4, 2, dtype=torch.float64))
    v = torch.nn.init.xavier_normal_(torch.empty(1, 4, dtype=torch.float64))
    np.testing.assert_allclose(trace.weight[0], w, rtol=1e-12)
    np.testing.assert_allclose(trace.output_weight[0], v[0], rtol=1e-12)
    assert not trace.bias[0].any()
    assert trace.output_bias[0] == 0


@pytest.mark.parametrize("dataset", DATASETS)
def test_no_straight_line_separates_the_classes(dataset):
    trace = compute(Params(dataset=dataset, epochs=10))
    sides = (2 * trace.y - 1)[:, None] * np.column_stack([trace.x, np.ones(len(trace.x))])
    assert linprog(np.zeros(3), -sides, -np.ones(len(sides)), bounds=(None, None)).status == 2  # infeasible
    assert linprog(np.zeros(3), -sides[:40], -np.ones(40), bounds=(None, None)).status == 0  # one class: feasible


def test_the_points_have_their_shapes():
    moons, circles, xor = (compute(Params(dataset=dataset, epochs=10)) for dataset in DATASETS)
    for trace, noise in ((moons, 0.1), (circles, 0.1), (xor, 0.25)):
        assert trace.y.tolist() == [0] * 100 + [1] * 100
        assert trace.noise == noise
    for radius, part in zip((1.5, 0.5), np.split(np.linalg.norm(circles.x, axis=1), 2), strict=True):
        assert part.mean() == pytest.approx(radius, abs=0.03)
        assert part.std() == pytest.approx(0.1, rel=0.2)
    upper, lower = np.split(moons.x, 2)
    for moon, centre, turn in ((upper, [-0.75, -0.375], 1), (lower, [0.75, 0.375], -1)):
        assert np.linalg.norm(moon - centre, axis=1).mean() == pytest.approx(1.5, abs=0.03)
        assert np.all(turn * (moon - centre)[5:-5, 1] > -0.3)
    corners = xor.x.reshape(4, 50, 2)
    np.testing.assert_allclose(corners.mean(axis=1), [[1, 1], [-1, -1], [1, -1], [-1, 1]], atol=0.1)
    assert (corners - corners.mean(axis=1, keepdims=True)).std() == pytest.approx(0.25, rel=0.1)


def test_the_seed_changes_the_weights_and_not_the_points():
    one, other = compute(Params(epochs=10)), compute(Params(epochs=10, seed=3))
    assert np.array_equal(one.x, other.x)
    assert not np.array_equal(one.weight[0], other.weight[0])


def test_the_starts_are_the_trainings_of_the_seeds_that_follow():
    trace = compute(Params(dataset="xor", hidden=2, epochs=100))
    assert len(trace.start_errors) == STARTS
    assert trace.separated == np.sum(trace.start_errors == 0)
    for k in (1, 7, 20):
        assert compute(Params(dataset="xor", hidden=2, epochs=100, seed=1 + k)).errors[-1] == trace.start_errors[k]


def test_the_boundary_is_the_net_over_the_plane_around_the_points():
    trace = compute(Params(dataset="moons", epochs=50))
    for row, col in ((0, 0), (10, 70), (80, 33)):
        h = states(trace, np.array([trace.x1_grid[col], trace.x2_grid[row]]))
        logit = h @ trace.output_weight[-1] + trace.output_bias[-1]
        assert trace.boundary[row, col] == pytest.approx(1 / (1 + np.exp(-logit)), rel=1e-12)
    for grid, values in ((trace.x1_grid, trace.x[:, 0]), (trace.x2_grid, trace.x[:, 1])):
        np.testing.assert_allclose(grid[[0, -1]], [values.min() - 0.3, values.max() + 0.3])


def test_hidden_is_kept_at_checkpoints_from_the_start_to_the_end():
    trace = compute(Params(epochs=30))
    assert trace.checkpoint_epoch[[0, -1]].tolist() == [0, 30]
    assert np.all(np.diff(trace.checkpoint_epoch) > 0)
    for epoch, h in zip(trace.checkpoint_epoch, trace.hidden, strict=True):
        np.testing.assert_allclose(h, np.tanh(trace.x @ trace.weight[epoch].T + trace.bias[epoch]), rtol=1e-12)


@pytest.mark.parametrize("dataset", DATASETS)
def test_one_unit_leaves_its_boundary_straight_and_separates_from_no_start(dataset):
    trace = compute(Params(dataset=dataset, hidden=1))
    assert trace.separated == 0
    assert trace.outcome() == "fails"
    across = np.array([-trace.weight[-1, 0, 1], trace.weight[-1, 0, 0]])
    unit, ignored = states(trace, trace.x).T
    moved, further = states(trace, trace.x + 3.7 * across).T
    np.testing.assert_allclose(moved, unit, rtol=1e-9)
    np.testing.assert_allclose(further - ignored, 3.7 * np.linalg.norm(across), rtol=1e-9)


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("hidden", [3, 4])
def test_three_units_or_more_separate_from_nearly_every_start(dataset, hidden):
    trace = compute(Params(dataset=dataset, hidden=hidden))
    assert trace.separated >= 90
    assert trace.outcome() == "separates"


@pytest.mark.parametrize("seed", [100, 300, 500])
def test_how_many_units_it_takes_whatever_the_seeds(seed):
    moons, circles, xor = ([compute(Params(dataset=d, hidden=h, seed=seed)) for h in (1, 2, 3)] for d in DATASETS)
    for one, two, three in (moons, circles, xor):
        assert one.separated == 0
        assert three.separated >= 85
        assert two.separated < three.separated
    assert moons[1].separated <= 3
    assert circles[1].separated == 0  # whatever the training: two units deform the plane and do not fold it
    assert 50 <= xor[1].separated <= 85


def test_outcomes_at_both_sides_of_their_thresholds():
    trace = compute(Params(epochs=10))

    def ending(wrong):
        errors = np.append(trace.errors[:-1], wrong)
        return replace(trace, errors=errors, accuracy=1 - errors / len(trace.y)).outcome()

    assert NEARLY == 0.95
    assert [ending(wrong) for wrong in (0, 1, 10, 11)] == ["separates", "nearly", "nearly", "fails"]


def test_training_has_settled_once_no_point_is_wrong_for_good():
    trace = compute(Params(epochs=10))
    for errors, settled in (([9, 0, 2, 0, 0], 3), ([9, 0, 2, 0, 1], 10), ([0, 0, 0, 0, 0], 0)):
        ending = np.array([*errors[:-1], *errors[-1:] * 7])
        assert replace(trace, errors=ending).settled() == settled
    trace = compute()
    assert trace.errors[trace.settled() - 1]
    assert not trace.errors[trace.settled() :].any()


@pytest.mark.parametrize("bent", [0, 0.3, 1])
def test_states_go_from_the_linear_layer_to_tanh(bent):
    trace = compute(Params(epochs=20))
    linear = trace.x @ trace.weight[7].T + trace.bias[7]
    np.testing.assert_allclose(states(trace, trace.x, bent, 7), (1 - bent) * linear + bent * np.tanh(linear))


@pytest.mark.parametrize("hidden", [1, 2, 3, 8])
@pytest.mark.parametrize("epoch", [0, 60, -1])
def test_what_is_seen_of_the_hidden_layer_is_exact_along_the_output(hidden, epoch):
    trace = compute(Params(hidden=hidden, epochs=120))
    axes, v = directions(trace, epoch), trace.output_weight[epoch]
    assert len(axes) == min(max(hidden, 2), 3)
    np.testing.assert_allclose(axes @ axes.T, np.eye(len(axes)), atol=1e-12)
    h = states(trace, trace.x, epoch=epoch)
    logits = h[:, :hidden] @ v + trace.output_bias[epoch]
    np.testing.assert_allclose(seen(trace, h, epoch)[:, 0] * np.linalg.norm(v), logits, atol=1e-12)
    if hidden in (2, 3):
        assert np.linalg.det(directions(trace)) == pytest.approx(1)
        np.testing.assert_allclose(seen(trace, h, epoch).var(axis=0).sum(), h.var(axis=0).sum())  # nothing is lost


def test_of_many_units_the_main_directions_across_the_output_are_seen():
    trace = compute(Params(hidden=8))
    h, out = trace.hidden[-1], directions(trace)[0]
    most = np.linalg.eigvalsh(np.cov((h - np.outer(h @ out, out)).T, bias=True))[::-1]
    np.testing.assert_allclose(seen(trace, h)[:, 1:].var(axis=0), most[:2], rtol=1e-9)


@pytest.mark.parametrize(
    "knobs",
    [{"hidden": 0}, {"hidden": 9}, {"epochs": 9}, {"epochs": 401}, {"learning_rate": 0}, {"learning_rate": 4.1},
     {"learning_rate": float("nan")}, {"seed": -1}, {"seed": 1000}, {"dataset": "spirals"}],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)
