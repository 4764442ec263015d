"""The table of a class for spreadsheets: a row for each submission.

Excel takes a text for UTF-8 only where a byte order mark says so, and separates cells as the language of the computer
does: in English by commas, with decimal points; in French by semicolons, with decimal commas. What begins as a formula
gets an apostrophe before it, since names and sentences come from whoever handed in.
"""

import csv
import io
from typing import Any

from export.class_report.compared import Class
from mathcore._check.classroom import Verdict
from mathcore._check.verdict import Departure

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
COLUMNS = ("submission", "verdict", "quantity", "index", "theirs", "ours", "cause", "sentence", "notes", "file")
SEPARATORS = {"en": ",", "fr": ";"}
MARK = r"\ufeffsubmission[,;]verdict[,;]"  # how such a file begins
FORMULA = "=+-@＝＋－＠"


def table(told: Class, language: str) -> str:
    """The table as a text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATORS[language], lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value, language) for value in _row(verdict)] for verdict in told.verdicts)
    return BYTE_ORDER_MARK + text.getvalue()


def _row(verdict: Verdict) -> tuple[Any, ...]:
    fault = verdict.report.fault if verdict.report else None
    place, theirs, ours = "", None, None
    if isinstance(fault, Departure):
        place = ", ".join(f"{axis}={k}" for axis, k in zip(fault.axes, fault.index, strict=True))
        theirs, ours = fault.obtained, fault.expected
    quantity, notes = getattr(fault, "quantity", ""), "; ".join(verdict.report.notes) if verdict.report else ""
    about = (verdict.name, verdict.word, quantity, place, theirs, ours)
    return (*about, verdict.cause, verdict.sentence, notes, verdict.file)


def _cell(value: str | float | None, language: str) -> str:
    """What stands in a cell: a number as the language writes it, a text that no program takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.lstrip()[:1] in tuple(FORMULA) else value
    return repr(value).replace(".", "," if language == "fr" else ".")
