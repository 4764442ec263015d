"""The gallery, as a browser shows it from the disk."""

import re
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from browser import chromium, complaints, requested

from export import RenderSettings
from export.course import gallery
from export.course.job import RenderError, do
from mathcore import _catalog
from scenes._stage.words import Words

CONCEPT = "gradient_descent"
BROKEN = "pooling"
SEEN = """return [...document.querySelectorAll('video')].filter(v => v.offsetParent)
          .map(v => ({poster: v.poster, ready: v.readyState, width: v.videoWidth, time: v.currentTime}))"""


def here(jobs, folder, show):
    """A backend of one, in this process; of one concept it makes nothing."""
    for number, job in enumerate(jobs):
        yield number, RenderError("on purpose.") if job.concept == BROKEN else do(job, folder)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    whole = gallery.build([CONCEPT, BROKEN], RenderSettings(height=96, fps=1), folder, here)
    return folder, whole


@pytest.fixture(scope="module")
def browser(site):
    with chromium() as driver:
        driver.get((site[0] / "index.html").as_uri())
        yield driver


def wait_for_films(browser):
    """Until every film that is shown has a picture to play."""
    loaded = (
        f"const done = arguments[0]; const look = () => {{ const films = (() => {{ {SEEN} }})(); "
        "films.every(f => f.ready >= 2) ? done(films) : setTimeout(look, 50); }; look()"
    )
    browser.set_script_timeout(20)
    return browser.execute_async_script(loaded)


def wait_until(true, seconds=20):
    """Look again and again, until it holds."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def text_of(browser, selector):
    """What an element shows, spaces as they are; Selenium's own `text` makes plain ones of them."""
    return browser.execute_script("return document.querySelector(arguments[0]).innerText", selector)


def test_a_film_that_fails_is_missing_from_the_page_and_told(site):
    folder, whole = site
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert not whole
    assert 'id="gradient-descent"' in page
    assert "pooling" not in page


def test_every_file_that_the_page_names_is_there_and_is_named_relatively(site):
    folder, _ = site
    page = (folder / "index.html").read_text(encoding="utf-8")
    named = [unquote(address) for address in re.findall(r'(?:src|href|poster)="([^"]+)"', page)]
    files = [Path(address) for address in named if not address.startswith(("data:", "#"))]
    assert len(files) == 2 * (len(gallery.LINKS) + len(gallery.STAYS))
    assert not [file for file in files if file.is_absolute() or not (folder / file).is_file()]


def test_the_loop_plays_in_the_language_that_is_chosen_and_nothing_is_asked_of_a_host(browser):
    for language in ("fr", "en"):
        browser.find_element("css selector", f"[data-to={language}]").click()
        (film,) = wait_for_films(browser)
        assert (".fr." in film["poster"]) == (language == "fr")
        assert film["width"] == 170
        words = Words(CONCEPT, language)
        shown = text_of(browser, "main")
        assert words.sentence("title") in shown
        assert words.sentence("lesson") in shown
    assert {urlparse(address).scheme for address in requested(browser)} <= {"file", "data"}
    assert complaints(browser) == []


def test_every_knob_is_told(browser):
    browser.find_element("css selector", "summary").click()
    for language in ("fr", "en"):
        browser.find_element("css selector", f"[data-to={language}]").click()
        shown = browser.find_element("css selector", "dl").text
        for knob in _catalog.knobs(_catalog.load(CONCEPT).Params):
            assert f"--{_catalog.hyphens(knob.name)}" in shown
            assert (knob.meaning in shown) == (language == "en")


def test_the_french_page_is_french_and_set_as_french_is_printed(browser):
    browser.find_element("css selector", "[data-to=fr]").click()
    if not browser.find_element("css selector", "dl").is_displayed():
        browser.find_element("css selector", "summary").click()
    shown = text_of(browser, "body")
    assert (
        "taux d’apprentissage ρ\u202f; auto prend un tiers du taux critique [de 1e-32 à 1e+83, ou auto\u202f; " in shown
    )
    assert "fichier CSV personnel, avec en-tête [par défaut\xa0: logements de Boston]" in shown
    assert not re.search(r"['\"]| [:;?!»]|« |default", shown)
    browser.find_element("css selector", "[data-to=en]").click()
    assert not re.search(r"['\"]", text_of(browser, "body"))


def test_a_phone_needs_not_be_scrolled_sideways(browser):
    sizes = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sizes)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
    texts = browser.find_elements("css selector", "p, a, dd, button, output")
    assert min(float(text.value_of_css_property("font-size").removesuffix("px")) for text in texts) >= 13
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture(scope="module")
def course(site, tmp_path_factory):
    """The page of all films, with the files of one."""
    folder, latest = site[0], gallery.cache.latest
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gallery.run, "render", lambda *_, **__: True)
        patch.setattr(gallery.cache, "latest", lambda job, *rest: latest(replace(job, concept=CONCEPT), *rest))
        page = tmp_path_factory.mktemp("course") / gallery.PAGE
        (page.parent / gallery.MEDIA).symlink_to(folder / gallery.MEDIA)
        gallery.build(_catalog.concepts(), RenderSettings(height=96, fps=1), page.parent, here)
    with chromium() as driver:
        driver.get(page.as_uri())
        yield driver


def shown(browser, selector):
    return browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])].filter(e => e.offsetParent).map(e => e.id || e.hash)",
        selector,
    )


def sought(browser, words):
    """The films that are shown when words are written into the search field that is shown."""
    (field,) = (field for field in browser.find_elements("css selector", "input") if field.is_displayed())
    field.clear()
    field.send_keys(words)
    return shown(browser, "article")


def test_films_stand_in_their_chapters_in_the_order_of_the_course(course):
    existing = [chapter for chapter in _catalog.chapters() if _catalog.concepts_of(chapter.number)]
    assert shown(course, "article") == [_catalog.hyphens(name) for name in _catalog.concepts_of(None)]
    assert shown(course, "nav a") == [f"#chapter-{chapter.number}" for chapter in existing]


def test_what_is_sought_is_found_in_both_languages_whatever_the_accents(course):
    assert sought(course, "regularisation stopping") == ["early-stopping"]
    assert sought(course, "arrêt PRECOCE") == ["early-stopping"]
    assert shown(course, "nav a") == ["#chapter-5"]
    assert text_of(course, "output") == f"1 / {len(_catalog.concepts())}"
    assert sought(course, "no such film") == []
    assert len(sought(course, " ")) == len(_catalog.concepts())


def test_pictures_load_when_they_come_near(course):
    def loaded():
        return [v["poster"] != "" for v in course.execute_script(SEEN)]

    course.get(course.current_url)
    wait_until(lambda: loaded()[0])
    assert not any(loaded()[len(loaded()) // 2 :])
    course.execute_script("scrollTo(0, document.body.scrollHeight)")
    wait_until(lambda: loaded()[-1])
    assert not all(loaded())


def test_a_film_whose_code_is_edited_while_it_renders_is_on_the_page(site, monkeypatch):
    folder, _ = site
    versions = iter(map(str, range(100)))
    monkeypatch.setattr(gallery.cache.source, "of_film", lambda *_: next(versions))
    monkeypatch.setattr(gallery.run, "render", lambda *_, **__: True)
    assert gallery.build([CONCEPT], RenderSettings(height=96, fps=1), folder, here)
    assert 'id="gradient-descent"' in (folder / "index.html").read_text(encoding="utf-8")


def test_what_is_there_is_not_rendered_again(site, capsys):
    folder, _ = site

    def nobody(jobs, folder, show):
        raise AssertionError("nothing was to be rendered")
        yield

    assert gallery.build([CONCEPT], RenderSettings(height=96, fps=1), folder, nobody)
    assert str(folder / "index.html") in capsys.readouterr().out
