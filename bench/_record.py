"""Draws a shot and keeps its frames without loss, as they reach the encoder: _record FILM BEAT HEIGHT FPS FOLDER."""

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from bench._shot import WHOLE
from export.render import player
from export.render.frame import Frame
from export.render.settings import RenderSettings
from mathcore import _catalog

FRAMES, COUNTS = "frames.mov", "counts.json"


class Record:
    """A sink that keeps every frame that it is given, and how often each is to be shown."""

    def __init__(self, path: Path, look: RenderSettings) -> None:
        self.repeats: list[int] = []
        self._container: Any = av.open(path, "w")
        self._stream = self._container.add_stream("qtrle", rate=look.fps)
        self._stream.width, self._stream.height, self._stream.pix_fmt = look.width, look.height, "argb"
        self._tick = Fraction(1, look.fps)

    def add(self, frame: Frame, repeat: int, beat: str) -> None:
        """Keep a frame."""
        picture = av.VideoFrame.from_ndarray(frame.pixels, format="rgba")
        picture.pts, picture.time_base = len(self.repeats), self._tick
        self._container.mux(self._stream.encode(picture))
        self.repeats.append(repeat)

    def close(self) -> None:
        """End the file."""
        self._container.mux(self._stream.encode(None))
        self._container.close()


def record(film: str, look: RenderSettings, folder: Path) -> dict[str, Any]:
    """Leave the frames of a shot in a folder; what is known of them."""
    folder.mkdir(parents=True, exist_ok=True)
    trace = _catalog.load(film).compute()
    part = WHOLE if look.beat in (None, WHOLE) else player.dry_run(trace, look).beat(str(look.beat)).name
    sink = Record(folder / FRAMES, look)
    player.render_frames(trace, look, [sink], beats=None if part == WHOLE else {part})
    sink.close()
    known = {"film": film, "height": look.height, "fps": look.fps, "repeats": sink.repeats}
    (folder / COUNTS).write_text(json.dumps(known))
    return {"frames": sum(sink.repeats), "drawn": len(sink.repeats), "beat": part}


if __name__ == "__main__":
    name, beat, pixels, rate, place = sys.argv[1:]
    print(json.dumps(record(name, RenderSettings(height=int(pixels), fps=int(rate), beat=beat), Path(place))))
