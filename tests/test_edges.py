"""Marks at the edges of their panels: what has left one shows it, what lies on the edge is seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from manim import DOWN, LEFT, RIGHT, UP

from export.render import player
from export.render.settings import RenderSettings
from mathcore.gradient_descent import Params, compute
from mathcore.learning_rate import Params as Rates
from mathcore.learning_rate import compute as compute_rates
from scenes._figures.gradient_descent import figure
from scenes._marks.away import Away, lasting
from scenes._marks.axes import Axes
from scenes._marks.line import Clipped, clipped
from scenes._props.gradient_descent import Fit
from scenes._props.nonconvex_loss import Trajectories
from scenes._stage.rows import MOST_ROWS, drawn_rows, from_zero
from scenes._stage.theme import THEMES
from scenes._stage.words import Words

PANEL = Axes(np.array([-1.0, -2, 0]), (4.0, 3.0), (0, 8), (0, 60), THEMES["dark"], Words("gradient_descent", "en"))
LEFT_FOOT, RIGHT_TOP = PANEL.box
POINTS_OF_A_SIGN, POINTS_OF_A_DOT = 8, 20


@pytest.mark.parametrize(
    ("slope", "end"),
    [
        (0.0, [3, -2]), (-4e-16, [3, -2]), (4e-16, [3, -2]), (7.5, [3, 1]), (15, [1, 1]),
        (np.inf, [-1, 1]), (1e300, [-1, 1]), (-np.inf, [-1, 1]),
    ],
)  # fmt: skip
def test_a_line_through_the_corner_is_seen_along_the_edge_and_across(slope, end):
    ends = PANEL.line(slope, 0, 0)
    np.testing.assert_allclose(ends[np.argsort(ends.sum(axis=1)), :2], [[-1, -2], end], atol=1e-5)


@pytest.mark.parametrize("line", [(-1, 0, 0), (-5000, 0, 0), (np.nan, 0, 0), (0, 4, 61), (1, np.nan, 0)])
def test_a_line_that_misses_the_panel_or_is_none_has_no_points(line):
    assert PANEL.line(*line).shape == (0, 3)


@pytest.mark.parametrize("power", range(0, 308, 4))
def test_a_line_that_falls_through_the_corner_is_outside_however_steep_and_one_that_rises_is_seen(power):
    steepness = 10.0**power
    assert PANEL.line(-steepness, 0, 0).shape == (0, 3)
    assert len(PANEL.line(steepness, 0, 0)) == 2


places = st.floats(-20, 20)


@given(st.lists(places, min_size=6, max_size=6))
def test_what_is_seen_of_a_segment_lies_in_the_box_and_on_the_segment(numbers):
    start, end = np.array([[*numbers[:2], 0], [*numbers[2:4], 0]])
    first, last, seen = clipped(start, end, PANEL.box)
    along = start + np.linspace(0, 1, 2001)[:, None] * (end - start)
    within = np.all((along >= LEFT_FOOT) & (along <= RIGHT_TOP), axis=1)
    assert seen or not within.any()
    if seen:
        for place in (first, last):
            assert np.all((place > LEFT_FOOT - 1e-5) & (place < RIGHT_TOP + 1e-5))
        np.testing.assert_allclose(np.linalg.norm(last - first), np.linalg.norm(end - start) * within.mean(), atol=0.05)


def test_a_trail_that_leaves_and_returns_is_drawn_within_only_at_every_share():
    corners = PANEL.near(np.array([4, 1e9, -np.inf, 4]), np.array([30, 30, 1000, 30]))
    trail = Clipped(corners, PANEL.box, "#ffffff")
    for share in np.linspace(0, 1, 31):
        points = trail.show(share).points
        assert np.all((points > LEFT_FOOT - 1e-5) & (points < RIGHT_TOP + 1e-5))
    starts = trail.points[::4]
    np.testing.assert_allclose(starts[:2], [[1, -0.5, 0], [-1, -0.476, 0]], atol=0.01)  # out to the right, and back in
    assert np.allclose(starts[2:], [1, -0.5, 0])


@pytest.mark.parametrize(
    ("x", "y", "way"),
    [(9, 30, RIGHT), (-1, 30, LEFT), (4, 61, UP), (4, -1, DOWN), (np.inf, np.inf, UP + RIGHT), (-np.inf, 30, LEFT)],
)
def test_a_sign_points_to_what_has_left(x, y, way):
    place = PANEL.near(x, y)
    sign, edge = Away(PANEL.box, "#ffffff").put(place), np.clip(place, *PANEL.box)
    heading = sign.points.mean(axis=0) - edge
    np.testing.assert_allclose(heading / np.linalg.norm(heading), way / np.linalg.norm(way), atol=1e-9)
    assert len(sign.points) == POINTS_OF_A_SIGN


@pytest.mark.parametrize("place", [(0, 0), (8, 60), (8, 0), (4, 30), (np.nan, 30), (4, np.nan)])
def test_to_what_is_within_on_the_edge_or_no_number_nothing_points(place):
    assert not len(Away(PANEL.box, "#ffffff").put(PANEL.near(*place)).points)


def test_the_panel_holds_its_edge_and_no_nan():
    inside = PANEL.inside(np.array([0, 8, 8.1, np.nan, np.inf]), np.array([0, 60, 3, 3, 3]))
    assert inside.tolist() == [True, True, False, False, False]


def test_a_run_waits_where_its_numbers_end():
    assert lasting(np.array([1, -np.inf, np.nan, np.nan])).tolist() == [1, -np.inf, -np.inf, -np.inf]


def test_the_curve_of_a_ball_begins_where_it_enters_the_panel():
    rollers = Trajectories(THEMES["dark"], (PANEL, PANEL), np.zeros((1, 3, 2)), np.array([[100.0, 20, 10]]), "#ffffff")
    top = rollers.curves.points[:, 1].max()
    assert np.isclose(top, 1)
    assert np.isclose(rollers.curves.points[rollers.curves.points[:, 1].argmax(), 0], -0.75)  # half-way to step 1


def look(trace, see):
    """Play a film and look at every frame."""
    with player.staged(trace, RenderSettings(fps=5), watch=see) as film:
        film.render()
    return film


def test_the_fitted_line_is_seen_wherever_the_weight_is_not_negative():
    lengths = {}

    def see(film):
        if film.beats and film.beats[-1].name in ("draw_loss", "take_first_step"):
            lengths[film.time] = np.ptp(film.fit.line.points[:, 0]) if len(film.fit.line.points) else 0.0

    film = look(compute(Params(steps=1)), see)
    end = next(beat.stop for beat in film.beats if beat.name == "draw_loss")
    assert all(length > 4.9 for time, length in lengths.items() if end - 1 < time < end)


def test_a_ball_that_has_left_is_hollow_and_its_stops_stairs_and_dots_stay_within():
    seen = set()

    def see(film):
        ball, x = film.descent.ball, film.descent.ball.get_center()
        edge = bool(np.isclose(x[:2], film.valley.axes.box[:, :2]).any())
        seen.add((film.descent.away, ball.get_fill_opacity() < 1, edge, film.off.get_fill_opacity() > 0))
        assert len(film.descent[1].points) // POINTS_OF_A_DOT <= 1

    film = look(compute(Params(learning_rate=1e-3, steps=60)), see)
    assert {hollow for away, hollow, *_ in seen if away} == {True}
    assert {edge for away, _, edge, _ in seen if away} == {True}
    assert {told for away, *_, told in seen} == {True, False}
    assert "Off the panel" in film.captions[-1].text


def test_a_run_whose_numbers_have_ended_is_told_without_a_number():
    film = look(compute(Params(learning_rate=1, steps=1000)), lambda _: None)
    assert "?" not in film.captions[-1].text


def test_a_record_has_no_trail_along_the_edge():
    film = look(compute_rates(Rates(learning_rates=(1e-3,), steps=3)), lambda _: None)
    (twin,) = film.twins
    points = twin.record.trail.points.reshape(-1, 4, 3)
    low, high = twin.valley.axes.box[:, 0]
    for edge in (low, high):
        assert not np.isclose(points[:, :, 0], edge).all(axis=1).any()


def table(count, seed=0):
    chance = np.random.RandomState(seed)
    x = chance.gamma(4, 25, count)
    return x, 3 * x + 60 * chance.randn(count)


@pytest.mark.parametrize("count", [2, MOST_ROWS])
def test_a_small_table_is_drawn_whole(count):
    assert np.array_equal(drawn_rows(*table(count)), np.arange(count))


@pytest.mark.parametrize("count", [MOST_ROWS + 1, 20_000])
def test_of_a_large_table_the_rows_that_stand_alone_are_drawn(count):
    x, y = table(count)
    x[:3], y[:3] = [600, 650, 5], [3000, 2500, -900]  # far from all others
    rows = drawn_rows(x, y)
    assert {0, 1, 2, x.argmin(), x.argmax()} <= set(rows.tolist())
    assert MOST_ROWS <= len(rows) < count
    assert np.all(np.diff(rows) > 0)
    left_out = np.setdiff1d(np.arange(count), rows)
    near = np.hypot((x[left_out, None] - x[rows]) / np.ptp(x), (y[left_out, None] - y[rows]) / np.ptp(y)).min(axis=1)
    assert near.max() < 0.04


@pytest.mark.parametrize("x", [np.zeros(1500), np.full(1500, 7.0), -np.arange(1500.0)])
def test_a_large_table_of_one_value_is_drawn(x):
    assert len(drawn_rows(x, x)) == MOST_ROWS


def test_film_and_figure_draw_the_same_rows_dots_and_gaps_alike_and_say_how_many(tmp_path):
    x, y = table(3000)
    np.savetxt(tmp_path / "own.csv", np.stack([x, y], axis=1), delimiter=",", header="x,y", comments="")
    trace = compute(Params(data=tmp_path / "own.csv", feature="x", target="y", learning_rate=1e-9, steps=1))
    film = look(trace, lambda _: None)
    rows = drawn_rows(trace.x, trace.y)
    assert len(film.big._rows) == len(film.gaps._path) / 4 == len(rows) < 3000
    texts = [m.source for m in film.big.frame.get_family() if hasattr(m, "source")]
    assert any(f"drawn: {len(rows):,} of 3,000 rows" in text for text in texts)
    page = figure(trace, Words("gradient_descent", "en"), THEMES["light"])
    dots = page.axes[0].lines[0].get_xydata()
    assert np.array_equal(dots, np.stack([trace.x[rows], trace.y[rows]], axis=1))
    assert f"{len(rows):,} of 3,000" in page.axes[0].get_title(loc="right")


@pytest.mark.parametrize("w", [-2.0, 9.0])
def test_the_gaps_of_a_start_that_is_not_far_outside_are_drawn_whole(w):
    trace = compute(Params(start=w, steps=1))
    with player.staged(trace, RenderSettings()) as film:
        big = Fit(film, np.array([-5.7, -2.3, 0]), (12.0, 4.6), ("x", "y"), 0.06, w)
        assert big.axes.inside(trace.x, w * trace.x).all()
        assert big.axes.inside(trace.x, trace.y).all()


def test_a_line_far_outside_does_not_flatten_the_data():
    trace = compute(Params(steps=1))
    with player.staged(trace, RenderSettings()) as film:
        for w in (-100.0, 1e30):
            big = Fit(film, np.array([-5.7, -2.3, 0]), (12.0, 4.6), ("x", "y"), 0.06, w)
            assert big.axes.low[1] + big.axes.span[1] == trace.y.max()


def test_an_axis_from_zero_has_no_room_to_spare():
    assert from_zero(np.array([-3.0, -2.0])) == (-3, 0)
    assert from_zero(np.array([2e-9, 1e-9])) == (0, 2e-9)
    assert from_zero(np.zeros(3)) == (0, 1)
