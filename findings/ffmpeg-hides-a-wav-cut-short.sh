#!/usr/bin/env bash
# FFmpeg 8.1, in PyAV 18.1.0: half of a recording is missing, as after a copy that was interrupted. Of a wav nothing
# tells: its header names twice as many bytes as there are, yet the duration reported is that of what is left, and it is
# decoded without an error. A flac keeps the duration of the whole and fails where it ends. So whoever takes recordings
# has to compare the size in a wav's header with that of the file. Seen, of three seconds:
#
# wav   duration 3.000, decoded 3.000
# wav   cut: duration 1.500, decoded 1.500, no error
# flac  duration 3.000, decoded 3.000
# flac  cut: duration 3.000, InvalidDataError
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6

(cd "$place" && venv/bin/python) > "$place/seen" <<'PY'
from pathlib import Path

import av
import numpy as np

RATE = 48000
sound = (8000 * np.random.default_rng(0).standard_normal((1, 3 * RATE))).clip(-32768, 32767).astype(np.int16)
for kind, codec in (("wav", "pcm_s16le"), ("flac", "flac")):
    whole = Path(f"whole.{kind}")
    with av.open(whole, "w") as container:
        stream = container.add_stream(codec, rate=RATE, layout="mono")
        for start in range(0, sound.shape[1], 4800):
            frame = av.AudioFrame.from_ndarray(sound[:, start : start + 4800], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    cut = Path(f"cut.{kind}")
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    for path in (whole, cut):
        with av.open(path) as container:
            told = f"{kind} {'cut: ' * (path == cut)}duration {container.duration / av.time_base:.3f}, "
            try:
                seconds = sum(frame.samples for frame in container.decode(audio=0)) / RATE
                told += f"decoded {seconds:.3f}" + ", no error" * (path == cut)
            except av.FFmpegError as error:
                told += type(error).__name__
        print(told)
PY
grep -E '^# (wav|flac)  *(cut|duration)' "$0" | sed 's/^# //; s/  */ /g' > "$place/stated"
diff "$place/stated" "$place/seen" && echo "as stated"
