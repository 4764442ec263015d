"""MP4: H.264 in yuv420p and AAC, which all players and slide programs take, its index in front, captions as a track."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import floor, log2
from pathlib import Path
from typing import Any

import av

from export.formats._boxes import settle
from export.formats._format import Format
from export.formats._sound import SoundCodec
from export.formats._video import ISO_639, MILLISECOND, Codec, Video, video
from export.render.script import Script, milliseconds
from export.render.settings import RenderSettings, refuse_transparency
from mathcore._files import written_whole

REPEATABLE = {"threads": "1", "bf": "0"}  # more threads give other pixels; with B-frames x264 differs from run to run
DRAWN = "cabac=1:trellis=1:partitions=p8x8,i4x4"  # what `ultrafast` lacks and flat colours gain most by
LEAST, STEPS = 23.5, 2.5  # the quantiser at 60 frames per second, and by how much it falls where there are half as many
AAC = SoundCodec("aac", 1024, {"b": "128000"})


def codec(fps: int) -> Codec:
    """H.264 at a constant quantiser: the fewer frames there are, the longer each is looked at."""
    quantiser = floor(LEAST - STEPS * log2(60 / fps))
    options = {"preset": "ultrafast", "qp": str(quantiser), "x264-params": DRAWN, **REPEATABLE}
    return Codec("libx264", "yuv420p", options)


def check(look: RenderSettings) -> None:
    """Refuse what H.264 cannot do."""
    refuse_transparency(look, "an mp4")


@contextmanager
def opened(path: Path, look: RenderSettings, film: Script) -> Iterator[Video]:
    """A sink whose file stands at `path` once the block has ended well."""
    with written_whole(path) as draft:
        with video(draft, look, film, codec(look.fps), AAC, movflags="+faststart") as (sink, container):
            if film.captions and look.captions != "none":
                _add_subtitles(container, film)
            yield sink
        settle(draft, ISO_639[film.language])


def _add_subtitles(container: Any, film: Script) -> None:
    """A track of the captions that the viewer may turn on; a sample is its length in two bytes, then its text."""
    track = container.add_stream("mov_text")
    track.codec_context.subtitle_header = b""  # has the encoder write its default style
    track.codec_context.time_base = track.time_base = MILLISECOND
    track.metadata["language"] = ISO_639[film.language]
    container.start_encoding()
    for caption in film.captions:
        text = caption.text.encode()
        packet = av.Packet(len(text).to_bytes(2, "big") + text)
        start, stop = milliseconds(caption.start), milliseconds(caption.stop)
        packet.stream, packet.time_base = track, MILLISECOND
        packet.pts = packet.dts = start
        packet.duration = stop - start
        container.mux(packet)


FORMAT = Format(extensions=("mp4",), opened=opened, check=check)
