"""What is told of each beat beside its picture is there, in both languages, with true numbers, whatever the knobs."""

import re
import tomllib

import pytest
from conftest import CONCEPTS, computed, ends

from mathcore._catalog import ROOT
from scenes._stage.beats import beats
from scenes._stage.refs import Refs
from scenes._stage.told import PLACEHOLDER, told
from scenes._stage.words import LANGUAGES, FilmWords

KINDS = {"seen": (40, 420), "notes": (40, 420)}  # letters, at least and at most


def keys(concept: str) -> list[str]:
    return [f"{kind}_{beat.name.replace('-', '_')}" for beat in beats(concept) for kind in KINDS]


def texts(concept: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((ROOT / "assets" / "text" / f"{concept}.toml").read_text())


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_beat_is_described_and_has_notes(concept):
    written = texts(concept)
    assert {key for key in written if key.startswith(("seen_", "notes_"))} == set(keys(concept))
    for key in keys(concept):
        least, most = KINDS[key.partition("_")[0]]
        for language in LANGUAGES:
            text = written[key][language]
            assert least <= len(text) <= most, key
            assert text[-1] in ".?!", key
            assert text[0].isupper() or text[0] in "{«", key
    assert len({written[key]["en"] for key in keys(concept)}) == len(keys(concept))


@pytest.mark.parametrize("concept", CONCEPTS)
def test_numbers_are_named_not_typed(concept):
    """A digit stands in a text only where it is part of a name, such as h_0 or the first of 2 layers by design."""
    for key in keys(concept):
        for text in texts(concept)[key].values():
            assert not re.search(r"\d[.,]\d|\d{2}", PLACEHOLDER.sub("", text)), key
            assert "{" not in PLACEHOLDER.sub("", text), key


@pytest.mark.parametrize("concept", CONCEPTS)
def test_texts_can_be_told_at_both_ends_of_every_knob(concept):
    for knobs in ends(concept):
        refs = Refs(computed(concept, **knobs))
        for language in LANGUAGES:
            words = FilmWords(concept, language)
            assert all(told(words, key, refs) for key in keys(concept))


def test_a_placeholder_names_a_number_of_the_trace():
    trace = computed("gradient_descent")
    pattern = "{w[-1]} {w[0].magnitude} {params.steps} {length.step} {w_star} {params.feature}"
    words = FilmWords("gradient_descent", "en")
    words.has, words.pattern = lambda key: True, lambda key: pattern
    last, first, steps, length, best, feature = told(words, "any", Refs(trace)).split()
    assert last == words.number(Refs(trace).w[-1])
    assert float(first) == pytest.approx(abs(trace.w[0]), rel=1e-2)
    assert (steps, length, feature) == (str(trace.params.steps), str(len(trace.w)), trace.params.feature)
    assert float(best) == pytest.approx(float(trace.w_star), rel=1e-2)
    assert told(FilmWords("gradient_descent", "en"), "seen_nothing", Refs(trace)) == ""


@pytest.mark.parametrize("placeholder", ["{v[0]}", "{w[99]}", "{params.none}", "{length.none}"])
def test_a_number_that_is_not_there_is_not_told(placeholder):
    words = FilmWords("gradient_descent", "en")
    words.has, words.pattern = lambda key: True, lambda key: placeholder
    with pytest.raises((AttributeError, KeyError, IndexError)):
        told(words, "any", Refs(computed("gradient_descent")))
