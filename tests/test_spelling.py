"""What a voice is given to read: words, and nothing that it would pass over or misread."""

import copy
import math
import re
import tomllib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.voice import spelling
from export.voice.numerals import cardinal, ordinal, places
from export.voice.spelling import spelled, table, worded
from scenes._stage.words import TEXTS, Words, typographic

SILENT = set("_«»–")  # of the course's signs: w_h, quotations, Levenberg–Marquardt
NUMBERS = (0, 1, 21, 12345, -88000, 4294967295, 0.36, -0.622, 0.0143, 1.2e-5, 1e-10, -5.98e175, math.inf, math.nan)
NEVER_SAID = ("notes", "seen", "knob")  # sentences for the presenter, for who cannot see, for the command's help
TEXT = r"[^\W\d_]+(?:['-][^\W\d_]+)*"
IN_WORDS = re.compile(rf"(?:{TEXT}(?:[,.;:?!]? |[,.;:?!]?$))*")

ENGLISH = """
After 10 steps w = 3.63; the best weight is 3.65.
    After ten steps w equals three point six three; the best weight is three point six five.
The slope is now −88,000. Where does the next step land?
    The slope is now minus eighty-eight thousand. Where does the next step land?
ρ = 5\u202f×\u202f10⁻⁵: 3.74 away from w*.
    rho equals five times ten to the minus five: three point seven four away from w star.
at 1/Σx², the critical rate, it passes −1.
    at one over the sum of x squared, the critical rate, it passes minus one.
An MNIST digit: each window of 2 × 2 cells leaves one number.
    An MNIST digit: each window of two by two cells leaves one number.
survivors swell to h / (1 − 0.4) = 1.67 h.
    survivors swell to h over one minus zero point four equals one point six seven h.
m̂ is g and v̂ is g² at t = 1.
    m hat is g and v hat is g squared at t equals one.
Input gate: the more of c̃ is written; x̄, ẋ.
    Input gate: the more of c tilde is written; x bar, x dot.
|w − w*| ≤ ‖w‖, ||v|| ≥ 2
    the absolute value of w minus w star at most the norm of w, the norm of v at least two
Each (v, w) has its loss: two mirror valleys
    Each v, w has its loss: two mirror valleys
A random walk (seed 0). A window sees 5 values
    A random walk, seed zero. A window sees five values
A 6-20-1 net, untrained (seed 0): loss along one weight.
    A six, twenty, one net, untrained, seed zero: loss along one weight.
An activation turns the sum o into φ(o): ReLU, tanh.
    An activation turns the sum o into phi of o: rel you, tan h.
greys scaled to 0–9, seeds 3–5; dim=-1 − 2
    greys scaled to zero to nine, seeds three to five; dim equals minus one minus two
In float64, exp overflows: ∞ over ∞ is no share.
    In float sixty-four, exp overflows: infinity over infinity is no share.
32.2° off the average: 90\u202f% stay.
    thirty-two point two degrees off the average: ninety percent stay.
5 ‰ at 20 °C or 68 °F
    five per thousand at twenty degrees Celsius or sixty-eight degrees Fahrenheit
split no. 13, no.
    split number thirteen, no.
∂L/∂w, dL/dw, ∇L, √L
    partial L over partial w, d L over d w, nabla L, the root of L
w·x, a ⊙ b, xᵀ, 2ⁿ, ½
    w times x, eigh times, cell by cell, b, x transposed, two to the n, one over two
x → y, x -> y, w ← w − g, ↑, ↓
    x to y, x to y, w from w minus g, up, down
a < b > c <= d >= e == f != g ≠ h ≈ 1 ~ 2, w ∈ R
    eigh less than b greater than c at most d at least e equals f is not g is not h about one about two, w in R
∏x, ∫f, x′, ∑x, window * kernel
    the product of x, the integral of f, x prime, the sum of x, window times kernel
β₁ and β₂, wᵢ, 2^5
    beta one and beta two, w i, two to the five
Key A now has 0.93; a net; A layer
    Key eigh now has zero point nine three; a net; A layer
3rd of the 1,001, 1e-06 and 1e6
    third of the one thousand and one, one times ten to the minus six and one times ten to the six
5 × 10⁻⁵ × 3, 2 × 3 = 6, 1.5 × 3
    five times ten to the minus five times three, two times three equals six, one point five times three
2 × 3 × 4, 3x3, 007
    two by three by four, three by three, zero zero seven
rent (k€), price €, $, £, ¥, R&D, you @ home 😀
    rent, thousand euros, price euros, dollars, pounds, yen, R and D, you at home
−log p at p = ?: “nothing”… the penalty’s end
    minus log p at p equals? nothing. the penalty's end
A dense layer learns (inputs + 1) x neurons numbers
    A dense layer learns, inputs plus one, times neurons numbers
GRU 8 of 8 (Trace, UCR), deviation σ (ddof 1).
    G R U eight of eight, Trace, U C R, deviation sigma, d dof one.
"""

FRENCH = """
Après 10 pas, w = 3,63\u202f; le meilleur poids est 3,65.
    Après dix pas, w égale trois virgule soixante-trois; le meilleur poids est trois virgule soixante-cinq.
La pente vaut maintenant −88\u202f000. Où mène le prochain pas\u202f?
    La pente vaut maintenant moins quatre-vin-huit mille. Où mène le prochain pas?
ρ = 5\u202f×\u202f10⁻⁵\u00a0: on est à 3,74 de w*.
    rho égale cinq fois dix puissance moins cinq: on est à trois virgule soixante-quatorze de w étoile.
à 1/Σx², taux critique, il passe −1.
    à un sur la somme des x au carré, taux critique, il passe moins un.
Un chiffre MNIST\u00a0; bordé de zéros, 28 × 28 devient 32 × 32.
    Un chiffre M niste; bordé de zéros, vingt-huit par vingt-huit devient trente-deux par trente-deux.
h / (1 − 0,4) = 1,67 h\u00a0: la suite
    h sur un moins zéro virgule quatre égale un virgule soixante-sept h: la suite
506 lignes (Boston)\u00a0: ŷ = w x prédit PRICE (prix en k$) selon RM.
    cinq cent six lignes, Bostonne: i grec chapeau égale w x prédit PRICE, prix en milliers de dollars, selon RM.
Avec e², la droite bouge\u202f; avec |e|, ce point ne la déplace pas.
    Avec e au carré, la droite bouge; avec la valeur absolue de e, ce point ne la déplace pas.
Chaque pas vaut −m̂ fois le taux\u202f; |w| <= ‖w‖³
    Chaque pas vaut moins m chapeau fois le taux; la valeur absolue de w au plus la norme de w au cube
Après l'apprentissage, 1 unité sur 8 garde plus de la moitié.
    Après l'apprentissage, une unité sur huit garde plus de la moitié.
21 fleurs, 101 cases, 81 pas, 1 fois, 11 valeurs
    vingt et une fleurs, cent une cases, quatre-vin-un pas, une fois, onze valeurs
Il dit 0, à 99,99\u202f% et 0,0143
    Il dit zéro, à quatre-vin-dix-neuf virgule quatre-vin-dix-neuf pour cent et zéro virgule zéro cent quarante-trois
0,36, 2,30, 0,05\u202f; 0,12345
    zéro virgule trente-six, deux virgule trente, zéro virgule zéro cinq; zéro virgule un deux trois quatre cinq
En o = 0, ReLU a un point anguleux\u00a0: φ(o), tanh.
    En o égale zéro, rélu a un point anguleux: phi de o, tangente hyperbolique.
graines 3–5, W x + b, état pondéré + biais
    graines trois à cinq, W x plusse b, état pondéré plusse biais
Près de ±1, tanh est plate\u00a0: ∞, √L, ∇L
    Près de plus ou moins un, tangente hyperbolique est plate: infini, racine de L, nabla L
partage n°\u202f13, N° 2, #3
    partage numéro treize, numéro deux, numéro trois
∂L/∂w et dL/dw\u202f; h ⊙ c · x ÷ 2
    d rond L sur d rond w et d L sur d w; h fois, case par case, c fois x sur deux
y = 3, il y a y², et 20 tractions s'y annulent
    i grec égale trois, il y a i grec au carré, et vingt tractions s'y annulent
le 1er, la 1re couche, le 2e, le 80e
    le premier, la première couche, le deuxième, le quatre-vingtième
Площадь, 面積, Größe, हिन्दी, l’été «\u00a0ici\u00a0»
    Площадь, 面積, Größe, हिन्दी, l'été ici
Adam, dropout, GRU, setosa\u00a0: [par défaut]
    Adame, dropaoute, G R U, sétoza: par défaut
En float64, exp déborde\u00a0; ResNet, Keras, UCR (ddof 1).
    En float soixante-quatre, exponentielle déborde; rèss nette, Kérasse, U C R, d dof un.
"""


def examples():
    """The sentences above, each with the words below it."""
    for language, text in (("en", ENGLISH), ("fr", FRENCH)):
        lines = text.strip().splitlines()
        yield from (
            (language, sentence, words.strip()) for sentence, words in zip(lines[::2], lines[1::2], strict=True)
        )


EXAMPLES = [*examples()]


@pytest.mark.parametrize(("language", "sentence", "words"), EXAMPLES)
def test_a_sentence_is_said_as_a_lecturer_says_it(language, sentence, words):
    assert spelled(sentence, language) == words


def entries():
    """Every sign, mark and word of the table, by its place there."""
    yield from (("sign", sign) for sign in table()["sign"])
    yield from (("mark", mark) for mark in table()["mark"])
    yield from (("word", language, word) for language, words in table()["word"].items() for word in words)


@pytest.mark.parametrize("entry", entries())
def test_without_any_entry_of_the_table_an_example_is_said_otherwise(entry, monkeypatch):
    poorer = copy.deepcopy(table())
    inner = poorer
    for name in entry[:-1]:
        inner = inner[name]
    del inner[entry[-1]]
    monkeypatch.setattr(spelling, "table", lambda: poorer)
    assert any(spelled(sentence, language) != words for language, sentence, words in EXAMPLES)


def test_every_greek_letter_by_itself_is_named():
    for letter, names in table()["greek"].items():
        assert spelled(f"{letter} = {letter.upper()}₀", "en").startswith(f"{names['en']} equals ")
        assert spelled(f"2{letter}", "fr") == f"deux {names['fr']}"


def sentences():
    """Every text of the course, by its name and language, its placeholders filled in with numbers of all kinds."""
    for path in sorted(TEXTS.glob("*.toml")):
        for key, versions in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for language, text in versions.items():
                pattern, number = typographic(text, language), Words(path.stem, language).number
                for value in NUMBERS[-5:-4] if key.startswith(NEVER_SAID) or "{" not in text else NUMBERS:
                    yield f"{path.stem}.{key}", language, re.sub(r"\{[^}]*\}", number(value), pattern)


def test_no_sign_and_no_digit_of_the_course_reaches_the_voice():
    heard = 0
    for name, language, sentence in sentences():
        words = worded(sentence, language)
        left = {sign for sign in words if not (sign.isalpha() or sign in " ,.;:?!'-" or sign in SILENT)}
        assert not left, f"{name}: {sentence}"
        said = spelled(sentence, language)
        assert IN_WORDS.fullmatch(said), f"{name}: {said}"
        heard += 1
    assert heard > 10_000


@given(st.text(max_size=40), st.sampled_from(["en", "fr"]))
def test_whatever_a_user_calls_a_column_only_letters_and_pauses_are_said(text, language):
    said = spelled(text, language)
    assert not re.search(r"[\d_()\[\]{}<>=+*/|\\^~\"`]|(?<!\w)'|[,;]$|[,;:?!.]{2}", said)
    assert all(sign.isalpha() or sign in " ',.;:?!-" or marks(sign) for sign in said)


def marks(sign):
    """Whether it is an accent or a vowel sign of a script."""
    return unicodedata.category(sign)[0] == "M"


def test_letters_of_every_script_pass():
    for name in ("Площадь", "面積", "Größe", "हिन्दी", "Ελλάδα", "مساحة", "naïve"):
        assert spelled(name, "en") == name


@pytest.mark.parametrize(
    ("digits", "language", "words"),
    [
        ("0", "en", "zero"),
        ("1100", "en", "one thousand one hundred"),
        ("65536", "en", "sixty-five thousand five hundred and thirty-six"),
        ("80", "fr", "quatre-vingts"),
        ("80000", "fr", "quatre-vingt mille"),
        ("71", "fr", "soixante et onze"),
        ("2000000", "fr", "deux millions"),
        ("00", "fr", "zéro zéro"),
        ("1" * 400, "en", " ".join(["one"] * 400)),
    ],
)
def test_integers_in_words(digits, language, words):
    assert cardinal(digits, language) == words


def test_places_are_said_one_by_one_in_english_and_as_a_number_in_french():
    assert places("0143", "en") == "zero one four three"
    assert places("0143", "fr") == "zéro cent quarante-trois"
    assert places("360", "fr") == "trois cent soixante"
    assert places("00", "fr") == "zéro zéro"


def test_ranks_are_spelled_as_they_are_in_french():
    assert [ordinal(n, "fr") for n in ("1", "80", "200")] == ["premier", "quatre-vingtième", "deux centième"]
    assert ordinal("1", "fr", feminine=True) == "première"
    assert ordinal("101", "en") == "one hundred and first"


def test_a_one_has_the_gender_of_the_noun_behind_it_in_french():
    assert all(spelled(f"1 {noun}", "fr") == f"une {noun}" for noun in table()["feminine"]["fr"])
    assert spelled("1 point, 21 pas, 41 fleurs", "fr") == "un point, vingt et un pas, quarante et une fleurs"
