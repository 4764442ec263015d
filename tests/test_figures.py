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
from export.formats._legible import legible
from export.render.files import make
from export.render.settings import RenderSettings
from scenes._page.arrange import arranged
from scenes._page.formula import Formula
from scenes._page.letters import typed, wrapped
from scenes._page.marks import spread
from scenes._page.sheet import Sheet
from scenes._page.size import A4, Size, size_of
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


def draw(concept, language="en", theme=PAPER, paper=A4, **knobs) -> Figure:
    page = importlib.import_module(f"scenes._figures.{concept}")
    return page.figure(computed(concept, **knobs), Words(concept, language), theme, paper)


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


def faults(written, page=PAGE, smallest=SMALLEST) -> list[str]:
    """What is wrong with the texts of a figure."""
    found = [f"{text!r} is small: {size}" for text, size, _ in written if size < smallest]
    for text, _, box in written:
        if box.x0 < 0 or box.y0 < 0 or box.x1 > page[0] or box.y1 > page[1]:
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


@pytest.mark.parametrize(("name", "language"), [("beamer", "en"), ("beamer", "fr"), ("column", "fr")])
@every_concept
def test_no_text_is_cut_small_or_overlapping_at_a_named_size(concept, name, language):
    size = size_of(name)
    figure = draw(concept, language, paper=size)
    written, (wide, high) = texts(figure), 2.54 * figure.get_size_inches()
    assert not faults(written, 72 * figure.get_size_inches(), size.digits)
    assert wide == pytest.approx(size.width)
    assert high == pytest.approx(size.height) if size.height else 6 < high < 20
    for panel in figure.axes:
        assert panel.get_window_extent().width > SHARP * 30


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
    numbers = [box for text, size, box in written if size == A4.small and re.match(r"[−\d]", text)]
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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("colum", "did you mean 'column'?"),
        ("0x5", "a figure has 3 to 60 cm on each side, not 0 x 5."),
        ("=-1x5", "'-1x5' is no size of a figure; take a4, column, beamer, or width x height in cm, as 12x7."),
        ("12", "'12' is no size of a figure"),
        ("12x", "'12x' is no size of a figure"),
        ("axb", "'axb' is no size of a figure"),
        ("500x500", "a figure has 3 to 60 cm on each side, not 500 x 500."),
        ("1x1", "a figure has 3 to 60 cm on each side, not 1 x 1."),
        ("12,5x7", "decimals stand behind a point: 12.5x7."),
    ],
)
def test_what_is_no_size_is_refused_before_anything_is_computed(words, told, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("mathcore.gradient_descent.compute", lambda _: 1 / 0)
    option = f"--figure-size{words}" if words.startswith("=") else f"--figure-size={words}"
    assert render.main(["gradient-descent", "-f", "svg", "-o", str(tmp_path), option]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not [*tmp_path.iterdir()]


def test_a_size_at_which_texts_collide_is_refused_with_the_smallest_at_which_they_do_not(tmp_path, capsys):
    command = ["gradient-descent", "-f", "svg", "-o", str(tmp_path), "--figure-size"]
    assert render.main([*command, "6x4"]) == 2
    error = capsys.readouterr().err
    (smallest,) = re.findall(r"no room at 6x4; (\S+) is the smallest of this shape\.", error)
    assert not [*tmp_path.glob("*.*")]
    assert render.main([*command, smallest]) == 0
    assert (tmp_path / f"gradient-descent.{smallest}.svg").exists()
    wide, high = map(float, smallest.split("x"))
    assert not legible(draw("gradient_descent", paper=Size(wide - 0.5, high * (wide - 0.5) / wide)))


@pytest.mark.parametrize(
    ("size", "name"),
    [
        ("a4", "gradient-descent.pdf"),
        ("16x8", "gradient-descent.pdf"),
        ("Column", "gradient-descent.column.pdf"),
        ("12.50x8.0", "gradient-descent.12.5x8.pdf"),
    ],
)
def test_the_name_of_a_file_tells_a_size_that_is_not_the_default(size, name, tmp_path, capsys):
    assert render.main(["gradient-descent", "-f", "pdf", "-o", str(tmp_path), "--figure-size", size]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / name)
    (page,) = PdfReader(tmp_path / name).pages
    assert page.mediabox.width * 2.54 / 72 == pytest.approx(size_of(size).width, abs=0.01)


def test_the_size_of_a_figure_does_nothing_elsewhere_and_that_is_told(tmp_path, capsys):
    command = ["gradient-descent", "-o", str(tmp_path), "--figure-size", "column"]
    assert render.main([*command, "-f", "csv"]) == 0
    assert capsys.readouterr().err == "render.py: --figure-size has no effect on csv.\n"
    assert render.main([*command, "--sweep"]) == 2
    assert "--figure-size belongs to the figure; add --figure" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("widths", "heights", "size", "rows"),
    [
        ((1, 1.1), (1,), "a4", [[(0, 0), (0, 1)]]),
        ((1, 1.1), (1,), "beamer", [[(0, 0), (0, 1)]]),
        ((1, 1.1), (1,), "column", [[(0, 0)], [(0, 1)]]),
        ((1, 1, 1.2), (1,), "column", [[(0, 0), (0, 1)], [(0, 2)]]),
        ((1, 1, 1), (3, 1), "column", [[(0, 0), (1, 0)], [(0, 1), (1, 1)], [(0, 2), (1, 2)]]),
        ((1, 1), (3, 1), "8x14", [[(0, 0)], [(1, 0)], [(0, 1)], [(1, 1)]]),
    ],
)
def test_panels_that_would_be_too_narrow_stand_in_several_rows(widths, heights, size, rows):
    assert [list(row.places) for row in arranged(widths, heights, size_of(size))] == rows


def test_texts_that_collide_or_leave_the_sheet_are_not_legible():
    for place, fits in ((0.5, True), (0.02, False), (0.9, False)):
        figure = Figure((4, 2))
        figure.text(0.01, 0.1, "a sentence")
        figure.text(place, 0.11, "another sentence")
        assert legible(figure) == fits


def test_lines_are_broken_between_words_only():
    assert wrapped("one two three", 9, 40).split("\n") == ["one two", "three"]
    assert wrapped("unbreakable", 9, 1) == "unbreakable"
    assert wrapped("3\N{NO-BREAK SPACE}000 rows", 9, 30).split("\n") == ["3\N{NO-BREAK SPACE}000", "rows"]


def test_a_formula_is_broken_where_it_has_no_room():
    page = Sheet(Words("none", "en"), PAPER)
    long = Formula(page, "y = a + b + c + d quad z = e + f (g quad h)")
    wide, high = long.width, long.height
    long.wrap(0.6 * wide)
    assert long.width <= 0.6 * wide
    assert long.height > 1.5 * high
    number = Formula(page, "{x}", x=np.float64(2.94e-5))
    wide = number.width
    number.wrap(0.6 * wide)
    assert number.width > 0.9 * wide, "a number stands on one line"
