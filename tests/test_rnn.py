"""The RNN against its recursion written by hand, against torch's layer and optimiser, and against its lesson."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import computed
from pydantic import ValidationError
from torch import nn
from torch.nn.functional import cross_entropy

from mathcore._check import checking
from mathcore._data import read_series
from mathcore._training import seeded
from mathcore.rnn import LEARNED, Params, Trace, compute, standardised, straightened, trained

SETTING = {"series": 3, "length": 14, "hidden": 3, "epochs": 40, "seed": 1}  # other sentences
NOTATION = (r"(between|entre) [−-]1 (and|et) 1", r"\)_\d+ = ")  # the range of tanh; a unit's entry of a vector

SHORT = {"epochs": 12, "hidden": 3, "length": 14, "seed": 3}
SEEDS = 0, 7


def by_hand(trace, x):
    """The hidden states [time unit], unit by unit."""
    h, states = [0.0] * len(trace.b), []
    for x_t in x:
        sums = [sum(w * before for w, before in zip(row, h, strict=True)) for row in trace.w_h]
        h = [np.tanh(s + w * x_t + b) for s, w, b in zip(sums, trace.w_x, trace.b, strict=True)]
        states.append(h)
    return np.array(states)


def layer(trace):
    """torch.nn.RNN with the weights of a trace."""
    with seeded():
        rnn = nn.RNN(1, len(trace.b))
        for weights, values in zip(
            rnn.parameters(), (trace.w_x[:, None], trace.w_h, trace.b, 0 * trace.b), strict=True
        ):
            weights.data = torch.tensor(values)
    return rnn


@pytest.mark.parametrize("knobs", [{}, SHORT, {"series": 99, "epochs": 1}], ids=str)
def test_hidden_states_are_the_recursion_written_by_hand(knobs):
    trace = computed("rnn", **knobs)
    np.testing.assert_allclose(trace.h, by_hand(trace, trace.x), rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.h_straight, by_hand(trace, trace.x_straight), rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.o, trace.from_state + trace.from_input + trace.b, rtol=0, atol=1e-14)
    np.testing.assert_allclose(trace.from_state[1:], trace.h[:-1] @ trace.w_h.T, rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.from_input, np.outer(trace.x, trace.w_x), rtol=0, atol=1e-14)
    assert not trace.from_state[0].any(), "the initial state is 0"


@pytest.mark.parametrize("knobs", [{}, SHORT], ids=str)
def test_the_layer_of_torch_has_the_same_states(knobs):
    trace = computed("rnn", **knobs)
    for x, h in ((trace.x, trace.h), (trace.x_straight, trace.h_straight)):
        states, last = layer(trace)(torch.tensor(x)[:, None])
        np.testing.assert_allclose(h, states.detach(), rtol=0, atol=1e-12)
        np.testing.assert_allclose(h[-1], last[0].detach(), rtol=0, atol=1e-12)
    scores = torch.tensor(trace.w_out @ trace.h[-1] + trace.b_out)
    np.testing.assert_allclose(trace.probability, torch.softmax(scores, dim=0), rtol=0, atol=1e-12)


def test_series_are_standardised_by_those_that_train():
    trace, (train, _), (test, classes) = computed("rnn"), read_series("train", 30), read_series("test", 30)
    np.testing.assert_allclose(trace.x, (test[0] - train.mean()) / train.std(), rtol=1e-12)
    assert trace.true_class == classes[0]
    assert trace.held_out == len(classes) == 100
    (x, _), _ = standardised(12)
    assert x.shape == (100, 12)
    assert (x.mean(), x.std()) == pytest.approx((0, 1))


def test_training_is_that_of_torch():
    """Orthogonal W_h, W_x four times as large, Adam on clipped gradients, at a rate that falls to 0."""
    trace, epochs = computed("rnn", **SHORT), SHORT["epochs"]
    (x, y), (x_test, y_test) = standardised(SHORT["length"])
    x, x_test = (torch.tensor(series.T[..., None]) for series in (x, x_test))
    with seeded(SHORT["seed"]):
        rnn, linear = nn.RNN(1, SHORT["hidden"]), nn.Linear(SHORT["hidden"], 4)
        nn.init.orthogonal_(rnn.weight_hh_l0)
        rnn.weight_ih_l0.data *= 4
        for bias in (rnn.bias_ih_l0, rnn.bias_hh_l0):
            bias.data.zero_()
        rnn.bias_hh_l0.requires_grad_(False)
        weights = [w for w in (*rnn.parameters(), *linear.parameters()) if w.requires_grad]
        adam = torch.optim.Adam(weights, lr=0.05, betas=(0.9, 0.99))
        for epoch in range(epochs + 1):
            loss = cross_entropy(linear(rnn(x)[0][-1]), torch.tensor(y))
            assert trace.loss[epoch] == pytest.approx(loss.item(), rel=1e-7)
            told = linear(rnn(x_test)[0][-1]).argmax(dim=1).numpy()
            assert trace.accuracy[epoch] == np.mean(told == y_test)
            adam.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 0.3)
            adam.param_groups[0]["lr"] = 0.05 * (1 - epoch / epochs)
            if epoch < epochs:
                adam.step()
    np.testing.assert_allclose(trace.w_h, rnn.weight_hh_l0.detach(), rtol=0, atol=1e-6)
    np.testing.assert_allclose(trace.w_out, linear.weight.detach(), rtol=0, atol=1e-6)


def test_five_seeds_are_trained_and_counted():
    trace, other = computed("rnn"), computed("rnn", seed=1)
    assert trace.final_accuracy[0] == trace.accuracy[-1]
    assert len(trace.final_accuracy) == 5
    assert trace.learned == np.sum(trace.final_accuracy >= LEARNED)
    before = trained(0, 8, 30, 300).before, trained(1, 8, 30, 300).before
    np.testing.assert_array_equal(before[0].w_h[1:], before[1].w_h[:-1])
    assert other.accuracy[0] != trace.accuracy[0] or not np.array_equal(other.w_h, trace.w_h)


def test_a_straight_line_replaces_the_sharpest_bend_and_nothing_else():
    x = np.array([0, 0, 0, 0, 0, 0, 5, 0, 0, 6, 6, 6.0])
    line, bend, joined = straightened(x)
    assert (bend, joined) == (6, 9)
    np.testing.assert_allclose(line, [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 6])
    trace = computed("rnn")
    same = trace.x == trace.x_straight
    assert same[trace.joined :].all()
    assert not same[trace.bend]
    assert np.flatnonzero(~same).min() >= trace.bend - 2
    for late in (x[:8], np.append(np.zeros(9), 5.0)):
        line, _, joined = straightened(late)
        assert joined == len(late) - 1
        assert line[-1] == late[-1]


def test_the_difference_is_that_of_the_states_and_begins_with_the_line():
    trace = computed("rnn")
    np.testing.assert_array_equal(trace.difference, np.abs(trace.h - trace.h_straight).max(axis=1))
    before = trained(0, 8, 30, 300).before.cell()
    states = [
        by_hand(replace(trace, w_h=before.w_h, w_x=before.w_x, b=before.b), x) for x in (trace.x, trace.x_straight)
    ]
    np.testing.assert_allclose(trace.difference_before, np.abs(states[0] - states[1]).max(axis=1), atol=1e-12)
    assert not trace.difference[: trace.bend - 2].any()


def test_the_state_carries_the_bend_to_the_end_and_the_class_depends_on_it():
    trace = computed("rnn")
    assert [sentence for sentence, holds in trace.invariants() if not holds] == []
    assert trace.accuracy[0] < 0.5 < LEARNED <= trace.accuracy[-1]
    assert trace.difference[-1] > 0.5 > 0.05 > trace.difference_before[-1]
    assert trace.recognised >= 20
    assert trace.flipped >= 0.7 * trace.recognised


def test_series_that_flip_are_those_of_the_class_that_are_told_right():
    trace = computed("rnn")
    _, (series, classes) = standardised(30)
    own = series[classes == trace.true_class]

    def told(x):
        scores = trace.w_out @ by_hand(trace, x)[-1] + trace.b_out
        return scores.argmax() == trace.true_class

    right = [x for x in own if told(x)]
    assert trace.recognised == len(right)
    assert trace.flipped == sum(not told(straightened(x)[0]) for x in right)
    np.testing.assert_array_equal(trace.own_recognised, [told(x) for x in own])
    np.testing.assert_array_equal(trace.own_told_straight == trace.true_class, [told(straightened(x)[0]) for x in own])
    np.testing.assert_array_equal(trace.own_flipped, [told(x) and not told(straightened(x)[0]) for x in own])


def changed(**quantities):
    trace = computed("rnn")
    return replace(trace, **quantities)


@pytest.mark.parametrize(("first", "outcome"), [(0.96, "learned"), (LEARNED, "learned"), (LEARNED - 1e-9, "short")])
def test_the_outcome_tells_whether_the_first_seed_learned_whatever_the_others_did(first, outcome):
    assert changed(final_accuracy=np.array([first, 0.99, 0.3, 0.8, 0.1])).outcome() == outcome


@pytest.mark.parametrize(("told", "memory"), [(3, "flips"), (2, "stays")])
def test_the_memory_follows_the_class(told, memory):
    assert changed(told=np.array(2), told_straight=np.array(told)).memory() == memory


@pytest.mark.parametrize("seed", SEEDS)
def test_invariants_hold_for_other_seeds(seed):
    trace = computed("rnn", seed=seed, epochs=40)
    assert [sentence for sentence, holds in trace.invariants() if not holds] == []
    assert np.all(np.abs(trace.h) <= 1)


@pytest.mark.parametrize(
    ("name", "change", "broken"),
    [
        ("h", lambda h: h + 1e-9, ["h", "probability", "difference"]),
        ("o", lambda o: o + 1e-9, ["o"]),
        ("h_straight", lambda h: h - 1e-9, ["h_straight", "difference"]),
        ("probability", lambda p: p[::-1], ["probability"]),
        ("difference", lambda gap: gap + 1e-9, ["difference"]),
        ("difference_before", lambda gap: gap + 1, ["at"]),
        ("learned", lambda count: count + 1, ["learned"]),
        ("flipped", lambda count: 0 * count, ["flipped", "at"]),
        ("recognised", lambda count: count + 1, ["recognised"]),
        ("own_flipped", lambda flags: 1 - flags, ["flipped"]),
        ("accuracy", lambda share: 0.9 * share, ["at"]),
    ],
)
def test_an_invariant_breaks_with_its_quantity(name, change, broken):
    trace = changed(**{name: change(getattr(computed("rnn"), name))})
    assert [sentence.split()[0] for sentence, holds in trace.invariants() if not holds] == broken


FORMS = {  # name of a form: its states, written once more
    "an input that is added after tanh": lambda t, h, x: np.tanh(t.w_h @ h + t.b) + t.w_x * x,
    "no recurrent term": lambda t, h, x: np.tanh(t.w_x * x + t.b),
    "W_h transposed": lambda t, h, x: np.tanh(h @ t.w_h + t.w_x * x + t.b),
    "ReLU instead of tanh": lambda t, h, x: np.maximum(t.w_h @ h + t.w_x * x + t.b, 0),
    "a bias that is counted twice": lambda t, h, x: np.tanh(t.w_h @ h + t.w_x * x + 2 * t.b),
    "an initial state of ones": lambda t, h, x: np.tanh(t.w_h @ h + t.w_x * x + t.b),
}


@pytest.mark.parametrize("form", [*FORMS, "h before each step"])
def test_check_names_the_form(form):
    trace = computed("rnn", **SHORT)
    h = np.ones(3) if form == "an initial state of ones" else np.zeros(3)
    states = []
    for x in trace.x:
        h = FORMS[form](trace, h, x) if form in FORMS else h
        states.append(h)
    states = np.array(states) if form in FORMS else np.array([h, *trace.h[:-1]])
    told = "convention of Haiku's VanillaRNN" if form.startswith("ReLU") else f"looks like {form}"
    assert told in checking.compare("rnn", {"h": states}, SHORT).hint
    scores = trace.w_out @ states[-1] + trace.b_out
    shares = np.exp(scores) / np.exp(scores).sum()
    assert told in checking.compare("rnn", {"probability": shares}, SHORT).hint


@pytest.mark.parametrize(
    "knobs",
    [
        {"series": -1}, {"series": 100}, {"hidden": 1}, {"hidden": 17}, {"length": 11}, {"length": 41}, {"epochs": 0},
        {"epochs": 401}, {"seed": -1}, {"seed": 1000}, {"rate": 1.0},
    ],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def test_quantities_have_the_axes_of_the_contract():
    quantities = Trace.quantities()
    axes = {"x": "time", "o": "time unit", "h": "time unit", "w_x": "unit", "b": "unit", "loss": "epoch"}
    axes |= {"accuracy": "epoch", "probability": "class", "w_h": "unit unit_before"}
    assert {name: " ".join(quantities[name].axes) for name in axes} == axes
    assert Params().model_dump() == {"series": 0, "hidden": 8, "length": 30, "epochs": 300, "seed": 0}
    assert compute(Params(**SHORT)).params.epochs == 12
