"""The voice of a film: how pictures wait for it, what is heard when, how loud, and what is refused."""

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import av
import numpy as np
import pytest
import srt
from conftest import CONCEPTS, computed
from reopen import seconds
from voices import babble, heard, place, write

from export.command import options
from export.formats import zip as pieces
from export.render import player
from export.render.files import make
from export.render.settings import RenderSettings
from export.voice import draft, espeak, loudness, marks, pace, recorded, sound
from export.voice.sound import LEAD, RATE
from export.voice.voice import Voice, voice_of
from mathcore import InputError, gradient_descent, pooling
from scenes._stage.beats import beats
from scenes._stage.seen import drawn

pytestmark = pytest.mark.filterwarnings("ignore::mathcore.InputNote")  # on beats that have no recording
SMALL = RenderSettings(height=96, fps=10)
LENGTHS = {"show_data": 15.0, "draw_loss": 1.0, "walk_on": 12.345, "replay": 9.0}  # seconds; the second is a short one
BEAT_OF = {beat: number for number, beat in enumerate(LENGTHS)}


@pytest.fixture(scope="module")
def trace():
    return gradient_descent.compute()


@pytest.fixture(scope="module")
def plain(trace):
    return player.dry_run(trace, SMALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Recordings of four beats, of different kinds, rates and levels."""
    place = tmp_path_factory.mktemp("voice") / "voice"
    place.mkdir()
    kinds = {"show_data": ("wav", 44100, 0.02), "draw_loss": ("mp3", 48000, 0.3), "walk_on": ("m4a", 48000, 0.9)}
    for beat, length in LENGTHS.items():
        kind, rate, level = kinds.get(beat, ("flac", 96000, 0.3))
        name = beat.replace("_", "-")
        write(place / f"{name}.{kind}", babble(length, BEAT_OF[beat], level), rate)
    return place


@pytest.fixture(scope="module")
def look(folder):
    return replace(SMALL, voice=voice_of(folder, None))


@pytest.fixture(scope="module")
def files(trace, look, tmp_path_factory):
    made = make(trace, look, ["mp4", "webm", "mov", "srt"], tmp_path_factory.mktemp("film"))
    return {path.suffix[1:]: path for path in made}


@pytest.fixture(scope="module")
def film(trace, look, plain):
    """The script of the film with its voice."""
    own = recorded.recorded(look.voice, trace.concept)
    return player.dry_run(trace, replace(look, earliest=pace.earliest(plain, own)))


# how pictures wait


def test_a_beat_lasts_as_long_as_its_recording_and_a_breath_and_never_less_than_without(plain, film):
    for before, after in zip(plain.beats, film.beats, strict=True):
        spoken = LENGTHS.get(before.name, 0) and LEAD + LENGTHS[before.name] + pace.BREATH
        lacking = after.seconds - max(before.seconds, spoken)
        assert -1e-3 <= lacking <= 1 / SMALL.fps + 0.03, before.name  # a whole frame; an mp3 may be a little longer
    assert any(beat.seconds > LENGTHS[beat.name] + 1 for beat in plain.beats if beat.name in LENGTHS)
    assert film.seconds > plain.seconds + 10


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_film_waits(concept):
    """Every second beat has a recording that is longer than itself, by 2.5 seconds; the others a short one."""
    trace, look = computed(concept), replace(SMALL, fps=30)
    plain = player.played(trace, look)
    lengths = [(0.5, beat.seconds + 2.5)[number % 2] for number, beat in enumerate(plain.beats)]
    sounds = {b.name: np.zeros((round(s * RATE), 2)) for b, s in zip(plain.beats, lengths, strict=True)}
    film = player.played(trace, replace(look, earliest=pace.earliest(plain, sounds)))
    for before, after, length in zip(plain.beats, film.beats, lengths, strict=True):
        wanted = max(before.seconds, LEAD + length + pace.BREATH)
        spare = 1 / look.fps  # waits are counted from the film's start, and each may lose a frame or gain one
        assert -3 * spare < after.seconds - before.seconds < 3 * spare or wanted > before.seconds, before.name
        assert wanted <= before.seconds or -1e-6 <= after.seconds - wanted < 3 * spare, before.name
        assert len(sounds[after.name]) / RATE + LEAD <= after.seconds
    for before, after in zip(plain.captions, film.captions, strict=True):
        assert (after.text, after.letters) == (before.text, before.letters)
        assert after.stop - after.start > before.stop - before.start - 1.5 / look.fps  # never cut


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_loop_goes_round_while_a_voice_lasts(concept, monkeypatch):
    """Each time it leaves the same picture; one that says something is played once."""
    (name,) = [beat.name.replace("-", "_") for beat in beats(concept) if beat.loop]
    film, rounds = player.scene_class(concept), []
    loop = getattr(film, name)

    def counted(self):
        loop(self)
        rounds.append([(one.points.copy(), one.get_color(), one.get_fill_opacity()) for one in drawn(self)])

    counted.plan = loop.plan
    monkeypatch.setattr(film, name, counted)
    script = player.played(computed(concept), replace(SMALL, earliest=((name, (30.0,)),)))
    beat = script.beat(name)
    if script.begun(beat):
        assert len(rounds) == 1
        return
    assert len(rounds) > 2
    assert beat.seconds == pytest.approx(30, abs=2 / SMALL.fps)
    for again in rounds[1:]:
        for (points, *looks), (before, *looked) in zip(again, rounds[0], strict=True):
            assert looks == looked
            assert np.allclose(points, before, atol=1e-4)


def test_what_is_played_keeps_its_pace(trace, look, film, plain, monkeypatch):
    """All animations last as long as without a voice, but for those in which nothing moves."""

    def moving(look):
        played = []
        monkeypatch.setattr(player.scene_class("gradient_descent"), "play", spy(played))
        player.played(trace, look)
        return played

    def spy(played):
        def play(self, *animations, **options):
            before = self.time
            super(type(self), self).play(*animations, **options)
            if not self.is_current_animation_frozen_frame():
                played.append(round((self.time - before) * SMALL.fps))

        return play

    earliest = pace.earliest(plain, recorded.recorded(look.voice, trace.concept))
    assert moving(replace(SMALL, earliest=earliest)) == moving(SMALL)


def test_captions_share_the_time_of_a_recording_by_their_letters(plain, film):
    (beat,) = [beat for beat in film.beats if beat.name == "show_data"]
    first, second = film.begun(beat)
    share = len(first.text) / len(first.text + second.text)
    assert second.start == pytest.approx(share * beat.seconds, abs=0.3)
    assert second.stop == pytest.approx(beat.stop)
    assert [caption.text for caption in film.captions] == [caption.text for caption in plain.captions]


@pytest.mark.parametrize("fps", [1, 7, 24, 30, 60, 120])
def test_a_picture_waits_for_whole_frames_until_its_turn(trace, fps):
    look = RenderSettings(height=96, fps=fps)
    beat = player.played(trace, replace(look, earliest=(("show_data", (0.0, 9.0, 20.0)),))).beats[0]
    assert 0 <= beat.seconds * fps - 20 * fps < 1e-3
    film = player.played(trace, replace(look, earliest=(("show_data", (0.0, 9.0, 20.01)),)))
    assert 0 <= (film.captions[1].start - 9) * fps < 1e-3
    assert 0 < (film.beats[0].seconds - 20.01) * fps < 1


def test_captions_of_a_beat_never_wait_for_longer_than_the_beat_grows(trace):
    plain = player.played(trace, SMALL)
    beat = plain.beats[0]
    for longer in (-5, 0, 1, 3):
        sounds = {beat.name: np.zeros((round((beat.seconds + longer - LEAD - pace.BREATH) * RATE), 2))}
        ((_, (first, second, end)),) = pace.earliest(plain, sounds)
        starts = [caption.start for caption in plain.begun(beat)]
        assert first <= starts[0]
        assert second <= starts[1] + max(0, longer) + 1e-6
        assert end == pytest.approx(beat.seconds + longer)


# what is heard


@pytest.mark.parametrize("kind", ["mp4", "webm", "mov"])
def test_each_recording_begins_with_its_beat_and_nothing_is_heard_elsewhere(files, film, folder, kind):
    whole = heard(files[kind])
    silent = np.ones(len(whole), bool)
    for beat in film.beats:
        if beat.name in LENGTHS:
            found = place(whole, babble(LENGTHS[beat.name], BEAT_OF[beat.name]))
            assert found - beat.start == pytest.approx(LEAD, abs=0.002), beat.name  # 20 ms are asked for
            edge = RATE // 20  # which an encoder blurs
            start = round(beat.start * RATE)
            silent[max(0, start - edge) : start + round((LENGTHS[beat.name] + 0.1) * RATE) + edge] = False
    assert silent.mean() > 0.2
    assert np.abs(whole[silent]).max() < 0.001


@pytest.mark.parametrize("kind", ["mp4", "webm", "mov"])
def test_the_sound_is_as_long_as_the_picture_and_not_clipped(files, film, kind):
    whole = heard(files[kind])
    assert abs(len(whole) / RATE - film.seconds) < 1 / SMALL.fps
    assert seconds(files[kind]) == pytest.approx(film.seconds, abs=1 / SMALL.fps)
    assert 0.3 < np.abs(whole).max() < 0.99
    with av.open(files[kind]) as container:
        (stream,) = container.streams.audio
        assert (stream.codec.name.removeprefix("lib"), stream.language, stream.rate, stream.channels) == (
            {"mp4": "aac", "webm": "opus", "mov": "pcm_s16le"}[kind],
            "eng",
            RATE,
            2,
        )
        assert stream.start_time in (0, None)


@pytest.mark.parametrize("kind", ["mp4", "webm", "mov"])
def test_the_film_has_the_loudness_of_a_lecture_video(files, kind):
    assert loudness.loudness(heard(files[kind])) == pytest.approx(-16, abs=1)


def test_sound_and_picture_lie_side_by_side_in_a_file(files):
    """A player that reads on finds both: the sound is never a second behind or ahead of the picture."""
    latest = {}
    with av.open(files["mp4"]) as container:
        for packet in container.demux(video=0, audio=0):
            if packet.dts is not None:
                latest[packet.stream.type] = float(packet.dts * packet.time_base)
                assert abs(latest.get("video", 0) - latest.get("audio", 0)) < 1


def test_chapters_and_captions_move_along(files, film):
    with av.open(files["mp4"]) as container:
        chapters = [float(chapter["start"] * chapter["time_base"]) for chapter in container.chapters()]
    assert chapters == pytest.approx([beat.start for beat in film.beats], abs=0.001)
    cues = list(srt.parse(files["srt"].read_text()))
    assert [cue.start.total_seconds() for cue in cues] == pytest.approx(
        [caption.start for caption in film.captions], abs=0.001
    )


def test_a_beat_alone_has_its_own_sound(trace, look, film, tmp_path):
    (path,) = make(trace, replace(look, beat="walk-on"), ["mp4"], tmp_path)
    (beat,) = [beat for beat in film.beats if beat.name == "walk_on"]
    whole = heard(path)
    assert place(whole, babble(LENGTHS["walk_on"], BEAT_OF["walk_on"])) == pytest.approx(LEAD, abs=0.002)
    assert len(whole) / RATE == pytest.approx(beat.seconds, abs=1 / SMALL.fps)


def test_a_beat_without_a_recording_has_no_track_of_sound(trace, look, tmp_path):
    (path,) = make(trace, replace(look, beat="read-result"), ["mp4"], tmp_path)
    with av.open(path) as container:
        assert not container.streams.audio


def test_it_is_the_same_from_run_to_run(trace, look, files, tmp_path):
    again = make(trace, look, ["mp4", "webm", "mov"], tmp_path)
    for path in again:
        assert path.read_bytes() == files[path.suffix[1:]].read_bytes()


# one recording of the whole film


def test_one_recording_is_cut_at_its_marks(trace, tmp_path):
    first, second = babble(4, 1), babble(5, 2)
    gap = np.zeros((RATE, 2), np.float32)
    path = write(tmp_path / "all.wav", np.concatenate([gap, second, gap, first, gap]))
    labels = tmp_path / "labels.txt"
    labels.write_text("7,000000\t11,000000\tshow-data\n\\\t200,0\t3000,0\n1.000000\t6.000000\tWalk_On \n")
    voice = voice_of(path, labels)
    (made,) = make(trace, replace(SMALL, voice=voice), ["mp4"], tmp_path)
    own = recorded.recorded(voice, trace.concept)
    assert {beat: len(one) / RATE for beat, one in own.items()} == {"walk_on": 5, "show_data": 4}
    film, whole = (
        player.dry_run(trace, replace(SMALL, earliest=pace.earliest(player.played(trace, SMALL), own))),
        heard(made),
    )
    for beat, part in (("show_data", first), ("walk_on", second)):
        start = next(one.start for one in film.beats if one.name == beat)
        assert place(whole, part) - start == pytest.approx(LEAD, abs=0.002)
    assert loudness.loudness(whole) == pytest.approx(-16, abs=1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0\t1.5\tshow-data\n", {"show_data": (0, 1.5)}),
        ("\ufeff0,25\t1,5\tSHOW_DATA\r\n\r\n", {"show_data": (0.25, 1.5)}),
        ("3\t3\twalk-on\n1\t1\tshow-data\n", {"show_data": (1, 3), "walk_on": (3, np.inf)}),  # points
        ("1\t1\tshow-data\n2\t2.5\twalk-on", {"show_data": (1, 2), "walk_on": (2, 2.5)}),
        ("1\t2\tshow-data\n\\\t100.0\t2000.0\n", {"show_data": (1, 2)}),
    ],
)
def test_marks_are_read_as_audacity_exports_them(tmp_path, text, found):
    path = tmp_path / "labels.txt"
    path.write_text(text, encoding="utf-8", newline="")
    assert marks.read(path, "gradient_descent") == found


# a draft


@pytest.mark.usefixtures("espeak_installed")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_draft_says_each_caption_as_it_appears(trace, language, tmp_path):
    look = replace(SMALL, language=language, voice=Voice())
    made, captions = make(trace, look, ["mp4", "srt"], tmp_path)
    whole, cues = heard(made), list(srt.parse(captions.read_text()))
    texts = [cue.content for cue in cues]
    assert texts == [caption.text for caption in player.played(trace, replace(look, voice=None)).captions]
    for cue, spoken in zip(cues, espeak.speak(texts, language), strict=True):
        late = place(whole, spoken) - cue.start.total_seconds()
        assert -1 / SMALL.fps <= late - LEAD < 0.02
        assert cue.end - cue.start >= timedelta(seconds=len(spoken) / RATE)
    assert loudness.loudness(whole) == pytest.approx(-16, abs=1)
    assert np.abs(whole).max() < 0.99


def test_a_sentence_of_a_draft_waits_for_its_caption_and_for_the_sentence_before():
    shown, lengths = [0.5, 3.0, 4.0], [1.0, 2.0, 1.0]
    starts = draft._starts(shown, lengths)
    assert starts == pytest.approx([0.5, 3.0, 5.0 + draft.PAUSE])


def test_without_espeak_one_sentence_says_how_to_get_it(run, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(gradient_descent, "compute", None)
    code, out, err = run("gradient-descent", "--voice", "espeak")
    assert (code, out) == (2, "")
    assert "`apt install espeak-ng`" in err
    assert err.count("\n") == 1


def test_points_mark_where_a_beat_begins(tmp_path):
    """As Ctrl+M makes them while one records: the last lasts to the end of the recording."""
    path = write(tmp_path / "all.wav", babble(12, 1))
    labels = tmp_path / "labels.txt"
    labels.write_text("0.5\t0.5\tshow-data\n4\t4\tdraw-loss\n8\t8\twalk-on\n")
    own = recorded.recorded(voice_of(path, labels), "gradient_descent")
    assert {beat: len(one) / RATE for beat, one in own.items()} == {"show_data": 3.5, "draw_loss": 4, "walk_on": 4}


# files of sound


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_a_recording_of_any_rate_is_read_at_its_place(tmp_path, rate, channels):
    spoken = babble(2, rate)
    read = sound.read(write(tmp_path / "a.wav", spoken, rate, channels=channels))
    assert read.dtype == np.float32
    assert read.shape[1] == 2
    assert len(read) == pytest.approx(len(spoken), abs=RATE / 100)
    assert place(np.pad(read, ((0, RATE), (0, 0))), spoken) < 0.001


@pytest.mark.parametrize(
    ("kind", "codec"),
    [
        ("wav", "pcm_u8"),
        ("wav", "pcm_s16le"),
        ("wav", "pcm_s24le"),
        ("wav", "pcm_s32le"),
        ("wav", "pcm_f32le"),
        ("wav", "pcm_f64le"),
        ("mp3", "libmp3lame"),
        ("m4a", "aac"),
        ("m4a", "alac"),
        ("flac", "flac"),
        ("ogg", "libopus"),
    ],
)
def test_a_recording_of_any_kind_is_read_at_its_place_and_level(tmp_path, kind, codec):
    spoken = babble(2, 5)
    read = sound.read(write(tmp_path / f"a.{kind}", spoken, 48000, codec))
    assert place(np.pad(read, ((0, RATE), (0, 0))), spoken) < 0.001
    assert np.sqrt((read**2).mean()) == pytest.approx(np.sqrt((spoken**2).mean()), rel=0.05)


def test_sides_that_differ_stay_so(tmp_path):
    left, right = babble(1, 7, 0.3), babble(1, 8, 0.1)
    read = sound.read(write(tmp_path / "a.wav", np.stack([left[:, 0], right[:, 0]], axis=1)))
    assert np.abs(read - np.stack([left[:, 0], right[:, 0]], axis=1)).max() < 0.001


def test_tags_in_any_letters_do_not_matter(tmp_path):
    path = write(tmp_path / "a.wav", babble(1, 7))
    name = "François, enregistré".encode("latin-1")
    tag = b"LIST" + (12 + len(name)).to_bytes(4, "little") + b"INFOINAM" + len(name).to_bytes(4, "little") + name
    content = bytearray(path.read_bytes())
    content[4:8] = (len(content) + len(tag) - 8).to_bytes(4, "little")
    path.write_bytes(bytes(content[:12]) + tag + bytes(content[12:]))
    assert len(sound.read(path)) == pytest.approx(RATE, abs=10)


def test_a_wav_that_counts_its_own_header_is_whole(tmp_path):
    path = write(tmp_path / "a.wav", babble(1, 7))
    content = bytearray(path.read_bytes())
    content[4:8] = len(content).to_bytes(4, "little")
    path.write_bytes(content)
    assert len(sound.read(path)) == pytest.approx(RATE, abs=10)


def test_an_mp3_that_does_not_tell_its_length_is_not_guessed_to_be_damaged(tmp_path):
    """At a bit rate that varies FFmpeg guesses the length from the first frames, which are silent here."""
    spoken = np.concatenate([np.zeros((4 * RATE, 2), np.float32), babble(20, 3, 0.9)])
    options = {"abr": "1", "b": "96k"}
    path = write(tmp_path / "a.mp3", spoken, options=options, container_options={"write_xing": "0"})
    with av.open(path) as container:
        assert container.duration / av.time_base > 26
    assert len(sound.read(path)) == pytest.approx(len(spoken), abs=0.2 * RATE)


def test_a_recording_comes_and_goes_without_a_click(tmp_path):
    write(tmp_path / "show-data.wav", np.cos(np.arange(5 * RATE) / 20)[:, None].repeat(2, 1).astype(np.float32))
    (own,) = recorded.recorded(voice_of(tmp_path, None), "gradient_descent").values()
    assert np.abs(own[[0, -1]]).max() == 0


def test_a_lone_side_is_heard_on_both(tmp_path):
    spoken = babble(1, 7) * np.float32([1, 0])
    read = sound.read(write(tmp_path / "a.wav", spoken))
    assert np.array_equal(read[:, 0], read[:, 1])


@pytest.mark.parametrize("level", [0.005, 0.05, 0.9])
def test_recordings_come_to_one_loudness(level):
    sounds = {"long": babble(5, 1, level), "a": babble(1, 2, level), "b": babble(2, 3, level / 3)}
    levelled = loudness.levelled(sounds)
    assert loudness.loudness(levelled["long"]) == pytest.approx(-16, abs=0.2)
    assert loudness.loudness(np.concatenate([levelled["a"], levelled["b"]])) == pytest.approx(-16, abs=0.2)
    assert [len(levelled[name]) for name in sounds] == [len(one) for one in sounds.values()]
    soft, loud = (np.sqrt((levelled[name] ** 2).mean()) / np.sqrt((sounds[name] ** 2).mean()) for name in "ab")
    assert soft == pytest.approx(loud, rel=0.05)  # one gain, but for what the limiter takes
    assert max(np.abs(one).max() for one in levelled.values()) <= loudness.PEAK + 1e-6


def test_peaks_do_not_keep_a_recording_from_its_loudness():
    spoken = babble(6, 1, 0.05)
    spoken[::RATE] = 1  # a click each second
    (levelled,) = loudness.levelled({"one": spoken}).values()
    assert loudness.loudness(levelled) == pytest.approx(-16, abs=0.2)
    assert np.abs(levelled).max() <= loudness.PEAK + 1e-6


def test_loudness_is_that_of_the_standard():
    """EBU Tech 3341, case 1: a sine of 1 kHz at -23 dB in both channels has -23 LUFS."""
    sine = 10 ** (-23 / 20) * np.sin(2 * np.pi * 1000 * np.arange(20 * RATE) / RATE)
    assert loudness.loudness(np.stack([sine, sine], axis=1).astype(np.float32)) == pytest.approx(-23, abs=0.1)


# what is refused


def _spoil(name: str, content: bytes) -> bytes:
    """A recording that something happened to."""
    half = len(content) // 2
    return {
        "cut": content[:half],
        "holed": content[:half] + bytes(range(256)) * 16 + content[half + 4096 :],
        "empty": b"",
        "text": b"This is no sound. " * 500,
    }[name]


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a", "flac"])
@pytest.mark.parametrize("how", ["cut", "empty", "text"])
def test_a_damaged_recording_is_refused(tmp_path, kind, how):
    path = write(tmp_path / f"show-data.{kind}", babble(3, 1))
    path.write_bytes(_spoil(how, path.read_bytes()))
    with pytest.raises(InputError, match=r"show-data\.\w+ (is empty|is damaged|has no sound|cannot be read as sound)"):
        sound.read(path)


@pytest.mark.parametrize("kind", ["mp3", "m4a", "flac", "ogg"])
def test_a_recording_with_a_hole_is_refused(tmp_path, kind):
    path = write(tmp_path / f"show-data.{kind}", babble(6, 1))
    path.write_bytes(_spoil("holed", path.read_bytes()))
    with pytest.raises(InputError, match=r"show-data\.\w+ (is damaged|cannot be read as sound)"):
        sound.read(path)


def test_an_hour_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = write(tmp_path / "show-data.wav", np.zeros((RATE, 2), np.float32), 8000, channels=1)
    content = bytearray(path.read_bytes())
    hour = 3600 * 16000
    start = content.index(b"data") + 8
    content[start - 4 : start] = hour.to_bytes(4, "little")
    content[4:8] = (hour + start - 8).to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(content[:start])
        file.truncate(start + hour)  # an hour of silence that takes no disk
    monkeypatch.setattr(sound, "_decoded", None)
    with pytest.raises(InputError, match="longer than 30 minutes"):
        sound.read(path)


def test_a_recording_that_does_not_tell_its_length_is_refused_as_soon_as_it_is_too_long(tmp_path, monkeypatch):
    monkeypatch.setattr(sound, "LONGEST", 1)
    path = write(tmp_path / "a.wav", babble(2, 1))
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = content[4:8] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    with pytest.raises(InputError, match="lasts for longer than"):
        sound.read(path)


def test_a_streamed_recording_is_read_to_its_end(tmp_path):
    path = write(tmp_path / "a.wav", babble(2, 1))
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = content[4:8] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert len(sound.read(path)) == pytest.approx(2 * RATE, abs=10)


def test_what_does_not_swing_around_zero_is_brought_there(tmp_path):
    write(tmp_path / "show-data.wav", babble(4, 1, 0.2) + np.float32(0.3))
    (own,) = recorded.recorded(voice_of(tmp_path, None), "gradient_descent").values()
    assert np.abs(own.mean(axis=0)).max() < 0.01
    assert loudness.loudness(own) == pytest.approx(-16, abs=0.2)
    write(tmp_path / "show-data.wav", np.full((4 * RATE, 2), 0.5, np.float32))
    with pytest.raises(InputError, match="nothing can be heard"):
        recorded.recorded(voice_of(tmp_path, None), "gradient_descent")


def test_what_cannot_be_heard_is_refused(tmp_path):
    write(tmp_path / "show-data.wav", np.zeros((RATE, 2), np.float32))
    with pytest.raises(InputError, match=r"nothing can be heard in .*show-data\.wav"):
        recorded.recorded(voice_of(tmp_path, None), "gradient_descent")
    not_numbers = np.full((RATE, 2), np.nan, np.float32)
    with pytest.raises(InputError, match="is damaged"):
        sound.read(write(tmp_path / "b.wav", not_numbers, codec="pcm_f32le"))


def test_a_video_without_sound_is_refused(tmp_path):
    path = tmp_path / "show-data.m4a"
    with av.open(path, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=5)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    with pytest.raises(InputError, match="has no sound"):
        sound.read(path)


@pytest.fixture
def spoken(tmp_path):
    """Recordings as the refused command lines below name them."""
    (tmp_path / "voice").mkdir()
    write(tmp_path / "voice" / "show-data.wav", babble(1, 1))
    (tmp_path / "voice" / "notes.txt").write_text("what I say")
    for folder, name in {
        "near": "show-dta.wav",
        "other": "intro.wav",
        "kind": "show-data.aiff",
        "two": "show-data.wav",
        "film": "walk-on.mp4",
    }.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes((tmp_path / "voice" / "show-data.wav").read_bytes())
    write(tmp_path / "two" / "show_data.flac", babble(1, 1))
    (tmp_path / "nothing").mkdir()
    (tmp_path / "course" / "gradient-descent").mkdir(parents=True)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "walk-on.mp3").write_text("no sound")
    write(tmp_path / "all.wav", babble(3, 1))
    for name, text in {
        "good": "0\t2\tshow-data",
        "late": "0\t9\tshow-data",
        "after": "4\t5\tshow-data",
        "same": "1\t1\tshow-data\n1\t1\tdraw-loss",
        "last": "3\t3\tshow-data",
        "twice": "0\t1\tshow-data\n1\t2\tshow-data",
        "unknown": "0\t1\tintro",
        "spaces": "0 1 show-data",
        "back": "2\t1\tshow-data",
        "words": "a\tb\tshow-data",
        "none": "\n\\\t1\t2\n",
    }.items():
        (tmp_path / f"{name}.txt").write_text(text)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--voice other", "other/intro.wav: there is no beat 'intro'; those of gradient-descent are show-data, "),
        ("--voice kind", "kind/show-data.aiff cannot be taken; a recording is wav, mp3, m4a, flac or ogg, which `f"),
        ("--voice film", "film/walk-on.mp4 cannot be taken; a recording is wav, mp3, m4a, flac or ogg, which `"),
        ("--voice two", "two has two recordings of show-data: show-data.wav and show_data.flac."),
        ("--voice course", "course has no recording; did you mean course/gradient-descent?"),
        ("--voice good.txt --marks good.txt", "good.txt cannot be taken; a recording is wav, mp3, m4a, flac or ogg."),
        (
            "--voice all.wav --marks voice",
            "voice is no file; --marks takes a file of labels, as Audacity exports them.",
        ),
        ("--voice nothing", "nothing has no recording: a file of the name of a beat, such as show-data.wav; those of "),
        ("--voice bad", "bad/walk-on.mp3 cannot be read as sound: invalid data found when processing input."),
        (
            "--voice gone",
            "gone is neither folder nor file; --voice takes a folder of recordings, a recording, or ",
        ),
        ("--voice all.wav", "all.wav is one recording: add --marks FILE.txt, which tells where in it each beat is, "),
        ("--voice voice --marks good.txt", "--marks belongs to one recording, and voice is a folder; leave it out."),
        ("--voice espeak --marks good.txt", "--marks belongs to one recording of the whole film; leave it out of a"),
        ("--marks good.txt", "--marks belongs to a recording; add --voice FILE, or leave it out."),
        ("--voice all.wav --marks late.txt", "the mark of show-data ends after all.wav, which lasts for 3.0 seconds."),
        ("--voice all.wav --marks after.txt", "the mark of show-data begins after all.wav, which lasts for 3.0 second"),
        (
            "--voice all.wav --marks same.txt",
            "same.txt marks show-data where the next mark begins, so that nothing is ",
        ),
        (
            "--voice all.wav --marks last.txt",
            "the mark of show-data begins after all.wav, which lasts for 3.0 seconds.",
        ),
        ("--voice all.wav --marks twice.txt", "twice.txt, line 2 marks show-data a second time."),
        ("--voice all.wav --marks unknown.txt", "unknown.txt, line 1: there is no beat 'intro'; those of gradient-de"),
        ("--voice all.wav --marks spaces.txt", "spaces.txt, line 1 is no mark: a start, an end and the name of a bea"),
        ("--voice all.wav --marks back.txt", "back.txt, line 1 is no mark: a start, an end and the name of a beat, "),
        ("--voice all.wav --marks words.txt", "words.txt, line 1 is no mark: a start, an end and the name of a beat"),
        ("--voice all.wav --marks none.txt", "none.txt has no mark: a start, an end and the name of a beat, with tabs"),
        (
            "--voice all.wav --marks gone.txt",
            "gone.txt is no file; --marks takes a file of labels, as Audacity exports the",
        ),
        ("--voice voice --lang en fr", "voice is in one language; leave one --lang."),
        ("--voice voice --sweep", "a sweep has no sound; leave --voice out."),
        ("--voice /dev/null", "/dev/null is neither folder nor file; --voice takes a folder of recordings, a recordin"),
        ("--voice=", "nothing is neither folder nor file; --voice takes a folder of recordings, a recording, or espea"),
        (
            "--voice near",
            "near/show-dta.wav: there is no beat 'show-dta'; did you mean 'show-data'? Those of gradient-",
        ),
    ],
)
def test_a_voice_that_cannot_be_heard_is_refused_in_one_sentence(run, spoken, words, told, monkeypatch):
    monkeypatch.setattr(gradient_descent, "compute", None)
    code, out, err = run("gradient-descent", *words.split())
    assert (code, out) == (2, "")
    assert err.startswith(f"render.py: {told}")
    assert err.count("\n") == 1
    assert not Path("renders").exists()


def test_beats_without_a_recording_are_told(run, spoken):
    code, out, err = run("pooling", "--voice", "voice", "-f", "srt")
    assert code == 2
    assert "voice/show-data.wav: there is no beat 'show-data'; did you mean 'show-image'? Those of pooling are" in err
    code, out, err = run("gradient-descent", "--voice", "voice", "-f", "srt")
    assert (code, out) == (0, "renders/gradient-descent.voice.srt\n")
    assert err.startswith("render.py: there is no recording of draw-loss, take-first-step, ")
    assert err.endswith("and replay: silent in gradient-descent.\n")
    assert run("gradient-descent", "--voice", "voice", "-f", "srt", "--beat", "show-data")[2] == ""
    many = run("gradient-descent", "--voice", "voice", "-f", "srt", "--beat", "walk-on", "--lang", "fr")[2]
    assert many == "render.py: there is no recording of walk-on: silent in gradient-descent.\n"


def test_a_recording_of_a_beat_that_the_knobs_leave_out_is_told(run, spoken, tmp_path):
    write(tmp_path / "voice" / "walk-on.wav", babble(1, 1))
    code, _, err = run("gradient-descent", "--steps", "2", "--voice", "voice", "-f", "srt")
    assert code == 0
    assert "with these knobs gradient-descent has no walk-on: the voice for it is not heard." in err


def test_formats_without_sound_do_not_wait(run, spoken):
    code, out, err = run("gradient-descent", "--voice", "voice", "-f", "npz", "-f", "srt", "-f", "svg")
    assert code == 0
    assert sorted(out.split()) == [f"renders/gradient-descent{end}" for end in (".npz", ".svg", ".voice.srt")]
    code, out, err = run("gradient-descent", "--voice", "voice", "-f", "npz")
    assert err == "render.py: --voice has no effect on npz.\n"


def test_the_numbers_of_the_timeline_wait_too(trace, look, plain, tmp_path):
    (path,) = make(trace, look, ["json"], tmp_path)
    latest = max(shown["until"] for shown in json.loads(path.read_text())["timeline"])
    assert latest > plain.seconds + 10


def test_a_course_has_a_folder_for_each_film(run, spoken, tmp_path, monkeypatch):
    (tmp_path / "mine" / "pooling").mkdir(parents=True)
    beat = player.dry_run(pooling.compute(), SMALL).beats[0].name
    write(tmp_path / "mine" / "pooling" / f"{beat}.wav", babble(20, 1))
    words = ("course", "pooling", "gradient-descent", "-j", "1", "-f", "srt", "-o", "out")
    code, out, err = run(*words, "--voice", "mine")
    assert code == 0
    assert sorted(out.split()) == ["out/gradient-descent.srt", "out/pooling.voice-mine.srt"]
    assert "mine has no folder of gradient-descent: silent." in err
    (first, *_) = srt.parse((tmp_path / "out" / "pooling.voice-mine.srt").read_text())
    write(tmp_path / "mine" / "pooling" / f"{beat}.wav", babble(40, 1))
    run(*words, "--voice", "mine")  # another recording is another film
    (again, *_) = srt.parse((tmp_path / "out" / "pooling.voice-mine.srt").read_text())
    assert again.end > first.end
    code, _, err = run(*words, "--voice", "voice")
    assert (code, err) == (2, "render.py: voice has no folder of a film, such as voice/pooling.\n")
    code, _, err = run(*words, "--voice", "all.wav", "--marks", "good.txt")
    assert code == 2
    assert err.startswith("render.py: all.wav is the recording of one film; for several give a folder with a folder of")


def test_recordings_are_told_by_what_is_in_them(run, spoken, tmp_path):
    """Not by where they lie, nor by how their folder is spelled."""
    write_beat = tmp_path / "mine" / "Gradient_Descent"
    write_beat.mkdir(parents=True)
    write(write_beat / "SHOW_DATA.WAV", babble(3, 1))
    words = ("course", "gradient-descent", "-j", "1", "-f", "srt", "-o", "out", "--voice")
    assert run(*words, "mine")[0] == 0
    code, _, err = run(*words, str(tmp_path / "mine"))
    assert code == 0
    assert "1 of 1 films are there and unchanged" in err


def test_a_cluster_speaks_not(run, spoken):
    code, _, err = run("course", "pooling", "--voice", "espeak", "--cluster", "tcp://127.0.0.1:9")
    assert code == 2
    assert err == "render.py: --voice is heard on this machine, not on a --cluster; leave one of the two out.\n"


def test_slides_speak_where_their_beat_has_a_recording(run, spoken, tmp_path, monkeypatch):
    """From the command to the deck, whose name tells of the voice, though its first film is silent."""
    sized = options.Size.sized
    monkeypatch.setattr(options.Size, "sized", lambda self, theme: replace(sized(self, theme), height=96, fps=2))
    (tmp_path / "mine" / "pooling").mkdir(parents=True)
    beats = [beat.name for beat in player.played(pooling.compute(), SMALL).beats]
    write(tmp_path / "mine" / "pooling" / f"{beats[1]}.wav", babble(2, 1))
    words = ("course", "gradient-descent", "pooling", "-j", "1", "-f", "html", "-f", "pptx", "-o", "out")
    code, out, _ = run(*words, "--voice", "mine")
    assert code == 0
    html, pptx = (path for path in map(Path, out.split()) if path.suffix in (".html", ".pptx"))
    assert html.name == "course+gradient-descent+pooling.96p.2fps.voice-mine.html"
    page = html.read_text()
    assert page.count(" data-speaks") == 1
    (piece,) = (tmp_path / "out").glob("pooling*.zip")
    slides = pieces.read(piece).slides
    assert [slide.speaks for slide in slides] == [slide.beat == beats[1] for slide in slides]
    for slide in slides:
        with av.open(BytesIO(slide.video)) as container:
            assert bool(container.streams.audio) == slide.speaks
    with ZipFile(pptx) as package:
        videos = [package.read(name) for name in package.namelist() if name.endswith(".mp4")]
    assert [slide.video in videos for slide in slides] == [True] * len(slides)
