"""A sentence of a film as a voice reads it, in French or English: its signs and numbers are written out as words.

espeak-ng 1.51 reads signs on its own terms: of "10⁻⁵" it says "ten", of "∇" nothing, and of "w = −3" in French "w" and
three, with an English "minus" between them. So nothing reaches it but letters, and the punctuation that makes pauses.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from export.voice.numerals import cardinal, ordinal, places
from mathcore._catalog import ROOT

SIGNS = ROOT / "assets" / "voice" / "signs.toml"
LETTER = r"[^\W\d_]"
ALONE = rf"(?<!{LETTER})%s(?!{LETTER})"  # what has no letter before it, and none behind
OPERATOR = "=+−×·⊙/^√Σ∑∇∂≤≥<>"
RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+−0123456789")
WORDS_TOO = {"en": "aA", "fr": "yY"}  # letters that are words, where no sign is beside them
ORDINALS = {"en": "st|nd|rd|th", "fr": "ers?|res?|ères?|es?|èmes?|ièmes?"}
POINTS = {"en": r"\.", "fr": "[.,]"}
PAUSES = "?!.:;,"  # the stronger before the weaker


def spelled(text: str, language: str) -> str:
    """A sentence in words: letters of any script, apostrophes and hyphens within words, and `, . ; : ? !`.

    A sign that has no words, as in the name of a user's column, is passed over.
    """
    return _cleaned(worded(text, language))


def worded(text: str, language: str) -> str:
    """The sentence with words for all numbers and for the signs that have some; other signs are left."""
    for step in (_plain, _written, _letters, _greek, _bracketed, _signs, _numbers, _respelled):
        text = step(text, language)
    return text


@cache
def table() -> Mapping[str, Mapping[str, Any]]:
    """How signs, Greek letters, and words that a voice misreads are said."""
    with SIGNS.open("rb") as file:
        return tomllib.load(file)


def _plain(text: str, language: str) -> str:
    """Typed with plain spaces, apostrophes and digits: thousands joined, powers written with ^."""
    text = re.sub(r"(?<=\d)[\u202f\u00a0\u2009](?=\d{3}(?!\d))", "", text)
    if language == "en":
        text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
        text = re.sub(r"\b[Nn]o\. ?(?=\d)", "n° ", text)
    text = re.sub("[⁺⁻⁰¹²³⁴-⁹]+", lambda m: m[0] if m[0] in "²³" else f" ^{m[0].translate(RAISED)} ", text)
    text = re.sub("[₀-ₜᵢ-ᵪⱼ]+", r" \g<0> ", text)
    text = re.sub("[^²³ⁿᵀ]+", lambda m: unicodedata.normalize("NFKC", m[0]), text)
    text = re.sub(r"\s+", " ", text)
    return re.sub("[’‘ʼ`]", "'", text)


def _written(text: str, language: str) -> str:
    """What takes more than one sign: sizes, ranges, |e|, φ(o), dL/dw; and what the dashes are."""
    said = {name: words[language] for name, words in table()["phrase"].items()}
    by = f" {said['size']} "
    text = re.sub(r"(?<![\w.,])(\d+(?:[.,]\d+)?)[eE]([+−-]?)0*(\d+)(?!\w)", r"\1 × 10 ^\2\3", text)
    size = r"(?<![\d.,^+−])\d+(?: ?[×x] ?\d+)+(?!\d|[.,]\d| ?[\^=])"
    text = re.sub(size, lambda m: re.sub(" ?[×x] ?", by, m[0]), text)
    text = re.sub(r"(?<=\)) x (?=\w)", " × ", text)
    text = re.sub(r"(?<=\d)–(?=\d)", f" {said['range']} ", text)
    text = re.sub(r"‖([^‖]+)‖|\|\|([^|]+)\|\|", lambda m: f" {said['norm']} {m[1] or m[2]} ", text)
    text = re.sub(r"\|([^|]+)\|", rf" {said['absolute']} \1 ", text)
    text = re.sub(rf"(?<!\w)({LETTER})\(({LETTER})\)", rf"\1 {said['function']} \2", text)
    text = re.sub(rf"\bd({LETTER}) ?/ ?d({LETTER})\b", r"d \1 / d \2", text)
    text = re.sub(rf"(?<![\w)])-(?=\d|{LETTER}(?!{LETTER}))", "−", text)
    return re.sub(r" [-–—]+ |(?<=\d)-(?=\d)", ", ", text)


def _letters(text: str, language: str) -> str:
    """Single letters: those with a mark, as m̂ and w*, and those that are words where no sign is beside them."""
    marks, said = table()["mark"], table()["phrase"]["letter"][language]
    mark = f"[{''.join(marks)}]"
    words = WORDS_TOO[language]
    word = rf"(?<![\w'])[{words}]"
    letter = rf"{word}(?={mark}|[′²³]| ?[{OPERATOR}])|(?<=[{OPERATOR}]){word}\b|(?<=[{OPERATOR}] ){word}\b"
    if language == "en":  # a capital within a sentence, too
        letter += rf"|(?<={LETTER} )A\b|(?<=, )A\b"
    text = unicodedata.normalize("NFD", text)
    marked = rf"(?<!{LETTER})({LETTER})({mark})(?!\w)"
    text = re.sub(marked, lambda m: f"{said if m[1] in words else m[1]} {marks[m[2]][language]} ", text)
    return unicodedata.normalize("NFC", re.sub(letter, said, text))


def _greek(text: str, language: str) -> str:
    """Letters of Greece by themselves; a capital sigma is a sum."""
    names = table()["greek"]
    letter = f"[{''.join(names)}{''.join(names).upper()}]"
    alone = rf"(?<!{letter}){letter}(?!{letter})"
    return re.sub(alone, lambda m: " ∑ " if m[0] == "Σ" else f" {names[m[0].lower()][language]} ", text)


def _bracketed(text: str, language: str) -> str:
    """Words in brackets are an aside, between commas; a formula is said without its brackets."""

    def opened(found: re.Match[str]) -> str:
        aside = re.search(rf"{LETTER}{{2}}|[%°$€]", found[1])
        return f", {found[1].strip()}, " if aside else f" {found[1].strip()} "

    text, before = text.translate(str.maketrans("[]{}", "()()")), ""
    while text != before:
        text, before = re.sub(r"\(([^()]*)\)", opened, text), text
    return re.sub("[()]", ", ", text)


def _signs(text: str, language: str) -> str:
    """The signs that stand for a word wherever they stand."""
    signs = table()["sign"]
    return re.sub(_any_of(tuple(signs)), lambda m: f" {signs[m[0]][language]} ", text)


@cache
def _any_of(signs: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these signs, the longest that fits; one that begins or ends in a letter is no part of a word."""
    before, behind = rf"(?<!{LETTER})", rf"(?!{LETTER})"
    each = [
        before * ("a" <= sign[0].lower() <= "z") + re.escape(sign) + behind * ("a" <= sign[-1].lower() <= "z")
        for sign in sorted(signs, key=len, reverse=True)
    ]
    return re.compile("|".join(each))


def _numbers(text: str, language: str) -> str:
    """Every number: integers, decimals, ranks."""
    point = table()["phrase"]["point"][language]
    feminine = table()["feminine"].get(language, ())

    def said(found: re.Match[str]) -> str:
        noun = (found["noun"] or "").lower()
        hers = noun in feminine or noun.removesuffix("s") in feminine
        if found["rank"]:
            return f" {ordinal(found['whole'], language, feminine=hers or found['rank'].startswith(('re', 'è')))} "
        words = cardinal(found["whole"], language)
        if found["places"]:
            return f" {words} {point} {places(found['places'], language)} "
        return f" {re.sub('un$', 'une', words) if hers else words} "

    rank = rf"(?P<rank>{ORDINALS[language]})(?!\w)"
    noun = rf"(?=(?:\s+(?P<noun>{LETTER}+))?)"
    return re.sub(rf"(?P<whole>\d+)(?:{POINTS[language]}(?P<places>\d+)|{rank})?{noun}", said, text)


def _respelled(text: str, language: str) -> str:
    """Words that the voice misreads, written so that it does not."""
    words = table()["word"][language]
    known = ALONE.replace("%s", f"(?:{'|'.join(map(re.escape, words))})")
    return re.sub(known, lambda m: words[m[0]], text)


def _cleaned(text: str) -> str:
    """Letters and pauses only: no two pauses on end, none to begin with, a space behind each."""
    kept = ""
    for sign in text:
        joins = unicodedata.category(sign)[0] == "M" and kept[-1:].strip(PAUSES + " '-")  # an accent, a vowel sign
        kept += sign if sign.isalpha() or sign in PAUSES + "'-" or joins else " "
    inside = rf"(?<![\w])['-]|['-](?![\w])|(?<={LETTER})\.(?={LETTER})"
    kept = re.sub(inside, " ", kept)
    pauses = rf"\s*([{PAUSES}](?:[{PAUSES}\s]*[{PAUSES}])?)\s*"
    kept = re.sub(pauses, lambda m: min(m[1].replace(" ", ""), key=PAUSES.index) + " ", kept)
    return re.sub(r"\s+", " ", kept).lstrip(PAUSES + " ").rstrip(" ,;:")
