"""Translation equivariance against its definition, against torch, and against its lesson at every shift and place."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError
from torch.nn import functional

from mathcore import _catalog
from mathcore._check.checking import compare
from mathcore._data import DATA
from mathcore.translation_equivariance import FORMS, KERNEL, LENGTH, REACH, WIDTH, Params, compute, pushed

SETTING = {"position": 33, "shift": 13, "stride": 3}  # other sentences
NOTATION = (
    r"k = -2",  # where the sum of the formula begins
    r"(must be|doit être|stays|is|vaut|=) 0",  # exactly
)

knobs = st.builds(Params, shift=st.integers(1, 40), position=st.integers(0, LENGTH - WIDTH), stride=st.integers(1, 4))
ALL = [(shift, position) for shift in range(1, 41) for position in range(LENGTH - WIDTH + 1)]
EDGES = [(1, 0), (1, 36), (10, 0), (10, 1), (10, 2), (10, 20), (10, 24), (10, 25), (22, 20), (40, 0), (40, 36)]


def row():
    """The pixels of the digit's fifth row that are not 0."""
    pixels = np.array(Image.open(DATA / "digit.png"))[4]
    return pixels[pixels > 0].astype(int)


def plain(x, stride):
    """The output, place by place, as it is defined."""
    out = []
    for at in range(0, LENGTH, stride):
        terms = [w * x[at + k - 2] for k, w in enumerate(KERNEL) if 0 <= at + k - 2 < LENGTH]
        out.append(sum(terms))
    return np.array(out)


def by_hand(shift, position, stride):
    """Series, outputs and difference, in plain loops."""
    x, values = [0] * LENGTH, row()
    for k in range(WIDTH):
        x[position + k] = values[k]
    x_shifted = [x[t - shift] if t >= shift else 0 for t in range(LENGTH)]
    y, y_shifted, cells = plain(x, stride), plain(x_shifted, stride), shift // stride
    moved = [y[i - cells] if i >= cells else 0 for i in range(len(y))]
    return {
        "x": x, "x_shifted": x_shifted, "y": y, "y_shifted": y_shifted, "y_moved": moved,
        "difference": y_shifted - moved, "cells": cells,
    }  # fmt: skip


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize(("shift", "position"), EDGES)
def test_the_definition_word_for_word_computes_the_same(shift, position, stride):
    trace = compute(Params(shift=shift, position=position, stride=stride))
    for name, values in by_hand(shift, position, stride).items():
        assert np.array_equal(getattr(trace, name), values), name


def test_the_series_is_a_row_of_the_digit():
    assert np.array_equal(compute().x[20:32], row())
    assert not compute().x[:20].any()
    assert not compute().x[32:].any()
    assert len(row()) == WIDTH
    assert compute().kernel.tolist() == [-1, -1, -1, 1, 2]


@settings(deadline=None)
@given(knobs)
def test_torch_convolves_both_series_to_the_same(params):
    trace, kernel = compute(params), torch.tensor([[KERNEL]], dtype=torch.float64)
    for x, y in ((trace.x, trace.y), (trace.x_shifted, trace.y_shifted)):
        series = torch.tensor(x[None, None], dtype=torch.float64)
        expected = functional.conv1d(series, kernel, stride=params.stride, padding=REACH)[0, 0]
        np.testing.assert_allclose(y, expected, rtol=0, atol=1e-12)


@settings(deadline=None)
@given(knobs)
def test_an_output_is_the_sum_of_its_products(params):
    trace = compute(params)
    assert np.array_equal(trace.product.sum(axis=1), trace.y)
    assert np.array_equal(trace.product_shifted.sum(axis=1), trace.y_shifted)
    middle = trace.product[:, 2] / KERNEL[2]
    assert np.array_equal(middle, trace.x[:: params.stride])


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_the_difference_is_exactly_0_where_it_is_valid_at_every_shift_and_position(stride):
    for shift, position in ALL:
        trace = compute(Params(shift=shift, position=position, stride=stride))
        assert not trace.difference[trace.valid == 1].any()
        assert trace.differing == np.count_nonzero(trace.difference)
        assert trace.responding == np.count_nonzero((trace.y_shifted != 0) | (trace.y_moved != 0))
        if trace.outcome() == "stray":  # it fits nowhere
            assert trace.differing == trace.responding > 0


def surroundings(random, shift):
    """A series and the same series shifted, in surroundings of their own: borders, and what is pushed in, at random."""
    inside = random.randint(1, 1000, LENGTH)
    shifted = np.concatenate([random.randint(1, 1000, shift), inside[: LENGTH - shift]])
    return [np.concatenate([random.randint(1, 1000, 2), one, random.randint(1, 1000, 2)]) for one in (inside, shifted)]


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("shift", range(1, 41))
def test_valid_is_where_no_series_no_padding_and_nothing_that_is_pushed_in_makes_a_difference(shift, stride):
    trace, random = compute(Params(shift=shift, stride=stride)), np.random.RandomState(shift)
    differs = np.zeros(len(trace.y), dtype=bool)
    for _ in range(3):
        outputs = [
            np.array([padded[at : at + 5] @ random_kernel for at in range(0, LENGTH, stride)])
            for random_kernel in [random.randint(1, 1000, 5)]
            for padded in surroundings(random, shift)
        ]
        moved = np.concatenate([random.randint(-9, 0, trace.cells), outputs[0][: len(outputs[0]) - trace.cells]])
        differs |= outputs[1] != moved
    assert np.array_equal(trace.valid == 1, ~differs)


def test_valid_is_where_both_windows_lie_inside_what_both_series_have():
    for shift, stride in [(1, 1), (10, 1), (10, 2), (9, 3), (40, 4), (9, 2)]:
        valid = compute(Params(shift=shift, stride=stride)).valid
        for i, value in enumerate(valid):
            there, here = stride * i, stride * i - shift  # the window after the shift, and the one before
            inside = all(2 <= at < LENGTH - 2 for at in (there, here)) and there - 2 >= shift
            assert value == (inside and shift % stride == 0)


@pytest.mark.parametrize("stride", [2, 3, 4])
def test_a_shift_that_the_stride_does_not_divide_moves_the_output_by_no_number_of_cells(stride):
    for shift in range(1, 15):
        trace = compute(Params(shift=shift, position=10, stride=stride))
        fits = [cells for cells in range(len(trace.y)) if np.array_equal(pushed(trace.y, cells), trace.y_shifted)]
        assert fits == ([] if shift % stride else [shift // stride])
        assert trace.cells == shift // stride


@settings(deadline=None)
@given(st.integers(2, 34), st.integers(1, 34))
def test_inside_the_maximum_is_invariant_and_its_place_equivariant(position, shift):
    trace = compute(Params(position=position, shift=min(shift, max(34 - position, 1))))
    if trace.outcome() == "exact":
        assert trace.y.max() == trace.y_shifted.max()
        assert trace.y_shifted.argmax() == trace.y.argmax() + trace.params.shift


@pytest.mark.parametrize(
    ("told", "position", "shift", "stride"),
    [
        ("exact", 20, 10, 1), ("exact", 2, 1, 1), ("border", 1, 1, 1), ("exact", 20, 16, 1), ("border", 20, 17, 1),
        ("border", 20, 27, 1), ("gone", 20, 28, 1), ("exact", 20, 10, 2), ("stray", 20, 9, 2), ("stray", 20, 10, 3),
    ],
)  # fmt: skip
def test_what_the_film_says_of_a_shift(told, position, shift, stride):
    assert compute(Params(position=position, shift=shift, stride=stride)).outcome() == told


def test_the_cases_that_are_compared_are_what_they_are_called():
    trace, told = compute(), {"inside": "exact", "border": "border", "stray": "stray", "even": "exact"}
    knobs = [Params(shift=by, position=at, stride=s) for by in range(1, 41) for at in (0, 20, 36) for s in range(1, 5)]
    cases = {(name, *case.values()) for one in knobs for name, case in replace(trace, params=one).cases().items()}
    for name, position, shift, stride in cases:
        assert compute(Params(position=position, shift=shift, stride=stride)).outcome() == told[name], (name, shift)


def test_at_the_default_knobs_the_cases_are_those_of_the_lesson():
    cases = {name: compute(Params(**case)) for name, case in compute().cases().items()}
    assert {name: (int(one.differing), int(one.responding)) for name, one in cases.items()} == {
        "inside": (0, 16), "border": (2, 8), "stray": (9, 9), "even": (0, 8),
    }  # fmt: skip
    assert [cases["stray"].params.shift, cases["even"].params.shift] == [9, 10]
    assert cases["inside"].params == Params()


TELLING = {  # knobs at which a form computes something else, and which quantities are handed in
    "a circular shift of x, as np.roll does": ({"shift": 22}, ["x_shifted", "y_shifted"]),
    "a circular shift of y, as np.roll does": ({"shift": 22}, ["y_moved", "difference"]),
    "circular shifts of x and y, as np.roll does": ({"shift": 22}, ["difference"]),
    "circular padding": ({"position": 36}, ["y", "y_shifted"]),
    "circular shifts and circular padding": ({"position": 36}, ["y_shifted", "y_moved"]),
    "a flipped kernel, as in np.convolve": ({}, ["y", "y_shifted"]),
    "padding 'valid' in place of 'same'": ({}, ["y", "y_shifted", "difference"]),
    "a shift in the other direction": ({}, ["x_shifted", "y_shifted", "difference"]),
    "shifts in the other direction": ({}, ["y_moved"]),
    "a difference with its sign reversed": ({"shift": 9, "stride": 2}, ["difference"]),
    "y moved by shift / stride, rounded up": ({"shift": 9, "stride": 2}, ["y_moved", "difference"]),
    "y moved by as many cells as x, whatever the stride": ({"stride": 2}, ["y_moved", "difference"]),
}


@pytest.mark.parametrize("form", FORMS)
def test_check_names_the_form_that_was_run(form):
    knobs, names = TELLING[form]
    trace = compute(Params(**knobs))
    theirs = dict(trace.mistakes())[form]
    for handed_in in (names, names[:1]):
        report = compare("translation_equivariance", {name: theirs[name] for name in handed_in}, knobs)
        assert report.hint.startswith(f"looks like {form}: "), report


def test_check_finds_nothing_where_all_is_right():
    trace = compute(Params(shift=9, stride=2))
    right = {name: values.astype(float) for name, values in trace.arrays().items()}
    assert compare("translation_equivariance", right, {"shift": 9, "stride": 2}).fault is None


def test_no_form_is_ours_and_no_two_are_the_same():
    settings_ = [Params(shift=22), Params(position=36), Params(shift=9, stride=2), Params(shift=10, stride=2)]
    traces = [compute(one) for one in settings_]
    runs = [[trace.arrays() for trace in traces]]
    runs += [[dict(trace.mistakes())[form] for trace in traces] for form in FORMS]
    seen = {
        b"".join(told[name].tobytes() for told in run for name in ("x_shifted", "y", "y_moved", "difference"))
        for run in runs
    }
    assert len(seen) == len(FORMS) + 1


@pytest.mark.parametrize(
    "knobs", [{"shift": 0}, {"shift": 41}, {"position": -1}, {"position": 37}, {"stride": 0}, {"stride": 5}], ids=str
)
def test_a_knob_out_of_its_range_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Params(**knobs)


def test_the_concept_is_in_the_catalogue():
    assert _catalog.find("translation-equivariance") == "translation_equivariance"
