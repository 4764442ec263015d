"""What the pages say, in both languages."""

import tomllib
from functools import cache

from mathcore._catalog import ROOT
from scenes._stage.words import LANGUAGES, typographic

ASSETS = ROOT / "assets" / "gallery"


@cache
def words() -> dict[str, dict[str, str]]:
    """Every text by its name and its language, as it is printed."""
    texts = tomllib.loads((ASSETS / "words.toml").read_text(encoding="utf-8"))
    return {name: {one: typographic(both[one], one) for one in LANGUAGES} for name, both in texts.items()}


def said(name: str, language: str, **values: object) -> str:
    """A text with its placeholders filled in."""
    return words()[name][language].format(**values)
