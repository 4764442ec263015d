"""The trace itself, as numbers alone; a json tells as well which of them a film shows, and when."""

from pathlib import Path
from typing import Any

import mathcore
from export.formats._format import Format
from export.render.script import milliseconds
from export.render.settings import RenderSettings
from mathcore._loading import loading
from mathcore._records import spelled


def save(trace: mathcore.Trace, path: Path, look: RenderSettings) -> None:
    """Write every quantity to `path`, in the format that its suffix names; a json has the film's timeline."""
    trace.save(path, timeline(trace, look) if path.suffix == ".json" else None)


def timeline(trace: mathcore.Trace, look: RenderSettings) -> list[dict[str, Any]]:
    """Every number that the film shows, in the order of their appearance; times are in seconds from its start.

    Args:
        trace: what the film shows.
        look: its language and rate; the whole film is told, whatever part is asked for.

    Returns:
        for each number `time` and `until` when it is on screen, the `beat` that it appears in, its `kind`, the
        `quantity`, knob or axis, the `index` and the `value` there, what it is shown `as`, the `text` on screen,
        and the `knobs` that are turned where it belongs to a twin.
    """
    with loading():
        from export.render import player  # here, because it starts manim, which npz and csv do without

    return [
        {
            "time": milliseconds(shown.start) / 1000,
            "until": milliseconds(shown.stop) / 1000,
            "beat": shown.beat,
            "kind": shown.ref.kind,
            "quantity": shown.ref.name,
            "index": list(shown.ref.index),
            "value": spelled(shown.ref.value),
            "as": shown.ref.shown_as,
            "text": shown.text,
            "knobs": dict(shown.ref.knobs),
        }
        for shown in player.numbers(trace, look)
    ]


FORMAT = Format(extensions=("npz", "csv", "json"), save=save)
