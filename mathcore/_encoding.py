"""The text of a file that does not say how its letters are encoded."""

import codecs
import re
import warnings
from pathlib import Path

from mathcore._error import InputError, InputNote

LETTERS = "À-ÖØ-öø-ÿŒœ"  # what Western European languages need beside ASCII
WITHIN_WORDS = "°²³µªº’´·–—"  # signs that may stand between two letters
SIGNS = WITHIN_WORDS + "\u00a0€£¥§©®™«»‘“”„…•¹¼½¾¡¿±×÷‰"
NO_SENSE = re.compile(
    rf"[\x00-\x08\x0e-\x1f\x7f]|[^\x00-\x7f{LETTERS}{SIGNS}]"  # what no table has in it
    rf"|[{LETTERS}]{{3}}|(?<![A-Za-z])[{LETTERS}]{{2}}(?![A-Za-z])"  # Cyrillic, Greek and Chinese are such rows
    rf"|[a-zß-öø-ÿ][À-ÖØ-Þ]|[A-Za-z{LETTERS}](?![{WITHIN_WORDS}])[{SIGNS}][A-Za-z{LETTERS}]"  # other machines' umlauts
)


def decoded(path: Path, content: bytes) -> str:
    """The text of a file in UTF-8, in UTF-16 with a byte order mark, or in Windows-1252, which an InputNote says.

    Raises:
        InputError: it is in none of these, or its letters make no sense in Windows-1252.
    """
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # so does Excel's "Unicode text"
    try:
        return content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = "\0"
    if NO_SENSE.search(text):
        raise InputError(f"{path} is not a text in UTF-8; export it as CSV, in UTF-8.")
    word = re.search(rf"\w*[{LETTERS}]\w*", text)
    sample = f", with words such as {word[0][:40]!r}" if word else ""
    warnings.warn(f"{path} is not in UTF-8; it is read as Windows-1252{sample}.", InputNote, stacklevel=2)
    return text
