"""Decks that speak, from disk: of four slides all speak but the second, and the third loops.

What is heard is measured at what the browser gives out, and tells by its pitch the time that it belongs to.
"""

from io import BytesIO

import av
import pytest
from browser import Deck, complaints
from office import SPACES, Package, libreoffice
from presenting import PITCH, SECONDS, STEP, film, still
from selenium.webdriver.common.keys import Keys

from export.formats import html, pptx
from export.formats import zip as zip_
from export.formats._slides import Show, Slide
from scenes._stage.theme import THEMES

BEATS = ("one", "two", "three", "four")
HINT = "document.getElementById('hint').textContent"
WAITS = f"state.refused && video.paused && video.currentTime === 0 && {HINT}"
HEARD = """(() => {
  if (!video.meter) {
    const context = new AudioContext();
    video.meter = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
    context.createMediaElementSource(video).connect(video.meter).connect(context.destination);
  }
  const levels = new Float32Array(video.meter.frequencyBinCount);
  video.meter.getFloatFrequencyData(levels);
  const loudest = levels.indexOf(Math.max(...levels));
  return levels[loudest] > -50 && [loudest * video.meter.context.sampleRate / 4096, video.currentTime];
})()"""


def spoken(language: str, *silent: str) -> Show:
    """The slides; those that are named do not speak."""
    slides = [
        Slide(name, name, name == "three", SECONDS, (), film(speaks=name not in silent), still(), speaks=speaks)
        for name, speaks in ((name, name not in silent) for name in BEATS)
    ]
    return Show("A film", "A lesson.", language, THEMES["dark"].colours(), tuple(slides))


@pytest.fixture(scope="module")
def show():
    return spoken("fr", "two")


@pytest.fixture(scope="module")
def path(show, tmp_path_factory):
    path = tmp_path_factory.mktemp("speaks") / "deck.html"
    html.bind([show], show.title, path)
    return path


def heard(deck, after: float = 0.3) -> float:
    """The time in the video at which something is heard that belongs there."""
    pitch, time = deck.wait(f"video.currentTime > {after} && {HEARD}")
    assert PITCH * (time / STEP - 0.6) < pitch < PITCH * (time / STEP + 1.2)  # what is measured lasts 0.1 seconds
    return time


def silent(deck, after: float = 0.3) -> None:
    """Nothing is heard of a video, though it plays."""
    deck.wait(f"!video.paused && video.currentTime > {after}")
    for _ in range(5):
        assert not deck.ask(HEARD)
        deck.wait(f"video.ended || video.currentTime !== {deck.ask('video.currentTime')}")
    assert deck.ask("video.meter.context.state") == "running"


@pytest.mark.parametrize("key", ["p", "k", "r", "pause", "hint"])
def test_the_first_slide_stands_at_its_beginning_until_a_key_has_it_speak(deck, key):
    assert deck.wait(WAITS) == "p\N{NO-BREAK SPACE}: lecture avec le son"
    assert deck.ask("document.getElementById('hint').checkVisibility() && video.checkVisibility()")
    assert deck.ask("document.getElementById('pause').ariaLabel") == "Lecture"
    if key in ("pause", "hint"):
        deck.browser.find_element("id", key).click()
    else:
        deck.press(key)
    heard(deck)
    assert deck.ask(HINT) == ""
    assert not complaints(deck.browser)


def test_a_slide_speaks_to_its_end(deck):
    deck.press("p")
    for time in (0.3, 1.2, 2.1, 3):
        heard(deck, time)
    assert deck.wait("video.ended && video.currentTime === video.duration")


def test_a_slide_speaks_as_it_is_turned_to_since_a_key_was_pressed(deck):
    deck.wait(WAITS)
    deck.press(Keys.ARROW_RIGHT)
    deck.at(2)
    assert deck.ask(HINT) == ""
    silent(deck)
    deck.press(Keys.END)
    deck.at(4)
    heard(deck)
    deck.press(Keys.ARROW_LEFT)
    deck.press(Keys.ARROW_LEFT)
    deck.at(2)
    assert deck.ask("document.querySelector('.shown img').checkVisibility()")
    playing = "[...document.querySelectorAll('video')].filter((one) => !one.paused).length"
    assert deck.wait(f"{playing} === 0"), "a slide that has ended stands still and says nothing"
    deck.press(Keys.HOME)
    deck.at(1)
    heard(deck)


def test_no_other_key_has_the_first_slide_speak(deck):
    deck.wait(WAITS)
    for key in ("n", "b"):
        deck.press(key)
    assert deck.ask(HINT) == "", "black is black"
    for key in ("b", "n", Keys.ARROW_LEFT):
        deck.press(key)
    assert deck.wait(WAITS)
    deck.press("4")
    assert deck.ask(HINT) == "→ 4"
    deck.press(Keys.ESCAPE)
    assert deck.wait(WAITS)


@pytest.mark.parametrize("key", ["p", "b", "w"])
def test_the_sound_halts_with_the_picture_and_goes_on_with_it(deck, key):
    deck.press("p")
    heard(deck)
    deck.press(key)
    stood = deck.wait(f"video.paused && !{HEARD} && video.currentTime")
    deck.press(key)
    assert heard(deck, stood) < SECONDS


def test_a_slide_is_played_again_from_its_start_with_its_sound(deck):
    deck.press("p")
    heard(deck, 2)
    deck.press("r")
    assert heard(deck) < 2
    for key in ("r", "p"):
        deck.ask("video.currentTime = video.duration - 0.3")
        deck.wait("video.ended")
        deck.press(key)
        assert heard(deck) < SECONDS - 0.5


def test_a_loop_speaks_once_and_goes_on_in_silence(deck):
    deck.press("3")
    deck.press(Keys.ENTER)
    deck.at(3)
    heard(deck)
    for _ in range(2):
        deck.wait(f"video.currentTime > {SECONDS} - 0.5")
        deck.wait("!video.paused && video.currentTime < 1")
        silent(deck)
    deck.press("r")
    heard(deck)
    deck.press(Keys.ARROW_RIGHT)
    deck.at(4)
    deck.press(Keys.ARROW_LEFT)
    deck.at(3)
    silent(deck)
    deck.press(Keys.ARROW_LEFT)
    deck.press(Keys.ARROW_RIGHT)
    deck.at(3)
    heard(deck)
    assert not complaints(deck.browser)


def test_the_presenter_s_window_is_silent_and_its_keys_have_the_other_speak(two):
    for key, number in (("p", 1), (Keys.END, 4)):
        two.to(two.speaker).press(key)
        two.at(number)
        silent(two.to(two.speaker))
        assert two.deck.ask("video.muted")
        heard(two.to(two.audience))
    seen = [two.to(window).ask("[Date.now() / 1000, video.currentTime]") for window in (two.audience, two.speaker)]
    assert seen[0][1] - seen[0][0] == pytest.approx(seen[1][1] - seen[1][0], abs=0.5)
    two.to(two.speaker).press("3")
    two.deck.press(Keys.ENTER)
    two.at(3)
    heard(two.to(two.audience), 3)
    assert two.deck.wait("state.said")
    for window in (two.audience, two.speaker):
        silent(two.to(window))


def test_after_a_reload_both_windows_tell_in_which_a_key_is_to_be_pressed(two):
    two.to(two.audience).wait("history.state?.secret")
    two.browser.refresh()
    assert two.deck.wait(WAITS) == "p\N{NO-BREAK SPACE}: lecture avec le son"
    two.deck.wait("linked()")
    there = "Le navigateur attend une touche avant de jouer le son"
    for _ in range(2):
        assert two.to(two.speaker).wait(f"state.refused && {HINT}").startswith(there)
        two.deck.press("p")
        assert two.to(two.audience).wait(WAITS), "who presses a key elsewhere is not heard here"
    two.to(two.speaker).press(Keys.ARROW_RIGHT)
    two.at(2)
    for window in (two.audience, two.speaker):
        assert two.to(window).wait("!video.paused && video.currentTime > 0.3"), "what is silent plays"
        assert two.deck.ask(HINT) == ""
    two.deck.press(Keys.END)
    two.at(4)
    assert two.to(two.audience).wait(WAITS)
    two.deck.press("p")
    heard(two.deck)
    assert two.to(two.speaker).wait(f"!state.refused && !video.paused && !{HINT}")
    assert not complaints(two.browser)


def test_whoever_wants_less_motion_hears_a_slide_that_is_played(browser, path):
    wish = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", wish)
    try:
        deck = Deck(browser, path.as_uri() + "#3")
        deck.at(3)
        assert deck.ask(f"video.paused && !video.checkVisibility() && {HINT}") == ""
        deck.press("r")
        heard(deck)
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_a_deck_without_a_voice_plays_at_once_and_has_no_word_of_it(browser, tmp_path):
    show, path = spoken("en", *BEATS), tmp_path / "deck.html"
    html.bind([show], show.title, path)
    page = path.read_text()
    assert not any(word in page for word in ("data-speaks", "data-unheard", "with sound"))
    deck = Deck(browser, path.as_uri())
    deck.at(1)
    deck.wait("!video.paused && video.currentTime > 0.3")
    assert deck.ask(f"video.muted && {HINT}") == ""


def test_the_pieces_tell_which_of_them_speak(show, tmp_path):
    zip_.write(show, tmp_path / "deck.zip")
    assert zip_.read(tmp_path / "deck.zip") == show


def test_a_powerpoint_slide_speaks_as_it_appears_and_a_loop_once(show, tmp_path):
    path = tmp_path / "deck.pptx"
    pptx.bind([show], show.title, path)
    package = Package(path)
    opened = Package(libreoffice(path, "odp", tmp_path))
    pages = opened.find("content.xml", "//draw:page")
    for number, (slide, page) in enumerate(zip(show.slides, pages, strict=True), start=1):
        name = f"ppt/slides/slide{number}.xml"
        assert package.find(name, "//p:cMediaNode/p:cTn/@repeatCount") == ["1000"]
        assert package.find(name, "//p:cMediaNode/@*") == ["80000"], "as loud as PowerPoint has it, and not muted"
        assert package.find(name, "//p:cmd[@cmd='playFrom(0.0)']//p:cTn/@dur") == [str(1000 * SECONDS)]
        (video,) = page.xpath(".//draw:plugin/@xlink:href", namespaces=SPACES)
        params = page.xpath(".//draw:plugin/draw:param/@draw:value", namespaces=SPACES)
        assert params == ["false", "false", "0"], "no loop, not muted, no decibel less"
        with av.open(BytesIO(opened.parts[video])) as container:
            assert [one.name for one in container.streams.audio] == (["aac"] if slide.speaks else [])
