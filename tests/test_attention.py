"""Attention by hand in numpy, against torch's own attention, optimiser and autograd, and against its lesson."""

import numpy as np
import pytest
import torch
from conftest import computed
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from torch.nn.functional import cross_entropy, scaled_dot_product_attention

from mathcore._check.checking import compare
from mathcore._training import seeded
from mathcore.attention import (
    ADAM_RATE,
    CLEAR,
    DICTIONARIES,
    FORMS,
    HARDLY,
    LEARNED,
    ONE_KEY,
    STARTS,
    Params,
    _dictionaries,
    _reached,
    _solved,
    _train,
    _weights,
    attend,
    compute,
    slope,
)

SETTING = {"pairs": 4, "dimension": 3, "steps": 2, "seed": 1}  # other sentences
NOTATION = (r"\(1 [-−] (activation\()?w", r"w \(1")  # the slope of softmax

SHORT = Params(pairs=4, symbols=9, dimension=5, steps=12, seed=7)
SEEDS = (0, 1, 61)
GRIDS = st.integers(0, 2**31)


def trained(seed=61, **knobs):
    return computed("attention", seed=seed, **knobs)


def softmax(scores, axis=-1):
    grown = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return grown / grown.sum(axis=axis, keepdims=True)


def by_hand(form, q, k, v):
    """Scores, weights and output in a form, key by key."""
    d = len(q[0])
    divisor = {"unscaled": 1, "dimension": d}.get(form, np.sqrt(d))
    scores = np.array([[sum(a * b for a, b in zip(one, other, strict=True)) / divisor for other in k] for one in q])
    if form == "swapped":
        scores = np.array([[sum(a * b for a, b in zip(one, other, strict=True)) / divisor for other in q] for one in k])
    if form == "sigmoid":
        weights = 1 / (1 + np.exp(-scores))
        weights = weights / weights.sum(axis=1, keepdims=True)
    else:
        weights = softmax(scores, axis=0 if form == "queries" else 1)
    mixed = k if form == "keys" else v
    output = np.array([sum(w * row for w, row in zip(shares, mixed, strict=True)) for shares in weights])
    return {"scores": scores, "weights": weights, "output": output}


@pytest.mark.parametrize("form", ["", *FORMS])
@settings(deadline=None, max_examples=20)
@given(seed=GRIDS)
def test_every_form_is_the_one_written_by_hand(form, seed):
    q, k, v = np.random.RandomState(seed).randn(3, 5, 7)
    found = attend(*map(torch.tensor, (q, k, v)), form=form)
    for name, values in zip(("scores", "weights", "output"), found, strict=True):
        np.testing.assert_allclose(values, by_hand(form, q, k, v)[name], rtol=0, atol=1e-13, err_msg=name)


@settings(deadline=None)
@given(seed=GRIDS)
def test_the_usual_form_is_that_of_torch(seed):
    q, k, v = torch.tensor(np.random.RandomState(seed).randn(3, 2, 6, 16))
    np.testing.assert_allclose(attend(q, k, v)[2], scaled_dot_product_attention(q, k, v), rtol=0, atol=1e-14)


@pytest.mark.parametrize("when", ["", "_before"])
@pytest.mark.parametrize("params", [SHORT, Params(pairs=2, dimension=2, steps=1)], ids=str)
def test_the_trace_obeys_its_formulas(params, when):
    trace = compute(params)
    q, k, v = (getattr(trace, f"{name}{when}") for name in "qkv")
    for name, values in by_hand("", q, k, v).items():
        np.testing.assert_allclose(getattr(trace, f"{name}{when}"), values, rtol=0, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(getattr(trace, f"weights{when}").sum(axis=1), 1, rtol=0, atol=1e-12)


def test_before_training_the_head_is_its_weights_by_hand():
    with seeded(SHORT.seed):
        (keys,), (values,) = (symbols[0].numpy() for symbols in _dictionaries(SHORT, 1, 1))
        w_q, w_k, w_v, readout = (w[0].numpy() for w in _weights(SHORT))
    trace, v_of = compute(SHORT), SHORT.symbols + values  # a value's row follows those of the keys
    assert np.array_equal(trace.key, keys)
    assert np.array_equal(trace.value, values)
    np.testing.assert_allclose(trace.q_before, w_q[keys], rtol=0, atol=1e-14)
    np.testing.assert_allclose(trace.k_before, w_k[keys] + w_k[v_of], rtol=0, atol=1e-14)
    np.testing.assert_allclose(trace.v_before, w_v[keys] + w_v[v_of], rtol=0, atol=1e-14)
    np.testing.assert_allclose(trace.readout_before, trace.output_before @ readout, rtol=0, atol=1e-14)
    assert np.array_equal(trace.answer_before, trace.readout_before.argmax(axis=1))
    np.testing.assert_allclose(trace.dot_after, trace.k @ trace.q[trace.asked], rtol=0, atol=1e-14)
    np.testing.assert_allclose(trace.product, trace.q_before[trace.asked] * trace.k_before, rtol=0, atol=1e-14)
    np.testing.assert_allclose(trace.dot, trace.k_before @ trace.q_before[trace.asked], rtol=0, atol=1e-14)
    np.testing.assert_allclose(trace.weights_unscaled, softmax(trace.q_before @ trace.k_before.T), rtol=0, atol=1e-13)


@pytest.mark.parametrize("unscaled", [False, True])
def test_training_is_that_of_torch_s_attention_loss_and_optimiser(unscaled):
    with seeded(SHORT.seed):
        _dictionaries(SHORT, 1, 1)
        heads = [w[0].clone().requires_grad_() for w in _weights(SHORT)]
        w_q, w_k, w_v, readout = heads
        optimiser, losses, shares = torch.optim.Adam(heads, lr=ADAM_RATE), [], []
        for _ in range(SHORT.steps + 1):
            keys, values = (symbols[0] for symbols in _dictionaries(SHORT, STARTS, DICTIONARIES))
            q, k, v = w_q[keys], w_k[keys] + w_k[SHORT.symbols + values], w_v[keys] + w_v[SHORT.symbols + values]
            output = scaled_dot_product_attention(q, k, v, scale=1.0 if unscaled else None)
            loss = cross_entropy((output @ readout).flatten(0, 1), values.flatten())
            losses.append(loss.item())
            weights = torch.softmax(q @ k.mT / (1 if unscaled else SHORT.dimension**0.5), dim=-1)
            shares.append(weights.diagonal(dim1=1, dim2=2).mean().item())
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    found = _train(SHORT, "unscaled" if unscaled else "").shown
    np.testing.assert_allclose(found["loss"], losses, rtol=1e-9)
    np.testing.assert_allclose(found["weight_on_key"], shares, rtol=1e-9)


def test_a_start_trains_alike_whether_alone_or_beside_the_others():
    alone, beside = (_train(SHORT, starts=many).shown for many in (1, STARTS))
    for name, values in beside.items():
        np.testing.assert_allclose(alone[name], values, rtol=1e-9, atol=1e-12, err_msg=name)


def test_a_slope_is_the_derivative_of_softmax_by_autograd():
    trace = compute(SHORT)
    for name, scores in ("slope", trace.scores_before), ("slope_unscaled", trace.q_before @ trace.k_before.T):
        for query, row in enumerate(torch.tensor(scores)):
            jacobian = torch.autograd.functional.jacobian(lambda s: torch.softmax(s, dim=0), row)
            assert getattr(trace, name)[query] == pytest.approx(jacobian[query, query].item(), rel=1e-12)
    assert slope(np.array([0, 0.5, 1])).tolist() == [0, 0.25, 0]


def test_in_a_dictionary_no_two_keys_are_equal_nor_two_values():
    keys, values = _dictionaries(Params(pairs=8, symbols=8), 3, 5)
    for symbols in (*keys.flatten(0, 1), *values.flatten(0, 1)):
        assert sorted(symbols.tolist()) == list(range(8))
    assert np.array_equal(trained().match, np.eye(6))


def test_queries_keys_and_values_start_with_variance_1_and_dot_products_with_that_of_the_dimension():
    runs = [compute(Params(seed=seed, steps=1, pairs=8, dimension=64)) for seed in range(8)]
    for name in ("q_before", "k_before", "v_before"):
        assert np.var([getattr(run, name) for run in runs]) == pytest.approx(1, rel=0.1)
    assert np.var([run.q_before @ run.k_before.T for run in runs]) == pytest.approx(64, rel=0.25)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_head_learns_to_look_up(seed):
    trace = trained(seed)
    assert trace.solved.all()
    assert trace.recalls("_before") == "wrong"
    assert trace.recalls() == "right"
    assert np.array_equal(trace.answer, trace.value)
    assert np.array_equal(trace.weights.argmax(axis=1), range(6))
    assert trace.weight_on_key[0] < 0.25 < 0.9 < trace.weight_on_key[-1]
    assert trace.loss[-1] < 0.01 * trace.loss[0]
    assert trace.asked == np.diag(trace.weights_before).argmin()


@pytest.mark.parametrize("seed", SEEDS)
def test_without_the_root_it_learns_later(seed):
    trace = trained(seed)
    assert trace.scaling() == "sooner"
    assert trace.solved_unscaled.sum() >= 7
    assert trace.recall[trace.reached] >= LEARNED > trace.recall[: trace.reached].max()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_root_keeps_softmax_as_soft_in_every_dimension(seed):
    trace = compute(Params(seed=seed, steps=1))
    assert {1, 16, 256} <= set(trace.width)
    assert np.ptp(trace.gradient[3:]) < 0.02
    assert np.all(np.diff(trace.gradient_unscaled[2:]) < 0)
    assert trace.gradient_unscaled[-1] < trace.gradient[-1] / 4
    assert np.all(np.diff(trace.one_key_unscaled[1:]) > 0)
    assert trace.one_key_unscaled[-1] > 700
    assert trace.one_key[3:].max() < 20
    assert trace.gradient[0] == pytest.approx(trace.gradient_unscaled[0])


def test_widths_are_those_of_random_queries_by_hand():
    trace, width = compute(SHORT), 5
    with seeded(SHORT.seed):
        q, k = torch.randn(1000, 1, 256).numpy()[..., :width], torch.randn(1000, 4, 256).numpy()[..., :width]
    (place,) = np.flatnonzero(trace.width == width)
    for name, divisor in ("", np.sqrt(width)), ("_unscaled", 1):
        largest = softmax((q * k).sum(axis=-1) / divisor).max(axis=1)
        assert getattr(trace, f"gradient{name}")[place] == pytest.approx((largest * (1 - largest)).mean(), rel=1e-12)
        assert getattr(trace, f"one_key{name}")[place] == (largest > ONE_KEY).sum()


def test_shares_soften_from_the_undivided_to_the_usual_ones():
    trace = trained()
    undivided, usual, soft = trace.softens(np.array([1, 4, 1e6]))
    np.testing.assert_allclose(undivided, trace.weights_unscaled[trace.asked], rtol=0, atol=1e-13)
    np.testing.assert_allclose(usual, trace.weights_before[trace.asked], rtol=0, atol=1e-13)
    np.testing.assert_allclose(soft, 1 / 6, rtol=1e-4)


def told(trace, **quantities):
    """The trace with other quantities."""
    return type(trace)(params=trace.params, **{**trace.arrays(), **quantities})


@pytest.mark.parametrize(
    ("reached", "unscaled", "outcome"),
    [(40, 44, "alike"), (40, 45, "sooner"), (45, 40, "later"), (44, 40, "alike"), (40, -1, "sooner"), (-1, 40, "later"),
     (-1, -1, "neither"), (0, 0, "alike"), (0, 1, "sooner")],
)  # fmt: skip
def test_what_the_root_does_to_learning_is_told_by_the_steps(reached, unscaled, outcome):
    assert CLEAR == 1.1
    assert told(compute(SHORT), reached=reached, reached_unscaled=unscaled).scaling() == outcome


@pytest.mark.parametrize(
    ("shares", "outcome"),
    [((0.51, 0.3, 0.19, 0), "mine"), ((0.5, 0.3, 0.1, 0.1), "first"), ((0.3, 0.4, 0.2, 0.1), "other")],
)
def test_where_the_share_is_after_training_is_told_by_the_shares(shares, outcome):
    trace = compute(SHORT)
    assert told(trace, asked=0, weights=np.stack([shares] * 4)).finds() == outcome


@pytest.mark.parametrize(("undivided", "outcome"), [(0.02, "hardly"), (0.03, "less"), (0.2, "more"), (0.25, "more")])
def test_what_is_left_of_the_slope_is_told_by_the_slopes(undivided, outcome):
    assert HARDLY == 0.1
    changed = told(compute(SHORT), slope=np.full(4, 0.2), slope_unscaled=np.full(4, undivided))
    assert changed.steepness() == outcome
    assert trained().steepness() == "hardly"


def test_an_answer_is_right_where_it_is_the_value_of_the_asked_key():
    trace = compute(SHORT)
    assert told(trace, answer=trace.value).recalls() == "right"
    assert told(trace, answer=np.roll(trace.value, 1)).recalls() == "wrong"


def test_a_step_is_reached_and_a_start_has_learned_from_the_level_on():
    assert _reached(np.array([0.1, 0.949, 0.95, 0.2])) == 2
    assert _reached(np.array([0.1, 0.949])) == -1
    accuracy = np.full((9, 3), 0.95)
    accuracy[-5:, 1] = 0.94
    accuracy[:-5, 2] = 0
    assert _solved(accuracy).tolist() == [1, 0, 1]


@pytest.mark.parametrize("form", FORMS)
def test_the_check_names_the_form_of_a_student_s_run(form):
    trace = trained()
    run = by_hand(form, trace.q, trace.k, trace.v)
    report = compare("attention", run)
    told = "agrees throughout with the convention of Keras" if form == "unscaled" else f"looks like {FORMS[form]}: "
    assert report.hint.startswith(told), report.hint


@pytest.mark.parametrize("form", FORMS)
def test_the_check_names_the_form_that_a_student_trained_with(form):
    knobs = {"steps": 20}
    run = _train(Params(**knobs), form, starts=1).shown
    for handed_in in ({"loss": run["loss"]}, {name: run[name] for name in ("q", "k", "v", "scores", "weights")}):
        report = compare("attention", handed_in, knobs)
        assert report.hint.startswith(f"looks like {FORMS[form]}, in training, too: "), report.hint


def test_the_reference_has_no_form_and_no_two_forms_tell_the_same_output():
    assert not compare("attention", trained().arrays()).fault
    trace = trained(steps=20)
    outputs = [trace.output, *(each["output"] for _, each in trace.mistakes())]
    assert len(outputs) == 1 + 2 * len(FORMS)
    for k, one in enumerate(outputs):
        assert all(np.abs(one - other).max() > 1e-2 for other in outputs[:k])


@pytest.mark.parametrize(
    "knobs",
    [{"pairs": 1}, {"pairs": 9}, {"symbols": 7}, {"symbols": 25}, {"dimension": 1}, {"dimension": 65}, {"steps": 0},
     {"steps": 401}, {"seed": -1}, {"dimension": 2.5}],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)
