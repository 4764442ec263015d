"""Every film can be read: contrast, colours to the colour-blind, motion and rest."""

import pytest
from colour_vision import BLINDNESS, brettel, closest, machado

from scenes._theme import THEMES

APART = 10  # distance in CIE Lab


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("simulate", [machado, brettel])
@pytest.mark.parametrize("theme", THEMES)
def test_no_two_colours_of_a_theme_are_one_to_the_colour_blind(theme, simulate, kind):
    distance, one, other = closest(THEMES[theme].colours(), simulate, kind)
    assert distance >= APART, f"{one} and {other}"


@pytest.mark.parametrize("simulate", [machado, brettel])
def test_colours_that_only_some_can_tell_apart_are_found(simulate):
    colours = {"blue": "#0000ff", "red": "#c04000", "green": "#408000"}
    assert closest(colours)[0] > 40
    distance, *pair = closest(colours, simulate, "deuteran")
    assert distance < APART
    assert set(pair) == {"red", "green"}
