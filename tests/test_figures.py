"""The figures for print: what they hold, how they look in grey, and their files, opened with other libraries."""

import csv
import importlib
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from conftest import CONCEPTS, computed, ends, title
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox
from pypdf import PdfReader

import mathcore
import render
from export.render.files import make
from export.render.settings import RenderSettings
from scenes._page.formula import Formula
from scenes._page.letters import typed
from scenes._page.marks import spread
from scenes._page.sheet import SMALL, Sheet
from scenes._stage.theme import PAPER, THEMES
from scenes._stage.words import Words

ROOT = Path(__file__).parent.parent
PAGE = 16 / 2.54 * 72, 8 / 2.54 * 72  # points
SMALLEST = 7  # points
TOUCH = 0.5  # points by which boxes may overlap
SHARP = 4  # pixels per point, so that rounding to pixels matters little
SVG = "{http://www.w3.org/2000/svg}"

every_concept = pytest.mark.parametrize("concept", CONCEPTS)
KNOBS_ENDS = [(c, s) for c in CONCEPTS for s in ends(c) if s and not {"seed", "split"} & set(s)]


def draw(concept, language="en", theme=PAPER, **knobs) -> Figure:
    page = importlib.import_module(f"scenes._figures.{concept}")
    return page.figure(computed(concept, **knobs), Words(concept, language), theme)


def texts(figure) -> list[tuple[str, float, Bbox]]:
    """Every text and formula that is drawn, its size in points, and its box in points from the lower left corner."""
    figure.set_dpi(SHARP * 72)
    renderer, drawn = FigureCanvasAgg(figure).get_renderer(), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", lambda text, *_: drawn.append(text))
        patch.setattr(Annotation, "draw", Text.draw)
        figure.draw_without_rendering()
    shown = {id(text): text for text in drawn if text.get_visible() and text.get_text().strip()}.values()
    boxes = [Text.get_window_extent(text, renderer) for text in shown]  # without an annotation's arrow
    boxes = [Bbox(box.get_points() / SHARP) for box in boxes]
    written = [(text.get_text(), text.get_size(), box) for text, box in zip(shown, boxes, strict=True)]
    formulas = {id(one): one for one in figure.findobj(Formula)}.values()  # an axis's own children are met twice
    inks = [Bbox(one.get_window_extent(renderer).get_points() / SHARP) for one in formulas]
    return written + [(one.markup, one.size, box) for one, box in zip(formulas, inks, strict=True)]


plain = cache(draw)


@cache
def plain_texts(concept, language) -> list[tuple[str, float, Bbox]]:
    """The texts of the default figure."""
    return texts(plain(concept, language))


def faults(written) -> list[str]:
    """What is wrong with the texts of a figure."""
    found = [f"{text!r} is small: {size}" for text, size, _ in written if size < SMALLEST]
    for text, _, box in written:
        if box.x0 < 0 or box.y0 < 0 or box.x1 > PAGE[0] or box.y1 > PAGE[1]:
            found.append(f"{text!r} leaves the page: {box}")
    for (one, _, a), (other, _, b) in combinations(written, 2):
        if min(a.x1, b.x1) - max(a.x0, b.x0) > TOUCH and min(a.y1, b.y1) - max(a.y0, b.y0) > TOUCH:
            found.append(f"{one!r} and {other!r} overlap")
    return found


def lines(panel) -> list[Line2D]:
    return [line for line in panel.lines if len(line.get_xdata()) > 2]


def style(line) -> tuple[str, str]:
    return line.get_linestyle(), line.get_marker()


@pytest.mark.parametrize("language", ["en", "fr"])
@every_concept
def test_no_text_is_cut_small_or_overlapping(concept, language):
    assert not faults(plain_texts(concept, language))


@pytest.mark.parametrize(("concept", "setting"), KNOBS_ENDS, ids=title)
def test_no_text_is_cut_small_or_overlapping_at_a_knob_s_end(concept, setting):
    assert not faults(texts(draw(concept, "fr", **setting)))


@every_concept
def test_a_figure_is_as_wide_as_a_block_of_text(concept):
    assert tuple(72 * plain(concept, "en").get_size_inches()) == pytest.approx(PAGE)


@pytest.mark.parametrize(("language", "foreign"), [("en", r"\d,\d(?!\d\d)"), ("fr", r"\d\.\d")])
@every_concept
def test_numbers_are_written_in_the_language(concept, language, foreign):
    written = [text for text, _, _ in plain_texts(concept, language)]
    assert any(re.search(r"\d", text) for text in written)
    assert not [text for text in written if re.search(foreign, text)]


def test_a_figure_shows_the_numbers_of_its_trace():
    trace, (data, valley) = computed("gradient_descent"), draw("gradient_descent").axes
    for expected in ((trace.w_grid, trace.loss_grid), (trace.w, trace.loss)):
        assert any(np.array_equal(line.get_xydata(), np.transpose(expected)) for line in valley.lines)
    assert np.array_equal(data.lines[0].get_xydata(), np.transpose([trace.x, trace.y]))
    assert data.lines[-1].get_slope() == trace.w[-1]


def test_a_step_that_leaves_the_panel_is_hollow_at_its_edge():
    valley = draw("gradient_descent", learning_rate=1, steps=3).axes[1]
    (hollow,) = [line for line in valley.lines if line.get_markerfacecolor() == PAPER.background]
    assert np.isin(hollow.get_xdata()[1:], valley.get_xlim()).all()
    assert np.all(hollow.get_ydata()[1:] == valley.get_ylim()[1])


def test_a_weight_that_has_overflown_has_no_line():
    assert len(draw("gradient_descent", learning_rate=1, steps=1000).axes[0].lines) == 2  # the dots, the first weight


@pytest.mark.parametrize(("concept", "panel", "count"), [("learning_rate", 0, 3), ("dropout", 1, 3)])
def test_lines_can_be_told_apart_without_colour(concept, panel, count):
    styles = [style(line) for line in lines(draw(concept).axes[panel])]
    assert len(set(styles)) == len(styles) == count


def test_where_paths_end_can_be_told_without_colour():
    for panel in draw("nonconvex_loss").axes[:2]:
        ends = {(line.get_marker(), line.get_color()) for line in panel.lines if line.get_marker() in "D^o"}
        markers = {marker for marker, _ in ends}
        assert len(ends) == len(markers) > 1, "no mark has two colours"


@pytest.mark.parametrize("theme", [PAPER, THEMES["dark"]], ids=["paper", "dark"])
def test_every_colour_is_legible_in_grey(theme):
    ground = luminance(theme.background)
    for meaning, colour in theme.colours().items():
        lighter, darker = sorted([ground, luminance(colour)], reverse=True)
        assert meaning == "background" or (lighter + 0.05) / (darker + 0.05) > 3, meaning


def luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def test_heat_maps_without_numbers_darken_evenly():
    for concept in ("convolution_2d", "pooling"):
        (panel,) = draw(concept, **({"kernel": "sobel_x"} if concept == "convolution_2d" else {})).axes
        for mesh in panel.collections:
            if mesh.get_array().size > 9:  # a kernel has numbers in its cells
                grey = mesh.get_cmap()(np.linspace(0, 1, 64))[:, :3] @ [0.299, 0.587, 0.114]
                assert np.all(np.diff(grey) > 0), mesh.get_cmap().name


@pytest.fixture(scope="module", params=CONCEPTS)
def files(request, tmp_path_factory):
    """The French figure of a concept in both formats."""
    return make(
        computed(request.param), RenderSettings(language="fr"), ["svg", "pdf"], tmp_path_factory.mktemp(request.param)
    )


def test_the_pdf_is_one_page_in_vectors_with_its_fonts_within(files):
    (page,) = PdfReader(files[1]).pages
    assert (page.mediabox.width, page.mediabox.height) == pytest.approx(PAGE, abs=0.01)
    resources = page["/Resources"]
    assert not [x for x in resources.get("/XObject", {}).values() if x["/Subtype"] == "/Image"]
    fonts = [font.get_object() for font in resources["/Font"].values()]
    assert fonts
    for font in fonts:
        for descendant in font.get("/DescendantFonts", [font]):
            assert "/FontFile2" in descendant.get_object()["/FontDescriptor"], font["/BaseFont"]
            assert "STIX" in font["/BaseFont"]
    assert len(page.extract_text().split()) > 20


def test_the_svg_is_in_vectors_and_asks_for_no_font(files):
    root = ElementTree.parse(files[0]).getroot()
    assert [float(root.get(side).removesuffix("pt")) for side in ("width", "height")] == pytest.approx(PAGE, abs=0.01)
    names = {element.tag for element in root.iter()}
    assert f"{SVG}path" in names
    assert not names & {f"{SVG}image", f"{SVG}text", f"{SVG}script"}
    assert not re.search(r'href="(?!#)|url\((?!#)', files[0].read_text())


def test_the_files_tell_what_they_show(files):
    concept = files[0].name.split(".")[0].replace("-", "_")
    words, about = Words(concept, "fr"), PdfReader(files[1]).metadata
    assert (about.title, about.subject) == (words.sentence("title"), words.sentence("lesson"))
    assert words.sentence("lesson") in "".join(ElementTree.parse(files[0]).getroot().itertext())


def test_the_same_figure_is_the_same_file_whatever_the_user_s_settings(tmp_path):
    settings = tmp_path / "matplotlibrc"
    settings.write_text("font.size: 20\nlines.linewidth: 9\ntext.usetex: True\nsvg.fonttype: none\npdf.fonttype: 3\n")
    make(computed("gradient_descent"), RenderSettings(), ["svg", "pdf"], tmp_path / "here")
    words = ["gradient-descent", "-f", "svg", "-f", "pdf", "-o", str(tmp_path / "there")]
    elsewhere = {**os.environ, "MATPLOTLIBRC": str(settings), "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1"}
    subprocess.run([sys.executable, "render.py", *words], cwd=ROOT, env=elsewhere, check=True, capture_output=True)
    for path in (tmp_path / "here").iterdir():
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes(), path.name


def test_drawing_leaves_the_user_s_settings_alone():
    with matplotlib.rc_context({"font.size": 17}):
        draw("gradient_descent")
        assert matplotlib.rcParams["font.size"] == 17


@pytest.mark.parametrize(
    ("words", "name", "ground"),
    [
        ("", "gradient-descent.svg", "#ffffff"),
        ("--theme light", "gradient-descent.svg", "#ffffff"),
        ("--theme dark --lang fr", "gradient-descent.fr.dark.svg", THEMES["dark"].background),
    ],
)
def test_a_figure_is_on_white_unless_another_theme_is_asked_for(words, name, ground, tmp_path, capsys):
    assert render.main(["gradient-descent", "-f", "svg", "-o", str(tmp_path), *words.split()]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / name)
    first = ElementTree.parse(tmp_path / name).find(f".//{SVG}g[@id='patch_1']/{SVG}path")
    assert f"fill: {ground}" in first.get("style")


def test_a_figure_that_breaks_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    (tmp_path / "gradient-descent.pdf").write_text("what was there")
    monkeypatch.setattr(Figure, "savefig", lambda _, path, **__: path.write(b"half") and 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make(computed("gradient_descent"), RenderSettings(), ["pdf"], tmp_path)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["what was there"]


def test_a_user_s_column_is_written_as_it_is(tmp_path):
    (tmp_path / "rents.csv").write_text("$\\x$,50 % ^2\n1,2\n2,3\n")
    shown = draw("gradient_descent", data=tmp_path / "rents.csv", feature="$\\x$", target="50 % ^2")
    assert {"$\\x$", "50 % ^2"} <= {text for text, _, _ in texts(shown)}
    assert not faults(texts(shown))


@pytest.fixture
def table(tmp_path):
    """Writes a table of 30 rows whose columns x and y reach these ends; gives the knobs that read it."""

    def write(x, y, feature="x", target="y"):
        shares = np.linspace(0.02, 1, 30)
        with (tmp_path / "own.csv").open("w", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerows([(feature, target), *zip((x * shares).tolist(), (y * shares[::-1]).tolist(), strict=True)])
        return {"data": tmp_path / "own.csv", "feature": feature, "target": target}

    return write


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("ends", [(401286, 31000), (999999, 123456), (4e11, 1e12), (-1e12, 1e-9), (1e-9, 1e-12)])
@pytest.mark.parametrize("concept", ["gradient_descent", "learning_rate"])
def test_the_numbers_of_axes_keep_apart_whatever_the_data(concept, ends, language, table):
    written = texts(draw(concept, language, **table(*ends)))
    assert not faults(written)
    numbers = [box for text, size, box in written if size == SMALL and re.match(r"[−\d]", text)]
    assert len(numbers) > 6
    for a, b in combinations(numbers, 2):
        assert max(a.x0, b.x0) - min(a.x1, b.x1) > 1 or max(a.y0, b.y0) - min(a.y1, b.y1) > 0


def test_a_long_name_is_cut_to_its_panel_and_a_short_one_is_whole(table):
    long = "living area of the flat with its balcony, without the cellar, measured in square metres"
    figure = draw("gradient_descent", **table(10, 10, long, "price of it in euros a month"))
    written = {text: box for text, _, box in texts(figure)}
    (cut,) = [text for text in written if text.startswith("living")]
    panel = figure.axes[1].get_window_extent().width / SHARP
    assert cut.endswith("…")
    assert 0.8 * panel < written[cut].width <= 1.01 * panel  # letters are as wide as whole pixels
    assert "price of it in euros a month" in written
    assert not faults([(text, 9, box) for text, box in written.items()])


def test_a_picture_s_long_name_is_cut_to_the_page(tmp_path):
    shutil.copy(ROOT / "assets" / "data" / "digit.png", tmp_path / f"{'long ' * 40}.png")
    shown = texts(draw("pooling", image=next(tmp_path.iterdir())))
    assert not faults(shown)
    assert any("long long" in text and "…" in text for text, _, _ in shown)


@pytest.mark.parametrize("name", ["面积", "مساحة", "area 😀", "שטח"])
def test_letters_that_the_fonts_of_print_lack_are_named(name, table, recwarn, capsys):
    with pytest.raises(mathcore.InputError, match=f"[{name.split()[-1]}]"):
        draw("gradient_descent", **table(1, 1, name))
    assert not [str(warning.message) for warning in recwarn]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_names_are_spread_in_order_and_keep_their_distance(wanted):
    places = spread(wanted, 0.2)
    assert places.max() <= 1
    assert np.all(np.diff(places[np.argsort(wanted, kind="stable")]) >= 0.2 - 1e-9)


@every_concept
def test_formulas_are_outlines_of_typst_and_matplotlib_s_math_only_raises_powers(concept):
    math = [found for text, _, _ in plain_texts(concept, "en") for found in re.findall(r"\$([^$]+)\$", text)]
    assert all(re.fullmatch(r"\^\{-?\d+\}|\\mathdefault\{10\^\{[-−]?\d+\}\}", found) for found in math)
    assert draw(concept).findobj(Formula)


def test_a_formula_has_the_colours_of_what_it_names_and_the_size_that_is_asked_for():
    page = Sheet(Words("none", "fr"), PAPER)
    small, large = (Formula(page, "weight(w) / {x}", size=size, x=np.float64(0.5)) for size in (9, 18))
    assert {to_hex(patch.get_facecolor()) for patch in small.get_children() if patch.get_facecolor()[3]} == {
        PAPER.weight,
        PAPER.text,
    }
    (bar,) = (patch for patch in small.get_children() if not patch.get_facecolor()[3])
    assert to_hex(bar.get_edgecolor()) == PAPER.text
    assert (large.width, large.height) == pytest.approx((2 * small.width, 2 * small.height))
    assert small.markup == 'weight(w) / "0,5"'
    upright = Formula(page, "weight(w) / {x}", size=9, x=np.float64(0.5), upright=True)
    assert (upright.width, upright.height) == pytest.approx((small.height, small.width))


def test_a_letter_is_drawn_by_one_stroke_of_the_pen_for_each_of_its_outlines():
    (ink,) = Formula(Sheet(Words("none", "en"), PAPER), "o").get_children()
    outer, inner = (np.ptp(outline, axis=0) for outline in ink.get_path().to_polygons())
    assert np.all(inner < outer)


def test_powers_and_thin_spaces_are_typed_in_characters_that_the_font_has():
    assert typed("1,2 × 10⁻⁵, 22\N{NARROW NO-BREAK SPACE}100") == "1,2 × 10$^{-5}$, 22\N{NO-BREAK SPACE}100"
