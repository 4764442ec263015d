"""Our camera draws little and shows the same as manim's, which draws all."""

from collections.abc import Iterator

import manim
import numpy as np
import pytest
from manim import (
    DOWN,
    LEFT,
    RESAMPLING_ALGORITHMS,
    RIGHT,
    UP,
    Group,
    LineJointType,
    Mobject,
    Star,
    VMobject,
    tempconfig,
)

from export.render.camera import Camera
from scenes._marks.dots import Dots
from scenes._marks.heat_map import HeatMap
from scenes._marks.line import Dashes, Line, Lines
from scenes._marks.number import Number

SIZE = {"pixel_height": 270, "pixel_width": 480}
PIECED = 12  # 255ths at the edge of a path that is kept and has grown; of one that is kept as it is, 1
WAVE = np.stack([np.linspace(-3, 3, 40), np.sin(np.linspace(0, 9, 40)), np.zeros(40)], axis=1)
VALUES = np.linspace(0, 1, 30).reshape(5, 6)


NAMES = ["map", "holes", "clouded", "shaded", "haloed", "star", "wave", "dashes", "dots", "number", "outside"]


class Pair:
    """The two cameras, before the same drawings."""

    def __init__(self) -> None:
        self.ours, self.manims, self.shown = Camera(), manim.Camera(), Group()

        self._kept: np.ndarray | None = None

    def frames(self) -> tuple[np.ndarray, np.ndarray]:
        self.ours.draw(self.shown.submobjects)
        self.manims.reset()
        self.manims.capture_mobjects(self.shown.submobjects)
        frame = self.ours.frame()
        if self._kept is None:
            self._kept = frame.pixels.copy()
        frame.bring(self._kept)
        assert np.array_equal(self._kept, frame.pixels), "it has changed where nobody was told"
        return frame.pixels, self.manims.pixel_array

    def agree(self, most: int = 1) -> bool:
        ours, manims = self.frames()
        return bool(np.abs(ours.astype(int) - manims).max() <= most)


@pytest.fixture
def pair(tmp_path) -> Iterator[Pair]:
    with tempconfig({**SIZE, "media_dir": tmp_path}):
        yield Pair()


def drawings() -> dict[str, Mobject]:
    """Fills, strokes, dashes, a gradient, images, opacity, one upon the other."""
    star = Star(color="#ff8800", fill_opacity=0.4, stroke_width=7, joint_type=LineJointType.ROUND)
    shaded = manim.Square(fill_opacity=0.8).set_fill(["#2255ff", "#ffee00"]).set_sheen_direction(UP).shift(RIGHT)
    with_halo = (
        manim.Circle(radius=1.3, color="#00ff99").set_stroke("#000000", 12, 0.5, background=True).shift(2 * LEFT)
    )
    empty = np.where(VALUES > 0.6, np.nan, VALUES)
    clouded = manim.ImageMobject(np.uint8(255 * np.random.default_rng(0).random((9, 9, 4)))).set_height(1.7)
    return {
        "map": HeatMap(VALUES, 3.1, "viridis").shift(0.3 * UP),
        "holes": HeatMap(empty, 1.9, "magma").shift(3.3 * LEFT + DOWN),
        "clouded": clouded.shift(1.2 * RIGHT + 0.7 * DOWN),
        "shaded": shaded,
        "haloed": with_halo,
        "star": star,
        "wave": Line(WAVE, "#ff3366", 5, 0.6),
        "dashes": Dashes(WAVE + 0.5 * UP, "#ffffff", 3),
        "dots": Dots(WAVE[::4], "#44ccff", 0.12, 0.7),
        "number": Number("3.14", "#ffffff", 40).anchored_at(2 * DOWN),
        "outside": manim.Line(6 * LEFT, 9 * RIGHT, stroke_width=20).shift(3.9 * UP),
    }


def test_the_first_frame_is_manims(pair):
    pair.shown.add(*drawings().values())
    assert pair.agree()


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_that_moves_fades_and_goes_leaves_no_trace(pair, name):
    parts = drawings()
    pair.shown.add(*parts.values())
    pair.frames()
    changes = [
        lambda part: part.shift(0.213 * RIGHT + 0.117 * UP),
        lambda part: part.set_opacity(0.37),
        lambda part: part.set_opacity(0),
        lambda part: part.set_opacity(1),
        lambda part: part.scale(1.31),
        lambda part: part.shift(20 * UP),
        lambda part: part.shift(20 * DOWN),
        pair.shown.remove,
        pair.shown.add,
        pair.shown.add_to_back,
    ]
    for number, change in enumerate(changes):
        change(parts[name])
        assert pair.agree(), number


def test_a_long_path_that_grows_bends_breaks_and_goes_is_manims(pair):
    way = np.stack([np.linspace(-6, 6, 300), 3 * np.sin(np.linspace(0, 40, 300)), np.zeros(300)], axis=1)
    trail, loop = Line(way, "#ff3366", 6, 0.6), manim.RegularPolygon(90, color="#44ccff", fill_opacity=0.5)
    pair.shown.add(trail, loop)
    for share in (0.2, 0.3, 0.31, 0.7, 0.7, 1, 0.4, 0.9):
        trail.show(share)
        assert pair.agree(PIECED), share
    for curve in (280, 100, 250):  # a jump parts the path, first far from its end
        trail.points[4 * curve :, 1] += 0.7
        assert pair.agree(PIECED), curve
    loop.points[200:] += 0.3 * UP
    assert pair.agree(PIECED)
    loop.points[356:] = loop.points[0]
    assert pair.agree(PIECED)
    trail.points[1000] = np.nan
    assert pair.agree(PIECED)


def test_what_lies_below_is_kept_and_yet_seen_when_it_changes(pair):
    parts = drawings()
    pair.shown.add(*parts.values())
    names = [*["number"] * 6, *["outside"] * 3, "map", *["number"] * 6, "clouded", *["dots"] * 5, "holes", "number"]
    for step, name in enumerate(names):
        parts[name].shift(0.03 * UP)
        assert pair.agree(), (step, name)
    pair.shown.remove(parts["holes"])
    assert pair.agree()
    pair.shown.add_to_back(parts["number"])
    assert pair.agree()


def test_what_lies_below_is_kept_without_what_cannot_be_seen(pair):
    unseen, below = manim.Square(stroke_opacity=0), manim.Square(fill_opacity=0.5)
    above = Number("3.14", "#ffffff", 90)
    pair.shown.add(unseen, Line(WAVE, "#ff3366"), below, above)
    for _ in range(5):
        below.shift(0.03 * UP)
        assert pair.agree()
    pair.shown.remove(unseen)
    for _ in range(3):
        assert pair.agree()
        above.shift(0.03 * UP)


def test_what_changes_in_place_is_seen(pair):
    parts = drawings()
    pair.shown.add(*parts.values())
    pair.frames()
    parts["wave"].points[:, 1] *= 0.5
    assert pair.agree()
    parts["star"].set_stroke(width=2)
    assert pair.agree()
    parts["map"].paint(1 - VALUES)
    assert pair.agree()
    parts["number"].write("−2.7")
    assert pair.agree()
    parts["shaded"].set_sheen_direction(RIGHT)
    assert pair.agree()
    parts["star"].points[3] = np.nan
    assert pair.agree()


def test_pointed_corners_are_not_cut(pair):
    pin = VMobject(stroke_width=20).set_points_as_corners([LEFT + 0.25 * UP, RIGHT, LEFT + 0.25 * DOWN])
    pair.shown.add(pin)
    pair.frames()
    pin.shift(0.5 * UP)
    assert pair.agree()
    pin.shift(3 * LEFT)
    assert pair.agree()


def test_drawings_of_other_kinds_are_left_to_manim(pair):
    cloud = manim.PointCloudDot(color="#ff0000", radius=0.5)
    pair.shown.add(*drawings().values(), cloud)
    assert pair.agree()
    cloud.shift(RIGHT)
    assert pair.agree()
    pair.shown.remove(cloud)
    assert pair.agree()


def test_a_frame_tells_where_it_has_changed(pair):
    parts = drawings()
    pair.shown.add(*parts.values())
    pair.ours.draw(pair.shown.submobjects)
    assert pair.ours.frame().changed == ((0, 0, 480, 270),)
    assert pair.ours.frame().changed == (), "nothing moved"
    for part, step in (("number", UP), ("star", RIGHT)):
        parts[part].shift(0.1 * step)
        pair.ours.draw(pair.shown.submobjects)
    (left, top, right, bottom), *_ = changed = pair.ours.frame().changed
    assert len(changed) <= 2
    assert 0 < left < right <= 480
    assert 0 < top < bottom <= 270
    assert pair.ours.frame().changed == ()


def test_another_background_is_everywhere(pair):
    pair.shown.add(*drawings().values())
    pair.frames()
    pair.ours.background_color = pair.manims.background_color = "#123456"
    assert pair.agree()


def test_a_long_path_that_is_painted_again_and_fades_is_manims(pair):
    mark, below = Number("3.14", "#ffffff", 90), manim.Square(fill_opacity=0.5)
    way = np.stack([np.linspace(-6, 6, 300), 3 * np.sin(np.linspace(0, 40, 300)), np.zeros(300)], axis=1)
    haloed = Line(way, "#ff3366", 6).set_stroke("#000000", 14, 0.5, background=True)
    polygon = manim.RegularPolygon(90, color="#44ccff", fill_opacity=0.5, stroke_width=5)
    pair.shown.add(below, haloed, polygon, mark)
    for opacity in (1, 1, 0.7, 0.31, 0, 0.4, 1):
        haloed.set_stroke(opacity=opacity)
        polygon.set_opacity(opacity)
        below.shift(0.05 * RIGHT)
        assert pair.agree(), opacity


def test_lines_that_grow_side_by_side_in_one_path_have_no_gaps(pair):
    across = np.linspace(-6, 6, 120)
    ways = [np.stack([across, 0.3 * k + np.sin(across * (1 + 0.2 * k)), 0 * across], axis=1) for k in range(8)]
    lines = Lines(np.array(ways), "#44ccff", 3, 0.8)
    pair.shown.add(lines)
    for share in np.linspace(0.1, 1, 40):
        lines.show(share)
        assert pair.agree(PIECED), share


def test_what_grows_is_all_that_changes(pair):
    way = np.stack([np.linspace(-6, 6, 300), np.zeros(300), np.zeros(300)], axis=1)
    trail = Line(way, "#ff3366", 6)
    pair.shown.add(trail.show(0.5))
    pair.frames()
    trail.show(0.51)
    pair.ours.draw(pair.shown.submobjects)
    left, _, right, _ = pair.ours.frame().changed[0]
    assert right - left < 60, "of 410 pixels of the trail"


def test_a_smooth_image_is_nearly_manims(pair):
    relief = np.uint8(255 * np.random.default_rng(0).random((9, 16, 4)))
    relief[3:, :4, 3] = 0
    image = manim.ImageMobject(relief).set_height(4).set_resampling_algorithm(RESAMPLING_ALGORITHMS["bilinear"])
    pair.shown.add(manim.Square(fill_opacity=0.5), image)
    assert pair.agree(6)
    image.rotate(0.3).shift(0.213 * RIGHT)
    ours, manims = pair.frames()
    assert np.abs(ours.astype(int) - manims).mean() < 0.5
