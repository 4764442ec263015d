"""Gru: the closed form, then another library, then the lesson as a property."""

import numpy as np
import pytest

from mathcore.gru import Params, compute

SETTING = {"steps": 4}  # other sentences


@pytest.mark.parametrize("steps", [2, 10, 30])
def test_a_step_halves_what_is_left(steps):
    value = compute(Params(steps=steps)).value
    np.testing.assert_allclose(value[1:] / value[:-1], 0.5, rtol=1e-15)
