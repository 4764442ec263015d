"""References: each names a number of its trace and shows it in some way; none can be computed with."""

import copy

import numpy as np
import pytest

from mathcore import _catalog, gradient_descent, pooling
from scenes._stage.refs import Ref, Refs, first, values_of
from scenes._stage.words import FilmWords

TRACE = gradient_descent.compute(gradient_descent.Params(steps=3, start=-1.0))
REFS = Refs(TRACE)


def test_the_references_to_a_quantity_have_its_shape_and_its_values():
    trace = pooling.compute()
    refs = Refs(trace)
    for name in ("image", "output", "argmax_row", "jacobian"):
        values = getattr(trace, name)
        assert getattr(refs, name).shape == values.shape
        np.testing.assert_array_equal(values_of(getattr(refs, name)), values)
    assert refs.output[1, 2] == Ref("quantity", "output", (1, 2), trace.output[1, 2])
    assert refs.cells == Ref("quantity", "cells", (), 4)


def test_a_knob_has_a_reference_and_what_is_no_number_is_itself():
    assert REFS.params.steps == Ref("knob", "steps", (), 3)
    assert REFS.params.data is None
    assert REFS.params.feature == "RM"
    rates = Refs(_catalog.load("learning_rate").compute()).params.learning_rates
    assert [rate.index for rate in rates] == [(0,), (1,), (2,)]


def test_lengths_counts_places_sums():
    assert REFS.length("step").value == len(TRACE.w) == 4
    assert [(place.value, place.ordinal.shown) for place in REFS.places("step")] == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert Refs(pooling.compute()).count("image").value == 64
    assert REFS.sum("w", 3).value == pytest.approx(TRACE.w[0] + TRACE.w[1] + TRACE.w[2], abs=1e-12)
    assert REFS.sum("w", 0).value == 0
    part = Refs(pooling.compute()).sum("jacobian", 3, (0, 1))
    assert (part.value, part.index) == (pooling.compute().jacobian[0, 1].ravel()[:3].sum(), (0, 1, 3))
    assert REFS.largest("loss") == REFS.loss[TRACE.loss.argmax()]
    with pytest.raises(KeyError, match="epoch"):
        REFS.length("epoch")
    with pytest.raises(AttributeError, match="'weight'"):
        _ = REFS.weight


@pytest.mark.parametrize(
    ("ref", "written"),
    [(REFS.params.start, "−1"), (REFS.params.start.magnitude, "1"), (REFS.params.start.percent, "−100")],
)
def test_a_reference_is_written_as_it_is_shown(ref, written):
    number = FilmWords("gradient_descent", "en").number(ref, tidy=True)
    assert (number, number.ref) == (written, ref)


def test_an_open_number_refers_to_nothing():
    assert FilmWords("gradient_descent", "en").number(np.nan).ref is None


@pytest.mark.parametrize("compute", [lambda r: r + r, lambda r: 2 * r, lambda r: -r, abs, float, lambda r: r < r])
def test_a_reference_has_no_arithmetic(compute):
    for refs in (REFS.w[1], REFS.w):
        with pytest.raises(TypeError):
            compute(refs)


def test_the_first_values_are_followed_by_open_ones():
    shown = first(REFS.w, 2)
    assert list(shown[:2]) == list(REFS.w[:2])
    np.testing.assert_array_equal(values_of(shown), [TRACE.w[0], TRACE.w[1], np.nan, np.nan])
    np.testing.assert_array_equal(first(np.array([1, 2, 3]), 1), [1, np.nan, np.nan])


def test_a_drawing_is_copied_without_its_references():
    assert copy.deepcopy(REFS.w)[1] is REFS.w[1]


def test_no_quantity_bears_the_name_of_a_method():
    for concept in _catalog.concepts():
        assert not set(_catalog.load(concept).Trace.quantities()) & set(dir(Refs))
