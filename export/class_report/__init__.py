"""Reports on what a class handed in: a page for people, a table for spreadsheets."""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from export.class_report import page, table
from export.class_report.compared import Class
from mathcore import InputError
from mathcore._files import written_whole

Writer = tuple[Callable[[Class, str], str], str]  # and a regular expression by which what it writes is known
WRITERS: dict[str, Writer] = {
    ".html": (page.page, page.MARK),
    ".csv": (table.table, table.MARK),
}
FAR_ENOUGH = 1000  # letters from the beginning of a file to its mark


def check(reports: Sequence[Path], folder: Path) -> None:
    """Refuse reports that cannot be written, or that would take the place of something else.

    Args:
        reports: the files.
        folder: what the class handed in.

    Raises:
        InputError: one of them cannot be written.
    """
    for path in reports:
        if reason := _refused(path, folder):
            raise InputError(f"--report {path} cannot be written: {reason}.")


def write(reports: Sequence[Path], told: Class, language: str) -> None:
    """Write each of the reports."""
    for path in dict.fromkeys(reports):
        writer, _ = WRITERS[path.suffix.lower()]
        text = writer(told, language)
        with written_whole(path) as draft:
            draft.write_text(text, encoding="utf-8", newline="")
        print(path)


def _refused(path: Path, folder: Path) -> str:
    """Why a report cannot be written; "" where it can."""
    if path.suffix.lower() not in WRITERS:
        return f"its name ends neither in {' nor in '.join(WRITERS)}"
    if not path.parent.is_dir():
        return f"{path.parent} is no folder"
    if not os.access(path.parent, os.W_OK):
        return f"nothing can be written in {path.parent}"
    if path.resolve().is_relative_to(folder.resolve()):
        return f"it lies in {folder}, where it would be taken for a submission; name another place"
    return "something else is there, which is no report; name another file" if _is_other(path) else ""


def _is_other(path: Path) -> bool:
    """Whether something stands at a path that is no report of this kind."""
    if not path.exists():
        return False
    _, mark = WRITERS[path.suffix.lower()]
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return not re.search(mark, file.read(FAR_ENOUGH))
    except OSError:  # a folder, or a file of somebody else's
        return True
