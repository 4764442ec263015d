"""The L2 penalty: the gradient of the sum by hand and by torch, trainings against torch.optim, then the lesson."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import computed
from pydantic import ValidationError
from torch import nn
from torch.nn.functional import cross_entropy

from mathcore import _iris
from mathcore._check import checking
from mathcore._training import seeded
from mathcore.l2_penalty import BIN, CLEARLY, HALVED, PER_ROW, SPLITS, Params
from scenes._props.l2_penalty import DECIMALS, LOOSE, SWING, TIP, boxes, coil, fixed, heads, pointing, units
from scenes.l2_penalty import SLOW, L2Penalty

SETTING = {"penalty": 0.0, "split": "easy", "epochs": 10, "seed": 3}  # other sentences
NOTATION = (r"\bL2\b", r"w\^2", r"- 2\) lambda")  # numerals that tell no value

QUICK = {"epochs": 10}
SEEDS = 0, 4, 7


@pytest.fixture
def trace():
    return computed("l2_penalty")


@pytest.fixture
def quick():
    return computed("l2_penalty", **QUICK)


class Net(nn.Module):
    """The net, once more, of torch's own layers."""

    def __init__(self):
        super().__init__()
        self.linear = nn.ModuleList(nn.Linear(a, b) for a, b in ((4, 256), (256, 256), (256, 256), (256, 3)))

    def forward(self, x):
        for layer in self.linear[:-1]:
            x = torch.relu(layer(x))
        return self.linear[-1](x)

    @property
    def hidden(self):
        """The kernels that are penalised."""
        return [layer.weight for layer in self.linear[:-1]]

    def norms(self):
        """The norm of each kernel."""
        return [layer.weight.detach().norm().item() for layer in self.linear]


def trained(params, optimiser, term):
    """Train it with an optimiser of torch and a term of the hidden kernels; losses and norms."""
    iris, losses, norms = _iris.split(SPLITS[params.split]), [], []
    with seeded(params.seed):
        net = Net()
        steps = optimiser(net)
        for epoch in range(params.epochs + 1):
            with torch.no_grad():
                parts = [cross_entropy(net(iris.x[k]), iris.y[k]).item() for k in _iris.PARTS]
                losses.append([*parts, float(term(net))])
                norms.append(net.norms())
            if epoch < params.epochs:
                for rows in torch.split(torch.randperm(105), 30):
                    steps.zero_grad()
                    (cross_entropy(net(iris.x[rows]), iris.y[rows]) + term(net)).backward()
                    steps.step()
    return np.array(losses).T, np.array(norms)


def squares(penalty):
    return lambda net: penalty * sum((w**2).sum() for w in net.hidden)


def adam(net):
    return torch.optim.Adam(net.parameters(), lr=0.001)


def with_decay(optimiser, decay):
    """An optimiser whose weight_decay holds for the hidden kernels alone."""

    def made(net):
        others = [w for w in net.parameters() if not any(w is kernel for kernel in net.hidden)]
        groups = [{"params": net.hidden, "weight_decay": decay}, {"params": others, "weight_decay": 0}]
        return optimiser(groups, lr=0.001)

    return made


def test_the_gradient_of_the_sum_is_that_of_the_data_and_twice_lambda_w():
    iris, penalty = _iris.split(0), 0.01
    with seeded(0):
        net = Net()
        data = cross_entropy(net(iris.x[:30]), iris.y[:30])
        of_data = torch.autograd.grad(data, net.hidden, retain_graph=True)
        of_sum = torch.autograd.grad(data + squares(penalty)(net), net.hidden)
    for w, part, whole in zip(net.hidden, of_data, of_sum, strict=True):
        np.testing.assert_allclose(whole, part + 2 * penalty * w.detach(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("split", SPLITS)
def test_both_runs_are_those_of_torch_with_autograd_on_the_whole_sum(split):
    trace = computed("l2_penalty", split=split, **QUICK)
    for run, penalty in enumerate((0, 0.01)):
        losses, norms = trained(trace.params, adam, squares(penalty))
        for name, expected in zip(("data_loss", "val_loss", "penalty_term"), losses, strict=True):
            np.testing.assert_allclose(getattr(trace, name)[run], expected, rtol=1e-9, err_msg=f"{name} of run {run}")
        np.testing.assert_allclose(trace.norms[:, run], norms, rtol=1e-9)
        np.testing.assert_allclose(trace.loss[run], losses[0] + losses[2], rtol=1e-9)


def test_weight_decay_of_torch_s_adam_is_the_penalty_if_it_is_twice_lambda(quick):
    losses, norms = trained(quick.params, with_decay(torch.optim.Adam, 0.02), lambda net: 0)
    np.testing.assert_allclose(quick.data_loss[1], losses[0], rtol=1e-9)
    np.testing.assert_allclose(quick.norm[1], norms[-1], rtol=1e-9)


def test_decay_of_torch_s_adamw_is_another_run(quick):
    losses, norms = trained(quick.params, with_decay(torch.optim.AdamW, 0.02), lambda net: 0)
    name = "the decay of AdamW, which passes by Adam's moments"
    told = next(values for form, values in quick.mistakes() if form == name)
    np.testing.assert_allclose(told["data_loss"][1], losses[0], rtol=1e-9)
    np.testing.assert_allclose(told["norm"][1], norms[-1], rtol=1e-9)
    assert np.all(quick.norm[1, 1:3] < 0.8 * norms[-1, 1:3]), "it hardly shrinks the weights"


def test_with_penalty_0_both_runs_have_the_same_bits():
    trace = computed("l2_penalty", penalty=0.0, **QUICK)
    for name in "data_loss", "penalty_term", "val_loss", "norm", "histogram":
        without, penalised = getattr(trace, name)
        assert np.array_equal(without, penalised), name
    assert trace.validation() == "same"
    assert trace.growth() == "all"


def test_norms_agree_with_the_weights_in_the_histograms(trace):
    middles = (trace.edge[:-1] + trace.edge[1:]) / 2
    for count, norm, bound in zip(
        trace.histograms.reshape(-1, 4, len(middles)).swapaxes(0, 1), trace.norms.reshape(-1, 4).T, (4, 256, 256, 256),
        strict=True,
    ):  # fmt: skip
        nearest, farthest = ((count * side**2).sum(-1) for side in (abs(middles) - BIN / 2, abs(middles) + BIN / 2))
        squared = norm**2 * bound
        assert np.all((nearest <= squared) & (squared <= farthest))


def test_histograms_are_those_of_numpy(quick):
    with seeded(0):
        kernels = [layer.weight.detach().numpy() for layer in Net().linear]
    for layer, kernel in enumerate(kernels):
        expected = np.histogram(kernel * np.sqrt(kernel.shape[1]), quick.edge)[0]
        for run in range(2):
            np.testing.assert_array_equal(quick.histograms[0, run, layer], expected)
    assert np.array_equal(quick.edge, -quick.edge[::-1])
    assert quick.histogram[..., [0, -1]].any(), "no bin more than needed on both sides"


@pytest.mark.parametrize("seed", SEEDS)
def test_penalised_weights_shrink_and_those_of_the_output_grow(seed):
    trace = computed("l2_penalty", seed=seed)
    start, (without, penalised) = trace.norms[0, 0], trace.norm
    assert trace.growth() == "output"
    assert np.all(penalised[:3] < 0.4 * start[:3])
    assert np.all(without > start)
    assert penalised[3] > 2 * without[3], "the output makes up for it"
    assert trace.data_loss[1, -1] > 10 * trace.data_loss[0, -1], "the data term pays for the other"
    assert not [told for told, holds in trace.invariants() if not holds]


def test_the_named_splits_do_what_they_are_named_for(trace):
    assert trace.validation() == "lower"
    assert trace.helps()
    assert computed("l2_penalty", split="easy").validation() == "higher"
    assert not computed("l2_penalty", split="easy").helps()


def with_losses(trace, last, lowest):
    losses = np.ones((2, len(trace.val_loss[0])))
    losses[:, 1], losses[:, -1] = lowest, last
    return replace(trace, val_loss=losses, lowest=np.array(lowest))


def test_validation_is_clearly_lower_or_not(quick):
    below, above = 1 - 1.01 * CLEARLY, 1 - 0.99 * CLEARLY
    assert with_losses(quick, (1, below), (0.5, 0.5 * below)).validation() == "lower"
    assert with_losses(quick, (1, below), (0.5, 0.5 * above)).validation() == "later"
    assert with_losses(quick, (1, above), (0.5, 0.5 * below)).validation() == "higher"
    assert with_losses(quick, (1, 1), (0.5, 0.5)).validation() == "same"


def test_growth_is_that_of_the_norms(quick):
    def told(*factors):
        return replace(quick, norm=np.stack([quick.norm[0], quick.norms[0, 1] * factors])).growth()

    assert told(0.9, 0.9, 0.9, 1.1) == "output"
    less, more = ([*quick.norms[0, 1, :3] * 0.9, quick.norm[0, 3] * factor] for factor in (0.99, 1.01))
    for norms, contrast in (more, "output"), (less, "none"):
        assert replace(quick, norm=np.stack([quick.norm[0], norms])).contrast() == contrast
    assert told(1.1, 1.1, 1.1, 1.1) == "all"
    assert told(0.9, 1.1, 0.9, 1.1) == told(0.9, 0.9, 0.9, 0.9) == "mixed"


def test_a_price_is_paid_where_the_data_term_ends_above_that_without_penalty(trace):
    assert trace.price() == "paid"
    data = trace.data_loss.copy()
    data[1, :-1] = 0
    assert replace(trace, data_loss=data).price() == "paid", "earlier epochs do not count"
    data[1, -1] = data[0, -1]
    assert replace(trace, data_loss=data).price() == "none"


def test_the_check_names_other_forms(quick):
    forms = 0
    for form, quantities in quick.mistakes():
        forms += 1
        for name, values in quantities.items():
            if name in ("data_loss", "val_loss", "norm"):
                told = {HALVED: "convention of torch, Paddle and optax", PER_ROW: "convention of scikit-learn"}
                assert told.get(form, form) in checking.compare("l2_penalty", {name: values}, QUICK).hint, (form, name)
    assert forms == 9


def test_other_forms_are_those_of_torch(quick):
    def l1(net):
        return 0.01 * sum(w.abs().sum() for w in net.hidden)

    def mean(net):
        return 0.01 * sum((w**2).mean() for w in net.hidden)

    def biases(net):
        return squares(0.01)(net) + 0.01 * sum((layer.bias**2).sum() for layer in net.linear[:-1])

    def output(net):
        return squares(0.01)(net) + 0.01 * (net.linear[-1].weight ** 2).sum()

    told = dict(quick.mistakes())
    terms = {HALVED: squares(0.005), "L1": l1, "mean of the squares": mean, "biases": biases, "output": output}
    for key, term in terms.items():
        (form,) = (name for name in told if key in name)
        losses, norms = trained(quick.params, adam, term)
        np.testing.assert_allclose(told[form]["data_loss"][1], losses[0], rtol=1e-8, err_msg=form)
        np.testing.assert_allclose(told[form]["penalty_term"][1], losses[2], rtol=1e-8, err_msg=form)
        np.testing.assert_allclose(told[form]["norm"][1], norms[-1], rtol=1e-8, err_msg=form)


@pytest.mark.parametrize("knobs", [{"penalty": -0.1}, {"penalty": 0.2}, {"split": "hard"}, {"epochs": 9}])
def test_knobs_outside_their_range_are_refused(knobs):
    with pytest.raises(ValidationError):
        Params(**knobs)


def test_a_spring_begins_at_the_wall_and_ends_at_the_weight():
    start, end = np.zeros(3), np.array([2.0, 0, 0])
    corners = coil(start, end)
    assert np.array_equal(corners[0], start)
    assert np.array_equal(corners[-1], end)
    assert abs(corners[:, 1]).max() > 0


@pytest.mark.parametrize(("length", "head"), [(0.5 * TIP, 0.5 * TIP), (2 * TIP, TIP)])
def test_a_short_arrow_has_a_smaller_head(length, head):
    corners = pointing(np.zeros(3), np.array([-length, 0, 0]))
    assert np.allclose(corners[[1, 3], 0], -length)
    assert np.allclose(corners[[2, 4], 0], head - length)


def test_numbers_end_at_a_decimal_whatever_their_size_but_for_those_that_would_be_written_as_0(quick):
    film = L2Penalty(quick)
    ref = film.refs.loss[1, 0]
    for value in (0.0005001, -0.0096, 0.0999, 0.9996, 3.1475, 12.3456):
        written = fixed(film, replace(ref, value=value))
        assert written.replace("\N{MINUS SIGN}", "-") == f"{round(value, DECIMALS):.{DECIMALS}f}"
    assert fixed(film, replace(ref, value=0.0)) == "0"
    for value in (4.66e-4, -1.5e-7):
        written = fixed(film, replace(ref, value=value))
        assert "10" in written
        assert written == film.words.number(replace(ref, value=value))


@pytest.mark.parametrize("split", SPLITS)
def test_what_is_written_of_the_sum_adds_up_where_the_film_stops(split):
    trace = computed("l2_penalty", split=split)
    stops = trace.adding_up(DECIMALS)
    assert 0 not in stops
    assert len(stops) > SLOW
    for epoch in (*stops[:SLOW], trace.params.epochs):
        data, penalty, loss = (
            round(x[1, epoch] * 10**DECIMALS) for x in (trace.data_loss, trace.penalty_term, trace.loss)
        )
        assert data + penalty == loss, epoch


@pytest.mark.parametrize(("length", "width"), [(0.5 * LOOSE, 0.5 * SWING), (2 * LOOSE, SWING)])
def test_a_short_spring_swings_less(length, width):
    assert abs(coil(np.zeros(3), np.array([length, 0, 0]))[:, 1]).max() == pytest.approx(width)


def test_no_bar_is_higher_than_its_panel_and_one_of_each_kernel_nearly_as_high(quick):
    heights = 1.0, 2.0
    for layer, unit in enumerate(units(L2Penalty(quick), heights)):
        shares = unit * (quick.histograms[:, :, layer] / quick.weights[layer]).max((0, 2)) / heights
        assert 0.9 < shares.max() < 1


def test_the_heads_of_both_runs_stand_apart_however_wide_they_are(quick):
    """A penalty such as 3.98 × 10⁻⁴ is wide."""
    film = L2Penalty(replace(quick, strength=np.array([0, 3.98e-4])))
    without, penalised, *_ = heads(film, 3.4, boxes("#ffffff"))
    assert penalised.get_left()[0] - without.get_right()[0] >= 0.4 - 1e-9
