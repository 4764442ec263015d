"""The perceptron: sums by hand, a recursion in numpy, another library's optimiser, then the lesson as a property."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mathcore._data import DATA, read_columns
from mathcore._iris import LENGTHS
from mathcore.perceptron import ACTIVATIONS, Params, compute
from scenes._props.perceptron import Waterfall
from scenes._stage.theme import THEMES

SETTING = {"activation": "tanh", "learning_rate": 0.05}  # other sentences
NOTATION = (r"1 \+ e", r"max\(0", r"(of|from|de|depuis) 0")  # the curves; the side of the axis, the start

*columns, species = read_columns(DATA / "iris.csv", *LENGTHS, "species")
FLOWERS, SETOSA = np.stack(columns, axis=1), species == 0
rows = st.integers(0, 149)


def sigmoid(o):
    return 1 / (1 + np.exp(-o))


def test_by_hand_after_one_step():
    trace = compute(Params(steps=1, learning_rate=0.5))
    gradient = (np.full(150, 0.5) - SETOSA) / 150  # dL/do at o = 0
    np.testing.assert_allclose(trace.w, -0.5 * gradient @ FLOWERS, rtol=1e-12)
    np.testing.assert_allclose(trace.b, -0.5 * (75 - 50) / 150, rtol=1e-12)
    assert trace.loss[0] == pytest.approx(np.log(2), rel=1e-15)


@pytest.mark.parametrize("knobs", [{}, {"learning_rate": 0.05, "steps": 60}], ids=str)
def test_training_is_the_recursion_by_hand(knobs):
    trace = compute(Params(**knobs))
    w, b, losses = np.zeros(4), 0.0, []
    for step in range(trace.params.steps + 1):
        o = FLOWERS @ w + b
        losses.append(-np.mean(np.where(SETOSA, np.log(sigmoid(o)), np.log(1 - sigmoid(o)))))
        if step == trace.params.steps:
            break
        slopes = (sigmoid(o) - SETOSA) / 150
        w, b = w - trace.params.learning_rate * FLOWERS.T @ slopes, b - trace.params.learning_rate * slopes.sum()
    np.testing.assert_allclose(trace.w, w, rtol=1e-9)
    np.testing.assert_allclose(trace.b, b, rtol=1e-9)
    np.testing.assert_allclose(trace.loss, losses, rtol=1e-9)
    assert trace.rises == sum(after > before for before, after in pairwise(losses))


def test_training_is_that_of_torch():
    trace, layer = compute(Params(steps=30)), torch.nn.Linear(4, 1, dtype=torch.float64)
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    optimiser = torch.optim.SGD(layer.parameters(), lr=0.5)
    for _ in range(30):
        optimiser.zero_grad()
        a = torch.sigmoid(layer(torch.from_numpy(FLOWERS)))[:, 0]
        torch.nn.functional.binary_cross_entropy(a, torch.from_numpy(SETOSA).double()).backward()
        optimiser.step()
    np.testing.assert_allclose(trace.w, layer.weight[0].detach(), rtol=1e-10)
    np.testing.assert_allclose(trace.b, layer.bias[0].detach(), rtol=1e-10)


@settings(max_examples=25, deadline=None)
@given(sample=rows, other=rows, steps=st.sampled_from([0, 3, 200]))
def test_a_total_is_the_sum_of_its_contributions_and_the_same_weights_judge_both_flowers(sample, other, steps):
    trace = compute(Params(sample=sample, other=other, steps=steps))
    for row, x, contribution, o in (
        (sample, trace.x, trace.contribution, trace.o),
        (other, trace.x_other, trace.contribution_other, trace.o_other),
    ):
        assert x.tolist() == FLOWERS[row].tolist()
        assert contribution.tolist() == (trace.w * x).tolist()
        np.testing.assert_allclose(o, contribution.sum() + trace.b, rtol=1e-12, atol=1e-15)
        running = np.cumsum(contribution)
        np.testing.assert_allclose(o, FLOWERS[row] @ trace.w + trace.b, rtol=1e-12, atol=1e-15)
        assert trace.grid[0] < min(0, running.min()) <= max(x.max(), running.max()) < trace.grid[-1]
    assert trace.species == species[sample]
    assert trace.species_other == species[other]


@settings(max_examples=25, deadline=None)
@given(sample=rows, other=rows, steps=st.sampled_from([0, 3, 200]))
def test_a_mixture_has_the_first_inputs_of_the_other_flower_and_all_else_of_the_first(sample, other, steps):
    trace = compute(Params(sample=sample, other=other, steps=steps))
    flower, mixed = FLOWERS[sample].copy(), trace.o_mixed.tolist()
    assert (mixed[0], mixed[-1], trace.a_mixed[-1]) == (trace.o, trace.o_other, trace.a_other)
    for exchanged, o in enumerate(mixed):
        flower[:exchanged] = FLOWERS[other, :exchanged]
        np.testing.assert_allclose(o, flower @ trace.w + trace.b, rtol=1e-12, atol=1e-14)
    pushes = trace.contribution_other - trace.contribution
    np.testing.assert_allclose(np.diff(mixed), pushes, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@settings(max_examples=5, deadline=None)
@given(sample=rows)
def test_the_activation_reads_nothing_but_the_total(activation, sample):
    trace, usual = compute(Params(sample=sample, activation=activation)), compute(Params(sample=sample))
    expected = {"identity": lambda o: o, "sigmoid": sigmoid, "tanh": np.tanh, "relu": lambda o: np.maximum(o, 0)}
    np.testing.assert_allclose(trace.a, expected[activation](trace.o), rtol=1e-12)
    np.testing.assert_allclose(trace.a_other, expected[activation](trace.o_other), rtol=1e-12)
    np.testing.assert_allclose(trace.a_mixed, expected[activation](trace.o_mixed), rtol=1e-12)
    np.testing.assert_allclose(trace.phi, expected[activation](trace.grid), rtol=1e-12)
    for name in set(trace.quantities()) - {"a", "a_other", "a_mixed", "phi"}:
        assert getattr(trace, name).tolist() == getattr(usual, name).tolist(), name


@pytest.mark.parametrize("learning_rate", [0.1, 0.5, 1.0])
def test_a_trained_neuron_tells_setosa_from_all_others(learning_rate):
    trace = compute(Params(learning_rate=learning_rate))
    assert trace.accuracy == 1
    assert trace.correct[-1] == 150
    assert np.all((trace.total[-1] > 0) == SETOSA)
    assert trace.loss[-1] < 0.05
    assert np.all(np.sign(trace.w) == [1, 1, -1, -1]), "setosa has short, narrow petals"


def test_what_is_kept_at_the_checkpoints():
    trace = compute(Params(steps=40))
    assert trace.checkpoint_step[[0, 1, 2, -1]].tolist() == [0, 1, 2, 40]
    assert np.all(np.diff(trace.checkpoint_step) > 0)
    for place, step in enumerate(trace.checkpoint_step.tolist()):
        then = compute(Params(steps=step))
        np.testing.assert_allclose([*trace.w_then[place], trace.b_then[place]], [*then.w, then.b], rtol=1e-9)
        np.testing.assert_allclose(trace.total[place], FLOWERS @ then.w + then.b, rtol=1e-9, atol=1e-15)
        assert trace.correct[place] == np.sum((trace.total[place] > 0) == SETOSA)


def test_untrained_every_weight_and_every_total_is_zero():
    trace = compute(Params(steps=0))
    assert not np.any([*trace.w, trace.b, trace.o, trace.o_other])
    assert not np.any(trace.total)
    assert trace.a == 0.5
    assert trace.correct.tolist() == [100], "a total of 0 is not above 0"


@pytest.mark.parametrize(
    ("knobs", "outcome"),
    [
        ({"steps": 0}, "untrained"), ({"learning_rate": 0.1, "steps": 1}, "falls"), ({"learning_rate": 0.05}, "falls"),
        ({}, "uneven"), ({"steps": 2}, "uneven"), ({"steps": 1}, "risen"), ({"learning_rate": 1, "steps": 1}, "risen"),
    ],
    ids=str,
)  # fmt: skip
def test_how_the_loss_went(knobs, outcome):
    trace = compute(Params(**knobs))
    assert trace.training() == outcome
    assert (trace.rises == 0) == (outcome in ("untrained", "falls"))
    assert (trace.loss[-1] < trace.loss[0]) == (outcome in ("falls", "uneven"))


@pytest.mark.parametrize(
    ("knobs", "outcome"),
    [
        ({}, "apart"), ({"other": 1}, "same_side"), ({"sample": 149, "other": 75}, "same_side"),
        ({"other": 0}, "same_flower"), ({"sample": 101, "other": 142}, "same_total"), ({"steps": 0}, "same_total"),
    ],
    ids=str,
)  # fmt: skip
def test_where_the_other_total_lands(knobs, outcome):
    assert compute(Params(**knobs)).answer() == outcome


@pytest.mark.parametrize(
    "knobs",
    [{"sample": 150}, {"other": -1}, {"activation": "softmax"}, {"learning_rate": 0}, {"steps": 1001}],
    ids=str,
)
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


class Scale:
    """An axis whose unit is a unit of the frame."""

    def at(self, x, y):
        return np.stack(np.broadcast_arrays(x, y, 0.0), axis=-1).astype(float)


@pytest.fixture
def waterfall():
    terms = np.array([[2.0, -6, 1], [1, -1, 1]])
    return Waterfall(Scale(), np.array([[4.0, 2, 0], [2, 0.5, 0]]), terms, [[], []], THEMES["dark"])


def ends(bars):
    """Where bars begin and end along the axis [bar end]: the first corner, and the tip."""
    return bars.points.reshape(-1, 5, 4, 3)[:, [0, 3], 0, 0]


def test_a_bar_grows_to_its_input_is_stretched_by_its_weight_and_slides_to_the_sum(waterfall):
    raw, bars, *_ = waterfall
    for turn, grown, laid, total in (
        (0, [], [], 0), (1 / 6, [(0, 2)], [], 0), (1 / 3, [(0, 4)], [], 0), (1 / 2, [(0, 4)], [(0, 3)], 0),
        (1, [], [(0, 2)], 2), (1 + 1 / 3, [(0, 2)], [(0, 2)], 2), (1.7, [], [(0, 2), (0.2, -5.8)], 1.4),
        (1 + 5 / 6, [], [(0, 2), (1, -5)], -1), (3, [], [(0, 2), (2, -4), (-4, -3)], -3),
    ):  # fmt: skip
        waterfall.at(turn, 0)
        np.testing.assert_allclose(ends(raw), np.reshape(grown, (-1, 2)), atol=1e-9, err_msg=f"{turn}")
        np.testing.assert_allclose(ends(bars), np.reshape(laid, (-1, 2)), atol=1e-9, err_msg=f"{turn}")
        end, _, rests = waterfall.end(turn, 0)
        assert end == pytest.approx(total, abs=1e-9)
        assert rests == (turn % 1 <= 2 / 3), "a total is told while a bar is on its way"


def test_inputs_are_exchanged_one_by_one_and_the_bars_stay_end_to_end(waterfall):
    bars = waterfall[1]
    for exchanged, laid in (
        (0, [(0, 2), (2, -4), (-4, -3)]), (0.5, [(0, 1.5), (1.5, -4.5), (-4.5, -3.5)]),
        (1, [(0, 1), (1, -5), (-5, -4)]), (2, [(0, 1), (1, 0), (0, 1)]),
    ):  # fmt: skip
        waterfall.at(3, exchanged)
        np.testing.assert_allclose(ends(bars), laid, atol=1e-9)
        assert waterfall.end(3, exchanged)[0] == pytest.approx(laid[-1][1], abs=1e-9)


def test_a_contribution_of_zero_has_no_bar():
    waterfall = Waterfall(Scale(), np.array([[4.0, 0]] * 2), np.zeros((2, 2)), [[], []], THEMES["dark"])
    waterfall.at(2, 0)
    assert not len(waterfall[1].points)
