"""The gallery, as a browser shows it from the disk."""

import json
import re
import shlex
import time
from dataclasses import replace
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from browser import chromium, complaints, requested
from selenium.webdriver import ActionChains

import render
from export import RenderSettings
from export.course.job import RenderError, do
from export.formats import formats
from export.formats.data import timeline
from export.gallery import pages, site, works
from export.gallery.files import MEDIA, STAYS, TAKEN
from export.render.settings import file_name
from export.sweep import asked, run
from mathcore import _catalog
from scenes._stage.words import Words

CONCEPT, NAME = "gradient_descent", "gradient-descent"
BROKEN = "pooling"
LOOK = RenderSettings(height=96, fps=2)
MOUSE = "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4"
PLAYING = "return [...document.querySelectorAll('video')].filter(v => !v.paused).map(v => v.closest('article').id)"


def here(jobs, folder, show):
    """A backend of one, in this process; of one concept it makes nothing."""
    for number, job in enumerate(jobs):
        yield number, RenderError("on purpose.") if job.concept == BROKEN else do(job, folder)


@pytest.fixture(scope="module", autouse=True)
def _few_values():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(asked.USUAL, 1, 3)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory, _few_values):
    folder = tmp_path_factory.mktemp("site")
    whole = site.build([CONCEPT, BROKEN], LOOK, folder, here)
    return folder, whole


@pytest.fixture(scope="module")
def browser(made):
    with chromium(MOUSE) as driver:
        yield driver


def opened(browser, folder, page="index.html", language="en", beat=""):
    """A page, once it says what it has to say."""
    browser.get("about:blank")
    browser.get(f"{(folder / page).as_uri()}?lang={language}{beat and f'#beat={beat}'}")
    if page != "index.html":
        wait_until(lambda: browser.execute_script("return record !== null && reel.readyState > 1 && !reel.seeking"))
    return browser


@pytest.fixture
def front(browser, made):
    return opened(browser, made[0])


@pytest.fixture
def film(browser, made):
    return opened(browser, made[0], f"{NAME}.html")


@pytest.fixture(scope="module")
def told(made):
    """What the page of the film is told in each language."""
    return {one: works.read(made[0] / MEDIA / f"{NAME}.{one}.js") for one in ("en", "fr")}


def wait_until(true, seconds=20):
    """Look again and again, until it holds."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def text_of(browser, selector):
    """What an element shows, spaces as they are; Selenium's own `text` makes plain ones of them."""
    return browser.execute_script("return document.querySelector(arguments[0]).innerText", selector)


def clicked(browser, selector):
    """Click on the first of these elements that is shown."""
    next(one for one in browser.find_elements("css selector", selector) if one.is_displayed()).click()


def at(browser):
    """Where the film is, once it is there."""
    wait_until(lambda: browser.execute_script("return !reel.seeking"))
    return browser.execute_script("return reel.currentTime")


def go(browser, seconds):
    """Have the film stand at a time, and the page have looked."""
    browser.execute_async_script(
        "const done = arguments[1]; reel.pause();"
        "reel.addEventListener('seeked', () => setTimeout(done, 50), {once: true}); reel.currentTime = arguments[0]",
        seconds,
    )


def pressed(browser, *keys):
    for key in keys:
        browser.execute_script(
            "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true, "
            "cancelable: true}))",
            key,
        )
    return browser


def test_a_film_that_fails_is_missing_from_the_site_and_told(made):
    folder, whole = made
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert not whole
    assert 'id="gradient-descent"' in page
    assert "pooling" not in page
    assert sorted(path.name for path in folder.glob("*.html")) == ["gradient-descent.html", "index.html"]


def test_every_file_that_a_page_names_is_there_and_is_named_relatively(made):
    folder, _ = made
    for page, media in (("index.html", len(STAYS)), (f"{NAME}.html", len(TAKEN) + 3)):
        written = (folder / page).read_text(encoding="utf-8")
        named = re.findall(r'(?:src|href|poster)="([^"]+)"', written)
        if page != "index.html":
            record = re.search(r'id="film">(.*?)</script>', written)[1]
            named += [address for files in json.loads(record)["files"].values() for address in files.values()]
        files = {Path(unquote(one.partition("#")[0])) for one in named if not one.startswith(("data:", "#"))}
        assert len([file for file in files if file.parent.name == MEDIA]) == 2 * media
        assert not [file for file in files if file.is_absolute() or not (folder / file).is_file()]


def test_a_page_is_small(made):
    assert sum((made[0] / name).stat().st_size for name in pages.SHARED) < 60_000
    assert (made[0] / f"{NAME}.html").stat().st_size < 40_000


def test_pages_speak_the_language_that_is_chosen_and_ask_nothing_of_a_host(browser, made):
    requested(browser), complaints(browser)
    for page in ("index.html", f"{NAME}.html"):
        opened(browser, made[0], page)
        for language in ("fr", "en"):
            clicked(browser, f"[data-to={language}]")
            words = Words(CONCEPT, language)
            wait_until(lambda words=words: words.sentence("title") in text_of(browser, "body"))
            assert words.sentence("lesson") in text_of(browser, "body")
            if page != "index.html":
                wait_until(lambda one=language: (".fr." in browser.execute_script("return reel.src")) == (one == "fr"))
    assert {urlparse(address).scheme for address in requested(browser)} <= {"file", "data", "about"}
    assert complaints(browser) == []


def test_the_language_goes_along_from_page_to_page(browser, made):
    opened(browser, made[0], "index.html", "fr")
    clicked(browser, "h3 a")
    wait_until(lambda: f"{NAME}.html?lang=fr" in browser.current_url)
    assert browser.execute_script("return document.documentElement.lang") == "fr"


def test_a_beat_is_reached_by_a_click_by_keys_and_by_its_address(film, made, told):
    starts = {name: start for name, _, start, *_ in told["en"]["beats"]}
    names = list(starts)
    clicked(film, '.beats a[href="#beat=walk-on"]')
    film.execute_script("reel.pause()")
    assert starts["walk-on"] <= at(film) < starts["walk-on"] + 1
    assert film.current_url.endswith("#beat=walk-on")
    wait_until(lambda: "Step after step" in text_of(film, ".beats[lang=en] [aria-current]"))
    for key, step in (("ArrowRight", 1), ("ArrowLeft", 0), ("ArrowLeft", -1)):
        pressed(film, key)
        film.execute_script("reel.pause()")
        beat = names[names.index("walk-on") + step]
        assert starts[beat] <= at(film) < starts[beat] + 1.5
        assert film.current_url.endswith(f"#beat={beat}")
    opened(film, made[0], f"{NAME}.html", "fr", "draw-loss")
    film.execute_script("reel.pause()")
    start = next(start for name, _, start, *_ in told["fr"]["beats"] if name == "draw-loss")
    assert start <= at(film) < start + 3


def test_keys_play_and_walk_through_the_list(film):
    film.execute_script("document.body.focus()")
    pressed(film, " ")
    wait_until(lambda: not film.execute_script("return reel.paused"))
    pressed(film, " ")
    wait_until(lambda: film.execute_script("return reel.paused"))
    film.execute_script("document.querySelector('.beats[lang=en] a').focus()")
    pressed(film, "ArrowDown", "ArrowDown", "ArrowUp")
    assert film.execute_script("return document.activeElement.hash") == "#beat=draw-loss"


def test_the_table_shows_the_numbers_that_are_on_screen(film):
    lines, most = timeline(_catalog.load(CONCEPT).compute(), LOOK), 0
    for seconds in (5.2, 24.2, 40.2, 47.2, 55.2):
        go(film, seconds)
        shown = film.execute_script(
            "return [...document.querySelectorAll('#live td button')].map(b => "
            "[b.closest('tr').querySelector('code').textContent, b.querySelector('small')?.textContent ?? '', "
            "b.querySelector('b').textContent])"
        )
        assert {tuple(row) for row in shown} == {_row(one) for one in lines if one["time"] <= seconds < one["until"]}
        most = max(most, len(shown))
    assert most > 10


def _row(one):
    """A number as the table has it."""
    axes = {"w": "step", "loss": "step", "gradient": "step", "update": "update"}
    name = f"--{_catalog.hyphens(one['quantity'])}" if one["kind"] == "knob" else one["quantity"]
    place = f"{axes[name]} {one['index'][0]}" if name in axes else ""
    return name, place, one["text"]


def test_the_sentence_of_the_moment_is_told(film, told):
    for start, _, text in told["en"]["captions"][::2]:
        go(film, start + 0.6)
        assert text_of(film, "#said") == text


def test_what_is_to_be_seen_is_told_of_the_beat_that_is_on(film, told):
    film.find_element("css selector", "#described summary").click()
    for _, _, start, _, seen in told["en"]["beats"][::3]:
        go(film, start + 0.1)
        assert text_of(film, "#seen") == seen != ""
    assert film.find_element("id", "reel").get_attribute("aria-describedby") == "seen"


def test_the_picture_of_a_card_is_described(front, told):
    loop = next(seen for name, *_, seen in told["en"]["beats"] if name == "replay")
    assert front.find_element("css selector", f"#{NAME} img").get_attribute("alt") == loop


def test_a_number_leads_to_when_it_is_shown(film, told):
    go(film, told["en"]["seconds"] - 1)
    clicked(film, "#all summary")
    wait_until(lambda: film.find_elements("css selector", "#all details"))
    film.execute_script("document.querySelector('#all details[data-beat=\"2\"]').open = true")
    wait_until(lambda: film.find_elements("css selector", "#all td button"))
    button = next(one for one in film.find_elements("css selector", "#all td button") if "step 1" in one.text)
    wanted = float(button.get_attribute("data-time"))
    film.execute_script("arguments[0].click()", button)
    assert wanted <= at(film) < wanted + 0.1
    wait_until(lambda: button.text.replace("\n", " ") in text_of(film, "#live").replace("\n", " "))


def test_another_language_goes_on_from_the_same_moment(film, told):
    _, _, start, stop, _ = told["en"]["beats"][3]
    go(film, (start + stop) / 2)
    clicked(film, "[data-to=fr]")
    wait_until(lambda: ".fr." in film.execute_script("return reel.src") and at(film) > 1)
    _, title, start, stop, _ = told["fr"]["beats"][3]
    assert at(film) == pytest.approx((start + stop) / 2, abs=0.2)
    assert title in text_of(film, ".beats[lang=fr] [aria-current]")
    clicked(film, "[data-to=en]")


def test_the_sweep_is_loaded_when_it_is_opened(film):
    sweep = f"{NAME}+learning_rate"
    assert not [address for address in requested(film) if sweep in unquote(address)]
    clicked(film, "#turn summary")
    wait_until(lambda: film.find_elements("css selector", "#turn iframe"))
    film.switch_to.frame(film.find_element("css selector", "#turn iframe"))
    wait_until(lambda: film.find_elements("css selector", "input[type=range]:not(:disabled)"))
    assert film.find_element("css selector", "input[type=range]").get_attribute("max") == "2"
    film.switch_to.default_content()
    assert [address for address in requested(film) if sweep in unquote(address)]


def test_the_sweep_is_that_of_the_command_line(made, tmp_path):
    look = works.turning(CONCEPT, LOOK).look
    assert run.make(CONCEPT, works.turned(CONCEPT), {}, look, ["html"], tmp_path, processes=1)
    (page,) = tmp_path.glob("*.html")
    assert page.read_bytes() == (made[0] / MEDIA / page.name).read_bytes()


def test_the_command_takes_the_knobs_and_is_copied(film):
    code = "#command code"
    assert text_of(film, code).startswith("python render.py gradient-descent --quality 96p --fps 2")
    for knob, value in (("learning_rate", "2e-5"), ("data", "my rents.csv"), ("steps", "0")):
        film.find_element("css selector", f"#knob-{knob}").send_keys(value)
    assert shlex.split(text_of(film, code))[3:9] == [
        *("--learning-rate", "2e-5", "--steps", "0", "--data", "my rents.csv")
    ]
    assert [one.get_attribute("id") for one in film.find_elements("css selector", "dd input:invalid")] == ["knob-steps"]
    film.execute_script("form.elements.what.value = 'beat'; command()")
    go(film, 1)
    assert " --beat show-data " in text_of(film, code)
    go(film, 30)
    assert " --beat take-first-step " in text_of(film, code)
    stub = "Object.defineProperty(navigator, 'clipboard', {configurable: true, value: {writeText: async (text) => %s}})"
    film.execute_script(stub % "{ window.taken = text; }")
    clicked(film, "#copy")
    wait_until(lambda: text_of(film, "#copied") == "Copied")
    assert film.execute_script("return taken") == text_of(film, code)
    film.execute_script(stub % "{ throw new Error(); }")
    clicked(film, "#copy")
    wait_until(lambda: text_of(film, "#copied").startswith("Selected"))
    assert film.execute_script("return String(getSelection())") == text_of(film, code)


@pytest.mark.parametrize("look", [RenderSettings(), RenderSettings("fr", "light", 480, 15, paper="light")])
@pytest.mark.parametrize("kind", pages.MADE)
def test_the_command_renders_what_the_site_shows(look, kind, monkeypatch, tmp_path):
    format_, option = pages.MADE[kind]
    seen = []
    monkeypatch.setattr(render, "render_film", lambda concept, output, knobs: seen.append((concept, output, knobs)))
    wanted = option + " walk-on" * (option == "--beat")
    assert render.main(shlex.split(f"{NAME} {wanted}{pages.look_of(look, format_)} -o {tmp_path}")) == 0
    ((concept, output, knobs),) = seen
    assert (concept, knobs) == (CONCEPT, {})
    assert (output.formats or ("mp4",)) == (format_,)
    trace, own = _catalog.load(CONCEPT).compute(), formats()[format_].size
    if format_ != "npz":  # numbers have no look
        (given,) = output.looks()
        assert file_name(trace, given, format_, own) == file_name(trace, look, format_, own)


def test_every_knob_is_told(film):
    for language in ("fr", "en"):
        clicked(film, f"[data-to={language}]")
        shown = film.find_element("css selector", "dl").text
        for knob in _catalog.knobs(_catalog.load(CONCEPT).Params):
            assert f"--{_catalog.hyphens(knob.name)}" in shown
            assert (knob.meaning in shown) == (language == "en")


def test_the_french_page_is_french_and_set_as_french_is_printed(browser, made):
    opened(browser, made[0], f"{NAME}.html", "fr")
    browser.execute_script("document.querySelector('#all').open = true")
    shown = text_of(browser, "body")
    assert (
        "taux d’apprentissage ρ\u202f; auto prend un tiers du taux critique [de 1e-32 à 1e+83, ou auto\u202f; " in shown
    )
    assert "tableau personnel avec en-tête, CSV, xlsx ou parquet [par défaut\xa0: logements de Boston]" in shown
    assert not re.search(r"['\"]| [:;?!»]|« |default", shown)
    assert not re.search(r"['\"]", text_of(opened(browser, made[0], f"{NAME}.html"), "body"))


@pytest.mark.parametrize("page", ["index.html", f"{NAME}.html"])
def test_a_phone_needs_not_be_scrolled_sideways(browser, made, page):
    sizes = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sizes)
    opened(browser, made[0], page)
    browser.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
    texts = browser.find_elements("css selector", "p, a, dd, button, output, small")
    assert min(float(text.value_of_css_property("font-size").removesuffix("px")) for text in texts) >= 13
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture(scope="module")
def full(made, tmp_path_factory):
    """The site of all films, with the files of one."""
    folder, latest, numbers = made[0], site.cache.latest, count()

    def any_of(job, *rest):
        alike = works.telling(CONCEPT, job.look) if isinstance(job, works.Told) else replace(job, concept=CONCEPT)
        return latest(works.turning(CONCEPT, job.look) if isinstance(job, works.Turn) else alike, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site.run, "render", lambda *_, **__: True)
        patch.setattr(site.cache, "latest", any_of)
        patch.setattr(pages, "address", lambda path: f"{MEDIA}/{path.name}?{next(numbers)}")
        page = tmp_path_factory.mktemp("course") / pages.FRONT
        (page.parent / MEDIA).symlink_to(folder / MEDIA)
        site.build(_catalog.concepts(), LOOK, page.parent, here)
    return page.parent


@pytest.fixture
def course(full, browser):
    return opened(browser, full)


def shown(browser, selector):
    return browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])].filter(e => e.offsetParent).map(e => e.id || e.hash)",
        selector,
    )


def sought(browser, words):
    """The films that are shown when words are written into the search field."""
    field = browser.find_element("css selector", "input")
    field.clear()
    field.send_keys(words)
    return shown(browser, "article")


def test_films_stand_in_their_chapters_in_the_order_of_the_course(course):
    existing = [chapter for chapter in _catalog.chapters() if _catalog.concepts_of(chapter.number)]
    assert shown(course, "article") == [_catalog.hyphens(name) for name in _catalog.concepts_of(None)]
    assert shown(course, "#find nav a") == [f"#chapter-{chapter.number}" for chapter in existing]
    assert shown(course, ".opening a") == shown(course, "#find nav a")


def test_what_is_sought_is_found_in_both_languages_whatever_the_accents(course):
    assert sought(course, "regularisation stopping") == ["early-stopping"]
    assert sought(course, "arrêt PRECOCE") == ["early-stopping"]
    assert shown(course, "#find nav a") == ["#chapter-5"]
    assert text_of(course, "output") == f"1 / {len(_catalog.concepts())}"
    assert sought(course, "forget-bias") == ["lstm"]
    assert sought(course, "no such film") == []
    assert text_of(course, "#nothing") == "No film is found."
    assert len(sought(course, " ")) == len(_catalog.concepts())


def test_pictures_load_when_they_come_near(full, browser):
    requested(browser)
    opened(browser, full)
    pictures = browser.execute_script("return [...document.querySelectorAll('[lang=en] > img')].map(one => one.src)")
    loaded = set()

    def near(picture):
        loaded.update(requested(browser))
        return picture in loaded

    wait_until(lambda: near(pictures[0]))
    time.sleep(0.5)
    assert not near(pictures[-1])
    browser.execute_script("scrollTo(0, document.body.scrollHeight)")
    wait_until(lambda: near(pictures[-1]))


def hovered(browser, card):
    browser.execute_script("document.getElementById(arguments[0]).scrollIntoView({block: 'center'})", card)
    ActionChains(browser).move_to_element(browser.find_element("id", card)).perform()


def test_the_loop_under_the_pointer_or_with_the_focus_plays_and_no_other(course):
    assert course.execute_script(PLAYING) == []
    for card in ("pooling", "softmax", "padding"):
        hovered(course, card)
        wait_until(lambda card=card: course.execute_script(PLAYING) == [card])
    course.execute_script("document.querySelector('#lstm a').focus()")
    wait_until(lambda: course.execute_script(PLAYING) == ["lstm"])
    course.execute_script("document.activeElement.blur()")
    wait_until(lambda: course.execute_script(PLAYING) == [])


def test_no_loop_plays_where_no_motion_is_wanted(course):
    wanted = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    course.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wanted})
    hovered(course, "softmax")
    time.sleep(0.5)
    assert course.execute_script(PLAYING) == []
    course.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_where_there_is_no_pointer_the_loop_in_the_middle_plays(full):
    with chromium("--blink-settings=primaryHoverType=1,availableHoverTypes=1") as phone:
        sizes = {"width": 390, "height": 800, "deviceScaleFactor": 2, "mobile": True}
        phone.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sizes)
        opened(phone, full)
        for card in ("softmax", "lstm"):
            phone.execute_script(
                "document.querySelector(`#${arguments[0]} .screen`).scrollIntoView({block: 'center'})", card
            )
            wait_until(lambda card=card: phone.execute_script(PLAYING) == [card])
        assert complaints(phone) == []


def test_a_film_whose_code_is_edited_while_it_renders_is_on_the_page(made, monkeypatch):
    folder, _ = made
    versions = iter(map(str, range(100)))
    monkeypatch.setattr(site.cache.source, "of_film", lambda *_: next(versions))
    monkeypatch.setattr(site.run, "render", lambda *_, **__: True)
    assert site.build([CONCEPT], LOOK, folder, here)
    assert 'id="gradient-descent"' in (folder / "index.html").read_text(encoding="utf-8")


def test_what_is_there_is_not_rendered_again(made, capsys):
    folder, _ = made

    def nobody(jobs, folder, show):
        raise AssertionError("nothing was to be rendered")
        yield

    assert site.build([CONCEPT], LOOK, folder, nobody)
    assert str(folder / "index.html") in capsys.readouterr().out


def test_a_film_without_its_sweep_is_shown_all_the_same(made, tmp_path, monkeypatch):
    latest = site.cache.latest
    monkeypatch.setattr(site.run, "render", lambda *_, **__: False)
    monkeypatch.setattr(
        site.cache, "latest", lambda job, *rest: [] if isinstance(job, works.Turn) else latest(job, *rest)
    )
    (tmp_path / MEDIA).symlink_to(made[0] / MEDIA)
    assert not site.build([CONCEPT], LOOK, tmp_path, here)
    assert 'id="turn"' not in (tmp_path / f"{NAME}.html").read_text(encoding="utf-8")
