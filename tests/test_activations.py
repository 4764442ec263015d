"""Activations: closed forms, then scipy and torch's modules, then the lesson as a property."""

from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import special
from torch import nn

from export.render import player
from export.render.settings import RenderSettings
from mathcore import _iris
from mathcore._training import seeded
from mathcore.activations import EPOCHS, HIDDEN, LEARNING_RATE, MINIBATCH, SATURATED, Params, Trace, compute
from scenes._props.activations import Column
from scenes._stage.clock import go

SETTING = {"points": 22, "half_width": 1.0, "seed": 11}  # no point at 0, inputs beyond the panels, a tie
NOTATION = (  # numerals of formulas
    r"[-+] e|1 \+|1 - activation\(phi|max\(0, o\)|1 quad o > 0, 0 quad o < 0",
)

TANH, SIGMOID, RELU = range(3)
SEEDS = range(8)


@cache
def computed(**knobs):
    return compute(Params(**knobs))


def by_hand(o):
    """Values and slopes of tanh, sigmoid and ReLU."""
    up, down = np.exp(o), np.exp(-o)
    tanh, sigmoid = (up - down) / (up + down), 1 / (1 + down)
    return np.stack([tanh, sigmoid, o * (o > 0)]), np.stack([1 - tanh**2, sigmoid * (1 - sigmoid), o > 0])


@pytest.fixture(scope="module")
def trained():
    return [computed(seed=seed) for seed in SEEDS]


@settings(max_examples=8, deadline=None)
@given(half_width=st.floats(1, 10), points=st.integers(21, 400))
def test_values_and_slopes_are_the_closed_forms(half_width, points):
    trace = compute(Params(half_width=half_width, points=points))
    np.testing.assert_allclose(trace.x, np.linspace(-half_width, half_width, points), atol=1e-14)
    values, slopes = by_hand(trace.x)
    np.testing.assert_allclose(trace.value, values, atol=1e-14)
    np.testing.assert_allclose(trace.derivative, slopes, atol=1e-14)


def test_scipy_and_torch_s_modules_agree():
    trace = computed()
    np.testing.assert_allclose(trace.value[SIGMOID], special.expit(trace.x), rtol=1e-14)
    x = torch.from_numpy(trace.x.copy()).requires_grad_()
    for k, module in enumerate((nn.Tanh(), nn.Sigmoid(), nn.ReLU())):
        assert np.array_equal(trace.value[k], module(x).detach())
        assert np.array_equal(trace.derivative[k], torch.autograd.functional.vjp(module, x, torch.ones_like(x))[1])


def test_slopes_are_what_values_climb():
    """The trapezoidal sum of the slopes between two points is the difference of the values."""
    trace = compute(Params(points=2001))
    step = np.diff(trace.x)
    climbed = np.cumsum(step * (trace.derivative[:, 1:] + trace.derivative[:, :-1]) / 2, axis=1)
    np.testing.assert_allclose(climbed[:RELU], (trace.value - trace.value[:, :1])[:RELU, 1:], atol=2e-6)


@pytest.mark.parametrize(("points", "half_width"), [(21, 9.7), (1333, 3.3), (2001, 1.0)])
def test_an_odd_number_of_points_has_exactly_0_in_its_middle_and_torch_takes_the_slope_0_there(points, half_width):
    trace = compute(Params(half_width=half_width, points=points))
    assert trace.x[points // 2] == 0
    assert np.array_equal(trace.x, -trace.x[::-1])
    assert trace.at_zero.tolist() == [1, 0.25, 0]
    assert np.array_equal(trace.derivative[:, points // 2], trace.at_zero)
    assert 0 not in compute(Params(half_width=half_width, points=points - 1 if points > 21 else 22)).x


def test_sigmoid_and_tanh_have_a_slope_everywhere_and_relu_the_same_however_large_o_is():
    trace = compute(Params(half_width=10))
    assert (trace.derivative[:RELU] > 0).all()
    assert trace.derivative[:RELU, -1].max() < 1e-4
    assert set(trace.derivative[RELU, trace.x > 0]) == {1}
    assert set(trace.derivative[RELU, trace.x <= 0]) == {0}


@pytest.mark.parametrize("seed", [0, 5])
def test_the_inputs_are_those_of_a_net_that_torch_trains(seed):
    iris = _iris.split(seed)
    with seeded(seed):
        net = nn.Sequential(nn.Linear(4, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 3))
        adam = torch.optim.Adam(net.parameters(), LEARNING_RATE)
        for _ in range(EPOCHS):
            for flowers in torch.randperm(105).view(-1, MINIBATCH):
                adam.zero_grad()
                nn.functional.cross_entropy(net(iris.x[flowers]), iris.y[flowers]).backward()
                adam.step()
        inputs = net[0](iris.x[flowers])
        right = (net(iris.x[:105]).argmax(1) == iris.y[:105]).double().mean()
    trace = computed(seed=seed)
    np.testing.assert_allclose(trace.preactivation, inputs.detach().flatten(), atol=1e-9)
    assert len(trace.preactivation) == HIDDEN * MINIBATCH == trace.units * trace.flowers
    assert right > 0.94, "the net has learnt"


def test_the_slopes_that_are_left_are_counted(trained):
    for trace in trained:
        _, slopes = by_hand(trace.preactivation)
        np.testing.assert_allclose(trace.slope, slopes, atol=1e-14)
        np.testing.assert_allclose(trace.mean_slope, [sum(row) / len(row) for row in slopes], atol=1e-14)
        counts = [sum(slope < 0.05 for slope in row) for row in slopes.tolist()]
        np.testing.assert_allclose(trace.saturated, np.array(counts) / 120, atol=1e-14)
    assert SATURATED == trained[0].threshold == 0.05


def test_a_slope_is_saturated_beyond_where_its_closed_form_says(trained):
    ends = np.arctanh(np.sqrt(1 - 0.05)), special.logit((1 + np.sqrt(1 - 4 * 0.05)) / 2)
    for trace in trained:
        o = trace.preactivation
        shares = [np.mean(np.abs(o) > end) for end in ends] + [np.mean(o <= 0)]
        np.testing.assert_allclose(trace.saturated, shares, atol=1e-14)


def test_relu_shuts_out_most_yet_sigmoid_leaves_the_least(trained):
    """Of all 1000 seeds sigmoid leaves the least slope; that ReLU shuts out most holds for most of them."""
    for trace in trained:
        assert trace.least() == "sigmoid"
        assert trace.mean_slope[SIGMOID] < 0.25 < trace.mean_slope[RELU]
        assert trace.saturated[SIGMOID] == min(trace.saturated)
        np.testing.assert_allclose(trace.mean_slope[RELU], 1 - trace.saturated[RELU], rtol=1e-14)
    assert {trace.most_saturated() for trace in trained} <= {"tanh", "relu"}
    assert sum(trace.most_saturated() == "relu" for trace in trained) > len(SEEDS) / 2
    assert trained[0].most_saturated() == "relu"


def changed(**arrays):
    trace = computed()
    return Trace(params=trace.params, **trace.arrays() | {name: np.array(values) for name, values in arrays.items()})


def test_the_least_slope_and_the_largest_share_are_found():
    trace = changed(mean_slope=[0.3, 0.2, 0.1], saturated=[0.4, 0.6, 0.5])
    assert (trace.least(), trace.most_saturated(), trace.outcome()) == ("relu", "sigmoid", "one")
    trace = changed(mean_slope=[0.1, 0.2, 0.5], saturated=[0.5, 0.2, 0.5])
    assert (trace.least(), trace.most_saturated(), trace.outcome()) == ("tanh", "tanh", "tie")
    assert (computed().outcome(), computed(seed=11).outcome()) == ("one", "tie")


@pytest.mark.parametrize(
    ("name", "change", "broken"),
    [
        ("slope", lambda slope: slope * [[1], [1.01], [1]], ["slope", "mean_slope"]),
        ("slope", lambda slope: slope * [[1.01], [1], [1]], ["slope", "mean_slope"]),
        ("slope", lambda slope: np.where(slope == 0, 0.5, slope), ["slope", "mean_slope", "saturated"]),
        ("mean_slope", lambda mean: mean[::-1], ["mean_slope"]),
        ("saturated", lambda share: share + 1 / 120, ["saturated"]),
        ("mean_slope", lambda mean: mean[[1, 0, 2]], ["mean_slope", "at"]),
    ],
)
def test_an_invariant_breaks_with_its_quantity(name, change, broken):
    assert all(holds for _, holds in computed().invariants())
    trace = changed(**{name: change(getattr(computed(), name))})
    assert [sentence.split()[0] for sentence, holds in trace.invariants() if not holds] == broken


def test_the_usual_mistake_gives_o_to_the_formulas_in_phi():
    trace = computed()
    ((_, wrong),) = trace.mistakes()
    phi = trace.value
    np.testing.assert_allclose(trace.derivative[TANH], 1 - phi[TANH] ** 2, atol=1e-15)
    np.testing.assert_allclose(wrong["derivative"][TANH], 1 - trace.x**2)
    np.testing.assert_allclose(wrong["derivative"][SIGMOID], trace.x - trace.x**2, atol=1e-15)
    assert not np.allclose(wrong["derivative"], trace.derivative)


@pytest.mark.parametrize(
    "knobs",
    [
        {"half_width": 0.9}, {"half_width": 10.1}, {"half_width": float("nan")}, {"points": 20}, {"points": 2002},
        {"points": 50.5}, {"seed": -1}, {"seed": 1000}, {"epochs": 3},
    ],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


@pytest.fixture(params=[TANH, SIGMOID, RELU])
def column(request):
    """A column with inputs beyond its panels, of which it is half as wide as they reach."""
    with player.staged(computed(half_width=2.0), RenderSettings()) as film:
        yield film.trace, request.param, Column(film, request.param, kinked=request.param == RELU)


def ends(segments):
    """Both ends of each segment [end segment 3]."""
    return segments.points.reshape(-1, 4, 3)[:, [0, 3]].swapaxes(0, 1)


def test_stems_are_as_high_as_the_slopes_at_the_inputs(column):
    trace, k, drawn = column
    o, slope = (values[np.abs(trace.preactivation) <= 2] for values in (trace.preactivation, trace.slope[k]))
    assert 0 < len(o) < 120
    go(drawn.stems, swept=1)
    np.testing.assert_allclose(ends(drawn.stems), [drawn.tall.at(o, 0), drawn.tall.at(o, slope)])
    go(drawn.stems, swept=0.5)
    feet, tops = ends(drawn.stems)
    assert not (tops - feet)[o > 0.2].any()


def test_every_input_has_a_tick_or_a_sign_and_saturated_ones_come_to_lie_lower(column):
    trace, k, drawn = column
    go(drawn.rug, seen=120, judged=1)
    inside, saturated = np.abs(trace.preactivation) <= 2, trace.slope[k] < 0.05
    for (ticks, beyond), chosen, role in zip(drawn.rug, (~saturated, saturated), ("text", "bad"), strict=True):
        feet, tops = ends(ticks)
        places = drawn.inputs.at(trace.preactivation[inside & chosen], 0.5)
        np.testing.assert_allclose((feet if role == "text" else tops)[:, :2], places[:, :2])
        assert len(beyond.points) / 8 == np.sum(~inside & chosen)
    go(drawn.rug, seen=0, judged=0)
    assert not any(len(part.points) for part in drawn.rug.get_family())


def test_the_curve_of_the_slopes_is_that_of_the_grid_and_leaps_where_relu_has_its_kink(column):
    trace, k, drawn = column
    for raised, panel in enumerate((drawn.slopes, drawn.tall)):
        go(drawn.bend, drawn=200, raised=raised)
        starts, stops = ends(drawn.bend)
        np.testing.assert_allclose(stops, panel.at(trace.x, trace.derivative[k])[1:], atol=1e-12)
        gaps = np.linalg.norm(starts[1:] - stops[:-1], axis=1) > 1e-9
        assert np.flatnonzero(gaps).tolist() == ([99] if k == RELU else [])
        assert (np.abs(stops - starts)[:, 1] < 0.2).all()


def test_the_kink_of_relu_rises_with_its_curve(column):
    _, _, drawn = column
    full, hollow = kink = drawn.kink(0, 1)
    for raised, panel in enumerate((drawn.slopes, drawn.tall)):
        go(kink, raised=raised)
        np.testing.assert_allclose([full.get_center(), hollow.get_center()], panel.at(0, np.array([0, 1])), atol=1e-9)
