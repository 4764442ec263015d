"""Every concept computes today what it computed when its reference was made."""

import numpy as np
import pytest
from conftest import CONCEPTS

from mathcore import _catalog, _golden

KEPT = [c for c in CONCEPTS if any(q.tolerance for q in _catalog.load(c).Trace.quantities().values())]
SMALL = 64 * 1024


def test_references_are_kept_of_these_concepts_and_no_others():
    assert {path.stem for path in _golden.GOLDEN.glob("*.npz")} == set(KEPT)
    assert "gradient_descent" in KEPT


@pytest.mark.parametrize("concept", KEPT)
def test_a_concept_computes_what_its_reference_says(concept):
    trace = _catalog.load(concept).compute()
    path = _golden.golden_path(concept)
    assert path.stat().st_size < SMALL
    with np.load(path, allow_pickle=False) as reference:
        assert set(reference.files) == set(_golden.carried(trace)), "run `make golden`"
        for name in reference.files:
            tolerance = trace.quantities()[name].tolerance
            assert _golden.difference(trace, name, reference[name]) <= tolerance, name


def test_a_difference_is_seen():
    trace = _catalog.load("gradient_descent").compute()
    assert _golden.difference(trace, "w", trace.w) == 0
    assert _golden.difference(trace, "w", trace.w * (1 + 1e-9)) > 1e-12
    assert _golden.difference(trace, "w", trace.w[:-1]) == np.inf
