"""MD: the script of a film as a table in Markdown, as GitHub and most editors read it."""

import re
from pathlib import Path

from export.formats import _script
from export.formats._format import Format
from export.formats._script import COLUMNS, Row
from export.render.script import Script
from mathcore._files import written_whole

SIGNS = re.compile(r"[\\`*_\[\]<>|~$#&]|:(?=//)|(?<=www)\.")  # that mean something; the last two begin a link
LINE = "<br>"  # within a cell


def write(film: Script, path: Path) -> None:
    """Write the script of a film."""
    with written_whole(path) as draft:
        draft.write_text(marked_up(film), encoding="utf-8")


def marked_up(film: Script) -> str:
    """Title, lesson, what the script belongs to, and a table with a row for each beat."""
    say = _script.words(film).sentence
    about = "\n".join(f"- {_escaped(line)}" for line in _script.head(film))
    table = [_row(*map(say, COLUMNS)), _row(*["---"] * len(COLUMNS)), *map(_beat, _script.rows(film))]
    paragraphs = [f"# {_escaped(film.title)}", _escaped(film.lesson), about, _escaped(_script.recording(film))]
    return "\n\n".join([*paragraphs, "\n".join(table)]) + "\n"


def _beat(row: Row) -> str:
    captions = LINE.join(f"**{time}** {_escaped(text)}" for time, text in row.captions)
    name, time = f"**{row.name}**{LINE}{_escaped(row.title)}", f"{row.start}{LINE}{row.length}"
    return _row(name, time, captions, _escaped(row.seen), _escaped(row.notes))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """A text on one line, in which no sign is taken for markup."""
    return SIGNS.sub(r"\\\g<0>", " ".join(text.splitlines()))


FORMAT = Format(extensions=("md",), write=write)
