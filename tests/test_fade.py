"""Coming and going is what manim's is, without its copies."""

import manim
import numpy as np
import pytest
from manim import Circle, Group, VGroup

from scenes._marks.heat_map import HeatMap
from scenes._marks.typeset import sentence
from scenes._stage import fade
from scenes._stage.fade import INKS
from scenes._stage.theme import THEMES

DARK = THEMES["dark"]
VALUES = np.random.default_rng(0).uniform(size=(3, 4))


def drawings():
    """A text, a circle that is half transparent, with an outline, and an image."""
    circle = Circle(fill_color=DARK.good, fill_opacity=0.4, stroke_color=DARK.bad, stroke_width=3)
    return [sentence("Read me", DARK.text, 30), VGroup(circle), HeatMap(VALUES, 2, DARK.sizes)]


def looks(group):
    """Inks of every path and pixels of every image."""
    for part in group.get_family():
        if isinstance(part, manim.ImageMobject):
            yield part.pixel_array[..., 3].astype(float)
        elif len(part.points):
            yield from (getattr(part, ink) for ink in INKS)


def close(one, other, within):
    return all(np.allclose(a, b, atol=within) for a, b in zip(looks(one), looks(other), strict=True))


@pytest.mark.parametrize("share", [0, 0.2, 0.5, 0.97, 1])
@pytest.mark.parametrize("way", ["FadeIn", "FadeOut"])
def test_a_fade_shows_what_manim_s_shows(way, share):
    ours, theirs = Group(*drawings()), Group(*drawings())
    for package, group in ((fade, ours), (manim, theirs)):
        animation = getattr(package, way)(group)
        animation.begin()
        animation.interpolate(share)
    images = [
        [part.pixel_array for part in group.get_family() if isinstance(part, HeatMap)] for group in (ours, theirs)
    ]
    assert np.abs(np.subtract(*images, dtype=float)).max() <= 1  # of 255, which manim rounds twice
    assert close(ours[:2], theirs[:2], 1e-12)


@pytest.mark.parametrize("way", [fade.FadeIn, fade.FadeOut])
def test_what_has_come_or_gone_is_as_opaque_as_it_was(way):
    scene, before, group = manim.Scene(), Group(*drawings()), Group(*drawings())
    animation = way(group)
    animation.begin()
    animation.interpolate(0.3)
    assert not close(before, group, 1e-3)
    animation.finish()
    animation.clean_up_from_scene(scene)
    assert close(before, group, 0)


def test_what_leaves_is_off_the_stage_and_what_enters_is_on_it():
    scene, group = manim.Scene(), Group(*drawings())
    fade.FadeIn(group)._setup_scene(scene)
    assert group in scene.mobjects
    leaving = fade.FadeOut(group)
    leaving.begin()
    leaving.clean_up_from_scene(scene)
    assert group not in scene.mobjects
