"""The gradient's way back against a hand-written one, against torch's initialisers, and against the lesson."""

import csv
from itertools import pairwise

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from mathcore._data import DATA
from mathcore.vanishing_gradients import ACTIVATIONS, Params, compute, scale

SETTING = {"init": "normal", "depth": 4, "gain": 0.5}  # other sentences
NOTATION = (  # numerals that tell no value
    r"\(0\)",  # the first layer's weight w^((0)), as the notes count
)

SIGMOID, TANH, RELU = range(3)
SEEDS = range(5)


def logistic(o):
    return 1 / (1 + np.exp(-o))


BY_HAND = [  # φ and φ', in the order of the trace
    (logistic, lambda o: logistic(o) * (1 - logistic(o))),
    (np.tanh, lambda o: 1 - np.tanh(o) ** 2),
    (lambda o: np.maximum(o, 0), lambda o: (o > 0).astype(float)),
]
SETTINGS = [
    {}, {"init": "he"}, {"init": "normal"}, {"gain": 0.3, "seed": 5}, {"depth": 2, "width": 2}, {"depth": 30},
    {"width": 128, "gain": 2.0},
]  # fmt: skip


def flowers():
    with (DATA / "iris.csv").open() as file:
        table = np.array(list(csv.reader(file))[1:], dtype=float)
    x = table[:, :4]
    return (x - x.mean(axis=0)) / x.std(axis=0), np.eye(3)[table[:, 4].astype(int)]


def weights(params):
    """The weights, drawn by torch's own initialisers."""
    torch.manual_seed(params.seed)
    sizes = [4] + [params.width] * params.depth + [3]
    drawn = []
    for inputs, outputs in pairwise(sizes):
        w = torch.empty(outputs, inputs, dtype=torch.float64)
        if params.init == "xavier":
            torch.nn.init.xavier_normal_(w, params.gain)
        elif params.init == "he":
            torch.nn.init.kaiming_normal_(w, nonlinearity="relu")
            w *= params.gain
        else:
            torch.nn.init.normal_(w, 0, params.gain)
        drawn.append(w.numpy())
    return drawn


def backprop(params, phi, slope):
    """Per hidden layer |dL/dW|, φ'(o), |dL/do| and, last, that of the outputs, and |dL/da|, with numpy alone."""
    a, target = flowers()
    *hidden, last = weights(params)
    inputs, slopes = [], []
    for w in hidden:
        inputs.append(a)
        slopes.append(slope(a @ w.T))
        a = phi(a @ w.T)
    logits = a @ last.T
    logits = logits - logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    delta = (np.exp(log_p) - target) / len(target)
    norms, deltas, backs = [], [np.linalg.norm(delta)], []
    for layer, w in reversed(list(enumerate([*hidden[1:], last]))):
        back = delta @ w
        delta = slopes[layer] * back
        norms.insert(0, np.linalg.norm(delta.T @ inputs[layer]))
        deltas.insert(0, np.linalg.norm(delta))
        backs.insert(0, np.linalg.norm(back))
    return norms, slopes, np.array(deltas), np.array(backs)


@pytest.mark.parametrize("knobs", SETTINGS, ids=str)
def test_gradients_and_slopes_are_those_of_backpropagation_by_hand(knobs):
    params = Params(**knobs)
    trace = compute(params)
    for i, (phi, slope) in enumerate(BY_HAND):
        norms, slopes, deltas, backs = backprop(params, phi, slope)
        np.testing.assert_allclose(trace.gradient_norm[i], norms, rtol=1e-9)
        np.testing.assert_allclose(trace.factor[i], np.mean(slopes, axis=(1, 2)), rtol=1e-12)
        np.testing.assert_allclose(trace.reached[i] * deltas[-1], deltas[:-1], rtol=1e-9)
        np.testing.assert_allclose(trace.stretch[i] * deltas[1:], backs, rtol=1e-9)
        np.testing.assert_allclose(trace.slope[i] * backs, deltas[:-1], rtol=1e-9)


@pytest.mark.parametrize("knobs", SETTINGS, ids=str)
def test_each_layer_has_what_the_next_one_has_times_its_slope_and_its_weights(knobs):
    trace = compute(Params(**knobs))
    after = np.column_stack([trace.reached[:, 1:], np.ones(3)])
    np.testing.assert_allclose(trace.reached, after * trace.slope * trace.stretch, rtol=1e-12)


@pytest.mark.parametrize("knobs", SETTINGS, ids=str)
def test_what_a_layer_multiplies_by_on_average_leads_to_the_first_layer(knobs):
    trace = compute(Params(**knobs))
    np.testing.assert_allclose(trace.per_layer**trace.params.depth, trace.reached[:, 0], rtol=1e-9)
    assert np.array_equal(trace.per_layer, trace.mean_slope * trace.mean_stretch)
    for mean, each in (trace.mean_slope, trace.slope), (trace.mean_stretch, trace.stretch):
        np.testing.assert_allclose(mean[each.all(axis=1)], np.exp(np.log(each[each.all(axis=1)]).mean(axis=1)))


@pytest.mark.parametrize("depth", [2, 10, 30])
def test_the_chain_follows_its_closed_recursion(depth):
    trace = compute(Params(depth=depth, width=2))
    assert trace.chain_input == trace.chain_weight == 1
    for i, (phi, slope) in enumerate(BY_HAND):
        o, product = 1.0, 1.0
        for d in range(depth):
            product *= slope(np.array(o))
            assert trace.chain_factor[i, d] == pytest.approx(float(slope(np.array(o))), rel=1e-13)
            assert trace.chain_gradient[i, d] == pytest.approx(product, rel=1e-12)
            o = phi(np.array(o))


def test_the_chain_does_not_depend_on_how_the_net_is_drawn():
    one, other = compute(), compute(Params(init="normal", gain=3.0, seed=9, width=5))
    assert np.array_equal(one.chain_gradient, other.chain_gradient)


def test_the_sigmoid_chain_loses_at_least_a_factor_of_four_per_neuron_and_the_relu_chain_nothing():
    chain = compute(Params(depth=30)).chain_gradient
    assert np.all(chain[SIGMOID] <= 0.25 ** np.arange(1, 31))
    assert np.all(np.diff(chain[TANH]) < 0)
    assert np.all(chain[RELU] == 1)


def test_axes_are_activation_by_layer_in_the_order_of_the_notes():
    assert list(ACTIVATIONS) == ["sigmoid", "tanh", "relu"]
    trace = compute(Params(depth=7))
    for name in ("gradient_norm", "factor", "reached", "slope", "stretch", "chain_factor", "chain_gradient"):
        assert getattr(trace, name).shape == (3, 7)


@pytest.mark.parametrize("knobs", SETTINGS, ids=str)
def test_slopes_stay_within_the_bounds_of_their_activation(knobs):
    trace = compute(Params(**knobs))
    for factor in trace.factor, trace.slope, trace.mean_slope:
        assert np.all(factor >= 0)
        assert np.all(factor[SIGMOID] <= 0.25)
        assert np.all(factor[[TANH, RELU]] <= 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_under_xavier_sigmoid_loses_its_gradient_and_tanh_keeps_it(seed):
    first, last = compute(Params(seed=seed)).gradient_norm[:, [0, -1]].T
    assert last[SIGMOID] / first[SIGMOID] > 1e5
    assert 1 / 5 < last[TANH] / first[TANH] < 5
    assert 1 / 5 < last[RELU] / first[RELU] < 5


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_of_unit_variance_turn_both_verdicts_round(seed):
    first, last = compute(Params(seed=seed, init="normal")).gradient_norm[:, [0, -1]].T
    assert last[SIGMOID] / first[SIGMOID] < 100
    assert first[TANH] / last[TANH] > 20
    assert first[RELU] > 1e4  # all its layers together: what the gradient gains backwards, the signal gained forwards


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fates_are_those_that_the_film_speaks_of(seed):
    assert compute(Params(seed=seed)).fate.tolist() == [-1, 0, 0]
    assert compute(Params(seed=seed, init="normal")).fate.tolist() == [0, 1, 1]
    assert compute(Params(seed=seed, init="he")).fate.tolist() == [-1, 0, 0]


AT_THE_EDGE = [{"init": "he", "depth": 3, "seed": 9, "gain": gain} for gain in (2.09, 2.13)]  # relu: 9.7 and 10.3


@pytest.mark.parametrize("knobs", [*SETTINGS, *AT_THE_EDGE], ids=str)
def test_a_fate_is_read_off_the_gradient_of_the_first_layer(knobs):
    trace = compute(Params(**knobs))
    assert trace.limits.tolist() == [1e-3, 10], "between which the film says that a gradient arrives"
    for share, fate in zip(trace.reached[:, 0], trace.fate, strict=True):
        assert fate == (1 if share > 10 else -1 if share < 1e-3 else 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_at_thirty_layers_relu_fades_under_xavier_and_lives_under_he(seed):
    xavier, he = (compute(Params(depth=30, seed=seed, init=init)).gradient_norm for init in ("xavier", "he"))
    assert xavier[RELU, 0] < 1e-4
    assert he[RELU, 0] > 1e-2
    # scaling every weight by √2 scales a net of relus and all its gradients, but for the loss at its end
    assert he[RELU, 0] / xavier[RELU, 0] > 2**12


@pytest.mark.parametrize("init", ["xavier", "he", "normal"])
def test_a_relu_net_gives_every_layer_the_same_share_of_the_gradient(init):
    """Its output is homogeneous in each W, so that W · dL/dW is the same sum for every layer (Euler)."""
    params = Params(init=init, depth=4, width=8)
    x, target = flowers()
    drawn = [torch.tensor(w, requires_grad=True) for w in weights(params)]
    a = torch.tensor(x)
    for w in drawn[:-1]:
        a = torch.relu(a @ w.T)
    loss = torch.nn.functional.cross_entropy(a @ drawn[-1].T, torch.tensor(target))
    gradients = torch.autograd.grad(loss, drawn)
    shares = [torch.sum(w * g).item() for w, g in zip(drawn, gradients, strict=True)]
    np.testing.assert_allclose(shares, shares[0], rtol=1e-8)
    norms = [g.norm().item() for g in gradients[:-1]]
    np.testing.assert_allclose(compute(params).gradient_norm[RELU], norms, rtol=1e-9)


def test_a_dead_net_has_a_gradient_of_zero():
    trace = compute(Params(depth=30, width=2))
    assert np.all(trace.gradient_norm[RELU] == 0)
    assert np.all(trace.reached[RELU] == 0)
    assert trace.fate[RELU] == -1


@pytest.mark.parametrize(("init", "expected"), [("xavier", 1.0), ("he", 2**0.5), ("normal", 32**0.5)])
def test_the_scale_is_that_of_the_rule(init, expected):
    trace = compute(Params(init=init))
    assert trace.scale == pytest.approx(expected / 32**0.5, rel=1e-14)
    assert scale(Params(init=init, gain=2.5), 32, 32) == pytest.approx(2.5 * trace.scale, rel=1e-14)


@pytest.mark.parametrize("init", ["xavier", "he", "normal"])
def test_weights_stretch_a_gradient_by_their_scale_times_the_root_of_the_width_on_average(init):
    trace = compute(Params(init=init, width=128, depth=30))
    np.testing.assert_allclose(trace.mean_stretch, trace.scale * 128**0.5, rtol=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_of_relu_weights_does_not_obey_the_product_that_its_sums_obey(seed):
    """|dL/dW| = |δ aᵀ| has the signal as a further factor, which gains forwards what δ gains backwards."""
    trace = compute(Params(init="normal", seed=seed))
    assert trace.per_layer[RELU] > 3
    assert 1 / 10 < trace.gradient_norm[RELU, 0] / trace.gradient_norm[RELU, -1] < 10


def test_the_seed_draws_other_weights():
    assert not np.array_equal(compute(Params(seed=1)).gradient_norm, compute().gradient_norm)


@pytest.mark.parametrize(
    "knobs",
    [{"depth": 1}, {"depth": 31}, {"width": 1}, {"width": 129}, {"gain": 0.0}, {"gain": float("nan")}, {"gain": 10.5},
     {"init": "zeros"}, {"seed": -1}, {"seed": 2**32}, {"activation": "tanh"}],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def test_knobs_reach_the_ends_of_their_ranges():
    assert Params(depth=2, width=2, gain=0.01)
    assert Params(depth=30, width=128, gain=10, seed=2**32 - 1)
