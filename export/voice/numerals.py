"""Numbers as they are said, in French or English.

num2words 0.5.14 writes integers well and is given nothing else: it loses the sign of -0.5 ("zero point five") and the
last zero of 0.360, and reads the places of a French number digit by digit.
"""

import re

from num2words import num2words

LONGEST = 15  # digits that are said as one number
ALONE = 3  # places after a French comma that are said as one number


def cardinal(digits: str, language: str) -> str:
    """An integer without sign; one that begins with a zero, or is very long, is said digit by digit."""
    if len(digits) > LONGEST or (digits.startswith("0") and len(digits) > 1):
        return " ".join(cardinal(digit, language) for digit in digits)
    words: str = num2words(int(digits), lang="en_GB" if language == "en" else language)
    return words.replace(",", "")  # as in "one thousand, one hundred", which is no pause


def ordinal(digits: str, language: str, *, feminine: bool = False) -> str:
    """A rank: "third", "troisième"; in French the first one has a gender."""
    if language == "fr" and int(digits) == 1:
        return "première" if feminine else "premier"
    words: str = num2words(int(digits[-LONGEST:]), lang="en_GB" if language == "en" else language, to="ordinal")
    return re.sub("(vingt|cent)sième", r"\1ième", words).replace(",", "")  # num2words writes "quatre-vingtsième"


def places(digits: str, language: str) -> str:
    """What stands after the point: one by one; in French as a number, after its zeros: "zéro cinq cent trois"."""
    rest = digits.lstrip("0")
    if language == "fr" and 0 < len(rest) <= ALONE:
        zeros = [cardinal("0", language)] * (len(digits) - len(rest))
        return " ".join([*zeros, cardinal(rest, language)])
    return " ".join(cardinal(digit, language) for digit in digits)
