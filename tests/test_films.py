"""The geometry of every film: played without drawing, looked at after each animation."""

import numpy as np
import pytest
from conftest import CONCEPTS, computed, ends, title
from looking import LOOKS
from rehearsal import Longest, rehearse, rehearsed

import mathcore

LONGEST_CAPTION = 90
SHORTEST, LONGEST = 25, 75  # seconds


@pytest.mark.parametrize("look", LOOKS[:2], ids=lambda look: look.language)
@pytest.mark.parametrize("concept", CONCEPTS)
def test_nothing_is_cut_small_or_overlapping(concept, look):
    film = rehearsed(concept, look)
    assert not film.faults
    assert SHORTEST <= film.seconds <= LONGEST


@pytest.mark.parametrize(("concept", "setting"), [(c, s) for c in CONCEPTS for s in ends(c) if s], ids=title)
def test_nothing_is_cut_small_or_overlapping_at_a_knob_s_end(concept, setting):
    trace = computed(concept, **setting)
    film = rehearse(trace, LOOKS[1], words=Longest)
    if film.faults or film.seconds > LONGEST:  # which a film in one language need not have
        for look in LOOKS[:2]:
            film = rehearse(trace, look)
            assert not film.faults
            assert film.seconds <= LONGEST
    assert film.seconds >= SHORTEST


@pytest.mark.parametrize("look", LOOKS[:2], ids=lambda look: look.language)
@pytest.mark.parametrize("ends", [(401286, 31000), (4e11, -1e11), (1e-9, 1e-12)])
@pytest.mark.parametrize("concept", ["gradient_descent", "learning_rate"])
def test_nothing_is_cut_or_overlapping_whatever_the_data_and_their_names(concept, ends, look, tmp_path):
    long = "living area of the flat with its balcony, without the cellar, measured in square metres"
    rows = [f"{ends[0] * k},{ends[1] * (7 * k % 10 - 2)}" for k in np.linspace(0.02, 1, 30)]
    (tmp_path / "own.csv").write_text("\n".join([f'"{long}",price', *rows]))
    knobs = {"data": tmp_path / "own.csv", "feature": long, "target": "price"}
    film = rehearsed(concept, look, **knobs)
    assert not film.faults
    assert long in film.captions[0].text
    assert film.captions[0].letters < len(film.captions[0].text)
    assert SHORTEST <= film.seconds <= LONGEST


@pytest.mark.parametrize("name", ["面积", "مساحة", "area 😀"])
def test_letters_that_the_font_of_films_lacks_are_named(name, tmp_path):
    (tmp_path / "own.csv").write_text(f"{name},y\n1,2\n2,3\n", encoding="utf-8")
    for concept in ("gradient_descent", "learning_rate"):
        knobs = {"data": tmp_path / "own.csv", "feature": name, "target": "y"}
        with pytest.raises(mathcore.InputError, match=f"characters {', '.join(name.split()[-1])[:1]}.*; rename "):
            rehearsed(concept, **knobs)


@pytest.mark.parametrize("look", LOOKS[:2], ids=lambda look: look.language)
@pytest.mark.parametrize("concept", CONCEPTS)
def test_captions_are_short_and_stand_long_enough(concept, look):
    for caption in rehearsed(concept, look).captions:
        assert len(caption.text) <= LONGEST_CAPTION, caption.text
        assert caption.stop - caption.start >= caption.reading_time() - 0.1, caption.text


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_film_has_beats_and_one_short_loop(concept):
    film = rehearsed(concept)
    names = [beat.name for beat in film.beats]
    assert len(names) == len(set(names)) >= 3
    assert film.beats[0].start == 0
    assert film.beats[-1].stop == pytest.approx(film.seconds)
    loops = [beat for beat in film.beats if beat.loop]
    assert len(loops) == 1
    assert loops[0].seconds <= 8
