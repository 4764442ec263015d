"""The geometry of every film: played without drawing, looked at after each animation."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from conftest import CONCEPTS, ends, title
from looking import LOOKS, box, drawn, name, words

import mathcore
from export.render import player
from export.render.settings import RenderSettings
from mathcore import _catalog
from scenes._stage.film import MARGIN, Film

SMALLEST_TEXT = 24
LONGEST_CAPTION = 90
TOUCH = 0.01  # units by which boxes may overlap

every_setting = pytest.mark.parametrize(("concept", "setting"), [(c, s) for c in CONCEPTS for s in ends(c)], ids=title)


def faults(scene: Film) -> Iterator[str]:
    """What is wrong with the picture as it stands."""
    edge = np.array([64 / 9, 4.0])
    for mobject in drawn(scene):
        low, high = box(mobject)
        if (low < -edge).any() or (high > edge).any():
            yield f"{name(mobject)} leaves the frame: {low} {high}"
    texts = [(text, *box(text)) for text in words(scene)]
    for text, low, high in texts:
        if text.font_size < SMALLEST_TEXT:
            yield f"{name(text)} is small: {text.font_size}"
        if (low < MARGIN - edge - TOUCH).any() or (high > edge - MARGIN + TOUCH).any():
            yield f"{name(text)} stands in the margin: {low} {high}"
    for (one, low, high), (other, other_low, other_high) in combinations(texts, 2):
        if (np.minimum(high, other_high) - np.maximum(low, other_low) > TOUCH).all():
            yield f"{name(one)} and {name(other)} overlap at {np.maximum(low, other_low)}"


def look_at(trace: mathcore.Trace, look: RenderSettings) -> tuple[Film, set[str]]:
    """Play a film; the faults of all the pictures that its animations end in."""
    found: set[str] = set()
    with player.staged(trace, look) as scene:
        play = scene.play

        def play_and_look(*animations, **options):
            play(*animations, **options)
            beat = scene.beats[-1].name if scene.beats else "setup"
            found.update(f"{beat}: {fault}" for fault in faults(scene))

        scene.play = play_and_look
        scene.render()
    return scene, found


@pytest.mark.filterwarnings("error::RuntimeWarning")  # users would read numpy's
@every_setting
def test_nothing_is_cut_small_or_overlapping(concept, setting):
    trace = _catalog.load(concept).compute(_catalog.turned(concept, setting))
    for look in LOOKS if not setting else LOOKS[:2]:  # a knob's end in both languages and both themes
        scene, found = look_at(trace, look)
        assert not found
        assert 25 <= scene.time <= 75


@pytest.mark.parametrize("look", LOOKS[:2], ids=lambda look: look.language)
@pytest.mark.parametrize("ends", [(401286, 31000), (4e11, -1e11), (1e-9, 1e-12)])
@pytest.mark.parametrize("concept", ["gradient_descent", "learning_rate"])
def test_nothing_is_cut_or_overlapping_whatever_the_data_and_their_names(concept, ends, look, tmp_path):
    long = "living area of the flat with its balcony, without the cellar, measured in square metres"
    rows = [f"{ends[0] * k},{ends[1] * (7 * k % 10 - 2)}" for k in np.linspace(0.02, 1, 30)]
    (tmp_path / "own.csv").write_text("\n".join([f'"{long}",price', *rows]))
    knobs = {"data": tmp_path / "own.csv", "feature": long, "target": "price"}
    scene, found = look_at(_catalog.load(concept).compute(_catalog.turned(concept, knobs)), look)
    assert not found
    assert long in scene.captions[0].text
    assert scene.captions[0].letters < len(scene.captions[0].text)
    assert 25 <= scene.time <= 75


@pytest.mark.parametrize("name", ["面积", "مساحة", "area 😀"])
def test_letters_that_the_font_of_films_lacks_are_named(name, tmp_path):
    (tmp_path / "own.csv").write_text(f"{name},y\n1,2\n2,3\n", encoding="utf-8")
    for concept in ("gradient_descent", "learning_rate"):
        knobs = {"data": tmp_path / "own.csv", "feature": name, "target": "y"}
        trace = _catalog.load(concept).compute(_catalog.turned(concept, knobs))
        with pytest.raises(mathcore.InputError, match=f"characters {', '.join(name.split()[-1])[:1]}.*; rename "):
            look_at(trace, RenderSettings())


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("concept", CONCEPTS)
def test_captions_are_short_and_stand_long_enough(concept, language):
    film = player.dry_run(_catalog.load(concept).compute(), RenderSettings(language))
    for caption in film.captions:
        assert len(caption.text) <= LONGEST_CAPTION, caption.text
        assert caption.stop - caption.start >= caption.reading_time() - 0.1, caption.text


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_film_has_beats_and_one_short_loop(concept):
    film = player.dry_run(_catalog.load(concept).compute(), RenderSettings())
    names = [beat.name for beat in film.beats]
    assert len(names) == len(set(names)) >= 3
    assert film.beats[0].start == 0
    assert film.beats[-1].stop == pytest.approx(film.seconds)
    loops = [beat for beat in film.beats if beat.loop]
    assert len(loops) == 1
    assert loops[0].seconds <= 8
