"""What a notebook shows, in a real IPython: a trace as a table, films and figures in a line, mistakes in a sentence."""

import re
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from conftest import CONCEPTS, computed
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from export import notebook
from mathcore import InputError, _catalog, _summary

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8")
IMPORT = "from export import notebook\n"


@pytest.fixture(scope="module")
def shell():
    return InteractiveShell.instance()


def cell(shell, code):
    """What a cell gives, and what it shows meanwhile."""
    with capture_output() as shown:
        result = shell.run_cell(IMPORT + code)
    return result, shown


def displayed(shell, result):
    """What the notebook keeps of what a cell gives, by its kind."""
    result.raise_error()
    data, _ = shell.display_formatter.format(result.result)
    return data


@pytest.fixture(autouse=True)
def every_kind(shell, monkeypatch):
    """Has the shell make what a notebook takes, of which a terminal takes text alone."""
    monkeypatch.setattr(shell.display_formatter, "active_types", shell.display_formatter.format_types)


class Cells(HTMLParser):
    """The texts of the cells of a table, row by row."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def test_a_trace_shows_its_quantities(shell):
    result, _ = cell(shell, 'notebook.trace("gradient-descent", learning_rate=4e-5, steps=3)')
    trace, data = result.result, displayed(shell, result)
    assert set(data) == {"text/html", "text/plain"}, "no picture is drawn"
    text, plain = data["text/html"], data["text/plain"]
    assert "gradient-descent, learning_rate=4e-05, steps=3" in text
    assert len(text) < 6000
    assert len(plain) < 300, "not all the numbers"
    header, *rows = Cells(text).rows
    assert header == ["quantity", "axes", "unit", "meaning", "values"]
    assert [row[0] for row in rows] == list(trace.quantities())
    told = {name: rest for name, *rest in rows}
    assert told["w"] == ["step 4", "", "weight, the start included", f"0 … {trace.w[-1]:.4g}"]
    assert told["loss"][1] == "y^2"
    assert told["w_star"] == ["", "", "best weight, sum x y / sum x^2", f"{trace.w_star:.4g}"]
    assert not re.search(r"colou?r|background|<script", text), "it is read on any ground"


@pytest.mark.parametrize("concept", ["convolution_2d", "pooling", "parameter_count", "perceptron"])
def test_every_quantity_has_a_row_with_its_axes_and_its_range(concept):
    trace = computed(concept)
    for name, axes, _, _, values in Cells(trace._repr_html_()).rows[1:]:
        array = getattr(trace, name)
        assert axes == ", ".join(
            f"{axis} {n}" for axis, n in zip(trace.quantities()[name].axes, array.shape, strict=True)
        )
        if array.ndim > 1:
            assert values == f"{array.min():.4g} to {array.max():.4g}"


def test_what_a_user_gave_is_escaped_and_no_number_is_in_the_way():
    quantity = SimpleNamespace(axes=("<b>",), unit='"&', meaning="a < b")
    text = _summary.table("<script>alert(1)</script>", {"<i>": quantity}, {"<i>": np.array([1.0])})
    assert "<script>" not in text
    assert Cells(text).rows[1] == ["<i>", "<b> 1", '"&', "a < b", "1"]
    wild = SimpleNamespace(axes=("a", "b"), unit="", meaning="")
    for array, told in ((np.full((2, 2), np.nan), "nan"), (np.array([[np.nan, 1], [np.inf, 2]]), "1 to inf")):
        assert Cells(_summary.table("", {"x": wild}, {"x": array})).rows[1][-1] == told


def test_a_film_plays_in_the_cell(shell):
    result, shown = cell(
        shell, 'notebook.film("gradient-descent", steps=3, beat="loop", height=96, fps=2, language="fr")'
    )
    text = displayed(shell, result)["text/html"]
    assert "<video controls loop aria-label=" in text
    (content,) = re.findall(r'src="data:video/mp4;base64,([^"]+)"', text)
    with av.open(BytesIO(b64decode(content))) as container:
        assert container.streams.video[0].height == 96
        assert 1e6 < container.duration < 8e6  # microseconds
    first, *later = [output.data["text/html"] for output in shown.outputs]
    assert first == "<progress></progress>"
    assert later[-1] == "", "the bar is gone"
    assert 2 <= len(later) < 25, "it moves every few percent"
    assert shown.stdout.startswith("Out["), "nothing else is printed"
    assert shown.stderr == ""


def test_a_figure_is_drawn_where_it_is_asked_for(shell):
    result, _ = cell(shell, 'notebook.figure(notebook.trace("pooling"), language="fr", theme="dark")')
    assert displayed(shell, result)["image/svg+xml"].startswith("<svg")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('trace("gradient-descent", learning_rat=1)', "has no knob 'learning_rat'; did you mean 'learning_rate'?"),
        ('film("gradient-descent", colour=1)', "has no knob 'colour'; its knobs are learning_rate, steps,"),
        ('trace("gradient-descent", steps=0)', "--steps must be 1 to 1000, not 0."),
        ('figure("gradient-decent")', "there is no concept 'gradient-decent'; did you mean 'gradient-descent'?"),
        ('trace("gradient-descent", data="missing.csv")', "missing.csv cannot be opened: no such file or directory."),
        ('film("pooling", language="de")', "language must be 'en' or 'fr', not 'de'."),
        ('figure("pooling", theme="pink")', "theme must be 'dark' or 'light', not 'pink'."),
        ('film("pooling", height=481)', "height must be an even number, 96 to 2160, not 481."),
        ('film("pooling", height="720p")', "height must be an even number, 96 to 2160, not '720p'."),
        ('film("pooling", fps=0.5)', "fps must be a whole number, 1 to 120, not 0.5."),
        ('film("pooling", beat="nap")', "those of pooling are show-image"),
        ('film(notebook.trace("pooling"), size=4)', "name the concept, as in film('pooling', size=...)."),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_and_no_traceback(shell, code, told):
    result, shown = cell(shell, f"notebook.{code}")
    assert isinstance(result.error_in_exec, InputError)
    (line,) = shown.stdout.strip().splitlines()
    assert line.startswith("InputError: ")
    assert told in line
    assert not [output for output in shown.outputs if "progress" in str(output.data)]


@pytest.mark.parametrize("concept", CONCEPTS)
def test_no_knob_has_the_name_of_an_option(concept):
    options = {"shown", "language", "theme", "beat", "height", "fps", "concept"}
    assert not options & set(_catalog.load(concept).Params.model_fields)


def test_the_examples_of_the_page_run(shell, monkeypatch):
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) >= 3
    small = notebook.film
    monkeypatch.setattr(notebook, "film", lambda *shown, **how: small(*shown, **{**how, "height": 96, "fps": 1}))
    for block in blocks:
        result, _ = cell(shell, block)
        result.raise_error()
