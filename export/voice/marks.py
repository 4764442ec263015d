"""Marks in one recording of a whole film: a track of labels, as Audacity exports it.

A line is a start, an end and the name of a beat, with tabs between; times are in seconds, with a point or a comma. A
line that begins with a backslash tells the frequencies of the label before it.
"""

from math import inf, isfinite
from pathlib import Path

from export.voice.named import beat_of, those
from mathcore import InputError
from mathcore._catalog import hyphens
from mathcore._error import reason

Marks = dict[str, tuple[float, float]]  # by beat, from when to when it is spoken of, in seconds
FORM = "a start, an end and the name of a beat, with tabs between"


def read(path: Path, concept: str) -> Marks:
    """The marks in a file, in the order of their times; one that is a point lasts until the next, or to the end, inf.

    Raises:
        mathcore.InputError: it cannot be read, a line is no mark or of no beat, a beat has two, or none has any, or the
            next one begins with it.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {reason(error)}.") from None
    marks: Marks = {}
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("\\"):
            place = f"{path}, line {number}"
            start, stop, label = _fields(line, place)
            beat = beat_of(label, concept, place)
            if beat in marks:
                raise InputError(f"{place} marks {hyphens(beat)} a second time.")
            marks[beat] = start, stop
    if not marks:
        raise InputError(f"{path} has no mark: {FORM}; {those(concept)}.")
    lasting = _lasting(marks)
    if short := next((hyphens(beat) for beat, (start, stop) in lasting.items() if start == stop), ""):
        raise InputError(f"{path} marks {short} where the next mark begins, so that nothing is left of it.")
    return lasting


def _fields(line: str, place: str) -> tuple[float, float, str]:
    fields = line.split("\t")
    try:
        start, stop = (float(field.replace(",", ".")) for field in fields[:2])
    except ValueError:
        start = stop = inf
    if len(fields) < 3 or not (isfinite(stop) and 0 <= start <= stop):
        raise InputError(f"{place} is no mark: {FORM}.")
    return start, stop, " ".join(fields[2:]).strip()


def _lasting(marks: Marks) -> Marks:
    ordered = sorted(marks.items(), key=lambda mark: mark[1])
    following = [*(start for _, (start, _) in ordered[1:]), inf]
    return {
        beat: (start, stop if stop > start else after)
        for (beat, (start, stop)), after in zip(ordered, following, strict=True)
    }
