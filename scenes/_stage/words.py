"""Sentences and numbers in a language.

Every sentence of a film stands in assets/text/NAME.toml, English beside French, with {placeholders}.
A number is written to three significant digits: 1.48, 22 100, 1.2 × 10⁻⁵; in French with a comma. The texts
are typed on a plain keyboard: apostrophes, and the spaces at which no line may break, come from here.
"""

import math
import re
import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Self

import numpy as np

import mathcore
from scenes._stage.refs import Ref

TEXTS = Path(__file__).parents[2] / "assets" / "text"
LANGUAGES = ("en", "fr")
DIGITS, MOST_DIGITS = 3, 12
PLAIN = range(-3, 6)  # decimal exponents that are written out; others become a power of ten
MINUS, TIMES, APOSTROPHE = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}", "\N{RIGHT SINGLE QUOTATION MARK}"
THIN_SPACE, HOLDING_SPACE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"  # no line breaks at either
UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Zs")  # Unicode's categories of control characters and spaces
MOST_TOLD, MOST_LETTERS = 10, 200  # letters that a message names; of a name that have room anywhere
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@cache
def _sentences(concept: str) -> dict[str, dict[str, str]]:
    path = TEXTS / f"{concept}.toml"
    if not path.is_file():
        raise mathcore.InputError(f"{path} is missing; docs/adding-a-concept.md tells the files of a concept.")
    with path.open("rb") as file:
        texts = tomllib.load(file)
    return {
        key: {language: typographic(text, language) for language, text in versions.items()}
        for key, versions in texts.items()
    }


def typographic(text: str, language: str) -> str:
    """A text as it is printed: its apostrophes, and spaces that hold where no line may break."""
    text = re.sub(r" (?=%)|(?<=n°) ", THIN_SPACE, text.replace("'", APOSTROPHE))
    if language == "fr":
        text = re.sub(r" (?=[;?!])", THIN_SPACE, text)
        text = re.sub(r" (?=[:»])|(?<=«) ", HOLDING_SPACE, text)
    return text


def refuse_letters(lacking: Iterable[str], text: str) -> None:
    """Refuse a text that holds letters that the fonts lack, if there are any.

    Raises:
        mathcore.InputError: there are; it names them and the words that they stand in.
    """
    letters = list(dict.fromkeys(lacking))
    if letters:
        named = ", ".join(letters[:MOST_TOLD]) + ", ..." * (len(letters) > MOST_TOLD)
        words = " ".join(word.strip(".,:;()") for word in text.split() if set(word) & set(letters))
        raise mathcore.InputError(f"no font that comes with deepreel has the characters {named}; rename {words[:80]}.")


class Name(str):
    """A name that the user gave, on one line; of a file's name, "?" stands for what is no text."""

    __slots__ = ()

    def __new__(cls, name: str) -> Self:
        name = name.encode("utf-8", "replace").decode()
        seen = "".join(" " if unicodedata.category(letter) in UNSEEN else letter for letter in name)
        return super().__new__(cls, " ".join(seen.split()))

    def cut(self, letters: int) -> str:
        """So many letters of it, at least one; the last one tells that there are more."""
        return str(self) if len(self) <= letters else self[: letters - 1] + "…"


def cut_to_fit(names: Sequence[Name], fits: Callable[[list[str]], bool]) -> list[str]:
    """The names; where they do not fit, the longest are cut to as many letters as do, at least one."""

    def cut(letters: int) -> list[str]:
        return [name.cut(letters) for name in names]

    longest = min(max(map(len, names), default=1), MOST_LETTERS)
    if fits(cut(longest)):
        return cut(longest)
    return cut(max(bisect_left(range(1, longest), True, key=lambda letters: not fits(cut(letters))), 1))


def digits_to_tell(value: float, landmark: float) -> int:
    """So many significant digits that a number can be told from a landmark close to it, as 0.9996 from 1."""
    distance = abs(value - landmark)
    if not 0 < distance < abs(landmark):
        return DIGITS
    return min(max(DIGITS, math.ceil(math.log10(abs(landmark) / distance)) + 1), MOST_DIGITS)


def digits_of_scale(ticks: Sequence[float]) -> int:
    """So many significant digits, three at least, that every one of equally spaced ticks is written exactly."""
    noise = 1e-6 * min(np.diff(ticks), default=0)
    exact = (d for d in range(DIGITS, MOST_DIGITS) if all(abs(float(f"{t:.{d - 1}e}") - t) <= noise for t in ticks))
    return next(exact, MOST_DIGITS)


class NumberText(str):
    """A written number, which remembers what it refers to, and how a reader sees it where it is written as markup."""

    __slots__ = ("read", "ref")
    ref: Ref | None
    read: str

    def __new__(cls, text: str, ref: Ref | None = None, read: str | None = None) -> Self:
        written = super().__new__(cls, text)
        written.ref, written.read = ref, read or text
        return written

    def __deepcopy__(self, _: Any) -> Self:
        return self


class Filled(str):
    """A sentence or a formula, which remembers the numbers that were filled in, in their order."""

    __slots__ = ("numbers",)
    numbers: tuple[NumberText, ...]

    def __new__(cls, pattern: str, values: Mapping[str, str]) -> Self:
        text = super().__new__(cls, pattern.format(**values))
        filled = [values[name] for _, name, _, _ in Formatter().parse(pattern) if name]
        text.numbers = tuple(value for value in filled if isinstance(value, NumberText))
        return text


class Words:
    """The sentences of one concept in one language ("en" or "fr")."""

    def __init__(self, concept: str, language: str) -> None:
        self.concept = concept
        self.language = language

    def sentence(self, key: str, **values: Any) -> Filled:
        """The sentence `key`, with its placeholders filled in; numbers are written in the language."""
        written = {k: v if isinstance(v, str) else self.number(v, tidy=True) for k, v in values.items()}
        return Filled(self.pattern(key), written)

    def has(self, key: str) -> bool:
        """Whether the concept has a sentence of this name."""
        return key in _sentences(self.concept)

    def pattern(self, key: str) -> str:
        """The sentence `key` as it is written down, its placeholders left open.

        Raises:
            mathcore.InputError: there is none.
        """
        versions = _sentences(self.concept).get(key, {})
        if self.language not in versions:
            raise mathcore.InputError(f"assets/text/{self.concept}.toml has no sentence {key!r} in {self.language!r}.")
        return versions[self.language]

    def title(self, beat: str) -> str:
        """What people call a beat; of a film whose texts do not tell, the words of its name."""
        versions = _sentences(self.concept).get(f"beat_{beat}")
        return versions[self.language] if versions else beat.replace("_", " ").capitalize()

    def column(self, name: str, data: Path | None) -> Name:
        """A column of a table as it is called; one of Boston housing, which `data` None stands for, is explained."""
        meaning = {} if data else _sentences("_columns").get(name, {})
        return Name(f"{name} ({meaning[self.language]})" if meaning else name)

    def formula(self, markup: str, **values: Any) -> Filled:
        """Typst math with its placeholders filled in."""
        written = {k: v if isinstance(v, str) else self.markup(v, tidy=True) for k, v in values.items()}
        return Filled(markup, written)

    def number(
        self, value: Any, *, digits: int = DIGITS, decimals: int | None = None, tidy: bool = False
    ) -> NumberText:
        """A number to `digits` significant digits, and `decimals` at most; `tidy` drops the zeros that end them.

        An integer, 0 to 999 999, is written in full.
        """
        mantissa, exponent = self._parts(value, digits, decimals, tidy)
        power = f"10{str(exponent).translate(SUPERSCRIPT)}"
        if exponent is None:
            return NumberText(mantissa)
        return NumberText(power if mantissa == "1" else f"{mantissa}{THIN_SPACE}{TIMES}{THIN_SPACE}{power}")

    def number_to(self, value: Any, places: int) -> NumberText:
        """A number that ends so many places after its point, as do those around it; a 0 that is exact has none."""
        shown = value.shown if isinstance(value, Ref) else value
        digits = places + 1 + math.floor(math.log10(abs(round(shown, places)) or 1))
        return self.number(value, digits=digits, decimals=places, tidy=shown == 0)

    def markup(self, value: Any, *, digits: int = DIGITS, tidy: bool = False) -> NumberText:
        """The same number as Typst math."""
        mantissa, exponent = self._parts(value, digits, None, tidy)
        if exponent is None:
            return NumberText(f'"{mantissa}"')
        power = f'10^"{str(exponent).replace("-", MINUS)}"'
        return NumberText(power if mantissa == "1" else f'"{mantissa}" times {power}')

    def tick(self, value: float, digits: int = DIGITS) -> str:
        """The number at a mark of a scale, which stands at its own value."""
        return Words.number(self, value, digits=digits, tidy=True)

    def _parts(self, value: Any, digits: int, decimals: int | None, tidy: bool) -> tuple[str, int | None]:
        """The written mantissa, and the power of ten that goes with it if there is one."""
        value = np.asarray(value).item() + 0  # which takes the sign off -0.0
        if decimals is not None and math.isfinite(value):
            wanted = digits - 1 - int(f"{value:.{digits - 1}e}".partition("e")[2])
            value = round(value, decimals) + 0 if wanted > decimals else value  # never rounded twice
        if isinstance(value, int) or (tidy and value.is_integer() and abs(value) < 10 ** (digits - 1)):
            return self._localised(f"{int(value):,}"), None
        if not math.isfinite(value):
            return ("?" if math.isnan(value) else "∞" if value > 0 else f"{MINUS}∞"), None
        written, _, power = f"{value:.{digits - 1}e}".partition("e")
        exponent: int | None = int(power)
        if value == 0 or exponent in PLAIN:
            places = digits - 1 - int(power)
            written, exponent = f"{round(value, places):,.{max(places, 0)}f}", None
        if tidy and "." in written:
            written = written.rstrip("0").rstrip(".")
        return self._localised(written), exponent

    def _localised(self, written: str) -> str:
        written = written.replace("-", MINUS)
        if self.language == "fr":
            return written.replace(",", THIN_SPACE).replace(".", ",")
        return written


class FilmWords(Words):
    """The sentences of a film, whose numbers are references to its trace; NaN leaves a number open."""

    def number(self, value: Any, **style: Any) -> NumberText:
        """As `Words.number`."""
        shown, ref = _looked_up(value)
        return NumberText(super().number(shown, **style), ref)

    def markup(self, value: Any, **style: Any) -> NumberText:
        """As `Words.markup`."""
        shown, ref = _looked_up(value)
        return NumberText(super().markup(shown, **style), ref, read=super().number(shown, **style))


def _looked_up(value: Any) -> tuple[Any, Ref | None]:
    """The number that is written, and what it refers to: nothing where it is open.

    Raises:
        TypeError: it is a plain number, which nobody could look up.
    """
    shown = value.shown if isinstance(value, Ref) else value
    if isinstance(shown, float) and math.isnan(shown):
        return shown, None
    if not isinstance(value, Ref):
        raise TypeError(f"{value!r} has no source; a film writes references, such as self.refs.params.seed")
    return shown, value
