"""Each mark alone: it is put at places along its axes and asked for its points; nothing is drawn."""

from types import SimpleNamespace

import numpy as np
import pytest
from colorspacious import cspace_convert
from manim import Dot, Square, VGroup, VMobject

from scenes._marks.axes import Axes
from scenes._marks.band_panel import BandPanel, Readings
from scenes._marks.bars import Bars
from scenes._marks.colour_scale import Scale, inks
from scenes._marks.contour_map import ContourMap, bowl_levels, pale_bands
from scenes._marks.frames import Frames
from scenes._marks.grid import Grid
from scenes._marks.line import Dashes, Line, Lines
from scenes._marks.net import column, edges
from scenes._marks.number import Number
from scenes._marks.panel import Panel
from scenes._marks.recurrent_cell import FILLED, FULL, Flow, Pipe, sides
from scenes._marks.scales import LogScale, ShareScale
from scenes._marks.squares import Squares
from scenes._marks.window import SLID, Visit, Window, slid, windows
from scenes._stage.clock import Going, between, follow, go, marks, turn
from scenes._stage.film import Film
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref
from scenes._stage.theme import THEMES
from scenes._stage.words import FilmWords

THEME = THEMES["dark"]
CORNERS = np.array([[0.0, 0, 0], [1, 0, 0], [1, 2, 0], [4, 2, 0]])
SLOT = Slot(-2.0, -1.0, 6.0, 3.0)


def refs_to(values):
    """References to values, in their shape."""
    refs = np.empty(np.shape(values), dtype=object)
    for index, value in np.ndenumerate(values):
        refs[index] = Ref("quantity", "q", index, value.item())
    return refs


@pytest.fixture(scope="module")
def film():
    """What marks ask of a film: theme, words, numbers, sentences; and it keeps those that pass."""
    words = FilmWords("pooling", "en")

    def passing(mark, most=np.inf):
        passed.append((mark, most))
        return mark

    def number(value=np.nan, colour=None, *, size=24, anchor=np.array([-1.0, 0, 0])):
        return Number(words.number(value), colour or THEME.text, size, anchor)

    def say(key, **style):
        return VGroup(Square(0.2), Square(0.2))

    passed: list = []
    marks = {"number": number, "passing": passing, "passed": passed, "say": say}
    return SimpleNamespace(theme=THEME, words=words, axes_in=lambda slot, *spans: spans, **marks)


def ends(mark: VMobject) -> np.ndarray:
    """Where a path begins and ends."""
    return mark.points[[0, -1]]


def low_and_high(mark: VMobject) -> tuple[float, float]:
    """The heights of a path's foot and top."""
    return mark.points[:, 1].min(), mark.points[:, 1].max()


def box(mark: VMobject) -> np.ndarray:
    """Left, right, foot and top of a path."""
    low, high = mark.points.min(axis=0), mark.points.max(axis=0)
    return np.array([low[0], high[0], low[1], high[1]])


# The clock.


def test_a_mark_goes_along_its_axes_and_stays_on_the_others():
    seen = []
    mark = follow(Dot(), "step", "run", at=lambda step, run: seen.append((step, run)))
    go(mark, step=3)
    go(mark, run=2, layer=9)
    assert seen == [(0, 0), (3, 0), (3, 2)]
    assert mark.places == {"step": 3, "run": 2}


def test_marks_are_found_in_groups_each_once_and_by_axis():
    one, other = (follow(Dot(), axis, at=lambda place: None) for axis in ("step", "run"))
    group = VGroup(one, VGroup(other))
    assert marks([group, one]) == [one, other]
    assert marks([group], {"run"}) == [other]
    assert marks([Dot()]) == []


def test_marks_go_from_wherever_each_of_them_is():
    seen = {}
    ahead, behind = (
        follow(Dot(), "step", at=lambda place, name=name: seen.update({name: place})) for name in ("ahead", "behind")
    )
    go(ahead, step=4)
    going = Going([ahead, behind], {"step": 10}, run_time=2)
    going.move(0.5)
    assert seen == {"ahead": 7, "behind": 5}
    assert going.pace(behind) == 5


def test_a_copied_mark_does_not_copy_what_its_method_belongs_to():
    class Owner:
        def __deepcopy__(self, memo):
            raise AssertionError("the owner was copied")

        def at(self, place: float) -> None: ...

    follow(Dot(), "step", at=Owner().at).copy()


@pytest.mark.parametrize(
    ("place", "there"), [(0, [0, 10]), (0.25, [0.5, 15]), (1, [2, 30]), (1.5, [1, 15]), (2, [0, 0]), (2.5, [0, 0])]
)
def test_between_two_rows_is_what_lies_on_the_way_and_beyond_the_last_nothing_changes(place, there):
    np.testing.assert_allclose(between(np.array([[0.0, 10], [2, 30], [0, 0]]), place), there, atol=1e-12)


class Small(Film):
    """A film without a concept, whose animations are over at once."""

    def __init__(self) -> None:
        self.mobjects, self.played = [], []
        self._clock, self._passing = {}, {}

    def play(self, going, **options):
        self.played.append(list(self.mobjects))
        going.move(1)

    def remove(self, *drawings):
        self.mobjects = [one for one in self.mobjects if one not in drawings]


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr("manim.Scene.add", lambda self, *drawings: self.mobjects.extend(drawings))
    return Small()


def two_marks(axis: str):
    return [follow(Dot(), axis, at=lambda place: None) for _ in range(2)]


def test_what_joins_stands_where_its_axis_stands(small):
    early, late = two_marks("step")
    small.add(early)
    small.run(1, step=5)
    assert (early.places["step"], late.places["step"]) == (5, 0)
    small.add(late)
    assert late.places["step"] == 5
    small.jump(step=2)
    assert early.places["step"] == late.places["step"] == 2


def test_only_those_that_are_named_go_and_the_clock_stays(small):
    one, other = two_marks("step")
    small.add(one, other)
    small.run(1, one, step=3)
    assert (one.places["step"], other.places["step"]) == (3, 0)
    joins, _ = two_marks("step")
    small.add(joins)
    assert joins.places["step"] == 0


@pytest.mark.parametrize(("seconds", "followed"), [(5, True), (1, False)])
def test_what_passes_is_on_stage_only_where_it_can_be_followed(small, seconds, followed):
    stays, passes = two_marks("place")
    small.add(stays)
    small.passing(passes, most=2)
    small.run(seconds, place=8)
    assert small.played == [[stays, passes] if followed else [stays]]
    assert small.mobjects == [stays]
    assert passes.places["place"] == 8


@pytest.mark.parametrize(("place", "one", "share"), [(0, 0, 0), (0.25, 0, 0.25), (3, 2, 1), (3.5, 3, 0.5)])
def test_those_that_come_one_after_the_other_have_their_turns(place, one, share):
    assert turn(place) == (one, share)


# Lines.


@pytest.mark.parametrize("kind", [Line, Dashes])
def test_a_line_is_drawn_up_to_a_place(kind):
    line = kind(CORNERS, THEME.loss)
    line.at(2.5)
    np.testing.assert_allclose(box(line)[[1, 3]], [2.5, 2], atol=0.13)
    line.at(99)
    np.testing.assert_allclose(box(line)[1], 4, atol=0.13)
    line.at(0)
    assert all(np.allclose(point, line.corners[0]) for point in line.points)


def test_lines_grow_at_once():
    lines = Lines(np.stack([CORNERS, CORNERS + [0, 5, 0]]), THEME.loss)
    lines.at(1)
    np.testing.assert_allclose(box(lines), [0, 1, 0, 5])
    np.testing.assert_allclose(lines.point(1 / 3), [[1, 0, 0], [1, 5, 0]])


# Bars and their scales.


def heights_of(bars: Bars) -> np.ndarray:
    return np.array([np.ptp(bar[:, 1]) for bar in bars.points.reshape(-1, 16, 3)])


def test_bars_grow_in_their_turn_and_change_from_state_to_state():
    bars = Bars(np.array([0.0, 1, 2]), -1.0, np.array([[1.0, 2, 4], [3, 2, 0]]), 0.5, THEME.gradient)
    np.testing.assert_allclose(heights_of(bars), [1, 2, 4])
    bars.at(1.5)
    np.testing.assert_allclose(heights_of(bars), [1, 1])
    bars.at(3, 0.5)
    np.testing.assert_allclose(heights_of(bars), [2, 2, 2])
    bars.at(3, 1)
    np.testing.assert_allclose(heights_of(bars), [3, 2])  # a bar of height 0 is none
    assert low_and_high(bars) == (-1, 2)


def test_bars_that_come_back_begin_at_the_last_and_may_lead():
    bars = Bars(np.arange(3.0), 0, np.ones(3), 0.5, THEME.gradient, turns=np.array([2, 1, 0]), lead=4)
    bars.at(1.125)
    np.testing.assert_allclose(heights_of(bars), [0.5, 1])
    assert bars.points[:, 0].min() == 0.75


def test_a_log_scale_gives_each_decade_the_same_height_and_zero_a_place_at_the_foot():
    scale = LogScale(np.zeros(3), (4.0, 3.0), np.array([1e-2, 1e-1, 1.0]), THEME)
    steps = np.diff(scale.height(np.array([1e-2, 1e-1, 1.0])))
    assert steps[0] == pytest.approx(steps[1])
    with_zero = LogScale(np.zeros(3), (4.0, 3.0), np.array([0.0, 1.0]), THEME)
    assert 0 < with_zero.height(np.array([0.0]))[0] < with_zero.height(np.array([0.1]))[0]


def test_a_share_scale_ends_at_its_lines():
    scale = ShareScale(np.array([0.0, -1, 0]), (4.0, 2.0), THEME)
    np.testing.assert_allclose(scale.height(np.array([0, 0.5, 1])), [0, 1, 2])
    np.testing.assert_allclose(box(scale[0])[2:], [-1, 1])


def test_a_band_panel_is_cut_into_columns_of_its_scale(film):
    panel = BandPanel(film, SLOT, 4, None)
    left, right = panel.columns(2, gap=1.0)
    assert (left.left, right.left, left.width, right.width) == (-2, 1.5, 2.5, 2.5)
    assert left.scale is panel.scale
    np.testing.assert_allclose(left.x, -2 + 2.5 * (np.arange(4) + 0.5) / 4)


def test_values_stand_in_the_middle_of_their_bands(film):
    panel = BandPanel(film, SLOT, 3, None)
    places = panel.places(np.array([[0, 0.5, 1], [1, 1, 1]]))
    np.testing.assert_allclose(places[0], [[-1, -1, 0], [1, 0.5, 0], [3, 2, 0]])
    np.testing.assert_allclose(places[1, :, 1], 2)


def test_numbers_below_bands_come_with_their_bars(film):
    panel = BandPanel(film, SLOT, 4, None)
    numbers = panel.numbers(refs_to(np.arange(4)), "faint", "layer", back=True)
    assert [number.text for number in numbers] == ["3", "2", "1", "0"]
    numbers.at(2)
    assert [number.get_fill_opacity() for number in numbers] == [1, 1, 0, 0]


def test_readings_stand_above_the_latest_bar_that_is_complete_and_at_last_also_above_the_first(film):
    values = refs_to(np.array([0.2, 0.9, 0.5]))
    panel = BandPanel(film, SLOT, 3, None)
    readings: Readings = panel.readings(values, "gradient", "layer")
    latest, first = readings
    readings.at(0.9)
    assert latest.get_fill_opacity() == 0
    readings.at(2.9)
    assert (latest.text, latest.get_fill_opacity(), first.get_fill_opacity()) == ("0.900", 1, 0)
    assert low_and_high(latest)[0] == pytest.approx(SLOT.foot + 0.9 * SLOT.height + 0.12, abs=0.02)
    readings.at(3)
    assert (latest.text, first.text, first.get_fill_opacity()) == ("0.500", "0.200", 1)


# Panels.


def test_a_panel_keeps_its_marks_within_it(film):
    panel = Panel(film, SLOT, [0, 10], [-1, 1])
    line = panel.line([0, 5, 30], [0, 7, -np.inf], "loss")
    np.testing.assert_allclose(box(line), [-2, 4, -1, 2], atol=1e-9)
    level = panel.levels(0, "good")
    np.testing.assert_allclose(ends(level), [[-2, 0.5, 0], [4, 0.5, 0]], atol=1e-9)
    np.testing.assert_allclose(box(panel.rules([5], [-1], [1], "data")), [1, 1, -1, 2], atol=1e-9)
    np.testing.assert_allclose(box(panel.frame((0, 5), (0, 1))), [-2, 1, 0.5, 2], atol=1e-9)


# Nets.


def test_a_column_of_units_begins_on_top_and_has_its_middle_at_a_height():
    np.testing.assert_allclose(column(2, 1, 3, 0.5), [[2, 1.5, 0], [2, 1, 0], [2, 0.5, 0]])
    np.testing.assert_allclose(column(2, 1, 1, 0.5), [[2, 1, 0]])


def test_every_unit_of_a_net_is_joined_to_every_one_of_the_next_column():
    assert edges([2, 1, 2]).tolist() == [[0, 1, 2, 2], [2, 2, 3, 4]]


# Grids and windows.


@pytest.fixture
def bowl(film):
    """A map of x² + 4 y², whose lines are ellipses."""
    x, y = np.linspace(-3, 3, 121), np.linspace(-1.5, 1.5, 121)
    heights = x**2 + 4 * y[:, None] ** 2
    return ContourMap(film, SLOT, x, y, heights, bowl_levels(heights, 5))


def test_between_two_levels_there_is_one_colour_and_the_first_row_is_on_top():
    colours = pale_bands(np.array([[0.1, 0.2], [0.6, 3.0]]), np.array([0.5, 1.0]), THEME)
    assert colours.dtype == np.uint8
    assert np.array_equal(colours[1, 0], colours[1, 1])
    assert len(np.unique(colours.reshape(-1, 3), axis=0)) == 3


def test_the_lines_of_a_bowl_lie_evenly_where_its_heights_are_those_of_the_lines(bowl):
    ground, lines, axes = bowl.drawn
    places = [(line.points[:, :2] - SLOT[:2]) / SLOT[2:] * [6, 3] + [-3, -1.5] for line in lines]
    roots = [np.sqrt(x**2 + 4 * y**2) for x, y in (place.T for place in places)]
    steps = np.sqrt(18) * np.arange(1, 6) / 6  # 18 is the loss in the corners
    np.testing.assert_allclose([root.mean() for root in roots], steps, atol=0.005)
    assert all(np.ptp(root) < 0.02 for root in roots)
    assert axes is bowl.axes
    np.testing.assert_allclose([ground.width, ground.height], SLOT[2:])


def test_what_lies_between_two_lines_has_one_colour_and_the_lowest_losses_the_darkest(bowl):
    colours = bowl.drawn[0].pixel_array[90, ::4, :3].astype(float)  # the middle row
    brightness = colours.sum(axis=1)
    assert len(np.unique(colours, axis=0)) == 5  # of the six, the corners' is not in that row
    assert brightness[45] == brightness.min()
    assert (np.diff(brightness[:45]) <= 0).all()
    assert len(set(brightness)) == 5


def test_a_ball_walks_from_place_to_place_and_leaves_a_trail(bowl):
    walk = bowl.walk([[-2.0, 1], [0, 1], [0, 0]], "weight", "step")
    walk.at(1.5)
    np.testing.assert_allclose(walk.ball.get_center(), bowl.at(0, 0.5))
    np.testing.assert_allclose(walk[0].points[[0, 3, -1]], [bowl.at(-2, 1), bowl.at(0, 1), bowl.at(0, 0.5)])
    np.testing.assert_allclose(walk[1].get_corner([-1, 0, 0])[0], bowl.at(-2, 1)[0] - 0.06, atol=1e-3)
    assert not walk.away
    assert walk.ball.get_fill_opacity() == 1


def test_dots_where_a_ball_was_may_be_small(bowl):
    for stop, radius in (({}, 0.06), ({"stop": 0.02}, 0.02)):
        assert bowl.walk([[0.0, 0], [1, 0]], "weight", **stop)[1].width == pytest.approx(2 * radius, rel=1e-2)


def test_a_ball_that_leaves_the_map_waits_hollow_at_its_edge(bowl):
    walk = bowl.walk([[0.0, 0], [30, 0], [np.nan, np.nan]], "weight")
    for place in (1, 2):
        walk.at(place)
        np.testing.assert_allclose(walk.ball.get_center(), bowl.at(3, 0))
        assert walk.ball.get_fill_opacity() < 1
        assert walk.away
    assert walk[0].get_right()[0] == pytest.approx(bowl.at(3, 0)[0], abs=1e-5)  # of the trail nothing is beyond


@pytest.mark.parametrize("cmap", ["gray", "viridis", "berlin", "RdBu_r"])
def test_the_ink_of_a_number_stands_out_more_from_its_cell_than_the_other(cmap):
    colours = Scale(cmap, -2, 2).paint(np.linspace(-2, 2, 101))
    luminance = cspace_convert(colours[:, :3], "sRGB255", "XYZ1")[:, 1]
    on_black, on_white = (luminance + 0.05) / 0.05, 1.05 / (luminance + 0.05)
    close = np.abs(np.log(on_black / on_white)) < 0.05
    assert np.all((inks(colours) == (on_black > on_white)) | close)


def test_a_scale_gives_a_hole_no_colour_and_values_beyond_it_those_of_its_ends():
    colours = Scale("gray", 1, 3).paint([np.nan, 0, 1, 2, 3, 9])
    assert colours[:, 3].tolist() == [0, 255, 255, 255, 255, 255]
    assert colours[1:, 0].tolist() == [0, 0, 128, 255, 255]


VALUES = np.arange(16.0).reshape(4, 4) / 16
REFS = refs_to(VALUES)


def test_frames_are_shown_one_after_the_other():
    frames = Frames(1.0, THEME.text, THEME.background).put(np.array([[0.0, 0, 0], [3, 0, 0]]))
    frames.show(0.5)
    np.testing.assert_allclose(box(frames), [-0.5, 0.5, -0.5, 0.5])
    frames.show(1)
    np.testing.assert_allclose(box(frames), [-0.5, 3.5, -0.5, 0.5])


def test_a_grid_knows_where_its_blocks_are_wherever_its_cells_go(film):
    grid = Grid(film, ([1.0, 0, 0], 4.0), VALUES, Scale("gray"))
    grid.cells.shift([9, 9, 0])
    centres, side = grid.blocks([[0, 0], [2, 1]], 2)
    np.testing.assert_allclose(centres, [[0, 1, 0], [1, -1, 0]], atol=1e-9)
    assert side == 2


def test_a_grid_fills_row_by_row(film):
    grid = Grid(film, ([0, 0, 0], 4.0), REFS, Scale("gray"), empty=True)
    grid.fill("kept")
    grid.cells.at(5)
    assert [number.ref for number in grid.cells.numbers] == list(REFS.flat[:5])


@pytest.mark.parametrize(
    ("position", "place", "reached", "sent"),
    [(0, 0, 0, 0), (SLID, 0, 0, 0), (1, 0, 0, 1), (1 + SLID / 2, 1, 0, 0), (1 + SLID, 1, 1, 0), (2, 1, 1, 1)],
)
def test_a_window_slides_before_its_value_travels(position, place, reached, sent):
    visit = Visit.at(position)
    assert (visit.place, visit.reached) == (place, reached)
    assert visit.sent == pytest.approx(sent)


def test_plain_numbers_in_a_grid_are_colours_only(film):
    plain, written = (Grid(film, ([0, 0, 0], 4.0), values, Scale("gray")).cells for values in (VALUES, REFS))
    assert not plain.numbers
    assert len(written.numbers) == VALUES.size
    np.testing.assert_array_equal(plain.map.pixel_array, written.map.pixel_array)


@pytest.mark.parametrize(("values", "written"), [([[0.3, 0.26]], ["0.300", "0.260"]), ([[3.0, 0.0]], ["3", "0"])])
def test_all_numbers_of_a_grid_end_at_one_place(film, values, written):
    grid = Grid(film, ([0, 0, 0], 1.5), refs_to(np.array(values)), Scale("gray"))
    assert grid.cells.numbers == written


def test_a_single_digit_is_written_in_cells_that_are_too_narrow_for_more(film):
    side = 0.5 * len(VALUES)
    values = REFS, refs_to(np.full(VALUES.shape, 7.0))
    wide, single = (Grid(film, ([0, 0, 0], side), one, Scale("gray")) for one in values)
    assert not wide.cells.numbers
    assert len(single.cells.numbers) == VALUES.size


def test_a_window_slides_from_spot_to_spot_and_rests_at_each():
    spots = np.array([[0.0, 0, 0], [4, 0, 0], [0, -4, 0]])
    for position, place in ((0, [0, 0, 0]), (1, [0, 0, 0]), (1 + SLID / 2, [2, 0, 0]), (2, [4, 0, 0]), (3, [0, -4, 0])):
        np.testing.assert_allclose(slid(spots, position), place, atol=1e-9)


def test_windows_see_the_image_row_by_row():
    views = windows(VALUES, 2, 2)
    np.testing.assert_array_equal(views[1], VALUES[:2, 2:])
    assert views.shape == (4, 2, 2)


@pytest.fixture
def window(film):
    film.passed.clear()
    image = Grid(film, ([-3.0, 0, 0], 4.0), REFS, Scale("gray"))
    seen = Grid(film, ([1.0, 0, 0], 2.0), REFS[:2, :2], Scale("gray"))
    output = Grid(film, ([4.0, 0, 0], 2.0), REFS[1::2, 1::2], Scale("gray"), empty=True)
    source = np.array([[1, 1], [1, 3], [3, 1], [3, 3]])  # the largest value of each window
    return Window(film, image, seen, output, 2, 2, source=source)


def test_a_window_stands_where_its_value_comes_from_and_slides_there_first(window):
    window.frame.at(1)
    np.testing.assert_allclose(box(window.frame), [-5, -3, 0, 2])
    window.frame.at(1 + SLID)
    np.testing.assert_allclose(box(window.frame), [-3, -1, 0, 2])
    window.frame.at(1 + SLID / 2)
    assert -5 < box(window.frame)[0] < -3
    window.seen.cells.at(1 + SLID)
    assert [number.ref for number in window.seen.cells.numbers] == list(REFS[:2, 2:].flat)


def test_the_value_of_a_window_is_open_until_it_is_known(window):
    value, mark = window.value(), window.mark()
    for place, kept, text, marked in ((1, 1, "0.312", 1), (1 + SLID, 1, "?", 0), (1 + SLID, 1 + SLID, "0.438", 1)):
        value.at(place, kept)
        mark.at(place, kept)
        assert (value.text, bool(len(mark.points))) == (text, bool(marked)), (place, kept)


def test_a_value_travels_from_its_cell_to_the_output(window, film):
    ((tile, most),) = film.passed
    assert most == 8
    middles = []
    for position in (1 + SLID, 2):
        tile.at(position)
        middles.append(tile[1].get_center())
    np.testing.assert_allclose(middles, [[1.5, -0.5, 0], [4.5, 0.5, 0]], atol=1e-9)
    tile.at(2 + SLID / 2)
    assert not len(tile[1].points), "while the window slides nothing is on its way"
    window.output.cells.at(2)
    assert [number.ref for number in window.output.cells.numbers] == list(window.values[:2])


@pytest.mark.parametrize("w", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("y", [[2.0, 5.0], [7.0, 0.5]])
def test_squares_are_square_on_the_frame_and_as_high_as_the_residual_in_units_of_the_axis(film, w, y):
    x, height = np.array([2.0, 2.5]), 3.0
    axes = Axes(np.zeros(3), (8, height), (0, 5), (0, 10), THEME, film.words)
    there, moved = Squares(axes, x, np.array(y), 1, THEME, "loss"), Squares(axes, x, np.ones(2), 1, THEME, "loss")
    for squares in (there.put(w), moved.put(w, y=np.array(y))):
        for area, residual in zip(squares[0], w * x - y, strict=True):
            side = abs(residual) * height / 10
            np.testing.assert_allclose(np.ptp(area.points, axis=0), [side, side, 0], atol=1e-12)


BENT = Pipe("step", "data", 1, 3, ((0, 0), (2, 0), (2, 3)), "gate")  # 5 long


def test_a_pipe_fills_along_its_way_while_its_part_of_the_computation_lasts():
    flow = Flow(BENT, np.array([1.0, 0.5]), THEME.data)
    flow.at(1, 1)
    assert len(flow.points) == 0
    flow.at(1, 1.4)
    assert flow.get_right()[0] == pytest.approx(0.2 * 5)
    flow.at(1, 3)
    assert flow.get_top()[1] == pytest.approx(3)
    full = flow.points
    flow.at(1, 8)
    assert np.array_equal(flow.points, full)


@pytest.mark.parametrize(("time", "share"), [(0.0, 1.0), (1.0, 1.0), (2.0, 0.5), (3.0, 0.0)])
def test_what_flows_is_as_wide_as_its_gate_is_open(time, share):
    flow = Flow(BENT, np.array([1.0, 0.5, 0.0]), THEME.data)
    flow.at(time, 1.4)
    assert flow.height == pytest.approx(FILLED * FULL * share)


def test_the_walls_of_a_bent_pipe_run_at_half_its_width_from_its_middle():
    path = np.array([(*corner, 0.0) for corner in BENT.corners])
    left, right = sides(path, 0.1)
    np.testing.assert_allclose(left, [[0, 0.1, 0], [1.9, 0.1, 0], [1.9, 3, 0]])
    np.testing.assert_allclose(right, [[0, -0.1, 0], [2.1, -0.1, 0], [2.1, 3, 0]])
