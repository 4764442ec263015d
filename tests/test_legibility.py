"""Every film can be read: contrast with what is really behind, colours for the colour-blind, motion and rest."""

from functools import partial, partialmethod

import numpy as np
import pytest
from conftest import CONCEPTS, computed
from inks import Easel
from legibility import Sight, audit, sights
from looking import LOOKS
from manim import DL, RIGHT, UP, UR, FadeIn, Mobject, Square, tempconfig
from manim import Line as Straight
from motion import motion
from rehearsal import Longest, rehearsed

from export.look.palette import APART, faults
from export.look.vision import brettel, closest, machado
from export.render import player
from export.render.camera import Camera
from export.render.settings import RenderSettings
from mathcore import _catalog
from scenes._marks.dots import Dots
from scenes._marks.halo import with_halo
from scenes._marks.heat_map import HeatMap
from scenes._marks.line import Line
from scenes._marks.typeset import sentence
from scenes._stage.theme import PAPER, THEMES
from scenes.gradient_descent import GradientDescent

MOST_STILL = 0.25  # of a film
REST = 1.0  # seconds without motion at the end of a beat
FRAME = 0.2  # seconds, of those that motion is measured by
NOISE = 0.1  # seconds, by which a caption may stand too short
DARK = THEMES["dark"]
ACROSS = np.array([[-3.0, 0, 0], [3.0, 0, 0]])
BRIGHT = HeatMap(np.ones((2, 5)), 3, DARK.sizes)


@pytest.mark.parametrize("look", LOOKS[:2], ids=lambda look: look.theme)
@pytest.mark.parametrize("concept", CONCEPTS)
def test_text_and_marks_stand_out_from_what_is_behind_them(concept, look):
    seen = audit(computed(concept), look, rehearsed(concept, look, Longest), Longest)
    assert {sight.kind for sight in seen} >= {"text", "mark"}
    assert not [str(sight) for sight in seen if sight.reserve < 1]


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_film_moves_and_each_of_its_beats_ends_at_rest_and_read(concept):
    films = {look.language: rehearsed(concept, look) for look in LOOKS[:2]}
    for film in films.values():
        for beat in film.beats:
            last = [caption for caption in film.captions if caption.start < beat.stop][-1]
            assert beat.stop - last.start > last.reading_time() - NOISE, last.text
    stiller = max(films, key=lambda language: films[language].waits / films[language].seconds)
    moved = motion(computed(concept), stiller)  # the animations are the same in both languages
    assert moved.share <= MOST_STILL
    assert moved.rests.keys() == {beat.name for beat in films[stiller].beats}
    assert not {beat: rest for beat, rest in moved.rests.items() if rest <= REST - FRAME}


@pytest.mark.parametrize("theme", [*THEMES.values(), PAPER], ids=[*THEMES, "paper"])
def test_the_colours_of_a_theme_stand_out_and_no_two_are_one_to_the_colour_blind(theme):
    assert not list(faults(theme))


@pytest.mark.parametrize("simulate", [machado, brettel])
def test_colours_that_only_some_can_tell_apart_are_found(simulate):
    colours = {"blue": "#0000ff", "red": "#c04000", "green": "#408000"}
    assert closest(colours)[0] > 40
    distance, *pair = closest(colours, simulate, "deuteran")
    assert distance < APART
    assert set(pair) == {"red", "green"}


@pytest.fixture
def judged(tmp_path):
    """How well the last of some drawings is seen, the others being behind it."""

    def judge(*drawings: Mobject) -> Sight:
        return list(sights(Easel(Camera()), drawings, DARK))[-1][1]

    look = RenderSettings(height=480)
    size = {"pixel_height": look.height, "pixel_width": look.width, "background_color": DARK.background}
    with tempconfig({**size, "media_dir": tmp_path}):
        yield judge


say = partial(sentence, "Read me", font_size=30)


def test_text_of_a_colour_too_close_to_its_ground_is_found(judged):
    assert judged(say(DARK.text)).reserve > 3
    assert judged(say("#5a5a5a")).reserve < 1
    assert judged(say(DARK.text).set_opacity(0.4)).reserve < 1


def test_text_is_judged_by_what_is_really_behind_it(judged):
    assert judged(BRIGHT, say(DARK.text)).reserve < 1
    assert judged(BRIGHT, say(DARK.background)).reserve > 1
    assert judged(say(DARK.text), BRIGHT.copy().shift(3 * UP)).reserve > 1
    half = BRIGHT.copy().next_to(say(DARK.text).get_center(), RIGHT, buff=0)
    assert judged(half, say(DARK.text)).reserve < 1, "half of it cannot be read"


def test_a_thin_line_across_a_text_is_no_fault_and_a_thick_one_is(judged):
    assert judged(Straight(DL, UR, stroke_width=2, color=DARK.text), say(DARK.text)).reserve > 1
    assert judged(Straight(DL, UR, stroke_width=40, color=DARK.text), say(DARK.text)).reserve < 1


def test_a_mark_that_is_lost_on_a_heat_map_is_found_and_an_edge_around_it_mends_that(judged):
    curve = Line(ACROSS, DARK.gradient, 5)
    assert judged(curve).reserve > 1
    assert judged(BRIGHT, curve).reserve < 1
    assert judged(BRIGHT, with_halo(curve.copy(), DARK)).reserve > 1


def test_a_translucent_mark_is_judged_by_the_colour_that_is_seen(judged):
    assert judged(Line(ACROSS, DARK.weight, 5, opacity=0.9)).reserve > 1
    assert judged(Line(ACROSS, DARK.weight, 5, opacity=0.3)).reserve < 1


def test_a_mark_on_its_own_colour_is_judged_where_it_leaves_it_and_on_another_colour_everywhere(judged):
    trail, dots = Line(ACROSS, DARK.weight, 12), Dots(ACROSS / 2, DARK.weight, 0.1)
    assert judged(trail, dots).reserve > 1
    assert judged(trail.set_stroke(DARK.bad), dots).reserve < 1


def test_a_mark_is_seen_by_its_outline_where_its_fill_is_faint(judged):
    area = Square(fill_color=DARK.good, fill_opacity=0.1, stroke_width=0)
    area.set_fill(opacity=0.2)
    assert judged(area).reserve < 1
    assert judged(area.set_stroke(DARK.good, 3)).reserve > 1


@pytest.fixture
def film(monkeypatch):
    """A film that is played as a function of the stage says."""

    def staged(construct):
        monkeypatch.setattr(GradientDescent, "construct", construct)
        return _catalog.load("gradient_descent").compute()

    return staged


def test_what_fades_in_is_judged_once_it_is_there(film):
    def construct(stage, opacity):
        stage.begin("fade")
        stage.play(FadeIn(say(stage.theme.text).set_opacity(opacity)), run_time=5)

    for opacity, legible in ((1, True), (0.4, False)):
        trace = film(partialmethod(construct, opacity))
        seen = {sight.name: sight for sight in audit(trace, RenderSettings(), player.dry_run(trace, RenderSettings()))}
        assert (seen['#"Read me"'].reserve > 1) is legible
        assert seen['#"Read me"'].time >= 5


def test_a_film_that_stands_still_is_found_and_small_or_jerky_motion_is_motion(film):
    def construct(stage, jumps):
        stage.begin("wait")
        dot = Dots(np.zeros((1, 3)), stage.theme.data, 0.1)
        stage.add(dot)
        stage.drive(lambda share: dot.put([round(share * jumps) / max(jumps, 1) * UP]), dot, seconds=10)

    still, jerky, smooth = (motion(film(partialmethod(construct, jumps)), "en") for jumps in (0, 30, 300))
    assert still.share == 1
    assert [jerky.share, smooth.share] == pytest.approx([1 / 11] * 2, abs=0.02)
    assert smooth.rests["wait"] == pytest.approx(1, abs=0.21)
