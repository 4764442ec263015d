"""The numbers of an axis keep apart and inside the frame, whatever the data."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looking import box
from reading import read_back

from scenes._marks.axes import APART, WIDEST, Axes
from scenes._marks.number import TickLabel
from scenes._stage.film import MARGIN
from scenes._stage.theme import THEMES
from scenes._stage.words import Words

FRAME = np.array([64 / 9, 4.0]) - MARGIN
PANELS = {  # corner, size, ticks
    "over the whole frame": ((-5.7, -2.3), (12.0, 4.6), (7, 5)),
    "small, at the right": ((1.75, 0.35), (5.0, 1.95), (7, 5)),
    "slim, at the right end": ((3.7, 0.62), (2.65, 1.75), (3, 0)),
}
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])
ordinary = st.floats(1e-12, 1e12)


def panel(where, x_range, y_range, language):
    (x, y), size, ticks = PANELS[where]
    return Axes(np.array([x, y, 0]), size, x_range, y_range, THEMES["dark"], Words("none", language), ticks)


def marks(axes):
    return [mark for mark in axes.submobjects if isinstance(mark, TickLabel)]


@pytest.mark.parametrize("where", PANELS)
@LANGUAGES
@settings(deadline=None, max_examples=40)
@given(low=st.just(0.0) | ordinary.map(lambda value: -value), high=ordinary, top=st.floats(1e-24, 1e30))
def test_numbers_keep_apart_and_inside_the_frame(where, language, low, high, top):
    axes = panel(where, (low, high), (0, top), language)
    boxes = [box(mark) for mark in marks(axes)]
    for at, to in boxes:
        assert (at > -FRAME).all()
        assert (to < FRAME).all()
    for (at, to), (other_at, other_to) in combinations(boxes, 2):
        assert (np.maximum(at, other_at) - np.minimum(to, other_to) > 0.02).any()
    assert len(axes.x_ticks) >= 1
    assert len(axes.y_ticks) >= 2 or "slim" in where


@LANGUAGES
@pytest.mark.parametrize("end", [123456.0, 999999.0, 1e9, 4.2e11, 1e-9])
@pytest.mark.parametrize("where", PANELS)
def test_a_panel_from_zero_has_at_least_two_numbers_and_they_stand_at_their_values(where, language, end):
    axes = panel(where, (0, end), (0, end), language)
    assert len(axes.x_ticks) >= 2
    for value, mark in zip([*axes.x_ticks, *axes.y_ticks], marks(axes), strict=True):
        assert read_back(mark.text, language) == pytest.approx(value)
    for value, mark in zip(axes.x_ticks, marks(axes), strict=False):
        assert np.isclose(mark.get_center()[0], axes.at(value, 0)[0], atol=0.05)


def test_ticks_are_fewer_only_where_their_numbers_have_no_room():
    slim, wide = "slim, at the right end", "over the whole frame"
    assert panel(slim, (0, 7), (0, 1), "en").x_ticks == [0, 2.5, 5]
    assert panel(slim, (0, 9.9e-6), (0, 1), "en").x_ticks == pytest.approx([0, 4e-6, 8e-6])
    assert panel(wide, (0, 7e6), (0, 1), "en").x_ticks == [k * 1e6 for k in range(7)]  # the last would hang over


def test_numbers_that_differ_late_are_left_out_rather_than_laid_on_each_other():
    axes = panel("slim, at the right end", (3.61034561, 3.61034569), (0, 1), "en")
    first, *others = marks(axes)
    assert first.width > APART[0]
    assert not others or others[0].get_left()[0] - first.get_right()[0] >= APART[0]


def test_numbers_beside_a_panel_are_no_wider_than_the_margin_there():
    axes = panel("over the whole frame", (0, 1), (-7e-12, 7e-12), "fr")
    beside = marks(axes)[len(axes.x_ticks) :]
    assert max(mark.width for mark in beside) <= WIDEST
