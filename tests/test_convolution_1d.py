"""Convolution of a series: numpy's closed forms, then torch, the training against torch.optim, then the lesson."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import computed
from pydantic import ValidationError
from torch import nn
from torch.nn.functional import conv1d, cross_entropy

from export.render.player import staged
from export.render.settings import RenderSettings
from mathcore._check import checking
from mathcore._data import DATA
from mathcore._training import seeded
from mathcore.convolution_1d import LEARNED, PARTLY, Params, read

SETTING = {"padding": "valid", "epochs": 3, "seed": 0}  # other sentences
NOTATION = (r"k = -2",)  # where the sum of the formula begins

QUICK = {"epochs": 1}  # where the network does not matter
PADDINGS = "zero", "valid", "reflect"
PADS = {"zero": {"mode": "constant"}, "reflect": {"mode": "reflect"}}
SEEDS = 0, 2, 7

every_padding = pytest.mark.parametrize("padding", PADDINGS)


def walk():
    return np.cumsum(np.random.RandomState(0).randn(50) * 0.1)


def gaussian():
    weights = np.exp(-(np.linspace(-2, 2, 5) ** 2) / 2)
    return weights / weights.sum()


def padded(padding):
    return walk() if padding == "valid" else np.pad(walk(), 2, **PADS[padding])


@every_padding
def test_the_map_is_that_of_numpy(padding):
    trace = computed("convolution_1d", padding=padding, **QUICK)
    np.testing.assert_array_equal(trace.x, walk())
    np.testing.assert_allclose(trace.kernel, gaussian(), rtol=1e-15)
    expected = np.correlate(padded(padding), gaussian(), "valid")
    np.testing.assert_allclose(trace.activation_map, expected, rtol=0, atol=1e-14)
    np.testing.assert_allclose(trace.product.sum(axis=1), expected, rtol=0, atol=1e-14)
    assert trace.activation_map.shape == ((46,) if padding == "valid" else (50,))


@every_padding
def test_torch_computes_the_same(padding):
    x, kernel = (torch.tensor(values)[None, None] for values in (padded(padding), gaussian()))
    trace = computed("convolution_1d", padding=padding, **QUICK)
    np.testing.assert_allclose(trace.activation_map, conv1d(x, kernel)[0, 0], rtol=0, atol=1e-12)


def test_zeros_are_the_padding_of_torch_and_same_of_numpy():
    trace, x = computed("convolution_1d", **QUICK), torch.tensor(walk())[None, None]
    map_ = conv1d(x, torch.tensor(gaussian())[None, None], padding="same")
    np.testing.assert_allclose(trace.activation_map, map_[0, 0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.activation_map, np.correlate(walk(), gaussian(), "same"), rtol=0, atol=1e-14)


def test_the_ends_see_seventy_per_cent_of_the_weights_and_the_map_dips():
    trace, kernel, x = computed("convolution_1d", **QUICK), gaussian(), walk()
    shares = [kernel[2:].sum(), kernel[1:].sum(), 1, 1]
    np.testing.assert_allclose(trace.seen[:4], shares, rtol=1e-14)
    np.testing.assert_allclose(trace.seen[-4:], shares[::-1], rtol=1e-14)
    assert trace.seen[0] == pytest.approx(0.70, abs=0.005)
    assert trace.mean_seen[-1] == pytest.approx(np.average(x[-3:], weights=kernel[:3]), rel=1e-14)
    np.testing.assert_allclose(trace.seen * trace.mean_seen, trace.activation_map, rtol=1e-14)
    np.testing.assert_allclose(trace.dip, trace.mean_seen - trace.activation_map, atol=1e-15)
    assert trace.dip[-1] > 0.2 > 0.01 > abs(trace.dip[2:-2]).max()
    twin = computed("convolution_1d", padding="reflect", **QUICK)
    assert twin.activation_map[-1] == pytest.approx(trace.mean_seen[-1], rel=0.02), "no dip under reflection"
    np.testing.assert_array_equal(twin.activation_map[2:-2], trace.activation_map[2:-2])


def test_the_map_is_smoother_than_the_series():
    trace = computed("convolution_1d", padding="valid", **QUICK)
    assert np.diff(trace.activation_map).std() < 0.7 * np.diff(trace.x).std()


@pytest.mark.parametrize("part", ["train", "test"])
def test_series_are_averaged_over_five_values(part):
    series, classes = read(part)
    with np.load(DATA / "trace.npz") as file:
        np.testing.assert_allclose(series[7, 3], file[f"x_{part}"][7, 15:20].mean(), rtol=1e-6)
        np.testing.assert_array_equal(classes + 1, file[f"y_{part}"])
    assert series.shape == (100, 55)
    assert set(classes) == {0, 1, 2, 3}


def trained(seed, epochs):
    """The network, once more: torch's own layers and optimiser."""
    (x, y), (x_test, y_test) = ((torch.tensor(s)[:, None], torch.tensor(c)) for s, c in map(read, ("train", "test")))
    with seeded(seed):
        net = nn.Sequential(nn.Conv1d(1, 4, 5), nn.ReLU(), nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(4, 4))
        adam, kernels, losses, accuracies = torch.optim.Adam(net.parameters(), lr=0.03), [], [], []
        for epoch in range(epochs + 1):
            with torch.no_grad():
                kernels.append(net[0].weight[:, 0].numpy().copy())
                losses.append(cross_entropy(net(x), y).item())
                accuracies.append((net(x_test).argmax(1) == y_test).double().mean().item())
            if epoch < epochs:
                for rows in torch.split(torch.randperm(100), 25):
                    adam.zero_grad()
                    cross_entropy(net(x[rows]), y[rows]).backward()
                    adam.step()
    return net, np.array(kernels), losses, accuracies


@pytest.mark.parametrize("seed", SEEDS)
def test_the_training_is_that_of_torch(seed):
    trace, epochs = computed("convolution_1d", seed=seed), 8
    _, kernels, losses, accuracies = trained(seed, epochs)
    np.testing.assert_allclose(trace.learned_kernel[: epochs + 1], kernels, rtol=0, atol=1e-9)
    np.testing.assert_allclose(trace.loss[: epochs + 1], losses, rtol=1e-9)
    np.testing.assert_array_equal(trace.accuracy[: epochs + 1], accuracies)


def test_responses_are_those_of_torch():
    trace = computed("convolution_1d", epochs=5)
    net, *_ = trained(2, 5)
    series, classes = read("test")
    with torch.no_grad():
        x = torch.tensor(series[trace.shown])[:, None]
        np.testing.assert_allclose(trace.response, net[0](x), rtol=0, atol=1e-9)
        np.testing.assert_allclose(trace.strongest, net[:4](x), rtol=0, atol=1e-9)
        np.testing.assert_array_equal(trace.told, net(x).argmax(1))
    np.testing.assert_array_equal(trace.series, series[trace.shown])
    np.testing.assert_array_equal(classes[trace.shown], range(4))
    assert all(set(classes[:k]) <= set(range(4)) - {c} for c, k in enumerate(trace.shown)), "the first of each class"


@pytest.mark.parametrize("seed", SEEDS)
def test_filters_grow_out_of_noise_and_most_seeds_learn(seed):
    trace = computed("convolution_1d", seed=seed)
    assert [sentence for sentence, holds in trace.invariants() if not holds] == []
    assert trace.accuracy[0] < 0.5
    assert trace.learned == np.sum(trace.final_accuracy >= LEARNED) >= 3
    assert np.abs(trace.learned_kernel[0]).max() <= 1 / np.sqrt(5), "torch's uniform start"
    assert np.abs(trace.learned_kernel[-1]).max() > 1.5


def test_the_default_network_tells_the_four_series_by_filters_of_which_no_two_are_alike():
    trace = computed("convolution_1d")
    assert trace.outcome() == "learned"
    np.testing.assert_array_equal(trace.told, range(4))
    directions = trace.learned_kernel[-1] / np.linalg.norm(trace.learned_kernel[-1], axis=1, keepdims=True)
    assert (directions @ directions.T - np.eye(4)).max() < 0.7
    assert (np.ptp(trace.strongest, axis=0) > 1.5).all(), "each filter responds to some classes more than to others"


def test_other_seeds_follow_the_first():
    trace, other = computed("convolution_1d", **QUICK), computed("convolution_1d", seed=3, **QUICK)
    np.testing.assert_array_equal(trace.final_accuracy[1:], other.final_accuracy[:-1])
    assert trace.final_accuracy[0] == trace.accuracy[-1]


def test_outcomes_of_training():
    trace = computed("convolution_1d", **QUICK)

    def outcome(accuracy):
        return replace(trace, accuracy=np.array([0.2, accuracy])).outcome()

    assert outcome(LEARNED) == "learned"
    assert outcome(LEARNED - 0.01) == outcome(PARTLY) == "partly"
    assert outcome(PARTLY - 0.01) == "hardly"


def other_form(name):
    """What a student would hand in."""
    x, kernel = walk(), gaussian()
    if name == "not normalised":
        return np.correlate(x, np.exp(-(np.linspace(-2, 2, 5) ** 2) / 2), "same")
    if name == "divided by the sum":
        return np.correlate(x, kernel, "same") / np.correlate(np.ones(50), kernel, "same")
    pads = {"causal": ((4, 0), "constant"), "'valid'": (0, "constant"), "'edge'": (2, "edge")}
    pads |= {"'symmetric'": (2, "symmetric"), "'reflect'": (2, "reflect"), "zeros beyond": (2, "constant")}
    width, mode = pads[name]
    return np.correlate(np.pad(x, width, mode=mode), kernel, "valid")


@pytest.mark.parametrize(
    "name", ["not normalised", "divided by the sum", "causal", "'valid'", "'edge'", "'symmetric'", "'reflect'"]
)
def test_other_forms_are_known_by_their_names(name):
    report = checking.compare("convolution_1d", {"activation_map": other_form(name)}, QUICK)
    assert name in report.hint


@pytest.mark.parametrize(
    ("padding", "name"), [("valid", "zeros beyond"), ("reflect", "zeros beyond"), ("reflect", "'symmetric'")]
)
def test_other_forms_are_known_whatever_the_padding(padding, name):
    report = checking.compare("convolution_1d", {"activation_map": other_form(name)}, {"padding": padding, **QUICK})
    assert name in report.hint


def test_a_flipped_gaussian_is_the_same_and_a_flipped_learned_filter_is_not():
    trace = computed("convolution_1d")
    flipped = np.convolve(walk(), gaussian(), "same")  # which flips
    assert checking.compare("convolution_1d", {"activation_map": flipped}).fault is None
    net = trained(2, 60)[0]
    with torch.no_grad():
        net[0].weight[:] = torch.tensor(trace.learned_kernel[-1, :, ::-1].copy())[:, None]
        response = net[0](torch.tensor(trace.series)[:, None])
    assert np.abs(response.numpy() - trace.response).max() > 1
    for name, values in {"response": response, "learned_kernel": trace.learned_kernel[..., ::-1].copy()}.items():
        assert "flipped filters" in checking.compare("convolution_1d", {name: values}).hint


@every_padding
def test_no_point_of_the_map_is_there_before_its_sum(padding):
    with staged(computed("convolution_1d", padding=padding, **QUICK), RenderSettings(height=120, fps=2)) as film:
        film.setup()
        film.add(film.map)
        line, dots = film.map
        assert len(line.points) == len(dots.points) == 0
        film.jump(left=0, right=2)
        np.testing.assert_allclose(line.points[-1], film.below.at(film.times[2], film.trace.activation_map[2]))


@pytest.mark.parametrize("knobs", [{"epochs": 0}, {"epochs": 101}, {"padding": "same"}, {"seed": -1}], ids=str)
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)
