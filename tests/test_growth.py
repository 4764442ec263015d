"""Texts may be drawn larger and pictures taller than they are laid out, and stay true, legible and apart."""

from dataclasses import replace

import numpy as np
import pytest
from abuse import TIMES
from conftest import CONCEPTS, computed
from manim import Circle, Rectangle, VGroup
from rehearsal import TOUCH, overlaps

from export.render import player
from export.render.settings import RenderSettings
from scenes._marks.dots import Dots
from scenes._marks.number import Number
from scenes._marks.typeset import Typeset, sentence
from scenes._stage.growth import Grown, grown
from scenes._stage.layout import MARGIN
from scenes._stage.seen import boxes, drawn, points_of, words
from scenes._stage.stretch import Stretch, stretched

PLAIN = RenderSettings(height=120, fps=2)
LOOKS = {
    "large": replace(PLAIN, language="fr", text_scale=1.4),
    "tall": replace(PLAIN, aspect="4:3", text_scale=1.4),
    "bare": replace(PLAIN, language="fr", captions="none", titled=False, text_scale=1.4),
}
EACH = [(concept, look) for concept in CONCEPTS for look in LOOKS]
TRIED = EACH if TIMES > 1 else [(concept, list(LOOKS)[k % len(LOOKS)]) for k, concept in enumerate(CONCEPTS)]


def looked_at(concept: str, look: RenderSettings, fit=None):
    """The pictures in which the animations of a film end, as they are drawn: of each text what it says and its box."""
    pictures = []

    def look_at(stage):
        with (
            stretched(stage.mobjects, fit.stretch if fit else Stretch()),
            grown(stage.mobjects, fit.growth if fit else {}),
        ):
            texts = list(words(stage, drawn(stage)))
            if texts:
                pictures.append(
                    ([(text.made, type(text)) for text in texts], *boxes([points_of(one) for one in texts]))
                )

    with player.staged(computed(concept), look, fit=fit) as stage:
        stage.renderer.after = look_at
        stage.render()
    return pictures


@pytest.mark.parametrize(("concept", "look"), TRIED)
def test_larger_texts_stay_in_the_frame_and_apart(concept, look):
    fit = player.dry_run(computed(concept), LOOKS[look]).fit
    x, y, width, height = fit.view
    middle, half = np.array([x, y]), np.array([width, height]) / 2
    for _, low, high in looked_at(concept, LOOKS[look], fit):
        assert (low >= middle - half + MARGIN - TOUCH).all()
        assert (high <= middle + half - MARGIN + TOUCH).all()
        assert not list(overlaps(low, high))
    times = [one.times for one in fit.growth.values()]
    assert min(times) >= 1
    assert np.mean(times) > 1.15


def test_a_text_is_drawn_around_the_point_that_stays():
    text = sentence("Loss", "#ffffff", 30).shift([2, 1, 0])
    (low,), (high,) = boxes([points_of(text)])
    before = [part.points.copy() for part in text.get_family() if len(part.points)]
    text.made = 7
    with grown([VGroup(text)], {7: Grown(1.5, -1.0, 1.0)}):
        (larger_low,), (larger_high,) = boxes([points_of(text)])
        assert larger_high - larger_low == pytest.approx(1.5 * (high - low))
        assert larger_low[0] == pytest.approx(low[0])
        assert larger_high[1] == pytest.approx(high[1])
    assert all((part.points == points).all() for part, points in zip(text.submobjects, before, strict=True))


def test_a_number_grows_around_its_anchor():
    number = Number("12.5", "#ffffff", 24, np.array([1.0, 0, 0])).anchored_at(np.array([3.0, 0, 0]))
    right = number.points[:, 0].max()
    with grown([number], {number.made: Grown(1.4, 1.0, 0.0)}):
        assert number.points[:, 0].max() == pytest.approx(3 + 1.4 * (right - 3))
    assert number.points[:, 0].max() == right


def test_what_stands_for_a_place_goes_there_and_keeps_its_shape():
    bar = Rectangle(width=0.5, height=0.5, stroke_width=0).shift([0, 1, 0])
    dots, ring = Dots(np.array([[0, 2.0, 0], [1, -1.0, 0]]), "#ffffff", 0.1), Circle(0.3).shift([3, 1, 0])
    text = sentence("w", "#ffffff", 30).shift([0, -2, 0])
    size = np.ptp(points_of(text), axis=0)
    with stretched([VGroup(bar, dots, ring), text], Stretch(1.5)):
        assert bar.points[:, 1].min() == pytest.approx(1.5 * 0.75)
        assert bar.points[:, 1].max() == pytest.approx(1.5 * 1.25)
        first, second = dots.points.reshape(2, -1, 3)
        assert (first[:, 1].max() + first[:, 1].min()) / 2 == pytest.approx(3)
        assert (second[:, 1].max() + second[:, 1].min()) / 2 == pytest.approx(-1.5)
        assert np.ptp(first, axis=0)[:2] == pytest.approx([0.2, 0.2], rel=0.02)
        assert np.ptp(ring.points, axis=0)[:2] == pytest.approx([0.6, 0.6], rel=0.02)
        assert ring.get_center()[1] == pytest.approx(1.5)
        assert np.ptp(points_of(text), axis=0) == pytest.approx(size)
        assert text.get_center()[1] == pytest.approx(-3)
    assert bar.get_center()[1] == pytest.approx(1)


def test_a_caption_stands_on_lines_of_about_the_same_length():
    said = "The loss adds up the squares of all the gaps, drawn or not, for this weight."
    one = sentence(said, "#ffffff", 30)
    three = sentence(said, "#ffffff", 30, one.width / 2.5)
    assert isinstance(three, Typeset)
    assert one.width / 3 <= three.width <= one.width / 2.5
    assert three.height > 2.5 * one.height
    assert sentence(said, "#ffffff", 30, one.width + 0.1).height == one.height


def test_the_texts_of_both_plays_are_the_same():
    """The second play, in which frames are drawn, makes the same texts in the same order as the first."""
    plays = [[kinds for kinds, *_ in looked_at("gradient_descent", LOOKS["large"])] for _ in range(2)]
    assert plays[0] == plays[1]
