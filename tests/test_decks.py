"""The decks of a tiny film of four beats, of which the third loops: in a real browser, and opened again."""

import re
import sys
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest
from browser import Deck, complaints, requested
from manim import RIGHT, Dot
from office import SPACES, TYPES, Package, libreoffice
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from reopen import frames_of
from selenium.webdriver.common.keys import Keys

import render
from export.command import options
from export.course import run
from export.course.job import RenderError, do
from export.formats import html, png, pptx
from export.formats import zip as zip_
from export.render import player
from export.render.files import make
from export.render.settings import RenderSettings
from mathcore import _catalog, gradient_descent
from scenes._stage.theme import THEMES

LOOK = RenderSettings(height=144, fps=5, language="fr", theme="light")
BEATS = ("one", "two", "three", "four")
SEEN, NOTED = "Un point « bleu » va à droite.", "Demandez d’abord où il va & pourquoi."


def construct(self):
    """What the film is replaced by: a dot that moves while the title is said, in the last beat without a word.

    Of the second beat it tells what is to be seen and what to say.
    """
    dot = Dot(color=self.theme.data, radius=1)
    self.add(dot)
    for name in BEATS:
        self.begin(name, loop=name == "three")
        if name == "two":
            self.beats[-1].seen, self.beats[-1].notes = SEEN, NOTED
        if name != "four":
            self.caption("title" if name != "two" else "lesson")
        self.play(dot.animate.shift(RIGHT), run_time=0.4)


@pytest.fixture(scope="module")
def films():
    """While it holds, the film of gradient descent is the short one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(player.scene_class("gradient_descent"), "construct", construct)
        yield gradient_descent.compute()


@pytest.fixture(scope="module")
def film(films):
    return player.dry_run(films, LOOK)


@pytest.fixture(scope="module")
def files(films, tmp_path_factory):
    """The decks by format, of one rendering."""
    formats = ["html", "pptx", "zip"]
    written = make(films, LOOK, formats, tmp_path_factory.mktemp("deck"))
    return dict(zip(formats, written, strict=True))


@pytest.fixture
def deck(browser, files):
    """The deck, just opened."""
    return Deck(browser, files["html"].as_uri())


def test_it_plays_and_stands_on_its_last_frame(deck):
    deck.at(1)
    assert deck.wait("video.currentTime > 0.2 && video.readyState >= 2 && !video.paused")
    assert deck.ask("video.videoWidth") == 256
    assert deck.ask("video.getBoundingClientRect().width") > 600
    deck.wait("video.ended")
    assert deck.ask("video.currentTime === video.duration && document.querySelector('.shown') !== null")
    deck.at(1)


@pytest.mark.parametrize("key", [Keys.ARROW_RIGHT, Keys.SPACE, Keys.PAGE_DOWN])
def test_a_key_advances_to_a_video_that_plays_from_its_start(deck, key):
    deck.press(key)
    deck.at(2)
    assert deck.wait("video.currentTime > 0.2 && !video.paused")
    deck.wait("location.hash === '#2'")
    assert deck.ask("[...document.querySelectorAll('video')].filter((one) => !one.paused).length") == 1


@pytest.mark.parametrize("key", [Keys.ARROW_LEFT, Keys.PAGE_UP])
def test_a_key_goes_back_to_the_end_of_the_slide_before(deck, key):
    deck.press(Keys.ARROW_RIGHT)
    deck.at(2)
    deck.press(key)
    deck.at(1)
    assert deck.ask("video.paused && getComputedStyle(video).display") == "none"
    assert deck.ask("document.querySelector('.shown img').getBoundingClientRect().width") > 600
    deck.press("r")
    assert deck.wait("!video.paused && video.currentTime > 0.2")


def test_it_goes_no_further_than_its_ends(deck):
    deck.press(Keys.ARROW_LEFT)
    deck.at(1)
    deck.press(Keys.END)
    deck.at(4)
    deck.press(Keys.ARROW_RIGHT)
    deck.at(4)
    deck.press(Keys.HOME)
    deck.at(1)
    assert not complaints(deck.browser)


def test_the_loop_begins_again_and_no_other_does(deck):
    assert deck.ask("[...document.querySelectorAll('video')].map((one) => one.loop)") == [False, False, False, False]
    for _ in range(2):
        deck.press(Keys.ARROW_RIGHT)
    deck.at(3)
    deck.ask("video.currentTime = video.duration - 0.3")
    assert deck.wait("video.currentTime > 0 && video.currentTime < 1 && !video.paused && !video.ended")
    deck.press(Keys.END)
    deck.at(4)
    deck.press(Keys.ARROW_LEFT)
    deck.at(3)
    assert deck.wait("!video.paused && video.currentTime > 0.2"), "backwards, too"


def test_it_asks_no_host_for_anything_and_complains_of_nothing(deck):
    deck.wait("video.currentTime > 0")
    for _ in BEATS:
        deck.press(Keys.ARROW_RIGHT)
        deck.wait("video.readyState >= 2")
    addresses = requested(deck.browser)
    assert len(addresses) > len(BEATS)
    assert {address.partition(":")[0] for address in addresses} == {"file", "data", "blob"}
    assert not complaints(deck.browser)


def test_the_notes_hold_what_is_noted_then_the_captions(deck, film):
    assert deck.ask("document.documentElement.lang") == "fr"
    notes = "document.getElementById('notes')"
    assert deck.ask(f"{notes}.ariaLive") == "polite"
    for beat, said in zip(film.beats, (film.title, film.lesson, film.title, film.title), strict=True):
        assert film.said(beat) == [said]
        noted = [NOTED] if beat.name == "two" else []
        assert deck.ask(f"[...{notes}.children].map((one) => one.textContent)") == [*noted, said]
        deck.press(Keys.ARROW_RIGHT)
    assert deck.ask(f"{notes}.offsetHeight") == 1
    for height in (90, 1):
        deck.press("n")
        assert (deck.ask(f"{notes}.offsetHeight") >= 90) == (height == 90)


def test_a_screen_reader_tells_what_is_to_be_seen_else_what_is_said(deck, film, presentation):
    told = [SEEN if beat.name == "two" else " ".join(film.said(beat)) for beat in film.beats]
    assert deck.ask("[...document.querySelectorAll('section video')].map((one) => one.ariaLabel)") == told
    assert deck.ask("[...document.querySelectorAll('section img')].map((one) => one.alt)") == told
    assert [media(slide)[0].element.xpath(".//p:cNvPr/@descr") for slide in presentation.slides] == [
        [one] for one in told
    ]


def test_it_opens_at_the_slide_that_the_address_names(browser, files):
    deck = Deck(browser, files["html"].as_uri() + "#3")
    deck.at(3)
    for name, number in (("2", 2), ("nonsense", 1), ("99", 4)):
        deck.ask(f"location.hash = '{name}'")
        deck.at(number)
    assert not complaints(browser)


def test_videos_far_from_the_slide_shown_take_no_memory(deck):
    loaded = "[...document.querySelectorAll('video')].map((one) => Boolean(one.src))"
    assert deck.ask(loaded) == [True, True, False, False]
    deck.press(Keys.END)
    assert deck.ask(loaded) == [False, False, True, True]


def test_a_click_and_a_swipe_turn_the_slide(deck):
    for kind in ("mousePressed", "mouseReleased"):
        place = {"type": kind, "x": 900, "y": 200, "button": "left", "clickCount": 1}
        deck.browser.execute_cdp_cmd("Input.dispatchMouseEvent", place)
    deck.at(2)
    for kind, places in (("touchStart", [100]), ("touchMove", [300]), ("touchEnd", [])):
        points = [{"x": x, "y": 200} for x in places]
        deck.browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    deck.at(1)


@pytest.mark.parametrize(("width", "height"), [(240, 480), (320, 640), (640, 320), (1280, 720)])
def test_everything_has_room_on_a_small_screen(deck, width, height):
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
    deck.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        deck.press("n")
        assert deck.ask("[document.body.scrollWidth, document.body.scrollHeight]") == [width, height]
        places = deck.ask(
            "[...document.querySelectorAll('nav button')].filter((one) => one.checkVisibility())"
            ".map((one) => one.getBoundingClientRect().toJSON())"
        )
        assert all(0 <= place["left"] < place["right"] <= width for place in places)
        assert deck.ask("document.querySelector('main').offsetHeight") > height / 3
    finally:
        deck.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_whoever_wants_less_motion_gets_stills(browser, files):
    wish = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", wish)
    try:
        deck = Deck(browser, files["html"].as_uri())
        deck.at(1)
        assert deck.ask("video.paused && getComputedStyle(video).display") == "none"
        assert deck.ask("document.querySelector('.shown img').complete")
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_on_paper_there_is_a_still_per_page(deck):
    options = {"preferCSSPageSize": True, "printBackground": True}
    paper = b64decode(deck.browser.execute_cdp_cmd("Page.printToPDF", options)["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == len(BEATS)
    assert len(re.findall(rb"/Subtype\s*/Image", paper)) >= len(BEATS) - 1, "the same picture is kept once"


def test_without_scripts_the_page_shows_stills_and_notes(browser, files):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(files["html"].as_uri())
        assert all(
            one.is_displayed() for one in browser.find_elements("css selector", "section > img, section > .notes")
        )
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_the_page_has_the_colours_of_the_theme_and_names_no_host(files, deck):
    assert deck.ask("getComputedStyle(document.documentElement).backgroundColor") == "rgb(252, 251, 247)"
    assert "//" not in re.sub(
        r'"data:[^"]*"|<script type="text/plain">.*?</script>|^ *//.*$| // .*$',
        "",
        files["html"].read_text(),
        flags=re.MULTILINE,
    )


@pytest.fixture(scope="module")
def show(files):
    return zip_.read(files["zip"])


@pytest.fixture(scope="module")
def presentation(files):
    return Presentation(str(files["pptx"]))


def test_the_pieces_are_a_video_and_a_still_of_each_beat(files, film, show, tmp_path):
    with ZipFile(files["zip"]) as archive:
        archive.extractall(tmp_path)
    names = [f"{number:02}-{name}" for number, name in enumerate(BEATS, start=1)]
    assert sorted(path.stem for path in tmp_path.glob("*.mp4")) == names
    assert sorted(path.stem for path in tmp_path.glob("*.png")) == names
    for name, beat, slide in zip(names, film.beats, show.slides, strict=True):
        frames = frames_of(tmp_path / f"{name}.mp4")
        assert len(frames) == round(beat.seconds * LOOK.fps)
        still = frames_of(tmp_path / f"{name}.png")[0]
        assert np.abs(frames[-1].astype(int) - still).mean() < 4
        assert (slide.video, slide.still) == tuple((tmp_path / f"{name}.{e}").read_bytes() for e in ("mp4", "png"))
    notes = (tmp_path / "notes.txt").read_text().split("\n\n")
    assert notes[:3] == [film.title, film.lesson, f"01 One\n{film.title}"]
    assert notes[3:] == [f"02 Two\n{NOTED}\n{film.lesson}", f"03 Three\n{film.title}", f"04 Four\n{film.title}\n"]


def test_the_pieces_tell_what_a_deck_needs(show, film):
    assert (show.title, show.lesson, show.language) == (film.title, film.lesson, "fr")
    assert show.colours == THEMES["light"].colours()
    assert [slide.beat for slide in show.slides] == list(BEATS)
    assert [slide.loop for slide in show.slides] == [False, False, True, False]
    assert [slide.said for slide in show.slides] == [tuple(film.said(beat)) for beat in film.beats]
    assert [(slide.seen, slide.notes) for slide in show.slides] == [("", ""), (SEEN, NOTED), ("", ""), ("", "")]
    assert [slide.seconds for slide in show.slides] == [beat.seconds for beat in film.beats]


def media(slide):
    """The movie of a slide, its video and its poster."""
    (movie,) = [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.MEDIA]
    (link,) = movie.element.xpath(".//a:videoFile/@r:link")
    (embedded,) = movie.element.xpath(".//*[local-name()='media']/@r:embed")
    videos = {slide.part.related_part(name).blob for name in (link, embedded)}
    assert len(videos) == 1
    return movie, *videos, movie.poster_frame.blob


def test_the_powerpoint_file_has_a_full_slide_for_each_beat(presentation, show, film):
    assert presentation.slide_width * 9 == presentation.slide_height * 16
    for slide, piece in zip(presentation.slides, show.slides, strict=True):
        movie, video, poster = media(slide)
        assert (video, poster) == (piece.video, piece.still)
        place = (movie.left, movie.top, movie.width, movie.height)
        assert place == (0, 0, presentation.slide_width, presentation.slide_height)
        noted = [piece.notes, ""] if piece.beat == "two" else []
        assert slide.notes_slide.notes_text_frame.text == "\n".join([*noted, *piece.said])
        assert str(slide.background.fill.fore_color.rgb) == "FCFBF7"


def test_every_powerpoint_slide_has_a_title_that_stands_above_its_edge(presentation):
    titles = [slide.shapes.title for slide in presentation.slides]
    assert [title.text_frame.text for title in titles] == [
        f"Descente de gradient – {beat.capitalize()}" for beat in BEATS
    ]
    assert all(title.top + title.height <= 0 for title in titles)
    properties = presentation.core_properties
    assert (properties.title, properties.language, properties.author) == ("Descente de gradient", "fr-FR", "deepreel")


@pytest.fixture(scope="module")
def package(files):
    return Package(files["pptx"])


def test_every_part_of_the_powerpoint_file_is_reached_and_has_a_type(package):
    names = [name for name in package.names if name != TYPES and not name.endswith(".rels")]
    assert sorted(names) == sorted(package.reached())
    typed = {name[1:] for name in package.find(TYPES, "//types:Override/@PartName")}
    defaults = package.find(TYPES, "//types:Default/@Extension")
    assert typed <= set(names)
    assert {name.rpartition(".")[2] for name in names if name not in typed} <= set(defaults)
    assert sorted(defaults) == ["jpeg", "mp4", "png", "rels", "xml"], "no settings of a printer"


def test_a_powerpoint_part_has_each_relation_that_it_names(package):
    for name in package.reached():
        if name.endswith(".xml"):
            named = [one for one in package.find(name, "//@r:*") if one]  # of an action of a video it is empty
            assert set(named) <= set(package.relations(name))


def test_the_presentation_names_its_masters_and_slides_in_the_order_of_the_schema(package):
    (root,) = package.find("ppt/presentation.xml", "/p:presentation")
    tags = [child.tag.rpartition("}")[2] for child in root]
    assert tags == ["sldMasterIdLst", "notesMasterIdLst", "sldIdLst", "sldSz", "notesSz", "defaultTextStyle"]
    named = package.find("ppt/presentation.xml", "//@r:id")
    relations = package.relations("ppt/presentation.xml")
    assert [relations[one][0] for one in named] == ["slideMaster", "notesMaster"] + ["slide"] * len(BEATS)
    masters = package.find("ppt/presentation.xml", "//p:sldMasterId/@id")
    layouts = package.find("ppt/slideMasters/slideMaster1.xml", "//p:sldLayoutId/@id")
    assert len(set(masters + layouts)) == len(masters + layouts) == 2


def test_no_two_shapes_of_a_powerpoint_slide_have_one_id(package):
    slides = [name for name in package.names if name.startswith(("ppt/slides/slide", "ppt/notesSlides/notes"))]
    assert len(slides) == 2 * len(BEATS)
    for name in slides:
        ids = package.find(name, "//p:cNvPr/@id")
        assert len(set(ids)) == len(ids)


def test_nothing_of_the_powerpoint_file_has_the_format_of_another(package, presentation):
    assert package.find("ppt/presentation.xml", "//p:sldSz/@*") == ["12192000", "6858000"]
    assert package.find("ppt/viewProps.xml", "//p:guide/@pos") == ["2160", "3840"], (
        "in the middle, in eighths of a point"
    )
    for page in (presentation.slide_master, *presentation.slide_layouts):
        titles = [shape for shape in page.placeholders if "Title" in shape.name]
        assert titles
        assert all(2 * title.left + title.width == presentation.slide_width for title in titles)
    (picture,) = [one for one in presentation.notes_master.placeholders if "Slide Image" in one.name]
    assert picture.width / picture.height == pytest.approx(16 / 9, rel=1e-4)


def test_the_powerpoint_file_has_only_the_layouts_that_it_uses(presentation, course):
    assert [layout.name for layout in presentation.slide_layouts] == ["Title Only"]
    of_course = Presentation(str(course["pptx"])).slide_layouts
    assert [layout.name for layout in of_course] == ["Title Slide", "Title Only"]


def test_file_managers_show_the_first_slide_of_a_powerpoint_file(package, show):
    with Image.open(BytesIO(package.parts["docProps/thumbnail.jpeg"])) as small:
        assert small.size == (256, 144)
        shown = np.asarray(small, int)
    with Image.open(BytesIO(show.slides[0].still)) as still:
        assert np.abs(shown - np.asarray(still.convert("RGB"), int)).mean() < 3


def test_the_powerpoint_file_says_what_it_is(package, presentation, film):
    about = {one.tag.rpartition("}")[2]: one.text for one in package.find("docProps/app.xml", "/*/*")}
    assert (about["Application"], about["PresentationFormat"]) == ("deepreel", "Widescreen")
    assert (about["Slides"], about["Notes"]) == ("4", "4")
    titles = package.find("docProps/app.xml", "//app:TitlesOfParts//vt:lpstr/text()")
    assert titles == [slide.shapes.title.text_frame.text for slide in presentation.slides]
    properties = presentation.core_properties
    assert (properties.subject, properties.comments) == (film.lesson, "")
    assert package.find("ppt/presentation.xml", "//p:defaultTextStyle//@lang") == ["fr-FR"]


def test_libreoffice_opens_the_powerpoint_file(files, show, presentation, tmp_path):
    opened = Package(libreoffice(files["pptx"], "odp", tmp_path))
    pages = opened.find("content.xml", "//draw:page")
    assert len(opened.find("styles.xml", "//style:master-page")) == 1
    for page, slide, piece in zip(pages, presentation.slides, show.slides, strict=True):

        def find(path, page=page):
            return page.xpath(path, namespaces=SPACES)

        assert find("@draw:name") == [slide.shapes.title.text_frame.text]
        assert find("presentation:notes//*[@presentation:class='notes']//text()") == [
            *filter(None, [piece.notes]),
            *piece.said,
        ]
        assert find(".//anim:command/@anim:command") == ["play"]
        (video,) = find(".//draw:plugin/@xlink:href")
        assert opened.parts[video] == piece.video
        width, height = (float(size.removesuffix("cm")) for size in find(".//draw:page-thumbnail/@svg:*")[:2])
        assert width / height == pytest.approx(16 / 9, rel=1e-3), "the slide's picture above its notes"


def test_libreoffice_shows_the_still_of_a_powerpoint_slide(files, show, tmp_path):
    with (
        Image.open(libreoffice(files["pptx"], "png", tmp_path)) as page,
        Image.open(BytesIO(show.slides[0].still)) as still,
    ):
        assert page.width * 9 == pytest.approx(page.height * 16, abs=16)
        shown = np.asarray(page.convert("RGB").resize(still.size), int)
        assert np.abs(shown - np.asarray(still.convert("RGB"), int)).mean() < 6


def test_a_powerpoint_video_plays_by_itself_and_the_loop_for_ever(presentation, film):
    for slide, beat in zip(presentation.slides, film.beats, strict=True):
        movie = media(slide)[0]
        find = slide.element.xpath
        assert [one.tag.rpartition("}")[2] for one in slide.element] == ["cSld", "clrMapOvr", "timing"]
        assert find("./p:timing//p:cTn/@id") == [str(number) for number in range(1, 8)]
        assert set(find("./p:timing//p:spTgt/@spid")) == {str(movie.shape_id)}
        call = "./p:timing//p:cmd[@cmd='playFrom(0.0)'][@type='call']"
        assert find(f"{call}//p:cTn/@dur") == [str(round(beat.seconds * 1000))]
        begins = "p:stCondLst/p:cond[@evt='onBegin']/p:tn/@val = ancestor::p:cTn[@nodeType='mainSeq']/@id"
        assert len(find(f"{call}/ancestor::p:par/p:cTn[{begins}]")) == 1, "with the slide, not at a click"
        repeats = find("./p:timing//p:video/p:cMediaNode/p:cTn/@repeatCount")
        assert repeats == ["indefinite" if beat.loop else "1000"]


@pytest.fixture(scope="module")
def course(show, tmp_path_factory):
    """Two films in one deck, by format."""
    folder, shows = tmp_path_factory.mktemp("course"), [show, replace(show, title="Encore & encore")]
    for module in (html, pptx):
        module.bind(shows, "4. Optimisation", folder / f"chapter-4.{module.FORMAT.extensions[0]}")
    return {path.suffix[1:]: path for path in folder.iterdir()}


def test_several_films_are_one_powerpoint_file_with_a_title_before_each(course, show):
    presentation = Presentation(str(course["pptx"]))
    titles = [slide.shapes.title.text_frame.text for slide in presentation.slides]
    own = [f"Encore & encore – {beat.capitalize()}" for beat in BEATS]
    assert titles == [show.title, *(label for label, _ in show.labelled()), "Encore & encore", *own]
    assert presentation.core_properties.title == "4. Optimisation"
    for number in (0, 5):
        shapes = presentation.slides[number].shapes
        assert shapes[1].text_frame.text == show.lesson
        assert all(0 < s.top < s.top + s.height < presentation.slide_height for s in shapes)
        assert all(0 < s.left < s.left + s.width < presentation.slide_width for s in shapes)
    assert media(presentation.slides[6])[1] == show.slides[0].video


def test_several_films_are_one_page_with_a_title_before_each(browser, course, show):
    deck = Deck(browser, course["html"].as_uri() + "#6")
    deck.at(6)
    assert browser.title == "4. Optimisation"
    assert deck.ask("document.querySelector('.shown').innerText").split("\n\n") == ["Encore & encore", show.lesson]
    assert deck.ask("document.getElementById('number').textContent") == "6 / 10"
    deck.press(Keys.ARROW_RIGHT)
    deck.at(7)
    assert deck.wait("video.currentTime > 0.2")
    deck.press(Keys.ARROW_LEFT)
    deck.at(6)
    deck.press(Keys.ARROW_LEFT)
    deck.at(5)
    assert not complaints(browser)


def test_a_beat_alone_is_a_deck_of_one_slide(films, tmp_path):
    page, slides, pieces = make(films, replace(LOOK, beat="two"), ["html", "pptx", "zip"], tmp_path)
    assert page.name == f"gradient-descent.fr.light.{LOOK.height}p.{LOOK.fps}fps.two.html"
    assert page.read_text().count("<section") == 1
    assert len(Presentation(str(slides)).slides) == 1
    assert [slide.beat for slide in zip_.read(pieces).slides] == ["two"]


@pytest.mark.parametrize("extension", ["html", "pptx", "zip"])
def test_a_deck_refuses_transparency_before_anything_is_written(capsys, tmp_path, extension):
    words = ["gradient-descent", "-f", "npz", "-f", extension, "--transparent", "-o", str(tmp_path)]
    assert render.main(words) == 2
    assert "deck has no transparency" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_without_python_pptx_a_sentence_says_what_to_install(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pptx", None)
    assert render.main(["gradient-descent", "-f", "html", "-f", "pptx", "-o", str(tmp_path)]) == 2
    assert "pip install 'deepreel[slides]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_film_that_breaks_leaves_no_deck(films, tmp_path, monkeypatch):
    monkeypatch.setattr(png.Still, "add", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make(films, LOOK, ["html", "pptx", "zip"], tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def lectures(films, monkeypatch):
    """Renders a course here instead of in other processes, where the film would not be the short one."""

    def here(jobs, folder, show):
        for number, job in enumerate(jobs):
            made.append((job.concept, job.formats))
            try:
                yield number, do(job, folder)
            except RenderError as error:
                yield number, error

    made = []
    concepts = ("gradient_descent", "learning_rate")
    monkeypatch.setattr(player.scene_class(concepts[1]), "construct", construct)
    monkeypatch.setattr(_catalog, "concepts_of", lambda chapter: list(concepts))
    monkeypatch.setattr(run, "backend", lambda *_: here)
    monkeypatch.setattr(
        options.Output, "looks", lambda output: [replace(LOOK, beat=output.beat, transparent=output.transparent)]
    )
    return made


def test_a_chapter_is_one_deck_of_which_every_film_is_rendered_once(lectures, tmp_path, capsys):
    words = ["course", "--chapter", "1", "-f", "html", "-f", "pptx", "-o", str(tmp_path)]
    assert render.main(words) == 0
    assert lectures == [("gradient_descent", ("zip",)), ("learning_rate", ("zip",))]
    stems = [
        f"{stem}.fr.light.{LOOK.height}p.{LOOK.fps}fps" for stem in ("gradient-descent", "learning-rate", "chapter-1")
    ]
    names = [f"{stems[0]}.zip", f"{stems[1]}.zip", f"{stems[2]}.html", f"{stems[2]}.pptx"]
    assert capsys.readouterr().out.split() == [str(tmp_path / name) for name in names]
    page = (tmp_path / names[2]).read_text()
    assert "<title>1. Perceptron et descente de gradient</title>" in page
    assert re.findall("<h1>(.*?)</h1>", page) == ["Descente de gradient", "Taux d’apprentissage"]
    presentation = Presentation(str(tmp_path / names[3]))
    assert presentation.core_properties.title == "1. Perceptron et descente de gradient"
    assert len(presentation.slides) == page.count("<section") == 10

    (tmp_path / names[2]).unlink()
    lectures.clear()
    assert render.main(words) == 0
    assert not lectures, "the deck is made of the pieces that are there"
    assert (tmp_path / names[2]).read_text() == page


def test_a_deck_tells_which_film_it_lacks(lectures, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(player.scene_class("learning_rate"), "construct", lambda self: 1 / 0)
    assert render.main(["course", "-f", "html", "--beat", "loop", "-o", str(tmp_path)]) == 1
    out, error = capsys.readouterr()
    deck = tmp_path / f"course.fr.light.{LOOK.height}p.{LOOK.fps}fps.loop.html"
    assert out.split()[-1] == str(deck)
    assert error.splitlines()[-1] == f"render.py: {deck} lacks learning-rate."
    assert deck.read_text().count("<section") == 1


def test_a_deck_of_some_films_of_the_course_names_them(lectures, tmp_path):
    for names in (["learning-rate"], ["learning-rate", "gradient-descent"], ["gradient-descent", "learning-rate"], []):
        assert render.main(["course", *names, "-f", "html", "-o", str(tmp_path)]) == 0
    look = f"fr.light.{LOOK.height}p.{LOOK.fps}fps.html"
    decks = ["course+learning-rate", "course+learning-rate+gradient-descent", "course"]
    assert {path.name for path in tmp_path.glob("*.html")} == {f"{stem}.{look}" for stem in decks}


@pytest.mark.parametrize(
    ("words", "told"), [("--beat all", "leave `--beat all` out"), ("--transparent", "transparency")]
)
def test_a_course_refuses_what_a_deck_cannot_be(lectures, capsys, tmp_path, words, told):
    assert render.main(["course", "-f", "html", "-o", str(tmp_path), *words.split()]) == 2
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
