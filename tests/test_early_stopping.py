"""Early stopping: counting by hand, the net against torch, what is restored; then three splits, three lessons."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import computed
from pydantic import ValidationError
from torch import nn
from torch.nn.functional import cross_entropy

from export.render.player import staged
from export.render.settings import RenderSettings
from mathcore import _iris, early_stopping
from mathcore._check import checking
from mathcore._check.compare import Run
from mathcore._check.hints import hint
from mathcore._training import seeded
from mathcore.early_stopping import SPLITS, Params, count
from scenes._props.early_stopping import TALLEST

SETTING = {"split": "never", "seed": 3}  # other sentences
NOTATION = (r"n \+ 1", r"cases\(0", r"L_\(§\)")  # numerals that tell no value: the counter's rule

SHORT = {"epochs": 10}  # where it does not matter how training ends


@pytest.fixture
def trace():
    return computed("early_stopping")


def counted(losses, patience):
    """Once more, as one would write it: what has been waited after each epoch, the best one and the last."""
    best, lowest, waited = 0, losses[0], [0]
    for epoch, loss in enumerate(losses[1:], start=1):
        if loss < lowest:
            best, lowest = epoch, loss
        waited.append(epoch - best)
        if epoch - best == patience:
            break
    return waited + [waited[-1]] * (len(losses) - len(waited)), best, len(waited) - 1


@pytest.mark.parametrize("seed", range(20))
def test_epochs_without_a_new_best_are_counted(seed):
    chance = np.random.RandomState(seed)
    losses = np.round(chance.rand(40) + np.linspace(1, 0, 40), 1 + seed % 2)  # some are equal
    for patience in (1, 3, 10):
        waited, best, stop = count(losses, patience)
        assert (waited.tolist(), best, stop) == counted(losses.tolist(), patience)


def test_an_equal_loss_is_no_new_best_and_the_stop_comes_when_patience_is_reached():
    waited, best, stop = count([3.0, 2.0, 2.0, 2.0, 1.0, 0.5], 2)
    assert waited.tolist() == [0, 0, 1, 2, 2, 2]
    assert (best, stop) == (1, 3)


def test_a_new_best_in_the_last_epoch_of_patience_is_in_time():
    waited, best, stop = count([3.0, 2.0, 2.5, 1.0, 1.5, 1.5, 0.0], 2)
    assert waited.tolist() == [0, 0, 1, 0, 1, 2, 2]
    assert (best, stop) == (3, 5)


def test_without_a_stop_the_last_epoch_ends_training():
    waited, best, stop = count([3.0, 2.0, 2.5], 2)
    assert (waited.tolist(), best, stop) == ([0, 0, 1], 1, 2)
    waited, best, stop = count([3.0, 2.0, 2.5, 2.5], 2)
    assert (waited.tolist(), best, stop) == ([0, 0, 1, 2], 1, 3), "patience that runs out with the epochs"


@pytest.mark.parametrize("split", SPLITS)
def test_the_trace_says_what_counting_says(split):
    trace = computed("early_stopping", split=split)
    waited, best, stop = counted(trace.val_loss.tolist(), 10)
    assert (trace.waited.tolist(), trace.best_epoch, trace.stop_epoch) == (waited, best, stop)
    assert trace.best_of_all_epoch == list(trace.val_loss).index(min(trace.val_loss))
    np.testing.assert_array_equal(
        trace.held()[: stop + 1], [np.argmin(trace.val_loss[: k + 1]) for k in range(stop + 1)]
    )
    np.testing.assert_array_equal(trace.held()[stop:], best)
    assert all(held for _, held in trace.invariants())


def net():
    """The course's net, as torch makes it."""
    layers = [nn.Linear(4, 256), nn.Linear(256, 256), nn.Linear(256, 256), nn.Linear(256, 3)]
    return nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2], nn.ReLU(), layers[3])


def trained(split, seed, patience, epochs):
    """Early stopping with torch's modules: losses up to the stop, all states, the best epoch, what it restores."""
    iris = _iris.split(split)
    parts = [(iris.x[rows], iris.y[rows]) for rows in (slice(105), slice(105, None))]
    with seeded(seed):
        model, losses, best, states = net(), [], 0, []
        adam = torch.optim.Adam(model.parameters(), lr=0.001)
        for epoch in range(epochs + 1):
            for rows in torch.randperm(105).split(30) if epoch else ():
                adam.zero_grad()
                cross_entropy(model(iris.x[rows]), iris.y[rows]).backward()
                adam.step()
            with torch.no_grad():
                losses.append([cross_entropy(model(x), y).item() for x, y in parts])
            states.append({name: w.clone() for name, w in model.state_dict().items()})
            best = min(range(len(losses)), key=lambda k: losses[k][1])
            if epoch - best == patience:
                break
        model.load_state_dict(states[best])
        with torch.no_grad():
            return np.array(losses).T, states, best, cross_entropy(model(parts[1][0]), parts[1][1]).item()


@pytest.mark.parametrize(("patience", "stop"), [(3, 12), (10, 20)])
def test_training_stopping_and_restoring_are_those_of_torch(patience, stop):
    trace = computed("early_stopping", patience=patience, epochs=20)
    losses, states, best, restored = trained(SPLITS["textbook"], 0, patience, 20)
    assert trace.stop_epoch == losses.shape[1] - 1 == stop
    assert trace.best_epoch == best
    np.testing.assert_allclose([trace.train_loss[: stop + 1], trace.val_loss[: stop + 1]], losses, rtol=1e-9)
    assert trace.restored_loss == pytest.approx(restored, rel=1e-9)
    shown = [state["6.weight"][0, :24] for state in states]
    np.testing.assert_allclose(trace.w[: stop + 1], torch.stack(shown), rtol=1e-7, atol=1e-12)
    for epoch in (stop - 1, stop):
        held = states[int(trace.held()[epoch])]
        apart = sum(((w - held[name]) ** 2).sum() for name, w in states[epoch].items()) ** 0.5
        assert trace.distance[epoch] == pytest.approx(float(apart), rel=1e-7)


def test_the_restored_loss_is_that_of_the_best_epoch_to_the_bit(trace):
    assert trace.restored_loss == trace.val_loss[trace.best_epoch] < 0.6 * trace.val_loss[trace.stop_epoch]
    assert trace.distance[trace.best_epoch] == 0 < trace.distance[trace.stop_epoch]


def test_what_follows_the_stop_does_not_change_what_is_restored(trace):
    less = computed("early_stopping", epochs=int(trace.stop_epoch))
    assert less.restored_loss == trace.restored_loss
    np.testing.assert_array_equal(less.val_loss, trace.val_loss[: trace.stop_epoch + 1])
    assert less.stops()
    assert less.ending() == "textbook"


def test_the_net_and_its_flowers(trace):
    assert trace.parameters == sum(w.numel() for w in net().parameters())
    assert trace.units.tolist() == [4, 256, 256, 256, 3]
    assert trace.flowers.tolist() == [105, 45]
    assert {int(computed("early_stopping", split=split).split_seed) for split in SPLITS} == set(SPLITS.values())


@pytest.mark.parametrize("split", SPLITS)
def test_each_split_is_what_it_is_called(split):
    assert computed("early_stopping", split=split).ending() == split


def test_on_the_textbook_split_the_loss_comes_down_by_half_and_nothing_better_follows(trace):
    assert trace.restored_loss < 0.5 * trace.val_loss[trace.stop_epoch]
    assert trace.best_of_all_epoch == trace.best_epoch
    assert trace.val_loss[-1] > 4 * trace.restored_loss
    assert trace.train_loss[-1] < 0.1 * trace.train_loss[trace.best_epoch]


def test_on_the_impatient_split_more_patience_would_have_found_a_loss_five_times_lower():
    trace = computed("early_stopping", split="impatient")
    assert trace.val_loss[trace.best_of_all_epoch] < 0.2 * trace.restored_loss
    assert trace.best_of_all_epoch > trace.stop_epoch + 10
    enough = computed("early_stopping", split="impatient", patience=int(trace.enough))
    assert enough.best_epoch == trace.best_of_all_epoch
    assert count(trace.val_loss, int(trace.enough) - 1).best < trace.best_of_all_epoch
    start, end = trace.longest_wait()
    assert end - start == trace.enough
    assert trace.val_loss[end] < trace.val_loss[start] == trace.val_loss[:end].min()


def test_on_the_split_called_never_the_counter_is_never_full():
    trace = computed("early_stopping", split="never")
    assert trace.waited.max() < 10
    assert trace.stop_epoch == trace.params.epochs


@pytest.mark.parametrize("seed", range(10))
def test_the_least_patience_that_is_enough(seed):
    losses = np.random.RandomState(seed).rand(30)
    reached = [patience for patience in range(1, 31) if count(losses, patience).best == losses.argmin()]
    assert early_stopping._enough(losses) == reached[0]


def run_of(trace, losses, patience):
    """A run with these losses."""
    waited, best, stop = count(losses, patience)
    numbers = {
        "best_epoch": best,
        "stop_epoch": stop,
        "restored_loss": losses[best],
        "best_of_all_epoch": np.argmin(losses),
    }
    arrays = {
        "train_loss": losses,
        "val_loss": losses,
        "waited": waited,
        "distance": losses,
        "w": np.ones((len(losses), 2)),
    }
    values = {name: np.array(value) for name, value in (numbers | arrays).items()}
    return replace(trace, params=Params(patience=patience), **values)


@pytest.mark.parametrize(
    ("losses", "patience", "outcomes"),
    [
        ([1, 0.94, 1, 1, 0.95], 2, ("textbook", "lower", "nothing")),
        ([1, 0.96, 1, 1, 0.96], 2, ("vain", "hardly", "nothing")),
        ([1, 0.5, 1, 1, 0.48], 2, ("textbook", "lower", "little")),
        ([1, 0.5, 1, 1, 0.47], 2, ("impatient", "lower", "much")),
        ([1, 0.96, 1, 1, 0.9], 2, ("impatient", "hardly", "much")),
        ([1, 0.5, 0.9, 0.95], 3, ("never", "lower", "nothing")),
        ([1, 0.96, 1, 1], 3, ("never", "hardly", "nothing")),
        ([1, 0.5, 0.9, 0.4], 3, ("never", "same", "nothing")),
    ],
)
def test_outcomes(trace, losses, patience, outcomes):
    run = run_of(trace, losses, patience)
    assert (run.ending(), run.restoring(), run.missed()) == outcomes


def handed_in(trace, form):
    """What a student would hand in who counts in another form, by hand, on the same losses."""
    val, patience = trace.val_loss, 10 + (form == "exceeded")
    watched = trace.train_loss if form == "training loss" else val
    best, n, waited = 0, 0, [0]
    while n < patience and len(waited) < len(val):
        k = len(waited)
        if watched[k] < watched[k - 1 if form == "epoch before" else best]:
            best, n = k, n if form == "no new best resets" else 0
        else:
            n += 1
        waited.append(n)
    stop = len(waited) - 1
    restored = val[stop if form == "last weights" else best]
    waited += [n] * (len(val) - len(waited))
    return {"waited": np.array(waited), "best_epoch": best, "stop_epoch": stop, "restored_loss": restored}


FORMS = ("epoch before", "no new best resets", "exceeded", "training loss", "last weights")


@pytest.mark.parametrize("split", ["textbook", "impatient"])
@pytest.mark.parametrize("form", FORMS)
def test_other_forms_are_known_by_their_names(form, split, monkeypatch):
    trace, told = computed("early_stopping", split=split), 0
    monkeypatch.setattr(early_stopping, "compute", lambda params: trace)
    for name, values in handed_in(trace, form).items():
        if not np.allclose(values, getattr(trace, name), rtol=1e-6):
            same = [one for one in FORMS if np.array_equal(handed_in(trace, one)[name], values)]
            said = checking.compare("early_stopping", {name: values}, {"split": split}).hint
            assert any(one in said for one in same), (name, said)
            told += form in said
    assert told, "in one of the quantities at least"


def test_an_equal_loss_counted_as_a_new_best_is_known_where_losses_are_equal(trace):
    tied = trace.val_loss.copy()
    tied[25] = tied[21]
    run = run_of(trace, tied, 10)
    theirs = np.array([*run.waited[:25], *range(11), *[10] * (len(tied) - 36)])
    assert (run.stop_epoch, run.waited[25]) == (31, 4)
    told = hint(run, run.mistakes(), "waited", Run(theirs, np.arange(len(theirs))), (1e-5, 0.0))
    assert "equal to the best counted" in told.cause


@pytest.mark.parametrize(
    "knobs",
    [{"patience": 0}, {"patience": 51}, {"epochs": 9}, {"epochs": 151}, {"seed": -1}, {"split": "own"}],
    ids=str,
)
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def test_the_safe_shows_the_weights_of_the_best_epoch_so_far():
    trace = computed("early_stopping")
    with staged(trace, RenderSettings(height=120, fps=2)) as film:
        film.setup()
        film.add(film.safe.drawn)
        for epoch in (9, 14, 15, 31):
            film.jump(kept=epoch)
            (sticks, number, loss), *_ = film.safe.best
            held = trace.w[trace.held()[epoch]]
            np.testing.assert_allclose(
                sticks.points[3::4, 1] - sticks.points[::4, 1], TALLEST * held / abs(trace.w).max()
            )
            assert number.text == str(trace.held()[epoch])
            assert float(loss.text) == pytest.approx(trace.val_loss[trace.held()[epoch]], rel=5e-3)
