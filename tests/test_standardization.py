"""Standardization: statistics by hand, descents against torch, trainings against torch.optim, then the lesson."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import computed
from pydantic import ValidationError
from scipy.optimize import curve_fit
from torch import nn
from torch.nn.functional import cross_entropy

from export.render.player import staged
from export.render.settings import RenderSettings
from mathcore import _iris, standardization
from mathcore._check import checking
from mathcore._data import DATA, read_columns
from mathcore._training import seeded
from mathcore.standardization import CENTRED, EARLY, RAW, STANDARDIZED, Params
from scenes._props.standardization import RISES, arrow_to, ellipses, half_axes
from scenes._stage.clock import marks

SETTING = {"ddof": 0, "epochs": 10, "seed": 3}  # other sentences
NOTATION = (
    r"[xzwμσ]_?[12]",
    r"(mu|sigma)_[12]",
    r"(from|de) 0",
    r"= 2 / \(",
)  # numerals that tell no value: names, the origin

QUICK = {"epochs": 10}  # where the nets do not matter
SEEDS = 0, 4, 7


def table():
    """The lengths of all flowers, those that train first, and their species."""
    iris = _iris.split(standardization.SPLIT)
    columns = np.stack(read_columns(DATA / "iris.csv", *_iris.LENGTHS), axis=1)
    return columns[iris.rows.numpy()], iris.y


@pytest.fixture
def trace():
    return computed("standardization")


@pytest.fixture
def quick():
    return computed("standardization", **QUICK)


@pytest.mark.parametrize("ddof", [0, 1])
def test_mean_and_deviation_are_those_of_the_rows_that_train(ddof):
    trace = computed("standardization", ddof=ddof, **QUICK)
    rows = table()[0][:105]
    mean = rows.sum(axis=0) / 105
    np.testing.assert_allclose(trace.mean, mean, rtol=1e-14)
    deviation = np.sqrt(((rows - mean) ** 2).sum(axis=0) / (105 - ddof))
    np.testing.assert_allclose(trace.deviation, deviation, rtol=1e-12)
    np.testing.assert_array_equal(trace.x, rows[:, :2])
    np.testing.assert_array_equal(trace.y, rows[:, 2])


def test_standardised_inputs_are_those_of_iris_in_standard_deviations(trace):
    iris = _iris.split(standardization.SPLIT)
    np.testing.assert_allclose(trace.inputs(STANDARDIZED), iris.x[:105, :2], atol=1e-12)


def hessian(x):
    """Of the mean squared error over both weights and the bias."""
    ones = np.column_stack([x, np.ones(len(x))])
    return 2 / len(x) * ones.T @ ones


@pytest.mark.parametrize("ddof", [0, 1])
def test_condition_numbers_are_ratios_of_eigenvalues(ddof):
    trace = computed("standardization", ddof=ddof, **QUICK)
    z = (trace.x - trace.mean[:2]) / trace.deviation[:2]
    for x, told in (trace.x, trace.condition_raw), (z, trace.condition_standardized):
        curvatures = np.linalg.eigvalsh(hessian(x))
        assert told == pytest.approx(curvatures[-1] / curvatures[0], rel=1e-9)
    for x, told in zip((trace.x, trace.x - trace.mean[:2], z), trace.condition, strict=True):
        curvatures = np.linalg.eigvalsh(hessian(x)[:2, :2])
        assert told == pytest.approx(curvatures[-1] / curvatures[0], rel=1e-9)


def test_the_condition_number_of_standardised_inputs_is_that_of_their_correlation(quick):
    correlation = abs(np.corrcoef(quick.x.T)[0, 1])
    expected = (1 + correlation) / (1 - correlation)
    assert quick.condition[STANDARDIZED] == pytest.approx(expected, rel=1e-12)
    assert quick.condition_standardized == pytest.approx(expected, rel=1e-12), "centred, the bias is on its own"


def test_the_best_weights_are_those_of_scipy(quick):
    for stage, bowl in ((k, quick.bowl(k)) for k in (RAW, CENTRED, STANDARDIZED)):
        x = quick.inputs(stage).T
        (*w, b), _ = curve_fit(lambda x, v, w, b: v * x[0] + w * x[1] + b, x, quick.y)
        np.testing.assert_allclose([*quick.w_star[stage], quick.b_star[stage]], [*w, b], rtol=1e-6)
        np.testing.assert_allclose(bowl.w_star, quick.w_star[stage], rtol=1e-9)
        assert bowl.lowest == pytest.approx(np.mean((x.T @ w + b - quick.y) ** 2), rel=1e-9)


def test_the_surface_is_the_mean_squared_error(quick):
    stages = (RAW, quick.surface_raw), (STANDARDIZED, quick.surface_standardized)
    for stage, surface in stages:
        x, b = quick.inputs(stage), quick.b_star[stage]
        for row, column in (0, 0), (17, 80), (100, 3):
            w = np.array([quick.w_grid[0, column], quick.w_grid[1, row]])
            assert surface[row, column] == pytest.approx(np.mean((x @ w + b - quick.y) ** 2), rel=1e-9)


@pytest.mark.parametrize("name", ["raw", "standardized"])
def test_the_descent_is_that_of_torch(quick, name):
    stage = {"raw": RAW, "standardized": STANDARDIZED}[name]
    x, y = torch.tensor(quick.inputs(stage)), torch.tensor(quick.y)
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    rate = 2 / np.linalg.eigvalsh(hessian(quick.inputs(stage))[:2, :2]).sum()
    assert getattr(quick, f"rate_{name}") == pytest.approx(rate, rel=1e-12)
    descent, path = torch.optim.SGD([w], lr=float(rate)), getattr(quick, f"path_{name}")
    for step, there in enumerate(path):
        np.testing.assert_allclose(w.detach(), there, atol=1e-12, err_msg=f"step {step}")
        descent.zero_grad()
        torch.mean((x @ w + float(quick.b_star[stage]) - y) ** 2).backward()
        descent.step()


@pytest.mark.parametrize("name", ["raw", "standardized"])
def test_steps_are_counted_until_a_hundredth_is_left(quick, name):
    stage = {"raw": RAW, "standardized": STANDARDIZED}[name]
    bowl, steps = quick.bowl(stage), int(getattr(quick, f"steps_{name}"))
    left, w = [], np.zeros(2)
    for _ in range(steps + 1):
        left.append(np.linalg.norm(w - bowl.w_star) / np.linalg.norm(bowl.w_star))
        w = w - bowl.rate * bowl.hessian @ (w - bowl.w_star)
    assert left[-1] <= 0.01 < left[-2]
    assert steps <= standardization.STEPS, "the film shows it arrive"
    np.testing.assert_allclose(getattr(quick, f"left_{name}")[: len(left)], left, atol=1e-9)


def test_no_other_constant_rate_leaves_less_of_the_worst_direction(quick):
    for stage in RAW, STANDARDIZED:
        bowl = quick.bowl(stage)
        worst = {share: np.abs(1 - share * bowl.rate * bowl.curvatures).max() for share in (0.9, 1, 1.1)}
        assert worst[1] < worst[0.9]
        assert worst[1] < worst[1.1]


def test_a_unit_changes_raw_inputs_and_not_standardised_ones(quick):
    assert quick.bowl(RAW, 1).condition == pytest.approx(quick.condition_mm, rel=1e-9)
    np.testing.assert_allclose(quick.inputs(RAW, 1), quick.x * [10, 1], rtol=1e-12)
    np.testing.assert_allclose(quick.inputs(STANDARDIZED, 1), quick.inputs(STANDARDIZED), atol=1e-12)
    assert quick.condition_mm > 50 * quick.condition[RAW]


def test_centring_and_scaling_both_help(quick):
    raw, centred, standardised = quick.condition
    assert raw > 20 * centred > 20 * 2 * standardised
    assert np.log(raw / centred) > 0.8 * np.log(raw / standardised), "centring does most"
    assert quick.condition_raw > 1000 * quick.condition_standardized
    assert quick.steps_raw > 50 * quick.steps_standardized


def trained(x, species, seed, epochs):
    """The net, once more: torch's optimiser, losses before the first epoch and after each."""
    with seeded(seed):
        linear = [nn.Linear(a, b) for a, b in ((4, 256), (256, 256), (256, 256), (256, 3))]
        net = nn.Sequential(linear[0], nn.ReLU(), linear[1], nn.ReLU(), linear[2], nn.ReLU(), linear[3])
        adam, losses = torch.optim.Adam(net.parameters(), lr=0.001), []
        x = torch.tensor(x)
        for epoch in range(epochs + 1):
            with torch.no_grad():
                losses.append([cross_entropy(net(x[k]), species[k]).item() for k in (slice(105), slice(105, None))])
            if epoch < epochs:
                order = torch.randperm(105)
                for first in range(0, 105, 30):
                    rows = order[first : first + 30]
                    adam.zero_grad()
                    cross_entropy(net(x[rows]), species[rows]).backward()
                    adam.step()
    return np.array(losses).T


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_net_is_that_of_torch(ddof):
    trace, (x, species) = computed("standardization", ddof=ddof, **QUICK), table()
    z = (x - x[:105].mean(0)) / x[:105].std(0, ddof=ddof)
    for name, inputs in ("raw", x), ("standardized", z):
        loss, val_loss = trained(inputs, species, 0, 4)
        np.testing.assert_allclose(getattr(trace, f"loss_{name}")[:5], loss, rtol=1e-9)
        np.testing.assert_allclose(getattr(trace, f"val_loss_{name}")[:5], val_loss, rtol=1e-9)


def test_both_nets_begin_with_the_same_weights_and_see_the_same_batches(quick):
    again = computed("standardization", ddof=0, **QUICK)
    np.testing.assert_array_equal(again.loss_raw, quick.loss_raw)
    x, species = table()
    alone = standardization._train(x[None], species, 0, 2)
    np.testing.assert_allclose(alone[0, 0], quick.loss_raw[:3], rtol=1e-12, err_msg="a net does not see its twin")


def test_other_seeds_follow_the_first(quick):
    other = computed("standardization", seed=1, **QUICK)
    np.testing.assert_array_equal(quick.early_raw[1], other.early_raw[0])
    np.testing.assert_array_equal(quick.early_standardized[1], other.loss_standardized[: EARLY + 1])
    np.testing.assert_array_equal(quick.seeds, np.arange(5))
    assert len(quick.early_raw) == 5


@pytest.mark.parametrize("seed", SEEDS)
def test_the_training_loss_falls_faster_on_standardised_inputs(seed):
    trace = computed("standardization", seed=seed, **QUICK)
    assert trace.faster == 5
    assert np.all(trace.early_raw[:, -1] > 1.2 * trace.early_standardized[:, -1])
    assert all(held for _, held in trace.invariants())


def test_validation_gets_no_lower_and_rises_more(trace):
    assert trace.validation() == "worse"
    assert trace.lowest_standardized > 1.05 * trace.lowest_raw
    assert trace.rise_standardized > 2 * trace.rise_raw
    assert trace.loss_standardized[-1] < 0.2 * trace.loss_raw[-1]


@pytest.mark.parametrize("name", ["raw", "standardized"])
def test_lowest_loss_and_rise_are_those_of_the_losses(trace, name):
    loss = getattr(trace, f"val_loss_{name}")
    assert getattr(trace, f"lowest_{name}") == min(loss)
    assert getattr(trace, f"rise_{name}") == loss[-1] - min(loss)


def test_outcomes_of_training(quick):
    counts = {faster: replace(quick, faster=np.array(faster)).training() for faster in range(6)}
    assert counts == {0: "few", 1: "few", 2: "few", 3: "most", 4: "most", 5: "all"}


def test_outcomes_of_validation(quick):
    def outcome(lowest, rise):
        raw = {"lowest_raw": np.array(0.1), "rise_raw": np.array(0.2)}
        return replace(
            quick, lowest_standardized=np.array(lowest), rise_standardized=np.array(rise), **raw
        ).validation()

    assert outcome(0.1, 0.21) == "worse"
    assert outcome(0.1, 0.2) == "mixed"
    assert outcome(0.09, 0.3) == outcome(0.09, 0.1) == "lower"


FORMS = {
    "150 rows": lambda x: (x.mean(0), x.std(0, ddof=1)),
    "ddof 0": lambda x: (x[:105].mean(0), x[:105].std(0)),
    "min-max": lambda x: (x[:105].min(0), x[:105].max(0) - x[:105].min(0)),
    "not scaled": lambda x: (x[:105].mean(0), np.ones(4)),
    "not centred": lambda x: (np.zeros(4), x[:105].std(0, ddof=1)),
}


@pytest.mark.parametrize("form", FORMS)
def test_other_forms_are_known_by_their_names(quick, form):
    x, species = table()
    shift, scale = FORMS[form](x)
    z = (x - shift) / scale
    loss, val_loss = trained(z, species, 0, 10)
    conditions = np.linalg.eigvalsh(hessian(z[:105, :2]))
    handed_in = {
        "mean": shift, "deviation": scale, "loss_standardized": loss, "val_loss_standardized": val_loss,
        "condition_standardized": conditions[-1] / conditions[0],
    }  # fmt: skip
    recognised = 0
    for name, values in handed_in.items():
        if not np.allclose(values, getattr(quick, name), rtol=1e-9):
            told = "the other one of n - 1 and n" if form == "ddof 0" else form
            assert told in checking.compare("standardization", {name: values}, QUICK).hint, name
            recognised += 1
    assert recognised >= 3


def test_lines_of_equal_loss_are_drawn_where_the_loss_is_equal(quick):
    for stage in RAW, CENTRED, STANDARDIZED:
        bowl = quick.bowl(stage)
        for rise, line in zip(RISES, ellipses(bowl, RISES), strict=True):
            np.testing.assert_allclose(bowl.loss(line) - bowl.lowest, rise, rtol=1e-9)


@pytest.mark.parametrize("unit", [0, 1])
def test_half_axes_end_on_their_line_and_their_ratio_is_the_root_of_the_condition(quick, unit):
    for stage in np.linspace(RAW, STANDARDIZED, 9):
        bowl = quick.bowl(stage, unit)
        halves = half_axes(bowl, RISES[2])
        np.testing.assert_allclose(bowl.loss(bowl.w_star + halves) - bowl.lowest, RISES[2], rtol=1e-9)
        long, short = np.linalg.norm(halves, axis=1)
        assert (long / short) ** 2 == pytest.approx(bowl.condition, rel=1e-9)
        assert halves[0, 1] < 0 < halves[1, 0], "none of them turns round on the way"


def test_an_arrow_of_no_length_is_not_seen():
    starts, ends = arrow_to(np.zeros(3), np.zeros(3))
    np.testing.assert_array_equal(starts, ends)
    starts, ends = arrow_to(np.zeros(3), np.array([3.0, 4, 0]))
    np.testing.assert_allclose(np.linalg.norm(ends - starts, axis=1), [5, 0.05**0.5, 0.05**0.5], rtol=1e-12)


@pytest.mark.parametrize("knobs", [{"epochs": 9}, {"epochs": 151}, {"ddof": 2}, {"ddof": -1}, {"seed": -1}], ids=str)
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def test_the_maps_of_the_ending_are_those_of_centimetres_again(quick):
    with staged(quick, RenderSettings(height=120, fps=2)) as film:
        film.render()
        maps = marks(film.mobjects, ["unit"])  # and their condition numbers
        assert len(maps) == 4
        assert [one.places["unit"] for one in maps] == [0, 0, 0, 0]
