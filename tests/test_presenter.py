"""The presenter's window, and the keys of both windows: a deck of four slides, of which the third loops, from disk."""

import pytest
from browser import Deck, complaints, requested
from presenting import SECONDS, Two, film, still
from selenium.webdriver.common.keys import Keys

from export.formats import html
from export.formats._slides import Show, Slide
from scenes._stage.theme import THEMES

BEATS = ("one", "two", "three", "four")
CURRENT = "[...document.querySelectorAll('section')].indexOf(document.querySelector('.shown')) + 1"
HINT = "document.getElementById('hint').textContent"
NOTES = "[...document.getElementById('notes').children].map((one) => one.textContent)"
BLANK = "getComputedStyle(document.body, '::after').content !== 'none'"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A deck whose folder has a name that an address must escape."""
    slides = [
        Slide(name, name.capitalize(), name == "three", SECONDS, (f"Said in {name}.",), film(), still(), "", note)
        for name, note in zip(BEATS, ("First & foremost", "Then", "Again", ""), strict=True)
    ]
    path = tmp_path_factory.mktemp("a deck?#") / "deck 1.html"
    html.bind([Show("A film", "A lesson.", "en", THEMES["dark"].colours(), tuple(slides))], "A film", path)
    return path


def test_digits_and_enter_go_to_a_slide(deck):
    for digits, number in (("3", 3), ("02", 2), ("99", 4), ("0", 1)):
        for digit in digits:
            deck.press(digit)
        assert deck.ask(HINT) == f"→ {digits}"
        assert deck.ask("document.getElementById('hint').checkVisibility()")
        deck.press(Keys.ENTER)
        deck.at(number)
        assert deck.ask(HINT) == ""
    deck.press(Keys.ENTER)
    deck.at(2)


def test_digits_can_be_taken_back(deck):
    for key in ("3", Keys.ESCAPE, Keys.ENTER):
        deck.press(key)
    deck.at(2)
    for key in ("4", "3", Keys.BACKSPACE):
        deck.press(key)
    assert deck.ask(HINT) == "→ 4"
    deck.press("n")
    deck.press("r")
    assert deck.ask(HINT) == "", "any other key of the deck takes them back"
    assert deck.ask(CURRENT) == 2


@pytest.mark.parametrize(("key", "colour"), [("b", "0, 0, 0"), (".", "0, 0, 0"), ("w", "255, 255, 255")])
def test_the_screen_is_black_or_white_until_a_key_brings_the_slide_back(deck, key, colour):
    deck.wait("video.currentTime > 0.2")
    deck.press(key)
    cover = "getComputedStyle(document.body, '::after')"
    assert deck.ask(f"{cover}.backgroundColor") == f"rgb({colour})"
    assert deck.ask(f"[{cover}.position, {cover}.inset]") == ["fixed", "0px"]
    assert deck.ask("video.paused"), "nothing of it is missed"
    deck.press(key)
    assert not deck.ask(BLANK)
    deck.wait("!video.paused")
    deck.press(key)
    deck.press(Keys.ARROW_RIGHT)
    assert not deck.ask(BLANK)
    assert deck.ask(CURRENT) == 1, "the slide is not turned unseen"


def test_a_click_brings_a_black_screen_back(deck):
    deck.press("b")
    for kind in ("mousePressed", "mouseReleased"):
        place = {"type": kind, "x": 900, "y": 640, "button": "left", "clickCount": 1}
        deck.browser.execute_cdp_cmd("Input.dispatchMouseEvent", place)
    assert not deck.ask(BLANK)
    assert deck.ask(CURRENT) == 1


@pytest.mark.parametrize("key", ["p", "k", "P", "button"])
def test_a_video_is_halted_and_goes_on_where_it_was(deck, key):
    def press():
        deck.browser.find_element("id", "pause").click() if key == "button" else deck.press(key)

    label = "document.getElementById('pause').ariaLabel"
    deck.wait("video.currentTime > 0.3")
    assert deck.ask(label) == "Pause"
    press()
    stood = deck.ask("video.paused && video.currentTime")
    assert 0.3 < stood < SECONDS
    assert deck.ask(label) == "Play"
    press()
    deck.wait(f"!video.paused && video.currentTime > {stood}")
    assert deck.ask("video.currentTime") < SECONDS
    press()
    deck.press(Keys.ARROW_RIGHT)
    deck.at(2)
    assert deck.wait("!video.paused"), "a pause is that of one slide"


def test_the_key_of_a_pause_plays_again_what_has_ended(deck):
    deck.ask(f"video.currentTime = {SECONDS} - 0.3")
    deck.wait("video.ended && document.getElementById('pause').ariaLabel === 'Play'")
    deck.press("p")
    deck.wait("!video.paused && video.currentTime > 0.2 && video.currentTime < 2")
    deck.press(Keys.ARROW_RIGHT)
    deck.press(Keys.ARROW_LEFT)
    deck.at(1)
    assert deck.ask("video.paused")
    deck.press("p")
    deck.wait("!video.paused && video.currentTime > 0.2")


def test_after_a_button_was_clicked_the_space_bar_turns_the_slide(deck):
    deck.browser.find_element("id", "pause").click()
    deck.press(Keys.SPACE)
    deck.at(2)
    deck.ask("document.getElementById('toggle-notes').focus()")
    deck.press(Keys.SPACE)
    assert deck.ask("document.documentElement.classList.contains('noted')"), "of who goes by keys it is pressed"
    assert deck.ask(CURRENT) == 2


@pytest.mark.parametrize("key", ["h", "?"])
def test_the_keys_are_told_and_each_of_them_does_something(deck, key):
    deck.press(key)
    shown = "document.getElementById('help').open"
    assert deck.ask(shown)
    named = deck.ask("[...document.querySelectorAll('#help th')].map((one) => one.innerText.split(/\\s+/)).flat()")
    letters = {name for name in named if len(name) == 1 and name.isascii()}
    known = set(deck.ask("Object.keys({ ...deckKeys, ...windowKeys })"))
    assert letters <= known
    assert {one for one in known if len(one) == 1 and one.isalpha()} <= letters
    deck.press(Keys.ESCAPE)
    assert not deck.ask(shown)
    deck.press(key)
    deck.press(Keys.ARROW_RIGHT)
    assert not deck.ask(shown)
    assert deck.ask(CURRENT) == 1


def test_the_presenter_sees_the_slide_the_next_one_and_the_notes(two):
    speaker = two.to(two.speaker)
    assert speaker.ask("document.getElementById('beat').textContent") == "A film – One"
    assert speaker.ask("document.getElementById('number').textContent") == "1 / 4"
    assert speaker.ask("document.getElementById('then').textContent") == "Next: A film – Two"
    assert speaker.ask(NOTES) == ["First & foremost", "Said in one."]
    assert speaker.ask("document.getElementById('notes').ariaLive") == "polite"
    assert speaker.ask("parseFloat(getComputedStyle(document.querySelector('#notes .note')).fontSize)") >= 22
    seen = (
        "[...document.querySelectorAll('section')].filter((one) => one.checkVisibility()).map((one) => one.ariaLabel)"
    )
    assert speaker.ask(seen) == ["A film – One", "A film – Two"]
    assert speaker.wait("document.querySelector('.following img').naturalWidth") == 64
    speaker.press(Keys.END)
    two.at(4)
    assert two.to(two.speaker).ask("document.getElementById('then').textContent") == "End of the deck"
    assert speaker.ask(seen) == ["A film – Four"]
    assert speaker.ask(NOTES) == ["Said in four."]


def test_the_windows_follow_each_other(two):
    two.to(two.audience).press(Keys.ARROW_RIGHT)
    two.at(2)
    two.to(two.speaker).press(Keys.ARROW_RIGHT)
    two.at(3)
    two.to(two.speaker).press("4")
    assert two.to(two.audience).wait(HINT) == "→ 4"
    two.to(two.speaker).press(Keys.ENTER)
    two.at(4)
    for window in (two.audience, two.speaker):
        two.to(window).wait("location.hash === '#4'")


def test_the_presenter_s_window_plays_what_the_audience_sees_from_the_same_memory(two):
    for window in (two.audience, two.speaker):
        two.to(window).wait("!video.paused && video.currentTime > 0.5")
    two.to(two.speaker).press("p")
    times = []
    for window in (two.audience, two.speaker):
        two.to(window).wait("video.paused && !video.seeking")
        times.append(two.deck.ask("video.currentTime"))
    assert times[1] == pytest.approx(times[0], abs=0.05)
    assert two.to(two.speaker).ask("document.querySelectorAll('script[type=\"text/plain\"]').length") == 0
    assert two.deck.ask("[...document.querySelectorAll('video')].filter((one) => one.src).length") == 1


def test_a_black_screen_is_black_to_the_audience_only(two):
    two.to(two.speaker).press("b")
    two.to(two.audience).wait(BLANK)
    assert not two.to(two.speaker).ask(BLANK)
    assert "The screen is black" in two.deck.wait(
        "getComputedStyle(document.querySelector('main'), '::before').content"
    )


def test_the_timer_starts_with_the_first_turn_is_stopped_and_set_back(two):
    shown = "document.getElementById('timer').textContent"
    speaker = two.to(two.speaker)
    assert speaker.ask("document.getElementById('clock').textContent")
    assert speaker.wait(shown) == "00:00"
    speaker.wait("video.currentTime > 1.2")
    assert speaker.ask(shown) == "00:00", "not before the first turn"
    speaker.press(Keys.ARROW_RIGHT)
    speaker.wait(f"{shown} === '00:01'")
    two.to(two.audience).press("t")
    two.to(two.speaker).wait("document.getElementById('timer').classList.contains('held')")
    held = speaker.ask("state.held")
    assert held >= 1000
    speaker.browser.find_element("id", "timer").click()
    speaker.wait(f"elapsed() > {held} + 300")
    speaker.ask("Date.now = ((now) => () => now() + 3600000)(Date.now)")
    assert speaker.wait(f"{shown}.startsWith('01:00:') && {shown}")
    speaker.press("z")
    speaker.wait(f"{shown} === '00:00'")


def test_the_notes_are_made_larger(two):
    size = "parseFloat(getComputedStyle(document.querySelector('#notes .note')).fontSize)"
    speaker = two.to(two.speaker)
    before = speaker.ask(size)
    speaker.press("+")
    assert speaker.ask(size) == pytest.approx(1.15 * before, rel=0.01)
    for _ in range(20):
        speaker.press("-")
    assert speaker.ask(size) == pytest.approx(0.5 * before, rel=0.01)


@pytest.mark.parametrize("reloaded", ["audience", "speaker"])
def test_the_windows_find_each_other_again_after_a_reload(two, reloaded):
    two.to(two.speaker).press("3")
    two.deck.press(Keys.ENTER)
    two.at(3)
    two.to(two.audience).wait("location.hash === '#3'")
    since = two.deck.ask("state.since")
    two.to(getattr(two, reloaded))
    two.browser.refresh()
    two.deck.wait("linked()")
    two.at(3)
    two.to(two.speaker).press(Keys.ARROW_LEFT)
    two.at(2)
    two.to(two.audience).press(Keys.ARROW_RIGHT)
    two.at(3)
    assert [two.to(window).ask("state.since") for window in (two.audience, two.speaker)] == [since, since]
    two.to(two.audience).press("s")
    assert len(two.browser.window_handles) == 2, "it is not opened a second time"


def test_the_presenter_goes_on_alone_when_the_deck_s_window_is_closed(deck, browser, path):
    browser.switch_to.new_window("tab")
    audience = Deck(browser, path.as_uri())
    audience.at(1)
    audience.window = browser.current_window_handle
    before = set(browser.window_handles)
    audience.press("s")
    (speaker,) = set(browser.window_handles) - before
    browser.switch_to.window(speaker)
    audience.wait("linked()")
    browser.switch_to.window(audience.window)
    browser.close()
    browser.switch_to.window(speaker)
    assert audience.wait(HINT) == "The deck’s window has been closed. This one goes on by itself."
    audience.press(Keys.ARROW_RIGHT)
    audience.at(2)
    assert audience.ask(NOTES) == ["Then", "Said in two."]
    assert audience.wait("document.querySelector('.shown img').checkVisibility()"), "there is no video without it"
    audience.wait("location.hash === '#2'")
    browser.refresh()
    audience.at(2)


def test_the_deck_goes_on_alone_and_opens_the_presenter_s_window_again(two):
    two.to(two.speaker).press(Keys.ARROW_RIGHT)
    two.at(2)
    two.to(two.speaker)
    two.browser.close()
    two.to(two.audience).press(Keys.ARROW_RIGHT)
    two.at(3, two.audience)
    since = two.deck.ask("state.since")
    again = Two(two.deck)
    again.at(3)
    assert again.to(again.speaker).ask("state.since") == since, "the timer is not lost"


def test_who_does_not_know_the_secret_is_not_heard(two):
    audience = two.to(two.audience)
    for message in ("{ key: 'ArrowRight', secret: 'guessed' }", "{ key: 'ArrowRight' }", "'ArrowRight'", "null"):
        two.to(two.speaker).ask(f"opener.postMessage({message}, '*')")
    two.to(two.speaker).ask("opener.postMessage({ key: '__proto__', secret }, '*')")
    two.to(two.speaker).ask("opener.postMessage({ key: 'End', secret }, '*')")
    two.at(4)
    assert two.to(two.audience).ask("drawn") == 3
    audience.press(Keys.ARROW_LEFT)
    two.at(3)
    assert not complaints(two.browser)


def test_another_window_is_not_heard_though_it_knew_the_secret(two):
    two.to(two.audience).ask("window.postMessage({ key: 'End', secret }, '*')")
    two.to(two.speaker).ask("window.postMessage({ state: { at: 3 }, secret }, '*')")
    two.deck.ask("setTimeout(() => opener.postMessage({ key: 'ArrowRight', secret }, '*'), 300)")
    two.at(2)


def test_a_blocked_window_is_told_in_a_line(deck):
    deck.ask("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 's', bubbles: true }))")
    assert "blocked the presenter’s window" in deck.wait(HINT)
    assert len(deck.browser.window_handles) == 1
    deck.press(Keys.ARROW_RIGHT)
    deck.at(2)
    assert deck.ask(HINT) == ""


def test_both_windows_ask_no_host_for_anything(two):
    requests = []
    for window in (two.audience, two.speaker):
        two.to(window).press(Keys.ARROW_RIGHT)
        two.deck.wait("video.currentTime > 0")
        requests += requested(two.browser)
    assert {address.partition(":")[0] for address in requests} == {"file", "data", "blob"}
    assert not complaints(two.browser)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (844, 390), (1024, 768), (1280, 720)])
def test_the_presenter_s_window_has_room(two, width, height):
    speaker = two.to(two.speaker)
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    speaker.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    assert speaker.wait(f"innerWidth === {width} && [document.body.scrollWidth, document.body.scrollHeight]") == [
        width,
        height,
    ]
    things = "[...document.querySelectorAll('button, aside, .shown, .following, #clock')]"
    seen = f"{things}.filter((one) => one.checkVisibility())"
    places = speaker.ask(f"{seen}.map((one) => one.getBoundingClientRect().toJSON())")
    assert len(places) > 10
    assert all(0 <= place["left"] < place["right"] <= width for place in places)
    assert speaker.ask("document.getElementById('notes').clientHeight") > height / 3
    assert speaker.ask("document.querySelector('.shown').clientHeight") > 90
