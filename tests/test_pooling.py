"""Pooling against torch's layers, against a plain double loop, and against its lesson."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from pydantic import ValidationError
from torch.nn import functional

from export.render import player
from export.render.settings import RenderSettings
from mathcore import InputError
from mathcore.pooling import Params, compute
from scenes._marks.number import Number
from scenes._stage.seen import drawn

POINTS_OF_A_FRAME = 16
SETTING = {"kind": "average", "window": 3, "stride": 1, "size": 6, "shift": 2}  # other sentences
NOTATION = (  # numerals that tell no value
    r"cases\(1 &.*, 0 &",  # the slope of a maximum
)

GEOMETRIES = [(8, 2, 2), (8, 2, 1), (8, 3, 2), (9, 3, 3), (16, 2, 1), (16, 5, 8), (10, 2, 4), (4, 4, 1), (7, 3, 3)]

every_geometry = pytest.mark.parametrize(("size", "window", "stride"), GEOMETRIES)
every_kind = pytest.mark.parametrize("kind", ["max", "average"])
pictures = arrays(np.uint8, (8, 8))
few_greys = arrays(np.uint8, (8, 8), elements=st.integers(0, 3))  # so that cells tie


@pytest.fixture(scope="module")
def pooled(tmp_path_factory):
    """The trace of a picture given as whole grey values 0 to 255."""
    path = tmp_path_factory.mktemp("pictures") / "own.png"

    def pool(picture, **knobs):
        Image.fromarray(np.asarray(picture, dtype=np.uint8)).save(path)
        return compute(Params(**({"image": path, "size": len(picture)} | knobs)))

    return pool


def plain_loop(image, window, stride, kind):
    """Output, argmax and gradient, word for word."""
    places = range((len(image) - window) // stride + 1)
    output, argmax = np.zeros((len(places),) * 2), np.full((len(places), len(places), 2), -1)
    gradient = np.zeros_like(image)
    for i in places:
        for j in places:
            cells = [(i * stride + a, j * stride + b) for a in range(window) for b in range(window)]
            if kind == "max":
                best = cells[0]
                for cell in cells:
                    best = cell if image[cell] > image[best] else best
                output[i, j], argmax[i, j] = image[best], best
                gradient[best] += 1
            else:
                output[i, j] = sum(image[cell] for cell in cells) / len(cells)
                for cell in cells:
                    gradient[cell] += 1 / len(cells)
    return output, argmax, gradient


@every_kind
@every_geometry
def test_a_plain_double_loop_computes_the_same(size, window, stride, kind):
    trace = compute(Params(size=size, window=window, stride=stride, kind=kind))
    output, argmax, gradient = plain_loop(trace.image, window, stride, kind)
    np.testing.assert_allclose(trace.output, output, rtol=0, atol=1e-15)
    np.testing.assert_allclose(trace.input_gradient, gradient, rtol=0, atol=1e-15)
    assert np.array_equal(np.stack([trace.argmax_row, trace.argmax_col], axis=2), argmax)
    assert trace.argmax_row.dtype == trace.argmax_col.dtype == np.int64


@every_geometry
def test_the_layers_of_torch_compute_the_same(size, window, stride):
    knobs = {"size": size, "window": window, "stride": stride}
    largest, mean = (compute(Params(kind=kind, **knobs)) for kind in ("max", "average"))
    cells = torch.tensor(largest.image, requires_grad=True)
    output, indices = torch.nn.MaxPool2d(window, stride, return_indices=True)(cells[None])
    assert np.array_equal(largest.output, output[0].detach())
    assert np.array_equal(largest.argmax_row * size + largest.argmax_col, indices[0])
    output.sum().backward()
    assert np.array_equal(largest.input_gradient, cells.grad)
    assert np.array_equal(mean.output, torch.nn.AvgPool2d(window, stride)(cells[None])[0].detach())


@every_kind
@every_geometry
def test_the_jacobian_is_that_of_automatic_differentiation(size, window, stride, kind):
    trace = compute(Params(size=size, window=window, stride=stride, kind=kind))
    pool = functional.max_pool2d if kind == "max" else functional.avg_pool2d
    expected = torch.autograd.functional.jacobian(lambda x: pool(x[None], window, stride)[0], torch.tensor(trace.image))
    assert np.array_equal(trace.jacobian, expected)
    np.testing.assert_allclose(trace.jacobian.sum(axis=(0, 1)), trace.input_gradient, rtol=0, atol=1e-15)


@settings(max_examples=30, deadline=None)
@given(picture=few_greys, window=st.integers(2, 8), stride=st.integers(1, 8))
def test_where_cells_tie_the_first_in_row_order_takes_all(pooled, picture, window, stride):
    trace = pooled(picture, window=window, stride=stride)
    output, argmax, gradient = plain_loop(trace.image, window, stride, "max")
    assert np.array_equal(np.stack([trace.argmax_row, trace.argmax_col], axis=2), argmax)
    assert np.array_equal(trace.input_gradient, gradient)
    for i, j in np.ndindex(output.shape):
        cells = trace.image[i * stride : i * stride + window, j * stride : j * stride + window]
        assert trace.ties[i, j] == np.count_nonzero(cells == cells.max())


def test_an_even_image_sends_everything_to_the_first_cell_of_each_window(pooled):
    trace = pooled(np.full((8, 8), 7), window=4, stride=4)
    assert np.array_equal(np.argwhere(trace.input_gradient), [[0, 0], [0, 4], [4, 0], [4, 4]])
    assert np.array_equal(trace.ties, np.full((2, 2), 16))


@every_kind
@settings(max_examples=30, deadline=None)
@given(picture=pictures, window=st.integers(2, 8), stride=st.integers(1, 8), shift=st.integers(0, 4))
def test_the_gradients_sum_is_the_number_of_outputs(pooled, kind, picture, window, stride, shift):
    trace = pooled(picture, window=window, stride=stride, kind=kind, shift=shift)
    assert trace.input_gradient.sum() == pytest.approx(trace.output.size, abs=1e-12)
    assert trace.input_gradient.min() >= 0


@settings(max_examples=30, deadline=None)
@given(picture=pictures, window=st.integers(2, 4))
def test_the_maximum_sends_the_gradient_to_one_cell_and_the_average_shares_it(pooled, picture, window):
    to_one = pooled(picture, window=window, stride=window).jacobian
    shared = pooled(picture, window=window, stride=window, kind="average").jacobian
    assert np.array_equal(np.sort(to_one.reshape(-1, 64))[:, -2:], np.tile([0.0, 1.0], (len(to_one) ** 2, 1)))
    assert np.array_equal(np.count_nonzero(shared, axis=(2, 3)), np.full(shared.shape[:2], window**2))
    assert set(np.unique(shared)) <= {0.0, 1 / window**2}


def test_the_average_has_no_maximum_and_no_ties(pooled):
    trace = pooled(np.full((8, 8), 255), kind="average")
    assert set(trace.argmax_row.flat) == set(trace.argmax_col.flat) == {-1}
    assert not trace.ties.any()


def test_windows_that_overlap_add_up_their_gradients(pooled):
    picture = np.zeros((8, 8))
    picture[3, 3] = 255
    trace = pooled(picture, window=3, stride=1)
    assert trace.input_gradient[3, 3] == 9  # so many windows hold the cell
    shared = pooled(picture, window=3, stride=1, kind="average").input_gradient
    assert shared[3, 3] == pytest.approx(1)
    assert shared[0, 0] == pytest.approx(1 / 9)


def test_cells_between_windows_that_leave_gaps_get_nothing():
    for kind in ("max", "average"):
        gradient = compute(Params(window=2, stride=3, kind=kind)).input_gradient
        assert not gradient[2::3].any()
        assert not gradient[:, 2::3].any()


def columns_of_windows(position, window):
    """Which columns of an image of 8 cells are the `position`-th of their window; windows side by side."""
    return np.arange(8) % window == position


@settings(max_examples=50, deadline=None)
@given(picture=arrays(np.uint8, (8, 8), elements=st.integers(1, 255)), window=st.sampled_from([2, 4]))
def test_a_shift_changes_no_output_while_the_maxima_stay_inside_their_windows(pooled, picture, window):
    dark_last = np.where(columns_of_windows(window - 1, window), 0, picture)  # no maximum leaves, nothing large enters
    still, moved = (pooled(dark_last, window=window, stride=window, shift=shift) for shift in (0, 1))
    assert not np.array_equal(still.image, moved.image)
    assert np.array_equal(still.output, moved.output)
    assert not moved.changed.any()
    assert np.array_equal(moved.argmax_col[:, 1:], still.argmax_col[:, 1:] + 1)  # the maxima move with the image


@settings(max_examples=50, deadline=None)
@given(picture=pictures, window=st.integers(2, 4))
def test_an_output_changes_only_where_its_maximum_leaves_or_a_larger_cell_comes_in(pooled, picture, window):
    still, moved = (pooled(picture, window=window, stride=window, shift=shift) for shift in (0, 1))
    count = len(still.output)
    image = still.image[: count * window]
    leaves = still.argmax_col % window == window - 1
    entering = np.maximum(np.arange(count) * window - 1, 0)  # the column before each window; the edge is repeated
    comes_in = image[:, entering].reshape(count, window, count).max(axis=1) > still.output
    assert not moved.changed[~leaves & ~comes_in].any()
    assert moved.changed[comes_in].all()
    assert moved.changed.sum() <= leaves.sum() + comes_in.sum()
    assert np.array_equal(moved.changed, moved.output != still.output)


@settings(max_examples=30, deadline=None)
@given(picture=pictures, window=st.sampled_from([2, 4]))
def test_a_shift_by_a_stride_moves_the_output_by_one_cell(pooled, picture, window):
    for kind in ("max", "average"):
        still, moved = (
            pooled(picture, window=window, stride=window, kind=kind, shift=shift).output for shift in (0, window)
        )
        np.testing.assert_allclose(moved[:, 1:], still[:, :-1], rtol=0, atol=1e-15)


@settings(max_examples=30, deadline=None)
@given(picture=pictures, window=st.integers(2, 8))
def test_a_shift_by_one_cell_changes_an_average_by_at_most_one_column_of_its_window(pooled, picture, window):
    still, moved = (pooled(picture, window=window, kind="average", shift=shift).output for shift in (0, 1))
    assert np.abs(moved - still).max() <= 1 / window + 1e-12


@every_kind
def test_an_even_image_does_not_feel_a_shift(pooled, kind):
    trace = pooled(np.full((8, 8), 201), kind=kind, window=3, stride=1, shift=3)
    assert not trace.changed.any()


def test_without_a_shift_nothing_has_changed():
    assert not compute().changed.any()
    assert not compute(Params(kind="average")).changed.any()


@settings(max_examples=20, deadline=None)
@given(picture=pictures, shift=st.integers(0, 4))
def test_a_shift_moves_the_image_right_and_repeats_its_edge(pooled, picture, shift):
    still, moved = pooled(picture).image, pooled(picture, shift=shift).image
    assert np.array_equal(moved[:, shift:], still[:, : 8 - shift])
    assert np.array_equal(moved[:, :shift], np.tile(still[:, :1], shift))


def test_of_the_digit_only_some_maxima_feel_the_shift():
    still, moved = compute(), compute(Params(shift=1))
    assert (
        0 < moved.changed.sum() < (moved.image.reshape(4, 2, 4, 2) != still.image.reshape(4, 2, 4, 2)).any((1, 3)).sum()
    )
    assert moved.changed.sum() < compute(Params(shift=1, kind="average")).changed.sum()


@every_kind
def test_the_digit_is_pooled_between_black_and_white(kind):
    trace = compute(Params(kind=kind))
    assert 0 <= trace.image.min() <= trace.output.min() <= trace.output.max() <= trace.image.max() <= 1


def test_a_window_larger_than_the_image_is_refused():
    with pytest.raises(ValidationError, match="a window of size 5 does not fit into an image of size 4"):
        Params(size=4, window=5)
    assert compute(Params(size=4, window=4)).output.shape == (1, 1)


def test_a_picture_that_is_none_gets_one_sentence(tmp_path):
    path = tmp_path / "own.png"
    path.write_text("no picture")
    with pytest.raises(InputError, match=r"own\.png is not an image that can be read\.$"):
        compute(Params(image=path))


@pytest.mark.parametrize(
    "knobs",
    [
        {"size": 3}, {"size": 17}, {"window": 1}, {"window": 9}, {"stride": 0}, {"stride": 9}, {"kind": "min"},
        {"shift": -1}, {"shift": 5}, {"padding": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


@every_kind
@every_geometry
def test_the_image_collects_what_one_output_after_the_other_sends(size, window, stride, kind):
    trace = compute(Params(size=size, window=window, stride=stride, kind=kind))
    assert trace.cells == window**2
    assert trace.reached == np.sum(trace.input_gradient > 0)
    assert (trace.output_gradient == 1).all()
    assert not trace.collected[0].any()
    slopes = trace.jacobian.reshape(-1, size, size)
    np.testing.assert_allclose(np.diff(trace.collected, axis=0), slopes, atol=1e-12)
    np.testing.assert_allclose(trace.collected[-1], trace.input_gradient, atol=1e-12)


@pytest.mark.parametrize("shift", [0, 1, 3])
def test_the_changes_are_counted(shift):
    trace = compute(Params(shift=shift))
    assert trace.changes == trace.changed.sum()
    assert bool(trace.changes) == bool(shift)


@every_kind
def test_cells_are_shared_where_they_receive_more_than_one_output_sends(kind):
    trace = compute(Params(kind=kind))
    once, twice = trace.jacobian.max(), 2 * trace.jacobian.max()
    assert len(trace.shared_cells()) == 0
    both = np.where(np.eye(8, dtype=bool), twice, once)
    assert np.array_equal(replace(trace, input_gradient=both).shared_cells(), [[k, k] for k in range(8)])
    assert len(replace(trace, input_gradient=np.full((8, 8), once)).shared_cells()) == 0


def test_a_maximum_is_tied_where_two_cells_of_its_window_are_the_largest():
    trace = compute()
    ties = np.ones((4, 4))
    assert len(replace(trace, ties=ties).tied_cells()) == 0
    ties[2, 1] = 2
    tied = replace(trace, ties=ties)
    assert tied.tied_cells().tolist() == [[trace.argmax_row[2, 1], trace.argmax_col[2, 1]]]
    assert len(replace(tied, input_gradient=2 * trace.input_gradient).tied_cells()) == 0, "cells are shared"


@every_kind
def test_who_receives_gradient_is_told_by_how_many_do(kind):
    trace = replace(compute(Params(kind=kind)), ties=np.ones((4, 4)))
    told = {reached: replace(trace, reached=reached).receivers() for reached in (1, 2, 63, 64)}
    assert told == {1: "single", 2: kind, 63: kind, 64: "all"}


def test_among_equal_cells_the_first_receives():
    trace = replace(compute(), ties=np.full((4, 4), 2))
    assert [replace(trace, reached=reached).receivers() for reached in (1, 2, 63, 64)] == [
        "single",
        "tie",
        "tie",
        "all",
    ]


@every_kind
def test_a_shift_has_an_effect_if_it_changes_a_single_output(kind):
    trace = compute(Params(kind=kind, shift=1))
    assert [replace(trace, changes=changes).shift_effect() for changes in (0, 1, 16)] == ["none", "some", "some"]


def test_an_average_changes_by_more_than_rounding(pooled):
    picture = np.tile([13, 77, 222], (9, 3))  # shifted, the same cells are added up in another order
    assert not pooled(picture, kind="average", window=3, stride=3, shift=1).changed[:, 1:].any()
    even = np.full((8, 8), 200)
    even[0, 0] += 1  # a single grey value, of 64 cells
    assert pooled(even, kind="average", window=8, shift=1).shift_effect() == "some"


@every_kind
def test_the_film_counts_the_changed_outputs_as_it_frames_them(kind):
    seen = set()

    def look(stage):
        for number in drawn(stage):
            ref = getattr(number.text, "ref", None) if isinstance(number, Number) else None
            if ref and (ref.kind, ref.name) == ("sum", "changed") and hasattr(stage, "compared"):
                seen.add((len(stage.compared.changes.points) // POINTS_OF_A_FRAME, ref.value))

    with player.staged(compute(Params(kind=kind)), RenderSettings(fps=15), watch=look) as film:
        film.render()
    changes = int(compute(Params(kind=kind, shift=1)).changes)
    assert len(film.compared.felt.points) == changes * POINTS_OF_A_FRAME, "a window in the image for each of them"
    assert {counted for _, counted in seen} >= {0, 1, changes // 2, changes}
    assert all(framed == counted for framed, counted in seen)


def test_knobs_reach_the_ends_of_their_ranges():
    assert Params(size=4, window=2, stride=1, shift=0)
    assert Params(size=16, window=8, stride=8, shift=4)
