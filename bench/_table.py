"""Writes what was measured as a table for readers, and as json for programs."""

import json
from pathlib import Path
from typing import Any

from mathcore._catalog import hyphens
from mathcore._files import written_whole

HEADINGS = [
    "film",
    "part",
    "frames",
    "a: render.py",
    "b: manim",
    "c: usual way",
    "d: encoder",
    "a/b",
    "a/c",
    "a/d",
    "frames/s of a",
    "memory of a",
]
NOTE = """\
CPU seconds of all processes and threads. `a` is `python render.py`; `b` the same scene through `python -m manim`; `c`
the scene as manim's users write it, through `python -m manim`; `d` encoding the frames of `a` alone, made beforehand.
Each ratio is the median of the ratios within the pairs. Frames per CPU second; memory in megabytes.
"""


PIECES = [
    "starting", "computing", "setting text", "playing", "drawing paths", "compositing images", "encoding"
]  # fmt: skip


def table(records: list[dict[str, Any]]) -> str:
    """The records of shots as a table in Markdown."""
    rows = [HEADINGS, ["---", "---"] + ["---:"] * (len(HEADINGS) - 2), *map(_row, records)]
    return lined(rows)


def share_table(shares: dict[str, dict[str, float]]) -> str:
    """Which part of a film's CPU seconds each piece takes, in per cent, as a table in Markdown."""
    rows = [["film", *PIECES], ["---", *["---:"] * len(PIECES)]]
    for film, spent in shares.items():
        rows.append([film, *(_written(100 * spent.get(piece, 0) / sum(spent.values()), 0) for piece in PIECES)])
    return lined(rows)


def write(folder: Path, results: dict[str, Any]) -> str:
    """Leave results.md and results.json in a folder, and return the first."""
    parts = [f"# Benchmark\n\n{results['machine']}\n\n{NOTE}", table(results["shots"])]
    if results.get("shares"):
        parts.append(f"Of the CPU seconds of a whole film at 480p15, in per cent:\n\n{share_table(results['shares'])}")
    told = "\n".join([*parts, *_others(results)])
    for name, content in (("results.md", told), ("results.json", json.dumps(results, indent=2) + "\n")):
        with written_whole(folder / name) as draft:
            draft.write_text(content, encoding="utf-8")
    return told


def lined(rows: list[list[str]]) -> str:
    """Rows, the headings and the line below them included, as a table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _row(record: dict[str, Any]) -> list[str]:
    size = f"{record['height']}p{record['fps']}"
    cpu = [_written(record["cpu"].get(way), 1) for way in "abcd"]
    ratios = [_written(ratio and 1 / ratio, 2) for ratio in map(record["to_a"].get, "bcd")]
    last = _written(record["frames_per_cpu_second"].get("a"), 1), _written(record["peak"].get("a"), 0)
    name = f"{hyphens(record['film'])} {size}"
    return [name, record["beat"], str(record["frames"]), *cpu, *ratios, *last]


def _written(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:.{places}f}"


def _others(results: dict[str, Any]) -> list[str]:
    """What was measured besides the shots, a line each."""
    return [f"- {name}: {value}" for name, value in results.get("others", {}).items()]
