"""What is said in a film, as captions, read again by the libraries of others."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import srt
import webvtt
from browser import chromium

from export.formats import captions
from export.render import player
from export.render.files import make
from export.render.settings import RenderSettings
from mathcore import gradient_descent

LOOK = RenderSettings(height=144, fps=5, language="fr")


@pytest.fixture(scope="module")
def trace():
    return gradient_descent.compute()


@pytest.fixture(scope="module")
def film(trace):
    return player.dry_run(trace, LOOK)


@pytest.fixture(scope="module")
def files(trace, tmp_path_factory):
    paths = make(trace, RenderSettings(fps=5, language="fr"), ["srt", "vtt"], tmp_path_factory.mktemp("said"))
    return {path.suffix: path for path in paths}


def said(film):
    return [(round(one.start * 1000), round(one.stop * 1000), one.text) for one in film.captions]


def read_srt(text):
    cues = list(srt.parse(text))
    assert [cue.index for cue in cues] == list(range(1, len(cues) + 1))
    return [(round(c.start.total_seconds() * 1000), round(c.end.total_seconds() * 1000), c.content) for c in cues]


def read_vtt(path):
    return [(thousandths(cue.start), thousandths(cue.end), cue.text) for cue in webvtt.read(path)]


def thousandths(clock):
    hours, minutes, seconds = clock.split(":")
    return round(1000 * (3600 * int(hours) + 60 * int(minutes) + float(seconds)))


def test_an_srt_file_holds_the_captions_on_screen_and_their_times(files):
    film = player.dry_run(gradient_descent.compute(), RenderSettings(fps=5, language="fr"))
    assert read_srt(files[".srt"].read_text(encoding="utf-8")) == said(film)
    assert said(film)[0][2].startswith("506 lignes")


def test_a_vtt_file_says_the_same(files):
    assert files[".vtt"].read_text(encoding="utf-8").startswith("WEBVTT\n\n")
    assert read_vtt(files[".vtt"]) == read_srt(files[".srt"].read_text(encoding="utf-8"))


def test_the_captions_of_a_beat_are_cut_to_it(film):
    beat = film.beat("take_first_step")
    cut = film.cut(beat)
    cues = read_srt(captions.srt(cut))
    assert cues[0][0] == 0
    assert cues[-1][1] == round(beat.seconds * 1000)
    assert [text for *_, text in cues] == [one.text for one in film.captions if one.start < beat.stop][-len(cues) :]
    before, first = cues[:2]
    assert before[1] == first[0], "the sentence of the beat before stands until the first of this one"


def test_a_beat_in_which_nothing_is_said_keeps_the_sentence_that_stands(film):
    cut = film.cut(film.beat("loop"))
    assert said(cut) == [(0, round(cut.seconds * 1000), film.captions[-1].text)]


def test_signs_that_webvtt_gives_a_meaning_are_written_as_entities(film):
    odd = replace(film, captions=(replace(film.captions[0], text="a < b & b > c --> d"),))
    assert "a &lt; b &amp; b &gt; c --&gt; d" in captions.vtt(odd)
    assert read_srt(captions.srt(odd))[0][2] == "a < b & b > c --> d"


def test_what_is_said_has_a_user_s_name_whole_and_on_one_line(tmp_path):
    name = "living area of the flat with its balcony,\nwithout the cellar, in m²"
    (tmp_path / "own.csv").write_text(f'"{name}",y\n1,2\n2,3\n', encoding="utf-8")
    trace = gradient_descent.compute(
        gradient_descent.Params(data=tmp_path / "own.csv", feature=name, target="y", learning_rate=0.01)
    )
    film = player.dry_run(trace, LOOK)
    for text in (
        read_srt(captions.srt(film))[0][2],
        captions.vtt(film),
        film.said(film.beats[0])[0],
    ):
        assert name.replace("\n", " ") in text


def test_times_beyond_the_hour_are_carried():
    assert captions._clock(3725.9996, ",") == "01:02:06,000"


def test_a_browser_shows_the_captions_of_the_documented_page_to_those_only_who_turn_them_on(tmp_path):
    page = (Path(__file__).parent.parent / "docs" / "embedding.md").read_text(encoding="utf-8")
    videos = re.findall(r"<video.*?</video>", page, re.DOTALL)
    (tmp_path / "page.html").write_text("\n".join(videos), encoding="utf-8")
    with chromium() as browser:
        browser.get((tmp_path / "page.html").as_uri())
        modes = "return [...document.querySelectorAll('video')].flatMap(v => [...v.textTracks].map(t => t.mode))"
        assert set(browser.execute_script(modes)) == {"disabled"}
