"""One rendering and the films and stills made of it, opened again with another program than the one that wrote them."""

import re
import subprocess
import sys
import unicodedata
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from av.stream import Disposition
from conftest import CONCEPTS
from manim import RIGHT, Dot
from PIL import Image
from reopen import frames_of, seconds

import render
from export.formats import formats
from export.formats._boxes import settle
from export.render import player
from export.render.files import make
from export.render.frame import Frame
from export.render.relay import Relay
from export.render.script import Script
from export.render.settings import RenderSettings, file_name
from mathcore import _catalog, convolution_2d, gradient_descent
from scenes._stage.beats import beats

ROOT = Path(__file__).parent.parent
SMALL = RenderSettings(height=144, fps=5, language="fr")


@pytest.fixture(scope="module")
def trace():
    return gradient_descent.compute()


@pytest.fixture(scope="module")
def files(trace, tmp_path_factory):
    """One rendering, as a film and as stills."""
    return make(trace, SMALL, ["mp4", "png"], tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="module")
def film(trace):
    return player.dry_run(trace, SMALL)


@pytest.fixture
def drawn(monkeypatch):
    """The sizes of the frames that are drawn, of which the film is replaced by a short one of three beats."""

    def construct(self):
        dot = Dot(color=self.theme.data, radius=1)
        for name in ("one", "two", "three"):
            self.begin(name, loop=name == "two")
            self.add(dot)
            self.play(dot.animate.shift(RIGHT), run_time=0.4)

    sizes = []
    pour = player._FrameWriter._pour

    def counted(self, sinks, frame, repeat):
        sizes.extend([frame.pixels.shape[:2]] * repeat)
        pour(self, sinks, frame, repeat)

    monkeypatch.setattr(player.scene_class("gradient_descent"), "construct", construct)
    monkeypatch.setattr(player.scene_class("gradient_descent"), "setup", lambda self: None)
    monkeypatch.setattr(player._FrameWriter, "_pour", counted)
    return sizes


def test_every_module_of_the_folder_is_a_format():
    films = {"mp4", "webm", "mov", "gif", "webp", "png"}
    decks = {"html", "pptx", "zip"}
    assert set(formats()) == films | decks | {
        "srt",
        "vtt",
        "txt",
        "md",
        "docx",
        "svg",
        "pdf",
        "npz",
        "csv",
        "json",
        "xlsx",
        "parquet",
    }


def test_no_beat_bears_a_word_that_means_another_part():
    named = {beat.name for name in CONCEPTS for beat in beats(name)}
    assert len(named) > len(CONCEPTS)
    assert not {"film", "loop", "all"} & named


def test_every_format_s_own_size_and_rate_can_be_had_from_what_is_drawn():
    drawn = RenderSettings().settled()
    own = [RenderSettings().settled(*one.size) for one in formats().values() if one.size]
    assert own
    assert not [look for look in own if drawn.fps % look.fps or look.height > drawn.height]


def test_the_mp4_is_h264_that_plays_everywhere(files):
    with av.open(files[0]) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height, stream.average_rate) == (256, 144, 5)
        assert stream.codec_context.colorspace == stream.codec_context.color_primaries == 1  # BT.709
    content = files[0].read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "the index must be in front"


def test_the_mp4_lasts_as_long_as_the_film_to_the_frame(files, film):
    assert len(frames_of(files[0])) == round(film.seconds * SMALL.fps)


def test_the_mp4_has_a_title_and_a_chapter_for_each_beat(files, film):
    with av.open(files[0]) as container:
        chapters = container.chapters()
        assert container.metadata["title"] == "Descente de gradient"
    titles = [chapter["metadata"]["title"] for chapter in chapters]
    assert titles == [beat.title for beat in film.beats]
    assert titles[:2] == ["Les données et une droite", "Tracer la perte"]
    for chapter, beat in zip(chapters, film.beats, strict=True):
        assert float(chapter["start"] * chapter["time_base"]) == pytest.approx(beat.start, abs=1e-3)
        assert float(chapter["end"] * chapter["time_base"]) == pytest.approx(beat.stop, abs=1e-3)


def tracks(path):
    """Of each track what handles it, and the flags of its header, as the boxes of the file say it."""
    _, *found = path.read_bytes().split(b"trak")
    handlers = [track[track.index(b"hdlr") + 12 :][:4].decode() for track in found]
    flags = [int.from_bytes(track[track.index(b"tkhd") + 5 :][:3], "big") for track in found]
    return dict(zip(handlers, flags, strict=True))


def test_the_captions_of_an_mp4_are_off_until_they_are_asked_for(files):
    assert tracks(files[0]) == {"vide": 3, "sbtl": 2, "text": 2}, "1 is enabled, 2 is part of the film"
    with av.open(files[0]) as container:
        assert Disposition.default in container.streams.video[0].disposition
        assert Disposition.default not in container.streams.subtitles[0].disposition


@pytest.mark.parametrize("extension", ["mp4", "mov"])
@pytest.mark.parametrize(("language", "told"), [("en", "eng"), ("fr", "fra")])
def test_the_chapters_have_the_language_of_the_film(trace, drawn, tmp_path, extension, language, told):
    (path,) = make(trace, RenderSettings(height=96, fps=5, language=language), [extension], tmp_path)
    with av.open(path) as container:
        assert [stream.metadata["language"] for stream in container.streams.data] == [told]


def box(name, content, *, wide=False, to_the_end=False):
    size = len(content) + (16 if wide else 8)
    head = (1 if wide else 0 if to_the_end else size).to_bytes(4, "big") + name
    return head + (size.to_bytes(8, "big") if wide else b"") + content


@pytest.mark.parametrize("version", [0, 1])
def test_boxes_of_every_form_are_walked(tmp_path, version):
    def track(handler):
        dates = bytes(32 if version else 20)
        media = box(b"mdhd", bytes([version, *dates[1:]]) + b"??" + bytes(2))
        media += box(b"hdlr", bytes(8) + handler + bytes(13))
        return box(b"trak", box(b"tkhd", b"\0\0\0\x0f" + bytes(80)) + box(b"mdia", media, wide=True))

    names = b"tkhd in the picture, moov too"
    movie = track(b"vide") + track(b"sbtl") + track(b"text")
    path = tmp_path / "film.mp4"
    path.write_bytes(box(b"mdat", names, wide=True) + box(b"moov", movie, to_the_end=True))
    before = path.read_bytes()
    settle(path, "fra")
    after = path.read_bytes()
    changed = [place for place, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]
    subtitles, text = before.index(track(b"sbtl")), before.index(track(b"text"))
    language = before.index(b"??", text)
    assert changed == [subtitles + before[subtitles:].index(b"tkhd") + 7, language, language + 1]
    assert after[changed[0]] == 0x0E
    assert after[language : language + 2] == bytes.fromhex("1a41"), "f, r, a in five bits each"


def subtitles(path):
    """Language, and start, stop and text of each sample that is not empty."""
    with av.open(path) as container:
        (track,) = container.streams.subtitles
        packets = [packet for packet in container.demux(track) if packet.size > 2]
        times = [(float(p.pts * p.time_base), float((p.pts + p.duration) * p.time_base)) for p in packets]
        return track.metadata["language"], times, [bytes(packet)[2:].decode() for packet in packets]


def test_the_mp4_has_its_captions_as_a_track_in_their_language(files, film):
    language, times, texts = subtitles(files[0])
    assert language == "fra"
    assert texts == [caption.text for caption in film.captions]
    assert np.allclose(times, [(caption.start, caption.stop) for caption in film.captions], atol=1e-3)


def test_there_is_a_still_of_every_beat(files, film):
    names = [f"{number:02}-{beat.name.replace('_', '-')}" for number, beat in enumerate(film.beats, start=1)]
    assert [path.name for path in files[1:]] == [f"gradient-descent.fr.144p.{name}.png" for name in names]
    assert sorted(files[1:]) == files[1:]
    for path in files[1:]:
        with Image.open(path) as still:
            assert still.size == (256, 144)
            assert np.ptp(np.asarray(still.convert("L"))) > 100


def test_the_last_still_is_the_last_frame(files):
    last = frames_of(files[0])[-1]
    still = np.asarray(Image.open(files[-1]).convert("RGB"))
    assert np.abs(last[..., :3].astype(int) - still).mean() < 4


def test_the_loop_ends_as_it_began(trace, tmp_path):
    (path,) = make(trace, RenderSettings(height=144, fps=5, beat="loop"), ["mp4"], tmp_path)
    frames = frames_of(path)
    assert path.name == "gradient-descent.144p.5fps.replay.mp4"
    assert np.abs(frames[0].astype(int) - frames[-1]).mean() < 1


def test_a_beat_alone_is_what_it_is_within_the_film(trace, film, tmp_path):
    beat = film.beat("read-result")
    look = RenderSettings(height=144, fps=5, beat="read_result", language="fr")
    (path,) = make(trace, look, ["mp4"], tmp_path)
    assert len(frames_of(path)) == round(beat.seconds * 5)
    with av.open(path) as container:
        (chapter,) = container.chapters()
        assert chapter["metadata"]["title"] == "Comparer avec le meilleur poids"
        assert (chapter["start"], chapter["end"]) == (0, round(beat.seconds * 1000))
    _, times, texts = subtitles(path)
    standing = [caption for caption in film.captions if caption.start < beat.stop and caption.stop > beat.start]
    assert texts == [caption.text for caption in standing]
    assert times[0][0] == 0
    assert times[-1] == pytest.approx((standing[-1].start - beat.start, beat.seconds), abs=1e-3)


def test_rendering_twice_gives_the_same_pictures(trace, tmp_path):
    look = RenderSettings(height=144, fps=5, beat="show_data")
    for folder in ("one", "two"):
        make(trace, look, ["png"], tmp_path / folder)
    one, two = (next((tmp_path / folder).iterdir()).read_bytes() for folder in ("one", "two"))
    assert one == two


def test_progress_counts_every_frame(trace, tmp_path):
    seen = []
    look = RenderSettings(height=144, fps=5, beat="show_data")
    make(trace, look, ["png"], tmp_path, lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]


def test_all_formats_come_from_one_rendering(trace, drawn, tmp_path):
    everything = ["mp4", "webm", "mov", "gif", "webp", "png", "srt", "vtt", "txt", "md", "docx"]
    written = make(trace, RenderSettings(height=96, fps=5, beat="film"), everything, tmp_path)
    assert len(written) == len(everything) == len(list(tmp_path.iterdir()))
    assert len(drawn) == 3 * (2 + 5 + 1), "0.4 s of motion, 1 s that stands and a still in each beat"


def test_a_beat_alone_is_all_that_is_drawn(trace, drawn, tmp_path):
    make(trace, RenderSettings(height=96, fps=5), ["gif", "webp"], tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"gradient-descent.96p.5fps.gif", "gradient-descent.96p.5fps.webp"}
    assert len(drawn) == 2 + 5


def test_what_is_said_is_written_without_drawing(trace, drawn, tmp_path):
    make(trace, RenderSettings(), ["srt", "vtt", "txt", "md", "docx"], tmp_path)
    assert not drawn


def test_each_format_has_its_own_size_and_rate_of_the_one_rendering(trace, drawn, tmp_path):
    film, gif = make(trace, RenderSettings(beat="two"), ["mp4", "gif"], tmp_path)
    assert drawn == [(720, 1280)] * 42
    with av.open(film) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate, stream.frames) == (1280, 720, 30, 42)
    with Image.open(gif) as animation:
        assert animation.size == (640, 360)
        assert animation.n_frames == 7  # 6 of motion at 15 in a second, then the still


def test_a_gif_does_not_depend_on_what_else_is_asked_for(trace, drawn, tmp_path):
    (alone,) = make(trace, RenderSettings(beat="two"), ["gif"], tmp_path / "alone")
    beside, _ = make(trace, RenderSettings(beat="two"), ["gif", "mp4"], tmp_path / "beside")
    assert alone.read_bytes() == beside.read_bytes()


def test_captions_do_not_depend_on_what_else_is_asked_for(trace, tmp_path):
    (alone,) = make(trace, RenderSettings(beat="replay"), ["srt"], tmp_path / "alone")
    _, beside = make(trace, RenderSettings(beat="replay"), ["gif", "srt"], tmp_path / "beside")
    assert alone.read_bytes() == beside.read_bytes()


def test_a_size_and_a_rate_that_are_asked_for_hold_for_all(trace, drawn, tmp_path):
    film, gif = make(trace, RenderSettings(height=96, fps=10, beat="two"), ["mp4", "gif"], tmp_path)
    assert drawn == [(96, 170)] * 14
    with av.open(film) as container, Image.open(gif) as animation:
        assert (container.streams.video[0].width, container.streams.video[0].frames) == (170, 14)
        assert (animation.size, animation.info["duration"]) == ((170, 96), 100)


@pytest.mark.parametrize("extension", ["mp4", "webm", "mov", "gif", "webp", "png"])
def test_all_gives_a_file_for_each_beat(trace, drawn, tmp_path, extension):
    written = make(trace, RenderSettings(height=96, fps=5, beat="all"), [extension], tmp_path)
    stem = "gradient-descent.96p" if extension == "png" else "gradient-descent.96p.5fps"
    assert [path.name for path in written] == [f"{stem}.{n}.{extension}" for n in ("01-one", "02-two", "03-three")]
    assert len(drawn) == (3 if extension == "png" else 21), "of a still nothing else is drawn"
    lasts = [frames_of(path)[-1] for path in written]
    middles = [np.flatnonzero(last[..., :3].max(axis=(0, 2)) > 128).mean() for last in lasts]
    assert np.allclose(np.diff(middles), 12, atol=1), "the dot goes a unit, 12 pixels, to the right in every beat"
    if extension != "png":
        assert {seconds(path) for path in written} == {1.4}


def test_the_whole_film_may_be_asked_of_a_format_that_writes_its_loop(trace, drawn, tmp_path):
    (path,) = make(trace, RenderSettings(height=96, fps=5, beat="film"), ["gif"], tmp_path)
    assert path.name == "gradient-descent.96p.5fps.film.gif"
    assert seconds(path) == 4.2


def test_a_format_gets_frames_of_its_own_size_evenly_thinned(tmp_path):
    got = []

    @contextmanager
    def opened(*_):
        yield SimpleNamespace(add=lambda frame, repeat, beat: got.append((frame, repeat)))

    stripes = np.repeat(np.array([0, 200], np.uint8), 50)[None, :, None] * np.ones((50, 1, 4), np.uint8)
    drawn, wanted = RenderSettings(height=50, fps=30), RenderSettings(height=25, fps=10)
    with Relay(opened, {"film": (tmp_path, None)}, drawn, wanted) as relay:
        for repeat in (1, 1, 1, 4, 2, 1):  # of which 0, 3, 6 and 9 are kept
            relay.add(Frame(stripes, ()), repeat, "one")
        relay.add(Frame(stripes, ((3, 4, 5, 6),)), 1, "one")  # is left out, but what it changed is not
        relay.add(Frame(stripes, ()), 2, "one")
    assert [repeat for _, repeat in got] == [1, 2, 1, 1]
    whole = (0, 0, wanted.width, 25)
    assert [frame.changed for frame, _ in got] == [(whole,), (), (), (whole,)]
    for frame, _ in got:
        assert frame.pixels.shape == (25, wanted.width, 4)
        assert not frame.pixels.flags.writeable
        assert np.abs(frame.pixels[:, [0, -1], 0].astype(int) - [0, 200]).max() <= 1


@pytest.mark.parametrize("extension", ["mp4", "webm", "mov"])
def test_colours_come_back_as_they_were(tmp_path, extension):
    colours = np.array([(213, 94, 0), (0, 114, 178), (0, 158, 115), (204, 121, 167), (13, 17, 23), (255, 255, 255)])
    pixels = np.full((96, 170, 4), 255, np.uint8)
    places = 14 + 28 * np.arange(len(colours))
    for colour, place in zip(colours, places, strict=True):
        pixels[:, place - 14 : place + 14, :3] = colour
    film = Script((), (), 0.6, title="", lesson="", language="en")
    path = tmp_path / f"colours.{extension}"
    with formats()[extension].opened(path, RenderSettings(height=96, fps=5), film) as sink:
        sink.add(Frame.whole(pixels), 3, "")
    (*_, last) = frames_of(path)
    assert np.abs(last[48, places, :3].astype(int) - colours).max() <= 4


def test_frames_cannot_be_changed_by_one_of_those_who_get_them(trace, drawn):
    class Vandal:
        def add(self, frame, repeat, beat):
            frame.pixels[:] = 0

    with pytest.raises(ValueError, match="read-only"):
        player.render_frames(trace, RenderSettings(height=96, fps=5), [Vandal()])


@pytest.fixture
def clear(trace, drawn, tmp_path):
    """Each format that has transparency, by its extension, and an opaque still."""
    look = RenderSettings(height=144, fps=5, beat="two", theme="light")
    (opaque,) = make(trace, look, ["png"], tmp_path / "opaque")
    extensions = ["webm", "mov", "gif", "webp", "png"]
    look = RenderSettings(
        height=144, fps=5, beat="two", theme="light", transparent=True, matte="black"
    )  # as the film is
    written = make(trace, look, extensions, tmp_path)
    return np.asarray(Image.open(opaque).convert("RGB")).astype(float), dict(zip(extensions, written, strict=True))


@pytest.mark.parametrize("extension", ["webm", "mov", "gif", "webp", "png"])
def test_a_transparent_film_over_the_background_is_the_opaque_film(clear, extension):
    opaque, written = clear
    last = frames_of(written[extension])[-1].astype(float)
    alpha = last[..., 3:] / 255
    assert alpha[0, 0] == 0
    assert alpha.max() == 1
    background = opaque[0, 0]
    error = np.abs(last[..., :3] * alpha + background * (1 - alpha) - opaque)
    edge = (opaque != background).any(axis=2).sum() / opaque[..., 0].size
    assert error.max() < 4 if extension in ("png", "webp", "gif") else error.mean() < 8 * edge


def test_the_films_are_what_their_names_say(clear):
    for extension, codec, pixels in (("webm", "vp9", "yuv420p"), ("mov", "prores", "yuva444p")):
        with av.open(clear[1][extension]) as container:
            stream = container.streams.video[0]
            assert stream.codec_context.codec.canonical_name == codec
            assert stream.pix_fmt.startswith(pixels)
            assert stream.metadata.get("alpha_mode", "1") == "1"


@pytest.mark.parametrize(
    ("words", "told"),
    [("-f mp4 --transparent", "mp4 has no transparency"), ("-f png -f gif --fps 60", "at most 50 frames")],
)
def test_what_a_format_cannot_do_is_refused_before_anything_is_written(capsys, tmp_path, words, told):
    assert render.main(["gradient-descent", "-f", "npz", "-o", str(tmp_path), *words.split()]) == 2
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_film_that_breaks_leaves_nothing_behind(trace, drawn, tmp_path, monkeypatch):
    def broken(self):
        self.begin("one")
        self.caption("show_data", count=self.refs.length("sample"), source="", feature="", target="")
        raise RuntimeError("the projector is on fire")

    (tmp_path / "gradient-descent.mp4").write_text("what was there")
    record = player.dry_run(trace, SMALL)
    monkeypatch.setattr(player, "dry_run", lambda *_: record)
    monkeypatch.setattr(player.scene_class("gradient_descent"), "construct", broken)
    with pytest.raises(RuntimeError, match="fire"):
        make(trace, RenderSettings(height=144, fps=5, beat="film"), ["mp4", "webm", "gif", "webp", "png"], tmp_path)
    assert drawn
    assert [path.name for path in tmp_path.iterdir()] == ["gradient-descent.mp4"]
    assert (tmp_path / "gradient-descent.mp4").read_text() == "what was there"


def test_a_still_does_not_depend_on_the_rate_so_its_name_does_not_tell_it(trace, drawn, tmp_path):
    contents = []
    for fps in (5, 20):
        (path,) = make(trace, RenderSettings(height=96, fps=fps, beat="two"), ["png"], tmp_path)
        assert path.name == "gradient-descent.96p.two.png"
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]


@pytest.mark.parametrize(
    ("look", "extension", "shown"),
    [
        (RenderSettings(), "mp4", ""),
        (RenderSettings(height=720, fps=30), "mp4", ""),
        (RenderSettings(height=1080), "mp4", ".1080p"),
        (RenderSettings(height=720, fps=60, language="fr", theme="light"), "webm", ".fr.light.60fps"),
        (RenderSettings(height=480, fps=15, transparent=True), "gif", ".480p.transparent"),
        (RenderSettings(height=1080, transparent=True), "mov", ".1080p.transparent"),
        (RenderSettings(height=1080, fps=60, transparent=True), "pdf", ".transparent"),
        (RenderSettings(height=1080, fps=60), "srt", ".60fps"),
        (RenderSettings(height=1080, fps=60, language="fr", theme="light"), "npz", ".fr.light"),
    ],
)
def test_what_differs_from_the_format_s_own_look_shows_in_the_name(trace, look, extension, shown):
    size = formats()[extension].size
    assert file_name(trace, look, extension, size) == f"gradient-descent{shown}.{extension}"


def test_another_size_rate_or_ground_does_not_replace_a_file(trace, drawn, tmp_path):
    looks = [
        RenderSettings(height=h, fps=f, beat="two", transparent=t)
        for h in (96, 144)
        for f in (5, 10)
        for t in (False, True)
    ]
    written = [path for look in looks for path in make(trace, look, ["gif"], tmp_path)]
    assert len({path.read_bytes() for path in written}) == len(set(written)) == 8


def called(**knobs):
    """How the numbers of gradient descent are called with these knobs, but for what all have."""
    record = SimpleNamespace(concept="gradient_descent", params=gradient_descent.Params(**knobs))
    return file_name(record, RenderSettings(), "npz").removeprefix("gradient-descent").removesuffix(".npz")


def test_a_user_s_file_shows_in_the_name_without_its_folder_and_with_what_is_in_it(tmp_path):
    names = []
    for folder, content in (("a", b"1"), ("b", b"2"), ("c", b"1")):
        table = tmp_path / folder / "my rents, 2025.csv"
        table.parent.mkdir()
        table.write_bytes(content)
        names.append(called(data=table))
    assert re.fullmatch(r"\+data=my-rents-2025-[0-9a-f]{6}", names[0])
    assert names[0] == names[2] != names[1]


def test_pictures_that_differ_in_their_kind_only_have_names_of_their_own(tmp_path):
    for suffix in ("png", "jpg"):
        Image.new("L", (40, 40), 128).save(tmp_path / f"photo.{suffix}")
    images = [tmp_path / "photo.png", tmp_path / "photo.jpg"]
    traces = [convolution_2d.compute(convolution_2d.Params(image=image)) for image in images]
    assert len({file_name(trace, RenderSettings(), "png") for trace in traces}) == 2


TRICKY = [
    "Area (m2)",
    "Area [m2]",
    "Area m2",
    "Area-m2",
    "x.fr",
    "x",
    "a+target=b",
    "../up",
    "con:*?<>|",
    "é",
    "e\u0301",
]
TRICKY += ["面积" * 30, "面积" * 29, "層" * 40, " ", "-", "."]


def test_names_of_columns_that_differ_in_a_sign_only_show_so_and_every_system_takes_them():
    names = [called(feature=name) for name in TRICKY]
    assert len(set(names)) == len(TRICKY)
    assert names[3] == "+feature=Area-m2"
    for name in names:
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f. ]', name)
        assert unicodedata.is_normalized("NFC", name)


def test_the_longest_names_of_columns_make_no_name_that_is_too_long(trace, tmp_path):
    names = {called(feature="層" * 40, target="面" * 40 + end) for end in ("", "a", "b")}
    assert len(names) == 3
    assert max(len(name.encode()) for name in names) < 160


def test_manim_itself_plays_a_scene(tmp_path):
    small = ["-r", "160,90", "--fps", "2"]
    words = [*small, "--dry_run", "--media_dir", str(tmp_path), "scenes/gradient_descent.py", "GradientDescent"]
    done = subprocess.run([sys.executable, "-m", "manim", *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_still_is_the_last_frame_of_its_beat_whatever_else_is_drawn(trace, tmp_path):
    look = RenderSettings(height=96, fps=5)
    alone = make(trace, look, ["png"], tmp_path / "alone")
    beside = make(trace, look, ["png", "mov"], tmp_path / "beside")
    assert [path.read_bytes() for path in alone] == [path.read_bytes() for path in beside if path.suffix == ".png"]
    ends = np.cumsum([round(beat.seconds * 5) for beat in player.dry_run(trace, look).beats])
    film = frames_of(next(path for path in beside if path.suffix == ".mov"))
    for path, end in zip(alone, ends, strict=True):
        still = np.asarray(Image.open(path).convert("RGB")).astype(float)
        assert np.abs(still - film[end - 1][..., :3]).mean() < 1


def test_a_beat_looks_the_same_whatever_is_drawn_before_it():
    trace = _catalog.load("lstm").compute()
    alone, beside = {}, {}
    look = RenderSettings(height=96, fps=5)

    def sink(found):
        return SimpleNamespace(add=lambda frame, repeat, beat: found.setdefault(beat, []).append(frame.pixels.copy()))

    last = player.dry_run(trace, look).beats[-1].name
    player.render_frames(trace, look, [sink(alone)], beats={last})
    player.render_frames(trace, look, [sink(beside)])
    assert len(beside) > len(alone) == 1
    assert np.array_equal(alone[last], beside[last])
