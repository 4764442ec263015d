"""`python tests/legibility_table.py [CONCEPT]...` prints how legible each film is, and how it moves, in Markdown."""

import sys

from legibility import Sight, audit
from looking import LOOKS
from motion import motion

from export.look.vision import BLINDNESS, brettel, closest, machado
from export.render import player
from export.render.script import Script
from export.render.settings import RenderSettings
from mathcore import _catalog
from mathcore._trace import Trace
from scenes._stage.theme import THEMES

KINDS = ("text", "mark", "scaffold")
HEAD = ("film", "look", *(f"lowest contrast of {kind}" for kind in KINDS), "still", "shortest rest", "caption reserve")


def rows(concept: str) -> list[list[str]]:
    """A row for each language and theme in which the film can be seen."""
    trace = _catalog.load(concept).compute()
    told = {language: _told(trace, language) for language in ("en", "fr")}
    return [
        [concept, f"{look.language} {look.theme}", *_lowest(audit(trace, look, told[look.language][0]))]
        + told[look.language][1]
        for look in LOOKS
    ]


def _lowest(seen: list[Sight]) -> list[str]:
    """The sight of each kind that stands out least."""
    least = (next((sight for sight in seen if sight.kind == kind), None) for kind in KINDS)
    return [f"{sight.contrast:.2f} `{sight.name}`, {sight.beat}" if sight else "" for sight in least]


def _told(trace: Trace, language: str) -> tuple[Script, list[str]]:
    """The film; how much of it stands still, its shortest rest at the end of a beat, and its most hurried caption."""
    film, moved = player.dry_run(trace, RenderSettings(language)), motion(trace, language)
    reserve = min(caption.stop - caption.start - caption.reading_time() for caption in film.captions)
    return film, [f"{100 * moved.share:.0f} %", f"{min(moved.rests.values()):.1f} s", f"{reserve:+.1f} s"]


def line(cells: list[str] | tuple[str, ...]) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def main(concepts: list[str]) -> None:
    """Print the table of each film, and that of the closest colours."""
    for concept in concepts or _catalog.concepts():
        print(line(HEAD), line(["---"] * len(HEAD)), *map(line, rows(concept)), "", sep="\n", flush=True)
    print(line(["theme", "seen by", *map(str.capitalize, (s.__name__ for s in (machado, brettel)))]))
    print(line(["---"] * 4))
    for theme, kind in ((theme, kind) for theme in THEMES for kind in BLINDNESS):
        near = (closest(THEMES[theme].colours(), simulate, kind) for simulate in (machado, brettel))
        print(line([theme, f"{kind}opes", *(f"{distance:.1f} {one}, {other}" for distance, one, other in near)]))


if __name__ == "__main__":
    main(sys.argv[1:])
