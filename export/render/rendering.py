"""One rendering of a film, and all the files that are made of it."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

import mathcore
from export.formats._format import Format
from export.render import player
from export.render.relay import Relay
from export.render.script import EACH, Script
from export.render.settings import RenderSettings, of_part

Files = dict[str, tuple[Path, Script]]  # by the name of the part: where it goes, and what is known of it


class Rendering:
    """Plans the files of a film, whose beats and captions are known before a frame is drawn.

    Args:
        trace: what the film shows.
        look: how; a size and a rate that it leaves open are drawn as they are by default, whatever the formats, so
            that a file does not depend on what else is asked for.
        formats: the format of each file; its own size is no finer than the default one.
        sounds: by beat, what is heard in it [sample channel].
        given: whether the user has named the file, which then bears the name of no part.

    Raises:
        mathcore.InputError: the film lacks the beat asked for.
    """

    def __init__(
        self,
        trace: mathcore.Trace,
        look: RenderSettings,
        formats: dict[Path, Format],
        sounds: Mapping[str, np.ndarray] = {},
        *,
        given: bool = False,
    ) -> None:
        self._trace = trace
        self._looks = {path: look.settled(*one.size) for path, one in formats.items() if one.opened}
        self._drawn = look.settled()
        self._formats = formats
        self._film = replace(player.dry_run(trace, self._drawn), sounds=sounds)
        self._files = {
            path: _files(path, one.part, self._film, look.beat, given=given) for path, one in formats.items()
        }

    def frames(self) -> int:
        """How many frames must be drawn."""
        beats, ends = (self._beats(stills=stills) for stills in (False, True))
        return len(ends) + sum(round(beat.seconds * self._drawn.fps) for beat in self._film.beats if beat.name in beats)

    def write(self, progress: "player.Progress" = int) -> list[Path]:
        """Write all files, those of frames from one rendering; `progress` hears of frames just drawn."""
        for path, one in self._formats.items():
            if one.write:
                for file, film in self._files[path].values():
                    one.write(film, file)
        if self._looks:
            with ExitStack() as stack:
                sinks, stills = (
                    [stack.enter_context(self._relay(path)) for path in self._paths(stills=stills)]
                    for stills in (False, True)
                )
                beats, ends = self._beats(stills=False), self._beats(stills=True)
                player.render_frames(self._trace, self._drawn, sinks, progress, beats, stills, ends, self._film.fit)
        return [file for files in self._files.values() for file, _ in files.values()]

    def _paths(self, *, stills: bool) -> list[Path]:
        """The files made of stills, or those made of all frames."""
        return [path for path in self._looks if self._formats[path].stills == stills]

    def _relay(self, path: Path) -> Relay:
        opened = self._formats[path].opened
        assert opened
        return Relay(opened, self._files[path], self._drawn, self._looks[path])

    def _beats(self, *, stills: bool) -> set[str]:
        """The beats that some file needs the still of, or frames."""
        films = [film for path in self._paths(stills=stills) for _, film in self._files[path].values()]
        return {beat.name for film in films for beat in film.beats}


def _files(path: Path, own: str, film: Script, wanted: str | None, *, given: bool) -> Files:
    """The parts that a format is to hold; what it holds by itself bears the plain name, unless it is several files.

    Of several each has a number, so that they are listed in their order.
    """
    parts = film.parts(wanted or own)
    if (wanted or own) == EACH:
        numbered = enumerate(parts.items(), start=1)
        return {name: (of_part(path, f"{number:02}-{name}"), part) for number, (name, part) in numbered}
    plain = given or (wanted or own) == own
    return {name: (path if plain else of_part(path, name), part) for name, part in parts.items()}
