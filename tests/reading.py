"""What a reader understands by a written number."""

import re

from scenes._stage.words import DIGITS as LEAST
from scenes._stage.words import MINUS, THIN_SPACE, TIMES

DIGITS = str.maketrans(f"⁻⁰¹²³⁴⁵⁶⁷⁸⁹{MINUS}", "-0123456789-")


def parts(written, language):
    """Mantissa and power of ten as Python writes them."""
    group, point = (",", ".") if language == "en" else (THIN_SPACE, ",")
    mantissa, _, power = written.partition(f"{THIN_SPACE}{TIMES}{THIN_SPACE}")
    if re.fullmatch("10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", mantissa):
        mantissa, power = "1", mantissa
    return mantissa.replace(group, "").replace(point, ".").translate(DIGITS), power.removeprefix("10").translate(DIGITS)


def read_back(written, language):
    """The number that a reader of `written` understands."""
    mantissa, power = parts(written, language)
    return float(f"{mantissa}e{power or 0}")


def last_digit(written, language):
    """What the last digit counts that a reader believes: zeros at the end of a large number are only rounded."""
    mantissa, power = parts(written, language)
    whole, _, decimals = mantissa.lstrip("-").partition(".")
    zeros = len(whole) - len(whole.rstrip("0")) if not decimals else 0
    place = min(zeros, max(len(whole) - LEAST, 0)) - len(decimals)
    return 10.0 ** (place + int(power or 0))
