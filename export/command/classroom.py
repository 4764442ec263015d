"""The command that compares what a class handed in: a line for each, what is frequent, and reports."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from export import class_report
from export.class_report.compared import Class
from mathcore._check import checking, folder, series
from mathcore._check.classroom import Verdict, frequent, verdicts

LONGEST_NAME = 40  # beyond it lines no longer stand in a column
Options = tuple[Mapping[str, Any], float | None, float | None, bool, str | None]


def check(
    concept: str, place: Path, options: Options, asked: Sequence[str], reports: Sequence[Path], language: str
) -> int:
    """Compare the submissions in a folder; the exit code, which is 1 where one departs or cannot be read.

    Args:
        concept: what they are held against.
        place: the folder.
        options: knobs, rtol, atol, partial and convention, as in `checking.compare`.
        asked: which names are which quantities.
        reports: files to write.
        language: of the reports.

    Raises:
        InputError: the folder, a report or an option cannot be used; nothing has been computed then.
    """
    handed, others = folder.submissions(place)
    class_report.check(reports, place)
    series.known(asked, checking.axes_of(concept))
    expected = checking.expected(concept, *options)
    width = min(max(len(one.name) for one in handed), LONGEST_NAME)
    told = []
    for verdict in verdicts(expected, handed, asked):
        print(f"{verdict.name:<{width}}  {verdict.sentence}", flush=True)
        told.append(verdict)
    print("", *filter(None, [folder.left_out(others)]), summary(told), sep="\n")
    class_report.write(reports, Class(place, expected, tuple(told), others), language)
    return 0 if all(verdict.word == "ok" for verdict in told) else 1


def summary(told: Sequence[Verdict]) -> str:
    """How many submissions are right, and the most frequent cause where there is one."""
    words = [verdict.word for verdict in told]
    departing, unread = words.count("departs"), words.count("unread")
    parts = [f"{words.count('ok')} of {len(words)} ok"]
    parts += [f"{departing} depart{'s' * (departing == 1)}"] * bool(departing)
    parts += [f"{unread} cannot be read"] * bool(unread)
    causes = frequent(told)
    most = [cause for cause, those in causes if len(those) == len(causes[0][1])]
    if causes and len(causes[0][1]) > 1:
        parts.append(f"most often {' and '.join(most[:3])} ({len(causes[0][1])} times{' each' * (len(most) > 1)})")
    elif causes:
        parts.append(f"no cause is seen twice ({', '.join(most[:3])}{', ...' * (len(most) > 3)})")
    return "; ".join(parts)
