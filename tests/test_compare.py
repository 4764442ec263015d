"""How two arrays are compared: what is allowed, what is first, what they have in common."""

import numpy as np
import pytest

from mathcore import InputError
from mathcore._check.compare import Run, first, fitting, mismatches, overlap, place, placed, sequence, tolerance


@pytest.mark.parametrize("axis", ["step", "update", "epoch", "time", "layer", "depth"])
def test_steps_of_every_kind_come_one_after_the_other(axis):
    assert sequence((axis,)) == 0
    assert sequence(("run", axis, "unit")) == 1
    assert sequence(("run", "unit", "row")) is None


def test_what_is_allowed_grows_with_the_largest_value_so_far_and_never_shrinks():
    expected = np.array([1.0, -10.0, 0.1, 100.0])
    np.testing.assert_allclose(tolerance(expected, ("step",), 1e-3), [1e-3, 1e-2, 1e-2, 1e-1])
    np.testing.assert_allclose(tolerance(expected, ("step",), 1e-3, atol=1), [1.001, 1.01, 1.01, 1.1])


def test_runs_do_not_widen_each_others_tolerance_and_parts_of_a_state_share_it():
    expected = np.array([[[1.0, 0.0], [2.0, 8.0]], [[100.0, 0.0], [1.0, 1.0]]])
    allowed = tolerance(expected, ("run", "step", "unit"), 1e-3)
    np.testing.assert_allclose(allowed[..., 0], [[1e-3, 8e-3], [0.1, 0.1]])
    np.testing.assert_array_equal(allowed[..., 0], allowed[..., 1])


def test_what_has_no_steps_is_measured_by_its_largest_value():
    np.testing.assert_allclose(
        tolerance(np.array([[0.0, -4.0], [1.0, 2.0]]), ("row", "col"), 1e-3), np.full((2, 2), 4e-3)
    )
    assert tolerance(np.array(-3.0), (), 1e-3) == pytest.approx(3e-3)


def test_infinities_and_nan_equal_themselves_and_widen_nothing():
    expected = np.array([1.0, np.inf, np.nan, -np.inf, 2.0])
    allowed = tolerance(expected, ("step",), 1e-3)
    assert not mismatches(expected, expected, allowed).any()
    assert mismatches(np.array([1.0, -np.inf, 0.0, np.nan, 2.1]), expected, allowed).tolist() == [False] + [True] * 4


def test_a_difference_as_large_as_its_tolerance_is_allowed():
    assert mismatches(np.array([1.5, 1.75]), np.array([1.0, 1.0]), np.array([0.5, 0.5])).tolist() == [False, True]


def test_the_first_is_the_earliest_step_then_the_order_of_the_axes():
    where = np.zeros((3, 4), dtype=bool)
    where[0, 3] = where[2, 1] = where[1, 1] = True
    assert first(where, ("run", "step")) == (1, 1)
    assert first(where, ("row", "col")) == (0, 3)
    assert first(where & False, ("run", "step")) is None
    assert first(np.array(True), ()) == ()


def run(*shape, steps=()):
    return Run(np.zeros(shape), np.array(steps, dtype=int))


def test_only_the_steps_may_differ():
    assert overlap(run(3, 5, steps=range(5)), (2, 5), ("run", "step")) is None
    assert overlap(run(5, 1, steps=range(5)), (5,), ("step",)) is None
    theirs, ours = overlap(run(3, 4, steps=[-1, 2, 4, 9]), (3, 5), ("run", "step"))
    assert (theirs[0], theirs[1].tolist()) == (slice(3), [1, 2])
    assert (ours[0], ours[1].tolist()) == (slice(3), [2, 4])


def test_as_many_axes_of_length_1_are_dropped_as_there_are_too_many():
    def left(shape, expected, axes):
        values = fitting(np.zeros(shape), expected, axes.split())
        return None if values is None else values.shape

    assert left((1, 7, 1), (11,), "step") == (7,)
    assert left((1,), (), "") == ()
    assert left((5, 1), (5,), "row") == (5,)
    assert left((1, 1, 5), (1, 5), "row col") == (1, 5)
    assert left((1, 5, 1), (5, 1), "row col") == (5, 1)
    assert left((1, 4, 1), (9, 1), "step layer") == (4, 1)
    assert left((5, 1), (1, 5), "row col") is None
    assert left((5, 2), (5,), "row") is None
    assert left((5,), (5, 1), "row col") is None


def test_rows_are_put_in_the_order_of_their_steps_and_repeats_become_one():
    values = np.array([[3.0, np.nan], [1.0, 2.0], [3.0, np.nan]])
    there = placed("h", values, ("step", "unit"), np.array([7, 0, 7]))
    assert there.steps.tolist() == [0, 7]
    np.testing.assert_array_equal(there.values, [[1.0, 2.0], [3.0, np.nan]])
    with pytest.raises(InputError, match="h has two different values at step 7"):
        placed("h", values + [[0, 0], [0, 0], [1, 0]], ("step", "unit"), np.array([7, 0, 7]))
    for steps in ([0, 1], [0, 1, 2, 3, 4]):
        with pytest.raises(InputError, match=f"h has 3 values along step, and {len(steps)} are counted"):
            placed("h", values, ("step", "unit"), np.array(steps))
    assert placed("h", values, ("step", "unit"), np.array([0, 5, 9, 12])).steps.tolist() == [0, 5, 9]


def test_a_value_is_named_by_its_axes():
    assert place("w", ("run", "step"), (1, 3)) == "w[run=1, step=3]"
    assert place("w_star", (), ()) == "w_star"
