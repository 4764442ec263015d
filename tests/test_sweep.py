"""Sweeps: which values a knob is turned through, what is refused, and what the files of a sweep hold."""

import csv
import json
import re
import shlex
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from browser import chromium, complaints, requested
from conftest import CONCEPTS
from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

import mathcore
import render
from export.render.settings import RenderSettings
from export.sweep import page, run
from export.sweep.asked import asked, between, settings
from export.sweep.table import stacked
from export.sweep.work import Seen, shared_limits, shared_ranges, still
from mathcore import _catalog, gradient_descent, padding
from scenes._stage.beats import beats
from scenes._stage.words import Words

ROOT = Path(__file__).parent.parent
TOLD = ["10⁻⁶", "3.05\u202f×\u202f10⁻⁵", "6\u202f×\u202f10⁻⁵"]
TWO = "--sweep start 1 2 --sweep steps 1 20"
RATES = ["--sweep", "learning-rate", "1e-6", "6e-5", "--values", "3"]
SMALL = ["-q", "480p"]


def swept(capsys, folder, *options, concept="gradient-descent"):
    """The exit code of a sweep, the files that it names, and what it tells."""
    code = render.main([concept, *options, *([] if "-o" in options else ["-o", str(folder)])])
    said = capsys.readouterr()
    return code, [Path(line) for line in said.out.splitlines()], said.err


def refused(capsys, folder, *options, concept="gradient-descent"):
    """The sentence with which a sweep is refused."""
    code, files, told = swept(capsys, folder, *options, concept=concept)
    assert (code, files) == (2, [])
    return told.removeprefix("render.py: ").strip()


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_concept_says_which_knob_is_worth_turning_and_a_beat_that_shows_it(concept):
    sweep = _catalog.load(concept).SWEEP
    (turned,) = asked(concept, [[sweep.knob]], (), {}, log=False)
    assert len(turned.values) >= 2
    for place in range(len(turned.values)):
        _catalog.turned(concept, dict([turned.setting(place)]))  # raises InputError where one is out of range
    (summary,) = [beat for beat in beats(concept) if beat.summary]
    assert not summary.loop
    assert summary.always


def test_values_between_two_ends_are_short_and_apart():
    assert between(1e-6, 6e-5, 4, log=False) == (1e-6, 2.07e-5, 4.03e-5, 6e-5)
    assert between(1e-4, 1.0, 5, log=True) == (1e-4, 1e-3, 1e-2, 0.1, 1.0)
    assert between(0.999, 0.9999, 4, log=False) == (0.999, 0.9993, 0.9996, 0.9999)
    assert between(10.0, -10.0, 3, log=False) == (10.0, 0.0, -10.0)
    assert between(-8.0, -2.0, 3, log=True) == (-8.0, -4.0, -2.0)


def test_of_whole_numbers_each_comes_once():
    assert between(2, 6, 40, log=False) == (2, 3, 4, 5, 6)
    assert between(1, 100, 5, log=True) == (1, 3, 10, 32, 100)


def test_a_knob_of_several_values_is_turned_through_one_or_through_lists():
    (rates,) = asked("learning_rate", [["learning-rates", "1e-6", "3e-6"]], (3,), {}, log=False)
    assert [rates.setting(place)[1] for place in range(3)] == [(1e-6,), (2e-6,), (3e-6,)]
    (layers,) = asked("parameter_count", [["layers", "10,3", "10,20,3"]], (), {}, log=False)
    assert [layers.setting(place)[1] for place in range(2)] == [(10, 3), (10, 20, 3)]


def test_without_a_name_the_knob_is_turned_that_the_concept_proposes(capsys, tmp_path):
    code, (file,), _ = swept(capsys, tmp_path, "--sweep", "-f", "npz", concept="padding")
    assert code == 0
    assert file.name == "padding+dilation=1-to-3-3.npz"


def test_two_knobs_make_a_grid():
    turned = asked("padding", [["stride", "1", "2"], ["dilation", "1", "3"]], (2, 3), {}, log=False)
    assert settings(turned) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--sweep rate 1 2", "gradient-descent has no knob 'rate'; did you mean "),
        ("--sweep learning-rate a b", "--sweep learning-rate takes numbers, not 'a'."),
        ("--sweep learning-rate 1e-6 1e90", "--learning-rate must be 1e-32 to 1e+83, or auto, not 1e+90."),
        ("--sweep start 1 1", "a sweep needs two different values at least: --sweep start LOW HIGH."),
        ("--sweep start 0", "a sweep needs two different values at least: --sweep start LOW HIGH."),
        ("--sweep start", "a sweep needs two different values at least: --sweep start LOW HIGH."),
        ("--sweep steps 1.5 3", "--sweep steps takes whole numbers, not '1.5'."),
        ("--sweep data a.csv b.csv", "--data takes a file and cannot be swept."),
        ("--sweep start -1 1 --log", "--log needs two ends above 0 or two below, not -1 and 1."),
        ("--sweep start 0 1 --log", "--log needs two ends above 0 or two below, not 0 and 1."),
        ("--sweep start 1 2 --values 1", "--values must be 2 to 100, not 1."),
        ("--sweep start 1 2 --values 10000", "--values must be 2 to 100, not 10000."),
        ("--sweep start 1 2 --values 3 4", "--values takes one number for each swept knob, not 2."),
        ("--sweep start 1 2 5 --values 3", "the values of --sweep start are listed; leave --values and --log out."),
        ("--sweep start 1 2 --start 3", "--start is swept; it cannot be set as well."),
        ("--sweep start 1 2 --sweep start 3 4 -f png", "--start is swept; it cannot be set as well."),
        (TWO, "html holds no sweep of two knobs; png, pdf, npz, csv, json, xlsx, parquet do."),
        (f"{TWO} --sweep learning-rate 1 2 -f png", "at most two knobs can be swept at once, not 3."),
        (f"{TWO} --values 9 20 -f png", "that makes 180 pictures; at most 100 can be made."),
        ("--sweep start 1 2 -f srt", "srt holds no sweep; html, pptx, png, "),
        ("--sweep start 1 2 --beat film", "a sweep shows how one beat ends; name one instead of --beat film."),
        ("--sweep start 1 2 --beat nothing", "there is no beat 'nothing'; those of gradient-descent are show-data, "),
        ("--sweep start 1 2 -f gif --transparent", "a sweep has a background, but for png; leave --transparent"),
        ("--sweep start 1 2 -o one.png", "one.png cannot be written: it is one file, and one for each value is"),
        ("--sweep start 1 2 -o one.gif -f mp4", "one.gif cannot be written: its name ends in gif, and mp4 is"),
        ("--values 3", "--values belongs to --sweep; add one or leave that out."),
        ("--log --figure", "--log and --figure belong to --sweep; add one or leave that out."),
    ],
)  # fmt: skip
def test_what_cannot_be_swept_is_told_in_one_sentence(words, sentence, capsys, tmp_path):
    assert refused(capsys, tmp_path, *words.split()).startswith(sentence)
    assert not list(tmp_path.glob("[!.]*"))


def test_a_value_that_the_concept_refuses_is_left_out_and_told(capsys, tmp_path):
    options = ["--sweep", "kernel-size", "3", "5", "7", "--size", "4", "--padding", "0", "-f", "npz"]
    code, (file,), told = swept(capsys, tmp_path, *options, concept="padding")
    assert code == 0
    assert [line.partition(":")[2].split(" is left")[0] for line in told.splitlines()] == [
        " --kernel-size 5",
        " --kernel-size 7",
    ]
    with np.load(file) as numbers:
        assert np.isnan(numbers["output"][1:]).all()
        assert not np.isnan(numbers["output"][0]).any()


def test_where_no_value_is_left_the_sweep_is_refused(capsys, tmp_path):
    options = ["--sweep", "kernel-size", "5", "7", "--size", "4", "--padding", "0", "-f", "npz"]
    assert refused(capsys, tmp_path, *options, concept="padding").startswith("no value can be shown: ")


def test_numbers_have_the_knob_as_their_first_axis(capsys, tmp_path):
    code, files, _ = swept(capsys, tmp_path, *RATES, "-f", "npz", "-f", "csv", "-f", "json")
    assert code == 0
    rates = [1e-6, 3.05e-5, 6e-5]
    ours = np.stack([gradient_descent.compute(gradient_descent.Params(learning_rate=rate)).w for rate in rates])
    with np.load(files[0]) as numbers:
        assert np.array_equal(numbers["w"], ours)
        assert numbers["knob_learning_rate"].tolist() == rates
        meta = json.loads(str(numbers["meta"]))
    assert meta["sweep"] == {"learning_rate": rates}
    assert "learning_rate" not in meta["params"]
    with files[1].open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["quantity"] == "w"]
    assert [float(row["value"]) for row in rows] == ours.ravel().tolist()
    assert [row["learning_rate"] for row in rows] == [str(k) for k in range(3) for _ in range(ours.shape[1])]
    assert json.loads(files[2].read_text())["w"] == ours.tolist()


def test_what_is_longer_at_one_value_is_filled_with_nan(capsys, tmp_path):
    _, (file,), _ = swept(capsys, tmp_path, *["--sweep", "steps", "1", "3", "--values", "3", "-f", "npz"])
    with np.load(file) as numbers:
        assert np.isnan(numbers["w"]).tolist() == [[False, False, True, True], [False] * 3 + [True], [False] * 4]


def test_words_are_counted_and_told_in_meta(capsys, tmp_path):
    _, (file,), _ = swept(
        capsys, tmp_path, *["--sweep", "kernel", "gaussian", "box", "-f", "npz"], concept="convolution-2d"
    )
    with np.load(file) as numbers:
        assert numbers["knob_kernel"].tolist() == [0, 1]
        assert json.loads(str(numbers["meta"]))["sweep"] == {"kernel": ["gaussian", "box"]}


def test_arrays_of_one_shape_keep_their_type():
    ones = {(k,): np.array([k, k + 1]) for k in range(3)}
    assert stacked((3,), ones).dtype == np.int64
    assert stacked((3,), ones).tolist() == [[0, 1], [1, 2], [2, 3]]
    assert stacked((4,), ones).dtype == float
    assert stacked((2,), {(k,): np.array(float(k)) for k in range(2)}).tolist() == [0.0, 1.0]


def test_panels_go_from_the_lowest_end_to_the_highest():
    here, there = (0.0, 0.0, 1.0, 1.0, 0), (0.0, 0.0, 1.0, 1.0, 1)
    films = [
        Seen((), (), "", "", ((here, (0.0, 1.0), (0.0, 5.0)), (there, (1.0, 0.0), (0.0, np.inf)))),
        Seen((), (), "", "", ((here, (-1.0, 0.5), (2.0, 9.0)),)),
    ]
    assert shared_ranges(films) == ((here, (-1.0, 1.0), (0.0, 9.0)), (there, (1.0, 0.0), (0.0, 0.0)))
    figures = [
        Seen((), (), "", "", (), (((0.0, 1.0), (8.0, 0.0)),)),
        Seen((), (), "", "", (), (((0.0, 3.0), (9.0, 1.0)),)),
    ]
    assert shared_limits(figures) == (((0.0, 3.0), (9.0, 0.0)),)
    assert shared_limits([*figures, films[0]]) == ()


def test_a_film_draws_its_panels_as_it_is_told():
    """Twice as high a panel has the same data half as high."""
    look = RenderSettings(height=144, fps=2, beat="read_result")
    trace = gradient_descent.compute(gradient_descent.Params(steps=2))
    film, _ = still(trace, look)
    wider = replace(look, ranges=tuple((place, across, (up[0], 2 * up[1])) for place, across, up in film.ranges))
    assert not np.array_equal(*(still(trace, one)[1] for one in (look, wider)))
    assert np.array_equal(*(still(trace, one)[1] for one in (look, replace(look, ranges=film.ranges))))
    assert still(trace, wider)[0].ranges == film.ranges  # what it has by itself


def test_the_page_holds_every_picture_to_the_pixel(capsys, tmp_path):
    _, (file, *stills), _ = swept(capsys, tmp_path, *RATES, *SMALL, "-f", "html", "-f", "png")
    told = file.read_text(encoding="utf-8")
    values = json.loads(re.search(r'id="values">(.*?)</script>', told)[1])
    ground = decoded(json.loads(re.search(r'id="ground">(.*?)</script>', told)[1]))
    assert [one["value"] for one in values] == ["1e-06", "3.05e-05", "6e-05"]
    assert [one["text"] for one in values] == TOLD
    assert [one["turn"] for one in values] == [False, True, True]  # on its way, arrived, off the panel
    for one, path in zip(values, stills, strict=True):
        laid = Image.alpha_composite(ground, decoded(one["picture"]))
        with Image.open(path) as picture:
            assert np.array_equal(np.array(laid.convert("RGB")), np.array(picture.convert("RGB")))


def decoded(address):
    """The picture that an address holds."""
    return Image.open(BytesIO(b64decode(address.removeprefix("data:image/webp;base64,")))).convert("RGBA")


@pytest.fixture(scope="module")
def turned_page(tmp_path_factory):
    """The page of three learning rates."""
    folder = tmp_path_factory.mktemp("page")
    assert render.main(["gradient-descent", *RATES, *SMALL, "-o", str(folder)]) == 0
    (file,) = folder.glob("*.html")
    return file


def shown(browser):
    """The value that stands on a page, and its sentence."""
    return [browser.find_element("id", name).text for name in ("value", "said")]


def test_a_reader_turns_the_knob_by_keys_slider_and_address(turned_page):
    with chromium() as browser:
        browser.get(turned_page.as_uri())
        wait_for(browser, lambda: shown(browser)[0] == TOLD[0])  # the value nearest to the default
        before = browser.find_element("id", "picture").screenshot_as_png
        body = browser.find_element("tag name", "body")
        body.send_keys(Keys.ARROW_RIGHT)
        assert shown(browser)[0] == TOLD[1]
        assert browser.execute_script("return location.hash") == "#learning_rate=3.05e-05"
        wait_for(browser, lambda: browser.find_element("id", "picture").screenshot_as_png != before)
        body.send_keys(Keys.END)
        assert shown(browser)[0] == TOLD[2]
        assert shown(browser)[1].startswith("Off the panel")
        body.send_keys(Keys.ARROW_RIGHT)
        assert shown(browser)[0] == TOLD[2]
        turn = browser.find_element("id", "turn")
        assert turn.get_attribute("aria-valuetext") == TOLD[2]
        assert TOLD[2] in browser.find_element("id", "picture").get_attribute("aria-label")
        ActionChains(browser).move_to_element_with_offset(turn, -turn.size["width"] // 2 + 5, 0).click().perform()
        assert shown(browser)[0] == TOLD[0]
        ActionChains(browser).move_to_element(turn).perform()
        assert browser.find_element("id", "under").text == TOLD[1]  # the value below the pointer
        browser.execute_script("location.hash = 'learning-rate=5.9e-5'")
        wait_for(browser, lambda: shown(browser)[0] == TOLD[2])  # the nearest one
        assert requested(browser)[0].startswith("file:")
        assert not [address for address in requested(browser) if not address.startswith(("file:", "data:"))]
        assert not complaints(browser)


def test_a_page_fits_a_phone(turned_page):
    with chromium() as browser:
        phone = {"width": 390, "height": 800, "deviceScaleFactor": 2, "mobile": True}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
        browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
        browser.get(f"{turned_page.as_uri()}#learning_rate=6e-05")
        wait_for(browser, lambda: shown(browser)[0] == TOLD[2])
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
        turn = browser.find_element("id", "turn").rect
        where = {"x": turn["x"] + turn["width"] / 2, "y": turn["y"] + turn["height"] / 2}
        browser.execute_cdp_cmd("Input.synthesizeTapGesture", where)
        wait_for(browser, lambda: shown(browser)[0] == TOLD[1])
        assert turn["height"] >= 44  # pixels that a finger needs


def wait_for(browser, holds):
    WebDriverWait(browser, 10).until(lambda _: holds())


def test_what_most_pictures_share_is_their_ground():
    pictures = [np.full((2, 2, 3), 7, np.uint8) for _ in range(3)]
    pictures[0][0, 0], pictures[2][1, 1] = 255, 9
    assert (page.common(pictures) == 7).all()
    assert page.over(pictures[0], page.common(pictures))[..., 3].tolist() == [[255, 0], [0, 0]]


def test_a_page_in_french_speaks_french(capsys, tmp_path):
    _, (file,), _ = swept(capsys, tmp_path, *RATES, *SMALL, "--lang", "fr")
    told = file.read_text(encoding="utf-8")
    assert '<html lang="fr">' in told
    assert str(Words("gradient_descent", "fr").sentence("knob_learning_rate"))[:20] in told
    assert file.name == "gradient-descent+learning_rate=1e-06-to-6e-05-3.fr.480p.html"


def test_a_film_goes_there_and_back(capsys, tmp_path):
    _, (film, loop), _ = swept(capsys, tmp_path, *RATES, *SMALL, "--fps", "5", "-f", "mp4", "-f", "gif")
    with av.open(film) as container:
        pictures = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]
    changes = [k for k in range(1, len(pictures)) if np.abs(pictures[k] - pictures[k - 1]).max() > 60]
    assert len(changes) == 3
    assert np.abs(pictures[changes[0]] - pictures[-1]).max() < 60  # the middle value, there and back
    with Image.open(loop) as gif:
        assert gif.n_frames == 4
        assert gif.size == (854, 480)


def test_a_deck_has_a_slide_for_each_value(capsys, tmp_path):
    pptx = pytest.importorskip("pptx")
    _, (file,), _ = swept(capsys, tmp_path, *RATES, *SMALL, "-f", "pptx")
    slides = list(pptx.Presentation(file).slides)
    assert [slide.shapes.title.text_frame.text.rpartition(" – ")[2] for slide in slides] == [
        f"learning-rate {value}" for value in TOLD
    ]
    assert all(slide.notes_slide.notes_text_frame.text for slide in slides)


def test_two_knobs_stand_on_one_sheet(capsys, tmp_path):
    options = ["--sweep", "stride", "1", "2", "--sweep", "dilation", "1", "2", "--values", "2"]
    _, (sheet, paper), _ = swept(capsys, tmp_path, *options, "-f", "png", "-f", "pdf", concept="padding")
    with Image.open(sheet) as picture:
        assert picture.width > 2 * 2 * 320
    assert paper.read_bytes().startswith(b"%PDF")
    assert sheet.name == "padding+stride=1-to-2-2+dilation=1-to-2-2.png"


def test_figures_share_their_axes(capsys, tmp_path):
    _, stills, _ = swept(capsys, tmp_path, *RATES, *SMALL, "--figure", "-f", "png")
    sizes = set()
    for path in stills:
        with Image.open(path) as picture:
            sizes.add(picture.size)
    assert sizes == {(854, 427)}
    assert stills[0].parent.name == "gradient-descent+learning_rate=1e-06-to-6e-05-3.480p.figure"


def test_what_is_there_and_unchanged_is_not_made_again(capsys, tmp_path, monkeypatch):
    _, (file,), _ = swept(capsys, tmp_path, *RATES, "-f", "csv")
    before = file.stat().st_mtime_ns
    code, again, told = swept(capsys, tmp_path, *RATES, "-f", "csv")
    assert (code, again, file.stat().st_mtime_ns) == (0, [file], before)
    assert "unchanged" in told
    swept(capsys, tmp_path, *RATES, "-f", "csv", "--force")
    assert file.stat().st_mtime_ns > before


def test_numbers_are_computed_once_for_all_formats(capsys, tmp_path, monkeypatch):
    swept(capsys, tmp_path, *RATES, "-f", "npz")
    kept = sorted((tmp_path / ".deepreel").glob("*.npz"))
    assert len(kept) == 3
    times = [path.stat().st_ino for path in kept]
    swept(capsys, tmp_path, *RATES, "-f", "csv")
    assert [path.stat().st_ino for path in sorted((tmp_path / ".deepreel").glob("*.npz"))] == times


COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_on_sweeps_writes_its_file(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    python, script, *words = shlex.split(re.sub(r"--values [\d ]+", "", command), comments=True)
    assert (python, script) == ("python", "render.py")
    few = [] if "kernel" in words else ["--values", "2"]
    assert render.main([*words, *few, *SMALL]) == 0
    assert capsys.readouterr().out


def test_a_film_by_itself_has_no_shared_axes():
    assert RenderSettings().ranges == ()
    assert run.summary("gradient_descent") == "read-result"
    assert mathcore.Sweep("w", (0.0, 1.0)).log is False
    assert padding.SWEEP.knob == "dilation"
