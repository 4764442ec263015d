"""Numbers are written as a lecturer writes them, in English and in French."""

import csv
import math
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import read_back

import mathcore
from mathcore._catalog import ROOT
from scenes._stage import words
from scenes._stage.refs import Ref
from scenes._stage.words import (
    LANGUAGES,
    THIN_SPACE,
    TIMES,
    FilmWords,
    Name,
    Words,
    cut_to_fit,
    digits_of_scale,
    digits_to_tell,
    refuse_letters,
)

EN, FR = (Words("numbers", language) for language in LANGUAGES)
WORDS = {"en": EN, "fr": FR}

in_every_language = pytest.mark.parametrize("language", LANGUAGES)
numbers = st.floats(-1e308, 1e308, allow_subnormal=False)


@pytest.mark.parametrize(
    ("value", "en", "fr"),
    [
        (1.48, "1.48", "1,48"),
        (-1.48, "−1.48", "−1,48"),
        (3.0, "3.00", "3,00"),
        (31.4159, "31.4", "31,4"),
        (314.159, "314", "314"),
        (0.0, "0.00", "0,00"),
        (1234.5, "1,230", "1 230"),
        (-22061.88, "−22,100", "−22 100"),
        (123456.0, "123,000", "123 000"),
        (1234567.0, "1.23 × 10⁶", "1,23 × 10⁶"),
        (-6.02214e23, "−6.02 × 10²³", "−6,02 × 10²³"),
        (0.05, "0.0500", "0,0500"),
        (0.00123, "0.00123", "0,00123"),
        (0.000123, "1.23 × 10⁻⁴", "1,23 × 10⁻⁴"),
        (1.2e-5, "1.20 × 10⁻⁵", "1,20 × 10⁻⁵"),
        (-1e-12, "−1.00 × 10⁻¹²", "−1,00 × 10⁻¹²"),
        (1e308, "1.00 × 10³⁰⁸", "1,00 × 10³⁰⁸"),
        (math.inf, "∞", "∞"),
        (-math.inf, "−∞", "−∞"),
        (math.nan, "?", "?"),
        # what rounding carries over
        (9.994, "9.99", "9,99"),
        (9.995, "9.99", "9,99"),  # the float64 nearest to 9.995 lies below it
        (9.996, "10.0", "10,0"),
        (99.96, "100", "100"),
        (999.4, "999", "999"),
        (999.6, "1,000", "1 000"),
        (99960.0, "100,000", "100 000"),
        (999600.0, "1.00 × 10⁶", "1,00 × 10⁶"),
        (0.0009994, "9.99 × 10⁻⁴", "9,99 × 10⁻⁴"),
        (0.0009996, "0.00100", "0,00100"),
        (9.996e-7, "1.00 × 10⁻⁶", "1,00 × 10⁻⁶"),
        # whole numbers are written in full
        (0, "0", "0"),
        (7, "7", "7"),
        (-506, "−506", "−506"),
        (61706, "61,706", "61 706"),
        (999_999, "999,999", "999 999"),
    ],
)
def test_a_number_is_written_to_three_digits(value, en, fr):
    fr = fr.replace(" ", THIN_SPACE)
    assert EN.number(value) == en.replace(" ", THIN_SPACE)
    assert FR.number(value) == fr


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (3.0, "3"),
        (-1.50, "−1.5"),
        (10.0, "10"),
        (100.0, "100"),
        (0.05, "0.05"),
        (1200.0, "1,200"),
        (100_000.0, "100,000"),
        (1e6, "10⁶"),
        (1e-5, "10⁻⁵"),
        (-1e-5, "−1 × 10⁻⁵"),
        (1.2e-5, "1.2 × 10⁻⁵"),
        (1.0004e-5, "10⁻⁵"),
        (9.996, "10"),
        (0.0009996, "0.001"),
        (2.999, "3"),
        (math.inf, "∞"),
        (math.nan, "?"),
        (61706, "61,706"),
    ],
)
def test_tidy_drops_the_zeros_that_end_the_decimals(value, written):
    assert EN.number(value, tidy=True) == written.replace(" ", THIN_SPACE)


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [(math.pi, 1, "3"), (math.pi, 2, "3.1"), (math.pi, 6, "3.14159"), (98765.4, 6, "98,765.4"), (0.96, 1, "1")],
)
def test_another_number_of_digits_can_be_asked_for(value, digits, written):
    assert EN.number(value, digits=digits) == written


@pytest.mark.parametrize(
    ("value", "tidy", "en", "fr"),
    [
        (1.48, False, '"1.48"', '"1,48"'),
        (-22061.88, False, '"−22,100"', '"−22 100"'),
        (1.2e-5, False, '"1.20" times 10^"−5"', '"1,20" times 10^"−5"'),
        (1.2e-5, True, '"1.2" times 10^"−5"', '"1,2" times 10^"−5"'),
        (1e-5, True, '10^"−5"', '10^"−5"'),
        (1e6, True, '10^"6"', '10^"6"'),
        (-math.inf, False, '"−∞"', '"−∞"'),
        (0, True, '"0"', '"0"'),
    ],
)
def test_markup_is_the_same_number_for_typst(value, tidy, en, fr):
    assert EN.markup(value, tidy=tidy) == en
    assert FR.markup(value, tidy=tidy) == fr.replace(" 100", f"{THIN_SPACE}100")


@pytest.mark.parametrize(
    ("ticks", "written"),
    [
        ([0.324, 0.3255, 0.327], ["0.324", "0.3255", "0.327"]),
        ([0.0, 0.1, 0.1 + 0.2], ["0", "0.1", "0.3"]),
        ([1e-9, 1.0005e-9], ["10⁻⁹", "1.0005 × 10⁻⁹"]),
        ([5.0], ["5"]),
    ],
)
def test_ticks_are_written_exactly(ticks, written):
    digits = digits_of_scale(ticks)
    assert [EN.number(tick, digits=digits, tidy=True).replace(THIN_SPACE, " ") for tick in ticks] == written


@pytest.mark.parametrize(
    ("value", "landmark", "written"),
    [
        (0.96, 1, "0.96"), (-1.02346, -1, "−1.02"), (0.99964, 1, "0.99964"), (0.99999996, 1, "0.99999996"),
        (1.0, 1, "1"), (-40467.0, -1, "−40,500"), (1 - 1e-16, 1, "1"), (123.456, 0.0, "123"),
    ],
)  # fmt: skip
def test_a_number_beside_a_landmark_has_the_digits_to_tell_them_apart(value, landmark, written):
    assert EN.number(value, digits=digits_to_tell(value, landmark), tidy=True) == written


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (0.7037, 2, "0.70"), (0.063, 2, "0.06"), (-0.036, 2, "−0.04"), (0.003, 2, "0.00"), (0.996, 2, "1.00"),
        (12.344, 2, "12.34"), (0.0996, 3, "0.100"), (1.0, 3, "1.000"), (29.0, 0, "29"), (7, 0, "7"),
        (0.0, 3, "0"), (0.0, 0, "0"),
    ],
)  # fmt: skip
def test_numbers_around_each_other_end_at_one_place_but_for_an_exact_zero(value, places, written):
    assert EN.number_to(value, places) == written
    assert FilmWords("adam", "en").number_to(Ref("quantity", "q", (), value), places) == written


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint32])
def test_whole_numbers_of_numpy_are_written_in_full(kind):
    assert EN.number(kind(101)) == EN.number(kind(101), tidy=True) == "101"
    assert FR.number(np.int64(61706)) == f"61{THIN_SPACE}706"


@pytest.mark.parametrize("kind", [np.float64, np.array, np.float32, float])
@pytest.mark.parametrize("value", [1.484375, -22016.0, 0.0, math.inf])
def test_numbers_of_numpy_are_written_like_those_of_python(kind, value):
    for tidy in (False, True):
        assert EN.number(kind(value), tidy=tidy) == EN.number(value, tidy=tidy)


@in_every_language
@settings(deadline=None)
@given(value=numbers, tidy=st.booleans(), digits=st.integers(2, 6))
def test_a_written_number_reads_back_to_its_digits(language, value, tidy, digits):
    read = read_back(WORDS[language].number(value, tidy=tidy, digits=digits), language)
    last_digit = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1) if value else 0.0
    assert abs(read - value) <= 0.5 * last_digit * (1 + 1e-9)


@in_every_language
@settings(deadline=None)
@given(value=st.floats(-1e7, 1e7) | st.floats(-1e-2, 1e-2, allow_subnormal=False))
def test_ordinary_numbers_are_rounded_as_python_rounds_them(language, value):
    assert read_back(WORDS[language].number(value), language) == pytest.approx(float(f"{value:.2e}"), rel=1e-12)


@in_every_language
@settings(deadline=None)
@given(value=st.integers(-999_999, 999_999))
def test_a_whole_number_reads_back_exactly(language, value):
    assert read_back(WORDS[language].number(value), language) == value


@settings(deadline=None)
@given(value=st.floats(), tidy=st.booleans())
def test_french_differs_only_by_its_signs(value, tidy):
    if abs(value) < 1e-300:
        value = 0.0
    swapped = str.maketrans({",": THIN_SPACE, ".": ","})
    assert FR.number(value, tidy=tidy) == EN.number(value, tidy=tidy).translate(swapped)


@in_every_language
@settings(deadline=None)
@given(value=st.floats())
def test_no_computer_notation_reaches_the_screen(language, value):
    if abs(value) < 1e-300:
        value = 0.0
    assert not set(WORDS[language].number(value)) & set("-eEinfa ")


@in_every_language
@pytest.mark.parametrize("value", [61706, -22061.88, 1234567.0, 1.2e-5])
def test_no_line_breaks_within_a_number(language, value):
    assert "\u202f" in WORDS[language].number(value) + FR.number(61706)
    assert not re.search(r"[ \u2009]", WORDS[language].number(value))


def test_a_zero_has_no_sign():
    assert EN.number(-0.0) == "0.00"


@pytest.mark.parametrize("tidy", [False, True])
def test_a_whole_number_of_a_trace_is_written_in_full(tidy):
    assert EN.number(np.array(61706), tidy=tidy) == "61,706"


@pytest.mark.parametrize("value", [9.995e-20, 9.995e-21, 9.995e28, 9.995e-75, 1e-322])
def test_a_mantissa_stays_below_ten(value):
    assert re.match(r"\d\.\d\d\D", EN.number(value))


@pytest.mark.parametrize("value", [5e-324, -1e-323])
def test_the_smallest_numbers_can_be_written(value):
    assert TIMES in EN.number(value)


@pytest.fixture
def sentences(tmp_path, monkeypatch):
    """English and French words of a concept that exists for this test only."""
    (tmp_path / "stub.toml").write_text(
        '[end]\nen = "After {steps} steps w = {w}, {rate}."\nfr = "Après {steps} pas, w = {w}, {rate}."\n'
        '[data]\nen = "{source}: {target}"\nfr = "{source} : {target}"\n'
        '[beat_show_end]\nen = "The end"\nfr = "La fin"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(words, "TEXTS", tmp_path)
    words._sentences.cache_clear()
    yield Words("stub", "en"), Words("stub", "fr")
    words._sentences.cache_clear()


def test_a_sentence_writes_its_values_in_its_language(sentences):
    values = {"steps": 1000, "w": np.float64(3.61234), "rate": 1.2e-5}
    en, fr = (words.sentence("end", **values) for words in sentences)
    assert en == "After 1,000 steps w = 3.61, 1.2 × 10⁻⁵.".replace(" × ", f"{THIN_SPACE}×{THIN_SPACE}")
    assert fr == f"Après 1{THIN_SPACE}000 pas, w = 3,61, 1,2{THIN_SPACE}×{THIN_SPACE}10⁻⁵."


def test_a_name_in_a_sentence_is_left_as_the_user_wrote_it(sentences):
    _, fr = sentences
    assert fr.sentence("data", source="a {b} 1.5", target="x{0}, '-1.5 ?") == "a {b} 1.5\xa0: x{0}, '-1.5 ?"


def test_a_beat_has_its_title_or_else_the_words_of_its_name(sentences):
    assert [words.title("show_end") for words in sentences] == ["The end", "La fin"]
    assert [words.title("walk_on") for words in sentences] == ["Walk on", "Walk on"]


def test_a_sentence_or_a_value_that_is_not_there_is_an_error(sentences):
    with pytest.raises(mathcore.InputError, match=r"stub\.toml has no sentence 'no_such_sentence' in 'en'"):
        sentences[0].sentence("no_such_sentence")
    with pytest.raises(KeyError):
        sentences[0].sentence("end", w=1.0)


@pytest.mark.parametrize(
    ("typed", "en", "fr"),
    [
        ("l'aire : d'un disque", "l’aire : d’un disque", "l’aire\xa0: d’un disque"),
        ("ici ; là ? oui !", "ici ; là ? oui !", "ici\u202f; là\u202f? oui\u202f!"),
        ("« {mot} »", "« {mot} »", "«\xa0{mot}\xa0»"),
        ("{n} % n° {k}: 3:4", "{n}\u202f% n°\u202f{k}: 3:4", "{n}\u202f% n°\u202f{k}: 3:4"),
    ],
)
def test_a_text_is_set_as_its_language_is_printed(typed, en, fr):
    assert words.typographic(typed, "en") == en
    assert words.typographic(typed, "fr") == fr


def said():
    """Every text, by where it stands and its language, as films and pages show it."""
    for path in sorted(words.TEXTS.glob("*.toml")):
        for key, versions in words._sentences(path.stem).items():
            yield from ((f"{path.stem} {key}", language, text) for language, text in versions.items())
    for chapter in tomllib.loads((ROOT / "assets" / "course.toml").read_text(encoding="utf-8"))["chapter"]:
        yield from (("course", language, chapter[language]) for language in LANGUAGES)
    deck = tomllib.loads((ROOT / "assets" / "deck" / "words.toml").read_text(encoding="utf-8"))
    yield from (("deck", language, text) for language in LANGUAGES for text in deck[language].values())


def test_no_text_has_a_typewriter_s_apostrophe_and_no_line_begins_with_a_mark():
    texts = list(said())
    assert {"dropout knob_rate", "course", "deck", "_columns RM", "_knobs default"} <= {place for place, _, _ in texts}
    for place, language, text in texts:
        assert not re.search(r"""['"]""", text), place
        assert not re.search(" %", text), place
        if language == "fr":
            assert not re.search(r" [:;?!»]|« |\S[;?!»]|\w:", text), place


def test_the_columns_of_boston_are_explained_and_a_user_s_are_not(tmp_path):
    header = next(csv.reader((ROOT / "assets" / "data" / "boston.csv").open(encoding="utf-8")))
    assert EN.column("RM", None) == "RM (average number of rooms)"
    assert FR.column("PRICE", None) == "PRICE (prix en k$)"
    for name in header:
        assert EN.column(name, None).startswith(f"{name} (")
        assert FR.column(name, None) != EN.column(name, None)
        assert EN.column(name, tmp_path / "own.csv") == FR.column(name, Path("own.csv")) == name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Area\n(m²)", "Area (m²)"),
        ("a\tb\x07c\u200bd\u2028e", "a b c d e"),
        ("\ufeffx ", "x"),
        ("x\udce9.csv", "x?.csv"),
        ("面积 😀 أ", "面积 😀 أ"),
    ],
)
def test_a_name_stands_on_one_line(given, shown):
    assert Name(given) == shown


def test_names_are_cut_only_where_they_have_no_room_and_the_longest_first():
    names = [Name("area"), Name("number of rooms")]
    assert cut_to_fit(names, lambda cut: True) == names
    assert cut_to_fit(names, lambda cut: len("".join(cut)) <= 10) == ["area", "numbe…"]
    assert cut_to_fit(names, lambda cut: len("".join(cut)) <= 6) == ["ar…", "nu…"]
    assert cut_to_fit(names, lambda cut: False) == ["…", "…"]
    assert cut_to_fit([], lambda cut: False) == []


def test_letters_that_no_font_has_are_named_with_the_words_that_they_stand_in():
    refuse_letters([], "房价")
    with pytest.raises(mathcore.InputError, match=r"the characters 面, 积; rename 面积\.$"):
        refuse_letters("面积面", "La perte : y selon 面积.")
    with pytest.raises(mathcore.InputError, match=r"\.\.\.; rename"):
        refuse_letters(map(chr, range(0x4E00, 0x4F00)), "")
