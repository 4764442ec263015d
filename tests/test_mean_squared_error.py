"""The mean squared error: by hand, against numpy and torch, then the lesson as a property."""

import dataclasses
import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from looking import LOOKS
from pydantic import ValidationError
from rehearsal import rehearse

import mathcore
from mathcore import InputError
from mathcore._data import read_columns
from mathcore.mean_squared_error import HEAVY, LIGHT, PLACES, STEADIER, Params, compute, shares
from scenes._props.mean_squared_error import treemap
from scenes._stage.clock import go
from scenes.mean_squared_error import MeanSquaredError

SETTING = {"outlier": -30.0}  # other sentences
NOTATION = (r"1/n", r"2 \(", r"2 e", r"= 4", r"e²")

outliers = st.floats(-1e4, 1e4)


def test_by_hand(own):
    trace = compute(own([1, 2, 3], [2, 1, 6], outlier=3.0))  # the outlier is the row of x = 2
    assert trace.row == 1
    assert trace.y.tolist() == [2, 4, 6]
    assert (trace.w_star, trace.mse) == (2, 0)
    assert trace.w_star_clean == pytest.approx((2 + 2 + 18) / 14)
    left = 41 - 22**2 / 14  # of the squares
    assert trace.mse_clean == pytest.approx(left / 3)
    assert trace.weight() == "exact"
    assert not trace.share.any()
    other = compute(own([1, 2, 3], [2, 4, 6], outlier=7.0))  # w* = 3: errors 1, -5 and 3
    assert other.residual.tolist() == pytest.approx([1, -5, 3])
    np.testing.assert_allclose(other.share, [1 / 35, 25 / 35, 9 / 35])
    np.testing.assert_allclose(other.gradient_share, [1 / 20, 10 / 20, 9 / 20])
    np.testing.assert_allclose(other.gradient, np.array([2, -20, 18]) / 3)
    assert [other.times, other.gradient_times] == pytest.approx([3 * 25 / 35, 3 / 2])
    assert other.w_absolute == 2  # which two of three rows lie on


def test_the_outlier_is_the_row_of_median_feature_and_the_only_one_that_moves():
    trace = compute()
    x, y = read_columns(None, "RM", "PRICE")
    assert trace.row == np.argsort(x, kind="stable")[253]
    assert abs(x[trace.row] - np.median(x)) < 0.001
    assert np.flatnonzero(trace.y - y).tolist() == [trace.row]
    assert trace.y[trace.row] == y[trace.row] + 40


@pytest.mark.parametrize("outlier", [-40.0, 0.0, 3.0, 40.0, 1e6])
@pytest.mark.parametrize("feature", ["RM", "TAX"])
def test_weights_and_losses_are_those_of_numpy_and_the_gradient_that_of_torch(feature, outlier):
    trace = compute(Params(outlier=outlier, feature=feature))
    x, clean = read_columns(None, feature, "PRICE")
    for y, w, mse in ((trace.y, trace.w_star, trace.mse), (clean, trace.w_star_clean, trace.mse_clean)):
        (best,), (left,), *_ = np.linalg.lstsq(x[:, None], y)
        np.testing.assert_allclose([w, mse], [best, left / 506], rtol=1e-12)
    w = torch.full((506,), float(trace.w_star), dtype=torch.float64, requires_grad=True)  # each row has its own
    loss = torch.nn.functional.mse_loss(w * torch.from_numpy(x), torch.from_numpy(trace.y.copy()))
    (gradient,) = torch.autograd.grad(loss, w)
    np.testing.assert_allclose(trace.mse, loss.item(), rtol=1e-13)
    np.testing.assert_allclose(trace.gradient, gradient.numpy(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(trace.gradient.sum(), 0, atol=1e-10 * np.abs(trace.gradient).sum())
    np.testing.assert_allclose(trace.share, trace.square / trace.square.sum(), rtol=1e-14)
    np.testing.assert_allclose(trace.gradient_share, np.abs(gradient) / np.abs(gradient).sum(), rtol=1e-11)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=2, max_size=9), st.integers(-20, 20))
def test_no_weight_has_a_smaller_sum_of_sizes(tmp_path_factory, rows, outlier):
    x, y = np.array(rows, dtype=float).T
    if not x.any():
        return
    path = tmp_path_factory.mktemp("table") / "own.csv"
    np.savetxt(path, np.stack([x, y], axis=1), delimiter=",", header="x,y", comments="")
    trace = compute(Params(data=path, feature="x", target="y", outlier=float(outlier)))
    for target, w in ((trace.y, trace.w_absolute), (y, trace.w_absolute_clean)):
        kinks = np.array([b / a for a, b in zip(x, target, strict=True) if a])  # the sum is straight between them
        sums = np.abs(np.outer(kinks, x) - target).sum(axis=1)
        least = kinks[sums <= sums.min() + 1e-9].min()
        assert w == pytest.approx(least, abs=1e-9)


@settings(max_examples=40)
@given(outliers)
def test_the_line_follows_squares_in_proportion_and_sizes_within_bounds(outlier):
    trace = compute(Params(outlier=outlier))
    x = trace.x[trace.row]
    np.testing.assert_allclose(trace.shift, outlier * x / np.sum(trace.x**2), rtol=1e-6, atol=1e-13)
    np.testing.assert_allclose(
        trace.dial_w, trace.w_star_clean + trace.displacement * x / np.sum(trace.x**2), rtol=1e-10, atol=1e-12
    )
    assert abs(trace.way_absolute_shift) < 0.003
    assert np.ptp(trace.dial_w_absolute) < 0.003


@settings(max_examples=40)
@given(st.floats(1, 1e4), st.booleans())
def test_the_farther_a_row_is_the_larger_its_share_and_more_so_of_the_loss_than_of_the_gradient(outlier, lowered):
    trace = compute(Params(outlier=-outlier if lowered else outlier))
    there = np.flatnonzero(np.diff(np.abs(trace.dial_error)) > 1e-9)
    assert np.all(np.diff(trace.dial_share)[there] > 0)
    far = trace.dial_share > 0.01
    assert np.all(trace.dial_share[far] > trace.dial_gradient_share[far])


@pytest.mark.parametrize("outlier", [0.0, 3.0, 40.0, -40.0, 100.0])
def test_the_way_leads_through_the_knob_to_where_the_row_has_half_of_the_loss(outlier):
    trace = compute(Params(outlier=outlier))
    assert trace.displacement[[0, PLACES]].tolist() == [0, outlier]
    np.testing.assert_allclose(trace.dial_share[PLACES], trace.share[trace.row], rtol=1e-12)
    np.testing.assert_allclose(trace.dial_error[PLACES], trace.residual[trace.row], rtol=1e-12)
    np.testing.assert_allclose(trace.dial_mse[[0, PLACES]], [trace.mse_clean, trace.mse], rtol=1e-13)
    last = compute(Params(outlier=float(trace.displacement[-1])))
    np.testing.assert_allclose(last.share[last.row], 0.5, rtol=1e-12)
    others = np.delete(last.square, last.row).sum()
    np.testing.assert_allclose(trace.dial_square[-1], others, rtol=1e-11)
    np.testing.assert_allclose(trace.dial_quarter, trace.dial_square / 4, rtol=1e-15)
    np.testing.assert_allclose(trace.dial_gradient_share[-1], last.gradient_share[last.row], rtol=1e-11)
    np.testing.assert_allclose(trace.dial_w_absolute[-1], last.w_absolute, rtol=1e-14)


def test_the_default_row_takes_far_more_than_its_part():
    trace = compute()
    assert trace.share.argmax() == trace.row
    assert trace.share[trace.row] > 0.05
    assert (trace.part, trace.others) == (1 / 506, 505)
    assert 20 < trace.times < 30
    assert 5 < trace.gradient_times < trace.absolute_times < 10
    assert trace.w_absolute == trace.w_absolute_clean
    assert trace.way_absolute_shift == 0
    assert 0 < trace.shift < 0.02


def outlier_of(times):
    """A displacement at which the row of the default table has so many times its part, from above the line."""
    low, high = 1.0, 100.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if compute(Params(outlier=middle)).times < times else (low, middle)
    return high


@pytest.mark.parametrize(("threshold", "below", "above"), [(HEAVY, "ordinary", "heavy"), (LIGHT, "light", "ordinary")])
def test_what_is_said_of_a_share_changes_at_its_thresholds(threshold, below, above):
    there = outlier_of(threshold)
    outcomes = [compute(Params(outlier=there * (1 + side * 1e-6))).weight() for side in (-1, 1)]
    assert outcomes == [below, above]


def test_outcomes(own):
    assert [compute(Params(outlier=d)).weight() for d in (0, 3, 10, 40)] == ["light", "light", "ordinary", "heavy"]
    assert [compute(Params(outlier=d)).reach() for d in (-100, 0, 171, 173)] == ["half", "half", "half", "beyond"]
    assert [compute(Params(outlier=d)).pull() for d in (-1e-9, 0, 40)] == ["follows", "stays", "follows"]
    assert [compute(Params(outlier=d)).steadiness() for d in (40, 0, -40)] == ["stays", "stays", "less"]
    assert compute(own([1, 1, 1], [0, 5, 10], outlier=4.0)).steadiness() == "as_well"  # the row is the median itself
    centred = compute(own([-1, 0, 1], [1, 5, 2], outlier=7.0))  # a row at x = 0 pulls on no line
    assert (centred.pull(), centred.steadiness(), centred.gradient_share[centred.row]) == ("stays", "both_stay", 0)
    assert compute(own([1, 3], [1, 1], outlier=2.0)).reach() == "never"  # the line is nearly its own
    assert compute(own([1, 2, 3], [2, 4, 6], outlier=0.0)).displacement[-1] == 6


@pytest.mark.parametrize("side", [-1, 1])
def test_what_is_said_of_the_line_of_sizes_changes_at_its_threshold(side):
    trace = compute(Params(outlier=-40.0))
    shift = trace.way_absolute_shift / STEADIER * (1 + side * 1e-6)
    assert dataclasses.replace(trace, way_shift=shift).steadiness() == ("less" if side > 0 else "as_well")


def test_shares_are_of_sizes_and_none_where_there_is_nothing():
    assert shares(np.array([1.0, -3.0])).tolist() == [0.25, 0.75]
    assert shares(np.zeros(3)).tolist() == [0, 0, 0]


def test_curves_hold_zero_and_reach_beyond_every_error():
    trace = compute()
    assert 0 in trace.error_grid
    assert trace.error_grid[-1] > np.abs(trace.residual).max()
    assert np.array_equal(trace.squared, trace.error_grid**2)
    assert np.array_equal(trace.absolute, np.abs(trace.error_grid))


def hint(**values):
    """What the check says of a run whose values differ."""
    return mathcore.compare("mean_squared_error", values, {}).hint


def run(w=None, sign=1.0):
    """What a student's own program computes on the default table: shares from the mean, as others from the sum."""
    x, y = compute().x, compute().y
    w = np.sum(x * y) / np.sum(x * x) if w is None else w
    e = sign * (w * x - y)
    slopes = sign * 2 * e * x / len(x)
    return {
        "w_star": w,
        "residual": e,
        "square": e * e,
        "share": e * e / np.sum(e * e),
        "gradient_share": np.abs(slopes) / np.sum(np.abs(slopes)),
        "mse": np.mean(e * e),
    }


FORMS = [
    ({"mse": np.sum(run()["square"])}, "the sum of 506 squares instead of their mean"),
    ({"mse": np.sum(run()["square"]) / 1012}, "the loss is half of the mean"),
    ({"mse": np.sum(run()["square"]) / 505}, "a division by n - 1 instead of n"),
    ({"mse": np.sqrt(run()["mse"])}, "the root of the mean (RMSE)"),
    ({"residual": run(sign=-1)["residual"]}, "the residual y - w x instead of w x - y"),
    ({"gradient": 2 * run(sign=-1)["residual"] * compute().x / 506}, "whose inner derivative -x is forgotten"),
    ({"gradient": 2 * run()["residual"] * compute().x}, "the sum of 506 squares instead of their mean"),
    ({"share": np.abs(run()["residual"]) / np.abs(run()["residual"]).sum()}, "shares of |e| instead of e^2"),
    ({"gradient_share": np.abs(run()["residual"]) / np.abs(run()["residual"]).sum()}, "instead of |e x|"),
    *(
        ({name: run(w=compute().w_star_clean)[name]}, "the line without the outlier, not fitted again")
        for name in ("residual", "square", "share", "gradient_share", "mse")
    ),
]


@pytest.mark.parametrize(("values", "form"), FORMS)
def test_the_check_names_the_form_that_a_run_has(values, form):
    assert form in hint(**values)


@pytest.mark.parametrize("sign", [1, -1])
def test_shares_are_the_same_from_the_mean_and_from_the_sum_and_with_either_sign_of_the_error(sign):
    theirs = run(sign=sign)
    same = {name: theirs[name] for name in ("w_star", "square", "share", "gradient_share", "mse")}
    assert mathcore.compare("mean_squared_error", same, {}).fault is None


def test_no_two_forms_are_the_same():
    forms = list(compute().mistakes())
    for (one, ours), (other, theirs) in itertools.combinations(forms, 2):
        for name in ours.keys() & theirs.keys():
            assert not np.allclose(ours[name], theirs[name], rtol=1e-4), (one, other, name)


def test_the_owner_of_a_table_whose_errors_hide_the_outlier_gets_advice(own):
    x, y = np.arange(1.0, 31), 1e5 * (np.arange(1.0, 31) + np.random.RandomState(0).randn(30))
    trace = compute(own(x, y))
    assert "--outlier 40 hardly shows" in trace.advice()
    shown = float(trace.advice().split("with ")[1].split(" it")[0])
    assert compute(own(x, y, outlier=shown)).share[trace.row] == pytest.approx(0.5, abs=0.01)
    assert not compute(own(x, y, outlier=shown)).advice()
    assert not compute().advice()


@pytest.mark.parametrize("x", [[0, 0], [1e-41, 0]])
def test_a_table_without_a_best_weight_gets_one_sentence(own, x):
    with pytest.raises(InputError, match=r"is zero in every row|use another unit"):
        compute(own(x, [1, 2]))


@pytest.mark.parametrize("scale", [1e-39, 1e-12, 1.0, 1e11])
def test_shares_do_not_depend_on_the_unit(own, scale):
    x, y = np.array([1.0, 2, 3, 5]), np.array([2.0, 3, 1, 4])
    usual, ours = compute(own(x, y, outlier=2.0)), compute(own(x, scale * y, outlier=2 * scale))
    np.testing.assert_allclose(ours.dial_share, usual.dial_share, rtol=1e-9, atol=1e-20)
    np.testing.assert_allclose(ours.gradient_share, usual.gradient_share, rtol=1e-9, atol=1e-20)


@pytest.mark.parametrize(
    ("x", "y", "outlier", "left_out"),
    [
        (np.linspace(0.02, 1, 30) * 4e11, -1e11 * (7 * np.arange(30) % 10 - 2), -3e11, set()),
        ([-3, -2, -1], [1, 5, 2], 0.0, {"move_row", "predict_half", "follow_line"}),
        ([-1, 0, 1], [1, 5, 2], 7.0, {"predict_half", "follow_line"}),
        ([1, 2, 3], [2, 1, 6], 3.0, {"predict_half"}),
    ],
)
def test_other_tables_have_the_beats_that_are_true_of_them(own, x, y, outlier, left_out):
    film = rehearse(compute(own(x, y, outlier=outlier)), LOOKS[1])
    beats = ["show_rows", "move_row", "share_out", "predict_half", "replay", "follow_line", "compare_losses"]
    assert [beat.name for beat in film.beats] == [beat for beat in beats if beat not in left_out]
    assert not film.faults
    assert 25 < film.seconds < 75


@pytest.mark.parametrize("knobs", [{"outlier": 1.1e12}, {"outlier": float("nan")}, {"feature": ""}], ids=str)
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


@settings(max_examples=50)
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=60))
def test_tiles_have_their_areas_fill_the_square_and_do_not_overlap(areas):
    tiles = treemap(np.array(areas))
    left, foot, width, height = tiles.T
    np.testing.assert_allclose(width * height, np.sort(areas)[::-1] / np.sum(areas), rtol=1e-9)
    assert min(left.min(), foot.min()) > -1e-9
    assert max((left + width).max(), (foot + height).max()) < 1 + 1e-9
    wide = np.minimum(left + width, (left + width)[:, None]) - np.maximum(left, left[:, None])
    high = np.minimum(foot + height, (foot + height)[:, None]) - np.maximum(foot, foot[:, None])
    overlap = (wide > 1e-9) & (high > 1e-9)
    assert not overlap[~np.eye(len(tiles), dtype=bool)].any()


def test_tiles_are_nearly_square():
    trace = compute()
    for areas in (np.ones(505), np.ones(7), trace.square):
        _, _, width, height = treemap(areas).T
        longer = np.maximum(width / height, height / width)
        assert longer[:300].max() < 2, "the large ones all"
        assert np.percentile(longer, 95) < 2
    assert len(treemap(np.ones(30_000))) == 1000
    assert not len(treemap(np.zeros(4)))


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"outlier": -40.0},
        {"outlier": 1e12},
        {"outlier": -1e12},
        {"feature": "CRIM"},  # whose median is close to the axis
        {"feature": "TAX", "outlier": 3.0},
    ],
    ids=str,
)
def test_the_square_of_the_outlier_is_a_square_wherever_it_is(knobs):
    film = MeanSquaredError(compute(Params(**knobs)))
    film.setup()
    for zoom, places in ((0, PLACES), (1, 2 * PLACES)):
        for place in range(places + 1):
            go(film.scatter.marks, dial=place, zoom=zoom, halved=1)
            area, part = film.scatter.own[0][0], film.scatter.part[0][0]
            assert area.width == pytest.approx(area.height, abs=1e-9)
            assert [part.width, part.height] == pytest.approx([area.width / 2] * 2, abs=1e-9)
