"""Dropout against torch's own, against chance, and against its lesson."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import scipy.stats
import torch
from pydantic import ValidationError
from torch import nn
from torch.nn import functional

from mathcore import _iris
from mathcore._training import seeded
from mathcore.dropout import LEARNING_RATE, MINIBATCH, SHOWN, SPLITS, TRAINING, WIDTHS, Params, Trace, compute

SETTING = {"hidden": (3,), "rate": 0.0}  # other sentences
NOTATION = (  # numerals that tell no value
    r"1 [-−] (p|§)",  # what is kept of a unit
)

QUICK = {"epochs": 3}  # where only the masks are looked at
RATES = (0.1, 0.4, 0.9)


def rehearsed(params):
    """What the drawn net sees, once more: functional dropout, torch's optimiser; then evaluation by hand."""
    iris = _iris.split(params.split)
    before, after = [], []
    with seeded(params.seed):
        linear = [nn.Linear(a, b) for a, b in pairwise((4, *params.hidden, 3))]
        optimiser = torch.optim.Adam([p for layer in linear for p in layer.parameters()], lr=LEARNING_RATE)
        order = torch.cat([torch.randperm(TRAINING) for _ in range(4)])
        for start in range(0, SHOWN * MINIBATCH, MINIBATCH):
            rows = order[start : start + MINIBATCH]
            h = iris.x[rows]
            for layer in linear[:-1]:
                before.append(torch.sigmoid(layer(h)))
                after.append(h := functional.dropout(before[-1], params.rate))
            optimiser.zero_grad()
            functional.cross_entropy(linear[-1](h), iris.y[rows]).backward()
            optimiser.step()
    h, evaluated = iris.x[rows[0]].numpy(), []
    for layer in linear[:-1]:
        h = 1 / (1 + np.exp(-layer.weight.detach().numpy() @ h - layer.bias.detach().numpy()))
        evaluated.append(h)
    return [b[0].detach().numpy() for b in before], [a[0].detach().numpy() for a in after], evaluated


@pytest.mark.parametrize("hidden", [(5, 5), (2, 8, 3), (1,)], ids=str)
@pytest.mark.parametrize("rate", [0.0, *RATES])
def test_functional_dropout_draws_the_same_masks_from_the_same_generator(rate, hidden):
    params = Params(rate=rate, hidden=hidden, seed=3, **QUICK)
    trace = compute(params)
    before, after, evaluated = rehearsed(params)
    for k, (h, h_dropped) in enumerate(zip(before, after, strict=True)):
        step, layer = divmod(k, len(hidden))
        units = slice(hidden[layer])
        np.testing.assert_allclose(trace.h[step, layer, units], h, rtol=1e-12)
        np.testing.assert_allclose(trace.h_dropped[step, layer, units], h_dropped, rtol=1e-12)
        assert np.array_equal(trace.mask[step, layer, units], h_dropped > 0)
    for layer, h in enumerate(evaluated):  # everyone present, and no scaling
        np.testing.assert_allclose(trace.h_eval[layer, : hidden[layer]], h, rtol=1e-12)


@pytest.mark.parametrize("rate", RATES)
def test_survivors_are_divided_by_the_chance_to_survive_and_the_others_are_zero(rate):
    trace = compute(Params(rate=rate, **QUICK))
    np.testing.assert_allclose(trace.h_dropped, trace.mask * trace.h / (1 - rate), rtol=1e-15)
    assert set(np.unique(trace.mask)) == {0, 1}
    assert np.array_equal(trace.survivors, trace.mask.sum((1, 2)))


@pytest.mark.parametrize("hidden", [(5, 5), (2, 8, 3)], ids=str)
@pytest.mark.parametrize("rate", RATES)
def test_who_stays_and_who_goes_is_counted(rate, hidden):
    trace = compute(Params(rate=rate, hidden=hidden, seed=1, **QUICK))
    assert trace.units == sum(hidden)
    assert np.array_equal(trace.survivors, [np.sum(mask) for mask in trace.mask])
    assert np.array_equal(trace.dropped + trace.survivors, np.full(SHOWN, sum(hidden)))
    assert trace.expected == pytest.approx((1 - rate) * sum(hidden), rel=1e-12)
    assert trace.scale == pytest.approx(1 / (1 - rate), rel=1e-12)
    assert np.array_equal(trace.h_kept, np.where(trace.mask, trace.h, 0))


def test_splits_are_counted_and_flowers_shared_out():
    trace = compute(Params(seed=2))
    dropped, evaluated, validation = trace.late_loss
    assert trace.higher == sum(a > b for a, b in zip(dropped, evaluated, strict=True))
    assert trace.below == sum(a < b for a, b in zip(validation, dropped, strict=True))
    assert trace.trained_units == 128 + 128
    np.testing.assert_allclose(trace.split_share, [0.7, 0.3], rtol=1e-12)


def test_without_a_rate_nothing_changes():
    trace = compute(Params(rate=0.0, **QUICK))
    assert trace.mask.all()
    assert np.array_equal(trace.h_dropped, trace.h)


def test_units_that_a_layer_lacks_are_zero():
    trace = compute(Params(hidden=(2, 5), **QUICK))
    for values in (trace.mask, trace.h, trace.h_dropped, trace.h_eval[None]):
        assert values.shape[1:] == (2, 5)
        assert not values[:, 0, 2:].any()
    assert trace.h[:, 1].all()


@pytest.fixture(scope="module", params=RATES)
def many(request):
    """The rate, and the traces of many seeds."""
    knobs = {"rate": request.param, "hidden": (8, 8, 8), **QUICK}
    return request.param, [compute(Params(seed=seed, **knobs)) for seed in range(10)]


def test_every_unit_survives_with_the_same_chance(many):
    rate, traces = many
    masks = np.array([trace.mask for trace in traces])  # [seed step layer unit]
    assert scipy.stats.binomtest(int(masks.sum()), masks.size, 1 - rate).pvalue > 1e-3
    of_unit = masks.sum((0, 1))
    trials = masks.shape[0] * masks.shape[1]
    surprise = np.sum((of_unit - trials * (1 - rate)) ** 2) / (trials * rate * (1 - rate))
    assert 1e-3 < scipy.stats.chi2.sf(surprise, of_unit.size) < 1 - 1e-3


def test_the_number_of_survivors_is_binomial_not_a_given_proportion(many):
    rate, traces = many
    survivors = np.concatenate([trace.survivors for trace in traces])
    units, count = 24, len(survivors)
    spread = survivors.var() / (units * rate * (1 - rate))  # 0 if a given proportion were picked
    assert abs(spread - 1) < 4 * np.sqrt((2 + 1 / (units * rate * (1 - rate))) / count)


def test_dropout_keeps_the_expected_activation(many):
    rate, traces = many
    h, h_dropped = (np.array([getattr(trace, name) for trace in traces]) for name in ("h", "h_dropped"))
    spread = np.sqrt(np.sum(h**2) * rate / (1 - rate))  # the differences have mean 0 and are uncorrelated
    assert abs(np.sum(h_dropped - h)) < 4 * spread
    assert 4 * spread < rate * np.sum(h)  # so that a scale left out would be seen


def retrained(params):
    """The losses [measure split epoch] of one torch net per split, fed the same random numbers."""
    splits = [_iris.split(params.split + k) for k in range(SPLITS)]
    widths = (4, *WIDTHS, 3)
    nets = [[nn.Linear(a, b).double() for a, b in pairwise(widths)] for _ in splits]
    optimisers = [torch.optim.Adam([p for m in net for p in m.parameters()], lr=LEARNING_RATE) for net in nets]
    losses = np.zeros((3, SPLITS, params.epochs))

    def loss(net, x, y, scales):
        for layer, scale in zip(net, scales, strict=False):
            x = torch.relu(layer(x)) * scale
        return functional.cross_entropy(net[-1](x), y)

    with seeded(params.seed):
        for layer, (fan_in, fan_out) in enumerate(pairwise(widths)):
            for name, shape in (("weight", (fan_in, fan_out)), ("bias", (1, fan_out))):
                drawn = torch.empty(SPLITS, *shape).uniform_(-(fan_in**-0.5), fan_in**-0.5)
                for net, values in zip(nets, drawn, strict=True):
                    getattr(net[layer], name).data = values.mT.squeeze(-1).contiguous()
        for epoch in range(params.epochs):
            order = torch.rand(SPLITS, TRAINING).argsort()
            for start in range(0, TRAINING, MINIBATCH):
                scales = [functional.dropout(torch.ones(SPLITS, MINIBATCH, width), params.rate) for width in WIDTHS]
                for k, (net, iris, optimiser) in enumerate(zip(nets, splits, optimisers, strict=True)):
                    rows = order[k, start : start + MINIBATCH]
                    met = loss(net, iris.x[rows], iris.y[rows], [scale[k] for scale in scales])
                    optimiser.zero_grad()
                    met.backward()
                    optimiser.step()
                    losses[0, k, epoch] += met.item() * MINIBATCH / TRAINING
            for k, (net, iris) in enumerate(zip(nets, splits, strict=True)):
                for i, part in ((1, slice(TRAINING)), (2, slice(TRAINING, None))):
                    losses[i, k, epoch] = loss(net, iris.x[part], iris.y[part], (1, 1)).item()
    return losses


def test_nets_in_step_learn_what_torch_nets_learn_one_by_one():
    params = Params(epochs=7, seed=5, split=8)
    trace, losses = compute(params), retrained(params)
    np.testing.assert_allclose(trace.train_loss_dropout, losses[0, 0], rtol=1e-9)
    np.testing.assert_allclose(trace.train_loss_eval, losses[1, 0], rtol=1e-9)
    np.testing.assert_allclose(trace.val_loss, losses[2, 0], rtol=1e-9)
    np.testing.assert_allclose(trace.late_loss, losses[:, :, -2:].mean(2), rtol=1e-9)


def test_the_drawn_net_is_no_concern_of_the_losses():
    one, other = (compute(Params(hidden=hidden, **QUICK)) for hidden in ((5, 5), (3,)))
    assert np.array_equal(one.late_loss, other.late_loss)


@pytest.fixture(scope="module")
def trained():
    """The default film, with several seeds."""
    return [compute(Params(seed=seed)) for seed in range(3)]


def test_on_the_default_split_validation_lies_between_the_two_measures_of_the_training_loss(trained):
    with_dropout, without, validation = np.mean([trace.late_loss[:, 0] for trace in trained], axis=0)
    assert 1.1 * without < validation < 0.95 * with_dropout


def test_on_every_split_the_loss_reads_higher_with_dropout(trained):
    for trace in trained:
        assert np.all(trace.late_loss[0] > 1.05 * trace.late_loss[1])


@pytest.mark.parametrize(
    ("name", "change", "broken"),
    [
        ("h_dropped", lambda h: h + 1e-9, ["h_dropped"]),
        ("survivors", lambda count: count[::-1], ["survivors"]),
        ("val_loss", lambda loss: np.where(np.arange(60) == 40, 2 * loss, loss), ["late_loss"]),
        ("val_loss", lambda loss: np.where(np.arange(60) == 39, 2 * loss, loss), []),
        ("train_loss_eval", lambda loss: 1.001 * loss, ["late_loss"]),
        ("late_loss", lambda late: np.where(np.arange(6) == 3, late[[1, 0, 2]], late), ["at"]),
    ],
)
def test_an_invariant_breaks_with_its_quantity(trained, name, change, broken):
    trace = trained[0]
    changed = Trace(params=trace.params, **trace.arrays() | {name: change(getattr(trace, name))})
    assert all(holds for _, holds in trace.invariants())
    assert [sentence.split()[0] for sentence, holds in changed.invariants() if not holds] == broken


def test_the_usual_mistakes_are_scales_of_the_survivors():
    trace = compute(Params(rate=0.25, **QUICK))
    (_, unscaled), (_, by_rate) = trace.mistakes()
    np.testing.assert_allclose(unscaled["h_dropped"], 0.75 * trace.h_dropped, rtol=1e-14)
    np.testing.assert_allclose(by_rate["h_dropped"], 3 * trace.h_dropped, rtol=1e-14)
    assert len(list(compute(Params(rate=0.0, **QUICK)).mistakes())) == 1


def test_where_validation_lies_depends_on_the_split(trained):
    for trace in trained:
        below = np.sum(trace.late_loss[2] < trace.late_loss[0])
        assert 0 < below < SPLITS


def test_the_more_is_dropped_the_further_the_two_measures_part():
    gaps = []
    for rate in (0.0, 0.4, 0.9):
        with_dropout, without, _ = compute(Params(rate=rate, epochs=30)).late_loss
        gaps.append(np.mean(with_dropout - without))
    assert gaps[0] < gaps[1] < gaps[2]


@pytest.mark.parametrize("seed", [0, 41, 999])
def test_a_split_shares_out_each_species_and_depends_on_its_seed_alone(seed):
    iris = _iris.split(seed)
    assert sorted(iris.rows.tolist()) == list(range(150))
    assert np.array_equal(iris.y, iris.rows // 50)
    assert np.bincount(iris.y[:TRAINING]).tolist() == [35, 35, 35]
    train = iris.x[:TRAINING].numpy()
    np.testing.assert_allclose(train.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(train.std(0, ddof=1), 1)
    torch.rand(3)
    assert torch.equal(_iris.split(seed).rows, iris.rows)
    assert not torch.equal(_iris.split(seed + 1).rows, iris.rows)


def test_the_flowers_shown_are_flowers_that_train():
    trace = compute(Params(**QUICK))
    assert set(trace.flower) <= set(_iris.split(trace.params.split).rows[:TRAINING].tolist())


def test_twelve_minibatches_are_shown_and_256_units_measured_on_six_splits():
    trace = compute(Params(**QUICK))
    assert len(trace.h) == 12
    assert sum(WIDTHS) == 256
    assert trace.late_loss.shape == (3, 6)
    assert (MINIBATCH, LEARNING_RATE) == (35, 0.001)


@pytest.mark.parametrize(
    ("rate", "survivors", "outcome"),
    [(0.0, 10, "swell_none"), (1e-9, 10, "swell"), (0.4, 1, "swell"), (0.4, 0, "swell_nobody")],
)
def test_survivors_swell_if_there_are_any_and_some_could_be_dropped(quick, rate, survivors, outcome):
    counted = np.where(np.arange(SHOWN), quick.survivors, survivors)
    assert replace(quick, params=Params(rate=rate, **QUICK), survivors=counted).swelling() == outcome


def test_the_number_of_survivors_varies_if_a_single_minibatch_has_another(quick):
    same = np.full(SHOWN, 6)
    assert replace(quick, survivors=same).survivor_counts() == "same"
    for change in (-1, 1):
        assert replace(quick, survivors=same + change * (np.arange(SHOWN) == 7)).survivor_counts() == "varies"


@pytest.mark.parametrize(
    ("with_dropout", "without", "validation", "outcome"),
    [
        (0.3, 0.2, 0.199, "below"), (0.3, 0.2, 0.2, "between"), (0.3, 0.2, 0.299, "between"), (0.3, 0.2, 0.3, "above"),
        (0.3, 0.2, 0.301, "above"), (0.2, 0.3, 0.199, "below"), (0.2, 0.3, 0.2, "above"), (0.2, 0.3, 0.25, "above"),
    ],
)  # fmt: skip
def test_the_late_validation_loss_is_compared_with_both_training_losses(
    quick, with_dropout, without, validation, outcome
):
    late = quick.late_loss.copy()
    late[:, 0] = with_dropout, without, validation
    assert replace(quick, late_loss=late).late_validation() == outcome


@pytest.fixture(scope="module")
def quick():
    """A trace of few epochs."""
    return compute(Params(**QUICK))


@pytest.mark.parametrize(
    "knobs",
    [
        {"rate": 0.91}, {"rate": -0.1}, {"rate": float("nan")}, {"epochs": 2}, {"epochs": 81}, {"hidden": ()},
        {"hidden": (0,)}, {"hidden": (9,)}, {"hidden": (1, 1, 1, 1)}, {"split": 1000}, {"split": -1}, {"seed": -1},
        {"seed": 1000}, {"p": 0.4},
    ],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def test_knobs_reach_the_ends_of_their_ranges():
    assert Params(rate=0, epochs=3, hidden=(1,), split=0, seed=0)
    assert Params(rate=0.9, epochs=80, hidden=(8, 8, 8), split=999, seed=999)
