"""What the terminal is told: sentences on standard error, each on one line."""

import sys
from io import TextIOWrapper

LONGEST_SENTENCE = 600


def tell(sentence: str) -> None:
    """Say one thing on standard error, on one line."""
    sentence = " ".join(sentence.split())
    if len(sentence) > LONGEST_SENTENCE:  # it repeats something endless
        sentence = f"{sentence[: LONGEST_SENTENCE // 2]} ... {sentence[-LONGEST_SENTENCE // 4 :]}"
    print(f"render.py: {sentence}", file=sys.stderr)


def spell_letters_that_lack() -> None:
    """Have terminals that know few letters, and names that are no text, shown as codes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")
