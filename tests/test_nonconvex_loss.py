"""Valleys, divide and slices against formulas written by hand, against scipy and torch, and against the lesson."""

import tomllib
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import scipy.optimize
import scipy.spatial
import torch
from conftest import computed
from pydantic import ValidationError

from mathcore import nonconvex_loss
from mathcore._data import DATA, read_columns
from mathcore.nonconvex_loss import FLAT, HANGING, SWEPT, Params, Trace, convex_envelope

SETTING = {"slice_data": "boston", "batch_size": 2, "starts": 7}  # other sentences

SEEDS = range(3)


compute = partial(computed, "nonconvex_loss")


def loss(theta, x, y):
    return np.mean((y - theta[0] * np.tanh(theta[1] * x)) ** 2)


def slope(theta, x, y):
    """The gradient, written by hand."""
    v, t = theta[0], np.tanh(theta[1] * x)
    return np.array([np.mean(-2 * (y - v * t) * t), np.mean(-2 * (y - v * t) * v * (1 - t**2) * x)])


def curvature(theta, x, y):
    """The Hessian, from differences of the gradient."""
    steps = 1e-6 * np.eye(2)
    return np.array([(slope(theta + step, x, y) - slope(theta - step, x, y)) / 2e-6 for step in steps])


def sigmoid(o):
    return 1 / (1 + np.exp(-o))


def net_loss(inputs, targets, weights, biases, penalty):
    a = inputs
    for w, b in zip(weights, biases, strict=True):
        a = sigmoid(a @ w + b)
    assert a.shape == targets.shape
    return np.mean((a - targets) ** 2) + penalty * sum(np.sum(w**2) for w in weights)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_data_are_a_noisy_tanh(seed):
    trace = compute(seed=seed)
    assert np.array_equal(trace.x, -trace.x[::-1])
    np.testing.assert_allclose(np.diff(trace.x), 4 / 39, rtol=1e-12)
    noise = np.random.RandomState(seed).randn(40)
    np.testing.assert_allclose(trace.y, 1.2 * np.tanh(1.2 * trace.x) + 0.3 * noise, rtol=0, atol=1e-14)


def test_the_surface_is_that_of_a_plain_double_loop():
    trace = compute(seed=0)
    for row in range(0, len(trace.surface), 16):
        for col in range(0, len(trace.surface), 16):
            point = trace.v_grid[row, col], trace.w_grid[row, col]
            assert trace.surface[row, col] == pytest.approx(loss(point, trace.x, trace.y), rel=1e-13)
    assert np.array_equal(trace.v_grid, trace.w_grid.T)
    np.testing.assert_allclose(trace.v_grid, np.tile(np.linspace(-2.4, 2.4, 161), (161, 1)), rtol=0, atol=1e-14)


@pytest.mark.parametrize("seed", SEEDS)
def test_surface_and_paths_are_their_own_mirror_images(seed):
    trace = compute(seed=seed)
    np.testing.assert_allclose(trace.surface[::-1, ::-1], trace.surface, rtol=1e-13)
    rows = [(torch.tensor(trace.x), torch.tensor(trace.y))] * 150
    mirrored = nonconvex_loss._descend(-torch.tensor(trace.path[:, 0]), trace.params, rows)
    np.testing.assert_allclose(mirrored[1:], -trace.path[1:], rtol=0, atol=1e-12)
    assert np.array_equal(trace.valley[0], -trace.valley[1])


@pytest.mark.parametrize("seed", SEEDS)
def test_every_step_follows_the_gradient_written_by_hand(seed):
    trace = compute(seed=seed)
    for path, losses in zip(trace.path[::4], trace.loss[::4], strict=True):
        for before, after, height in zip(path, path[1:], losses, strict=False):
            np.testing.assert_allclose(after, before - 0.1 * slope(before, trace.x, trace.y), rtol=0, atol=1e-14)
            assert height == pytest.approx(loss(before, trace.x, trace.y), rel=1e-12)


def test_every_noisy_step_follows_the_gradient_of_its_batch():
    trace = compute(starts=4, steps=30, batch_size=3, seed=2)
    chance = np.random.RandomState(2)
    chance.randn(40), chance.rand(), chance.rand(3)
    rows = chance.randint(40, size=(30, 4, 3))
    for start, path in enumerate(trace.sgd_path):
        for before, after, batch in zip(path, path[1:], rows[:, start], strict=False):
            gradient = slope(before, trace.x[batch], trace.y[batch])
            np.testing.assert_allclose(after, before - 0.1 * gradient, rtol=0, atol=1e-14)
    assert np.array_equal(trace.sgd_path[:, 0], trace.path[:, 0])
    assert trace.sgd_loss[3, 30] == pytest.approx(loss(trace.sgd_path[3, 30], trace.x, trace.y), rel=1e-12)


def test_the_optimiser_of_torch_takes_the_same_steps():
    trace = compute(seed=0)
    x, y = torch.tensor(trace.x), torch.tensor(trace.y)
    theta = torch.tensor(trace.path[3, 0], requires_grad=True)
    optimiser = torch.optim.SGD([theta], lr=0.1)
    for _ in range(150):
        optimiser.zero_grad()
        torch.nn.functional.mse_loss(theta[0] * torch.tanh(theta[1] * x), y).backward()
        optimiser.step()
    np.testing.assert_allclose(trace.path[3, -1], theta.detach(), rtol=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_floors_are_the_minima_that_scipy_finds(seed):
    trace = compute(seed=seed)
    found = scipy.optimize.minimize(loss, [1, 1], (trace.x, trace.y), jac=slope, tol=1e-12)
    np.testing.assert_allclose(trace.valley[1], found.x, atol=1e-6)
    for floor in trace.valley:
        assert np.abs(slope(floor, trace.x, trace.y)).max() < 1e-14
        assert np.linalg.eigvalsh(curvature(floor, trace.x, trace.y)).min() > 0
        assert loss(floor, trace.x, trace.y) <= trace.surface.min()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_origin_is_a_saddle_with_the_curvature_of_the_formula(seed):
    trace = compute(seed=seed)
    expected = -2 * np.mean(trace.x * trace.y) * np.array([[0, 1], [1, 0]])
    np.testing.assert_allclose(curvature(np.zeros(2), trace.x, trace.y), expected, atol=1e-8)
    assert expected[0, 1] < 0  # so downhill along v = w
    middle = len(trace.surface) // 2
    assert trace.surface[middle, middle] == pytest.approx(np.mean(trace.y**2), rel=1e-14)


def test_no_row_moves_a_ball_that_lies_on_the_saddle():
    trace = compute(seed=0)
    assert all(not slope(np.zeros(2), x, y).any() for x, y in zip(trace.x, trace.y, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_each_point_of_the_divide_steps_onto_another(seed):
    trace = compute(seed=seed)
    inner = trace.separatrix[8:200]
    stepped = [point - 0.1 * slope(point, trace.x, trace.y) for point in inner]
    np.testing.assert_allclose(stepped, trace.separatrix[:192], rtol=0, atol=1e-13)
    np.testing.assert_allclose(trace.separatrix[:8, 0], -trace.separatrix[:8, 1], rtol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_divide_runs_from_close_to_the_saddle_to_the_edge_of_the_window(seed):
    divide = compute(seed=seed).separatrix
    distance = np.linalg.norm(divide, axis=1)
    assert distance[0] == pytest.approx(1e-4, rel=1e-9)
    assert np.all(np.diff(distance) > 0)
    assert np.all(divide[:, 0] < 0)
    assert 2.2 < np.abs(divide).max() <= 2.4
    ratio = distance[1:8] / distance[:7]  # the points of a step lie evenly on a logarithmic scale
    np.testing.assert_allclose(ratio, (distance[8] / distance[0]) ** (1 / 8), rtol=1e-6)


@pytest.mark.parametrize("starts", [2, 7])
def test_starts_lie_evenly_all_around_and_the_first_is_the_outermost_allowed_on_the_divide(starts):
    trace = compute(starts=starts, seed=1)
    first, others = trace.path[0, 0], trace.path[1:, 0]
    allowed = trace.separatrix[np.abs(trace.separatrix).max(axis=1) <= 2.2]
    assert np.array_equal(first, allowed[-1])
    chance = np.random.RandomState(1)
    chance.randn(40)
    turn, shares = chance.rand(), chance.uniform(0.4, 1, starts - 1)
    np.testing.assert_allclose(np.linalg.norm(others, axis=1), 2.2 * shares, rtol=1e-12)
    angle = np.unwrap(np.arctan2(others[:, 1], others[:, 0]))
    np.testing.assert_allclose(np.diff(angle), 2 * np.pi / (starts - 1), rtol=1e-9)
    assert angle[0] % (2 * np.pi) == pytest.approx(2 * np.pi * turn / (starts - 1), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_divide_parts_what_rolls_left_from_what_rolls_right(seed):
    trace = compute(seed=seed)
    on_it = trace.separatrix[-1:-80:-20]
    for side in (-1, 1):
        beside = torch.tensor(on_it + side * 1e-5)
        rows = [(torch.tensor(trace.x), torch.tensor(trace.y))] * 150
        ends = nonconvex_loss._descend(beside, trace.params, rows)[:, -1].numpy()
        assert np.all(np.sign(ends) == side)


@pytest.mark.parametrize("knobs", [{"seed": 0}, {"seed": 2}, {"steps": 10}, {"starts": 60}], ids=str)
def test_basins_name_what_is_nearest_to_the_end(knobs):
    trace = compute(**knobs)
    stations = {-1: trace.valley[0], 0: np.zeros(2), 1: trace.valley[1]}
    for paths, basins in ((trace.path, trace.basin), (trace.sgd_path, trace.sgd_basin)):
        for path, basin in zip(paths, basins, strict=True):
            assert basin == min(stations, key=lambda name: np.linalg.norm(path[-1] - stations[name]))


def test_those_that_are_nearest_to_each_place_are_counted():
    trace = compute(seed=2)
    for ends, basin in ((trace.ends, trace.basin), (trace.sgd_ends, trace.sgd_basin)):
        assert ends.tolist() == [np.sum(basin == side) for side in (-1, 0, 1)]
    assert trace.bumps == np.count_nonzero(trace.bumpy)
    assert trace.layers.tolist() == [*trace.slices.shape[:2], 1]


def test_the_way_to_the_mirror_image_changes_one_sign_after_the_other():
    trace = compute()
    half = trace.valley[1] * [-1, 1]
    for there, place in ((0, trace.valley[1]), (480, half), (960, trace.valley[0])):
        np.testing.assert_allclose(trace.mirror[there], place, rtol=1e-12)
    assert np.all(trace.mirror[:481, 1] == trace.valley[1, 1])
    assert np.all(trace.mirror[480:, 0] == half[0])
    np.testing.assert_allclose(np.diff(trace.mirror[:481, 0]), -trace.valley[1, 0] / 240, rtol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_descent_hangs_on_the_saddle_and_noise_frees_it(seed):
    trace = compute(seed=seed)
    assert trace.basin[0] == 0
    assert np.linalg.norm(trace.path[0, 75]) < 1e-6
    assert np.count_nonzero(trace.basin == 0) == 1  # all the others have left
    assert 0 not in trace.sgd_basin


@pytest.mark.parametrize(
    ("name", "change", "broken"),
    [
        ("surface", lambda heights: heights + np.eye(161)[:1] * 1e-4, ["surface is its"]),
        ("surface", lambda heights: heights - heights.min(), ["surface is nowhere"]),
        ("convex_envelope", lambda below: below + 1e-9, ["convex_envelope is nowhere"]),
        ("sgd_path", lambda path: path + 1e-9, ["path and sgd_path"]),
        ("loss", lambda loss: loss[:, ::-1], ["loss is lower"]),
        ("loss", lambda loss: np.where(np.arange(20)[:, None] < 19, loss, 1), ["loss is lower"]),
        ("basin", lambda basin: np.where(np.arange(20) == 0, 1, basin), ["at the default"]),
        ("sgd_basin", lambda basin: 0 * basin, ["at the default"]),
        ("basin", lambda basin: np.abs(basin), ["at the default"]),
        ("basin", lambda basin: -np.abs(basin), ["at the default"]),
    ],
)
def test_an_invariant_breaks_with_its_quantity(name, change, broken):
    trace = compute(seed=0)
    changed = Trace(params=trace.params, **trace.arrays() | {name: change(getattr(trace, name))})
    assert all(holds for _, holds in trace.invariants())
    told = [" ".join(sentence.split()[:3]) for sentence, holds in changed.invariants() if not holds]
    assert told == broken


def test_descent_ends_early_if_a_ball_besides_the_first_is_nearest_to_the_saddle():
    trace = compute(seed=0)
    assert trace.ending() == "ends"
    counts = {hanging: replace(trace, ends=[10, hanging, 9]).ending() for hanging in (0, HANGING, HANGING + 1)}
    assert counts == {0: "ends", HANGING: "ends", HANGING + 1: "ends_early"}
    assert compute(seed=0, steps=10).ending() == "ends_early"


def test_descent_ends_early_if_a_ball_is_not_below_the_saddle():
    trace = compute(seed=0)
    for share, ending in ((0.999, "ends"), (1, "ends_early")):
        loss = trace.loss.copy()
        loss[5, -1] = share * trace.saddle_loss
        assert replace(trace, loss=loss).ending() == ending
        hanging = np.where(np.arange(20) == 5, 0, trace.basin)
        assert replace(trace, loss=loss, basin=hanging).ending() == "ends", "nearest to the saddle, it may lie as high"


@pytest.mark.parametrize(
    ("side", "first", "noise"),
    [(-1, "divide_left", "freed_left"), (0, "divide", "not_freed"), (1, "divide_left", "freed_right")],
)
def test_what_becomes_of_the_first_ball_is_told_by_what_is_nearest(side, first, noise):
    trace = compute(seed=0)
    others = np.arange(20) > 0
    assert replace(trace, basin=np.where(others, trace.basin, side)).first_ending() == first
    assert replace(trace, sgd_basin=np.where(others, trace.sgd_basin, side)).noise_effect() == noise


@pytest.mark.parametrize("name", SWEPT)
def test_the_drawn_slice_is_a_bowl_or_has_a_gap(name):
    trace = compute(seed=0, slice_data=name)
    for bumpy, shape in ((0, "no_gap"), (1, "gap")):
        others = 1 - bumpy + np.zeros_like(trace.bumpy)
        others[SWEPT[name]] = bumpy
        assert replace(trace, bumpy=others).slice_shape() == shape


def test_a_slice_is_bumpy_if_it_rises_above_its_bowl_by_more_than_rounding(monkeypatch):
    w = np.linspace(-5, 5, 100)
    for share, bumpy in ((0.9, 0), (1.1, 1)):
        slices = np.tile(np.abs(w) + share * FLAT * (np.arange(100) == 30), (6, 20, 1))
        monkeypatch.setattr(nonconvex_loss, "sweep", lambda *given, slices=slices: torch.from_numpy(slices))
        assert np.all(nonconvex_loss._cut(Params())["bumpy"] == bumpy)


@pytest.mark.parametrize("batch_size", [1, 40])
def test_batches_of_any_size_free_it(batch_size):
    for seed in (0, 1):
        assert compute(seed=seed, batch_size=batch_size).sgd_basin[0] != 0


def test_a_batch_as_large_as_the_data_is_drawn_with_replacement_and_misses_points():
    trace = compute(seed=0, batch_size=40)
    assert np.abs(trace.sgd_path[:, 1] - trace.path[:, 1]).max(axis=1).min() > 1e-6, "no start takes the step of all"
    asked = tomllib.loads((DATA.parent / "text" / "nonconvex_loss.toml").read_text())["ask_noise"]
    assert "with replacement" in asked["en"]
    assert "avec remise" in asked["fr"]


def test_rounding_errors_are_noise_enough_in_the_end():
    trace = compute(learning_rate=0.15, steps=300)
    assert np.linalg.norm(trace.path[0], axis=1).min() < 1e-7
    assert trace.basin[0] != 0


def boston():
    columns = np.array(read_columns(None, "RM", "CRIM", "INDUS", "NOX", "AGE", "TAX", "PRICE"))
    inputs = (columns[:6].T - columns[:6].mean(axis=1)) / columns[:6].std(axis=1)
    price = columns[6:].T
    return inputs, (price - price.min()) / (price.max() - price.min())


@pytest.mark.parametrize(
    ("name", "swept", "seed"), [("boston", (5, 6), 0), ("boston", (5, 6), 2), ("notes", (3, 9), 0)]
)
def test_the_slice_is_that_of_the_whole_net_computed_by_hand(name, swept, seed):
    cut = nonconvex_loss._cut(Params(seed=seed, slice_data=name))
    chance = np.random.RandomState(seed)
    inputs, targets = boston() if name == "boston" else (chance.randn(150, 6), np.array([[0] * 75 + [1] * 75]).T)
    weights = [chance.randn(6, 20), chance.randn(20, 1)]
    biases = [chance.randn(1, 20), chance.randn(1, 1)]
    expected = []
    for value in np.linspace(-5, 5, 100):
        weights[0][swept] = value
        expected.append(net_loss(inputs, targets, weights, biases, 1e-4))
    np.testing.assert_allclose(cut["slice_w"], np.linspace(-5, 5, 100), rtol=1e-14)
    np.testing.assert_allclose(cut["slice_loss"], expected, rtol=1e-12)
    assert np.array_equal(cut["slices"][swept], cut["slice_loss"])


def test_every_first_layer_weight_is_swept_from_the_same_net():
    trace = compute(seed=0, slice_data="boston")
    chance = np.random.RandomState(0)
    weights = [chance.randn(6, 20), chance.randn(20, 1)]
    biases = [chance.randn(1, 20), chance.randn(1, 1)]
    untouched = net_loss(*boston(), weights, biases, 1e-4)
    for i, j in np.ndindex(6, 20):
        near = np.interp(weights[0][i, j], trace.slice_w, trace.slices[i, j])
        assert near == pytest.approx(untouched, abs=2e-4)
        assert trace.slices[i, j].min() - 2e-4 <= untouched


def test_the_bowl_is_the_lower_convex_hull():
    trace = compute(seed=0)
    points = np.stack([trace.slice_w, trace.slice_loss], axis=1)
    hull = scipy.spatial.ConvexHull(points)
    below = hull.equations[hull.equations[:, 1] < 0]
    expected = np.max(-(below[:, :1] * trace.slice_w + below[:, 2:]) / below[:, 1:2], axis=0)
    np.testing.assert_allclose(trace.convex_envelope, expected, rtol=0, atol=1e-12)
    parabola = trace.slice_w**2
    np.testing.assert_allclose(convex_envelope(trace.slice_w, parabola), parabola, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bowl_of_noise_is_its_lower_convex_hull(seed):
    y = np.random.RandomState(seed).randn(30)
    hull = scipy.spatial.ConvexHull(np.stack([np.arange(30), y], axis=1))
    below = hull.equations[hull.equations[:, 1] < 0]
    expected = np.max(-(below[:, :1] * np.arange(30) + below[:, 2:]) / below[:, 1:2], axis=0)
    np.testing.assert_allclose(convex_envelope(np.arange(30), y), expected, rtol=0, atol=1e-13)


def test_the_bowl_of_a_cap_is_its_chord():
    x = np.linspace(-1, 1, 9)
    np.testing.assert_allclose(convex_envelope(x, x - x**2), x - 1, rtol=0, atol=1e-15)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_net_has_slices_that_are_no_bowls_even_without_a_penalty(seed):
    assert nonconvex_loss._cut(Params(seed=seed, penalty=0))["bumpy"].sum() > 100


def test_a_large_penalty_makes_bowls():
    assert nonconvex_loss._cut(Params(penalty=0.01))["bumpy"].sum() < 20
    assert compute(seed=0).bumpy.sum() > 20


@pytest.mark.parametrize(
    "knobs",
    [
        {"starts": 1}, {"starts": 61}, {"learning_rate": 0.029}, {"learning_rate": 0.151}, {"steps": 9}, {"steps": 301},
        {"learning_rate": float("nan")}, {"batch_size": 0}, {"batch_size": 41}, {"penalty": -1e-9}, {"penalty": 0.0101},
        {"slice_data": "iris"}, {"seed": -1}, {"seed": 2**32}, {"rate": 0.1},
    ],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def test_knobs_reach_the_ends_of_their_ranges():
    assert Params(starts=2, learning_rate=0.03, steps=10, batch_size=1, penalty=0)
    assert Params(starts=60, learning_rate=0.15, steps=300, batch_size=40, penalty=0.01, seed=2**32 - 1)
