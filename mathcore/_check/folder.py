"""What a class handed in: the submissions in a folder.

A file that could be compared is a submission, and so is a sub-folder, which is a student's and is looked through to
its end: this is what Moodle and the classrooms of git hosts export. Links are not followed, since students can hand
them in.
"""

import os
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from mathcore._check.reader import could_be
from mathcore._data import InputError
from mathcore._error import reason

MOODLE = re.compile(r"(?P<student>.+)_\d+_assignsubmission_(?P<kind>file|onlinetext)(_|$)")


class Handed(NamedTuple):
    """A submission: whose it is, and the files that it may be, of which a single file has one."""

    name: str
    path: Path
    files: tuple[Path, ...]


class Folder(NamedTuple):
    """What is in a folder: the submissions in the order of their names, and the names of what is none."""

    submissions: tuple[Handed, ...]
    others: tuple[str, ...]


def submissions(folder: Path) -> Folder:
    """Everything that stands in a folder.

    Raises:
        InputError: it is not there, cannot be listed, or nothing in it is a submission.
    """
    try:
        inside = sorted(folder.iterdir(), key=lambda one: (one.name.casefold(), one.name))
    except OSError as error:
        raise InputError(f"{folder} cannot be opened: {reason(error)}.") from None
    handed = [path for path in inside if _is_submission(path)]
    others = tuple(printable(path.name) for path in inside if path not in handed)
    if not handed:
        held = f"holds no submission, but {_listed(others)}" if others else "is empty"
        raise InputError(
            f"{folder} {held}; a submission is a csv, json, npz, npy, xlsx or parquet file, an event file, or a folder."
        )
    names = _names(handed)
    return Folder(tuple(Handed(names[path], path, _files(path)) for path in handed), others)


def left_out(others: tuple[str, ...]) -> str:
    """A sentence on what is no submission; "" where there is none."""
    return f"{_listed(others)}: {'no submission' if len(others) == 1 else 'no submissions'}" if others else ""


def printable(text: str) -> str:
    """A text of somebody else's making without what a terminal or a page would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _listed(names: tuple[str, ...]) -> str:
    """How many things they are, and the first of them."""
    told = ", ".join(name[:40] for name in names[:5])
    return f"{len(names)} other file{'s' * (len(names) != 1)} ({told}{', ...' * (len(names) > 5)})"


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name == "__MACOSX"


def _is_submission(path: Path) -> bool:
    if _is_hidden(path.name) or path.is_symlink():
        return False
    if path.is_dir():
        moodle = MOODLE.match(path.name)
        return not moodle or moodle["kind"] == "file"
    return path.is_file() and could_be(path)


def _names(handed: list[Path]) -> dict[Path, str]:
    """What submissions are called: as the student, where Moodle says who that is and nobody else is called so."""
    students = {path: moodle["student"] if (moodle := MOODLE.match(path.name)) else path.name for path in handed}
    amounts = Counter(students.values())
    return {path: printable(name if amounts[name] == 1 else path.name) for path, name in students.items()}


def _files(path: Path) -> tuple[Path, ...]:
    """The files that a submission may be."""
    if not path.is_dir():
        return (path,)
    found = []
    for place, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        files = [Path(place, name) for name in sorted(names) if not _is_hidden(name)]
        found += [file for file in files if could_be(file) and file.is_file() and not file.is_symlink()]
    return tuple(found)
