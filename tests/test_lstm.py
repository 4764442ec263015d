"""The LSTM against its recursion written by hand, against torch's layer and autograd, and against its lesson."""

import numpy as np
import pytest
import torch
from conftest import computed
from manim import DL, UR
from pydantic import ValidationError

from export.render import player
from export.render.settings import RenderSettings
from mathcore._recall import train
from mathcore._training import seeded
from mathcore.lstm import KEPT, Network, Params, Trace, _outcomes, compute
from scenes._props.lstm import BEFORE

SETTING = {"length": 6, "forget_bias": -0.5, "steps": 20, "seed": 3}  # other sentences
NOTATION = (  # numerals that tell no value
    r"1 (keeps|garde), 0 (erases|efface)",  # the ends of a gate
)

SHORT = Params(length=9, hidden=5, symbols=3, steps=12, seed=3)
SEEDS = (0, 1)


def trained(seed, forget_bias=1.0):
    return computed("lstm", seed=seed, forget_bias=forget_bias)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def network_of(params, *, trained):
    """The network that `compute` has, before or after training."""
    with seeded(params.seed):
        network = Network(params)
        if trained:
            train(network, params)
    return network


def by_hand(network, x):
    """Gates and states [time unit], gate by gate in numpy; and the Jacobian of each (h_t, c_t) by the chain rule."""
    w_x, w_h, b_x, b_h = (p.detach().numpy() for p in network.lstm.parameters())
    size = w_h.shape[1]
    rows = {name: slice(k * size, (k + 1) * size) for k, name in enumerate(("i", "f", "candidate", "o"))}
    h, c, kept, jacobians = np.zeros(size), np.zeros(size), [], []
    for x_t in x:
        z = {name: w_x[r] @ x_t + w_h[r] @ h + b_x[r] + b_h[r] for name, r in rows.items()}
        i, f, o = (sigmoid(z[name]) for name in ("i", "f", "o"))
        candidate = np.tanh(z["candidate"])
        before, c = c, f * c + i * candidate
        slopes = {
            "i": i * (1 - i) * candidate, "f": f * (1 - f) * before, "candidate": i * (1 - candidate**2),
        }  # fmt: skip
        c_from_h = sum(slope[:, None] * w_h[rows[name]] for name, slope in slopes.items())
        through = o * (1 - np.tanh(c) ** 2)
        h_from_h = (o * (1 - o) * np.tanh(c))[:, None] * w_h[rows["o"]] + through[:, None] * c_from_h
        jacobians.append(np.block([[h_from_h, np.diag(through * f)], [c_from_h, np.diag(f)]]))
        h = o * np.tanh(c)
        kept.append({"i": i, "f": f, "candidate": candidate, "o": o, "c": c, "h": h})
    return {name: np.array([k[name] for k in kept]) for name in kept[0]}, jacobians


@pytest.mark.parametrize(
    "params", [SHORT, Params(length=4, hidden=2, symbols=2, steps=1), Params(steps=3, seed=5)], ids=str
)
def test_the_trace_is_the_recursion_written_by_hand(params):
    trace = compute(params)
    states, _ = by_hand(network_of(params, trained=True), trace.x)
    for name, values in states.items():
        np.testing.assert_allclose(getattr(trace, name), values, rtol=0, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("params", [SHORT, Params(steps=3, seed=5)], ids=str)
def test_the_layer_of_torch_has_the_same_states(params):
    trace = compute(params)
    h, (last_h, last_c) = network_of(params, trained=True).lstm(torch.tensor(trace.x)[:, None])
    np.testing.assert_allclose(trace.h, h[:, 0].detach(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.h[-1], last_h[0, 0].detach(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.c[-1], last_c[0, 0].detach(), rtol=0, atol=1e-12)


def test_cell_and_hidden_state_obey_their_equations():
    trace = trained(0)
    before = np.concatenate([np.zeros((1, 8)), trace.c[:-1]])
    np.testing.assert_allclose(trace.c, trace.f * before + trace.i * trace.candidate, rtol=0, atol=1e-12)
    np.testing.assert_allclose(trace.h, trace.o * np.tanh(trace.c), rtol=0, atol=1e-12)


def test_gates_and_states_have_a_row_per_time_and_a_column_per_unit():
    quantities = Trace.quantities()
    for name in ("f", "i", "candidate", "c", "o", "h", "forget_product", "forget_product_before"):
        assert quantities[name].axes == ("time", "unit")
    assert quantities["gradient_norm_before"].axes == quantities["gradient_norm_after"].axes == ("time",)
    assert quantities["loss"].axes == quantities["accuracy"].axes == ("step",)


def test_a_forget_product_is_that_of_all_later_forget_gates():
    trace = compute(SHORT)
    for t in range(SHORT.length):
        np.testing.assert_allclose(trace.forget_product[t], np.prod(trace.f[t + 1 :], axis=0), rtol=1e-12)
    assert np.all(trace.forget_product[-1] == 1)


@pytest.mark.parametrize("after", [False, True])
def test_gradient_norms_are_those_of_the_chain_rule(after):
    trace = compute(SHORT)
    _, steps = by_hand(network_of(SHORT, trained=after), trace.x)
    total, expected = np.eye(2 * SHORT.hidden), []
    for step in reversed(steps):
        expected.append(np.linalg.norm(total[: SHORT.hidden, : SHORT.hidden], ord=2))
        total = total @ step
    found = trace.gradient_norm_after if after else trace.gradient_norm_before
    np.testing.assert_allclose(found, expected[::-1], rtol=1e-9)


def test_gradient_norms_are_those_of_the_jacobian_of_autograd():
    network, size = network_of(SHORT, trained=True), SHORT.hidden
    x = torch.tensor(compute(SHORT).x)
    h, c = (torch.tensor(values[4]) for values in (compute(SHORT).h, compute(SHORT).c))
    time = 4

    def end(h):
        return network.lstm(x[time + 1 :, None], (h[None, None], c[None, None]))[0][-1, 0]

    jacobian = torch.autograd.functional.jacobian(end, h)
    assert jacobian.shape == (size, size)
    expected = torch.linalg.matrix_norm(jacobian, ord=2).item()
    found = compute(SHORT).gradient_norm_after[time]
    assert found == pytest.approx(expected, rel=1e-9)


def test_the_forget_gate_starts_at_its_bias():
    for bias in (-2.0, 0.0, 1.0, 5.0):
        network = network_of(Params(forget_bias=bias), trained=False)
        zeros = np.zeros((1, 4))
        states, _ = by_hand(network, zeros)
        np.testing.assert_allclose(states["f"], sigmoid(bias), rtol=1e-12)


def test_the_twin_reads_the_same_sequence_from_the_same_other_weights():
    one, other = (network_of(Params(forget_bias=bias), trained=False) for bias in (1.0, 0.0))
    assert np.array_equal(trained(0).x, trained(0, 0.0).x)
    for (name, a), (_, b) in zip(one.named_parameters(), other.named_parameters(), strict=True):
        assert torch.equal(a, b) == (name != "lstm.bias_ih_l0")


def test_every_sequence_is_one_hot_and_losses_start_near_chance():
    trace = trained(0)
    assert np.array_equal(trace.x.sum(axis=1), np.ones(20))
    assert len(trace.loss) == len(trace.accuracy) == 301
    assert abs(trace.loss[0] - np.log(4)) < 0.3
    assert np.all((trace.accuracy >= 0) & (trace.accuracy <= 1))
    assert trace.probability.sum() == pytest.approx(1)


def test_before_training_forget_gates_do_not_hear_letters_and_candidates_hear_them_twice_as_loud():
    networks = [network_of(Params(hidden=16, symbols=6, seed=seed), trained=False) for seed in range(20)]
    for network in networks:
        _, _, b_x, b_h = (p.detach().numpy().reshape(-1, 4, 16) for p in network.lstm.parameters())
        assert np.array_equal((b_x + b_h)[0, :, 0], [-2, 1, 0, 0])  # input gates begin nearly closed
        assert not np.ptp(b_x + b_h, axis=2).any()
    letters = np.array([network.lstm.weight_ih_l0.detach().numpy().reshape(4, -1) for network in networks])
    i, f, candidate, o = letters.transpose(1, 0, 2).reshape(4, -1)
    assert not f.any()
    for weights, spread in ((i, 1), (candidate, 2), (o, 1)):
        assert weights.std() == pytest.approx(spread, rel=0.05)
        assert weights.mean() == pytest.approx(0, abs=0.1)


def test_training_is_adam_on_clipped_gradients_written_by_hand():
    """On new sequences at each step: every first symbol, before each of eight tails."""
    trace, steps = compute(SHORT), SHORT.steps
    with seeded(SHORT.seed):
        weights = list((network := Network(SHORT)).parameters())
        tails = [torch.randint(3, (9, 8)) for _ in range(steps + 1)]
    mean, square = ([np.zeros(w.shape) for w in weights] for _ in range(2))
    for step, tail in enumerate(tails, start=1):
        words = [[first, *letters[1:].tolist()] for letters in tail.T for first in range(3)]
        scores = network(torch.tensor(np.eye(3)[np.transpose(words)]))
        first = torch.arange(3).repeat(8)
        loss = -torch.log_softmax(scores, dim=1)[torch.arange(24), first].mean()
        assert trace.loss[step - 1] == pytest.approx(loss.item(), rel=1e-9)
        assert trace.accuracy[step - 1] == pytest.approx((scores.argmax(dim=1) == first).double().mean().item())
        gradients = [g.numpy() for g in torch.autograd.grad(loss, weights)]
        norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
        for w, g, m, v in zip(weights, gradients, mean, square, strict=True):
            g = g * min(1, 0.1 / (norm + 1e-6))  # as torch clips
            m[...], v[...] = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
            w.data -= 0.02 * torch.tensor(m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.99**step)) + 1e-8))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_forget_bias_of_one_keeps_more_of_the_gradient_than_a_bias_of_zero(seed):
    one, zero = trained(seed), trained(seed, 0.0)
    assert np.all(one.forget_product_before[0] > zero.forget_product_before[0])
    assert np.log(one.forget_product).mean() > np.log(zero.forget_product).mean()
    assert one.gradient_norm_before[0] > zero.gradient_norm_before[0]
    assert one.gradient_norm_after[0] > 100 * zero.gradient_norm_after[0]


@pytest.mark.parametrize(
    ("name", "change", "broken"),
    [
        ("c", lambda c: c + 1e-9, ["c_t", "h"]),
        ("h", lambda h: h + 1e-9, ["h"]),
        ("f", lambda f: f * 1.001, ["c_t", "forget_product_t"]),
        ("forget_product", lambda product: product[::-1], ["forget_product_t"]),
        ("forget_product", lambda product: 2 * product, ["forget_product_t"]),
        ("probability", lambda p: p + 1e-11, ["probability"]),
        ("accuracy", lambda share: np.where(np.arange(301) == 281, 0.89, share), ["at"]),
        ("accuracy", lambda share: np.where(np.arange(301) < 281, 0, 0.9), []),
        ("gradient_norm_before", lambda norm: norm * 0 + trained(0).gradient_norm_after[0] / 9.9, ["at"]),
        ("gradient_norm_before", lambda norm: norm * 0 + trained(0).gradient_norm_after[0] / 10.1, []),
    ],
)
def test_an_invariant_breaks_with_its_quantity(name, change, broken):
    trace = trained(0)
    changed = Trace(params=trace.params, **trace.arrays() | {name: change(getattr(trace, name))})
    assert all(holds for _, holds in trace.invariants())
    assert [sentence.split()[0] for sentence, holds in changed.invariants() if not holds] == broken


def outcomes(**changes):
    """What is told of two units and two symbols of which the first is symbol 0, unless that is changed."""
    given = {
        "x": np.array([[1, 0], [0, 1]]), "c": np.array([[0.5, -0.8], [9, 9]]),
        "forget_product": np.array([[0.6, 0.4], [1, 1]]), "probability": np.array([0.7, 0.3]),
    }  # fmt: skip
    return {name: int(value) for name, value in _outcomes(**given | changes).items()}


def test_the_telling_unit_has_most_of_the_first_letter_left_at_the_end_of_either_sign():
    assert outcomes()["telling_unit"] == 1  # 0.5 times 0.6 against -0.8 times 0.4
    assert outcomes(forget_product=np.array([[0.6, 0.37], [1, 1]]))["telling_unit"] == 0
    trace = trained(0)
    assert trace.telling_unit == np.abs(trace.c[0] * np.prod(trace.f[1:], axis=0)).argmax()


def test_the_answer_is_the_symbol_believed_in_most_and_right_where_it_is_the_first():
    assert [outcomes()[name] for name in ("named", "recalled")] == [0, 1]
    other = outcomes(probability=np.array([0.49, 0.51]))
    assert [other[name] for name in ("named", "recalled")] == [1, 0]
    for trace, right in ((trained(0), 1), (compute(Params(steps=1, seed=3)), 0)):
        assert (trace.probability.argmax(), trace.recalled) == (trace.named, right)


@pytest.mark.parametrize(("share", "kept"), [(KEPT - 1e-9, 0), (KEPT, 0), (KEPT + 1e-9, 1)])
def test_a_gradient_is_kept_from_a_tenth_on_in_the_telling_unit(share, kept):
    first = np.array([[0.01, share], [1, 1]])
    found = outcomes(forget_product=first)
    assert (found["telling_unit"], found["gradient_kept"]) == (1, kept)
    assert outcomes(forget_product=first, c=np.array([[99, 0.1], [9, 9]]))["gradient_kept"] == 0, "of that unit alone"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_forget_bias_of_one_learns_where_a_bias_of_zero_does_not(seed):
    one, zero = trained(seed), trained(seed, 0.0)
    assert one.accuracy[-10:].mean() > zero.accuracy[-10:].mean() + 0.2
    assert one.loss[-10:].mean() < zero.loss[-10:].mean()
    assert one.forget_product[0].max() > 0.1


@pytest.mark.parametrize(
    "knobs",
    [
        {"length": 3}, {"length": 33}, {"hidden": 1}, {"hidden": 17}, {"symbols": 1}, {"symbols": 7}, {"steps": 0},
        {"steps": 401}, {"forget_bias": -2.1}, {"forget_bias": 5.1}, {"forget_bias": float("nan")}, {"seed": -1},
        {"seed": 2**32}, {"input_bias": 0.0},
    ],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def test_knobs_reach_the_ends_of_their_ranges():
    assert Params(length=4, hidden=2, symbols=2, forget_bias=-2, steps=1)
    assert Params(length=32, hidden=16, symbols=6, forget_bias=5, steps=400, seed=2**32 - 1)


def test_the_cell_state_that_comes_back_runs_into_nothing():
    crossed, seen = set(), []

    def box(drawing):
        return drawing.get_corner(DL)[:2], drawing.get_corner(UR)[:2]

    def look(film):
        if not hasattr(film, "cell") or not 0 < film.cell.values[BEFORE].places["hand"] < 1:
            return
        low, high = box(film.cell.values[BEFORE])
        seen.append(low[0])
        name = film.cell.steps["c"][-1][0]
        for drawing in (*film.row.letters, film.row.cursor, name):
            at, to = box(drawing)
            if np.all(np.minimum(to, high) - np.maximum(at, low) > 0):
                crossed.add((type(drawing).__name__, round(film.time, 2)))

    with player.staged(trained(0), RenderSettings(fps=30), watch=look) as film:
        film.render()
    assert min(seen) < -5
    assert max(seen) > 3
    assert not crossed
