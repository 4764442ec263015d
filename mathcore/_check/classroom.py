"""The submissions of a class against a concept that is computed once, and the mistakes that are frequent among them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mathcore._check import reader
from mathcore._check.checking import Expected, axes_of, held, with_unused
from mathcore._check.columns import Axes, Submission
from mathcore._check.folder import Handed, printable
from mathcore._check.series import NameLackingError
from mathcore._check.verdict import Beyond, Departure, Ending, Misfit, Report
from mathcore._data import InputError

MOST_FILES = 100  # that are tried in the folder of a student


@dataclass(frozen=True)
class Verdict:
    """What came of a submission: a report, or why there is none."""

    name: str
    file: str  # that was read, as it lies in the folder; "" where none was
    report: Report | None
    unread: str = ""
    same: str = ""  # the submission before it that has the same values, where these depart and nothing explains them

    @property
    def word(self) -> str:
        """The verdict in a word: ok, departs, unread."""
        return "unread" if self.report is None else "departs" if self.report.fault else "ok"

    @property
    def cause(self) -> str:
        """What a submission that departs looks like, in a few words; "" where nothing is recognised."""
        if self.report is None or self.report.fault is None:
            return ""
        return self.report.cause or _visible(self.report.fault)

    @property
    def sentence(self) -> str:
        """All that is told of it, but for notes."""
        if self.report is None:
            return f"cannot be read: {self.unread}"
        if self.report.fault is None:
            return f"ok, {self.report.values} value{'s' * (self.report.values != 1)}"
        told = (str(self.report.fault), self.report.hint, f"the same values as {self.same}" if self.same else "")
        return "; ".join(filter(None, told))


def verdicts(expected: Expected, handed: Iterable[Handed], asked: Sequence[str]) -> Iterator[Verdict]:
    """Compare submissions one after the other.

    Args:
        expected: what they are held against.
        handed: the submissions.
        asked: which names are which quantities, in those files that have them; see `series`.
    """
    axes = axes_of(expected.trace.concept)
    wrong: dict[object, str] = {}  # values that depart and that nothing explains, and who handed them in first
    for one in handed:
        try:
            path, submission = _chosen(one, axes, asked)
            report = with_unused(held(expected, submission), submission)
        except InputError as error:
            file = printable(one.path.name) if one.files == (one.path,) else ""
            yield Verdict(one.name, file, None, _told(error, one))
            continue
        known = not isinstance(report.fault, Departure) or bool(report.cause)
        first = one.name if known else wrong.setdefault(_bits(submission), one.name)
        report = replace(report, notes=tuple(map(printable, report.notes)))
        file = printable(str(path.relative_to(one.path.parent)))
        yield Verdict(one.name, file, report, same=first if first != one.name else "")


def frequent(told: Iterable[Verdict]) -> list[tuple[str, list[Verdict]]]:
    """The causes that are recognised, the most frequent first, each with whom it concerns."""
    caused = [verdict for verdict in told if verdict.cause]
    counted = Counter(verdict.cause for verdict in caused).most_common()
    return [(cause, [verdict for verdict in caused if verdict.cause == cause]) for cause, _ in counted]


def _visible(fault: object) -> str:
    """What a fault that needs no explanation is called; "" where it needs one."""
    if isinstance(fault, Ending):
        return "an early end" if fault.last < fault.expected else "a late end"
    return "another shape" if isinstance(fault, Misfit) else "a late start" if isinstance(fault, Beyond) else ""


def _chosen(one: Handed, axes: Axes, asked: Sequence[str]) -> tuple[Path, Submission]:
    """The file of a submission, and what it holds: of several the only one that holds a quantity."""
    if not 0 < len(one.files) <= MOST_FILES:
        amount = f"{len(one.files)} files, more than {MOST_FILES}," if one.files else "no file"
        raise InputError(f"{one.path} holds {amount} that could be compared.")
    found, errors = [], []
    for path in one.files:
        try:
            found.append((path, _read(path, axes, asked)))
        except InputError as error:
            errors.append(error)
    if not found:
        raise errors[0]
    if len(found) > 1:
        names = ", ".join(str(path.relative_to(one.path)) for path, _ in found[:3]) + ", ..." * (len(found) > 3)
        raise InputError(f"{one.path} holds {len(found)} files that could be meant ({names}); keep one.")
    return found[0]


def _read(path: Path, axes: Axes, asked: Sequence[str]) -> Submission:
    """What a file holds; what is said of names that it lacks is left out."""
    try:
        return reader.read(path, axes, asked)
    except NameLackingError as lacking:
        return _read(path, axes, [other for other in asked if other != lacking.asked])


def _told(error: InputError, one: Handed) -> str:
    """Why a submission cannot be read, without the folder that all of them lie in."""
    return printable(" ".join(str(error).replace(str(one.path), one.path.name).split()))


def _bits(submission: Submission) -> object:
    """What two submissions have in common that hold the same numbers, bit for bit."""
    return frozenset(
        (name, array.shape, array.tobytes(), submission.steps[name].tobytes() if name in submission.steps else b"")
        for name, array in submission.arrays.items()
    )
