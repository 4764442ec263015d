"""Logistic loss: by hand and against scipy and torch, the training against a hand-written one, then its lesson."""

import csv

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from reading import read_back
from scipy.special import log_softmax, softmax
from torch.nn import functional

from mathcore import _iris
from mathcore._check import hints
from mathcore._check.compare import Run
from mathcore._data import DATA
from mathcore.logistic_loss import CONFIDENT, TRAINED, Params, Trace, compute
from scenes._props.logistic_loss import paid
from scenes.logistic_loss import LogisticLoss

SETTING = {"seed": 1, "epochs": 3}  # no mistake is confident
NOTATION = (r"-log|\(1 -",)


def table():
    """Lengths in standard deviations from their mean [flower length], and species."""
    with (DATA / "iris.csv").open() as file:
        rows = np.array(list(csv.reader(file))[1:], dtype=float)
    return (rows[:, :4] - rows[:, :4].mean(0)) / rows[:, :4].std(0, ddof=1), rows[:, 4].astype(int)


def by_hand(seed, epochs, rate=0.5, normalize=150):
    """Scores [flower class] at the start and at the end of gradient descent with numpy alone."""
    x, y = table()
    w, b, target = (
        torch.randn(4, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).numpy(),
        0,
        np.eye(3),
    )
    start = x @ w + b
    for _ in range(epochs):
        delta = (softmax(x @ w + b, axis=1) - target[y]) / normalize
        w, b = w - rate * x.T @ delta, b - rate * delta.sum(0)
    return start, x @ w + b


def test_the_curve_by_hand():
    trace = compute(Params(epochs=1))
    assert (trace.p[0], trace.p[-1], len(trace.p)) == (0.01, 1, 50)
    np.testing.assert_allclose(np.exp(-trace.loss), trace.p, rtol=1e-14)
    assert trace.loss[-1] == 0
    assert trace.loss[0] == pytest.approx(2 * np.log(10), rel=1e-14)


def test_every_factor_of_ten_costs_the_same():
    trace = compute(Params(epochs=1))
    assert trace.asked[0] == pytest.approx(10 * trace.asked[1], rel=1e-15)
    assert trace.asked_loss[1] - trace.asked_loss[0] == pytest.approx(trace.tenfold, rel=1e-14)
    assert trace.tenfold == pytest.approx(2.302585, abs=1e-6)


@pytest.mark.parametrize(("seed", "epochs"), [(34, 500), (0, 1), (7, 40), (999, 2000)])
def test_training_is_that_of_gradient_descent_by_hand(seed, epochs):
    trace, (_, y), rows = compute(Params(seed=seed, epochs=epochs)), table(), np.arange(150)
    for scores, p, mean in zip(
        by_hand(seed, epochs), (trace.before, trace.after), (trace.loss_before, trace.loss_after), strict=True
    ):
        np.testing.assert_allclose(p, softmax(scores, axis=1)[rows, y], rtol=1e-8)
        assert mean == pytest.approx(-log_softmax(scores, axis=1)[rows, y].mean(), rel=1e-8)
        loss = functional.cross_entropy(torch.from_numpy(scores), torch.from_numpy(y))
        assert mean == pytest.approx(loss.item(), rel=1e-8)
    assert trace.species.tolist() == y.tolist()


def test_what_is_kept_at_the_checkpoints():
    trace, (_, y) = compute(Params(seed=3, epochs=60)), table()
    assert trace.checkpoint_epoch[[0, 1, -1]].tolist() == [0, 1, 60]
    assert np.all(np.diff(trace.checkpoint_epoch) > 0)
    for epoch, probability, losses, mistaken in zip(
        trace.checkpoint_epoch, trace.probability, trace.flower_loss, trace.mistaken, strict=True
    ):
        expected = softmax(by_hand(3, epoch)[1], axis=1)
        np.testing.assert_allclose(probability, expected, rtol=1e-9)
        np.testing.assert_allclose(np.exp(-losses), expected[np.arange(150), y], rtol=1e-9)
        assert mistaken.tolist() == (expected.argmax(1) != y).tolist()


@pytest.mark.parametrize("seed", range(10))
def test_counts_and_shares_are_those_of_the_flowers(seed):
    trace = compute(Params(seed=seed, epochs=20))
    for k, losses in enumerate(trace.flower_loss):
        wrong, sure = trace.mistaken[k] == 1, losses > -np.log(CONFIDENT)
        assert (trace.wrong[k], trace.confident[k]) == (wrong.sum(), sure.sum())
        assert trace.wrong_share[k] == pytest.approx(losses[wrong].sum() / losses.sum(), abs=1e-12)
        assert trace.confident_share[k] == pytest.approx(losses[sure].sum() / losses.sum(), abs=1e-12)
        assert not np.any(sure & ~wrong), "a species with so little has not the largest probability"
    assert trace.before[trace.followed] == trace.before.min()
    assert trace.before[trace.surest] == trace.before.max()
    assert trace.times == pytest.approx(np.log(trace.before.min()) / np.log(trace.before.max()))


@pytest.mark.parametrize("seed", range(0, 1000, 125))
def test_a_confident_mistake_costs_most_and_training_lowers_it(seed):
    trace = compute(Params(seed=seed))
    assert [name for name, holds in trace.invariants() if not holds] == []
    share = trace.confident[0] / len(trace.before)
    assert trace.confident_share[0] > share or not trace.confident[0], "they pay more than their number"
    assert trace.after[trace.followed] > trace.before[trace.followed]
    assert trace.remains() == ("none" if trace.confident[0] else "never")
    assert trace.loss_after < 0.1


def test_from_any_start_training_comes_to_nearly_the_same():
    ends = [compute(Params(seed=seed, epochs=1000)).loss_after for seed in range(3)]
    assert np.ptp(ends) < 0.01


def outcomes(**changed):
    """A trace of which some quantities are changed."""
    trace = compute(Params(epochs=3))
    values = {name: np.array(value) for name, value in trace.arrays().items()}
    for name, (index, value) in changed.items():
        values[name][index] = value
    return Trace(params=trace.params, **values)


def test_outcomes_on_both_sides_of_their_thresholds():
    followed = int(compute(Params(epochs=3)).followed)
    assert outcomes(before=(followed, CONFIDENT - 1e-9)).mistake() == "confident"
    assert outcomes(before=(followed, CONFIDENT)).mistake() == "hesitant"
    ends = ((5, 1), "some"), ((5, 0), "none"), ((0, 0), "never")
    for many, remains in ends:
        assert outcomes(confident=([0, -1], many)).remains() == remains


@pytest.mark.parametrize("checkpoint", [0, -1])
@pytest.mark.parametrize("seed", [1, 4, 25, 34])
def test_what_the_followed_flower_pays_is_minus_the_log_of_the_p_that_is_written(seed, checkpoint):
    p, loss = (
        read_back(number.read, "en") for number in paid(LogisticLoss(compute(Params(seed=seed))), checkpoint).values()
    )
    assert f"{-np.log(p):.2e}" == f"{loss:.2e}"


def told(trace, name, values):
    """What `check` says of a student's values."""
    found = hints.hint(trace, trace.mistakes(), name, Run(np.asarray(values), np.arange(1)), (1e-6, 1e-9))
    return found.sentence if found else ""


def ways(seed, epochs):
    """Losses of another form, written by hand: the name of the form, the quantity, its values."""
    _, y = table()
    rows, (start, end) = np.arange(150), by_hand(seed, epochs)
    before, after = (softmax(scores, axis=1) for scores in (start, end))
    p = before[rows, y]
    yield "logarithms to base 2", "loss_before", -np.log2(p).mean()
    yield "logarithms to base 10", "loss_before", -np.log10(p).mean()
    yield "logarithms to base 10", "loss", -np.log10(np.linspace(0.01, 1, 50))
    yield "a sum over the flowers", "loss_before", -np.log(p).sum()
    yield "the probability of the predicted species", "before", before.max(1)
    yield "the probability of the predicted species", "loss_after", -np.log(after.max(1)).mean()
    yield "squared error (1 - p)^2", "loss_before", ((1 - p) ** 2).mean()
    yield "the Brier score", "loss_before", ((before - np.eye(3)[y]) ** 2).sum(1).mean()
    yield "MSELoss", "loss_before", ((before - np.eye(3)[y]) ** 2).mean()
    yield "a softmax applied twice", "loss_before", -log_softmax(before, axis=1)[rows, y].mean()
    yield "weights that start from 0", "before", np.full(150, 1 / 3)
    for factor, name in (np.log(2), "base 2"), (np.log(10), "base 10"):
        scores = by_hand(seed, epochs, rate=0.5 / factor)[1]
        yield f"training on logarithms to {name}", "after", softmax(scores, axis=1)[rows, y]
        yield f"training on logarithms to {name}", "loss_after", -log_softmax(scores, 1)[rows, y].mean() / factor
    scores = by_hand(seed, epochs, normalize=1)[1]
    yield "a sum over the flowers", "after", softmax(scores, axis=1)[rows, y]
    yield "a learning rate ten times too small", "after", softmax(by_hand(seed, epochs, 0.05)[1], axis=1)[rows, y]


@pytest.mark.parametrize("case", range(17))
def test_another_form_is_named(case):
    trace = compute(Params(epochs=5))
    form, name, values = list(ways(trace.params.seed, 5))[case]
    assert form in told(trace, name, values)


def test_what_is_no_such_form_is_not_named():
    trace = compute(Params(epochs=1))
    for name in ("before", "loss_after"):
        assert told(trace, name, trace.arrays()[name] + 0.3) == ""


@pytest.mark.parametrize("form", TRAINED)
def test_a_run_trained_on_another_loss_is_named_by_torch(form):
    trace, (x, y) = compute(Params(epochs=5)), table()
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    w = torch.randn(4, 3, generator=torch.Generator().manual_seed(34), dtype=torch.float64).requires_grad_()
    b = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    descent = torch.optim.SGD([w, b], lr=0.5)
    for _ in range(5):
        descent.zero_grad()
        TRAINED[form](x @ w + b, y).backward()
        descent.step()
    after = functional.softmax((x @ w + b).detach(), dim=1)[torch.arange(150), y].numpy()
    assert told(trace, "after", after).startswith(f"looks like training on {form}")


def test_lengths_that_were_not_standardized_are_named():
    trace, (lengths, y) = compute(Params(epochs=1)), _iris.read()
    w = torch.randn(4, 3, generator=torch.Generator().manual_seed(34), dtype=torch.float64)
    before = functional.softmax(lengths @ w, dim=1)[torch.arange(150), y].numpy()
    assert "lengths that were not standardised" in told(trace, "before", before)


@pytest.mark.parametrize(
    "knobs", [{"epochs": 0}, {"epochs": 2001}, {"epochs": 1.5}, {"seed": -1}, {"seed": 1000}], ids=str
)
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)
