"""What Typst set, as it is drawn here, against manim's own reading of the same text."""

import numpy as np
import pytest
from manim import MathTypst, Typst, tempconfig

from scenes._marks.outlines import Ink, outlines
from scenes._marks.typeset import PREAMBLE, formula, sentence
from scenes._stage.theme import THEMES

THEME = THEMES["dark"]
HUES = {name: hue for name, hue in THEME.colours().items() if name != "text"}
INKS = "".join(f'#let {name}(it) = text(fill: rgb("{hue}"), it)\n' for name, hue in HUES.items())


@pytest.fixture(autouse=True)
def own_folder(tmp_path):
    with tempconfig({"media_dir": tmp_path, "verbosity": "ERROR"}):
        yield


def curves(mobject):
    """All Bézier curves [4 * curve 3], ink by ink, as the inks first come."""
    inks = {}
    for member in mobject.family_members_with_points():
        ink = member.get_fill_color().to_hex(), member.get_fill_opacity() > 0
        inks.setdefault(ink, []).append(member.points)
    return np.concatenate([points for members in inks.values() for points in members])


@pytest.mark.parametrize(
    "text", ["Descente de gradient : 3,14 × 10⁻⁵", '#let $x_1$ *no markup* \\ "quoted"', "ŷ = w x"]
)
def test_a_sentence_has_the_outlines_that_manim_reads(text):
    ours = sentence(text, "#ff8800", 30)
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    theirs = Typst(f'#"{quoted}"', font_size=30, typst_preamble=PREAMBLE)
    np.testing.assert_allclose(curves(ours), curves(theirs), atol=1e-9)
    assert len(ours) == 1
    assert ours[0].get_fill_color().to_hex().lower() == "#ff8800"


def test_a_formula_has_the_outlines_that_manim_reads_its_strokes_included():
    markup = "weight(w_(k+1)) = w_k - rho (d L)/(d w) sqrt(x + 1) product_(k=1)^T good(f_k)"
    ours, theirs = formula(markup, THEME, 30), MathTypst(markup, color=THEME.text, font_size=30, typst_preamble=INKS)
    np.testing.assert_allclose(curves(ours), curves(theirs), atol=1e-9)


def test_a_symbol_has_the_colour_of_what_it_names_and_a_stroke_the_thickness_that_typst_gave_it():
    drawn = formula("weight(w) / 2", THEME, 960)  # a unit of the frame is a point of Typst's
    fills = {path.get_fill_color().to_hex().lower() for path in drawn if path.get_fill_opacity()}
    assert fills == {THEME.weight, THEME.text}
    (bar,) = (path for path in drawn if not path.get_fill_opacity())
    assert bar.get_stroke_color().to_hex().lower() == THEME.text
    assert bar.get_stroke_width() == pytest.approx(100 * 0.48, rel=0.1)  # manim counts hundredths of a unit


def test_setting_a_text_writes_no_file_so_that_processes_do_not_meet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with tempconfig({"media_dir": tmp_path}):
        sentence("set for the first time", "#ff8800", 30)
        formula("w / 1234567", THEME, 30)
    assert not list(tmp_path.iterdir())


def test_a_group_moves_and_turns_all_within_it():
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<g transform="matrix(0 2 -2 0 10 20)"><use xlink:href="#a" x="1" y="3" fill="#123456"/></g>'
        '<defs><symbol id="a"><path d="M 0 0h 1v 1Z"/></symbol></defs></svg>'
    )
    ((ink, points),) = outlines(drawing).items()
    assert ink == Ink("#123456")
    corners = points.reshape(-1, 4, 3)[:, 0, :2]
    np.testing.assert_allclose(corners, [[4, -22], [4, -24], [2, -24]])  # (x, y) goes to (10 - 2y, -(20 + 2x))


def test_a_curve_that_typst_never_draws_is_refused():
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M 0 0A 1 1 0 0 1 1 1"/></svg>'
    with pytest.raises(NotImplementedError, match="Arc"):
        outlines(drawing)
