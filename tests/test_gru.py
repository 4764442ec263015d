"""The GRU against its recursion written by hand, against torch's layer and autograd, and against its lesson."""

import numpy as np
import pytest
import torch
from conftest import computed
from manim import DL, UR
from pydantic import ValidationError

from export.render import player
from export.render.settings import RenderSettings
from mathcore._check import checking
from mathcore._recall import new_sequence, train
from mathcore._training import seeded
from mathcore.gru import OTHER_FORMS, SPOILT, Network, Params, ResetAfter, Trace, _other_form, _outcomes, compute
from scenes._marks.recurrent_cell import BOX
from scenes._props.gru import BEFORE, PLAN

SETTING = {"length": 6, "update_bias": 0.5, "steps": 20, "seed": 3}  # other sentences
NOTATION = (r"1 [-−] z",)  # numerals that tell no value

SHORT = Params(length=9, hidden=5, symbols=3, steps=12, seed=3)
QUICK = {"seed": 0, "length": 5, "hidden": 3, "symbols": 3, "steps": 4}
SEEDS = (0, 12)
DEFAULT = Params().seed


def trained(seed):
    return computed("gru", seed=seed)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def network_of(params, *, trained):
    """The network that `compute` has, before or after training."""
    with seeded(params.seed):
        network = Network(params)
        if trained:
            train(network, params)
    return network


def weights_of(network):
    """W_x, W_h and b of z, r and the candidate [gate row column]."""
    return (p.detach().numpy().reshape(3, network.size, *p.shape[1:]) for p in (network.w_x, network.w_h, network.bias))


def by_hand(network, x, *, after=False):
    """Gates and states [time unit], unit by unit in numpy; r before the matrix, or after it."""
    w_x, w_h, b = weights_of(network)
    h, states = np.zeros(network.size), []
    for x_t in x:
        z, r = (sigmoid(w_x[k] @ x_t + w_h[k] @ h + b[k]) for k in (0, 1))
        old = [sum(w_h[2][u, j] * (r[u] if after else r[j]) * h[j] for j in range(len(h))) for u in range(len(h))]
        candidate = np.tanh(w_x[2] @ x_t + b[2] + old)
        h = (1 - z) * h + z * candidate
        states.append({"z": z, "r": r, "candidate": candidate, "h": h})
    return {name: np.array([state[name] for state in states]) for name in states[0]}


def layer_of_torch(network):
    """torch's own GRU with the weights of a network: its z is 1 - z, and all biases but the hidden ones are ours."""
    layer = torch.nn.GRU(network.w_x.shape[1], network.size, dtype=torch.float64)
    (z_x, r_x, w_x), (z_h, r_h, w_h), (z_b, r_b, b) = (torch.tensor(w) for w in map(np.array, weights_of(network)))
    with torch.no_grad():
        for ours, theirs in zip(
            ((r_x, -z_x, w_x), (r_h, -z_h, w_h), (r_b, -z_b, b), (0 * r_b, 0 * z_b, 0 * b)),
            layer.parameters(),
            strict=True,
        ):
            theirs.copy_(torch.cat(ours))
    return layer


@pytest.mark.parametrize(
    "params", [SHORT, Params(length=4, hidden=2, symbols=2, steps=1), Params(steps=3, seed=5)], ids=str
)
def test_the_trace_is_the_recursion_written_by_hand(params):
    trace, network = compute(params), network_of(params, trained=True)
    for name, values in by_hand(network, trace.x).items():
        np.testing.assert_allclose(getattr(trace, name), values, rtol=0, atol=1e-12, err_msg=name)
    other = by_hand(network, trace.x, after=True)
    np.testing.assert_allclose(trace.h_after, other["h"], rtol=0, atol=1e-12)
    readout = network.readout.weight.detach().numpy(), network.readout.bias.detach().numpy()
    for h, belief in ((trace.h, trace.probability), (trace.h_after, trace.probability_after)):
        scores = np.exp(readout[0] @ h[-1] + readout[1])
        np.testing.assert_allclose(belief, scores / scores.sum(), rtol=1e-9)


def test_with_r_after_the_matrix_the_states_are_those_of_the_layer_of_torch():
    trace = compute(SHORT)
    h = layer_of_torch(network_of(SHORT, trained=True))(torch.tensor(trace.x)[:, None])[0][:, 0].detach()
    np.testing.assert_allclose(trace.h_after, h, rtol=0, atol=1e-12)
    assert np.abs(trace.h - trace.h_after).max() > 1e-3


@pytest.mark.parametrize("uniform", [True, False])
def test_where_r_is_the_same_for_all_units_both_forms_and_the_layer_of_torch_are_one(uniform):
    network, x = network_of(SHORT, trained=True), torch.tensor(compute(SHORT).x)
    with torch.no_grad():
        for weights in (network.w_x, network.w_h, network.bias):
            rows = weights[SHORT.hidden : 2 * SHORT.hidden]
            rows.copy_(rows[:1].expand_as(rows) if uniform else rows)
    h = layer_of_torch(network)(x[:, None])[0][:, 0]
    ours = torch.stack(network.unroll(x)["h"])
    assert torch.allclose(ours, h, rtol=0, atol=1e-12) == uniform


def test_the_candidate_of_the_other_form_is_told_from_the_same_state():
    trace, network = compute(SHORT), network_of(SHORT, trained=True)
    w_x, w_h, b = weights_of(network)
    earlier = np.concatenate([np.zeros((1, 5)), trace.h[:-1]])
    from_x = trace.x @ w_x[2].T + b[2]
    np.testing.assert_allclose(trace.candidate_after, np.tanh(from_x + trace.r * (earlier @ w_h[2].T)), atol=1e-12)
    np.testing.assert_array_equal(trace.apart, np.abs(trace.candidate - trace.candidate_after))
    np.testing.assert_allclose(trace.pull, w_h[2] * earlier[:, None], rtol=0, atol=1e-15)
    dimmed = (trace.pull * trace.r[:, None]).sum(axis=2)
    np.testing.assert_allclose(trace.candidate, np.tanh(from_x + dimmed), rtol=0, atol=1e-12)


def test_kept_is_what_z_leaves_and_its_product_that_of_all_later_ones():
    trace = compute(SHORT)
    assert np.array_equal(trace.kept, 1 - trace.z)
    for t in range(SHORT.length):
        np.testing.assert_allclose(trace.kept_product[t], np.prod(1 - trace.z[t + 1 :], axis=0), rtol=1e-12)
    z = by_hand(network_of(SHORT, trained=False), trace.x)["z"]
    np.testing.assert_allclose(trace.kept_product_before[0], np.prod(1 - z[1:], axis=0), rtol=1e-9)


@pytest.mark.parametrize("after", [False, True])
def test_gradient_norms_are_those_of_the_jacobian_by_differences(after):
    trace, network, time, step = compute(SHORT), network_of(SHORT, trained=after), 5, 1e-6
    h = by_hand(network, trace.x)["h"]

    def end(start):
        w_x, w_h, b = weights_of(network)
        for x_t in trace.x[time + 1 :]:
            z, r = (sigmoid(w_x[k] @ x_t + w_h[k] @ start + b[k]) for k in (0, 1))
            start = (1 - z) * start + z * np.tanh(w_x[2] @ x_t + w_h[2] @ (r * start) + b[2])
        return start

    units = step * np.eye(5)
    jacobian = np.stack([(end(h[time] + unit) - end(h[time] - unit)) / (2 * step) for unit in units], axis=1)
    found = trace.gradient_norm_after if after else trace.gradient_norm_before
    assert found[time] == pytest.approx(np.linalg.norm(jacobian, ord=2), rel=1e-6)
    assert found[-1] == pytest.approx(1)


def test_gates_start_at_their_biases_and_the_update_gate_does_not_hear_letters():
    for bias in (-5.0, -1.0, 2.0):
        network = network_of(Params(update_bias=bias), trained=False)
        first = by_hand(network, np.eye(4)[:1])
        np.testing.assert_allclose(first["z"], sigmoid(bias), rtol=1e-12)
        np.testing.assert_allclose(by_hand(network, np.zeros((1, 4)))["r"], sigmoid(-1), rtol=1e-12)
    _, w_h, _ = weights_of(network_of(Params(hidden=16), trained=False))
    assert w_h.std() == pytest.approx(0.25, rel=0.1)


def test_shares_are_counted_on_the_same_new_sequences_in_both_forms():
    trace = compute(SHORT)
    with seeded(SHORT.seed):
        network = Network(SHORT)
        train(network, SHORT)
        words = torch.randint(3, (9, 200)).numpy().T
    for share, after in zip(trace.share_recalled, (False, True), strict=True):
        ends = np.array([by_hand(network, np.eye(3)[word], after=after)["h"][-1] for word in words])
        scores = ends @ network.readout.weight.detach().numpy().T + network.readout.bias.detach().numpy()
        assert share == pytest.approx(np.mean(scores.argmax(axis=1) == words[:, 0]))


@pytest.mark.parametrize("seed", SEEDS)
def test_either_form_learns_but_weights_of_one_do_not_serve_the_other(seed):
    trace = trained(seed)
    assert trace.accuracy[-20:].min() >= 0.9
    assert trace.spoilt == 1
    assert trace.share_recalled[1] < trace.share_recalled[0] - SPOILT + 1e-9
    assert _other_form(trace.params, ResetAfter)["accuracy"][-20:].min() >= 0.9


def test_training_opens_a_way_for_the_gradient_with_the_default_seed():
    """With others it may not: some carry the letter on by candidates that repeat it, near -1 and 1."""
    trace = trained(DEFAULT)
    assert trace.gradient_norm_after[0] > 10 * trace.gradient_norm_before[0]
    assert trace.kept_product[0, trace.telling_unit] > 10 * trace.kept_product_before[0].max()


def test_with_the_default_seed_one_unit_keeps_most_of_what_it_holds_and_several_less_than_before_training():
    trace = trained(DEFAULT)
    first, last = trace.h[[0, -1], trace.telling_unit]
    assert (trace.keepers, trace.told()) == (1, "one")
    assert trace.losers > trace.params.hidden / 2
    assert last / first > 0.5
    assert abs(last) > 0.2


@pytest.mark.parametrize(
    ("name", "change", "broken"),
    [
        ("h", lambda h: h + 1e-9, ["h_t"]),
        ("z", lambda z: z * 1.001, ["h_t", "kept_product_t"]),
        ("candidate", lambda candidate: -candidate, ["h_t"]),
        ("kept_product", lambda product: 2 * product, ["kept_product_t"]),
        ("probability", lambda p: p + 1e-11, ["probability"]),
        ("accuracy", lambda share: np.where(np.arange(301) == 281, 0.89, share), ["at"]),
        ("accuracy", lambda share: np.where(np.arange(301) < 281, 0, 0.9), []),
        ("gradient_norm_before", lambda norm: norm * 0 + trained(DEFAULT).gradient_norm_after[0] / 9.9, ["at"]),
        ("gradient_norm_before", lambda norm: norm * 0 + trained(DEFAULT).gradient_norm_after[0] / 10.1, []),
    ],
)
def test_an_invariant_breaks_with_its_quantity(name, change, broken):
    trace = trained(DEFAULT)
    changed = Trace(params=trace.params, **trace.arrays() | {name: change(getattr(trace, name))})
    assert all(holds for _, holds in trace.invariants())
    assert [sentence.split()[0] for sentence, holds in changed.invariants() if not holds] == broken


def outcomes(**changes):
    """What is told of two units and two symbols of which the first is symbol 0, unless that is changed."""
    given = {
        "x": np.array([[1, 0], [0, 1]]), "kept_product": np.array([[0.6, 0.4], [1, 1]]),
        "kept_product_before": np.array([[0.5, 0.5], [1, 1]]), "probability": np.array([0.7, 0.3]),
        "share_recalled": np.array([1, 0.9]),
    }  # fmt: skip
    return {name: int(value) for name, value in _outcomes(given | changes).items()}


def test_the_telling_unit_keeps_the_largest_share_of_its_first_state_however_small_that_is():
    assert outcomes()["telling_unit"] == 0
    assert outcomes(kept_product=np.array([[0.6, 0.61], [0.9, 0.1]]))["telling_unit"] == 1


@pytest.mark.parametrize(
    ("kept", "keepers", "losers"), [((0.6, 0.4), 1, 1), ((0.5, 0.5), 0, 0), ((0.51, 0.9), 2, 0), ((0.1, 0.499), 0, 2)]
)
def test_keepers_keep_more_than_half_and_losers_less_than_before_training(kept, keepers, losers):
    found = outcomes(kept_product=np.array([kept, (1, 1)]))
    assert (found["keepers"], found["losers"]) == (keepers, losers)


@pytest.mark.parametrize(("keepers", "told"), [(1, "one"), (2, "counted"), (0, "counted")])
def test_counts_are_told_in_a_sentence_only_where_its_numbers_agree(keepers, told):
    trace = trained(DEFAULT)
    changed = trace.arrays() | {"keepers": np.array(keepers)}
    assert Trace(params=trace.params, **changed).told() == told


def test_the_answer_is_the_symbol_believed_in_most_and_right_where_it_is_the_first():
    assert [outcomes()[name] for name in ("named", "recalled")] == [0, 1]
    assert [outcomes(probability=np.array([0.4, 0.6]))[name] for name in ("named", "recalled")] == [1, 0]


@pytest.mark.parametrize(("after", "spoilt"), [(1 - SPOILT - 1e-9, 1), (1 - SPOILT + 1e-9, 0), (1.0, 0)])
def test_weights_are_called_spoilt_from_a_twentieth_on(after, spoilt):
    assert outcomes(share_recalled=np.array([1, after]))["spoilt"] == spoilt


class Student(torch.nn.Module):
    """A GRU as somebody else writes it, from our start: one letter after the other, the cell as he understands it."""

    def __init__(self, params, cell):
        super().__init__()
        self.start, self.cell = Network(params), cell

    def forward(self, x):
        n, h = self.start.size, torch.zeros(x.shape[1], self.start.size)
        w_x, w_h, b = (w.view(3, n, *w.shape[1:]) for w in (self.start.w_x, self.start.w_h, self.start.bias))
        for x_t in x:
            z, r = (torch.sigmoid(x_t @ w_x[k].T + h @ w_h[k].T + b[k]) for k in (0, 1))
            h = self.cell(z, r, h, x_t @ w_x[2].T + b[2], lambda old: old @ w_h[2].T)
        return self.start.readout(h)


STUDENTS = {
    "": lambda z, r, h, new, w: (1 - z) * h + z * torch.tanh(new + w(r * h)),
    "the reset gate after the matrix": lambda z, r, h, new, w: (1 - z) * h + z * torch.tanh(new + r * w(h)),
    "z and 1 - z swapped": lambda z, r, h, new, w: z * h + (1 - z) * torch.tanh(new + w(r * h)),
    "no reset gate": lambda z, r, h, new, w: (1 - z) * h + z * torch.tanh(new + w(h)),
    "without tanh": lambda z, r, h, new, w: (1 - z) * h + z * (new + w(r * h)),
    "not multiplied by 1 - z": lambda z, r, h, new, w: h + z * torch.tanh(new + w(r * h)),
}


@pytest.mark.parametrize("form", STUDENTS)
def test_a_student_with_another_form_is_told_which_it_is_and_a_right_one_nothing(form):
    with seeded(0):
        loss, _ = train(Student(Params(**QUICK), STUDENTS[form]), Params(**QUICK))
    report = checking.compare("gru", {"loss": loss.tolist()}, QUICK)
    assert bool(report.fault) == bool(form)
    assert form in report.hint


@pytest.mark.parametrize("name", ["z", "h", "candidate", "loss"])
@pytest.mark.parametrize("form", OTHER_FORMS.values())
def test_gates_and_states_of_another_form_are_recognised_too(name, form):
    values = dict(compute(Params(**QUICK)).mistakes())[form]
    assert form in checking.compare("gru", {name: values[name].tolist()}, QUICK).hint


def test_the_letters_of_torch_are_recognised():
    trace = compute(Params(**QUICK))
    report = checking.compare("gru", {"z": (1 - trace.z).tolist(), "h": trace.h.tolist()}, QUICK)
    assert "convention of PyTorch, Keras, MLX and Paddle" in report.hint


@pytest.mark.parametrize(
    "knobs",
    [
        {"length": 3}, {"length": 33}, {"hidden": 1}, {"hidden": 17}, {"symbols": 1}, {"symbols": 7}, {"steps": 0},
        {"steps": 401}, {"update_bias": -5.1}, {"update_bias": 2.1}, {"update_bias": float("nan")}, {"seed": -1},
        {"seed": 2**32}, {"forget_bias": 0.0},
    ],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def test_knobs_reach_the_ends_of_their_ranges():
    assert Params(length=4, hidden=2, symbols=2, update_bias=-5, steps=1)
    assert Params(length=32, hidden=16, symbols=6, update_bias=2, steps=400, seed=2**32 - 1)


def boxed(drawing):
    return drawing.get_corner(DL)[:2], drawing.get_corner(UR)[:2]


def test_the_state_that_comes_back_runs_into_nothing():
    crossed, seen = set(), []

    def look(film):
        if not hasattr(film, "cell") or not 0 < film.cell.values[BEFORE].places["hand"] < 1:
            return
        low, high = boxed(film.cell.values[BEFORE])
        seen.append(low[0])
        name = film.cell.steps["h"][-1][0]
        for drawing in (*film.row.letters, film.row.cursor, name):
            at, to = boxed(drawing)
            if np.all(np.minimum(to, high) - np.maximum(at, low) > 0):
                crossed.add((type(drawing).__name__, round(film.time, 2)))

    with player.staged(trained(DEFAULT), RenderSettings(fps=30), watch=look) as film:
        film.render()
    assert min(seen) < -4.8
    assert max(seen) > 3
    assert not crossed


def test_each_box_is_fed_by_states_and_by_the_letter_as_its_formula_says():
    for box in PLAN.boxes:
        away = [(pipe.role, np.abs(np.subtract(pipe.corners[-1], box.place))) for pipe in PLAN.pipes]
        assert {role for role, at in away if np.all(at < np.divide(BOX, 2) + 1e-9)} == {"activation", "data"}


def test_what_z_shares_out_fills_one_whole_pipe():
    """Where both leave the update gate, side by side."""
    with player.staged(trained(DEFAULT), RenderSettings(fps=2)) as film:
        film.render()
        flows = [part for part in film.cell.drawn.get_family() if type(part).__name__ == "Flow"]
        pairs = [[flow for flow in flows if flow._pipe.side == side] for side in (1, -1)]
        kept, new = pairs[0][0], pairs[1][0]
        assert (kept._pipe.gate, new._pipe.gate) == ("kept", "z")
        room = 0.9 * kept._pipe.full
        for time in (2, 3):
            for flow in (kept, new):
                flow.at(time, 7)
            edges = [
                np.unique(flow.points[np.abs(flow.points[:, 1] + 0.65) < 1e-6][:, 0].round(6)) for flow in (kept, new)
            ]
            assert [np.ptp(one) for one in edges] == pytest.approx(
                room * np.array([getattr(film.trace, name)[time - 1, film.unit] for name in ("kept", "z")]), abs=1e-5
            )
            assert edges[0].max() == pytest.approx(edges[1].min(), abs=1e-5)


@pytest.mark.parametrize("symbols", [2, 4])
def test_an_echo_of_the_last_letter_is_never_right(symbols):
    for seed in range(40):
        with seeded(seed):
            letters = new_sequence(Params(length=4, symbols=symbols)).argmax(dim=1)
        assert letters[0] != letters[-1]
