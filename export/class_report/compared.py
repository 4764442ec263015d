"""What a report tells of: a class, compared with a concept."""

from pathlib import Path
from typing import NamedTuple

from mathcore._check.checking import Expected
from mathcore._check.classroom import Verdict


class Class(NamedTuple):
    """The submissions of a class and what they were compared with."""

    folder: Path
    expected: Expected
    verdicts: tuple[Verdict, ...]
    others: tuple[str, ...]  # the names of what is in the folder besides
