"""The film formats, each opened again with another program than the one that wrote it."""

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from export import _film
from export._look import Look, file_name
from export._make import formats, make
from mathcore import gradient_descent

ROOT = Path(__file__).parent.parent
SMALL = Look(height=144, fps=5, language="fr")


@pytest.fixture(scope="module")
def trace():
    return gradient_descent.compute()


@pytest.fixture(scope="module")
def files(trace, tmp_path_factory):
    """One rendering, as a film and as stills."""
    return make(trace, SMALL, ["mp4", "png"], tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="module")
def film(trace):
    return _film.rehearse(trace, SMALL)


def test_every_module_of_the_folder_is_a_format():
    assert set(formats()) == {"mp4", "png", "svg", "pdf", "npz", "csv", "json"}


def test_the_mp4_is_h264_that_plays_everywhere(files):
    with av.open(files[0]) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height, stream.average_rate) == (256, 144, 5)
    content = files[0].read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "the index must be in front"


def test_the_mp4_lasts_as_long_as_the_film(files, film):
    with av.open(files[0]) as container:
        frames = sum(1 for _ in container.decode(video=0))
    assert frames / SMALL.fps == pytest.approx(film.seconds, rel=0.03)


def test_there_is_a_still_of_every_beat(files, film):
    names = [f"gradient-descent.fr.{beat.name.replace('_', '-')}.png" for beat in film.beats]
    assert [path.name for path in files[1:]] == names
    for path in files[1:]:
        with Image.open(path) as still:
            assert still.size == (256, 144)
            assert np.ptp(np.asarray(still.convert("L"))) > 100


def test_the_last_still_is_the_last_frame(files):
    with av.open(files[0]) as container:
        *_, last = (frame.to_ndarray(format="rgb24") for frame in container.decode(video=0))
    still = np.asarray(Image.open(files[-1]).convert("RGB"))
    assert np.abs(last.astype(int) - still).mean() < 4


def test_the_loop_ends_as_it_began(trace, film, tmp_path):
    loop = next(beat.name for beat in film.beats if beat.loop)
    (path,) = make(trace, Look(height=144, fps=5, beat=loop), ["mp4"], tmp_path)
    with av.open(path) as container:
        first, *_, last = (frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0))
    assert path.name == "gradient-descent.replay.mp4"
    assert np.abs(first - last).mean() < 1


def test_a_beat_alone_is_as_long_as_within_the_film(trace, film, tmp_path):
    beat = film.beat("read-result")
    (path,) = make(trace, Look(height=144, fps=5, beat="read_result"), ["mp4"], tmp_path)
    with av.open(path) as container:
        assert sum(1 for _ in container.decode(video=0)) / 5 == pytest.approx(beat.seconds, abs=0.7)


def test_rendering_twice_gives_the_same_pictures(trace, tmp_path):
    look = Look(height=144, fps=5, beat="show_data")
    for folder in ("one", "two"):
        make(trace, look, ["png"], tmp_path / folder)
    one, two = (next((tmp_path / folder).iterdir()).read_bytes() for folder in ("one", "two"))
    assert one == two


def test_progress_counts_every_frame(trace, tmp_path):
    seen = []
    make(
        trace,
        Look(height=144, fps=5, beat="show_data"),
        ["png"],
        tmp_path,
        lambda done, total: seen.append((done, total)),
    )
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == pytest.approx(seen[-1][1], abs=5)


def test_a_film_that_breaks_leaves_nothing_behind(trace, tmp_path, monkeypatch):
    def broken(self):
        self.beat("first")
        self.caption("show_data", count=1, source="", feature="", target="")
        raise RuntimeError("the projector is on fire")

    monkeypatch.setattr(_film.scene_class("gradient_descent"), "construct", broken)
    (tmp_path / "gradient-descent.mp4").write_text("what was there")
    monkeypatch.setattr(_film, "rehearse", lambda *_: _film.Film((), (), 1.0))
    with pytest.raises(RuntimeError):
        make(trace, Look(height=144, fps=5), ["mp4", "png"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["gradient-descent.mp4"]
    assert (tmp_path / "gradient-descent.mp4").read_text() == "what was there"


def test_a_user_s_file_shows_in_the_name_without_its_folder(tmp_path):
    table = tmp_path / "my rents, 2025.csv"
    table.write_text("RM,PRICE\n1,2\n2,4\n")
    trace = gradient_descent.compute(gradient_descent.Params(data=table))
    assert file_name(trace, Look(theme="light"), "png") == "gradient-descent+data=my-rents-2025.light.png"


def test_manim_itself_plays_a_scene(tmp_path):
    words = ["-ql", "--dry_run", "--media_dir", str(tmp_path), "scenes/gradient_descent.py", "GradientDescent"]
    done = subprocess.run([sys.executable, "-m", "manim", *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
