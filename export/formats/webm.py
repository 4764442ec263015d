"""WebM: VP9 and Opus, for web pages; with `--transparent` over whatever the page shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from export.formats._format import Format
from export.formats._sound import SoundCodec
from export.formats._video import Codec, Video, video
from export.render.script import Script
from export.render.settings import RenderSettings
from mathcore._files import written_whole

OPTIONS = {"crf": "24", "b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "1"}
REPEATABLE = {"fflags": "+bitexact"}  # else tracks get random numbers
OPAQUE_VP9 = Codec("libvpx-vp9", "yuv420p", OPTIONS)
CLEAR_VP9 = Codec("libvpx-vp9", "yuva420p", OPTIONS | {"auto-alt-ref": "0"})  # which alpha does without

OPUS = SoundCodec("libopus", 960, {"b": "96000"})


@contextmanager
def opened(path: Path, look: RenderSettings, film: Script) -> Iterator[Video]:
    """A sink whose file stands at `path` once the block has ended well."""
    codec = CLEAR_VP9 if look.transparent else OPAQUE_VP9
    with written_whole(path) as draft, video(draft, look, film, codec, OPUS, **REPEATABLE) as (sink, _):
        yield sink


FORMAT = Format(extensions=("webm",), opened=opened)
