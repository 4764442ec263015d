"""Starts are published: what a trace holds is enough to compute its other quantities anew, without deepreel."""

import numpy as np
import pytest
import torch
from conftest import computed
from torch import nn
from torch.nn import functional

from mathcore import lstm
from mathcore._data import DATA

ENDINGS = ("", "_before")


def iris():
    """The lengths of all flowers [flower length], in cm."""
    return np.loadtxt(DATA / "iris.csv", delimiter=",", skiprows=1, usecols=(0, 1, 2, 3))


def sigmoid(o):
    return 1 / (1 + np.exp(-o))


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_layer_of_torch_with_the_published_weights_of_the_lstm_reads_what_the_trace_has(ending):
    trace = computed("lstm", length=9, hidden=5, symbols=3, steps=12)
    layer = nn.LSTM(3, 5).double()
    weights = (getattr(trace, name + ending) for name in ("w_x", "w_h", "b"))
    given = [torch.tensor(w.reshape(20, *w.shape[2:])) for w in weights]
    layer.load_state_dict(dict(zip(layer.state_dict(), [*given, torch.zeros(20)], strict=True)))
    h = layer(torch.tensor(trace.x))[0].numpy(force=True)
    if ending:
        read = lstm.read_by(weights_of(trace, ending), torch.tensor(trace.x))
        np.testing.assert_allclose(read["h"], h, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(read["forget_product"], trace.forget_product_before)
    else:
        np.testing.assert_allclose(trace.h, h, rtol=0, atol=1e-12)
    if not ending:
        shares = torch.softmax(torch.tensor(trace.w_out @ h[-1] + trace.b_out), dim=0)
        np.testing.assert_allclose(trace.probability, shares, rtol=0, atol=1e-12)


def weights_of(trace, ending):
    return lstm.Weights(*(torch.tensor(getattr(trace, name + ending)) for name in lstm.Weights._fields))


@pytest.mark.parametrize("order", [*lstm.OTHER_ORDERS])
def test_gates_in_another_order_are_those_of_weights_whose_blocks_were_exchanged(order):
    trace = computed("lstm", length=9, hidden=5, symbols=3, steps=12)
    told = next(form for name, form in trace.mistakes() if f"({', '.join(order)})" in name)
    weights, blocks = weights_of(trace, ""), [order.index(gate) for gate in lstm.ORDER]
    moved = weights._replace(**{name: getattr(weights, name)[blocks] for name in ("w_x", "w_h", "b")})
    np.testing.assert_allclose(told["h"], lstm.read_by(moved, torch.tensor(trace.x))["h"], rtol=0, atol=1e-12)


def test_the_gru_of_torch_with_the_published_weights_is_what_its_convention_has():
    trace = computed("gru", length=9, hidden=5, symbols=3, steps=12)
    layer = nn.GRU(3, 5).double()
    signs, blocks = np.array([1, -1, 1]), [1, 0, 2]  # torch's order is r, z, n, and its z keeps
    given = [
        torch.tensor((w[blocks] * signs.reshape(3, *[1] * (w.ndim - 1))).reshape(15, *w.shape[2:]))
        for w in (trace.w_x, trace.w_h, trace.b)
    ]
    layer.load_state_dict(dict(zip(layer.state_dict(), [*given, torch.zeros(15)], strict=True)))
    h = layer(torch.tensor(trace.x))[0].numpy(force=True)
    np.testing.assert_allclose(trace.by_convention("reset-after")["h"], h, rtol=0, atol=1e-12)


def test_the_gru_before_training_keeps_what_the_trace_says():
    trace = computed("gru", length=9, hidden=5, symbols=3, steps=12)
    h, kept = np.zeros(5), []
    for x_t in trace.x:
        from_x = trace.w_x_before @ x_t + trace.b_before  # [gate unit]
        z, r = (sigmoid(from_x[gate] + trace.w_h_before[gate] @ h) for gate in (0, 1))
        h = (1 - z) * h + z * np.tanh(from_x[2] + trace.w_h_before[2] @ (r * h))
        kept.append(1 - z)
    products = [np.prod([np.ones(5), *kept[t + 1 :]], axis=0) for t in range(len(kept))]
    np.testing.assert_allclose(trace.kept_product_before, products, rtol=1e-12)


def test_the_rnn_before_training_hears_of_the_bend_what_the_trace_says():
    trace = computed("rnn", epochs=2)
    ends = []
    for series in (trace.x, trace.x_straight):
        h, states = np.zeros(len(trace.b)), []
        for x_t in series:
            h = np.tanh(trace.w_h_before @ h + trace.w_x_before * x_t + trace.b_before)
            states.append(h)
        ends.append(np.array(states))
    np.testing.assert_allclose(trace.difference_before, np.abs(ends[0] - ends[1]).max(axis=1), rtol=0, atol=1e-12)
    assert trace.w_out_before.shape == trace.w_out.shape
    assert trace.b_out_before.shape == trace.b_out.shape


def test_the_deep_net_sends_its_gradient_back_through_the_published_weights():
    trace = computed("vanishing_gradients", depth=4, width=7)
    lengths = iris()
    x = (lengths - lengths.mean(axis=0)) / lengths.std(axis=0)
    species = np.repeat(np.arange(3), 50)
    weights = [trace.w_first, *trace.w_between]
    states = [x]
    for w in weights:
        states.append(np.tanh(states[-1] @ w.T))
    scores = states[-1] @ trace.w_last.T
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    back = (shares - np.eye(3)[species]) / 150 @ trace.w_last
    norms = []
    for layer in reversed(range(4)):
        delta = back * (1 - states[layer + 1] ** 2)
        norms.insert(0, np.linalg.norm(delta.T @ states[layer]))
        back = delta @ weights[layer]
    np.testing.assert_allclose(trace.gradient_norm[1], norms, rtol=1e-9)


@pytest.mark.parametrize("hidden", [(5, 5), (2, 8, 3)], ids=str)
def test_the_net_of_dropout_is_trained_anew_on_the_published_minibatches_and_masks(hidden):
    """With torch's own Adam; what a unit is masked with is all that chance decides."""
    trace = computed("dropout", hidden=hidden, epochs=3)
    widths = (4, *hidden, 3)
    weights = [
        torch.tensor(values[tuple(map(slice, (widths[k + 1], widths[k])[: values.ndim]))].copy())
        for k, layer in enumerate(zip(trace.w_before, trace.b_before, strict=True))
        for values in layer
    ]
    adam = torch.optim.Adam([w.requires_grad_() for w in weights], lr=0.001)
    x, species = torch.tensor(trace.x), torch.arange(3).repeat_interleave(50)
    for step, rows in enumerate(trace.minibatch):
        a = x[rows.tolist()]
        for layer, units in enumerate(hidden):
            h = torch.sigmoid(a @ weights[2 * layer].T + weights[2 * layer + 1])
            np.testing.assert_allclose(trace.h[step, layer, :units], h[0].detach(), rtol=1e-9)
            a = h * torch.tensor(trace.masks[step, :, layer, :units]) / (1 - trace.params.rate)
        adam.zero_grad()
        torch.autograd.backward(functional.cross_entropy(a @ weights[-2].T + weights[-1], species[rows.tolist()]))
        adam.step()
    np.testing.assert_array_equal(trace.mask, trace.masks[:, 0])
    np.testing.assert_array_equal(trace.flower, trace.minibatch[:, 0])


def test_the_logistic_model_starts_from_the_published_weights():
    trace = computed("logistic_loss", epochs=1)
    lengths = iris()
    grown = np.exp((lengths - lengths.mean(axis=0)) / lengths.std(axis=0, ddof=1) @ trace.w_before)
    shares = grown / grown.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(trace.before, shares[np.arange(150), trace.species], rtol=0, atol=1e-12)


def test_the_published_rows_are_those_that_are_standardised():
    trace = computed("standardization", epochs=10)
    train = iris()[trace.rows]
    np.testing.assert_array_equal(trace.x, train[:, :2])
    np.testing.assert_allclose(trace.deviation, train.std(axis=0, ddof=1), rtol=1e-12)
    assert len(set(trace.rows.tolist())) == 105
