"""Whoever goes to a time that a file tells sees the first frame of what begins there, at every common rate."""

import re
from math import ceil

import av
import numpy as np
import pytest
import srt
import webvtt

from export.formats import captions, data, formats, txt
from export.render import player
from export.render.frame import Frame
from export.render.script import Script
from export.render.settings import RenderSettings
from mathcore import gradient_descent
from scenes._stage.film import Beat, Caption
from scenes._stage.refs import Ref
from scenes._stage.timeline import NumberOnScreen

STARTS = np.arange(0, 60, 7)  # in frames
AT_EVERY_RATE = pytest.mark.parametrize("rate", [15, 24, 25, 30, 50, 60])


def film(rate):
    """Beats and captions that begin at `STARTS`."""
    spans = [(float(start) / rate, float(start + 7) / rate) for start in STARTS]
    beats = tuple(Beat("one", False, start, stop, "One") for start, stop in spans)
    said = tuple(Caption("One.", start, stop) for start, stop in spans)
    return Script(beats, said, spans[-1][1], "Title", "Lesson", "en")


def frames(milliseconds, rate):
    """Which frame a player shows at a time, without an error of rounding."""
    return [round(time) * rate // 1000 for time in milliseconds]


@AT_EVERY_RATE
@pytest.mark.parametrize("extension", ["mp4", "webm", "mov"])
def test_a_chapter_begins_with_the_first_frame_of_its_beat(tmp_path, rate, extension):
    look, path = RenderSettings(height=16, fps=rate), tmp_path / f"film.{extension}"
    with formats()[extension].opened(path, look, film(rate)) as sink:
        sink.add(Frame.whole(np.zeros((look.height, look.width, 4), np.uint8)), len(STARTS) * 7, "one")
    with av.open(path) as container:
        told = [float(chapter["start"] * chapter["time_base"]) * 1000 for chapter in container.chapters()]
    assert frames(told, rate) == STARTS.tolist()


@AT_EVERY_RATE
def test_a_subtitle_of_an_mp4_begins_with_the_first_frame_of_its_caption(tmp_path, rate):
    look, path = RenderSettings(height=16, fps=rate), tmp_path / "film.mp4"
    with formats()["mp4"].opened(path, look, film(rate)) as sink:
        sink.add(Frame.whole(np.zeros((look.height, look.width, 4), np.uint8)), len(STARTS) * 7, "one")
    with av.open(path) as container:
        packets = [packet for packet in container.demux(subtitles=0) if packet.size > 2]
        told = [float(packet.pts * packet.time_base) * 1000 for packet in packets]
    assert frames(told, rate) == STARTS.tolist()


@AT_EVERY_RATE
def test_a_caption_begins_with_its_first_frame_and_ends_with_the_next(tmp_path, rate):
    cues = list(srt.parse(captions.srt(film(rate))))
    told = [(cue.start.total_seconds() * 1000, cue.end.total_seconds() * 1000) for cue in cues]
    assert frames([start for start, _ in told], rate) == STARTS.tolist()
    assert frames([stop for _, stop in told], rate) == (STARTS + 7).tolist()
    (tmp_path / "film.vtt").write_text(captions.vtt(film(rate)))
    seconds = [cue.start_in_seconds * 1000 + cue.start_time.milliseconds for cue in webvtt.read(tmp_path / "film.vtt")]
    assert frames(seconds, rate) == STARTS.tolist()


@AT_EVERY_RATE
def test_a_number_of_the_timeline_stands_from_the_time_told_until_the_time_told(monkeypatch, rate):
    ref = Ref("quantity", "w", (0,), 0.0)
    shown = [NumberOnScreen("0", ref, "one", float(start) / rate, float(start + 7) / rate) for start in STARTS]
    monkeypatch.setattr(player, "numbers", lambda trace, look: shown)
    told = data.timeline(gradient_descent.compute(), RenderSettings(fps=rate))
    assert frames([entry["time"] * 1000 for entry in told], rate) == STARTS.tolist()
    assert frames([entry["until"] * 1000 for entry in told], rate) == (STARTS + 7).tolist()


@AT_EVERY_RATE
def test_a_time_of_a_script_is_the_tenth_of_a_second_in_which_the_beat_and_its_caption_begin(rate):
    text = txt.described(film(rate))
    tenths = [ceil(round(float(start) / rate * 10, 6)) for start in STARTS]
    told = [f"0:{tenth // 10:02}.{tenth % 10}" for tenth in tenths]
    assert re.findall(r"Starts at (\S+),", text) == re.findall(r"\[(.+?)\]", text) == told
