"""Every concept computes whatever its knobs allow, in any combination, without a word."""

import numpy as np
import pytest
from abuse import knob_settings, tried, tries, values, watched
from conftest import CONCEPTS
from hypothesis import given

from mathcore import InputError, _catalog

FEW = 2  # what a concept costs is not known beforehand
MANY = dict.fromkeys(
    ("convolution_2d", "gradient_descent", "learning_rate", "pooling", "vanishing_gradients"), 25
)  # of those that cost next to nothing


@pytest.mark.parametrize("concept", CONCEPTS)
def test_any_setting_gives_finite_numbers_or_is_refused(concept):
    module = _catalog.load(concept)
    may_overflow = "infinity" in module.Trace.__doc__

    @tries(MANY.get(concept, FEW))
    @given(knob_settings(concept))
    def check(setting):
        try:
            params = _catalog.turned(concept, setting)
        except InputError:  # knobs that contradict each other
            tried[f"{concept}, refused"] += 1
            return
        with watched():
            trace = module.compute(params)
        tried[f"{concept}, computed"] += 1
        for name, array in trace.arrays().items():
            assert may_overflow or np.isfinite(array).all(), name

    check()


def test_a_knob_is_tried_over_its_whole_range():
    (rate,) = (
        knob for knob in _catalog.knobs(_catalog.load("gradient_descent").Params) if knob.name == "learning_rate"
    )
    seen = []

    @tries(300)  # not the same in every process: hypothesis also tries constants of the modules that are loaded
    @given(values(rate))
    def draw(value):
        seen.append(value)

    draw()
    assert {rate.low, rate.high, *rate.choices} <= set(seen)
    assert len({round(np.log10(value)) for value in seen if value not in rate.choices}) > 12
