"""What the page of a class says, in both languages, and the French of what the comparison says in English."""

import re
import tomllib
from functools import cache

from mathcore._catalog import ROOT
from scenes._stage.words import MINUS, typographic

ASSETS = ROOT / "assets" / "class_report"


@cache
def words() -> dict[str, dict[str, str]]:
    """Every text by its name and its language, as it is printed."""
    return {
        name: {language: typographic(text, language) for language, text in both.items()}
        for name, both in tomllib.loads((ASSETS / "words.toml").read_text(encoding="utf-8")).items()
    }


def said(name: str, language: str, /, **values: object) -> str:
    """A text with its placeholders filled in."""
    return words()[name][language].format(**values)


def translated(sentence: str, language: str) -> str | None:
    """What the comparison says, in a language; None where it is not known there."""
    if language == "en":
        return sentence
    whole = _known(sentence)
    if whole is not None:
        return whole
    for joint, french in ((" and ", " et "), (" or ", " ou ")):
        parts = [_known(part) for part in sentence.split(joint)]
        if len(parts) > 1 and all(parts):
            return french.join(part for part in parts if part)
    return None


def _known(sentence: str) -> str | None:
    for pattern, french in _patterns():
        if match := pattern.fullmatch(sentence):
            return french.format(**{name: _number(value) for name, value in match.groupdict().items()})
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Each English sentence as a pattern whose placeholders are groups, and the French one."""
    told = tomllib.loads((ASSETS / "told.toml").read_text(encoding="utf-8"))["told"]
    return [(_pattern(one["en"]), typographic(one["fr"], "fr")) for one in told]


def _pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", text)
    return re.compile(
        "".join(re.escape(part) if k % 2 == 0 else f"(?P<{part}>.+?)" for k, part in enumerate(parts)), re.DOTALL
    )


def _number(text: str) -> str:
    """A number as French writes it; anything else as it is."""
    return text.replace(".", ",").replace("-", MINUS) if re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text) else text
