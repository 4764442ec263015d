"""Writes the course table into the README: `make readme`. A test fails when it is stale."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from mathcore import _catalog  # noqa: E402
from scenes._stage.words import Words  # noqa: E402

README = ROOT / "README.md"
START, END = "<!-- course table, made by `make readme` -->", "<!-- end of course table -->"


def table() -> str:
    """A row for each film that exists."""
    rows = ["| chapter | film | what it shows | knobs |", "|---|---|---|---|"]
    for chapter in _catalog.chapters():
        for name in _catalog.concepts_of(chapter.number):
            knobs = ", ".join(f"`{_catalog.hyphens(k.name)}`" for k in _catalog.knobs(_catalog.load(name).Params))
            lesson = Words(name, "en").sentence("lesson")
            rows.append(
                f"| {chapter.number}. {chapter.title['en']} | `{_catalog.hyphens(name)}` | {lesson} | {knobs} |"
            )
    return "\n".join(rows) + "\n"


def renewed(text: str) -> str:
    """The README's text with the table as it should be."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{table()}{END}{after}"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
