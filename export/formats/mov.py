"""MOV: ProRes 4444 and PCM, for video editors and Keynote; with `--transparent` it carries an alpha channel."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from export.formats._boxes import settle
from export.formats._format import Format
from export.formats._sound import SoundCodec
from export.formats._video import ISO_639, Codec, Video, video
from export.render.script import Script
from export.render.settings import RenderSettings
from mathcore._files import written_whole

OPTIONS = {"profile": "4444", "vendor": "apl0"}
OPAQUE_PRORES = Codec("prores_ks", "yuv444p10le", OPTIONS)
CLEAR_PRORES = Codec("prores_ks", "yuva444p10le", OPTIONS | {"alpha_bits": "16"})

PCM = SoundCodec("pcm_s16le", 1024, {})


@contextmanager
def opened(path: Path, look: RenderSettings, film: Script) -> Iterator[Video]:
    """A sink whose file stands at `path` once the block has ended well."""
    codec = CLEAR_PRORES if look.transparent else OPAQUE_PRORES
    with written_whole(path) as draft:
        with video(draft, look, film, codec, PCM) as (sink, _):
            yield sink
        settle(draft, ISO_639[film.language])


FORMAT = Format(extensions=("mov",), opened=opened)
